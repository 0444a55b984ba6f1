/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-transports-private.h"

#include "syntax/sip-error.h"
#include "transport/sip-context-private.h"
#include "transport/sip-memory-transport-private.h"
#include "transport/sip-stream-client-private.h"
#include "transport/sip-stream-flow-private.h"
#include "transport/sip-stream-listener-private.h"
#include "transport/sip-stream-tls-private.h"
#include "transport/sip-transport-private.h"
#include "transport/sip-udp-transport-private.h"
#include "transport/sip-websocket-transport-private.h"
#include "transport/sip-wire-log-private.h"

/* A connection in the table, and how its end is noticed. */
typedef struct
{
  SipFlowWatch watch;
  SipTransports *transports;
  SipFlow *flow;
  char *uri;
  char *authority;
  char *peer;  /* see note_peer() */
  char *alias; /* see note_alias() */
} Connection;

/* How long, and of how many, it is remembered that they take no connections. */
#define NO_TCP_TIME (5 * 60 * G_USEC_PER_SEC)
#define MAX_NO_TCP 1000

struct _SipTransports
{
  SipFlowTap tap;
  GMainContext *context;
  SipTimerWheel *wheel;
  SipDnsResolver *resolver;
  SipBlackList *black_list;
  SipTransportsEvents events;
  gpointer user_data;
  SipLimits limits;
  GTlsCertificate *certificate;
  GTlsDatabase *trust;
  SipAcceptCertificateFunc accept_certificate;
  gpointer accept_certificate_data;
  guint keep_alive;
  GPtrArray *listeners;      /* SipListener, closed by hand */
  GHashTable *connections;   /* SipFlow → Connection */
  GHashTable *no_tcp;        /* SipAddress → gint64, until when */
  GHashTable *keys;          /* URI or authority → SipFlow (borrowed) */
};

typedef struct
{
  const char *scheme;
  SipTransportKind kind;
  SipListenFunc listen;
  SipConnectFunc connect;
} Scheme;

static const Scheme schemes[] = {
  { "udp", SIP_TRANSPORT_UDP, sip_udp_listen, NULL },
  { "tcp", SIP_TRANSPORT_TCP, sip_stream_listen, sip_stream_connect },
  { "tls", SIP_TRANSPORT_TLS, sip_stream_listen, sip_stream_connect },
  { "ws", SIP_TRANSPORT_WS, sip_websocket_listen, sip_websocket_connect },
  { "wss", SIP_TRANSPORT_WSS, sip_websocket_listen, sip_websocket_connect },
  { "mem", SIP_TRANSPORT_UDP, sip_memory_listen, sip_memory_connect },
};

static const Scheme *
find_scheme (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strcasecmp (schemes[i].scheme, name) == 0)
      return &schemes[i];
  return NULL;
}

/* NULL: no connections of this kind. */
static const Scheme *
find_scheme_of_kind (SipTransportKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (schemes[i].kind == kind && kind != SIP_TRANSPORT_UDP)
      return &schemes[i];
  return NULL;
}

static GUri *
parse_uri (const char *text, const Scheme **scheme, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, &reason);

  if (uri == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“%s” is no URI of a server: %s", text, reason->message);
      return NULL;
    }
  *scheme = find_scheme (g_uri_get_scheme (uri));
  if (*scheme == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "There is no transport “%s” (of “%s”)", g_uri_get_scheme (uri), text);
      return NULL;
    }
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“%s” names no host", text);
      return NULL;
    }
  return g_steal_pointer (&uri);
}

gboolean
sip_transport_address_from_uri (SipAddress *address, GUri *uri, guint16 default_port, GError **error)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri) >= 0 ? g_uri_get_port (uri) : default_port;

  if (g_ascii_strcasecmp (host, "localhost") == 0)
    host = "127.0.0.1";
  if (port <= G_MAXUINT16 && sip_address_parse (address, sip_str_from (host), port))
    return TRUE;
  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“%s:%d” is no address of this host", host, port);
  return FALSE;
}

static void
connection_free (Connection *connection)
{
  sip_flow_unwatch (&connection->watch);
  g_free (connection->alias);
  g_free (connection->uri);
  g_free (connection->peer);
  g_free (connection->authority);
  sip_flow_unref (connection->flow);
  g_free (connection);
}

SipTransports *
sip_transports_new (SipTimerWheel *wheel, const SipTransportsEvents *events, gpointer user_data)
{
  SipTransports *self = g_new0 (SipTransports, 1);

  self->context = g_main_context_ref_thread_default ();
  self->wheel = sip_timer_wheel_ref (wheel);
  self->resolver = sip_dns_resolver_new (wheel, self->context);
  self->black_list = sip_black_list_new ();
  self->events = *events;
  self->user_data = user_data;
  self->limits = SIP_LIMITS_DEFAULT;
  self->keep_alive = SIP_KEEP_ALIVE_DEFAULT;
  self->listeners = g_ptr_array_new ();
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) connection_free);
  self->no_tcp = g_hash_table_new_full ((GHashFunc) sip_address_hash, (GEqualFunc) sip_address_equal, g_free, g_free);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/* Everything that could call up is cut first: the listeners and flows that are left over belong to nobody but those who hold them. */
void
sip_transports_free (SipTransports *self)
{
  GHashTableIter iter;
  SipFlow *flow;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, (gpointer *) &flow, NULL))
    {
      sip_flow_abandon (flow);
      flow->klass->close (flow);
    }
  for (guint i = 0; i < self->listeners->len; i++)
    {
      SipListener *listener = g_ptr_array_index (self->listeners, i);

      listener->klass->close (listener);
    }

  g_hash_table_unref (self->no_tcp);
  g_hash_table_unref (self->keys);
  g_hash_table_unref (self->connections);
  g_ptr_array_unref (self->listeners);
  sip_dns_resolver_free (self->resolver);
  sip_black_list_free (self->black_list);
  g_clear_object (&self->certificate);
  g_clear_object (&self->trust);
  sip_timer_wheel_unref (self->wheel);
  g_main_context_unref (self->context);
  g_free (self);
}

void
sip_transports_set_limits (SipTransports *self, const SipLimits *limits)
{
  self->limits = *limits;
}

void
sip_transports_set_certificate (SipTransports *self, GTlsCertificate *certificate)
{
  g_set_object (&self->certificate, certificate);
}

void
sip_transports_set_trust (SipTransports *self, GTlsDatabase *database)
{
  g_set_object (&self->trust, database);
}

void
sip_transports_set_accept_certificate (SipTransports *self, SipAcceptCertificateFunc func, gpointer user_data)
{
  self->accept_certificate = func;
  self->accept_certificate_data = user_data;
}

gboolean
sip_transports_accept_certificate (SipTransports *self, GTlsCertificate *certificate, GTlsCertificateFlags errors, const char *host)
{
  return self->accept_certificate != NULL && self->accept_certificate (self->accept_certificate_data, certificate, errors, host);
}

void
sip_transports_set_keep_alive (SipTransports *self, guint seconds)
{
  self->keep_alive = seconds;
}

guint
sip_transports_get_keep_alive (SipTransports *self)
{
  return self->keep_alive;
}

SipTimerWheel *
sip_transports_get_wheel (SipTransports *self)
{
  return self->wheel;
}

GMainContext *
sip_transports_get_context (SipTransports *self)
{
  return self->context;
}

gboolean
sip_transports_enter_context (SipTransports *self)
{
  return sip_context_enter (self->context);
}

void
sip_transports_leave_context (SipTransports *self, gboolean entered)
{
  sip_context_leave (self->context, entered);
}

SipDnsResolver *
sip_transports_get_resolver (SipTransports *self)
{
  return self->resolver;
}

SipBlackList *
sip_transports_get_black_list (SipTransports *self)
{
  return self->black_list;
}

const SipLimits *
sip_transports_get_limits (SipTransports *self)
{
  return &self->limits;
}

GTlsCertificate *
sip_transports_get_certificate (SipTransports *self)
{
  return self->certificate;
}

GTlsDatabase *
sip_transports_get_trust (SipTransports *self)
{
  return self->trust;
}

char *
sip_transports_listen (SipTransports *self, const char *uri, GError **error)
{
  const Scheme *scheme;
  g_autoptr (GUri) parsed = parse_uri (uri, &scheme, error);
  SipListener *listener;

  if (parsed == NULL)
    return NULL;
  listener = scheme->listen (self, scheme->kind, parsed, error);
  if (listener == NULL)
    return NULL;
  g_ptr_array_add (self->listeners, listener);
  g_debug ("Listening at %s", listener->uri);
  return g_strdup (listener->uri);
}

GStrv
sip_transports_get_listening (SipTransports *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < self->listeners->len; i++)
    g_strv_builder_add (builder, ((SipListener *) g_ptr_array_index (self->listeners, i))->uri);
  return g_strv_builder_end (builder);
}

/* --- connections --- */

static void
forget_key (SipTransports *self, const char *key, SipFlow *flow)
{
  if (key != NULL && g_hash_table_lookup (self->keys, key) == flow)
    g_hash_table_remove (self->keys, key);
}

static void
connection_closed_cb (SipFlowWatch *watch, SipFlow *flow)
{
  Connection *connection = SIP_CONTAINER_OF (watch, Connection, watch);
  SipTransports *self = connection->transports;

  /* The flow is kept by who calls this. */
  forget_key (self, connection->uri, flow);
  forget_key (self, connection->authority, flow);
  forget_key (self, connection->peer, flow);
  forget_key (self, connection->alias, flow);
  g_hash_table_remove (self->connections, flow);
  if (self->events.flow_changed != NULL)
    self->events.flow_changed (self->user_data, flow);
}

void
sip_transports_add_connection (SipTransports *self, SipFlow *flow, const char *uri, const char *authority)
{
  Connection *connection = g_new0 (Connection, 1);

  connection->transports = self;
  connection->flow = sip_flow_ref (flow);
  connection->uri = g_strdup (uri);
  connection->authority = g_strdup (authority);
  sip_flow_watch (flow, &connection->watch, connection_closed_cb);
  g_hash_table_insert (self->connections, flow, connection);
  if (uri != NULL)
    g_hash_table_replace (self->keys, g_strdup (uri), flow);
  if (authority != NULL && !g_hash_table_contains (self->keys, authority))
    g_hash_table_insert (self->keys, g_strdup (authority), flow);
}

SipFlow *
sip_transports_find_connection (SipTransports *self, const char *key)
{
  return g_hash_table_lookup (self->keys, key);
}

void
sip_transports_connection_opened (SipTransports *self, SipFlow *flow)
{
  sip_flow_ref (flow);
  sip_flow_set_open (flow);
  if (self->events.flow_changed != NULL)
    self->events.flow_changed (self->user_data, flow);
  /* @self may be gone, and the flow abandoned. */
  sip_flow_tell_opened (flow);
  sip_flow_unref (flow);
}

gboolean
sip_transports_listens (SipTransports *self, SipTransportKind kind, int family)
{
  for (guint i = 0; i < self->listeners->len; i++)
    {
      const SipListener *listener = g_ptr_array_index (self->listeners, i);

      if (listener->kind == kind && listener->address.family == family)
        return TRUE;
    }
  return FALSE;
}

void
sip_transports_note_no_tcp (SipTransports *self, const SipAddress *address)
{
  gint64 until = sip_timer_wheel_now (self->wheel) + NO_TCP_TIME;

  if (g_hash_table_size (self->no_tcp) >= MAX_NO_TCP)
    g_hash_table_remove_all (self->no_tcp);
  g_hash_table_replace (self->no_tcp, g_memdup2 (address, sizeof *address), g_memdup2 (&until, sizeof until));
}

gboolean
sip_transports_has_no_tcp (SipTransports *self, const SipAddress *address)
{
  const gint64 *until = g_hash_table_lookup (self->no_tcp, address);

  if (until == NULL)
    return FALSE;
  if (*until > sip_timer_wheel_now (self->wheel))
    return TRUE;
  g_hash_table_remove (self->no_tcp, address);
  return FALSE;
}

char *
sip_transports_make_sent_by (SipTransports *self, SipTransportKind kind, const SipAddress *local)
{
  SipAddress address = *local;

  for (guint i = 0; i < self->listeners->len; i++)
    {
      const SipListener *listener = g_ptr_array_index (self->listeners, i);

      if (listener->kind != kind || listener->address.family != local->family)
        continue;
      if (sip_address_is_wildcard (&listener->address) || sip_address_equal_ip (&listener->address, local))
        {
          address.port = listener->address.port;
          break;
        }
    }
  return sip_address_to_string (&address);
}

SipFlow *
sip_transports_flow_to_address (SipTransports *self, SipTransportKind kind, const SipAddress *address, GError **error)
{
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->listeners->len; i++)
    {
      SipListener *listener = g_ptr_array_index (self->listeners, i);

      if (listener->kind == kind && listener->klass->flow_to != NULL && listener->address.family == address->family)
        return listener->klass->flow_to (listener, address, error);
    }

  if (kind == SIP_TRANSPORT_TCP || kind == SIP_TRANSPORT_TLS)
    return sip_stream_connect_to_address (self, kind, address, error);
  if (find_scheme_of_kind (kind) != NULL)
    {
      SipAddress host = *address;

      host.port = 0;
      text = sip_address_to_string (&host);
      return sip_transports_flow_to_host (self, kind, text, address->port, error);
    }

  text = sip_address_to_string (address);
  g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "No %s transport (IPv%d) to reach %s with", sip_transport_kind_to_via (kind),
               address->family == AF_INET6 ? 6 : 4, text);
  return NULL;
}

SipFlow *
sip_transports_flow_to_host (SipTransports *self, SipTransportKind kind, const char *host, guint16 port, GError **error)
{
  const Scheme *scheme = find_scheme_of_kind (kind);
  gboolean is_bare_ip6 = strchr (host, ':') != NULL && host[0] != '[';
  g_autofree char *authority = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *lower = g_ascii_strdown (host, -1);
  SipFlow *flow;

  if (scheme == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "No %s transport to reach %s with", sip_transport_kind_to_via (kind), host);
      return NULL;
    }

  authority = g_strdup_printf (is_bare_ip6 ? "%s://[%s]:%u" : "%s://%s:%u", scheme->scheme, lower, port);
  flow = sip_transports_find_connection (self, authority);
  /* "transport=ws" is what others write of either (RFC 7118 §5), also in the Record-Route of a connection with TLS. */
  if (flow == NULL && kind == SIP_TRANSPORT_WS)
    {
      g_autofree char *secure = g_strconcat ("wss", authority + strlen ("ws"), NULL);

      flow = sip_transports_find_connection (self, secure);
    }
  if (flow != NULL)
    return sip_flow_ref (flow);
  uri = g_strconcat (authority, "/", NULL);
  return sip_transports_connect (self, uri, error);
}

SipFlow *
sip_transports_flow_to_location (SipTransports *self, SipTransportKind kind, const char *domain, const char *host, guint16 port,
                                 GError **error)
{
  if (g_ascii_strcasecmp (domain, host) == 0 || kind == SIP_TRANSPORT_TCP)
    return sip_transports_flow_to_host (self, kind, host, port, error);
  if (kind == SIP_TRANSPORT_TLS)
    return sip_stream_connect_to_host (self, kind, domain, host, port, error);
  return sip_websocket_connect_to_host (self, kind, domain, host, port, error);
}

SipFlow *
sip_transports_connect (SipTransports *self, const char *uri, GError **error)
{
  const Scheme *scheme;
  g_autoptr (GUri) parsed = parse_uri (uri, &scheme, error);
  SipAddress address;

  if (parsed == NULL)
    return NULL;
  if (scheme->connect != NULL)
    return scheme->connect (self, scheme->kind, parsed, error);
  if (!sip_transport_address_from_uri (&address, parsed, 5060, error))
    return NULL;
  return sip_transports_flow_to_address (self, scheme->kind, &address, error);
}

/* --- messages --- */

/* RFC 3261 §18.2.1 and RFC 3581 §4: what the answers' topmost Via has to tell of where a request came from. */
static void
note_source (SipMsg *msg, SipFlow *flow)
{
  SipAddress sent_by;

  if (flow->remote.family == 0)
    return;
  if (flow->remote_host == NULL)
    {
      g_autofree char *text = sip_address_ip_to_string (&flow->remote);

      flow->remote_host = g_ref_string_new (text);
    }

  if (!msg->via.has_rport)
    {
      if (sip_str_equal (msg->via.host, sip_str_from (flow->remote_host)))
        return;
      if (sip_address_parse (&sent_by, msg->via.host, 0) && sip_address_equal_ip (&sent_by, &flow->remote))
        return;
    }
  sip_msg_set_received (msg, flow->remote_host, msg->via.has_rport ? flow->remote.port : 0);
}

static char *
peer_key (SipStr name)
{
  g_autofree char *lower = g_ascii_strdown (name.p, name.len);

  return g_strconcat ("peer:", lower, NULL);
}

/* A browser has no address. It signs with a random name under .invalid, in Via and in Contact (RFC 7118 §5), and whoever wants to reach
 * that name has its connection and nothing else. The first to use a name keeps it as long as it is connected: nobody takes over
 * another's calls. */
static void
note_peer (SipTransports *self, SipMsg *msg, SipFlow *flow)
{
  static const char suffix[] = ".invalid";
  const gsize len = sizeof suffix - 1;
  SipStr host = msg->via.host;
  Connection *connection;
  g_autofree char *key = NULL;

  if (host.len <= len || g_ascii_strncasecmp (host.p + host.len - len, suffix, len) != 0)
    return;
  connection = g_hash_table_lookup (self->connections, flow);
  if (connection == NULL || connection->peer != NULL)
    return;
  key = peer_key (host);
  if (g_hash_table_contains (self->keys, key))
    return;

  connection->peer = g_strdup (key);
  g_hash_table_insert (self->keys, g_steal_pointer (&key), flow);
}

/* RFC 5923 §5: who has proven to be whom its Via names, and says "alias", is reached by the connection that it has made. Without TLS nobody
 * has proven anything. What is connected to already stays where it is. */
static void
note_alias (SipTransports *self, SipMsg *msg, SipFlow *flow)
{
  Connection *connection;
  guint16 port = msg->via.port != 0 ? msg->via.port : 5061;
  g_autofree char *host = NULL;
  g_autofree char *key = NULL;

  if (!sip_params_find (msg->via.params, "alias", NULL))
    return;
  connection = g_hash_table_lookup (self->connections, flow);
  if (connection == NULL || connection->alias != NULL)
    return;
  host = g_ascii_strdown (msg->via.host.p, msg->via.host.len);
  if (!sip_stream_tls_is_client ((SipStreamFlow *) flow, host))
    return;
  key = g_strdup_printf (msg->via.is_ipv6 ? "tls://[%s]:%u" : "tls://%s:%u", host, port);
  if (g_hash_table_contains (self->keys, key))
    return;

  connection->alias = g_strdup (key);
  g_hash_table_insert (self->keys, g_steal_pointer (&key), flow);
}

SipFlow *
sip_transports_find_peer (SipTransports *self, const char *name)
{
  g_autofree char *key = peer_key (sip_str_from (name));

  return sip_transports_find_connection (self, key);
}

const SipFlowTap *
sip_transports_get_tap (SipTransports *self)
{
  return &self->tap;
}

void
sip_transports_set_tap (SipTransports *self, void (*func) (gpointer user_data, SipMsg *msg, SipFlow *flow, gboolean sent),
                        gpointer user_data)
{
  self->tap = (SipFlowTap){ func, user_data };
}

void
sip_transports_refuse (SipTransports *self, SipFlow *flow, const char *data, gsize len)
{
  g_autoptr (SipMsg) msg = sip_msg_parse (data, len, &self->limits, NULL);

  if (msg == NULL || !msg->is_request)
    return;
  sip_wire_log_received (flow, msg);
  if (self->tap.func != NULL)
    self->tap.func (self->tap.user_data, msg, flow, FALSE);
  if (msg->defect == 0)
    {
      msg->defect = 400;
      msg->defect_reason = "Missing Content-Length";
    }
  note_source (msg, flow);
  self->events.receive (self->user_data, msg, flow);
}

void
sip_transports_deliver (SipTransports *self, SipFlow *flow, const char *data, gsize len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsg) msg = sip_msg_parse (data, len, &self->limits, &error);

  if (msg == NULL)
    {
      g_debug ("Dropped what is no SIP message: %s", error->message);
      return;
    }
  sip_wire_log_received (flow, msg);
  if (self->tap.func != NULL)
    self->tap.func (self->tap.user_data, msg, flow, FALSE);

  if (msg->is_request)
    {
      note_source (msg, flow);
      if (flow->is_server && flow->is_reliable)
        note_peer (self, msg, flow);
      if (flow->is_server && flow->kind == SIP_TRANSPORT_TLS)
        note_alias (self, msg, flow);
    }
  else if (msg->defect != 0)
    {
      g_debug ("Dropped a malformed response: %s", msg->defect_reason);
      return;
    }
  self->events.receive (self->user_data, msg, flow);
}

gboolean
sip_transports_can_come_back (SipFlow *flow)
{
  return flow->state == SIP_FLOW_CLOSED && flow->is_server && flow->remote.family != 0 && flow->kind == SIP_TRANSPORT_TCP;
}

SipFlow *
sip_transports_flow_for_response (SipTransports *self, const SipMsg *request, SipFlow *flow)
{
  SipAddress address = flow->remote;
  g_autoptr (SipFlow) back = NULL;

  if (!sip_transports_can_come_back (flow))
    return sip_udp_flow_for_response (flow, request);

  address.port = request->via.port != 0 ? request->via.port : 5060;
  back = sip_transports_flow_to_address (self, SIP_TRANSPORT_TCP, &address, NULL);
  if (back == NULL)
    return sip_flow_ref (flow);
  /* Its first message is an answer, whose Contact is ours. */
  if (back->state == SIP_FLOW_CONNECTING)
    sip_stream_flow_name ((SipStreamFlow *) back, &flow->local);
  return g_steal_pointer (&back);
}
