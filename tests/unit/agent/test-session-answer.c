/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

/* A description handler that answers an offer at once: the same is said and told, in the same order, as with one that takes its time. */

static void
accept_call (Party *party)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (party->session), NULL, &error));
  g_assert_no_error (error);
}

static const char answered[] =
    "bob > 200 INVITE +sdp\n"
    "bob: accepted 200\n"
    "alice > ACK\n"
    "alice: accepted 200\n";

/* Whatever the handler does: what an application has not yet connected to when accept() returns it does not miss. */
static void
test_call (gconstpointer data)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->show_bodies = TRUE;
  f->bob.at_once = GPOINTER_TO_INT (data);
  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  accept_call (&f->bob);
  fixture_expect (f, "");
  g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHING);

  fixture_run (f, 0);
  fixture_expect (f, answered);
  g_assert_cmpuint (f->bob.handler->n_answered, ==, f->bob.at_once ? 1 : 0);
  g_assert_cmpuint (f->bob.handler->n_made, ==, f->bob.at_once ? 0 : 1);
  g_assert_cmpuint (f->bob.handler->n_taken, ==, f->bob.at_once ? 0 : 1);
  g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\n");
  g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\n");
}

/* A fault, or a handler that gives neither an answer nor an error. */
static void
test_refused (gconstpointer data)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.at_once = TRUE;
  f->bob.fail = data;
  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  accept_call (&f->bob);
  fixture_run (f, 0);
  fixture_expect (f, "bob > 488 INVITE\n"
                     "bob: failed 488 \"Bad Media Description\"\n"
                     "bob: terminated 488 \"Bad Media Description\"\n"
                     "alice > ACK\n"
                     "alice: rejected 488 \"Not Acceptable Here\"\n"
                     "alice: failed 488 \"Incompatible SDP\"\n"
                     "alice: terminated 488 \"Incompatible SDP\"\n");
  g_assert_true (f->bob.handler->is_closed);
}

static SipDescription *
mark (SipDescription *description, gpointer user_data, GError **error)
{
  g_autofree char *text = sip_description_to_text (description);
  g_autofree char *marked = g_strconcat (text, "a=marked\r\n", NULL);

  return sip_description_new_from_text (sip_description_get_description_type (description), "application/sdp", marked);
}

static void
set_modifier (SipUserAgent *agent)
{
  g_autoptr (SipDescriptionModifier) modifier = sip_description_modifier_new_for_func (mark, NULL, NULL);
  g_autoptr (GListStore) list = g_list_store_new (SIP_TYPE_DESCRIPTION_MODIFIER);

  g_list_store_append (list, modifier);
  sip_user_agent_set_modifiers (agent, G_LIST_MODEL (list));
}

/* They are to see the offer before the handler does. */
static void
test_modifiers (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.at_once = TRUE;
  set_modifier (f->bob.agent);
  fixture_call (f, NULL);
  accept_call (&f->bob);
  fixture_run (f, 0);
  g_assert_cmpuint (f->bob.handler->n_answered, ==, 0);
  g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\na=marked\r\n");
  g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\na=marked\r\n");
}

/* They come between the offer, which is answered, and the answer's leaving. */
static void
test_late_modifiers (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.at_once = TRUE;
  fixture_call (f, NULL);
  accept_call (&f->bob);
  set_modifier (f->bob.agent);
  fixture_run (f, 0);
  g_assert_cmpuint (f->bob.handler->n_answered, ==, 1);
  g_assert_cmpuint (f->bob.handler->n_made, ==, 0);
  g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\na=marked\r\n");
}

static void
hang_up (NullHandler *handler, gpointer user_data)
{
  Party *party = user_data;

  g_assert_true (sip_session_terminate (party->session, NULL, NULL));
}

static const char turned_away[] =
    "bob > 480 INVITE\n"
    "bob: rejected 480 \"Temporarily Unavailable\"\n"
    "bob: failed 480 \"Unavailable\"\n"
    "bob: terminated 480 \"Unavailable\"\n";

static void
test_ended_within_answer (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.at_once = TRUE;
  f->bob.answering = hang_up;
  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  accept_call (&f->bob);
  fixture_expect (f, turned_away);
  g_assert_true (f->bob.handler->is_closed);
  fixture_run (f, 0);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
}

static void
stop_agent (NullHandler *handler, gpointer user_data)
{
  sip_user_agent_stop_async (((Party *) user_data)->agent, NULL, NULL, NULL);
}

static void
test_stopped_within_answer (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.at_once = TRUE;
  f->bob.answering = stop_agent;
  fixture_call (f, NULL);
  accept_call (&f->bob);
  fixture_run (f, 0);
  g_assert_true (f->bob.handler->is_closed);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
  g_assert_cmpint (sip_user_agent_get_state (f->bob.agent), ==, SIP_USER_AGENT_STATE_STOPPED);
}

static void
test_ended_before_it_is_told (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.at_once = TRUE;
  fixture_call (f, NULL);
  g_string_truncate (f->log, 0);
  accept_call (&f->bob);
  hang_up (NULL, &f->bob);
  fixture_expect (f, turned_away);
  g_assert_cmpuint (f->bob.handler->n_answered, ==, 1);
  g_assert_true (f->bob.handler->is_closed);
  fixture_run (f, 0);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_TERMINATED);
}

/* A re-INVITE; and one that is refused, after which the call goes on. */
static void
test_change (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  f->bob.at_once = TRUE;
  fixture_establish (f);
  sip_session_reinvite_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\n"
                     "bob: reinvite\n"
                     "bob > 100 INVITE\n"
                     "bob > 200 INVITE\n"
                     "alice > ACK\n");
  g_assert_cmpuint (f->bob.handler->n_answered, ==, 2);

  f->bob.handler->fail = "take";
  sip_session_reinvite_async (f->alice.session, NULL, NULL, NULL, NULL);
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\n"
                     "bob: reinvite\n"
                     "bob > 100 INVITE\n"
                     "bob > 488 INVITE\n"
                     "alice > ACK\n");
  g_assert_cmpint (sip_session_get_state (f->bob.session), ==, SIP_SESSION_STATE_ESTABLISHED);
}

/* A 2xx brings the offer: its ACK takes the answer. */
static void
test_late_offer (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "invite-without-sdp", TRUE, NULL);

  f->show_bodies = TRUE;
  f->alice.at_once = TRUE;
  fixture_call (f, options);
  accept_call (&f->bob);
  g_string_truncate (f->log, 0);
  fixture_run (f, 0);
  fixture_expect (f, "bob > 200 INVITE +sdp\n"
                     "bob: accepted 200\n"
                     "alice > ACK +sdp\n"
                     "alice: accepted 200\n");
  g_assert_cmpuint (f->alice.handler->n_answered, ==, 1);
  g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/session-answer/call", GINT_TO_POINTER (TRUE), test_call);
  g_test_add_data_func ("/session-answer/call-with-time", GINT_TO_POINTER (FALSE), test_call);
  g_test_add_data_func ("/session-answer/refused", "take", test_refused);
  g_test_add_data_func ("/session-answer/nothing", "nothing", test_refused);
  g_test_add_func ("/session-answer/modifiers", test_modifiers);
  g_test_add_func ("/session-answer/late-modifiers", test_late_modifiers);
  g_test_add_func ("/session-answer/ended-within-answer", test_ended_within_answer);
  g_test_add_func ("/session-answer/stopped-within-answer", test_stopped_within_answer);
  g_test_add_func ("/session-answer/ended-before-it-is-told", test_ended_before_it_is_told);
  g_test_add_func ("/session-answer/change", test_change);
  g_test_add_func ("/session-answer/late-offer", test_late_offer);

  return g_test_run ();
}
