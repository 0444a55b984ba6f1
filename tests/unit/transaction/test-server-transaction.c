/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "script.h"

/* RFC 3261 §17.2.1 and RFC 6026 §7.1: every edge of the INVITE server machine. T1 is 500 ms, T2 4 s, T4 5 s. */
static const Script invite_scripts[] = {
  { "trying-by-itself", 0, "peer INVITE -> 0?INVITE 0>100/INVITE" },
  { "no-trying-when-answered-at-once", 0, "on 180\n peer INVITE -> 0?INVITE 0>180/INVITE" },
  { "no-trying-when-finally-answered-at-once", 0, "on 200\n peer INVITE -> 0?INVITE 0>200/INVITE" },
  { "provisional-again-for-a-retransmission", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "peer INVITE -> 0>100/INVITE\n"
    "answer 180 -> 0>180/INVITE\n"
    "wait 700\n"
    "peer INVITE -> 700>180/INVITE\n"
    "answer 183 -> 700>183/INVITE\n"
    "peer INVITE -> 700>183/INVITE\n" },
  { "proceeding-has-no-end", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "wait 3600000\n"
    "count 0 1\n"
    "answer 200 -> 3600000>200/INVITE\n" },
  { "accepted-absorbs-until-L", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 200 -> 0>200/INVITE\n"
    "peer INVITE ->\n"
    "answer 200 -> 0refused\n"
    "answer 486 -> 0refused\n"
    "again -> 0>200/INVITE\n"
    "peer ACK branch=2 to=us -> 0?ACK\n"
    "peer ACK branch=1 to=us -> 0?ACK\n"
    "wait 31999\n"
    "peer INVITE ->\n"
    "again -> 31999>200/INVITE\n"
    "wait 1 -> 32000~\n"
    "count 0 0\n" },
  { "accepted-has-the-same-end-over-tcp", SCRIPT_RELIABLE,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 200 -> 0>200/INVITE\n"
    "wait 31999\n"
    "wait 1 -> 32000~\n" },
  { "refused-repeats-by-G-until-H", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 486 -> 0>486/INVITE\n"
    "wait 499\n"
    "wait 1 -> 500>486/INVITE\n"
    "wait 1000 -> 1500>486/INVITE\n"
    "wait 2000 -> 3500>486/INVITE\n"
    "wait 3999\n"
    "wait 1 -> 7500>486/INVITE\n"
    "wait 24499 -> 11500>486/INVITE 15500>486/INVITE 19500>486/INVITE 23500>486/INVITE 27500>486/INVITE 31500>486/INVITE\n"
    "wait 1 -> 32000!timeout 32000~\n"
    "count 0 0\n" },
  { "refused-does-not-repeat-over-tcp", SCRIPT_RELIABLE,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 486 -> 0>486/INVITE\n"
    "peer INVITE -> 0>486/INVITE\n"
    "wait 31999\n"
    "wait 1 -> 32000!timeout 32000~\n" },
  { "refused-and-acknowledged", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 486 -> 0>486/INVITE\n"
    "wait 100\n"
    "peer INVITE -> 100>486/INVITE\n"
    "peer ACK to=us ->\n"
    "peer ACK to=us ->\n"
    "peer INVITE ->\n"
    "answer 200 -> 100refused\n"
    "wait 4999\n"
    "count 0 1\n"
    "wait 1 -> 5100~\n"
    "peer ACK to=us -> 5100?ACK\n" },
  { "refused-and-acknowledged-over-tcp", SCRIPT_RELIABLE,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 603 -> 0>603/INVITE\n"
    "wait 10\n"
    "peer ACK to=us -> 10~\n"
    "count 0 0\n" },
  { "refused-and-the-ack-was-lost", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 404 -> 0>404/INVITE\n"
    "wait 600 -> 500>404/INVITE\n"
    "peer ACK to=us ->\n"
    "wait 10000 -> 5600~\n" },
  { "an-ack-that-nobody-waits-for", 0, "peer INVITE -> 0?INVITE 0>100/INVITE\n peer ACK ->\n answer 200 -> 0>200/INVITE" },
  { "refused-by-the-flow-while-proceeding", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "refuse\n"
    "answer 180 -> 0!transport\n"
    "answer 183 ->\n"
    "take\n"
    "peer INVITE -> 0>183/INVITE\n"
    "answer 200 -> 0>200/INVITE\n"
    "wait 32000 -> 32000~\n" },
  { "refused-by-the-flow-while-completed", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "refuse\n"
    "answer 486 -> 0!transport\n"
    "wait 500\n"
    "take\n"
    "wait 1000 -> 1500>486/INVITE\n"
    "peer ACK to=us ->\n"
    "wait 5000 -> 6500~\n" },
  { "refused-by-the-flow-and-acknowledged", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 486 -> 0>486/INVITE\n"
    "refuse\n"
    "peer INVITE -> 0!transport\n"
    "peer ACK to=us ->\n"
    "wait 5000 -> 5000~\n" },
  { "refused-by-the-flow-while-accepted", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "refuse\n"
    "answer 200 -> 0!transport\n"
    "again ->\n"
    "take\n"
    "again -> 0>200/INVITE\n"
    "wait 31999\n"
    "wait 1 -> 32000~\n" },
  { "closed-while-proceeding", SCRIPT_RELIABLE,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "wait 5\n"
    "close -> 5!transport 5~\n"
    "count 0 0\n" },
  { "closed-while-completed", SCRIPT_RELIABLE,
    "on 486\n"
    "peer INVITE -> 0?INVITE 0>486/INVITE\n"
    "close -> 0!transport 0~\n" },
  { "closed-while-accepted", SCRIPT_RELIABLE,
    "on 200\n"
    "peer INVITE -> 0?INVITE 0>200/INVITE\n"
    "close -> 0!transport 0~\n" },
};

/* RFC 3261 §17.2.2. */
static const Script other_scripts[] = {
  { "trying-absorbs", 0, "peer OPTIONS -> 0?OPTIONS\n peer OPTIONS ->\n wait 500\n peer OPTIONS ->" },
  { "proceeding", 0,
    "peer OPTIONS -> 0?OPTIONS\n"
    "answer 100 -> 0>100/OPTIONS\n"
    "peer OPTIONS -> 0>100/OPTIONS\n"
    "answer 183 -> 0>183/OPTIONS\n"
    "peer OPTIONS -> 0>183/OPTIONS\n"
    "answer 200 -> 0>200/OPTIONS\n"
    "peer OPTIONS -> 0>200/OPTIONS\n" },
  { "completed-until-J", 0,
    "on 200\n"
    "peer BYE -> 0?BYE 0>200/BYE\n"
    "answer 500 -> 0refused\n"
    "wait 500\n"
    "peer BYE -> 500>200/BYE\n"
    "answer 500 -> 500refused\n"
    "wait 31499\n"
    "peer BYE -> 31999>200/BYE\n"
    "wait 1 -> 32000~\n"
    "count 0 0\n"
    "peer BYE -> 32000?BYE 32000>200/BYE\n" },
  { "completed-over-tcp", SCRIPT_RELIABLE, "on 404\n peer BYE -> 0?BYE 0~ 0>404/BYE\n count 0 0" },
  { "an-unknown-method", 0,
    "peer FOO -> 0?FOO\n"
    "peer BAR -> 0?BAR\n"
    "answer 405 -> 0>405/BAR\n"
    "peer FOO ->\n"
    "peer BAR -> 0>405/BAR\n"
    "count 0 2\n" },
  { "never-answered", 0,
    "peer OPTIONS -> 0?OPTIONS\n"
    "wait 31999\n"
    "wait 1 -> 32000!timeout 32000~\n"
    "count 0 0\n" },
  { "never-finally-answered", SCRIPT_RELIABLE,
    "on 100\n"
    "peer OPTIONS -> 0?OPTIONS 0>100/OPTIONS\n"
    "wait 32000 -> 32000!timeout 32000~\n" },
  { "refused-by-the-flow-while-proceeding", 0, "peer OPTIONS -> 0?OPTIONS\n refuse\n answer 100 -> 0!transport 0~" },
  { "refused-by-the-flow-when-completed", 0, "peer OPTIONS -> 0?OPTIONS\n refuse\n answer 200 -> 0!transport 0~\n count 0 0" },
  { "refused-by-the-flow-later", 0,
    "on 200\n"
    "peer OPTIONS -> 0?OPTIONS 0>200/OPTIONS\n"
    "refuse\n"
    "peer OPTIONS ->\n"
    "take\n"
    "peer OPTIONS -> 0>200/OPTIONS\n" },
  { "closed-while-trying", SCRIPT_RELIABLE, "peer OPTIONS -> 0?OPTIONS\n close -> 0!transport 0~" },
  { "closed-while-proceeding", SCRIPT_RELIABLE, "on 100\n peer OPTIONS -> 0?OPTIONS 0>100/OPTIONS\n close -> 0!transport 0~" },
};

/* RFC 3261 §9.2. */
static const Script cancel_scripts[] = {
  { "before-the-answer", 0,
    "peer INVITE -> 0?INVITE 0>100/INVITE\n"
    "answer 180 -> 0>180/INVITE\n"
    "peer CANCEL -> 0?CANCEL 0>200/CANCEL\n"
    "peer CANCEL -> 0>200/CANCEL\n"
    "answer 487 -> 0>487/INVITE\n"
    "peer CANCEL -> 0>200/CANCEL\n"
    "peer ACK to=us ->\n"
    "peer CANCEL -> 0>200/CANCEL\n"
    "wait 5000 -> 5000~\n"
    "peer CANCEL -> 5000>481/CANCEL\n" },
  { "after-a-2xx", 0,
    "on 200\n"
    "peer INVITE -> 0?INVITE 0>200/INVITE\n"
    "peer CANCEL -> 0>200/CANCEL\n" },
  { "after-a-refusal", 0,
    "on 486\n"
    "peer INVITE -> 0?INVITE 0>486/INVITE\n"
    "peer CANCEL -> 0>200/CANCEL\n" },
  { "of-nothing", 0, "peer CANCEL -> 0>481/CANCEL\n count 0 0" },
  { "of-another-branch", 0, "peer INVITE -> 0?INVITE 0>100/INVITE\n peer CANCEL branch=2 -> 0>481/CANCEL" },
  { "of-another-sender", 0, "peer INVITE -> 0?INVITE 0>100/INVITE\n peer CANCEL sentby=else.mem -> 0>481/CANCEL" },
  { "of-another-method", 0, "peer OPTIONS -> 0?OPTIONS\n peer CANCEL -> 0>481/CANCEL" },
};

/* RFC 3261 §17.2.3. */
static const Script match_scripts[] = {
  { "other-branch", 0,
    "peer OPTIONS branch=1 to=a -> 0?OPTIONS\n"
    "peer OPTIONS branch=2 to=a -> 0?OPTIONS\n"
    "count 0 2\n" },
  { "other-sent-by", 0,
    "peer OPTIONS to=a -> 0?OPTIONS\n"
    "peer OPTIONS to=a sentby=else.mem -> 0?OPTIONS\n"
    "peer OPTIONS to=a sentby=peer.mem:5060 -> 0?OPTIONS\n"
    "peer OPTIONS to=a sentby=peer.mem ->\n"
    "count 0 3\n" },
  { "other-method", 0,
    "peer OPTIONS to=a -> 0?OPTIONS\n"
    "peer INFO to=a -> 0?INFO\n"
    "peer INVITE to=a -> 0?INVITE 0>100/INVITE\n"
    "peer BYE to=a -> 0?BYE\n"
    "count 0 4\n" },
  { "everything-else-does-not-matter", 0,
    "peer OPTIONS to=a -> 0?OPTIONS\n"
    "peer OPTIONS to=b from=c callid=d cseq=9 uri=sip:e ->\n" },
  { "two-invites-one-acknowledged", 0,
    "on 486\n"
    "peer INVITE branch=1 callid=a -> 0?INVITE 0>486/INVITE\n"
    "peer INVITE branch=2 callid=b -> 0?INVITE 0>486/INVITE\n"
    "peer ACK branch=1 callid=a to=us ->\n"
    "wait 500 -> 500>486/INVITE\n"
    "wait 4500 -> 1500>486/INVITE 3500>486/INVITE 5000~\n"
    "peer ACK branch=2 callid=b to=us ->\n" },
  { "merged", 0,
    "peer INVITE branch=1 -> 0?INVITE 0>100/INVITE\n"
    "peer INVITE branch=2 -> 0>482/INVITE\n"
    "peer INVITE branch=2 -> 0>482/INVITE\n"
    "peer ACK branch=2 to=x -> 0?ACK\n"
    "peer INVITE branch=1 sentby=else.mem -> 0>482/INVITE\n"
    "count 0 1\n" },
  { "merged-while-the-first-lives", 0,
    "on 200\n"
    "peer OPTIONS branch=1 -> 0?OPTIONS 0>200/OPTIONS\n"
    "wait 31000\n"
    "peer OPTIONS branch=2 -> 31000>482/OPTIONS\n"
    "wait 1000 -> 32000~\n"
    "peer OPTIONS branch=2 -> 32000?OPTIONS 32000>200/OPTIONS\n" },
  { "not-merged", 0,
    "peer INVITE branch=1 -> 0?INVITE 0>100/INVITE\n"
    "peer INVITE branch=2 from=else -> 0?INVITE 0>100/INVITE\n"
    "peer INVITE branch=3 callid=else -> 0?INVITE 0>100/INVITE\n"
    "peer INVITE branch=4 cseq=2 -> 0?INVITE 0>100/INVITE\n"
    "peer INVITE branch=5 to=else -> 0?INVITE 0>100/INVITE\n"
    "peer INVITE branch=6 to=else -> 0?INVITE 0>100/INVITE\n"
    "peer OPTIONS branch=7 -> 0?OPTIONS\n"
    "peer FOO branch=8 -> 0?FOO\n"
    "peer BAR branch=9 -> 0?BAR\n"
    "peer BAR branch=10 -> 0>482/BAR\n" },
};

/* RFC 3261 §17.2.3: clients of RFC 2543 have no magic cookie. */
static const Script old_scripts[] = {
  { "no-branch", 0,
    "on 486\n"
    "peer INVITE via=- -> 0?INVITE 0>486/INVITE\n"
    "peer INVITE via=- -> 0>486/INVITE\n"
    "peer ACK via=- to=other -> 0?ACK\n"
    "peer ACK via=- to=us cseq=2 -> 0?ACK\n"
    "peer ACK via=- to=us ->\n"
    "wait 5000 -> 5000~\n" },
  { "a-branch-of-old", 0,
    "peer OPTIONS via=;branch=1 -> 0?OPTIONS\n"
    "peer OPTIONS via=;branch=1 ->\n"
    "peer OPTIONS via=;branch=1 to=a -> 0?OPTIONS\n"
    "peer OPTIONS via=;branch=1 to=a ->\n"
    "peer OPTIONS via=;branch=1 to=b -> 0?OPTIONS\n"
    "peer OPTIONS via=;branch=1 from=else -> 0?OPTIONS\n"
    "peer OPTIONS via=;branch=1 callid=else -> 0?OPTIONS\n"
    "peer OPTIONS via=;branch=1 cseq=2 -> 0?OPTIONS\n"
    "peer OPTIONS via=;branch=1 to=a uri=sip:else -> 0?OPTIONS\n"
    "peer OPTIONS via=;branch=2 to=a -> 0?OPTIONS\n"
    "peer INFO via=;branch=1 -> 0?INFO\n"
    "count 0 9\n" },
  { "the-cookie-alone", 0,
    "peer OPTIONS via=;branch=z9hG4bK -> 0?OPTIONS\n"
    "peer OPTIONS via=;branch=z9hG4bK ->\n"
    "peer OPTIONS via=;branch=z9hG4bK callid=else -> 0?OPTIONS\n" },
  { "cancel", 0,
    "peer INVITE via=- -> 0?INVITE 0>100/INVITE\n"
    "peer CANCEL via=- callid=else -> 0>481/CANCEL\n"
    "peer CANCEL via=- -> 0?CANCEL 0>200/CANCEL\n"
    "answer 487 -> 0>487/INVITE\n"
    "peer ACK via=- to=us ->\n" },
  { "merged", 0,
    "peer INVITE via=;branch=1 -> 0?INVITE 0>100/INVITE\n"
    "peer INVITE via=;branch=2 -> 0>482/INVITE\n"
    "peer INVITE branch=1 -> 0>482/INVITE\n" },
};

#define HEAD "Via: SIP/2.0/UDP peer.mem;branch=z9hG4bK-d\\nMax-Forwards: 70\\n" \
             "From: <sip:b@peer.mem>;tag=d\\nTo: <sip:a@us.mem>\\nCall-ID: d\\n"

/* What a message lacks is said without a transaction, and never to an ACK or to a response. */
static const Script defect_scripts[] = {
  { "request", 0,
    "raw OPTIONS sip:us.mem SIP/2.0\\n" HEAD "CSeq: 1 INVITE\\n\\n -> 0>400/INVITE\n"
    "count 0 0\n" },
  { "too-short", 0, "raw OPTIONS sip:us.mem SIP/2.0\\n" HEAD "CSeq: 1 OPTIONS\\nContent-Length: 9\\n\\nshort -> 0>400/OPTIONS" },
  { "cancel", 0, "raw CANCEL sip:us.mem SIP/2.0\\n" HEAD "CSeq: 1 CANCEL\\nContent-Length: 9\\n\\nshort -> 0>400/CANCEL" },
  { "ack", 0, "raw ACK sip:us.mem SIP/2.0\\n" HEAD "CSeq: 1 ACK\\nContent-Length: 9\\n\\nshort ->" },
  { "stray-response", 0,
    "raw SIP/2.0 200 OK\\n" HEAD "CSeq: 1 OPTIONS\\n\\n ->\n"
    "raw SIP/2.0 404 No\\n" HEAD "CSeq: 1 INVITE\\n\\n ->\n"
    "raw SIP/2.0 200 OK\\n" HEAD "CSeq: 1 INVITE\\n\\n -> 0@200\n" },
};

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  script_add ("/server-transaction/invite", invite_scripts, G_N_ELEMENTS (invite_scripts));
  script_add ("/server-transaction/other", other_scripts, G_N_ELEMENTS (other_scripts));
  script_add ("/server-transaction/cancel", cancel_scripts, G_N_ELEMENTS (cancel_scripts));
  script_add ("/server-transaction/match", match_scripts, G_N_ELEMENTS (match_scripts));
  script_add ("/server-transaction/old", old_scripts, G_N_ELEMENTS (old_scripts));
  script_add ("/server-transaction/defect", defect_scripts, G_N_ELEMENTS (defect_scripts));

  return g_test_run ();
}
