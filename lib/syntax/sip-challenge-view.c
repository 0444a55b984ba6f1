/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-challenge-view-private.h"

#include "syntax/sip-auth-params-private.h"
#include "syntax/sip-views-private.h"

#define is_name sip_auth_param_is

/* --- reading --- */

static gboolean
parse_algorithm (SipStr name, SipChallengeView *view)
{
  static const struct
  {
    const char *name;
    SipDigestAlgorithm algorithm;
    gboolean is_session;
  } algorithms[] = {
    { "MD5", SIP_DIGEST_ALGORITHM_MD5, FALSE },
    { "MD5-sess", SIP_DIGEST_ALGORITHM_MD5, TRUE },
    { "SHA-256", SIP_DIGEST_ALGORITHM_SHA256, FALSE },
    { "SHA-256-sess", SIP_DIGEST_ALGORITHM_SHA256, TRUE },
    { "SHA-512-256", SIP_DIGEST_ALGORITHM_SHA512_256, FALSE },
    { "SHA-512-256-sess", SIP_DIGEST_ALGORITHM_SHA512_256, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++)
    {
      if (!is_name (name, algorithms[i].name))
        continue;
      view->algorithm_name = name;
      view->algorithm = algorithms[i].algorithm;
      view->is_session = algorithms[i].is_session;
      return TRUE;
    }

  return FALSE;
}

/* Of both the first: proxies change bodies (RFC 3261 §22.4, 8 leaves it to us). */
static gboolean
parse_qop (SipStr list, SipChallengeView *view)
{
  SipStr value;
  gboolean has_auth_int = FALSE;

  while (sip_values_next (&list, &value))
    {
      if (is_name (value, "auth"))
        {
          view->qop = SIP_DIGEST_QOP_AUTH;
          return TRUE;
        }
      has_auth_int |= is_name (value, "auth-int");
    }

  view->qop = SIP_DIGEST_QOP_AUTH_INT;
  return has_auth_int;
}

enum
{
  REALM = 1 << 0,
  NONCE = 1 << 1,
  OPAQUE = 1 << 2,
  STALE = 1 << 3,
  ALGORITHM = 1 << 4,
  QOP = 1 << 5,
  USERHASH = 1 << 6,
};

/* FALSE: the challenge is of no use. A parameter that comes twice could be read in two ways. */
static gboolean
take_param (SipChallengeView *view, const SipAuthParam *param, guint *seen)
{
  gboolean is_good = TRUE;
  guint bit = 0;

  if (is_name (param->name, "realm"))
    {
      bit = REALM;
      view->realm = param->value;
      is_good = sip_auth_param_is_safe (param->value);
    }
  else if (is_name (param->name, "nonce"))
    {
      bit = NONCE;
      view->nonce = param->value;
      is_good = sip_auth_param_is_safe (param->value);
    }
  else if (is_name (param->name, "opaque"))
    {
      bit = OPAQUE;
      view->opaque = param->value;
      is_good = sip_auth_param_is_safe (param->value);
    }
  else if (is_name (param->name, "stale"))
    {
      bit = STALE;
      view->is_stale = is_name (param->value, "true");
    }
  else if (is_name (param->name, "algorithm"))
    {
      bit = ALGORITHM;
      is_good = parse_algorithm (param->value, view);
    }
  else if (is_name (param->name, "qop"))
    {
      bit = QOP;
      is_good = parse_qop (param->value, view);
    }
  else if (is_name (param->name, "userhash"))
    {
      bit = USERHASH;
      view->is_userhash = is_name (param->value, "true");
    }

  is_good = is_good && (*seen & bit) == 0;
  *seen |= bit;
  return is_good;
}

gboolean
sip_challenge_view_next (SipStr *rest, SipChallengeView *view)
{
  SipAuthParam element;

  while (sip_auth_param_next (rest, &element))
    {
      gboolean is_good = !element.is_param && is_name (element.name, "Digest");
      const char *start = element.name.p;
      SipStr ahead = *rest;
      guint seen = 0;

      *view = (SipChallengeView){ 0 };
      while (sip_auth_param_next (&ahead, &element) && element.is_param)
        {
          is_good = is_good && take_param (view, &element, &seen);
          *rest = ahead;
        }

      view->whole = sip_str (start, rest->p - start);
      if (element.is_broken)
        *rest = ahead;
      else if (is_good && (seen & REALM) && (seen & NONCE))
        return TRUE;
    }

  return FALSE;
}

char *
sip_challenge_unescape (SipStr inner)
{
  GString *text = g_string_sized_new (inner.len);

  for (guint i = 0; i < inner.len; i++)
    {
      if (inner.p[i] == '\\' && i + 1 < inner.len)
        i++;
      g_string_append_c (text, inner.p[i]);
    }

  return g_string_free (text, FALSE);
}

/* --- answering --- */

static void
append_quoted (GString *value, const char *name, SipStr text)
{
  g_string_append_printf (value, "%s=\"", name);
  for (guint i = 0; i < text.len; i++)
    {
      if (text.p[i] == '"' || text.p[i] == '\\')
        g_string_append_c (value, '\\');
      g_string_append_c (value, text.p[i]);
    }
  g_string_append_c (value, '"');
}

static void
append_slice (GString *value, const char *before, SipStr text, const char *after)
{
  g_string_append (value, before);
  if (text.len > 0)
    g_string_append_len (value, text.p, text.len);
  g_string_append (value, after);
}

/* RFC 7616 §3.4.4: a name that nobody on the way can read. */
static void
append_username (GString *value, const SipChallengeView *view, const char *username, const char *realm)
{
  char hash[SIP_DIGEST_HEX_SIZE];

  if (!view->is_userhash)
    {
      append_quoted (value, "username", sip_str_from (username));
      return;
    }

  sip_digest_hash (view->algorithm, (SipStr[]){ sip_str_from (username), sip_str_from (realm) }, 2, hash);
  append_quoted (value, "username", sip_str_from (hash));
}

/* The response to @self, for @method: "" is the server's own (RFC 7616 §3.5). */
static void
compute (const SipChallengeView *self, const SipCredentials *credentials, const char *realm, const SipChallengedRequest *request, SipStr method,
         char response[SIP_DIGEST_HEX_SIZE])
{
  g_autofree char *nonce = sip_challenge_unescape (self->nonce);
  char ha1[SIP_DIGEST_HEX_SIZE];
  SipDigestInput input = { self->algorithm, self->is_session, self->qop,  request->nc,  ha1,
                           nonce,           request->cnonce,  method,     request->uri, request->body };

  sip_credentials_hash (credentials, realm, self->algorithm, ha1);
  sip_digest_respond (&input, response);
  explicit_bzero (ha1, sizeof ha1);
}

gboolean
sip_challenge_view_is_proved (const SipChallengeView *self, const SipCredentials *credentials, const SipChallengedRequest *request, SipStr rspauth)
{
  g_autofree char *realm = sip_challenge_unescape (self->realm);
  char expected[SIP_DIGEST_HEX_SIZE];
  guint difference = 0;

  compute (self, credentials, realm, request, (SipStr) SIP_STR (""), expected);
  if (rspauth.len != strlen (expected))
    return FALSE;
  /* As long for a wrong one as for a right one. */
  for (guint i = 0; i < rspauth.len; i++)
    difference |= (guint) (g_ascii_tolower (rspauth.p[i]) ^ expected[i]);

  return difference == 0;
}

char *
sip_challenge_view_answer (const SipChallengeView *self, const SipCredentials *credentials, const SipChallengedRequest *request)
{
  g_autofree char *realm = sip_challenge_unescape (self->realm);
  char response[SIP_DIGEST_HEX_SIZE];
  GString *value = g_string_new ("Digest ");

  compute (self, credentials, realm, request, request->method, response);

  append_username (value, self, sip_credentials_get_username ((SipCredentials *) credentials), realm);
  append_slice (value, ", realm=\"", self->realm, "\"");
  append_slice (value, ", nonce=\"", self->nonce, "\"");
  /* Within a call the other side has chosen it. */
  append_quoted (value, ", uri", request->uri);
  g_string_append_printf (value, ", response=\"%s\"", response);
  if (self->algorithm_name.p != NULL)
    append_slice (value, ", algorithm=", self->algorithm_name, "");
  if (self->opaque.p != NULL)
    append_slice (value, ", opaque=\"", self->opaque, "\"");
  /* RFC 7616 §3.4.1: these two only where the server spoke of a qop; a session's key has the cnonce in it either way. */
  if (self->qop != SIP_DIGEST_QOP_NONE)
    g_string_append_printf (value, ", qop=%s, nc=%08x", self->qop == SIP_DIGEST_QOP_AUTH ? "auth" : "auth-int", request->nc);
  if (self->qop != SIP_DIGEST_QOP_NONE || self->is_session)
    g_string_append_printf (value, ", cnonce=\"%s\"", request->cnonce);
  if (self->is_userhash)
    g_string_append (value, ", userhash=true");

  return g_string_free (value, FALSE);
}
