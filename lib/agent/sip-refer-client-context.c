/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-refer-client-context-private.h"

#include "agent/sip-request-options-private.h"
#include "agent/sip-session-private.h"
#include "syntax/sip-sipfrag-private.h"

/**
 * SipReferClientContext:
 *
 * A REFER that we made: the other side is asked to call somebody else (RFC 3515).
 *
 * It comes with [signal@Session::refer-requested], before the REFER is sent. First it is told what becomes of the REFER, then what becomes of the call that
 * the other side makes:
 *
 * - [signal@ReferClientContext::refer-request-progress] for each provisional response, then one of
 *   [signal@ReferClientContext::refer-request-accepted] and [signal@ReferClientContext::refer-request-rejected];
 * - after the first of the two, [signal@ReferClientContext::refer-progress] for each step, then one of
 *   [signal@ReferClientContext::refer-accepted] and [signal@ReferClientContext::refer-rejected].
 *
 * Where the target was reached the call is hung up, unless [property@ReferOptions:active-after-transfer] says otherwise.
 *
 * ```c
 * static void
 * refer_requested_cb (SipSession *session, GObject *context)
 * {
 *   if (SIP_IS_REFER_CLIENT_CONTEXT (context))
 *     g_signal_connect (context, "refer-rejected", G_CALLBACK (refer_rejected_cb), NULL);
 * }
 * ```
 */
struct _SipReferClientContext
{
  GObject parent_instance;
  SipUserAgent *user_agent;   /* weak */
  SipSession *session;        /* until it is over */
  SipSubscriberUsage *usage;
  GTask *task;
  gulong cancelled_handler;   /* of the task's cancellable */
  SipMsg *msg;
  SipRequest *request;
  SipNameAddr *refer_to;
  SipNameAddr *local_identity;
  SipNameAddr *remote_identity;
  GObject *data;
  guint8 active_after_transfer;
  guint8 is_begun;
  guint8 is_cancelled;
  guint8 is_answered;
  guint8 has_outcome;
};

struct _SipReferClientContextClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_REFER_TO,
  PROP_SESSION,
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
  SIGNAL_REFER_REQUEST_PROGRESS,
  SIGNAL_REFER_REQUEST_ACCEPTED,
  SIGNAL_REFER_REQUEST_REJECTED,
  SIGNAL_REFER_PROGRESS,
  SIGNAL_REFER_ACCEPTED,
  SIGNAL_REFER_REJECTED,
  SIGNAL_NOTIFICATION,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void client_context_init (SipClientContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipReferClientContext, sip_refer_client_context, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_CLIENT_CONTEXT, client_context_init))

SipReferClientContext *
sip_refer_client_context_new (SipUserAgent *user_agent, SipSession *session, const char *refer_to, SipReferOptions *options)
{
  SipReferClientContext *self = g_object_new (SIP_TYPE_REFER_CLIENT_CONTEXT, NULL);

  g_set_weak_pointer (&self->user_agent, user_agent);
  g_set_object (&self->session, session);
  self->refer_to = sip_name_addr_new_from_str (sip_str_from (refer_to));
  self->active_after_transfer = options != NULL && sip_refer_options_get_active_after_transfer (options);

  return self;
}

static gboolean
says_referred_by (const char *const *lines)
{
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    {
      gsize len = strcspn (lines[i], ": \t");

      if (sip_header_id_lookup (lines[i], len) == SIP_H_REFERRED_BY)
        return TRUE;
    }

  return FALSE;
}

/* RFC 3892 §5: it would say who we are. */
static gboolean
is_anonymous (SipMsgBuilder *request)
{
  return sip_msg_builder_value (request, SIP_H_PRIVACY).len > 0;
}

void
sip_refer_client_context_fill (SipReferClientContext *self, SipMsgBuilder *request, SipReferOptions *options)
{
  const SipMessageExtras extras = sip_request_options_get_extras (options);
  g_autofree char *refer_to = sip_name_addr_to_string (self->refer_to);

  sip_msg_builder_add (request, SIP_H_REFER_TO, sip_str_from (refer_to));
  if (!is_anonymous (request) && !says_referred_by (extras.lines))
    {
      g_autofree char *own = sip_uri_to_string (sip_user_agent_get_parsed_uri (self->user_agent));

      sip_msg_builder_add_printf (request, SIP_H_REFERRED_BY, "<%s>", own);
    }
  if (extras.lines != NULL)
    sip_msg_builder_add_lines (request, extras.lines, FALSE, NULL);
  if (extras.body != NULL)
    sip_msg_builder_set_body (request, extras.content_type, extras.body);
}

/* --- what happens --- */

static void
return_response (SipReferClientContext *self, SipResponse *response, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task == NULL)
    return;

  g_clear_signal_handler (&self->cancelled_handler, g_task_get_cancellable (task));
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_object_ref (response), g_object_unref);
}

/* Whoever waited does not any more. The REFER goes on. */
static void
task_cancelled_cb (GCancellable *cancellable, SipReferClientContext *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task == NULL)
    return;

  g_clear_signal_handler (&self->cancelled_handler, cancellable);
  g_task_return_error_if_cancelled (task);
}

/* Nothing more is heard of it. */
static void
finish (SipReferClientContext *self)
{
  if (!self->is_begun)
    return;

  self->is_begun = FALSE;
  g_clear_pointer (&self->usage, sip_subscriber_usage_free);
  g_clear_object (&self->session);
  g_object_unref (self);
}

static void
tell_outcome (SipReferClientContext *self, guint signal, guint code, SipStr reason)
{
  g_autofree char *phrase = sip_str_dup (reason);

  g_signal_emit (self, signals[signal], 0, code, phrase != NULL ? phrase : "");
}

static void
context_sending (gpointer owner, SipMsg *request)
{
  SipReferClientContext *self = owner;

  g_clear_pointer (&self->msg, sip_msg_unref);
  self->msg = sip_msg_ref (request);
  g_clear_object (&self->request);
  g_object_notify (G_OBJECT (self), "request");
}

static void
context_progress (gpointer owner, SipMsg *msg)
{
  g_autoptr (SipReferClientContext) self = g_object_ref (owner);
  g_autoptr (SipMessage) response = sip_message_new_for_msg (msg);

  g_signal_emit (self, signals[SIGNAL_REFER_REQUEST_PROGRESS], 0, response);
  g_signal_emit_by_name (self, "progress", response);
}

/* RFC 5057 §5.1: where the other side no longer knows the dialog, the call that it is said in is over as well. */
static void
end_lost_call (SipReferClientContext *self, SipMsg *response, const GError *error)
{
  SipDialogEffect effect = response != NULL ? sip_dialog_effect_of_status (SIP_METHOD_REFER, response->status) : sip_dialog_effect_of_error (error);

  if (effect != SIP_DIALOG_LIVES && self->session != NULL && self->session->usage != NULL)
    sip_invite_usage_dialog_gone (self->session->usage, response);
}

static void
context_refused (SipReferClientContext *self, SipMsg *msg, SipMessage *response, const GError *error)
{
  g_autofree char *reason = msg != NULL ? sip_str_dup (msg->reason) : NULL;
  const char *cause;

  if (msg != NULL)
    cause = sip_cause_for_status (msg->status);
  else
    cause = g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT) ? SIP_CAUSE_REQUEST_TIMEOUT : SIP_CAUSE_CONNECTION_ERROR;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    cause = SIP_CAUSE_CANCELED;

  g_signal_emit (self, signals[SIGNAL_REFER_REQUEST_REJECTED], 0, response, cause);
  if (response != NULL)
    g_signal_emit_by_name (self, "rejected", response, reason != NULL ? reason : "");
  g_signal_emit_by_name (self, "failed", response, cause);
  return_response (self, response != NULL ? SIP_RESPONSE (response) : NULL, error);
  end_lost_call (self, msg, error);
  finish (self);
}

static void
context_answered (gpointer owner, SipMsg *msg, const GError *error)
{
  g_autoptr (SipReferClientContext) self = g_object_ref (owner);
  g_autoptr (SipMessage) response = msg != NULL ? sip_message_new_for_msg (msg) : NULL;

  self->is_answered = TRUE;
  if (msg == NULL || msg->status >= 300)
    {
      context_refused (self, msg, response, error);
      return;
    }

  g_signal_emit (self, signals[SIGNAL_REFER_REQUEST_ACCEPTED], 0, response);
  g_signal_emit_by_name (self, "accepted", (guint) msg->status, response);
  return_response (self, SIP_RESPONSE (response), NULL);
}

static guint
context_judge (gpointer owner, SipMsg *notify, gboolean *terminated)
{
  SipStr state, params;
  SipSipfragView view;

  /* RFC 3515 §2.4.5 asks for a body in each; one without says nothing, but does no harm. */
  if (notify->body_len == 0)
    return 200;
  if (!sip_sipfrag_is_type (sip_msg_value (notify, SIP_H_CONTENT_TYPE)))
    return 415;
  if (!sip_sipfrag_view_parse (&view, sip_msg_body (notify)))
    return 400;

  /* Many phones (SIP.js among them) say "terminated" each time, from the first 100 on, and mean nothing by it. */
  if (*terminated && view.status < 200 && sip_token_view_parse (sip_msg_value (notify, SIP_H_SUBSCRIPTION_STATE), &state, &params) &&
      !sip_params_find (params, "reason", NULL))
    *terminated = FALSE;

  return 200;
}

static void
hang_up (SipReferClientContext *self)
{
  if (self->session == NULL || self->active_after_transfer)
    return;

  if (sip_session_get_state (self->session) == SIP_SESSION_STATE_ESTABLISHED)
    sip_session_bye (self->session, NULL, NULL);
}

static void
context_notified (gpointer owner, SipMsg *notify)
{
  g_autoptr (SipReferClientContext) self = g_object_ref (owner);
  g_autoptr (SipMessage) request = NULL;
  gboolean accepted = FALSE;
  SipSipfragView view;

  if (!self->has_outcome && sip_sipfrag_view_parse (&view, sip_msg_body (notify)))
    {
      self->has_outcome = view.status >= 200;
      accepted = self->has_outcome && view.status < 300;
      tell_outcome (self, !self->has_outcome ? SIGNAL_REFER_PROGRESS : accepted ? SIGNAL_REFER_ACCEPTED : SIGNAL_REFER_REJECTED, view.status,
                    view.reason);
    }

  if (g_signal_has_handler_pending (self, signals[SIGNAL_NOTIFICATION], 0, FALSE))
    {
      request = sip_message_new_for_msg (notify);
      g_signal_emit (self, signals[SIGNAL_NOTIFICATION], 0, request);
    }
  if (accepted)
    hang_up (self);
}

static void
context_ended (gpointer owner, const SipSubscriptionEnding *ending)
{
  g_autoptr (SipReferClientContext) self = g_object_ref (owner);

  /* Nobody will ever say what became of it. Without a subscription nobody was to. */
  if (!self->has_outcome && ending->end != SIP_SUBSCRIPTION_NONE)
    {
      SipStr reason = ending->reason;

      self->has_outcome = TRUE;
      if (reason.len == 0 && ending->end == SIP_SUBSCRIPTION_TIMED_OUT)
        reason = SIP_STR ("timeout");
      tell_outcome (self, SIGNAL_REFER_REJECTED, 0, reason);
    }
  finish (self);
}

const SipSubscriberEvents sip_refer_client_context_events = {
  .sending = context_sending,
  .progress = context_progress,
  .answered = context_answered,
  .judge = context_judge,
  .notified = context_notified,
  .ended = context_ended,
};

void
sip_refer_client_context_begin (SipReferClientContext *self, SipSubscriberUsage *usage, GTask *task)
{
  g_object_ref (self);
  self->is_begun = TRUE;
  self->usage = usage;
  g_set_object (&self->task, task);
  if (g_task_get_cancellable (task) != NULL)
    self->cancelled_handler = g_signal_connect (g_task_get_cancellable (task), "cancelled", G_CALLBACK (task_cancelled_cb), self);
  sip_subscriber_usage_start (usage);
}

gboolean
sip_refer_client_context_is_cancelled (SipReferClientContext *self)
{
  return self->is_cancelled;
}

/* A REFER cannot be called back (RFC 3261 §9.1): its answer is no longer waited for, and what is heard of its subscription is told that there is none. */
static gboolean
client_context_cancel (SipClientContext *context, SipResponseOptions *options, GError **error)
{
  g_autoptr (SipReferClientContext) self = g_object_ref (SIP_REFER_CLIENT_CONTEXT (context));
  g_autoptr (GError) cancelled = NULL;

  if (self->is_answered || self->is_cancelled)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "cancel is not possible: the REFER was %s", self->is_answered ? "answered" : "cancelled");
      return FALSE;
    }

  self->is_cancelled = TRUE;
  g_signal_emit_by_name (self, "cancel");
  if (!self->is_begun)
    return TRUE;

  cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The REFER was called off");
  g_clear_pointer (&self->usage, sip_subscriber_usage_free);
  context_answered (self, NULL, cancelled);
  return TRUE;
}

static void
client_context_init (SipClientContextInterface *iface)
{
  iface->cancel = client_context_cancel;
}

/* --- class --- */

static void
sip_refer_client_context_dispose (GObject *object)
{
  SipReferClientContext *self = SIP_REFER_CLIENT_CONTEXT (object);

  g_clear_pointer (&self->usage, sip_subscriber_usage_free);
  g_clear_weak_pointer (&self->user_agent);
  g_clear_object (&self->session);
  if (self->task != NULL)
    g_clear_signal_handler (&self->cancelled_handler, g_task_get_cancellable (self->task));
  g_clear_object (&self->task);
  g_clear_object (&self->request);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (sip_refer_client_context_parent_class)->dispose (object);
}

static void
sip_refer_client_context_finalize (GObject *object)
{
  SipReferClientContext *self = SIP_REFER_CLIENT_CONTEXT (object);

  g_clear_pointer (&self->msg, sip_msg_unref);
  g_clear_pointer (&self->refer_to, sip_name_addr_unref);
  g_clear_pointer (&self->local_identity, sip_name_addr_unref);
  g_clear_pointer (&self->remote_identity, sip_name_addr_unref);

  G_OBJECT_CLASS (sip_refer_client_context_parent_class)->finalize (object);
}

static SipNameAddr *
identity (SipReferClientContext *self, SipNameAddr **cached, SipHeaderId id)
{
  if (*cached == NULL && self->msg != NULL)
    *cached = sip_name_addr_new_from_str (sip_msg_value (self->msg, id));

  return *cached;
}

static void
sip_refer_client_context_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipReferClientContext *self = SIP_REFER_CLIENT_CONTEXT (object);

  switch (id)
    {
    case PROP_REFER_TO:
      g_value_set_boxed (value, self->refer_to);
      break;
    case PROP_SESSION:
      g_value_set_object (value, self->session);
      break;
    case PROP_USER_AGENT:
      g_value_set_object (value, self->user_agent);
      break;
    case PROP_METHOD:
      g_value_set_static_string (value, "REFER");
      break;
    case PROP_REQUEST:
      g_value_set_object (value, sip_refer_client_context_get_request (self));
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
sip_refer_client_context_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipReferClientContext *self = SIP_REFER_CLIENT_CONTEXT (object);

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

static guint
new_signal (const char *name, guint n_params, ...)
{
  va_list types;
  guint id;

  va_start (types, n_params);
  id = g_signal_new_valist (name, SIP_TYPE_REFER_CLIENT_CONTEXT, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE, n_params, types);
  va_end (types);

  return id;
}

static void
install_signals (void)
{
  /**
   * SipReferClientContext::refer-request-progress:
   * @self: the context
   * @response: the response
   *
   * A provisional response to the REFER was received.
   */
  signals[SIGNAL_REFER_REQUEST_PROGRESS] = new_signal ("refer-request-progress", 1, SIP_TYPE_RESPONSE);

  /**
   * SipReferClientContext::refer-request-accepted:
   * @self: the context
   * @response: the response, mostly a 202
   *
   * The other side does what it was asked for. What becomes of it comes later, unless the response says `Refer-Sub: false` (RFC 4488): then nothing does.
   */
  signals[SIGNAL_REFER_REQUEST_ACCEPTED] = new_signal ("refer-request-accepted", 1, SIP_TYPE_RESPONSE);

  /**
   * SipReferClientContext::refer-request-rejected:
   * @self: the context
   * @response: (nullable): the response, from 300 to 699; `NULL` when there was none
   * @cause: one of the `SIP_CAUSE_` texts
   *
   * The other side does not want to do it, or was never heard of. The last signal.
   */
  signals[SIGNAL_REFER_REQUEST_REJECTED] =
      new_signal ("refer-request-rejected", 2, SIP_TYPE_RESPONSE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipReferClientContext::refer-progress:
   * @self: the context
   * @code: the status code that the target has answered with, from 100 to 199
   * @reason_phrase: its words
   *
   * The other side is calling the target.
   */
  signals[SIGNAL_REFER_PROGRESS] = new_signal ("refer-progress", 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * SipReferClientContext::refer-accepted:
   * @self: the context
   * @code: the status code that the target has answered with, from 200 to 299
   * @reason_phrase: its words
   *
   * The other side has reached the target. Unless it is to stay active, the call is hung up after this signal.
   */
  signals[SIGNAL_REFER_ACCEPTED] = new_signal ("refer-accepted", 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * SipReferClientContext::refer-rejected:
   * @self: the context
   * @code: the status code that the target has answered with, from 300 to 699; 0 when the other side never said
   * @reason_phrase: its words; with code 0 the reason that the other side gave for not saying more ("noresource", "timeout", …)
   *
   * The other side has not reached the target. The call goes on as it was.
   */
  signals[SIGNAL_REFER_REJECTED] = new_signal ("refer-rejected", 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * SipReferClientContext::notification:
   * @self: the context
   * @request: the NOTIFY; it has been answered
   *
   * A NOTIFY of this REFER was received. What it says of the target was told just before.
   */
  signals[SIGNAL_NOTIFICATION] = new_signal ("notification", 1, SIP_TYPE_REQUEST);
}

static void
sip_refer_client_context_class_init (SipReferClientContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = sip_refer_client_context_dispose;
  object_class->finalize = sip_refer_client_context_finalize;
  object_class->get_property = sip_refer_client_context_get_property;
  object_class->set_property = sip_refer_client_context_set_property;

  /**
   * SipReferClientContext:refer-to:
   *
   * Whom the other side is to call.
   */
  properties[PROP_REFER_TO] = g_param_spec_boxed ("refer-to", NULL, NULL, SIP_TYPE_NAME_ADDR, flags);

  /**
   * SipReferClientContext:session:
   *
   * The call that the REFER is said in; `NULL` outside of any, and when all was said.
   */
  properties[PROP_SESSION] = g_param_spec_object ("session", NULL, NULL, SIP_TYPE_SESSION, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_object_class_override_property (object_class, PROP_USER_AGENT, "user-agent");
  g_object_class_override_property (object_class, PROP_METHOD, "method");
  g_object_class_override_property (object_class, PROP_REQUEST, "request");
  g_object_class_override_property (object_class, PROP_LOCAL_IDENTITY, "local-identity");
  g_object_class_override_property (object_class, PROP_REMOTE_IDENTITY, "remote-identity");
  g_object_class_override_property (object_class, PROP_DATA, "data");

  install_signals ();
}

static void
sip_refer_client_context_init (SipReferClientContext *self)
{
}

/* --- public --- */

/**
 * sip_refer_client_context_get_refer_to:
 * @self: a context
 *
 * Gets whom the other side is to call.
 *
 * Returns: (transfer none) (nullable): the target
 */
SipNameAddr *
sip_refer_client_context_get_refer_to (SipReferClientContext *self)
{
  g_return_val_if_fail (SIP_IS_REFER_CLIENT_CONTEXT (self), NULL);

  return self->refer_to;
}

/**
 * sip_refer_client_context_get_session:
 * @self: a context
 *
 * Gets the call that the REFER is said in.
 *
 * Returns: (transfer none) (nullable): the call; `NULL` outside of any, and when all was said
 */
SipSession *
sip_refer_client_context_get_session (SipReferClientContext *self)
{
  g_return_val_if_fail (SIP_IS_REFER_CLIENT_CONTEXT (self), NULL);

  return self->session;
}

/**
 * sip_refer_client_context_get_request:
 * @self: a context
 *
 * Gets the REFER.
 *
 * Returns: (transfer none) (nullable): the request; `NULL` until it was sent
 */
SipRequest *
sip_refer_client_context_get_request (SipReferClientContext *self)
{
  g_return_val_if_fail (SIP_IS_REFER_CLIENT_CONTEXT (self), NULL);

  if (self->request == NULL && self->msg != NULL)
    self->request = SIP_REQUEST (sip_message_new_for_msg (self->msg));

  return self->request;
}
