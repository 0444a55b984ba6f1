/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-transports-private.h"

/* A peer that says exactly what a test tells it to, on the in-memory transport: no dialogs, no transactions, no politeness. */
typedef struct
{
  SipTransports *transports;
  char *name;
  GPtrArray *received; /* SipMsg */
  SipFlow *flow;       /* what the last one came on */
} RawPeer;

RawPeer *raw_peer_new (const char *name, SipTimerWheel *wheel);
void raw_peer_free (RawPeer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawPeer, raw_peer_free)

/* The latest request of @method, or NULL. */
SipMsg *raw_peer_last (RawPeer *self, const char *method);
guint raw_peer_count (RawPeer *self, const char *method);

/* Answers @request. @to_tag NULL: none. @more: header lines, each ended by CRLF; nullable. @sdp: nullable. */
void raw_peer_respond (RawPeer *self, SipMsg *request, guint status, const char *to_tag, const char *more, const char *sdp);
/* Sends a request to mem://@peer: all of the head without the last empty line and Content-Length. A @body without
 * a Content-Type is a session description. */
void raw_peer_send (RawPeer *self, const char *peer, const char *body, const char *format, ...) G_GNUC_PRINTF (4, 5);
