/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transport-private.h"

G_BEGIN_DECLS

/* Takes connections over TCP, with TLS or without. */
SipListener *sip_stream_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);

/* Connections that a listener has at a time; more are closed at once. */
#define SIP_STREAM_MAX_CONNECTIONS 1000

G_END_DECLS
