/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipSubscriptionState:
 * @SIP_SUBSCRIPTION_STATE_INITIAL: nothing was said yet: the SUBSCRIBE is not sent, or not answered by us
 * @SIP_SUBSCRIPTION_STATE_NOTIFY_WAIT: it was sent; the first NOTIFY is to come
 * @SIP_SUBSCRIPTION_STATE_PENDING: it was taken, but whether we may know the state is not decided
 * @SIP_SUBSCRIPTION_STATE_ACTIVE: the state is notified of
 * @SIP_SUBSCRIPTION_STATE_WAITING: it was lost; after a while it is asked for anew
 * @SIP_SUBSCRIPTION_STATE_ENDING: it was called off; the last NOTIFY is to come
 * @SIP_SUBSCRIPTION_STATE_TERMINATED: it is over
 *
 * How far a subscription is (RFC 6665 §4.1.2).
 */
typedef enum
{
  SIP_SUBSCRIPTION_STATE_INITIAL,
  SIP_SUBSCRIPTION_STATE_NOTIFY_WAIT,
  SIP_SUBSCRIPTION_STATE_PENDING,
  SIP_SUBSCRIPTION_STATE_ACTIVE,
  SIP_SUBSCRIPTION_STATE_WAITING,
  SIP_SUBSCRIPTION_STATE_ENDING,
  SIP_SUBSCRIPTION_STATE_TERMINATED,
} SipSubscriptionState;

#define SIP_TYPE_SUBSCRIPTION_STATE (sip_subscription_state_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_subscription_state_get_type (void);

G_END_DECLS
