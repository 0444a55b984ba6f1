/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media-peer.h"

#include <string.h>

/* Hold, measured: what is on the wire, and what is heard and seen before, during and after. */

typedef struct
{
  MediaPeer *caller;
  MediaPeer *callee;
  guint seen;     /* samples and frames of both */
  gint64 since;   /* when there was something new */
} Call;

static gboolean
both_hear_and_see (gpointer data)
{
  Call *call = data;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);

  return media_peer_hears (call->caller, 800) > 0.9 && media_peer_hears (call->callee, 600) > 0.9 &&
         media_peer_sees (call->caller, 0, 0, 255) && media_peer_sees (call->callee, 255, 0, 0);
}

/* Nothing new at either end for as long as 20 packets take. */
static gboolean
is_silent (gpointer data)
{
  Call *call = data;
  gint64 now = g_get_monotonic_time ();
  guint seen;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);
  seen = call->caller->samples->len + call->callee->samples->len + call->caller->n_frames + call->callee->n_frames;
  if (seen != call->seen)
    {
      call->seen = seen;
      call->since = now;
    }

  return now - call->since > 400 * 1000;
}

/* A whole exchange, whose offer says @offered of both lines, and its answer @answered. */
static void
exchange (MediaPeer *offerer, MediaPeer *answerer, const char *offered, const char *answered)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (offerer, SIP_DESCRIPTION_OFFER, &error);
  g_autoptr (SipDescription) answer = NULL;
  g_autofree char *offer_text = NULL;
  g_autofree char *answer_text = NULL;

  g_assert_no_error (error);
  g_assert_true (media_peer_set (answerer, offer, &error));
  g_assert_no_error (error);
  answer = media_peer_get (answerer, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  g_assert_true (media_peer_set (offerer, answer, &error));
  g_assert_no_error (error);

  offer_text = sip_description_to_text (offer);
  answer_text = sip_description_to_text (answer);
  g_assert_nonnull (strstr (offer_text, offered));
  g_assert_nonnull (strstr (strstr (offer_text, offered) + 1, offered));
  g_assert_nonnull (strstr (answer_text, answered));
  g_assert_nonnull (strstr (strstr (answer_text, answered) + 1, answered));
}

static void
assert_talks (Call *call)
{
  media_peer_forget (call->caller);
  media_peer_forget (call->callee);
  g_assert_true (media_wait (both_hear_and_see, call, 60000));
}

static void
assert_silent (Call *call)
{
  call->since = g_get_monotonic_time ();
  g_assert_true (media_wait (is_silent, call, 60000));
}

static void
test_hold (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  Call call = { caller, callee, 0, 0 };

  media_peer_call (caller, callee);
  assert_talks (&call);

  /* Who offered first holds, and takes it back. */
  caller->hold = TRUE;
  exchange (caller, callee, "a=sendonly", "a=recvonly");
  assert_silent (&call);
  caller->hold = FALSE;
  exchange (caller, callee, "a=sendrecv", "a=sendrecv");
  assert_talks (&call);

  /* The other one does, and both at once. */
  callee->hold = TRUE;
  exchange (callee, caller, "a=sendonly", "a=recvonly");
  assert_silent (&call);
  caller->hold = TRUE;
  exchange (caller, callee, "a=inactive", "a=inactive");
  assert_silent (&call);
  callee->hold = FALSE;
  exchange (callee, caller, "a=sendrecv", "a=sendonly");
  assert_silent (&call);
  caller->hold = FALSE;
  exchange (caller, callee, "a=sendrecv", "a=sendrecv");
  assert_talks (&call);
}

/* An offer of hold that comes to nothing changes nothing. */
static void
test_refused (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_autoptr (SipDescription) offer = NULL;
  g_autoptr (GError) error = NULL;
  Call call = { caller, callee, 0, 0 };

  media_peer_call (caller, callee);
  assert_talks (&call);
  caller->hold = TRUE;
  offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_assert_no_error (error);
  caller->hold = FALSE;
  sip_session_description_handler_rollback (SIP_SESSION_DESCRIPTION_HANDLER (caller->handler));
  assert_talks (&call);
}

static gboolean
both_hear (gpointer data)
{
  Call *call = data;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);

  return media_peer_hears (call->caller, 800) > 0.9 && media_peer_hears (call->callee, 600) > 0.9;
}

static void
assert_audio (Call *call)
{
  media_peer_forget (call->caller);
  media_peer_forget (call->callee);
  g_assert_true (media_wait (both_hear, call, 60000));
}

/* The text of the answer, which is then in force at both ends. */
static char *
exchange_any (MediaPeer *offerer, MediaPeer *answerer)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (offerer, SIP_DESCRIPTION_OFFER, &error);
  g_autoptr (SipDescription) answer = NULL;

  g_assert_no_error (error);
  g_assert_true (media_peer_set (answerer, offer, &error));
  g_assert_no_error (error);
  answer = media_peer_get (answerer, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  g_assert_true (media_peer_set (offerer, answer, &error));
  g_assert_no_error (error);

  return sip_description_to_text (answer);
}

/* Who was asked for audio only holds that, though it would have had video too. */
static void
test_video_not_agreed (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", FALSE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_autofree char *held = NULL;
  g_autofree char *taken_back = NULL;
  Call call = { caller, callee, 0, 0 };

  media_peer_call (caller, callee);
  assert_audio (&call);

  callee->hold = TRUE;
  held = exchange_any (callee, caller);
  g_assert_nonnull (strstr (held, "a=recvonly"));
  g_assert_null (strstr (held, "m=video"));
  assert_silent (&call);
  callee->hold = FALSE;
  taken_back = exchange_any (callee, caller);
  g_assert_nonnull (strstr (taken_back, "a=sendrecv"));
  assert_audio (&call);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/webrtc-hold/hold", test_hold);
  g_test_add_func ("/media/webrtc-hold/refused", test_refused);
  g_test_add_func ("/media/webrtc-hold/video-not-agreed", test_video_not_agreed);
  return g_test_run ();
}
