/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-server-list-private.h"

#include "syntax/sip-error.h"

typedef struct
{
  SipServerList *list;
  char *uri;
  SipFlow *flow;       /* NULL where there was none to try */
  SipTimer timer;      /* until the next try; of one that was open at once, until that is told */
  guint n_failures;
  gint64 opened_at;
  gboolean is_up;      /* was told */
  gboolean is_silent;  /* there is no connection that could break, but nobody answers */
} Server;

/* What the network monitor's signal, which comes in a context of its own, finds us by. */
typedef struct
{
  GMainContext *context;
  SipServerList *list; /* NULL: gone; looked at in our context only */
} NetworkWatch;

struct _SipServerList
{
  guint ref_count;
  SipTransports *transports; /* NULL once freed */
  const SipServerListEvents *events;
  gpointer user_data;
  GPtrArray *servers;
  GNetworkMonitor *monitor;
  NetworkWatch *watch;
  gulong handler;
};

static void look_again (Server *server, gint64 us);

static void
server_free (gpointer data)
{
  Server *server = data;

  sip_timer_stop (&server->timer);
  g_clear_pointer (&server->flow, sip_flow_unref);
  g_free (server->uri);
  g_free (server);
}

static void
unref (SipServerList *self)
{
  if (--self->ref_count > 0)
    return;
  g_ptr_array_unref (self->servers);
  g_free (self);
}

/* --- one server --- */

static void
go_up (Server *server)
{
  SipServerList *self = server->list;

  sip_timer_stop (&server->timer);
  server->is_up = TRUE;
  server->opened_at = sip_timer_wheel_now (sip_transports_get_wheel (self->transports));
  self->events->connected (self->user_data, server->uri);
}

gint64
sip_server_list_choose_wait (guint n_failures)
{
  gint64 longest = MIN (SIP_RECONNECT_BASE << MIN (n_failures, 16), SIP_RECONNECT_MAX);

  /* Those who lost their server together must not come back together. */
  return (gint64) (longest * g_random_double_range (0.5, 1.0));
}

static void
go_down (Server *server, const GError *error)
{
  SipServerList *self = server->list;
  gint64 now = sip_timer_wheel_now (sip_transports_get_wheel (self->transports));

  if (server->is_up && now - server->opened_at >= SIP_RECONNECT_STABLE)
    server->n_failures = 0;
  server->is_up = FALSE;
  look_again (server, sip_server_list_choose_wait (server->n_failures++));
  if (server->is_silent)
    server->is_silent = FALSE;
  else
    self->events->disconnected (self->user_data, server->uri, error);
}

static gboolean
connect_to (Server *server, GError **error)
{
  SipFlow *flow = sip_transports_connect (server->list->transports, server->uri, error);

  g_clear_pointer (&server->flow, sip_flow_unref);
  server->flow = flow;
  sip_timer_stop (&server->timer);
  if (flow != NULL && flow->state == SIP_FLOW_OPEN)
    look_again (server, 0);
  return flow != NULL;
}

static void
timer_cb (SipTimer *timer)
{
  Server *server = SIP_CONTAINER_OF (timer, Server, timer);
  g_autoptr (GError) error = NULL;

  if (server->flow != NULL && server->flow->state == SIP_FLOW_OPEN)
    go_up (server);
  else if (!connect_to (server, &error))
    go_down (server, error);
}

static void
look_again (Server *server, gint64 us)
{
  sip_timer_start (sip_transports_get_wheel (server->list->transports), &server->timer, timer_cb, us);
}

static gboolean
is_in (Server *server, SipFlowState state)
{
  return server->flow != NULL && server->flow->state == state;
}

void
sip_server_list_flow_changed (SipServerList *self, SipFlow *flow)
{
  self->ref_count++;
  for (guint i = 0; i < self->servers->len && self->transports != NULL; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);

      if (server->flow != flow)
        continue;
      if (flow->state == SIP_FLOW_OPEN && !server->is_up)
        go_up (server);
      else if (flow->state == SIP_FLOW_CLOSED && !sip_timer_is_running (&server->timer))
        go_down (server, flow->error);
    }
  unref (self);
}

/* --- the network --- */

/* A socket can be bound to an address that is ours. */
static gboolean
has_address (const SipAddress *address)
{
  SipAddress any_port = *address;
  g_autoptr (GSocketAddress) native = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;

  any_port.port = 0;
  native = sip_address_to_socket_address (&any_port);
  if (native == NULL)
    return TRUE;
  socket = g_socket_new (g_socket_address_get_family (native), G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, NULL);
  return socket == NULL || g_socket_bind (socket, native, FALSE, &error) ||
         !g_error_matches (error, G_IO_ERROR, g_io_error_from_errno (EADDRNOTAVAIL));
}

void
sip_server_list_network_changed (SipServerList *self, gboolean is_available)
{
  /* Another network may have other names, and others may be reached from it. */
  sip_dns_resolver_forget (sip_transports_get_resolver (self->transports));
  sip_black_list_clear (sip_transports_get_black_list (self->transports));
  self->ref_count++;
  /* A connection from an address that we have no more breaks some day; it need not be waited for. */
  for (guint i = 0; i < self->servers->len && self->transports != NULL; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);

      if (is_in (server, SIP_FLOW_OPEN) && server->flow->is_reliable && !has_address (&server->flow->local))
        {
          g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "Our network address is gone");

          sip_flow_break (server->flow, error);
        }
    }

  for (guint i = 0; is_available && i < self->servers->len && self->transports != NULL; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);

      if (!sip_timer_is_running (&server->timer) || is_in (server, SIP_FLOW_OPEN))
        continue;
      server->n_failures = 0;
      look_again (server, (gint64) (SIP_RECONNECT_SPREAD * g_random_double ()));
    }
  if (is_available && self->transports != NULL && self->events->network_changed != NULL)
    self->events->network_changed (self->user_data);
  unref (self);
}

static void
network_watch_clear (gpointer data)
{
  g_main_context_unref (((NetworkWatch *) data)->context);
}

static void
network_watch_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, network_watch_clear);
}

static gboolean
network_changed_in_context_cb (gpointer user_data)
{
  NetworkWatch *watch = user_data;

  if (watch->list != NULL)
    sip_server_list_network_changed (watch->list, g_network_monitor_get_network_available (watch->list->monitor));
  return G_SOURCE_REMOVE;
}

static void
network_changed_cb (GNetworkMonitor *monitor, gboolean is_available, gpointer user_data)
{
  NetworkWatch *watch = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, network_changed_in_context_cb, g_atomic_rc_box_acquire (watch), network_watch_unref);
  g_source_attach (source, watch->context);
}

static void
network_closure_gone_cb (gpointer data, GClosure *closure)
{
  network_watch_unref (data);
}

void
sip_server_list_watch_network (SipServerList *self)
{
  if (self->watch != NULL)
    return;
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->watch = g_atomic_rc_box_new0 (NetworkWatch);
  self->watch->context = g_main_context_ref_thread_default ();
  self->watch->list = self;
  self->handler = g_signal_connect_data (self->monitor, "network-changed", G_CALLBACK (network_changed_cb),
                                         g_atomic_rc_box_acquire (self->watch), network_closure_gone_cb, 0);
}

/* --- the list --- */

SipServerList *
sip_server_list_new (SipTransports *transports, const SipServerListEvents *events, gpointer user_data)
{
  SipServerList *self = g_new0 (SipServerList, 1);

  self->ref_count = 1;
  self->transports = transports;
  self->events = events;
  self->user_data = user_data;
  self->servers = g_ptr_array_new_with_free_func (server_free);
  return self;
}

void
sip_server_list_free (SipServerList *self)
{
  self->transports = NULL;
  for (guint i = 0; i < self->servers->len; i++)
    sip_timer_stop (&((Server *) g_ptr_array_index (self->servers, i))->timer);
  if (self->watch != NULL)
    {
      self->watch->list = NULL;
      g_signal_handler_disconnect (self->monitor, self->handler);
      g_clear_pointer (&self->watch, network_watch_unref);
      g_clear_object (&self->monitor);
    }
  unref (self);
}

gboolean
sip_server_list_connect (SipServerList *self, const char *const *uris, GError **error)
{
  for (guint i = 0; uris[i] != NULL; i++)
    {
      Server *server = g_new0 (Server, 1);

      server->list = self;
      server->uri = g_strdup (uris[i]);
      g_ptr_array_add (self->servers, server);
      if (!connect_to (server, error))
        return FALSE;
    }
  if (self->servers->len > 0)
    sip_server_list_watch_network (self);
  return TRUE;
}

gboolean
sip_server_list_is_empty (SipServerList *self)
{
  return self->servers->len == 0;
}

gboolean
sip_server_list_is_down (SipServerList *self)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);

      if (is_in (server, SIP_FLOW_OPEN) || is_in (server, SIP_FLOW_CONNECTING))
        return FALSE;
    }
  return TRUE;
}

guint
sip_server_list_get_n (SipServerList *self)
{
  return self->servers->len;
}

SipFlow *
sip_server_list_get_open_flow (SipServerList *self, guint i)
{
  Server *server = g_ptr_array_index (self->servers, i);

  return is_in (server, SIP_FLOW_OPEN) ? server->flow : NULL;
}

static SipFlow *
find_in (SipServerList *self, SipFlowState state, gboolean is_silent)
{
  for (guint i = 0; i < self->servers->len; i++)
    {
      Server *server = g_ptr_array_index (self->servers, i);

      if (is_in (server, state) && server->is_silent == is_silent)
        return server->flow;
    }
  return NULL;
}

void
sip_server_list_answered (SipServerList *self, guint i, SipFlow *flow, const GError *error)
{
  Server *server = g_ptr_array_index (self->servers, i);

  if (server->flow != flow || flow->state != SIP_FLOW_OPEN || !server->is_up)
    return;

  self->ref_count++;
  if (error != NULL && flow->is_reliable)
    {
      sip_flow_break (flow, error);
    }
  else if (error != NULL && !server->is_silent)
    {
      server->is_silent = TRUE;
      self->events->disconnected (self->user_data, server->uri, error);
    }
  else if (error == NULL && server->is_silent)
    {
      server->is_silent = FALSE;
      self->events->connected (self->user_data, server->uri);
    }
  unref (self);
}

SipFlow *
sip_server_list_get_flow (SipServerList *self)
{
  SipFlow *flow = find_in (self, SIP_FLOW_OPEN, FALSE);
  Server *first;

  if (flow == NULL)
    flow = find_in (self, SIP_FLOW_CONNECTING, FALSE);
  if (flow == NULL)
    flow = find_in (self, SIP_FLOW_OPEN, TRUE);
  if (flow != NULL || self->servers->len == 0)
    return flow;

  /* Somebody wants something now. */
  first = g_ptr_array_index (self->servers, 0);
  if (!connect_to (first, NULL))
    look_again (first, sip_server_list_choose_wait (first->n_failures++));
  return first->flow;
}
