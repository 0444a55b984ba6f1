/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What is said inside a call that does not change it: INFO, MESSAGE, OPTIONS, and methods that nobody has heard of; received and sent. */

#include "agent/sip-dtmf-body-private.h"
#include "agent/sip-incoming-context-private.h"
#include "agent/sip-session-private.h"
#include "dialog/sip-dialog-request-private.h"
#include "syntax/sip-scan-private.h"

/* --- received --- */

/* RFC 6086 §4.2.2: a package that nobody knows is a 469, which names those that we do know: none. A body of the old kind, without a package, is a matter of
 * its media type; without any it is no more than a sign of life (RFC 2976). */
static guint
status_of_info (SipMsg *request)
{
  if (sip_msg_value_by_name (request, SIP_STR ("Info-Package")).p != NULL)
    return 469;
  if (request->body_len == 0)
    return 200;

  return sip_dtmf_body_is_type (sip_msg_value (request, SIP_H_CONTENT_TYPE)) ? 400 : 415;
}

/* What a request gets that no handler has answered. @heard: one has seen it. */
static void
answer_by_default (SipSession *self, SipIncomingContext *context, gboolean heard)
{
  static const char *const no_packages[] = { "Recv-Info: ", NULL };
  SipDialogs *dialogs = context->dialogs;
  SipMsg *request = sip_incoming_context_get_msg (context);
  g_autofree char *allow = NULL;
  SipMsgBuilder *response;
  guint status;

  if (sip_incoming_context_is_answered (context))
    return;

  switch ((SipMethod) request->method)
    {
    case SIP_METHOD_INFO:
      status = status_of_info (request);
      break;
    case SIP_METHOD_MESSAGE:
      /* RFC 3428 §7: a 200 says that it was delivered. */
      status = heard ? 200 : 405;
      break;
    case SIP_METHOD_OPTIONS:
      status = 200;
      break;
    default:
      status = 501;
      break;
    }

  response = sip_incoming_context_new_response (context, status, NULL);
  if (request->method == SIP_METHOD_OPTIONS)
    sip_dialogs_add_capabilities (dialogs, response);
  else if (status == 415)
    sip_msg_builder_add (response, SIP_H_ACCEPT, SIP_STR (SIP_DTMF_ACCEPT));
  else if (status == 469)
    sip_msg_builder_add_lines (response, no_packages, FALSE, NULL);
  else if (status == 405 || status == 501)
    sip_msg_builder_add (response, SIP_H_ALLOW, sip_str_from (allow = sip_dialogs_dup_allow (dialogs, request->method_name)));
  sip_incoming_context_send (context, response, status);
}

void
sip_session_receive_request (gpointer owner, SipServerTransaction *transaction, SipMsg *request)
{
  g_autoptr (SipSession) self = g_object_ref (owner);
  g_autoptr (SipIncomingContext) context = NULL;
  guint signal = sip_session_signals[SIP_SESSION_SIGNAL_REQUEST_RECEIVED];
  /* A method that no handler asks for by name makes no quark: names come from the network. */
  g_autofree char *method = sip_str_dup (request->method_name);
  GQuark detail = g_quark_try_string (method);
  gboolean heard = g_signal_has_handler_pending (self, signal, 0, FALSE) || (detail != 0 && g_signal_has_handler_pending (self, signal, detail, FALSE));
  gboolean taken = FALSE;

  if (sip_session_receive_tone (self, transaction, request))
    return;
  if (request->method == SIP_METHOD_REFER)
    {
      sip_session_receive_refer (self, transaction);
      return;
    }

  context = sip_incoming_context_new (self->user_agent, transaction);
  if (heard)
    g_signal_emit (self, signal, detail, context, &taken);
  else if (request->method == SIP_METHOD_MESSAGE)
    heard = sip_user_agent_tell_message (self->user_agent, context, &taken);
  if (!taken)
    answer_by_default (self, context, heard);
}

/* --- sent --- */

typedef struct
{
  SipDialogRequest *request;
  GSource *cancelled; /* nullable: a GCancellable may be cancelled in any thread, and is heard of in ours */
} Sending;

static void
forget_cancellable (Sending *sending)
{
  if (sending->cancelled != NULL)
    g_source_destroy (sending->cancelled);
  g_clear_pointer (&sending->cancelled, g_source_unref);
}

static void
sending_free (gpointer data)
{
  Sending *sending = data;

  forget_cancellable (sending);
  g_clear_pointer (&sending->request, sip_dialog_request_free);
  g_free (sending);
}

static void
done_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  g_autoptr (GTask) task = user_data;
  SipSession *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);

  forget_cancellable (sending);
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, sip_message_new_for_msg (response), g_object_unref);

  /* There is one usage here, and the call is it: what goes along with it is a part of it. */
  if (effect != SIP_DIALOG_LIVES && self->usage != NULL)
    sip_invite_usage_dialog_gone (self->usage, response);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  sip_dialog_request_cancel (user_data);

  return G_SOURCE_REMOVE;
}

gboolean
sip_session_check_established (SipSession *self, const char *what, GError **error)
{
  g_autoptr (GEnumClass) states = NULL;

  if (!sip_session_check_usage (self, what, error))
    return FALSE;
  if (sip_session_get_state (self) == SIP_SESSION_STATE_ESTABLISHED)
    return TRUE;

  states = g_type_class_ref (SIP_TYPE_SESSION_STATE);
  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible while the session is %s", what,
               g_enum_get_value (states, (int) sip_session_get_state (self))->value_nick);
  return FALSE;
}

/* Methods that the call's own machine sends, when it is asked to or by itself. */
static gboolean
check_method (const char *method, GError **error)
{
  static const SipMethod own[] = { SIP_METHOD_INVITE, SIP_METHOD_ACK,    SIP_METHOD_CANCEL, SIP_METHOD_BYE,   SIP_METHOD_PRACK,
                                   SIP_METHOD_UPDATE, SIP_METHOD_REFER, SIP_METHOD_SUBSCRIBE, SIP_METHOD_NOTIFY };
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
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "A request %s inside a call is not for an application to write", method);
          return FALSE;
        }
    }

  return TRUE;
}

/* NULL with an error when something of it is refused. */
SipDialogRequest *
sip_session_new_request (SipSession *self, const char *method, const SipMessageExtras *extras, const SipDialogRequestEvents *events, gpointer user_data,
                         GError **error)
{
  g_autoptr (SipMsgBuilder) probe = NULL;
  SipMsgBuilder *message;
  SipDialog *dialog;

  if (!sip_session_check_established (self, method, error) || !sip_message_extras_check (extras, 0, 0, error))
    return NULL;

  /* What is refused here does not use up a CSeq. */
  probe = sip_msg_builder_new_request (sip_str_from (method), SIP_STR ("sip:probe.invalid"));
  if (!sip_message_extras_add (extras, probe, error))
    return NULL;

  dialog = sip_invite_usage_get_dialog (self->usage);
  message = sip_dialog_new_named_request (dialog, sip_str_from (method), 0);
  sip_message_extras_add (extras, message, NULL);

  return sip_dialog_request_new (dialog, message, FALSE, events, user_data);
}

/**
 * sip_session_send_request_async:
 * @self: an established session
 * @method: the method: "INFO", "MESSAGE", "OPTIONS", or any that the other side knows and that is not the call's own
 * @options: (nullable): header fields and body
 * @cancellable: (nullable): stops waiting; a request that is out is not taken back
 * @callback: (nullable) (scope async): called when the other side has answered
 * @user_data: for @callback
 *
 * Sends a request inside the call's dialog (RFC 3261 §12.2.1): an INFO (RFC 6086), a MESSAGE (RFC 3428), an OPTIONS (RFC 3261 §11).
 *
 * An INFO of a package names it in its header fields: `Info-Package: …` and `Content-Disposition: Info-Package`.
 *
 * An answer that says that the call is unknown over there, or none in 32 seconds, ends the session with the cause "Dialog Error".
 */
void
sip_session_send_request_async (SipSession         *self,
                                const char         *method,
                                SipRequestOptions  *options,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  static const SipDialogRequestEvents events = { NULL, NULL, done_cb };
  g_autoptr (GTask) task = NULL;
  SipMessageExtras extras;
  GError *error = NULL;
  Sending *sending;

  g_return_if_fail (SIP_IS_SESSION (self));
  g_return_if_fail (method != NULL);
  g_return_if_fail (options == NULL || SIP_IS_REQUEST_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_session_send_request_async);
  if (g_task_return_error_if_cancelled (task))
    return;

  sending = g_new0 (Sending, 1);
  g_task_set_task_data (task, sending, sending_free);
  extras = sip_request_options_get_extras (options);
  extras.status = 0;
  if (check_method (method, &error))
    sending->request = sip_session_new_request (self, method, &extras, &events, task, &error);
  if (sending->request == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_object_ref (task); /* until done_cb() */
  if (cancellable != NULL)
    {
      sending->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (sending->cancelled, "[sip] request");
      g_source_set_callback (sending->cancelled, G_SOURCE_FUNC (cancelled_cb), sending->request, NULL);
      g_source_attach (sending->cancelled, g_main_context_get_thread_default ());
    }
  sip_dialog_request_start (sending->request);
}

/**
 * sip_session_send_request_finish:
 * @self: a session
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Session.send_request_async].
 *
 * Returns: (transfer full) (nullable): the final response, whatever it says; `NULL` where there is none, with @error `SIP_ERROR_INVALID_STATE` (the
 *   session is not established), `SIP_ERROR_INVALID_ARGUMENT` (the method), `SIP_ERROR_INVALID_HEADER`, `SIP_ERROR_TIMEOUT`, `SIP_ERROR_TRANSPORT`
 *   or one of GIO
 */
SipResponse *
sip_session_send_request_finish (SipSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
