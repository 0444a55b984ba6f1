/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-client-context.h"
#include "syntax/sip-request.h"
#include "syntax/sip-response.h"

G_BEGIN_DECLS

#define SIP_TYPE_OUTGOING_CONTEXT (sip_outgoing_context_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipOutgoingContext, sip_outgoing_context, SIP, OUTGOING_CONTEXT, GObject)

SIP_AVAILABLE_IN_1_0
const char *sip_outgoing_context_get_method (SipOutgoingContext *self);

SIP_AVAILABLE_IN_1_0
SipRequest *sip_outgoing_context_get_request (SipOutgoingContext *self);

SIP_AVAILABLE_IN_1_0
SipResponse *sip_outgoing_context_get_response (SipOutgoingContext *self);

G_END_DECLS
