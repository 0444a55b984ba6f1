/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-webrtc-exchange-private.h"

#include "syntax/sip-error.h"

/* RFC 3264 §4: who has said what. */
typedef enum
{
  STATE_STABLE,
  STATE_OFFERING,    /* our offer is being made */
  STATE_OFFERED,     /* our offer is out */
  STATE_TAKING,      /* an answer is being applied */
  STATE_RECEIVING,   /* an offer is being applied */
  STATE_RECEIVED,    /* an offer waits for our answer */
  STATE_ANSWERING,   /* our answer is being made */
} State;

struct _SipWebrtcExchange
{
  SipMediaPipeline *pipeline;
  SipWebrtcExchangeFuncs funcs;
  gpointer user_data;

  SipPeerConnection *connection;
  gboolean with_tcp;
  guint gathering_timeout;

  State state;
  SipSdpPlan *plan;    /* what is in force, nullable */
  SipSdpPlan *pending; /* what is being negotiated, nullable */
  SipSdp *remote;      /* the peer's description in force, nullable */
  SipSdp *pending_remote;
  SipSdpOrigin origin;
  GPtrArray *transports; /* SipSdpTransport, by webrtcbin's lines */
  gboolean wished[SIP_SDP_N_KINDS]; /* at the first exchange, whatever came of it */

  SipWebrtcExchangeCallback callback;
  gpointer callback_data;
  GSource *reply_source;
};

static void
set_plan (SipSdpPlan **target,
          SipSdpPlan  *plan)
{
  g_clear_pointer (target, sip_sdp_plan_free);
  *target = plan;
}

static void
set_remote (SipSdp **target,
            SipSdp  *remote)
{
  g_clear_pointer (target, sip_sdp_free);
  *target = remote;
}

/* --- how an operation ends --- */

static void
reply (SipWebrtcExchange *self,
       const char        *text,
       const GError      *error)
{
  SipWebrtcExchangeCallback callback = self->callback;

  self->callback = NULL;
  if (callback != NULL)
    callback (self->callback_data, text, error);
}

static void
stop_func (gpointer data,
           gpointer user_data)
{
  sip_peer_connection_stop (data);
}

static void
close_connection (SipWebrtcExchange *self)
{
  GstElement *element = sip_peer_connection_get_element (self->connection);

  sip_peer_connection_close (self->connection);
  sip_media_pipeline_run (self->pipeline, stop_func, gst_object_ref (element), gst_object_unref);
}

/* What came to nothing leaves everything as it was (RFC 3264 §8). The first exchange leaves nothing. */
static void
give_up (SipWebrtcExchange *self)
{
  set_plan (&self->pending, NULL);
  set_remote (&self->pending_remote, NULL);
  self->state = STATE_STABLE;
  if (self->plan != NULL || self->connection == NULL)
    return;
  close_connection (self);
  sip_media_pipeline_discard (self->pipeline, sip_peer_connection_get_element (self->connection));
  g_clear_object (&self->connection);
  g_ptr_array_set_size (self->transports, 0);
}

static void
reply_error (SipWebrtcExchange *self,
             const GError      *error)
{
  /* An answer that cannot be used leaves the offer open: another one may come (a forked call). */
  if (self->state == STATE_TAKING)
    self->state = STATE_OFFERED;
  else
    give_up (self);
  reply (self, NULL, error);
}

/* Both have spoken. */
static void
agree (SipWebrtcExchange *self)
{
  set_plan (&self->plan, g_steal_pointer (&self->pending));
  set_remote (&self->remote, g_steal_pointer (&self->pending_remote));
  self->state = STATE_STABLE;
  self->funcs.agreed (self->user_data, self->plan);
}

/* --- what webrtcbin says --- */

static const SipSdpPlan *
best_plan (SipWebrtcExchange *self)
{
  return self->pending != NULL ? self->pending : self->plan;
}

static const SipSdpPlanFormat *
find_format (const SipSdpPlanLine *line,
             GstPad               *pad)
{
  g_autoptr (GstCaps) caps = NULL;
  const char *name = NULL;

  if (line->formats->len == 0)
    return NULL;
  if (GST_PAD_IS_SINK (pad))
    return g_ptr_array_index (line->formats, 0);

  caps = gst_pad_get_current_caps (pad);
  if (caps != NULL && gst_caps_get_size (caps) > 0)
    name = gst_structure_get_string (gst_caps_get_structure (caps, 0), "encoding-name");
  for (guint i = 0; i < line->formats->len && name != NULL; i++)
    {
      const SipSdpPlanFormat *format = g_ptr_array_index (line->formats, i);

      if (g_ascii_strcasecmp (format->codec->name, name) == 0)
        return format;
    }

  return NULL;
}

/* In a bundle webrtcbin does not know which line a new stream belongs to unless the peer told its SSRC. Payload types are unique within
 * a bundle (RFC 8843 §9.1), so what is in the stream says it better. */
static const SipSdpPlanLine *
find_receiving_line (const SipSdpPlan *plan,
                     GstPad           *pad)
{
  for (guint i = 0; i < plan->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (plan, i);

      if (line->active && find_format (line, pad) != NULL)
        return line;
    }

  return NULL;
}

/* Whether a stream is one of tones (RFC 4733). */
static gboolean
is_events (GstPad *pad,
           guint  *clock_rate)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const GstStructure *structure = caps != NULL && gst_caps_get_size (caps) > 0 ? gst_caps_get_structure (caps, 0) : NULL;
  const char *name = structure != NULL ? gst_structure_get_string (structure, "encoding-name") : NULL;
  int rate = 0;

  if (name == NULL || g_ascii_strcasecmp (name, "telephone-event") != 0 || !gst_structure_get_int (structure, "clock-rate", &rate) || rate <= 0)
    return FALSE;
  *clock_rate = (guint) rate;

  return TRUE;
}

static void
pad_added (gpointer user_data,
           guint    number,
           gboolean sending,
           GstPad  *pad,
           SipGate *gate)
{
  SipWebrtcExchange *self = user_data;
  const SipSdpPlan *plan = best_plan (self);
  const SipSdpPlanLine *line;
  guint clock_rate;

  if (plan == NULL)
    return;
  if (!sending && is_events (pad, &clock_rate))
    {
      self->funcs.events_pad_added (self->user_data, clock_rate, pad, gate);
      return;
    }
  line = sending || !plan->bundle ? sip_sdp_plan_find_bin_line (plan, (int) number) : find_receiving_line (plan, pad);
  if (line == NULL || !line->active || find_format (line, pad) == NULL)
    {
      g_debug ("Nobody wants the stream %s", GST_PAD_NAME (pad));
      return;
    }
  self->funcs.pad_added (self->user_data, line, find_format (line, pad), pad, gate);
}

static void
ice_candidate (gpointer    user_data,
               guint       number,
               const char *candidate)
{
  SipWebrtcExchange *self = user_data;
  const SipSdpPlan *plan = best_plan (self);
  const SipSdpPlanLine *line = plan != NULL ? sip_sdp_plan_find_bin_line (plan, (int) number) : NULL;

  self->funcs.ice_candidate (self->user_data, line != NULL && line->mid != NULL ? line->mid : "", candidate);
}

static void
state_changed (gpointer user_data)
{
  SipWebrtcExchange *self = user_data;

  self->funcs.state_changed (self->user_data);
}

static void
failed (gpointer      user_data,
        const GError *error)
{
  SipWebrtcExchange *self = user_data;

  self->funcs.failed (self->user_data, error);
}

static const SipPeerConnectionFuncs connection_funcs = {
  .pad_added = pad_added,
  .ice_candidate = ice_candidate,
  .state_changed = state_changed,
  .failed = failed,
};

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

static gboolean
make_connection (SipWebrtcExchange             *self,
                 const SipPeerConnectionConfig *config,
                 gboolean                       offering,
                 GError                       **error)
{
  SipPeerConnectionConfig own = *config;

  own.bundle = self->pending->bundle;
  self->with_tcp = config->ice_tcp;
  self->connection =
    sip_peer_connection_new (GST_BIN (sip_media_pipeline_get_element (self->pipeline)), &own, &connection_funcs, self, error);
  if (self->connection == NULL)
    return FALSE;
  sip_media_pipeline_start (self->pipeline, sip_peer_connection_get_element (self->connection));

  for (int bin_line = 0; bin_line < (int) self->pending->lines->len; bin_line++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_find_bin_line (self->pending, bin_line);
      g_autoptr (GstCaps) caps = NULL;

      if (line == NULL)
        continue;
      caps = line_caps (line, offering);
      sip_peer_connection_add_line (self->connection, caps);
    }

  return TRUE;
}

/* What our side of each transport is, once webrtcbin made it. */
static void
read_transports (SipWebrtcExchange   *self,
                 const GstSDPMessage *sdp)
{
  g_ptr_array_set_size (self->transports, 0);
  for (guint i = 0; i < gst_sdp_message_medias_len (sdp); i++)
    {
      const GstSDPMedia *media = gst_sdp_message_get_media (sdp, i);
      SipSdpPlanLine *line = sip_sdp_plan_find_bin_line (self->pending, (int) i);
      SipSdpTransport *transport = sip_sdp_transport_new ();

      transport->ufrag = g_strdup (gst_sdp_media_get_attribute_val (media, "ice-ufrag"));
      transport->pwd = g_strdup (gst_sdp_media_get_attribute_val (media, "ice-pwd"));
      transport->fingerprint = sip_peer_connection_get_fingerprint (self->connection, i);
      g_ptr_array_add (self->transports, transport);
      if (line != NULL && line->bin_mid == NULL)
        line->bin_mid = g_strdup (gst_sdp_media_get_attribute_val (media, "mid"));
    }
}

static void
read_candidates (SipWebrtcExchange *self)
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

static void
announce_fingerprints (SipWebrtcExchange *self)
{
  for (guint i = 0; i < self->pending->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (self->pending, i);
      g_autoptr (GPtrArray) fingerprints = NULL;

      if (!line->active || line->bin_line < 0)
        continue;
      fingerprints = sip_sdp_get_bin_fingerprints (self->pending, self->pending_remote, line->bin_line);
      sip_peer_connection_set_fingerprints (self->connection, (guint) line->bin_line, fingerprints);
    }
}

/* From here on a line takes what was agreed on, whatever its number. */
static void
narrow_lines (SipWebrtcExchange *self)
{
  for (guint i = 0; i < self->pending->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (self->pending, i);
      g_autoptr (GstCaps) caps = NULL;

      if (!line->active || line->bin_line < 0)
        continue;
      caps = line_caps (line, FALSE);
      sip_peer_connection_set_line_caps (self->connection, (guint) line->bin_line, caps);
    }
}

/* --- get --- */

static void
reply_description (SipWebrtcExchange *self)
{
  SipDescriptionType type = self->state == STATE_ANSWERING ? SIP_DESCRIPTION_ANSWER : SIP_DESCRIPTION_OFFER;
  g_autofree char *text = sip_sdp_write (self->pending, type, self->transports, &self->origin);

  if (type == SIP_DESCRIPTION_ANSWER)
    agree (self);
  else
    self->state = STATE_OFFERED;
  reply (self, text, NULL);
}

static void
gathered_cb (gpointer             user_data,
             const GstSDPMessage *sdp,
             const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  read_candidates (self);
  reply_description (self);
}

static void
local_set_cb (gpointer             user_data,
              const GstSDPMessage *sdp,
              const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  if (error != NULL)
    reply_error (self, error);
  else
    sip_peer_connection_gather (self->connection, self->gathering_timeout, gathered_cb, self);
}

static void
created_cb (gpointer             user_data,
            const GstSDPMessage *sdp,
            const GError        *error)
{
  SipWebrtcExchange *self = user_data;
  gboolean answering = self->state == STATE_ANSWERING;
  GstSDPMessage *with_events = NULL;

  if (error != NULL)
    {
      reply_error (self, error);
      return;
    }

  read_transports (self, sdp);
  if (answering)
    {
      announce_fingerprints (self);
      narrow_lines (self);
    }
  gst_sdp_message_copy (sdp, &with_events);
  sip_sdp_add_bin_events (self->pending, with_events);
  sip_peer_connection_set_local (self->connection, answering ? SIP_DESCRIPTION_ANSWER : SIP_DESCRIPTION_OFFER, with_events, local_set_cb, self);
  gst_sdp_message_free (with_events);
}

static gboolean
reply_later_cb (gpointer user_data)
{
  SipWebrtcExchange *self = user_data;

  g_clear_pointer (&self->reply_source, g_source_unref);
  switch (self->state)
    {
    case STATE_OFFERING:
    case STATE_ANSWERING:
      reply_description (self);
      break;

    case STATE_RECEIVING:
      self->state = STATE_RECEIVED;
      reply (self, NULL, NULL);
      break;

    case STATE_TAKING:
      agree (self);
      reply (self, NULL, NULL);
      break;

    case STATE_STABLE:
    case STATE_OFFERED:
    case STATE_RECEIVED:
    default:
      break;
    }

  return G_SOURCE_REMOVE;
}

/* The end of an operation that webrtcbin has no part in. */
static void
reply_later (SipWebrtcExchange *self)
{
  self->reply_source = g_idle_source_new ();
  g_source_set_priority (self->reply_source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (self->reply_source, "[sip] description");
  g_source_set_callback (self->reply_source, reply_later_cb, self, NULL);
  g_source_attach (self->reply_source, g_main_context_get_thread_default ());
}

static gboolean
has_bin_line (SipWebrtcExchange *self,
              SipMediaKind       kind)
{
  const SipSdpPlanLine *line = sip_sdp_plan_find_kind (self->plan, kind);

  return line != NULL && line->bin_line >= 0 && line->bin_line < (int) self->transports->len;
}

/* A webrtcbin that runs gets no further lines. What was wished at first and did not come about is not asked for again, since a hold has
 * nothing to do with it; what is newly wished is an error; and what the peer adds is refused while the rest goes on (RFC 3264 §8.1). */
static gboolean
narrow_wish (SipWebrtcExchange *self,
             SipSdpWish        *wish,
             gboolean           offering,
             GError           **error)
{
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      if (self->plan == NULL)
        self->wished[kind] = wish->enabled[kind];
      else if (wish->enabled[kind] && !has_bin_line (self, kind))
        {
          if (offering && !self->wished[kind])
            {
              g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "%s cannot be added to a session that runs",
                           kind == SIP_MEDIA_AUDIO ? "audio" : "video");
              return FALSE;
            }
          wish->enabled[kind] = FALSE;
        }
    }

  return TRUE;
}

static gboolean
get_offer (SipWebrtcExchange             *self,
           const SipSdpWish              *wish,
           const SipPeerConnectionConfig *config,
           GError                       **error)
{
  SipSdpWish possible = *wish;
  g_autoptr (SipSdpPlan) plan = NULL;

  if (!narrow_wish (self, &possible, TRUE, error))
    return FALSE;
  plan = sip_sdp_plan_new_offer (self->plan, &possible, error);
  if (plan == NULL)
    return FALSE;

  self->pending = g_steal_pointer (&plan);
  if (self->plan != NULL)
    reply_later (self);
  else if (make_connection (self, config, TRUE, error))
    sip_peer_connection_create (self->connection, SIP_DESCRIPTION_OFFER, created_cb, self);
  else
    {
      give_up (self);
      return FALSE;
    }
  self->state = STATE_OFFERING;

  return TRUE;
}

gboolean
sip_webrtc_exchange_get (SipWebrtcExchange             *self,
                         SipDescriptionType             type,
                         const SipSdpWish              *wish,
                         const SipPeerConnectionConfig *config,
                         guint                          gathering_timeout,
                         SipWebrtcExchangeCallback      callback,
                         gpointer                       user_data,
                         GError                       **error)
{
  State needed = type == SIP_DESCRIPTION_OFFER ? STATE_STABLE : STATE_RECEIVED;

  if (self->state != needed)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "No %s is due now", type == SIP_DESCRIPTION_OFFER ? "offer" : "answer");
      return FALSE;
    }

  self->gathering_timeout = gathering_timeout;
  if (type == SIP_DESCRIPTION_OFFER)
    {
      if (!get_offer (self, wish, config, error))
        return FALSE;
    }
  else
    {
      self->state = STATE_ANSWERING;
      if (self->plan != NULL)
        reply_later (self);
      else
        sip_peer_connection_create (self->connection, SIP_DESCRIPTION_ANSWER, created_cb, self);
    }
  self->callback = callback;
  self->callback_data = user_data;

  return TRUE;
}

/* --- set --- */

/* Whether the peer is where it was: webrtcbin cannot follow it elsewhere. */
static gboolean
check_same_peer (SipWebrtcExchange *self,
                 const SipSdpPlan  *plan,
                 const SipSdp      *remote,
                 GError           **error)
{
  for (guint i = 0; i < self->plan->lines->len; i++)
    {
      const SipSdpPlanLine *before = sip_sdp_plan_get_line (self->plan, i);
      const SipSdpPlanLine *after = sip_sdp_plan_get_line (plan, i);
      const SipSdpMedia *old_media = sip_sdp_get_media (self->remote, i);
      const SipSdpMedia *new_media = sip_sdp_get_media (remote, i);
      const SipSdpPlanFormat *old_format, *new_format;

      if (!before->active || !after->active)
        continue;
      old_format = g_ptr_array_index (before->formats, 0);
      new_format = g_ptr_array_index (after->formats, 0);
      if (g_strcmp0 (old_media->ufrag, new_media->ufrag) != 0 || g_strcmp0 (old_media->pwd, new_media->pwd) != 0 ||
          old_format->codec != new_format->codec || old_format->payload != new_format->payload)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "The transport or the codec of %s cannot change in a session that runs",
                       before->media);
          return FALSE;
        }
    }

  return TRUE;
}

static void
remote_set_cb (gpointer             user_data,
               const GstSDPMessage *sdp,
               const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  if (error != NULL)
    {
      reply_error (self, error);
      return;
    }

  if (self->state == STATE_TAKING)
    agree (self);
  else
    self->state = STATE_RECEIVED;
  reply (self, NULL, NULL);
}

static void
tell_remote (SipWebrtcExchange *self,
             SipDescriptionType type)
{
  g_autofree char *text = sip_sdp_write_for_bin (self->pending, type, self->pending_remote, self->with_tcp);

  sip_peer_connection_set_remote (self->connection, type, text, remote_set_cb, self);
}

static gboolean
set_answer (SipWebrtcExchange *self,
            SipSdp            *remote,
            GError           **error)
{
  g_autoptr (SipSdpPlan) plan = sip_sdp_plan_copy (self->pending);

  if (!sip_sdp_plan_take_answer (plan, remote, error) ||
      (self->plan != NULL && !check_same_peer (self, plan, remote, error)))
    return FALSE;

  set_plan (&self->pending, g_steal_pointer (&plan));
  set_remote (&self->pending_remote, remote);
  self->state = STATE_TAKING;
  announce_fingerprints (self);
  if (self->plan != NULL)
    reply_later (self);
  else
    {
      narrow_lines (self);
      tell_remote (self, SIP_DESCRIPTION_ANSWER);
    }

  return TRUE;
}

static gboolean
set_offer (SipWebrtcExchange             *self,
           SipSdp                        *remote,
           const SipSdpWish              *wish,
           const SipPeerConnectionConfig *config,
           GError                       **error)
{
  SipSdpWish possible = *wish;
  g_autoptr (SipSdpPlan) plan = NULL;

  if (!narrow_wish (self, &possible, FALSE, error))
    return FALSE;
  plan = sip_sdp_plan_new_answer (self->plan, remote, &possible, error);
  if (plan == NULL || (self->plan != NULL && !check_same_peer (self, plan, remote, error)))
    return FALSE;

  set_plan (&self->pending, g_steal_pointer (&plan));
  if (self->plan != NULL)
    {
      set_remote (&self->pending_remote, remote);
      self->state = STATE_RECEIVING;
      announce_fingerprints (self);
      reply_later (self);
      return TRUE;
    }

  if (!make_connection (self, config, FALSE, error))
    {
      give_up (self);
      return FALSE;
    }
  set_remote (&self->pending_remote, remote);
  self->state = STATE_RECEIVING;
  tell_remote (self, SIP_DESCRIPTION_OFFER);

  return TRUE;
}

gboolean
sip_webrtc_exchange_set (SipWebrtcExchange             *self,
                         SipDescriptionType             type,
                         const char                    *text,
                         gsize                          length,
                         const SipSdpWish              *wish,
                         const SipPeerConnectionConfig *config,
                         SipWebrtcExchangeCallback      callback,
                         gpointer                       user_data,
                         GError                       **error)
{
  State needed = type == SIP_DESCRIPTION_OFFER ? STATE_STABLE : STATE_OFFERED;
  g_autoptr (SipSdp) remote = NULL;

  if (self->state != needed)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "No %s can be applied now",
                   type == SIP_DESCRIPTION_OFFER ? "offer" : "answer");
      return FALSE;
    }
  remote = sip_sdp_parse (text, length, error);
  if (remote == NULL)
    return FALSE;
  if (!(type == SIP_DESCRIPTION_OFFER ? set_offer (self, remote, wish, config, error) : set_answer (self, remote, error)))
    return FALSE;

  g_steal_pointer (&remote);
  self->callback = callback;
  self->callback_data = user_data;

  return TRUE;
}

/* --- life --- */

SipPeerConnection *
sip_webrtc_exchange_get_connection (SipWebrtcExchange *self)
{
  return self->connection;
}

void
sip_webrtc_exchange_rollback (SipWebrtcExchange *self)
{
  if (self->state == STATE_STABLE)
    return;
  self->callback = NULL;
  if (self->reply_source != NULL)
    g_source_destroy (self->reply_source);
  g_clear_pointer (&self->reply_source, g_source_unref);
  give_up (self);
}

SipWebrtcExchange *
sip_webrtc_exchange_new (SipMediaPipeline             *pipeline,
                         const SipWebrtcExchangeFuncs *funcs,
                         gpointer                      user_data)
{
  SipWebrtcExchange *self = g_new0 (SipWebrtcExchange, 1);

  self->pipeline = pipeline;
  self->funcs = *funcs;
  self->user_data = user_data;
  self->transports = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_sdp_transport_free);
  sip_sdp_origin_init (&self->origin);

  return self;
}

void
sip_webrtc_exchange_close (SipWebrtcExchange *self)
{
  self->callback = NULL;
  if (self->reply_source != NULL)
    g_source_destroy (self->reply_source);
  g_clear_pointer (&self->reply_source, g_source_unref);
  if (self->connection != NULL)
    close_connection (self);
  g_clear_object (&self->connection);
  set_plan (&self->plan, NULL);
  set_plan (&self->pending, NULL);
  set_remote (&self->remote, NULL);
  set_remote (&self->pending_remote, NULL);
  g_ptr_array_unref (self->transports);
  sip_sdp_origin_clear (&self->origin);
  g_free (self);
}
