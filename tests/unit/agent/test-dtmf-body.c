/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-dtmf-body-private.h"

#define RELAY "application/dtmf-relay"
#define PLAIN "application/dtmf"

static void
test_parse (void)
{
  /* tone '\0': refused */
  static const struct
  {
    const char *type, *text;
    char tone;
    guint duration;
  } table[] = {
    { RELAY, "Signal= 5\r\nDuration= 160", '5', 160 },
    { RELAY, "Signal=5\r\nDuration=160\r\n", '5', 160 },
    { RELAY, "Signal = #\nDuration = 250\n", '#', 250 },
    { RELAY, "signal=a\r\nDURATION=90", 'A', 90 },
    { RELAY, "Duration=200\r\nSignal=*\r\n", '*', 200 },
    { RELAY ";charset=utf-8", "Signal=d", 'D', 100 },
    { "Application/DTMF-Relay", "Signal=1", '1', 100 },
    { RELAY, "Signal=10", '*', 100 },
    { RELAY, "Signal=11", '#', 100 },
    { RELAY, "Signal=15", 'D', 100 },
    { RELAY, "Signal=16", '\0', 0 },
    { RELAY, "Signal=1\r\nDuration=", '1', 100 },
    { RELAY, "Signal=1\r\nDuration=x", '1', 100 },
    { RELAY, "Signal=1\r\nDuration=-5", '1', 100 },
    { RELAY, "Signal=1\r\nDuration=1", '1', 70 },
    { RELAY, "Signal=1\r\nDuration=0", '1', 70 },
    { RELAY, "Signal=1\r\nDuration=6001", '1', 6000 },
    { RELAY, "Signal=1\r\nDuration=4294967396", '1', 6000 },
    { RELAY, "Signal=1\r\nDuration=18446744073709551716", '1', 6000 },
    { RELAY, "Signal=1\r\nX-More: yes\r\n\r\n", '1', 100 },
    { RELAY, "5", '\0', 0 },
    { RELAY, "Signal=", '\0', 0 },
    { RELAY, "Signal=E", '\0', 0 },
    { RELAY, "Signal=,", '\0', 0 },
    { RELAY, "Signal=123", '\0', 0 },
    { RELAY, "Signal", '\0', 0 },
    { RELAY, "=", '\0', 0 },
    { RELAY, "", '\0', 0 },
    { RELAY, "\r\n\r\n", '\0', 0 },
    { PLAIN, "5", '5', 100 },
    { PLAIN, " # \r\n", '#', 100 },
    { PLAIN, "10", '*', 100 },
    { PLAIN, "Signal=7\r\nDuration=80", '7', 80 },
    { PLAIN, "55", '\0', 0 },
    { PLAIN, "", '\0', 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      /* Nothing behind the text is read. */
      gsize len = strlen (table[i].text);
      g_autofree char *text = g_memdup2 (table[i].text, MAX (len, 1));
      SipDtmfBody body;

      g_assert_true (sip_dtmf_body_is_type (sip_str_from (table[i].type)));
      g_test_message ("%s", table[i].text);
      g_assert_cmpint (sip_dtmf_body_parse (sip_str_from (table[i].type), sip_str (text, len), &body), ==, table[i].tone != '\0');
      g_assert_cmpint (body.tone, ==, table[i].tone);
      if (table[i].tone != '\0')
        g_assert_cmpuint (body.duration, ==, table[i].duration);
    }
}

static void
test_types (void)
{
  g_assert_false (sip_dtmf_body_is_type (SIP_STR ("application/dtmf-relays")));
  g_assert_false (sip_dtmf_body_is_type (SIP_STR ("text/plain")));
  g_assert_false (sip_dtmf_body_is_type (SIP_STR ("")));
  g_assert_false (sip_dtmf_body_is_type ((SipStr) SIP_STR_INIT));
}

static void
test_write (void)
{
  const SipDtmfBody body = { '5', 160 };
  g_autofree char *text = sip_dtmf_body_to_string (&body);

  g_assert_cmpstr (text, ==, "Signal= 5\r\nDuration= 160");
}

static void
test_symbols (void)
{
  for (guint c = 0; c < 256; c++)
    {
      char expected = c != 0 && strchr ("0123456789ABCD#*", (int) c) != NULL ? (char) c : c >= 'a' && c <= 'd' ? (char) (c - 'a' + 'A') : '\0';

      g_assert_cmpint (sip_dtmf_symbol ((char) c), ==, expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtmf-body/parse", test_parse);
  g_test_add_func ("/dtmf-body/types", test_types);
  g_test_add_func ("/dtmf-body/write", test_write);
  g_test_add_func ("/dtmf-body/symbols", test_symbols);

  return g_test_run ();
}
