/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-credentials.h"
#include "syntax/sip-request.h"
#include "syntax/sip-response.h"

G_BEGIN_DECLS

#define SIP_TYPE_CHALLENGE (sip_challenge_get_type ())

SIP_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SipChallenge, sip_challenge, SIP, CHALLENGE, GObject)

SIP_AVAILABLE_IN_1_0
const char *sip_challenge_get_realm (SipChallenge *self);

SIP_AVAILABLE_IN_1_0
SipDigestAlgorithm sip_challenge_get_algorithm (SipChallenge *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_challenge_get_is_proxy (SipChallenge *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_challenge_get_is_retry (SipChallenge *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_challenge_get_is_open (SipChallenge *self);

SIP_AVAILABLE_IN_1_0
SipRequest *sip_challenge_get_request (SipChallenge *self);

SIP_AVAILABLE_IN_1_0
SipResponse *sip_challenge_get_response (SipChallenge *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_challenge_authenticate (SipChallenge *self, const char *username, const char *password);

SIP_AVAILABLE_IN_1_0
gboolean sip_challenge_answer (SipChallenge *self, SipCredentials *credentials);

SIP_AVAILABLE_IN_1_0
void sip_challenge_cancel (SipChallenge *self);

G_END_DECLS
