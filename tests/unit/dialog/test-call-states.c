/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-usage-private.h"

/* The table of a call's states and its picture in the documentation are the same: every edge of the one is in the other. That each edge is taken
 * when it should be is what the tests of sessions show. */
static void
test_table (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "docs", "diagrams", "call.dot", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  for (SipCallState from = 0; from < SIP_CALL_N_STATES; from++)
    {
      for (SipCallState to = 0; to < SIP_CALL_N_STATES; to++)
        {
          g_autofree char *edge = g_strdup_printf ("  %s -> %s [", sip_call_state_get_nick (from), sip_call_state_get_nick (to));
          gboolean drawn = strstr (text, edge) != NULL;

          g_test_message ("%s", edge);
          g_assert_cmpint (sip_call_state_may_become (from, to), ==, drawn);
          n += drawn;
        }
    }
  g_assert_cmpuint (n, >, SIP_CALL_N_STATES);
}

static void
test_causes (void)
{
  static const struct
  {
    guint status;
    const char *cause;
  } causes[] = {
    { 300, "Redirected" },      { 301, "Redirected" },           { 302, "Redirected" },           { 303, "SIP Failure Code" },
    { 305, "Redirected" },      { 380, "Redirected" },           { 400, "SIP Failure Code" },     { 401, "Authentication Error" },
    { 403, "Rejected" },        { 404, "Not Found" },            { 407, "Authentication Error" }, { 408, "Unavailable" },
    { 410, "Unavailable" },     { 430, "Unavailable" },          { 480, "Unavailable" },          { 484, "Address Incomplete" },
    { 486, "Busy" },            { 487, "Canceled" },             { 488, "Incompatible SDP" },     { 500, "SIP Failure Code" },
    { 600, "Busy" },            { 603, "Rejected" },             { 604, "Not Found" },            { 606, "Incompatible SDP" },
    { 699, "SIP Failure Code" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    g_assert_cmpstr (sip_cause_for_status (causes[i].status), ==, causes[i].cause);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-states/table", test_table);
  g_test_add_func ("/call-states/causes", test_causes);
  return g_test_run ();
}
