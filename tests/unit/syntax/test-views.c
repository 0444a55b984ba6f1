/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-views-private.h"

/* A copy without a byte behind it, for the address sanitizer; it lives until the test ends. */
static SipStr
copy_len (const char *text,
          gsize       len)
{
  static GPtrArray *copies;
  char *copy = g_malloc (MAX (len, 1));

  if (copies == NULL)
    copies = g_ptr_array_new_with_free_func (g_free);
  if (copies->len == 4096)
    g_ptr_array_set_size (copies, 0);

  memcpy (copy, text, len);
  g_ptr_array_add (copies, copy);

  /* A block of one byte for nothing would have a byte to read. */
  return sip_str (len > 0 ? copy : copy + 1, len);
}

static SipStr
copy (const char *text)
{
  return copy_len (text, strlen (text));
}

/* "-" stands for absent in the tables. */
static void
assert_slice (SipStr      str,
              const char *expected,
              const char *of)
{
  g_autofree char *got = str.p != NULL ? g_strndup (str.p, str.len) : g_strdup ("-");

  if (g_strcmp0 (got, expected != NULL ? expected : "-") != 0)
    g_test_message ("in “%s”", of);
  g_assert_cmpstr (got, ==, expected != NULL ? expected : "-");
}

static const struct
{
  const char *text;
  const char *scheme;
  const char *user;
  const char *password;
  const char *host;
  guint port;
  const char *params;
  const char *headers;
  const char *opaque;
} good_uris[] = {
  { "sip:bob@biloxi.example.com", "sip", "bob", NULL, "biloxi.example.com" },
  { "SIPS:bob@biloxi.example.com:5061", "SIPS", "bob", NULL, "biloxi.example.com", 5061 },
  { "sip:biloxi.example.com", "sip", NULL, NULL, "biloxi.example.com" },
  { "sip:a", "sip", NULL, NULL, "a" },
  { "sip:a-b.c-d", "sip", NULL, NULL, "a-b.c-d" },
  { "sip:a.example.", "sip", NULL, NULL, "a.example." },
  { "sip:a_b.example", "sip", NULL, NULL, "a_b.example" },
  { "sip:7f3ab2", "sip", NULL, NULL, "7f3ab2" },
  { "sip:192.0.2.1", "sip", NULL, NULL, "192.0.2.1" },
  { "sip:255.255.255.255:65535", "sip", NULL, NULL, "255.255.255.255", 65535 },
  { "sip:a:1", "sip", NULL, NULL, "a", 1 },
  { "sip:a:005060", "sip", NULL, NULL, "a", 5060 },
  { "sip:[2001:db8::1]:5060", "sip", NULL, NULL, "2001:db8::1", 5060 },
  { "sip:bob@[::1];lr", "sip", "bob", NULL, "::1", 0, "lr" },
  { "sip:[::]", "sip", NULL, NULL, "::" },
  { "sip:[1::]", "sip", NULL, NULL, "1::" },
  { "sip:[1:2:3:4:5:6:7:8]", "sip", NULL, NULL, "1:2:3:4:5:6:7:8" },
  { "sip:[1:2:3:4:5:6:192.0.2.1]", "sip", NULL, NULL, "1:2:3:4:5:6:192.0.2.1" },
  { "sip:[::ffff:192.0.2.10]:19823", "sip", NULL, NULL, "::ffff:192.0.2.10", 19823 },
  { "sip:user@[2001:db8:::192.0.2.1]", "sip", "user", NULL, "2001:db8:::192.0.2.1" }, /* RFC 5118 §4.10 */
  { "sip:alice:secret@atlanta.example.com", "sip", "alice", "secret", "atlanta.example.com" },
  { "sip:alice:@a", "sip", "alice", "", "a" },
  { "sip:+358-555-1234567;postd=pp22@foo.example;user=phone", "sip", "+358-555-1234567;postd=pp22", NULL, "foo.example", 0, "user=phone" },
  { "sip:user;par=u%40example.net@example.com", "sip", "user;par=u%40example.net", NULL, "example.com" },
  { "sip:*21#@a", "sip", "*21#", NULL, "a" },
  { "sip:null-%00-null@example.com", "sip", "null-%00-null", NULL, "example.com" },
  { "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com", "sip",
    "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", "example.com" },
  { "sip:a;transport=tcp;lr", "sip", NULL, NULL, "a", 0, "transport=tcp;lr" },
  { "sip:a;ftag=;lr=on", "sip", NULL, NULL, "a", 0, "ftag=;lr=on" },
  { "sip:a;x=[:]/&+$!", "sip", NULL, NULL, "a", 0, "x=[:]/&+$!" },
  { "sip:a;p=%41?h=v&i=", "sip", NULL, NULL, "a", 0, "p=%41", "h=v&i=" },
  { "sip:b@a?Route=%3Csip:sip.example.com%3E", "sip", "b", NULL, "a", 0, NULL, "Route=%3Csip:sip.example.com%3E" },
  { "sip:a:5060;a=b?c=d", "sip", NULL, NULL, "a", 5060, "a=b", "c=d" },
  { "tel:+1-201-555-0123;phone-context=x", "tel", NULL, NULL, NULL, 0, NULL, NULL, "+1-201-555-0123;phone-context=x" },
  { "urn:service:sos", "urn", NULL, NULL, NULL, 0, NULL, NULL, "service:sos" },
  { "http://[::1]/x?y=z", "http", NULL, NULL, NULL, 0, NULL, NULL, "//[::1]/x?y=z" },
  { "nobodyKnowsThisScheme:totallyopaquecontent", "nobodyKnowsThisScheme", NULL, NULL, NULL, 0, NULL, NULL, "totallyopaquecontent" },
  { "soap.beep://192.0.2.103:3002", "soap.beep", NULL, NULL, NULL, 0, NULL, NULL, "//192.0.2.103:3002" },
  { "sipx:a@b", "sipx", NULL, NULL, NULL, 0, NULL, NULL, "a@b" },
  { "sap:a", "sap", NULL, NULL, NULL, 0, NULL, NULL, "a" },
};

static const char *const bad_uris[] = {
  "", "sip", "sip:", "sips:", ":a", "1sip:a", "<sip:a>", " sip:a", "sip:a ", "sip :a", "sip: a", "sip:a b@c", "sip:a@b c", "sip:@a",
  "sip:a@",
  "sip:a@b@c", "sip::x@a", "sip:a%@b", "sip:a%4@b", "sip:a%4g@b", "sip:a%", "sip:b;x=%", "sip:b;x=%4", "sip:b?x=%zz", "sip:a@b%41",
  "sip:a:", "sip:a:0", "sip:a:65536", "sip:a:4294967296", "sip:a:18446744073709551616", "sip:a:-1", "sip:a:+1", "sip:a:x", "sip:a:5060x",
  "sip:a:99999999999999999999999999999999",
  "sip:.", "sip:.a", "sip:a..b", "sip:-a", "sip:a-", "sip:a-.b", "sip:a.-b", "sip:a.b-", "sip:1", "sip:12345", "sip:1.2.3", "sip:1.2.3.4.5",
  "sip:256.1.1.1", "sip:1.1.1.1000", "sip:1.2.3.4.", "sip:a.1", "sip:a.1.", "sip:a!b", "sip:caf\303\251.example", "sip:caf\303\251@a",
  "sip:2001:db8::10", "sip:[", "sip:[]", "sip:[:]", "sip:[:::]", "sip:[1::2::3]", "sip:[1:2:3:4:5:6:7]", "sip:[1:2:3:4:5:6:7:8:9]",
  "sip:[12345::]", "sip:[g::]", "sip:[1:]", "sip:[:1]", "sip:[::1", "sip:[::1]x", "sip:[1:2:3:4:5:6:7:1.2.3.4]", "sip:[::1.2.3]",
  "sip:[::256.1.1.1]",
  "sip:[1:2:3:4:5:6:7:8::]", "sip:[::1%25eth0]", "sip:[2001:db8:::1]", "sip:[11111111111111111111111111111111111111111111111111111111]",
  "sip:a;", "sip:a;;b", "sip:a;=b", "sip:a;b;", "sip:a;b=c=d", "sip:a;b c", "sip:a;b=\"c\"", "sip:a;b,c", "sip:a;b@c;d@e",
  "sip:a?", "sip:a?b", "sip:a?b=c&", "sip:a?=c", "sip:a?b=c&d", "sip:a?b=c=d", "sip:a?b=c;d", "sip:a/b", "sip:a#b", "sip:a,b",
  "tel:", "tel:\"x\"", "tel:a b", "tel:a%4", "http://a<b>", "x:\001", "sip:a\r\n b", "sip:a\n", "sip:a\r\nX: y",
};

static void
test_uri (void)
{
  SipUriView view;

  for (gsize i = 0; i < G_N_ELEMENTS (good_uris); i++)
    {
      const char *text = good_uris[i].text;

      if (!sip_uri_view_parse (&view, copy (text)))
        g_error ("refused: %s", text);
      assert_slice (view.whole, text, text);
      assert_slice (view.scheme, good_uris[i].scheme, text);
      assert_slice (view.user, good_uris[i].user, text);
      assert_slice (view.password, good_uris[i].password, text);
      assert_slice (view.host, good_uris[i].host, text);
      assert_slice (view.params, good_uris[i].params, text);
      assert_slice (view.headers, good_uris[i].headers, text);
      assert_slice (view.opaque, good_uris[i].opaque, text);
      g_assert_cmpuint (view.port, ==, good_uris[i].port);
      g_assert_cmpint (view.is_sip, ==, good_uris[i].opaque == NULL);
      g_assert_cmpint (view.is_sips, ==, g_ascii_strcasecmp (good_uris[i].scheme, "sips") == 0);
      g_assert_cmpint (view.is_ipv6, ==, good_uris[i].host != NULL && strchr (good_uris[i].host, ':') != NULL);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (bad_uris); i++)
    {
      if (sip_uri_view_parse (&view, copy (bad_uris[i])))
        g_error ("accepted: %s", bad_uris[i]);
    }

  g_assert_false (sip_uri_view_parse (&view, copy_len ("sip:a\0b", 7)));
  g_assert_false (sip_uri_view_parse (&view, (SipStr) SIP_STR_INIT));
}

static const struct
{
  const char *text;
  const char *display;
  const char *uri;
  const char *params;
  const char *tag;
  guint n_params;
} good_addresses[] = {
  { "sip:a@b", NULL, "sip:a@b" },
  { "<sip:a@b>", NULL, "sip:a@b" },
  { " \t<sip:a@b> ", NULL, "sip:a@b" },
  { "Bob <sip:a@b>", "Bob", "sip:a@b" },
  { "Bob<sip:a@b>", "Bob", "sip:a@b" },
  { "Bob  B.\tBuilder \r\n <sip:a@b>", "Bob  B.\tBuilder", "sip:a@b" },
  { "\"\" <sip:a@b>", "\"\"", "sip:a@b" },
  { "\"Bob \\\"the\\\\\\\" Builder, <x>; y\"<sip:a@b>", "\"Bob \\\"the\\\\\\\" Builder, <x>; y\"", "sip:a@b" },
  { "\"a\r\n b\" <sip:a@b>", "\"a\r\n b\"", "sip:a@b" },
  { "\"\350\213\217\" <sip:a@b>", "\"\350\213\217\"", "sip:a@b" },
  { "J\303\266rg <sip:a@b>", "J\303\266rg", "sip:a@b" },
  { "token1~`! <sip:a@b>", "token1~`!", "sip:a@b" },
  { "sip:a@b;tag=x", NULL, "sip:a@b", "tag=x", "x", 1 },
  { "sip:a@b ; tag = x ", NULL, "sip:a@b", " tag = x ", "x", 1 },
  { "<sip:a@b;lr>;tag=x", NULL, "sip:a@b;lr", "tag=x", "x", 1 },
  { "<sip:a@b?c=d>;TAG=x;y", NULL, "sip:a@b?c=d", "TAG=x;y", "x", 2 },
  { "<sip:a@b>\r\n ;\n\ttag\r\n =\r\n\tx", NULL, "sip:a@b", "\n\ttag\r\n =\r\n\tx", "x", 1 },
  { "<sip:a@b>;q=0.7;+sip.instance=\"<urn:uuid:a;b,c>\";x=[::1]", NULL, "sip:a@b", "q=0.7;+sip.instance=\"<urn:uuid:a;b,c>\";x=[::1]",
    NULL, 3 },
  { "<sip:a@b>;x=\"\"", NULL, "sip:a@b", "x=\"\"", NULL, 1 },
  { "<sip:a@b>;tag=a+/=", NULL, "sip:a@b", "tag=a+/=", "a+/=", 1 },
  { "tel:+1;tag=y", NULL, "tel:+1", "tag=y", "y", 1 },
  { "<http://www.example.com/a;b?c,d>", NULL, "http://www.example.com/a;b?c,d" },
  { "isbn:2983792873", NULL, "isbn:2983792873" },
};

static const char *const bad_addresses[] = {
  "", " ", "Bob", "\"Bob\"", "Bob <", "<", "<>", "<x:>", "<sip:>", ">", "< >", "<sip:a@b", "sip:a@b>", "< sip:a@b>", "<sip:a@b >", "<<sip:a@b>>",
  "Bob sip:a@b",
  "\"Bob\" sip:a@b", "\"Bob <sip:a@b>", "\"Bob\\\" <sip:a@b>", "\"Bob\\", "\"a\nb\" <sip:a@b>", "\"a\001b\" <sip:a@b>",
  "\"a\177b\" <sip:a@b>", "\"a\\\r\n b\" <sip:a@b>",
  "\"a\r b\" <sip:a@b>", "Bell, Alexander <sip:a@b>", "T. Watson (x) <sip:a@b>", "a@b <sip:a@b>", "\"a\" \"b\" <sip:a@b>",
  "\"a\" b <sip:a@b>",
  "sip:a@b?c=d", "sip:a@b,sip:c@d", "<sip:a@b>, <sip:c@d>", "<sip:a@b> x", "<sip:a@b>;", "<sip:a@b>;;", "<sip:a@b>;;;;", "<sip:a@b>;=x",
  "<sip:a@b>;a=", "<sip:a@b>;a=\"",
  "<sip:a@b>;a=\"b", "<sip:a@b>;a=\"b\"c", "<sip:a@b>;a b", "<sip:a@b>;a=b c", "<sip:a@b>;tag", "<sip:a@b>;tag=\"x\"",
  "<sip:a@b>;tag=x;tag=y", "<sip:a@b>;tag=x;TAG=x",
  "<sip:a@b>;a=<b>", "<sip:a@b>\r\n", "<sip:a@b>\r\nX: y", "<sip:a@b>;a=b\n", "<sip:a@b>;a=b\rc", "<sip:user@example.com?Route=x",
  "sip:user;x=y@host", "<foo>", "<1:a>", "**", "*x", "* <sip:a", "<sip:a>*",
};

static void
test_name_addr (void)
{
  SipNameAddrView view;

  for (gsize i = 0; i < G_N_ELEMENTS (good_addresses); i++)
    {
      const char *text = good_addresses[i].text;

      if (!sip_name_addr_view_parse (&view, copy (text)))
        g_error ("refused: %s", text);
      assert_slice (view.display, good_addresses[i].display, text);
      assert_slice (view.uri, good_addresses[i].uri, text);
      assert_slice (view.params, good_addresses[i].params, text);
      assert_slice (view.tag, good_addresses[i].tag, text);
      g_assert_cmpuint (view.n_params, ==, good_addresses[i].n_params);
      g_assert_false (view.is_star);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (bad_addresses); i++)
    {
      if (sip_name_addr_view_parse (&view, copy (bad_addresses[i])))
        g_error ("accepted: %s", bad_addresses[i]);
    }

  g_assert_true (sip_name_addr_view_parse (&view, copy ("*")));
  g_assert_true (view.is_star);
  g_assert_true (sip_name_addr_view_parse (&view, copy (" * ")));
  g_assert_true (view.is_star);
  /* '*' is a character of a token too. */
  g_assert_true (sip_name_addr_view_parse (&view, copy ("* <sip:a>")));
  g_assert_false (view.is_star);
  g_assert_false (sip_name_addr_view_parse (&view, (SipStr) SIP_STR_INIT));
  /* RFC 4475 §3.1.1.2 */
  g_assert_true (sip_name_addr_view_parse (&view, copy_len ("\"BEL:\\\a NUL:\\\0 DEL:\\\177\" <sip:a@b>", 32)));
  g_assert_false (sip_name_addr_view_parse (&view, copy_len ("\"NUL:\0\" <sip:a@b>", 17)));
}

static const struct
{
  const char *text;
  const char *transport;
  const char *host;
  guint port;
  const char *sent_by;
  const char *params;
  const char *branch;
  const char *received;
  int rport; /* -1: none */
} good_vias[] = {
  { "SIP/2.0/UDP 192.0.2.1", "UDP", "192.0.2.1", 0, "192.0.2.1", NULL, NULL, NULL, -1 },
  { "SIP/2.0/UDP a:5060;branch=z9hG4bKx", "UDP", "a", 5060, "a:5060", "branch=z9hG4bKx", "z9hG4bKx", NULL, -1 },
  { "SIP/2.0/WSS df7jal23ls0d.invalid;BRANCH=z9hG4bKx;rport", "WSS", "df7jal23ls0d.invalid", 0, "df7jal23ls0d.invalid",
    "BRANCH=z9hG4bKx;rport", "z9hG4bKx", NULL, 0 },
  { "SIP / 2.0 / UDP  host : 5060 ; branch = z9hG4bKx", "UDP", "host", 5060, "host : 5060", " branch = z9hG4bKx", "z9hG4bKx", NULL, -1 },
  { "SIP/2.0/\r\n UDP\r\n a", "UDP", "a", 0, "a", NULL, NULL, NULL, -1 },
  { "SIP\r\n /\r\n 2.0\n /\n\tTLS\n\ta\r\n ;branch\r\n =\r\n x\r\n ;\r\n rport", "TLS", "a", 0, "a", "branch\r\n =\r\n x\r\n ;\r\n rport",
    "x", NULL, 0 },
  { "sip/2.0/udp a", "udp", "a", 0, "a", NULL, NULL, NULL, -1 },
  { "OTHER/7.5/UNKNOWN a", "UNKNOWN", "a", 0, "a", NULL, NULL, NULL, -1 },
  { "SIP/2.0/UDP [2001:db8::9:1]:6050;branch=x;received=2001:db8::9:255;rport=49152", "UDP", "2001:db8::9:1", 6050, "[2001:db8::9:1]:6050",
    "branch=x;received=2001:db8::9:255;rport=49152", "x", "2001:db8::9:255", 49152 },
  { "SIP/2.0/UDP [::1];received=[2001:db8::9:255]", "UDP", "::1", 0, "[::1]", "received=[2001:db8::9:255]", NULL, "2001:db8::9:255", -1 },
  { "SIP/2.0/TCP a;ttl=16;maddr=224.2.0.1;branch=z9hG4bK-.!%66*_+`'~;received=192.0.2.9", "TCP", "a", 0, "a",
    "ttl=16;maddr=224.2.0.1;branch=z9hG4bK-.!%66*_+`'~;received=192.0.2.9", "z9hG4bK-.!%66*_+`'~", "192.0.2.9", -1 },
  { "SIP/2.0/UDP a;x=\"y;z,\\\"\";branch=b", "UDP", "a", 0, "a", "x=\"y;z,\\\"\";branch=b", "b", NULL, -1 },
};

static const char *const bad_vias[] = {
  "", "SIP", "SIP/2.0", "SIP/2.0/", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0 a", "/2.0/UDP a", "SIP//UDP a", "SIP/2.0//a", "SIP/2.0/UDPa",
  "SIP/2.0/UDP a b", "SIP/2.0/UDP ,",
  "SIP/2.0/UDP a:", "SIP/2.0/UDP a:0", "SIP/2.0/UDP a:65536", "SIP/2.0/UDP a:4294967296", "SIP/2.0/UDP a:-1", "SIP/2.0/UDP a:x",
  "SIP/2.0/UDP :5060", "SIP/2.0/UDP ::1", "SIP/2.0/UDP [::1",
  "SIP/2.0/UDP a;", "SIP/2.0/UDP 192.0.2.15;;,;,,", "SIP/2.0/UDP a;;branch=b", "SIP/2.0/UDP a;branch", "SIP/2.0/UDP a;branch=",
  "SIP/2.0/UDP a;branch=\"b\"", "SIP/2.0/UDP a;branch=b;branch=c",
  "SIP/2.0/UDP a;received", "SIP/2.0/UDP a;received=1.2.3.4;received=1.2.3.5", "SIP/2.0/UDP a;rport;rport", "SIP/2.0/UDP a;rport=0",
  "SIP/2.0/UDP a;rport=65536", "SIP/2.0/UDP a;rport=x",
  "SIP/2.0/UDP a;rport=-1", "SIP/2.0/UDP a;rport=\"1\"", "SIP/2.0/UDP a, SIP/2.0/UDP b", "SIP/2.0/UDP a;x=\"", "SIP/2.0/UDP a;x=y z",
  "SIP/2.0/UDP a\r\nX: y", "SIP/2.0/UDP a;x=y\r\n",
  "SIP/2.0/UDP u@a", "SIP/2.0/UDP a?b",
};

static void
test_via (void)
{
  SipViaView view;

  for (gsize i = 0; i < G_N_ELEMENTS (good_vias); i++)
    {
      const char *text = good_vias[i].text;

      if (!sip_via_view_parse (&view, copy (text)))
        g_error ("refused: %s", text);
      assert_slice (view.transport, good_vias[i].transport, text);
      assert_slice (view.host, good_vias[i].host, text);
      assert_slice (view.sent_by, good_vias[i].sent_by, text);
      assert_slice (view.params, good_vias[i].params, text);
      assert_slice (view.branch, good_vias[i].branch, text);
      assert_slice (view.received, good_vias[i].received, text);
      g_assert_cmpuint (view.port, ==, good_vias[i].port);
      g_assert_cmpint (view.has_rport ? (int) view.rport : -1, ==, good_vias[i].rport);
      g_assert_cmpint (view.is_ipv6, ==, strchr (good_vias[i].host, ':') != NULL);
      g_assert_nonnull (view.protocol.p);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (bad_vias); i++)
    {
      if (sip_via_view_parse (&view, copy (bad_vias[i])))
        g_error ("accepted: %s", bad_vias[i]);
    }
  g_assert_false (sip_via_view_parse (&view, (SipStr) SIP_STR_INIT));

  /* What a response can be sent to is there although a parameter is bad; not so where the sent-by is. */
  g_assert_false (sip_via_view_parse (&view, copy ("SIP/2.0/UDP 192.0.2.15:5060;branch=b;;")));
  assert_slice (view.host, "192.0.2.15", NULL);
  assert_slice (view.branch, "b", NULL);
  g_assert_false (sip_via_view_parse (&view, copy ("SIP/2.0/UDP a:0")));
  g_assert_null (view.host.p);
}

static void
test_cseq (void)
{
  static const struct
  {
    const char *text;
    guint number; /* G_MAXUINT: refused */
    const char *method;
  } table[] = {
    { "1 INVITE", 1, "INVITE" },
    { "0 OPTIONS", 0, "OPTIONS" },
    { "0009\r\n  INVITE", 9, "INVITE" },
    { " 127 A ", 127, "A" },
    { "128\tACK", 128, "ACK" },
    { "255 BYE", 255, "BYE" },
    { "256 BYE", 256, "BYE" },
    { "65536 BYE", 65536, "BYE" },
    { "2147483647 BYE", 2147483647, "BYE" },
    { "00000000000000000000000000000001 BYE", 1, "BYE" },
    { "2147483648 BYE", G_MAXUINT },
    { "4294967295 BYE", G_MAXUINT },
    { "4294967297 BYE", G_MAXUINT },
    { "18446744073709551617 BYE", G_MAXUINT },
    { "36893488147419103232 BYE", G_MAXUINT },
    { "-1 BYE", G_MAXUINT },
    { "+1 BYE", G_MAXUINT },
    { "1", G_MAXUINT },
    { "1 ", G_MAXUINT },
    { "1INVITE", G_MAXUINT },
    { "INVITE 1", G_MAXUINT },
    { "INVITE", G_MAXUINT },
    { "1 INV ITE", G_MAXUINT },
    { "1 INVITE;", G_MAXUINT },
    { "1, INVITE", G_MAXUINT },
    { "1.0 INVITE", G_MAXUINT },
    { "0x1 INVITE", G_MAXUINT },
    { "", G_MAXUINT },
  };
  SipCSeqView view;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gboolean good = sip_cseq_view_parse (&view, copy (table[i].text));

      if (good != (table[i].number != G_MAXUINT))
        g_error ("“%s”", table[i].text);
      if (good)
        {
          g_assert_cmpuint (view.number, ==, table[i].number);
          assert_slice (view.method_name, table[i].method, table[i].text);
          g_assert_cmpuint (view.method, ==, sip_method_id_lookup (table[i].method, strlen (table[i].method)));
        }
    }
}

static void
test_params (void)
{
  SipStr params = copy ("a; b = c ;D=\"x;y=\\\"z\\\"\" ; e=[::1]");
  SipStr name, value;

  g_assert_true (sip_params_find (params, "A", &value));
  assert_slice (value, NULL, NULL);
  g_assert_true (sip_params_find (params, "b", &value));
  assert_slice (value, "c", NULL);
  g_assert_true (sip_params_find (params, "d", &value));
  assert_slice (value, "\"x;y=\\\"z\\\"\"", NULL);
  g_assert_true (sip_params_find (params, "e", NULL));
  g_assert_false (sip_params_find (params, "y", &value));
  g_assert_false (sip_params_find (params, "", &value));
  g_assert_false (sip_params_find ((SipStr) SIP_STR_INIT, "a", &value));

  /* With the ';' in front, as after the first value of a header. */
  params = copy (" ;x=1;y=");
  g_assert_true (sip_params_next (&params, &name, &value));
  assert_slice (name, "x", NULL);
  assert_slice (value, "1", NULL);
  g_assert_true (sip_params_next (&params, &name, &value));
  assert_slice (name, "y", NULL);
  assert_slice (value, "", NULL);
  g_assert_false (sip_params_next (&params, &name, &value));
  g_assert_false (sip_params_next (&params, &name, &value));

  /* What is no list ends the walk. */
  params = copy ("a;;b");
  g_assert_true (sip_params_next (&params, &name, &value));
  g_assert_false (sip_params_next (&params, &name, &value));
  g_assert_false (sip_params_next (&params, &name, &value));
  params = copy ("a=\"x");
  g_assert_false (sip_params_next (&params, &name, &value));
  params = copy ("a b");
  g_assert_false (sip_params_next (&params, &name, &value));
}

static void
test_values (void)
{
  static const struct
  {
    const char *text;
    const char *values; /* joined with '|' */
  } table[] = {
    { "", "" },
    { "  ", "" },
    { "a", "a" },
    { "a,b", "a|b" },
    { " a , b\r\n , c ", "a|b|c" },
    { "a,,b", "a||b" },
    { "a,", "a" },
    { ",a", "|a" },
    { "\"a,b\",c", "\"a,b\"|c" },
    { "\"a\\\",b\",c", "\"a\\\",b\"|c" },
    { "<sip:a,b>;x=\"y,z\",c", "<sip:a,b>;x=\"y,z\"|c" },
    { "<a\",b>,c\"", "<a\",b>|c\"" },
    { "a (b, (c, d) \\), e), f", "a (b, (c, d) \\), e)|f" },
    { "a(b, c)", "a(b|c)" },
    { "sip:a(@b, sip:c", "sip:a(@b|sip:c" },
    /* What never ends takes the rest. */
    { "a, \"b, c", "a|\"b, c" },
    { "a, <b, c", "a|<b, c" },
    { "a, (b, c", "a|(b, c" },
    { "a, \"b\\", "a|\"b\\" },
    { "a, (b\\", "a|(b\\" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      SipStr rest = copy (table[i].text);
      g_autoptr (GString) got = g_string_new (NULL);
      gboolean first = TRUE;
      SipStr value;

      while (sip_values_next (&rest, &value))
        {
          if (!first)
            g_string_append_c (got, '|');
          g_string_append_len (got, value.p, value.len);
          first = FALSE;
        }
      g_assert_cmpstr (got->str, ==, table[i].values);
      g_assert_false (sip_values_next (&rest, &value));
    }
}

/* Everything looks at a text, and at a copy of it without a byte behind it. */
static void
look_at (const char *text,
         gsize       len)
{
  SipStr str = copy_len (text, len);
  SipStr name, value;
  SipUriView uri;
  SipNameAddrView address;
  SipViaView via;
  SipCSeqView cseq;

  sip_uri_view_parse (&uri, str);
  if (sip_name_addr_view_parse (&address, str))
    {
      SipStr rest = address.params;
      guint n = 0;

      /* A list that was found right is one that can be walked. */
      while (sip_params_next (&rest, &name, &value))
        n++;
      g_assert_cmpuint (n, ==, address.n_params);
      g_assert_true (address.is_star || sip_uri_view_parse (&uri, address.uri));
    }
  if (sip_via_view_parse (&via, str))
    {
      SipStr rest = via.params;
      guint n = 0;

      while (sip_params_next (&rest, &name, &value))
        n++;
      g_assert_cmpuint (n, ==, via.n_params);
    }
  sip_cseq_view_parse (&cseq, str);
  while (sip_values_next (&str, &value))
    ;
}

/* Cut anywhere, and any one byte changed to any that the grammar gives a meaning. */
static void
test_broken (void)
{
  static const char bytes[] = "\"<>[]()\\;,:@=%?&/*#-._ \t\r\n\0\001\177\200\377aZ09";
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (good_uris); i++)
    g_ptr_array_add (texts, (char *) good_uris[i].text);
  for (gsize i = 0; i < G_N_ELEMENTS (good_addresses); i++)
    g_ptr_array_add (texts, (char *) good_addresses[i].text);
  for (gsize i = 0; i < G_N_ELEMENTS (good_vias); i++)
    g_ptr_array_add (texts, (char *) good_vias[i].text);

  for (guint i = 0; i < texts->len; i++)
    {
      const char *text = g_ptr_array_index (texts, i);
      gsize len = strlen (text);
      g_autofree char *changed = g_strdup (text);

      for (gsize at = 0; at < len; at++)
        {
          look_at (text, at);
          look_at (text + at, len - at);
          for (gsize b = 0; b < sizeof bytes - 1; b++)
            {
              changed[at] = bytes[b];
              look_at (changed, len);
            }
          changed[at] = text[at];
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/syntax/views/uri", test_uri);
  g_test_add_func ("/syntax/views/name-addr", test_name_addr);
  g_test_add_func ("/syntax/views/via", test_via);
  g_test_add_func ("/syntax/views/cseq", test_cseq);
  g_test_add_func ("/syntax/views/params", test_params);
  g_test_add_func ("/syntax/views/values", test_values);
  g_test_add_func ("/syntax/views/broken", test_broken);

  return g_test_run ();
}
