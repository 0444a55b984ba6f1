/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-refer-server-context.h"
#include "agent/sip-user-agent-private.h"

G_BEGIN_DECLS

/* @session: the call that it came in; NULL: it came outside of any. NULL: the REFER made no sense, and was answered so. */
SipReferServerContext *sip_refer_server_context_new (SipUserAgent *user_agent, SipSession *session, SipServerTransaction *transaction);

/* Nobody else decides: accepts and follows it, or refuses it where that cannot be. */
void sip_refer_server_context_follow (SipReferServerContext *self);

G_END_DECLS
