/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-dns.h"
#include "transport/sip-locator-private.h"

#define UDP (1u << SIP_TRANSPORT_UDP)
#define TCP (1u << SIP_TRANSPORT_TCP)
#define TLS (1u << SIP_TRANSPORT_TLS)
#define WEB (1u << SIP_TRANSPORT_WS | 1u << SIP_TRANSPORT_WSS)
#define ALL (UDP | TCP | TLS | WEB)

/* A URI's wish, what the DNS has, what it is asked for, and where the request may go. */
typedef struct
{
  const char *label;
  const char *records[12];
  SipLocateWish wish;
  const char *asked;
  const char *expected;
} Case;

#define X "x.example"
#define NAPTR_ALL                                                                                                                        \
  "NAPTR x.example 50 50 s SIPS+D2T - _sips._tcp.x.example", "NAPTR x.example 90 50 s SIP+D2T - _sip._tcp.x.example",                     \
    "NAPTR x.example 100 50 s SIP+D2U - _sip._udp.x.example"

static const Case cases[] = {
  /* RFC 3263 §4.1: numeric hosts never get here. A port, or a name that is in no DNS: nothing is asked. */
  { "port", { "SRV _sip._udp.x.example 1 1 1 no" }, { X, 5070, 0, 0, 0, ALL }, "", "UDP x.example:5070" },
  { "sips and port", { NULL }, { X, 5070, 0, 1, 0, ALL }, "", "TLS x.example:5070" },
  { "transport and port", { NULL }, { X, 5070, 1, 0, SIP_TRANSPORT_TCP, ALL }, "", "TCP x.example:5070" },
  { "localhost", { NULL }, { "localhost", 0, 0, 0, 0, ALL }, "", "UDP localhost:5060" },
  { "in localhost", { NULL }, { "a.LocalHost", 0, 1, 0, SIP_TRANSPORT_WS, ALL }, "", "WS a.LocalHost:80" },
  { "mDNS", { NULL }, { "phone.local", 0, 0, 1, 0, ALL }, "", "TLS phone.local:5061" },
  { "no name", { NULL }, { "a/b", 0, 0, 0, 0, ALL }, "", "UDP a/b:5060" },
  { "like localhost", { NULL }, { "notlocalhost", 0, 1, 0, SIP_TRANSPORT_UDP, ALL }, "SRV _sip._udp.notlocalhost", "UDP notlocalhost:5060" },

  /* §4.2: the transport is named. */
  { "transport", { "SRV _sip._tcp.x.example 1 1 5070 one" }, { X, 0, 1, 0, SIP_TRANSPORT_TCP, ALL }, "SRV _sip._tcp.x.example",
    "TCP one:5070" },
  { "transport, no SRV", { NULL }, { X, 0, 1, 0, SIP_TRANSPORT_TCP, ALL }, "SRV _sip._tcp.x.example", "TCP x.example:5060" },
  { "tls", { "SRV _sips._tcp.x.example 1 1 5071 one" }, { X, 0, 1, 1, SIP_TRANSPORT_TLS, ALL }, "SRV _sips._tcp.x.example",
    "TLS one:5071" },
  { "ws", { "SRV _sip._ws.x.example 1 1 8080 one" }, { X, 0, 1, 0, SIP_TRANSPORT_WS, ALL }, "SRV _sip._ws.x.example", "WS one:8080" },
  { "wss", { NULL }, { X, 0, 1, 1, SIP_TRANSPORT_WSS, ALL }, "SRV _sips._ws.x.example", "WSS x.example:443" },

  /* §4.1: NAPTR chooses it. */
  { "NAPTR", { NAPTR_ALL, "SRV _sips._tcp.x.example 1 1 5061 one" }, { X, 0, 0, 0, 0, ALL },
    "NAPTR x.example, SRV _sips._tcp.x.example", "TLS one:5061" },
  { "NAPTR, we have only UDP", { NAPTR_ALL, "SRV _sip._udp.x.example 1 1 5060 one" }, { X, 0, 0, 0, 0, UDP },
    "NAPTR x.example, SRV _sip._udp.x.example", "UDP one:5060" },
  { "NAPTR for sips", { "NAPTR x.example 1 1 s SIP+D2U - _sip._udp.x.example", "NAPTR x.example 2 1 s SIPS+D2T - _sips._tcp.x.example",
                        "SRV _sips._tcp.x.example 1 1 5061 one" },
    { X, 0, 0, 1, 0, ALL }, "NAPTR x.example, SRV _sips._tcp.x.example", "TLS one:5061" },
  { "NAPTR to WebSocket", { "NAPTR x.example 1 1 S sip+d2w - _sip._ws.x.example", "SRV _sip._ws.x.example 1 1 8080 one" },
    { X, 0, 0, 0, 0, ALL }, "NAPTR x.example, SRV _sip._ws.x.example", "WS one:8080" },
  { "NAPTR to elsewhere", { "NAPTR x.example 1 1 s SIP+D2T - _sip._tcp.y.example", "SRV _sip._tcp.y.example 1 1 5060 one" },
    { X, 0, 0, 0, 0, ALL }, "NAPTR x.example, SRV _sip._tcp.y.example", "TCP one:5060" },
  { "NAPTR of an order that brings nothing", { NAPTR_ALL, "SRV _sip._tcp.x.example 1 1 5060 one" }, { X, 0, 0, 0, 0, ALL },
    "NAPTR x.example, SRV _sips._tcp.x.example, SRV _sip._tcp.x.example", "TCP one:5060" },
  { "NAPTR, other orders are not for failures", { NAPTR_ALL, "SRV _sips._tcp.x.example 1 1 5061 one",
                                                  "SRV _sip._tcp.x.example 1 1 5060 two" },
    { X, 0, 0, 0, 0, ALL }, "NAPTR x.example, SRV _sips._tcp.x.example", "TLS one:5061" },
  { "NAPTR of one order", { "NAPTR x.example 1 20 s SIP+D2U - _sip._udp.x.example", "NAPTR x.example 1 10 s SIP+D2T - _sip._tcp.x.example",
                            "SRV _sip._udp.x.example 1 1 5060 two", "SRV _sip._tcp.x.example 1 1 5060 one" },
    { X, 0, 0, 0, 0, ALL }, "NAPTR x.example, SRV _sip._tcp.x.example, SRV _sip._udp.x.example", "TCP one:5060, UDP two:5060" },
  { "NAPTR without SRV", { "NAPTR x.example 1 1 s SIP+D2T - _sip._tcp.x.example" }, { X, 0, 0, 0, 0, ALL },
    "NAPTR x.example, SRV _sip._tcp.x.example", "TCP x.example:5060" },
  { "NAPTR of other things",
    { "NAPTR x.example 1 1 u E2U+sip !^.*$!sip:info@x.example! .", "NAPTR x.example 1 2 s SIP+D2S - _sip._sctp.x.example",
      "NAPTR x.example 1 3 a SIP+D2T - one.x.example", "NAPTR x.example 1 4 s SIP+D2T !a!b! _sip._tcp.x.example",
      "NAPTR x.example 1 5 s SIP+D2T - .", "NAPTR x.example 1 6 s SIP+D2TX - _sip._tcp.x.example" },
    { X, 0, 0, 0, 0, ALL },
    "NAPTR x.example, SRV _sip._udp.x.example, SRV _sip._tcp.x.example, SRV _sips._tcp.x.example", "UDP x.example:5060" },

  /* Without NAPTR, SRV tells what is spoken. */
  { "SRV of TCP only", { "SRV _sip._tcp.x.example 1 1 5060 one" }, { X, 0, 0, 0, 0, ALL },
    "NAPTR x.example, SRV _sip._udp.x.example, SRV _sip._tcp.x.example, SRV _sips._tcp.x.example", "TCP one:5060" },
  { "SRV of all", { "SRV _sips._tcp.x.example 1 1 5061 c", "SRV _sip._tcp.x.example 1 1 5060 b", "SRV _sip._udp.x.example 1 1 5060 a" },
    { X, 0, 0, 0, 0, ALL }, "NAPTR x.example, SRV _sip._udp.x.example, SRV _sip._tcp.x.example, SRV _sips._tcp.x.example",
    "UDP a:5060, TCP b:5060, TLS c:5061" },
  { "SRV for sips", { "SRV _sip._udp.x.example 1 1 5060 a" }, { X, 0, 0, 1, 0, ALL }, "NAPTR x.example, SRV _sips._tcp.x.example",
    "TLS x.example:5061" },
  { "nothing, and no UDP", { NULL }, { X, 0, 0, 0, 0, TCP | TLS | WEB },
    "NAPTR x.example, SRV _sip._tcp.x.example, SRV _sips._tcp.x.example", "TCP x.example:5060" },

  /* RFC 2782 */
  { "priorities", { "SRV _sip._tcp.x.example 20 0 2 b", "SRV _sip._tcp.x.example 10 9 1 a", "SRV _sip._tcp.x.example 30 0 3 c" },
    { X, 0, 1, 0, SIP_TRANSPORT_TCP, ALL }, "SRV _sip._tcp.x.example", "TCP a:1, TCP b:2, TCP c:3" },
  { "decidedly not", { "SRV _sip._tcp.x.example 0 0 0 ." }, { X, 0, 1, 0, SIP_TRANSPORT_TCP, ALL }, "SRV _sip._tcp.x.example", "" },
  { "decidedly not by UDP", { "SRV _sip._udp.x.example 0 0 0 .", "SRV _sip._tcp.x.example 1 1 5060 one" }, { X, 0, 0, 0, 0, ALL },
    "NAPTR x.example, SRV _sip._udp.x.example, SRV _sip._tcp.x.example, SRV _sips._tcp.x.example", "TCP one:5060" },
  { "port 0", { "SRV _sip._tcp.x.example 1 1 0 one", "SRV _sip._tcp.x.example 1 1 9 two" }, { X, 0, 1, 0, SIP_TRANSPORT_TCP, ALL },
    "SRV _sip._tcp.x.example", "TCP two:9" },
};

typedef struct
{
  SipTimerWheel *wheel;
  SipDnsResolver *resolver;
  FakeDns *dns;
  guint n_calls;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->wheel = sip_timer_wheel_new_virtual (0);
  f->resolver = sip_dns_resolver_new (f->wheel, g_main_context_default ());
  f->dns = fake_dns_new (f->resolver);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sip_dns_resolver_free (f->resolver);
  fake_dns_free (f->dns);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
}

static void
news_cb (gpointer user_data)
{
  Fixture *f = user_data;

  f->n_calls++;
}

static const SipLocation *
next (Fixture *f, SipLocator *locator)
{
  gboolean is_pending;
  const SipLocation *location;

  while ((location = sip_locator_next (locator, &is_pending)) == NULL && is_pending)
    {
      guint before = f->n_calls;

      g_assert_true (sip_locator_wait (locator, news_cb, f));
      if (f->dns->tickets.length > 0)
        fake_dns_answer_one (f->dns);
      else
        sip_timer_wheel_advance (f->wheel, 0);
      g_assert_cmpuint (f->n_calls, ==, before + 1);
    }
  return location;
}

static char *
list_all (Fixture *f, const SipLocateWish *wish)
{
  g_autoptr (SipLocator) locator = sip_locator_new (f->resolver, wish);
  g_autoptr (GString) text = g_string_new (NULL);
  const SipLocation *location;
  gboolean is_pending;

  while ((location = next (f, locator)) != NULL)
    g_string_append_printf (text, "%s%s %s:%u", text->len > 0 ? ", " : "", sip_transport_kind_to_via (location->kind), location->host,
                            location->port);
  g_assert_null (sip_locator_next (locator, &is_pending));
  g_assert_false (is_pending);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_locations (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases) * 2; i++)
    {
      const Case *c = &cases[i / 2];
      Fixture f = { 0 };
      g_autofree char *found = NULL;
      g_autofree char *again = NULL;
      g_autofree char *asked = NULL;

      g_test_message ("%s", c->label);
      set_up (&f, NULL);
      f.dns->is_prompt = i % 2 == 1;
      for (guint j = 0; c->records[j] != NULL; j++)
        fake_dns_add (f.dns, c->records[j]);
      found = list_all (&f, &c->wish);
      g_assert_cmpstr (found, ==, c->expected);

      /* The second time it is remembered. */
      again = list_all (&f, &c->wish);
      g_assert_cmpstr (again, ==, c->expected);
      g_ptr_array_add (f.dns->asked, NULL);
      asked = g_strjoinv (", ", (char **) f.dns->asked->pdata);
      g_assert_cmpstr (asked, ==, c->asked);
      tear_down (&f, NULL);
    }
}

/* A server that says nothing, to anything. */
static void
test_silence (Fixture *f, gconstpointer data)
{
  SipLocateWish wish = { X, 0, 0, 0, 0, ALL };
  g_autoptr (SipLocator) locator = sip_locator_new (f->resolver, &wish);
  gboolean is_pending;
  const SipLocation *location;
  guint n = 0;

  while ((location = sip_locator_next (locator, &is_pending)) == NULL && is_pending)
    {
      sip_locator_wait (locator, news_cb, f);
      sip_timer_wheel_advance (f->wheel, fake_dns_class.timeout);
      g_assert_cmpuint (++n, <=, 3);
    }
  /* What is left is the host itself. */
  g_assert_nonnull (location);
  g_assert_cmpstr (location->host, ==, X);
  g_assert_cmpint (sip_timer_wheel_now (f->wheel), <=, 2 * fake_dns_class.timeout);
}

static void
test_freed (Fixture *f, gconstpointer data)
{
  SipLocateWish wish = { X, 0, 0, 0, 0, ALL };
  SipLocator *locator = sip_locator_new (f->resolver, &wish);
  gboolean is_pending;

  g_assert_null (sip_locator_next (locator, &is_pending));
  sip_locator_wait (locator, news_cb, f);
  fake_dns_answer_one (f->dns);
  g_assert_cmpuint (f->n_calls, ==, 1);
  g_assert_null (sip_locator_next (locator, &is_pending));
  g_assert_cmpuint (f->dns->tickets.length, ==, 3);
  sip_locator_wait (locator, news_cb, f);
  sip_locator_free (locator);
  fake_dns_answer (f->dns);
  g_assert_cmpuint (f->n_calls, ==, 1);
}

#define TEST(name, func) g_test_add ("/locator/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/locator/locations", test_locations);
  TEST ("silence", test_silence);
  TEST ("freed", test_freed);

  return g_test_run ();
}
