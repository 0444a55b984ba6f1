/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

/* What the bodies of the NOTIFYs of one subscription tell, as an object, where this library reads them. */

typedef enum
{
  SIP_EVENT_CONTENT_SAME,    /* nothing new, or nothing that is understood */
  SIP_EVENT_CONTENT_CHANGED, /* *@content is another */
  SIP_EVENT_CONTENT_LOST,    /* a part is missing: the whole state is needed (RFC 4235 §4.3) */
} SipEventContentChange;

/* @content: what was told before, or NULL; a reference of the caller's. */
SipEventContentChange sip_event_content_update (GObject **content, const SipMsg *notify);

/* The types that an event package is asked for in; NULL: none that this library reads. */
const char *sip_event_content_get_accept (SipStr package);

G_END_DECLS
