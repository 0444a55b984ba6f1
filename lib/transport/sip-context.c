/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-context-private.h"

gboolean
sip_context_enter (GMainContext *context)
{
  GMainContext *current = g_main_context_get_thread_default ();

  /* Nearly always we are in it; and the default one cannot be pushed while another thread looks into it for a moment. */
  if ((current != NULL ? current : g_main_context_default ()) == context)
    return FALSE;
  g_main_context_push_thread_default (context);
  return TRUE;
}

void
sip_context_leave (GMainContext *context, gboolean entered)
{
  if (entered)
    g_main_context_pop_thread_default (context);
}
