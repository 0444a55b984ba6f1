/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All timers of an agent and the clock that they run by. One GSource for any number of them; starting and stopping is O(1). Lives in
 * the lowest layer that touches time. Not thread-safe: belongs to one GMainContext. */
typedef struct _SipTimerWheel SipTimerWheel;
typedef struct _SipTimer SipTimer;

typedef void (*SipTimerFunc) (SipTimer *timer);

typedef struct _SipTimerLink SipTimerLink;

struct _SipTimerLink
{
  SipTimerLink *next;
  SipTimerLink *prev;
};

/* Embedded in its owner, who finds itself with SIP_CONTAINER_OF. Zero is a stopped timer. */
struct _SipTimer
{
  SipTimerLink link;     /* in a circle with others of about the same time; next is NULL while stopped */
  SipTimerWheel *wheel;
  gint64 expiry;         /* µs on the wheel's clock */
  SipTimerFunc func;
};

#define SIP_CONTAINER_OF(pointer, type, member) ((type *) (void *) ((char *) (pointer) - G_STRUCT_OFFSET (type, member)))

/* @context NULL: the thread-default one. Timers never fire early, and up to 2 ms late: one by the wheel's tick, one by poll()'s. Those
 * of one tick fire in the order in which they were started. */
SipTimerWheel *sip_timer_wheel_new (GMainContext *context);
/* For tests: time stands at @now µs until sip_timer_wheel_advance(). */
SipTimerWheel *sip_timer_wheel_new_virtual (gint64 now);
SipTimerWheel *sip_timer_wheel_ref (SipTimerWheel *self);
void sip_timer_wheel_unref (SipTimerWheel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipTimerWheel, sip_timer_wheel_unref)

gint64 sip_timer_wheel_now (SipTimerWheel *self);
/* Virtual wheels: moves the clock by @us, firing what is due in order of expiry, each at its own time. */
void sip_timer_wheel_advance (SipTimerWheel *self, gint64 us);
/* Whether timers were started with 0, which the next iteration of the main loop fires. Of a virtual wheel: FALSE. */
gboolean sip_timer_wheel_is_pressed (SipTimerWheel *self);
/* Whether the main loop is firing timers. In another source's dispatch, or in its preparation: somebody runs a main loop inside of a timer's function, and
 * nothing fires until that ends. */
gboolean sip_timer_wheel_is_firing (SipTimerWheel *self);
/* The number of running timers (tests: nothing is left behind). */
guint sip_timer_wheel_get_n_running (SipTimerWheel *self);

/* Starts, or restarts, @timer to fire once in @us (0: in the next iteration of the main loop). A timer is stopped when its function
 * runs, which may start it again or free it. */
void sip_timer_start (SipTimerWheel *wheel, SipTimer *timer, SipTimerFunc func, gint64 us);
void sip_timer_stop (SipTimer *timer);

static inline gboolean
sip_timer_is_running (const SipTimer *timer)
{
  return timer->link.next != NULL;
}

G_END_DECLS
