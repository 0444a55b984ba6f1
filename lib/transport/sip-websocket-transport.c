/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-websocket-transport-private.h"

#include <libsoup/soup.h>
#include <netinet/in.h>
#include <linux/tcp.h>

#include "syntax/sip-error.h"
#include "transport/sip-acceptor-private.h"
#include "transport/sip-dns-connectable-private.h"

/* One message is one frame's worth (RFC 7118 §5). A listener accepts by itself and hands the stream to SoupServer, which by itself would
 * wait for any number of half-open connections, for ever. */

#define SUB_PROTOCOL "sip"
#define PENDING_KEY "sip-websocket-pending"
/* RFC 7118 §6: pings, from the side that sits behind the NAT. */
#define PING_SECONDS 30
/* How long a pong may take (RFC 6455 §5.5.3: everybody answers). */
#define PONG_TIMEOUT (10 * G_USEC_PER_SEC)
/* How long written bytes may go unacknowledged before TCP gives the connection up. */
#define USER_TIMEOUT_MS 30000
/* How often a server's connection is looked at for a message that never ends, and what it may have sent since the last whole one:
 * libsoup before 3.6 bounds a frame, not the fragments that it puts together (CVE-2025-32049). */
#define FRAGMENTS_PERIOD G_USEC_PER_SEC
#define FRAGMENTS_SLACK 65536
/* What may wait for a peer that does not read, and for a connection that is not there yet. */
#define MAX_BACKLOG (1024 * 1024)
#define MAX_WAITING 256

typedef struct
{
  SipFlow parent;
  SipTransports *transports;           /* NULL once closed */
  SoupWebsocketConnection *connection; /* NULL while CONNECTING, and once closed */
  SoupMessage *request;                /* of a client, while CONNECTING */
  GCancellable *cancellable;
  GSocket *socket;
  SipTimer timer;                      /* the hand-shake's, later the end of a connection that is too slow */
  SipTimer fragments_timer;
  SipTimer pong_timer;                 /* of a client: until a sign of life is missed */
  guint64 n_received;                  /* TCP's bytes when the last message was seen */
  gboolean had_message;                /* since fragments_timer last fired */
  GPtrArray *waiting;                  /* SipMsg, while CONNECTING */
  gsize backlog;                       /* bytes given to libsoup since the socket last had room */
  GError *reason;                      /* what libsoup said before it closed */
  char *own_sent_by;
  char *own_host_name;
} WebsocketFlow;

typedef struct
{
  SipListener parent;
  guint ref_count;
  SipTimerWheel *wheel;
  SipAcceptor acceptor;
  SoupServer *server;
  GQueue pending;        /* Pending, before their hand-shake is done */
  guint n_connections;
} WebsocketListener;

/* Hangs on an accepted connection until that is gone: counts it, and ends it when it takes too long to become a WebSocket. */
typedef struct
{
  WebsocketListener *listener;
  GSocket *socket;
  gboolean is_waiting;   /* for the hand-shake: in the listener's queue, with its timer running */
  SipTimer timer;
  GList link;
} Pending;

/* --- flows --- */

static const SipFlowClass websocket_flow_class;

static WebsocketFlow *
websocket_flow_new (SipTransports *transports, SipTransportKind kind)
{
  WebsocketFlow *self = g_new0 (WebsocketFlow, 1);

  sip_flow_init (&self->parent, &websocket_flow_class, kind, NULL, sip_transports_get_tap (transports));
  self->transports = transports;
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_msg_unref);
  return self;
}

static void
lingered_cb (SoupWebsocketConnection *connection, gpointer user_data)
{
  g_object_unref (connection);
}

/* Takes @connection. What was sent on it still goes, then its end is said; until the peer has agreed (or 5 s) it is libsoup's own
 * affair. */
static void
linger (SoupWebsocketConnection *connection)
{
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_CLOSED)
    {
      g_object_unref (connection);
      return;
    }
  g_signal_connect (connection, "closed", G_CALLBACK (lingered_cb), NULL);
  if (soup_websocket_connection_get_state (connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

static void
forget_request (WebsocketFlow *self)
{
  if (self->request != NULL)
    g_signal_handlers_disconnect_by_data (self->request, self);
  g_clear_object (&self->request);
  g_clear_object (&self->cancellable);
}

/* Nothing calls us any more after this. */
static void
let_go (WebsocketFlow *self)
{
  self->transports = NULL;
  sip_timer_stop (&self->timer);
  sip_timer_stop (&self->fragments_timer);
  sip_timer_stop (&self->pong_timer);
  g_ptr_array_set_size (self->waiting, 0);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  forget_request (self);
  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      linger (g_steal_pointer (&self->connection));
    }
  g_clear_object (&self->socket);
}

static void
websocket_flow_close (SipFlow *flow)
{
  let_go ((WebsocketFlow *) flow);
}

static void
websocket_flow_free (SipFlow *flow)
{
  WebsocketFlow *self = (WebsocketFlow *) flow;

  let_go (self);
  g_ptr_array_unref (self->waiting);
  g_clear_error (&self->reason);
  g_free (self->own_sent_by);
  g_free (self->own_host_name);
  sip_flow_clear (flow);
  g_free (self);
}

/* The connection is no more, and we did not want that. The table may have held the last reference. */
static void
fail (WebsocketFlow *self, const GError *error)
{
  g_autoptr (SipFlow) flow = sip_flow_ref (&self->parent);

  g_debug ("%s connection to %s: %s", sip_transport_kind_to_via (flow->kind), self->own_host_name, error->message);
  let_go (self);
  sip_flow_set_closed (flow, error);
}

static void
too_slow_cb (SipTimer *timer)
{
  WebsocketFlow *self = SIP_CONTAINER_OF (timer, WebsocketFlow, timer);
  g_autoptr (GError) error = NULL;

  if (self->parent.state == SIP_FLOW_CONNECTING)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s did not answer in time", self->own_host_name);
  else
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s does not take what is sent to it", self->own_host_name);
  fail (self, error);
}

/* libsoup queues without a bound and does not tell how much. The socket does: while it has room nothing is left in the queue for long. */
static gboolean
has_room (WebsocketFlow *self, gsize len)
{
  if (self->socket == NULL || (g_socket_condition_check (self->socket, G_IO_OUT) & G_IO_OUT) != 0)
    self->backlog = 0;
  self->backlog += len;
  return self->backlog <= MAX_BACKLOG;
}

static gboolean
websocket_flow_send (SipFlow *flow, SipMsg *msg, GError **error)
{
  WebsocketFlow *self = (WebsocketFlow *) flow;
  g_autoptr (GBytes) bytes = NULL;
  gboolean is_text;

  if (flow->state == SIP_FLOW_CONNECTING && self->waiting->len < MAX_WAITING)
    {
      g_ptr_array_add (self->waiting, sip_msg_ref (msg));
      return TRUE;
    }
  if (self->connection == NULL || soup_websocket_connection_get_state (self->connection) != SOUP_WEBSOCKET_STATE_OPEN)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "The connection to %s is not open", self->own_host_name);
      return FALSE;
    }
  if (!has_room (self, msg->len))
    {
      sip_timer_start (sip_transports_get_wheel (self->transports), &self->timer, too_slow_cb, 0);
      g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "%s does not take what is sent to it", self->own_host_name);
      return FALSE;
    }

  /* libsoup copies into the frame at once. */
  bytes = g_bytes_new_static (msg->data, msg->len);
  is_text = g_utf8_validate_len (msg->data, msg->len, NULL);
  soup_websocket_connection_send_message (self->connection, is_text ? SOUP_WEBSOCKET_DATA_TEXT : SOUP_WEBSOCKET_DATA_BINARY, bytes);
  return TRUE;
}

static const SipFlowClass websocket_flow_class = { websocket_flow_send, websocket_flow_close, websocket_flow_free };

/* --- what comes in --- */

static void
fail_too_large (WebsocketFlow *self)
{
  g_autoptr (GError) error = g_error_new (SIP_ERROR, SIP_ERROR_TRANSPORT, "%s sends what is too large", self->own_host_name);

  fail (self, error);
}

static void
look_at_fragments_cb (SipTimer *timer)
{
  WebsocketFlow *self = SIP_CONTAINER_OF (timer, WebsocketFlow, fragments_timer);
  struct tcp_info info = { 0 };
  socklen_t len = sizeof info;
  guint64 bound = 2 * (guint64) sip_transports_get_limits (self->transports)->max_message + FRAGMENTS_SLACK;

  if (getsockopt (g_socket_get_fd (self->socket), IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
    return;
  if (self->had_message || self->n_received == 0)
    self->n_received = info.tcpi_bytes_received;
  self->had_message = FALSE;
  if (info.tcpi_bytes_received - self->n_received > bound)
    {
      fail_too_large (self);
      return;
    }
  sip_timer_start (sip_transports_get_wheel (self->transports), timer, look_at_fragments_cb, FRAGMENTS_PERIOD);
}

static void
bound_fragments (WebsocketFlow *self)
{
  GObject *connection = G_OBJECT (self->connection);
  guint64 max_message = sip_transports_get_limits (self->transports)->max_message;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (connection), "max-total-message-size") != NULL)
    g_object_set (connection, "max-total-message-size", max_message, NULL);
  else if (self->parent.is_server)
    look_at_fragments_cb (&self->fragments_timer);
}

static void
message_cb (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *bytes, gpointer user_data)
{
  WebsocketFlow *self = user_data;
  g_autoptr (SipFlow) flow = sip_flow_ref (&self->parent);
  gsize len;
  const char *data = g_bytes_get_data (bytes, &len);
  gsize blank = 0;

  self->had_message = TRUE;
  if (len > sip_transports_get_limits (self->transports)->max_message)
    {
      fail_too_large (self);
      return;
    }
  while (blank < len && (data[blank] == '\r' || data[blank] == '\n'))
    blank++;
  if (blank < len)
    {
      sip_transports_deliver (self->transports, flow, data, len);
      return;
    }
  /* RFC 5626 §3.5.1's ping and pong: not needed here (RFC 7118 §6 has WebSocket's own), and used all the same. */
  if (len == 4 && memcmp (data, "\r\n\r\n", 4) == 0 && has_room (self, 2))
    soup_websocket_connection_send_text (connection, "\r\n");
}

static void
error_cb (SoupWebsocketConnection *connection, GError *error, gpointer user_data)
{
  WebsocketFlow *self = user_data;

  g_clear_error (&self->reason);
  self->reason = g_error_copy (error);
}

/* The other side said so, or is just gone. */
static void
closing_cb (SoupWebsocketConnection *connection, gpointer user_data)
{
  WebsocketFlow *self = user_data;

  if (self->reason == NULL)
    self->reason = g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "The other side closed the connection (%u)",
                                soup_websocket_connection_get_close_code (connection));
  fail (self, self->reason);
}

static void
set_up_socket (GSocket *socket)
{
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS, NULL);
  g_socket_set_keepalive (socket, TRUE);
}

static void
take_addresses (WebsocketFlow *self, GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);

  if (local != NULL)
    sip_address_from_socket_address (&self->parent.local, local);
  if (remote != NULL)
    sip_address_from_socket_address (&self->parent.remote, remote);
  g_set_object (&self->socket, g_socket_connection_get_socket (connection));
  set_up_socket (self->socket);
}

/* --- signs of life --- */

static void
no_pong_cb (SipTimer *timer)
{
  WebsocketFlow *self = SIP_CONTAINER_OF (timer, WebsocketFlow, pong_timer);
  g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s does not answer any more", self->own_host_name);

  fail (self, error);
}

static void
expect_pong (WebsocketFlow *self)
{
  guint seconds = soup_websocket_connection_get_keepalive_interval (self->connection);

  sip_timer_start (sip_transports_get_wheel (self->transports), &self->pong_timer, no_pong_cb, seconds * G_USEC_PER_SEC + PONG_TIMEOUT);
}

static void
pong_cb (SoupWebsocketConnection *connection, GBytes *bytes, gpointer user_data)
{
  expect_pong (user_data);
}

/* libsoup pings, and does not miss the pongs. */
static void
keep_alive (WebsocketFlow *self)
{
  guint seconds = sip_transports_get_keep_alive (self->transports);

  if (seconds == 0)
    return;
  soup_websocket_connection_set_keepalive_interval (self->connection, MIN (seconds, PING_SECONDS));
  g_signal_connect (self->connection, "pong", G_CALLBACK (pong_cb), self);
  expect_pong (self);
}

/* The hand-shake is done: @connection is the flow's. */
static void
open_flow (WebsocketFlow *self, SoupWebsocketConnection *connection)
{
  g_autoptr (SipFlow) flow = sip_flow_ref (&self->parent);

  sip_timer_stop (&self->timer);
  self->connection = g_object_ref (connection);
  soup_websocket_connection_set_max_incoming_payload_size (connection, sip_transports_get_limits (self->transports)->max_message);
  bound_fragments (self);
  g_signal_connect (connection, "message", G_CALLBACK (message_cb), self);
  g_signal_connect (connection, "error", G_CALLBACK (error_cb), self);
  g_signal_connect (connection, "closing", G_CALLBACK (closing_cb), self);
  g_signal_connect (connection, "closed", G_CALLBACK (closing_cb), self);

  if (!flow->is_server)
    keep_alive (self);

  sip_transports_connection_opened (self->transports, flow);
  for (guint i = 0; i < self->waiting->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!websocket_flow_send (flow, g_ptr_array_index (self->waiting, i), &error))
        {
          if (self->transports != NULL)
            fail (self, error);
          break;
        }
    }
  g_ptr_array_set_size (self->waiting, 0);
}

/* --- client --- */

static void
network_event_cb (SoupMessage *request, GSocketClientEvent event, GIOStream *connection, gpointer user_data)
{
  if (event == G_SOCKET_CLIENT_CONNECTED && G_IS_SOCKET_CONNECTION (connection))
    take_addresses (user_data, G_SOCKET_CONNECTION (connection));
}

static gboolean
accept_certificate_cb (SoupMessage *request, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer user_data)
{
  WebsocketFlow *self = user_data;

  return self->transports != NULL && sip_transports_accept_certificate (self->transports, certificate, errors, self->own_host_name);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SipFlow) flow = user_data;
  WebsocketFlow *self = (WebsocketFlow *) flow;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection = soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (self->transports == NULL)
    {
      /* Closed while this was on its way. */
      if (connection != NULL)
        linger (g_steal_pointer (&connection));
      return;
    }
  forget_request (self);

  if (connection != NULL && g_strcmp0 (soup_websocket_connection_get_protocol (connection), SUB_PROTOCOL) != 0)
    {
      error = g_error_new (SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_ERROR_BAD_HANDSHAKE, "%s does not speak SIP on that WebSocket",
                           self->own_host_name);
      linger (g_steal_pointer (&connection));
    }
  if (error != NULL)
    {
      fail (self, error);
      return;
    }

  open_flow (self, connection);
}

/* RFC 7118 §5: a client has no address that anybody could connect to. */
static char *
random_sent_by (void)
{
  static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  char name[13] = { 0 };

  for (guint i = 0; i < 12; i++)
    name[i] = alphabet[g_random_int_range (0, sizeof alphabet - 1)];
  return g_strconcat (name, ".invalid", NULL);
}

/* @target: instead of what the URI names; nullable. */
static void
start_connecting (WebsocketFlow *self, GSocketConnectable *target)
{
  static const char *const protocols[] = { SUB_PROTOCOL, NULL };
  gboolean entered = sip_transports_enter_context (self->transports);
  GTlsDatabase *trust = sip_transports_get_trust (self->transports);
  GTlsCertificate *certificate = sip_transports_get_certificate (self->transports);
  g_autoptr (SoupSession) session = NULL;

  session = soup_session_new_with_options ("remote-connectable", target, NULL);
  if (trust != NULL)
    soup_session_set_tls_database (session, trust);
  if (certificate != NULL)
    soup_message_set_tls_client_certificate (self->request, certificate);
  g_signal_connect (self->request, "network-event", G_CALLBACK (network_event_cb), self);
  g_signal_connect (self->request, "accept-certificate", G_CALLBACK (accept_certificate_cb), self);
  self->cancellable = g_cancellable_new ();
  soup_session_websocket_connect_async (session, self->request, NULL, (char **) protocols, G_PRIORITY_DEFAULT, self->cancellable,
                                        connected_cb, sip_flow_ref (&self->parent));
  sip_transports_leave_context (self->transports, entered);
  sip_timer_start (sip_transports_get_wheel (self->transports), &self->timer, too_slow_cb, SIP_WEBSOCKET_HANDSHAKE_TIMEOUT);
}

/* @text: the URI. @key, @authority: what it is found by. */
static SipFlow *
connect_to (SipTransports *transports, SipTransportKind kind, const char *text, const char *key, const char *authority, const char *name,
            GSocketConnectable *target, GError **error)
{
  SipFlow *flow = sip_transports_find_connection (transports, key);
  g_autoptr (SoupMessage) request = NULL;
  WebsocketFlow *self;

  if (flow != NULL)
    return sip_flow_ref (flow);
  request = soup_message_new (SOUP_METHOD_GET, text);
  if (request == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“%s” is no URI of a WebSocket", text);
      return NULL;
    }

  self = websocket_flow_new (transports, kind);
  self->request = g_steal_pointer (&request);
  /* Who asked for wss: there does not want to end up somewhere else. */
  soup_message_add_flags (self->request, SOUP_MESSAGE_NO_REDIRECT);
  self->parent.sent_by = self->own_sent_by = random_sent_by ();
  self->parent.host_name = self->own_host_name = g_strdup (name);
  sip_transports_add_connection (transports, &self->parent, key, authority);
  start_connecting (self, target);
  return &self->parent;
}

static GSocketConnectable *
find_by_ourselves (SipTransports *transports, const char *host, guint16 port)
{
  return sip_dns_connectable_new (sip_transports_get_resolver (transports), sip_transports_get_wheel (transports), host, port);
}

SipFlow *
sip_websocket_connect (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error)
{
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  int port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : (kind == SIP_TRANSPORT_WSS ? 443 : 80);
  gboolean is_ip6 = strchr (host, ':') != NULL;
  g_autofree char *authority = g_strdup_printf (is_ip6 ? "%s://[%s]:%d" : "%s://%s:%d", g_uri_get_scheme (uri), host, port);
  const char *path = *g_uri_get_path (uri) != '\0' ? g_uri_get_path (uri) : "/";
  const char *query = g_uri_get_query (uri);
  g_autofree char *text = g_strconcat (authority, path, query != NULL ? "?" : NULL, query, NULL);
  g_autoptr (GSocketConnectable) target = NULL;
  SipAddress address;

  if (port > G_MAXUINT16)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“%s” is no URI of a WebSocket", text);
      return NULL;
    }
  /* Otherwise it is libsoup's matter: there may be a proxy, which looks names up. */
  if (sip_dns_resolver_has_servers (sip_transports_get_resolver (transports)) && !sip_address_parse (&address, sip_str_from (host), 0) &&
      sip_transports_find_connection (transports, text) == NULL)
    target = find_by_ourselves (transports, host, port);
  return connect_to (transports, kind, text, text, authority, host, target, error);
}

SipFlow *
sip_websocket_connect_to_host (SipTransports *transports, SipTransportKind kind, const char *domain, const char *host, guint16 port,
                               GError **error)
{
  g_autofree char *name = g_ascii_strdown (domain, -1);
  g_autofree char *lower = g_ascii_strdown (host, -1);
  g_autofree char *text = g_strdup_printf ("%s://%s:%u/", kind == SIP_TRANSPORT_WSS ? "wss" : "ws", name, port);
  g_autofree char *key = g_strconcat (text, "#", lower, NULL);
  g_autoptr (GSocketConnectable) target = NULL;

  if (sip_transports_find_connection (transports, key) == NULL)
    target = find_by_ourselves (transports, lower, port);
  return connect_to (transports, kind, text, key, NULL, name, target, error);
}

/* --- server --- */

static void
websocket_listener_unref (WebsocketListener *self)
{
  if (--self->ref_count > 0)
    return;
  sip_timer_wheel_unref (self->wheel);
  g_free (self->parent.uri);
  g_free (self);
}

static void
pending_done (Pending *pending)
{
  if (!pending->is_waiting)
    return;
  pending->is_waiting = FALSE;
  sip_timer_stop (&pending->timer);
  g_queue_unlink (&pending->listener->pending, &pending->link);
}

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  pending_done (pending);
  pending->listener->n_connections--;
  g_object_unref (pending->socket);
  websocket_listener_unref (pending->listener);
  g_free (pending);
}

/* Whoever reads or writes there finds the end, and lets go of the stream. */
static void
pending_cut_off (Pending *pending)
{
  GSocket *socket = pending->socket;

  pending_done (pending);
  g_socket_shutdown (socket, TRUE, TRUE, NULL);
}

static void
pending_expired_cb (SipTimer *timer)
{
  g_debug ("Cut off a connection that did not become a WebSocket in time");
  pending_cut_off (SIP_CONTAINER_OF (timer, Pending, timer));
}

/* Before the body, if any: what is no WebSocket for SIP is refused (RFC 7118 §4: the server selects "sip", so it has to be offered), and
 * nothing of it is kept. */
static void
early_cb (SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);
  const char *protocols = soup_message_headers_get_list (headers, "Sec-WebSocket-Protocol");
  const char *upgrade = soup_message_headers_get_list (headers, "Upgrade");

  soup_message_body_set_accumulate (soup_server_message_get_request_body (msg), FALSE);
  if (upgrade == NULL || !soup_header_contains (upgrade, "websocket"))
    soup_server_message_set_status (msg, SOUP_STATUS_BAD_REQUEST, "WebSocket Only");
  else if (protocols == NULL || !soup_header_contains (protocols, SUB_PROTOCOL))
    soup_server_message_set_status (msg, SOUP_STATUS_BAD_REQUEST, "SIP Only");
}

static void
websocket_cb (SoupServer *server, SoupServerMessage *msg, const char *path, SoupWebsocketConnection *connection, gpointer user_data)
{
  WebsocketListener *listener = user_data;
  GSocketConnection *base = g_object_get_data (G_OBJECT (soup_server_message_get_remote_address (msg)), PENDING_KEY);
  WebsocketFlow *self;
  g_autoptr (SipFlow) flow = NULL;

  pending_done (g_object_get_data (G_OBJECT (base), PENDING_KEY));
  if (listener->parent.transports == NULL)
    {
      linger (g_object_ref (connection));
      return;
    }

  self = websocket_flow_new (listener->parent.transports, listener->parent.kind);
  flow = &self->parent;
  flow->is_server = TRUE;
  take_addresses (self, base);
  flow->sent_by = self->own_sent_by = sip_address_to_string (&flow->local);
  self->own_host_name = sip_address_to_string (&flow->remote);
  sip_transports_add_connection (listener->parent.transports, flow, NULL, NULL);
  open_flow (self, connection);
}

/* Hands the stream to the HTTP server, which finds back to the connection by the address object. */
static void
serve (WebsocketListener *self, GSocketConnection *base, GIOStream *stream)
{
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (base, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (base, NULL);
  g_autoptr (GError) error = NULL;

  if (local == NULL || remote == NULL)
    return;
  g_object_set_data (G_OBJECT (remote), PENDING_KEY, base);
  if (!soup_server_accept_iostream (self->server, stream, local, remote, &error))
    g_debug ("%s: %s", self->parent.uri, error->message);
}

static void
tls_handshake_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GSocketConnection) base = user_data;
  Pending *pending = g_object_get_data (G_OBJECT (base), PENDING_KEY);
  g_autoptr (GError) error = NULL;

  if (!g_tls_connection_handshake_finish (G_TLS_CONNECTION (source), result, &error))
    g_debug ("%s: %s", pending->listener->parent.uri, error->message);
  else if (pending->listener->server != NULL)
    serve (pending->listener, base, G_IO_STREAM (source));
}

static void
start_tls (WebsocketListener *self, GSocketConnection *base)
{
  GTlsCertificate *certificate = sip_transports_get_certificate (self->parent.transports);
  GType type = g_tls_backend_get_server_connection_type (g_tls_backend_get_default ());
  g_autoptr (GError) error = NULL;
  /* No client certificate is asked for. Unless the database is NULL from the start, each connection reads all of the system's trust
   * anchors, which costs 15 ms of CPU. */
  g_autoptr (GIOStream) stream = g_initable_new (type, NULL, &error, "base-io-stream", base, "certificate", certificate, "database", NULL,
                                                 "require-close-notify", FALSE, NULL);

  if (stream == NULL)
    {
      g_debug ("%s: %s", self->parent.uri, error->message);
      return;
    }
  g_tls_connection_handshake_async (G_TLS_CONNECTION (stream), G_PRIORITY_DEFAULT, NULL, tls_handshake_cb, g_object_ref (base));
}

static void
accepted_cb (SipAcceptor *acceptor, GSocket *socket)
{
  WebsocketListener *self = SIP_CONTAINER_OF (acceptor, WebsocketListener, acceptor);
  g_autoptr (GSocketConnection) base = g_socket_connection_factory_create_connection (socket);
  Pending *pending = g_new0 (Pending, 1);

  set_up_socket (socket);
  pending->listener = self;
  self->ref_count++;
  self->n_connections++;
  pending->socket = g_object_ref (socket);
  pending->is_waiting = TRUE;
  pending->link.data = pending;
  g_queue_push_tail_link (&self->pending, &pending->link);
  sip_timer_start (self->wheel, &pending->timer, pending_expired_cb, SIP_WEBSOCKET_HANDSHAKE_TIMEOUT);
  g_object_set_data_full (G_OBJECT (base), PENDING_KEY, pending, pending_free);

  if (self->parent.kind == SIP_TRANSPORT_WSS)
    start_tls (self, base);
  else
    serve (self, base, G_IO_STREAM (base));
}

static void
websocket_listener_close (SipListener *listener)
{
  WebsocketListener *self = (WebsocketListener *) listener;

  listener->transports = NULL;
  sip_acceptor_close (&self->acceptor);
  while (self->pending.length > 0)
    pending_cut_off (self->pending.head->data);
  g_clear_object (&self->server);
  websocket_listener_unref (self);
}

static const SipListenerClass websocket_listener_class = { websocket_listener_close, NULL };

SipListener *
sip_websocket_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error)
{
  static const char *const protocols[] = { SUB_PROTOCOL, NULL };
  gboolean is_secure = kind == SIP_TRANSPORT_WSS;
  const char *path = *g_uri_get_path (uri) != '\0' ? g_uri_get_path (uri) : "/";
  SipAddress address;
  SipAcceptor acceptor = { 0 };
  g_autofree char *text = NULL;
  WebsocketListener *self;

  if (is_secure && sip_transports_get_certificate (transports) == NULL)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "A wss: listener needs a certificate");
      return NULL;
    }
  if (!sip_transport_address_from_uri (&address, uri, is_secure ? 443 : 80, error))
    return NULL;
  if (!sip_acceptor_open (&acceptor, &address, error))
    return NULL;

  text = sip_address_to_string (&address);
  self = g_new0 (WebsocketListener, 1);
  self->parent.klass = &websocket_listener_class;
  self->parent.transports = transports;
  self->parent.kind = kind;
  self->parent.address = address;
  self->parent.uri = g_strdup_printf ("%s://%s%s", g_uri_get_scheme (uri), text, path);
  self->ref_count = 1;
  self->wheel = sip_timer_wheel_ref (sip_transports_get_wheel (transports));
  g_queue_init (&self->pending);
  self->acceptor = acceptor;
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_early_handler (self->server, path, early_cb, self, NULL);
  soup_server_add_websocket_handler (self->server, path, NULL, (char **) protocols, websocket_cb, self, NULL);
  sip_acceptor_start (&self->acceptor, self->wheel, sip_transports_get_context (transports), accepted_cb, &self->n_connections,
                      SIP_WEBSOCKET_MAX_CONNECTIONS);
  return &self->parent;
}
