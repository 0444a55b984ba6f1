/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-session-private.h"

#include "agent/sip-incoming-session.h"
#include "agent/sip-marshal-private.h"
#include "agent/sip-user-agent-private.h"

/**
 * SipSession:
 *
 * A call.
 *
 * Calls are made by [method@Sip.UserAgent.invite] and come in with [signal@Sip.UserAgent::invite]. Their signals come in the order that the table
 * in the architecture page shows, and [signal@Sip.Session::terminated] is always the last one, once.
 *
 * ```c
 * static void
 * accepted_cb (SipSession *session, guint code, SipResponse *response)
 * {
 *   g_autofree char *name = sip_name_addr_get_friendly_name (sip_session_get_remote_identity (session));
 *
 *   g_print ("%s answered\n", name);
 * }
 * ```
 *
 * The agent holds a reference on each call that is not over: dropping yours does not hang up.
 */

GParamSpec *sip_session_properties[SIP_SESSION_N_PROPS];
guint sip_session_signals[SIP_SESSION_N_SIGNALS];

G_DEFINE_ENUM_TYPE (SipSessionState,
                    sip_session_state,
                    G_DEFINE_ENUM_VALUE (SIP_SESSION_STATE_INITIAL, "initial"),
                    G_DEFINE_ENUM_VALUE (SIP_SESSION_STATE_ESTABLISHING, "establishing"),
                    G_DEFINE_ENUM_VALUE (SIP_SESSION_STATE_ESTABLISHED, "established"),
                    G_DEFINE_ENUM_VALUE (SIP_SESSION_STATE_TERMINATING, "terminating"),
                    G_DEFINE_ENUM_VALUE (SIP_SESSION_STATE_TERMINATED, "terminated"))

G_DEFINE_ABSTRACT_TYPE (SipSession, sip_session, G_TYPE_OBJECT)

/* --- life --- */

void
sip_session_begin (SipSession *self, SipUserAgent *user_agent, SipInviteUsage *usage)
{
  self->user_agent = g_object_ref (user_agent);
  self->agent_link = g_atomic_rc_box_acquire (user_agent->link);
  self->usage = usage;
}

void
sip_session_abandon (SipSession *self)
{
  sip_session_close_media (self);
  g_clear_pointer (&self->usage, sip_invite_usage_detach);
  sip_session_drop_user_agent (self);
}

static void
sip_session_dispose (GObject *object)
{
  SipSession *self = SIP_SESSION (object);

  sip_session_close_media (self);
  g_clear_pointer (&self->usage, sip_invite_usage_detach);
  g_clear_object (&self->handler);
  g_clear_object (&self->request);
  g_clear_object (&self->data);
  g_clear_object (&self->replacee);

  G_OBJECT_CLASS (sip_session_parent_class)->dispose (object);
}

static void
sip_session_finalize (GObject *object)
{
  SipSession *self = SIP_SESSION (object);

  sip_media_terms_clear (&self->terms);
  g_clear_pointer (&self->local_identity, sip_name_addr_unref);
  g_clear_pointer (&self->remote_identity, sip_name_addr_unref);
  g_clear_pointer (&self->start_date, g_date_time_unref);
  g_clear_pointer (&self->end_date, g_date_time_unref);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->agent_link, g_atomic_rc_box_release);

  G_OBJECT_CLASS (sip_session_parent_class)->finalize (object);
}

static void
sip_session_get_gproperty (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipSession *self = SIP_SESSION (object);

  switch (id)
    {
    case SIP_SESSION_PROP_USER_AGENT:
      g_value_set_object (value, sip_session_get_user_agent (self));
      break;
    case SIP_SESSION_PROP_ID:
      g_value_set_string (value, sip_session_get_id (self));
      break;
    case SIP_SESSION_PROP_METHOD:
      g_value_set_static_string (value, sip_session_get_method (self));
      break;
    case SIP_SESSION_PROP_DIRECTION:
      g_value_set_enum (value, (int) sip_session_get_direction (self));
      break;
    case SIP_SESSION_PROP_STATE:
      g_value_set_enum (value, (int) sip_session_get_state (self));
      break;
    case SIP_SESSION_PROP_REQUEST:
      g_value_set_object (value, sip_session_get_request (self));
      break;
    case SIP_SESSION_PROP_LOCAL_IDENTITY:
      g_value_set_boxed (value, sip_session_get_local_identity (self));
      break;
    case SIP_SESSION_PROP_REMOTE_IDENTITY:
      g_value_set_boxed (value, sip_session_get_remote_identity (self));
      break;
    case SIP_SESSION_PROP_START_TIME:
      g_value_set_boxed (value, sip_session_get_start_time (self));
      break;
    case SIP_SESSION_PROP_END_TIME:
      g_value_set_boxed (value, sip_session_get_end_time (self));
      break;
    case SIP_SESSION_PROP_DATA:
      g_value_set_object (value, self->data);
      break;
    case SIP_SESSION_PROP_HELD_LOCALLY:
      g_value_set_boolean (value, self->held_locally);
      break;
    case SIP_SESSION_PROP_HELD_REMOTELY:
      g_value_set_boolean (value, self->held_remotely);
      break;
    case SIP_SESSION_PROP_SESSION_DESCRIPTION_HANDLER:
      g_value_set_object (value, self->handler);
      break;
    case SIP_SESSION_PROP_REPLACEE:
      g_value_set_object (value, self->replacee);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_session_set_gproperty (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipSession *self = SIP_SESSION (object);

  switch (id)
    {
    case SIP_SESSION_PROP_DATA:
      sip_session_set_data (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * SipSession:user-agent:
   *
   * The agent that the call belongs to; `NULL` when the call is over and the agent is gone.
   */
  sip_session_properties[SIP_SESSION_PROP_USER_AGENT] = g_param_spec_object ("user-agent", NULL, NULL, SIP_TYPE_USER_AGENT, flags);

  /**
   * SipSession:id:
   *
   * An identifier that no other call of this process has: the Call-ID and our tag. `NULL` until the INVITE was sent.
   */
  sip_session_properties[SIP_SESSION_PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * SipSession:method:
   *
   * Always "INVITE".
   */
  sip_session_properties[SIP_SESSION_PROP_METHOD] = g_param_spec_string ("method", NULL, NULL, "INVITE", flags);

  /**
   * SipSession:direction:
   *
   * Who called whom.
   */
  sip_session_properties[SIP_SESSION_PROP_DIRECTION] =
      g_param_spec_enum ("direction", NULL, NULL, SIP_TYPE_DIRECTION, SIP_DIRECTION_OUTGOING, flags);

  /**
   * SipSession:state:
   *
   * How far the call is.
   */
  sip_session_properties[SIP_SESSION_PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, SIP_TYPE_SESSION_STATE, SIP_SESSION_STATE_INITIAL, flags);

  /**
   * SipSession:request:
   *
   * The INVITE that began the call; `NULL` until it was sent.
   */
  sip_session_properties[SIP_SESSION_PROP_REQUEST] = g_param_spec_object ("request", NULL, NULL, SIP_TYPE_REQUEST, flags);

  /**
   * SipSession:local-identity:
   *
   * Who we are in this call: From of an outgoing one, To of an incoming one.
   */
  sip_session_properties[SIP_SESSION_PROP_LOCAL_IDENTITY] = g_param_spec_boxed ("local-identity", NULL, NULL, SIP_TYPE_NAME_ADDR, flags);

  /**
   * SipSession:remote-identity:
   *
   * Who the other side is: To of an outgoing call, From of an incoming one. Nothing proves it.
   */
  sip_session_properties[SIP_SESSION_PROP_REMOTE_IDENTITY] = g_param_spec_boxed ("remote-identity", NULL, NULL, SIP_TYPE_NAME_ADDR, flags);

  /**
   * SipSession:start-time:
   *
   * When the call was accepted; set before [signal@Sip.Session::accepted] is emitted.
   */
  sip_session_properties[SIP_SESSION_PROP_START_TIME] = g_param_spec_boxed ("start-time", NULL, NULL, G_TYPE_DATE_TIME, flags);

  /**
   * SipSession:end-time:
   *
   * When the call ended; set before [signal@Sip.Session::terminated] is emitted.
   */
  sip_session_properties[SIP_SESSION_PROP_END_TIME] = g_param_spec_boxed ("end-time", NULL, NULL, G_TYPE_DATE_TIME, flags);

  /**
   * SipSession:data:
   *
   * An object of the application's choice.
   */
  sip_session_properties[SIP_SESSION_PROP_DATA] = g_param_spec_object ("data", NULL, NULL, G_TYPE_OBJECT, flags | G_PARAM_WRITABLE);

  /**
   * SipSession:held-locally:
   *
   * Whether we have put the other side on hold.
   */
  sip_session_properties[SIP_SESSION_PROP_HELD_LOCALLY] = g_param_spec_boolean ("held-locally", NULL, NULL, FALSE, flags);

  /**
   * SipSession:held-remotely:
   *
   * Whether the other side has put us on hold: its last description wants nothing from us (RFC 3264 §8.4).
   */
  sip_session_properties[SIP_SESSION_PROP_HELD_REMOTELY] = g_param_spec_boolean ("held-remotely", NULL, NULL, FALSE, flags);

  /**
   * SipSession:session-description-handler:
   *
   * What negotiates and carries the media; `NULL` until the call needs one.
   */
  sip_session_properties[SIP_SESSION_PROP_SESSION_DESCRIPTION_HANDLER] =
      g_param_spec_object ("session-description-handler", NULL, NULL, SIP_TYPE_SESSION_DESCRIPTION_HANDLER, flags);

  /**
   * SipSession:replacee:
   *
   * The call whose place this one takes when it is accepted (RFC 3891): an attended transfer. `NULL` mostly.
   */
  sip_session_properties[SIP_SESSION_PROP_REPLACEE] = g_param_spec_object ("replacee", NULL, NULL, SIP_TYPE_SESSION, flags);

  g_object_class_install_properties (object_class, SIP_SESSION_N_PROPS, sip_session_properties);
}

static guint
new_signal (const char *name, guint n_params, ...)
{
  va_list types;
  guint id;

  va_start (types, n_params);
  id = g_signal_new_valist (name, SIP_TYPE_SESSION, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE, n_params, types);
  va_end (types);

  return id;
}

static void
install_signals (void)
{
  /**
   * SipSession::progress:
   * @self: the session
   * @response: the response
   *
   * A provisional response (100 to 199) was received.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_PROGRESS] = new_signal ("progress", 1, SIP_TYPE_RESPONSE);

  /**
   * SipSession::accepted:
   * @self: the session
   * @code: the status code, from 200 to 299
   * @response: the response: received by an outgoing session, sent by an incoming one
   *
   * The call was accepted.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_ACCEPTED] = new_signal ("accepted", 2, G_TYPE_UINT, SIP_TYPE_RESPONSE);

  /**
   * SipSession::rejected:
   * @self: the session
   * @message: the response: received by an outgoing session, sent by an incoming one
   * @cause: its reason phrase
   *
   * The call was refused with a final response of 300 to 699. [signal@Sip.Session::failed] and [signal@Sip.Session::terminated] follow.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_REJECTED] =
      new_signal ("rejected", 2, SIP_TYPE_MESSAGE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipSession::failed:
   * @self: the session
   * @message: (nullable): the message that made it fail; `NULL` when none did
   * @cause: one of the `SIP_CAUSE_` texts
   *
   * The call was never accepted and never will be. [signal@Sip.Session::terminated] follows.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_FAILED] =
      new_signal ("failed", 2, SIP_TYPE_MESSAGE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipSession::terminated:
   * @self: the session
   * @message: (nullable): the message that ended the call, if one did
   * @cause: (nullable): one of the `SIP_CAUSE_` texts
   *
   * The call is over. The last signal of every session, emitted once.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_TERMINATED] =
      new_signal ("terminated", 2, SIP_TYPE_MESSAGE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipSession::cancel:
   * @self: the session
   *
   * The caller called it off before it was answered. What follows depends on what the callee did meanwhile.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_CANCEL] = new_signal ("cancel", 0);

  /**
   * SipSession::reinvite:
   * @self: the session
   * @session: the session
   *
   * The other side wants to change the established call: it sent an INVITE, or an UPDATE with an offer (RFC 3311). An UPDATE without one changes
   * nothing and is not told of.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_REINVITE] = new_signal ("reinvite", 1, SIP_TYPE_SESSION);

  /**
   * SipSession::bye:
   * @self: the session
   * @request: the BYE
   *
   * A BYE was sent or received. [signal@Sip.Session::terminated] follows.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_BYE] = new_signal ("bye", 1, SIP_TYPE_REQUEST);

  /**
   * SipSession::dtmf:
   * @self: the session
   * @request: (nullable): the INFO that carries the tone; `NULL` for one in the media
   * @dtmf: the tone
   *
   * A tone was sent or received: [property@Dtmf:direction] says which.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_DTMF] = new_signal ("dtmf", 2, SIP_TYPE_REQUEST, SIP_TYPE_DTMF);

  /**
   * SipSession::request-received:
   * @self: the session
   * @context: the request, to be answered
   *
   * A request came inside the call that does not change it: an INFO that is no tone, a MESSAGE, an OPTIONS, or one of a method that this library does not
   * know. The detail is the method: `request-received::MESSAGE`.
   *
   * A handler may answer it, return `TRUE` to answer it later, or leave it: then an OPTIONS is answered 200, with what we can do; a MESSAGE 200 (where nobody
   * listens here it goes to [signal@UserAgent::message]); an INFO 415 (RFC 6086: 469 where it is of a package, 200 where it is empty); anything else 501.
   *
   * Returns: whether the handler answers it, now or later
   */
  sip_session_signals[SIP_SESSION_SIGNAL_REQUEST_RECEIVED] =
      g_signal_new ("request-received", SIP_TYPE_SESSION, G_SIGNAL_RUN_LAST | G_SIGNAL_DETAILED, 0, g_signal_accumulator_true_handled, NULL, NULL,
                    G_TYPE_BOOLEAN, 1, SIP_TYPE_INCOMING_CONTEXT);

  /**
   * SipSession::refer-requested:
   * @self: the session
   * @context: a [class@ReferClientContext] or a [class@ReferServerContext]
   *
   * A REFER is about to be sent, or was received: the one side of the call asks the other to call somebody else.
   *
   * With no handler connected a received one is accepted and followed. A handler decides with [method@ReferServerContext.accept] or
   * [method@IncomingContext.reject], at once or later; a context that is dropped is answered 480.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_REFER_REQUESTED] = new_signal ("refer-requested", 1, G_TYPE_OBJECT);

  /**
   * SipSession::replaced:
   * @self: the session
   * @new_session: the call that takes its place
   *
   * Another call takes this one's place (RFC 3891). [signal@Session::bye] and [signal@Session::terminated] follow here, then
   * [signal@Session::accepted] on the new call.
   */
  sip_session_signals[SIP_SESSION_SIGNAL_REPLACED] = new_signal ("replaced", 1, SIP_TYPE_SESSION);

  g_signal_set_va_marshaller (sip_session_signals[SIP_SESSION_SIGNAL_ACCEPTED], SIP_TYPE_SESSION, sip_marshal_uint_object_va);
  g_signal_set_va_marshaller (sip_session_signals[SIP_SESSION_SIGNAL_TERMINATED], SIP_TYPE_SESSION, sip_marshal_object_string_va);
}

static void
sip_session_class_init (SipSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sip_session_dispose;
  object_class->finalize = sip_session_finalize;
  object_class->get_property = sip_session_get_gproperty;
  object_class->set_property = sip_session_set_gproperty;

  install_properties (object_class);
  install_signals ();
}

static void
sip_session_init (SipSession *self)
{
}

/* --- public --- */

/**
 * sip_session_get_user_agent:
 * @self: a session
 *
 * Gets the agent that the call belongs to.
 *
 * Returns: (transfer none) (nullable): the agent; `NULL` when the call is over and the agent is gone
 */
SipUserAgent *
sip_session_get_user_agent (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return self->agent_link != NULL ? self->agent_link->agent : NULL;
}

/**
 * sip_session_get_id:
 * @self: a session
 *
 * Gets an identifier that no other call of this process has.
 *
 * Returns: (transfer none) (nullable): the Call-ID and our tag; `NULL` until the INVITE was sent
 */
const char *
sip_session_get_id (SipSession *self)
{
  SipMsg *invite;

  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  invite = self->usage != NULL ? sip_invite_usage_get_invite (self->usage) : NULL;
  if (self->id == NULL && invite != NULL)
    {
      SipDialog *dialog = sip_invite_usage_get_dialog (self->usage);
      SipStr tag = dialog != NULL ? sip_str_from (dialog->local_tag) : invite->from.tag;

      self->id = g_strdup_printf (SIP_STR_FORMAT ";" SIP_STR_FORMAT, SIP_STR_ARGS (invite->call_id), SIP_STR_ARGS (tag));
    }

  return self->id;
}

/**
 * sip_session_get_method:
 * @self: a session
 *
 * Gets the method of the request that began it.
 *
 * Returns: (transfer none): "INVITE"
 */
const char *
sip_session_get_method (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return "INVITE";
}

/**
 * sip_session_get_direction:
 * @self: a session
 *
 * Gets who called whom.
 *
 * Returns: the direction of the INVITE
 */
SipDirection
sip_session_get_direction (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), SIP_DIRECTION_OUTGOING);

  return g_type_is_a (G_OBJECT_TYPE (self), SIP_TYPE_INCOMING_SESSION) ? SIP_DIRECTION_INCOMING : SIP_DIRECTION_OUTGOING;
}

/**
 * sip_session_get_state:
 * @self: a session
 *
 * Gets how far the call is.
 *
 * Returns: the state
 */
SipSessionState
sip_session_get_state (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), SIP_SESSION_STATE_TERMINATED);

  if (self->usage == NULL)
    return self->is_over ? SIP_SESSION_STATE_TERMINATED : SIP_SESSION_STATE_INITIAL;

  switch (sip_invite_usage_get_state (self->usage))
    {
    case SIP_CALL_PREPARING:
    case SIP_CALL_RINGING:
      return SIP_SESSION_STATE_INITIAL;
    case SIP_CALL_CALLING:
    case SIP_CALL_PROCEEDING:
    case SIP_CALL_ANSWERING:
      return SIP_SESSION_STATE_ESTABLISHING;
    case SIP_CALL_ANSWERED:
      return sip_invite_usage_is_outgoing (self->usage) ? SIP_SESSION_STATE_ESTABLISHING : SIP_SESSION_STATE_ESTABLISHED;
    case SIP_CALL_CONFIRMED:
      return SIP_SESSION_STATE_ESTABLISHED;
    case SIP_CALL_CANCELLING:
    case SIP_CALL_ENDING:
      return SIP_SESSION_STATE_TERMINATING;
    case SIP_CALL_TERMINATED:
    case SIP_CALL_N_STATES:
    default:
      return SIP_SESSION_STATE_TERMINATED;
    }
}

/**
 * sip_session_get_request:
 * @self: a session
 *
 * Gets the INVITE that began the call.
 *
 * Returns: (transfer none) (nullable): the request; `NULL` until it was sent
 */
SipRequest *
sip_session_get_request (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  if (self->request == NULL && self->usage != NULL && sip_invite_usage_get_invite (self->usage) != NULL)
    self->request = SIP_REQUEST (sip_message_new_for_msg (sip_invite_usage_get_invite (self->usage)));

  return self->request;
}

static SipNameAddr *
identity (SipSession *self, SipNameAddr **cached, gboolean from)
{
  SipMsg *invite = self->usage != NULL ? sip_invite_usage_get_invite (self->usage) : NULL;

  if (*cached == NULL && invite != NULL)
    *cached = sip_name_addr_new_from_str (sip_msg_value (invite, from ? SIP_H_FROM : SIP_H_TO));

  return *cached;
}

/**
 * sip_session_get_local_identity:
 * @self: a session
 *
 * Gets who we are in this call.
 *
 * Returns: (transfer none) (nullable): From of an outgoing call, To of an incoming one
 */
SipNameAddr *
sip_session_get_local_identity (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return identity (self, &self->local_identity, sip_session_get_direction (self) == SIP_DIRECTION_OUTGOING);
}

/**
 * sip_session_get_remote_identity:
 * @self: a session
 *
 * Gets who the other side says it is.
 *
 * Returns: (transfer none) (nullable): To of an outgoing call, From of an incoming one
 */
SipNameAddr *
sip_session_get_remote_identity (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return identity (self, &self->remote_identity, sip_session_get_direction (self) == SIP_DIRECTION_INCOMING);
}

static GDateTime *
date (gint64 time, GDateTime **cached)
{
  if (*cached == NULL && time != 0)
    {
      g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);

      *cached = g_date_time_add (seconds, time % G_USEC_PER_SEC);
    }

  return *cached;
}

/**
 * sip_session_get_start_time:
 * @self: a session
 *
 * Gets when the call was accepted.
 *
 * Returns: (transfer none) (nullable): the time; `NULL` when it has not been
 */
GDateTime *
sip_session_get_start_time (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return date (self->start_time, &self->start_date);
}

/**
 * sip_session_get_end_time:
 * @self: a session
 *
 * Gets when the call ended.
 *
 * Returns: (transfer none) (nullable): the time; `NULL` when it has not
 */
GDateTime *
sip_session_get_end_time (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return date (self->end_time, &self->end_date);
}

/**
 * sip_session_get_data:
 * @self: a session
 *
 * Gets the application's object.
 *
 * Returns: (transfer none) (nullable): the object
 */
GObject *
sip_session_get_data (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return self->data;
}

/**
 * sip_session_set_data:
 * @self: a session
 * @data: (nullable): an object
 *
 * Lets the session hold an object of the application's.
 */
void
sip_session_set_data (SipSession *self, GObject *data)
{
  g_return_if_fail (SIP_IS_SESSION (self));

  if (g_set_object (&self->data, data))
    g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_DATA]);
}

/**
 * sip_session_get_session_description_handler:
 * @self: a session
 *
 * Gets what negotiates and carries the media.
 *
 * Returns: (transfer none) (nullable): the handler; `NULL` until the call needs one
 */
SipSessionDescriptionHandler *
sip_session_get_session_description_handler (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return self->handler;
}

/**
 * sip_session_terminate:
 * @self: a session
 * @options: (nullable): what to say; of an unanswered incoming call the status code is that of the answer, from 300 to 699,
 *   default 480; elsewhere status and reason become a Reason header (RFC 3326), from 200 to 699
 * @error: return location for an error
 *
 * Ends the call in whatever state it is: an outgoing one that has not been sent is dropped, one that was not answered is cancelled (RFC 3261
 * §9.1), an incoming one that was not answered is refused, an answered one gets a BYE (§15).
 *
 * Returns: whether the call is ending; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is over, or ending already),
 *   `SIP_ERROR_INVALID_ARGUMENT` (the status code) or `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_session_terminate (SipSession *self, SipResponseOptions *options, GError **error)
{
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_SESSION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);

  if (!sip_session_check_usage (self, "terminate", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  return sip_invite_usage_terminate (self->usage, &extras, error);
}

/**
 * sip_session_bye:
 * @self: a session
 * @options: (nullable): what the BYE says
 * @error: return location for an error
 *
 * Hangs up an accepted call (RFC 3261 §15). Of an incoming call whose ACK has not come the BYE waits for it.
 *
 * Returns: whether the call is ending; otherwise @error is `SIP_ERROR_INVALID_STATE` or `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_session_bye (SipSession *self, SipRequestOptions *options, GError **error)
{
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_SESSION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_REQUEST_OPTIONS (options), FALSE);

  if (!sip_session_check_usage (self, "bye", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  return sip_invite_usage_bye (self->usage, &extras, error);
}

gboolean
sip_session_check_usage (SipSession *self, const char *method, GError **error)
{
  if (self->usage != NULL)
    return TRUE;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible: the call's agent is gone", method);
  return FALSE;
}
