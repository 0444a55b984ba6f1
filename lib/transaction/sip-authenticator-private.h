/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-credentials.h"
#include "syntax/sip-msg-builder-private.h"

G_BEGIN_DECLS

/* Answers challenges to the requests of one agent (RFC 3261 §22, RFC 8760). It keeps the agent's credentials, and how often each nonce was used. */
typedef struct _SipAuthenticator SipAuthenticator;
/* What one request was challenged with until now. */
typedef struct _SipAuthTrail SipAuthTrail;

SipAuthenticator *sip_authenticator_new (void);
void sip_authenticator_free (SipAuthenticator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipAuthenticator, sip_authenticator_free)

/* The first that suits is used; those for a realm before those for any. */
void sip_authenticator_set_credentials (SipAuthenticator *self, GPtrArray *credentials);

/* Notes the challenges of @response, of each realm the strongest that there are credentials for. FALSE: there is nothing to answer, or what was answered is
 * refused: the same challenge is answered once only, and another one of that realm only where the server says that the nonce, and nothing else, was wrong.
 * *trail starts as NULL. */
gboolean sip_authenticator_take (SipAuthenticator *self, SipAuthTrail **trail, const SipMsg *response);
/* Writes the answers to all of @trail into @request, which has its method, URI and body. */
void sip_authenticator_sign (SipAuthenticator *self, SipAuthTrail *trail, SipMsgBuilder *request);

void sip_auth_trail_free (SipAuthTrail *trail);

G_END_DECLS
