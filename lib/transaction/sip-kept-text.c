/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-kept-text-private.h"

SipKeptText *
sip_kept_text_new (const SipMsg *msg)
{
  SipKeptText *self = g_malloc (sizeof *self + msg->len);

  self->len = msg->len;
  memcpy (self->text, msg->data, msg->len);
  return self;
}

void
sip_kept_text_free (SipKeptText *self)
{
  g_free (self);
}

gboolean
sip_kept_text_send (const SipKeptText  *self,
                    SipFlow            *flow,
                    GError            **error)
{
  /* We wrote it: what we take from others does not bound it. */
  static const SipLimits limits = { G_MAXUINT32, G_MAXUINT16, G_MAXUINT32, G_MAXUINT32 };
  g_autoptr (SipMsg) msg = sip_msg_parse (self->text, self->len, &limits, error);

  return msg != NULL && sip_flow_send (flow, msg, error);
}
