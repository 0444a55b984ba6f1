/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-flow-private.h"

G_BEGIN_DECLS

/* A message that has gone and may have to go again, as its bytes alone: an index is bigger than many a message, and most of
 * these are never looked at. */
typedef struct
{
  guint32 len;
  char text[];
} SipKeptText;

SipKeptText *sip_kept_text_new (const SipMsg *msg);
void sip_kept_text_free (SipKeptText *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipKeptText, sip_kept_text_free)

gboolean sip_kept_text_send (const SipKeptText *self, SipFlow *flow, GError **error);

G_END_DECLS
