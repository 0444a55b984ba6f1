/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-reason.h"
#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* NULL where @value breaks the grammar. */
SipReason *sip_reason_new_from_str (SipStr value);

G_END_DECLS
