/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* SUBSCRIBE (RFC 6665): what the agent keeps of its subscriptions to others, and of others' to it. */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-notifier-private.h"
#include "agent/sip-subscription-private.h"
#include "syntax/sip-error.h"

static void
remove_item (GListStore *store, gpointer item)
{
  guint position;

  if (g_list_store_find (store, item, &position))
    g_list_store_remove (store, position);
}

void
sip_user_agent_remove_subscription (SipUserAgent *self, SipSubscription *subscription)
{
  remove_item (self->subscriptions, subscription);
}

void
sip_user_agent_add_subscriber (SipUserAgent *self, SipNotifier *notifier)
{
  g_list_store_append (self->subscribers, notifier);
}

void
sip_user_agent_remove_subscriber (SipUserAgent *self, SipNotifier *notifier)
{
  remove_item (self->subscribers, notifier);
}

/* --- others' --- */

/* Seconds after which somebody may try again when we have too many. */
#define BUSY_RETRY_AFTER 60

static void
refuse (SipUserAgent *self, SipServerTransaction *transaction, guint status)
{
  g_autofree char *tag = sip_tag_new ();
  SipMsgBuilder *response = sip_msg_builder_new_response (sip_server_transaction_get_request (transaction), status, NULL, tag);

  /* RFC 6665 §7.2: which it could have been. */
  if (status == 489 && sip_dialogs_get_allow_events (self->dialogs) != NULL)
    sip_msg_builder_add (response, SIP_H_ALLOW_EVENTS, sip_str_from (sip_dialogs_get_allow_events (self->dialogs)));
  if (status == 503)
    sip_msg_builder_add_printf (response, SIP_H_RETRY_AFTER, "%u", BUSY_RETRY_AFTER);
  if (sip_dialogs_get_product (self->dialogs) != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (sip_dialogs_get_product (self->dialogs)));
  sip_server_transaction_respond (transaction, response, NULL);
}

static gboolean
has_package (SipUserAgent *self, SipMsg *request)
{
  SipStr package, params;

  if (!sip_token_view_parse (sip_msg_value (request, SIP_H_EVENT), &package, &params))
    return FALSE;

  for (guint i = 0; self->events != NULL && self->events[i] != NULL; i++)
    {
      if (sip_str_equal_nocase (package, sip_str_from (self->events[i])))
        return TRUE;
    }

  return FALSE;
}

void
sip_user_agent_receive_subscribe (SipUserAgent *self, SipServerTransaction *transaction)
{
  SipMsg *request = sip_server_transaction_get_request (transaction);
  guint signal = g_signal_lookup ("subscribe", SIP_TYPE_USER_AGENT);
  g_autoptr (SipNotifier) notifier = NULL;
  SipNameAddrView contact;

  if (!has_package (self, request))
    refuse (self, transaction, 489);
  else if (!sip_msg_contact (request, &contact) || contact.is_star)
    refuse (self, transaction, 400);
  else if (self->state != SIP_USER_AGENT_STATE_STARTED || !g_signal_has_handler_pending (self, signal, 0, FALSE))
    refuse (self, transaction, 480);
  else if (g_list_model_get_n_items (G_LIST_MODEL (self->subscribers)) >= self->max_subscribers)
    refuse (self, transaction, 503);
  else
    notifier = sip_notifier_new (self, transaction);

  if (notifier != NULL)
    g_signal_emit (self, signal, 0, notifier);
}

/* --- ours --- */

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

/**
 * sip_user_agent_get_subscribers:
 * @self: a user agent
 *
 * Gets who has subscribed to our state.
 *
 * Returns: (transfer none): a list of [class@Notifier]
 */
GListModel *
sip_user_agent_get_subscribers (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return G_LIST_MODEL (self->subscribers);
}

/**
 * sip_user_agent_get_events:
 * @self: a user agent
 *
 * Gets the event packages that we notify of.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): their names
 */
const char *const *
sip_user_agent_get_events (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->events;
}

/**
 * sip_user_agent_set_events:
 * @self: a user agent
 * @events: (nullable) (array zero-terminated=1): names of event packages
 *
 * Sets the event packages that we notify of.
 */
void
sip_user_agent_set_events (SipUserAgent *self, const char *const *events)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->events == events)
    return;

  g_strfreev (self->events);
  self->events = g_strdupv ((char **) events);
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_EVENTS);
}

/**
 * sip_user_agent_get_max_subscribers:
 * @self: a user agent
 *
 * Gets how many others may subscribe to our state.
 *
 * Returns: how many
 */
guint
sip_user_agent_get_max_subscribers (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->max_subscribers;
}

/**
 * sip_user_agent_set_max_subscribers:
 * @self: a user agent
 * @max_subscribers: how many
 *
 * Sets how many others may subscribe to our state. Those who have stay.
 */
void
sip_user_agent_set_max_subscribers (SipUserAgent *self, guint max_subscribers)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->max_subscribers == max_subscribers)
    return;

  self->max_subscribers = max_subscribers;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_MAX_SUBSCRIBERS);
}
