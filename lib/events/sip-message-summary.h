/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SIP_MESSAGE_SUMMARY_TYPE:
 *
 * The media type of a message summary (RFC 3842).
 */
#define SIP_MESSAGE_SUMMARY_TYPE "application/simple-message-summary"

/**
 * SipMessageContext:
 * @SIP_MESSAGE_CONTEXT_VOICE: spoken
 * @SIP_MESSAGE_CONTEXT_VIDEO: with pictures
 * @SIP_MESSAGE_CONTEXT_FAX: a fax
 * @SIP_MESSAGE_CONTEXT_PAGER: a short text
 * @SIP_MESSAGE_CONTEXT_MULTIMEDIA: of several kinds
 * @SIP_MESSAGE_CONTEXT_TEXT: mail
 * @SIP_MESSAGE_CONTEXT_NONE: of no kind that is told
 *
 * What kind a waiting message is of (RFC 3458 §6).
 */
typedef enum
{
  SIP_MESSAGE_CONTEXT_VOICE,
  SIP_MESSAGE_CONTEXT_VIDEO,
  SIP_MESSAGE_CONTEXT_FAX,
  SIP_MESSAGE_CONTEXT_PAGER,
  SIP_MESSAGE_CONTEXT_MULTIMEDIA,
  SIP_MESSAGE_CONTEXT_TEXT,
  SIP_MESSAGE_CONTEXT_NONE,
} SipMessageContext;

#define SIP_TYPE_MESSAGE_CONTEXT (sip_message_context_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_message_context_get_type (void);

#define SIP_TYPE_MESSAGE_SUMMARY (sip_message_summary_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipMessageSummary, sip_message_summary, SIP, MESSAGE_SUMMARY, GObject)

SIP_AVAILABLE_IN_1_0
SipMessageSummary *sip_message_summary_new (gboolean messages_waiting, const char *account);

SIP_AVAILABLE_IN_1_0
SipMessageSummary *sip_message_summary_parse (GBytes *bytes, GError **error);

SIP_AVAILABLE_IN_1_0
GBytes *sip_message_summary_to_bytes (SipMessageSummary *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_message_summary_get_messages_waiting (SipMessageSummary *self);

SIP_AVAILABLE_IN_1_0
const char *sip_message_summary_get_account (SipMessageSummary *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_message_summary_has_context (SipMessageSummary *self, SipMessageContext context);

SIP_AVAILABLE_IN_1_0
guint sip_message_summary_get_new_messages (SipMessageSummary *self, SipMessageContext context);

SIP_AVAILABLE_IN_1_0
guint sip_message_summary_get_old_messages (SipMessageSummary *self, SipMessageContext context);

SIP_AVAILABLE_IN_1_0
guint sip_message_summary_get_new_urgent_messages (SipMessageSummary *self, SipMessageContext context);

SIP_AVAILABLE_IN_1_0
guint sip_message_summary_get_old_urgent_messages (SipMessageSummary *self, SipMessageContext context);

SIP_AVAILABLE_IN_1_0
void sip_message_summary_set_counts (SipMessageSummary *self,
                                     SipMessageContext  context,
                                     guint              new_messages,
                                     guint              old_messages,
                                     guint              new_urgent_messages,
                                     guint              old_urgent_messages);

G_END_DECLS
