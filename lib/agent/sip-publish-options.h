/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-request-options.h"

G_BEGIN_DECLS

#define SIP_TYPE_PUBLISH_OPTIONS (sip_publish_options_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipPublishOptions, sip_publish_options, SIP, PUBLISH_OPTIONS, SipRequestOptions)

SIP_AVAILABLE_IN_1_0
SipPublishOptions *sip_publish_options_new (void);

SIP_AVAILABLE_IN_1_0
guint sip_publish_options_get_expires (SipPublishOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_publish_options_set_expires (SipPublishOptions *self, guint expires);

SIP_AVAILABLE_IN_1_0
gboolean sip_publish_options_get_unpublish_on_close (SipPublishOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_publish_options_set_unpublish_on_close (SipPublishOptions *self, gboolean unpublish_on_close);

G_END_DECLS
