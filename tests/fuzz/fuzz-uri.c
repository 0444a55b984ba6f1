/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "syntax/sip-uri-private.h"

static void
check_string (const char *text)
{
  CHECK (text == NULL || (g_utf8_validate (text, -1, NULL) && strpbrk (text, "\r\n") == NULL));
}

static void
check_uri (SipUri *uri,
           SipStr  text)
{
  g_autofree char *written = sip_uri_to_string (uri);
  g_autofree char *param = sip_uri_get_param (uri, "transport");
  g_autofree char *header = sip_uri_get_header (uri, "subject");
  g_autoptr (SipUri) address = sip_uri_to_address_of_record (uri);
  g_autoptr (SipUri) same_address = sip_uri_to_address_of_record (address);
  g_autoptr (SipUri) with_param = NULL;

  CHECK (strlen (written) == text.len && memcmp (written, text.p, text.len) == 0);
  CHECK (sip_uri_equal (uri, uri));
  CHECK (sip_uri_equal (address, same_address));
  CHECK (sip_str_equal (sip_uri_get_text (address), sip_uri_get_text (same_address)));

  check_string (sip_uri_get_scheme (uri));
  check_string (sip_uri_get_user (uri));
  check_string (sip_uri_get_password (uri));
  check_string (sip_uri_get_host (uri));
  check_string (sip_uri_get_opaque (uri));
  check_string (param);
  check_string (header);

  with_param = sip_uri_with_param (uri, "x", "a;\"é%", NULL);
  if (with_param != NULL)
    {
      g_autofree char *value = sip_uri_get_param (with_param, "X");

      CHECK (g_strcmp0 (value, "a;\"é%") == 0);
      CHECK (g_strcmp0 (sip_uri_get_user (uri), sip_uri_get_user (with_param)) == 0);
    }
}

/* Two URIs with a line feed, which none can hold, between them: each by itself, and one compared with the other. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  const char *text = (const char *) data;
  const char *feed = size > 0 ? memchr (text, '\n', size) : NULL;
  SipStr first = sip_str (size > 0 ? text : "", feed != NULL ? (gsize) (feed - text) : size);
  SipStr second = feed != NULL ? sip_str (feed + 1, size - first.len - 1) : first;
  g_autoptr (SipUri) a = sip_uri_new_from_str (first);
  g_autoptr (SipUri) b = sip_uri_new_from_str (second);

  if (a != NULL)
    check_uri (a, first);
  if (b != NULL)
    check_uri (b, second);
  if (a != NULL && b != NULL)
    CHECK (sip_uri_equal (a, b) == sip_uri_equal (b, a));

  return 0;
}
