/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-tone-reader-private.h"

#define RTP_HEADER_SIZE 12
#define EVENT_SIZE 4
#define MAX_SEGMENT 65535
#define N_TONES 16
/* How long nothing may be heard of a tone that has not ended. */
#define PATIENCE_MS 500

typedef struct
{
  guint8 event;
  guint32 timestamp;
  guint duration; /* of this segment, in units of the clock */
  guint elapsed;  /* in the segments before */
} Tone;

/* Packets come in threads of GStreamer; what they say is handed over. Held by the pad's probe as well, so that closing need not wait for it. */
struct _SipToneReader
{
  GMutex mutex;
  GMainContext *context;
  guint clock_rate;
  SipToneFunc func;    /* nullable; in the context only */
  gpointer user_data;
  gboolean is_closed;
  gboolean in_pad;

  gboolean has_tone;   /* one that has not ended */
  gboolean has_ended;  /* @tone is what ended last: its last packet comes more than once */
  Tone tone;
  GSource *patience;
};

typedef struct
{
  SipToneReader *reader;
  char tone;
  guint duration;
} Note;

static void
reader_clear (SipToneReader *self)
{
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
}

SipToneReader *
sip_tone_reader_ref (SipToneReader *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
sip_tone_reader_unref (SipToneReader *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) reader_clear);
}

static void
reader_unref (gpointer self)
{
  sip_tone_reader_unref (self);
}

SipToneReader *
sip_tone_reader_new (guint         clock_rate,
                     GMainContext *context)
{
  SipToneReader *self = g_atomic_rc_box_new0 (SipToneReader);

  g_mutex_init (&self->mutex);
  self->context = g_main_context_ref (context);
  self->clock_rate = clock_rate;

  return self;
}

void
sip_tone_reader_listen (SipToneReader *self,
                        SipToneFunc    func,
                        gpointer       user_data)
{
  self->func = func;
  self->user_data = user_data;
}

static void
stop_patience (SipToneReader *self)
{
  if (self->patience != NULL)
    g_source_destroy (self->patience);
  g_clear_pointer (&self->patience, g_source_unref);
}

void
sip_tone_reader_close (SipToneReader *self)
{
  g_mutex_lock (&self->mutex);
  stop_patience (self);
  self->is_closed = TRUE;
  self->func = NULL;
  g_mutex_unlock (&self->mutex);
}

/* --- telling --- */

static void
note_free (gpointer data)
{
  Note *note = data;

  reader_unref (note->reader);
  g_free (note);
}

static gboolean
tell_cb (gpointer user_data)
{
  Note *note = user_data;

  if (note->reader->func != NULL)
    note->reader->func (note->reader->user_data, note->tone, note->duration);

  return G_SOURCE_REMOVE;
}

static void
attach (SipToneReader *self,
        GSource       *source,
        GSourceFunc    func,
        gpointer       data,
        GDestroyNotify destroy)
{
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[sip] tones");
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, self->context);
}

/* With the mutex held. */
static void
end_tone (SipToneReader *self)
{
  static const char names[] = "0123456789*#ABCD";
  guint64 units = (guint64) self->tone.elapsed + self->tone.duration;
  guint duration = (guint) MIN (gst_util_uint64_scale_round (units, 1000, self->clock_rate), G_MAXUINT);
  g_autoptr (GSource) source = NULL;
  Note *note;

  self->has_tone = FALSE;
  self->has_ended = TRUE;
  stop_patience (self);
  if (!self->in_pad)
    {
      self->func (self->user_data, names[self->tone.event], duration);
      return;
    }
  note = g_new0 (Note, 1);
  note->reader = g_atomic_rc_box_acquire (self);
  note->tone = names[self->tone.event];
  note->duration = duration;
  source = g_idle_source_new ();
  attach (self, source, tell_cb, note, note_free);
}

static gboolean
patience_cb (gpointer user_data)
{
  sip_tone_reader_flush (user_data);

  return G_SOURCE_REMOVE;
}

/* With the mutex held. */
static void
be_patient (SipToneReader *self)
{
  if (!self->in_pad)
    return;
  stop_patience (self);
  self->patience = g_timeout_source_new (PATIENCE_MS);
  attach (self, self->patience, patience_cb, g_atomic_rc_box_acquire (self), reader_unref);
}

void
sip_tone_reader_flush (SipToneReader *self)
{
  g_mutex_lock (&self->mutex);
  if (self->has_tone && !self->is_closed)
    end_tone (self);
  g_mutex_unlock (&self->mutex);
}

/* --- reading --- */

/* Where the payload of a packet begins, or NULL (RFC 3550 §5.1). */
static const guint8 *
find_payload (const guint8 *packet,
              gsize         size,
              gsize        *length)
{
  gsize start = RTP_HEADER_SIZE;

  if (size < start || packet[0] >> 6 != 2)
    return NULL;
  start += 4 * (packet[0] & 0x0f);
  if (packet[0] & 0x10)
    {
      if (size < start + 4)
        return NULL;
      start += 4 + 4 * (gsize) GST_READ_UINT16_BE (packet + start + 2);
    }
  if (packet[0] & 0x20)
    size -= MIN (size, packet[size - 1]);
  if (size < start)
    return NULL;
  *length = size - start;

  return packet + start;
}

/* With the mutex held. */
static void
read_event (SipToneReader *self,
            const guint8  *payload,
            guint32        timestamp)
{
  guint8 event = payload[0];
  gboolean end = (payload[1] & 0x80) != 0;
  guint duration = GST_READ_UINT16_BE (payload + 2);

  /* Flashes and modems are none of our business. */
  if (event >= N_TONES)
    return;
  /* RFC 4733 §2.5.2.2: what is from before, or is of a tone that has ended, says nothing new. */
  if ((self->has_tone || self->has_ended) && (gint32) (timestamp - self->tone.timestamp) < 0)
    return;
  if (!self->has_tone && self->has_ended && timestamp == self->tone.timestamp)
    return;

  if (self->has_tone && timestamp != self->tone.timestamp)
    {
      /* Another segment of the same tone, or another tone while we wait for the end of the one before. */
      if (event == self->tone.event && self->tone.duration == MAX_SEGMENT && timestamp == self->tone.timestamp + MAX_SEGMENT)
        {
          self->tone.elapsed = MIN (self->tone.elapsed, G_MAXUINT / 2) + MAX_SEGMENT;
          self->tone.timestamp = timestamp;
          self->tone.duration = 0;
        }
      else
        end_tone (self);
    }
  if (!self->has_tone)
    {
      self->tone = (Tone){ .event = event, .timestamp = timestamp };
      self->has_tone = TRUE;
      self->has_ended = FALSE;
    }
  self->tone.duration = MAX (self->tone.duration, duration);
  if (end)
    end_tone (self);
  else
    be_patient (self);
}

void
sip_tone_reader_push (SipToneReader *self,
                      const guint8  *packet,
                      gsize          size)
{
  gsize length;
  const guint8 *payload = find_payload (packet, size, &length);

  if (payload == NULL || length < EVENT_SIZE)
    return;
  g_mutex_lock (&self->mutex);
  if (!self->is_closed)
    read_event (self, payload, GST_READ_UINT32_BE (packet + 4));
  g_mutex_unlock (&self->mutex);
}

/* --- in a pad --- */

static void
push_buffer (SipToneReader *self,
             GstBuffer     *buffer)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  sip_tone_reader_push (self, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
}

static GstPadProbeReturn
probe_cb (GstPad          *pad,
          GstPadProbeInfo *info,
          gpointer         user_data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    {
      GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

      for (guint i = 0; i < gst_buffer_list_length (list); i++)
        push_buffer (user_data, gst_buffer_list_get (list, i));
    }
  else
    push_buffer (user_data, GST_PAD_PROBE_INFO_BUFFER (info));

  return GST_PAD_PROBE_DROP;
}

void
sip_tone_reader_install (SipToneReader *self,
                         GstPad        *pad)
{
  self->in_pad = TRUE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, probe_cb, g_atomic_rc_box_acquire (self), reader_unref);
}
