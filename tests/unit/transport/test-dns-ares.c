/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dns-packet.h"
#include "syntax/sip-error.h"
#include "transport/sip-dns-addresses-private.h"
#include "transport/sip-dns-ares-private.h"

/* A DNS server of the test's own, on a socket of the same main loop. */
typedef enum
{
  HONEST,
  SILENT,
  WRONG_ID,       /* first, and then the truth */
  WRONG_QUESTION,
  GARBAGE,
  REFUSES,
} Character;

typedef struct
{
  SipTimerWheel *wheel;
  SipDnsResolver *resolver;
  GSocket *socket;
  GSource *source;
  char *address;
  Character character;
  guint n_asked;
  SipDnsAsker asker;
  SipDnsAnswer *answer;
} Fixture;

static const char *const zone[] = {
  "one.example A 60 192.0.2.1",
  "one.example AAAA 60 2001:db8::1",
  "_sip._udp.example.com SRV 60 10 1 5060 one.example",
  "_sip._udp.example.com SRV 60 20 1 5062 two.example",
  "example.com NAPTR 60 50 50 s SIP+D2U - _sip._udp.example.com",
  "alias.example CNAME 60 one.example",
};

static void
reply (Fixture *f, GSocketAddress *to, const guint8 *asked, guint id, const char *name, guint type)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  g_autoptr (GByteArray) packet = NULL;
  guint flags = f->character == REFUSES ? 0x8185 : 0x8180;

  for (guint i = 0; i < G_N_ELEMENTS (zone) && f->character != REFUSES; i++)
    {
      g_auto (GStrv) words = g_strsplit (zone[i], " ", 3);

      if (g_ascii_strcasecmp (words[0], name) == 0 && packet_number_of (words[1]) == type)
        g_ptr_array_add (records, (gpointer) zone[i]);
    }
  packet = packet_new (flags, name, type, records->len, 0);
  packet->data[0] = (guint8) (id >> 8);
  packet->data[1] = (guint8) id;
  for (guint i = 0; i < records->len; i++)
    packet_record (packet, records->pdata[i]);
  g_socket_send_to (f->socket, to, (const char *) packet->data, packet->len, NULL, NULL);
}

static char *
read_question (const guint8 *data, guint *type)
{
  g_autoptr (GString) name = g_string_new (NULL);
  guint at = 12;

  while (data[at] != 0)
    {
      g_string_append_printf (name, "%s%.*s", name->len > 0 ? "." : "", data[at], (const char *) data + at + 1);
      at += data[at] + 1u;
    }
  *type = (guint) data[at + 1] << 8 | data[at + 2];
  return g_string_free (g_steal_pointer (&name), FALSE);
}

static gboolean
asked_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Fixture *f = user_data;
  guint8 data[1500];
  g_autoptr (GSocketAddress) from = NULL;
  gssize n = g_socket_receive_from (socket, &from, (char *) data, sizeof data, NULL, NULL);
  g_autofree char *name = NULL;
  guint id = (guint) data[0] << 8 | data[1], type;

  g_assert_cmpint (n, >, 12);
  name = read_question (data, &type);
  f->n_asked++;
  switch (f->character)
    {
    case WRONG_ID:
      reply (f, from, data, id ^ 1, "evil.example", type);
      reply (f, from, data, id, name, type);
      break;

    case WRONG_QUESTION:
      reply (f, from, data, id, "evil.example", type);
      reply (f, from, data, id, name, type);
      break;

    case GARBAGE:
      g_socket_send_to (socket, from, "garbage", 7, NULL, NULL);
      break;

    case SILENT:
      break;

    case HONEST:
    case REFUSES:
    default:
      reply (f, from, data, id, name, type);
      break;
    }
  return G_SOURCE_CONTINUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  f->character = GPOINTER_TO_UINT (data);
  f->socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_assert_true (g_socket_bind (f->socket, wanted, FALSE, NULL));
  bound = g_socket_get_local_address (f->socket, NULL);
  f->address = g_strdup_printf ("127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  f->source = g_socket_create_source (f->socket, G_IO_IN, NULL);
  g_source_set_callback (f->source, G_SOURCE_FUNC (asked_cb), f, NULL);
  g_source_attach (f->source, NULL);

  /* Nothing is asked twice because the machine is slow, and who says nothing is waited for in a time that the test makes. */
  f->wheel = sip_timer_wheel_new_virtual (0);
  f->resolver = sip_dns_resolver_new (f->wheel, g_main_context_default ());
  g_assert_true (sip_dns_resolver_set_servers (f->resolver, f->address, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->resolver != NULL)
    sip_dns_resolver_free (f->resolver);
  g_clear_pointer (&f->answer, sip_dns_answer_unref);
  g_source_destroy (f->source);
  g_source_unref (f->source);
  g_object_unref (f->socket);
  g_free (f->address);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
}

static void
answered_cb (SipDnsAsker *asker, SipDnsAnswer *answer)
{
  Fixture *f = SIP_CONTAINER_OF (asker, Fixture, asker);

  g_assert_null (f->answer);
  f->answer = sip_dns_answer_ref (answer);
}

static void
ask (Fixture *f, SipDnsType type, const char *name)
{
  g_clear_pointer (&f->answer, sip_dns_answer_unref);
  sip_dns_resolver_ask (f->resolver, type, name, &f->asker, answered_cb);
  g_assert_null (f->answer);
}

static void
run (Fixture *f)
{
  sip_timer_wheel_advance (f->wheel, 0);
  while (f->answer == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_records (Fixture *f, gconstpointer data)
{
  g_autofree char *address = NULL;

  ask (f, SIP_DNS_SRV, "_sip._udp.Example.com");
  run (f);
  g_assert_no_error (f->answer->error);
  g_assert_cmpuint (f->answer->n_records, ==, 2);
  g_assert_cmpstr (f->answer->srvs[1].target, ==, "two.example");
  g_assert_cmpuint (f->answer->ttl, ==, 60);
  ask (f, SIP_DNS_NAPTR, "example.com");
  run (f);
  g_assert_cmpuint (f->answer->n_records, ==, 1);
  g_assert_cmpstr (f->answer->naptrs[0].service, ==, "SIP+D2U");
  ask (f, SIP_DNS_AAAA, "one.example");
  run (f);
  g_assert_cmpuint (f->answer->n_records, ==, 1);
  address = sip_address_to_string (&f->answer->addresses[0]);
  g_assert_cmpstr (address, ==, "[2001:db8::1]");
  ask (f, SIP_DNS_A, "none.example");
  run (f);
  g_assert_no_error (f->answer->error);
  g_assert_cmpuint (f->answer->n_records, ==, 0);
  g_assert_cmpuint (f->n_asked, ==, 4);

  /* What was said is remembered. */
  g_assert_nonnull (sip_dns_resolver_peek (f->resolver, SIP_DNS_NAPTR, "EXAMPLE.com"));
  ask (f, SIP_DNS_SRV, "_sip._udp.example.com");
  run (f);
  g_assert_cmpuint (f->n_asked, ==, 4);
  sip_dns_resolver_forget (f->resolver);
  g_assert_null (sip_dns_resolver_peek (f->resolver, SIP_DNS_NAPTR, "example.com"));
  ask (f, SIP_DNS_NAPTR, "example.com");
  run (f);
  g_assert_cmpuint (f->n_asked, ==, 5);
}

/* What is no answer to what was asked is not listened to. */
static void
test_lies (Fixture *f, gconstpointer data)
{
  ask (f, SIP_DNS_A, "one.example");
  run (f);
  g_assert_no_error (f->answer->error);
  g_assert_cmpuint (f->answer->n_records, ==, 1);
  g_assert_null (sip_dns_resolver_peek (f->resolver, SIP_DNS_A, "evil.example"));
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  ask (f, SIP_DNS_A, "one.example");
  run (f);
  g_assert_error (f->answer->error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE);
}

static void
test_silence (Fixture *f, gconstpointer data)
{
  ask (f, SIP_DNS_A, "one.example");
  while (f->n_asked == 0)
    g_main_context_iteration (NULL, TRUE);
  sip_timer_wheel_advance (f->wheel, sip_dns_ares_class.timeout);
  g_assert_nonnull (f->answer);
  g_assert_error (f->answer->error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE);
}

static void
test_bad_name (Fixture *f, gconstpointer data)
{
  g_autofree char *label = g_strnfill (64, 'a');

  ask (f, SIP_DNS_A, label);
  run (f);
  g_assert_nonnull (f->answer->error);
  g_assert_cmpuint (f->answer->error->domain, ==, G_RESOLVER_ERROR);
  g_assert_cmpuint (f->n_asked, ==, 0);
}

/* In the midst of it. */
static void
test_freed (Fixture *f, gconstpointer data)
{
  ask (f, SIP_DNS_A, "one.example");
  g_clear_pointer (&f->resolver, sip_dns_resolver_free);
  g_assert_false (sip_dns_asker_waits (&f->asker));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (f->answer);
}

static void
test_servers (Fixture *f, gconstpointer data)
{
  static const char *const good[] = { "127.0.0.1", "127.0.0.1:53", "[::1]", "[::1]:5353,192.0.2.1" };
  static const char *const bad[] = { "", "dns.example", "127.0.0.1:x", "127.0.0.1:99999", "127.0.0.1,", "127.0.0.1/8", "a@127.0.0.1" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (sip_dns_ares_check_servers (good[i], &error));
      g_assert_no_error (error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (sip_dns_resolver_set_servers (f->resolver, bad[i], &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
    }
  ask (f, SIP_DNS_A, "one.example");
  run (f);
  g_assert_cmpuint (f->answer->n_records, ==, 1);
}

#define TEST(name, character, func) g_test_add ("/dns-ares/" name, Fixture, GUINT_TO_POINTER (character), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("records", HONEST, test_records);
  TEST ("wrong-id", WRONG_ID, test_lies);
  TEST ("wrong-question", WRONG_QUESTION, test_lies);
  TEST ("refused", REFUSES, test_refused);
  TEST ("silence", SILENT, test_silence);
  TEST ("garbage", GARBAGE, test_silence);
  TEST ("bad-name", HONEST, test_bad_name);
  TEST ("freed", HONEST, test_freed);
  TEST ("servers", HONEST, test_servers);

  return g_test_run ();
}
