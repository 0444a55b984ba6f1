/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media-peer.h"

#include <math.h>
#include <stdarg.h>

static void
describe_track (MediaPeer   *self,
                const char  *name,
                SipMediaKind kind,
                gboolean     remote)
{
  SipTrack *track = sip_webrtc_handler_get_track (self->handler, kind, remote);

  if (track != NULL)
    g_test_message ("  %s: %s, %" G_GUINT64_FORMAT " packets", name, sip_track_get_codec (track), sip_track_get_packets (track));
}

void
media_peer_describe (MediaPeer  *self,
                     const char *name)
{
  g_test_message ("%s: ICE %d, secure %d, %u samples, %u pictures of %d %d %d, failure %s", name,
                  sip_webrtc_handler_get_ice_connection_state (self->handler), sip_webrtc_handler_get_secure (self->handler),
                  self->samples->len, self->n_frames, self->colour[0], self->colour[1], self->colour[2],
                  self->failure != NULL ? self->failure->message : "none");
  describe_track (self, "sent sound", SIP_MEDIA_AUDIO, FALSE);
  describe_track (self, "received sound", SIP_MEDIA_AUDIO, TRUE);
  describe_track (self, "sent video", SIP_MEDIA_VIDEO, FALSE);
  describe_track (self, "received video", SIP_MEDIA_VIDEO, TRUE);
}

static GstAppSink *
make_sink (const char *caps_text)
{
  GstElement *element = gst_element_factory_make ("appsink", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (caps_text);

  g_assert_nonnull (element);
  g_object_set (element, "caps", caps, "sync", FALSE, "max-buffers", 200, "drop", TRUE, NULL);

  return GST_APP_SINK (gst_object_ref_sink (element));
}

static void
failed_cb (SipSessionDescriptionHandler *handler,
           const GError                 *error,
           gpointer                      user_data)
{
  MediaPeer *self = user_data;

  self->n_failures++;
  if (self->failure == NULL)
    self->failure = g_error_copy (error);
}

MediaPeer *
media_peer_new (guint       frequency,
                const char *pattern,
                const char *first_property,
                ...)
{
  MediaPeer *self = g_new0 (MediaPeer, 1);
  const char *addresses[] = { "127.0.0.1", NULL };
  g_autofree char *video_source = NULL;
  va_list args;

  gst_init (NULL, NULL);
  self->samples = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->audio_sink = make_sink ("audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved");
  self->video_sink = make_sink ("video/x-raw,format=RGB");
  video_source = g_strdup_printf ("videotestsrc is-live=true pattern=%s ! "
                                  "capsfilter caps=video/x-raw,width=160,height=120,framerate=15/1", pattern);
  self->handler = g_object_new (SIP_TYPE_WEBRTC_HANDLER, "audio-source", "test", "test-tone-frequency", frequency, "video-source",
                                video_source, "audio-sink-element", self->audio_sink, "video-sink-element", self->video_sink,
                                "local-addresses", addresses, NULL);
  va_start (args, first_property);
  if (first_property != NULL)
    g_object_set_valist (G_OBJECT (self->handler), first_property, args);
  va_end (args);
  g_signal_connect (self->handler, "failed", G_CALLBACK (failed_cb), self);

  return self;
}

void
media_peer_free (MediaPeer *self)
{
  g_signal_handlers_disconnect_by_data (self->handler, self);
  sip_session_description_handler_close (SIP_SESSION_DESCRIPTION_HANDLER (self->handler));
  g_assert_finalize_object (self->handler);
  gst_object_unref (self->audio_sink);
  gst_object_unref (self->video_sink);
  g_array_unref (self->samples);
  g_clear_error (&self->failure);
  g_free (self);
}

static void
take_picture (MediaPeer *self,
              GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstMapInfo map;
  guint64 sum[3] = { 0 };

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i + 2 < map.size; i += 3)
    for (guint j = 0; j < 3; j++)
      sum[j] += map.data[i + j];
  for (guint j = 0; j < 3; j++)
    self->colour[j] = (guint8) (sum[j] / MAX (map.size / 3, 1));
  gst_buffer_unmap (buffer, &map);
  self->n_frames++;
}

void
media_peer_poll (MediaPeer *self)
{
  GstSample *sample;

  while ((sample = gst_app_sink_try_pull_sample (self->audio_sink, 0)) != NULL)
    {
      GstMapInfo map;

      g_assert_true (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ));
      g_array_append_vals (self->samples, map.data, (guint) (map.size / sizeof (gint16)));
      gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
      gst_sample_unref (sample);
    }
  while ((sample = gst_app_sink_try_pull_sample (self->video_sink, 0)) != NULL)
    {
      take_picture (self, sample);
      gst_sample_unref (sample);
    }
}

void
media_peer_forget (MediaPeer *self)
{
  media_peer_poll (self);
  g_array_set_size (self->samples, 0);
  self->n_frames = 0;
}

/* Goertzel's algorithm, in relation to the whole power. */
double
media_peer_hears (MediaPeer *self,
                  double     frequency)
{
  const guint n = 4800;
  const double coefficient = 2 * cos (2 * G_PI * frequency / 48000);
  double s1 = 0, s2 = 0, power = 0;

  if (self->samples->len < n)
    return -1;
  for (guint i = self->samples->len - n; i < self->samples->len; i++)
    {
      double x = g_array_index (self->samples, gint16, i);
      double s = x + coefficient * s1 - s2;

      power += x * x;
      s2 = s1;
      s1 = s;
    }
  if (power < 1)
    return 0;

  return 2 * (s1 * s1 + s2 * s2 - coefficient * s1 * s2) / (power * n);
}

gboolean
media_peer_sees (MediaPeer *self,
                 guint8     red,
                 guint8     green,
                 guint8     blue)
{
  return self->n_frames > 0 && ABS (self->colour[0] - red) < 40 && ABS (self->colour[1] - green) < 40 && ABS (self->colour[2] - blue) < 40;
}

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

gboolean
media_wait (MediaCondition condition,
            gpointer       data,
            guint          timeout_ms)
{
  /* The deadlines are what is good on a machine that has nothing else to do. One that has costs nothing where all is well. */
#ifdef __SANITIZE_ADDRESS__
  const guint patience = 10;
#else
  const guint patience = 5;
#endif
  gint64 deadline = g_get_monotonic_time () + patience * timeout_ms * G_TIME_SPAN_MILLISECOND;
  GMainContext *context = g_main_context_get_thread_default ();
  GSource *tick = g_timeout_source_new (5);
  gboolean met;

  g_source_set_callback (tick, tick_cb, NULL, NULL);
  g_source_attach (tick, context);
  while (!(met = condition (data)) && g_get_monotonic_time () < deadline)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (tick);
  g_source_unref (tick);

  return met;
}

static void
store_result_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
has_result (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

static GVariant *
get_options (MediaPeer *self)
{
  if (self->options != NULL)
    return g_variant_new_parsed (self->options);
  return self->hold ? g_variant_new_parsed ("{'hold': <true>}") : NULL;
}

SipDescription *
media_peer_get (MediaPeer         *self,
                SipDescriptionType type,
                GError           **error)
{
  SipSessionDescriptionHandler *handler = SIP_SESSION_DESCRIPTION_HANDLER (self->handler);
  g_autoptr (GAsyncResult) result = NULL;

  g_autoptr (SipDescription) description = NULL;

  sip_session_description_handler_get_description_async (handler, type, get_options (self), NULL, store_result_cb, &result);
  g_assert_true (media_wait (has_result, &result, 60000));
  description = sip_session_description_handler_get_description_finish (handler, result, error);
  if (description == NULL || self->modifier == NULL)
    return g_steal_pointer (&description);

  g_clear_object (&result);
  sip_description_modifier_modify_async (self->modifier, description, NULL, store_result_cb, &result);
  g_assert_true (media_wait (has_result, &result, 60000));

  return sip_description_modifier_modify_finish (self->modifier, result, error);
}

gboolean
media_peer_set (MediaPeer      *self,
                SipDescription *description,
                GError        **error)
{
  SipSessionDescriptionHandler *handler = SIP_SESSION_DESCRIPTION_HANDLER (self->handler);
  g_autoptr (GAsyncResult) result = NULL;

  sip_session_description_handler_set_description_async (handler, description, get_options (self), NULL, store_result_cb, &result);
  g_assert_true (media_wait (has_result, &result, 60000));

  return sip_session_description_handler_set_description_finish (handler, result, error);
}

void
media_peer_rollback (MediaPeer *self)
{
  sip_session_description_handler_rollback (SIP_SESSION_DESCRIPTION_HANDLER (self->handler));
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

guint
media_count_threads (void)
{
  return count_entries ("/proc/self/task");
}

guint
media_count_descriptors (void)
{
  return count_entries ("/proc/self/fd");
}

static void
print_description (SipDescription *description)
{
  g_autofree char *text = sip_description_to_text (description);
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", 0);

  for (guint i = 0; lines[i] != NULL; i++)
    g_test_message ("%s", lines[i]);
}

void
media_peer_call (MediaPeer *caller,
                 MediaPeer *callee)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_autoptr (SipDescription) answer = NULL;

  g_assert_no_error (error);
  print_description (offer);
  g_assert_true (media_peer_set (callee, offer, &error));
  g_assert_no_error (error);
  answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  print_description (answer);
  g_assert_true (media_peer_set (caller, answer, &error));
  g_assert_no_error (error);
}
