/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-timer-wheel-private.h"

#define MS G_GINT64_CONSTANT (1000)
#define SECOND (1000 * MS)

/* A timer that writes down when it fired, and may then do something to another one. */
typedef struct
{
  SipTimer timer;
  SipTimerWheel *wheel;
  GArray *log;
  int name;
  gint64 again;      /* > 0: starts itself anew */
  SipTimer *victim;  /* stopped */
  guint n_fired;
  gint64 fired_at;
} Probe;

static void
probe_cb (SipTimer *timer)
{
  Probe *self = SIP_CONTAINER_OF (timer, Probe, timer);

  g_assert_false (sip_timer_is_running (timer));
  self->n_fired++;
  self->fired_at = sip_timer_wheel_now (self->wheel);
  if (self->log != NULL)
    g_array_append_val (self->log, self->name);
  if (self->victim != NULL)
    sip_timer_stop (self->victim);
  if (self->again > 0)
    sip_timer_start (self->wheel, timer, probe_cb, self->again);
}

static void
probe_start (Probe *self, SipTimerWheel *wheel, GArray *log, int name, gint64 us)
{
  self->wheel = wheel;
  self->log = log;
  self->name = name;
  sip_timer_start (wheel, &self->timer, probe_cb, us);
}

static void
test_order (void)
{
  /* Delays in µs; many in one tick, some in the same µs, and on both sides of every border between levels. */
  static const gint64 delays[] = { 500, 3, 2, 2, 0, 1000, 999, 1001,
                                   63 * MS, 64 * MS, 65 * MS, 64 * MS - 1, 4095 * MS, 4096 * MS, 4097 * MS,
                                   262143 * MS, 262144 * MS, 262145 * MS, 32 * SECOND, 180 * SECOND, 32 * SECOND, 3600 * SECOND };
  static const gint64 starts[] = { 0, 1, 999, 1000, 63 * MS, 64 * MS - 1, 4095 * MS + 7, 16777215 * MS,
                                   G_GINT64_CONSTANT (1700000000) * SECOND };

  for (guint s = 0; s < G_N_ELEMENTS (starts); s++)
    {
      g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (starts[s]);
      g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (int));
      Probe probes[G_N_ELEMENTS (delays)] = { 0 };

      for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
        probe_start (&probes[i], wheel, log, i, delays[i]);
      g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, G_N_ELEMENTS (delays));

      sip_timer_wheel_advance (wheel, 3600 * SECOND);
      g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 0);
      g_assert_cmpuint (log->len, ==, G_N_ELEMENTS (delays));
      for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
        {
          g_assert_cmpuint (probes[i].n_fired, ==, 1);
          g_assert_cmpint (probes[i].fired_at, ==, starts[s] + delays[i]);
        }
      for (guint i = 1; i < log->len; i++)
        {
          int a = g_array_index (log, int, i - 1), b = g_array_index (log, int, i);

          g_assert_cmpint (delays[a], <=, delays[b]);
          if (delays[a] == delays[b])
            g_assert_cmpint (a, <, b);
        }
    }
}

/* Small steps and large ones come to the same. */
static void
test_steps (void)
{
  static const gint64 steps[] = { 1, 7, 999, 1000, 1001, 64 * MS, 5 * SECOND };

  for (guint s = 0; s < G_N_ELEMENTS (steps); s++)
    {
      g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (12345);
      Probe probe = { 0 };
      gint64 delay = MAX (100 * steps[s], 3 * MS) + 333;

      probe_start (&probe, wheel, NULL, 0, delay);
      while (sip_timer_wheel_now (wheel) + steps[s] < 12345 + delay)
        {
          sip_timer_wheel_advance (wheel, steps[s]);
          g_assert_cmpuint (probe.n_fired, ==, 0);
        }
      sip_timer_wheel_advance (wheel, steps[s]);
      g_assert_cmpuint (probe.n_fired, ==, 1);
      g_assert_cmpint (probe.fired_at, ==, 12345 + delay);
    }
}

static void
test_restart (void)
{
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (5);
  Probe probe = { .again = 500 * MS };

  probe_start (&probe, wheel, NULL, 0, 500 * MS);
  sip_timer_wheel_advance (wheel, 10 * SECOND);
  g_assert_cmpuint (probe.n_fired, ==, 20);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 1);

  /* A start of one that runs moves it. */
  probe.again = 0;
  sip_timer_start (wheel, &probe.timer, probe_cb, 2 * SECOND);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 1);
  sip_timer_wheel_advance (wheel, 2 * SECOND - 1);
  g_assert_cmpuint (probe.n_fired, ==, 20);
  sip_timer_wheel_advance (wheel, 1);
  g_assert_cmpuint (probe.n_fired, ==, 21);
}

static void
test_stop_in_callback (void)
{
  /* The victim is of the same µs, of the same tick, of another slot, of another level. */
  static const gint64 delays[] = { 0, 1, 5 * MS, 90 * MS, 300 * SECOND };

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (0);
      Probe victim = { 0 }, bystander = { 0 }, killer = { .victim = &victim.timer };

      probe_start (&killer, wheel, NULL, 0, 7 * MS);
      probe_start (&victim, wheel, NULL, 1, 7 * MS + delays[i]);
      probe_start (&bystander, wheel, NULL, 2, 7 * MS + delays[i]);
      sip_timer_wheel_advance (wheel, 1000 * SECOND);
      g_assert_cmpuint (killer.n_fired, ==, 1);
      g_assert_cmpuint (victim.n_fired, ==, 0);
      g_assert_cmpuint (bystander.n_fired, ==, 1);
      g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 0);
    }
}

static void
free_cb (SipTimer *timer)
{
  g_free (SIP_CONTAINER_OF (timer, Probe, timer));
}

static void
test_free_in_callback (void)
{
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (0);

  for (guint i = 0; i < 100; i++)
    {
      Probe *probe = g_new0 (Probe, 1);

      sip_timer_start (wheel, &probe->timer, free_cb, i * 100);
    }
  sip_timer_wheel_advance (wheel, SECOND);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 0);
}

static void
test_far (void)
{
  static const gint64 delays[] = { G_MAXINT64, G_MAXINT64 - 1, G_MAXINT64 / 2, 365 * 24 * 3600 * SECOND };
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (77);
  Probe probes[G_N_ELEMENTS (delays)] = { 0 };
  Probe negative = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    probe_start (&probes[i], wheel, NULL, i, delays[i]);
  probe_start (&negative, wheel, NULL, 0, -5);
  sip_timer_wheel_advance (wheel, 0);
  g_assert_cmpuint (negative.n_fired, ==, 1);

  sip_timer_wheel_advance (wheel, 366 * 24 * 3600 * SECOND);
  g_assert_cmpuint (probes[3].n_fired, ==, 1);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 3);
  sip_timer_wheel_advance (wheel, G_MAXINT64 / 2);
  g_assert_cmpuint (probes[2].n_fired, ==, 1);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, 2);
}

/* Random starts, restarts, stops and steps against a plain array that says what has to happen. */
static void
test_random (void)
{
  enum { N = 500, ROUNDS = 20000 };
  g_autofree Probe *probes = g_new0 (Probe, N);
  g_autofree gint64 *due = g_new0 (gint64, N); /* 0: stopped */
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (999);
  guint running = 0;

  for (guint round = 0; round < ROUNDS; round++)
    {
      guint i = g_test_rand_int_range (0, N);

      switch (g_test_rand_int_range (0, 4))
        {
        case 0:
        case 1:
          {
            gint64 delay = g_test_rand_int_range (0, 1 << g_test_rand_int_range (1, 31));

            running += due[i] == 0;
            due[i] = sip_timer_wheel_now (wheel) + delay;
            probes[i].n_fired = 0;
            probe_start (&probes[i], wheel, NULL, i, delay);
            break;
          }
        case 2:
          running -= due[i] != 0;
          due[i] = 0;
          sip_timer_stop (&probes[i].timer);
          break;
        default:
          sip_timer_wheel_advance (wheel, g_test_rand_int_range (0, 1 << g_test_rand_int_range (1, 24)));
          for (guint k = 0; k < N; k++)
            {
              gboolean fires = due[k] != 0 && due[k] <= sip_timer_wheel_now (wheel);

              g_assert_cmpint (sip_timer_is_running (&probes[k].timer), ==, due[k] != 0 && !fires);
              if (!fires)
                continue;
              g_assert_cmpuint (probes[k].n_fired, ==, 1);
              g_assert_cmpint (probes[k].fired_at, ==, due[k]);
              due[k] = 0;
              running--;
            }
          break;
        }
      g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, running);
    }
}

static void
test_many (void)
{
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new_virtual (0);
  enum { N = 30000 };
  g_autofree Probe *probes = g_new0 (Probe, N);

  for (guint i = 0; i < N; i++)
    probe_start (&probes[i], wheel, NULL, i, 32 * SECOND + (i % 3) * 500 * MS);
  sip_timer_wheel_advance (wheel, 32 * SECOND - 1);
  for (guint i = 0; i < N; i += 2)
    sip_timer_stop (&probes[i].timer);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (wheel), ==, N / 2);
  sip_timer_wheel_advance (wheel, 2 * SECOND);
  for (guint i = 0; i < N; i++)
    g_assert_cmpuint (probes[i].n_fired, ==, i % 2);
}

static void
test_wheel_dies_first (void)
{
  SipTimerWheel *wheel = sip_timer_wheel_new (NULL);
  Probe near = { 0 }, far = { 0 }, zero = { 0 };

  probe_start (&near, wheel, NULL, 0, 10 * MS);
  probe_start (&far, wheel, NULL, 0, 1000 * SECOND);
  probe_start (&zero, wheel, NULL, 0, 0);
  sip_timer_wheel_unref (wheel);
  g_assert_false (sip_timer_is_running (&near.timer));
  g_assert_false (sip_timer_is_running (&far.timer));
  g_assert_false (sip_timer_is_running (&zero.timer));
  sip_timer_stop (&near.timer);
  g_assert_false (g_main_context_pending (NULL));
}

static void
unref_wheel_cb (SipTimer *timer)
{
  sip_timer_wheel_unref (SIP_CONTAINER_OF (timer, Probe, timer)->wheel);
}

/* The main loop's clock: never early, in order, a zero timer in the next iteration and not in an endless one. */
static void
test_main_loop (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  SipTimerWheel *wheel = sip_timer_wheel_new (context);
  g_autoptr (GArray) log = g_array_new (FALSE, FALSE, sizeof (int));
  static const gint64 delays[] = { 30 * MS, 2 * MS, 0, 17 * MS, 1, 70 * MS, 2 * MS };
  Probe probes[G_N_ELEMENTS (delays)] = { 0 };
  Probe last = { 0 };
  gint64 begin = g_get_monotonic_time ();

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    probe_start (&probes[i], wheel, log, i, delays[i]);
  while (log->len < G_N_ELEMENTS (delays))
    g_main_context_iteration (context, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_assert_cmpint (probes[i].fired_at, >=, begin + delays[i]);
      g_assert_cmpint (probes[i].fired_at, <, begin + delays[i] + SECOND);
    }
  for (guint i = 1; i < log->len; i++)
    g_assert_cmpint (delays[g_array_index (log, int, i - 1)], <=, delays[g_array_index (log, int, i)]);

  g_assert_false (g_main_context_iteration (context, FALSE));

  last.wheel = wheel;
  sip_timer_start (wheel, &last.timer, unref_wheel_cb, 0);
  g_assert_true (g_main_context_iteration (context, FALSE));
  g_assert_false (g_main_context_iteration (context, FALSE));
}

static void
zero_again_cb (SipTimer *timer)
{
  Probe *self = SIP_CONTAINER_OF (timer, Probe, timer);

  self->n_fired++;
  sip_timer_start (self->wheel, timer, zero_again_cb, 0);
}

static void
test_zero_yields (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (SipTimerWheel) wheel = sip_timer_wheel_new (context);
  Probe probe = { .wheel = wheel };

  sip_timer_start (wheel, &probe.timer, zero_again_cb, 0);
  for (guint i = 1; i <= 10; i++)
    {
      g_main_context_iteration (context, FALSE);
      g_assert_cmpuint (probe.n_fired, ==, i);
    }
  sip_timer_stop (&probe.timer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timer-wheel/order", test_order);
  g_test_add_func ("/timer-wheel/steps", test_steps);
  g_test_add_func ("/timer-wheel/restart", test_restart);
  g_test_add_func ("/timer-wheel/stop-in-callback", test_stop_in_callback);
  g_test_add_func ("/timer-wheel/free-in-callback", test_free_in_callback);
  g_test_add_func ("/timer-wheel/far", test_far);
  g_test_add_func ("/timer-wheel/random", test_random);
  g_test_add_func ("/timer-wheel/many", test_many);
  g_test_add_func ("/timer-wheel/wheel-dies-first", test_wheel_dies_first);
  g_test_add_func ("/timer-wheel/main-loop", test_main_loop);
  g_test_add_func ("/timer-wheel/zero-yields", test_zero_yields);

  return g_test_run ();
}
