/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

#include "agent/sip-challenge-private.h"

/* Somebody is asked who alice is while her request waits: the signal `authenticate`. Carol is every server on the way. */

#define WWW(nonce) "WWW-Authenticate: Digest realm=\"carol\", nonce=\"" nonce "\", qop=\"auth\"\r\n"
#define PROXY(nonce) "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"" nonce "\", qop=\"auth\", algorithm=SHA-256\r\n"

typedef struct
{
  Scene *s;
  GPtrArray *challenges; /* that came */
  const char *password;  /* that is answered at once; NULL: later */
  gboolean is_refused;
} Asked;

static void
notify_cb (SipChallenge *challenge, GParamSpec *pspec, Asked *self)
{
  fixture_note (&self->s->f->alice, "%s over", sip_challenge_get_realm (challenge));
}

static gboolean
authenticate_cb (SipUserAgent *agent, SipChallenge *challenge, Asked *self)
{
  fixture_note (&self->s->f->alice, "asked by %s%s%s", sip_challenge_get_realm (challenge), sip_challenge_get_is_proxy (challenge) ? ", a proxy" : "",
                sip_challenge_get_is_retry (challenge) ? ", again" : "");
  g_assert_true (sip_challenge_get_is_open (challenge));
  g_signal_connect (challenge, "notify::is-open", G_CALLBACK (notify_cb), self);
  if (self->is_refused)
    return FALSE;

  g_ptr_array_add (self->challenges, g_object_ref (challenge));
  if (self->password != NULL)
    g_assert_true (sip_challenge_authenticate (challenge, "alice", self->password));
  return TRUE;
}

static Asked *
asked_new (void)
{
  Asked *self = g_new0 (Asked, 1);

  self->s = scene_new ();
  self->challenges = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (self->s->f->alice.agent, "authenticate", G_CALLBACK (authenticate_cb), self);
  return self;
}

static void
asked_free (Asked *self)
{
  scene_free (self->s);
  for (guint i = 0; i < self->challenges->len; i++)
    g_assert_false (sip_challenge_get_is_open (g_ptr_array_index (self->challenges, i)));
  g_ptr_array_unref (self->challenges);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

static SipChallenge *
last (Asked *self)
{
  g_assert_cmpuint (self->challenges->len, >, 0);
  return g_ptr_array_index (self->challenges, self->challenges->len - 1);
}

static gboolean
says (SipMsg *request, SipHeaderId id, const char *text)
{
  g_autofree char *value = scene_header (request, id);

  return value != NULL && strstr (value, text) != NULL;
}

#define FAILED \
  "alice: rejected 401 \"Whatever\"\nalice: failed 401 \"Authentication Error\"\nalice: terminated 401 \"Authentication Error\"\n"

/* Minutes later, and all is as if it had been at once. */
static void
test_later (void)
{
  g_autoptr (Asked) a = asked_new ();
  SipMsg *request;

  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  fixture_expect (a->s->f, "carol > 401 INVITE\nalice > ACK\nalice: asked by carol\n");
  fixture_run (a->s->f, 600 * G_USEC_PER_SEC);
  fixture_expect (a->s->f, "");
  g_assert_cmpstr (sip_challenge_get_realm (last (a)), ==, "carol");
  g_assert_cmpint (sip_challenge_get_algorithm (last (a)), ==, SIP_DIGEST_ALGORITHM_MD5);
  g_assert_cmpstr (sip_message_get_method (SIP_MESSAGE (sip_challenge_get_request (last (a)))), ==, "INVITE");
  g_assert_cmpuint (sip_response_get_status_code (sip_challenge_get_response (last (a))), ==, 401);

  g_assert_true (sip_challenge_authenticate (last (a), "alice", "secret"));
  g_assert_false (sip_challenge_get_is_open (last (a)));
  g_assert_false (sip_challenge_authenticate (last (a), "alice", "secret"));
  fixture_run (a->s->f, 0);
  fixture_expect (a->s->f, "alice > INVITE\nalice: carol over\n");
  request = raw_peer_last (a->s->carol, "INVITE");
  g_assert_cmpuint (request->cseq.number, ==, 2);
  g_assert_true (says (request, SIP_H_AUTHORIZATION, "username=\"alice\""));
  scene_respond (a->s, request, 200, "one", NULL, SCENE_ANSWER);
  g_assert_cmpint (sip_session_get_state (a->s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);

  /* Known now, as a hash: the next call to somebody else there does not ask. */
  scene_respond (a->s, scene_call (a->s, NULL), 401, "two", WWW ("n2"), NULL);
  fixture_expect (a->s->f, "carol > 401 INVITE\nalice > ACK\nalice > INVITE\n");
}

static void
test_at_once (void)
{
  g_autoptr (Asked) a = asked_new ();

  a->password = "secret";
  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  fixture_expect (a->s->f, "carol > 401 INVITE\nalice > ACK\nalice: asked by carol\nalice > INVITE\nalice: carol over\n");
}

static void
test_cancelled (void)
{
  g_autoptr (Asked) a = asked_new ();

  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  g_string_truncate (a->s->f->log, 0);
  sip_challenge_cancel (last (a));
  sip_challenge_cancel (last (a));
  g_assert_false (sip_challenge_authenticate (last (a), "alice", "late"));
  fixture_run (a->s->f, 0);
  fixture_expect (a->s->f, FAILED "alice: carol over\n");
}

static void
test_dropped (void)
{
  g_autoptr (Asked) a = asked_new ();

  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  g_string_truncate (a->s->f->log, 0);
  g_ptr_array_set_size (a->challenges, 0);
  fixture_run (a->s->f, 0);
  fixture_expect (a->s->f, FAILED);
}

/* A handler that does not want to. */
static void
test_not_handled (void)
{
  g_autoptr (Asked) a = asked_new ();

  a->is_refused = TRUE;
  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  fixture_expect (a->s->f, "carol > 401 INVITE\nalice > ACK\nalice: asked by carol\n" FAILED);
}

/* Wrong, wrong, right; and wrong for ever, which ends. */
static void
test_again (void)
{
  g_autoptr (Asked) a = asked_new ();
  SipMsg *request;

  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  g_assert_true (sip_challenge_authenticate (last (a), "alice", "wrong"));
  fixture_run (a->s->f, 0);
  g_string_truncate (a->s->f->log, 0);
  scene_respond (a->s, raw_peer_last (a->s->carol, "INVITE"), 401, "one", WWW ("n2"), NULL);
  fixture_expect (a->s->f, "carol > 401 INVITE\nalice > ACK\nalice: asked by carol, again\n");
  g_assert_true (sip_challenge_get_is_retry (last (a)));
  g_assert_true (sip_challenge_authenticate (last (a), "alice", "right"));
  fixture_run (a->s->f, 0);
  request = raw_peer_last (a->s->carol, "INVITE");
  g_assert_cmpuint (request->cseq.number, ==, 3);
  scene_respond (a->s, request, 200, "one", NULL, SCENE_ANSWER);

  a->password = "always wrong";
  scene_call (a->s, NULL);
  for (guint i = 0; i < 40 && sip_session_get_state (a->s->f->alice.session) != SIP_SESSION_STATE_TERMINATED; i++)
    {
      g_autofree char *more = g_strdup_printf ("WWW-Authenticate: Digest realm=\"carol\", nonce=\"m%u\", qop=\"auth\"\r\n", i);

      scene_respond (a->s, raw_peer_last (a->s->carol, "INVITE"), 401, "one", more, NULL);
    }
  g_assert_cmpint (sip_session_get_state (a->s->f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  g_assert_cmpuint (raw_peer_count (a->s->carol, "INVITE"), <=, 15);
}

/* The agent's own credentials were refused: somebody may know better. */
static void
test_configured_is_wrong (void)
{
  g_autoptr (Asked) a = asked_new ();
  g_autoptr (SipCredentials) old = sip_credentials_new ("alice", "old", NULL);

  sip_user_agent_set_credentials (a->s->f->alice.agent, old);
  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  fixture_expect (a->s->f, "carol > 401 INVITE\nalice > ACK\nalice > INVITE\n");
  scene_respond (a->s, raw_peer_last (a->s->carol, "INVITE"), 401, "one", WWW ("n2"), NULL);
  fixture_expect (a->s->f, "carol > 401 INVITE\nalice > ACK\nalice: asked by carol, again\n");
  g_assert_true (sip_challenge_authenticate (last (a), "alice", "new"));
  fixture_run (a->s->f, 0);
  scene_respond (a->s, raw_peer_last (a->s->carol, "INVITE"), 200, "one", NULL, SCENE_ANSWER);
  g_assert_cmpint (sip_session_get_state (a->s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* A 403 is the answer of some to a wrong password: the next call asks again. */
static void
test_forbidden (void)
{
  g_autoptr (Asked) a = asked_new ();

  a->password = "wrong";
  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  scene_respond (a->s, raw_peer_last (a->s->carol, "INVITE"), 403, "one", NULL, NULL);
  scene_respond (a->s, scene_call (a->s, NULL), 401, "two", WWW ("n2"), NULL);
  g_assert_cmpuint (a->challenges->len, ==, 2);
}

/* The server and a proxy in one response: one after the other, and one request with both. */
static void
test_two_realms (void)
{
  g_autoptr (Asked) a = asked_new ();
  SipMsg *request;

  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1") PROXY ("n2"), NULL);
  fixture_expect (a->s->f, "carol > 401 INVITE\nalice > ACK\nalice: asked by carol\n");
  g_assert_true (sip_challenge_authenticate (last (a), "alice", "secret"));
  fixture_run (a->s->f, 0);
  fixture_expect (a->s->f, "alice: asked by proxy, a proxy\nalice: carol over\n");
  g_assert_cmpint (sip_challenge_get_algorithm (last (a)), ==, SIP_DIGEST_ALGORITHM_SHA256);
  g_assert_true (sip_challenge_authenticate (last (a), "alice", "other"));
  fixture_run (a->s->f, 0);
  fixture_expect (a->s->f, "alice > INVITE\nalice: proxy over\n");
  request = raw_peer_last (a->s->carol, "INVITE");
  g_assert_true (sip_msg_has (request, SIP_H_AUTHORIZATION));
  g_assert_true (sip_msg_has (request, SIP_H_PROXY_AUTHORIZATION));

  /* One of the two is better than nothing: RFC 3261 §22.3 wants as many as there are. */
  a->password = NULL;
  sip_user_agent_set_credentials (a->s->f->alice.agent, NULL);
  scene_respond (a->s, scene_call (a->s, NULL), 401, "two", WWW ("n3") PROXY ("n4"), NULL);
  sip_challenge_cancel (last (a));
  fixture_run (a->s->f, 0);
  g_assert_true (sip_challenge_authenticate (last (a), "alice", "other"));
  fixture_run (a->s->f, 0);
  request = raw_peer_last (a->s->carol, "INVITE");
  g_assert_false (sip_msg_has (request, SIP_H_AUTHORIZATION));
  g_assert_true (sip_msg_has (request, SIP_H_PROXY_AUTHORIZATION));
}

/* Two requests that wait for the same answer ask once. */
static void
test_asked_once (void)
{
  g_autoptr (Asked) a = asked_new ();
  g_autoptr (SipMsg) first = NULL;
  g_autoptr (SipMsg) second = NULL;
  g_autoptr (SipSession) one = NULL;

  first = sip_msg_ref (scene_call (a->s, NULL));
  one = g_object_ref (a->s->f->alice.session);
  second = sip_msg_ref (scene_call (a->s, NULL));
  scene_respond (a->s, first, 401, "one", WWW ("n1"), NULL);
  scene_respond (a->s, second, 401, "two", WWW ("n2"), NULL);
  g_assert_cmpuint (a->challenges->len, ==, 1);
  /* The one that asked is called off: the other still wants to know. */
  sip_session_terminate (one, NULL, NULL);
  fixture_run (a->s->f, 0);
  g_assert_true (sip_challenge_get_is_open (last (a)));
  g_string_truncate (a->s->f->log, 0);
  g_assert_true (sip_challenge_authenticate (last (a), "alice", "secret"));
  fixture_run (a->s->f, 0);
  fixture_expect (a->s->f, "alice > INVITE\nalice: carol over\n");
  g_assert_true (sip_str_equal (raw_peer_last (a->s->carol, "INVITE")->call_id, second->call_id));
}

/* Called off while it waits: no CANCEL, for there is nothing to cancel. */
static void
test_call_is_called_off (void)
{
  g_autoptr (Asked) a = asked_new ();
  g_autoptr (SipMsg) first = sip_msg_ref (scene_call (a->s, NULL));

  scene_respond (a->s, first, 180, "one", NULL, NULL);
  scene_respond (a->s, first, 401, "one", WWW ("n1"), NULL);
  g_string_truncate (a->s->f->log, 0);
  g_assert_true (sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (a->s->f->alice.session), NULL, NULL));
  g_assert_false (sip_challenge_get_is_open (last (a)));
  fixture_run (a->s->f, 0);
  fixture_expect (a->s->f, "alice: cancel\nalice: failed null \"Canceled\"\nalice: terminated null \"Canceled\"\nalice: carol over\n");
  g_assert_false (sip_challenge_authenticate (last (a), "alice", "late"));
  fixture_run (a->s->f, 60 * G_USEC_PER_SEC);
  fixture_expect (a->s->f, "");
}

/* A change of a call waits, and the other side hangs up. */
static void
test_call_ends (void)
{
  g_autoptr (Asked) a = asked_new ();
  g_autofree char *to = NULL;
  g_autofree char *call_id = NULL;
  SipMsg *invite = scene_call (a->s, NULL);

  to = scene_header (invite, SIP_H_FROM);
  call_id = scene_header (invite, SIP_H_CALL_ID);
  scene_respond (a->s, invite, 200, "one", NULL, SCENE_ANSWER);
  sip_session_hold_async (a->s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (a->s->f, 0);
  scene_respond (a->s, raw_peer_last (a->s->carol, "INVITE"), 401, NULL, WWW ("n1"), NULL);
  g_assert_true (sip_challenge_get_is_open (last (a)));
  g_string_truncate (a->s->f->log, 0);
  raw_peer_send (a->s->carol, "alice", NULL,
                 "BYE sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bKend\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=one\r\nTo: %s\r\nCall-ID: %s\r\nCSeq: 9 BYE\r\n", to, call_id);
  fixture_run (a->s->f, 0);
  fixture_expect (a->s->f, "carol > BYE\nalice > 200 BYE\nalice: bye\nalice: terminated BYE \"Terminated\"\nalice: carol over\n");
  g_assert_false (sip_challenge_get_is_open (last (a)));
}

/* ... or we do; and a change that is answered in the end goes on where it was. */
static void
test_change_waits (void)
{
  g_autoptr (Asked) a = asked_new ();
  SipMsg *request;

  scene_respond (a->s, scene_call (a->s, NULL), 200, "one", NULL, SCENE_ANSWER);
  sip_session_hold_async (a->s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (a->s->f, 0);
  scene_respond (a->s, raw_peer_last (a->s->carol, "INVITE"), 401, NULL, WWW ("n1"), NULL);
  /* Meanwhile another request takes the next number. */
  sip_session_dtmf (a->s->f->alice.session, "5", NULL, NULL);
  fixture_run (a->s->f, 0);
  g_assert_cmpuint (raw_peer_last (a->s->carol, "INFO")->cseq.number, ==, 3);
  g_assert_true (sip_challenge_authenticate (last (a), "alice", "secret"));
  fixture_run (a->s->f, 0);
  request = raw_peer_last (a->s->carol, "INVITE");
  g_assert_cmpuint (request->cseq.number, ==, 4);
  scene_respond (a->s, request, 200, NULL, NULL, SCENE_ANSWER);
  g_assert_true (sip_session_get_held_locally (a->s->f->alice.session));

  sip_session_unhold_async (a->s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (a->s->f, 0);
  sip_user_agent_set_credentials (a->s->f->alice.agent, NULL);
  scene_respond (a->s, raw_peer_last (a->s->carol, "INVITE"), 401, NULL, WWW ("n2"), NULL);
  g_assert_true (sip_challenge_get_is_open (last (a)));
  sip_session_bye (a->s->f->alice.session, NULL, NULL);
  fixture_run (a->s->f, 0);
  g_assert_false (sip_challenge_get_is_open (last (a)));
  g_assert_nonnull (raw_peer_last (a->s->carol, "BYE"));
}

static void
test_agent_stops (void)
{
  g_autoptr (Asked) a = asked_new ();

  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  g_string_truncate (a->s->f->log, 0);
  sip_user_agent_stop_async (a->s->f->alice.agent, NULL, NULL, NULL);
  g_assert_false (sip_challenge_get_is_open (last (a)));
  fixture_run (a->s->f, 0);
  g_assert_cmpint (sip_user_agent_get_state (a->s->f->alice.agent), ==, SIP_USER_AGENT_STATE_STOPPED);
  fixture_expect (a->s->f, "alice: cancel\nalice: failed null \"Canceled\"\nalice: terminated null \"Canceled\"\nalice: carol over\n");
}

/* Nobody is asked by what ends the calls. */
static void
test_not_while_stopping (void)
{
  g_autoptr (Asked) a = asked_new ();

  scene_respond (a->s, scene_call (a->s, NULL), 200, "one", NULL, SCENE_ANSWER);
  g_string_truncate (a->s->f->log, 0);
  sip_user_agent_stop_async (a->s->f->alice.agent, NULL, NULL, NULL);
  fixture_run (a->s->f, 0);
  scene_respond (a->s, raw_peer_last (a->s->carol, "BYE"), 401, NULL, WWW ("n1"), NULL);
  fixture_expect (a->s->f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\ncarol > 401 BYE\n");
  g_assert_cmpint (sip_user_agent_get_state (a->s->f->alice.agent), ==, SIP_USER_AGENT_STATE_STOPPED);
}

static void
test_agent_goes (void)
{
  g_autoptr (Asked) a = asked_new ();

  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  g_object_run_dispose (G_OBJECT (a->s->f->alice.agent));
  g_assert_false (sip_challenge_get_is_open (last (a)));
  g_assert_false (sip_challenge_authenticate (last (a), "alice", "late"));
}

static gboolean
end_within_cb (SipUserAgent *agent, SipChallenge *challenge, int *how)
{
  g_autoptr (SipSession) session = g_list_model_get_item (sip_user_agent_get_sessions (agent), 0);

  if (*how == 0)
    sip_session_terminate (session, NULL, NULL);
  else if (*how == 1)
    sip_user_agent_stop_async (agent, NULL, NULL, NULL);
  else
    g_object_run_dispose (G_OBJECT (agent));
  return *how != 2;
}

/* Whatever a handler does. */
static void
test_ends_within (void)
{
  for (int how = 0; how < 3; how++)
    {
      g_autoptr (Scene) s = scene_new ();

      g_signal_connect (s->f->alice.agent, "authenticate", G_CALLBACK (end_within_cb), &how);
      scene_respond (s, scene_call (s, NULL), 401, "one", WWW ("n1"), NULL);
      fixture_run (s->f, G_USEC_PER_SEC);
      g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (s->f->alice.agent)), ==, 0);
      g_assert_cmpuint (raw_peer_count (s->carol, "INVITE"), ==, 1);
    }
}

/* Hashes instead of a password: of the right algorithm and realm, or not at all. */
static void
test_hashes (void)
{
  g_autoptr (Asked) a = asked_new ();
  g_autoptr (SipCredentials) sha = NULL, elsewhere = NULL, good = NULL, bad_name = NULL;

  sha = sip_credentials_new_for_ha1 ("alice", "carol", SIP_DIGEST_ALGORITHM_SHA256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
  elsewhere = sip_credentials_new ("alice", "secret", "elsewhere");
  good = sip_credentials_new_for_ha1 ("alice", "carol", SIP_DIGEST_ALGORITHM_MD5, "8ca523f5e9506fed4657c9700eebdbec");
  bad_name = sip_credentials_new ("al\nice", "secret", NULL);
  scene_respond (a->s, scene_call (a->s, NULL), 401, "one", WWW ("n1"), NULL);
  g_assert_false (sip_challenge_answer (last (a), sha));
  g_assert_false (sip_challenge_answer (last (a), elsewhere));
  g_assert_false (sip_challenge_answer (last (a), bad_name));
  g_assert_true (sip_challenge_get_is_open (last (a)));
  g_assert_true (sip_challenge_answer (last (a), good));
  fixture_run (a->s->f, 0);
  g_assert_cmpuint (raw_peer_count (a->s->carol, "INVITE"), ==, 2);
}

#define ADD(name) g_test_add_func ("/authenticate/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (later);
  ADD (at_once);
  ADD (cancelled);
  ADD (dropped);
  ADD (not_handled);
  ADD (again);
  ADD (configured_is_wrong);
  ADD (forbidden);
  ADD (two_realms);
  ADD (asked_once);
  ADD (call_is_called_off);
  ADD (call_ends);
  ADD (change_waits);
  ADD (agent_stops);
  ADD (not_while_stopping);
  ADD (agent_goes);
  ADD (ends_within);
  ADD (hashes);
  return g_test_run ();
}
