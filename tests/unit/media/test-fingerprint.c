/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-fingerprint-private.h"
#include "media/sip-sha224-private.h"

#include <stdarg.h>
#include <string.h>

/* Made for this test; nobody has the key any more. The digests are OpenSSL's. */
static const char certificate[] =
  "-----BEGIN CERTIFICATE-----\n"
  "MIIDATCCAemgAwIBAgIUDS11/QWZzFtpeyZjtchGYNmrbdwwDQYJKoZIhvcNAQEL\n"
  "BQAwDzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjMwNjM4MzFaGA8yMTI2MTAzMDA2\n"
  "MzgzMVowDzENMAsGA1UEAwwEdGVzdDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC\n"
  "AQoCggEBALi0BzsPwIsKQDkbKQWVgoHu7akh4tzdFkZ7VcUzwzBfK02xDzwm+q2H\n"
  "Px4OuBUaqDjAw6TvpAwrYJweL0cQv02cU05SOxSumdAvg5QUQRKA+j4K0a76ecge\n"
  "ShsEnUjqINMx7MMHCe/nsuOlHuEo7uKoJjGTLgfkmy1j2xf7Cthsq99l6bokU0Ey\n"
  "jNLwUsDTP1A/9Br4D8D6/zrB0hEaOVqWBp+X+nOEN3FHxkBHPquMu3qfYN359lv7\n"
  "uU5ukGO6o3gEvER8omhpXtXBHy9vMRfzxQl3KDqOcEvFErvb5aQwq3xd025C+Lf4\n"
  "l+tvT9+VyWjYJh9h1Tc9Ks4Gly7NRFkCAwEAAaNTMFEwHQYDVR0OBBYEFDZFinmy\n"
  "lUv9+TG6VivzKEfCZqhNMB8GA1UdIwQYMBaAFDZFinmylUv9+TG6VivzKEfCZqhN\n"
  "MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAAJbBGTbx7Xc08KT\n"
  "baIuL0rYkB8Y6sRwxH49cwLC1dsKXKuLdY2M8UPzOT62E4CB1f5vTxXePtQtZwUN\n"
  "Zr0LJVFHqy5y76ZFOAFZuQC5fQ8omSc0K+MDQl9h96j28W1NBVDVYlA6aSupXvmU\n"
  "hemqrAafNZAP+4diFxYxrM2zfsUwccscyYBX7omdBekDdqyaL7EecwLPiSQ61rRO\n"
  "ZjR5y7sb07qJb0nPgP/Q7US7vnQCJEqKif/Tiq5LET3zMm9wXW7JO1Tn3yGjklGE\n"
  "iJ1+zzm1VySQ6fbHgPTcjtI0lxXww+izjVf1+sloBqfnuE35uL3fMoJPA5/8XB7D\n"
  "e0C177w=\n"
  "-----END CERTIFICATE-----\n";

#define SHA1 "sha-1 C7:04:95:F9:6C:AA:CA:73:73:CB:89:2E:E7:13:7C:D8:EA:47:27:EE"
#define SHA224 "sha-224 CE:B0:4F:88:E1:03:CC:13:8E:77:BC:ED:28:63:29:24:62:73:62:10:23:CA:B6:42:3E:CC:43:4F"
#define SHA256 \
  "sha-256 36:26:6F:7A:73:04:BB:D0:FD:0A:29:21:2F:3D:54:ED:27:73:75:48:3B:5B:36:38:47:E3:D5:D5:7A:57:AD:C0"
#define SHA384 \
  "sha-384 88:B7:0F:45:3A:5D:7B:EE:DC:55:05:26:51:A7:A7:CE:8D:A4:E3:EE:46:27:62:8A:" \
  "85:48:35:A1:D5:C4:04:CE:75:44:93:44:B8:D6:EB:26:3A:8F:87:67:2F:A8:78:3B"
#define SHA512 \
  "sha-512 11:C8:09:53:48:B3:7D:07:4B:8A:37:60:16:D8:81:60:74:66:36:B8:06:72:06:1C:CA:3E:89:F5:65:1A:A9:56:" \
  "BF:D4:17:D5:38:8E:C6:4C:F2:42:A1:E4:7A:C4:F4:A5:A5:5E:F5:98:ED:87:33:98:D4:C3:A3:54:2D:47:8F:E7"
#define OTHER256 \
  "sha-256 36:26:6F:7A:73:04:BB:D0:FD:0A:29:21:2F:3D:54:ED:27:73:75:48:3B:5B:36:38:47:E3:D5:D5:7A:57:AD:C1"
#define ZERO512 \
  "sha-512 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00" \
  ":00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00"

static void
test_forms (void)
{
  static const struct
  {
    const char *text;
    gboolean valid;
    gboolean usable;
  } cases[] = {
    { SHA512, TRUE, TRUE },
    { SHA384, TRUE, TRUE },
    { SHA256, TRUE, TRUE },
    { "SHA-256 36:26:6f:7a:73:04:bb:d0:fd:0a:29:21:2f:3d:54:ed:27:73:75:48:3b:5b:36:38:47:e3:d5:d5:7a:57:ad:c0", TRUE, TRUE },
    { "sha-256   36:26:6F:7A:73:04:BB:D0:FD:0A:29:21:2F:3D:54:ED:27:73:75:48:3B:5B:36:38:47:E3:D5:D5:7A:57:AD:C0", TRUE, TRUE },
    { SHA224, TRUE, TRUE },
    { SHA1, TRUE, FALSE },
    { "md5 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B", TRUE, FALSE },
    { "sha-3-256 00", TRUE, FALSE },
    { "sha-256 36:26", TRUE, FALSE },
    { "sha-256 ", FALSE, FALSE },
    { "sha-256", FALSE, FALSE },
    { " 36", FALSE, FALSE },
    { "", FALSE, FALSE },
    { "sha-256 36:", FALSE, FALSE },
    { "sha-256 36:2", FALSE, FALSE },
    { "sha-256 3", FALSE, FALSE },
    { "sha-256 36-26", FALSE, FALSE },
    { "sha-256 36:26 ", FALSE, FALSE },
    { "sha-256 GG:26", FALSE, FALSE },
    { "a-hash-with-a-name-that-is-much-too-long 36:26", FALSE, FALSE },
    { SHA512 ":00", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (sip_fingerprint_is_valid (cases[i].text), ==, cases[i].valid);
      g_assert_cmpint (sip_fingerprint_is_usable (cases[i].text), ==, cases[i].usable);
    }
}

static void
test_of_pem (void)
{
  g_autofree char *fingerprint = sip_fingerprint_of_pem (certificate);

  g_assert_cmpstr (fingerprint, ==, SHA256);
  g_assert_null (sip_fingerprint_of_pem (""));
  g_assert_null (sip_fingerprint_of_pem (NULL));
  g_assert_null (sip_fingerprint_of_pem ("-----BEGIN CERTIFICATE-----\n"));
  g_assert_null (sip_fingerprint_of_pem ("-----BEGIN CERTIFICATE----------END CERTIFICATE-----\n"));
}

static gboolean
matches (const char *pem,
         const char *first,
         ...)
{
  g_autoptr (GPtrArray) fingerprints = g_ptr_array_new ();
  va_list args;

  va_start (args, first);
  for (const char *text = first; text != NULL; text = va_arg (args, const char *))
    g_ptr_array_add (fingerprints, (gpointer) text);
  va_end (args);

  return sip_fingerprint_matches (fingerprints, pem);
}

static void
test_matches (void)
{
  g_assert_true (matches (certificate, SHA256, NULL));
  g_assert_true (matches (certificate, SHA224, NULL));
  g_assert_true (matches (certificate, SHA384, NULL));
  g_assert_true (matches (certificate, SHA512, NULL));
  g_assert_false (matches (certificate, OTHER256, NULL));
  g_assert_false (matches ("", SHA256, NULL));
  g_assert_false (matches (NULL, SHA256, NULL));
  g_assert_false (matches (certificate, NULL));
  g_assert_false (sip_fingerprint_matches (NULL, certificate));

  /* What is right but weak is not enough. */
  g_assert_false (matches (certificate, SHA1, NULL));
  /* One of a hash is enough, whichever. */
  g_assert_true (matches (certificate, OTHER256, SHA256, NULL));
  g_assert_true (matches (certificate, SHA256, OTHER256, NULL));
  /* The strongest hash decides (RFC 8122 §5.1): a right weak one does not excuse a wrong strong one. */
  g_assert_true (matches (certificate, OTHER256, SHA512, NULL));
  g_assert_false (matches (certificate, SHA256, ZERO512, NULL));
  /* What nobody understands does not count. */
  g_assert_true (matches (certificate, "sha-3-256 00", "nonsense", SHA256, NULL));
}

/* Messages that end before, at and after the places where the length no longer fits; the digests are OpenSSL's. */
static void
test_sha224 (void)
{
  static const struct
  {
    guint length;
    const char *digest;
  } cases[] = {
    { 0, "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f" },
    { 1, "abd37534c7d9a2efb9465de931cd7055ffdb8879563ae98078d6d6d5" },
    { 55, "fb0bd626a70c28541dfa781bb5cc4d7d7f56622a58f01a0b1ddd646f" },
    { 56, "d40854fc9caf172067136f2e29e1380b14626bf6f0dd06779f820dcd" },
    { 63, "1d4e051f4d6fed2a63fd2421e65834cec00d64456553de3496ae8b1d" },
    { 64, "a88cd5cde6d6fe9136a4e58b49167461ea95d388ca2bdb7afdc3cbf4" },
    { 119, "e000e6709d26667b631faa7fc1bd404eb4774003c5fb4f51a0184875" },
    { 120, "66924e30a9929327e7a6cf03747397226ed2efc180ebe3dea7132a79" },
    { 128, "39873a2441c56608137850f4c54dde157710b9a2b83c8bdc756dd643" },
    { 1000, "4e8f0ce90b64661a2b5e84be6d93a7d9b76871062f1814433d04a03d" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree guint8 *data = g_malloc (MAX (cases[i].length, 1));
      g_autoptr (GString) text = g_string_new (NULL);
      guint8 digest[SIP_SHA224_LENGTH];

      memset (data, 'a', cases[i].length);
      sip_sha224 (data, cases[i].length, digest);
      for (guint j = 0; j < sizeof digest; j++)
        g_string_append_printf (text, "%02x", digest[j]);
      g_assert_cmpstr (text->str, ==, cases[i].digest);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/fingerprint/forms", test_forms);
  g_test_add_func ("/media/fingerprint/of-pem", test_of_pem);
  g_test_add_func ("/media/fingerprint/matches", test_matches);

  g_test_add_func ("/media/fingerprint/sha224", test_sha224);

  return g_test_run ();
}
