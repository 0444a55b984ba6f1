/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-auth-cache-private.h"
#include "transaction/sip-authenticator-private.h"

/* What an authenticator knows, remembers and believes, without a network: requests, and what servers say to them. */

#define REALM "biloxi.com"
#define NONCE(nonce) "WWW-Authenticate: Digest realm=\"" REALM "\", qop=\"auth\", nonce=\"" nonce "\"\r\n"
#define PROXY(realm, nonce) "Proxy-Authenticate: Digest realm=\"" realm "\", qop=\"auth\", nonce=\"" nonce "\"\r\n"

typedef struct
{
  SipAuthenticator *authenticator;
  SipAuthTrail *trail;
  SipMsgBuilder *builder;
  SipMsg *request;
  SipFlow *server; /* nullable */
} World;

static World *
world_new (const char *realm)
{
  World *world = g_new0 (World, 1);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_credentials_unref);

  g_ptr_array_add (list, sip_credentials_new ("bob", "zanzibar", realm));
  world->authenticator = sip_authenticator_new ();
  sip_authenticator_set_credentials (world->authenticator, list);
  return world;
}

static void
end (World *world)
{
  g_clear_pointer (&world->trail, sip_auth_trail_free);
  g_clear_pointer (&world->builder, sip_msg_builder_free);
  g_clear_pointer (&world->request, sip_msg_unref);
}

static void
world_free (World *world)
{
  end (world);
  sip_authenticator_free (world->authenticator);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static void
seal (World *world)
{
  g_clear_pointer (&world->request, sip_msg_unref);
  world->request = sip_msg_builder_seal (world->builder, SIP_STR ("SIP/2.0/UDP a.example;branch=z9hG4bK1"), (SipStr) SIP_STR_INIT);
}

/* A new request; @to_tag nullable. */
static void
begin (World *world, const char *method, const char *uri, const char *call_id, const char *to_tag)
{
  end (world);
  world->builder = sip_msg_builder_new_request (sip_str_from (method), sip_str_from (uri));
  sip_msg_builder_add (world->builder, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (world->builder, SIP_H_FROM, SIP_STR ("<sip:bob@biloxi.com>;tag=b"));
  sip_msg_builder_add_printf (world->builder, SIP_H_TO, "<%s>%s%s", uri, to_tag != NULL ? ";tag=" : "", to_tag != NULL ? to_tag : "");
  sip_msg_builder_add (world->builder, SIP_H_CALL_ID, sip_str_from (call_id));
  sip_msg_builder_add_printf (world->builder, SIP_H_CSEQ, "1 %s", method);
  sip_authenticator_foresee (world->authenticator, &world->trail, world->builder, world->server);
  seal (world);
}

static SipMsg *
new_response (guint status, const char *more)
{
  g_autofree char *text = g_strdup_printf ("SIP/2.0 %u Whatever\r\nVia: SIP/2.0/UDP a.example;branch=z9hG4bK1\r\nFrom: <sip:bob@biloxi.com>;tag=b\r\n"
                                           "To: <sip:bob@biloxi.com>;tag=t\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n%sContent-Length: 0\r\n\r\n",
                                           status, more != NULL ? more : "");
  g_autoptr (GError) error = NULL;
  SipMsg *response = sip_msg_parse (text, strlen (text), NULL, &error);

  g_assert_no_error (error);
  return response;
}

static SipAuthVerdict
challenge (World *world, const char *more)
{
  g_autoptr (SipMsg) response = new_response (401, more);
  SipAuthVerdict verdict = sip_authenticator_take (world->authenticator, &world->trail, NULL, world->request, response, world->server);

  if (verdict == SIP_AUTH_YES)
    {
      sip_authenticator_sign (world->authenticator, world->trail, world->builder);
      seal (world);
    }
  return verdict;
}

static void
answered (World *world, guint status, const char *more)
{
  g_autoptr (SipMsg) response = new_response (status, more);

  if (world->trail != NULL)
    sip_authenticator_heed (world->authenticator, world->trail, world->request, response, world->server);
}

/* A parameter of an answer with its quotes; "" where there is none. */
static char *
param (World *world, SipHeaderId header, const char *name)
{
  g_autofree char *value = sip_str_dup (sip_msg_value (world->request, header));
  g_autofree char *start = g_strdup_printf (", %s=", name);
  const char *at = value != NULL ? strstr (value, start) : NULL;

  return at != NULL ? g_strndup (at + strlen (start), strcspn (at + strlen (start), ",")) : g_strdup ("");
}

static void
assert_answer (World *world, SipHeaderId header, const char *nonce, const char *nc)
{
  g_autofree char *got_nonce = param (world, header, "nonce");
  g_autofree char *got_nc = param (world, header, "nc");

  g_assert_cmpstr (got_nonce, ==, nonce);
  g_assert_cmpstr (got_nc, ==, nc);
}

#define assert_none(world, header) g_assert_false (sip_msg_has ((world)->request, header))

/* A registration that goes on, the same address again, and nobody else. */
static void
test_foreseen (void)
{
  g_autoptr (World) world = world_new (NULL);

  begin (world, "REGISTER", "sip:biloxi.com", "r1", NULL);
  assert_none (world, SIP_H_AUTHORIZATION);
  g_assert_cmpint (challenge (world, NONCE ("n1")), ==, SIP_AUTH_YES);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n1\"", "00000001");
  answered (world, 200, NULL);

  begin (world, "REGISTER", "sip:biloxi.com", "r1", NULL);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n1\"", "00000002");
  answered (world, 200, NULL);
  begin (world, "REGISTER", "sip:biloxi.com", "another", NULL);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n1\"", "00000003");
  begin (world, "INVITE", "sip:carol@chicago.com", "i1", NULL);
  assert_none (world, SIP_H_AUTHORIZATION);

  /* A nonce that was good once: whether they say why or not, there is an answer, once. */
  begin (world, "REGISTER", "sip:biloxi.com", "r1", NULL);
  g_assert_cmpint (challenge (world, NONCE ("n2")), ==, SIP_AUTH_YES);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n2\"", "00000001");
  g_assert_cmpint (challenge (world, NONCE ("n3")), ==, SIP_AUTH_NO);
  begin (world, "REGISTER", "sip:biloxi.com", "r1", NULL);
  assert_none (world, SIP_H_AUTHORIZATION);
}

/* Inside a dialog: by the dialog, and not by an address that happens to be the same, nor by a Call-ID that somebody else has made up. */
static void
test_inside (void)
{
  g_autoptr (World) world = world_new (NULL);

  begin (world, "INVITE", "sip:carol@chicago.com", "call", NULL);
  g_assert_cmpint (challenge (world, NONCE ("n1") PROXY ("proxy", "p1")), ==, SIP_AUTH_YES);
  answered (world, 180, NULL);
  begin (world, "PRACK", "sip:carol@10.0.0.1", "call", "t");
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n1\"", "00000002");
  assert_answer (world, SIP_H_PROXY_AUTHORIZATION, "\"p1\"", "00000002");
  answered (world, 200, NULL);
  begin (world, "BYE", "sip:carol@chicago.com", "somebody's", "t");
  assert_none (world, SIP_H_AUTHORIZATION);
  assert_none (world, SIP_H_PROXY_AUTHORIZATION);

  end (world);
  world->builder = sip_msg_builder_new_request (SIP_STR ("BYE"), SIP_STR ("sip:carol@chicago.com"));
  sip_msg_builder_add (world->builder, SIP_H_FROM, SIP_STR ("<sip:bob@biloxi.com>;tag=other"));
  sip_msg_builder_add (world->builder, SIP_H_TO, SIP_STR ("<sip:carol@chicago.com>;tag=t"));
  sip_msg_builder_add (world->builder, SIP_H_CALL_ID, SIP_STR ("call"));
  sip_msg_builder_add (world->builder, SIP_H_CSEQ, SIP_STR ("2 BYE"));
  sip_authenticator_foresee (world->authenticator, &world->trail, world->builder, NULL);
  g_assert_null (world->trail);
}

/* RFC 3261 §22.3: what a proxy asked for is not for other calls, but for the realm that we are configured with, and along the same server. */
static void
test_proxies (void)
{
  const struct
  {
    const char *configured, *domain, *realm;
    gboolean has_server, is_foreseen;
  } cases[] = {
    { NULL, NULL, "p", TRUE, FALSE },
    { "p", NULL, "p", TRUE, TRUE },
    { "p", NULL, "p", FALSE, FALSE },
    { NULL, "P", "p", TRUE, TRUE },
    { NULL, "q", "p", TRUE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SipFlow server = { .kind = SIP_TRANSPORT_TLS, .host_name = "sip.example.com" };
      SipFlow other = { .kind = SIP_TRANSPORT_TLS, .host_name = "sip.example.net" };
      g_autoptr (World) world = world_new (cases[i].configured);

      sip_authenticator_set_domain (world->authenticator, cases[i].domain);
      world->server = cases[i].has_server ? &server : NULL;
      begin (world, "INVITE", "sip:carol@chicago.com", "call 1", NULL);
      g_assert_cmpint (challenge (world, PROXY ("p", "n1")), ==, SIP_AUTH_YES);
      answered (world, 200, NULL);
      begin (world, "INVITE", "sip:dora@chicago.com", "call 2", NULL);
      g_assert_cmpint (sip_msg_has (world->request, SIP_H_PROXY_AUTHORIZATION), ==, cases[i].is_foreseen);
      world->server = &other;
      begin (world, "INVITE", "sip:dora@chicago.com", "call 3", NULL);
      assert_none (world, SIP_H_PROXY_AUTHORIZATION);
    }
}

/* The server is gone, and the request finds its own way: without what was for the server. */
static void
test_confined (void)
{
  SipFlow server = { .kind = SIP_TRANSPORT_TLS, .host_name = "sip.example.com" };
  SipFlow again = { .kind = SIP_TRANSPORT_TLS, .host_name = "sip.example.com" };
  SipFlow other = { .kind = SIP_TRANSPORT_UDP, .host_name = "chicago.com" };
  g_autoptr (World) world = world_new ("p");

  world->server = &server;
  begin (world, "INVITE", "sip:carol@chicago.com", "call 1", NULL);
  g_assert_cmpint (challenge (world, PROXY ("p", "n1")), ==, SIP_AUTH_YES);
  sip_authenticator_confine (world->authenticator, world->trail, world->builder, &other);
  seal (world);
  /* What was asked for goes where it goes (RFC 3263 §4.3). */
  assert_answer (world, SIP_H_PROXY_AUTHORIZATION, "\"n1\"", "00000001");
  answered (world, 200, NULL);

  begin (world, "INVITE", "sip:dora@chicago.com", "call 2", NULL);
  sip_authenticator_confine (world->authenticator, world->trail, world->builder, &again);
  seal (world);
  assert_answer (world, SIP_H_PROXY_AUTHORIZATION, "\"n1\"", "00000002");
  sip_authenticator_confine (world->authenticator, world->trail, world->builder, &other);
  seal (world);
  assert_none (world, SIP_H_PROXY_AUTHORIZATION);
}

static char *
prove (World *world, const char *password, const char *nonce, const char *nc, const char *more)
{
  g_autofree char *quoted = param (world, SIP_H_AUTHORIZATION, "cnonce");
  g_autofree char *cnonce = g_strndup (quoted + 1, strlen (quoted) - 2);
  g_autofree char *a1 = g_strdup_printf ("bob:" REALM ":%s", password);
  g_autofree char *a2 = g_strdup_printf (":" SIP_STR_FORMAT, SIP_STR_ARGS (world->request->uri));
  g_autofree char *ha1 = g_compute_checksum_for_string (G_CHECKSUM_MD5, a1, -1);
  g_autofree char *ha2 = g_compute_checksum_for_string (G_CHECKSUM_MD5, a2, -1);
  g_autofree char *all = g_strdup_printf ("%s:%s:%s:%s:auth:%s", ha1, nonce, nc, cnonce, ha2);
  g_autofree char *rspauth = g_compute_checksum_for_string (G_CHECKSUM_MD5, all, -1);

  return g_strdup_printf ("Authentication-Info: qop=auth, rspauth=\"%s\", cnonce=\"%s\", nc=%s%s\r\n", rspauth, cnonce, nc, more);
}

/* RFC 7616 §3.5: the next nonce, of a server that proves that it knows the password, or does not say; and not of one that lies. */
static void
test_info (void)
{
  g_autoptr (World) world = world_new (NULL);
  g_autofree char *good = NULL;
  g_autofree char *bad = NULL;

  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  g_assert_cmpint (challenge (world, NONCE ("n1")), ==, SIP_AUTH_YES);
  answered (world, 200, "Authentication-Info: nextnonce=\"n2\"\r\n");
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n2\"", "00000001");
  good = prove (world, "zanzibar", "n2", "00000001", ", nextnonce=\"n3\"");
  answered (world, 200, good);
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n3\"", "00000001");

  /* About another answer: not for us. */
  answered (world, 200, "Authentication-Info: nextnonce=\"evil\", cnonce=\"another\"\r\n");
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n3\"", "00000002");
  answered (world, 200, "Authentication-Info: nextnonce=\"evil\", nc=00000001\r\n");
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n3\"", "00000003");
  /* ... nor what breaks the grammar. */
  answered (world, 200, "Authentication-Info: nextnonce=\"evil\", nextnonce=\"worse\"\r\n");
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n3\"", "00000004");

  /* It does not know the password: nothing of it is believed, and the next request says nothing before it is asked. */
  bad = prove (world, "guessed", "n3", "00000004", ", nextnonce=\"evil\"");
  answered (world, 200, bad);
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  assert_none (world, SIP_H_AUTHORIZATION);
}

static void
test_proxy_info (void)
{
  g_autoptr (World) world = world_new (NULL);

  begin (world, "INVITE", "sip:carol@chicago.com", "call", NULL);
  g_assert_cmpint (challenge (world, NONCE ("n1") PROXY ("proxy", "p1")), ==, SIP_AUTH_YES);
  answered (world, 200, "Proxy-Authentication-Info: nextnonce=\"p2\"\r\n");
  begin (world, "BYE", "sip:carol@10.0.0.1", "call", "t");
  assert_answer (world, SIP_H_AUTHORIZATION, "\"n1\"", "00000002");
  assert_answer (world, SIP_H_PROXY_AUTHORIZATION, "\"p2\"", "00000001");
}

/* The key of a session was made with its first nonce: a server that wants another nonce has to ask for it. */
static void
test_session_key (void)
{
  g_autoptr (World) world = world_new (NULL);
  const char *asks = "WWW-Authenticate: Digest realm=\"" REALM "\", qop=\"auth\", algorithm=SHA-256-sess, nonce=\"n1\"\r\n";
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  g_assert_cmpint (challenge (world, asks), ==, SIP_AUTH_YES);
  first = param (world, SIP_H_AUTHORIZATION, "cnonce");
  answered (world, 200, NULL);
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  second = param (world, SIP_H_AUTHORIZATION, "cnonce");
  g_assert_cmpstr (first, ==, second);
  answered (world, 200, "Authentication-Info: nextnonce=\"n2\"\r\n");
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  assert_none (world, SIP_H_AUTHORIZATION);
}

/* Whoever asks for a weaker hash than before is not answered; the strongest of several is, wherever it stands. */
static void
test_downgrade (void)
{
  g_autoptr (World) world = world_new (NULL);
  const char *strong = "WWW-Authenticate: Digest realm=\"" REALM "\", algorithm=SHA-256, nonce=\"n1\"\r\n";

  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  g_assert_cmpint (challenge (world, strong), ==, SIP_AUTH_YES);
  g_assert_cmpint (challenge (world, "WWW-Authenticate: Digest realm=\"" REALM "\", nonce=\"n2\", stale=true\r\n"), ==, SIP_AUTH_NO);

  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  g_assert_cmpint (challenge (world, NONCE ("weak") "WWW-Authenticate: Digest realm=\"" REALM "\", algorithm=SHA-512-256, nonce=\"strong\"\r\n" NONCE ("weak")), ==,
                   SIP_AUTH_YES);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"strong\"", "");
  begin (world, "REGISTER", "sip:biloxi.com", "r", NULL);
  /* Of two alike the topmost (RFC 8760 §2.4). */
  g_assert_cmpint (challenge (world, NONCE ("first") NONCE ("second")), ==, SIP_AUTH_YES);
  assert_answer (world, SIP_H_AUTHORIZATION, "\"first\"", "00000001");
}

/* Credentials are of a realm: no other gets an answer. */
static void
test_other_realm (void)
{
  g_autoptr (World) world = world_new (REALM);

  begin (world, "INVITE", "sip:carol@chicago.com", "c", NULL);
  g_assert_cmpint (challenge (world, "WWW-Authenticate: Digest realm=\"Biloxi.com\", nonce=\"n\"\r\n" PROXY ("evil", "n")), ==, SIP_AUTH_NO);
  g_assert_cmpint (challenge (world, "WWW-Authenticate: Digest realm=\"biloxi\\.com\", nonce=\"n\"\r\n"), ==, SIP_AUTH_YES);
}

/* As much as a hostile server can say: it ends, and what is remembered has a bound. */
static void
test_flood (void)
{
  g_autoptr (World) world = world_new (NULL);
  g_autoptr (GString) more = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (more, "WWW-Authenticate: Digest realm=\"r%u\", nonce=\"n\"\r\n", i);
  begin (world, "INVITE", "sip:carol@chicago.com", "c", NULL);
  g_assert_cmpint (challenge (world, more->str), ==, SIP_AUTH_YES);
  for (const SipField *field = sip_msg_field (world->request, SIP_H_AUTHORIZATION); field != NULL; field = sip_msg_field_after (world->request, field))
    n++;
  g_assert_cmpuint (n, <=, 8);

  /* Other realms each time: it is not gone along with for ever. */
  for (n = 0; n < 100; n++)
    {
      g_string_printf (more, "WWW-Authenticate: Digest realm=\"x%u\", nonce=\"n\"\r\n", n);
      if (challenge (world, more->str) == SIP_AUTH_NO)
        break;
    }
  g_assert_cmpuint (n, <, 10);

  g_string_truncate (more, 0);
  g_string_append (more, "WWW-Authenticate: Digest realm=\"r\", nonce=\"");
  for (guint i = 0; i < 5000; i++)
    g_string_append_c (more, 'x');
  g_string_append (more, "\"\r\n");
  begin (world, "INVITE", "sip:carol@chicago.com", "d", NULL);
  g_assert_cmpint (challenge (world, more->str), ==, SIP_AUTH_NO);
}

static void
count_cb (gpointer user_data, SipAuthChallenge *challenge)
{
  ++*(guint *) user_data;
}

static guint
count (SipAuthCache *cache, const char *key)
{
  guint n = 0;

  sip_auth_cache_each (cache, key, count_cb, &n);
  return n;
}

static SipAuthChallenge *
new_challenge (GHashTable *nonces, const char *realm)
{
  g_autofree char *text = g_strdup_printf ("Digest realm=\"%s\", nonce=\"n\"", realm);
  SipStr rest = sip_str_from (text);
  SipChallengeView view;

  g_assert_true (sip_challenge_view_next (&rest, &view));
  return sip_auth_challenge_new (nonces, &view, SIP_H_AUTHORIZATION, NULL, TRUE);
}

static void
test_cache (void)
{
  g_autoptr (GHashTable) nonces = sip_auth_nonces_new ();
  g_autoptr (SipAuthCache) cache = sip_auth_cache_new (3);
  g_autoptr (SipAuthChallenge) a = new_challenge (nonces, "a");
  g_autoptr (SipAuthChallenge) b = new_challenge (nonces, "b");
  g_autoptr (SipAuthChallenge) c = new_challenge (nonces, "c");
  g_autoptr (SipAuthChallenge) again = new_challenge (nonces, "a");

  g_assert_true (sip_auth_cache_is_empty (cache));
  sip_auth_cache_put (cache, "x", a);
  sip_auth_cache_put (cache, "x", b);
  sip_auth_cache_put (cache, "x", again);
  g_assert_cmpuint (count (cache, "x"), ==, 2);
  sip_auth_cache_put (cache, "y", a);
  g_assert_cmpuint (sip_auth_cache_get_n (cache), ==, 3);
  /* b of x was not used for longest. */
  sip_auth_cache_put (cache, "x", again);
  sip_auth_cache_put (cache, "y", c);
  g_assert_cmpuint (count (cache, "x"), ==, 1);
  g_assert_cmpuint (count (cache, "y"), ==, 2);
  sip_auth_cache_forget (cache, "y", SIP_H_AUTHORIZATION, "nobody");
  sip_auth_cache_forget (cache, "z", SIP_H_AUTHORIZATION, "a");
  sip_auth_cache_forget (cache, "y", SIP_H_PROXY_AUTHORIZATION, "a");
  sip_auth_cache_forget (cache, "y", SIP_H_AUTHORIZATION, "a");
  g_assert_cmpuint (count (cache, "y"), ==, 1);
  sip_auth_cache_clear (cache);
  g_assert_cmpuint (count (cache, "x") + count (cache, "y"), ==, 0);
  g_assert_cmpuint (g_hash_table_size (nonces), ==, 3);
}

#define ADD(name) g_test_add_func ("/authenticator/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (foreseen);
  ADD (inside);
  ADD (proxies);
  ADD (confined);
  ADD (info);
  ADD (proxy_info);
  ADD (session_key);
  ADD (downgrade);
  ADD (other_realm);
  ADD (flood);
  ADD (cache);
  return g_test_run ();
}
