/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-answer-private.h"
#include "transport/sip-timer-wheel-private.h"

G_BEGIN_DECLS

/* Asks the DNS, and remembers what it said for as long as that holds. Who asks, and how, is a backend's: GIO's resolver for addresses
 * (/etc/hosts, mDNS, a portal), c-ares for what that cannot, and for everything where servers of our own are set. */
typedef struct _SipDnsResolver SipDnsResolver;

/* What a backend answers. It has to, once; it may at once. */
typedef struct _SipDnsTicket SipDnsTicket;
/* Takes both. The last thing to do: whoever waits is told, and may do anything. Nobody may wait any more, too. */
void sip_dns_ticket_answer (SipDnsTicket *self, SipDnsAnswer *answer);

typedef struct
{
  /* Takes @ticket. */
  void (*ask) (gpointer backend, SipDnsType type, const char *name, SipDnsTicket *ticket);
  /* What it was asked for is answered, in it or later. */
  void (*free) (gpointer backend);
  gint64 timeout; /* µs, after which nobody waits for it */
} SipDnsBackendClass;

/* How many names are remembered; how many questions may be under way; s that an answer holds at most; that there is
 * nothing, at most; and that nobody knows. */
#define SIP_DNS_MAX_CACHED 500
#define SIP_DNS_MAX_ASKED 100
#define SIP_DNS_MAX_TTL 3600
#define SIP_DNS_MAX_NONE_TTL 300
#define SIP_DNS_FAILURE_TTL 5

/* Somebody who waits for an answer; embedded in its owner. Zero is one who does not. */
typedef struct _SipDnsAsker SipDnsAsker;
/* The asker is free again by then. @answer is to be referenced if it is needed. */
typedef void (*SipDnsFunc) (SipDnsAsker *asker, SipDnsAnswer *answer);

struct _SipDnsAsker
{
  SipDnsAsker *next;
  SipDnsAsker **link; /* NULL: does not wait */
  SipDnsFunc func;
};

/* @context: where backends get their sources. */
SipDnsResolver *sip_dns_resolver_new (SipTimerWheel *wheel, GMainContext *context);
void sip_dns_resolver_free (SipDnsResolver *self); /* no call comes any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipDnsResolver, sip_dns_resolver_free)

/* "127.0.0.1:5353,[::1]": asks these for everything, and nobody else. NULL: those of the system. FALSE: one is no address
 * (SIP_ERROR_INVALID_ARGUMENT). */
gboolean sip_dns_resolver_set_servers (SipDnsResolver *self, const char *servers, GError **error);
gboolean sip_dns_resolver_has_servers (SipDnsResolver *self);
/* For tests: asks @backend instead, which it takes. */
void sip_dns_resolver_set_backend (SipDnsResolver *self, const SipDnsBackendClass *klass, gpointer backend);
/* Forgets all answers: another network may have others. */
void sip_dns_resolver_forget (SipDnsResolver *self);

/* The answer where it is remembered (transfer none), else NULL. */
SipDnsAnswer *sip_dns_resolver_peek (SipDnsResolver *self, SipDnsType type, const char *name);
/* @func is called from the main loop in any case. */
void sip_dns_resolver_ask (SipDnsResolver *self, SipDnsType type, const char *name, SipDnsAsker *asker, SipDnsFunc func);
void sip_dns_asker_stop (SipDnsAsker *asker);

static inline gboolean
sip_dns_asker_waits (const SipDnsAsker *asker)
{
  return asker->link != NULL;
}

G_END_DECLS
