/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-subscription-private.h"

#include "dialog/sip-causes.h"
#include "syntax/sip-error.h"
#include "syntax/sip-message-private.h"

/**
 * SipSubscription:
 *
 * Somebody's state, as long as we want to know it (RFC 6665): who is there, which calls a line has, which messages wait.
 *
 * ```c
 * SipSubscription *watch = sip_user_agent_subscribe (agent, "sip:bob@example.com", "presence", NULL, &error);
 *
 * g_signal_connect (watch, "notification", G_CALLBACK (notification_cb), NULL);
 * ```
 *
 * What happens, in order: [signal@ClientContext::accepted] for each 2xx to a SUBSCRIBE, [signal@Subscription::notification] for each NOTIFY, whose news
 * are in [property@Subscription:content];
 * [signal@Subscription::terminated] is the last. Where the first SUBSCRIBE is refused it is [signal@ClientContext::rejected] (with a response),
 * [signal@ClientContext::failed], [signal@Subscription::terminated].
 *
 * It is refreshed by itself. Where it gets lost (the other side ends it with "deactivated", "timeout", "probation" or "giveup", does not know it any more, or is
 * gone for a while) it is asked for anew, at once or when the other side wants that (RFC 6665 §4.1.3), with waits that grow up to ten minutes, until
 * [method@Subscription.unsubscribe]: [property@Subscription:state] is `WAITING` meanwhile, and [property@Subscription:error] says why. With "rejected", "noresource"
 * and "invariant" it is over; so it is with a status that would be the same next time.
 *
 * Where a proxy forks the SUBSCRIBE the first that notifies is the one: the NOTIFYs of others are answered 481, which ends their part (RFC 6665 §5.4.9).
 *
 * The agent keeps it until it is over: [property@UserAgent:subscriptions].
 */
struct _SipSubscriptionClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_EVENT,
  PROP_STATE,
  PROP_EXPIRES,
  PROP_REASON,
  PROP_ERROR,
  PROP_CONTENT,
  N_PROPS,
  /* of the interface */
  PROP_USER_AGENT,
  PROP_METHOD,
  PROP_REQUEST,
  PROP_LOCAL_IDENTITY,
  PROP_REMOTE_IDENTITY,
  PROP_DATA
};

enum
{
  SIGNAL_NOTIFICATION,
  SIGNAL_TERMINATED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void client_context_init (SipClientContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipSubscription, sip_subscription, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_CLIENT_CONTEXT, client_context_init))

static SipSubscribeOptions *
snapshot (SipSubscribeOptions *options)
{
  g_autoptr (SipSubscribeOptions) copy = sip_subscribe_options_new ();

  if (options != NULL)
    g_object_set (copy,
                  "extra-headers", sip_request_options_get_extra_headers (SIP_REQUEST_OPTIONS (options)),
                  "body", sip_request_options_get_body (SIP_REQUEST_OPTIONS (options)),
                  "content-type", sip_request_options_get_content_type (SIP_REQUEST_OPTIONS (options)),
                  "anonymous", sip_request_options_get_anonymous (SIP_REQUEST_OPTIONS (options)),
                  "expires", sip_subscribe_options_get_expires (options),
                  "accept", sip_subscribe_options_get_accept (options),
                  "resubscribe", sip_subscribe_options_get_resubscribe (options),
                  NULL);

  return g_steal_pointer (&copy);
}

SipSubscription *
sip_subscription_new (SipUserAgent *user_agent, const char *target, const char *event, SipSubscribeOptions *options, GError **error)
{
  g_autoptr (SipSubscription) self = g_object_new (SIP_TYPE_SUBSCRIPTION, NULL);
  g_autoptr (SipMsgBuilder) probe = NULL;
  SipStr package, params;

  g_set_weak_pointer (&self->user_agent, user_agent);
  self->dialogs = sip_user_agent_get_dialogs (user_agent);
  self->target = g_strdup (target);
  self->event = g_strdup (event);
  self->options = snapshot (options);
  if (strpbrk (event, "\r\n") != NULL || !sip_token_view_parse (sip_str_from (event), &package, &params))
    {
      g_autofree char *escaped = g_strescape (event, NULL);

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "\"%s\" names no event package", escaped);
      return NULL;
    }
  if ((probe = sip_subscription_new_request (self, error)) == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/* --- ClientContext --- */

/* The answer is no longer waited for, and a NOTIFY that comes is told that there is no subscription. */
static gboolean
client_context_cancel (SipClientContext *context, SipResponseOptions *options, GError **error)
{
  g_autoptr (SipSubscription) self = g_object_ref (SIP_SUBSCRIPTION (context));

  if (self->state != SIP_SUBSCRIPTION_STATE_NOTIFY_WAIT && self->state != SIP_SUBSCRIPTION_STATE_WAITING)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "cancel is not possible: the subscription %s",
                   self->state == SIP_SUBSCRIPTION_STATE_TERMINATED ? "is over" : "was accepted");
      return FALSE;
    }

  self->is_called_off = TRUE;
  g_clear_pointer (&self->usage, sip_subscriber_usage_free);
  g_signal_emit_by_name (self, "cancel");
  g_signal_emit_by_name (self, "failed", NULL, SIP_CAUSE_CANCELED);
  sip_subscription_finish (self, NULL, SIP_CAUSE_CANCELED);
  return TRUE;
}

static void
client_context_init (SipClientContextInterface *iface)
{
  iface->cancel = client_context_cancel;
}

/* --- class --- */

static void
sip_subscription_dispose (GObject *object)
{
  SipSubscription *self = SIP_SUBSCRIPTION (object);

  g_clear_pointer (&self->usage, sip_subscriber_usage_free);
  sip_timer_stop (&self->timer);
  sip_ender_leave (&self->ender);
  if (self->user_agent != NULL)
    g_signal_handlers_disconnect_by_data (self->user_agent, self);
  g_clear_weak_pointer (&self->user_agent);
  g_clear_object (&self->options);
  g_clear_object (&self->request);
  g_clear_object (&self->content);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (sip_subscription_parent_class)->dispose (object);
}

static void
sip_subscription_finalize (GObject *object)
{
  SipSubscription *self = SIP_SUBSCRIPTION (object);

  g_free (self->target);
  g_free (self->event);
  g_free (self->reason);
  g_clear_error (&self->error);
  g_clear_pointer (&self->msg, sip_msg_unref);
  g_clear_pointer (&self->local_identity, sip_name_addr_unref);
  g_clear_pointer (&self->remote_identity, sip_name_addr_unref);

  G_OBJECT_CLASS (sip_subscription_parent_class)->finalize (object);
}

static SipNameAddr *
identity (SipSubscription *self, SipNameAddr **cached, SipHeaderId id)
{
  if (*cached == NULL && self->msg != NULL)
    *cached = sip_name_addr_new_from_str (sip_msg_value (self->msg, id));

  return *cached;
}

static void
sip_subscription_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipSubscription *self = SIP_SUBSCRIPTION (object);

  switch (id)
    {
    case PROP_EVENT:
      g_value_set_string (value, self->event);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_EXPIRES:
      g_value_set_uint (value, self->expires);
      break;
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;
    case PROP_USER_AGENT:
      g_value_set_object (value, self->user_agent);
      break;
    case PROP_METHOD:
      g_value_set_static_string (value, "SUBSCRIBE");
      break;
    case PROP_REQUEST:
      g_value_set_object (value, sip_subscription_get_request (self));
      break;
    case PROP_LOCAL_IDENTITY:
      g_value_set_boxed (value, identity (self, &self->local_identity, SIP_H_FROM));
      break;
    case PROP_REMOTE_IDENTITY:
      g_value_set_boxed (value, identity (self, &self->remote_identity, SIP_H_TO));
      break;
    case PROP_DATA:
      g_value_set_object (value, self->data);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_subscription_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipSubscription *self = SIP_SUBSCRIPTION (object);

  switch (id)
    {
    case PROP_DATA:
      if (g_set_object (&self->data, g_value_get_object (value)))
        g_object_notify (object, "data");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * SipSubscription:event:
   *
   * The event package, as it was asked for: "presence", "dialog", "message-summary", …
   */
  properties[PROP_EVENT] = g_param_spec_string ("event", NULL, NULL, NULL, flags);

  /**
   * SipSubscription:state:
   *
   * How far it is.
   */
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, SIP_TYPE_SUBSCRIPTION_STATE, SIP_SUBSCRIPTION_STATE_INITIAL, flags);

  /**
   * SipSubscription:expires:
   *
   * How many seconds it was last said to last; it is refreshed well before.
   */
  properties[PROP_EXPIRES] = g_param_spec_uint ("expires", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipSubscription:reason:
   *
   * Why the other side has ended it last: "deactivated", "probation", "rejected", "timeout", "giveup", "noresource", "invariant" or a word of its own;
   * `NULL` where it has not, or gave none.
   */
  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);

  /**
   * SipSubscription:error:
   *
   * Why it is `WAITING` or `TERMINATED`; `NULL` while all is well, and where it was we who ended it. `SIP_ERROR_DIALOG`: the other side has ended it, or does
   * not know it; `SIP_ERROR_AUTHENTICATION`, `SIP_ERROR_NOT_SUPPORTED`: it does not let us, or does not know the event package; `SIP_ERROR_TIMEOUT`,
   * `SIP_ERROR_TRANSPORT` or GIO's: it was not to be reached.
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);

  /**
   * SipSubscription:content:
   *
   * What the other side tells, as it now is: a [class@Presence] of the event package "presence", a [class@DialogInfo] of "dialog" (the whole state, whatever
   * the NOTIFYs bring), a [class@MessageSummary] of "message-summary". `NULL` of others, and as long as nothing was understood. It changes before
   * [signal@Subscription::notification]; what of "dialog" got lost is asked for anew.
   */
  properties[PROP_CONTENT] = g_param_spec_object ("content", NULL, NULL, G_TYPE_OBJECT, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_object_class_override_property (object_class, PROP_USER_AGENT, "user-agent");
  g_object_class_override_property (object_class, PROP_METHOD, "method");
  g_object_class_override_property (object_class, PROP_REQUEST, "request");
  g_object_class_override_property (object_class, PROP_LOCAL_IDENTITY, "local-identity");
  g_object_class_override_property (object_class, PROP_REMOTE_IDENTITY, "remote-identity");
  g_object_class_override_property (object_class, PROP_DATA, "data");
}

static void
sip_subscription_class_init (SipSubscriptionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sip_subscription_dispose;
  object_class->finalize = sip_subscription_finalize;
  object_class->get_property = sip_subscription_get_property;
  object_class->set_property = sip_subscription_set_property;
  install_properties (object_class);

  /**
   * SipSubscription::notification:
   * @self: the subscription
   * @request: the NOTIFY; it has been answered
   *
   * The state is told, or a change of it.
   */
  signals[SIGNAL_NOTIFICATION] =
      g_signal_new ("notification", SIP_TYPE_SUBSCRIPTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, SIP_TYPE_REQUEST);

  /**
   * SipSubscription::terminated:
   * @self: the subscription
   * @message: (nullable): the NOTIFY or the response that has ended it; `NULL` when none did
   * @cause: (nullable): [property@Subscription:reason], or one of the `SIP_CAUSE_` texts; `NULL` when it was called off without another word
   *
   * It is over, and not asked for anew. The last signal.
   */
  signals[SIGNAL_TERMINATED] = g_signal_new ("terminated", SIP_TYPE_SUBSCRIPTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                             SIP_TYPE_MESSAGE, G_TYPE_STRING);
}

static void
sip_subscription_init (SipSubscription *self)
{
}

/* --- public --- */

/**
 * sip_subscription_get_state:
 * @self: a subscription
 *
 * Gets how far it is.
 *
 * Returns: the state
 */
SipSubscriptionState
sip_subscription_get_state (SipSubscription *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), SIP_SUBSCRIPTION_STATE_TERMINATED);

  return self->state;
}

/**
 * sip_subscription_get_event:
 * @self: a subscription
 *
 * Gets the event package.
 *
 * Returns: the package, as it was asked for
 */
const char *
sip_subscription_get_event (SipSubscription *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), NULL);

  return self->event;
}

/**
 * sip_subscription_get_expires:
 * @self: a subscription
 *
 * Gets how long it was last said to last.
 *
 * Returns: seconds
 */
guint
sip_subscription_get_expires (SipSubscription *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), 0);

  return self->expires;
}

/**
 * sip_subscription_get_reason:
 * @self: a subscription
 *
 * Gets why the other side has ended it last.
 *
 * Returns: (nullable): the reason of the Subscription-State header
 */
const char *
sip_subscription_get_reason (SipSubscription *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), NULL);

  return self->reason;
}

/**
 * sip_subscription_get_error:
 * @self: a subscription
 *
 * Gets why it is waiting or over.
 *
 * Returns: (transfer none) (nullable): see [property@Subscription:error]
 */
const GError *
sip_subscription_get_error (SipSubscription *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), NULL);

  return self->error;
}

/**
 * sip_subscription_get_content:
 * @self: a subscription
 *
 * Gets what the other side tells, as it now is.
 *
 * Returns: (transfer none) (nullable): see [property@Subscription:content]
 */
GObject *
sip_subscription_get_content (SipSubscription *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), NULL);

  return self->content;
}

/**
 * sip_subscription_get_request:
 * @self: a subscription
 *
 * Gets the SUBSCRIBE that it began with.
 *
 * Returns: (transfer none) (nullable): the request; `NULL` until it was sent
 */
SipRequest *
sip_subscription_get_request (SipSubscription *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), NULL);

  if (self->request == NULL && self->msg != NULL)
    self->request = SIP_REQUEST (sip_message_new_for_msg (self->msg));

  return self->request;
}

/**
 * sip_subscription_refresh:
 * @self: a subscription
 * @error: return location for an error
 *
 * Asks for the whole state now, and for as much time as in the beginning (RFC 6665 §4.1.2.2). There is no need to, but to see that the other side is
 * still there. One that waits is asked for at once.
 *
 * Returns: whether it is being asked for; otherwise @error is `SIP_ERROR_INVALID_STATE` (the first NOTIFY was not here yet, or it is over), and nothing has
 *   changed
 */
gboolean
sip_subscription_refresh (SipSubscription *self, GError **error)
{
  g_autoptr (SipSubscription) hold = NULL;

  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), FALSE);

  hold = g_object_ref (self);
  if (self->state == SIP_SUBSCRIPTION_STATE_WAITING)
    {
      sip_subscription_begin (self);
      return TRUE;
    }
  if (self->usage != NULL && sip_subscriber_usage_refresh (self->usage))
    return TRUE;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "refresh is not possible: the subscription %s",
               self->state == SIP_SUBSCRIPTION_STATE_NOTIFY_WAIT ? "is not established" : "is over");
  return FALSE;
}

/**
 * sip_subscription_unsubscribe:
 * @self: a subscription
 * @error: return location for an error
 *
 * Calls it off (RFC 6665 §4.1.2.3). The other side says the state once more; then comes [signal@Subscription::terminated], at the latest after about half a
 * minute.
 *
 * Returns: whether it is called off; otherwise @error is `SIP_ERROR_INVALID_STATE` (it was, or is over), and nothing has changed
 */
gboolean
sip_subscription_unsubscribe (SipSubscription *self, GError **error)
{
  g_autoptr (SipSubscription) hold = NULL;

  g_return_val_if_fail (SIP_IS_SUBSCRIPTION (self), FALSE);

  if (self->is_called_off || self->state == SIP_SUBSCRIPTION_STATE_TERMINATED)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "unsubscribe is not possible: the subscription %s",
                   self->state == SIP_SUBSCRIPTION_STATE_TERMINATED ? "is over" : "was called off");
      return FALSE;
    }

  hold = g_object_ref (self);
  self->is_called_off = TRUE;
  if (self->usage != NULL)
    sip_subscriber_usage_unsubscribe (self->usage);
  else
    sip_subscription_finish (self, NULL, NULL);
  return TRUE;
}
