/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* Early media: answers that come before anybody has answered, in responses that nobody acknowledges, of one branch or of several. */

#define EARLY "v=0\r\ns=early\r\n"
#define FINAL "v=0\r\ns=final\r\n"

static SipMsg *
call (Scene *s)
{
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, "early-media", TRUE, NULL);

  s->f->show_bodies = TRUE;
  return sip_msg_ref (scene_call (s, options));
}

static void
expect_remote (Scene *s, SipDescriptionType type, const char *text, guint n_taken)
{
  NullHandler *handler = s->f->alice.handler;

  g_assert_cmpint (handler->taken_type, ==, type);
  g_assert_cmpstr (handler->remote, ==, text);
  g_assert_cmpuint (handler->n_taken, ==, n_taken);
}

static void
test_followed (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s);

  scene_respond (s, invite, 180, "one", NULL, NULL);
  scene_respond (s, invite, 183, "one", NULL, EARLY);
  fixture_expect (s->f, "carol > 180 INVITE\nalice: progress 180\ncarol > 183 INVITE +sdp\nalice: progress 183\n");
  expect_remote (s, SIP_DESCRIPTION_PRANSWER, EARLY, 1);

  /* The same once more says nothing; another one does. */
  scene_respond (s, invite, 183, "one", NULL, EARLY);
  expect_remote (s, SIP_DESCRIPTION_PRANSWER, EARLY, 1);
  scene_respond (s, invite, 183, "one", NULL, "v=0\r\ns=second\r\n");
  expect_remote (s, SIP_DESCRIPTION_PRANSWER, "v=0\r\ns=second\r\n", 2);

  /* The one that counts. */
  g_string_truncate (s->f->log, 0);
  scene_respond (s, invite, 200, "one", NULL, "v=0\r\ns=second\r\n");
  fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\n");
  expect_remote (s, SIP_DESCRIPTION_ANSWER, "v=0\r\ns=second\r\n", 3);
  g_assert_cmpuint (s->f->alice.handler->n_made, ==, 1);
}

/* By the agent's word as well as by the call's; by nobody's, not at all. */
static void
test_settings (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      SipMsg *invite;

      g_assert_false (sip_user_agent_get_early_media (s->f->alice.agent));
      sip_user_agent_set_early_media (s->f->alice.agent, i == 1);
      invite = scene_call (s, NULL);
      scene_respond (s, invite, 183, "one", NULL, EARLY);
      g_assert_cmpuint (s->f->alice.handler->n_taken, ==, i);
    }
}

/* What one-way sound before the answer says is no hold. */
static void
test_one_way (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s);

  scene_respond (s, invite, 183, "one", NULL, "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n");
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
  g_assert_false (sip_session_get_held_remotely (s->f->alice.session));
}

/* Two branches ring: whom to listen to nobody knows. */
static void
test_several_branches (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s);

  scene_respond (s, invite, 180, "one", NULL, NULL);
  scene_respond (s, invite, 183, "two", NULL, EARLY);
  scene_respond (s, invite, 183, "one", NULL, EARLY);
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 0);
  g_string_truncate (s->f->log, 0);
  scene_respond (s, invite, 200, "two", NULL, FINAL);
  fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\n");
  expect_remote (s, SIP_DESCRIPTION_ANSWER, FINAL, 1);
}

/* The branch that was listened to loses: the call is changed at once, afresh. */
static void
test_strange_winner (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s);
  SipMsg *reinvite;

  scene_respond (s, invite, 183, "one", NULL, EARLY);
  scene_respond (s, invite, 180, "two", NULL, NULL);
  g_string_truncate (s->f->log, 0);
  scene_respond (s, invite, 200, "two", NULL, FINAL);
  fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\nalice > INVITE +sdp\n");
  g_assert_cmpuint (s->f->alice.handler->n_rollbacks, ==, 1);
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
  reinvite = raw_peer_last (s->carol, "INVITE");
  g_assert_true (sip_str_equal (reinvite->to.tag, SIP_STR ("two")));
  g_assert_cmpuint (reinvite->cseq.number, ==, invite->cseq.number + 1);
  scene_respond (s, reinvite, 200, NULL, NULL, FINAL);
  expect_remote (s, SIP_DESCRIPTION_ANSWER, FINAL, 2);
  fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\n");

  /* The one who lost hears that it did. */
  scene_respond (s, invite, 200, "one", NULL, EARLY);
  fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nalice > BYE\n");
  g_assert_true (sip_str_equal (raw_peer_last (s->carol, "BYE")->to.tag, SIP_STR ("one")));
}

/* The application changes the call at once by itself: one re-INVITE is enough. */
static void
hold_cb (SipSession *session, guint code, SipResponse *response, gpointer user_data)
{
  sip_session_hold_async (session, NULL, NULL, NULL, NULL);
}

static void
test_strange_winner_is_held (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s);
  gboolean is_fresh = FALSE;
  gboolean is_hold = FALSE;

  g_signal_connect (s->f->alice.session, "accepted", G_CALLBACK (hold_cb), NULL);
  scene_respond (s, invite, 183, "one", NULL, EARLY);
  g_string_truncate (s->f->log, 0);
  scene_respond (s, invite, 200, "two", NULL, FINAL);
  fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\nalice > INVITE +sdp\n");
  g_variant_lookup (s->f->alice.handler->options, "fresh", "b", &is_fresh);
  g_variant_lookup (s->f->alice.handler->options, "hold", "b", &is_hold);
  g_assert_true (is_fresh && is_hold);
  scene_respond (s, raw_peer_last (s->carol, "INVITE"), 200, NULL, NULL, FINAL);
  g_string_truncate (s->f->log, 0);
  fixture_run (s->f, 5 * G_USEC_PER_SEC);
  fixture_expect (s->f, "");
}

/* An early answer that is of no use is done without. */
static void
test_refused (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s);

  s->f->alice.handler->fail = "take";
  scene_respond (s, invite, 183, "one", NULL, EARLY);
  s->f->alice.handler->fail = NULL;
  scene_respond (s, invite, 200, "two", NULL, FINAL);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice: progress 183\ncarol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\n");
  expect_remote (s, SIP_DESCRIPTION_ANSWER, FINAL, 1);
}

/* Reliable after all: that is the answer, and no early one any more. */
static void
test_reliable_afterwards (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s);

  scene_respond (s, invite, 183, "one", NULL, EARLY);
  scene_respond (s, invite, 183, "one", "Require: 100rel\r\nRSeq: 7\r\n", FINAL);
  expect_remote (s, SIP_DESCRIPTION_ANSWER, FINAL, 2);
  scene_respond (s, invite, 183, "one", NULL, EARLY);
  expect_remote (s, SIP_DESCRIPTION_ANSWER, FINAL, 2);
  scene_respond (s, invite, 200, "one", NULL, NULL);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice: progress 183\ncarol > 183 INVITE +sdp\nalice: progress 183\nalice > PRACK\n"
                        "carol > 183 INVITE +sdp\nalice: progress 183\ncarol > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
}

/* The 2xx comes while the early answer is still on its way through the media: of the same branch, its answer is next; of another one, what was begun is
 * called off. And an early answer that is reliable as well comes again, as long as nobody has had the time for it. */
static void
test_slow_media (void)
{
  static const struct
  {
    const char *tag;
    const char *trace;
    const char *rest;
  } winners[] = {
    { "one", "carol > 200 INVITE +sdp\nalice > ACK\n", "alice: accepted 200\n" },
    { "two", "carol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\nalice > INVITE +sdp\n", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (winners); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s);

      s->f->alice.handler->hold_take = TRUE;
      scene_respond (s, invite, 183, "one", NULL, EARLY);
      scene_respond (s, invite, 183, "one", "Require: 100rel\r\nRSeq: 7\r\n", EARLY);
      fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice: progress 183\ncarol > 183 INVITE +sdp\n");
      scene_respond (s, invite, 200, winners[i].tag, NULL, FINAL);
      fixture_expect (s->f, winners[i].trace);
      null_handler_release (s->f->alice.handler);
      fixture_run (s->f, 0);
      fixture_expect (s->f, winners[i].rest);
      if (i == 0)
        expect_remote (s, SIP_DESCRIPTION_ANSWER, FINAL, 2);
    }
}

/* Called off, or over, while the early answer is on its way. */
static void
test_end_meanwhile (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s);

      s->f->alice.handler->hold_take = TRUE;
      scene_respond (s, invite, 183, "one", NULL, EARLY);
      g_string_truncate (s->f->log, 0);
      if (i == 0)
        {
          g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
          fixture_run (s->f, 0);
          scene_respond (s, raw_peer_last (s->carol, "CANCEL"), 200, NULL, NULL, NULL);
        }
      scene_respond (s, invite, 487, "one", NULL, NULL);
      g_assert_true (g_str_has_suffix (s->f->log->str, "alice: terminated 487 \"Canceled\"\n"));
      g_string_truncate (s->f->log, 0);
      null_handler_release (s->f->alice.handler);
      fixture_run (s->f, 0);
      fixture_expect (s->f, "");
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-early/" #name, test_##name)
  ADD (followed);
  ADD (settings);
  ADD (one_way);
  ADD (several_branches);
  ADD (strange_winner);
  ADD (strange_winner_is_held);
  ADD (refused);
  ADD (reliable_afterwards);
  ADD (slow_media);
  ADD (end_meanwhile);
#undef ADD
  return g_test_run ();
}
