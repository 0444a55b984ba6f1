/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipMediaKind:
 * @SIP_MEDIA_AUDIO: sound
 * @SIP_MEDIA_VIDEO: pictures
 *
 * What a track carries.
 */
typedef enum
{
  SIP_MEDIA_AUDIO,
  SIP_MEDIA_VIDEO,
} SipMediaKind;

#define SIP_TYPE_MEDIA_KIND (sip_media_kind_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_media_kind_get_type (void);

/**
 * SipIceConnectionState:
 * @SIP_ICE_CONNECTION_NEW: nothing has been tried
 * @SIP_ICE_CONNECTION_CHECKING: paths to the peer are being tried
 * @SIP_ICE_CONNECTION_CONNECTED: there is a path
 * @SIP_ICE_CONNECTION_COMPLETED: there is a path, and no better one is looked for
 * @SIP_ICE_CONNECTION_FAILED: there is no path
 * @SIP_ICE_CONNECTION_DISCONNECTED: the path does not answer at the moment
 * @SIP_ICE_CONNECTION_CLOSED: the handler was closed
 *
 * How far the search for a path to the peer has come ([RFC 8445](https://www.rfc-editor.org/rfc/rfc8445)).
 */
typedef enum
{
  SIP_ICE_CONNECTION_NEW,
  SIP_ICE_CONNECTION_CHECKING,
  SIP_ICE_CONNECTION_CONNECTED,
  SIP_ICE_CONNECTION_COMPLETED,
  SIP_ICE_CONNECTION_FAILED,
  SIP_ICE_CONNECTION_DISCONNECTED,
  SIP_ICE_CONNECTION_CLOSED,
} SipIceConnectionState;

#define SIP_TYPE_ICE_CONNECTION_STATE (sip_ice_connection_state_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_ice_connection_state_get_type (void);

/**
 * SipIceGatheringState:
 * @SIP_ICE_GATHERING_NEW: not begun
 * @SIP_ICE_GATHERING_GATHERING: addresses of this side are being found out
 * @SIP_ICE_GATHERING_COMPLETE: all are known
 *
 * How far the gathering of candidates has come ([RFC 8445 §5.1.1](https://www.rfc-editor.org/rfc/rfc8445#section-5.1.1)).
 */
typedef enum
{
  SIP_ICE_GATHERING_NEW,
  SIP_ICE_GATHERING_GATHERING,
  SIP_ICE_GATHERING_COMPLETE,
} SipIceGatheringState;

#define SIP_TYPE_ICE_GATHERING_STATE (sip_ice_gathering_state_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_ice_gathering_state_get_type (void);

/**
 * SipIceTransportPolicy:
 * @SIP_ICE_TRANSPORT_ALL: every candidate is used
 * @SIP_ICE_TRANSPORT_RELAY: only candidates of a TURN server are used, so that the peer does not learn our addresses
 *
 * Which candidates are offered to the peer.
 */
typedef enum
{
  SIP_ICE_TRANSPORT_ALL,
  SIP_ICE_TRANSPORT_RELAY,
} SipIceTransportPolicy;

#define SIP_TYPE_ICE_TRANSPORT_POLICY (sip_ice_transport_policy_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_ice_transport_policy_get_type (void);

/**
 * SipBundlePolicy:
 * @SIP_BUNDLE_MAX_BUNDLE: all media share one transport; a peer that cannot do that gets the first one only
 * @SIP_BUNDLE_NONE: each media has a transport of its own
 *
 * How our offers ask for transports ([RFC 8843](https://www.rfc-editor.org/rfc/rfc8843)).
 *
 * An offer of the peer is always answered the way that it asks for.
 */
typedef enum
{
  SIP_BUNDLE_MAX_BUNDLE,
  SIP_BUNDLE_NONE,
} SipBundlePolicy;

#define SIP_TYPE_BUNDLE_POLICY (sip_bundle_policy_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_bundle_policy_get_type (void);

G_END_DECLS
