/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"
#include "agent/sip-session-private.h"

/* alice refers carol to dave. carol answers and notifies as a test says, right and wrong. */
typedef struct
{
  Scene *s;
  char *call_id;
  char *alice_tag;
  guint cseq;
  SipMsg *refer;
  SipReferClientContext *context;
  SipResponse *response;
  GError *error;
} Side;

static void
side_clear (Side *self)
{
  g_clear_pointer (&self->refer, sip_msg_unref);
  g_clear_object (&self->context);
  g_clear_object (&self->response);
  g_clear_error (&self->error);
  g_clear_pointer (&self->call_id, g_free);
  g_clear_pointer (&self->alice_tag, g_free);
  scene_free (self->s);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

static void
response_cb (SipReferClientContext *context, SipResponse *response, Side *self)
{
  fixture_note (&self->s->f->alice, "request %u", sip_response_get_status_code (response));
}

static void
refused_cb (SipReferClientContext *context, SipResponse *response, const char *cause, Side *self)
{
  fixture_note (&self->s->f->alice, "request rejected %u \"%s\"", response != NULL ? sip_response_get_status_code (response) : 0, cause);
}

static void
progress_cb (SipReferClientContext *context, guint code, const char *reason, Side *self)
{
  fixture_note (&self->s->f->alice, "progress %u \"%s\"", code, reason);
}

static void
accepted_cb (SipReferClientContext *context, guint code, const char *reason, Side *self)
{
  fixture_note (&self->s->f->alice, "refer accepted %u \"%s\"", code, reason);
}

static void
rejected_cb (SipReferClientContext *context, guint code, const char *reason, Side *self)
{
  fixture_note (&self->s->f->alice, "refer rejected %u \"%s\"", code, reason);
}

static void
requested_cb (GObject *source, GObject *context, Side *self)
{
  g_set_object (&self->context, SIP_REFER_CLIENT_CONTEXT (context));
  g_signal_connect (context, "refer-request-progress", G_CALLBACK (response_cb), self);
  g_signal_connect (context, "refer-request-accepted", G_CALLBACK (response_cb), self);
  g_signal_connect (context, "refer-request-rejected", G_CALLBACK (refused_cb), self);
  g_signal_connect (context, "refer-progress", G_CALLBACK (progress_cb), self);
  g_signal_connect (context, "refer-accepted", G_CALLBACK (accepted_cb), self);
  g_signal_connect (context, "refer-rejected", G_CALLBACK (rejected_cb), self);
}

static void
referred_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Side *self = user_data;

  g_clear_object (&self->response);
  g_clear_error (&self->error);
  self->response = sip_session_refer_finish (SIP_SESSION (source), result, &self->error);
}

static void
side_init (Side *self, SipInviteOptions *options)
{
  SipMsg *invite;

  self->s = scene_new ();
  invite = scene_call (self->s, options);
  self->call_id = sip_str_dup (invite->call_id);
  self->alice_tag = sip_str_dup (invite->from.tag);
  self->cseq = 1;
  scene_respond (self->s, invite, 200, "one", NULL, SCENE_ANSWER);
  g_signal_connect (self->s->f->alice.session, "refer-requested", G_CALLBACK (requested_cb), self);
  g_string_truncate (self->s->f->log, 0);
}

/* The REFER is out. */
static void
refer (Side *self, SipReferOptions *options)
{
  sip_session_refer_async (self->s->f->alice.session, "sip:dave@dave.mem", options, NULL, referred_cb, self);
  fixture_run (self->s->f, 0);
  g_clear_pointer (&self->refer, sip_msg_unref);
  self->refer = sip_msg_ref (raw_peer_last (self->s->carol, "REFER"));
  g_string_truncate (self->s->f->log, 0);
}

/* A request of carol's in the dialog. */
static void
say (Side *self, const char *method, const char *more, const char *body)
{
  raw_peer_send (self->s->carol, "alice", body,
                 "%s sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKside%u\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=one\r\nTo: <sip:alice@alice.mem>;tag=%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\n%s%s",
                 method, self->cseq, self->alice_tag, self->call_id, self->cseq, method, SCENE_CONTACT, more != NULL ? more : "");
  self->cseq++;
  fixture_run (self->s->f, 0);
}

static void
notify (Side *self, const char *event, const char *state, const char *body)
{
  g_autofree char *more = g_strdup_printf ("Event: %s\r\n%s%s%s%s", event, state != NULL ? "Subscription-State: " : "", state != NULL ? state : "",
                                           state != NULL ? "\r\n" : "", body != NULL ? "Content-Type: message/sipfrag;version=2.0\r\n" : "");

  say (self, "NOTIFY", more, body);
}

static void
answer (Side *self, guint status, const char *more)
{
  scene_respond (self->s, self->refer, status, NULL, more, NULL);
}

static void
expect (Side *self, const char *expected)
{
  fixture_expect (self->s->f, expected);
}

static SipSessionState
state (Side *self)
{
  return sip_session_get_state (self->s->f->alice.session);
}

#define ACTIVE "active;expires=60"
#define NOTIFIED "carol > NOTIFY\nalice > 200 NOTIFY\n"

static void
test_request (void)
{
  g_auto (Side) t = { 0 };
  g_autofree char *refer_to = NULL;
  g_autofree char *referred_by = NULL;
  g_autofree char *contact = NULL;
  const char *lines[] = { "X-A: a", NULL };
  g_autoptr (SipReferOptions) options = g_object_new (SIP_TYPE_REFER_OPTIONS, "extra-headers", lines, NULL);

  side_init (&t, NULL);
  refer (&t, options);
  refer_to = scene_header (t.refer, SIP_H_REFER_TO);
  referred_by = scene_header (t.refer, SIP_H_REFERRED_BY);
  contact = scene_header (t.refer, SIP_H_CONTACT);
  g_assert_cmpstr (refer_to, ==, "<sip:dave@dave.mem>");
  g_assert_cmpstr (referred_by, ==, "<sip:alice@alice.mem>");
  g_assert_cmpstr (contact, ==, "<sip:alice@alice.mem>");
  g_assert_true (sip_str_equal (t.refer->to.tag, SIP_STR ("one")));
  g_assert_cmpuint (t.refer->cseq.number, ==, 2);
  g_assert_true (sip_str_equal (sip_msg_value_by_name (t.refer, SIP_STR ("X-A")), SIP_STR ("a")));
  answer (&t, 100, NULL);
  expect (&t, "carol > 100 REFER\nalice: request 100\n");
  answer (&t, 202, NULL);
  expect (&t, "carol > 202 REFER\nalice: request 202\n");
  g_assert_cmpuint (sip_response_get_status_code (t.response), ==, 202);
  notify (&t, "refer;id=2", "terminated;reason=noresource", "SIP/2.0 200 OK\r\n");
  expect (&t, NOTIFIED "alice: refer accepted 200 \"OK\"\nalice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n");
  scene_respond (t.s, raw_peer_last (t.s->carol, "BYE"), 200, NULL, NULL, NULL);
}

/* Who calls without saying who they are does not say it here either. */
static void
test_anonymous (void)
{
  g_auto (Side) t = { 0 };
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "anonymous", TRUE, NULL);

  side_init (&t, options);
  refer (&t, NULL);
  g_assert_null (sip_msg_field (t.refer, SIP_H_REFERRED_BY));
  g_assert_null (memmem (t.refer->data, t.refer->len, "sip:alice@", strlen ("sip:alice@")));
  answer (&t, 603, NULL);
}

static void
test_refused (void)
{
  static const struct
  {
    guint status;
    const char *told;
    gboolean ends;
  } table[] = {
    { 302, "Redirected", FALSE }, { 404, "Not Found", FALSE },       { 405, "SIP Failure Code", FALSE }, { 480, "Unavailable", FALSE },
    { 603, "Rejected", FALSE },   { 481, "SIP Failure Code", TRUE }, { 408, "Unavailable", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (Side) t = { 0 };
      g_autofree char *expected = g_strdup_printf ("carol > %u REFER\nalice: request rejected %u \"%s\"\n%s", table[i].status, table[i].status,
                                                   table[i].told, table[i].ends ? "alice > BYE\nalice: bye\nalice: terminated " : "");

      side_init (&t, NULL);
      refer (&t, NULL);
      answer (&t, table[i].status, NULL);
      g_assert_true (g_str_has_prefix (t.s->f->log->str, expected));
      g_assert_no_error (t.error);
      g_assert_cmpuint (sip_response_get_status_code (t.response), ==, table[i].status);
      g_assert_cmpint (state (&t), ==, table[i].ends ? SIP_SESSION_STATE_TERMINATED : SIP_SESSION_STATE_ESTABLISHED);
      g_string_truncate (t.s->f->log, 0);
      notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 200 OK\r\n");
      expect (&t, "carol > NOTIFY\nalice > 481 NOTIFY\n");
    }
}

static void
test_no_answer (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t, NULL);
  refer (&t, NULL);
  fixture_run (t.s->f, 32 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (t.s->f->log->str, "alice: request rejected 0 \"Request Timeout\"\nalice > BYE\n"));
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_assert_cmpint (state (&t), ==, SIP_SESSION_STATE_TERMINATED);
}

/* RFC 6665 §4.4.1: a NOTIFY may be faster than the 202. It is answered at once, and told after it. */
static void
test_notify_first (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t, NULL);
  refer (&t, NULL);
  notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 100 Trying\r\n");
  notify (&t, "refer;id=2", "terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n");
  expect (&t, NOTIFIED NOTIFIED);
  notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 200 OK\r\n");
  expect (&t, "carol > NOTIFY\nalice > 481 NOTIFY\n");
  answer (&t, 202, NULL);
  expect (&t, "carol > 202 REFER\nalice: request 202\nalice: progress 100 \"Trying\"\nalice: refer rejected 486 \"Busy Here\"\n");
  g_assert_cmpint (state (&t), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* Many of them do no harm, and the last one counts. */
static void
test_notify_flood (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t, NULL);
  refer (&t, NULL);
  for (guint i = 0; i < 50; i++)
    notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 180 Ringing\r\n");
  notify (&t, "refer;id=2", "terminated", "SIP/2.0 603 No\r\n");
  g_string_truncate (t.s->f->log, 0);
  answer (&t, 202, NULL);
  expect (&t, "carol > 202 REFER\nalice: request 202\nalice: progress 180 \"Ringing\"\nalice: progress 180 \"Ringing\"\n"
              "alice: progress 180 \"Ringing\"\nalice: refer rejected 603 \"No\"\n");
}

/* What is no NOTIFY of this REFER, or makes no sense, changes nothing. */
static void
test_bad_notify (void)
{
  static const struct
  {
    const char *event, *state, *type, *body;
    guint status;
  } table[] = {
    { "refer;id=2", ACTIVE, "message/sipfrag", "nonsense", 400 },
    { "refer;id=2", ACTIVE, "message/sipfrag", "SIP/2.0 99 Low\r\n", 400 },
    { "refer;id=2", ACTIVE, "message/sipfrag", "SIP/2.0 700 High\r\n", 400 },
    { "refer;id=2", ACTIVE, "message/sipfrag", "SIP/3.0 200 OK\r\n", 400 },
    { "refer;id=2", ACTIVE, "message/sipfrag", "SIP/2.0 200OK\r\n", 400 },
    { "refer;id=2", ACTIVE, "message/sipfrag", "SIP/2.0 200 O\001K\r\n", 400 },
    { "refer;id=2", ACTIVE, "message/sipfrag", "SIP/2.0 200 OK\r\nno header\r\n", 400 },
    { "refer;id=2", ACTIVE, "text/plain", "SIP/2.0 200 OK\r\n", 415 },
    { "refer;id=2", NULL, "message/sipfrag", "SIP/2.0 200 OK\r\n", 400 },
    { "refer;id=2", ";x=y", "message/sipfrag", "SIP/2.0 200 OK\r\n", 400 },
    { "refer;id=3", ACTIVE, "message/sipfrag", "SIP/2.0 200 OK\r\n", 481 },
    { "refer;id=two", ACTIVE, "message/sipfrag", "SIP/2.0 200 OK\r\n", 481 },
    { "presence", ACTIVE, "message/sipfrag", "SIP/2.0 200 OK\r\n", 481 },
    { "refer;id=2", ACTIVE, NULL, NULL, 200 },
  };
  g_auto (Side) t = { 0 };

  side_init (&t, NULL);
  refer (&t, NULL);
  answer (&t, 202, NULL);
  g_string_truncate (t.s->f->log, 0);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *more = g_strdup_printf ("Event: %s\r\n%s%s%s%s%s%s", table[i].event, table[i].state != NULL ? "Subscription-State: " : "",
                                               table[i].state != NULL ? table[i].state : "", table[i].state != NULL ? "\r\n" : "",
                                               table[i].type != NULL ? "Content-Type: " : "", table[i].type != NULL ? table[i].type : "",
                                               table[i].type != NULL ? "\r\n" : "");
      g_autofree char *expected = g_strdup_printf ("carol > NOTIFY\nalice > %u NOTIFY\n", table[i].status);

      g_test_message ("%u: %u", i, table[i].status);
      say (&t, "NOTIFY", more, table[i].body);
      expect (&t, expected);
      if (table[i].status == 415)
        g_assert_true (sip_str_equal (sip_msg_value (scene_last_response (t.s), SIP_H_ACCEPT), SIP_STR ("message/sipfrag")));
    }

  /* All the same: folded headers after the line, no phrase, a bare line feed. */
  notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 183 Session Progress\r\nServer: x\r\n  y\r\n\r\nbody");
  notify (&t, "refer", ACTIVE, "SIP/2.0 182\n");
  expect (&t, NOTIFIED "alice: progress 183 \"Session Progress\"\n" NOTIFIED "alice: progress 182 \"\"\n");
}

/* The other side ends it without ever having said what came of it. */
static void
test_ended_without_outcome (void)
{
  static const struct
  {
    const char *state, *body;
    guint status;
    const char *told;
  } table[] = {
    { "terminated;reason=noresource", "SIP/2.0 100 Trying\r\n", 200, "alice: progress 100 \"Trying\"\nalice: refer rejected 0 \"noresource\"\n" },
    { "terminated;reason=giveup", NULL, 200, "alice: refer rejected 0 \"giveup\"\n" },
    { "terminated", NULL, 200, "alice: refer rejected 0 \"\"\n" },
    { "Terminated;reason=rejected", "what?", 400, "alice: refer rejected 0 \"rejected\"\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_auto (Side) t = { 0 };
      g_autofree char *expected = g_strdup_printf ("carol > NOTIFY\nalice > %u NOTIFY\n%s", table[i].status, table[i].told);

      side_init (&t, NULL);
      refer (&t, NULL);
      answer (&t, 202, NULL);
      g_string_truncate (t.s->f->log, 0);
      notify (&t, "refer;id=2", table[i].state, table[i].body);
      expect (&t, expected);
      /* What comes late finds nothing. */
      notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 200 OK\r\n");
      expect (&t, "carol > NOTIFY\nalice > 481 NOTIFY\n");
      g_assert_cmpint (state (&t), ==, SIP_SESSION_STATE_ESTABLISHED);
    }
}

/* SIP.js says "terminated" from the first NOTIFY on, and goes on. */
static void
test_terminated_means_nothing (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t, NULL);
  refer (&t, NULL);
  answer (&t, 202, NULL);
  notify (&t, "refer", "terminated", "SIP/2.0 100 Trying");
  notify (&t, "refer", "terminated", "SIP/2.0 180 Ringing");
  notify (&t, "refer", "terminated", "SIP/2.0 503 Service Unavailable");
  expect (&t, "carol > 202 REFER\nalice: request 202\n" NOTIFIED "alice: progress 100 \"Trying\"\n" NOTIFIED
              "alice: progress 180 \"Ringing\"\n" NOTIFIED "alice: refer rejected 503 \"Service Unavailable\"\n");
}

static void
test_timeouts (void)
{
  /* Timer N: no NOTIFY at all. */
  {
    g_auto (Side) t = { 0 };

    side_init (&t, NULL);
    refer (&t, NULL);
    answer (&t, 202, NULL);
    g_string_truncate (t.s->f->log, 0);
    fixture_run (t.s->f, 31 * G_USEC_PER_SEC);
    expect (&t, "");
    fixture_run (t.s->f, 2 * G_USEC_PER_SEC);
    expect (&t, "alice: refer rejected 0 \"timeout\"\n");
  }
  /* And no more than one. */
  {
    g_auto (Side) t = { 0 };

    side_init (&t, NULL);
    refer (&t, NULL);
    answer (&t, 202, NULL);
    notify (&t, "refer", "active;expires=100", "SIP/2.0 100 Trying\r\n");
    g_string_truncate (t.s->f->log, 0);
    fixture_run (t.s->f, 131 * G_USEC_PER_SEC);
    expect (&t, "");
    fixture_run (t.s->f, 2 * G_USEC_PER_SEC);
    expect (&t, "alice: refer rejected 0 \"timeout\"\n");
    notify (&t, "refer", "terminated", "SIP/2.0 200 OK\r\n");
    expect (&t, "carol > NOTIFY\nalice > 481 NOTIFY\n");
  }
}

/* RFC 4488 */
static void
test_without_subscription (void)
{
  g_auto (Side) t = { 0 };
  const char *lines[] = { "Refer-Sub: false", NULL };
  g_autoptr (SipReferOptions) options = g_object_new (SIP_TYPE_REFER_OPTIONS, "extra-headers", lines, NULL);

  side_init (&t, NULL);
  refer (&t, options);
  answer (&t, 200, "Refer-Sub: false\r\n");
  expect (&t, "carol > 200 REFER\nalice: request 200\n");
  fixture_run (t.s->f, 300 * G_USEC_PER_SEC);
  expect (&t, "");
  notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 200 OK\r\n");
  expect (&t, "carol > NOTIFY\nalice > 481 NOTIFY\n");
}

/* RFC 5057 §3.1: the subscription outlives the call, in the same dialog. */
static void
test_bye_meanwhile (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t, NULL);
  refer (&t, NULL);
  answer (&t, 202, NULL);
  notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 100 Trying\r\n");
  g_string_truncate (t.s->f->log, 0);
  say (&t, "BYE", NULL, NULL);
  expect (&t, "carol > BYE\nalice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\n");
  notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 180 Ringing\r\n");
  expect (&t, NOTIFIED "alice: progress 180 \"Ringing\"\n");
  /* What belongs to the call is gone. */
  say (&t, "INVITE", NULL, SCENE_ANSWER);
  expect (&t, "carol > INVITE\nalice > 481 INVITE\n");
  notify (&t, "refer;id=2", "terminated;reason=noresource", "SIP/2.0 200 OK\r\n");
  expect (&t, NOTIFIED "alice: refer accepted 200 \"OK\"\n");
  notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 200 OK\r\n");
  expect (&t, "carol > NOTIFY\nalice > 481 NOTIFY\n");
}

/* RFC 3515 §2.4.6: each REFER has an id; an event without one is the first one's. */
static void
test_two_at_once (void)
{
  g_auto (Side) t = { 0 };
  g_autoptr (SipReferOptions) stays = g_object_new (SIP_TYPE_REFER_OPTIONS, "active-after-transfer", TRUE, NULL);

  side_init (&t, NULL);
  refer (&t, stays);
  answer (&t, 202, NULL);
  refer (&t, stays);
  g_assert_cmpuint (t.refer->cseq.number, ==, 3);
  answer (&t, 202, NULL);
  g_string_truncate (t.s->f->log, 0);
  notify (&t, "refer;id=3", ACTIVE, "SIP/2.0 180 Second\r\n");
  notify (&t, "refer;id=2", ACTIVE, "SIP/2.0 180 First\r\n");
  notify (&t, "refer", "terminated;reason=noresource", "SIP/2.0 486 First\r\n");
  notify (&t, "refer", "terminated;reason=noresource", "SIP/2.0 200 Second\r\n");
  expect (&t, NOTIFIED "alice: progress 180 \"Second\"\n" NOTIFIED "alice: progress 180 \"First\"\n" NOTIFIED
              "alice: refer rejected 486 \"First\"\n" NOTIFIED "alice: refer accepted 200 \"Second\"\n");
  g_assert_cmpint (state (&t), ==, SIP_SESSION_STATE_ESTABLISHED);
}

static void
test_agent_stops (void)
{
  static const gboolean answered[] = { FALSE, TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (answered); i++)
    {
      g_auto (Side) t = { 0 };

      side_init (&t, NULL);
      refer (&t, NULL);
      if (answered[i])
        {
          answer (&t, 202, NULL);
          notify (&t, "refer", ACTIVE, "SIP/2.0 100 Trying\r\n");
        }
      g_string_truncate (t.s->f->log, 0);
      sip_user_agent_stop_async (t.s->f->alice.agent, NULL, NULL, NULL);
      fixture_run (t.s->f, 3 * G_USEC_PER_SEC);
      g_assert_nonnull (strstr (t.s->f->log->str, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"));
      if (answered[i])
        {
          g_assert_nonnull (strstr (t.s->f->log->str, "alice: refer rejected 0 \"\"\n"));
        }
      else
        {
          g_assert_nonnull (strstr (t.s->f->log->str, "alice: request rejected 0 \"Canceled\"\n"));
          g_assert_error (t.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
        }
    }
}

static void
cancel_cb (SipSession *session, GObject *context, Side *self)
{
  g_assert_true (sip_client_context_cancel (SIP_CLIENT_CONTEXT (context), NULL, NULL));
}

static void
test_cancel (void)
{
  g_auto (Side) t = { 0 };
  g_autoptr (GError) error = NULL;

  side_init (&t, NULL);
  refer (&t, NULL);
  g_assert_true (sip_client_context_cancel (SIP_CLIENT_CONTEXT (t.context), NULL, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "alice: request rejected 0 \"Canceled\"\n");
  g_assert_error (t.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (sip_client_context_cancel (SIP_CLIENT_CONTEXT (t.context), NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  answer (&t, 202, NULL);
  notify (&t, "refer", ACTIVE, "SIP/2.0 200 OK\r\n");
  expect (&t, "carol > 202 REFER\ncarol > NOTIFY\nalice > 481 NOTIFY\n");

  /* Before it was sent. */
  g_signal_connect (t.s->f->alice.session, "refer-requested", G_CALLBACK (cancel_cb), &t);
  sip_session_refer_async (t.s->f->alice.session, "sip:dave@dave.mem", NULL, NULL, referred_cb, &t);
  fixture_run (t.s->f, 0);
  expect (&t, "");
  g_assert_error (t.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (state (&t), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* Who asked may stop waiting: the transfer goes on. */
static void
test_cancellable (void)
{
  g_auto (Side) t = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  side_init (&t, NULL);
  sip_session_refer_async (t.s->f->alice.session, "sip:dave@dave.mem", NULL, cancellable, referred_cb, &t);
  fixture_run (t.s->f, 0);
  t.refer = sip_msg_ref (raw_peer_last (t.s->carol, "REFER"));
  g_cancellable_cancel (cancellable);
  fixture_run (t.s->f, 0);
  g_assert_error (t.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_string_truncate (t.s->f->log, 0);
  answer (&t, 202, NULL);
  notify (&t, "refer", "terminated;reason=noresource", "SIP/2.0 486 Busy\r\n");
  expect (&t, "carol > 202 REFER\nalice: request 202\n" NOTIFIED "alice: refer rejected 486 \"Busy\"\n");

  /* And not begin at all. */
  sip_session_refer_async (t.s->f->alice.session, "sip:dave@dave.mem", NULL, cancellable, referred_cb, &t);
  fixture_run (t.s->f, 0);
  expect (&t, "");
}

static void
test_errors (void)
{
  g_auto (Side) t = { 0 };
  const char *lines[] = { "X-A: a\r\nX-Evil: b", NULL };
  g_autoptr (SipReferOptions) evil = g_object_new (SIP_TYPE_REFER_OPTIONS, "extra-headers", lines, NULL);
  SipSession *session;

  side_init (&t, NULL);
  session = t.s->f->alice.session;
  sip_session_refer_async (session, "sip:dave@dave.mem", evil, NULL, referred_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  sip_session_refer_async (session, "sip:@>", NULL, NULL, referred_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_URI);
  sip_session_refer_to_session_async (session, session, NULL, NULL, referred_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_assert_true (sip_session_bye (session, NULL, NULL));
  fixture_run (t.s->f, 0);
  sip_session_refer_async (session, "sip:dave@dave.mem", NULL, NULL, referred_cb, &t);
  fixture_run (t.s->f, 0);
  g_assert_error (t.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_null (raw_peer_last (t.s->carol, "REFER"));
  scene_respond (t.s, raw_peer_last (t.s->carol, "BYE"), 200, NULL, NULL, NULL);
}

#define ADD(name) g_test_add_func ("/refer-client/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (request);
  ADD (anonymous);
  ADD (refused);
  ADD (no_answer);
  ADD (notify_first);
  ADD (notify_flood);
  ADD (bad_notify);
  ADD (ended_without_outcome);
  ADD (terminated_means_nothing);
  ADD (timeouts);
  ADD (without_subscription);
  ADD (bye_meanwhile);
  ADD (two_at_once);
  ADD (agent_stops);
  ADD (cancel);
  ADD (cancellable);
  ADD (errors);
  return g_test_run ();
}
