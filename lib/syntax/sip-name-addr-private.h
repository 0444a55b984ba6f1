/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-name-addr.h"
#include "syntax/sip-uri-private.h"

G_BEGIN_DECLS

/* A value from a slice of a message; NULL when it is no name-addr nor addr-spec ("*" is none). */
SipNameAddr *sip_name_addr_new_from_str (SipStr text);

G_END_DECLS
