/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

#define SIP_TYPE_URI (sip_uri_get_type ())

typedef struct _SipUri SipUri;

SIP_AVAILABLE_IN_1_0
GType sip_uri_get_type (void);

SIP_AVAILABLE_IN_1_0
SipUri *sip_uri_parse (const char *text, GError **error);

SIP_AVAILABLE_IN_1_0
SipUri *sip_uri_new (const char *scheme, const char *user, const char *host, int port, GError **error);

SIP_AVAILABLE_IN_1_0
SipUri *sip_uri_ref (SipUri *self);

SIP_AVAILABLE_IN_1_0
void sip_uri_unref (SipUri *self);

SIP_AVAILABLE_IN_1_0
const char *sip_uri_get_scheme (SipUri *self);

SIP_AVAILABLE_IN_1_0
const char *sip_uri_get_user (SipUri *self);

SIP_AVAILABLE_IN_1_0
const char *sip_uri_get_password (SipUri *self);

SIP_AVAILABLE_IN_1_0
const char *sip_uri_get_host (SipUri *self);

SIP_AVAILABLE_IN_1_0
int sip_uri_get_port (SipUri *self);

SIP_AVAILABLE_IN_1_0
const char *sip_uri_get_opaque (SipUri *self);

SIP_AVAILABLE_IN_1_0
char *sip_uri_get_param (SipUri *self, const char *name);

SIP_AVAILABLE_IN_1_0
gboolean sip_uri_has_param (SipUri *self, const char *name);

SIP_AVAILABLE_IN_1_0
char *sip_uri_get_header (SipUri *self, const char *name);

SIP_AVAILABLE_IN_1_0
SipUri *sip_uri_with_param (SipUri *self, const char *name, const char *value, GError **error);

SIP_AVAILABLE_IN_1_0
SipUri *sip_uri_with_header (SipUri *self, const char *name, const char *value, GError **error);

SIP_AVAILABLE_IN_1_0
SipUri *sip_uri_to_address_of_record (SipUri *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_uri_equal (SipUri *self, SipUri *other);

SIP_AVAILABLE_IN_1_0
char *sip_uri_to_string (SipUri *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipUri, sip_uri_unref)

G_END_DECLS
