/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

/* What is refused, and that nothing changes by it. */

typedef enum
{
  OUT_INITIAL,
  OUT_CALLING,
  OUT_CANCELLING,
  OUT_ESTABLISHED,
  OUT_TERMINATED,
  IN_RINGING,
  IN_ANSWERING,
  IN_ANSWERED,
  IN_ESTABLISHED,
  IN_ENDING,
  IN_TERMINATED,
  N_SITUATIONS
} Situation;

static gboolean
drop_acks (Fixture *f, SipMsg *msg)
{
  return msg->method != SIP_METHOD_ACK;
}

static SipSession *
bring_about (Fixture *f, Situation situation)
{
  gboolean answers = situation >= IN_ANSWERING || situation == OUT_ESTABLISHED || situation == OUT_TERMINATED;

  f->alice.hold = situation == OUT_INITIAL;
  f->bob.hold = situation == IN_ANSWERING;
  f->filter = situation == IN_ANSWERED || situation == IN_ENDING ? drop_acks : NULL;
  fixture_call (f, NULL);
  if (answers)
    g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  if (situation == OUT_CANCELLING)
    g_assert_true (sip_session_terminate (f->alice.session, NULL, NULL));
  if (situation == OUT_TERMINATED || situation == IN_TERMINATED)
    g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  if (situation == IN_ENDING)
    g_assert_true (sip_session_bye (f->bob.session, NULL, NULL));
  if (situation != OUT_CANCELLING)
    fixture_run (f, 0);
  g_string_truncate (f->log, 0);

  return situation < IN_RINGING ? f->alice.session : f->bob.session;
}

typedef gboolean (*Method) (SipSession *session, GError **error);

static gboolean
do_progress (SipSession *session, GError **error)
{
  return sip_incoming_session_progress (SIP_INCOMING_SESSION (session), NULL, error);
}

static gboolean
do_accept (SipSession *session, GError **error)
{
  return sip_incoming_session_accept (SIP_INCOMING_SESSION (session), NULL, error);
}

static gboolean
do_reject (SipSession *session, GError **error)
{
  return sip_incoming_session_reject (SIP_INCOMING_SESSION (session), NULL, error);
}

static gboolean
do_reply (SipSession *session, GError **error)
{
  return sip_incoming_session_reply (SIP_INCOMING_SESSION (session), NULL, error);
}

static gboolean
do_cancel (SipSession *session, GError **error)
{
  return sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (session), NULL, error);
}

static gboolean
do_bye (SipSession *session, GError **error)
{
  return sip_session_bye (session, NULL, error);
}

static gboolean
do_terminate (SipSession *session, GError **error)
{
  return sip_session_terminate (session, NULL, error);
}

#define ON(situation) (1u << (situation))
#define ALL_OUT (ON (OUT_INITIAL) | ON (OUT_CALLING) | ON (OUT_CANCELLING) | ON (OUT_ESTABLISHED) | ON (OUT_TERMINATED))
#define ALL_IN (ON (IN_RINGING) | ON (IN_ANSWERING) | ON (IN_ANSWERED) | ON (IN_ESTABLISHED) | ON (IN_ENDING) | ON (IN_TERMINATED))

static const struct
{
  const char *name;
  Method method;
  guint applies; /* to which situations the method belongs at all */
  guint allowed; /* in which of these it works */
} methods[] = {
  { "progress", do_progress, ALL_IN, ON (IN_RINGING) },
  { "accept", do_accept, ALL_IN, ON (IN_RINGING) },
  { "reject", do_reject, ALL_IN, ON (IN_RINGING) | ON (IN_ANSWERING) },
  { "progress", do_reply, ALL_IN, ON (IN_RINGING) },
  { "cancel", do_cancel, ALL_OUT, ON (OUT_INITIAL) | ON (OUT_CALLING) },
  { "bye", do_bye, ALL_IN | ALL_OUT, ON (OUT_ESTABLISHED) | ON (IN_ANSWERED) | ON (IN_ESTABLISHED) },
  { "terminate", do_terminate, ALL_IN | ALL_OUT,
    ON (OUT_INITIAL) | ON (OUT_CALLING) | ON (OUT_ESTABLISHED) | ON (IN_RINGING) | ON (IN_ANSWERING) | ON (IN_ANSWERED) | ON (IN_ESTABLISHED) },
};

/* Every method in every situation. */
static void
test_states (void)
{
  for (guint m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      for (Situation situation = 0; situation < N_SITUATIONS; situation++)
        {
          g_autoptr (Fixture) f = NULL;
          g_autoptr (GError) error = NULL;
          SipSession *session;
          SipSessionState state;
          gboolean done;

          if (!(methods[m].applies & ON (situation)))
            continue;

          g_test_message ("%s in situation %d", methods[m].name, situation);
          f = fixture_new ();
          session = bring_about (f, situation);
          state = sip_session_get_state (session);
          done = methods[m].method (session, &error);
          if (methods[m].allowed & ON (situation))
            {
              g_assert_no_error (error);
              g_assert_true (done);
              continue;
            }

          g_assert_false (done);
          g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
          g_assert_true (g_str_has_prefix (error->message, methods[m].name));
          g_assert_cmpint (sip_session_get_state (session), ==, state);
          fixture_expect (f, "");
        }
    }
}

static const struct
{
  guint code;
  gboolean progress;
  gboolean reject;
  gboolean cancel;
} codes[] = {
  { 99, FALSE, FALSE, FALSE },  { 100, TRUE, FALSE, FALSE }, { 199, TRUE, FALSE, FALSE }, { 200, FALSE, FALSE, TRUE },
  { 299, FALSE, FALSE, TRUE },  { 300, FALSE, TRUE, TRUE },  { 699, FALSE, TRUE, TRUE },  { 700, FALSE, FALSE, FALSE },
  { G_MAXUINT, FALSE, FALSE, FALSE },
};

static void
test_status_codes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      for (guint m = 0; m < 3; m++)
        {
          g_autoptr (Fixture) f = fixture_new ();
          g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", codes[i].code, NULL);
          g_autoptr (GError) error = NULL;
          const gboolean expected[] = { codes[i].progress, codes[i].reject, codes[i].cancel };
          gboolean done;

          fixture_call (f, NULL);
          if (m == 0)
            done = sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), options, &error);
          else if (m == 1)
            done = sip_session_terminate (f->bob.session, options, &error);
          else
            done = sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (f->alice.session), options, &error);

          g_assert_cmpint (done, ==, expected[m]);
          if (!done)
            {
              g_autofree char *text = g_strdup_printf ("%u", codes[i].code);

              g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
              g_assert_nonnull (strstr (error->message, text));
              g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_INITIAL);
              g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHING);
            }
        }
    }
}

static const char *const bad_lines[] = {
  "X-Bad: a\r\nVia: SIP/2.0/UDP evil", "X-Bad: a\nb", "X-Bad: a\rb", "no colon", ": nothing", "", "Bad Name: x",
  "Via: SIP/2.0/UDP evil;branch=z9hG4bKx", "From: <sip:mallory@evil>", "CSeq: 7 BYE", "Content-Length: 3",
};

/* Header injection: refused everywhere, and nothing is sent. */
static void
test_bad_headers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_lines); i++)
    {
      g_autoptr (Fixture) f = fixture_new ();
      const char *lines[] = { "X-Good: fine", bad_lines[i], NULL };
      g_autoptr (SipInviteOptions) invite = g_object_new (SIP_TYPE_INVITE_OPTIONS, "extra-headers", lines, NULL);
      g_autoptr (SipResponseOptions) response = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "extra-headers", lines, NULL);
      GError *error = NULL;

      g_test_message ("%s", bad_lines[i]);
      g_assert_null (sip_user_agent_invite (f->alice.agent, "sip:bob@bob.mem", invite, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_clear_error (&error);

      fixture_call (f, NULL);
      g_string_truncate (f->log, 0);
      g_assert_false (sip_incoming_session_progress (SIP_INCOMING_SESSION (f->bob.session), response, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_clear_error (&error);
      g_assert_false (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), invite, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_clear_error (&error);
      g_assert_false (sip_incoming_session_reject (SIP_INCOMING_SESSION (f->bob.session), response, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_clear_error (&error);
      g_assert_false (sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (f->alice.session), response, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_clear_error (&error);
      fixture_run (f, 0);
      fixture_expect (f, "");

      g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
      fixture_run (f, 0);
      g_string_truncate (f->log, 0);
      g_assert_false (sip_session_bye (f->alice.session, SIP_REQUEST_OPTIONS (response), &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
      g_clear_error (&error);
      fixture_run (f, 0);
      fixture_expect (f, "");
    }
}

static void
test_bad_reason (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipResponseOptions) options = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 486, "reason-phrase", "Busy\r\nX: y", NULL);
  GError *error = NULL;

  fixture_call (f, NULL);
  g_assert_false (sip_incoming_session_reject (SIP_INCOMING_SESSION (f->bob.session), options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&error);
  g_assert_false (sip_session_terminate (f->alice.session, options, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER);
  g_clear_error (&error);
}

static const char *const bad_targets[] = { "", "sip:", "sip:bob@", "sip:%zz@host", "sip:bob@host:99999", "sip:bob\r\n@host", "http://host/", "sip:bob@ho st" };

static void
test_bad_targets (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bad_targets); i++)
    {
      GError *error = NULL;

      g_test_message ("<%s>", bad_targets[i]);
      g_assert_null (sip_user_agent_invite (f->alice.agent, bad_targets[i], NULL, &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI);
      g_clear_error (&error);
    }
  fixture_expect (f, "");
}

static void
start_failed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  sip_user_agent_start_finish (SIP_USER_AGENT (source), result, user_data);
}

static void
test_agent_errors (void)
{
  g_autoptr (SipUserAgent) agent = sip_user_agent_new ("no uri at all");
  g_autoptr (GError) error = NULL;
  GError *more = NULL;

  g_assert_null (sip_user_agent_invite (agent, "sip:bob@bob.mem", NULL, &more));
  g_assert_error (more, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&more);

  sip_user_agent_start_async (agent, NULL, start_failed_cb, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI);
  g_assert_cmpint (sip_user_agent_get_state (agent), ==, SIP_USER_AGENT_STATE_STOPPED);

  g_assert_null (sip_user_agent_listen (agent, "smoke://signals", &more));
  g_assert_error (more, SIP_ERROR, SIP_ERROR_TRANSPORT);
  g_clear_error (&more);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-errors/states", test_states);
  g_test_add_func ("/session-errors/status-codes", test_status_codes);
  g_test_add_func ("/session-errors/bad-headers", test_bad_headers);
  g_test_add_func ("/session-errors/bad-reason", test_bad_reason);
  g_test_add_func ("/session-errors/bad-targets", test_bad_targets);
  g_test_add_func ("/session-errors/agent", test_agent_errors);
  return g_test_run ();
}
