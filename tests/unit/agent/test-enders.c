/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-enders-private.h"

/* The order and the bound of an agent's end, without an agent: some things that end as a test says, and a log of who was told what. */

typedef struct
{
  SipTimerWheel *wheel;
  SipEnders *enders;
  GString *log;
  guint n_unanswered;
} World;

typedef struct
{
  SipEnder ender;
  World *world;
  const char *name;
  SipTimer timer;
  gint64 takes; /* µs; 0: it ends within the call; -1: never */
  void (*told) (World *world);
} Thing;

static void
thing_over_cb (SipTimer *timer)
{
  Thing *thing = SIP_CONTAINER_OF (timer, Thing, timer);

  g_string_append_printf (thing->world->log, "%s over at %" G_GINT64_FORMAT "\n", thing->name,
                          sip_timer_wheel_now (thing->world->wheel) / 1000);
  sip_ender_leave (&thing->ender);
}

static void
thing_end (SipEnder *ender)
{
  Thing *thing = SIP_CONTAINER_OF (ender, Thing, ender);
  World *world = thing->world;

  g_string_append_printf (world->log, "%s ends at %" G_GINT64_FORMAT "\n", thing->name, sip_timer_wheel_now (world->wheel) / 1000);
  if (thing->takes == 0)
    sip_ender_leave (ender);
  else if (thing->takes > 0)
    sip_timer_start (world->wheel, &thing->timer, thing_over_cb, thing->takes);
  if (thing->told != NULL)
    thing->told (world);
}

static void
thing_abandon (SipEnder *ender)
{
  Thing *thing = SIP_CONTAINER_OF (ender, Thing, ender);

  g_assert_null (ender->queue);
  g_string_append_printf (thing->world->log, "%s abandoned at %" G_GINT64_FORMAT "\n", thing->name,
                          sip_timer_wheel_now (thing->world->wheel) / 1000);
  sip_timer_stop (&thing->timer);
}

static const SipEnderClass classes[SIP_END_N_PHASES] = {
  { SIP_END_SESSIONS, thing_end, thing_abandon },
  { SIP_END_SUBSCRIPTIONS, thing_end, thing_abandon },
  { SIP_END_REGISTRATIONS, thing_end, thing_abandon },
};

static guint
get_n_unanswered_cb (gpointer user_data)
{
  return ((World *) user_data)->n_unanswered;
}

static void
ended_cb (gpointer user_data)
{
  World *world = user_data;

  g_string_append_printf (world->log, "ended at %" G_GINT64_FORMAT "\n", sip_timer_wheel_now (world->wheel) / 1000);
}

static World *
world_new (void)
{
  static const SipEndersEvents events = { get_n_unanswered_cb, ended_cb };
  World *world = g_new0 (World, 1);

  world->wheel = sip_timer_wheel_new_virtual (0);
  world->enders = sip_enders_new (&events, world);
  world->log = g_string_new (NULL);
  return world;
}

static void
world_free (World *world)
{
  g_clear_pointer (&world->enders, sip_enders_free);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (world->wheel), ==, 0);
  sip_timer_wheel_unref (world->wheel);
  g_string_free (world->log, TRUE);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static void
expect (World *world, const char *expected)
{
  g_assert_cmpstr (world->log->str, ==, expected);
  g_string_truncate (world->log, 0);
}

static void
join (World *world, Thing *thing, SipEndPhase phase, const char *name, gint64 takes)
{
  *thing = (Thing){ .world = world, .name = name, .takes = takes };
  sip_enders_join (world->enders, &thing->ender, &classes[phase]);
}

static void
test_order (void)
{
  g_autoptr (World) world = world_new ();
  Thing things[6];

  join (world, &things[0], SIP_END_REGISTRATIONS, "registration", 100 * 1000);
  join (world, &things[1], SIP_END_SUBSCRIPTIONS, "subscription", 200 * 1000);
  join (world, &things[2], SIP_END_SESSIONS, "call", 300 * 1000);
  join (world, &things[3], SIP_END_SESSIONS, "short", 0);
  join (world, &things[4], SIP_END_SUBSCRIPTIONS, "publication", 50 * 1000);
  join (world, &things[5], SIP_END_SESSIONS, "gone", 0);
  sip_ender_leave (&things[5].ender);
  sip_ender_leave (&things[5].ender);

  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  expect (world, "call ends at 0\nshort ends at 0\n");
  sip_timer_wheel_advance (world->wheel, G_USEC_PER_SEC);
  expect (world, "call over at 300\n"
                 "subscription ends at 300\npublication ends at 300\npublication over at 350\nsubscription over at 500\n"
                 "registration ends at 500\nregistration over at 600\nended at 600\n");
}

static void
test_nothing (void)
{
  g_autoptr (World) world = world_new ();

  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  expect (world, "");
  sip_timer_wheel_advance (world->wheel, 0);
  expect (world, "ended at 0\n");
  sip_timer_wheel_advance (world->wheel, 10 * G_USEC_PER_SEC);
  expect (world, "");

  /* ... and once more. */
  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  sip_timer_wheel_advance (world->wheel, 0);
  expect (world, "ended at 10000\n");
}

/* Nobody answers: no phase has the time of the next, and all end in the time of all. */
static void
test_bound (void)
{
  g_autoptr (World) world = world_new ();
  Thing things[3];

  join (world, &things[0], SIP_END_SESSIONS, "call", -1);
  join (world, &things[1], SIP_END_SUBSCRIPTIONS, "subscription", -1);
  join (world, &things[2], SIP_END_REGISTRATIONS, "registration", -1);
  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  sip_timer_wheel_advance (world->wheel, 8 * G_USEC_PER_SEC);
  expect (world, "call ends at 0\nsubscription ends at 4000\nregistration ends at 6000\n"
                 "call abandoned at 8000\nsubscription abandoned at 8000\nregistration abandoned at 8000\nended at 8000\n");
}

static void
test_time_that_is_left (void)
{
  g_autoptr (World) world = world_new ();
  Thing things[3];

  join (world, &things[0], SIP_END_SESSIONS, "call", G_USEC_PER_SEC);
  join (world, &things[1], SIP_END_SUBSCRIPTIONS, "subscription", -1);
  join (world, &things[2], SIP_END_REGISTRATIONS, "registration", 3 * G_USEC_PER_SEC);
  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  sip_timer_wheel_advance (world->wheel, 8 * G_USEC_PER_SEC);
  expect (world, "call ends at 0\ncall over at 1000\nsubscription ends at 1000\nregistration ends at 4500\nregistration over at 7500\n"
                 "subscription abandoned at 7500\nended at 7500\n");
}

static void
test_no_time (void)
{
  g_autoptr (World) world = world_new ();
  Thing things[3];

  join (world, &things[0], SIP_END_SESSIONS, "call", -1);
  join (world, &things[1], SIP_END_SUBSCRIPTIONS, "subscription", -1);
  join (world, &things[2], SIP_END_REGISTRATIONS, "registration", -1);
  sip_enders_start (world->enders, world->wheel, 0);
  expect (world, "call ends at 0\n");
  sip_timer_wheel_advance (world->wheel, 0);
  expect (world, "subscription ends at 0\nregistration ends at 0\n"
                 "call abandoned at 0\nsubscription abandoned at 0\nregistration abandoned at 0\nended at 0\n");
}

/* A call is over when its BYE is sent, its phase when that is answered. */
static void
test_unanswered (void)
{
  g_autoptr (World) world = world_new ();
  Thing things[2];

  join (world, &things[0], SIP_END_SESSIONS, "call", 0);
  join (world, &things[1], SIP_END_REGISTRATIONS, "registration", 0);
  world->n_unanswered = 1;
  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  sip_timer_wheel_advance (world->wheel, G_USEC_PER_SEC);
  expect (world, "call ends at 0\n");
  world->n_unanswered = 0;
  sip_enders_quiet (world->enders);
  sip_timer_wheel_advance (world->wheel, 0);
  expect (world, "registration ends at 1000\nended at 1000\n");
}

/* One that has no answer in the time of its phase does not take that of the others. */
static void
test_never_answered (void)
{
  g_autoptr (World) world = world_new ();
  Thing things[2];

  join (world, &things[0], SIP_END_SESSIONS, "call", 0);
  join (world, &things[1], SIP_END_REGISTRATIONS, "registration", 100 * 1000);
  world->n_unanswered = 1;
  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  sip_timer_wheel_advance (world->wheel, 8 * G_USEC_PER_SEC);
  expect (world, "call ends at 0\nregistration ends at 4000\nregistration over at 4100\nended at 4100\n");
}

static Thing late[2];

static void
join_late (World *world)
{
  join (world, &late[0], SIP_END_SESSIONS, "late call", 0);
  join (world, &late[1], SIP_END_REGISTRATIONS, "late registration", 0);
}

/* Something that begins while all ends: it ends, too. */
static void
test_latecomers (void)
{
  g_autoptr (World) world = world_new ();
  Thing thing;

  join (world, &thing, SIP_END_SUBSCRIPTIONS, "subscription", 100 * 1000);
  thing.told = join_late;
  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  sip_timer_wheel_advance (world->wheel, G_USEC_PER_SEC);
  expect (world, "subscription ends at 0\nlate call ends at 0\nsubscription over at 100\nlate registration ends at 100\nended at 100\n");
}

static void
abandon_all (World *world)
{
  sip_enders_abandon (world->enders);
}

/* Whoever is told has lost patience. */
static void
test_abandoned_within (void)
{
  g_autoptr (World) world = world_new ();
  Thing things[3];

  join (world, &things[0], SIP_END_SESSIONS, "first", 0);
  join (world, &things[1], SIP_END_SESSIONS, "second", 0);
  join (world, &things[2], SIP_END_REGISTRATIONS, "registration", 0);
  things[0].told = abandon_all;
  sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
  sip_timer_wheel_advance (world->wheel, 8 * G_USEC_PER_SEC);
  expect (world, "first ends at 0\nsecond abandoned at 0\nregistration abandoned at 0\n");
}

static void
free_all (World *world)
{
  sip_enders_abandon (world->enders);
  g_clear_pointer (&world->enders, sip_enders_free);
}

static void
test_freed_within (void)
{
  const SipEndPhase phases[] = { SIP_END_SESSIONS, SIP_END_REGISTRATIONS };

  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      g_autoptr (World) world = world_new ();
      Thing things[2];

      join (world, &things[0], phases[i], "first", 0);
      join (world, &things[1], phases[i], "second", 0);
      things[0].told = free_all;
      sip_enders_start (world->enders, world->wheel, 8 * G_USEC_PER_SEC);
      sip_timer_wheel_advance (world->wheel, 8 * G_USEC_PER_SEC);
      expect (world, "first ends at 0\nsecond abandoned at 0\n");
    }
}

#define ADD(name) g_test_add_func ("/agent/enders/" #name, test_##name)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (order);
  ADD (nothing);
  ADD (bound);
  ADD (time_that_is_left);
  ADD (no_time);
  ADD (unanswered);
  ADD (never_answered);
  ADD (latecomers);
  ADD (abandoned_within);
  ADD (freed_within);
  return g_test_run ();
}
