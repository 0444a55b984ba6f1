/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-incoming-context.h"
#include "dialog/sip-subscription-state.h"

G_BEGIN_DECLS

#define SIP_TYPE_NOTIFIER (sip_notifier_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipNotifier, sip_notifier, SIP, NOTIFIER, SipIncomingContext)

SIP_AVAILABLE_IN_1_0
const char *sip_notifier_get_event (SipNotifier *self);

SIP_AVAILABLE_IN_1_0
SipSubscriptionState sip_notifier_get_state (SipNotifier *self);

SIP_AVAILABLE_IN_1_0
guint sip_notifier_get_expires (SipNotifier *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_notifier_takes (SipNotifier *self, const char *media_type);

SIP_AVAILABLE_IN_1_0
gboolean sip_notifier_accept (SipNotifier *self, guint expires, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_notifier_defer (SipNotifier *self, guint expires, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_notifier_send_notify (SipNotifier *self, const char *content_type, GBytes *body, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_notifier_terminate (SipNotifier *self, const char *reason, guint retry_after, GError **error);

G_END_DECLS
