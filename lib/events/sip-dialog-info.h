/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "events/sip-dialog-info-entry.h"

G_BEGIN_DECLS

/**
 * SIP_DIALOG_INFO_TYPE:
 *
 * The media type of a dialog-info document (RFC 4235).
 */
#define SIP_DIALOG_INFO_TYPE "application/dialog-info+xml"

#define SIP_TYPE_DIALOG_INFO (sip_dialog_info_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipDialogInfo, sip_dialog_info, SIP, DIALOG_INFO, GObject)

SIP_AVAILABLE_IN_1_0
SipDialogInfo *sip_dialog_info_new (const char *entity, guint version, gboolean full);

SIP_AVAILABLE_IN_1_0
SipDialogInfo *sip_dialog_info_parse (GBytes *bytes, GError **error);

SIP_AVAILABLE_IN_1_0
GBytes *sip_dialog_info_to_bytes (SipDialogInfo *self);

SIP_AVAILABLE_IN_1_0
SipDialogInfo *sip_dialog_info_update (SipDialogInfo *self, SipDialogInfo *update, GError **error);

SIP_AVAILABLE_IN_1_0
const char *sip_dialog_info_get_entity (SipDialogInfo *self);

SIP_AVAILABLE_IN_1_0
guint sip_dialog_info_get_version (SipDialogInfo *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_dialog_info_get_full (SipDialogInfo *self);

SIP_AVAILABLE_IN_1_0
GListModel *sip_dialog_info_get_dialogs (SipDialogInfo *self);

SIP_AVAILABLE_IN_1_0
void sip_dialog_info_add_dialog (SipDialogInfo *self, SipDialogInfoEntry *entry);

G_END_DECLS
