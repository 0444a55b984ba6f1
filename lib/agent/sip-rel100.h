/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipRel100:
 * @SIP_REL100_UNSUPPORTED: they are not spoken of
 * @SIP_REL100_SUPPORTED: they are understood
 * @SIP_REL100_REQUIRED: the other side must understand them
 *
 * Whether provisional responses are delivered reliably (RFC 3262).
 */
typedef enum
{
  SIP_REL100_UNSUPPORTED,
  SIP_REL100_SUPPORTED,
  SIP_REL100_REQUIRED,
} SipRel100;

#define SIP_TYPE_REL100 (sip_rel100_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_rel100_get_type (void);

G_END_DECLS
