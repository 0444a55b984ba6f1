/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"
#include "agent/sip-router-private.h"

/* Requests outside of any dialog: alice asks carol, who answers as a test says; carol asks bob. */

typedef struct
{
  Scene *s;
  guint n;
  SipResponse *response;
  GError *error;
  SipIncomingContext *context; /* the last that bob kept */
  gboolean keep;
  guint reply;
} Test;

static void
test_clear (Test *self)
{
  g_clear_object (&self->response);
  g_clear_error (&self->error);
  g_clear_object (&self->context);
  scene_free (self->s);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Test, test_clear)

static void
init (Test *self)
{
  self->s = scene_new ();
}

static void
expect (Test *self, const char *expected)
{
  fixture_expect (self->s->f, expected);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Test *self = user_data;

  g_clear_object (&self->response);
  g_clear_error (&self->error);
  self->n++;
  self->response = sip_user_agent_request_finish (SIP_USER_AGENT (source), result, &self->error);
}

static void
delivered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Test *self = user_data;

  g_clear_object (&self->response);
  g_clear_error (&self->error);
  self->n++;
  self->response = sip_user_agent_message_finish (SIP_USER_AGENT (source), result, &self->error);
}

/* What came to carol. */
static SipMsg *
request (Test *self, const char *method, SipRequestOptions *options)
{
  sip_user_agent_request_async (self->s->f->alice.agent, method, "sip:carol@carol.mem", options, NULL, answered_cb, self);
  fixture_run (self->s->f, 0);
  return raw_peer_last (self->s->carol, method);
}

static SipMsg *
message (Test *self, const char *body, SipRequestOptions *options)
{
  sip_user_agent_message_async (self->s->f->alice.agent, "sip:carol@carol.mem", body, options, NULL, delivered_cb, self);
  fixture_run (self->s->f, 0);
  return raw_peer_last (self->s->carol, "MESSAGE");
}

static void
assert_header (SipMsg *msg, SipHeaderId id, const char *expected)
{
  g_autofree char *value = scene_header (msg, id);

  g_assert_cmpstr (value, ==, expected);
}

/* --- sent --- */

static void
test_message (void)
{
  g_auto (Test) t = { 0 };
  SipMsg *msg;

  init (&t);
  msg = message (&t, "hello, world", NULL);
  g_assert_true (sip_str_equal (msg->uri, SIP_STR ("sip:carol@carol.mem")));
  g_assert_true (sip_str_equal (sip_msg_body (msg), SIP_STR ("hello, world")));
  assert_header (msg, SIP_H_CONTENT_TYPE, "text/plain");
  /* RFC 3428 §4 */
  g_assert_null (sip_msg_field (msg, SIP_H_CONTACT));
  g_assert_cmpuint (msg->to.tag.len, ==, 0);
  g_assert_cmpuint (msg->from.tag.len, >, 0);
  g_assert_cmpuint (t.n, ==, 0);
  scene_respond (t.s, msg, 202, "c", NULL, NULL);
  g_assert_cmpuint (t.n, ==, 1);
  g_assert_cmpuint (sip_response_get_status_code (t.response), ==, 202);
  expect (&t, "alice > MESSAGE\ncarol > 202 MESSAGE\n");
  g_assert_cmpuint (sip_dialogs_get_n (sip_user_agent_get_dialogs (t.s->f->alice.agent)), ==, 0);
}

static void
test_message_of_another_type (void)
{
  g_auto (Test) t = { 0 };
  const char *lines[] = { "Subject: news", NULL };
  g_autoptr (GBytes) body = g_bytes_new_static ("<b>\0</b>", 8);
  g_autoptr (SipRequestOptions) options = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "content-type", "text/html", "body", body, "extra-headers", lines, NULL);
  SipMsg *msg;

  init (&t);
  msg = message (&t, NULL, options);
  g_assert_true (sip_str_equal (sip_msg_body (msg), sip_str ("<b>\0</b>", 8)));
  assert_header (msg, SIP_H_CONTENT_TYPE, "text/html");
  assert_header (msg, SIP_H_SUBJECT, "news");
  scene_respond (t.s, msg, 200, "c", NULL, NULL);
  /* The text before what the options have. */
  msg = message (&t, "<i/>", options);
  g_assert_true (sip_str_equal (sip_msg_body (msg), SIP_STR ("<i/>")));
  scene_respond (t.s, msg, 404, "c", NULL, NULL);
  g_assert_cmpuint (sip_response_get_status_code (t.response), ==, 404);
}

/* RFC 3428 §8: 1300 bytes with all its header fields. */
static void
test_message_too_large (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipRequestOptions) options = NULL;
  g_autofree char *body = g_strnfill (1301, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  gsize room;

  init (&t);
  room = 1300 - message (&t, "", NULL)->len;
  scene_respond (t.s, raw_peer_last (t.s->carol, "MESSAGE"), 200, "c", NULL, NULL);
  g_string_truncate (t.s->f->log, 0);

  g_assert_null (g_strrstr (t.s->f->log->str, "MESSAGE"));
  message (&t, body, NULL);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  expect (&t, "");
  /* The last byte counts: Content-Length has two digits more, and a branch of a Via is always as long. */
  body[room - 2 + 1] = '\0';
  message (&t, body, NULL);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  expect (&t, "");
  body[room - 2] = '\0';
  g_assert_cmpuint (message (&t, body, NULL)->len, ==, 1300);
  scene_respond (t.s, raw_peer_last (t.s->carol, "MESSAGE"), 200, "c", NULL, NULL);
  g_assert_no_error (t.error);

  /* Who knows the way says so. */
  options = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "body", bytes, NULL);
  g_assert_cmpuint (request (&t, "MESSAGE", options)->len, >, 2 * 1300 - room);
  scene_respond (t.s, raw_peer_last (t.s->carol, "MESSAGE"), 200, "c", NULL, NULL);
  g_assert_no_error (t.error);
}

static void
test_options (void)
{
  g_auto (Test) t = { 0 };
  const char *lines[] = { "Accept: text/none", NULL };
  g_autoptr (SipRequestOptions) options = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "extra-headers", lines, NULL);
  SipMsg *msg;

  init (&t);
  msg = request (&t, "OPTIONS", NULL);
  assert_header (msg, SIP_H_ACCEPT, SIP_ROUTER_ACCEPT);
  assert_header (msg, SIP_H_ALLOW, SIP_ROUTER_ALLOW);
  assert_header (msg, SIP_H_CONTACT, "<sip:alice@alice.mem>");
  scene_respond (t.s, msg, 486, "c", NULL, NULL);
  g_assert_cmpuint (sip_response_get_status_code (t.response), ==, 486);
  assert_header (request (&t, "OPTIONS", options), SIP_H_ACCEPT, "text/none");
  scene_respond (t.s, raw_peer_last (t.s->carol, "OPTIONS"), 200, "c", NULL, NULL);
}

static void
test_any_method (void)
{
  static const char *const methods[] = { "DANCE", "NOTIFY", "PUBLISH", "options", "x!%*_+`'~" };
  g_auto (Test) t = { 0 };

  init (&t);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autofree char *cseq = g_strdup_printf ("1 %s", methods[i]);
      SipMsg *msg = request (&t, methods[i], NULL);

      g_assert_nonnull (msg);
      assert_header (msg, SIP_H_CSEQ, cseq);
      scene_respond (t.s, msg, 200, "c", NULL, NULL);
      g_assert_no_error (t.error);
    }
}

static void
test_refused_methods (void)
{
  static const char *const methods[] = { "INVITE", "ACK",      "CANCEL",    "BYE", "PRACK", "UPDATE", "INFO",
                                         "REFER",  "REGISTER", "SUBSCRIBE", "",    "A B",   "A\r\nB", "\xc3\xa4" };
  g_auto (Test) t = { 0 };

  init (&t);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (GError) error = NULL;

      sip_user_agent_request_async (t.s->f->alice.agent, methods[i], "sip:carol@carol.mem", NULL, NULL, answered_cb, &t);
      fixture_run (t.s->f, 0);
      g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
      g_assert_null (sip_user_agent_send_request (t.s->f->alice.agent, methods[i], "sip:carol@carol.mem", NULL, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
    }
  expect (&t, "");
}

static void
test_refused_arguments (void)
{
  static const struct
  {
    const char *target, *line, *type, *body;
    SipError code;
  } table[] = {
    { "sip:", NULL, NULL, "", SIP_ERROR_INVALID_URI },
    { "sip:a b@c", NULL, NULL, "", SIP_ERROR_INVALID_URI },
    { "bob", "X: a\r\nY: b", NULL, "", SIP_ERROR_INVALID_HEADER },
    { "bob", "X: a\n", NULL, "", SIP_ERROR_INVALID_HEADER },
    { "bob", "Via: x", NULL, "", SIP_ERROR_INVALID_HEADER },
    { "bob", "CSeq: 2 BYE", NULL, "", SIP_ERROR_INVALID_HEADER },
    { "bob", "nothing", NULL, "", SIP_ERROR_INVALID_HEADER },
    { "bob", NULL, "text/\r\nX: y", "", SIP_ERROR_INVALID_HEADER },
    { "bob", NULL, NULL, NULL, SIP_ERROR_INVALID_ARGUMENT },
  };
  g_auto (Test) t = { 0 };

  init (&t);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const char *lines[] = { table[i].line, NULL };
      g_autoptr (SipRequestOptions) options = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "extra-headers", lines, "content-type", table[i].type, NULL);

      sip_user_agent_message_async (t.s->f->alice.agent, table[i].target, table[i].body, options, NULL, delivered_cb, &t);
      fixture_run (t.s->f, 0);
      g_assert_error (t.error, SIP_ERROR, (int) table[i].code);
    }
  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, NULL, NULL);
  fixture_run (t.s->f, 3 * G_USEC_PER_SEC);
  message (&t, "too late", NULL);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  expect (&t, "");
}

static void
test_anonymous (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipRequestOptions) options = g_object_new (SIP_TYPE_REQUEST_OPTIONS, "anonymous", TRUE, NULL);
  g_autofree char *from = NULL;
  SipMsg *msg;

  init (&t);
  msg = request (&t, "OPTIONS", options);
  from = scene_header (msg, SIP_H_FROM);
  g_assert_true (g_str_has_prefix (from, "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag="));
  assert_header (msg, SIP_H_PRIVACY, "id");
  assert_header (msg, SIP_H_P_PREFERRED_IDENTITY, "<sip:alice@alice.mem>");
  assert_header (msg, SIP_H_CONTACT, "<sip:anonymous@alice.mem>");
  scene_respond (t.s, msg, 200, "c", NULL, NULL);
}

/* --- its context --- */

static void
progress_cb (GObject *context, SipResponse *response, Test *self)
{
  fixture_note (&self->s->f->alice, "progress %u", sip_response_get_status_code (response));
}

static void
accepted_cb (GObject *context, guint code, SipResponse *response, Test *self)
{
  fixture_note (&self->s->f->alice, "accepted %u", code);
}

static void
rejected_cb (GObject *context, SipMessage *response, const char *cause, Test *self)
{
  fixture_note (&self->s->f->alice, "rejected \"%s\"", cause);
}

static void
failed_cb (GObject *context, SipMessage *response, const char *cause, Test *self)
{
  fixture_note (&self->s->f->alice, "failed %u \"%s\"", response != NULL ? sip_response_get_status_code (SIP_RESPONSE (response)) : 0, cause);
}

static void
cancel_cb (GObject *context, Test *self)
{
  fixture_note (&self->s->f->alice, "cancel");
}

static SipOutgoingContext *
send_request (Test *self, const char *method)
{
  g_autoptr (GError) error = NULL;
  SipOutgoingContext *context = sip_user_agent_send_request (self->s->f->alice.agent, method, "sip:carol@carol.mem", NULL, &error);

  g_assert_no_error (error);
  g_assert_true (SIP_IS_CLIENT_CONTEXT (context));
  g_signal_connect (context, "progress", G_CALLBACK (progress_cb), self);
  g_signal_connect (context, "accepted", G_CALLBACK (accepted_cb), self);
  g_signal_connect (context, "rejected", G_CALLBACK (rejected_cb), self);
  g_signal_connect (context, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect (context, "cancel", G_CALLBACK (cancel_cb), self);
  return context;
}

static void
test_context (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipOutgoingContext) context = NULL;
  g_autoptr (SipUserAgent) agent = NULL;
  g_autoptr (SipNameAddr) local = NULL;
  g_autoptr (SipNameAddr) remote = NULL;
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  SipMsg *msg;

  init (&t);
  context = send_request (&t, "DANCE");
  /* Nothing has gone yet: there is time to connect. */
  expect (&t, "");
  g_assert_null (sip_outgoing_context_get_request (context));
  g_object_get (context, "user-agent", &agent, "local-identity", &local, "remote-identity", &remote, NULL);
  g_assert_true (agent == t.s->f->alice.agent);
  from = sip_uri_to_string (sip_name_addr_get_uri (local));
  to = sip_uri_to_string (sip_name_addr_get_uri (remote));
  g_assert_cmpstr (from, ==, "sip:alice@alice.mem");
  g_assert_cmpstr (to, ==, "sip:carol@carol.mem");
  g_assert_cmpstr (sip_outgoing_context_get_method (context), ==, "DANCE");
  fixture_run (t.s->f, 0);
  msg = raw_peer_last (t.s->carol, "DANCE");
  g_assert_cmpstr (sip_message_get_method (SIP_MESSAGE (sip_outgoing_context_get_request (context))), ==, "DANCE");
  scene_respond (t.s, msg, 100, NULL, NULL, NULL);
  g_assert_null (sip_outgoing_context_get_response (context));
  scene_respond (t.s, msg, 200, "c", NULL, NULL);
  g_assert_cmpuint (sip_response_get_status_code (sip_outgoing_context_get_response (context)), ==, 200);
  expect (&t, "alice > DANCE\ncarol > 100 DANCE\nalice: progress 100\ncarol > 200 DANCE\nalice: accepted 200\n");
  /* It held itself only as long as it was under way. */
  g_assert_cmpuint (G_OBJECT (context)->ref_count, ==, 1);
}

static void
test_context_refused (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipOutgoingContext) context = NULL;
  g_autoptr (SipOutgoingContext) redirected = NULL;
  g_autoptr (GError) error = NULL;

  init (&t);
  context = send_request (&t, "DANCE");
  fixture_run (t.s->f, 0);
  scene_respond (t.s, raw_peer_last (t.s->carol, "DANCE"), 501, "c", NULL, NULL);
  expect (&t, "alice > DANCE\ncarol > 501 DANCE\nalice: rejected \"Whatever\"\nalice: failed 501 \"SIP Failure Code\"\n");
  g_assert_false (sip_client_context_cancel (SIP_CLIENT_CONTEXT (context), NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);

  redirected = send_request (&t, "JUMP");
  fixture_run (t.s->f, 0);
  scene_respond (t.s, raw_peer_last (t.s->carol, "JUMP"), 302, "c", "Contact: <sip:bob@bob.mem>\r\n", NULL);
  expect (&t, "alice > JUMP\ncarol > 302 JUMP\nalice: rejected \"Whatever\"\nalice: failed 302 \"Redirected\"\n");
}

static void
test_context_unanswered (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipOutgoingContext) context = NULL;

  init (&t);
  context = send_request (&t, "DANCE");
  fixture_run (t.s->f, 33 * G_USEC_PER_SEC);
  g_assert_nonnull (g_strrstr (t.s->f->log->str, "alice: failed 0 \"Request Timeout\"\n"));
  g_assert_null (g_strrstr (t.s->f->log->str, "alice: failed 0 \"Request Timeout\"\nalice"));
  g_assert_cmpuint (G_OBJECT (context)->ref_count, ==, 1);
}

static void
test_context_cancelled (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipOutgoingContext) unsent = NULL;
  g_autoptr (SipOutgoingContext) sent = NULL;
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 180, NULL);
  g_autoptr (GError) error = NULL;

  init (&t);
  unsent = send_request (&t, "DANCE");
  g_assert_false (sip_client_context_cancel (SIP_CLIENT_CONTEXT (unsent), options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_assert_true (sip_client_context_cancel (SIP_CLIENT_CONTEXT (unsent), NULL, NULL));
  expect (&t, "alice: cancel\nalice: failed 0 \"Canceled\"\n");
  fixture_run (t.s->f, 0);
  expect (&t, "");

  sent = send_request (&t, "JUMP");
  fixture_run (t.s->f, 0);
  g_assert_true (sip_client_context_cancel (SIP_CLIENT_CONTEXT (sent), NULL, NULL));
  fixture_run (t.s->f, 0);
  scene_respond (t.s, raw_peer_last (t.s->carol, "JUMP"), 200, "c", NULL, NULL);
  expect (&t, "alice > JUMP\nalice: cancel\nalice: failed 0 \"Canceled\"\ncarol > 200 JUMP\n");
}

static void
cancel_at_once_cb (SipOutgoingContext *context, GParamSpec *pspec, Test *self)
{
  g_assert_true (sip_client_context_cancel (SIP_CLIENT_CONTEXT (context), NULL, NULL));
}

/* The fixture wants one to stop in the end. */
static void
drop_agent (Party *party)
{
  g_clear_object (&party->agent);
  party->agent = sip_user_agent_new (NULL);
}

static void
drop_agent_cb (GObject *context, SipMessage *response, const char *cause, Test *self)
{
  drop_agent (&self->s->f->alice);
}

/* From within what it tells. */
static void
test_context_reentered (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipOutgoingContext) context = NULL;
  g_autoptr (SipOutgoingContext) last = NULL;

  init (&t);
  context = send_request (&t, "DANCE");
  g_signal_connect (context, "notify::request", G_CALLBACK (cancel_at_once_cb), &t);
  fixture_run (t.s->f, 0);
  g_assert_true (g_str_has_prefix (t.s->f->log->str, "alice: cancel\nalice: failed 0 \"Canceled\"\n"));
  if (raw_peer_last (t.s->carol, "DANCE") != NULL)
    scene_respond (t.s, raw_peer_last (t.s->carol, "DANCE"), 200, "c", NULL, NULL);
  g_string_truncate (t.s->f->log, 0);

  last = send_request (&t, "JUMP");
  g_signal_connect (last, "failed", G_CALLBACK (drop_agent_cb), &t);
  fixture_run (t.s->f, 0);
  scene_respond (t.s, raw_peer_last (t.s->carol, "JUMP"), 404, "c", NULL, NULL);
  expect (&t, "alice > JUMP\ncarol > 404 JUMP\nalice: rejected \"Whatever\"\nalice: failed 404 \"Not Found\"\n");
}

static void
test_cancellable (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  SipUserAgent *agent;

  init (&t);
  agent = t.s->f->alice.agent;
  sip_user_agent_request_async (agent, "DANCE", "sip:carol@carol.mem", NULL, cancellable, answered_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_cmpuint (t.n, ==, 0);
  g_cancellable_cancel (cancellable);
  fixture_run (t.s->f, 0);
  g_assert_cmpuint (t.n, ==, 1);
  g_assert_error (t.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  scene_respond (t.s, raw_peer_last (t.s->carol, "DANCE"), 200, "c", NULL, NULL);
  g_assert_cmpuint (t.n, ==, 1);

  /* Cancelled before. */
  g_string_truncate (t.s->f->log, 0);
  sip_user_agent_message_async (agent, "sip:carol@carol.mem", "never", NULL, cancellable, delivered_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_cmpuint (t.n, ==, 2);
  g_assert_error (t.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  expect (&t, "");
}

static void
test_agent_stops (void)
{
  g_auto (Test) t = { 0 };

  init (&t);
  message (&t, "hello", NULL);
  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, NULL, NULL);
  fixture_run (t.s->f, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (t.n, ==, 1);
  g_assert_error (t.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
lose_all (Fixture *fixture, SipMsg *msg)
{
  return FALSE;
}

static void
test_unanswered (void)
{
  g_auto (Test) t = { 0 };

  init (&t);
  t.s->f->filter = lose_all;
  message (&t, "hello", NULL);
  fixture_run (t.s->f, 33 * G_USEC_PER_SEC);
  g_assert_cmpuint (t.n, ==, 1);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_TIMEOUT);
}

/* --- received --- */

static gboolean
received_cb (SipUserAgent *agent, SipIncomingContext *context, Test *self)
{
  g_assert_true (SIP_IS_SERVER_CONTEXT (context));
  g_assert_true (sip_incoming_context_get_user_agent (context) == agent);
  fixture_note (&self->s->f->bob, "%s", sip_incoming_context_get_method (context));
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
listen_to (Test *self, const char *signal)
{
  g_signal_connect (self->s->f->bob.agent, signal, G_CALLBACK (received_cb), self);
}

static void
say (Test *self, const char *method, const char *more, const char *body)
{
  static guint cseq;

  scene_say (self->s, method, SCENE_BOB, NULL, ++cseq, more, body);
}

static guint
status (Test *self)
{
  return scene_last_response (self->s)->status;
}

static void
test_nobody_listens (void)
{
  static const struct
  {
    const char *method;
    guint status;
    const char *allow;
  } table[] = {
    { "MESSAGE", 405, SIP_ROUTER_ALLOW_ALWAYS },
    { "DANCE", 501, SIP_ROUTER_ALLOW },
    { "message", 501, SIP_ROUTER_ALLOW },
    { "PUBLISH", 405, SIP_ROUTER_ALLOW },
    { "REGISTER", 405, SIP_ROUTER_ALLOW },
    { "INFO", 481, NULL },
    { "NOTIFY", 481, NULL },
    { "BYE", 481, NULL },
    { "PRACK", 481, NULL },
    { "UPDATE", 481, NULL },
  };
  g_auto (Test) t = { 0 };

  init (&t);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      say (&t, table[i].method, NULL, NULL);
      g_assert_cmpuint (status (&t), ==, table[i].status);
      assert_header (scene_last_response (t.s), SIP_H_ALLOW, table[i].allow);
      g_assert_cmpuint (scene_last_response (t.s)->to.tag.len, >, 0);
    }
}

/* RFC 3261 §11.2 */
static void
test_options_received (void)
{
  g_auto (Test) t = { 0 };
  SipMsg *msg;
  guint invite;

  init (&t);
  say (&t, "OPTIONS", NULL, NULL);
  msg = scene_last_response (t.s);
  g_assert_cmpuint (msg->status, ==, 200);
  assert_header (msg, SIP_H_ALLOW, SIP_ROUTER_ALLOW);
  assert_header (msg, SIP_H_ACCEPT, SIP_ROUTER_ACCEPT);
  assert_header (msg, SIP_H_ACCEPT_ENCODING, "identity");
  assert_header (msg, SIP_H_ACCEPT_LANGUAGE, "*");
  assert_header (msg, SIP_H_SUPPORTED, "100rel, norefersub, timer, replaces");
  assert_header (msg, SIP_H_CONTACT, "<sip:bob@bob.mem>");

  /* A call would be answered 480. */
  invite = g_signal_lookup ("invite", SIP_TYPE_USER_AGENT);
  g_assert_cmpuint (g_signal_handlers_disconnect_matched (t.s->f->bob.agent, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA, invite, 0, NULL, NULL,
                                                          &t.s->f->bob),
                    >, 0);
  say (&t, "OPTIONS", NULL, NULL);
  g_assert_cmpuint (status (&t), ==, 480);
  assert_header (scene_last_response (t.s), SIP_H_ALLOW, SIP_ROUTER_ALLOW);
}

static void
test_options_answered_by_hand (void)
{
  g_auto (Test) t = { 0 };

  init (&t);
  listen_to (&t, "request-received::OPTIONS");
  say (&t, "OPTIONS", NULL, NULL);
  g_assert_cmpuint (status (&t), ==, 200);
  assert_header (scene_last_response (t.s), SIP_H_ALLOW, SIP_ROUTER_ALLOW);
  t.reply = 486;
  say (&t, "OPTIONS", NULL, NULL);
  g_assert_cmpuint (status (&t), ==, 486);
  say (&t, "DANCE", NULL, NULL);
  g_assert_cmpuint (status (&t), ==, 501);
  expect (&t, "carol > OPTIONS\nbob: OPTIONS\nbob > 200 OPTIONS\ncarol > OPTIONS\nbob: OPTIONS\nbob > 486 OPTIONS\ncarol > DANCE\nbob > 501 DANCE\n");
}

static void
test_message_received (void)
{
  g_auto (Test) t = { 0 };
  GBytes *body;

  init (&t);
  listen_to (&t, "message");
  say (&t, "MESSAGE", "Content-Type: text/plain\r\n", "hello");
  g_assert_cmpuint (status (&t), ==, 200);
  /* RFC 3428 §7 */
  g_assert_null (sip_msg_field (scene_last_response (t.s), SIP_H_CONTACT));
  t.reply = 603;
  say (&t, "MESSAGE", "Content-Type: text/plain\r\n", "hello");
  g_assert_cmpuint (status (&t), ==, 603);
  t.reply = 0;
  t.keep = TRUE;
  say (&t, "MESSAGE", "Content-Type: text/plain\r\n", "hello");
  expect (&t, "carol > MESSAGE\nbob: MESSAGE\nbob > 200 MESSAGE\ncarol > MESSAGE\nbob: MESSAGE\nbob > 603 MESSAGE\ncarol > MESSAGE\nbob: MESSAGE\n");
  body = sip_message_get_body (SIP_MESSAGE (sip_incoming_context_get_request (t.context)));
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "hello", 5);
  g_assert_true (sip_incoming_context_accept (t.context, NULL, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "bob > 200 MESSAGE\n");
  /* No other method is a message. */
  say (&t, "DANCE", NULL, NULL);
  expect (&t, "carol > DANCE\nbob > 501 DANCE\n");
}

static void
test_message_inside (void)
{
  g_auto (Test) t = { 0 };

  init (&t);
  fixture_establish (t.s->f);
  listen_to (&t, "message");
  sip_session_send_request_async (t.s->f->alice.session, "MESSAGE", NULL, NULL, NULL, NULL);
  fixture_run (t.s->f, 0);
  expect (&t, "alice > MESSAGE\nbob: MESSAGE\nbob > 200 MESSAGE\n");
}

static void
test_any_received (void)
{
  static const char *const methods[] = { "DANCE", "INFO", "NOTIFY", "PUBLISH", "REGISTER" };
  g_auto (Test) t = { 0 };

  init (&t);
  listen_to (&t, "request-received");
  t.reply = 299;
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      say (&t, methods[i], NULL, NULL);
      g_assert_cmpuint (status (&t), ==, 299);
    }
  g_string_truncate (t.s->f->log, 0);
  t.reply = 0;
  say (&t, "DANCE", NULL, NULL);
  say (&t, "PUBLISH", NULL, NULL);
  say (&t, "INFO", NULL, NULL);
  say (&t, "MESSAGE", NULL, NULL);
  expect (&t, "carol > DANCE\nbob: DANCE\nbob > 501 DANCE\ncarol > PUBLISH\nbob: PUBLISH\nbob > 405 PUBLISH\ncarol > INFO\nbob: INFO\nbob > 481 INFO\n"
              "carol > MESSAGE\nbob > 405 MESSAGE\n");
}

/* Whoever is kept is answered once, whatever comes again meanwhile (RFC 4320: 100 when its other side would ask only each four seconds). */
static void
test_retransmissions (void)
{
  g_auto (Test) t = { 0 };
  const char *again = "MESSAGE sip:bob@bob.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKsame\r\nMax-Forwards: 70\r\n"
                      "From: <sip:carol@carol.mem>;tag=c1\r\nTo: <sip:bob@bob.mem>\r\nCall-ID: same\r\nCSeq: 7 MESSAGE\r\n";

  init (&t);
  listen_to (&t, "message");
  t.keep = TRUE;
  for (guint i = 0; i < 3; i++)
    {
      raw_peer_send (t.s->carol, "bob", NULL, "%s", again);
      fixture_run (t.s->f, 1000 * 1000);
    }
  expect (&t, "carol > MESSAGE\nbob: MESSAGE\ncarol > MESSAGE\ncarol > MESSAGE\n");
  fixture_run (t.s->f, 499 * 1000);
  expect (&t, "");
  fixture_run (t.s->f, 1000);
  expect (&t, "bob > 100 MESSAGE\n");
  raw_peer_send (t.s->carol, "bob", NULL, "%s", again);
  fixture_run (t.s->f, 0);
  expect (&t, "carol > MESSAGE\nbob > 100 MESSAGE\n");
  g_assert_true (sip_incoming_context_accept (t.context, NULL, NULL));
  raw_peer_send (t.s->carol, "bob", NULL, "%s", again);
  fixture_run (t.s->f, 10 * G_USEC_PER_SEC);
  expect (&t, "bob > 200 MESSAGE\ncarol > MESSAGE\nbob > 200 MESSAGE\n");
}

static void
given_up_cb (GObject *context, SipMessage *message, const char *cause, Test *self)
{
  g_assert_null (message);
  fixture_note (&self->s->f->bob, "failed \"%s\"", cause);
}

/* RFC 4320 §4.2: nobody waits any more, so that nothing is said; and nothing is left of it. */
static void
test_never_answered (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (GError) error = NULL;
  SipTransactions *transactions;

  init (&t);
  transactions = sip_user_agent_get_transactions (t.s->f->bob.agent);
  listen_to (&t, "message");
  t.keep = TRUE;
  say (&t, "MESSAGE", NULL, NULL);
  g_assert_cmpuint (sip_transactions_get_n_open (transactions), ==, 1);
  g_signal_connect (t.context, "failed", G_CALLBACK (given_up_cb), &t);
  fixture_run (t.s->f, 33 * G_USEC_PER_SEC);
  expect (&t, "carol > MESSAGE\nbob: MESSAGE\nbob > 100 MESSAGE\nbob: failed \"Request Timeout\"\n");
  g_assert_cmpuint (sip_transactions_get_n_open (transactions), ==, 0);
  g_assert_cmpuint (sip_transactions_get_n_server (transactions), ==, 0);
  g_assert_false (sip_incoming_context_accept (t.context, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

static void
test_bounded (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);
  SipTransactions *transactions;

  init (&t);
  transactions = sip_user_agent_get_transactions (t.s->f->bob.agent);
  sip_transactions_set_capacity (transactions, 20, 1000);
  listen_to (&t, "message");
  t.keep = TRUE;
  for (guint i = 0; i < 25; i++)
    {
      say (&t, "MESSAGE", NULL, NULL);
      if (t.context != NULL)
        g_ptr_array_add (kept, g_steal_pointer (&t.context));
    }
  g_assert_cmpuint (kept->len, ==, 20);
  g_assert_cmpuint (status (&t), ==, 503);
  g_assert_cmpuint (sip_transactions_get_n_open (transactions), ==, 20);
  /* One that is dropped is answered, and makes room. */
  g_ptr_array_remove_index (kept, 0);
  fixture_run (t.s->f, 0);
  g_assert_cmpuint (status (&t), ==, 480);
  say (&t, "MESSAGE", NULL, NULL);
  g_assert_nonnull (t.context);
}

/* RFC 4320 §4.1 */
static void
test_progress (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipResponseOptions) ringing = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 180, NULL);
  g_autoptr (GError) error = NULL;

  init (&t);
  listen_to (&t, "request-received");
  t.keep = TRUE;
  say (&t, "DANCE", NULL, NULL);
  g_assert_false (sip_incoming_context_progress (t.context, ringing, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_assert_true (sip_incoming_context_progress (t.context, NULL, NULL));
  fixture_run (t.s->f, 10 * G_USEC_PER_SEC);
  expect (&t, "carol > DANCE\nbob: DANCE\nbob > 100 DANCE\n");
  g_assert_true (sip_incoming_context_reject (t.context, NULL, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "bob > 480 DANCE\n");
}

static gboolean
drop_bob_cb (SipUserAgent *agent, SipIncomingContext *context, Test *self)
{
  drop_agent (&self->s->f->bob);
  return FALSE;
}

static void
test_agent_dropped (void)
{
  g_auto (Test) t = { 0 };

  init (&t);
  g_signal_connect (t.s->f->bob.agent, "message", G_CALLBACK (drop_bob_cb), &t);
  say (&t, "MESSAGE", NULL, NULL);
  /* It lives until its handler has come back. */
  expect (&t, "carol > MESSAGE\nbob > 200 MESSAGE\n");
}

/* A stopping agent takes no new business. */
static void
test_stopping (void)
{
  g_auto (Test) t = { 0 };

  init (&t);
  listen_to (&t, "message");
  listen_to (&t, "request-received");
  fixture_establish (t.s->f);
  t.s->f->filter = NULL;
  sip_user_agent_stop_async (t.s->f->bob.agent, NULL, NULL, NULL);
  say (&t, "OPTIONS", NULL, NULL);
  if (scene_last_response_to (t.s, "OPTIONS") != NULL)
    g_assert_cmpuint (scene_last_response_to (t.s, "OPTIONS")->status, ==, 480);
  g_assert_null (g_strrstr (t.s->f->log->str, "bob: OPTIONS"));
}

#define ADD(name) g_test_add_func ("/requests/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (message);
  ADD (message_of_another_type);
  ADD (message_too_large);
  ADD (options);
  ADD (any_method);
  ADD (refused_methods);
  ADD (refused_arguments);
  ADD (anonymous);
  ADD (context);
  ADD (context_refused);
  ADD (context_unanswered);
  ADD (context_cancelled);
  ADD (context_reentered);
  ADD (cancellable);
  ADD (agent_stops);
  ADD (unanswered);
  ADD (nobody_listens);
  ADD (options_received);
  ADD (options_answered_by_hand);
  ADD (message_received);
  ADD (message_inside);
  ADD (any_received);
  ADD (retransmissions);
  ADD (never_answered);
  ADD (bounded);
  ADD (progress);
  ADD (agent_dropped);
  ADD (stopping);
  return g_test_run ();
}
