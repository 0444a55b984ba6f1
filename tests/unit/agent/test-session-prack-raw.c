/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* Reliable provisional responses (RFC 3262) with a peer that does what no agent of ours would: forks, wrong numbers, descriptions where none belong. */

#define ANSWER SCENE_ANSWER
#define OFFER "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=other\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8\r\na=mid:a\r\nm=video 4002 RTP/AVP 31\r\n"

static SipMsg *
call (Scene *s, gboolean late_offer)
{
  g_autoptr (SipInviteOptions) options =
      g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, "invite-without-sdp", late_offer, NULL);

  s->f->show_bodies = TRUE;
  return sip_msg_ref (scene_call (s, options));
}

static void
respond_reliably (Scene *s, SipMsg *invite, guint status, const char *tag, guint32 rseq, const char *sdp)
{
  g_autofree char *lines = g_strdup_printf ("Require: 100rel\r\nRSeq: %u\r\n", rseq);

  scene_respond (s, invite, status, tag, lines, sdp);
}

static void
answer_prack (Scene *s, guint status)
{
  SipMsg *prack = raw_peer_last (s->carol, "PRACK");

  scene_respond (s, prack, status, NULL, NULL, NULL);
}

static void
test_request (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, FALSE);
  g_autofree char *rack = NULL;
  SipMsg *prack;

  g_assert_true (sip_msg_has_token (invite, SIP_H_SUPPORTED, "100rel"));
  g_assert_false (sip_msg_has_token (invite, SIP_H_REQUIRE, "100rel"));
  g_assert_true (sip_msg_has_token (invite, SIP_H_ALLOW, "PRACK"));
  respond_reliably (s, invite, 180, "one", 4000000000u, NULL);
  fixture_expect (s->f, "carol > 180 INVITE\nalice: progress 180\nalice > PRACK\n");
  prack = raw_peer_last (s->carol, "PRACK");
  rack = scene_header (prack, SIP_H_RACK);
  g_assert_cmpstr (rack, ==, "4000000000 1 INVITE");
  g_assert_cmpuint (prack->cseq.number, ==, 2);
  g_assert_true (sip_str_equal (prack->uri, SIP_STR ("sip:one@carol.mem")));
  g_assert_true (sip_str_equal (prack->to.tag, SIP_STR ("one")));
  g_assert_true (sip_str_equal (prack->call_id, invite->call_id));
  g_assert_cmpuint (prack->body_len, ==, 0);
}

static void
test_required (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_REQUIRED, NULL);
  SipMsg *invite = scene_call (s, options);

  g_assert_true (sip_msg_has_token (invite, SIP_H_REQUIRE, "100rel"));
  g_assert_false (sip_msg_has_token (invite, SIP_H_SUPPORTED, "100rel"));
}

/* §4: a response that comes again is neither acknowledged nor told again; one that comes before its turn is as if it had not come. */
static void
test_order (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, FALSE);

  respond_reliably (s, invite, 180, "one", 10, NULL);
  answer_prack (s, 200);
  g_string_truncate (s->f->log, 0);
  respond_reliably (s, invite, 180, "one", 10, NULL);
  respond_reliably (s, invite, 182, "one", 12, NULL);
  respond_reliably (s, invite, 182, "one", 9, NULL);
  fixture_expect (s->f, "carol > 180 INVITE\ncarol > 182 INVITE\ncarol > 182 INVITE\n");
  respond_reliably (s, invite, 181, "one", 11, NULL);
  respond_reliably (s, invite, 182, "one", 12, NULL);
  fixture_expect (s->f, "carol > 181 INVITE\nalice: progress 181\nalice > PRACK\ncarol > 182 INVITE\nalice: progress 182\nalice > PRACK\n");
  g_assert_cmpuint (raw_peer_count (s->carol, "PRACK"), ==, 3);
  g_assert_cmpuint (raw_peer_last (s->carol, "PRACK")->cseq.number, ==, 4);
}

/* Not what it seems: no RSeq, a bad one, no To tag, and no Require at all. */
static void
test_unreliable (void)
{
  static const struct
  {
    const char *tag;
    const char *lines;
  } responses[] = {
    { "one", "Require: 100rel\r\n" },
    { "one", "Require: 100rel\r\nRSeq: 0\r\n" },
    { "one", "Require: 100rel\r\nRSeq: 4294967296\r\n" },
    { "one", "Require: 100rel\r\nRSeq: -1\r\n" },
    { "one", "RSeq: 5\r\n" },
    { NULL, "Require: 100rel\r\nRSeq: 5\r\n" },
  };
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (responses); i++)
    {
      scene_respond (s, invite, 183, responses[i].tag, responses[i].lines, NULL);
      fixture_expect (s->f, "carol > 183 INVITE\nalice: progress 183\n");
    }
}

/* Each branch counts for itself, and each PRACK goes to its own. */
static void
test_forks (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, FALSE);

  respond_reliably (s, invite, 180, "one", 10, NULL);
  respond_reliably (s, invite, 180, "two", 500, NULL);
  fixture_expect (s->f, "carol > 180 INVITE\nalice: progress 180\nalice > PRACK\ncarol > 180 INVITE\nalice: progress 180\nalice > PRACK\n");
  g_assert_true (sip_str_equal (raw_peer_last (s->carol, "PRACK")->uri, SIP_STR ("sip:two@carol.mem")));
  g_assert_cmpuint (raw_peer_last (s->carol, "PRACK")->cseq.number, ==, 2);
  respond_reliably (s, invite, 183, "one", 11, ANSWER);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice: progress 183\nalice > PRACK\n");
  g_assert_true (sip_str_equal (raw_peer_last (s->carol, "PRACK")->uri, SIP_STR ("sip:one@carol.mem")));
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);

  /* The one whose answer was taken wins: nothing more is said about the media. A description in the 2xx says nothing new. */
  scene_respond (s, invite, 200, "one", NULL, "v=0\r\ns=something else\r\n");
  fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\n");
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
  respond_reliably (s, invite, 183, "two", 501, ANSWER);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\n");
  scene_respond (s, invite, 200, "two", NULL, ANSWER);
  fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\nalice > BYE\n");
}

/* Design §4: where the media took the answer of a branch that lost, the call is changed at once, afresh. */
static void
test_strange_winner (void)
{
  static const struct
  {
    gboolean reliable;
    const char *final_sdp;
  } winners[] = { { TRUE, NULL }, { FALSE, ANSWER } };

  for (guint i = 0; i < G_N_ELEMENTS (winners); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s, FALSE);
      gboolean is_fresh = FALSE;
      SipMsg *reinvite;

      respond_reliably (s, invite, 183, "one", 10, "v=0\r\ns=one\r\n");
      if (winners[i].reliable)
        respond_reliably (s, invite, 183, "two", 20, "v=0\r\ns=two\r\n");
      g_string_truncate (s->f->log, 0);
      g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
      scene_respond (s, invite, 200, "two", NULL, winners[i].final_sdp);
      fixture_expect (s->f, winners[i].final_sdp != NULL ? "carol > 200 INVITE +sdp\nalice > ACK\nalice: accepted 200\nalice > INVITE +sdp\n"
                                                         : "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\nalice > INVITE +sdp\n");
      g_assert_cmpuint (s->f->alice.handler->n_rollbacks, ==, 1);
      g_assert_cmpuint (s->f->alice.handler->n_made, ==, 2);
      reinvite = raw_peer_last (s->carol, "INVITE");
      g_assert_true (sip_str_equal (reinvite->to.tag, SIP_STR ("two")));
      g_assert_true (s->f->alice.handler->options != NULL && g_variant_lookup (s->f->alice.handler->options, "fresh", "b", &is_fresh) && is_fresh);
      scene_respond (s, reinvite, 200, NULL, NULL, "v=0\r\ns=fresh\r\n");
      fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK\n");
      g_assert_cmpstr (s->f->alice.handler->remote, ==, "v=0\r\ns=fresh\r\n");
    }
}

/* And if that is refused there is nothing to go back to. */
static void
test_strange_winner_refuses (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, FALSE);

  respond_reliably (s, invite, 183, "one", 10, ANSWER);
  scene_respond (s, invite, 200, "two", NULL, ANSWER);
  g_string_truncate (s->f->log, 0);
  scene_respond (s, raw_peer_last (s->carol, "INVITE"), 488, NULL, NULL, NULL);
  fixture_expect (s->f, "carol > 488 INVITE\nalice > ACK\nalice > BYE\nalice: bye\nalice: terminated 488 \"Bad Media Description\"\n");
}

/* Late offers of two branches: one is answered, the other one refused line by line; should that win, the call is changed at once. */
static void
test_late_offers (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s, TRUE);
      g_autofree char *refusal = NULL;
      SipMsg *answer;

      respond_reliably (s, invite, 183, "one", 10, OFFER);
      fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice: progress 183\nalice > PRACK +sdp\n");
      if (i == 0)
        {
          respond_reliably (s, invite, 183, "two", 20, OFFER);
          fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice > PRACK +sdp\nalice: progress 183\n");
          answer = raw_peer_last (s->carol, "PRACK");
          scene_respond (s, invite, 200, "two", NULL, NULL);
          fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\nalice > INVITE +sdp\n");
        }
      else
        {
          scene_respond (s, invite, 200, "two", NULL, OFFER);
          fixture_expect (s->f, "carol > 200 INVITE +sdp\nalice > ACK +sdp\nalice: accepted 200\nalice > INVITE +sdp\n");
          answer = raw_peer_last (s->carol, "ACK");
        }

      g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
      refusal = sip_str_dup (sip_msg_body (answer));
      g_assert_nonnull (strstr (refusal, "\r\nm=audio 0 RTP/AVP 0 8\r\na=mid:a\r\nm=video 0 RTP/AVP 31\r\n"));
    }
}

/* Descriptions where none belong. */
static void
test_strange_descriptions (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, FALSE);

  /* In a response that is not reliable (early media is off). */
  scene_respond (s, invite, 183, "one", NULL, "v=0\r\ns=unreliable\r\n");
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 0);
  /* Of a type that nobody understands. */
  respond_reliably (s, invite, 180, "one", 10, NULL);
  respond_reliably (s, invite, 183, "one", 11, ANSWER);
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
  /* Once more, after the answer: it is neither offer nor answer. */
  respond_reliably (s, invite, 183, "one", 12, "v=0\r\ns=again\r\n");
  scene_respond (s, invite, 183, "one", NULL, "v=0\r\ns=again\r\n");
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 1);
  g_assert_cmpuint (raw_peer_count (s->carol, "PRACK"), ==, 3);
  g_assert_cmpuint (raw_peer_last (s->carol, "PRACK")->body_len, ==, 0);
  g_assert_cmpstr (s->f->alice.handler->remote, ==, ANSWER);
}

/* The 2xx comes while the answer of the 183, or our answer to its offer, is still on its way through the media. */
static void
test_2xx_overtakes_media (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, TRUE);

  s->f->alice.handler->hold = TRUE;
  respond_reliably (s, invite, 183, "one", 10, OFFER);
  scene_respond (s, invite, 200, "one", NULL, NULL);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice: progress 183\ncarol > 200 INVITE\n");
  null_handler_release (s->f->alice.handler);
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice > PRACK +sdp\nalice > ACK\nalice: accepted 200\n");
}

/* Without a branch that a PRACK reaches the call is called off; a refusal that ends nothing is not minded. */
static const struct
{
  guint status; /* 0: no answer */
  const char *cause;
} refusals[] = {
  { 481, "Dialog Error" },
  { 408, "Unavailable" },
  { 0, "Request Timeout" },
  { 500, NULL },
};

static void
test_refusals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      for (guint n_legs = 1; n_legs <= 2; n_legs++)
        {
          g_autoptr (Scene) s = scene_new ();
          g_autoptr (SipMsg) invite = call (s, FALSE);
          gboolean is_over = n_legs == 1 && refusals[i].cause != NULL;

          g_test_message ("%u, %u branches", refusals[i].status, n_legs);
          if (n_legs == 2)
            scene_respond (s, invite, 180, "two", NULL, NULL);
          respond_reliably (s, invite, 180, "one", 10, NULL);
          g_string_truncate (s->f->log, 0);
          if (refusals[i].status != 0)
            answer_prack (s, refusals[i].status);
          else
            fixture_run (s->f, 33 * G_USEC_PER_SEC);
          g_assert_cmpint (strstr (s->f->log->str, "alice: cancel\nalice > CANCEL\n") != NULL, ==, is_over);
          if (is_over)
            {
              g_autofree char *end = g_strdup_printf ("alice: rejected 487 \"Whatever\"\nalice: failed 487 \"%s\"\nalice: terminated 487 \"%s\"\n",
                                                      refusals[i].cause, refusals[i].cause);

              scene_respond (s, invite, 487, "one", NULL, NULL);
              g_assert_true (g_str_has_suffix (s->f->log->str, end));
            }
          else
            {
              scene_respond (s, invite, 200, "one", NULL, ANSWER);
              g_assert_true (g_str_has_suffix (s->f->log->str, "alice > ACK\nalice: accepted 200\n"));
            }
        }
    }
}

/* The callee cannot use our answer to its late offer. */
static void
test_refused_answer (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, TRUE);

  respond_reliably (s, invite, 183, "one", 10, OFFER);
  g_string_truncate (s->f->log, 0);
  answer_prack (s, 488);
  fixture_expect (s->f, "carol > 488 PRACK\nalice: cancel\nalice > CANCEL\n");
  scene_respond (s, raw_peer_last (s->carol, "CANCEL"), 200, NULL, NULL, NULL);
  scene_respond (s, invite, 487, "one", NULL, NULL);
  g_assert_true (g_str_has_suffix (s->f->log->str, "alice: terminated 487 \"Incompatible SDP\"\n"));
}

/* A CANCEL is out: what comes reliably is acknowledged all the same, and told to nobody. */
static void
test_after_cancel (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = call (s, FALSE);

  scene_respond (s, invite, 180, "one", NULL, NULL);
  g_assert_true (sip_session_terminate (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  g_string_truncate (s->f->log, 0);
  respond_reliably (s, invite, 183, "one", 10, ANSWER);
  fixture_expect (s->f, "carol > 183 INVITE +sdp\nalice > PRACK\n");
  g_assert_cmpuint (s->f->alice.handler->n_taken, ==, 0);
}

/* --- in a re-INVITE --- */

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_reinvite_finish (SIP_SESSION (source), result, &error);
  g_string_append_printf (user_data, "changed: %s\n", error != NULL ? error->message : "yes");
}

static const struct
{
  const char *name;
  gboolean late_offer;
  const char *early; /* of the 183; NULL: none */
  const char *fail;  /* what alice's handler fails at */
  guint status;
  const char *final;
  const char *trace;
} changes[] = {
  { "the answer comes early", FALSE, ANSWER, NULL, 200, NULL,
    "alice > INVITE +sdp\ncarol > 183 INVITE +sdp\nalice > PRACK\ncarol > 200 INVITE\nalice > ACK\nchanged: yes\n" },
  { "the answer comes early, and again", FALSE, ANSWER, NULL, 200, ANSWER,
    "alice > INVITE +sdp\ncarol > 183 INVITE +sdp\nalice > PRACK\ncarol > 200 INVITE +sdp\nalice > ACK\nchanged: yes\n" },
  { "the answer comes in the 2xx", FALSE, NULL, NULL, 200, ANSWER,
    "alice > INVITE +sdp\ncarol > 183 INVITE\nalice > PRACK\ncarol > 200 INVITE +sdp\nalice > ACK\nchanged: yes\n" },
  { "the offer comes early", TRUE, OFFER, NULL, 200, NULL,
    "alice > INVITE\ncarol > 183 INVITE +sdp\nalice > PRACK +sdp\ncarol > 200 INVITE\nalice > ACK\nchanged: yes\n" },
  { "the offer comes in the 2xx", TRUE, NULL, NULL, 200, OFFER,
    "alice > INVITE\ncarol > 183 INVITE\nalice > PRACK\ncarol > 200 INVITE +sdp\nalice > ACK +sdp\nchanged: yes\n" },
  { "no answer comes", FALSE, NULL, NULL, 200, NULL,
    "alice > INVITE +sdp\ncarol > 183 INVITE\nalice > PRACK\ncarol > 200 INVITE\nalice > ACK\n"
    "alice > BYE\nalice: bye\nalice: terminated 200 \"Bad Media Description\"\nchanged: The other side accepted without a description\n" },
  { "the early answer is of no use", FALSE, ANSWER, "take", 487, NULL,
    "alice > INVITE +sdp\ncarol > 183 INVITE +sdp\nalice > PRACK\nalice > CANCEL\ncarol > 487 INVITE\nalice > ACK\n"
    "changed: The other side refused the change: 487 Whatever\nalice > INVITE +sdp\n" },
  { "refused after all, when both sides had begun", FALSE, ANSWER, NULL, 488, NULL,
    "alice > INVITE +sdp\ncarol > 183 INVITE +sdp\nalice > PRACK\ncarol > 488 INVITE\nalice > ACK\n"
    "changed: The other side refused the change: 488 Whatever\nalice > INVITE +sdp\n" },
  { "... with their offer", TRUE, OFFER, NULL, 488, NULL,
    "alice > INVITE\ncarol > 183 INVITE +sdp\nalice > PRACK +sdp\ncarol > 488 INVITE\nalice > ACK\n"
    "changed: The other side refused the change: 488 Whatever\nalice > INVITE +sdp\n" },
  { "refused after all", FALSE, NULL, NULL, 488, NULL,
    "alice > INVITE +sdp\ncarol > 183 INVITE\nalice > PRACK\ncarol > 488 INVITE\nalice > ACK\n"
    "changed: The other side refused the change: 488 Whatever\n" },
};

static void
test_changes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = call (s, FALSE);
      g_autoptr (SipInviteOptions) options =
          g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_REQUIRED, "invite-without-sdp", changes[i].late_offer, NULL);
      SipMsg *reinvite;

      g_test_message ("%s", changes[i].name);
      /* The first INVITE had reliable responses of its own numbers. */
      respond_reliably (s, invite, 180, "one", 70, NULL);
      scene_respond (s, invite, 200, "one", NULL, ANSWER);
      g_string_truncate (s->f->log, 0);

      s->f->alice.handler->fail = changes[i].fail;
      sip_session_reinvite_async (s->f->alice.session, options, NULL, changed_cb, s->f->log);
      fixture_run (s->f, 0);
      reinvite = raw_peer_last (s->carol, "INVITE");
      g_assert_true (sip_msg_has_token (reinvite, SIP_H_REQUIRE, "100rel"));
      respond_reliably (s, reinvite, 183, NULL, 5, changes[i].early);
      respond_reliably (s, reinvite, 183, NULL, 5, changes[i].early);
      scene_respond (s, reinvite, changes[i].status, NULL, NULL, changes[i].final);
      {
        g_autofree char *again = g_strdup_printf ("carol > 183 INVITE%s\n", changes[i].early != NULL ? " +sdp" : "");
        char *second = strstr (strstr (s->f->log->str, again) + 1, again);

        g_assert_nonnull (second);
        g_string_erase (s->f->log, second - s->f->log->str, (gssize) strlen (again));
      }
      fixture_expect (s->f, changes[i].trace);
      /* What was agreed is agreed: it is changed, not forgotten. */
      g_assert_cmpuint (s->f->alice.handler->n_rollbacks, ==, changes[i].status >= 300 && (changes[i].early == NULL || changes[i].fail != NULL));
    }
}

/* --- carol calls bob --- */

/* ... and bob has said something reliably; answers his tag. */
static char *
ring (Scene *s, const char *offer, guint status, guint32 *rseq)
{
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", status, NULL);
  guint64 number;

  scene_say (s, "INVITE", SCENE_BOB, NULL, 10, SCENE_CONTACT "Require: 100rel\r\n", offer);
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (s->f->bob.session), options, NULL));
  fixture_run (s->f, 0);
  g_assert_cmpuint (scene_last_response (s)->status, ==, status);
  g_assert_true (sip_msg_has_token (scene_last_response (s), SIP_H_REQUIRE, "100rel"));
  g_assert_true (sip_msg_has_token (scene_last_response (s), SIP_H_ALLOW, "PRACK"));
  g_assert_nonnull (sip_msg_value (scene_last_response (s), SIP_H_CONTACT).p);
  g_assert_true (sip_msg_uint (scene_last_response (s), SIP_H_RSEQ, G_MAXINT32, &number));
  g_assert_cmpuint (number, >, 0);
  *rseq = (guint32) number;
  s->f->show_bodies = TRUE;
  g_string_truncate (s->f->log, 0);
  return sip_str_dup (scene_last_response (s)->to.tag);
}

static void
say_prack (Scene *s, const char *tag, guint cseq, guint32 rseq, const char *rack, const char *body)
{
  g_autofree char *line = rack != NULL ? g_strdup (rack) : g_strdup_printf ("RAck: %u 10 INVITE\r\n", rseq);

  scene_say (s, "PRACK", SCENE_BOB, tag, cseq, line, body);
}

/* §3: a PRACK that is for nothing that waits is answered 481, and what waits goes on waiting. */
static void
test_wrong_pracks (void)
{
  g_autoptr (Scene) s = scene_new ();
  guint32 rseq;
  g_autofree char *tag = ring (s, ANSWER, 183, &rseq);
  g_autofree char *other_cseq = g_strdup_printf ("RAck: %u 11 INVITE\r\n", rseq);
  g_autofree char *other_method = g_strdup_printf ("RAck: %u 10 UPDATE\r\n", rseq);
  g_autofree char *huge = g_strdup_printf ("RAck: %" G_GUINT64_FORMAT " 10 INVITE\r\n", (guint64) rseq + ((guint64) 1 << 32));
  g_autofree char *cut = g_strdup_printf ("RAck: %u\r\n", rseq);
  g_autofree char *folded = g_strdup_printf ("RAck: %u\r\n  10\t INVITE\r\n", rseq);

  say_prack (s, tag, 11, rseq + 1, NULL, NULL);
  say_prack (s, tag, 12, rseq - 1, NULL, NULL);
  say_prack (s, tag, 13, 0, other_cseq, NULL);
  say_prack (s, tag, 14, 0, other_method, NULL);
  fixture_expect (s->f, "carol > PRACK\nbob > 481 PRACK\ncarol > PRACK\nbob > 481 PRACK\ncarol > PRACK\nbob > 481 PRACK\ncarol > PRACK\nbob > 481 PRACK\n");
  say_prack (s, tag, 15, 0, huge, NULL);
  say_prack (s, tag, 16, 0, cut, NULL);
  say_prack (s, tag, 17, 0, "RAck: x y z\r\n", NULL);
  say_prack (s, tag, 18, 0, "X-Nothing: 1\r\n", NULL);
  fixture_expect (s->f, "carol > PRACK\nbob > 400 PRACK\ncarol > PRACK\nbob > 400 PRACK\ncarol > PRACK\nbob > 400 PRACK\ncarol > PRACK\nbob > 400 PRACK\n");
  fixture_run (s->f, 501 * 1000);
  fixture_expect (s->f, "bob > 183 INVITE +sdp\n");
  say_prack (s, tag, 19, 0, folded, NULL);
  fixture_expect (s->f, "carol > PRACK\nbob > 200 PRACK\n");
  /* Once is enough. */
  say_prack (s, tag, 20, rseq, NULL, NULL);
  fixture_expect (s->f, "carol > PRACK\nbob > 481 PRACK\n");
  fixture_run (s->f, 33 * G_USEC_PER_SEC);
  fixture_expect (s->f, "");
}

/* The numbers rise by one. */
static void
test_numbers (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipResponseOptions) queued = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 182, NULL);
  guint32 rseq;
  g_autofree char *tag = ring (s, ANSWER, 183, &rseq);
  guint64 next;

  say_prack (s, tag, 11, rseq, NULL, NULL);
  g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (s->f->bob.session), queued, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "carol > PRACK\nbob > 200 PRACK\nbob > 182 INVITE\n");
  g_assert_true (sip_msg_uint (scene_last_response (s), SIP_H_RSEQ, G_MAXUINT32, &next));
  g_assert_cmpuint (next, ==, rseq + 1);
}

/* What a PRACK brings (RFC 3262 §5; RFC 6337 §2.1, patterns 4 and 5). */
static const struct
{
  const char *name;
  const char *offer;     /* of the INVITE; NULL: none */
  guint status;          /* of the response */
  const char *body;      /* of the PRACK */
  const char *more;      /* of its head */
  const char *fail;      /* what bob's handler fails at by then */
  guint answer;
  const char *trace;
  const char *remote;    /* what bob's handler has been given last; NULL: nothing */
} pracks[] = {
  { "nothing", ANSWER, 183, NULL, NULL, NULL, 200, "bob > 200 PRACK\n", ANSWER },
  { "a new offer", ANSWER, 183, "v=0\r\ns=new\r\n", NULL, NULL, 200, "bob > 200 PRACK +sdp\n", "v=0\r\ns=new\r\n" },
  { "a new offer that is refused", ANSWER, 183, "v=0\r\ns=new\r\n", NULL, "take", 488, "bob > 488 PRACK\n", ANSWER },
  { "a new offer that cannot be answered", ANSWER, 183, "v=0\r\ns=new\r\n", NULL, "make", 488, "bob > 488 PRACK\n", "v=0\r\ns=new\r\n" },
  { "an offer, but the first one has no answer yet", ANSWER, 180, "v=0\r\ns=new\r\n", NULL, NULL, 500, "bob > 500 PRACK\n", NULL },
  { "something else", ANSWER, 183, "Hello", "Content-Type: text/plain\r\n", NULL, 415, "bob > 415 PRACK\n", ANSWER },
  { "the answer", NULL, 183, "v=0\r\ns=answer\r\n", NULL, NULL, 200, "bob > 200 PRACK\n", "v=0\r\ns=answer\r\n" },
  { "no answer", NULL, 183, NULL, NULL, NULL, 400,
    "bob > 400 PRACK\nbob > 488 INVITE\nbob: failed 488 \"Bad Media Description\"\nbob: terminated 488 \"Bad Media Description\"\n", NULL },
  { "an answer that is refused", NULL, 183, "v=0\r\ns=answer\r\n", NULL, "take", 488,
    "bob > 488 PRACK\nbob > 488 INVITE\nbob: failed 488 \"Bad Media Description\"\nbob: terminated 488 \"Bad Media Description\"\n", NULL },
};

static void
test_prack_bodies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pracks); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      guint32 rseq;
      g_autofree char *tag = ring (s, pracks[i].offer, pracks[i].status, &rseq);
      g_autofree char *lines = g_strdup_printf ("RAck: %u 10 INVITE\r\n%s", rseq, pracks[i].more != NULL ? pracks[i].more : "");
      g_autofree char *trace = g_strdup_printf ("carol > PRACK%s\n%s", pracks[i].body != NULL ? " +sdp" : "", pracks[i].trace);
      gboolean has_handler = s->f->bob.handler != NULL;

      g_test_message ("%s", pracks[i].name);
      if (has_handler)
        s->f->bob.handler->fail = pracks[i].fail;
      scene_say (s, "PRACK", SCENE_BOB, tag, 11, lines, pracks[i].body);
      fixture_expect (s->f, trace);
      g_assert_cmpuint (scene_last_response_to (s, "PRACK")->status, ==, pracks[i].answer);
      g_assert_cmpstr (has_handler ? s->f->bob.handler->remote : NULL, ==, pracks[i].remote);
      if (pracks[i].answer == 500)
        g_assert_nonnull (sip_msg_value (scene_last_response_to (s, "PRACK"), SIP_H_RETRY_AFTER).p);
      if (strstr (pracks[i].trace, "terminated") != NULL)
        {
          scene_say (s, "ACK", SCENE_BOB, tag, 10, NULL, NULL);
          continue;
        }

      /* The call goes on: whatever it was, the response has been acknowledged. */
      g_string_truncate (s->f->log, 0);
      if (has_handler)
        s->f->bob.handler->fail = NULL;
      g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
      fixture_run (s->f, 0);
      fixture_expect (s->f, pracks[i].status == 180 ? "bob > 200 INVITE +sdp\nbob: accepted 200\n" : "bob > 200 INVITE\nbob: accepted 200\n");
      scene_say (s, "ACK", SCENE_BOB, tag, 10, NULL, NULL);
      g_assert_cmpint (sip_session_get_state (s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
    }
}

/* The call ends while the offer of a PRACK is on its way through the media: that has to be answered too. */
static void
test_end_before_prack_is_answered (void)
{
  g_autoptr (Scene) s = scene_new ();
  guint32 rseq;
  g_autofree char *tag = ring (s, ANSWER, 183, &rseq);

  s->f->bob.handler->hold = TRUE;
  say_prack (s, tag, 11, rseq, NULL, "v=0\r\ns=new\r\n");
  fixture_expect (s->f, "carol > PRACK +sdp\n");
  scene_say (s, "BYE", SCENE_BOB, tag, 12, NULL, NULL);
  g_assert_nonnull (strstr (s->f->log->str, "bob > 481 PRACK\n"));
  g_assert_true (g_str_has_prefix (s->f->log->str, "carol > BYE\nbob > 200 BYE\nbob > 487 INVITE\nbob: bye\nbob: rejected 487"));
  scene_say (s, "ACK", SCENE_BOB, tag, 10, NULL, NULL);
  null_handler_release (s->f->bob.handler);
}

/* Accepted meanwhile: first the PRACK is answered, then the INVITE. */
static void
test_accept_before_prack_is_answered (void)
{
  g_autoptr (Scene) s = scene_new ();
  guint32 rseq;
  g_autofree char *tag = ring (s, ANSWER, 183, &rseq);

  s->f->bob.handler->hold = TRUE;
  say_prack (s, tag, 11, rseq, NULL, "v=0\r\ns=new\r\n");
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "carol > PRACK +sdp\n");
  null_handler_release (s->f->bob.handler);
  fixture_run (s->f, 0);
  fixture_expect (s->f, "bob > 200 PRACK +sdp\nbob > 200 INVITE\nbob: accepted 200\n");
  scene_say (s, "ACK", SCENE_BOB, tag, 10, NULL, NULL);
}

/* Outside of a dialog, and in one that has nothing to acknowledge. */
static void
test_prack_for_nothing (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *tag = NULL;

  say_prack (s, "nowhere", 1, 5, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 481);
  scene_say (s, "INVITE", SCENE_BOB, NULL, 10, SCENE_CONTACT, ANSWER);
  tag = sip_str_dup (scene_last_response (s)->to.tag);
  say_prack (s, tag, 11, 5, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 481);
  g_assert_cmpint (sip_session_get_state (s->f->bob.session), ==, SIP_SESSION_STATE_INITIAL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-prack-raw/" #name, test_##name)
  ADD (request);
  ADD (required);
  ADD (order);
  ADD (unreliable);
  ADD (forks);
  ADD (strange_winner);
  ADD (strange_winner_refuses);
  ADD (late_offers);
  ADD (strange_descriptions);
  ADD (2xx_overtakes_media);
  ADD (refusals);
  ADD (refused_answer);
  ADD (after_cancel);
  ADD (changes);
  ADD (wrong_pracks);
  ADD (numbers);
  ADD (prack_bodies);
  ADD (end_before_prack_is_answered);
  ADD (accept_before_prack_is_answered);
  ADD (prack_for_nothing);
#undef ADD
  return g_test_run ();
}
