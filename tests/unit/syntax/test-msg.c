/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "syntax/sip-msg-private.h"

#include "syntax/messages.h"

/* Parses a copy without a byte behind it, for the address sanitizer. */
static SipMsg *
parse_len (const char  *text,
           gsize        len,
           GError     **error)
{
  g_autofree char *copy = g_memdup2 (text, len);

  return sip_msg_parse (copy, len, NULL, error);
}

static SipMsg *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SipMsg *msg = parse_len (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (msg);

  return msg;
}

#define assert_str(str, literal) \
  G_STMT_START \
    { \
      SipStr s_ = (str); \
      g_assert_cmpmem (s_.p, s_.len, literal, strlen (literal)); \
    } \
  G_STMT_END

static void
test_invite (void)
{
  g_autoptr (SipMsg) msg = parse (MSG_INVITE);
  SipNameAddrView contact;

  g_assert_cmpuint (msg->defect, ==, 0);
  g_assert_true (msg->is_request);
  g_assert_cmpuint (msg->method, ==, SIP_METHOD_INVITE);
  assert_str (msg->method_name, "INVITE");
  assert_str (msg->uri, "sip:bob@biloxi.example.com");
  g_assert_cmpuint (msg->status, ==, 0);
  g_assert_cmpuint (msg->len, ==, strlen (MSG_INVITE));
  assert_str (sip_msg_body (msg), SDP);

  assert_str (msg->via.protocol, "SIP/2.0");
  assert_str (msg->via.transport, "UDP");
  assert_str (msg->via.host, "192.0.2.101");
  assert_str (msg->via.sent_by, "192.0.2.101:5060");
  assert_str (msg->via.branch, "z9hG4bK74b43c1f");
  g_assert_cmpuint (msg->via.port, ==, 5060);
  g_assert_true (msg->via.has_rport);
  g_assert_cmpuint (msg->via.rport, ==, 0);
  g_assert_null (msg->via.received.p);

  assert_str (msg->from.display, "\"Alice Liddell\"");
  assert_str (msg->from.uri, "sip:alice@atlanta.example.com");
  assert_str (msg->from.tag, "9fxced76sl");
  assert_str (msg->to.display, "Bob");
  g_assert_null (msg->to.tag.p);
  assert_str (msg->call_id, "3848276298220188511@atlanta.example.com");
  g_assert_cmpuint (msg->cseq.number, ==, 2);
  g_assert_cmpuint (msg->cseq.method, ==, SIP_METHOD_INVITE);
  g_assert_cmpint (msg->max_forwards, ==, 70);

  g_assert_true (sip_msg_contact (msg, &contact));
  assert_str (contact.uri, "sip:alice@192.0.2.101:5060;transport=udp");
  g_assert_true (sip_msg_has_token (msg, SIP_H_SUPPORTED, "TIMER"));
  g_assert_false (sip_msg_has_token (msg, SIP_H_SUPPORTED, "time"));
  g_assert_false (sip_msg_has_token (msg, SIP_H_REQUIRE, "timer"));
}

static void
test_odd (void)
{
  g_autoptr (SipMsg) msg = parse (MSG_ODD);
  SipValueIter iter = { 0 };
  SipNameAddrView contact;
  SipViaView via;
  SipStr value;
  g_autofree char *unfolded = NULL;

  g_assert_cmpstr (msg->defect_reason, ==, NULL);
  g_assert_cmpuint (msg->defect, ==, 0);
  assert_str (msg->to.uri, "sip:ann@chair.example.com");
  assert_str (msg->to.tag, "1918181833n");
  assert_str (msg->from.display, "\"J R \\\\\\\"\"");
  assert_str (msg->from.tag, "98asjd8");
  g_assert_cmpint (msg->max_forwards, ==, 68);
  g_assert_cmpuint (msg->cseq.number, ==, 9);
  assert_str (msg->call_id, "wsinv.ndaksdj@192.0.2.1");
  assert_str (msg->via.transport, "UDP");
  assert_str (msg->via.host, "192.0.2.2");
  g_assert_cmpuint (msg->via.port, ==, 5061);
  assert_str (msg->via.branch, "390skdjuw");

  g_assert_true (sip_msg_next_value (msg, SIP_H_VIA, &iter, &value));
  g_assert_true (sip_msg_next_value (msg, SIP_H_VIA, &iter, &value));
  g_assert_true (sip_via_view_parse (&via, value));
  assert_str (via.host, "spindle.example.com");
  assert_str (via.branch, "z9hG4bK9ikj8");
  g_assert_true (sip_msg_next_value (msg, SIP_H_VIA, &iter, &value));
  g_assert_true (sip_via_view_parse (&via, value));
  assert_str (via.host, "192.168.255.111");
  assert_str (via.branch, "z9hG4bK30239");
  g_assert_false (sip_msg_next_value (msg, SIP_H_VIA, &iter, &value));

  g_assert_true (sip_msg_contact (msg, &contact));
  assert_str (contact.uri, "sip:jr@example.com");
  g_assert_true (sip_params_find (contact.params, "Q", &value));
  assert_str (value, "0.33");

  assert_str (sip_msg_value (msg, SIP_H_SUBJECT), "");
  value = sip_msg_value_by_name (msg, SIP_STR ("newfangledheader"));
  unfolded = sip_msg_unfold (value);
  g_assert_cmpstr (unfolded, ==, "newfangled value continued newfangled value");
}

static const char base[] =
  "OPTIONS sip:bob@example.com SIP/2.0\r\n"
  "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx\r\n"
  "From: <sip:alice@example.com>;tag=a\r\n"
  "To: <sip:bob@example.com>\r\n"
  "Call-ID: c@192.0.2.1\r\n"
  "CSeq: 1 OPTIONS\r\n"
  "Max-Forwards: 70\r\n"
  "Content-Length: 0\r\n"
  "\r\n";

static const char base_response[] =
  "SIP/2.0 200 OK\r\n"
  "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx\r\n"
  "From: <sip:alice@example.com>;tag=a\r\n"
  "To: <sip:bob@example.com>;tag=b\r\n"
  "Call-ID: c@192.0.2.1\r\n"
  "CSeq: 1 OPTIONS\r\n"
  "Content-Length: 0\r\n"
  "\r\n";

/* @text with the line that starts like @name replaced by @lines; @name NULL: with @lines at the end of the head. */
static char *
change (const char *text,
        const char *name,
        const char *lines)
{
  const char *at = name != NULL ? strstr (text, name) : strstr (text, "\r\n\r\n") + 2;
  const char *after = name != NULL ? strstr (at, "\r\n") + 2 : at;
  g_autofree char *before = g_strndup (text, at - text);

  return g_strconcat (before, lines, after, NULL);
}

/* One line of a request is changed: what comes of it. A status of 0 is no defect, of 1 no message. */
static const struct
{
  const char *name;
  const char *lines;
  guint status;
  const char *reason;
} request_table[] = {
  { "Max", "Max-Forwards: 70\r\n", 0, NULL },

  { "OPTIONS", "OPTIONS sip:bob@example.com SIP/3.0\r\n", 505, "Version Not Supported" },
  { "OPTIONS", "OPTIONS sip:bob@example.com SIP/7.0\r\n", 505, "Version Not Supported" },
  { "OPTIONS", "OPTIONS sip:bob@example.com SIP/12.345\r\n", 505, "Version Not Supported" },
  { "OPTIONS", "OPTIONS sip:bob@example.com sip/2.0\r\n", 0, NULL },
  { "OPTIONS", "OPTIONS sip:bob@example.com HTTP/1.1\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS sip:bob@example.com SIP/2\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS sip:bob@example.com SIP/2.\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS sip:bob@example.com SIP/.0\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS sip:bob@example.com SIP/2.0x\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS sip:bob@example.com\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "OPTIONS  SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "\r\n", 1, NULL },
  { "OPTIONS", " OPTIONS sip:bob@example.com SIP/2.0\r\n", 1, NULL },
  { "OPTIONS", "OPT(IONS sip:bob@example.com SIP/2.0\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS\tsip:bob@example.com SIP/2.0\r\n", 1, NULL },
  { "OPTIONS", "OPTIONS  sip:bob@example.com SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "OPTIONS sip:bob@example.com  SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "OPTIONS sip:bob@example.com SIP/2.0 \r\n", 400, "Malformed Request-Line" },
  { "OPTIONS", "OPTIONS <sip:bob@example.com> SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "OPTIONS sip:bob@example.com; lr SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "OPTIONS sip:2001:db8::10 SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "OPTIONS sip: SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "OPTIONS * SIP/2.0\r\n", 400, "Malformed Request-URI" },
  { "OPTIONS", "OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0\r\n", 416, "Unsupported URI Scheme" },
  { "OPTIONS", "OPTIONS tel:+12015550123 SIP/2.0\r\n", 0, NULL },
  { "OPTIONS", "OPTIONS sip:bob@exa\001mple.com SIP/2.0\r\n", 400, "Control Character in Start Line" },
  { "OPTIONS", "OPTIONS sip:bob@example.com\rx SIP/2.0\r\n", 400, "Control Character in Start Line" },
  { "OPTIONS", "INVITE sip:bob@example.com SIP/2.0\r\n", 400, "CSeq Method Mismatch" },
  { "OPTIONS", "options sip:bob@example.com SIP/2.0\r\n", 400, "CSeq Method Mismatch" },

  { "Via", "", 1, NULL },
  { "Via", "Via:\r\n", 1, NULL },
  { "Via", "Via: x\r\n", 1, NULL },
  { "Via", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,\r\n", 400, "Malformed Via" },
  { "Via", "Via: SIP/2.0/UDP a;branch=x;received=\"\r\n", 400, "Malformed Via" },
  { "Via", "Via: SIP/2.0/UDP a, x\r\n", 0, NULL },
  { "Via", "v: SIP/2.0/UDP a\r\n", 0, NULL },
  { "Via", "Via: SIP/2.0/UDP 135.180.130.133\r\n", 0, NULL },
  { "From", "", 400, "Missing From" },
  { "From", "From:\r\n", 400, "Malformed From" },
  { "From", "From: *\r\n", 400, "Malformed From" },
  { "From", "From: <sip:a@b>;tag=a, <sip:a@b>;tag=b\r\n", 400, "Malformed From" },
  { "From", "From: Bell, Alexander <sip:a.g.bell@example.com>;tag=43\r\n", 400, "Malformed From" },
  { "From", "From: sip:caller@example.com\r\n", 0, NULL },
  { "From", "f: \"caller\" <sip:a@b>;tag=1\r\n", 0, NULL },
  { "To:", "", 400, "Missing To" },
  { "To:", "To: \"Mr. J. User <sip:j.user@example.com>\r\n", 400, "Malformed To" },
  { "To:", "To: \"Watson, Thomas\" < sip:t.watson@example.org >\r\n", 400, "Malformed To" },
  { "To:", "To: isbn:2983792873\r\n", 0, NULL },
  { "Call-ID", "", 400, "Missing Call-ID" },
  { "Call-ID", "Call-ID:\r\n", 400, "Malformed Call-ID" },
  { "Call-ID", "Call-ID: a b\r\n", 400, "Malformed Call-ID" },
  { "Call-ID", "Call-ID: a;b\r\n", 400, "Malformed Call-ID" },
  { "Call-ID", "Call-ID: a,b\r\n", 400, "Malformed Call-ID" },
  { "Call-ID", "Call-ID: 01234567,\r\n", 400, "Malformed Call-ID" },
  { "Call-ID", "Call-ID: abcdefgh\303\251\r\n", 400, "Malformed Call-ID" },
  { "Call-ID", "Call-ID: \303\251abcdefgh\r\n", 400, "Malformed Call-ID" },
  { "Call-ID", "Call-ID: a\r\n b\r\n", 400, "Malformed Call-ID" },
  { "Call-ID", "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\r\n", 0, NULL },
  { "Call-ID", "I: =a==@b\r\n", 0, NULL },
  { "CSeq", "", 400, "Missing CSeq" },
  { "CSeq", "CSeq: OPTIONS\r\n", 400, "Malformed CSeq" },
  { "CSeq", "CSeq: 2147483647 OPTIONS\r\n", 0, NULL },
  { "CSeq", "CSeq: 2147483648 OPTIONS\r\n", 400, "Malformed CSeq" },
  { "CSeq", "CSeq: 36893488147419103232 OPTIONS\r\n", 400, "Malformed CSeq" },
  { "CSeq", "CSeq: -1 OPTIONS\r\n", 400, "Malformed CSeq" },
  { "CSeq", "CSeq: 1 INVITE\r\n", 400, "CSeq Method Mismatch" },
  { "CSeq", "CSeq: 1 NEWMETHOD\r\n", 400, "CSeq Method Mismatch" },
  { "Max", "", 0, NULL },
  { "Max", "Max-Forwards: 0\r\n", 0, NULL },
  { "Max", "Max-Forwards: 127\r\n", 0, NULL },
  { "Max", "Max-Forwards: 128\r\n", 0, NULL },
  { "Max", "Max-Forwards: 255\r\n", 0, NULL },
  { "Max", "Max-Forwards: 256\r\n", 400, "Malformed Max-Forwards" },
  { "Max", "Max-Forwards: 65536\r\n", 400, "Malformed Max-Forwards" },
  { "Max", "Max-Forwards: 4294967296\r\n", 400, "Malformed Max-Forwards" },
  { "Max", "Max-Forwards: 18446744073709551616\r\n", 400, "Malformed Max-Forwards" },
  { "Max", "Max-Forwards: -1\r\n", 400, "Malformed Max-Forwards" },
  { "Max", "Max-Forwards: \r\n", 400, "Malformed Max-Forwards" },
  { "Max", "Max-Forwards: x\r\n", 400, "Malformed Max-Forwards" },
  { "Max", "Max-Forwards: 7 0\r\n", 400, "Malformed Max-Forwards" },
  { "Content", "", 0, NULL },
  { "Content", "l: 0\r\n", 0, NULL },
  { "Content", "Content-Length: 000\r\n", 0, NULL },
  { "Content", "Content-Length: 1\r\n", 400, "Body Shorter Than Content-Length" },
  { "Content", "Content-Length: 127\r\n", 400, "Body Shorter Than Content-Length" },
  { "Content", "Content-Length: 256\r\n", 400, "Body Shorter Than Content-Length" },
  { "Content", "Content-Length: 65536\r\n", 513, "Message Too Large" },
  { "Content", "Content-Length: 2147483648\r\n", 513, "Message Too Large" },
  { "Content", "Content-Length: 4294967295\r\n", 513, "Message Too Large" },
  { "Content", "Content-Length: 4294967296\r\n", 400, "Malformed Content-Length" },
  { "Content", "Content-Length: 9223372036854775808\r\n", 400, "Malformed Content-Length" },
  { "Content", "Content-Length: 18446744073709551616\r\n", 400, "Malformed Content-Length" },
  { "Content", "Content-Length: -999\r\n", 400, "Malformed Content-Length" },
  { "Content", "Content-Length: +0\r\n", 400, "Malformed Content-Length" },
  { "Content", "Content-Length: 0x0\r\n", 400, "Malformed Content-Length" },
  { "Content", "Content-Length:\r\n", 400, "Malformed Content-Length" },
  { "Content", "Content-Length: 0, 0\r\n", 400, "Malformed Content-Length" },

  { NULL, "Content-Length: 0\r\n", 400, "Repeated Header Field" },
  { NULL, "l: 0\r\n", 400, "Repeated Header Field" },
  { NULL, "From: <sip:alice@example.com>;tag=a\r\n", 400, "Repeated Header Field" },
  { NULL, "t: <sip:bob@example.com>\r\n", 400, "Repeated Header Field" },
  { NULL, "Call-ID: c@192.0.2.1\r\n", 400, "Repeated Header Field" },
  { NULL, "CSeq: 1 OPTIONS\r\n", 400, "Repeated Header Field" },
  { NULL, "Max-Forwards: 70\r\n", 400, "Repeated Header Field" },
  { NULL, "Refer-To: <sip:a>\r\nr: <sip:b>\r\n", 400, "Repeated Header Field" },
  { NULL, "Subject: a\r\nSubject: b\r\nSupported: a\r\nk: b\r\nFoo: 1\r\nFoo: 2\r\nVia: SIP/2.0/UDP b\r\n", 0, NULL },

  { NULL, "No colon\r\n", 400, "Malformed Header Field" },
  { NULL, ": no name\r\n", 400, "Malformed Header Field" },
  { NULL, "Na me: x\r\n", 400, "Malformed Header Field" },
  { NULL, "Na(me: x\r\n", 400, "Malformed Header Field" },
  { NULL, "N\303\244me: x\r\n", 400, "Malformed Header Field" },
  { NULL, "Name\r\n : x\r\n", 400, "Malformed Header Field" },
  { NULL, "extensionHeader-!.%*+_`'~:\345\244\247\345\201\234\351\233\273\r\n", 0, NULL },
  { NULL, "Subject \t : x\r\n", 0, NULL },
  { NULL, "A-Name-That-Is-Longer-Than-All-The-Names-In-The-Table-Of-Headers : x\r\n", 0, NULL },
  { NULL, "Subject: a\001b\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: a\177b\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: a\rb\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: a\r\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: a\013\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: \001\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: \"a\001b\"\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: \\\001\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: \"\\\\\001\"\r\n", 400, "Control Character in Header Field" },
  { NULL, "Subject: \"a\" \\\001\r\n", 400, "Control Character in Header Field" },
  { NULL, "X\001: a\r\n", 400, "Malformed Header Field" },
  { NULL, "Subject: \"\\\001\\\177\"\ta\r\n", 0, NULL },
  { NULL, "Subject:\r\n\r\n", 0, NULL },
  { NULL, "Subject: a\r\n \r\n\t\r\n", 0, NULL },
};

static void
check (const char *text,
       const char *lines,
       guint       status,
       const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsg) msg = parse_len (text, strlen (text), &error);

  if ((status == 1) != (msg == NULL) || (msg != NULL && msg->defect != status))
    g_error ("“%s”: %u %s", lines, msg != NULL ? msg->defect : 1, msg != NULL ? msg->defect_reason : NULL);
  if (status == 1)
    {
      g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (msg->defect_reason, ==, reason);
  /* There always is somebody to answer to. */
  g_assert_nonnull (msg->via.host.p);
  g_assert_nonnull (msg->via.transport.p);
}

static void
test_requests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (request_table); i++)
    {
      g_autofree char *text = change (base, request_table[i].name, request_table[i].lines);

      check (text, request_table[i].lines, request_table[i].status, request_table[i].reason);
    }
}

static void
test_responses (void)
{
  static const struct
  {
    const char *name;
    const char *lines;
    guint status;
    const char *reason;
  } table[] = {
    { "SIP/2.0 ", "SIP/2.0 100 Trying\r\n", 0, NULL },
    { "SIP/2.0 ", "SIP/2.0 699 \r\n", 0, NULL },
    { "SIP/2.0 ", "SIP/2.0 200\r\n", 0, NULL },
    { "SIP/2.0 ", "sip/2.0 200 OK\r\n", 0, NULL },
    { "SIP/2.0 ", "SIP/2.0 200 = 2**3 * 5**2 \320\275\320\276 \r\n", 0, NULL },
    { "SIP/2.0 ", "SIP/2.0 99 x\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 099 x\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 700 x\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 999 x\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 2000 x\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 -20 x\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 20 x\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 4294967301 better not\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 200\tOK\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0  200 OK\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/3.0 200 OK\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 \r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/\r\n", 1, NULL },
    { "SIP/2.0 ", "SIP/2.0 200 \001\r\n", 400, "Control Character in Start Line" },
    { "CSeq", "CSeq: 9292394834772304023312 OPTIONS\r\n", 400, "Malformed CSeq" },
    { "CSeq", "CSeq: 1 NEWMETHOD\r\n", 0, NULL },
    { "Via", "Via: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923, SIP/2.0/UDP 255.255.255.255\r\n", 0, NULL },
    { NULL, "To: <sip:b@c>\r\n", 400, "Repeated Header Field" },
    { NULL, "Expires: 1\r\nExpires: 2\r\n", 0, NULL },
    { NULL, "Content-Type: a/b\r\nc: a/b\r\n", 400, "Repeated Header Field" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = change (base_response, table[i].name, table[i].lines);

      check (text, table[i].lines, table[i].status, table[i].reason);
    }
}

static void
test_status_line (void)
{
  g_autoptr (SipMsg) msg = parse (MSG_OK);
  g_autoptr (SipMsg) empty = parse ("SIP/2.0 100 \r\nVia: SIP/2.0/UDP a\r\n\r\n");

  g_assert_cmpuint (msg->defect, ==, 0);
  g_assert_false (msg->is_request);
  g_assert_cmpuint (msg->status, ==, 200);
  assert_str (msg->reason, "OK");
  g_assert_cmpuint (msg->method, ==, SIP_METHOD_INVITE);
  assert_str (msg->method_name, "INVITE");
  g_assert_null (msg->uri.p);
  g_assert_cmpint (msg->max_forwards, ==, -1);
  assert_str (msg->via.received, "192.0.2.222");
  assert_str (msg->to.tag, "314159");

  g_assert_nonnull (empty->reason.p);
  assert_str (empty->reason, "");
  g_assert_cmpuint (empty->defect, ==, 400);
}

/* Before the start line, at the ends of lines, and where there is none. */
static void
test_lines (void)
{
  g_autofree char *lf = g_strdup (MSG_ODD);
  g_autoptr (SipMsg) crlf = parse (MSG_ODD);
  g_autoptr (SipMsg) skipped = parse ("\r\n\r\n\n" MSG_ODD);
  g_autoptr (SipMsg) bare = NULL;
  char *to = lf;

  for (const char *from = lf; *from != '\0'; from++)
    {
      if (*from != '\r')
        *to++ = *from;
    }
  *to = '\0';
  bare = parse (lf);

  g_assert_cmpuint (skipped->len, ==, crlf->len);
  g_assert_cmpmem (skipped->data, skipped->len, MSG_ODD, strlen (MSG_ODD));
  g_assert_cmpuint (bare->defect, ==, 0);
  g_assert_cmpuint (bare->n_fields, ==, crlf->n_fields);
  assert_str (bare->via.branch, "390skdjuw");
  assert_str (bare->to.tag, "1918181833n");
}

static void
test_head_without_end (void)
{
  gsize head = strstr (base, "\r\n\r\n") - base;

  /* Wherever it is cut, it is either none or a defect, unless all of it is there. */
  for (gsize len = 0; len < sizeof base - 1; len++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipMsg) msg = parse_len (base, len, &error);

      if (msg == NULL)
        g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
      else
        {
          g_assert_cmpuint (msg->defect, ==, 400);
          g_assert_cmpuint (msg->len, ==, len);
        }
      g_assert_true (msg == NULL || len > 40);
      g_assert_true (msg != NULL || len < head);
    }
}

static void
test_body (void)
{
  static const struct
  {
    const char *body;
    const char *length;
    guint defect;
    const char *result;
  } table[] = {
    { "abc", "Content-Length: 3\r\n", 0, "abc" },
    { "abcdef", "Content-Length: 3\r\n", 0, "abc" },
    { "abcdef", "", 0, "abcdef" },
    { "", "", 0, "" },
    { "ab", "Content-Length: 3\r\n", 400, "ab" },
    { "abc\r\n\r\nREGISTER", "l:\r\n 0\r\n", 0, "" },
    { "abc", "Content-Length: x\r\n", 400, "abc" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *head = change (base, "Content", table[i].length);
      g_autofree char *text = g_strconcat (head, table[i].body, NULL);
      g_autoptr (SipMsg) msg = parse (text);

      g_assert_cmpuint (msg->defect, ==, table[i].defect);
      assert_str (sip_msg_body (msg), table[i].result);
      g_assert_cmpuint (msg->len, ==, strlen (head) + strlen (table[i].result));
      g_assert_cmpint (msg->data[msg->len], ==, '\0');
    }
}

static void
test_nul (void)
{
  g_autofree char *text = change (base, NULL, "Subject: a?b\r\nQ: \"\\?\"\r\n");
  gsize len = strlen (text);
  g_autoptr (SipMsg) bad = NULL;
  g_autoptr (SipMsg) good = NULL;
  g_autoptr (SipMsg) body = NULL;
  g_autofree char *with_body = g_strconcat (base, "a?b", NULL);

  /* In a quoted-pair it is what RFC 4475 §3.1.1.2 has. */
  *strrchr (text, '?') = '\0';
  good = parse_len (text, len, NULL);
  g_assert_cmpuint (good->defect, ==, 0);
  *strchr (text, '?') = '\0';
  bad = parse_len (text, len, NULL);
  g_assert_cmpuint (bad->defect, ==, 400);

  memcpy (strstr (with_body, "Content-Length: 0"), "Content-Length: 3", 17);
  *strchr (with_body, '?') = '\0';
  body = parse_len (with_body, sizeof base - 1 + 3, NULL);
  g_assert_cmpuint (body->defect, ==, 0);
  g_assert_cmpmem (sip_msg_body (body).p, sip_msg_body (body).len, "a\0b", 3);
}

/* With and without what is too much. */
static void
check_limit (const char *text,
             SipLimits   limits,
             guint       defect)
{
  g_autoptr (SipMsg) msg = sip_msg_parse (text, strlen (text), &limits, NULL);

  g_assert_nonnull (msg);
  g_assert_cmpuint (msg->defect, ==, defect);
}

static void
test_limits (void)
{
  SipLimits limits = SIP_LIMITS_DEFAULT;
  SipLimits defaults = SIP_LIMITS_DEFAULT;
  g_autofree char *params = g_strnfill (2 * 64, 'x');
  g_autofree char *from = NULL;
  g_autofree char *via = NULL;
  g_autofree char *more = NULL;
  g_autoptr (GString) fields = g_string_new (NULL);
  g_autofree char *text = NULL;

  limits.max_message = sizeof base - 1;
  check_limit (base, limits, 0);
  limits.max_message--;
  check_limit (base, limits, 513);
  limits = defaults;
  limits.max_fields = 7;
  check_limit (base, limits, 0);
  limits.max_fields = 6;
  check_limit (base, limits, 513);
  limits.max_fields = 0;
  g_assert_null (sip_msg_parse (base, sizeof base - 1, &limits, NULL));
  limits = defaults;
  limits.max_field = strlen ("Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx\r\n");
  check_limit (base, limits, 0);
  limits.max_field--;
  check_limit (base, limits, 513);
  limits = defaults;
  limits.max_params = 1;
  check_limit (base, limits, 0);
  limits.max_params = 0;
  check_limit (base, limits, 400);

  /* 64 parameters, and one more. */
  for (guint i = 0; i < 64; i++)
    params[2 * i] = ';';
  from = g_strconcat ("From: <sip:a@b>", params, "\r\n", NULL);
  via = g_strconcat ("Via: SIP/2.0/UDP a", params, "\r\n", NULL);
  text = change (base, "From", from);
  check_limit (text, defaults, 0);
  g_free (text);
  text = change (base, "Via", via);
  check_limit (text, defaults, 0);
  more = g_strconcat ("To: <sip:a@b>;y", params, "\r\n", NULL);
  g_free (text);
  text = change (base, "To:", more);
  check_limit (text, defaults, 400);
  g_free (more);
  more = g_strconcat ("Via: SIP/2.0/UDP a;y", params, "\r\n", NULL);
  g_free (text);
  text = change (base, "Via", more);
  check_limit (text, defaults, 400);

  /* 256 fields, one more, and more than any limit allows. */
  for (guint i = 0; i < 256 - 7; i++)
    g_string_append (fields, "Q: y\r\n");
  g_free (text);
  text = change (base, NULL, fields->str);
  check_limit (text, defaults, 0);
  g_string_append (fields, "Q: y\r\n");
  g_free (text);
  text = change (base, NULL, fields->str);
  check_limit (text, defaults, 513);
  for (guint i = 0; i < SIP_MAX_FIELDS; i++)
    g_string_append (fields, "Q: y\r\n");
  g_free (text);
  text = change (base, NULL, fields->str);
  limits = defaults;
  limits.max_fields = G_MAXUINT32;
  check_limit (text, limits, 513);
}

/* Offsets have 16 bits: a head that they do not reach is refused, however much is allowed. */
static void
test_large_head (void)
{
  SipLimits limits = { G_MAXUINT32, G_MAXUINT32, G_MAXUINT32, G_MAXUINT32 };
  gsize room = SIP_MAX_HEAD - (sizeof base - 1) - strlen ("Q: \r\n");

  for (gsize extra = 0; extra < 3; extra++)
    {
      g_autofree char *filling = g_strnfill (room + extra, 'x');
      g_autofree char *line = g_strconcat ("Q: ", filling, "\r\n", NULL);
      g_autofree char *text = change (base, NULL, line);
      g_autofree char *with_body = g_strconcat (text, filling, NULL);
      g_autofree char *in_front = change (base, "Via", line);
      g_autofree char *long_uri = g_strconcat ("OPTIONS sip:", filling, "@b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\n\r\n", NULL);
      g_autoptr (SipMsg) msg = NULL;

      check_limit (text, limits, extra == 0 ? 0 : 513);
      g_assert_null (sip_msg_parse (in_front, strlen (in_front), &limits, NULL));
      memcpy (strstr (with_body, "Content-Length: 0"), "Content-Length:99", 17);
      msg = sip_msg_parse (with_body, strlen (with_body), &limits, NULL);
      g_assert_cmpuint (msg->defect, ==, extra == 0 ? 0 : 513);
      if (extra == 0)
        g_assert_cmpuint (msg->body_len, ==, 99);
      g_clear_pointer (&msg, sip_msg_unref);
      msg = sip_msg_parse (long_uri, strlen (long_uri), &limits, NULL);
      g_assert_nonnull (msg);
    }
}

/* Fields by id, by name, and value by value. */
static void
test_fields (void)
{
  g_autofree char *text = change (base, NULL,
                                  "Supported: a, b\r\nX-One: 1\r\nk:\r\nSUPPORTED:c;x=1,\"d,e\"\r\nX-Two: 2\r\nx-ONE: 3\r\n"
                                  "User-Agent: a, b\r\nExpires: 30;x\r\nRetry-After: 120 (in a meeting)\r\nMin-SE: 90x\r\n"
                                  "RSeq: 4294967296\r\nSession-Expires: 1800 ;refresher=uac\r\n");
  g_autoptr (SipMsg) msg = parse (text);
  const SipField *field = sip_msg_field (msg, SIP_H_SUPPORTED);
  SipNameAddrView contact;
  SipValueIter iter = { 0 };
  SipStr value;
  guint64 number;

  g_assert_cmpuint (msg->defect, ==, 0);
  assert_str (sip_msg_field_value (msg, field), "a, b");
  field = sip_msg_field_after (msg, field);
  assert_str (sip_msg_field_value (msg, field), "");
  field = sip_msg_field_after (msg, field);
  assert_str (sip_msg_field_value (msg, field), "c;x=1,\"d,e\"");
  g_assert_null (sip_msg_field_after (msg, field));
  g_assert_null (sip_msg_field (msg, SIP_H_REQUIRE));
  assert_str (sip_str (msg->data + sip_msg_field (msg, SIP_H_OTHER)->name, 5), "X-One");

  assert_str (sip_msg_value_by_name (msg, SIP_STR ("x-one")), "1");
  assert_str (sip_msg_value_by_name (msg, SIP_STR ("X-TWO")), "2");
  assert_str (sip_msg_value_by_name (msg, SIP_STR ("user-agent")), "a, b");
  assert_str (sip_msg_value_by_name (msg, SIP_STR ("K")), "a, b");
  g_assert_null (sip_msg_value_by_name (msg, SIP_STR ("X-Three")).p);
  g_assert_null (sip_msg_value_by_name (msg, SIP_STR ("Require")).p);

  g_assert_true (sip_msg_next_value (msg, SIP_H_SUPPORTED, &iter, &value));
  assert_str (value, "a");
  g_assert_true (sip_msg_next_value (msg, SIP_H_SUPPORTED, &iter, &value));
  assert_str (value, "b");
  g_assert_true (sip_msg_next_value (msg, SIP_H_SUPPORTED, &iter, &value));
  assert_str (value, "c;x=1");
  g_assert_true (sip_msg_next_value (msg, SIP_H_SUPPORTED, &iter, &value));
  assert_str (value, "\"d,e\"");
  g_assert_false (sip_msg_next_value (msg, SIP_H_SUPPORTED, &iter, &value));
  iter = (SipValueIter){ 0 };
  g_assert_true (sip_msg_next_value (msg, SIP_H_USER_AGENT, &iter, &value));
  assert_str (value, "a, b");
  g_assert_false (sip_msg_next_value (msg, SIP_H_USER_AGENT, &iter, &value));
  iter = (SipValueIter){ 0 };
  g_assert_false (sip_msg_next_value (msg, SIP_H_REQUIRE, &iter, &value));

  g_assert_true (sip_msg_has_token (msg, SIP_H_SUPPORTED, "B"));
  g_assert_true (sip_msg_has_token (msg, SIP_H_SUPPORTED, "c"));
  g_assert_false (sip_msg_has_token (msg, SIP_H_SUPPORTED, "d"));
  g_assert_false (sip_msg_has_token (msg, SIP_H_SUPPORTED, ""));

  g_assert_true (sip_msg_uint (msg, SIP_H_EXPIRES, G_MAXUINT32, &number));
  g_assert_cmpuint (number, ==, 30);
  g_assert_false (sip_msg_uint (msg, SIP_H_EXPIRES, 29, &number));
  g_assert_true (sip_msg_uint (msg, SIP_H_RETRY_AFTER, G_MAXUINT32, &number));
  g_assert_cmpuint (number, ==, 120);
  g_assert_true (sip_msg_uint (msg, SIP_H_SESSION_EXPIRES, G_MAXUINT32, &number));
  g_assert_cmpuint (number, ==, 1800);
  g_assert_false (sip_msg_uint (msg, SIP_H_MIN_SE, G_MAXUINT32, &number));
  g_assert_false (sip_msg_uint (msg, SIP_H_RSEQ, G_MAXUINT32, &number));
  g_assert_true (sip_msg_uint (msg, SIP_H_RSEQ, G_MAXUINT64, &number));
  g_assert_false (sip_msg_uint (msg, SIP_H_MIN_EXPIRES, G_MAXUINT32, &number));

  g_assert_false (sip_msg_contact (msg, &contact));
}

static void
test_unfold (void)
{
  static const char *const table[][2] = {
    { "", "" },
    { "a  b", "a  b" },
    { "a\r\n b", "a b" },
    { "a \r\n\t b", "a b" },
    { "a\n b\r\n \r\n c", "a b c" },
    { "\"a\r\n  b\"", "\"a b\"" },
    { "a\tb", "a\tb" },
    { "a\rb\n", "a\rb\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *unfolded = sip_msg_unfold (sip_str_from (table[i][0]));

      g_assert_cmpstr (unfolded, ==, table[i][1]);
    }
}

static void
test_ref (void)
{
  SipMsg *msg = parse (base);

  g_assert_true (sip_msg_ref (msg) == msg);
  sip_msg_unref (msg);
  assert_str (msg->call_id, "c@192.0.2.1");
  sip_msg_unref (msg);
}

/* The struct over the text of a typical message. */
static void
test_size (void)
{
  g_autoptr (SipMsg) msg = parse (MSG_INVITE);

  g_assert_cmpuint (sizeof (SipMsg) + msg->n_fields * sizeof (SipField), <=, 560);
}

/* Every accessor on every message that can be made by cutting, and by changing any one byte, stays inside of it. */
static void
use (SipMsg *msg)
{
  const char *end = msg->data + msg->len;
  guint64 number;
  SipStr value;

  g_assert_cmpuint (msg->head_len + msg->body_len, ==, msg->len);
  for (guint i = 0; i < msg->n_fields; i++)
    {
      const SipField *field = &msg->fields[i];
      SipValueIter iter = { 0 };

      g_assert_cmpuint (field->name + field->name_len, <, msg->head_len);
      g_assert_cmpuint (field->value + field->value_len, <=, msg->head_len);
      g_assert_true (sip_msg_field (msg, field->id) <= field);
      while (sip_msg_next_value (msg, field->id, &iter, &value))
        g_assert_true (value.p >= msg->data && value.p + value.len <= end);
      sip_msg_uint (msg, field->id, G_MAXUINT32, &number);
      sip_msg_has_token (msg, field->id, "x");
    }
}

static void
test_broken (void)
{
  static const char *const texts[] = { MSG_INVITE, MSG_OK, MSG_REGISTER, MSG_BYE, MSG_ODD };
  static const char bytes[] = "\r\n \t:;,\"<>\\@%(0z\0\200";

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gsize len = strlen (texts[i]);
      g_autofree char *changed = g_strdup (texts[i]);

      for (gsize at = 0; at < len; at++)
        {
          g_autoptr (SipMsg) cut = parse_len (texts[i], at, NULL);

          if (cut != NULL)
            use (cut);
          for (gsize b = 0; b < sizeof bytes - 1; b++)
            {
              g_autoptr (SipMsg) msg = NULL;

              changed[at] = bytes[b];
              msg = parse_len (changed, len, NULL);
              if (msg != NULL)
                use (msg);
            }
          changed[at] = texts[i][at];
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/syntax/msg/invite", test_invite);
  g_test_add_func ("/syntax/msg/odd", test_odd);
  g_test_add_func ("/syntax/msg/requests", test_requests);
  g_test_add_func ("/syntax/msg/responses", test_responses);
  g_test_add_func ("/syntax/msg/status-line", test_status_line);
  g_test_add_func ("/syntax/msg/lines", test_lines);
  g_test_add_func ("/syntax/msg/head-without-end", test_head_without_end);
  g_test_add_func ("/syntax/msg/body", test_body);
  g_test_add_func ("/syntax/msg/nul", test_nul);
  g_test_add_func ("/syntax/msg/limits", test_limits);
  g_test_add_func ("/syntax/msg/large-head", test_large_head);
  g_test_add_func ("/syntax/msg/fields", test_fields);
  g_test_add_func ("/syntax/msg/unfold", test_unfold);
  g_test_add_func ("/syntax/msg/ref", test_ref);
  g_test_add_func ("/syntax/msg/size", test_size);
  g_test_add_func ("/syntax/msg/broken", test_broken);

  return g_test_run ();
}
