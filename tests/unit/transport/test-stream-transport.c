/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "stream-peer.h"

#include "syntax/sip-error.h"
#include "transport/sip-stream-flow-private.h"
#include "transport/sip-stream-listener-private.h"

/* A listener under test ("bob"), a client under test ("alice"), both on one virtual clock, and the real main loop. */
typedef struct
{
  SipTimerWheel *wheel;
  Peer alice;
  Peer bob;
  char *uri;
} Fixture;

static void
set_up (Fixture *f, gconstpointer uri)
{
  f->wheel = sip_timer_wheel_new_virtual (0);
  peer_init (&f->alice, f->wheel);
  peer_init (&f->bob, f->wheel);
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

/* An open connection of alice's; bob's end of it is the last of his changes. */
static SipFlow *
open_flow (Fixture *f)
{
  guint before = f->bob.changes->len;
  SipFlow *flow = peer_connect (&f->alice, f->uri);

  wait_until (flow->state == SIP_FLOW_OPEN && f->bob.changes->len > before);
  return flow;
}

static SipFlow *
last_change (Peer *peer)
{
  g_assert_cmpuint (peer->changes->len, >, 0);
  return g_ptr_array_index (peer->changes, peer->changes->len - 1);
}

/* --- both ends ours --- */

static void
test_both_ways (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);
  g_autoptr (SipFlow) same = peer_connect (&f->alice, f->uri);
  Watcher watcher = { 0 };
  g_autofree char *local = NULL;
  SipFlow *server;

  g_assert_true (flow == same);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CONNECTING);
  g_assert_cmpuint (flow->kind, ==, SIP_TRANSPORT_TCP);
  g_assert_true (flow->is_reliable);
  g_assert_false (flow->is_secure);
  g_assert_null (flow->sent_by);
  sip_flow_watch_opening (flow, &watcher.watch, watcher_opened, watcher_closed);
  wait_for_state (flow, SIP_FLOW_OPEN);
  g_assert_cmpuint (watcher.n_opened, ==, 1);
  local = sip_address_to_string (&flow->local);
  g_assert_cmpstr (flow->sent_by, ==, local);

  peer_send (flow, "1");
  peer_send (flow, "2");
  wait_until (f->bob.messages->len == 2);
  g_assert_cmpuint (f->alice.changes->len, ==, 1);
  g_assert_cmpuint (f->bob.changes->len, ==, 1);
  assert_call_id (&f->bob, 0, "1");
  assert_call_id (&f->bob, 1, "2");
  assert_str (peer_message (&f->bob, 0)->via.sent_by, flow->sent_by == NULL ? "" : flow->sent_by);

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
  sip_flow_unwatch (&watcher.watch);
}

/* RFC 3261 §18.1.1: the sent-by is where the other side can come back to. */
static void
test_sent_by (Fixture *f, gconstpointer uri)
{
  g_autofree char *own = peer_listen (&f->alice, "tcp://0.0.0.0:0");
  G_GNUC_UNUSED g_autofree char *six = peer_listen (&f->alice, "tcp://[::]:0");
  g_autofree char *expected = g_strconcat ("127.0.0.1", strrchr (own, ':'), NULL);
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autoptr (GString) contact = g_string_new (NULL);
  g_autofree char *text = g_strdup_printf ("<sip:alice@%s;transport=tcp>", expected);

  g_assert_cmpstr (flow->sent_by, ==, expected);
  sip_flow_append_contact (flow, contact, "alice", NULL, NULL);
  g_assert_cmpstr (contact->str, ==, text);
  peer_send (flow, "x");
  wait_until (f->bob.messages->len == 1);
  g_assert_cmpuint (peer_message (&f->bob, 0)->received_port, ==, flow->local.port);
}

/* What is handed over before there is a connection waits for it. */
static void
test_early (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);
  g_autoptr (SipMsg) msg = message_new_via ("SIP/2.0/TCP 127.0.0.1;branch=z9hG4bK1", "early", "");

  g_assert_true (sip_flow_send (flow, msg, NULL));
  g_assert_true (sip_flow_send (flow, msg, NULL));
  wait_until (f->bob.messages->len == 2);
  assert_call_id (&f->bob, 1, "early");
}

static void
test_large (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autofree char *body = g_strnfill (60000, 'x');
  g_autoptr (SipMsg) large = message_new (flow, "large", body);
  g_autoptr (SipMsg) binary = message_new (flow, "binary", "caf\xe9\r\n\r\nOPTIONS");

  for (guint i = 0; i < 10; i++)
    g_assert_true (sip_flow_send (flow, large, NULL));
  g_assert_true (sip_flow_send (flow, binary, NULL));
  wait_until (f->bob.messages->len == 11);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpuint (peer_message (&f->bob, i)->body_len, ==, 60000);
  assert_str (sip_msg_body (peer_message (&f->bob, 10)), "caf\xe9\r\n\r\nOPTIONS");
}

static void
answer_each (Peer *self, SipMsg *msg, SipFlow *flow)
{
  peer_send (flow, "answer");
}

/* Answers that are given while messages are handed up, in order and all of them. */
static void
test_answered_in_callback (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = open_flow (f);

  f->bob.on_receive = answer_each;
  for (guint i = 0; i < 100; i++)
    peer_send (flow, "ask");
  wait_until (f->alice.messages->len == 100);
  g_assert_cmpuint (f->bob.messages->len, ==, 100);
}

static void
iterate_on_receive (Peer *self, SipMsg *msg, SipFlow *flow)
{
  Fixture *f = self->data;

  self->on_receive = NULL;
  peer_send (flow, "from-inside");
  sip_timer_wheel_advance (f->wheel, 0);
  wait_until (f->alice.messages->len == 1);
}

/* Somebody runs a main loop inside of a callback: what is said there goes, and the order of what comes stays. */
static void
test_nested_loop (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = open_flow (f);

  f->bob.on_receive = iterate_on_receive;
  f->bob.data = f;
  peer_send (flow, "1");
  peer_send (flow, "2");
  peer_send (flow, "3");
  wait_until (f->bob.messages->len == 3);
  assert_call_id (&f->bob, 0, "1");
  assert_call_id (&f->bob, 1, "2");
  assert_call_id (&f->bob, 2, "3");
}

static void
test_client_closes (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autoptr (SipFlow) server = sip_flow_ref (last_change (&f->bob));
  Watcher watcher = { 0 };

  sip_flow_watch (flow, &watcher.watch, watcher_closed);
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
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autoptr (SipFlow) again = NULL;
  Watcher watcher = { 0 };

  sip_flow_watch (flow, &watcher.watch, watcher_closed);
  sip_flow_close (last_change (&f->bob));
  wait_for_state (flow, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (watcher.n_closed, ==, 1);

  again = open_flow (f);
  g_assert_true (again != flow);
  peer_send (again, "again");
  wait_until (f->bob.messages->len == 1);
}

static void
test_server_freed (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autoptr (SipFlow) server = sip_flow_ref (last_change (&f->bob));
  g_autoptr (SipFlow) refused = NULL;

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
close_on_receive (Peer *self, SipMsg *msg, SipFlow *flow)
{
  sip_flow_close (flow);
}

static void
test_freed_in_callbacks (Fixture *f, gconstpointer uri)
{
  for (guint how = 0; how < 2; how++)
    {
      g_autoptr (SipFlow) flow = open_flow (f);

      f->bob.on_receive = how == 0 ? close_on_receive : free_on_receive;
      peer_send (flow, "1");
      peer_send (flow, "2");
      wait_for_state (flow, SIP_FLOW_CLOSED);
      g_assert_cmpuint (f->bob.messages->len, ==, how + 1);
    }
}

static void
test_freed_when_opened (Fixture *f, gconstpointer uri)
{
  G_GNUC_UNUSED g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);

  f->bob.on_change = free_on_change;
  f->alice.on_change = free_on_change;
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

  for (guint i = 0; i < 201; i++)
    {
      g_autoptr (SipFlow) flow = open_flow (f);
      g_autoptr (SipFlow) server = sip_flow_ref (last_change (&f->bob));

      sip_flow_close (i % 2 == 0 ? flow : server);
      wait_until (flow->state == SIP_FLOW_CLOSED && server->state == SIP_FLOW_CLOSED);
      g_ptr_array_set_size (f->alice.changes, 0);
      g_ptr_array_set_size (f->bob.changes, 0);
      if (i == 0)
        {
          drain ();
          before = count_descriptors ();
        }
    }
  wait_until (count_descriptors () <= before);
}

/* --- connecting --- */

/* ::1 is tried first and refuses; 127.0.0.1 takes it. */
static void
test_both_families (Fixture *f, gconstpointer uri)
{
  g_autofree char *target = g_strconcat ("tcp://LocalHost", strrchr (f->uri, ':'), NULL);
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, target);

  wait_for_state (flow, SIP_FLOW_OPEN);
  g_assert_cmpuint (flow->remote.family, ==, AF_INET);
}

static void
test_no_such_name (Fixture *f, gconstpointer uri)
{
  g_autofree char *label = g_strnfill (64, 'a');
  g_autofree char *target = g_strconcat ("tcp://", label, ".com", NULL);
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, target);

  wait_for_state (flow, SIP_FLOW_CLOSED);
  g_assert_nonnull (flow->error);
  g_assert_cmpuint (f->alice.changes->len, ==, 1);
}

static void
test_no_address (Fixture *f, gconstpointer uri)
{
  static const char *const cases[] = { "tcp://example.com:0", "tcp://192.0.2.1:5060" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *bound = sip_transports_listen (f->alice.transports, cases[i], &error);

      g_assert_null (bound);
      g_assert_nonnull (error);
    }
}

/* Nobody is patient for ever: also not while a name is looked up or a SYN is not answered. */
static void
test_connect_timeout (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, f->uri);

  sip_timer_wheel_advance (f->wheel, SIP_STREAM_CONNECT_TIMEOUT - 1);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CONNECTING);
  sip_timer_wheel_advance (f->wheel, 1);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  drain ();
}

/* --- frames --- */

static char *
two_messages (void)
{
  g_autoptr (SipMsg) first = message_new_via ("SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1", "first", "body\r\n\r\nOPTIONS");
  g_autoptr (SipMsg) second = message_new_via ("SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK2", "second", "");

  return g_strconcat (first->data, second->data, NULL);
}

static void
assert_two_messages (Fixture *f, guint n)
{
  wait_until (f->bob.messages->len == n + 2);
  assert_call_id (&f->bob, n, "first");
  assert_str (sip_msg_body (peer_message (&f->bob, n)), "body\r\n\r\nOPTIONS");
  assert_call_id (&f->bob, n + 1, "second");
  g_assert_cmpuint (peer_message (&f->bob, n + 1)->defect, ==, 0);
}

static void
test_split_anywhere (Fixture *f, gconstpointer uri)
{
  g_autofree char *text = two_messages ();
  g_autoptr (GSocket) socket = raw_connect (f->uri);

  wait_until (f->bob.changes->len == 1);
  for (gsize at = 0; at <= strlen (text); at++)
    {
      raw_send_len (socket, text, at);
      drain ();
      raw_send_len (socket, text + at, strlen (text) - at);
      assert_two_messages (f, 2 * at);
    }
  g_assert_cmpuint (f->bob.changes->len, ==, 1);
}

static void
test_byte_by_byte (Fixture *f, gconstpointer uri)
{
  g_autofree char *messages = two_messages ();
  g_autofree char *text = g_strconcat ("\r\n\r\n", messages, "\r\n\r\n", NULL);
  g_autoptr (GSocket) socket = raw_connect (f->uri);
  g_autofree char *pongs = NULL;

  for (const char *p = text; *p != '\0'; p++)
    {
      raw_send_len (socket, p, 1);
      drain ();
    }
  assert_two_messages (f, 0);
  pongs = raw_read (socket, "\r\n\r\n");
  g_assert_cmpstr (pongs, ==, "\r\n\r\n");
  g_assert_true (raw_is_silent (socket));
}

static void
test_merged (Fixture *f, gconstpointer uri)
{
  g_autofree char *text = two_messages ();
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GSocket) socket = raw_connect (f->uri);

  for (guint i = 0; i < 200; i++)
    g_string_append (many, text);
  raw_send_len (socket, many->str, many->len);
  wait_until (f->bob.messages->len == 400);
  for (guint i = 0; i < 400; i += 2)
    assert_two_messages (f, 398);
}

static void
refuse_defects (Peer *self, SipMsg *msg, SipFlow *flow)
{
  if (msg->defect != 0)
    {
      g_autofree char *text = g_strdup_printf ("SIP/2.0 %u %s\r\nVia: SIP/2.0/TCP x\r\nFrom: <sip:x>\r\nTo: <sip:x>\r\nCall-ID: x\r\n"
                                               "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
                                               msg->defect, msg->defect_reason);
      g_autoptr (SipMsg) response = sip_msg_parse (text, strlen (text), NULL, NULL);

      g_assert_nonnull (response);
      g_assert_true (sip_flow_send (flow, response, NULL));
    }
}

#define HEAD "OPTIONS sip:x@x SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:x@x>;tag=1\r\nTo: <sip:x@x>\r\n" \
             "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"

/* Each of these ends the connection; what can be answered is. */
static void
test_broken (Fixture *f, gconstpointer uri)
{
  static const struct
  {
    const char *text;
    const char *answer;
  } cases[] = {
    { HEAD "\r\n", "SIP/2.0 400 " },
    { HEAD "Content-Length: x\r\n\r\n", "SIP/2.0 400 " },
    { HEAD "Content-Length: -1\r\n\r\n", "SIP/2.0 400 " },
    { HEAD "Content-Length: 0\r\nl: 1\r\n\r\n", "SIP/2.0 400 " },
    { HEAD "Content-Length: 99999\r\n\r\n", "SIP/2.0 513 " },
    { HEAD "Content-Length: 4294967296\r\n\r\n", "SIP/2.0 400 " },
    { HEAD "Content-Length: 99999999999999999999\r\n\r\n", "SIP/2.0 400 " },
    { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", NULL },
    { "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP x\r\n\r\n", NULL },
    { "\x16\x03\x01\x02\x05\x01", NULL },
    { "\r\rOPTIONS", NULL },
    { "\1\2\3\4", NULL },
    { "garbage\r\n\r\n", NULL },
  };

  f->bob.on_receive = refuse_defects;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GSocket) socket = raw_connect (f->uri);
      g_autofree char *rest = NULL;
      SipFlow *flow;

      raw_send (socket, cases[i].text);
      rest = raw_read (socket, NULL);
      if (cases[i].answer == NULL)
        g_assert_cmpstr (rest, ==, "");
      else
        g_assert_true (g_str_has_prefix (rest, cases[i].answer));
      wait_until (f->bob.changes->len == 2 * i + 2);
      flow = last_change (&f->bob);
      g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
      g_assert_error (flow->error, SIP_ERROR, SIP_ERROR_PARSE);
    }
}

/* A head, and a body, that never end. */
static void
test_endless (Fixture *f, gconstpointer uri)
{
  g_autofree char *piece = g_strnfill (20000, 'x');

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GSocket) socket = raw_connect (f->uri);
      SipFlow *flow;

      wait_until (f->bob.changes->len == 2 * i + 1);
      flow = last_change (&f->bob);
      if (i == 1)
        raw_send (socket, HEAD "Subject: ");
      for (guint sent = 0; sent < 20 && flow->state == SIP_FLOW_OPEN; sent++)
        {
          g_socket_send (socket, piece, 20000, NULL, NULL);
          drain ();
        }
      wait_for_state (flow, SIP_FLOW_CLOSED);
      g_assert_error (flow->error, SIP_ERROR, SIP_ERROR_PARSE);
    }
}

static void
test_peer_dies (Fixture *f, gconstpointer uri)
{
  for (guint how = 0; how < 3; how++)
    {
      GSocket *socket = raw_connect (f->uri);
      SipFlow *flow;

      raw_send (socket, how == 1 ? "" : HEAD "Content-Length: 10\r\n\r\n123");
      wait_until (f->bob.changes->len == 2 * how + 1);
      flow = last_change (&f->bob);
      drain ();
      if (how == 2) /* a reset instead of an end */
        setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof (struct linger));
      g_object_unref (socket);
      wait_for_state (flow, SIP_FLOW_CLOSED);
      g_assert_nonnull (flow->error);
      g_assert_cmpint (strstr (flow->error->message, "middle") != NULL, ==, how == 0);
    }
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
}

/* The other side says that it has nothing more to say, and still gets its answer. */
static void
test_half_close (Fixture *f, gconstpointer uri)
{
  g_autofree char *text = two_messages ();
  g_autoptr (GSocket) socket = raw_connect (f->uri);
  g_autofree char *answers = NULL;

  f->bob.on_receive = answer_each;
  raw_send (socket, text);
  g_socket_shutdown (socket, FALSE, TRUE, NULL);
  answers = raw_read (socket, NULL);
  g_assert_nonnull (strstr (answers, "answer"));
  g_assert_nonnull (strstr (strstr (answers, "Content-Length"), "answer"));
}

/* --- what waits to be written --- */

/* A peer that reads slowly gets all of it in the end. */
static void
test_slow_reader (Fixture *f, gconstpointer uri)
{
  g_autoptr (GSocket) socket = raw_connect (f->uri);
  g_autofree char *body = g_strnfill (50000, 'x');
  g_autoptr (SipMsg) msg = NULL;
  g_autofree char *buffer = g_malloc (1 << 20);
  gsize sent = 0, received = 0;
  SipFlow *flow;

  wait_until (f->bob.changes->len == 1);
  flow = last_change (&f->bob);
  msg = message_new (flow, "x", body);
  for (guint i = 0; i < 400; i++)
    {
      g_assert_true (sip_flow_send (flow, msg, NULL));
      sent += msg->len;
      while (sent - received > 800000)
        received += raw_receive (socket, buffer, 1 << 20);
    }
  while (received < sent)
    received += raw_receive (socket, buffer, 1 << 20);
  g_assert_cmpuint (received, ==, sent);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
}

/* One that does not read at all is given up before its messages fill the memory, */
static void
test_no_reader (Fixture *f, gconstpointer uri)
{
  g_autoptr (GSocket) socket = raw_connect (f->uri);
  g_autofree char *body = g_strnfill (60000, 'x');
  g_autoptr (SipMsg) msg = NULL;
  g_autoptr (GError) error = NULL;
  SipFlow *flow;
  guint n = 0;

  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 4096, NULL);
  wait_until (f->bob.changes->len == 1);
  flow = last_change (&f->bob);
  msg = message_new (flow, "x", body);
  while (n < 2000 && sip_flow_send (flow, msg, &error))
    n++;
  g_assert_cmpuint (n, <, 2000);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* … or in time. */
static void
test_stalled (Fixture *f, gconstpointer uri)
{
  g_autoptr (GSocket) socket = raw_connect (f->uri);
  g_autofree char *body = g_strnfill (60000, 'x');
  g_autoptr (SipMsg) msg = NULL;
  SipFlow *flow;

  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 4096, NULL);
  wait_until (f->bob.changes->len == 1);
  flow = last_change (&f->bob);
  msg = message_new (flow, "x", body);
  /* Until the socket is full: its buffer grows up to some megabytes. One timer it has anyway. */
  while (sip_timer_wheel_get_n_running (f->wheel) == 1)
    g_assert_true (sip_flow_send (flow, msg, NULL));
  sip_timer_wheel_advance (f->wheel, SIP_STREAM_STALL_TIMEOUT - 1);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  sip_timer_wheel_advance (f->wheel, 1);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* Who asks and does not take the answers is not read from any more, until it does. */
static void
test_back_pressure (Fixture *f, gconstpointer uri)
{
  g_autofree char *text = two_messages ();
  g_autoptr (GSocket) socket = raw_connect (f->uri);
  g_autofree char *buffer = g_malloc (1 << 20);
  guint n_asked = 0, n_before;

  g_socket_set_option (socket, SOL_SOCKET, SO_SNDBUF, 4096, NULL);
  wait_until (f->bob.changes->len == 1);
  f->bob.on_receive = answer_each;
  do
    {
      gssize n;

      n_before = f->bob.messages->len;
      while ((n = g_socket_send (socket, text, strlen (text), NULL, NULL)) > 0)
        {
          n_asked += 2;
          if (n < (gssize) strlen (text))
            break;
        }
      if (n > 0 && n < (gssize) strlen (text))
        break; /* a part of one: nothing was taken for a while */
      drain ();
    }
  while (f->bob.messages->len > n_before && n_asked < 1000000);
  drain ();
  g_assert_cmpuint (n_asked, <, 1000000);
  g_assert_cmpuint (f->bob.messages->len, <=, n_asked);
  g_assert_cmpuint (((SipFlow *) last_change (&f->bob))->state, ==, SIP_FLOW_OPEN);

  n_before = f->bob.messages->len;
  while (f->bob.messages->len == n_before)
    g_assert_cmpuint (raw_receive (socket, buffer, 1 << 20), >, 0);
}

/* --- signs of life --- */

static void
test_ping (Fixture *f, gconstpointer uri)
{
  g_autofree char *text = two_messages ();
  g_autofree char *mixed = g_strconcat ("\r\n\r\n", text, "\r\n\r\n\r\n\r\n", NULL);
  g_autoptr (GSocket) socket = raw_connect (f->uri);
  g_autofree char *pong = NULL;
  g_autofree char *pongs = NULL;

  raw_send (socket, "\r\n\r\n");
  pong = raw_read (socket, "\r\n");
  g_assert_cmpstr (pong, ==, "\r\n");

  raw_send (socket, "\r\n");
  g_assert_true (raw_is_silent (socket)); /* half of one */
  raw_send (socket, "\r");
  g_assert_true (raw_is_silent (socket));
  raw_send (socket, "\n");
  g_free (g_steal_pointer (&pong));
  pong = raw_read (socket, "\r\n");
  g_assert_cmpstr (pong, ==, "\r\n");

  raw_send (socket, mixed);
  pongs = raw_read (socket, "\r\n\r\n\r\n");
  g_assert_cmpstr (pongs, ==, "\r\n\r\n\r\n");
  assert_two_messages (f, 0);
}

/* Pings by the thousand, of a peer that takes no pong, cost nobody's memory. */
static void
test_ping_flood (Fixture *f, gconstpointer uri)
{
  g_autoptr (GSocket) socket = raw_connect (f->uri);
  g_autoptr (GString) pings = g_string_new (NULL);
  SipFlow *flow;

  for (guint i = 0; i < 4096; i++)
    g_string_append (pings, "\r\n\r\n");
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, 4096, NULL);
  wait_until (f->bob.changes->len == 1);
  flow = last_change (&f->bob);
  for (guint i = 0; i < 2000 && flow->state == SIP_FLOW_OPEN; i++)
    {
      g_socket_send (socket, pings->str, pings->len, NULL, NULL);
      drain ();
    }
  sip_timer_wheel_advance (f->wheel, SIP_STREAM_FIRST_TIMEOUT + SIP_STREAM_STALL_TIMEOUT);
  wait_for_state (flow, SIP_FLOW_CLOSED);
}

/* Advances to where the client has pinged, which is at random. */
static void
advance_to_ping (Fixture *f, GSocket *socket)
{
  const gint64 step = G_USEC_PER_SEC;
  gint64 waited = 0;

  while (raw_is_silent (socket))
    {
      sip_timer_wheel_advance (f->wheel, step);
      waited += step;
      g_assert_cmpint (waited, <=, SIP_KEEP_ALIVE_DEFAULT * G_USEC_PER_SEC + step);
    }
  g_assert_cmpint (waited, >=, SIP_KEEP_ALIVE_DEFAULT * G_USEC_PER_SEC * 4 / 5 - SIP_STREAM_PONG_TIMEOUT - step);
}

static void
test_pong_timeout (Fixture *f, gconstpointer data)
{
  g_autofree char *uri = NULL;
  g_autoptr (GSocket) listening = raw_listen (&uri, "tcp");
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, uri);
  g_autoptr (GSocket) socket = raw_accept (listening);

  wait_for_state (flow, SIP_FLOW_OPEN);
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *ping = NULL;

      advance_to_ping (f, socket);
      ping = raw_read (socket, "\r\n\r\n");
      g_assert_cmpstr (ping, ==, "\r\n\r\n");
      /* The first is not answered, and nothing comes of it: this server may know nothing of pings. */
      if (i == 0)
        {
          sip_timer_wheel_advance (f->wheel, SIP_STREAM_PONG_TIMEOUT);
          g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
          continue;
        }
      if (i == 3)
        break;
      raw_send (socket, "\r\n");
      drain ();
      sip_timer_wheel_advance (f->wheel, SIP_STREAM_PONG_TIMEOUT);
      g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
    }

  /* But it has answered some, and now it does not. */
  sip_timer_wheel_advance (f->wheel, SIP_STREAM_PONG_TIMEOUT - G_USEC_PER_SEC - 1);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  sip_timer_wheel_advance (f->wheel, G_USEC_PER_SEC + 1);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

static void
test_no_keep_alive (Fixture *f, gconstpointer data)
{
  g_autofree char *uri = NULL;
  g_autoptr (GSocket) listening = raw_listen (&uri, "tcp");
  g_autoptr (SipFlow) flow = NULL;
  g_autoptr (GSocket) socket = NULL;

  sip_transports_set_keep_alive (f->alice.transports, 0);
  flow = peer_connect (&f->alice, uri);
  socket = raw_accept (listening);
  wait_for_state (flow, SIP_FLOW_OPEN);
  sip_timer_wheel_advance (f->wheel, (gint64) 24 * 3600 * G_USEC_PER_SEC);
  g_assert_true (raw_is_silent (socket));
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
}

/* Connections that nobody holds on to, and where nothing happens, are closed; others are not. */
static void
test_idle (Fixture *f, gconstpointer uri)
{
  g_autoptr (SipFlow) kept = NULL;
  SipFlow *server, *flow;
  guint n_closed = 0;

  sip_transports_set_keep_alive (f->alice.transports, 0);
  kept = open_flow (f);
  server = last_change (&f->bob);
  peer_send (kept, "x");
  wait_until (f->bob.messages->len == 1);
  for (guint i = 0; i < 4; i++)
    {
      sip_timer_wheel_advance (f->wheel, SIP_STREAM_IDLE_TIMEOUT / 2);
      drain ();
    }
  /* The test holds all of bob's. */
  g_assert_cmpuint (kept->state, ==, SIP_FLOW_OPEN);
  g_assert_cmpuint (server->state, ==, SIP_FLOW_OPEN);

  g_ptr_array_set_size (f->bob.flows, 0);
  g_ptr_array_set_size (f->bob.changes, 0);
  g_ptr_array_set_size (f->alice.changes, 0);
  for (guint i = 0; i < 4 && n_closed == 0; i++)
    {
      sip_timer_wheel_advance (f->wheel, SIP_STREAM_IDLE_TIMEOUT / 2);
      drain ();
      n_closed = f->bob.changes->len;
    }
  g_assert_cmpuint (n_closed, ==, 1);
  flow = last_change (&f->bob);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_null (flow->error);
  wait_for_state (kept, SIP_FLOW_CLOSED);
}

/* Who connects has something to say. */
static void
test_says_nothing (Fixture *f, gconstpointer uri)
{
  G_GNUC_UNUSED g_autoptr (GSocket) silent = raw_connect (f->uri);
  g_autoptr (GSocket) pings = raw_connect (f->uri);
  g_autoptr (GSocket) talks = raw_connect (f->uri);
  g_autofree char *text = two_messages ();
  guint n_open = 0;

  raw_send (pings, "\r\n\r\n");
  raw_send (talks, text);
  wait_until (f->bob.changes->len == 3 && f->bob.messages->len == 2);
  drain ();
  sip_timer_wheel_advance (f->wheel, SIP_STREAM_FIRST_TIMEOUT);
  for (guint i = 0; i < 3; i++)
    n_open += ((SipFlow *) g_ptr_array_index (f->bob.changes, i))->state == SIP_FLOW_OPEN;
  g_assert_cmpuint (n_open, ==, 1);
  g_assert_cmpuint (peer_flow (&f->bob, 0)->state, ==, SIP_FLOW_OPEN);
}

static void
test_many (Fixture *f, gconstpointer uri)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < 200; i++)
    {
      g_ptr_array_add (sockets, raw_connect (f->uri));
      drain ();
    }
  wait_until (f->bob.changes->len == 200);
  g_ptr_array_set_size (sockets, 0);
  wait_until (f->bob.changes->len == 400);
}

#define TEST(name, uri, func) g_test_add ("/stream-transport/" name, Fixture, uri, set_up, func, tear_down)
#define TCP "tcp://127.0.0.1:0"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("both-ways/ipv4", TCP, test_both_ways);
  TEST ("both-ways/ipv6", "tcp://[::1]:0", test_both_ways);
  TEST ("sent-by", TCP, test_sent_by);
  TEST ("early", TCP, test_early);
  TEST ("large", TCP, test_large);
  TEST ("answered-in-callback", TCP, test_answered_in_callback);
  TEST ("nested-loop", TCP, test_nested_loop);
  TEST ("client-closes", TCP, test_client_closes);
  TEST ("server-closes", TCP, test_server_closes);
  TEST ("server-freed", TCP, test_server_freed);
  TEST ("freed-in-callbacks", TCP, test_freed_in_callbacks);
  TEST ("freed-when-opened", TCP, test_freed_when_opened);
  TEST ("closed-while-connecting", TCP, test_closed_while_connecting);
  TEST ("descriptors", TCP, test_descriptors);
  TEST ("both-families", TCP, test_both_families);
  TEST ("no-such-name", TCP, test_no_such_name);
  TEST ("no-address", TCP, test_no_address);
  TEST ("connect-timeout", TCP, test_connect_timeout);
  TEST ("split-anywhere", TCP, test_split_anywhere);
  TEST ("byte-by-byte", TCP, test_byte_by_byte);
  TEST ("merged", TCP, test_merged);
  TEST ("broken", TCP, test_broken);
  TEST ("endless", TCP, test_endless);
  TEST ("peer-dies", TCP, test_peer_dies);
  TEST ("half-close", TCP, test_half_close);
  TEST ("slow-reader", TCP, test_slow_reader);
  TEST ("no-reader", TCP, test_no_reader);
  TEST ("stalled", TCP, test_stalled);
  TEST ("back-pressure", TCP, test_back_pressure);
  TEST ("ping", TCP, test_ping);
  TEST ("ping-flood", TCP, test_ping_flood);
  TEST ("pong-timeout", TCP, test_pong_timeout);
  TEST ("no-keep-alive", TCP, test_no_keep_alive);
  TEST ("idle", TCP, test_idle);
  TEST ("says-nothing", TCP, test_says_nothing);
  TEST ("many", TCP, test_many);

  return g_test_run ();
}
