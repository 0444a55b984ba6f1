/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "events/sip-presence-tuple.h"

G_BEGIN_DECLS

/**
 * SIP_PRESENCE_TYPE:
 *
 * The media type of a presence document, PIDF (RFC 3863).
 */
#define SIP_PRESENCE_TYPE "application/pidf+xml"

#define SIP_TYPE_PRESENCE (sip_presence_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipPresence, sip_presence, SIP, PRESENCE, GObject)

SIP_AVAILABLE_IN_1_0
SipPresence *sip_presence_new (const char *entity);

SIP_AVAILABLE_IN_1_0
SipPresence *sip_presence_parse (GBytes *bytes, GError **error);

SIP_AVAILABLE_IN_1_0
GBytes *sip_presence_to_bytes (SipPresence *self);

SIP_AVAILABLE_IN_1_0
const char *sip_presence_get_entity (SipPresence *self);

SIP_AVAILABLE_IN_1_0
SipPresenceBasic sip_presence_get_basic (SipPresence *self);

SIP_AVAILABLE_IN_1_0
const char *sip_presence_get_note (SipPresence *self);

SIP_AVAILABLE_IN_1_0
void sip_presence_set_note (SipPresence *self, const char *note);

SIP_AVAILABLE_IN_1_0
const char *const *sip_presence_get_activities (SipPresence *self);

SIP_AVAILABLE_IN_1_0
void sip_presence_set_activities (SipPresence *self, const char *const *activities);

SIP_AVAILABLE_IN_1_0
GListModel *sip_presence_get_tuples (SipPresence *self);

SIP_AVAILABLE_IN_1_0
void sip_presence_add_tuple (SipPresence *self, SipPresenceTuple *tuple);

G_END_DECLS
