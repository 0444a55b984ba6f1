/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

/* What a request is matched to a server transaction by (RFC 3261 §17.2.3), and to a request that came by another way (§8.2.2.2). The parts
 * are slices of a message, or of the transaction that keeps them. */
typedef enum
{
  SIP_KEY_BRANCH,  /* of the topmost Via; without the magic cookie, all of that Via's parameters */
  SIP_KEY_SENT_BY,
  SIP_KEY_METHOD,  /* only where SipMethod does not know it */
  SIP_KEY_FROM_TAG,
  SIP_KEY_CALL_ID,
  /* Only of a request without the magic cookie in its branch. */
  SIP_KEY_URI,
  SIP_KEY_TO_TAG,
  SIP_N_KEY_PARTS
} SipKeyPart;

typedef struct
{
  guint32 hash;         /* of what must be equal in §17.2.3 */
  guint32 merge_hash;   /* of what must be equal in §8.2.2.2 */
  guint32 cseq;
  guint8 method;        /* SipMethod; INVITE for its ACK and CANCEL */
  guint8 is_ack;
  guint8 is_old;        /* RFC 2543: no magic cookie */
  guint8 has_to_tag;
  SipStr parts[SIP_N_KEY_PARTS];
} SipServerKey;

/* FALSE: it has not what it takes to be matched (a Via). */
gboolean sip_server_key_read (SipServerKey *self, const SipMsg *request, guint64 seed);
/* As if @request, a CANCEL, were the request that it cancels (RFC 3261 §9.2). */
gboolean sip_server_key_read_cancelled (SipServerKey *self, const SipMsg *request, guint64 seed);
guint32 sip_server_key_merge_hash (SipServerKey *self, guint64 seed);

/* A key that a transaction keeps: its numbers and lengths, and one text of all parts. */
typedef struct
{
  guint32 cseq;
  guint8 method;
  guint8 is_old;
  guint32 lengths[SIP_N_KEY_PARTS];
} SipKeptKey;

gsize sip_server_key_size (const SipServerKey *self);
void sip_kept_key_set (SipKeptKey *self, char *text, const SipServerKey *key);
/* @to_tag: that of the responses, which the ACK of an old client brings back; empty: not known. */
gboolean sip_kept_key_matches (const SipKeptKey *self, const char *text, const SipServerKey *key, SipStr to_tag);
gboolean sip_kept_key_is_merged (const SipKeptKey *self, const char *text, const SipServerKey *key);

G_END_DECLS
