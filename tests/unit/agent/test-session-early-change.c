/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"
#include "syntax/sip-message-private.h"

/* Changes of a call that has no final answer yet: our offer in a PRACK (RFC 3262 §5; RFC 6337 §2.1, pattern 5) or in an UPDATE (RFC 3311 §5.1). */

#define S G_GINT64_CONSTANT (1000000)
#define ANSWER SCENE_ANSWER
#define NEW_ANSWER "v=0\r\ns=new answer\r\n"
#define ALLOWS "Allow: INVITE, ACK, BYE, CANCEL, PRACK, UPDATE\r\n"

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_hold_finish (SIP_SESSION (source), result, &error);
  g_string_append_printf (user_data, "changed: %s\n", error != NULL ? error->message : "yes");
}

static void
hold (Fixture *f, Party *party)
{
  sip_session_hold_async (party->session, NULL, NULL, changed_cb, f->log);
  fixture_run (f, 0);
}

/* --- two agents --- */

static void
hold_cb (SipSession *session, SipResponse *response, Fixture *f)
{
  if (sip_response_get_status_code (response) == 183)
    sip_session_hold_async (session, NULL, NULL, changed_cb, f->log);
}

/* alice calls bob and requires 100rel; she holds him from within `progress` where @within. */
static void
ring (Fixture *f, gboolean within, gboolean late_offer)
{
  g_autoptr (SipInviteOptions) options =
      g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_REQUIRED, "invite-without-sdp", late_offer, NULL);

  f->show_bodies = TRUE;
  fixture_call (f, options);
  if (within)
    g_signal_connect (f->alice.session, "progress", G_CALLBACK (hold_cb), f);
  g_string_truncate (f->log, 0);
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
}

static void
accept_call (Fixture *f)
{
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
}

#define RINGS "bob > 183 INVITE +sdp\nalice: progress 183\nalice > PRACK\nbob > 200 PRACK\n"
#define ACCEPTED "bob > 200 INVITE\nbob: accepted 200\nalice > ACK\nalice: accepted 200\n"

static void
assert_held (Fixture *f, guint n)
{
  g_assert_true (sip_session_get_held_locally (f->alice.session));
  g_assert_cmpuint (f->alice.handler->n_made, ==, n);
  g_assert_cmpuint (f->alice.handler->n_taken, ==, n);
  g_assert_cmpuint (f->bob.handler->n_made, ==, n);
  g_assert_cmpuint (f->bob.handler->n_taken, ==, n);
  g_assert_cmpuint (f->alice.handler->n_rollbacks + f->bob.handler->n_rollbacks, ==, 0);
}

static void
test_prack (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, TRUE, FALSE);
  fixture_expect (f, "bob > 183 INVITE +sdp\nalice: progress 183\nalice > PRACK +sdp\nbob > 200 PRACK +sdp\nchanged: yes\n");
  assert_held (f, 2);
  accept_call (f);
  fixture_expect (f, ACCEPTED);
}

static void
test_update (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, FALSE, FALSE);
  fixture_expect (f, RINGS);
  hold (f, &f->alice);
  fixture_expect (f, "alice > UPDATE +sdp\nbob > 200 UPDATE +sdp\nchanged: yes\n");
  assert_held (f, 2);
  sip_session_unhold_async (f->alice.session, NULL, NULL, changed_cb, f->log);
  fixture_run (f, 0);
  fixture_expect (f, "alice > UPDATE +sdp\nbob > 200 UPDATE +sdp\nchanged: yes\n");
  g_assert_false (sip_session_get_held_locally (f->alice.session));
  accept_call (f);
  fixture_expect (f, ACCEPTED);
  /* Established, it is an INVITE again. */
  hold (f, &f->alice);
  g_assert_true (g_str_has_prefix (f->log->str, "alice > INVITE +sdp\nbob: reinvite\n"));
}

/* The PRACK answers the late offer: ours is next. */
static void
test_after_late_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, TRUE, TRUE);
  fixture_expect (f, "bob > 183 INVITE +sdp\nalice: progress 183\nchanged: reinvite is not possible while the call is proceeding\n"
                     "alice > PRACK +sdp\nbob > 200 PRACK\n");
  hold (f, &f->alice);
  fixture_expect (f, "alice > UPDATE +sdp\nbob > 200 UPDATE +sdp\nchanged: yes\n");
  assert_held (f, 2);
  accept_call (f);
  fixture_expect (f, ACCEPTED);
}

static void
test_callee (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, FALSE, FALSE);
  fixture_expect (f, RINGS);
  hold (f, &f->bob);
  fixture_expect (f, "bob > UPDATE +sdp\nalice > 200 UPDATE +sdp\nchanged: yes\n");
  g_assert_true (sip_session_get_held_locally (f->bob.session));
  accept_call (f);
  fixture_expect (f, ACCEPTED);
}

static void
test_callee_after_late_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, FALSE, TRUE);
  g_string_truncate (f->log, 0);
  hold (f, &f->bob);
  fixture_expect (f, "bob > UPDATE +sdp\nalice > 200 UPDATE +sdp\nchanged: yes\n");
  accept_call (f);
  fixture_expect (f, ACCEPTED);
}

/* Both at once (RFC 3311 §5.2, RFC 3261 §14.1): each is refused, and tried again after a time of its own. */
static void
test_glare (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, FALSE, FALSE);
  g_string_truncate (f->log, 0);
  sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, f->log);
  sip_session_hold_async (f->bob.session, NULL, NULL, changed_cb, f->log);
  fixture_run (f, 0);
  fixture_expect (f, "alice > UPDATE +sdp\nbob > UPDATE +sdp\nbob > 491 UPDATE\nalice > 491 UPDATE\n");
  g_assert_cmpuint (f->alice.handler->n_rollbacks, ==, 1);
  fixture_run (f, 2 * S + 50000);
  fixture_expect (f, "bob > UPDATE +sdp\nalice > 200 UPDATE +sdp\nchanged: yes\n");
  fixture_run (f, 2 * S);
  fixture_expect (f, "alice > UPDATE +sdp\nbob > 200 UPDATE +sdp\nchanged: yes\n");
}

/* Accepted while the retry waits: it is a re-INVITE then. */
static void
test_accepted_before_the_retry (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, FALSE, FALSE);
  sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, f->log);
  sip_session_hold_async (f->bob.session, NULL, NULL, changed_cb, f->log);
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);
  accept_call (f);
  fixture_expect (f, ACCEPTED);
  fixture_run (f, 2 * S + 50000);
  fixture_expect (f, "bob > INVITE +sdp\nalice: reinvite\nalice > 100 INVITE\nalice > 200 INVITE +sdp\nbob > ACK\nchanged: yes\n");
  fixture_run (f, 2 * S);
  fixture_expect (f, "alice > INVITE +sdp\nbob: reinvite\nbob > 100 INVITE\nbob > 200 INVITE +sdp\nalice > ACK\nchanged: yes\n");
}

/* The 2xx waits for the end of the callee's UPDATE; and one that waits for the PRACK when the call is accepted is a re-INVITE later. */
static void
test_callee_accepts_meanwhile (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, FALSE, FALSE);
  g_string_truncate (f->log, 0);
  f->alice.handler->hold = TRUE;
  hold (f, &f->bob);
  fixture_expect (f, "bob > UPDATE +sdp\n");
  accept_call (f);
  fixture_expect (f, "");
  null_handler_release (f->alice.handler);
  fixture_run (f, 0);
  fixture_expect (f, "alice > 200 UPDATE +sdp\nchanged: yes\n" ACCEPTED);
}

/* The offer is being made when the call is accepted. */
static void
test_callee_accepts_while_offering (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  ring (f, FALSE, FALSE);
  g_string_truncate (f->log, 0);
  f->bob.handler->hold = TRUE;
  hold (f, &f->bob);
  accept_call (f);
  fixture_expect (f, "");
  null_handler_release (f->bob.handler);
  fixture_run (f, 0);
  fixture_expect (f, "bob > UPDATE +sdp\nalice > 200 UPDATE +sdp\nchanged: yes\n" ACCEPTED);
}

static gboolean
lose_pracks (Fixture *f, SipMsg *msg)
{
  return !msg->is_request || msg->method != SIP_METHOD_PRACK;
}

static gboolean
lose_updates (Fixture *f, SipMsg *msg)
{
  return !msg->is_request || msg->method != SIP_METHOD_UPDATE;
}

/* §5.1: not before the caller has said that it has our answer. */
static void
test_callee_waits_for_the_prack (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = lose_pracks;
  ring (f, FALSE, FALSE);
  g_string_truncate (f->log, 0);
  hold (f, &f->bob);
  fixture_expect (f, "");
  f->filter = NULL;
  fixture_run (f, 501 * 1000);
  fixture_expect (f, "bob > 183 INVITE +sdp\nalice > PRACK\nbob > 200 PRACK\nbob > UPDATE +sdp\nalice > 200 UPDATE +sdp\nchanged: yes\n");
}

/* Nor is the PRACK overtaken by an UPDATE of the caller's, which would make it too old. */
static void
test_caller_waits_for_the_prack (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = lose_pracks;
  ring (f, FALSE, FALSE);
  g_string_truncate (f->log, 0);
  hold (f, &f->alice);
  fixture_expect (f, "");
  f->filter = NULL;
  fixture_run (f, 501 * 1000);
  fixture_expect (f, "bob > 183 INVITE +sdp\nalice > PRACK\nbob > 200 PRACK\nalice > UPDATE +sdp\nbob > 200 UPDATE +sdp\nchanged: yes\n");
}

/* A request that gets lost is said again by its transaction; and what was described is not described anew for that. */
static void
test_lost (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Fixture) f = fixture_new ();

      f->filter = i == 0 ? lose_pracks : lose_updates;
      ring (f, i == 0, FALSE);
      if (i == 1)
        hold (f, &f->alice);
      g_string_truncate (f->log, 0);
      f->filter = NULL;
      fixture_run (f, 501 * 1000);
      fixture_expect (f, i == 0 ? "bob > 183 INVITE +sdp\nalice > PRACK +sdp\nbob > 200 PRACK +sdp\nchanged: yes\n"
                                : "alice > UPDATE +sdp\nbob > 200 UPDATE +sdp\nchanged: yes\n");
      assert_held (f, 2);
    }
}

/* The 2xx overtakes the answer to the UPDATE: accepted is accepted, and the change is made all the same. */
static void
test_2xx_overtakes_the_answer (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, NULL);
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, options));

  s->f->show_bodies = TRUE;
  scene_respond (s, invite, 183, "one", ALLOWS "Require: 100rel\r\nRSeq: 5\r\n", ANSWER);
  scene_respond (s, raw_peer_last (s->carol, "PRACK"), 200, NULL, NULL, NULL);
  hold (s->f, &s->f->alice);
  g_string_truncate (s->f->log, 0);
  scene_respond (s, invite, 200, "one", NULL, NULL);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
  scene_respond (s, raw_peer_last (s->carol, "UPDATE"), 200, NULL, NULL, NEW_ANSWER);
  fixture_expect (s->f, "carol > 200 UPDATE +sdp\nchanged: yes\n");
  g_assert_cmpstr (s->f->alice.handler->remote, ==, NEW_ANSWER);
}

/* --- carol does as she is told --- */

static SipMsg *
call (Scene *s, gboolean within, const char *allows)
{
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, NULL);
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, options));
  g_autofree char *lines = g_strconcat (allows, "Require: 100rel\r\nRSeq: 5\r\n", NULL);

  s->f->show_bodies = TRUE;
  if (within)
    g_signal_connect (s->f->alice.session, "progress", G_CALLBACK (hold_cb), s->f);
  scene_respond (s, invite, 183, "one", lines, ANSWER);
  if (!within)
    scene_respond (s, raw_peer_last (s->carol, "PRACK"), 200, NULL, NULL, NULL);
  if (!within)
    hold (s->f, &s->f->alice);
  g_string_truncate (s->f->log, 0);
  return g_steal_pointer (&invite);
}

#define CANCELLED "alice: cancel\nalice > CANCEL\n"

/* What the other side says to our offer, and what comes of it. */
static const struct
{
  guint status; /* 0: nothing, for half a minute */
  const char *more;
  const char *body;
  const char *fail;  /* what alice's handler fails at */
  const char *trace; /* %s: the method */
  guint n_rollbacks;
  gboolean is_held;
} answers[] = {
  { 200, NULL, NEW_ANSWER, NULL, "carol > 200 %s +sdp\nchanged: yes\n", 0, TRUE },
  { 200, NULL, NULL, NULL, "carol > 200 %s\nchanged: The other side has not answered the offer\n", 1, FALSE },
  { 200, "Content-Type: text/plain\r\n", "yes", NULL, "carol > 200 %s +sdp\nchanged: The other side has not answered the offer\n", 1, FALSE },
  { 200, NULL, NEW_ANSWER, "take", "carol > 200 %s +sdp\nchanged: I do not like it\n" CANCELLED, 0, FALSE },
  { 488, NULL, NULL, NULL, "carol > 488 %s\nchanged: The other side refused the change: 488 Whatever\n", 1, FALSE },
  { 606, NULL, NULL, NULL, "carol > 606 %s\nchanged: The other side refused the change: 606 Whatever\n", 1, FALSE },
  { 500, NULL, NULL, NULL, "carol > 500 %s\nchanged: The other side refused the change: 500 Whatever\n", 1, FALSE },
  { 501, NULL, NULL, NULL, "carol > 501 %s\nchanged: The other side refused the change: 501 Whatever\n", 1, FALSE },
  { 481, NULL, NULL, NULL, "carol > 481 %s\n" CANCELLED "changed: The other side refused the change: 481 Whatever\n", 1, FALSE },
};

static void
test_answers (void)
{
  for (guint i = 0; i < 2 * G_N_ELEMENTS (answers); i++)
    {
      gboolean in_prack = i % 2 == 0;
      const char *method = in_prack ? "PRACK" : "UPDATE";
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s, in_prack, ALLOWS);
      g_auto (GStrv) parts = g_strsplit (answers[i / 2].trace, "%s", -1);
      g_autofree char *trace = g_strjoinv (method, parts);
      SipMsg *request = raw_peer_last (s->carol, method);

      g_test_message ("%u to %s", answers[i / 2].status, method);
      g_assert_cmpuint (request->body_len, >, 0);
      g_assert_cmpint (sip_msg_field (request, SIP_H_CONTACT) != NULL, ==, !in_prack);
      g_assert_cmpint (sip_msg_field (request, SIP_H_RACK) != NULL, ==, in_prack);
      g_assert_null (sip_msg_field (request, SIP_H_SESSION_EXPIRES));
      s->f->alice.handler->fail = answers[i / 2].fail;
      scene_respond (s, request, answers[i / 2].status, NULL, answers[i / 2].more, answers[i / 2].body);
      fixture_expect (s->f, trace);
      g_assert_cmpuint (s->f->alice.handler->n_rollbacks, ==, answers[i / 2].n_rollbacks);
      g_assert_cmpint (sip_session_get_held_locally (s->f->alice.session), ==, answers[i / 2].is_held);
      if (strstr (trace, "CANCEL") != NULL)
        {
          scene_respond (s, invite, 487, "one", NULL, NULL);
          g_assert_true (g_str_has_suffix (s->f->log->str, answers[i / 2].status == 481 ? "alice: terminated 487 \"Dialog Error\"\n"
                                                                                       : "alice: terminated 487 \"Bad Media Description\"\n"));
          continue;
        }

      /* The call goes on as it was, or as it is now. */
      scene_respond (s, invite, 200, "one", NULL, NULL);
      fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
    }
}

/* Refused for now: tried again with an UPDATE, whatever it was. Without UPDATE there is nothing to try. */
static void
test_retries (void)
{
  static const struct
  {
    gboolean in_prack;
    const char *allows;
    guint status;
    const char *more;
    gboolean again;
  } retries[] = {
    { TRUE, ALLOWS, 491, NULL, TRUE },
    { FALSE, ALLOWS, 491, NULL, TRUE },
    { TRUE, "", 491, NULL, FALSE },
    { TRUE, ALLOWS, 500, "Retry-After: 4\r\n", TRUE },
    { FALSE, ALLOWS, 500, "Retry-After: 4\r\n", TRUE },
    { TRUE, "", 500, "Retry-After: 4\r\n", FALSE },
    { FALSE, ALLOWS, 500, "Retry-After: 3600\r\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (retries); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      G_GNUC_UNUSED g_autoptr (SipMsg) invite = call (s, retries[i].in_prack, retries[i].allows);
      SipMsg *request = raw_peer_last (s->carol, retries[i].in_prack ? "PRACK" : "UPDATE");

      g_test_message ("%u", i);
      scene_respond (s, request, retries[i].status, NULL, retries[i].more, NULL);
      g_assert_cmpint (strstr (s->f->log->str, "changed: The other side refused the change") != NULL, ==, !retries[i].again);
      g_string_truncate (s->f->log, 0);
      fixture_run (s->f, 4 * S + 50000);
      fixture_expect (s->f, retries[i].again ? "alice > UPDATE +sdp\n" : "");
      if (!retries[i].again)
        continue;
      scene_respond (s, raw_peer_last (s->carol, "UPDATE"), 200, NULL, NULL, NEW_ANSWER);
      fixture_expect (s->f, "carol > 200 UPDATE +sdp\nchanged: yes\n");
    }
}

/* No answer at all: this branch is lost, and where there is no other one so is the call. */
static void
test_no_answer (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s, i == 0, ALLOWS);

      g_string_truncate (s->f->log, 0);
      fixture_run (s->f, 33 * S);
      g_assert_nonnull (strstr (s->f->log->str, CANCELLED));
      g_assert_nonnull (strstr (s->f->log->str, "changed: "));
      scene_respond (s, invite, 487, "one", NULL, NULL);
      g_assert_true (g_str_has_suffix (s->f->log->str, "alice: terminated 487 \"Request Timeout\"\n"));
    }
}

/* A PRACK whose offer was refused has acknowledged the response, or it has not: then that comes again, and gets a PRACK without an offer, once. */
static void
test_refused_prack (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, TRUE, ALLOWS);

  scene_respond (s, raw_peer_last (s->carol, "PRACK"), 488, NULL, NULL, NULL);
  g_string_truncate (s->f->log, 0);
  for (guint i = 0; i < 2; i++)
    scene_respond (s, invite, 183, "one", ALLOWS "Require: 100rel\r\nRSeq: 5\r\n", ANSWER);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice > PRACK\ncarol > 183 INVITE +sdp\n");
}

/* Where it cannot be. */
static void
test_impossible (void)
{
  static const struct
  {
    const char *lines;
    const char *body;
    const char *error;
  } states[] = {
    { "", NULL, "reinvite is not possible while the call is proceeding" },
    { "", ANSWER, "reinvite is not possible while the call is proceeding" }, /* an answer that nobody acknowledges */
    { "Require: 100rel\r\nRSeq: 5\r\n", NULL, "reinvite is not possible while the call is proceeding" },
    { "Require: 100rel\r\nRSeq: 5\r\n", ANSWER, "reinvite is not possible while the call is proceeding: the other side knows no UPDATE" },
    { "Require: 100rel\r\nRSeq: 5\r\nAllow: INVITE, PRACK\r\n", ANSWER,
      "reinvite is not possible while the call is proceeding: the other side knows no UPDATE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, NULL);
      g_autoptr (SipMsg) invite = NULL;
      g_autofree char *expected = g_strdup_printf ("changed: %s\n", states[i].error);

      sip_user_agent_set_early_media (s->f->alice.agent, TRUE);
      invite = sip_msg_ref (scene_call (s, options));
      scene_respond (s, invite, 183, "one", states[i].lines, states[i].body);
      if (raw_peer_last (s->carol, "PRACK") != NULL)
        scene_respond (s, raw_peer_last (s->carol, "PRACK"), 200, NULL, NULL, NULL);
      g_string_truncate (s->f->log, 0);
      hold (s->f, &s->f->alice);
      fixture_expect (s->f, expected);
      g_assert_false (sip_session_get_held_locally (s->f->alice.session));
    }
}

/* An UPDATE without a description is no late offer. */
static void
test_no_late_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", TRUE, NULL);

  ring (f, FALSE, FALSE);
  g_string_truncate (f->log, 0);
  sip_session_reinvite_async (f->alice.session, options, NULL, changed_cb, f->log);
  fixture_run (f, 0);
  fixture_expect (f, "changed: reinvite without a description is not possible while the call is proceeding\n");
}

/* Extra headers go along. */
static void
test_options (void)
{
  for (guint i = 0; i < 2; i++)
    {
      const char *const lines[] = { "X-Why: music", NULL };
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "extra-headers", lines, NULL);
      g_autoptr (Scene) s = scene_new ();
      G_GNUC_UNUSED g_autoptr (SipMsg) invite = call (s, FALSE, ALLOWS);
      g_autofree char *why = NULL;
      g_autoptr (SipMessage) update = NULL;

      scene_respond (s, raw_peer_last (s->carol, "UPDATE"), 200, NULL, NULL, NEW_ANSWER);
      sip_session_unhold_async (s->f->alice.session, options, NULL, changed_cb, s->f->log);
      fixture_run (s->f, 0);
      update = sip_message_new_for_msg (raw_peer_last (s->carol, "UPDATE"));
      why = sip_message_get_header (update, "X-Why");
      g_assert_cmpstr (why, ==, "music");
    }
}

/* --- the end comes first --- */

static void
test_cancelled (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s, i == 0, ALLOWS);

      g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
      fixture_run (s->f, 0);
      fixture_expect (s->f, CANCELLED);
      /* Its answer is of no interest any more. */
      scene_respond (s, raw_peer_last (s->carol, i == 0 ? "PRACK" : "UPDATE"), 200, NULL, NULL, NEW_ANSWER);
      g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
      g_string_truncate (s->f->log, 0);
      scene_respond (s, invite, 487, "one", NULL, NULL);
      fixture_expect (s->f, "carol > 487 INVITE\nalice > ACK\nalice: rejected 487 \"Whatever\"\nalice: failed 487 \"Canceled\"\n"
                            "alice: terminated 487 \"Canceled\"\nchanged: The call ended before it was changed\n");
    }
}

/* While the offer for the PRACK is being made: it goes without. */
static void
test_cancelled_before_the_prack (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, NULL);
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, options));

  s->f->show_bodies = TRUE;
  g_signal_connect (s->f->alice.session, "progress", G_CALLBACK (hold_cb), s->f);
  s->f->alice.handler->hold = TRUE;
  scene_respond (s, invite, 183, "one", ALLOWS "Require: 100rel\r\nRSeq: 5\r\n", ANSWER);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice: progress 183\n");
  /* The next one before its turn, and the same one once more: neither is for now. */
  scene_respond (s, invite, 183, "one", ALLOWS "Require: 100rel\r\nRSeq: 5\r\n", ANSWER);
  scene_respond (s, invite, 180, "one", ALLOWS "Require: 100rel\r\nRSeq: 6\r\n", NULL);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\ncarol > 180 INVITE\n");
  g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice > PRACK\n" CANCELLED);
  null_handler_release (s->f->alice.handler);
}

/* The 2xx comes while the offer for the PRACK is being made: the PRACK goes without, and the change is a re-INVITE. */
static void
test_2xx_before_the_prack (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, NULL);
      g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, options));

      s->f->show_bodies = TRUE;
      g_signal_connect (s->f->alice.session, "progress", G_CALLBACK (hold_cb), s->f);
      s->f->alice.handler->hold = i == 0;
      s->f->alice.handler->hold_take = i == 1;
      scene_respond (s, invite, 183, "one", ALLOWS "Require: 100rel\r\nRSeq: 5\r\n", ANSWER);
      g_string_truncate (s->f->log, 0);
      scene_respond (s, invite, 200, "one", NULL, NULL);
      fixture_expect (s->f, i == 0 ? "carol > 200 INVITE\nalice > PRACK\nalice > ACK\nalice: accepted 200\n"
                                   : "carol > 200 INVITE\nalice > PRACK\nalice > ACK\n");
      null_handler_release (s->f->alice.handler);
      fixture_run (s->f, 0);
      fixture_expect (s->f, i == 0 ? "alice > INVITE +sdp\n" : "alice: accepted 200\nalice > INVITE +sdp\n");
      scene_respond (s, raw_peer_last (s->carol, "INVITE"), 200, NULL, NULL, NEW_ANSWER);
      fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nchanged: yes\n");
    }
}

/* No offer could be made for the PRACK: it goes without. */
static void
test_no_offer (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, NULL);
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, options));

  s->f->show_bodies = TRUE;
  g_signal_connect (s->f->alice.session, "progress", G_CALLBACK (hold_cb), s->f);
  s->f->alice.handler->fail = "make";
  scene_respond (s, invite, 183, "one", ALLOWS "Require: 100rel\r\nRSeq: 5\r\n", ANSWER);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice: progress 183\nchanged: No description for you\nalice > PRACK\n");
  scene_respond (s, raw_peer_last (s->carol, "PRACK"), 200, NULL, NULL, NULL);
  g_string_truncate (s->f->log, 0);
  scene_respond (s, invite, 200, "one", NULL, NULL);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
}

static void
test_rejected_meanwhile (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, FALSE, ALLOWS);

  scene_respond (s, invite, 486, "one", NULL, NULL);
  fixture_expect (s->f, "carol > 486 INVITE\nalice > ACK\nalice: rejected 486 \"Whatever\"\nalice: failed 486 \"Busy\"\n"
                        "alice: terminated 486 \"Busy\"\nchanged: The call ended before it was changed\n");
  scene_respond (s, raw_peer_last (s->carol, "UPDATE"), 200, NULL, NULL, NEW_ANSWER);
  fixture_expect (s->f, "carol > 200 UPDATE +sdp\n");
}

/* Another branch wins: what was asked of the first one fails, and the media begins afresh with the other. */
static void
test_another_branch_wins (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s, i == 0, ALLOWS);

      scene_respond (s, invite, 200, "two", NULL, ANSWER);
      fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\nchanged: Another one has answered the call\nalice > INVITE +sdp\n");
      g_assert_false (sip_session_get_held_locally (s->f->alice.session));
      scene_respond (s, raw_peer_last (s->carol, i == 0 ? "PRACK" : "UPDATE"), 200, NULL, NULL, NEW_ANSWER);
      g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
      scene_respond (s, raw_peer_last (s->carol, "INVITE"), 200, NULL, NULL, NEW_ANSWER);
      g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 2);
    }
}

/* --- carol calls bob --- */

static char *
ring_bob (Scene *s, const char *more)
{
  g_autofree char *lines = g_strconcat (SCENE_CONTACT "Require: 100rel\r\n", more, NULL);
  g_autofree char *rack = NULL;
  g_autofree char *rseq = NULL;
  g_autofree char *tag = NULL;

  scene_say (s, "INVITE", SCENE_BOB, NULL, 10, lines, ANSWER);
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
  fixture_run (s->f, 0);
  tag = sip_str_dup (scene_last_response (s)->to.tag);
  rseq = scene_header (scene_last_response (s), SIP_H_RSEQ);
  rack = g_strdup_printf ("RAck: %s 10 INVITE\r\n", rseq);
  scene_say (s, "PRACK", SCENE_BOB, tag, 11, rack, NULL);
  s->f->show_bodies = TRUE;
  g_string_truncate (s->f->log, 0);
  return g_steal_pointer (&tag);
}

#define ENDED(code, cause) "bob: failed " code " \"" cause "\"\nbob: terminated " code " \"" cause "\"\n"

static const struct
{
  guint status;
  const char *body;
  const char *fail;
  const char *trace;
} callee_answers[] = {
  { 200, NEW_ANSWER, NULL, "carol > 200 UPDATE +sdp\nchanged: yes\n" },
  { 200, NULL, NULL, "carol > 200 UPDATE\nchanged: The other side has not answered the offer\n" },
  { 200, NEW_ANSWER, "take", "carol > 200 UPDATE +sdp\nchanged: I do not like it\nbob > 488 INVITE\n" ENDED ("488", "Bad Media Description") },
  { 488, NULL, NULL, "carol > 488 UPDATE\nchanged: The other side refused the change: 488 Whatever\n" },
  { 481, NULL, NULL, "carol > 481 UPDATE\nbob > 500 INVITE\n" ENDED ("500", "Dialog Error") "changed: The other side refused the change: 481 Whatever\n" },
};

static void
test_callee_answers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (callee_answers); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autofree char *tag = ring_bob (s, ALLOWS);

      g_test_message ("%u, %s", callee_answers[i].status, callee_answers[i].fail);
      hold (s->f, &s->f->bob);
      fixture_expect (s->f, "bob > UPDATE +sdp\n");
      s->f->bob.handler->fail = callee_answers[i].fail;
      scene_respond (s, raw_peer_last (s->carol, "UPDATE"), callee_answers[i].status, NULL, NULL, callee_answers[i].body);
      fixture_expect (s->f, callee_answers[i].trace);
      if (strstr (callee_answers[i].trace, "terminated") == NULL)
        {
          g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
          fixture_run (s->f, 0);
          fixture_expect (s->f, "bob > 200 INVITE\nbob: accepted 200\n");
        }
      scene_say (s, "ACK", SCENE_BOB, tag, 10, NULL, NULL);
    }
}

/* carol's offers meet ours: an UPDATE, and a PRACK for what was said reliably meanwhile. */
static void
test_callee_glare (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *tag = ring_bob (s, ALLOWS);
  g_autofree char *rseq = NULL;
  g_autofree char *rack = NULL;
  g_autoptr (SipResponseOptions) queued = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 182, NULL);

  hold (s->f, &s->f->bob);
  scene_say (s, "UPDATE", SCENE_BOB, tag, 12, SCENE_CONTACT, NEW_ANSWER);
  fixture_expect (s->f, "bob > UPDATE +sdp\ncarol > UPDATE +sdp\nbob > 491 UPDATE\n");
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (s->f->bob.session), queued, NULL));
  fixture_run (s->f, 0);
  rseq = scene_header (scene_last_response (s), SIP_H_RSEQ);
  rack = g_strdup_printf ("RAck: %s 10 INVITE\r\n", rseq);
  scene_say (s, "PRACK", SCENE_BOB, tag, 13, rack, NEW_ANSWER);
  fixture_expect (s->f, "bob > 182 INVITE\ncarol > PRACK +sdp\nbob > 491 PRACK\n");
  scene_respond (s, raw_peer_last (s->carol, "UPDATE"), 200, NULL, NULL, NEW_ANSWER);
  fixture_expect (s->f, "carol > 200 UPDATE +sdp\nchanged: yes\n");
}

static void
test_callee_impossible (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      G_GNUC_UNUSED g_autofree char *tag = i == 0 ? ring_bob (s, "") : NULL;

      if (i == 1)
        scene_say (s, "INVITE", SCENE_BOB, NULL, 10, SCENE_CONTACT ALLOWS, ANSWER);
      g_string_truncate (s->f->log, 0);
      hold (s->f, &s->f->bob);
      fixture_expect (s->f, i == 0 ? "changed: reinvite is not possible while the call is ringing: the other side knows no UPDATE\n"
                                   : "changed: reinvite is not possible while the call is ringing\n");
    }
}

/* Cancelled while our UPDATE is out. */
static void
test_callee_is_cancelled (void)
{
  g_autoptr (Scene) s = scene_new ();
  G_GNUC_UNUSED g_autofree char *tag = ring_bob (s, ALLOWS);

  hold (s->f, &s->f->bob);
  g_assert_true (sip_incoming_session_reject (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "bob > UPDATE +sdp\nbob > 480 INVITE\nbob: rejected 480 \"Temporarily Unavailable\"\nbob: failed 480 \"Unavailable\"\n"
                        "bob: terminated 480 \"Unavailable\"\nchanged: The call ended before it was changed\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-early-change/" #name, test_##name)
  ADD (prack);
  ADD (update);
  ADD (after_late_offer);
  ADD (callee);
  ADD (callee_after_late_offer);
  ADD (glare);
  ADD (accepted_before_the_retry);
  ADD (callee_accepts_meanwhile);
  ADD (callee_accepts_while_offering);
  ADD (callee_waits_for_the_prack);
  ADD (caller_waits_for_the_prack);
  ADD (lost);
  ADD (2xx_overtakes_the_answer);
  ADD (answers);
  ADD (retries);
  ADD (no_answer);
  ADD (refused_prack);
  ADD (impossible);
  ADD (no_late_offer);
  ADD (options);
  ADD (cancelled);
  ADD (cancelled_before_the_prack);
  ADD (2xx_before_the_prack);
  ADD (no_offer);
  ADD (rejected_meanwhile);
  ADD (another_branch_wins);
  ADD (callee_answers);
  ADD (callee_glare);
  ADD (callee_impossible);
  ADD (callee_is_cancelled);
#undef ADD
  return g_test_run ();
}
