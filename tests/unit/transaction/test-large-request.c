/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "transaction/sip-transactions-private.h"
#include "transport/stream-peer.h"

/* RFC 3261 §18.1.1: what is too large for a datagram goes over TCP, where there is TCP. */
typedef struct
{
  SipTimerWheel *wheel;
  SipTransactions *us;
  Peer bob;              /* UDP, and perhaps TCP at the same port */
  char *target;
  guint n_sending;
  SipTransportKind kind; /* of the last */
  SipMsg *sent;
  guint status;
  GError *error;
} Fixture;

static void
request_cb (gpointer user_data, SipServerTransaction *transaction)
{
}

static void
sending_cb (gpointer user_data, SipSender *sender, SipMsg *request, SipFlow *flow)
{
  Fixture *f = user_data;

  f->n_sending++;
  f->kind = flow->kind;
  g_clear_pointer (&f->sent, sip_msg_unref);
  f->sent = sip_msg_ref (request);
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow)
{
  ((Fixture *) user_data)->status = response->status;
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  ((Fixture *) user_data)->error = g_error_copy (error);
}

/* The port that UDP gives may be somebody else's with TCP: then it is another one's turn. */
static char *
bob_listens (Fixture *f, gboolean to_both)
{
  for (;;)
    {
      g_autofree char *udp = NULL;
      g_autofree char *same = NULL;
      g_autofree char *tcp = NULL;
      g_autoptr (GError) error = NULL;

      peer_init (&f->bob, f->wheel);
      udp = peer_listen (&f->bob, "udp://127.0.0.1:0");
      same = g_strconcat ("tcp://127.0.0.1", strrchr (udp, ':'), NULL);
      if (to_both)
        tcp = sip_transports_listen (f->bob.transports, same, &error);
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        {
          g_assert_no_error (error);
          return g_steal_pointer (&udp);
        }
      peer_clear (&f->bob);
    }
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const SipTransactionsEvents events = { .request = request_cb };
  g_autofree char *ours = NULL;
  char *udp;

  f->wheel = sip_timer_wheel_new_virtual (0);
  f->us = sip_transactions_new (f->wheel, &events, f);
  ours = sip_transports_listen (sip_transactions_get_transports (f->us), "udp://127.0.0.1:0", NULL);
  g_assert_nonnull (ours);
  udp = bob_listens (f, data != NULL);
  f->target = g_strconcat ("sip:bob@127.0.0.1", strrchr (udp, ':'), NULL);
  g_free (udp);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sip_transactions_free (f->us);
  peer_clear (&f->bob);
  drain ();
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
  g_clear_pointer (&f->sent, sip_msg_unref);
  g_clear_error (&f->error);
  g_free (f->target);
}

/* A MESSAGE with a body of @len bytes; not started. */
static SipSender *
make_sender (Fixture *f, gsize len)
{
  static const SipSenderEvents events = { .sending = sending_cb, .response = response_cb, .failed = failed_cb };
  SipMsgBuilder *builder = sip_msg_builder_new_request (SIP_STR ("MESSAGE"), sip_str_from (f->target));
  const SipSendTarget target = { .next_hop = sip_str_from (f->target), .has_contact = TRUE, .contact = { .user = "alice" } };
  g_autofree char *text = g_strnfill (len, 'x');
  g_autoptr (GBytes) body = g_bytes_new (text, len);

  sip_msg_builder_add (builder, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (builder, SIP_H_FROM, SIP_STR ("<sip:alice@example.com>;tag=us"));
  sip_msg_builder_add (builder, SIP_H_TO, SIP_STR ("<sip:bob@example.com>"));
  sip_msg_builder_add (builder, SIP_H_CALL_ID, SIP_STR ("a-call"));
  sip_msg_builder_add (builder, SIP_H_CSEQ, SIP_STR ("7 MESSAGE"));
  sip_msg_builder_set_body (builder, "text/plain", body);
  return sip_sender_new (f->us, builder, &target, &events, f);
}

static SipSender *
send_large (Fixture *f)
{
  SipSender *sender = make_sender (f, 1300);

  sip_sender_start (sender);
  return sender;
}

static void
answer (Fixture *f)
{
  guint last = f->bob.messages->len - 1;
  g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_response (peer_message (&f->bob, last), 200, NULL, "bob");
  g_autoptr (SipMsg) response = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);

  g_assert_true (sip_flow_send (peer_flow (&f->bob, last), response, NULL));
  wait_until (f->status == 200);
}

/* The last that goes by UDP, and the first that does not. */
static void
test_limit (Fixture *f, gconstpointer data)
{
  g_autoptr (SipSender) small = make_sender (f, 0);
  gsize room;

  sip_sender_start (small);
  wait_until (f->bob.messages->len == 1);
  g_assert_cmpuint (f->kind, ==, SIP_TRANSPORT_UDP);
  answer (f);
  /* The branch is always as long; the Content-Length is not. */
  room = SIP_MAX_OVER_UDP - f->sent->len;
  room -= room >= 1000 ? 3 : 2;

  for (guint more = 0; more < 2; more++)
    {
      g_autoptr (SipSender) sender = make_sender (f, room + more);

      f->status = 0;
      sip_sender_start (sender);
      wait_until (f->bob.messages->len == 2 + more);
      g_assert_cmpuint (f->sent->len, ==, SIP_MAX_OVER_UDP + more);
      g_assert_cmpuint (f->kind, ==, more ? SIP_TRANSPORT_TCP : SIP_TRANSPORT_UDP);
      answer (f);
    }
}

/* The Via says TCP; the Contact says where we really listen. */
static void
test_headers (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (SipSender) sender = send_large (f);
  SipNameAddrView contact;
  SipUriView uri;
  g_auto (GStrv) listening = sip_transports_get_listening (sip_transactions_get_transports (f->us));
  g_autofree char *expected = g_strconcat ("sip:alice@127.0.0.1", strrchr (listening[0], ':'), NULL);

  wait_until (f->bob.messages->len == 1);
  g_assert_cmpuint (f->n_sending, ==, 1);
  assert_str (f->sent->via.transport, "TCP");
  g_assert_true (sip_msg_contact (f->sent, &contact));
  g_assert_true (sip_uri_view_parse (&uri, contact.uri));
  assert_str (contact.uri, expected);
  answer (f);
}

/* With a TCP listener of our own, both are its. */
static void
test_own_listener (Fixture *f, gconstpointer data)
{
  g_autofree char *tcp = sip_transports_listen (sip_transactions_get_transports (f->us), "tcp://127.0.0.1:0", NULL);
  g_autofree char *expected = g_strdup_printf ("sip:alice@127.0.0.1%s;transport=tcp", strrchr (tcp, ':'));
  G_GNUC_UNUSED g_autoptr (SipSender) sender = send_large (f);
  SipNameAddrView contact;

  wait_until (f->bob.messages->len == 1);
  g_assert_true (sip_msg_contact (f->sent, &contact));
  assert_str (contact.uri, expected);
  assert_str (f->sent->via.sent_by, tcp + strlen ("tcp://"));
  answer (f);
}

/* Nobody takes TCP there: UDP, and the next time without asking. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (SipSender) sender = NULL;

      f->status = 0;
      if (i == 2)
        sip_timer_wheel_advance (f->wheel, 5 * 60 * G_USEC_PER_SEC);
      sender = send_large (f);
      g_assert_cmpuint (f->n_sending, ==, i == 1 ? 2 : i);
      wait_until (f->bob.messages->len == i + 1);
      g_assert_cmpuint (f->kind, ==, SIP_TRANSPORT_UDP);
      assert_str (f->sent->via.transport, "UDP");
      g_assert_cmpuint (f->n_sending, ==, i + 1);
      answer (f);
    }
}

/* A firewall that swallows the connection: for two seconds, and not again. */
static void
test_swallowed (Fixture *f, gconstpointer data)
{
  G_GNUC_UNUSED g_autoptr (SipSender) sender = send_large (f);
  g_autoptr (SipSender) next = NULL;

  sip_timer_wheel_advance (f->wheel, SIP_WIDEN_TIMEOUT - 1);
  g_assert_cmpuint (f->n_sending, ==, 0);
  sip_timer_wheel_advance (f->wheel, 1);
  g_assert_cmpuint (f->n_sending, ==, 1);
  g_assert_cmpuint (f->kind, ==, SIP_TRANSPORT_UDP);
  next = send_large (f);
  g_assert_cmpuint (f->n_sending, ==, 2);
}

static void
close_on_receive (Peer *self, SipMsg *msg, SipFlow *flow)
{
  if (flow->is_reliable)
    sip_flow_close (flow);
}

/* Something listens there, but it is no SIP. */
static void
test_closed (Fixture *f, gconstpointer data)
{
  g_autoptr (SipSender) sender = NULL;

  f->bob.on_receive = close_on_receive;
  sender = send_large (f);
  wait_until (f->bob.messages->len == 1);
  drain ();
  sip_timer_wheel_advance (f->wheel, 0);
  wait_until (f->bob.messages->len == 2);
  g_assert_cmpuint (f->kind, ==, SIP_TRANSPORT_UDP);
  answer (f);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (SipSender) sender = send_large (f);

  sip_sender_cancel (sender, NULL);
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_error (f->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  drain ();
  g_assert_cmpuint (f->n_sending, ==, 0);
  g_assert_cmpuint (f->bob.messages->len, ==, 0);
}

static void
test_freed (Fixture *f, gconstpointer data)
{
  g_autoptr (SipSender) sender = send_large (f);
  G_GNUC_UNUSED g_autoptr (SipSender) other = send_large (f);

  g_main_context_iteration (NULL, FALSE);
  sip_sender_detach (sender);
}

static void
acked_cb (gpointer user_data, SipMsg *ack, SipFlow *flow)
{
  Fixture *f = user_data;

  f->n_sending++;
  f->kind = flow->kind;
}

/* An ACK has no answer, but a description may make it large. */
static void
test_ack (Fixture *f, gconstpointer data)
{
  SipMsgBuilder *builder = sip_msg_builder_new_request (SIP_STR ("ACK"), sip_str_from (f->target));
  const SipSendTarget target = { .next_hop = sip_str_from (f->target) };
  g_autofree char *text = g_strnfill (1300, 'x');
  g_autoptr (GBytes) body = g_bytes_new (text, 1300);
  SipAckSender *sender;

  sip_msg_builder_add (builder, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (builder, SIP_H_FROM, SIP_STR ("<sip:alice@example.com>;tag=us"));
  sip_msg_builder_add (builder, SIP_H_TO, SIP_STR ("<sip:bob@example.com>;tag=bob"));
  sip_msg_builder_add (builder, SIP_H_CALL_ID, SIP_STR ("a-call"));
  sip_msg_builder_add (builder, SIP_H_CSEQ, SIP_STR ("7 ACK"));
  sip_msg_builder_set_body (builder, "application/sdp", body);
  sender = sip_ack_sender_new (f->us, builder, &target, acked_cb, f);
  wait_until (f->bob.messages->len == 1);
  g_assert_cmpuint (f->n_sending, ==, 1);
  g_assert_cmpuint (f->kind, ==, data != NULL ? SIP_TRANSPORT_TCP : SIP_TRANSPORT_UDP);
  sip_ack_sender_free (sender);
}

#define TEST(name, tcp, func) g_test_add ("/large-request/" name, Fixture, tcp, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("limit", "tcp", test_limit);
  TEST ("headers", "tcp", test_headers);
  TEST ("own-listener", "tcp", test_own_listener);
  TEST ("refused", NULL, test_refused);
  TEST ("swallowed", "tcp", test_swallowed);
  TEST ("closed", "tcp", test_closed);
  TEST ("cancelled", "tcp", test_cancelled);
  TEST ("freed", "tcp", test_freed);
  TEST ("ack/tcp", "tcp", test_ack);
  TEST ("ack/udp", NULL, test_ack);

  return g_test_run ();
}
