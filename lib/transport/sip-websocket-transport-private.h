/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transport-private.h"

G_BEGIN_DECLS

/* SIP over WebSocket (RFC 7118), with and without TLS: the only place that knows libsoup. */
SipListener *sip_websocket_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);
SipFlow *sip_websocket_connect (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);
/* To @host, which stands for @domain: so @domain is what is asked for there, and whose certificate it has to show. */
SipFlow *sip_websocket_connect_to_host (SipTransports *transports, SipTransportKind kind, const char *domain, const char *host,
                                        guint16 port, GError **error);

/* Connections that a listener has at a time, with those that have not shaken hands yet; more are closed at once. */
#define SIP_WEBSOCKET_MAX_CONNECTIONS 1000
/* µs from the first SYN to a WebSocket, for either side: who is slower is cut off. */
#define SIP_WEBSOCKET_HANDSHAKE_TIMEOUT (10 * G_USEC_PER_SEC)

G_END_DECLS
