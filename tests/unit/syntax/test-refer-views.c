/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-replaces-view-private.h"
#include "syntax/sip-sipfrag-private.h"
#include "syntax/sip-views-private.h"

/* On the heap without a NUL, so that a look behind the end is seen. */
static char *
bare (const char *text, SipStr *str)
{
  char *copy = g_memdup2 (text, strlen (text));

  *str = sip_str (copy, strlen (text));
  return copy;
}

static void
test_sipfrag (void)
{
  static const struct
  {
    const char *body;
    guint status; /* 0: refused */
    const char *reason;
  } table[] = {
    { "SIP/2.0 200 OK", 200, "OK" },
    { "SIP/2.0 200 OK\r\n", 200, "OK" },
    { "SIP/2.0 486 Busy Here\n", 486, "Busy Here" },
    { "sip/2.0 180  Ringing \r\n", 180, "Ringing" },
    { "SIP/2.0 603", 603, "" },
    { "SIP/2.0 603 \r\n", 603, "" },
    { "SIP/2.0 486 Besetzt, sorry \xc3\xa4\r\n", 486, "Besetzt, sorry \xc3\xa4" },
    { "SIP/2.0 200 OK\r\nContact: <sip:a@b>\r\n\tfolded\r\n\r\nanything\001", 200, "OK" },
    { "SIP/2.0 200 OK\r\n\r\n", 200, "OK" },
    { "", 0, NULL },
    { "\r\nSIP/2.0 200 OK", 0, NULL },
    { "SIP/2.0", 0, NULL },
    { "SIP/2.0 20", 0, NULL },
    { "SIP/2.0 2000 OK", 0, NULL },
    { "SIP/2.0 099 OK", 0, NULL },
    { "SIP/2.0 700 OK", 0, NULL },
    { "SIP/2.0 -20 OK", 0, NULL },
    { "SIP/2.0 200OK", 0, NULL },
    { "SIP/2.1 200 OK", 0, NULL },
    { "SIP/2.0  200 OK", 0, NULL },
    { "SIP/2.0 200 O\tK", 0, NULL },
    { "SIP/2.0 200 \xff\r\n", 0, NULL },
    { "SIP/2.0 200 OK\r\nno header\r\n", 0, NULL },
    { "SIP/2.0 200 OK\r\n folded\r\n", 0, NULL },
    { "INVITE sip:a@b SIP/2.0\r\n", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      SipStr body;
      g_autofree char *copy = bare (table[i].body, &body);
      SipSipfragView view;

      g_test_message ("%u: %u", i, table[i].status);
      g_assert_cmpint (sip_sipfrag_view_parse (&view, body), ==, table[i].status != 0);
      if (table[i].status != 0)
        {
          g_autofree char *reason = g_strndup (view.reason.len > 0 ? view.reason.p : "", view.reason.len);

          g_assert_cmpuint (view.status, ==, table[i].status);
          g_assert_cmpstr (reason, ==, table[i].reason);
        }
    }
}

static void
test_sipfrag_bounds (void)
{
  g_autofree char *phrase = g_strnfill (SIP_SIPFRAG_REASON_MAX, 'x');
  g_autofree char *good = g_strdup_printf ("SIP/2.0 200 %s\r\n", phrase);
  g_autofree char *long_phrase = g_strdup_printf ("SIP/2.0 200 %sx\r\n", phrase);
  g_autofree char *fill = g_strnfill (SIP_SIPFRAG_MAX, 'x');
  g_autofree char *big = g_strdup_printf ("SIP/2.0 200 OK\r\nX: %s\r\n", fill);
  SipSipfragView view;

  g_assert_true (sip_sipfrag_view_parse (&view, sip_str_from (good)));
  g_assert_false (sip_sipfrag_view_parse (&view, sip_str_from (long_phrase)));
  g_assert_false (sip_sipfrag_view_parse (&view, sip_str_from (big)));
}

static void
test_sipfrag_written (void)
{
  static const struct
  {
    guint status;
    const char *reason, *text;
  } table[] = {
    { 200, NULL, "SIP/2.0 200 OK\r\n" },       { 486, "Not \"now\"", "SIP/2.0 486 Not \"now\"\r\n" }, { 180, "", "SIP/2.0 180 \r\n" },
    { 200, "a\r\nX: y", "SIP/2.0 200 \r\n" }, { 200, "\xff", "SIP/2.0 200 \r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = sip_sipfrag_new (table[i].status, table[i].reason);

      g_assert_cmpstr (text, ==, table[i].text);
    }

  g_assert_true (sip_sipfrag_is_type (SIP_STR ("message/sipfrag")));
  g_assert_true (sip_sipfrag_is_type (SIP_STR ("Message/SIPFrag ; version=2.0")));
  g_assert_false (sip_sipfrag_is_type (SIP_STR ("message/sipfragment")));
  g_assert_false (sip_sipfrag_is_type (SIP_STR ("text/plain;x=message/sipfrag")));
  g_assert_false (sip_sipfrag_is_type ((SipStr) SIP_STR_INIT));
}

static void
test_replaces (void)
{
  static const struct
  {
    const char *value, *call_id, *to_tag, *from_tag; /* call_id NULL: refused */
    gboolean early_only;
  } table[] = {
    { "a@b;to-tag=c;from-tag=d", "a@b", "c", "d", FALSE },
    { "a ; From-Tag = d ; TO-TAG=c ;x=y;early-only", "a", "c", "d", TRUE },
    { "a%b!c;to-tag=0;from-tag=0;early-only", "a%b!c", "0", "0", TRUE },
    { "", NULL, NULL, NULL, FALSE },
    { "a", NULL, NULL, NULL, FALSE },
    { ";to-tag=c;from-tag=d", NULL, NULL, NULL, FALSE },
    { "a;to-tag=c", NULL, NULL, NULL, FALSE },
    { "a;from-tag=c", NULL, NULL, NULL, FALSE },
    { "a;to-tag;from-tag=d", NULL, NULL, NULL, FALSE },
    { "a;to-tag=;from-tag=d", NULL, NULL, NULL, FALSE },
    { "a;to-tag=c;from-tag=d;to-tag=c", NULL, NULL, NULL, FALSE },
    { "a;to-tag=\"c\";from-tag=d", NULL, NULL, NULL, FALSE },
    { "a b;to-tag=c;from-tag=d", NULL, NULL, NULL, FALSE },
    { "a,b;to-tag=c;from-tag=d", NULL, NULL, NULL, FALSE },
    { "a;to-tag=c;from-tag=d;;", NULL, NULL, NULL, FALSE },
    { "a\001;to-tag=c;from-tag=d", NULL, NULL, NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      SipStr value;
      g_autofree char *copy = bare (table[i].value, &value);
      SipReplacesView view;

      g_test_message ("%u", i);
      g_assert_cmpint (sip_replaces_view_parse (&view, value), ==, table[i].call_id != NULL);
      if (table[i].call_id == NULL)
        continue;
      g_assert_true (sip_str_equal (view.call_id, sip_str_from (table[i].call_id)));
      g_assert_true (sip_str_equal (view.to_tag, sip_str_from (table[i].to_tag)));
      g_assert_true (sip_str_equal (view.from_tag, sip_str_from (table[i].from_tag)));
      g_assert_cmpint (view.early_only, ==, table[i].early_only);
    }
}

static void
test_token (void)
{
  static const struct
  {
    const char *text, *token, *params; /* token NULL: refused */
  } table[] = {
    { "refer", "refer", NULL },      { "refer;id=1", "refer", "id=1" }, { "active ; expires=5", "active", " expires=5" },
    { "presence.winfo", "presence.winfo", NULL }, { "", NULL, NULL }, { ";id=1", NULL, NULL }, { "a b", NULL, NULL }, { "a/b", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      SipStr text, token, params;
      g_autofree char *copy = bare (table[i].text, &text);

      g_assert_cmpint (sip_token_view_parse (text, &token, &params), ==, table[i].token != NULL);
      if (table[i].token == NULL)
        continue;
      g_assert_true (sip_str_equal (token, sip_str_from (table[i].token)));
      g_assert_true (sip_str_equal (params, sip_str_from (table[i].params)));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refer-views/sipfrag", test_sipfrag);
  g_test_add_func ("/refer-views/sipfrag-bounds", test_sipfrag_bounds);
  g_test_add_func ("/refer-views/sipfrag-written", test_sipfrag_written);
  g_test_add_func ("/refer-views/replaces", test_replaces);
  g_test_add_func ("/refer-views/token", test_token);
  return g_test_run ();
}
