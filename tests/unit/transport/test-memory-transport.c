/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport-peer.h"

#include "syntax/sip-error.h"
#include "transport/sip-memory-transport-private.h"

typedef struct
{
  SipTimerWheel *wheel;
  Peer alice;
  Peer bob;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  f->wheel = sip_timer_wheel_new_virtual (0);
  peer_init (&f->alice, f->wheel);
  peer_init (&f->bob, f->wheel);
  a = peer_listen (&f->alice, "mem://alice");
  b = peer_listen (&f->bob, "mem://bob");
  g_assert_cmpstr (b, ==, "mem://bob");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sip_memory_transport_set_filter (NULL, NULL);
  peer_clear (&f->alice);
  peer_clear (&f->bob);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
}

static void
test_datagrams (Fixture *f, gconstpointer data)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, "mem://bob");
  g_autoptr (SipFlow) again = peer_connect (&f->alice, "mem://bob");
  g_autoptr (SipFlow) back = NULL;
  g_autoptr (GString) via = g_string_new (NULL);
  g_autoptr (GString) contact = g_string_new (NULL);

  g_assert_true (flow == again);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  g_assert_false (flow->is_reliable);
  sip_flow_append_via (flow, via, "z9hG4bK1");
  g_assert_cmpstr (via->str, ==, "SIP/2.0/UDP alice.mem;branch=z9hG4bK1;rport");
  sip_flow_append_contact (flow, contact, "alice", "ob", "q=0.5");
  g_assert_cmpstr (contact->str, ==, "<sip:alice@alice.mem;ob>;q=0.5");

  peer_send (flow, "one");
  peer_send (flow, "two");
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (f->bob.messages->len, ==, 2);
  assert_call_id (&f->bob, 0, "one");
  assert_call_id (&f->bob, 1, "two");

  /* The same flow back, whoever asks for it. */
  back = peer_connect (&f->bob, "mem://alice");
  g_assert_true (back == peer_flow (&f->bob, 0));
  peer_send (back, "three");
  sip_timer_wheel_advance (f->wheel, 0);
  assert_call_id (&f->alice, 0, "three");
  g_assert_true (peer_flow (&f->alice, 0) == flow);
  g_assert_cmpuint (f->alice.changes->len + f->bob.changes->len, ==, 0);
}

static void
test_nobody (Fixture *f, gconstpointer data)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, "mem://carol");
  g_autofree char *uri = NULL;
  Peer carol;

  peer_send (flow, "lost");
  sip_timer_wheel_advance (f->wheel, 0);

  peer_init (&carol, f->wheel);
  uri = peer_listen (&carol, "mem://carol");
  peer_send (flow, "found");
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (carol.messages->len, ==, 1);
  assert_call_id (&carol, 0, "found");
  peer_clear (&carol);

  peer_send (flow, "lost-again");
  sip_timer_wheel_advance (f->wheel, 0);
}

static gint64
lossy_filter (gpointer user_data, SipFlow *from, SipMsg *msg)
{
  guint *count = user_data;

  switch ((*count)++ % 3)
    {
    case 0:
      return SIP_MEMORY_LOST;
    case 1:
      return 5000;
    default:
      return 1000;
    }
}

static void
test_filter (Fixture *f, gconstpointer data)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, "mem://bob");
  guint count = 0;

  sip_memory_transport_set_filter (lossy_filter, &count);
  peer_send (flow, "lost");
  peer_send (flow, "slow");
  peer_send (flow, "fast");
  sip_timer_wheel_advance (f->wheel, 999);
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
  sip_timer_wheel_advance (f->wheel, 4001);
  g_assert_cmpuint (f->bob.messages->len, ==, 2);
  assert_call_id (&f->bob, 0, "fast");
  assert_call_id (&f->bob, 1, "slow");
}

typedef struct
{
  SipFlowWatch watch;
  guint n_closed;
} Watcher;

static void
watcher_cb (SipFlowWatch *watch, SipFlow *flow)
{
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  SIP_CONTAINER_OF (watch, Watcher, watch)->n_closed++;
}

static void
test_connection (Fixture *f, gconstpointer data)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, "mem://bob?transport=ws");
  g_autoptr (SipFlow) server = NULL;
  Watcher watcher = { 0 };

  g_assert_cmpuint (flow->kind, ==, SIP_TRANSPORT_WS);
  g_assert_true (flow->is_reliable);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CONNECTING);
  peer_send (flow, "early");
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  g_assert_cmpuint (f->alice.changes->len, ==, 1);
  g_assert_cmpuint (f->bob.changes->len, ==, 1);
  assert_call_id (&f->bob, 0, "early");
  server = sip_flow_ref (peer_flow (&f->bob, 0));
  g_assert_true (server->is_server);

  sip_flow_watch (flow, &watcher.watch, watcher_cb);
  peer_send (server, "last");
  sip_flow_close (server);
  g_assert_cmpuint (server->state, ==, SIP_FLOW_CLOSED);
  g_assert_cmpuint (f->bob.changes->len, ==, 2);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  sip_timer_wheel_advance (f->wheel, 0);
  assert_call_id (&f->alice, 0, "last");
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  g_assert_cmpuint (watcher.n_closed, ==, 1);
  g_assert_cmpuint (f->alice.changes->len, ==, 2);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, "mem://nobody?transport=tcp");
  g_autoptr (SipMsg) msg = message_new (flow, "x", "");
  g_autoptr (GError) error = NULL;
  Watcher watcher = { 0 };

  sip_flow_watch (flow, &watcher.watch, watcher_cb);
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (watcher.n_closed, ==, 1);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_false (sip_flow_send (flow, msg, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* Every way of going away with messages, openings and ends still in flight. */
static void
test_freed_in_flight (Fixture *f, gconstpointer data)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, "mem://bob?transport=tcp");
  g_autoptr (SipFlow) udp = NULL;
  Watcher watcher = { 0 };

  sip_timer_wheel_advance (f->wheel, 0);
  sip_flow_watch (flow, &watcher.watch, watcher_cb);
  peer_send (flow, "in-flight");
  udp = peer_connect (&f->bob, "mem://carol");
  g_clear_pointer (&f->alice.transports, sip_transports_free);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_cmpuint (watcher.n_closed, ==, 0);
  g_assert_null (watcher.watch.link);
  g_clear_pointer (&f->bob.transports, sip_transports_free);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_advance (f->wheel, 1000000);
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
}

static void
free_on_receive (Peer *self, SipMsg *msg, SipFlow *flow)
{
  g_clear_pointer (&self->transports, sip_transports_free);
}

static void
test_freed_in_callback (Fixture *f, gconstpointer data)
{
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, "mem://bob");

  f->bob.on_receive = free_on_receive;
  peer_send (flow, "1");
  peer_send (flow, "2");
  sip_timer_wheel_advance (f->wheel, 1000);
  g_assert_cmpuint (f->bob.messages->len, ==, 1);
}

static void
test_uris (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *uri;
    GQuark (*domain) (void);
    int code;
  } cases[] = {
    { "mem://alice", g_io_error_quark, G_IO_ERROR_ADDRESS_IN_USE },
    { "udp://example.com:5060", sip_error_quark, SIP_ERROR_INVALID_URI },
    { "udp://:5060", sip_error_quark, SIP_ERROR_INVALID_URI },
    { "udp://127.0.0.1:99999", sip_error_quark, SIP_ERROR_INVALID_URI },
    { "gopher://127.0.0.1", sip_error_quark, SIP_ERROR_TRANSPORT },
    { "nonsense", sip_error_quark, SIP_ERROR_INVALID_URI },
    { "", sip_error_quark, SIP_ERROR_INVALID_URI },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *bound = sip_transports_listen (f->alice.transports, cases[i].uri, &error);

      g_assert_null (bound);
      g_assert_error (error, cases[i].domain (), cases[i].code);
    }
}

#define TEST(name, func) g_test_add ("/memory-transport/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("datagrams", test_datagrams);
  TEST ("nobody", test_nobody);
  TEST ("filter", test_filter);
  TEST ("connection", test_connection);
  TEST ("refused", test_refused);
  TEST ("freed-in-flight", test_freed_in_flight);
  TEST ("freed-in-callback", test_freed_in_callback);
  TEST ("uris", test_uris);

  return g_test_run ();
}
