/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dns-packet.h"
#include "transport/sip-dns-packet-private.h"

/* What is asked for, what comes, and what is read from it: one record after the other, then "ttl N". NULL: nothing can be read. */
typedef struct
{
  const char *label;
  const char *question;   /* "SRV _sip._udp.example.com" */
  const char *answers[6];
  const char *authority;
  const char *expected;
} Case;

static const Case cases[] = {
  { "address", "A one.example", { "one.example A 60 192.0.2.1" }, NULL, "192.0.2.1 ttl 60" },
  { "addresses", "A one.example", { "one.example A 60 192.0.2.1", "@12 A 30 192.0.2.2" }, NULL, "192.0.2.1 192.0.2.2 ttl 30" },
  { "case", "A one.example", { "ONE.Example A 60 192.0.2.1" }, NULL, "192.0.2.1 ttl 60" },
  { "IPv6", "AAAA one.example", { "@12 AAAA 60 2001:db8::1" }, NULL, "[2001:db8::1] ttl 60" },
  { "other type", "A one.example", { "@12 AAAA 60 2001:db8::1" }, NULL, "ttl 0" },
  { "other owner", "A one.example", { "two.example A 60 192.0.2.66" }, NULL, "ttl 0" },
  { "alias", "A one.example", { "@12 CNAME 20 two.example", "two.example A 60 192.0.2.1" }, NULL, "192.0.2.1 ttl 20" },
  { "aliases in any order", "A a.x", { "c.x A 60 192.0.2.1", "b.x CNAME 60 c.x", "a.x CNAME 10 b.x" }, NULL, "192.0.2.1 ttl 10" },
  { "alias of itself", "A a.x", { "a.x CNAME 60 a.x" }, NULL, "ttl 0" },
  { "aliases in a circle", "A a.x", { "a.x CNAME 60 b.x", "b.x CNAME 60 a.x" }, NULL, "ttl 0" },
  { "TTL with a sign", "A a.x", { "a.x A 4294967295 192.0.2.1" }, NULL, "192.0.2.1 ttl 0" },
  { "none", "A a.x", { NULL }, "x SOA 300 60", "ttl 60" },
  { "none, for a short time", "A a.x", { NULL }, "x SOA 30 60", "ttl 30" },
  { "service", "SRV _sip._udp.x", { "@12 SRV 60 10 20 5070 one.x" }, NULL, "10 20 5070 one.x ttl 60" },
  { "service, compressed", "SRV _sip._udp.x", { "@12 SRV 60 10 20 5070 one.@22" }, NULL, "10 20 5070 one.x ttl 60" },
  { "no service", "SRV _sip._udp.x", { "@12 SRV 60 0 0 0 ." }, NULL, "0 0 0 . ttl 60" },
  { "service at no name", "SRV _sip._udp.x", { "@12 SRV 60 0 0 1 a/b.x", "@12 SRV 60 1 0 1 c.x" }, NULL, "1 0 1 c.x ttl 60" },
  { "pointer", "NAPTR x", { "@12 NAPTR 60 50 51 s SIP+D2U - _sip._udp.@12" }, NULL, "50 51 s SIP+D2U - _sip._udp.x ttl 60" },
  { "pointer with an expression", "NAPTR x", { "@12 NAPTR 60 50 51 u E2U+sip !^.*$!sip:a@x! ." }, NULL,
    "50 51 u E2U+sip !^.*$!sip:a@x! . ttl 60" },
  { "pointer into itself", "SRV _sip._udp.x", { "@12 SRV 60 0 0 1 @49" }, NULL, "ttl 60" },
  { "pointer to what follows", "A a.x", { "@300 A 60 192.0.2.1" }, NULL, NULL },
};

static SipDnsType
type_of (const char *name)
{
  SipDnsType type = SIP_DNS_A;

  while (!g_str_equal (sip_dns_type_to_string (type), name))
    type++;
  return type;
}

static const char *
or_else (const char *text, const char *otherwise)
{
  return *text != '\0' ? text : otherwise;
}

static char *
describe (const SipDnsAnswer *answer)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < answer->n_records; i++)
    if (answer->type == SIP_DNS_SRV)
      {
        const SipDnsSrv *srv = &answer->srvs[i];

        g_string_append_printf (text, "%u %u %u %s ", srv->priority, srv->weight, srv->port, or_else (srv->target, "."));
      }
    else if (answer->type == SIP_DNS_NAPTR)
      {
        const SipDnsNaptr *naptr = &answer->naptrs[i];

        g_string_append_printf (text, "%u %u %s %s %s %s ", naptr->order, naptr->preference, or_else (naptr->flags, "-"),
                                or_else (naptr->service, "-"), or_else (naptr->regexp, "-"), or_else (naptr->replacement, "."));
      }
    else
      {
        g_autofree char *address = sip_address_to_string (&answer->addresses[i]);

        g_string_append_printf (text, "%s ", address);
      }
  g_string_append_printf (text, "ttl %u", answer->ttl);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static GByteArray *
make_packet (const Case *c, const char *name, SipDnsType type)
{
  guint n = 0;
  GByteArray *packet;

  while (n < G_N_ELEMENTS (c->answers) && c->answers[n] != NULL)
    n++;
  packet = packet_new (0x8180, name, packet_number_of (sip_dns_type_to_string (type)), n, c->authority != NULL);
  for (guint i = 0; i < n; i++)
    packet_record (packet, c->answers[i]);
  if (c->authority != NULL)
    packet_record (packet, c->authority);
  return packet;
}

static SipDnsAnswer *
read_exactly (const guint8 *data, gsize len, const char *name, SipDnsType type, GError **error)
{
  /* Of its own size, so that a sanitizer sees who reads beyond it. */
  g_autofree guint8 *copy = g_memdup2 (data, len);

  return sip_dns_packet_read (copy, len, name, type, error);
}

static void
test_packets (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *c = &cases[i];
      g_auto (GStrv) words = g_strsplit (c->question, " ", 2);
      SipDnsType type = type_of (words[0]);
      g_autoptr (GByteArray) packet = make_packet (c, words[1], type);
      g_autoptr (GError) error = NULL;
      g_autoptr (SipDnsAnswer) answer = read_exactly (packet->data, packet->len, words[1], type, &error);
      g_autofree char *text = answer != NULL ? describe (answer) : NULL;

      g_test_message ("%s", c->label);
      g_assert_cmpstr (text, ==, c->expected);
      if (answer == NULL)
        g_assert_error (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_INTERNAL);
      else
        g_assert_no_error (error);

      /* Cut off anywhere it is no packet, or has fewer records; and it never is an answer to something else. */
      for (gsize len = 0; len < packet->len; len++)
        {
          g_autoptr (SipDnsAnswer) part = read_exactly (packet->data, len, words[1], type, NULL);

          g_assert_true (part == NULL || answer != NULL);
        }
      g_assert_null (read_exactly (packet->data, packet->len, "other.example", type, NULL));
      g_assert_null (read_exactly (packet->data, packet->len, words[1], (type + 1) % 4, NULL));
    }
}

/* Any byte of it may be any other. */
static void
test_damaged (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) words = g_strsplit (cases[i].question, " ", 2);
      SipDnsType type = type_of (words[0]);
      g_autoptr (GByteArray) packet = make_packet (&cases[i], words[1], type);

      for (guint at = 0; at < packet->len; at++)
        for (guint value = 0; value < 256; value += 5)
          {
            guint8 was = packet->data[at];
            g_autoptr (SipDnsAnswer) answer = NULL;

            packet->data[at] = (guint8) value;
            answer = read_exactly (packet->data, packet->len, words[1], type, NULL);
            packet->data[at] = was;
            if (answer != NULL)
              g_assert_cmpuint (answer->n_records, <=, SIP_DNS_MAX_RECORDS);
          }
    }
}

static void
test_no_answer (void)
{
  g_autoptr (GByteArray) question = packet_new (0x0100, "a.x", 1, 0, 0);
  g_autoptr (GByteArray) two = packet_new (0x8180, "a.x", 1, 0, 0);

  g_assert_null (sip_dns_packet_read (question->data, question->len, "a.x", SIP_DNS_A, NULL));
  two->data[5] = 2;
  g_assert_null (sip_dns_packet_read (two->data, two->len, "a.x", SIP_DNS_A, NULL));
}

static void
test_many (void)
{
  g_autoptr (GByteArray) packet = packet_new (0x8180, "a.x", 1, 1000, 0);
  g_autoptr (SipDnsAnswer) answer = NULL;

  for (guint i = 0; i < 1000; i++)
    packet_record (packet, "@12 A 60 192.0.2.1");
  answer = sip_dns_packet_read (packet->data, packet->len, "a.x", SIP_DNS_A, NULL);
  /* Beyond a bound nothing is looked at. */
  g_assert_nonnull (answer);
  g_assert_cmpuint (answer->n_records, <=, SIP_DNS_MAX_RECORDS);
}

static void
test_names (void)
{
  static const struct
  {
    const char *name;
    gboolean is_good;
  } names[] = {
    { "x", TRUE },     { "a-b.c_d.e1", TRUE }, { "1.2.3.4", TRUE }, { "", FALSE },      { ".", FALSE },
    { "a..b", FALSE }, { ".a", FALSE },        { "a.", FALSE },     { "a b", FALSE },   { "a\nb", FALSE },
    { "\xff", FALSE }, { "a/b", FALSE },       { "a:b", FALSE },    { "a%00b", FALSE }, { "a@b", FALSE },
  };
  g_autofree char *longest_label = g_strnfill (63, 'a');
  g_autofree char *longest = g_strdup_printf ("%s.%s.%s.%.61s", longest_label, longest_label, longest_label, longest_label);
  g_autofree char *too_long = g_strconcat (longest, "a", NULL);
  g_autofree char *long_label = g_strconcat (longest_label, "a", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (sip_dns_is_name (sip_str_from (names[i].name)), ==, names[i].is_good);
  g_assert_true (sip_dns_is_name (sip_str_from (longest_label)));
  g_assert_true (sip_dns_is_name (sip_str_from (longest)));
  g_assert_false (sip_dns_is_name (sip_str_from (too_long)));
  g_assert_false (sip_dns_is_name (sip_str_from (long_label)));
  g_assert_false (sip_dns_is_name (sip_str ("a\0b", 3)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dns-packet/packets", test_packets);
  g_test_add_func ("/dns-packet/damaged", test_damaged);
  g_test_add_func ("/dns-packet/no-answer", test_no_answer);
  g_test_add_func ("/dns-packet/many", test_many);
  g_test_add_func ("/dns-packet/names", test_names);

  return g_test_run ();
}
