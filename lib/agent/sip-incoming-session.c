/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-incoming-session-private.h"

/**
 * SipIncomingSession:
 *
 * A call that came in, told by [signal@Sip.UserAgent::invite].
 *
 * ```c
 * static void
 * invite_cb (SipUserAgent *agent, SipIncomingSession *session)
 * {
 *   sip_incoming_session_accept (session, NULL, NULL);
 * }
 * ```
 */
struct _SipIncomingSession
{
  SipSession parent_instance;
};

struct _SipIncomingSessionClass
{
  SipSessionClass parent_class;
};

G_DEFINE_FINAL_TYPE (SipIncomingSession, sip_incoming_session, SIP_TYPE_SESSION)

static void
sip_incoming_session_class_init (SipIncomingSessionClass *klass)
{
}

static void
sip_incoming_session_init (SipIncomingSession *self)
{
}

SipIncomingSession *
sip_incoming_session_new (SipUserAgent *user_agent, SipDialogs *dialogs, SipServerTransaction *transaction, gint64 no_answer)
{
  SipIncomingSession *self = g_object_new (SIP_TYPE_INCOMING_SESSION, NULL);
  SipSession *session = SIP_SESSION (self);

  sip_session_begin (session, user_agent,
                     sip_invite_usage_new_incoming (dialogs, transaction, no_answer, &sip_session_usage_events, session));

  return self;
}

/**
 * sip_incoming_session_progress:
 * @self: a session
 * @options: (nullable): what to say; the status code is from 100 to 199, default 180
 * @error: return location for an error
 *
 * Sends a provisional response (RFC 3261 §13.3.1.1).
 *
 * Returns: whether it was sent; otherwise @error is `SIP_ERROR_INVALID_STATE` (the call is answered or over), `SIP_ERROR_INVALID_ARGUMENT` (the status code) or
 *   `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_incoming_session_progress (SipIncomingSession *self, SipResponseOptions *options, GError **error)
{
  SipSession *session = SIP_SESSION (self);
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_SESSION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);

  if (!sip_session_check_usage (session, "progress", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  return sip_invite_usage_progress (session->usage, &extras, error);
}

/**
 * sip_incoming_session_accept:
 * @self: a session
 * @options: (nullable): how
 * @error: return location for an error
 *
 * Accepts the call (RFC 3261 §13.3.1.4): the session description handler takes the offer and makes the answer, then a 200 goes out and
 * [signal@Sip.Session::accepted] is emitted. Where the media cannot be had, [signal@Sip.Session::failed] is.
 *
 * Returns: whether the call is being accepted; otherwise @error is `SIP_ERROR_INVALID_STATE` or `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_incoming_session_accept (SipIncomingSession *self, SipInviteOptions *options, GError **error)
{
  SipSession *session = SIP_SESSION (self);
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_SESSION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options), FALSE);

  if (!sip_session_check_usage (session, "accept", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  extras.body = NULL;
  if (options != NULL)
    sip_session_set_handler_options (session, sip_invite_options_get_session_description_handler_options (options));

  return sip_invite_usage_accept (session->usage, &extras, error);
}

/**
 * sip_incoming_session_accept_async:
 * @self: a session
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the call goes on
 * @callback: (nullable) (scope async): called when the caller has acknowledged the answer
 * @user_data: for @callback
 *
 * Accepts the call, as [method@Sip.IncomingSession.accept] does, and waits until it is established: until the ACK has come.
 */
void
sip_incoming_session_accept_async (SipIncomingSession *self,
                                   SipInviteOptions   *options,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  SipSession *session = SIP_SESSION (self);
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SIP_IS_INCOMING_SESSION (self));
  g_return_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_incoming_session_accept_async);
  g_set_object (&session->accept_task, task);
  if (!sip_incoming_session_accept (self, options, &error))
    {
      g_clear_object (&session->accept_task);
      g_task_return_error (task, g_steal_pointer (&error));
    }
}

/**
 * sip_incoming_session_accept_finish:
 * @self: a session
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.IncomingSession.accept_async].
 *
 * Returns: whether the call is established
 */
gboolean
sip_incoming_session_accept_finish (SipIncomingSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_INCOMING_SESSION (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * sip_incoming_session_reject:
 * @self: a session
 * @options: (nullable): what to say; the status code is from 300 to 699, default 480
 * @error: return location for an error
 *
 * Refuses the call (RFC 3261 §13.3.1.3).
 *
 * Returns: whether it was refused; otherwise @error is `SIP_ERROR_INVALID_STATE` (the call is answered or over), `SIP_ERROR_INVALID_ARGUMENT` (the status code) or
 *   `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_incoming_session_reject (SipIncomingSession *self, SipResponseOptions *options, GError **error)
{
  SipSession *session = SIP_SESSION (self);
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_SESSION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);

  if (!sip_session_check_usage (session, "reject", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  return sip_invite_usage_reject (session->usage, &extras, error);
}

/**
 * sip_incoming_session_reply:
 * @self: a session
 * @options: (nullable): what to say; the status code is from 100 to 199 or from 300 to 699, default 100
 * @error: return location for an error
 *
 * Sends a response of any kind but the accepting one: [method@Sip.IncomingSession.progress] or [method@Sip.IncomingSession.reject], as the status code says.
 *
 * Returns: whether it was sent; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_ARGUMENT` (the status code) or
 *   `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_incoming_session_reply (SipIncomingSession *self, SipResponseOptions *options, GError **error)
{
  SipSession *session = SIP_SESSION (self);
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_SESSION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);

  if (!sip_session_check_usage (session, "reply", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  if (extras.status == 0)
    extras.status = 100;

  return extras.status < 200 ? sip_invite_usage_progress (session->usage, &extras, error)
                             : sip_invite_usage_reject (session->usage, &extras, error);
}
