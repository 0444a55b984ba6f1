/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-stream-client-private.h"

#include "syntax/sip-error.h"
#include "transport/sip-stream-tls-private.h"

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SipFlow) flow = user_data;
  SipStreamFlow *self = (SipStreamFlow *) flow;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (sip_stream_flow_get_transports (self) == NULL)
    return; /* closed while this was on its way */
  if (connection == NULL)
    {
      sip_stream_flow_fail (self, error);
      return;
    }
  sip_stream_flow_set_socket (self, connection);
  if (flow->kind == SIP_TRANSPORT_TLS)
    sip_stream_tls_connect (self, connection, flow->host_name);
  else
    sip_stream_flow_open (self, G_IO_STREAM (connection));
}

/* Takes @self, which is in the table. */
static void
start_connecting (SipStreamFlow *self, SipTransports *transports, GSocketConnectable *target)
{
  gboolean entered = sip_transports_enter_context (transports);
  g_autoptr (GSocketClient) client = g_socket_client_new ();

  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, target, sip_stream_flow_get_cancellable (self), connected_cb, self);
  sip_transports_leave_context (transports, entered);
}

/* Takes @target. */
static SipFlow *
connect_to (SipTransports *transports, SipTransportKind kind, const char *host, guint16 port, GSocketConnectable *target)
{
  g_autoptr (GSocketConnectable) connectable = target;
  gboolean is_ip6 = strchr (host, ':') != NULL;
  g_autofree char *key = g_strdup_printf (is_ip6 ? "%s://[%s]:%u" : "%s://%s:%u", sip_transport_kind_to_param (kind), host, port);
  SipFlow *flow = sip_transports_find_connection (transports, key);
  SipStreamFlow *self;

  if (flow != NULL)
    return sip_flow_ref (flow);

  self = sip_stream_flow_new (transports, kind, host);
  flow = (SipFlow *) self;
  sip_transports_add_connection (transports, flow, key, NULL);
  start_connecting ((SipStreamFlow *) sip_flow_ref (flow), transports, connectable);
  return flow;
}

SipFlow *
sip_stream_connect (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error)
{
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  int port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : kind == SIP_TRANSPORT_TLS ? 5061 : 5060;
  SipAddress address;

  if (port > G_MAXUINT16)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "%d is no port", port);
      return NULL;
    }
  if (sip_address_parse (&address, sip_str_from (host), port))
    return sip_stream_connect_to_address (transports, kind, &address, error);
  return connect_to (transports, kind, host, port, g_network_address_new (host, port));
}

SipFlow *
sip_stream_connect_to_address (SipTransports *transports, SipTransportKind kind, const SipAddress *address, GError **error)
{
  g_autofree char *host = sip_address_ip_to_string (address);
  GSocketAddress *target = sip_address_to_socket_address (address);

  return connect_to (transports, kind, host, address->port, G_SOCKET_CONNECTABLE (target));
}
