/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-server-transaction-private.h"

#include "syntax/sip-error.h"
#include "transaction/sip-kept-text-private.h"
#include "transaction/sip-layer-private.h"
#include "transaction/sip-schedule-private.h"

/* A request that came, until its answer is where it belongs (RFC 3261 §17.2, RFC 6026 §7.1). One block of memory, which ends with the texts
 * of its key. */
struct _SipServerTransaction
{
  SipMatchLink link;
  SipMatchLink merge_link;
  SipTransactions *layer;
  SipServerTransaction *next_answered;
  SipServerTransaction **answered_link;
  const SipServerTransactionEvents *events;
  gpointer user_data;
  SipFlow *flow;
  SipFlowWatch watch;
  SipSchedule schedule;
  SipMsg *request;
  SipMsg *response;       /* the last that went out */
  SipKeptText *kept;      /* instead of a final one, once it has settled */
  GError *error;          /* a response could not be sent: to be told */
  guint8 state;
  guint8 is_reliable;
  guint8 is_broken;       /* the flow has closed */
  guint8 has_come_back;   /* on a connection of ours, for the answer */
  guint8 has_failed;      /* was told */
  guint8 is_cancelled;    /* was told */
  guint8 is_open;         /* counts among those without a final answer */
  guint8 to_tag_len;
  char to_tag[SIP_SERVER_TO_TAG_MAX];
  SipKeptKey key;
  char key_text[];
};

typedef enum
{
  TRYING,     /* not INVITE: no response yet */
  PROCEEDING,
  COMPLETED,  /* a final response, of an INVITE 3xx–6xx */
  CONFIRMED,  /* INVITE: its ACK came */
  ACCEPTED,   /* INVITE: a 2xx */
  TERMINATED,
  N_STATES
} State;

typedef enum
{
  REQUEST,    /* came again */
  ACK,        /* came */
  SEND_1XX,   /* the user answers */
  SEND_2XX,
  SEND_3XX,   /* … 6xx */
  SEND_AGAIN, /* the user repeats what it has said */
  REPEAT,     /* timer G */
  END,        /* timer H, I, J, L */
  UNSENT,     /* a response could not be sent, on a flow that goes on */
  BROKEN,     /* the flow has closed */
  N_EVENTS
} Event;

typedef struct
{
  State next;
  void (*action) (SipServerTransaction *self, SipMsg *msg, SipFlow *flow);
} Edge;

static void timer_cb (SipTimer *timer);

/* --- what is left of an answered one --- */

static void
drop_flow (SipServerTransaction *self)
{
  if (self->flow != NULL)
    sip_flow_unwatch (&self->watch);
  g_clear_pointer (&self->flow, sip_flow_unref);
}

/* A final answer is being given: whoever gives it can look at it, and at the request, until the main loop runs again. */
static void
settle_later (SipServerTransaction *self)
{
  SipTransactions *layer = self->layer;

  self->next_answered = layer->answered;
  if (self->next_answered != NULL)
    self->next_answered->answered_link = &self->next_answered;
  self->answered_link = &layer->answered;
  layer->answered = self;
}

static gboolean
take_from_answered (SipServerTransaction *self)
{
  if (self->answered_link == NULL)
    return FALSE;

  *self->answered_link = self->next_answered;
  if (self->next_answered != NULL)
    self->next_answered->answered_link = self->answered_link;
  self->next_answered = NULL;
  self->answered_link = NULL;
  return TRUE;
}

/* Thousands of these wait in a busy agent: they keep their key, and the bytes of the response where they may have to send it. */
void
sip_server_transaction_settle (SipServerTransaction *self)
{
  if (!take_from_answered (self))
    return;

  g_clear_pointer (&self->request, sip_msg_unref);
  if (self->state == COMPLETED)
    self->kept = sip_kept_text_new (self->response);
  g_clear_pointer (&self->response, sip_msg_unref);
  /* A retransmission brings its own flow. */
  if (self->state == COMPLETED && self->key.method != SIP_METHOD_INVITE && !self->is_broken && self->error == NULL)
    drop_flow (self);
}

/* --- what is done on the edges; a call to the user is the last thing that is done, as the user may do anything --- */

static void
set_end (SipServerTransaction *self,
         gint64                us)
{
  sip_schedule_set_end (&self->schedule, self->layer->wheel, timer_cb, us);
}

/* From the main loop: whoever answers is not called back meanwhile. */
static void
fail_soon (SipServerTransaction *self,
           GError               *error)
{
  g_clear_error (&self->error);
  self->error = error;
  sip_schedule_poke (&self->schedule, self->layer->wheel, timer_cb);
}

static void
closed_cb (SipFlowWatch *watch,
           SipFlow      *flow)
{
  SipServerTransaction *self = SIP_CONTAINER_OF (watch, SipServerTransaction, watch);

  /* RFC 3261 §18.2.2: then the answer makes a new connection. */
  if (self->state <= PROCEEDING && !self->has_come_back && sip_transports_can_come_back (flow))
    return;
  self->is_broken = TRUE;
  sip_schedule_poke (&self->schedule, self->layer->wheel, timer_cb);
}

/* Before an answer goes. */
static void
come_back (SipServerTransaction *self)
{
  SipFlow *flow = self->flow;

  if (flow == NULL || self->has_come_back || self->is_broken || !sip_transports_can_come_back (flow))
    return;
  self->has_come_back = TRUE;
  self->flow = sip_transports_flow_for_response (self->layer->transports, self->request, flow);
  sip_flow_unref (flow);
  sip_flow_watch (self->flow, &self->watch, closed_cb);
}

static void
send_on (SipServerTransaction *self,
         SipFlow              *flow)
{
  GError *error = NULL;

  if (self->response != NULL)
    sip_flow_send (flow, self->response, &error);
  else if (self->kept != NULL)
    sip_kept_text_send (self->kept, flow, &error);

  /* What goes out to a retransmission is not missed: the next one asks again. */
  if (error != NULL && flow == self->flow && self->state != TERMINATED)
    fail_soon (self, error);
  else
    g_clear_error (&error);
}

static void
send_response (SipServerTransaction *self,
               SipMsg               *msg,
               SipFlow              *flow)
{
  GError *error = NULL;

  if (!sip_flow_send (self->flow, msg, &error))
    fail_soon (self, error);
}

/* The same answer, to where the retransmission came from. */
static void
send_again (SipServerTransaction *self,
            SipMsg               *msg,
            SipFlow              *flow)
{
  g_autoptr (SipFlow) back = NULL;

  if (self->response == NULL && self->kept == NULL)
    return;
  back = self->flow != NULL ? sip_flow_ref (self->flow) : sip_transports_flow_for_response (self->layer->transports, msg, flow);
  send_on (self, back);
}

/* Timer G: T1, 2·T1, … T2 (RFC 3261 §17.2.1). */
static void
repeat_response (SipServerTransaction *self,
                 SipMsg               *msg,
                 SipFlow              *flow)
{
  sip_schedule_repeat_after (&self->schedule, self->layer->wheel, timer_cb,
                             MIN (2 * self->schedule.interval, self->layer->timings.t2));
  send_on (self, self->flow);
}

/* INVITE, 3xx–6xx: timers G and H. Over a reliable transport only H. */
static void
refuse_invite (SipServerTransaction *self,
               SipMsg               *msg,
               SipFlow              *flow)
{
  set_end (self, 64 * self->layer->timings.t1);
  if (!self->is_reliable)
    sip_schedule_set_repeat (&self->schedule, self->layer->wheel, timer_cb, self->layer->timings.t1);
  send_on (self, self->flow);
}

/* INVITE, 2xx: timer L (RFC 6026 §7.1). The user sends it again until the ACK comes. */
static void
accept_invite (SipServerTransaction *self,
               SipMsg               *msg,
               SipFlow              *flow)
{
  set_end (self, 64 * self->layer->timings.t1);
  send_on (self, self->flow);
}

/* Not INVITE, any final response: timer J (RFC 3261 §17.2.2). */
static void
complete (SipServerTransaction *self,
          SipMsg               *msg,
          SipFlow              *flow)
{
  set_end (self, self->is_reliable ? 0 : 64 * self->layer->timings.t1);
  send_on (self, self->flow);
}

/* Timer I: swallows ACKs that were under way. Nothing has to be said any more. */
static void
confirm (SipServerTransaction *self,
         SipMsg               *msg,
         SipFlow              *flow)
{
  sip_server_transaction_settle (self);
  g_clear_pointer (&self->kept, sip_kept_text_free);
  drop_flow (self);
  g_clear_error (&self->error);
  set_end (self, self->is_reliable ? 0 : self->layer->timings.t4);
}

static void
pass_ack (SipServerTransaction *self,
          SipMsg               *msg,
          SipFlow              *flow)
{
  if (self->layer->events.ack != NULL)
    self->layer->events.ack (self->layer->user_data, msg, flow);
}

static void
tell_failed (SipServerTransaction *self,
             const GError         *error)
{
  if (self->has_failed)
    return;
  self->has_failed = TRUE;
  if (self->events != NULL && self->events->failed != NULL)
    self->events->failed (self->user_data, self, error);
}

static void
end (SipServerTransaction *self,
     SipMsg               *msg,
     SipFlow              *flow)
{
  const SipServerTransactionEvents *events = self->events;
  SipTransactions *layer = self->layer;

  sip_match_table_remove (&layer->servers, &self->link);
  sip_match_table_remove (&layer->merges, &self->merge_link);
  if (events != NULL && events->terminated != NULL && !layer->is_dead)
    events->terminated (self->user_data, self);
  sip_server_transaction_free (self);
}

/* Only some edges are failures of the user's answer: the flow broke under it, no ACK came, or it never came itself. */
static void
fail (SipServerTransaction *self,
      SipMsg               *msg,
      SipFlow              *flow)
{
  g_autoptr (GError) error = g_steal_pointer (&self->error);

  if (error == NULL && self->is_broken)
    error = self->flow != NULL && self->flow->error != NULL
              ? g_error_copy (self->flow->error)
              : g_error_new_literal (SIP_ERROR, SIP_ERROR_TRANSPORT, "The connection was closed");
  if (error == NULL)
    error = g_error_new_literal (SIP_ERROR, SIP_ERROR_TIMEOUT,
                                 self->key.method == SIP_METHOD_INVITE ? "No ACK came" : "The request was not answered in time");
  tell_failed (self, error);
}

static void
fail_and_end (SipServerTransaction *self,
              SipMsg               *msg,
              SipFlow              *flow)
{
  fail (self, msg, flow);
  end (self, msg, flow);
}

static void
fail_and_resume (SipServerTransaction *self,
                 SipMsg               *msg,
                 SipFlow              *flow)
{
  sip_schedule_resume (&self->schedule, self->layer->wheel, timer_cb);
  fail (self, msg, flow);
}

/* --- the machines --- */

/* RFC 3261 §17.2.1, figure 7, as RFC 6026 §7.1 has it. What is not here is absorbed. An error of the transport is told and changes nothing
 * as long as the flow can be used; one that has closed takes its transaction with it, since no retransmission can come on it. */
static const Edge invite_edges[N_STATES][N_EVENTS] = {
  [PROCEEDING] = {
    [REQUEST] = { PROCEEDING, send_again },
    [SEND_1XX] = { PROCEEDING, send_response },
    [SEND_2XX] = { ACCEPTED, accept_invite },
    [SEND_3XX] = { COMPLETED, refuse_invite },
    [SEND_AGAIN] = { PROCEEDING, send_response },
    [UNSENT] = { PROCEEDING, fail_and_resume },
    [BROKEN] = { TERMINATED, fail_and_end },
  },
  [COMPLETED] = {
    [REQUEST] = { COMPLETED, send_again },
    [ACK] = { CONFIRMED, confirm },
    [REPEAT] = { COMPLETED, repeat_response },
    [END] = { TERMINATED, fail_and_end },
    [UNSENT] = { COMPLETED, fail_and_resume },
    [BROKEN] = { TERMINATED, fail_and_end },
  },
  [CONFIRMED] = {
    [END] = { TERMINATED, end },
  },
  [ACCEPTED] = {
    [ACK] = { ACCEPTED, pass_ack },
    [SEND_AGAIN] = { ACCEPTED, send_response },
    [END] = { TERMINATED, end },
    [UNSENT] = { ACCEPTED, fail_and_resume },
    [BROKEN] = { TERMINATED, fail_and_end },
  },
};

/* RFC 3261 §17.2.2, figure 8. The end of Trying and Proceeding is ours: the client's timer F has fired then. */
static const Edge other_edges[N_STATES][N_EVENTS] = {
  [TRYING] = {
    [SEND_1XX] = { PROCEEDING, send_response },
    [SEND_2XX] = { COMPLETED, complete },
    [SEND_3XX] = { COMPLETED, complete },
    [END] = { TERMINATED, fail_and_end },
    [BROKEN] = { TERMINATED, fail_and_end },
  },
  [PROCEEDING] = {
    [REQUEST] = { PROCEEDING, send_again },
    [SEND_1XX] = { PROCEEDING, send_response },
    [SEND_2XX] = { COMPLETED, complete },
    [SEND_3XX] = { COMPLETED, complete },
    [END] = { TERMINATED, fail_and_end },
    [UNSENT] = { TERMINATED, fail_and_end },
    [BROKEN] = { TERMINATED, fail_and_end },
  },
  [COMPLETED] = {
    [REQUEST] = { COMPLETED, send_again },
    [END] = { TERMINATED, end },
    [UNSENT] = { TERMINATED, fail_and_end },
    [BROKEN] = { TERMINATED, fail_and_end },
  },
};

/* The one place where the state changes. @self may be gone after it where the event came from the timer. */
static gboolean
step (SipServerTransaction *self,
      Event                 event,
      SipMsg               *msg,
      SipFlow              *flow)
{
  const Edge *edge = self->key.method == SIP_METHOD_INVITE ? &invite_edges[self->state][event] : &other_edges[self->state][event];

  if (edge->action == NULL)
    return FALSE;
  self->state = edge->next;
  edge->action (self, msg, flow);
  return TRUE;
}

static void
timer_cb (SipTimer *timer)
{
  SipServerTransaction *self = SIP_CONTAINER_OF (timer, SipServerTransaction, schedule.timer);
  SipTransactions *layer = self->layer;

  if (layer->is_dead)
    return;

  sip_layer_enter (layer);
  if (!(self->is_broken && step (self, BROKEN, NULL, NULL)) && !(self->error != NULL && step (self, UNSENT, NULL, NULL)))
    switch (sip_schedule_due (&self->schedule, layer->wheel))
      {
      case SIP_SCHEDULE_REPEAT:
        step (self, REPEAT, NULL, NULL);
        break;

      case SIP_SCHEDULE_END:
        step (self, END, NULL, NULL);
        break;

      case SIP_SCHEDULE_NOTHING:
      default:
        sip_schedule_resume (&self->schedule, layer->wheel, timer_cb);
        break;
      }
  sip_layer_leave (layer);
}

/* --- life --- */

SipServerTransaction *
sip_server_transaction_new (SipTransactions    *layer,
                            const SipServerKey *key,
                            SipMsg             *request,
                            SipFlow            *flow)
{
  SipServerKey kept = *key;
  SipServerTransaction *self;

  /* A request within a dialog is never merged. */
  if (key->has_to_tag && !key->is_old)
    kept.parts[SIP_KEY_FROM_TAG] = kept.parts[SIP_KEY_CALL_ID] = (SipStr) SIP_STR_INIT;

  self = g_malloc (sizeof *self + sip_server_key_size (&kept));
  memset (self, 0, sizeof *self);
  sip_kept_key_set (&self->key, self->key_text, &kept);
  self->layer = layer;
  self->state = key->method == SIP_METHOD_INVITE ? PROCEEDING : TRYING;
  self->request = sip_msg_ref (request);
  self->flow = sip_transports_flow_for_response (layer->transports, request, flow);
  self->is_reliable = self->flow->is_reliable;
  self->is_open = TRUE;
  layer->n_open++;
  sip_flow_watch (self->flow, &self->watch, closed_cb);
  if (self->flow->state == SIP_FLOW_CLOSED)
    closed_cb (&self->watch, self->flow);

  sip_match_table_insert (&layer->servers, &self->link, key->hash);
  if (!key->has_to_tag)
    sip_match_table_insert (&layer->merges, &self->merge_link, key->merge_hash);
  return self;
}

static void
no_longer_open (SipServerTransaction *self)
{
  if (self->is_open)
    self->layer->n_open--;
  self->is_open = FALSE;
}

void
sip_server_transaction_free (SipServerTransaction *self)
{
  no_longer_open (self);
  take_from_answered (self);
  sip_match_table_remove (&self->layer->servers, &self->link);
  sip_match_table_remove (&self->layer->merges, &self->merge_link);
  sip_schedule_clear (&self->schedule);
  drop_flow (self);
  g_clear_pointer (&self->request, sip_msg_unref);
  g_clear_pointer (&self->response, sip_msg_unref);
  g_clear_pointer (&self->kept, sip_kept_text_free);
  g_clear_error (&self->error);
  g_free (self);
}

SipServerTransaction *
sip_server_transaction_from_link (SipMatchLink *link)
{
  return SIP_CONTAINER_OF (link, SipServerTransaction, link);
}

SipServerTransaction *
sip_server_transaction_find (SipTransactions    *layer,
                             const SipServerKey *key)
{
  SipMatchLink *link = sip_match_table_first (&layer->servers, key->hash);

  for (; link != NULL; link = sip_match_link_next (link))
    {
      SipServerTransaction *self = sip_server_transaction_from_link (link);

      if (sip_kept_key_matches (&self->key, self->key_text, key, sip_str (self->to_tag, self->to_tag_len)))
        return self;
    }
  return NULL;
}

gboolean
sip_server_transaction_is_merged (SipTransactions *layer,
                                  SipServerKey    *key)
{
  SipMatchLink *link;

  if (key->has_to_tag)
    return FALSE;

  link = sip_match_table_first (&layer->merges, sip_server_key_merge_hash (key, layer->seed));
  for (; link != NULL; link = sip_match_link_next (link))
    {
      SipServerTransaction *self = SIP_CONTAINER_OF (link, SipServerTransaction, merge_link);

      if (sip_kept_key_is_merged (&self->key, self->key_text, key))
        return TRUE;
    }
  return FALSE;
}

/* --- what comes in --- */

void
sip_server_transaction_told (SipServerTransaction *self)
{
  SipMsgBuilder *builder;

  if (self->layer->is_dead || sip_server_transaction_is_answered (self))
    return;

  if (self->key.method != SIP_METHOD_INVITE)
    {
      set_end (self, 64 * self->layer->timings.t1);
      if (self->is_broken || self->error != NULL)
        sip_schedule_poke (&self->schedule, self->layer->wheel, timer_cb);
      return;
    }
  if (self->response != NULL)
    return;

  builder = sip_msg_builder_new_response (self->request, 100, NULL, NULL);
  if (self->layer->server_name != NULL)
    sip_msg_builder_add (builder, SIP_H_SERVER, sip_str_from (self->layer->server_name));
  sip_server_transaction_respond (self, builder, NULL);
}

void
sip_server_transaction_receive (SipServerTransaction *self,
                                SipMsg               *msg,
                                SipFlow              *flow)
{
  step (self, msg->method == SIP_METHOD_ACK ? ACK : REQUEST, msg, flow);
}

/* RFC 3261 §9.2. A CANCEL needs no transaction of its own: it gets the same answer each time that it comes. */
void
sip_server_transaction_cancel (SipServerTransaction *self,
                               SipMsg               *cancel,
                               SipFlow              *flow)
{
  sip_layer_answer (self->layer, cancel, flow, 200, NULL, sip_str (self->to_tag, self->to_tag_len));

  if (self->state != PROCEEDING || self->is_cancelled)
    return;
  self->is_cancelled = TRUE;
  if (self->events != NULL && self->events->cancelled != NULL)
    self->events->cancelled (self->user_data, self, cancel);
}

/* --- the user's side --- */

void
sip_server_transaction_set_events (SipServerTransaction             *self,
                                   const SipServerTransactionEvents *events,
                                   gpointer                          user_data)
{
  self->events = events;
  self->user_data = user_data;
}

gpointer
sip_server_transaction_get_user_data (SipServerTransaction *self)
{
  return self->user_data;
}

SipMsg *
sip_server_transaction_get_request (SipServerTransaction *self)
{
  return self->request;
}

SipFlow *
sip_server_transaction_get_flow (SipServerTransaction *self)
{
  return self->flow;
}

gboolean
sip_server_transaction_is_answered (SipServerTransaction *self)
{
  return self->state >= COMPLETED;
}

static void
remember_to_tag (SipServerTransaction *self,
                 const SipMsg         *response)
{
  if (self->to_tag_len > 0 || response->to.tag.len > sizeof self->to_tag)
    return;
  if (response->to.tag.len > 0)
    memcpy (self->to_tag, response->to.tag.p, response->to.tag.len);
  self->to_tag_len = response->to.tag.len;
}

SipMsg *
sip_server_transaction_respond (SipServerTransaction *self,
                                SipMsgBuilder        *response,
                                const SipContactSpec *contact)
{
  g_autoptr (SipMsgBuilder) builder = response;
  SipTransactions *layer = self->layer;
  SipMsg *msg;

  if (layer->is_dead || sip_server_transaction_is_answered (self))
    return NULL;

  sip_layer_enter (layer);
  msg = sip_layer_seal_response (layer, builder, self->request, self->flow, contact);
  g_clear_pointer (&self->response, sip_msg_unref);
  self->response = msg;
  remember_to_tag (self, msg);
  come_back (self);

  if (msg->status >= 200)
    {
      no_longer_open (self);
      settle_later (self);
    }
  step (self, msg->status < 200 ? SEND_1XX : msg->status < 300 ? SEND_2XX : SEND_3XX, msg, NULL);
  sip_layer_leave (layer);
  return msg;
}

void
sip_server_transaction_retransmit (SipServerTransaction *self,
                                   SipMsg               *response)
{
  if (!self->layer->is_dead)
    step (self, SEND_AGAIN, response, NULL);
}
