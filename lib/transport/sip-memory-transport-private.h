/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transport-private.h"

G_BEGIN_DECLS

/* Messages between agents of one thread, for tests: no socket, no main loop of its own. Everything happens by zero timers on the
 * receiver's wheel, so on a virtual clock sip_timer_wheel_advance (wheel, 0) delivers what is on its way, and nothing is ever called
 * from within a send.
 *
 * "mem://bob" is like UDP: unreliable, always open, and one flow for both directions between two names. "mem://bob?transport=ws" (tcp,
 * tls, wss) is a connection: it is CONNECTING first, it can be refused, and it breaks for both when one end closes it. The sent-by of
 * the first is "bob.mem", which sip_next_hop_new() understands as a host; that of the second is as a WebSocket's. */
SipListener *sip_memory_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);
SipFlow *sip_memory_connect (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error);

/* Whether anybody of this thread listens there. */
gboolean sip_memory_transport_in_use (void);

#define SIP_MEMORY_LOST (-1)

/* What happens to a message on its way: the µs that it takes, or SIP_MEMORY_LOST. For all messages of this thread; NULL: they take no
 * time. */
typedef gint64 (*SipMemoryFilterFunc) (gpointer user_data, SipFlow *from, SipMsg *msg);

void sip_memory_transport_set_filter (SipMemoryFilterFunc func, gpointer user_data);

G_END_DECLS
