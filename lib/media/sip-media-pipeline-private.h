/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-sdp-plan-private.h"
#include "media/sip-tone-reader-private.h"
#include "media/sip-track-private.h"

G_BEGIN_DECLS

/* The pipeline of one session and the tracks in it. It outlives what is negotiated: a webrtcbin can be put in and taken out. */
typedef struct _SipMediaPipeline SipMediaPipeline;

/* In the context that was the thread's default when the pipeline was made; never after close. */
typedef struct
{
  void (*track_added) (gpointer user_data, SipTrack *track);
  void (*failed) (gpointer user_data, const GError *error);
  /* The peer has played a tone. */
  void (*tone) (gpointer user_data, char tone, guint duration);
} SipMediaPipelineFuncs;

SipMediaPipeline *sip_media_pipeline_new (const SipMediaPipelineFuncs *funcs, gpointer user_data);
/* Returns at once; the elements stop in the background. */
void sip_media_pipeline_close (SipMediaPipeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipMediaPipeline, sip_media_pipeline_close)

GstElement *sip_media_pipeline_get_element (SipMediaPipeline *self);
/* Starts what was put into the pipeline. */
void sip_media_pipeline_start (SipMediaPipeline *self, GstElement *element);

/* Has something done in the background, before what is stopped from now on is stopped. */
void sip_media_pipeline_run (SipMediaPipeline *self, GFunc func, gpointer data, GDestroyNotify destroy);

/* Takes the tracks off the connection that goes; they wait for another. */
void sip_media_pipeline_detach (SipMediaPipeline *self);

SipTrack *sip_media_pipeline_get_track (SipMediaPipeline *self, SipMediaKind kind, gboolean remote);

/* Connects the source (or sink) @end, adopted and used only if there is no such track yet, to @pad. */
gboolean sip_media_pipeline_connect (SipMediaPipeline       *self,
                                     SipMediaKind            kind,
                                     gboolean                remote,
                                     GstElement             *end,
                                     const SipSdpPlanFormat *format,
                                     guint32                 ssrc,
                                     GstPad                 *pad,
                                     SipGate                *gate,
                                     GError                **error);

/* Reads the peer's tones. */
void sip_media_pipeline_connect_tones (SipMediaPipeline *self, SipToneReader *tones, SipGate *gate);
/* Plays tones to the peer; FALSE: it knows none, or hears nothing. */
gboolean sip_media_pipeline_play_tones (SipMediaPipeline *self, const char *tones, guint duration, guint gap, GError **error);

/* Has it fail where nothing comes for so many seconds although something should; 0: never. */
void sip_media_pipeline_set_timeout (SipMediaPipeline *self, guint seconds);

/* Lets media go the ways that the plan says. */
void sip_media_pipeline_apply (SipMediaPipeline *self, const SipSdpPlan *plan);

G_END_DECLS
