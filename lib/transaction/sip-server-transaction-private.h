/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-builder-private.h"
#include "transaction/sip-contact-spec-private.h"
#include "transaction/sip-match-table-private.h"
#include "transaction/sip-server-key-private.h"

G_BEGIN_DECLS

typedef struct _SipTransactions SipTransactions;
typedef struct _SipServerTransaction SipServerTransaction;

typedef struct
{
  /* A CANCEL came for this INVITE while it had no final answer; the CANCEL has been answered 200. The user answers 487. */
  void (*cancelled) (gpointer user_data, SipServerTransaction *transaction, SipMsg *cancel);
  /* Our answer could not be delivered: the flow broke, or no ACK came for a 3xx–6xx in 64·T1 (SIP_ERROR_TIMEOUT); or another request than
   * INVITE was not answered in 64·T1, when nobody waits for an answer any more (SIP_ERROR_TIMEOUT). At most once, from the main loop. */
  void (*failed) (gpointer user_data, SipServerTransaction *transaction, const GError *error);
  /* The last call, from the main loop; the transaction is gone after it. */
  void (*terminated) (gpointer user_data, SipServerTransaction *transaction);
} SipServerTransactionEvents;

/* Any event may be NULL; none comes after set_events (transaction, NULL, NULL). @events is not copied. */
void sip_server_transaction_set_events (SipServerTransaction *self, const SipServerTransactionEvents *events, gpointer user_data);
gpointer sip_server_transaction_get_user_data (SipServerTransaction *self);
/* Both NULL once a final answer was sent and only retransmissions are left to absorb (they are still there while whoever has answered has
 * not returned to the main loop): keep your own reference. An INVITE that was answered 2xx keeps its flow. */
SipMsg *sip_server_transaction_get_request (SipServerTransaction *self);
SipFlow *sip_server_transaction_get_flow (SipServerTransaction *self);
/* Whether a final response was given. */
gboolean sip_server_transaction_is_answered (SipServerTransaction *self);
/* Takes @response. Answers the message as it went out (transfer none; of a final response only until the main loop runs again: reference it
 * to keep it); NULL when the transaction has had its final answer. @contact NULL: no Contact. A flow that is broken is told by `failed`. */
SipMsg *sip_server_transaction_respond (SipServerTransaction *self, SipMsgBuilder *response, const SipContactSpec *contact);
/* A 2xx, or a reliable 1xx, once more (their timers are the user's: RFC 3261 §13.3.1.4, RFC 3262 §3). */
void sip_server_transaction_retransmit (SipServerTransaction *self, SipMsg *response);

/* --- for the layer --- */

/* A To tag of ours that is longer is not remembered: then a CANCEL that comes after a final response gets another one. */
#define SIP_SERVER_TO_TAG_MAX 31

/* The layer's tables own it. */
SipServerTransaction *sip_server_transaction_new (SipTransactions *layer, const SipServerKey *key, SipMsg *request, SipFlow *flow);
void sip_server_transaction_free (SipServerTransaction *self);
SipServerTransaction *sip_server_transaction_find (SipTransactions *layer, const SipServerKey *key);
SipServerTransaction *sip_server_transaction_from_link (SipMatchLink *link);
/* Whether @key, which matches no transaction, came by another way already (RFC 3261 §8.2.2.2). */
gboolean sip_server_transaction_is_merged (SipTransactions *layer, SipServerKey *key);
/* The request came again, or its ACK. */
void sip_server_transaction_receive (SipServerTransaction *self, SipMsg *msg, SipFlow *flow);
/* Its CANCEL came. */
void sip_server_transaction_cancel (SipServerTransaction *self, SipMsg *cancel, SipFlow *flow);
/* The user has been told of it: an INVITE without an answer gets a 100. */
void sip_server_transaction_told (SipServerTransaction *self);
/* Keeps from a final answer what a retransmission needs. */
void sip_server_transaction_settle (SipServerTransaction *self);

G_END_DECLS
