/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-stream-queue-private.h"

/* Pieces that go out with one system call. */
#define MAX_VECTORS 32

typedef struct
{
  SipMsg *msg;      /* NULL: static text */
  const char *data;
  gsize len;
} Piece;

static void
piece_clear (gpointer data)
{
  g_clear_pointer (&((Piece *) data)->msg, sip_msg_unref);
}

static void
push (SipStreamQueue *self, const Piece *piece)
{
  if (self->pieces == NULL)
    {
      self->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
      g_array_set_clear_func (self->pieces, piece_clear);
    }
  g_array_append_val (self->pieces, *piece);
  self->size += piece->len + sizeof *piece;
}

void
sip_stream_queue_push (SipStreamQueue *self, SipMsg *msg)
{
  const Piece piece = { sip_msg_ref (msg), msg->data, msg->len };

  push (self, &piece);
}

void
sip_stream_queue_push_static (SipStreamQueue *self, const char *text)
{
  const Piece piece = { NULL, text, strlen (text) };

  push (self, &piece);
}

void
sip_stream_queue_clear (SipStreamQueue *self)
{
  g_clear_pointer (&self->pieces, g_array_unref);
  self->head = 0;
  self->offset = 0;
  self->size = 0;
}

gboolean
sip_stream_queue_is_empty (const SipStreamQueue *self)
{
  return self->pieces == NULL;
}

static void
take_off (SipStreamQueue *self, gsize written)
{
  while (written > 0)
    {
      Piece *piece = &g_array_index (self->pieces, Piece, self->head);
      gsize rest = piece->len - self->offset;

      if (written < rest)
        {
          self->offset += written;
          return;
        }
      written -= rest;
      self->offset = 0;
      self->size -= piece->len + sizeof *piece;
      piece_clear (piece);
      self->head++;
    }
}

GPollableReturn
sip_stream_queue_write (SipStreamQueue *self, GPollableOutputStream *stream, gboolean *progress, GError **error)
{
  while (self->pieces != NULL && self->head < self->pieces->len)
    {
      GOutputVector vectors[MAX_VECTORS];
      guint n = MIN (self->pieces->len - self->head, MAX_VECTORS);
      gsize written = 0;
      GPollableReturn result;

      for (guint i = 0; i < n; i++)
        {
          const Piece *piece = &g_array_index (self->pieces, Piece, self->head + i);
          gsize offset = i == 0 ? self->offset : 0;

          vectors[i] = (GOutputVector){ piece->data + offset, piece->len - offset };
        }
      result = g_pollable_output_stream_writev_nonblocking (stream, vectors, n, &written, NULL, error);
      if (result != G_POLLABLE_RETURN_OK)
        return result;
      if (progress != NULL)
        *progress = TRUE;
      take_off (self, written);
    }

  /* An idle connection keeps nothing. */
  sip_stream_queue_clear (self);
  return G_POLLABLE_RETURN_OK;
}
