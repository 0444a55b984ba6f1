/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-server-order-private.h"

typedef struct
{
  gint weight;
  guint32 chance;  /* among those of the same */
  const char *uri;
} Candidate;

static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const Candidate *first = a, *second = b;

  if (first->weight != second->weight)
    return first->weight > second->weight ? -1 : 1;
  return (first->chance > second->chance) - (first->chance < second->chance);
}

char **
sip_server_order (const char *const *uris, const gint *weights, SipRandomFunc random, gpointer user_data)
{
  guint n = g_strv_length ((char **) uris);
  g_autofree Candidate *candidates = g_new0 (Candidate, n + 1);
  char **ordered = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      candidates[i].weight = weights[i];
      candidates[i].chance = weights[i] != SIP_SERVER_NO_WEIGHT ? random (user_data, G_MAXUINT32 - 1) : 0;
      candidates[i].uri = uris[i];
    }
  /* It is stable. */
  g_qsort_with_data (candidates, n, sizeof *candidates, compare, NULL);
  for (guint i = 0; i < n; i++)
    ordered[i] = g_strdup (candidates[i].uri);
  return ordered;
}
