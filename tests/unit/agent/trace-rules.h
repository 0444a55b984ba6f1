/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

/* What test-session-traces.c expects of a call: its states, what can happen in them, and what comes of it. */

/* The states of a call as one sees them from outside; o_: alice calls, i_: she is called. */
#define STATES(X) \
  X (o_preparing)  /* the offer is being made */ \
  X (o_calling) \
  X (o_trying)     /* 100, without a tag, came: there is no dialog */ \
  X (o_ringing)    /* 180, with a tag, came */ \
  X (o_agreed)     /* offer and answer were exchanged, in a reliable 183 (RFC 3262) */ \
  X (o_updating)   /* ... and an offer of ours is in an UPDATE (RFC 3311) */ \
  X (o_overtaken)  /* 180 came, and a BYE, before any 2xx */ \
  X (o_withheld)   /* cancelled, but the CANCEL waits for a 1xx */ \
  X (o_failing)    /* the same, because the media failed */ \
  X (o_stopped)    /* the CANCEL is out, and there is no dialog */ \
  X (o_cancelled)  /* the CANCEL is out */ \
  X (o_failed)     /* the same, because the media failed */ \
  X (o_taking)     /* a late offer came in the 2xx, its answer is being made */ \
  X (o_talking) \
  X (o_holding)    /* our re-INVITE is out, to hold */ \
  X (o_changing)   /* ... or just so */ \
  X (o_waiting)    /* it was refused with 491, and comes again */ \
  X (o_changed)    /* theirs was answered and has no ACK */ \
  X (o_queued)     /* ... and ours waits for that */ \
  X (o_refused)    /* over: a 3xx-6xx came */ \
  X (o_over)       /* over, after it was accepted: a 2xx that comes again is still to be acknowledged */ \
  X (o_gone)       /* over, and nothing is left of it */ \
  X (i_ringing) \
  X (i_promising)  /* our answer is in a reliable 183, whose PRACK has not come */ \
  X (i_agreed)     /* ... and has come */ \
  X (i_updating)   /* ... and an offer of ours is in an UPDATE */ \
  X (i_eager)      /* accepted before it has come */ \
  X (i_answering)  /* accepted, the answer is being made */ \
  X (i_accepted)   /* the 200 is out, no ACK came */ \
  X (i_leaving)    /* hung up meanwhile: the BYE waits for the ACK */ \
  X (i_failing)    /* the same, because the media failed */ \
  X (i_talking) \
  X (i_holding) \
  X (i_changing) \
  X (i_waiting) \
  X (i_changed) \
  X (i_queued) \
  X (i_over)

typedef enum
{
#define X(name) name,
  STATES (X)
#undef X
  N_STATES,
  SAME
} State;

static const char *const state_names[] = {
#define X(name) #name,
  STATES (X)
#undef X
};

typedef enum
{
  /* methods */
  M_CANCEL,
  M_TERMINATE,
  M_BYE,
  M_HOLD,
  M_REINVITE,
  M_DTMF,
  M_REFER,
  M_PROGRESS,
  M_REPLY,
  M_ACCEPT,
  M_REJECT,
  /* responses to the INVITE that began the call */
  R_100,
  R_180,
  R_RELIABLE,
  R_200,
  R_200_EMPTY,
  R_302,
  R_486,
  R_487,
  R_503,
  R_603,
  /* responses to our re-INVITE */
  C_100,
  C_200,
  C_200_EMPTY,
  C_488,
  C_491,
  C_481,
  /* responses to our UPDATE */
  U_200,
  U_200_EMPTY,
  U_488,
  U_491,
  U_481,
  /* requests */
  Q_ACK,
  Q_PRACK,
  Q_BYE,
  Q_CANCEL,
  Q_REINVITE,
  Q_REINVITE_EMPTY,
  Q_UPDATE,
  Q_UPDATE_OFFER,
  Q_DTMF,
  Q_INFO,
  Q_OPTIONS,
  Q_MESSAGE,
  Q_REFER,
  Q_NOTIFY,
  Q_UNKNOWN,
  Q_OLD_CSEQ,
  /* and the rest of the world */
  W_MADE,   /* the description handler has made what it was asked for */
  W_MEDIA,  /* the media broke */
  W_MINUTE, /* a minute passes */
  N_EVENTS
} Event;

static const char *const event_names[] = {
  "cancel", "terminate", "bye", "hold", "reinvite", "dtmf", "refer", "progress", "reply", "accept", "reject",
  "100", "180", "reliable 183", "200", "200 without SDP", "302", "486", "487", "503", "603",
  "100 to re-INVITE", "200 to re-INVITE", "200 without SDP to re-INVITE", "488 to re-INVITE", "491 to re-INVITE", "481 to re-INVITE",
  "200 to UPDATE", "200 without SDP to UPDATE", "488 to UPDATE", "491 to UPDATE", "481 to UPDATE",
  "ACK", "PRACK", "BYE", "CANCEL", "re-INVITE", "re-INVITE without SDP", "UPDATE", "UPDATE with SDP", "INFO dtmf", "INFO", "OPTIONS", "MESSAGE", "REFER", "NOTIFY", "FOO", "old CSeq",
  "description made", "media failure", "a minute",
};

/* --- the rules --- */

#define ON(state) (1ull << (state))
#define O_AGREED (ON (o_agreed) | ON (o_updating))
#define O_EARLY (ON (o_calling) | ON (o_trying) | ON (o_ringing) | O_AGREED | ON (o_overtaken))
#define O_CANCELLED (ON (o_withheld) | ON (o_stopped) | ON (o_cancelled))
#define O_BROKEN (ON (o_failing) | ON (o_failed))
#define CHANGING (ON (o_holding) | ON (i_holding) | ON (o_changing) | ON (i_changing))
#define WAITING (ON (o_waiting) | ON (i_waiting))
#define QUEUED (ON (o_queued) | ON (i_queued))
#define CHANGED (ON (o_changed) | ON (i_changed) | QUEUED)
#define TALKING (ON (o_talking) | ON (i_talking))
#define CONFIRMED (TALKING | CHANGING | WAITING | CHANGED)
#define I_RELIABLE (ON (i_promising) | ON (i_agreed) | ON (i_updating) | ON (i_eager))
#define I_EARLY (ON (i_ringing) | ON (i_answering) | I_RELIABLE)
#define I_LEAVING (ON (i_leaving) | ON (i_failing))
#define OVER (ON (o_refused) | ON (o_over) | ON (o_gone) | ON (i_over))
/* carol knows the dialog, and alice has it */
#define EARLY_DIALOG (ON (o_ringing) | O_AGREED | ON (o_overtaken) | ON (o_cancelled) | ON (o_failed) | I_EARLY)
#define NO_DIALOG (ON (o_calling) | ON (o_trying) | ON (o_withheld) | ON (o_stopped) | ON (o_failing) | ON (o_refused) | ON (o_gone) | ON (i_over))

#define CANCELED(m) "rejected " m ", failed " m " \"Canceled\", terminated " m " \"Canceled\""
#define ENDED(message, cause) "bye, terminated " message " \"" cause "\""
#define WE_HANG_UP "→BYE, " ENDED ("null", "Terminated")

typedef struct
{
  guint64 states;
  Event event;
  const char *trace; /* NULL: the method is refused, and nothing happens */
  State next;
  State next_in;     /* where it differs for who is called; 0: it does not */
} Rule;

/* The first rule that fits. A method without a rule is refused with INVALID_STATE; what arrives without one cannot arrive there. */
static const Rule rules[] = {
  /* design §4, terminate(): dropped, held back, cancelled, refused, hung up */
  { ON (o_preparing), M_CANCEL, "cancel, failed null \"Canceled\", terminated null \"Canceled\"", o_gone },
  { ON (o_calling), M_CANCEL, "cancel", o_withheld },
  { ON (o_trying), M_CANCEL, "cancel, →CANCEL", o_stopped },
  { O_AGREED, M_CANCEL, "cancel, →CANCEL", N_STATES },
  { O_AGREED, M_TERMINATE, "cancel, →CANCEL", N_STATES },
  { O_AGREED, W_MEDIA, "cancel, →CANCEL", N_STATES },
  { ON (o_ringing) | ON (o_overtaken), M_CANCEL, "cancel, →CANCEL", o_cancelled },
  { ON (o_preparing), M_TERMINATE, "cancel, failed null \"Canceled\", terminated null \"Canceled\"", o_gone },
  { ON (o_calling), M_TERMINATE, "cancel", o_withheld },
  { ON (o_trying), M_TERMINATE, "cancel, →CANCEL", o_stopped },
  { ON (o_ringing) | ON (o_overtaken), M_TERMINATE, "cancel, →CANCEL", o_cancelled },
  { I_EARLY, M_TERMINATE, "→480 INVITE, rejected 480, failed 480 \"Unavailable\", terminated 480 \"Unavailable\"", i_over },
  { I_EARLY, M_REJECT, "→480 INVITE, rejected 480, failed 480 \"Unavailable\", terminated 480 \"Unavailable\"", i_over },
  { ON (o_taking), M_TERMINATE, "→ACK, accepted 200, " WE_HANG_UP, o_over },
  { ON (o_taking), M_BYE, "→ACK, accepted 200, " WE_HANG_UP, o_over },
  { CONFIRMED, M_TERMINATE, WE_HANG_UP, o_over, i_over },
  { CONFIRMED, M_BYE, WE_HANG_UP, o_over, i_over },
  { ON (i_accepted), M_TERMINATE, "", i_leaving }, /* RFC 3261 §15: not before the ACK */
  { ON (i_accepted), M_BYE, "", i_leaving },

  /* changes: one at a time; ours waits while theirs has no ACK */
  { TALKING, M_HOLD, "→INVITE", o_holding, i_holding },
  { TALKING, M_REINVITE, "→INVITE", o_changing, i_changing },
  { ON (o_holding) | ON (i_holding), M_HOLD, "", SAME }, /* it is on hold, as far as we are concerned */
  { ON (o_changed) | ON (i_changed), M_HOLD, "", N_STATES },
  { ON (o_changed) | ON (i_changed), M_REINVITE, "", o_queued, i_queued },
  /* ... and before the call is answered, where both sides have described the session */
  { ON (o_agreed) | ON (i_agreed), M_REINVITE, "→UPDATE", o_updating, i_updating },
  { ON (o_agreed) | ON (i_agreed), M_HOLD, "→UPDATE", N_STATES },
  { ON (i_promising), M_HOLD, "", N_STATES }, /* not before the PRACK */
  { ON (i_promising), M_REINVITE, "", N_STATES },
  { CONFIRMED | ON (i_accepted), M_DTMF, "dtmf, →INFO", SAME },
  { CONFIRMED | ON (i_accepted), M_REFER, "refer-requested, →REFER", SAME },

  /* answers */
  { ON (i_ringing), M_PROGRESS, "→180 INVITE", SAME },
  { ON (i_agreed) | ON (i_updating), M_PROGRESS, "→183 INVITE", N_STATES },
  { ON (i_promising), M_PROGRESS, "", N_STATES }, /* one after the other (RFC 3262 §3) */
  { ON (i_promising) | ON (i_agreed) | ON (i_updating), M_REPLY, "→100 INVITE", SAME },
  { ON (i_agreed), M_ACCEPT, "→200 INVITE, accepted 200", i_accepted },
  { ON (i_updating), M_ACCEPT, "", N_STATES }, /* first things first */
  { ON (i_promising), M_ACCEPT, "", i_eager }, /* §5: not before the PRACK of what describes the session */
  { ON (i_ringing), M_REPLY, "→100 INVITE", SAME },
  { ON (i_ringing), M_ACCEPT, "→200 INVITE, accepted 200", i_accepted },

  /* provisional responses; the first one lets a CANCEL out (RFC 3261 §9.1) */
  { ON (o_calling) | ON (o_trying), R_100, "progress 100", o_trying },
  { ON (o_ringing), R_100, "progress 100", SAME },
  { ON (o_calling) | ON (o_trying) | ON (o_ringing), R_180, "progress 180", o_ringing },
  { ON (o_calling) | ON (o_trying) | ON (o_ringing) | ON (o_agreed), R_RELIABLE, "progress 183, →PRACK", o_agreed },
  { ON (o_updating), R_RELIABLE, "progress 183, →PRACK", SAME },
  { O_AGREED, R_100, "progress 100", SAME },
  { O_AGREED, R_180, "progress 180", SAME },
  { ON (o_overtaken), R_100, "progress 100", SAME },
  { ON (o_overtaken), R_180, "progress 180", SAME },
  { ON (o_withheld), R_100, "→CANCEL", o_stopped },
  { ON (o_withheld), R_180, "→CANCEL", o_cancelled },
  { ON (o_failing), R_100, "→CANCEL", N_STATES },
  { ON (o_failing), R_180, "→CANCEL", o_failed },
  { ON (o_stopped) | ON (o_cancelled) | ON (o_failed) | ON (o_taking) | CONFIRMED | OVER, R_100, "", SAME },
  { ON (o_stopped), R_180, "", o_cancelled },
  { ON (o_cancelled) | ON (o_failed) | ON (o_taking) | CONFIRMED | OVER, R_180, "", SAME },

  /* 2xx */
  { ON (o_updating), R_200, "→ACK, accepted 200", N_STATES },
  { ON (o_updating), R_200_EMPTY, "→ACK, accepted 200", N_STATES },
  { ON (o_agreed), R_200, "→ACK, accepted 200", o_talking },
  { ON (o_agreed), R_200_EMPTY, "→ACK, accepted 200", o_talking },
  { ON (o_calling) | ON (o_trying) | ON (o_ringing), R_200, "→ACK, accepted 200", o_talking },
  { ON (o_overtaken), R_200, "→ACK, accepted 200, " ENDED ("BYE", "Terminated"), o_over },
  { O_CANCELLED, R_200, "→ACK, accepted 200, " WE_HANG_UP, o_over },
  { O_BROKEN, R_200, "→ACK, accepted 200, →BYE, " ENDED ("null", "WebRTC Error"), o_over },
  { ON (o_calling) | ON (o_trying) | ON (o_ringing), R_200_EMPTY,
    "→ACK, →BYE, bye, failed 200 \"Bad Media Description\", terminated 200 \"Bad Media Description\"", o_over },
  { ON (o_overtaken), R_200_EMPTY, "→ACK, accepted 200, " ENDED ("BYE", "Terminated"), o_over },
  { O_CANCELLED, R_200_EMPTY, "→ACK, accepted 200, " WE_HANG_UP, o_over },
  { O_BROKEN, R_200_EMPTY, "→ACK, accepted 200, →BYE, " ENDED ("null", "WebRTC Error"), o_over },
  { ON (o_taking), R_200, "", SAME }, /* the ACK needs the answer */
  { ON (o_taking), R_200_EMPTY, "", SAME },
  { CONFIRMED | ON (o_over), R_200, "→ACK", SAME },
  { CONFIRMED | ON (o_over), R_200_EMPTY, "→ACK", SAME },
  { ON (o_refused) | ON (o_gone), R_200, "", SAME },
  { ON (o_refused) | ON (o_gone), R_200_EMPTY, "", SAME },

  /* 3xx-6xx, design §5 */
#define FAILURE(event, code, cause) \
  { O_EARLY | O_CANCELLED, event, "→ACK, rejected " code ", failed " code " \"" cause "\", terminated " code " \"" cause "\"", o_refused }, \
  { O_BROKEN, event, "→ACK, rejected " code ", failed " code " \"WebRTC Error\", terminated " code " \"WebRTC Error\"", o_refused }, \
  { ON (o_refused), event, "→ACK", SAME }, \
  { ON (o_taking) | CONFIRMED | ON (o_over) | ON (o_gone), event, "", SAME }
  FAILURE (R_302, "302", "Redirected"),
  FAILURE (R_486, "486", "Busy"),
  FAILURE (R_487, "487", "Canceled"),
  FAILURE (R_503, "503", "SIP Failure Code"),
  FAILURE (R_603, "603", "Rejected"),
#undef FAILURE

  /* responses to our re-INVITE */
  { CHANGING, C_100, "", SAME },
  { ON (o_holding) | ON (i_holding), C_200, "→ACK", N_STATES },
  { CHANGING, C_200, "→ACK", o_talking, i_talking },
  { CHANGING, C_200_EMPTY, "→ACK, →BYE, " ENDED ("200", "Bad Media Description"), o_over, i_over },
  { CHANGING, C_488, "→ACK", o_talking, i_talking },
  { ON (o_holding) | ON (i_holding), C_491, "→ACK", N_STATES },
  { CHANGING, C_491, "→ACK", o_waiting, i_waiting },
  { CHANGING, C_481, "→ACK, →BYE, " ENDED ("481", "Dialog Error"), o_over, i_over },

  /* responses to our UPDATE */
  { ON (o_updating) | ON (i_updating), U_200, "", o_agreed, i_agreed },
  { ON (o_updating) | ON (i_updating), U_200_EMPTY, "", o_agreed, i_agreed },
  { ON (o_updating) | ON (i_updating), U_488, "", o_agreed, i_agreed },
  { ON (o_updating) | ON (i_updating), U_491, "", N_STATES },
  { ON (o_updating), U_481, "cancel, →CANCEL", N_STATES },
  { ON (i_updating), U_481, "→500 INVITE, failed 500 \"Dialog Error\", terminated 500 \"Dialog Error\"", i_over },

  /* ACK */
  { ON (i_accepted), Q_ACK, "", i_talking },
  { ON (i_leaving), Q_ACK, WE_HANG_UP, i_over },
  { ON (i_failing), Q_ACK, "→BYE, " ENDED ("null", "WebRTC Error"), i_over },
  { QUEUED, Q_ACK, "→INVITE", o_changing, i_changing },
  { CHANGED, Q_ACK, "", o_talking, i_talking },
  { ON (o_taking) | CONFIRMED | ON (i_over) | ON (o_over), Q_ACK, "", SAME },

  /* PRACK */
  { ON (i_promising), Q_PRACK, "→200 PRACK", i_agreed },
  { ON (i_eager), Q_PRACK, "→200 PRACK, →200 INVITE, accepted 200", i_accepted },

  /* BYE */
  { O_AGREED, Q_BYE, "→200 BYE", N_STATES },
  { ON (o_ringing), Q_BYE, "→200 BYE", o_overtaken },
  { ON (o_overtaken) | ON (o_cancelled) | ON (o_failed), Q_BYE, "→200 BYE", SAME },
  { I_EARLY, Q_BYE, "→200 BYE, →487 INVITE, bye, " CANCELED ("487"), i_over },
  { ON (o_taking), Q_BYE, "→200 BYE, →ACK, accepted 200, " ENDED ("BYE", "Terminated"), o_over },
  { CONFIRMED | ON (i_accepted) | I_LEAVING, Q_BYE, "→200 BYE, " ENDED ("BYE", "Terminated"), o_over, i_over },
  { ON (o_over), Q_BYE, "→200 BYE", SAME }, /* the dialog is there as long as a 2xx may come again */
  { NO_DIALOG, Q_BYE, "→481 BYE", SAME },

  /* CANCEL: has an effect before the final answer only, but is answered 200 (RFC 3261 §9.2) */
  { I_EARLY, Q_CANCEL, "→200 CANCEL, →487 INVITE, cancel, " CANCELED ("487"), i_over },
  { ON (i_accepted) | I_LEAVING | ON (i_talking) | ON (i_holding) | ON (i_changing) | ON (i_waiting) | ON (i_over), Q_CANCEL, "→200 CANCEL", SAME },

  /* re-INVITE: RFC 3261 §14.2 */
  { TALKING, Q_REINVITE, "reinvite, →100 INVITE, →200 INVITE", o_changed, i_changed },
  { WAITING, Q_REINVITE, "reinvite, →100 INVITE, →200 INVITE", N_STATES },
  { TALKING | WAITING, Q_REINVITE_EMPTY, "reinvite, →100 INVITE, →200 INVITE", N_STATES },
#define BUSY(event) \
  { ON (i_updating), event, "→500 INVITE", N_STATES }, \
  { CHANGING | ON (o_taking) | ON (o_ringing) | O_AGREED | ON (o_overtaken) | ON (o_cancelled) | ON (o_failed), event, "→491 INVITE", SAME }, \
  { CHANGED | ON (i_accepted) | I_EARLY, event, "→500 INVITE", SAME }, \
  { I_LEAVING | NO_DIALOG | ON (o_over), event, "→481 INVITE", SAME }
  BUSY (Q_REINVITE),
  BUSY (Q_REINVITE_EMPTY),
#undef BUSY

  /* UPDATE: RFC 3311 §5.2 */
  { CONFIRMED | ON (o_taking) | ON (i_accepted) | EARLY_DIALOG, Q_UPDATE, "→200 UPDATE", SAME },
  { I_LEAVING | NO_DIALOG | ON (o_over), Q_UPDATE, "→481 UPDATE", SAME },
  { TALKING | WAITING | CHANGED, Q_UPDATE_OFFER, "reinvite, →200 UPDATE", SAME },
  { ON (o_updating) | ON (i_updating), Q_UPDATE_OFFER, "→491 UPDATE", SAME },
  { ON (i_accepted) | ON (o_agreed) | I_RELIABLE, Q_UPDATE_OFFER, "→200 UPDATE", SAME },
  { CHANGING | ON (o_ringing) | ON (o_overtaken) | ON (o_cancelled) | ON (o_failed), Q_UPDATE_OFFER, "→491 UPDATE", SAME },
  { ON (o_taking) | I_EARLY, Q_UPDATE_OFFER, "→500 UPDATE", SAME },
  { I_LEAVING | NO_DIALOG | ON (o_over), Q_UPDATE_OFFER, "→481 UPDATE", SAME },

  /* what goes along with a call */
  { CONFIRMED | ON (o_taking) | ON (i_accepted) | EARLY_DIALOG, Q_DTMF, "→200 INFO, dtmf", SAME },
#define INSIDE(event, method, status) \
  { CONFIRMED | ON (o_taking) | ON (i_accepted) | EARLY_DIALOG, event, "→" status " " method, SAME }, \
  { I_LEAVING | NO_DIALOG | ON (o_over), event, "→481 " method, SAME }
  INSIDE (Q_DTMF, "INFO", ""),
  { CONFIRMED | ON (o_taking) | ON (i_accepted), Q_REFER, "refer-requested, →480 REFER", SAME }, /* its handler refuses it */
  INSIDE (Q_REFER, "REFER", "403"),
  INSIDE (Q_INFO, "INFO", "415"),
  INSIDE (Q_OPTIONS, "OPTIONS", "200"),
  INSIDE (Q_MESSAGE, "MESSAGE", "405"), /* nobody listens */
  INSIDE (Q_NOTIFY, "NOTIFY", "481"), /* nobody has subscribed */
  INSIDE (Q_UNKNOWN, "FOO", "501"),
#undef INSIDE
  { CONFIRMED | ON (o_taking) | ON (i_accepted) | I_LEAVING | EARLY_DIALOG | ON (o_over), Q_OLD_CSEQ, "→500 UPDATE", SAME },

  /* descriptions that take their time */
  { ON (o_preparing), W_MADE, "→INVITE", o_calling },
  { ON (o_taking), W_MADE, "→ACK, accepted 200", o_talking },
  { ON (i_answering), W_MADE, "→200 INVITE, accepted 200", i_accepted },

  /* the media breaks */
  { ON (o_preparing), W_MEDIA, "failed null \"WebRTC Error\", terminated null \"WebRTC Error\"", o_gone },
  { ON (o_calling), W_MEDIA, "cancel", o_failing },
  { ON (o_trying), W_MEDIA, "cancel, →CANCEL", N_STATES },
  { ON (o_ringing) | ON (o_overtaken), W_MEDIA, "cancel, →CANCEL", o_failed },
  { ON (o_taking), W_MEDIA, "→ACK, →BYE, bye, failed null \"WebRTC Error\", terminated null \"WebRTC Error\"", o_over },
  { CONFIRMED, W_MEDIA, "→BYE, " ENDED ("null", "WebRTC Error"), o_over, i_over },
  { ON (i_answering) | I_RELIABLE, W_MEDIA, "→480 INVITE, failed 480 \"WebRTC Error\", terminated 480 \"WebRTC Error\"", i_over },
  { ON (i_accepted), W_MEDIA, "", i_failing },

  /* nobody says anything for a minute: timers B, F and H, the end of a cancelled INVITE, no answer */
  { ON (o_preparing) | ON (o_trying) | ON (o_ringing) | ON (o_agreed) | ON (o_overtaken) | ON (o_taking) | TALKING | OVER, W_MINUTE, "", N_STATES },
  { ON (o_calling), W_MINUTE, "failed null \"Request Timeout\", terminated null \"Request Timeout\"", N_STATES },
  { O_CANCELLED, W_MINUTE, "failed null \"Canceled\", terminated null \"Canceled\"", N_STATES },
  { O_BROKEN, W_MINUTE, "failed null \"WebRTC Error\", terminated null \"WebRTC Error\"", N_STATES },
  { CHANGING, W_MINUTE, "→BYE, " ENDED ("null", "Dialog Error"), N_STATES },
  { CHANGED | ON (i_accepted), W_MINUTE, "→BYE, " ENDED ("null", "No ACK"), N_STATES },
  { ON (i_leaving), W_MINUTE, WE_HANG_UP, N_STATES },
  { ON (i_failing), W_MINUTE, "→BYE, " ENDED ("null", "WebRTC Error"), N_STATES },
  { ON (i_promising) | ON (i_eager), W_MINUTE, "→504 INVITE, failed 504 \"No PRACK\", terminated 504 \"No PRACK\"", N_STATES },
  { ON (o_updating), W_MINUTE, "cancel, →CANCEL", N_STATES },
  { ON (i_updating), W_MINUTE, "→500 INVITE, failed 500 \"Dialog Error\", terminated 500 \"Dialog Error\"", N_STATES },
  { I_EARLY, W_MINUTE, "→408 INVITE, failed 408 \"No Answer\", terminated 408 \"No Answer\"", N_STATES },
};
