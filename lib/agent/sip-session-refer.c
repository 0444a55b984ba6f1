/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Transfer: the REFER that a call sends and receives. */

#include "agent/sip-session-private.h"

#include "agent/sip-refer-client-context-private.h"
#include "agent/sip-refer-server-context-private.h"
#include "agent/sip-request-draft-private.h"
#include "syntax/sip-escape-private.h"

/* One more than anybody needs, and few enough to do no harm. */
#define MAX_REFERS 4

/* --- received --- */

static void
respond_later (SipSession *self, SipServerTransaction *transaction, guint status)
{
  SipDialogs *dialogs = sip_user_agent_get_dialogs (self->user_agent);

  sip_dialogs_respond (dialogs, transaction, status, NULL, NULL);
}

void
sip_session_receive_refer (SipSession *self, SipServerTransaction *transaction)
{
  g_autoptr (SipReferServerContext) context = NULL;
  gboolean heard = g_signal_has_handler_pending (self, sip_session_signals[SIP_SESSION_SIGNAL_REFER_REQUESTED], 0, FALSE);

  /* Where nobody looks, one call at a time is made. */
  if (self->n_refers >= (heard ? MAX_REFERS : 1))
    {
      respond_later (self, transaction, 491);
      return;
    }

  context = sip_refer_server_context_new (self->user_agent, self, transaction);
  if (context == NULL)
    return;

  if (heard)
    g_signal_emit (self, sip_session_signals[SIP_SESSION_SIGNAL_REFER_REQUESTED], 0, context);
  else
    sip_refer_server_context_follow (context);
}

/* A call that is made because this one was asked for it has the same media, and says as little of who we are. */
SipInviteOptions *
sip_session_new_invite_options (SipSession *self)
{
  SipInviteOptions *options = sip_invite_options_new ();
  SipNameAddr *own = sip_session_get_local_identity (self);

  sip_invite_options_set_session_description_handler_options (options, self->terms.options);
  sip_invite_options_set_modifiers (options, self->terms.modifiers);
  sip_request_options_set_anonymous (SIP_REQUEST_OPTIONS (options),
                                     own != NULL && g_strcmp0 (sip_uri_get_host (sip_name_addr_get_uri (own)), "anonymous.invalid") == 0);

  return options;
}

/* --- sent --- */

static void
refer (SipSession *self, const char *refer_to, SipReferOptions *options, GTask *task)
{
  const SipMessageExtras extras = sip_request_options_get_extras (options);
  g_autoptr (SipReferClientContext) context = NULL;
  g_autoptr (SipMsgBuilder) probe = sip_msg_builder_new_request (SIP_STR ("REFER"), SIP_STR ("sip:probe.invalid"));
  GError *error = NULL;
  SipMsgBuilder *request;
  SipDialog *dialog;

  if (!sip_message_extras_add (&extras, probe, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  context = sip_refer_client_context_new (self->user_agent, self, refer_to, options);
  g_signal_emit (self, sip_session_signals[SIP_SESSION_SIGNAL_REFER_REQUESTED], 0, context);
  if (sip_refer_client_context_is_cancelled (context))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The REFER was called off");
      return;
    }
  if (!sip_session_check_established (self, "refer", &error))
    {
      g_task_return_error (task, error);
      return;
    }

  dialog = sip_invite_usage_get_dialog (self->usage);
  request = sip_dialog_new_request (dialog, SIP_METHOD_REFER, 0);
  sip_msg_builder_add (request, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (dialog->dialogs)));
  sip_refer_client_context_fill (context, request, options);
  sip_refer_client_context_begin (
      context, sip_subscriber_usage_new_inside (dialog, request, "refer", &sip_refer_client_context_events, context), task);
}

/**
 * sip_session_refer_async:
 * @self: an established session
 * @target: whom the other side is to call: a URI, "user@host", or a user of our own domain
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the transfer goes on
 * @callback: (nullable) (scope async): called when the other side has answered the REFER
 * @user_data: for @callback
 *
 * Transfers the call: asks the other side to call @target (RFC 3515, RFC 5589 §6: a blind transfer).
 *
 * What becomes of it is told by the [class@ReferClientContext] that comes with [signal@Session::refer-requested]. When the other side has reached @target
 * this call is hung up, unless [property@ReferOptions:active-after-transfer] says otherwise.
 */
void
sip_session_refer_async (SipSession         *self,
                         const char         *target,
                         SipReferOptions    *options,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *refer_to = NULL;
  GError *error = NULL;

  g_return_if_fail (SIP_IS_SESSION (self));
  g_return_if_fail (target != NULL);
  g_return_if_fail (options == NULL || SIP_IS_REFER_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_session_refer_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (!sip_session_check_established (self, "refer", &error) ||
      (uri = sip_request_draft_normalize_target (self->user_agent, target, TRUE, &error)) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  refer_to = g_strdup_printf ("<%s>", uri);
  refer (self, refer_to, options, task);
}

/* RFC 5589 §7.3: where @target's agent is to be found, and which of its calls is meant. A browser's own address leads nowhere; then whom we talk to has to do. */
static char *
refer_to_for_session (SipSession *target)
{
  SipDialog *dialog = sip_invite_usage_get_dialog (target->usage);
  SipNameAddr *remote = sip_session_get_remote_identity (target);
  g_autofree char *replaces = sip_invite_usage_dup_replaces (target->usage);
  g_autofree char *address = NULL;
  SipUriView uri;
  GString *text;

  if (sip_uri_view_parse (&uri, sip_str_from (dialog->remote_target)) && uri.is_sip &&
      (sip_params_find (uri.params, "gr", NULL) || uri.host.len < 8 || !sip_str_equal_nocase (sip_str (uri.host.p + uri.host.len - 8, 8), SIP_STR (".invalid"))))
    address = g_strndup (uri.whole.p, uri.headers.p != NULL ? (gsize) (uri.headers.p - 1 - uri.whole.p) : uri.whole.len);
  else if (remote != NULL)
    address = sip_uri_to_string (sip_name_addr_get_uri (remote));
  else
    address = g_strdup (dialog->remote_target);

  text = g_string_new (NULL);
  g_string_printf (text, "<%s?Replaces=", address);
  sip_escape_append (text, replaces, SIP_ESCAPE_HEADER);
  g_string_append_c (text, '>');

  return g_string_free (text, FALSE);
}

/**
 * sip_session_refer_to_session_async:
 * @self: an established session
 * @target: another established session of the same agent, with whom the other side is to talk
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the transfer goes on
 * @callback: (nullable) (scope async): called when the other side has answered the REFER
 * @user_data: for @callback
 *
 * Transfers the call to somebody whom we talk to already: asks the other side to take our place in @target (RFC 3891, RFC 5589 §7: an attended transfer).
 *
 * When that has happened both calls are over: @target because it was replaced, and this one because it is hung up, unless
 * [property@ReferOptions:active-after-transfer] says otherwise.
 */
void
sip_session_refer_to_session_async (SipSession         *self,
                                    SipSession         *target,
                                    SipReferOptions    *options,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *refer_to = NULL;
  GError *error = NULL;

  g_return_if_fail (SIP_IS_SESSION (self));
  g_return_if_fail (SIP_IS_SESSION (target));
  g_return_if_fail (options == NULL || SIP_IS_REFER_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_session_refer_to_session_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (target == self)
    g_set_error_literal (&error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "A call cannot be transferred to itself");
  if (error != NULL || !sip_session_check_established (self, "refer", &error) || !sip_session_check_established (target, "refer to the session", &error))
    {
      g_task_return_error (task, error);
      return;
    }

  refer_to = refer_to_for_session (target);
  refer (self, refer_to, options, task);
}

static SipResponse *
finish (SipSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * sip_session_refer_finish:
 * @self: a session
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Session.refer_async].
 *
 * Returns: (transfer full) (nullable): the final response to the REFER, whatever it says; `NULL` where there is none, with @error
 *   `SIP_ERROR_INVALID_STATE` (the session is not established), `SIP_ERROR_INVALID_URI` (the target), `SIP_ERROR_INVALID_HEADER`, `SIP_ERROR_TIMEOUT`,
 *   `SIP_ERROR_TRANSPORT` or one of GIO
 */
SipResponse *
sip_session_refer_finish (SipSession *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

/**
 * sip_session_refer_to_session_finish:
 * @self: a session
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Session.refer_to_session_async].
 *
 * Returns: (transfer full) (nullable): the final response to the REFER, whatever it says; `NULL` where there is none, with @error
 *   `SIP_ERROR_INVALID_STATE` (a session is not established), `SIP_ERROR_INVALID_ARGUMENT` (they are the same), or as of [method@Session.refer_finish]
 */
SipResponse *
sip_session_refer_to_session_finish (SipSession *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}
