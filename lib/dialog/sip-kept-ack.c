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

/* @like: what has its CSeq, and what it is let in with. */
static void
begin (SipKeptAck *self, SipDialog *dialog, const SipMsg *like, const char *content_type, GBytes *body)
{
  SipMsgBuilder *ack = sip_dialog_new_request (dialog, SIP_METHOD_ACK, like->cseq.number);
  SipSendTarget target;

  /* RFC 3261 §22.1: nobody can challenge an ACK, so what the INVITE was let in with is good for it. */
  sip_msg_builder_copy (ack, SIP_H_AUTHORIZATION, like);
  sip_msg_builder_copy (ack, SIP_H_PROXY_AUTHORIZATION, like);
  if (body != NULL)
    sip_msg_builder_set_body (ack, content_type, body);
  sip_dialog_fill_target (dialog, &target, FALSE);
  self->sender = sip_ack_sender_new (sip_dialogs_get_transactions (dialog->dialogs), ack, &target, sent_cb, self);
}

void
sip_kept_ack_send (SipKeptAck *self, SipDialog *dialog, const SipMsg *invite, const char *content_type, GBytes *body)
{
  if (self->is_sent)
    return;

  self->is_sent = TRUE;
  begin (self, dialog, invite, content_type, body);
}

void
sip_kept_ack_send_again (SipKeptAck *self, SipDialog *dialog)
{
  g_autoptr (SipMsg) msg = NULL;
  g_autofree char *content_type = NULL;
  g_autoptr (GBytes) body = NULL;
  SipStr text;

  if (self->msg == NULL || sip_flow_send (self->flow, self->msg, NULL))
    return;

  /* The connection that it went on is gone, and the 2xx has come on another one: so does the ACK go. */
  msg = g_steal_pointer (&self->msg);
  g_clear_pointer (&self->flow, sip_flow_unref);
  g_clear_pointer (&self->sender, sip_ack_sender_free);
  text = sip_msg_body (msg);
  if (text.len > 0)
    {
      body = g_bytes_new (text.p, text.len);
      content_type = sip_str_dup (sip_msg_value (msg, SIP_H_CONTENT_TYPE));
    }
  begin (self, dialog, msg, content_type, body);
}

void
sip_kept_ack_forget (SipKeptAck *self)
{
  g_clear_pointer (&self->sender, sip_ack_sender_free);
  g_clear_pointer (&self->msg, sip_msg_unref);
  g_clear_pointer (&self->flow, sip_flow_unref);
}
