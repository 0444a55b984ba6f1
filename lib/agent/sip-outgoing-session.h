/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-session.h"

G_BEGIN_DECLS

#define SIP_TYPE_OUTGOING_SESSION (sip_outgoing_session_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipOutgoingSession, sip_outgoing_session, SIP, OUTGOING_SESSION, SipSession)

SIP_AVAILABLE_IN_1_0
gboolean sip_outgoing_session_cancel (SipOutgoingSession *self, SipResponseOptions *options, GError **error);

G_END_DECLS
