/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-next-hop-private.h"

#include "syntax/sip-error.h"
#include "transport/sip-dns-addresses-private.h"
#include "transport/sip-locator-private.h"
#include "transport/sip-memory-transport-private.h"
#include "transport/sip-transport-private.h"

/* A walk in stages, each of which gives flows or hands over to the next. */
typedef enum
{
  STAGE_PREFERRED,
  STAGE_TARGET,    /* what the URI names: an address, a connection, or a name, which needs to be looked up */
  STAGE_LOCATE,    /* hosts (RFC 3263), as the locator finds them */
  STAGE_ADDRESSES, /* of one of them, for datagrams */
  STAGE_SPARE,     /* those that the black list has */
  STAGE_DONE,
} Stage;

/* A connection that has to be open before a Via can be written for it is a stage of its own beside these: `opening`. */

/* One of the ways to a name. */
typedef struct
{
  SipTransportKind kind;
  char *host;         /* of a connection, which looks its addresses up by itself; else NULL */
  SipAddress address; /* its port counts also for a host */
} Place;

/* How long all look-ups for one request may take, µs, and how many ways to one name are tried. */
#define DNS_PATIENCE (20 * G_USEC_PER_SEC)
#define MAX_PLACES 16

struct _SipNextHop
{
  SipTransports *transports;
  SipFlow *preferred;
  Stage stage;
  gboolean has_kind;   /* the URI names it, or it follows from it */
  gboolean is_sips;
  SipTransportKind kind;
  SipFlow *opening;    /* nullable */
  SipFlowWatch watch;  /* of it, once somebody waits */
  SipFlow *narrow;     /* nullable: see sip_next_hop_widen() */
  SipTimer patience;   /* with the connection instead of it, or with the DNS */
  gboolean was_widened;
  char *host;          /* without brackets */
  guint16 port;        /* 0: the URI names none */
  SipLocator *locator;
  SipDnsAddresses *addresses; /* of `place`, as long as there may be more */
  Place place;         /* the way that was given out last; of kind and port only before */
  gboolean is_placed;  /* there is one */
  guint n_places;
  GQueue spares;       /* Place */
  gboolean waits_for_dns;
  gint64 budget;       /* that is left of DNS_PATIENCE */
  gint64 waits_since;
  GError *error;       /* of the last that failed */
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

/* RFC 3263 §4.1, RFC 3261 §26.2.2 for sips. */
static gboolean
choose_kind (SipTransportKind *kind, gboolean *is_named, const SipUriView *uri, GError **error)
{
  SipStr transport = SIP_STR_INIT;

  *kind = uri->is_sips ? SIP_TRANSPORT_TLS : SIP_TRANSPORT_UDP;
  *is_named = sip_params_find (uri->params, "transport", &transport);
  if (!*is_named)
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
  if (!choose_kind (&self->kind, &self->has_kind, uri, error))
    return FALSE;

  if (sip_params_find (uri->params, "maddr", &maddr) && maddr.len > 0)
    host = maddr;
  if (host.len >= 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
    host = sip_str (host.p + 1, host.len - 2);
  if (host.len > 1 && host.p[host.len - 1] == '.')
    host.len--;
  self->host = sip_str_dup (host);
  self->port = uri->port;
  self->is_sips = uri->is_sips;
  return TRUE;
}

SipNextHop *
sip_next_hop_new (SipTransports *transports, const SipUriView *uri, SipFlow *preferred)
{
  SipNextHop *self = g_new0 (SipNextHop, 1);

  self->transports = transports;
  self->preferred = preferred != NULL ? sip_flow_ref (preferred) : NULL;
  self->budget = DNS_PATIENCE;
  g_queue_init (&self->spares);
  /* A preferred flow takes any URI, also one that names nothing on the network. */
  read_uri (self, uri, &self->error);
  return self;
}

static void
place_free (gpointer data)
{
  Place *place = data;

  g_free (place->host);
  g_free (place);
}

void
sip_next_hop_free (SipNextHop *self)
{
  g_clear_pointer (&self->locator, sip_locator_free);
  g_clear_pointer (&self->addresses, sip_dns_addresses_free);
  sip_timer_stop (&self->timer);
  sip_flow_unwatch (&self->watch);
  sip_timer_stop (&self->patience);
  g_clear_pointer (&self->narrow, sip_flow_unref);
  g_clear_pointer (&self->opening, sip_flow_unref);
  g_clear_pointer (&self->preferred, sip_flow_unref);
  g_queue_clear_full (&self->spares, place_free);
  g_free (self->place.host);
  g_clear_error (&self->error);
  g_free (self->host);
  g_free (self);
}

/* --- what the URI names --- */

static gboolean
is_in_memory (const char *host)
{
  return ends_with (host, ".mem") && sip_memory_transport_in_use ();
}

static SipFlow *
connect_to_memory (SipNextHop *self, SipTransportKind kind, const char *host, GError **error)
{
  g_autofree char *name = g_strndup (host, strlen (host) - strlen (".mem"));
  g_autofree char *uri = NULL;

  uri = kind == SIP_TRANSPORT_UDP ? g_strdup_printf ("mem://%s", name)
                                  : g_strdup_printf ("mem://%s?transport=%s", name, sip_transport_kind_to_via (kind));
  return sip_transports_connect (self->transports, uri, error);
}

static void
begin_to_locate (SipNextHop *self)
{
  SipLocateWish wish = { self->host, self->port, self->has_kind, self->is_sips, self->kind, 0 };

  wish.supported = 1u << SIP_TRANSPORT_TCP | 1u << SIP_TRANSPORT_TLS | 1u << SIP_TRANSPORT_WS | 1u << SIP_TRANSPORT_WSS;
  if (sip_transports_listens (self->transports, SIP_TRANSPORT_UDP, AF_INET) ||
      sip_transports_listens (self->transports, SIP_TRANSPORT_UDP, AF_INET6))
    wish.supported |= 1u << SIP_TRANSPORT_UDP;
  self->locator = sip_locator_new (sip_transports_get_resolver (self->transports), &wish);
  self->stage = STAGE_LOCATE;
}

/* A flow where that needs nobody's word on where it goes. */
static SipFlow *
look_at_target (SipNextHop *self)
{
  guint16 port = self->port != 0 ? self->port : sip_locate_default_port (self->kind);
  SipAddress address;

  self->stage = STAGE_DONE;
  if (self->host == NULL)
    return NULL; /* the URI was wrong, and self->error says so */

  if (is_in_memory (self->host))
    return connect_to_memory (self, self->kind, self->host, &self->error);
  if (ends_with (self->host, ".invalid"))
    {
      SipFlow *flow = sip_transports_find_peer (self->transports, self->host);

      /* RFC 2606, and RFC 7118 §5: reached through the connection that it came by, or not at all. */
      if (flow != NULL)
        return sip_flow_ref (flow);
      g_set_error (&self->error, SIP_ERROR, SIP_ERROR_TRANSPORT, "The connection to %s is gone", self->host);
      return NULL;
    }
  if (sip_address_parse (&address, sip_str_from (self->host), port))
    {
      if (self->kind == SIP_TRANSPORT_UDP)
        return sip_transports_flow_to_address (self->transports, self->kind, &address, &self->error);
      return sip_transports_flow_to_host (self->transports, self->kind, self->host, port, &self->error);
    }
  begin_to_locate (self);
  return NULL;
}

/* --- the ways to a name --- */

/* What the black list knows a place by. */
static char *
make_key (const Place *place)
{
  g_autofree char *address = NULL;

  if (place->host != NULL)
    return g_strdup_printf ("%s %s:%u", sip_transport_kind_to_via (place->kind), place->host, place->address.port);
  address = sip_address_to_string (&place->address);
  return g_strdup_printf ("%s %s", sip_transport_kind_to_via (place->kind), address);
}

static gboolean
is_black (SipNextHop *self, const Place *place)
{
  SipBlackList *list = sip_transports_get_black_list (self->transports);
  g_autofree char *key = NULL;

  if (sip_black_list_is_empty (list))
    return FALSE;
  key = make_key (place);
  return sip_black_list_has (list, key, sip_timer_wheel_now (sip_transports_get_wheel (self->transports)));
}

static SipFlow *
go_to_place (SipNextHop *self)
{
  const Place *place = &self->place;

  g_clear_error (&self->error);
  self->is_placed = TRUE;
  if (place->host == NULL)
    return sip_transports_flow_to_address (self->transports, place->kind, &place->address, &self->error);
  if (is_in_memory (place->host))
    return connect_to_memory (self, place->kind, place->host, &self->error);
  return sip_transports_flow_to_location (self->transports, place->kind, self->host, place->host, place->address.port, &self->error);
}

/* Unless others are to be tried before. */
static SipFlow *
try_place (SipNextHop *self)
{
  Place *spare;

  if (++self->n_places >= MAX_PLACES)
    self->stage = STAGE_SPARE;
  if (!is_black (self, &self->place))
    return go_to_place (self);

  spare = g_memdup2 (&self->place, sizeof self->place);
  spare->host = g_strdup (self->place.host);
  g_queue_push_tail (&self->spares, spare);
  return NULL;
}

/* There may be others yet. */
static SipFlow *
next_spare (SipNextHop *self)
{
  g_autofree Place *spare = g_queue_pop_head (&self->spares);

  if (spare == NULL)
    {
      self->stage = STAGE_DONE;
      return NULL;
    }
  g_free (self->place.host);
  self->place = *spare;
  return go_to_place (self);
}

/* FALSE: it is still being asked for. */
static gboolean
next_location (SipNextHop *self, SipFlow **flow)
{
  gboolean is_pending;
  const SipLocation *location = sip_locator_next (self->locator, &is_pending);
  guint families = 0;

  if (location == NULL)
    {
      if (!is_pending)
        self->stage = STAGE_SPARE;
      return !is_pending;
    }

  g_clear_pointer (&self->place.host, g_free);
  self->place = (Place){ location->kind, NULL, { .port = location->port } };
  if (location->kind != SIP_TRANSPORT_UDP || is_in_memory (location->host))
    {
      self->place.host = g_strdup (location->host);
      *flow = try_place (self);
      return TRUE;
    }

  if (sip_transports_listens (self->transports, SIP_TRANSPORT_UDP, AF_INET))
    families |= SIP_DNS_IPV4;
  if (sip_transports_listens (self->transports, SIP_TRANSPORT_UDP, AF_INET6))
    families |= SIP_DNS_IPV6;
  self->addresses = sip_dns_addresses_new (sip_transports_get_resolver (self->transports), sip_transports_get_wheel (self->transports),
                                           location->host, families != 0 ? families : SIP_DNS_IPV4 | SIP_DNS_IPV6);
  self->is_placed = FALSE;
  self->stage = STAGE_ADDRESSES;
  return TRUE;
}

/* The same. */
static gboolean
next_address (SipNextHop *self, SipFlow **flow)
{
  guint16 port = self->place.address.port;
  gboolean is_pending;

  if (sip_dns_addresses_next (self->addresses, &self->place.address, &is_pending))
    {
      self->place.address.port = port;
      *flow = try_place (self);
      return TRUE;
    }
  if (is_pending)
    return FALSE;
  if (self->place.address.family == 0)
    {
      g_clear_error (&self->error);
      self->error = sip_dns_addresses_make_error (self->addresses);
    }
  g_clear_pointer (&self->addresses, sip_dns_addresses_free);
  self->stage = STAGE_LOCATE;
  return TRUE;
}

void
sip_next_hop_avoid (SipNextHop *self, gint64 us)
{
  gint64 now = sip_timer_wheel_now (sip_transports_get_wheel (self->transports));
  g_autofree char *key = NULL;

  if (!self->is_placed)
    return;
  key = make_key (&self->place);
  sip_black_list_add (sip_transports_get_black_list (self->transports), key, now, us);
}

/* --- connections that have to be waited for --- */

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
      if (self->narrow == NULL && !self->opening->was_open)
        sip_next_hop_avoid (self, SIP_BLACK_LIST_USUAL);
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

        case STAGE_LOCATE:
          self->waits_for_dns = !next_location (self, &flow);
          break;

        case STAGE_ADDRESSES:
          self->waits_for_dns = !next_address (self, &flow);
          break;

        case STAGE_SPARE:
          flow = next_spare (self);
          break;

        case STAGE_DONE:
        default:
          if (self->error != NULL)
            g_propagate_error (error, g_error_copy (self->error));
          else
            g_set_error (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "No further way to %s", self->host);
          return NULL;
        }
      if (self->waits_for_dns)
        return NULL;
      if (flow != NULL && flow->state == SIP_FLOW_CONNECTING && flow->sent_by == NULL)
        self->opening = g_steal_pointer (&flow);
      else if (flow != NULL)
        return g_steal_pointer (&flow);
    }
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

static void wait_for_dns (SipNextHop *self);

/* The last thing to do: the next hop may be freed in it. */
static void
answer (SipNextHop *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipFlow) flow = sip_next_hop_try (self, &error);
  SipNextHopFunc func;

  if (self->opening != NULL)
    {
      wait_for_opening (self);
      return;
    }
  if (self->waits_for_dns)
    {
      wait_for_dns (self);
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

static void answer_cb (SipTimer *timer);

static void
dns_answered_cb (gpointer user_data)
{
  SipNextHop *self = user_data;

  sip_timer_stop (&self->patience);
  self->budget -= sip_timer_wheel_now (sip_transports_get_wheel (self->transports)) - self->waits_since;
  answer (self);
}

/* What was found before counts. */
static void
dns_patience_cb (SipTimer *timer)
{
  SipNextHop *self = SIP_CONTAINER_OF (timer, SipNextHop, patience);

  g_clear_pointer (&self->addresses, sip_dns_addresses_free);
  sip_locator_stop_waiting (self->locator);
  g_clear_error (&self->error);
  g_set_error (&self->error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, "The DNS takes too long for %s", self->host);
  self->waits_for_dns = FALSE;
  self->stage = STAGE_SPARE;
  answer (self);
}

static void
wait_for_dns (SipNextHop *self)
{
  SipTimerWheel *wheel = sip_transports_get_wheel (self->transports);
  gboolean has_to = self->stage == STAGE_ADDRESSES ? sip_dns_addresses_wait (self->addresses, dns_answered_cb, self)
                                                   : sip_locator_wait (self->locator, dns_answered_cb, self);

  self->waits_since = sip_timer_wheel_now (wheel);
  if (has_to)
    sip_timer_start (wheel, &self->patience, dns_patience_cb, MAX (self->budget, 0));
  else
    sip_timer_start (wheel, &self->timer, answer_cb, 0);
}

static void
answer_cb (SipTimer *timer)
{
  answer (SIP_CONTAINER_OF (timer, SipNextHop, timer));
}

void
sip_next_hop_start (SipNextHop *self, SipNextHopFunc func, gpointer user_data)
{
  g_assert (self->func == NULL);
  self->func = func;
  self->user_data = user_data;
  if (self->opening != NULL && self->opening->state == SIP_FLOW_CONNECTING)
    wait_for_opening (self);
  else if (self->opening == NULL && self->waits_for_dns)
    wait_for_dns (self);
  else
    sip_timer_start (sip_transports_get_wheel (self->transports), &self->timer, answer_cb, 0);
}
