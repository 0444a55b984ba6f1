/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-private.h"
#include "syntax/sip-name-addr.h"

G_BEGIN_DECLS

/* What a Refer-To asks for (RFC 3515 §2.1). Of the headers that its URI may hold only Replaces is taken: others would let the other side write our requests
 * (RFC 3261 §19.1.5). */
typedef struct
{
  SipNameAddr *refer_to; /* as it came */
  char *uri;             /* what is to be called: without headers and method; NULL: nothing that can be */
  char *replaces;        /* nullable; well-formed */
  gboolean is_invite;    /* what is to be done is a call */
} SipReferTarget;

/* NULL when @request does not say one thing, well-formed; @problem then says why. */
SipReferTarget *sip_refer_target_new (const SipMsg *request, const char **problem);
void sip_refer_target_free (SipReferTarget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipReferTarget, sip_refer_target_free)

/* Whether it can be called: FALSE with SIP_ERROR_INVALID_URI or SIP_ERROR_NOT_SUPPORTED. */
gboolean sip_refer_target_check (const SipReferTarget *self, GError **error);

G_END_DECLS
