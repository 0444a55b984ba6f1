/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* Others subscribe to bob (RFC 6665 §4.2): carol, who says what a test tells her to, and alice. */
typedef struct
{
  Scene *s;
  SipNotifier *notifier;
  GString *log;
  const char *reply; /* what a handler does at once */
  guint cseq;
  guint n_refreshed;
  gboolean says_more;
} Notes;

static const char packages[] = "presence, dialog";

static void
say (Notes *self, const char *text)
{
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_notifier_send_notify (self->notifier, "text/plain", body, &error));
  g_assert_no_error (error);
  fixture_run (self->s->f, 0);
}

static void
terminated_cb (SipNotifier *notifier, Notes *self)
{
  g_assert_cmpint (sip_notifier_get_state (notifier), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
  fixture_note (&self->s->f->bob, "terminated");
}

static void
refreshed_cb (SipNotifier *notifier, SipRequest *request, Notes *self)
{
  self->n_refreshed++;
  if (self->says_more)
    {
      g_autoptr (GBytes) body = g_bytes_new_static ("more", 4);

      g_assert_true (sip_notifier_send_notify (notifier, "text/plain", body, NULL));
    }
}

static void
subscribe_cb (SipUserAgent *agent, SipNotifier *notifier, Notes *self)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("first", 5);

  fixture_note (&self->s->f->bob, "subscribe %s", sip_notifier_get_event (notifier));
  g_set_object (&self->notifier, notifier);
  g_signal_connect (notifier, "terminated", G_CALLBACK (terminated_cb), self);
  g_signal_connect (notifier, "refreshed", G_CALLBACK (refreshed_cb), self);
  if (g_strcmp0 (self->reply, "accept") == 0 || g_strcmp0 (self->reply, "say") == 0)
    g_assert_true (sip_notifier_accept (notifier, 0, NULL));
  else if (g_strcmp0 (self->reply, "briefly") == 0)
    g_assert_true (sip_notifier_accept (notifier, 60, NULL));
  else if (g_strcmp0 (self->reply, "defer") == 0)
    g_assert_true (sip_notifier_defer (notifier, 0, NULL));
  if (g_strcmp0 (self->reply, "say") == 0)
    g_assert_true (sip_notifier_send_notify (notifier, "text/plain", body, NULL));
  if (g_strcmp0 (self->reply, "drop") == 0)
    g_clear_object (&self->notifier);
}

static void
notes_init (Notes *self, const char *reply)
{
  const char *events[] = { "presence", "dialog", NULL };

  *self = (Notes){ .s = scene_new (), .reply = reply };
  sip_user_agent_set_events (self->s->f->bob.agent, events);
  g_signal_connect (self->s->f->bob.agent, "subscribe", G_CALLBACK (subscribe_cb), self);
}

static void
notes_clear (Notes *self)
{
  if (self->notifier != NULL)
    g_signal_handlers_disconnect_by_data (self->notifier, self);
  scene_free (self->s);
  if (self->notifier != NULL)
    g_assert_finalize_object (self->notifier);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Notes, notes_clear)

/* carol's SUBSCRIBE; in the dialog from the second on. */
static void
subscribe (Notes *self, const char *event, const char *more)
{
  g_autofree char *lines = g_strdup_printf ("%s%s%s" SCENE_CONTACT "%s", event != NULL ? "Event: " : "", event != NULL ? event : "", event != NULL ? "\r\n" : "",
                                            more != NULL ? more : "");
  SipMsg *notify = raw_peer_last (self->s->carol, "NOTIFY");
  g_autofree char *tag = notify != NULL ? sip_str_dup (notify->from.tag) : NULL;

  scene_say (self->s, "SUBSCRIBE", SCENE_BOB, tag, ++self->cseq, lines, NULL);
}

static void
expect (Notes *self, const char *expected)
{
  fixture_expect (self->s->f, expected);
}

static void
expect_notify (Notes *self, const char *state, const char *body)
{
  SipMsg *notify = raw_peer_last (self->s->carol, "NOTIFY");
  g_autofree char *text = NULL;
  g_autofree char *said = NULL;

  g_assert_nonnull (notify);
  text = scene_header (notify, SIP_H_SUBSCRIPTION_STATE);
  said = sip_str_dup (sip_msg_body (notify));
  g_assert_cmpstr (text, ==, state);
  g_assert_cmpstr (said, ==, body);
}

static void
answer (Notes *self, guint status, const char *more)
{
  scene_respond (self->s, raw_peer_last (self->s->carol, "NOTIFY"), status, NULL, more, NULL);
}

static guint
n_dialogs (Notes *self)
{
  return sip_dialogs_get_n (sip_user_agent_get_dialogs (self->s->f->bob.agent));
}

#define TAKEN "carol > SUBSCRIBE\nbob: subscribe presence\nbob > 200 SUBSCRIBE\nbob > NOTIFY\n"

static void
test_accepted (void)
{
  g_auto (Notes) t = { 0 };
  g_autofree char *expires = NULL;

  notes_init (&t, "say");
  subscribe (&t, "presence", "Expires: 600\r\n");
  expect (&t, TAKEN);
  expect_notify (&t, "active;expires=600", "first");
  expires = scene_header (scene_last_response_to (t.s, "SUBSCRIBE"), SIP_H_EXPIRES);
  g_assert_cmpstr (expires, ==, "600");
  g_assert_true (sip_msg_has (scene_last_response_to (t.s, "SUBSCRIBE"), SIP_H_CONTACT));
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_subscribers (t.s->f->bob.agent)), ==, 1);
  /* One is out: of what is said meanwhile the last goes. */
  say (&t, "second");
  say (&t, "third");
  expect (&t, "");
  answer (&t, 200, NULL);
  expect (&t, "carol > 200 NOTIFY\nbob > NOTIFY\n");
  expect_notify (&t, "active;expires=600", "third");
  answer (&t, 200, NULL);
  fixture_run (t.s->f, 100 * G_USEC_PER_SEC);
  say (&t, "fourth");
  expect_notify (&t, "active;expires=500", "fourth");
  answer (&t, 200, NULL);
  g_assert_true (sip_notifier_terminate (t.notifier, "giveup", 30, NULL));
  fixture_run (t.s->f, 0);
  expect_notify (&t, "terminated;reason=giveup;retry-after=30", "fourth");
  g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_ENDING);
  g_assert_false (sip_notifier_terminate (t.notifier, NULL, 0, NULL));
  g_string_truncate (t.s->f->log, 0);
  answer (&t, 200, NULL);
  expect (&t, "carol > 200 NOTIFY\nbob: terminated\n");
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_subscribers (t.s->f->bob.agent)), ==, 0);
}

static void
test_nothing_to_say (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "accept");
  subscribe (&t, "presence", NULL);
  expect (&t, TAKEN);
  expect_notify (&t, "active;expires=3600", "");
}

static void
test_deferred (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "defer");
  subscribe (&t, "presence;id=5", "Expires: 600\r\n");
  expect (&t, "carol > SUBSCRIBE\nbob: subscribe presence;id=5\nbob > 200 SUBSCRIBE\nbob > NOTIFY\n");
  expect_notify (&t, "pending;expires=600", "");
  g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_PENDING);
  answer (&t, 200, NULL);
  g_assert_true (sip_notifier_accept (t.notifier, 0, NULL));
  say (&t, "now");
  expect_notify (&t, "active;expires=600", "now");
  g_assert_true (sip_str_equal (sip_msg_value (raw_peer_last (t.s->carol, "NOTIFY"), SIP_H_EVENT), SIP_STR ("presence;id=5")));
  answer (&t, 200, NULL);
  /* another one in this dialog there is not */
  g_string_truncate (t.s->f->log, 0);
  subscribe (&t, "presence", "Expires: 600\r\n");
  expect (&t, "carol > SUBSCRIBE\nbob > 405 SUBSCRIBE\n");
  subscribe (&t, "presence;id=5", "Expires: 600\r\n");
  expect (&t, "carol > SUBSCRIBE\nbob > 200 SUBSCRIBE\nbob > NOTIFY\n");
}

static void
test_rejected_later (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "defer");
  subscribe (&t, "presence", "Expires: 600\r\n");
  answer (&t, 200, NULL);
  g_assert_true (sip_notifier_terminate (t.notifier, "rejected", 0, NULL));
  fixture_run (t.s->f, 0);
  expect_notify (&t, "terminated;reason=rejected", "");
  answer (&t, 200, NULL);
  g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
}

static void
test_refused (void)
{
  g_auto (Notes) t = { 0 };
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 403, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);
  GError *error = NULL;

  notes_init (&t, NULL);
  subscribe (&t, "presence", NULL);
  g_assert_false (sip_notifier_send_notify (t.notifier, "text/plain", body, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_false (sip_notifier_terminate (t.notifier, "rejected", 0, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_true (sip_incoming_context_reject (SIP_INCOMING_CONTEXT (t.notifier), options, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "carol > SUBSCRIBE\nbob: subscribe presence\nbob > 403 SUBSCRIBE\n");
  g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
  g_assert_false (sip_notifier_accept (t.notifier, 0, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
}

static void
test_dropped (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "drop");
  subscribe (&t, "presence", NULL);
  expect (&t, "carol > SUBSCRIBE\nbob: subscribe presence\nbob > 480 SUBSCRIBE\n");
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
}

/* RFC 6665 §7.2 */
static void
test_other_package (void)
{
  static const char *const events[] = { "message-summary", NULL, "presence.winfo", "\"x\"" };

  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    {
      g_auto (Notes) t = { 0 };
      g_autofree char *allowed = NULL;

      notes_init (&t, "accept");
      subscribe (&t, events[i], NULL);
      expect (&t, "carol > SUBSCRIBE\nbob > 489 SUBSCRIBE\n");
      allowed = scene_header (scene_last_response (t.s), SIP_H_ALLOW_EVENTS);
      g_assert_cmpstr (allowed, ==, packages);
    }
}

static void
test_no_package (void)
{
  g_auto (Notes) t = { 0 };
  SipMsg *response;

  notes_init (&t, "accept");
  scene_say (t.s, "OPTIONS", SCENE_BOB, NULL, 1, SCENE_CONTACT, NULL);
  response = scene_last_response (t.s);
  g_assert_true (sip_msg_has_token (response, SIP_H_ALLOW, "SUBSCRIBE"));
  g_assert_true (sip_msg_has_token (response, SIP_H_ALLOW_EVENTS, "dialog"));
  sip_user_agent_set_events (t.s->f->bob.agent, NULL);
  g_string_truncate (t.s->f->log, 0);
  t.cseq = 1;
  subscribe (&t, "presence", NULL);
  expect (&t, "carol > SUBSCRIBE\nbob > 405 SUBSCRIBE\n");
  g_assert_false (sip_msg_has_token (scene_last_response (t.s), SIP_H_ALLOW, "SUBSCRIBE"));
}

static void
test_nobody_listens (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "accept");
  g_signal_handlers_disconnect_by_data (t.s->f->bob.agent, &t);
  subscribe (&t, "presence", NULL);
  expect (&t, "carol > SUBSCRIBE\nbob > 480 SUBSCRIBE\n");
}

static void
test_too_many (void)
{
  g_auto (Notes) t = { 0 };
  g_autofree char *later = NULL;

  notes_init (&t, "accept");
  sip_user_agent_set_max_subscribers (t.s->f->bob.agent, 0);
  subscribe (&t, "presence", NULL);
  expect (&t, "carol > SUBSCRIBE\nbob > 503 SUBSCRIBE\n");
  later = scene_header (scene_last_response (t.s), SIP_H_RETRY_AFTER);
  g_assert_cmpstr (later, ==, "60");
}

static void
test_refreshed (void)
{
  g_auto (Notes) t = { 0 };
  g_autofree char *expires = NULL;

  notes_init (&t, "say");
  subscribe (&t, "presence", "Expires: 99999\r\n");
  expect_notify (&t, "active;expires=3600", "first");
  answer (&t, 200, NULL);
  fixture_run (t.s->f, 3000 * (gint64) G_USEC_PER_SEC);
  subscribe (&t, "presence", "Expires: 99999\r\n");
  expires = scene_header (scene_last_response_to (t.s, "SUBSCRIBE"), SIP_H_EXPIRES);
  g_assert_cmpstr (expires, ==, "3600");
  expect_notify (&t, "active;expires=3600", "first");
  answer (&t, 200, NULL);
  g_assert_cmpuint (t.n_refreshed, ==, 1);
  t.says_more = TRUE;
  subscribe (&t, "presence", "Expires: 100\r\n");
  expect_notify (&t, "active;expires=100", "more");
  g_assert_cmpuint (sip_notifier_get_expires (t.notifier), ==, 100);
  answer (&t, 200, NULL);
  g_string_truncate (t.s->f->log, 0);
  /* not refreshed any more */
  fixture_run (t.s->f, 99 * G_USEC_PER_SEC);
  expect (&t, "");
  fixture_run (t.s->f, 2 * G_USEC_PER_SEC);
  expect_notify (&t, "terminated;reason=timeout", "more");
  answer (&t, 200, NULL);
  g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
  subscribe (&t, "presence", "Expires: 100\r\n");
  g_assert_cmpuint (scene_last_response (t.s)->status, ==, 481);
}

static void
test_briefly (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "briefly");
  subscribe (&t, "presence", "Expires: 600\r\n");
  expect_notify (&t, "active;expires=60", "");
}

static void
test_called_off (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "say");
  subscribe (&t, "presence", NULL);
  answer (&t, 200, NULL);
  t.says_more = TRUE;
  subscribe (&t, "presence", "Expires: 0\r\n");
  expect_notify (&t, "terminated;reason=timeout", "more");
  g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_ENDING);
  subscribe (&t, "presence", "Expires: 600\r\n");
  g_assert_cmpuint (scene_last_response_to (t.s, "SUBSCRIBE")->status, ==, 481);
  answer (&t, 200, NULL);
  g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
}

/* RFC 6665 §4.4.3 */
static void
test_fetched (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "say");
  subscribe (&t, "presence", "Expires: 0\r\n");
  expect (&t, TAKEN);
  expect_notify (&t, "terminated;reason=timeout", "first");
  answer (&t, 200, NULL);
  expect (&t, "carol > 200 NOTIFY\nbob: terminated\n");
}

/* RFC 6665 §4.2.2 */
static void
test_notify_refused (void)
{
  static const guint statuses[] = { 481, 489, 500, 603 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_auto (Notes) t = { 0 };

      notes_init (&t, "say");
      subscribe (&t, "presence", NULL);
      answer (&t, statuses[i], statuses[i] == 481 ? "Retry-After: 1\r\n" : NULL);
      g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
      g_assert_cmpuint (n_dialogs (&t), ==, 0);
    }
}

static void
test_notify_later (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "say");
  subscribe (&t, "presence", NULL);
  answer (&t, 503, "Retry-After: 10\r\n");
  g_string_truncate (t.s->f->log, 0);
  say (&t, "second");
  fixture_run (t.s->f, 9900 * 1000);
  expect (&t, "");
  fixture_run (t.s->f, 300 * 1000);
  expect (&t, "bob > NOTIFY\n");
  expect_notify (&t, "active;expires=3590", "second");
}

static void
test_notify_unanswered (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "say");
  subscribe (&t, "presence", NULL);
  fixture_run (t.s->f, 33 * G_USEC_PER_SEC);
  g_assert_cmpint (sip_notifier_get_state (t.notifier), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
}

static void
test_stopped (void)
{
  g_auto (Notes) t = { 0 };

  notes_init (&t, "say");
  subscribe (&t, "presence", NULL);
  answer (&t, 200, NULL);
  sip_user_agent_stop_async (t.s->f->bob.agent, NULL, NULL, NULL);
  fixture_run (t.s->f, 0);
  expect_notify (&t, "terminated;reason=probation", "first");
  g_string_truncate (t.s->f->log, 0);
  answer (&t, 200, NULL);
  expect (&t, "carol > 200 NOTIFY\nbob: terminated\n");
  g_assert_cmpint (sip_user_agent_get_state (t.s->f->bob.agent), ==, SIP_USER_AGENT_STATE_STOPPED);
}

static void
test_takes (void)
{
  static const struct
  {
    const char *accept;
    const char *type;
    gboolean takes;
  } table[] = {
    { NULL, "application/pidf+xml", TRUE },
    { "Accept: application/PIDF+xml;q=0.1, text/plain\r\n", "application/pidf+xml", TRUE },
    { "Accept: application/*\r\n", "application/pidf+xml", TRUE },
    { "Accept: */*\r\n", "application/pidf+xml", TRUE },
    { "Accept: text/plain\r\n", "application/pidf+xml", FALSE },
    { "Accept: app/*\r\n", "application/pidf+xml", FALSE },
    { "Accept:\r\n", "application/pidf+xml", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (Notes) t = { 0 };

      notes_init (&t, "accept");
      subscribe (&t, "presence", table[i].accept);
      g_assert_cmpint (sip_notifier_takes (t.notifier, table[i].type), ==, table[i].takes);
    }
}

static void
test_bad_words (void)
{
  g_auto (Notes) t = { 0 };
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);
  GError *error = NULL;

  notes_init (&t, "accept");
  subscribe (&t, "presence", NULL);
  g_assert_false (sip_notifier_send_notify (t.notifier, "text/plain\r\nX: y", body, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&error);
  g_assert_false (sip_notifier_terminate (t.notifier, "rejected;x=\r\n", 0, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
}

/* Two of ours: a presence that comes and goes. */
static void
test_both_sides (void)
{
  g_auto (Notes) t = { 0 };
  g_autoptr (SipSubscription) watch = NULL;
  g_autoptr (SipPresence) presence = sip_presence_new ("sip:bob@bob.mem");
  g_autoptr (SipPresenceTuple) tuple = sip_presence_tuple_new ("t", SIP_PRESENCE_BASIC_OPEN, "sip:bob@bob.mem");
  g_autoptr (GBytes) body = NULL;
  GObject *content;

  sip_presence_add_tuple (presence, tuple);
  body = sip_presence_to_bytes (presence);
  notes_init (&t, "accept");
  watch = sip_user_agent_subscribe (t.s->f->alice.agent, "sip:bob@bob.mem", "presence", NULL, NULL);
  fixture_run (t.s->f, 0);
  g_assert_cmpint (sip_subscription_get_state (watch), ==, SIP_SUBSCRIPTION_STATE_ACTIVE);
  g_assert_true (sip_notifier_takes (t.notifier, SIP_PRESENCE_TYPE));
  g_assert_true (sip_notifier_send_notify (t.notifier, SIP_PRESENCE_TYPE, body, NULL));
  fixture_run (t.s->f, 0);
  content = sip_subscription_get_content (watch);
  g_assert_true (SIP_IS_PRESENCE (content));
  g_assert_cmpint (sip_presence_get_basic (SIP_PRESENCE (content)), ==, SIP_PRESENCE_BASIC_OPEN);
  /* refreshed over some hours */
  fixture_run (t.s->f, 20000 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpuint (t.n_refreshed, >=, 5);
  g_assert_cmpint (sip_subscription_get_state (watch), ==, SIP_SUBSCRIPTION_STATE_ACTIVE);
  g_string_truncate (t.s->f->log, 0);
  g_assert_true (sip_subscription_unsubscribe (watch, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "alice > SUBSCRIBE\nbob > 200 SUBSCRIBE\nbob > NOTIFY\nalice > 200 NOTIFY\nbob: terminated\n");
  g_assert_cmpint (sip_subscription_get_state (watch), ==, SIP_SUBSCRIPTION_STATE_TERMINATED);
  g_assert_null (sip_subscription_get_error (watch));
  g_assert_cmpuint (n_dialogs (&t), ==, 0);
}

#define ADD(name) g_test_add_func ("/notifier/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (accepted);
  ADD (nothing_to_say);
  ADD (deferred);
  ADD (rejected_later);
  ADD (refused);
  ADD (dropped);
  ADD (other_package);
  ADD (no_package);
  ADD (nobody_listens);
  ADD (too_many);
  ADD (refreshed);
  ADD (briefly);
  ADD (called_off);
  ADD (fetched);
  ADD (notify_refused);
  ADD (notify_later);
  ADD (notify_unanswered);
  ADD (stopped);
  ADD (takes);
  ADD (bad_words);
  ADD (both_sides);
  return g_test_run ();
}
