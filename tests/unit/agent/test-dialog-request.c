/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/raw-peer.h"
#include "agent/sip-session-private.h"
#include "dialog/sip-dialog-request-private.h"
#include "sip.h"

/* One request inside the dialog of a call that alice has with carol, who does as the test says. */

#define ANSWER "v=0\r\ns=carol\r\n"

typedef struct
{
  Fixture *f;
  RawPeer *carol;
  SipDialogRequest *request;
  GString *told;
  char free_when;     /* within the event of that name's first letter */
} Scene;

static void
maybe_free (Scene *s, char event)
{
  if (s->free_when == event)
    g_clear_pointer (&s->request, sip_dialog_request_free);
}

static void
sending_cb (gpointer user_data, SipDialogRequest *request, SipMsg *msg)
{
  Scene *s = user_data;

  g_assert_true (request == s->request);
  g_assert_true (sip_dialog_request_get_message (request) == msg);
  g_string_append (s->told, "sending\n");
  maybe_free (s, 's');
}

static void
progress_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response)
{
  Scene *s = user_data;

  g_string_append_printf (s->told, "progress %u\n", response->status);
  maybe_free (s, 'p');
}

static void
done_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  static const char *const effects[] = { "lives", "usage", "dialog" };
  Scene *s = user_data;

  g_assert_true ((response == NULL) == (error != NULL));
  g_assert_null (sip_dialog_request_get_dialog (request));
  g_string_append_printf (s->told, "done %u %s", response != NULL ? response->status : 0, effects[effect]);
  if (error != NULL)
    g_string_append_printf (s->told, " %s %d", g_quark_to_string (error->domain), error->code);
  g_string_append_c (s->told, '\n');
  maybe_free (s, 'd');
}

static const SipDialogRequestEvents events = { sending_cb, progress_cb, done_cb };

static Scene *
scene_new (void)
{
  Scene *s = g_new0 (Scene, 1);

  s->f = fixture_new ();
  s->carol = raw_peer_new ("carol", s->f->wheel);
  s->told = g_string_new (NULL);
  fixture_call_target (s->f, "sip:carol@carol.mem", NULL);
  raw_peer_respond (s->carol, raw_peer_last (s->carol, "INVITE"), 200, "one", NULL, ANSWER);
  fixture_run (s->f, 0);
  g_assert_cmpint (sip_session_get_state (s->f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (s->f->log, 0);

  return s;
}

static void
scene_free (Scene *s)
{
  g_clear_pointer (&s->request, sip_dialog_request_free);
  raw_peer_free (s->carol);
  fixture_free (s->f);
  g_string_free (s->told, TRUE);
  g_free (s);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Scene, scene_free)

static SipDialog *
dialog (Scene *s)
{
  return sip_invite_usage_get_dialog (s->f->alice.session->usage);
}

static void
begin (Scene *s, SipMethod method)
{
  s->request = sip_dialog_request_new (dialog (s), sip_dialog_new_request (dialog (s), method, 0), TRUE, &events, s);
  sip_dialog_request_start (s->request);
  fixture_run (s->f, 0);
}

static void
expect_told (Scene *s, const char *text)
{
  g_assert_cmpstr (s->told->str, ==, text);
  g_string_truncate (s->told, 0);
}

static void
respond (Scene *s, const char *method, guint status)
{
  raw_peer_respond (s->carol, raw_peer_last (s->carol, method), status, NULL, NULL, NULL);
  fixture_run (s->f, 0);
}

static guint
n_dialogs (Scene *s)
{
  return sip_dialogs_get_n (sip_user_agent_get_dialogs (s->f->alice.agent));
}

static void
test_answered (void)
{
  g_autoptr (Scene) s = scene_new ();
  SipMsg *info;

  begin (s, SIP_METHOD_INFO);
  info = raw_peer_last (s->carol, "INFO");
  g_assert_nonnull (info);
  g_assert_cmpuint (info->cseq.number, ==, 2);
  g_assert_true (sip_str_equal (info->to.tag, SIP_STR ("one")));
  g_assert_true (sip_str_equal (info->uri, SIP_STR ("sip:one@carol.mem")));
  g_assert_nonnull (sip_msg_value (info, SIP_H_CONTACT).p);
  respond (s, "INFO", 100);
  respond (s, "INFO", 200);
  expect_told (s, "sending\nprogress 100\ndone 200 lives\n");
  respond (s, "INFO", 200);
  expect_told (s, "");
}

/* RFC 3261 §12.2.1.2, RFC 5057 §5.1 */
static void
test_effects (void)
{
  static const struct
  {
    SipMethod method;
    guint status;
    SipDialogEffect effect;
  } table[] = {
    { SIP_METHOD_INFO, 200, SIP_DIALOG_LIVES },       { SIP_METHOD_INFO, 302, SIP_DIALOG_LIVES },   { SIP_METHOD_INFO, 415, SIP_DIALOG_LIVES },
    { SIP_METHOD_INFO, 469, SIP_DIALOG_LIVES },       { SIP_METHOD_INFO, 480, SIP_DIALOG_LIVES },   { SIP_METHOD_INFO, 500, SIP_DIALOG_LIVES },
    { SIP_METHOD_INFO, 501, SIP_DIALOG_LIVES },       { SIP_METHOD_INFO, 603, SIP_DIALOG_LIVES },   { SIP_METHOD_INFO, 481, SIP_DIALOG_USAGE_ENDS },
    { SIP_METHOD_NOTIFY, 408, SIP_DIALOG_USAGE_ENDS }, { SIP_METHOD_INFO, 404, SIP_DIALOG_ENDS },    { SIP_METHOD_REFER, 404, SIP_DIALOG_LIVES },
    { SIP_METHOD_REFER, 604, SIP_DIALOG_LIVES },      { SIP_METHOD_REFER, 481, SIP_DIALOG_USAGE_ENDS }, { SIP_METHOD_REFER, 410, SIP_DIALOG_ENDS },
    { SIP_METHOD_INFO, 482, SIP_DIALOG_ENDS },        { SIP_METHOD_INFO, 502, SIP_DIALOG_ENDS },    { SIP_METHOD_INFO, 604, SIP_DIALOG_ENDS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    g_assert_cmpint (sip_dialog_effect_of_status (table[i].method, table[i].status), ==, table[i].effect);
}

static void
test_gone (void)
{
  g_autoptr (Scene) s = scene_new ();

  begin (s, SIP_METHOD_INFO);
  respond (s, "INFO", 481);
  expect_told (s, "sending\ndone 481 usage\n");
}

static void
test_no_answer (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *expected = g_strdup_printf ("sending\ndone 0 usage sip-error-quark %d\n", SIP_ERROR_TIMEOUT);

  begin (s, SIP_METHOD_INFO);
  fixture_run (s->f, 32 * G_USEC_PER_SEC);
  expect_told (s, expected);
}

/* The call ends, the request waits on: the dialog is there until it has its answer, but takes no requests any more. */
static void
test_outlives_the_call (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *call_id = sip_str_dup (raw_peer_last (s->carol, "INVITE")->call_id);
  g_autofree char *tag = sip_str_dup (raw_peer_last (s->carol, "INVITE")->from.tag);

  begin (s, SIP_METHOD_REFER);
  g_assert_true (sip_session_bye (s->f->alice.session, NULL, NULL));
  fixture_run (s->f, 0);
  respond (s, "BYE", 200);
  fixture_run (s->f, 40 * G_USEC_PER_SEC / 2); /* not yet 64·T1 */
  g_assert_cmpuint (n_dialogs (s), ==, 1);
  g_string_truncate (s->f->log, 0);
  raw_peer_send (s->carol, "alice", NULL,
                 "OPTIONS sip:alice@alice.mem SIP/2.0\r\nVia: SIP/2.0/UDP carol.mem;branch=z9hG4bK-late\r\nMax-Forwards: 70\r\n"
                 "From: <sip:carol@carol.mem>;tag=one\r\nTo: <sip:alice@alice.mem>;tag=%s\r\nCall-ID: %s\r\nCSeq: 1 OPTIONS\r\n", tag, call_id);
  fixture_run (s->f, 0);
  respond (s, "REFER", 202);
  expect_told (s, "sending\ndone 202 lives\n");
  fixture_run (s->f, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (n_dialogs (s), ==, 0);
}

static void
test_cancelled (void)
{
  g_autoptr (Scene) s = scene_new ();
  g_autofree char *expected = g_strdup_printf ("sending\ndone 0 lives g-io-error-quark %d\n", G_IO_ERROR_CANCELLED);

  begin (s, SIP_METHOD_MESSAGE);
  sip_dialog_request_cancel (s->request);
  sip_dialog_request_cancel (s->request);
  fixture_run (s->f, 0);
  expect_told (s, expected);
  sip_dialog_request_cancel (s->request);
  respond (s, "MESSAGE", 200);
  expect_told (s, "");
}

/* Whoever is called may end it, whatever the event. */
static void
test_freed_within (gconstpointer data)
{
  const char *expected = data;
  g_autoptr (Scene) s = scene_new ();

  s->free_when = expected[0] == 's' && strchr (expected, '\n')[1] == '\0' ? 's' : strstr (expected, "done") != NULL ? 'd' : 'p';
  begin (s, SIP_METHOD_INFO);
  respond (s, "INFO", 100);
  respond (s, "INFO", 200);
  expect_told (s, expected);
  g_assert_null (s->request);
}

/* The agent goes while a request waits: it is told, once. */
static void
test_agent_goes (void)
{
  Scene *s = scene_new ();
  g_autofree char *expected = g_strdup_printf ("sending\ndone 0 lives g-io-error-quark %d\n", G_IO_ERROR_CANCELLED);

  begin (s, SIP_METHOD_INFO);
  fixture_free (s->f);
  expect_told (s, expected);
  sip_dialog_request_free (s->request);
  raw_peer_free (s->carol);
  g_string_free (s->told, TRUE);
  g_free (s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dialog-request/answered", test_answered);
  g_test_add_func ("/dialog-request/effects", test_effects);
  g_test_add_func ("/dialog-request/gone", test_gone);
  g_test_add_func ("/dialog-request/no-answer", test_no_answer);
  g_test_add_func ("/dialog-request/outlives-the-call", test_outlives_the_call);
  g_test_add_func ("/dialog-request/cancelled", test_cancelled);
  g_test_add_data_func ("/dialog-request/freed-within/sending", "sending\n", test_freed_within);
  g_test_add_data_func ("/dialog-request/freed-within/progress", "sending\nprogress 100\n", test_freed_within);
  g_test_add_data_func ("/dialog-request/freed-within/done", "sending\nprogress 100\ndone 200 lives\n", test_freed_within);
  g_test_add_func ("/dialog-request/agent-goes", test_agent_goes);

  return g_test_run ();
}
