/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-outgoing-context.h"
#include "agent/sip-user-agent-private.h"

G_BEGIN_DECLS

/* Takes @request; @target is where it goes. @max_size: bytes that it must not be larger than on the wire; 0: any size. */
SipOutgoingContext *sip_outgoing_context_new (SipUserAgent *user_agent, SipMsgBuilder *request, const SipSendTarget *target, guint max_size);
/* Sends it when the main loop runs. The context keeps itself until the answer was told. @task (nullable) gets the final response. */
void sip_outgoing_context_begin (SipOutgoingContext *self, GTask *task);

G_END_DECLS
