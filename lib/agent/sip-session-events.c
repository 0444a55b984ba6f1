/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the machine of the call tells its session, turned into signals and into questions to the description handler. */

#include "agent/sip-session-private.h"

#include "agent/sip-incoming-session-private.h"
#include "agent/sip-user-agent-private.h"
#include "media/sip-sdp-refusal-private.h"

/* --- what the call's machine tells --- */

/* A message becomes an object only where somebody looks at it. */
static SipMessage *
message_for_signal (SipSession *self, guint signal, SipMsg *msg)
{
  if (msg == NULL || !g_signal_has_handler_pending (self, sip_session_signals[signal], 0, FALSE))
    return NULL;

  return sip_message_new_for_msg (msg);
}

static void
session_sending (gpointer owner, SipMsg *request)
{
  SipSession *self = owner;

  g_clear_object (&self->request);
  g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_REQUEST]);
}

static void
session_progress (gpointer owner, SipMsg *response)
{
  g_autoptr (SipMessage) message = message_for_signal (owner, SIP_SESSION_SIGNAL_PROGRESS, response);

  if (message != NULL)
    g_signal_emit (owner, sip_session_signals[SIP_SESSION_SIGNAL_PROGRESS], 0, message);
}

static void
session_accepted (gpointer owner, SipMsg *response)
{
  g_autoptr (SipSession) self = g_object_ref (owner);
  g_autoptr (SipMessage) message = message_for_signal (self, SIP_SESSION_SIGNAL_ACCEPTED, response);

  sip_session_replace (self);
  self->start_time = g_get_real_time ();
  g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_START_TIME]);
  /* Hung up by whoever heard of that: nothing comes after the end. */
  if (message != NULL && !self->is_over)
    g_signal_emit (self, sip_session_signals[SIP_SESSION_SIGNAL_ACCEPTED], 0, (guint) response->status, message);
}

static void
session_rejected (gpointer owner, SipMsg *response)
{
  g_autoptr (SipMessage) message = message_for_signal (owner, SIP_SESSION_SIGNAL_REJECTED, response);
  g_autofree char *reason = response != NULL ? sip_str_dup (response->reason) : NULL;

  g_signal_emit (owner, sip_session_signals[SIP_SESSION_SIGNAL_REJECTED], 0, message, reason != NULL ? reason : "");
}

static void
session_failed (gpointer owner, SipMsg *msg, const char *cause)
{
  g_autoptr (SipMessage) message = message_for_signal (owner, SIP_SESSION_SIGNAL_FAILED, msg);

  g_signal_emit (owner, sip_session_signals[SIP_SESSION_SIGNAL_FAILED], 0, message, cause);
}

static void
session_cancel (gpointer owner)
{
  SipMsg *cancel = sip_invite_usage_get_cancel (((SipSession *) owner)->usage);

  if (cancel != NULL && SIP_IS_INCOMING_SESSION (owner))
    sip_incoming_session_note_cancel (owner, cancel);
  g_signal_emit (owner, sip_session_signals[SIP_SESSION_SIGNAL_CANCEL], 0);
}

static void
session_reinvite (gpointer owner)
{
  ((SipSession *) owner)->held_before = ((SipSession *) owner)->held_remotely;
  sip_session_take_options (owner, NULL, NULL);
  g_signal_emit (owner, sip_session_signals[SIP_SESSION_SIGNAL_REINVITE], 0, owner);
}

static void
session_bye (gpointer owner, SipMsg *request)
{
  g_autoptr (SipMessage) message = message_for_signal (owner, SIP_SESSION_SIGNAL_BYE, request);

  g_signal_emit (owner, sip_session_signals[SIP_SESSION_SIGNAL_BYE], 0, message);
}

static void
finish_accept (SipSession *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->accept_task);

  if (task == NULL)
    return;

  if (self->handler != NULL)
    g_clear_signal_handler (&self->ready_handler, self->handler);

  if (sip_session_get_state (self) == SIP_SESSION_STATE_ESTABLISHED)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, SIP_ERROR, SIP_ERROR_INVALID_STATE, "The call ended before it was established");
}

/* The ACK has come; media may take longer. */
static void
wait_for_media (SipSession *self)
{
  if (self->accept_task == NULL)
    return;

  if (self->handler == NULL || sip_session_description_handler_is_ready (self->handler))
    finish_accept (self);
  else
    self->ready_handler = g_signal_connect_swapped (self->handler, "ready", G_CALLBACK (finish_accept), self);
}

void
sip_session_close_media (SipSession *self)
{
  sip_session_drop_tones (self);
  g_clear_pointer (&self->describer, sip_describer_free);
  if (self->handler == NULL || self->is_closed)
    return;

  self->is_closed = TRUE;
  sip_handler_watch_end (&self->watch);
  g_clear_signal_handler (&self->ready_handler, self->handler);
  sip_session_description_handler_close (self->handler);
}

static void
session_state_changed (gpointer owner)
{
  SipSession *self = owner;
  SipCallState state = sip_invite_usage_get_state (self->usage);

  /* Nothing more is heard or seen from the moment that a side hangs up. */
  if (state == SIP_CALL_CANCELLING || state == SIP_CALL_ENDING || state == SIP_CALL_TERMINATED)
    sip_session_close_media (self);
  if (state == SIP_CALL_CONFIRMED)
    wait_for_media (self);
  g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_STATE]);
}

void
sip_session_drop_user_agent (SipSession *self)
{
  SipUserAgent *user_agent = g_steal_pointer (&self->user_agent);

  if (user_agent == NULL)
    return;

  self->is_over = TRUE;
  sip_user_agent_remove_session (user_agent, self);
  g_object_unref (user_agent);
}

static void
session_terminated (gpointer owner, SipMsg *msg, const char *cause)
{
  g_autoptr (SipSession) self = g_object_ref (owner);
  g_autoptr (SipMessage) message = message_for_signal (self, SIP_SESSION_SIGNAL_TERMINATED, msg);

  self->end_time = g_get_real_time ();
  g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_END_TIME]);
  g_signal_emit (self, sip_session_signals[SIP_SESSION_SIGNAL_TERMINATED], 0, message, cause);
  finish_accept (self);
  sip_session_drop_user_agent (self);
}

/* --- descriptions --- */

static void
add_all (GPtrArray **all, GListModel *some)
{
  guint n = some != NULL ? g_list_model_get_n_items (some) : 0;

  if (n > 0 && *all == NULL)
    *all = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (*all, g_list_model_get_item (some, i));
}

/* What a description of the call goes through on its way, as it is now; NULL: nothing. */
static GPtrArray *
dup_modifiers (SipSession *self)
{
  GPtrArray *all = NULL;

  add_all (&all, sip_user_agent_get_modifiers (self->user_agent));
  add_all (&all, self->terms.modifiers);
  return all;
}

static gboolean
session_understands (gpointer owner, SipStr content_type)
{
  g_autoptr (SipSession) self = g_object_ref (owner);
  const char *end = content_type.p != NULL ? memchr (content_type.p, ';', content_type.len) : NULL;
  SipStr media_type = sip_str_trim (end != NULL ? sip_str (content_type.p, (gsize) (end - content_type.p)) : content_type);
  g_autofree char *text = sip_str_dup (media_type);

  return text != NULL && sip_session_ensure_handler (self) &&
         sip_session_description_handler_has_description (self->handler, text);
}

static SipDescriptionType
type_of_role (SipDescriptionRole role)
{
  static const SipDescriptionType types[] = {
    [SIP_ROLE_OFFER] = SIP_DESCRIPTION_OFFER,
    [SIP_ROLE_ANSWER] = SIP_DESCRIPTION_ANSWER,
    [SIP_ROLE_EARLY_ANSWER] = SIP_DESCRIPTION_PRANSWER,
  };

  return types[role];
}

static void
session_make (gpointer owner, SipDescriptionRole role)
{
  g_autoptr (SipSession) self = g_object_ref (owner);

  if (sip_session_ensure_handler (self))
    {
      g_autoptr (GVariant) options = sip_session_dup_exchange_options (self);

      g_autoptr (GPtrArray) modifiers = dup_modifiers (self);

      self->is_renewed = FALSE;
      if (role == SIP_ROLE_OFFER)
        self->held_before = self->held_remotely;
      sip_describer_make (self->describer, type_of_role (role), options, modifiers);
    }
}

static void
session_take (gpointer owner, SipDescriptionRole role, SipStr content_type, SipStr body)
{
  g_autoptr (SipSession) self = g_object_ref (owner);

  if (sip_session_ensure_handler (self))
    {
      g_autoptr (GVariant) options = sip_session_dup_exchange_options (self);

      g_autoptr (GPtrArray) modifiers = dup_modifiers (self);

      self->held_before = self->held_remotely;
      /* What is played before the call is answered often goes one way: that is no hold. */
      self->taken_holds = role != SIP_ROLE_EARLY_ANSWER && sip_session_description_holds (body);
      sip_describer_take (self->describer, type_of_role (role), content_type, body, options,
                          modifiers);
    }
}

static void
session_stop (gpointer owner)
{
  SipSession *self = owner;

  if (self->describer != NULL)
    sip_describer_stop (self->describer);
}

static void
session_rollback (gpointer owner)
{
  g_autoptr (SipSession) self = g_object_ref (owner);

  if (self->handler != NULL && !self->is_closed)
    sip_session_description_handler_rollback (self->handler);
  sip_session_set_held_remotely (self, self->held_before);
}

static GBytes *
session_refuse (gpointer owner, SipStr content_type, SipStr body)
{
  char *text = sip_sdp_refuse (body.p, body.len);

  return text != NULL ? g_bytes_new_take (text, strlen (text)) : NULL;
}

static void
session_renew (gpointer owner)
{
  SipSession *self = owner;

  self->is_renewed = TRUE;
  session_rollback (owner);
}

const SipInviteUsageEvents sip_session_usage_events = {
  .sending = session_sending,
  .progress = session_progress,
  .accepted = session_accepted,
  .rejected = session_rejected,
  .failed = session_failed,
  .terminated = session_terminated,
  .cancel = session_cancel,
  .reinvite = session_reinvite,
  .bye = session_bye,
  .state_changed = session_state_changed,
  .request = sip_session_receive_request,
  .understands = session_understands,
  .make = session_make,
  .take = session_take,
  .stop = session_stop,
  .refuse = session_refuse,
  .rollback = session_rollback,
  .renew = session_renew,
};

static void
made_cb (gpointer owner, SipDescription *description, const GError *error)
{
  g_autoptr (SipSession) self = g_object_ref (owner);

  sip_invite_usage_made (self->usage, description != NULL ? sip_description_get_content_type (description) : NULL,
                         description != NULL ? sip_description_get_body (description) : NULL, error);
}

static void
taken_cb (gpointer owner, const GError *error)
{
  /* Whoever hears of a hold may hang up, and nobody else may hold the call. */
  g_autoptr (SipSession) self = g_object_ref (owner);

  if (error == NULL)
    sip_session_set_held_remotely (self, self->taken_holds);
  sip_invite_usage_taken (self->usage, error);
}

static void
handler_failed_cb (SipHandlerWatch *watch, const GError *error)
{
  SipSession *self = SIP_CONTAINER_OF (watch, SipSession, watch);

  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, "SIP_CALL_ID", sip_invite_usage_get_call_id (self->usage), "MESSAGE",
                    "The media of a call failed: %s", error->message);
  sip_invite_usage_media_failed (self->usage, error);
}

gboolean
sip_session_ensure_handler (SipSession *self)
{
  static const SipDescriberEvents events = { made_cb, taken_cb };
  static const SipHandlerWatchEvents watch_events = { handler_failed_cb, sip_session_receive_tone_in_media };
  G_GNUC_UNUSED g_autoptr (SipSession) hold = g_object_ref (self);

  if (self->describer != NULL)
    return TRUE;
  if (self->is_over || self->handler != NULL)
    return FALSE;

  self->handler = sip_user_agent_make_handler (self->user_agent, self);
  if (self->handler == NULL)
    {
      sip_invite_usage_no_media (self->usage);
      return FALSE;
    }

  /* The factory is the application's: it may have ended the call. */
  if (!self->is_over)
    {
      self->describer = sip_describer_new (self->handler, sip_dialogs_get_wheel (sip_user_agent_get_dialogs (self->user_agent)), &events, self);
      sip_handler_watch_begin (&self->watch, self->handler, &watch_events);
    }
  g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_SESSION_DESCRIPTION_HANDLER]);

  if (sip_session_get_state (self) >= SIP_SESSION_STATE_TERMINATING)
    sip_session_close_media (self);

  return self->describer != NULL;
}

void
sip_media_terms_clear (SipMediaTerms *self)
{
  g_clear_pointer (&self->options, g_variant_unref);
  g_clear_object (&self->modifiers);
}

void
sip_session_take_options (SipSession *self, SipInviteOptions *options, SipMediaTerms *before)
{
  GVariant *handler_options = options != NULL ? sip_invite_options_get_session_description_handler_options (options) : NULL;
  GListModel *modifiers = options != NULL ? sip_invite_options_get_modifiers (options) : NULL;

  if (before != NULL)
    {
      before->options = g_steal_pointer (&self->terms.options);
      g_set_object (&before->modifiers, self->terms.modifiers);
    }
  g_clear_pointer (&self->terms.options, g_variant_unref);
  self->terms.options = handler_options != NULL ? g_variant_ref (handler_options) : NULL;
  if (modifiers != NULL)
    g_set_object (&self->terms.modifiers, modifiers);
}

void
sip_session_restore_terms (SipSession *self, const SipMediaTerms *before)
{
  g_clear_pointer (&self->terms.options, g_variant_unref);
  self->terms.options = before->options != NULL ? g_variant_ref (before->options) : NULL;
  g_set_object (&self->terms.modifiers, before->modifiers);
}
