/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-header-id-private.h"

G_BEGIN_DECLS

/* Typed looks at one value of a header: slices on the message's bytes, no allocation, valid as long as those bytes.
 * Every function answers FALSE on a value that breaks the grammar of RFC 3261 §25; what it then left in the view is undefined. */

/* sip, sips: all parts. Any other scheme: only scheme and opaque (what follows the colon). */
typedef struct
{
  SipStr whole;
  SipStr scheme;
  SipStr user;      /* still escaped; p == NULL when there is none */
  SipStr password;
  SipStr host;      /* without the brackets of an IPv6 reference */
  SipStr params;    /* without the first ';' */
  SipStr headers;   /* without the '?' */
  SipStr opaque;
  guint16 port;     /* 0: none given */
  guint8 is_sip;    /* sip or sips */
  guint8 is_sips;
  guint8 is_ipv6;
} SipUriView;

gboolean sip_uri_view_parse (SipUriView *view, SipStr text);
/* Where the URI at @p ends, in a text that begins at @begin; NULL where there is none. */
const char *sip_uri_scan (const char *begin, const char *p, const char *end);

/* The value of ";name=value" or ";name" in a parameter list that starts after or at a ';'. Names are case-insensitive. A quoted
 * value comes with its quotes. Answers FALSE when there is none; @value (optional) has p == NULL when there is no '='. */
gboolean sip_params_find (SipStr params, const char *name, SipStr *value);
/* Iterates: *rest starts as the list. */
gboolean sip_params_next (SipStr *rest, SipStr *name, SipStr *value);

/* From, To, Contact, Route, Record-Route, Refer-To, P-Asserted-Identity, ... */
typedef struct
{
  SipStr display;   /* as on the wire: a quoted string keeps quotes and escapes; p == NULL when there is none */
  SipStr uri;       /* without the angle brackets */
  SipStr params;    /* header parameters, without the first ';' */
  SipStr tag;       /* the tag parameter; p == NULL when there is none */
  guint16 n_params;
  guint8 is_star;   /* Contact: * */
} SipNameAddrView;

gboolean sip_name_addr_view_parse (SipNameAddrView *view, SipStr text);

typedef struct
{
  SipStr protocol;  /* "SIP/2.0" as written */
  SipStr transport; /* "UDP" */
  SipStr host;      /* without brackets */
  SipStr params;
  SipStr branch;    /* p == NULL when there is none (RFC 2543) */
  SipStr received;
  SipStr sent_by;   /* host[:port] as written, with brackets */
  guint16 port;     /* 0: none given */
  guint16 rport;    /* 0: no value */
  guint16 n_params;
  guint8 has_rport;
  guint8 is_ipv6;
} SipViaView;

gboolean sip_via_view_parse (SipViaView *view, SipStr text);

typedef struct
{
  SipStr method_name;
  guint32 number;   /* below 2^31 (RFC 3261 §8.1.1.5) */
  SipMethod method;
} SipCSeqView;

gboolean sip_cseq_view_parse (SipCSeqView *view, SipStr text);

/* Event, Subscription-State: a token and its parameters (@params without the first ';'). */
gboolean sip_token_view_parse (SipStr text, SipStr *token, SipStr *params);

/* Takes the next of a comma-joined list of values off *rest, trimmed; knows quotes, angle brackets and comments. */
gboolean sip_values_next (SipStr *rest, SipStr *value);

G_END_DECLS
