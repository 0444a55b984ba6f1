/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-resolver-private.h"

G_BEGIN_DECLS

/* Asks by c-ares, in the main loop. */
extern const SipDnsBackendClass sip_dns_ares_class;

/* ms that a server has for its first try, and how many of them there are; each has twice the time of the last. */
#define SIP_DNS_ARES_TIMEOUT 1200
#define SIP_DNS_ARES_TRIES 2

/* @servers (nullable): who to ask; else those of the system, as they are when a question comes up. */
gpointer sip_dns_ares_new (SipTimerWheel *wheel, GMainContext *context, const char *servers);

/* Whether they are addresses, with ports or without, divided by commas. */
gboolean sip_dns_ares_check_servers (const char *servers, GError **error);

G_END_DECLS
