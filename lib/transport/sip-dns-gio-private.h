/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-resolver-private.h"

G_BEGIN_DECLS

/* Addresses by GIO's resolver: what the system knows of names, with /etc/hosts and all. It tells no TTL. */
extern const SipDnsBackendClass sip_dns_gio_class;

/* s that its answers hold: so short that a change of /etc/hosts is seen, so long that a burst of calls asks once. */
#define SIP_DNS_GIO_TTL 10

gpointer sip_dns_gio_new (GMainContext *context);

G_END_DECLS
