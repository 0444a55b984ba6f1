/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "script.h"

/* RFC 3261 §9.1. */
static const Script cancel_scripts[] = {
  { "while-ringing", 0,
    "start INVITE -> 0>INVITE\n"
    "peer 180 -> 0<180\n"
    "cancel Reason: SIP;cause=487 -> 0>CANCEL\n"
    "cancel ->\n"
    "peer 200 method=CANCEL ->\n"
    "peer 487 -> 0<487 0>ACK\n"
    "wait 40000\n"
    "count 0 0\n" },
  { "waits-for-the-first-1xx", 0,
    "start INVITE -> 0>INVITE\n"
    "cancel ->\n"
    "wait 500 -> 500>INVITE\n"
    "peer 100 -> 500<100 500>CANCEL\n"
    "peer 180 -> 500<180\n"
    "peer 200 method=CANCEL ->\n"
    "peer 487 -> 500<487 500>ACK\n" },
  { "crosses-a-refusal-before-any-1xx", 0, "start INVITE -> 0>INVITE\n cancel ->\n peer 486 -> 0<486 0>ACK\n wait 64000\n count 0 0" },
  { "crosses-a-2xx-before-any-1xx", 0, "start INVITE -> 0>INVITE\n cancel ->\n peer 200 -> 0<200\n cancel ->\n wait 64000\n count 0 0" },
  { "crosses-a-2xx", 0,
    "start INVITE -> 0>INVITE\n"
    "peer 180 -> 0<180\n"
    "cancel -> 0>CANCEL\n"
    "peer 200 -> 0<200\n"
    "peer 481 method=CANCEL ->\n"
    "wait 64000\n"
    "count 0 0\n" },
  { "is-sent-again", 0,
    "start INVITE -> 0>INVITE\n"
    "peer 180 -> 0<180\n"
    "lose\n"
    "cancel ->\n"
    "keep\n"
    "wait 500 -> 500>CANCEL\n"
    "wait 1000 -> 1500>CANCEL\n"
    "peer 200 method=CANCEL ->\n"
    "wait 10000\n"
    "peer 487 -> 11500<487 11500>ACK\n" },
  { "is-not-answered", SCRIPT_RELIABLE,
    "start INVITE -> 0>INVITE\n"
    "peer 180 -> 0<180\n"
    "wait 100\n"
    "cancel -> 100>CANCEL\n"
    "peer 200 method=CANCEL ->\n"
    "wait 31999\n"
    "wait 1 -> 32100!timeout\n"
    "count 0 0\n"
    "peer 200 -> 32100@200\n" },
  { "of-a-silent-peer", SCRIPT_RELIABLE, "start INVITE -> 0>INVITE\n cancel ->\n wait 32000 -> 32000!timeout\n count 0 0" },
  { "after-the-answer", 0, "start INVITE -> 0>INVITE\n peer 486 -> 0<486 0>ACK\n cancel ->" },
  { "of-another-method", 0, "start OPTIONS -> 0>OPTIONS\n peer 100 -> 0<100\n cancel ->\n peer 200 -> 0<200" },
  { "and-closed", SCRIPT_RELIABLE, "start INVITE -> 0>INVITE\n peer 180 -> 0<180\n cancel -> 0>CANCEL\n close -> 0!transport\n count 0 0" },
};

static const Script detach_scripts[] = {
  { "a-2xx-is-a-stray-one", 0,
    "start INVITE -> 0>INVITE\n"
    "peer 180 -> 0<180\n"
    "detach\n"
    "peer 183 ->\n"
    "peer 200 -> 0@200\n"
    "peer 200 -> 0@200\n"
    "wait 32000\n"
    "count 0 0\n" },
  { "after-the-2xx", 0, "start INVITE -> 0>INVITE\n peer 200 -> 0<200\n detach\n peer 200 to=fork -> 0@200\n wait 32000\n count 0 0" },
  { "a-refusal-is-acknowledged", 0, "start INVITE -> 0>INVITE\n detach\n peer 486 -> 0>ACK\n peer 486 -> 0>ACK" },
  { "a-waiting-cancel-goes-out", 0,
    "start INVITE -> 0>INVITE\n"
    "cancel ->\n"
    "detach ->\n"
    "peer 180 -> 0>CANCEL\n"
    "peer 200 method=CANCEL ->\n"
    "peer 487 -> 0>ACK\n" },
  { "from-the-beginning", 0, "start BYE detached -> 0>BYE\n wait 500 -> 500>BYE\n peer 200 ->\n wait 5000\n count 0 0" },
  { "unanswered", SCRIPT_RELIABLE, "start BYE detached -> 0>BYE\n wait 32000\n count 0 0" },
};

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  script_add ("/sender/cancel", cancel_scripts, G_N_ELEMENTS (cancel_scripts));
  script_add ("/sender/detach", detach_scripts, G_N_ELEMENTS (detach_scripts));

  return g_test_run ();
}
