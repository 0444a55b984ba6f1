/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-answer-private.h"

G_BEGIN_DECLS

/* Reads what a DNS server answered (RFC 1035 §4) to the question for @name and @type: the records of that name, or of the one that a
 * chain of CNAMEs leads to; their lowest TTL, or that of the answer that there is none (RFC 2308). c-ares, which asks, does not tell
 * TTLs. (transfer full); NULL where the packet is no such answer: G_RESOLVER_ERROR_INTERNAL. */
SipDnsAnswer *sip_dns_packet_read (const guint8 *data, gsize len, const char *name, SipDnsType type, GError **error);

G_END_DECLS
