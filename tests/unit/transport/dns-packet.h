/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-answer-private.h"

/* Writes what a DNS server answers (RFC 1035 §4). */

static inline void
packet_u16 (GByteArray *packet, guint value)
{
  g_byte_array_append (packet, (const guint8[]){ (guint8) (value >> 8), (guint8) value }, 2);
}

static inline void
packet_u32 (GByteArray *packet, guint32 value)
{
  packet_u16 (packet, value >> 16);
  packet_u16 (packet, value & 0xffff);
}

static inline void
packet_string (GByteArray *packet, const char *text)
{
  guint8 len = (guint8) strlen (text);

  g_byte_array_append (packet, &len, 1);
  g_byte_array_append (packet, (const guint8 *) text, len);
}

/* "." is the root; "@12" is a pointer to that place, in the end of a name too. */
static inline void
packet_name (GByteArray *packet, const char *name)
{
  g_auto (GStrv) labels = g_strsplit (name, ".", -1);

  for (guint i = 0; labels[i] != NULL && !g_str_equal (name, "."); i++)
    {
      if (labels[i][0] == '@')
        {
          packet_u16 (packet, 0xc000 | (guint) atoi (labels[i] + 1));
          return;
        }
      packet_string (packet, labels[i]);
    }
  g_byte_array_append (packet, (const guint8 *) "", 1);
}

static inline guint
packet_number_of (const char *type)
{
  static const struct
  {
    const char *name;
    guint number;
  } types[] = { { "A", 1 }, { "CNAME", 5 }, { "SOA", 6 }, { "AAAA", 28 }, { "SRV", 33 }, { "NAPTR", 35 } };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].name, type))
      return types[i].number;
  g_assert_not_reached ();
}

/* A header, with the bit of an answer, and a question. */
static inline GByteArray *
packet_new (guint flags, const char *name, guint type, guint n_answers, guint n_authorities)
{
  GByteArray *packet = g_byte_array_new ();

  packet_u16 (packet, 4711);
  packet_u16 (packet, flags);
  packet_u16 (packet, 1);
  packet_u16 (packet, n_answers);
  packet_u16 (packet, n_authorities);
  packet_u16 (packet, 0);
  packet_name (packet, name);
  packet_u16 (packet, type);
  packet_u16 (packet, 1);
  return packet;
}

static inline void
packet_rdata (GByteArray *packet, char **words)
{
  SipAddress address = { 0 };

  if (g_str_equal (words[1], "A") || g_str_equal (words[1], "AAAA"))
    {
      g_assert_true (sip_address_parse (&address, sip_str_from (words[3]), 0));
      g_byte_array_append (packet, address.ip, address.family == AF_INET ? 4 : 16);
    }
  else if (g_str_equal (words[1], "CNAME"))
    {
      packet_name (packet, words[3]);
    }
  else if (g_str_equal (words[1], "SRV"))
    {
      for (guint i = 3; i < 6; i++)
        packet_u16 (packet, (guint) atoi (words[i]));
      packet_name (packet, words[6]);
    }
  else if (g_str_equal (words[1], "NAPTR"))
    {
      packet_u16 (packet, (guint) atoi (words[3]));
      packet_u16 (packet, (guint) atoi (words[4]));
      for (guint i = 5; i < 8; i++)
        packet_string (packet, g_str_equal (words[i], "-") ? "" : words[i]);
      packet_name (packet, words[8]);
    }
  else /* SOA: only its minimum */
    {
      packet_name (packet, "ns");
      packet_name (packet, "admin");
      for (guint i = 0; i < 4; i++)
        packet_u32 (packet, 1);
      packet_u32 (packet, (guint32) atoi (words[3]));
    }
}

/* "example.com SRV 60 10 1 5060 one.example.com": owner, type, TTL, and what that type has. */
static inline void
packet_record (GByteArray *packet, const char *record)
{
  g_auto (GStrv) words = g_strsplit (record, " ", -1);
  guint at;

  packet_name (packet, words[0]);
  packet_u16 (packet, packet_number_of (words[1]));
  packet_u16 (packet, 1);
  packet_u32 (packet, (guint32) g_ascii_strtoull (words[2], NULL, 10));
  packet_u16 (packet, 0);
  at = packet->len;
  packet_rdata (packet, words);
  packet->data[at - 2] = (guint8) ((packet->len - at) >> 8);
  packet->data[at - 1] = (guint8) (packet->len - at);
}
