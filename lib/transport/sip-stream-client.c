/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-stream-client-private.h"

#include "syntax/sip-error.h"
#include "transport/sip-dns-connectable-private.h"
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

/* "tls://host:port"; of a host that stands for a domain of another name, whose certificate was looked at, also that name. */
static char *
make_key (SipTransportKind kind, const char *domain, const char *host, guint16 port)
{
  gboolean is_ip6 = strchr (host, ':') != NULL;
  gboolean is_for_other = kind == SIP_TRANSPORT_TLS && strcmp (domain, host) != 0;

  return g_strdup_printf (is_ip6 ? "%s://[%s]:%u%s%s" : "%s://%s:%u%s%s", sip_transport_kind_to_param (kind), host, port,
                          is_for_other ? "#" : "", is_for_other ? domain : "");
}

/* Takes @key and @target. */
static SipFlow *
connect_to (SipTransports *transports, SipTransportKind kind, const char *name, char *key, GSocketConnectable *target)
{
  g_autofree char *own_key = key;
  g_autoptr (GSocketConnectable) connectable = target;
  SipFlow *flow = (SipFlow *) sip_stream_flow_new (transports, kind, name);

  sip_transports_add_connection (transports, flow, key, NULL);
  start_connecting ((SipStreamFlow *) sip_flow_ref (flow), transports, connectable);
  return flow;
}

SipFlow *
sip_stream_connect (SipTransports *transports, SipTransportKind kind, GUri *uri, GError **error)
{
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : kind == SIP_TRANSPORT_TLS ? 5061 : 5060;
  SipAddress address;

  if (port > G_MAXUINT16)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "%d is no port", port);
      return NULL;
    }
  if (sip_address_parse (&address, sip_str_from (host), port))
    return sip_stream_connect_to_address (transports, kind, &address, error);
  return sip_stream_connect_to_host (transports, kind, host, host, port, error);
}

SipFlow *
sip_stream_connect_to_host (SipTransports *transports, SipTransportKind kind, const char *domain, const char *host, guint16 port,
                            GError **error)
{
  g_autofree char *lower_domain = g_ascii_strdown (domain, -1);
  g_autofree char *lower_host = g_ascii_strdown (host, -1);
  g_autofree char *key = make_key (kind, lower_domain, lower_host, port);
  SipFlow *flow = sip_transports_find_connection (transports, key);
  GSocketConnectable *target;

  if (flow != NULL)
    return sip_flow_ref (flow);
  target = sip_dns_connectable_new (sip_transports_get_resolver (transports), sip_transports_get_wheel (transports), lower_host, port);
  return connect_to (transports, kind, lower_domain, g_steal_pointer (&key), target);
}

SipFlow *
sip_stream_connect_to_address (SipTransports *transports, SipTransportKind kind, const SipAddress *address, GError **error)
{
  g_autofree char *host = sip_address_ip_to_string (address);
  g_autofree char *key = make_key (kind, host, host, address->port);
  SipFlow *flow = sip_transports_find_connection (transports, key);

  if (flow != NULL)
    return sip_flow_ref (flow);
  return connect_to (transports, kind, host, g_steal_pointer (&key), G_SOCKET_CONNECTABLE (sip_address_to_socket_address (address)));
}
