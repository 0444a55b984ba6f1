/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-waiters-private.h"

struct _SipWaiters
{
  GPtrArray *waiters;
};

typedef struct
{
  SipWaiters *list;
  GTask *task;
  GSource *source; /* nullable */
} Waiter;

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  if (waiter->source != NULL)
    g_source_destroy (waiter->source);
  g_clear_pointer (&waiter->source, g_source_unref);
  g_object_unref (waiter->task);
  g_free (waiter);
}

SipWaiters *
sip_waiters_new (void)
{
  SipWaiters *self = g_new0 (SipWaiters, 1);

  self->waiters = g_ptr_array_new_with_free_func (waiter_free);
  return self;
}

void
sip_waiters_free (SipWaiters *self)
{
  g_ptr_array_unref (self->waiters);
  g_free (self);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Waiter *waiter = user_data;
  g_autoptr (GTask) task = g_object_ref (waiter->task);

  g_ptr_array_remove (waiter->list->waiters, waiter);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

void
sip_waiters_add (SipWaiters *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Waiter *waiter = g_new0 (Waiter, 1);

  waiter->list = self;
  waiter->task = g_object_ref (task);
  g_ptr_array_add (self->waiters, waiter);
  if (cancellable == NULL)
    return;
  waiter->source = g_cancellable_source_new (cancellable);
  g_source_set_callback (waiter->source, G_SOURCE_FUNC (cancelled_cb), waiter, NULL);
  g_source_attach (waiter->source, g_task_get_context (task));
}

gboolean
sip_waiters_is_empty (SipWaiters *self)
{
  return self->waiters->len == 0;
}

/* What a callback does, another wait included, concerns those that come after it no more. */
static GPtrArray *
steal (SipWaiters *self)
{
  GPtrArray *waiters = self->waiters;

  self->waiters = g_ptr_array_new_with_free_func (waiter_free);
  for (guint i = 0; i < waiters->len; i++)
    {
      Waiter *waiter = g_ptr_array_index (waiters, i);

      if (waiter->source != NULL)
        g_source_destroy (waiter->source);
    }
  return waiters;
}

void
sip_waiters_return (SipWaiters *self, GObject *result)
{
  g_autoptr (GPtrArray) waiters = steal (self);

  for (guint i = 0; i < waiters->len; i++)
    {
      GTask *task = ((Waiter *) g_ptr_array_index (waiters, i))->task;

      if (result != NULL)
        g_task_return_pointer (task, g_object_ref (result), g_object_unref);
      else
        g_task_return_boolean (task, TRUE);
    }
}

void
sip_waiters_return_error (SipWaiters *self, const GError *error)
{
  g_autoptr (GPtrArray) waiters = steal (self);

  for (guint i = 0; i < waiters->len; i++)
    g_task_return_error (((Waiter *) g_ptr_array_index (waiters, i))->task, g_error_copy (error));
}
