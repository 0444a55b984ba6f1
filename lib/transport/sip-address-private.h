/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* An IP address and a port: a value, no object. An all-zero one is "none". */
typedef struct
{
  guint8 ip[16];      /* the first 4 for IPv4 */
  guint16 port;       /* host order */
  guint8 family;      /* 0, AF_INET or AF_INET6 */
  guint8 padding;
  guint32 scope_id;
} SipAddress;

gboolean sip_address_parse (SipAddress *self, SipStr host, guint16 port);
gboolean sip_address_equal (const SipAddress *a, const SipAddress *b);
gboolean sip_address_from_socket_address (SipAddress *self, GSocketAddress *address);
GSocketAddress *sip_address_to_socket_address (const SipAddress *self);
/* "192.0.2.1:5060", "[2001:db8::1]:5060"; without the port where it is 0 */
char *sip_address_to_string (const SipAddress *self);

G_END_DECLS
