/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-subscription.h"
#include "agent/sip-user-agent-private.h"

G_BEGIN_DECLS

/* NULL with an error that names what is wrong. Nothing is sent before begin(). */
SipSubscription *sip_subscription_new (SipUserAgent *user_agent, const char *target, const char *event, SipSubscribeOptions *options, GError **error);
void sip_subscription_begin (SipSubscription *self);

G_END_DECLS
