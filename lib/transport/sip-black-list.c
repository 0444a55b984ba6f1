/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-black-list-private.h"

struct _SipBlackList
{
  GHashTable *until; /* key → gint64 */
};

SipBlackList *
sip_black_list_new (void)
{
  SipBlackList *self = g_new0 (SipBlackList, 1);

  self->until = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
sip_black_list_free (SipBlackList *self)
{
  g_hash_table_unref (self->until);
  g_free (self);
}

static gboolean
is_over (gpointer key, gpointer value, gpointer user_data)
{
  const gint64 *until = value, *now = user_data;

  return *until <= *now;
}

void
sip_black_list_add (SipBlackList *self, const char *key, gint64 now, gint64 us)
{
  gint64 until = now + CLAMP (us, 0, SIP_BLACK_LIST_MAX);
  const gint64 *known = g_hash_table_lookup (self->until, key);

  if (known != NULL && *known >= until)
    return;
  if (known == NULL && g_hash_table_size (self->until) >= SIP_BLACK_LIST_SIZE)
    {
      g_hash_table_foreach_remove (self->until, is_over, &now);
      if (g_hash_table_size (self->until) >= SIP_BLACK_LIST_SIZE)
        g_hash_table_remove_all (self->until);
    }
  g_hash_table_replace (self->until, g_strdup (key), g_memdup2 (&until, sizeof until));
}

void
sip_black_list_remove (SipBlackList *self, const char *key)
{
  g_hash_table_remove (self->until, key);
}

void
sip_black_list_clear (SipBlackList *self)
{
  g_hash_table_remove_all (self->until);
}

gboolean
sip_black_list_is_empty (SipBlackList *self)
{
  return g_hash_table_size (self->until) == 0;
}

gboolean
sip_black_list_has (SipBlackList *self, const char *key, gint64 now)
{
  const gint64 *until = g_hash_table_lookup (self->until, key);

  if (until == NULL)
    return FALSE;
  if (*until > now)
    return TRUE;
  g_hash_table_remove (self->until, key);
  return FALSE;
}
