/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "../transport/fake-dns.h"
#include "syntax/sip-error.h"
#include "transaction/sip-transactions-private.h"
#include "transport/sip-memory-transport-private.h"

/* What a sender sends, and where: "one" is tried first as the preferred flow, "two" comes by the URI. */
typedef struct
{
  const char *name;
  SipTransports *transports;
  GPtrArray *received;       /* SipMsg */
  const char *reply;         /* the status that each request gets; NULL: none */
  const char *retry_after;   /* nullable */
} Peer;

typedef struct
{
  SipTimerWheel *wheel;
  SipTransactions *us;
  FakeDns *dns;
  Peer one;
  Peer two;
  SipFlow *to_one;
  SipSender *sender;
  guint n_sending;
  SipMsg *sent;              /* as told by `sending` */
  gboolean cancels_in_sending;
  guint status;
  guint n_responses;
  GError *error;
} Fixture;

static void
peer_receive_cb (gpointer  user_data,
                 SipMsg   *msg,
                 SipFlow  *flow)
{
  Peer *peer = user_data;

  g_ptr_array_add (peer->received, sip_msg_ref (msg));
  if (peer->reply != NULL && msg->is_request && msg->method != SIP_METHOD_ACK)
    {
      g_autoptr (SipMsgBuilder) builder =
        sip_msg_builder_new_response (msg, (guint) g_ascii_strtoull (peer->reply, NULL, 10), NULL, peer->name);
      g_autoptr (SipMsg) response = NULL;

      if (peer->retry_after != NULL)
        sip_msg_builder_add (builder, SIP_H_RETRY_AFTER, sip_str_from (peer->retry_after));
      response = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
      sip_flow_send (flow, response, NULL);
    }
}

static void
peer_open (Peer          *peer,
           const char    *name,
           SipTimerWheel *wheel)
{
  static const SipTransportsEvents events = { peer_receive_cb, NULL };
  g_autofree char *uri = g_strconcat ("mem://", name, NULL);
  g_autofree char *listening = NULL;

  peer->name = name;
  peer->received = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_msg_unref);
  peer->transports = sip_transports_new (wheel, &events, peer);
  listening = sip_transports_listen (peer->transports, uri, NULL);
  g_assert_nonnull (listening);
}

static void
peer_close (Peer *peer)
{
  sip_transports_free (peer->transports);
  g_ptr_array_unref (peer->received);
}

static void
request_cb (gpointer              user_data,
            SipServerTransaction *transaction)
{
  g_assert_not_reached ();
}

static void
sending_cb (gpointer   user_data,
            SipSender *sender,
            SipMsg    *request,
            SipFlow   *flow)
{
  Fixture *self = user_data;

  self->n_sending++;
  g_assert_true (sip_sender_get_request (sender) == request);
  g_assert_true (sip_sender_get_flow (sender) == flow);
  g_clear_pointer (&self->sent, sip_msg_unref);
  self->sent = sip_msg_ref (request);
  if (self->cancels_in_sending)
    sip_sender_cancel (sender, NULL);
}

static void
response_cb (gpointer   user_data,
             SipSender *sender,
             SipMsg    *response,
             SipFlow   *flow)
{
  Fixture *self = user_data;

  self->n_responses++;
  self->status = response->status;
}

static void
failed_cb (gpointer      user_data,
           SipSender    *sender,
           const GError *error)
{
  Fixture *self = user_data;

  g_assert_no_error (self->error);
  self->error = g_error_copy (error);
}

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  static const SipTransactionsEvents events = { .request = request_cb };
  g_autofree char *listening = NULL;

  self->wheel = sip_timer_wheel_new_virtual (G_USEC_PER_SEC);
  self->us = sip_transactions_new (self->wheel, &events, self);
  listening = sip_transports_listen (sip_transactions_get_transports (self->us), "mem://us", NULL);
  g_assert_nonnull (listening);
  self->dns = fake_dns_new (sip_transports_get_resolver (sip_transactions_get_transports (self->us)));
  fake_dns_add (self->dns, "A known.test 127.0.0.1");
  peer_open (&self->one, "one", self->wheel);
  peer_open (&self->two, "two", self->wheel);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  if (self->sender != NULL)
    sip_sender_detach (self->sender);
  g_clear_pointer (&self->sender, sip_sender_unref);
  sip_timer_wheel_advance (self->wheel, 300 * G_USEC_PER_SEC);
  if (self->us != NULL)
    {
      g_assert_cmpuint (sip_transactions_get_n_client (self->us), ==, 0);
      sip_transactions_free (self->us);
    }
  fake_dns_free (self->dns);
  peer_close (&self->one);
  peer_close (&self->two);
  g_clear_pointer (&self->to_one, sip_flow_unref);
  g_clear_pointer (&self->sent, sip_msg_unref);
  g_clear_error (&self->error);
  g_assert_cmpuint (sip_timer_wheel_get_n_running (self->wheel), ==, 0);
  sip_timer_wheel_unref (self->wheel);
}

static void
prepare (Fixture    *self,
         const char *method,
         const char *first,
         const char *then)
{
  static const SipSenderEvents events = { sending_cb, response_cb, failed_cb };
  SipMsgBuilder *builder = sip_msg_builder_new_request (sip_str_from (method), SIP_STR ("sip:bob@example.com"));
  SipSendTarget target = { .next_hop = sip_str_from (then), .has_contact = TRUE, .contact = { .user = "alice", .params = "x=y" } };
  g_autoptr (GError) error = NULL;

  sip_msg_builder_add (builder, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (builder, SIP_H_ROUTE, SIP_STR ("<sip:proxy;lr>"));
  sip_msg_builder_add (builder, SIP_H_FROM, SIP_STR ("<sip:alice@us.mem>;tag=us"));
  sip_msg_builder_add (builder, SIP_H_TO, SIP_STR ("<sip:bob@example.com>"));
  sip_msg_builder_add (builder, SIP_H_CALL_ID, SIP_STR ("a-call"));
  sip_msg_builder_add_printf (builder, SIP_H_CSEQ, "7 %s", method);
  if (first != NULL)
    {
      self->to_one = sip_transports_connect (sip_transactions_get_transports (self->us), first, &error);
      g_assert_no_error (error);
    }
  target.preferred = self->to_one;
  self->sender = sip_sender_new (self->us, builder, &target, &events, self);
}

static void
start (Fixture    *self,
       const char *method,
       const char *first,
       const char *then)
{
  prepare (self, method, first, then);
  sip_sender_start (self->sender);
  sip_timer_wheel_advance (self->wheel, 0);
}

static SipMsg *
received (Peer  *peer,
          guint  i)
{
  g_assert_cmpuint (peer->received->len, >, i);
  return g_ptr_array_index (peer->received, i);
}

static void
assert_str (SipStr      str,
            const char *expected)
{
  g_autofree char *copy = sip_str_dup (str);

  g_assert_cmpstr (copy, ==, expected);
}

/* What is sent is what is told, and the flow's share is in it. */
static void
test_sending (Fixture       *self,
              gconstpointer  data)
{
  SipMsg *msg;

  self->one.reply = "200";
  start (self, "OPTIONS", "mem://one", "sip:two.mem");
  g_assert_cmpuint (self->n_sending, ==, 1);
  msg = received (&self->one, 0);
  g_assert_cmpmem (msg->data, msg->len, self->sent->data, self->sent->len);
  g_assert_true (g_str_has_prefix (msg->via.branch.p, SIP_BRANCH_COOKIE));
  g_assert_cmpuint (msg->via.branch.len, ==, SIP_BRANCH_LEN);
  assert_str (msg->via.sent_by, "us.mem");
  assert_str (sip_msg_value (msg, SIP_H_CONTACT), "<sip:alice@us.mem>;x=y");
  g_assert_cmpuint (self->status, ==, 200);
  g_assert_cmpuint (self->two.received->len, ==, 0);
}

static void
test_after_503 (Fixture       *self,
                gconstpointer  data)
{
  SipMsg *first, *second;

  self->one.reply = "503";
  self->two.reply = "200";
  start (self, "INVITE", "mem://one", "sip:two.mem");
  g_assert_cmpuint (self->n_sending, ==, 2);
  g_assert_cmpuint (self->n_responses, ==, 1);
  g_assert_cmpuint (self->status, ==, 200);

  /* The same request but for its branch (RFC 3263 §4.3); the first was acknowledged. */
  first = received (&self->one, 0);
  second = received (&self->two, 0);
  g_assert_false (sip_str_equal (first->via.branch, second->via.branch));
  g_assert_cmpuint (first->cseq.number, ==, second->cseq.number);
  g_assert_true (sip_str_equal (first->call_id, second->call_id));
  g_assert_cmpint (received (&self->one, 1)->method, ==, SIP_METHOD_ACK);
  g_assert_cmpuint (self->one.received->len, ==, 2);
}

static void
test_503_everywhere (Fixture       *self,
                     gconstpointer  data)
{
  self->one.reply = "503";
  self->two.reply = "503";
  start (self, "OPTIONS", "mem://one", "sip:two.mem");
  g_assert_cmpuint (self->n_sending, ==, 2);
  g_assert_cmpuint (self->n_responses, ==, 1);
  g_assert_cmpuint (self->status, ==, 503);
}

/* One hop under two names. */
static void
test_503_and_no_other (Fixture       *self,
                       gconstpointer  data)
{
  self->one.reply = "503";
  start (self, "OPTIONS", "mem://one", "sip:one.mem");
  g_assert_cmpuint (self->n_sending, ==, 1);
  g_assert_cmpuint (self->status, ==, 503);
}

static void
test_503_of_a_cancelled (Fixture       *self,
                         gconstpointer  data)
{
  self->one.reply = "503";
  prepare (self, "INVITE", "mem://one", "sip:two.mem");
  sip_sender_start (self->sender);
  sip_sender_cancel (self->sender, NULL);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->n_sending, ==, 1);
  g_assert_cmpuint (self->status, ==, 503);
}

static void
test_after_a_timeout (Fixture       *self,
                      gconstpointer  data)
{
  self->two.reply = "486";
  start (self, "INVITE", "mem://one", "sip:two.mem");
  sip_timer_wheel_advance (self->wheel, 32 * G_USEC_PER_SEC - 1);
  g_assert_cmpuint (self->n_sending, ==, 1);
  sip_timer_wheel_advance (self->wheel, 1);
  g_assert_cmpuint (self->n_sending, ==, 2);
  g_assert_cmpuint (self->status, ==, 486);
  g_assert_no_error (self->error);
}

static void
test_timeout_everywhere (Fixture       *self,
                         gconstpointer  data)
{
  start (self, "OPTIONS", "mem://one", "sip:two.mem");
  sip_timer_wheel_advance (self->wheel, 64 * G_USEC_PER_SEC - 1);
  g_assert_no_error (self->error);
  sip_timer_wheel_advance (self->wheel, 1);
  g_assert_error (self->error, SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_assert_cmpuint (self->n_sending, ==, 2);
}

static void
test_timeout_of_a_cancelled (Fixture       *self,
                             gconstpointer  data)
{
  start (self, "INVITE", "mem://one", "sip:two.mem");
  sip_sender_cancel (self->sender, NULL);
  sip_timer_wheel_advance (self->wheel, 32 * G_USEC_PER_SEC);
  g_assert_error (self->error, SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_assert_cmpuint (self->n_sending, ==, 1);
}

/* Somebody has it already: another one would make two calls of it. */
static void
test_no_timeout_after_a_1xx (Fixture       *self,
                             gconstpointer  data)
{
  self->one.reply = "100";
  start (self, "OPTIONS", "mem://one", "sip:two.mem");
  sip_timer_wheel_advance (self->wheel, 32 * G_USEC_PER_SEC);
  g_assert_error (self->error, SIP_ERROR, SIP_ERROR_TIMEOUT);
  g_assert_cmpuint (self->n_sending, ==, 1);
}

static void
test_after_a_refused_connection (Fixture       *self,
                                 gconstpointer  data)
{
  self->two.reply = "200";
  start (self, "OPTIONS", "mem://nobody?transport=tcp", "sip:two.mem");
  g_assert_cmpuint (self->n_sending, ==, 2);
  g_assert_cmpuint (self->status, ==, 200);
}

/* The connection broke that was preferred: the request goes out on a new one. */
static void
test_after_a_broken_connection (Fixture       *self,
                                gconstpointer  data)
{
  start (self, "INVITE", "mem://one?transport=tcp", "sip:one.mem;transport=tcp");
  g_assert_cmpuint (self->one.received->len, ==, 1);
  self->one.reply = "200";
  sip_flow_close (self->to_one);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->n_sending, ==, 2);
  g_assert_cmpuint (self->one.received->len, ==, 2);
  g_assert_cmpuint (self->status, ==, 200);
}

static void
test_closed_before (Fixture       *self,
                    gconstpointer  data)
{
  self->two.reply = "200";
  prepare (self, "OPTIONS", "mem://one?transport=tcp", "sip:two.mem");
  sip_flow_close (self->to_one);
  sip_sender_start (self->sender);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->n_sending, ==, 1);
  g_assert_cmpuint (self->status, ==, 200);
}

static void
test_refused_everywhere (Fixture       *self,
                         gconstpointer  data)
{
  start (self, "OPTIONS", "mem://nobody?transport=tcp", "sip:nobody.mem;transport=tcp");
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
}

/* No failure is told before start() has returned. */
static void
test_bad_uri (Fixture       *self,
              gconstpointer  data)
{
  prepare (self, "OPTIONS", NULL, "nonsense");
  sip_sender_start (self->sender);
  g_assert_no_error (self->error);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_error (self->error, SIP_ERROR, SIP_ERROR_INVALID_URI);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

static void
test_cancel_before_start (Fixture       *self,
                          gconstpointer  data)
{
  prepare (self, "INVITE", "mem://one", "sip:two.mem");
  sip_sender_cancel (self->sender, NULL);
  sip_sender_start (self->sender);
  g_assert_no_error (self->error);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (self->n_sending, ==, 0);
  g_assert_cmpuint (self->one.received->len, ==, 0);
}

static void
test_cancel_in_sending (Fixture       *self,
                        gconstpointer  data)
{
  self->cancels_in_sending = TRUE;
  start (self, "INVITE", "mem://one", "sip:two.mem");
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (self->n_sending, ==, 1);
  g_assert_cmpuint (self->one.received->len, ==, 0);
}

/* Never started, never sent; the layer may go first. */
static void
test_never_started (Fixture       *self,
                    gconstpointer  data)
{
  prepare (self, "INVITE", "mem://one", "sip:two.mem");
  g_clear_pointer (&self->us, sip_transactions_free);
  sip_sender_start (self->sender);
  sip_sender_cancel (self->sender, NULL);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

/* RFC 3261 §9.1 and §17.1.1.3: what CANCEL and ACK have of their INVITE. */
static void
test_cancel_and_ack (Fixture       *self,
                     gconstpointer  data)
{
  const char *lines[] = { "Reason: SIP;cause=200", "Call-ID: not-yours", NULL };
  const char *good[] = { "Reason: SIP;cause=200", NULL };
  SipMsg *invite, *cancel, *ack;

  for (guint i = 0; i < 2; i++)
    {
      g_ptr_array_set_size (self->one.received, 0);
      self->one.reply = "180";
      start (self, "INVITE", "mem://one", "sip:two.mem");
      self->one.reply = "487";
      /* Headers that are not for saying do not hold a CANCEL back. */
      sip_sender_cancel (self->sender, i == 0 ? good : lines);
      sip_timer_wheel_advance (self->wheel, 0);

      invite = received (&self->one, 0);
      cancel = received (&self->one, 1);
      g_assert_cmpint (cancel->method, ==, SIP_METHOD_CANCEL);
      g_assert_true (sip_str_equal (cancel->uri, invite->uri));
      g_assert_true (sip_str_equal (cancel->via.branch, invite->via.branch));
      g_assert_true (sip_str_equal (cancel->call_id, invite->call_id));
      g_assert_cmpuint (cancel->cseq.number, ==, 7);
      g_assert_null (cancel->to.tag.p);
      assert_str (sip_msg_value (cancel, SIP_H_ROUTE), "<sip:proxy;lr>");
      assert_str (sip_msg_value (cancel, SIP_H_REASON), i == 0 ? "SIP;cause=200" : NULL);
      assert_str (sip_msg_value (cancel, SIP_H_MAX_FORWARDS), "70");

      if (i == 0)
        {
          g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_response (invite, 487, NULL, "one");
          g_autoptr (SipMsg) response = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
          g_autoptr (SipFlow) to_us = sip_transports_connect (self->one.transports, "mem://us", NULL);

          sip_flow_send (to_us, response, NULL);
          sip_timer_wheel_advance (self->wheel, 0);
          ack = received (&self->one, 2);
          g_assert_cmpint (ack->method, ==, SIP_METHOD_ACK);
          g_assert_true (sip_str_equal (ack->uri, invite->uri));
          g_assert_true (sip_str_equal (ack->via.branch, invite->via.branch));
          g_assert_cmpuint (ack->cseq.number, ==, 7);
          g_assert_cmpint (ack->cseq.method, ==, SIP_METHOD_ACK);
          assert_str (ack->to.tag, "one");
          assert_str (sip_msg_value (ack, SIP_H_ROUTE), "<sip:proxy;lr>");
        }
      sip_sender_detach (self->sender);
      g_clear_pointer (&self->sender, sip_sender_unref);
      g_clear_pointer (&self->to_one, sip_flow_unref);
    }
}

/* Nobody listens to a call that rings. */
static void
test_timer_c (Fixture       *self,
              gconstpointer  data)
{
  self->one.reply = "180";
  start (self, "INVITE", "mem://one", "sip:two.mem");
  sip_sender_detach (self->sender);
  sip_timer_wheel_advance (self->wheel, 181 * G_USEC_PER_SEC - 1);
  g_assert_cmpuint (self->one.received->len, ==, 1);
  self->one.reply = NULL;
  sip_timer_wheel_advance (self->wheel, 1);
  g_assert_cmpint (received (&self->one, 1)->method, ==, SIP_METHOD_CANCEL);
}

/* --- a name that has to be resolved: the flow comes from the main loop --- */

/* Both sides get a socket; what is sent by UDP arrives with the main loop. */
static char *
open_sockets (Fixture    *self,
              const char *host)
{
  g_autofree char *ours = sip_transports_listen (sip_transactions_get_transports (self->us), "udp://127.0.0.1:0", NULL);
  g_autofree char *theirs = sip_transports_listen (self->two.transports, "udp://127.0.0.1:0", NULL);

  g_assert_nonnull (ours);
  g_assert_nonnull (theirs);
  return g_strdup_printf ("sip:%s:%s", host, strrchr (theirs, ':') + 1);
}

static void
run_loop (Fixture *self,
          guint   *what)
{
  while (*what == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_resolved (Fixture       *self,
               gconstpointer  data)
{
  g_autofree char *uri = open_sockets (self, "known.test");

  self->two.reply = "200";
  start (self, "OPTIONS", NULL, uri);
  g_assert_cmpuint (self->n_sending, ==, 0);
  fake_dns_answer (self->dns);
  g_assert_cmpuint (self->n_sending, ==, 1);
  run_loop (self, &self->n_responses);
  g_assert_cmpuint (self->status, ==, 200);
}

/* A flow that fails is followed by the resolver's. */
static void
test_resolved_after_503 (Fixture       *self,
                         gconstpointer  data)
{
  g_autofree char *uri = open_sockets (self, "known.test");

  self->one.reply = "503";
  self->two.reply = "486";
  start (self, "INVITE", "mem://one", uri);
  g_assert_cmpuint (self->n_sending, ==, 1);
  fake_dns_answer (self->dns);
  g_assert_cmpuint (self->n_sending, ==, 2);
  run_loop (self, &self->n_responses);
  g_assert_cmpuint (self->n_responses, ==, 1);
  g_assert_cmpuint (self->status, ==, 486);
}

/* … or, where there is none, by what it said itself. */
static void
test_unresolved_after_503 (Fixture       *self,
                           gconstpointer  data)
{
  self->one.reply = "503";
  start (self, "INVITE", "mem://one", "sip:unknown.test;transport=udp");
  g_assert_cmpuint (self->n_responses, ==, 0);
  fake_dns_answer (self->dns);
  g_assert_cmpuint (self->status, ==, 503);
  g_assert_no_error (self->error);
}

static void
test_unresolved (Fixture       *self,
                 gconstpointer  data)
{
  start (self, "OPTIONS", NULL, "sip:unknown.test;transport=udp");
  fake_dns_answer (self->dns);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_error (self->error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

static void
test_cancel_while_resolving (Fixture       *self,
                             gconstpointer  data)
{
  g_autofree char *uri = open_sockets (self, "known.test");

  start (self, "INVITE", NULL, uri);
  sip_sender_cancel (self->sender, NULL);
  g_assert_no_error (self->error);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_error (self->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  fake_dns_answer (self->dns);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

/* A detached request still goes out. */
static void
test_detach_while_resolving (Fixture       *self,
                             gconstpointer  data)
{
  g_autofree char *uri = open_sockets (self, "known.test");

  start (self, "BYE", NULL, uri);
  sip_sender_detach (self->sender);
  g_clear_pointer (&self->sender, sip_sender_unref);
  fake_dns_answer (self->dns);
  run_loop (self, &self->two.received->len);
  g_assert_cmpint (received (&self->two, 0)->method, ==, SIP_METHOD_BYE);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

static void
test_free_while_resolving (Fixture       *self,
                           gconstpointer  data)
{
  g_autofree char *uri = open_sockets (self, "known.test");

  start (self, "INVITE", NULL, uri);
  g_clear_pointer (&self->us, sip_transactions_free);
  fake_dns_answer (self->dns);
  g_assert_cmpuint (self->n_sending, ==, 0);
  g_assert_no_error (self->error);
}

/* --- several servers of one name (RFC 3263 §4.3) --- */

static void
name_two (Fixture *self)
{
  fake_dns_add (self->dns, "SRV _sip._udp.example.com 10 0 5060 one.mem");
  fake_dns_add (self->dns, "SRV _sip._udp.example.com 20 0 5060 two.mem");
  self->dns->is_prompt = TRUE;
}

/* A request, until it is answered: how many went to the first and to the second meanwhile. */
static void
expect_tries (Fixture *self, guint first, guint second, guint status)
{
  guint before[] = { self->one.received->len, self->two.received->len };

  self->n_responses = 0;
  start (self, "OPTIONS", NULL, "sip:example.com;transport=udp");
  sip_timer_wheel_advance (self->wheel, 64 * 500 * 1000);
  g_assert_no_error (self->error);
  g_assert_cmpuint (self->n_responses, ==, 1);
  g_assert_cmpuint (self->status, ==, status);
  g_assert_cmpuint (self->one.received->len - before[0], ==, first);
  g_assert_cmpuint (self->two.received->len - before[1], ==, second);
  sip_sender_detach (self->sender);
  g_clear_pointer (&self->sender, sip_sender_unref);
}

/* Without a Retry-After the next request begins with the first again (RFC 3261 §21.5.4). */
static void
test_next_of_name (Fixture       *self,
                   gconstpointer  data)
{
  name_two (self);
  self->one.reply = "503";
  self->two.reply = "200";
  expect_tries (self, 1, 1, 200);
  expect_tries (self, 1, 1, 200);
  self->two.reply = "503";
  expect_tries (self, 1, 1, 503);
}

/* With one it is left alone for as long. */
static void
test_retry_after (Fixture       *self,
                  gconstpointer  data)
{
  name_two (self);
  self->one.reply = "503";
  self->one.retry_after = "100 (busy)";
  self->two.reply = "200";
  expect_tries (self, 1, 1, 200);
  expect_tries (self, 0, 1, 200);
  /* Where there is no other it is asked all the same. */
  self->two.reply = "503";
  self->one.reply = "486";
  expect_tries (self, 1, 1, 486);
  self->two.reply = "200";
  sip_timer_wheel_advance (self->wheel, 100 * G_USEC_PER_SEC);
  self->one.reply = "404";
  expect_tries (self, 1, 0, 404);
}

/* One that does not answer costs its 32 s once (RFC 4321). */
static void
test_silent_one (Fixture       *self,
                 gconstpointer  data)
{
  name_two (self);
  self->one.reply = NULL;
  self->two.reply = "200";
  start (self, "OPTIONS", NULL, "sip:example.com;transport=udp");
  sip_timer_wheel_advance (self->wheel, 2 * 64 * 500 * 1000);
  g_assert_cmpuint (self->n_responses, ==, 1);
  g_assert_cmpuint (self->n_sending, ==, 2);
  sip_sender_detach (self->sender);
  g_clear_pointer (&self->sender, sip_sender_unref);

  /* The clock of a virtual wheel went on for 32 s of its minute. */
  self->n_sending = 0;
  self->n_responses = 0;
  start (self, "OPTIONS", NULL, "sip:example.com;transport=udp");
  sip_timer_wheel_advance (self->wheel, 1000);
  g_assert_cmpuint (self->n_responses, ==, 1);
  g_assert_cmpuint (self->n_sending, ==, 1);
}

/* The whole DNS is silent: an error, after a bounded time. */
static void
test_silent_dns (Fixture       *self,
                 gconstpointer  data)
{
  start (self, "OPTIONS", NULL, "sip:silent.example;transport=udp");
  sip_timer_wheel_advance (self->wheel, 9 * G_USEC_PER_SEC);
  g_assert_no_error (self->error);
  sip_timer_wheel_advance (self->wheel, 2 * G_USEC_PER_SEC);
  g_assert_error (self->error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

/* --- an ACK for a 2xx --- */

static void
ack_sent_cb (gpointer  user_data,
             SipMsg   *ack,
             SipFlow  *flow)
{
  Fixture *self = user_data;

  self->n_sending++;
  g_clear_pointer (&self->sent, sip_msg_unref);
  self->sent = sip_msg_ref (ack);
}

static SipAckSender *
send_ack (Fixture    *self,
          const char *then)
{
  SipMsgBuilder *builder = sip_msg_builder_new_request (SIP_STR ("ACK"), SIP_STR ("sip:bob@example.com"));
  SipSendTarget target = { .next_hop = sip_str_from (then), .preferred = self->to_one };

  sip_msg_builder_add (builder, SIP_H_FROM, SIP_STR ("<sip:alice@us.mem>;tag=us"));
  sip_msg_builder_add (builder, SIP_H_TO, SIP_STR ("<sip:bob@example.com>;tag=bob"));
  sip_msg_builder_add (builder, SIP_H_CALL_ID, SIP_STR ("a-call"));
  sip_msg_builder_add (builder, SIP_H_CSEQ, SIP_STR ("7 ACK"));
  return sip_ack_sender_new (self->us, builder, &target, ack_sent_cb, self);
}

static void
test_ack (Fixture       *self,
          gconstpointer  data)
{
  g_autoptr (SipAckSender) sender = NULL;
  SipMsg *ack;

  self->to_one = sip_transports_connect (sip_transactions_get_transports (self->us), "mem://one", NULL);
  sender = send_ack (self, "sip:two.mem");
  g_assert_cmpuint (self->n_sending, ==, 1);
  sip_timer_wheel_advance (self->wheel, 40 * G_USEC_PER_SEC);
  g_assert_cmpuint (self->one.received->len, ==, 1);
  ack = received (&self->one, 0);
  g_assert_cmpmem (ack->data, ack->len, self->sent->data, self->sent->len);
  g_assert_cmpuint (ack->via.branch.len, ==, SIP_BRANCH_LEN);
}

static void
test_ack_elsewhere (Fixture       *self,
                    gconstpointer  data)
{
  g_autoptr (SipAckSender) sender = NULL;

  self->to_one = sip_transports_connect (sip_transactions_get_transports (self->us), "mem://one?transport=tcp", NULL);
  sip_flow_close (self->to_one);
  sender = send_ack (self, "sip:two.mem");
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->two.received->len, ==, 1);
}

/* It was given to a connection that is refused. */
static void
test_ack_refused (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (SipAckSender) sender = NULL;

  self->to_one = sip_transports_connect (sip_transactions_get_transports (self->us), "mem://nobody?transport=tcp", NULL);
  sender = send_ack (self, "sip:two.mem");
  g_assert_cmpuint (self->n_sending, ==, 1);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->n_sending, ==, 2);
  g_assert_cmpuint (self->two.received->len, ==, 1);
  g_assert_cmpmem (received (&self->two, 0)->data, received (&self->two, 0)->len, self->sent->data, self->sent->len);
  sip_timer_wheel_advance (self->wheel, 40 * G_USEC_PER_SEC);
  g_assert_cmpuint (self->two.received->len, ==, 1);
}

/* It went out when the connection was made: that this closes later is nothing to it. */
static void
test_ack_closed_later (Fixture       *self,
                       gconstpointer  data)
{
  g_autoptr (SipAckSender) sender = NULL;

  self->to_one = sip_transports_connect (sip_transactions_get_transports (self->us), "mem://one?transport=tcp", NULL);
  sender = send_ack (self, "sip:two.mem");
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->one.received->len, ==, 1);
  sip_flow_close (self->to_one);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->n_sending, ==, 1);
  g_assert_cmpuint (self->two.received->len, ==, 0);
}

/* Nobody waits for it any more when the connection fails. */
static void
test_ack_freed_while_connecting (Fixture       *self,
                                 gconstpointer  data)
{
  self->to_one = sip_transports_connect (sip_transactions_get_transports (self->us), "mem://nobody?transport=tcp", NULL);
  sip_ack_sender_free (send_ack (self, "sip:two.mem"));
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->two.received->len, ==, 0);
}

/* The layer goes first, while the connection is being made. */
static void
test_ack_layer_gone_while_connecting (Fixture       *self,
                                      gconstpointer  data)
{
  g_autoptr (SipAckSender) sender = NULL;

  self->to_one = sip_transports_connect (sip_transactions_get_transports (self->us), "mem://nobody?transport=tcp", NULL);
  sender = send_ack (self, "sip:two.mem");
  g_clear_pointer (&self->us, sip_transactions_free);
  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->two.received->len, ==, 0);
}

static void
test_ack_resolved (Fixture       *self,
                   gconstpointer  data)
{
  g_autofree char *uri = open_sockets (self, "known.test");
  G_GNUC_UNUSED g_autoptr (SipAckSender) sender = send_ack (self, uri);

  g_assert_cmpuint (self->n_sending, ==, 0);
  fake_dns_answer (self->dns);
  g_assert_cmpuint (self->n_sending, ==, 1);
  run_loop (self, &self->two.received->len);
  g_assert_cmpint (received (&self->two, 0)->method, ==, SIP_METHOD_ACK);
}

static void
test_ack_unresolved (Fixture       *self,
                     gconstpointer  data)
{
  G_GNUC_UNUSED g_autoptr (SipAckSender) sender = send_ack (self, "sip:unknown.test;transport=udp");

  fake_dns_answer (self->dns);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

static void
test_ack_freed_while_resolving (Fixture       *self,
                                gconstpointer  data)
{
  sip_ack_sender_free (send_ack (self, "sip:known.test;transport=udp"));
  fake_dns_answer (self->dns);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

static void
test_ack_nowhere (Fixture       *self,
                  gconstpointer  data)
{
  G_GNUC_UNUSED g_autoptr (SipAckSender) sender = send_ack (self, "nonsense");

  sip_timer_wheel_advance (self->wheel, 0);
  g_assert_cmpuint (self->n_sending, ==, 0);
}

static void
test_ack_outlives_the_layer (Fixture       *self,
                             gconstpointer  data)
{
  G_GNUC_UNUSED g_autoptr (SipAckSender) sender = send_ack (self, "sip:two.mem");

  g_clear_pointer (&self->us, sip_transactions_free);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char *path;
    void (*func) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/failover/sending", test_sending },
    { "/failover/503", test_after_503 },
    { "/failover/503-everywhere", test_503_everywhere },
    { "/failover/503-and-no-other", test_503_and_no_other },
    { "/failover/503-of-a-cancelled", test_503_of_a_cancelled },
    { "/failover/timeout", test_after_a_timeout },
    { "/failover/timeout-everywhere", test_timeout_everywhere },
    { "/failover/timeout-of-a-cancelled", test_timeout_of_a_cancelled },
    { "/failover/no-timeout-after-a-1xx", test_no_timeout_after_a_1xx },
    { "/failover/refused-connection", test_after_a_refused_connection },
    { "/failover/broken-connection", test_after_a_broken_connection },
    { "/failover/closed-before", test_closed_before },
    { "/failover/refused-everywhere", test_refused_everywhere },
    { "/failover/bad-uri", test_bad_uri },
    { "/failover/cancel-before-start", test_cancel_before_start },
    { "/failover/cancel-in-sending", test_cancel_in_sending },
    { "/failover/never-started", test_never_started },
    { "/failover/cancel-and-ack", test_cancel_and_ack },
    { "/failover/timer-c", test_timer_c },
    { "/failover/next-of-name", test_next_of_name },
    { "/failover/retry-after", test_retry_after },
    { "/failover/silent-one", test_silent_one },
    { "/failover/silent-dns", test_silent_dns },
    { "/failover/resolved", test_resolved },
    { "/failover/resolved-after-503", test_resolved_after_503 },
    { "/failover/unresolved-after-503", test_unresolved_after_503 },
    { "/failover/unresolved", test_unresolved },
    { "/failover/cancel-while-resolving", test_cancel_while_resolving },
    { "/failover/detach-while-resolving", test_detach_while_resolving },
    { "/failover/free-while-resolving", test_free_while_resolving },
    { "/ack-sender/sent", test_ack },
    { "/ack-sender/elsewhere", test_ack_elsewhere },
    { "/ack-sender/refused", test_ack_refused },
    { "/ack-sender/closed-later", test_ack_closed_later },
    { "/ack-sender/freed-while-connecting", test_ack_freed_while_connecting },
    { "/ack-sender/layer-gone-while-connecting", test_ack_layer_gone_while_connecting },
    { "/ack-sender/resolved", test_ack_resolved },
    { "/ack-sender/unresolved", test_ack_unresolved },
    { "/ack-sender/freed-while-resolving", test_ack_freed_while_resolving },
    { "/ack-sender/nowhere", test_ack_nowhere },
    { "/ack-sender/outlives-the-layer", test_ack_outlives_the_layer },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);
  return g_test_run ();
}
