/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipDigestAlgorithm:
 * @SIP_DIGEST_ALGORITHM_MD5: MD5, which old servers know alone
 * @SIP_DIGEST_ALGORITHM_SHA256: SHA-256
 * @SIP_DIGEST_ALGORITHM_SHA512_256: SHA-512/256
 *
 * The hash functions of digest authentication (RFC 8760 §2.1), the weakest first.
 */
typedef enum
{
  SIP_DIGEST_ALGORITHM_MD5,
  SIP_DIGEST_ALGORITHM_SHA256,
  SIP_DIGEST_ALGORITHM_SHA512_256,
} SipDigestAlgorithm;

#define SIP_TYPE_DIGEST_ALGORITHM (sip_digest_algorithm_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_digest_algorithm_get_type (void);

G_END_DECLS
