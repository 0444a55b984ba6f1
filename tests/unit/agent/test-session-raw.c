/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"
#include "agent/sip-session-private.h"
#include "dialog/sip-invite-machine-private.h"

static void
test_request (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *invite = scene_call (s, NULL);
  g_autofree char *contact = scene_header (invite, SIP_H_CONTACT);
  g_autofree char *to = scene_header (invite, SIP_H_TO);

  g_assert_cmpstr (contact, ==, "<sip:alice@alice.mem>");
  g_assert_cmpstr (to, ==, "<sip:carol@carol.mem>");
  g_assert_cmpint (invite->max_forwards, ==, 70);
  g_assert_true (g_str_has_prefix (invite->via.branch.p, "z9hG4bK"));
  g_assert_true (sip_msg_has_token (invite, SIP_H_ALLOW, "BYE"));
  g_assert_cmpuint (invite->from.tag.len, >=, 6);
  g_assert_cmpuint (sip_msg_body (invite).len, >, 0);
}

static void
keep_contacts_cb (SipSession *session, SipMessage *message, const char *cause, char ***contacts)
{
  *contacts = sip_message_get_headers (message, "Contact");
}

/* RFC 3261 §8.1.3.4: nobody is called in the other's place, but who rejected says where else. */
static void
test_redirected (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));
  const char *expected[] = { "<sip:carol@home.mem>;q=0.9", "\"Her, office\" <sip:carol@work.mem>;q=0.5", "<tel:+15551234>", NULL };
  g_auto (GStrv) contacts = NULL;

  g_signal_connect (s->f->alice.session, "rejected", G_CALLBACK (keep_contacts_cb), &contacts);
  scene_respond (s, invite, 302, "one",
                 "Contact: <sip:carol@home.mem>;q=0.9, \"Her, office\" <sip:carol@work.mem>;q=0.5\r\nContact: <tel:+15551234>\r\n", NULL);
  fixture_expect (s->f, "carol > 302 INVITE\nalice > ACK\nalice: rejected 302 \"Whatever\"\nalice: failed 302 \"Redirected\"\n"
                        "alice: terminated 302 \"Redirected\"\n");
  g_assert_cmpstrv (contacts, expected);
  g_assert_cmpuint (raw_peer_count (s->carol, "INVITE"), ==, 1);
}

/* RFC 3261 §13.2.2.4: the first 2xx wins, the others are acknowledged and ended; each 2xx that comes again is acknowledged again. */
static void
test_forked_2xx (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));
  SipMsg *bye;

  scene_respond (s, invite, 180, "one", NULL, NULL);
  scene_respond (s, invite, 180, "two", NULL, NULL);
  scene_respond (s, invite, 200, "two", NULL, SCENE_ANSWER);
  fixture_expect (s->f, "carol > 180 INVITE\nalice: progress 180\ncarol > 180 INVITE\nalice: progress 180\n"
                        "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
  g_assert_true (sip_str_equal (raw_peer_last (s->carol, "ACK")->uri, SIP_STR ("sip:two@carol.mem")));
  scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice > BYE\n");
  bye = raw_peer_last (s->carol, "BYE");
  g_assert_true (sip_str_equal (bye->to.tag, SIP_STR ("one")));
  scene_respond (s, bye, 200, NULL, NULL, NULL);
  scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
  scene_respond (s, invite, 200, "two", NULL, SCENE_ANSWER);
  fixture_expect (s->f, "carol > 200 BYE\ncarol > 200 INVITE\nalice > ACK\ncarol > 200 INVITE\nalice > ACK\n");
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* A 2xx of a third branch comes when the call has been hung up already. */
static void
test_fork_after_the_end (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));

  scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  scene_respond (s, raw_peer_last (s->carol, "BYE"), 200, NULL, NULL, NULL);
  g_string_truncate (s->f->log, 0);
  scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\n");
  scene_respond (s, invite, 200, "two", NULL, SCENE_ANSWER);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice > BYE\n");
  scene_respond (s, raw_peer_last (s->carol, "BYE"), 200, NULL, NULL, NULL);
}

/* §12.1.2, §12.2.1.1: loose routes, in reverse; the last target said. */
static void
test_route_set (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));
  SipMsg *bye;
  g_autofree char *route = NULL;

  scene_respond (s, invite, 200, "one",
           "Record-Route: <sip:second.mem;lr>, <sip:carol.mem;lr>\r\nContact: \"Carol, at last\" <sip:target@far.away;x=y>;q=1\r\n", SCENE_ANSWER);
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  bye = raw_peer_last (s->carol, "BYE");
  g_assert_nonnull (bye);
  g_assert_true (sip_str_equal (bye->uri, SIP_STR ("sip:target@far.away;x=y")));
  route = scene_header (bye, SIP_H_ROUTE);
  g_assert_cmpstr (route, ==, "<sip:carol.mem;lr>");
  g_assert_cmpuint (bye->cseq.number, ==, invite->cseq.number + 1);
  g_assert_true (sip_str_equal (bye->call_id, invite->call_id));
  g_assert_true (sip_str_equal (bye->from.tag, invite->from.tag));
  scene_respond (s, bye, 200, NULL, NULL, NULL);
}

/* A strict router gets the request as its Request-URI wants it. */
static void
test_strict_route (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));
  SipMsg *ack;
  g_autofree char *route = NULL;

  scene_respond (s, invite, 200, "one", "Record-Route: <sip:carol.mem>\r\nContact: <sip:target@far.away>\r\n", SCENE_ANSWER);
  ack = raw_peer_last (s->carol, "ACK");
  g_assert_nonnull (ack);
  g_assert_true (sip_str_equal (ack->uri, SIP_STR ("sip:carol.mem")));
  route = scene_header (ack, SIP_H_ROUTE);
  g_assert_cmpstr (route, ==, "<sip:target@far.away>");
}

static void
test_2xx_without_description (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *bye;

  scene_respond (s, scene_call (s, NULL), 200, "one", NULL, NULL);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice > BYE\nalice: bye\n"
                        "alice: failed 200 \"Bad Media Description\"\nalice: terminated 200 \"Bad Media Description\"\n");
  bye = raw_peer_last (s->carol, "BYE");
  g_assert_nonnull (sip_msg_value (bye, SIP_H_REASON).p);
  scene_respond (s, bye, 200, NULL, NULL, NULL);
}

/* There is no way to the callee's target: nothing is on the wire, and the application hears what it would have heard. */
static void
test_bye_without_connection (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));

  scene_respond (s, invite, 200, "one", "Contact: <tel:+123>\r\n", SCENE_ANSWER);
  fixture_expect (s->f, "carol > 200 INVITE\nalice: accepted 200\n");
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "alice: bye\nalice: terminated null \"Connection Error\"\n");
}

/* The callee's BYE overtakes its 200. */
static void
test_bye_overtakes_200 (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));

  scene_respond (s, invite, 180, "one", NULL, NULL);
  raw_peer_send (s->carol, "alice", NULL,
                 "BYE sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKbye\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=one\r\nTo: <sip:alice@alice.mem>;tag=%.*s\r\nCall-ID: %.*s\r\nCSeq: 5 BYE\r\n",
                 SIP_STR_ARGS (invite->from.tag), SIP_STR_ARGS (invite->call_id));
  fixture_run (s->f, 0);
  fixture_expect (s->f, "carol > 180 INVITE\nalice: progress 180\ncarol > BYE\nalice > 200 BYE\n");
  scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\nalice: bye\nalice: terminated BYE \"Terminated\"\n");
}

/* --- carol calls --- */

static const struct
{
  const char *method;
  const char *uri;
  const char *to_tag;
  const char *more;
  guint status;
} answers[] = {
  { "OPTIONS", SCENE_BOB, NULL, NULL, 200 },
  { "OPTIONS", "sip:bob.mem", NULL, NULL, 200 },
  { "OPTIONS", "sip:b%6fb@bob.mem", NULL, NULL, 200 },
  { "OPTIONS", "sip:nobody@bob.mem", NULL, NULL, 404 },
  { "OPTIONS", "tel:+123", NULL, NULL, 416 },
  { "OPTIONS", SCENE_BOB, "t", NULL, 481 },
  { "OPTIONS", SCENE_BOB, NULL, "Require: levitation, path\r\n", 420 },
  { "INVITE", "sip:nobody@bob.mem", NULL, SCENE_CONTACT, 404 },
  { "INVITE", SCENE_BOB, NULL, "", 400 },
  { "INVITE", SCENE_BOB, NULL, "Contact: *\r\n", 400 },
  { "INVITE", SCENE_BOB, NULL, "Contact: <mailto:a@b>\r\n", 400 },
  { "INVITE", SCENE_BOB, NULL, SCENE_CONTACT "Require: levitation\r\n", 420 },
  { "INVITE", SCENE_BOB, NULL, SCENE_CONTACT "Content-Encoding: gzip\r\n", 415 },
  { "INVITE", SCENE_BOB, "t", SCENE_CONTACT, 481 },
  { "BYE", SCENE_BOB, NULL, NULL, 481 },
  { "BYE", SCENE_BOB, "t", NULL, 481 },
  { "UPDATE", SCENE_BOB, "t", SCENE_CONTACT, 481 },
  { "INFO", SCENE_BOB, NULL, NULL, 481 },
  { "REGISTER", SCENE_BOB, NULL, NULL, 405 },
  { "DANCE", SCENE_BOB, NULL, NULL, 501 },
};

static void
test_outside_of_dialogs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      SipMsg *response;

      g_test_message ("%s %s %s", answers[i].method, answers[i].uri, answers[i].more);
      scene_say (s, answers[i].method, answers[i].uri, answers[i].to_tag, 1, answers[i].more, NULL);
      response = scene_last_response (s);
      g_assert_nonnull (response);
      g_assert_cmpuint (response->status, ==, answers[i].status);
      g_assert_cmpuint (response->to.tag.len, >, 0);
      if (response->status == 405 || response->status == 501 || response->status == 200)
        g_assert_true (sip_msg_has_token (response, SIP_H_ALLOW, "INVITE"));
      if (response->status == 420)
        g_assert_true (sip_msg_has_token (response, SIP_H_UNSUPPORTED, "levitation"));
      if (g_str_equal (answers[i].method, "INVITE"))
        scene_say (s, "ACK", SCENE_BOB, "t", 1, NULL, NULL);
      g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (s->f->bob.agent)), ==, 0);
    }
}

/* RFC 3261 §8.2.3: a type that nobody understands is a 415 in a re-INVITE as well (not the 488 of a description that does not fit), and changes nothing. */
static void
test_reinvite_of_unknown_type (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *tag = NULL;
  g_autofree char *accept = NULL;

  scene_say (s, "INVITE", SCENE_BOB, NULL, 1, SCENE_CONTACT, SCENE_ANSWER);
  tag = sip_str_dup (scene_last_response (s)->to.tag);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
  fixture_run (s->f, 0);
  scene_say (s, "ACK", SCENE_BOB, tag, 1, NULL, NULL);
  g_string_truncate (s->f->log, 0);
  scene_say (s, "INVITE", SCENE_BOB, tag, 2, SCENE_CONTACT "Content-Type: application/x-what\r\n", "?");
  fixture_expect (s->f, "carol > INVITE\nbob: reinvite\nbob > 415 INVITE\n");
  accept = scene_header (scene_last_response (s), SIP_H_ACCEPT);
  g_assert_nonnull (strstr (accept, "application/sdp"));
  scene_say (s, "ACK", SCENE_BOB, tag, 2, NULL, NULL);
  g_assert_cmpint (sip_session_get_state (s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* A 2xx that comes again when the connection of its ACK is gone: the ACK takes another one. */
static void
test_ack_on_another_connection (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", i == 1, NULL);
      g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, options));
      g_autoptr (SipMsg) first = NULL;
      SipKeptAck *ack;
      SipMsg *second;

      scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
      first = sip_msg_ref (raw_peer_last (s->carol, "ACK"));
      ack = &s->f->alice.session->usage->leg->ack;
      sip_flow_close (ack->flow);
      fixture_run (s->f, 0);
      g_clear_pointer (&s->carol->flow, sip_flow_unref);
      s->carol->flow = sip_transports_connect (s->carol->transports, "mem://alice", NULL);
      scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
      g_assert_cmpuint (raw_peer_count (s->carol, "ACK"), ==, 2);
      second = raw_peer_last (s->carol, "ACK");
      g_assert_cmpuint (second->cseq.number, ==, first->cseq.number);
      g_assert_true (sip_str_equal (sip_msg_body (second), sip_msg_body (first)));
      g_assert_cmpint (second->body_len > 0, ==, i == 1);
      /* And that is kept from now on. */
      scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
      g_assert_cmpuint (raw_peer_count (s->carol, "ACK"), ==, 3);
    }
}

static void
test_aliases (void)
{
  g_autoptr (Scene) s = scene_new ();
  const char *users[] = { "robert", NULL };
  const char *all[] = { "*", NULL };

  sip_user_agent_set_aliases (s->f->bob.agent, users);
  scene_say (s, "OPTIONS", "sip:robert@bob.mem", NULL, 1, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 200);
  scene_say (s, "OPTIONS", "sip:rob@bob.mem", NULL, 2, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 404);
  sip_user_agent_set_aliases (s->f->bob.agent, all);
  scene_say (s, "OPTIONS", "sip:anybody@bob.mem", NULL, 3, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 200);
}

/* carol calls bob, who accepts; answers bob's tag. */
static char *
establish (Scene *s, const char *more)
{
  char *tag;
  g_autofree char *headers = g_strconcat (SCENE_CONTACT, more, NULL);

  scene_say (s, "INVITE", SCENE_BOB, NULL, 10, headers, "v=0\r\ns=carol\r\n");
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
  fixture_run (s->f, 0);
  tag = sip_str_dup (scene_last_response (s)->to.tag);
  scene_say (s, "ACK", SCENE_BOB, tag, 10, NULL, NULL);
  g_string_truncate (s->f->log, 0);
  return tag;
}

static void
test_incoming_routes (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *tag = establish (s, "Record-Route: <sip:carol.mem;lr>\r\nRecord-Route: <sip:far.away;lr>\r\n");
  SipValueIter iter = { 0 };
  SipStr value;
  SipMsg *bye;

  g_assert_nonnull (tag);
  g_assert_true (sip_session_bye (s->f->bob.session, NULL, NULL));
  fixture_run (s->f, 0);
  bye = raw_peer_last (s->carol, "BYE");
  g_assert_nonnull (bye);
  g_assert_true (sip_msg_next_value (bye, SIP_H_ROUTE, &iter, &value));
  g_assert_true (sip_str_equal (value, SIP_STR ("<sip:carol.mem;lr>")));
  g_assert_true (sip_msg_next_value (bye, SIP_H_ROUTE, &iter, &value));
  g_assert_true (sip_str_equal (value, SIP_STR ("<sip:far.away;lr>")));
  scene_respond (s, bye, 200, NULL, NULL, NULL);
}

/* §12.2.2 */
static void
test_cseq_order (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *tag = establish (s, "");

  scene_say (s, "OPTIONS", SCENE_BOB, tag, 9, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 500);
  scene_say (s, "BYE", SCENE_BOB, tag, 5, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 500);
  g_assert_cmpint (sip_session_get_state (s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  scene_say (s, "BYE", SCENE_BOB, tag, 100, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 200);
  g_assert_cmpint (sip_session_get_state (s->f->bob.session), ==, SIP_SESSION_STATE_TERMINATED);
}

/* Knowing the Call-ID is not enough to hang up somebody's call. */
static void
test_foreign_tags (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *tag = establish (s, "");

  scene_say (s, "BYE", SCENE_BOB, "guess", 11, NULL, NULL);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 481);
  raw_peer_send (s->carol, "bob", NULL,
                 "BYE sip:bob@bob.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKforeign\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=other\r\nTo: <sip:bob@bob.mem>;tag=%s\r\nCall-ID: raw-call\r\nCSeq: 12 BYE\r\n", tag);
  fixture_run (s->f, 0);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 481);
  g_assert_cmpint (sip_session_get_state (s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

static void
test_early_bye (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *tag = NULL;

  scene_say (s, "INVITE", SCENE_BOB, NULL, 1, SCENE_CONTACT, "v=0\r\n");
  tag = sip_str_dup (scene_last_response (s)->to.tag);
  g_string_truncate (s->f->log, 0);
  scene_say (s, "BYE", SCENE_BOB, tag, 2, NULL, NULL);
  fixture_expect (s->f, "carol > BYE\nbob > 200 BYE\nbob > 487 INVITE\n"
                        "bob: bye\nbob: rejected 487 \"Request Terminated\"\nbob: failed 487 \"Canceled\"\nbob: terminated 487 \"Canceled\"\n");
  scene_say (s, "ACK", SCENE_BOB, tag, 1, NULL, NULL);
}

/* §14.2 */
static void
test_reinvite (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *tag = establish (s, "");

  scene_say (s, "INVITE", SCENE_BOB, tag, 11, "Contact: <sip:moved@carol.mem>\r\n", "v=0\r\ns=again\r\n");
  fixture_expect (s->f, "carol > INVITE\nbob: reinvite\nbob > 100 INVITE\nbob > 200 INVITE\n");
  g_assert_cmpstr (s->f->bob.handler->remote, ==, "v=0\r\ns=again\r\n");
  /* One at a time. */
  scene_say (s, "INVITE", SCENE_BOB, tag, 12, SCENE_CONTACT, "v=0\r\ns=third\r\n");
  g_assert_cmpuint (scene_last_response (s)->status, ==, 500);
  g_assert_nonnull (sip_msg_value (scene_last_response (s), SIP_H_RETRY_AFTER).p);
  scene_say (s, "ACK", SCENE_BOB, tag, 12, NULL, NULL);
  scene_say (s, "ACK", SCENE_BOB, tag, 11, NULL, NULL);

  /* Refused: the call goes on as it was. */
  s->f->bob.handler->fail = "take";
  scene_say (s, "INVITE", SCENE_BOB, tag, 13, SCENE_CONTACT, "v=0\r\ns=bad\r\n");
  g_assert_cmpuint (scene_last_response (s)->status, ==, 488);
  scene_say (s, "ACK", SCENE_BOB, tag, 13, NULL, NULL);
  g_assert_cmpint (sip_session_get_state (s->f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  scene_say (s, "INVITE", SCENE_BOB, tag, 14, SCENE_CONTACT "Content-Type: text/plain\r\n", NULL);
  g_string_truncate (s->f->log, 0);
  s->f->bob.handler->fail = NULL;
  scene_say (s, "ACK", SCENE_BOB, tag, 14, NULL, "v=0\r\ns=late\r\n");
  g_assert_cmpstr (s->f->bob.handler->remote, ==, "v=0\r\ns=late\r\n");

  /* The target is the last one that was said. */
  g_assert_true (sip_session_bye (s->f->bob.session, NULL, NULL));
  fixture_run (s->f, 0);
  g_assert_true (sip_str_equal (raw_peer_last (s->carol, "BYE")->uri, SIP_STR ("sip:carol@carol.mem")));
  scene_respond (s, raw_peer_last (s->carol, "BYE"), 200, NULL, NULL, NULL);
}

static void
test_empty_body (void)
{
  g_autoptr (Scene) s = scene_new ();

  raw_peer_send (s->carol, "bob", NULL,
                 "INVITE sip:bob@bob.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKmulti\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=c1\r\nTo: <sip:bob@bob.mem>\r\nCall-ID: raw\r\nCSeq: 1 INVITE\r\n" SCENE_CONTACT
                 "Content-Type: multipart/mixed;boundary=x\r\n");
  fixture_run (s->f, 0);
  /* An empty body is no description: the offer is ours to make. */
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
  fixture_run (s->f, 0);
  g_assert_cmpuint (scene_last_response (s)->status, ==, 200);
  g_assert_cmpuint (scene_last_response (s)->body_len, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-raw/" #name, test_##name)
  ADD (request);
  ADD (redirected);
  ADD (forked_2xx);
  ADD (fork_after_the_end);
  ADD (route_set);
  ADD (strict_route);
  ADD (2xx_without_description);
  ADD (bye_without_connection);
  ADD (bye_overtakes_200);
  ADD (outside_of_dialogs);
  ADD (reinvite_of_unknown_type);
  ADD (ack_on_another_connection);
  ADD (aliases);
  ADD (incoming_routes);
  ADD (cseq_order);
  ADD (foreign_tags);
  ADD (early_bye);
  ADD (reinvite);
  ADD (empty_body);
#undef ADD
  return g_test_run ();
}
