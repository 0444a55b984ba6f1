/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sip-glib/sip.h>

G_BEGIN_DECLS

/* Listens to and looks at what comes from the peer: which tone it is, which colour the picture has; and writes the sound to a file. */
typedef struct _Listener Listener;

Listener *listener_new (const char *record);
void listener_free (Listener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listener, listener_free)

void listener_add (Listener *self, SipTrack *track);

/* What it heard since the last call, in Hz; 0: silence or nothing. */
double listener_hear (Listener *self);
/* The colour of the last picture, NULL: none came since the last call. */
const char *listener_see (Listener *self);

G_END_DECLS
