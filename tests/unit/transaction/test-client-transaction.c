/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "script.h"

/* RFC 3261 §17.1.1 and RFC 6026 §7.2: every edge of the INVITE client machine, seen through a sender. */
static const Script invite_scripts[] = {
  { "A-doubles-until-B", 0,
    "lose\n"
    "start INVITE\n"
    "keep\n"
    "wait 499\n"
    "wait 1 -> 500>INVITE\n"
    "wait 1000 -> 1500>INVITE\n"
    "wait 30499 -> 3500>INVITE 7500>INVITE 15500>INVITE 31500>INVITE\n"
    "wait 1 -> 32000!timeout\n"
    "count 0 0\n" },
  { "B-over-tcp", SCRIPT_RELIABLE, "start INVITE -> 0>INVITE\n wait 31999\n wait 1 -> 32000!timeout\n count 0 0" },
  { "a-1xx-stops-the-timers", 0,
    "start INVITE -> 0>INVITE\n"
    "wait 200\n"
    "peer 100 -> 200<100\n"
    "wait 3600000\n"
    "peer 180 -> 3600200<180\n"
    "peer 180 -> 3600200<180\n"
    "peer 200 -> 3600200<200\n" },
  { "accepted-until-M", 0,
    "start INVITE -> 0>INVITE\n"
    "peer 200 -> 0<200\n"
    "peer 200 -> 0<200\n"
    "peer 200 to=fork -> 0<200\n"
    "peer 180 ->\n"
    "peer 486 ->\n"
    "wait 31999\n"
    "count 1 0\n"
    "peer 200 -> 31999<200\n"
    "wait 1\n"
    "count 0 0\n"
    "peer 200 -> 32000@200\n" },
  { "accepted-until-M-over-tcp", SCRIPT_RELIABLE,
    "start INVITE -> 0>INVITE\n"
    "peer 180 -> 0<180\n"
    "peer 200 -> 0<200\n"
    "wait 31999\n"
    "peer 200 to=fork -> 31999<200\n"
    "wait 1\n"
    "count 0 0\n" },
  { "refused-until-D", 0,
    "start INVITE -> 0>INVITE\n"
    "peer 486 -> 0<486 0>ACK\n"
    "peer 486 -> 0>ACK\n"
    "peer 603 -> 0>ACK\n"
    "peer 180 ->\n"
    "wait 31999\n"
    "peer 486 -> 31999>ACK\n"
    "wait 1\n"
    "count 0 0\n"
    "peer 486 ->\n" },
  { "refused-while-ringing", 0, "start INVITE -> 0>INVITE\n peer 180 -> 0<180\n peer 302 -> 0<302 0>ACK" },
  { "refused-over-tcp", SCRIPT_RELIABLE,
    "start INVITE -> 0>INVITE\n"
    "peer 404 -> 0<404 0>ACK\n"
    "count 0 0\n"
    "peer 404 ->\n" },
  { "refused-and-yet-accepted", 0, "start INVITE -> 0>INVITE\n peer 487 -> 0<487 0>ACK\n peer 200 to=fork -> 0@200" },
  { "no-answer-after-the-ack-is-lost", 0,
    "start INVITE -> 0>INVITE\n"
    "lose\n"
    "peer 486 -> 0<486\n"
    "keep\n"
    "wait 500\n"
    "peer 486 -> 500>ACK\n" },
  { "closed-while-calling", SCRIPT_RELIABLE, "start INVITE -> 0>INVITE\n peer 180 -> 0<180\n close -> 0!transport\n count 0 0" },
  { "closed-once-accepted", SCRIPT_RELIABLE, "start INVITE -> 0>INVITE\n peer 200 -> 0<200\n close ->\n wait 32000\n count 0 0" },
  { "other-branch", 0,
    "start INVITE -> 0>INVITE\n"
    "peer 180 branch=z9hG4bKother ->\n"
    "peer 180 branch=other ->\n"
    "peer 486 branch=z9hG4bKother ->\n"
    "peer 200 branch=z9hG4bKother -> 0@200\n"
    "peer 180 -> 0<180\n" },
  { "more-than-one-via", 0, "start INVITE -> 0>INVITE\n peer 180 more=else.mem ->\n peer 200 more=else.mem ->\n peer 180 -> 0<180" },
  { "refused-by-the-flow", 0, "refuse\n start INVITE -> 0!transport\n count 0 0" },
  { "refused-by-the-flow-later", 0, "lose\n start INVITE\n refuse\n wait 499\n wait 1 -> 500!transport\n count 0 0" },
  { "other-method", 0, "start INVITE -> 0>INVITE\n peer 180 method=OPTIONS ->\n peer 200 method=OPTIONS ->\n peer 180 -> 0<180" },
};

/* RFC 3261 §17.1.2. */
static const Script other_scripts[] = {
  { "E-doubles-to-T2-until-F", 0,
    "start OPTIONS -> 0>OPTIONS\n"
    "wait 499\n"
    "wait 1 -> 500>OPTIONS\n"
    "wait 1000 -> 1500>OPTIONS\n"
    "wait 2000 -> 3500>OPTIONS\n"
    "wait 4000 -> 7500>OPTIONS\n"
    "wait 24499 -> 11500>OPTIONS 15500>OPTIONS 19500>OPTIONS 23500>OPTIONS 27500>OPTIONS 31500>OPTIONS\n"
    "wait 1 -> 32000!timeout\n"
    "count 0 0\n" },
  { "F-over-tcp", SCRIPT_RELIABLE, "start OPTIONS -> 0>OPTIONS\n wait 31999\n wait 1 -> 32000!timeout\n count 0 0" },
  { "E-is-T2-while-proceeding", 0,
    "start OPTIONS -> 0>OPTIONS\n"
    "wait 200\n"
    "peer 100 -> 200<100\n"
    "wait 300 -> 500>OPTIONS\n"
    "wait 3999\n"
    "wait 1 -> 4500>OPTIONS\n"
    "wait 27499 -> 8500>OPTIONS 12500>OPTIONS 16500>OPTIONS 20500>OPTIONS 24500>OPTIONS 28500>OPTIONS\n"
    "wait 1 -> 32000!timeout\n" },
  { "proceeding-over-tcp", SCRIPT_RELIABLE,
    "start OPTIONS -> 0>OPTIONS\n"
    "peer 100 -> 0<100\n"
    "peer 182 -> 0<182\n"
    "wait 32000 -> 32000!timeout\n" },
  { "completed-until-K", 0,
    "start BYE -> 0>BYE\n"
    "peer 200 -> 0<200\n"
    "peer 200 ->\n"
    "peer 100 ->\n"
    "peer 500 ->\n"
    "wait 4999\n"
    "count 1 0\n"
    "peer 200 ->\n"
    "wait 1\n"
    "count 0 0\n" },
  { "completed-after-a-1xx", 0, "start BYE -> 0>BYE\n peer 100 -> 0<100\n peer 408 -> 0<408\n wait 5000\n count 0 0" },
  { "completed-over-tcp", SCRIPT_RELIABLE, "start BYE -> 0>BYE\n peer 481 -> 0<481\n count 0 0" },
  { "closed", SCRIPT_RELIABLE, "start OPTIONS -> 0>OPTIONS\n peer 100 -> 0<100\n close -> 0!transport\n count 0 0" },
  { "dropped-by-us", SCRIPT_RELIABLE, "start OPTIONS -> 0>OPTIONS\n peer 100 -> 0<100\n drop -> 0!transport\n count 0 0" },
};

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  script_add ("/client-transaction/invite", invite_scripts, G_N_ELEMENTS (invite_scripts));
  script_add ("/client-transaction/other", other_scripts, G_N_ELEMENTS (other_scripts));

  return g_test_run ();
}
