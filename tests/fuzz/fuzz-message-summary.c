/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "sip.h"

/* A message summary of a stranger's: what is read and written is read as the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GBytes) input = g_bytes_new (data, size);
  g_autoptr (SipMessageSummary) first = sip_message_summary_parse (input, NULL);
  g_autoptr (SipMessageSummary) second = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) again = NULL;

  if (first == NULL)
    return 0;

  written = sip_message_summary_to_bytes (first);
  if (g_bytes_get_size (written) > 65536)
    return 0;

  second = sip_message_summary_parse (written, NULL);
  CHECK (second != NULL);
  again = sip_message_summary_to_bytes (second);
  CHECK (g_bytes_equal (written, again));

  return 0;
}
