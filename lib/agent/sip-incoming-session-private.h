/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-incoming-session.h"
#include "agent/sip-session-private.h"

G_BEGIN_DECLS

SipIncomingSession *sip_incoming_session_new (SipUserAgent *user_agent, SipDialogs *dialogs, SipServerTransaction *transaction, gint64 no_answer);

/* The caller has called it off. */
void sip_incoming_session_note_cancel (SipIncomingSession *self, SipMsg *cancel);

G_END_DECLS
