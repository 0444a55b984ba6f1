/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-client-context.h"
#include "agent/sip-subscribe-options.h"
#include "dialog/sip-subscription-state.h"
#include "syntax/sip-name-addr.h"
#include "syntax/sip-request.h"

G_BEGIN_DECLS

#define SIP_TYPE_SUBSCRIPTION (sip_subscription_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipSubscription, sip_subscription, SIP, SUBSCRIPTION, GObject)

SIP_AVAILABLE_IN_1_0
SipSubscriptionState sip_subscription_get_state (SipSubscription *self);

SIP_AVAILABLE_IN_1_0
const char *sip_subscription_get_event (SipSubscription *self);

SIP_AVAILABLE_IN_1_0
guint sip_subscription_get_expires (SipSubscription *self);

SIP_AVAILABLE_IN_1_0
const char *sip_subscription_get_reason (SipSubscription *self);

SIP_AVAILABLE_IN_1_0
const GError *sip_subscription_get_error (SipSubscription *self);

SIP_AVAILABLE_IN_1_0
GObject *sip_subscription_get_content (SipSubscription *self);

SIP_AVAILABLE_IN_1_0
SipRequest *sip_subscription_get_request (SipSubscription *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_subscription_refresh (SipSubscription *self, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_subscription_unsubscribe (SipSubscription *self, GError **error);

G_END_DECLS
