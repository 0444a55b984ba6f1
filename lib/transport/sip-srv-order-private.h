/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-answer-private.h"

G_BEGIN_DECLS

/* A number from 0 to @max, both included. */
typedef guint32 (*SipRandomFunc) (gpointer user_data, guint32 max);
guint32 sip_random_real (gpointer user_data, guint32 max);

/* Something with a priority (the lowest first) and a weight. */
typedef struct
{
  guint32 priority;
  guint32 weight;
} SipPreference;

/* RFC 2782's order of what is to be tried: by priority, and within one of them at random, by the weights. @elements: @n of @size bytes,
 * each of which begins with a SipPreference. */
void sip_srv_order (gpointer elements, guint n, gsize size, SipRandomFunc random, gpointer user_data);

G_END_DECLS
