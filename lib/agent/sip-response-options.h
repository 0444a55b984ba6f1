/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-rel100.h"
#include "agent/sip-request-options.h"

G_BEGIN_DECLS

#define SIP_TYPE_RESPONSE_OPTIONS (sip_response_options_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipResponseOptions, sip_response_options, SIP, RESPONSE_OPTIONS, SipRequestOptions)

SIP_AVAILABLE_IN_1_0
SipResponseOptions *sip_response_options_new (void);

SIP_AVAILABLE_IN_1_0
guint sip_response_options_get_status_code (SipResponseOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_response_options_set_status_code (SipResponseOptions *self, guint status_code);

SIP_AVAILABLE_IN_1_0
const char *sip_response_options_get_reason_phrase (SipResponseOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_response_options_set_reason_phrase (SipResponseOptions *self, const char *reason_phrase);

SIP_AVAILABLE_IN_1_0
SipRel100 sip_response_options_get_rel100 (SipResponseOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_response_options_set_rel100 (SipResponseOptions *self, SipRel100 rel100);

G_END_DECLS
