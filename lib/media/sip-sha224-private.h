/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SIP_SHA224_LENGTH 28

/* The one hash of RFC 8122 §5 that GChecksum does not know (FIPS 180-4 §6.3): SHA-256 with another beginning, cut off. */
void sip_sha224 (const guint8 *data, gsize length, guint8 digest[SIP_SHA224_LENGTH]);

G_END_DECLS
