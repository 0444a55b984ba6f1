/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-media-enums.h"
#include "media/sip-session-description-handler.h"
#include "media/sip-track.h"

G_BEGIN_DECLS

#define SIP_TYPE_WEBRTC_HANDLER (sip_webrtc_handler_get_type ())

SIP_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SipWebrtcHandler, sip_webrtc_handler, SIP, WEBRTC_HANDLER, GObject)

SIP_AVAILABLE_IN_1_0
SipWebrtcHandler *sip_webrtc_handler_new (void);

SIP_AVAILABLE_IN_1_0
SipTrack *sip_webrtc_handler_get_track (SipWebrtcHandler *self, SipMediaKind kind, gboolean remote);

SIP_AVAILABLE_IN_1_0
SipIceConnectionState sip_webrtc_handler_get_ice_connection_state (SipWebrtcHandler *self);

SIP_AVAILABLE_IN_1_0
SipIceGatheringState sip_webrtc_handler_get_gathering_state (SipWebrtcHandler *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_webrtc_handler_get_secure (SipWebrtcHandler *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_webrtc_handler_get_connected (SipWebrtcHandler *self);

G_END_DECLS
