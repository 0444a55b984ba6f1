/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-server-order-private.h"
#include "sip.h"

static const struct
{
  const char *label;
  const char *uris[5];
  gint weights[4];
  guint32 drawn[4];
  const char *expected;
} cases[] = {
  { "none", { NULL }, { 0 }, { 0 }, "" },
  { "as listed", { "b", "a", "c" }, { -1, -1, -1 }, { 0 }, "b a c" },
  { "the heaviest first", { "a", "b", "c" }, { 1, 10, 5 }, { 1, 2, 3 }, "b c a" },
  { "equals at random", { "a", "b", "c" }, { 5, 5, 5 }, { 3, 1, 2 }, "b c a" },
  { "equals at random, otherwise", { "a", "b", "c" }, { 5, 5, 5 }, { 1, 3, 2 }, "a c b" },
  { "equals of two weights", { "a", "b", "c", "d" }, { 1, 2, 1, 2 }, { 2, 1, 1, 2 }, "b d c a" },
  { "without a weight comes last", { "a", "b", "c" }, { -1, 0, -1 }, { 0 }, "b a c" },
};

typedef struct
{
  const guint32 *drawn;
  guint n;
} Chance;

static guint32
draw (gpointer user_data, guint32 max)
{
  Chance *chance = user_data;

  return chance->drawn[chance->n++];
}

static void
test_order (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Chance chance = { cases[i].drawn, 0 };
      g_auto (GStrv) ordered = sip_server_order (cases[i].uris, cases[i].weights, draw, &chance);
      g_autofree char *text = g_strjoinv (" ", ordered);

      g_test_message ("%s", cases[i].label);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
notified_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  guint *n = user_data;

  (*n)++;
}

static void
test_add (void)
{
  g_autoptr (SipUserAgent) agent = sip_user_agent_new ("sip:alice@example.com");
  const char *const listed[] = { "udp://192.0.2.1", NULL };
  g_autofree char *text = NULL;
  guint n = 0;

  g_signal_connect (agent, "notify::servers", G_CALLBACK (notified_cb), &n);
  sip_user_agent_add_server (agent, "tcp://192.0.2.2", 10);
  sip_user_agent_add_server (agent, "tcp://192.0.2.3", 0);
  text = g_strjoinv (" ", (char **) sip_user_agent_get_servers (agent));
  g_assert_cmpstr (text, ==, "tcp://192.0.2.2 tcp://192.0.2.3");
  g_assert_cmpuint (n, ==, 2);
  sip_user_agent_set_servers (agent, listed);
  sip_user_agent_add_server (agent, "tcp://192.0.2.2", 10);
  g_assert_cmpuint (g_strv_length ((char **) sip_user_agent_get_servers (agent)), ==, 2);
  sip_user_agent_set_servers (agent, NULL);
  g_assert_null (sip_user_agent_get_servers (agent));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server-order/order", test_order);
  g_test_add_func ("/server-order/add", test_add);

  return g_test_run ();
}
