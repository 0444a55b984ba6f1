/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib.h>

#include "agent/sip-register-answer-private.h"

/* What a 200 says of us, as many registrars write it. */

#define INSTANCE "+sip.instance=\"<urn:uuid:F81D4FAE-7dec-11d0-a765-00a0c91e6bf6>\""
#define ASKED 600

typedef struct
{
  const char *name;
  const char *headers;     /* of the 200 */
  guint32 expires;
  gboolean is_listed;
  gboolean is_outbound;
  guint32 flow_timer;
  const char *public_gruu;
  const char *temporary_gruu;
  const char *route;       /* joined by '|' */
  guint n_contacts;
} Case;

#define GRUU "sip:alice@example.com;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
#define TEMPORARY "sip:tgruu.7hs%3D%3D@example.com;gr"

static const Case cases[] = {
  { "ours", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=120\r\n", 120, TRUE, .n_contacts = 1 },
  { "compact", "m: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=120\r\n", 120, TRUE, .n_contacts = 1 },
  { "expires-header", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>\r\nExpires: 90\r\n", 90, TRUE, .n_contacts = 1 },
  { "parameter-first", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=120\r\nExpires: 90\r\n", 120, TRUE, .n_contacts = 1 },
  { "no-expires", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>\r\n", ASKED, TRUE, .n_contacts = 1 },
  { "bad-expires", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=\"soon\"\r\nExpires: soon\r\n", ASKED, TRUE, .n_contacts = 1 },
  { "huge-expires", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=99999999999999999999\r\n", ASKED, TRUE, .n_contacts = 1 },
  { "negative", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=-1\r\n", ASKED, TRUE, .n_contacts = 1 },
  { "gone", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=0\r\n", 0, TRUE, .n_contacts = 1 },
  { "no-contact", "Expires: 300\r\n", 300, FALSE },
  /* RFC 3261 §19.1.4: the host in any case, escapes undone, parameters in any order. */
  { "written-otherwise", "Contact: <SIP:%61lice@192.0.2.1:5060;Transport=TCP>;q=0.5;Expires=77\r\n", 77, TRUE, .n_contacts = 1 },
  { "among-others",
    "Contact: <sip:alice@192.0.2.9>;expires=1, <sip:bob@192.0.2.1:5060>;expires=2\r\n"
    "Contact: \"Alice, again\" <sip:alice@192.0.2.1:5060;transport=tcp>;expires=3\r\nContact: <sip:alice@192.0.2.1:5061;transport=tcp>;expires=4\r\n",
    3, TRUE, .n_contacts = 4 },
  /* A proxy wrote another address. */
  { "by-instance", "Contact: <sip:alice@203.0.113.1:1024>;expires=1, <sip:x@203.0.113.1:1025>;" INSTANCE ";expires=2\r\n", 2, TRUE, .n_contacts = 2 },
  { "by-flow",
    "Contact: <sip:alice@203.0.113.1:1024>;" INSTANCE ";reg-id=2;expires=1, <sip:alice@203.0.113.1:1025>;" INSTANCE ";reg-id=1;expires=2\r\n", 2,
    TRUE, .n_contacts = 2 },
  /* The address that we had before, with the same instance and flow, at a registrar that does not know what they are. */
  { "old-address",
    "Contact: <sip:alice@192.0.2.7:5060;transport=tcp>;" INSTANCE ";reg-id=1;expires=1, <sip:alice@192.0.2.1:5060;transport=tcp>;" INSTANCE
    ";reg-id=1;expires=2\r\n",
    2, TRUE, .n_contacts = 2 },
  { "by-user", "Contact: <sip:bob@203.0.113.1>;expires=1, <sip:alice@203.0.113.1:1025>;expires=2\r\n", 2, TRUE, .n_contacts = 2 },
  { "only-one", "Contact: <sip:z9hG4bK@203.0.113.1>;expires=5\r\n", 5, TRUE, .n_contacts = 1 },
  { "none-is-ours", "Contact: <sip:bob@203.0.113.1>;expires=1, <sip:carol@203.0.113.1>;expires=2\r\nExpires: 9\r\n", 9, FALSE, .n_contacts = 2 },
  { "star", "Contact: *\r\n", ASKED, FALSE, .n_contacts = 1 },
  { "tel", "Contact: <tel:+1-555>;expires=3, <sip:alice@192.0.2.1:5060;transport=tcp>;expires=4\r\n", 4, TRUE, .n_contacts = 2 },
  { "outbound", "Require: outbound\r\nFlow-Timer: 25\r\nContact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=120\r\n", 120, TRUE, TRUE, 25,
    .n_contacts = 1 },
  { "gruu",
    "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;pub-gruu=\"" GRUU "\";temp-gruu=\"" TEMPORARY "\";" INSTANCE ";expires=120\r\n", 120, TRUE,
    .public_gruu = GRUU, .temporary_gruu = TEMPORARY, .n_contacts = 1 },
  { "gruu-of-another",
    "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=120, <sip:bob@192.0.2.2>;pub-gruu=\"" GRUU "\";expires=5\r\n", 120, TRUE,
    .n_contacts = 2 },
  /* What is no GRUU never gets into a header of ours. */
  { "no-gruus",
    "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;pub-gruu=\"sip:alice@example.com\";temp-gruu=\"\";expires=120\r\n", 120, TRUE,
    .n_contacts = 1 },
  { "unquoted-gruu", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;pub-gruu=x;temp-gruu=\"tel:1;gr\";expires=120\r\n", 120, TRUE, .n_contacts = 1 },
  { "injected-gruu", "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;pub-gruu=\"sip:a@b;gr>;x=\\\"y\";expires=120\r\n", 120, TRUE, .n_contacts = 1 },
  { "service-route",
    "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;expires=120\r\nService-Route: <sip:p2.example.com;lr>,\r\n <sip:h.example.com;lr>;x=y\r\n"
    "Service-Route: <sips:q.example.com;lr=on>\r\n",
    120, TRUE, .route = "<sip:p2.example.com;lr>|<sip:h.example.com;lr>;x=y|<sips:q.example.com;lr=on>", .n_contacts = 1 },
  { "strict-service-route", "Service-Route: <sip:p2.example.com;lr>, <sip:h.example.com>\r\nExpires: 60\r\n", 60, FALSE },
  { "bad-service-route", "Service-Route: <sip:p2.example.com;lr>, huh?\r\nExpires: 60\r\n", 60, FALSE },
  { "tel-service-route", "Service-Route: <tel:+1;lr>\r\nExpires: 60\r\n", 60, FALSE },
};

static SipMsg *
parse (const char *first, const char *headers)
{
  g_autofree char *text = g_strdup_printf ("%sVia: SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
                                           "From: <sip:alice@example.com>;tag=1\r\nTo: <sip:alice@example.com>\r\nCall-ID: 1\r\n"
                                           "CSeq: 1 REGISTER\r\n%sContent-Length: 0\r\n\r\n",
                                           first, headers);
  g_autoptr (GError) error = NULL;
  SipMsg *msg = sip_msg_parse (text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  return msg;
}

static SipMsg *
parse_request (void)
{
  return parse ("REGISTER sip:example.com SIP/2.0\r\n",
                "Contact: <sip:alice@192.0.2.1:5060;transport=tcp>;" "+sip.instance=\"<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>\""
                ";reg-id=1;expires=600\r\n");
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (SipMsg) request = parse_request ();
  g_autoptr (SipMsg) response = parse ("SIP/2.0 200 OK\r\n", c->headers);
  g_autofree char *route = NULL;
  SipRegisterAnswer answer;

  sip_register_answer_read (&answer, response, request, ASKED);
  g_assert_cmpuint (answer.expires, ==, c->expires);
  g_assert_cmpint (answer.is_listed, ==, c->is_listed);
  g_assert_cmpint (answer.is_outbound, ==, c->is_outbound);
  g_assert_cmpuint (answer.flow_timer, ==, c->flow_timer);
  g_assert_cmpstr (answer.public_gruu, ==, c->public_gruu);
  g_assert_cmpstr (answer.temporary_gruu, ==, c->temporary_gruu);
  route = answer.service_route != NULL ? g_strjoinv ("|", answer.service_route) : NULL;
  g_assert_cmpstr (route, ==, c->route);
  g_assert_cmpuint (g_strv_length (answer.contacts), ==, c->n_contacts);
  sip_register_answer_clear (&answer);
}

static void
test_long_route (void)
{
  g_autoptr (SipMsg) request = parse_request ();

  for (guint n = SIP_SERVICE_ROUTE_MAX; n <= SIP_SERVICE_ROUTE_MAX + 1; n++)
    {
      g_autoptr (GString) headers = g_string_new (NULL);
      g_autoptr (SipMsg) response = NULL;
      SipRegisterAnswer answer;

      for (guint i = 0; i < n; i++)
        g_string_append_printf (headers, "Service-Route: <sip:p%u.example.com;lr>\r\n", i);
      response = parse ("SIP/2.0 200 OK\r\n", headers->str);
      sip_register_answer_read (&answer, response, request, ASKED);
      g_assert_cmpuint (answer.service_route != NULL ? g_strv_length (answer.service_route) : 0, ==, n == SIP_SERVICE_ROUTE_MAX ? n : 0);
      sip_register_answer_clear (&answer);
    }
}

static void
test_retry_after (void)
{
  static const struct
  {
    const char *header;
    guint32 expected;
  } values[] = { { "Retry-After: 30\r\n", 30 },
                 { "Retry-After: 30;duration=10\r\n", 30 },
                 { "Retry-After: 30 (at lunch);x\r\n", 30 },
                 { "Retry-After: soon\r\n", 0 },
                 { "Retry-After: 4294967296\r\n", 0 },
                 { "", 0 } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (SipMsg) response = parse ("SIP/2.0 503 Busy\r\n", values[i].header);

      g_assert_cmpuint (sip_register_answer_get_retry_after (response), ==, values[i].expected);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/register-answer/%s", cases[i].name);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/register-answer/long-route", test_long_route);
  g_test_add_func ("/register-answer/retry-after", test_retry_after);
  return g_test_run ();
}
