/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-fingerprint-private.h"
#include "media/sip-track-private.h"

#include <gst/rtp/rtp.h>

#define PEM "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"

/* A received track whose stream is pushed by the test, in its own thread, so that each push says how it went. */
typedef struct
{
  GstElement *pipeline;
  SipSerialQueue *queue;
  GstPad *pad;
  SipGate *gate;
  SipTrack *track;
  guint16 sequence;

  GMutex mutex;
  GCond cond;
  gboolean held;
  guint n_waits; /* asked of the queue */
  guint n_reached;
} Fixture;

static SipGate *
make_gate (void)
{
  g_autoptr (SipGuard) guard = sip_guard_new ();
  g_autoptr (GPtrArray) fingerprints = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (fingerprints, sip_fingerprint_of_pem (PEM));
  sip_guard_set_fingerprints (guard, fingerprints);
  g_assert_cmpint (sip_guard_set_certificate (guard, PEM), ==, SIP_GUARD_VERIFIED);

  return sip_gate_new (guard);
}

static void
set_up (Fixture      *self,
        gconstpointer unused)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string ("application/x-rtp,media=audio,encoding-name=PCMU,clock-rate=8000,payload=0");
  g_autoptr (GError) error = NULL;
  GstElement *source = gst_bin_new (NULL);
  GstSegment segment;

  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->queue = sip_serial_queue_new ();
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->pad = gst_pad_new ("src", GST_PAD_SRC);
  gst_element_add_pad (source, gst_object_ref (self->pad));
  gst_bin_add (GST_BIN (self->pipeline), source);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_pad_push_event (self->pad, gst_event_new_stream_start ("test"));
  gst_pad_push_event (self->pad, gst_event_new_caps (caps));
  gst_pad_push_event (self->pad, gst_event_new_segment (&segment));

  self->gate = make_gate ();
  sip_gate_install (self->gate, self->pad);
  self->track = sip_track_new (GST_BIN (self->pipeline), self->queue, SIP_MEDIA_AUDIO, TRUE,
                               gst_parse_bin_from_description ("fakesink sync=false async=false", TRUE, NULL), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture      *self,
           gconstpointer unused)
{
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_object_unref (self->track);
  sip_gate_unref (self->gate);
  gst_object_unref (self->pad);
  gst_clear_object (&self->pipeline);
  sip_serial_queue_unref (self->queue);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
}

static void
wait_func (gpointer data,
           gpointer user_data)
{
  Fixture *self = data;

  g_mutex_lock (&self->mutex);
  self->n_reached++;
  g_cond_broadcast (&self->cond);
  while (self->held)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
push_wait (Fixture *self)
{
  self->n_waits++;
  sip_serial_queue_push (self->queue, wait_func, self, NULL);
}

/* Elements start when the queue gets to them: not before it is let go. */
static void
hold_queue (Fixture *self)
{
  self->held = TRUE;
  push_wait (self);
}

static void
drain_queue (Fixture *self)
{
  push_wait (self);
  g_mutex_lock (&self->mutex);
  self->held = FALSE;
  g_cond_broadcast (&self->cond);
  while (self->n_reached < self->n_waits)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
link_track (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_track_link (self->track, sip_codec_find ("PCMU"), 0, 0, self->pad, self->gate, &error));
  g_assert_no_error (error);
}

static GstFlowReturn
push (Fixture *self)
{
  GstBuffer *buffer = gst_rtp_buffer_new_allocate (160, 0, 0);
  GstRTPBuffer rtp = GST_RTP_BUFFER_INIT;

  gst_rtp_buffer_map (buffer, GST_MAP_WRITE, &rtp);
  gst_rtp_buffer_set_seq (&rtp, ++self->sequence);
  gst_rtp_buffer_set_timestamp (&rtp, self->sequence * 160);
  gst_rtp_buffer_unmap (&rtp);
  GST_BUFFER_PTS (buffer) = self->sequence * 20 * GST_MSECOND;

  return gst_pad_push (self->pad, buffer);
}

/* A stream that is refused once stops for good: webrtcbin's threads pause themselves. */
static void
test_stream_before_decoder_runs (Fixture      *self,
                                 gconstpointer unused)
{
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);

  hold_queue (self);
  link_track (self);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);
  g_assert_cmpuint (sip_gate_get_packets (self->gate), ==, 0);

  drain_queue (self);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);
  g_assert_cmpuint (sip_gate_get_packets (self->gate), ==, 1);
}

static void
test_stream_before_tap_runs (Fixture      *self,
                             gconstpointer unused)
{
  GstElement *tap = gst_object_ref_sink (gst_element_factory_make ("fakesink", NULL));

  g_object_set (tap, "async", FALSE, "sync", FALSE, NULL);
  link_track (self);
  drain_queue (self);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);

  hold_queue (self);
  g_assert_true (sip_track_add_tap (self->track, tap));
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);
  drain_queue (self);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);

  sip_track_remove_tap (self->track, tap);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);
  drain_queue (self);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);
  g_assert_cmpuint (sip_gate_get_packets (self->gate), ==, 5);
  gst_object_unref (tap);
}

static void
test_tap_removed_before_it_runs (Fixture      *self,
                                 gconstpointer unused)
{
  GstElement *tap = gst_object_ref_sink (gst_element_factory_make ("fakesink", NULL));

  link_track (self);
  hold_queue (self);
  g_assert_true (sip_track_add_tap (self->track, tap));
  sip_track_remove_tap (self->track, tap);
  drain_queue (self);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);
  g_assert_cmpuint (sip_gate_get_packets (self->gate), ==, 1);
  gst_object_unref (tap);
}

static void
test_link_discarded_before_it_runs (Fixture      *self,
                                    gconstpointer unused)
{
  hold_queue (self);
  link_track (self);
  link_track (self);
  drain_queue (self);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);
  g_assert_cmpuint (sip_gate_get_packets (self->gate), ==, 1);
}

/* Whoever keeps a track for what it has counted keeps no elements: they have threads and descriptors. */
static void
test_closed (Fixture      *self,
             gconstpointer unused)
{
  GstElement *tap = gst_object_ref_sink (gst_element_factory_make ("fakesink", NULL));
  GstElement *decoder;
  GstPad *decoder_pad;
  GWeakRef element;
  guint64 bytes;

  g_object_set (tap, "async", FALSE, "sync", FALSE, NULL);
  link_track (self);
  g_assert_true (sip_track_add_tap (self->track, tap));
  drain_queue (self);
  g_assert_cmpint (push (self), ==, GST_FLOW_OK);
  bytes = sip_track_get_bytes (self->track);
  g_assert_cmpuint (bytes, >, 0);

  decoder_pad = gst_pad_get_peer (self->pad);
  decoder = gst_pad_get_parent_element (decoder_pad);
  g_weak_ref_init (&element, decoder);
  gst_object_unref (decoder_pad);
  gst_object_unref (decoder);

  sip_track_close (self->track);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->pipeline);
  /* The last one to let go may be another thread. */
  while ((decoder = g_weak_ref_get (&element)) != NULL)
    {
      gst_object_unref (decoder);
      g_thread_yield ();
    }
  g_weak_ref_clear (&element);

  sip_track_remove_tap (self->track, tap);
  g_assert_false (sip_track_add_tap (self->track, tap));
  sip_track_set_volume (self->track, 2);
  sip_track_set_muted (self->track, TRUE);
  g_assert_cmpuint (sip_track_get_packets (self->track), ==, 1);
  g_assert_cmpuint (sip_track_get_bytes (self->track), ==, bytes);
  g_assert_cmpint (sip_track_get_first_buffer_time (self->track), >, 0);
  gst_object_unref (tap);
}

int
main (int    argc,
      char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/media/track/stream-before-decoder-runs", Fixture, NULL, set_up, test_stream_before_decoder_runs, tear_down);
  g_test_add ("/media/track/stream-before-tap-runs", Fixture, NULL, set_up, test_stream_before_tap_runs, tear_down);
  g_test_add ("/media/track/tap-removed-before-it-runs", Fixture, NULL, set_up, test_tap_removed_before_it_runs, tear_down);
  g_test_add ("/media/track/link-discarded-before-it-runs", Fixture, NULL, set_up, test_link_discarded_before_it_runs, tear_down);
  g_test_add ("/media/track/closed", Fixture, NULL, set_up, test_closed, tear_down);

  return g_test_run ();
}
