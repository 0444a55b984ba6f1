/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-sender-private.h"

#include "syntax/sip-error.h"
#include "transaction/sip-client-transaction-private.h"
#include "transaction/sip-layer-private.h"

typedef enum
{
  NEW,
  SEEKING,    /* for a flow */
  HELD,       /* it was challenged, and somebody is asked who we are */
  CALLING,    /* it is out, nothing came back */
  PROCEEDING, /* a 1xx came */
  ANSWERED,   /* a final response came; of an INVITE more 2xx may */
  FAILED,     /* there will be none */
} State;

struct _SipSender
{
  SipDependent dependent;
  SipTransactions *layer;            /* NULL: gone */
  const SipSenderEvents *events;     /* NULL: nobody listens */
  gpointer user_data;
  SipEnvelope envelope;
  SipClientTransaction *transaction; /* of the latest try, while it is ours */
  SipMsg *request;                   /* as it last went out */
  SipFlow *flow;
  SipMsg *refusal;                   /* the 503 that is the answer if there is no other way */
  GError *error;                     /* why the latest try failed; what `failed` will say */
  char **cancel_lines;
  SipAuthTrail *trail;               /* the challenges that were answered; nullable */
  SipAuthWaiter waiter;              /* while HELD */
  SipMsg *challenge;                 /* the response to that; nullable */
  gboolean is_declined;
  SipTimer timer;                    /* until a failure is told; after CANCEL, 64·T1; where nobody listens, timer C */
  guint ref_count;
  guint8 state;
  guint8 is_invite;
  guint8 is_under_way;               /* and holds a reference on itself */
  guint8 is_cancelled;
  guint8 is_counted;                 /* among those that wait for their answer */
};

static void find_flow (SipSender *self);
static void send_on (SipSender *self, SipFlow *flow);

/* --- telling --- */

static void
set_under_way (SipSender *self)
{
  if (self->is_under_way)
    return;

  sip_sender_ref (self);
  self->is_under_way = TRUE;
  self->is_counted = TRUE;
  self->layer->n_unanswered++;
}

/* The request has had its answer, or will have none. */
static void
settle (SipSender *self)
{
  SipTransactions *layer = self->layer;

  if (!self->is_counted || layer == NULL)
    return;

  self->is_counted = FALSE;
  if (--layer->n_unanswered == 0 && layer->events.quiet != NULL && !layer->is_dead)
    layer->events.quiet (layer->user_data);
}

/* Nobody needs to answer any more. */
static void
stop_waiting (SipSender *self)
{
  sip_auth_waiter_leave (&self->waiter);
  g_clear_pointer (&self->challenge, sip_msg_unref);
}

/* @self may be gone after it. */
static void
finish (SipSender *self)
{
  stop_waiting (self);
  if (self->transaction != NULL)
    sip_client_transaction_detach (g_steal_pointer (&self->transaction));
  sip_timer_stop (&self->timer);
  sip_envelope_clear (&self->envelope);
  if (self->is_under_way)
    {
      self->is_under_way = FALSE;
      sip_sender_unref (self);
    }
}

static void
fail_cb (SipTimer *timer)
{
  g_autoptr (SipSender) self = sip_sender_ref (SIP_CONTAINER_OF (timer, SipSender, timer));
  g_autoptr (GError) error = g_steal_pointer (&self->error);
  SipTransactions *layer = self->layer;

  if (layer->is_dead)
    return;

  sip_layer_enter (layer);
  /* One that never went out: as it would have. */
  if (self->request == NULL && self->events != NULL && self->envelope.builder != NULL)
    self->request = sip_msg_builder_seal (self->envelope.builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
  finish (self);
  if (self->events != NULL && self->events->failed != NULL)
    self->events->failed (self->user_data, self, error);
  settle (self);
  sip_layer_leave (layer);
}

/* Takes @error. */
static void
fail_soon (SipSender *self,
           GError    *error)
{
  self->state = FAILED;
  stop_waiting (self);
  sip_envelope_stop (&self->envelope);
  g_clear_pointer (&self->refusal, sip_msg_unref);
  g_clear_error (&self->error);
  self->error = error;
  set_under_way (self);
  sip_timer_start (self->layer->wheel, &self->timer, fail_cb, 0);
}

static void
tell_response (SipSender *self,
               SipMsg    *response,
               SipFlow   *flow)
{
  SipTransactions *layer = self->layer;

  if (layer->is_dead)
    return;
  if (self->events != NULL && self->events->response != NULL)
    self->events->response (self->user_data, self, response, flow);
  else if (self->events == NULL && self->is_invite && response->status / 100 == 2 && layer->events.stray_2xx != NULL)
    layer->events.stray_2xx (layer->user_data, response, flow);
}

/* A final response that is the user's. After a 2xx for an INVITE the transaction stays ours as long as somebody wants to hear of more of
 * them. */
static void
tell_final (SipSender *self,
            SipMsg    *response,
            SipFlow   *flow)
{
  G_GNUC_UNUSED g_autoptr (SipSender) keep = sip_sender_ref (self);

  self->state = ANSWERED;
  sip_timer_stop (&self->timer);
  sip_envelope_clear (&self->envelope);
  tell_response (self, response, flow);
  settle (self);

  if (self->layer != NULL && !(self->is_invite && response->status / 100 == 2 && self->events != NULL))
    finish (self);
}

/* --- CANCEL (RFC 3261 §9.1) --- */

static void
cancel_timeout_cb (SipTimer *timer)
{
  SipSender *self = SIP_CONTAINER_OF (timer, SipSender, timer);
  SipTransactions *layer = self->layer;

  if (layer->is_dead)
    return;

  sip_layer_enter (layer);
  /* It is considered cancelled. Should a 2xx come yet, it is a stray one, which is acknowledged and ended. */
  g_clear_pointer (&self->transaction, sip_client_transaction_free);
  fail_soon (self, g_error_new_literal (SIP_ERROR, SIP_ERROR_TIMEOUT, "No answer came to a cancelled request"));
  sip_layer_leave (layer);
}

/* Goes where the INVITE went, with the same branch; a transaction of its own, whose answer nobody needs. */
static void
send_cancel (SipSender *self)
{
  g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_cancel (self->request);
  g_autoptr (SipMsg) cancel = NULL;
  g_autoptr (GError) error = NULL;

  if (self->cancel_lines != NULL &&
      !sip_msg_builder_add_lines (builder, (const char *const *) self->cancel_lines, FALSE, &error))
    g_debug ("A CANCEL goes without its headers: %s", error->message);
  cancel = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);

  sip_client_transaction_new (self->layer, cancel, self->flow, NULL, NULL);
  sip_timer_start (self->layer->wheel, &self->timer, cancel_timeout_cb, 64 * self->layer->timings.t1);
}

/* Nobody listens to an INVITE that rings: it is cancelled in the end, as a proxy does it (RFC 3261 §16.8; timer C is longer than 3
 * minutes). */
static void
timer_c_cb (SipTimer *timer)
{
  SipSender *self = SIP_CONTAINER_OF (timer, SipSender, timer);
  SipTransactions *layer = self->layer;

  if (layer->is_dead)
    return;

  sip_layer_enter (layer);
  self->is_cancelled = TRUE;
  send_cancel (self);
  sip_layer_leave (layer);
}

static void
limit_ringing (SipSender *self)
{
  if (self->is_invite && self->state == PROCEEDING && self->events == NULL && !self->is_cancelled)
    sip_timer_start (self->layer->wheel, &self->timer, timer_c_cb, 181 * G_USEC_PER_SEC);
}

/* --- one try --- */

/* Whether the user has said it anew, as @response wants it; a fresh transaction on the same flow. */
static gboolean
say_anew_after (SipSender *self,
                SipMsg    *response)
{
  if (response->status < 300 || self->is_cancelled || self->events == NULL || self->events->again == NULL ||
      !self->events->again (self->user_data, self, response, self->envelope.builder))
    return FALSE;
  /* The user may have let go meanwhile. */
  if (self->state == ANSWERED || self->state == FAILED || self->transaction == NULL)
    return TRUE;

  if (self->trail != NULL)
    sip_authenticator_sign (self->layer->authenticator, self->trail, self->envelope.builder);
  sip_client_transaction_detach (g_steal_pointer (&self->transaction));
  send_on (self, self->flow);
  return TRUE;
}

/* RFC 3261 §22.2: the same request with an answer to the challenge, its next CSeq and a fresh branch, to where it went. FALSE: it must not go out again. */
static gboolean
answer (SipSender *self)
{
  SipMsgBuilder *builder = self->envelope.builder;
  guint32 number = self->request->cseq.number + 1;
  char cseq[64];

  if (self->events != NULL && self->events->renumber != NULL)
    number = self->events->renumber (self->user_data, self);
  if (number == 0)
    return FALSE;

  g_clear_pointer (&self->challenge, sip_msg_unref);
  g_snprintf (cseq, sizeof cseq, "%u " SIP_STR_FORMAT, number, SIP_STR_ARGS (self->request->method_name));
  sip_msg_builder_replace (builder, SIP_H_CSEQ, sip_str_from (cseq));
  sip_authenticator_sign (self->layer->authenticator, self->trail, builder);
  if (self->transaction != NULL)
    sip_client_transaction_detach (g_steal_pointer (&self->transaction));
  send_on (self, self->flow);
  return TRUE;
}

/* FALSE: the challenge is the answer. The user may have let go meanwhile. */
static gboolean
obey (SipSender *self, SipAuthVerdict verdict)
{
  if (self->layer == NULL || self->layer->is_dead || self->state != HELD)
    return TRUE;
  if (verdict == SIP_AUTH_YES && answer (self))
    return TRUE;
  if (verdict == SIP_AUTH_WAIT)
    {
      if (self->transaction != NULL)
        sip_client_transaction_detach (g_steal_pointer (&self->transaction));
      return TRUE;
    }

  self->state = PROCEEDING;
  return FALSE;
}

static void
resume_cb (SipTimer *timer)
{
  g_autoptr (SipSender) self = sip_sender_ref (SIP_CONTAINER_OF (timer, SipSender, timer));
  SipTransactions *layer = self->layer;
  g_autoptr (SipMsg) challenge = sip_msg_ref (self->challenge);
  g_autoptr (SipFlow) flow = sip_flow_ref (self->flow);
  SipAuthVerdict verdict;

  if (layer->is_dead)
    return;

  sip_layer_enter (layer);
  verdict = sip_authenticator_resume (layer->authenticator, self->trail, &self->waiter, self->is_declined, self->request, challenge);
  if (!obey (self, verdict))
    tell_final (self, challenge, flow);
  sip_layer_leave (layer);
}

static void
go_on_cb (SipAuthWaiter *waiter, gboolean is_declined)
{
  SipSender *self = SIP_CONTAINER_OF (waiter, SipSender, waiter);

  self->is_declined = is_declined;
  if (self->layer != NULL)
    sip_timer_start (self->layer->wheel, &self->timer, resume_cb, 0);
}

/* An INVITE that nobody waits for any more is not made again; another request is (the BYE for a branch that lost), but nobody is asked for it. */
static gboolean
answer_challenge (SipSender *self,
                  SipMsg    *response)
{
  G_GNUC_UNUSED g_autoptr (SipSender) keep = sip_sender_ref (self);
  SipTransactions *layer = self->layer;
  gboolean is_heard = self->events != NULL;
  SipAuthVerdict verdict;

  if ((response->status != 401 && response->status != 407) || self->is_cancelled || layer->authenticator == NULL || (self->is_invite && !is_heard))
    return FALSE;
  /* Nobody is asked for one that cannot be made anew. Asked twice, the user says the same. */
  if (self->is_invite && self->request->to.tag.len == 0 && self->events->renumber != NULL && self->events->renumber (self->user_data, self) == 0)
    return FALSE;

  self->state = HELD;
  self->challenge = sip_msg_ref (response);
  self->waiter.go_on = go_on_cb;
  verdict = sip_authenticator_take (layer->authenticator, &self->trail, is_heard ? &self->waiter : NULL, self->request, response, self->flow);
  if (obey (self, verdict))
    return TRUE;

  g_clear_pointer (&self->challenge, sip_msg_unref);
  return FALSE;
}

/* Whether there is another way for the request after @response (RFC 3263 §4.3: a 503 is a failure of this hop). Without a Retry-After it
 * says nothing about the next request (RFC 3261 §21.5.4). */
static gboolean
try_again_after (SipSender *self,
                 SipMsg    *response)
{
  guint64 seconds;

  if (response->status != 503 || self->is_cancelled || self->envelope.next_hop == NULL)
    return FALSE;

  if (sip_msg_uint (response, SIP_H_RETRY_AFTER, G_MAXINT32, &seconds))
    sip_envelope_avoid (&self->envelope, (gint64) seconds * G_USEC_PER_SEC);
  sip_client_transaction_detach (g_steal_pointer (&self->transaction));
  self->refusal = sip_msg_ref (response);
  find_flow (self);
  return TRUE;
}

static void
response_cb (gpointer  user_data,
             SipMsg   *response,
             SipFlow  *flow)
{
  SipSender *self = user_data;

  if (self->trail != NULL && response->status > 100)
    sip_authenticator_heed (self->layer->authenticator, self->trail, self->request, response, flow);

  if (self->state == ANSWERED)
    {
      tell_response (self, response, flow);
    }
  else if (response->status >= 200)
    {
      if (!say_anew_after (self, response) && !answer_challenge (self, response) && !try_again_after (self, response))
        tell_final (self, response, flow);
    }
  else
    {
      /* Only the first 1xx lets a CANCEL out. */
      if (self->state == CALLING && self->is_cancelled && self->is_invite)
        send_cancel (self);
      self->state = PROCEEDING;
      limit_ringing (self);
      tell_response (self, response, flow);
    }
}

static void
ended_cb (gpointer      user_data,
          const GError *error)
{
  SipSender *self = user_data;

  self->transaction = NULL;
  if (self->state == ANSWERED)
    {
      finish (self);
      return;
    }

  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  if (self->state == CALLING && !self->is_cancelled)
    {
      /* Nobody was there, or nobody answered; one that breaks may be there again. */
      if (!self->flow->is_reliable || !self->flow->was_open || g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT))
        sip_envelope_avoid (&self->envelope, SIP_BLACK_LIST_USUAL);
      find_flow (self);
    }
  else
    {
      fail_soon (self, g_steal_pointer (&self->error));
    }
}

static const SipClientTransactionEvents transaction_events = { response_cb, ended_cb };

static void
send_on (SipSender *self,
         SipFlow   *flow)
{
  G_GNUC_UNUSED g_autoptr (SipSender) keep = sip_sender_ref (self);
  SipTransactions *layer = self->layer;
  SipMsg *request;

  if (self->trail != NULL)
    sip_authenticator_confine (layer->authenticator, self->trail, self->envelope.builder, flow);
  request = sip_envelope_seal (&self->envelope, layer, flow);
  if (sip_envelope_widen (&self->envelope, request, flow))
    {
      sip_msg_unref (request);
      find_flow (self);
      return;
    }
  g_clear_pointer (&self->request, sip_msg_unref);
  self->request = request;
  sip_flow_ref (flow);
  g_clear_pointer (&self->flow, sip_flow_unref);
  self->flow = flow;

  self->state = SEEKING;
  if (self->events != NULL && self->events->sending != NULL)
    self->events->sending (self->user_data, self, request, flow);
  /* Cancelled meanwhile, or all is over. */
  if (self->state != SEEKING || layer->is_dead)
    return;

  self->state = CALLING;
  g_clear_error (&self->error);
  g_clear_pointer (&self->refusal, sip_msg_unref);
  self->transaction = sip_client_transaction_new (layer, request, flow, &transaction_events, self);
}

/* --- from hop to hop --- */

/* There is no further hop: what the last one said is the answer. */
static void
give_up (SipSender    *self,
         const GError *error)
{
  g_autoptr (SipMsg) refusal = g_steal_pointer (&self->refusal);
  GError *last = g_steal_pointer (&self->error);

  if (refusal != NULL)
    {
      g_clear_error (&last);
      tell_final (self, refusal, self->flow);
      return;
    }
  if (last == NULL)
    last = error != NULL ? g_error_copy (error) : g_error_new_literal (SIP_ERROR, SIP_ERROR_TRANSPORT, "There is no way there");
  fail_soon (self, last);
}

/* The hop that has just failed may come again under another name. A connection that broke is worth a new one. */
static gboolean
was_tried (SipSender *self,
           SipFlow   *flow)
{
  SipFlow *last = self->flow;

  if (last == NULL || (self->error == NULL && self->refusal == NULL))
    return FALSE;
  if (last == flow)
    return TRUE;
  return last->state == SIP_FLOW_OPEN && last->kind == flow->kind && last->remote.family != 0 &&
         sip_address_equal (&last->remote, &flow->remote);
}

static void
flow_found_cb (gpointer      user_data,
               SipFlow      *flow,
               const GError *error)
{
  SipSender *self = user_data;
  SipTransactions *layer = self->layer;

  sip_layer_enter (layer);
  if (layer->is_dead)
    ;
  else if (flow == NULL)
    give_up (self, error);
  else if (was_tried (self, flow))
    find_flow (self);
  else
    send_on (self, flow);
  sip_layer_leave (layer);
}

static void
find_flow (SipSender *self)
{
  g_autoptr (SipFlow) flow = NULL;
  g_autoptr (GError) error = NULL;

  self->state = SEEKING;
  do
    {
      g_clear_pointer (&flow, sip_flow_unref);
      flow = sip_envelope_try (&self->envelope, self->layer, &error);
    }
  while (flow != NULL && was_tried (self, flow));

  if (flow != NULL)
    send_on (self, flow);
  else if (error != NULL)
    give_up (self, error);
  else
    sip_envelope_start (&self->envelope, flow_found_cb, self);
}

/* --- the user's side --- */

static void
layer_gone (SipDependent *dependent)
{
  SipSender *self = SIP_CONTAINER_OF (dependent, SipSender, dependent);

  /* The layer frees its transactions itself. */
  self->transaction = NULL;
  self->layer = NULL;
  self->events = NULL;
  self->state = FAILED;
  finish (self);
}

SipSender *
sip_sender_new (SipTransactions       *transactions,
                SipMsgBuilder         *request,
                const SipSendTarget   *target,
                const SipSenderEvents *events,
                gpointer               user_data)
{
  SipSender *self = g_new0 (SipSender, 1);

  self->ref_count = 1;
  self->layer = transactions;
  self->events = events;
  self->user_data = user_data;
  self->is_invite = sip_msg_builder_get_method (request) == SIP_METHOD_INVITE;
  sip_envelope_open (&self->envelope, request, target);
  sip_layer_add_dependent (transactions, &self->dependent, layer_gone);
  return self;
}

void
sip_sender_start (SipSender *self)
{
  SipTransactions *layer = self->layer;

  if (layer == NULL || layer->is_dead || self->state != NEW)
    return;

  sip_layer_enter (layer);
  set_under_way (self);
  if (layer->authenticator != NULL)
    sip_authenticator_foresee (layer->authenticator, &self->trail, self->envelope.builder, self->envelope.target.preferred);
  find_flow (self);
  sip_layer_leave (layer);
}

void
sip_sender_cancel (SipSender         *self,
                   const char *const *lines)
{
  SipTransactions *layer = self->layer;

  if (layer == NULL || layer->is_dead || self->is_cancelled || self->state >= ANSWERED)
    return;

  sip_layer_enter (layer);
  self->is_cancelled = TRUE;
  self->cancel_lines = g_strdupv ((char **) lines);
  if (self->state < CALLING)
    fail_soon (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The request was cancelled before it was sent"));
  else if (self->state == PROCEEDING && self->is_invite)
    send_cancel (self);
  sip_layer_leave (layer);
}

SipSender *
sip_sender_ref (SipSender *self)
{
  self->ref_count++;
  return self;
}

void
sip_sender_detach (SipSender *self)
{
  self->events = NULL;
  self->user_data = NULL;
  /* Nobody is left who would acknowledge another 2xx. */
  if (self->layer == NULL)
    return;
  if (self->state == ANSWERED)
    finish (self);
  else if (self->state == HELD)
    fail_soon (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nobody waits for it any more"));
  else
    limit_ringing (self);
}

void
sip_sender_unref (SipSender *self)
{
  if (--self->ref_count > 0)
    return;

  sip_layer_remove_dependent (&self->dependent);
  sip_timer_stop (&self->timer);
  stop_waiting (self);
  sip_envelope_clear (&self->envelope);
  g_clear_pointer (&self->request, sip_msg_unref);
  g_clear_pointer (&self->flow, sip_flow_unref);
  g_clear_pointer (&self->refusal, sip_msg_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->cancel_lines, g_strfreev);
  g_clear_pointer (&self->trail, sip_auth_trail_free);
  g_free (self);
}

SipMsg *
sip_sender_get_request (SipSender *self)
{
  return self->request;
}

SipFlow *
sip_sender_get_flow (SipSender *self)
{
  return self->flow;
}
