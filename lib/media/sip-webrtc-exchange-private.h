/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-media-pipeline-private.h"
#include "media/sip-peer-connection-private.h"
#include "media/sip-sdp-writer-private.h"

G_BEGIN_DECLS

/* The offers and answers of one session (RFC 3264, JSEP as far as webrtcbin goes), and the peer connection that they are about.
 *
 * webrtcbin is told only of what changes for it: a description that changes directions, or nothing, is between the two sides alone. It is told late, when nothing can
 * be taken back any more; and what it cannot follow at all gets a connection of its own, which takes the place of the one before when both sides have spoken. */
typedef struct _SipWebrtcExchange SipWebrtcExchange;

typedef struct
{
  /* @format is what the line was agreed to carry (for a pad that receives: what the pad's payload type stands for). */
  void (*pad_added) (gpointer user_data, const SipSdpPlanLine *line, const SipSdpPlanFormat *format, GstPad *pad, SipGate *gate);
  /* The peer's tones come here. */
  void (*tones_added) (gpointer user_data, SipToneReader *tones, SipGate *gate);
  /* Both sides have spoken. */
  void (*agreed) (gpointer user_data, const SipSdpPlan *plan);
  void (*ice_candidate) (gpointer user_data, const char *mid, const char *candidate);
  void (*state_changed) (gpointer user_data);
  void (*failed) (gpointer user_data, const GError *error);
} SipWebrtcExchangeFuncs;

/* @text: what get made. Called once, never from within the call, and never after close. */
typedef void (*SipWebrtcExchangeCallback) (gpointer user_data, const char *text, const GError *error);

SipWebrtcExchange *sip_webrtc_exchange_new (SipMediaPipeline *pipeline, const SipWebrtcExchangeFuncs *funcs, gpointer user_data);
void sip_webrtc_exchange_close (SipWebrtcExchange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipWebrtcExchange, sip_webrtc_exchange_close)

/* Nullable. */
SipPeerConnection *sip_webrtc_exchange_get_connection (SipWebrtcExchange *self);

/* FALSE where the call is out of order; nothing has happened then, and the callback does not come. */
gboolean sip_webrtc_exchange_get (SipWebrtcExchange             *self,
                                  SipDescriptionType             type,
                                  const SipSdpWish              *wish,
                                  const SipPeerConnectionConfig *config,
                                  guint                          gathering_timeout,
                                  SipWebrtcExchangeCallback      callback,
                                  gpointer                       user_data,
                                  GError                       **error);

gboolean sip_webrtc_exchange_set (SipWebrtcExchange             *self,
                                  SipDescriptionType             type,
                                  const char                    *text,
                                  gsize                          length,
                                  const SipSdpWish              *wish,
                                  const SipPeerConnectionConfig *config,
                                  SipWebrtcExchangeCallback      callback,
                                  gpointer                       user_data,
                                  GError                       **error);

/* Whether an exchange has begun and is not over. */
gboolean sip_webrtc_exchange_is_open (SipWebrtcExchange *self);
void sip_webrtc_exchange_rollback (SipWebrtcExchange *self);

G_END_DECLS
