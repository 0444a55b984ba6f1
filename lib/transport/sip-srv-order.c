/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-srv-order-private.h"

guint32
sip_random_real (gpointer user_data, guint32 max)
{
  /* The end of g_random_int_range()'s range is not in it. */
  return (guint32) g_random_double_range (0, (double) max + 1);
}

static const SipPreference *
get (gconstpointer elements, gsize size, guint i)
{
  return (const SipPreference *) (gconstpointer) ((const guint8 *) elements + i * size);
}

/* Of priority first, and then those without weight in front, as RFC 2782 has it: so that they have a small chance. */
static int
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const SipPreference *first = a, *second = b;

  if (first->priority != second->priority)
    return first->priority < second->priority ? -1 : 1;
  return (first->weight != 0) - (second->weight != 0);
}

/* Brings the element at @from to @to, before those that were there. */
static void
move_up (gpointer elements, gsize size, guint from, guint to)
{
  guint8 *bytes = elements;
  g_autofree guint8 *held = g_memdup2 (bytes + from * size, size);

  memmove (bytes + (to + 1) * size, bytes + to * size, (from - to) * size);
  memcpy (bytes + to * size, held, size);
}

static guint
find_end (gconstpointer elements, guint n, gsize size, guint begin, guint64 *sum)
{
  guint end = begin;

  *sum = 0;
  while (end < n && get (elements, size, end)->priority == get (elements, size, begin)->priority)
    *sum += get (elements, size, end++)->weight;
  return end;
}

/* The first whose running sum is not below the number that was drawn. */
static guint
pick (gconstpointer elements, gsize size, guint begin, guint end, guint32 drawn)
{
  guint64 running = 0;
  guint i;

  for (i = begin; i < end - 1; i++)
    {
      running += get (elements, size, i)->weight;
      if (running >= drawn)
        break;
    }
  return i;
}

void
sip_srv_order (gpointer elements, guint n, gsize size, SipRandomFunc random, gpointer user_data)
{
  g_qsort_with_data (elements, n, size, compare, NULL);

  for (guint i = 0; i + 1 < n; i++)
    {
      guint64 sum;
      guint end = find_end (elements, n, size, i, &sum);

      /* Without weights any order is as good, and it need not be the same for everybody. */
      if (end - i > 1 && sum == 0)
        move_up (elements, size, i + random (user_data, end - i - 1), i);
      else if (end - i > 1)
        move_up (elements, size, pick (elements, size, i, end, random (user_data, (guint32) MIN (sum, G_MAXUINT32))), i);
    }
}
