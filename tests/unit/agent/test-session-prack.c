/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* Reliable provisional responses (RFC 3262) between two agents: who describes the session where, and what happens when something gets lost. */

static SipInviteOptions *
invite_options (SipRel100 rel100, gboolean late_offer)
{
  return g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", rel100, "invite-without-sdp", late_offer, NULL);
}

static void
progress (Fixture *f, guint status, SipRel100 rel100)
{
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", status, "rel100", rel100, NULL);
  g_autoptr (GError) error = NULL;

  sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), options, &error);
  g_assert_no_error (error);
}

static void
accept_call (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, &error);
  g_assert_no_error (error);
  fixture_run (f, 0);
}

#define RINGING "bob > 180 INVITE\nbob: invite\nalice: progress 100\nalice: progress 180\n"
#define RELIABLE(code, body, prack_body, prack_answer_body) \
  "bob > " code " INVITE" body "\nalice: progress " code "\nalice > PRACK" prack_body "\nbob > 200 PRACK" prack_answer_body "\n"
#define ACCEPTED(body, ack_body) "bob > 200 INVITE" body "\nbob: accepted 200\nalice > ACK" ack_body "\nalice: accepted 200\n"

/* RFC 6337 §2.1, table 1, for a new call: where the offer is and where its answer; and whether a response is reliable at all (the reference's rules). */
static const struct
{
  const char *name;
  SipRel100 caller;
  gboolean late_offer;
  guint status;   /* of bob's progress(); 0: the default; G_MAXUINT: none */
  SipRel100 callee;
  const char *trace;
} patterns[] = {
  { "INVITE / 2xx", SIP_REL100_UNSUPPORTED, FALSE, G_MAXUINT, SIP_REL100_UNSUPPORTED,
    "alice > INVITE +sdp\nbob > 100 INVITE\n" RINGING ACCEPTED (" +sdp", "") },
  { "2xx / ACK", SIP_REL100_UNSUPPORTED, TRUE, G_MAXUINT, SIP_REL100_UNSUPPORTED,
    "alice > INVITE\nbob > 100 INVITE\n" RINGING ACCEPTED (" +sdp", " +sdp") },
  { "INVITE / reliable 1xx, required", SIP_REL100_REQUIRED, FALSE, 0, SIP_REL100_UNSUPPORTED,
    "alice > INVITE +sdp\nbob > 100 INVITE\nbob: invite\nalice: progress 100\n" RELIABLE ("183", " +sdp", "", "") ACCEPTED ("", "") },
  { "INVITE / reliable 1xx, supported and asked for", SIP_REL100_SUPPORTED, FALSE, 0, SIP_REL100_SUPPORTED,
    "alice > INVITE +sdp\nbob > 100 INVITE\n" RINGING RELIABLE ("183", " +sdp", "", "") ACCEPTED ("", "") },
  { "supported and not asked for", SIP_REL100_SUPPORTED, FALSE, 0, SIP_REL100_UNSUPPORTED,
    "alice > INVITE +sdp\nbob > 100 INVITE\n" RINGING "bob > 180 INVITE\nalice: progress 180\n" ACCEPTED (" +sdp", "") },
  { "asked for and not supported", SIP_REL100_UNSUPPORTED, FALSE, 0, SIP_REL100_REQUIRED,
    "alice > INVITE +sdp\nbob > 100 INVITE\n" RINGING "bob > 180 INVITE\nalice: progress 180\n" ACCEPTED (" +sdp", "") },
  { "reliable without a description", SIP_REL100_SUPPORTED, FALSE, 180, SIP_REL100_REQUIRED,
    "alice > INVITE +sdp\nbob > 100 INVITE\n" RINGING RELIABLE ("180", "", "", "") ACCEPTED (" +sdp", "") },
  { "reliable 1xx / PRACK", SIP_REL100_REQUIRED, TRUE, 0, SIP_REL100_UNSUPPORTED,
    "alice > INVITE\nbob > 100 INVITE\nbob: invite\nalice: progress 100\nbob > 183 INVITE +sdp\nalice: progress 183\nalice > PRACK +sdp\nbob > 200 PRACK\n" ACCEPTED ("", "") },
  { "reliable 1xx / PRACK, in the 180", SIP_REL100_SUPPORTED, TRUE, 180, SIP_REL100_SUPPORTED,
    "alice > INVITE\nbob > 100 INVITE\n" RINGING
    "bob > 180 INVITE +sdp\nalice: progress 180\nalice > PRACK +sdp\nbob > 200 PRACK\n" ACCEPTED ("", "") },
  { "100 is never reliable", SIP_REL100_REQUIRED, FALSE, 100, SIP_REL100_REQUIRED,
    "alice > INVITE +sdp\nbob > 100 INVITE\nbob: invite\nalice: progress 100\nbob > 100 INVITE\nalice: progress 100\n" ACCEPTED (" +sdp", "") },
};

static void
test_patterns (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (SipInviteOptions) options = invite_options (patterns[i].caller, patterns[i].late_offer);

      g_test_message ("%s", patterns[i].name);
      f->show_bodies = TRUE;
      fixture_call (f, options);
      if (patterns[i].status != G_MAXUINT)
        progress (f, patterns[i].status, patterns[i].callee);
      fixture_run (f, 0);
      accept_call (f);
      fixture_expect (f, patterns[i].trace);

      /* Each side has described itself once and knows the other. */
      g_assert_cmpuint (f->alice.handler->n_made, ==, 1);
      g_assert_cmpuint (f->alice.handler->n_taken, ==, 1);
      g_assert_cmpuint (f->bob.handler->n_made, ==, 1);
      g_assert_cmpuint (f->bob.handler->n_taken, ==, 1);
      g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\n");
      g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\n");
      g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
      g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
    }
}

/* alice calls bob and requires it; the log is empty. */
static void
call (Fixture *f, gboolean late_offer)
{
  g_autoptr (SipInviteOptions) options = invite_options (SIP_REL100_REQUIRED, late_offer);

  g_string_truncate (f->log, 0);
  fixture_call (f, options);
  fixture_expect (f, f->show_bodies && !late_offer ? "alice > INVITE +sdp\nbob > 100 INVITE\nbob: invite\nalice: progress 100\n"
                                                   : "alice > INVITE\nbob > 100 INVITE\nbob: invite\nalice: progress 100\n");
}

static const char *lost; /* the method of the requests that get lost */

static gboolean
lose (Fixture *f, SipMsg *msg)
{
  return lost == NULL || !msg->is_request || !sip_str_equal (msg->method_name, sip_str_from (lost));
}

static Fixture *
losing_fixture_new (const char *method)
{
  Fixture *f = fixture_new ();

  lost = method;
  f->filter = lose;
  return f;
}

/* The agent's own setting counts where a call says nothing. */
static void
test_agents_setting (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) unsupported = invite_options (SIP_REL100_UNSUPPORTED, FALSE);
  g_autofree char *supported = NULL;
  g_autofree char *nothing = NULL;

  sip_user_agent_set_rel100 (f->alice.agent, SIP_REL100_SUPPORTED);
  sip_user_agent_set_rel100 (f->bob.agent, SIP_REL100_REQUIRED);
  fixture_call (f, NULL);
  supported = sip_message_get_header (SIP_MESSAGE (sip_session_get_request (f->alice.session)), "Supported");
  g_assert_nonnull (strstr (supported, "100rel"));
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\nbob > 100 INVITE\n" RINGING RELIABLE ("183", "", "", ""));
  g_assert_true (sip_session_terminate (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);

  fixture_call (f, unsupported);
  nothing = sip_message_get_header (SIP_MESSAGE (sip_session_get_request (f->alice.session)), "Supported");
  g_assert_true (nothing == NULL || strstr (nothing, "100rel") == NULL);
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\nbob > 100 INVITE\n" RINGING "bob > 180 INVITE\nalice: progress 180\n");
}

/* RFC 3262 §3: the 2xx waits for the PRACK of a response that described the session. The PRACK goes by itself again; the response that comes again meanwhile is
 * not acknowledged twice. */
static void
test_accept_waits (void)
{
  g_autoptr (Fixture) f = losing_fixture_new ("PRACK");

  call (f, FALSE);
  progress (f, 0, SIP_REL100_UNSUPPORTED);
  fixture_run (f, 0);
  accept_call (f);
  fixture_expect (f, "bob > 183 INVITE\nalice: progress 183\nalice x PRACK\n");
  g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHING);
  lost = NULL;
  fixture_run (f, 501 * 1000);
  fixture_expect (f, "bob > 183 INVITE\nalice > PRACK\nbob > 200 PRACK\n" ACCEPTED ("", ""));
}

/* Accepted while the description of the 183 is still being made: both are said, in that order. */
static void
test_accept_while_describing (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.hold = TRUE;
  call (f, FALSE);
  progress (f, 0, SIP_REL100_UNSUPPORTED);
  fixture_run (f, 0);
  accept_call (f);
  fixture_expect (f, "");
  null_handler_release (f->bob.handler);
  fixture_run (f, 0);
  fixture_expect (f, RELIABLE ("183", "", "", "") ACCEPTED ("", ""));
  g_assert_cmpuint (f->bob.handler->n_made, ==, 1);
}

/* Nor is it said that the call was accepted before the caller has what it was told first; without a description it need not wait, and a late PRACK is answered. */
static void
test_accept_does_not_wait (void)
{
  g_autoptr (Fixture) f = losing_fixture_new ("PRACK");

  call (f, FALSE);
  progress (f, 180, SIP_REL100_UNSUPPORTED);
  fixture_run (f, 0);
  accept_call (f);
  fixture_expect (f, "bob > 180 INVITE\nalice: progress 180\nalice x PRACK\n" ACCEPTED ("", ""));
  lost = NULL;
  fixture_run (f, 600 * 1000);
  fixture_expect (f, "alice > PRACK\nbob > 200 PRACK\n");
  fixture_run (f, 40 * G_USEC_PER_SEC);
  fixture_expect (f, "");
}

/* RFC 3262 §3: T1, doubled each time, and after 64·T1 the call has failed. */
static void
test_no_prack (void)
{
  g_autoptr (Fixture) f = losing_fixture_new ("PRACK");
  const gint64 gaps[] = { 500, 1000, 2000, 4000, 8000, 16000 };

  call (f, FALSE);
  progress (f, 0, SIP_REL100_UNSUPPORTED);
  fixture_run (f, 0);
  fixture_expect (f, "bob > 183 INVITE\nalice: progress 183\nalice x PRACK\n");
  /* alice does not help herself: her answers to what comes again are lost as well. */
  for (guint i = 0; i < G_N_ELEMENTS (gaps); i++)
    {
      fixture_run (f, gaps[i] * 1000 - 5000);
      g_assert_null (strstr (f->log->str, "bob"));
      fixture_run (f, 5000);
      g_assert_nonnull (strstr (f->log->str, "bob > 183 INVITE\n"));
      g_string_truncate (f->log, 0);
    }
  /* The PRACK had no answer either: the one who is late has nothing more to say. */
  fixture_run (f, 495 * 1000);
  g_string_truncate (f->log, 0);
  lost = "CANCEL";
  fixture_run (f, 10 * 1000);
  g_assert_nonnull (strstr (f->log->str, "bob > 504 INVITE\nbob: failed 504 \"No PRACK\"\nbob: terminated 504 \"No PRACK\"\n"));
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
}

/* One at a time, in order. */
static void
test_queue (void)
{
  g_autoptr (Fixture) f = losing_fixture_new ("PRACK");

  call (f, FALSE);
  progress (f, 180, SIP_REL100_UNSUPPORTED);
  progress (f, 183, SIP_REL100_UNSUPPORTED);
  progress (f, 182, SIP_REL100_UNSUPPORTED);
  fixture_run (f, 0);
  fixture_expect (f, "bob > 180 INVITE\nalice: progress 180\nalice x PRACK\n");
  lost = NULL;
  fixture_run (f, 501 * 1000);
  fixture_expect (f, "bob > 180 INVITE\nalice > PRACK\nbob > 200 PRACK\n" RELIABLE ("183", "", "", "") RELIABLE ("182", "", "", ""));
  accept_call (f);
  fixture_expect (f, ACCEPTED ("", ""));
}

/* What still waits to be said when the call is accepted is not said any more. */
static void
test_queue_ends (void)
{
  g_autoptr (Fixture) f = losing_fixture_new ("PRACK");

  call (f, FALSE);
  progress (f, 0, SIP_REL100_UNSUPPORTED);
  progress (f, 182, SIP_REL100_UNSUPPORTED);
  fixture_run (f, 0);
  accept_call (f);
  fixture_expect (f, "bob > 183 INVITE\nalice: progress 183\nalice x PRACK\n");
  lost = NULL;
  fixture_run (f, 501 * 1000);
  fixture_expect (f, "bob > 183 INVITE\nalice > PRACK\nbob > 200 PRACK\n" ACCEPTED ("", ""));
}

static SipMessage *last_invite;

static void
traffic_cb (SipUserAgent *agent, SipMessage *message, SipDirection direction, gpointer user_data)
{
  if (direction == SIP_DIRECTION_OUTGOING && SIP_IS_REQUEST (message) && g_str_equal (sip_message_get_method (message), "INVITE"))
    g_set_object (&last_invite, message);
}

/* What an INVITE that changes the call says of them. */
static void
test_changes (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  g_signal_connect (f->alice.agent, "traffic", G_CALLBACK (traffic_cb), NULL);
  for (guint i = 0; i < 9; i++)
    {
      SipRel100 rel100 = (SipRel100) (i % 3);
      g_autoptr (SipInviteOptions) options = invite_options (rel100, FALSE);
      g_autofree char *supported = NULL;
      g_autofree char *require = NULL;

      g_test_message ("%u", i);
      if (i < 3 && sip_session_get_held_locally (f->alice.session))
        sip_session_unhold_async (f->alice.session, NULL, NULL, NULL, NULL);
      if (i >= 3 && i < 6 && !sip_session_get_held_locally (f->alice.session))
        sip_session_hold_async (f->alice.session, NULL, NULL, NULL, NULL);
      fixture_run (f, 0);
      if (i < 3)
        sip_session_hold_async (f->alice.session, options, NULL, NULL, NULL);
      else if (i < 6)
        sip_session_unhold_async (f->alice.session, options, NULL, NULL, NULL);
      else
        sip_session_reinvite_async (f->alice.session, options, NULL, NULL, NULL);
      fixture_run (f, 0);
      g_assert_nonnull (last_invite);
      supported = sip_message_get_header (last_invite, "Supported");
      require = sip_message_get_header (last_invite, "Require");
      g_assert_cmpint (supported != NULL && strstr (supported, "100rel") != NULL, ==, rel100 == SIP_REL100_SUPPORTED);
      g_assert_cmpstr (require, ==, rel100 == SIP_REL100_REQUIRED ? "100rel" : NULL);
      g_clear_object (&last_invite);
    }
}

#define REJECTED(who, code, reason, cause) \
  who ": rejected " code " \"" reason "\"\n" who ": failed " code " \"" cause "\"\n" who ": terminated " code " \"" cause "\"\n"

/* Refused, called off, hung up before the PRACK: nothing is said again, and the late PRACK is for a call that is over. */
static void
test_ends_before_prack (void)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (Fixture) f = losing_fixture_new ("PRACK");

      call (f, FALSE);
      progress (f, 0, SIP_REL100_UNSUPPORTED);
      if (i == 2)
        accept_call (f);
      fixture_run (f, 0);
      g_string_truncate (f->log, 0);
      if (i == 0)
        g_assert_true (sip_session_terminate (f->bob.session, NULL, NULL));
      else
        g_assert_true (sip_session_terminate (f->alice.session, NULL, NULL));
      fixture_run (f, 0);
      if (i == 0)
        fixture_expect (f, "bob > 480 INVITE\n" REJECTED ("bob", "480", "Temporarily Unavailable", "Unavailable")
                           "alice > ACK\n" REJECTED ("alice", "480", "Temporarily Unavailable", "Unavailable"));
      else
        fixture_expect (f, "alice: cancel\nalice > CANCEL\nbob > 200 CANCEL\nbob > 487 INVITE\nbob: cancel\n"
                           REJECTED ("bob", "487", "Request Terminated", "Canceled")
                           "alice > ACK\n" REJECTED ("alice", "487", "Request Terminated", "Canceled"));
      lost = NULL;
      fixture_run (f, 500 * 1000 + 1000);
      fixture_expect (f, "alice > PRACK\nbob > 481 PRACK\n");
      fixture_run (f, 40 * G_USEC_PER_SEC);
      fixture_expect (f, "");
    }
}

/* Descriptions that are refused or cannot be made. */
static const struct
{
  const char *name;
  gboolean late_offer;
  const char *alice;
  const char *bob;
  const char *trace;
} failures[] = {
  { "the offer of the INVITE is refused", FALSE, NULL, "take",
    "bob > 488 INVITE\nbob: failed 488 \"Bad Media Description\"\nbob: terminated 488 \"Bad Media Description\"\n"
    "alice > ACK\n" REJECTED ("alice", "488", "Not Acceptable Here", "Incompatible SDP") },
  { "no answer can be made", FALSE, NULL, "make",
    "bob > 480 INVITE\nbob: failed 480 \"WebRTC Error\"\nbob: terminated 480 \"WebRTC Error\"\n"
    "alice > ACK\n" REJECTED ("alice", "480", "Temporarily Unavailable", "Unavailable") },
  { "the answer is refused", FALSE, "take", NULL,
    RELIABLE ("183", "", "", "") "alice: cancel\nalice > CANCEL\nbob > 200 CANCEL\nbob > 487 INVITE\nbob: cancel\n"
    REJECTED ("bob", "487", "Request Terminated", "Canceled")
    "alice > ACK\n" REJECTED ("alice", "487", "Request Terminated", "Bad Media Description") },
  { "the late offer is refused", TRUE, "take", NULL,
    "bob > 183 INVITE\nalice: progress 183\nalice: cancel\nalice > CANCEL\nbob > 200 CANCEL\nbob > 487 INVITE\nbob: cancel\n"
    REJECTED ("bob", "487", "Request Terminated", "Canceled")
    "alice > ACK\n" REJECTED ("alice", "487", "Request Terminated", "Bad Media Description") },
  { "the answer to the late offer cannot be made", TRUE, "make", NULL,
    "bob > 183 INVITE\nalice: progress 183\nalice: cancel\nalice > CANCEL\nbob > 200 CANCEL\nbob > 487 INVITE\nbob: cancel\n"
    REJECTED ("bob", "487", "Request Terminated", "Canceled")
    "alice > ACK\n" REJECTED ("alice", "487", "Request Terminated", "WebRTC Error") },
  { "the answer in the PRACK is refused", TRUE, NULL, "take",
    "bob > 183 INVITE\nalice: progress 183\nalice > PRACK\nbob > 488 PRACK\n"
    "bob > 488 INVITE\nbob: failed 488 \"Bad Media Description\"\nbob: terminated 488 \"Bad Media Description\"\n"
    "alice: cancel\nalice > CANCEL\nalice > ACK\n" REJECTED ("alice", "488", "Not Acceptable Here", "Incompatible SDP") "bob > 200 CANCEL\n" },
};

static void
test_failures (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      g_autoptr (Fixture) f = fixture_new ();

      g_test_message ("%s", failures[i].name);
      f->bob.fail = failures[i].bob;
      call (f, failures[i].late_offer);
      f->alice.handler->fail = failures[i].alice;
      progress (f, 0, SIP_REL100_UNSUPPORTED);
      fixture_run (f, 0);
      fixture_expect (f, failures[i].trace);
    }
}

/* RFC 3261 §13.3.1.1, RFC 3262 §3: who lets a call ring for long says so now and then, that no proxy on the way loses patience. */
static void
test_extensions (void)
{
  for (guint reliable = 0; reliable < 2; reliable++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (SipInviteOptions) options = invite_options (reliable ? SIP_REL100_REQUIRED : SIP_REL100_UNSUPPORTED, FALSE);
      gint64 seconds = reliable ? 150 : 60;

      sip_user_agent_set_no_answer_timeout (f->bob.agent, 400);
      fixture_call (f, options);
      if (reliable)
        progress (f, 180, SIP_REL100_UNSUPPORTED);
      fixture_run (f, 0);
      g_string_truncate (f->log, 0);
      for (guint i = 0; i < 2; i++)
        {
          fixture_run (f, seconds * G_USEC_PER_SEC - 5000);
          fixture_expect (f, "");
          fixture_run (f, 5000);
          fixture_expect (f, reliable ? RELIABLE ("180", "", "", "") : "bob > 180 INVITE\nalice: progress 180\n");
        }
      accept_call (f);
      g_string_truncate (f->log, 0);
      fixture_run (f, 300 * G_USEC_PER_SEC);
      fixture_expect (f, "");
    }
}

/* A body of the application's is not replaced; where an offer has to be there is no room for it. */
static void
test_own_body (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GBytes) body = g_bytes_new_static ("Please wait", 11);
  const char *lines[] = { "X-Queue: 3", NULL };
  g_autoptr (SipResponseOptions) options =
      g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "body", body, "content-type", "text/plain", "extra-headers", lines, "reason-phrase", "Soon", NULL);
  g_autoptr (GError) error = NULL;

  f->show_bodies = TRUE;
  {
    g_autoptr (SipInviteOptions) required = invite_options (SIP_REL100_REQUIRED, FALSE);

    fixture_call (f, required);
  }
  g_string_truncate (f->log, 0);
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), options, &error));
  g_assert_no_error (error);
  fixture_run (f, 0);
  fixture_expect (f, RELIABLE ("183", " +sdp", "", ""));
  g_assert_cmpuint (f->bob.handler == NULL ? 0 : f->bob.handler->n_made, ==, 0);
  accept_call (f);
  fixture_expect (f, ACCEPTED (" +sdp", ""));
  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  fixture_run (f, 0);

  call (f, TRUE);
  g_assert_false (sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "text/plain"));
  fixture_expect (f, "");
  progress (f, 180, SIP_REL100_UNSUPPORTED);
  fixture_run (f, 0);
  fixture_expect (f, "bob > 180 INVITE +sdp\nalice: progress 180\nalice > PRACK +sdp\nbob > 200 PRACK\n");
  g_clear_error (&error);
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), options, &error));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-prack/" #name, test_##name)
  ADD (patterns);
  ADD (agents_setting);
  ADD (accept_waits);
  ADD (accept_while_describing);
  ADD (accept_does_not_wait);
  ADD (no_prack);
  ADD (queue);
  ADD (queue_ends);
  ADD (changes);
  ADD (ends_before_prack);
  ADD (failures);
  ADD (extensions);
  ADD (own_body);
#undef ADD
  return g_test_run ();
}
