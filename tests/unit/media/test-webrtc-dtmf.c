/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media-peer.h"

#include <string.h>

#include "syntax/sip-error.h"

/* Tones in the media (RFC 4733), from one handler to the other, while the sound goes on. */

typedef struct
{
  MediaPeer *caller;
  MediaPeer *callee;
  GString *heard; /* by the callee: "5 " each */
  GArray *durations;
} Call;

static void
dtmf_received_cb (SipSessionDescriptionHandler *handler, const char *tone, guint duration, gpointer user_data)
{
  Call *call = user_data;

  g_string_append_printf (call->heard, "%s ", tone);
  g_array_append_val (call->durations, duration);
}

static void
call_init (Call *call, MediaPeer *caller, MediaPeer *callee)
{
  call->caller = caller;
  call->callee = callee;
  call->heard = g_string_new (NULL);
  call->durations = g_array_new (FALSE, FALSE, sizeof (guint));
  g_signal_connect (callee->handler, "dtmf-received", G_CALLBACK (dtmf_received_cb), call);
}

static void
call_clear (Call *call)
{
  g_string_free (call->heard, TRUE);
  g_array_unref (call->durations);
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
assert_talks (Call *call)
{
  media_peer_forget (call->caller);
  media_peer_forget (call->callee);
  g_assert_true (media_wait (both_hear, call, 60000));
}

static gboolean
has_heard_four (gpointer data)
{
  Call *call = data;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);

  return call->durations->len >= 4;
}

static void
assert_tones (Call *call)
{
  SipSessionDescriptionHandler *handler = SIP_SESSION_DESCRIPTION_HANDLER (call->caller->handler);
  g_autoptr (GError) error = NULL;
  gboolean heard;

  g_string_truncate (call->heard, 0);
  g_array_set_size (call->durations, 0);
  g_assert_true (sip_session_description_handler_send_dtmf (handler, "1*", 200, 80, &error));
  g_assert_no_error (error);
  g_assert_true (sip_session_description_handler_send_dtmf (handler, "d#", 100, 80, &error));
  heard = media_wait (has_heard_four, call, 60000);
  if (!heard)
    {
      media_peer_describe (call->caller, "caller");
      media_peer_describe (call->callee, "callee");
    }
  g_assert_cmpstr (call->heard->str, ==, "1 * D # ");
  for (guint i = 0; i < 4; i++)
    {
      guint expected = i < 2 ? 200 : 100;

      /* In steps of a packet; what is lost at the end is not told. */
      g_assert_cmpuint (g_array_index (call->durations, guint, i), >=, expected - 20);
      g_assert_cmpuint (g_array_index (call->durations, guint, i), <=, expected + 40);
    }
}

/* With each clock, from the one who offered and from the one who answered. */
static void
test_tones (void)
{
  static const char *codecs[] = { "opus", "PCMU" };

  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    {
      const char *names[] = { codecs[i], "VP8", NULL };
      g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
      g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, "codecs", names, NULL);
      Call there, back;

      call_init (&there, caller, callee);
      call_init (&back, callee, caller);
      media_peer_call (caller, callee);
      assert_talks (&there);
      assert_tones (&there);
      assert_talks (&there);
      /* Swapped, what is heard of the sound is as well. */
      assert_tones (&back);
      assert_tones (&there);
      assert_talks (&there);
      g_assert_cmpuint (back.heard->len, ==, strlen ("1 * D # "));
      call_clear (&there);
      call_clear (&back);
    }
}

static void
assert_refused (MediaPeer *peer, const char *tones, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (sip_session_description_handler_send_dtmf (SIP_SESSION_DESCRIPTION_HANDLER (peer->handler), tones, 100, 50, &error));
  g_assert_error (error, SIP_ERROR, code);
}

/* A peer that does not know of tones; what is no tone. */
static void
test_refused (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  g_autoptr (SipDescriptionModifier) strip = sip_description_modifier_new_strip_telephone_event ();
  Call call;

  assert_refused (caller, "1", SIP_ERROR_INVALID_STATE);
  call_init (&call, caller, callee);
  caller->modifier = strip;
  media_peer_call (caller, callee);
  assert_talks (&call);
  assert_refused (caller, "1", SIP_ERROR_NOT_SUPPORTED);
  assert_refused (callee, "1", SIP_ERROR_NOT_SUPPORTED);
  assert_refused (callee, "1x", SIP_ERROR_INVALID_ARGUMENT);
  call_clear (&call);
}

/* Tones go where the sound goes. */
static void
test_hold (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  Call call;

  call_init (&call, caller, callee);
  media_peer_call (caller, callee);
  assert_talks (&call);
  caller->hold = TRUE;
  media_peer_call (caller, callee);
  assert_refused (caller, "1", SIP_ERROR_INVALID_STATE);
  caller->hold = FALSE;
  media_peer_call (caller, callee);
  assert_tones (&call);
  call_clear (&call);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media/webrtc-dtmf/tones", test_tones);
  g_test_add_func ("/media/webrtc-dtmf/refused", test_refused);
  g_test_add_func ("/media/webrtc-dtmf/hold", test_hold);
  return g_test_run ();
}
