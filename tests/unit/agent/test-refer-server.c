/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"
#include "agent/sip-session-private.h"

/* carol, who speaks by hand, refers bob to alice. */
typedef struct
{
  Scene *s;
  char *bob_tag;
  guint cseq;
  SipReferServerContext *context;
} Side;

static void
side_clear (Side *self)
{
  g_clear_object (&self->context);
  g_clear_pointer (&self->bob_tag, g_free);
  scene_free (self->s);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

static void
requested_cb (GObject *source, GObject *context, Side *self)
{
  g_set_object (&self->context, SIP_REFER_SERVER_CONTEXT (context));
}

static void
expect (Side *self, const char *expected)
{
  fixture_expect (self->s->f, expected);
}

/* carol says something in the call. */
static void
say (Side *self, const char *method, const char *more, const char *body)
{
  g_autofree char *lines = g_strconcat (SCENE_CONTACT, more, NULL);

  scene_say (self->s, method, SCENE_BOB, self->bob_tag, self->cseq++, lines, body);
}

/* A call of carol's that bob has accepted. */
static void
side_init (Side *self)
{
  self->s = scene_new ();
  scene_say (self->s, "INVITE", SCENE_BOB, NULL, 1, SCENE_CONTACT, SCENE_ANSWER);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (self->s->f->bob.session), NULL, NULL));
  fixture_run (self->s->f, 0);
  self->bob_tag = sip_str_dup (scene_last_response_to (self->s, "INVITE")->to.tag);
  self->cseq = 1;
  say (self, "ACK", NULL, NULL);
  g_assert_cmpint (sip_session_get_state (self->s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (self->s->f->log, 0);
}

static void
listen_to (Side *self, gpointer source)
{
  g_signal_connect (source, "refer-requested", G_CALLBACK (requested_cb), self);
}

/* A call that bob accepts without saying who he is. */
static void
side_init_anonymous (Side *self)
{
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "anonymous", TRUE, NULL);

  self->s = scene_new ();
  scene_say (self->s, "INVITE", SCENE_BOB, NULL, 1, SCENE_CONTACT, SCENE_ANSWER);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (self->s->f->bob.session), options, NULL));
  fixture_run (self->s->f, 0);
  self->bob_tag = sip_str_dup (scene_last_response_to (self->s, "INVITE")->to.tag);
  self->cseq = 1;
  say (self, "ACK", NULL, NULL);
}

#define TO_ALICE "Refer-To: <sip:alice@alice.mem>\r\n"

/* The last NOTIFY that carol has: what it says, as one text. */
static char *
last_notify (Side *self)
{
  SipMsg *notify = raw_peer_last (self->s->carol, "NOTIFY");
  g_autofree char *event = NULL;
  g_autofree char *state = NULL;
  g_autofree char *type = NULL;
  g_autofree char *body = NULL;

  g_assert_nonnull (notify);
  event = scene_header (notify, SIP_H_EVENT);
  state = scene_header (notify, SIP_H_SUBSCRIPTION_STATE);
  type = scene_header (notify, SIP_H_CONTENT_TYPE);
  body = sip_str_dup (sip_msg_body (notify));
  g_assert_cmpstr (type, ==, "message/sipfrag;version=2.0");
  g_assert_nonnull (sip_msg_field (notify, SIP_H_CONTACT));

  return g_strdup_printf ("%s|%s|%s", event, state, g_strchomp (body));
}

static void
expect_notify (Side *self, const char *expected)
{
  g_autofree char *notify = last_notify (self);

  g_assert_cmpstr (notify, ==, expected);
}

static void
answer_notify (Side *self, guint status)
{
  scene_respond (self->s, raw_peer_last (self->s->carol, "NOTIFY"), status, NULL, NULL, NULL);
}

static void
test_notifies (void)
{
  g_auto (Side) t = { 0 };
  guint32 cseq;

  side_init (&t);
  say (&t, "REFER", TO_ALICE "Referred-By: <sip:boss@example.com>;x=y\r\n", NULL);
  expect (&t, "carol > REFER\nbob > 202 REFER\nbob > NOTIFY\nbob > INVITE\nalice > 100 INVITE\nalice > 180 INVITE\nalice: invite\n");
  expect_notify (&t, "refer;id=2|active;expires=180|SIP/2.0 100 Trying");
  g_assert_cmpuint (raw_peer_count (t.s->carol, "NOTIFY"), ==, 1);
  cseq = raw_peer_last (t.s->carol, "NOTIFY")->cseq.number;
  /* One at a time: 180 waits for the answer to the first. */
  answer_notify (&t, 200);
  expect (&t, "carol > 200 NOTIFY\nbob > NOTIFY\n");
  expect_notify (&t, "refer;id=2|active;expires=180|SIP/2.0 180 Ringing");
  g_assert_cmpuint (raw_peer_last (t.s->carol, "NOTIFY")->cseq.number, ==, cseq + 1);
  fixture_run (t.s->f, G_USEC_PER_SEC / 4);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (t.s->f->alice.session), NULL, NULL));
  fixture_run (t.s->f, 0);
  g_assert_cmpuint (raw_peer_last (t.s->carol, "NOTIFY")->cseq.number, ==, cseq + 1);
  g_string_truncate (t.s->f->log, 0);
  answer_notify (&t, 200);
  expect (&t, "carol > 200 NOTIFY\nbob > NOTIFY\n");
  expect_notify (&t, "refer;id=2|terminated;reason=noresource|SIP/2.0 200 OK");
  g_assert_cmpuint (raw_peer_last (t.s->carol, "NOTIFY")->cseq.number, ==, cseq + 2);
  answer_notify (&t, 200);
  expect (&t, "carol > 200 NOTIFY\n");
  g_assert_cmpuint (t.s->f->bob.session->n_refers, ==, 0);
  {
    g_autofree char *referred_by =
        sip_message_get_header (SIP_MESSAGE (sip_session_get_request (t.s->f->alice.session)), "Referred-By");

    g_assert_cmpstr (referred_by, ==, "<sip:boss@example.com>;x=y");
  }
  say (&t, "BYE", NULL, NULL);
  expect (&t, "carol > BYE\nbob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
}

/* RFC 3515 §2.4.2, and what nobody can call. */
/* RFC 3323: whoever hides in a call hides in the answers to what comes inside it. */
static void
test_anonymous (void)
{
  g_auto (Side) t = { 0 };
  g_autofree char *contact = NULL;

  side_init_anonymous (&t);
  listen_to (&t, t.s->f->bob.session);
  say (&t, "REFER", TO_ALICE, NULL);
  g_assert_true (sip_refer_server_context_accept (t.context, FALSE, NULL, NULL));
  fixture_run (t.s->f, 0);
  contact = scene_header (scene_last_response_to (t.s, "REFER"), SIP_H_CONTACT);
  g_assert_cmpstr (contact, ==, "<sip:anonymous@bob.mem>");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *lines;
    guint status;
  } table[] = {
    { "", 400 },
    { TO_ALICE "Refer-To: <sip:dave@dave.mem>\r\n", 400 },
    { "Refer-To: <sip:alice@alice.mem\r\n", 400 },
    { "Refer-To: *\r\n", 400 },
    { "Refer-To: <sip:alice@alice.mem?Replaces=nonsense>\r\n", 400 },
    { "Refer-To: <sip:alice@alice.mem?Replaces=a%3Bto-tag%3Db>\r\n", 400 },
    { "Refer-To: <mailto:alice@alice.mem>\r\n", 416 },
    { "Refer-To: <sip:alice@alice.mem;method=BYE>\r\n", 603 },
    { "Refer-To: <sip:alice@alice.mem;method=SUBSCRIBE?Event=x>\r\n", 603 },
    { TO_ALICE "Require: magic\r\n", 420 },
  };
  g_auto (Side) t = { 0 };

  side_init (&t);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *expected = g_strdup_printf ("carol > REFER\nbob > %u REFER\n", table[i].status);

      g_test_message ("%u: %u", i, table[i].status);
      say (&t, "REFER", table[i].lines, NULL);
      expect (&t, expected);
    }
  g_assert_cmpint (sip_session_get_state (t.s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (t.s->f->bob.agent)), ==, 1);
}

/* The URI's headers would let a stranger write our INVITE: only Replaces is taken. */
static void
test_uri (void)
{
  g_auto (Side) t = { 0 };
  g_autofree char *replaces = NULL;
  g_autofree char *require = NULL;
  SipMsg *invite;

  side_init (&t);
  say (&t, "REFER",
       "Refer-To: \"Al\" <sip:dave@carol.mem;method=INVITE;x=y?Replaces=a%40b%3Bfrom-tag%3Df%3Bto-tag%3Dt&Subject=hi&Route=%3Csip:evil%3E&From=x>\r\n",
       NULL);
  invite = raw_peer_last (t.s->carol, "INVITE");
  g_assert_nonnull (invite);
  g_assert_true (sip_str_equal (invite->uri, SIP_STR ("sip:dave@carol.mem;x=y")));
  replaces = scene_header (invite, SIP_H_REPLACES);
  require = scene_header (invite, SIP_H_REQUIRE);
  g_assert_cmpstr (replaces, ==, "a@b;from-tag=f;to-tag=t");
  g_assert_cmpstr (require, ==, "replaces");
  g_assert_null (sip_msg_field (invite, SIP_H_SUBJECT));
  g_assert_null (sip_msg_field (invite, SIP_H_ROUTE));
  g_assert_true (sip_str_equal (invite->from.uri, SIP_STR ("sip:bob@bob.mem")));
  answer_notify (&t, 200);
  scene_respond (t.s, invite, 420, "d", "Unsupported: replaces\r\n", NULL);
  expect_notify (&t, "refer;id=2|terminated;reason=noresource|SIP/2.0 420 Whatever");
  answer_notify (&t, 200);
}

static void
test_one_at_a_time (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t);
  say (&t, "REFER", TO_ALICE, NULL);
  g_string_truncate (t.s->f->log, 0);
  say (&t, "REFER", "Refer-To: <sip:dave@dave.mem>\r\n", NULL);
  expect (&t, "carol > REFER\nbob > 491 REFER\n");
  answer_notify (&t, 200);
}

/* RFC 6665 §4.2.2: nobody listens any more. The call that was asked for goes on. */
static void
test_notify_refused (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t);
  say (&t, "REFER", TO_ALICE, NULL);
  g_string_truncate (t.s->f->log, 0);
  answer_notify (&t, 481);
  expect (&t, "carol > 481 NOTIFY\n");
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (t.s->f->alice.session), NULL, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "alice > 200 INVITE\nalice: accepted 200\nbob > ACK\n");
  g_assert_cmpuint (raw_peer_count (t.s->carol, "NOTIFY"), ==, 1);
  g_assert_cmpuint (t.s->f->bob.session->n_refers, ==, 0);
}

static void
test_notify_lost (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t);
  listen_to (&t, t.s->f->bob.session);
  say (&t, "REFER", TO_ALICE, NULL);
  g_assert_true (sip_refer_server_context_accept (t.context, FALSE, NULL, NULL));
  fixture_run (t.s->f, 33 * G_USEC_PER_SEC);
  g_assert_false (sip_refer_server_context_send_notify (t.context, 200, NULL, NULL));
  g_assert_cmpint (sip_session_get_state (t.s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

static void
test_expires (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t);
  listen_to (&t, t.s->f->bob.session);
  say (&t, "REFER", TO_ALICE, NULL);
  expect (&t, "carol > REFER\n");
  g_assert_true (sip_refer_server_context_accept (t.context, FALSE, NULL, NULL));
  fixture_run (t.s->f, 0);
  answer_notify (&t, 200);
  fixture_run (t.s->f, 100 * G_USEC_PER_SEC);
  g_assert_true (sip_refer_server_context_send_notify (t.context, 180, "Somewhere", NULL));
  fixture_run (t.s->f, 0);
  expect_notify (&t, "refer;id=2|active;expires=80|SIP/2.0 180 Somewhere");
  answer_notify (&t, 200);
  g_string_truncate (t.s->f->log, 0);
  fixture_run (t.s->f, 80 * G_USEC_PER_SEC);
  expect (&t, "bob > NOTIFY\n");
  expect_notify (&t, "refer;id=2|terminated;reason=timeout|SIP/2.0 180 Somewhere");
  answer_notify (&t, 200);
  g_assert_false (sip_refer_server_context_send_notify (t.context, 200, NULL, NULL));
}

/* RFC 3515 §2.4.4: more time, and no more of it. */
static void
test_subscribe (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t);
  listen_to (&t, t.s->f->bob.session);
  say (&t, "REFER", TO_ALICE, NULL);
  g_assert_true (sip_refer_server_context_accept (t.context, FALSE, NULL, NULL));
  fixture_run (t.s->f, 0);
  answer_notify (&t, 200);
  g_string_truncate (t.s->f->log, 0);
  fixture_run (t.s->f, 100 * G_USEC_PER_SEC);
  say (&t, "SUBSCRIBE", "Event: refer;id=2\r\nExpires: 600\r\n", NULL);
  expect (&t, "carol > SUBSCRIBE\nbob > 200 SUBSCRIBE\nbob > NOTIFY\n");
  expect_notify (&t, "refer;id=2|active;expires=180|SIP/2.0 100 Trying");
  answer_notify (&t, 200);
  say (&t, "SUBSCRIBE", "Event: refer;id=7\r\nExpires: 600\r\n", NULL);
  g_string_truncate (t.s->f->log, 0);
  say (&t, "SUBSCRIBE", "Event: refer;id=2\r\nExpires: 0\r\n", NULL);
  expect (&t, "carol > SUBSCRIBE\nbob > 200 SUBSCRIBE\nbob > NOTIFY\n");
  expect_notify (&t, "refer;id=2|terminated;reason=timeout|SIP/2.0 100 Trying");
  answer_notify (&t, 200);
}

/* RFC 5057 §3.1: the last NOTIFY comes after the BYE, in the same dialog. */
static void
test_bye_meanwhile (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t);
  say (&t, "REFER", TO_ALICE, NULL);
  answer_notify (&t, 200);
  answer_notify (&t, 200);
  g_string_truncate (t.s->f->log, 0);
  say (&t, "BYE", NULL, NULL);
  expect (&t, "carol > BYE\nbob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (t.s->f->alice.session), NULL, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "alice > 200 INVITE\nalice: accepted 200\nbob > ACK\nbob > NOTIFY\n");
  expect_notify (&t, "refer;id=2|terminated;reason=noresource|SIP/2.0 200 OK");
  say (&t, "INFO", NULL, NULL);
  say (&t, "BYE", NULL, NULL);
  expect (&t, "carol > INFO\nbob > 481 INFO\ncarol > BYE\nbob > 481 BYE\n");
  answer_notify (&t, 200);
  g_string_truncate (t.s->f->log, 0);
  say (&t, "REFER", TO_ALICE, NULL);
  expect (&t, "carol > REFER\nbob > 481 REFER\n");
}

static void
test_not_established (void)
{
  g_auto (Side) t = { 0 };

  t.s = scene_new ();
  scene_say (t.s, "INVITE", SCENE_BOB, NULL, 1, SCENE_CONTACT, SCENE_ANSWER);
  t.bob_tag = sip_str_dup (scene_last_response_to (t.s, "INVITE")->to.tag);
  t.cseq = 2;
  g_string_truncate (t.s->f->log, 0);
  say (&t, "REFER", TO_ALICE, NULL);
  expect (&t, "carol > REFER\nbob > 403 REFER\n");
}

/* RFC 4488 */
static void
test_without_subscription (void)
{
  g_auto (Side) t = { 0 };
  g_autofree char *refer_sub = NULL;

  side_init (&t);
  say (&t, "REFER", TO_ALICE "Refer-Sub: false\r\nRequire: norefersub\r\n", NULL);
  expect (&t, "carol > REFER\nbob > 202 REFER\nbob > INVITE\nalice > 100 INVITE\nalice > 180 INVITE\nalice: invite\n");
  refer_sub = scene_header (scene_last_response_to (t.s, "REFER"), SIP_H_REFER_SUB);
  g_assert_cmpstr (refer_sub, ==, "false");
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (t.s->f->alice.session), NULL, NULL));
  fixture_run (t.s->f, 0);
  g_assert_null (raw_peer_last (t.s->carol, "NOTIFY"));
  g_assert_cmpuint (t.s->f->bob.session->n_refers, ==, 0);
}

static void
test_handler (void)
{
  g_auto (Side) t = { 0 };
  g_autoptr (SipResponseOptions) busy = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 603, NULL);
  g_autoptr (GError) error = NULL;

  side_init (&t);
  listen_to (&t, t.s->f->bob.session);

  /* Refused. */
  say (&t, "REFER", TO_ALICE, NULL);
  g_assert_true (sip_incoming_context_progress (SIP_INCOMING_CONTEXT (t.context), NULL, NULL));
  g_assert_true (sip_incoming_context_reject (SIP_INCOMING_CONTEXT (t.context), busy, NULL));
  g_assert_false (sip_refer_server_context_accept (t.context, TRUE, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  fixture_run (t.s->f, 0);
  expect (&t, "carol > REFER\nbob > 100 REFER\nbob > 603 REFER\n");
  g_assert_cmpuint (t.s->f->bob.session->n_refers, ==, 0);

  /* Dropped. */
  say (&t, "REFER", TO_ALICE, NULL);
  g_clear_object (&t.context);
  fixture_run (t.s->f, 0);
  expect (&t, "carol > REFER\nbob > 480 REFER\n");

  /* Forgotten. */
  say (&t, "REFER", TO_ALICE, NULL);
  fixture_run (t.s->f, 33 * G_USEC_PER_SEC);
  g_clear_error (&error);
  g_assert_false (sip_refer_server_context_accept (t.context, TRUE, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_cmpuint (t.s->f->bob.session->n_refers, ==, 0);
  expect (&t, "carol > REFER\nbob > 100 REFER\n");

  /* What cannot be followed is refused, and can still be answered. */
  say (&t, "REFER", "Refer-To: <mailto:x@y>\r\n", NULL);
  g_clear_error (&error);
  g_assert_false (sip_refer_server_context_accept (t.context, TRUE, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI);
  g_assert_true (sip_server_context_reply (SIP_SERVER_CONTEXT (t.context), busy, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "carol > REFER\nbob > 603 REFER\n");

  /* The interface's accept() follows. */
  say (&t, "REFER", TO_ALICE, NULL);
  g_assert_true (sip_server_context_accept (SIP_SERVER_CONTEXT (t.context), NULL, NULL));
  g_clear_error (&error);
  g_assert_false (sip_refer_server_context_send_notify (t.context, 200, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_false (sip_refer_server_context_send_notify (t.context, 99, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (sip_refer_server_context_send_notify (t.context, 200, "a\r\nb", &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  fixture_run (t.s->f, 0);
  expect (&t, "carol > REFER\nbob > 202 REFER\nbob > NOTIFY\nbob > INVITE\nalice > 100 INVITE\nalice > 180 INVITE\nalice: invite\n");
  answer_notify (&t, 200);
}

/* What becomes of a call that nobody answered in any way. */
static void
test_target_lost (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t);
  say (&t, "REFER", "Refer-To: <sip:nobody@nowhere.mem>\r\n", NULL);
  answer_notify (&t, 200);
  fixture_run (t.s->f, 33 * G_USEC_PER_SEC);
  {
    g_autofree char *notify = last_notify (&t);

    g_test_message ("%s", notify);
    g_assert_true (g_strcmp0 (notify, "refer;id=2|terminated;reason=noresource|SIP/2.0 503 Service Unavailable") == 0 ||
                   g_strcmp0 (notify, "refer;id=2|terminated;reason=noresource|SIP/2.0 408 Request Timeout") == 0);
  }
  answer_notify (&t, 200);
}

static void
test_agent_stops (void)
{
  g_auto (Side) t = { 0 };

  side_init (&t);
  say (&t, "REFER", TO_ALICE, NULL);
  sip_user_agent_stop_async (t.s->f->bob.agent, NULL, NULL, NULL);
  fixture_run (t.s->f, 3 * G_USEC_PER_SEC);
  g_assert_cmpint (sip_user_agent_get_state (t.s->f->bob.agent), ==, SIP_USER_AGENT_STATE_STOPPED);
}

/* --- outside of any call --- */

static void
test_outside (void)
{
  g_auto (Side) t = { 0 };

  t.s = scene_new ();
  scene_say (t.s, "REFER", SCENE_BOB, NULL, 1, SCENE_CONTACT TO_ALICE, NULL);
  expect (&t, "carol > REFER\nbob > 403 REFER\n");

  listen_to (&t, t.s->f->bob.agent);
  scene_say (t.s, "REFER", SCENE_BOB, NULL, 2, TO_ALICE, NULL);
  expect (&t, "carol > REFER\nbob > 400 REFER\n");
  scene_say (t.s, "REFER", SCENE_BOB, NULL, 3, SCENE_CONTACT, NULL);
  expect (&t, "carol > REFER\nbob > 400 REFER\n");

  scene_say (t.s, "REFER", SCENE_BOB, NULL, 4, SCENE_CONTACT TO_ALICE "Record-Route: <sip:carol.mem;lr>\r\n", NULL);
  expect (&t, "carol > REFER\n");
  g_assert_null (sip_refer_server_context_get_referred_session (t.context));
  g_assert_true (sip_refer_server_context_accept (t.context, TRUE, NULL, NULL));
  fixture_run (t.s->f, 0);
  expect (&t, "bob > 202 REFER\nbob > NOTIFY\nbob > INVITE\nalice > 100 INVITE\nalice > 180 INVITE\nalice: invite\n");
  g_assert_nonnull (sip_msg_field (scene_last_response_to (t.s, "REFER"), SIP_H_RECORD_ROUTE));
  g_assert_nonnull (sip_msg_field (scene_last_response_to (t.s, "REFER"), SIP_H_CONTACT));
  g_assert_true (sip_str_equal (raw_peer_last (t.s->carol, "NOTIFY")->from.tag, scene_last_response_to (t.s, "REFER")->to.tag));
  g_assert_true (sip_str_equal (raw_peer_last (t.s->carol, "NOTIFY")->to.tag, SIP_STR ("c1")));
  answer_notify (&t, 200);
  answer_notify (&t, 200);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (t.s->f->alice.session), NULL, NULL));
  fixture_run (t.s->f, 0);
  expect_notify (&t, "refer;id=4|terminated;reason=noresource|SIP/2.0 200 OK");
  answer_notify (&t, 200);
  g_assert_cmpuint (sip_dialogs_get_n (sip_user_agent_get_dialogs (t.s->f->bob.agent)), ==, 1);
}

#define ADD(name) g_test_add_func ("/refer-server/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (notifies);
  ADD (anonymous);
  ADD (refused);
  ADD (uri);
  ADD (one_at_a_time);
  ADD (notify_refused);
  ADD (notify_lost);
  ADD (expires);
  ADD (subscribe);
  ADD (bye_meanwhile);
  ADD (not_established);
  ADD (without_subscription);
  ADD (handler);
  ADD (target_lost);
  ADD (agent_stops);
  ADD (outside);
  return g_test_run ();
}
