/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-request-options.h"

G_BEGIN_DECLS

#define SIP_TYPE_SUBSCRIBE_OPTIONS (sip_subscribe_options_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipSubscribeOptions, sip_subscribe_options, SIP, SUBSCRIBE_OPTIONS, SipRequestOptions)

SIP_AVAILABLE_IN_1_0
SipSubscribeOptions *sip_subscribe_options_new (void);

SIP_AVAILABLE_IN_1_0
guint sip_subscribe_options_get_expires (SipSubscribeOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_subscribe_options_set_expires (SipSubscribeOptions *self, guint expires);

SIP_AVAILABLE_IN_1_0
const char *const *sip_subscribe_options_get_accept (SipSubscribeOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_subscribe_options_set_accept (SipSubscribeOptions *self, const char *const *accept);

SIP_AVAILABLE_IN_1_0
gboolean sip_subscribe_options_get_resubscribe (SipSubscribeOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_subscribe_options_set_resubscribe (SipSubscribeOptions *self, gboolean resubscribe);

G_END_DECLS
