/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-builder-private.h"
#include "transaction/sip-contact-spec-private.h"
#include "transport/sip-next-hop-private.h"

G_BEGIN_DECLS

typedef struct _SipTransactions SipTransactions;

typedef struct
{
  SipStr next_hop;      /* the URI that decides where: topmost Route, or the Request-URI */
  SipFlow *preferred;   /* nullable; see sip_next_hop_new() */
  gboolean only_preferred; /* it, and no other way */
  gboolean has_contact;
  SipContactSpec contact;
} SipSendTarget;

/* A request that we write, and where it is to go: what the two senders have in common. */
typedef struct
{
  SipMsgBuilder *builder;
  SipNextHop *next_hop;
  SipSendTarget target; /* its texts are ours */
  char *texts;
} SipEnvelope;

/* Takes @builder; copies @target. */
void sip_envelope_open (SipEnvelope *self, SipMsgBuilder *builder, const SipSendTarget *target);
/* Forgets where it was to go. */
void sip_envelope_stop (SipEnvelope *self);
void sip_envelope_clear (SipEnvelope *self);

/* The next flow (a reference), at once where that is possible. NULL without an error: ask with start(). */
SipFlow *sip_envelope_try (SipEnvelope *self, SipTransactions *layer, GError **error);
void sip_envelope_start (SipEnvelope *self, SipNextHopFunc func, gpointer user_data);

/* Whether @msg, sealed for @flow, is too large for it: then try again, or start (RFC 3261 §18.1.1). */
gboolean sip_envelope_widen (SipEnvelope *self, const SipMsg *msg, SipFlow *flow);

/* The flow that came last has failed, or wants no more: it is not tried first for @us µs (RFC 3263 §4.3). */
void sip_envelope_avoid (SipEnvelope *self, gint64 us);

/* The message as it goes out on @flow, with a fresh branch. */
SipMsg *sip_envelope_seal (SipEnvelope *self, SipTransactions *layer, SipFlow *flow);

G_END_DECLS
