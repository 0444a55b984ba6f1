/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "tap.h"

#include <gst/app/app.h>
#include <gst/video/video.h>

#include <math.h>

/* A tenth of a second: fine enough to tell 440 Hz from 450, short enough to follow a change. */
#define RATE 48000
#define WINDOW 4800

#define AUDIO_SINK "audioconvert ! audioresample ! appsink name=sink sync=false caps=audio/x-raw,format=F32LE,layout=interleaved,rate=48000,channels=1"
#define VIDEO_SINK "videoconvert ! appsink name=sink sync=false caps=video/x-raw,format=RGB"

struct _Tap
{
  gatomicrefcount ref_count;
  gboolean is_video;

  /* The rest belongs to the lock: samples come in a streaming thread. */
  GMutex lock;
  gint64 began;
  gint64 first;   /* when the first frame, or the first sound that is no silence, came; 0: not yet */
  guint64 count;  /* buffers */
  float loudest;
  guint filled;
  float samples[WINDOW]; /* the newest last */
  GstSample *frame;
};

static Tap *
tap_new (gboolean is_video)
{
  Tap *self = g_new0 (Tap, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->is_video = is_video;
  self->began = g_get_monotonic_time ();
  return self;
}

Tap *
tap_new_audio (void)
{
  return tap_new (FALSE);
}

Tap *
tap_new_video (void)
{
  return tap_new (TRUE);
}

Tap *
tap_ref (Tap *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
tap_unref (Tap *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->frame, gst_sample_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
take_samples (Tap *self, const float *samples, gsize n)
{
  for (gsize i = 0; i < n; i++)
    self->loudest = MAX (self->loudest, fabsf (samples[i]));
  if (self->first == 0 && self->loudest > 0.01f)
    self->first = g_get_monotonic_time ();

  if (n > WINDOW)
    {
      samples += n - WINDOW;
      n = WINDOW;
    }
  memmove (self->samples, self->samples + n, (WINDOW - n) * sizeof (float));
  memcpy (self->samples + WINDOW - n, samples, n * sizeof (float));
  self->filled = MIN (WINDOW, self->filled + n);
}

static GstFlowReturn
new_sample_cb (GstAppSink *sink, gpointer user_data)
{
  Tap *self = user_data;
  GstSample *sample = gst_app_sink_pull_sample (sink);
  GstMapInfo map;

  if (sample == NULL)
    return GST_FLOW_OK;

  g_mutex_lock (&self->lock);
  self->count++;
  if (self->is_video)
    {
      if (self->first == 0)
        self->first = g_get_monotonic_time ();
      g_clear_pointer (&self->frame, gst_sample_unref);
      self->frame = gst_sample_ref (sample);
    }
  else if (gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    {
      take_samples (self, (const float *) (gconstpointer) map.data, map.size / sizeof (float));
      gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    }
  g_mutex_unlock (&self->lock);
  gst_sample_unref (sample);
  return GST_FLOW_OK;
}

GstElement *
tap_make_sink (Tap *self)
{
  static GstAppSinkCallbacks callbacks = { .new_sample = new_sample_cb };
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (self->is_video ? VIDEO_SINK : AUDIO_SINK, TRUE, &error);
  g_autoptr (GstElement) sink = NULL;

  if (bin == NULL)
    g_error ("The sink cannot be made: %s", error->message);
  sink = gst_bin_get_by_name (GST_BIN (bin), "sink");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, tap_ref (self), (GDestroyNotify) tap_unref);
  return bin;
}

void
tap_begin (Tap *self)
{
  g_mutex_lock (&self->lock);
  self->began = g_get_monotonic_time ();
  self->first = 0;
  self->count = 0;
  self->loudest = 0;
  self->filled = 0;
  g_clear_pointer (&self->frame, gst_sample_unref);
  g_mutex_unlock (&self->lock);
}

/* Goertzel's algorithm: the power of one frequency. */
static double
power_at (const float *samples, double hz)
{
  const double coefficient = 2 * cos (2 * G_PI * hz / RATE);
  double s1 = 0;
  double s2 = 0;

  for (guint i = 0; i < WINDOW; i++)
    {
      const double s0 = samples[i] + coefficient * s1 - s2;

      s2 = s1;
      s1 = s0;
    }
  return s1 * s1 + s2 * s2 - coefficient * s1 * s2;
}

/* The loudest frequency: a walk in steps of half the window's main lobe, then a search inside it. */
static double
find_tone (const float *samples)
{
  const double step = 2.0 * RATE / WINDOW;
  double best = 0;
  double best_power = -1;
  float windowed[WINDOW];

  /* Hann's window keeps a far tone from leaking into where we look. */
  for (guint i = 0; i < WINDOW; i++)
    windowed[i] = samples[i] * (0.5f - 0.5f * cosf (2 * G_PI * i / WINDOW));

  for (double hz = 60; hz < 4000; hz += step)
    {
      const double power = power_at (windowed, hz);

      if (power > best_power)
        {
          best_power = power;
          best = hz;
        }
    }

  double low = best - step;
  double high = best + step;
  while (high - low > 0.05)
    {
      const double third = (high - low) / 3;

      if (power_at (windowed, low + third) < power_at (windowed, high - third))
        low += third;
      else
        high -= third;
    }
  return (low + high) / 2;
}

/* The mean colour of the middle of a picture. */
static gboolean
find_colour (GstSample *sample, guint rgb[3], guint *width, guint *height)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  guint64 sum[3] = { 0 };
  guint64 n = 0;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&frame, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return FALSE;

  *width = GST_VIDEO_FRAME_WIDTH (&frame);
  *height = GST_VIDEO_FRAME_HEIGHT (&frame);
  for (guint y = *height / 4; y < *height * 3 / 4; y++)
    {
      const guint8 *row = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, 0) + y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, 0);

      for (guint x = *width / 4; x < *width * 3 / 4; x++, n++)
        for (guint i = 0; i < 3; i++)
          sum[i] += row[3 * x + i];
    }
  for (guint i = 0; i < 3; i++)
    rgb[i] = n > 0 ? sum[i] / n : 0;
  gst_video_frame_unmap (&frame);
  return n > 0;
}

char *
tap_to_json (Tap *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  char first[32] = "null";
  char hz[G_ASCII_DTOSTR_BUF_SIZE] = "null";
  char level[G_ASCII_DTOSTR_BUF_SIZE] = "0";
  char loudest[G_ASCII_DTOSTR_BUF_SIZE] = "0";
  guint rgb[3], width, height;
  double sum = 0;

  if (self->count == 0)
    return g_strdup ("null");
  if (self->first != 0)
    g_snprintf (first, sizeof first, "%" G_GINT64_FORMAT, (self->first - self->began) / 1000);

  if (self->is_video)
    {
      if (self->frame == NULL || !find_colour (self->frame, rgb, &width, &height))
        return g_strdup ("null");
      return g_strdup_printf ("{\"rgb\":[%u,%u,%u],\"width\":%u,\"height\":%u,\"count\":%" G_GUINT64_FORMAT ",\"first\":%s}",
                              rgb[0], rgb[1], rgb[2], width, height, self->count, first);
    }

  for (guint i = 0; i < WINDOW; i++)
    sum += (double) self->samples[i] * self->samples[i];
  if (self->filled == WINDOW && sum > 0)
    g_ascii_formatd (hz, sizeof hz, "%.1f", find_tone (self->samples));
  g_ascii_formatd (level, sizeof level, "%.4f", sqrt (sum / WINDOW));
  g_ascii_formatd (loudest, sizeof loudest, "%.4f", self->loudest);
  return g_strdup_printf ("{\"hz\":%s,\"level\":%s,\"loudest\":%s,\"count\":%" G_GUINT64_FORMAT ",\"first\":%s}",
                          hz, level, loudest, self->count, first);
}
