/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-transactions-private.h"

#include "transaction/sip-client-transaction-private.h"
#include "transaction/sip-layer-private.h"

/* --- what comes in --- */

static void
receive_ack (SipTransactions    *self,
             const SipServerKey *key,
             SipMsg             *ack,
             SipFlow            *flow)
{
  SipServerTransaction *transaction = sip_server_transaction_find (self, key);

  if (transaction != NULL)
    sip_server_transaction_receive (transaction, ack, flow);
  else if (self->events.ack != NULL)
    self->events.ack (self->user_data, ack, flow);
}

/* RFC 3261 §9.2. */
static void
receive_cancel (SipTransactions *self,
                SipMsg          *cancel,
                SipFlow         *flow)
{
  SipServerKey key;
  SipServerTransaction *transaction = NULL;

  if (sip_server_key_read_cancelled (&key, cancel, self->seed))
    transaction = sip_server_transaction_find (self, &key);

  if (transaction != NULL)
    sip_server_transaction_cancel (transaction, cancel, flow);
  else
    sip_layer_answer (self, cancel, flow, 481, NULL, (SipStr) SIP_STR_INIT);
}

static void
receive_new (SipTransactions *self,
             SipServerKey    *key,
             SipMsg          *request,
             SipFlow         *flow)
{
  SipServerTransaction *transaction;

  if (sip_server_transaction_is_merged (self, key))
    {
      /* RFC 3261 §8.2.2.2: it was forked before it came to us. */
      sip_layer_answer (self, request, flow, 482, NULL, (SipStr) SIP_STR_INIT);
      return;
    }

  if (self->servers.n >= self->max_servers || (self->n_open >= self->max_open && !key->has_to_tag))
    {
      g_debug ("A request was turned away: %u are not answered, %u are kept", self->n_open, self->servers.n);
      sip_layer_answer (self, request, flow, 503, NULL, (SipStr) SIP_STR_INIT);
      return;
    }

  transaction = sip_server_transaction_new (self, key, request, flow);
  self->events.request (self->user_data, transaction);

  /* It may be gone: a user that iterates the main loop in a callback gives its timers time to end it. */
  transaction = sip_server_transaction_find (self, key);
  if (transaction != NULL)
    sip_server_transaction_told (transaction);
}

static void
receive_request (SipTransactions *self,
                 SipMsg          *request,
                 SipFlow         *flow)
{
  SipServerTransaction *transaction;
  SipServerKey key;

  if (!sip_server_key_read (&key, request, self->seed))
    {
      g_debug ("A request without a Via that can be used was dropped");
      return;
    }

  if (request->defect != 0)
    {
      /* RFC 3261 §17.1.1.3: an ACK is never answered. */
      if (request->method != SIP_METHOD_ACK)
        sip_layer_answer (self, request, flow, request->defect, request->defect_reason, (SipStr) SIP_STR_INIT);
    }
  else if (request->method == SIP_METHOD_ACK)
    receive_ack (self, &key, request, flow);
  else if (request->method == SIP_METHOD_CANCEL)
    receive_cancel (self, request, flow);
  else if ((transaction = sip_server_transaction_find (self, &key)) != NULL)
    sip_server_transaction_receive (transaction, request, flow);
  else
    receive_new (self, &key, request, flow);
}

/* RFC 3261 §8.1.3.3: with a second one it has lost its way. */
static gboolean
has_one_via (const SipMsg *response)
{
  SipValueIter iter = { 0 };
  SipStr via;

  return sip_msg_next_value (response, SIP_H_VIA, &iter, &via) && !sip_msg_next_value (response, SIP_H_VIA, &iter, &via);
}

static void
receive_response (SipTransactions *self,
                  SipMsg          *response,
                  SipFlow         *flow)
{
  SipClientTransaction *transaction;

  if (response->defect != 0 || !has_one_via (response))
    {
      g_debug ("A response was dropped: %s", response->defect != 0 ? response->defect_reason : "it has more than one Via");
      return;
    }

  transaction = sip_client_transaction_find (self, response);
  if (transaction != NULL)
    sip_client_transaction_receive (transaction, response, flow);
  else if (response->status / 100 == 2 && response->cseq.method == SIP_METHOD_INVITE && self->events.stray_2xx != NULL)
    self->events.stray_2xx (self->user_data, response, flow);
}

static void
receive_cb (gpointer  user_data,
            SipMsg   *msg,
            SipFlow  *flow)
{
  SipTransactions *self = user_data;

  if (self->is_dead)
    return;

  sip_layer_enter (self);
  sip_msg_ref (msg);
  sip_flow_ref (flow);
  if (msg->is_request)
    receive_request (self, msg, flow);
  else
    receive_response (self, msg, flow);
  sip_flow_unref (flow);
  sip_msg_unref (msg);
  sip_layer_leave (self);
}

static void
flow_changed_cb (gpointer  user_data,
                 SipFlow  *flow)
{
  SipTransactions *self = user_data;

  if (self->is_dead || self->events.flow_changed == NULL)
    return;

  sip_layer_enter (self);
  self->events.flow_changed (self->user_data, flow);
  sip_layer_leave (self);
}

/* --- life --- */

SipTransactions *
sip_transactions_new (SipTimerWheel               *wheel,
                      const SipTransactionsEvents *events,
                      gpointer                     user_data)
{
  static const SipTransportsEvents transports_events = { receive_cb, flow_changed_cb };
  SipTransactions *self = g_new0 (SipTransactions, 1);

  g_assert (events->request != NULL);

  self->wheel = sip_timer_wheel_ref (wheel);
  self->events = *events;
  self->user_data = user_data;
  self->timings = SIP_TIMINGS_DEFAULT;
  self->max_open = SIP_CAPACITY_OPEN;
  self->max_servers = SIP_CAPACITY_SERVER;
  self->scratch = g_string_sized_new (256);
  sip_token_fill (&self->seed, sizeof self->seed);
  sip_match_table_init (&self->servers);
  sip_match_table_init (&self->merges);
  sip_match_table_init (&self->clients);
  self->transports = sip_transports_new (wheel, &transports_events, self);
  return self;
}

void
sip_transactions_free (SipTransactions *self)
{
  if (self->depth == 0)
    sip_layer_destroy (self);
  else
    self->is_dead = TRUE;
}

/* --- what can be seen and set --- */

SipTransports *
sip_transactions_get_transports (SipTransactions *self)
{
  return self->transports;
}

SipTimerWheel *
sip_transactions_get_wheel (SipTransactions *self)
{
  return self->wheel;
}

const SipTimings *
sip_transactions_get_timings (SipTransactions *self)
{
  return &self->timings;
}

void
sip_transactions_set_timings (SipTransactions  *self,
                              const SipTimings *timings)
{
  self->timings = *timings;
}

SipAuthenticator *
sip_transactions_get_authenticator (SipTransactions *self)
{
  if (self->authenticator == NULL)
    self->authenticator = sip_authenticator_new ();

  return self->authenticator;
}

void
sip_transactions_set_capacity (SipTransactions *self,
                               guint            n_open,
                               guint            n_server)
{
  self->max_open = n_open;
  self->max_servers = n_server;
}

void
sip_transactions_set_server_name (SipTransactions *self,
                                  const char      *name)
{
  char *copy = g_strdup (name);

  g_free (self->server_name);
  self->server_name = copy;
}

guint
sip_transactions_get_n_unanswered (SipTransactions *self)
{
  return self->n_unanswered;
}

guint
sip_transactions_get_n_client (SipTransactions *self)
{
  return self->clients.n;
}

guint
sip_transactions_get_n_server (SipTransactions *self)
{
  return self->servers.n;
}

guint
sip_transactions_get_n_open (SipTransactions *self)
{
  return self->n_open;
}
