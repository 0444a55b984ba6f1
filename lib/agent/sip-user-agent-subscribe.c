/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* SUBSCRIBE (RFC 6665): what the agent keeps of its subscriptions. */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-subscription-private.h"
#include "syntax/sip-error.h"

void
sip_user_agent_remove_subscription (SipUserAgent *self, SipSubscription *subscription)
{
  guint position;

  if (g_list_store_find (self->subscriptions, subscription, &position))
    g_list_store_remove (self->subscriptions, position);
}

/**
 * sip_user_agent_subscribe:
 * @self: a user agent that was started
 * @target: whose state: a URI, "user@host", or a user of our own domain
 * @event: which part of it: the name of an event package, "presence", "dialog", "message-summary", …, where need be with parameters
 * @options: (nullable): how
 * @error: return location for an error
 *
 * Subscribes to somebody's state (RFC 6665 §4.1). Returns at once: the subscription's signals tell the rest.
 *
 * Returns: (transfer full) (nullable): the subscription; `NULL` with `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_URI`, `SIP_ERROR_INVALID_ARGUMENT` (the
 *   event) or `SIP_ERROR_INVALID_HEADER`
 */
SipSubscription *
sip_user_agent_subscribe (SipUserAgent *self, const char *target, const char *event, SipSubscribeOptions *options, GError **error)
{
  SipSubscription *subscription;

  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (target != NULL, NULL);
  g_return_val_if_fail (event != NULL, NULL);
  g_return_val_if_fail (options == NULL || SIP_IS_SUBSCRIBE_OPTIONS (options), NULL);

  if (self->state != SIP_USER_AGENT_STATE_STARTED)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "subscribe is not possible while the user agent is not started");
      return NULL;
    }
  if (!sip_user_agent_check_settings (self, error))
    return NULL;

  subscription = sip_subscription_new (self, target, event, options, error);
  if (subscription == NULL)
    return NULL;

  g_list_store_append (self->subscriptions, subscription);
  sip_subscription_start (subscription);
  return subscription;
}

/**
 * sip_user_agent_get_subscriptions:
 * @self: a user agent
 *
 * Gets our subscriptions to others' state that are not over.
 *
 * Returns: (transfer none): a list of [class@Subscription]
 */
GListModel *
sip_user_agent_get_subscriptions (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return G_LIST_MODEL (self->subscriptions);
}
