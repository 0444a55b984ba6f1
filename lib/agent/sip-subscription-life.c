/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A subscription's life: what its usage tells, and whether it is asked for anew. */

#include "agent/sip-subscription-private.h"

#include "agent/sip-event-content-private.h"
#include "agent/sip-request-draft-private.h"
#include "agent/sip-request-options-private.h"
#include "dialog/sip-causes.h"
#include "dialog/sip-message-extras-private.h"
#include "dialog/sip-subscription-retry-private.h"
#include "syntax/sip-error.h"
#include "syntax/sip-message-private.h"

/* --- what can be seen --- */

static void
set_state (SipSubscription *self, SipSubscriptionState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify (G_OBJECT (self), "state");
}

static void
set_reason (SipSubscription *self, SipStr reason)
{
  g_autofree char *text = reason.len > 0 && g_utf8_validate_len (reason.p, reason.len, NULL) ? sip_str_dup (reason) : NULL;

  if (g_strcmp0 (self->reason, text) == 0)
    return;

  g_free (self->reason);
  self->reason = g_steal_pointer (&text);
  g_object_notify (G_OBJECT (self), "reason");
}

/* Takes @error. */
static void
set_error (SipSubscription *self, GError *error)
{
  if (self->error == error)
    return;

  g_clear_error (&self->error);
  self->error = error;
  g_object_notify (G_OBJECT (self), "error");
}

static void
set_expires (SipSubscription *self)
{
  gint64 left = sip_subscriber_usage_get_expiry (self->usage) - sip_timer_wheel_now (sip_dialogs_get_wheel (self->dialogs));
  guint expires = left > 0 ? (guint) ((left + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC) : 0;

  if (self->expires == expires)
    return;

  self->expires = expires;
  g_object_notify (G_OBJECT (self), "expires");
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

/* The last word. @message and @cause are nullable. */
void
sip_subscription_finish (SipSubscription *self, SipMessage *message, const char *cause)
{
  G_GNUC_UNUSED g_autoptr (SipSubscription) hold = g_object_ref (self);

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
  if (self->is_called_off)
    set_error (self, NULL);
  set_state (self, SIP_SUBSCRIPTION_STATE_TERMINATED);
  g_signal_emit_by_name (self, "terminated", message, cause);
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
  G_GNUC_UNUSED g_autoptr (SipSubscription) hold = g_object_ref (self);
  g_autoptr (SipMessage) response = msg != NULL && !msg->is_request ? sip_message_new_for_msg (msg) : NULL;
  g_autofree char *reason = response != NULL ? sip_str_dup (msg->reason) : NULL;
  const char *cause = cause_for (response != NULL ? msg : NULL, error);

  if (response != NULL)
    g_signal_emit_by_name (self, "rejected", response, reason != NULL ? reason : "");
  g_signal_emit_by_name (self, "failed", response, cause);
  sip_subscription_finish (self, response, cause);
}

static void
retry_cb (SipTimer *timer)
{
  SipSubscription *self = SIP_CONTAINER_OF (timer, SipSubscription, timer);
  G_GNUC_UNUSED g_autoptr (SipSubscription) hold = g_object_ref (self);

  /* Whoever stops ends it. */
  if (self->user_agent != NULL && sip_user_agent_get_state (self->user_agent) == SIP_USER_AGENT_STATE_STARTED)
    sip_subscription_begin (self);
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
    sip_subscription_finish (self, NULL, NULL);
}

static void
abandon_cb (SipEnder *ender)
{
  sip_subscription_finish (SIP_CONTAINER_OF (ender, SipSubscription, ender), NULL, NULL);
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
      sip_subscription_finish (self, NULL, NULL);
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
  SipEventContentChange change;

  self->was_notified = self->is_notified = TRUE;
  set_error (self, NULL);
  change = sip_event_content_update (&self->content, msg);
  if (change == SIP_EVENT_CONTENT_CHANGED)
    g_object_notify (G_OBJECT (self), "content");
  else if (change == SIP_EVENT_CONTENT_LOST && self->usage != NULL)
    sip_subscriber_usage_refresh (self->usage);

  request = sip_message_new_for_msg (msg);
  g_signal_emit_by_name (self, "notification", request);
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
      sip_subscription_finish (self, message, self->reason);
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
  sip_subscription_finish (self, message, cause);
}

/* What each SUBSCRIBE says. */
static gboolean
dress (SipSubscription *self, SipMsgBuilder *request, GError **error)
{
  const SipMessageExtras extras = sip_request_options_get_extras (self->options);
  const char *const *accept = sip_subscribe_options_get_accept (self->options);
  g_autofree char *types = NULL;
  SipStr package, params;

  if (accept != NULL && accept[0] != NULL)
    types = g_strjoinv (", ", (char **) accept);
  else if (sip_token_view_parse (sip_str_from (self->event), &package, &params))
    types = g_strdup (sip_event_content_get_accept (package));
  if (types != NULL)
    {
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

SipMsgBuilder *
sip_subscription_new_request (SipSubscription *self, GError **error)
{
  const SipMessageExtras none = { 0 };
  const SipMessageExtras extras = sip_request_options_get_extras (self->options);
  const SipMessageExtras body = { .body = extras.body, .content_type = extras.content_type };
  g_autoptr (SipMsgBuilder) request = sip_request_draft_new (self->user_agent, SIP_METHOD_SUBSCRIBE, self->target, extras.anonymous, &none, error);

  if (request == NULL || !dress (self, request, error) || !sip_message_extras_check (&body, 0, 0, error) || !sip_message_extras_add (&body, request, error))
    return NULL;

  return g_steal_pointer (&request);
}

void
sip_subscription_begin (SipSubscription *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsgBuilder) request = self->user_agent != NULL ? sip_subscription_new_request (self, &error) : NULL;
  SipSendTarget hop;

  if (request == NULL)
    {
      sip_subscription_finish (self, NULL, SIP_CAUSE_INTERNAL_ERROR);
      return;
    }

  sip_timer_stop (&self->timer);
  sip_request_draft_fill_target (self->user_agent, request, sip_request_options_get_anonymous (SIP_REQUEST_OPTIONS (self->options)), &hop);
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
    sip_subscription_begin (self);
}

void
sip_subscription_start (SipSubscription *self)
{
  static const SipEnderClass ender_class = { SIP_END_SUBSCRIPTIONS, end_cb, abandon_cb };

  sip_user_agent_hold (self->user_agent, &self->ender, &ender_class);
  g_signal_connect (self->user_agent, "connected", G_CALLBACK (connected_cb), self);
  sip_subscription_begin (self);
}
