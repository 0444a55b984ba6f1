/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-srv-order-private.h"

typedef struct
{
  SipPreference preference;
  char name;
} Host;

typedef struct
{
  const guint32 *drawn;   /* what chance says, one after the other */
  guint n;
  guint n_drawn;
  guint32 maxima[16];
} Chance;

static guint32
draw (gpointer user_data, guint32 max)
{
  Chance *self = user_data;

  self->maxima[self->n_drawn] = max;
  g_assert_cmpuint (self->n_drawn, <, self->n);
  g_assert_cmpuint (self->drawn[self->n_drawn], <=, max);
  return self->drawn[self->n_drawn++];
}

/* RFC 2782, "Weight": the running sum that is first not below the number drawn. */
static const struct
{
  const char *label;
  Host hosts[6];
  guint32 drawn[6];
  guint n_drawn;
  guint32 maxima[6];
  const char *expected;
} cases[] = {
  { "one", { { { 7, 9 }, 'a' } }, { 0 }, 0, { 0 }, "a" },
  { "by priority", { { { 30, 0 }, 'a' }, { { 10, 0 }, 'b' }, { { 20, 100 }, 'c' } }, { 0 }, 0, { 0 }, "bca" },
  { "the whole range", { { { 65535, 0 }, 'a' }, { { 0, 0 }, 'b' } }, { 0 }, 0, { 0 }, "ba" },
  { "the first part", { { { 1, 60 }, 'a' }, { { 1, 40 }, 'b' } }, { 0 }, 1, { 100 }, "ab" },
  { "the end of the first part", { { { 1, 60 }, 'a' }, { { 1, 40 }, 'b' } }, { 60 }, 1, { 100 }, "ab" },
  { "the second part", { { { 1, 60 }, 'a' }, { { 1, 40 }, 'b' } }, { 61 }, 1, { 100 }, "ba" },
  { "the end", { { { 1, 60 }, 'a' }, { { 1, 40 }, 'b' } }, { 100 }, 1, { 100 }, "ba" },
  { "three", { { { 1, 10 }, 'a' }, { { 1, 20 }, 'b' }, { { 1, 30 }, 'c' } }, { 31, 11 }, 2, { 60, 30 }, "cba" },
  { "no weight is a small chance", { { { 1, 10 }, 'a' }, { { 1, 0 }, 'b' } }, { 0 }, 1, { 10 }, "ba" },
  { "and no more", { { { 1, 10 }, 'a' }, { { 1, 0 }, 'b' } }, { 1 }, 1, { 10 }, "ab" },
  { "no weights", { { { 1, 0 }, 'a' }, { { 1, 0 }, 'b' }, { { 1, 0 }, 'c' } }, { 2, 0 }, 2, { 2, 1 }, "cab" },
  { "two priorities", { { { 2, 1 }, 'a' }, { { 1, 5 }, 'b' }, { { 2, 1 }, 'c' }, { { 1, 5 }, 'd' } }, { 6, 2 }, 2, { 10, 2 }, "dbca" },
};

static void
test_order (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Chance chance = { cases[i].drawn, cases[i].n_drawn, 0, { 0 } };
      Host hosts[6];
      guint n = strlen (cases[i].expected);
      char order[7] = { 0 };

      g_test_message ("%s", cases[i].label);
      memcpy (hosts, cases[i].hosts, sizeof hosts);
      sip_srv_order (hosts, n, sizeof (Host), draw, &chance);
      for (guint j = 0; j < n; j++)
        order[j] = hosts[j].name;
      g_assert_cmpstr (order, ==, cases[i].expected);
      g_assert_cmpuint (chance.n_drawn, ==, cases[i].n_drawn);
      for (guint j = 0; j < chance.n_drawn; j++)
        g_assert_cmpuint (chance.maxima[j], ==, cases[i].maxima[j]);
    }
}

static guint32
draw_evenly (gpointer user_data, guint32 max)
{
  return g_rand_int_range (user_data, 0, (gint32) max + 1);
}

/* What a weight is: a share of the requests. */
static void
test_shares (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2782);
  guint firsts[3] = { 0 };

  for (guint i = 0; i < 10000; i++)
    {
      Host hosts[] = { { { 1, 70 }, 0 }, { { 1, 20 }, 1 }, { { 1, 10 }, 2 } };

      sip_srv_order (hosts, 3, sizeof (Host), draw_evenly, rand);
      firsts[(guint) hosts[0].name]++;
    }
  g_assert_cmpuint (firsts[0], >, 6800);
  g_assert_cmpuint (firsts[0], <, 7200);
  g_assert_cmpuint (firsts[1], >, 1800);
  g_assert_cmpuint (firsts[1], <, 2200);
}

/* The greatest sum that 32 records can have, and the real chance. */
static void
test_real (void)
{
  gboolean was_seen[3] = { FALSE };

  for (guint i = 0; i < 200; i++)
    {
      Host hosts[32];

      for (guint j = 0; j < G_N_ELEMENTS (hosts); j++)
        hosts[j] = (Host){ { 0, 65535 }, (char) j };
      sip_srv_order (hosts, G_N_ELEMENTS (hosts), sizeof (Host), sip_random_real, NULL);
    }
  for (guint i = 0; i < 1000; i++)
    was_seen[sip_random_real (NULL, 2)] = TRUE;
  g_assert_true (was_seen[0] && was_seen[1] && was_seen[2]);
  g_assert_cmpuint (sip_random_real (NULL, 0), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/srv-order/order", test_order);
  g_test_add_func ("/srv-order/shares", test_shares);
  g_test_add_func ("/srv-order/real", test_real);

  return g_test_run ();
}
