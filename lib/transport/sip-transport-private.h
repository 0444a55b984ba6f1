/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transports-private.h"

G_BEGIN_DECLS

/* What the kinds of transport and the table over them (sip-transports.c) know of each other. A new kind is one more file with a listen and
 * a connect function, and a line in the table of schemes. */

/* A place where we can be reached. A listener of a kind starts with this. */
typedef struct _SipListener SipListener;

typedef struct
{
  /* Stops at once; no event comes any more, and the table's hold on the listener ends. Its flows have been abandoned, or will be. */
  void (*close) (SipListener *self);
  /* Nullable: a flow (transfer full) from this very socket. For transports without connections. */
  SipFlow *(*flow_to) (SipListener *self, const SipAddress *remote, GError **error);
} SipListenerClass;

struct _SipListener
{
  const SipListenerClass *klass;
  SipTransports *transports; /* NULL once closed: look again after each call upwards */
  SipTransportKind kind;
  SipAddress address;        /* with the port that was taken; may be a wildcard */
  char *uri;
};

typedef SipListener *(*SipListenFunc) (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);
typedef SipFlow *(*SipConnectFunc) (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);

/* "udp://192.0.2.1:5060" → its address; "localhost" is 127.0.0.1, other names are refused: nothing here may wait for a resolver. */
gboolean sip_transport_address_from_uri (SipAddress *address, GUri *uri, guint16 default_port, GError **error);

/* The thread-default context that the layer was made under: whatever has sources goes there, whoever calls. */
GMainContext *sip_transports_get_context (SipTransports *self);
/* Around a call that takes the thread-default context. Answers what to give to leave. */
gboolean sip_transports_enter_context (SipTransports *self);
void sip_transports_leave_context (SipTransports *self, gboolean entered);
const SipLimits *sip_transports_get_limits (SipTransports *self);
/* For sip_flow_init(). */
const SipFlowTap *sip_transports_get_tap (SipTransports *self);
GTlsCertificate *sip_transports_get_certificate (SipTransports *self);
GTlsDatabase *sip_transports_get_trust (SipTransports *self);

/* Whether the application takes a server's certificate that is not good. */
gboolean sip_transports_accept_certificate (SipTransports *self, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                                            const char *host);

/* One message's bytes. The last thing to do in a callback: @self, and the flow's hold on it, may be gone after it. */
void sip_transports_deliver (SipTransports *self, SipFlow *flow, const char *data, gsize len);

/* The start of what is no message that can be framed (RFC 3261 §18.3): if it is the head of a request, it goes up with a `defect`, to be
 * refused. For the rest as sip_transports_deliver(). */
void sip_transports_refuse (SipTransports *self, SipFlow *flow, const char *data, gsize len);

/* What a connection of @kind with the address @local has to call us by: where we listen for such connections, so that the other side can
 * come back when this one is gone (RFC 3261 §18.1.1), else the connection's own address. */
char *sip_transports_make_sent_by (SipTransports *self, SipTransportKind kind, const SipAddress *local);
gboolean sip_transports_listens (SipTransports *self, SipTransportKind kind, int family);

/* A peer that takes datagrams and no connections (RFC 3261 §18.1.1): it is not asked again for some minutes. */
void sip_transports_note_no_tcp (SipTransports *self, const SipAddress *address);
gboolean sip_transports_has_no_tcp (SipTransports *self, const SipAddress *address);

guint sip_transports_get_keep_alive (SipTransports *self);

/* Connections: the table holds a reference until they close. @uri and @authority (nullable) are what it is found by for being used
 * again. */
void sip_transports_add_connection (SipTransports *self, SipFlow *flow, const char *uri, const char *authority);
SipFlow *sip_transports_find_connection (SipTransports *self, const char *key);
/* The open connection of a peer that cannot be reached but by it, by its name under .invalid (RFC 7118 §5); NULL: none. */
SipFlow *sip_transports_find_peer (SipTransports *self, const char *name);
/* Sets the flow open and tells the user. */
void sip_transports_connection_opened (SipTransports *self, SipFlow *flow);

G_END_DECLS
