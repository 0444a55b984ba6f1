/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "events/sip-dialog-info-entry.h"
#include "events/sip-xml-private.h"

G_BEGIN_DECLS

#define SIP_DIALOG_INFO_SPACE "urn:ietf:params:xml:ns:dialog-info"

/* One <dialog> element (RFC 4235 §4.1.2): NULL where it has no id or no state that is known. */
SipDialogInfoEntry *sip_dialog_info_entry_new_for_node (const xmlNode *node);
void sip_dialog_info_entry_append (SipDialogInfoEntry *self, GString *xml);

G_END_DECLS
