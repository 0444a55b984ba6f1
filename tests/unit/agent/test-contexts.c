/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

/* A call, seen as what it has in common with every other request. */

static void
check_properties (gpointer context, SipUserAgent *agent, const char *local, const char *remote)
{
  g_autoptr (SipUserAgent) user_agent = NULL;
  g_autoptr (SipRequest) request = NULL;
  g_autoptr (SipNameAddr) us = NULL;
  g_autoptr (SipNameAddr) them = NULL;
  g_autoptr (GObject) data = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GObject) same = NULL;
  g_autofree char *method = NULL;

  g_object_set (context, "data", data, NULL);
  g_object_get (context, "user-agent", &user_agent, "request", &request, "local-identity", &us, "remote-identity", &them, "method", &method,
                "data", &same, NULL);
  g_assert_true (user_agent == agent);
  g_assert_true (same == data);
  g_assert_cmpstr (method, ==, "INVITE");
  g_assert_cmpstr (sip_message_get_method (SIP_MESSAGE (request)), ==, "INVITE");
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (us)), ==, local);
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (them)), ==, remote);
}

static void
test_sessions (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  g_assert_true (SIP_IS_CLIENT_CONTEXT (f->alice.session));
  g_assert_false (SIP_IS_SERVER_CONTEXT (f->alice.session));
  g_assert_true (SIP_IS_SERVER_CONTEXT (f->bob.session));
  g_assert_false (SIP_IS_CLIENT_CONTEXT (f->bob.session));
  check_properties (f->alice.session, f->alice.agent, "alice", "bob");
  check_properties (f->bob.session, f->bob.agent, "bob", "alice");
}

static void
test_answer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 183u, NULL);
  g_autoptr (GError) error = NULL;
  SipServerContext *context;

  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  context = SIP_SERVER_CONTEXT (f->bob.session);
  g_assert_true (sip_server_context_progress (context, options, &error));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 183 INVITE\nalice: progress 183\n");

  g_assert_false (sip_server_context_accept (context, SIP_REQUEST_OPTIONS (options), &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "183"));
  g_clear_error (&error);

  sip_response_options_set_status_code (options, 200);
  g_assert_true (sip_server_context_reply (context, options, &error));
  g_assert_no_error (error);
  fixture_run (f, 0);
  fixture_expect (f, "bob > 200 INVITE\nbob: accepted 200\nalice > ACK\nalice: accepted 200\n");

  g_assert_false (sip_server_context_reject (context, NULL, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
}

/* Whatever the code: a call is accepted with any 2xx. */
static void
test_reply (void)
{
  static const struct
  {
    guint code;
    gboolean done;
    SipSessionState state;
  } table[] = {
    { 99, FALSE, SIP_SESSION_STATE_INITIAL },    { 100, TRUE, SIP_SESSION_STATE_INITIAL },    { 199, TRUE, SIP_SESSION_STATE_INITIAL },
    { 200, TRUE, SIP_SESSION_STATE_ESTABLISHED }, { 202, TRUE, SIP_SESSION_STATE_ESTABLISHED }, { 300, TRUE, SIP_SESSION_STATE_TERMINATED },
    { 699, TRUE, SIP_SESSION_STATE_TERMINATED }, { 700, FALSE, SIP_SESSION_STATE_INITIAL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", table[i].code, NULL);
      g_autofree char *code = g_strdup_printf ("%u", table[i].code);
      g_autoptr (GError) error = NULL;

      fixture_call (f, NULL);
      g_assert_cmpint (sip_incoming_session_reply (SIP_INCOMING_SESSION (f->bob.session), options, &error), ==, table[i].done);
      if (!table[i].done)
        {
          g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
          g_assert_nonnull (strstr (error->message, code));
        }
      fixture_run (f, 0);
      g_assert_cmpint (sip_session_get_state (f->bob.session), ==, table[i].state);
      if (table[i].done)
        g_assert_nonnull (strstr (f->log->str, code));
    }
}

static void
test_reject (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  g_assert_true (sip_server_context_reject (SIP_SERVER_CONTEXT (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 480 INVITE\nbob: rejected 480 \"Temporarily Unavailable\"\nbob: failed 480 \"Unavailable\"\n"
                     "bob: terminated 480 \"Unavailable\"\nalice > ACK\nalice: rejected 480 \"Temporarily Unavailable\"\n"
                     "alice: failed 480 \"Unavailable\"\nalice: terminated 480 \"Unavailable\"\n");
}

static void
count_cb (GObject *context, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_cancel (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  guint n = 0;

  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  /* By name, whoever declares it. */
  g_signal_connect (SIP_CLIENT_CONTEXT (f->alice.session), "cancel", G_CALLBACK (count_cb), &n);
  g_signal_connect (SIP_SERVER_CONTEXT (f->bob.session), "cancel", G_CALLBACK (count_cb), &n);
  g_assert_true (sip_client_context_cancel (SIP_CLIENT_CONTEXT (f->alice.session), NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpuint (n, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contexts/sessions", test_sessions);
  g_test_add_func ("/contexts/answer", test_answer);
  g_test_add_func ("/contexts/reply", test_reply);
  g_test_add_func ("/contexts/reject", test_reject);
  g_test_add_func ("/contexts/cancel", test_cancel);

  return g_test_run ();
}
