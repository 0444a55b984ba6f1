/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-certificate-private.h"

#include <gio/gio.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "syntax/sip-error.h"

#define NAME "CN=WebRTC"
#define DAY (24 * 60 * 60)

/* The clock of a peer may be behind ours. */
static int
fill (gnutls_x509_crt_t     certificate,
      gnutls_x509_privkey_t key)
{
  const gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint32 serial[2] = { g_random_int () & G_MAXINT32, g_random_int () };
  int result;

  if ((result = gnutls_x509_crt_set_version (certificate, 3)) < 0 ||
      (result = gnutls_x509_crt_set_serial (certificate, serial, sizeof serial)) < 0 ||
      (result = gnutls_x509_crt_set_activation_time (certificate, (time_t) (now - DAY))) < 0 ||
      (result = gnutls_x509_crt_set_expiration_time (certificate, (time_t) (now + 30 * DAY))) < 0 ||
      (result = gnutls_x509_crt_set_dn (certificate, NAME, NULL)) < 0 ||
      (result = gnutls_x509_crt_set_issuer_dn (certificate, NAME, NULL)) < 0 ||
      (result = gnutls_x509_crt_set_key (certificate, key)) < 0)
    return result;

  return gnutls_x509_crt_sign2 (certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
}

static int
make (gnutls_x509_crt_t     certificate,
      gnutls_x509_privkey_t key,
      GString              *pem)
{
  gnutls_datum_t data = { NULL, 0 };
  int result = gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0);

  if (result < 0 || (result = fill (certificate, key)) < 0 || (result = gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &data)) < 0)
    return result;
  g_string_append_len (pem, (const char *) data.data, data.size);
  gnutls_free (data.data);

  /* PKCS #8: every reader of PEM understands it. */
  if ((result = gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &data)) < 0)
    return result;
  g_string_append_len (pem, (const char *) data.data, data.size);
  gnutls_memset (data.data, 0, data.size);
  gnutls_free (data.data);

  return 0;
}

char *
sip_certificate_new (GError **error)
{
  g_autoptr (GString) pem = g_string_new (NULL);
  gnutls_x509_crt_t certificate;
  gnutls_x509_privkey_t key;
  int result;

  if ((result = gnutls_x509_crt_init (&certificate)) < 0)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "No certificate can be made: %s", gnutls_strerror (result));
      return NULL;
    }
  result = gnutls_x509_privkey_init (&key);
  if (result >= 0)
    {
      result = make (certificate, key, pem);
      gnutls_x509_privkey_deinit (key);
    }
  gnutls_x509_crt_deinit (certificate);
  if (result < 0)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "No certificate can be made: %s", gnutls_strerror (result));
      return NULL;
    }

  return g_string_free (g_steal_pointer (&pem), FALSE);
}
