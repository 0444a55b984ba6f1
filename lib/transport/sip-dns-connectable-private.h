/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-addresses-private.h"

G_BEGIN_DECLS

#define SIP_TYPE_DNS_CONNECTABLE (sip_dns_connectable_get_type ())
G_DECLARE_FINAL_TYPE (SipDnsConnectable, sip_dns_connectable, SIP, DNS_CONNECTABLE, GObject)

/* A host and a port, for GSocketClient, which begins with a further address of it every 250 ms until one is there (RFC 8305 §5): the
 * addresses are those that our resolver finds. For one connection. */
GSocketConnectable *sip_dns_connectable_new (SipDnsResolver *resolver, SipTimerWheel *wheel, const char *host, guint16 port);

G_END_DECLS
