/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "agent/sip-server-list-private.h"
#include "sip.h"

/* The agent itself: start and stop, its servers, what it shows of its traffic. */

static void
count_cb (SipUserAgent *agent, SipMessage *message, SipDirection direction, guint *counts)
{
  counts[direction]++;
}

static void
test_traffic (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  guint counts[2] = { 0, 0 };

  g_signal_connect (f->alice.agent, "traffic", G_CALLBACK (count_cb), counts);
  fixture_establish (f);
  /* INVITE and ACK; 100, 180, 200 */
  g_assert_cmpuint (counts[SIP_DIRECTION_OUTGOING], ==, 2);
  g_assert_cmpuint (counts[SIP_DIRECTION_INCOMING], ==, 3);
}

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  g_string_append_printf (user_data, "%u-%u+%u ", position, removed, added);
}

static void
test_list (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  GListModel *list = sip_user_agent_get_sessions (f->alice.agent);
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (SipSession) first = NULL;
  g_autoptr (SipSession) second = NULL;
  g_autoptr (SipSession) session = NULL;

  fixture_call (f, NULL);
  g_set_object (&first, f->alice.session);
  g_signal_connect (list, "items-changed", G_CALLBACK (items_changed_cb), changes);
  fixture_call (f, NULL);
  g_set_object (&second, f->alice.session);
  fixture_call (f, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 3);
  g_assert_true (g_list_model_get_item_type (list) == SIP_TYPE_SESSION);
  session = g_list_model_get_item (list, 0);
  g_assert_true (session == first);
  g_assert_null (g_list_model_get_item (list, 3));
  g_assert_true (sip_session_terminate (first, NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  fixture_call (f, NULL);
  g_assert_true (sip_session_terminate (second, NULL, NULL));
  g_assert_true (sip_session_terminate (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 1);
  g_assert_cmpstr (changes->str, ==, "1-0+1 2-0+1 0-1+0 2-0+1 0-1+0 1-1+0 ");
  g_signal_handlers_disconnect_by_data (list, changes);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_user_agent_stop_finish (SIP_USER_AGENT (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
test_stop_ends_calls (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  gboolean done = FALSE;

  fixture_establish (f);
  sip_user_agent_stop_async (f->alice.agent, NULL, done_cb, &done);
  g_assert_cmpint (sip_user_agent_get_state (f->alice.agent), ==, SIP_USER_AGENT_STATE_STOPPING);
  fixture_run (f, 0);
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
  g_assert_true (done);
  g_assert_cmpint (sip_user_agent_get_state (f->alice.agent), ==, SIP_USER_AGENT_STATE_STOPPED);
}

static gboolean
drop_all (Fixture *f, SipMsg *msg)
{
  return FALSE;
}

/* Nobody answers the BYE: half of the five seconds, and it is over, for there is nothing else to end. */
static void
test_stop_is_bounded (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  gboolean done = FALSE;

  fixture_establish (f);
  f->filter = drop_all;
  sip_user_agent_stop_async (f->alice.agent, NULL, done_cb, &done);
  fixture_run (f, 2400 * 1000);
  g_assert_false (done);
  fixture_run (f, 200 * 1000);
  g_assert_true (done);
  fixture_run (f, 40 * G_USEC_PER_SEC);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  sip_user_agent_start_finish (SIP_USER_AGENT (source), result, error);
}

static void
connected_cb (SipUserAgent *agent, const char *server, GString *log)
{
  g_string_append_printf (log, "connected %s\n", server);
}

static void
disconnected_cb (SipUserAgent *agent, const char *server, GError *error, GString *log)
{
  g_string_append_printf (log, "disconnected %s\n", server);
}

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent, SipSession *session, gpointer user_data)
{
  return g_object_new (NULL_TYPE_HANDLER, NULL);
}

static void
take_cb (SipUserAgent *agent, SipIncomingSession *session, gpointer user_data)
{
  g_assert_true (sip_incoming_session_accept (session, NULL, NULL));
}

/* dora has no address of her own, but a connection to bob. */
static void
test_calls_back_on_the_connection (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipUserAgent) dora = sip_user_agent_new_with_wheel ("sip:dora@dora.mem", f->wheel);
  const char *servers[] = { "mem://hub?transport=ws", NULL };
  g_autofree char *at = sip_user_agent_listen (f->bob.agent, "mem://hub?transport=ws", NULL);
  g_autoptr (SipOutgoingSession) session = NULL;
  g_autoptr (SipOutgoingSession) back = NULL;
  g_autoptr (SipNameAddr) contact = NULL;
  g_autofree char *target = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (at);
  sip_user_agent_set_servers (dora, servers);
  sip_user_agent_set_session_description_handler_factory (dora, make_handler, NULL, NULL);
  g_signal_connect (dora, "connected", G_CALLBACK (connected_cb), log);
  g_signal_connect (dora, "disconnected", G_CALLBACK (disconnected_cb), log);
  g_signal_connect (dora, "invite", G_CALLBACK (take_cb), NULL);
  sip_user_agent_start_async (dora, NULL, started_cb, &error);
  g_assert_cmpint (sip_user_agent_get_state (dora), ==, SIP_USER_AGENT_STATE_STARTING);
  fixture_run (f, 0);
  g_assert_no_error (error);
  g_assert_cmpint (sip_user_agent_get_state (dora), ==, SIP_USER_AGENT_STATE_STARTED);

  /* She calls: bob knows her by the name under .invalid that her Contact has. */
  session = sip_user_agent_invite (dora, "sip:bob@bob.mem", NULL, NULL);
  fixture_run (f, 0);
  contact = sip_message_get_address (SIP_MESSAGE (sip_session_get_request (f->bob.session)), "Contact", &error);
  g_assert_no_error (error);
  target = sip_uri_to_string (sip_name_addr_get_uri (contact));
  g_assert_nonnull (strstr (target, ".invalid"));
  g_assert_true (sip_session_terminate (SIP_SESSION (session), NULL, NULL));
  fixture_run (f, 0);

  /* He calls that name. */
  back = sip_user_agent_invite (f->bob.agent, target, NULL, &error);
  g_assert_no_error (error);
  fixture_run (f, 0);
  g_assert_cmpint (sip_session_get_state (SIP_SESSION (back)), ==, SIP_SESSION_STATE_ESTABLISHED);

  g_assert_cmpstr (log->str, ==, "connected mem://hub?transport=ws\n");
  /* Not as long as until she tries again. */
  sip_user_agent_stop_async (f->bob.agent, NULL, NULL, NULL);
  fixture_run (f, SIP_RECONNECT_BASE / 2 - 1);
  g_assert_cmpstr (log->str, ==, "connected mem://hub?transport=ws\ndisconnected mem://hub?transport=ws\n");
  g_assert_cmpuint (g_list_model_get_n_items (sip_user_agent_get_sessions (dora)), ==, 0);

  /* Nobody is there under that name any more. */
  sip_user_agent_stop_async (dora, NULL, NULL, NULL);
  fixture_run (f, 3 * G_USEC_PER_SEC);
}

/* A server that is not there: the error tells. */
static void
test_start_fails (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipUserAgent) dora = sip_user_agent_new_with_wheel ("sip:dora@dora.mem", f->wheel);
  const char *servers[] = { "mem://nobody?transport=ws", NULL };
  g_autoptr (GError) error = NULL;

  sip_user_agent_set_servers (dora, servers);
  sip_user_agent_start_async (dora, NULL, started_cb, &error);
  fixture_run (f, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_assert_cmpint (sip_user_agent_get_state (dora), ==, SIP_USER_AGENT_STATE_STOPPED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/user-agent/" #name, test_##name)
  ADD (traffic);
  ADD (list);
  ADD (stop_ends_calls);
  ADD (stop_is_bounded);
  ADD (calls_back_on_the_connection);
  ADD (start_fails);
#undef ADD
  return g_test_run ();
}
