/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "syntax/sip-message-private.h"

static const char invite[] =
  "INVITE sip:bob@example.net;transport=tcp SIP/2.0\r\n"
  "Via: SIP/2.0/TCP relay.example.net;branch=z9hG4bKrelay, SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKfirst;rport\r\n"
  "v: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKsecond\r\n"
  "Max-Forwards: 69\r\n"
  "f: \"Alice \\\"A\\\" Liddell\" <sip:alice@example.com>;tag=a73kszlfl\r\n"
  "t: <sip:bob@example.net>\r\n"
  "i: call-1@example.com\r\n"
  "CSeq: 314159 INVITE\r\n"
  "Contact: \"Comma, Alice\" <sip:alice@192.0.2.1:5070>;q=0.5,\r\n"
  "  sip:alice@192.0.2.2\r\n"
  "Supported: timer, 100rel\r\n"
  "k: replaces\r\n"
  "Subject: Tea,\r\n"
  "\t at \377 five\r\n"
  "X-Note: one, two\r\n"
  "Date: Sat, 13 Nov 2010 23:29:00 GMT\r\n"
  "x-note: three\r\n"
  "Empty-One:\r\n"
  "Content-Type: application/sdp;x=y\r\n"
  "Content-Length: 5\r\n"
  "\r\n"
  "v=0\r\ntrailing";

static const char ringing[] =
  "SIP/2.0 180 R\303\244\303\244kt\377\r\n"
  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\n"
  "From: <sip:a@example.com>;tag=1\r\n"
  "To: <sip:b@example.com>;tag=2\r\n"
  "Call-ID: c\r\n"
  "CSeq: 7 OPTIONS\r\n"
  "Content-Length: 0\r\n"
  "\r\n";

static SipMessage *
parse (const char  *text,
       gssize       len,
       GError     **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, len >= 0 ? (gsize) len : strlen (text));

  return sip_message_parse (bytes, error);
}

static void
test_request (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMessage) message = parse (invite, sizeof invite - 1, &error);
  g_autofree char *uri = NULL;

  g_assert_no_error (error);
  g_assert_true (SIP_IS_REQUEST (message));
  g_assert_false (SIP_IS_RESPONSE (message));

  uri = sip_uri_to_string (sip_request_get_uri (SIP_REQUEST (message)));
  g_assert_cmpstr (uri, ==, "sip:bob@example.net;transport=tcp");
  g_assert_cmpstr (sip_message_get_method (message), ==, "INVITE");
  g_assert_cmpstr (sip_message_get_call_id (message), ==, "call-1@example.com");
  g_assert_cmpuint (sip_message_get_cseq (message), ==, 314159);
  g_assert_cmpstr (sip_message_get_content_type (message), ==, "application/sdp;x=y");
  g_assert_cmpstr (sip_name_addr_get_display_name (sip_message_get_from (message)), ==, "Alice \"A\" Liddell");
  g_assert_cmpstr (sip_name_addr_get_display_name (sip_message_get_to (message)), ==, NULL);

  /* Made once. */
  g_assert_true (sip_message_get_from (message) == sip_message_get_from (message));
  g_assert_true (sip_message_get_body (message) == sip_message_get_body (message));
  g_assert_true (sip_message_get_call_id (message) == sip_message_get_call_id (message));
}

static void
test_response (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMessage) message = parse (ringing, sizeof ringing - 1, &error);

  g_assert_no_error (error);
  g_assert_true (SIP_IS_RESPONSE (message));
  g_assert_cmpuint (sip_response_get_status_code (SIP_RESPONSE (message)), ==, 180);
  g_assert_cmpstr (sip_response_get_reason_phrase (SIP_RESPONSE (message)), ==, "Rääkt\xef\xbf\xbd");
  g_assert_cmpstr (sip_message_get_method (message), ==, "OPTIONS");
  g_assert_cmpuint (sip_message_get_cseq (message), ==, 7);
  g_assert_null (sip_message_get_body (message));
  g_assert_null (sip_message_get_content_type (message));
}

typedef struct
{
  const char *name;
  const char *values[5];
} Header;

static const Header headers[] = {
  { "Via", { "SIP/2.0/TCP relay.example.net;branch=z9hG4bKrelay", "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKfirst;rport",
             "SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKsecond" } },
  { "contact", { "\"Comma, Alice\" <sip:alice@192.0.2.1:5070>;q=0.5", "sip:alice@192.0.2.2" } },
  { "m", { "\"Comma, Alice\" <sip:alice@192.0.2.1:5070>;q=0.5", "sip:alice@192.0.2.2" } },
  { "SUPPORTED", { "timer", "100rel", "replaces" } },
  { "s", { "Tea, at \xef\xbf\xbd five" } },
  { "X-Note", { "one, two", "three" } },
  { "Date", { "Sat, 13 Nov 2010 23:29:00 GMT" } },
  { "Empty-One", { "" } },
  { "Call-ID", { "call-1@example.com" } },
  { "Route", { NULL } },
  { "X-Not", { NULL } },
  { "", { NULL } },
  { "X-Note:", { NULL } },
};

static void
test_headers (void)
{
  g_autoptr (SipMessage) message = parse (invite, sizeof invite - 1, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_auto (GStrv) values = sip_message_get_headers (message, headers[i].name);
      g_autofree char *first = sip_message_get_header (message, headers[i].name);

      g_test_message ("%s", headers[i].name);
      g_assert_cmpstrv (values, headers[i].values);
      g_assert_cmpstr (first, ==, headers[i].values[0]);
      g_assert_cmpint (sip_message_has_header (message, headers[i].name), ==, headers[i].values[0] != NULL);
    }
}

static void
test_header_names (void)
{
  const char *const expected[] = { "Via", "Max-Forwards", "From", "To", "Call-ID", "CSeq", "Contact", "Supported", "Subject", "X-Note",
                                   "Date", "Empty-One", "Content-Type", "Content-Length", NULL };
  g_autoptr (SipMessage) message = parse (invite, sizeof invite - 1, NULL);
  g_auto (GStrv) names = sip_message_list_header_names (message);

  g_assert_cmpstrv (names, expected);
}

static void
test_address (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipMessage) message = parse (invite, sizeof invite - 1, NULL);
  g_autoptr (SipNameAddr) contact = sip_message_get_address (message, "Contact", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (sip_name_addr_get_display_name (contact), ==, "Comma, Alice");

  g_assert_null (sip_message_get_address (message, "Refer-To", &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&error);

  g_assert_null (sip_message_get_address (message, "Subject", &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
}

/* A body is bytes, cut at Content-Length, and outlives the message without a copy. */
static void
test_body (void)
{
  g_autoptr (SipMessage) message = parse (invite, sizeof invite - 1, NULL);
  g_autoptr (GBytes) body = g_bytes_ref (sip_message_get_body (message));
  g_autoptr (GBytes) whole = sip_message_to_bytes (message);
  g_autofree char *text = sip_message_to_string (message);

  g_clear_object (&message);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "v=0\r\n", 5);
  g_assert_cmpmem (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), invite, sizeof invite - 1 - strlen ("trailing"));
  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_true (g_str_has_prefix (text, "INVITE sip:bob@example.net;transport=tcp SIP/2.0\r\nVia: "));
}

static void
test_properties (void)
{
  g_autoptr (SipMessage) request = parse (invite, sizeof invite - 1, NULL);
  g_autoptr (SipMessage) response = parse (ringing, sizeof ringing - 1, NULL);
  g_autofree char *method = NULL;
  g_autofree char *call_id = NULL;
  g_autofree char *content_type = NULL;
  g_autofree char *reason_phrase = NULL;
  g_autoptr (SipNameAddr) from = NULL;
  g_autoptr (SipNameAddr) to = NULL;
  g_autoptr (SipUri) uri = NULL;
  g_autoptr (GBytes) body = NULL;
  guint cseq, status_code;

  g_object_get (request, "method", &method, "call-id", &call_id, "cseq", &cseq, "from", &from, "to", &to, "uri", &uri, "body", &body,
                "content-type", &content_type, NULL);
  g_assert_cmpstr (method, ==, "INVITE");
  g_assert_cmpstr (call_id, ==, "call-1@example.com");
  g_assert_cmpuint (cseq, ==, 314159);
  g_assert_true (from == sip_message_get_from (request));
  g_assert_true (to == sip_message_get_to (request));
  g_assert_true (uri == sip_request_get_uri (SIP_REQUEST (request)));
  g_assert_true (body == sip_message_get_body (request));
  g_assert_cmpstr (content_type, ==, "application/sdp;x=y");

  g_object_get (response, "status-code", &status_code, "reason-phrase", &reason_phrase, NULL);
  g_assert_cmpuint (status_code, ==, 180);
  g_assert_cmpstr (reason_phrase, ==, "Rääkt\xef\xbf\xbd");
}

typedef struct
{
  const char *text;
  const char *message; /* how the error's message begins */
} Refused;

#define REST \
  "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: c\r\nMax-Forwards: 70\r\n"

static const Refused refused[] = {
  { "", NULL },
  { "\r\n", NULL },
  { "hello", NULL },
  { "GET / HTTP/1.1\r\n\r\n", NULL },
  { "OPTIONS sip:b@h SIP/3.0\r\n" REST "CSeq: 1 OPTIONS\r\n\r\n", "505 Version Not Supported: " },
  { "OPTIONS sip:b@h SIP/2.0\r\n" REST "CSeq: 1 INVITE\r\n\r\n", "400 Bad Request: " },
  { "OPTIONS sip:b@h SIP/2.0\r\n" REST "CSeq: 1 OPTIONS\r\nContent-Length: 1\r\n\r\n", "400 Bad Request: " },
  { "SIP/2.0 200 OK\r\n" REST "CSeq: 1 OPTIONS\r\nContent-Length: x\r\n\r\n", NULL },
};

static void
test_refused (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipMessage) message = parse (refused[i].text, -1, &error);

      g_test_message ("%s", refused[i].text);
      g_assert_null (message);
      g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
      g_assert_nonnull (error->message);
      if (refused[i].message != NULL)
        g_assert_true (g_str_has_prefix (error->message, refused[i].message));
    }
}

/* What a language's collector does: the last references go in threads of its own, while others are still taken and given here. */
static gpointer
drop_thread (gpointer data)
{
  GPtrArray *messages = data;

  g_ptr_array_unref (messages);

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (GError) error = NULL;
  SipLimits limits = SIP_LIMITS_DEFAULT;
  g_autoptr (SipMsg) msg = sip_msg_parse (invite, sizeof invite - 1, &limits, &error);
  GThread *threads[2];

  g_assert_no_error (error);

  for (gsize t = 0; t < G_N_ELEMENTS (threads); t++)
    {
      GPtrArray *messages = g_ptr_array_new_with_free_func (g_object_unref);

      for (int i = 0; i < 20000; i++)
        {
          g_ptr_array_add (messages, sip_message_new_for_msg (msg));
          g_assert_nonnull (sip_message_get_body (g_ptr_array_index (messages, i)));
        }
      threads[t] = g_thread_new ("drop", drop_thread, messages);
    }

  for (int i = 0; i < 100000; i++)
    sip_msg_unref (sip_msg_ref (msg));

  for (gsize t = 0; t < G_N_ELEMENTS (threads); t++)
    g_thread_join (threads[t]);

  g_assert_cmpuint (msg->ref_count, ==, 1);
}

/* A binding can make an object of any class; it is told so, and nothing breaks. */
static void
test_unmade (void)
{
  g_autoptr (SipMessage) request = g_object_new (SIP_TYPE_REQUEST, NULL);
  g_autoptr (SipMessage) response = g_object_new (SIP_TYPE_RESPONSE, NULL);

  for (int i = 0; i < 3; i++)
    g_test_expect_message ("Sip", G_LOG_LEVEL_CRITICAL, "*SIP_MESSAGE_IS_MADE*");

  g_assert_null (sip_message_get_headers (request, "Via"));
  g_assert_null (sip_request_get_uri (SIP_REQUEST (request)));
  g_assert_cmpuint (sip_response_get_status_code (SIP_RESPONSE (response)), ==, 0);
  g_test_assert_expected_messages ();
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/message/request", test_request);
  g_test_add_func ("/message/response", test_response);
  g_test_add_func ("/message/headers", test_headers);
  g_test_add_func ("/message/header-names", test_header_names);
  g_test_add_func ("/message/address", test_address);
  g_test_add_func ("/message/body", test_body);
  g_test_add_func ("/message/properties", test_properties);
  g_test_add_func ("/message/refused", test_refused);
  g_test_add_func ("/message/unmade", test_unmade);
  g_test_add_func ("/message/threads", test_threads);

  return g_test_run ();
}
