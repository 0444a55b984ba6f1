/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-gate-private.h"

#include <gst/video/video.h>

struct _SipGate
{
  SipGuard *guard;
  gboolean whole_pictures;
  int open;  /* the owner's will */
  int ready; /* what is behind the pad runs */
  GMutex mutex; /* of the counters */
  guint64 packets;
  guint64 bytes;
  guint64 dropped;
  gint64 first_time;
  gboolean passing;
};

SipGate *
sip_gate_new (SipGuard *guard)
{
  SipGate *self = g_atomic_rc_box_new0 (SipGate);

  self->guard = sip_guard_ref (guard);
  g_mutex_init (&self->mutex);

  return self;
}

SipGate *
sip_gate_ref (SipGate *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
gate_clear (SipGate *self)
{
  sip_guard_unref (self->guard);
  g_mutex_clear (&self->mutex);
}

void
sip_gate_unref (SipGate *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) gate_clear);
}

/* A video that begins in the middle is of no use: who makes it, our encoder or (by PLI or FIR) the peer's, is to begin anew. */
void
sip_gate_ask_for_picture (SipGate *self,
                          GstPad  *pad)
{
  GstEvent *event = gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0);

  if (GST_PAD_IS_SINK (pad))
    gst_pad_push_event (pad, event);
  else
    gst_pad_send_event (pad, event);
}

static GstPadProbeReturn
probe_cb (GstPad          *pad,
          GstPadProbeInfo *info,
          gpointer         user_data)
{
  SipGate *self = user_data;
  gboolean pass = g_atomic_int_get (&self->open) && g_atomic_int_get (&self->ready) &&
                  sip_guard_get_state (self->guard) == SIP_GUARD_VERIFIED;
  gboolean begins;
  guint64 packets = 1;
  guint64 bytes;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    {
      GstBufferList *list = GST_PAD_PROBE_INFO_BUFFER_LIST (info);

      packets = gst_buffer_list_length (list);
      bytes = gst_buffer_list_calculate_size (list);
    }
  else
    bytes = gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info));

  g_mutex_lock (&self->mutex);
  begins = pass && !self->passing;
  self->passing = pass;
  if (pass)
    {
      if (self->first_time == 0)
        self->first_time = g_get_monotonic_time ();
      self->packets += packets;
      self->bytes += bytes;
    }
  else
    self->dropped += packets;
  g_mutex_unlock (&self->mutex);

  if (begins && self->whole_pictures)
    sip_gate_ask_for_picture (self, pad);

  return pass ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

void
sip_gate_install (SipGate *self,
                  GstPad  *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, probe_cb, sip_gate_ref (self),
                     (GDestroyNotify) sip_gate_unref);
}

void
sip_gate_set_whole_pictures (SipGate *self)
{
  self->whole_pictures = TRUE;
}

void
sip_gate_set_open (SipGate *self,
                   gboolean open)
{
  g_atomic_int_set (&self->open, open);
}

void
sip_gate_set_ready (SipGate *self)
{
  g_atomic_int_set (&self->ready, TRUE);
}

static guint64
read_counter (SipGate       *self,
              const guint64 *counter)
{
  guint64 value;

  g_mutex_lock (&self->mutex);
  value = *counter;
  g_mutex_unlock (&self->mutex);

  return value;
}

guint64
sip_gate_get_packets (SipGate *self)
{
  return read_counter (self, &self->packets);
}

guint64
sip_gate_get_bytes (SipGate *self)
{
  return read_counter (self, &self->bytes);
}

guint64
sip_gate_get_dropped (SipGate *self)
{
  return read_counter (self, &self->dropped);
}

gint64
sip_gate_get_first_time (SipGate *self)
{
  gint64 time;

  g_mutex_lock (&self->mutex);
  time = self->first_time;
  g_mutex_unlock (&self->mutex);

  return time;
}
