/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-token-private.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
assert_token (const char *text)
{
  for (; *text != '\0'; text++)
    g_assert_true (g_ascii_isalnum (*text) || *text == '-' || *text == '.');
}

static void
test_shape (void)
{
  g_autofree char *branch = sip_branch_new ();
  g_autofree char *tag = sip_tag_new ();
  g_autofree char *call_id = sip_call_id_new ();

  g_assert_true (g_str_has_prefix (branch, SIP_BRANCH_COOKIE));
  g_assert_cmpuint (strlen (branch), ==, SIP_BRANCH_LEN);
  g_assert_cmpuint (strlen (tag), ==, SIP_TAG_LEN);
  g_assert_cmpuint (strlen (call_id), ==, 22);
  assert_token (branch);
  assert_token (tag);
  assert_token (call_id);
}

static gpointer
make_some (gpointer data)
{
  GPtrArray *tokens = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 5000; i++)
    g_ptr_array_add (tokens, sip_tag_new ());
  return tokens;
}

/* Nor do two threads get the same. */
static void
test_never_twice (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GThread *threads[4];
  GPtrArray *tokens[4];

  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("tokens", make_some, NULL);
  for (guint i = 0; i < 4; i++)
    {
      tokens[i] = g_thread_join (threads[i]);
      for (guint j = 0; j < tokens[i]->len; j++)
        g_assert_true (g_hash_table_add (seen, g_ptr_array_index (tokens[i], j)));
    }
  for (guint i = 0; i < 4; i++)
    g_ptr_array_unref (tokens[i]);
}

/* A child does not repeat what its parent says next. */
static void
test_fork (void)
{
  G_GNUC_UNUSED g_autofree char *before = sip_tag_new ();
  g_autofree char *ours = NULL;
  char theirs[SIP_TAG_LEN + 1] = "";
  int ends[2];
  int status;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  if (child == 0)
    {
      char tag[SIP_TAG_LEN + 1];

      sip_token_write (tag, SIP_TAG_LEN);
      _exit (write (ends[1], tag, SIP_TAG_LEN) == SIP_TAG_LEN ? 0 : 1);
    }
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (read (ends[0], theirs, SIP_TAG_LEN), ==, SIP_TAG_LEN);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  ours = sip_tag_new ();
  g_assert_cmpstr (theirs, !=, ours);
  close (ends[0]);
  close (ends[1]);
}

/* 64 characters, each about as often: 64 000 of them give 1 000 each, with a standard deviation of 31. */
static void
test_even (void)
{
  g_autofree char *text = g_malloc (64001);
  guint counts[256] = { 0 };
  guint n_used = 0;

  sip_token_write (text, 64000);
  for (guint i = 0; i < 64000; i++)
    counts[(guchar) text[i]]++;
  for (guint i = 0; i < 256; i++)
    if (counts[i] > 0)
      {
        n_used++;
        g_assert_cmpuint (counts[i], >, 750);
        g_assert_cmpuint (counts[i], <, 1250);
      }
  g_assert_cmpuint (n_used, ==, 64);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/token/shape", test_shape);
  g_test_add_func ("/token/never-twice", test_never_twice);
  g_test_add_func ("/token/fork", test_fork);
  g_test_add_func ("/token/even", test_even);

  return g_test_run ();
}
