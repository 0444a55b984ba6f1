/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A hash table whose links live in what it holds: no allocation for an entry, and entries of one hash are told apart by whoever asks, since
 * what makes two of them equal is a rule of RFC 3261 and not a string. Hashes come with a secret seed, so that nobody outside can aim at
 * one chain. */
typedef struct _SipMatchLink SipMatchLink;

struct _SipMatchLink
{
  SipMatchLink *next;
  SipMatchLink **link; /* what points at us; NULL while in no table */
  guint32 hash;
};

typedef struct
{
  SipMatchLink **buckets;
  guint n;
  guint mask;
} SipMatchTable;

void sip_match_table_init (SipMatchTable *self);
/* Frees the buckets; what was in them belongs to others. */
void sip_match_table_clear (SipMatchTable *self);

void sip_match_table_insert (SipMatchTable *self, SipMatchLink *entry, guint32 hash);
void sip_match_table_remove (SipMatchTable *self, SipMatchLink *entry);

/* The entries with exactly @hash. */
SipMatchLink *sip_match_table_first (const SipMatchTable *self, guint32 hash);
SipMatchLink *sip_match_link_next (const SipMatchLink *entry);
/* Any entry, NULL when it is empty: to empty it. */
SipMatchLink *sip_match_table_any (const SipMatchTable *self);

G_END_DECLS
