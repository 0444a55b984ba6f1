/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-auth-challenge-private.h"

#include "transaction/sip-token-private.h"

struct _SipAuthNonce
{
  guint ref_count;
  GHashTable *table;
  char *key;
  char cnonce[SIP_CNONCE_LEN + 1];
  guint32 count;
};

/* --- nonces --- */

GHashTable *
sip_auth_nonces_new (void)
{
  return g_hash_table_new (g_str_hash, g_str_equal);
}

static SipAuthNonce *
nonce_get (GHashTable *table, const char *realm, SipStr text)
{
  g_autofree char *key = g_strdup_printf ("%s\n" SIP_STR_FORMAT, realm, SIP_STR_ARGS (text));
  SipAuthNonce *self = g_hash_table_lookup (table, key);

  if (self != NULL)
    {
      self->ref_count++;
      return self;
    }

  self = g_new0 (SipAuthNonce, 1);
  self->ref_count = 1;
  self->table = g_hash_table_ref (table);
  self->key = g_steal_pointer (&key);
  sip_token_write (self->cnonce, SIP_CNONCE_LEN);
  g_hash_table_insert (table, self->key, self);
  return self;
}

static void
nonce_unref (SipAuthNonce *self)
{
  if (--self->ref_count > 0)
    return;

  g_hash_table_remove (self->table, self->key);
  g_hash_table_unref (self->table);
  g_free (self->key);
  g_free (self);
}

/* --- challenges --- */

static SipAuthChallenge *
challenge_new (char *text, SipHeaderId answer, SipCredentials *credentials, gboolean is_configured)
{
  SipAuthChallenge *self = g_new0 (SipAuthChallenge, 1);
  SipStr rest = sip_str_from (text);

  self->ref_count = 1;
  self->text = text;
  self->answer = answer;
  self->is_configured = is_configured;
  if (credentials != NULL)
    self->credentials = sip_credentials_ref (credentials);
  if (!sip_challenge_view_next (&rest, &self->view))
    g_clear_pointer (&self, sip_auth_challenge_unref);

  return self;
}

SipAuthChallenge *
sip_auth_challenge_new (GHashTable *nonces, const SipChallengeView *view, SipHeaderId answer, SipCredentials *credentials, gboolean is_configured)
{
  SipAuthChallenge *self = challenge_new (sip_str_dup (view->whole), answer, credentials, is_configured);

  if (self == NULL)
    return NULL;

  self->realm = sip_challenge_unescape (self->view.realm);
  self->nonce = nonce_get (nonces, self->realm, self->view.nonce);
  return self;
}

SipAuthChallenge *
sip_auth_challenge_renew (SipAuthChallenge *self, GHashTable *nonces, SipStr nonce)
{
  SipAuthChallenge *renewed = challenge_new (g_strdup (self->text), self->answer, self->credentials, self->is_configured);

  renewed->realm = g_strdup (self->realm);
  renewed->next_nonce = sip_str_dup (nonce);
  renewed->view.nonce = sip_str_from (renewed->next_nonce);
  renewed->nonce = nonce_get (nonces, renewed->realm, renewed->view.nonce);
  return renewed;
}

SipAuthChallenge *
sip_auth_challenge_ref (SipAuthChallenge *self)
{
  self->ref_count++;
  return self;
}

void
sip_auth_challenge_unref (SipAuthChallenge *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->nonce, nonce_unref);
  g_clear_pointer (&self->credentials, sip_credentials_unref);
  g_free (self->realm);
  g_free (self->next_nonce);
  g_free (self->text);
  g_free (self);
}

gboolean
sip_auth_challenge_is_of (const SipAuthChallenge *self, SipHeaderId answer, const char *realm)
{
  return self->answer == answer && strcmp (self->realm, realm) == 0;
}

guint32
sip_auth_challenge_count (SipAuthChallenge *self)
{
  return ++self->nonce->count;
}

const char *
sip_auth_challenge_get_cnonce (const SipAuthChallenge *self)
{
  return self->nonce->cnonce;
}
