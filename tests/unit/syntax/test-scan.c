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
          after = sip_scan_host (text, text, text + len + 1, &host, &is_ipv6);
          g_assert_true (after == text + len);
          g_assert_true (host.p == text && host.len == len);
          g_assert_false (is_ipv6);
        }
    }
}

/* Every byte at every place, in texts of every length that begin before what is scanned or with it. */
static void
test_words (void)
{
  static const guint16 with_words[] = { SIP_CHAR_TOKEN, SIP_CHAR_USER, SIP_CHAR_PASSWORD, SIP_CHAR_PARAM, SIP_CHAR_HNV,
                                        SIP_CHAR_URIC,  SIP_CHAR_VALUE, SIP_CHAR_DISPLAY, SIP_CHAR_LIST };
  static const gsize skips[] = { 0, 1, 7, 15, 16, 20 };

  for (gsize i = 0; i < G_N_ELEMENTS (with_words); i++)
    for (const char *c = ALPHA DIGIT "-._"; *c != '\0'; c++)
      g_assert_true (sip_char_is (*c, with_words[i]));

  for (gsize len = 0; len < 50; len++)
    {
      g_autofree char *text = g_malloc (MAX (len, 1));

      for (gsize at = 0; at < len; at++)
        {
          for (guint c = 0; c < 256; c++)
            {
              for (gsize i = 0; i < len; i++)
                text[i] = (ALPHA DIGIT "-._")[i];
              text[at] = c;
              for (gsize i = 0; i < G_N_ELEMENTS (skips) && skips[i] <= len; i++)
                for (gsize k = 0; k < G_N_ELEMENTS (with_words); k++)
                  g_assert_true (sip_scan_words (text, text + skips[i], text + len, with_words[k]) ==
                                 sip_scan_class (text + skips[i], text + len, with_words[k]));
            }
        }
    }
}

/* RFC 3261 §25.1, hostname and IPv4address, a byte after the other: how long the longest beginning of @text is that has only the
 * characters of a host, or 0 where it is no host. */
static gsize
measure_host (const char *text,
              gsize       len)
{
  g_autofree char *host = NULL;
  g_auto (GStrv) labels = NULL;
  guint n;

  for (n = 0; n < len && (g_ascii_isalnum (text[n]) || text[n] == '-' || text[n] == '_' || text[n] == '.'); n++)
    ;
  len = n;
  host = g_strndup (text, len);
  labels = g_strsplit (host, ".", -1);
  n = g_strv_length (labels);
  if (n > 1 && *labels[n - 1] == '\0')
    n--;
  for (guint i = 0; i < n; i++)
    if (*labels[i] == '\0' || labels[i][0] == '-' || labels[i][strlen (labels[i]) - 1] == '-')
      return 0;
  if (n == 0 || strspn (labels[n - 1], DIGIT) < strlen (labels[n - 1]))
    return n > 0 ? len : 0;

  return g_hostname_is_ip_address (host) ? len : 0;
}

/* Names of the few characters that matter, on exactly their memory, in texts that begin with them and before them. */
static void
test_host_names (void)
{
  static const char alphabet[] = "aZ09..--_;";
  static const char *const starts[] = { "", "sip:", "sip:alice@", "\"Alice in Wonderland\" <sip:alice@" };

  for (guint round = 0; round < 200000; round++)
    {
      const char *start = starts[g_test_rand_int_range (0, G_N_ELEMENTS (starts))];
      gsize begin = strlen (start);
      gsize len = g_test_rand_int_range (1, round % 2 == 0 ? 8 : 44);
      g_autofree char *text = g_malloc (begin + len);
      const char *after;
      guint8 is_ipv6;
      gsize expected;
      SipStr host;

      memcpy (text, start, begin);
      for (gsize i = 0; i < len; i++)
        text[begin + i] = g_test_rand_int_range (0, 3) == 0 ? alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)] : 'a';

      expected = measure_host (text + begin, len);
      after = sip_scan_host (text, text + begin, text + begin + len, &host, &is_ipv6);
      if (expected == 0)
        {
          g_assert_null (after);
          continue;
        }
      g_assert_true (after == text + begin + expected);
      g_assert_true (host.p == text + begin && host.len == expected);
    }
}

static void
test_is_word (void)
{
#define CHECK(word) \
  G_STMT_START \
    { \
      for (gsize at = 0; at < sizeof word - 1; at++) \
        for (guint c = 0; c < 256; c++) \
          { \
            g_autofree char *text = g_memdup2 (word, sizeof word - 1); \
            text[at] = c; \
            g_assert_cmpint (SIP_STR_IS_WORD (sip_str (text, sizeof word - 1), word), ==, (c | 0x20) == (guint) word[at]); \
            g_assert_false (SIP_STR_IS_WORD (sip_str (text, sizeof word - 2), word)); \
          } \
    } \
  G_STMT_END

  CHECK ("lr");
  CHECK ("tag");
  CHECK ("user");
  CHECK ("rport");
  CHECK ("branch");
  CHECK ("expires");
  CHECK ("received");
  CHECK ("transport");
  CHECK ("abcdefghijklmnopq");
#undef CHECK
}

/* A quoted string ends where it should, whatever is before its end. */
static void
test_quoted (void)
{
  for (gsize len = 2; len < 50; len++)
    {
      for (gsize at = 1; at < len - 1; at++)
        {
          for (guint c = 0; c < 256; c++)
            {
              g_autofree char *text = g_malloc (len);
              const char *expected = text + len;

              memset (text, 'a', len);
              text[0] = text[len - 1] = '"';
              text[at] = c;
              if (c == '"')
                expected = text + at + 1;
              else if (c == '\\')
                expected = at + 1 < len - 1 ? text + len : NULL;
              else if ((c < ' ' && c != '\t') || c == 0x7f)
                expected = NULL;
              g_assert_true (sip_scan_quoted (text, text + len) == expected);
            }
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
  g_test_add_func ("/syntax/scan/words", test_words);
  g_test_add_func ("/syntax/scan/host-names", test_host_names);
  g_test_add_func ("/syntax/scan/is-word", test_is_word);
  g_test_add_func ("/syntax/scan/quoted", test_quoted);
  g_test_add_func ("/syntax/scan/lws", test_lws);

  return g_test_run ();
}
