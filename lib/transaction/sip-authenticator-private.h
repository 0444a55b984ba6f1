/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-builder-private.h"
#include "transaction/sip-auth-question-private.h"
#include "transport/sip-flow-private.h"

G_BEGIN_DECLS

/* Answers challenges to the requests of one agent (RFC 3261 §22, RFC 8760): it keeps the agent's credentials, and what each server was content with, so that
 * the next request brings its answer along. */
typedef struct _SipAuthenticator SipAuthenticator;
/* What one request was challenged with until now. */
typedef struct _SipAuthTrail SipAuthTrail;

typedef enum
{
  SIP_AUTH_NO,   /* there is nothing to answer, or what was answered is refused: the response is the answer */
  SIP_AUTH_YES,  /* sign it, and send it again */
  SIP_AUTH_WAIT, /* somebody was asked: the waiter is told to go on */
} SipAuthVerdict;

/* Asks whoever sits there. TRUE: sip_auth_question_answer() or _decline() comes, later or already. */
typedef gboolean (*SipAuthAskFunc) (gpointer user_data, SipAuthQuestion *question);

SipAuthenticator *sip_authenticator_new (void);
void sip_authenticator_free (SipAuthenticator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipAuthenticator, sip_authenticator_free)

/* The first that suits is used; those for a realm before those for any. What was remembered, and what was answered by whoever was asked, is forgotten. */
void sip_authenticator_set_credentials (SipAuthenticator *self, GPtrArray *credentials);
/* NULL: nobody sits there. */
void sip_authenticator_set_ask (SipAuthenticator *self, SipAuthAskFunc ask, gpointer user_data);
/* The domain that we belong to, whose realm mostly has its name; nullable. */
void sip_authenticator_set_domain (SipAuthenticator *self, const char *domain);
/* Nobody is asked any more; who waits goes on without. */
void sip_authenticator_stop_asking (SipAuthenticator *self);

/* Before a request goes out for the first time: signs it with what is known, if anything is, for where it goes to; *trail starts as NULL. @server: the
 * connection to a server of ours that it goes along; nullable. */
void sip_authenticator_foresee (SipAuthenticator *self, SipAuthTrail **trail, SipMsgBuilder *request, SipFlow *server);
/* The request goes out on @flow: what was foreseen for our server is not for anybody else. */
void sip_authenticator_confine (SipAuthenticator *self, SipAuthTrail *trail, SipMsgBuilder *request, SipFlow *flow);
/* @response challenges @request, which went out on @flow. Of each realm the strongest challenge counts that there are credentials for. The same challenge is answered once only with
 * the same credentials, and another one of that realm only where the server says that the nonce, and nothing else, was wrong. @waiter: who can wait;
 * nullable. */
SipAuthVerdict sip_authenticator_take (SipAuthenticator *self, SipAuthTrail **trail, SipAuthWaiter *waiter, SipMsg *request, SipMsg *response,
                                       SipFlow *flow);
/* The waiter was told to go on. */
SipAuthVerdict sip_authenticator_resume (SipAuthenticator *self, SipAuthTrail *trail, SipAuthWaiter *waiter, gboolean is_declined, SipMsg *request,
                                         SipMsg *response);
/* Writes the answers to all of @trail into @request, which has its method, URI and body. */
void sip_authenticator_sign (SipAuthenticator *self, SipAuthTrail *trail, SipMsgBuilder *request);
/* @response is none that challenges; it came on @flow: checks what it says of the server, and remembers. */
void sip_authenticator_heed (SipAuthenticator *self, SipAuthTrail *trail, const SipMsg *request, const SipMsg *response, SipFlow *flow);

void sip_auth_trail_free (SipAuthTrail *trail);

G_END_DECLS
