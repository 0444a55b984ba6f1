/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media-peer.h"

#include <string.h>

#include "syntax/sip-error.h"

/* How many entries a folder of /proc/self has. */
static guint
count_entries (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  guint count = 0;

  g_assert_no_error (error);
  while (g_dir_read_name (dir) != NULL)
    count++;

  return count;
}

typedef struct
{
  guint threads;
  guint descriptors;
} Use;

static Use
get_use (void)
{
  return (Use){ count_entries ("/proc/self/task"), count_entries ("/proc/self/fd") };
}

static gboolean
is_back (gpointer data)
{
  Use *before = data;
  Use now = get_use ();

  return now.threads <= before->threads && now.descriptors <= before->descriptors;
}

/* Everything is given back, if not at once. Threads of pools that GLib and GStreamer keep for the next time go away after a while. */
static void
assert_back (Use *before)
{
  if (!media_wait (is_back, before, 60000))
    {
      Use now = get_use ();

      g_test_message ("%u threads, were %u; %u descriptors, were %u", now.threads, before->threads, now.descriptors,
                      before->descriptors);
      g_assert_cmpuint (now.threads, <=, before->threads);
      g_assert_cmpuint (now.descriptors, <=, before->descriptors);
    }
}

typedef struct
{
  MediaPeer *caller;
  MediaPeer *callee;
} Call;

static gboolean
both_hear (gpointer data)
{
  Call *call = data;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);

  return media_peer_hears (call->caller, 800) > 0.9 && media_peer_hears (call->callee, 600) > 0.9;
}

static void
talk (gboolean video)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", video, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", video, NULL);
  Call call = { caller, callee };

  media_peer_call (caller, callee);
  g_assert_true (media_wait (both_hear, &call, 60000));
}

static gboolean
is_true (gpointer data)
{
  return *(gboolean *) data;
}

/* What a process keeps once it has had a call: the certificate, the pools. */
static Use
warm_up (void)
{
  static Use use;
  gboolean never = FALSE;

  if (use.threads == 0)
    {
      talk (TRUE);
      /* The elements stop in the background. */
      media_wait (is_true, &never, 1000);
      use = get_use ();
    }

  return use;
}

static void
test_calls_in_a_row (void)
{
  Use before = warm_up ();
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 20; i++)
    talk (FALSE);
  g_test_message ("20 calls in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  assert_back (&before);
}

static void
count_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  ++*(guint *) user_data;
}

static void
start_get (MediaPeer         *peer,
           SipDescriptionType type,
           guint             *count)
{
  sip_session_description_handler_get_description_async (SIP_SESSION_DESCRIPTION_HANDLER (peer->handler), type, NULL, NULL, count_cb,
                                                         count);
}

static void
start_set (MediaPeer      *peer,
           SipDescription *description,
           guint          *count)
{
  sip_session_description_handler_set_description_async (SIP_SESSION_DESCRIPTION_HANDLER (peer->handler), description, NULL, NULL, count_cb,
                                                         count);
}

static void
hang_up (MediaPeer *peer)
{
  sip_session_description_handler_close (SIP_SESSION_DESCRIPTION_HANDLER (peer->handler));
}

static gboolean
all_ended (gpointer data)
{
  guint *counts = data;

  return counts[0] == counts[1];
}

/* Begins a call and hangs up at a step of it, where @turns turns of the main loop have passed within the step. */
static void
call_until (guint step,
            guint turns)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_autoptr (SipDescription) offer = NULL;
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (GError) error = NULL;
  guint counts[2] = { 0, 1 }; /* how many ended, and how many are to */

  if (step == 0)
    start_get (caller, SIP_DESCRIPTION_OFFER, counts);
  else
    offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  if (step == 1)
    start_set (callee, offer, counts);
  else if (step > 1)
    media_peer_set (callee, offer, &error);
  if (step == 2)
    start_get (callee, SIP_DESCRIPTION_ANSWER, counts);
  else if (step > 2)
    answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
  if (step == 3)
    start_set (caller, answer, counts);
  else if (step > 3)
    {
      media_peer_set (caller, answer, &error);
      counts[1] = 0;
    }
  g_assert_no_error (error);

  for (guint i = 0; i < turns && counts[0] == 0; i++)
    g_main_context_iteration (NULL, step > 3);
  hang_up (caller);
  hang_up (callee);
  g_assert_true (media_wait (all_ended, counts, 1000));
}

static void
test_hang_up_at_each_step (void)
{
  Use before = warm_up ();

  for (guint step = 0; step < 5; step++)
    for (guint turns = 0; turns < 3; turns++)
      call_until (step, turns);
  for (guint turns = 3; turns < 40; turns += 6)
    call_until (4, turns);
  assert_back (&before);
}

/* A handler that is dropped with no word said closes itself. */
static void
test_drop (void)
{
  Use before = warm_up ();
  MediaPeer *peer = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (SipDescription) offer = media_peer_get (peer, SIP_DESCRIPTION_OFFER, NULL);

  g_assert_nonnull (offer);
  g_signal_handlers_disconnect_by_data (peer->handler, peer);
  g_assert_finalize_object (g_steal_pointer (&peer->handler));
  peer->handler = sip_webrtc_handler_new ();
  media_peer_free (peer);
  assert_back (&before);
}

static gint64
time_of_close (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  Call call = { caller, callee };
  gint64 start, taken;

  media_peer_call (caller, callee);
  g_assert_true (media_wait (both_hear, &call, 60000));
  start = g_get_monotonic_time ();
  hang_up (caller);
  taken = g_get_monotonic_time () - start;
  g_test_message ("close took %" G_GINT64_FORMAT " us", taken);

  return taken;
}

/* Closing never makes the caller's loop wait. A busy machine might, but not each time. */
static void
test_close_is_quick (void)
{
  gint64 best = G_MAXINT64;

  for (guint i = 0; i < 5 && best > 100 * G_TIME_SPAN_MILLISECOND; i++)
    best = MIN (best, time_of_close ());
  g_assert_cmpint (best, <, 100 * G_TIME_SPAN_MILLISECOND);
}

/* In its own thread with its own context: nothing comes anywhere else. */
static void
check_thread_cb (GObject    *object,
                 GParamSpec *pspec,
                 gpointer    user_data)
{
  g_assert_true (g_thread_self () == user_data);
}

static gpointer
other_thread (gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (MediaPeer) caller = NULL;
  g_autoptr (MediaPeer) callee = NULL;
  Call call;

  g_main_context_push_thread_default (context);
  caller = media_peer_new (600, "red", NULL, NULL);
  callee = media_peer_new (800, "blue", NULL, NULL);
  call = (Call){ caller, callee };
  g_signal_connect (caller->handler, "notify", G_CALLBACK (check_thread_cb), g_thread_self ());
  g_signal_connect (callee->handler, "notify", G_CALLBACK (check_thread_cb), g_thread_self ());
  media_peer_call (caller, callee);
  g_assert_true (media_wait (both_hear, &call, 60000));
  g_signal_handlers_disconnect_by_data (caller->handler, g_thread_self ());
  g_signal_handlers_disconnect_by_data (callee->handler, g_thread_self ());
  g_clear_pointer (&caller, media_peer_free);
  g_clear_pointer (&callee, media_peer_free);
  g_main_context_pop_thread_default (context);

  return NULL;
}

static void
test_other_context (void)
{
  g_thread_join (g_thread_new ("other", other_thread, NULL));
}

static gboolean
has_failed (gpointer data)
{
  MediaPeer *self = data;

  media_peer_poll (self);

  return self->failure != NULL;
}

static gboolean
has_sent_sound (gpointer data)
{
  Call *call = data;
  SipTrack *track = sip_webrtc_handler_get_track (call->caller->handler, SIP_MEDIA_AUDIO, FALSE);

  return track != NULL && sip_track_get_packets (track) > 0;
}

static gboolean
is_late (gpointer data)
{
  return g_get_monotonic_time () > *(gint64 *) data;
}

/* A peer that falls silent, on hold and then without a word. */
static void
test_silent_peer (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "rtp-timeout", 60, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  Call call = { caller, callee };
  g_autoptr (GstElement) pipeline = NULL;
  gint64 later;

  /* A machine that has much to do may be silent for a second as well: it is not that short while they talk. */
  media_peer_call (caller, callee);
  g_assert_true (media_wait (both_hear, &call, 60000));
  caller->hold = TRUE;
  media_peer_call (caller, callee);
  g_object_set (caller->handler, "rtp-timeout", 1, NULL);
  later = g_get_monotonic_time () + 2 * G_TIME_SPAN_SECOND;
  g_assert_true (media_wait (is_late, &later, 60000));
  g_assert_no_error (caller->failure);
  g_object_set (caller->handler, "rtp-timeout", 60, NULL);
  caller->hold = FALSE;
  media_peer_call (caller, callee);
  media_peer_forget (caller);
  media_peer_forget (callee);
  g_assert_true (media_wait (both_hear, &call, 60000));

  g_object_get (callee->handler, "pipeline", &pipeline, NULL);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  g_object_set (caller->handler, "rtp-timeout", 1, NULL);
  g_assert_true (media_wait (has_failed, caller, 60000));
  g_assert_error (caller->failure, SIP_ERROR, SIP_ERROR_TIMEOUT);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
}

/* A device that we may not use. */
static void
test_not_authorized (void)
{
  GstElement *source = gst_parse_bin_from_description ("audiotestsrc is-live=true", TRUE, NULL);
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "audio-source-element", source, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  Call call = { caller, callee };

  media_peer_call (caller, callee);
  g_assert_true (media_wait (has_sent_sound, &call, 60000));
  GST_ELEMENT_ERROR (source, RESOURCE, NOT_AUTHORIZED, ("The user does not want it"), (NULL));
  g_assert_true (media_wait (has_failed, caller, 60000));
  g_assert_error (caller->failure, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/media/webrtc-life/hang-up-at-each-step", test_hang_up_at_each_step);
  g_test_add_func ("/media/webrtc-life/calls-in-a-row", test_calls_in_a_row);
  g_test_add_func ("/media/webrtc-life/drop", test_drop);
  g_test_add_func ("/media/webrtc-life/close-is-quick", test_close_is_quick);
  g_test_add_func ("/media/webrtc-life/silent-peer", test_silent_peer);
  g_test_add_func ("/media/webrtc-life/not-authorized", test_not_authorized);
  g_test_add_func ("/media/webrtc-life/other-context", test_other_context);

  return g_test_run ();
}
