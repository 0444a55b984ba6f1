/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Changing a call: re-INVITE, or PRACK or UPDATE before it is answered; hold and its end. */

#include "agent/sip-session-private.h"

#include "agent/sip-user-agent.h"
#include "media/sip-sdp-private.h"

/* One change of the application's. */
typedef struct
{
  gboolean held_before;
  SipMediaTerms terms_before;
  GPtrArray *joined;  /* GTask: those who have asked for the same meanwhile; nullable */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  sip_media_terms_clear (&change->terms_before);
  g_clear_pointer (&change->joined, g_ptr_array_unref);
  g_free (change);
}

static void
set_held_locally (SipSession *self, gboolean held)
{
  if (self->held_locally == held)
    return;

  self->held_locally = held;
  g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_HELD_LOCALLY]);
}

void
sip_session_set_held_remotely (SipSession *self, gboolean held)
{
  if (self->held_remotely == held)
    return;

  self->held_remotely = held;
  g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_HELD_REMOTELY]);
}

static gboolean
contains (SipStr text, const char *what)
{
  return text.p != NULL && memmem (text.p, text.len, what, strlen (what)) != NULL;
}

/* RFC 3264 §8.4; the address 0.0.0.0 is the older way (RFC 2543 §B.5). */
gboolean
sip_session_description_holds (SipStr body)
{
  g_autoptr (SipSdp) sdp = NULL;
  guint n = 0;

  if (!contains (body, "a=sendonly") && !contains (body, "a=inactive"))
    return FALSE;

  sdp = sip_sdp_parse (body.p, body.len, NULL);
  for (guint i = 0; sdp != NULL && i < sdp->media->len; i++)
    {
      const SipSdpMedia *media = sip_sdp_get_media (sdp, i);

      if (media->port == 0)
        continue;
      if (media->direction & SIP_SDP_RECVONLY)
        return FALSE;
      n++;
    }

  return n > 0;
}

GVariant *
sip_session_dup_exchange_options (SipSession *self)
{
  GVariant *common = NULL;
  GVariantDict dict;
  GVariantIter iter;
  const char *key;
  GVariant *value;

  /* Of all calls: for the first exchange. Handlers keep what they are told, and what was changed since is not to be changed back. */
  if (self->user_agent != NULL && sip_session_get_state (self) != SIP_SESSION_STATE_ESTABLISHED && self->change_task == NULL)
    common = sip_user_agent_get_session_description_handler_options (self->user_agent);
  if (!self->held_locally && !self->is_renewed && (common == NULL || self->terms.options == NULL))
    {
      GVariant *options = self->terms.options != NULL ? self->terms.options : common;

      return options != NULL ? g_variant_ref (options) : NULL;
    }

  /* What the call says goes before what the agent says of all calls. */
  g_variant_dict_init (&dict, common);
  if (self->terms.options != NULL)
    {
      g_variant_iter_init (&iter, self->terms.options);
      while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
        g_variant_dict_insert_value (&dict, key, value);
    }
  if (self->held_locally)
    g_variant_dict_insert (&dict, "hold", "b", TRUE);
  if (self->is_renewed)
    g_variant_dict_insert (&dict, "fresh", "b", TRUE);
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

static void
return_change (GTask *task, const GError *error)
{
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_error_copy (error));
}

static void
changed_cb (gpointer user_data, SipMsg *response, const GError *error)
{
  g_autoptr (GTask) task = user_data;
  SipSession *self = g_task_get_source_object (task);
  Change *change = g_task_get_task_data (task);

  g_autoptr (GPtrArray) joined = g_steal_pointer (&change->joined);

  self->change_task = NULL;
  if (error != NULL)
    {
      /* The call goes on as it was. */
      set_held_locally (self, change->held_before);
      sip_session_restore_terms (self, &change->terms_before);
    }

  return_change (task, error);
  for (guint i = 0; joined != NULL && i < joined->len; i++)
    return_change (g_ptr_array_index (joined, i), error);
}

static void
begin_change (SipSession *self, SipInviteOptions *options, gboolean hold, GTask *task)
{
  Change *change = g_new0 (Change, 1);
  SipMessageExtras extras = sip_request_options_get_extras (options);
  GTask *change_before;
  GError *error = NULL;

  extras.body = NULL;
  if (self->user_agent != NULL)
    extras.rel100 = sip_invite_options_choose_rel100 (options, sip_user_agent_get_rel100 (self->user_agent));
  change->held_before = self->held_locally;
  g_task_set_task_data (task, change, change_free);

  if (!sip_session_check_usage (self, "reinvite", &error))
    {
      g_task_return_error (task, error);
      return;
    }

  change_before = self->change_task;
  self->held_locally = hold;
  self->held_before = self->held_remotely;
  self->change_task = task;
  sip_session_take_options (self, options, &change->terms_before);
  if (!sip_invite_usage_reinvite (self->usage, &extras, options != NULL && sip_invite_options_get_invite_without_sdp (options), changed_cb,
                                  g_object_ref (task), &error))
    {
      self->held_locally = change->held_before;
      self->change_task = change_before;
      sip_session_restore_terms (self, &change->terms_before);
      g_object_unref (task);
      g_task_return_error (task, error);
      return;
    }

  if (hold != change->held_before)
    g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_HELD_LOCALLY]);
}

/* Nothing is to change, in a call that could be changed; or the same has been asked for, and has no answer yet. */
static void
is_so (SipSession *self, const char *method, GTask *task)
{
  Change *change = self->change_task != NULL ? g_task_get_task_data (self->change_task) : NULL;
  GError *error = NULL;

  if (change != NULL && change->held_before != self->held_locally)
    {
      if (change->joined == NULL)
        change->joined = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (change->joined, g_object_ref (task));
    }
  else if (sip_session_check_usage (self, method, &error) && sip_invite_usage_can_change (self->usage, method, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static GTask *
new_task (SipSession *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data, gpointer tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  return task;
}

/**
 * sip_session_get_held_locally:
 * @self: a session
 *
 * Gets whether we have put the other side on hold.
 *
 * Returns: whether we have
 */
gboolean
sip_session_get_held_locally (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), FALSE);

  return self->held_locally;
}

/**
 * sip_session_get_held_remotely:
 * @self: a session
 *
 * Gets whether the other side has put us on hold (RFC 3264 §8.4).
 *
 * Returns: whether it has
 */
gboolean
sip_session_get_held_remotely (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), FALSE);

  return self->held_remotely;
}

/**
 * sip_session_reinvite_async:
 * @self: a session
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the change goes on
 * @callback: (nullable) (scope async): called when the other side has answered
 * @user_data: for @callback
 *
 * Negotiates the media anew (RFC 3261 §14.1). Where the other side refuses, the call goes on as it was and the call of @callback fails; where both sides ask at
 * once (491), it is tried again after a random time.
 *
 * In a call that has not been answered it is possible as soon as offer and answer were exchanged reliably: in a reliable provisional response, and its PRACK
 * (RFC 3262). Asked from within [signal@Sip.Session::progress] of such a response our offer goes into its PRACK; at any other time into an UPDATE (RFC 3311),
 * from the caller or the callee, where the other side's `Allow` has that; else it is `SIP_ERROR_INVALID_STATE`. A callee's answer that is accepted meanwhile
 * waits for the end of the change; a caller's change whose call is answered by another branch fails with `SIP_ERROR_DIALOG`.
 */
void
sip_session_reinvite_async (SipSession *self, SipInviteOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIP_IS_SESSION (self));
  g_return_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options));

  task = new_task (self, cancellable, callback, user_data, sip_session_reinvite_async);
  begin_change (self, options, self->held_locally, task);
}

static gboolean
finish (SipSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * sip_session_reinvite_finish:
 * @self: a session
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.Session.reinvite_async].
 *
 * Returns: whether the change was made; otherwise @error is `SIP_ERROR_INVALID_STATE` (the call can not be changed yet, or not any more, or a change is under way),
 *   `SIP_ERROR_INVALID_HEADER`, `SIP_ERROR_NOT_SUPPORTED` (refused; the message holds the status), `SIP_ERROR_DIALOG`, `SIP_ERROR_MEDIA` or
 *   `SIP_ERROR_TIMEOUT`
 */
gboolean
sip_session_reinvite_finish (SipSession *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

/**
 * sip_session_hold_async:
 * @self: a session
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the change goes on
 * @callback: (nullable) (scope async): called when the other side has answered
 * @user_data: for @callback
 *
 * Puts the other side on hold (RFC 3264 §8.4): a re-INVITE with `sendonly`, or `inactive` where it holds us too, and nothing is sent any more. A call that is
 * on hold stays so, and @callback is told of success; one that is being put on hold tells @callback what comes of that. When it is possible says
 * [method@Sip.Session.reinvite_async].
 */
void
sip_session_hold_async (SipSession *self, SipInviteOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIP_IS_SESSION (self));
  g_return_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options));

  task = new_task (self, cancellable, callback, user_data, sip_session_hold_async);
  if (self->held_locally)
    is_so (self, "hold", task);
  else
    begin_change (self, options, TRUE, task);
}

/**
 * sip_session_hold_finish:
 * @self: a session
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.Session.hold_async].
 *
 * Returns: whether the other side is on hold; otherwise as [method@Sip.Session.reinvite_finish]
 */
gboolean
sip_session_hold_finish (SipSession *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}

/**
 * sip_session_unhold_async:
 * @self: a session
 * @options: (nullable): how
 * @cancellable: (nullable): stops waiting; the change goes on
 * @callback: (nullable) (scope async): called when the other side has answered
 * @user_data: for @callback
 *
 * Takes the other side off hold again.
 */
void
sip_session_unhold_async (SipSession *self, SipInviteOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIP_IS_SESSION (self));
  g_return_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options));

  task = new_task (self, cancellable, callback, user_data, sip_session_unhold_async);
  if (!self->held_locally)
    is_so (self, "unhold", task);
  else
    begin_change (self, options, FALSE, task);
}

/**
 * sip_session_unhold_finish:
 * @self: a session
 * @result: the result
 * @error: return location for an error
 *
 * Ends [method@Sip.Session.unhold_async].
 *
 * Returns: whether the other side is off hold; otherwise as [method@Sip.Session.reinvite_finish]
 */
gboolean
sip_session_unhold_finish (SipSession *self, GAsyncResult *result, GError **error)
{
  return finish (self, result, error);
}
