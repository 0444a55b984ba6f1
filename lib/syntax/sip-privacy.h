/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipPrivacy:
 * @SIP_PRIVACY_DEFAULT: nothing is asked for: what servers do by themselves
 * @SIP_PRIVACY_NONE: "none": no privacy is wanted, whatever servers do by themselves
 * @SIP_PRIVACY_HEADER: "header": of what the header fields tell
 * @SIP_PRIVACY_SESSION: "session": of where the media comes from
 * @SIP_PRIVACY_USER: "user": of what the user cannot hide by itself
 * @SIP_PRIVACY_ID: "id": of P-Asserted-Identity (RFC 3325 §9.3)
 * @SIP_PRIVACY_HISTORY: "history": of History-Info (RFC 7044 §10.1)
 * @SIP_PRIVACY_CRITICAL: "critical": who cannot grant it is to refuse the request
 *
 * What a Privacy header asks for (RFC 3323 §4.2).
 */
typedef enum
{
  SIP_PRIVACY_DEFAULT = 0,
  SIP_PRIVACY_NONE = 1 << 0,
  SIP_PRIVACY_HEADER = 1 << 1,
  SIP_PRIVACY_SESSION = 1 << 2,
  SIP_PRIVACY_USER = 1 << 3,
  SIP_PRIVACY_ID = 1 << 4,
  SIP_PRIVACY_HISTORY = 1 << 5,
  SIP_PRIVACY_CRITICAL = 1 << 6,
} SipPrivacy;

#define SIP_TYPE_PRIVACY (sip_privacy_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_privacy_get_type (void);

G_END_DECLS
