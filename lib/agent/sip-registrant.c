/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-registrant-private.h"

#include "dialog/sip-causes.h"

struct _SipRegistrant
{
  SipRegisterPlan plan;
  SipServerList *servers;
  SipRegistrantFunc func;
  gpointer user_data;
  GPtrArray *bindings; /* SipBinding; the first one is made with us */
  gboolean is_asking;  /* what they say now is told when all have been asked */
  gboolean is_gone;
  GError *error;       /* of the end, where it was told meanwhile; nullable */
};

static SipBinding *
nth (SipRegistrant *self, guint i)
{
  return g_ptr_array_index (self->bindings, i);
}

/* --- flows --- */

static gboolean
is_used (SipRegistrant *self, SipFlow *flow)
{
  for (guint i = 0; i < self->bindings->len; i++)
    {
      if (sip_binding_get_flow (nth (self, i)) == flow)
        return TRUE;
    }
  return FALSE;
}

static SipFlow *
find_free_flow (SipRegistrant *self)
{
  guint n = sip_server_list_get_n (self->servers);

  for (guint i = 0; i < n; i++)
    {
      SipFlow *flow = sip_server_list_get_open_flow (self->servers, i);

      if (flow != NULL && !is_used (self, flow))
        return flow;
    }
  return NULL;
}

void
sip_registrant_look_at_servers (SipRegistrant *self)
{
  for (guint i = 0; i < self->bindings->len; i++)
    {
      SipFlow *flow = sip_binding_get_flow (nth (self, i)) == NULL ? find_free_flow (self) : NULL;

      if (flow != NULL)
        sip_binding_set_flow (nth (self, i), flow);
    }
}

void
sip_registrant_network_changed (SipRegistrant *self)
{
  for (guint i = 0; i < self->bindings->len; i++)
    sip_binding_hurry (nth (self, i));
}

/* --- bindings --- */

static void report_cb (gpointer user_data, SipBinding *binding, const SipBindingReport *report);

static void
add_binding (SipRegistrant *self)
{
  gboolean has_flow = !sip_server_list_is_empty (self->servers);

  g_ptr_array_add (self->bindings, sip_binding_new (&self->plan, self->bindings->len + 1, has_flow, report_cb, self));
}

/* The registrar keeps flows apart: one for each server (RFC 5626 §4.2.1). One that does not would take them for several phones, and all of them would ring. */
static void
add_flows (SipRegistrant *self)
{
  guint n = MIN (sip_server_list_get_n (self->servers), SIP_REGISTRANT_MAX_FLOWS);

  while (self->bindings->len < n)
    {
      add_binding (self);
      sip_binding_tell (nth (self, self->bindings->len - 1), SIP_BINDING_EVENT_REGISTER);
    }
}

static gboolean
is_idle (SipRegistrant *self)
{
  for (guint i = 0; i < self->bindings->len; i++)
    {
      if (sip_binding_get_state (nth (self, i)) != SIP_BINDING_IDLE)
        return FALSE;
    }
  return TRUE;
}

static void
report_cb (gpointer user_data, SipBinding *binding, const SipBindingReport *report)
{
  SipRegistrant *self = user_data;
  SipBindingReport of_all = *report;
  const SipRegisterAnswer *answer = sip_binding_get_answer (binding);

  if (report->registered && answer != NULL && answer->is_outbound)
    add_flows (self);
  sip_registrant_look_at_servers (self);

  of_all.lost = report->lost && self->plan.n_bound == 0;
  of_all.gone = report->gone && is_idle (self);
  if (!self->is_asking)
    {
      self->func (self->user_data, &of_all);
      return;
    }
  self->is_gone |= of_all.gone;
  if (report->error != NULL && self->error == NULL)
    self->error = g_error_copy (report->error);
}

void
sip_registrant_register (SipRegistrant *self)
{
  sip_registrant_look_at_servers (self);
  for (guint i = 0; i < self->bindings->len; i++)
    sip_binding_tell (nth (self, i), SIP_BINDING_EVENT_REGISTER);
}

/* The one that can say it for all. */
static guint
choose_speaker (SipRegistrant *self)
{
  for (guint i = 0; i < self->bindings->len; i++)
    {
      if (sip_binding_get_flow (nth (self, i)) != NULL)
        return i;
    }
  return 0;
}

void
sip_registrant_unregister (SipRegistrant *self, gboolean all)
{
  guint n = self->bindings->len;
  guint speaker = choose_speaker (self);

  sip_registrant_look_at_servers (self);
  self->is_asking = TRUE;
  self->is_gone = FALSE;
  g_clear_error (&self->error);
  for (guint i = 0; i < n; i++)
    {
      if (i != speaker)
        sip_binding_tell (nth (self, i), SIP_BINDING_EVENT_UNREGISTER);
    }
  sip_binding_tell (nth (self, speaker), all ? SIP_BINDING_EVENT_CLEAR : SIP_BINDING_EVENT_UNREGISTER);
  self->is_asking = FALSE;
  if (self->is_gone)
    {
      g_autoptr (GError) error = g_steal_pointer (&self->error);
      const SipBindingReport report = { .gone = TRUE, .error = error, .cause = error != NULL ? SIP_CAUSE_CONNECTION_ERROR : NULL };

      self->func (self->user_data, &report);
    }
}

/* --- what all of them come to --- */

SipRegistrationState
sip_registrant_get_state (SipRegistrant *self, gboolean has_failed)
{
  gboolean is_registering = FALSE, is_leaving = FALSE, is_waiting = FALSE;

  if (self->plan.n_bound > 0)
    return SIP_REGISTRATION_STATE_REGISTERED;

  for (guint i = 0; i < self->bindings->len; i++)
    switch (sip_binding_get_state (nth (self, i)))
      {
      case SIP_BINDING_REGISTERING:
      case SIP_BINDING_RETURNING:
        is_registering = TRUE;
        break;
      case SIP_BINDING_LEAVING:
      case SIP_BINDING_REMOVING:
        is_leaving = TRUE;
        break;
      case SIP_BINDING_WAITING:
      case SIP_BINDING_RETRYING:
      case SIP_BINDING_REFUSED:
        is_waiting = TRUE;
        break;
      default:
        break;
      }

  if (is_registering || (is_waiting && !has_failed))
    return SIP_REGISTRATION_STATE_REGISTERING;
  if (is_waiting)
    return SIP_REGISTRATION_STATE_FAILED;
  return is_leaving ? SIP_REGISTRATION_STATE_UNREGISTERING : SIP_REGISTRATION_STATE_UNREGISTERED;
}

static SipBinding *
find_bound (SipRegistrant *self)
{
  for (guint i = 0; i < self->bindings->len; i++)
    {
      if (sip_binding_is_bound (nth (self, i)))
        return nth (self, i);
    }
  return NULL;
}

const SipRegisterAnswer *
sip_registrant_get_answer (SipRegistrant *self)
{
  SipBinding *bound = find_bound (self);

  return bound != NULL ? sip_binding_get_answer (bound) : NULL;
}

SipFlow *
sip_registrant_get_flow (SipRegistrant *self)
{
  SipBinding *bound = find_bound (self);

  return bound != NULL ? sip_binding_get_flow (bound) : NULL;
}

guint
sip_registrant_get_n_bound (SipRegistrant *self)
{
  return self->plan.n_bound;
}

gint64
sip_registrant_get_due (SipRegistrant *self)
{
  gint64 first = 0;

  for (guint i = 0; i < self->bindings->len; i++)
    {
      gint64 due = sip_binding_get_due (nth (self, i));

      if (due != 0 && (first == 0 || due < first))
        first = due;
    }
  return first;
}

SipRegisterPlan *
sip_registrant_get_plan (SipRegistrant *self)
{
  return &self->plan;
}

SipRegistrant *
sip_registrant_new (SipDialogs *dialogs, SipServerList *servers, SipRegistrantFunc func, gpointer user_data)
{
  SipRegistrant *self = g_new0 (SipRegistrant, 1);

  self->plan.dialogs = dialogs;
  self->servers = servers;
  self->func = func;
  self->user_data = user_data;
  self->bindings = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_binding_free);
  add_binding (self);
  return self;
}

void
sip_registrant_free (SipRegistrant *self)
{
  g_ptr_array_unref (self->bindings);
  sip_register_plan_clear (&self->plan);
  g_clear_error (&self->error);
  g_free (self);
}
