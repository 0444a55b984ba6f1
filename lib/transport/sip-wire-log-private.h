/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-flow-private.h"

G_BEGIN_DECLS

/* Whole messages as debug lines of the domain "Sip-Wire", with every credential and key masked. Costs a look at one flag while nobody
 * listens. */
void sip_wire_log_sent (SipFlow *flow, SipMsg *msg);
void sip_wire_log_received (SipFlow *flow, SipMsg *msg);

/* What is shown of @msg: the digest's response, other schemes' credentials, passwords in URIs, keys of SDP (a=crypto, a=ice-pwd, k=)
 * become "***", control characters dots. */
char *sip_wire_log_mask (SipMsg *msg);

G_END_DECLS
