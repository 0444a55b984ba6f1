/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-schedule-private.h"

void
sip_schedule_resume (SipSchedule   *self,
                     SipTimerWheel *wheel,
                     SipTimerFunc   func)
{
  gint64 next = self->end;

  if (self->repeat != 0 && (next == 0 || self->repeat < next))
    next = self->repeat;

  if (next == 0)
    sip_timer_stop (&self->timer);
  else
    sip_timer_start (wheel, &self->timer, func, MAX (next - sip_timer_wheel_now (wheel), 0));
}

void
sip_schedule_set_end (SipSchedule   *self,
                      SipTimerWheel *wheel,
                      SipTimerFunc   func,
                      gint64         us)
{
  self->repeat = 0;
  self->end = sip_timer_wheel_now (wheel) + us;
  sip_timer_start (wheel, &self->timer, func, us);
}

void
sip_schedule_set_repeat (SipSchedule   *self,
                         SipTimerWheel *wheel,
                         SipTimerFunc   func,
                         gint64         us)
{
  self->interval = us;
  self->repeat = sip_timer_wheel_now (wheel) + us;
  sip_schedule_resume (self, wheel, func);
}

void
sip_schedule_repeat_after (SipSchedule   *self,
                           SipTimerWheel *wheel,
                           SipTimerFunc   func,
                           gint64         us)
{
  gint64 now = sip_timer_wheel_now (wheel);

  /* A loop that was held up does not make up for it by a burst. */
  self->repeat = self->repeat + us > now ? self->repeat + us : now + us;
  self->interval = us;
  sip_schedule_resume (self, wheel, func);
}

void
sip_schedule_poke (SipSchedule   *self,
                   SipTimerWheel *wheel,
                   SipTimerFunc   func)
{
  sip_timer_start (wheel, &self->timer, func, 0);
}

void
sip_schedule_clear (SipSchedule *self)
{
  self->repeat = 0;
  self->end = 0;
  sip_timer_stop (&self->timer);
}

SipScheduleEvent
sip_schedule_due (SipSchedule   *self,
                  SipTimerWheel *wheel)
{
  gint64 now = sip_timer_wheel_now (wheel);

  if (self->end != 0 && self->end <= now)
    return SIP_SCHEDULE_END;
  if (self->repeat != 0 && self->repeat <= now)
    return SIP_SCHEDULE_REPEAT;
  return SIP_SCHEDULE_NOTHING;
}
