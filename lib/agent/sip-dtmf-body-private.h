/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

/* A tone as an INFO carries it. There is no RFC for it: `application/dtmf-relay` is what gateways made of it, `application/dtmf` is the tone alone. */

#define SIP_DTMF_RELAY "application/dtmf-relay"
#define SIP_DTMF_PLAIN "application/dtmf"
#define SIP_DTMF_ACCEPT SIP_DTMF_RELAY ", " SIP_DTMF_PLAIN

/* ms */
#define SIP_DTMF_MIN_DURATION 70
#define SIP_DTMF_MAX_DURATION 6000
#define SIP_DTMF_DEFAULT_DURATION 100
#define SIP_DTMF_MIN_GAP 50
#define SIP_DTMF_DEFAULT_GAP 500
#define SIP_DTMF_PAUSE 2000

typedef struct
{
  char tone;
  guint duration;
} SipDtmfBody;

/* The upper-case symbol of @c, or 0 where it is none of 0-9 A-D # *. */
char sip_dtmf_symbol (char c);
/* Whether the media type (parameters allowed) is one of the two. */
gboolean sip_dtmf_body_is_type (SipStr content_type);
/* FALSE where the text says no tone. */
gboolean sip_dtmf_body_parse (SipStr content_type, SipStr text, SipDtmfBody *body);
char *sip_dtmf_body_to_string (const SipDtmfBody *body);

G_END_DECLS
