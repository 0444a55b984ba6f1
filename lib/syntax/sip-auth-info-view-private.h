/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* Authentication-Info and Proxy-Authentication-Info (RFC 7616 §3.5, RFC 7615): what a server says to an answer that it took. Slices on the value; each has
 * p == NULL where there is none. */
typedef struct
{
  SipStr next_nonce; /* between its quotes, escapes as they are; so are the next ones */
  SipStr rspauth;
  SipStr cnonce;
  SipStr qop;
  SipStr nc;
} SipAuthInfoView;

/* FALSE: it breaks the grammar, or says something twice. */
gboolean sip_auth_info_view_parse (SipAuthInfoView *view, SipStr value);

G_END_DECLS
