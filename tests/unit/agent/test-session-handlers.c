/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

/* What an application does from within a handler: the least expected thing, at the worst moment. */

typedef void (*Act) (SipSession *session);

static void
end_cb (SipSession *session)
{
  sip_session_terminate (session, NULL, NULL);
  sip_session_bye (session, NULL, NULL);
}

/* --- calling off a call that was not sent yet --- */

static void
test_cancel_within_cancel (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->alice.hold = TRUE;
  fixture_call (f, NULL);
  g_signal_connect (f->alice.session, "cancel", G_CALLBACK (end_cb), NULL);
  g_assert_true (sip_session_terminate (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice: cancel\nalice: failed null \"Canceled\"\nalice: terminated null \"Canceled\"\n");
}

/* --- hanging up once more --- */

static void
test_bye_within_bye (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  g_signal_connect_after (f->bob.session, "bye", G_CALLBACK (end_cb), NULL);
  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\nbob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
}

/* The 2xx is in, its description is still being taken: both ends of the call learn that it was accepted, and that once. */
static void
test_bye_within_accepted (void)
{
  for (guint by_peer = 0; by_peer < 2; by_peer++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));

      s->f->alice.handler->hold_take = TRUE;
      scene_respond (s, invite, 200, "one", NULL, SCENE_ANSWER);
      g_string_truncate (s->f->log, 0);
      g_signal_connect_after (s->f->alice.session, "accepted", G_CALLBACK (end_cb), NULL);
      if (by_peer)
        {
          raw_peer_send (s->carol, "alice", NULL,
                         "BYE sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKbye\r\nMax-Forwards: 70\r\n"
                         "From: <sip:carol@carol.mem>;tag=one\r\nTo: <sip:alice@alice.mem>;tag=" SIP_STR_FORMAT "\r\nCall-ID: " SIP_STR_FORMAT
                         "\r\nCSeq: 1 BYE\r\n",
                         SIP_STR_ARGS (invite->from.tag), SIP_STR_ARGS (invite->call_id));
          fixture_run (s->f, 0);
        }
      else
        {
          g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
          fixture_run (s->f, 0);
        }
      fixture_expect (s->f, by_peer ? "carol > BYE\nalice > 200 BYE\nalice: accepted 200\nalice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                                    : "alice: accepted 200\nalice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n");
    }
}

/* --- a call that nobody but the agent holds --- */

static void
held_cb (SipSession *session, GParamSpec *pspec, gpointer user_data)
{
  end_cb (session);
}

static void
forget (Party *party, SipSession **weak)
{
  *weak = party->session;
  g_object_add_weak_pointer (G_OBJECT (*weak), (gpointer *) weak);
  g_clear_object (&party->session);
  g_clear_object (&party->handler);
}

static void
test_held_and_gone (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  SipSession *gone;

  fixture_establish (f);
  g_signal_connect (f->bob.session, "notify::held-remotely", G_CALLBACK (held_cb), NULL);
  forget (&f->bob, &gone);
  g_free (f->alice.handler->local);
  f->alice.handler->local = g_strdup ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n");
  sip_session_hold_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\nbob: reinvite\nbob > 100 INVITE\nbob > BYE\nbob: bye\nbob > 487 INVITE\nbob: terminated null \"Terminated\"\n"
                     "alice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\nalice > ACK\n");
  g_assert_null (gone);
}

/* --- the caller has called it off --- */

static void
accept_cb (SipSession *session)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sip_incoming_session_progress (SIP_INCOMING_SESSION (session), NULL, NULL));
  g_assert_false (sip_incoming_session_reject (SIP_INCOMING_SESSION (session), NULL, NULL));
  g_assert_false (sip_incoming_session_accept (SIP_INCOMING_SESSION (session), NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

static void
test_accept_within_cancel (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  g_signal_connect (f->bob.session, "cancel", G_CALLBACK (accept_cb), NULL);
  g_string_truncate (f->log, 0);
  sip_session_terminate (f->alice.session, NULL, NULL);
  fixture_run (f, 0);
  fixture_expect (f, "alice: cancel\nalice > CANCEL\nbob > 200 CANCEL\nbob > 487 INVITE\nbob: cancel\nbob: rejected 487 \"Request Terminated\"\n"
                     "bob: failed 487 \"Canceled\"\nbob: terminated 487 \"Canceled\"\nalice > ACK\nalice: rejected 487 \"Request Terminated\"\n"
                     "alice: failed 487 \"Canceled\"\nalice: terminated 487 \"Canceled\"\n");
}

/* --- accepting twice --- */

static void
count_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  *done = 1 + sip_incoming_session_accept_finish (SIP_INCOMING_SESSION (source), result, &error);
}

static void
test_accept_twice (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  gboolean done[2] = { 0, 0 };

  fixture_call (f, NULL);
  sip_incoming_session_accept_async (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL, count_cb, &done[0]);
  sip_incoming_session_accept_async (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL, count_cb, &done[1]);
  fixture_run (f, 0);
  g_assert_cmpint (done[0], ==, 2);
  g_assert_cmpint (done[1], ==, 1);
}

/* --- the description handler, and who makes it --- */

static SipSessionDescriptionHandler *
end_instead (SipUserAgent *agent, SipSession *session, gpointer user_data)
{
  end_cb (session);
  return g_object_new (NULL_TYPE_HANDLER, NULL);
}

static void
test_end_within_factory (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      Party *party = i == 0 ? &f->alice : &f->bob;

      sip_user_agent_set_session_description_handler_factory (party->agent, end_instead, NULL, NULL);
      fixture_call (f, NULL);
      if (i == 1)
        {
          sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL);
          fixture_run (f, 0);
        }
      g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
      g_assert_true (NULL_HANDLER (sip_session_get_session_description_handler (party->session))->is_closed);
    }
}

/* --- a peer without measure --- */

static void
test_many_branches (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, NULL));

  for (guint i = 0; i < 400; i++)
    {
      char tag[16];

      g_snprintf (tag, sizeof tag, "t%u", i);
      scene_respond (s, invite, i < 100 ? 180 : 200, tag, NULL, i < 100 ? NULL : SCENE_ANSWER);
      g_assert_cmpuint (sip_dialogs_get_n (sip_user_agent_get_dialogs (s->f->alice.agent)), <=, i < 100 ? 64 : 128);
    }

  /* The first 2xx is the call all the same. */
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  sip_session_bye (s->f->alice.session, NULL, NULL);
  fixture_run (s->f, 0);
}

static void
test_many_pracks (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, NULL);
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, options));
  guint n = 0;

  for (guint i = 1; i <= 200; i++)
    {
      g_autofree char *more = g_strdup_printf ("Require: 100rel\r\nRSeq: %u\r\n" SCENE_CONTACT, i);

      scene_respond (s, invite, 180, "one", more, NULL);
    }
  for (guint i = 0; i < s->carol->received->len; i++)
    {
      SipMsg *msg = g_ptr_array_index (s->carol->received, i);

      n += msg->is_request && msg->method == SIP_METHOD_PRACK;
    }
  g_assert_cmpuint (n, ==, 8);
}

/* --- what a stranger writes into our requests --- */

static void
test_refer_injection (void)
{
  static const char *const bad[] = {
    "<sip:carol@carol.mem?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2%3Bfoo%3Da%0D%0AX-Evil%3A%201>",
    "<sip:carol@carol.mem?Replaces=a%3Bto-tag%3D1%3Bfrom-tag%3D2%3Bfoo%0D%0AX-Evil%3A%201>",
    "<sip:carol@carol.mem?Replaces=a%0D%0AX-Evil%3A%201%3Bto-tag%3D1%3Bfrom-tag%3D2>",
    "<sip:carol%0D%0AX-Evil@carol.mem>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (Scene) s = scene_new ();
      g_autofree char *tag = NULL;
      g_autofree char *more = g_strdup_printf ("Refer-To: %s\r\nContact: <sip:carol@carol.mem>\r\n", bad[i]);
      SipMsg *invite;

      scene_say (s, "INVITE", SCENE_BOB, NULL, 1, SCENE_CONTACT, SCENE_ANSWER);
      g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (s->f->bob.session), NULL, NULL));
      fixture_run (s->f, 0);
      tag = sip_str_dup (scene_last_response_to (s, "INVITE")->to.tag);
      scene_say (s, "ACK", SCENE_BOB, tag, 1, NULL, NULL);
      scene_say (s, "REFER", SCENE_BOB, tag, 2, more, NULL);
      invite = raw_peer_last (s->carol, "INVITE");
      g_assert_cmpuint (scene_last_response_to (s, "REFER")->status, ==, i < 3 ? 400 : 202);
      if (i < 3)
        g_assert_null (invite);
      else
        g_assert_null (sip_msg_value_by_name (invite, SIP_STR ("X-Evil")).p);
    }
}

static void
refused_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  g_assert_null (sip_session_refer_finish (SIP_SESSION (source), result, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  *done = TRUE;
}

static void
test_refer_content_type (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (GBytes) body = g_bytes_new_static ("x", 1);
  g_autoptr (SipReferOptions) options = g_object_new (SIP_TYPE_REFER_OPTIONS, "body", body, "content-type", "text/plain\r\nX-Evil: 1", NULL);
  gboolean done = FALSE;

  fixture_establish (f);
  sip_session_refer_async (f->alice.session, "sip:carol@carol.mem", options, NULL, refused_cb, &done);
  fixture_run (f, 0);
  fixture_expect (f, "");
  g_assert_true (done);
}

/* --- a hold that comes to nothing --- */

static void
test_refused_hold (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_establish (f);
  g_free (f->alice.handler->local);
  f->alice.handler->local = g_strdup ("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=sendonly\r\n");
  f->bob.handler->fail = "make";
  sip_session_hold_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_false (sip_session_get_held_remotely (f->bob.session));
  g_assert_false (sip_session_get_held_locally (f->alice.session));

  /* One that comes to something outlives what comes to nothing after it. */
  f->bob.handler->fail = NULL;
  sip_session_hold_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_true (sip_session_get_held_remotely (f->bob.session));
  f->alice.handler->fail = "make";
  sip_session_reinvite_async (f->bob.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  g_assert_true (sip_session_get_held_remotely (f->bob.session));
}

/* --- holding what is not there --- */

static void
not_held_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  guint *n = user_data;

  g_assert_false (sip_session_unhold_finish (SIP_SESSION (source), result, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  (*n)++;
}

static void
test_unhold_before_and_after (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  guint n = 0;

  fixture_call (f, NULL);
  sip_session_unhold_async (f->alice.session, NULL, NULL, not_held_cb, &n);
  fixture_run (f, 0);
  sip_session_terminate (f->alice.session, NULL, NULL);
  fixture_run (f, 0);
  sip_session_unhold_async (f->alice.session, NULL, NULL, not_held_cb, &n);
  fixture_run (f, 0);
  g_assert_cmpuint (n, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session-handlers/cancel-within-cancel", test_cancel_within_cancel);
  g_test_add_func ("/session-handlers/bye-within-bye", test_bye_within_bye);
  g_test_add_func ("/session-handlers/bye-within-accepted", test_bye_within_accepted);
  g_test_add_func ("/session-handlers/held-and-gone", test_held_and_gone);
  g_test_add_func ("/session-handlers/accept-within-cancel", test_accept_within_cancel);
  g_test_add_func ("/session-handlers/accept-twice", test_accept_twice);
  g_test_add_func ("/session-handlers/end-within-factory", test_end_within_factory);
  g_test_add_func ("/session-handlers/many-branches", test_many_branches);
  g_test_add_func ("/session-handlers/many-pracks", test_many_pracks);
  g_test_add_func ("/session-handlers/refer-injection", test_refer_injection);
  g_test_add_func ("/session-handlers/refer-content-type", test_refer_content_type);
  g_test_add_func ("/session-handlers/refused-hold", test_refused_hold);
  g_test_add_func ("/session-handlers/unhold-before-and-after", test_unhold_before_and_after);

  return g_test_run ();
}
