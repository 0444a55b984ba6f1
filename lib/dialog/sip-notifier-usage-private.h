/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialogs-private.h"

G_BEGIN_DECLS

/* The side of a subscription that sends the NOTIFYs (RFC 6665 §4.2), made by a REFER that came in (RFC 3515 §2.4.4): inside a dialog that is there for
 * something else, which it then shares and keeps alive (RFC 5057), or with a dialog of its own. One NOTIFY is out at a time; what is said meanwhile waits, and
 * of several things the last. */
typedef struct _SipNotifierUsage SipNotifierUsage;

typedef struct
{
  /* The last word: the last NOTIFY has had its answer; or (@delivered FALSE) one was refused or lost, or the subscription ran out or was ended by the other
   * side before we had said the last, or we go. */
  void (*ended) (gpointer owner, gboolean delivered);
} SipNotifierEvents;

/* @request came in @dialog, which may be one of its own, and is not answered yet. @event: the package, a literal. @events is not copied. Nothing is sent, and no
 * time passes, before there is something to say. */
SipNotifierUsage *sip_notifier_usage_new (SipDialog *dialog, const SipMsg *request, const char *event, const SipNotifierEvents *events, gpointer owner);
/* The owner's last word: no event comes after it. What was begun is sent to its end, without more. */
void sip_notifier_usage_free (SipNotifierUsage *self);

/* Says something. @last: it is the end, with the reason `noresource`. FALSE: it is over, or the last was said. */
gboolean sip_notifier_usage_notify (SipNotifierUsage *self, const char *content_type, GBytes *body, gboolean last);

G_END_DECLS
