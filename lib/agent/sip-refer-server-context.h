/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-incoming-context.h"
#include "agent/sip-outgoing-session.h"

G_BEGIN_DECLS

#define SIP_TYPE_REFER_SERVER_CONTEXT (sip_refer_server_context_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipReferServerContext, sip_refer_server_context, SIP, REFER_SERVER_CONTEXT, SipIncomingContext)

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_refer_server_context_get_refer_to (SipReferServerContext *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_refer_server_context_get_referred_by (SipReferServerContext *self);

SIP_AVAILABLE_IN_1_0
const char *sip_refer_server_context_get_replaces (SipReferServerContext *self);

SIP_AVAILABLE_IN_1_0
SipSession *sip_refer_server_context_get_referred_session (SipReferServerContext *self);

SIP_AVAILABLE_IN_1_0
SipOutgoingSession *sip_refer_server_context_get_target_session (SipReferServerContext *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_refer_server_context_accept (SipReferServerContext *self, gboolean follow, SipInviteOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_refer_server_context_send_notify (SipReferServerContext *self, guint status_code, const char *reason_phrase, GError **error);

G_END_DECLS
