/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The agent's end, and that of all it holds. */

#include "agent/sip-user-agent-private.h"

/* Somebody who has asked for the end, and may lose patience. */
typedef struct
{
  SipUserAgent *agent;
  GTask *task;
  GSource *source; /* nullable */
} Stopper;

static void
stopper_free (gpointer data)
{
  Stopper *stopper = data;

  if (stopper->source != NULL)
    g_source_destroy (stopper->source);
  g_clear_pointer (&stopper->source, g_source_unref);
  g_clear_object (&stopper->task);
  g_free (stopper);
}

void
sip_user_agent_finish_stop (SipUserAgent *self)
{
  G_GNUC_UNUSED g_autoptr (SipUserAgent) hold = g_object_ref (self);
  g_autoptr (GPtrArray) stoppers = g_steal_pointer (&self->stoppers);

  sip_user_agent_free_stack (self);
  sip_user_agent_set_state (self, SIP_USER_AGENT_STATE_STOPPED);

  for (guint i = 0; stoppers != NULL && i < stoppers->len; i++)
    {
      Stopper *stopper = g_ptr_array_index (stoppers, i);

      /* Where this is cancelled it says so. */
      g_task_return_boolean (stopper->task, TRUE);
    }
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Stopper *stopper = user_data;

  sip_user_agent_finish_stop (stopper->agent);
  return G_SOURCE_REMOVE;
}

static void
add_stopper (SipUserAgent *self, GTask *task)
{
  GCancellable *cancellable = g_task_get_cancellable (task);
  Stopper *stopper = g_new0 (Stopper, 1);

  stopper->agent = self;
  stopper->task = g_object_ref (task);
  if (cancellable != NULL)
    {
      stopper->source = g_cancellable_source_new (cancellable);
      g_source_set_callback (stopper->source, G_SOURCE_FUNC (cancelled_cb), stopper, NULL);
      g_source_attach (stopper->source, g_task_get_context (task));
    }

  if (self->stoppers == NULL)
    self->stoppers = g_ptr_array_new_with_free_func (stopper_free);
  g_ptr_array_add (self->stoppers, stopper);
}

/* --- what is ended --- */

static guint
get_n_unanswered_cb (gpointer user_data)
{
  SipUserAgent *self = user_data;

  return self->transactions != NULL ? sip_transactions_get_n_unanswered (self->transactions) : 0;
}

static void
ended_cb (gpointer user_data)
{
  sip_user_agent_finish_stop (user_data);
}

SipEnders *
sip_user_agent_new_enders (SipUserAgent *self)
{
  static const SipEndersEvents events = { get_n_unanswered_cb, ended_cb };

  return sip_enders_new (&events, self);
}

void
sip_user_agent_hold (SipUserAgent *self, SipEnder *ender, const SipEnderClass *klass)
{
  sip_enders_join (self->enders, ender, klass);
}

void
sip_user_agent_quiet (SipUserAgent *self)
{
  sip_enders_quiet (self->enders);
}

/**
 * sip_user_agent_stop_async:
 * @self: a user agent
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when it is stopped
 * @user_data: for @callback
 *
 * Ends all calls, then all subscriptions and publications, then all registrations, and closes all connections and listeners.
 *
 * It waits for the other sides to acknowledge each of these, for [property@Sip.UserAgent:stop-timeout] seconds in all; what has not ended by then is left
 * without a word. Nothing blocks. Cancelling it ends the patience at once: the agent is stopped then, too. A second stop ends with the first.
 */
void
sip_user_agent_stop_async (SipUserAgent *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIP_IS_USER_AGENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_user_agent_stop_async);

  if (self->transactions == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  add_stopper (self, task);
  if (self->state == SIP_USER_AGENT_STATE_STOPPING)
    return;

  if (self->start_task != NULL)
    {
      g_autoptr (GError) error = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The user agent was stopped");

      sip_user_agent_finish_start (self, error);
    }
  /* Whoever has to type a password does not hold up the end. */
  sip_authenticator_stop_asking (sip_transactions_get_authenticator (self->transactions));
  sip_user_agent_set_state (self, SIP_USER_AGENT_STATE_STOPPING);
  sip_enders_start (self->enders, self->wheel, (gint64) self->stop_timeout * G_USEC_PER_SEC);
}

/**
 * sip_user_agent_stop_finish:
 * @self: a user agent
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.UserAgent.stop_async].
 *
 * Returns: whether everything ended as it should, or in the time that it may take; otherwise @error is `G_IO_ERROR_CANCELLED`, and the agent is stopped
 *   all the same
 */
gboolean
sip_user_agent_stop_finish (SipUserAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
