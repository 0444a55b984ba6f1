/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-media-work-private.h"

/* --- starting --- */

typedef struct
{
  GstElement *first;
  GstElement *second; /* nullable */
  GstPad *source;
  GstPad *sink;
  SipGate *gate;      /* nullable */
  GstBin *pipeline;
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  gst_object_unref (start->first);
  gst_clear_object (&start->second);
  gst_clear_object (&start->source);
  gst_clear_object (&start->sink);
  gst_object_unref (start->pipeline);
  g_clear_pointer (&start->gate, sip_gate_unref);
  g_free (start);
}

typedef struct
{
  GstElement *element; /* that complains */
  GstPad *sink;
} Link;

static void
link_free (gpointer data)
{
  Link *link = data;

  gst_object_unref (link->element);
  gst_object_unref (link->sink);
  g_free (link);
}

/* Once nothing is in the pad, whichever thread that is in. */
static GstPadProbeReturn
link_cb (GstPad          *pad,
         GstPadProbeInfo *info,
         gpointer         user_data)
{
  Link *link = user_data;
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  GstPadLinkReturn linked;

  if (peer != NULL)
    gst_pad_unlink (pad, peer);
  linked = gst_pad_link (pad, link->sink);
  if (GST_PAD_LINK_FAILED (linked))
    GST_ELEMENT_ERROR (link->element, CORE, PAD, ("Two elements do not fit together: %s", gst_pad_link_get_name (linked)), (NULL));

  return GST_PAD_PROBE_REMOVE;
}

static void
wake_up (GstElement *element)
{
  gst_element_set_locked_state (element, FALSE);
  gst_element_sync_state_with_parent (element);
}

static void
start_func (gpointer data,
            gpointer user_data)
{
  Start *start = data;
  Link *link;

  if (!gst_object_has_as_ancestor (GST_OBJECT (start->first), GST_OBJECT (start->pipeline)))
    return; /* replaced before it began */
  wake_up (start->first);
  link = g_new0 (Link, 1);
  link->element = gst_object_ref (start->first);
  link->sink = gst_object_ref (start->sink);
  gst_pad_add_probe (start->source, GST_PAD_PROBE_TYPE_IDLE, link_cb, link, link_free);
  if (start->second != NULL)
    wake_up (start->second);
  if (start->gate != NULL)
    sip_gate_set_ready (start->gate);
}

void
sip_media_work_start (SipSerialQueue *queue,
                      GstBin         *pipeline,
                      GstElement     *first,
                      GstElement     *second,
                      GstPad         *source,
                      GstPad         *sink,
                      SipGate        *gate)
{
  Start *data = g_new0 (Start, 1);

  data->first = gst_object_ref (first);
  data->second = second != NULL ? gst_object_ref (second) : NULL;
  data->source = gst_object_ref (source);
  data->sink = gst_object_ref (sink);
  data->pipeline = gst_object_ref (pipeline);
  data->gate = gate != NULL ? sip_gate_ref (gate) : NULL;
  sip_serial_queue_push (queue, start_func, data, start_free);
}

static void
wake_func (gpointer data,
           gpointer user_data)
{
  wake_up (data);
}

void
sip_media_work_wake (SipSerialQueue *queue,
                     GstElement     *element)
{
  sip_serial_queue_push (queue, wake_func, gst_object_ref (element), gst_object_unref);
}

/* --- stopping --- */

static void
park_func (gpointer data,
           gpointer user_data)
{
  gst_element_set_locked_state (data, TRUE);
  gst_element_set_state (data, GST_STATE_NULL);
}

void
sip_media_work_park (SipSerialQueue *queue,
                     GstElement     *element)
{
  sip_serial_queue_push (queue, park_func, gst_object_ref (element), gst_object_unref);
}

void
sip_media_work_discard (SipSerialQueue *queue,
                        GstElement     *element)
{
  GstObject *parent = gst_object_get_parent (GST_OBJECT (element));

  gst_element_set_locked_state (element, TRUE);
  if (parent != NULL)
    {
      gst_object_ref (element);
      gst_bin_remove (GST_BIN (parent), element);
      gst_object_unref (parent);
      sip_serial_queue_push (queue, park_func, element, gst_object_unref);
    }
}

typedef struct
{
  GstElement *element;
  GMutex mutex;
  GCond cond;
  gboolean is_unlinked;
} Leftover;

/* webrtcbin holds a buffer back for as long as its latency. */
#define LEFTOVER_PATIENCE (2 * G_TIME_SPAN_SECOND)

static void
leftover_clear (Leftover *leftover)
{
  gst_object_unref (leftover->element);
  g_mutex_clear (&leftover->mutex);
  g_cond_clear (&leftover->cond);
}

static void
leftover_unref (gpointer leftover)
{
  g_atomic_rc_box_release_full (leftover, (GDestroyNotify) leftover_clear);
}

static GstPadProbeReturn
unlink_cb (GstPad          *pad,
                   GstPadProbeInfo *info,
                   gpointer         user_data)
{
  Leftover *leftover = user_data;
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  if (peer != NULL && gst_object_has_as_ancestor (GST_OBJECT (peer), GST_OBJECT (leftover->element)))
    gst_pad_unlink (pad, peer);
  g_mutex_lock (&leftover->mutex);
  leftover->is_unlinked = TRUE;
  g_cond_signal (&leftover->cond);
  g_mutex_unlock (&leftover->mutex);

  return GST_PAD_PROBE_REMOVE;
}

static void
remove_func (gpointer data,
             gpointer user_data)
{
  Leftover *leftover = data;
  gint64 deadline = g_get_monotonic_time () + LEFTOVER_PATIENCE;
  g_autoptr (GstObject) parent = NULL;

  g_mutex_lock (&leftover->mutex);
  while (!leftover->is_unlinked && g_cond_wait_until (&leftover->cond, &leftover->mutex, deadline))
    continue;
  g_mutex_unlock (&leftover->mutex);
  parent = gst_object_get_parent (GST_OBJECT (leftover->element));
  if (parent != NULL)
    gst_bin_remove (GST_BIN (parent), leftover->element);
  gst_element_set_state (leftover->element, GST_STATE_NULL);
}

void
sip_media_work_discard_sink (SipSerialQueue *queue,
                             GstElement     *element,
                             GstPad         *pad)
{
  Leftover *leftover = g_atomic_rc_box_new0 (Leftover);

  gst_element_set_locked_state (element, TRUE);
  leftover->element = gst_object_ref (element);
  g_mutex_init (&leftover->mutex);
  g_cond_init (&leftover->cond);
  sip_serial_queue_push (queue, remove_func, g_atomic_rc_box_acquire (leftover), leftover_unref);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_IDLE, unlink_cb, leftover, leftover_unref);
}
