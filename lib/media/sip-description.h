/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "syntax/sip-macros.h"

G_BEGIN_DECLS

/**
 * SipDescriptionType:
 * @SIP_DESCRIPTION_OFFER: proposes a session
 * @SIP_DESCRIPTION_ANSWER: accepts a proposal
 * @SIP_DESCRIPTION_PRANSWER: accepts a proposal for now, until the answer comes: what a provisional response says that nobody acknowledges
 *
 * The part that a description plays in an exchange (RFC 3264).
 */
typedef enum
{
  SIP_DESCRIPTION_OFFER,
  SIP_DESCRIPTION_ANSWER,
  SIP_DESCRIPTION_PRANSWER,
} SipDescriptionType;

#define SIP_TYPE_DESCRIPTION_TYPE (sip_description_type_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_description_type_get_type (void);

#define SIP_TYPE_DESCRIPTION (sip_description_get_type ())

typedef struct _SipDescription SipDescription;

SIP_AVAILABLE_IN_1_0
GType sip_description_get_type (void);

SIP_AVAILABLE_IN_1_0
SipDescription *sip_description_new (SipDescriptionType type, const char *content_type, GBytes *body);

SIP_AVAILABLE_IN_1_0
SipDescription *sip_description_new_from_text (SipDescriptionType type, const char *content_type, const char *text);

SIP_AVAILABLE_IN_1_0
SipDescription *sip_description_ref (SipDescription *self);

SIP_AVAILABLE_IN_1_0
void sip_description_unref (SipDescription *self);

SIP_AVAILABLE_IN_1_0
SipDescriptionType sip_description_get_description_type (SipDescription *self);

SIP_AVAILABLE_IN_1_0
const char *sip_description_get_content_type (SipDescription *self);

SIP_AVAILABLE_IN_1_0
GBytes *sip_description_get_body (SipDescription *self);

SIP_AVAILABLE_IN_1_0
char *sip_description_to_text (SipDescription *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipDescription, sip_description_unref)

G_END_DECLS
