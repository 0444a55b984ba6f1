/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "agent/sip-rel100.h"
#include "agent/sip-request-options.h"

G_BEGIN_DECLS

#define SIP_TYPE_INVITE_OPTIONS (sip_invite_options_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipInviteOptions, sip_invite_options, SIP, INVITE_OPTIONS, SipRequestOptions)

SIP_AVAILABLE_IN_1_0
SipInviteOptions *sip_invite_options_new (void);

SIP_AVAILABLE_IN_1_0
gboolean sip_invite_options_get_invite_without_sdp (SipInviteOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_invite_options_set_invite_without_sdp (SipInviteOptions *self, gboolean invite_without_sdp);

SIP_AVAILABLE_IN_1_0
GVariant *sip_invite_options_get_session_description_handler_options (SipInviteOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_invite_options_set_session_description_handler_options (SipInviteOptions *self, GVariant *options);

SIP_AVAILABLE_IN_1_0
GListModel *sip_invite_options_get_modifiers (SipInviteOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_invite_options_set_modifiers (SipInviteOptions *self, GListModel *modifiers);

SIP_AVAILABLE_IN_1_0
SipRel100 sip_invite_options_get_rel100 (SipInviteOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_invite_options_set_rel100 (SipInviteOptions *self, SipRel100 rel100);

SIP_AVAILABLE_IN_1_0
gboolean sip_invite_options_get_early_media (SipInviteOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_invite_options_set_early_media (SipInviteOptions *self, gboolean early_media);

SIP_AVAILABLE_IN_1_0
const char *sip_invite_options_get_replaces (SipInviteOptions *self);

SIP_AVAILABLE_IN_1_0
void sip_invite_options_set_replaces (SipInviteOptions *self, const char *replaces);

G_END_DECLS
