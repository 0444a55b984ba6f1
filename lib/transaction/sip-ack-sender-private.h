/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transaction/sip-envelope-private.h"

G_BEGIN_DECLS

/* An ACK for a 2xx: sent once, without a transaction (RFC 3261 §13.2.2.4); told back as it went out so that it can go again
 * (sip_flow_send()) when the 2xx does. */
typedef void (*SipAckSentFunc) (gpointer user_data, SipMsg *ack, SipFlow *flow);
typedef struct _SipAckSender SipAckSender;
/* Takes @ack. @func may be called before this returns; it is not called where no flow takes the ACK. The result is to be freed with
 * sip_ack_sender_free(), which @func may do too once this has returned; that stops nothing that has gone. */
SipAckSender *sip_ack_sender_new (SipTransactions *transactions, SipMsgBuilder *ack, const SipSendTarget *target,
                                  SipAckSentFunc func, gpointer user_data);
void sip_ack_sender_free (SipAckSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipAckSender, sip_ack_sender_free)

G_END_DECLS
