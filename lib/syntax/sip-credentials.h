/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-digest-algorithm.h"

G_BEGIN_DECLS

#define SIP_TYPE_CREDENTIALS (sip_credentials_get_type ())

typedef struct _SipCredentials SipCredentials;

SIP_AVAILABLE_IN_1_0
GType sip_credentials_get_type (void);

SIP_AVAILABLE_IN_1_0
SipCredentials *sip_credentials_new (const char *username, const char *password, const char *realm);

SIP_AVAILABLE_IN_1_0
SipCredentials *sip_credentials_new_for_ha1 (const char *username, const char *realm, SipDigestAlgorithm algorithm, const char *ha1);

SIP_AVAILABLE_IN_1_0
SipCredentials *sip_credentials_ref (SipCredentials *self);

SIP_AVAILABLE_IN_1_0
void sip_credentials_unref (SipCredentials *self);

SIP_AVAILABLE_IN_1_0
const char *sip_credentials_get_username (SipCredentials *self);

SIP_AVAILABLE_IN_1_0
const char *sip_credentials_get_realm (SipCredentials *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipCredentials, sip_credentials_unref)

G_END_DECLS
