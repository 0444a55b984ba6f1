/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-acceptor-private.h"

#include <netinet/in.h>

#define LISTEN_BACKLOG 128
#define ACCEPTS_PER_DISPATCH 16
#define ACCEPT_PAUSE G_USEC_PER_SEC

gboolean
sip_acceptor_open (SipAcceptor *self, SipAddress *address, GError **error)
{
  g_autoptr (GSocketAddress) wanted = sip_address_to_socket_address (address);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (wanted), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, LISTEN_BACKLOG);
  if (address->family == AF_INET6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, TRUE, NULL);
  if (!g_socket_bind (socket, wanted, TRUE, error) || !g_socket_listen (socket, error))
    return FALSE;
  bound = g_socket_get_local_address (socket, error);
  if (bound == NULL || !sip_address_from_socket_address (address, bound))
    return FALSE;
  self->socket = g_steal_pointer (&socket);
  return TRUE;
}

static void begin (SipAcceptor *self);

static void
pause_over_cb (SipTimer *timer)
{
  begin (SIP_CONTAINER_OF (timer, SipAcceptor, pause));
}

static void
drop_source (SipAcceptor *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static gboolean
accept_cb (GSocket *listening, GIOCondition condition, gpointer user_data)
{
  G_GNUC_UNUSED g_autoptr (GSocket) hold = g_object_ref (listening);
  SipAcceptor *self = user_data;

  for (guint i = 0; i < ACCEPTS_PER_DISPATCH; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) socket = g_socket_accept (listening, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES))
        {
          /* The connection stays in the backlog, and the main loop would spin on it. */
          g_debug ("Takes no connections for a while: %s", error->message);
          drop_source (self);
          sip_timer_start (self->wheel, &self->pause, pause_over_cb, ACCEPT_PAUSE);
          break;
        }
      if (socket == NULL)
        continue; /* it went away before it was taken */
      if (*self->n_connections >= self->max_connections)
        {
          g_debug ("Closed a connection over the limit of %u", self->max_connections);
          continue;
        }
      self->func (self, socket);
      if (g_socket_is_closed (listening))
        break; /* and @self may be gone */
    }
  return G_SOURCE_CONTINUE;
}

static void
begin (SipAcceptor *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_set_static_name (self->source, "SIP: connections");
  g_source_attach (self->source, self->context);
}

void
sip_acceptor_start (SipAcceptor *self, SipTimerWheel *wheel, GMainContext *context, SipAcceptorFunc func, const guint *n_connections,
                    guint max_connections)
{
  self->wheel = wheel;
  self->context = context;
  self->func = func;
  self->n_connections = n_connections;
  self->max_connections = max_connections;
  begin (self);
}

void
sip_acceptor_close (SipAcceptor *self)
{
  sip_timer_stop (&self->pause);
  drop_source (self);
  if (self->socket != NULL)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
}
