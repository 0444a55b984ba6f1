/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-server-list-private.h"
#include "syntax/sip-error.h"
#include "transport/transport-peer.h"

/* Connections to servers that come and go, on a virtual clock. */
typedef struct
{
  SipTimerWheel *wheel;
  Peer alice;
  Peer hub;               /* mem://hub, mem://spare */
  SipServerList *list;
  GString *log;
  guint n_connected;
  guint n_disconnected;
  gboolean free_in_event;
} Fixture;

static void
connected_cb (gpointer user_data, const char *server)
{
  Fixture *f = user_data;

  f->n_connected++;
  g_string_append_printf (f->log, "+%s ", server + strlen ("mem://"));
  if (f->free_in_event)
    g_clear_pointer (&f->list, sip_server_list_free);
}

static void
disconnected_cb (gpointer user_data, const char *server, const GError *error)
{
  Fixture *f = user_data;

  f->n_disconnected++;
  g_string_append_printf (f->log, "-%s ", server + strlen ("mem://"));
  if (f->free_in_event)
    g_clear_pointer (&f->list, sip_server_list_free);
}

static void
changed (Peer *self, SipFlow *flow)
{
  Fixture *f = self->data;

  if (f->list != NULL)
    sip_server_list_flow_changed (f->list, flow);
}

static void
open_hub (Fixture *f)
{
  G_GNUC_UNUSED g_autofree char *hub = NULL;
  G_GNUC_UNUSED g_autofree char *spare = NULL;

  peer_init (&f->hub, f->wheel);
  hub = peer_listen (&f->hub, "mem://hub?transport=tcp");
  spare = peer_listen (&f->hub, "mem://spare?transport=tcp");
}

#define HUB "mem://hub?transport=tcp"
#define SPARE "mem://spare?transport=tcp"

static void
set_up (Fixture *f, gconstpointer data)
{
  static const SipServerListEvents events = { connected_cb, disconnected_cb };

  f->wheel = sip_timer_wheel_new_virtual (0);
  peer_init (&f->alice, f->wheel);
  f->alice.on_change = changed;
  f->alice.data = f;
  open_hub (f);
  f->log = g_string_new (NULL);
  f->list = sip_server_list_new (f->alice.transports, &events, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->list, sip_server_list_free);
  peer_clear (&f->alice);
  peer_clear (&f->hub);
  drain ();
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
  g_string_free (f->log, TRUE);
}

static void
start (Fixture *f, const char *const *uris)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_server_list_connect (f->list, uris, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (f->log->str, ==, "");
  sip_timer_wheel_advance (f->wheel, 0);
}

static void
lose_hub (Fixture *f)
{
  peer_clear (&f->hub);
  sip_timer_wheel_advance (f->wheel, 0);
}

static void
test_order (Fixture *f, gconstpointer data)
{
  SipFlow *first, *second;

  g_assert_true (sip_server_list_is_empty (f->list));
  g_assert_null (sip_server_list_get_flow (f->list));
  start (f, (const char *const[]){ HUB, SPARE, NULL });
  g_assert_false (sip_server_list_is_empty (f->list));
  g_assert_cmpuint (f->n_connected, ==, 2);
  first = sip_server_list_get_flow (f->list);
  g_assert_cmpuint (first->state, ==, SIP_FLOW_OPEN);

  /* Fail over to the second, and back when the first is there again. */
  sip_flow_close (first);
  sip_timer_wheel_advance (f->wheel, 0);
  second = sip_server_list_get_flow (f->list);
  g_assert_true (second != first);
  g_assert_cmpuint (second->state, ==, SIP_FLOW_OPEN);
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_BASE);
  g_assert_true (sip_server_list_get_flow (f->list) != second);
  g_assert_cmpuint (sip_server_list_get_flow (f->list)->state, ==, SIP_FLOW_OPEN);
  g_assert_cmpstr (f->log->str, ==, "+hub?transport=tcp +spare?transport=tcp -hub?transport=tcp +hub?transport=tcp ");
}

/* The waits, as they are measured: each between the half and the whole of what it may be, and no longer than the longest. */
static void
test_backoff (Fixture *f, gconstpointer data)
{
  gint64 longest = SIP_RECONNECT_BASE;

  start (f, (const char *const[]){ HUB, NULL });
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_STABLE);
  lose_hub (f);
  g_assert_cmpuint (f->n_disconnected, ==, 1);
  for (guint i = 0; i < 12; i++)
    {
      gint64 lost = sip_timer_wheel_now (f->wheel);
      gint64 waited;

      while (f->n_disconnected == i + 1)
        sip_timer_wheel_advance (f->wheel, 100 * 1000);
      waited = sip_timer_wheel_now (f->wheel) - lost;
      g_assert_cmpint (waited, >=, longest / 2 - 100 * 1000);
      g_assert_cmpint (waited, <=, longest + 200 * 1000);
      longest = MIN (2 * longest, SIP_RECONNECT_MAX);
    }
  g_assert_cmpint (longest, ==, SIP_RECONNECT_MAX);

  open_hub (f);
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_MAX + G_USEC_PER_SEC);
  g_assert_cmpuint (f->n_connected, ==, 2);
}

/* A server that takes connections and drops them is no better than one that takes none. */
static void
test_flapping (Fixture *f, gconstpointer data)
{
  guint n;

  start (f, (const char *const[]){ HUB, NULL });
  for (guint i = 0; i < 6; i++)
    {
      n = f->n_connected;
      sip_flow_close (sip_server_list_get_flow (f->list));
      while (f->n_connected == n)
        sip_timer_wheel_advance (f->wheel, G_USEC_PER_SEC);
    }
  g_assert_cmpint (sip_timer_wheel_now (f->wheel), >, (SIP_RECONNECT_BASE << 6) / 2 - SIP_RECONNECT_BASE);

  /* It has held, so it is trusted again. */
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_STABLE);
  n = f->n_connected;
  sip_flow_close (sip_server_list_get_flow (f->list));
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_BASE);
  g_assert_cmpuint (f->n_connected, ==, n + 1);
}

/* A thousand agents that lost one server: in no tenth of the time do more than a quarter of them come back. */
static void
test_no_herd (void)
{
  for (guint n_failures = 0; n_failures < 40; n_failures += 3)
    {
      gint64 longest = MIN (SIP_RECONNECT_BASE << MIN (n_failures, 16), SIP_RECONNECT_MAX);
      guint counts[10] = { 0 };

      for (guint i = 0; i < 1000; i++)
        {
          gint64 wait = sip_server_list_choose_wait (n_failures);

          g_assert_cmpint (wait, >=, longest / 2);
          g_assert_cmpint (wait, <, longest + 1);
          counts[MIN ((wait - longest / 2) * 20 / longest, 9)]++;
        }
      for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
        {
          g_assert_cmpuint (counts[i], >, 25);
          g_assert_cmpuint (counts[i], <, 250);
        }
    }
}

/* The network is back: nobody waits out his five minutes. */
static void
test_network_back (Fixture *f, gconstpointer data)
{
  start (f, (const char *const[]){ HUB, NULL });
  lose_hub (f);
  sip_timer_wheel_advance (f->wheel, (gint64) 3600 * G_USEC_PER_SEC);
  open_hub (f);

  sip_server_list_network_changed (f->list, FALSE);
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_SPREAD);
  g_assert_cmpuint (f->n_connected, ==, 1);
  sip_server_list_network_changed (f->list, TRUE);
  g_assert_cmpuint (f->n_connected, ==, 1);
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_SPREAD);
  g_assert_cmpuint (f->n_connected, ==, 2);

  /* Nothing happens to what is well. */
  sip_server_list_network_changed (f->list, TRUE);
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_SPREAD);
  g_assert_cmpuint (f->n_connected, ==, 2);
  g_assert_cmpuint (sip_server_list_get_flow (f->list)->state, ==, SIP_FLOW_OPEN);
}

/* A connection from an address that is gone is not waited for. */
static void
test_address_gone (Fixture *f, gconstpointer data)
{
  SipFlow *flow;

  start (f, (const char *const[]){ HUB, NULL });
  flow = sip_server_list_get_flow (f->list);
  g_assert_true (sip_address_parse (&flow->local, SIP_STR ("127.0.0.1"), 4711));
  sip_server_list_network_changed (f->list, TRUE);
  g_assert_cmpuint (f->n_disconnected, ==, 0);
  g_assert_true (sip_address_parse (&flow->local, SIP_STR ("192.0.2.77"), 4711));
  sip_server_list_network_changed (f->list, TRUE);
  g_assert_cmpuint (f->n_disconnected, ==, 1);
  sip_timer_wheel_advance (f->wheel, SIP_RECONNECT_SPREAD);
  g_assert_cmpuint (f->n_connected, ==, 2);
}

/* Who wants something now does not wait either. */
static void
test_on_demand (Fixture *f, gconstpointer data)
{
  SipFlow *flow;

  start (f, (const char *const[]){ HUB, SPARE, NULL });
  lose_hub (f);
  open_hub (f);
  g_assert_true (sip_server_list_is_down (f->list));
  flow = sip_server_list_get_flow (f->list);
  g_assert_nonnull (flow);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CONNECTING);
  g_assert_true (sip_server_list_get_flow (f->list) == flow);
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (f->n_connected, ==, 3);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
}

static void
test_datagrams (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *own = peer_listen (&f->alice, "udp://127.0.0.1:0");

  start (f, (const char *const[]){ "udp://127.0.0.1:5060", NULL });
  g_assert_cmpuint (f->n_connected, ==, 1);
  g_assert_cmpuint (sip_server_list_get_flow (f->list)->kind, ==, SIP_TRANSPORT_UDP);
}

static void
test_invalid (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sip_server_list_connect (f->list, (const char *const[]){ HUB, "pigeon://x", NULL }, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT);
}

static void
test_freed_in_event (Fixture *f, gconstpointer data)
{
  f->free_in_event = TRUE;
  start (f, (const char *const[]){ HUB, HUB, SPARE, NULL });
  g_assert_null (f->list);
  g_assert_cmpuint (f->n_connected, ==, 1);
}

static void
test_freed_when_lost (Fixture *f, gconstpointer data)
{
  start (f, (const char *const[]){ HUB, SPARE, NULL });
  f->free_in_event = TRUE;
  lose_hub (f);
  g_assert_null (f->list);
  g_assert_cmpuint (f->n_disconnected, ==, 1);
}

#define TEST(name, func) g_test_add ("/server-list/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("order", test_order);
  TEST ("backoff", test_backoff);
  TEST ("flapping", test_flapping);
  g_test_add_func ("/server-list/no-herd", test_no_herd);
  TEST ("network-back", test_network_back);
  TEST ("address-gone", test_address_gone);
  TEST ("on-demand", test_on_demand);
  TEST ("datagrams", test_datagrams);
  TEST ("invalid", test_invalid);
  TEST ("freed-in-event", test_freed_in_event);
  TEST ("freed-when-lost", test_freed_when_lost);

  return g_test_run ();
}
