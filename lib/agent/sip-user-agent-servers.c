/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The servers of an agent: those that its requests go through, and those that know where names are. */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-server-order-private.h"

/**
 * sip_user_agent_add_server:
 * @self: a user agent
 * @uri: its URI
 * @weight: how much it is preferred
 *
 * Adds a server to those that requests go through, from the next start on. All are connected to; requests go through the heaviest that is
 * connected. The order of those of one weight is drawn at each start, so that the clients of some equal servers spread over them. Servers
 * that have been set without weights come after them, in their order.
 */
void
sip_user_agent_add_server (SipUserAgent *self, const char *uri, guint weight)
{
  g_autoptr (GStrvBuilder) servers = NULL;
  guint n;
  gint value = (gint) MIN (weight, G_MAXINT);
  gint none = SIP_SERVER_NO_WEIGHT;

  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (uri != NULL);

  n = self->servers != NULL ? g_strv_length (self->servers) : 0;
  if (self->server_weights == NULL)
    self->server_weights = g_array_new (FALSE, FALSE, sizeof (gint));
  while (self->server_weights->len < n)
    g_array_append_val (self->server_weights, none);
  g_array_append_val (self->server_weights, value);

  servers = g_strv_builder_new ();
  if (self->servers != NULL)
    g_strv_builder_addv (servers, (const char **) self->servers);
  g_strv_builder_add (servers, uri);
  g_strfreev (self->servers);
  self->servers = g_strv_builder_end (servers);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_SERVERS);
}

char **
sip_user_agent_order_servers (SipUserAgent *self)
{
  if (self->servers == NULL)
    return g_new0 (char *, 1);
  if (self->server_weights == NULL)
    return g_strdupv (self->servers);
  return sip_server_order ((const char *const *) self->servers, (const gint *) (gpointer) self->server_weights->data, sip_random_real,
                           NULL);
}

/**
 * sip_user_agent_get_dns_servers:
 * @self: a user agent
 *
 * Gets who is asked where names are.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): their addresses; `NULL`: the system is
 */
const char *const *
sip_user_agent_get_dns_servers (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->dns_servers;
}

/**
 * sip_user_agent_set_dns_servers:
 * @self: a user agent
 * @servers: (nullable) (array zero-terminated=1): their addresses, with ports or without; `NULL`: the system is asked
 *
 * Sets who is asked where names are (RFC 3263), from the next start on. An address that is none lets the start fail.
 */
void
sip_user_agent_set_dns_servers (SipUserAgent *self, const char *const *servers)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->dns_servers == servers)
    return;

  g_strfreev (self->dns_servers);
  self->dns_servers = g_strdupv ((char **) servers);

  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_DNS_SERVERS);
}

gboolean
sip_user_agent_apply_dns_servers (SipUserAgent *self, GError **error)
{
  SipDnsResolver *resolver = sip_transports_get_resolver (sip_transactions_get_transports (self->transactions));
  g_autofree char *servers = NULL;

  if (self->dns_servers != NULL && self->dns_servers[0] != NULL)
    servers = g_strjoinv (",", self->dns_servers);
  return sip_dns_resolver_set_servers (resolver, servers, error);
}
