/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-user-agent-private.h"
#include "dialog/sip-invite-usage-private.h"

G_BEGIN_DECLS

/* A request outside of any dialog, as the agent's identity says it (RFC 3261 §8.1.1); everything but the body. */
SipMsgBuilder *sip_request_draft_new (SipUserAgent *agent, SipMethod method, const char *target, gboolean anonymous,
                                      const SipMessageExtras *extras, GError **error);
/* Where it goes: through the agent's server where it has one. The slices live as long as @request does not change. */
void sip_request_draft_fill_target (SipUserAgent *agent, SipMsgBuilder *request, gboolean anonymous, SipSendTarget *target);

G_END_DECLS
