/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transports-private.h"

G_BEGIN_DECLS

/* The connections to an agent's servers: all of them are opened, and opened again when they are lost, the later the more often that
 * failed (RFC 5626 §4.5), and at once when the network is back. */
typedef struct _SipServerList SipServerList;

typedef struct
{
  void (*connected) (gpointer user_data, const char *server);
  /* Lost, or not made; it will be tried again. @error is NULL where we closed it. */
  void (*disconnected) (gpointer user_data, const char *server, const GError *error);
  /* Another network, or the same one again; connections that it broke have been told of. May be NULL. */
  void (*network_changed) (gpointer user_data);
} SipServerListEvents;

/* µs: a wait is between the half and the whole of BASE · 2^failures, and of MAX at most. */
#define SIP_RECONNECT_BASE (G_GINT64_CONSTANT (4) * G_USEC_PER_SEC)
#define SIP_RECONNECT_MAX (G_GINT64_CONSTANT (300) * G_USEC_PER_SEC)
/* A connection that held so long was a good one: what failed before it is forgotten. */
#define SIP_RECONNECT_STABLE (60 * G_USEC_PER_SEC)
/* When the network is back everybody comes back: within so long. */
#define SIP_RECONNECT_SPREAD G_USEC_PER_SEC

/* @events is not copied. */
SipServerList *sip_server_list_new (SipTransports *transports, const SipServerListEvents *events, gpointer user_data);
void sip_server_list_free (SipServerList *self); /* also within an event; no event comes any more */

/* Begins to connect to each; FALSE where one of them is none that could be connected to. Nothing is told within it. */
gboolean sip_server_list_connect (SipServerList *self, const char *const *uris, GError **error);
gboolean sip_server_list_is_empty (SipServerList *self);
/* Whether none is connected, nor being connected to. */
gboolean sip_server_list_is_down (SipServerList *self);
/* The first that is open, or else being opened, or else the first of all, for which nobody waits any longer then (transfer none)
 * (nullable). */
SipFlow *sip_server_list_get_flow (SipServerList *self);
guint sip_server_list_get_n (SipServerList *self);
/* The connection to one of them, as far as it is open (transfer none) (nullable). */
SipFlow *sip_server_list_get_open_flow (SipServerList *self, guint i);
/* Whether the server was heard of on @flow, or why it was not: then its connection is broken. Where there is none (UDP) it is silent until it is heard of again: told
 * as a connection that is lost and back, and nothing is sent there as long as there is another. */
void sip_server_list_answered (SipServerList *self, guint i, SipFlow *flow, const GError *error);
/* `network_changed` is wanted also where there are no servers. */
void sip_server_list_watch_network (SipServerList *self);

/* What the transport layer tells. */
void sip_server_list_flow_changed (SipServerList *self, SipFlow *flow);
/* What the network monitor tells; @self looks at it by itself. */
void sip_server_list_network_changed (SipServerList *self, gboolean is_available);

/* For tests. */
gint64 sip_server_list_choose_wait (guint n_failures);

G_END_DECLS
