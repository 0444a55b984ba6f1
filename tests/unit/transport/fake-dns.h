/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-resolver-private.h"

/* A DNS of the test's own: it has the records that it was told of, and answers when the test says so, or at once. */
typedef struct
{
  SipDnsResolver *resolver;
  GHashTable *answers;   /* "SRV _sip._udp.example.com" → SipDnsAnswer */
  GPtrArray *asked;      /* the same texts, in order */
  GQueue tickets;        /* FakeQuestion */
  gboolean is_prompt;    /* answers at once */
} FakeDns;

typedef struct
{
  char *question;
  SipDnsType type;
  SipDnsTicket *ticket;
} FakeQuestion;

static inline SipDnsAnswer *
fake_dns_find (FakeDns *self, const char *question, SipDnsType type)
{
  SipDnsAnswer *answer = g_hash_table_lookup (self->answers, question);

  return answer != NULL ? sip_dns_answer_ref (answer) : sip_dns_answer_new (type);
}

static inline void
fake_dns_answer_one (FakeDns *self)
{
  g_autofree FakeQuestion *question = g_queue_pop_head (&self->tickets);
  g_autofree char *text = NULL;

  g_assert_nonnull (question);
  text = question->question;
  sip_dns_ticket_answer (question->ticket, fake_dns_find (self, text, question->type));
}

/* All that is asked for, and what is asked for then. */
static inline void
fake_dns_answer (FakeDns *self)
{
  g_assert_cmpuint (self->tickets.length, >, 0);
  while (self->tickets.length > 0)
    fake_dns_answer_one (self);
}

static inline void
fake_dns_ask (gpointer backend, SipDnsType type, const char *name, SipDnsTicket *ticket)
{
  FakeDns *self = backend;
  g_autofree char *question = g_strdup_printf ("%s %s", sip_dns_type_to_string (type), name);

  g_ptr_array_add (self->asked, g_strdup (question));
  if (self->is_prompt)
    {
      sip_dns_ticket_answer (ticket, fake_dns_find (self, question, type));
    }
  else
    {
      FakeQuestion *asked = g_new0 (FakeQuestion, 1);

      asked->question = g_steal_pointer (&question);
      asked->type = type;
      asked->ticket = ticket;
      g_queue_push_tail (&self->tickets, asked);
    }
}

static inline void
fake_dns_gone (gpointer backend)
{
  FakeDns *self = backend;

  self->resolver = NULL;
}

static const SipDnsBackendClass fake_dns_class = { fake_dns_ask, fake_dns_gone, 5 * G_USEC_PER_SEC };

/* Instead of the real one of @resolver. It may outlive it. */
static inline FakeDns *
fake_dns_new (SipDnsResolver *resolver)
{
  FakeDns *self = g_new0 (FakeDns, 1);

  self->resolver = resolver;
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) sip_dns_answer_unref);
  self->asked = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&self->tickets);
  sip_dns_resolver_set_backend (resolver, &fake_dns_class, self);
  return self;
}

static inline void
fake_dns_free (FakeDns *self)
{
  g_assert_null (self->resolver);
  while (self->tickets.length > 0)
    fake_dns_answer_one (self);
  g_hash_table_unref (self->answers);
  g_ptr_array_unref (self->asked);
  g_free (self);
}

/* @record as in a zone file: "A one.example 192.0.2.1", "SRV _sip._udp.example.com 10 1 5060 one.example.com" (target "." for none),
 * "NAPTR example.com 50 50 s SIP+D2U - _sip._udp.example.com" ("-" for an empty text). More of a kind add up. Their TTL is 60 s. */
static inline void
fake_dns_add (FakeDns *self, const char *record)
{
  g_auto (GStrv) words = g_strsplit (record, " ", -1);
  g_autofree char *question = g_strdup_printf ("%s %s", words[0], words[1]);
  SipDnsAnswer *answer = g_hash_table_lookup (self->answers, question);
  SipDnsType type = SIP_DNS_A;
  SipAddress address;

  for (guint i = 2; words[i] != NULL; i++)
    if (g_str_equal (words[i], "-") || g_str_equal (words[i], "."))
      *words[i] = '\0';
  while (!g_str_equal (sip_dns_type_to_string (type), words[0]))
    type++;
  if (answer == NULL)
    {
      answer = sip_dns_answer_new (type);
      answer->ttl = 60;
      g_hash_table_insert (self->answers, g_steal_pointer (&question), answer);
    }
  switch (type)
    {
    case SIP_DNS_A:
    case SIP_DNS_AAAA:
      g_assert_true (sip_address_parse (&address, sip_str_from (words[2]), 0));
      sip_dns_answer_add_address (answer, &address);
      break;

    case SIP_DNS_SRV:
      sip_dns_answer_add_srv (answer, atoi (words[2]), atoi (words[3]), atoi (words[4]), words[5]);
      break;

    case SIP_DNS_NAPTR:
    default:
      sip_dns_answer_add_naptr (answer, &(SipDnsNaptr){ atoi (words[2]), atoi (words[3]), words[4], words[5], words[6], words[7] });
      break;
    }
}
