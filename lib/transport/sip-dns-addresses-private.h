/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-resolver-private.h"

G_BEGIN_DECLS

/* The addresses of one name, as they come in: IPv6 and IPv4 by turns, IPv6 first (RFC 8305 §4). */
typedef struct _SipDnsAddresses SipDnsAddresses;

/* RFC 8305 §3: how long IPv4 waits for an answer about IPv6. */
#define SIP_DNS_RESOLUTION_DELAY (50 * 1000)

typedef enum
{
  SIP_DNS_IPV4 = 1 << 0,
  SIP_DNS_IPV6 = 1 << 1,
} SipDnsFamilies;

SipDnsAddresses *sip_dns_addresses_new (SipDnsResolver *resolver, SipTimerWheel *wheel, const char *name, SipDnsFamilies families);
void sip_dns_addresses_free (SipDnsAddresses *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipDnsAddresses, sip_dns_addresses_free)

/* Takes the next, whose port is 0. FALSE: there is none now, and none to come unless @is_pending. */
gboolean sip_dns_addresses_next (SipDnsAddresses *self, SipAddress *address, gboolean *is_pending);
/* Once, from the main loop, when asking again may give another answer. @self may be freed in it. FALSE: it already may. */
gboolean sip_dns_addresses_wait (SipDnsAddresses *self, void (*func) (gpointer user_data), gpointer user_data);
void sip_dns_addresses_stop_waiting (SipDnsAddresses *self);

/* Why there was none at all. */
GError *sip_dns_addresses_make_error (SipDnsAddresses *self);

G_END_DECLS
