/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-webrtc-exchange-private.h"

#include "media/sip-certificate-private.h"
#include "media/sip-sdp-change-private.h"
#include "media/sip-webrtc-leg-private.h"
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
  guint gathering_timeout;

  State state;
  SipSdpPlan *plan;     /* what is in force, nullable */
  SipSdpPlan *pending;  /* what is being negotiated, nullable */
  SipSdpPlan *answered; /* what the answer that is being applied makes of it, nullable */
  SipSdpPlan *early;    /* what a provisional answer has made of it, nullable */
  SipSdp *remote;       /* the peer's description in force, nullable; and those that go with the other plans */
  SipSdp *pending_remote;
  SipSdp *answered_remote;
  SipSdp *early_remote;
  SipWebrtcLeg *leg;    /* what carries the plan, nullable */
  SipWebrtcLeg *next;   /* what is to carry the pending one, where that is another; nullable */
  gboolean extends;     /* the pending one adds lines to the leg */
  gboolean is_early;    /* the answer that is being applied is a provisional one */
  SipSdpOrigin origin;
  gboolean wished[SIP_SDP_N_KINDS]; /* the last time, whatever came of it */

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

/* The leg that the pending plan is about. */
static SipWebrtcLeg *
pending_leg (SipWebrtcExchange *self)
{
  return self->next != NULL ? self->next : self->leg;
}

/* --- how an operation ends --- */

/* The last thing that is done: whoever hears of it may end the session. */
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
drop_answer (SipWebrtcExchange *self)
{
  set_plan (&self->answered, NULL);
  set_remote (&self->answered_remote, NULL);
}

/* What came to nothing leaves everything as it was (RFC 3264 §8). The first exchange leaves nothing. */
static void
give_up (SipWebrtcExchange *self)
{
  set_plan (&self->pending, NULL);
  set_plan (&self->early, NULL);
  set_remote (&self->pending_remote, NULL);
  set_remote (&self->early_remote, NULL);
  drop_answer (self);
  self->state = STATE_STABLE;
  self->extends = FALSE;
  g_clear_pointer (&self->next, sip_webrtc_leg_free);
}

static void
reply_error (SipWebrtcExchange *self,
             const GError      *error)
{
  /* An answer that cannot be used leaves the offer open: another one may come (a forked call). */
  if (self->state == STATE_TAKING)
    {
      drop_answer (self);
      self->state = STATE_OFFERED;
    }
  else
    give_up (self);
  reply (self, NULL, error);
}

/* Both have spoken. */
static void
agree (SipWebrtcExchange *self)
{
  set_plan (&self->early, NULL);
  set_remote (&self->early_remote, NULL);
  set_plan (&self->plan, g_steal_pointer (&self->pending));
  set_remote (&self->remote, g_steal_pointer (&self->pending_remote));
  self->extends = FALSE;
  sip_sdp_plan_settle (self->plan);
  self->state = STATE_STABLE;
  if (self->next != NULL)
    {
      g_clear_pointer (&self->leg, sip_webrtc_leg_free);
      self->leg = g_steal_pointer (&self->next);
      sip_webrtc_leg_come_into_force (self->leg);
    }
  self->funcs.agreed (self->user_data, self->plan);
}

/* The answer has been applied. A provisional one is in force until the peer says more (RFC 3960 §3.1). */
static void
take_answered (SipWebrtcExchange *self)
{
  if (!self->is_early)
    {
      set_plan (&self->pending, g_steal_pointer (&self->answered));
      set_remote (&self->pending_remote, g_steal_pointer (&self->answered_remote));
      agree (self);
      return;
    }

  self->state = STATE_OFFERED;
  /* What is in force goes on until the other side has accepted the change. */
  if (self->plan != NULL)
    {
      drop_answer (self);
      return;
    }
  set_plan (&self->early, g_steal_pointer (&self->answered));
  set_remote (&self->early_remote, g_steal_pointer (&self->answered_remote));
  sip_webrtc_leg_come_into_force (self->next);
  self->funcs.agreed (self->user_data, self->early);
}

/* --- what webrtcbin says --- */

/* What the pads of the leg in force are about. */
static const SipSdpPlan *
carried_plan (SipWebrtcExchange *self)
{
  if (self->plan == NULL)
    return self->early;

  return !self->extends ? self->plan : self->answered != NULL ? self->answered : self->pending;
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

static void
leg_pad_added (gpointer user_data,
               guint    number,
               gboolean sending,
               GstPad  *pad,
               SipGate *gate)
{
  SipWebrtcExchange *self = user_data;
  const SipSdpPlan *plan = carried_plan (self);
  const SipSdpPlanLine *line;

  if (plan == NULL)
    return;
  line = sending || !plan->bundle ? sip_sdp_plan_find_bin_line (plan, (int) number) : find_receiving_line (plan, pad);
  if (line == NULL || !line->active || find_format (line, pad) == NULL)
    {
      g_debug ("Nobody wants the stream %s", GST_PAD_NAME (pad));
      return;
    }
  self->funcs.pad_added (self->user_data, line, find_format (line, pad), pad, gate);
}

static void
leg_tones_added (gpointer       user_data,
                 SipToneReader *tones,
                 SipGate       *gate)
{
  SipWebrtcExchange *self = user_data;

  self->funcs.tones_added (self->user_data, tones, gate);
}

static void
leg_ice_candidate (gpointer    user_data,
                   guint       number,
                   const char *candidate)
{
  SipWebrtcExchange *self = user_data;
  const SipSdpPlan *plan = self->pending != NULL ? self->pending : self->plan;
  const SipSdpPlanLine *line = plan != NULL ? sip_sdp_plan_find_bin_line (plan, (int) number) : NULL;

  self->funcs.ice_candidate (self->user_data, line != NULL && line->mid != NULL ? line->mid : "", candidate);
}

static void
leg_state_changed (gpointer user_data)
{
  SipWebrtcExchange *self = user_data;

  self->funcs.state_changed (self->user_data);
}

static void
leg_failed (gpointer      user_data,
            const GError *error)
{
  SipWebrtcExchange *self = user_data;

  self->funcs.failed (self->user_data, error);
}

static const SipWebrtcLegFuncs leg_funcs = {
  .pad_added = leg_pad_added,
  .tones_added = leg_tones_added,
  .failed = leg_failed,
  .ice_candidate = leg_ice_candidate,
  .state_changed = leg_state_changed,
};

/* Makes the next leg. Each has a certificate of its own, if nobody chose one: that is what tells a peer that has met us on another one to begin a new association
 * (RFC 8842 §3.1), and keeps sessions apart for who looks at their certificates. */
static gboolean
make_leg (SipWebrtcExchange             *self,
          const SipPeerConnectionConfig *config,
          gboolean                       offering,
          GError                       **error)
{
  SipPeerConnectionConfig own = *config;
  g_autofree char *certificate = NULL;

  if (own.certificate == NULL)
    {
      own.certificate = certificate = sip_certificate_new (error);
      if (certificate == NULL)
        return FALSE;
    }
  self->next = sip_webrtc_leg_new (self->pipeline, self->pending, &own, offering, &leg_funcs, self, error);

  return self->next != NULL;
}

/* --- get --- */

static void
reply_description (SipWebrtcExchange *self)
{
  SipDescriptionType type = self->state == STATE_ANSWERING ? SIP_DESCRIPTION_ANSWER : SIP_DESCRIPTION_OFFER;
  g_autofree char *text = sip_sdp_write (self->pending, type, sip_webrtc_leg_get_transports (pending_leg (self)), &self->origin);

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

  sip_webrtc_leg_read_candidates (self->next);
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
    sip_peer_connection_gather (sip_webrtc_leg_get_connection (self->next), self->gathering_timeout, gathered_cb, self);
}

static void
created_cb (gpointer             user_data,
            const GstSDPMessage *sdp,
            const GError        *error)
{
  SipWebrtcExchange *self = user_data;
  gboolean answering = self->state == STATE_ANSWERING;

  if (error != NULL)
    {
      reply_error (self, error);
      return;
    }

  sip_webrtc_leg_read_transports (self->next, self->pending, sdp);
  if (answering)
    {
      sip_webrtc_leg_announce_fingerprints (self->next, self->pending, self->pending_remote);
      sip_webrtc_leg_narrow_lines (self->next, self->pending);
    }
  sip_webrtc_leg_set_local (self->next, self->pending, answering ? SIP_DESCRIPTION_ANSWER : SIP_DESCRIPTION_OFFER, sdp, local_set_cb, self);
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
      take_answered (self);
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

/* What was wished before and did not come about is not asked for again, since a hold has nothing to do with it: unless it is asked for by name. */
static void
narrow_wish (SipWebrtcExchange *self,
             SipSdpWish        *wish,
             gboolean           offering)
{
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      gboolean wished = wish->enabled[kind];

      if (offering && self->plan != NULL && sip_sdp_plan_find_kind (self->plan, kind) == NULL && self->wished[kind] && !wish->asked[kind])
        wish->enabled[kind] = FALSE;
      self->wished[kind] = wished;
    }
}

/* Whether the leg takes further lines: it shares its transport with them, and has none that nobody uses any more. */
static gboolean
can_extend (SipWebrtcExchange *self)
{
  return self->plan->bundle && sip_webrtc_leg_fits (self->leg, self->plan);
}

static gboolean
get_offer (SipWebrtcExchange             *self,
           const SipSdpWish              *wish,
           const SipPeerConnectionConfig *config,
           GError                       **error)
{
  SipSdpWish possible = *wish;
  g_autoptr (SipSdpPlan) plan = NULL;
  gboolean adds, moves;

  narrow_wish (self, &possible, TRUE);
  plan = sip_sdp_plan_new_offer (self->plan, &possible, error);
  if (plan == NULL)
    return FALSE;
  adds = self->plan != NULL && sip_sdp_plan_count_bin_lines (plan) > sip_sdp_plan_count_bin_lines (self->plan);
  moves = self->plan == NULL || wish->move || (adds && !can_extend (self));
  if (self->plan != NULL && moves)
    sip_sdp_plan_move (plan);

  self->pending = g_steal_pointer (&plan);
  self->state = STATE_OFFERING;
  if (!moves)
    {
      self->extends = adds;
      reply_later (self);
    }
  else if (make_leg (self, config, TRUE, error))
    sip_peer_connection_create (sip_webrtc_leg_get_connection (self->next), SIP_DESCRIPTION_OFFER, created_cb, self);
  else
    {
      give_up (self);
      return FALSE;
    }

  return TRUE;
}

static void
extended_local_cb (gpointer             user_data,
                   const GstSDPMessage *sdp,
                   const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  if (!self->extends)
    return;
  if (error != NULL)
    reply_error (self, error);
  else
    reply_description (self);
}

static void
extended_created_cb (gpointer             user_data,
                     const GstSDPMessage *sdp,
                     const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  if (!self->extends)
    return;
  if (error != NULL)
    {
      reply_error (self, error);
      return;
    }
  sip_webrtc_leg_narrow_lines (self->leg, self->pending);
  sip_webrtc_leg_set_local (self->leg, self->pending, SIP_DESCRIPTION_ANSWER, sdp, extended_local_cb, self);
}

static void
extended_remote_cb (gpointer             user_data,
                    const GstSDPMessage *sdp,
                    const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  if (!self->extends)
    return;
  if (error != NULL)
    reply_error (self, error);
  else
    sip_peer_connection_create (sip_webrtc_leg_get_connection (self->leg), SIP_DESCRIPTION_ANSWER, extended_created_cb, self);
}

static void
get_answer (SipWebrtcExchange *self)
{
  self->state = STATE_ANSWERING;
  if (self->next != NULL)
    sip_peer_connection_create (sip_webrtc_leg_get_connection (self->next), SIP_DESCRIPTION_ANSWER, created_cb, self);
  else if (self->extends)
    {
      /* Not before: webrtcbin cannot be talked out of an offer. */
      sip_webrtc_leg_add_lines (self->leg, self->pending, FALSE);
      sip_webrtc_leg_set_remote (self->leg, self->pending, SIP_DESCRIPTION_OFFER, self->pending_remote, extended_remote_cb, self);
    }
  else
    reply_later (self);
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
  if (type != SIP_DESCRIPTION_OFFER)
    get_answer (self);
  else if (!get_offer (self, wish, config, error))
    return FALSE;
  self->callback = callback;
  self->callback_data = user_data;

  return TRUE;
}

/* --- set --- */

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
    take_answered (self);
  else
    self->state = STATE_RECEIVED;
  reply (self, NULL, NULL);
}

/* The leg gets the lines that the answer has accepted. */
static void
extension_remote_cb (gpointer             user_data,
                     const GstSDPMessage *sdp,
                     const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  if (self->extends && self->state == STATE_TAKING)
    remote_set_cb (self, sdp, error);
}

static void
extension_local_cb (gpointer             user_data,
                    const GstSDPMessage *sdp,
                    const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  if (!self->extends || self->state != STATE_TAKING)
    return;
  if (error != NULL)
    {
      reply_error (self, error);
      return;
    }
  sip_webrtc_leg_announce_fingerprints (self->leg, self->answered, self->answered_remote);
  sip_webrtc_leg_narrow_lines (self->leg, self->answered);
  sip_webrtc_leg_set_remote (self->leg, self->answered, SIP_DESCRIPTION_ANSWER, self->answered_remote, extension_remote_cb, self);
}

static void
extension_created_cb (gpointer             user_data,
                      const GstSDPMessage *sdp,
                      const GError        *error)
{
  SipWebrtcExchange *self = user_data;

  if (!self->extends || self->state != STATE_TAKING)
    return;
  if (error != NULL)
    {
      reply_error (self, error);
      return;
    }
  sip_webrtc_leg_read_transports (self->leg, self->answered, sdp);
  sip_webrtc_leg_read_candidates (self->leg);
  sip_webrtc_leg_set_local (self->leg, self->answered, SIP_DESCRIPTION_OFFER, sdp, extension_local_cb, self);
}

/* Whether the connection that took an answer before, to this offer or to another, can take this one. */
static gboolean
check_answer (SipWebrtcExchange *self,
              SipSdpPlan        *plan,
              const SipSdp      *remote,
              GError           **error)
{
  const SipSdpPlan *before = self->early != NULL ? self->early : self->next == NULL ? self->plan : NULL;
  const char *broken;

  if (before == NULL)
    return TRUE;
  broken = sip_sdp_find_break (before, self->early != NULL ? self->early_remote : self->remote, plan, remote);
  if (broken == NULL)
    {
      /* The association goes on, and who began it does not change any more (RFC 8842 §5.2), whatever a sloppy peer says. */
      plan->setup = before->setup;
      return TRUE;
    }
  g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "The answer cannot be followed: %s", broken);

  return FALSE;
}

static gboolean
set_answer (SipWebrtcExchange *self,
            SipSdp            *remote,
            gboolean           is_early,
            GError           **error)
{
  g_autoptr (SipSdpPlan) plan = sip_sdp_plan_copy (self->pending);

  if (!sip_sdp_plan_take_answer (plan, remote, error) || !check_answer (self, plan, remote, error))
    return FALSE;

  self->is_early = is_early;
  set_plan (&self->answered, g_steal_pointer (&plan));
  set_remote (&self->answered_remote, remote);
  self->state = STATE_TAKING;
  if (self->early != NULL || (is_early && self->plan != NULL))
    reply_later (self);
  else if (self->next != NULL)
    {
      sip_webrtc_leg_announce_fingerprints (self->next, self->answered, remote);
      sip_webrtc_leg_narrow_lines (self->next, self->answered);
      sip_webrtc_leg_set_remote (self->next, self->answered, SIP_DESCRIPTION_ANSWER, remote, remote_set_cb, self);
    }
  else if (self->extends && sip_sdp_adds_lines (self->plan, self->answered))
    {
      /* Not before: webrtcbin cannot be talked out of an offer. */
      sip_webrtc_leg_add_lines (self->leg, self->answered, TRUE);
      sip_peer_connection_create (sip_webrtc_leg_get_connection (self->leg), SIP_DESCRIPTION_OFFER, extension_created_cb, self);
    }
  else
    {
      sip_webrtc_leg_announce_fingerprints (self->leg, self->answered, remote);
      reply_later (self);
    }

  return TRUE;
}

/* What the peer offers in a session that runs: on the leg that there is if that can carry it, on another one if not. */
static gboolean
set_further_offer (SipWebrtcExchange             *self,
                   SipSdp                        *remote,
                   const SipPeerConnectionConfig *config,
                   gboolean                       moves,
                   GError                       **error)
{
  const char *broken = sip_sdp_find_break (self->plan, self->remote, self->pending, remote);
  gboolean adds = sip_sdp_adds_lines (self->plan, self->pending);

  if (broken == NULL && self->plan->setup != self->pending->setup)
    broken = "the roles have changed";
  if (broken != NULL)
    g_debug ("Another connection is made: %s", broken);
  if (broken == NULL && !moves && (!adds || can_extend (self)))
    {
      self->extends = adds;
      sip_webrtc_leg_announce_fingerprints (self->leg, self->pending, remote);
      reply_later (self);
      return TRUE;
    }

  sip_sdp_plan_move (self->pending);
  if (!make_leg (self, config, FALSE, error))
    return FALSE;
  sip_webrtc_leg_set_remote (self->next, self->pending, SIP_DESCRIPTION_OFFER, remote, remote_set_cb, self);

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

  narrow_wish (self, &possible, FALSE);
  self->pending = sip_sdp_plan_new_answer (self->plan, remote, &possible, error);
  if (self->pending == NULL)
    return FALSE;

  if (self->plan != NULL ? !set_further_offer (self, remote, config, wish->move, error) : !make_leg (self, config, FALSE, error))
    {
      give_up (self);
      return FALSE;
    }
  if (self->plan == NULL)
    sip_webrtc_leg_set_remote (self->next, self->pending, SIP_DESCRIPTION_OFFER, remote, remote_set_cb, self);
  set_remote (&self->pending_remote, remote);
  self->state = STATE_RECEIVING;

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
  gboolean begun;

  if (self->state != needed)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "No %s can be applied now",
                   type == SIP_DESCRIPTION_OFFER ? "offer" : "answer");
      return FALSE;
    }
  remote = sip_sdp_parse (text, length, error);
  if (remote == NULL)
    return FALSE;
  begun = type == SIP_DESCRIPTION_OFFER ? set_offer (self, remote, wish, config, error)
                                        : set_answer (self, remote, type == SIP_DESCRIPTION_PRANSWER, error);
  if (!begun)
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
  SipWebrtcLeg *leg = self->leg != NULL ? self->leg : self->next;

  return leg != NULL ? sip_webrtc_leg_get_connection (leg) : NULL;
}

static void
stop_reply (SipWebrtcExchange *self)
{
  self->callback = NULL;
  if (self->reply_source != NULL)
    g_source_destroy (self->reply_source);
  g_clear_pointer (&self->reply_source, g_source_unref);
}

gboolean
sip_webrtc_exchange_is_open (SipWebrtcExchange *self)
{
  return self->state != STATE_STABLE;
}

void
sip_webrtc_exchange_rollback (SipWebrtcExchange *self)
{
  if (self->state == STATE_STABLE)
    return;
  stop_reply (self);
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
  sip_sdp_origin_init (&self->origin);

  return self;
}

void
sip_webrtc_exchange_close (SipWebrtcExchange *self)
{
  stop_reply (self);
  g_clear_pointer (&self->leg, sip_webrtc_leg_abandon);
  g_clear_pointer (&self->next, sip_webrtc_leg_abandon);
  give_up (self);
  set_plan (&self->plan, NULL);
  set_remote (&self->remote, NULL);
  sip_sdp_origin_clear (&self->origin);
  g_free (self);
}
