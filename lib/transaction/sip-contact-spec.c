/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-contact-spec-private.h"

void
sip_contact_spec_append (const SipContactSpec *self,
                         SipFlow              *flow,
                         GString              *text)
{
  if (self->whole != NULL)
    g_string_append (text, self->whole);
  else
    sip_flow_append_contact (flow, text, self->user, self->uri_params, self->params);
}
