/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-session-refresher.h"

G_DEFINE_ENUM_TYPE (SipSessionRefresher,
                    sip_session_refresher,
                    G_DEFINE_ENUM_VALUE (SIP_SESSION_REFRESHER_AUTO, "auto"),
                    G_DEFINE_ENUM_VALUE (SIP_SESSION_REFRESHER_LOCAL, "local"),
                    G_DEFINE_ENUM_VALUE (SIP_SESSION_REFRESHER_REMOTE, "remote"))
