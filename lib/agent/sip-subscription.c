/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-subscription-private.h"

#include "agent/sip-enders-private.h"
#include "agent/sip-request-draft-private.h"
#include "agent/sip-request-options-private.h"
#include "dialog/sip-causes.h"
#include "dialog/sip-message-extras-private.h"
#include "dialog/sip-subscription-retry-private.h"
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
 * What happens, in order: [signal@ClientContext::accepted] for each 2xx to a SUBSCRIBE, [signal@Subscription::notification] for each NOTIFY;
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
struct _SipSubscription
{
  GObject parent_instance;
  SipUserAgent *user_agent;    /* weak */
  SipDialogs *dialogs;
  SipEnder ender;              /* while it is begun */
  SipSubscriberUsage *usage;   /* NULL: not begun, waiting, or over */
  SipTimer timer;              /* when it is asked for anew */
  char *target;
  char *event;
  SipSubscribeOptions *options; /* a copy */
  SipSubscriptionState state;
  char *reason;
  GError *error;
  SipMsg *msg;
  SipRequest *request;
  SipNameAddr *local_identity;
  SipNameAddr *remote_identity;
  GObject *data;
  gint64 since;                /* when the one that is on was asked for */
  guint n_tries;               /* since it last was stable */
  guint expires;
  guint8 was_notified;         /* ever */
  guint8 is_notified;          /* the one that is on */
  guint8 is_called_off;
};

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

/* --- what can be seen --- */

static void
set_state (SipSubscription *self, SipSubscriptionState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_reason (SipSubscription *self, SipStr reason)
{
  g_autofree char *text = reason.len > 0 && g_utf8_validate_len (reason.p, reason.len, NULL) ? sip_str_dup (reason) : NULL;

  if (g_strcmp0 (self->reason, text) == 0)
    return;

  g_free (self->reason);
  self->reason = g_steal_pointer (&text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
}

/* Takes @error. */
static void
set_error (SipSubscription *self, GError *error)
{
  if (self->error == error)
    return;

  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
set_expires (SipSubscription *self)
{
  gint64 left = sip_subscriber_usage_get_expiry (self->usage) - sip_timer_wheel_now (sip_dialogs_get_wheel (self->dialogs));
  guint expires = left > 0 ? (guint) ((left + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC) : 0;

  if (self->expires == expires)
    return;

  self->expires = expires;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES]);
}

static GError *
error_for_response (const SipMsg *response)
{
  SipError code = SIP_ERROR_DIALOG;

  switch (response->status)
    {
    case 401:
    case 403:
    case 407:
      code = SIP_ERROR_AUTHENTICATION;
      break;
    case 408:
    case 504:
      code = SIP_ERROR_TIMEOUT;
      break;
    case 405:
    case 406:
    case 415:
    case 420:
    case 489:
    case 501:
      code = SIP_ERROR_NOT_SUPPORTED;
      break;
    default:
      break;
    }

  return g_error_new (SIP_ERROR, (int) code, "The SUBSCRIBE was answered %u " SIP_STR_FORMAT, response->status, SIP_STR_ARGS (response->reason));
}

/* --- the end --- */

static void begin (SipSubscription *self);

/* The last word. @message and @cause are nullable. */
static void
finish (SipSubscription *self, SipMessage *message, const char *cause)
{
  g_autoptr (SipSubscription) hold = g_object_ref (self);

  if (self->state == SIP_SUBSCRIPTION_STATE_TERMINATED)
    return;

  g_clear_pointer (&self->usage, sip_subscriber_usage_free);
  sip_timer_stop (&self->timer);
  sip_ender_leave (&self->ender);
  if (self->user_agent != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->user_agent, self);
      sip_user_agent_remove_subscription (self->user_agent, self);
    }
  set_state (self, SIP_SUBSCRIPTION_STATE_TERMINATED);
  g_signal_emit (self, signals[SIGNAL_TERMINATED], 0, message, cause);
}

static const char *
cause_for (const SipMsg *response, const GError *error)
{
  if (response != NULL)
    return sip_cause_for_status (response->status);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SIP_CAUSE_CANCELED;

  return g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT) ? SIP_CAUSE_REQUEST_TIMEOUT : SIP_CAUSE_CONNECTION_ERROR;
}

static void
fail (SipSubscription *self, SipMsg *msg, const GError *error)
{
  g_autoptr (SipSubscription) hold = g_object_ref (self);
  g_autoptr (SipMessage) response = msg != NULL && !msg->is_request ? sip_message_new_for_msg (msg) : NULL;
  g_autofree char *reason = response != NULL ? sip_str_dup (msg->reason) : NULL;
  const char *cause = cause_for (response != NULL ? msg : NULL, error);

  if (response != NULL)
    g_signal_emit_by_name (self, "rejected", response, reason != NULL ? reason : "");
  g_signal_emit_by_name (self, "failed", response, cause);
  finish (self, response, cause);
}

static void
retry_cb (SipTimer *timer)
{
  SipSubscription *self = SIP_CONTAINER_OF (timer, SipSubscription, timer);
  g_autoptr (SipSubscription) hold = g_object_ref (self);

  /* Whoever stops ends it. */
  if (self->user_agent != NULL && sip_user_agent_get_state (self->user_agent) == SIP_USER_AGENT_STATE_STARTED)
    begin (self);
}

/* FALSE: it is not asked for anew. @after: µs. */
static gboolean
wait_for_another (SipSubscription *self, gint64 after)
{
  if (after == SIP_SUBSCRIPTION_RETRY_NEVER || self->is_called_off || !sip_subscribe_options_get_resubscribe (self->options) ||
      sip_subscribe_options_get_expires (self->options) == 0 || self->user_agent == NULL ||
      sip_user_agent_get_state (self->user_agent) != SIP_USER_AGENT_STATE_STARTED)
    return FALSE;

  g_clear_pointer (&self->usage, sip_subscriber_usage_free);
  self->n_tries++;
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, retry_cb, after);
  set_state (self, SIP_SUBSCRIPTION_STATE_WAITING);
  return TRUE;
}

static void
end_cb (SipEnder *ender)
{
  g_autoptr (SipSubscription) self = g_object_ref (SIP_CONTAINER_OF (ender, SipSubscription, ender));

  self->is_called_off = TRUE;
  if (self->usage != NULL)
    sip_subscriber_usage_unsubscribe (self->usage);
  else
    finish (self, NULL, NULL);
}

static void
abandon_cb (SipEnder *ender)
{
  finish (SIP_CONTAINER_OF (ender, SipSubscription, ender), NULL, NULL);
}

/* --- what the usage tells --- */

static void
usage_sending (gpointer owner, SipMsg *request)
{
  SipSubscription *self = owner;

  g_clear_pointer (&self->msg, sip_msg_unref);
  self->msg = sip_msg_ref (request);
  g_clear_object (&self->request);
  g_object_notify (G_OBJECT (self), "request");
}

static void
usage_progress (gpointer owner, SipMsg *msg)
{
  g_autoptr (SipSubscription) self = g_object_ref (owner);
  g_autoptr (SipMessage) response = sip_message_new_for_msg (msg);

  g_signal_emit_by_name (self, "progress", response);
}

static void
usage_changed (gpointer owner)
{
  g_autoptr (SipSubscription) self = g_object_ref (owner);

  set_expires (self);
  if (self->usage != NULL)
    set_state (self, sip_subscriber_usage_get_state (self->usage));
}

static void
tell_accepted (SipSubscription *self, SipMsg *msg)
{
  g_autoptr (SipMessage) response = sip_message_new_for_msg (msg);

  g_signal_emit_by_name (self, "accepted", (guint) msg->status, response);
}

static void
usage_answered (gpointer owner, SipMsg *msg, const GError *error)
{
  g_autoptr (SipSubscription) self = g_object_ref (owner);

  if (msg != NULL && msg->status < 300)
    {
      usage_changed (self);
      tell_accepted (self, msg);
      return;
    }

  if (self->is_called_off)
    {
      finish (self, NULL, NULL);
      return;
    }
  set_error (self, msg != NULL ? error_for_response (msg) : g_error_copy (error));
  if (!self->was_notified || !wait_for_another (self, sip_subscription_retry_after_refusal (msg, self->n_tries)))
    fail (self, msg, error);
}

static guint
usage_judge (gpointer owner, SipMsg *notify, gboolean *terminated)
{
  return 200;
}

static void
usage_notified (gpointer owner, SipMsg *msg)
{
  g_autoptr (SipSubscription) self = g_object_ref (owner);
  g_autoptr (SipMessage) request = NULL;

  self->was_notified = self->is_notified = TRUE;
  set_error (self, NULL);
  if (g_signal_has_handler_pending (self, signals[SIGNAL_NOTIFICATION], 0, FALSE))
    {
      request = sip_message_new_for_msg (msg);
      g_signal_emit (self, signals[SIGNAL_NOTIFICATION], 0, request);
    }
}

static GError *
error_for_ending (const SipSubscriptionEnding *ending)
{
  switch (ending->end)
    {
    case SIP_SUBSCRIPTION_TERMINATED:
      return g_error_new (SIP_ERROR, SIP_ERROR_DIALOG, "The other side has ended the subscription (\"" SIP_STR_FORMAT "\")",
                          SIP_STR_ARGS (ending->reason));
    case SIP_SUBSCRIPTION_LOST:
      if (ending->message != NULL)
        return error_for_response (ending->message);
      G_GNUC_FALLTHROUGH;
    case SIP_SUBSCRIPTION_TIMED_OUT:
      return g_error_new (SIP_ERROR, SIP_ERROR_TIMEOUT, "Nothing was heard of the subscription in time");
    default:
      return g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The user agent was stopped");
    }
}

/* Nobody had to end it for us: what was asked for once is there, or it was called off. */
static gboolean
is_as_wanted (SipSubscription *self, const SipSubscriptionEnding *ending)
{
  return self->is_called_off || (sip_subscribe_options_get_expires (self->options) == 0 && ending->end == SIP_SUBSCRIPTION_TERMINATED);
}

static void
usage_ended (gpointer owner, const SipSubscriptionEnding *ending)
{
  g_autoptr (SipSubscription) self = g_object_ref (owner);
  g_autoptr (SipMessage) message = ending->message != NULL ? sip_message_new_for_msg (ending->message) : NULL;
  gint64 now = sip_timer_wheel_now (sip_dialogs_get_wheel (self->dialogs));
  const char *cause = NULL;

  set_reason (self, ending->reason);
  if (is_as_wanted (self, ending))
    {
      finish (self, message, self->reason);
      return;
    }

  if (self->is_notified && now - self->since >= SIP_SUBSCRIPTION_STABLE_US)
    self->n_tries = 0;
  set_error (self, error_for_ending (ending));
  if ((self->was_notified || ending->end == SIP_SUBSCRIPTION_TERMINATED) &&
      wait_for_another (self, sip_subscription_retry_after_end (ending, self->n_tries)))
    return;

  if (!self->was_notified && ending->end == SIP_SUBSCRIPTION_TIMED_OUT)
    {
      fail (self, NULL, self->error);
      return;
    }
  if (ending->end == SIP_SUBSCRIPTION_TERMINATED)
    cause = self->reason;
  else if (ending->end == SIP_SUBSCRIPTION_LOST && ending->message != NULL)
    cause = sip_cause_for_status (ending->message->status);
  else if (ending->end != SIP_SUBSCRIPTION_ABANDONED)
    cause = SIP_CAUSE_REQUEST_TIMEOUT;
  finish (self, message, cause);
}

/* What each SUBSCRIBE says. */
static gboolean
dress (SipSubscription *self, SipMsgBuilder *request, GError **error)
{
  const SipMessageExtras extras = sip_request_options_get_extras (self->options);
  const char *const *accept = sip_subscribe_options_get_accept (self->options);

  if (accept != NULL && accept[0] != NULL)
    {
      g_autofree char *types = g_strjoinv (", ", (char **) accept);
      g_autofree char *line = g_strdup_printf ("Accept: %s", types);
      const char *lines[] = { line, NULL };

      if (!sip_msg_builder_add_lines (request, lines, FALSE, error))
        return FALSE;
    }

  return extras.lines == NULL || sip_msg_builder_add_lines (request, extras.lines, FALSE, error);
}

static void
usage_dress (gpointer owner, SipMsgBuilder *request)
{
  dress (owner, request, NULL);
}

static void
usage_refreshed (gpointer owner, SipMsg *response)
{
  g_autoptr (SipSubscription) self = g_object_ref (owner);

  if (!self->is_called_off)
    tell_accepted (self, response);
}

static const SipSubscriberEvents usage_events = {
  .sending = usage_sending,
  .progress = usage_progress,
  .answered = usage_answered,
  .judge = usage_judge,
  .notified = usage_notified,
  .ended = usage_ended,
  .dress = usage_dress,
  .changed = usage_changed,
  .refreshed = usage_refreshed,
};

/* --- the beginning --- */

static SipMsgBuilder *
new_request (SipSubscription *self, GError **error)
{
  const SipMessageExtras none = { 0 };
  const SipMessageExtras extras = sip_request_options_get_extras (self->options);
  const SipMessageExtras body = { .body = extras.body, .content_type = extras.content_type };
  g_autoptr (SipMsgBuilder) request = sip_request_draft_new (self->user_agent, SIP_METHOD_SUBSCRIBE, self->target, FALSE, &none, error);

  if (request == NULL || !dress (self, request, error) || !sip_message_extras_check (&body, 0, 0, error) || !sip_message_extras_add (&body, request, error))
    return NULL;

  return g_steal_pointer (&request);
}

static void
begin (SipSubscription *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsgBuilder) request = self->user_agent != NULL ? new_request (self, &error) : NULL;
  SipSendTarget hop;

  if (request == NULL)
    {
      finish (self, NULL, SIP_CAUSE_INTERNAL_ERROR);
      return;
    }

  sip_timer_stop (&self->timer);
  sip_request_draft_fill_target (self->user_agent, request, FALSE, &hop);
  self->since = sip_timer_wheel_now (sip_dialogs_get_wheel (self->dialogs));
  self->is_notified = FALSE;
  self->usage = sip_subscriber_usage_new_subscribe (self->dialogs, g_steal_pointer (&request), &hop, self->event,
                                                    sip_subscribe_options_get_expires (self->options), &usage_events, self);
  sip_subscriber_usage_start (self->usage);
  set_state (self, SIP_SUBSCRIPTION_STATE_NOTIFY_WAIT);
}

/* The other side's way to us may have gone with the connection; and it may be there again for what has been waiting. */
static void
connected_cb (SipUserAgent *agent, const char *server, SipSubscription *self)
{
  if (self->usage != NULL)
    sip_subscriber_usage_refresh (self->usage);
  else if (self->state == SIP_SUBSCRIPTION_STATE_WAITING)
    begin (self);
}

static SipSubscribeOptions *
snapshot (SipSubscribeOptions *options)
{
  g_autoptr (SipSubscribeOptions) copy = sip_subscribe_options_new ();

  if (options != NULL)
    g_object_set (copy,
                  "extra-headers", sip_request_options_get_extra_headers (SIP_REQUEST_OPTIONS (options)),
                  "body", sip_request_options_get_body (SIP_REQUEST_OPTIONS (options)),
                  "content-type", sip_request_options_get_content_type (SIP_REQUEST_OPTIONS (options)),
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
  if ((probe = new_request (self, error)) == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

void
sip_subscription_begin (SipSubscription *self)
{
  static const SipEnderClass ender_class = { SIP_END_SUBSCRIPTIONS, end_cb, abandon_cb };

  sip_user_agent_hold (self->user_agent, &self->ender, &ender_class);
  g_signal_connect (self->user_agent, "connected", G_CALLBACK (connected_cb), self);
  begin (self);
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
  finish (self, NULL, SIP_CAUSE_CANCELED);
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
      begin (self);
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
    finish (self, NULL, NULL);
  return TRUE;
}
