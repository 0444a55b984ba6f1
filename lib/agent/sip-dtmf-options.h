/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-request-options.h"

G_BEGIN_DECLS

/**
 * SipDtmfMethod:
 * @SIP_DTMF_METHOD_INFO: an INFO for each tone, with a body of `application/dtmf-relay`
 * @SIP_DTMF_METHOD_RTP: in the media, as events of RFC 4733, where both sides can
 *
 * How a tone gets to the other side.
 */
typedef enum
{
  SIP_DTMF_METHOD_INFO,
  SIP_DTMF_METHOD_RTP,
} SipDtmfMethod;

#define SIP_TYPE_DTMF_METHOD (sip_dtmf_method_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_dtmf_method_get_type (void);

#define SIP_TYPE_DTMF_OPTIONS (sip_dtmf_options_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipDtmfOptions, sip_dtmf_options, SIP, DTMF_OPTIONS, SipRequestOptions)

SIP_AVAILABLE_IN_1_0
SipDtmfOptions *sip_dtmf_options_new (void);

SIP_AVAILABLE_IN_1_0
guint sip_dtmf_options_get_duration (SipDtmfOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_dtmf_options_set_duration (SipDtmfOptions *self, guint duration);

SIP_AVAILABLE_IN_1_0
guint sip_dtmf_options_get_inter_tone_gap (SipDtmfOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_dtmf_options_set_inter_tone_gap (SipDtmfOptions *self, guint inter_tone_gap);

SIP_AVAILABLE_IN_1_0
SipDtmfMethod sip_dtmf_options_get_method (SipDtmfOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_dtmf_options_set_method (SipDtmfOptions *self, SipDtmfMethod method);

G_END_DECLS
