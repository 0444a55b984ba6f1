/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipRegistrationState:
 * @SIP_REGISTRATION_STATE_UNREGISTERED: nothing is registered, and nothing is wanted
 * @SIP_REGISTRATION_STATE_REGISTERING: the registrar has not answered yet, or there is no connection to it yet
 * @SIP_REGISTRATION_STATE_REGISTERED: calls for our address reach us; it is refreshed by itself
 * @SIP_REGISTRATION_STATE_UNREGISTERING: about to be removed
 * @SIP_REGISTRATION_STATE_FAILED: not registered, although that is wanted; it is tried again by itself where that makes sense
 *
 * Where a registration stands.
 */
typedef enum
{
  SIP_REGISTRATION_STATE_UNREGISTERED,
  SIP_REGISTRATION_STATE_REGISTERING,
  SIP_REGISTRATION_STATE_REGISTERED,
  SIP_REGISTRATION_STATE_UNREGISTERING,
  SIP_REGISTRATION_STATE_FAILED,
} SipRegistrationState;

#define SIP_TYPE_REGISTRATION_STATE (sip_registration_state_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_registration_state_get_type (void);

G_END_DECLS
