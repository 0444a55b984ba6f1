/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include "media/sip-media-enums.h"

G_BEGIN_DECLS

/* Where media comes from or goes to. @description: NULL for the system's device, "test" for a tone or a pattern (and, as a sink, for
 * nothing), "none" for nothing, or a bin in gst-launch's syntax. Returns a floating reference; NULL without an error: there is nothing. */
GstElement *sip_media_end_new (SipMediaKind kind, gboolean sink, const char *description, guint tone_frequency, GError **error);

G_END_DECLS
