/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-machine-private.h"
#include "transaction/sip-token-private.h"

#define BIT(state) (1u << SIP_CALL_##state)

static void cancelled_cb (gpointer user_data, SipServerTransaction *transaction, SipMsg *cancel);
static void failed_cb (gpointer user_data, SipServerTransaction *transaction, const GError *error);
static void terminated_cb (gpointer user_data, SipServerTransaction *transaction);
static void deadline_cb (SipTimer *timer);

static const SipServerTransactionEvents transaction_events = { cancelled_cb, failed_cb, terminated_cb };

static const SipTimings *
timings (SipInviteUsage *self)
{
  return sip_transactions_get_timings (sip_dialogs_get_transactions (self->dialogs));
}

static void
forget_transaction (SipInviteUsage *self)
{
  if (self->transaction != NULL)
    sip_server_transaction_set_events (self->transaction, NULL, NULL);
  self->transaction = NULL;
}

/* The INVITE is answered and acknowledged, or of no interest any more. */
void
sip_invite_server_clear (SipInviteUsage *self)
{
  sip_timer_stop (&self->retransmit);
  sip_timer_stop (&self->extend);
  forget_transaction (self);
  g_clear_pointer (&self->offered, sip_msg_unref);
  g_clear_pointer (&self->answer, sip_msg_unref);
  g_clear_pointer (&self->accept, sip_msg_builder_free);
  sip_invite_change_go_on (self);
}

static void
take_transaction (SipInviteUsage *self, SipServerTransaction *transaction)
{
  self->transaction = transaction;
  self->offered = sip_msg_ref (sip_server_transaction_get_request (transaction));
  sip_server_transaction_set_events (transaction, &transaction_events, self);
}

SipInviteUsage *
sip_invite_usage_new_incoming (SipDialogs *dialogs, SipServerTransaction *transaction, gint64 no_answer,
                               const SipInviteUsageEvents *events, gpointer owner)
{
  SipInviteUsage *self = sip_invite_usage_new (dialogs, SIP_CALL_RINGING, events, owner);
  g_autofree char *tag = sip_tag_new ();
  guint64 expires;

  take_transaction (self, transaction);
  self->invite = sip_msg_ref (self->offered);
  self->leg = sip_invite_usage_add_leg (
      self, sip_dialog_new_incoming (dialogs, self->invite, tag, sip_server_transaction_get_flow (transaction)));
  sip_invite_leg_note_allow (self->leg, self->invite);

  /* RFC 3261 §13.3.1 */
  if (sip_msg_uint (self->invite, SIP_H_EXPIRES, G_MAXUINT32, &expires) && (gint64) expires * G_USEC_PER_SEC < no_answer)
    {
      self->expires = TRUE;
      no_answer = (gint64) expires * G_USEC_PER_SEC;
    }
  sip_timer_start (sip_dialogs_get_wheel (dialogs), &self->deadline, deadline_cb, no_answer);

  return self;
}

/* --- answers --- */

static SipMsgBuilder *
new_response (SipInviteUsage *self, guint status, const char *reason)
{
  SipMsgBuilder *response = sip_msg_builder_new_response (self->offered, status, reason, status > 100 ? self->leg->link.dialog->local_tag : NULL);
  const char *product = sip_dialogs_get_product (self->dialogs);

  if (status > 100 && status < 300)
    sip_msg_builder_copy (response, SIP_H_RECORD_ROUTE, self->offered);
  if (status >= 200 && status < 300)
    {
      sip_msg_builder_add (response, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (self->dialogs)));
      sip_msg_builder_add (response, SIP_H_SUPPORTED, sip_str_from (sip_dialogs_get_supported (self->dialogs)));
    }
  if (status == 415)
    sip_msg_builder_add (response, SIP_H_ACCEPT, sip_str_from (sip_dialogs_get_accept (self->dialogs)));
  if (status > 100 && self->leg->link.dialog->is_anonymous)
    sip_msg_builder_add (response, SIP_H_PRIVACY, SIP_STR ("id"));
  if (product != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (product));

  return response;
}

SipMsg *
sip_invite_server_send (SipInviteUsage *self, SipMsgBuilder *response, guint status)
{
  SipContactSpec contact = sip_dialog_get_contact (self->leg->link.dialog);

  if (self->transaction == NULL)
    {
      sip_msg_builder_free (response);
      return NULL;
    }

  return sip_server_transaction_respond (self->transaction, response, status > 100 && status < 300 ? &contact : NULL);
}

SipMsg *
sip_invite_server_respond (SipInviteUsage *self, guint status, const char *reason, const SipMessageExtras *extras)
{
  SipMsgBuilder *response;

  if (self->transaction == NULL || self->offered == NULL || sip_server_transaction_is_answered (self->transaction))
    return NULL;

  response = new_response (self, status, reason);
  sip_invite_usage_add_extras (response, extras, NULL);
  return sip_invite_server_send (self, response, status);
}

static gboolean
check_status (const SipMessageExtras *extras, guint lowest, guint highest, GError **error)
{
  if (extras == NULL || extras->status == 0 || (extras->status >= lowest && extras->status <= highest))
    return TRUE;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "%u is no status code from %u to %u", extras->status, lowest, highest);
  return FALSE;
}

/* TRUE: the application has nothing to answer, or no more: while it hears of a CANCEL, that has been answered already. */
static gboolean
refuses_answer (SipInviteUsage *self, guint allowed, const char *method, GError **error)
{
  if (sip_invite_usage_refuses (self, allowed, method, error))
    return TRUE;
  if (self->transaction != NULL && !sip_server_transaction_is_answered (self->transaction))
    return FALSE;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible: the INVITE was answered", method);
  return TRUE;
}

/* A response of the application's; NULL with an error when something of it is refused. */
static SipMsgBuilder *
new_said_response (SipInviteUsage *self, guint status, const SipMessageExtras *extras, GError **error)
{
  SipDialog *dialog = self->leg->link.dialog;
  guint8 before = dialog->is_anonymous;
  g_autoptr (SipMsgBuilder) response = NULL;

  if (extras != NULL && extras->reason != NULL && strpbrk (extras->reason, "\r\n") != NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "A reason phrase holds a line break: \"%s\"", extras->reason);
      return NULL;
    }

  /* Who has asked once not to be named is not named any more. */
  if (extras != NULL && extras->anonymous)
    dialog->is_anonymous = TRUE;
  response = new_response (self, status, extras != NULL ? extras->reason : NULL);
  if (!sip_invite_usage_add_extras (response, extras, error))
    {
      dialog->is_anonymous = before;
      return NULL;
    }

  return g_steal_pointer (&response);
}

/* §13.3.1.1: a proxy on the way gives up after three minutes of silence (its timer C), so it is told every minute that there is still somebody; reliable
 * responses may be rarer (RFC 3262 §3). */
#define EXTEND_US (60 * G_USEC_PER_SEC)
#define EXTEND_RELIABLY_US (150 * G_USEC_PER_SEC)

static void extend_cb (SipTimer *timer);

static void
plan_extension (SipInviteUsage *self)
{
  SipTimerWheel *wheel = sip_dialogs_get_wheel (self->dialogs);
  gint64 us = self->said_reliably ? EXTEND_RELIABLY_US : EXTEND_US;

  if (self->state == SIP_CALL_RINGING && self->deadline.expiry - sip_timer_wheel_now (wheel) > us)
    sip_timer_start (wheel, &self->extend, extend_cb, us);
}

static void
extend_cb (SipTimer *timer)
{
  SipInviteUsage *self = SIP_CONTAINER_OF (timer, SipInviteUsage, extend);
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  SipMsgBuilder *response;

  if (self->state != SIP_CALL_RINGING)
    return;

  response = new_response (self, self->said, NULL);
  if (self->said_reliably)
    sip_invite_reliable_send (self, response, self->said, TRUE);
  else
    sip_invite_server_send (self, response, self->said);
  plan_extension (self);
}

gboolean
sip_invite_usage_progress (SipInviteUsage *self, const SipMessageExtras *extras, GError **error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  gboolean asked = extras != NULL && extras->rel100 > 0;
  guint said = extras != NULL ? extras->status : 0;
  gboolean is_reliable = sip_invite_reliable_applies (self, said, asked);
  guint status = said != 0 ? said : is_reliable ? 183 : 180;
  SipMsgBuilder *response;

  if (refuses_answer (self, BIT (RINGING), "progress", error) || !check_status (extras, 100, 199, error))
    return FALSE;

  if (is_reliable && extras != NULL && extras->body != NULL && sip_invite_reliable_has_to_offer (self))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT,
                   "progress has no room for a body of type \"%s\": the first reliable answer to an INVITE without an offer makes ours", extras->content_type);
      return FALSE;
    }

  response = new_said_response (self, status, extras, error);
  if (response == NULL)
    return FALSE;

  if (status > 100)
    {
      self->said = (guint16) status;
      self->said_reliably = is_reliable;
      plan_extension (self);
    }
  if (is_reliable)
    sip_invite_reliable_send (self, response, status, extras != NULL && extras->body != NULL);
  else
    sip_invite_server_send (self, response, status);

  return TRUE;
}

gboolean
sip_invite_usage_reject (SipInviteUsage *self, const SipMessageExtras *extras, GError **error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  guint status = extras != NULL && extras->status != 0 ? extras->status : 480;
  SipMsgBuilder *response;

  if (refuses_answer (self, BIT (RINGING) | BIT (ANSWERING), "reject", error) || !check_status (extras, 300, 699, error))
    return FALSE;

  response = new_said_response (self, status, extras, error);
  if (response == NULL)
    return FALSE;

  sip_invite_usage_end (self, sip_invite_server_send (self, response, status), sip_cause_for_status (status), TRUE, TRUE);
  return TRUE;
}

/* --- accepting: take the offer, make the answer, say 200; or, where the INVITE had no offer, make ours and take the answer of the ACK --- */

static void
retransmit_cb (SipTimer *timer)
{
  SipInviteUsage *self = SIP_CONTAINER_OF (timer, SipInviteUsage, retransmit);

  /* §13.3.1.4: over any transport, T1 doubling up to T2. */
  self->interval = MIN (self->interval * 2, timings (self)->t2);
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), timer, retransmit_cb, self->interval);
  if (self->transaction != NULL)
    sip_server_transaction_retransmit (self->transaction, self->answer);
}

static void
send_2xx (SipInviteUsage *self, const char *content_type, GBytes *body)
{
  SipTimerWheel *wheel = sip_dialogs_get_wheel (self->dialogs);
  SipMsgBuilder *response = g_steal_pointer (&self->accept);
  SipMsg *answer;

  sip_invite_reliable_stop (self);
  sip_timer_stop (&self->extend);
  sip_msg_builder_set_body (response, content_type, body);
  if (self->exchange == SIP_EXCHANGE_REMOTE_OFFER)
    self->exchange = SIP_EXCHANGE_STABLE;
  sip_session_timer_answer (&self->session_timer, wheel, self->offered, response);
  answer = sip_invite_server_send (self, response, 200);
  if (answer == NULL)
    return;

  self->answer = sip_msg_ref (answer);
  self->interval = timings (self)->t1;
  sip_timer_start (wheel, &self->retransmit, retransmit_cb, self->interval);
  sip_timer_start (wheel, &self->deadline, deadline_cb, 64 * timings (self)->t1);
  self->leg->link.dialog->is_confirmed = TRUE;

  if (self->state == SIP_CALL_ANSWERING)
    {
      g_autoptr (SipMsg) kept = sip_msg_ref (answer);

      sip_invite_usage_set_state (self, SIP_CALL_ANSWERED);
      if (self->events != NULL && !self->is_ended)
        self->events->accepted (self->owner, kept);
    }
}

/* The call is refused before it began; a re-INVITE is refused and the call goes on as it was (§14.2). */
void
sip_invite_server_fail (SipInviteUsage *self, guint status, const char *cause)
{
  SipMsg *response = sip_invite_server_respond (self, status, NULL, NULL);

  self->exchange = SIP_EXCHANGE_STABLE;
  if (self->state == SIP_CALL_CONFIRMED)
    {
      sip_invite_server_clear (self);
      if (self->events != NULL)
        self->events->rollback (self->owner);
    }
  else
    {
      sip_invite_usage_end (self, response, cause, FALSE, TRUE);
    }
}

static void
made (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  if (self->accept == NULL || self->transaction == NULL)
    return;

  if (error != NULL)
    {
      sip_invite_debug (self, "No description could be made: %s", error->message);
      sip_invite_server_fail (self, self->state == SIP_CALL_CONFIRMED ? 488 : 480, sip_cause_for_error (error));
      return;
    }

  send_2xx (self, content_type, body);
}

static void
taken_offer (SipInviteUsage *self, const GError *error)
{
  if (self->accept == NULL || self->transaction == NULL)
    return;

  if (error != NULL)
    {
      sip_invite_debug (self, "The offer was refused: %s", error->message);
      sip_invite_server_fail (self, 488, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
      return;
    }

  sip_invite_usage_ask_make (self, SIP_ROLE_ANSWER, made);
}

static gboolean
begin_description (SipInviteUsage *self)
{
  if (self->offered->body_len == 0)
    {
      self->exchange = SIP_EXCHANGE_LOCAL_OFFER;
      sip_invite_usage_ask_make (self, SIP_ROLE_OFFER, made);
      return TRUE;
    }
  if (!sip_invite_usage_has_description (self, self->offered))
    return FALSE;

  self->exchange = SIP_EXCHANGE_REMOTE_OFFER;
  sip_invite_usage_ask_take (self, SIP_ROLE_OFFER, self->offered, taken_offer);
  return TRUE;
}

gboolean
sip_invite_usage_accept (SipInviteUsage *self, const SipMessageExtras *extras, GError **error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  guint status = extras != NULL && extras->status != 0 ? extras->status : 200;
  g_autoptr (SipMsgBuilder) response = NULL;

  if (refuses_answer (self, BIT (RINGING), "accept", error) || !check_status (extras, 200, 299, error))
    return FALSE;

  response = new_said_response (self, status, extras, error);
  if (response == NULL)
    return FALSE;

  self->accept = g_steal_pointer (&response);
  sip_invite_usage_set_state (self, SIP_CALL_ANSWERING);
  if (self->state == SIP_CALL_ANSWERING)
    sip_invite_server_answer (self);

  return TRUE;
}

void
sip_invite_server_answer (SipInviteUsage *self)
{
  if (sip_invite_reliable_holds_final (self) || self->update != NULL || sip_invite_change_holds_final (self))
    return;

  if (self->leg->has_agreed)
    send_2xx (self, NULL, NULL);
  else if (!begin_description (self))
    sip_invite_server_fail (self, 415, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
}

/* --- the ACK --- */

static void
taken_answer (SipInviteUsage *self, const GError *error)
{
  self->exchange = SIP_EXCHANGE_STABLE;
  sip_invite_server_clear (self);
  if (error != NULL)
    {
      sip_invite_debug (self, "The answer in the ACK was refused: %s", error->message);
      sip_invite_usage_end_with_bye (self, NULL, NULL, SIP_CAUSE_BAD_MEDIA_DESCRIPTION, FALSE);
    }
}

gboolean
sip_invite_server_ack (SipInviteUsage *self, SipMsg *ack)
{
  gboolean wants_answer = self->exchange == SIP_EXCHANGE_LOCAL_OFFER;

  if (self->answer == NULL || ack->cseq.number != self->offered->cseq.number)
    return FALSE;

  sip_timer_stop (&self->retransmit);
  sip_timer_stop (&self->deadline);
  g_clear_pointer (&self->answer, sip_msg_unref);
  forget_transaction (self);
  if (!wants_answer || self->state == SIP_CALL_ENDING)
    sip_invite_server_clear (self);
  if (self->state == SIP_CALL_ANSWERED)
    sip_invite_usage_set_state (self, SIP_CALL_CONFIRMED);
  if (self->state == SIP_CALL_CONFIRMED && !wants_answer)
    sip_invite_change_go_on (self);
  if (!wants_answer || self->state != SIP_CALL_CONFIRMED)
    return TRUE;

  if (sip_invite_usage_has_description (self, ack))
    {
      sip_invite_usage_ask_take (self, SIP_ROLE_ANSWER, ack, taken_answer);
    }
  else
    {
      sip_invite_server_clear (self);
      sip_invite_usage_end_with_bye (self, NULL, NULL, SIP_CAUSE_BAD_MEDIA_DESCRIPTION, FALSE);
    }

  return TRUE;
}

static void
deadline_cb (SipTimer *timer)
{
  SipInviteUsage *self = SIP_CONTAINER_OF (timer, SipInviteUsage, deadline);
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  switch ((SipCallState) self->state)
    {
    case SIP_CALL_RINGING:
    case SIP_CALL_ANSWERING:
      {
        SipMsg *response = sip_invite_server_respond (self, self->expires ? 487 : 408, NULL, NULL);

        sip_invite_usage_end (self, response, self->expires ? SIP_CAUSE_EXPIRES : SIP_CAUSE_NO_ANSWER, FALSE, TRUE);
        break;
      }
    case SIP_CALL_ANSWERED:
    case SIP_CALL_CONFIRMED:
      /* Timer H (§13.3.1.4, §14.2): the other side does not know that it was answered. */
      sip_invite_server_clear (self);
      sip_invite_usage_end_with_bye (self, NULL, NULL, SIP_CAUSE_NO_ACK, FALSE);
      break;
    case SIP_CALL_ENDING:
      sip_invite_server_clear (self);
      sip_invite_usage_give_up_waiting (self);
      break;
    default:
      break;
    }
}

/* --- what the transaction tells --- */

static void
cancelled_cb (gpointer user_data, SipServerTransaction *transaction, SipMsg *cancel)
{
  SipInviteUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  SipMsg *response = sip_invite_server_respond (self, 487, NULL, NULL);

  if (response == NULL)
    return;
  if (self->state == SIP_CALL_CONFIRMED)
    {
      /* A re-INVITE: only the change is called off. */
      sip_invite_usage_stop_asking (self);
      sip_invite_server_clear (self);
      self->exchange = SIP_EXCHANGE_STABLE;
      if (self->events != NULL)
        self->events->rollback (self->owner);
      return;
    }

  self->cancel = sip_msg_ref (cancel);
  if (self->events != NULL)
    self->events->cancel (self->owner);
  sip_invite_usage_end (self, response, SIP_CAUSE_CANCELED, TRUE, TRUE);
}

static void
failed_cb (gpointer user_data, SipServerTransaction *transaction, const GError *error)
{
  SipInviteUsage *self = user_data;

  sip_invite_debug (self, "An answer could not be delivered: %s", error->message);
  if (self->state == SIP_CALL_RINGING || self->state == SIP_CALL_ANSWERING)
    sip_invite_usage_end (self, NULL, SIP_CAUSE_CONNECTION_ERROR, FALSE, TRUE);
}

static void
terminated_cb (gpointer user_data, SipServerTransaction *transaction)
{
  SipInviteUsage *self = user_data;

  self->transaction = NULL;
}

/* --- re-INVITE (§14.2) --- */

void
sip_invite_server_reinvite (SipInviteUsage *self, SipServerTransaction *transaction, SipMsg *request)
{
  take_transaction (self, transaction);
  sip_dialog_refresh_target (self->leg->link.dialog, request);
  if (self->events != NULL)
    self->events->reinvite (self->owner);
  if (self->state != SIP_CALL_CONFIRMED)
    return;

  self->accept = new_response (self, 200, NULL);
  if (!begin_description (self))
    sip_invite_server_fail (self, 415, NULL);
}
