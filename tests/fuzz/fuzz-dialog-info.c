/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "sip.h"

/* A dialog-info document of a stranger's: what is read and written is read as the same, and an update of itself. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GBytes) input = g_bytes_new (data, size);
  g_autoptr (SipDialogInfo) first = sip_dialog_info_parse (input, NULL);
  g_autoptr (SipDialogInfo) second = NULL;
  g_autoptr (GBytes) written = NULL;
  g_autoptr (GBytes) again = NULL;

  if (first == NULL)
    return 0;

  {
    g_autoptr (SipDialogInfo) empty = sip_dialog_info_new (sip_dialog_info_get_entity (first), sip_dialog_info_get_version (first) - 1, TRUE);
    g_autoptr (SipDialogInfo) whole = sip_dialog_info_update (empty, first, NULL);

    CHECK (whole != NULL || sip_dialog_info_get_version (first) == 0);
    for (guint i = 0; i < g_list_model_get_n_items (sip_dialog_info_get_dialogs (first)); i++)
      {
        g_autoptr (SipDialogInfoEntry) entry = g_list_model_get_item (sip_dialog_info_get_dialogs (first), i);
        g_autofree char *replaces = sip_dialog_info_entry_get_replaces (entry);

        CHECK (replaces == NULL || strpbrk (replaces, "\r\n") == NULL);
      }
  }
  written = sip_dialog_info_to_bytes (first);
  if (g_bytes_get_size (written) > 65536)
    return 0;

  second = sip_dialog_info_parse (written, NULL);
  CHECK (second != NULL);
  again = sip_dialog_info_to_bytes (second);
  CHECK (g_bytes_equal (written, again));

  return 0;
}
