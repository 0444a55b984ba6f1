/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transport-private.h"

G_BEGIN_DECLS

/* SIP over UDP (RFC 3261 §18, RFC 3581): one socket is a listener, and each remote address that somebody holds on to a flow of it. */
SipListener *sip_udp_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);

/* The rule of RFC 3261 §18.2.2 and RFC 3581 §4; for a flow that is not UDP's, that flow (transfer full). */
SipFlow *sip_udp_flow_for_response (SipFlow *flow, const SipMsg *request);

G_END_DECLS
