/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-stream-tail-private.h"

/* Held by its sources, and by an end of TLS that is under way. */
typedef struct
{
  guint ref_count;
  GMainContext *context;
  GIOStream *stream;
  GSocket *socket;
  SipStreamQueue queue;
  GSource *source;       /* for room, later for the other side's end */
  GSource *deadline;
  GCancellable *cancellable;
} SipStreamTail;

void
sip_stream_drop (GIOStream *stream, GSocket *socket)
{
  /* A TLS connection says goodbye when it is disposed of, and would wait for its socket: so that goes first. */
  g_socket_close (socket, NULL);
  if (stream != NULL)
    g_object_unref (stream);
}

static void
tail_unref (gpointer data)
{
  SipStreamTail *self = data;

  if (--self->ref_count > 0)
    return;
  sip_stream_queue_clear (&self->queue);
  sip_stream_drop (self->stream, self->socket);
  g_object_unref (self->socket);
  g_object_unref (self->cancellable);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* @self may be gone after it. */
static void
end (SipStreamTail *self)
{
  self->ref_count++;
  drop_source (&self->source);
  drop_source (&self->deadline);
  tail_unref (self);
}

static void
attach (SipStreamTail *self, GSource **source, GSource *made, GSourceFunc func)
{
  drop_source (source);
  *source = made;
  self->ref_count++;
  g_source_set_callback (made, func, self, tail_unref);
  g_source_set_static_name (made, "SIP over a connection that ends");
  g_source_attach (made, self->context);
}

/* An end of ours while something of the other side's is unread would be a reset, which may overtake what we have said. */
static gboolean
discard_cb (GObject *stream, gpointer user_data)
{
  SipStreamTail *self = user_data;
  char waste[4096];
  g_autoptr (GError) error = NULL;
  gssize n;

  do
    n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), waste, sizeof waste, NULL, &error);
  while (n == sizeof waste);
  if (n > 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return G_SOURCE_CONTINUE;
  end (self);
  return G_SOURCE_CONTINUE;
}

static void
tls_closed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SipStreamTail *self = user_data;

  g_io_stream_close_finish (G_IO_STREAM (source), result, NULL);
  end (self);
  tail_unref (self);
}

static void
say_the_end (SipStreamTail *self)
{
  GPollableInputStream *input;

  drop_source (&self->source);
  if (G_IS_TLS_CONNECTION (self->stream))
    {
      GMainContext *current = g_main_context_get_thread_default ();
      gboolean is_elsewhere = (current != NULL ? current : g_main_context_default ()) != self->context;

      self->ref_count++;
      if (is_elsewhere)
        g_main_context_push_thread_default (self->context);
      g_io_stream_close_async (self->stream, G_PRIORITY_DEFAULT, self->cancellable, tls_closed_cb, self);
      if (is_elsewhere)
        g_main_context_pop_thread_default (self->context);
      return;
    }

  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream));
  attach (self, &self->source, g_pollable_input_stream_create_source (input, NULL), G_SOURCE_FUNC (discard_cb));
  discard_cb (G_OBJECT (input), self);
}

static gboolean
room_cb (GObject *stream, gpointer user_data)
{
  SipStreamTail *self = user_data;

  self->ref_count++;
  switch (sip_stream_queue_write (&self->queue, G_POLLABLE_OUTPUT_STREAM (stream), NULL, NULL))
    {
    case G_POLLABLE_RETURN_OK:
      say_the_end (self);
      break;

    case G_POLLABLE_RETURN_WOULD_BLOCK:
      if (self->source == NULL)
        attach (self, &self->source, g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (stream), NULL),
                G_SOURCE_FUNC (room_cb));
      break;

    case G_POLLABLE_RETURN_FAILED:
    default:
      end (self);
      break;
    }
  tail_unref (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
deadline_cb (gpointer user_data)
{
  SipStreamTail *self = user_data;

  self->ref_count++;
  g_cancellable_cancel (self->cancellable);
  end (self);
  tail_unref (self);
  return G_SOURCE_CONTINUE;
}

void
sip_stream_tail_begin (GMainContext *context, GIOStream *stream, GSocket *socket, SipStreamQueue *queue)
{
  SipStreamTail *self = g_new0 (SipStreamTail, 1);

  self->ref_count = 1;
  self->context = g_main_context_ref (context);
  self->stream = g_object_ref (stream);
  self->socket = g_object_ref (socket);
  self->queue = *queue;
  *queue = (SipStreamQueue){ NULL, 0, 0, 0 };
  self->cancellable = g_cancellable_new ();
  attach (self, &self->deadline, g_timeout_source_new (SIP_STREAM_TAIL_MS), deadline_cb);
  room_cb (G_OBJECT (g_io_stream_get_output_stream (stream)), self);
  tail_unref (self);
}
