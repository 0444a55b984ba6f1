/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-media-pipeline-private.h"

#include <gio/gio.h>

#include "media/sip-media-exit-private.h"
#include "syntax/sip-error.h"

struct _SipMediaPipeline
{
  GstElement *element;
  SipSerialQueue *queue;
  SipMediaExit *exit;
  GSource *bus_source;
  SipMediaPipelineFuncs funcs;
  gpointer user_data;
  SipTrack *tracks[SIP_SDP_N_KINDS][2]; /* by kind and remote */
  guint timeout;                        /* s; 0: none */
  GSource *watch;                       /* nullable */
  guint64 received;                     /* packets, when it looked last */
  gint64 received_time;                 /* when there were more */
  SipToneReader *tones;                 /* nullable */
  SipGate *tone_gate;                   /* nullable */
  gboolean flows[SIP_SDP_N_KINDS][2];   /* what the last plan lets through */
  SipSdpPlanEvents events;              /* what it calls tones; the clock is 0 where it has none */
};

static void
handle_error (SipMediaPipeline *self,
              GstMessage       *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;
  g_autoptr (GError) failure = NULL;

  gst_message_parse_error (message, &error, &debug);
  g_debug ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message, debug != NULL ? debug : "");
  /* A microphone that the user, or a portal, does not let us have. */
  if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED))
    failure = g_error_new (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "%s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
  else
    failure = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "%s: %s", GST_MESSAGE_SRC_NAME (message), error->message);
  self->funcs.failed (self->user_data, failure);
}

static gboolean
bus_cb (GstBus     *bus,
        GstMessage *message,
        gpointer    user_data)
{
  SipMediaPipeline *self = user_data;

  switch (GST_MESSAGE_TYPE (message))
    {
    case GST_MESSAGE_ERROR:
      handle_error (self, message);
      break;

    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (self->element));
      break;

    default:
      break;
    }

  return G_SOURCE_CONTINUE;
}

SipMediaPipeline *
sip_media_pipeline_new (const SipMediaPipelineFuncs *funcs,
                        gpointer                     user_data)
{
  SipMediaPipeline *self = g_new0 (SipMediaPipeline, 1);
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstClock) clock = gst_system_clock_obtain ();

  self->funcs = *funcs;
  self->user_data = user_data;
  self->queue = sip_serial_queue_new ();
  self->element = gst_object_ref_sink (gst_pipeline_new (NULL));
  /* Tracks come and go, and with them the devices' clocks. */
  gst_pipeline_use_clock (GST_PIPELINE (self->element), clock);

  bus = gst_pipeline_get_bus (GST_PIPELINE (self->element));
  self->bus_source = gst_bus_create_watch (bus);
  g_source_set_static_name (self->bus_source, "[sip] pipeline");
  g_source_set_callback (self->bus_source, G_SOURCE_FUNC (bus_cb), self, NULL);
  g_source_attach (self->bus_source, g_main_context_get_thread_default ());

  self->exit = sip_media_exit_hold (self->element, self->queue);
  gst_element_set_state (self->element, GST_STATE_PLAYING);

  return self;
}

/* --- a peer that has fallen silent --- */

static void
stop_watch (SipMediaPipeline *self)
{
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
}

static gboolean
watch_cb (gpointer user_data)
{
  SipMediaPipeline *self = user_data;
  g_autoptr (GError) failure = NULL;
  guint64 received = 0;
  gboolean expected = FALSE;

  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      expected |= self->flows[kind][TRUE];
      if (self->tracks[kind][TRUE] != NULL)
        received += sip_track_get_packets (self->tracks[kind][TRUE]);
    }
  /* On hold nobody waits for anything. */
  if (!expected || received != self->received)
    {
      self->received = received;
      self->received_time = g_get_monotonic_time ();
      return G_SOURCE_CONTINUE;
    }
  if (g_get_monotonic_time () - self->received_time < (gint64) self->timeout * G_TIME_SPAN_SECOND)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->watch, g_source_unref);
  failure = g_error_new (SIP_ERROR, SIP_ERROR_TIMEOUT, "Nothing has come from the peer for %u s", self->timeout);
  self->funcs.failed (self->user_data, failure);

  return G_SOURCE_REMOVE;
}

void
sip_media_pipeline_set_timeout (SipMediaPipeline *self,
                                guint             seconds)
{
  if (self->timeout == seconds)
    return;
  stop_watch (self);
  self->timeout = seconds;
  if (seconds == 0)
    return;
  self->received_time = g_get_monotonic_time ();
  self->watch = g_timeout_source_new (250);
  g_source_set_static_name (self->watch, "[sip] received media");
  g_source_set_callback (self->watch, watch_cb, self, NULL);
  g_source_attach (self->watch, g_main_context_get_thread_default ());
}

/* --- life --- */

static void
drop_events (SipMediaPipeline *self)
{
  if (self->tone_gate != NULL)
    sip_gate_set_open (self->tone_gate, FALSE);
  g_clear_pointer (&self->tone_gate, sip_gate_unref);
  if (self->tones != NULL)
    sip_tone_reader_close (self->tones);
  g_clear_pointer (&self->tones, sip_tone_reader_unref);
}

void
sip_media_pipeline_close (SipMediaPipeline *self)
{
  g_source_destroy (self->bus_source);
  g_source_unref (self->bus_source);
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    for (guint remote = 0; remote < 2; remote++)
      {
        if (self->tracks[kind][remote] != NULL)
          sip_track_close (self->tracks[kind][remote]);
        g_clear_object (&self->tracks[kind][remote]);
      }
  drop_events (self);
  stop_watch (self);
  sip_media_exit_stop (self->exit);
  gst_object_unref (self->element);
  sip_serial_queue_unref (self->queue);
  g_free (self);
}

GstElement *
sip_media_pipeline_get_element (SipMediaPipeline *self)
{
  return self->element;
}

void
sip_media_pipeline_run (SipMediaPipeline *self,
                        GFunc             func,
                        gpointer          data,
                        GDestroyNotify    destroy)
{
  sip_serial_queue_push (self->queue, func, data, destroy);
}

void
sip_media_pipeline_start (SipMediaPipeline *self,
                          GstElement       *element)
{
  gst_element_sync_state_with_parent (element);
}

SipTrack *
sip_media_pipeline_get_track (SipMediaPipeline *self,
                              SipMediaKind      kind,
                              gboolean          remote)
{
  return self->tracks[kind][!!remote];
}

static void
configure (SipMediaPipeline *self,
           SipMediaKind      kind,
           gboolean          remote)
{
  SipTrack *track = self->tracks[kind][!!remote];

  if (kind == SIP_MEDIA_AUDIO && !remote)
    sip_track_set_events (track, &self->events);
  sip_track_set_flowing (track, self->flows[kind][!!remote]);
}

void
sip_media_pipeline_detach (SipMediaPipeline *self)
{
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    for (guint remote = 0; remote < 2; remote++)
      if (self->tracks[kind][remote] != NULL)
        sip_track_unlink (self->tracks[kind][remote]);
  drop_events (self);
}

gboolean
sip_media_pipeline_connect (SipMediaPipeline       *self,
                            SipMediaKind            kind,
                            gboolean                remote,
                            GstElement             *end,
                            const SipSdpPlanFormat *format,
                            guint32                 ssrc,
                            GstPad                 *pad,
                            SipGate                *gate,
                            GError                **error)
{
  SipTrack **track = &self->tracks[kind][!!remote];
  gboolean added = *track == NULL;

  if (added)
    *track = sip_track_new (GST_BIN (self->element), self->queue, kind, remote, end, error);
  else if (end != NULL)
    g_object_unref (g_object_take_ref (G_OBJECT (end)));
  if (*track != NULL)
    configure (self, kind, remote);
  if (*track == NULL || !sip_track_link (*track, format->codec, format->payload, ssrc, pad, gate, error))
    return FALSE;
  if (added)
    self->funcs.track_added (self->user_data, *track);

  return TRUE;
}

void
sip_media_pipeline_apply (SipMediaPipeline *self,
                          const SipSdpPlan *plan)
{
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_find_kind (plan, kind);
      const SipSdpPlanEvents *events = line != NULL && kind == SIP_MEDIA_AUDIO ? sip_sdp_plan_line_get_events (line) : NULL;
      SipSdpDirection direction = line != NULL ? sip_sdp_plan_line_get_direction (line) : SIP_SDP_INACTIVE;

      if (kind == SIP_MEDIA_AUDIO)
        self->events = events != NULL ? *events : (SipSdpPlanEvents){ 0 };
      self->flows[kind][FALSE] = (direction & SIP_SDP_SENDONLY) != 0 && !line->silent;
      self->flows[kind][TRUE] = (direction & SIP_SDP_RECVONLY) != 0;
      for (guint remote = 0; remote < 2; remote++)
        if (self->tracks[kind][remote] != NULL)
          {
            configure (self, kind, remote);
            /* What is not part of the session any more lets its device go. */
            if (line == NULL)
              sip_track_park (self->tracks[kind][remote]);
          }
    }
  if (self->tone_gate != NULL)
    sip_gate_set_open (self->tone_gate, self->flows[SIP_MEDIA_AUDIO][TRUE]);
}

/* --- tones --- */

static void
tone_cb (gpointer user_data,
         char     tone,
         guint    duration)
{
  SipMediaPipeline *self = user_data;

  /* One that came when none was wanted any more. */
  if (self->flows[SIP_MEDIA_AUDIO][TRUE])
    self->funcs.tone (self->user_data, tone, duration);
}

void
sip_media_pipeline_connect_tones (SipMediaPipeline *self,
                                  SipToneReader    *tones,
                                  SipGate          *gate)
{
  drop_events (self);
  self->tones = sip_tone_reader_ref (tones);
  self->tone_gate = sip_gate_ref (gate);
  sip_tone_reader_listen (tones, tone_cb, self);
  sip_gate_set_open (gate, self->flows[SIP_MEDIA_AUDIO][TRUE]);
}

gboolean
sip_media_pipeline_play_tones (SipMediaPipeline *self,
                               const char       *tones,
                               guint             duration,
                               guint             gap,
                               GError          **error)
{
  SipTrack *track = self->tracks[SIP_MEDIA_AUDIO][FALSE];

  if (track != NULL)
    return sip_track_play_tones (track, tones, duration, gap, error);
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "No sound is sent that tones could be played in");

  return FALSE;
}
