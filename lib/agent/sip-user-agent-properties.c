/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The agent's configuration as GObject sees it: one table of properties. What a value means and what happens when it changes is in
   sip-user-agent-settings.c and sip-user-agent-call-settings.c. */

#include "agent/sip-user-agent-private.h"

#include "syntax/sip-version.h"

static GParamSpec *properties[SIP_USER_AGENT_N_PROPS];

void
sip_user_agent_notify (SipUserAgent *self, SipUserAgentProp property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
get_registration_property (SipUserAgent *self, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case SIP_USER_AGENT_PROP_INSTANCE_ID:
      g_value_set_string (value, self->instance_id);
      break;
    case SIP_USER_AGENT_PROP_REGISTER_AT_START:
      g_value_set_boolean (value, self->register_at_start);
      break;
    case SIP_USER_AGENT_PROP_REGISTER_EXPIRES:
      g_value_set_uint (value, self->register_expires);
      break;
    case SIP_USER_AGENT_PROP_REGISTRAR:
      g_value_set_string (value, self->registrar);
      break;
    case SIP_USER_AGENT_PROP_USE_GRUU:
      g_value_set_boolean (value, self->use_gruu);
      break;
    case SIP_USER_AGENT_PROP_IS_REGISTERED:
      g_value_set_boolean (value, self->is_registered);
      break;
    case SIP_USER_AGENT_PROP_REGISTRATIONS:
      g_value_set_object (value, self->registrations);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
    }
}

/* How it is on the network. */
static void
get_network_property (SipUserAgent *self, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case SIP_USER_AGENT_PROP_SERVERS:
      g_value_set_boxed (value, self->servers);
      break;
    case SIP_USER_AGENT_PROP_DNS_SERVERS:
      g_value_set_boxed (value, self->dns_servers);
      break;
    case SIP_USER_AGENT_PROP_KEEP_ALIVE_INTERVAL:
      g_value_set_uint (value, self->keep_alive_interval);
      break;
    case SIP_USER_AGENT_PROP_OPTIONS_INTERVAL:
      g_value_set_uint (value, self->options_interval);
      break;
    case SIP_USER_AGENT_PROP_STOP_TIMEOUT:
      g_value_set_uint (value, self->stop_timeout);
      break;
    case SIP_USER_AGENT_PROP_TLS_CERTIFICATE:
      g_value_set_object (value, self->tls_certificate);
      break;
    case SIP_USER_AGENT_PROP_TLS_DATABASE:
      g_value_set_object (value, self->tls_database);
      break;
    default:
      get_registration_property (self, id, value, pspec);
    }
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  switch (id)
    {
    case SIP_USER_AGENT_PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case SIP_USER_AGENT_PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case SIP_USER_AGENT_PROP_DISPLAY_NAME:
      g_value_set_string (value, self->display_name);
      break;
    case SIP_USER_AGENT_PROP_USER_AGENT_STRING:
      g_value_set_string (value, self->user_agent_string);
      break;
    case SIP_USER_AGENT_PROP_ALIASES:
      g_value_set_boxed (value, self->aliases);
      break;
    case SIP_USER_AGENT_PROP_NO_ANSWER_TIMEOUT:
      g_value_set_uint (value, self->no_answer_timeout);
      break;
    case SIP_USER_AGENT_PROP_SEND_INITIAL_PROVISIONAL_RESPONSE:
      g_value_set_boolean (value, self->send_initial_provisional_response);
      break;
    case SIP_USER_AGENT_PROP_CREDENTIALS:
      g_value_set_boxed (value, sip_user_agent_get_credentials (self));
      break;
    case SIP_USER_AGENT_PROP_EXTRA_SUPPORTED:
      g_value_set_boxed (value, self->extra_supported);
      break;
    case SIP_USER_AGENT_PROP_CONTACT_NAME:
      g_value_set_string (value, self->contact_name);
      break;
    case SIP_USER_AGENT_PROP_CONTACT_PARAMS:
      g_value_set_boxed (value, self->contact_params);
      break;
    case SIP_USER_AGENT_PROP_REL100:
      g_value_set_enum (value, (int) self->rel100);
      break;
    case SIP_USER_AGENT_PROP_EARLY_MEDIA:
      g_value_set_boolean (value, self->early_media);
      break;
    case SIP_USER_AGENT_PROP_REPLACES:
      g_value_set_boolean (value, self->replaces);
      break;
    case SIP_USER_AGENT_PROP_SESSION_EXPIRES:
      g_value_set_uint (value, self->session_expires);
      break;
    case SIP_USER_AGENT_PROP_MIN_SE:
      g_value_set_uint (value, self->min_se);
      break;
    case SIP_USER_AGENT_PROP_SESSION_REFRESHER:
      g_value_set_enum (value, (int) self->session_refresher);
      break;
    case SIP_USER_AGENT_PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS:
      g_value_set_variant (value, self->session_description_handler_options);
      break;
    case SIP_USER_AGENT_PROP_SESSIONS:
      g_value_set_object (value, self->sessions);
      break;
    case SIP_USER_AGENT_PROP_SUBSCRIPTIONS:
      g_value_set_object (value, self->subscriptions);
      break;
    case SIP_USER_AGENT_PROP_SUBSCRIBERS:
      g_value_set_object (value, self->subscribers);
      break;
    case SIP_USER_AGENT_PROP_EVENTS:
      g_value_set_boxed (value, self->events);
      break;
    case SIP_USER_AGENT_PROP_MAX_SUBSCRIBERS:
      g_value_set_uint (value, self->max_subscribers);
      break;
    case SIP_USER_AGENT_PROP_MODIFIERS:
      g_value_set_object (value, self->modifiers);
      break;
    default:
      get_network_property (self, id, value, pspec);
    }
}

/* Those that are lists of strings. */
static gboolean
set_list (SipUserAgent *self, guint id, const GValue *value)
{
  static const struct
  {
    guint id;
    void (*set) (SipUserAgent *self, const char *const *list);
  } lists[] = {
    { SIP_USER_AGENT_PROP_ALIASES, sip_user_agent_set_aliases },
    { SIP_USER_AGENT_PROP_SERVERS, sip_user_agent_set_servers },
    { SIP_USER_AGENT_PROP_DNS_SERVERS, sip_user_agent_set_dns_servers },
    { SIP_USER_AGENT_PROP_EXTRA_SUPPORTED, sip_user_agent_set_extra_supported },
    { SIP_USER_AGENT_PROP_EVENTS, sip_user_agent_set_events },
    { SIP_USER_AGENT_PROP_CONTACT_PARAMS, sip_user_agent_set_contact_params },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (lists[i].id == id)
      {
        lists[i].set (self, g_value_get_boxed (value));
        return TRUE;
      }
  return FALSE;
}

static void
set_registration_property (SipUserAgent *self, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case SIP_USER_AGENT_PROP_INSTANCE_ID:
      sip_user_agent_set_instance_id (self, g_value_get_string (value));
      break;
    case SIP_USER_AGENT_PROP_REGISTER_AT_START:
      sip_user_agent_set_register_at_start (self, g_value_get_boolean (value));
      break;
    case SIP_USER_AGENT_PROP_REGISTER_EXPIRES:
      sip_user_agent_set_register_expires (self, g_value_get_uint (value));
      break;
    case SIP_USER_AGENT_PROP_REGISTRAR:
      sip_user_agent_set_registrar (self, g_value_get_string (value));
      break;
    case SIP_USER_AGENT_PROP_USE_GRUU:
      sip_user_agent_set_use_gruu (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (self, id, pspec);
    }
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipUserAgent *self = SIP_USER_AGENT (object);

  if (set_list (self, id, value))
    return;
  switch (id)
    {
    case SIP_USER_AGENT_PROP_URI:
      self->uri = g_value_dup_string (value);
      break;
    case SIP_USER_AGENT_PROP_DISPLAY_NAME:
      sip_user_agent_set_display_name (self, g_value_get_string (value));
      break;
    case SIP_USER_AGENT_PROP_USER_AGENT_STRING:
      sip_user_agent_set_user_agent_string (self, g_value_get_string (value));
      break;
    case SIP_USER_AGENT_PROP_KEEP_ALIVE_INTERVAL:
      sip_user_agent_set_keep_alive_interval (self, g_value_get_uint (value));
      break;
    case SIP_USER_AGENT_PROP_OPTIONS_INTERVAL:
      sip_user_agent_set_options_interval (self, g_value_get_uint (value));
      break;
    case SIP_USER_AGENT_PROP_NO_ANSWER_TIMEOUT:
      sip_user_agent_set_no_answer_timeout (self, g_value_get_uint (value));
      break;
    case SIP_USER_AGENT_PROP_STOP_TIMEOUT:
      sip_user_agent_set_stop_timeout (self, g_value_get_uint (value));
      break;
    case SIP_USER_AGENT_PROP_SEND_INITIAL_PROVISIONAL_RESPONSE:
      sip_user_agent_set_send_initial_provisional_response (self, g_value_get_boolean (value));
      break;
    case SIP_USER_AGENT_PROP_TLS_CERTIFICATE:
      sip_user_agent_set_tls_certificate (self, g_value_get_object (value));
      break;
    case SIP_USER_AGENT_PROP_TLS_DATABASE:
      sip_user_agent_set_tls_database (self, g_value_get_object (value));
      break;
    case SIP_USER_AGENT_PROP_MODIFIERS:
      sip_user_agent_set_modifiers (self, g_value_get_object (value));
      break;
    case SIP_USER_AGENT_PROP_CREDENTIALS:
      sip_user_agent_set_credentials (self, g_value_get_boxed (value));
      break;
    case SIP_USER_AGENT_PROP_MAX_SUBSCRIBERS:
      sip_user_agent_set_max_subscribers (self, g_value_get_uint (value));
      break;
    case SIP_USER_AGENT_PROP_CONTACT_NAME:
      sip_user_agent_set_contact_name (self, g_value_get_string (value));
      break;
    case SIP_USER_AGENT_PROP_REL100:
      sip_user_agent_set_rel100 (self, g_value_get_enum (value));
      break;
    case SIP_USER_AGENT_PROP_EARLY_MEDIA:
      sip_user_agent_set_early_media (self, g_value_get_boolean (value));
      break;
    case SIP_USER_AGENT_PROP_REPLACES:
      sip_user_agent_set_replaces (self, g_value_get_boolean (value));
      break;
    case SIP_USER_AGENT_PROP_SESSION_EXPIRES:
      sip_user_agent_set_session_expires (self, g_value_get_uint (value));
      break;
    case SIP_USER_AGENT_PROP_MIN_SE:
      sip_user_agent_set_min_se (self, g_value_get_uint (value));
      break;
    case SIP_USER_AGENT_PROP_SESSION_REFRESHER:
      sip_user_agent_set_session_refresher (self, g_value_get_enum (value));
      break;
    case SIP_USER_AGENT_PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS:
      sip_user_agent_set_session_description_handler_options (self, g_value_get_variant (value));
      break;
    default:
      set_registration_property (self, id, value, pspec);
    }
}

static void
install_registration_properties (void)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags flags = readable | G_PARAM_WRITABLE;

  /**
   * SipUserAgent:instance-id:
   *
   * Which of all the phones that register our address this is (RFC 5626 §4.1): a URN, "urn:uuid:…", random at first. An application that keeps it and
   * sets it again when it runs the next time is the same phone to the registrar then.
   */
  properties[SIP_USER_AGENT_PROP_INSTANCE_ID] = g_param_spec_string ("instance-id", NULL, NULL, NULL, flags | G_PARAM_CONSTRUCT);

  /**
   * SipUserAgent:register-at-start:
   *
   * Whether the agent registers by itself when it starts, as with [method@Sip.UserAgent.register_async] without options.
   */
  properties[SIP_USER_AGENT_PROP_REGISTER_AT_START] = g_param_spec_boolean ("register-at-start", NULL, NULL, FALSE, flags);

  /**
   * SipUserAgent:register-expires:
   *
   * For how many seconds it registers, unless [property@Sip.RegisterOptions:expires] says otherwise.
   */
  properties[SIP_USER_AGENT_PROP_REGISTER_EXPIRES] = g_param_spec_uint ("register-expires", NULL, NULL, 1, G_MAXINT32, 600, flags);

  /**
   * SipUserAgent:registrar:
   *
   * Where it registers, unless [property@Sip.RegisterOptions:registrar] says otherwise: a URI without a user, "sip:example.com". Without one it is the
   * domain of [property@Sip.UserAgent:uri].
   */
  properties[SIP_USER_AGENT_PROP_REGISTRAR] = g_param_spec_string ("registrar", NULL, NULL, NULL, flags);

  /**
   * SipUserAgent:use-gruu:
   *
   * Whether our Contact is the GRUU that the registrar has given, if it has (RFC 5627): so a call can be transferred to just this agent from anywhere,
   * and what belongs to it finds us after a change of network. For an anonymous call it is the temporary one. The domain's proxy must know its way with
   * GRUUs; not all that give them do.
   */
  properties[SIP_USER_AGENT_PROP_USE_GRUU] = g_param_spec_boolean ("use-gruu", NULL, NULL, FALSE, flags);

  /**
   * SipUserAgent:is-registered:
   *
   * Whether one of the [property@Sip.UserAgent:registrations] is registered.
   */
  properties[SIP_USER_AGENT_PROP_IS_REGISTERED] = g_param_spec_boolean ("is-registered", NULL, NULL, FALSE, readable);

  /**
   * SipUserAgent:registrations:
   *
   * The registrations that are there, or are wanted, as a list of [class@Sip.Registration].
   */
  properties[SIP_USER_AGENT_PROP_REGISTRATIONS] = g_param_spec_object ("registrations", NULL, NULL, G_TYPE_LIST_MODEL, readable);
}

void
sip_user_agent_install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags flags = readable | G_PARAM_WRITABLE;

  /**
   * SipUserAgent:uri:
   *
   * Who we are: our address of record, "sip:alice@example.com". Without one the agent is an anonymous one with a random user.
   */
  properties[SIP_USER_AGENT_PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags | G_PARAM_CONSTRUCT_ONLY);

  /**
   * SipUserAgent:state:
   *
   * Whether the agent is on the network.
   */
  properties[SIP_USER_AGENT_PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, SIP_TYPE_USER_AGENT_STATE, SIP_USER_AGENT_STATE_STOPPED, readable);

  /**
   * SipUserAgent:display-name:
   *
   * The name that a called person sees.
   */
  properties[SIP_USER_AGENT_PROP_DISPLAY_NAME] = g_param_spec_string ("display-name", NULL, NULL, NULL, flags);

  /**
   * SipUserAgent:user-agent-string:
   *
   * The User-Agent and Server header (RFC 3261 §20.41); `NULL` leaves them out.
   */
  properties[SIP_USER_AGENT_PROP_USER_AGENT_STRING] =
      g_param_spec_string ("user-agent-string", NULL, NULL, "libsip-glib/" SIP_VERSION_S, flags | G_PARAM_CONSTRUCT);

  /**
   * SipUserAgent:aliases:
   *
   * More users than that of [property@Sip.UserAgent:uri] that requests may be for; "*" stands for every one. A request for any other is answered
   * 404.
   */
  properties[SIP_USER_AGENT_PROP_ALIASES] = g_param_spec_boxed ("aliases", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipUserAgent:servers:
   *
   * The servers that requests outside of a dialog go through: "wss://sip.example.com/ws", "tls://sip.example.com", "tcp://192.0.2.1:5060".
   * Without any, each request finds its own way (RFC 3263). Read when the agent starts.
   */
  properties[SIP_USER_AGENT_PROP_SERVERS] = g_param_spec_boxed ("servers", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipUserAgent:dns-servers:
   *
   * Who is asked where names are: "192.0.2.53", "127.0.0.1:5353", "[::1]:53". `NULL`: the system, with all that it knows of names. Where the
   * servers are given, nobody else is asked, and no file is looked into. From the next start on.
   */
  properties[SIP_USER_AGENT_PROP_DNS_SERVERS] = g_param_spec_boxed ("dns-servers", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipUserAgent:keep-alive-interval:
   *
   * How many seconds may pass between two signs of life on a connection that the agent has opened (RFC 5626 §4.4.1; a WebSocket has
   * its own, every 30 seconds at least); 0: none are sent. A server that has answered one, and then one not within ten seconds, is given
   * up, and connected to again.
   */
  properties[SIP_USER_AGENT_PROP_KEEP_ALIVE_INTERVAL] = g_param_spec_uint ("keep-alive-interval", NULL, NULL, 0, 86400, 120, flags);

  /**
   * SipUserAgent:options-interval:
   *
   * How often each of the [property@Sip.UserAgent:servers] is asked whether it is still there, with an OPTIONS (RFC 3261 §11), in seconds; 0: never.
   *
   * Any answer will do. Where none comes within 32 seconds the connection is given up and made again, as one that broke:
   * [signal@Sip.UserAgent::disconnected] tells. A server that is reached by UDP is only told of as lost, and as [signal@Sip.UserAgent::connected] when it
   * answers again; meanwhile requests take another server where there is one.
   *
   * Pings on the connection itself, which [property@Sip.UserAgent:keep-alive-interval] sends, cost less, but there are none with UDP, and they tell nothing of a
   * server behind the one that the connection ends at.
   */
  properties[SIP_USER_AGENT_PROP_OPTIONS_INTERVAL] = g_param_spec_uint ("options-interval", NULL, NULL, 0, 86400, 0, flags);

  /**
   * SipUserAgent:no-answer-timeout:
   *
   * How many seconds an incoming call may wait for the application's answer before it is answered 408.
   */
  properties[SIP_USER_AGENT_PROP_NO_ANSWER_TIMEOUT] = g_param_spec_uint ("no-answer-timeout", NULL, NULL, 1, G_MAXINT, 60, flags);

  /**
   * SipUserAgent:stop-timeout:
   *
   * How many seconds [method@Sip.UserAgent.stop_async] may take for all that it ends, an hour at most. Calls may take half of it, subscriptions and
   * publications half of the rest, registrations what remains; what one does not need is the next one's. 0: everything is ended, and no answer is waited for.
   */
  properties[SIP_USER_AGENT_PROP_STOP_TIMEOUT] = g_param_spec_uint ("stop-timeout", NULL, NULL, 0, 3600, 5, flags);

  /**
   * SipUserAgent:send-initial-provisional-response:
   *
   * Whether an incoming call is answered 180 by itself.
   */
  properties[SIP_USER_AGENT_PROP_SEND_INITIAL_PROVISIONAL_RESPONSE] =
      g_param_spec_boolean ("send-initial-provisional-response", NULL, NULL, TRUE, flags);

  /**
   * SipUserAgent:tls-certificate:
   *
   * The certificate with its key that secure listeners show, and that is shown to a `tls:` or `wss:` server that asks for one. Read when
   * the agent begins to listen or starts.
   */
  properties[SIP_USER_AGENT_PROP_TLS_CERTIFICATE] = g_param_spec_object ("tls-certificate", NULL, NULL, G_TYPE_TLS_CERTIFICATE, flags);

  /**
   * SipUserAgent:tls-database:
   *
   * The certificates that servers are trusted by; `NULL`: the system's. With one of its own, an agent's `tls:` listeners ask their clients
   * for a certificate, which they need not have.
   */
  properties[SIP_USER_AGENT_PROP_TLS_DATABASE] = g_param_spec_object ("tls-database", NULL, NULL, G_TYPE_TLS_DATABASE, flags);

  /**
   * SipUserAgent:extra-supported:
   *
   * Option tags that the application adds to Supported (RFC 3261 §20.37): extensions that it implements itself, with headers and requests of its own. A request that requires one of
   * them is not refused. A text that is no option tag is `SIP_ERROR_INVALID_HEADER` of [method@Sip.UserAgent.start_async] and [method@Sip.UserAgent.invite].
   */
  properties[SIP_USER_AGENT_PROP_EXTRA_SUPPORTED] = g_param_spec_boxed ("extra-supported", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipUserAgent:contact-name:
   *
   * The user of our Contact URI (RFC 3261 §8.1.1.8); without one it is that of [property@Sip.UserAgent:uri].
   */
  properties[SIP_USER_AGENT_PROP_CONTACT_NAME] = g_param_spec_string ("contact-name", NULL, NULL, NULL, flags);

  /**
   * SipUserAgent:contact-params:
   *
   * Parameters of our Contact URI, each "name=value" or "name". A "transport" takes the place of that of the connection. A text that cannot be
   * one is `SIP_ERROR_INVALID_HEADER` of [method@Sip.UserAgent.start_async] and [method@Sip.UserAgent.invite].
   */
  properties[SIP_USER_AGENT_PROP_CONTACT_PARAMS] = g_param_spec_boxed ("contact-params", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipUserAgent:rel100:
   *
   * Whether reliable provisional responses (RFC 3262) are spoken of: what calls begin with, unless their options say otherwise.
   */
  properties[SIP_USER_AGENT_PROP_REL100] = g_param_spec_enum ("rel100", NULL, NULL, SIP_TYPE_REL100, SIP_REL100_UNSUPPORTED, flags);

  /**
   * SipUserAgent:early-media:
   *
   * Whether the media of our calls begins with an answer in a provisional response that is not reliable (RFC 3960): what a network plays before somebody
   * answers. Nobody acknowledges such a response, so it may get lost; and it is followed only as long as one callee rings. What comes in a reliable one is
   * followed in any case. See also [property@Sip.InviteOptions:early-media].
   */
  properties[SIP_USER_AGENT_PROP_EARLY_MEDIA] = g_param_spec_boolean ("early-media", NULL, NULL, FALSE, flags);

  /**
   * SipUserAgent:replaces:
   *
   * Whether a new call may take the place of one that is there (RFC 3891), as in an attended transfer. Without it Supported does not name it, and an INVITE
   * with Replaces is a new call like any other.
   */
  properties[SIP_USER_AGENT_PROP_REPLACES] = g_param_spec_boolean ("replaces", NULL, NULL, TRUE, flags);

  /**
   * SipUserAgent:session-expires:
   *
   * After how many seconds a call that is not refreshed has expired (RFC 4028): each side so learns that the other is gone. The value is that of Session-Expires in our
   * requests; a peer may shorten it, or lengthen it with 422. 0: no session timers at all.
   */
  properties[SIP_USER_AGENT_PROP_SESSION_EXPIRES] = g_param_spec_uint ("session-expires", NULL, NULL, 0, SIP_SESSION_EXPIRES_MAX, 1800, flags);

  /**
   * SipUserAgent:min-se:
   *
   * The shortest Session-Expires in seconds that we take; a shorter one is answered 422 with this (RFC 4028 §5).
   */
  properties[SIP_USER_AGENT_PROP_MIN_SE] = g_param_spec_uint ("min-se", NULL, NULL, SIP_SESSION_EXPIRES_MIN, SIP_SESSION_EXPIRES_MAX, 90, flags);

  /**
   * SipUserAgent:session-refresher:
   *
   * Who keeps calls from expiring, where that is for us to say.
   */
  properties[SIP_USER_AGENT_PROP_SESSION_REFRESHER] =
      g_param_spec_enum ("session-refresher", NULL, NULL, SIP_TYPE_SESSION_REFRESHER, SIP_SESSION_REFRESHER_AUTO, flags);

  /**
   * SipUserAgent:session-description-handler-options:
   *
   * Options for the description handlers of all calls as they begin, a dictionary of type `a{sv}`; what a call's own options say of the same key goes
   * before it.
   */
  properties[SIP_USER_AGENT_PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS] =
      g_param_spec_variant ("session-description-handler-options", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, flags);

  /**
   * SipUserAgent:sessions:
   *
   * The calls that are not over, as a list of [class@Sip.Session].
   */
  properties[SIP_USER_AGENT_PROP_SESSIONS] = g_param_spec_object ("sessions", NULL, NULL, G_TYPE_LIST_MODEL, readable);

  /**
   * SipUserAgent:subscriptions:
   *
   * Our subscriptions to others' state that are not over: a list of [class@Subscription].
   */
  properties[SIP_USER_AGENT_PROP_SUBSCRIPTIONS] =
      g_param_spec_object ("subscriptions", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * SipUserAgent:subscribers:
   *
   * Who has subscribed to our state: a list of [class@Notifier].
   */
  properties[SIP_USER_AGENT_PROP_SUBSCRIBERS] =
      g_param_spec_object ("subscribers", NULL, NULL, G_TYPE_LIST_MODEL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  /**
   * SipUserAgent:events:
   *
   * The event packages that we notify of: "presence", "dialog", … (RFC 6665 §7.2). A SUBSCRIBE to one of them comes with [signal@Sip.UserAgent::subscribe]; any
   * other is answered 489, and without any package there is no such method here.
   */
  properties[SIP_USER_AGENT_PROP_EVENTS] = g_param_spec_boxed ("events", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipUserAgent:max-subscribers:
   *
   * How many others may subscribe to our state: the next one is answered 503 with a Retry-After.
   */
  properties[SIP_USER_AGENT_PROP_MAX_SUBSCRIBERS] = g_param_spec_uint ("max-subscribers", NULL, NULL, 0, G_MAXUINT, 1000, flags);

  /**
   * SipUserAgent:modifiers:
   *
   * What changes the descriptions of all calls on their way: a list of [class@Sip.DescriptionModifier]. They run before those of a call, see
   * [property@Sip.InviteOptions:modifiers].
   */
  properties[SIP_USER_AGENT_PROP_MODIFIERS] = g_param_spec_object ("modifiers", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  /**
   * SipUserAgent:credentials:
   *
   * Who we are to a server or a proxy that answers a request of ours with 401 or 407 (RFC 3261 §22, RFC 8760): the request then goes out again by itself, with
   * the proof. See [method@Sip.UserAgent.add_credentials] for several realms. A challenge that these do not satisfy is the answer to the request:
   * a call fails with "Authentication Error".
   */
  properties[SIP_USER_AGENT_PROP_CREDENTIALS] = g_param_spec_boxed ("credentials", NULL, NULL, SIP_TYPE_CREDENTIALS, flags);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  install_registration_properties ();
  g_object_class_install_properties (object_class, SIP_USER_AGENT_N_PROPS, properties);
}
