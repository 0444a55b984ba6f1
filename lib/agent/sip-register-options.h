/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-request-options.h"

G_BEGIN_DECLS

#define SIP_TYPE_REGISTER_OPTIONS (sip_register_options_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipRegisterOptions, sip_register_options, SIP, REGISTER_OPTIONS, SipRequestOptions)

SIP_AVAILABLE_IN_1_0
SipRegisterOptions *sip_register_options_new (void);

SIP_AVAILABLE_IN_1_0
const char *sip_register_options_get_registrar (SipRegisterOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_register_options_set_registrar (SipRegisterOptions *self, const char *registrar);

SIP_AVAILABLE_IN_1_0
guint sip_register_options_get_expires (SipRegisterOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_register_options_set_expires (SipRegisterOptions *self, guint expires);

SIP_AVAILABLE_IN_1_0
const char *const *sip_register_options_get_extra_contact_params (SipRegisterOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_register_options_set_extra_contact_params (SipRegisterOptions *self, const char *const *params);

SIP_AVAILABLE_IN_1_0
gboolean sip_register_options_get_outbound (SipRegisterOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_register_options_set_outbound (SipRegisterOptions *self, gboolean outbound);

SIP_AVAILABLE_IN_1_0
gboolean sip_register_options_get_all (SipRegisterOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_register_options_set_all (SipRegisterOptions *self, gboolean all);

G_END_DECLS
