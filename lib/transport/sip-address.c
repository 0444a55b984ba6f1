/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-address-private.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

/* Long enough for every address with a zone, and a bound for what is looked at. */
#define MAX_TEXT (INET6_ADDRSTRLEN + IF_NAMESIZE)

static const guint8 mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static void
set_ip6 (SipAddress *self, const guint8 *ip)
{
  if (memcmp (ip, mapped_prefix, sizeof mapped_prefix) == 0)
    {
      self->family = AF_INET;
      memcpy (self->ip, ip + sizeof mapped_prefix, 4);
      return;
    }
  self->family = AF_INET6;
  memcpy (self->ip, ip, 16);
}

gboolean
sip_address_parse (SipAddress *self, SipStr host, guint16 port)
{
  char text[MAX_TEXT];
  guint8 ip[16];
  char *zone;

  memset (self, 0, sizeof *self);
  if (host.len >= 2 && host.p[0] == '[' && host.p[host.len - 1] == ']')
    host = sip_str (host.p + 1, host.len - 2);
  if (host.len == 0 || host.len >= sizeof text || memchr (host.p, '\0', host.len) != NULL)
    return FALSE;
  memcpy (text, host.p, host.len);
  text[host.len] = '\0';

  if (inet_pton (AF_INET, text, ip) == 1)
    {
      self->family = AF_INET;
      memcpy (self->ip, ip, 4);
      self->port = port;
      return TRUE;
    }

  zone = strchr (text, '%');
  if (zone != NULL)
    *zone++ = '\0';
  if (inet_pton (AF_INET6, text, ip) != 1)
    return FALSE;
  if (zone != NULL)
    {
      guint64 number;

      self->scope_id = if_nametoindex (zone);
      if (self->scope_id == 0 && sip_str_to_uint (sip_str_from (zone), G_MAXUINT32, &number))
        self->scope_id = (guint32) number;
      if (self->scope_id == 0)
        return FALSE;
    }
  set_ip6 (self, ip);
  self->port = port;
  return TRUE;
}

gboolean
sip_address_equal (const SipAddress *a, const SipAddress *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

gboolean
sip_address_equal_ip (const SipAddress *a, const SipAddress *b)
{
  return a->family == b->family && memcmp (a->ip, b->ip, sizeof a->ip) == 0;
}

guint
sip_address_hash (const SipAddress *self)
{
  static guint64 seed;

  /* 64 bits of which it matters only that a peer does not know them. */
  if (g_once_init_enter (&seed))
    g_once_init_leave (&seed, ((guint64) g_random_int () << 32 | g_random_int ()) | 1);
  return sip_str_hash (sip_str ((const char *) self, sizeof *self), seed);
}

gboolean
sip_address_is_wildcard (const SipAddress *self)
{
  static const guint8 zero[16];

  return self->family != 0 && memcmp (self->ip, zero, sizeof zero) == 0;
}

gboolean
sip_address_from_native (SipAddress *self, const struct sockaddr *native, gsize len)
{
  memset (self, 0, sizeof *self);
  if (native->sa_family == AF_INET && len >= sizeof (struct sockaddr_in))
    {
      struct sockaddr_in in;

      memcpy (&in, native, sizeof in);
      self->family = AF_INET;
      memcpy (self->ip, &in.sin_addr, 4);
      self->port = ntohs (in.sin_port);
      return TRUE;
    }
  if (native->sa_family == AF_INET6 && len >= sizeof (struct sockaddr_in6))
    {
      struct sockaddr_in6 in6;

      memcpy (&in6, native, sizeof in6);
      set_ip6 (self, in6.sin6_addr.s6_addr);
      self->port = ntohs (in6.sin6_port);
      if (self->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL (&in6.sin6_addr))
        self->scope_id = in6.sin6_scope_id;
      return TRUE;
    }
  return FALSE;
}

socklen_t
sip_address_to_native (const SipAddress *self, struct sockaddr_storage *native)
{
  if (self->family == AF_INET)
    {
      struct sockaddr_in *in = (struct sockaddr_in *) native;

      memset (in, 0, sizeof *in);
      in->sin_family = AF_INET;
      in->sin_port = htons (self->port);
      memcpy (&in->sin_addr, self->ip, 4);
      return sizeof *in;
    }
  if (self->family == AF_INET6)
    {
      struct sockaddr_in6 *in6 = (struct sockaddr_in6 *) native;

      memset (in6, 0, sizeof *in6);
      in6->sin6_family = AF_INET6;
      in6->sin6_port = htons (self->port);
      in6->sin6_scope_id = self->scope_id;
      memcpy (&in6->sin6_addr, self->ip, 16);
      return sizeof *in6;
    }
  return 0;
}

gboolean
sip_address_from_socket_address (SipAddress *self, GSocketAddress *address)
{
  struct sockaddr_storage native;
  gssize size = g_socket_address_get_native_size (address);

  memset (self, 0, sizeof *self);
  if (size < 0 || (gsize) size > sizeof native || !g_socket_address_to_native (address, &native, sizeof native, NULL))
    return FALSE;
  return sip_address_from_native (self, (const struct sockaddr *) &native, size);
}

GSocketAddress *
sip_address_to_socket_address (const SipAddress *self)
{
  struct sockaddr_storage native;
  socklen_t len = sip_address_to_native (self, &native);

  return len > 0 ? g_socket_address_new_from_native (&native, len) : NULL;
}

char *
sip_address_ip_to_string (const SipAddress *self)
{
  char text[INET6_ADDRSTRLEN];

  if (self->family == 0 || inet_ntop (self->family, self->ip, text, sizeof text) == NULL)
    return g_strdup ("");
  return g_strdup (text);
}

char *
sip_address_to_string (const SipAddress *self)
{
  g_autofree char *ip = sip_address_ip_to_string (self);
  gboolean is_ip6 = self->family == AF_INET6;

  if (self->port == 0)
    return is_ip6 ? g_strdup_printf ("[%s]", ip) : g_steal_pointer (&ip);
  return g_strdup_printf (is_ip6 ? "[%s]:%u" : "%s:%u", ip, self->port);
}
