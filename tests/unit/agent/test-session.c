/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/fixture.h"
#include "sip.h"

#define RINGING \
  "alice > INVITE\nbob > 100 INVITE\nbob > 180 INVITE\nbob: invite\nalice: progress 100\nalice: progress 180\n"

static void
test_accept_and_bye (void)
{
  g_autoptr (Fixture) f = fixture_new ();

  fixture_call (f, NULL);
  fixture_expect (f, RINGING);
  g_assert_true (sip_incoming_session_accept (SIP_INCOMING_SESSION (f->bob.session), NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "bob > 200 INVITE\nbob: accepted 200\nalice > ACK\nalice: accepted 200\n");
  g_assert_cmpstr (f->bob.handler->remote, ==, "v=0\r\ns=alice\r\n");
  g_assert_cmpstr (f->alice.handler->remote, ==, "v=0\r\ns=bob\r\n");

  g_assert_true (sip_session_bye (f->alice.session, NULL, NULL));
  fixture_run (f, 0);
  fixture_expect (f, "alice > BYE\nalice: bye\nalice: terminated null \"Terminated\"\n"
                     "bob > 200 BYE\nbob: bye\nbob: terminated BYE \"Terminated\"\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/accept-and-bye", test_accept_and_bye);
  return g_test_run ();
}
