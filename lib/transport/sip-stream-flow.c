/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-stream-flow-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "syntax/sip-error.h"
#include "syntax/sip-framer-private.h"
#include "transport/sip-stream-tail-private.h"

/* What is read at a time, and how often before others have their turn. */
#define READ_SIZE 16384
#define MAX_READS 4
/* How long written bytes may go unacknowledged before TCP gives the connection up. */
#define USER_TIMEOUT_MS 30000

struct _SipStreamFlow
{
  SipFlow parent;
  SipTransports *transports;   /* NULL once closed */
  char *name;
  char *own_sent_by;
  guint *counter;
  GCancellable *cancellable;   /* while CONNECTING */
  GSocket *socket;
  GIOStream *stream;           /* while OPEN */
  GTlsCertificate *client;     /* nullable */
  GSource *readable;
  GSource *writable;           /* while the socket is full */
  char *in;                    /* NULL while there is nothing of a message */
  gsize in_len;
  gsize in_size;
  SipStreamQueue out;
  GError *reason;              /* it has failed, which is still to be told */
  SipTimer timer;              /* CONNECTING: the patience; OPEN: to fail at once, or a peer that takes nothing */
  SipTimer life_timer;         /* pings, pongs, and idleness */
  SipTimer flush_timer;        /* what is said while messages are handed up, if that takes its time */
  gint64 last_received;
  gint64 last_message;         /* that came or went */
  guint8 had_message;          /* came */
  guint8 had_pong;
  guint8 waits_for_pong;
  guint8 is_dispatching;       /* messages are handed up: what is said meanwhile goes together */
  guint8 is_paused;            /* not reading, for it does not read either */
};

static const SipFlowClass stream_flow_class;

static void look_again_at_next_ping (SipStreamFlow *self);

/* --- the end --- */

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

/* Nothing calls us any more after this. What was said before still goes where @is_orderly. */
static void
let_go (SipStreamFlow *self, gboolean is_orderly)
{
  SipTransports *transports = g_steal_pointer (&self->transports);

  sip_timer_stop (&self->timer);
  sip_timer_stop (&self->life_timer);
  sip_timer_stop (&self->flush_timer);
  drop_source (&self->readable);
  drop_source (&self->writable);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->stream != NULL && is_orderly && transports != NULL)
    sip_stream_tail_begin (sip_transports_get_context (transports), self->stream, self->socket, &self->out);
  else if (self->stream != NULL)
    sip_stream_drop (g_object_ref (self->stream), self->socket);
  sip_stream_queue_clear (&self->out);
  g_clear_object (&self->stream);
  g_clear_object (&self->socket);
  if (self->counter != NULL)
    {
      (*self->counter)--;
      g_clear_pointer (&self->counter, g_rc_box_release);
    }
}

static void
stream_flow_close (SipFlow *flow)
{
  let_go ((SipStreamFlow *) flow, TRUE);
}

static void
stream_flow_free (SipFlow *flow)
{
  SipStreamFlow *self = (SipStreamFlow *) flow;

  let_go (self, FALSE);
  g_clear_error (&self->reason);
  g_clear_object (&self->client);
  g_free (self->in);
  g_free (self->name);
  g_free (self->own_sent_by);
  sip_flow_clear (flow);
  g_free (self);
}

static void
end (SipStreamFlow *self, const GError *error, gboolean is_orderly)
{
  /* The table may hold the last reference. */
  g_autoptr (SipFlow) flow = sip_flow_ref (&self->parent);

  g_debug ("%s connection to %s: %s", sip_transport_kind_to_via (flow->kind), self->name, error->message);
  let_go (self, is_orderly);
  sip_flow_set_closed (flow, error);
}

void
sip_stream_flow_fail (SipStreamFlow *self, const GError *error)
{
  end (self, error, FALSE);
}

static void
timer_cb (SipTimer *timer)
{
  SipStreamFlow *self = SIP_CONTAINER_OF (timer, SipStreamFlow, timer);
  g_autoptr (GError) error = g_steal_pointer (&self->reason);

  if (error == NULL && self->parent.state == SIP_FLOW_CONNECTING)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s did not answer in time", self->name);
  else if (error == NULL)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s does not take what is sent to it", self->name);
  sip_stream_flow_fail (self, error);
}

/* Whoever sends is not called back meanwhile. Takes @error. */
static void
fail_soon (SipStreamFlow *self, GError *error)
{
  if (self->reason != NULL)
    g_error_free (error);
  else
    self->reason = error;
  sip_timer_start (sip_transports_get_wheel (self->transports), &self->timer, timer_cb, 0);
}

/* --- writing --- */

static void start_reading (SipStreamFlow *self);
static gboolean writable_cb (GObject *stream, gpointer user_data);

/* Who does not take our answers need not ask for more of them. */
static void
mind_pressure (SipStreamFlow *self)
{
  if (!self->is_paused && self->out.size > SIP_STREAM_HIGH_WATER)
    {
      self->is_paused = TRUE;
      drop_source (&self->readable);
    }
  else if (self->is_paused && self->out.size < SIP_STREAM_LOW_WATER)
    {
      self->is_paused = FALSE;
      start_reading (self);
    }
}

static void
wait_for_room (SipStreamFlow *self, gboolean progress)
{
  SipTimerWheel *wheel = sip_transports_get_wheel (self->transports);

  if (self->writable == NULL)
    {
      GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));

      self->writable = g_pollable_output_stream_create_source (output, NULL);
      g_source_set_callback (self->writable, G_SOURCE_FUNC (writable_cb), self, NULL);
      g_source_set_static_name (self->writable, "SIP over TCP: room");
      g_source_attach (self->writable, sip_transports_get_context (self->transports));
      progress = TRUE;
    }
  if (progress)
    sip_timer_start (wheel, &self->timer, timer_cb, SIP_STREAM_STALL_TIMEOUT);
}

static gboolean
flush (SipStreamFlow *self, GError **error)
{
  GPollableOutputStream *output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (self->stream));
  gboolean progress = FALSE;

  sip_timer_stop (&self->flush_timer);
  switch (sip_stream_queue_write (&self->out, output, &progress, error))
    {
    case G_POLLABLE_RETURN_FAILED:
      return FALSE;

    case G_POLLABLE_RETURN_WOULD_BLOCK:
      wait_for_room (self, progress);
      break;

    case G_POLLABLE_RETURN_OK:
    default:
      if (self->writable != NULL)
        {
          drop_source (&self->writable);
          sip_timer_stop (&self->timer);
        }
      break;
    }
  mind_pressure (self);
  return TRUE;
}

static gboolean
writable_cb (GObject *stream, gpointer user_data)
{
  SipStreamFlow *self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->reason == NULL && !flush (self, &error))
    sip_stream_flow_fail (self, error);
  return G_SOURCE_CONTINUE;
}

static void
flush_timer_cb (SipTimer *timer)
{
  SipStreamFlow *self = SIP_CONTAINER_OF (timer, SipStreamFlow, flush_timer);
  g_autoptr (GError) error = NULL;

  if (self->reason == NULL && self->writable == NULL && !flush (self, &error))
    sip_stream_flow_fail (self, error);
}

/* Sends what was put into the queue; in the midst of our own dispatch it waits for the others, unless the callback runs a main loop of
 * its own. */
static gboolean
flush_or_wait (SipStreamFlow *self, GError **error)
{
  GError *reason = NULL;

  if (self->writable != NULL)
    {
      mind_pressure (self);
      return TRUE;
    }
  if (self->is_dispatching)
    {
      if (!sip_timer_is_running (&self->flush_timer))
        sip_timer_start (sip_transports_get_wheel (self->transports), &self->flush_timer, flush_timer_cb, 0);
      return TRUE;
    }
  if (flush (self, &reason))
    return TRUE;
  g_propagate_error (error, g_error_copy (reason));
  fail_soon (self, reason);
  return FALSE;
}

static gboolean
stream_flow_send (SipFlow *flow, SipMsg *msg, GError **error)
{
  SipStreamFlow *self = (SipStreamFlow *) flow;

  if (self->reason != NULL)
    {
      g_propagate_error (error, g_error_copy (self->reason));
      return FALSE;
    }
  if (self->out.size + msg->len > SIP_STREAM_MAX_BACKLOG)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "%s does not take what is sent to it", self->name);
      fail_soon (self, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s does not take what is sent to it", self->name));
      return FALSE;
    }

  sip_stream_queue_push (&self->out, msg);
  if (self->stream == NULL)
    return TRUE; /* until it is there */
  self->last_message = sip_timer_wheel_now (sip_transports_get_wheel (self->transports));
  return flush_or_wait (self, error);
}

static void
send_static (SipStreamFlow *self, const char *text)
{
  if (self->reason != NULL)
    return;
  sip_stream_queue_push_static (&self->out, text);
  if (self->out.size > SIP_STREAM_MAX_BACKLOG)
    fail_soon (self, g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s does not take what is sent to it", self->name));
  else
    flush_or_wait (self, NULL);
}

static const SipFlowClass stream_flow_class = { stream_flow_send, stream_flow_close, stream_flow_free };

/* --- what comes in --- */

/* RFC 3261 §18.3: a request whose length nobody can know is answered 400, one that is too long 513, and then the connection ends: where the
 * next message begins cannot be known either. What is no SIP at all gets no answer. */
static void
refuse (SipStreamFlow *self, const char *data, gsize len)
{
  g_autoptr (SipFlow) flow = sip_flow_ref (&self->parent);
  g_autoptr (GError) error = g_error_new (SIP_ERROR, SIP_ERROR_PARSE, "%s sends what is no SIP, or too large", self->name);

  sip_transports_refuse (self->transports, flow, data, len);
  if (self->transports != NULL)
    end (self, error, TRUE);
}

static void
take_ping (SipStreamFlow *self)
{
  send_static (self, "\r\n");
}

static void
take_pong (SipStreamFlow *self)
{
  if (!self->waits_for_pong)
    return;
  self->waits_for_pong = FALSE;
  self->had_pong = TRUE;
  look_again_at_next_ping (self);
}

/* Answers how many bytes are done with. The flow may be closed after it. */
static gsize
take_frames (SipStreamFlow *self)
{
  gsize start = 0;

  while (start < self->in_len && self->transports != NULL && self->reason == NULL)
    {
      const char *data = self->in + start;
      gsize len = self->in_len - start;
      gsize skipped, consumed;

      switch (sip_framer_next (data, len, sip_transports_get_limits (self->transports), &skipped, &consumed))
        {
        case SIP_FRAME_INCOMPLETE:
          return start + skipped;

        case SIP_FRAME_PING:
          start += skipped + consumed;
          take_ping (self);
          break;

        case SIP_FRAME_PONG:
          /* Half a ping, unless we wait for a pong. */
          if (len == 2 && !self->waits_for_pong)
            return start;
          start += skipped + consumed;
          take_pong (self);
          break;

        case SIP_FRAME_MESSAGE:
          start += skipped + consumed;
          self->had_message = TRUE;
          self->last_message = self->last_received;
          sip_transports_deliver (self->transports, &self->parent, data + skipped, consumed);
          break;

        case SIP_FRAME_BROKEN:
        default:
          refuse (self, data + skipped, len - skipped);
          return self->in_len;
        }
    }
  return start;
}

/* Room for READ_SIZE more. A connection that is between two messages keeps no memory for them. */
static void
make_room (SipStreamFlow *self)
{
  if (self->in_size - self->in_len >= READ_SIZE)
    return;
  self->in_size = self->in_len + READ_SIZE + self->in_len / 2;
  self->in = g_realloc (self->in, self->in_size);
}

static void
keep_rest (SipStreamFlow *self, gsize done)
{
  self->in_len -= done;
  if (self->in_len > 0)
    memmove (self->in, self->in + done, self->in_len);
  else
    g_clear_pointer (&self->in, g_free);
  if (self->in == NULL)
    self->in_size = 0;
}

static void
take_end (SipStreamFlow *self, GError *reason)
{
  g_autoptr (GError) error = NULL;

  if (reason != NULL)
    error = g_error_copy (reason);
  else if (self->in_len > 0)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "%s closed the connection in the middle of a message", self->name);
  else
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "%s closed the connection", self->name);
  end (self, error, reason == NULL);
}

/* Answers whether there may be more. */
static gboolean
read_some (SipStreamFlow *self)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream));
  g_autoptr (GError) error = NULL;
  gssize n;

  make_room (self);
  n = g_pollable_input_stream_read_nonblocking (input, self->in + self->in_len, READ_SIZE, NULL, &error);
  if (n > 0)
    {
      self->in_len += n;
      self->last_received = sip_timer_wheel_now (sip_transports_get_wheel (self->transports));
      n -= READ_SIZE;
      keep_rest (self, take_frames (self));
      return n == 0;
    }

  keep_rest (self, 0);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    take_end (self, error);
  return FALSE;
}

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  SipStreamFlow *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipFlow) flow = sip_flow_ref (&self->parent);
  g_autoptr (GError) error = NULL;

  self->is_dispatching = TRUE;
  for (guint i = 0; i < MAX_READS && self->transports != NULL && self->reason == NULL && !self->is_paused; i++)
    if (!read_some (self))
      break;
  self->is_dispatching = FALSE;

  if (self->transports != NULL && self->reason == NULL && self->writable == NULL && !flush (self, &error))
    sip_stream_flow_fail (self, error);
  return G_SOURCE_CONTINUE;
}

static void
start_reading (SipStreamFlow *self)
{
  GPollableInputStream *input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (self->stream));

  self->readable = g_pollable_input_stream_create_source (input, NULL);
  g_source_set_callback (self->readable, G_SOURCE_FUNC (readable_cb), self, NULL);
  g_source_set_static_name (self->readable, "SIP over TCP");
  g_source_attach (self->readable, sip_transports_get_context (self->transports));
}

/* --- whether there is still somebody --- */

static void life_timer_cb (SipTimer *timer);

static void
look_again_in (SipStreamFlow *self, gint64 us)
{
  sip_timer_start (sip_transports_get_wheel (self->transports), &self->life_timer, life_timer_cb, us);
}

/* RFC 5626 §4.4.1: a little at random, so that the clients of a server that was restarted do not ping it as one. */
static void
look_again_at_next_ping (SipStreamFlow *self)
{
  guint seconds = sip_transports_get_keep_alive (self->transports);

  if (seconds == 0 || self->parent.is_server)
    look_again_in (self, SIP_STREAM_IDLE_TIMEOUT / 2);
  else
    look_again_in (self, (gint64) (seconds * G_USEC_PER_SEC * g_random_double_range (0.8, 1.0)));
}

/* Only the table of connections holds on to it. */
static gboolean
is_idle (SipStreamFlow *self)
{
  gint64 now = sip_timer_wheel_now (sip_transports_get_wheel (self->transports));

  gint64 last = self->parent.is_server ? MAX (self->last_message, self->last_received) : self->last_message;

  return self->parent.ref_count == 1 && now - last >= SIP_STREAM_IDLE_TIMEOUT;
}

/* A server that has answered a ping once is known to answer them. Of one that never did nothing follows: the CRLFs are what RFC 3261 §7.5
 * has everybody skip. */
static void
life_timer_cb (SipTimer *timer)
{
  SipStreamFlow *self = SIP_CONTAINER_OF (timer, SipStreamFlow, life_timer);
  g_autoptr (GError) error = NULL;

  if (self->waits_for_pong && self->had_pong)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s does not answer any more", self->name);
  else if (self->parent.is_server && !self->had_message)
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "%s has not said anything", self->name);
  if (error != NULL)
    {
      sip_stream_flow_fail (self, error);
      return;
    }
  if (is_idle (self))
    {
      sip_flow_close (&self->parent);
      return;
    }

  if (self->waits_for_pong || self->parent.is_server || sip_transports_get_keep_alive (self->transports) == 0)
    {
      self->waits_for_pong = FALSE;
      look_again_at_next_ping (self);
      return;
    }
  self->waits_for_pong = TRUE;
  look_again_in (self, SIP_STREAM_PONG_TIMEOUT);
  send_static (self, "\r\n\r\n");
}

/* --- the beginning --- */

SipStreamFlow *
sip_stream_flow_new (SipTransports *transports, SipTransportKind kind, const char *name)
{
  SipStreamFlow *self = g_new0 (SipStreamFlow, 1);

  sip_flow_init (&self->parent, &stream_flow_class, kind, NULL, sip_transports_get_tap (transports));
  self->transports = transports;
  self->parent.host_name = self->name = g_strdup (name);
  self->cancellable = g_cancellable_new ();
  sip_timer_start (sip_transports_get_wheel (transports), &self->timer, timer_cb, SIP_STREAM_CONNECT_TIMEOUT);
  return self;
}

SipTransports *
sip_stream_flow_get_transports (SipStreamFlow *self)
{
  return self->transports;
}

GCancellable *
sip_stream_flow_get_cancellable (SipStreamFlow *self)
{
  return self->cancellable;
}

void
sip_stream_flow_count (SipStreamFlow *self, guint *counter)
{
  self->counter = g_rc_box_acquire (counter);
  (*counter)++;
}

void
sip_stream_flow_set_socket (SipStreamFlow *self, GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  GSocket *socket = g_socket_connection_get_socket (connection);

  if (local != NULL)
    sip_address_from_socket_address (&self->parent.local, local);
  if (remote != NULL)
    sip_address_from_socket_address (&self->parent.remote, remote);
  g_set_object (&self->socket, socket);
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, USER_TIMEOUT_MS, NULL);
  g_socket_set_keepalive (socket, TRUE);
}

void
sip_stream_flow_name (SipStreamFlow *self, const SipAddress *local)
{
  if (self->own_sent_by == NULL)
    self->parent.sent_by = self->own_sent_by = sip_transports_make_sent_by (self->transports, self->parent.kind, local);
}

void
sip_stream_flow_set_client (SipStreamFlow *self, GTlsCertificate *certificate)
{
  g_set_object (&self->client, certificate);
}

GTlsCertificate *
sip_stream_flow_get_client (SipStreamFlow *self)
{
  return self->client;
}

/* RFC 5923 §5: only where the other side can know who we are, and where it could have connected to us as well. */
static gboolean
is_alias (SipStreamFlow *self)
{
  const SipFlow *flow = &self->parent;

  return flow->kind == SIP_TRANSPORT_TLS && !flow->is_server && sip_transports_get_certificate (self->transports) != NULL &&
         sip_transports_listens (self->transports, flow->kind, flow->local.family);
}

void
sip_stream_flow_open (SipStreamFlow *self, GIOStream *stream)
{
  g_autoptr (SipFlow) flow = sip_flow_ref (&self->parent);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->cancellable);
  sip_timer_stop (&self->timer);
  self->stream = g_object_ref (stream);
  sip_stream_flow_name (self, &flow->local);
  flow->is_alias = is_alias (self);
  self->last_message = sip_timer_wheel_now (sip_transports_get_wheel (self->transports));
  if (flow->is_server)
    look_again_in (self, SIP_STREAM_FIRST_TIMEOUT);
  else
    look_again_at_next_ping (self);
  start_reading (self);
  sip_transports_connection_opened (self->transports, flow);

  if (self->transports != NULL && self->writable == NULL && !flush (self, &error))
    sip_stream_flow_fail (self, error);
}
