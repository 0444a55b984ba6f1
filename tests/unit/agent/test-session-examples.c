/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

/* The examples of SIP.js's page on sessions, as one writes them in C. Those of docs/migrating-from-sipjs.md are these, line by line. */

static void
test_outgoing (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  SipUserAgent *my_agent = f->alice.agent;

  /* A new outgoing session. */
  g_autoptr (SipOutgoingSession) session = sip_user_agent_invite (my_agent, "sip:bob@bob.mem", NULL, NULL);

  g_assert_true (SIP_IS_OUTGOING_SESSION (session));
  fixture_run (f, 0);
  fixture_expect (f, "alice > INVITE\nbob > 100 INVITE\nbob > 180 INVITE\nbob: invite\n");
}

/* Accept an incoming session. */
static void
invite_cb (SipUserAgent *agent, SipIncomingSession *session)
{
  sip_incoming_session_accept (session, NULL, NULL);
}

static void
test_incoming (void)
{
  g_autoptr (Fixture) f = fixture_new ();
  SipUserAgent *my_agent = f->bob.agent;

  g_signal_connect (my_agent, "invite", G_CALLBACK (invite_cb), NULL);

  fixture_call (f, NULL);
  g_assert_cmpint (sip_session_get_state (f->alice.session), ==, SIP_SESSION_STATE_ESTABLISHED);
  g_string_truncate (f->log, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/session-examples/" #name, test_##name)
  ADD (outgoing);
  ADD (incoming);
#undef ADD
  return g_test_run ();
}
