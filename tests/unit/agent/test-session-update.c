/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "sip.h"

/* UPDATE (RFC 3311), received: with and without an offer, at the right moment and at every wrong one. carol says them; her calls to alice, and alice's to her. */

#define S G_GINT64_CONSTANT (1000000)
#define SDP "v=0\r\ns=carol\r\n"
#define HOLD "v=0\r\no=- 1 2 IN IP4 1.2.3.4\r\ns=-\r\nc=IN IP4 1.2.3.4\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na=sendonly\r\n"

typedef struct
{
  Fixture *f;
  RawPeer *carol;
  char *call_id;
  char *tag;      /* alice's */
  guint cseq;
} Scene;

static Scene *
scene_new (void)
{
  Scene *self = g_new0 (Scene, 1);

  self->f = fixture_new ();
  self->carol = raw_peer_new ("carol", self->f->wheel);
  return self;
}

static void
scene_free (Scene *self)
{
  g_free (self->call_id);
  g_free (self->tag);
  raw_peer_free (self->carol);
  fixture_free (self->f);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static SipMsg *
last (Scene *s)
{
  return g_ptr_array_index (s->carol->received, s->carol->received->len - 1);
}

/* carol's request, in the call or, without a tag of alice's, outside of it: the last message that came back. */
static SipMsg *
say_with (Scene *s, const char *method, const char *more, const char *body)
{
  g_autofree char *tag = s->tag != NULL ? g_strconcat (";tag=", s->tag, NULL) : g_strdup ("");

  s->cseq += strcmp (method, "ACK") != 0;
  raw_peer_send (s->carol, "alice", body,
                 "%s sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/TCP carol.mem;branch=z9hG4bK%s%u\r\nFrom: <sip:carol@carol.mem>;tag=c\r\n"
                 "To: <sip:alice@alice.mem>%s\r\nCall-ID: %s\r\nCSeq: %u %s\r\nMax-Forwards: 70\r\n%s",
                 method, method, s->cseq, tag, s->call_id, s->cseq, method, more);
  fixture_run (s->f, 0);
  return last (s);
}

static SipMsg *
say (Scene *s, const char *method, const char *body)
{
  return say_with (s, method, "Contact: <sip:carol@carol.mem>\r\n", body);
}

/* carol calls alice, who rings. */
static void
ring (Scene *s, const char *offer)
{
  s->call_id = g_strdup ("update");
  say (s, "INVITE", offer);
  s->tag = sip_str_dup (last (s)->to.tag);
  g_string_truncate (s->f->log, 0);
}

static void
accept_call (Scene *s)
{
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->alice.session), NULL, NULL));
  fixture_run (s->f, 0);
  g_string_truncate (s->f->log, 0);
}

static void
establish (Scene *s)
{
  ring (s, SDP);
  accept_call (s);
  say (s, "ACK", NULL);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (s->f->log, 0);
}

/* alice calls carol: the INVITE. */
static SipMsg *
call (Scene *s)
{
  SipMsg *invite;

  fixture_call_target (s->f, "sip:carol@carol.mem", NULL);
  invite = raw_peer_last (s->carol, "INVITE");
  s->call_id = sip_str_dup (invite->call_id);
  s->tag = sip_str_dup (invite->from.tag);
  return invite;
}

static void
assert_refused (SipMsg *answer, guint status)
{
  guint64 seconds = 0;

  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpint (sip_msg_uint (answer, SIP_H_RETRY_AFTER, G_MAXUINT32, &seconds), ==, status == 500);
  g_assert_cmpuint (seconds, <=, 10);
  g_assert_null (sip_msg_field (answer, SIP_H_SESSION_EXPIRES));
}

/* --- at the right moment --- */

static void
test_plain (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *answer;

  establish (s);
  answer = say_with (s, "UPDATE", "Contact: <sip:moved@carol.mem>\r\n", NULL);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_true (sip_str_equal (sip_msg_value (answer, SIP_H_CONTACT), SIP_STR ("<sip:alice@alice.mem>")));
  g_assert_true (sip_msg_has_token (answer, SIP_H_ALLOW, "UPDATE"));
  g_assert_cmpuint (sip_msg_body (answer).len, ==, 0);
  /* The session did not change: nobody is told. */
  fixture_expect (s->f, "carol > UPDATE\nalice > 200 UPDATE\n");
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);

  /* But the target did (§5.2). */
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  g_assert_true (sip_str_equal (raw_peer_last (s->carol, "BYE")->uri, SIP_STR ("sip:moved@carol.mem")));
}

static void
test_offer (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *answer;

  establish (s);
  answer = say (s, "UPDATE", HOLD);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_true (sip_str_equal (sip_msg_body (answer), SIP_STR ("v=0\r\ns=alice\r\n")));
  fixture_expect (s->f, "carol > UPDATE\nalice: reinvite\nalice > 200 UPDATE\n");
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 2);
  g_assert_true (sip_session_get_held_remotely (s->f->alice.session));
  say (s, "UPDATE", SDP);
  g_assert_false (sip_session_get_held_remotely (s->f->alice.session));
}

/* Our own call, and the ACK is not on its way: the 2xx to the other side's INVITE waits for it, but offer and answer are done. */
static void
test_before_the_ack (void)
{
  g_autoptr (Scene) s = scene_new ();

  ring (s, SDP);
  accept_call (s);
  g_assert_cmpuint (say (s, "UPDATE", SDP)->status, ==, 200);
  s->cseq--;
  say (s, "ACK", NULL);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* --- refused for what it says --- */

static void
test_bad_offer (void)
{
  static const char *const fails[] = { "take", "make" };

  for (guint i = 0; i < G_N_ELEMENTS (fails); i++)
    {
      g_autoptr (Scene) s = scene_new ();

      establish (s);
      s->f->alice.handler->fail = fails[i];
      assert_refused (say (s, "UPDATE", SDP), 488);
      g_assert_cmpuint (s->f->alice.handler->n_rollbacks, ==, 1);
      g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
      s->f->alice.handler->fail = NULL;
      g_assert_cmpuint (say (s, "UPDATE", SDP)->status, ==, 200);
    }
}

static void
test_other_type (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *answer;

  establish (s);
  answer = say_with (s, "UPDATE", "Contact: <sip:carol@carol.mem>\r\nContent-Type: text/plain\r\n", "hi");
  assert_refused (answer, 415);
  g_assert_true (g_str_has_prefix (sip_msg_value (answer, SIP_H_ACCEPT).p, "application/sdp"));
}

/* --- at the wrong moment (§5.2) --- */

static void
test_glare (void)
{
  g_autoptr (Scene) s = scene_new ();

  establish (s);
  sip_session_reinvite_async (s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  assert_refused (say (s, "UPDATE", SDP), 491);
  /* Without an offer it meets nothing. */
  g_assert_cmpuint (say (s, "UPDATE", NULL)->status, ==, 200);
  raw_peer_respond (s->carol, raw_peer_last (s->carol, "INVITE"), 200, NULL, NULL, SDP);
  fixture_run (s->f, 0);
  g_assert_cmpuint (say (s, "UPDATE", SDP)->status, ==, 200);
}

static void
test_offer_in_our_2xx (void)
{
  g_autoptr (Scene) s = scene_new ();

  ring (s, NULL);
  accept_call (s);
  assert_refused (say (s, "UPDATE", SDP), 491);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_session_reinvite_finish (SIP_SESSION (source), result, &error));
  *(gboolean *) user_data = TRUE;
}

/* One offer is being answered: everything else waits. */
static void
test_one_at_a_time (void)
{
  g_autoptr (Scene) s = scene_new ();
  gboolean done = FALSE;
  guint n;

  establish (s);
  s->f->alice.handler->hold = TRUE;
  n = s->carol->received->len;
  say (s, "UPDATE", SDP);
  g_assert_cmpuint (s->carol->received->len, ==, n);
  assert_refused (say (s, "UPDATE", SDP), 500);
  g_assert_cmpuint (say (s, "UPDATE", NULL)->status, ==, 200);
  say (s, "INVITE", SDP);
  assert_refused (last (s), 500);
  sip_session_reinvite_async (s->f->alice.session, NULL, NULL, done_cb, &done);
  fixture_run (s->f, 0);
  g_assert_null (raw_peer_last (s->carol, "INVITE"));

  g_string_truncate (s->f->log, 0);
  null_handler_release (s->f->alice.handler);
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice > 200 UPDATE\nalice > INVITE\n");
  raw_peer_respond (s->carol, raw_peer_last (s->carol, "INVITE"), 200, NULL, NULL, SDP);
  fixture_run (s->f, 0);
  g_assert_true (done);
}

static void
test_ringing (void)
{
  g_autoptr (Scene) s = scene_new ();

  /* Its offer in the INVITE has no answer yet. */
  ring (s, SDP);
  assert_refused (say (s, "UPDATE", SDP), 500);
  g_assert_cmpuint (say_with (s, "UPDATE", "Contact: <sip:moved@carol.mem>\r\n", NULL)->status, ==, 200);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_INITIAL);
  g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
}

static void
test_calling (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (call (s));

  /* Ours has none. */
  raw_peer_respond (s->carol, invite, 180, "c", NULL, NULL);
  fixture_run (s->f, 0);
  assert_refused (say (s, "UPDATE", SDP), 491);
  g_assert_cmpuint (say (s, "UPDATE", NULL)->status, ==, 200);
  raw_peer_respond (s->carol, invite, 200, "c", NULL, SDP);
  fixture_run (s->f, 0);
  g_assert_cmpuint (say (s, "UPDATE", SDP)->status, ==, 200);
}

#define RELIABLE "Require: 100rel\r\nRSeq: 1\r\n"

/* With a reliable response offer and answer are done before the call is: from then on the session can change (RFC 6337 §2.2, pattern 6). */
static void
test_calling_agreed (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = NULL;

  sip_user_agent_set_rel100 (s->f->alice.agent, SIP_REL100_SUPPORTED);
  invite = sip_msg_ref (call (s));
  raw_peer_respond (s->carol, invite, 183, "c", RELIABLE, SDP);
  fixture_run (s->f, 0);
  raw_peer_respond (s->carol, raw_peer_last (s->carol, "PRACK"), 200, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  g_string_truncate (s->f->log, 0);
  g_assert_cmpuint (say (s, "UPDATE", HOLD)->status, ==, 200);
  /* Nothing is established that could be changed: no signal but the property's. */
  fixture_expect (s->f, "carol > UPDATE\nalice > 200 UPDATE\n");
  g_assert_true (sip_session_get_held_remotely (s->f->alice.session));
  raw_peer_respond (s->carol, invite, 200, "c", NULL, NULL);
  fixture_run (s->f, 0);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
}

/* The 2xx overtakes our answer to the UPDATE. */
static void
test_accepted_meanwhile (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = NULL;

  sip_user_agent_set_rel100 (s->f->alice.agent, SIP_REL100_SUPPORTED);
  invite = sip_msg_ref (call (s));
  raw_peer_respond (s->carol, invite, 183, "c", RELIABLE, SDP);
  fixture_run (s->f, 0);
  raw_peer_respond (s->carol, raw_peer_last (s->carol, "PRACK"), 200, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  s->f->alice.handler->hold = TRUE;
  say (s, "UPDATE", SDP);
  g_string_truncate (s->f->log, 0);
  raw_peer_respond (s->carol, invite, 200, "c", NULL, NULL);
  fixture_run (s->f, 0);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\n");
  null_handler_release (s->f->alice.handler);
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice > 200 UPDATE\nalice: accepted 200\n");
}

/* carol's INVITE requires 100rel; alice has answered its offer in a 183. */
static void
ring_reliably (Scene *s)
{
  s->call_id = g_strdup ("update");
  say_with (s, "INVITE", "Require: 100rel\r\nContact: <sip:carol@carol.mem>\r\n", SDP);
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (s->f->alice.session), NULL, NULL));
  fixture_run (s->f, 0);
  s->tag = sip_str_dup (last (s)->to.tag);
}

static void
acknowledge_183 (Scene *s)
{
  g_autofree char *rseq = sip_str_dup (sip_msg_value (last (s), SIP_H_RSEQ));
  g_autofree char *rack = g_strdup_printf ("RAck: %s 1 INVITE\r\n", rseq);

  g_assert_cmpuint (say_with (s, "PRACK", rack, NULL)->status, ==, 200);
  g_string_truncate (s->f->log, 0);
}

static void
test_ringing_agreed (void)
{
  g_autoptr (Scene) s = scene_new ();

  ring_reliably (s);
  acknowledge_183 (s);
  g_assert_cmpuint (say (s, "UPDATE", HOLD)->status, ==, 200);
  fixture_expect (s->f, "carol > UPDATE\nalice > 200 UPDATE\n");
  g_assert_true (sip_session_get_held_remotely (s->f->alice.session));

  /* We accept while the next one is being answered: first things first. */
  s->f->alice.handler->hold = TRUE;
  say (s, "UPDATE", SDP);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->alice.session), NULL, NULL));
  fixture_run (s->f, 0);
  g_string_truncate (s->f->log, 0);
  null_handler_release (s->f->alice.handler);
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice > 200 UPDATE\nalice > 200 INVITE\nalice: accepted 200\n");
  g_assert_cmpuint (sip_msg_body (last (s)).len, ==, 0);
}

static void
test_cancelled_meanwhile (void)
{
  g_autoptr (Scene) s = scene_new ();

  ring_reliably (s);
  acknowledge_183 (s);
  s->f->alice.handler->hold = TRUE;
  say (s, "UPDATE", SDP);
  g_string_truncate (s->f->log, 0);
  g_assert_true (sip_incoming_session_reject (SIP_INCOMING_SESSION (s->f->alice.session), NULL, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice > 480 INVITE\nalice: rejected 480 \"Temporarily Unavailable\"\nalice: failed 480 \"Unavailable\"\n"
                        "alice: terminated 480 \"Unavailable\"\nalice > 487 UPDATE\n");
}

static void
test_no_call (void)
{
  g_autoptr (Scene) s = scene_new ();

  s->call_id = g_strdup ("none");
  g_assert_cmpuint (say (s, "UPDATE", NULL)->status, ==, 481);
  s->tag = g_strdup ("nobody");
  g_assert_cmpuint (say (s, "UPDATE", SDP)->status, ==, 481);
  g_clear_pointer (&s->tag, g_free);
  g_clear_pointer (&s->call_id, g_free);

  establish (s);
  s->cseq -= 1;
  g_assert_cmpuint (say (s, "UPDATE", NULL)->status, ==, 500);
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  raw_peer_respond (s->carol, raw_peer_last (s->carol, "BYE"), 200, NULL, NULL, NULL);
  g_assert_cmpuint (say (s, "UPDATE", NULL)->status, ==, 481);
}

/* --- the end comes first --- */

static void
test_bye_meanwhile (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *before;

  establish (s);
  s->f->alice.handler->hold = TRUE;
  say (s, "UPDATE", SDP);
  g_string_truncate (s->f->log, 0);
  say (s, "BYE", NULL);
  fixture_expect (s->f, "carol > BYE\nalice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\nalice > 487 UPDATE\n");
  before = last (s);
  null_handler_release (s->f->alice.handler);
  fixture_run (s->f, 0);
  g_assert_true (last (s) == before);
}

/* Nobody waits for an answer that takes so long; the call goes on. */
static void
test_too_late (void)
{
  g_autoptr (Scene) s = scene_new ();
  guint n;

  establish (s);
  s->f->alice.handler->hold = TRUE;
  say (s, "UPDATE", SDP);
  fixture_run (s->f, 33 * S);
  n = s->carol->received->len;
  null_handler_release (s->f->alice.handler);
  fixture_run (s->f, 0);
  g_assert_cmpuint (s->carol->received->len, ==, n);
  g_assert_cmpuint (s->f->alice.handler->n_rollbacks, ==, 1);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_assert_cmpuint (say (s, "UPDATE", SDP)->status, ==, 200);
}

static void
hang_up_cb (SipSession *session)
{
  g_assert_true (sip_session_bye (session, NULL, NULL));
}

static void
test_bye_within_the_signal (void)
{
  g_autoptr (Scene) s = scene_new ();

  establish (s);
  g_signal_connect (s->f->alice.session, "reinvite", G_CALLBACK (hang_up_cb), NULL);
  say (s, "UPDATE", SDP);
  fixture_expect (s->f, "carol > UPDATE\nalice: reinvite\nalice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\nalice > 487 UPDATE\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-update/" #name, test_##name)
  ADD (plain);
  ADD (offer);
  ADD (before_the_ack);
  ADD (bad_offer);
  ADD (other_type);
  ADD (glare);
  ADD (offer_in_our_2xx);
  ADD (one_at_a_time);
  ADD (ringing);
  ADD (calling);
  ADD (calling_agreed);
  ADD (accepted_meanwhile);
  ADD (ringing_agreed);
  ADD (cancelled_meanwhile);
  ADD (no_call);
  ADD (bye_meanwhile);
  ADD (too_late);
  ADD (bye_within_the_signal);
#undef ADD
  return g_test_run ();
}
