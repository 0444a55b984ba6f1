/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-msg-builder-private.h"

typedef struct
{
  const char *via;      /* of the request */
  const char *received;
  guint port;
  const char *expected; /* of the response, its Via fields joined by '|' */
} Case;

static const Case cases[] = {
  { "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa", NULL, 0, "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa" },
  { "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa", "192.0.2.7", 0, "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa;received=192.0.2.7" },
  { "SIP/2.0/UDP 10.0.0.1", "192.0.2.7", 0, "SIP/2.0/UDP 10.0.0.1;received=192.0.2.7" },
  { "SIP/2.0/UDP host.example ;branch=z9hG4bKa", "192.0.2.7", 0, "SIP/2.0/UDP host.example ;branch=z9hG4bKa;received=192.0.2.7" },
  /* rport takes its value where it stands, first, in the middle and last, in any case */
  { "SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKa", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1:5060;rport=1234;branch=z9hG4bKa;received=192.0.2.7" },
  { "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport;x=y", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport=1234;x=y;received=192.0.2.7" },
  { "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa; RPort", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa; RPort=1234;received=192.0.2.7" },
  /* what the client says of itself does not stay */
  { "SIP/2.0/UDP 10.0.0.1;received=1.2.3.4;rport=9;branch=z9hG4bKa", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1;rport=1234;branch=z9hG4bKa;received=192.0.2.7" },
  { "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;xrport;q=\"a;rport;b\"", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;xrport;q=\"a;rport;b\";received=192.0.2.7" },
  { "SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bKa;rport", "2001:db8::2", 5060,
    "SIP/2.0/UDP [2001:db8::1]:5060;branch=z9hG4bKa;rport=5060;received=2001:db8::2" },
  { "SIP/2.0/UDP 10.0.0.1 ;\r\n received = 1.2.3.4 ; rport = 9 ; x", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1  ; rport=1234 ; x;received=192.0.2.7" },
  { "SIP/2.0/UDP 10.0.0.1;received=[::1]", "::2", 0, "SIP/2.0/UDP 10.0.0.1;received=::2" },
  /* only the topmost, in one field and in several */
  { "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport , SIP/2.0/TCP 10.0.0.2;rport;branch=z9hG4bKb", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport=1234;received=192.0.2.7, SIP/2.0/TCP 10.0.0.2;rport;branch=z9hG4bKb" },
  { "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport\r\nVia: SIP/2.0/TCP 10.0.0.2;rport;branch=z9hG4bKb", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport=1234;received=192.0.2.7|SIP/2.0/TCP 10.0.0.2;rport;branch=z9hG4bKb" },
  /* one that makes no sense goes back as it came */
  { "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport;=", "192.0.2.7", 1234, "SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKa;rport;=" },
  { "SIP/2.0/UDP 10.0.0.1;rport;rport;received=1.1.1.1;received=2.2.2.2", "192.0.2.7", 1234,
    "SIP/2.0/UDP 10.0.0.1;rport;rport;received=1.1.1.1;received=2.2.2.2" },
};

static void
test_response (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_autofree char *text = g_strdup_printf ("OPTIONS sip:bob@example.com SIP/2.0\r\nVia: %s\r\n"
                                               "From: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\n"
                                               "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n", c->via);
      g_autoptr (GError) error = NULL;
      g_autoptr (SipMsg) request = sip_msg_parse (text, strlen (text), NULL, &error);
      g_autoptr (SipMsgBuilder) builder = NULL;
      g_autoptr (SipMsg) response = NULL;
      g_autoptr (GString) vias = g_string_new (NULL);

      g_assert_no_error (error);
      if (c->received != NULL)
        {
          g_autoptr (GRefString) received = g_ref_string_new (c->received);

          sip_msg_set_received (request, received, c->port);
        }
      builder = sip_msg_builder_new_response (request, 200, NULL, "tag");
      response = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
      for (const SipField *f = sip_msg_field (response, SIP_H_VIA); f != NULL; f = sip_msg_field_after (response, f))
        {
          SipStr value = sip_msg_field_value (response, f);

          g_string_append_printf (vias, "%s" SIP_STR_FORMAT, vias->len > 0 ? "|" : "", SIP_STR_ARGS (value));
        }
      g_assert_cmpstr (vias->str, ==, c->expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/syntax/msg-received/response", test_response);
  return g_test_run ();
}
