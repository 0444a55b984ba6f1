/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-authenticator-private.h"

#include "syntax/sip-auth-info-view-private.h"
#include "transaction/sip-auth-cache-private.h"

/* Realms that ask of one request, and how often they may: enough for any chain of proxies. */
#define MAX_REALMS 8
#define MAX_ROUNDS 8
/* Whoever is asked for one request answers so many times, whatever names a server thinks up. */
#define MAX_QUESTIONS 8
/* Challenges of one response that are looked at. */
#define MAX_CHALLENGES 64
/* What is remembered: each costs some hundred bytes, and one that is forgotten a challenge more. */
#define MAX_REMEMBERED 1024

struct _SipAuthenticator
{
  GPtrArray *credentials; /* nullable */
  GPtrArray *answered;    /* SipCredentials, hashes only: what whoever was asked has said */
  GHashTable *nonces;
  SipAuthCache *cache;
  GPtrArray *questions;   /* that are open */
  SipAuthAskFunc ask;     /* NULL: nobody sits there */
  gpointer user_data;
  char *domain;           /* nullable */
};

/* An answer that was given. */
typedef struct
{
  SipAuthChallenge *challenge;
  guint32 nc;
  gboolean is_foreseen; /* nobody had challenged this request */
  gboolean is_of_server; /* ... and it is for the server that it was to go along */
} Answer;

struct _SipAuthTrail
{
  GPtrArray *answers;  /* Answer */
  GPtrArray *refused;  /* SipAuthChallenge, with the credentials that were */
  GPtrArray *declined; /* realms that whoever was asked does not belong to */
  char *asked;         /* the realm that is waited for; nullable */
  char *server;        /* that it was to go along; nullable */
  guint rounds;
  guint questions;
  gboolean is_heeded;
};

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  sip_auth_challenge_unref (answer->challenge);
  g_free (answer);
}

static SipAuthTrail *
trail_new (void)
{
  SipAuthTrail *trail = g_new0 (SipAuthTrail, 1);

  trail->answers = g_ptr_array_new_with_free_func (answer_free);
  trail->refused = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_auth_challenge_unref);
  trail->declined = g_ptr_array_new_with_free_func (g_free);
  return trail;
}

void
sip_auth_trail_free (SipAuthTrail *trail)
{
  g_ptr_array_unref (trail->answers);
  g_ptr_array_unref (trail->refused);
  g_ptr_array_unref (trail->declined);
  g_free (trail->asked);
  g_free (trail->server);
  g_free (trail);
}

static Answer *
find_answer (SipAuthTrail *trail, SipHeaderId header, const char *realm, guint *at)
{
  for (guint i = 0; i < trail->answers->len; i++)
    {
      Answer *answer = g_ptr_array_index (trail->answers, i);

      if (!sip_auth_challenge_is_of (answer->challenge, header, realm))
        continue;
      if (at != NULL)
        *at = i;
      return answer;
    }

  return NULL;
}

static Answer *
add_answer (SipAuthTrail *trail, SipAuthChallenge *challenge)
{
  Answer *answer;
  guint at;

  if (find_answer (trail, challenge->answer, challenge->realm, &at) != NULL)
    g_ptr_array_remove_index (trail->answers, at);

  answer = g_new0 (Answer, 1);
  answer->challenge = sip_auth_challenge_ref (challenge);
  g_ptr_array_add (trail->answers, answer);
  return answer;
}

static gboolean
was_refused (SipAuthTrail *trail, const char *realm, SipCredentials *credentials)
{
  for (guint i = 0; i < trail->refused->len; i++)
    {
      const SipAuthChallenge *challenge = g_ptr_array_index (trail->refused, i);

      if (strcmp (challenge->realm, realm) == 0 && (credentials == NULL || challenge->credentials == credentials))
        return TRUE;
    }

  return FALSE;
}

/* --- life --- */

SipAuthenticator *
sip_authenticator_new (void)
{
  SipAuthenticator *self = g_new0 (SipAuthenticator, 1);

  self->answered = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_credentials_unref);
  self->nonces = sip_auth_nonces_new ();
  self->cache = sip_auth_cache_new (MAX_REMEMBERED);
  self->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_auth_question_unref);
  return self;
}

void
sip_authenticator_free (SipAuthenticator *self)
{
  sip_authenticator_stop_asking (self);
  g_clear_pointer (&self->credentials, g_ptr_array_unref);
  sip_auth_cache_free (self->cache);
  g_ptr_array_unref (self->answered);
  g_ptr_array_unref (self->questions);
  g_hash_table_unref (self->nonces);
  g_free (self->domain);
  g_free (self);
}

void
sip_authenticator_set_credentials (SipAuthenticator *self, GPtrArray *credentials)
{
  if (self->credentials == credentials)
    return;

  if (credentials != NULL)
    g_ptr_array_ref (credentials);
  g_clear_pointer (&self->credentials, g_ptr_array_unref);
  self->credentials = credentials;
  g_ptr_array_set_size (self->answered, 0);
  sip_auth_cache_clear (self->cache);
}

void
sip_authenticator_set_ask (SipAuthenticator *self, SipAuthAskFunc ask, gpointer user_data)
{
  self->ask = ask;
  self->user_data = user_data;
}

void
sip_authenticator_set_domain (SipAuthenticator *self, const char *domain)
{
  char *copy = g_strdup (domain);

  g_free (self->domain);
  self->domain = copy;
}

void
sip_authenticator_stop_asking (SipAuthenticator *self)
{
  self->ask = NULL;
  while (self->questions->len > 0)
    sip_auth_question_decline (g_ptr_array_index (self->questions, 0));
}

/* --- asking --- */

/* What a person types is not kept: hashes of it do for this realm (RFC 7616 §3.4.2). */
static void
keep (SipAuthenticator *self, const char *realm, SipCredentials *credentials)
{
  for (SipDigestAlgorithm i = SIP_DIGEST_ALGORITHM_MD5; i <= SIP_DIGEST_ALGORITHM_SHA512_256; i++)
    {
      char ha1[SIP_DIGEST_HEX_SIZE];

      if (!sip_credentials_suit (credentials, realm, i))
        continue;
      sip_credentials_hash (credentials, realm, i, ha1);
      g_ptr_array_add (self->answered, sip_credentials_new_for_ha1 (sip_credentials_get_username (credentials), realm, i, ha1));
      explicit_bzero (ha1, sizeof ha1);
    }
}

static void
drop_answered (SipAuthenticator *self, const char *realm)
{
  for (guint i = self->answered->len; i-- > 0;)
    {
      if (strcmp (sip_credentials_get_realm (g_ptr_array_index (self->answered, i)), realm) == 0)
        g_ptr_array_remove_index (self->answered, i);
    }
}

/* Not what was answered since then. */
static void
drop_refused (SipAuthenticator *self, const SipAuthChallenge *challenge)
{
  if (g_ptr_array_find (self->answered, challenge->credentials, NULL))
    drop_answered (self, challenge->realm);
}

static gboolean
answer_cb (gpointer user_data, SipAuthQuestion *question, SipCredentials *credentials)
{
  SipAuthenticator *self = user_data;

  if (!sip_credentials_suit (credentials, question->realm, question->algorithm))
    return FALSE;

  drop_answered (self, question->realm);
  keep (self, question->realm, credentials);
  return TRUE;
}

static void
closed_cb (gpointer user_data, SipAuthQuestion *question)
{
  g_ptr_array_remove (((SipAuthenticator *) user_data)->questions, question);
}

static const SipAuthQuestionEvents question_events = { answer_cb, closed_cb };

static SipAuthQuestion *
find_question (SipAuthenticator *self, const char *realm)
{
  for (guint i = 0; i < self->questions->len; i++)
    {
      SipAuthQuestion *question = g_ptr_array_index (self->questions, i);

      if (strcmp (question->realm, realm) == 0)
        return question;
    }

  return NULL;
}

/* Whether @waiter waits. One question for a realm is enough, however many requests it keeps waiting. */
static gboolean
ask (SipAuthenticator *self, SipAuthTrail *trail, SipAuthWaiter *waiter, const SipAuthChallenge *challenge, SipMsg *request, SipMsg *response)
{
  g_autoptr (SipAuthQuestion) question = NULL;

  if (self->ask == NULL || waiter == NULL || ++trail->questions > MAX_QUESTIONS)
    return FALSE;

  g_free (trail->asked);
  trail->asked = g_strdup (challenge->realm);
  question = find_question (self, challenge->realm);
  if (question != NULL)
    {
      sip_auth_question_join (sip_auth_question_ref (question), waiter);
      return TRUE;
    }

  question = sip_auth_question_new (challenge->realm, &question_events, self);
  question->algorithm = challenge->view.algorithm;
  question->is_proxy = challenge->answer == SIP_H_PROXY_AUTHORIZATION;
  question->is_retry = was_refused (trail, challenge->realm, NULL);
  question->request = sip_msg_ref (request);
  question->response = sip_msg_ref (response);
  g_ptr_array_add (self->questions, sip_auth_question_ref (question));
  sip_auth_question_join (question, waiter);
  /* Within it there may have come an answer, or the end of the request. */
  if (self->ask (self->user_data, question) || waiter->question == NULL)
    return TRUE;

  sip_auth_waiter_leave (waiter);
  sip_auth_question_decline (question);
  return FALSE;
}

/* --- choosing --- */

static SipCredentials *
find_credentials (SipAuthenticator *self, SipAuthTrail *trail, const char *realm, SipDigestAlgorithm algorithm, gboolean *is_configured)
{
  SipCredentials *any = NULL;

  *is_configured = FALSE;
  for (guint i = 0; i < self->answered->len; i++)
    {
      SipCredentials *credentials = g_ptr_array_index (self->answered, i);

      if (sip_credentials_suit (credentials, realm, algorithm) && !was_refused (trail, realm, credentials))
        return credentials;
    }

  *is_configured = TRUE;
  for (guint i = 0; self->credentials != NULL && i < self->credentials->len; i++)
    {
      SipCredentials *credentials = g_ptr_array_index (self->credentials, i);

      if (!sip_credentials_suit (credentials, realm, algorithm) || was_refused (trail, realm, credentials))
        continue;
      if (sip_credentials_get_realm (credentials) != NULL)
        return credentials;
      if (any == NULL)
        any = credentials;
    }

  return any;
}

/* A client may choose (RFC 8760 §2.4), and a stronger hash is worth more than the server's order: an old server on the way may have added to it. */
static void
consider (SipAuthenticator *self, SipAuthTrail *trail, GPtrArray *chosen, SipHeaderId answer, const SipChallengeView *view)
{
  g_autofree char *realm = sip_challenge_unescape (view->realm);
  gboolean is_configured;
  SipCredentials *credentials = find_credentials (self, trail, realm, view->algorithm, &is_configured);
  SipAuthChallenge *challenge;
  guint i = 0;

  while (i < chosen->len && !sip_auth_challenge_is_of (g_ptr_array_index (chosen, i), answer, realm))
    i++;
  if (i == MAX_REALMS)
    return;
  if (i < chosen->len)
    {
      const SipAuthChallenge *rival = g_ptr_array_index (chosen, i);

      if ((rival->credentials != NULL) > (credentials != NULL) ||
          ((rival->credentials != NULL) == (credentials != NULL) && rival->view.algorithm >= view->algorithm))
        return;
      g_ptr_array_remove_index (chosen, i);
    }

  challenge = sip_auth_challenge_new (self->nonces, view, answer, credentials, is_configured);
  if (challenge != NULL)
    g_ptr_array_add (chosen, challenge);
}

static GPtrArray *
choose (SipAuthenticator *self, SipAuthTrail *trail, const SipMsg *response)
{
  static const SipHeaderId ids[][2] = {
    { SIP_H_WWW_AUTHENTICATE, SIP_H_AUTHORIZATION },
    { SIP_H_PROXY_AUTHENTICATE, SIP_H_PROXY_AUTHORIZATION },
  };
  GPtrArray *chosen = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_auth_challenge_unref);
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
              consider (self, trail, chosen, ids[i][1], &view);
            }
        }
    }

  return chosen;
}

static gboolean
is_declined (SipAuthTrail *trail, const char *realm)
{
  return g_ptr_array_find_with_equal_func (trail->declined, realm, g_str_equal, NULL);
}

/* What is to be done about @response, when all is known that is known. */
static SipAuthVerdict
decide (SipAuthenticator *self, SipAuthTrail *trail, SipAuthWaiter *waiter, SipMsg *request, SipMsg *response)
{
  g_autoptr (GPtrArray) chosen = choose (self, trail, response);
  guint n = 0;

  for (guint i = 0; i < chosen->len; i++)
    {
      const SipAuthChallenge *challenge = g_ptr_array_index (chosen, i);

      if (challenge->credentials != NULL)
        continue;
      if (!is_declined (trail, challenge->realm) && ask (self, trail, waiter, challenge, request, response))
        return SIP_AUTH_WAIT;
      /* The other answers are of no use without this one. */
      if (was_refused (trail, challenge->realm, NULL))
        return SIP_AUTH_NO;
    }

  for (guint i = 0; i < chosen->len; i++)
    {
      SipAuthChallenge *challenge = g_ptr_array_index (chosen, i);

      if (challenge->credentials == NULL)
        continue;
      add_answer (trail, challenge);
      n++;
    }

  return n > 0 && trail->answers->len <= MAX_REALMS ? SIP_AUTH_YES : SIP_AUTH_NO;
}

/* --- what is remembered, and for what --- */

typedef struct
{
  char *dialog; /* the rest of a call, or a registration that goes on (RFC 3261 §22.3) */
  char *uri;    /* outside of a dialog: the same address again (§22.2) */
  char *server; /* outside of a dialog: the first hop, where it is a server of ours */
} Keys;

static void
keys_clear (Keys *keys)
{
  g_free (keys->dialog);
  g_free (keys->uri);
  g_free (keys->server);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keys, keys_clear)

/* Which of our servers it is; NULL for none. */
static char *
server_key (SipFlow *flow)
{
  const char *host = flow != NULL ? (flow->host_name != NULL ? flow->host_name : flow->remote_host) : NULL;

  return host != NULL ? g_strdup_printf ("s%u %s %u", flow->kind, host, flow->remote.port) : NULL;
}

/* Our tag is in it: a Call-ID that somebody else has made up may be that of our registration. */
static void
fill_keys (Keys *keys, SipStr call_id, SipStr tag, SipStr uri, gboolean is_inside, SipFlow *server)
{
  keys->dialog = g_strdup_printf ("d" SIP_STR_FORMAT " " SIP_STR_FORMAT, SIP_STR_ARGS (tag), SIP_STR_ARGS (call_id));
  if (is_inside)
    return;

  keys->uri = g_strdup_printf ("u" SIP_STR_FORMAT, SIP_STR_ARGS (uri));
  keys->server = server_key (server);
}

/* RFC 3261 §22.3: what a proxy asked for is not for other calls, but for a realm that we are configured with and our own server. */
static gboolean
is_of_server (SipAuthenticator *self, const SipAuthChallenge *challenge)
{
  return challenge->answer == SIP_H_PROXY_AUTHORIZATION && challenge->is_configured &&
         (sip_credentials_get_realm (challenge->credentials) != NULL ||
          (self->domain != NULL && g_ascii_strcasecmp (self->domain, challenge->realm) == 0));
}

static void
remember (SipAuthenticator *self, const Keys *keys, SipAuthChallenge *challenge)
{
  sip_auth_cache_put (self->cache, keys->dialog, challenge);
  if (keys->uri != NULL && challenge->answer == SIP_H_AUTHORIZATION)
    sip_auth_cache_put (self->cache, keys->uri, challenge);
  if (keys->server != NULL && is_of_server (self, challenge))
    sip_auth_cache_put (self->cache, keys->server, challenge);
}

static void
forget (SipAuthenticator *self, const SipMsg *request, SipFlow *flow, const SipAuthChallenge *challenge)
{
  g_auto (Keys) keys = { 0 };

  fill_keys (&keys, request->call_id, request->from.tag, request->uri, request->to.tag.len > 0, flow);
  sip_auth_cache_forget (self->cache, keys.dialog, challenge->answer, challenge->realm);
  if (keys.uri != NULL)
    sip_auth_cache_forget (self->cache, keys.uri, challenge->answer, challenge->realm);
  if (keys.server != NULL)
    sip_auth_cache_forget (self->cache, keys.server, challenge->answer, challenge->realm);
}

typedef struct
{
  SipAuthTrail *trail; /* nullable */
  gboolean is_of_server;
} Foresight;

static void
foresee_cb (gpointer user_data, SipAuthChallenge *challenge)
{
  Foresight *foresight = user_data;
  Answer *answer;

  if (foresight->trail == NULL)
    foresight->trail = trail_new ();
  if (foresight->trail->answers->len == MAX_REALMS || find_answer (foresight->trail, challenge->answer, challenge->realm, NULL) != NULL)
    return;

  answer = add_answer (foresight->trail, challenge);
  answer->is_foreseen = TRUE;
  answer->is_of_server = foresight->is_of_server;
}

void
sip_authenticator_foresee (SipAuthenticator *self, SipAuthTrail **trail, SipMsgBuilder *request, SipFlow *server)
{
  g_auto (Keys) keys = { 0 };
  Foresight foresight = { 0 };
  SipNameAddrView from, to;

  if (sip_auth_cache_is_empty (self->cache) || !sip_name_addr_view_parse (&from, sip_msg_builder_value (request, SIP_H_FROM)) ||
      !sip_name_addr_view_parse (&to, sip_msg_builder_value (request, SIP_H_TO)))
    return;

  fill_keys (&keys, sip_msg_builder_value (request, SIP_H_CALL_ID), from.tag, sip_msg_builder_get_uri (request), to.tag.len > 0, server);
  sip_auth_cache_each (self->cache, keys.dialog, foresee_cb, &foresight);
  if (keys.uri != NULL)
    sip_auth_cache_each (self->cache, keys.uri, foresee_cb, &foresight);
  foresight.is_of_server = TRUE;
  if (keys.server != NULL)
    sip_auth_cache_each (self->cache, keys.server, foresee_cb, &foresight);
  *trail = foresight.trail;
  if (*trail == NULL)
    return;

  (*trail)->server = g_steal_pointer (&keys.server);
  sip_authenticator_sign (self, *trail, request);
}

void
sip_authenticator_confine (SipAuthenticator *self, SipAuthTrail *trail, SipMsgBuilder *request, SipFlow *flow)
{
  g_autofree char *server = trail->server != NULL ? server_key (flow) : NULL;
  guint n = trail->answers->len;

  if (trail->server == NULL || g_strcmp0 (trail->server, server) == 0)
    return;

  for (guint i = n; i-- > 0;)
    {
      if (((Answer *) g_ptr_array_index (trail->answers, i))->is_of_server)
        g_ptr_array_remove_index (trail->answers, i);
    }
  if (trail->answers->len < n)
    sip_authenticator_sign (self, trail, request);
}

/* --- challenges --- */

/* RFC 3261 §22.2, RFC 7616 §3.3: a second challenge says that we are not who we say, unless it says that only the nonce was too old. To an answer that
 * nobody had asked for it is the first one. */
static gboolean
is_refusal (const Answer *before, const SipAuthChallenge *now)
{
  return !before->is_foreseen && (!now->view.is_stale || sip_str_equal (before->challenge->view.nonce, now->view.nonce));
}

static void
refuse (SipAuthenticator *self, SipAuthTrail *trail, guint at, const SipMsg *request, SipFlow *flow)
{
  Answer *answer = g_ptr_array_index (trail->answers, at);
  SipAuthChallenge *challenge = answer->challenge;

  forget (self, request, flow, challenge);
  drop_refused (self, challenge);
  g_ptr_array_add (trail->refused, sip_auth_challenge_ref (challenge));
  g_ptr_array_remove_index (trail->answers, at);
}

SipAuthVerdict
sip_authenticator_take (SipAuthenticator *self, SipAuthTrail **trail, SipAuthWaiter *waiter, SipMsg *request, SipMsg *response, SipFlow *flow)
{
  g_autoptr (GPtrArray) chosen = NULL;

  if (*trail == NULL)
    *trail = trail_new ();
  if (++(*trail)->rounds > MAX_ROUNDS)
    return SIP_AUTH_NO;

  chosen = choose (self, *trail, response);
  for (guint i = 0; i < chosen->len; i++)
    {
      const SipAuthChallenge *now = g_ptr_array_index (chosen, i);
      guint at;
      const Answer *before = find_answer (*trail, now->answer, now->realm, &at);

      if (before == NULL)
        continue;
      /* Whoever wants less now than a moment ago is not who asked then. */
      if (now->view.algorithm < before->challenge->view.algorithm)
        return SIP_AUTH_NO;
      if (is_refusal (before, now))
        refuse (self, *trail, at, request, flow);
    }

  return decide (self, *trail, waiter, request, response);
}

SipAuthVerdict
sip_authenticator_resume (SipAuthenticator *self, SipAuthTrail *trail, SipAuthWaiter *waiter, gboolean is_declined, SipMsg *request, SipMsg *response)
{
  g_autofree char *realm = g_steal_pointer (&trail->asked);

  if (is_declined && realm != NULL)
    g_ptr_array_add (trail->declined, g_steal_pointer (&realm));

  return decide (self, trail, waiter, request, response);
}

/* --- answering --- */

static SipStr
get_method (SipMsgBuilder *request)
{
  SipStr cseq = sip_msg_builder_value (request, SIP_H_CSEQ);
  const char *blank = cseq.len > 0 ? memchr (cseq.p, ' ', cseq.len) : NULL;

  /* One that the table does not know. */
  if (blank != NULL)
    return sip_str (blank + 1, cseq.len - (blank + 1 - cseq.p));
  return sip_method_id_name (sip_msg_builder_get_method (request));
}

void
sip_authenticator_sign (SipAuthenticator *self, SipAuthTrail *trail, SipMsgBuilder *request)
{
  g_autofree char *method = sip_str_dup (get_method (request));

  trail->is_heeded = FALSE;
  sip_msg_builder_replace (request, SIP_H_AUTHORIZATION, (SipStr) SIP_STR_INIT);
  sip_msg_builder_replace (request, SIP_H_PROXY_AUTHORIZATION, (SipStr) SIP_STR_INIT);
  for (guint i = 0; i < trail->answers->len; i++)
    {
      Answer *answer = g_ptr_array_index (trail->answers, i);
      SipAuthChallenge *challenge = answer->challenge;
      SipChallengedRequest challenged = { sip_str_from (method), sip_msg_builder_get_uri (request), sip_msg_builder_get_body (request),
                                          sip_auth_challenge_get_cnonce (challenge), answer->nc = sip_auth_challenge_count (challenge) };
      g_autofree char *value = sip_challenge_view_answer (&challenge->view, challenge->credentials, &challenged);

      sip_msg_builder_add (request, challenge->answer, sip_str_from (value));
    }
}

/* --- what servers say of themselves (RFC 7616 §3.5) --- */

static gboolean
is_about (const SipAuthInfoView *info, const Answer *answer)
{
  g_autofree char *nc = g_strdup_printf ("%08x", answer->nc);

  if (info->cnonce.p != NULL && !sip_str_equal (info->cnonce, sip_str_from (sip_auth_challenge_get_cnonce (answer->challenge))))
    return FALSE;
  return info->nc.p == NULL || sip_str_equal_nocase (info->nc, sip_str_from (nc));
}

/* FALSE: who says so does not know the password. Without any qop there is nothing to prove it with. */
static gboolean
is_proved (const SipAuthInfoView *info, const Answer *answer, const SipMsg *request, const SipMsg *response)
{
  const SipAuthChallenge *challenge = answer->challenge;
  SipChallengeView view = challenge->view;
  SipChallengedRequest challenged = { request->method_name, request->uri, sip_msg_body (response), sip_auth_challenge_get_cnonce (challenge),
                                      answer->nc };

  if (info->rspauth.p == NULL || view.qop == SIP_DIGEST_QOP_NONE)
    return TRUE;
  if (sip_str_equal_nocase (info->qop, (SipStr) SIP_STR ("auth")))
    view.qop = SIP_DIGEST_QOP_AUTH;
  else if (sip_str_equal_nocase (info->qop, (SipStr) SIP_STR ("auth-int")))
    view.qop = SIP_DIGEST_QOP_AUTH_INT;

  return sip_challenge_view_is_proved (&view, challenge->credentials, &challenged, info->rspauth);
}

/* What @answer's challenge is from now on; NULL: there is nothing to remember. The header does not say whose it is, its nonces do. */
static SipAuthChallenge *
learn (SipAuthenticator *self, const Answer *answer, const SipMsg *request, const SipMsg *response)
{
  SipAuthChallenge *challenge = answer->challenge;
  SipAuthInfoView info;
  SipStr value;

  if (challenge->answer == SIP_H_AUTHORIZATION)
    value = sip_msg_value (response, SIP_H_AUTHENTICATION_INFO);
  else
    value = sip_msg_value_by_name (response, (SipStr) SIP_STR ("Proxy-Authentication-Info"));
  if (value.p == NULL || !sip_auth_info_view_parse (&info, value) || !is_about (&info, answer))
    return sip_auth_challenge_ref (challenge);

  if (!is_proved (&info, answer, request, response))
    {
      g_debug ("The server of realm \"%s\" does not prove that it knows the password: what it says of its nonces is ignored", challenge->realm);
      return NULL;
    }
  if (info.next_nonce.p == NULL)
    return sip_auth_challenge_ref (challenge);
  /* The key of a session has its first nonce in it (§3.4.2): a new nonce asks for a new session, which begins with a challenge. */
  return challenge->view.is_session ? NULL : sip_auth_challenge_renew (challenge, self->nonces, info.next_nonce);
}

void
sip_authenticator_heed (SipAuthenticator *self, SipAuthTrail *trail, const SipMsg *request, const SipMsg *response, SipFlow *flow)
{
  g_auto (Keys) keys = { 0 };

  if (trail->answers->len == 0 || response->status == 401 || response->status == 407 || (response->status < 200 && trail->is_heeded))
    return;

  trail->is_heeded = TRUE;
  fill_keys (&keys, request->call_id, request->from.tag, request->uri, request->to.tag.len > 0, flow);
  for (guint i = 0; i < trail->answers->len; i++)
    {
      const Answer *answer = g_ptr_array_index (trail->answers, i);
      g_autoptr (SipAuthChallenge) challenge = learn (self, answer, request, response);

      /* Some say so, and not 401, to a wrong password: whoever typed it is asked again next time. */
      if (response->status == 403)
        {
          g_clear_pointer (&challenge, sip_auth_challenge_unref);
          drop_refused (self, answer->challenge);
        }
      if (challenge != NULL)
        remember (self, &keys, challenge);
      else
        forget (self, request, flow, answer->challenge);
    }
}
