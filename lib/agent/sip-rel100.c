/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-rel100.h"

G_DEFINE_ENUM_TYPE (SipRel100,
                    sip_rel100,
                    G_DEFINE_ENUM_VALUE (SIP_REL100_UNSUPPORTED, "unsupported"),
                    G_DEFINE_ENUM_VALUE (SIP_REL100_SUPPORTED, "supported"),
                    G_DEFINE_ENUM_VALUE (SIP_REL100_REQUIRED, "required"))
