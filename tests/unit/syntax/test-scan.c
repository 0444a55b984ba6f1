/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"

#define ALPHA "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"
#define UNRESERVED ALPHA DIGIT "-_.!~*'()"
#define TOKEN ALPHA DIGIT "-.!%*_+`'~"

/* RFC 3261 §25.1, and what is let through beyond it. */
static const struct
{
  guint class;
  const char *members;
} classes[] = {
  { SIP_CHAR_TOKEN, TOKEN },
  { SIP_CHAR_USER, UNRESERVED "&=+$,;?/" "#" },
  { SIP_CHAR_PASSWORD, UNRESERVED "&=+$," },
  { SIP_CHAR_PARAM, UNRESERVED "[]/:&+$" },
  { SIP_CHAR_HNV, UNRESERVED "[]/?:+$" },
  { SIP_CHAR_URIC, UNRESERVED ";/?:@&=+$," "[]" },
  { SIP_CHAR_DIGIT, DIGIT },
  { SIP_CHAR_HEX, DIGIT "abcdefABCDEF" },
  { SIP_CHAR_ALNUM, ALPHA DIGIT },
  { SIP_CHAR_WSP, " \t" },
  { SIP_CHAR_VALUE, TOKEN "[]:" "/=" },
};

static void
test_classes (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    {
      for (guint c = 0; c < 256; c++)
        g_assert_cmpint (sip_char_is (c, classes[i].class), ==, c != 0 && c < 128 && strchr (classes[i].members, c) != NULL);
    }

  for (guint c = 0; c < 256; c++)
    {
      gboolean utf8 = c >= 128;

      g_assert_cmpint (sip_char_is (c, SIP_CHAR_DISPLAY), ==, utf8 || sip_char_is (c, SIP_CHAR_TOKEN | SIP_CHAR_WSP));
      g_assert_cmpint (sip_char_is (c, SIP_CHAR_LIST), ==, sip_char_is (c, SIP_CHAR_TOKEN | SIP_CHAR_PARAM));
      g_assert_cmpint (sip_char_is (c, SIP_CHAR_QDTEXT), ==, utf8 || c == '\t' || (c >= ' ' && c < 127 && c != '"' && c != '\\'));
    }
}

static const char *
find_control_simply (const char *p,
                     const char *end)
{
  while (p < end && (guchar) *p >= 0x20 && *p != 0x7f)
    p++;

  return p;
}

/* Every byte at every place of texts of every length around the sizes that are looked at in one go, with every byte before it. */
static void
test_control (void)
{
  for (gsize len = 0; len < 40; len++)
    {
      g_autofree char *text = g_malloc (MAX (len, 1));

      memset (text, 'a', len);
      for (gsize at = 0; at < len; at++)
        {
          for (guint c = 0; c < 256; c++)
            {
              text[at] = c;
              g_assert_true (sip_scan_control (text, text + len) == find_control_simply (text, text + len));
              if (at > 0)
                {
                  text[at - 1] = '\377';
                  g_assert_true (sip_scan_control (text, text + len) == find_control_simply (text, text + len));
                  text[at - 1] = '~';
                  g_assert_true (sip_scan_control (text, text + len) == find_control_simply (text, text + len));
                  text[at - 1] = 'a';
                }
            }
          text[at] = 'a';
        }
    }
}

static void
test_plain (void)
{
  for (gsize len = 0; len < 40; len++)
    {
      g_autofree char *text = g_malloc (MAX (len, 1));

      memset (text, 'a', len);
      g_assert_true (sip_scan_is_plain (text, text + len));
      for (gsize at = 0; at < len; at++)
        {
          for (guint c = 0; c < 256; c++)
            {
              text[at] = c;
              g_assert_cmpint (sip_scan_is_plain (text, text + len), ==, c > ' ' && c < 127 && c != ',' && c != ';');
            }
          text[at] = 'a';
        }
    }
}

/* A byte that ends a host name ends it wherever it is. */
static void
test_host_ends (void)
{
  for (gsize len = 1; len < 40; len++)
    {
      g_autofree char *text = g_malloc (len + 1);

      for (guint c = 0; c < 256; c++)
        {
          const char *after;
          SipStr host;
          guint8 is_ipv6;

          if (g_ascii_isalnum (c) || c == '-' || c == '_' || c == '.')
            continue;
          memset (text, 'a', len);
          text[len] = c;
          after = sip_scan_host (text, text + len + 1, &host, &is_ipv6);
          g_assert_true (after == text + len);
          g_assert_true (host.p == text && host.len == len);
          g_assert_false (is_ipv6);
        }
    }
}

static void
test_lws (void)
{
  static const struct
  {
    const char *text;
    gsize skipped;
  } table[] = {
    { "", 0 },          { "a", 0 },           { " ", 1 },         { " a", 1 },       { "\ta", 1 },      { " \t a", 3 },     { "\r\n a", 3 },
    { "\n a", 2 },      { " \r\n\t a", 5 },   { "\r\n", 0 },      { "\r\na", 0 },    { " \r\na", 1 },   { "\r a", 0 },      { "\r\r\n a",
      0 },
    { "\r\n \r\n a", 6 }, { "\r\n \r\na", 3 }, { "\r", 0 },       { "\n", 0 },       { "\n\n a", 0 },   { "\001 a", 0 },    { "\0 a", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gsize len = strlen (table[i].text);
      g_autofree char *copy = g_malloc (len + 1);

      memcpy (copy, table[i].text, len + 1);
      g_assert_cmpint (sip_scan_lws (copy, copy + len) - copy, ==, table[i].skipped);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/syntax/scan/classes", test_classes);
  g_test_add_func ("/syntax/scan/control", test_control);
  g_test_add_func ("/syntax/scan/plain", test_plain);
  g_test_add_func ("/syntax/scan/host-ends", test_host_ends);
  g_test_add_func ("/syntax/scan/lws", test_lws);

  return g_test_run ();
}
