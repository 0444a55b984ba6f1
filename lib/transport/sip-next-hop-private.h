/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transports-private.h"

G_BEGIN_DECLS

/* Where a request goes (RFC 3261 §8.1.2, RFC 3263): turns the next hop's URI into flows, best first, until one works. What is asked for again
 * (a 503, a time-out, a connection that is refused) gets the next (§4.3). */
typedef struct _SipNextHop SipNextHop;

/* @flow (transfer none) is NULL where there is no further one: @error says why the last failed. Called once for each
 * sip_next_hop_start(), never from within it; may free the next hop. A flow may still be CONNECTING (but it has a sent-by): watch it. */
typedef void (*SipNextHopFunc) (gpointer user_data, SipFlow *flow, const GError *error);

/* @uri: the topmost Route's or the Request-URI's. @preferred (nullable): taken first while it is not closed (a dialog's connection, the
 * connection to the outbound proxy). */
SipNextHop *sip_next_hop_new (SipTransports *transports, const SipUriView *uri, SipFlow *preferred);
void sip_next_hop_free (SipNextHop *self); /* no call comes any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipNextHop, sip_next_hop_free)

/* Bytes of a request that still goes in one datagram (RFC 3261 §18.1.1). */
#define SIP_MAX_OVER_UDP 1300
/* µs that a connection for a larger one may take, before it goes in a datagram all the same. */
#define SIP_WIDEN_TIMEOUT (2 * G_USEC_PER_SEC)

/* @flow, which it has given out, carries datagrams, and the request is too large for one: the next flow is a connection over TCP to the
 * same place, and, should nobody take one there, @flow once more, which has to do then. FALSE: it has to do now. */
gboolean sip_next_hop_widen (SipNextHop *self, SipFlow *flow);

/* The flow that it has given out last did not do: the way there comes after all others for @us µs, in other requests too. Only of a name; an
 * address is all that there is. */
void sip_next_hop_avoid (SipNextHop *self, gint64 us);

/* The next flow (transfer full) at once where that needs no waiting (a preferred flow, a numeric host): the fast path. NULL without an
 * error: ask with start(). NULL with an error: there is none. */
SipFlow *sip_next_hop_try (SipNextHop *self, GError **error);
void sip_next_hop_start (SipNextHop *self, SipNextHopFunc func, gpointer user_data);

G_END_DECLS
