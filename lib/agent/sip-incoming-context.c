/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-incoming-context-private.h"

#include "agent/sip-request-options-private.h"
#include "dialog/sip-causes.h"
#include "syntax/sip-error.h"
#include "syntax/sip-message-private.h"

/**
 * SipIncomingContext:
 *
 * A request of the other side's that is no call, until it is answered: an INFO, a MESSAGE, an OPTIONS, or one of a method that this library does not
 * know.
 *
 * It comes with [signal@Session::request-received], [signal@UserAgent::request-received] or [signal@UserAgent::message]. Who wants to answer it does so with
 * [method@IncomingContext.accept], `reject` or `reply`, at once, or keeps a reference and answers later; the other side waits 32 seconds, after which
 * [signal@ServerContext::failed] is emitted. A context that is dropped without an answer is answered 480.
 */

static void server_context_init (SipServerContextInterface *iface);

G_DEFINE_TYPE_WITH_CODE (SipIncomingContext, sip_incoming_context, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (SIP_TYPE_SERVER_CONTEXT, server_context_init))

enum
{
  PROP_0,
  PROP_USER_AGENT,
  PROP_METHOD,
  PROP_REQUEST,
  PROP_LOCAL_IDENTITY,
  PROP_REMOTE_IDENTITY,
  PROP_DATA,
};

/* --- the transaction --- */

static void
forget_transaction (SipIncomingContext *self)
{
  if (self->transaction == NULL)
    return;

  sip_server_transaction_set_events (self->transaction, NULL, NULL);
  self->transaction = NULL;
  sip_timer_stop (&self->trying);
  sip_dialogs_leave (&self->member);
}

static void
abandon_cb (SipDialogsMember *member)
{
  SipIncomingContext *self = SIP_CONTAINER_OF (member, SipIncomingContext, member);

  self->is_gone = TRUE;
  forget_transaction (self);
}

static void
failed_cb (gpointer user_data, SipServerTransaction *transaction, const GError *error)
{
  g_autoptr (SipIncomingContext) self = g_object_ref (user_data);
  gboolean timeout = g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT);

  self->is_gone = TRUE;
  forget_transaction (self);
  g_signal_emit_by_name (self, "failed", NULL, timeout ? SIP_CAUSE_REQUEST_TIMEOUT : SIP_CAUSE_CONNECTION_ERROR);
}

static void
terminated_cb (gpointer user_data, SipServerTransaction *transaction)
{
  SipIncomingContext *self = user_data;

  self->is_gone = TRUE;
  self->transaction = NULL;
  sip_timer_stop (&self->trying);
  sip_dialogs_leave (&self->member);
}

/* RFC 4320 §4.1: who has no answer yet when the other side's timer E has reached T2 says so. It is no word of the application's, and not told as one. */
static void
trying_cb (SipTimer *timer)
{
  SipIncomingContext *self = SIP_CONTAINER_OF (timer, SipIncomingContext, trying);

  sip_server_transaction_respond (self->transaction, sip_msg_builder_new_response (self->msg, 100, NULL, NULL), NULL);
}

static void
expect_patience (SipIncomingContext *self)
{
  const SipTimings *timings = sip_transactions_get_timings (sip_dialogs_get_transactions (self->dialogs));
  gint64 wait = 0;

  for (gint64 interval = timings->t1; interval < timings->t2; interval *= 2)
    wait += interval;
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->trying, trying_cb, wait);
}

void
sip_incoming_context_begin (SipIncomingContext *self, SipUserAgent *user_agent, SipServerTransaction *transaction)
{
  static const SipServerTransactionEvents events = { NULL, failed_cb, terminated_cb };

  g_set_weak_pointer (&self->user_agent, user_agent);
  self->dialogs = sip_user_agent_get_dialogs (user_agent);
  self->transaction = transaction;
  self->msg = sip_msg_ref (sip_server_transaction_get_request (transaction));
  if (self->msg->to.tag.len == 0)
    self->to_tag = sip_tag_new ();
  sip_dialogs_join (self->dialogs, &self->member, abandon_cb);
  sip_server_transaction_set_events (transaction, &events, self);
  expect_patience (self);
}

SipIncomingContext *
sip_incoming_context_new (SipUserAgent *user_agent, SipServerTransaction *transaction)
{
  SipIncomingContext *self = g_object_new (SIP_TYPE_INCOMING_CONTEXT, NULL);

  sip_incoming_context_begin (self, user_agent, transaction);
  return self;
}

SipMsg *
sip_incoming_context_get_msg (SipIncomingContext *self)
{
  return self->msg;
}

gboolean
sip_incoming_context_is_answered (SipIncomingContext *self)
{
  return self->answered != 0 || self->transaction == NULL;
}

/* --- answers --- */

SipMsgBuilder *
sip_incoming_context_new_response (SipIncomingContext *self, guint status, const char *reason)
{
  SipMsgBuilder *response;
  const char *product;

  if (sip_incoming_context_is_answered (self))
    return NULL;

  response = sip_msg_builder_new_response (self->msg, status, reason, self->to_tag);
  product = sip_dialogs_get_product (self->dialogs);
  if (product != NULL && status > 100)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (product));
  /* RFC 3261 §12.1.1: what makes a dialog says its route. */
  if (self->to_tag != NULL && SIP_INCOMING_CONTEXT_GET_CLASS (self)->has_contact && status > 100 && status < 300)
    sip_msg_builder_copy (response, SIP_H_RECORD_ROUTE, self->msg);

  return response;
}

/* Also the names of what a session has; the signal is the class's own where it has one. */
static void
tell_answer (SipIncomingContext *self, SipMsg *sent)
{
  g_autoptr (SipMessage) response = sip_message_new_for_msg (sent);
  const char *cause = sip_cause_for_status (sent->status);
  g_autofree char *reason = sip_str_dup (sent->reason);

  if (sent->status < 200)
    {
      g_signal_emit_by_name (self, "progress", response);
    }
  else if (sent->status < 300)
    {
      g_signal_emit_by_name (self, "accepted", (guint) sent->status, response);
    }
  else
    {
      g_signal_emit_by_name (self, "rejected", response, reason != NULL ? reason : "");
      g_signal_emit_by_name (self, "failed", response, cause);
    }
}

void
sip_incoming_context_send (SipIncomingContext *self, SipMsgBuilder *response, guint status)
{
  g_autoptr (SipIncomingContext) hold = g_object_ref (self);
  gboolean has_contact = SIP_INCOMING_CONTEXT_GET_CLASS (self)->has_contact && status >= 200 && status < 300;
  SipDialog *dialog = has_contact ? sip_dialogs_find (self->dialogs, self->msg) : NULL;
  /* In a dialog that does not name us nothing does. */
  SipContactSpec contact = dialog != NULL ? sip_dialog_get_contact (dialog) : *sip_dialogs_get_contact (self->dialogs);
  SipMsg *sent = sip_server_transaction_respond (self->transaction, response, has_contact ? &contact : NULL);

  sip_timer_stop (&self->trying);
  if (status >= 200)
    hold->answered = status;
  if (sent != NULL)
    {
      g_autoptr (SipMsg) kept = sip_msg_ref (sent);

      tell_answer (self, kept);
    }
}

gboolean
sip_incoming_context_respond (SipIncomingContext *self, const char *method, const SipMessageExtras *extras, guint fallback, guint lowest, guint highest,
                              GError **error)
{
  SipIncomingContextClass *klass = SIP_INCOMING_CONTEXT_GET_CLASS (self);
  guint status = extras->status != 0 ? extras->status : fallback;
  g_autoptr (SipMsgBuilder) response = NULL;

  if (self->msg == NULL || sip_incoming_context_is_answered (self))
    {
      if (self->answered != 0)
        g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible: the request was answered %u", method, self->answered);
      else
        g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible: nobody waits for an answer any more", method);
      return FALSE;
    }
  if (!sip_message_extras_check (extras, lowest, highest, error))
    return FALSE;
  /* RFC 4320 §4.1 */
  if (status > 100 && status < 200)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "%u is no provisional status of another request than INVITE: only 100 is", status);
      return FALSE;
    }

  response = sip_incoming_context_new_response (self, status, extras->reason);
  if (!sip_message_extras_add (extras, response, error))
    return FALSE;
  if (klass->answering != NULL)
    klass->answering (self, status, response);

  sip_incoming_context_send (self, g_steal_pointer (&response), status);
  return TRUE;
}

/* --- class --- */

static void
sip_incoming_context_dispose (GObject *object)
{
  SipIncomingContext *self = SIP_INCOMING_CONTEXT (object);

  if (self->transaction != NULL && self->answered == 0)
    sip_server_transaction_respond (self->transaction, sip_incoming_context_new_response (self, 480, NULL), NULL);
  forget_transaction (self);
  g_clear_weak_pointer (&self->user_agent);
  g_clear_object (&self->request);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (sip_incoming_context_parent_class)->dispose (object);
}

static void
sip_incoming_context_finalize (GObject *object)
{
  SipIncomingContext *self = SIP_INCOMING_CONTEXT (object);

  g_clear_pointer (&self->msg, sip_msg_unref);
  g_clear_pointer (&self->to_tag, g_free);
  g_clear_pointer (&self->local_identity, sip_name_addr_unref);
  g_clear_pointer (&self->remote_identity, sip_name_addr_unref);

  G_OBJECT_CLASS (sip_incoming_context_parent_class)->finalize (object);
}

static void
sip_incoming_context_get_gproperty (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipIncomingContext *self = SIP_INCOMING_CONTEXT (object);

  switch (id)
    {
    case PROP_USER_AGENT:
      g_value_set_object (value, self->user_agent);
      break;
    case PROP_METHOD:
      g_value_set_string (value, sip_incoming_context_get_method (self));
      break;
    case PROP_REQUEST:
      g_value_set_object (value, sip_incoming_context_get_request (self));
      break;
    case PROP_LOCAL_IDENTITY:
      g_value_set_boxed (value, sip_incoming_context_get_local_identity (self));
      break;
    case PROP_REMOTE_IDENTITY:
      g_value_set_boxed (value, sip_incoming_context_get_remote_identity (self));
      break;
    case PROP_DATA:
      g_value_set_object (value, self->data);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_incoming_context_set_gproperty (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_DATA:
      sip_incoming_context_set_data (SIP_INCOMING_CONTEXT (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_incoming_context_class_init (SipIncomingContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sip_incoming_context_dispose;
  object_class->finalize = sip_incoming_context_finalize;
  object_class->get_property = sip_incoming_context_get_gproperty;
  object_class->set_property = sip_incoming_context_set_gproperty;
  klass->accept_status = 200;

  g_object_class_override_property (object_class, PROP_USER_AGENT, "user-agent");
  g_object_class_override_property (object_class, PROP_METHOD, "method");
  g_object_class_override_property (object_class, PROP_REQUEST, "request");
  g_object_class_override_property (object_class, PROP_LOCAL_IDENTITY, "local-identity");
  g_object_class_override_property (object_class, PROP_REMOTE_IDENTITY, "remote-identity");
  g_object_class_override_property (object_class, PROP_DATA, "data");
}

static void
sip_incoming_context_init (SipIncomingContext *self)
{
}

static void
server_context_init (SipServerContextInterface *iface)
{
  iface->progress = (gpointer) sip_incoming_context_progress;
  iface->accept = (gpointer) sip_incoming_context_accept;
  iface->reject = (gpointer) sip_incoming_context_reject;
  iface->reply = (gpointer) sip_incoming_context_reply;
}

/* --- public --- */

/**
 * sip_incoming_context_get_user_agent:
 * @self: a context
 *
 * Gets the agent that the request came to.
 *
 * Returns: (transfer none) (nullable): the agent; `NULL` when it is gone
 */
SipUserAgent *
sip_incoming_context_get_user_agent (SipIncomingContext *self)
{
  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), NULL);

  return self->user_agent;
}

/**
 * sip_incoming_context_get_method:
 * @self: a context
 *
 * Gets the method of the request.
 *
 * Returns: (transfer none) (nullable): the method
 */
const char *
sip_incoming_context_get_method (SipIncomingContext *self)
{
  SipRequest *request = sip_incoming_context_get_request (self);

  return request != NULL ? sip_message_get_method (SIP_MESSAGE (request)) : NULL;
}

/**
 * sip_incoming_context_get_request:
 * @self: a context
 *
 * Gets the request.
 *
 * Returns: (transfer none) (nullable): the request
 */
SipRequest *
sip_incoming_context_get_request (SipIncomingContext *self)
{
  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), NULL);

  if (self->request == NULL && self->msg != NULL)
    self->request = SIP_REQUEST (sip_message_new_for_msg (self->msg));

  return self->request;
}

/**
 * sip_incoming_context_get_local_identity:
 * @self: a context
 *
 * Gets who we are: To of the request.
 *
 * Returns: (transfer none) (nullable): the identity
 */
SipNameAddr *
sip_incoming_context_get_local_identity (SipIncomingContext *self)
{
  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), NULL);

  if (self->local_identity == NULL && self->msg != NULL)
    self->local_identity = sip_name_addr_new_from_str (sip_msg_value (self->msg, SIP_H_TO));

  return self->local_identity;
}

/**
 * sip_incoming_context_get_remote_identity:
 * @self: a context
 *
 * Gets who the other side says it is: From of the request.
 *
 * Returns: (transfer none) (nullable): the identity
 */
SipNameAddr *
sip_incoming_context_get_remote_identity (SipIncomingContext *self)
{
  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), NULL);

  if (self->remote_identity == NULL && self->msg != NULL)
    self->remote_identity = sip_name_addr_new_from_str (sip_msg_value (self->msg, SIP_H_FROM));

  return self->remote_identity;
}

/**
 * sip_incoming_context_get_data:
 * @self: a context
 *
 * Gets the application's object.
 *
 * Returns: (transfer none) (nullable): the object
 */
GObject *
sip_incoming_context_get_data (SipIncomingContext *self)
{
  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), NULL);

  return self->data;
}

/**
 * sip_incoming_context_set_data:
 * @self: a context
 * @data: (nullable): an object
 *
 * Lets the context hold an object of the application's.
 */
void
sip_incoming_context_set_data (SipIncomingContext *self, GObject *data)
{
  g_return_if_fail (SIP_IS_INCOMING_CONTEXT (self));

  if (g_set_object (&self->data, data))
    g_object_notify (G_OBJECT (self), "data");
}

/**
 * sip_incoming_context_progress:
 * @self: a context
 * @options: (nullable): what to say; the status code can only be 100 (RFC 4320 §4.1)
 * @error: return location for an error
 *
 * Sends a provisional response, so that the other side does not repeat its request while you think.
 *
 * Returns: whether it was sent; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is answered), `SIP_ERROR_INVALID_ARGUMENT` (the status code) or
 *   `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_incoming_context_progress (SipIncomingContext *self, SipResponseOptions *options, GError **error)
{
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);

  extras = sip_request_options_get_extras (options);
  return sip_incoming_context_respond (self, "progress", &extras, 100, 100, 199, error);
}

/**
 * sip_incoming_context_accept:
 * @self: a context
 * @options: (nullable): what to say; the status code of [class@ResponseOptions] is from 200 to 299, default 200
 * @error: return location for an error
 *
 * Accepts the request.
 *
 * Returns: whether it was accepted; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is answered), `SIP_ERROR_INVALID_ARGUMENT` (the status code) or
 *   `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_incoming_context_accept (SipIncomingContext *self, SipRequestOptions *options, GError **error)
{
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_REQUEST_OPTIONS (options), FALSE);

  extras = sip_request_options_get_extras (options);
  return sip_incoming_context_respond (self, "accept", &extras, SIP_INCOMING_CONTEXT_GET_CLASS (self)->accept_status, 200, 299, error);
}

/**
 * sip_incoming_context_reject:
 * @self: a context
 * @options: (nullable): what to say; the status code is from 300 to 699, default 480
 * @error: return location for an error
 *
 * Refuses the request.
 *
 * Returns: whether it was refused; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is answered), `SIP_ERROR_INVALID_ARGUMENT` (the status code) or
 *   `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_incoming_context_reject (SipIncomingContext *self, SipResponseOptions *options, GError **error)
{
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);

  extras = sip_request_options_get_extras (options);
  return sip_incoming_context_respond (self, "reject", &extras, 480, 300, 699, error);
}

/**
 * sip_incoming_context_reply:
 * @self: a context
 * @options: (nullable): what to say; the status code is from 100 to 699, default 100
 * @error: return location for an error
 *
 * Sends a response of any kind.
 *
 * Returns: whether it was sent; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is answered), `SIP_ERROR_INVALID_ARGUMENT` (the status code) or
 *   `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_incoming_context_reply (SipIncomingContext *self, SipResponseOptions *options, GError **error)
{
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);

  extras = sip_request_options_get_extras (options);
  return sip_incoming_context_respond (self, "reply", &extras, 100, 100, 699, error);
}
