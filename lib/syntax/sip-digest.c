/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-digest-private.h"

#include <nettle/nettle-meta.h>

static const struct nettle_hash *
get_hash (SipDigestAlgorithm algorithm)
{
  switch (algorithm)
    {
    case SIP_DIGEST_ALGORITHM_SHA512_256:
      return &nettle_sha512_256;
    case SIP_DIGEST_ALGORITHM_SHA256:
      return &nettle_sha256;
    case SIP_DIGEST_ALGORITHM_MD5:
    default:
      return &nettle_md5;
    }
}

void
sip_digest_hash (SipDigestAlgorithm algorithm, const SipStr *parts, guint n_parts, char hex[SIP_DIGEST_HEX_SIZE])
{
  const struct nettle_hash *hash = get_hash (algorithm);
  g_autofree void *context = g_malloc (hash->context_size);
  guint8 bytes[(SIP_DIGEST_HEX_SIZE - 1) / 2];

  hash->init (context);
  for (guint i = 0; i < n_parts; i++)
    {
      if (i > 0)
        hash->update (context, 1, (const guint8 *) ":");
      if (parts[i].len > 0)
        hash->update (context, parts[i].len, (const guint8 *) parts[i].p);
    }
  hash->digest (context, hash->digest_size, bytes);
  /* What was hashed may be a password. */
  explicit_bzero (context, hash->context_size);

  for (guint i = 0; i < hash->digest_size; i++)
    g_snprintf (hex + 2 * i, 3, "%02x", bytes[i]);
  explicit_bzero (bytes, sizeof bytes);
}

void
sip_digest_respond (const SipDigestInput *input, char hex[SIP_DIGEST_HEX_SIZE])
{
  static const char *const qops[] = { NULL, "auth", "auth-int" };
  SipStr nonce = sip_str_from (input->nonce);
  SipStr cnonce = sip_str_from (input->cnonce);
  char a1[SIP_DIGEST_HEX_SIZE], a2[SIP_DIGEST_HEX_SIZE], body[SIP_DIGEST_HEX_SIZE], nc[9];

  g_strlcpy (a1, input->ha1, sizeof a1);
  if (input->is_session)
    sip_digest_hash (input->algorithm, (SipStr[]){ sip_str_from (input->ha1), nonce, cnonce }, 3, a1);

  if (input->qop == SIP_DIGEST_QOP_AUTH_INT)
    {
      sip_digest_hash (input->algorithm, &input->body, 1, body);
      sip_digest_hash (input->algorithm, (SipStr[]){ input->method, input->uri, sip_str_from (body) }, 3, a2);
    }
  else
    {
      sip_digest_hash (input->algorithm, (SipStr[]){ input->method, input->uri }, 2, a2);
    }

  g_snprintf (nc, sizeof nc, "%08x", input->nc);
  if (input->qop == SIP_DIGEST_QOP_NONE)
    sip_digest_hash (input->algorithm, (SipStr[]){ sip_str_from (a1), nonce, sip_str_from (a2) }, 3, hex);
  else
    sip_digest_hash (input->algorithm,
                     (SipStr[]){ sip_str_from (a1), nonce, sip_str_from (nc), cnonce, sip_str_from (qops[input->qop]), sip_str_from (a2) }, 6, hex);
  explicit_bzero (a1, sizeof a1);
}
