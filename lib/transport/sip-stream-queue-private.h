/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

/* What waits to be written to a byte stream, without a copy of it. */
typedef struct
{
  GArray *pieces;
  guint head;      /* the first that is not written */
  gsize offset;    /* what is written of it */
  gsize size;      /* bytes that wait, with what it costs to keep them */
} SipStreamQueue;

/* Zero is an empty one. */
void sip_stream_queue_clear (SipStreamQueue *self);
void sip_stream_queue_push (SipStreamQueue *self, SipMsg *msg);
/* @text stays for ever. */
void sip_stream_queue_push_static (SipStreamQueue *self, const char *text);
gboolean sip_stream_queue_is_empty (const SipStreamQueue *self);

/* Writes what @stream takes now. OK: nothing is left. Tells in @progress (nullable) whether any byte went. */
GPollableReturn sip_stream_queue_write (SipStreamQueue *self, GPollableOutputStream *stream, gboolean *progress, GError **error);

G_END_DECLS
