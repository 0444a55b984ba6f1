/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-flow-private.h"

G_BEGIN_DECLS

/* Who we are towards a flow: what goes into Contact next to the flow's own address. All nullable, ready escaped. */
typedef struct
{
  const char *user;
  const char *uri_params;
  const char *params;
  const char *whole; /* not NULL: the complete value, whatever the flow (a GRUU, an anonymous contact) */
  const char *anonymous; /* the complete value where we are not to be named (a temporary GRUU); see sip_contact_spec_hide() */
} SipContactSpec;

/* From here on it does not name us (RFC 3323 §4.1.1.3); @user stands in for ours where there is no more than that. */
void sip_contact_spec_hide (SipContactSpec *self, const char *user);

/* Appends the value of the header. @target: where the request goes, or went: is it a sips URI, so is the Contact (RFC 3261 §8.1.1.8,
 * §12.1.1). */
void sip_contact_spec_append (const SipContactSpec *self, SipFlow *flow, SipStr target, GString *text);

G_END_DECLS
