/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fake-dns.h"
#include "stream-peer.h"
#include "tls-files.h"

#include "syntax/sip-error.h"
#include "transport/sip-stream-tls-private.h"

/* The leak checker of gcc 12 crashes on the thread-local storage of the TLS module's threads otherwise. */
const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "intercept_tls_get_addr=0";
}

static TlsFiles *files;

/* A listener under test ("bob"), a client under test ("alice"), both on one virtual clock, and the real main loop. */
typedef struct
{
  SipTimerWheel *wheel;
  Peer alice;
  Peer bob;
  char *uri;
  char *by_name;   /* the same, as localhost */
  guint n_asked;
  GTlsCertificateFlags errors;
  char *host;
  gboolean takes_it;
} Fixture;

static void
trust (Peer *peer, const char *authority)
{
  g_autoptr (GTlsDatabase) database = tls_files_trust (files, authority);

  sip_transports_set_trust (peer->transports, database);
}

static void
show (Peer *peer, const char *name)
{
  g_autoptr (GTlsCertificate) certificate = tls_files_load (files, name);

  sip_transports_set_certificate (peer->transports, certificate);
}

static gboolean
accept_certificate (gpointer user_data, GTlsCertificate *certificate, GTlsCertificateFlags errors, const char *host)
{
  Fixture *f = user_data;

  g_assert_true (G_IS_TLS_CERTIFICATE (certificate));
  f->n_asked++;
  f->errors = errors;
  g_free (f->host);
  f->host = g_strdup (host);
  return f->takes_it;
}

static void
listen_with (Fixture *f, const char *name, const char *uri)
{
  show (&f->bob, name);
  f->uri = peer_listen (&f->bob, uri);
  f->by_name = g_strconcat ("tls://localhost", strrchr (f->uri, ':'), NULL);
}

static void
set_up (Fixture *f, gconstpointer name)
{
  f->wheel = sip_timer_wheel_new_virtual (0);
  peer_init (&f->alice, f->wheel);
  peer_init (&f->bob, f->wheel);
  trust (&f->alice, "test");
  if (name != NULL)
    listen_with (f, name, "tls://127.0.0.1:0");
}

static void
tear_down (Fixture *f, gconstpointer name)
{
  peer_clear (&f->alice);
  peer_clear (&f->bob);
  drain ();
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
  g_free (f->uri);
  g_free (f->by_name);
  g_free (f->host);
}

static SipFlow *
open_flow (Fixture *f)
{
  SipFlow *flow = peer_connect (&f->alice, f->by_name);

  wait_until (flow->state != SIP_FLOW_CONNECTING);
  g_assert_no_error (flow->error);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
  return flow;
}

static void
test_both_ways (Fixture *f, gconstpointer name)
{
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autoptr (GString) contact = g_string_new (NULL);
  g_autofree char *large = g_strnfill (60000, 'x');
  g_autoptr (SipMsg) msg = message_new (flow, "large", large);
  SipFlow *server;

  g_assert_true (flow->is_secure);
  g_assert_cmpuint (flow->kind, ==, SIP_TRANSPORT_TLS);
  g_assert_cmpstr (flow->host_name, ==, "localhost");
  sip_flow_append_contact (flow, contact, NULL, NULL, NULL);
  g_assert_true (g_str_has_suffix (contact->str, ";transport=tls>"));

  peer_send (flow, "1");
  peer_send (flow, "2");
  wait_until (f->bob.messages->len == 2);
  assert_str (peer_message (&f->bob, 0)->via.transport, "TLS");
  server = peer_flow (&f->bob, 0);
  g_assert_true (server->is_server && server->is_secure);
  g_assert_null (server->host_name);
  peer_send (server, "back");
  wait_until (f->alice.messages->len == 1);
  for (guint i = 0; i < 15; i++)
    g_assert_true (sip_flow_send (flow, msg, NULL));
  wait_until (f->bob.messages->len == 17);
  g_assert_cmpuint (peer_message (&f->bob, 16)->body_len, ==, 60000);
}

/* By another name it is another connection, to be verified for itself (CVE-2020-15260). */
static void
test_reuse (Fixture *f, gconstpointer name)
{
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autoptr (SipFlow) same = peer_connect (&f->alice, f->by_name);
  g_autoptr (SipFlow) other = peer_connect (&f->alice, f->uri);

  g_assert_true (flow == same);
  g_assert_true (flow != other);
  wait_for_state (other, SIP_FLOW_CLOSED);
  g_assert_error (other->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
}

typedef struct
{
  const char *certificate;
  const char *host;
  GTlsCertificateFlags errors;
  const char *word;  /* in the error */
} Case;

static const Case cases[] = {
  { "good", "localhost", 0, NULL },
  { "uri", "localhost", 0, NULL },
  { "cn", "localhost", 0, NULL },
  { "address", "127.0.0.1", 0, NULL },
  { "address", "localhost", G_TLS_CERTIFICATE_BAD_IDENTITY, "another name" },
  { "good", "127.0.0.1", G_TLS_CERTIFICATE_BAD_IDENTITY, "another name" },
  { "wrong-name", "localhost", G_TLS_CERTIFICATE_BAD_IDENTITY, "another name" },
  { "wrong-uri", "localhost", G_TLS_CERTIFICATE_BAD_IDENTITY, "another name" },
  { "cn-and-name", "localhost", G_TLS_CERTIFICATE_BAD_IDENTITY, "another name" },
  { "expired", "localhost", G_TLS_CERTIFICATE_EXPIRED, "expired" },
  { "self-signed", "localhost", G_TLS_CERTIFICATE_UNKNOWN_CA, "trusted" },
  { "wrong-ca", "localhost", G_TLS_CERTIFICATE_UNKNOWN_CA, "trusted" },
  { "wrong-ca-and-name", "localhost", G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_BAD_IDENTITY, "another name, is signed" },
};

/* Each is refused with its reason, before a byte of SIP goes, unless the application takes it. */
static void
test_certificates (Fixture *f, gconstpointer data)
{
  const Case *c = data;

  set_up (f, NULL);
  listen_with (f, c->certificate, "tls://127.0.0.1:0");
  for (guint round = 0; round < 3; round++)
    {
      g_autofree char *uri = g_strconcat ("tls://", c->host, strrchr (f->uri, ':'), NULL);
      g_autoptr (SipFlow) flow = NULL;
      g_autoptr (SipMsg) msg = message_new_via ("SIP/2.0/TLS x;branch=z9hG4bK1", "secret", "");
      gboolean is_taken = c->errors == 0 || round == 2;

      /* First nobody can be asked, then somebody says no, then yes. */
      f->n_asked = 0;
      f->takes_it = round == 2;
      if (round > 0)
        sip_transports_set_accept_certificate (f->alice.transports, accept_certificate, f);
      flow = peer_connect (&f->alice, uri);
      g_assert_true (sip_flow_send (flow, msg, NULL));
      wait_until (flow->state != SIP_FLOW_CONNECTING);
      g_assert_cmpuint (f->n_asked, ==, c->errors != 0 && round > 0);
      if (f->n_asked > 0)
        {
          g_assert_cmpuint (f->errors, ==, c->errors);
          g_assert_cmpstr (f->host, ==, c->host);
        }
      if (is_taken)
        {
          g_assert_cmpuint (flow->state, ==, SIP_FLOW_OPEN);
          sip_flow_close (flow);
          continue;
        }
      g_assert_error (flow->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
      g_assert_nonnull (strstr (flow->error->message, c->host));
      g_assert_nonnull (strstr (flow->error->message, c->word));
      drain ();
      g_assert_cmpuint (f->bob.messages->len, ==, 0);
    }
  tear_down (f, NULL);
}

static gboolean
close_when_asked (gpointer user_data, GTlsCertificate *certificate, GTlsCertificateFlags errors, const char *host)
{
  Fixture *f = user_data;

  g_clear_pointer (&f->alice.transports, sip_transports_free);
  return TRUE;
}

static void
test_freed_when_asked (Fixture *f, gconstpointer name)
{
  g_autoptr (SipFlow) flow = NULL;

  sip_transports_set_accept_certificate (f->alice.transports, close_when_asked, f);
  flow = peer_connect (&f->alice, f->uri);
  wait_for_state (flow, SIP_FLOW_CLOSED);
  wait_until (f->bob.changes->len >= 1);
}

/* The system's anchors know nothing of a test's. */
static void
test_system_trust (Fixture *f, gconstpointer name)
{
  g_autoptr (SipFlow) flow = NULL;

  sip_transports_set_trust (f->alice.transports, NULL);
  flow = peer_connect (&f->alice, f->by_name);
  wait_for_state (flow, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
}

/* A client's certificate is asked for where there are trust anchors for it, and its lack is no reason to refuse. */
static void
test_client_certificate (Fixture *f, gconstpointer name)
{
  static const char *const certificates[] = { NULL, "client", "self-signed" };

  trust (&f->bob, "test");
  for (guint i = 0; i < G_N_ELEMENTS (certificates); i++)
    {
      g_autoptr (SipFlow) flow = NULL;

      if (certificates[i] != NULL)
        show (&f->alice, certificates[i]);
      flow = open_flow (f);
      peer_send (flow, "x");
      wait_until (f->bob.messages->len == i + 1);
      sip_flow_close (flow);
    }
}

/* A host that the DNS has named shows the certificate of the domain that was asked for, not one of its own name (RFC 5922 §4). */
static void
test_location (Fixture *f, gconstpointer name)
{
  static const struct
  {
    const char *domain;
    const char *host;
    gboolean is_good;
  } ways[] = {
    { "localhost", "sip1.example", TRUE },
    { "sip1.example", "sip1.example", FALSE },
    { "sip1.example", "LocalHost", FALSE },
    { "LocalHost", "localhost", TRUE },
  };
  guint16 port = (guint16) atoi (strrchr (f->uri, ':') + 1);
  FakeDns *dns = fake_dns_new (sip_transports_get_resolver (f->alice.transports));
  SipFlow *flows[G_N_ELEMENTS (ways)] = { NULL };

  dns->is_prompt = TRUE;
  fake_dns_add (dns, "A sip1.example 127.0.0.1");
  fake_dns_add (dns, "A localhost 127.0.0.1");
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autoptr (SipFlow) again = NULL;

      flows[i] = sip_transports_flow_to_location (f->alice.transports, SIP_TRANSPORT_TLS, ways[i].domain, ways[i].host, port, NULL);
      again = sip_transports_flow_to_location (f->alice.transports, SIP_TRANSPORT_TLS, ways[i].domain, ways[i].host, port, NULL);
      g_assert_true (flows[i] == again);
      for (guint j = 0; j < i; j++)
        g_assert_true (flows[i] != flows[j]);
      sip_timer_wheel_advance (f->wheel, 0);
      wait_until (flows[i]->state != SIP_FLOW_CONNECTING);
      g_assert_cmpuint (flows[i]->state, ==, ways[i].is_good ? SIP_FLOW_OPEN : SIP_FLOW_CLOSED);
      if (!ways[i].is_good)
        g_assert_error (flows[i]->error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
    }
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    sip_flow_unref (flows[i]);
  peer_clear (&f->alice);
  fake_dns_free (dns);
  peer_init (&f->alice, f->wheel);
}

/* RFC 5923: what bob has to say to alice goes by the connection that she made, if she has proven that she is who her Via names. */
static void
test_alias (Fixture *f, gconstpointer name)
{
  static const struct
  {
    const char *certificate;
    const char *host;      /* in the Via, instead of alice's */
    gboolean is_trusted;
    gboolean is_server;    /* alice listens at tls:, too */
    gboolean is_reused;
  } aliases[] = {
    { "address", NULL, TRUE, TRUE, TRUE },       { "address", NULL, FALSE, TRUE, FALSE },
    { "address", NULL, TRUE, FALSE, FALSE },     { "client", NULL, TRUE, TRUE, FALSE },
    { "address", "127.0.0.9", TRUE, TRUE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    {
      g_autoptr (SipFlow) flow = NULL;
      g_autoptr (SipFlow) back = NULL;
      g_autoptr (GString) via = g_string_new (NULL);
      g_autoptr (SipMsg) msg = NULL;
      SipAddress address = { 0 };

      g_test_message ("%u", i);
      set_up (f, "good");
      if (aliases[i].is_trusted)
        trust (&f->bob, "test");
      show (&f->alice, aliases[i].certificate);
      if (aliases[i].is_server)
        {
          G_GNUC_UNUSED g_autofree char *listening = peer_listen (&f->alice, "tls://127.0.0.1:0");
        }
      flow = open_flow (f);
      sip_flow_append_via (flow, via, "z9hG4bKalias");
      g_assert_cmpint (strstr (via->str, ";alias") != NULL, ==, aliases[i].is_server);
      if (aliases[i].host != NULL)
        g_string_replace (via, "127.0.0.1", aliases[i].host, 1);
      msg = message_new_via (via->str, "x", "");
      g_assert_true (sip_flow_send (flow, msg, NULL));
      wait_until (f->bob.messages->len == 1);

      g_assert_true (sip_address_parse (&address, peer_message (&f->bob, 0)->via.host, peer_message (&f->bob, 0)->via.port));
      back = sip_transports_flow_to_address (f->bob.transports, SIP_TRANSPORT_TLS, &address, NULL);
      g_assert_cmpint (back == peer_flow (&f->bob, 0), ==, aliases[i].is_reused);
      if (aliases[i].is_reused)
        {
          peer_send (back, "back");
          wait_until (f->alice.messages->len == 1);
          /* And no longer than it lives. */
          sip_flow_close (flow);
          wait_until (back->state == SIP_FLOW_CLOSED);
          sip_flow_unref (back);
          back = sip_transports_flow_to_address (f->bob.transports, SIP_TRANSPORT_TLS, &address, NULL);
          g_assert_false (back->is_server);
        }
      tear_down (f, NULL);
      memset (f, 0, sizeof *f);
    }
}

static void
test_no_certificate (Fixture *f, gconstpointer name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bound = sip_transports_listen (f->alice.transports, "tls://127.0.0.1:0", &error);

  g_assert_null (bound);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

/* TLS meets plain text, both ways round. */
static void
test_plain (Fixture *f, gconstpointer name)
{
  g_autofree char *plain = g_strconcat ("tcp", f->uri + 3, NULL);
  g_autofree char *tcp = peer_listen (&f->bob, "tcp://127.0.0.1:0");
  g_autofree char *secure = g_strconcat ("tls", tcp + 3, NULL);
  g_autoptr (SipFlow) to_tls = peer_connect (&f->alice, plain);
  g_autoptr (SipFlow) to_tcp = peer_connect (&f->alice, secure);

  wait_for_state (to_tls, SIP_FLOW_OPEN);
  peer_send (to_tls, "x");
  wait_for_state (to_tls, SIP_FLOW_CLOSED);
  wait_for_state (to_tcp, SIP_FLOW_CLOSED);
  g_assert_nonnull (to_tcp->error);
  drain ();
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
}

/* Who connects and says nothing is cut off, and so is a server that does. */
static void
test_silence (Fixture *f, gconstpointer name)
{
  g_autoptr (GSocket) silent = raw_connect (f->uri);
  g_autoptr (GSocket) slow = raw_connect (f->uri);
  g_autofree char *server = NULL;
  G_GNUC_UNUSED g_autoptr (GSocket) listening = raw_listen (&server, "tls");
  g_autoptr (SipFlow) flow = peer_connect (&f->alice, server);
  g_autofree char *rest = NULL;

  raw_send_len (slow, "\x16\x03\x01", 3);
  wait_until (sip_timer_wheel_get_n_running (f->wheel) == 3);
  sip_timer_wheel_advance (f->wheel, SIP_STREAM_CONNECT_TIMEOUT);
  g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
  g_assert_error (flow->error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  rest = raw_read (silent, NULL);
  g_assert_cmpuint (f->bob.changes->len, ==, 2);
}

static void
test_client_closes (Fixture *f, gconstpointer name)
{
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autoptr (SipFlow) server = NULL;

  wait_until (f->bob.changes->len == 1);
  server = sip_flow_ref (g_ptr_array_index (f->bob.changes, 0));
  peer_send (flow, "last");
  sip_flow_close (flow);
  wait_for_state (server, SIP_FLOW_CLOSED);
  assert_call_id (&f->bob, 0, "last");
  g_assert_error (server->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

static void
test_server_freed (Fixture *f, gconstpointer name)
{
  g_autoptr (SipFlow) flow = open_flow (f);

  wait_until (f->bob.changes->len == 1);
  peer_send (g_ptr_array_index (f->bob.changes, 0), "last");
  g_clear_pointer (&f->bob.transports, sip_transports_free);
  wait_for_state (flow, SIP_FLOW_CLOSED);
  assert_call_id (&f->alice, 0, "last");
}

/* Freed, or closed, at every step of the way to an open connection. */
static void
test_closed_while_connecting (Fixture *f, gconstpointer name)
{
  for (guint steps = 0; steps < 30; steps++)
    for (guint how = 0; how < 2; how++)
      {
        Peer carol;
        g_autoptr (SipFlow) flow = NULL;

        peer_init (&carol, f->wheel);
        trust (&carol, "test");
        flow = peer_connect (&carol, f->by_name);
        for (guint i = 0; i < steps; i++)
          g_main_context_iteration (NULL, FALSE);
        if (how == 0)
          sip_flow_close (flow);
        peer_clear (&carol);
        g_assert_cmpuint (flow->state, ==, SIP_FLOW_CLOSED);
        drain ();
      }
}

static void
test_descriptors (Fixture *f, gconstpointer name)
{
  guint before = 0;

  for (guint i = 0; i < 41; i++)
    {
      g_autoptr (SipFlow) flow = open_flow (f);
      g_autoptr (SipFlow) server = NULL;

      wait_until (f->bob.changes->len == 1);
      server = sip_flow_ref (g_ptr_array_index (f->bob.changes, 0));
      sip_flow_close (i % 2 == 0 ? flow : server);
      wait_until (flow->state == SIP_FLOW_CLOSED && server->state == SIP_FLOW_CLOSED);
      g_ptr_array_set_size (f->alice.changes, 0);
      g_ptr_array_set_size (f->bob.changes, 0);
      if (i == 0)
        {
          drain ();
          before = count_descriptors ();
        }
    }
  wait_until (count_descriptors () <= before);
}

/* A peer that does not read: the queue is bounded, and what is under way is not written twice. */
static void
test_slow_reader (Fixture *f, gconstpointer name)
{
  g_autoptr (SipFlow) flow = open_flow (f);
  g_autofree char *body = g_strnfill (50000, 'x');
  g_autoptr (SipMsg) msg = message_new (flow, "x", body);

  for (guint i = 0; i < 200; i++)
    {
      g_assert_true (sip_flow_send (flow, msg, NULL));
      if (i % 15 == 14)
        wait_until (f->bob.messages->len == i + 1);
    }
  wait_until (f->bob.messages->len == 200);
  for (guint i = 0; i < 200; i++)
    g_assert_cmpuint (peer_message (&f->bob, i)->body_len, ==, 50000);
}

static gboolean
make_files (void)
{
  files = tls_files_new ();
  if (!tls_files_make_authority (files, "test"))
    return FALSE;
  tls_files_make_authority (files, "other");
  tls_files_make (files, "test", "good", "x", "DNS:localhost", 30);
  tls_files_make (files, "test", "uri", "x", "URI:sip:localhost,DNS:other.example", 30);
  tls_files_make (files, "test", "cn", "localhost", NULL, 30);
  tls_files_make (files, "test", "address", "x", "IP:127.0.0.1", 30);
  tls_files_make (files, "test", "wrong-name", "x", "DNS:other.example", 30);
  tls_files_make (files, "test", "wrong-uri", "x", "URI:sip:other.example,DNS:localhost", 30);
  tls_files_make (files, "test", "cn-and-name", "localhost", "DNS:other.example", 30);
  tls_files_make (files, "test", "expired", "x", "DNS:localhost", -1);
  tls_files_make (files, NULL, "self-signed", "x", "DNS:localhost", 30);
  tls_files_make (files, "other", "wrong-ca", "x", "DNS:localhost", 30);
  tls_files_make (files, "other", "wrong-ca-and-name", "x", "DNS:other.example", 30);
  tls_files_make (files, "test", "client", "x", "URI:sip:alice.example", 30);
  return TRUE;
}

#define TEST(name, func) g_test_add ("/stream-tls/" name, Fixture, "good", set_up, func, tear_down)

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);

  if (!make_files ())
    {
      g_print ("1..0 # SKIP openssl is not installed\n");
      tls_files_free (files);
      return 0;
    }

  TEST ("both-ways", test_both_ways);
  TEST ("reuse", test_reuse);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/stream-tls/certificate/%s/%s", cases[i].certificate, cases[i].host);

      g_test_add (path, Fixture, &cases[i], NULL, test_certificates, NULL);
    }
  TEST ("freed-when-asked", test_freed_when_asked);
  TEST ("system-trust", test_system_trust);
  TEST ("client-certificate", test_client_certificate);
  TEST ("location", test_location);
  g_test_add ("/stream-tls/alias", Fixture, NULL, NULL, test_alias, NULL);
  TEST ("no-certificate", test_no_certificate);
  TEST ("plain", test_plain);
  TEST ("silence", test_silence);
  TEST ("client-closes", test_client_closes);
  TEST ("server-freed", test_server_freed);
  TEST ("closed-while-connecting", test_closed_while_connecting);
  TEST ("descriptors", test_descriptors);
  TEST ("slow-reader", test_slow_reader);

  status = g_test_run ();
  tls_files_free (files);
  return status;
}
