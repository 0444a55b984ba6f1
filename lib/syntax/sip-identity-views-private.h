/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-views-private.h"

G_BEGIN_DECLS

/* Looks at headers that say who somebody is and why something happened: slices of the value, as in sip-views-private.h. */

/* Reason (RFC 3326): SIP;cause=200;text="Call completed elsewhere" */
typedef struct
{
  SipStr protocol;
  SipStr text;    /* as on the wire, with quotes and escapes; p == NULL when there is none */
  SipStr params;
  guint16 cause;  /* 0: none given, or none that is a number */
} SipReasonView;

gboolean sip_reason_view_parse (SipReasonView *view, SipStr value);

/* One entry of History-Info (RFC 7044 §5): <sip:bob@example.com?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1 */
typedef struct
{
  SipStr uri;     /* with its headers */
  SipStr params;
  SipStr index;   /* "1.1"; p == NULL when it is missing: RFC 4244 and what broke it */
  SipStr rc;      /* index of the entry whose target this one replaced; p == NULL when that is not how it came about */
  SipStr mp;
  SipStr np;
} SipHistoryView;

gboolean sip_history_view_parse (SipHistoryView *view, SipStr value);

/* The next priv-value of Privacy (RFC 3323 §4.2): a semicolon joins them, in practice a comma as well. */
gboolean sip_privacy_next (SipStr *rest, SipStr *value);

/* What a quoted string says, or anything else as it is: valid UTF-8, in one line. NULL where there is nothing. */
char *sip_text_unquote (SipStr text);

G_END_DECLS
