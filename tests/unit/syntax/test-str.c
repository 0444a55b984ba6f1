/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-str-private.h"

static void
test_trim (void)
{
  static const char *const table[][2] = {
    { "", "" },       { " ", "" },           { "\r\n\t ", "" },      { "a", "a" },           { " a", "a" },
    { "a ", "a" },    { " \r\n a b\t\n", "a b" }, { "\001 a", "\001 a" }, { "a \001", "a \001" }, { "\001", "\001" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      SipStr trimmed = sip_str_trim (sip_str_from (table[i][0]));

      g_assert_cmpmem (trimmed.p, trimmed.len, table[i][1], strlen (table[i][1]));
    }

  g_assert_null (sip_str_trim ((SipStr) SIP_STR_INIT).p);
}

static void
test_to_uint (void)
{
  static const struct
  {
    const char *text;
    guint64 max;
    gboolean good;
    guint64 number;
  } table[] = {
    { "0", 0, TRUE, 0 },
    { "127", 127, TRUE, 127 },
    { "128", 127, FALSE },
    { "255", 255, TRUE, 255 },
    { "256", 255, FALSE },
    { "65535", 65535, TRUE, 65535 },
    { "65536", 65535, FALSE },
    { "2147483647", G_MAXINT32, TRUE, G_MAXINT32 },
    { "2147483648", G_MAXINT32, FALSE },
    { "4294967295", G_MAXUINT32, TRUE, G_MAXUINT32 },
    { "4294967296", G_MAXUINT32, FALSE },
    { "18446744073709551615", G_MAXUINT64, TRUE, G_MAXUINT64 },
    { "18446744073709551616", G_MAXUINT64, FALSE },
    { "18446744073709551620", G_MAXUINT64, FALSE },
    { "36893488147419103232", G_MAXUINT64, FALSE },
    { "99999999999999999999999999", G_MAXUINT64, FALSE },
    { "000000000000000000000000000007", 7, TRUE, 7 },
    { "", G_MAXUINT64, FALSE },
    { "-1", G_MAXUINT64, FALSE },
    { "+1", G_MAXUINT64, FALSE },
    { " 1", G_MAXUINT64, FALSE },
    { "1 ", G_MAXUINT64, FALSE },
    { "1a", G_MAXUINT64, FALSE },
    { "0x1", G_MAXUINT64, FALSE },
    { "1.0", G_MAXUINT64, FALSE },
    { "\331\241", G_MAXUINT64, FALSE }, /* a digit elsewhere */
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      guint64 number = 42;

      g_assert_cmpint (sip_str_to_uint (sip_str_from (table[i].text), table[i].max, &number), ==, table[i].good);
      g_assert_cmpuint (number, ==, table[i].good ? table[i].number : 42);
    }
}

/* All pairs of bytes, not only of letters. */
static void
test_equal (void)
{
  for (guint a = 0; a < 256; a++)
    {
      for (guint b = 0; b < 256; b++)
        {
          char x = a;
          char y = b;

          g_assert_cmpint (sip_str_equal_nocase (sip_str (&x, 1), sip_str (&y, 1)), ==, g_ascii_tolower (x) == g_ascii_tolower (y));
          g_assert_cmpint (sip_str_equal (sip_str (&x, 1), sip_str (&y, 1)), ==, a == b);
        }
    }

  g_assert_true (sip_str_equal_nocase ((SipStr) SIP_STR_INIT, SIP_STR ("")));
  g_assert_false (sip_str_equal_nocase (SIP_STR ("a"), SIP_STR ("ab")));
  g_assert_false (sip_str_equal_nocase (sip_str ("a\0b", 3), sip_str ("a\0c", 3)));
}

/* Texts of every length differ, seeds differ, and a text does not depend on where it lies. */
static void
test_hash (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  char text[80];

  memset (text, 'x', sizeof text);
  for (guint len = 0; len <= 64; len++)
    {
      guint32 hash = sip_str_hash (sip_str (text, len), 1);

      g_assert_cmpuint (hash, ==, sip_str_hash (sip_str (text + 7, len), 1));
      g_assert_cmpuint (hash, !=, sip_str_hash (sip_str (text, len), 2));
      g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (hash)));
    }

  /* One bit anywhere changes it. */
  for (guint bit = 0; bit < 64 * 8; bit++)
    {
      text[bit / 8] ^= 1 << bit % 8;
      g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (sip_str_hash (sip_str (text, 64), 1))));
      text[bit / 8] ^= 1 << bit % 8;
    }

  g_assert_cmpuint (sip_str_hash ((SipStr) SIP_STR_INIT, 1), ==, sip_str_hash (SIP_STR (""), 1));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/syntax/str/trim", test_trim);
  g_test_add_func ("/syntax/str/to-uint", test_to_uint);
  g_test_add_func ("/syntax/str/equal", test_equal);
  g_test_add_func ("/syntax/str/hash", test_hash);

  return g_test_run ();
}
