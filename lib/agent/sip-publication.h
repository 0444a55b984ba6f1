/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-client-context.h"
#include "agent/sip-publication-state.h"
#include "agent/sip-publish-options.h"
#include "syntax/sip-name-addr.h"
#include "syntax/sip-request.h"

G_BEGIN_DECLS

#define SIP_TYPE_PUBLICATION (sip_publication_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipPublication, sip_publication, SIP, PUBLICATION, GObject)

SIP_AVAILABLE_IN_1_0
SipPublicationState sip_publication_get_state (SipPublication *self);

SIP_AVAILABLE_IN_1_0
const char *sip_publication_get_event (SipPublication *self);

SIP_AVAILABLE_IN_1_0
const char *sip_publication_get_etag (SipPublication *self);

SIP_AVAILABLE_IN_1_0
guint sip_publication_get_expires (SipPublication *self);

SIP_AVAILABLE_IN_1_0
const GError *sip_publication_get_error (SipPublication *self);

SIP_AVAILABLE_IN_1_0
SipRequest *sip_publication_get_request (SipPublication *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_publication_modify (SipPublication *self, const char *body, SipRequestOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_publication_refresh (SipPublication *self, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_publication_unpublish (SipPublication *self, GError **error);

G_END_DECLS
