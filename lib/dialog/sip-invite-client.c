/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-machine-private.h"

#define BIT(state) (1u << SIP_CALL_##state)

static void response_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow);
static void sending_cb (gpointer user_data, SipSender *sender, SipMsg *request, SipFlow *flow);
static void failed_cb (gpointer user_data, SipSender *sender, const GError *error);
static gboolean again_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipMsgBuilder *request);

static guint32 renumber_cb (gpointer user_data, SipSender *sender);

static const SipSenderEvents sender_events = { sending_cb, response_cb, failed_cb, again_cb, renumber_cb };

static void
clear_target (SipSendTarget *target)
{
  g_free ((char *) target->next_hop.p);
  g_free ((char *) target->contact.user);
  g_free ((char *) target->contact.uri_params);
  g_free ((char *) target->contact.params);
  g_free ((char *) target->contact.whole);
  g_clear_pointer (&target->preferred, sip_flow_unref);
  *target = (SipSendTarget){ 0 };
}

void
sip_invite_client_clear (SipInviteUsage *self)
{
  if (self->sender != NULL)
    {
      sip_sender_detach (self->sender);
      g_clear_pointer (&self->sender, sip_sender_unref);
    }
  g_clear_pointer (&self->draft, sip_msg_builder_free);
  g_clear_pointer (&self->final, sip_msg_unref);
  g_clear_pointer (&self->early, sip_msg_unref);
  clear_target (&self->target);

  for (SipInviteLeg *leg = self->legs, *next; leg != NULL; leg = next)
    {
      next = leg->next;
      sip_kept_ack_forget (&leg->ack);
      if (leg != self->leg || self->state == SIP_CALL_TERMINATED)
        sip_invite_usage_remove_leg (self, leg);
    }
}

SipInviteUsage *
sip_invite_usage_new_outgoing (SipDialogs *dialogs, SipMsgBuilder *invite, const SipSendTarget *target,
                               const SipInviteUsageEvents *events, gpointer owner)
{
  SipInviteUsage *self = sip_invite_usage_new (dialogs, SIP_CALL_PREPARING, events, owner);

  self->is_outgoing = TRUE;
  self->draft = invite;
  sip_session_timer_ask (&self->session_timer, invite);
  self->target = *target;
  self->target.next_hop.p = sip_str_dup (target->next_hop);
  self->target.preferred = target->preferred != NULL ? sip_flow_ref (target->preferred) : NULL;
  self->target.contact.user = g_strdup (target->contact.user);
  self->target.contact.uri_params = g_strdup (target->contact.uri_params);
  self->target.contact.params = g_strdup (target->contact.params);
  self->target.contact.whole = g_strdup (target->contact.whole);

  return self;
}

/* --- the INVITE --- */

static void
send_invite (SipInviteUsage *self)
{
  g_autoptr (SipSender) sender = NULL;

  self->sender = sip_sender_new (sip_dialogs_get_transactions (self->dialogs), g_steal_pointer (&self->draft), &self->target, &sender_events, self);
  clear_target (&self->target);
  sender = sip_sender_ref (self->sender);
  sip_invite_usage_set_state (self, SIP_CALL_CALLING);
  if (self->state == SIP_CALL_CALLING)
    sip_sender_start (sender);
}

static void
made_offer (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  if (self->state != SIP_CALL_PREPARING)
    return;

  if (error != NULL)
    {
      sip_invite_debug (self, "No offer could be made: %s", error->message);
      sip_invite_usage_end (self, NULL, sip_cause_for_error (error), FALSE, TRUE);
      return;
    }

  sip_msg_builder_set_body (self->draft, content_type, body);
  self->exchange = SIP_EXCHANGE_LOCAL_OFFER;
  send_invite (self);
}

void
sip_invite_usage_invite (SipInviteUsage *self, gboolean late_offer)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  g_return_if_fail (self->state == SIP_CALL_PREPARING && self->draft != NULL);

  if (late_offer)
    send_invite (self);
  else
    sip_invite_usage_ask_make (self, SIP_ROLE_OFFER, made_offer);
}

void
sip_invite_usage_no_media (SipInviteUsage *self)
{
  if (self->is_outgoing)
    sip_invite_usage_end (self, NULL, SIP_CAUSE_WEBRTC_NOT_SUPPORTED, FALSE, TRUE);
  else
    sip_invite_usage_end (self, sip_invite_server_respond (self, 480, NULL, NULL), SIP_CAUSE_WEBRTC_NOT_SUPPORTED, FALSE, TRUE);
}

static void
sending_cb (gpointer user_data, SipSender *sender, SipMsg *request, SipFlow *flow)
{
  SipInviteUsage *self = user_data;

  g_clear_pointer (&self->invite, sip_msg_unref);
  self->invite = sip_msg_ref (request);
  if (self->events != NULL)
    self->events->sending (self->owner, request);
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  SipInviteUsage *self = user_data;
  const char *cause;

  if (self->state == SIP_CALL_CANCELLING)
    cause = self->end_cause != NULL ? self->end_cause : SIP_CAUSE_CANCELED;
  else if (g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT))
    cause = SIP_CAUSE_REQUEST_TIMEOUT;
  else
    cause = SIP_CAUSE_CONNECTION_ERROR;

  sip_invite_debug (self, "The INVITE failed: %s", error->message);
  if (self->state == SIP_CALL_CALLING || self->state == SIP_CALL_PROCEEDING || self->state == SIP_CALL_CANCELLING)
    sip_invite_usage_end (self, NULL, cause, FALSE, TRUE);
}

/* RFC 3261 §9.1, and what design says of a CANCEL before anything was sent. */
gboolean
sip_invite_usage_cancel (SipInviteUsage *self, const SipMessageExtras *extras, GError **error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  g_autoptr (GPtrArray) lines = NULL;
  gboolean is_sent = self->state != SIP_CALL_PREPARING;

  if (sip_invite_usage_refuses (self, BIT (PREPARING) | BIT (CALLING) | BIT (PROCEEDING), "cancel", error))
    return FALSE;

  lines = g_ptr_array_new_with_free_func (g_free);
  if (!sip_invite_usage_collect_lines (lines, extras, error))
    return FALSE;

  sip_invite_usage_stop_asking (self);
  sip_invite_usage_set_state (self, SIP_CALL_CANCELLING);
  sip_invite_prack_send_due (self);
  if (self->events != NULL)
    self->events->cancel (self->owner);
  if (!is_sent)
    sip_invite_usage_end (self, NULL, SIP_CAUSE_CANCELED, FALSE, TRUE);
  else if (self->state == SIP_CALL_CANCELLING)
    sip_sender_cancel (self->sender, (const char *const *) lines->pdata);

  return TRUE;
}

/* --- responses --- */

/* More branches than any proxy forks to: the rest of them is somebody who would see us out of memory. A 2xx may still add as many, to be ended. */
#define MAX_EARLY_LEGS 64
#define MAX_LEGS 128

/* Each branch has a dialog of its own (§12.1), and answers our offer, or makes one, for itself. NULL: one too many. */
static SipInviteLeg *
find_or_add_leg (SipInviteUsage *self, SipMsg *response, SipFlow *flow)
{
  SipInviteLeg *leg;
  guint n = 0;

  for (leg = self->legs; leg != NULL; leg = leg->next)
    {
      if (sip_str_equal (sip_str_from (leg->link.dialog->remote_tag), response->to.tag))
        return leg;
      n++;
    }

  if (n >= (response->status < 200 ? MAX_EARLY_LEGS : MAX_LEGS))
    {
      sip_invite_debug (self, "A branch more than %u is not followed", n);
      return NULL;
    }

  leg = sip_invite_usage_add_leg (self, sip_dialog_new_outgoing (self->dialogs, self->invite, response, flow));
  leg->exchange = self->exchange;

  return leg;
}

void
sip_invite_client_ack (SipInviteUsage *self, SipInviteLeg *leg, const char *content_type, GBytes *body)
{
  sip_kept_ack_send (&leg->ack, leg->link.dialog, self->invite, content_type, body);
}

/* A 2xx of a branch that lost, or of a call that is over: acknowledged, then ended (§13.2.2.4). */
static void
refuse_leg (SipInviteUsage *self, SipInviteLeg *leg)
{
  g_autoptr (SipSender) sender = NULL;
  SipMsgBuilder *bye;
  SipSendTarget target;

  sip_invite_client_ack (self, leg, NULL, NULL);
  if (leg->is_over)
    return;

  leg->is_over = TRUE;
  bye = sip_invite_usage_new_bye (self, leg->link.dialog, NULL);
  sip_dialog_fill_target (leg->link.dialog, &target, FALSE);
  sender = sip_sender_new (sip_dialogs_get_transactions (self->dialogs), bye, &target, NULL, NULL);
  sip_sender_start (sender);
}

static void
renewed_cb (gpointer user_data, SipMsg *response, const GError *error)
{
  SipInviteUsage *self = user_data;

  /* There is nothing to go back to. */
  if (error != NULL && !g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_STATE))
    sip_invite_usage_end_with_bye (self, NULL, response, SIP_CAUSE_BAD_MEDIA_DESCRIPTION, FALSE);
}

static void
established (SipInviteUsage *self)
{
  g_autoptr (SipMsg) final = g_steal_pointer (&self->final);
  gboolean is_strange = self->media_leg != self->leg;

  self->exchange = sip_invite_change_has_offered (self) ? SIP_EXCHANGE_LOCAL_OFFER : SIP_EXCHANGE_STABLE;
  self->media_leg = self->leg;
  g_clear_pointer (&self->early, sip_msg_unref);
  sip_invite_usage_set_state (self, SIP_CALL_CONFIRMED);
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->linger, sip_invite_usage_linger_cb,
                   64 * sip_transactions_get_timings (sip_dialogs_get_transactions (self->dialogs))->t1);
  if (is_strange && self->events != NULL)
    self->events->renew (self->owner);
  if (self->events != NULL && !self->is_ended)
    self->events->accepted (self->owner, final);

  /* The media follows a branch that lost: it is negotiated anew, at once (unless the application is about to). */
  if (is_strange && self->state == SIP_CALL_CONFIRMED)
    sip_invite_usage_reinvite (self, NULL, FALSE, renewed_cb, self, NULL);
  sip_invite_change_go_on (self);
}

/* The 2xx's description cannot be used: the call is acknowledged and ended, and was never accepted. */
static void
refuse_final (SipInviteUsage *self, guint status, const char *cause)
{
  g_autofree char *reason = g_strdup_printf ("SIP;cause=%u;text=\"%s\"", status, sip_status_reason (status));
  SipMsgBuilder *bye;

  sip_invite_client_ack (self, self->leg, NULL, NULL);
  bye = sip_invite_usage_new_bye (self, self->leg->link.dialog, reason);
  sip_invite_usage_end_with_bye (self, bye, self->final, cause, TRUE);
}

static void
made_answer (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  if (self->state != SIP_CALL_ANSWERED)
    return;

  if (error != NULL)
    {
      sip_invite_debug (self, "No answer could be made: %s", error->message);
      refuse_final (self, 488, sip_cause_for_error (error));
      return;
    }

  sip_invite_client_ack (self, self->leg, content_type, body);
  established (self);
}

static void
taken (SipInviteUsage *self, const GError *error)
{
  if (self->state != SIP_CALL_ANSWERED)
    return;

  if (error != NULL)
    {
      sip_invite_debug (self, "The description of the 2xx was refused: %s", error->message);
      refuse_final (self, 488, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
    }
  else if (self->exchange == SIP_EXCHANGE_REMOTE_OFFER)
    {
      sip_invite_usage_ask_make (self, SIP_ROLE_ANSWER, made_answer);
    }
  else
    {
      established (self);
    }
}

/* The winner is not the branch that the media follows: its description is not for this media, nor is its offer. */
static void
take_strange_final (SipInviteUsage *self, SipMsg *response)
{
  g_autofree char *content_type = sip_str_dup (sip_msg_value (response, SIP_H_CONTENT_TYPE));
  g_autoptr (GBytes) refusal = NULL;

  sip_invite_update_refuse (self);
  sip_invite_usage_stop_asking (self);
  sip_invite_change_lost (self);
  if (!self->leg->has_agreed && self->leg->exchange != SIP_EXCHANGE_LOCAL_OFFER && self->events != NULL)
    refusal = self->events->refuse (self->owner, sip_str_from (content_type), sip_msg_body (response));

  sip_invite_client_ack (self, self->leg, content_type, refusal);
  established (self);
}

/* Who has described the session to whom when the 2xx comes (RFC 6337 §2.1, table 1). */
static void
take_final (SipInviteUsage *self, SipMsg *response)
{
  SipInviteLeg *leg = self->leg;
  gboolean is_strange = self->media_leg != NULL && self->media_leg != leg;

  if (!leg->has_agreed && leg->exchange != SIP_EXCHANGE_REMOTE_OFFER && !sip_invite_usage_has_description (self, response))
    {
      refuse_final (self, 400, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
    }
  else if (is_strange)
    {
      take_strange_final (self, response);
    }
  else if (leg->has_agreed)
    {
      /* In a reliable response and its PRACK. What the 2xx describes is the same once more. */
      sip_invite_client_ack (self, leg, NULL, NULL);
      if (!sip_invite_usage_is_asking (self) || sip_invite_change_is_asking (self))
        established (self);
    }
  else if (leg->exchange == SIP_EXCHANGE_REMOTE_OFFER)
    {
      /* The answer to the offer of a reliable response is still being made: first the PRACK, then the ACK. */
    }
  else if (self->exchange == SIP_EXCHANGE_LOCAL_OFFER)
    {
      self->media_leg = leg;
      sip_invite_client_ack (self, leg, NULL, NULL);
      /* Where an early answer is still being taken, this one is next. */
      if (!sip_invite_usage_is_asking (self))
        sip_invite_usage_ask_take (self, SIP_ROLE_ANSWER, response, taken);
    }
  else
    {
      /* The offer came late: its answer goes into the ACK. */
      self->media_leg = leg;
      self->exchange = SIP_EXCHANGE_REMOTE_OFFER;
      sip_invite_usage_ask_take (self, SIP_ROLE_OFFER, response, taken);
    }
}

void
sip_invite_client_described (SipInviteUsage *self)
{
  if (self->state != SIP_CALL_ANSWERED)
    return;

  sip_invite_client_ack (self, self->leg, NULL, NULL);
  established (self);
}

void
sip_invite_client_undescribed (SipInviteUsage *self, const char *cause)
{
  if (self->state == SIP_CALL_ANSWERED)
    {
      refuse_final (self, 488, cause);
    }
  else if (self->state == SIP_CALL_PROCEEDING)
    {
      self->end_cause = cause;
      sip_invite_usage_cancel (self, NULL, NULL);
    }
}

void
sip_invite_client_lost_leg (SipInviteUsage *self, SipInviteLeg *lost, const char *cause)
{
  gboolean has_another = FALSE;

  lost->is_lost = TRUE;
  for (SipInviteLeg *leg = self->legs; leg != NULL; leg = leg->next)
    has_another |= !leg->is_lost;
  if (!has_another && self->state == SIP_CALL_PROCEEDING)
    {
      self->end_cause = cause;
      sip_invite_usage_cancel (self, NULL, NULL);
    }
}

static void
receive_2xx (SipInviteUsage *self, SipMsg *response, SipFlow *flow)
{
  SipInviteLeg *leg = find_or_add_leg (self, response, flow);
  gboolean is_cancelled = self->state == SIP_CALL_CANCELLING;
  gboolean is_over = leg != NULL && leg->is_over;

  if (leg == NULL)
    return;
  if (leg->ack.is_sent)
    {
      sip_kept_ack_send_again (&leg->ack, leg->link.dialog);
      return;
    }
  if (self->leg != NULL && leg == self->leg)
    return; /* its description is still being taken: the ACK will come */

  sip_dialog_confirm (leg->link.dialog, response, flow);
  if (self->leg != NULL || self->state == SIP_CALL_TERMINATED)
    {
      refuse_leg (self, leg);
      return;
    }

  self->leg = leg;
  if (is_cancelled || is_over)
    {
      sip_invite_client_ack (self, leg, NULL, NULL);
      if (self->events != NULL)
        self->events->accepted (self->owner, response);
      if (is_cancelled)
        sip_invite_usage_end_with_bye (self, NULL, NULL, self->end_cause != NULL ? self->end_cause : SIP_CAUSE_TERMINATED, FALSE);
      else
        sip_invite_usage_bye_overtook (self);
      return;
    }

  sip_invite_leg_note_allow (leg, response);
  sip_session_timer_begin (&self->session_timer, sip_dialogs_get_wheel (self->dialogs), response);
  self->final = sip_msg_ref (response);
  sip_invite_usage_set_state (self, SIP_CALL_ANSWERED);
  sip_invite_prack_send_due (self);
  if (self->state == SIP_CALL_ANSWERED)
    take_final (self, response);
}

static void
receive_failure (SipInviteUsage *self, SipMsg *response)
{
  const char *cause = sip_cause_for_status (response->status);

  if (self->end_cause != NULL)
    cause = self->end_cause;
  if (self->state == SIP_CALL_CALLING || self->state == SIP_CALL_PROCEEDING || self->state == SIP_CALL_CANCELLING)
    sip_invite_usage_end (self, response, cause, TRUE, TRUE);
}

/* Whether the INVITE may be made anew, as one of the same call. The early dialogs of the first one are over. */
static gboolean
may_begin_anew (SipInviteUsage *self)
{
  /* An offer that has had an answer, from whomever, cannot be made again. */
  return (self->state == SIP_CALL_CALLING || self->state == SIP_CALL_PROCEEDING) && self->media_leg == NULL && !sip_invite_usage_is_asking (self);
}

static guint32
renumber_cb (gpointer user_data, SipSender *sender)
{
  SipInviteUsage *self = user_data;

  if (!may_begin_anew (self))
    return 0;

  while (self->legs != NULL)
    sip_invite_usage_remove_leg (self, self->legs);
  return self->invite->cseq.number + 1;
}

/* RFC 4028 §7.3: the INVITE, with the interval that somebody on the way wants, as a new one of the same call. */
static gboolean
again_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipMsgBuilder *request)
{
  SipInviteUsage *self = user_data;
  char cseq[32];

  if (response->status != 422 || !may_begin_anew (self) || !sip_session_timer_raise (&self->session_timer, response))
    return FALSE;

  while (self->legs != NULL)
    sip_invite_usage_remove_leg (self, self->legs);
  g_snprintf (cseq, sizeof cseq, "%u INVITE", self->invite->cseq.number + 1);
  sip_msg_builder_replace (request, SIP_H_CSEQ, sip_str_from (cseq));
  sip_session_timer_ask (&self->session_timer, request);
  return TRUE;
}

/* --- early media (RFC 3960 §3) --- */

void
sip_invite_usage_follow_early_answers (SipInviteUsage *self)
{
  self->follows_early = TRUE;
}

static void
taken_early (SipInviteUsage *self, const GError *error)
{
  g_autoptr (SipMsg) final = self->final != NULL ? sip_msg_ref (self->final) : NULL;

  /* Without it, then: the answer that counts is still to come. */
  if (error != NULL)
    {
      sip_invite_debug (self, "An early answer was refused: %s", error->message);
      self->media_leg = NULL;
      g_clear_pointer (&self->early, sip_msg_unref);
    }
  if (self->state == SIP_CALL_ANSWERED && final != NULL)
    take_final (self, final);
}

/* An answer that nobody acknowledges. It is followed as long as one branch rings: which of several a person should hear nobody knows. */
static void
take_early (SipInviteUsage *self, SipInviteLeg *leg, SipMsg *response)
{
  if (!self->follows_early || leg->has_agreed || leg->exchange != SIP_EXCHANGE_LOCAL_OFFER || self->legs->next != NULL || self->state != SIP_CALL_PROCEEDING ||
      sip_invite_usage_is_asking (self) || !sip_invite_usage_has_description (self, response))
    return;
  if (self->early != NULL && sip_str_equal (sip_msg_body (self->early), sip_msg_body (response)))
    return;

  g_clear_pointer (&self->early, sip_msg_unref);
  self->early = sip_msg_ref (response);
  self->media_leg = leg;
  sip_invite_usage_ask_take (self, SIP_ROLE_EARLY_ANSWER, response, taken_early);
}

static void
receive_1xx (SipInviteUsage *self, SipMsg *response, SipFlow *flow)
{
  SipInviteLeg *leg = NULL;

  if (self->state != SIP_CALL_CALLING && self->state != SIP_CALL_PROCEEDING && self->state != SIP_CALL_CANCELLING)
    return;

  if (response->status > 100 && response->to.tag.len > 0)
    {
      leg = find_or_add_leg (self, response, flow);
      if (leg == NULL)
        return;
    }
  if (self->state == SIP_CALL_CALLING)
    sip_invite_usage_set_state (self, SIP_CALL_PROCEEDING);
  if (leg != NULL)
    sip_invite_leg_note_allow (leg, response);
  if (leg != NULL && !sip_invite_prack_is_reliable (response))
    take_early (self, leg, response);
  else if (leg != NULL && !sip_invite_prack_receive (self, leg, response))
    return;
  if (self->events != NULL && self->state == SIP_CALL_PROCEEDING)
    self->events->progress (self->owner, response);
  sip_invite_prack_send_due (self);
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow)
{
  SipInviteUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  if (response->status >= 300)
    {
      receive_failure (self, response);
      return;
    }
  if (response->status >= 200)
    {
      receive_2xx (self, response, flow);
      return;
    }

  receive_1xx (self, response, flow);
}
