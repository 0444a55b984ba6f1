/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-locate-private.h"

typedef struct
{
  const char *naptr;  /* RFC 3263 §10.1, RFC 7118 §10.4 */
  const char *prefix;
  gboolean is_secure;
  guint16 port;
} Kind;

static const Kind kinds[] = {
  [SIP_TRANSPORT_UDP] = { "SIP+D2U", "_sip._udp.", FALSE, 5060 }, [SIP_TRANSPORT_TCP] = { "SIP+D2T", "_sip._tcp.", FALSE, 5060 },
  [SIP_TRANSPORT_TLS] = { "SIPS+D2T", "_sips._tcp.", TRUE, 5061 }, [SIP_TRANSPORT_WS] = { "SIP+D2W", "_sip._ws.", FALSE, 80 },
  [SIP_TRANSPORT_WSS] = { "SIPS+D2W", "_sips._ws.", TRUE, 443 },
};

guint16
sip_locate_default_port (SipTransportKind kind)
{
  return kinds[kind].port;
}

/* Names that the DNS does not know by their nature (RFC 6761 §6.3, RFC 6762 §3), or that it cannot be asked for. */
static gboolean
is_in_dns (const char *host)
{
  static const char *const others[] = { "localhost", "local", "invalid" };
  gsize len = strlen (host);

  if (!sip_dns_is_name (sip_str_from (host)))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      gsize other = strlen (others[i]);

      if (len >= other && g_ascii_strcasecmp (host + len - other, others[i]) == 0 && (len == other || host[len - other - 1] == '.'))
        return FALSE;
    }
  return TRUE;
}

gboolean
sip_locate_wants_naptr (const SipLocateWish *wish)
{
  return !wish->has_kind && sip_locate_wants_srv (wish);
}

gboolean
sip_locate_wants_srv (const SipLocateWish *wish)
{
  return wish->port == 0 && is_in_dns (wish->host);
}

SipTransportKind
sip_locate_usual_kind (const SipLocateWish *wish)
{
  if (wish->has_kind)
    return wish->kind;
  if (wish->is_sips)
    return SIP_TRANSPORT_TLS;
  return (wish->supported & 1u << SIP_TRANSPORT_UDP) != 0 ? SIP_TRANSPORT_UDP : SIP_TRANSPORT_TCP;
}

static void
service_clear (gpointer data)
{
  g_free (((SipLocateService *) data)->name);
}

GArray *
sip_locate_services_new (void)
{
  GArray *services = g_array_new (FALSE, FALSE, sizeof (SipLocateService));

  g_array_set_clear_func (services, service_clear);
  return services;
}

static gboolean
is_supported (const SipLocateWish *wish, SipTransportKind kind)
{
  return (wish->supported & 1u << kind) != 0 && (!wish->is_sips || kinds[kind].is_secure);
}

static gboolean
find_kind (const char *service, SipTransportKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (kinds[i].naptr, service) == 0)
      {
        *kind = i;
        return TRUE;
      }
  return FALSE;
}

static int
compare_services (gconstpointer a, gconstpointer b)
{
  const SipLocateService *first = a, *second = b;

  if (first->preference.priority != second->preference.priority)
    return first->preference.priority < second->preference.priority ? -1 : 1;
  return (first->preference.weight > second->preference.weight) - (first->preference.weight < second->preference.weight);
}

/* RFC 3263 §4.1: those that lead on to SRV records and say nothing else. */
void
sip_locate_add_naptr (GArray *services, const SipLocateWish *wish, const SipDnsAnswer *naptr)
{
  for (guint i = 0; i < naptr->n_records; i++)
    {
      const SipDnsNaptr *record = &naptr->naptrs[i];
      SipLocateService service = { { record->order, record->preference }, 0, NULL };

      if (g_ascii_strcasecmp (record->flags, "s") != 0 || *record->regexp != '\0' || *record->replacement == '\0' ||
          !find_kind (record->service, &service.kind) || !is_supported (wish, service.kind))
        continue;
      service.name = g_strdup (record->replacement);
      g_array_append_val (services, service);
    }
  g_array_sort (services, compare_services);
  if (services->len > SIP_LOCATE_MAX_SERVICES)
    g_array_set_size (services, SIP_LOCATE_MAX_SERVICES);
}

static void
add_usual (GArray *services, const SipLocateWish *wish, SipTransportKind kind)
{
  SipLocateService service = { { 0, 0 }, kind, g_strconcat (kinds[kind].prefix, wish->host, NULL) };

  g_array_append_val (services, service);
}

void
sip_locate_add_usual (GArray *services, const SipLocateWish *wish)
{
  static const SipTransportKind usual[] = { SIP_TRANSPORT_UDP, SIP_TRANSPORT_TCP, SIP_TRANSPORT_TLS };

  if (wish->has_kind)
    add_usual (services, wish, wish->kind);
  for (guint i = 0; !wish->has_kind && i < G_N_ELEMENTS (usual); i++)
    if (is_supported (wish, usual[i]))
      add_usual (services, wish, usual[i]);
}

static void
location_clear (gpointer data)
{
  g_free (((SipLocation *) data)->host);
}

GArray *
sip_locations_new (void)
{
  GArray *locations = g_array_new (FALSE, FALSE, sizeof (SipLocation));

  g_array_set_clear_func (locations, location_clear);
  return locations;
}

void
sip_locations_add_srv (GArray *locations, SipTransportKind kind, const SipDnsAnswer *srv, SipRandomFunc random, gpointer user_data)
{
  guint begin = locations->len;

  for (guint i = 0; i < srv->n_records; i++)
    {
      const SipDnsSrv *record = &srv->srvs[i];
      SipLocation location = { { record->priority, record->weight }, kind, record->port, NULL };

      if (*record->target == '\0' || record->port == 0)
        continue;
      location.host = g_strdup (record->target);
      g_array_append_val (locations, location);
    }
  sip_srv_order (&g_array_index (locations, SipLocation, begin), locations->len - begin, sizeof (SipLocation), random, user_data);
}

void
sip_locations_add_host (GArray *locations, const SipLocateWish *wish, SipTransportKind kind)
{
  SipLocation location = { { 0, 0 }, kind, wish->port != 0 ? wish->port : kinds[kind].port, g_strdup (wish->host) };

  g_array_append_val (locations, location);
}
