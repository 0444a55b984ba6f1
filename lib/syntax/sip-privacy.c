/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-privacy.h"

G_DEFINE_FLAGS_TYPE (SipPrivacy,
                     sip_privacy,
                     G_DEFINE_ENUM_VALUE (SIP_PRIVACY_DEFAULT, "default"),
                     G_DEFINE_ENUM_VALUE (SIP_PRIVACY_NONE, "none"),
                     G_DEFINE_ENUM_VALUE (SIP_PRIVACY_HEADER, "header"),
                     G_DEFINE_ENUM_VALUE (SIP_PRIVACY_SESSION, "session"),
                     G_DEFINE_ENUM_VALUE (SIP_PRIVACY_USER, "user"),
                     G_DEFINE_ENUM_VALUE (SIP_PRIVACY_ID, "id"),
                     G_DEFINE_ENUM_VALUE (SIP_PRIVACY_HISTORY, "history"),
                     G_DEFINE_ENUM_VALUE (SIP_PRIVACY_CRITICAL, "critical"))
