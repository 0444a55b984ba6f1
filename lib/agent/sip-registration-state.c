/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-registration-state.h"

G_DEFINE_ENUM_TYPE (SipRegistrationState,
                    sip_registration_state,
                    G_DEFINE_ENUM_VALUE (SIP_REGISTRATION_STATE_UNREGISTERED, "unregistered"),
                    G_DEFINE_ENUM_VALUE (SIP_REGISTRATION_STATE_REGISTERING, "registering"),
                    G_DEFINE_ENUM_VALUE (SIP_REGISTRATION_STATE_REGISTERED, "registered"),
                    G_DEFINE_ENUM_VALUE (SIP_REGISTRATION_STATE_UNREGISTERING, "unregistering"),
                    G_DEFINE_ENUM_VALUE (SIP_REGISTRATION_STATE_FAILED, "failed"))
