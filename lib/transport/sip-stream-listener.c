/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-stream-listener-private.h"

#include <netinet/in.h>

#include "syntax/sip-error.h"
#include "transport/sip-stream-tls-private.h"

#define LISTEN_BACKLOG 128
#define ACCEPTS_PER_DISPATCH 16
#define ACCEPT_PAUSE G_USEC_PER_SEC

typedef struct
{
  SipListener parent;
  GSocket *socket;
  GSource *source;
  SipTimer pause;        /* out of descriptors: not accepting for a while */
  guint *n_connections;  /* a g_rc_box: they may outlive us */
} StreamListener;

static void
take_socket (StreamListener *self, GSocket *socket)
{
  SipTransports *transports = self->parent.transports;
  g_autoptr (GSocketConnection) connection = g_socket_connection_factory_create_connection (socket);
  g_autoptr (GSocketAddress) address = g_socket_connection_get_remote_address (connection, NULL);
  SipAddress remote = { 0 };
  g_autofree char *name = NULL;
  g_autoptr (SipFlow) flow = NULL;

  if (address == NULL || !sip_address_from_socket_address (&remote, address))
    return; /* it is gone already */
  name = sip_address_to_string (&remote);
  flow = (SipFlow *) sip_stream_flow_new (transports, self->parent.kind, name);
  flow->is_server = TRUE;
  flow->host_name = NULL;
  sip_stream_flow_count ((SipStreamFlow *) flow, self->n_connections);
  sip_stream_flow_set_socket ((SipStreamFlow *) flow, connection);
  sip_transports_add_connection (transports, flow, NULL, NULL);
  if (flow->kind == SIP_TRANSPORT_TLS)
    sip_stream_tls_accept ((SipStreamFlow *) flow, connection);
  else
    sip_stream_flow_open ((SipStreamFlow *) flow, G_IO_STREAM (connection));
}

static void start_accepting (StreamListener *self);

static void
pause_over_cb (SipTimer *timer)
{
  start_accepting (SIP_CONTAINER_OF (timer, StreamListener, pause));
}

/* The connection stays in the backlog, and the main loop would spin on it. */
static void
pause_accepting (StreamListener *self)
{
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  sip_timer_start (sip_transports_get_wheel (self->parent.transports), &self->pause, pause_over_cb, ACCEPT_PAUSE);
}

static gboolean
accept_cb (GSocket *listening, GIOCondition condition, gpointer user_data)
{
  G_GNUC_UNUSED g_autoptr (GSocket) hold = g_object_ref (listening);
  StreamListener *self = user_data;

  for (guint i = 0; i < ACCEPTS_PER_DISPATCH; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSocket) socket = g_socket_accept (listening, NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES))
        {
          g_debug ("%s: %s", self->parent.uri, error->message);
          pause_accepting (self);
          break;
        }
      if (socket == NULL)
        continue; /* it went away before it was taken */
      if (*self->n_connections >= SIP_STREAM_MAX_CONNECTIONS)
        {
          g_debug ("%s: closed a connection over the limit of %u", self->parent.uri, SIP_STREAM_MAX_CONNECTIONS);
          continue;
        }
      take_socket (self, socket);
      if (g_socket_is_closed (listening))
        break; /* and @self is gone */
    }
  return G_SOURCE_CONTINUE;
}

static void
start_accepting (StreamListener *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (accept_cb), self, NULL);
  g_source_set_static_name (self->source, "SIP over TCP: connections");
  g_source_attach (self->source, sip_transports_get_context (self->parent.transports));
}

static void
stream_listener_close (SipListener *listener)
{
  StreamListener *self = (StreamListener *) listener;

  sip_timer_stop (&self->pause);
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
  g_rc_box_release (self->n_connections);
  g_free (listener->uri);
  g_free (self);
}

static const SipListenerClass stream_listener_class = { stream_listener_close, NULL };

static GSocket *
open_socket (SipAddress *address, GError **error)
{
  g_autoptr (GSocketAddress) wanted = sip_address_to_socket_address (address);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GSocket) socket = g_socket_new (g_socket_address_get_family (wanted), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (socket == NULL)
    return NULL;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, LISTEN_BACKLOG);
  if (address->family == AF_INET6)
    g_socket_set_option (socket, IPPROTO_IPV6, IPV6_V6ONLY, TRUE, NULL);
  if (!g_socket_bind (socket, wanted, TRUE, error) || !g_socket_listen (socket, error))
    return NULL;
  bound = g_socket_get_local_address (socket, error);
  if (bound == NULL || !sip_address_from_socket_address (address, bound))
    return NULL;
  return g_steal_pointer (&socket);
}

SipListener *
sip_stream_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error)
{
  SipAddress address;
  g_autoptr (GSocket) socket = NULL;
  g_autofree char *text = NULL;
  StreamListener *self;

  if (kind == SIP_TRANSPORT_TLS && sip_transports_get_certificate (transports) == NULL)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "A tls: listener needs a certificate");
      return NULL;
    }
  if (!sip_transport_address_from_uri (&address, uri, kind == SIP_TRANSPORT_TLS ? 5061 : 5060, error))
    return NULL;
  socket = open_socket (&address, error);
  if (socket == NULL)
    return NULL;

  text = sip_address_to_string (&address);
  self = g_new0 (StreamListener, 1);
  self->parent.klass = &stream_listener_class;
  self->parent.transports = transports;
  self->parent.kind = kind;
  self->parent.address = address;
  self->parent.uri = g_strdup_printf ("%s://%s", sip_transport_kind_to_param (kind), text);
  self->socket = g_steal_pointer (&socket);
  self->n_connections = g_rc_box_new0 (guint);
  start_accepting (self);
  return &self->parent;
}
