/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A new certificate for one DTLS association, with its key, in PEM (RFC 8827 §6.5): ECDSA on P-256, signed by itself, good for a month. It says nothing of
 * who we are. (transfer full) (nullable): with an error set */
char *sip_certificate_new (GError **error);

G_END_DECLS
