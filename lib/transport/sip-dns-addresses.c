/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-dns-addresses-private.h"

/* More of them are not tried: 64 would be half a minute of connections that are begun. */
#define MAX_TAKEN 16

/* One family's part. */
typedef struct
{
  SipDnsAsker asker;
  SipDnsAddresses *owner;
  SipDnsAnswer *answer; /* NULL: it is asked for, or not wanted */
  guint taken;
} Half;

struct _SipDnsAddresses
{
  char *name;
  SipTimerWheel *wheel;
  Half ipv6;
  Half ipv4;
  SipTimer delay;
  gboolean was_delayed;
  Half *last;            /* the one that the last address was taken from */
  gboolean has_news;     /* since the last look at it */
  void (*func) (gpointer user_data);
  gpointer user_data;
};

static Half *
half_of (SipDnsAddresses *self, SipDnsType type)
{
  return type == SIP_DNS_AAAA ? &self->ipv6 : &self->ipv4;
}

static void
tell (SipDnsAddresses *self)
{
  void (*func) (gpointer) = g_steal_pointer (&self->func);

  self->has_news = TRUE;
  if (func != NULL)
    func (self->user_data);
}

static void
delay_cb (SipTimer *timer)
{
  SipDnsAddresses *self = SIP_CONTAINER_OF (timer, SipDnsAddresses, delay);

  self->was_delayed = TRUE;
  tell (self);
}

static gboolean
has_more (const Half *half)
{
  return half->answer != NULL && half->taken < half->answer->n_records;
}

static void
answered_cb (SipDnsAsker *asker, SipDnsAnswer *answer)
{
  Half *half = SIP_CONTAINER_OF (asker, Half, asker);
  SipDnsAddresses *self = half->owner;

  half->answer = sip_dns_answer_ref (answer);
  if (half == &self->ipv4 && has_more (half) && sip_dns_asker_waits (&self->ipv6.asker))
    sip_timer_start (self->wheel, &self->delay, delay_cb, SIP_DNS_RESOLUTION_DELAY);
  else
    tell (self);
}

static void
ask (SipDnsAddresses *self, SipDnsResolver *resolver, SipDnsType type)
{
  Half *half = half_of (self, type);
  SipDnsAnswer *known = sip_dns_resolver_peek (resolver, type, self->name);

  half->owner = self;
  if (known != NULL)
    half->answer = sip_dns_answer_ref (known);
  else
    sip_dns_resolver_ask (resolver, type, self->name, &half->asker, answered_cb);
}

SipDnsAddresses *
sip_dns_addresses_new (SipDnsResolver *resolver, SipTimerWheel *wheel, const char *name, SipDnsFamilies families)
{
  SipDnsAddresses *self = g_new0 (SipDnsAddresses, 1);

  self->name = g_strdup (name);
  self->wheel = sip_timer_wheel_ref (wheel);
  /* RFC 8305 §3: first for IPv6, whose answer is wanted first. */
  if ((families & SIP_DNS_IPV6) != 0)
    ask (self, resolver, SIP_DNS_AAAA);
  if ((families & SIP_DNS_IPV4) != 0)
    ask (self, resolver, SIP_DNS_A);
  if (has_more (&self->ipv4) && sip_dns_asker_waits (&self->ipv6.asker))
    sip_timer_start (wheel, &self->delay, delay_cb, SIP_DNS_RESOLUTION_DELAY);
  return self;
}

void
sip_dns_addresses_free (SipDnsAddresses *self)
{
  sip_timer_stop (&self->delay);
  sip_dns_asker_stop (&self->ipv6.asker);
  sip_dns_asker_stop (&self->ipv4.asker);
  g_clear_pointer (&self->ipv6.answer, sip_dns_answer_unref);
  g_clear_pointer (&self->ipv4.answer, sip_dns_answer_unref);
  sip_timer_wheel_unref (self->wheel);
  g_free (self->name);
  g_free (self);
}

gboolean
sip_dns_addresses_next (SipDnsAddresses *self, SipAddress *address, gboolean *is_pending)
{
  Half *first = self->last == &self->ipv6 ? &self->ipv4 : &self->ipv6;
  Half *second = self->last == &self->ipv6 ? &self->ipv6 : &self->ipv4;
  Half *half = has_more (first) ? first : second;

  self->has_news = FALSE;
  *is_pending = sip_dns_asker_waits (&self->ipv6.asker) || sip_dns_asker_waits (&self->ipv4.asker);
  if (self->ipv6.taken + self->ipv4.taken >= MAX_TAKEN)
    *is_pending = FALSE;
  else if (has_more (half) && !(half == &self->ipv4 && sip_dns_asker_waits (&self->ipv6.asker) && !self->was_delayed))
    {
      *address = half->answer->addresses[half->taken++];
      self->last = half;
      return TRUE;
    }
  return FALSE;
}

gboolean
sip_dns_addresses_wait (SipDnsAddresses *self, void (*func) (gpointer user_data), gpointer user_data)
{
  if (self->has_news)
    return FALSE;
  self->func = func;
  self->user_data = user_data;
  return TRUE;
}

void
sip_dns_addresses_stop_waiting (SipDnsAddresses *self)
{
  self->func = NULL;
}

GError *
sip_dns_addresses_make_error (SipDnsAddresses *self)
{
  const Half *halves[] = { &self->ipv4, &self->ipv6 };

  for (guint i = 0; i < G_N_ELEMENTS (halves); i++)
    if (halves[i]->answer != NULL && halves[i]->answer->error != NULL)
      return g_error_copy (halves[i]->answer->error);
  return g_error_new (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "%s has no address", self->name);
}
