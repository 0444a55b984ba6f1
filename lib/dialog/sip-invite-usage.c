/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-machine-private.h"

#define BIT(state) (1u << SIP_CALL_##state)

/* Which state may follow which (RFC 3261 §13; docs/diagrams/call.dot). */
static const guint16 next_states[SIP_CALL_N_STATES] = {
  [SIP_CALL_PREPARING] = BIT (CALLING) | BIT (CANCELLING) | BIT (TERMINATED),
  [SIP_CALL_CALLING] = BIT (PROCEEDING) | BIT (CANCELLING) | BIT (ANSWERED) | BIT (TERMINATED),
  [SIP_CALL_PROCEEDING] = BIT (CANCELLING) | BIT (ANSWERED) | BIT (TERMINATED),
  [SIP_CALL_CANCELLING] = BIT (ENDING) | BIT (TERMINATED),
  [SIP_CALL_RINGING] = BIT (ANSWERING) | BIT (TERMINATED),
  [SIP_CALL_ANSWERING] = BIT (ANSWERED) | BIT (TERMINATED),
  [SIP_CALL_ANSWERED] = BIT (CONFIRMED) | BIT (ENDING) | BIT (TERMINATED),
  [SIP_CALL_CONFIRMED] = BIT (ENDING) | BIT (TERMINATED),
  [SIP_CALL_ENDING] = BIT (TERMINATED),
  [SIP_CALL_TERMINATED] = 0,
};

static const char *const state_nicks[SIP_CALL_N_STATES] = {
#define X(id, nick) nick,
  SIP_CALL_STATES (X)
#undef X
};

static gboolean usage_request (gpointer usage, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request);
static gboolean usage_ack (gpointer usage, SipDialog *dialog, SipMsg *ack, SipFlow *flow);

static const SipUsageClass usage_class = { usage_request, usage_ack };

/* --- life --- */

static void
clear (SipInviteUsage *self)
{
  sip_timer_stop (&self->deadline);
  sip_timer_stop (&self->linger);
  sip_invite_update_clear (self);
  sip_invite_change_clear (self);
  sip_invite_client_clear (self);
  sip_invite_server_clear (self);
  sip_invite_reliable_clear (self);
  while (self->legs != NULL)
    sip_invite_usage_remove_leg (self, self->legs);
  if (self->bye_sender != NULL)
    {
      sip_sender_detach (self->bye_sender);
      g_clear_pointer (&self->bye_sender, sip_sender_unref);
    }
  g_clear_pointer (&self->bye, sip_msg_builder_free);
  g_clear_pointer (&self->end_message, sip_msg_unref);
}

static void
abandon_cb (SipDialogsMember *member)
{
  SipInviteUsage *self = SIP_CONTAINER_OF (member, SipInviteUsage, member);
  gboolean lingered = sip_timer_is_running (&self->linger) && self->state == SIP_CALL_TERMINATED;

  sip_invite_usage_ref (self);
  /* Nothing can be done with it from now on: whoever hears that a change has ended begins no other one. */
  self->events = NULL;
  self->state = SIP_CALL_TERMINATED;
  clear (self);
  if (lingered)
    sip_invite_usage_unref (self);
  sip_invite_usage_unref (self);
}

SipInviteUsage *
sip_invite_usage_new (SipDialogs *dialogs, SipCallState state, const SipInviteUsageEvents *events, gpointer owner)
{
  SipInviteUsage *self = g_new0 (SipInviteUsage, 1);

  self->ref_count = 1;
  self->state = state;
  self->dialogs = dialogs;
  self->events = events;
  self->owner = owner;
  sip_session_timer_init (&self->session_timer, dialogs, &sip_invite_session_timer_events);
  sip_dialogs_join (dialogs, &self->member, abandon_cb);

  return self;
}

SipInviteUsage *
sip_invite_usage_ref (SipInviteUsage *self)
{
  self->ref_count++;
  return self;
}

void
sip_invite_usage_unref (SipInviteUsage *self)
{
  if (--self->ref_count > 0)
    return;

  clear (self);
  sip_dialogs_leave (&self->member);
  g_clear_pointer (&self->invite, sip_msg_unref);
  g_clear_pointer (&self->cancel, sip_msg_unref);
  g_free (self);
}

void
sip_invite_usage_detach (SipInviteUsage *self)
{
  self->events = NULL;
  self->owner = NULL;
  sip_invite_usage_unref (self);
}

SipInviteLeg *
sip_invite_usage_add_leg (SipInviteUsage *self, SipDialog *dialog)
{
  SipInviteLeg *leg = g_new0 (SipInviteLeg, 1);

  leg->next = self->legs;
  self->legs = leg;
  sip_dialog_attach (dialog, &leg->link, &usage_class, self);

  return leg;
}

void
sip_invite_usage_remove_leg (SipInviteUsage *self, SipInviteLeg *leg)
{
  SipInviteLeg **at = &self->legs;

  while (*at != leg)
    at = &(*at)->next;
  *at = leg->next;
  if (self->leg == leg)
    self->leg = NULL;
  if (self->media_leg == leg)
    self->media_leg = NULL;

  sip_invite_prack_clear (leg);
  sip_dialog_detach (&leg->link);
  sip_kept_ack_forget (&leg->ack);
  g_free (leg);
}

SipInviteUsage *
sip_invite_usage_of_dialog (SipDialog *dialog)
{
  for (SipUsageLink *link = dialog->usages; link != NULL; link = link->next)
    {
      if (link->klass == &usage_class)
        return link->usage;
    }

  return NULL;
}

/* --- state --- */

SipCallState
sip_invite_usage_get_state (SipInviteUsage *self)
{
  return self->state;
}

const char *
sip_call_state_get_nick (SipCallState state)
{
  return state_nicks[state];
}

gboolean
sip_invite_usage_is_outgoing (SipInviteUsage *self)
{
  return self->is_outgoing;
}

SipMsg *
sip_invite_usage_get_invite (SipInviteUsage *self)
{
  return self->invite;
}

SipMsg *
sip_invite_usage_get_cancel (SipInviteUsage *self)
{
  return self->cancel;
}

SipDialog *
sip_invite_usage_get_dialog (SipInviteUsage *self)
{
  return self->leg != NULL ? self->leg->link.dialog : NULL;
}

gboolean
sip_call_state_may_become (SipCallState state, SipCallState next)
{
  return (next_states[state] & (1u << next)) != 0;
}

const char *
sip_invite_usage_get_call_id (SipInviteUsage *self)
{
  return self->legs != NULL ? self->legs->link.dialog->call_id : "";
}

void
sip_invite_usage_set_state (SipInviteUsage *self, SipCallState state)
{
  g_return_if_fail (sip_call_state_may_become (self->state, state));

  self->state = state;
  if (self->events != NULL)
    self->events->state_changed (self->owner);
}

gboolean
sip_invite_usage_refuses (SipInviteUsage *self, guint allowed, const char *method, GError **error)
{
  if (allowed & (1u << self->state))
    return FALSE;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible while the call is %s", method, state_nicks[self->state]);
  return TRUE;
}

void
sip_invite_leg_note_allow (SipInviteLeg *leg, const SipMsg *msg)
{
  if (sip_msg_field (msg, SIP_H_ALLOW) != NULL)
    leg->peer_updates = sip_msg_has_token (msg, SIP_H_ALLOW, "UPDATE");
}

/* --- descriptions: each question has one answer, and one is open at a time --- */

void
sip_invite_usage_ask_make (SipInviteUsage *self, SipDescriptionRole role, SipMadeFunc made)
{
  self->made = made;
  if (self->events != NULL)
    self->events->make (self->owner, role);
}

void
sip_invite_usage_ask_take (SipInviteUsage *self, SipDescriptionRole role, const SipMsg *message, SipTakenFunc taken)
{
  self->taken = taken;
  if (self->events != NULL)
    self->events->take (self->owner, role, sip_msg_value (message, SIP_H_CONTENT_TYPE), sip_msg_body (message));
}

gboolean
sip_invite_usage_is_asking (SipInviteUsage *self)
{
  return self->made != NULL || self->taken != NULL;
}

void
sip_invite_usage_stop_asking (SipInviteUsage *self)
{
  if (!sip_invite_usage_is_asking (self))
    return;

  self->made = NULL;
  self->taken = NULL;
  if (self->events != NULL)
    self->events->stop (self->owner);
}

gboolean
sip_invite_usage_has_description (SipInviteUsage *self, const SipMsg *message)
{
  return message->body_len > 0 && self->events != NULL && self->events->understands (self->owner, sip_msg_value (message, SIP_H_CONTENT_TYPE));
}

void
sip_invite_usage_made (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  SipMadeFunc made = g_steal_pointer (&self->made);

  if (made != NULL)
    made (self, content_type, body, error);
}

void
sip_invite_usage_taken (SipInviteUsage *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  SipTakenFunc taken = g_steal_pointer (&self->taken);

  if (taken != NULL)
    taken (self, error);
}

/* --- ends --- */

gboolean
sip_invite_usage_add_extras (SipMsgBuilder *builder, const SipMessageExtras *extras, GError **error)
{
  return sip_message_extras_add (extras, builder, error);
}

/* RFC 3326: `SIP ;cause=600 ;text="Busy Everywhere"`. NULL without a status. */
static char *
reason_header (const SipMessageExtras *extras)
{
  const char *phrase;
  g_autoptr (GString) text = NULL;

  if (extras == NULL || extras->status == 0)
    return NULL;

  phrase = extras->reason != NULL ? extras->reason : sip_status_reason (extras->status);
  text = g_string_new (NULL);
  g_string_printf (text, "SIP;cause=%u;text=\"", extras->status);
  for (; *phrase != '\0'; phrase++)
    {
      if (*phrase == '"' || *phrase == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *phrase);
    }
  g_string_append_c (text, '"');

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* The extra headers of a message that has no body, its Reason among them. */
gboolean
sip_invite_usage_collect_lines (GPtrArray *lines, const SipMessageExtras *extras, GError **error)
{
  g_autoptr (SipMsgBuilder) probe = NULL;
  g_autofree char *reason = NULL;

  if (extras == NULL || !sip_message_extras_check (extras, 200, 699, error))
    {
      g_ptr_array_add (lines, NULL);
      return extras == NULL;
    }

  /* Refused here, and not when it is too late to say so. */
  probe = sip_msg_builder_new_request (SIP_STR ("CANCEL"), SIP_STR ("sip:probe.invalid"));
  if (extras->lines != NULL && !sip_msg_builder_add_lines (probe, extras->lines, FALSE, error))
    return FALSE;

  reason = reason_header (extras);
  if (reason != NULL)
    g_ptr_array_add (lines, g_strdup_printf ("Reason: %s", reason));
  for (guint i = 0; extras->lines != NULL && extras->lines[i] != NULL; i++)
    g_ptr_array_add (lines, g_strdup (extras->lines[i]));
  g_ptr_array_add (lines, NULL);

  return TRUE;
}

SipMsgBuilder *
sip_invite_usage_new_bye (SipInviteUsage *self, SipDialog *dialog, const char *reason)
{
  SipMsgBuilder *bye = sip_dialog_new_request (dialog, SIP_METHOD_BYE, 0);

  if (reason != NULL)
    sip_msg_builder_add (bye, SIP_H_REASON, sip_str_from (reason));

  return bye;
}

static gint64
long_wait (SipInviteUsage *self)
{
  return 64 * sip_transactions_get_timings (sip_dialogs_get_transactions (self->dialogs))->t1;
}

void
sip_invite_usage_linger_cb (SipTimer *timer)
{
  SipInviteUsage *self = SIP_CONTAINER_OF (timer, SipInviteUsage, linger);
  gboolean ended = self->state == SIP_CALL_TERMINATED;

  sip_invite_client_clear (self);
  if (ended)
    sip_invite_usage_unref (self);
}

void
sip_invite_usage_end (SipInviteUsage *self, SipMsg *message, const char *cause, gboolean rejected, gboolean failed)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  G_GNUC_UNUSED g_autoptr (SipMsg) kept = message != NULL ? sip_msg_ref (message) : NULL;
  gboolean wants_ack = FALSE;

  if (self->state == SIP_CALL_TERMINATED)
    return;

  sip_timer_stop (&self->deadline);
  sip_invite_usage_stop_asking (self);
  if (self->leg != NULL && self->leg->link.dialog->is_confirmed)
    sip_dialogs_remember (self->dialogs, self->leg->link.dialog);
  /* A change of the other side's that nobody has answered yet: no transaction is left open (RFC 3261 §15.1.2). */
  sip_invite_server_respond (self, 487, NULL, NULL);
  sip_invite_usage_set_state (self, SIP_CALL_TERMINATED);
  if (rejected && self->events != NULL)
    self->events->rejected (self->owner, message);
  if (failed && self->events != NULL)
    self->events->failed (self->owner, message, cause);
  self->is_ended = TRUE;
  if (self->events != NULL)
    self->events->terminated (self->owner, message, cause);

  /* A 2xx that comes again, because our ACK was lost, is still to be acknowledged (RFC 3261 §13.2.2.4). */
  for (SipInviteLeg *leg = self->legs; leg != NULL; leg = leg->next)
    wants_ack |= leg->ack.is_sent;
  if (wants_ack && self->sender != NULL)
    {
      if (!sip_timer_is_running (&self->linger))
        sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->linger, sip_invite_usage_linger_cb, long_wait (self));
      sip_invite_usage_ref (self);
      sip_invite_update_clear (self);
      sip_invite_change_clear (self);
      sip_invite_server_clear (self);
      return;
    }

  clear (self);
}

static void
end_after_bye (SipInviteUsage *self, const char *cause)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  g_autoptr (SipMsg) message = self->end_message != NULL ? sip_msg_ref (self->end_message) : NULL;
  g_autoptr (SipMsg) request = sip_msg_ref (sip_sender_get_request (self->bye_sender));

  if (self->state != SIP_CALL_ENDING)
    return;

  if (self->events != NULL)
    self->events->bye (self->owner, request);
  sip_invite_usage_end (self, message, cause, FALSE, self->end_failed);
}

static void
bye_sent (SipInviteUsage *self)
{
  end_after_bye (self, self->end_cause);
}

static void
bye_sent_cb (SipTimer *timer)
{
  bye_sent (SIP_CONTAINER_OF (timer, SipInviteUsage, deadline));
}

/* Told when the BYE has gone, not before: whoever drops the agent at the end of its last call must not take the BYE along. */
static void
bye_sending_cb (gpointer user_data, SipSender *sender, SipMsg *request, SipFlow *flow)
{
  SipInviteUsage *self = user_data;

  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->deadline, bye_sent_cb, 0);
}

static void
bye_failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  SipInviteUsage *self = user_data;

  /* The application hears of what was to be said all the same. */
  sip_invite_debug (self, "A BYE could not be sent: %s", error->message);
  if (self->state == SIP_CALL_ENDING)
    end_after_bye (self, g_strcmp0 (self->end_cause, SIP_CAUSE_TERMINATED) == 0 ? SIP_CAUSE_CONNECTION_ERROR : self->end_cause);
}

static void
bye_response_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow)
{
  /* Whatever it says, the call is over (RFC 3261 §15.1.1). */
}

static guint32
bye_renumber_cb (gpointer user_data, SipSender *sender)
{
  SipInviteUsage *self = user_data;

  if (self->leg == NULL || self->leg->link.dialog == NULL)
    return sip_sender_get_request (sender)->cseq.number + 1;
  return ++self->leg->link.dialog->local_cseq;
}

static void
send_bye (SipInviteUsage *self)
{
  static const SipSenderEvents events = { bye_sending_cb, bye_response_cb, bye_failed_cb, NULL, bye_renumber_cb };
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  g_autoptr (SipSender) sender = NULL;
  SipSendTarget target;

  sip_timer_stop (&self->deadline);
  sip_dialog_fill_target (self->leg->link.dialog, &target, FALSE);
  self->bye_sender = sip_sender_new (sip_dialogs_get_transactions (self->dialogs), g_steal_pointer (&self->bye), &target, &events, self);
  sender = sip_sender_ref (self->bye_sender);
  sip_sender_start (sender);
  if (sip_sender_get_request (sender) != NULL)
    bye_sent (self);
}

void
sip_invite_usage_end_with_bye (SipInviteUsage *self, SipMsgBuilder *bye, SipMsg *message, const char *cause, gboolean failed)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  if (self->state == SIP_CALL_ENDING || self->state == SIP_CALL_TERMINATED)
    {
      g_clear_pointer (&bye, sip_msg_builder_free);
      return;
    }

  sip_invite_usage_stop_asking (self);
  sip_session_timer_stop (&self->session_timer);
  g_clear_pointer (&self->bye, sip_msg_builder_free);
  self->bye = bye != NULL ? bye : sip_invite_usage_new_bye (self, self->leg->link.dialog, NULL);
  g_clear_pointer (&self->end_message, sip_msg_unref);
  self->end_message = message != NULL ? sip_msg_ref (message) : NULL;
  self->end_cause = cause;
  self->end_failed = failed;

  /* A callee waits for the ACK, or for timer H, before it says BYE (RFC 3261 §15). */
  if (self->state == SIP_CALL_ANSWERED && !self->is_outgoing && sip_timer_is_running (&self->deadline))
    {
      sip_invite_usage_set_state (self, SIP_CALL_ENDING);
      return;
    }

  sip_invite_usage_set_state (self, SIP_CALL_ENDING);
  if (self->state == SIP_CALL_ENDING)
    send_bye (self);
}

/* The 2xx is in, its description was still being taken, and the call ends: the caller learns both. Confirmed first: what the handlers of `accepted` do is done to
 * an established call. */
void
sip_invite_usage_accept_half (SipInviteUsage *self)
{
  g_autoptr (SipMsg) final = sip_msg_ref (self->final);

  sip_invite_usage_stop_asking (self);
  sip_invite_client_ack (self, self->leg, NULL, NULL);
  sip_invite_usage_set_state (self, SIP_CALL_CONFIRMED);
  if (self->events != NULL && !self->is_ended)
    self->events->accepted (self->owner, final);
}

/* --- what the application does --- */

gboolean
sip_invite_usage_bye (SipInviteUsage *self, const SipMessageExtras *extras, GError **error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  g_autoptr (SipMsgBuilder) bye = NULL;
  g_autofree char *reason = NULL;

  if (sip_invite_usage_refuses (self, BIT (ANSWERED) | BIT (CONFIRMED), "bye", error) || !sip_message_extras_check (extras, 200, 699, error))
    return FALSE;

  reason = reason_header (extras);
  bye = sip_invite_usage_new_bye (self, self->leg->link.dialog, reason);
  if (!sip_invite_usage_add_extras (bye, extras, error))
    return FALSE;

  if (self->state == SIP_CALL_ANSWERED && self->is_outgoing)
    sip_invite_usage_accept_half (self);

  sip_invite_usage_end_with_bye (self, g_steal_pointer (&bye), NULL, SIP_CAUSE_TERMINATED, FALSE);
  return TRUE;
}

gboolean
sip_invite_usage_terminate (SipInviteUsage *self, const SipMessageExtras *extras, GError **error)
{
  switch ((SipCallState) self->state)
    {
    case SIP_CALL_PREPARING:
    case SIP_CALL_CALLING:
    case SIP_CALL_PROCEEDING:
      return sip_message_extras_check (extras, 200, 699, error) && sip_invite_usage_cancel (self, extras, error);
    case SIP_CALL_RINGING:
    case SIP_CALL_ANSWERING:
      return sip_invite_usage_reject (self, extras, error);
    case SIP_CALL_ANSWERED:
    case SIP_CALL_CONFIRMED:
      return sip_invite_usage_bye (self, extras, error);
    default:
      return !sip_invite_usage_refuses (self, 0, "terminate", error);
    }
}

void
sip_invite_usage_media_failed (SipInviteUsage *self, const GError *error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  SipMsg *response;

  switch ((SipCallState) self->state)
    {
    case SIP_CALL_PREPARING:
      sip_invite_usage_end (self, NULL, sip_cause_for_error (error), FALSE, TRUE);
      break;
    case SIP_CALL_CALLING:
    case SIP_CALL_PROCEEDING:
      self->end_cause = sip_cause_for_error (error);
      sip_invite_usage_cancel (self, NULL, NULL);
      break;
    case SIP_CALL_RINGING:
    case SIP_CALL_ANSWERING:
      response = sip_invite_server_respond (self, 480, NULL, NULL);
      sip_invite_usage_end (self, response, sip_cause_for_error (error), FALSE, TRUE);
      break;
    case SIP_CALL_ANSWERED:
    case SIP_CALL_CONFIRMED:
      if (self->is_outgoing && self->state == SIP_CALL_ANSWERED)
        sip_invite_client_ack (self, self->leg, NULL, NULL);
      sip_invite_usage_end_with_bye (self, NULL, NULL, sip_cause_for_error (error), self->is_outgoing && self->state == SIP_CALL_ANSWERED);
      break;
    default:
      break;
    }
}

/* --- inside the dialog --- */

static SipInviteLeg *
find_leg (SipInviteUsage *self, SipDialog *dialog)
{
  for (SipInviteLeg *leg = self->legs; leg != NULL; leg = leg->next)
    {
      if (leg->link.dialog == dialog)
        return leg;
    }

  return NULL;
}

static void
receive_bye (SipInviteUsage *self, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request)
{
  SipInviteLeg *leg = find_leg (self, dialog);
  SipMsg *response;

  sip_dialogs_respond (self->dialogs, transaction, 200, NULL, NULL);

  switch ((SipCallState) self->state)
    {
    case SIP_CALL_CALLING:
    case SIP_CALL_PROCEEDING:
    case SIP_CALL_CANCELLING:
      /* The callee's 2xx was overtaken by its BYE. The call is told of when the 2xx comes. */
      leg->is_over = TRUE;
      g_clear_pointer (&self->end_message, sip_msg_unref);
      self->end_message = sip_msg_ref (request);
      break;

    case SIP_CALL_RINGING:
    case SIP_CALL_ANSWERING:
      /* §15: a caller may end an early dialog in this way; §15.1.2: the INVITE is answered 487. */
      response = sip_invite_server_respond (self, 487, NULL, NULL);
      if (self->events != NULL)
        self->events->bye (self->owner, request);
      sip_invite_usage_end (self, response, SIP_CAUSE_CANCELED, TRUE, TRUE);
      break;

    case SIP_CALL_ANSWERED:
    case SIP_CALL_CONFIRMED:
    case SIP_CALL_ENDING:
      if (leg != self->leg)
        break;
      if (self->state == SIP_CALL_ANSWERED && self->is_outgoing)
        sip_invite_usage_accept_half (self);
      sip_invite_server_respond (self, 487, NULL, NULL);
      /* No handler of `bye` can say another one. */
      if (self->state == SIP_CALL_ANSWERED || self->state == SIP_CALL_CONFIRMED)
        sip_invite_usage_set_state (self, SIP_CALL_ENDING);
      if (self->state == SIP_CALL_ENDING && self->events != NULL)
        self->events->bye (self->owner, request);
      sip_invite_usage_end (self, request, SIP_CAUSE_TERMINATED, FALSE, FALSE);
      break;

    default:
      break;
    }
}

/* The 2xx of a call whose BYE was here before it. */
void
sip_invite_usage_bye_overtook (SipInviteUsage *self)
{
  if (self->events != NULL)
    self->events->bye (self->owner, self->end_message);
  sip_invite_usage_end (self, self->end_message, SIP_CAUSE_TERMINATED, FALSE, FALSE);
}

/* RFC 3261 §14.2: one at a time. */
static void
receive_invite (SipInviteUsage *self, SipInviteLeg *leg, SipServerTransaction *transaction, SipMsg *request)
{
  SipMsgBuilder *response;

  sip_invite_leg_note_allow (leg, request);
  if (self->state == SIP_CALL_CONFIRMED && sip_session_timer_refuse (self->dialogs, transaction, request))
    return;
  if (self->state == SIP_CALL_CONFIRMED && self->offered == NULL && !sip_invite_usage_is_asking (self) &&
      !sip_invite_change_is_under_way (self))
    {
      sip_invite_server_reinvite (self, transaction, request);
      return;
    }
  if (self->state == SIP_CALL_TERMINATED || self->state == SIP_CALL_ENDING)
    {
      sip_dialogs_respond (self->dialogs, transaction, 481, NULL, NULL);
      return;
    }
  if (self->offered == NULL && self->update == NULL)
    {
      sip_dialogs_respond (self->dialogs, transaction, 491, NULL, NULL);
      return;
    }

  response = sip_msg_builder_new_response (request, 500, NULL, NULL);
  sip_msg_builder_add_printf (response, SIP_H_RETRY_AFTER, "%d", g_random_int_range (0, 11));
  sip_server_transaction_respond (transaction, response, NULL);
}

static gboolean
usage_request (gpointer usage, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request)
{
  SipInviteUsage *self = usage;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  switch ((SipMethod) request->method)
    {
    case SIP_METHOD_BYE:
      receive_bye (self, dialog, transaction, request);
      return TRUE;
    case SIP_METHOD_INVITE:
      receive_invite (self, find_leg (self, dialog), transaction, request);
      return TRUE;
    case SIP_METHOD_UPDATE:
      sip_invite_update_receive (self, find_leg (self, dialog), transaction, request);
      return TRUE;
    case SIP_METHOD_PRACK:
      sip_invite_reliable_prack (self, transaction, request);
      return TRUE;
    default:
      return sip_invite_inside_request (self, transaction, request);
    }
}

static gboolean
usage_ack (gpointer usage, SipDialog *dialog, SipMsg *ack, SipFlow *flow)
{
  SipInviteUsage *self = usage;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  if (self->leg == NULL || self->leg->link.dialog != dialog || !sip_invite_server_ack (self, ack))
    return FALSE;

  if (self->state == SIP_CALL_ENDING && self->bye != NULL)
    send_bye (self);

  return TRUE;
}

void
sip_invite_usage_give_up_waiting (SipInviteUsage *self)
{
  if (self->bye != NULL)
    send_bye (self);
}
