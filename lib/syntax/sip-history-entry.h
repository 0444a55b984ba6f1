/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-name-addr.h"
#include "syntax/sip-reason.h"

G_BEGIN_DECLS

#define SIP_TYPE_HISTORY_ENTRY (sip_history_entry_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_history_entry_get_type (void);

typedef struct _SipHistoryEntry SipHistoryEntry;

SIP_AVAILABLE_IN_1_0
SipHistoryEntry *sip_history_entry_parse (const char *text, GError **error);

SIP_AVAILABLE_IN_1_0
SipHistoryEntry *sip_history_entry_ref (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
void sip_history_entry_unref (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_history_entry_get_address (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
SipUri *sip_history_entry_get_uri (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
const char *sip_history_entry_get_index (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
const char *sip_history_entry_get_rc (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
const char *sip_history_entry_get_mp (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
const char *sip_history_entry_get_np (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
SipReason *sip_history_entry_get_reason (SipHistoryEntry *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_history_entry_is_private (SipHistoryEntry *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipHistoryEntry, sip_history_entry_unref)

G_END_DECLS
