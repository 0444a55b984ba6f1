/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-direction.h"

G_DEFINE_ENUM_TYPE (SipDirection,
                    sip_direction,
                    G_DEFINE_ENUM_VALUE (SIP_DIRECTION_OUTGOING, "outgoing"),
                    G_DEFINE_ENUM_VALUE (SIP_DIRECTION_INCOMING, "incoming"))
