/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-match-table-private.h"

#define MIN_BUCKETS 16

static void
link_in (SipMatchTable *self,
         SipMatchLink  *entry)
{
  SipMatchLink **bucket = &self->buckets[entry->hash & self->mask];

  entry->next = *bucket;
  if (entry->next != NULL)
    entry->next->link = &entry->next;
  entry->link = bucket;
  *bucket = entry;
}

/* Entries of one bucket may change their order, which nothing depends on. */
static void
resize (SipMatchTable *self,
        guint          n_buckets)
{
  g_autofree SipMatchLink **old = self->buckets;
  guint n_old = self->mask + 1;

  self->buckets = g_new0 (SipMatchLink *, n_buckets);
  self->mask = n_buckets - 1;
  for (guint i = 0; i < n_old; i++)
    for (SipMatchLink *entry = old[i], *next; entry != NULL; entry = next)
      {
        next = entry->next;
        link_in (self, entry);
      }
}

void
sip_match_table_init (SipMatchTable *self)
{
  self->buckets = g_new0 (SipMatchLink *, MIN_BUCKETS);
  self->mask = MIN_BUCKETS - 1;
  self->n = 0;
}

void
sip_match_table_clear (SipMatchTable *self)
{
  g_clear_pointer (&self->buckets, g_free);
  self->n = 0;
}

void
sip_match_table_insert (SipMatchTable *self,
                        SipMatchLink  *entry,
                        guint32        hash)
{
  g_assert (entry->link == NULL);

  if (self->n > self->mask)
    resize (self, 2 * (self->mask + 1));
  self->n++;
  entry->hash = hash;
  link_in (self, entry);
}

void
sip_match_table_remove (SipMatchTable *self,
                        SipMatchLink  *entry)
{
  if (entry->link == NULL)
    return;

  *entry->link = entry->next;
  if (entry->next != NULL)
    entry->next->link = entry->link;
  entry->next = NULL;
  entry->link = NULL;

  /* A flood is not to be paid for ever after. */
  self->n--;
  if (self->mask >= MIN_BUCKETS && self->n < (self->mask + 1) / 8)
    resize (self, (self->mask + 1) / 2);
}

static SipMatchLink *
skip_to (SipMatchLink *entry,
         guint32       hash)
{
  while (entry != NULL && entry->hash != hash)
    entry = entry->next;
  return entry;
}

SipMatchLink *
sip_match_table_first (const SipMatchTable *self,
                       guint32              hash)
{
  return skip_to (self->buckets[hash & self->mask], hash);
}

SipMatchLink *
sip_match_link_next (const SipMatchLink *entry)
{
  return skip_to (entry->next, entry->hash);
}

SipMatchLink *
sip_match_table_any (const SipMatchTable *self)
{
  if (self->n == 0)
    return NULL;
  for (guint i = 0; i <= self->mask; i++)
    if (self->buckets[i] != NULL)
      return self->buckets[i];
  return NULL;
}
