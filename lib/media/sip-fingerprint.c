/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-fingerprint-private.h"

#include <string.h>

#include "media/sip-sha224-private.h"

/* Strongest first. GChecksum's type, or -1 for the one that it does not know. */
static const struct
{
  const char *name;
  int type;
  gsize length;
} hashes[] = {
  { "sha-512", G_CHECKSUM_SHA512, 64 },
  { "sha-384", G_CHECKSUM_SHA384, 48 },
  { "sha-256", G_CHECKSUM_SHA256, 32 },
  { "sha-224", -1, SIP_SHA224_LENGTH },
};

/* Splits into the hash's name and the digest's bytes. */
static GByteArray *
parse (const char *text,
       char      **name)
{
  g_autoptr (GByteArray) digest = g_byte_array_new ();
  gsize length = strcspn (text, " ");
  const char *p = text + length;

  if (length == 0 || length > 32 || *p != ' ')
    return NULL;
  p += strspn (p, " ");

  for (;;)
    {
      guint8 byte;

      if (!g_ascii_isxdigit (p[0]) || !g_ascii_isxdigit (p[1]) || digest->len == 64)
        return NULL;
      byte = g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]);
      g_byte_array_append (digest, &byte, 1);
      p += 2;
      if (*p == '\0')
        break;
      if (*p++ != ':')
        return NULL;
    }

  *name = g_ascii_strdown (text, (gssize) length);

  return g_steal_pointer (&digest);
}

gboolean
sip_fingerprint_is_valid (const char *text)
{
  g_autofree char *name = NULL;
  g_autoptr (GByteArray) digest = parse (text, &name);

  return digest != NULL;
}

static int
find_hash (const char *name,
           gsize       length)
{
  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++)
    if (g_str_equal (hashes[i].name, name) && hashes[i].length == length)
      return (int) i;

  return -1;
}

gboolean
sip_fingerprint_is_usable (const char *text)
{
  g_autofree char *name = NULL;
  g_autoptr (GByteArray) digest = parse (text, &name);

  return digest != NULL && find_hash (name, digest->len) >= 0;
}

/* The bytes of the first certificate in @pem. */
static guchar *
pem_to_der (const char *pem,
            gsize      *length)
{
  static const char begin[] = "-----BEGIN CERTIFICATE-----";
  const char *start = pem != NULL ? strstr (pem, begin) : NULL;
  const char *end = start != NULL ? strstr (start, "-----END CERTIFICATE-----") : NULL;
  g_autofree char *base64 = NULL;

  if (end == NULL)
    return NULL;
  start += strlen (begin);
  base64 = g_strndup (start, end - start);

  return g_base64_decode (base64, length);
}

static void
compute (int           hash,
         const guchar *data,
         gsize         length,
         guint8       *digest)
{
  g_autoptr (GChecksum) checksum = NULL;
  gsize digest_length = hashes[hash].length;

  if (hashes[hash].type < 0)
    {
      sip_sha224 (data, length, digest);
      return;
    }
  checksum = g_checksum_new ((GChecksumType) hashes[hash].type);
  g_checksum_update (checksum, data, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
}

char *
sip_fingerprint_of_pem (const char *pem)
{
  gsize length = 0;
  g_autofree guchar *der = pem_to_der (pem, &length);
  GString *text;
  guint8 digest[32];

  if (der == NULL || length == 0)
    return NULL;

  compute (find_hash ("sha-256", sizeof digest), der, length, digest);
  text = g_string_new ("sha-256 ");
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (text, "%s%02X", i > 0 ? ":" : "", digest[i]);

  return g_string_free (text, FALSE);
}

/* Takes as long for a wrong digest as for a right one, wherever they differ. */
static gboolean
equal_in_constant_time (const guint8 *a,
                        const guint8 *b,
                        gsize         length)
{
  volatile guint8 difference = 0;

  for (gsize i = 0; i < length; i++)
    difference |= a[i] ^ b[i];

  return difference == 0;
}

/* RFC 8122 §5.1: of several hashes the strongest decides; of several fingerprints of that hash one has to match. */
gboolean
sip_fingerprint_matches (GPtrArray  *fingerprints,
                         const char *pem)
{
  gsize length = 0;
  g_autofree guchar *der = pem_to_der (pem, &length);
  int strongest = -1;
  gboolean matches = FALSE;

  if (der == NULL || length == 0 || fingerprints == NULL)
    return FALSE;

  for (guint i = 0; i < fingerprints->len; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GByteArray) digest = parse (g_ptr_array_index (fingerprints, i), &name);
      int hash = digest != NULL ? find_hash (name, digest->len) : -1;

      if (hash >= 0 && (strongest < 0 || hash < strongest))
        strongest = hash;
    }
  if (strongest < 0)
    return FALSE;

  for (guint i = 0; i < fingerprints->len; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GByteArray) digest = parse (g_ptr_array_index (fingerprints, i), &name);
      guint8 computed[64];

      if (digest == NULL || find_hash (name, digest->len) != strongest)
        continue;
      compute (strongest, der, length, computed);
      matches |= equal_in_constant_time (computed, digest->data, digest->len);
    }

  return matches;
}
