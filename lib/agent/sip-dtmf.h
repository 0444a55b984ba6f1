/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-direction.h"
#include "syntax/sip-request.h"

G_BEGIN_DECLS

#define SIP_TYPE_DTMF (sip_dtmf_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipDtmf, sip_dtmf, SIP, DTMF, GObject)

SIP_AVAILABLE_IN_1_0
const char *sip_dtmf_get_tone (SipDtmf *self);

SIP_AVAILABLE_IN_1_0
guint sip_dtmf_get_duration (SipDtmf *self);

SIP_AVAILABLE_IN_1_0
guint sip_dtmf_get_inter_tone_gap (SipDtmf *self);

SIP_AVAILABLE_IN_1_0
SipDirection sip_dtmf_get_direction (SipDtmf *self);

SIP_AVAILABLE_IN_1_0
SipRequest *sip_dtmf_get_request (SipDtmf *self);

G_END_DECLS
