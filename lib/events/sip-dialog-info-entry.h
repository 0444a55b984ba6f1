/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipDialogInfoState:
 * @SIP_DIALOG_INFO_STATE_TRYING: asked for
 * @SIP_DIALOG_INFO_STATE_PROCEEDING: on its way
 * @SIP_DIALOG_INFO_STATE_EARLY: it rings
 * @SIP_DIALOG_INFO_STATE_CONFIRMED: they talk
 * @SIP_DIALOG_INFO_STATE_TERMINATED: over
 *
 * How far a call of somebody's is (RFC 4235 §3.7.1).
 */
typedef enum
{
  SIP_DIALOG_INFO_STATE_TRYING,
  SIP_DIALOG_INFO_STATE_PROCEEDING,
  SIP_DIALOG_INFO_STATE_EARLY,
  SIP_DIALOG_INFO_STATE_CONFIRMED,
  SIP_DIALOG_INFO_STATE_TERMINATED,
} SipDialogInfoState;

#define SIP_TYPE_DIALOG_INFO_STATE (sip_dialog_info_state_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_dialog_info_state_get_type (void);

/**
 * SipDialogInfoDirection:
 * @SIP_DIALOG_INFO_DIRECTION_UNKNOWN: it is not told
 * @SIP_DIALOG_INFO_DIRECTION_INITIATOR: they call
 * @SIP_DIALOG_INFO_DIRECTION_RECIPIENT: they are called
 *
 * Who began a call of somebody's.
 */
typedef enum
{
  SIP_DIALOG_INFO_DIRECTION_UNKNOWN,
  SIP_DIALOG_INFO_DIRECTION_INITIATOR,
  SIP_DIALOG_INFO_DIRECTION_RECIPIENT,
} SipDialogInfoDirection;

#define SIP_TYPE_DIALOG_INFO_DIRECTION (sip_dialog_info_direction_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_dialog_info_direction_get_type (void);

#define SIP_TYPE_DIALOG_INFO_ENTRY (sip_dialog_info_entry_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipDialogInfoEntry, sip_dialog_info_entry, SIP, DIALOG_INFO_ENTRY, GObject)

SIP_AVAILABLE_IN_1_0
SipDialogInfoEntry *sip_dialog_info_entry_new (const char *id, SipDialogInfoState state, SipDialogInfoDirection direction);

SIP_AVAILABLE_IN_1_0
const char *sip_dialog_info_entry_get_id (SipDialogInfoEntry *self);

SIP_AVAILABLE_IN_1_0
SipDialogInfoState sip_dialog_info_entry_get_state (SipDialogInfoEntry *self);

SIP_AVAILABLE_IN_1_0
SipDialogInfoDirection sip_dialog_info_entry_get_direction (SipDialogInfoEntry *self);

SIP_AVAILABLE_IN_1_0
const char *sip_dialog_info_entry_get_remote_identity (SipDialogInfoEntry *self);

SIP_AVAILABLE_IN_1_0
const char *sip_dialog_info_entry_get_remote_display_name (SipDialogInfoEntry *self);

SIP_AVAILABLE_IN_1_0
char *sip_dialog_info_entry_get_replaces (SipDialogInfoEntry *self);

G_END_DECLS
