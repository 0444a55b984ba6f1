/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-subscription-state.h"

G_DEFINE_ENUM_TYPE (SipSubscriptionState,
                    sip_subscription_state,
                    G_DEFINE_ENUM_VALUE (SIP_SUBSCRIPTION_STATE_INITIAL, "initial"),
                    G_DEFINE_ENUM_VALUE (SIP_SUBSCRIPTION_STATE_NOTIFY_WAIT, "notify-wait"),
                    G_DEFINE_ENUM_VALUE (SIP_SUBSCRIPTION_STATE_PENDING, "pending"),
                    G_DEFINE_ENUM_VALUE (SIP_SUBSCRIPTION_STATE_ACTIVE, "active"),
                    G_DEFINE_ENUM_VALUE (SIP_SUBSCRIPTION_STATE_WAITING, "waiting"),
                    G_DEFINE_ENUM_VALUE (SIP_SUBSCRIPTION_STATE_ENDING, "ending"),
                    G_DEFINE_ENUM_VALUE (SIP_SUBSCRIPTION_STATE_TERMINATED, "terminated"))
