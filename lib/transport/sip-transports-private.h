/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-uri.h"
#include "transport/sip-black-list-private.h"
#include "transport/sip-dns-resolver-private.h"
#include "transport/sip-flow-private.h"
#include "transport/sip-timer-wheel-private.h"

G_BEGIN_DECLS

/* The transport layer of one agent (RFC 3261 §18): its listeners and its flows. Messages come up through one function, in the context that
 * the layer was made under, each parsed once. */
typedef struct _SipTransports SipTransports;

typedef struct
{
  /* A message that is whole. Its flow can be kept. A request knows what its answers' topmost Via has to say of received and rport
   * (sip_msg_set_received()); its @msg->defect may be set. A response whose defect is set never gets here. Whether a response is ours
   * (§18.1.2) is for the transaction layer to say, by the branch: a sent-by that a NAT helper rewrote is no reason to lose it. */
  void (*receive) (gpointer user_data, SipMsg *msg, SipFlow *flow);
  /* A flow opened or closed that was asked for by sip_transports_connect() or came in at a listener. May be NULL. */
  void (*flow_changed) (gpointer user_data, SipFlow *flow);
} SipTransportsEvents;

SipTransports *sip_transports_new (SipTimerWheel *wheel, const SipTransportsEvents *events, gpointer user_data);
void sip_transports_free (SipTransports *self); /* closes everything, at once; no event comes any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipTransports, sip_transports_free)

void sip_transports_set_limits (SipTransports *self, const SipLimits *limits);
/* @func (nullable) sees every message that goes and comes, retransmissions too. */
void sip_transports_set_tap (SipTransports *self, void (*func) (gpointer user_data, SipMsg *msg, SipFlow *flow, gboolean sent),
                             gpointer user_data);
/* For wss: and tls: listeners, and as client certificate. */
void sip_transports_set_certificate (SipTransports *self, GTlsCertificate *certificate);
/* Trust anchors instead of the system's (a test's CA); nullable. */
void sip_transports_set_trust (SipTransports *self, GTlsDatabase *database);

/* Asked about the certificate of a server that is not good (@errors), before anything is sent there; TRUE takes it. @host: whom we meant to
 * reach. NULL: none is taken. */
typedef gboolean (*SipAcceptCertificateFunc) (gpointer user_data, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                                              const char *host);
void sip_transports_set_accept_certificate (SipTransports *self, SipAcceptCertificateFunc func, gpointer user_data);

/* Seconds between two pings on a connection that we opened (RFC 5626 §4.4.1); 0: none. */
void sip_transports_set_keep_alive (SipTransports *self, guint seconds);
#define SIP_KEEP_ALIVE_DEFAULT 120

/* @uri: "udp://127.0.0.1:5060", "tcp://...", "tls://...", "ws://[::1]:8080/sip", "wss://0.0.0.0:0/", "mem://name"; port 0 takes a free one. Answers the URI with the
 * port that was taken. A wildcard address is allowed; then the sent-by of a flow is the address that the flow really has. */
char *sip_transports_listen (SipTransports *self, const char *uri, GError **error);
/* The URIs that it listens at. */
GStrv sip_transports_get_listening (SipTransports *self);

/* Opens a connection to a server ("wss://host:port/path?query", "ws://...", "tcp://host:port", "tls://...", "mem://name"), or gives the flow that there is already
 * (transfer full). The flow may still be CONNECTING; its end is told to its watches. Fails at once only where there is nothing to try. */
SipFlow *sip_transports_connect (SipTransports *self, const char *uri, GError **error);

/* The flow (transfer full) to a numeric address, or to a host by its name where the transport looks names up by itself (all but
 * UDP): for UDP from the first listener of the address's family; otherwise a connection that we have opened there, or a new one.
 * SIP_ERROR_TRANSPORT names what is not available. */
SipFlow *sip_transports_flow_to_address (SipTransports *self, SipTransportKind kind, const SipAddress *address, GError **error);
SipFlow *sip_transports_flow_to_host (SipTransports *self, SipTransportKind kind, const char *host, guint16 port, GError **error);

/* The same for a host that the DNS has named as a server of @domain (RFC 3263): over TLS it has to show the certificate of @domain (RFC 5922 §4),
 * and the connection is used for nothing else. */
SipFlow *sip_transports_flow_to_location (SipTransports *self, SipTransportKind kind, const char *domain, const char *host, guint16 port,
                                          GError **error);

SipTimerWheel *sip_transports_get_wheel (SipTransports *self);
SipDnsResolver *sip_transports_get_resolver (SipTransports *self);
SipBlackList *sip_transports_get_black_list (SipTransports *self);

/* Where a response to @request goes that came on @flow (RFC 3261 §18.2.2, RFC 3581): the same connection; for UDP the address that it
 * came from, with the port of the Via unless rport is there. A maddr is not followed: it lets anybody choose whom we send to. Where a
 * connection is gone (see below), a new one to where it came from, at the port of the Via. (transfer full) */
SipFlow *sip_transports_flow_for_response (SipTransports *self, const SipMsg *request, SipFlow *flow);
/* Whether the other side of @flow, which has closed, may be reached again by a connection of ours. Not a WebSocket's; and not one with TLS,
 * which would have to be to the host that the Via names: it lets anybody choose whom we connect to. */
gboolean sip_transports_can_come_back (SipFlow *flow);

G_END_DECLS
