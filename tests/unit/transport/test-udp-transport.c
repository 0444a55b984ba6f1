/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport-peer.h"

#include "syntax/sip-error.h"
#include "syntax/sip-msg-builder-private.h"

#include <unistd.h>

typedef struct
{
  SipTimerWheel *wheel;
  Peer alice;
  Peer bob;
  char *alice_uri;
  char *bob_uri;
} Fixture;

static void
set_up (Fixture *f, gconstpointer address)
{
  g_autofree char *uri = g_strdup_printf ("udp://%s:0", (const char *) address);

  f->wheel = sip_timer_wheel_new (NULL);
  peer_init (&f->alice, f->wheel);
  peer_init (&f->bob, f->wheel);
  f->alice_uri = peer_listen (&f->alice, uri);
  f->bob_uri = peer_listen (&f->bob, uri);
}

static void
set_up_on_loopback (Fixture *f, gconstpointer data)
{
  set_up (f, "127.0.0.1");
}

static void
tear_down (Fixture *f, gconstpointer address)
{
  peer_clear (&f->alice);
  peer_clear (&f->bob);
  sip_timer_wheel_unref (f->wheel);
  g_free (f->alice_uri);
  g_free (f->bob_uri);
  g_assert_false (g_main_context_pending (NULL));
}

/* A plain socket that sends what it likes. */
static GSocket *
raw_socket (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (host, 0);
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, any, FALSE, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  return socket;
}

static guint16
raw_port (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

static void
raw_send (GSocket *socket, const char *uri, const char *data, gsize len)
{
  g_autoptr (GError) error = NULL;
  SipAddress address;
  g_autoptr (GSocketAddress) to = NULL;
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);

  g_assert_true (sip_address_parse (&address, sip_str_from (g_uri_get_host (parsed)), g_uri_get_port (parsed)));
  to = sip_address_to_socket_address (&address);
  g_assert_cmpint (g_socket_send_to (socket, to, data, len, NULL, &error), ==, (gssize) len);
  g_assert_no_error (error);
}

static void
raw_send_message (GSocket *socket, const char *uri, const char *via, const char *call_id)
{
  g_autoptr (SipMsg) msg = message_new_via (via, call_id, "");

  raw_send (socket, uri, msg->data, msg->len);
}

static char *
raw_receive (GSocket *socket)
{
  char buffer[65536];
  gssize n = 0;

  wait_until ((n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL)) >= 0);
  return g_strndup (buffer, n);
}

static void
answer_200 (Peer *self, SipMsg *msg, SipFlow *flow)
{
  g_autoptr (SipMsgBuilder) builder = NULL;
  g_autoptr (SipMsg) response = NULL;
  g_autoptr (SipFlow) back = NULL;
  g_autoptr (GError) error = NULL;

  if (!msg->is_request)
    return;
  builder = sip_msg_builder_new_response (msg, 200, NULL, "tag");
  response = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
  back = sip_transports_flow_for_response (self->transports, msg, flow);
  sip_flow_send (back, response, &error);
  g_assert_no_error (error);
}

static void
test_round_trip (Fixture *f, gconstpointer address)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->bob_uri);
  SipFlow *back;
  SipMsg *response;

  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  g_assert_true (g_str_has_suffix (f->alice_uri, flow->sent_by));
  f->bob.on_receive = answer_200;
  peer_send (flow, "one");
  wait_until (f->alice.messages->len == 1);

  back = peer_flow (&f->bob, 0);
  g_assert_true (g_str_has_suffix (f->bob_uri, back->sent_by));
  g_assert_cmpuint (back->remote.port, ==, flow->local.port);
  g_assert_true (peer_flow (&f->alice, 0) == flow);

  response = peer_message (&f->alice, 0);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpuint (response->via.rport, ==, flow->local.port);
  assert_str (response->via.received, (const char *) (*(const char *) address == '[' ? "::1" : address));
  g_assert_cmpuint (f->alice.changes->len + f->bob.changes->len, ==, 0);
}

/* More than a batch and more than a dispatch, both ways, in order. */
static void
test_many (Fixture *f, gconstpointer address)
{
  enum { N = 500 };
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->bob_uri);

  f->bob.on_receive = answer_200;
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *call_id = g_strdup_printf ("%u", i);

      peer_send (flow, call_id);
    }
  wait_until (f->alice.messages->len == N);
  for (guint i = 0; i < N; i++)
    {
      g_autofree char *call_id = g_strdup_printf ("%u", i);

      assert_call_id (&f->bob, i, call_id);
      assert_call_id (&f->alice, i, call_id);
      g_assert_true (peer_flow (&f->bob, i) == peer_flow (&f->bob, 0));
    }
}

static void
test_garbage (Fixture *f, gconstpointer address)
{
  static const struct
  {
    const char *data;
    gsize len;
  } garbage[] = {
    { "", 0 },
    { "\r\n\r\n", 4 },
    { "\r\n", 2 },
    { "\0\0\0\0", 4 },
    { "\0\1\0\0\x21\x12\xa4\x42" "abcdefghijkl", 20 }, /* a STUN request */
    { "\1\1\0\0\x21\x12\xa4\x42" "abcdefghijkl", 20 },
    { "\x16\xfe\xff\0\0", 5 },                         /* DTLS */
    { "\x80\x08\x01\x02", 4 },                         /* RTP */
    { "\xff\xff\xff\xff", 4 },
    { "jaK", 3 },
    { "   \r\n", 5 },
    { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 27 },
    { "INVITE", 6 },
    { "SIP/2.0", 7 },
    { "SIP/2.0 200 OK\r\n\r\n", 18 },
    { "OPTIONS sip:bob@example.com SIP/2.0\r\n\r\n", 39 },
  };
  g_autoptr (GSocket) socket = raw_socket ();
  g_autofree char *large = g_strnfill (60000, 'x');
  SipLimits limits = SIP_LIMITS_DEFAULT;

  limits.max_message = 50000;
  sip_transports_set_limits (f->bob.transports, &limits);
  for (guint i = 0; i < G_N_ELEMENTS (garbage); i++)
    raw_send (socket, f->bob_uri, garbage[i].data, garbage[i].len);
  raw_send (socket, f->bob_uri, large, 60000);
  raw_send (socket, f->bob_uri, large, 49000);
  raw_send (socket, f->bob_uri, "\r\n\r\nOPTIONS ", 12);
  raw_send_message (socket, f->bob_uri, "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKx", "whole");
  wait_until (f->bob.messages->len == 1);
  assert_call_id (&f->bob, 0, "whole");
  drain ();
  /* Nothing is said to a keepalive over UDP. */
  g_assert_cmpint (g_socket_condition_check (socket, G_IO_IN), ==, 0);
}

static void
test_leading_crlf (Fixture *f, gconstpointer address)
{
  g_autoptr (GSocket) socket = raw_socket ();
  g_autoptr (SipMsg) msg = message_new_via ("SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx", "after", "");
  g_autofree char *text = g_strconcat ("\r\n\r\n", msg->data, NULL);

  raw_send (socket, f->bob_uri, text, strlen (text));
  wait_until (f->bob.messages->len == 1);
  assert_call_id (&f->bob, 0, "after");
}

/* A datagram that ends before its Content-Length does comes up as a 400, to be answered. */
static void
test_truncated (Fixture *f, gconstpointer address)
{
  g_autoptr (GSocket) socket = raw_socket ();
  g_autoptr (SipMsg) msg = message_new_via ("SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx", "half", "0123456789");

  raw_send (socket, f->bob_uri, msg->data, msg->len - 5);
  wait_until (f->bob.messages->len == 1);
  g_assert_cmpuint (peer_message (&f->bob, 0)->defect, ==, 400);
}

/* RFC 3261 §18.2.2, RFC 3581 §4: where the answer goes. */
static void
test_response_routing (Fixture *f, gconstpointer address)
{
  g_autoptr (GSocket) sender = raw_socket ();
  g_autoptr (GSocket) other = raw_socket ();
  guint16 port = raw_port (sender), other_port = raw_port (other);
  g_autofree char *with_rport = g_strdup_printf ("SIP/2.0/UDP 10.9.8.7:%u;branch=z9hG4bKx;rport;a=b", other_port);
  g_autofree char *without = g_strdup_printf ("SIP/2.0/UDP 10.9.8.7:%u;branch=z9hG4bKx", other_port);
  g_autofree char *same = g_strdup_printf ("SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bKx", port);
  g_autofree char *maddr = g_strdup_printf ("SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bKx;maddr=192.0.2.1", port);
  g_autofree char *rport_via = g_strdup_printf ("Via: SIP/2.0/UDP 10.9.8.7:%u;branch=z9hG4bKx;rport=%u;a=b;received=127.0.0.1\r\n",
                                                other_port, port);
  g_autofree char *received_via = g_strdup_printf ("Via: %s;received=127.0.0.1\r\n", without);
  g_autofree char *same_via = g_strdup_printf ("Via: %s\r\n", same);
  g_autofree char *maddr_via = g_strdup_printf ("Via: %s\r\n", maddr);
  const struct
  {
    const char *via;
    GSocket *expected;
    const char *response_via;
  } cases[] = {
    { with_rport, sender, rport_via },
    { without, other, received_via },
    { same, sender, same_via },
    { maddr, sender, maddr_via },
  };

  f->bob.on_receive = answer_200;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = NULL;

      raw_send_message (sender, f->bob_uri, cases[i].via, "x");
      text = raw_receive (cases[i].expected);
      g_assert_nonnull (strstr (text, cases[i].response_via));
    }
}

static void
closed_cb (SipFlowWatch *watch, SipFlow *flow)
{
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
}

/* Nobody at that port: the flow closes with what ICMP said, the socket lives on, and the next flow there is a new one. */
static void
test_refused (Fixture *f, gconstpointer address)
{
  g_autofree char *uri = NULL;
  g_autoptr (SipFlow) flow = NULL;
  g_autoptr (SipFlow) again = NULL;
  g_autoptr (SipFlow) good = peer_connect (&f->alice, f->bob_uri);
  g_autoptr (SipMsg) msg = NULL;
  g_autoptr (GError) error = NULL;
  SipFlowWatch watch = { 0 };
  GSocket *socket = raw_socket ();

  uri = g_strdup_printf ("udp://127.0.0.1:%u", raw_port (socket));
  g_object_unref (socket);
  flow = peer_connect (&f->alice, uri);
  sip_flow_watch (flow, &watch, closed_cb);
  peer_send (flow, "nobody");
  peer_send (good, "somebody");
  wait_until (flow->state == SIP_FLOW_CLOSED && f->bob.messages->len == 1);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_null (watch.link);
  msg = message_new (flow, "x", "");
  g_assert_false (sip_flow_send (flow, msg, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);

  again = peer_connect (&f->alice, uri);
  g_assert_true (again != flow);
  g_assert_cmpuint (again->state, ==, SIP_FLOW_OPEN);
  peer_send (good, "still-there");
  wait_until (f->bob.messages->len == 2);
}

static void
free_on_receive (Peer *self, SipMsg *msg, SipFlow *flow)
{
  answer_200 (self, msg, flow);
  g_clear_pointer (&self->transports, sip_transports_free);
}

/* Freed from within a receive: nothing more comes, the last answer goes, flows that are held are closed. */
static void
test_freed_in_callback (Fixture *f, gconstpointer address)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->bob_uri);
  g_autoptr (SipFlow) held = NULL;
  g_autoptr (SipMsg) msg = message_new (flow, "x", "");

  f->bob.on_receive = free_on_receive;
  for (guint i = 0; i < 10; i++)
    peer_send (flow, "x");
  wait_until (f->alice.messages->len == 1);
  drain ();
  g_assert_cmpuint (f->bob.messages->len, ==, 1);
  g_assert_null (f->bob.transports);
  held = sip_flow_ref (peer_flow (&f->bob, 0));
  g_assert_cmpuint (held->state, ==, SIP_FLOW_CLOSED);
  g_assert_false (sip_flow_send (held, msg, NULL));
}

/* --- what waits for the next iteration of the main loop --- */

typedef struct
{
  Fixture *f;
  SipFlow *flow;
  SipTimer first, second;
  gboolean runs_loop;
  gboolean is_done;
} Late;

/* What was said before has gone, where somebody waits for the answer to it in here. */
static void
second_cb (SipTimer *timer)
{
  Late *late = SIP_CONTAINER_OF (timer, Late, second);

  peer_send (late->flow, "third");
  if (late->runs_loop)
    wait_until (late->f->alice.messages->len == 3);
  late->is_done = TRUE;
}

static void
first_cb (SipTimer *timer)
{
  Late *late = SIP_CONTAINER_OF (timer, Late, first);

  peer_send (late->flow, "second");
  if (late->runs_loop)
    wait_until (late->f->alice.messages->len == 2);
}

static void
answer_late (Peer *self, SipMsg *msg, SipFlow *flow)
{
  Late *late = self->data;

  late->flow = sip_flow_ref (flow);
  sip_timer_start (self->wheel, &late->first, first_cb, 0);
  sip_timer_start (self->wheel, &late->second, second_cb, 0);
  peer_send (flow, "first");
}

static void
test_held (Fixture *f, gconstpointer runs_loop)
{
  static const char *const expected[] = { "first", "second", "third" };
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->bob_uri);
  Late late = { .f = f, .runs_loop = GPOINTER_TO_INT (runs_loop) };

  f->bob.on_receive = answer_late;
  f->bob.data = &late;
  peer_send (flow, "ask");
  wait_until (late.is_done && f->alice.messages->len == 3);
  for (guint i = 0; i < 3; i++)
    {
      SipMsg *msg = g_ptr_array_index (f->alice.messages, i);

      g_assert_true (sip_str_equal (msg->call_id, sip_str_from (expected[i])));
    }
  sip_flow_unref (late.flow);
}

static void
close_late (SipTimer *timer)
{
  Late *late = SIP_CONTAINER_OF (timer, Late, first);

  peer_send (late->flow, "second");
  g_clear_pointer (&late->f->bob.transports, sip_transports_free);
}

static void
answer_and_close_late (Peer *self, SipMsg *msg, SipFlow *flow)
{
  Late *late = self->data;

  late->flow = sip_flow_ref (flow);
  sip_timer_start (self->wheel, &late->first, close_late, 0);
  peer_send (flow, "first");
}

static void
test_held_and_closed (Fixture *f, gconstpointer address)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->bob_uri);
  Late late = { .f = f };

  f->bob.on_receive = answer_and_close_late;
  f->bob.data = &late;
  peer_send (flow, "ask");
  wait_until (f->alice.messages->len == 2);
  g_assert_null (f->bob.transports);
  sip_flow_unref (late.flow);
}

/* A callback of the transport's that runs a main loop: what it has said before leaves. */
static void
answer_and_wait (Peer *self, SipMsg *msg, SipFlow *flow)
{
  Fixture *f = self->data;

  peer_send (flow, "first");
  wait_until (f->alice.messages->len == 1);
}

static void
test_loop_within_receive (Fixture *f, gconstpointer address)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->bob_uri);

  f->bob.on_receive = answer_and_wait;
  f->bob.data = f;
  peer_send (flow, "ask");
  wait_until (f->alice.messages->len == 1);
}

static void
test_too_large (Fixture *f, gconstpointer address)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->bob_uri);
  g_autofree char *body = g_strnfill (65000, 'x');
  g_autoptr (SipMsg) large = message_new (flow, "large", body);
  /* More than UDP can, and still a message. */
  g_autofree char *huge = g_strnfill (65515 - large->head_len, 'x');
  g_autoptr (SipMsg) too_large = message_new (flow, "too-large", huge);
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_flow_send (flow, large, NULL));
  g_assert_false (sip_flow_send (flow, too_large, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT);
  wait_until (f->bob.messages->len == 1);
  g_assert_cmpuint (peer_message (&f->bob, 0)->body_len, ==, 65000);
}

/* One address after the other, none held: what is remembered does not grow. */
static void
test_many_sources (Fixture *f, gconstpointer address)
{
  g_autoptr (GSocket) first = raw_socket ();
  SipFlow *flow;

  raw_send_message (first, f->bob_uri, "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx;rport", "first");
  wait_until (f->bob.messages->len == 1);
  flow = sip_flow_ref (peer_flow (&f->bob, 0));
  g_ptr_array_set_size (f->bob.flows, 0);
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GSocket) socket = raw_socket ();

      raw_send_message (socket, f->bob_uri, "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx;rport", "x");
      wait_until (f->bob.messages->len == i + 2);
      g_ptr_array_set_size (f->bob.flows, 0);
    }
  /* Held by us alone by now, and still the one that its address has. */
  g_assert_cmpuint (flow->ref_count, ==, 1);
  raw_send_message (first, f->bob_uri, "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx;rport", "first");
  wait_until (f->bob.messages->len == 202);
  g_assert_true (peer_flow (&f->bob, 0) == flow);
  g_ptr_array_set_size (f->bob.flows, 0);
  g_assert_cmpuint (flow->ref_count, ==, 1);
  sip_flow_unref (flow);
}

/* A socket on the wildcard address: the flow's own address is the one that was asked, and answers come from it. */
static void
test_wildcard (Fixture *f, gconstpointer address)
{
  Peer carol;
  g_autofree char *uri = NULL;
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  g_autoptr (SipFlow) flow_one = NULL;
  g_autoptr (SipFlow) flow_two = NULL;
  g_autoptr (SipFlow) out = NULL;
  const char *port;

  peer_init (&carol, f->wheel);
  uri = peer_listen (&carol, "udp://0.0.0.0:0");
  port = strrchr (uri, ':');
  one = g_strdup_printf ("udp://127.0.0.1%s", port);
  two = g_strdup_printf ("udp://127.0.0.2%s", port);
  carol.on_receive = answer_200;

  flow_one = peer_connect (&f->alice, one);
  flow_two = peer_connect (&f->alice, two);
  peer_send (flow_one, "one");
  peer_send (flow_two, "two");
  wait_until (f->alice.messages->len == 2);
  g_assert_true (peer_flow (&f->alice, 0) == flow_one);
  g_assert_true (peer_flow (&f->alice, 1) == flow_two);
  g_assert_true (g_str_has_prefix (peer_flow (&carol, 0)->sent_by, "127.0.0.1:"));
  g_assert_true (g_str_has_prefix (peer_flow (&carol, 1)->sent_by, "127.0.0.2:"));
  g_assert_true (peer_flow (&carol, 0) != peer_flow (&carol, 1));

  out = peer_connect (&carol, f->bob_uri);
  g_assert_true (g_str_has_prefix (out->sent_by, "127.0.0.1:"));
  peer_send (out, "three");
  wait_until (f->bob.messages->len == 1);
  g_assert_cmpuint (peer_flow (&f->bob, 0)->remote.port, ==, out->local.port);

  /* A first of two flows to one address goes, then the other. */
  sip_flow_close (peer_flow (&carol, 1));
  sip_flow_close (peer_flow (&carol, 0));
  peer_send (flow_one, "four");
  wait_until (f->alice.messages->len == 3);
  peer_clear (&carol);
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

static void
test_descriptors (Fixture *f, gconstpointer address)
{
  guint before = count_descriptors ();

  for (guint i = 0; i < 200; i++)
    {
      Peer peer;
      g_autofree char *uri = NULL;
      g_autoptr (SipFlow) flow = NULL;

      peer_init (&peer, f->wheel);
      uri = peer_listen (&peer, "udp://127.0.0.1:0");
      flow = peer_connect (&peer, f->bob_uri);
      peer_send (flow, "x");
      peer_clear (&peer);
    }
  wait_until (f->bob.messages->len == 200);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static void
test_in_use (Fixture *f, gconstpointer address)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = sip_transports_listen (f->alice.transports, f->bob_uri, &error);
  g_auto (GStrv) listening = sip_transports_get_listening (f->alice.transports);

  g_assert_null (uri);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
  g_assert_cmpuint (g_strv_length (listening), ==, 1);
  g_assert_cmpstr (listening[0], ==, f->alice_uri);
}

static void
test_no_family (Fixture *f, gconstpointer address)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipFlow) flow = sip_transports_connect (f->alice.transports, "udp://[2001:db8::1]:5060", &error);

  g_assert_null (flow);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT);
  g_assert_nonnull (strstr (error->message, "[2001:db8::1]:5060"));
}

static gboolean
has_ipv6 (void)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (host, 0);
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);

  return socket != NULL && g_socket_bind (socket, any, FALSE, NULL);
}

#define TEST(name, func) g_test_add ("/udp-transport/" name, Fixture, "127.0.0.1", set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("round-trip", test_round_trip);
  if (has_ipv6 ())
    g_test_add ("/udp-transport/round-trip-ipv6", Fixture, "[::1]", set_up, test_round_trip, tear_down);
  TEST ("many", test_many);
  TEST ("garbage", test_garbage);
  TEST ("leading-crlf", test_leading_crlf);
  TEST ("truncated", test_truncated);
  TEST ("response-routing", test_response_routing);
  TEST ("refused", test_refused);
  TEST ("freed-in-callback", test_freed_in_callback);
  g_test_add ("/udp-transport/held", Fixture, GINT_TO_POINTER (FALSE), set_up_on_loopback, test_held, tear_down);
  g_test_add ("/udp-transport/held-by-a-loop", Fixture, GINT_TO_POINTER (TRUE), set_up_on_loopback, test_held, tear_down);
  TEST ("held-and-closed", test_held_and_closed);
  TEST ("loop-within-receive", test_loop_within_receive);
  TEST ("too-large", test_too_large);
  TEST ("many-sources", test_many_sources);
  TEST ("wildcard", test_wildcard);
  TEST ("descriptors", test_descriptors);
  TEST ("in-use", test_in_use);
  TEST ("no-family", test_no_family);

  return g_test_run ();
}
