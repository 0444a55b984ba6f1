/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "transaction/sip-transactions-private.h"
#include "transport/stream-peer.h"

/* RFC 3261 §18.2.2: the connection of a request is gone when it is answered. */
typedef struct
{
  SipTimerWheel *wheel;
  SipTransactions *us;
  char *uri;
  SipServerTransaction *transaction;
  guint n_failed;
  guint n_terminated;
  GSocket *listening;     /* where the other side can be reached */
  GSocket *socket;        /* its connection to us */
  guint16 port;
} Fixture;

static void
failed_cb (gpointer user_data, SipServerTransaction *transaction, const GError *error)
{
  ((Fixture *) user_data)->n_failed++;
}

static void
terminated_cb (gpointer user_data, SipServerTransaction *transaction)
{
  Fixture *f = user_data;

  f->n_terminated++;
  f->transaction = NULL;
}

static void
request_cb (gpointer user_data, SipServerTransaction *transaction)
{
  static const SipServerTransactionEvents events = { NULL, failed_cb, terminated_cb };
  Fixture *f = user_data;

  f->transaction = transaction;
  sip_server_transaction_set_events (transaction, &events, f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const SipTransactionsEvents events = { .request = request_cb };
  g_autofree char *theirs = NULL;

  f->wheel = sip_timer_wheel_new_virtual (0);
  f->us = sip_transactions_new (f->wheel, &events, f);
  f->uri = sip_transports_listen (sip_transactions_get_transports (f->us), "tcp://127.0.0.1:0", NULL);
  f->listening = raw_listen (&theirs, "tcp");
  f->port = (guint16) g_ascii_strtoull (strrchr (theirs, ':') + 1, NULL, 10);
  f->socket = raw_connect (f->uri);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sip_transactions_free (f->us);
  g_clear_object (&f->listening);
  g_clear_object (&f->socket);
  drain ();
  g_assert_cmpuint (sip_timer_wheel_get_n_running (f->wheel), ==, 0);
  sip_timer_wheel_unref (f->wheel);
  g_free (f->uri);
}

static void
ask (Fixture *f, const char *method)
{
  g_autofree char *text = g_strdup_printf ("%s sip:us@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP host.example:%u;branch=z9hG4bK1;rport\r\n"
                                           "From: <sip:x@x>;tag=1\r\nTo: <sip:us@x>\r\nCall-ID: 1\r\nCSeq: 1 %s\r\nMax-Forwards: 70\r\n"
                                           "Contact: <sip:x@127.0.0.1:%u;transport=tcp>\r\nContent-Length: 0\r\n\r\n",
                                           method, f->port, method, f->port);

  raw_send (f->socket, text);
  wait_until (f->transaction != NULL);
}

static void
lose (Fixture *f)
{
  SipFlow *flow = sip_server_transaction_get_flow (f->transaction);

  drain ();
  g_clear_object (&f->socket);
  wait_until (flow->state == SIP_FLOW_CLOSED);
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (f->n_failed, ==, 0);
  g_assert_nonnull (f->transaction);
}

static void
answer (Fixture *f, guint status)
{
  static const SipContactSpec contact = { .user = "us" };
  SipMsg *request = sip_server_transaction_get_request (f->transaction);

  sip_server_transaction_respond (f->transaction, sip_msg_builder_new_response (request, status, NULL, "us"), &contact);
}

/* To where it came from, not to what it says of itself, at the port that it says. */
static void
test_answered (Fixture *f, gconstpointer method)
{
  g_autoptr (GSocket) back = NULL;
  g_autofree char *text = NULL;
  g_autofree char *contact = g_strdup_printf ("Contact: <sip:us@127.0.0.1%s;transport=tcp>", strrchr (f->uri, ':'));

  ask (f, method);
  lose (f);
  answer (f, 200);
  back = raw_accept (f->listening);
  text = raw_read (back, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (text, "SIP/2.0 200 OK\r\n"));
  g_assert_nonnull (strstr (text, contact));
  g_assert_cmpuint (f->n_failed, ==, 0);
}

/* What comes after the first answer stays on the new connection. */
static void
test_answered_twice (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocket) back = NULL;
  g_autofree char *text = NULL;
  G_GNUC_UNUSED g_autofree char *more = NULL;

  ask (f, "INVITE");
  lose (f);
  answer (f, 180);
  answer (f, 486);
  back = raw_accept (f->listening);
  text = raw_read (back, "SIP/2.0 486");
  g_assert_true (g_str_has_prefix (text, "SIP/2.0 180"));
  sip_timer_wheel_advance (f->wheel, 0);
  g_assert_cmpuint (f->n_failed, ==, 0);
}

/* Nobody is there either. */
static void
test_nobody (Fixture *f, gconstpointer data)
{
  ask (f, "INVITE");
  lose (f);
  g_clear_object (&f->listening);
  answer (f, 200);
  drain ();
  wait_until ((sip_timer_wheel_advance (f->wheel, 0), f->n_failed == 1));
  wait_until ((sip_timer_wheel_advance (f->wheel, 0), f->n_terminated == 1));
}

/* Lost after the answer: as ever. */
static void
test_lost_later (Fixture *f, gconstpointer data)
{
  ask (f, "INVITE");
  answer (f, 200);
  g_clear_object (&f->socket);
  wait_until ((sip_timer_wheel_advance (f->wheel, 0), f->n_terminated == 1));
  g_assert_cmpuint (f->n_failed, ==, 1);
}

#define TEST(name, data, func) g_test_add ("/come-back/" name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  TEST ("answered/invite", "INVITE", test_answered);
  TEST ("answered/message", "MESSAGE", test_answered);
  TEST ("answered-twice", NULL, test_answered_twice);
  TEST ("nobody", NULL, test_nobody);
  TEST ("lost-later", NULL, test_lost_later);

  return g_test_run ();
}
