/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-message.h"

G_BEGIN_DECLS

#define SIP_TYPE_RESPONSE (sip_response_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipResponse, sip_response, SIP, RESPONSE, SipMessage)

SIP_AVAILABLE_IN_1_0
guint sip_response_get_status_code (SipResponse *self);

SIP_AVAILABLE_IN_1_0
const char *sip_response_get_reason_phrase (SipResponse *self);

G_END_DECLS
