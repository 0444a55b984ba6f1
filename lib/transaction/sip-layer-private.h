/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transaction/sip-match-table-private.h"
#include "transaction/sip-transactions-private.h"

G_BEGIN_DECLS

/* Somebody who uses the layer and may outlive it: is told when it goes. */
typedef struct _SipDependent SipDependent;

struct _SipDependent
{
  SipDependent *next;
  SipDependent **link;
  void (*layer_gone) (SipDependent *dependent);
};

/* The inside of the layer, for the machines.
 *
 * Anybody who is called back may do anything: answer, cancel, close the flow, iterate the main loop, free the whole layer. What keeps that
 * simple are four rules. A transaction ends in the function of its timer and nowhere else, so that no other code finds its transaction gone
 * when a call comes back. The call is the last thing that is done, so that a timer which did end it meanwhile does no harm. Where the layer
 * is freed while it has called somebody, it is dead (nobody is called any more, no timer does anything) but stays in memory until the
 * outermost call has come back: every way in is between enter and leave. And what has failed is told from the main loop. */
struct _SipTransactions
{
  SipTransports *transports;
  SipTimerWheel *wheel;
  SipTransactionsEvents events;
  gpointer user_data;
  SipTimings timings;
  SipAuthenticator *authenticator; /* NULL: we are nobody to anybody */
  char *server_name;
  guint64 seed;
  SipMatchTable servers;
  SipMatchTable merges;
  SipMatchTable clients;
  SipDependent *dependents;
  /* Server transactions that have just been answered, and still have request and response for whoever has answered them. */
  SipServerTransaction *answered;
  GString *scratch;
  guint n_unanswered; /* requests of ours */
  guint n_open;       /* server transactions without a final answer */
  guint max_open;
  guint max_servers;
  guint depth;
  gboolean is_dead;
};

void sip_layer_enter (SipTransactions *self);
/* @self may be gone after it. */
void sip_layer_leave (SipTransactions *self);
void sip_layer_destroy (SipTransactions *self);

void sip_layer_add_dependent (SipTransactions *self, SipDependent *dependent, void (*layer_gone) (SipDependent *dependent));
void sip_layer_remove_dependent (SipDependent *dependent);

/* Answers @request, which came on @flow, without a transaction (RFC 3261 §8.2.7). @to_tag NULL: one that is the same each time that this
 * request comes. */
void sip_layer_answer (SipTransactions *self, const SipMsg *request, SipFlow *flow, guint status, const char *reason, SipStr to_tag);
/* A response to @request, sealed; what only the flow knows is @contact's address. */
SipMsg *sip_layer_seal_response (SipTransactions *self, SipMsgBuilder *response, const SipMsg *request, SipFlow *flow, const SipContactSpec *contact);

G_END_DECLS
