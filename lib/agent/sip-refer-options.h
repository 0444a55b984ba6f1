/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-request-options.h"

G_BEGIN_DECLS

#define SIP_TYPE_REFER_OPTIONS (sip_refer_options_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipReferOptions, sip_refer_options, SIP, REFER_OPTIONS, SipRequestOptions)

SIP_AVAILABLE_IN_1_0
SipReferOptions *sip_refer_options_new (void);

SIP_AVAILABLE_IN_1_0
gboolean sip_refer_options_get_active_after_transfer (SipReferOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_refer_options_set_active_after_transfer (SipReferOptions *self, gboolean active_after_transfer);

G_END_DECLS
