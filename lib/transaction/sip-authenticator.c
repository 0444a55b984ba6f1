/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-authenticator-private.h"

#include "syntax/sip-challenge-view-private.h"
#include "transaction/sip-token-private.h"

/* Realms that ask of one request, and how often they may: enough for any chain of proxies. */
#define MAX_REALMS 8
#define MAX_ROUNDS 8
/* Challenges of one response that are looked at. */
#define MAX_CHALLENGES 64
/* Nonces that are remembered; one that comes back after more than these is counted from 1 and found stale. */
#define MAX_NONCES 32
#define CNONCE_LEN 22

typedef struct
{
  char *text;
  char cnonce[CNONCE_LEN + 1]; /* the same as long as the nonce is: the key of a session has it in it */
  guint32 count;
} Nonce;

struct _SipAuthenticator
{
  GPtrArray *credentials; /* nullable */
  GQueue nonces;          /* the latest first */
};

typedef struct
{
  char *text;           /* the challenge */
  SipChallengeView view; /* slices of it */
  char *realm;
  SipCredentials *credentials;
  SipHeaderId answer;   /* the header */
} Challenge;

struct _SipAuthTrail
{
  GPtrArray *challenges;
  guint rounds;
};

static void
nonce_free (gpointer data)
{
  Nonce *nonce = data;

  g_free (nonce->text);
  g_free (nonce);
}

static void
challenge_free (gpointer data)
{
  Challenge *challenge = data;

  g_clear_pointer (&challenge->credentials, sip_credentials_unref);
  g_free (challenge->realm);
  g_free (challenge->text);
  g_free (challenge);
}

SipAuthenticator *
sip_authenticator_new (void)
{
  SipAuthenticator *self = g_new0 (SipAuthenticator, 1);

  g_queue_init (&self->nonces);
  return self;
}

void
sip_authenticator_free (SipAuthenticator *self)
{
  g_queue_clear_full (&self->nonces, nonce_free);
  g_clear_pointer (&self->credentials, g_ptr_array_unref);
  g_free (self);
}

void
sip_authenticator_set_credentials (SipAuthenticator *self, GPtrArray *credentials)
{
  if (credentials != NULL)
    g_ptr_array_ref (credentials);
  g_clear_pointer (&self->credentials, g_ptr_array_unref);
  self->credentials = credentials;
}

void
sip_auth_trail_free (SipAuthTrail *trail)
{
  g_ptr_array_unref (trail->challenges);
  g_free (trail);
}

/* --- choosing --- */

static SipCredentials *
find_credentials (SipAuthenticator *self, const char *realm, SipDigestAlgorithm algorithm)
{
  SipCredentials *any = NULL;

  for (guint i = 0; self->credentials != NULL && i < self->credentials->len; i++)
    {
      SipCredentials *credentials = g_ptr_array_index (self->credentials, i);

      if (!sip_credentials_suit (credentials, realm, algorithm))
        continue;
      if (sip_credentials_get_realm (credentials) != NULL)
        return credentials;
      if (any == NULL)
        any = credentials;
    }

  return any;
}

static guint
find_realm (GPtrArray *challenges, SipHeaderId answer, const char *realm)
{
  guint i = 0;

  for (; i < challenges->len; i++)
    {
      const Challenge *challenge = g_ptr_array_index (challenges, i);

      if (challenge->answer == answer && strcmp (challenge->realm, realm) == 0)
        break;
    }

  return i;
}

/* A client may choose (RFC 8760 §2.4), and a stronger hash is worth more than the server's order: an old server on the way may have added to it. */
static void
consider (SipAuthenticator *self, GPtrArray *chosen, SipHeaderId answer, const SipChallengeView *view)
{
  g_autofree char *realm = sip_challenge_unescape (view->realm);
  SipCredentials *credentials = find_credentials (self, realm, view->algorithm);
  guint i = find_realm (chosen, answer, realm);
  Challenge *challenge;
  SipStr rest;

  if (credentials == NULL || i == MAX_REALMS)
    return;
  if (i < chosen->len)
    {
      const Challenge *rival = g_ptr_array_index (chosen, i);

      if (rival->view.algorithm >= view->algorithm)
        return;
      g_ptr_array_remove_index (chosen, i);
    }

  challenge = g_new0 (Challenge, 1);
  challenge->text = sip_str_dup (view->whole);
  rest = sip_str_from (challenge->text);
  challenge->realm = g_steal_pointer (&realm);
  challenge->credentials = sip_credentials_ref (credentials);
  challenge->answer = answer;
  g_ptr_array_add (chosen, challenge);
  if (!sip_challenge_view_next (&rest, &challenge->view))
    g_ptr_array_remove (chosen, challenge);
}

static GPtrArray *
choose (SipAuthenticator *self, const SipMsg *response)
{
  static const SipHeaderId ids[][2] = {
    { SIP_H_WWW_AUTHENTICATE, SIP_H_AUTHORIZATION },
    { SIP_H_PROXY_AUTHENTICATE, SIP_H_PROXY_AUTHORIZATION },
  };
  GPtrArray *chosen = g_ptr_array_new_with_free_func (challenge_free);
  guint n = 0;

  /* A proxy that forks puts the challenges of all branches together, whatever the status is (RFC 3261 §16.7, 7). */
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      for (const SipField *field = sip_msg_field (response, ids[i][0]); field != NULL; field = sip_msg_field_after (response, field))
        {
          SipStr rest = sip_msg_field_value (response, field);
          SipChallengeView view;

          while (n < MAX_CHALLENGES && sip_challenge_view_next (&rest, &view))
            {
              n++;
              consider (self, chosen, ids[i][1], &view);
            }
        }
    }

  return chosen;
}

/* RFC 3261 §22.2, RFC 7616 §3.3: a second challenge says that we are not who we say, unless it says that only the nonce was too old. */
static gboolean
is_refusal (const Challenge *before, const Challenge *now)
{
  return !now->view.is_stale || sip_str_equal (before->view.nonce, now->view.nonce);
}

gboolean
sip_authenticator_take (SipAuthenticator *self, SipAuthTrail **trail, const SipMsg *response)
{
  g_autoptr (GPtrArray) chosen = choose (self, response);

  if (chosen->len == 0)
    return FALSE;
  if (*trail == NULL)
    {
      *trail = g_new0 (SipAuthTrail, 1);
      (*trail)->challenges = g_ptr_array_new_with_free_func (challenge_free);
    }
  if (++(*trail)->rounds > MAX_ROUNDS)
    return FALSE;

  for (guint i = 0; i < chosen->len; i++)
    {
      const Challenge *now = g_ptr_array_index (chosen, i);
      guint at = find_realm ((*trail)->challenges, now->answer, now->realm);

      if (at < (*trail)->challenges->len && is_refusal (g_ptr_array_index ((*trail)->challenges, at), now))
        return FALSE;
      if (at == MAX_REALMS)
        return FALSE;
    }

  while (chosen->len > 0)
    {
      Challenge *now = g_ptr_array_steal_index (chosen, 0);
      guint at = find_realm ((*trail)->challenges, now->answer, now->realm);

      if (at < (*trail)->challenges->len)
        g_ptr_array_remove_index ((*trail)->challenges, at);
      g_ptr_array_add ((*trail)->challenges, now);
    }

  return (*trail)->challenges->len <= MAX_REALMS;
}

/* --- answering --- */

/* RFC 7616 §3.4: how many requests were sent with this nonce, this one with them. */
static Nonce *
use_nonce (SipAuthenticator *self, SipStr text)
{
  Nonce *nonce;

  for (GList *link = self->nonces.head; link != NULL; link = link->next)
    {
      nonce = link->data;
      if (sip_str_equal (sip_str_from (nonce->text), text))
        {
          g_queue_unlink (&self->nonces, link);
          g_queue_push_head_link (&self->nonces, link);
          nonce->count++;
          return nonce;
        }
    }

  if (g_queue_get_length (&self->nonces) == MAX_NONCES)
    nonce_free (g_queue_pop_tail (&self->nonces));
  nonce = g_new0 (Nonce, 1);
  nonce->text = g_strndup (text.len > 0 ? text.p : "", text.len);
  nonce->count = 1;
  sip_token_write (nonce->cnonce, CNONCE_LEN);
  g_queue_push_head (&self->nonces, nonce);
  return nonce;
}

void
sip_authenticator_sign (SipAuthenticator *self, SipAuthTrail *trail, SipMsgBuilder *request)
{
  SipStr method = sip_method_id_name (sip_msg_builder_get_method (request));
  SipStr cseq = sip_msg_builder_value (request, SIP_H_CSEQ);
  const char *blank = cseq.len > 0 ? memchr (cseq.p, ' ', cseq.len) : NULL;
  g_autofree char *name = NULL;

  /* One that the table does not know. */
  if (blank != NULL)
    method = sip_str (blank + 1, cseq.len - (blank + 1 - cseq.p));
  name = sip_str_dup (method);

  sip_msg_builder_replace (request, SIP_H_AUTHORIZATION, (SipStr) SIP_STR_INIT);
  sip_msg_builder_replace (request, SIP_H_PROXY_AUTHORIZATION, (SipStr) SIP_STR_INIT);
  for (guint i = 0; i < trail->challenges->len; i++)
    {
      const Challenge *challenge = g_ptr_array_index (trail->challenges, i);
      const Nonce *nonce = use_nonce (self, challenge->view.nonce);
      SipChallengedRequest challenged = { sip_str_from (name), sip_msg_builder_get_uri (request), sip_msg_builder_get_body (request), nonce->cnonce,
                                          nonce->count };
      g_autofree char *value = sip_challenge_view_answer (&challenge->view, challenge->credentials, &challenged);

      sip_msg_builder_add (request, challenge->answer, sip_str_from (value));
    }
}
