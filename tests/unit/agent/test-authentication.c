/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/scene.h"

#include "syntax/sip-challenge-view-private.h"

/* RFC 3261 §22, RFC 8760: what carol, who is every server on the way, asks of alice, and what she is told. */

#define DIGEST(nonce, more) "Digest realm=\"carol\", nonce=\"" nonce "\", qop=\"auth\"" more
#define WWW(nonce) "WWW-Authenticate: " DIGEST (nonce, "") "\r\n"
#define STALE(nonce) "WWW-Authenticate: " DIGEST (nonce, ", stale=true") "\r\n"
#define PROXY(realm, nonce) "Proxy-Authenticate: Digest realm=\"" realm "\", nonce=\"" nonce "\"\r\n"

static Scene *
new_scene (const char *password)
{
  Scene *s = scene_new ();
  g_autoptr (SipCredentials) credentials = sip_credentials_new ("alice", password, NULL);

  sip_user_agent_set_credentials (s->f->alice.agent, credentials);
  return s;
}

/* A parameter of an answer, without its quotes; NULL: there is none. */
static char *
param (SipMsg *request, SipHeaderId id, const char *name)
{
  SipStr value = sip_msg_value (request, id);
  SipStr item;

  g_assert_true (value.len > strlen ("Digest ") && strncmp (value.p, "Digest ", 7) == 0);
  value = sip_str (value.p + 7, value.len - 7);
  while (sip_values_next (&value, &item))
    {
      const char *equals = memchr (item.p, '=', item.len);

      if (equals - item.p != (gssize) strlen (name) || strncmp (item.p, name, strlen (name)) != 0)
        continue;
      item = sip_str (equals + 1, item.len - (equals + 1 - item.p));
      return item.p[0] == '"' ? g_strndup (item.p + 1, item.len - 2) : sip_str_dup (item);
    }

  return NULL;
}

static void
assert_param (SipMsg *request, SipHeaderId id, const char *name, const char *expected)
{
  g_autofree char *value = param (request, id, name);

  g_assert_cmpstr (value, ==, expected);
}

/* Whether the server would let it in. */
static void
assert_good (SipMsg *request, SipHeaderId id, SipDigestAlgorithm algorithm, SipDigestQop qop, const char *password)
{
  g_autofree char *realm = param (request, id, "realm");
  g_autofree char *nonce = param (request, id, "nonce");
  g_autofree char *cnonce = param (request, id, "cnonce");
  g_autofree char *nc = param (request, id, "nc");
  g_autoptr (SipCredentials) credentials = sip_credentials_new ("alice", password, NULL);
  char ha1[SIP_DIGEST_HEX_SIZE], response[SIP_DIGEST_HEX_SIZE];
  SipDigestInput input = { algorithm, FALSE, qop, nc != NULL ? strtoul (nc, NULL, 16) : 0, ha1, nonce, cnonce, request->method_name,
                           request->uri, sip_msg_body (request) };

  sip_credentials_hash (credentials, realm, algorithm, ha1);
  sip_digest_respond (&input, response);
  assert_param (request, id, "response", response);
}

/* The same call with its next CSeq and another branch; the ACK for the 401 knows of nothing, that for the 2xx says what the INVITE said. */
static void
test_invite (void)
{
  g_autoptr (Scene) s = new_scene ("secret");
  g_autoptr (SipMsg) first = sip_msg_ref (scene_call (s, NULL));
  g_autoptr (SipMsg) second = NULL;
  g_autofree char *said = NULL;
  g_autofree char *acked = NULL;

  scene_respond (s, first, 401, "one", WWW ("n1"), NULL);
  fixture_expect (s->f, "carol > 401 INVITE\nalice > ACK\nalice > INVITE\n");
  g_assert_false (sip_msg_has (raw_peer_last (s->carol, "ACK"), SIP_H_AUTHORIZATION));
  second = sip_msg_ref (raw_peer_last (s->carol, "INVITE"));
  g_assert_cmpuint (second->cseq.number, ==, first->cseq.number + 1);
  g_assert_true (sip_str_equal (second->call_id, first->call_id));
  g_assert_true (sip_str_equal (second->from.tag, first->from.tag));
  g_assert_cmpuint (second->to.tag.len, ==, 0);
  g_assert_false (sip_str_equal (second->via.branch, first->via.branch));
  g_assert_true (sip_str_equal (sip_msg_body (second), sip_msg_body (first)));
  assert_param (second, SIP_H_AUTHORIZATION, "username", "alice");
  assert_param (second, SIP_H_AUTHORIZATION, "uri", "sip:carol@carol.mem");
  assert_param (second, SIP_H_AUTHORIZATION, "nc", "00000001");
  assert_param (second, SIP_H_AUTHORIZATION, "qop", "auth");
  assert_good (second, SIP_H_AUTHORIZATION, SIP_DIGEST_ALGORITHM_MD5, SIP_DIGEST_QOP_AUTH, "secret");

  scene_respond (s, second, 200, "one", NULL, SCENE_ANSWER);
  fixture_expect (s->f, "carol > 200 INVITE\nalice > ACK\nalice: accepted 200\n");
  said = scene_header (second, SIP_H_AUTHORIZATION);
  acked = scene_header (raw_peer_last (s->carol, "ACK"), SIP_H_AUTHORIZATION);
  g_assert_cmpstr (acked, ==, said);
  g_assert_cmpuint (raw_peer_last (s->carol, "ACK")->cseq.number, ==, second->cseq.number);
}

/* A wrong password: the second 401 is the answer, with whatever nonce; so is one without a challenge, and one that nobody can answer. */
static void
test_refused (void)
{
  static const char *const answers[] = { WWW ("n1"), WWW ("n2"), STALE ("n1"), NULL, "WWW-Authenticate: Basic realm=\"carol\"\r\n" };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (Scene) s = new_scene ("wrong");
      g_autoptr (SipMsg) first = sip_msg_ref (scene_call (s, NULL));

      scene_respond (s, first, 401, "one", WWW ("n1"), NULL);
      scene_respond (s, raw_peer_last (s->carol, "INVITE"), 401, "two", answers[i], NULL);
      fixture_expect (s->f, "carol > 401 INVITE\nalice > ACK\nalice > INVITE\ncarol > 401 INVITE\nalice > ACK\nalice: rejected 401 \"Whatever\"\n"
                            "alice: failed 401 \"Authentication Error\"\nalice: terminated 401 \"Authentication Error\"\n");
    }
}

static void
test_no_credentials (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autoptr (SipMsg) first = sip_msg_ref (scene_call (s, NULL));

  scene_respond (s, first, 407, "one", PROXY ("p", "n"), NULL);
  fixture_expect (s->f, "carol > 407 INVITE\nalice > ACK\nalice: rejected 407 \"Whatever\"\n"
                        "alice: failed 407 \"Authentication Error\"\nalice: terminated 407 \"Authentication Error\"\n");
}

/* The nonce, and nothing else, was wrong: as often as a server may say so. */
static void
test_stale (void)
{
  g_autoptr (Scene) s = new_scene ("secret");

  scene_respond (s, scene_call (s, NULL), 401, "one", WWW ("n1"), NULL);
  scene_respond (s, raw_peer_last (s->carol, "INVITE"), 401, "one", STALE ("n2"), NULL);
  assert_param (raw_peer_last (s->carol, "INVITE"), SIP_H_AUTHORIZATION, "nonce", "n2");
  assert_param (raw_peer_last (s->carol, "INVITE"), SIP_H_AUTHORIZATION, "nc", "00000001");
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *more = g_strdup_printf ("WWW-Authenticate: Digest realm=\"carol\", nonce=\"m%u\", qop=\"auth\", stale=true\r\n", i);

      if (sip_session_get_state (s->f->alice.session) != SIP_SESSION_STATE_TERMINATED)
        scene_respond (s, raw_peer_last (s->carol, "INVITE"), 401, "one", more, NULL);
    }
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  g_assert_cmpuint (raw_peer_count (s->carol, "INVITE"), <=, 10);
}

/* Two proxies and the server, one after the other: the last request has the answers to all three. */
static void
test_realms (void)
{
  g_autoptr (Scene) s = new_scene ("secret");
  g_autoptr (SipCredentials) other = sip_credentials_new ("alice", "other", "p2");
  SipMsg *last;
  SipValueIter iter = { 0 };
  guint n = 0;

  sip_user_agent_add_credentials (s->f->alice.agent, other);
  scene_respond (s, scene_call (s, NULL), 407, "one", PROXY ("p1", "n1"), NULL);
  scene_respond (s, raw_peer_last (s->carol, "INVITE"), 407, "one", PROXY ("p2", "n2"), NULL);
  scene_respond (s, raw_peer_last (s->carol, "INVITE"), 401, "one", WWW ("n3"), NULL);
  last = raw_peer_last (s->carol, "INVITE");
  g_assert_cmpuint (last->cseq.number, ==, 4);
  for (iter.field = sip_msg_field (last, SIP_H_PROXY_AUTHORIZATION); iter.field != NULL; iter.field = sip_msg_field_after (last, iter.field))
    n++;
  g_assert_cmpuint (n, ==, 2);
  assert_good (last, SIP_H_PROXY_AUTHORIZATION, SIP_DIGEST_ALGORITHM_MD5, SIP_DIGEST_QOP_NONE, "secret");
  assert_good (last, SIP_H_AUTHORIZATION, SIP_DIGEST_ALGORITHM_MD5, SIP_DIGEST_QOP_AUTH, "secret");
  scene_respond (s, last, 200, "one", NULL, SCENE_ANSWER);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* Ten challenges: the strongest is answered, with a hash of the body where that is all that the server takes. */
static void
test_strongest (void)
{
  g_autoptr (Scene) s = new_scene ("secret");
  SipMsg *last;

  scene_respond (s, scene_call (s, NULL), 401, "one",
                 WWW ("n1") WWW ("n2") "WWW-Authenticate: Digest realm=\"carol\", nonce=\"n3\", algorithm=SHA-256\r\n"
                 "WWW-Authenticate: Basic realm=\"carol\", Digest realm=\"carol\", nonce=\"n4\", algorithm=SHA-512-256, qop=\"auth-int\"\r\n"
                 "WWW-Authenticate: Digest realm=\"carol\", nonce=\"n5\", algorithm=SHA-3\r\n" WWW ("n6") WWW ("n7") WWW ("n8") WWW ("n9") WWW ("n0"), NULL);
  last = raw_peer_last (s->carol, "INVITE");
  assert_param (last, SIP_H_AUTHORIZATION, "nonce", "n4");
  g_assert_cmpuint (sip_msg_body (last).len, >, 0);
  assert_good (last, SIP_H_AUTHORIZATION, SIP_DIGEST_ALGORITHM_SHA512_256, SIP_DIGEST_QOP_AUTH_INT, "secret");
}

/* Requests inside a call, a nonce that is used again, and CSeq numbers that the dialog goes on from. */
static void
test_inside (void)
{
  g_autoptr (Scene) s = new_scene ("secret");
  SipMsg *request;

  scene_respond (s, scene_call (s, NULL), 200, "one", NULL, SCENE_ANSWER);
  sip_session_hold_async (s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  request = raw_peer_last (s->carol, "INVITE");
  g_assert_cmpuint (request->cseq.number, ==, 2);
  scene_respond (s, request, 401, NULL, WWW ("n1"), NULL);
  request = raw_peer_last (s->carol, "INVITE");
  g_assert_cmpuint (request->cseq.number, ==, 3);
  assert_param (request, SIP_H_AUTHORIZATION, "nc", "00000001");
  scene_respond (s, request, 200, NULL, NULL, SCENE_ANSWER);
  g_assert_true (sip_msg_has (raw_peer_last (s->carol, "ACK"), SIP_H_AUTHORIZATION));

  sip_session_dtmf (s->f->alice.session, "5", NULL, NULL);
  fixture_run (s->f, 0);
  request = raw_peer_last (s->carol, "INFO");
  g_assert_cmpuint (request->cseq.number, ==, 4);
  /* Within a call the answer comes along, before anybody asks. */
  assert_param (request, SIP_H_AUTHORIZATION, "nc", "00000002");
  scene_respond (s, request, 401, NULL, WWW ("n1"), NULL);
  request = raw_peer_last (s->carol, "INFO");
  g_assert_cmpuint (request->cseq.number, ==, 5);
  assert_param (request, SIP_H_AUTHORIZATION, "nc", "00000003");
  assert_good (request, SIP_H_AUTHORIZATION, SIP_DIGEST_ALGORITHM_MD5, SIP_DIGEST_QOP_AUTH, "secret");
  scene_respond (s, request, 200, NULL, NULL, NULL);

  sip_session_bye (s->f->alice.session, NULL, NULL);
  fixture_run (s->f, 0);
  request = raw_peer_last (s->carol, "BYE");
  g_assert_cmpuint (request->cseq.number, ==, 6);
  scene_respond (s, request, 407, NULL, PROXY ("p", "n2"), NULL);
  request = raw_peer_last (s->carol, "BYE");
  g_assert_cmpuint (request->cseq.number, ==, 7);
  assert_good (request, SIP_H_PROXY_AUTHORIZATION, SIP_DIGEST_ALGORITHM_MD5, SIP_DIGEST_QOP_NONE, "secret");
}

/* The early dialogs of the try that was challenged are over; one that comes with the next is new. */
static void
test_early (void)
{
  g_autoptr (Scene) s = new_scene ("secret");
  g_autoptr (SipMsg) first = sip_msg_ref (scene_call (s, NULL));

  scene_respond (s, first, 180, "one", NULL, NULL);
  g_assert_cmpuint (sip_dialogs_get_n (sip_user_agent_get_dialogs (s->f->alice.agent)), ==, 1);
  scene_respond (s, first, 401, "two", WWW ("n1"), NULL);
  g_assert_cmpuint (sip_dialogs_get_n (sip_user_agent_get_dialogs (s->f->alice.agent)), ==, 0);
  scene_respond (s, raw_peer_last (s->carol, "INVITE"), 200, "three", NULL, SCENE_ANSWER);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* Cancelled meanwhile: no new INVITE for a call that nobody wants. */
static void
test_cancelled (void)
{
  g_autoptr (Scene) s = new_scene ("secret");
  g_autoptr (SipMsg) first = sip_msg_ref (scene_call (s, NULL));

  scene_respond (s, first, 180, "one", NULL, NULL);
  sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (s->f->alice.session), NULL, NULL);
  scene_respond (s, first, 401, "one", WWW ("n1"), NULL);
  g_assert_cmpuint (raw_peer_count (s->carol, "INVITE"), ==, 1);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
}

/* The last request of @method is challenged: it comes again, with its next number and a good answer. */
static SipMsg *
challenge_last (Scene *s, const char *method)
{
  SipMsg *first = raw_peer_last (s->carol, method);
  guint n = raw_peer_count (s->carol, method);
  SipMsg *again;

  g_assert_nonnull (first);
  scene_respond (s, first, 401, "one", WWW ("n1"), NULL);
  g_assert_cmpuint (raw_peer_count (s->carol, method), ==, n + 1);
  again = raw_peer_last (s->carol, method);
  g_assert_cmpuint (again->cseq.number, ==, first->cseq.number + 1);
  g_assert_true (sip_str_equal (again->call_id, first->call_id) && sip_str_equal (again->from.tag, first->from.tag));
  g_assert_true (sip_str_equal (again->to.tag, first->to.tag) && sip_str_equal (again->uri, first->uri));
  g_assert_true (sip_str_equal (sip_msg_body (again), sip_msg_body (first)));
  assert_good (again, SIP_H_AUTHORIZATION, SIP_DIGEST_ALGORITHM_MD5, SIP_DIGEST_QOP_AUTH, "secret");
  return again;
}

static void
send_outside (SipUserAgent *agent, const char *method)
{
  if (g_str_equal (method, "REGISTER"))
    {
      g_autoptr (SipRegisterOptions) options = g_object_new (SIP_TYPE_REGISTER_OPTIONS, "registrar", "sip:carol.mem", NULL);

      sip_user_agent_register_async (agent, options, NULL, NULL, NULL);
    }
  else if (g_str_equal (method, "SUBSCRIBE"))
    {
      g_autoptr (SipSubscription) subscription = sip_user_agent_subscribe (agent, "sip:carol@carol.mem", "presence", NULL, NULL);

      g_assert_nonnull (subscription);
    }
  else if (g_str_equal (method, "PUBLISH"))
    {
      g_autoptr (SipPublication) publication = sip_user_agent_publish (agent, "sip:carol@carol.mem", "presence", "<presence/>", NULL, NULL);

      g_assert_nonnull (publication);
    }
  else if (g_str_equal (method, "REFER"))
    {
      sip_user_agent_refer_async (agent, "sip:carol@carol.mem", "sip:dora@dora.mem", NULL, NULL, NULL, NULL);
    }
  else
    {
      sip_user_agent_request_async (agent, method, "sip:carol@carol.mem", NULL, NULL, NULL, NULL);
    }
}

static void
test_methods_outside (void)
{
  const char *methods[] = { "REGISTER", "SUBSCRIBE", "PUBLISH", "REFER", "MESSAGE", "OPTIONS", "DANCE" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (Scene) s = new_scene ("secret");

      send_outside (s->f->alice.agent, methods[i]);
      fixture_run (s->f, 0);
      scene_respond (s, challenge_last (s, methods[i]), 404, "one", NULL, NULL);
    }
}

static void
test_methods_inside (void)
{
  const char *methods[] = { "MESSAGE", "REFER", "INFO", "INVITE", "BYE", "OPTIONS" };

  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (Scene) s = new_scene ("secret");
      SipSession *session;
      SipMsg *again;

      scene_respond (s, scene_call (s, NULL), 200, "one", NULL, SCENE_ANSWER);
      session = s->f->alice.session;
      if (g_str_equal (methods[i], "INVITE"))
        sip_session_hold_async (session, NULL, NULL, NULL, NULL);
      else if (g_str_equal (methods[i], "REFER"))
        sip_session_refer_async (session, "sip:dora@dora.mem", NULL, NULL, NULL, NULL);
      else if (g_str_equal (methods[i], "BYE"))
        sip_session_bye (session, NULL, NULL);
      else
        sip_session_send_request_async (session, methods[i], NULL, NULL, NULL, NULL);
      fixture_run (s->f, 0);
      again = challenge_last (s, methods[i]);
      g_assert_cmpuint (again->to.tag.len, >, 0);
      scene_respond (s, again, 200, NULL, SCENE_CONTACT, g_str_equal (methods[i], "INVITE") ? SCENE_ANSWER : NULL);
    }
}

/* A registration that is refreshed brings its answer along, with whatever nonce the registrar named for it. */
static void
test_refresh (void)
{
  g_autoptr (Scene) s = new_scene ("secret");
  g_autofree char *contact = NULL;
  g_autofree char *more = NULL;
  SipMsg *request;

  send_outside (s->f->alice.agent, "REGISTER");
  fixture_run (s->f, 0);
  contact = scene_header (raw_peer_last (s->carol, "REGISTER"), SIP_H_CONTACT);
  more = g_strdup_printf ("Contact: %s;expires=600\r\nAuthentication-Info: nextnonce=\"n2\"\r\n", contact);
  scene_respond (s, challenge_last (s, "REGISTER"), 200, "r", more, NULL);
  g_assert_true (sip_user_agent_is_registered (s->f->alice.agent));
  fixture_run (s->f, 600 * G_USEC_PER_SEC);
  request = raw_peer_last (s->carol, "REGISTER");
  g_assert_cmpuint (raw_peer_count (s->carol, "REGISTER"), >=, 3);
  assert_param (request, SIP_H_AUTHORIZATION, "nonce", "n2");
  assert_good (request, SIP_H_AUTHORIZATION, SIP_DIGEST_ALGORITHM_MD5, SIP_DIGEST_QOP_AUTH, "secret");
}

/* PRACK and UPDATE, before the call is answered. */
static void
test_methods_early (void)
{
  g_autoptr (Scene) s = new_scene ("secret");
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "rel100", SIP_REL100_SUPPORTED, NULL);
  g_autoptr (SipMsg) invite = sip_msg_ref (scene_call (s, options));

  scene_respond (s, invite, 183, "one", "Require: 100rel\r\nRSeq: 1\r\nAllow: INVITE, ACK, BYE, CANCEL, PRACK, UPDATE\r\n" SCENE_CONTACT, SCENE_ANSWER);
  scene_respond (s, challenge_last (s, "PRACK"), 200, NULL, NULL, NULL);
  sip_session_hold_async (s->f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (s->f, 0);
  scene_respond (s, challenge_last (s, "UPDATE"), 200, NULL, SCENE_CONTACT, SCENE_ANSWER);
  g_assert_true (sip_session_get_held_locally (s->f->alice.session));
  scene_respond (s, invite, 200, "one", SCENE_CONTACT, NULL);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/authentication/invite", test_invite);
  g_test_add_func ("/authentication/refused", test_refused);
  g_test_add_func ("/authentication/no-credentials", test_no_credentials);
  g_test_add_func ("/authentication/stale", test_stale);
  g_test_add_func ("/authentication/realms", test_realms);
  g_test_add_func ("/authentication/strongest", test_strongest);
  g_test_add_func ("/authentication/inside", test_inside);
  g_test_add_func ("/authentication/early", test_early);
  g_test_add_func ("/authentication/cancelled", test_cancelled);
  g_test_add_func ("/authentication/methods-outside", test_methods_outside);
  g_test_add_func ("/authentication/methods-inside", test_methods_inside);
  g_test_add_func ("/authentication/methods-early", test_methods_early);
  g_test_add_func ("/authentication/refresh", test_refresh);
  return g_test_run ();
}
