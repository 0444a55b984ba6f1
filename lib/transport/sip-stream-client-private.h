/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transport-private.h"

G_BEGIN_DECLS

/* Connections over TCP that we open, with TLS or without: "tcp://host:port". A name is looked up, and its addresses are tried one
 * shortly after the other (RFC 8305). */
SipFlow *sip_stream_connect (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);
/* The same to @host, which stands for @domain: that is whose certificate it has to show. */
SipFlow *sip_stream_connect_to_host (SipTransports *transports, SipTransportKind kind, const char *domain, const char *host, guint16 port,
                                     GError **error);

/* The same to a numeric address, which may have a zone. */
SipFlow *sip_stream_connect_to_address (SipTransports *transports, SipTransportKind kind, const SipAddress *address, GError **error);

G_END_DECLS
