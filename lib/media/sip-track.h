/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include "media/sip-media-enums.h"

G_BEGIN_DECLS

#define SIP_TYPE_TRACK (sip_track_get_type ())

SIP_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (SipTrack, sip_track, SIP, TRACK, GObject)

SIP_AVAILABLE_IN_1_0
SipMediaKind sip_track_get_kind (SipTrack *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_track_get_remote (SipTrack *self);

SIP_AVAILABLE_IN_1_0
const char *sip_track_get_codec (SipTrack *self);

SIP_AVAILABLE_IN_1_0
double sip_track_get_volume (SipTrack *self);

SIP_AVAILABLE_IN_1_0
void sip_track_set_volume (SipTrack *self, double volume);

SIP_AVAILABLE_IN_1_0
gboolean sip_track_get_muted (SipTrack *self);

SIP_AVAILABLE_IN_1_0
void sip_track_set_muted (SipTrack *self, gboolean muted);

SIP_AVAILABLE_IN_1_0
guint64 sip_track_get_packets (SipTrack *self);

SIP_AVAILABLE_IN_1_0
guint64 sip_track_get_bytes (SipTrack *self);

SIP_AVAILABLE_IN_1_0
gint64 sip_track_get_first_buffer_time (SipTrack *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_track_add_tap (SipTrack *self, GstElement *sink);

SIP_AVAILABLE_IN_1_0
void sip_track_remove_tap (SipTrack *self, GstElement *sink);

G_END_DECLS
