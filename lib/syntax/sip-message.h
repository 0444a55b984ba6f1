/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "syntax/sip-history-entry.h"
#include "syntax/sip-name-addr.h"
#include "syntax/sip-privacy.h"

G_BEGIN_DECLS

#define SIP_TYPE_MESSAGE (sip_message_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipMessage, sip_message, SIP, MESSAGE, GObject)

SIP_AVAILABLE_IN_1_0
SipMessage *sip_message_parse (GBytes *bytes, GError **error);

SIP_AVAILABLE_IN_1_0
char *sip_message_get_header (SipMessage *self, const char *name);

SIP_AVAILABLE_IN_1_0
char **sip_message_get_headers (SipMessage *self, const char *name);

SIP_AVAILABLE_IN_1_0
gboolean sip_message_has_header (SipMessage *self, const char *name);

SIP_AVAILABLE_IN_1_0
char **sip_message_list_header_names (SipMessage *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_message_get_address (SipMessage *self, const char *name, GError **error);

SIP_AVAILABLE_IN_1_0
GPtrArray *sip_message_get_asserted_identities (SipMessage *self);

SIP_AVAILABLE_IN_1_0
GPtrArray *sip_message_get_preferred_identities (SipMessage *self);

SIP_AVAILABLE_IN_1_0
SipPrivacy sip_message_get_privacy (SipMessage *self);

SIP_AVAILABLE_IN_1_0
GPtrArray *sip_message_get_reasons (SipMessage *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_message_is_completed_elsewhere (SipMessage *self);

SIP_AVAILABLE_IN_1_0
GPtrArray *sip_message_get_history_info (SipMessage *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_message_get_from (SipMessage *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_message_get_to (SipMessage *self);

SIP_AVAILABLE_IN_1_0
const char *sip_message_get_call_id (SipMessage *self);

SIP_AVAILABLE_IN_1_0
guint sip_message_get_cseq (SipMessage *self);

SIP_AVAILABLE_IN_1_0
const char *sip_message_get_method (SipMessage *self);

SIP_AVAILABLE_IN_1_0
const char *sip_message_get_content_type (SipMessage *self);

SIP_AVAILABLE_IN_1_0
GBytes *sip_message_get_body (SipMessage *self);

SIP_AVAILABLE_IN_1_0
GBytes *sip_message_to_bytes (SipMessage *self);

SIP_AVAILABLE_IN_1_0
char *sip_message_to_string (SipMessage *self);

G_END_DECLS
