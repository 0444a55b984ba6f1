/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-client-context.h"
#include "agent/sip-session.h"

G_BEGIN_DECLS

#define SIP_TYPE_REFER_CLIENT_CONTEXT (sip_refer_client_context_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipReferClientContext, sip_refer_client_context, SIP, REFER_CLIENT_CONTEXT, GObject)

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_refer_client_context_get_refer_to (SipReferClientContext *self);

SIP_AVAILABLE_IN_1_0
SipSession *sip_refer_client_context_get_session (SipReferClientContext *self);

SIP_AVAILABLE_IN_1_0
SipRequest *sip_refer_client_context_get_request (SipReferClientContext *self);

G_END_DECLS
