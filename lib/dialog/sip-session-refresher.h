/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipSessionRefresher:
 * @SIP_SESSION_REFRESHER_AUTO: as the other side wishes; where it has no wish, the caller
 * @SIP_SESSION_REFRESHER_LOCAL: we, also in calls with somebody who knows nothing of session timers
 * @SIP_SESSION_REFRESHER_REMOTE: the other side, if it can
 *
 * Who keeps a call from expiring (RFC 4028 §7.1, §9).
 */
typedef enum
{
  SIP_SESSION_REFRESHER_AUTO,
  SIP_SESSION_REFRESHER_LOCAL,
  SIP_SESSION_REFRESHER_REMOTE,
} SipSessionRefresher;

#define SIP_TYPE_SESSION_REFRESHER (sip_session_refresher_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_session_refresher_get_type (void);

G_END_DECLS
