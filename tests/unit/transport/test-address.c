/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-address-private.h"

typedef struct
{
  const char *host;
  guint16 port;
  const char *text; /* NULL: not numeric */
  const char *ip;
} Case;

static const Case cases[] = {
  { "192.0.2.1", 5060, "192.0.2.1:5060", "192.0.2.1" },
  { "192.0.2.1", 0, "192.0.2.1", "192.0.2.1" },
  { "255.255.255.255", 65535, "255.255.255.255:65535", "255.255.255.255" },
  { "2001:db8::1", 5060, "[2001:db8::1]:5060", "2001:db8::1" },
  { "[2001:DB8:0:0:0:0:0:1]", 5060, "[2001:db8::1]:5060", "2001:db8::1" },
  { "[::1]", 0, "[::1]", "::1" },
  { "::", 1, "[::]:1", "::" },
  { "::ffff:192.0.2.1", 5060, "192.0.2.1:5060", "192.0.2.1" },
  { "fe80::1%7", 5060, "[fe80::1]:5060", "fe80::1" },
  { "fe80::1%lo", 5060, "[fe80::1]:5060", "fe80::1" },
  { "", 5060, NULL, NULL },
  { "[]", 5060, NULL, NULL },
  { "[", 5060, NULL, NULL },
  { "[::1", 5060, NULL, NULL },
  { "192.0.2", 5060, NULL, NULL },
  { "192.0.2.256", 5060, NULL, NULL },
  { "192.0.2.1.1", 5060, NULL, NULL },
  { "1", 5060, NULL, NULL },
  { "0x7f.1", 5060, NULL, NULL },
  { " 192.0.2.1", 5060, NULL, NULL },
  { "192.0.2.1%1", 5060, NULL, NULL },
  { "fe80::1%", 5060, NULL, NULL },
  { "fe80::1%nosuchif", 5060, NULL, NULL },
  { "fe80::1%99999999999", 5060, NULL, NULL },
  { "1:2:3:4:5:6:7:8:9", 5060, NULL, NULL },
  { "example.com", 5060, NULL, NULL },
  { "2001:db8:0000:0000:0000:0000:0000:0001:2001:db8:0000:0000:0000:0000:0000:0001:2001:db8", 5060, NULL, NULL },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      SipAddress address, again;
      g_autofree char *text = NULL;
      g_autofree char *ip = NULL;
      g_autoptr (GSocketAddress) object = NULL;
      struct sockaddr_storage native;
      socklen_t len;

      memset (&address, 0xff, sizeof address);
      if (c->text == NULL)
        {
          g_assert_false (sip_address_parse (&address, sip_str_from (c->host), c->port));
          continue;
        }
      g_assert_true (sip_address_parse (&address, sip_str_from (c->host), c->port));
      text = sip_address_to_string (&address);
      g_assert_cmpstr (text, ==, c->text);
      ip = sip_address_ip_to_string (&address);
      g_assert_cmpstr (ip, ==, c->ip);

      object = sip_address_to_socket_address (&address);
      g_assert_true (sip_address_from_socket_address (&again, object));
      g_assert_true (sip_address_equal (&address, &again));
      g_assert_cmpuint (sip_address_hash (&address), ==, sip_address_hash (&again));

      len = sip_address_to_native (&address, &native);
      memset (&again, 0xff, sizeof again);
      g_assert_true (sip_address_from_native (&again, (struct sockaddr *) &native, len));
      g_assert_true (sip_address_equal (&address, &again));
      g_assert_false (sip_address_from_native (&again, (struct sockaddr *) &native, len - 1));
    }
}

static void
test_not_terminated (void)
{
  static const char text[] = "192.0.2.1234";
  SipAddress address;
  g_autofree char *ip = NULL;

  g_assert_true (sip_address_parse (&address, sip_str (text, 9), 0));
  ip = sip_address_to_string (&address);
  g_assert_cmpstr (ip, ==, "192.0.2.1");
  g_assert_false (sip_address_parse (&address, sip_str ("192.0.2.1\0x", 11), 0));
}

static void
test_compare (void)
{
  SipAddress a, b, none = { 0 };
  struct sockaddr_storage native;
  g_autofree char *empty = sip_address_to_string (&none);

  sip_address_parse (&a, SIP_STR ("192.0.2.1"), 5060);
  sip_address_parse (&b, SIP_STR ("192.0.2.1"), 5061);
  g_assert_false (sip_address_equal (&a, &b));
  g_assert_true (sip_address_equal_ip (&a, &b));
  sip_address_parse (&b, SIP_STR ("c000:0201::"), 5060);
  g_assert_false (sip_address_equal_ip (&a, &b));
  g_assert_false (sip_address_is_wildcard (&a));
  g_assert_false (sip_address_is_wildcard (&none));
  sip_address_parse (&b, SIP_STR ("0.0.0.0"), 5060);
  g_assert_true (sip_address_is_wildcard (&b));
  sip_address_parse (&b, SIP_STR ("::"), 0);
  g_assert_true (sip_address_is_wildcard (&b));
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpint (sip_address_to_native (&none, &native), ==, 0);
  g_assert_null (sip_address_to_socket_address (&none));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/parse", test_parse);
  g_test_add_func ("/address/not-terminated", test_not_terminated);
  g_test_add_func ("/address/compare", test_compare);
  return g_test_run ();
}
