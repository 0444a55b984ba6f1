/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-server-context.h"
#include "syntax/sip-name-addr.h"
#include "syntax/sip-request.h"

G_BEGIN_DECLS

typedef struct _SipUserAgent SipUserAgent;

#define SIP_TYPE_INCOMING_CONTEXT (sip_incoming_context_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipIncomingContext, sip_incoming_context, SIP, INCOMING_CONTEXT, GObject)

SIP_AVAILABLE_IN_1_0
SipUserAgent *sip_incoming_context_get_user_agent (SipIncomingContext *self);

SIP_AVAILABLE_IN_1_0
const char *sip_incoming_context_get_method (SipIncomingContext *self);

SIP_AVAILABLE_IN_1_0
SipRequest *sip_incoming_context_get_request (SipIncomingContext *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_incoming_context_get_local_identity (SipIncomingContext *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_incoming_context_get_remote_identity (SipIncomingContext *self);

SIP_AVAILABLE_IN_1_0
GObject *sip_incoming_context_get_data (SipIncomingContext *self);

SIP_AVAILABLE_IN_1_0
void sip_incoming_context_set_data (SipIncomingContext *self, GObject *data);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_context_progress (SipIncomingContext *self, SipResponseOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_context_accept (SipIncomingContext *self, SipRequestOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_context_reject (SipIncomingContext *self, SipResponseOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_context_reply (SipIncomingContext *self, SipResponseOptions *options, GError **error);

G_END_DECLS
