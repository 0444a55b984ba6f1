/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialog-private.h"

G_BEGIN_DECLS

/* The ACK for a 2xx (RFC 3261 §13.2.2.4): it is the dialog's, with the INVITE's CSeq, no transaction repeats it, and it goes again each time that the 2xx does.
 * Embedded in whoever sent the INVITE; zero is one that was not sent. */
typedef struct
{
  SipAckSender *sender;
  SipMsg *msg;  /* as it went out */
  SipFlow *flow;
  guint8 is_sent;
} SipKeptAck;

/* For the 2xx to @invite as it went out last; once; @body is nullable. */
void sip_kept_ack_send (SipKeptAck *self, SipDialog *dialog, const SipMsg *invite, const char *content_type, GBytes *body);
void sip_kept_ack_send_again (SipKeptAck *self, SipDialog *dialog);
/* Forgets the message, not that it was sent. */
void sip_kept_ack_forget (SipKeptAck *self);

G_END_DECLS
