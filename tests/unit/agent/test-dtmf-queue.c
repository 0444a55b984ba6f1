/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-dtmf-queue-private.h"

/* The queue alone, on a clock that the test turns: what is played when. */

typedef struct
{
  SipTimerWheel *wheel;
  SipDtmfQueue *queue;
  GString *log;
  SipDtmfPlay result;
  gboolean answers;      /* within play() */
  gboolean frees;        /* within play() */
  const char *more;      /* is added within play(), once */
} Scene;

static guint n_released;

static void
release_cb (gpointer options)
{
  n_released++;
}

static void
add (Scene *s, const char *symbols, guint duration, guint gap)
{
  int *options = g_rc_box_new0 (int);

  sip_dtmf_queue_add (s->queue, symbols, duration, gap, options, release_cb);
  g_rc_box_release_full (options, release_cb);
}

static SipDtmfPlay
play_cb (gpointer owner, const SipDtmfTone *tone)
{
  Scene *s = owner;

  g_string_append_printf (s->log, "%" G_GINT64_FORMAT ":%c ", sip_timer_wheel_now (s->wheel) / 1000, tone->symbol);
  if (s->answers)
    sip_dtmf_queue_answered (s->queue, TRUE);
  if (s->more != NULL)
    add (s, g_steal_pointer (&s->more), 100, 100);
  if (s->frees)
    g_clear_pointer (&s->queue, sip_dtmf_queue_free);

  return s->result;
}

static void
scene_init (Scene *s, SipDtmfPlay result)
{
  *s = (Scene){ .wheel = sip_timer_wheel_new_virtual (0), .log = g_string_new (NULL), .result = result };
  s->queue = sip_dtmf_queue_new (s->wheel, play_cb, s);
  n_released = 0;
}

static void
expect (Scene *s, const char *text)
{
  g_assert_cmpstr (s->log->str, ==, text);
  g_string_truncate (s->log, 0);
}

static void
scene_clear (Scene *s)
{
  g_clear_pointer (&s->queue, sip_dtmf_queue_free);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (s->wheel), ==, 0);
  sip_timer_wheel_unref (s->wheel);
  g_string_free (s->log, TRUE);
}

static void
test_by_time (void)
{
  Scene s;

  scene_init (&s, SIP_DTMF_PLAY_ENDED);
  g_assert_true (sip_dtmf_queue_is_idle (s.queue));
  add (&s, "1,2", 100, 500);
  expect (&s, "0:1 ");
  add (&s, "3", 70, 50);
  g_assert_false (sip_dtmf_queue_is_idle (s.queue));
  sip_timer_wheel_advance (s.wheel, 2599 * 1000);
  expect (&s, "");
  sip_timer_wheel_advance (s.wheel, 1000 * 1000);
  expect (&s, "2600:2 3200:3 ");
  sip_timer_wheel_advance (s.wheel, 1000 * 1000);
  g_assert_true (sip_dtmf_queue_is_idle (s.queue));
  g_assert_cmpuint (n_released, ==, 2);
  add (&s, ",,9", 100, 500);
  sip_timer_wheel_advance (s.wheel, 5000 * 1000);
  expect (&s, "8599:9 ");
  g_assert_cmpuint (n_released, ==, 3);
  scene_clear (&s);
}

static void
test_by_answer (void)
{
  Scene s;

  scene_init (&s, SIP_DTMF_PLAY_WAITS);
  add (&s, "123", 100, 500);
  expect (&s, "0:1 ");
  /* The time is over, the answer is not there. */
  sip_timer_wheel_advance (s.wheel, 5000 * 1000);
  expect (&s, "");
  sip_dtmf_queue_answered (s.queue, TRUE);
  expect (&s, "5000:2 ");
  /* The answer is there, the time is not over. */
  sip_dtmf_queue_answered (s.queue, TRUE);
  sip_timer_wheel_advance (s.wheel, 599 * 1000);
  expect (&s, "");
  sip_timer_wheel_advance (s.wheel, 1000);
  expect (&s, "5600:3 ");
  sip_dtmf_queue_answered (s.queue, TRUE);
  scene_clear (&s);
}

static void
test_failed_answer (void)
{
  Scene s;

  scene_init (&s, SIP_DTMF_PLAY_WAITS);
  add (&s, "123", 100, 500);
  add (&s, "456", 100, 500);
  sip_dtmf_queue_answered (s.queue, FALSE);
  g_assert_true (sip_dtmf_queue_is_idle (s.queue));
  g_assert_cmpuint (n_released, ==, 2);
  expect (&s, "0:1 ");
  add (&s, "7", 100, 500);
  expect (&s, "0:7 ");
  scene_clear (&s);
}

static void
test_failed_at_once (void)
{
  Scene s;

  scene_init (&s, SIP_DTMF_PLAY_FAILED);
  add (&s, "123", 100, 500);
  expect (&s, "0:1 ");
  g_assert_true (sip_dtmf_queue_is_idle (s.queue));
  g_assert_cmpuint (n_released, ==, 1);
  scene_clear (&s);
}

static void
test_within_play (void)
{
  Scene s;

  scene_init (&s, SIP_DTMF_PLAY_WAITS);
  s.answers = TRUE;
  s.more = "8";
  add (&s, "12", 100, 100);
  sip_timer_wheel_advance (s.wheel, 1000 * 1000);
  expect (&s, "0:1 200:2 400:8 ");
  s.frees = TRUE;
  add (&s, "12", 100, 100);
  g_assert_null (s.queue);
  expect (&s, "1000:1 ");
  g_assert_cmpuint (n_released, ==, 3);
  scene_clear (&s);
}

static void
test_cleared (void)
{
  Scene s;

  scene_init (&s, SIP_DTMF_PLAY_WAITS);
  add (&s, "12", 6000, G_MAXUINT);
  sip_dtmf_queue_clear (s.queue);
  g_assert_true (sip_dtmf_queue_is_idle (s.queue));
  g_assert_cmpuint (sip_timer_wheel_get_n_running (s.wheel), ==, 0);
  scene_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtmf-queue/by-time", test_by_time);
  g_test_add_func ("/dtmf-queue/by-answer", test_by_answer);
  g_test_add_func ("/dtmf-queue/failed-answer", test_failed_answer);
  g_test_add_func ("/dtmf-queue/failed-at-once", test_failed_at_once);
  g_test_add_func ("/dtmf-queue/within-play", test_within_play);
  g_test_add_func ("/dtmf-queue/cleared", test_cleared);

  return g_test_run ();
}
