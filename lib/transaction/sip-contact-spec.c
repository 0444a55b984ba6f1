/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-contact-spec-private.h"

void
sip_contact_spec_hide (SipContactSpec *self,
                       const char     *user)
{
  self->user = user;
  self->whole = self->anonymous;
}

void
sip_contact_spec_append (const SipContactSpec *self,
                         SipFlow              *flow,
                         SipStr                target,
                         GString              *text)
{
  static const char secure[] = "sips:";
  gsize start = text->len;

  if (self->whole != NULL)
    {
      g_string_append (text, self->whole);
      return;
    }
  sip_flow_append_contact (flow, text, self->user, self->uri_params, self->params);
  if (flow->is_secure && target.len > strlen (secure) && g_ascii_strncasecmp (target.p, secure, strlen (secure)) == 0)
    g_string_insert_c (text, start + strlen ("<sip"), 's');
}
