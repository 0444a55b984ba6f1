/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-uri.h"

G_BEGIN_DECLS

#define SIP_TYPE_NAME_ADDR (sip_name_addr_get_type ())

typedef struct _SipNameAddr SipNameAddr;

SIP_AVAILABLE_IN_1_0
GType sip_name_addr_get_type (void);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_name_addr_parse (const char *text, GError **error);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_name_addr_new (const char *display_name, SipUri *uri);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_name_addr_ref (SipNameAddr *self);

SIP_AVAILABLE_IN_1_0
void sip_name_addr_unref (SipNameAddr *self);

SIP_AVAILABLE_IN_1_0
const char *sip_name_addr_get_display_name (SipNameAddr *self);

SIP_AVAILABLE_IN_1_0
SipUri *sip_name_addr_get_uri (SipNameAddr *self);

SIP_AVAILABLE_IN_1_0
char *sip_name_addr_get_param (SipNameAddr *self, const char *name);

SIP_AVAILABLE_IN_1_0
gboolean sip_name_addr_has_param (SipNameAddr *self, const char *name);

SIP_AVAILABLE_IN_1_0
char *sip_name_addr_get_friendly_name (SipNameAddr *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_name_addr_equal (SipNameAddr *self, SipNameAddr *other);

SIP_AVAILABLE_IN_1_0
char *sip_name_addr_to_string (SipNameAddr *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipNameAddr, sip_name_addr_unref)

G_END_DECLS
