/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media-peer.h"

#include "syntax/sip-error.h"

typedef struct
{
  MediaPeer *caller;
  MediaPeer *callee;
  gboolean video;
} Call;

static gboolean
both_hear_and_see (gpointer data)
{
  Call *call = data;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);

  return media_peer_hears (call->caller, 800) > 0.9 && media_peer_hears (call->callee, 600) > 0.9 &&
         (!call->video || (media_peer_sees (call->caller, 0, 0, 255) && media_peer_sees (call->callee, 255, 0, 0)));
}

static void
assert_talks (Call *call)
{
  gboolean talks = media_wait (both_hear_and_see, call, 10000);

  if (!talks)
    {
      media_peer_describe (call->caller, "caller");
      media_peer_describe (call->callee, "callee");
      g_test_message ("caller hears %g, callee %g", media_peer_hears (call->caller, 800), media_peer_hears (call->callee, 600));
    }
  g_assert_true (talks);
  g_assert_no_error (call->caller->failure);
  g_assert_no_error (call->callee->failure);
}

static void
test_audio_and_video (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  Call call = { caller, callee, TRUE };

  media_peer_call (caller, callee);
  assert_talks (&call);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/webrtc-handler/audio-and-video", test_audio_and_video);

  return g_test_run ();
}
