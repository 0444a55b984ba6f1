/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-auth-cache-private.h"

typedef struct _Entry Entry;

struct _Entry
{
  GList link;  /* the latest first */
  Entry *next; /* of the same key */
  char *key;
  SipAuthChallenge *challenge;
};

struct _SipAuthCache
{
  GHashTable *entries; /* key → the first entry of it, whose key it is */
  GQueue order;
  guint max;
};

SipAuthCache *
sip_auth_cache_new (guint max)
{
  SipAuthCache *self = g_new0 (SipAuthCache, 1);

  self->entries = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->order);
  self->max = max;
  return self;
}

static void
entry_free (Entry *entry)
{
  sip_auth_challenge_unref (entry->challenge);
  g_free (entry->key);
  g_free (entry);
}

static void
set_first (SipAuthCache *self, const char *key, Entry *first)
{
  g_hash_table_remove (self->entries, key);
  if (first != NULL)
    g_hash_table_insert (self->entries, first->key, first);
}

static void
remove_entry (SipAuthCache *self, Entry *entry)
{
  Entry *first = g_hash_table_lookup (self->entries, entry->key);

  if (first == entry)
    {
      set_first (self, entry->key, entry->next);
    }
  else
    {
      while (first->next != entry)
        first = first->next;
      first->next = entry->next;
    }

  g_queue_unlink (&self->order, &entry->link);
  entry_free (entry);
}

void
sip_auth_cache_clear (SipAuthCache *self)
{
  while (!g_queue_is_empty (&self->order))
    remove_entry (self, g_queue_peek_tail (&self->order));
}

void
sip_auth_cache_free (SipAuthCache *self)
{
  sip_auth_cache_clear (self);
  g_hash_table_unref (self->entries);
  g_free (self);
}

gboolean
sip_auth_cache_is_empty (SipAuthCache *self)
{
  return g_queue_is_empty (&self->order);
}

guint
sip_auth_cache_get_n (SipAuthCache *self)
{
  return g_queue_get_length (&self->order);
}

static Entry *
find (SipAuthCache *self, const char *key, SipHeaderId answer, const char *realm)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  while (entry != NULL && !sip_auth_challenge_is_of (entry->challenge, answer, realm))
    entry = entry->next;

  return entry;
}

static void
touch (SipAuthCache *self, Entry *entry)
{
  g_queue_unlink (&self->order, &entry->link);
  g_queue_push_head_link (&self->order, &entry->link);
}

void
sip_auth_cache_put (SipAuthCache *self, const char *key, SipAuthChallenge *challenge)
{
  Entry *entry = find (self, key, challenge->answer, challenge->realm);

  if (entry != NULL)
    {
      sip_auth_challenge_ref (challenge);
      sip_auth_challenge_unref (entry->challenge);
      entry->challenge = challenge;
      touch (self, entry);
      return;
    }

  if (sip_auth_cache_get_n (self) == self->max)
    remove_entry (self, g_queue_peek_tail (&self->order));

  entry = g_new0 (Entry, 1);
  entry->link.data = entry;
  entry->key = g_strdup (key);
  entry->challenge = sip_auth_challenge_ref (challenge);
  entry->next = g_hash_table_lookup (self->entries, key);
  set_first (self, key, entry);
  g_queue_push_head_link (&self->order, &entry->link);
}

void
sip_auth_cache_forget (SipAuthCache *self, const char *key, SipHeaderId answer, const char *realm)
{
  Entry *entry = find (self, key, answer, realm);

  if (entry != NULL)
    remove_entry (self, entry);
}

void
sip_auth_cache_each (SipAuthCache *self, const char *key, void (*func) (gpointer user_data, SipAuthChallenge *challenge), gpointer user_data)
{
  for (Entry *entry = g_hash_table_lookup (self->entries, key); entry != NULL; entry = entry->next)
    {
      touch (self, entry);
      func (user_data, entry->challenge);
    }
}
