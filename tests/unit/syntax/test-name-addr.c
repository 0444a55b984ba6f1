/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "syntax/sip-name-addr-private.h"

typedef struct
{
  const char *text;
  const char *display_name, *uri, *tag, *friendly_name;
} Valid;

static const Valid valid[] = {
  { "<sip:alice@example.com>", NULL, "sip:alice@example.com", NULL, "sip:alice@example.com" },
  { "\"Alice\" <sip:alice@example.com>;tag=1928", "Alice", "sip:alice@example.com", "1928", "Alice" },
  { "Alice Liddell <sip:alice@example.com>", "Alice Liddell", "sip:alice@example.com", NULL, "Alice Liddell" },
  { "Alice<sip:alice@example.com>", "Alice", "sip:alice@example.com", NULL, "Alice" },
  { "\"A \\\"B\\\" \\\\C\"<sip:a@h>", "A \"B\" \\C", "sip:a@h", NULL, "A \"B\" \\C" },
  { "\"Jürgen\" <sip:j@h>", "Jürgen", "sip:j@h", NULL, "Jürgen" },
  { "\"a<b>,c;d\" <sip:a@h>;tag=x", "a<b>,c;d", "sip:a@h", "x", "a<b>,c;d" },
  { "\"\" <sip:a@h>", NULL, "sip:a@h", NULL, "sip:a@h" },
  { "  \"x\"  <sip:a@h>  ;  tag = 7  ", "x", "sip:a@h", "7", "x" },
  { "\"\377\" <sip:a@h>", "\xef\xbf\xbd", "sip:a@h", NULL, "\xef\xbf\xbd" },
  /* Without brackets the parameters are the header's (RFC 3261 §20.10). */
  { "sip:alice@example.com;tag=1928", NULL, "sip:alice@example.com", "1928", "sip:alice@example.com" },
  { "sip:alice@example.com:5070", NULL, "sip:alice@example.com:5070", NULL, "sip:alice@example.com:5070" },
  { "<sip:alice@example.com;transport=tcp?x=y>;tag=2", NULL, "sip:alice@example.com;transport=tcp?x=y", "2", "sip:alice@example.com" },
  { "<tel:+1-201>;tag=a", NULL, "tel:+1-201", "a", "tel:+1-201" },
  { "tel:+1-201;tag=a", NULL, "tel:+1-201", "a", "tel:+1-201" },
  { "<urn:service:sos>", NULL, "urn:service:sos", NULL, "urn:service:sos" },
};

static void
test_valid (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipNameAddr) party = sip_name_addr_parse (valid[i].text, &error);
      g_autoptr (SipNameAddr) again = NULL;
      g_autofree char *uri = NULL;
      g_autofree char *tag = NULL;
      g_autofree char *friendly_name = NULL;
      g_autofree char *text = NULL;
      g_autofree char *shown = g_strescape (valid[i].text, NULL);

      g_test_message ("%s", shown);
      g_assert_no_error (error);

      uri = sip_uri_to_string (sip_name_addr_get_uri (party));
      tag = sip_name_addr_get_param (party, "Tag");
      friendly_name = sip_name_addr_get_friendly_name (party);
      text = sip_name_addr_to_string (party);
      g_assert_cmpstr (sip_name_addr_get_display_name (party), ==, valid[i].display_name);
      g_assert_cmpstr (uri, ==, valid[i].uri);
      g_assert_cmpstr (tag, ==, valid[i].tag);
      g_assert_cmpint (sip_name_addr_has_param (party, "tag"), ==, valid[i].tag != NULL);
      g_assert_cmpstr (friendly_name, ==, valid[i].friendly_name);

      again = sip_name_addr_parse (text, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (sip_name_addr_get_display_name (again), ==, valid[i].display_name);
      g_assert_true (sip_name_addr_equal (party, again));
    }
}

static const char *const invalid[] = {
  "",
  " ",
  "*",
  "%",
  "<>",
  "<sip:a@h",
  "sip:a@h>",
  "<<sip:a@h>>",
  "\"Alice <sip:a@h>",
  "\"Alice\\\" <sip:a@h>",
  "Alice\" <sip:a@h>",
  "\"Alice\"",
  "Alice",
  "Alice sip:a@h",
  "\"Alice\" sip:a@h",
  "Bell, Alice <sip:a@h>",
  "sip:a@h?x=y",
  "sip:a@h, sip:b@h",
  "<sip:a@h> x",
  "<sip:a@h>;",
  "<sip:a@h>;;tag=1",
  "<sip:a@h>;=x",
  "<sip:a@h>;tag=",
  "<sip:a@h>;tag=\"x",
  "<sip:a@h>;x=\"",
  "<sip:%@h>",
  "<sip:a@h>\r\nVia: x",
  "\"A\r\n B\" <sip:a@h>",
  "\"A\nB\" <sip:a@h>",
};

static void
test_invalid (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipNameAddr) party = sip_name_addr_parse (invalid[i], &error);

      if (party != NULL)
        g_test_message ("accepted: “%s”", invalid[i]);
      g_assert_null (party);
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_assert_null (strpbrk (error->message, "\r\n"));
    }

  g_assert_null (sip_name_addr_new_from_str ((SipStr) SIP_STR_INIT));
  g_assert_null (sip_name_addr_new_from_str (sip_str ("\"a\0b\" <sip:a@h>", 15)));
  g_assert_null (sip_name_addr_new_from_str (sip_str ("<sip:a@h>\0", 10)));
}

/* A value of a message may be folded; what we hand out is not. */
static void
test_folded (void)
{
  g_autoptr (SipNameAddr) party = sip_name_addr_new_from_str (SIP_STR ("\"Alice\r\n  Liddell\"\r\n\t<sip:a@h>\r\n ;tag=7"));
  g_autofree char *text = NULL;
  g_autofree char *tag = NULL;

  g_assert_nonnull (party);
  text = sip_name_addr_to_string (party);
  tag = sip_name_addr_get_param (party, "tag");
  g_assert_null (strpbrk (text, "\r\n"));
  g_assert_null (strpbrk (sip_name_addr_get_display_name (party), "\r\n"));
  g_assert_cmpstr (tag, ==, "7");
}

static void
test_params (void)
{
  const char text[] = "<sip:a@h;x=1>;q=0.5;+sip.instance=\"<urn:uuid:0>\";ob;a=\"\";b=\"\\\"\";c=\"x\";d=y";
  g_autoptr (SipNameAddr) party = sip_name_addr_parse (text, NULL);
  const char *const params[][2] = {
    { "q", "0.5" }, { "+SIP.instance", "<urn:uuid:0>" }, { "ob", "" },   { "a", "" },
    { "b", "\"" },  { "c", "x" },                        { "d", "y" },   { "x", NULL },
  };

  g_assert_nonnull (party);
  for (gsize i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autofree char *value = sip_name_addr_get_param (party, params[i][0]);

      g_assert_cmpstr (value, ==, params[i][1]);
    }
}

static void
test_new (void)
{
  const char *const names[][3] = {
    { NULL, NULL, "<sip:a@h;lr>" },
    { "", NULL, "<sip:a@h;lr>" },
    { "Alice", "Alice", "\"Alice\" <sip:a@h;lr>" },
    { "0", "0", "\"0\" <sip:a@h;lr>" },
    { "A \"B\" \\", "A \"B\" \\", "\"A \\\"B\\\" \\\\\" <sip:a@h;lr>" },
    { "Jürgen", "Jürgen", "\"Jürgen\" <sip:a@h;lr>" },
    { "x\r\nVia: y", "x  Via: y", "\"x  Via: y\" <sip:a@h;lr>" },
    { "\" <sip:evil@h>, \"", "\" <sip:evil@h>, \"", "\"\\\" <sip:evil@h>, \\\"\" <sip:a@h;lr>" },
  };
  g_autoptr (SipUri) uri = sip_uri_parse ("sip:a@h;lr", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SipNameAddr) party = sip_name_addr_new (names[i][0], uri);
      g_autofree char *text = sip_name_addr_to_string (party);
      g_autoptr (SipNameAddr) again = sip_name_addr_parse (text, NULL);

      g_assert_cmpstr (sip_name_addr_get_display_name (party), ==, names[i][1]);
      g_assert_cmpstr (text, ==, names[i][2]);
      g_assert_nonnull (again);
      g_assert_cmpstr (sip_name_addr_get_display_name (again), ==, names[i][1]);
      g_assert_true (sip_name_addr_equal (party, again));
      g_assert_true (sip_name_addr_get_uri (party) == uri);
    }
}

static void
test_equal (void)
{
  const struct
  {
    const char *a, *b;
    gboolean equal;
  } pairs[] = {
    { "\"A\" <sip:a@h>;tag=1", "B <sip:a@H>;tag=1", TRUE },
    { "<sip:a@h>;tag=1", "sip:a@h;tag=1", TRUE },
    { "<sip:a@h>;tag=1", "<sip:a@h>;x=y;tag=1", TRUE },
    { "<sip:a@h>;tag=1", "<sip:a@h>", FALSE },
    { "<sip:a@h>;tag=a", "<sip:a@h>;tag=A", FALSE },
    { "<sip:a@h>;tag=1", "<sip:b@h>;tag=1", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (SipNameAddr) a = sip_name_addr_parse (pairs[i].a, NULL);
      g_autoptr (SipNameAddr) b = sip_name_addr_parse (pairs[i].b, NULL);

      g_assert_cmpint (sip_name_addr_equal (a, b), ==, pairs[i].equal);
      g_assert_cmpint (sip_name_addr_equal (b, a), ==, pairs[i].equal);
    }
}

static void
test_boxed (void)
{
  g_autoptr (SipNameAddr) party = sip_name_addr_parse ("<sip:a@h>", NULL);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, SIP_TYPE_NAME_ADDR);
  g_value_set_boxed (&value, party);
  g_assert_true (g_value_get_boxed (&value) == party);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/name-addr/valid", test_valid);
  g_test_add_func ("/name-addr/invalid", test_invalid);
  g_test_add_func ("/name-addr/folded", test_folded);
  g_test_add_func ("/name-addr/params", test_params);
  g_test_add_func ("/name-addr/new", test_new);
  g_test_add_func ("/name-addr/equal", test_equal);
  g_test_add_func ("/name-addr/boxed", test_boxed);

  return g_test_run ();
}
