/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-user-agent-private.h"

G_BEGIN_DECLS

/* Asks each server of an agent's now and then whether it is still there: an OPTIONS on its connection (RFC 3261 §11), to which any answer will do. What comes of it
 * is told to the list of servers. */
typedef struct _SipServerPing SipServerPing;

/* Begins after the first interval; one is between four fifths of @seconds and the whole (RFC 5626 §4.4.1), so that not all agents ask at once. */
SipServerPing *sip_server_ping_new (SipUserAgent *agent, SipServerList *servers, guint seconds);
void sip_server_ping_free (SipServerPing *self);

G_END_DECLS
