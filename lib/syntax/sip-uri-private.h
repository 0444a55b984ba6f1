/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-uri.h"
#include "syntax/sip-views-private.h"

G_BEGIN_DECLS

/* A value from a slice of a message; NULL when it is no URI. */
SipUri *sip_uri_new_from_str (SipStr text);

/* The text as it was parsed or written: valid as long as @self. */
SipStr sip_uri_get_text (SipUri *self);

G_END_DECLS
