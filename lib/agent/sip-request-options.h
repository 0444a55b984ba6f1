/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-macros.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define SIP_TYPE_REQUEST_OPTIONS (sip_request_options_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipRequestOptions, sip_request_options, SIP, REQUEST_OPTIONS, GObject)

SIP_AVAILABLE_IN_1_0
SipRequestOptions *sip_request_options_new (void);

SIP_AVAILABLE_IN_1_0
const char *const *sip_request_options_get_extra_headers (SipRequestOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_request_options_set_extra_headers (SipRequestOptions *self, const char *const *extra_headers);

SIP_AVAILABLE_IN_1_0
GBytes *sip_request_options_get_body (SipRequestOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_request_options_set_body (SipRequestOptions *self, GBytes *body);

SIP_AVAILABLE_IN_1_0
const char *sip_request_options_get_content_type (SipRequestOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_request_options_set_content_type (SipRequestOptions *self, const char *content_type);

SIP_AVAILABLE_IN_1_0
gboolean sip_request_options_get_anonymous (SipRequestOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_request_options_set_anonymous (SipRequestOptions *self, gboolean anonymous);

G_END_DECLS
