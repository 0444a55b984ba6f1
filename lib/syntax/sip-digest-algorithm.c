/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-digest-algorithm.h"

G_DEFINE_ENUM_TYPE (SipDigestAlgorithm,
                    sip_digest_algorithm,
                    G_DEFINE_ENUM_VALUE (SIP_DIGEST_ALGORITHM_MD5, "md5"),
                    G_DEFINE_ENUM_VALUE (SIP_DIGEST_ALGORITHM_SHA256, "sha256"),
                    G_DEFINE_ENUM_VALUE (SIP_DIGEST_ALGORITHM_SHA512_256, "sha512-256"))
