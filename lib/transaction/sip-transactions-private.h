/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transaction/sip-ack-sender-private.h"
#include "transaction/sip-authenticator-private.h"
#include "transaction/sip-sender-private.h"
#include "transaction/sip-server-transaction-private.h"
#include "transaction/sip-token-private.h"

G_BEGIN_DECLS

/* The transaction layer of one agent (RFC 3261 §17, RFC 6026): it owns the transport layer, matches what comes in, and tells the
 * transaction user above it. */
typedef struct _SipTransactions SipTransactions;

typedef struct
{
  /* A new request, not a retransmission, a CANCEL or an ACK. The user answers with sip_server_transaction_respond(), now or later; an
   * INVITE that has no answer yet when this returns gets a 100. The transaction belongs to the layer: it lives until its end was told
   * (SipServerTransactionEvents.terminated). */
  void (*request) (gpointer user_data, SipServerTransaction *transaction);
  /* An ACK for a 2xx (it belongs to no transaction, or to one that is accepted). */
  void (*ack) (gpointer user_data, SipMsg *ack, SipFlow *flow);
  /* A 2xx for an INVITE whose client transaction is gone or whose sender is detached, or that nobody sent. Any other stray response is
   * dropped. */
  void (*stray_2xx) (gpointer user_data, SipMsg *response, SipFlow *flow);
  /* The last request that waited for an answer of the other side has had it, or will have none. May be NULL. */
  void (*quiet) (gpointer user_data);
  /* Passed through from the transport layer. */
  void (*flow_changed) (gpointer user_data, SipFlow *flow);
} SipTransactionsEvents;

/* µs; RFC 3261 §17.1.1.1's T1, T2, T4. Everything else is derived: 64·T1 and so on. */
typedef struct
{
  gint64 t1;
  gint64 t2;
  gint64 t4;
} SipTimings;

#define SIP_TIMINGS_DEFAULT ((SipTimings){ 500 * 1000, 4000 * 1000, 5000 * 1000 })

/* @events is copied; `request` must be there. */
SipTransactions *sip_transactions_new (SipTimerWheel *wheel, const SipTransactionsEvents *events, gpointer user_data);
/* Ends every transaction, at once and without a word to their users, and the transports. Allowed within any event: then memory and
 * transports go when the outermost one has returned, and until then what is asked of the layer does nothing. */
void sip_transactions_free (SipTransactions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipTransactions, sip_transactions_free)

SipTransports *sip_transactions_get_transports (SipTransactions *self);
SipTimerWheel *sip_transactions_get_wheel (SipTransactions *self);
const SipTimings *sip_transactions_get_timings (SipTransactions *self);
void sip_transactions_set_timings (SipTransactions *self, const SipTimings *timings);
/* "Server" / "User-Agent" of the messages that the layer writes by itself (100, 400, 481, 482, ...); nullable. */
void sip_transactions_set_server_name (SipTransactions *self, const char *name);
/* What a flood can take up: so many requests of others that are not answered, and so many server transactions in all, which are kept for
 * 64·T1 after their answer. A new request beyond it is answered 503 with a Retry-After and nothing is kept of it (RFC 3261 §21.5.4);
 * within a dialog only the second counts, so that calls can still be ended. */
void sip_transactions_set_capacity (SipTransactions *self, guint n_open, guint n_server);
#define SIP_CAPACITY_OPEN 10000
#define SIP_CAPACITY_SERVER 500000

/* Who answers challenges to our requests; made when first asked for. */
SipAuthenticator *sip_transactions_get_authenticator (SipTransactions *self);
guint sip_transactions_get_n_client (SipTransactions *self);
/* Requests of ours that wait for their answer. */
guint sip_transactions_get_n_unanswered (SipTransactions *self);
guint sip_transactions_get_n_server (SipTransactions *self);
/* Those of them that are not answered. */
guint sip_transactions_get_n_open (SipTransactions *self);

G_END_DECLS
