/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-stream-listener-private.h"

#include "syntax/sip-error.h"
#include "transport/sip-acceptor-private.h"
#include "transport/sip-stream-tls-private.h"

typedef struct
{
  SipListener parent;
  SipAcceptor acceptor;
  guint *n_connections;  /* a g_rc_box: they may outlive us */
} StreamListener;

static void
accepted_cb (SipAcceptor *acceptor, GSocket *socket)
{
  StreamListener *self = SIP_CONTAINER_OF (acceptor, StreamListener, acceptor);
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

static void
stream_listener_close (SipListener *listener)
{
  StreamListener *self = (StreamListener *) listener;

  sip_acceptor_close (&self->acceptor);
  g_rc_box_release (self->n_connections);
  g_free (listener->uri);
  g_free (self);
}

static const SipListenerClass stream_listener_class = { stream_listener_close, NULL };

SipListener *
sip_stream_listen (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error)
{
  SipAddress address;
  SipAcceptor acceptor = { 0 };
  g_autofree char *text = NULL;
  StreamListener *self;

  if (kind == SIP_TRANSPORT_TLS && sip_transports_get_certificate (transports) == NULL)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "A tls: listener needs a certificate");
      return NULL;
    }
  if (!sip_transport_address_from_uri (&address, uri, kind == SIP_TRANSPORT_TLS ? 5061 : 5060, error))
    return NULL;
  if (!sip_acceptor_open (&acceptor, &address, error))
    return NULL;

  text = sip_address_to_string (&address);
  self = g_new0 (StreamListener, 1);
  self->parent.klass = &stream_listener_class;
  self->parent.transports = transports;
  self->parent.kind = kind;
  self->parent.address = address;
  self->parent.uri = g_strdup_printf ("%s://%s", sip_transport_kind_to_param (kind), text);
  self->acceptor = acceptor;
  self->n_connections = g_rc_box_new0 (guint);
  sip_acceptor_start (&self->acceptor, sip_transports_get_wheel (transports), sip_transports_get_context (transports), accepted_cb,
                      self->n_connections, SIP_STREAM_MAX_CONNECTIONS);
  return &self->parent;
}
