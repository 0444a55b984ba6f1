/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

#define SIP_TYPE_REASON (sip_reason_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_reason_get_type (void);

typedef struct _SipReason SipReason;

SIP_AVAILABLE_IN_1_0
SipReason *sip_reason_parse (const char *text, GError **error);

SIP_AVAILABLE_IN_1_0
SipReason *sip_reason_ref (SipReason *self);

SIP_AVAILABLE_IN_1_0
void sip_reason_unref (SipReason *self);

SIP_AVAILABLE_IN_1_0
const char *sip_reason_get_protocol (SipReason *self);

SIP_AVAILABLE_IN_1_0
guint sip_reason_get_cause (SipReason *self);

SIP_AVAILABLE_IN_1_0
const char *sip_reason_get_text (SipReason *self);

SIP_AVAILABLE_IN_1_0
char *sip_reason_get_param (SipReason *self, const char *name);

SIP_AVAILABLE_IN_1_0
char *sip_reason_to_string (SipReason *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipReason, sip_reason_unref)

G_END_DECLS
