/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "syntax/sip-message-private.h"

/* The messages of corpus/, one by one, and what is to come of each: corpus/table says it. */

typedef struct
{
  char *name;
  char *expectation;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->name);
  g_free (row->expectation);
  g_free (row);
}

static GPtrArray *
read_table (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "syntax", "corpus", "table", NULL);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = NULL;
      Row *row;

      if (*lines[i] == '#' || *lines[i] == '\0')
        continue;

      words = g_strsplit (lines[i], " ", 3);
      g_assert_cmpuint (g_strv_length (words), ==, 3);
      row = g_new0 (Row, 1);
      row->name = g_strdup (words[0]);
      row->expectation = g_strdup (words[1]);
      g_ptr_array_add (rows, row);
    }

  g_assert_cmpuint (rows->len, >, 0);

  return g_steal_pointer (&rows);
}

static GBytes *
read_message (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "syntax", "corpus", name, NULL);
  g_autoptr (GError) error = NULL;
  char *data;
  gsize len;

  g_file_get_contents (path, &data, &len, &error);
  g_assert_no_error (error);

  return g_bytes_new_take (data, len);
}

/* What came of a message, in the words of the table. */
static char *
outcome_of (GBytes *bytes)
{
  SipLimits limits = SIP_LIMITS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsg) msg = sip_msg_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &limits, &error);

  if (msg == NULL)
    {
      g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
      return g_strdup ("drop");
    }

  g_assert_no_error (error);
  if (msg->defect == 0)
    {
      SipNameAddrView contact;

      return g_strdup (sip_msg_field (msg, SIP_H_CONTACT) == NULL || sip_msg_contact (msg, &contact) ? "ok" : "contact");
    }

  /* Words fit for a reason phrase. */
  g_assert_nonnull (msg->defect_reason);
  g_assert_cmpuint (strlen (msg->defect_reason), >, 0);
  g_assert_null (strpbrk (msg->defect_reason, "\r\n"));

  return msg->is_request ? g_strdup_printf ("%u", msg->defect) : g_strdup ("drop");
}

static void
test_outcomes (void)
{
  g_autoptr (GPtrArray) rows = read_table ();
  guint wrong = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) bytes = read_message (row->name);
      g_autofree char *outcome = outcome_of (bytes);
      gboolean as_expected;

      as_expected = g_str_equal (row->expectation, "reject") ? !g_str_equal (outcome, "ok") : g_str_equal (outcome, row->expectation);

      g_assert_true (*row->name == 'i' || (*row->name == 'y') == g_str_equal (row->expectation, "ok"));
      if (!as_expected)
        {
          g_test_message ("%s: %s instead of %s", row->name, outcome, row->expectation);
          wrong++;
        }
    }

  g_assert_cmpuint (wrong, ==, 0);
}

/* A message that is well-formed, whatever an agent answers to it. */
static gboolean
is_readable (const Row *row)
{
  return g_str_equal (row->expectation, "ok") || g_str_equal (row->expectation, "contact") || g_str_equal (row->expectation, "416");
}

/* Whatever we take, an application can look at. */
static void
test_faces (void)
{
  g_autoptr (GPtrArray) rows = read_table ();

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) bytes = read_message (row->name);
      g_autoptr (GError) error = NULL;
      g_autoptr (SipMessage) message = sip_message_parse (bytes, &error);
      g_auto (GStrv) names = NULL;

      g_assert_cmpint (message != NULL, ==, is_readable (row));
      if (message == NULL)
        {
          g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          continue;
        }

      g_test_message ("%s", row->name);
      g_assert_nonnull (sip_message_get_from (message));
      g_assert_nonnull (sip_message_get_to (message));
      g_assert_nonnull (sip_message_get_call_id (message));
      g_assert_cmpstr (sip_message_get_method (message), !=, "");
      if (SIP_IS_REQUEST (message))
        g_assert_nonnull (sip_request_get_uri (SIP_REQUEST (message)));

      names = sip_message_list_header_names (message);
      for (guint n = 0; names[n] != NULL; n++)
        {
          g_auto (GStrv) values = sip_message_get_headers (message, names[n]);

          for (guint v = 0; values[v] != NULL; v++)
            {
              g_assert_true (g_utf8_validate (values[v], -1, NULL));
              g_assert_null (strpbrk (values[v], "\r\n"));
            }
        }
    }
}

/* Every message cut at every byte, in a block that ends there: a checker sees a read beyond it. */
static void
test_cut (void)
{
  g_autoptr (GPtrArray) rows = read_table ();
  SipLimits limits = SIP_LIMITS_DEFAULT;

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);
      g_autoptr (GBytes) bytes = read_message (row->name);
      gsize len = MIN (g_bytes_get_size (bytes), 1500);

      for (gsize cut = 0; cut < len; cut++)
        {
          g_autofree char *block = g_memdup2 (g_bytes_get_data (bytes, NULL), MAX (cut, 1));
          g_autoptr (SipMsg) msg = sip_msg_parse (block, cut, &limits, NULL);

          if (msg != NULL)
            g_assert_cmpuint (msg->len, <=, cut);
        }
    }
}

/* No file without a row. */
static void
test_complete (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "syntax", "corpus", NULL);
  g_autoptr (GPtrArray) rows = read_table ();
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_suffix (name, ".sip");

  g_assert_cmpuint (n, ==, rows->len);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/corpus/outcomes", test_outcomes);
  g_test_add_func ("/corpus/faces", test_faces);
  g_test_add_func ("/corpus/cut", test_cut);
  g_test_add_func ("/corpus/complete", test_complete);

  return g_test_run ();
}
