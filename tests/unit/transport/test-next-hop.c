/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-dns.h"
#include "transport-peer.h"

#include "syntax/sip-error.h"
#include "transport/sip-next-hop-private.h"

typedef struct
{
  SipTimerWheel *wheel;
  Peer alice;
  Peer bob;
  char *bob_ws;
  guint n_calls;
  SipFlow *flow;   /* of the last call */
  GError *error;
  SipNextHop *free_in_call;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *udp = NULL;

  f->wheel = sip_timer_wheel_new (NULL);
  peer_init (&f->alice, f->wheel);
  peer_init (&f->bob, f->wheel);
  udp = peer_listen (&f->alice, "udp://127.0.0.1:0");
  f->bob_ws = peer_listen (&f->bob, "ws://127.0.0.1:0/");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  peer_clear (&f->alice);
  peer_clear (&f->bob);
  g_clear_pointer (&f->flow, sip_flow_unref);
  g_clear_error (&f->error);
  g_free (f->bob_ws);
  drain ();
  sip_timer_wheel_unref (f->wheel);
}

static SipNextHop *
next_hop (Fixture *f, const char *uri, SipFlow *preferred)
{
  SipUriView view;

  g_assert_true (sip_uri_view_parse (&view, sip_str_from (uri)));
  return sip_next_hop_new (f->alice.transports, &view, preferred);
}

static void
found_cb (gpointer user_data, SipFlow *flow, const GError *error)
{
  Fixture *f = user_data;

  g_assert_true ((flow == NULL) != (error == NULL));
  f->n_calls++;
  g_clear_pointer (&f->flow, sip_flow_unref);
  g_clear_error (&f->error);
  if (flow != NULL)
    f->flow = sip_flow_ref (flow);
  if (error != NULL)
    f->error = g_error_copy (error);
  g_clear_pointer (&f->free_in_call, sip_next_hop_free);
}

typedef struct
{
  const char *uri;
  const char *remote; /* of the flow that comes at once, or a part of the error */
  int code;           /* -1: a flow */
} Case;

static const Case cases[] = {
  { "sip:192.0.2.1", "192.0.2.1:5060", -1 },
  { "sip:bob@192.0.2.1:5070;lr", "192.0.2.1:5070", -1 },
  { "sip:192.0.2.1;transport=UDP", "192.0.2.1:5060", -1 },
  { "sip:bob@example.com;maddr=192.0.2.9", "192.0.2.9:5060", -1 },
  { "sip:[2001:db8::1]", "[2001:db8::1]:5060", SIP_ERROR_TRANSPORT }, /* no IPv6 listener */
  { "sips:192.0.2.1;transport=udp", "UDP", SIP_ERROR_TRANSPORT },
  { "sip:192.0.2.1;transport=pigeon", "pigeon", SIP_ERROR_TRANSPORT },
  { "sip:192.0.2.1;transport", "transport", SIP_ERROR_TRANSPORT },
  { "sip:bob@df7jal23ls0d.invalid;transport=ws", "df7jal23ls0d.invalid", SIP_ERROR_TRANSPORT },
  { "sip:bob@x.INVALID.", "x.INVALID", SIP_ERROR_TRANSPORT },
  { "tel:+15551234", "tel:+15551234", SIP_ERROR_INVALID_URI },
  { "urn:service:sos", "urn:service:sos", SIP_ERROR_INVALID_URI },
};

static void
test_at_once (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autoptr (SipNextHop) hop = next_hop (f, c->uri, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) last = NULL;
      g_autoptr (SipFlow) flow = sip_next_hop_try (hop, &error);
      g_autofree char *remote = NULL;

      if (c->code >= 0)
        {
          g_assert_null (flow);
          g_assert_error (error, SIP_ERROR, c->code);
          g_assert_nonnull (strstr (error->message, c->remote));
          continue;
        }
      g_assert_no_error (error);
      g_assert_nonnull (flow);
      remote = sip_address_to_string (&flow->remote);
      g_assert_cmpstr (remote, ==, c->remote);
      g_assert_cmpuint (flow->kind, ==, SIP_TRANSPORT_UDP);
      /* There is one of it. */
      g_assert_null (sip_next_hop_try (hop, &last));
      g_assert_error (last, SIP_ERROR, SIP_ERROR_TRANSPORT);
    }
}

/* The same by callback: from the main loop, never at once. */
static void
test_by_callback (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SipNextHop) hop = next_hop (f, cases[i].uri, NULL);

      f->n_calls = 0;
      sip_next_hop_start (hop, found_cb, f);
      g_assert_cmpuint (f->n_calls, ==, 0);
      wait_until (f->n_calls == 1);
      g_assert_cmpint (f->flow != NULL, ==, cases[i].code < 0);
      drain ();
      g_assert_cmpuint (f->n_calls, ==, 1);
      if (cases[i].code >= 0)
        continue;
      sip_next_hop_start (hop, found_cb, f);
      wait_until (f->n_calls == 2);
      g_assert_error (f->error, SIP_ERROR, SIP_ERROR_TRANSPORT);
    }
}

static void
test_preferred (Fixture *f, gconstpointer data)
{
  g_autoptr (SipFlow) preferred = peer_connect (&f->alice, f->bob_ws);
  static const char *const uris[] = { "sip:192.0.2.1", "sip:bob@x.invalid;transport=ws", "tel:+1", "sips:x.example",
                                      "sip:x;transport=pigeon" };

  for (guint closed = 0; closed < 2; closed++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
        {
          g_autoptr (SipNextHop) hop = next_hop (f, uris[i], preferred);
          g_autoptr (GError) error = NULL;
          g_autoptr (SipFlow) flow = sip_next_hop_try (hop, &error);
          g_autoptr (SipFlow) second = NULL;

          g_assert_cmpint (flow == preferred, ==, !closed);
          if (closed)
            continue;
          g_assert_no_error (error);
          second = sip_next_hop_try (hop, &error);
          g_assert_true (second != preferred);
          g_assert_cmpint (second != NULL, ==, i == 0);
        }
      sip_flow_close (preferred);
    }
}

static void
test_websocket (Fixture *f, gconstpointer data)
{
  g_autoptr (GUri) parsed = g_uri_parse (f->bob_ws, G_URI_FLAGS_NONE, NULL);
  g_autofree char *uri = g_strdup_printf ("sip:bob@127.0.0.1:%d;transport=ws", g_uri_get_port (parsed));
  g_autofree char *other = g_strdup_printf ("ws://127.0.0.1:%d/other", g_uri_get_port (parsed));
  g_autoptr (SipNextHop) hop = next_hop (f, uri, NULL);
  g_autoptr (SipNextHop) again = next_hop (f, uri, NULL);
  g_autoptr (SipFlow) flow = sip_next_hop_try (hop, NULL);
  g_autoptr (SipFlow) same = sip_next_hop_try (again, NULL);
  g_autoptr (SipFlow) other_path = peer_connect (&f->alice, other);

  g_assert_nonnull (flow);
  g_assert_true (flow == same);
  g_assert_true (flow != other_path);
  peer_send (flow, "x");
  wait_until (f->bob.messages->len == 1);
}

/* A connection that was opened to the outbound proxy, with its path, serves what goes to that host. */
static void
test_existing (Fixture *f, gconstpointer data)
{
  g_autoptr (GUri) parsed = g_uri_parse (f->bob_ws, G_URI_FLAGS_NONE, NULL);
  g_autofree char *with_path = g_strdup_printf ("ws://LocalHost:%d/some/path?x=y", g_uri_get_port (parsed));
  g_autofree char *uri = g_strdup_printf ("sip:localhost:%d;transport=ws;lr", g_uri_get_port (parsed));
  g_autoptr (SipFlow) open = peer_connect (&f->alice, with_path);
  g_autoptr (SipNextHop) hop = next_hop (f, uri, NULL);
  g_autoptr (SipFlow) flow = sip_next_hop_try (hop, NULL);

  g_assert_true (flow == open);
}

static void
test_resolve (Fixture *f, gconstpointer data)
{
  g_autoptr (SipNextHop) hop = next_hop (f, "sip:bob@localhost:5099", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *remote = NULL;

  g_assert_null (sip_next_hop_try (hop, &error));
  g_assert_no_error (error);
  sip_next_hop_start (hop, found_cb, f);
  g_assert_null (sip_next_hop_try (hop, &error));
  g_assert_no_error (error);
  wait_until (f->n_calls == 1);
  g_assert_no_error (f->error);
  remote = sip_address_to_string (&f->flow->remote);
  g_assert_cmpstr (remote, ==, "127.0.0.1:5099");

  /* ::1 may follow, for which there is no listener. */
  sip_next_hop_start (hop, found_cb, f);
  wait_until (f->n_calls == 2);
  g_assert_error (f->error, SIP_ERROR, SIP_ERROR_TRANSPORT);
}

static void
test_no_such_name (Fixture *f, gconstpointer data)
{
  /* A label of more than 63 characters: the resolver refuses it without asking anybody. */
  g_autofree char *label = g_strnfill (64, 'a');
  g_autofree char *uri = g_strdup_printf ("sip:bob@%s.com", label);
  g_autoptr (SipNextHop) hop = next_hop (f, uri, NULL);

  sip_next_hop_start (hop, found_cb, f);
  wait_until (f->n_calls == 1);
  g_assert_nonnull (f->error);
  g_assert_cmpuint (f->error->domain, ==, G_RESOLVER_ERROR);
}

static void
test_freed (Fixture *f, gconstpointer data)
{
  static const char *const uris[] = { "sip:bob@localhost", "sip:192.0.2.1", "sip:x.invalid" };

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      SipNextHop *hop = next_hop (f, uris[i], NULL);

      sip_next_hop_start (hop, found_cb, f);
      sip_next_hop_free (hop);

      f->n_calls = 0;
      f->free_in_call = next_hop (f, uris[i], NULL);
      sip_next_hop_start (f->free_in_call, found_cb, f);
      wait_until (f->n_calls == 1);
      g_assert_null (f->free_in_call);
      drain ();
      g_assert_cmpuint (f->n_calls, ==, 1);
    }
}

static void
test_memory (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *a = peer_listen (&f->alice, "mem://alice");
  G_GNUC_UNUSED g_autofree char *b = peer_listen (&f->bob, "mem://bob");
  g_autoptr (SipNextHop) hop = next_hop (f, "sip:bob@bob.mem", NULL);
  g_autoptr (SipFlow) flow = sip_next_hop_try (hop, NULL);

  g_assert_nonnull (flow);
  peer_send (flow, "x");
  wait_until (f->bob.messages->len == 1);
}

/* A connection that nobody knows a sent-by for yet is given out when it is open. */
static void
test_opening (Fixture *f, gconstpointer data)
{
  g_autofree char *tcp = peer_listen (&f->bob, "tcp://127.0.0.1:0");
  g_autofree char *uri = g_strdup_printf ("sip:bob@127.0.0.1%s;transport=tcp", strrchr (tcp, ':'));
  g_autofree char *name = g_strdup_printf ("sip:bob@localhost%s;transport=TCP", strrchr (tcp, ':'));
  const char *const uris[] = { uri, name };

  for (guint i = 0; i < G_N_ELEMENTS (uris); i++)
    {
      g_autoptr (SipNextHop) hop = next_hop (f, uris[i], NULL);
      g_autoptr (SipNextHop) other = next_hop (f, uris[i], NULL);
      g_autoptr (SipNextHop) later = NULL;
      g_autoptr (SipFlow) flow = NULL;
      g_autoptr (GError) error = NULL;

      f->n_calls = 0;
      g_assert_null (sip_next_hop_try (hop, &error));
      g_assert_null (sip_next_hop_try (hop, &error));
      g_assert_no_error (error);
      sip_next_hop_start (hop, found_cb, f);
      sip_next_hop_start (other, found_cb, f);
      wait_until (f->n_calls == 2);
      g_assert_no_error (f->error);
      g_assert_cmpuint (f->flow->state, ==, SIP_FLOW_OPEN);
      g_assert_cmpuint (f->flow->kind, ==, SIP_TRANSPORT_TCP);
      later = next_hop (f, uris[i], NULL);
      flow = sip_next_hop_try (later, &error);
      g_assert_true (flow == f->flow);
      g_assert_null (sip_next_hop_try (later, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT);
    }
}

static void
test_opening_fails (Fixture *f, gconstpointer data)
{
  g_autofree char *tcp = peer_listen (&f->bob, "tcp://127.0.0.1:0");
  g_autofree char *uri = g_strdup_printf ("sip:bob@127.0.0.1%s;transport=tcp", strrchr (tcp, ':'));
  g_autoptr (SipNextHop) hop = next_hop (f, uri, NULL);
  g_autoptr (SipNextHop) late = next_hop (f, uri, NULL);
  g_autoptr (GError) error = NULL;

  peer_clear (&f->bob);
  sip_next_hop_start (hop, found_cb, f);
  g_assert_null (sip_next_hop_try (late, &error));
  g_assert_no_error (error);
  wait_until (f->n_calls == 1);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  /* It has closed before somebody waited. */
  sip_next_hop_start (late, found_cb, f);
  wait_until (f->n_calls == 2);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  peer_init (&f->bob, f->wheel);
}

/* A preferred connection that does not come to be is followed by the URI's own. */
static void
test_preferred_fails (Fixture *f, gconstpointer data)
{
  g_autofree char *tcp = peer_listen (&f->bob, "tcp://127.0.0.1:0");
  g_autoptr (SipFlow) preferred = peer_connect (&f->alice, tcp);
  g_autoptr (SipNextHop) hop = next_hop (f, "sip:192.0.2.1", preferred);

  sip_next_hop_start (hop, found_cb, f);
  sip_flow_close (preferred);
  wait_until (f->n_calls == 1);
  g_assert_cmpuint (f->flow->kind, ==, SIP_TRANSPORT_UDP);
}

static void
test_opening_freed (Fixture *f, gconstpointer data)
{
  g_autofree char *tcp = peer_listen (&f->bob, "tcp://127.0.0.1:0");
  g_autofree char *uri = g_strdup_printf ("sip:bob@127.0.0.1%s;transport=tcp", strrchr (tcp, ':'));
  SipNextHop *hop = next_hop (f, uri, NULL);
  SipNextHop *tried = next_hop (f, uri, NULL);

  g_assert_null (sip_next_hop_try (tried, NULL));
  sip_next_hop_free (tried);
  sip_next_hop_start (hop, found_cb, f);
  g_main_context_iteration (NULL, TRUE);
  sip_next_hop_free (hop);
  f->free_in_call = next_hop (f, uri, NULL);
  sip_next_hop_start (f->free_in_call, found_cb, f);
  wait_until (f->n_calls == 1);
  drain ();
  g_assert_cmpuint (f->n_calls, ==, 1);
}

/* A port that nobody takes connections at, and nobody else can. NULL: somebody has it. */
static GSocket *
reserve (const char *host, guint16 *port)
{
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string (host, *port);
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (wanted), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GSocketAddress) bound = NULL;

  if (socket == NULL || !g_socket_bind (socket, wanted, FALSE, NULL))
    return NULL;
  bound = g_socket_get_local_address (socket, NULL);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return g_steal_pointer (&socket);
}

/* RFC 8305 with our resolver: one address refuses, and one answer never comes. */
static void
test_addresses (Fixture *f, gconstpointer data)
{
  g_autofree char *tcp = peer_listen (&f->bob, "tcp://127.0.0.1:0");
  FakeDns *dns = fake_dns_new (sip_transports_get_resolver (f->alice.transports));
  static const char *const hosts[] = { "both.example", "silent.example" };
  guint16 port = (guint16) atoi (strrchr (tcp, ':') + 1);
  G_GNUC_UNUSED g_autoptr (GSocket) refuses = reserve ("::1", &port);

  fake_dns_add (dns, "AAAA both.example ::1");
  fake_dns_add (dns, "A both.example 127.0.0.1");
  fake_dns_add (dns, "A silent.example 127.0.0.1");
  for (guint i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *uri = g_strdup_printf ("sip:bob@%s%s;transport=tcp", hosts[i], strrchr (tcp, ':'));
      g_autoptr (SipNextHop) hop = next_hop (f, uri, NULL);

      f->n_calls = 0;
      sip_next_hop_start (hop, found_cb, f);
      wait_until (dns->tickets.length == 2);
      /* IPv6 is asked for first. */
      if (i == 1)
        g_queue_push_tail (&dns->tickets, g_queue_pop_head (&dns->tickets));
      fake_dns_answer_one (dns);
      if (i == 0)
        fake_dns_answer_one (dns);
      wait_until (f->n_calls == 1);
      g_assert_no_error (f->error);
      g_assert_cmpuint (f->flow->state, ==, SIP_FLOW_OPEN);
      g_assert_cmpuint (f->flow->remote.family, ==, AF_INET);
      g_assert_cmpuint (dns->tickets.length, ==, i);
    }
  g_clear_pointer (&f->flow, sip_flow_unref);
  peer_clear (&f->alice);
  fake_dns_free (dns);
  peer_init (&f->alice, f->wheel);
}

/* Who refuses comes last for a while; who is alone is asked all the same. */
static void
test_black (Fixture *f, gconstpointer data)
{
  FakeDns *dns = fake_dns_new (sip_transports_get_resolver (f->alice.transports));
  SipBlackList *list = sip_transports_get_black_list (f->alice.transports);
  g_autofree char *good = peer_listen (&f->bob, "tcp://127.0.0.1:0");
  guint16 port = 0;
  g_autoptr (GSocket) bad = reserve ("127.0.0.1", &port);
  g_autofree char *first = g_strdup_printf ("SRV _sip._tcp.x.example 1 0 %u bad.example", port);
  g_autofree char *second = g_strdup_printf ("SRV _sip._tcp.x.example 2 0 %s good.example", strrchr (good, ':') + 1);

  g_assert_nonnull (bad);
  dns->is_prompt = TRUE;
  fake_dns_add (dns, first);
  fake_dns_add (dns, second);
  fake_dns_add (dns, "A good.example 127.0.0.1");
  fake_dns_add (dns, "A bad.example 127.0.0.1");
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (SipNextHop) hop = next_hop (f, "sip:bob@x.example;transport=tcp", NULL);

      f->n_calls = 0;
      sip_next_hop_start (hop, found_cb, f);
      wait_until (f->n_calls == 1);
      g_assert_no_error (f->error);
      g_assert_cmpstr (f->flow->host_name, ==, "good.example");
      g_assert_false (sip_black_list_is_empty (list));
      /* The second time the other one is asked last, and refuses again. */
      if (i == 1)
        {
          sip_next_hop_start (hop, found_cb, f);
          wait_until (f->n_calls == 2);
          g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
        }
    }
  g_clear_pointer (&f->flow, sip_flow_unref);
  peer_clear (&f->alice);
  fake_dns_free (dns);
  peer_init (&f->alice, f->wheel);
}

#define TEST(name, func) g_test_add ("/next-hop/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("at-once", test_at_once);
  TEST ("by-callback", test_by_callback);
  TEST ("preferred", test_preferred);
  TEST ("websocket", test_websocket);
  TEST ("existing", test_existing);
  TEST ("resolve", test_resolve);
  TEST ("no-such-name", test_no_such_name);
  TEST ("freed", test_freed);
  TEST ("opening", test_opening);
  TEST ("opening-fails", test_opening_fails);
  TEST ("preferred-fails", test_preferred_fails);
  TEST ("opening-freed", test_opening_freed);
  TEST ("memory", test_memory);
  TEST ("addresses", test_addresses);
  TEST ("black", test_black);

  return g_test_run ();
}
