/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-srv-order-private.h"

G_BEGIN_DECLS

/* In which order an agent's servers are preferred: the heaviest first, those of one weight at random, and those without a weight, who are
 * as light as can be, as they are listed. */

#define SIP_SERVER_NO_WEIGHT (-1)

/* @weights: as many as @uris. (transfer full) */
char **sip_server_order (const char *const *uris, const gint *weights, SipRandomFunc random, gpointer user_data);

G_END_DECLS
