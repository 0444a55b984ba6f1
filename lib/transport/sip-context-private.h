/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Around a call that takes the thread-default context, so that it takes @context. Answers what to give to leave. */
gboolean sip_context_enter (GMainContext *context);
void sip_context_leave (GMainContext *context, gboolean entered);

G_END_DECLS
