/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* REFER outside of any call (RFC 3515): a desk phone is asked to call somebody, a conference to invite somebody. */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-refer-client-context-private.h"
#include "agent/sip-refer-server-context-private.h"
#include "agent/sip-request-draft-private.h"
#include "agent/sip-request-options-private.h"
#include "transaction/sip-token-private.h"

static void
respond (SipUserAgent *self, SipServerTransaction *transaction, guint status, const char *reason)
{
  g_autofree char *tag = sip_tag_new ();

  sip_dialogs_respond (self->dialogs, transaction, status, reason, tag);
}

void
sip_user_agent_receive_refer (SipUserAgent *self, SipServerTransaction *transaction)
{
  SipMsg *request = sip_server_transaction_get_request (transaction);
  g_autoptr (SipReferServerContext) context = NULL;
  guint signal = g_signal_lookup ("refer-requested", SIP_TYPE_USER_AGENT);
  SipNameAddrView contact;

  if (self->state != SIP_USER_AGENT_STATE_STARTED || !g_signal_has_handler_pending (self, signal, 0, FALSE))
    {
      respond (self, transaction, 403, NULL);
      return;
    }
  if (!sip_msg_contact (request, &contact) || contact.is_star)
    {
      respond (self, transaction, 400, "Missing or Bad Contact");
      return;
    }

  context = sip_refer_server_context_new (self, NULL, transaction);
  if (context != NULL)
    g_signal_emit (self, signal, 0, context);
}

static SipMsgBuilder *
new_refer (SipUserAgent *self, const char *target, SipReferOptions *options, GError **error)
{
  const SipMessageExtras none = { 0 };
  const SipMessageExtras extras = sip_request_options_get_extras (options);
  g_autoptr (SipMsgBuilder) probe = sip_msg_builder_new_request (SIP_STR ("REFER"), SIP_STR ("sip:probe.invalid"));

  if (self->state != SIP_USER_AGENT_STATE_STARTED)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "refer is not possible while the user agent is not started");
      return NULL;
    }
  if (!sip_message_extras_add (&extras, probe, error))
    return NULL;

  return sip_request_draft_new (self, SIP_METHOD_REFER, target, FALSE, &none, error);
}

/**
 * sip_user_agent_refer_async:
 * @self: a user agent that was started
 * @target: who is to call: a URI, "user@host", or a user of our own domain
 * @refer_to: whom @target is to call, in the same forms
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the request goes on
 * @callback: (nullable) (scope async): called when @target has answered the REFER
 * @user_data: for @callback
 *
 * Asks somebody, outside of any call, to call somebody else (RFC 3515).
 *
 * What becomes of it is told by the [class@ReferClientContext] that comes with [signal@UserAgent::refer-requested].
 */
void
sip_user_agent_refer_async (SipUserAgent       *self,
                            const char         *target,
                            const char         *refer_to,
                            SipReferOptions    *options,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (SipMsgBuilder) request = NULL;
  g_autoptr (SipReferClientContext) context = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *value = NULL;
  GError *error = NULL;
  SipSendTarget hop;

  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (target != NULL);
  g_return_if_fail (refer_to != NULL);
  g_return_if_fail (options == NULL || SIP_IS_REFER_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_user_agent_refer_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if ((request = new_refer (self, target, options, &error)) == NULL ||
      (uri = sip_request_draft_normalize_target (self, refer_to, TRUE, &error)) == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  value = g_strdup_printf ("<%s>", uri);
  context = sip_refer_client_context_new (self, NULL, value, options);
  g_signal_emit_by_name (self, "refer-requested", context);
  if (sip_refer_client_context_is_cancelled (context) || self->state != SIP_USER_AGENT_STATE_STARTED)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The REFER was called off");
      return;
    }

  sip_refer_client_context_fill (context, request, options);
  sip_request_draft_fill_target (self, request, FALSE, &hop);
  sip_refer_client_context_begin (context,
                                  sip_subscriber_usage_new_outside (self->dialogs, g_steal_pointer (&request), &hop, "refer",
                                                                    &sip_refer_client_context_events, context),
                                  task);
}

/**
 * sip_user_agent_refer_finish:
 * @self: a user agent
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@UserAgent.refer_async].
 *
 * Returns: (transfer full) (nullable): the final response to the REFER, whatever it says; `NULL` where there is none, with @error
 *   `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_URI`, `SIP_ERROR_INVALID_HEADER`, `SIP_ERROR_TIMEOUT`, `SIP_ERROR_TRANSPORT` or one of GIO
 */
SipResponse *
sip_user_agent_refer_finish (SipUserAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
