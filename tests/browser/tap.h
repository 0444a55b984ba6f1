/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The end of a received track: it takes the samples or the frames, and says what they are. */
typedef struct _Tap Tap;

Tap *tap_new_audio (void);
Tap *tap_new_video (void);
Tap *tap_ref (Tap *self);
void tap_unref (Tap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tap, tap_unref)

/* A sink that feeds the tap, from any raw caps of its kind. (transfer floating) */
GstElement *tap_make_sink (Tap *self);

/* Times count from here; forgets what came before. */
void tap_begin (Tap *self);

/* A JSON object, or "null" when nothing has come yet. */
char *tap_to_json (Tap *self);

G_END_DECLS
