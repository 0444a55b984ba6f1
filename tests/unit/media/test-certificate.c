/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-certificate-private.h"

#include <gio/gio.h>

#include "media/sip-fingerprint-private.h"

/* What GIO can read it can use; and no two are alike. */
static void
test_certificate (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *pem = sip_certificate_new (&error);
      g_autoptr (GTlsCertificate) certificate = NULL;
      g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
      g_autoptr (GDateTime) before = NULL;
      g_autoptr (GDateTime) after = NULL;
      g_autofree char *key = NULL;

      g_assert_no_error (error);
      certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
      g_assert_no_error (error);
      g_object_get (certificate, "private-key-pem", &key, "not-valid-before", &before, "not-valid-after", &after, NULL);
      g_assert_nonnull (key);
      g_assert_cmpint (g_date_time_compare (before, now), <, 0);
      g_assert_cmpint (g_date_time_compare (after, now), >, 0);
      g_assert_true (g_hash_table_add (seen, sip_fingerprint_of_pem (pem)));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/media/certificate", test_certificate);
  return g_test_run ();
}
