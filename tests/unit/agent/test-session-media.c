/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"
#include "media/media-peer.h"

/* What is heard of a call whose media begins before it is answered, and of one where another branch wins than the one that was heard. */

#define ALICE 600
#define BOB 800
#define OTHER 1000

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent, SipSession *session, gpointer user_data)
{
  return SIP_SESSION_DESCRIPTION_HANDLER (g_object_ref (((MediaPeer *) user_data)->handler));
}

/* Something that takes time: the media's is real, that of the agents stands still. */
typedef struct
{
  Fixture *f;
  gboolean (*holds) (gpointer data);
  gpointer data;
} Condition;

static gboolean
holds (gpointer data)
{
  Condition *condition = data;

  sip_timer_wheel_advance (condition->f->wheel, 0);
  return condition->holds (condition->data);
}

static void
wait_for (Fixture *f, gboolean (*what) (gpointer data), gpointer data)
{
  Condition condition = { f, what, data };

  g_assert_true (media_wait (holds, &condition, 60000));
}

static gboolean
has_session (gpointer data)
{
  return ((Party *) data)->session != NULL;
}

static gboolean
is_established (gpointer data)
{
  return sip_session_get_state (((Party *) data)->session) == SIP_SESSION_STATE_ESTABLISHED;
}

typedef struct
{
  MediaPeer *peer;
  double frequency;
} Ear;

static gboolean
hears (gpointer data)
{
  Ear *ear = data;

  media_peer_poll (ear->peer);
  return media_peer_hears (ear->peer, ear->frequency) > 0.9;
}

/* From now on, and not before. */
static void
wait_for_tone (Fixture *f, MediaPeer *peer, double frequency)
{
  Ear ear = { peer, frequency };

  media_peer_forget (peer);
  wait_for (f, hears, &ear);
  g_assert_no_error (peer->failure);
}

/* Offer and answer in INVITE and 183, or in 183 and PRACK: both hear each other before the call is accepted, and after it. */
static void
test_early (void)
{
  for (guint late_offer = 0; late_offer < 2; late_offer++)
    {
      g_autoptr (MediaPeer) alice = media_peer_new (ALICE, "red", NULL, NULL);
      g_autoptr (MediaPeer) bob = media_peer_new (BOB, "blue", NULL, NULL);
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (SipInviteOptions) options =
          g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_REQUIRED, "invite-without-sdp", late_offer == 1, NULL);

      sip_user_agent_set_session_description_handler_factory (f->alice.agent, make_handler, alice, NULL);
      sip_user_agent_set_session_description_handler_factory (f->bob.agent, make_handler, bob, NULL);
      fixture_call (f, options);
      wait_for (f, has_session, &f->bob);
      g_assert_true (sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
      wait_for_tone (f, alice, BOB);
      wait_for_tone (f, bob, ALICE);
      g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHING);
      g_assert_null (sip_session_get_start_time (f->bob.session));

      g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
      wait_for (f, is_established, &f->alice);
      wait_for (f, is_established, &f->bob);
      wait_for_tone (f, alice, BOB);
      wait_for_tone (f, bob, ALICE);
      g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
      fixture_run (f, 0);
    }
}

static void
accepted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SipSessionDescriptionHandler *handler = sip_session_get_session_description_handler (SIP_SESSION (source));
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_incoming_session_accept_finish (SIP_INCOMING_SESSION (source), result, &error));
  g_assert_no_error (error);
  g_assert_true (sip_session_description_handler_is_ready (handler));
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* Whoever sums up at the end asks then. */
static void
bye_cb (SipSession *session, SipRequest *request, guint *n)
{
  SipSessionDescriptionHandler *handler = sip_session_get_session_description_handler (session);

  for (guint remote = 0; remote < 2; remote++)
    {
      SipTrack *track = sip_webrtc_handler_get_track (SIP_WEBRTC_HANDLER (handler), SIP_MEDIA_AUDIO, remote == 1);

      g_assert_nonnull (track);
      g_assert_cmpuint (sip_track_get_packets (track), >, 0);
    }
  ++*n;
}

/* The ACK comes long before there is a path and keys. */
static void
test_accept_async (void)
{
  g_autoptr (MediaPeer) alice = media_peer_new (ALICE, "red", NULL, NULL);
  g_autoptr (MediaPeer) bob = media_peer_new (BOB, "blue", NULL, NULL);
  g_autoptr (Fixture) f = fixture_new ();
  gboolean done = FALSE;
  guint n_ended = 0;

  sip_user_agent_set_session_description_handler_factory (f->alice.agent, make_handler, alice, NULL);
  sip_user_agent_set_session_description_handler_factory (f->bob.agent, make_handler, bob, NULL);
  fixture_call (f, NULL);
  wait_for (f, has_session, &f->bob);
  sip_incoming_session_accept_async (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL, accepted_cb, &done);
  wait_for (f, is_established, &f->alice);
  g_assert_false (done);
  wait_for (f, is_true, &done);
  wait_for_tone (f, bob, ALICE);
  wait_for_tone (f, alice, BOB);
  g_signal_connect (f->alice.session, "bye", G_CALLBACK (bye_cb), &n_ended);
  g_signal_connect (f->bob.session, "bye", G_CALLBACK (bye_cb), &n_ended);
  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpuint (n_ended, ==, 2);
}

static gboolean
has_invite (gpointer data)
{
  return raw_peer_last (data, "INVITE") != NULL;
}

static gboolean
has_second_invite (gpointer data)
{
  return raw_peer_count (data, "INVITE") > 1;
}

/* @peer's answer to the offer of @invite. */
static char *
answer_of (MediaPeer *peer, SipMsg *invite)
{
  SipStr body = sip_msg_body (invite);
  g_autoptr (GBytes) bytes = g_bytes_new (body.p, body.len);
  g_autoptr (SipDescription) offer = sip_description_new (SIP_DESCRIPTION_OFFER, "application/sdp", bytes);
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (media_peer_set (peer, offer, &error));
  g_assert_no_error (error);
  answer = media_peer_get (peer, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  return sip_description_to_text (answer);
}

/* Two branches answer; alice hears the first one, reliably or not, and the second one picks up. */
static void
test_strange_winner (void)
{
  for (guint reliable = 0; reliable < 2; reliable++)
    {
      g_autoptr (MediaPeer) alice = media_peer_new (ALICE, "red", NULL, NULL);
      g_autoptr (MediaPeer) first = media_peer_new (BOB, "blue", NULL, NULL);
      g_autoptr (MediaPeer) second = media_peer_new (OTHER, "green", NULL, NULL);
      g_autoptr (Scene) s = scene_new ();
      g_autoptr (SipInviteOptions) options =
          g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, "early-media", TRUE, NULL);
      g_autoptr (SipMsg) invite = NULL;
      g_autofree char *early = NULL;
      g_autofree char *final = NULL;
      g_autofree char *fresh = NULL;

      sip_user_agent_set_session_description_handler_factory (s->f->alice.agent, make_handler, alice, NULL);
      fixture_call_target (s->f, "sip:carol@carol.mem", options);
      wait_for (s->f, has_invite, s->carol);
      invite = sip_msg_ref (raw_peer_last (s->carol, "INVITE"));

      early = answer_of (first, invite);
      scene_respond (s, invite, 183, "one", reliable ? "Require: 100rel\r\nRSeq: 1\r\n" : NULL, early);
      wait_for_tone (s->f, alice, BOB);
      wait_for_tone (s->f, first, ALICE);

      final = answer_of (second, invite);
      scene_respond (s, invite, 200, "two", NULL, final);
      wait_for (s->f, has_second_invite, s->carol);
      g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
      fresh = answer_of (second, raw_peer_last (s->carol, "INVITE"));
      scene_respond (s, raw_peer_last (s->carol, "INVITE"), 200, NULL, NULL, fresh);
      wait_for_tone (s->f, alice, OTHER);
      wait_for_tone (s->f, second, ALICE);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-media/early", test_early);
  g_test_add_func ("/session-media/accept_async", test_accept_async);
  g_test_add_func ("/session-media/strange_winner", test_strange_winner);
  return g_test_run ();
}
