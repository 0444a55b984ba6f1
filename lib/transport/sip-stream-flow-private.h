/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transport-private.h"

G_BEGIN_DECLS

/* SIP over one byte stream (RFC 3261 §18.3, RFC 5626 §3.5.1): a TCP connection, with TLS or without. Who makes the connection, a client or
 * a listener, hands it over when it is there. */
typedef struct _SipStreamFlow SipStreamFlow;

/* µs until a connection is there, hand-shake of TLS included. */
#define SIP_STREAM_CONNECT_TIMEOUT (10 * G_USEC_PER_SEC)
/* Until the other side, who has connected to us, has said something that is SIP. */
#define SIP_STREAM_FIRST_TIMEOUT (30 * G_USEC_PER_SEC)
/* A connection on which nothing came or went for so long, and which no dialog and no transaction holds on to, is closed. */
#define SIP_STREAM_IDLE_TIMEOUT (10 * 60 * G_USEC_PER_SEC)
/* RFC 5626 §4.4.1: how long a pong may take. */
#define SIP_STREAM_PONG_TIMEOUT (10 * G_USEC_PER_SEC)
/* How long a peer may take nothing of what is sent to it. */
#define SIP_STREAM_STALL_TIMEOUT (30 * G_USEC_PER_SEC)
/* What may wait for a peer; what may wait before no more is read of it. */
#define SIP_STREAM_MAX_BACKLOG (1024 * 1024)
#define SIP_STREAM_HIGH_WATER (256 * 1024)
#define SIP_STREAM_LOW_WATER (64 * 1024)

/* A flow that is CONNECTING; not in the table yet. @name: its other side: whom we want to reach, or who has
 * connected. */
SipStreamFlow *sip_stream_flow_new (SipTransports *transports, SipTransportKind kind, const char *name);
/* NULL once it is closed. */
SipTransports *sip_stream_flow_get_transports (SipStreamFlow *self);
/* For what leads to the connection: cancelled when the flow closes. */
GCancellable *sip_stream_flow_get_cancellable (SipStreamFlow *self);
/* Its addresses, and the options of its socket. */
void sip_stream_flow_set_socket (SipStreamFlow *self, GSocketConnection *connection);
/* What we are called by on it, where that is known before it is open: by a connection with the address @local that it stands in for. */
void sip_stream_flow_name (SipStreamFlow *self, const SipAddress *local);
/* The certificate of a client, if it has shown a good one; set before it is open. */
void sip_stream_flow_set_client (SipStreamFlow *self, GTlsCertificate *certificate);
GTlsCertificate *sip_stream_flow_get_client (SipStreamFlow *self);
/* @stream is ready for messages. @self may be gone after it. */
void sip_stream_flow_open (SipStreamFlow *self, GIOStream *stream);
/* It broke, or could not be made. @self may be gone after it. */
void sip_stream_flow_fail (SipStreamFlow *self, const GError *error);
/* Counts it, as long as it is not closed, in a g_rc_box. */
void sip_stream_flow_count (SipStreamFlow *self, guint *counter);

G_END_DECLS
