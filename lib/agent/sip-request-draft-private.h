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
/* The same for any method, known or not. */
SipMsgBuilder *sip_request_draft_new_named (SipUserAgent *agent, SipStr method, const char *target, gboolean anonymous,
                                            const SipMessageExtras *extras, GError **error);
/* "bob", "bob@example.com", "tel:+1-555", "sip:bob@example.com;transport=ws": the URI that it stands for. Headers of a URI ("?Subject=x") do not belong into a
 * Request-URI (RFC 3261 §19.1.1), but into a Refer-To. */
char *sip_request_draft_normalize_target (SipUserAgent *agent, const char *target, gboolean keep_headers, GError **error);
/* The call whose place it is to take (RFC 3891 §4); @replaces is nullable. FALSE with SIP_ERROR_INVALID_ARGUMENT. */
gboolean sip_request_draft_add_replaces (SipMsgBuilder *invite, const char *replaces, GError **error);
/* Where it goes: through the agent's server where it has one. The slices live as long as @request does not change. */
void sip_request_draft_fill_target (SipUserAgent *agent, SipMsgBuilder *request, gboolean anonymous, SipSendTarget *target);

G_END_DECLS
