/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The agent's configuration, third part: who it is to those who ask for a proof. */

#include "agent/sip-user-agent-private.h"

/* A new list each time: the layer below looks at the one that it has. */
static void
set_list (SipUserAgent *self, GPtrArray *list)
{
  g_clear_pointer (&self->credentials, g_ptr_array_unref);
  self->credentials = list;
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_CREDENTIALS);
}

/**
 * sip_user_agent_get_credentials:
 * @self: a user agent
 *
 * Gets who we are to a server that asks.
 *
 * Returns: (transfer none) (nullable): the first credentials
 */
SipCredentials *
sip_user_agent_get_credentials (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->credentials != NULL && self->credentials->len > 0 ? g_ptr_array_index (self->credentials, 0) : NULL;
}

/**
 * sip_user_agent_set_credentials:
 * @self: a user agent
 * @credentials: (nullable): the credentials, `NULL` for none
 *
 * Sets who we are to a server that asks (RFC 3261 §22), from the next challenge on. They take the place of all that there were.
 */
void
sip_user_agent_set_credentials (SipUserAgent *self, SipCredentials *credentials)
{
  GPtrArray *list;

  g_return_if_fail (SIP_IS_USER_AGENT (self));

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_credentials_unref);
  if (credentials != NULL)
    g_ptr_array_add (list, sip_credentials_ref (credentials));
  set_list (self, list);
}

/**
 * sip_user_agent_add_credentials:
 * @self: a user agent
 * @credentials: the credentials
 *
 * Adds credentials for one more realm. Those for a realm are used before those for any; of several that suit, the ones that were added first.
 */
void
sip_user_agent_add_credentials (SipUserAgent *self, SipCredentials *credentials)
{
  GPtrArray *list;

  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (credentials != NULL);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_credentials_unref);
  for (guint i = 0; self->credentials != NULL && i < self->credentials->len; i++)
    g_ptr_array_add (list, sip_credentials_ref (g_ptr_array_index (self->credentials, i)));
  g_ptr_array_add (list, sip_credentials_ref (credentials));
  set_list (self, list);
}

/* --- asking --- */

static gboolean
ask_cb (gpointer user_data, SipAuthQuestion *question)
{
  G_GNUC_UNUSED g_autoptr (SipUserAgent) hold = g_object_ref (user_data);

  return sip_user_agent_emit_authenticate (user_data, question);
}

void
sip_user_agent_begin_asking (SipUserAgent *self)
{
  SipAuthenticator *authenticator = sip_transactions_get_authenticator (self->transactions);

  sip_authenticator_set_ask (authenticator, ask_cb, self);
  sip_authenticator_set_domain (authenticator, self->parsed_uri != NULL ? sip_uri_get_host (self->parsed_uri) : NULL);
}
