/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "syntax/sip-msg-builder-private.h"

#include "syntax/messages.h"

static const SipStr none = SIP_STR_INIT;

static SipMsg *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SipMsg *msg = sip_msg_parse (text, strlen (text), NULL, &error);

  g_assert_no_error (error);

  return msg;
}

/* The same slice of the same text, or both absent. */
static void
assert_same_str (const SipMsg *a,
                 SipStr        x,
                 const SipMsg *b,
                 SipStr        y)
{
  g_assert_cmpint (x.p == NULL, ==, y.p == NULL);
  if (x.p == NULL)
    return;
  g_assert_cmpuint (x.len, ==, y.len);
  g_assert_cmpint (x.p - a->data, ==, y.p - b->data);
}

static void
assert_same_address (const SipMsg          *a,
                     const SipNameAddrView *x,
                     const SipMsg          *b,
                     const SipNameAddrView *y)
{
  assert_same_str (a, x->display, b, y->display);
  assert_same_str (a, x->uri, b, y->uri);
  assert_same_str (a, x->params, b, y->params);
  assert_same_str (a, x->tag, b, y->tag);
  g_assert_cmpuint (x->n_params, ==, y->n_params);
}

static void
assert_same_via (const SipMsg     *a,
                 const SipViaView *x,
                 const SipMsg     *b,
                 const SipViaView *y)
{
  assert_same_str (a, x->protocol, b, y->protocol);
  assert_same_str (a, x->transport, b, y->transport);
  assert_same_str (a, x->host, b, y->host);
  assert_same_str (a, x->params, b, y->params);
  assert_same_str (a, x->branch, b, y->branch);
  assert_same_str (a, x->received, b, y->received);
  assert_same_str (a, x->sent_by, b, y->sent_by);
  g_assert_cmpuint (x->port, ==, y->port);
  g_assert_cmpuint (x->rport, ==, y->rport);
  g_assert_cmpuint (x->has_rport, ==, y->has_rport);
  g_assert_cmpuint (x->is_ipv6, ==, y->is_ipv6);
  g_assert_cmpuint (x->n_params, ==, y->n_params);
}

/* What was written is what would be read from the text. */
static void
assert_sound (const SipMsg *a)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsg) b = sip_msg_parse (a->data, a->len, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (a->data, a->len, b->data, b->len);
  g_assert_cmpint (a->data[a->len], ==, '\0');
  g_assert_cmpuint (a->head_len, ==, b->head_len);
  g_assert_cmpuint (a->body_len, ==, b->body_len);
  g_assert_cmpuint (a->status, ==, b->status);
  g_assert_cmpuint (a->defect, ==, b->defect);
  g_assert_cmpstr (a->defect_reason, ==, b->defect_reason);
  g_assert_cmpuint (a->is_request, ==, b->is_request);
  g_assert_cmpuint (a->method, ==, b->method);
  assert_same_str (a, a->method_name, b, b->method_name);
  assert_same_str (a, a->uri, b, b->uri);
  assert_same_str (a, a->reason, b, b->reason);
  assert_same_via (a, &a->via, b, &b->via);
  assert_same_address (a, &a->from, b, &b->from);
  assert_same_address (a, &a->to, b, &b->to);
  assert_same_str (a, a->call_id, b, b->call_id);
  assert_same_str (a, a->cseq.method_name, b, b->cseq.method_name);
  g_assert_cmpuint (a->cseq.number, ==, b->cseq.number);
  g_assert_cmpuint (a->cseq.method, ==, b->cseq.method);
  g_assert_cmpint (a->max_forwards, ==, b->max_forwards);
  g_assert_cmpmem (a->ids, sizeof a->ids, b->ids, sizeof b->ids);
  g_assert_cmpuint (a->n_fields, ==, b->n_fields);
  for (guint i = 0; i < a->n_fields; i++)
    {
      g_assert_cmpuint (a->fields[i].id, ==, b->fields[i].id);
      g_assert_cmpuint (a->fields[i].flags, ==, b->fields[i].flags);
      g_assert_cmpuint (a->fields[i].name, ==, b->fields[i].name);
      g_assert_cmpuint (a->fields[i].name_len, ==, b->fields[i].name_len);
      g_assert_cmpuint (a->fields[i].value, ==, b->fields[i].value);
      g_assert_cmpuint (a->fields[i].value_len, ==, b->fields[i].value_len);
    }
}

static void
assert_text (const SipMsg *msg,
             const char   *expected)
{
  g_assert_cmpstr (msg->data, ==, expected);
  assert_sound (msg);
}

static SipMsgBuilder *
new_options (void)
{
  SipMsgBuilder *builder = sip_msg_builder_new_request (SIP_STR ("OPTIONS"), SIP_STR ("sip:bob@example.com"));

  sip_msg_builder_add (builder, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (builder, SIP_H_FROM, SIP_STR ("<sip:alice@example.com>;tag=a"));
  sip_msg_builder_add (builder, SIP_H_TO, SIP_STR ("<sip:bob@example.com>"));
  sip_msg_builder_add (builder, SIP_H_CALL_ID, SIP_STR ("c"));
  sip_msg_builder_add_printf (builder, SIP_H_CSEQ, "%d %s", 7, "OPTIONS");

  return builder;
}

#define OPTIONS_HEAD \
  "OPTIONS sip:bob@example.com SIP/2.0\r\n" \
  "Via: SIP/2.0/UDP a;branch=b\r\n" \
  "Max-Forwards: 70\r\n" \
  "From: <sip:alice@example.com>;tag=a\r\n" \
  "To: <sip:bob@example.com>\r\n" \
  "Call-ID: c\r\n"

static const SipStr via = { "SIP/2.0/UDP a;branch=b", 22 };

static void
test_request (void)
{
  g_autoptr (SipMsgBuilder) builder = new_options ();
  g_autoptr (GBytes) body = g_bytes_new_static ("hello", 5);
  g_autoptr (SipMsg) first = NULL;
  g_autoptr (SipMsg) second = NULL;
  g_autoptr (SipMsg) third = NULL;

  g_assert_cmpuint (sip_msg_builder_get_method (builder), ==, SIP_METHOD_OPTIONS);
  g_assert_cmpmem (sip_msg_builder_get_uri (builder).p, sip_msg_builder_get_uri (builder).len, "sip:bob@example.com", 19);

  first = sip_msg_builder_seal (builder, via, none);
  assert_text (first, OPTIONS_HEAD "CSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n");
  g_assert_cmpuint (first->defect, ==, 0);

  /* Again, for another flow and with more to say; the first is what it was. */
  sip_msg_builder_set_body (builder, "text/plain", body);
  sip_msg_builder_replace (builder, SIP_H_CSEQ, SIP_STR ("8 OPTIONS"));
  sip_msg_builder_add (builder, SIP_H_AUTHORIZATION, SIP_STR ("Digest x=\"y\""));
  second = sip_msg_builder_seal (builder, SIP_STR ("SIP/2.0/TCP c;branch=d"), SIP_STR ("<sip:alice@c;transport=tcp>"));
  assert_text (second,
               "OPTIONS sip:bob@example.com SIP/2.0\r\n"
               "Via: SIP/2.0/TCP c;branch=d\r\n"
               "Max-Forwards: 70\r\n"
               "From: <sip:alice@example.com>;tag=a\r\n"
               "To: <sip:bob@example.com>\r\n"
               "Call-ID: c\r\n"
               "CSeq: 8 OPTIONS\r\n"
               "Content-Type: text/plain\r\n"
               "Authorization: Digest x=\"y\"\r\n"
               "Contact: <sip:alice@c;transport=tcp>\r\n"
               "Content-Length: 5\r\n"
               "\r\n"
               "hello");
  assert_text (first, OPTIONS_HEAD "CSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n");

  sip_msg_builder_set_body (builder, NULL, NULL);
  sip_msg_builder_replace (builder, SIP_H_AUTHORIZATION, none);
  third = sip_msg_builder_seal (builder, via, none);
  assert_text (third, OPTIONS_HEAD "CSeq: 8 OPTIONS\r\nContent-Length: 0\r\n\r\n");
}

static void
test_response (void)
{
  g_autoptr (SipMsg) invite = parse (MSG_ODD);
  g_autoptr (SipMsg) bye = parse (MSG_BYE);
  g_autoptr (SipMsgBuilder) ringing = sip_msg_builder_new_response (invite, 180, NULL, "new");
  g_autoptr (SipMsgBuilder) custom = sip_msg_builder_new_response (bye, 481, "Gone \r\nX: y", "new");
  g_autoptr (SipMsg) msg = sip_msg_builder_seal (ringing, none, SIP_STR ("<sip:b>"));
  g_autoptr (SipMsg) other = sip_msg_builder_seal (custom, none, none);

  /* A To that has a tag keeps it; folds are gone; every Via is there, in order. */
  g_assert_cmpuint (sip_msg_builder_get_method (ringing), ==, SIP_METHOD_INVITE);
  g_assert_null (sip_msg_builder_get_uri (ringing).p);
  assert_text (msg,
               "SIP/2.0 180 Ringing\r\n"
               "Via: SIP  /   2.0 /UDP 192.0.2.2 : 5061;branch=390skdjuw\r\n"
               "Via: SIP  / 2.0  / TCP     spindle.example.com   ; branch  =   z9hG4bK9ikj8  , "
               "SIP  /    2.0   / UDP  192.168.255.111   ; branch= z9hG4bK30239\r\n"
               "From: \"J R \\\\\\\"\"       <sip:jr@example.com> ; tag = 98asjd8\r\n"
               "To: sip:ann@chair.example.com ;   tag    = 1918181833n\r\n"
               "Call-ID: wsinv.ndaksdj@192.0.2.1\r\n"
               "CSeq: 0009 INVITE\r\n"
               "Contact: <sip:b>\r\n"
               "Content-Length: 0\r\n"
               "\r\n");
  g_assert_cmpuint (msg->defect, ==, 0);

  assert_sound (other);
  g_assert_true (g_str_has_prefix (other->data, "SIP/2.0 481 Gone X: y\r\n"
                                                "Via: SIP/2.0/UDP ss1.atlanta.example.com:5060;branch=z9hG4bK2d4790.2\r\n"));
}

static void
test_to_tag (void)
{
  g_autoptr (SipMsg) invite = parse (MSG_INVITE);
  g_autoptr (SipMsg) stamped = parse ("INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nTimestamp: 54\r\n\r\n");
  g_autoptr (SipMsgBuilder) tagged = sip_msg_builder_new_response (invite, 200, NULL, "new-tag");
  g_autoptr (SipMsgBuilder) bare = sip_msg_builder_new_response (invite, 100, NULL, NULL);
  g_autoptr (SipMsgBuilder) poor = sip_msg_builder_new_response (stamped, 100, NULL, "x");
  g_autoptr (SipMsgBuilder) final = sip_msg_builder_new_response (stamped, 400, stamped->defect_reason, "x");
  g_autoptr (SipMsg) a = sip_msg_builder_seal (tagged, none, none);
  g_autoptr (SipMsg) b = sip_msg_builder_seal (bare, none, none);
  g_autoptr (SipMsg) c = sip_msg_builder_seal (poor, none, none);
  g_autoptr (SipMsg) d = sip_msg_builder_seal (final, none, none);

  g_assert_cmpmem (a->to.tag.p, a->to.tag.len, "new-tag", 7);
  g_assert_null (b->to.tag.p);
  assert_sound (a);
  assert_sound (b);
  /* A request that lacks nearly everything is still answered. */
  assert_text (c, "SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP a\r\nTimestamp: 54\r\nContent-Length: 0\r\n\r\n");
  assert_text (d, "SIP/2.0 400 Missing From\r\nVia: SIP/2.0/UDP a\r\nContent-Length: 0\r\n\r\n");
}

/* A response takes over what its request was found to say: the outcome is what its own text says, whatever the request is like, and whatever
 * was done to the response. */
static void
test_like_its_request (void)
{
  static const char *const vias[] = { "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK1;rport",
                                      "SIP/2.0/TCP [2001:db8::1];branch=z9hG4bK1 ;received=192.0.2.7, SIP/2.0/UDP b;branch=z9hG4bK2",
                                      "SIP/2.0/UDP a" };
  static const char *const froms[] = { "\"A \\\" B\" <sip:alice@example.com;x=y>;tag=a;other", "sip:alice@example.com;tag=a",
                                       "Alice\r\n <sip:alice@example.com>;tag=a" };
  static const char *const tos[] = { "<sip:bob@example.com>", "<sip:bob@example.com>;tag=theirs", "Bob <sips:bob@example.com>;a=b",
                                     "sip:bob@example.com", "sip:bob@example.com;a=\"b;tag=c\"", "<sip:bob@example.com>\r\n ;a=b", "<<" };

  for (guint i = 0; i < G_N_ELEMENTS (vias) * G_N_ELEMENTS (froms) * G_N_ELEMENTS (tos) * 8; i++)
    {
      guint rest = i / 8;
      g_autofree char *text = g_strdup_printf ("INVITE sip:bob@example.com SIP/2.0\r\nVia: %s\r\nf: %s\r\nTo: %s\r\n"
                                               "Call-ID: c@d\r\nCSeq: 007 INVITE\r\nContent-Length: 0\r\n\r\n",
                                               vias[rest % G_N_ELEMENTS (vias)], froms[rest / G_N_ELEMENTS (vias) % G_N_ELEMENTS (froms)],
                                               tos[rest / G_N_ELEMENTS (vias) / G_N_ELEMENTS (froms)]);
      g_autoptr (SipMsg) request = sip_msg_parse (text, strlen (text), NULL, NULL);
      g_autoptr (SipMsgBuilder) builder = NULL;
      g_autoptr (SipMsg) response = NULL;

      if ((i & 1) != 0)
        {
          g_autoptr (GRefString) source = g_ref_string_new ("192.0.2.9");

          sip_msg_set_received (request, source, 4242);
        }
      builder = sip_msg_builder_new_response (request, 200, NULL, (i & 2) != 0 ? "ours" : NULL);
      if ((i & 4) != 0)
        {
          sip_msg_builder_replace (builder, SIP_H_TO, SIP_STR ("<sip:bob@example.com>;tagged"));
          sip_msg_builder_replace (builder, SIP_H_CSEQ, SIP_STR ("8 BYE"));
          sip_msg_builder_replace (builder, SIP_H_CALL_ID, SIP_STR ("other"));
        }
      response = sip_msg_builder_seal_response (builder, request, (SipStr) SIP_STR_INIT);
      assert_sound (response);
      if (request->defect == 0 && (i & 6) == 2)
        g_assert_true (sip_str_equal (response->to.tag, request->to.tag.p != NULL ? SIP_STR ("theirs") : SIP_STR ("ours")));
    }
}

static void
test_cancel_and_ack (void)
{
  g_autoptr (SipMsg) invite = parse (MSG_INVITE);
  g_autoptr (SipMsg) ok = parse (MSG_OK);
  g_autoptr (SipMsg) odd = parse (MSG_ODD);
  g_autoptr (SipMsgBuilder) cancel = sip_msg_builder_new_cancel (invite);
  g_autoptr (SipMsgBuilder) ack = sip_msg_builder_new_ack (invite, ok);
  g_autoptr (SipMsgBuilder) routed = sip_msg_builder_new_cancel (odd);
  g_autoptr (SipMsg) a = sip_msg_builder_seal (cancel, none, none);
  g_autoptr (SipMsg) b = sip_msg_builder_seal (ack, none, none);
  g_autoptr (SipMsg) c = sip_msg_builder_seal (routed, none, none);

  assert_text (a,
               "CANCEL sip:bob@biloxi.example.com SIP/2.0\r\n"
               "Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK74b43c1f;rport\r\n"
               "Max-Forwards: 70\r\n"
               "From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n"
               "To: Bob <sip:bob@biloxi.example.com>\r\n"
               "Call-ID: 3848276298220188511@atlanta.example.com\r\n"
               "CSeq: 2 CANCEL\r\n"
               "Content-Length: 0\r\n"
               "\r\n");
  assert_text (b,
               "ACK sip:bob@biloxi.example.com SIP/2.0\r\n"
               "Via: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK74b43c1f;rport\r\n"
               "Max-Forwards: 70\r\n"
               "From: \"Alice Liddell\" <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n"
               "To: Bob <sip:bob@biloxi.example.com>;tag=314159\r\n"
               "Call-ID: 3848276298220188511@atlanta.example.com\r\n"
               "CSeq: 2 ACK\r\n"
               "Content-Length: 0\r\n"
               "\r\n");
  g_assert_cmpuint (a->defect, ==, 0);
  assert_sound (c);
  g_assert_cmpuint (c->cseq.number, ==, 9);
  g_assert_nonnull (strstr (c->data, "\r\nRoute: <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\r\n"));
  g_assert_null (strstr (c->data, "spindle"));
}

static void
test_copy_and_replace (void)
{
  g_autoptr (SipMsg) ok = parse (MSG_OK);
  g_autoptr (SipMsgBuilder) builder = new_options ();
  g_autoptr (SipMsg) msg = NULL;
  SipStr value;

  sip_msg_builder_copy (builder, SIP_H_RECORD_ROUTE, ok);
  sip_msg_builder_copy (builder, SIP_H_ROUTE, ok);
  value = sip_msg_builder_value (builder, SIP_H_RECORD_ROUTE);
  g_assert_cmpmem (value.p, value.len, "<sip:ss2.biloxi.example.com;lr>, <sip:ss1.atlanta.example.com;lr>", 65);
  g_assert_null (sip_msg_builder_value (builder, SIP_H_ROUTE).p);

  sip_msg_builder_replace (builder, SIP_H_RECORD_ROUTE, none);
  sip_msg_builder_replace (builder, SIP_H_RECORD_ROUTE, none);
  sip_msg_builder_add (builder, SIP_H_SUPPORTED, SIP_STR ("a"));
  sip_msg_builder_add (builder, SIP_H_ALLOW, SIP_STR ("b"));
  sip_msg_builder_add (builder, SIP_H_SUPPORTED, SIP_STR ("c"));
  sip_msg_builder_replace (builder, SIP_H_SUPPORTED, SIP_STR ("d"));
  sip_msg_builder_replace (builder, SIP_H_REQUIRE, SIP_STR (" \t e \r\n f\t"));
  sip_msg_builder_add (builder, SIP_H_SUBJECT, SIP_STR (""));
  sip_msg_builder_add (builder, SIP_H_VIA, SIP_STR ("SIP/2.0/UDP second"));
  msg = sip_msg_builder_seal (builder, via, none);
  assert_text (msg,
               "OPTIONS sip:bob@example.com SIP/2.0\r\n"
               "Via: SIP/2.0/UDP a;branch=b\r\n"
               "Via: SIP/2.0/UDP second\r\n"
               "Max-Forwards: 70\r\n"
               "From: <sip:alice@example.com>;tag=a\r\n"
               "To: <sip:bob@example.com>\r\n"
               "Call-ID: c\r\n"
               "CSeq: 7 OPTIONS\r\n"
               "Supported: d\r\n"
               "Allow: b\r\n"
               "Require: e f\r\n"
               "Subject: \r\n"
               "Content-Length: 0\r\n"
               "\r\n");
}

/* Whatever is put into a value: it stays in its line. */
static void
test_values_keep_to_their_line (void)
{
  static const char *const values[] = {
    "a\r\nX: y", "a\nX: y", "a\rX: y", "a\r\n\r\nbody", "\r\na", "a\r\n", "a\r\n b", "\r\n", "a\n\n\n\nb", "a \t\r\n", "a\"\r\n\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (SipMsgBuilder) builder = new_options ();
      g_autoptr (SipMsg) msg = NULL;

      sip_msg_builder_add (builder, SIP_H_SUBJECT, sip_str_from (values[i]));
      sip_msg_builder_add_printf (builder, SIP_H_SUBJECT, "%s", values[i]);
      sip_msg_builder_replace (builder, SIP_H_USER_AGENT, sip_str_from (values[i]));
      sip_msg_builder_set_body (builder, values[i], NULL);
      msg = sip_msg_builder_seal (builder, via, sip_str_from (values[i]));
      g_assert_cmpuint (msg->n_fields, ==, 12);
      assert_sound (msg);
    }
}

static void
test_lines (void)
{
  static const char *const good[] = {
    "X-One: 1", "X-Two:2", "X-Three :\t3 ", "Subject:", "X-One: 4", "expires: 5", "P: \303\251\t\"a\"", NULL,
  };
  static const char *const routing[] = { "Contact: <sip:x>", "Route: <sip:y;lr>", "Expires: 6", NULL };
  static const char *const bad[] = {
    "", ":", ": x", "X", "X-One", " X: y", "X Y: z", "X(: y", "X: y\r\nVia: z", "X: y\n", "X: y\r", "X: \r\n y", "X: y\001", "X: \177",
    "X\r\n: y", "\r\nX: y",
    "N\303\244me: x", "Via: SIP/2.0/UDP x", "v: SIP/2.0/UDP x", "VIA: x", "From: <sip:x>", "f: <sip:x>", "To: x", "t : x", "Call-ID: x",
    "i:x",
    "CSeq: 1 INVITE", "Content-Length: 0", "L: 0", "Max-Forwards: 1",
  };
  static const char *const routing_only[] = { "Contact: <sip:x>", "m: <sip:x>", "Route: <sip:x>" };
  g_autoptr (SipMsgBuilder) builder = new_options ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsg) msg = NULL;

  g_assert_true (sip_msg_builder_add_lines (builder, NULL, FALSE, &error));
  g_assert_true (sip_msg_builder_add_lines (builder, good, FALSE, &error));
  g_assert_no_error (error);

  for (gsize i = 0; i < G_N_ELEMENTS (bad) + G_N_ELEMENTS (routing_only); i++)
    {
      gboolean of_routing = i >= G_N_ELEMENTS (bad);
      const char *line = of_routing ? routing_only[i - G_N_ELEMENTS (bad)] : bad[i];
      const char *const lines[] = { "X-Fine: 1", line, NULL };

      if (sip_msg_builder_add_lines (builder, lines, !of_routing, &error))
        g_error ("accepted: %s", line);
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_assert_null (strpbrk (error->message, "\r\n\001\177"));
      g_clear_error (&error);
    }

  g_assert_true (sip_msg_builder_add_lines (builder, routing, TRUE, &error));
  msg = sip_msg_builder_seal (builder, via, none);
  assert_text (msg,
               OPTIONS_HEAD
               "CSeq: 7 OPTIONS\r\n"
               "X-One: 1\r\n"
               "X-Two: 2\r\n"
               "X-Three: 3\r\n"
               "Subject: \r\n"
               "X-One: 4\r\n"
               "Expires: 6\r\n"
               "P: \303\251\t\"a\"\r\n"
               "Contact: <sip:x>\r\n"
               "Route: <sip:y;lr>\r\n"
               "Content-Length: 0\r\n"
               "\r\n");
}

/* No room is an error for lines, and nothing of them is taken; a field beyond it is left out. */
static void
test_room (void)
{
  g_autofree char *filling = g_strnfill (20000, 'x');
  g_autofree char *line = g_strconcat ("X-Long: ", filling, NULL);
  g_autofree char *huge = g_strnfill (100000, 'y');
  const char *const lines[] = { line, line, line, NULL };
  const char *const two[] = { line, line, NULL };
  g_autoptr (SipMsgBuilder) builder = new_options ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMsg) msg = NULL;

  g_assert_false (sip_msg_builder_add_lines (builder, lines, FALSE, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&error);
  msg = sip_msg_builder_seal (builder, via, none);
  g_assert_cmpuint (msg->n_fields, ==, 7);
  sip_msg_unref (msg);

  g_assert_true (sip_msg_builder_add_lines (builder, two, FALSE, &error));
  sip_msg_builder_add (builder, SIP_H_SUBJECT, sip_str_from (filling));
  sip_msg_builder_replace (builder, SIP_H_MAX_FORWARDS, sip_str_from (huge));
  msg = sip_msg_builder_seal (builder, via, sip_str_from (huge));
  g_assert_cmpuint (msg->n_fields, ==, 8);
  g_assert_cmpint (msg->max_forwards, ==, -1);
  for (guint i = 0; i < msg->n_fields; i++)
    g_assert_cmpuint (msg->fields[i].value + msg->fields[i].value_len, <, msg->head_len);
}

/* A request as large as the limits allow, with each of the fields that a response repeats, is answered with what fits. */
static void
test_response_to_the_largest (void)
{
  static const char *const names[] = {
    "Via: SIP/2.0/UDP b;x=", "From: <sip:a>;x=", "To: <sip:a>;x=", "Call-ID: ", "Via: SIP/2.0/UDP a\r\nVia: ",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *filling = g_strnfill (SIP_MAX_HEAD - 200, 'x');
      g_autofree char *text = g_strconcat ("INVITE sip:a SIP/2.0\r\n", names[i], filling, "\r\nVia: SIP/2.0/UDP a\r\n\r\n", NULL);
      g_autoptr (SipMsg) request = parse (text);
      g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_response (request, 513, NULL, "x");
      g_autoptr (SipMsg) msg = sip_msg_builder_seal (builder, none, SIP_STR ("<sip:a>"));

      g_assert_cmpuint (request->defect, ==, 513);
      g_assert_cmpuint (msg->head_len, <=, SIP_MAX_HEAD);
      g_assert_cmpstr (msg->data + msg->len - 4, ==, "\r\n\r\n");
    }
}

/* More fields and more text than a builder has room for at first, and a value that is a slice of its own text. */
static void
test_growth (void)
{
  g_autoptr (SipMsgBuilder) builder = new_options ();
  g_autoptr (SipMsg) msg = NULL;
  SipStr value;

  for (guint i = 0; i < 200; i++)
    {
      sip_msg_builder_add_printf (builder, SIP_H_RECORD_ROUTE, "<sip:proxy%u.example.com;lr>", i);
      sip_msg_builder_add (builder, SIP_H_SUBJECT, sip_msg_builder_value (builder, SIP_H_RECORD_ROUTE));
    }
  value = sip_msg_builder_value (builder, SIP_H_SUBJECT);
  sip_msg_builder_replace (builder, SIP_H_SUBJECT, value);
  sip_msg_builder_add_printf (builder, SIP_H_USER_AGENT, "%01000d", 7);
  msg = sip_msg_builder_seal (builder, via, none);
  g_assert_cmpuint (msg->n_fields, ==, 209);
  g_assert_cmpmem (sip_msg_value (msg, SIP_H_SUBJECT).p, sip_msg_value (msg, SIP_H_SUBJECT).len, "<sip:proxy0.example.com;lr>", 27);
  g_assert_cmpuint (sip_msg_value (msg, SIP_H_USER_AGENT).len, ==, 1000);
  assert_sound (msg);
}

/* Messages by the thousand, of random pieces: sealed, they are what a parser reads in them. */
static void
test_random (void)
{
  static const char *const addresses[] = {
    "<sip:a@b>", "sip:a@b;tag=x", "\"A \\\" B\" <sips:a:p@[::1]:5061;lr?x=y>;tag=y;z=\"a;b\"", "J\303\266rg <tel:+1>",
    "A B\r\n C <sip:x>\r\n ;tag=q", "bad", "",
  };
  static const char *const vias[] = {
    "SIP/2.0/UDP a", "SIP/2.0/WSS [::1]:443;branch=z;received=::2;rport=5", "SIP / 2.0 / TCP a : 5060 ; branch = b",
    "SIP/2.0/UDP a, SIP/2.0/UDP b", "SIP/2.0/UDP a;;",
  };
  static const char *const methods[] = { "INVITE", "ACK", "REFER", "X-Y" };
  static const char *const uris[] = { "sip:a", "sips:b@c:1;d?e=f", "tel:+1" };
  static const char *const cseqs[] = { "1 INVITE", "0002  ACK", "4294967295 ACK", "3 X-Y", "" };
  static const char *const forwards[] = { "70", "0", "256", "x" };
#define ANY(table) sip_str_from (table[g_test_rand_int_range (0, G_N_ELEMENTS (table))])

  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_request (ANY (methods), ANY (uris));
      g_autoptr (GBytes) body = g_bytes_new_static (SDP, g_test_rand_int_range (0, sizeof SDP));
      gboolean with_contact = g_test_rand_bit ();
      g_autoptr (SipMsg) request = NULL;
      g_autoptr (SipMsg) response = NULL;
      g_autoptr (SipMsgBuilder) answer = NULL;

      sip_msg_builder_add (builder, SIP_H_FROM, ANY (addresses));
      if (g_test_rand_bit ())
        sip_msg_builder_add (builder, SIP_H_VIA, ANY (vias));
      sip_msg_builder_add (builder, SIP_H_TO, ANY (addresses));
      if (g_test_rand_bit ())
        sip_msg_builder_add (builder, SIP_H_MAX_FORWARDS, ANY (forwards));
      sip_msg_builder_add (builder, SIP_H_CALL_ID, g_test_rand_bit () ? SIP_STR ("a@b") : SIP_STR ("a b"));
      sip_msg_builder_add (builder, SIP_H_CSEQ, ANY (cseqs));
      if (g_test_rand_bit ())
        sip_msg_builder_set_body (builder, "application/sdp", body);
      request = sip_msg_builder_seal (builder, ANY (vias), with_contact ? SIP_STR ("<sip:c>") : none);
      assert_sound (request);

      answer = sip_msg_builder_new_response (request, g_test_rand_int_range (100, 700), NULL, g_test_rand_bit () ? "tag" : NULL);
      response = sip_msg_builder_seal (answer, none, none);
      assert_sound (response);
    }
}

static void
test_reasons (void)
{
  g_assert_cmpstr (sip_status_reason (100), ==, "Trying");
  g_assert_cmpstr (sip_status_reason (200), ==, "OK");
  g_assert_cmpstr (sip_status_reason (487), ==, "Request Terminated");
  g_assert_cmpstr (sip_status_reason (606), ==, "Not Acceptable");
  g_assert_cmpstr (sip_status_reason (599), ==, "");
  g_assert_cmpstr (sip_status_reason (0), ==, "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/syntax/msg-builder/request", test_request);
  g_test_add_func ("/syntax/msg-builder/response", test_response);
  g_test_add_func ("/syntax/msg-builder/to-tag", test_to_tag);
  g_test_add_func ("/syntax/msg-builder/like-its-request", test_like_its_request);
  g_test_add_func ("/syntax/msg-builder/cancel-and-ack", test_cancel_and_ack);
  g_test_add_func ("/syntax/msg-builder/copy-and-replace", test_copy_and_replace);
  g_test_add_func ("/syntax/msg-builder/values-keep-to-their-line", test_values_keep_to_their_line);
  g_test_add_func ("/syntax/msg-builder/lines", test_lines);
  g_test_add_func ("/syntax/msg-builder/room", test_room);
  g_test_add_func ("/syntax/msg-builder/response-to-the-largest", test_response_to_the_largest);
  g_test_add_func ("/syntax/msg-builder/growth", test_growth);
  g_test_add_func ("/syntax/msg-builder/random", test_random);
  g_test_add_func ("/syntax/msg-builder/reasons", test_reasons);

  return g_test_run ();
}
