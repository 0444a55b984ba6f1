/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fingerprints of certificates in descriptions (RFC 8122 §5): "sha-256 4A:AD:B9:…". */

/* Whether @text is of that form, whatever the hash. */
gboolean sip_fingerprint_is_valid (const char *text);

/* Whether the hash is one that we compute and that still means something: not MD2, MD5 and SHA-1. */
gboolean sip_fingerprint_is_usable (const char *text);

/* The SHA-256 fingerprint of a certificate in PEM, or NULL. */
char *sip_fingerprint_of_pem (const char *pem);

/* Whether the certificate is the one that the description announced. @fingerprints holds char *. */
gboolean sip_fingerprint_matches (GPtrArray *fingerprints, const char *pem);

G_END_DECLS
