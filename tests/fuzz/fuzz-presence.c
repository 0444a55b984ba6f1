/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "sip.h"

/* A presence document of a stranger's: what is read and written is read as the same. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GBytes) input = g_bytes_new (data, size);
  g_autoptr (SipPresence) first = sip_presence_parse (input, NULL);
  g_autoptr (SipPresence) second = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) again = NULL;

  if (first == NULL)
    return 0;

  written = sip_presence_to_bytes (first);
  if (g_bytes_get_size (written) > 65536)
    return 0;

  second = sip_presence_parse (written, NULL);
  CHECK (second != NULL);
  again = sip_presence_to_bytes (second);
  CHECK (g_bytes_equal (written, again));

  return 0;
}
