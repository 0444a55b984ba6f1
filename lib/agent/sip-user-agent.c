/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-challenge-private.h"
#include "agent/sip-incoming-session-private.h"
#include "agent/sip-outgoing-session-private.h"
#include "dialog/sip-session-timer-private.h"
#include "media/sip-webrtc-handler.h"
#include "transaction/sip-token-private.h"

/**
 * SipUserAgent:
 *
 * One identity on the network: it makes calls and takes them.
 *
 * ```c
 * SipUserAgent *agent = sip_user_agent_new ("sip:alice@example.com");
 *
 * g_signal_connect (agent, "invite", G_CALLBACK (invite_cb), NULL);
 * sip_user_agent_listen (agent, "ws://127.0.0.1:8080/", &error);
 * sip_user_agent_start_async (agent, NULL, started_cb, NULL);
 * ```
 *
 * An agent and everything that it makes belongs to the thread-default main context that it was created under; all signals come out there.
 */
enum
{
  SIGNAL_INVITE,
  SIGNAL_REFER_REQUESTED,
  SIGNAL_CONNECTED,
  SIGNAL_DISCONNECTED,
  SIGNAL_TRAFFIC,
  SIGNAL_ACCEPT_CERTIFICATE,
  SIGNAL_REGISTERED,
  SIGNAL_UNREGISTERED,
  SIGNAL_REGISTRATION_FAILED,
  SIGNAL_AUTHENTICATE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_ENUM_TYPE (SipUserAgentState,
                    sip_user_agent_state,
                    G_DEFINE_ENUM_VALUE (SIP_USER_AGENT_STATE_STOPPED, "stopped"),
                    G_DEFINE_ENUM_VALUE (SIP_USER_AGENT_STATE_STARTING, "starting"),
                    G_DEFINE_ENUM_VALUE (SIP_USER_AGENT_STATE_STARTED, "started"),
                    G_DEFINE_ENUM_VALUE (SIP_USER_AGENT_STATE_STOPPING, "stopping"))

G_DEFINE_FINAL_TYPE (SipUserAgent, sip_user_agent, G_TYPE_OBJECT)

void
sip_user_agent_set_state (SipUserAgent *self, SipUserAgentState state)
{
  if (self->state == state)
    return;

  self->state = state;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_STATE);
}

void
sip_user_agent_emit_connected (SipUserAgent *self, const char *server)
{
  g_signal_emit (self, signals[SIGNAL_CONNECTED], 0, server);
}

void
sip_user_agent_emit_disconnected (SipUserAgent *self, const char *server, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_DISCONNECTED], 0, server, error);
}

gboolean
sip_user_agent_emit_accept_certificate (SipUserAgent *self, GTlsCertificate *certificate, GTlsCertificateFlags errors, const char *host)
{
  gboolean is_accepted = FALSE;

  g_signal_emit (self, signals[SIGNAL_ACCEPT_CERTIFICATE], 0, certificate, errors, host, &is_accepted);
  return is_accepted;
}

void
sip_user_agent_emit_registered (SipUserAgent *self, SipResponse *response, SipRegistration *registration)
{
  g_signal_emit (self, signals[SIGNAL_REGISTERED], 0, response, registration);
}

void
sip_user_agent_emit_unregistered (SipUserAgent *self, gboolean failed, SipResponse *response, const char *cause, SipRegistration *registration)
{
  g_signal_emit (self, signals[failed ? SIGNAL_REGISTRATION_FAILED : SIGNAL_UNREGISTERED], 0, response, cause, registration);
}

gboolean
sip_user_agent_emit_authenticate (SipUserAgent *self, SipAuthQuestion *question)
{
  g_autoptr (SipChallenge) challenge = NULL;
  gboolean is_handled = FALSE;

  if (!g_signal_has_handler_pending (self, signals[SIGNAL_AUTHENTICATE], 0, FALSE))
    return FALSE;

  challenge = sip_challenge_new (question);
  g_signal_emit (self, signals[SIGNAL_AUTHENTICATE], 0, challenge, &is_handled);
  return is_handled;
}

/* An object is made of a message only where somebody looks. */
void
sip_user_agent_emit_traffic (SipUserAgent *self, SipMsg *msg, SipDirection direction)
{
  g_autoptr (SipMessage) message = NULL;

  if (!g_signal_has_handler_pending (self, signals[SIGNAL_TRAFFIC], 0, FALSE))
    return;

  message = sip_message_new_for_msg (msg);
  g_signal_emit (self, signals[SIGNAL_TRAFFIC], 0, message, direction);
}

/* --- calls --- */

static gboolean
is_own_user (SipUserAgent *self, SipStr user)
{
  const char *own = self->parsed_uri != NULL ? sip_uri_get_user (self->parsed_uri) : NULL;

  return own != NULL && sip_str_equal (user, sip_str_from (own));
}

gboolean
sip_user_agent_answers_to (SipUserAgent *self, SipStr user)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;

  if (user.p == NULL)
    return TRUE;

  /* The common case: nothing is escaped. */
  if (is_own_user (self, user) && memchr (user.p, '%', user.len) == NULL)
    return TRUE;

  text = sip_str_dup (user);
  name = g_uri_unescape_string (text, NULL);
  if (name == NULL)
    return FALSE;
  if (self->parsed_uri != NULL && g_strcmp0 (sip_uri_get_user (self->parsed_uri), name) == 0)
    return TRUE;
  if (g_strcmp0 (self->contact_name, name) == 0 || sip_user_agent_knows_gruu_user (self, name))
    return TRUE;

  for (guint i = 0; self->aliases != NULL && self->aliases[i] != NULL; i++)
    {
      if (strcmp (self->aliases[i], name) == 0 || strcmp (self->aliases[i], "*") == 0)
        return TRUE;
    }

  return FALSE;
}

static void
respond (SipUserAgent *self, SipServerTransaction *transaction, guint status, const char *reason)
{
  g_autofree char *tag = status > 100 ? sip_tag_new () : NULL;

  sip_dialogs_respond (self->dialogs, transaction, status, reason, tag);
}

/* RFC 3891 §3 */
static gboolean
refuse_replaces (SipUserAgent *self, SipServerTransaction *transaction, SipMsg *request, SipSession **replacee)
{
  gpointer owner;
  guint status = sip_invite_usage_find_replaced (self->dialogs, request, &owner);

  if (status != 0)
    respond (self, transaction, status, NULL);
  else if (owner != NULL)
    *replacee = g_object_ref (owner);

  return status != 0;
}

static void
end_session (SipEnder *ender)
{
  g_autoptr (SipSession) session = g_object_ref (SIP_CONTAINER_OF (ender, SipSession, ender));

  sip_session_terminate (session, NULL, NULL);
}

static void
abandon_session (SipEnder *ender)
{
  g_autoptr (SipSession) session = g_object_ref (SIP_CONTAINER_OF (ender, SipSession, ender));

  sip_session_abandon (session);
}

static void
add_session (SipUserAgent *self, SipSession *session)
{
  static const SipEnderClass klass = { SIP_END_SESSIONS, end_session, abandon_session };

  session->entry = sip_session_list_add (self->sessions, session);
  sip_user_agent_hold (self, &session->ender, &klass);
}

void
sip_user_agent_receive_invite (SipUserAgent *self, SipServerTransaction *transaction)
{
  SipMsg *request = sip_server_transaction_get_request (transaction);
  g_autoptr (SipIncomingSession) session = NULL;
  g_autoptr (SipSession) replacee = NULL;
  SipNameAddrView contact;
  SipUriView uri;

  /* RFC 3261 §8.1.1.8 */
  if (!sip_msg_contact (request, &contact) || contact.is_star || !sip_uri_view_parse (&uri, contact.uri) || !uri.is_sip)
    {
      respond (self, transaction, 400, "Missing or Bad Contact");
      return;
    }
  if (self->state != SIP_USER_AGENT_STATE_STARTED || !g_signal_has_handler_pending (self, signals[SIGNAL_INVITE], 0, FALSE))
    {
      respond (self, transaction, 480, NULL);
      return;
    }

  if (sip_session_timer_refuse (self->dialogs, transaction, request) ||
      (self->replaces && refuse_replaces (self, transaction, request, &replacee)))
    return;

  respond (self, transaction, 100, NULL);
  session = sip_incoming_session_new (self, self->dialogs, transaction, (gint64) self->no_answer_timeout * G_USEC_PER_SEC);
  add_session (self, SIP_SESSION (session));
  sip_session_set_replacee (SIP_SESSION (session), replacee);
  /* RFC 3262 §3: a caller that requires reliable responses gets none that is not; the first one of these is the application's. */
  if (self->send_initial_provisional_response && !sip_msg_has_token (request, SIP_H_REQUIRE, "100rel"))
    sip_invite_usage_progress (SIP_SESSION (session)->usage, NULL, NULL);
  if (sip_session_get_state (SIP_SESSION (session)) == SIP_SESSION_STATE_INITIAL)
    g_signal_emit (self, signals[SIGNAL_INVITE], 0, session);
}

void
sip_user_agent_remove_session (SipUserAgent *self, SipSession *session)
{
  GSequenceIter *entry = g_steal_pointer (&session->entry);

  sip_ender_leave (&session->ender);
  if (entry != NULL)
    sip_session_list_remove (self->sessions, entry);
}

SipSessionDescriptionHandler *
sip_user_agent_make_handler (SipUserAgent *self, SipSession *session)
{
  if (self->factory != NULL)
    return self->factory (self, session, self->factory_data);

  return SIP_SESSION_DESCRIPTION_HANDLER (sip_webrtc_handler_new ());
}

SipOutgoingSession *
sip_user_agent_place_call (SipUserAgent *self, const char *target, SipInviteOptions *options, const SipReferral *referral, GError **error)
{
  SipOutgoingSession *session;

  if (self->state != SIP_USER_AGENT_STATE_STARTED)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "invite is not possible while the user agent is not started");
      return NULL;
    }

  if (!sip_user_agent_check_settings (self, error))
    return NULL;

  session = sip_outgoing_session_new (self, target, options, referral, error);
  if (session == NULL)
    return NULL;

  add_session (self, SIP_SESSION (session));
  sip_outgoing_session_begin (session, self->wheel);

  return session;
}

/**
 * sip_user_agent_invite:
 * @self: a user agent that was started
 * @target: whom to call: a URI, "user@host", or a user of our own domain
 * @options: (nullable): how
 * @error: return location for an error
 *
 * Makes a call (RFC 3261 §13.2). Returns at once: the session's signals tell the rest.
 *
 * Returns: (transfer full) (nullable): the session; `NULL` with `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_URI` or `SIP_ERROR_INVALID_HEADER`
 */
SipOutgoingSession *
sip_user_agent_invite (SipUserAgent *self, const char *target, SipInviteOptions *options, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (target != NULL, NULL);
  g_return_val_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options), NULL);

  return sip_user_agent_place_call (self, target, options, NULL, error);
}

/* --- the object --- */

static void
sip_user_agent_dispose (GObject *object)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  if (self->start_task != NULL)
    {
      g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The user agent is gone");

      sip_user_agent_finish_start (self, error);
    }
  if (self->stoppers != NULL)
    sip_user_agent_finish_stop (self);
  sip_user_agent_free_stack (self);
  self->link->agent = NULL;

  G_OBJECT_CLASS (sip_user_agent_parent_class)->dispose (object);
}

static void
sip_user_agent_finalize (GObject *object)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  if (self->factory_destroy != NULL)
    self->factory_destroy (self->factory_data);
  g_clear_object (&self->sessions);
  g_clear_object (&self->registrations);
  g_clear_pointer (&self->enders, sip_enders_free);
  g_clear_object (&self->subscriptions);
  g_clear_object (&self->subscribers);
  g_strfreev (self->events);
  g_clear_object (&self->tls_certificate);
  g_clear_object (&self->tls_database);
  g_clear_object (&self->modifiers);
  g_clear_pointer (&self->credentials, g_ptr_array_unref);
  g_clear_pointer (&self->wheel, sip_timer_wheel_unref);
  g_clear_pointer (&self->parsed_uri, sip_uri_unref);
  g_free (self->uri);
  g_free (self->display_name);
  g_free (self->user_agent_string);
  g_strfreev (self->aliases);
  g_strfreev (self->servers);
  g_strfreev (self->dns_servers);
  g_clear_pointer (&self->server_weights, g_array_unref);
  g_strfreev (self->extra_supported);
  g_strfreev (self->contact_params);
  g_free (self->contact_name);
  g_free (self->plain_contact.user);
  g_free (self->plain_contact.uri_params);
  g_free (self->instance_id);
  g_free (self->registrar);
  g_clear_pointer (&self->session_description_handler_options, g_variant_unref);
  g_atomic_rc_box_release (self->link);

  G_OBJECT_CLASS (sip_user_agent_parent_class)->finalize (object);
}

static void
sip_user_agent_constructed (GObject *object)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  G_OBJECT_CLASS (sip_user_agent_parent_class)->constructed (object);

  if (self->uri == NULL)
    {
      g_autofree char *user = sip_tag_new ();

      self->uri = g_strdup_printf ("sip:anonymous.%s@anonymous.invalid", user);
    }

  self->parsed_uri = sip_uri_parse (self->uri, NULL);
  if (self->parsed_uri != NULL && (sip_uri_get_user (self->parsed_uri) == NULL || sip_uri_get_host (self->parsed_uri) == NULL))
    g_clear_pointer (&self->parsed_uri, sip_uri_unref);
}

static void
install_registration_signals (void)
{
  /**
   * SipUserAgent::registered:
   * @self: the user agent
   * @response: the registrar's answer
   * @registration: the registration
   *
   * Our address is registered, or refreshed: see [signal@Sip.Registration::registered].
   */
  signals[SIGNAL_REGISTERED] = g_signal_new ("registered", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                             SIP_TYPE_RESPONSE, SIP_TYPE_REGISTRATION);

  /**
   * SipUserAgent::unregistered:
   * @self: the user agent
   * @response: (nullable): the registrar's answer, where there is one
   * @cause: (nullable): why, where nobody asked for it
   * @registration: the registration
   *
   * Our address is not registered any more: see [signal@Sip.Registration::unregistered].
   */
  signals[SIGNAL_UNREGISTERED] = g_signal_new ("unregistered", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                               SIP_TYPE_RESPONSE, G_TYPE_STRING, SIP_TYPE_REGISTRATION);

  /**
   * SipUserAgent::registration-failed:
   * @self: the user agent
   * @response: (nullable): the registrar's answer, where there is one
   * @cause: why
   * @registration: the registration
   *
   * A REGISTER was refused, or not answered: see [signal@Sip.Registration::registration-failed].
   */
  signals[SIGNAL_REGISTRATION_FAILED] = g_signal_new ("registration-failed", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                      G_TYPE_NONE, 3, SIP_TYPE_RESPONSE, G_TYPE_STRING, SIP_TYPE_REGISTRATION);
}

static void
install_authenticate_signal (void)
{
  /**
   * SipUserAgent::authenticate:
   * @self: the user agent
   * @challenge: who asks, and for what
   *
   * A server or a proxy wants to know who we are, and [property@Sip.UserAgent:credentials] has nothing for its realm, or what it has was refused (RFC 3261
   * §22). The request waits until @challenge is answered or cancelled, at once or later: time to ask a user. The request may be called off meanwhile, as a
   * call by its caller; [property@Challenge:is-open] tells. Other requests that need the same answer wait for it, and do not ask again.
   *
   * ```c
   * static gboolean
   * authenticate_cb (SipUserAgent *agent, SipChallenge *challenge, gpointer user_data)
   * {
   *   show_password_dialog (g_object_ref (challenge));
   *   return TRUE;
   * }
   * ```
   *
   * Nobody is asked while the agent stops.
   *
   * Returns: whether @challenge is answered, or will be; without a handler the request fails with its 401 or 407
   */
  signals[SIGNAL_AUTHENTICATE] = g_signal_new ("authenticate", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL,
                                               NULL, G_TYPE_BOOLEAN, 1, SIP_TYPE_CHALLENGE);
}

static void
sip_user_agent_class_init (SipUserAgentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = sip_user_agent_constructed;
  object_class->dispose = sip_user_agent_dispose;
  object_class->finalize = sip_user_agent_finalize;
  sip_user_agent_install_properties (object_class);

  /**
   * SipUserAgent::invite:
   * @self: the user agent
   * @session: the call
   *
   * A call has come in. It has been answered 100 and 180. With no handler connected it is answered 480.
   */
  signals[SIGNAL_INVITE] =
      g_signal_new ("invite", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, SIP_TYPE_INCOMING_SESSION);

  /**
   * SipUserAgent::refer-requested:
   * @self: the user agent
   * @context: a [class@ReferClientContext] or a [class@ReferServerContext]
   *
   * A REFER is about to be sent, or was received, outside of any call (RFC 3515): somebody asks us to call somebody.
   *
   * With no handler connected a received one is answered 403: nobody makes us call whom they like. A handler decides with
   * [method@ReferServerContext.accept] or [method@IncomingContext.reject], at once or later; a context that is dropped is answered 480.
   */
  signals[SIGNAL_REFER_REQUESTED] =
      g_signal_new ("refer-requested", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);

  sip_user_agent_install_request_signals (object_class);

  /**
   * SipUserAgent::subscribe:
   * @self: the user agent
   * @notifier: who it is, and what they want to know
   *
   * Somebody wants to know our state (RFC 6665), which is in one of [property@Sip.UserAgent:events]. With no handler connected it is answered 480.
   */
  g_signal_new ("subscribe", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, SIP_TYPE_NOTIFIER);

  /**
   * SipUserAgent::connected:
   * @self: the user agent
   * @server: the server's URI
   *
   * A connection to one of [property@Sip.UserAgent:servers] is open.
   */
  signals[SIGNAL_CONNECTED] =
      g_signal_new ("connected", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /**
   * SipUserAgent::disconnected:
   * @self: the user agent
   * @server: the server's URI
   * @error: (nullable): why, if it was not we who closed it
   *
   * A connection to one of [property@Sip.UserAgent:servers] is lost, or could not be made.
   */
  signals[SIGNAL_DISCONNECTED] = g_signal_new ("disconnected", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                               G_TYPE_STRING, G_TYPE_ERROR);

  /**
   * SipUserAgent::traffic:
   * @self: the user agent
   * @message: the message, as it is: with all that it says of credentials and keys
   * @direction: whether it came or goes
   *
   * A message came in from the network or goes out to it, retransmissions included. For showing a ladder and for tests: a handler must not
   * end or change anything.
   */
  signals[SIGNAL_TRAFFIC] = g_signal_new ("traffic", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                          SIP_TYPE_MESSAGE, SIP_TYPE_DIRECTION);

  /**
   * SipUserAgent::accept-certificate:
   * @self: the user agent
   * @certificate: what the server has shown
   * @errors: what is wrong with it
   * @host: whom we wanted to reach
   *
   * A server's certificate is not good: not signed by anybody in [property@Sip.UserAgent:tls-database], out of date, or not for @host (for
   * `tls:` and `sips:` by the rules of RFC 5922, which know no wildcards; for `wss:` by those of HTTP). Nothing has been sent there yet.
   *
   * Returns: whether to go on all the same; without a handler the connection fails with `G_TLS_ERROR_BAD_CERTIFICATE`
   */
  signals[SIGNAL_ACCEPT_CERTIFICATE] =
      g_signal_new ("accept-certificate", SIP_TYPE_USER_AGENT, G_SIGNAL_RUN_LAST, 0, g_signal_accumulator_true_handled, NULL, NULL,
                    G_TYPE_BOOLEAN, 3, G_TYPE_TLS_CERTIFICATE, G_TYPE_TLS_CERTIFICATE_FLAGS, G_TYPE_STRING);

  install_authenticate_signal ();
  install_registration_signals ();
}

static void
sip_user_agent_init (SipUserAgent *self)
{
  self->link = g_atomic_rc_box_new (SipUserAgentLink);
  self->link->agent = self;
  self->sessions = sip_session_list_new ();
  self->registrations = g_list_store_new (SIP_TYPE_REGISTRATION);
  self->register_expires = 600;
  self->enders = sip_user_agent_new_enders (self);
  self->subscriptions = g_list_store_new (SIP_TYPE_SUBSCRIPTION);
  self->subscribers = g_list_store_new (SIP_TYPE_NOTIFIER);
  self->max_subscribers = 1000;
  self->no_answer_timeout = 60;
  self->stop_timeout = 5;
  self->keep_alive_interval = SIP_KEEP_ALIVE_DEFAULT;
  self->send_initial_provisional_response = TRUE;
  self->replaces = TRUE;
  self->session_expires = 1800;
  self->min_se = 90;
}

/**
 * sip_user_agent_new:
 * @uri: (nullable): our address of record, "sip:alice@example.com"; `NULL`: an anonymous one
 *
 * Creates an agent. A text that is no SIP URI with a user is `SIP_ERROR_INVALID_URI` of [method@Sip.UserAgent.start_async].
 *
 * Returns: (transfer full): a new agent, stopped
 */
SipUserAgent *
sip_user_agent_new (const char *uri)
{
  return g_object_new (SIP_TYPE_USER_AGENT, "uri", uri, NULL);
}

SipUserAgent *
sip_user_agent_new_with_wheel (const char *uri, SipTimerWheel *wheel)
{
  SipUserAgent *self = sip_user_agent_new (uri);

  self->wheel = sip_timer_wheel_ref (wheel);
  return self;
}

/**
 * sip_user_agent_get_sessions:
 * @self: a user agent
 *
 * Gets the calls that are not over.
 *
 * Returns: (transfer none): a list of [class@Sip.Session]
 */
GListModel *
sip_user_agent_get_sessions (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return G_LIST_MODEL (self->sessions);
}
