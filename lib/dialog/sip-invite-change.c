/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-machine-private.h"

#define BIT(state) (1u << SIP_CALL_##state)

/* Changing an established call with an INVITE of ours (RFC 3261 §14.1), or one that has no final answer yet but whose sides have described the session to each
 * other: with the PRACK that is due (RFC 3262 §5), or with an UPDATE (RFC 3311 §5.1). One at a time; a change waits while the other side's is under way. */
struct _SipInviteChange
{
  SipInviteUsage *usage;
  SipInviteChangeFunc done; /* NULL once told */
  gpointer user_data;
  char **lines;
  guint rel100;
  gboolean late_offer;
  gboolean is_waiting;      /* for the other side's INVITE to be over, or for the retry */
  guint tries;
  gboolean is_refresh;      /* nothing is to change */
  gboolean is_useless;      /* an answer to it came early, and could not be taken */
  gboolean is_early;        /* its offer is in a PRACK or an UPDATE, which has no answer yet */
  gboolean wants_prack;     /* its offer goes into the one that is due */
  char *offer_type;
  GBytes *offer;            /* made, and not sent; nullable */
  SipMsg *reply;            /* that brought the answer to an early offer, which is being taken; nullable */
  SipInviteChange *next;    /* asked for while this one, a refresh, is under way; nullable */
  SipSender *sender;
  SipMsg *request;
  SipMsg *final;
  SipKeptAck ack;
  SipTimer retry;
};

static void made_offer (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error);
static void taken_early (SipInviteUsage *self, const GError *error);
static void proceed (SipInviteUsage *self);
static void next_cb (SipTimer *timer);

/* The branch that the change is for. */
static SipInviteLeg *
own_leg (SipInviteUsage *self)
{
  return self->leg != NULL ? self->leg : self->media_leg;
}

/* Before a branch has won each has an exchange of its own. */
static void
set_exchange (SipInviteUsage *self, SipExchange exchange)
{
  if (self->leg != NULL)
    self->exchange = exchange;
  else if (self->media_leg != NULL)
    self->media_leg->exchange = exchange;
}

static void
tell (SipInviteUsage *self, SipMsg *response, const GError *error)
{
  SipInviteChange *change = self->change;
  SipInviteChangeFunc done = g_steal_pointer (&change->done);

  set_exchange (self, SIP_EXCHANGE_STABLE);
  if (change->next != NULL)
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &change->next->retry, next_cb, 0);
  if (done != NULL)
    done (change->user_data, response, error);
}

static void
change_free (SipInviteChange *change)
{
  if (change->sender != NULL)
    {
      sip_sender_detach (change->sender);
      sip_sender_unref (change->sender);
    }
  sip_timer_stop (&change->retry);
  sip_kept_ack_forget (&change->ack);
  g_clear_pointer (&change->request, sip_msg_unref);
  g_clear_pointer (&change->final, sip_msg_unref);
  g_clear_pointer (&change->reply, sip_msg_unref);
  g_clear_pointer (&change->offer, g_bytes_unref);
  g_free (change->offer_type);
  g_strfreev (change->lines);
  g_free (change);
}

void
sip_invite_change_clear (SipInviteUsage *self)
{
  SipInviteChange *next;

  if (self->change == NULL)
    return;

  next = g_steal_pointer (&self->change->next);
  if (self->change->done != NULL)
    {
      g_autoptr (GError) error = g_error_new_literal (SIP_ERROR, SIP_ERROR_INVALID_STATE, "The call ended before it was changed");

      tell (self, NULL, error);
    }
  g_clear_pointer (&self->change, change_free);
  if (next != NULL)
    {
      self->change = next;
      sip_invite_change_clear (self);
    }
}

gboolean
sip_invite_change_has_offered (SipInviteUsage *self)
{
  SipInviteChange *change = self->change;

  return change != NULL && change->done != NULL && (change->is_early || change->offer != NULL);
}

/* Whether our INVITE is out and has no final answer: then another one meets it (§14.2). */
gboolean
sip_invite_change_is_under_way (SipInviteUsage *self)
{
  if (self->change != NULL && self->change->sender != NULL && self->change->final == NULL && self->change->done != NULL)
    return TRUE;

  return sip_invite_change_has_offered (self);
}

static void
roll_back (SipInviteUsage *self)
{
  set_exchange (self, SIP_EXCHANGE_STABLE);
  if (self->change != NULL)
    {
      g_clear_pointer (&self->change->offer, g_bytes_unref);
      g_clear_pointer (&self->change->offer_type, g_free);
    }
  if (self->events != NULL)
    self->events->rollback (self->owner);
}

/* The other side took the change but its description is of no use: neither side knows what the other hears. */
static void
give_up_call (SipInviteUsage *self, SipMsg *response, const GError *error)
{
  SipMsgBuilder *bye = sip_invite_usage_new_bye (self, self->leg->link.dialog, "SIP;cause=488;text=\"Not Acceptable Here\"");

  tell (self, response, error);
  sip_invite_usage_end_with_bye (self, bye, response, SIP_CAUSE_BAD_MEDIA_DESCRIPTION, FALSE);
}

static void
acknowledge (SipInviteUsage *self, const char *content_type, GBytes *body)
{
  sip_kept_ack_send (&self->change->ack, self->leg->link.dialog, self->change->request, content_type, body);
}

static void
made_answer (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  g_autoptr (SipMsg) final = sip_msg_ref (self->change->final);

  acknowledge (self, content_type, body);
  if (error != NULL)
    give_up_call (self, final, error);
  else
    tell (self, final, NULL);
}

static void
taken (SipInviteUsage *self, const GError *error)
{
  g_autoptr (SipMsg) final = sip_msg_ref (self->change->final);

  if (error != NULL)
    {
      acknowledge (self, NULL, NULL);
      give_up_call (self, final, error);
    }
  else if (self->exchange == SIP_EXCHANGE_REMOTE_OFFER)
    {
      sip_invite_usage_ask_make (self, SIP_ROLE_ANSWER, made_answer);
    }
  else
    {
      tell (self, final, NULL);
    }
}

static void
receive_2xx (SipInviteUsage *self, SipMsg *response)
{
  SipInviteChange *change = self->change;

  if (change->final != NULL)
    {
      sip_kept_ack_send_again (&change->ack, self->leg->link.dialog);
      return;
    }

  change->final = sip_msg_ref (response);
  sip_invite_leg_note_allow (self->leg, response);
  sip_session_timer_begin (&self->session_timer, sip_dialogs_get_wheel (self->dialogs), response);
  sip_dialog_refresh_target (self->leg->link.dialog, response);
  if (self->leg->has_agreed || sip_invite_usage_is_asking (self))
    {
      /* In a reliable response and its PRACK, or about to. */
      if (!sip_invite_usage_is_asking (self))
        sip_invite_change_described (self);
    }
  else if (!sip_invite_usage_has_description (self, response))
    {
      g_autoptr (GError) error = g_error_new_literal (SIP_ERROR, SIP_ERROR_MEDIA, "The other side accepted without a description");

      acknowledge (self, NULL, NULL);
      give_up_call (self, response, error);
    }
  else if (self->exchange == SIP_EXCHANGE_LOCAL_OFFER)
    {
      acknowledge (self, NULL, NULL);
      sip_invite_usage_ask_take (self, SIP_ROLE_ANSWER, response, taken);
    }
  else
    {
      self->exchange = SIP_EXCHANGE_REMOTE_OFFER;
      sip_invite_usage_ask_take (self, SIP_ROLE_OFFER, response, taken);
    }
}

void
sip_invite_change_described (SipInviteUsage *self)
{
  SipInviteChange *change = self->change;
  g_autoptr (SipMsg) final = NULL;

  if (change == NULL || change->final == NULL || change->done == NULL)
    return;

  final = sip_msg_ref (change->final);
  acknowledge (self, NULL, NULL);
  tell (self, final, NULL);
}

void
sip_invite_change_undescribed (SipInviteUsage *self, const GError *error)
{
  SipInviteChange *change = self->change;

  if (change == NULL || change->done == NULL)
    return;

  if (change->final != NULL)
    {
      g_autoptr (SipMsg) final = sip_msg_ref (change->final);

      acknowledge (self, NULL, NULL);
      give_up_call (self, final, error);
    }
  else if (change->sender != NULL)
    {
      /* The other side can still be asked to leave all as it was. */
      change->is_useless = TRUE;
      sip_sender_cancel (change->sender, NULL);
    }
}

static void
retry_cb (SipTimer *timer)
{
  SipInviteChange *change = SIP_CONTAINER_OF (timer, SipInviteChange, retry);

  proceed (change->usage);
}

/* §14.1: who owns the Call-ID waits 2.1 to 4 seconds, the other side up to 2, but not none, in steps of 10 ms. */
static void
retry_later (SipInviteUsage *self)
{
  int steps = self->is_outgoing ? g_random_int_range (210, 401) : g_random_int_range (1, 201);

  self->change->is_waiting = TRUE;
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->change->retry, retry_cb, steps * 10 * 1000);
}

/* A change that meets a refusal for now is not tried for ever, and does not wait longer than anybody would. */
#define MAX_TRIES 8
#define LONGEST_RETRY_AFTER 32

/* §14.2: 500 comes where the other side still answers an earlier INVITE, and says how long that may take. TRUE: the change waits. */
static gboolean
is_to_be_tried_again (SipInviteUsage *self, SipMsg *response)
{
  SipInviteChange *change = self->change;
  guint64 seconds;

  if (response->status == 491 && change->tries < MAX_TRIES)
    {
      retry_later (self);
      return TRUE;
    }
  if (response->status != 500 || change->tries >= MAX_TRIES || !sip_msg_uint (response, SIP_H_RETRY_AFTER, LONGEST_RETRY_AFTER, &seconds))
    return FALSE;

  change->is_waiting = TRUE;
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &change->retry, retry_cb, (gint64) seconds * G_USEC_PER_SEC);
  return TRUE;
}

static void
drop_sender (SipInviteUsage *self)
{
  sip_sender_detach (self->change->sender);
  g_clear_pointer (&self->change->sender, sip_sender_unref);
}

static GError *
new_refusal (SipMsg *response)
{
  gboolean is_gone = response->status == 408 || response->status == 481;

  return g_error_new (SIP_ERROR, is_gone ? SIP_ERROR_DIALOG : SIP_ERROR_NOT_SUPPORTED, "The other side refused the change: %u " SIP_STR_FORMAT,
                      response->status, SIP_STR_ARGS (response->reason));
}

static void
turned_back_cb (gpointer user_data, SipMsg *response, const GError *error)
{
  /* What ends the call has been seen to; anything else leaves it as it is. */
}

/* What comes to nothing: an offer; or all of a change whose answer came in a reliable response already, so that both sides have begun to do as it says. Then
 * another one says what is true, since neither side can know what the other has made of the refusal (RFC 6141 §3.4). */
static gboolean
call_off (SipInviteUsage *self)
{
  gboolean was_agreed = self->leg->has_agreed;

  drop_sender (self);
  if (was_agreed && !self->change->is_useless)
    set_exchange (self, SIP_EXCHANGE_STABLE);
  else
    roll_back (self);

  return was_agreed;
}

static void
turn_back (SipInviteUsage *self)
{
  if (self->state == SIP_CALL_CONFIRMED)
    sip_invite_change_refresh (self, turned_back_cb, self);
}

static void
receive_refusal (SipInviteUsage *self, SipMsg *response)
{
  g_autoptr (GError) error = NULL;
  gboolean is_gone = response->status == 408 || response->status == 481;
  gboolean was_agreed = call_off (self);

  /* A description handler is anybody's, and may have ended the call. */
  if (self->change == NULL)
    return;
  if (is_to_be_tried_again (self, response))
    return;

  error = new_refusal (response);
  tell (self, response, error);
  /* §12.2.1.2: the dialog is gone over there. */
  if (is_gone)
    sip_invite_usage_end_with_bye (self, NULL, response, SIP_CAUSE_DIALOG_ERROR, FALSE);
  else if (was_agreed)
    turn_back (self);
}

/* Somebody may be asked over there whether the call may change; but no longer than a proxy would wait (§16.6, timer C), or it would never change again. */
#define PATIENCE_US (181 * G_USEC_PER_SEC)

static void
impatient_cb (SipTimer *timer)
{
  SipInviteChange *change = SIP_CONTAINER_OF (timer, SipInviteChange, retry);

  if (change->sender != NULL)
    sip_sender_cancel (change->sender, NULL);
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow)
{
  SipInviteUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  if (response->status < 200)
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->change->retry, impatient_cb, PATIENCE_US);
  else
    sip_timer_stop (&self->change->retry);

  if (response->status >= 300)
    receive_refusal (self, response);
  else if (response->status >= 200)
    receive_2xx (self, response);
  else if (sip_invite_prack_is_reliable (response))
    {
      sip_invite_prack_receive (self, self->leg, response);
      sip_invite_prack_send_due (self);
    }
}

static void
sending_cb (gpointer user_data, SipSender *sender, SipMsg *request, SipFlow *flow)
{
  SipInviteUsage *self = user_data;

  g_clear_pointer (&self->change->request, sip_msg_unref);
  self->change->request = sip_msg_ref (request);
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  SipInviteUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  gboolean was_agreed = call_off (self);

  if (self->change == NULL)
    return;
  tell (self, NULL, error);
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT))
    sip_invite_usage_end_with_bye (self, NULL, NULL, SIP_CAUSE_DIALOG_ERROR, FALSE);
  else if (was_agreed)
    turn_back (self);
}

/* RFC 4028 §7.3 */
static gboolean
again_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipMsgBuilder *request)
{
  SipInviteUsage *self = user_data;
  char cseq[32];

  if (response->status != 422 || self->state != SIP_CALL_CONFIRMED || !sip_session_timer_raise (&self->session_timer, response))
    return FALSE;

  g_snprintf (cseq, sizeof cseq, "%u INVITE", ++self->leg->link.dialog->local_cseq);
  sip_msg_builder_replace (request, SIP_H_CSEQ, sip_str_from (cseq));
  sip_session_timer_ask (&self->session_timer, request);
  return TRUE;
}

static guint32
renumber_cb (gpointer user_data, SipSender *sender)
{
  SipInviteUsage *self = user_data;

  return self->state == SIP_CALL_CONFIRMED ? ++self->leg->link.dialog->local_cseq : 0;
}

static const SipSenderEvents sender_events = { sending_cb, response_cb, failed_cb, again_cb, renumber_cb };

static void
send_invite (SipInviteUsage *self, const char *content_type, GBytes *body)
{
  SipInviteChange *change = self->change;
  SipDialog *dialog = self->leg->link.dialog;
  SipMsgBuilder *invite = sip_dialog_new_request (dialog, SIP_METHOD_INVITE, 0);
  g_autoptr (SipSender) sender = NULL;
  SipSendTarget target;

  sip_msg_builder_add (invite, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (self->dialogs)));
  sip_dialogs_add_supported (self->dialogs, invite, change->rel100);
  change->tries++;
  sip_session_timer_ask (&self->session_timer, invite);
  if (change->lines != NULL)
    sip_msg_builder_add_lines (invite, (const char *const *) change->lines, FALSE, NULL);
  if (body != NULL)
    {
      sip_msg_builder_set_body (invite, content_type, body);
      self->exchange = SIP_EXCHANGE_LOCAL_OFFER;
    }

  /* As of a branch that has said nothing yet: each INVITE counts its reliable responses anew (RFC 3262 §3). */
  self->leg->exchange = self->exchange;
  self->leg->has_agreed = FALSE;
  self->leg->rseq = 0;

  sip_dialog_fill_target (dialog, &target, TRUE);
  change->sender = sip_sender_new (sip_dialogs_get_transactions (self->dialogs), invite, &target, &sender_events, self);
  sender = sip_sender_ref (change->sender);
  sip_sender_start (sender);
}

/* --- before the final answer --- */

gboolean
sip_invite_change_is_asking (SipInviteUsage *self)
{
  return self->made == made_offer || self->taken == taken_early;
}

gboolean
sip_invite_change_wants_prack (SipInviteUsage *self)
{
  return self->change != NULL && self->change->done != NULL && self->change->wants_prack && self->state == SIP_CALL_PROCEEDING;
}

gboolean
sip_invite_change_holds_final (SipInviteUsage *self)
{
  return self->change != NULL && self->change->done != NULL && !self->change->is_waiting;
}

/* The change is over, or waits: what it held back is not held back any more. */
static void
let_go (SipInviteUsage *self)
{
  sip_invite_prack_send_due (self);
  if (self->state == SIP_CALL_ANSWERING && self->accept != NULL)
    sip_invite_server_answer (self);
}

static void
tell_and_let_go (SipInviteUsage *self, SipMsg *response, const GError *error)
{
  tell (self, response, error);
  let_go (self);
}

static void
send_early (SipInviteUsage *self, const char *content_type, GBytes *body)
{
  SipInviteChange *change = self->change;
  SipInviteLeg *leg = own_leg (self);
  const char *const *lines = (const char *const *) change->lines;

  change->tries++;
  change->is_early = TRUE;
  set_exchange (self, SIP_EXCHANGE_LOCAL_OFFER);
  if (sip_invite_change_wants_prack (self))
    {
      change->wants_prack = FALSE;
      sip_invite_prack_send_offer (self, lines, content_type, body);
    }
  else
    {
      sip_invite_update_send_offer (self, leg, lines, content_type, body);
    }
}

/* The dialog is gone over there, or nobody hears us (RFC 3261 §12.2.1.2). */
static void
lose_dialog (SipInviteUsage *self, SipMsg *response)
{
  switch ((SipCallState) self->state)
    {
    case SIP_CALL_PROCEEDING:
      sip_invite_client_lost_leg (self, self->media_leg, response != NULL ? SIP_CAUSE_DIALOG_ERROR : SIP_CAUSE_REQUEST_TIMEOUT);
      break;
    case SIP_CALL_RINGING:
    case SIP_CALL_ANSWERING:
      sip_invite_server_fail (self, 500, SIP_CAUSE_DIALOG_ERROR);
      break;
    case SIP_CALL_CONFIRMED:
      sip_invite_usage_end_with_bye (self, NULL, response, SIP_CAUSE_DIALOG_ERROR, FALSE);
      break;
    default:
      break;
    }
}

static void
refuse_early (SipInviteUsage *self, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  SipInviteLeg *leg = own_leg (self);
  g_autoptr (GError) refused = NULL;

  roll_back (self);
  if (self->change == NULL || self->change->done == NULL)
    return;

  if (response != NULL && (response->status == 405 || response->status == 501))
    leg->peer_updates = FALSE;
  /* Without UPDATE there is nothing that it could be tried again with. */
  if (response != NULL && (leg->peer_updates || self->state == SIP_CALL_CONFIRMED) && is_to_be_tried_again (self, response))
    {
      let_go (self);
      return;
    }

  if (response != NULL)
    refused = new_refusal (response);
  tell_and_let_go (self, response, response != NULL ? refused : error);
  if (effect != SIP_DIALOG_LIVES)
    lose_dialog (self, response);
}

static void
taken_early (SipInviteUsage *self, const GError *error)
{
  g_autoptr (SipMsg) reply = g_steal_pointer (&self->change->reply);

  if (error == NULL)
    {
      tell_and_let_go (self, reply, NULL);
      return;
    }

  sip_invite_debug (self, "The answer to an early offer was refused: %s", error->message);
  switch ((SipCallState) self->state)
    {
    case SIP_CALL_CONFIRMED:
      give_up_call (self, reply, error);
      break;
    case SIP_CALL_PROCEEDING:
      tell (self, reply, error);
      sip_invite_client_undescribed (self, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
      break;
    case SIP_CALL_RINGING:
    case SIP_CALL_ANSWERING:
      tell (self, reply, error);
      sip_invite_server_fail (self, 488, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
      break;
    default:
      break;
    }
}

void
sip_invite_change_answered (SipInviteUsage *self, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  static const guint living = BIT (PROCEEDING) | BIT (RINGING) | BIT (ANSWERING) | BIT (CONFIRMED);
  SipInviteChange *change = self->change;

  if (change == NULL || !change->is_early || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  change->is_early = FALSE;
  if (change->done == NULL || !(living & (1u << self->state)))
    return;

  if (response == NULL || response->status >= 300)
    {
      refuse_early (self, response, effect, error);
    }
  else if (!sip_invite_usage_has_description (self, response))
    {
      g_autoptr (GError) missing = g_error_new_literal (SIP_ERROR, SIP_ERROR_MEDIA, "The other side has not answered the offer");

      /* It has not looked at it, then. */
      roll_back (self);
      if (self->change != NULL)
        tell_and_let_go (self, response, missing);
    }
  else
    {
      change->reply = sip_msg_ref (response);
      sip_invite_usage_ask_take (self, SIP_ROLE_ANSWER, response, taken_early);
    }
}

void
sip_invite_change_lost (SipInviteUsage *self)
{
  g_autoptr (GError) error = NULL;

  if (self->change == NULL || self->change->done == NULL)
    return;

  error = g_error_new_literal (SIP_ERROR, SIP_ERROR_DIALOG, "Another one has answered the call");
  self->change->is_early = FALSE;
  sip_timer_stop (&self->change->retry);
  g_clear_pointer (&self->offer, sip_dialog_request_free);
  tell (self, NULL, error);
}

static void
made_offer (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  SipInviteChange *change = self->change;

  if (error != NULL)
    {
      roll_back (self);
      if (self->change != NULL)
        tell_and_let_go (self, NULL, error);
      return;
    }

  /* What it goes out with may have to wait. */
  change->offer = g_bytes_ref (body);
  change->offer_type = g_strdup (content_type);
  proceed (self);
}

/* Whether something is under way that the offer must not meet. */
static gboolean
has_to_wait (SipInviteUsage *self)
{
  SipInviteLeg *leg = own_leg (self);

  if (self->update != NULL || sip_invite_usage_is_asking (self))
    return TRUE;

  switch ((SipCallState) self->state)
    {
    case SIP_CALL_CONFIRMED:
      /* §14.1: not while another INVITE is under way, in either direction. */
      return self->offered != NULL;
    case SIP_CALL_PROCEEDING:
      /* An UPDATE that overtakes a PRACK makes that one too old (RFC 3261 §12.2.2). */
      return leg == NULL || leg->is_lost || (leg->pracks != NULL && !sip_invite_change_wants_prack (self));
    case SIP_CALL_RINGING:
    case SIP_CALL_ANSWERING:
      return sip_invite_reliable_holds_final (self) || (self->state == SIP_CALL_ANSWERING && self->change->offer == NULL);
    default:
      return TRUE;
    }
}

static void
proceed (SipInviteUsage *self)
{
  SipInviteChange *change = self->change;

  change->is_waiting = has_to_wait (self);
  if (change->is_waiting)
    return;

  if (change->offer == NULL && !change->late_offer)
    {
      sip_invite_usage_ask_make (self, SIP_ROLE_OFFER, made_offer);
    }
  else
    {
      g_autoptr (GBytes) offer = g_steal_pointer (&change->offer);
      g_autofree char *type = g_steal_pointer (&change->offer_type);

      if (self->state == SIP_CALL_CONFIRMED)
        send_invite (self, type, offer);
      else
        send_early (self, type, offer);
    }
}

void
sip_invite_change_go_on (SipInviteUsage *self)
{
  if (self->change != NULL && self->change->done != NULL && self->change->is_waiting && !sip_timer_is_running (&self->change->retry))
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->change->retry, retry_cb, 0);
}

static SipInviteChange *
change_new (SipInviteUsage *self, SipInviteChangeFunc done, gpointer user_data)
{
  SipInviteChange *change = g_new0 (SipInviteChange, 1);

  change->usage = self;
  change->done = done;
  change->user_data = user_data;

  return change;
}

static void
begin (SipInviteUsage *self, SipInviteChange *change)
{
  g_clear_pointer (&self->change, change_free);
  self->change = change;
  change->wants_prack = self->state == SIP_CALL_PROCEEDING && self->media_leg->due_cseq != 0;
  proceed (self);
}

static void
next_cb (SipTimer *timer)
{
  SipInviteChange *change = SIP_CONTAINER_OF (timer, SipInviteChange, retry);
  SipInviteUsage *self = change->usage;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  self->change->next = NULL;
  begin (self, change);
}

gboolean
sip_invite_change_refresh (SipInviteUsage *self, SipInviteChangeFunc done, gpointer user_data)
{
  SipInviteChange *change;

  if (self->change != NULL && (self->change->done != NULL || self->change->next != NULL))
    return FALSE;

  change = change_new (self, done, user_data);
  change->is_refresh = TRUE;
  begin (self, change);
  return TRUE;
}

/* Before the final answer: where both sides have described the session, reliably, and there is a request that may bring a new offer. */
gboolean
sip_invite_usage_can_change (SipInviteUsage *self, const char *method, GError **error)
{
  SipInviteLeg *leg = own_leg (self);
  gboolean has_agreed;

  if (self->state == SIP_CALL_CONFIRMED)
    return TRUE;
  /* What a callee has begun to say reliably it need not wait for. */
  has_agreed = leg != NULL && (leg->has_agreed || (self->state == SIP_CALL_RINGING && sip_invite_reliable_holds_final (self)));
  if ((self->state != SIP_CALL_PROCEEDING && self->state != SIP_CALL_RINGING) || !has_agreed || leg->is_lost)
    return !sip_invite_usage_refuses (self, BIT (CONFIRMED), method, error);
  if (leg->due_cseq != 0 || leg->peer_updates)
    return TRUE;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible while the call is %s: the other side knows no UPDATE", method,
               sip_call_state_get_nick (self->state));
  return FALSE;
}

gboolean
sip_invite_usage_reinvite (SipInviteUsage *self, const SipMessageExtras *extras, gboolean late_offer, SipInviteChangeFunc done,
                           gpointer user_data, GError **error)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  SipInviteChange *change;

  if (!sip_invite_usage_can_change (self, "reinvite", error))
    return FALSE;
  if (late_offer && sip_invite_usage_refuses (self, BIT (CONFIRMED), "reinvite without a description", error))
    return FALSE;
  if (self->change != NULL && (self->change->next != NULL || (self->change->done != NULL && !self->change->is_refresh)))
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "reinvite is not possible while another change is under way");
      return FALSE;
    }
  if (!sip_invite_usage_collect_lines (lines, extras, error))
    return FALSE;

  change = change_new (self, done, user_data);
  change->late_offer = late_offer;
  change->rel100 = extras != NULL ? extras->rel100 : 0;
  change->lines = g_strdupv ((char **) lines->pdata);
  if (extras != NULL && extras->anonymous)
    own_leg (self)->link.dialog->is_anonymous = TRUE;
  if (self->change != NULL && self->change->done != NULL)
    self->change->next = change;
  else
    begin (self, change);

  return TRUE;
}
