/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-views-private.h"

G_BEGIN_DECLS

/* Walks a list of "name" and "name=value": sip_params_next () for parameters, sip_uri_headers_next () for what follows the '?'. */
typedef gboolean (*SipUriListFunc) (SipStr *rest, SipStr *name, SipStr *value);

gboolean sip_uri_headers_next (SipStr *rest, SipStr *name, SipStr *value);

/* The first item called @wanted, plain or escaped, in any case. */
gboolean sip_uri_list_find (SipStr list, SipUriListFunc next, SipStr wanted, SipStr *value);

/* Whether it is a tel URI; its number, and its parameters without the first ';' (p == NULL: none). */
gboolean sip_uri_view_is_tel (const SipUriView *view, SipStr *number, SipStr *params);

/* Whether two URIs are equivalent: RFC 3261 §19.1.4 and RFC 5954 §4.2 for sip and sips, RFC 3966 §4 for tel, as text for others. */
gboolean sip_uri_view_equal (const SipUriView *a, const SipUriView *b);

G_END_DECLS
