/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

/* Each test is a row of the table of a session's behaviour: what was done, and then everything that was on the wire and everything that either
 * side's application heard, in order. */

#define RINGING "alice > INVITE\nbob > 100 INVITE\nbob > 180 INVITE\nbob: invite\nalice: progress 100\nalice: progress 180\n"
#define ACCEPTED "bob > 200 INVITE\nbob: accepted 200\nalice > ACK\nalice: accepted 200\n"

static SipIncomingSession *
incoming (Fixture *f)
{
  return SIP_INCOMING_SESSION (f->bob.session);
}

static SipOutgoingSession *
outgoing (Fixture *f)
{
  return SIP_OUTGOING_SESSION (f->alice.session);
}

static SipResponseOptions *
status (guint code, const char *reason)
{
  return g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", code, "reason-phrase", reason, NULL);
}

static void
answer (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  sip_incoming_session_accept (incoming (f), NULL, &error);
  g_assert_no_error (error);
  fixture_run (f, 0);
}

/* --- plain calls --- */

static void
test_accept_and_bye (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHING);
  g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_INITIAL);
  answer (f);
  fixture_expect (f, ACCEPTED);
  g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\n");
  g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\n");
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (f->alice.agent)), ==, 1);

  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  g_assert_true (f->alice.handler->is_closed);
  fixture_run (f, 0);
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
  g_assert_true (f->bob.handler->is_closed);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (f->alice.agent)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (f->bob.agent)), ==, 0);
}

static void
test_callee_hangs_up (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  g_assert_true (sip_session_terminate (f->bob.session, NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > BYE\nbob: bye\nbob: terminated null \"Terminated\"\n"
                     "alice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\n");
}

static void
test_both_hang_up (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  g_assert_true (sip_session_bye (f->bob.session, NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > BYE\nbob: bye\nbob: terminated null \"Terminated\"\n"
                     "bob > 481 BYE\nalice > 200 BYE\n");
}

static void
test_late_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", TRUE, NULL);

  fixture_call (f, options);
  fixture_expect (f, RINGING);
  answer (f);
  fixture_expect (f, ACCEPTED);
  g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\n");
  g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\n");
}

static void
accepted_async_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_incoming_session_accept_finish (SIP_INCOMING_SESSION (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
test_accept_async (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  gboolean done = FALSE;

  fixture_call (f, NULL);
  sip_incoming_session_accept_async (incoming (f), NULL, NULL, accepted_async_cb, &done);
  fixture_run (f, 0);
  fixture_expect (f, RINGING ACCEPTED);
  g_assert_true (done);
}

static void
refused_async_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sip_incoming_session_accept_finish (SIP_INCOMING_SESSION (source), result, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  ++*(guint *) user_data;
}

/* The ACK is not all: the media may need longer. */
static void
test_accept_async_media (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  NullHandler *handler;
  gboolean done = FALSE;

  f->bob.fail = "ready";
  fixture_call (f, NULL);
  sip_incoming_session_accept_async (incoming (f), NULL, NULL, accepted_async_cb, &done);
  fixture_run (f, 0);
  fixture_expect (f, RINGING ACCEPTED);
  g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_assert_false (done);

  handler = NULL_HANDLER (sip_session_get_session_description_handler (f->bob.session));
  handler->fail = NULL;
  g_signal_emit_by_name (handler, "ready");
  fixture_run (f, 0);
  g_assert_true (done);

  done = FALSE;
  g_signal_emit_by_name (handler, "ready");
  fixture_run (f, 0);
  g_assert_false (done);
}

static void
test_accept_async_ends_before_media (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  guint n = 0;

  f->bob.fail = "ready";
  fixture_call (f, NULL);
  sip_incoming_session_accept_async (incoming (f), NULL, NULL, refused_async_cb, &n);
  fixture_run (f, 0);
  g_assert_cmpuint (n, ==, 0);
  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpuint (n, ==, 1);
}

static void
test_accept_async_fails (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  guint n = 0;

  f->bob.fail = "take";
  fixture_call (f, NULL);
  sip_incoming_session_accept_async (incoming (f), NULL, NULL, refused_async_cb, &n);
  fixture_run (f, 0);
  sip_incoming_session_accept_async (incoming (f), NULL, NULL, refused_async_cb, &n);
  fixture_run (f, 0);
  g_assert_cmpuint (n, ==, 2);
}

/* --- refusals --- */

static void
test_reject (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipResponseOptions) busy = status (486, NULL);

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_true (sip_incoming_session_reject (incoming (f), busy, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 486 INVITE\n"
                     "bob: rejected 486 \"Busy Here\"\nbob: failed 486 \"Busy\"\nbob: terminated 486 \"Busy\"\n"
                     "alice > ACK\n"
                     "alice: rejected 486 \"Busy Here\"\nalice: failed 486 \"Busy\"\nalice: terminated 486 \"Busy\"\n");
  g_assert_null (sip_session_get_start_time (f->alice.session));
}

static void
test_reject_with_own_words (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  const char *lines[] = { "X-Why: because", NULL };
  g_autoptr (SipResponseOptions) options =
      g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 606, "reason-phrase", "Never", "extra-headers", lines, NULL);

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_true (sip_session_terminate (f->bob.session, options, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 606 INVITE\n"
                     "bob: rejected 606 \"Never\"\nbob: failed 606 \"Incompatible SDP\"\nbob: terminated 606 \"Incompatible SDP\"\n"
                     "alice > ACK\n"
                     "alice: rejected 606 \"Never\"\nalice: failed 606 \"Incompatible SDP\"\nalice: terminated 606 \"Incompatible SDP\"\n");
}

static void
test_default_rejection (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_true (sip_session_terminate (f->bob.session, NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 480 INVITE\n"
                     "bob: rejected 480 \"Temporarily Unavailable\"\nbob: failed 480 \"Unavailable\"\nbob: terminated 480 \"Unavailable\"\n"
                     "alice > ACK\n"
                     "alice: rejected 480 \"Temporarily Unavailable\"\nalice: failed 480 \"Unavailable\"\n"
                     "alice: terminated 480 \"Unavailable\"\n");
}

static void
test_reply (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipResponseOptions) queued = status (182, NULL);
  g_autoptr (SipResponseOptions) moved = status (302, NULL);

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_true (sip_incoming_session_reply (incoming (f), queued, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 182 INVITE\nalice: progress 182\n");
  g_assert_true (sip_incoming_session_reply (incoming (f), moved, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 302 INVITE\n"
                     "bob: rejected 302 \"Moved Temporarily\"\nbob: failed 302 \"Redirected\"\nbob: terminated 302 \"Redirected\"\n"
                     "alice > ACK\n"
                     "alice: rejected 302 \"Moved Temporarily\"\nalice: failed 302 \"Redirected\"\nalice: terminated 302 \"Redirected\"\n");
}

static void
test_nobody_listens (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  g_signal_handlers_disconnect_by_data (f->bob.agent, &f->bob);
  fixture_call (f, NULL);
  fixture_expect (f, "alice > INVITE\nbob > 480 INVITE\nalice > ACK\n"
                     "alice: rejected 480 \"Temporarily Unavailable\"\nalice: failed 480 \"Unavailable\"\n"
                     "alice: terminated 480 \"Unavailable\"\n");
}

static void
test_no_answer (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  fixture_run (f, 60 * G_USEC_PER_SEC - 1000);
  fixture_expect (f, "");
  fixture_run (f, 2000);
  fixture_expect (f, "bob > 408 INVITE\nbob: failed 408 \"No Answer\"\nbob: terminated 408 \"No Answer\"\n"
                     "alice > ACK\n"
                     "alice: rejected 408 \"Request Timeout\"\nalice: failed 408 \"Unavailable\"\nalice: terminated 408 \"Unavailable\"\n");
}

static void
test_expires (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  const char *lines[] = { "Expires: 5", NULL };
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "extra-headers", lines, NULL);

  fixture_call (f, options);
  fixture_expect (f, RINGING);
  fixture_run (f, 5 * G_USEC_PER_SEC + 1000);
  fixture_expect (f, "bob > 487 INVITE\nbob: failed 487 \"Expires\"\nbob: terminated 487 \"Expires\"\n"
                     "alice > ACK\n"
                     "alice: rejected 487 \"Request Terminated\"\nalice: failed 487 \"Canceled\"\nalice: terminated 487 \"Canceled\"\n");
}

/* --- calling off --- */

#define CANCELLED \
  "alice: cancel\nalice > CANCEL\nbob > 200 CANCEL\nbob > 487 INVITE\n" \
  "bob: cancel\nbob: rejected 487 \"Request Terminated\"\nbob: failed 487 \"Canceled\"\nbob: terminated 487 \"Canceled\"\n" \
  "alice > ACK\n" \
  "alice: rejected 487 \"Request Terminated\"\nalice: failed 487 \"Canceled\"\nalice: terminated 487 \"Canceled\"\n"

static void
test_cancel (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_true (sip_outgoing_session_cancel (outgoing (f), NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, CANCELLED);
}

static void
test_terminate_cancels (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipResponseOptions) elsewhere = status (200, "Call completed elsewhere");
  SipRequest *cancel;

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_true (sip_session_terminate (f->alice.session, elsewhere, NULL));
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATING);
  fixture_run (f, 0);
  fixture_expect (f, CANCELLED);

  /* The callee can tell it from a call that was missed. */
  cancel = sip_incoming_session_get_cancel_request (SIP_INCOMING_SESSION (f->bob.session));
  g_assert_cmpstr (sip_message_get_method (SIP_MESSAGE (cancel)), ==, "CANCEL");
  g_assert_true (sip_message_is_completed_elsewhere (SIP_MESSAGE (cancel)));
}

static gboolean
drop_responses (Fixture *f, SipMsg *msg)
{
  return msg->is_request;
}

/* RFC 3261 §9.1: no CANCEL before a 1xx. */
static void
test_cancel_waits_for_1xx (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = drop_responses;
  fixture_call (f, NULL);
  fixture_expect (f, "alice > INVITE\nbob x 100 INVITE\nbob x 180 INVITE\nbob: invite\n");
  g_assert_true (sip_outgoing_session_cancel (outgoing (f), NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice: cancel\n");
  f->filter = NULL;
  fixture_run (f, 500 * 1000);
  fixture_expect (f, "alice > INVITE\nbob > 180 INVITE\n" /* absorbed: the last provisional response again */
                     "alice > CANCEL\nbob > 200 CANCEL\nbob > 487 INVITE\n"
                     "bob: cancel\nbob: rejected 487 \"Request Terminated\"\nbob: failed 487 \"Canceled\"\nbob: terminated 487 \"Canceled\"\n"
                     "alice > ACK\n"
                     "alice: rejected 487 \"Request Terminated\"\nalice: failed 487 \"Canceled\"\nalice: terminated 487 \"Canceled\"\n");
}

static void
test_cancel_while_offer_is_made (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->alice.hold = TRUE;
  fixture_call (f, NULL);
  g_assert_nonnull (f->alice.handler->pending);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_INITIAL);
  g_assert_true (sip_outgoing_session_cancel (outgoing (f), NULL, NULL));
  null_handler_release (f->alice.handler);
  fixture_run (f, 0);
  fixture_expect (f, "alice: cancel\nalice: failed null \"Canceled\"\nalice: terminated null \"Canceled\"\n");
}

static void
test_cancel_before_anything (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipOutgoingSession) session = sip_user_agent_invite (f->alice.agent, "sip:bob@bob.mem", NULL, NULL);

  fixture_watch (&f->alice, SIP_SESSION (session));
  g_assert_true (sip_session_terminate (SIP_SESSION (session), NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice: cancel\nalice: failed null \"Canceled\"\nalice: terminated null \"Canceled\"\n");
}

static void
test_cancel_crosses_200 (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_true (sip_incoming_session_accept (incoming (f), NULL, NULL));
  /* Both are under way at once. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (sip_outgoing_session_cancel (outgoing (f), NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 200 INVITE\nbob: accepted 200\nalice: cancel\nalice > CANCEL\n"
                     "alice > ACK\nalice: accepted 200\nalice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > 200 CANCEL\nbob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
}

static void
test_cancel_while_answer_is_made (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.hold = TRUE;
  fixture_call (f, NULL);
  answer (f);
  g_assert_nonnull (f->bob.handler->pending);
  fixture_expect (f, RINGING);
  g_assert_true (sip_outgoing_session_cancel (outgoing (f), NULL, NULL));
  fixture_run (f, 0);
  null_handler_release (f->bob.handler);
  fixture_run (f, 0);
  fixture_expect (f, CANCELLED);
}

/* --- losses --- */

static gboolean
drop_all (Fixture *f, SipMsg *msg)
{
  return FALSE;
}

static void
test_no_response (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = drop_all;
  fixture_call (f, NULL);
  fixture_run (f, 31 * G_USEC_PER_SEC);
  fixture_expect (f, "alice x INVITE\nalice x INVITE\nalice x INVITE\nalice x INVITE\nalice x INVITE\nalice x INVITE\n");
  fixture_run (f, 33 * G_USEC_PER_SEC);
  fixture_expect (f, "alice x INVITE\nalice: failed null \"Request Timeout\"\nalice: terminated null \"Request Timeout\"\n");
}

static gboolean
drop_acks (Fixture *f, SipMsg *msg)
{
  return msg->method != SIP_METHOD_ACK;
}

static void
test_no_ack (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = drop_acks;
  fixture_call (f, NULL);
  answer (f);
  fixture_expect (f, RINGING "bob > 200 INVITE\nbob: accepted 200\nalice x ACK\nalice: accepted 200\n");
  /* T1 doubling up to T2: after 0.5, 1.5, 3.5, 7.5 s, then each 4 s */
  fixture_run (f, 7600 * 1000);
  fixture_expect (f, "bob > 200 INVITE\nalice x ACK\nbob > 200 INVITE\nalice x ACK\nbob > 200 INVITE\nalice x ACK\nbob > 200 INVITE\nalice x ACK\n");
  fixture_run (f, 23 * G_USEC_PER_SEC);
  g_string_truncate (f->log, 0);
  fixture_run (f, 2 * G_USEC_PER_SEC);
  fixture_expect (f, "bob > 200 INVITE\nalice x ACK\nbob > BYE\nbob: bye\nbob: terminated null \"No ACK\"\n"
                     "alice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\n");
}

static gboolean
drop_first_200 (Fixture *f, SipMsg *msg)
{
  if (msg->status != 200)
    return TRUE;

  f->filter = NULL;
  return FALSE;
}

static void
test_lost_200 (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = drop_first_200;
  fixture_call (f, NULL);
  answer (f);
  fixture_expect (f, RINGING "bob x 200 INVITE\nbob: accepted 200\n");
  fixture_run (f, 500 * 1000);
  fixture_expect (f, "bob > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
}

static void
test_terminate_before_ack (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = drop_acks;
  fixture_call (f, NULL);
  answer (f);
  g_string_truncate (f->log, 0);
  g_assert_true (sip_session_terminate (f->bob.session, NULL, NULL));
  g_assert_true (f->bob.handler->is_closed);
  fixture_run (f, 0);
  fixture_expect (f, "");
  g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_TERMINATING);
  f->filter = NULL;
  fixture_run (f, 500 * 1000);
  fixture_expect (f, "bob > 200 INVITE\nalice > ACK\nbob > BYE\nbob: bye\nbob: terminated null \"Terminated\"\n"
                     "alice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\n");
}

static void
test_terminate_and_no_ack_ever (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = drop_acks;
  fixture_call (f, NULL);
  answer (f);
  g_assert_true (sip_session_bye (f->bob.session, NULL, NULL));
  fixture_run (f, 31 * G_USEC_PER_SEC);
  g_string_truncate (f->log, 0);
  fixture_run (f, 2 * G_USEC_PER_SEC);
  fixture_expect (f, "bob > 200 INVITE\nalice x ACK\nbob > BYE\nbob: bye\nbob: terminated null \"Terminated\"\n"
                     "alice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\n");
}

/* The caller's ACK is lost and it has hung up since: the 200 that comes again is still acknowledged. */
static void
test_bye_before_ack (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->filter = drop_acks;
  fixture_call (f, NULL);
  answer (f);
  g_string_truncate (f->log, 0);
  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
  fixture_run (f, 10 * G_USEC_PER_SEC);
  fixture_expect (f, "");
}

/* --- descriptions that fail --- */

static void
test_no_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->alice.fail = "make";
  fixture_call (f, NULL);
  fixture_expect (f, "alice: failed null \"WebRTC Error\"\nalice: terminated null \"WebRTC Error\"\n");
}

static void
test_no_handler (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->alice.no_handler = TRUE;
  fixture_call (f, NULL);
  fixture_expect (f, "alice: failed null \"WebRTC Not Supported\"\nalice: terminated null \"WebRTC Not Supported\"\n");
}

static void
test_no_handler_for_incoming (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.no_handler = TRUE;
  fixture_call (f, NULL);
  answer (f);
  fixture_expect (f, RINGING
                  "bob > 480 INVITE\nbob: failed 480 \"WebRTC Not Supported\"\nbob: terminated 480 \"WebRTC Not Supported\"\n"
                  "alice > ACK\n"
                  "alice: rejected 480 \"Temporarily Unavailable\"\nalice: failed 480 \"Unavailable\"\nalice: terminated 480 \"Unavailable\"\n");
}

static void
test_bad_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.fail = "take";
  fixture_call (f, NULL);
  answer (f);
  fixture_expect (f, RINGING
                  "bob > 488 INVITE\nbob: failed 488 \"Bad Media Description\"\nbob: terminated 488 \"Bad Media Description\"\n"
                  "alice > ACK\n"
                  "alice: rejected 488 \"Not Acceptable Here\"\nalice: failed 488 \"Incompatible SDP\"\n"
                  "alice: terminated 488 \"Incompatible SDP\"\n");
}

static void
test_no_answer_description (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.fail = "make";
  fixture_call (f, NULL);
  answer (f);
  fixture_expect (f, RINGING
                  "bob > 480 INVITE\nbob: failed 480 \"WebRTC Error\"\nbob: terminated 480 \"WebRTC Error\"\n"
                  "alice > ACK\n"
                  "alice: rejected 480 \"Temporarily Unavailable\"\nalice: failed 480 \"Unavailable\"\nalice: terminated 480 \"Unavailable\"\n");
}

static void
test_bad_answer (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->alice.fail = "take";
  fixture_call (f, NULL);
  answer (f);
  fixture_expect (f, RINGING
                  "bob > 200 INVITE\nbob: accepted 200\nalice > ACK\nalice > BYE\nalice: bye\n"
                  "alice: failed 200 \"Bad Media Description\"\nalice: terminated 200 \"Bad Media Description\"\n"
                  "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
}

static void
test_bad_answer_in_ack (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", TRUE, NULL);

  f->bob.fail = "take";
  fixture_call (f, options);
  answer (f);
  fixture_expect (f, RINGING ACCEPTED
                  "bob > BYE\nbob: bye\nbob: terminated null \"Bad Media Description\"\n"
                  "alice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\n");
}

static void
test_media_fails (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GError) error = g_error_new_literal (SIP_ERROR, SIP_ERROR_MEDIA, "The peer is not who it says");

  fixture_establish (f);
  g_signal_emit_by_name (f->alice.handler, "failed", error);
  fixture_run (f, 0);
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"WebRTC Error\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session/" #name, test_##name)
  ADD (accept_and_bye);
  ADD (callee_hangs_up);
  ADD (both_hang_up);
  ADD (late_offer);
  ADD (accept_async);
  ADD (accept_async_fails);
  ADD (accept_async_media);
  ADD (accept_async_ends_before_media);
  ADD (reject);
  ADD (reject_with_own_words);
  ADD (default_rejection);
  ADD (reply);
  ADD (nobody_listens);
  ADD (no_answer);
  ADD (expires);
  ADD (cancel);
  ADD (terminate_cancels);
  ADD (cancel_waits_for_1xx);
  ADD (cancel_while_offer_is_made);
  ADD (cancel_before_anything);
  ADD (cancel_crosses_200);
  ADD (cancel_while_answer_is_made);
  ADD (no_response);
  ADD (no_ack);
  ADD (lost_200);
  ADD (terminate_before_ack);
  ADD (terminate_and_no_ack_ever);
  ADD (bye_before_ack);
  ADD (no_offer);
  ADD (no_handler);
  ADD (no_handler_for_incoming);
  ADD (bad_offer);
  ADD (no_answer_description);
  ADD (bad_answer);
  ADD (bad_answer_in_ack);
  ADD (media_fails);
#undef ADD
  return g_test_run ();
}
