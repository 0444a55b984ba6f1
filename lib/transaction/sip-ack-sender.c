/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-ack-sender-private.h"

#include "transaction/sip-layer-private.h"

/* An ACK that was given to a connection which is never made goes to the next one, or the other side would end the call. */
struct _SipAckSender
{
  SipDependent dependent;
  SipTransactions *layer; /* NULL: gone */
  SipEnvelope envelope;
  SipAckSentFunc func;
  gpointer user_data;
  SipFlowWatch watch;     /* of the connection that is being made */
  SipTimer retry;
};

static void
stop_waiting (SipAckSender *self)
{
  sip_flow_unwatch (&self->watch);
  sip_timer_stop (&self->retry);
}

static void
layer_gone (SipDependent *dependent)
{
  SipAckSender *self = SIP_CONTAINER_OF (dependent, SipAckSender, dependent);

  stop_waiting (self);
  sip_envelope_clear (&self->envelope);
  self->layer = NULL;
}

static void find_flow (SipAckSender *self);

static void
retry_cb (SipTimer *timer)
{
  SipAckSender *self = SIP_CONTAINER_OF (timer, SipAckSender, retry);
  SipTransactions *layer = self->layer;

  if (layer->is_dead)
    return;

  sip_layer_enter (layer);
  find_flow (self);
  sip_layer_leave (layer);
}

static void
closed_cb (SipFlowWatch *watch,
           SipFlow      *flow)
{
  SipAckSender *self = SIP_CONTAINER_OF (watch, SipAckSender, watch);

  if (flow->was_open)
    sip_envelope_stop (&self->envelope);
  else
    sip_timer_start (self->layer->wheel, &self->retry, retry_cb, 0);
}

/* Whether @flow took it; the user has been told then, and may have freed @self. */
static gboolean
send_on (SipAckSender *self,
         SipFlow      *flow)
{
  g_autoptr (SipMsg) ack = sip_envelope_seal (&self->envelope, self->layer, flow);
  g_autoptr (GError) error = NULL;

  if (sip_envelope_widen (&self->envelope, ack, flow))
    return FALSE;
  if (!sip_flow_send (flow, ack, &error))
    {
      g_debug ("An ACK could not be sent: %s", error->message);
      return FALSE;
    }

  if (flow->state == SIP_FLOW_CONNECTING)
    sip_flow_watch (flow, &self->watch, closed_cb);
  else
    sip_envelope_stop (&self->envelope);
  if (self->func != NULL && !self->layer->is_dead)
    self->func (self->user_data, ack, flow);
  return TRUE;
}

static void
flow_found_cb (gpointer      user_data,
               SipFlow      *flow,
               const GError *error)
{
  SipAckSender *self = user_data;
  SipTransactions *layer = self->layer;

  sip_layer_enter (layer);
  if (flow == NULL)
    g_debug ("An ACK could not be sent: %s", error != NULL ? error->message : "no way there");
  else if (!layer->is_dead && !send_on (self, flow))
    find_flow (self);
  sip_layer_leave (layer);
}

static void
find_flow (SipAckSender *self)
{
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      g_autoptr (SipFlow) flow = sip_envelope_try (&self->envelope, self->layer, &error);

      if (flow == NULL)
        break;
      if (send_on (self, flow))
        return;
    }

  if (error == NULL)
    sip_envelope_start (&self->envelope, flow_found_cb, self);
  else
    g_debug ("An ACK could not be sent: %s", error->message);
}

SipAckSender *
sip_ack_sender_new (SipTransactions     *transactions,
                    SipMsgBuilder       *ack,
                    const SipSendTarget *target,
                    SipAckSentFunc       func,
                    gpointer             user_data)
{
  SipAckSender *self = g_new0 (SipAckSender, 1);

  self->layer = transactions;
  self->func = func;
  self->user_data = user_data;
  sip_envelope_open (&self->envelope, ack, target);
  sip_layer_add_dependent (transactions, &self->dependent, layer_gone);

  sip_layer_enter (transactions);
  if (!transactions->is_dead)
    find_flow (self);
  sip_layer_leave (transactions);
  return self;
}

void
sip_ack_sender_free (SipAckSender *self)
{
  sip_layer_remove_dependent (&self->dependent);
  stop_waiting (self);
  sip_envelope_clear (&self->envelope);
  g_free (self);
}
