/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "listener.h"

#include <errno.h>
#include <gst/app/gstappsink.h>
#include <gst/video/video.h>
#include <stdio.h>
#include <string.h>

#define RATE 48000
/* Below a hundredth of the full scale it is silence. */
#define LOUD (32767 / 100)
#define WAV_HEADER 44

#define HEAR "audioconvert ! audioresample ! audio/x-raw,format=S16LE,channels=1,rate=48000 ! " \
  "appsink name=sink sync=false max-buffers=500 drop=true"
#define SEE "videoconvert ! videoscale ! video/x-raw,format=RGB,width=64,height=48 ! appsink name=sink sync=false max-buffers=1 drop=true"

struct _Listener
{
  GstElement *audio;
  GstElement *video;
  FILE *file;
  guint32 recorded;
};

static void
put (guint8    *p,
     guint32    value,
     guint      bytes)
{
  for (guint i = 0; i < bytes; i++)
    p[i] = (guint8) (value >> (8 * i));
}

/* 16 bits, one channel, little endian; @bytes of samples follow. */
static void
write_wav_header (FILE   *file,
                  guint32 bytes)
{
  guint8 header[WAV_HEADER] = "RIFF....WAVEfmt ";

  put (header + 4, WAV_HEADER - 8 + bytes, 4);
  put (header + 16, 16, 4);
  put (header + 20, 1, 2);
  put (header + 22, 1, 2);
  put (header + 24, RATE, 4);
  put (header + 28, RATE * 2, 4);
  put (header + 32, 2, 2);
  put (header + 34, 16, 2);
  memcpy (header + 36, "data", 4);
  put (header + 40, bytes, 4);

  rewind (file);
  fwrite (header, 1, sizeof header, file);
}

Listener *
listener_new (const char *record)
{
  Listener *self = g_new0 (Listener, 1);

  if (record != NULL)
    {
      self->file = fopen (record, "wb");
      if (self->file == NULL)
        g_printerr ("%s: %s\n", record, g_strerror (errno));
      else
        write_wav_header (self->file, 0);
    }

  return self;
}

void
listener_free (Listener *self)
{
  if (self->file != NULL)
    {
      write_wav_header (self->file, self->recorded);
      fclose (self->file);
    }
  g_clear_pointer (&self->audio, gst_object_unref);
  g_clear_pointer (&self->video, gst_object_unref);
  g_free (self);
}

void
listener_add (Listener *self,
              SipTrack *track)
{
  gboolean is_audio = sip_track_get_kind (track) == SIP_MEDIA_AUDIO;
  GstElement **sink = is_audio ? &self->audio : &self->video;
  g_autoptr (GError) error = NULL;
  GstElement *tap;

  if (*sink != NULL)
    return;

  tap = gst_parse_bin_from_description (is_audio ? HEAR : SEE, TRUE, &error);
  if (tap == NULL)
    {
      g_printerr ("%s\n", error->message);
      return;
    }
  *sink = gst_bin_get_by_name (GST_BIN (tap), "sink");
  if (!sip_track_add_tap (track, tap))
    g_clear_pointer (sink, gst_object_unref);
}

/* A tone crosses zero twice in each of its periods. */
double
listener_hear (Listener *self)
{
  guint n_samples = 0, n_periods = 0;
  gboolean above = FALSE;
  gboolean loud = FALSE;

  while (self->audio != NULL)
    {
      g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (GST_APP_SINK (self->audio), 0);
      GstMapInfo map;

      if (sample == NULL || !gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
        break;

      for (gsize i = 0; i + 1 < map.size; i += 2)
        {
          int value = (gint16) (map.data[i] | map.data[i + 1] << 8);

          if (!above && value > LOUD)
            {
              above = loud = TRUE;
              n_periods++;
            }
          else if (above && value < -LOUD)
            above = FALSE;
          n_samples++;
        }
      if (self->file != NULL)
        self->recorded += fwrite (map.data, 1, map.size, self->file);
      gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
    }

  return loud ? (double) n_periods * RATE / n_samples : 0;
}

const char *
listener_see (Listener *self)
{
  g_autoptr (GstSample) sample = self->video != NULL ? gst_app_sink_try_pull_sample (GST_APP_SINK (self->video), 0) : NULL;
  const char *colour = NULL;
  GstMapInfo map;

  if (sample == NULL || !gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return NULL;

  if (map.size >= 64 * 48 * 3)
    {
      const guint8 *middle = map.data + (24 * 64 + 32) * 3;
      static const char *const names[] = { "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white" };

      colour = names[(middle[0] > 127 ? 1 : 0) | (middle[1] > 127 ? 2 : 0) | (middle[2] > 127 ? 4 : 0)];
    }
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);

  return colour;
}
