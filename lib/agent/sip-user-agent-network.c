/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The agent on the network: its stack, its listeners and servers, and its start. */

#include "agent/sip-user-agent-private.h"

#include "agent/sip-router-private.h"
#include "agent/sip-server-ping-private.h"
#include "syntax/sip-error.h"

/* --- the stack --- */

static void
traffic_cb (gpointer user_data, SipMsg *msg, SipFlow *flow, gboolean sent)
{
  sip_user_agent_emit_traffic (user_data, msg, sent ? SIP_DIRECTION_OUTGOING : SIP_DIRECTION_INCOMING);
}

static gboolean
accept_certificate_cb (gpointer user_data, GTlsCertificate *certificate, GTlsCertificateFlags errors, const char *host)
{
  return sip_user_agent_emit_accept_certificate (user_data, certificate, errors, host);
}

static void
drop_servers (SipUserAgent *self)
{
  g_clear_pointer (&self->server_ping, sip_server_ping_free);
  g_clear_pointer (&self->server_list, sip_server_list_free);
}

void
sip_user_agent_apply_options_interval (SipUserAgent *self)
{
  g_clear_pointer (&self->server_ping, sip_server_ping_free);
  if (self->options_interval > 0 && self->server_list != NULL && !sip_server_list_is_empty (self->server_list))
    self->server_ping = sip_server_ping_new (self, self->server_list, self->options_interval);
}

/* Made when it is first needed and after each stop. */
void
sip_user_agent_ensure_stack (SipUserAgent *self)
{
  SipTransports *transports;

  if (self->transactions != NULL)
    return;

  if (self->wheel == NULL)
    self->wheel = sip_timer_wheel_new (NULL);
  self->transactions = sip_transactions_new (self->wheel, &sip_router_events, self);
  self->dialogs = sip_dialogs_new (self->transactions);
  sip_user_agent_apply_settings (self);
  sip_user_agent_begin_asking (self);

  transports = sip_transactions_get_transports (self->transactions);
  sip_transports_set_tap (transports, traffic_cb, self);
  sip_transports_set_certificate (transports, self->tls_certificate);
  sip_transports_set_trust (transports, self->tls_database);
  sip_transports_set_keep_alive (transports, self->keep_alive_interval);
  sip_transports_set_accept_certificate (transports, accept_certificate_cb, self);
}

void
sip_user_agent_free_stack (SipUserAgent *self)
{
  sip_enders_abandon (self->enders);
  drop_servers (self);
  g_clear_pointer (&self->dialogs, sip_dialogs_free);
  g_clear_pointer (&self->transactions, sip_transactions_free);
}

SipTransactions *
sip_user_agent_get_transactions (SipUserAgent *self)
{
  sip_user_agent_ensure_stack (self);
  return self->transactions;
}

SipDialogs *
sip_user_agent_get_dialogs (SipUserAgent *self)
{
  sip_user_agent_ensure_stack (self);
  return self->dialogs;
}

/* The connection to a server of ours: the first one that is open, or else being opened. */
SipFlow *
sip_user_agent_get_server_flow (SipUserAgent *self)
{
  SipFlow *registered = sip_user_agent_get_registered_flow (self);

  /* Of several the one that is known to work. */
  if (registered != NULL && self->server_list != NULL && !sip_server_list_is_empty (self->server_list))
    return registered;
  return self->server_list != NULL ? sip_server_list_get_flow (self->server_list) : NULL;
}

/* --- start --- */

/**
 * sip_user_agent_listen:
 * @self: a user agent
 * @uri: where: "udp://127.0.0.1:5060", "tcp://[::]:5060", "tls://0.0.0.0:5061", "ws://[::1]:8080/", "wss://0.0.0.0:0/"; port 0 takes a
 *   free one
 * @error: return location for an error
 *
 * Takes requests, and connections, at an address (RFC 3261 §18, RFC 7118). Calls come in when the agent is started. A browser can call
 * such an agent without a SIP server between.
 *
 * A `tls:` or `wss:` address needs [property@Sip.UserAgent:tls-certificate].
 *
 * Returns: (transfer full) (nullable): the URI with the port that was taken; `NULL` with `SIP_ERROR_INVALID_URI`, `SIP_ERROR_TRANSPORT` or
 *   GIO's error
 */
char *
sip_user_agent_listen (SipUserAgent *self, const char *uri, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);
  g_return_val_if_fail (uri != NULL, NULL);

  sip_user_agent_ensure_stack (self);
  return sip_transports_listen (sip_transactions_get_transports (self->transactions), uri, error);
}

/**
 * sip_user_agent_get_listening_uris:
 * @self: a user agent
 *
 * Gets where it listens.
 *
 * Returns: (transfer full) (array zero-terminated=1): the URIs, with the ports that were taken
 */
char **
sip_user_agent_get_listening_uris (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  if (self->transactions == NULL)
    return g_new0 (char *, 1);

  return sip_transports_get_listening (sip_transactions_get_transports (self->transactions));
}

void
sip_user_agent_finish_start (SipUserAgent *self, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

  sip_user_agent_set_state (self, error == NULL ? SIP_USER_AGENT_STATE_STARTED : SIP_USER_AGENT_STATE_STOPPED);
  if (error == NULL)
    sip_user_agent_register_started (self);
  if (task == NULL)
    return;

  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_error_copy (error));
}

void
sip_user_agent_flow_changed (SipUserAgent *self, SipFlow *flow)
{
  G_GNUC_UNUSED g_autoptr (SipUserAgent) hold = g_object_ref (self);

  if (self->server_list != NULL)
    sip_server_list_flow_changed (self->server_list, flow);
}

static void
server_connected_cb (gpointer user_data, const char *server)
{
  SipUserAgent *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipUserAgent) hold = g_object_ref (self);

  sip_user_agent_emit_connected (self, server);
  sip_user_agent_register_look_at_servers (self);
  if (self->state == SIP_USER_AGENT_STATE_STARTING)
    sip_user_agent_finish_start (self, NULL);
}

static void
server_disconnected_cb (gpointer user_data, const char *server, const GError *reason)
{
  SipUserAgent *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipUserAgent) hold = g_object_ref (self);
  g_autoptr (GError) error = reason != NULL ? g_error_copy (reason)
                                            : g_error_new (SIP_ERROR, SIP_ERROR_TRANSPORT, "No connection to %s", server);

  sip_user_agent_emit_disconnected (self, server, reason);
  if (self->state == SIP_USER_AGENT_STATE_STARTING && self->server_list != NULL && sip_server_list_is_down (self->server_list))
    {
      drop_servers (self);
      sip_user_agent_finish_start (self, error);
    }
}

static void
network_changed_cb (gpointer user_data)
{
  SipUserAgent *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipUserAgent) hold = g_object_ref (self);

  sip_user_agent_register_network_changed (self);
}

static const SipServerListEvents server_list_events = { server_connected_cb, server_disconnected_cb, network_changed_cb };

/* Nothing said how to reach anybody, or only that by datagrams: from a port of the system's choice. */
static gboolean
ensure_listener (SipUserAgent *self, GError **error)
{
  SipTransports *transports = sip_transactions_get_transports (self->transactions);
  g_auto (GStrv) listening = sip_transports_get_listening (transports);
  gboolean is_needed = self->servers == NULL || self->servers[0] == NULL;
  g_autofree char *uri = NULL;

  for (guint i = 0; !is_needed && self->servers[i] != NULL; i++)
    is_needed = g_ascii_strncasecmp (self->servers[i], "udp:", 4) == 0;
  if (!is_needed || listening[0] != NULL)
    return TRUE;
  uri = sip_transports_listen (transports, "udp://0.0.0.0:0", error);
  return uri != NULL;
}

static gboolean
connect_servers (SipUserAgent *self, GError **error)
{
  g_auto (GStrv) ordered = NULL;

  if (!sip_user_agent_apply_dns_servers (self, error) || !ensure_listener (self, error))
    return FALSE;
  ordered = sip_user_agent_order_servers (self);
  self->server_list = sip_server_list_new (sip_transactions_get_transports (self->transactions), &server_list_events, self);
  if (sip_server_list_connect (self->server_list, (const char *const *) ordered, error))
    {
      sip_user_agent_apply_options_interval (self);
      return TRUE;
    }
  drop_servers (self);
  return FALSE;
}

/**
 * sip_user_agent_start_async:
 * @self: a user agent
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when it is started
 * @user_data: for @callback
 *
 * Connects to [property@Sip.UserAgent:servers] and begins to take calls. It is started when the first of the servers is connected; without servers
 * at once. From then on a connection that is lost, or was not made, is tried again, after some seconds at first, later after up to five
 * minutes, and at once when the network is back.
 */
void
sip_user_agent_start_async (SipUserAgent *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SIP_IS_USER_AGENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_user_agent_start_async);

  if (self->state != SIP_USER_AGENT_STATE_STOPPED)
    {
      g_task_return_new_error (task, SIP_ERROR, SIP_ERROR_INVALID_STATE, "start is not possible: the user agent is not stopped");
      return;
    }
  if (self->parsed_uri == NULL)
    {
      g_task_return_new_error (task, SIP_ERROR, SIP_ERROR_INVALID_URI, "\"%s\" is no SIP URI with a user", self->uri);
      return;
    }
  if (!sip_user_agent_check_settings (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  sip_user_agent_ensure_stack (self);
  sip_user_agent_set_state (self, SIP_USER_AGENT_STATE_STARTING);
  g_set_object (&self->start_task, task);
  if (!connect_servers (self, &error))
    sip_user_agent_finish_start (self, error);
  else if (sip_server_list_is_empty (self->server_list))
    sip_user_agent_finish_start (self, NULL);
}

/**
 * sip_user_agent_start_finish:
 * @self: a user agent
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.UserAgent.start_async].
 *
 * Returns: whether it is started; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_URI`,
 *   `SIP_ERROR_INVALID_HEADER` (a setting that must not go into a header), `SIP_ERROR_INVALID_ARGUMENT` (a DNS server that is no address),
 *   `SIP_ERROR_TRANSPORT` or GIO's
 */
gboolean
sip_user_agent_start_finish (SipUserAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
