/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-message.h"

G_BEGIN_DECLS

#define SIP_TYPE_REQUEST (sip_request_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipRequest, sip_request, SIP, REQUEST, SipMessage)

SIP_AVAILABLE_IN_1_0
SipUri *sip_request_get_uri (SipRequest *self);

G_END_DECLS
