/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transaction/sip-envelope-private.h"

G_BEGIN_DECLS

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
  /* A 3xx–6xx came. TRUE: @request was changed, its CSeq too, and goes out once more, to where it went (a 422, a challenge). NULL: it is the answer. */
  gboolean (*again) (gpointer user_data, SipSender *sender, SipMsg *response, SipMsgBuilder *request);
  /* A challenge came that can be answered (RFC 3261 §22.2): the CSeq number that the request goes out again with, next in its dialog; 0: it must not,
   * and the challenge is the answer. NULL: one more than it had. */
  guint32 (*renumber) (gpointer user_data, SipSender *sender);
} SipSenderEvents;

/* Takes @request; copies @target, not @events, each of which may be NULL. Nothing is called before sip_sender_start(). */
SipSender *sip_sender_new (SipTransactions *transactions, SipMsgBuilder *request, const SipSendTarget *target,
                           const SipSenderEvents *events, gpointer user_data);
/* May call `sending` and, on a broken flow, nothing else before it returns: a failure comes from
 * the main loop (a zero timer of the wheel). */
void sip_sender_start (SipSender *self);
/* RFC 3261 §9.1: waits for the first 1xx; nothing if a final response came. 64·T1 after the CANCEL without a final response the request
 * fails with SIP_ERROR_TIMEOUT. Before start(), while a name is being resolved, or from within `sending`: nothing is sent any more, and
 * `failed` comes with G_IO_ERROR_CANCELLED. Of another request than INVITE: it is not tried elsewhere, and no more. @lines: more headers
 * ("Reason: ..."), nullable. */
void sip_sender_cancel (SipSender *self, const char *const *lines);
SipSender *sip_sender_ref (SipSender *self);
/* The user's last word: no event comes after it. The request goes on to its end, tries and a CANCEL that waits included; a 2xx for an
 * INVITE comes as a stray one then, and one that only rings is cancelled after three minutes. */
void sip_sender_detach (SipSender *self);
/* A request that is under way holds a reference of its own: this alone does not stop the events. */
void sip_sender_unref (SipSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSender, sip_sender_unref)
/* The request as it last went out; NULL before. Within `failed` it is there in any case: as it would have gone out, without Via and Contact. */
SipMsg *sip_sender_get_request (SipSender *self);
SipFlow *sip_sender_get_flow (SipSender *self);

G_END_DECLS
