/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/sip-session-private.h"
#include "sip.h"

/* Transfer among three agents: alice asks bob to call carol. What each of them sends and is told, in order. */

typedef struct
{
  Fixture *f;
  guint n;
  SipResponse *response;
  GError *error;
  SipReferClientContext *client;
  SipReferServerContext *server;
} Transfer;

static void
transfer_clear (Transfer *self)
{
  g_clear_object (&self->response);
  g_clear_error (&self->error);
  g_clear_object (&self->client);
  g_clear_object (&self->server);
  self->n = 0;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Transfer, transfer_clear)

/* --- what the contexts tell --- */

static void
client_response_cb (SipReferClientContext *context, SipResponse *response, const char *name)
{
  fixture_note (g_object_get_data (G_OBJECT (context), "party"), "%s %u", name, sip_response_get_status_code (response));
}

static void
client_refused_cb (SipReferClientContext *context, SipResponse *response, const char *cause, Party *party)
{
  fixture_note (party, "refer-request-rejected %u \"%s\"", response != NULL ? sip_response_get_status_code (response) : 0, cause);
}

static void
outcome_cb (GObject *context, guint code, const char *reason, const char *name)
{
  fixture_note (g_object_get_data (context, "party"), "%s %u \"%s\"", name, code, reason);
}

static void
notification_cb (SipReferClientContext *context, SipRequest *request, Party *party)
{
  g_assert_cmpstr (sip_message_get_method (SIP_MESSAGE (request)), ==, "NOTIFY");
  fixture_note (party, "notification");
}

static void
connect_outcomes (GObject *context)
{
  g_signal_connect (context, "refer-progress", G_CALLBACK (outcome_cb), (gpointer) "refer-progress");
  g_signal_connect (context, "refer-accepted", G_CALLBACK (outcome_cb), (gpointer) "refer-accepted");
  g_signal_connect (context, "refer-rejected", G_CALLBACK (outcome_cb), (gpointer) "refer-rejected");
}

static void
watch_client (Party *party, SipReferClientContext *context)
{
  g_object_set_data (G_OBJECT (context), "party", party);
  g_signal_connect (context, "refer-request-progress", G_CALLBACK (client_response_cb), (gpointer) "refer-request-progress");
  g_signal_connect (context, "refer-request-accepted", G_CALLBACK (client_response_cb), (gpointer) "refer-request-accepted");
  g_signal_connect (context, "refer-request-rejected", G_CALLBACK (client_refused_cb), party);
  g_signal_connect (context, "notification", G_CALLBACK (notification_cb), party);
  connect_outcomes (G_OBJECT (context));
}

static void
requested_cb (SipSession *session, GObject *context, Transfer *transfer)
{
  g_assert_true (SIP_IS_REFER_CLIENT_CONTEXT (context));
  g_assert_null (sip_refer_client_context_get_request (SIP_REFER_CLIENT_CONTEXT (context)));
  fixture_note (&transfer->f->alice, "refer-requested");
  g_set_object (&transfer->client, SIP_REFER_CLIENT_CONTEXT (context));
  watch_client (&transfer->f->alice, transfer->client);
}

static void
invite_sent_cb (SipReferServerContext *context, SipOutgoingSession *session, Party *party)
{
  fixture_note (party, "refer-invite-sent");
  g_assert_true (sip_refer_server_context_get_target_session (context) == session);
  fixture_watch (party, SIP_SESSION (session));
}

static void
watch_server (Party *party, SipReferServerContext *context)
{
  g_object_set_data (G_OBJECT (context), "party", party);
  g_signal_connect (context, "refer-request-accepted", G_CALLBACK (client_response_cb), (gpointer) "refer-request-accepted");
  g_signal_connect (context, "refer-request-rejected", G_CALLBACK (client_refused_cb), party);
  g_signal_connect (context, "refer-invite-sent", G_CALLBACK (invite_sent_cb), party);
  connect_outcomes (G_OBJECT (context));
}

/* bob's handler: looks, and leaves the rest to the test. */
static void
received_cb (GObject *source, GObject *context, Transfer *transfer)
{
  g_assert_true (SIP_IS_REFER_SERVER_CONTEXT (context));
  fixture_note (&transfer->f->bob, "refer-requested");
  g_set_object (&transfer->server, SIP_REFER_SERVER_CONTEXT (context));
  watch_server (&transfer->f->bob, transfer->server);
}

static void
referred_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Transfer *transfer = user_data;

  transfer->n++;
  g_clear_object (&transfer->response);
  g_clear_error (&transfer->error);
  transfer->response = sip_session_refer_finish (SIP_SESSION (source), result, &transfer->error);
  g_assert_true ((transfer->response != NULL) != (transfer->error != NULL));
}

/* alice and bob talk, carol is there; alice's side is watched. */
static Fixture *
new_transfer (Transfer *transfer)
{
  Fixture *f = fixture_new ();

  transfer->f = f;
  fixture_add_carol (f);
  fixture_establish (f);
  g_signal_connect (f->alice.session, "refer-requested", G_CALLBACK (requested_cb), transfer);

  return f;
}

static void
refer (Transfer *transfer, SipReferOptions *options)
{
  sip_session_refer_async (transfer->f->alice.session, "sip:carol@carol.mem", options, NULL, referred_cb, transfer);
  fixture_run (transfer->f, 0);
}

static void
carol_accepts (Party *party)
{
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (party->session), NULL, NULL));
  fixture_run (party->fixture, 0);
}

static guint
n_sessions (Party *party)
{
  return g_list_model_get_n_items (sip_user_agent_get_sessions (party->agent));
}

/* --- blind --- */

#define ASKED \
  "alice: refer-requested\nalice > REFER\nbob > 202 REFER\nbob > NOTIFY\nalice: refer-request-accepted 202\nalice > 200 NOTIFY\n" \
  "alice: refer-progress 100 \"Trying\"\nalice: notification\n"
#define CALLED \
  "bob > INVITE\ncarol > 100 INVITE\ncarol > 180 INVITE\ncarol: invite\nbob > NOTIFY\nalice > 200 NOTIFY\n" \
  "alice: refer-progress 180 \"Ringing\"\nalice: notification\n"
#define HUNG_UP "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\nbob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n"

static void
test_blind (void)
{
  g_auto (Transfer) t = { 0 };
  g_autoptr (Fixture) f = new_transfer (&t);

  refer (&t, NULL);
  fixture_expect (f, ASKED CALLED);
  g_assert_cmpuint (t.n, ==, 1);
  g_assert_cmpuint (sip_response_get_status_code (t.response), ==, 202);
  carol_accepts (&f->carol);
  fixture_expect (f, "carol > 200 INVITE\ncarol: accepted 200\nbob > ACK\nbob > NOTIFY\nalice > 200 NOTIFY\nalice: refer-accepted 200 \"OK\"\n"
                     "alice: notification\n" HUNG_UP);
  g_assert_cmpuint (n_sessions (&f->alice), ==, 0);
  g_assert_cmpuint (n_sessions (&f->bob), ==, 1);
  g_assert_cmpuint (n_sessions (&f->carol), ==, 1);
}

static void
test_active_after_transfer (void)
{
  g_auto (Transfer) t = { 0 };
  g_autoptr (Fixture) f = new_transfer (&t);
  g_autoptr (SipReferOptions) options = g_object_new (SIP_TYPE_REFER_OPTIONS, "active-after-transfer", TRUE, NULL);

  refer (&t, options);
  fixture_expect (f, ASKED CALLED);
  carol_accepts (&f->carol);
  fixture_expect (f, "carol > 200 INVITE\ncarol: accepted 200\nbob > ACK\nbob > NOTIFY\nalice > 200 NOTIFY\nalice: refer-accepted 200 \"OK\"\n"
                     "alice: notification\n");
  g_assert_cmpuint (n_sessions (&f->alice), ==, 1);
  g_assert_cmpuint (n_sessions (&f->bob), ==, 2);
}

static void
test_busy (void)
{
  g_auto (Transfer) t = { 0 };
  g_autoptr (Fixture) f = new_transfer (&t);
  g_autoptr (SipResponseOptions) busy = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 486, "reason-phrase", "Busy as a Bee", NULL);

  refer (&t, NULL);
  fixture_expect (f, ASKED CALLED);
  g_assert_true (sip_incoming_session_reject (SIP_INCOMING_SESSION (f->carol.session), busy, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "carol > 486 INVITE\ncarol: rejected 486 \"Busy as a Bee\"\ncarol: failed 486 \"Busy\"\ncarol: terminated 486 \"Busy\"\n"
                     "bob > ACK\nbob > NOTIFY\nalice > 200 NOTIFY\nalice: refer-rejected 486 \"Busy as a Bee\"\nalice: notification\n");
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* --- attended --- */

/* alice talks to carol as well: that call is the party's session in carol and what this returns in alice. */
static SipSession *
consult (Fixture *f)
{
  g_autoptr (SipOutgoingSession) session = sip_user_agent_invite (f->alice.agent, "sip:carol@carol.mem", NULL, NULL);

  fixture_run (f, 0);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->carol.session), NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpint (sip_session_get_state (SIP_SESSION (session)), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (f->log, 0);

  return SIP_SESSION (g_steal_pointer (&session));
}

static void
test_attended (void)
{
  g_auto (Transfer) t = { 0 };
  g_autoptr (Fixture) f = new_transfer (&t);
  g_autoptr (SipSession) consultation = consult (f);
  g_autoptr (SipSession) old = g_object_ref (f->carol.session);

  sip_session_refer_to_session_async (f->alice.session, consultation, NULL, NULL, referred_cb, &t);
  fixture_run (f, 0);
  fixture_expect (f, ASKED CALLED);
  g_assert_true (sip_session_get_replacee (f->carol.session) == old);
  carol_accepts (&f->carol);
  fixture_expect (f, "carol > 200 INVITE\ncarol: replaced\ncarol > BYE\ncarol: bye\ncarol: terminated null \"Terminated\"\ncarol: accepted 200\n"
                     "bob > ACK\nalice > 200 BYE\nbob > NOTIFY\nalice > 200 NOTIFY\nalice: refer-accepted 200 \"OK\"\nalice: notification\n" HUNG_UP);
  g_assert_cmpint (sip_session_get_state (consultation), ==, SIP_SESSION_STATE_TERMINATED);
  g_assert_cmpuint (n_sessions (&f->alice), ==, 0);
  g_assert_cmpuint (n_sessions (&f->bob), ==, 1);
  g_assert_cmpuint (n_sessions (&f->carol), ==, 1);
}

/* --- with a handler --- */

static void
test_handler (void)
{
  g_auto (Transfer) t = { 0 };
  g_autoptr (Fixture) f = new_transfer (&t);
  g_autofree char *refer_to = NULL;
  g_autofree char *referred_by = NULL;

  g_signal_connect (f->bob.session, "refer-requested", G_CALLBACK (received_cb), &t);
  refer (&t, NULL);
  fixture_expect (f, "alice: refer-requested\nalice > REFER\nbob: refer-requested\n");
  refer_to = sip_name_addr_to_string (sip_refer_server_context_get_refer_to (t.server));
  referred_by = sip_name_addr_to_string (sip_refer_server_context_get_referred_by (t.server));
  g_assert_cmpstr (refer_to, ==, "<sip:carol@carol.mem>");
  g_assert_cmpstr (referred_by, ==, "<sip:alice@alice.mem>");
  g_assert_null (sip_refer_server_context_get_replaces (t.server));
  g_assert_true (sip_refer_server_context_get_referred_session (t.server) == f->bob.session);
  g_assert_null (sip_refer_server_context_get_target_session (t.server));

  g_assert_true (sip_refer_server_context_accept (t.server, TRUE, NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 202 REFER\nbob > NOTIFY\nbob: refer-request-accepted 202\nbob: refer-invite-sent\n"
                     "alice: refer-request-accepted 202\nalice > 200 NOTIFY\nalice: refer-progress 100 \"Trying\"\nalice: notification\n"
                     "bob > INVITE\ncarol > 100 INVITE\ncarol > 180 INVITE\ncarol: invite\nbob: progress 100\n"
                     "bob > NOTIFY\nbob: refer-progress 180 \"Ringing\"\nbob: progress 180\n"
                     "alice > 200 NOTIFY\nalice: refer-progress 180 \"Ringing\"\nalice: notification\n");
  g_assert_true (SIP_SESSION (sip_refer_server_context_get_target_session (t.server)) == f->bob.session);
  carol_accepts (&f->carol);
  fixture_expect (f, "carol > 200 INVITE\ncarol: accepted 200\nbob > ACK\nbob > NOTIFY\nbob: refer-accepted 200 \"OK\"\nbob: accepted 200\n"
                     "alice > 200 NOTIFY\nalice: refer-accepted 200 \"OK\"\nalice: notification\n"
                     "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
  g_assert_null (sip_refer_server_context_get_referred_session (t.server));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refer/blind", test_blind);
  g_test_add_func ("/refer/active-after-transfer", test_active_after_transfer);
  g_test_add_func ("/refer/busy", test_busy);
  g_test_add_func ("/refer/attended", test_attended);
  g_test_add_func ("/refer/handler", test_handler);
  return g_test_run ();
}
