/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-timer-wheel-private.h"

G_BEGIN_DECLS

/* The two timers that a state of a transaction can have, in one: something to be repeated at growing intervals (A, E, G), and the state's
 * end (B, D, F, H, I, J, K, L, M). Zero is a schedule with neither. Times are absolute, on the wheel's clock; 0: none. */
typedef struct
{
  SipTimer timer;
  gint64 repeat;
  gint64 interval;
  gint64 end;
} SipSchedule;

typedef enum
{
  SIP_SCHEDULE_NOTHING, /* neither is due */
  SIP_SCHEDULE_REPEAT,
  SIP_SCHEDULE_END,
} SipScheduleEvent;

/* The end is @us from now; no repetition. 0 still is a turn of the main loop away. */
void sip_schedule_set_end (SipSchedule *self, SipTimerWheel *wheel, SipTimerFunc func, gint64 us);
/* The first repetition is @us from now. The timer runs for an end that was set before. */
void sip_schedule_set_repeat (SipSchedule *self, SipTimerWheel *wheel, SipTimerFunc func, gint64 us);
/* The repetition was done; the next one is in @us, counted from when this one was due. */
void sip_schedule_repeat_after (SipSchedule *self, SipTimerWheel *wheel, SipTimerFunc func, gint64 us);
/* Runs @func at the next turn of the main loop, without a change to what is planned. */
void sip_schedule_poke (SipSchedule *self, SipTimerWheel *wheel, SipTimerFunc func);
/* After a poke: waits for what is planned. */
void sip_schedule_resume (SipSchedule *self, SipTimerWheel *wheel, SipTimerFunc func);
/* Forgets both. */
void sip_schedule_clear (SipSchedule *self);

/* What the timer's function was called for. An end wins. */
SipScheduleEvent sip_schedule_due (SipSchedule *self, SipTimerWheel *wheel);

G_END_DECLS
