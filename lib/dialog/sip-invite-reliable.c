/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-machine-private.h"

/* Provisional responses of ours to the first INVITE that are said until a PRACK comes (RFC 3262 §3), one after the other, and the descriptions in both (§5, RFC
 * 6337 §2). The first one that describes the session answers the INVITE's offer or, where that had none, makes one; a later PRACK may bring a new offer. */

/* One that is still to be said. */
typedef struct
{
  SipMsgBuilder *builder;
  guint status;
  gboolean has_body;
} Provisional;

struct _SipReliable
{
  SipInviteUsage *usage;
  GQueue waiting;              /* Provisional */
  Provisional *next;           /* its description is being made */
  SipMsg *sent;                /* has no PRACK yet */
  gboolean sent_describes;
  guint32 rseq;
  gint64 interval;
  SipTimer retransmit;
  SipTimer deadline;
  SipServerTransaction *prack; /* its description is being taken, or answered */
};

static void
provisional_free (gpointer data)
{
  Provisional *provisional = data;

  g_clear_pointer (&provisional->builder, sip_msg_builder_free);
  g_free (provisional);
}

static SipReliable *
ensure (SipInviteUsage *self)
{
  if (self->reliable == NULL)
    {
      self->reliable = g_new0 (SipReliable, 1);
      self->reliable->usage = self;
      /* §3: the first number is one from 1 to 2**31 - 1. */
      self->reliable->rseq = (guint32) g_random_int_range (0, G_MAXINT32);
    }

  return self->reliable;
}

static void
stop_saying (SipReliable *reliable)
{
  sip_timer_stop (&reliable->retransmit);
  sip_timer_stop (&reliable->deadline);
}

static void
forget_prack (SipReliable *reliable)
{
  if (reliable->prack != NULL)
    sip_server_transaction_set_events (reliable->prack, NULL, NULL);
  reliable->prack = NULL;
}

void
sip_invite_reliable_stop (SipInviteUsage *self)
{
  if (self->reliable == NULL)
    return;

  stop_saying (self->reliable);
  g_queue_clear_full (&self->reliable->waiting, provisional_free);
}

void
sip_invite_reliable_clear (SipInviteUsage *self)
{
  SipReliable *reliable = self->reliable;

  if (reliable == NULL)
    return;

  if (reliable->prack != NULL)
    {
      SipServerTransaction *prack = reliable->prack;

      forget_prack (reliable);
      sip_dialogs_respond (self->dialogs, prack, 481, NULL, NULL);
    }

  sip_invite_reliable_stop (self);
  g_clear_pointer (&reliable->next, provisional_free);
  g_clear_pointer (&reliable->sent, sip_msg_unref);
  g_clear_pointer (&self->reliable, g_free);
}

gboolean
sip_invite_reliable_applies (SipInviteUsage *self, guint status, gboolean asked)
{
  if (status == 100)
    return FALSE;

  return sip_msg_has_token (self->invite, SIP_H_REQUIRE, "100rel") || (asked && sip_msg_has_token (self->invite, SIP_H_SUPPORTED, "100rel"));
}

gboolean
sip_invite_reliable_holds_final (SipInviteUsage *self)
{
  SipReliable *reliable = self->reliable;

  return reliable != NULL && (reliable->next != NULL || reliable->prack != NULL || (reliable->sent != NULL && reliable->sent_describes));
}

/* --- saying it --- */

static void
retransmit_cb (SipTimer *timer)
{
  SipReliable *reliable = SIP_CONTAINER_OF (timer, SipReliable, retransmit);
  SipInviteUsage *self = reliable->usage;

  /* §3: T1, doubled each time. */
  reliable->interval *= 2;
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), timer, retransmit_cb, reliable->interval);
  if (self->transaction != NULL)
    sip_server_transaction_retransmit (self->transaction, reliable->sent);
}

static void
deadline_cb (SipTimer *timer)
{
  SipInviteUsage *self = SIP_CONTAINER_OF (timer, SipReliable, deadline)->usage;
  G_GNUC_UNUSED g_autoptr (SipInviteUsage) hold = sip_invite_usage_ref (self);
  SipMsg *response = sip_invite_server_respond (self, 504, NULL, NULL);

  sip_invite_usage_end (self, response, SIP_CAUSE_NO_PRACK, FALSE, TRUE);
}

/* Takes @provisional. */
static void
say (SipInviteUsage *self, Provisional *provisional, gboolean describes)
{
  SipReliable *reliable = self->reliable;
  SipMsgBuilder *builder = g_steal_pointer (&provisional->builder);
  SipTimerWheel *wheel = sip_dialogs_get_wheel (self->dialogs);
  gint64 t1 = sip_transactions_get_timings (sip_dialogs_get_transactions (self->dialogs))->t1;
  SipMsg *sent;

  reliable->rseq++;
  sip_msg_builder_add (builder, SIP_H_REQUIRE, SIP_STR ("100rel"));
  sip_msg_builder_add_printf (builder, SIP_H_RSEQ, "%u", reliable->rseq);
  sip_msg_builder_add (builder, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (self->dialogs)));

  sent = sip_invite_server_send (self, builder, provisional->status);
  provisional_free (provisional);
  /* Gone meanwhile: somebody who watches the traffic has ended the call. */
  if (sent == NULL || self->reliable == NULL)
    return;

  reliable->sent = sip_msg_ref (sent);
  reliable->sent_describes = describes;
  reliable->interval = t1;
  sip_timer_start (wheel, &reliable->retransmit, retransmit_cb, t1);
  sip_timer_start (wheel, &reliable->deadline, deadline_cb, 64 * t1);
}

static void
made (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  SipReliable *reliable = self->reliable;
  Provisional *provisional = reliable != NULL ? g_steal_pointer (&reliable->next) : NULL;

  if (provisional == NULL)
    return;
  if (error != NULL)
    {
      provisional_free (provisional);
      sip_invite_debug (self, "No description could be made: %s", error->message);
      sip_invite_server_fail (self, 480, sip_cause_for_error (error));
      return;
    }

  sip_msg_builder_set_body (provisional->builder, content_type, body);
  if (self->exchange == SIP_EXCHANGE_REMOTE_OFFER)
    {
      self->exchange = SIP_EXCHANGE_STABLE;
      self->leg->has_agreed = TRUE;
    }
  say (self, provisional, TRUE);
}

static void
taken_offer (SipInviteUsage *self, const GError *error)
{
  if (self->reliable == NULL || self->reliable->next == NULL)
    return;

  if (error != NULL)
    {
      sip_invite_debug (self, "The offer was refused: %s", error->message);
      sip_invite_server_fail (self, 488, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
      return;
    }

  sip_invite_usage_ask_make (self, SIP_ROLE_ANSWER, made);
}

static void
describe (SipInviteUsage *self)
{
  if (self->offered->body_len == 0)
    {
      self->exchange = SIP_EXCHANGE_LOCAL_OFFER;
      sip_invite_usage_ask_make (self, SIP_ROLE_OFFER, made);
    }
  else if (sip_invite_usage_has_description (self, self->offered))
    {
      self->exchange = SIP_EXCHANGE_REMOTE_OFFER;
      sip_invite_usage_ask_take (self, SIP_ROLE_OFFER, self->offered, taken_offer);
    }
  else
    {
      sip_invite_server_fail (self, 415, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
    }
}

gboolean
sip_invite_reliable_has_to_offer (SipInviteUsage *self)
{
  return self->offered->body_len == 0 && !self->leg->has_agreed && self->exchange == SIP_EXCHANGE_STABLE;
}

/* Where it need not offer, "183 Session Progress" is the one that describes. */
static gboolean
describes (SipInviteUsage *self, const Provisional *provisional)
{
  if (self->leg->has_agreed || provisional->has_body)
    return FALSE;

  return provisional->status == 183 || sip_invite_reliable_has_to_offer (self);
}

/* §3: no two of them at a time. */
static void
say_next (SipInviteUsage *self)
{
  SipReliable *reliable = self->reliable;
  Provisional *provisional;

  if (self->state != SIP_CALL_RINGING || reliable == NULL || reliable->sent != NULL || reliable->next != NULL || reliable->prack != NULL)
    return;

  provisional = g_queue_pop_head (&reliable->waiting);
  if (provisional == NULL)
    return;

  if (!describes (self, provisional))
    {
      say (self, provisional, FALSE);
      return;
    }

  reliable->next = provisional;
  describe (self);
}

void
sip_invite_reliable_send (SipInviteUsage *self, SipMsgBuilder *response, guint status, gboolean has_body)
{
  Provisional *provisional = g_new0 (Provisional, 1);

  provisional->builder = response;
  provisional->status = status;
  provisional->has_body = has_body;
  g_queue_push_tail (&ensure (self)->waiting, provisional);
  say_next (self);
}

/* --- PRACK --- */

/* RAck: the RSeq, and the CSeq that it belongs to (§7.2). */
static gboolean
parse_rack (const SipMsg *request, guint64 *rseq, SipCSeqView *cseq)
{
  SipStr rack = sip_msg_value (request, SIP_H_RACK);
  guint32 n = 0;

  while (n < rack.len && g_ascii_isdigit (rack.p[n]))
    n++;

  return n < rack.len && sip_str_to_uint (sip_str (rack.p, n), G_MAXUINT32, rseq) &&
         sip_cseq_view_parse (cseq, sip_str_trim (sip_str (rack.p + n, rack.len - n)));
}

static void
respond (SipInviteUsage *self, SipServerTransaction *transaction, guint status, const char *reason, const char *content_type, GBytes *body)
{
  SipMsgBuilder *response = sip_msg_builder_new_response (sip_server_transaction_get_request (transaction), status, reason, NULL);

  if (sip_dialogs_get_product (self->dialogs) != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (sip_dialogs_get_product (self->dialogs)));
  if (status == 415)
    sip_msg_builder_add (response, SIP_H_ACCEPT, sip_str_from (sip_dialogs_get_accept (self->dialogs)));
  if (status == 500)
    sip_msg_builder_add_printf (response, SIP_H_RETRY_AFTER, "%d", g_random_int_range (0, 11));
  if (body != NULL)
    sip_msg_builder_set_body (response, content_type, body);
  sip_server_transaction_respond (transaction, response, NULL);
}

/* The call can go on: with the 2xx that waited, or with what is said next. */
static void
go_on (SipInviteUsage *self)
{
  if (self->state == SIP_CALL_ANSWERING && self->accept != NULL && !sip_invite_usage_is_asking (self))
    sip_invite_server_answer (self);
  else
    say_next (self);
  sip_invite_change_go_on (self);
}

static void
answer_prack (SipInviteUsage *self, guint status, const char *content_type, GBytes *body)
{
  SipServerTransaction *prack = self->reliable != NULL ? self->reliable->prack : NULL;

  if (prack == NULL)
    return;

  forget_prack (self->reliable);
  respond (self, prack, status, NULL, content_type, body);
}

/* It is gone before it was answered. */
static void
prack_terminated_cb (gpointer user_data, SipServerTransaction *transaction)
{
  SipInviteUsage *self = user_data;

  self->reliable->prack = NULL;
}

static const SipServerTransactionEvents prack_events = { NULL, NULL, prack_terminated_cb };

static void
taken_answer (SipInviteUsage *self, const GError *error)
{
  if (error != NULL)
    {
      sip_invite_debug (self, "The answer in a PRACK was refused: %s", error->message);
      answer_prack (self, 488, NULL, NULL);
      sip_invite_server_fail (self, 488, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
      return;
    }

  self->exchange = SIP_EXCHANGE_STABLE;
  self->leg->has_agreed = TRUE;
  answer_prack (self, 200, NULL, NULL);
  go_on (self);
}

/* A new offer that cannot be met changes nothing; the response that the PRACK was for is acknowledged all the same. */
static void
refuse_new_offer (SipInviteUsage *self, const GError *error)
{
  sip_invite_debug (self, "The offer in a PRACK was refused: %s", error->message);
  self->exchange = SIP_EXCHANGE_STABLE;
  answer_prack (self, 488, NULL, NULL);
  if (self->events != NULL)
    self->events->rollback (self->owner);
  go_on (self);
}

static void
made_new_answer (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error)
{
  if (error != NULL)
    {
      refuse_new_offer (self, error);
      return;
    }

  self->exchange = SIP_EXCHANGE_STABLE;
  answer_prack (self, 200, content_type, body);
  go_on (self);
}

static void
taken_new_offer (SipInviteUsage *self, const GError *error)
{
  if (error != NULL)
    refuse_new_offer (self, error);
  else
    sip_invite_usage_ask_make (self, SIP_ROLE_ANSWER, made_new_answer);
}

/* What the PRACK's body is, and what is to be said to it. */
static void
take_description (SipInviteUsage *self, SipServerTransaction *transaction, SipMsg *request)
{
  gboolean wants_answer = self->exchange == SIP_EXCHANGE_LOCAL_OFFER && self->reliable->sent_describes;
  gboolean is_understood = sip_invite_usage_has_description (self, request);

  if (wants_answer && !is_understood)
    {
      /* §5: it must have the answer. */
      respond (self, transaction, request->body_len > 0 ? 415 : 400, request->body_len > 0 ? NULL : "Missing Session Description", NULL, NULL);
      sip_invite_server_fail (self, 488, SIP_CAUSE_BAD_MEDIA_DESCRIPTION);
    }
  else if (request->body_len == 0 || (self->state != SIP_CALL_RINGING && self->state != SIP_CALL_ANSWERING))
    {
      respond (self, transaction, 200, NULL, NULL, NULL);
      go_on (self);
    }
  else if (!is_understood)
    {
      respond (self, transaction, 415, NULL, NULL, NULL);
      go_on (self);
    }
  else if (wants_answer || (self->leg->has_agreed && !sip_invite_usage_is_asking (self) && !sip_invite_change_has_offered (self)))
    {
      self->reliable->prack = transaction;
      sip_server_transaction_set_events (transaction, &prack_events, self);
      if (!wants_answer)
        self->exchange = SIP_EXCHANGE_REMOTE_OFFER;
      sip_invite_usage_ask_take (self, wants_answer ? SIP_ROLE_ANSWER : SIP_ROLE_OFFER, request, wants_answer ? taken_answer : taken_new_offer);
    }
  else
    {
      /* An offer while another one, ours or theirs, has no answer: as RFC 3311 §5.2 has it for UPDATE. */
      respond (self, transaction, sip_invite_change_has_offered (self) ? 491 : 500, NULL, NULL, NULL);
      go_on (self);
    }
}

void
sip_invite_reliable_prack (SipInviteUsage *self, SipServerTransaction *transaction, SipMsg *request)
{
  SipReliable *reliable = self->reliable;
  SipCSeqView cseq;
  guint64 rseq;

  if (!parse_rack (request, &rseq, &cseq))
    {
      respond (self, transaction, 400, "Missing or Bad RAck", NULL, NULL);
      return;
    }
  if (reliable == NULL || reliable->sent == NULL || rseq != reliable->rseq || cseq.number != self->invite->cseq.number ||
      cseq.method != SIP_METHOD_INVITE)
    {
      respond (self, transaction, 481, NULL, NULL, NULL);
      return;
    }

  stop_saying (reliable);
  g_clear_pointer (&reliable->sent, sip_msg_unref);
  take_description (self, transaction, request);
}
