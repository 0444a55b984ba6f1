/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* alice publishes; carol is the server that keeps it, and answers as a test says. */

typedef struct
{
  Scene *s;
  SipPublication *publication;
} Test;

static void
test_clear (Test *self)
{
  g_clear_object (&self->publication);
  scene_free (self->s);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Test, test_clear)

static void
expect (Test *self, const char *expected)
{
  fixture_expect (self->s->f, expected);
}

static void
published_cb (SipPublication *publication, SipResponse *response, Test *self)
{
  fixture_note (&self->s->f->alice, "published %s %u", sip_publication_get_etag (publication), sip_publication_get_expires (publication));
}

static void
unpublished_cb (SipPublication *publication, SipResponse *response, const char *cause, Test *self)
{
  g_assert_null (sip_publication_get_etag (publication));
  g_assert_cmpint (sip_publication_get_state (publication), ==, SIP_PUBLICATION_STATE_UNPUBLISHED);
  fixture_note (&self->s->f->alice, "unpublished %u \"%s\"", response != NULL ? sip_response_get_status_code (response) : 0, cause != NULL ? cause : "");
}

static void
failed_cb (SipPublication *publication, SipMessage *response, const char *cause, Test *self)
{
  fixture_note (&self->s->f->alice, "failed %u \"%s\"", response != NULL ? sip_response_get_status_code (SIP_RESPONSE (response)) : 0, cause);
}

static void
watch (Test *self)
{
  g_signal_connect (self->publication, "published", G_CALLBACK (published_cb), self);
  g_signal_connect (self->publication, "unpublished", G_CALLBACK (unpublished_cb), self);
  g_signal_connect (self->publication, "failed", G_CALLBACK (failed_cb), self);
}

static void
run (Test *self, gint64 seconds)
{
  fixture_run (self->s->f, seconds * G_USEC_PER_SEC);
}

static void
init (Test *self, SipPublishOptions *options)
{
  g_autoptr (GError) error = NULL;

  self->s = scene_new ();
  self->publication = sip_user_agent_publish (self->s->f->alice.agent, "sip:alice@carol.mem", "presence", "<here/>", options, &error);
  g_assert_no_error (error);
  watch (self);
  run (self, 0);
  expect (self, "alice > PUBLISH\n");
}

/* The latest PUBLISH. */
static SipMsg *
publish (Test *self)
{
  return raw_peer_last (self->s->carol, "PUBLISH");
}

static void
answer (Test *self, guint status, const char *more)
{
  scene_respond (self->s, publish (self), status, "c", more, NULL);
}

static void
assert_publish (Test *self, const char *if_match, const char *expires, const char *body)
{
  SipMsg *msg = publish (self);
  g_autofree char *match = scene_header (msg, SIP_H_SIP_IF_MATCH);
  g_autofree char *seconds = scene_header (msg, SIP_H_EXPIRES);
  g_autofree char *event = scene_header (msg, SIP_H_EVENT);
  g_autofree char *text = sip_str_dup (sip_msg_body (msg));

  g_assert_cmpstr (match, ==, if_match);
  g_assert_cmpstr (seconds, ==, expires);
  g_assert_cmpstr (event, ==, "presence");
  g_assert_cmpstr (text, ==, body);
  g_assert_null (sip_msg_field (msg, SIP_H_CONTACT));
}

static SipPublicationState
state (Test *self)
{
  return sip_publication_get_state (self->publication);
}

#define OK "SIP-ETag: e1\r\nExpires: 3600\r\n"
#define FIRST "carol > 200 PUBLISH\nalice: published e1 3600\n"

static void
init_published (Test *self)
{
  init (self, NULL);
  answer (self, 200, OK);
  expect (self, FIRST);
}

static void
test_life (void)
{
  g_auto (Test) t = { 0 };
  g_autofree char *type = NULL;

  init (&t, NULL);
  assert_publish (&t, NULL, "3600", "<here/>");
  type = scene_header (publish (&t), SIP_H_CONTENT_TYPE);
  g_assert_cmpstr (type, ==, "application/pidf+xml");
  g_assert_true (sip_str_equal (publish (&t)->uri, SIP_STR ("sip:alice@carol.mem")));
  g_assert_cmpint (state (&t), ==, SIP_PUBLICATION_STATE_PUBLISHING);
  answer (&t, 200, OK);
  expect (&t, FIRST);
  g_assert_cmpint (state (&t), ==, SIP_PUBLICATION_STATE_PUBLISHED);

  /* Refreshed in time, without saying it all again. */
  run (&t, 3239);
  expect (&t, "");
  run (&t, 1);
  expect (&t, "alice > PUBLISH\n");
  assert_publish (&t, "e1", "3600", "");
  answer (&t, 200, "SIP-ETag: e2\r\nExpires: 100\r\n");
  expect (&t, "carol > 200 PUBLISH\nalice: published e2 100\n");

  g_assert_true (sip_publication_modify (t.publication, "<away/>", NULL, NULL));
  run (&t, 0);
  assert_publish (&t, "e2", "3600", "<away/>");
  answer (&t, 200, "SIP-ETag: e3\r\nExpires: 3600\r\n");
  expect (&t, "alice > PUBLISH\ncarol > 200 PUBLISH\nalice: published e3 3600\n");

  g_assert_true (sip_publication_unpublish (t.publication, NULL));
  g_assert_cmpint (state (&t), ==, SIP_PUBLICATION_STATE_UNPUBLISHING);
  run (&t, 0);
  assert_publish (&t, "e3", "0", "");
  answer (&t, 200, "SIP-ETag: e4\r\nExpires: 0\r\n");
  expect (&t, "alice > PUBLISH\ncarol > 200 PUBLISH\nalice: unpublished 200 \"\"\n");
  run (&t, 4000);
  expect (&t, "");
  g_assert_cmpuint (G_OBJECT (t.publication)->ref_count, ==, 1);
}

static void
test_over (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (GError) error = NULL;

  init_published (&t);
  g_assert_true (sip_publication_unpublish (t.publication, NULL));
  g_assert_false (sip_publication_unpublish (t.publication, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  answer (&t, 200, NULL);
  g_assert_false (sip_publication_modify (t.publication, "x", NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_false (sip_publication_refresh (t.publication, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

/* RFC 3903 §4: one at a time. */
static void
test_modified_meanwhile (void)
{
  g_auto (Test) t = { 0 };

  init (&t, NULL);
  g_assert_true (sip_publication_modify (t.publication, "<a/>", NULL, NULL));
  g_assert_true (sip_publication_modify (t.publication, "<b/>", NULL, NULL));
  run (&t, 0);
  expect (&t, "");
  answer (&t, 200, OK);
  run (&t, 0);
  expect (&t, FIRST "alice > PUBLISH\n");
  assert_publish (&t, "e1", "3600", "<b/>");
  answer (&t, 200, "SIP-ETag: e2\r\nExpires: 3600\r\n");
  expect (&t, "carol > 200 PUBLISH\nalice: published e2 3600\n");
}

static void
test_called_off_meanwhile (void)
{
  g_auto (Test) t = { 0 };

  init (&t, NULL);
  g_assert_true (sip_publication_unpublish (t.publication, NULL));
  run (&t, 0);
  expect (&t, "");
  answer (&t, 200, OK);
  run (&t, 0);
  expect (&t, FIRST "alice > PUBLISH\n");
  assert_publish (&t, "e1", "0", "");
  answer (&t, 404, NULL);
  expect (&t, "carol > 404 PUBLISH\nalice: failed 404 \"Not Found\"\nalice: unpublished 404 \"Not Found\"\n");
}

static void
test_called_off_before (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipPublication) publication = NULL;

  init_published (&t);
  publication = sip_user_agent_publish (t.s->f->alice.agent, NULL, "dialog;sla", "x", NULL, NULL);
  g_clear_object (&t.publication);
  t.publication = g_object_ref (publication);
  watch (&t);
  g_assert_true (sip_client_context_cancel (SIP_CLIENT_CONTEXT (publication), NULL, NULL));
  run (&t, 0);
  expect (&t, "alice: unpublished 0 \"\"\n");
}

/* The server has forgotten it. */
static void
test_forgotten (void)
{
  g_auto (Test) t = { 0 };

  init_published (&t);
  g_assert_true (sip_publication_refresh (t.publication, NULL));
  run (&t, 0);
  assert_publish (&t, "e1", "3600", "");
  answer (&t, 412, NULL);
  expect (&t, "alice > PUBLISH\ncarol > 412 PUBLISH\nalice > PUBLISH\n");
  assert_publish (&t, NULL, "3600", "<here/>");
  /* Who says so twice means something else. */
  answer (&t, 412, NULL);
  expect (&t, "carol > 412 PUBLISH\nalice: failed 412 \"SIP Failure Code\"\nalice: unpublished 412 \"SIP Failure Code\"\n");
}

static void
test_forgotten_at_the_end (void)
{
  g_auto (Test) t = { 0 };

  init_published (&t);
  g_assert_true (sip_publication_unpublish (t.publication, NULL));
  run (&t, 0);
  answer (&t, 412, NULL);
  expect (&t, "alice > PUBLISH\ncarol > 412 PUBLISH\nalice: unpublished 0 \"\"\n");
}

static void
test_too_brief (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipPublishOptions) options = g_object_new (SIP_TYPE_PUBLISH_OPTIONS, "expires", 60, NULL);
  g_autofree char *more = NULL;

  init (&t, options);
  assert_publish (&t, NULL, "60", "<here/>");
  answer (&t, 423, "Min-Expires: 600\r\n");
  expect (&t, "carol > 423 PUBLISH\nalice > PUBLISH\n");
  assert_publish (&t, NULL, "600", "<here/>");
  /* It is not believed for ever. */
  for (guint i = 1; i < 5; i++)
    {
      g_clear_pointer (&more, g_free);
      more = g_strdup_printf ("Min-Expires: %u\r\n", 600 + i);
      answer (&t, 423, more);
      expect (&t, "carol > 423 PUBLISH\nalice > PUBLISH\n");
    }
  answer (&t, 423, "Min-Expires: 700\r\n");
  expect (&t, "carol > 423 PUBLISH\nalice: failed 423 \"SIP Failure Code\"\nalice: unpublished 423 \"SIP Failure Code\"\n");
}

static void
test_too_brief_for_no_reason (void)
{
  static const char *const headers[] = { NULL, "Min-Expires: 3600\r\n", "Min-Expires: x\r\n", "Min-Expires: 99999999999\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_auto (Test) t = { 0 };

      init (&t, NULL);
      answer (&t, 423, headers[i]);
      expect (&t, "carol > 423 PUBLISH\nalice: failed 423 \"SIP Failure Code\"\nalice: unpublished 423 \"SIP Failure Code\"\n");
    }
}

static void
test_refused (void)
{
  static const guint statuses[] = { 300, 400, 403, 404, 405, 415, 420, 485, 489, 501, 513, 600, 603 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_auto (Test) t = { 0 };

      init (&t, NULL);
      answer (&t, statuses[i], NULL);
      g_assert_cmpint (state (&t), ==, SIP_PUBLICATION_STATE_UNPUBLISHED);
      g_assert_nonnull (sip_publication_get_error (t.publication));
      g_string_truncate (t.s->f->log, 0);
      run (&t, 4000);
      expect (&t, "");
    }
}

/* What may be otherwise next time is tried again. */
static void
test_tried_again (void)
{
  static const guint statuses[] = { 408, 480, 500, 504 };
  g_auto (Test) t = { 0 };

  init (&t, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      answer (&t, statuses[i], NULL);
      g_assert_cmpint (state (&t), ==, SIP_PUBLICATION_STATE_WAITING);
      g_assert_nonnull (sip_publication_get_error (t.publication));
      g_string_truncate (t.s->f->log, 0);
      run (&t, (5 << i) / 2 - 1);
      expect (&t, "");
      run (&t, (5 << i) / 2 + 2);
      /* Once or, repeated, more often. */
      g_assert_true (g_str_has_prefix (t.s->f->log->str, "alice > PUBLISH\n"));
      assert_publish (&t, NULL, "3600", "<here/>");
    }
  answer (&t, 503, "Retry-After: 100\r\n");
  g_string_truncate (t.s->f->log, 0);
  run (&t, 99);
  expect (&t, "");
  run (&t, 2);
  g_assert_true (g_str_has_prefix (t.s->f->log->str, "alice > PUBLISH\n"));
  g_string_truncate (t.s->f->log, 0);
  answer (&t, 200, OK);
  expect (&t, FIRST);
  g_assert_null (sip_publication_get_error (t.publication));
}

static gboolean
lose_all (Fixture *fixture, SipMsg *msg)
{
  return FALSE;
}

static void
test_server_gone (void)
{
  g_auto (Test) t = { 0 };
  guint n;

  init_published (&t);
  t.s->f->filter = lose_all;
  run (&t, 3600);
  g_assert_cmpint (state (&t), ==, SIP_PUBLICATION_STATE_WAITING);
  g_assert_error ((GError *) sip_publication_get_error (t.publication), SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_assert_nonnull (g_strrstr (t.s->f->log->str, "alice: failed 0 \"Request Timeout\"\n"));
  t.s->f->filter = NULL;
  n = raw_peer_count (t.s->carol, "PUBLISH");
  g_string_truncate (t.s->f->log, 0);
  for (guint i = 0; i < 700 && raw_peer_count (t.s->carol, "PUBLISH") == n; i++)
    run (&t, 1);
  /* Its hour is over: the server has nothing of it. */
  assert_publish (&t, NULL, "3600", "<here/>");
  answer (&t, 200, OK);
  g_assert_cmpint (state (&t), ==, SIP_PUBLICATION_STATE_PUBLISHED);
}

static void
test_modified_while_waiting (void)
{
  g_auto (Test) t = { 0 };

  init_published (&t);
  g_assert_true (sip_publication_modify (t.publication, "<a/>", NULL, NULL));
  run (&t, 0);
  answer (&t, 500, NULL);
  g_assert_true (sip_publication_refresh (t.publication, NULL));
  run (&t, 0);
  /* What the server did not take is said again. */
  assert_publish (&t, "e1", "3600", "<a/>");
  answer (&t, 200, OK);
}

/* Answers that are no good. */
static void
test_odd_answers (void)
{
  static const struct
  {
    const char *more, *published;
  } table[] = {
    { "SIP-ETag: e1\r\n", "alice: published e1 3600\n" },
    { "SIP-ETag: e1\r\nExpires: 0\r\n", "alice: published e1 3600\n" },
    { "SIP-ETag: e1\r\nExpires: 7200\r\n", "alice: published e1 3600\n" },
    { "SIP-ETag: e1\r\nExpires: -1\r\n", "alice: published e1 3600\n" },
    { "Expires: 60\r\n", "alice: published (null) 60\n" },
    { "SIP-ETag: a b\r\n", "alice: published (null) 3600\n" },
    { "SIP-ETag: a\r\n b\r\n", "alice: published (null) 3600\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (Test) t = { 0 };
      g_autofree char *expected = g_strdup_printf ("carol > 200 PUBLISH\n%s", table[i].published);

      init (&t, NULL);
      answer (&t, 200, table[i].more);
      expect (&t, expected);
      g_assert_true (sip_publication_refresh (t.publication, NULL));
      run (&t, 0);
      assert_publish (&t, strstr (expected, "null") != NULL ? NULL : "e1", "3600", strstr (expected, "null") != NULL ? "<here/>" : "");
    }
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Test *self = user_data;

  fixture_note (&self->s->f->alice, "stopped");
}

static void
test_agent_stops (void)
{
  g_auto (Test) t = { 0 };

  init_published (&t);
  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, stopped_cb, &t);
  run (&t, 0);
  expect (&t, "alice > PUBLISH\n");
  assert_publish (&t, "e1", "0", "");
  answer (&t, 200, NULL);
  run (&t, 1);
  expect (&t, "carol > 200 PUBLISH\nalice: unpublished 200 \"\"\nalice: stopped\n");
}

static void
test_agent_stops_without_answer (void)
{
  g_auto (Test) t = { 0 };

  init_published (&t);
  t.s->f->filter = lose_all;
  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, stopped_cb, &t);
  run (&t, 6);
  g_assert_nonnull (g_strrstr (t.s->f->log->str, "alice: unpublished 0 \"\"\nalice: stopped\n"));
}

static void
test_left_behind (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipPublishOptions) options = g_object_new (SIP_TYPE_PUBLISH_OPTIONS, "unpublish-on-close", FALSE, NULL);

  init (&t, options);
  answer (&t, 200, OK);
  expect (&t, FIRST);
  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, stopped_cb, &t);
  run (&t, 1);
  expect (&t, "alice: unpublished 0 \"\"\nalice: stopped\n");
}

static void
test_stop_while_publishing (void)
{
  g_auto (Test) t = { 0 };

  init (&t, NULL);
  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, stopped_cb, &t);
  run (&t, 0);
  expect (&t, "");
  answer (&t, 200, OK);
  run (&t, 0);
  expect (&t, FIRST "alice > PUBLISH\n");
  answer (&t, 200, NULL);
  run (&t, 1);
  expect (&t, "carol > 200 PUBLISH\nalice: unpublished 200 \"\"\nalice: stopped\n");
}

static void
test_agent_dropped (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (GError) error = NULL;

  init_published (&t);
  g_object_unref (t.s->f->alice.agent);
  t.s->f->alice.agent = sip_user_agent_new (NULL);
  expect (&t, "alice: unpublished 0 \"\"\n");
  g_assert_false (sip_publication_refresh (t.publication, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_cmpuint (G_OBJECT (t.publication)->ref_count, ==, 1);
}

static void
end_at_once_cb (SipPublication *publication, SipResponse *response, Test *self)
{
  g_assert_true (sip_publication_unpublish (publication, NULL));
}

static void
test_reentered (void)
{
  g_auto (Test) t = { 0 };

  init (&t, NULL);
  g_signal_connect (t.publication, "published", G_CALLBACK (end_at_once_cb), &t);
  answer (&t, 200, OK);
  run (&t, 0);
  expect (&t, FIRST "alice > PUBLISH\n");
  assert_publish (&t, "e1", "0", "");
  answer (&t, 200, NULL);
  expect (&t, "carol > 200 PUBLISH\nalice: unpublished 200 \"\"\n");
}

static void
test_challenged (void)
{
  g_auto (Test) t = { 0 };
  g_autoptr (SipCredentials) credentials = NULL;

  t.s = scene_new ();
  credentials = sip_credentials_new ("alice", "secret", NULL);
  sip_user_agent_set_credentials (t.s->f->alice.agent, credentials);
  t.publication = sip_user_agent_publish (t.s->f->alice.agent, "sip:alice@carol.mem", "presence", "<here/>", NULL, NULL);
  watch (&t);
  run (&t, 0);
  answer (&t, 401, "WWW-Authenticate: Digest realm=\"carol\", nonce=\"n1\", algorithm=MD5\r\n");
  expect (&t, "alice > PUBLISH\ncarol > 401 PUBLISH\nalice > PUBLISH\n");
  g_assert_nonnull (sip_msg_field (publish (&t), SIP_H_AUTHORIZATION));
  assert_publish (&t, NULL, "3600", "<here/>");
  answer (&t, 200, OK);
  expect (&t, FIRST);
}

static void
test_refused_arguments (void)
{
  static const struct
  {
    const char *target, *event, *body, *line;
    SipError code;
  } table[] = {
    { "sip:", "presence", "x", NULL, SIP_ERROR_INVALID_URI },
    { NULL, "", "x", NULL, SIP_ERROR_INVALID_ARGUMENT },
    { NULL, "a b", "x", NULL, SIP_ERROR_INVALID_ARGUMENT },
    { NULL, "a;b\r\nX: y", "x", NULL, SIP_ERROR_INVALID_ARGUMENT },
    { NULL, "presence", NULL, NULL, SIP_ERROR_INVALID_ARGUMENT },
    { NULL, "presence", "x", "X: a\r\nB: c", SIP_ERROR_INVALID_HEADER },
    { NULL, "presence", "x", "Expires: 5", SIP_ERROR_INVALID_HEADER },
    { NULL, "presence", "x", "sip-if-match: 5", SIP_ERROR_INVALID_HEADER },
    { NULL, "presence", "x", "o: dialog", SIP_ERROR_INVALID_HEADER },
    { NULL, "presence", "x", "Via: x", SIP_ERROR_INVALID_HEADER },
  };
  g_auto (Test) t = { 0 };
  g_autoptr (GError) stopped = NULL;

  init_published (&t);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      const char *lines[] = { table[i].line, NULL };
      g_autoptr (SipPublishOptions) options = g_object_new (SIP_TYPE_PUBLISH_OPTIONS, "extra-headers", lines, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (sip_user_agent_publish (t.s->f->alice.agent, table[i].target, table[i].event, table[i].body, options, &error));
      g_assert_error (error, SIP_ERROR, (int) table[i].code);
      if (table[i].target == NULL && table[i].body != NULL && table[i].line != NULL)
        {
          g_clear_error (&error);
          g_assert_false (sip_publication_modify (t.publication, "y", SIP_REQUEST_OPTIONS (options), &error));
          g_assert_error (error, SIP_ERROR, (int) table[i].code);
        }
    }
  run (&t, 0);
  expect (&t, "");
  /* And what it was is what it is. */
  g_assert_true (sip_publication_refresh (t.publication, NULL));
  run (&t, 0);
  answer (&t, 412, NULL);
  assert_publish (&t, NULL, "3600", "<here/>");
  answer (&t, 200, OK);

  sip_user_agent_stop_async (t.s->f->alice.agent, NULL, NULL, NULL);
  g_assert_null (sip_user_agent_publish (t.s->f->alice.agent, NULL, "presence", "x", NULL, &stopped));
  g_assert_error (stopped, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

#define ADD(name) g_test_add_func ("/publication/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (life);
  ADD (over);
  ADD (modified_meanwhile);
  ADD (called_off_meanwhile);
  ADD (called_off_before);
  ADD (forgotten);
  ADD (forgotten_at_the_end);
  ADD (too_brief);
  ADD (too_brief_for_no_reason);
  ADD (refused);
  ADD (tried_again);
  ADD (server_gone);
  ADD (modified_while_waiting);
  ADD (odd_answers);
  ADD (agent_stops);
  ADD (agent_stops_without_answer);
  ADD (left_behind);
  ADD (stop_while_publishing);
  ADD (agent_dropped);
  ADD (reentered);
  ADD (challenged);
  ADD (refused_arguments);
  return g_test_run ();
}
