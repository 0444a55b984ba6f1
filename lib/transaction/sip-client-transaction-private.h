/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transaction/sip-match-table-private.h"
#include "transport/sip-flow-private.h"

G_BEGIN_DECLS

typedef struct _SipTransactions SipTransactions;

/* One request on one flow, until nothing more can come back (RFC 3261 §17.1, RFC 6026 §7.2). For SipSender: nobody above the layer sees it.
 * The layer's table owns it. */
typedef struct _SipClientTransaction SipClientTransaction;

typedef struct
{
  /* 1xx and final responses, retransmissions left out; of an INVITE every 2xx. An ACK for a 3xx–6xx has been sent. */
  void (*response) (gpointer user_data, SipMsg *response, SipFlow *flow);
  /* No (further) response will come; the transaction is gone after it. @error is NULL where there has been a final one. From
   * the main loop. */
  void (*ended) (gpointer user_data, const GError *error);
} SipClientTransactionEvents;

/* Sends @request, whose topmost Via has a branch that is ours alone (or, of a CANCEL, its INVITE's). @events is nullable and not copied. */
SipClientTransaction *sip_client_transaction_new (SipTransactions *layer, SipMsg *request, SipFlow *flow,
                                                  const SipClientTransactionEvents *events, gpointer user_data);
/* It goes on alone: a 2xx for an INVITE is a stray one then. */
void sip_client_transaction_detach (SipClientTransaction *self);
/* At once and without a word: what comes now is a stray response. Not from within `ended`. */
void sip_client_transaction_free (SipClientTransaction *self);

/* --- for the layer --- */

/* Finds what a response belongs to (RFC 3261 §17.1.3). */
SipClientTransaction *sip_client_transaction_find (SipTransactions *layer, const SipMsg *response);
SipClientTransaction *sip_client_transaction_from_link (SipMatchLink *link);
void sip_client_transaction_receive (SipClientTransaction *self, SipMsg *response, SipFlow *flow);

G_END_DECLS
