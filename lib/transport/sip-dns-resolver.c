/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-dns-resolver-private.h"

#include "transport/sip-dns-ares-private.h"
#include "transport/sip-dns-gio-private.h"

/* A name and a type: its answer, and those who wait for it. */
typedef struct
{
  SipDnsResolver *resolver;
  char *key;
  SipDnsAnswer *answer;  /* nullable */
  gint64 until;          /* when it holds no more */
  SipDnsTicket *ticket;  /* while it is asked for */
  SipDnsAsker *askers;
  SipTimer timer;        /* asked for: the patience; else: there is an answer to be told */
} Entry;

/* Who is asked. */
typedef struct
{
  const SipDnsBackendClass *klass;
  gpointer backend; /* NULL: not made yet */
} Backend;

struct _SipDnsTicket
{
  Entry *entry;     /* NULL: nobody waits */
};

struct _SipDnsResolver
{
  guint ref_count;
  gboolean is_dead;
  SipTimerWheel *wheel;
  GMainContext *context;
  GHashTable *entries;   /* key → Entry, which has the key */
  guint n_asked;
  char *servers;         /* nullable */
  gboolean is_fake;
  gboolean is_inside;    /* somebody's call: nobody is called back meanwhile */
  Backend addresses;     /* for A and AAAA */
  Backend records;       /* for the others */
};

/* --- who waits --- */

void
sip_dns_asker_stop (SipDnsAsker *asker)
{
  if (asker->link == NULL)
    return;

  *asker->link = asker->next;
  if (asker->next != NULL)
    asker->next->link = asker->link;
  asker->next = NULL;
  asker->link = NULL;
}

static void
add_asker (SipDnsAsker **list, SipDnsAsker *asker)
{
  asker->next = *list;
  asker->link = list;
  if (asker->next != NULL)
    asker->next->link = &asker->next;
  *list = asker;
}

/* --- one name --- */

static void
drop_ticket (Entry *entry)
{
  if (entry->ticket == NULL)
    return;
  entry->ticket->entry = NULL;
  entry->ticket = NULL;
  entry->resolver->n_asked--;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  while (entry->askers != NULL)
    sip_dns_asker_stop (entry->askers);
  drop_ticket (entry);
  sip_timer_stop (&entry->timer);
  g_clear_pointer (&entry->answer, sip_dns_answer_unref);
  g_free (entry->key);
  g_free (entry);
}

static void
unref (SipDnsResolver *self)
{
  if (--self->ref_count > 0)
    return;
  g_hash_table_unref (self->entries);
  sip_timer_wheel_unref (self->wheel);
  g_main_context_unref (self->context);
  g_free (self->servers);
  g_free (self);
}

/* The askers may do anything: ask again, end others, free the resolver. */
static void
tell (Entry *entry)
{
  SipDnsResolver *self = entry->resolver;
  g_autoptr (SipDnsAnswer) answer = sip_dns_answer_ref (entry->answer);
  SipDnsAsker *askers = g_steal_pointer (&entry->askers);

  if (askers != NULL)
    askers->link = &askers;
  self->ref_count++;
  while (askers != NULL)
    {
      SipDnsAsker *asker = askers;

      sip_dns_asker_stop (asker);
      if (!self->is_dead)
        asker->func (asker, answer);
    }
  unref (self);
}

static void
tell_cb (SipTimer *timer)
{
  tell (SIP_CONTAINER_OF (timer, Entry, timer));
}

static void
tell_soon (Entry *entry)
{
  sip_timer_start (entry->resolver->wheel, &entry->timer, tell_cb, 0);
}

/* Takes @answer. The last thing to do. */
static void
set_answer (Entry *entry, SipDnsAnswer *answer)
{
  SipTimerWheel *wheel = entry->resolver->wheel;
  guint ttl = MIN (answer->ttl, SIP_DNS_MAX_TTL);

  /* That there is nothing is said for a short time; but not again for each request of a burst. */
  if (answer->error != NULL)
    ttl = SIP_DNS_FAILURE_TTL;
  else if (answer->n_records == 0)
    ttl = CLAMP (ttl, SIP_DNS_FAILURE_TTL, SIP_DNS_MAX_NONE_TTL);

  drop_ticket (entry);
  g_clear_pointer (&entry->answer, sip_dns_answer_unref);
  entry->answer = answer;
  entry->until = sip_timer_wheel_now (wheel) + ttl * G_USEC_PER_SEC;
  sip_timer_stop (&entry->timer);
  if (entry->resolver->is_inside)
    tell_soon (entry);
  else
    tell (entry);
}

void
sip_dns_ticket_answer (SipDnsTicket *self, SipDnsAnswer *answer)
{
  g_autofree SipDnsTicket *ticket = self;

  if (ticket->entry != NULL)
    set_answer (ticket->entry, answer);
  else
    sip_dns_answer_unref (answer);
}

static const char *
name_in (const char *key)
{
  return key + 2;
}

static SipDnsType
type_in (const char *key)
{
  return (SipDnsType) (key[0] - '0');
}

static void
fail (Entry *entry, GResolverError code, const char *reason)
{
  GError *error = g_error_new (G_RESOLVER_ERROR, code, "%s %s: %s", sip_dns_type_to_string (type_in (entry->key)), name_in (entry->key),
                               reason);

  set_answer (entry, sip_dns_answer_new_failed (type_in (entry->key), error));
}

static void
timeout_cb (SipTimer *timer)
{
  fail (SIP_CONTAINER_OF (timer, Entry, timer), G_RESOLVER_ERROR_TEMPORARY_FAILURE, "the DNS does not answer");
}

/* --- the resolver --- */

static void
backend_clear (Backend *self)
{
  if (self->backend != NULL)
    self->klass->free (g_steal_pointer (&self->backend));
}

SipDnsResolver *
sip_dns_resolver_new (SipTimerWheel *wheel, GMainContext *context)
{
  SipDnsResolver *self = g_new0 (SipDnsResolver, 1);

  self->ref_count = 1;
  self->wheel = sip_timer_wheel_ref (wheel);
  self->context = g_main_context_ref (context);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  return self;
}

static void
drop_backends (SipDnsResolver *self)
{
  self->is_inside = TRUE;
  backend_clear (&self->addresses);
  if (self->is_fake)
    self->records.backend = NULL;
  backend_clear (&self->records);
  self->is_inside = FALSE;
  self->is_fake = FALSE;
}

void
sip_dns_resolver_free (SipDnsResolver *self)
{
  self->is_dead = TRUE;
  g_hash_table_remove_all (self->entries);
  drop_backends (self);
  unref (self);
}

gboolean
sip_dns_resolver_set_servers (SipDnsResolver *self, const char *servers, GError **error)
{
  if (servers != NULL && !sip_dns_ares_check_servers (servers, error))
    return FALSE;
  if (g_strcmp0 (self->servers, servers) == 0)
    return TRUE;
  drop_backends (self);
  g_free (self->servers);
  self->servers = g_strdup (servers);
  sip_dns_resolver_forget (self);
  return TRUE;
}

gboolean
sip_dns_resolver_has_servers (SipDnsResolver *self)
{
  return self->servers != NULL || self->is_fake;
}

void
sip_dns_resolver_set_backend (SipDnsResolver *self, const SipDnsBackendClass *klass, gpointer backend)
{
  drop_backends (self);
  self->addresses = self->records = (Backend){ klass, backend };
  self->is_fake = TRUE;
}

static gboolean
is_not_asked (gpointer key, gpointer value, gpointer user_data)
{
  Entry *entry = value;

  return entry->ticket == NULL && entry->askers == NULL;
}

static gboolean
is_stale (gpointer key, gpointer value, gpointer user_data)
{
  Entry *entry = value;
  const gint64 *now = user_data;

  return is_not_asked (key, value, NULL) && entry->until <= *now;
}

void
sip_dns_resolver_forget (SipDnsResolver *self)
{
  g_hash_table_foreach_remove (self->entries, is_not_asked, NULL);
}

/* Names can be of others' choice: what they ask for takes the place of what has been, not more room. */
static void
make_room (SipDnsResolver *self)
{
  gint64 now = sip_timer_wheel_now (self->wheel);

  if (g_hash_table_size (self->entries) < SIP_DNS_MAX_CACHED)
    return;
  g_hash_table_foreach_remove (self->entries, is_stale, &now);
  if (g_hash_table_size (self->entries) >= SIP_DNS_MAX_CACHED)
    sip_dns_resolver_forget (self);
}

/* "type:name": what entries are found by. */
static char *
make_key (SipDnsType type, const char *name)
{
  char *key = g_strdup_printf ("%u:%s", type, name);

  for (char *p = key; *p != '\0'; p++)
    *p = g_ascii_tolower (*p);
  return key;
}

SipDnsAnswer *
sip_dns_resolver_peek (SipDnsResolver *self, SipDnsType type, const char *name)
{
  g_autofree char *key = make_key (type, name);
  Entry *entry = g_hash_table_lookup (self->entries, key);

  return entry != NULL && entry->answer != NULL && entry->until > sip_timer_wheel_now (self->wheel) ? entry->answer : NULL;
}

static Backend *
get_backend (SipDnsResolver *self, SipDnsType type)
{
  Backend *backend = type == SIP_DNS_A || type == SIP_DNS_AAAA ? &self->addresses : &self->records;

  if (backend->backend != NULL)
    return backend;
  if (backend == &self->addresses && self->servers == NULL)
    *backend = (Backend){ &sip_dns_gio_class, sip_dns_gio_new (self->context) };
  else
    *backend = (Backend){ &sip_dns_ares_class, sip_dns_ares_new (self->wheel, self->context, self->servers) };
  return backend;
}

static void
start (Entry *entry)
{
  SipDnsResolver *self = entry->resolver;
  SipDnsTicket *ticket;
  Backend *backend;

  if (self->n_asked >= SIP_DNS_MAX_ASKED)
    {
      fail (entry, G_RESOLVER_ERROR_TEMPORARY_FAILURE, "too much is being asked");
      return;
    }
  backend = get_backend (self, type_in (entry->key));
  ticket = g_new0 (SipDnsTicket, 1);
  ticket->entry = entry;
  entry->ticket = ticket;
  self->n_asked++;
  sip_timer_start (self->wheel, &entry->timer, timeout_cb, backend->klass->timeout);
  backend->klass->ask (backend->backend, type_in (entry->key), name_in (entry->key), ticket);
}

void
sip_dns_resolver_ask (SipDnsResolver *self, SipDnsType type, const char *name, SipDnsAsker *asker, SipDnsFunc func)
{
  g_autofree char *key = make_key (type, name);
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry == NULL)
    {
      make_room (self);
      entry = g_new0 (Entry, 1);
      entry->resolver = self;
      entry->key = g_steal_pointer (&key);
      g_hash_table_insert (self->entries, entry->key, entry);
    }
  asker->func = func;
  add_asker (&entry->askers, asker);

  if (entry->ticket != NULL)
    return;
  /* One that ends now, but was not told yet, is as good for whoever comes in between. */
  if (entry->answer != NULL && (sip_timer_is_running (&entry->timer) || entry->until > sip_timer_wheel_now (self->wheel)))
    tell_soon (entry);
  else
    {
      self->is_inside = TRUE;
      start (entry);
      self->is_inside = FALSE;
    }
}
