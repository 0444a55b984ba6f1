/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* The value of a Replaces header (RFC 3891 §6.1): the dialog that is to be replaced, as its receiver knows it. */
typedef struct
{
  SipStr call_id;
  SipStr to_tag;   /* the receiver's tag */
  SipStr from_tag; /* the other side's; "0" may stand for none (RFC 3891 §6.1) */
  guint8 early_only;
} SipReplacesView;

gboolean sip_replaces_view_parse (SipReplacesView *view, SipStr value);

G_END_DECLS
