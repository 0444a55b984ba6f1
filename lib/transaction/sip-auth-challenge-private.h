/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-challenge-view-private.h"
#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

#define SIP_CNONCE_LEN 22

/* How often a nonce was used, wherever it came up (RFC 7616 §3.4): one for all challenges of a realm with that nonce. */
typedef struct _SipAuthNonce SipAuthNonce;

/* A challenge with who is to answer it. Immutable, and kept as long as a request, or a memory of one, needs it. */
typedef struct
{
  guint ref_count;
  char *text;
  char *realm;
  char *next_nonce;      /* nullable: what the server said after it; as on the wire */
  SipChallengeView view; /* slices of these */
  SipAuthNonce *nonce;
  SipCredentials *credentials; /* NULL: nobody, yet */
  SipHeaderId answer;    /* the header */
  gboolean is_configured; /* the credentials were there before anybody asked */
} SipAuthChallenge;

/* @nonces: from SipAuthNonce's text to itself; one for an agent: sip_auth_nonces_new(). */
GHashTable *sip_auth_nonces_new (void);

/* NULL where @view is none that can be read again. @credentials: nullable. */
SipAuthChallenge *sip_auth_challenge_new (GHashTable *nonces, const SipChallengeView *view, SipHeaderId answer, SipCredentials *credentials,
                                          gboolean is_configured);
SipAuthChallenge *sip_auth_challenge_ref (SipAuthChallenge *self);
void sip_auth_challenge_unref (SipAuthChallenge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipAuthChallenge, sip_auth_challenge_unref)

/* The same with another nonce, as on the wire (RFC 7616 §3.5). */
SipAuthChallenge *sip_auth_challenge_renew (SipAuthChallenge *self, GHashTable *nonces, SipStr nonce);
gboolean sip_auth_challenge_is_of (const SipAuthChallenge *self, SipHeaderId answer, const char *realm);
/* The nonce is used once more: the nc of that. */
guint32 sip_auth_challenge_count (SipAuthChallenge *self);
/* The same for as long as the nonce is: the key of a -sess algorithm has it in it. */
const char *sip_auth_challenge_get_cnonce (const SipAuthChallenge *self);

G_END_DECLS
