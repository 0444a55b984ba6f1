/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-register-options.h"
#include "agent/sip-registration-state.h"
#include "agent/sip-session.h"
#include "syntax/sip-response.h"

G_BEGIN_DECLS

#define SIP_TYPE_REGISTRATION (sip_registration_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipRegistration, sip_registration, SIP, REGISTRATION, GObject)

SIP_AVAILABLE_IN_1_0
SipUserAgent *sip_registration_get_user_agent (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
const char *sip_registration_get_registrar (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
SipRegistrationState sip_registration_get_state (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
const GError *sip_registration_get_error (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
guint sip_registration_get_expires (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
guint sip_registration_get_retry_in (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
guint sip_registration_get_n_flows (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
const char *sip_registration_get_public_gruu (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
const char *sip_registration_get_temporary_gruu (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
const char *const *sip_registration_get_service_route (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
const char *const *sip_registration_get_contacts (SipRegistration *self);

SIP_AVAILABLE_IN_1_0
void sip_registration_register_async (SipRegistration    *self,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_registration_register_finish (SipRegistration *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_registration_unregister_async (SipRegistration    *self,
                                        gboolean            all,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_registration_unregister_finish (SipRegistration *self, GAsyncResult *result, GError **error);

G_END_DECLS
