/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-timer-wheel-private.h"

/* A hierarchical timing wheel with ticks of 1 ms. Level 0 has a slot for each of the 64 ticks of the current block, level 1 a slot for
 * each of the 64 blocks of the current block of blocks, and so on; nine levels cover all of gint64, so that there is no "too far" to
 * treat apart.
 *
 * A timer sits at the level of the highest group of bits in which its tick differs from the cursor. It follows that all slots of a level
 * come before all slots of the next, that the first set bit of the first level that has one is what comes next, and that timers of the
 * same tick always share a slot, and so stay in the order in which they were started. When the cursor enters a slot of a higher level
 * its timers move down.
 *
 * One source fires them all. It tells its deadline to poll() from prepare() rather than by g_source_set_ready_time(), which writes to
 * the context's wake-up descriptor each time that it is called outside of the source's own dispatch. */

#define TICK_US 1000
#define LEVEL_BITS 6
#define N_SLOTS (1 << LEVEL_BITS)
#define N_LEVELS 9
#define NEVER G_MAXINT64

struct _SipTimerWheel
{
  guint ref_count;
  guint n_running;
  gboolean is_virtual;
  gboolean is_firing;
  gint64 now;              /* of a virtual clock */
  gint64 cursor;           /* the tick that the slots are relative to */
  gint64 next;             /* no slot before this tick holds a timer; may be too early after a stop */
  guint64 used[N_LEVELS];  /* a bit for each slot that is not empty */
  SipTimerLink slots[N_LEVELS * N_SLOTS];
  SipTimerLink soon;       /* started with 0 on a real clock: due, but not before the next iteration */
  GSource *source;
};

typedef struct
{
  GSource source;
  SipTimerWheel *wheel;
} WheelSource;

static inline SipTimer *
timer_of_link (SipTimerLink *link)
{
  return (SipTimer *) link;
}

static inline void
circle_init (SipTimerLink *head)
{
  head->next = head->prev = head;
}

static inline gboolean
circle_is_empty (const SipTimerLink *head)
{
  return head->next == head;
}

static inline void
circle_insert_before (SipTimerLink *position, SipTimerLink *link)
{
  link->prev = position->prev;
  link->next = position;
  position->prev->next = link;
  position->prev = link;
}

/* Moves what is in @from to the (uninitialised) head @to. */
static void
circle_take (SipTimerLink *from, SipTimerLink *to)
{
  if (circle_is_empty (from))
    {
      circle_init (to);
      return;
    }
  *to = *from;
  to->next->prev = to;
  to->prev->next = to;
  circle_init (from);
}

static inline gint64
tick_after (gint64 us)
{
  return us / TICK_US + (us % TICK_US != 0);
}

static void
unlink_timer (SipTimerWheel *self, SipTimer *timer)
{
  SipTimerLink *next = timer->link.next;

  /* The last one out of a slot turns off the light. */
  if (next == timer->link.prev && next >= self->slots && next < self->slots + N_LEVELS * N_SLOTS)
    {
      gsize index = next - self->slots;

      self->used[index / N_SLOTS] &= ~(G_GUINT64_CONSTANT (1) << (index % N_SLOTS));
    }

  next->prev = timer->link.prev;
  timer->link.prev->next = next;
  timer->link.next = timer->link.prev = NULL;
  self->n_running--;
}

/* Puts @timer where its expiry belongs, seen from the cursor. */
static void
place_timer (SipTimerWheel *self, SipTimer *timer)
{
  gint64 tick = MAX (tick_after (timer->expiry), self->cursor);
  guint64 difference = (guint64) tick ^ (guint64) self->cursor;
  guint level = difference != 0 ? (63 - __builtin_clzll (difference)) / LEVEL_BITS : 0;
  guint slot = (tick >> (level * LEVEL_BITS)) & (N_SLOTS - 1);
  SipTimerLink *head = &self->slots[level * N_SLOTS + slot];
  SipTimerLink *position = head;

  /* A test's clock stops at every µs, so there order counts within a tick too. Otherwise it is the order of starting. */
  if (self->is_virtual && level == 0)
    while (position->prev != head && timer_of_link (position->prev)->expiry > timer->expiry)
      position = position->prev;

  circle_insert_before (position, &timer->link);
  self->used[level] |= G_GUINT64_CONSTANT (1) << slot;
  self->next = MIN (self->next, tick & ~((G_GINT64_CONSTANT (1) << (level * LEVEL_BITS)) - 1));
}

/* The first slot that is not empty, and the tick that it begins with. */
static SipTimerLink *
find_next_slot (SipTimerWheel *self, guint *level, gint64 *tick)
{
  for (guint i = 0; i < N_LEVELS; i++)
    if (self->used[i] != 0)
      {
        guint slot = __builtin_ctzll (self->used[i]);
        guint shift = i * LEVEL_BITS;
        gint64 block = (self->cursor >> shift) & ~(gint64) (N_SLOTS - 1);

        *level = i;
        *tick = self->next = (block | slot) << shift;
        return &self->slots[i * N_SLOTS + slot];
      }

  *tick = self->next = NEVER;
  return NULL;
}

static void
move_down (SipTimerWheel *self, SipTimerLink *slot, guint level)
{
  SipTimerLink moving;

  self->used[level] &= ~(G_GUINT64_CONSTANT (1) << (slot - &self->slots[level * N_SLOTS]));
  circle_take (slot, &moving);
  for (SipTimerLink *link = moving.next, *next; link != &moving; link = next)
    {
      next = link->next;
      place_timer (self, timer_of_link (link));
    }
}

static void
fire (SipTimerWheel *self, SipTimer *timer)
{
  unlink_timer (self, timer);
  timer->func (timer); /* may have freed it */
}

/* Fires all of @head that are in it now: what is started meanwhile goes elsewhere, what is stopped takes itself out. */
static void
fire_all (SipTimerWheel *self, SipTimerLink *head)
{
  SipTimerLink due;

  circle_take (head, &due);
  while (!circle_is_empty (&due))
    fire (self, timer_of_link (due.next));
}

static void
run_until (SipTimerWheel *self, gint64 now)
{
  gint64 now_tick = now / TICK_US;
  SipTimerLink *slot;
  gint64 tick;
  guint level;

  fire_all (self, &self->soon);

  while ((slot = find_next_slot (self, &level, &tick)) != NULL && tick <= now_tick)
    {
      self->cursor = tick;
      if (level > 0)
        {
          move_down (self, slot, level);
          continue;
        }
      self->used[0] &= ~(G_GUINT64_CONSTANT (1) << (slot - self->slots));
      fire_all (self, slot);
    }
  self->cursor = MAX (self->cursor, now_tick);
}

static gboolean
source_prepare (GSource *source, int *timeout)
{
  SipTimerWheel *self = ((WheelSource *) source)->wheel;
  gint64 wait;

  *timeout = -1;
  if (!circle_is_empty (&self->soon))
    return TRUE;
  if (self->next == NEVER)
    return FALSE;

  wait = self->next * TICK_US - g_source_get_time (source);
  if (wait <= 0)
    return TRUE;
  *timeout = (int) MIN (tick_after (wait), G_MAXINT);
  return FALSE;
}

static gboolean
source_check (GSource *source)
{
  int timeout;

  return source_prepare (source, &timeout);
}

static gboolean
source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr (SipTimerWheel) self = sip_timer_wheel_ref (((WheelSource *) source)->wheel);

  self->is_firing = TRUE;
  run_until (self, g_get_monotonic_time ());
  self->is_firing = FALSE;
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { source_prepare, source_check, source_dispatch, NULL };

static SipTimerWheel *
new_wheel (gint64 now)
{
  SipTimerWheel *self = g_new0 (SipTimerWheel, 1);

  self->ref_count = 1;
  self->cursor = now / TICK_US;
  self->next = NEVER;
  for (guint i = 0; i < N_LEVELS * N_SLOTS; i++)
    circle_init (&self->slots[i]);
  circle_init (&self->soon);
  return self;
}

SipTimerWheel *
sip_timer_wheel_new (GMainContext *context)
{
  SipTimerWheel *self = new_wheel (g_get_monotonic_time ());

  self->source = g_source_new (&source_funcs, sizeof (WheelSource));
  ((WheelSource *) self->source)->wheel = self;
  g_source_set_static_name (self->source, "SipTimerWheel");
  g_source_attach (self->source, context != NULL ? context : g_main_context_get_thread_default ());
  return self;
}

SipTimerWheel *
sip_timer_wheel_new_virtual (gint64 now)
{
  SipTimerWheel *self = new_wheel (now);

  self->is_virtual = TRUE;
  self->now = now;
  return self;
}

SipTimerWheel *
sip_timer_wheel_ref (SipTimerWheel *self)
{
  self->ref_count++;
  return self;
}

void
sip_timer_wheel_unref (SipTimerWheel *self)
{
  if (--self->ref_count > 0)
    return;

  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
    }
  /* Timers outlive their wheel as stopped ones. */
  while (!circle_is_empty (&self->soon))
    unlink_timer (self, timer_of_link (self->soon.next));
  for (guint i = 0; i < N_LEVELS; i++)
    while (self->used[i] != 0)
      unlink_timer (self, timer_of_link (self->slots[i * N_SLOTS + __builtin_ctzll (self->used[i])].next));
  g_free (self);
}

gint64
sip_timer_wheel_now (SipTimerWheel *self)
{
  return self->is_virtual ? self->now : g_get_monotonic_time ();
}

void
sip_timer_wheel_advance (SipTimerWheel *self, gint64 us)
{
  gint64 target = self->now + us;
  SipTimerLink *slot;
  gint64 tick;
  guint level;

  g_assert (self->is_virtual);
  g_assert (us >= 0);

  sip_timer_wheel_ref (self);
  while ((slot = find_next_slot (self, &level, &tick)) != NULL && tick <= tick_after (target))
    {
      SipTimer *timer;

      self->cursor = tick;
      if (level > 0)
        {
          move_down (self, slot, level);
          continue;
        }
      timer = timer_of_link (slot->next);
      if (timer->expiry > target)
        break;
      self->now = MAX (self->now, timer->expiry);
      fire (self, timer);
    }
  self->now = MAX (self->now, target);
  sip_timer_wheel_unref (self);
}

gboolean
sip_timer_wheel_is_pressed (SipTimerWheel *self)
{
  return !circle_is_empty (&self->soon);
}

gboolean
sip_timer_wheel_is_firing (SipTimerWheel *self)
{
  return self->is_firing;
}

guint
sip_timer_wheel_get_n_running (SipTimerWheel *self)
{
  return self->n_running;
}

void
sip_timer_start (SipTimerWheel *wheel, SipTimer *timer, SipTimerFunc func, gint64 us)
{
  gint64 now = sip_timer_wheel_now (wheel);

  sip_timer_stop (timer);
  us = MAX (us, 0);
  timer->wheel = wheel;
  timer->func = func;
  timer->expiry = us < NEVER - now - TICK_US ? now + us : NEVER - TICK_US;
  wheel->n_running++;

  if (us == 0 && !wheel->is_virtual)
    {
      circle_insert_before (&wheel->soon, &timer->link);
      return;
    }

  /* A wheel that has slept catches up as far as no slot is passed over: its timers then sit at lower levels and move less. */
  if (now / TICK_US < wheel->next)
    wheel->cursor = MAX (wheel->cursor, now / TICK_US);
  place_timer (wheel, timer);
}

void
sip_timer_stop (SipTimer *timer)
{
  if (timer->link.next != NULL)
    unlink_timer (timer->wheel, timer);
}
