/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-refer-client-context.h"
#include "agent/sip-refer-options.h"
#include "agent/sip-user-agent-private.h"
#include "dialog/sip-subscriber-usage-private.h"

G_BEGIN_DECLS

/* @session: the call that it is said in; NULL: it is said outside of any. @refer_to: the value of the header. */
SipReferClientContext *sip_refer_client_context_new (SipUserAgent *user_agent, SipSession *session, const char *refer_to, SipReferOptions *options);

/* What every REFER says: Refer-To, Referred-By, and what the options say. */
void sip_refer_client_context_fill (SipReferClientContext *self, SipMsgBuilder *request, SipReferOptions *options);

/* What the machine of the subscription tells a context; the owner is the context. */
extern const SipSubscriberEvents sip_refer_client_context_events;
/* Sends it. @usage is the context's; @task gets the final response. The context keeps itself until all is said. */
void sip_refer_client_context_begin (SipReferClientContext *self, SipSubscriberUsage *usage, GTask *task);
/* Called off by the application before it was sent. */
gboolean sip_refer_client_context_is_cancelled (SipReferClientContext *self);

G_END_DECLS
