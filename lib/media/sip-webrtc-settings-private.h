/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-peer-connection-private.h"
#include "media/sip-sdp-plan-private.h"
#include "media/sip-webrtc-handler.h"

G_BEGIN_DECLS

/* What one can choose about a SipWebrtcHandler: its writable properties, and what the parts below make of them. */
enum
{
  SIP_WEBRTC_AUDIO = 1,
  SIP_WEBRTC_VIDEO,
  SIP_WEBRTC_AUDIO_SOURCE,
  SIP_WEBRTC_AUDIO_SINK,
  SIP_WEBRTC_VIDEO_SOURCE,
  SIP_WEBRTC_VIDEO_SINK,
  SIP_WEBRTC_AUDIO_SOURCE_ELEMENT,
  SIP_WEBRTC_AUDIO_SINK_ELEMENT,
  SIP_WEBRTC_VIDEO_SOURCE_ELEMENT,
  SIP_WEBRTC_VIDEO_SINK_ELEMENT,
  SIP_WEBRTC_CODECS,
  SIP_WEBRTC_TEST_TONE_FREQUENCY,
  SIP_WEBRTC_STUN_SERVER,
  SIP_WEBRTC_TURN_SERVERS,
  SIP_WEBRTC_LOCAL_ADDRESSES,
  SIP_WEBRTC_CERTIFICATE,
  SIP_WEBRTC_ICE_TRANSPORT_POLICY,
  SIP_WEBRTC_BUNDLE_POLICY,
  SIP_WEBRTC_ICE_TCP,
  SIP_WEBRTC_ICE_GATHERING_TIMEOUT,
  SIP_WEBRTC_LATENCY,
  SIP_WEBRTC_RTP_TIMEOUT,
  SIP_WEBRTC_N_SETTINGS, /* the first of the class's other properties */
};

typedef struct
{
  GValue values[SIP_WEBRTC_N_SETTINGS];
} SipWebrtcSettings;

void sip_webrtc_settings_install (GObjectClass *klass);

void sip_webrtc_settings_init (SipWebrtcSettings *self, GObjectClass *klass);
void sip_webrtc_settings_clear (SipWebrtcSettings *self);

void sip_webrtc_settings_get (const SipWebrtcSettings *self, guint setting, GValue *value);
/* Whether that changed anything. */
gboolean sip_webrtc_settings_set (SipWebrtcSettings *self, guint setting, const GValue *value);
guint sip_webrtc_settings_get_uint (const SipWebrtcSettings *self, guint setting);

/* Sets the properties of @object that @options (nullable) name. Others may mean something to somebody else. */
void sip_webrtc_settings_apply_options (GObject *object, GVariant *options);

/* What options have changed, for when nothing comes of it. To be cleared with zero bytes. */
typedef struct
{
  SipWebrtcSettings before;
  gboolean changed[SIP_WEBRTC_N_SETTINGS];
  gboolean is_set;
} SipWebrtcUndo;

/* @self are @object's settings. What is in @undo already stays. */
void sip_webrtc_settings_try_options (const SipWebrtcSettings *self, GObject *object, GVariant *options, SipWebrtcUndo *undo);
void sip_webrtc_undo_apply (SipWebrtcUndo *undo, GObject *object);
void sip_webrtc_undo_clear (SipWebrtcUndo *undo);

/* What is wanted of a negotiation. @wish owns its codecs then. */
void sip_webrtc_settings_fill_wish (const SipWebrtcSettings *self, SipSdpWish *wish);

/* How to make a connection. @config borrows from the settings. */
gboolean sip_webrtc_settings_fill_config (const SipWebrtcSettings *self, SipPeerConnectionConfig *config, GError **error);

/* A source or a sink; NULL without an error: there is none. */
GstElement *sip_webrtc_settings_make_end (const SipWebrtcSettings *self, SipMediaKind kind, gboolean sink, GError **error);

G_END_DECLS
