/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-codec-private.h"
#include "media/sip-media-enums.h"
#include "media/sip-sdp-private.h"

G_BEGIN_DECLS

/* What two sides agree on, or are about to (RFC 3264): the m= lines of the wire, in order and for ever, and what becomes of each. Pure.
 *
 * A plan also says where each line is in webrtcbin's world, which never sees a line that nobody uses: @bin_line. Lines of the wire that
 * were refused have none until they are used. */

#define SIP_SDP_N_KINDS 2

/* What this side wants. */
typedef struct
{
  gboolean enabled[SIP_SDP_N_KINDS];
  gboolean asked[SIP_SDP_N_KINDS]; /* for this exchange in particular */
  SipSdpDirection direction[SIP_SDP_N_KINDS];
  GPtrArray *codecs; /* const SipCodec *, best first */
  gboolean bundle;
  gboolean hold;      /* nothing is to be heard from the peer, and nothing is sent either */
  gboolean move;      /* to another connection, whatever else */
} SipSdpWish;

typedef struct
{
  const SipCodec *codec;
  guint payload;        /* what we send with, and what the description of the other side calls it */
  guint local_payload;  /* what our description calls it: what we receive */
  char *fmtp;           /* ours, nullable */
  char *sprop;          /* the peer's sprop-parameter-sets, nullable */
  gboolean nack_pli;
  gboolean ccm_fir;
} SipSdpPlanFormat;

/* What a line calls tones in the media (RFC 4733), whose clock is that of the codec that they stand in for (§2.1). */
typedef struct
{
  guint clock_rate;
  guint payload;        /* what we send with */
  guint local_payload;  /* what we receive */
} SipSdpPlanEvents;

#define SIP_SDP_MAX_EVENTS 2 /* our codecs for sound have two clocks */

typedef struct
{
  int kind;             /* a SipMediaKind, or -1 for what we know nothing about */
  char *media;
  char *proto;
  char **refused_formats; /* what a refused line repeats */
  char *mid;            /* on the wire; nullable where the peer uses none */
  gboolean active;      /* offered, or agreed on */
  gboolean established; /* was agreed on at the end of the exchange before */
  gboolean rtcp_mux;
  gboolean silent;      /* we send nothing, whatever the direction allows: music on hold is not ours to play */
  GPtrArray *formats;   /* SipSdpPlanFormat; the first one is what we send */
  SipSdpPlanEvents events[SIP_SDP_MAX_EVENTS];
  guint n_events;
  SipSdpDirection local;
  SipSdpDirection remote;
  int bin_line;         /* -1: none */
  char *bin_mid;        /* nullable */
  guint32 ssrc;
} SipSdpPlanLine;

typedef struct
{
  gboolean bundle;
  gboolean agreed;      /* an answer was given or taken */
  SipSdpSetup setup;    /* what we write */
  char *cname;
  GPtrArray *lines;     /* SipSdpPlanLine */
} SipSdpPlan;

SipSdpPlan *sip_sdp_plan_copy (const SipSdpPlan *self);
void sip_sdp_plan_free (SipSdpPlan *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSdpPlan, sip_sdp_plan_free)

SipSdpPlanLine *sip_sdp_plan_get_line (const SipSdpPlan *self, guint index);
/* The active line of a kind, or NULL. */
SipSdpPlanLine *sip_sdp_plan_find_kind (const SipSdpPlan *self, SipMediaKind kind);
SipSdpPlanLine *sip_sdp_plan_find_bin_line (const SipSdpPlan *self, int bin_line);

/* An offer, the first one or (with @current) another one. */
SipSdpPlan *sip_sdp_plan_new_offer (const SipSdpPlan *current, const SipSdpWish *wish, GError **error);

/* For another connection: the lines that are in use get places of their own in it, and all get sources of their own. What was refused has none. */
void sip_sdp_plan_move (SipSdpPlan *self);
/* For the connection that it was made for: what is not used any more has no place in it. */
void sip_sdp_plan_settle (SipSdpPlan *self);
guint sip_sdp_plan_count_bin_lines (const SipSdpPlan *self);

/* Our answer to @offer. */
SipSdpPlan *sip_sdp_plan_new_answer (const SipSdpPlan *current, const SipSdp *offer, const SipSdpWish *wish, GError **error);

/* What comes out of our offer with the @answer to it. On an error the plan is to be thrown away. */
gboolean sip_sdp_plan_take_answer (SipSdpPlan *self, const SipSdp *answer, GError **error);

/* What tones are sent as, beside the first format; NULL: they cannot be. */
const SipSdpPlanEvents *sip_sdp_plan_line_get_events (const SipSdpPlanLine *line);

/* Which way the media of a line goes when both sides are heard. */
SipSdpDirection sip_sdp_plan_line_get_direction (const SipSdpPlanLine *line);

G_END_DECLS
