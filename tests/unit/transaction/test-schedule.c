/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-schedule-private.h"

typedef struct
{
  SipSchedule schedule;
  SipTimerWheel *wheel;
  GString *log;
} Fixture;

static void
due_cb (SipTimer *timer)
{
  Fixture *self = SIP_CONTAINER_OF (timer, Fixture, schedule.timer);
  gint64 ms = sip_timer_wheel_now (self->wheel) / 1000;

  switch (sip_schedule_due (&self->schedule, self->wheel))
    {
    case SIP_SCHEDULE_REPEAT:
      g_string_append_printf (self->log, "r%" G_GINT64_FORMAT " ", ms);
      sip_schedule_repeat_after (&self->schedule, self->wheel, due_cb, 2 * self->schedule.interval);
      break;

    case SIP_SCHEDULE_END:
      g_string_append_printf (self->log, "e%" G_GINT64_FORMAT " ", ms);
      break;

    case SIP_SCHEDULE_NOTHING:
    default:
      g_string_append_printf (self->log, "n%" G_GINT64_FORMAT " ", ms);
      sip_schedule_resume (&self->schedule, self->wheel, due_cb);
      break;
    }
}

static void
advance_to (Fixture    *self,
            gint64      ms,
            const char *expected)
{
  sip_timer_wheel_advance (self->wheel, ms * 1000 - sip_timer_wheel_now (self->wheel));
  g_assert_cmpstr (self->log->str, ==, expected);
  g_string_truncate (self->log, 0);
}

static void
test_schedule (void)
{
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (1000);
  Fixture self = { .wheel = wheel, .log = g_string_new (NULL) };

  sip_schedule_set_end (&self.schedule, wheel, due_cb, 100 * 1000);
  sip_schedule_set_repeat (&self.schedule, wheel, due_cb, 10 * 1000);
  advance_to (&self, 20, "r11 ");
  /* Poked, it comes back to its plan. */
  sip_schedule_poke (&self.schedule, wheel, due_cb);
  advance_to (&self, 25, "n20 ");
  advance_to (&self, 100, "r31 r71 ");
  advance_to (&self, 1000, "e101 ");

  /* A new end is without a repetition. */
  sip_schedule_set_end (&self.schedule, wheel, due_cb, 0);
  advance_to (&self, 1000, "e1000 ");
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 0);

  /* Nothing is planned, nothing comes. */
  sip_schedule_clear (&self.schedule);
  sip_schedule_poke (&self.schedule, wheel, due_cb);
  advance_to (&self, 1001, "n1000 ");
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 0);

  g_string_free (self.log, TRUE);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schedule/repeat-and-end", test_schedule);

  return g_test_run ();
}
