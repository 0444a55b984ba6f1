/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-incoming-session-private.h"

#include "agent/sip-server-context.h"
#include "agent/sip-user-agent.h"
#include "syntax/sip-message-private.h"

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
  SipRequest *cancel_request;
};

struct _SipIncomingSessionClass
{
  SipSessionClass parent_class;
};

enum
{
  PROP_0,
  PROP_CANCEL_REQUEST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void server_context_init (SipServerContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipIncomingSession, sip_incoming_session, SIP_TYPE_SESSION,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_SERVER_CONTEXT, server_context_init))

static void
sip_incoming_session_finalize (GObject *object)
{
  g_clear_object (&SIP_INCOMING_SESSION (object)->cancel_request);

  G_OBJECT_CLASS (sip_incoming_session_parent_class)->finalize (object);
}

static void
sip_incoming_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_CANCEL_REQUEST:
      g_value_set_object (value, SIP_INCOMING_SESSION (object)->cancel_request);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_incoming_session_class_init (SipIncomingSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = sip_incoming_session_finalize;
  object_class->get_property = sip_incoming_session_get_property;

  /**
   * SipIncomingSession:cancel-request:
   *
   * The CANCEL with which the caller has called it off, from [signal@Sip.Session::cancel] on.
   */
  properties[PROP_CANCEL_REQUEST] = g_param_spec_object ("cancel-request", NULL, NULL, SIP_TYPE_REQUEST,
                                                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
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

void
sip_incoming_session_note_cancel (SipIncomingSession *self, SipMsg *cancel)
{
  g_clear_object (&self->cancel_request);
  self->cancel_request = SIP_REQUEST (sip_message_new_for_msg (cancel));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CANCEL_REQUEST]);
}

/**
 * sip_incoming_session_get_cancel_request:
 * @self: a session
 *
 * Gets the CANCEL with which the caller has called it off.
 *
 * It says why: where [method@Message.is_completed_elsewhere] is true of it, another phone has taken the call, and it was not missed (RFC 3326).
 *
 * Returns: (transfer none) (nullable): the request; `NULL` where there is none
 */
SipRequest *
sip_incoming_session_get_cancel_request (SipIncomingSession *self)
{
  g_return_val_if_fail (SIP_IS_INCOMING_SESSION (self), NULL);

  return self->cancel_request;
}

static SipRel100
choose_rel100 (SipSession *session, SipResponseOptions *options)
{
  SipUserAgent *agent = session->user_agent;

  return sip_response_options_choose_rel100 (options, agent != NULL ? sip_user_agent_get_rel100 (agent) : SIP_REL100_UNSUPPORTED);
}

/**
 * sip_incoming_session_progress:
 * @self: a session
 * @options: (nullable): what to say; the status code is from 100 to 199, default 180, of a reliable response 183
 * @error: return location for an error
 *
 * Sends a provisional response (RFC 3261 §13.3.1.1).
 *
 * It is a reliable one (RFC 3262) when the caller requires that, or supports it and [property@Sip.ResponseOptions:rel100] asks for it: then it is repeated until
 * the caller acknowledges it. A call whose caller does not do that in 32 seconds is answered 504 and fails with "No PRACK". A reliable 183 without a body of
 * yours brings the session description, and media can flow before the call is accepted. Each waits for the one before it to be acknowledged.
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
  extras.rel100 = choose_rel100 (session, options);
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
  g_auto (SipMediaTerms) before = { NULL, NULL };
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_INCOMING_SESSION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options), FALSE);

  if (!sip_session_check_usage (session, "accept", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  extras.body = NULL;
  sip_session_take_options (session, options, &before);
  if (sip_invite_usage_accept (session->usage, &extras, error))
    return TRUE;

  sip_session_restore_terms (session, &before);
  return FALSE;
}

/**
 * sip_incoming_session_accept_async:
 * @self: a session
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the call goes on
 * @callback: (nullable) (scope async): called when the call is established and its media can flow
 * @user_data: for @callback
 *
 * Accepts the call, as [method@Sip.IncomingSession.accept] does, and waits until it is established: until the ACK has come and
 * [the handler](method@Sip.SessionDescriptionHandler.is_ready) says that media can flow.
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
  gboolean is_second;

  g_return_if_fail (SIP_IS_INCOMING_SESSION (self));
  g_return_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_incoming_session_accept_async);
  /* That will be refused, and the first one is still to hear how it went. */
  is_second = session->accept_task != NULL;
  if (!is_second)
    g_set_object (&session->accept_task, task);
  if (!sip_incoming_session_accept (self, options, &error))
    {
      if (!is_second)
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

/* As a response says it: the options of the media are those of before. */
static gboolean
accept_with (SipSession *session, const SipMessageExtras *said, GError **error)
{
  g_auto (SipMediaTerms) before = { NULL, NULL };
  SipMessageExtras extras = *said;

  /* The description handler writes the body. */
  extras.body = NULL;
  sip_session_take_options (session, NULL, &before);
  if (sip_invite_usage_accept (session->usage, &extras, error))
    return TRUE;

  sip_session_restore_terms (session, &before);
  return FALSE;
}

/**
 * sip_incoming_session_reply:
 * @self: a session
 * @options: (nullable): what to say; the status code is from 100 to 699, default 100
 * @error: return location for an error
 *
 * Sends a response of any kind: [method@Sip.IncomingSession.progress], [method@Sip.IncomingSession.accept] or [method@Sip.IncomingSession.reject], as the
 * status code says.
 *
 * Returns: whether it was sent, or will be; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_ARGUMENT` (the status code) or
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
  if (!sip_message_extras_check (&extras, 100, 699, error))
    return FALSE;

  if (extras.status / 100 == 2)
    return accept_with (session, &extras, error);

  extras.rel100 = choose_rel100 (session, options);
  return extras.status < 200 ? sip_invite_usage_progress (session->usage, &extras, error)
                             : sip_invite_usage_reject (session->usage, &extras, error);
}

/* --- as a context --- */

static gboolean
server_context_progress (SipServerContext *context, SipResponseOptions *options, GError **error)
{
  return sip_incoming_session_progress (SIP_INCOMING_SESSION (context), options, error);
}

static gboolean
server_context_accept (SipServerContext *context, SipRequestOptions *options, GError **error)
{
  SipSession *session = SIP_SESSION (context);
  SipMessageExtras extras;

  if (options == NULL || SIP_IS_INVITE_OPTIONS (options))
    return sip_incoming_session_accept (SIP_INCOMING_SESSION (context), (SipInviteOptions *) options, error);
  if (!sip_session_check_usage (session, "accept", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  return accept_with (session, &extras, error);
}

static gboolean
server_context_reject (SipServerContext *context, SipResponseOptions *options, GError **error)
{
  return sip_incoming_session_reject (SIP_INCOMING_SESSION (context), options, error);
}

static gboolean
server_context_reply (SipServerContext *context, SipResponseOptions *options, GError **error)
{
  return sip_incoming_session_reply (SIP_INCOMING_SESSION (context), options, error);
}

/* The properties are those of SipSession. */
static void
server_context_init (SipServerContextInterface *iface)
{
  iface->progress = server_context_progress;
  iface->accept = server_context_accept;
  iface->reject = server_context_reject;
  iface->reply = server_context_reply;
}
