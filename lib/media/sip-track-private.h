/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-codec-private.h"
#include "media/sip-gate-private.h"
#include "media/sip-sdp-plan-private.h"
#include "media/sip-serial-queue-private.h"
#include "media/sip-track.h"

G_BEGIN_DECLS

/* A track is two halves in a pipeline: the raw one (source or sink, volume, taps), which lives as long as the track, and the coded one
 * (encoder or decoder), which is replaced when another codec or another webrtcbin comes. */

/* @end: the source or the sink, adopted. */
SipTrack *sip_track_new (GstBin *pipeline, SipSerialQueue *queue, SipMediaKind kind, gboolean remote, GstElement *end, GError **error);

/* Puts the codec between the raw half and @pad of webrtcbin, and opens the gate when everything runs. */
gboolean sip_track_link (SipTrack *self, const SipCodec *codec, guint payload, guint32 ssrc, GstPad *pad, SipGate *gate, GError **error);

/* What tones are sent as (nullable), and playing some, which are valid. */
void sip_track_set_events (SipTrack *self, const SipSdpPlanEvents *events);
gboolean sip_track_play_tones (SipTrack *self, const char *tones, guint duration, guint gap, GError **error);

/* Takes it off the pad that it was linked to; until it gets another one, nothing goes through. */
void sip_track_unlink (SipTrack *self);
/* The same, and the source or the sink is stopped until then, so that a device is free for others. */
void sip_track_park (SipTrack *self);

/* Which way the session lets media go. */
void sip_track_set_flowing (SipTrack *self, gboolean flowing);

/* Nothing goes through any more; the pipeline is stopped by its owner. */
void sip_track_close (SipTrack *self);

G_END_DECLS
