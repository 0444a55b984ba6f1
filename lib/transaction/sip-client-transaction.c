/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-client-transaction-private.h"

#include "syntax/sip-error.h"
#include "transaction/sip-kept-text-private.h"
#include "transaction/sip-layer-private.h"
#include "transaction/sip-schedule-private.h"

/* One block of memory, which ends with the branch. */
struct _SipClientTransaction
{
  SipMatchLink link;
  SipTransactions *layer;
  const SipClientTransactionEvents *events;
  gpointer user_data;
  SipFlow *flow;
  SipFlowWatch watch;
  SipSchedule schedule;
  SipMsg *request;
  SipKeptText *ack;       /* INVITE: of a 3xx–6xx, over an unreliable transport */
  GError *error;          /* the request could not be sent: to be told */
  guint8 state;
  guint8 method;
  guint8 is_reliable;
  guint8 is_broken;       /* the flow has closed */
  guint32 branch_len;
  char branch[];
};

typedef enum
{
  CALLING,    /* not INVITE: Trying */
  PROCEEDING,
  COMPLETED,
  ACCEPTED,   /* INVITE: a 2xx */
  TERMINATED,
  N_STATES
} State;

typedef enum
{
  GOT_1XX,
  GOT_2XX,
  GOT_3XX,    /* … 6xx */
  REPEAT,     /* timer A, E */
  END,        /* timer B, D, F, K, M */
  BROKEN,     /* the flow has closed, or did not take the request */
  N_EVENTS
} Event;

typedef struct
{
  State next;
  void (*action) (SipClientTransaction *self, SipMsg *msg, SipFlow *flow);
} Edge;

static void timer_cb (SipTimer *timer);

/* --- what is done on the edges; a call to the user is the last thing that is done, as the user may do anything --- */

static void
closed_cb (SipFlowWatch *watch,
           SipFlow      *flow)
{
  SipClientTransaction *self = SIP_CONTAINER_OF (watch, SipClientTransaction, watch);

  self->is_broken = TRUE;
  sip_schedule_poke (&self->schedule, self->layer->wheel, timer_cb);
}

static void
drop_flow (SipClientTransaction *self)
{
  if (self->flow != NULL)
    sip_flow_unwatch (&self->watch);
  g_clear_pointer (&self->flow, sip_flow_unref);
}

static void
send_request (SipClientTransaction *self)
{
  /* An error is told from the main loop, whoever asked for the request. */
  if (self->error == NULL && !sip_flow_send (self->flow, self->request, &self->error))
    sip_schedule_poke (&self->schedule, self->layer->wheel, timer_cb);
}

/* Timer A doubles until timer B stops it (RFC 3261 §17.1.1.2). */
static void
repeat_invite (SipClientTransaction *self,
               SipMsg               *msg,
               SipFlow              *flow)
{
  sip_schedule_repeat_after (&self->schedule, self->layer->wheel, timer_cb, 2 * self->schedule.interval);
  send_request (self);
}

/* Timer E doubles up to T2 (RFC 3261 §17.1.2.2). */
static void
repeat_other (SipClientTransaction *self,
              SipMsg               *msg,
              SipFlow              *flow)
{
  sip_schedule_repeat_after (&self->schedule, self->layer->wheel, timer_cb,
                             MIN (2 * self->schedule.interval, self->layer->timings.t2));
  send_request (self);
}

/* … and is T2 once a 1xx came. */
static void
repeat_proceeding (SipClientTransaction *self,
                   SipMsg               *msg,
                   SipFlow              *flow)
{
  sip_schedule_repeat_after (&self->schedule, self->layer->wheel, timer_cb, self->layer->timings.t2);
  send_request (self);
}

static void
pass_up (SipClientTransaction *self,
         SipMsg               *msg,
         SipFlow              *flow)
{
  SipTransactions *layer = self->layer;

  if (self->events != NULL)
    self->events->response (self->user_data, msg, flow);
  else if (self->method == SIP_METHOD_INVITE && msg->status / 100 == 2 && layer->events.stray_2xx != NULL)
    layer->events.stray_2xx (layer->user_data, msg, flow);
}

/* A 2xx that a proxy had to pass on after another final response (RFC 3261 §16.7 step 5): somebody has to acknowledge and end it. */
static void
pass_stray (SipClientTransaction *self,
            SipMsg               *msg,
            SipFlow              *flow)
{
  if (self->layer->events.stray_2xx != NULL)
    self->layer->events.stray_2xx (self->layer->user_data, msg, flow);
}

/* It rings: no timer runs any more (RFC 3261 §17.1.1.2). */
static void
ring (SipClientTransaction *self,
      SipMsg               *msg,
      SipFlow              *flow)
{
  sip_schedule_clear (&self->schedule);
  if (self->is_broken || self->error != NULL)
    sip_schedule_poke (&self->schedule, self->layer->wheel, timer_cb);
  pass_up (self, msg, flow);
}

/* From here on what becomes of the flow and of the request does not matter. */
static void
settle (SipClientTransaction *self,
        gint64                us)
{
  sip_schedule_set_end (&self->schedule, self->layer->wheel, timer_cb, us);
  self->is_broken = FALSE;
  g_clear_error (&self->error);
  drop_flow (self);
  g_clear_pointer (&self->request, sip_msg_unref);
}

/* Timer M (RFC 6026 §7.2): the 2xx of other branches, and retransmissions. */
static void
accept_invite (SipClientTransaction *self,
               SipMsg               *msg,
               SipFlow              *flow)
{
  settle (self, 64 * self->layer->timings.t1);
  pass_up (self, msg, flow);
}

/* RFC 3261 §17.1.1.3, and timer D. The ACK goes where the request went. */
static void
acknowledge (SipClientTransaction *self,
             SipMsg               *msg,
             SipFlow              *flow)
{
  g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_ack (self->request, msg);
  g_autoptr (SipMsg) ack = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
  g_autoptr (GError) error = NULL;

  if (!sip_flow_send (self->flow, ack, &error))
    g_debug ("An ACK could not be sent: %s", error->message);

  if (!self->is_reliable)
    self->ack = sip_kept_text_new (ack);
  settle (self, self->is_reliable ? 0 : MAX (64 * self->layer->timings.t1, 32 * G_USEC_PER_SEC));
  pass_up (self, msg, flow);
}

/* The final response came again: the ACK was lost. */
static void
acknowledge_again (SipClientTransaction *self,
                   SipMsg               *msg,
                   SipFlow              *flow)
{
  g_autoptr (GError) error = NULL;

  if (self->ack != NULL && !sip_kept_text_send (self->ack, flow, &error))
    g_debug ("An ACK could not be sent again: %s", error->message);
}

/* Timer K: retransmissions of the final response are absorbed. */
static void
complete (SipClientTransaction *self,
          SipMsg               *msg,
          SipFlow              *flow)
{
  settle (self, self->is_reliable ? 0 : self->layer->timings.t4);
  pass_up (self, msg, flow);
}

static void
end_with (SipClientTransaction *self,
          const GError         *error)
{
  const SipClientTransactionEvents *events = self->events;

  sip_match_table_remove (&self->layer->clients, &self->link);
  if (events != NULL)
    events->ended (self->user_data, error);
  sip_client_transaction_free (self);
}

static void
end (SipClientTransaction *self,
     SipMsg               *msg,
     SipFlow              *flow)
{
  end_with (self, NULL);
}

static void
fail (SipClientTransaction *self,
      SipMsg               *msg,
      SipFlow              *flow)
{
  g_autoptr (GError) error = g_steal_pointer (&self->error);

  if (error == NULL && self->is_broken)
    error = self->flow->error != NULL ? g_error_copy (self->flow->error)
                                      : g_error_new_literal (SIP_ERROR, SIP_ERROR_TRANSPORT, "The connection was closed");
  if (error == NULL)
    error = g_error_new_literal (SIP_ERROR, SIP_ERROR_TIMEOUT, "No answer came");
  end_with (self, error);
}

/* --- the machines --- */

/* RFC 3261 §17.1.1, figure 5, as RFC 6026 §7.2 has it. What is not here is absorbed. */
static const Edge invite_edges[N_STATES][N_EVENTS] = {
  [CALLING] = {
    [GOT_1XX] = { PROCEEDING, ring },
    [GOT_2XX] = { ACCEPTED, accept_invite },
    [GOT_3XX] = { COMPLETED, acknowledge },
    [REPEAT] = { CALLING, repeat_invite },
    [END] = { TERMINATED, fail },
    [BROKEN] = { TERMINATED, fail },
  },
  [PROCEEDING] = {
    [GOT_1XX] = { PROCEEDING, pass_up },
    [GOT_2XX] = { ACCEPTED, accept_invite },
    [GOT_3XX] = { COMPLETED, acknowledge },
    [BROKEN] = { TERMINATED, fail },
  },
  [COMPLETED] = {
    [GOT_2XX] = { COMPLETED, pass_stray },
    [GOT_3XX] = { COMPLETED, acknowledge_again },
    [END] = { TERMINATED, end },
  },
  [ACCEPTED] = {
    [GOT_2XX] = { ACCEPTED, pass_up },
    [END] = { TERMINATED, end },
  },
};

/* RFC 3261 §17.1.2, figure 6. */
static const Edge other_edges[N_STATES][N_EVENTS] = {
  [CALLING] = {
    [GOT_1XX] = { PROCEEDING, pass_up },
    [GOT_2XX] = { COMPLETED, complete },
    [GOT_3XX] = { COMPLETED, complete },
    [REPEAT] = { CALLING, repeat_other },
    [END] = { TERMINATED, fail },
    [BROKEN] = { TERMINATED, fail },
  },
  [PROCEEDING] = {
    [GOT_1XX] = { PROCEEDING, pass_up },
    [GOT_2XX] = { COMPLETED, complete },
    [GOT_3XX] = { COMPLETED, complete },
    [REPEAT] = { PROCEEDING, repeat_proceeding },
    [END] = { TERMINATED, fail },
    [BROKEN] = { TERMINATED, fail },
  },
  [COMPLETED] = {
    [END] = { TERMINATED, end },
  },
};

/* The one place where the state changes. @self may be gone after it where the event came from the timer. */
static gboolean
step (SipClientTransaction *self,
      Event                 event,
      SipMsg               *msg,
      SipFlow              *flow)
{
  const Edge *edge = self->method == SIP_METHOD_INVITE ? &invite_edges[self->state][event] : &other_edges[self->state][event];

  if (edge->action == NULL)
    return FALSE;
  self->state = edge->next;
  edge->action (self, msg, flow);
  return TRUE;
}

static void
timer_cb (SipTimer *timer)
{
  SipClientTransaction *self = SIP_CONTAINER_OF (timer, SipClientTransaction, schedule.timer);
  SipTransactions *layer = self->layer;

  if (layer->is_dead)
    return;

  sip_layer_enter (layer);
  if (!((self->is_broken || self->error != NULL) && step (self, BROKEN, NULL, NULL)))
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

/* Branches are ours and random: the seed is only for the sake of those who guess. A CANCEL shares its INVITE's (RFC 3261 §9.1). */
static guint32
hash_branch (SipTransactions *layer,
             SipStr           branch)
{
  return sip_str_hash (branch, layer->seed);
}

SipClientTransaction *
sip_client_transaction_new (SipTransactions                  *layer,
                            SipMsg                           *request,
                            SipFlow                          *flow,
                            const SipClientTransactionEvents *events,
                            gpointer                          user_data)
{
  SipStr branch = request->via.branch;
  SipClientTransaction *self = g_malloc (sizeof *self + branch.len);

  memset (self, 0, sizeof *self);
  self->layer = layer;
  self->events = events;
  self->user_data = user_data;
  self->request = sip_msg_ref (request);
  self->method = request->method;
  self->state = CALLING;
  self->branch_len = branch.len;
  memcpy (self->branch, branch.p, branch.len);
  sip_match_table_insert (&layer->clients, &self->link, hash_branch (layer, branch));

  self->flow = sip_flow_ref (flow);
  self->is_reliable = flow->is_reliable;
  sip_flow_watch (flow, &self->watch, closed_cb);

  /* Timers B and F; A and E where the transport may lose it. */
  sip_schedule_set_end (&self->schedule, layer->wheel, timer_cb, 64 * layer->timings.t1);
  if (!self->is_reliable)
    sip_schedule_set_repeat (&self->schedule, layer->wheel, timer_cb, layer->timings.t1);
  send_request (self);
  return self;
}

void
sip_client_transaction_detach (SipClientTransaction *self)
{
  self->events = NULL;
}

void
sip_client_transaction_free (SipClientTransaction *self)
{
  sip_match_table_remove (&self->layer->clients, &self->link);
  sip_schedule_clear (&self->schedule);
  drop_flow (self);
  g_clear_pointer (&self->request, sip_msg_unref);
  g_clear_pointer (&self->ack, sip_kept_text_free);
  g_clear_error (&self->error);
  g_free (self);
}

SipClientTransaction *
sip_client_transaction_from_link (SipMatchLink *link)
{
  return SIP_CONTAINER_OF (link, SipClientTransaction, link);
}

SipClientTransaction *
sip_client_transaction_find (SipTransactions *layer,
                             const SipMsg    *response)
{
  SipStr branch = response->via.branch;
  SipMatchLink *link;

  if (branch.len == 0)
    return NULL;

  link = sip_match_table_first (&layer->clients, hash_branch (layer, branch));
  for (; link != NULL; link = sip_match_link_next (link))
    {
      SipClientTransaction *self = sip_client_transaction_from_link (link);

      if (self->method == response->cseq.method && sip_str_equal (sip_str (self->branch, self->branch_len), branch))
        return self;
    }
  return NULL;
}

void
sip_client_transaction_receive (SipClientTransaction *self,
                                SipMsg               *response,
                                SipFlow              *flow)
{
  step (self, response->status < 200 ? GOT_1XX : response->status < 300 ? GOT_2XX : GOT_3XX, response, flow);
}
