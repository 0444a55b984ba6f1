/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-transactions-private.h"
#include "transport/sip-memory-transport-private.h"
#include "transport/sip-transport-private.h"

/* Random messages, answers, losses and delays, from a seed; and whoever is called back does something of the list below. Whatever happens,
 * nothing is touched that is gone (which the sanitizers see), and in the end nothing is left. */
typedef enum
{
  ANSWER,
  ANSWER_FINALLY,
  RETRANSMIT,
  FORGET,     /* set_events (NULL) */
  START,
  CANCEL,
  DETACH,
  CLOSE,
  ADVANCE,    /* as a main loop does that is iterated in a callback */
  FREE,
  N_ACTS
} Act;

typedef struct
{
  GRand *rand;
  SipTimerWheel *wheel;
  SipTransactions *us;        /* NULL: freed */
  SipTransports *peer;
  SipFlow *to_peer[2];        /* unreliable, reliable */
  SipFlow *to_us[2];
  GPtrArray *transactions;    /* that are ours to answer */
  GPtrArray *senders;
  GPtrArray *asked;           /* SipMsg: requests that the peer got */
  SipMsg *answer;
  guint depth;
  guint n_calls;
  guint chance;               /* of an act in a callback, in 100 */
  guint act_at;               /* or exactly at this callback … */
  Act act;                    /* … this one */
} World;

static void do_act (World *self, Act act);

static guint
pick (World *self,
      guint  n)
{
  return (guint) g_rand_int_range (self->rand, 0, (gint32) n);
}

static void
called_back (World *self)
{
  self->n_calls++;
  /* Nobody is called after the end. */
  g_assert_nonnull (self->us);
  if (self->depth > 2)
    return;

  self->depth++;
  if (self->n_calls == self->act_at)
    do_act (self, self->act);
  else if (pick (self, 100) < self->chance)
    do_act (self, pick (self, 400) == 0 ? FREE : pick (self, FREE));
  self->depth--;
}

/* --- us --- */

static void
cancelled_cb (gpointer              user_data,
              SipServerTransaction *transaction,
              SipMsg               *cancel)
{
  g_assert_cmpint (cancel->method, ==, SIP_METHOD_CANCEL);
  called_back (user_data);
}

static void
server_failed_cb (gpointer              user_data,
                  SipServerTransaction *transaction,
                  const GError         *error)
{
  g_assert_nonnull (error);
  called_back (user_data);
}

static void
terminated_cb (gpointer              user_data,
               SipServerTransaction *transaction)
{
  World *self = user_data;

  g_assert_true (g_ptr_array_remove_fast (self->transactions, transaction));
  called_back (self);
}

static const SipServerTransactionEvents server_events = { cancelled_cb, server_failed_cb, terminated_cb };

static void
request_cb (gpointer              user_data,
            SipServerTransaction *transaction)
{
  World *self = user_data;

  g_ptr_array_add (self->transactions, transaction);
  sip_server_transaction_set_events (transaction, &server_events, self);
  called_back (self);
}

static void
ack_cb (gpointer  user_data,
        SipMsg   *ack,
        SipFlow  *flow)
{
  called_back (user_data);
}

static void
stray_cb (gpointer  user_data,
          SipMsg   *response,
          SipFlow  *flow)
{
  g_assert_cmpuint (response->status / 100, ==, 2);
  called_back (user_data);
}

static void
quiet_cb (gpointer user_data)
{
  called_back (user_data);
}

static void
flow_changed_cb (gpointer  user_data,
                 SipFlow  *flow)
{
  called_back (user_data);
}

static void
sending_cb (gpointer   user_data,
            SipSender *sender,
            SipMsg    *request,
            SipFlow   *flow)
{
  called_back (user_data);
}

static void
response_cb (gpointer   user_data,
             SipSender *sender,
             SipMsg    *response,
             SipFlow   *flow)
{
  called_back (user_data);
}

static void
failed_cb (gpointer      user_data,
           SipSender    *sender,
           const GError *error)
{
  g_assert_nonnull (error);
  called_back (user_data);
}

static const SipSenderEvents sender_events = { sending_cb, response_cb, failed_cb };

static void
answer (World                *self,
        SipServerTransaction *transaction,
        guint                 status)
{
  SipMsg *request = sip_server_transaction_get_request (transaction);
  SipMsg *msg;

  if (request == NULL)
    {
      g_assert_true (sip_server_transaction_is_answered (transaction));
      return;
    }
  msg = sip_server_transaction_respond (transaction, sip_msg_builder_new_response (request, status, NULL, "us"), NULL);
  if (msg != NULL)
    {
      g_clear_pointer (&self->answer, sip_msg_unref);
      self->answer = sip_msg_ref (msg);
    }
}

static void
start_sender (World *self)
{
  static const char *const methods[] = { "INVITE", "INVITE", "OPTIONS", "BYE", "WHATEVER" };
  static const char *const uris[] = { "sip:peer.mem", "sip:peer.mem;transport=tcp", "sip:nobody.mem",
                                            "sip:nobody.mem;transport=tcp", "tel:1" };
  const char *method = methods[pick (self, G_N_ELEMENTS (methods))];
  SipMsgBuilder *builder = sip_msg_builder_new_request (sip_str_from (method), SIP_STR ("sip:bob@peer.mem"));
  SipSendTarget target = { .next_hop = sip_str_from (uris[pick (self, G_N_ELEMENTS (uris))]) };
  SipSender *sender;

  if (pick (self, 3) > 0)
    target.preferred = self->to_peer[pick (self, 2)];
  sip_msg_builder_add (builder, SIP_H_FROM, SIP_STR ("<sip:alice@us.mem>;tag=us"));
  sip_msg_builder_add (builder, SIP_H_TO, SIP_STR ("<sip:bob@peer.mem>"));
  sip_msg_builder_add (builder, SIP_H_CALL_ID, SIP_STR ("us-call"));
  sip_msg_builder_add_printf (builder, SIP_H_CSEQ, "%u %s", self->n_calls + 1, method);
  sender = sip_sender_new (self->us, builder, &target, &sender_events, self);
  g_ptr_array_add (self->senders, sip_sender_ref (sender));
  if (pick (self, 10) > 0)
    sip_sender_start (sender);
  sip_sender_unref (sender);
}

static void
open_flows (World *self)
{
  static const char *const kinds[] = { "", "?transport=tcp" };

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *peer = g_strconcat ("mem://peer", kinds[i], NULL);
      g_autofree char *us = g_strconcat ("mem://us", kinds[i], NULL);

      if (self->us != NULL && (self->to_peer[i] == NULL || self->to_peer[i]->state == SIP_FLOW_CLOSED))
        {
          g_clear_pointer (&self->to_peer[i], sip_flow_unref);
          self->to_peer[i] = sip_transports_connect (sip_transactions_get_transports (self->us), peer, NULL);
        }
      if (self->to_us[i] == NULL || self->to_us[i]->state == SIP_FLOW_CLOSED)
        {
          g_clear_pointer (&self->to_us[i], sip_flow_unref);
          self->to_us[i] = sip_transports_connect (self->peer, us, NULL);
        }
    }
}

static void
forget_sender (World *self,
               guint  i)
{
  SipSender *sender = g_ptr_array_steal_index_fast (self->senders, i);

  sip_sender_detach (sender);
  sip_sender_unref (sender);
}

static void
do_act (World *self,
        Act    act)
{
  SipServerTransaction *transaction =
    self->transactions->len > 0 ? g_ptr_array_index (self->transactions, pick (self, self->transactions->len)) : NULL;
  guint sender = self->senders->len > 0 ? pick (self, self->senders->len) : 0;

  if (self->us == NULL)
    return;

  switch (act)
    {
    case ANSWER:
      if (transaction != NULL)
        answer (self, transaction, 100 + pick (self, 500));
      break;

    case ANSWER_FINALLY:
      if (transaction != NULL)
        answer (self, transaction, 200 + pick (self, 400));
      break;

    case RETRANSMIT:
      if (transaction != NULL && self->answer != NULL)
        sip_server_transaction_retransmit (transaction, self->answer);
      break;

    case FORGET:
      if (transaction != NULL)
        {
          answer (self, transaction, 480);
          sip_server_transaction_set_events (transaction, NULL, NULL);
          g_ptr_array_remove_fast (self->transactions, transaction);
        }
      break;

    case START:
      start_sender (self);
      break;

    case CANCEL:
      if (self->senders->len > 0)
        sip_sender_cancel (g_ptr_array_index (self->senders, sender), NULL);
      break;

    case DETACH:
      if (self->senders->len > 0)
        forget_sender (self, sender);
      break;

    case CLOSE:
      sip_flow_close (self->to_peer[pick (self, 2)]);
      break;

    case ADVANCE:
      sip_timer_wheel_advance (self->wheel, pick (self, 2) ? 0 : G_USEC_PER_SEC * pick (self, 40));
      break;

    case FREE:
      {
        SipTransactions *us = g_steal_pointer (&self->us);

        sip_transactions_free (us);
        /* Within a callback it is still in memory. */
        for (guint i = 0; self->depth > 0 && i < self->transactions->len; i++)
          {
            answer (self, g_ptr_array_index (self->transactions, i), 200);
            if (self->answer != NULL)
              sip_server_transaction_retransmit (g_ptr_array_index (self->transactions, i), self->answer);
          }
        g_ptr_array_set_size (self->transactions, 0);
        /* What is still in memory stays quiet, whatever is done with it. */
        sip_timer_wheel_advance (self->wheel, G_USEC_PER_SEC * 40);
        for (guint i = 0; i < self->senders->len; i++)
          sip_sender_cancel (g_ptr_array_index (self->senders, i), NULL);
        if (self->senders->len > 0 && pick (self, 2))
          forget_sender (self, sender);
      }
      break;

    case N_ACTS:
    default:
      g_assert_not_reached ();
    }
}

/* --- the peer --- */

static void
peer_receive_cb (gpointer  user_data,
                 SipMsg   *msg,
                 SipFlow  *flow)
{
  World *self = user_data;

  g_assert_cmpuint (msg->defect, ==, 0);
  if (!msg->is_request || msg->method == SIP_METHOD_ACK)
    return;
  if (self->asked->len >= 16)
    g_ptr_array_remove_index_fast (self->asked, pick (self, 16));
  g_ptr_array_add (self->asked, sip_msg_ref (msg));
}

static char *
make_request (World *self)
{
  static const char *const methods[] = { "INVITE", "INVITE", "INVITE", "ACK", "ACK", "CANCEL", "BYE", "OPTIONS", "FOO" };
  static const char *const vias[] = { "", ";branch=1", ";branch=z9hG4bK-1", ";branch=z9hG4bK-2", ";branch=z9hG4bK-3",
                                            ";branch=z9hG4bK-4;rport" };
  static const char *const tags[] = { "", ";tag=us", ";tag=else" };
  const char *method = methods[pick (self, G_N_ELEMENTS (methods))];

  return g_strdup_printf ("%s sip:alice@us.mem SIP/2.0\r\nVia: SIP/2.0/UDP %s.mem%s\r\nMax-Forwards: 70\r\n"
                          "From: <sip:bob@peer.mem>;tag=%u\r\nTo: <sip:alice@us.mem>%s\r\nCall-ID: call-%u\r\n"
                          "CSeq: %u %s\r\nContent-Length: 0\r\n\r\n",
                          method, pick (self, 4) ? "peer" : "else", vias[pick (self, G_N_ELEMENTS (vias))], pick (self, 2),
                          tags[pick (self, G_N_ELEMENTS (tags))], pick (self, 3), 1 + pick (self, 2), method);
}

static char *
make_response (World *self)
{
  SipMsg *request;

  if (self->asked->len == 0)
    return make_request (self);

  request = g_ptr_array_index (self->asked, pick (self, self->asked->len));
  return g_strdup_printf ("SIP/2.0 %u Whatever\r\nVia: %.*s\r\nFrom: %.*s\r\nTo: <sip:bob@peer.mem>;tag=%u\r\n"
                          "Call-ID: %.*s\r\nCSeq: %u %.*s\r\nContent-Length: 0\r\n\r\n",
                          pick (self, 3) == 0 ? 503 : 100 * (1 + pick (self, 6)) + pick (self, 4),
                          SIP_STR_ARGS (sip_msg_value (request, SIP_H_VIA)),
                          SIP_STR_ARGS (sip_msg_value (request, SIP_H_FROM)), pick (self, 3), SIP_STR_ARGS (request->call_id),
                          request->cseq.number, SIP_STR_ARGS (request->method_name));
}

/* Bytes straight into our transports, broken more often than not. */
static void
deliver_broken (World *self,
                char  *text)
{
  gsize len = strlen (text);
  SipFlow *flow = self->to_peer[pick (self, 2)];

  for (guint n = pick (self, 4); n > 0; n--)
    text[pick (self, len)] = (char) (pick (self, 3) ? 32 + pick (self, 96) : pick (self, 256));
  if (pick (self, 4) == 0)
    len = pick (self, len);
  if (flow->state == SIP_FLOW_OPEN)
    sip_transports_deliver (sip_transactions_get_transports (self->us), flow, text, len);
}

static void
peer_speaks (World *self)
{
  g_autofree char *text = pick (self, 2) ? make_request (self) : make_response (self);
  g_autoptr (SipMsg) msg = NULL;

  if (pick (self, 5) == 0 && self->us != NULL)
    {
      deliver_broken (self, text);
      return;
    }
  msg = sip_msg_parse (text, strlen (text), &SIP_LIMITS_DEFAULT, NULL);
  g_assert_nonnull (msg);
  sip_flow_send (self->to_us[pick (self, 2)], msg, NULL);
}

static gint64
filter_cb (gpointer  user_data,
           SipFlow  *from,
           SipMsg   *msg)
{
  World *self = user_data;

  /* After the end nothing is sent. */
  g_assert_true (self->us != NULL || from == self->to_us[0] || from == self->to_us[1]);
  if (from->is_reliable)
    return 0;
  if (pick (self, 5) == 0)
    return SIP_MEMORY_LOST;
  return pick (self, 2) ? 0 : 1000 * pick (self, 700);
}

/* --- the play --- */

static void
open_world (World *self)
{
  static const SipTransactionsEvents events = { request_cb, ack_cb, stray_cb, quiet_cb, flow_changed_cb };
  static const SipTransportsEvents peer_events = { peer_receive_cb, NULL };
  g_autofree char *us = NULL;
  g_autofree char *peer = NULL;

  self->wheel = sip_timer_wheel_new_virtual (G_USEC_PER_SEC);
  self->transactions = g_ptr_array_new ();
  self->senders = g_ptr_array_new ();
  self->asked = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_msg_unref);
  self->us = sip_transactions_new (self->wheel, &events, self);
  self->peer = sip_transports_new (self->wheel, &peer_events, self);
  us = sip_transports_listen (sip_transactions_get_transports (self->us), "mem://us", NULL);
  peer = sip_transports_listen (self->peer, "mem://peer", NULL);
  open_flows (self);
  sip_timer_wheel_advance (self->wheel, 0);
  sip_memory_transport_set_filter (filter_cb, self);
}

static void
close_world (World *self)
{
  self->chance = 0;
  self->act_at = 0;
  while (self->senders->len > 0)
    forget_sender (self, 0);
  /* What is on its way arrives. */
  sip_timer_wheel_advance (self->wheel, G_USEC_PER_SEC);
  for (guint i = 0; i < self->transactions->len; i++)
    answer (self, g_ptr_array_index (self->transactions, i), 480);

  /* Resolving, timer B, C and then 64·T1, on two hops. */
  sip_timer_wheel_advance (self->wheel, 500 * G_USEC_PER_SEC);
  g_assert_cmpuint (self->transactions->len, ==, 0);
  if (self->us != NULL)
    {
      g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, 0);
      g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, 0);
    }

  sip_memory_transport_set_filter (NULL, NULL);
  g_clear_pointer (&self->us, sip_transactions_free);
  sip_transports_free (self->peer);
  for (guint i = 0; i < 2; i++)
    {
      g_clear_pointer (&self->to_peer[i], sip_flow_unref);
      g_clear_pointer (&self->to_us[i], sip_flow_unref);
    }
  g_assert_cmpuint (sip_timer_wheel_get_n_running (self->wheel), ==, 0);
  sip_timer_wheel_unref (self->wheel);
  g_ptr_array_unref (self->transactions);
  g_ptr_array_unref (self->senders);
  g_ptr_array_unref (self->asked);
  g_clear_pointer (&self->answer, sip_msg_unref);
}

static guint
play (guint32 seed,
      guint   n_steps,
      guint   chance,
      guint   act_at,
      Act     act)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  World self = { .rand = rand, .chance = chance, .act_at = act_at, .act = act };

  open_world (&self);
  for (guint i = 0; i < n_steps && self.us != NULL; i++)
    {
      open_flows (&self);
      switch (pick (&self, 8))
        {
        case 0:
        case 1:
        case 2:
        case 3:
          peer_speaks (&self);
          break;

        case 4:
          sip_timer_wheel_advance (self.wheel, 1000 * pick (&self, 3000));
          break;

        case 5:
          start_sender (&self);
          break;

        default:
          do_act (&self, pick (&self, FREE));
          break;
        }
      if (pick (&self, 2))
        sip_timer_wheel_advance (self.wheel, 0);
    }
  close_world (&self);
  return self.n_calls;
}

static void
test_random (void)
{
  guint n_calls = 0;

  for (guint32 seed = 1; seed <= 60; seed++)
    n_calls += play (seed, 500, 30, 0, FREE);
  g_test_message ("%u calls back", n_calls);
  g_assert_cmpuint (n_calls, >, 2000);
}

/* Each act at each callback of the same play. */
static void
test_each (gconstpointer data)
{
  Act act = GPOINTER_TO_UINT (data);
  guint n_calls = play (7, 60, 0, 0, act);

  g_assert_cmpuint (n_calls, >, 30);
  for (guint i = 1; i <= n_calls; i++)
    play (7, 60, 0, i, act);
}

int
main (int    argc,
      char **argv)
{
  static const char *const names[N_ACTS] = { "answer", "answer-finally", "retransmit", "forget", "start", "cancel",
                                             "detach", "close",          "advance",    "free" };

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/chaos/random", test_random);
  for (guint i = 0; i < N_ACTS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/chaos/%s-in-each-callback", names[i]);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_each);
    }

  return g_test_run ();
}
