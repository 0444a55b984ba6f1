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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/syntax/msg/invite", test_invite);
  g_test_add_func ("/syntax/msg/odd", test_odd);

  return g_test_run ();
}
