/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipDirection:
 * @SIP_DIRECTION_OUTGOING: we began it
 * @SIP_DIRECTION_INCOMING: the other side began it
 *
 * Who began something.
 */
typedef enum
{
  SIP_DIRECTION_OUTGOING,
  SIP_DIRECTION_INCOMING,
} SipDirection;

#define SIP_TYPE_DIRECTION (sip_direction_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_direction_get_type (void);

G_END_DECLS
