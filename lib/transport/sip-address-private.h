/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <sys/socket.h>

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* An IP address and a port: a value, no object. An all-zero one is "none". All bytes count, so that it can be compared and hashed as
 * memory: start from zero. IPv4 addresses in IPv6's clothes (::ffff:192.0.2.1) are undressed on the way in. */
typedef struct
{
  guint8 ip[16];      /* the first 4 for IPv4 */
  guint16 port;       /* host order */
  guint8 family;      /* 0, AF_INET or AF_INET6 */
  guint8 padding;
  guint32 scope_id;
} SipAddress;

/* @host: numeric, IPv6 with or without brackets, with or without a zone ("fe80::1%eth0"). */
gboolean sip_address_parse (SipAddress *self, SipStr host, guint16 port);
gboolean sip_address_equal (const SipAddress *a, const SipAddress *b);
gboolean sip_address_equal_ip (const SipAddress *a, const SipAddress *b);
/* Keyed by a seed of this process: the addresses that come in are chosen by anybody. */
guint sip_address_hash (const SipAddress *self);
/* 0.0.0.0 or :: */
gboolean sip_address_is_wildcard (const SipAddress *self);
gboolean sip_address_from_native (SipAddress *self, const struct sockaddr *native, gsize len);
/* Answers the length that was used, 0 for "none". */
socklen_t sip_address_to_native (const SipAddress *self, struct sockaddr_storage *native);
gboolean sip_address_from_socket_address (SipAddress *self, GSocketAddress *address);
GSocketAddress *sip_address_to_socket_address (const SipAddress *self);
/* "192.0.2.1:5060", "[2001:db8::1]:5060"; without the port where it is 0 */
char *sip_address_to_string (const SipAddress *self);
/* "192.0.2.1", "2001:db8::1": as in received= (RFC 3261 §25.1); never with a zone, which means nothing to others */
char *sip_address_ip_to_string (const SipAddress *self);

G_END_DECLS
