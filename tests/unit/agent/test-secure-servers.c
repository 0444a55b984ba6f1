/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/null-handler.h"
#include "sip.h"
#include "syntax/sip-error.h"
#include "transport/tls-files.h"

/* Agents that reach each other over TCP and TLS, and judge certificates. */

/* The leak checker of gcc 12 crashes on the thread-local storage of the TLS module's threads otherwise. */
const char *__asan_default_options (void);

const char *
__asan_default_options (void)
{
  return "intercept_tls_get_addr=0";
}

static TlsFiles *files;

typedef struct
{
  SipUserAgent *alice;
  SipUserAgent *bob;
  char *uri;              /* bob's */
  guint n_asked;
  GTlsCertificateFlags errors;
  gboolean takes_it;
  guint n_connected;
  SipSession *session;    /* bob's */
  guint n_terminated;
} Fixture;

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gboolean
start (SipUserAgent *agent, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  sip_user_agent_start_async (agent, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return sip_user_agent_start_finish (agent, result, error);
}

static void
stop (SipUserAgent *agent)
{
  g_autoptr (GAsyncResult) result = NULL;

  sip_user_agent_stop_async (agent, NULL, done_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (sip_user_agent_stop_finish (agent, result, NULL));
}

static gboolean
accept_certificate_cb (SipUserAgent *agent, GTlsCertificate *certificate, GTlsCertificateFlags errors, const char *host, Fixture *f)
{
  g_assert_cmpstr (host, ==, "localhost");
  f->n_asked++;
  f->errors = errors;
  return f->takes_it;
}

static void
connected_cb (SipUserAgent *agent, const char *server, Fixture *f)
{
  f->n_connected++;
}

static void
terminated_cb (SipSession *session, SipMessage *message, const char *cause, Fixture *f)
{
  g_assert_cmpstr (cause, ==, "Terminated");
  f->n_terminated++;
}

static void
invite_cb (SipUserAgent *agent, SipIncomingSession *session, Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_set_object (&f->session, SIP_SESSION (session));
  g_signal_connect (session, "terminated", G_CALLBACK (terminated_cb), f);
  g_assert_true (sip_incoming_session_accept (session, NULL, &error));
}

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent, SipSession *session, gpointer user_data)
{
  return SIP_SESSION_DESCRIPTION_HANDLER (g_object_new (NULL_TYPE_HANDLER, NULL));
}

static SipUserAgent *
agent_new (const char *uri)
{
  SipUserAgent *agent = sip_user_agent_new (uri);

  sip_user_agent_set_session_description_handler_factory (agent, make_handler, NULL, NULL);
  return agent;
}

static void
set_up (Fixture *f, const char *scheme, const char *certificate)
{
  g_autoptr (GTlsCertificate) own = tls_files_load (files, certificate);
  g_autoptr (GTlsDatabase) trust = tls_files_trust (files, "test");
  g_autofree char *listen = g_strconcat (scheme, "://127.0.0.1:0", NULL);
  g_autoptr (GError) error = NULL;

  memset (f, 0, sizeof *f);
  f->alice = agent_new ("sip:alice@localhost");
  f->bob = agent_new ("sip:bob@localhost");
  sip_user_agent_set_tls_certificate (f->bob, own);
  sip_user_agent_set_tls_database (f->alice, trust);
  f->uri = sip_user_agent_listen (f->bob, listen, &error);
  g_assert_no_error (error);
  g_signal_connect (f->bob, "invite", G_CALLBACK (invite_cb), f);
  g_assert_true (start (f->bob, NULL));
  g_signal_connect (f->alice, "accept-certificate", G_CALLBACK (accept_certificate_cb), f);
  g_signal_connect (f->alice, "connected", G_CALLBACK (connected_cb), f);
}

static void
tear_down (Fixture *f)
{
  stop (f->alice);
  stop (f->bob);
  g_clear_object (&f->session);
  g_assert_finalize_object (f->alice);
  g_assert_finalize_object (f->bob);
  g_free (f->uri);
}

static void
count_cb (SipSession *session, guint code, SipResponse *response, guint *n)
{
  g_assert_cmpuint (code, ==, 200);
  (*n)++;
}

static void
call (Fixture *f, const char *target)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipOutgoingSession) session = sip_user_agent_invite (f->alice, target, NULL, &error);
  guint n_accepted = 0;

  g_assert_no_error (error);
  g_signal_connect (session, "accepted", G_CALLBACK (count_cb), &n_accepted);
  while (n_accepted == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (sip_session_bye (f->session, NULL, &error));
  while (f->n_terminated == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_calls (gconstpointer scheme)
{
  g_autofree char *server = NULL;
  Fixture f;

  set_up (&f, scheme, "good");
  server = g_strconcat (scheme, "://localhost", strrchr (f.uri, ':'), NULL);
  sip_user_agent_set_servers (f.alice, (const char *const[]){ server, NULL });
  g_assert_true (start (f.alice, NULL));
  g_assert_cmpuint (f.n_connected, ==, 1);
  call (&f, "sip:bob@localhost");
  g_assert_cmpuint (f.n_asked, ==, 0);
  tear_down (&f);
}

/* Without a server: by the URI alone. */
static void
test_calls_by_uri (gconstpointer format)
{
  gboolean is_plain = g_strcmp0 (format, "sip;transport=tcp") == 0;
  g_autofree char *target = NULL;
  g_autofree char *contact = NULL;
  Fixture f;

  set_up (&f, is_plain ? "tcp" : "tls", "good");
  target = g_strconcat (g_str_has_prefix (format, "sips") ? "sips" : "sip", ":bob@localhost", strrchr (f.uri, ':'), strchr (format, ';'),
                        NULL);
  g_assert_true (start (f.alice, NULL));
  call (&f, target);
  /* RFC 3261 §8.1.1.8 */
  contact = sip_message_get_header (SIP_MESSAGE (sip_session_get_request (f.session)), "Contact");
  g_assert_cmpint (strstr (contact, "<sips:") != NULL, ==, g_str_has_prefix (format, "sips"));
  tear_down (&f);
}

static void
test_refused (void)
{
  g_autofree char *server = NULL;
  g_autoptr (GError) error = NULL;
  Fixture f;

  set_up (&f, "tls", "wrong-name");
  server = g_strconcat ("tls://localhost", strrchr (f.uri, ':'), NULL);
  sip_user_agent_set_servers (f.alice, (const char *const[]){ server, NULL });
  g_assert_false (start (f.alice, &error));
  g_assert_error (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE);
  g_assert_cmpuint (f.n_asked, ==, 1);
  g_assert_cmpuint (f.errors, ==, G_TLS_CERTIFICATE_BAD_IDENTITY);
  tear_down (&f);
}

static void
test_taken (gconstpointer scheme)
{
  g_autofree char *server = NULL;
  g_autoptr (GError) error = NULL;
  Fixture f;

  set_up (&f, scheme, "wrong-name");
  f.takes_it = TRUE;
  server = g_strconcat (scheme, "://localhost", strrchr (f.uri, ':'), NULL);
  sip_user_agent_set_servers (f.alice, (const char *const[]){ server, NULL });
  g_assert_true (start (f.alice, &error));
  g_assert_cmpuint (f.n_asked, ==, 1);
  g_assert_cmpuint (f.errors, ==, G_TLS_CERTIFICATE_BAD_IDENTITY);
  call (&f, "sip:bob@localhost");
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  files = tls_files_new ();
  if (!tls_files_make_authority (files, "test"))
    {
      g_print ("1..0 # SKIP openssl is not installed\n");
      tls_files_free (files);
      return 0;
    }
  tls_files_make (files, "test", "good", "x", "URI:sip:localhost", 30);
  tls_files_make (files, "test", "wrong-name", "x", "DNS:other.example", 30);

  g_test_add_data_func ("/secure-servers/calls/tcp", "tcp", test_calls);
  g_test_add_data_func ("/secure-servers/calls/tls", "tls", test_calls);
  g_test_add_data_func ("/secure-servers/calls-by-uri/tcp", "sip;transport=tcp", test_calls_by_uri);
  g_test_add_data_func ("/secure-servers/calls-by-uri/tls", "sip;transport=tls", test_calls_by_uri);
  g_test_add_data_func ("/secure-servers/calls-by-uri/sips", "sips", test_calls_by_uri);
  g_test_add_data_func ("/secure-servers/calls-by-uri/sips-tcp", "sips;transport=tcp", test_calls_by_uri);
  g_test_add_func ("/secure-servers/refused", test_refused);
  g_test_add_data_func ("/secure-servers/taken/tls", "tls", test_taken);
  g_test_add_data_func ("/secure-servers/taken/wss", "wss", test_taken);

  status = g_test_run ();
  tls_files_free (files);
  return status;
}
