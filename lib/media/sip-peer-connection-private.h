/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>
#include <gst/sdp/sdp.h>

#include "media/sip-description.h"
#include "media/sip-gate-private.h"
#include "media/sip-peer-element-private.h"
#include "media/sip-tone-reader-private.h"

G_BEGIN_DECLS

/* One webrtcbin. It has threads of its own; what they say is handed over to the main context that was the thread's default when the
 * connection was made, and comes out there, until sip_peer_connection_close(). It is thrown away and replaced when its peer is replaced. */

#define SIP_TYPE_PEER_CONNECTION (sip_peer_connection_get_type ())
G_DECLARE_FINAL_TYPE (SipPeerConnection, sip_peer_connection, SIP, PEER_CONNECTION, GObject)

/* What a connection tells its owner, always in the owner's context. */
typedef struct
{
  /* A line of webrtcbin takes (@sending) or gives RTP at @pad. @gate is in the pad already and closed. */
  void (*pad_added) (gpointer user_data, guint line, gboolean sending, GstPad *pad, SipGate *gate);
  /* Tones of the peer's (RFC 4733) come; @gate is open. */
  void (*tones_added) (gpointer user_data, SipToneReader *tones, SipGate *gate);
  void (*ice_candidate) (gpointer user_data, guint line, const char *candidate);
  /* One of the states below has changed. */
  void (*state_changed) (gpointer user_data);
  /* For good. Comes once at most. */
  void (*failed) (gpointer user_data, const GError *error);
} SipPeerConnectionFuncs;

/* How an operation ended: @sdp is what create made. It is not called any more after close. */
typedef void (*SipPeerConnectionCallback) (gpointer user_data, const GstSDPMessage *sdp, const GError *error);

SipPeerConnection *sip_peer_connection_new (GstBin                        *pipeline,
                                            const SipPeerConnectionConfig *config,
                                            const SipPeerConnectionFuncs  *funcs,
                                            gpointer                       user_data,
                                            GError                       **error);

/* From here on nothing is called any more. The element stays in the pipeline, whose owner stops it. */
void sip_peer_connection_close (SipPeerConnection *self);

GstElement *sip_peer_connection_get_element (SipPeerConnection *self);
SipIceConnectionState sip_peer_connection_get_ice_state (SipPeerConnection *self);
SipIceGatheringState sip_peer_connection_get_gathering_state (SipPeerConnection *self);
/* Whether each peer that we are connected to is who its description says, and there is one at least. */
gboolean sip_peer_connection_is_secure (SipPeerConnection *self);

/* Adds a line, to be offered or to match one that is offered: always sendrecv. @caps (transfer none) say with which codecs. */
void sip_peer_connection_add_line (SipPeerConnection *self, GstCaps *caps);
/* What the line was agreed to carry. */
void sip_peer_connection_set_line_caps (SipPeerConnection *self, guint line, GstCaps *caps);

void sip_peer_connection_create (SipPeerConnection *self, SipDescriptionType type, SipPeerConnectionCallback callback, gpointer user_data);
void sip_peer_connection_set_local (SipPeerConnection        *self,
                                    SipDescriptionType        type,
                                    const GstSDPMessage      *sdp,
                                    SipPeerConnectionCallback callback,
                                    gpointer                  user_data);
void sip_peer_connection_set_remote (SipPeerConnection        *self,
                                     SipDescriptionType        type,
                                     const char               *text,
                                     SipPeerConnectionCallback callback,
                                     gpointer                  user_data);
/* Ends when all candidates are known, or after @timeout ms with those that are. */
void sip_peer_connection_gather (SipPeerConnection *self, guint timeout, SipPeerConnectionCallback callback, gpointer user_data);

/* The values of a=candidate that were gathered for a line: char *. */
GPtrArray *sip_peer_connection_get_candidates (SipPeerConnection *self, guint line);
/* What our certificate on this line's transport looks like, or NULL. */
char *sip_peer_connection_get_fingerprint (SipPeerConnection *self, guint line);
/* What the peer's has to look like: char *. To be called before the description that allows the handshake is set. */
void sip_peer_connection_set_fingerprints (SipPeerConnection *self, guint line, GPtrArray *fingerprints);

G_END_DECLS
