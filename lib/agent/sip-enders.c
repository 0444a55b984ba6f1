/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-enders-private.h"

typedef struct
{
  GQueue waiting; /* to be told */
  GQueue ending;
} Phase;

struct _SipEnders
{
  Phase phases[SIP_END_N_PHASES];
  SipEndersEvents events;
  gpointer user_data;
  SipTimerWheel *wheel; /* NULL: nobody stops */
  SipTimer step;        /* nothing is done within the call that made it necessary */
  SipTimer limit;       /* of this phase */
  gint64 deadline;      /* of all */
  SipEndPhase phase;
  guint n_stuck;        /* requests that had no answer in the time of an earlier phase */
};

static void step_cb (SipTimer *timer);
static void limit_cb (SipTimer *timer);

SipEnders *
sip_enders_new (const SipEndersEvents *events, gpointer user_data)
{
  SipEnders *self = g_rc_box_new0 (SipEnders);

  self->events = *events;
  self->user_data = user_data;
  return self;
}

static void
halt (SipEnders *self)
{
  sip_timer_stop (&self->step);
  sip_timer_stop (&self->limit);
  g_clear_pointer (&self->wheel, sip_timer_wheel_unref);
}

void
sip_enders_free (SipEnders *self)
{
  halt (self);
  self->user_data = NULL;
  g_rc_box_release (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipEnders, g_rc_box_release)

static void
step_soon (SipEnders *self)
{
  if (self->wheel != NULL && !sip_timer_is_running (&self->step))
    sip_timer_start (self->wheel, &self->step, step_cb, 0);
}

void
sip_enders_join (SipEnders *self, SipEnder *ender, const SipEnderClass *klass)
{
  g_assert (ender->queue == NULL);

  *ender = (SipEnder){ { ender, NULL, NULL }, &self->phases[klass->phase].waiting, klass, self };
  g_queue_push_tail_link (ender->queue, &ender->link);
  step_soon (self);
}

void
sip_ender_leave (SipEnder *self)
{
  if (self->queue == NULL)
    return;

  g_queue_unlink (self->queue, &self->link);
  self->queue = NULL;
  step_soon (self->enders);
}

/* --- the end --- */

static void
tell (SipEnders *self, Phase *phase)
{
  GList *link;

  /* Whoever is told may make others leave, join, or be gone. */
  while (self->wheel != NULL && (link = g_queue_peek_head_link (&phase->waiting)) != NULL)
    {
      SipEnder *ender = link->data;

      g_queue_unlink (&phase->waiting, link);
      ender->queue = &phase->ending;
      g_queue_push_tail_link (ender->queue, link);
      ender->klass->end (ender);
    }
}

/* Comes after the step: also without any patience all are told. */
static void
start_limit (SipEnders *self)
{
  gint64 left = MAX (self->deadline - sip_timer_wheel_now (self->wheel), 0);

  sip_timer_start (self->wheel, &self->limit, limit_cb, self->phase == SIP_END_N_PHASES - 1 ? left : left / 2);
}

static gboolean
is_over (SipEnders *self)
{
  const Phase *phase = &self->phases[self->phase];

  return g_queue_is_empty ((GQueue *) &phase->waiting) && g_queue_is_empty ((GQueue *) &phase->ending) &&
         self->events.get_n_unanswered (self->user_data) <= self->n_stuck;
}

static void
finish (SipEnders *self)
{
  sip_enders_abandon (self);
  if (self->user_data != NULL)
    self->events.ended (self->user_data);
}

static void
step_cb (SipTimer *timer)
{
  /* Whoever is told may free us. */
  g_autoptr (SipEnders) self = g_rc_box_acquire (SIP_CONTAINER_OF (timer, SipEnders, step));

  for (SipEndPhase i = 0; self->wheel != NULL && i <= self->phase; i++)
    tell (self, &self->phases[i]);
  if (self->wheel == NULL || !is_over (self))
    return;

  if (++self->phase == SIP_END_N_PHASES)
    {
      finish (self);
      return;
    }
  step_soon (self);
  start_limit (self);
}

static void
limit_cb (SipTimer *timer)
{
  g_autoptr (SipEnders) self = g_rc_box_acquire (SIP_CONTAINER_OF (timer, SipEnders, limit));

  if (self->phase == SIP_END_N_PHASES - 1)
    {
      finish (self);
      return;
    }

  /* They may end yet, but nobody waits for them. */
  self->n_stuck = self->events.get_n_unanswered (self->user_data);
  self->phase++;
  step_soon (self);
  start_limit (self);
}

void
sip_enders_start (SipEnders *self, SipTimerWheel *wheel, gint64 patience)
{
  G_GNUC_UNUSED g_autoptr (SipEnders) hold = g_rc_box_acquire (self);

  g_assert (self->wheel == NULL);

  self->wheel = sip_timer_wheel_ref (wheel);
  self->deadline = sip_timer_wheel_now (wheel) + patience;
  self->phase = SIP_END_SESSIONS;
  self->n_stuck = 0;
  step_soon (self);
  start_limit (self);
  tell (self, &self->phases[SIP_END_SESSIONS]);
}

void
sip_enders_quiet (SipEnders *self)
{
  step_soon (self);
}

void
sip_enders_abandon (SipEnders *self)
{
  halt (self);

  for (SipEndPhase i = 0; i < SIP_END_N_PHASES; i++)
    {
      GQueue *queues[] = { &self->phases[i].ending, &self->phases[i].waiting };

      for (guint k = 0; k < G_N_ELEMENTS (queues); k++)
        {
          GList *link;

          while ((link = g_queue_peek_head_link (queues[k])) != NULL)
            {
              SipEnder *ender = link->data;

              sip_ender_leave (ender);
              ender->klass->abandon (ender);
            }
        }
    }
}
