/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-tone-sender-private.h"

#include <string.h>

#define PAUSE_MS 2000
#define END_PACKETS 3     /* RFC 4733 §2.5.1.4 */
#define MAX_SEGMENT 65535 /* what the field for the duration holds (§2.5.1.3) */
#define VOLUME 10         /* -10 dBm0 */
#define RTP_HEADER_SIZE 12

typedef struct
{
  int event;      /* -1: a pause */
  guint duration; /* in units of the clock */
  guint gap;
} Tone;

typedef enum
{
  STATE_IDLE,
  STATE_TONE,
  STATE_END,  /* the last packet is being repeated */
  STATE_GAP,
} State;

struct _SipToneSender
{
  GMutex mutex;
  guint payload;
  guint clock_rate;
  GQueue tones; /* Tone */

  State state;
  Tone current;
  guint32 start;    /* the timestamp of the tone, or of its segment; of the gap */
  guint elapsed;    /* of the tone, in segments before this one */
  guint n_sent;     /* packets in this state */
  guint last_duration;
  gboolean has_timestamp;
  guint32 timestamp; /* of the packet before */
};

SipToneSender *
sip_tone_sender_new (guint payload,
                     guint clock_rate)
{
  SipToneSender *self = g_atomic_rc_box_new0 (SipToneSender);

  g_mutex_init (&self->mutex);
  g_queue_init (&self->tones);
  self->payload = payload;
  self->clock_rate = clock_rate;

  return self;
}

SipToneSender *
sip_tone_sender_ref (SipToneSender *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
sender_clear (SipToneSender *self)
{
  g_queue_clear_full (&self->tones, g_free);
  g_mutex_clear (&self->mutex);
}

void
sip_tone_sender_unref (SipToneSender *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) sender_clear);
}

/* RFC 4733 §3.2. */
static const char events[] = "0123456789*#ABCD";

gboolean
sip_tone_is_valid (char tone)
{
  return tone != '\0' && (tone == ',' || strchr (events, g_ascii_toupper (tone)) != NULL);
}

static guint
to_units (SipToneSender *self,
          guint          ms)
{
  return (guint) gst_util_uint64_scale_int (ms, (int) self->clock_rate, 1000);
}

void
sip_tone_sender_play (SipToneSender *self,
                      const char    *tones,
                      guint          duration,
                      guint          gap)
{
  g_mutex_lock (&self->mutex);
  for (const char *p = tones; *p != '\0'; p++)
    {
      Tone *tone = g_new0 (Tone, 1);

      tone->event = *p == ',' ? -1 : (int) (strchr (events, g_ascii_toupper (*p)) - events);
      tone->duration = MAX (1, to_units (self, duration));
      tone->gap = to_units (self, *p == ',' ? PAUSE_MS : gap);
      g_queue_push_tail (&self->tones, tone);
    }
  g_mutex_unlock (&self->mutex);
}

void
sip_tone_sender_stop (SipToneSender *self)
{
  g_mutex_lock (&self->mutex);
  g_queue_clear_full (&self->tones, g_free);
  self->current.duration = 0;
  g_mutex_unlock (&self->mutex);
}

gboolean
sip_tone_sender_is_busy (SipToneSender *self)
{
  gboolean busy;

  g_mutex_lock (&self->mutex);
  busy = self->state != STATE_IDLE || !g_queue_is_empty (&self->tones);
  g_mutex_unlock (&self->mutex);

  return busy;
}

/* --- packets --- */

static void
write_event (SipToneSender *self,
             const guint8  *packet,
             gboolean       marker,
             gboolean       end,
             guint          duration,
             guint8        *event)
{
  /* Version, no padding, no extension, no contributors; the number and the source are the stream's own. */
  event[0] = 0x80;
  event[1] = (guint8) ((marker ? 0x80 : 0) | (self->payload & 0x7f));
  memcpy (event + 2, packet + 2, 2);
  GST_WRITE_UINT32_BE (event + 4, self->start);
  memcpy (event + 8, packet + 8, 4);
  event[12] = (guint8) self->current.event;
  event[13] = (guint8) ((end ? 0x80 : 0) | VOLUME);
  GST_WRITE_UINT16_BE (event + 14, (guint16) duration);
  self->last_duration = duration;
}

static void
begin_next (SipToneSender *self,
            guint32        timestamp)
{
  g_autofree Tone *tone = g_queue_pop_head (&self->tones);

  self->n_sent = 0;
  self->start = timestamp;
  self->elapsed = 0;
  if (tone == NULL)
    {
      self->state = STATE_IDLE;
      return;
    }
  self->current = *tone;
  self->state = tone->event < 0 ? STATE_GAP : STATE_TONE;
}

/* A packet about a tone that goes on, or its first one about its end. */
static gsize
tell_tone (SipToneSender *self,
           const guint8  *packet,
           guint32        timestamp,
           guint          samples,
           guint8        *event)
{
  guint duration = timestamp - self->start + samples;
  gboolean end;

  /* A long tone goes on in another segment (RFC 4733 §2.5.1.3), which begins where the one before came to its limit. */
  if (duration > MAX_SEGMENT)
    {
      self->start += MAX_SEGMENT;
      self->elapsed += MAX_SEGMENT;
      duration = MIN (duration - MAX_SEGMENT, MAX_SEGMENT);
    }
  end = self->elapsed + duration >= self->current.duration;
  /* The last before that limit says so, for who has to join the two. */
  if (!end && duration + samples > MAX_SEGMENT)
    duration = MAX_SEGMENT;
  write_event (self, packet, self->n_sent == 0, end, duration, event);
  self->n_sent++;
  if (end)
    {
      self->state = STATE_END;
      self->n_sent = 1;
    }

  return SIP_TONE_PACKET_SIZE;
}

static gsize
next (SipToneSender *self,
      const guint8  *packet,
      guint32        timestamp,
      guint          samples,
      guint8        *event)
{
  if (self->state == STATE_GAP && timestamp - self->start >= self->current.gap)
    begin_next (self, timestamp);
  if (self->state == STATE_IDLE)
    begin_next (self, timestamp);

  switch (self->state)
    {
    case STATE_TONE:
      return tell_tone (self, packet, timestamp, samples, event);

    case STATE_END:
      write_event (self, packet, FALSE, TRUE, self->last_duration, event);
      if (++self->n_sent >= END_PACKETS)
        {
          self->start += self->last_duration;
          self->state = STATE_GAP;
        }
      return SIP_TONE_PACKET_SIZE;

    case STATE_IDLE:
    case STATE_GAP:
    default:
      return 0;
    }
}

gsize
sip_tone_sender_next (SipToneSender *self,
                      const guint8  *packet,
                      gsize          size,
                      guint8        *event)
{
  guint32 timestamp;
  guint samples;
  gsize written;

  if (size < RTP_HEADER_SIZE)
    return 0;

  timestamp = GST_READ_UINT32_BE (packet + 4);
  g_mutex_lock (&self->mutex);
  samples = timestamp - self->timestamp;
  /* As long as the one before, if that is a length at all; or 20 ms. */
  if (!self->has_timestamp || samples == 0 || samples > self->clock_rate / 5)
    samples = self->clock_rate / 50;
  self->has_timestamp = TRUE;
  self->timestamp = timestamp;
  written = next (self, packet, timestamp, samples, event);
  g_mutex_unlock (&self->mutex);

  return written;
}

/* --- in a pad --- */

static GstBuffer *
replace (SipToneSender *self,
         GstBuffer     *buffer)
{
  guint8 event[SIP_TONE_PACKET_SIZE];
  GstBuffer *replacement;
  GstMapInfo map;
  gsize size;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return NULL;
  size = sip_tone_sender_next (self, map.data, map.size, event);
  gst_buffer_unmap (buffer, &map);
  if (size == 0)
    return NULL;

  replacement = gst_buffer_new_memdup (event, size);
  gst_buffer_copy_into (replacement, buffer, GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS | GST_BUFFER_COPY_META, 0, (gsize) -1);

  return replacement;
}

static gboolean
replace_in_list_cb (GstBuffer **buffer,
                    guint       index,
                    gpointer    user_data)
{
  GstBuffer *replacement = replace (user_data, *buffer);

  if (replacement != NULL)
    {
      gst_buffer_unref (*buffer);
      *buffer = replacement;
    }

  return TRUE;
}

static GstPadProbeReturn
probe_cb (GstPad          *pad,
          GstPadProbeInfo *info,
          gpointer         user_data)
{
  SipToneSender *self = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    {
      GstBufferList *list = gst_buffer_list_make_writable (GST_PAD_PROBE_INFO_BUFFER_LIST (info));

      gst_buffer_list_foreach (list, replace_in_list_cb, self);
      GST_PAD_PROBE_INFO_DATA (info) = list;
    }
  else
    {
      GstBuffer *replacement = replace (self, GST_PAD_PROBE_INFO_BUFFER (info));

      if (replacement != NULL)
        {
          gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
          GST_PAD_PROBE_INFO_DATA (info) = replacement;
        }
    }

  return GST_PAD_PROBE_OK;
}

void
sip_tone_sender_install (SipToneSender *self,
                         GstPad        *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, probe_cb, sip_tone_sender_ref (self),
                     (GDestroyNotify) sip_tone_sender_unref);
}
