/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* One element of a list of challenges, or of what a server says of an authentication: "name=value", "name="quoted"", or the name of a scheme. */
typedef struct
{
  SipStr name;
  SipStr value;       /* without the quotes */
  gboolean is_param;  /* otherwise the name of a scheme */
  gboolean is_broken; /* what is left cannot be told apart */
} SipAuthParam;

/* Takes the next element off *rest: challenges and their parameters make one list together (RFC 7235 §2.1). FALSE: there is none, or it cannot be told
 * where it ends. */
gboolean sip_auth_param_next (SipStr *rest, SipAuthParam *param);
/* Without regard to case. */
gboolean sip_auth_param_is (SipStr name, const char *text);
/* Whether what was between quotes can be said again between quotes, in a header of ours. */
gboolean sip_auth_param_is_safe (SipStr text);

G_END_DECLS
