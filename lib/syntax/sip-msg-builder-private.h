/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

/* A message while it is said, before anybody knows the flow that it leaves on: start line, header fields in order, body.
 * Sealing adds what only the flow knows (the topmost Via, our Contact) and Content-Length, and makes the SipMsg that is sent: the text
 * is written once, the index grows with it. A builder can be sealed again for another flow, or changed in between (a new CSeq, an
 * Authorization). */
typedef struct _SipMsgBuilder SipMsgBuilder;

SipMsgBuilder *sip_msg_builder_new_request (SipStr method, SipStr uri);
/* Via (all; the topmost with received= and rport= as sip_msg_set_received() has it), From, To, Call-ID, CSeq and, for 100, Timestamp
 * come from @request; @to_tag is added to To unless it has one already or @to_tag is NULL. @reason NULL: the phrase of RFC 3261 §21. */
SipMsgBuilder *sip_msg_builder_new_response (const SipMsg *request, guint status, const char *reason, const char *to_tag);
/* RFC 3261 §9.1 and §17.1.1.3: same Request-URI, Via, From, Call-ID, CSeq number, Route (and To; of the response for an ACK). */
SipMsgBuilder *sip_msg_builder_new_cancel (const SipMsg *invite);
SipMsgBuilder *sip_msg_builder_new_ack (const SipMsg *invite, const SipMsg *response);
void sip_msg_builder_free (SipMsgBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipMsgBuilder, sip_msg_builder_free)

SipMethod sip_msg_builder_get_method (SipMsgBuilder *self);
SipStr sip_msg_builder_get_uri (SipMsgBuilder *self);

/* The caller vouches for these: values that this library made. */
void sip_msg_builder_add (SipMsgBuilder *self, SipHeaderId id, SipStr value);
void sip_msg_builder_add_printf (SipMsgBuilder *self, SipHeaderId id, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* All fields of @id of @msg, as they stand (Record-Route of a response, Route of an ACK). */
void sip_msg_builder_copy (SipMsgBuilder *self, SipHeaderId id, const SipMsg *msg);
/* Removes every field of @id, then adds this one (p == NULL: only removes). */
void sip_msg_builder_replace (SipMsgBuilder *self, SipHeaderId id, SipStr value);
/* The value of the first field of @id; valid until the builder changes. */
SipStr sip_msg_builder_value (SipMsgBuilder *self, SipHeaderId id);

/* "Name: value" lines of an application: a CR, LF or NUL, an empty or malformed name is SIP_ERROR_INVALID_HEADER, naming it, and then
 * nothing of @lines was added. Headers that belong to the machine (Via, From, To, Call-ID, CSeq, Contact, Content-Length, Max-Forwards,
 * Route of a dialog) are refused in the same way; Contact and Route are not where @allow_routing. */
gboolean sip_msg_builder_add_lines (SipMsgBuilder *self, const char *const *lines, gboolean allow_routing, GError **error);

/* @content_type NULL with a NULL @body: no body. */
void sip_msg_builder_set_body (SipMsgBuilder *self, const char *content_type, GBytes *body);
SipStr sip_msg_builder_get_body (SipMsgBuilder *self);

/* @via and @contact: values of the header, or p == NULL for none. Via goes first, Contact after the fields. */
SipMsg *sip_msg_builder_seal (SipMsgBuilder *self, SipStr via, SipStr contact);
/* A response to @request. */
SipMsg *sip_msg_builder_seal_response (SipMsgBuilder *self, const SipMsg *request, SipStr contact);

/* The phrase of RFC 3261 §21 and its extensions for a status, "" where there is none. */
const char *sip_status_reason (guint status);

G_END_DECLS
