/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

/* dora asks her servers whether they are there: bob is one of them. */

typedef struct
{
  Fixture *f;
  SipUserAgent *dora;
  GString *told;
  guint n_asked;
  gboolean silence;       /* bob hears nothing */
  guint status;           /* that bob answers with; 0: as he does by himself */
  gboolean stop_when_told;
  gboolean hear_when_told;
} Test;

static Test *current; /* what the fixture's filter looks at */

static gboolean
filter (Fixture *f, SipMsg *msg)
{
  if (!msg->is_request || msg->method != SIP_METHOD_OPTIONS)
    return TRUE;

  current->n_asked++;
  return !current->silence;
}

static void
connected_cb (SipUserAgent *agent, const char *server, Test *self)
{
  g_string_append (self->told, "+");
}

static void
disconnected_cb (SipUserAgent *agent, const char *server, const GError *error, Test *self)
{
  g_assert_nonnull (error);
  g_string_append (self->told, g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT) ? "-" : "?");
  if (self->hear_when_told)
    self->silence = FALSE;
  if (self->stop_when_told)
    sip_user_agent_stop_async (agent, NULL, NULL, NULL);
}

static gboolean
options_cb (SipUserAgent *agent, SipIncomingContext *context, Test *self)
{
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", self->status, NULL);
  SipRequest *request = sip_incoming_context_get_request (context);
  g_autofree char *uri = sip_uri_to_string (sip_request_get_uri (request));

  g_assert_cmpstr (uri, ==, "sip:dora.mem");
  return self->status != 0 && sip_incoming_context_reply (context, options, NULL);
}

static void
run (Test *self, gint64 seconds)
{
  for (gint64 i = 0; i < seconds * 10; i++)
    fixture_run (self->f, G_USEC_PER_SEC / 10);
}

static void
expect (Test *self, const char *told)
{
  g_assert_cmpstr (self->told->str, ==, told);
  g_string_truncate (self->told, 0);
}

static void
init (Test *self, const char *server, guint interval)
{
  const char *servers[] = { server, NULL };
  g_autofree char *listening = NULL;

  current = self;
  self->told = g_string_new (NULL);
  self->f = fixture_new ();
  self->f->filter = filter;
  if (strchr (server, '?') != NULL)
    {
      listening = sip_user_agent_listen (self->f->bob.agent, server, NULL);
      g_assert_nonnull (listening);
    }
  g_signal_connect (self->f->bob.agent, "request-received::OPTIONS", G_CALLBACK (options_cb), self);
  self->dora = sip_user_agent_new_with_wheel ("sip:dora@dora.mem", self->f->wheel);
  sip_user_agent_set_servers (self->dora, servers);
  sip_user_agent_set_options_interval (self->dora, interval);
  g_signal_connect (self->dora, "connected", G_CALLBACK (connected_cb), self);
  g_signal_connect (self->dora, "disconnected", G_CALLBACK (disconnected_cb), self);
  sip_user_agent_start_async (self->dora, NULL, NULL, NULL);
  fixture_run (self->f, 0);
  expect (self, "+");
}

static void
test_clear (Test *self)
{
  sip_user_agent_stop_async (self->dora, NULL, NULL, NULL);
  run (self, 6);
  g_assert_finalize_object (self->dora);
  fixture_free (self->f);
  g_string_free (self->told, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Test, test_clear)

#define STREAM "mem://hub?transport=tcp"
#define DATAGRAMS "mem://bob"

static void
test_asked (void)
{
  g_auto (Test) t = { 0 };

  init (&t, STREAM, 60);
  run (&t, 47);
  g_assert_cmpuint (t.n_asked, ==, 0);
  run (&t, 14);
  g_assert_cmpuint (t.n_asked, ==, 1);
  run (&t, 600);
  g_assert_cmpuint (t.n_asked, >=, 10);
  g_assert_cmpuint (t.n_asked, <=, 14);
  expect (&t, "");
}

static void
test_off (void)
{
  g_auto (Test) t = { 0 };

  init (&t, STREAM, 0);
  run (&t, 600);
  g_assert_cmpuint (t.n_asked, ==, 0);
  /* It can be changed at any time. */
  sip_user_agent_set_options_interval (t.dora, 10);
  run (&t, 11);
  g_assert_cmpuint (t.n_asked, ==, 1);
  sip_user_agent_set_options_interval (t.dora, 0);
  run (&t, 60);
  g_assert_cmpuint (t.n_asked, ==, 1);
}

/* Any answer is one. */
static void
test_any_answer (void)
{
  static const guint statuses[] = { 302, 401, 404, 405, 408, 483, 500, 501, 503, 600 };

  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_auto (Test) t = { .status = statuses[i] };

      init (&t, i % 2 == 0 ? STREAM : DATAGRAMS, 10);
      run (&t, 60);
      g_assert_cmpuint (t.n_asked, >=, 5);
      expect (&t, "");
    }
}

/* A connection that nobody answers on is given up, and made again. */
static void
test_connection (void)
{
  g_auto (Test) t = { .hear_when_told = TRUE };

  init (&t, STREAM, 40);
  t.silence = TRUE;
  run (&t, 63);
  expect (&t, "");
  run (&t, 10 + 5);
  /* It was made again, for the server takes connections. */
  expect (&t, "-+");
  run (&t, 300);
  expect (&t, "");
}

static void
test_datagrams (void)
{
  g_auto (Test) t = { 0 };

  init (&t, DATAGRAMS, 40);
  t.silence = TRUE;
  run (&t, 40 + 33);
  expect (&t, "-");
  /* That is told once. */
  run (&t, 200);
  expect (&t, "");
  t.silence = FALSE;
  run (&t, 41 + 33);
  expect (&t, "+");
  run (&t, 200);
  expect (&t, "");
}

/* The spare one is taken as long as the first says nothing. */
static void
test_spare (void)
{
  g_auto (Test) t = { 0 };
  const char *servers[] = { DATAGRAMS, "mem://alice", NULL };
  g_autoptr (GError) error = g_error_new_literal (SIP_ERROR, SIP_ERROR_TIMEOUT, "x");
  SipFlow *first;

  init (&t, DATAGRAMS, 40);
  sip_user_agent_stop_async (t.dora, NULL, NULL, NULL);
  run (&t, 1);
  sip_user_agent_set_servers (t.dora, servers);
  sip_user_agent_start_async (t.dora, NULL, NULL, NULL);
  run (&t, 0);
  fixture_run (t.f, 0);
  expect (&t, "++");
  first = sip_server_list_get_flow (t.dora->server_list);
  sip_server_list_answered (t.dora->server_list, 0, first, error);
  expect (&t, "-");
  g_assert_true (sip_server_list_get_flow (t.dora->server_list) == sip_server_list_get_open_flow (t.dora->server_list, 1));
  sip_server_list_answered (t.dora->server_list, 0, first, NULL);
  expect (&t, "+");
  g_assert_true (sip_server_list_get_flow (t.dora->server_list) == first);
}

static void
test_stopped_when_told (void)
{
  for (guint i = 0; i < 2; i++)
    {
      g_auto (Test) t = { .stop_when_told = TRUE };

      init (&t, i == 0 ? STREAM : DATAGRAMS, 10);
      t.silence = TRUE;
      run (&t, 100);
      expect (&t, "-");
      g_assert_cmpint (sip_user_agent_get_state (t.dora), ==, SIP_USER_AGENT_STATE_STOPPED);
      g_assert_null (t.dora->server_ping);
    }
}

#define ADD(name) g_test_add_func ("/server-ping/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (asked);
  ADD (off);
  ADD (any_answer);
  ADD (connection);
  ADD (datagrams);
  ADD (spare);
  ADD (stopped_when_told);
  return g_test_run ();
}
