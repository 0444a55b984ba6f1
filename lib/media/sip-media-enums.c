/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-media-enums.h"

/* clang-format off */
G_DEFINE_ENUM_TYPE (SipMediaKind, sip_media_kind,
                    G_DEFINE_ENUM_VALUE (SIP_MEDIA_AUDIO, "audio"),
                    G_DEFINE_ENUM_VALUE (SIP_MEDIA_VIDEO, "video"))

G_DEFINE_ENUM_TYPE (SipIceConnectionState, sip_ice_connection_state,
                    G_DEFINE_ENUM_VALUE (SIP_ICE_CONNECTION_NEW, "new"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_CONNECTION_CHECKING, "checking"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_CONNECTION_CONNECTED, "connected"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_CONNECTION_COMPLETED, "completed"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_CONNECTION_FAILED, "failed"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_CONNECTION_DISCONNECTED, "disconnected"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_CONNECTION_CLOSED, "closed"))

G_DEFINE_ENUM_TYPE (SipIceGatheringState, sip_ice_gathering_state,
                    G_DEFINE_ENUM_VALUE (SIP_ICE_GATHERING_NEW, "new"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_GATHERING_GATHERING, "gathering"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_GATHERING_COMPLETE, "complete"))

G_DEFINE_ENUM_TYPE (SipIceTransportPolicy, sip_ice_transport_policy,
                    G_DEFINE_ENUM_VALUE (SIP_ICE_TRANSPORT_ALL, "all"),
                    G_DEFINE_ENUM_VALUE (SIP_ICE_TRANSPORT_RELAY, "relay"))

G_DEFINE_ENUM_TYPE (SipBundlePolicy, sip_bundle_policy,
                    G_DEFINE_ENUM_VALUE (SIP_BUNDLE_MAX_BUNDLE, "max-bundle"),
                    G_DEFINE_ENUM_VALUE (SIP_BUNDLE_NONE, "none"))
/* clang-format on */
