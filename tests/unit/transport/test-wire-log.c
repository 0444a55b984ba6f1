/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport-peer.h"

#include "transport/sip-wire-log-private.h"

#define HEAD \
  "OPTIONS sip:bob@example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\n" \
  "To: <sip:b@c>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"

typedef struct
{
  const char *before; /* a header line, or a body after an empty line */
  const char *after;
} Case;

static const Case cases[] = {
  { "Subject: nothing secret, response=\"x\"\r\n", "Subject: nothing secret, response=\"x\"\r\n" },
  { "Authorization: Digest username=\"bob\", nonce=\"n\", uri=\"sip:x\", response=\"6629fae49393a05397450978507c4ef1\", algorithm=MD5\r\n",
    "Authorization: Digest username=\"bob\", nonce=\"n\", uri=\"sip:x\", response=***, algorithm=MD5\r\n" },
  { "Proxy-Authorization: digest RESPONSE = \"66\"\r\n", "Proxy-Authorization: digest RESPONSE = ***\r\n" },
  { "Authorization: Digest response=66,nonce=\"response=\\\"no\\\"\"\r\n",
    "Authorization: Digest response=***,nonce=\"response=\\\"no\\\"\"\r\n" },
  { "Authorization: Digest nonce=\"1\",\r\n response=\"66\"\r\n", "Authorization: Digest nonce=\"1\",\r\n response=***\r\n" },
  { "Authorization: Digest response=\"66\r\n", "Authorization: Digest response=***\r\n" },
  { "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n", "Authorization: Basic ***\r\n" },
  { "Authorization: Bearer a.b.c\r\n", "Authorization: Bearer ***\r\n" },
  { "Authorization: Digestive response=1\r\n", "Authorization: Digestive ***\r\n" },
  { "Authorization: Digest\r\n", "Authorization: Digest ***\r\n" },
  { "Authentication-Info: qop=auth, rspauth=\"6629\", nc=00000001\r\n", "Authentication-Info: qop=auth, rspauth=***, nc=00000001\r\n" },
  { "Proxy-Authentication-Info: rspauth=\"6629\", nextnonce=\"n\"\r\n", "Proxy-Authentication-Info: rspauth=***, nextnonce=\"n\"\r\n" },
  { "Contact: <sip:bob:secret@example.com;transport=tcp>\r\n", "Contact: <sip:bob:***@example.com;transport=tcp>\r\n" },
  { "Contact: <SIPS:bob:secret@example.com>, <sip:example.com:5060>\r\n",
    "Contact: <SIPS:bob:***@example.com>, <sip:example.com:5060>\r\n" },
  { "\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz|2^20|1:4\r\na=rtpmap:0 PCMU/8000\r\n",
    "\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***|2^20|1:4\r\na=rtpmap:0 PCMU/8000\r\n" },
  { "\r\na=crypto:2 X inline:AAAA;inline:BBBB\r\na=ice-pwd:asd88fgpdd777uzjYhagZg\r\na=ice-ufrag:8hhY\r\n",
    "\r\na=crypto:2 X inline:***;inline:***\r\na=ice-pwd:***\r\na=ice-ufrag:8hhY\r\n" },
  { "\r\nk=clear:secret\nA=ICE-PWD:x", "\r\nk=***\nA=ICE-PWD:***" },
  { "\r\nsee sip:a:b@c\a\x1b[2J", "\r\nsee sip:a:***@c..[2J" },
};

static SipMsg *
parse (const char *extra)
{
  gboolean is_body = g_str_has_prefix (extra, "\r\n");
  g_autofree char *text = g_strconcat (HEAD, extra, is_body ? "" : "\r\n", NULL);
  g_autoptr (GError) error = NULL;
  SipMsg *msg = sip_msg_parse (text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  return msg;
}

static void
test_mask (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean is_body = g_str_has_prefix (cases[i].before, "\r\n");
      g_autoptr (SipMsg) msg = parse (cases[i].before);
      g_autofree char *masked = sip_wire_log_mask (msg);
      g_autofree char *expected = g_strconcat (HEAD, cases[i].after, is_body ? "" : "\r\n", NULL);

      g_assert_cmpstr (masked, ==, expected);
    }
}

/* What goes out of a message that is cut anywhere has never a key in it. */
static void
test_cut (void)
{
  static const char text[] = HEAD "Authorization: Digest response=\"SECRET\"\r\nContent-Type: application/sdp\r\n\r\n"
                                  "a=crypto:1 X inline:SECRET\r\na=ice-pwd:SECRET\r\nk=SECRET\r\nsip:a:SECRET@b\r\n";

  for (gsize len = 1; len <= sizeof text - 1; len++)
    {
      g_autofree char *copy = g_memdup2 (text, len); /* of this very length, for the address checker */
      g_autoptr (SipMsg) msg = sip_msg_parse (copy, len, NULL, NULL);
      g_autofree char *masked = msg != NULL ? sip_wire_log_mask (msg) : NULL;

      if (masked != NULL && len == sizeof text - 1)
        g_assert_null (strstr (masked, "SECRET"));
    }
}

static GString *logged;

static GLogWriterOutput
writer (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  gboolean is_wire = FALSE;
  const char *message = NULL, *call_id = NULL;

  for (gsize i = 0; i < n_fields; i++)
    {
      if (strcmp (fields[i].key, "GLIB_DOMAIN") == 0)
        is_wire = strcmp (fields[i].value, "Sip-Wire") == 0;
      else if (strcmp (fields[i].key, "MESSAGE") == 0)
        message = fields[i].value;
      else if (strcmp (fields[i].key, "SIP_CALL_ID") == 0)
        call_id = fields[i].value;
    }
  if (is_wire)
    g_string_append_printf (logged, "[%s] %.*s\n", call_id, (int) strcspn (message, "\n"), message);
  return G_LOG_WRITER_HANDLED;
}

static void
test_log (void)
{
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (0);
  Peer alice, bob;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  g_autoptr (SipFlow) flow = NULL;

  peer_init (&alice, wheel);
  peer_init (&bob, wheel);
  a = peer_listen (&alice, "mem://alice");
  b = peer_listen (&bob, "mem://bob");
  flow = peer_connect (&alice, "mem://bob");

  g_log_set_debug_enabled (FALSE);
  peer_send (flow, "off");
  sip_timer_wheel_advance (wheel, 0);
  g_assert_cmpstr (logged->str, ==, "");

  g_log_set_debug_enabled (TRUE);
  peer_send (flow, "on");
  sip_timer_wheel_advance (wheel, 0);
  g_assert_cmpstr (logged->str, ==, "[on] Sent to UDP bob\n[on] Received from UDP alice\n");

  peer_clear (&alice);
  peer_clear (&bob);
}

int
main (int argc, char **argv)
{
  /* Tests of their own would switch all debug messages on. */
  g_unsetenv ("G_MESSAGES_DEBUG");
  g_test_init (&argc, &argv, NULL);
  logged = g_string_new (NULL);
  g_log_set_writer_func (writer, NULL, NULL);
  g_test_add_func ("/wire-log/mask", test_mask);
  g_test_add_func ("/wire-log/cut", test_cut);
  g_test_add_func ("/wire-log/log", test_log);
  return g_test_run ();
}
