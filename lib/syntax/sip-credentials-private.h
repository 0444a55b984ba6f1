/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-credentials.h"
#include "syntax/sip-digest-private.h"

G_BEGIN_DECLS

/* Whether they are for @realm (without quotes and escapes) and can answer a challenge with @algorithm. */
gboolean sip_credentials_suit (const SipCredentials *self, const char *realm, SipDigestAlgorithm algorithm);
/* H (username ":" realm ":" password). */
void sip_credentials_hash (const SipCredentials *self, const char *realm, SipDigestAlgorithm algorithm, char hex[SIP_DIGEST_HEX_SIZE]);

G_END_DECLS
