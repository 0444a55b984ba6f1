/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib-object.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipPresenceBasic:
 * @SIP_PRESENCE_BASIC_UNKNOWN: nothing is said
 * @SIP_PRESENCE_BASIC_CLOSED: not to be reached
 * @SIP_PRESENCE_BASIC_OPEN: to be reached
 *
 * Whether somebody can be reached (RFC 3863 §4.1.4).
 */
typedef enum
{
  SIP_PRESENCE_BASIC_UNKNOWN,
  SIP_PRESENCE_BASIC_CLOSED,
  SIP_PRESENCE_BASIC_OPEN,
} SipPresenceBasic;

#define SIP_TYPE_PRESENCE_BASIC (sip_presence_basic_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_presence_basic_get_type (void);

#define SIP_TYPE_PRESENCE_TUPLE (sip_presence_tuple_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipPresenceTuple, sip_presence_tuple, SIP, PRESENCE_TUPLE, GObject)

SIP_AVAILABLE_IN_1_0
SipPresenceTuple *sip_presence_tuple_new (const char *id, SipPresenceBasic basic, const char *contact);

SIP_AVAILABLE_IN_1_0
const char *sip_presence_tuple_get_id (SipPresenceTuple *self);

SIP_AVAILABLE_IN_1_0
SipPresenceBasic sip_presence_tuple_get_basic (SipPresenceTuple *self);

SIP_AVAILABLE_IN_1_0
const char *sip_presence_tuple_get_contact (SipPresenceTuple *self);

SIP_AVAILABLE_IN_1_0
double sip_presence_tuple_get_priority (SipPresenceTuple *self);

SIP_AVAILABLE_IN_1_0
const char *sip_presence_tuple_get_note (SipPresenceTuple *self);

SIP_AVAILABLE_IN_1_0
const char *const *sip_presence_tuple_get_activities (SipPresenceTuple *self);

SIP_AVAILABLE_IN_1_0
GDateTime *sip_presence_tuple_get_timestamp (SipPresenceTuple *self);

G_END_DECLS
