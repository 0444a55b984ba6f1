/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "agent/sip-session-private.h"
#include "sip.h"

/* Changes of an established call: re-INVITE, hold, glare, refusals. */

typedef struct
{
  guint n;
  GError *error;
} Result;

static void
result_clear (Result *result)
{
  g_clear_error (&result->error);
  result->n = 0;
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Result *told = user_data;

  told->n++;
  g_clear_error (&told->error);
  sip_session_reinvite_finish (SIP_SESSION (source), result, &told->error);
}

#define REINVITE "alice > INVITE\nbob: reinvite\nbob > 100 INVITE\nbob > 200 INVITE\nalice > ACK\n"

static void
test_reinvite (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  fixture_expect (f, REINVITE);
  g_assert_cmpuint (told.n, ==, 1);
  g_assert_no_error (told.error);
  g_assert_cmpuint (f->bob.handler->n_taken, ==, 2);
  g_assert_cmpuint (f->alice.handler->n_taken, ==, 2);

  /* And from the other side. */
  sip_session_reinvite_async (f->bob.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  fixture_expect (f, "bob > INVITE\nalice: reinvite\nalice > 100 INVITE\nalice > 200 INVITE\nbob > ACK\n");
  g_assert_cmpuint (told.n, ==, 2);
  g_assert_no_error (told.error);
}

static void
test_late_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", TRUE, NULL);
  Result told = { 0 };

  fixture_establish (f);
  sip_session_reinvite_async (f->alice.session, options, NULL, changed_cb, &told);
  fixture_run (f, 0);
  fixture_expect (f, REINVITE);
  g_assert_cmpuint (told.n, ==, 1);
  g_assert_no_error (told.error);
  g_assert_cmpuint (f->bob.handler->n_taken, ==, 2);
}

static void
test_refused (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  f->bob.handler->fail = "take";
  sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, &told);
  g_assert_true (sip_session_get_held_locally (f->alice.session));
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\nbob: reinvite\nbob > 100 INVITE\nbob > 488 INVITE\nalice > ACK\n");
  g_assert_cmpuint (told.n, ==, 1);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (told.error->message, "488"));
  g_assert_false (sip_session_get_held_locally (f->alice.session));
  g_assert_cmpuint (f->alice.handler->n_rollbacks, ==, 1);
  g_assert_cmpuint (f->bob.handler->n_rollbacks, ==, 1);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  result_clear (&told);

  /* And can be asked for again. */
  f->bob.handler->fail = NULL;
  sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  g_assert_no_error (told.error);
  g_assert_true (sip_session_get_held_locally (f->alice.session));
}

/* The same once more, while the first has no answer: one request, and one answer for both. */
static void
test_hold_twice (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      Result told[3] = { 0 };

      fixture_establish (f);
      f->bob.handler->fail = i == 0 ? NULL : "take";
      for (guint n = 0; n < 3; n++)
        sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, &told[n]);
      g_assert_cmpuint (told[1].n, ==, 0);
      fixture_run (f, 0);
      fixture_expect (f, i == 0 ? REINVITE : "alice > INVITE\nbob: reinvite\nbob > 100 INVITE\nbob > 488 INVITE\nalice > ACK\n");
      for (guint n = 0; n < 3; n++)
        {
          g_assert_cmpuint (told[n].n, ==, 1);
          g_assert_cmpint (told[n].error != NULL, ==, i == 1);
          result_clear (&told[n]);
        }
      g_assert_cmpint (sip_session_get_held_locally (f->alice.session), ==, i == 0);
    }
}

static void
again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  changed_cb (source, result, user_data);
  if (((Result *) user_data)->n < 5)
    sip_session_reinvite_async (SIP_SESSION (source), NULL, NULL, again_cb, user_data);
}

/* The agent goes while a change is under way: whoever hears of that can begin no other one. */
static void
test_agent_stops (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  f->bob.handler->hold = TRUE;
  sip_session_reinvite_async (f->alice.session, NULL, NULL, again_cb, &told);
  fixture_run (f, 0);
  g_assert_cmpuint (told.n, ==, 0);
  sip_user_agent_stop_async (f->alice.agent, NULL, NULL, NULL);
  fixture_run (f, 40 * G_USEC_PER_SEC);
  g_assert_cmpuint (told.n, ==, 5);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  result_clear (&told);
}

static void
test_no_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  f->alice.handler->fail = "make";
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  fixture_expect (f, "");
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_MEDIA);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  result_clear (&told);
}

static void
test_bad_answer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  f->alice.handler->fail = "take";
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  fixture_expect (f, REINVITE "alice > BYE\nalice: bye\nalice: terminated 200 \"Bad Media Description\"\n"
                              "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_MEDIA);
  result_clear (&told);
}

static void
test_one_at_a_time (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result first = { 0 };
  Result second = { 0 };

  fixture_establish (f);
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &first);
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &second);
  fixture_run (f, 0);
  g_assert_no_error (first.error);
  g_assert_cmpuint (first.n, ==, 1);
  g_assert_error (second.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  result_clear (&second);
}

static void
test_not_established (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_false (sip_session_get_held_locally (f->alice.session));
  result_clear (&told);
  fixture_expect (f, "");
}

/* RFC 3261 §14.1: both ask at once, both are refused, the one that owns the Call-ID waits longer. */
static void
test_glare (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result alice = { 0 };
  Result bob = { 0 };

  fixture_establish (f);
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &alice);
  sip_session_reinvite_async (f->bob.session, NULL, NULL, changed_cb, &bob);
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\nbob > INVITE\nbob > 491 INVITE\nalice > 491 INVITE\nalice > ACK\nbob > ACK\n");
  g_assert_cmpuint (alice.n + bob.n, ==, 0);
  fixture_run (f, 2050 * 1000);
  fixture_expect (f, "bob > INVITE\nalice: reinvite\nalice > 100 INVITE\nalice > 200 INVITE\nbob > ACK\n");
  g_assert_cmpuint (bob.n, ==, 1);
  g_assert_no_error (bob.error);
  fixture_run (f, 2000 * 1000);
  fixture_expect (f, REINVITE);
  g_assert_cmpuint (alice.n, ==, 1);
  g_assert_no_error (alice.error);
}

static gboolean
drop_acks (Fixture *f, SipMsg *msg)
{
  return msg->method != SIP_METHOD_ACK;
}

/* The other side's INVITE has no ACK yet: ours waits for it. */
static void
test_waits (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  f->filter = drop_acks;
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);
  sip_session_reinvite_async (f->bob.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  fixture_expect (f, "");
  f->filter = NULL;
  fixture_run (f, 500 * 1000);
  fixture_expect (f, "bob > 200 INVITE\nalice > ACK\nbob > INVITE\nalice: reinvite\nalice > 100 INVITE\nalice > 200 INVITE\nbob > ACK\n");
  g_assert_cmpuint (told.n, ==, 2);
}

static void
test_bye_during_change (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  f->bob.handler->hold = TRUE;
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);
  g_assert_true (sip_session_bye (f->bob.session, NULL, NULL));
  fixture_run (f, 0);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_assert_cmpuint (told.n, ==, 1);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  result_clear (&told);
}

static gboolean
drop_all (Fixture *f, SipMsg *msg)
{
  return FALSE;
}

static void
test_timeout (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  Result told = { 0 };

  fixture_establish (f);
  f->filter = drop_all;
  sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  fixture_run (f, 33 * G_USEC_PER_SEC);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  result_clear (&told);
  fixture_run (f, 40 * G_USEC_PER_SEC);
}

#define SDP "v=0\r\ns=carol\r\n"

/* A call with a peer that says what the test wants. */
static RawPeer *
establish_raw (Fixture *f)
{
  RawPeer *carol = raw_peer_new ("carol", f->wheel);

  fixture_call_target (f, "sip:carol@carol.mem", NULL);
  raw_peer_respond (carol, raw_peer_last (carol, "INVITE"), 200, "c", NULL, SDP);
  fixture_run (f, 0);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (f->log, 0);

  return carol;
}

/* RFC 3261 §14.2: the other side is busy with another INVITE, and says for how long. */
static void
test_retry_after (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (RawPeer) carol = establish_raw (f);
  Result told = { 0 };

  sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  g_string_truncate (f->log, 0);
  raw_peer_respond (carol, raw_peer_last (carol, "INVITE"), 500, NULL, "Retry-After: 3\r\n", NULL);
  fixture_run (f, 3 * G_USEC_PER_SEC - 1000);
  fixture_expect (f, "carol > 500 INVITE\nalice > ACK\n");
  g_assert_cmpuint (told.n, ==, 0);
  g_assert_true (sip_session_get_held_locally (f->alice.session));
  fixture_run (f, 1000);
  fixture_expect (f, "alice > INVITE\n");
  raw_peer_respond (carol, raw_peer_last (carol, "INVITE"), 200, NULL, NULL, SDP);
  fixture_run (f, 0);
  g_assert_cmpuint (told.n, ==, 1);
  g_assert_no_error (told.error);
}

/* Nobody waits as long as that, nor for a 500 that does not say; and not for ever. */
static void
test_retry_in_vain (void)
{
  static const char *const headers[] = { NULL, "Retry-After: 33\r\n", "Retry-After: x\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (RawPeer) carol = establish_raw (f);
      Result told = { 0 };

      sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &told);
      fixture_run (f, 0);
      for (guint n = 0; i == 0 && n < 7; n++)
        {
          raw_peer_respond (carol, raw_peer_last (carol, "INVITE"), n % 2 != 0 ? 491 : 500, NULL, "Retry-After: 0\r\n", NULL);
          fixture_run (f, 4 * G_USEC_PER_SEC);
          g_assert_cmpuint (told.n, ==, 0);
        }
      raw_peer_respond (carol, raw_peer_last (carol, "INVITE"), i == 0 ? 491 : 500, NULL, headers[i], NULL);
      fixture_run (f, 0);
      g_assert_cmpuint (told.n, ==, 1);
      g_assert_error (told.error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
      g_assert_nonnull (strstr (told.error->message, i == 0 ? "491" : "500"));
      g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
      result_clear (&told);
    }
}

/* The other side says 100 and no more: the change is called off, and the next one can come. */
static void
test_never_answered (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (RawPeer) carol = establish_raw (f);
  g_autoptr (SipMsg) invite = NULL;
  Result told = { 0 };

  sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, &told);
  fixture_run (f, 0);
  invite = sip_msg_ref (raw_peer_last (carol, "INVITE"));
  raw_peer_respond (carol, invite, 100, NULL, NULL, NULL);
  g_string_truncate (f->log, 0);
  fixture_run (f, 100 * G_USEC_PER_SEC);
  raw_peer_respond (carol, invite, 183, NULL, NULL, NULL);
  fixture_run (f, 181 * G_USEC_PER_SEC - 1000);
  fixture_expect (f, "carol > 183 INVITE\n");
  fixture_run (f, 1000);
  fixture_expect (f, "alice > CANCEL\n");
  raw_peer_respond (carol, raw_peer_last (carol, "CANCEL"), 200, NULL, NULL, NULL);
  raw_peer_respond (carol, invite, 487, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_error (told.error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
  g_assert_false (sip_session_get_held_locally (f->alice.session));
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  result_clear (&told);
  sip_session_hold_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_cmpuint (raw_peer_count (carol, "INVITE"), ==, 3);
}

/* RFC 3261 §12.2.1.2 */
static void
test_gone (void)
{
  static const guint statuses[] = { 408, 481 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (RawPeer) carol = establish_raw (f);
      g_autofree char *expected = g_strdup_printf ("carol > %u INVITE\nalice > ACK\nalice > BYE\nalice: bye\nalice: terminated %u \"Dialog Error\"\n",
                                                   statuses[i], statuses[i]);
      Result told = { 0 };

      sip_session_reinvite_async (f->alice.session, NULL, NULL, changed_cb, &told);
      fixture_run (f, 0);
      g_string_truncate (f->log, 0);
      raw_peer_respond (carol, raw_peer_last (carol, "INVITE"), statuses[i], NULL, NULL, NULL);
      fixture_run (f, 0);
      fixture_expect (f, expected);
      g_assert_error (told.error, SIP_ERROR, SIP_ERROR_DIALOG);
      result_clear (&told);
    }
}

/* Any other refusal leaves the call as it was. */
static void
test_refusals (void)
{
  static const guint statuses[] = { 300, 302, 400, 403, 404, 415, 420, 486, 487, 488, 500, 503, 600, 603, 606 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (RawPeer) carol = establish_raw (f);
      g_autofree char *expected = g_strdup_printf ("carol > %u INVITE\nalice > ACK\n", statuses[i]);
      Result told = { 0 };

      sip_session_hold_async (f->alice.session, NULL, NULL, changed_cb, &told);
      fixture_run (f, 0);
      g_string_truncate (f->log, 0);
      raw_peer_respond (carol, raw_peer_last (carol, "INVITE"), statuses[i], NULL, NULL, NULL);
      fixture_run (f, 0);
      fixture_expect (f, expected);
      g_assert_error (told.error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
      g_assert_false (sip_session_get_held_locally (f->alice.session));
      g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
      g_assert_cmpuint (f->alice.handler->n_rollbacks, ==, 1);
      result_clear (&told);
    }
}

static const struct
{
  const char *sdp;
  gboolean holds;
} descriptions[] = {
  { "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n", FALSE },
  { "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n", TRUE },
  { "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\na=inactive\r\nm=audio 9 RTP/AVP 0\r\n", TRUE },
  { "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\na=sendonly\r\nm=audio 9 RTP/AVP 0\r\na=sendrecv\r\n", FALSE },
  { "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\nm=video 9 RTP/AVP 96\r\n", FALSE },
  { "v=0\r\no=- 1 1 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\nm=video 0 RTP/AVP 96\r\n", TRUE },
  { "a=sendonly", FALSE },
  { "", FALSE },
};

static void
test_remote_hold (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (descriptions); i++)
    {
      g_test_message ("%u", i);
      g_assert_cmpint (sip_session_description_holds (sip_str_from (descriptions[i].sdp)), ==, descriptions[i].holds);
    }
}

static void
count_cb (guint *n)
{
  ++*n;
}

static void
test_held_remotely (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  guint n = 0;

  fixture_establish (f);
  g_signal_connect_swapped (f->bob.session, "notify::held-remotely", G_CALLBACK (count_cb), &n);
  g_free (f->alice.handler->local);
  f->alice.handler->local = g_strdup (descriptions[1].sdp);
  sip_session_hold_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_true (sip_session_get_held_remotely (f->bob.session));
  g_free (f->alice.handler->local);
  f->alice.handler->local = g_strdup (descriptions[0].sdp);
  sip_session_unhold_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_false (sip_session_get_held_remotely (f->bob.session));
  g_assert_cmpuint (n, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-change/" #name, test_##name)
  ADD (reinvite);
  ADD (late_offer);
  ADD (refused);
  ADD (hold_twice);
  ADD (agent_stops);
  ADD (no_offer);
  ADD (bad_answer);
  ADD (one_at_a_time);
  ADD (not_established);
  ADD (glare);
  ADD (waits);
  ADD (bye_during_change);
  ADD (timeout);
  ADD (retry_after);
  ADD (retry_in_vain);
  ADD (never_answered);
  ADD (gone);
  ADD (refusals);
  ADD (remote_hold);
  ADD (held_remotely);
#undef ADD
  return g_test_run ();
}
