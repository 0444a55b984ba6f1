/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-media-pipeline-private.h"
#include "media/sip-peer-connection-private.h"
#include "media/sip-sdp-writer-private.h"

G_BEGIN_DECLS

/* A peer connection and what descriptions say of it. A session has one; two while it moves to another, and then the new one brings nothing to anybody before
 * it is in force. */
typedef struct _SipWebrtcLeg SipWebrtcLeg;

typedef struct
{
  /* Only of a leg that is in force; what came before comes when it gets there. */
  void (*pad_added) (gpointer owner, guint line, gboolean sending, GstPad *pad, SipGate *gate);
  void (*tones_added) (gpointer owner, SipToneReader *tones, SipGate *gate);
  void (*failed) (gpointer owner, const GError *error);
  /* Of any leg. */
  void (*ice_candidate) (gpointer owner, guint line, const char *candidate);
  void (*state_changed) (gpointer owner);
} SipWebrtcLegFuncs;

/* With the lines of @plan. */
SipWebrtcLeg *sip_webrtc_leg_new (SipMediaPipeline              *pipeline,
                                  const SipSdpPlan              *plan,
                                  const SipPeerConnectionConfig *config,
                                  gboolean                       offering,
                                  const SipWebrtcLegFuncs       *funcs,
                                  gpointer                       owner,
                                  GError                       **error);
/* Stops it in the background. */
void sip_webrtc_leg_free (SipWebrtcLeg *self);
/* The same where the pipeline goes as well. */
void sip_webrtc_leg_abandon (SipWebrtcLeg *self);

void sip_webrtc_leg_come_into_force (SipWebrtcLeg *self);

SipPeerConnection *sip_webrtc_leg_get_connection (SipWebrtcLeg *self);
/* SipSdpTransport, by webrtcbin's lines */
GPtrArray *sip_webrtc_leg_get_transports (SipWebrtcLeg *self);
/* Whether it has just the lines that @plan has. */
gboolean sip_webrtc_leg_fits (SipWebrtcLeg *self, const SipSdpPlan *plan);

/* Adds those that @plan has more. */
void sip_webrtc_leg_add_lines (SipWebrtcLeg *self, const SipSdpPlan *plan, gboolean offering);
/* What our side of each transport is, once webrtcbin made @sdp; and the candidates, once they are gathered. */
void sip_webrtc_leg_read_transports (SipWebrtcLeg *self, SipSdpPlan *plan, const GstSDPMessage *sdp);
void sip_webrtc_leg_read_candidates (SipWebrtcLeg *self);
/* What the peer's certificates are to look like. */
void sip_webrtc_leg_announce_fingerprints (SipWebrtcLeg *self, const SipSdpPlan *plan, const SipSdp *remote);
/* From here on a line takes what was agreed on, whatever its number. */
void sip_webrtc_leg_narrow_lines (SipWebrtcLeg *self, const SipSdpPlan *plan);
/* Sets what webrtcbin made as its description, with the tones that it knows nothing of. */
void sip_webrtc_leg_set_local (SipWebrtcLeg             *self,
                               const SipSdpPlan         *plan,
                               SipDescriptionType        type,
                               const GstSDPMessage      *sdp,
                               SipPeerConnectionCallback callback,
                               gpointer                  user_data);
void sip_webrtc_leg_set_remote (SipWebrtcLeg             *self,
                                const SipSdpPlan         *plan,
                                SipDescriptionType        type,
                                const SipSdp             *remote,
                                SipPeerConnectionCallback callback,
                                gpointer                  user_data);

G_END_DECLS
