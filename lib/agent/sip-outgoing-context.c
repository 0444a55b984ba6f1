/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-outgoing-context-private.h"

#include "agent/sip-request-options-private.h"
#include "dialog/sip-causes.h"
#include "dialog/sip-message-extras-private.h"
#include "syntax/sip-error.h"
#include "syntax/sip-message-private.h"

/**
 * SipOutgoingContext:
 *
 * A request of ours outside of any dialog, until its final answer: a MESSAGE, an OPTIONS, or one of a method that this library does not know.
 *
 * It comes from [method@UserAgent.send_request], before the request is sent, and keeps itself alive until it has had its answer:
 *
 * ```c
 * g_autoptr (SipOutgoingContext) context = sip_user_agent_send_request (agent, "OPTIONS", "sip:bob@example.com", NULL, &error);
 *
 * if (context != NULL)
 *   {
 *     g_signal_connect (context, "accepted", G_CALLBACK (accepted_cb), NULL);
 *     g_signal_connect (context, "failed", G_CALLBACK (failed_cb), NULL);
 *   }
 * ```
 *
 * Who only wants the answer is better off with [method@UserAgent.request_async].
 */
struct _SipOutgoingContext
{
  GObject parent_instance;
  SipUserAgent *user_agent;   /* weak */
  SipDialogsMember member;    /* as long as it is under way */
  SipTimer begin;
  SipSender *sender;
  GTask *task;
  GSource *cancelled;         /* of the task's cancellable, which may be cancelled in any thread */
  char *method;
  SipMsg *msg;
  SipRequest *request;
  SipResponse *response;
  SipNameAddr *local_identity;
  SipNameAddr *remote_identity;
  GObject *data;
  guint max_size;
  guint8 is_under_way;        /* and holds a reference on itself */
  guint8 is_too_large;
};

struct _SipOutgoingContextClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_RESPONSE,
  N_PROPS,
  /* of the interface */
  PROP_USER_AGENT,
  PROP_METHOD,
  PROP_REQUEST,
  PROP_LOCAL_IDENTITY,
  PROP_REMOTE_IDENTITY,
  PROP_DATA,
};

static GParamSpec *properties[N_PROPS];

static void client_context_init (SipClientContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipOutgoingContext, sip_outgoing_context, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_CLIENT_CONTEXT, client_context_init))

/* --- its end --- */

static void
forget_cancellable (SipOutgoingContext *self)
{
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

/* Lets go of everything outside: no event comes after it. The reference that it held on itself is the caller's. */
static void
let_go (SipOutgoingContext *self)
{
  self->is_under_way = FALSE;
  sip_timer_stop (&self->begin);
  sip_dialogs_leave (&self->member);
  forget_cancellable (self);
  if (self->sender != NULL)
    sip_sender_detach (self->sender);
  g_clear_pointer (&self->sender, sip_sender_unref);
}

static const char *
cause_of_error (const GError *error)
{
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT))
    return SIP_CAUSE_REQUEST_TIMEOUT;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SIP_CAUSE_CANCELED;
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT))
    return SIP_CAUSE_INTERNAL_ERROR;

  return SIP_CAUSE_CONNECTION_ERROR;
}

static void
fail (SipOutgoingContext *self, const GError *error)
{
  g_autoptr (SipOutgoingContext) own = NULL;
  g_autoptr (GTask) task = NULL;

  if (!self->is_under_way)
    return;

  own = self;
  task = g_steal_pointer (&self->task);
  let_go (self);
  g_signal_emit_by_name (self, "failed", NULL, cause_of_error (error));
  if (task != NULL)
    g_task_return_error (task, g_error_copy (error));
}

static void
answer (SipOutgoingContext *self, SipMsg *msg)
{
  G_GNUC_UNUSED g_autoptr (SipOutgoingContext) own = self;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  self->response = SIP_RESPONSE (sip_message_new_for_msg (msg));
  let_go (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESPONSE]);
  if (msg->status < 300)
    {
      g_signal_emit_by_name (self, "accepted", (guint) msg->status, self->response);
    }
  else
    {
      g_autofree char *reason = sip_str_dup (msg->reason);

      g_signal_emit_by_name (self, "rejected", self->response, reason != NULL ? reason : "");
      g_signal_emit_by_name (self, "failed", self->response, sip_cause_for_status (msg->status));
    }
  if (task != NULL)
    g_task_return_pointer (task, g_object_ref (self->response), g_object_unref);
}

static void
fail_cancelled (SipOutgoingContext *self)
{
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The answer to a request %s is no longer waited for", self->method);

  fail (self, error);
}

/* --- what the sender tells --- */

static void
sending_cb (gpointer user_data, SipSender *sender, SipMsg *msg, SipFlow *flow)
{
  SipOutgoingContext *self = user_data;

  g_clear_pointer (&self->msg, sip_msg_unref);
  self->msg = sip_msg_ref (msg);
  g_clear_object (&self->request);
  if (self->max_size > 0 && msg->len > self->max_size)
    {
      self->is_too_large = TRUE;
      sip_sender_cancel (sender, NULL);
      return;
    }
  g_object_notify (G_OBJECT (self), "request");
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *msg, SipFlow *flow)
{
  g_autoptr (SipOutgoingContext) self = g_object_ref (user_data);
  g_autoptr (SipMsg) kept = sip_msg_ref (msg);
  g_autoptr (SipMessage) response = NULL;

  if (msg->status >= 200)
    {
      answer (self, kept);
      return;
    }

  response = sip_message_new_for_msg (kept);
  g_signal_emit_by_name (self, "progress", response);
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  g_autoptr (SipOutgoingContext) self = g_object_ref (user_data);
  g_autoptr (GError) too_large = NULL;

  if (self->is_too_large)
    {
      too_large = g_error_new (SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "A request %s of %u bytes is larger than %u", self->method, self->msg->len,
                               self->max_size);
      error = too_large;
    }
  fail (self, error);
}

static const SipSenderEvents sender_events = { .sending = sending_cb, .response = response_cb, .failed = failed_cb };

/* --- its beginning --- */

static void
abandon_cb (SipDialogsMember *member)
{
  g_autoptr (SipOutgoingContext) self = g_object_ref (SIP_CONTAINER_OF (member, SipOutgoingContext, member));

  fail_cancelled (self);
}

static void
begin_cb (SipTimer *timer)
{
  SipOutgoingContext *self = SIP_CONTAINER_OF (timer, SipOutgoingContext, begin);
  g_autoptr (SipSender) sender = sip_sender_ref (self->sender);

  sip_sender_start (sender);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (SipOutgoingContext) self = g_object_ref (user_data);

  fail_cancelled (self);
  return G_SOURCE_REMOVE;
}

SipOutgoingContext *
sip_outgoing_context_new (SipUserAgent *user_agent, SipMsgBuilder *request, const SipSendTarget *target, guint max_size)
{
  SipOutgoingContext *self = g_object_new (SIP_TYPE_OUTGOING_CONTEXT, NULL);
  SipStr cseq = sip_msg_builder_value (request, SIP_H_CSEQ);
  SipCSeqView view;

  g_set_weak_pointer (&self->user_agent, user_agent);
  self->max_size = max_size;
  if (sip_cseq_view_parse (&view, cseq))
    self->method = sip_str_dup (view.method_name);
  self->local_identity = sip_name_addr_new_from_str (sip_msg_builder_value (request, SIP_H_FROM));
  self->remote_identity = sip_name_addr_new_from_str (sip_msg_builder_value (request, SIP_H_TO));
  self->sender = sip_sender_new (sip_user_agent_get_transactions (user_agent), request, target, &sender_events, self);

  return self;
}

void
sip_outgoing_context_begin (SipOutgoingContext *self, GTask *task)
{
  SipDialogs *dialogs = sip_user_agent_get_dialogs (self->user_agent);
  GCancellable *cancellable = task != NULL ? g_task_get_cancellable (task) : NULL;

  g_object_ref (self);
  self->is_under_way = TRUE;
  g_set_object (&self->task, task);
  sip_dialogs_join (dialogs, &self->member, abandon_cb);
  sip_timer_start (sip_dialogs_get_wheel (dialogs), &self->begin, begin_cb, 0);
  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (self->cancelled, "[sip] request");
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
      g_source_attach (self->cancelled, g_main_context_get_thread_default ());
    }
}

/* RFC 3261 §9.1: only an INVITE is cancelled on the wire. */
static gboolean
client_context_cancel (SipClientContext *context, SipResponseOptions *options, GError **error)
{
  g_autoptr (SipOutgoingContext) self = g_object_ref (SIP_OUTGOING_CONTEXT (context));
  SipMessageExtras extras = sip_request_options_get_extras (options);

  if (!self->is_under_way)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "cancel is not possible: the request %s is over", self->method);
      return FALSE;
    }
  if (!sip_message_extras_check (&extras, 200, 699, error))
    return FALSE;

  g_signal_emit_by_name (self, "cancel");
  fail_cancelled (self);
  return TRUE;
}

static void
client_context_init (SipClientContextInterface *iface)
{
  iface->cancel = client_context_cancel;
}

/* --- class --- */

static void
sip_outgoing_context_dispose (GObject *object)
{
  SipOutgoingContext *self = SIP_OUTGOING_CONTEXT (object);

  let_go (self);
  g_clear_weak_pointer (&self->user_agent);
  g_clear_object (&self->task);
  g_clear_object (&self->request);
  g_clear_object (&self->response);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (sip_outgoing_context_parent_class)->dispose (object);
}

static void
sip_outgoing_context_finalize (GObject *object)
{
  SipOutgoingContext *self = SIP_OUTGOING_CONTEXT (object);

  g_clear_pointer (&self->msg, sip_msg_unref);
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->local_identity, sip_name_addr_unref);
  g_clear_pointer (&self->remote_identity, sip_name_addr_unref);

  G_OBJECT_CLASS (sip_outgoing_context_parent_class)->finalize (object);
}

static void
sip_outgoing_context_get_gproperty (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipOutgoingContext *self = SIP_OUTGOING_CONTEXT (object);

  switch (id)
    {
    case PROP_RESPONSE:
      g_value_set_object (value, self->response);
      break;
    case PROP_USER_AGENT:
      g_value_set_object (value, self->user_agent);
      break;
    case PROP_METHOD:
      g_value_set_string (value, self->method);
      break;
    case PROP_REQUEST:
      g_value_set_object (value, sip_outgoing_context_get_request (self));
      break;
    case PROP_LOCAL_IDENTITY:
      g_value_set_boxed (value, self->local_identity);
      break;
    case PROP_REMOTE_IDENTITY:
      g_value_set_boxed (value, self->remote_identity);
      break;
    case PROP_DATA:
      g_value_set_object (value, self->data);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_outgoing_context_set_gproperty (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipOutgoingContext *self = SIP_OUTGOING_CONTEXT (object);

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
sip_outgoing_context_class_init (SipOutgoingContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sip_outgoing_context_dispose;
  object_class->finalize = sip_outgoing_context_finalize;
  object_class->get_property = sip_outgoing_context_get_gproperty;
  object_class->set_property = sip_outgoing_context_set_gproperty;

  /**
   * SipOutgoingContext:response:
   *
   * The final response; `NULL` until it has come.
   */
  properties[PROP_RESPONSE] = g_param_spec_object ("response", NULL, NULL, SIP_TYPE_RESPONSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_object_class_override_property (object_class, PROP_USER_AGENT, "user-agent");
  g_object_class_override_property (object_class, PROP_METHOD, "method");
  g_object_class_override_property (object_class, PROP_REQUEST, "request");
  g_object_class_override_property (object_class, PROP_LOCAL_IDENTITY, "local-identity");
  g_object_class_override_property (object_class, PROP_REMOTE_IDENTITY, "remote-identity");
  g_object_class_override_property (object_class, PROP_DATA, "data");
}

static void
sip_outgoing_context_init (SipOutgoingContext *self)
{
}

/* --- public --- */

/**
 * sip_outgoing_context_get_method:
 * @self: a context
 *
 * Gets the method of the request.
 *
 * Returns: (transfer none): the method
 */
const char *
sip_outgoing_context_get_method (SipOutgoingContext *self)
{
  g_return_val_if_fail (SIP_IS_OUTGOING_CONTEXT (self), NULL);

  return self->method;
}

/**
 * sip_outgoing_context_get_request:
 * @self: a context
 *
 * Gets the request, as it last went out.
 *
 * Returns: (transfer none) (nullable): the request; `NULL` until it was sent
 */
SipRequest *
sip_outgoing_context_get_request (SipOutgoingContext *self)
{
  g_return_val_if_fail (SIP_IS_OUTGOING_CONTEXT (self), NULL);

  if (self->request == NULL && self->msg != NULL)
    self->request = SIP_REQUEST (sip_message_new_for_msg (self->msg));

  return self->request;
}

/**
 * sip_outgoing_context_get_response:
 * @self: a context
 *
 * Gets the final response.
 *
 * Returns: (transfer none) (nullable): the response; `NULL` until it has come
 */
SipResponse *
sip_outgoing_context_get_response (SipOutgoingContext *self)
{
  g_return_val_if_fail (SIP_IS_OUTGOING_CONTEXT (self), NULL);

  return self->response;
}
