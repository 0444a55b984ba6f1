/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-digest-algorithm.h"
#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* The arithmetic of digest authentication (RFC 7616 §3.4, RFC 2617 §3.2.2 where the server names no qop). */

#define SIP_DIGEST_HEX_SIZE 65 /* with the NUL */

typedef enum
{
  SIP_DIGEST_QOP_NONE,
  SIP_DIGEST_QOP_AUTH,
  SIP_DIGEST_QOP_AUTH_INT,
} SipDigestQop;

typedef struct
{
  SipDigestAlgorithm algorithm;
  gboolean is_session;
  SipDigestQop qop;
  guint32 nc;
  const char *ha1;    /* of username, realm, password */
  const char *nonce;  /* without quotes and escapes, as the next one */
  const char *cnonce;
  SipStr method;
  SipStr uri;
  SipStr body;        /* for auth-int */
} SipDigestInput;

/* The hash of @parts with colons between them, in lower case. */
void sip_digest_hash (SipDigestAlgorithm algorithm, const SipStr *parts, guint n_parts, char hex[SIP_DIGEST_HEX_SIZE]);
void sip_digest_respond (const SipDigestInput *input, char hex[SIP_DIGEST_HEX_SIZE]);

G_END_DECLS
