/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-match-table-private.h"

#define N 10000

static void
test_grows_and_shrinks (void)
{
  g_autofree SipMatchLink *entries = g_new0 (SipMatchLink, N);
  SipMatchTable table;
  guint least;

  sip_match_table_init (&table);
  least = table.mask;
  g_assert_null (sip_match_table_any (&table));
  for (guint i = 0; i < N; i++)
    sip_match_table_insert (&table, &entries[i], i * 2654435761u);
  g_assert_cmpuint (table.n, ==, N);
  g_assert_cmpuint (table.mask, >=, N / 2);

  for (guint i = 0; i < N; i++)
    {
      g_assert_true (sip_match_table_first (&table, i * 2654435761u) == &entries[i]);
      g_assert_null (sip_match_link_next (&entries[i]));
    }
  for (guint i = 0; i < N; i += 2)
    sip_match_table_remove (&table, &entries[i]);
  for (guint i = 0; i < N; i++)
    g_assert_true (sip_match_table_first (&table, i * 2654435761u) == (i % 2 ? &entries[i] : NULL));

  /* Twice does nothing. */
  sip_match_table_remove (&table, &entries[0]);
  g_assert_cmpuint (table.n, ==, N / 2);

  while (table.n > 0)
    sip_match_table_remove (&table, sip_match_table_any (&table));
  g_assert_cmpuint (table.mask, ==, least);
  sip_match_table_clear (&table);
}

static void
test_same_hash (void)
{
  SipMatchLink entries[20] = { 0 };
  SipMatchTable table;
  guint found = 0;

  sip_match_table_init (&table);
  /* Half of them share a hash, the others only its bucket. */
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    sip_match_table_insert (&table, &entries[i], i % 2 ? 7 : 7 + 0x10000u * i);
  for (SipMatchLink *entry = sip_match_table_first (&table, 7); entry != NULL; entry = sip_match_link_next (entry))
    {
      g_assert_cmpuint ((entry - entries) % 2 == 1 || entry == &entries[0], ==, TRUE);
      found++;
    }
  g_assert_cmpuint (found, ==, 11);
  g_assert_true (sip_match_table_first (&table, 7 + 0x40000) == &entries[4]);
  g_assert_null (sip_match_table_first (&table, 8));
  sip_match_table_clear (&table);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/match-table/grows-and-shrinks", test_grows_and_shrinks);
  g_test_add_func ("/match-table/same-hash", test_same_hash);

  return g_test_run ();
}
