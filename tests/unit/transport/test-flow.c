/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-flow-private.h"

#include "syntax/sip-error.h"
#include "transport/sip-timer-wheel-private.h"

typedef struct
{
  SipFlow parent;
  guint n_sent;
  guint n_closed;
  gboolean *freed;
} FakeFlow;

static gboolean
fake_send (SipFlow *flow, SipMsg *msg, GError **error)
{
  ((FakeFlow *) flow)->n_sent++;
  return TRUE;
}

static void
fake_close (SipFlow *flow)
{
  ((FakeFlow *) flow)->n_closed++;
}

static void
fake_free (SipFlow *flow)
{
  *((FakeFlow *) flow)->freed = TRUE;
  sip_flow_clear (flow);
  g_free (flow);
}

static const SipFlowClass fake_class = { fake_send, fake_close, fake_free };

static FakeFlow *
fake_new (SipTransportKind kind, const char *sent_by, gboolean *freed)
{
  FakeFlow *self = g_new0 (FakeFlow, 1);

  *freed = FALSE;
  self->freed = freed;
  sip_flow_init (&self->parent, &fake_class, kind, NULL, NULL);
  self->parent.sent_by = sent_by;
  return self;
}

/* --- names --- */

static void
test_kinds (void)
{
  static const struct
  {
    const char *name;
    int kind;
  } cases[] = {
    { "UDP", SIP_TRANSPORT_UDP }, { "udp", SIP_TRANSPORT_UDP }, { "Tcp", SIP_TRANSPORT_TCP }, { "tls", SIP_TRANSPORT_TLS },
    { "ws", SIP_TRANSPORT_WS },
    { "WSS", SIP_TRANSPORT_WSS }, { "", -1 },                   { "UDP ", -1 },               { "sctp", -1 },               { "wsss", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SipTransportKind kind = SIP_TRANSPORT_TCP;

      g_assert_cmpint (sip_transport_kind_from_str (sip_str_from (cases[i].name), &kind), ==, cases[i].kind >= 0);
      if (cases[i].kind >= 0)
        g_assert_cmpint (kind, ==, cases[i].kind);
    }
  g_assert_cmpstr (sip_transport_kind_to_via (SIP_TRANSPORT_WSS), ==, "WSS");
  g_assert_cmpstr (sip_transport_kind_to_param (SIP_TRANSPORT_WSS), ==, "ws");
}

static void
test_texts (void)
{
  static const struct
  {
    SipTransportKind kind;
    const char *sent_by;
    const char *user, *uri_params, *params;
    const char *via, *contact;
  } cases[] = {
    { SIP_TRANSPORT_UDP, "192.0.2.1:5060", "alice", NULL, NULL, "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport",
      "<sip:alice@192.0.2.1:5060>" },
    { SIP_TRANSPORT_TCP, "[2001:db8::1]:5060", NULL, "ob", "+sip.instance=\"x\"", "SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bK1;rport",
      "<sip:[2001:db8::1]:5060;transport=tcp;ob>;+sip.instance=\"x\"" },
    { SIP_TRANSPORT_WSS, "abc.invalid", "a", "gr=1", NULL, "SIP/2.0/WSS abc.invalid;branch=z9hG4bK1",
      "<sip:a@abc.invalid;transport=ws;gr=1>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean freed;
      FakeFlow *flow = fake_new (cases[i].kind, cases[i].sent_by, &freed);
      g_autoptr (GString) via = g_string_new (NULL);
      g_autoptr (GString) contact = g_string_new (NULL);

      sip_flow_append_via (&flow->parent, via, "z9hG4bK1");
      sip_flow_append_contact (&flow->parent, contact, cases[i].user, cases[i].uri_params, cases[i].params);
      g_assert_cmpstr (via->str, ==, cases[i].via);
      g_assert_cmpstr (contact->str, ==, cases[i].contact);
      sip_flow_unref (&flow->parent);
      g_assert_true (freed);
    }
}

/* --- watches --- */

typedef struct
{
  SipFlowWatch watch;
  guint n;
  SipFlowWatch *off; /* taken off in the call */
  SipFlow *again;    /* watched again in the call */
  SipFlow *drop;     /* a reference that goes in the call */
} Watcher;

static void
watcher_cb (SipFlowWatch *watch, SipFlow *flow)
{
  Watcher *self = SIP_CONTAINER_OF (watch, Watcher, watch);

  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_null (watch->link);
  self->n++;
  if (self->off != NULL)
    sip_flow_unwatch (self->off);
  if (self->again != NULL)
    sip_flow_watch (self->again, watch, watcher_cb);
  g_clear_pointer (&self->drop, sip_flow_unref);
}

static void
test_close (void)
{
  gboolean freed;
  FakeFlow *flow = fake_new (SIP_TRANSPORT_TCP, "x", &freed);
  Watcher a = { 0 }, b = { 0 }, c = { 0 }, d = { 0 };
  g_autoptr (GError) error = NULL;

  sip_flow_watch (&flow->parent, &a.watch, watcher_cb);
  sip_flow_watch (&flow->parent, &b.watch, watcher_cb);
  sip_flow_watch (&flow->parent, &c.watch, watcher_cb);
  sip_flow_watch (&flow->parent, &d.watch, watcher_cb);
  sip_flow_unwatch (&b.watch);
  sip_flow_unwatch (&b.watch);
  /* d is the first to be called: it takes a off, and itself on again, which is in vain. */
  d.off = &a.watch;
  d.again = &flow->parent;
  sip_flow_close (&flow->parent);
  g_assert_cmpuint (flow->n_closed, ==, 1);
  g_assert_cmpuint (a.n, ==, 0);
  g_assert_cmpuint (b.n, ==, 0);
  g_assert_cmpuint (c.n, ==, 1);
  g_assert_cmpuint (d.n, ==, 1);
  sip_flow_close (&flow->parent);
  sip_flow_set_open (&flow->parent);
  g_assert_cmpuint (flow->parent.state, ==, SIP_FLOW_CLOSED);
  g_assert_cmpuint (flow->n_closed, ==, 1);
  g_assert_cmpuint (d.n, ==, 1);
  g_assert_false (sip_flow_send (&flow->parent, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT);
  sip_flow_unref (&flow->parent);
  g_assert_true (freed);
  g_assert_null (d.watch.link);
}

/* The last reference goes in a watch. */
static void
test_freed_in_watch (void)
{
  gboolean freed;
  FakeFlow *flow = fake_new (SIP_TRANSPORT_TCP, "x", &freed);
  Watcher a = { 0 }, b = { 0 };
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "no");

  sip_flow_watch (&flow->parent, &a.watch, watcher_cb);
  sip_flow_watch (&flow->parent, &b.watch, watcher_cb);
  b.drop = &flow->parent;
  sip_flow_set_closed (&flow->parent, error);
  g_assert_cmpuint (a.n + b.n, ==, 2);
  g_assert_true (freed);
}

static void
test_abandon (void)
{
  gboolean freed;
  FakeFlow *flow = fake_new (SIP_TRANSPORT_TCP, "x", &freed);
  Watcher a = { 0 }, b = { 0 };

  sip_flow_watch (&flow->parent, &a.watch, watcher_cb);
  sip_flow_watch (&flow->parent, &b.watch, watcher_cb);
  sip_flow_abandon (&flow->parent);
  sip_flow_unwatch (&a.watch);
  sip_flow_unref (&flow->parent);
  sip_flow_unwatch (&b.watch);
  g_assert_cmpuint (a.n + b.n, ==, 0);
  g_assert_true (freed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow/kinds", test_kinds);
  g_test_add_func ("/flow/texts", test_texts);
  g_test_add_func ("/flow/close", test_close);
  g_test_add_func ("/flow/freed-in-watch", test_freed_in_watch);
  g_test_add_func ("/flow/abandon", test_abandon);
  return g_test_run ();
}
