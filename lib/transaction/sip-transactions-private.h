/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-builder-private.h"
#include "transport/sip-next-hop-private.h"

G_BEGIN_DECLS

/* The transaction layer of one agent (RFC 3261 §17, RFC 6026): it owns the transport layer, matches what comes in, and tells the
 * transaction user above it. */
typedef struct _SipTransactions SipTransactions;
typedef struct _SipServerTransaction SipServerTransaction;

typedef struct
{
  /* A new request, not a retransmission, a CANCEL or an ACK. The user answers with sip_server_transaction_respond(), now or later; an
   * INVITE that has no answer yet when this returns gets a 100. The transaction belongs to the layer: it lives until its end was told
   * (SipServerTransactionEvents.terminated). */
  void (*request) (gpointer user_data, SipServerTransaction *transaction);
  /* An ACK for a 2xx (it belongs to no transaction, or to one that is accepted). */
  void (*ack) (gpointer user_data, SipMsg *ack, SipFlow *flow);
  /* A 2xx for an INVITE whose client transaction is gone, or one that none sent. Any other stray response is dropped. */
  void (*stray_2xx) (gpointer user_data, SipMsg *response, SipFlow *flow);
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

SipTransactions *sip_transactions_new (SipTimerWheel *wheel, const SipTransactionsEvents *events, gpointer user_data);
/* Ends every transaction, at once and without a word to their users, and the transports. */
void sip_transactions_free (SipTransactions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipTransactions, sip_transactions_free)

SipTransports *sip_transactions_get_transports (SipTransactions *self);
SipTimerWheel *sip_transactions_get_wheel (SipTransactions *self);
const SipTimings *sip_transactions_get_timings (SipTransactions *self);
void sip_transactions_set_timings (SipTransactions *self, const SipTimings *timings);
/* "Server" / "User-Agent" of the messages that the layer writes by itself (100, 400, 481, 482, ...); nullable. */
void sip_transactions_set_server_name (SipTransactions *self, const char *name);
guint sip_transactions_get_n_client (SipTransactions *self);
guint sip_transactions_get_n_server (SipTransactions *self);

/* Who we are towards a flow: what goes into Contact next to the flow's own address. All nullable, ready escaped. */
typedef struct
{
  const char *user;
  const char *uri_params;
  const char *params;
  const char *whole; /* not NULL: the complete value, whatever the flow (a GRUU, an anonymous contact) */
} SipContactSpec;

/* --- server side --- */

typedef struct
{
  /* A CANCEL came for this INVITE while it had no final answer; the CANCEL has been answered 200. The user answers 487. */
  void (*cancelled) (gpointer user_data, SipServerTransaction *transaction, SipMsg *cancel);
  /* Our answer could not be delivered: the flow broke, or no ACK came for a 3xx–6xx in 64·T1 (SIP_ERROR_TIMEOUT). */
  void (*failed) (gpointer user_data, SipServerTransaction *transaction, const GError *error);
  /* The last call; the transaction is gone after it. */
  void (*terminated) (gpointer user_data, SipServerTransaction *transaction);
} SipServerTransactionEvents;

/* Any event may be NULL; none comes after set_events (transaction, NULL, NULL). */
void sip_server_transaction_set_events (SipServerTransaction *self, const SipServerTransactionEvents *events, gpointer user_data);
gpointer sip_server_transaction_get_user_data (SipServerTransaction *self);
/* NULL once a final answer was sent and only retransmissions are left to absorb: keep your own reference. */
SipMsg *sip_server_transaction_get_request (SipServerTransaction *self);
SipFlow *sip_server_transaction_get_flow (SipServerTransaction *self);
/* Whether a final response was given. */
gboolean sip_server_transaction_is_answered (SipServerTransaction *self);
/* Takes @response. Answers the message as it went out (transfer none, alive as long as the caller's reference or the transaction); NULL when the transaction
 * has had its final answer. @contact NULL: no Contact. */
SipMsg *sip_server_transaction_respond (SipServerTransaction *self, SipMsgBuilder *response, const SipContactSpec *contact);
/* A 2xx, or a reliable 1xx, once more (their timers are the user's: RFC 3261 §13.3.1.4, RFC 3262 §3). */
void sip_server_transaction_retransmit (SipServerTransaction *self, SipMsg *response);

/* --- client side --- */

/* One request until it is answered: where it goes, hop by hop (RFC 3263 §4.3), a client transaction for each try, CANCEL; later also the
 * answer to a challenge. */
typedef struct _SipSender SipSender;

typedef struct
{
  /* Each time the request goes out on a flow, before its first byte does. */
  void (*sending) (gpointer user_data, SipSender *sender, SipMsg *request, SipFlow *flow);
  /* 1xx and final responses. Of an INVITE every 2xx comes up: those of other branches and the retransmissions (RFC 6026 §7.2).
   * An ACK for a 3xx–6xx has been sent. */
  void (*response) (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow);
  /* No (further) response will come: SIP_ERROR_TIMEOUT, SIP_ERROR_TRANSPORT, or GIO's word. Not called after a final response. */
  void (*failed) (gpointer user_data, SipSender *sender, const GError *error);
} SipSenderEvents;

typedef struct
{
  SipStr next_hop;      /* the URI that decides where: topmost Route, or the Request-URI */
  SipFlow *preferred;   /* nullable; see sip_next_hop_new() */
  gboolean has_contact;
  SipContactSpec contact;
} SipSendTarget;

/* Takes @request; copies @target. Nothing is called before sip_sender_start(). */
SipSender *sip_sender_new (SipTransactions *transactions, SipMsgBuilder *request, const SipSendTarget *target,
                           const SipSenderEvents *events, gpointer user_data);
/* May call `sending` and, on a broken flow, nothing else before it returns: a failure comes from the main loop (a zero timer of the wheel). */
void sip_sender_start (SipSender *self);
/* RFC 3261 §9.1: waits for the first 1xx; nothing if a final response came. 64·T1 after the CANCEL without a final response the request fails with SIP_ERROR_TIMEOUT. Before start() or while a
 * name is being resolved: nothing is ever sent, and `failed` comes with G_IO_ERROR_CANCELLED. @lines: more headers ("Reason: ..."), nullable. */
void sip_sender_cancel (SipSender *self, const char *const *lines);
SipSender *sip_sender_ref (SipSender *self);
/* The user's last word: no event comes after it; the transaction itself runs to its end. */
void sip_sender_detach (SipSender *self);
void sip_sender_unref (SipSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSender, sip_sender_unref)
/* The request as it last went out; NULL before. */
SipMsg *sip_sender_get_request (SipSender *self);
SipFlow *sip_sender_get_flow (SipSender *self);

/* An ACK for a 2xx: sent once, without a transaction; told back as it went out so that it can go again (sip_flow_send()) when the 2xx does. */
typedef void (*SipAckSentFunc) (gpointer user_data, SipMsg *ack, SipFlow *flow);
typedef struct _SipAckSender SipAckSender;
/* Takes @ack. @func may be called before this returns. The result is to be freed with sip_ack_sender_free(); that stops nothing that has gone. */
SipAckSender *sip_ack_sender_new (SipTransactions *transactions, SipMsgBuilder *ack, const SipSendTarget *target, SipAckSentFunc func, gpointer user_data);
void sip_ack_sender_free (SipAckSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipAckSender, sip_ack_sender_free)

/* Random tokens: z9hG4bK + 16 characters; a tag; a Call-ID. */
char *sip_branch_new (void);

G_END_DECLS
