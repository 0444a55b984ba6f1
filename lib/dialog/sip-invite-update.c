/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* UPDATE (RFC 3311), received and sent, and the refreshes of a session timer (RFC 4028), which it is the best of ways for. */

#include "dialog/sip-dialog-request-private.h"
#include "dialog/sip-invite-machine-private.h"

/* An UPDATE of the other side's whose offer is being answered. */
struct _SipInviteUpdate
{
  SipServerTransaction *transaction; /* NULL: it is gone */
  SipMsg *request;
};

static void
update_free (SipInviteUpdate *update)
{
  if (update->transaction != NULL)
    sip_server_transaction_set_events (update->transaction, NULL, NULL);
  sip_msg_unref (update->request);
  g_free (update);
}

/* --- received --- */

static SipMsgBuilder *
new_response (SipInviteUsage *self, SipMsg *request, guint status)
{
  SipMsgBuilder *response = sip_msg_builder_new_response (request, status, NULL, NULL);

  if (status < 300)
    {
      sip_msg_builder_add (response, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (self->dialogs)));
      sip_msg_builder_add (response, SIP_H_SUPPORTED, sip_str_from (sip_dialogs_get_supported (self->dialogs)));
    }
  if (status == 415)
    sip_msg_builder_add (response, SIP_H_ACCEPT, sip_str_from (sip_dialogs_get_accept (self->dialogs)));
  if (status == 500)
    sip_msg_builder_add_printf (response, SIP_H_RETRY_AFTER, "%d", g_random_int_range (0, 11));
  if (sip_dialogs_get_product (self->dialogs) != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (sip_dialogs_get_product (self->dialogs)));

  return response;
}

static void
respond (SipInviteUsage *self, SipServerTransaction *transaction, SipMsg *request, guint status, const char *content_type, GBytes *body)
{
  SipMsgBuilder *response = new_response (self, request, status);
  /* Before a branch has won, all have in common who we are. */
  SipInviteLeg *leg = self->leg != NULL ? self->leg : self->legs;
  SipContactSpec contact = sip_dialog_get_contact (leg->link.dialog);

  if (status < 300 && (self->state == SIP_CALL_CONFIRMED || self->state == SIP_CALL_ANSWERED))
    sip_session_timer_answer (&self->session_timer, sip_dialogs_get_wheel (self->dialogs), request, response);
  if (body != NULL)
    sip_msg_builder_set_body (response, content_type, body);
  sip_server_transaction_respond (transaction, response, status < 300 ? &contact : NULL);
}

/* Says the last word on the UPDATE that is being answered. */
static void
settle (SipInviteUsage *self, guint status, const char *content_type, GBytes *body)
{
  SipInviteUpdate *update = g_steal_pointer (&self->update);

  if (update->transaction != NULL)
    {
      SipServerTransaction *transaction = update->transaction;

      sip_server_transaction_set_events (transaction, NULL, NULL);
      update->transaction = NULL;
      respond (self, transaction, update->request, status, content_type, body);
    }
  update_free (update);

  if (status >= 300 && self->events != NULL)
    self->events->rollback (self->owner);
  sip_invite_change_go_on (self);
  /* The call was accepted meanwhile: by us, or by the other side. */
  if (self->state == SIP_CALL_ANSWERING && self->accept != NULL)
    sip_invite_server_answer (self);
  else if (self->state == SIP_CALL_ANSWERED && self->is_outgoing && self->leg->has_agreed)
    sip_invite_client_described (self);
}

static void
made (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  if (self->update == NULL)
    return;

  if (error != NULL)
    sip_invite_debug (self, "No answer to an UPDATE could be made: %s", error->message);
  settle (self, error != NULL ? 488 : 200, content_type, body);
}

static void
taken (SipInviteUsage *self, const GError *error)
{
  if (self->update == NULL)
    return;

  if (error != NULL)
    {
      sip_invite_debug (self, "The offer of an UPDATE was refused: %s", error->message);
      settle (self, 488, NULL, NULL);
      return;
    }

  sip_invite_usage_ask_make (self, SIP_ROLE_ANSWER, made);
}

static void
failed_cb (gpointer user_data, SipServerTransaction *transaction, const GError *error)
{
  SipInviteUsage *self = user_data;

  sip_invite_debug (self, "An UPDATE could not be answered: %s", error->message);
}

/* Nobody waits for the answer any more: what was agreed before goes on. */
static void
terminated_cb (gpointer user_data, SipServerTransaction *transaction)
{
  SipInviteUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  if (self->update == NULL)
    return;

  self->update->transaction = NULL;
  sip_invite_update_refuse (self);
}

/* RFC 3311 §5.2: whether an offer comes at the wrong moment; 0: it does not. */
static guint
refusal_of_offer (SipInviteUsage *self, SipInviteLeg *leg)
{
  gboolean is_early = self->state != SIP_CALL_CONFIRMED && self->state != SIP_CALL_ANSWERED;
  SipExchange exchange = is_early && self->is_outgoing ? leg->exchange : self->exchange;

  /* An answer of theirs that is still being taken is no offer of ours any more, and soon over. */
  if (self->update != NULL || sip_invite_usage_is_asking (self))
    return 500;
  if (sip_invite_change_is_under_way (self))
    return 491;
  if (is_early && leg->has_agreed)
    return self->is_outgoing && leg != self->media_leg ? 500 : 0;
  if (exchange == SIP_EXCHANGE_LOCAL_OFFER)
    return 491;

  return is_early || exchange == SIP_EXCHANGE_REMOTE_OFFER ? 500 : 0;
}

void
sip_invite_update_receive (SipInviteUsage *self, SipInviteLeg *leg, SipServerTransaction *transaction, SipMsg *request)
{
  static const SipServerTransactionEvents events = { NULL, failed_cb, terminated_cb };
  guint refusal;

  if (self->state == SIP_CALL_ENDING || self->state == SIP_CALL_TERMINATED)
    {
      sip_dialogs_respond (self->dialogs, transaction, 481, NULL, NULL);
      return;
    }
  if (sip_session_timer_refuse (self->dialogs, transaction, request))
    return;

  if (request->body_len == 0)
    {
      sip_dialog_refresh_target (leg->link.dialog, request);
      respond (self, transaction, request, 200, NULL, NULL);
      return;
    }

  refusal = refusal_of_offer (self, leg);
  if (refusal == 0 && !sip_invite_usage_has_description (self, request))
    refusal = 415;
  if (refusal != 0)
    {
      respond (self, transaction, request, refusal, NULL, NULL);
      return;
    }

  sip_dialog_refresh_target (leg->link.dialog, request);
  self->update = g_new0 (SipInviteUpdate, 1);
  self->update->transaction = transaction;
  self->update->request = sip_msg_ref (request);
  sip_server_transaction_set_events (transaction, &events, self);
  if (self->events != NULL && self->state == SIP_CALL_CONFIRMED)
    self->events->reinvite (self->owner);
  if (self->update != NULL)
    sip_invite_usage_ask_take (self, SIP_ROLE_OFFER, request, taken);
}

void
sip_invite_update_refuse (SipInviteUsage *self)
{
  if (self->update == NULL)
    return;

  sip_invite_usage_stop_asking (self);
  settle (self, 488, NULL, NULL);
}

void
sip_invite_update_clear (SipInviteUsage *self)
{
  SipInviteUpdate *update = g_steal_pointer (&self->update);

  sip_session_timer_stop (&self->session_timer);
  g_clear_pointer (&self->refresh, sip_dialog_request_free);
  g_clear_pointer (&self->offer, sip_dialog_request_free);
  if (update == NULL)
    return;

  /* RFC 3261 §15.1.2: what waits for an answer when the call ends is answered 487. */
  if (update->transaction != NULL)
    {
      SipServerTransaction *transaction = update->transaction;

      sip_server_transaction_set_events (transaction, NULL, NULL);
      update->transaction = NULL;
      respond (self, transaction, update->request, 487, NULL, NULL);
    }
  update_free (update);
}

/* --- an offer of ours (RFC 3311 §5.1) --- */

static SipMsgBuilder *
new_update (SipInviteUsage *self, SipDialog *dialog)
{
  SipMsgBuilder *update = sip_dialog_new_request (dialog, SIP_METHOD_UPDATE, 0);

  sip_msg_builder_add (update, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (self->dialogs)));
  sip_msg_builder_add (update, SIP_H_SUPPORTED, sip_str_from (sip_dialogs_get_supported (self->dialogs)));

  return update;
}

static void
offered_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  SipInviteUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  g_clear_pointer (&self->offer, sip_dialog_request_free);
  sip_invite_change_answered (self, response, effect, error);
}

void
sip_invite_update_send_offer (SipInviteUsage *self, SipInviteLeg *leg, const char *const *lines, const char *content_type, GBytes *body)
{
  static const SipDialogRequestEvents events = { .done = offered_cb };
  SipMsgBuilder *update = new_update (self, leg->link.dialog);

  if (lines != NULL)
    sip_msg_builder_add_lines (update, lines, FALSE, NULL);
  sip_msg_builder_set_body (update, content_type, body);
  g_clear_pointer (&self->offer, sip_dialog_request_free);
  self->offer = sip_dialog_request_new (leg->link.dialog, update, TRUE, &events, self);
  sip_dialog_request_start (self->offer);
}

/* --- refreshes (RFC 4028 §7.4, §10) --- */

/* How long a refresh waits that met another change, where nothing says so. */
#define PATIENCE_US (10 * G_USEC_PER_SEC)

static SipTimerWheel *
wheel (SipInviteUsage *self)
{
  return sip_dialogs_get_wheel (self->dialogs);
}

static void
give_up (SipInviteUsage *self, SipMsg *response)
{
  sip_invite_usage_end_with_bye (self, NULL, response, SIP_CAUSE_DIALOG_ERROR, FALSE);
}

static void
reinvited_cb (gpointer user_data, SipMsg *response, const GError *error)
{
  SipInviteUsage *self = user_data;

  /* What ends the call has been seen to; see sip-invite-change.c. */
  if (error != NULL && self->state == SIP_CALL_CONFIRMED)
    sip_session_timer_try_again (&self->session_timer, wheel (self), SIP_SESSION_TIMER_LATER);
}

/* The offer is what was agreed, and says so by its version (RFC 3264 §8), as any description handler does that has nothing new to say. */
static void
refresh_by_invite (SipInviteUsage *self)
{
  if (!sip_invite_change_refresh (self, reinvited_cb, self))
    sip_session_timer_try_again (&self->session_timer, wheel (self), PATIENCE_US);
}

static gint64
retry_after (SipMsg *response, gint64 otherwise)
{
  guint64 seconds;

  return sip_msg_uint (response, SIP_H_RETRY_AFTER, G_MAXINT32, &seconds) ? (gint64) seconds * G_USEC_PER_SEC : otherwise;
}

static void
refreshed_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  SipInviteUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  g_clear_pointer (&self->refresh, sip_dialog_request_free);
  if (self->state != SIP_CALL_CONFIRMED)
    return;

  if (effect != SIP_DIALOG_LIVES)
    {
      give_up (self, response);
    }
  else if (response == NULL)
    {
      sip_session_timer_try_again (&self->session_timer, wheel (self), SIP_SESSION_TIMER_LATER);
    }
  else if (response->status < 300)
    {
      sip_invite_leg_note_allow (self->leg, response);
      sip_dialog_refresh_target (self->leg->link.dialog, response);
      sip_session_timer_begin (&self->session_timer, wheel (self), response);
    }
  else if (response->status == 422 && sip_session_timer_raise (&self->session_timer, response))
    {
      sip_invite_update_refresh (self);
    }
  else if (response->status == 405 || response->status == 501)
    {
      self->leg->peer_updates = FALSE;
      refresh_by_invite (self);
    }
  else
    {
      sip_session_timer_try_again (&self->session_timer, wheel (self),
                                   retry_after (response, response->status == 491 ? PATIENCE_US : SIP_SESSION_TIMER_LATER));
    }
}

static void
refresh_by_update (SipInviteUsage *self)
{
  static const SipDialogRequestEvents events = { .done = refreshed_cb };
  SipDialog *dialog = self->leg->link.dialog;
  SipMsgBuilder *update = new_update (self, dialog);

  sip_session_timer_ask (&self->session_timer, update);
  self->refresh = sip_dialog_request_new (dialog, update, TRUE, &events, self);
  sip_dialog_request_start (self->refresh);
}

void
sip_invite_update_refresh (SipInviteUsage *self)
{
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);

  if (self->state != SIP_CALL_CONFIRMED || self->refresh != NULL)
    sip_session_timer_try_again (&self->session_timer, wheel (self), PATIENCE_US);
  else if (self->leg->peer_updates)
    refresh_by_update (self);
  else
    refresh_by_invite (self);
}

static void
refresh_cb (SipSessionTimer *timer)
{
  sip_invite_update_refresh (SIP_CONTAINER_OF (timer, SipInviteUsage, session_timer));
}

/* Nobody has refreshed: the other side is gone, and may yet hear that so are we (§10). */
static void
expired_cb (SipSessionTimer *timer)
{
  SipInviteUsage *self = SIP_CONTAINER_OF (timer, SipInviteUsage, session_timer);
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  SipMsgBuilder *bye;

  if (self->state != SIP_CALL_CONFIRMED && self->state != SIP_CALL_ANSWERED)
    return;

  sip_invite_debug (self, "The call was not refreshed in time");
  if (self->state == SIP_CALL_ANSWERED && self->is_outgoing)
    sip_invite_usage_accept_half (self);
  if (self->state != SIP_CALL_CONFIRMED && self->state != SIP_CALL_ANSWERED)
    return;
  bye = sip_invite_usage_new_bye (self, self->leg->link.dialog, "SIP;cause=408;text=\"Session Timer Expired\"");
  sip_invite_usage_end_with_bye (self, bye, NULL, SIP_CAUSE_EXPIRES, FALSE);
}

const SipSessionTimerEvents sip_invite_session_timer_events = { refresh_cb, expired_cb };
