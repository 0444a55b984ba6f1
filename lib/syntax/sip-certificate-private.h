/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a certificate (DER, RFC 5280) is one of @host: a SIP domain by RFC 5922 §7, or a numeric address that it names. What it is worth,
 * by whom it was signed and until when, is not looked at. Pure, and not afraid of any bytes. */
gboolean sip_certificate_is_for (const guint8 *der, gsize len, const char *host);

G_END_DECLS
