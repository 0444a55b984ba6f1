/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport-peer.h"

#include <libsoup/soup.h>

#include "syntax/sip-error.h"
#include "transport/sip-websocket-transport-private.h"

/* The leak checker of gcc 12 crashes on the thread-local storage of the TLS module's threads otherwise. */
const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "intercept_tls_get_addr=0";
}

/* A listener under test ("bob"), a client under test ("alice"), both on one virtual clock, and the real main loop. */
typedef struct
{
  SipTimerWheel *wheel;
  Peer alice;
  Peer bob;
  char *uri;
} Fixture;

static GTlsCertificate *
certificate_new (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "transport", "data", name, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

static void
trust (Peer *peer, const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "transport", "data", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  sip_transports_set_trust (peer->transports, database);
}

static void
set_up (Fixture *f, gconstpointer uri)
{
  g_autoptr (GTlsCertificate) certificate = certificate_new ("localhost.pem");

  f->wheel = sip_timer_wheel_new_virtual (0);
  peer_init (&f->alice, f->wheel);
  peer_init (&f->bob, f->wheel);
  sip_transports_set_certificate (f->bob.transports, certificate);
  trust (&f->alice, "localhost.pem");
  f->uri = peer_listen (&f->bob, uri);
}

static void
tear_down (Fixture *f, gconstpointer uri)
{
  peer_clear (&f->alice);
  peer_clear (&f->bob);
  drain ();
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
  g_free (f->uri);
}

static void
wait_for_state (SipFlow *flow, SipFlowState state)
{
  wait_until (flow->state == state);
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* --- both ends ours --- */

static void
test_both_ways (Fixture *f, gconstpointer uri)
{
  /* glib-networking 2.74 sends a numeric host as SNI, and GnuTLS refuses one with colons: so a name is asked for. */
  g_autoptr (GString) target = g_string_new (f->uri);
  guint replaced = g_str_has_prefix (f->uri, "wss://[::1]") ? g_string_replace (target, "[::1]", "localhost", 1) : 0;
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, target->str);
  g_autoptr (SipFlow) same = peer_connect (&f->alice, target->str);
  gboolean is_secure = g_str_has_prefix (uri, "wss");
  SipFlow *server;

  g_assert_true (flow == same);
  g_assert_cmpstr (flow->host_name, ==, replaced > 0 ? "localhost" : flow->host_name);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CONNECTING);
  g_assert_cmpuint (flow->kind, ==, is_secure ? SIP_TRANSPORT_WSS : SIP_TRANSPORT_WS);
  g_assert_cmpint (flow->is_secure, ==, is_secure);
  g_assert_true (g_str_has_suffix (flow->sent_by, ".invalid"));
  g_assert_cmpuint (strlen (flow->sent_by), ==, 12 + strlen (".invalid"));

  peer_send (flow, "early-1");
  peer_send (flow, "early-2");
  wait_until (f->bob.messages->len == 2);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  g_assert_cmpuint (f->alice.changes->len, ==, 1);
  g_assert_cmpuint (f->bob.changes->len, ==, 1);
  assert_call_id (&f->bob, 0, "early-1");
  assert_call_id (&f->bob, 1, "early-2");
  assert_str (peer_message (&f->bob, 0)->via.host, flow->sent_by == NULL ? "" : flow->sent_by);

  server = peer_flow (&f->bob, 0);
  g_assert_true (server->is_server);
  g_assert_nonnull (strstr (f->uri, server->sent_by));
  g_assert_true (sip_address_equal (&server->remote, &flow->local));
  g_assert_true (sip_address_equal (&server->local, &flow->remote));
  peer_send (server, "back");
  peer_send (flow, "forth");
  wait_until (f->alice.messages->len == 1 && f->bob.messages->len == 3);
  assert_call_id (&f->alice, 0, "back");
  g_assert_true (peer_flow (&f->alice, 0) == flow);
}

/* RFC 7118 §5 has one token for both: a route of a connection with TLS says "ws". */
static void
test_one_token (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);
  guint16 port = (guint16) atoi (strrchr (f->uri, ':') + 1);
  g_autoptr (SipFlow) same = sip_transports_flow_to_host (f->alice.transports, SIP_TRANSPORT_WS, "127.0.0.1", port, NULL);
  g_autoptr (SipFlow) other = sip_transports_flow_to_host (f->alice.transports, SIP_TRANSPORT_WS, "127.0.0.1", port ^ 1, NULL);

  g_assert_true (same == flow);
  g_assert_true (other != flow);
  g_assert_cmpuint (other->kind, ==, SIP_TRANSPORT_WS);
}

static void
test_binary (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);
  g_autoptr (SipMsg) latin = message_new (flow, "latin", "caf\xe9");
  g_autoptr (SipMsg) utf8 = message_new (flow, "utf8", "café");
  g_autofree char *body = g_strnfill (60000, 'x');
  g_autoptr (SipMsg) large = message_new (flow, "large", body);

  g_assert_true (sip_flow_send (flow, latin, NULL));
  g_assert_true (sip_flow_send (flow, utf8, NULL));
  g_assert_true (sip_flow_send (flow, large, NULL));
  wait_until (f->bob.messages->len == 3);
  assert_str (sip_msg_body (peer_message (&f->bob, 0)), "caf\xe9");
  assert_str (sip_msg_body (peer_message (&f->bob, 1)), "café");
  g_assert_cmpuint (peer_message (&f->bob, 2)->body_len, ==, 60000);
}

typedef struct
{
  SipFlowWatch watch;
  guint n_closed;
} Watcher;

static void
watcher_cb (SipFlowWatch *watch, SipFlow *flow)
{
  SIP_CONTAINER_OF (watch, Watcher, watch)->n_closed++;
}

static void
test_client_closes (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);
  g_autoptr (SipFlow) server = NULL;
  Watcher watcher = { 0 };

  sip_flow_watch (flow, &watcher.watch, watcher_cb);
  wait_for_state (flow, SIP_FLOW_OPEN);
  wait_until (f->bob.changes->len == 1);
  server = sip_flow_ref (g_ptr_array_index (f->bob.changes, 0));

  /* What was said before the end still goes. */
  peer_send (flow, "last");
  sip_flow_close (flow);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_null (flow->error);
  g_assert_cmpuint (watcher.n_closed, ==, 1);
  g_assert_cmpuint (f->alice.changes->len, ==, 2);
  wait_for_state (server, SIP_FLOW_CLOSED);
  assert_call_id (&f->bob, 0, "last");
  g_assert_error (server->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (f->bob.changes->len, ==, 2);
  sip_flow_close (flow);
  g_assert_cmpuint (watcher.n_closed, ==, 1);
}

static void
test_server_closes (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);
  g_autoptr (SipFlow) again = NULL;
  Watcher watcher = { 0 };

  sip_flow_watch (flow, &watcher.watch, watcher_cb);
  wait_until (f->bob.changes->len == 1);
  sip_flow_close (g_ptr_array_index (f->bob.changes, 0));
  wait_for_state (flow, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (watcher.n_closed, ==, 1);

  /* And again, with another name. */
  again = peer_connect (&f->alice, f->uri);
  g_assert_true (again != flow);
  g_assert_cmpstr (again->sent_by, !=, flow->sent_by);
  peer_send (again, "again");
  wait_until (f->bob.messages->len == 1);
}

static void
test_server_freed (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);
  g_autoptr (SipFlow) server = NULL;
  g_autoptr (SipFlow) refused = NULL;

  wait_until (f->bob.changes->len == 1);
  server = sip_flow_ref (g_ptr_array_index (f->bob.changes, 0));
  peer_send (server, "last");
  peer_send (flow, "too-late");
  g_clear_pointer (&f->bob.transports, sip_transports_free);
  g_assert_cmpuint (server->state, ==, SIP_FLOW_CLOSED);
  wait_for_state (flow, SIP_FLOW_CLOSED);
  assert_call_id (&f->alice, 0, "last");
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
  g_assert_cmpuint (f->bob.changes->len, ==, 1);

  refused = peer_connect (&f->alice, f->uri);
  wait_for_state (refused, SIP_FLOW_CLOSED);
  g_assert_error (refused->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

static void
free_on_receive (Peer *self, SipMsg *msg, SipFlow *flow)
{
  g_clear_pointer (&self->transports, sip_transports_free);
}

static void
free_on_change (Peer *self, SipFlow *flow)
{
  g_clear_pointer (&self->transports, sip_transports_free);
}

static void
test_freed_in_callbacks (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);

  f->bob.on_receive = free_on_receive;
  peer_send (flow, "1");
  peer_send (flow, "2");
  wait_for_state (flow, SIP_FLOW_CLOSED);
  g_assert_cmpuint (f->bob.messages->len, ==, 1);
}

static void
test_freed_when_opened (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);

  f->bob.on_change = free_on_change;
  f->alice.on_change = free_on_change;
  peer_send (flow, "1");
  wait_until (f->alice.transports == NULL && f->bob.transports == NULL);
  drain ();
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
}

/* Freed, or closed, at every step of the way to an open connection. */
static void
test_closed_while_connecting (Fixture *f, gconstpointer uri)
{
  for (guint steps = 0; steps < 30; steps++)
    for (guint how = 0; how < 2; how++)
      {
        Peer carol;
        g_autoptr (SipFlow) flow = NULL;

        peer_init (&carol, f->wheel);
        trust (&carol, "localhost.pem");
        flow = peer_connect (&carol, f->uri);
        for (guint i = 0; i < steps; i++)
          g_main_context_iteration (NULL, FALSE);
        if (how == 0)
          {
            sip_flow_close (flow);
            g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
          }
        peer_clear (&carol);
        g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
        drain ();
      }
}

static void
test_descriptors (Fixture *f, gconstpointer uri)
{
  guint before = 0;
  guint n = g_str_has_prefix (uri, "wss") ? 40 : 200;

  for (guint i = 0; i < n + 1; i++)
    {
      g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);
      g_autoptr (SipFlow) server = NULL;

      wait_until (f->bob.changes->len == 1 && flow->state == SIP_FLOW_OPEN);
      server = sip_flow_ref (g_ptr_array_index (f->bob.changes, 0));
      sip_flow_close (i % 2 == 0 ? flow : server);
      wait_until (flow->state == SIP_FLOW_CLOSED && server->state == SIP_FLOW_CLOSED);
      g_ptr_array_set_size (f->alice.changes, 0);
      g_ptr_array_set_size (f->bob.changes, 0);
      /* The first makes what the process keeps. */
      if (i == 0)
        {
          drain ();
          before = count_descriptors ();
        }
    }
  /* Fewer is as good: a test before this one may have had an end to wait for. */
  wait_until (count_descriptors () <= before);
}

/* --- the wrong certificate --- */

static void
test_untrusted (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = NULL;

  trust (&f->alice, "another-authority.pem");
  flow = peer_connect (&f->alice, f->uri);
  wait_for_state (flow, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  drain ();
  g_assert_cmpuint (f->bob.changes->len, ==, 0);
}

static void
test_no_tls_there (Fixture *f, gconstpointer uri)
{
  g_autofree char *plain = g_strconcat ("ws", f->uri + 3, NULL);
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, plain);

  wait_for_state (flow, SIP_FLOW_CLOSED);
  g_assert_nonnull (flow->error);
  drain ();
  g_assert_cmpuint (f->bob.changes->len, ==, 0);
}

static void
test_no_certificate (Fixture *f, gconstpointer uri)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bound = sip_transports_listen (f->alice.transports, "wss://127.0.0.1:0/", &error);

  g_assert_null (bound);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

/* --- a raw client against our listener --- */

static GSocket *
raw_connect (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (g_uri_get_host (parsed), g_uri_get_port (parsed));
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_connect (socket, address, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

static void
raw_send (GSocket *socket, const char *data, gsize len)
{
  g_assert_cmpint (g_socket_send (socket, data, len, NULL, NULL), ==, (gssize) len);
}

/* What comes until @marker or the end. */
static char *
raw_read (GSocket *socket, const char *marker)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean at_end = FALSE;

  while (!at_end && (marker == NULL || strstr (text->str, marker) == NULL))
    {
      char buffer[4096];
      gssize n = -1;

      wait_until ((g_socket_condition_check (socket, G_IO_IN | G_IO_HUP) & (G_IO_IN | G_IO_HUP)) != 0);
      n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
      at_end = n <= 0;
      if (n > 0)
        g_string_append_len (text, buffer, n);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
raw_handshake (GSocket *socket, const char *path, const char *protocol)
{
  g_autofree char *request = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n%s%s%s\r\n",
                                              path, protocol != NULL ? "Sec-WebSocket-Protocol: " : "", protocol != NULL ? protocol : "",
                                              protocol != NULL ? "\r\n" : "");

  raw_send (socket, request, strlen (request));
}

/* A masked frame (with the mask 0), at once or in @piece bytes. */
static void
raw_frame (GSocket *socket, guint8 first, const char *data, gsize len, gsize piece)
{
  g_autoptr (GByteArray) frame = g_byte_array_new ();
  guint8 small[] = { first, 0x80 | len, 0, 0, 0, 0 };
  guint8 large[] = { first, 0x80 | 126, len >> 8, len & 0xff, 0, 0, 0, 0 };

  if (len < 126)
    g_byte_array_append (frame, small, sizeof small);
  else
    g_byte_array_append (frame, large, sizeof large);
  g_byte_array_append (frame, (const guint8 *) data, len);
  for (gsize i = 0; i < frame->len; i += piece)
    {
      raw_send (socket, (const char *) frame->data + i, MIN (piece, frame->len - i));
      drain ();
    }
}

static GSocket *
raw_websocket (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  GSocket *socket = raw_connect (uri);
  g_autofree char *answer = NULL;

  raw_handshake (socket, g_uri_get_path (parsed), "sip");
  answer = raw_read (socket, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 101"));
  g_assert_nonnull (strstr (answer, "Sec-WebSocket-Protocol: sip\r\n"));
  return socket;
}

static void
test_handshakes (Fixture *f, gconstpointer uri)
{
  static const struct
  {
    const char *path;
    const char *protocol;
    const char *answer;
  } cases[] = {
    { "/sip", "sip", "HTTP/1.1 101" },        { "/sip", "xmpp, sip", "HTTP/1.1 101" }, { "/sip", NULL, "HTTP/1.1 400" },
    { "/sip", "xmpp", "HTTP/1.1 400" },       { "/other", "sip", "HTTP/1.1 404" },     { "/", "sip", "HTTP/1.1 404" },
    { "/sip?a=b", "sip", "HTTP/1.1 101" },    { "/sip/x", "xmpp", "HTTP/1.1 40" },     { "/../sip", "xmpp", "HTTP/1.1 40" },
  };
  static const char *const others[] = {
    "GET /sip HTTP/1.1\r\nHost: x\r\n\r\n",
    "POST /sip HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nabcd",
    "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "\1\2\3\4\r\n\r\n",
    "INVITE sip:bob@example.com SIP/2.0\r\n\r\n",
    "GET /sip HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n",
  };
  guint opened = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocket) socket = raw_connect (f->uri);
      g_autofree char *answer = NULL;

      raw_handshake (socket, cases[i].path, cases[i].protocol);
      answer = raw_read (socket, "\r\n\r\n");
      g_assert_true (g_str_has_prefix (answer, cases[i].answer));
      opened += strcmp (cases[i].answer, "HTTP/1.1 101") == 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GSocket) socket = raw_connect (f->uri);
      g_autofree char *answer = NULL;

      raw_send (socket, others[i], strlen (others[i]));
      answer = raw_read (socket, NULL);
      g_assert_null (strstr (answer, "HTTP/1.1 101"));
    }
  wait_until (f->bob.changes->len == 2 * opened);
}

static void
test_frames (Fixture *f, gconstpointer uri)
{
  g_autoptr (GSocket) socket = raw_websocket (f->uri);
  g_autoptr (SipMsg) msg = message_new_via ("SIP/2.0/WS df7jal23ls0d.invalid;branch=z9hG4bKx", "1", "0123456789");
  g_autofree char *twice = g_strconcat (msg->data, msg->data, NULL);
  g_autofree char *answer = NULL;
  guint n = 0;

  wait_until (f->bob.changes->len == 1);

  raw_frame (socket, 0x81, msg->data, msg->len, 1 << 20); /* text */
  n++;
  wait_until (f->bob.messages->len == n);
  assert_str (sip_msg_body (peer_message (&f->bob, n - 1)), "0123456789");
  g_assert_cmpstr (peer_message (&f->bob, n - 1)->received, ==, "127.0.0.1");

  raw_frame (socket, 0x82, msg->data, msg->len, 1 << 20); /* binary */
  n++;
  wait_until (f->bob.messages->len == n);

  raw_frame (socket, 0x81, msg->data, msg->len, 7); /* split over segments */
  n++;
  wait_until (f->bob.messages->len == n);

  raw_frame (socket, 0x01, msg->data, 100, 1 << 20); /* fragmented, with a ping in between */
  raw_frame (socket, 0x89, "ping", 4, 1 << 20);
  raw_frame (socket, 0x80, msg->data + 100, msg->len - 100, 1 << 20);
  n++;
  wait_until (f->bob.messages->len == n);
  answer = raw_read (socket, "ping");
  g_assert_cmpint ((guint8) answer[0], ==, 0x8a);

  raw_frame (socket, 0x81, twice, strlen (twice), 1 << 20); /* two messages: one is taken */
  n++;
  wait_until (f->bob.messages->len == n);

  raw_frame (socket, 0x81, msg->data, msg->len - 5, 1 << 20); /* half of one */
  n++;
  wait_until (f->bob.messages->len == n);
  g_assert_cmpuint (peer_message (&f->bob, n - 1)->defect, ==, 400);

  raw_frame (socket, 0x81, "", 0, 1 << 20);
  raw_frame (socket, 0x81, "\r\n", 2, 1 << 20);
  raw_frame (socket, 0x81, "garbage", 7, 1 << 20);
  raw_frame (socket, 0x82, "\0\1\0\0\x21\x12\xa4\x42", 8, 1 << 20);
  raw_frame (socket, 0x81, "\r\n\r\n", 4, 1 << 20);
  g_clear_pointer (&answer, g_free);
  answer = raw_read (socket, "\r\n");
  g_assert_cmpint ((guint8) answer[0], ==, 0x81);
  g_assert_cmpstr (answer + 2, ==, "\r\n");
  raw_frame (socket, 0x81, msg->data, msg->len, 1 << 20);
  n++;
  wait_until (f->bob.messages->len == n);
  g_assert_cmpuint (f->bob.changes->len, ==, 1);
}

/* Each of these ends the connection, and nothing else. */
static void
test_bad_frames (Fixture *f, gconstpointer uri)
{
  static const struct
  {
    const char *data;
    gsize len;
  } cases[] = {
    { "\x81\x05hello", 7 },                           /* not masked */
    { "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff" "abcd", 14 }, /* 2^64 - 1 bytes */
    { "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff" "abcd", 14 },
    { "\x81\xff\0\0\0\0\0\2\0\0" "abcd", 14 },        /* over the limit */
    { "\x81\x84\0\0\0\0\xff\xfe\xfd\xfc", 10 },       /* text that is not UTF-8 */
    { "\xf1\x81\0\0\0\0x", 7 },                       /* reserved bits */
    { "\x83\x81\0\0\0\0x", 7 },                       /* reserved opcode */
    { "\x88\x80\0\0\0\0", 6 },                        /* close */
    { "\x80\x81\0\0\0\0x", 7 },                       /* continuation of nothing */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocket) socket = raw_websocket (f->uri);
      g_autofree char *rest = NULL;
      SipFlow *flow;

      wait_until (f->bob.changes->len == 2 * i + 1);
      flow = g_ptr_array_index (f->bob.changes, 2 * i);
      raw_send (socket, cases[i].data, cases[i].len);
      wait_for_state (flow, SIP_FLOW_CLOSED);
      g_assert_nonnull (flow->error);
      rest = raw_read (socket, NULL);
    }
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
}

/* A message whose fragments never end, and one that does after too many of them. */
static void
test_endless (Fixture *f, gconstpointer uri)
{
  g_autofree char *piece = g_strnfill (50000, 'x');

  for (guint ends = 0; ends < 2; ends++)
    {
      g_autoptr (GSocket) socket = raw_websocket (f->uri);
      SipFlow *flow;

      wait_until (f->bob.changes->len == 2 * ends + 1);
      flow = g_ptr_array_index (f->bob.changes, 2 * ends);
      sip_timer_wheel_advance (f->wheel, G_USEC_PER_SEC);
      for (guint i = 0; i < 8 && flow->state == SIP_FLOW_OPEN; i++)
        raw_frame (socket, i == 0 ? 0x01 : (ends && i == 7 ? 0x80 : 0x00), piece, 50000, 1 << 20);
      if (!ends)
        sip_timer_wheel_advance (f->wheel, G_USEC_PER_SEC);
      wait_for_state (flow, SIP_FLOW_CLOSED);
    }
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
}

static void
test_peer_dies (Fixture *f, gconstpointer uri)
{
  GSocket *socket = raw_websocket (f->uri);
  SipFlow *flow;

  wait_until (f->bob.changes->len == 1);
  flow = g_ptr_array_index (f->bob.changes, 0);
  raw_send (socket, "\x81\xfe\x01\0abc", 7);
  drain ();
  /* A reset instead of an end. */
  g_socket_set_option (socket, SOL_SOCKET, SO_LINGER, 0, NULL);
  g_object_unref (socket);
  wait_for_state (flow, SIP_FLOW_CLOSED);
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
}

/* Connections that say nothing, or too little, are cut off when their time is up; what is a WebSocket by then stays. */
static void
test_half_open (Fixture *f, gconstpointer uri)
{
  g_autoptr (GSocket) silent = raw_connect (f->uri);
  g_autoptr (GSocket) slow = raw_connect (f->uri);
  g_autoptr (SipFlow) good = peer_connect (&f->alice, f->uri);
  g_autofree char *rest = NULL;
  guint before;

  raw_send (slow, "GET /sip HTTP/1.1\r\nX: ", 22);
  wait_for_state (good, SIP_FLOW_OPEN);
  wait_until (f->bob.changes->len == 1);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), >=, 2);
  before = count_descriptors ();
  sip_timer_wheel_advance (f->wheel, SIP_WEBSOCKET_HANDSHAKE_TIMEOUT - 1);
  drain ();
  g_assert_cmpuint (count_descriptors (), ==, before);
  sip_timer_wheel_advance (f->wheel, 1);
  rest = raw_read (silent, NULL);
  g_assert_cmpstr (rest, ==, "");
  wait_until (count_descriptors () == before - 2);
  peer_send (good, "still-there");
  wait_until (f->bob.messages->len == 1);
}

static void
test_half_open_when_freed (Fixture *f, gconstpointer uri)
{
  g_autoptr (GSocket) silent = raw_connect (f->uri);
  g_autoptr (GSocket) slow = raw_connect (f->uri);
  g_autofree char *rest = NULL;

  raw_send (slow, "GET /sip HTTP/1.1\r\nX: ", 22);
  wait_until (sip_timer_wheel_get_n_running (f->wheel) == 2);
  drain ();
  g_clear_pointer (&f->bob.transports, sip_transports_free);
  rest = raw_read (silent, NULL);
}

/* A peer that never reads is given up before its messages fill the memory. */
static void
test_slow_reader (Fixture *f, gconstpointer uri)
{
  G_GNUC_UNUSED g_autoptr (GSocket) socket = raw_websocket (f->uri);
  g_autofree char *body = g_strnfill (60000, 'x');
  g_autoptr (SipMsg) msg = NULL;
  g_autoptr (GError) error = NULL;
  SipFlow *flow;
  guint n = 0;

  wait_until (f->bob.changes->len == 1);
  flow = g_ptr_array_index (f->bob.changes, 0);
  msg = message_new (flow, "x", body);
  while (n < 2000 && sip_flow_send (flow, msg, &error))
    {
      n++;
      drain ();
    }
  g_assert_cmpuint (n, <, 2000);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* --- our client against other servers --- */

static GSocket *
foreign_listen (const char *path, char **uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GSocket *listening = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (listening, any, TRUE, NULL) && g_socket_listen (listening, NULL));
  bound = g_socket_get_local_address (listening, NULL);
  *uri = g_strdup_printf ("ws://127.0.0.1:%u%s", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)), path);
  return listening;
}

/* Takes a hand-shake that starts with @begin and answers it with these lines, and the right key. */
static GSocket *
answer_handshake (GSocket *listening, const char *begin, const char *status, const char *headers)
{
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *request = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *accept = NULL;
  g_autofree char *salted = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 digest[20];
  gsize len = sizeof digest;
  const char *key;

  wait_until ((g_socket_condition_check (listening, G_IO_IN) & G_IO_IN) != 0);
  socket = g_socket_accept (listening, NULL, NULL);
  g_socket_set_blocking (socket, FALSE);
  request = raw_read (socket, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (request, begin));
  g_assert_nonnull (strstr (request, "Sec-WebSocket-Protocol: sip\r\n"));
  key = strstr (request, "Sec-WebSocket-Key: ") + strlen ("Sec-WebSocket-Key: ");
  salted = g_strdup_printf ("%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", (int) strcspn (key, "\r"), key);
  g_checksum_update (checksum, (const guchar *) salted, strlen (salted));
  g_checksum_get_digest (checksum, digest, &len);
  accept = g_base64_encode (digest, len);
  answer = g_strdup_printf ("HTTP/1.1 %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: 0\r\n"
                            "Sec-WebSocket-Accept: %s\r\n%s\r\n",
                            status, accept, headers);
  raw_send (socket, answer, strlen (answer));
  return g_steal_pointer (&socket);
}

static void
test_foreign_server (Fixture *f, gconstpointer data)
{
  g_autofree char *uri = NULL;
  g_autoptr (GSocket) listening = foreign_listen ("/ws/a%20b?user=x&y", &uri);
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, uri);
  g_autoptr (GSocket) socket = answer_handshake (listening, "GET /ws/a%20b?user=x&y HTTP/1.1\r\n", "101 Switching Protocols",
                                                 "Sec-WebSocket-Protocol: sip\r\n");
  char pong[64];

  wait_for_state (flow, SIP_FLOW_OPEN);
  raw_send (socket, "\x81\4\r\n\r\n", 6);
  wait_until (g_socket_receive (socket, pong, sizeof pong, NULL, NULL) == 8);
  g_assert_cmpint ((guint8) pong[0], ==, 0x81);
  g_assert_cmpint ((guint8) pong[1], ==, 0x82); /* a client masks */
  g_assert_cmpint (pong[6] ^ pong[2], ==, '\r');
  g_assert_cmpint (pong[7] ^ pong[3], ==, '\n');

  raw_send (socket, "\x88\x05\x03\xe9" "bye", 7);
  wait_until (g_socket_receive (socket, pong, sizeof pong, NULL, NULL) > 0);
  g_assert_cmpint ((guint8) pong[0], ==, 0x88);
  /* Without waiting for the server to close the connection, too. */
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_nonnull (strstr (flow->error->message, "1001"));
}

static void
test_foreign_refusals (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *status;
    const char *headers;
    int code;
  } cases[] = {
    { "101 Switching Protocols", "", SOUP_WEBSOCKET_ERROR_BAD_HANDSHAKE },
    { "101 Switching Protocols", "Sec-WebSocket-Protocol: chat\r\n", SOUP_WEBSOCKET_ERROR_BAD_HANDSHAKE },
    { "200 OK", "", SOUP_WEBSOCKET_ERROR_NOT_WEBSOCKET },
    { "404 Not Found", "", SOUP_WEBSOCKET_ERROR_NOT_WEBSOCKET },
    { "401 Unauthorized", "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\"\r\n", SOUP_WEBSOCKET_ERROR_NOT_WEBSOCKET },
    { "302 Found", "Location: http://127.0.0.1:1/\r\n", SOUP_WEBSOCKET_ERROR_NOT_WEBSOCKET },
    { "503 Service Unavailable", "", SOUP_WEBSOCKET_ERROR_NOT_WEBSOCKET },
  };
  g_autofree char *uri = NULL;
  g_autoptr (GSocket) listening = foreign_listen ("/", &uri);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SipFlow) flow = peer_connect (&f->alice, uri);
      g_autoptr (GSocket) socket = NULL;
      Watcher watcher = { 0 };

      sip_flow_watch (flow, &watcher.watch, watcher_cb);
      peer_send (flow, "x");
      socket = answer_handshake (listening, "GET / HTTP/1.1\r\n", cases[i].status, cases[i].headers);
      wait_for_state (flow, SIP_FLOW_CLOSED);
      g_assert_cmpuint (watcher.n_closed, ==, 1);
      g_assert_error (flow->error, SOUP_WEBSOCKET_ERROR, cases[i].code);
    }
}

/* A server that accepts and says nothing. */
static void
test_foreign_silence (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *uri = g_strdup_printf ("ws://127.0.0.1:%u/", port);
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, uri);

  drain ();
  sip_timer_wheel_advance (f->wheel, SIP_WEBSOCKET_HANDSHAKE_TIMEOUT);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  drain ();
}

/* Pings go by the real clock, so on the virtual one no pong comes in time. Listeners do not expect any. */
static void
test_no_pong (Fixture *f, gconstpointer data)
{
  for (guint seconds = 0; seconds < 2; seconds++)
    {
      g_autoptr (SipFlow) flow = NULL;

      sip_transports_set_keep_alive (f->alice.transports, seconds * 20);
      flow = peer_connect (&f->alice, f->uri);
      wait_for_state (flow, SIP_FLOW_OPEN);
      sip_timer_wheel_advance (f->wheel, 30 * G_USEC_PER_SEC - 1);
      g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
      sip_timer_wheel_advance (f->wheel, 1);
      g_assert_cmpuint (flow->state, ==, seconds > 0 ? SIP_FLOW_CLOSED : SIP_FLOW_OPEN);
      if (seconds > 0)
        g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      sip_flow_close (flow);
    }
}

#define TEST(name, uri, func) g_test_add ("/websocket-transport/" name, Fixture, uri, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("both-ways/ws", "ws://127.0.0.1:0/sip", test_both_ways);
  TEST ("both-ways/wss", "wss://127.0.0.1:0", test_both_ways);
  TEST ("both-ways/ws-ipv6", "ws://[::1]:0/sip", test_both_ways);
  TEST ("both-ways/wss-ipv6", "wss://[::1]:0/sip", test_both_ways);
  TEST ("one-token", "wss://127.0.0.1:0/", test_one_token);
  TEST ("binary", "ws://127.0.0.1:0/", test_binary);
  TEST ("client-closes/ws", "ws://127.0.0.1:0/", test_client_closes);
  TEST ("client-closes/wss", "wss://127.0.0.1:0/", test_client_closes);
  TEST ("server-closes/ws", "ws://127.0.0.1:0/", test_server_closes);
  TEST ("server-closes/wss", "wss://127.0.0.1:0/", test_server_closes);
  TEST ("server-freed/ws", "ws://127.0.0.1:0/", test_server_freed);
  TEST ("server-freed/wss", "wss://127.0.0.1:0/", test_server_freed);
  TEST ("freed-in-callbacks/ws", "ws://127.0.0.1:0/", test_freed_in_callbacks);
  TEST ("freed-in-callbacks/wss", "wss://127.0.0.1:0/", test_freed_in_callbacks);
  TEST ("freed-when-opened/ws", "ws://127.0.0.1:0/", test_freed_when_opened);
  TEST ("freed-when-opened/wss", "wss://127.0.0.1:0/", test_freed_when_opened);
  TEST ("closed-while-connecting/ws", "ws://127.0.0.1:0/", test_closed_while_connecting);
  TEST ("closed-while-connecting/wss", "wss://127.0.0.1:0/", test_closed_while_connecting);
  TEST ("descriptors/ws", "ws://127.0.0.1:0/", test_descriptors);
  TEST ("descriptors/wss", "wss://127.0.0.1:0/", test_descriptors);
  TEST ("untrusted", "wss://127.0.0.1:0/", test_untrusted);
  TEST ("no-tls-there", "wss://127.0.0.1:0/", test_no_tls_there);
  TEST ("no-certificate", "ws://127.0.0.1:0/", test_no_certificate);
  TEST ("handshakes", "ws://127.0.0.1:0/sip", test_handshakes);
  TEST ("frames", "ws://127.0.0.1:0/sip", test_frames);
  TEST ("bad-frames", "ws://127.0.0.1:0/sip", test_bad_frames);
  TEST ("endless", "ws://127.0.0.1:0/sip", test_endless);
  TEST ("peer-dies", "ws://127.0.0.1:0/sip", test_peer_dies);
  TEST ("half-open", "ws://127.0.0.1:0/sip", test_half_open);
  TEST ("half-open-when-freed/ws", "ws://127.0.0.1:0/sip", test_half_open_when_freed);
  TEST ("half-open-when-freed/wss", "wss://127.0.0.1:0/sip", test_half_open_when_freed);
  TEST ("slow-reader", "ws://127.0.0.1:0/sip", test_slow_reader);
  TEST ("no-pong", "ws://127.0.0.1:0/", test_no_pong);
  TEST ("foreign/server", "ws://127.0.0.1:0/sip", test_foreign_server);
  TEST ("foreign/refusals", "ws://127.0.0.1:0/sip", test_foreign_refusals);
  TEST ("foreign/silence", "ws://127.0.0.1:0/sip", test_foreign_silence);

  return g_test_run ();
}
