/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-session.h"

G_BEGIN_DECLS

#define SIP_TYPE_INCOMING_SESSION (sip_incoming_session_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipIncomingSession, sip_incoming_session, SIP, INCOMING_SESSION, SipSession)

SIP_AVAILABLE_IN_1_0
SipRequest *sip_incoming_session_get_cancel_request (SipIncomingSession *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_session_progress (SipIncomingSession *self, SipResponseOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_session_accept (SipIncomingSession *self, SipInviteOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_incoming_session_accept_async (SipIncomingSession *self,
                                        SipInviteOptions   *options,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_session_accept_finish (SipIncomingSession *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_session_reject (SipIncomingSession *self, SipResponseOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_incoming_session_reply (SipIncomingSession *self, SipResponseOptions *options, GError **error);

G_END_DECLS
