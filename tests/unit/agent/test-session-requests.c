/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "agent/sip-router-private.h"
#include "agent/sip-session-private.h"
#include "sip.h"

/* Requests inside a call that do not change it. */

typedef struct
{
  guint n;
  SipResponse *response;
  GError *error;
} Result;

static void
result_clear (Result *result)
{
  g_clear_object (&result->response);
  g_clear_error (&result->error);
  result->n = 0;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Result *told = user_data;

  result_clear (told);
  told->n = 1;
  told->response = sip_session_send_request_finish (SIP_SESSION (source), result, &told->error);
}

static void
request (Fixture *f, SipSession *session, const char *method, const char *type, const char *body, const char *line, Result *told)
{
  const char *const lines[] = { line, NULL };
  g_autoptr (GBytes) bytes = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;
  g_autoptr (SipRequestOptions) options = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "content-type", type, "body", bytes, "extra-headers", lines, NULL);

  sip_session_send_request_async (session, method, options, NULL, answered_cb, told);
  fixture_run (f, 0);
}

static guint
status (Result *told)
{
  g_assert_cmpuint (told->n, ==, 1);
  g_assert_no_error (told->error);
  return sip_response_get_status_code (told->response);
}

static char *
answer_header (Result *told, const char *name)
{
  g_auto (GStrv) values = sip_message_get_headers (SIP_MESSAGE (told->response), name);

  return values != NULL ? g_strjoinv (", ", values) : NULL;
}

/* --- nobody listens --- */

static void
test_default_answers (void)
{
  static const struct
  {
    const char *method, *type, *body, *line;
    guint status;
    const char *header, *value;
  } table[] = {
    { "INFO", "text/x-nothing", "what", NULL, 415, "Accept", "application/dtmf-relay, application/dtmf" },
    { "INFO", NULL, NULL, NULL, 200, NULL, NULL },
    { "INFO", "text/plain", "what", "Info-Package: weather", 469, "Recv-Info", "" },
    { "INFO", NULL, NULL, "info-package: weather", 469, "Recv-Info", "" },
    { "INFO", "application/dtmf-relay", "Signal= x\r\n", NULL, 400, NULL, NULL },
    { "MESSAGE", "text/plain", "hello", NULL, 405, "Allow", SIP_ROUTER_ALLOW_ALWAYS },
    { "OPTIONS", NULL, NULL, NULL, 200, "Accept", "application/sdp, application/dtmf-relay, application/dtmf" },
    { "OPTIONS", NULL, NULL, NULL, 200, "Allow", SIP_ROUTER_ALLOW },
    { "DANCE", NULL, NULL, NULL, 501, "Allow", SIP_ROUTER_ALLOW },
    { "PUBLISH", NULL, NULL, NULL, 405, "Allow", SIP_ROUTER_ALLOW },
    { "OPTIONS", NULL, NULL, "Require: teleportation", 420, "Unsupported", "teleportation" },
    { "MESSAGE", "text/plain", "hello", "Content-Encoding: gzip", 415, "Accept-Encoding", "identity" },
  };
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *value = NULL;

      request (f, f->alice.session, table[i].method, table[i].type, table[i].body, table[i].line, &told);
      g_assert_cmpuint (status (&told), ==, table[i].status);
      value = table[i].header != NULL ? answer_header (&told, table[i].header) : NULL;
      g_assert_cmpstr (value, ==, table[i].value);
    }
  result_clear (&told);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* --- somebody does --- */

typedef struct
{
  SipIncomingContext *context;
  gboolean keep;  /* and answer later */
  guint reply;    /* at once */
  GString *seen;
} Listener;

static gboolean
received_cb (SipSession *session, SipIncomingContext *context, gpointer user_data)
{
  Listener *self = user_data;

  g_assert_true (SIP_IS_SERVER_CONTEXT (context));
  g_assert_true (sip_incoming_context_get_user_agent (context) == sip_session_get_user_agent (session));
  g_string_append_printf (self->seen, "%s\n", sip_incoming_context_get_method (context));
  if (self->keep)
    g_set_object (&self->context, context);
  if (self->reply != 0)
    {
      g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", self->reply, NULL);

      g_assert_true (sip_incoming_context_reply (context, options, NULL));
    }

  return self->keep;
}

static void
listener_clear (Listener *self)
{
  g_clear_object (&self->context);
  g_string_free (self->seen, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listener, listener_clear)

static void
test_heard (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_auto (Listener) bob = { .seen = g_string_new (NULL) };
  Result told = { 0 };

  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received", G_CALLBACK (received_cb), &bob);
  request (f, f->alice.session, "MESSAGE", "text/plain", "hello", NULL, &told);
  g_assert_cmpuint (status (&told), ==, 200);
  request (f, f->alice.session, "INFO", "text/x-nothing", "what", NULL, &told);
  g_assert_cmpuint (status (&told), ==, 415);
  request (f, f->alice.session, "DANCE", NULL, NULL, NULL, &told);
  g_assert_cmpuint (status (&told), ==, 501);
  bob.reply = 299;
  request (f, f->alice.session, "DANCE", NULL, NULL, NULL, &told);
  g_assert_cmpuint (status (&told), ==, 299);
  bob.reply = 603;
  request (f, f->alice.session, "INFO", "text/x-nothing", "what", NULL, &told);
  g_assert_cmpuint (status (&told), ==, 603);
  g_assert_cmpstr (bob.seen->str, ==, "MESSAGE\nINFO\nDANCE\nDANCE\nINFO\n");
  result_clear (&told);
}

static void
test_heard_by_name (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_auto (Listener) bob = { .seen = g_string_new (NULL) };
  Result told = { 0 };

  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received::JUMP", G_CALLBACK (received_cb), &bob);
  request (f, f->alice.session, "MESSAGE", "text/plain", "hello", NULL, &told);
  g_assert_cmpuint (status (&told), ==, 405);
  bob.reply = 200;
  request (f, f->alice.session, "JUMP", NULL, NULL, NULL, &told);
  g_assert_cmpuint (status (&told), ==, 200);
  g_assert_cmpstr (bob.seen->str, ==, "JUMP\n");
  result_clear (&told);
}

static void
note_cb (GObject *context, guint code, SipResponse *response, gpointer user_data)
{
  g_string_append_printf (user_data, "accepted %u\n", code);
}

static void
failed_cb (GObject *context, SipMessage *message, const char *cause, gpointer user_data)
{
  g_string_append_printf (user_data, "failed %s\n", cause);
}

static void
test_answered_later (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_auto (Listener) bob = { .seen = g_string_new (NULL), .keep = TRUE };
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 183u, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("well", 4);
  g_autoptr (SipRequestOptions) with_body = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "body", body, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *from = NULL;
  Result told = { 0 };

  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received::MESSAGE", G_CALLBACK (received_cb), &bob);
  request (f, f->alice.session, "MESSAGE", "text/plain", "hello", NULL, &told);
  g_assert_cmpuint (told.n, ==, 0);
  g_signal_connect (bob.context, "accepted", G_CALLBACK (note_cb), bob.seen);
  g_signal_connect (bob.context, "failed", G_CALLBACK (failed_cb), bob.seen);
  g_object_get (sip_incoming_context_get_remote_identity (bob.context) != NULL ? bob.context : NULL, "method", &from, NULL);
  g_assert_cmpstr (from, ==, "MESSAGE");
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (sip_incoming_context_get_remote_identity (bob.context))), ==, "alice");
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (sip_incoming_context_get_local_identity (bob.context))), ==, "bob");

  g_assert_false (sip_incoming_context_progress (bob.context, options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "183"));
  g_clear_error (&error);
  g_assert_false (sip_incoming_context_reject (bob.context, options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_true (sip_incoming_context_progress (bob.context, NULL, NULL));
  g_assert_true (sip_incoming_context_accept (bob.context, with_body, NULL));
  g_assert_false (sip_incoming_context_accept (bob.context, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_nonnull (strstr (error->message, "200"));
  fixture_run (f, 0);
  g_assert_cmpuint (status (&told), ==, 200);
  g_assert_cmpstr (g_bytes_get_data (sip_message_get_body (SIP_MESSAGE (told.response)), NULL), ==, "well");
  g_assert_cmpstr (bob.seen->str, ==, "MESSAGE\naccepted 200\n");
  result_clear (&told);
}

/* Kept, and dropped without an answer; kept too long; kept longer than its agent. */
static void
test_not_answered (void)
{
  Fixture *f = fixture_new ();
  Listener bob = { .seen = g_string_new (NULL), .keep = TRUE };
  g_autoptr (GError) error = NULL;
  Result told = { 0 };

  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received", G_CALLBACK (received_cb), &bob);
  request (f, f->alice.session, "MESSAGE", "text/plain", "hello", NULL, &told);
  g_clear_object (&bob.context);
  fixture_run (f, 0);
  g_assert_cmpuint (status (&told), ==, 480);

  request (f, f->alice.session, "MESSAGE", "text/plain", "still there?", NULL, &told);
  g_signal_connect (bob.context, "failed", G_CALLBACK (failed_cb), bob.seen);
  fixture_run (f, 31 * G_USEC_PER_SEC);
  fixture_run (f, 2 * G_USEC_PER_SEC);
  g_assert_cmpstr (bob.seen->str, ==, "MESSAGE\nMESSAGE\nfailed Request Timeout\n");
  g_assert_false (sip_incoming_context_accept (bob.context, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  result_clear (&told);
  fixture_free (f);

  f = fixture_new ();
  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received", G_CALLBACK (received_cb), &bob);
  request (f, f->alice.session, "MESSAGE", "text/plain", "hello", NULL, &told);
  fixture_free (f);
  g_assert_null (sip_incoming_context_get_user_agent (bob.context));
  g_assert_false (sip_incoming_context_accept (bob.context, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  listener_clear (&bob);
  result_clear (&told);
}

/* --- sending --- */

static void
test_refused (void)
{
  static const struct
  {
    const char *method, *type, *line;
    int code;
    const char *names;
  } table[] = {
    { "INVITE", NULL, NULL, SIP_ERROR_INVALID_ARGUMENT, "INVITE" },
    { "BYE", NULL, NULL, SIP_ERROR_INVALID_ARGUMENT, "BYE" },
    { "REFER", NULL, NULL, SIP_ERROR_INVALID_ARGUMENT, "REFER" },
    { "", NULL, NULL, SIP_ERROR_INVALID_ARGUMENT, "no method" },
    { "INFO sip:x SIP/2.0\r\nX:", NULL, NULL, SIP_ERROR_INVALID_ARGUMENT, "\\r\\n" },
    { "INFO", NULL, "X-A: b\r\nX-C: d", SIP_ERROR_INVALID_HEADER, "X-A" },
    { "INFO", NULL, "Call-ID: x", SIP_ERROR_INVALID_HEADER, "Call-ID" },
    { "INFO", "text/plain\r\nX-C: d", NULL, SIP_ERROR_INVALID_HEADER, "X-C" },
  };
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_call (f, NULL);
  request (f, f->alice.session, "INFO", NULL, NULL, NULL, &told);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_nonnull (strstr (told.error->message, "establishing"));
  sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL);
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      request (f, f->alice.session, table[i].method, table[i].type, "body", table[i].line, &told);
      g_assert_error (told.error, SIP_ERROR, table[i].code);
      g_assert_nonnull (strstr (told.error->message, table[i].names));
    }
  fixture_expect (f, "");

  /* None of them used up a number. */
  request (f, f->alice.session, "INFO", "text/plain", NULL, NULL, &told);
  g_assert_cmpuint (status (&told), ==, 200);
  g_assert_cmpuint (sip_message_get_cseq (SIP_MESSAGE (told.response)), ==, 2);
  result_clear (&told);
}

/* A body's type may be said among the headers (as SIP.js has it). */
static void
test_type_among_headers (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  const char *const lines[] = { "Content-Type: application/json", NULL };
  g_autoptr (SipRequestOptions) options = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "body", body, "extra-headers", lines, NULL);
  g_auto (Listener) bob = { .seen = g_string_new (NULL), .keep = TRUE };

  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received", G_CALLBACK (received_cb), &bob);
  sip_session_send_request_async (f->alice.session, "INFO", options, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_cmpstr (sip_message_get_content_type (SIP_MESSAGE (sip_incoming_context_get_request (bob.context))), ==, "application/json");
}

static void
test_cancellable (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (Listener) bob = { .seen = g_string_new (NULL), .keep = TRUE };
  Result told = { 0 };

  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received", G_CALLBACK (received_cb), &bob);
  sip_session_send_request_async (f->alice.session, "INFO", NULL, cancellable, answered_cb, &told);
  fixture_run (f, 0);
  g_cancellable_cancel (cancellable);
  fixture_run (f, 0);
  g_assert_error (told.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  result_clear (&told);
  sip_incoming_context_accept (bob.context, NULL, NULL);
  fixture_run (f, 0);
  g_assert_cmpuint (told.n, ==, 0);
  sip_session_send_request_async (f->alice.session, "INFO", NULL, cancellable, answered_cb, &told);
  fixture_run (f, 0);
  g_assert_error (told.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  result_clear (&told);
}

/* RFC 3261 §12.2.1.2 */
static void
test_dialog_gone (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_auto (Listener) bob = { .seen = g_string_new (NULL), .reply = 481 };
  Result told = { 0 };

  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received", G_CALLBACK (received_cb), &bob);
  request (f, f->alice.session, "INFO", NULL, NULL, NULL, &told);
  g_assert_cmpuint (status (&told), ==, 481);
  fixture_expect (f, "alice > INFO\nbob > 481 INFO\nalice > BYE\nalice: bye\nalice: terminated 481 \"Dialog Error\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
  result_clear (&told);
}

static gboolean
lose_info (Fixture *fixture, SipMsg *msg)
{
  return msg->method != SIP_METHOD_INFO;
}

static void
test_no_answer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  f->filter = lose_info;
  request (f, f->alice.session, "INFO", NULL, NULL, NULL, &told);
  fixture_run (f, 33 * G_USEC_PER_SEC);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  g_assert_nonnull (strstr (f->log->str, "alice: terminated null \"Dialog Error\"\n"));
  result_clear (&told);
}

/* The call is over while its INFO waits: the answer still comes. */
static void
test_answer_after_the_end (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_auto (Listener) bob = { .seen = g_string_new (NULL), .keep = TRUE };
  Result told = { 0 };

  fixture_establish (f);
  g_signal_connect (f->bob.session, "request-received", G_CALLBACK (received_cb), &bob);
  request (f, f->alice.session, "INFO", NULL, NULL, NULL, &told);
  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  g_assert_true (sip_incoming_context_accept (bob.context, NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpuint (status (&told), ==, 200);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  request (f, f->alice.session, "INFO", NULL, NULL, NULL, &told);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  result_clear (&told);
}

/* --- a peer without manners --- */

static void
test_out_of_order (void)
{
  static const struct
  {
    guint cseq;
    const char *method;
    guint status;
  } table[] = { { 10, "INFO", 200 }, { 10, "MESSAGE", 500 }, { 9, "OPTIONS", 500 }, { 11, "OPTIONS", 200 }, { 30, "DANCE", 501 }, { 12, "INFO", 500 } };
  g_autoptr (Fixture) f = fixture_new ();
  RawPeer *carol = raw_peer_new ("carol", f->wheel);
  g_autofree char *call_id = NULL;
  g_autofree char *tag = NULL;

  fixture_call_target (f, "sip:carol@carol.mem", NULL);
  raw_peer_respond (carol, raw_peer_last (carol, "INVITE"), 200, "one", NULL, "v=0\r\ns=carol\r\n");
  fixture_run (f, 0);
  call_id = sip_str_dup (raw_peer_last (carol, "INVITE")->call_id);
  tag = sip_str_dup (raw_peer_last (carol, "INVITE")->from.tag);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      SipMsg *last;

      raw_peer_send (carol, "alice", NULL,
                     "%s sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bK-%u\r\nMax-Forwards: 70\r\n"
                     "From: <sip:carol@carol.mem>;tag=one\r\nTo: <sip:alice@alice.mem>;tag=%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n",
                     table[i].method, i, tag, call_id, table[i].cseq, table[i].method);
      fixture_run (f, 0);
      last = g_ptr_array_index (carol->received, carol->received->len - 1);
      g_assert_cmpuint (last->status, ==, table[i].status);
    }
  sip_session_bye (f->alice.session, NULL, NULL);
  fixture_run (f, 0);
  raw_peer_respond (carol, raw_peer_last (carol, "BYE"), 200, NULL, NULL, NULL);
  fixture_run (f, 0);
  raw_peer_free (carol);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-requests/" #name, test_##name)
  ADD (default_answers);
  ADD (heard);
  ADD (heard_by_name);
  ADD (answered_later);
  ADD (not_answered);
  ADD (refused);
  ADD (type_among_headers);
  ADD (cancellable);
  ADD (dialog_gone);
  ADD (no_answer);
  ADD (answer_after_the_end);
  ADD (out_of_order);
#undef ADD
  return g_test_run ();
}
