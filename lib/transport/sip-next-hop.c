/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-next-hop-private.h"

#include "syntax/sip-error.h"
#include "transport/sip-memory-transport-private.h"
#include "transport/sip-transport-private.h"

/* A walk in stages, each of which gives flows or hands over to the next. RFC 3263's NAPTR and SRV look-ups will be stages between TARGET
 * and RESOLVE: they turn one target (kind, host, port) into several. */
typedef enum
{
  STAGE_PREFERRED,
  STAGE_TARGET,    /* kind, host and port are known: is a name to be resolved? */
  STAGE_RESOLVE,   /* yes: waits for sip_next_hop_start() */
  STAGE_RESOLVING,
  STAGE_ADDRESSES, /* one after the other */
  STAGE_DONE,
} Stage;

/* A connection that has to be open before a Via can be written for it is a stage of its own beside these: `opening`. */

/* What an answer of the resolver finds its way by: it may come after our end. */
typedef struct
{
  SipNextHop *next_hop; /* NULL: gone */
} Query;

struct _SipNextHop
{
  SipTransports *transports;
  SipFlow *preferred;
  Stage stage;
  SipTransportKind kind;
  SipFlow *opening;    /* nullable */
  SipFlowWatch watch;  /* of it, once somebody waits */
  SipFlow *narrow;     /* nullable: see sip_next_hop_widen() */
  SipTimer patience;   /* with the connection instead of it */
  gboolean was_widened;
  char *host;          /* without brackets */
  guint16 port;
  GQueue addresses;    /* SipAddress */
  GError *error;       /* of the last that failed */
  Query *query;
  GCancellable *cancellable;
  SipTimer timer;      /* an answer that is there already comes from the main loop too */
  SipNextHopFunc func;
  gpointer user_data;
};

static gboolean
ends_with (const char *host, const char *suffix)
{
  gsize host_len = strlen (host), len = strlen (suffix);

  return host_len >= len && g_ascii_strncasecmp (host + host_len - len, suffix, len) == 0;
}

static guint16
default_port (SipTransportKind kind)
{
  switch (kind)
    {
    case SIP_TRANSPORT_TLS:
      return 5061;
    case SIP_TRANSPORT_WS:
      return 80;
    case SIP_TRANSPORT_WSS:
      return 443;
    default:
      return 5060;
    }
}

/* RFC 3263 §4.1, RFC 3261 §26.2.2 for sips. */
static gboolean
choose_kind (SipTransportKind *kind, const SipUriView *uri, GError **error)
{
  SipStr transport = SIP_STR_INIT;

  *kind = uri->is_sips ? SIP_TRANSPORT_TLS : SIP_TRANSPORT_UDP;
  if (!sip_params_find (uri->params, "transport", &transport))
    return TRUE;
  if (!sip_transport_kind_from_str (transport, kind))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "There is no transport “" SIP_STR_FORMAT "”", SIP_STR_ARGS (transport));
      return FALSE;
    }
  if (!uri->is_sips)
    return TRUE;

  switch (*kind)
    {
    case SIP_TRANSPORT_UDP:
      g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "UDP is no way to a sips URI (“" SIP_STR_FORMAT "”)", SIP_STR_ARGS (uri->whole));
      return FALSE;
    case SIP_TRANSPORT_TCP:
      *kind = SIP_TRANSPORT_TLS;
      return TRUE;
    case SIP_TRANSPORT_WS:
      *kind = SIP_TRANSPORT_WSS;
      return TRUE;
    default:
      return TRUE;
    }
}

static gboolean
read_uri (SipNextHop *self, const SipUriView *uri, GError **error)
{
  SipStr host = uri->host;
  SipStr maddr;

  if (!uri->is_sip)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“" SIP_STR_FORMAT "” is no sip or sips URI: nowhere to send to",
                   SIP_STR_ARGS (uri->whole));
      return FALSE;
    }
  if (!choose_kind (&self->kind, uri, error))
    return FALSE;

  if (sip_params_find (uri->params, "maddr", &maddr) && maddr.len > 0)
    host = maddr;
  if (host.len >= 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
    host = sip_str (host.p + 1, host.len - 2);
  if (host.len > 1 && host.p[host.len - 1] == '.')
    host.len--;
  self->host = sip_str_dup (host);
  self->port = uri->port != 0 ? uri->port : default_port (self->kind);
  return TRUE;
}

SipNextHop *
sip_next_hop_new (SipTransports *transports, const SipUriView *uri, SipFlow *preferred)
{
  SipNextHop *self = g_new0 (SipNextHop, 1);

  self->transports = transports;
  self->preferred = preferred != NULL ? sip_flow_ref (preferred) : NULL;
  g_queue_init (&self->addresses);
  /* A preferred flow takes any URI, also one that names nothing on the network. */
  read_uri (self, uri, &self->error);
  return self;
}

void
sip_next_hop_free (SipNextHop *self)
{
  if (self->query != NULL)
    self->query->next_hop = NULL;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  sip_timer_stop (&self->timer);
  sip_flow_unwatch (&self->watch);
  sip_timer_stop (&self->patience);
  g_clear_pointer (&self->narrow, sip_flow_unref);
  g_clear_pointer (&self->opening, sip_flow_unref);
  g_clear_pointer (&self->preferred, sip_flow_unref);
  g_queue_clear_full (&self->addresses, g_free);
  g_clear_error (&self->error);
  g_free (self->host);
  g_free (self);
}

static void
add_address (SipNextHop *self, const SipAddress *address)
{
  g_queue_push_tail (&self->addresses, g_memdup2 (address, sizeof *address));
}

static SipFlow *
connect_to_memory (SipNextHop *self, GError **error)
{
  g_autofree char *name = g_strndup (self->host, strlen (self->host) - strlen (".mem"));
  g_autofree char *uri = NULL;

  uri = self->kind == SIP_TRANSPORT_UDP ? g_strdup_printf ("mem://%s", name)
                                        : g_strdup_printf ("mem://%s?transport=%s", name, sip_transport_kind_to_via (self->kind));
  return sip_transports_connect (self->transports, uri, error);
}

/* What the target is; a flow where that needs no address. */
static SipFlow *
look_at_target (SipNextHop *self)
{
  SipAddress address;

  self->stage = STAGE_DONE;
  if (self->host == NULL)
    return NULL; /* the URI was wrong, and self->error says so */

  if (ends_with (self->host, ".mem") && sip_memory_transport_in_use ())
    return connect_to_memory (self, &self->error);
  if (ends_with (self->host, ".invalid"))
    {
      SipFlow *flow = sip_transports_find_peer (self->transports, self->host);

      /* RFC 2606, and RFC 7118 §5: reached through the connection that it came by, or not at all. */
      if (flow != NULL)
        return sip_flow_ref (flow);
      g_set_error (&self->error, SIP_ERROR, SIP_ERROR_TRANSPORT, "The connection to %s is gone", self->host);
      return NULL;
    }
  /* Connections by name check a certificate against that name, and look it up by themselves. */
  if (self->kind != SIP_TRANSPORT_UDP)
    return sip_transports_flow_to_host (self->transports, self->kind, self->host, self->port, &self->error);

  if (sip_address_parse (&address, sip_str_from (self->host), self->port))
    {
      add_address (self, &address);
      self->stage = STAGE_ADDRESSES;
      return NULL;
    }
  self->stage = STAGE_RESOLVE;
  return NULL;
}

static SipFlow *
next_address (SipNextHop *self)
{
  g_autofree SipAddress *address = g_queue_pop_head (&self->addresses);

  if (address == NULL)
    {
      self->stage = STAGE_DONE;
      return NULL;
    }
  g_clear_error (&self->error);
  return sip_transports_flow_to_address (self->transports, self->kind, address, &self->error);
}

static void
give_up_opening (SipNextHop *self)
{
  sip_timer_stop (&self->patience);
  if (self->narrow != NULL)
    sip_transports_note_no_tcp (self->transports, &self->narrow->remote);
  g_clear_pointer (&self->opening, sip_flow_unref);
}

/* What became of the connection that was waited for. TRUE: it is open. */
static gboolean
look_at_opening (SipNextHop *self)
{
  if (self->opening->state == SIP_FLOW_OPEN)
    return TRUE;
  if (self->opening->state == SIP_FLOW_CLOSED)
    {
      g_clear_error (&self->error);
      if (self->opening->error != NULL)
        self->error = g_error_copy (self->opening->error);
      give_up_opening (self);
    }
  return FALSE;
}

SipFlow *
sip_next_hop_try (SipNextHop *self, GError **error)
{
  while (TRUE)
    {
      g_autoptr (SipFlow) flow = NULL;

      if (self->opening != NULL && look_at_opening (self))
        return g_steal_pointer (&self->opening);
      if (self->opening != NULL)
        return NULL;
      /* RFC 3261 §18.1.1: where TCP is refused, UDP. Also where it is not answered, or breaks: a firewall is no answer. */
      if (self->narrow != NULL)
        return g_steal_pointer (&self->narrow);

      switch (self->stage)
        {
        case STAGE_PREFERRED:
          self->stage = STAGE_TARGET;
          flow = g_steal_pointer (&self->preferred);
          if (flow != NULL && flow->state == SIP_FLOW_CLOSED)
            g_clear_pointer (&flow, sip_flow_unref);
          break;

        case STAGE_TARGET:
          flow = look_at_target (self);
          break;

        case STAGE_RESOLVE:
        case STAGE_RESOLVING:
          return NULL;

        case STAGE_ADDRESSES:
          flow = next_address (self);
          break;

        case STAGE_DONE:
          if (self->error != NULL)
            g_propagate_error (error, g_error_copy (self->error));
          else
            g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "No further way to %s", self->host);
          return NULL;
        }
      if (flow != NULL && flow->state == SIP_FLOW_CONNECTING && flow->sent_by == NULL)
        self->opening = g_steal_pointer (&flow);
      else if (flow != NULL)
        return g_steal_pointer (&flow);
    }
}

static void resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data);

static void
resolve (SipNextHop *self)
{
  gboolean entered = sip_transports_enter_context (self->transports);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  self->stage = STAGE_RESOLVING;
  self->query = g_new0 (Query, 1);
  self->query->next_hop = self;
  self->cancellable = g_cancellable_new ();
  g_resolver_lookup_by_name_async (resolver, self->host, self->cancellable, resolved_cb, self->query);
  sip_transports_leave_context (self->transports, entered);
}

gboolean
sip_next_hop_widen (SipNextHop *self, SipFlow *flow)
{
  SipFlow *wide;

  if (self->was_widened || flow->kind != SIP_TRANSPORT_UDP || flow->remote.family == 0 ||
      sip_transports_has_no_tcp (self->transports, &flow->remote))
    return FALSE;
  wide = sip_transports_flow_to_address (self->transports, SIP_TRANSPORT_TCP, &flow->remote, NULL);
  if (wide == NULL)
    return FALSE;

  /* Nobody could come back to the port of this connection; but datagrams reach us. */
  if (wide->state == SIP_FLOW_CONNECTING && !sip_transports_listens (self->transports, SIP_TRANSPORT_TCP, flow->remote.family))
    sip_flow_set_contact (wide, flow->sent_by);
  self->was_widened = TRUE;
  self->narrow = sip_flow_ref (flow);
  self->opening = wide;
  return TRUE;
}

static void opening_ended_cb (SipFlowWatch *watch, SipFlow *flow);
static void patience_cb (SipTimer *timer);

static void
wait_for_opening (SipNextHop *self)
{
  sip_flow_watch_opening (self->opening, &self->watch, opening_ended_cb, opening_ended_cb);
  if (self->narrow != NULL)
    sip_timer_start (sip_transports_get_wheel (self->transports), &self->patience, patience_cb, SIP_WIDEN_TIMEOUT);
}

/* The last thing to do: the next hop may be freed in it. */
static void
answer (SipNextHop *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipFlow) flow = sip_next_hop_try (self, &error);
  SipNextHopFunc func;

  if (self->stage == STAGE_RESOLVE)
    {
      resolve (self);
      return;
    }
  if (self->opening != NULL)
    {
      wait_for_opening (self);
      return;
    }
  func = g_steal_pointer (&self->func);
  func (self->user_data, flow, error);
}

static void
opening_ended_cb (SipFlowWatch *watch, SipFlow *flow)
{
  SipNextHop *self = SIP_CONTAINER_OF (watch, SipNextHop, watch);

  sip_flow_unwatch (watch);
  sip_timer_stop (&self->patience);
  answer (self);
}

static void
patience_cb (SipTimer *timer)
{
  SipNextHop *self = SIP_CONTAINER_OF (timer, SipNextHop, patience);

  sip_flow_unwatch (&self->watch);
  give_up_opening (self);
  answer (self);
}

static void
answer_cb (SipTimer *timer)
{
  answer (SIP_CONTAINER_OF (timer, SipNextHop, timer));
}

static void
resolved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Query *query = user_data;
  SipNextHop *self = query->next_hop;
  g_autoptr (GError) error = NULL;
  g_autolist (GInetAddress) found = g_resolver_lookup_by_name_finish (G_RESOLVER (source), result, &error);

  if (self == NULL)
    return;
  self->query = NULL;
  self->stage = STAGE_ADDRESSES;
  g_clear_error (&self->error);
  self->error = g_steal_pointer (&error);
  for (GList *l = found; l != NULL; l = l->next)
    {
      g_autoptr (GSocketAddress) socket_address = g_inet_socket_address_new (l->data, self->port);
      SipAddress address;

      if (sip_address_from_socket_address (&address, socket_address))
        add_address (self, &address);
    }
  answer (self);
}

void
sip_next_hop_start (SipNextHop *self, SipNextHopFunc func, gpointer user_data)
{
  g_assert (self->func == NULL);
  self->func = func;
  self->user_data = user_data;
  if (self->opening != NULL && self->opening->state == SIP_FLOW_CONNECTING)
    wait_for_opening (self);
  else if (self->opening == NULL && self->stage == STAGE_RESOLVE)
    resolve (self);
  else
    sip_timer_start (sip_transports_get_wheel (self->transports), &self->timer, answer_cb, 0);
}
