/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-outgoing-session.h"
#include "agent/sip-session-private.h"
#include "agent/sip-user-agent-private.h"

G_BEGIN_DECLS

/* NULL with an error when target or options cannot be used. @referral: nullable. */
SipOutgoingSession *sip_outgoing_session_new (SipUserAgent *user_agent, const char *target, SipInviteOptions *options, const SipReferral *referral,
                                              GError **error);
/* From the main loop, so that whoever asked for the call can connect to its signals first. */
void sip_outgoing_session_begin (SipOutgoingSession *self, SipTimerWheel *wheel);

G_END_DECLS
