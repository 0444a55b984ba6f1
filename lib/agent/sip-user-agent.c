/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-incoming-session-private.h"
#include "agent/sip-outgoing-session-private.h"
#include "media/sip-webrtc-handler.h"
#include "syntax/sip-version.h"
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
  PROP_0,
  PROP_URI,
  PROP_STATE,
  PROP_DISPLAY_NAME,
  PROP_USER_AGENT_STRING,
  PROP_ALIASES,
  PROP_SERVERS,
  PROP_NO_ANSWER_TIMEOUT,
  PROP_SEND_INITIAL_PROVISIONAL_RESPONSE,
  PROP_TLS_CERTIFICATE,
  PROP_TLS_DATABASE,
  PROP_SESSIONS,
  N_PROPS
};

enum
{
  SIGNAL_INVITE,
  SIGNAL_CONNECTED,
  SIGNAL_DISCONNECTED,
  SIGNAL_TRAFFIC,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
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
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
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

gboolean
sip_user_agent_answers_to (SipUserAgent *self, SipStr user)
{
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;

  if (user.p == NULL)
    return TRUE;

  text = sip_str_dup (user);
  name = g_uri_unescape_string (text, NULL);
  if (name == NULL)
    return FALSE;
  if (self->parsed_uri != NULL && g_strcmp0 (sip_uri_get_user (self->parsed_uri), name) == 0)
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

void
sip_user_agent_receive_invite (SipUserAgent *self, SipServerTransaction *transaction)
{
  SipMsg *request = sip_server_transaction_get_request (transaction);
  g_autoptr (SipIncomingSession) session = NULL;
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

  respond (self, transaction, 100, NULL);
  session = sip_incoming_session_new (self, self->dialogs, transaction, (gint64) self->no_answer_timeout * G_USEC_PER_SEC);
  SIP_SESSION (session)->entry = sip_session_list_add (self->sessions, SIP_SESSION (session));
  if (self->send_initial_provisional_response)
    sip_incoming_session_progress (session, NULL, NULL);
  if (sip_session_get_state (SIP_SESSION (session)) == SIP_SESSION_STATE_INITIAL)
    g_signal_emit (self, signals[SIGNAL_INVITE], 0, session);
}

void
sip_user_agent_remove_session (SipUserAgent *self, SipSession *session)
{
  GSequenceIter *entry = g_steal_pointer (&session->entry);

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
  SipOutgoingSession *session;

  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (target != NULL, NULL);
  g_return_val_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options), NULL);

  if (self->state != SIP_USER_AGENT_STATE_STARTED)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "invite is not possible while the user agent is not started");
      return NULL;
    }

  session = sip_outgoing_session_new (self, target, options, error);
  if (session == NULL)
    return NULL;

  SIP_SESSION (session)->entry = sip_session_list_add (self->sessions, SIP_SESSION (session));
  sip_outgoing_session_begin (session, self->wheel);

  return session;
}

/* --- properties --- */

static void
sip_user_agent_dispose (GObject *object)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  sip_user_agent_free_stack (self);

  G_OBJECT_CLASS (sip_user_agent_parent_class)->dispose (object);
}

static void
sip_user_agent_finalize (GObject *object)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  if (self->factory_destroy != NULL)
    self->factory_destroy (self->factory_data);
  g_clear_object (&self->sessions);
  g_clear_object (&self->tls_certificate);
  g_clear_object (&self->tls_database);
  g_clear_pointer (&self->server_flows, g_ptr_array_unref);
  g_clear_pointer (&self->wheel, sip_timer_wheel_unref);
  g_clear_pointer (&self->parsed_uri, sip_uri_unref);
  g_free (self->uri);
  g_free (self->display_name);
  g_free (self->user_agent_string);
  g_strfreev (self->aliases);
  g_strfreev (self->servers);

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
sip_user_agent_get_gproperty (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  switch (id)
    {
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_DISPLAY_NAME:
      g_value_set_string (value, self->display_name);
      break;
    case PROP_USER_AGENT_STRING:
      g_value_set_string (value, self->user_agent_string);
      break;
    case PROP_ALIASES:
      g_value_set_boxed (value, self->aliases);
      break;
    case PROP_SERVERS:
      g_value_set_boxed (value, self->servers);
      break;
    case PROP_NO_ANSWER_TIMEOUT:
      g_value_set_uint (value, self->no_answer_timeout);
      break;
    case PROP_SEND_INITIAL_PROVISIONAL_RESPONSE:
      g_value_set_boolean (value, self->send_initial_provisional_response);
      break;
    case PROP_TLS_CERTIFICATE:
      g_value_set_object (value, self->tls_certificate);
      break;
    case PROP_TLS_DATABASE:
      g_value_set_object (value, self->tls_database);
      break;
    case PROP_SESSIONS:
      g_value_set_object (value, self->sessions);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_user_agent_set_gproperty (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  switch (id)
    {
    case PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    case PROP_DISPLAY_NAME:
      sip_user_agent_set_display_name (self, g_value_get_string (value));
      break;
    case PROP_USER_AGENT_STRING:
      sip_user_agent_set_user_agent_string (self, g_value_get_string (value));
      break;
    case PROP_ALIASES:
      sip_user_agent_set_aliases (self, g_value_get_boxed (value));
      break;
    case PROP_SERVERS:
      sip_user_agent_set_servers (self, g_value_get_boxed (value));
      break;
    case PROP_NO_ANSWER_TIMEOUT:
      sip_user_agent_set_no_answer_timeout (self, g_value_get_uint (value));
      break;
    case PROP_SEND_INITIAL_PROVISIONAL_RESPONSE:
      sip_user_agent_set_send_initial_provisional_response (self, g_value_get_boolean (value));
      break;
    case PROP_TLS_CERTIFICATE:
      sip_user_agent_set_tls_certificate (self, g_value_get_object (value));
      break;
    case PROP_TLS_DATABASE:
      sip_user_agent_set_tls_database (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags flags = readable | G_PARAM_WRITABLE;

  /**
   * SipUserAgent:uri:
   *
   * Who we are: our address of record, "sip:alice@example.com". Without one the agent is an anonymous one with a random user.
   */
  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags | G_PARAM_CONSTRUCT_ONLY);

  /**
   * SipUserAgent:state:
   *
   * Whether the agent is on the network.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, SIP_TYPE_USER_AGENT_STATE, SIP_USER_AGENT_STATE_STOPPED, readable);

  /**
   * SipUserAgent:display-name:
   *
   * The name that a called person sees.
   */
  properties[PROP_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, NULL, flags);

  /**
   * SipUserAgent:user-agent-string:
   *
   * The User-Agent and Server header (RFC 3261 §20.41); `NULL` leaves them out.
   */
  properties[PROP_USER_AGENT_STRING] =
      g_param_spec_string ("user-agent-string", NULL, NULL, "libsip-glib/" SIP_VERSION_S, flags | G_PARAM_CONSTRUCT);

  /**
   * SipUserAgent:aliases:
   *
   * More users than that of [property@Sip.UserAgent:uri] that requests may be for; "*" stands for every one. A request for any other is answered
   * 404.
   */
  properties[PROP_ALIASES] = g_param_spec_boxed ("aliases", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipUserAgent:servers:
   *
   * The servers that requests outside of a dialog go through: "wss://sip.example.com/ws". Without any, each request finds its own way (RFC 3263). Read
   * when the agent starts.
   */
  properties[PROP_SERVERS] = g_param_spec_boxed ("servers", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipUserAgent:no-answer-timeout:
   *
   * How many seconds an incoming call may wait for the application's answer before it is answered 408.
   */
  properties[PROP_NO_ANSWER_TIMEOUT] = g_param_spec_uint ("no-answer-timeout", NULL, NULL, 1, G_MAXINT, 60, flags);

  /**
   * SipUserAgent:send-initial-provisional-response:
   *
   * Whether an incoming call is answered 180 by itself.
   */
  properties[PROP_SEND_INITIAL_PROVISIONAL_RESPONSE] =
      g_param_spec_boolean ("send-initial-provisional-response", NULL, NULL, TRUE, flags);

  /**
   * SipUserAgent:tls-certificate:
   *
   * The certificate with its key that secure listeners show. Read when the agent begins to listen.
   */
  properties[PROP_TLS_CERTIFICATE] = g_param_spec_object ("tls-certificate", NULL, NULL, G_TYPE_TLS_CERTIFICATE, flags);

  /**
   * SipUserAgent:tls-database:
   *
   * The certificates that servers are trusted by; `NULL`: the system's.
   */
  properties[PROP_TLS_DATABASE] = g_param_spec_object ("tls-database", NULL, NULL, G_TYPE_TLS_DATABASE, flags);

  /**
   * SipUserAgent:sessions:
   *
   * The calls that are not over, as a list of [class@Sip.Session].
   */
  properties[PROP_SESSIONS] = g_param_spec_object ("sessions", NULL, NULL, G_TYPE_LIST_MODEL, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_user_agent_class_init (SipUserAgentClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = sip_user_agent_constructed;
  object_class->dispose = sip_user_agent_dispose;
  object_class->finalize = sip_user_agent_finalize;
  object_class->get_property = sip_user_agent_get_gproperty;
  object_class->set_property = sip_user_agent_set_gproperty;

  install_properties (object_class);

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
}

static void
sip_user_agent_init (SipUserAgent *self)
{
  self->sessions = sip_session_list_new ();
  self->server_flows = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_flow_unref);
  self->no_answer_timeout = 60;
  self->send_initial_provisional_response = TRUE;
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
 * sip_user_agent_get_uri:
 * @self: a user agent
 *
 * Gets our address of record.
 *
 * Returns: (transfer none): the URI
 */
const char *
sip_user_agent_get_uri (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->uri;
}

/**
 * sip_user_agent_get_state:
 * @self: a user agent
 *
 * Gets whether the agent is on the network.
 *
 * Returns: the state
 */
SipUserAgentState
sip_user_agent_get_state (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), SIP_USER_AGENT_STATE_STOPPED);

  return self->state;
}

/**
 * sip_user_agent_get_display_name:
 * @self: a user agent
 *
 * Gets the name that a called person sees.
 *
 * Returns: (transfer none) (nullable): the name
 */
const char *
sip_user_agent_get_display_name (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->display_name;
}

/**
 * sip_user_agent_set_display_name:
 * @self: a user agent
 * @display_name: (nullable): the name
 *
 * Sets the name that a called person sees.
 */
void
sip_user_agent_set_display_name (SipUserAgent *self, const char *display_name)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (g_strcmp0 (self->display_name, display_name) == 0)
    return;

  g_free (self->display_name);
  self->display_name = g_strdup (display_name);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DISPLAY_NAME]);
}

/**
 * sip_user_agent_get_user_agent_string:
 * @self: a user agent
 *
 * Gets the User-Agent and Server header.
 *
 * Returns: (transfer none) (nullable): the text
 */
const char *
sip_user_agent_get_user_agent_string (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->user_agent_string;
}

/**
 * sip_user_agent_set_user_agent_string:
 * @self: a user agent
 * @user_agent_string: (nullable): the text, `NULL` to leave them out
 *
 * Sets the User-Agent and Server header.
 */
void
sip_user_agent_set_user_agent_string (SipUserAgent *self, const char *user_agent_string)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (g_strcmp0 (self->user_agent_string, user_agent_string) == 0)
    return;

  g_free (self->user_agent_string);
  self->user_agent_string = g_strdup (user_agent_string);
  if (self->dialogs != NULL)
    {
      sip_dialogs_set_product (self->dialogs, user_agent_string);
      sip_transactions_set_server_name (self->transactions, user_agent_string);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_USER_AGENT_STRING]);
}

/**
 * sip_user_agent_get_aliases:
 * @self: a user agent
 *
 * Gets which more users requests may be for.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the users
 */
const char *const *
sip_user_agent_get_aliases (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->aliases;
}

/**
 * sip_user_agent_set_aliases:
 * @self: a user agent
 * @aliases: (nullable) (array zero-terminated=1): the users; "*" stands for every one
 *
 * Sets which more users requests may be for.
 */
void
sip_user_agent_set_aliases (SipUserAgent *self, const char *const *aliases)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->aliases == aliases)
    return;

  g_strfreev (self->aliases);
  self->aliases = g_strdupv ((char **) aliases);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALIASES]);
}

/**
 * sip_user_agent_get_servers:
 * @self: a user agent
 *
 * Gets the servers that requests go through.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): their URIs
 */
const char *const *
sip_user_agent_get_servers (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->servers;
}

/**
 * sip_user_agent_set_servers:
 * @self: a user agent
 * @servers: (nullable) (array zero-terminated=1): their URIs
 *
 * Sets the servers that requests go through, from the next start on.
 */
void
sip_user_agent_set_servers (SipUserAgent *self, const char *const *servers)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->servers == servers)
    return;

  g_strfreev (self->servers);
  self->servers = g_strdupv ((char **) servers);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVERS]);
}

/**
 * sip_user_agent_get_no_answer_timeout:
 * @self: a user agent
 *
 * Gets how long an incoming call may wait for an answer.
 *
 * Returns: the time in seconds
 */
guint
sip_user_agent_get_no_answer_timeout (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->no_answer_timeout;
}

/**
 * sip_user_agent_set_no_answer_timeout:
 * @self: a user agent
 * @seconds: the time in seconds, at least 1
 *
 * Sets how long an incoming call may wait for an answer.
 */
void
sip_user_agent_set_no_answer_timeout (SipUserAgent *self, guint seconds)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (seconds > 0);

  if (self->no_answer_timeout == seconds)
    return;

  self->no_answer_timeout = seconds;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NO_ANSWER_TIMEOUT]);
}

/**
 * sip_user_agent_get_send_initial_provisional_response:
 * @self: a user agent
 *
 * Gets whether an incoming call is answered 180 by itself.
 *
 * Returns: whether it is
 */
gboolean
sip_user_agent_get_send_initial_provisional_response (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);

  return self->send_initial_provisional_response;
}

/**
 * sip_user_agent_set_send_initial_provisional_response:
 * @self: a user agent
 * @send: whether it is
 *
 * Sets whether an incoming call is answered 180 by itself.
 */
void
sip_user_agent_set_send_initial_provisional_response (SipUserAgent *self, gboolean send)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->send_initial_provisional_response == !!send)
    return;

  self->send_initial_provisional_response = !!send;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEND_INITIAL_PROVISIONAL_RESPONSE]);
}

/**
 * sip_user_agent_get_tls_certificate:
 * @self: a user agent
 *
 * Gets the certificate that secure listeners show.
 *
 * Returns: (transfer none) (nullable): the certificate
 */
GTlsCertificate *
sip_user_agent_get_tls_certificate (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->tls_certificate;
}

/**
 * sip_user_agent_set_tls_certificate:
 * @self: a user agent
 * @certificate: (nullable): the certificate, with its key
 *
 * Sets the certificate that secure listeners show.
 */
void
sip_user_agent_set_tls_certificate (SipUserAgent *self, GTlsCertificate *certificate)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (!g_set_object (&self->tls_certificate, certificate))
    return;

  if (self->transactions != NULL)
    sip_transports_set_certificate (sip_transactions_get_transports (self->transactions), certificate);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TLS_CERTIFICATE]);
}

/**
 * sip_user_agent_get_tls_database:
 * @self: a user agent
 *
 * Gets which certificates servers are trusted by.
 *
 * Returns: (transfer none) (nullable): the certificates; `NULL`: the system's
 */
GTlsDatabase *
sip_user_agent_get_tls_database (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->tls_database;
}

/**
 * sip_user_agent_set_tls_database:
 * @self: a user agent
 * @database: (nullable): the certificates; `NULL`: the system's
 *
 * Sets which certificates servers are trusted by.
 */
void
sip_user_agent_set_tls_database (SipUserAgent *self, GTlsDatabase *database)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (!g_set_object (&self->tls_database, database))
    return;

  if (self->transactions != NULL)
    sip_transports_set_trust (sip_transactions_get_transports (self->transactions), database);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TLS_DATABASE]);
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

/**
 * sip_user_agent_set_session_description_handler_factory:
 * @self: a user agent
 * @factory: (nullable) (scope notified) (closure user_data) (destroy destroy): makes the handler of each session; `NULL`: the default, which
 *   makes a [class@Sip.WebrtcHandler] with all defaults
 * @user_data: for @factory
 * @destroy: (nullable): frees @user_data
 *
 * Sets what negotiates and carries the media of calls.
 */
void
sip_user_agent_set_session_description_handler_factory (SipUserAgent                       *self,
                                                        SipSessionDescriptionHandlerFactory factory,
                                                        gpointer                            user_data,
                                                        GDestroyNotify                      destroy)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->factory_destroy != NULL)
    self->factory_destroy (self->factory_data);
  self->factory = factory;
  self->factory_data = user_data;
  self->factory_destroy = destroy;
}

SipUri *
sip_user_agent_get_parsed_uri (SipUserAgent *self)
{
  return self->parsed_uri;
}
