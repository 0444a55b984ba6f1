/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What is said outside of any dialog and makes none: MESSAGE (RFC 3428), OPTIONS (RFC 3261 §11), and methods that nobody has heard of; received and sent. */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-incoming-context-private.h"
#include "agent/sip-outgoing-context-private.h"
#include "agent/sip-publication-private.h"
#include "agent/sip-request-draft-private.h"
#include "agent/sip-request-options-private.h"
#include "syntax/sip-scan-private.h"
#include "transaction/sip-token-private.h"

enum
{
  SIGNAL_MESSAGE,
  SIGNAL_REQUEST_RECEIVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
sip_user_agent_install_request_signals (GObjectClass *object_class)
{
  /**
   * SipUserAgent::message:
   * @self: the user agent
   * @context: the MESSAGE, to be answered
   *
   * A MESSAGE has come (RFC 3428): outside of any call, or inside of one whose [signal@Session::request-received] nobody is connected to.
   *
   * A handler may answer it, return `TRUE` to answer it later, or leave it: then it is answered 200, which says that it was delivered. With no
   * handler connected it is answered 405.
   *
   * Returns: whether the handler answers it, now or later
   */
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", G_OBJECT_CLASS_TYPE (object_class), G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                                          G_TYPE_BOOLEAN, 1, SIP_TYPE_INCOMING_CONTEXT);

  /**
   * SipUserAgent::request-received:
   * @self: the user agent
   * @context: the request, to be answered
   *
   * A request has come outside of any call that nothing else is there for: an OPTIONS, a PUBLISH, one of a method that this library does not
   * know. The detail is the method: `request-received::OPTIONS`.
   *
   * A handler may answer it, return `TRUE` to answer it later, or leave it: then an OPTIONS is answered as a call would be (RFC 3261 §11.2): 200, or
   * 480 where nobody is connected to [signal@UserAgent::invite], with what we can do; an INFO or a NOTIFY 481, for it belongs to something that is not there;
   * anything else 405, or 501 where this library does not know the method.
   *
   * A request that is not answered in 32 seconds is over: [signal@ServerContext::failed] of its context says so, and nothing is sent, since nobody waits any more
   * (RFC 4320 §4.2).
   *
   * Returns: whether the handler answers it, now or later
   */
  signals[SIGNAL_REQUEST_RECEIVED] =
      g_signal_new ("request-received", G_OBJECT_CLASS_TYPE (object_class), G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, g_signal_accumulator_true_handled,
                    NULL, NULL, G_TYPE_BOOLEAN, 1, SIP_TYPE_INCOMING_CONTEXT);
}

/* --- received --- */

/* RFC 3261 §11.2: the same as a call would get. */
static guint
status_of_options (SipUserAgent *self)
{
  guint invite = g_signal_lookup ("invite", SIP_TYPE_USER_AGENT);

  return self->state == SIP_USER_AGENT_STATE_STARTED && g_signal_has_handler_pending (self, invite, 0, FALSE) ? 200 : 480;
}

/* What a request gets that no handler has answered. @heard: one has seen it. */
static guint
status_by_default (SipUserAgent *self, SipMethod method, gboolean heard)
{
  switch (method)
    {
    case SIP_METHOD_MESSAGE:
      /* RFC 3428 §7: a 200 says that it was delivered. */
      return heard ? 200 : 405;
    case SIP_METHOD_OPTIONS:
      return status_of_options (self);
    case SIP_METHOD_INFO:
    case SIP_METHOD_NOTIFY:
      return 481;
    case SIP_METHOD_OTHER:
      return 501;
    default:
      return 405;
    }
}

static void
fill_default (SipUserAgent *self, SipMsgBuilder *response, SipMsg *request, guint status)
{
  g_autofree char *allow = NULL;

  if (request->method == SIP_METHOD_OPTIONS)
    sip_dialogs_add_capabilities (self->dialogs, response);
  else if (status == 405 || status == 501)
    sip_msg_builder_add (response, SIP_H_ALLOW, sip_str_from (allow = sip_dialogs_dup_allow (self->dialogs, request->method_name)));
}

/* Without an object for what nobody looks at. */
static void
answer_unheard (SipUserAgent *self, SipServerTransaction *transaction)
{
  SipMsg *request = sip_server_transaction_get_request (transaction);
  guint status = status_by_default (self, request->method, FALSE);
  g_autofree char *tag = sip_tag_new ();
  SipMsgBuilder *response = sip_msg_builder_new_response (request, status, NULL, tag);
  const char *product = sip_dialogs_get_product (self->dialogs);

  if (product != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (product));
  fill_default (self, response, request, status);
  sip_server_transaction_respond (transaction, response, request->method == SIP_METHOD_OPTIONS ? sip_dialogs_get_contact (self->dialogs) : NULL);
}

static void
answer_heard (SipUserAgent *self, SipIncomingContext *context)
{
  SipMsg *request = sip_incoming_context_get_msg (context);
  guint status = status_by_default (self, request->method, TRUE);
  SipMsgBuilder *response = sip_incoming_context_new_response (context, status, NULL);

  /* It was answered, or the agent is gone. */
  if (response == NULL)
    return;

  fill_default (self, response, request, status);
  sip_incoming_context_send (context, response, status);
}

/* A method that no handler asks for by name makes no quark: names come from the network. */
static gboolean
is_heard (SipUserAgent *self, SipMsg *request, guint *signal, GQuark *detail)
{
  g_autofree char *method = sip_str_dup (request->method_name);

  *signal = signals[request->method == SIP_METHOD_MESSAGE ? SIGNAL_MESSAGE : SIGNAL_REQUEST_RECEIVED];
  *detail = request->method == SIP_METHOD_MESSAGE ? 0 : g_quark_try_string (method);

  return self->state == SIP_USER_AGENT_STATE_STARTED && (g_signal_has_handler_pending (self, *signal, 0, FALSE) ||
                                                         (*detail != 0 && g_signal_has_handler_pending (self, *signal, *detail, FALSE)));
}

void
sip_user_agent_receive_request (SipUserAgent *self, SipServerTransaction *transaction)
{
  g_autoptr (SipIncomingContext) context = NULL;
  gboolean taken = FALSE;
  GQuark detail;
  guint signal;

  if (!is_heard (self, sip_server_transaction_get_request (transaction), &signal, &detail))
    {
      answer_unheard (self, transaction);
      return;
    }

  context = sip_incoming_context_new (self, transaction);
  g_signal_emit (self, signal, detail, context, &taken);
  if (!taken)
    answer_heard (self, context);
}

gboolean
sip_user_agent_tell_message (SipUserAgent *self, SipIncomingContext *context, gboolean *taken)
{
  GQuark detail;
  guint signal;

  if (!is_heard (self, sip_incoming_context_get_msg (context), &signal, &detail))
    return FALSE;

  g_signal_emit (self, signal, detail, context, taken);
  return TRUE;
}

/* --- sent --- */

/* RFC 3428 §8: nobody here knows that all the way there nothing goes by UDP, where what is too large for a packet is lost and said again. */
#define MESSAGE_MAX 1300
/* What Via takes of it at least. */
#define VIA_MIN 60

/* Methods that live in a dialog, or that make one, or that the agent sends by itself. */
static gboolean
check_method (const char *method, GError **error)
{
  static const SipMethod own[] = { SIP_METHOD_INVITE, SIP_METHOD_ACK,  SIP_METHOD_CANCEL, SIP_METHOD_BYE,      SIP_METHOD_PRACK,
                                   SIP_METHOD_UPDATE, SIP_METHOD_INFO, SIP_METHOD_REFER,  SIP_METHOD_REGISTER, SIP_METHOD_SUBSCRIBE };
  SipMethod id = sip_method_id_lookup (method, strlen (method));

  if (*method == '\0' || *sip_scan_class (method, method + strlen (method), SIP_CHAR_TOKEN) != '\0')
    {
      g_autofree char *escaped = g_strescape (method, NULL);

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“%s” is no method", escaped);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (own); i++)
    {
      if (id == own[i])
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "A request %s is not for an application to write", method);
          return FALSE;
        }
    }

  return TRUE;
}

static SipMsgBuilder *
new_request (SipUserAgent *self, const char *method, const char *target, const SipMessageExtras *extras, GError **error)
{
  const SipMessageExtras none = { 0 };
  SipMethod id = sip_method_id_lookup (method, strlen (method));
  g_autoptr (SipMsgBuilder) request = NULL;

  if (self->state != SIP_USER_AGENT_STATE_STARTED)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible while the user agent is not started", method);
      return NULL;
    }
  if (!sip_user_agent_check_settings (self, error))
    return NULL;

  request = sip_request_draft_new_named (self, sip_str_from (method), target, extras->anonymous, &none, error);
  if (request == NULL || !sip_message_extras_add (extras, request, error))
    return NULL;
  /* RFC 3261 §11.1 */
  if (id == SIP_METHOD_OPTIONS && sip_msg_builder_value (request, SIP_H_ACCEPT).p == NULL)
    sip_msg_builder_add (request, SIP_H_ACCEPT, sip_str_from (sip_dialogs_get_accept (self->dialogs)));

  return g_steal_pointer (&request);
}

static SipOutgoingContext *
new_context (SipUserAgent *self, const char *method, const char *target, const SipMessageExtras *extras, guint max_size, GError **error)
{
  SipMethod id = sip_method_id_lookup (method, strlen (method));
  g_autoptr (SipMsgBuilder) request = new_request (self, method, target, extras, error);
  SipSendTarget hop;

  if (request == NULL)
    return NULL;
  if (max_size > 0)
    {
      g_autoptr (SipMsg) probe = sip_msg_builder_seal (request, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);

      if (probe->len + VIA_MIN > max_size)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "A request %s of %u bytes and more is larger than %u", method, probe->len, max_size);
          return NULL;
        }
    }

  sip_request_draft_fill_target (self, request, extras->anonymous, &hop);
  /* RFC 3428 §4, RFC 3903 §4: there is nothing to come back to. */
  hop.has_contact = id != SIP_METHOD_MESSAGE && id != SIP_METHOD_PUBLISH;
  return sip_outgoing_context_new (self, g_steal_pointer (&request), &hop, max_size);
}

/**
 * sip_user_agent_send_request:
 * @self: a user agent that was started
 * @method: the method: "OPTIONS", "MESSAGE", or any that the other side knows and that makes no dialog
 * @target: whom to ask: a URI, "user@host", or a user of our own domain
 * @options: (nullable): header fields and body
 * @error: return location for an error
 *
 * Sends a request outside of any dialog (RFC 3261 §8.1). Returns at once: the signals of the context, which come when the main loop runs, tell the rest.
 *
 * A redirection is an answer like another; it is not followed.
 *
 * Returns: (transfer full) (nullable): the request's context; `NULL` with `SIP_ERROR_INVALID_STATE` (the agent is not started),
 *   `SIP_ERROR_INVALID_ARGUMENT` (the method), `SIP_ERROR_INVALID_URI` or `SIP_ERROR_INVALID_HEADER`
 */
SipOutgoingContext *
sip_user_agent_send_request (SipUserAgent *self, const char *method, const char *target, SipRequestOptions *options, GError **error)
{
  SipMessageExtras extras;
  SipOutgoingContext *context;

  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (target != NULL, NULL);
  g_return_val_if_fail (options == NULL || SIP_IS_REQUEST_OPTIONS (options), NULL);

  extras = sip_request_options_get_extras (options);
  context = check_method (method, error) ? new_context (self, method, target, &extras, 0, error) : NULL;
  if (context != NULL)
    sip_outgoing_context_begin (context, NULL);

  return context;
}

/* Takes @context, or @error. */
static void
begin_task (SipOutgoingContext *context, GTask *task, GError *error)
{
  if (context == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  sip_outgoing_context_begin (context, task);
  g_object_unref (context);
}

/**
 * sip_user_agent_request_async:
 * @self: a user agent that was started
 * @method: the method: "OPTIONS", "MESSAGE", or any that the other side knows and that makes no dialog
 * @target: whom to ask: a URI, "user@host", or a user of our own domain
 * @options: (nullable): header fields and body
 * @cancellable: (nullable): stops waiting; a request that is out is not taken back (RFC 3261 §9.1)
 * @callback: (nullable) (scope async): called when the other side has answered
 * @user_data: for @callback
 *
 * Sends a request outside of any dialog (RFC 3261 §8.1), as [method@UserAgent.send_request] does, and waits for its answer.
 *
 * Calls, transfers, registrations and subscriptions have methods of their own: theirs are refused here.
 */
void
sip_user_agent_request_async (SipUserAgent       *self,
                              const char         *method,
                              const char         *target,
                              SipRequestOptions  *options,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  SipOutgoingContext *context = NULL;
  SipMessageExtras extras;
  GError *error = NULL;

  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (method != NULL);
  g_return_if_fail (target != NULL);
  g_return_if_fail (options == NULL || SIP_IS_REQUEST_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_user_agent_request_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  extras = sip_request_options_get_extras (options);
  if (check_method (method, &error))
    context = new_context (self, method, target, &extras, 0, &error);
  begin_task (context, task, error);
}

/**
 * sip_user_agent_request_finish:
 * @self: a user agent
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@UserAgent.request_async].
 *
 * Returns: (transfer full) (nullable): the final response, whatever it says; `NULL` where there is none, with @error `SIP_ERROR_INVALID_STATE` (the
 *   agent is not started), `SIP_ERROR_INVALID_ARGUMENT` (the method), `SIP_ERROR_INVALID_URI`, `SIP_ERROR_INVALID_HEADER`, `SIP_ERROR_TIMEOUT`,
 *   `SIP_ERROR_TRANSPORT` or one of GIO
 */
SipResponse *
sip_user_agent_request_finish (SipUserAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * sip_user_agent_message_async:
 * @self: a user agent that was started
 * @target: whom to write to: a URI, "user@host", or a user of our own domain
 * @body: (nullable): the text; `NULL`: what the options have for a body
 * @options: (nullable): header fields and content type; without one that is "text/plain"
 * @cancellable: (nullable): stops waiting; a message that is out is not taken back
 * @callback: (nullable) (scope async): called when the other side has answered
 * @user_data: for @callback
 *
 * Sends a MESSAGE outside of any call (RFC 3428). A 200 says that it was delivered, a 202 that somebody keeps it for who it is for.
 *
 * With its header fields a message must not be larger than 1300 bytes (RFC 3428 §8): it may go by UDP somewhere on its way, where a larger one
 * is lost too easily. Who knows that it does not sends larger ones with [method@UserAgent.request_async].
 */
void
sip_user_agent_message_async (SipUserAgent       *self,
                              const char         *target,
                              const char         *body,
                              SipRequestOptions  *options,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) bytes = NULL;
  SipOutgoingContext *context;
  SipMessageExtras extras;
  GError *error = NULL;

  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (target != NULL);
  g_return_if_fail (options == NULL || SIP_IS_REQUEST_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_user_agent_message_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  extras = sip_request_options_get_extras (options);
  if (extras.content_type == NULL)
    extras.content_type = "text/plain";
  if (body != NULL)
    extras.body = bytes = g_bytes_new (body, strlen (body));
  if (extras.body == NULL)
    {
      g_task_return_new_error (task, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "A message says something: it has a body");
      return;
    }
  context = new_context (self, "MESSAGE", target, &extras, MESSAGE_MAX, &error);
  begin_task (context, task, error);
}

/**
 * sip_user_agent_message_finish:
 * @self: a user agent
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@UserAgent.message_async].
 *
 * Returns: (transfer full) (nullable): the final response, whatever it says; `NULL` where there is none, with @error `SIP_ERROR_INVALID_STATE` (the
 *   agent is not started), `SIP_ERROR_INVALID_ARGUMENT` (no body, or too much of it), `SIP_ERROR_INVALID_URI`, `SIP_ERROR_INVALID_HEADER`,
 *   `SIP_ERROR_TIMEOUT`, `SIP_ERROR_TRANSPORT` or one of GIO
 */
SipResponse *
sip_user_agent_message_finish (SipUserAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * sip_user_agent_publish:
 * @self: a user agent that was started
 * @target: (nullable): whose state: a URI, "user@host", or a user of our own domain; `NULL`: our own
 * @event: which part of it: the name of an event package, "presence", "dialog", "message-summary", …
 * @body: (nullable): the state; `NULL`: what the options have for a body
 * @options: (nullable): how; without a content type it is that of the event package, or "text/plain"
 * @error: return location for an error
 *
 * Publishes a part of our state (RFC 3903), for those who subscribe to it. Returns at once: the publication's signals tell the rest.
 *
 * Returns: (transfer full) (nullable): the publication; `NULL` with `SIP_ERROR_INVALID_STATE` (the agent is not started), `SIP_ERROR_INVALID_URI`,
 *   `SIP_ERROR_INVALID_ARGUMENT` (the event, or no body) or `SIP_ERROR_INVALID_HEADER`
 */
SipPublication *
sip_user_agent_publish (SipUserAgent *self, const char *target, const char *event, const char *body, SipPublishOptions *options, GError **error)
{
  SipPublication *publication;

  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (event != NULL, NULL);
  g_return_val_if_fail (options == NULL || SIP_IS_PUBLISH_OPTIONS (options), NULL);

  if (self->state != SIP_USER_AGENT_STATE_STARTED)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "publish is not possible while the user agent is not started");
      return NULL;
    }
  if (!sip_user_agent_check_settings (self, error))
    return NULL;

  publication = sip_publication_new (self, target, event, body, options, error);
  if (publication != NULL)
    sip_publication_begin (publication);

  return publication;
}
