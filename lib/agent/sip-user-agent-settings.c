/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The agent's configuration, first part: who it is, and how it is on the network. */

#include "agent/sip-user-agent-private.h"

/**
 * sip_user_agent_get_uri:
 * @self: a user agent
 *
 * Gets our address of record.
 *
 * Returns: (transfer none): the URI
 */
const char *
sip_user_agent_get_uri (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->uri;
}

/**
 * sip_user_agent_get_state:
 * @self: a user agent
 *
 * Gets whether the agent is on the network.
 *
 * Returns: the state
 */
SipUserAgentState
sip_user_agent_get_state (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), SIP_USER_AGENT_STATE_STOPPED);

  return self->state;
}

/**
 * sip_user_agent_get_display_name:
 * @self: a user agent
 *
 * Gets the name that a called person sees.
 *
 * Returns: (transfer none) (nullable): the name
 */
const char *
sip_user_agent_get_display_name (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->display_name;
}

/**
 * sip_user_agent_set_display_name:
 * @self: a user agent
 * @display_name: (nullable): the name
 *
 * Sets the name that a called person sees.
 */
void
sip_user_agent_set_display_name (SipUserAgent *self, const char *display_name)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (g_strcmp0 (self->display_name, display_name) == 0)
    return;

  g_free (self->display_name);
  self->display_name = g_strdup (display_name);

  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_DISPLAY_NAME);
}

/**
 * sip_user_agent_get_user_agent_string:
 * @self: a user agent
 *
 * Gets the User-Agent and Server header.
 *
 * Returns: (transfer none) (nullable): the text
 */
const char *
sip_user_agent_get_user_agent_string (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->user_agent_string;
}

/**
 * sip_user_agent_set_user_agent_string:
 * @self: a user agent
 * @user_agent_string: (nullable): the text, `NULL` to leave them out
 *
 * Sets the User-Agent and Server header.
 */
void
sip_user_agent_set_user_agent_string (SipUserAgent *self, const char *user_agent_string)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (g_strcmp0 (self->user_agent_string, user_agent_string) == 0)
    return;

  g_free (self->user_agent_string);
  self->user_agent_string = g_strdup (user_agent_string);
  if (self->dialogs != NULL)
    {
      sip_dialogs_set_product (self->dialogs, user_agent_string);
      sip_transactions_set_server_name (self->transactions, user_agent_string);
    }

  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_USER_AGENT_STRING);
}

/**
 * sip_user_agent_get_aliases:
 * @self: a user agent
 *
 * Gets which more users requests may be for.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the users
 */
const char *const *
sip_user_agent_get_aliases (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->aliases;
}

/**
 * sip_user_agent_set_aliases:
 * @self: a user agent
 * @aliases: (nullable) (array zero-terminated=1): the users; "*" stands for every one
 *
 * Sets which more users requests may be for.
 */
void
sip_user_agent_set_aliases (SipUserAgent *self, const char *const *aliases)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->aliases == aliases)
    return;

  g_strfreev (self->aliases);
  self->aliases = g_strdupv ((char **) aliases);

  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_ALIASES);
}

/**
 * sip_user_agent_get_servers:
 * @self: a user agent
 *
 * Gets the servers that requests go through.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): their URIs
 */
const char *const *
sip_user_agent_get_servers (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return (const char *const *) self->servers;
}

/**
 * sip_user_agent_set_servers:
 * @self: a user agent
 * @servers: (nullable) (array zero-terminated=1): their URIs
 *
 * Sets the servers that requests go through, from the next start on.
 */
void
sip_user_agent_set_servers (SipUserAgent *self, const char *const *servers)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if ((const char *const *) self->servers == servers)
    return;

  g_strfreev (self->servers);
  self->servers = g_strdupv ((char **) servers);

  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_SERVERS);
}

/**
 * sip_user_agent_get_tls_certificate:
 * @self: a user agent
 *
 * Gets the certificate that secure listeners show.
 *
 * Returns: (transfer none) (nullable): the certificate
 */
GTlsCertificate *
sip_user_agent_get_tls_certificate (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->tls_certificate;
}

/**
 * sip_user_agent_set_tls_certificate:
 * @self: a user agent
 * @certificate: (nullable): the certificate, with its key
 *
 * Sets the certificate that secure listeners show.
 */
void
sip_user_agent_set_tls_certificate (SipUserAgent *self, GTlsCertificate *certificate)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (!g_set_object (&self->tls_certificate, certificate))
    return;

  if (self->transactions != NULL)
    sip_transports_set_certificate (sip_transactions_get_transports (self->transactions), certificate);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_TLS_CERTIFICATE);
}

/**
 * sip_user_agent_get_tls_database:
 * @self: a user agent
 *
 * Gets which certificates servers are trusted by.
 *
 * Returns: (transfer none) (nullable): the certificates; `NULL`: the system's
 */
GTlsDatabase *
sip_user_agent_get_tls_database (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->tls_database;
}

/**
 * sip_user_agent_set_tls_database:
 * @self: a user agent
 * @database: (nullable): the certificates; `NULL`: the system's
 *
 * Sets which certificates servers are trusted by.
 */
void
sip_user_agent_set_tls_database (SipUserAgent *self, GTlsDatabase *database)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (!g_set_object (&self->tls_database, database))
    return;

  if (self->transactions != NULL)
    sip_transports_set_trust (sip_transactions_get_transports (self->transactions), database);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_TLS_DATABASE);
}

SipUri *
sip_user_agent_get_parsed_uri (SipUserAgent *self)
{
  return self->parsed_uri;
}
