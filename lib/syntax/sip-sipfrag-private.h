/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* A body of type message/sipfrag (RFC 3420) as the refer package uses it: a status line, and what else of the response the other side cares to
 * tell (RFC 3515 §2.4.5). A slice of the body, valid as long as it. */
typedef struct
{
  guint16 status; /* 100–699 */
  SipStr reason;  /* trimmed; valid UTF-8 without control characters, maybe empty */
} SipSipfragView;

/* The longest body and the longest reason phrase that are looked at. */
#define SIP_SIPFRAG_MAX 16384
#define SIP_SIPFRAG_REASON_MAX 256

/* FALSE where it does not begin with a status line of SIP/2.0, or where what follows it are no header fields. */
gboolean sip_sipfrag_view_parse (SipSipfragView *view, SipStr body);

/* The body that says @status, with the line's end. @reason NULL: the phrase of RFC 3261 §21. A phrase that no line may hold is left out. */
char *sip_sipfrag_new (guint status, const char *reason);

/* Whether a Content-Type is message/sipfrag, whatever its parameters. */
gboolean sip_sipfrag_is_type (SipStr content_type);

G_END_DECLS
