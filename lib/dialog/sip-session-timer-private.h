/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialogs-private.h"

G_BEGIN_DECLS

/* The session timer of one call (RFC 4028): what was agreed, who refreshes, and when. It sends nothing itself: whoever has the call is told when a refresh is due, and when
 * none came. Embedded there; zero is none. */
typedef struct _SipSessionTimer SipSessionTimer;

typedef struct
{
  void (*refresh) (SipSessionTimer *self);
  void (*expired) (SipSessionTimer *self);
} SipSessionTimerEvents;

struct _SipSessionTimer
{
  SipTimer timer;         /* the next refresh, or the end */
  const SipSessionTimerEvents *events;
  gint64 end;             /* on the wheel's clock: when the call is given up; 0: never */
  guint32 wanted;         /* Session-Expires of our next request, in seconds; 0: no session timers */
  guint32 min_se;         /* the largest Min-SE that we know of */
  guint32 floor;          /* ours */
  guint32 interval;       /* agreed; 0: none */
  guint8 refresher;       /* SipSessionRefresher: what the application wishes */
  guint8 is_refresher;    /* we are */
  guint8 n_raised;        /* in a row: 422s in answer to us */
};

void sip_session_timer_init (SipSessionTimer *self, SipDialogs *dialogs, const SipSessionTimerEvents *events);
void sip_session_timer_stop (SipSessionTimer *self);

/* --- asking (§7) --- */

/* Session-Expires and Min-SE of an INVITE or UPDATE, in place of those that it has. */
void sip_session_timer_ask (SipSessionTimer *self, SipMsgBuilder *request);
/* A 422 came (§7.3). TRUE: a longer interval has not been asked for yet. */
gboolean sip_session_timer_raise (SipSessionTimer *self, const SipMsg *response);
/* The 2xx came: the time begins anew, under its terms. */
void sip_session_timer_begin (SipSessionTimer *self, SipTimerWheel *wheel, const SipMsg *response);
/* The refresh came to nothing: it is due again in @us, if that is before the end. */
#define SIP_SESSION_TIMER_LATER (-1) /* when half of the time that is left is over */
void sip_session_timer_try_again (SipSessionTimer *self, SipTimerWheel *wheel, gint64 us);

/* --- answering (§9) --- */

/* TRUE when the interval is too short for us; then the INVITE or UPDATE has been answered 422. */
gboolean sip_session_timer_refuse (SipDialogs *dialogs, SipServerTransaction *transaction, const SipMsg *request);
/* Session-Expires and Require of the 2xx; the time begins anew with it. */
void sip_session_timer_answer (SipSessionTimer *self, SipTimerWheel *wheel, const SipMsg *request, SipMsgBuilder *response);

G_END_DECLS
