/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-transactions-private.h"
#include "transport/sip-memory-transport-private.h"
#include "transport/sip-transport-private.h"

#include <malloc.h>

/* The layer between us and one peer, which asks and is answered. */
typedef struct
{
  SipTimerWheel *wheel;
  SipTransactions *us;
  SipTransports *peer;
  SipFlow *to_us;
  GPtrArray *received;     /* by the peer */
  guint status;            /* what requests are answered; 0: nothing */
  guint reply;             /* what the peer answers; 0: nothing */
  guint last_status;       /* that a sender of ours was told */
  guint n_requests;
  guint n_terminated;
  guint n_failed;
  gboolean keeps;          /* the peer, what it gets */
} Fixture;

static void
terminated_cb (gpointer              user_data,
               SipServerTransaction *transaction)
{
  ((Fixture *) user_data)->n_terminated++;
}

static void
server_failed_cb (gpointer              user_data,
                  SipServerTransaction *transaction,
                  const GError         *error)
{
  ((Fixture *) user_data)->n_failed++;
}

static const SipServerTransactionEvents server_events = { NULL, server_failed_cb, terminated_cb };

static void
request_cb (gpointer              user_data,
            SipServerTransaction *transaction)
{
  static const SipContactSpec contact = { .user = "us", .uri_params = "a=b", .params = "expires=60" };
  Fixture *self = user_data;
  SipMsg *request = sip_server_transaction_get_request (transaction);

  self->n_requests++;
  sip_server_transaction_set_events (transaction, &server_events, self);
  if (self->status != 0)
    {
      SipMsg *msg = sip_server_transaction_respond (transaction, sip_msg_builder_new_response (request, self->status, NULL, "our-tag"),
                                                    &contact);

      /* Both are still there for whoever has answered. */
      g_assert_cmpuint (msg->status, ==, self->status);
      g_assert_true (sip_server_transaction_get_request (transaction) == request);
    }
}

static void
peer_receive_cb (gpointer  user_data,
                 SipMsg   *msg,
                 SipFlow  *flow)
{
  Fixture *self = user_data;

  if (self->keeps)
    g_ptr_array_add (self->received, sip_msg_ref (msg));
  if (self->reply != 0 && msg->is_request && msg->method != SIP_METHOD_ACK)
    {
      g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_response (msg, self->reply, NULL, "peer");
      g_autoptr (SipMsg) response = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);

      sip_flow_send (flow, response, NULL);
    }
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  static const SipTransactionsEvents events = { .request = request_cb };
  static const SipTransportsEvents peer_events = { peer_receive_cb, NULL };
  g_autofree char *us = NULL;
  g_autofree char *peer = NULL;

  self->wheel = sip_timer_wheel_new_virtual (G_USEC_PER_SEC);
  self->us = sip_transactions_new (self->wheel, &events, self);
  self->peer = sip_transports_new (self->wheel, &peer_events, self);
  us = sip_transports_listen (sip_transactions_get_transports (self->us), "mem://us", NULL);
  peer = sip_transports_listen (self->peer, "mem://peer", NULL);
  self->to_us = sip_transports_connect (self->peer, "mem://us", NULL);
  self->received = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_msg_unref);
  self->keeps = TRUE;
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  sip_transactions_free (self->us);
  sip_transports_free (self->peer);
  sip_flow_unref (self->to_us);
  g_ptr_array_unref (self->received);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (self->wheel), ==, 0);
  sip_timer_wheel_unref (self->wheel);
}

/* As a phone writes it, with all that a browser's Via and From have. */
static void
ask (Fixture    *self,
     const char *method,
     guint       n,
     const char *to_tag)
{
  g_autofree char *text = g_strdup_printf (
    "%s sip:us@us.mem;transport=ws SIP/2.0\r\n"
    "Via: SIP/2.0/UDP peer.mem;branch=z9hG4bK%016u;rport\r\n"
    "Max-Forwards: 70\r\n"
    "From: \"A caller\" <sip:caller@example.com>;tag=%010u\r\n"
    "To: <sip:us@example.com>%s%s\r\n"
    "Call-ID: %022u\r\n"
    "CSeq: 1 %s\r\n"
    "Contact: <sip:caller@peer.mem;transport=ws>\r\n"
    "User-Agent: Something/1.0\r\n"
    "Content-Length: 0\r\n\r\n",
    method, n, n, to_tag != NULL ? ";tag=" : "", to_tag != NULL ? to_tag : "", n, method);
  g_autoptr (SipMsg) msg = sip_msg_parse (text, strlen (text), &SIP_LIMITS_DEFAULT, NULL);

  sip_flow_send (self->to_us, msg, NULL);
  sip_timer_wheel_advance (self->wheel, 0);
}

static SipMsg *
last (Fixture *self)
{
  g_assert_cmpuint (self->received->len, >, 0);
  return g_ptr_array_index (self->received, self->received->len - 1);
}

static char *
value (const SipMsg *msg,
       SipHeaderId   id)
{
  return sip_str_dup (sip_msg_value (msg, id));
}

/* RFC 3261 §8.2.6.2 and §8.2.7: all but a 100 have a To tag, the same each time, and the layer's own word has the name. */
static void
test_own_answers (Fixture       *self,
                  gconstpointer  data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *other = NULL;
  g_autofree char *server = NULL;
  g_autofree char *contact = NULL;

  sip_transactions_set_server_name (self->us, "Ours/1");
  sip_transactions_set_server_name (self->us, "Ours/2");

  ask (self, "INVITE", 1, NULL);
  g_assert_cmpuint (last (self)->status, ==, 100);
  g_assert_null (last (self)->to.tag.p);
  server = value (last (self), SIP_H_SERVER);
  g_assert_cmpstr (server, ==, "Ours/2");

  ask (self, "CANCEL", 2, NULL);
  g_assert_cmpuint (last (self)->status, ==, 481);
  first = value (last (self), SIP_H_TO);
  ask (self, "CANCEL", 2, NULL);
  second = value (last (self), SIP_H_TO);
  g_assert_cmpuint (last (self)->to.tag.len, >=, 8);
  g_assert_cmpstr (first, ==, second);
  ask (self, "CANCEL", 3, NULL);
  other = value (last (self), SIP_H_TO);
  g_assert_cmpstr (first, !=, other);

  /* One that is there stays. */
  g_clear_pointer (&other, g_free);
  ask (self, "CANCEL", 4, "there");
  other = value (last (self), SIP_H_TO);
  g_assert_cmpstr (other, ==, "<sip:us@example.com>;tag=there");

  self->status = 486;
  ask (self, "INVITE", 5, NULL);
  contact = value (last (self), SIP_H_CONTACT);
  g_assert_cmpstr (contact, ==, "<sip:us@us.mem;a=b>;expires=60");
  /* RFC 3261 §9.2: the CANCEL's To tag is the INVITE's. */
  ask (self, "CANCEL", 5, NULL);
  g_assert_cmpuint (last (self)->status, ==, 200);
  g_assert_cmpmem (last (self)->to.tag.p, last (self)->to.tag.len, "our-tag", 7);
}

/* What is sent again is what was sent. */
static void
test_retransmission_is_the_same (Fixture       *self,
                                 gconstpointer  data)
{
  static const char *const methods[] = { "INVITE", "OPTIONS" };

  self->status = 404;
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      SipMsg *before, *again;

      ask (self, methods[i], i, NULL);
      before = last (self);
      ask (self, methods[i], i, NULL);
      again = last (self);
      g_assert_true (before != again);
      g_assert_cmpmem (before->data, before->len, again->data, again->len);
    }
  g_assert_cmpuint (self->n_requests, ==, 2);
}

static void
sender_response_cb (gpointer   user_data,
                    SipSender *sender,
                    SipMsg    *response,
                    SipFlow   *flow)
{
  ((Fixture *) user_data)->last_status = response->status;
}

static void
failed_cb (gpointer      user_data,
           SipSender    *sender,
           const GError *error)
{
  ((Fixture *) user_data)->n_failed++;
}

static SipSender *
say (Fixture    *self,
     const char *method,
     guint       n)
{
  static const SipSenderEvents events = { NULL, sender_response_cb, failed_cb };
  SipMsgBuilder *builder = sip_msg_builder_new_request (sip_str_from (method), SIP_STR ("sip:peer@peer.mem"));
  SipSendTarget target = { .next_hop = SIP_STR ("sip:peer.mem"), .has_contact = TRUE, .contact = { .user = "us" } };
  SipSender *sender;

  sip_msg_builder_add (builder, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (builder, SIP_H_FROM, SIP_STR ("\"A caller\" <sip:caller@example.com>;tag=1234567890"));
  sip_msg_builder_add (builder, SIP_H_TO, SIP_STR ("<sip:peer@example.com>"));
  sip_msg_builder_add_printf (builder, SIP_H_CALL_ID, "%022u", n);
  sip_msg_builder_add_printf (builder, SIP_H_CSEQ, "1 %s", method);
  sender = sip_sender_new (self->us, builder, &target, &events, self);
  sip_sender_start (sender);
  sip_timer_wheel_advance (self->wheel, 0);
  return sender;
}

/* B, F, H, J, L and M are 64·T1; D is never less than 32 s (RFC 3261 §17.1.1.2). */
static void
test_timings (Fixture       *self,
              gconstpointer  data)
{
  SipTimings timings = { 10 * 1000, 40 * 1000, 50 * 1000 };

  sip_transactions_set_timings (self->us, &timings);
  g_assert_cmpint (sip_transactions_get_timings (self->us)->t4, ==, 50 * 1000);
  self->status = 200;
  ask (self, "OPTIONS", 1, NULL);
  ask (self, "INVITE", 2, NULL);
  self->status = 486;
  ask (self, "INVITE", 3, NULL);
  sip_timer_wheel_advance (self->wheel, 640 * 1000 - 1);
  g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, 3);
  sip_timer_wheel_advance (self->wheel, 1);
  g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, 0);

  self->reply = 486;
  for (guint i = 0; i < 2; i++)
    {
      SipSender *sender = say (self, i == 0 ? "INVITE" : "OPTIONS", i);

      sip_sender_detach (sender);
      sip_sender_unref (sender);
    }
  sip_timer_wheel_advance (self->wheel, 50 * 1000);
  g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, 1);
  sip_timer_wheel_advance (self->wheel, 32 * G_USEC_PER_SEC - 50 * 1000 - 1);
  g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, 1);
  sip_timer_wheel_advance (self->wheel, 1);
  g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, 0);
}

/* RFC 3261 §21.5.4: a flood is turned away, nothing is kept of it, and whoever is inside goes on. */
static void
test_capacity (Fixture       *self,
               gconstpointer  data)
{
  SipTimings timings = SIP_TIMINGS_DEFAULT;
  g_autofree char *retry_after = NULL;

  sip_transactions_set_capacity (self->us, 2, 4);
  ask (self, "INVITE", 1, NULL);
  ask (self, "OPTIONS", 2, NULL);
  g_assert_cmpuint (sip_transactions_get_n_open (self->us), ==, 2);
  for (guint i = 0; i < 3; i++)
    {
      ask (self, i < 2 ? "INVITE" : "MESSAGE", 3, NULL);
      g_assert_cmpuint (last (self)->status, ==, 503);
      g_assert_cmpuint (last (self)->to.tag.len, >=, 8);
    }
  retry_after = value (last (self), SIP_H_RETRY_AFTER);
  g_assert_cmpstr (retry_after, ==, "10");
  g_assert_cmpuint (self->n_requests, ==, 2);
  g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, 2);

  /* The ACK of the 503 is swallowed; one that is known is absorbed; its CANCEL finds it; a call can be ended. */
  ask (self, "ACK", 3, NULL);
  ask (self, "INVITE", 1, NULL);
  g_assert_cmpuint (last (self)->status, ==, 100);
  ask (self, "CANCEL", 1, NULL);
  g_assert_cmpuint (last (self)->status, ==, 200);
  self->status = 200;
  ask (self, "BYE", 4, "here");
  g_assert_cmpuint (last (self)->status, ==, 200);
  g_assert_cmpuint (sip_transactions_get_n_open (self->us), ==, 2);

  /* Answered ones are kept for a while; at the end all are turned away. */
  ask (self, "BYE", 5, "here");
  g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, 4);
  ask (self, "BYE", 6, "here");
  g_assert_cmpuint (last (self)->status, ==, 503);
  g_assert_cmpuint (self->n_requests, ==, 4);

  /* Then there is room again: OPTIONS has failed, the INVITE still rings. */
  sip_timer_wheel_advance (self->wheel, 64 * timings.t1);
  g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, 1);
  g_assert_cmpuint (sip_transactions_get_n_open (self->us), ==, 1);
  ask (self, "INVITE", 7, NULL);
  g_assert_cmpuint (last (self)->status, ==, 200);
  g_assert_cmpuint (sip_transactions_get_n_open (self->us), ==, 1);
}

/* A request whose connection closed before anybody looked at it. */
static void
test_closed_before (Fixture       *self,
                    gconstpointer  data)
{
  static const char *const methods[] = { "INVITE", "OPTIONS" };
  SipTransports *transports = sip_transactions_get_transports (self->us);

  for (guint i = 0; i < 2 * G_N_ELEMENTS (methods); i++)
    {
      g_autoptr (SipFlow) flow = sip_transports_connect (transports, "mem://peer?transport=tcp", NULL);
      g_autofree char *text = g_strdup_printf (
        "%s sip:us@us.mem SIP/2.0\r\nVia: SIP/2.0/TCP peer.mem;branch=z9hG4bK%u\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=%u\r\n"
        "To: <sip:us@us.mem>\r\nCall-ID: i\r\nCSeq: 1 %s\r\nContent-Length: 0\r\n\r\n", methods[i / 2], i, i, methods[i / 2]);

      sip_timer_wheel_advance (self->wheel, 0);
      sip_flow_close (flow);
      self->status = i % 2 ? 200 : 0;
      self->n_failed = self->n_terminated = 0;
      sip_transports_deliver (transports, flow, text, strlen (text));
      sip_timer_wheel_advance (self->wheel, 0);
      g_assert_cmpuint (self->n_requests, ==, i + 1);
      g_assert_cmpuint (self->n_failed, ==, 1);
      g_assert_cmpuint (self->n_terminated, ==, 1);
      g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, 0);
    }
}

/* The connection breaks, and yet a response comes by another, before the break was told. */
static void
test_broken_and_answered (Fixture       *self,
                          gconstpointer  data)
{
  SipTransports *transports = sip_transactions_get_transports (self->us);

  for (guint status = 180; status <= 200; status += 20)
    {
      SipSender *sender = say (self, "INVITE", 1);
      SipMsg *request = sip_sender_get_request (sender);
      g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_response (request, status, NULL, "peer");
      g_autoptr (SipMsg) response = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
      g_autoptr (SipFlow) other = sip_transports_connect (transports, "mem://peer?transport=ws", NULL);

      sip_timer_wheel_advance (self->wheel, 0);
      self->n_failed = 0;
      sip_flow_close (sip_sender_get_flow (sender));
      sip_transports_deliver (transports, other, response->data, response->len);
      g_assert_cmpuint (self->last_status, ==, status);
      sip_timer_wheel_advance (self->wheel, 0);
      g_assert_cmpuint (self->n_failed, ==, status == 180 ? 1 : 0);
      g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, status == 180 ? 0 : 1);
      sip_sender_detach (sender);
      sip_sender_unref (sender);
    }
}

#define MANY 10000

/* Nothing grows, nothing is left behind. */
static void
test_many (Fixture       *self,
           gconstpointer  data)
{
  self->keeps = FALSE;
  self->status = 486;
  for (guint i = 0; i < MANY; i++)
    ask (self, i % 2 ? "INVITE" : "BYE", i, NULL);
  g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, MANY);
  for (guint i = 0; i < MANY; i++)
    {
      SipSender *sender;

      self->reply = i % 3 ? (i % 2 ? 200 : 486) : 0;
      sender = say (self, i % 5 ? "INVITE" : "BYE", i);
      sip_sender_detach (sender);
      sip_sender_unref (sender);
    }
  g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, MANY);
  self->reply = 0;

  sip_timer_wheel_advance (self->wheel, 32 * G_USEC_PER_SEC);
  g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, 0);
  g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, 0);
  g_assert_cmpuint (self->n_terminated, ==, MANY);
  g_assert_cmpuint (self->n_failed, ==, MANY / 2); /* no ACK to the INVITEs */
  g_assert_cmpuint (sip_timer_wheel_get_n_running (self->wheel), ==, 0);
}

/* --- memory --- */

static gsize
in_use (void)
{
  return mallinfo2 ().uordblks;
}

typedef struct
{
  const char *method;
  guint status;
  gboolean has_to_tag;
  gboolean is_acknowledged;
  gboolean keeps_text; /* of the response */
} Server;

static const Server servers[] = {
  { "BYE", 200, TRUE, FALSE, TRUE },
  { "OPTIONS", 200, FALSE, FALSE, TRUE },
  { "INVITE", 486, FALSE, FALSE, TRUE },
  { "INVITE", 486, FALSE, TRUE, FALSE },
  { "INVITE", 200, FALSE, FALSE, FALSE },
};

/* What a finished transaction costs while it waits for its timer: less than 450 bytes, and the response's text where that is kept. */
static void
test_memory_server (Fixture       *self,
                    gconstpointer  data)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (servers); i++)
    {
      const Server *server = &servers[i];
      gsize text, before, used;

      self->status = server->status;
      self->keeps = TRUE;
      ask (self, server->method, n++, server->has_to_tag ? "our-tag" : NULL);
      text = last (self)->len;
      self->keeps = FALSE;
      /* The tables have their size. */
      for (guint j = 0; j < MANY; j++)
        ask (self, server->method, n++, server->has_to_tag ? "our-tag" : NULL);
      sip_timer_wheel_advance (self->wheel, 32 * G_USEC_PER_SEC);

      before = in_use ();
      for (guint j = 0; j < MANY; j++)
        {
          ask (self, server->method, n, server->has_to_tag ? "our-tag" : NULL);
          if (server->is_acknowledged)
            ask (self, "ACK", n, "our-tag");
          n++;
        }
      ask (self, "ACK", n, NULL);
      used = (in_use () - before) / MANY;
      g_assert_cmpuint (sip_transactions_get_n_server (self->us), ==, MANY);
      sip_timer_wheel_advance (self->wheel, 32 * G_USEC_PER_SEC);
      if (before == 0)
        {
          g_test_skip ("this allocator does not count");
          return;
        }

      g_test_message ("%s, %u%s%s: %" G_GSIZE_FORMAT " B, of which %" G_GSIZE_FORMAT " B text", server->method, server->status,
                      server->has_to_tag ? ", in a dialog" : "", server->is_acknowledged ? ", acknowledged" : "", used,
                      server->keeps_text ? text : 0);
      g_assert_cmpuint (used, <, 450 + (server->keeps_text ? text : 0));
    }
}

typedef struct
{
  const char *method;
  guint reply;
  gint64 wait; /* until its end */
} Client;

static const Client clients[] = {
  { "BYE", 200, 5 },
  { "INVITE", 486, 32 },
  { "INVITE", 200, 32 },
  { "OPTIONS", 0, 32 },
};

static void
test_memory_client (Fixture       *self,
                    gconstpointer  data)
{
  self->keeps = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      const Client *client = &clients[i];
      gsize before = 0, used = 0;

      self->reply = client->reply;
      for (guint round = 0; round < 2; round++)
        {
          before = in_use ();
          for (guint j = 0; j < MANY; j++)
            {
              SipSender *sender = say (self, client->method, j);

              sip_sender_detach (sender);
              sip_sender_unref (sender);
            }
          used = (in_use () - before) / MANY;
          g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, MANY);
          sip_timer_wheel_advance (self->wheel, client->wait * G_USEC_PER_SEC);
          g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, 0);
        }
      if (before == 0)
        {
          g_test_skip ("this allocator does not count");
          return;
        }
      g_test_message ("%s, %u: %" G_GSIZE_FORMAT " B", client->method, client->reply, used);
      if (client->reply != 0)
        g_assert_cmpuint (used, <, 700);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/transactions/own-answers", Fixture, NULL, set_up, test_own_answers, tear_down);
  g_test_add ("/transactions/retransmission-is-the-same", Fixture, NULL, set_up, test_retransmission_is_the_same, tear_down);
  g_test_add ("/transactions/timings", Fixture, NULL, set_up, test_timings, tear_down);
  g_test_add ("/transactions/capacity", Fixture, NULL, set_up, test_capacity, tear_down);
  g_test_add ("/transactions/closed-before", Fixture, NULL, set_up, test_closed_before, tear_down);
  g_test_add ("/transactions/broken-and-answered", Fixture, NULL, set_up, test_broken_and_answered, tear_down);
  g_test_add ("/transactions/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/transactions/memory-server", Fixture, NULL, set_up, test_memory_server, tear_down);
  g_test_add ("/transactions/memory-client", Fixture, NULL, set_up, test_memory_client, tear_down);

  return g_test_run ();
}
