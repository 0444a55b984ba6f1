/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-credentials-private.h"

#include <string.h>

/**
 * SipCredentials:
 *
 * Who we are to a server that asks for it: a user name with a password, or with a hash that stands for one (RFC 3261 §22, RFC 8760).
 *
 * They are immutable and may be used and unreferenced in any thread. A password is overwritten when the last reference goes; it is in no
 * log and on no wire, and no function gives it back.
 */
struct _SipCredentials
{
  gatomicrefcount ref_count;
  char *username;
  char *realm;    /* nullable */
  char *password; /* NULL: a hash */
  char *ha1;
  SipDigestAlgorithm algorithm;
};

G_DEFINE_BOXED_TYPE (SipCredentials, sip_credentials, sip_credentials_ref, sip_credentials_unref)

/* The password as it is, and never one that the compiler leaves. */
static void
wipe (char *secret)
{
  if (secret == NULL)
    return;

  explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/**
 * sip_credentials_new:
 * @username: the user name, which often is not that of our URI
 * @password: the password
 * @realm: (nullable): the realm that they are for, `NULL` for any that asks
 *
 * Makes credentials of a user name and a password. Without a realm they are shown to every server that asks, as a hash: name it where it is
 * known. A user name with control characters answers no challenge.
 *
 * Returns: (transfer full): the credentials
 */
SipCredentials *
sip_credentials_new (const char *username, const char *password, const char *realm)
{
  SipCredentials *self;

  g_return_val_if_fail (username != NULL && password != NULL, NULL);

  self = g_new0 (SipCredentials, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->username = g_strdup (username);
  self->password = g_strdup (password);
  self->realm = g_strdup (realm);
  return self;
}

/**
 * sip_credentials_new_for_ha1:
 * @username: the user name
 * @realm: the realm
 * @algorithm: the hash function
 * @ha1: the hash of "username:realm:password", in hexadecimal digits (H(A1) of RFC 7616 §3.4.2)
 *
 * Makes credentials without a password. They answer challenges of this realm and this algorithm only.
 *
 * Returns: (transfer full) (nullable): the credentials, `NULL` where @ha1 is no such hash
 */
SipCredentials *
sip_credentials_new_for_ha1 (const char *username, const char *realm, SipDigestAlgorithm algorithm, const char *ha1)
{
  SipCredentials *self;
  gsize len = algorithm == SIP_DIGEST_ALGORITHM_MD5 ? 32 : 64;

  g_return_val_if_fail (username != NULL && realm != NULL && ha1 != NULL, NULL);

  if (strlen (ha1) != len || strspn (ha1, "0123456789abcdefABCDEF") != len)
    return NULL;

  self = g_new0 (SipCredentials, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->username = g_strdup (username);
  self->realm = g_strdup (realm);
  self->ha1 = g_ascii_strdown (ha1, -1);
  self->algorithm = algorithm;
  return self;
}

/**
 * sip_credentials_ref:
 * @self: credentials
 *
 * Takes a reference, in any thread.
 *
 * Returns: (transfer full): @self
 */
SipCredentials *
sip_credentials_ref (SipCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * sip_credentials_unref:
 * @self: (transfer full): credentials
 *
 * Gives a reference back, in any thread. With the last one the password is overwritten.
 */
void
sip_credentials_unref (SipCredentials *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  wipe (self->password);
  wipe (self->ha1);
  g_free (self->username);
  g_free (self->realm);
  g_free (self);
}

/**
 * sip_credentials_get_username:
 * @self: credentials
 *
 * Gets the user name.
 *
 * Returns: (transfer none): the user name
 */
const char *
sip_credentials_get_username (SipCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->username;
}

/**
 * sip_credentials_get_realm:
 * @self: credentials
 *
 * Gets the realm that they are for.
 *
 * Returns: (transfer none) (nullable): the realm, `NULL` for any
 */
const char *
sip_credentials_get_realm (SipCredentials *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->realm;
}

gboolean
sip_credentials_suit (const SipCredentials *self, const char *realm, SipDigestAlgorithm algorithm)
{
  for (const char *at = self->username; *at != '\0'; at++)
    {
      if (g_ascii_iscntrl (*at))
        return FALSE;
    }

  return (self->realm == NULL || strcmp (self->realm, realm) == 0) && (self->ha1 == NULL || self->algorithm == algorithm);
}

void
sip_credentials_hash (const SipCredentials *self, const char *realm, SipDigestAlgorithm algorithm, char hex[SIP_DIGEST_HEX_SIZE])
{
  const SipStr parts[] = { sip_str_from (self->username), sip_str_from (realm), sip_str_from (self->password) };

  if (self->ha1 != NULL)
    g_strlcpy (hex, self->ha1, SIP_DIGEST_HEX_SIZE);
  else
    sip_digest_hash (algorithm, parts, G_N_ELEMENTS (parts), hex);
}
