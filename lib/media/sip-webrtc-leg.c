/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-webrtc-leg-private.h"

#include "media/sip-media-exit-private.h"

/* A pad that nobody is to see yet. */
typedef struct
{
  guint line;
  gboolean sending;
  GstPad *pad;
  SipGate *gate;
} HeldPad;

struct _SipWebrtcLeg
{
  SipMediaPipeline *pipeline;
  SipPeerConnection *connection;
  SipWebrtcLegFuncs funcs;
  gpointer owner;
  gboolean with_tcp;
  guint n_lines;
  GPtrArray *transports; /* SipSdpTransport */
  gboolean in_force;
  GPtrArray *held_pads;  /* HeldPad */
  GError *failure;       /* before it was in force */
  GSource *catch_up;     /* what came before that is being told; nullable */
};

static void
held_pad_free (gpointer data)
{
  HeldPad *held = data;

  gst_object_unref (held->pad);
  sip_gate_unref (held->gate);
  g_free (held);
}

/* --- what the connection says --- */

static void
pad_added (gpointer user_data,
           guint    line,
           gboolean sending,
           GstPad  *pad,
           SipGate *gate)
{
  SipWebrtcLeg *self = user_data;
  HeldPad *held;

  if (self->in_force && self->catch_up == NULL)
    {
      self->funcs.pad_added (self->owner, line, sending, pad, gate);
      return;
    }
  held = g_new0 (HeldPad, 1);
  held->line = line;
  held->sending = sending;
  held->pad = gst_object_ref (pad);
  held->gate = sip_gate_ref (gate);
  g_ptr_array_add (self->held_pads, held);
}

/* What carries media brings no tones before it is in force. */
static void
tones_added (gpointer       user_data,
             SipToneReader *tones,
             SipGate       *gate)
{
  SipWebrtcLeg *self = user_data;

  self->funcs.tones_added (self->owner, tones, gate);
}

static void
failed (gpointer      user_data,
        const GError *error)
{
  SipWebrtcLeg *self = user_data;

  if (self->in_force && self->catch_up == NULL)
    self->funcs.failed (self->owner, error);
  else if (self->failure == NULL)
    self->failure = g_error_copy (error);
}

static void
ice_candidate (gpointer    user_data,
               guint       line,
               const char *candidate)
{
  SipWebrtcLeg *self = user_data;

  self->funcs.ice_candidate (self->owner, line, candidate);
}

static void
state_changed (gpointer user_data)
{
  SipWebrtcLeg *self = user_data;

  self->funcs.state_changed (self->owner);
}

static const SipPeerConnectionFuncs connection_funcs = {
  .pad_added = pad_added,
  .tones_added = tones_added,
  .ice_candidate = ice_candidate,
  .state_changed = state_changed,
  .failed = failed,
};

/* One thing at a time, and nothing after it: whoever hears of it may end the session. */
static gboolean
catch_up_cb (gpointer user_data)
{
  SipWebrtcLeg *self = user_data;
  g_autoptr (GError) failure = NULL;
  HeldPad *held;

  if (self->held_pads->len > 0)
    {
      held = g_ptr_array_steal_index (self->held_pads, 0);
      self->funcs.pad_added (self->owner, held->line, held->sending, held->pad, held->gate);
      held_pad_free (held);
      return G_SOURCE_CONTINUE;
    }

  g_clear_pointer (&self->catch_up, g_source_unref);
  failure = g_steal_pointer (&self->failure);
  if (failure != NULL)
    self->funcs.failed (self->owner, failure);
  else
    self->funcs.state_changed (self->owner);

  return G_SOURCE_REMOVE;
}

void
sip_webrtc_leg_come_into_force (SipWebrtcLeg *self)
{
  if (self->in_force)
    return;
  self->in_force = TRUE;
  self->catch_up = g_idle_source_new ();
  g_source_set_priority (self->catch_up, G_PRIORITY_DEFAULT);
  g_source_set_static_name (self->catch_up, "[sip] leg");
  g_source_set_callback (self->catch_up, catch_up_cb, self, NULL);
  g_source_attach (self->catch_up, g_main_context_get_thread_default ());
}

/* --- what webrtcbin is told --- */

/* With all that an offer of ours may name, or without numbers: then it matches what the peer calls it, and the payloader decides. */
static GstCaps *
line_caps (const SipSdpPlanLine *line,
           gboolean              with_payloads)
{
  GstCaps *caps = gst_caps_new_empty ();

  for (guint i = 0; i < line->formats->len; i++)
    {
      const SipSdpPlanFormat *format = g_ptr_array_index (line->formats, i);
      g_autofree char *name = g_ascii_strup (format->codec->name, -1);
      GstStructure *structure =
        gst_structure_new ("application/x-rtp", "media", G_TYPE_STRING, line->media, "encoding-name", G_TYPE_STRING, name, "clock-rate",
                           G_TYPE_INT, (int) format->codec->clock_rate, NULL);

      if (with_payloads)
        gst_structure_set (structure, "payload", G_TYPE_INT, (int) format->local_payload, NULL);
      gst_caps_append_structure (caps, structure);
    }

  return caps;
}

void
sip_webrtc_leg_add_lines (SipWebrtcLeg     *self,
                          const SipSdpPlan *plan,
                          gboolean          offering)
{
  const SipSdpPlanLine *line;

  while ((line = sip_sdp_plan_find_bin_line (plan, (int) self->n_lines)) != NULL)
    {
      g_autoptr (GstCaps) caps = line_caps (line, offering);

      sip_peer_connection_add_line (self->connection, caps);
      self->n_lines++;
    }
}

void
sip_webrtc_leg_read_transports (SipWebrtcLeg        *self,
                                SipSdpPlan          *plan,
                                const GstSDPMessage *sdp)
{
  g_ptr_array_set_size (self->transports, 0);
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++)
    {
      const GstSDPMedia *media = gst_sdp_message_get_media (sdp, i);
      SipSdpPlanLine *line = sip_sdp_plan_find_bin_line (plan, (int) i);
      SipSdpTransport *transport = sip_sdp_transport_new ();

      transport->ufrag = g_strdup (gst_sdp_media_get_attribute_val (media, "ice-ufrag"));
      transport->pwd = g_strdup (gst_sdp_media_get_attribute_val (media, "ice-pwd"));
      transport->fingerprint = sip_peer_connection_get_fingerprint (self->connection, i);
      g_ptr_array_add (self->transports, transport);
      if (line != NULL && line->bin_mid == NULL)
        line->bin_mid = g_strdup (gst_sdp_media_get_attribute_val (media, "mid"));
    }
}

void
sip_webrtc_leg_read_candidates (SipWebrtcLeg *self)
{
  for (guint i = 0; i < self->transports->len; i++)
    {
      SipSdpTransport *transport = g_ptr_array_index (self->transports, i);
      GPtrArray *candidates = sip_peer_connection_get_candidates (self->connection, i);

      g_ptr_array_set_size (transport->candidates, 0);
      for (guint j = 0; j < candidates->len; j++)
        g_ptr_array_add (transport->candidates, g_strdup (g_ptr_array_index (candidates, j)));
    }
}

void
sip_webrtc_leg_announce_fingerprints (SipWebrtcLeg     *self,
                                      const SipSdpPlan *plan,
                                      const SipSdp     *remote)
{
  for (guint i = 0; i < plan->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (plan, i);
      g_autoptr (GPtrArray) fingerprints = NULL;

      if (!line->active || line->bin_line < 0)
        continue;
      fingerprints = sip_sdp_get_bin_fingerprints (plan, remote, line->bin_line);
      sip_peer_connection_set_fingerprints (self->connection, (guint) line->bin_line, fingerprints);
    }
}

void
sip_webrtc_leg_narrow_lines (SipWebrtcLeg     *self,
                             const SipSdpPlan *plan)
{
  for (guint i = 0; i < plan->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (plan, i);
      g_autoptr (GstCaps) caps = NULL;

      if (!line->active || line->bin_line < 0)
        continue;
      caps = line_caps (line, FALSE);
      sip_peer_connection_set_line_caps (self->connection, (guint) line->bin_line, caps);
    }
}

void
sip_webrtc_leg_set_local (SipWebrtcLeg             *self,
                          const SipSdpPlan         *plan,
                          SipDescriptionType        type,
                          const GstSDPMessage      *sdp,
                          SipPeerConnectionCallback callback,
                          gpointer                  user_data)
{
  GstSDPMessage *with_events = NULL;

  gst_sdp_message_copy (sdp, &with_events);
  sip_sdp_add_bin_events (plan, with_events);
  sip_peer_connection_set_local (self->connection, type, with_events, callback, user_data);
  gst_sdp_message_free (with_events);
}

void
sip_webrtc_leg_set_remote (SipWebrtcLeg             *self,
                           const SipSdpPlan         *plan,
                           SipDescriptionType        type,
                           const SipSdp             *remote,
                           SipPeerConnectionCallback callback,
                           gpointer                  user_data)
{
  g_autofree char *text = sip_sdp_write_for_bin (plan, type, remote, self->with_tcp);

  sip_peer_connection_set_remote (self->connection, type, text, callback, user_data);
}

/* --- life --- */

SipPeerConnection *
sip_webrtc_leg_get_connection (SipWebrtcLeg *self)
{
  return self->connection;
}

GPtrArray *
sip_webrtc_leg_get_transports (SipWebrtcLeg *self)
{
  return self->transports;
}

gboolean
sip_webrtc_leg_fits (SipWebrtcLeg     *self,
                     const SipSdpPlan *plan)
{
  return sip_sdp_plan_count_bin_lines (plan) == self->n_lines;
}

static void
stop_func (gpointer data,
           gpointer user_data)
{
  sip_peer_element_stop (data);
}

static void
clear (SipWebrtcLeg *self)
{
  if (self->catch_up != NULL)
    g_source_destroy (self->catch_up);
  g_clear_pointer (&self->catch_up, g_source_unref);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->held_pads, g_ptr_array_unref);
  g_ptr_array_unref (self->transports);
  g_clear_error (&self->failure);
  g_free (self);
}

void
sip_webrtc_leg_abandon (SipWebrtcLeg *self)
{
  GstElement *element = sip_peer_connection_get_element (self->connection);

  sip_peer_connection_close (self->connection);
  sip_media_pipeline_run (self->pipeline, stop_func, gst_object_ref (element), gst_object_unref);
  clear (self);
}

/* What takes its place does not wait for it: relays are given back one after the other. What it has to wait for itself, the buffers on their way to it, is over by
 * now. */
static void
stop_apart_func (gpointer data,
                 gpointer user_data)
{
  g_autoptr (SipSerialQueue) queue = sip_serial_queue_new ();
  SipMediaExit *exit = sip_media_exit_hold (data, queue);

  sip_serial_queue_push (queue, stop_func, gst_object_ref (data), gst_object_unref);
  sip_media_exit_stop (exit);
}

void
sip_webrtc_leg_free (SipWebrtcLeg *self)
{
  g_autoptr (GstElement) element = gst_object_ref (sip_peer_connection_get_element (self->connection));
  GstElement *pipeline = sip_media_pipeline_get_element (self->pipeline);

  if (self->in_force)
    sip_media_pipeline_detach (self->pipeline);
  sip_peer_connection_close (self->connection);
  gst_element_set_locked_state (element, TRUE);
  gst_bin_remove (GST_BIN (pipeline), element);
  sip_media_pipeline_run (self->pipeline, stop_apart_func, g_steal_pointer (&element), gst_object_unref);
  clear (self);
}

SipWebrtcLeg *
sip_webrtc_leg_new (SipMediaPipeline              *pipeline,
                    const SipSdpPlan              *plan,
                    const SipPeerConnectionConfig *config,
                    gboolean                       offering,
                    const SipWebrtcLegFuncs       *funcs,
                    gpointer                       owner,
                    GError                       **error)
{
  SipPeerConnectionConfig own = *config;
  SipWebrtcLeg *self = g_new0 (SipWebrtcLeg, 1);

  own.bundle = plan->bundle;
  self->pipeline = pipeline;
  self->funcs = *funcs;
  self->owner = owner;
  self->with_tcp = config->ice_tcp;
  self->transports = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_sdp_transport_free);
  self->held_pads = g_ptr_array_new_with_free_func (held_pad_free);
  self->connection = sip_peer_connection_new (GST_BIN (sip_media_pipeline_get_element (pipeline)), &own, &connection_funcs, self, error);
  if (self->connection == NULL)
    {
      clear (self);
      return NULL;
    }
  sip_media_pipeline_start (pipeline, sip_peer_connection_get_element (self->connection));
  sip_webrtc_leg_add_lines (self, plan, offering);

  return self;
}
