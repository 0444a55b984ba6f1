/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-stream-queue-private.h"

G_BEGIN_DECLS

/* How long a connection that we have closed may take to send the last of what was said. */
#define SIP_STREAM_TAIL_MS 2000

/* The end of a connection in good order, without anybody waiting for it: what is in @queue (whose content is taken) still goes, then the
 * end is said; what the other side has yet to say is not listened to. Runs in @context by itself; with a context that runs no more,
 * what @stream takes at once goes. */
void sip_stream_tail_begin (GMainContext *context, GIOStream *stream, GSocket *socket, SipStreamQueue *queue);

/* Nobody has a use for it any more: closed without a word, and without waiting. */
void sip_stream_drop (GIOStream *stream, GSocket *socket);

G_END_DECLS
