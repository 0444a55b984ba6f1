/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-kept-ack-private.h"

#include "dialog/sip-dialogs-private.h"

static void
sent_cb (gpointer user_data, SipMsg *ack, SipFlow *flow)
{
  SipKeptAck *self = user_data;

  g_clear_pointer (&self->msg, sip_msg_unref);
  g_clear_pointer (&self->flow, sip_flow_unref);
  self->msg = sip_msg_ref (ack);
  self->flow = sip_flow_ref (flow);
}

void
sip_kept_ack_send (SipKeptAck *self, SipDialog *dialog, const SipMsg *invite, const char *content_type, GBytes *body)
{
  SipMsgBuilder *ack;
  SipSendTarget target;

  if (self->is_sent)
    return;

  self->is_sent = TRUE;
  ack = sip_dialog_new_request (dialog, SIP_METHOD_ACK, invite->cseq.number);
  /* RFC 3261 §22.1: nobody can challenge an ACK, so what the INVITE was let in with is good for it. */
  sip_msg_builder_copy (ack, SIP_H_AUTHORIZATION, invite);
  sip_msg_builder_copy (ack, SIP_H_PROXY_AUTHORIZATION, invite);
  if (body != NULL)
    sip_msg_builder_set_body (ack, content_type, body);
  sip_dialog_fill_target (dialog, &target, FALSE);
  self->sender = sip_ack_sender_new (sip_dialogs_get_transactions (dialog->dialogs), ack, &target, sent_cb, self);
}

void
sip_kept_ack_send_again (SipKeptAck *self)
{
  if (self->msg != NULL)
    sip_flow_send (self->flow, self->msg, NULL);
}

void
sip_kept_ack_forget (SipKeptAck *self)
{
  g_clear_pointer (&self->sender, sip_ack_sender_free);
  g_clear_pointer (&self->msg, sip_msg_unref);
  g_clear_pointer (&self->flow, sip_flow_unref);
}
