/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The answer to the offer in @text that takes none of it: each line with port 0 (RFC 3264 §6). NULL where it is no session description. Pure. */
char *sip_sdp_refuse (const char *text, gsize length);

G_END_DECLS
