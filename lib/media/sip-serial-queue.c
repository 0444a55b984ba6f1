/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-serial-queue-private.h"

typedef struct
{
  GFunc func;
  gpointer data;
  GDestroyNotify destroy;
} Job;

struct _SipSerialQueue
{
  GMutex mutex;
  GQueue jobs;
  gboolean running;
};

SipSerialQueue *
sip_serial_queue_new (void)
{
  SipSerialQueue *self = g_atomic_rc_box_new0 (SipSerialQueue);

  g_mutex_init (&self->mutex);
  g_queue_init (&self->jobs);

  return self;
}

SipSerialQueue *
sip_serial_queue_ref (SipSerialQueue *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (SipSerialQueue *self)
{
  g_assert (g_queue_is_empty (&self->jobs)); /* a running queue holds a reference */
  g_mutex_clear (&self->mutex);
}

void
sip_serial_queue_unref (SipSerialQueue *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) clear);
}

static Job *
pop (SipSerialQueue *self)
{
  Job *job;

  g_mutex_lock (&self->mutex);
  job = g_queue_pop_head (&self->jobs);
  if (job == NULL)
    self->running = FALSE;
  g_mutex_unlock (&self->mutex);

  return job;
}

static void
run_cb (gpointer data,
        gpointer user_data)
{
  SipSerialQueue *self = data;
  Job *job;

  while ((job = pop (self)) != NULL)
    {
      job->func (job->data, NULL);
      if (job->destroy != NULL)
        job->destroy (job->data);
      g_free (job);
    }
  sip_serial_queue_unref (self);
}

void
sip_serial_queue_push (SipSerialQueue *self,
                       GFunc           func,
                       gpointer        data,
                       GDestroyNotify  destroy)
{
  static GThreadPool *pool;
  static gsize once;
  Job *job = g_new0 (Job, 1);
  gboolean start;

  if (g_once_init_enter (&once))
    {
      pool = g_thread_pool_new (run_cb, NULL, -1, FALSE, NULL);
      g_once_init_leave (&once, 1);
    }

  job->func = func;
  job->data = data;
  job->destroy = destroy;

  g_mutex_lock (&self->mutex);
  g_queue_push_tail (&self->jobs, job);
  start = !self->running;
  self->running = TRUE;
  g_mutex_unlock (&self->mutex);

  if (start)
    g_thread_pool_push (pool, sip_serial_queue_ref (self), NULL);
}
