/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "syntax/sip-name-addr-private.h"

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (SipNameAddr) party = sip_name_addr_new_from_str (sip_str (size > 0 ? (const char *) data : "", size));
  g_autoptr (SipNameAddr) again = NULL;
  g_autoptr (SipNameAddr) renamed = NULL;
  g_autofree char *text = NULL;
  g_autofree char *tag = NULL;
  g_autofree char *tag_again = NULL;
  g_autofree char *friendly_name = NULL;
  const char *display_name;

  if (party == NULL)
    return 0;

  text = sip_name_addr_to_string (party);
  tag = sip_name_addr_get_param (party, "tag");
  friendly_name = sip_name_addr_get_friendly_name (party);
  display_name = sip_name_addr_get_display_name (party);
  CHECK (strpbrk (text, "\r\n") == NULL);
  CHECK (display_name == NULL || (g_utf8_validate (display_name, -1, NULL) && strpbrk (display_name, "\r\n") == NULL));
  CHECK (g_utf8_validate (friendly_name, -1, NULL));

  /* What is written is read as the same. */
  again = sip_name_addr_parse (text, NULL);
  CHECK (again != NULL);
  CHECK (sip_uri_equal (sip_name_addr_get_uri (party), sip_name_addr_get_uri (again)));
  tag_again = sip_name_addr_get_param (again, "tag");
  CHECK (g_strcmp0 (tag, tag_again) == 0);

  /* A name survives its quotes. */
  renamed = sip_name_addr_new (display_name, sip_name_addr_get_uri (party));
  g_clear_pointer (&text, g_free);
  g_clear_pointer (&again, sip_name_addr_unref);
  text = sip_name_addr_to_string (renamed);
  again = sip_name_addr_parse (text, NULL);
  CHECK (again != NULL);
  CHECK (g_strcmp0 (sip_name_addr_get_display_name (again), display_name) == 0);

  return 0;
}
