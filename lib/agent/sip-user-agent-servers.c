/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The servers of an agent: those that its requests go through, and those that know where names are. */

#include "agent/sip-user-agent-private.h"

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
