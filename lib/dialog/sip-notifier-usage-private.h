/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialogs-private.h"

G_BEGIN_DECLS

/* The side of a subscription that sends the NOTIFYs (RFC 6665 §4.2). A REFER that came in makes one (RFC 3515 §2.4.4): inside a dialog that is there for
 * something else, which it then shares and keeps alive (RFC 5057), or with a dialog of its own. A SUBSCRIBE makes one with a dialog of its own. One NOTIFY is out
 * at a time; what is said meanwhile waits, and of several things the last: each has to say the whole state. */
typedef struct _SipNotifierUsage SipNotifierUsage;

typedef struct
{
  /* The last word: the last NOTIFY has had its answer; or (@delivered FALSE) one was refused or lost, or the subscription ran out or was ended by the other
   * side before we had said the last, or we go. */
  void (*ended) (gpointer owner, gboolean delivered);
  /* Of a SUBSCRIBE only. The other side has asked for the whole state, and for @expires more seconds: 0 for none. What the owner says within it goes out with the
   * NOTIFY that follows; otherwise what was said last. */
  void (*refreshed) (gpointer owner, SipMsg *request, guint32 expires);
} SipNotifierEvents;

/* @request came in @dialog, which may be one of its own, and is not answered yet. @event: the package. @events is not copied. Nothing is sent, and no
 * time passes, before there is something to say. */
SipNotifierUsage *sip_notifier_usage_new (SipDialog *dialog, const SipMsg *request, const char *event, const SipNotifierEvents *events, gpointer owner);
/* @request is a SUBSCRIBE with an Event that can be read. */
SipNotifierUsage *sip_notifier_usage_new_subscribed (SipDialog *dialog, const SipMsg *request, const SipNotifierEvents *events, gpointer owner);
/* The owner's last word: no event comes after it. What was begun is sent to its end, without more. */
void sip_notifier_usage_free (SipNotifierUsage *self);

/* Says something. @last: it is the end, of a REFER's with the reason `noresource`. FALSE: it is over, or the last was said. */
gboolean sip_notifier_usage_notify (SipNotifierUsage *self, const char *content_type, GBytes *body, gboolean last);

/* --- of a SUBSCRIBE --- */

/* How long @subscribe wants to last, and may: it says nothing → @fallback. */
guint32 sip_notifier_usage_choose_expires (const SipMsg *subscribe, guint32 fallback, guint32 most);

/* It was answered with a 2xx: it lasts @expires seconds (0: what is said next is all), and no refresh asks for more than @most. A NOTIFY goes out from the
 * main loop, with what was said until then (RFC 6665 §4.2.1.2). */
void sip_notifier_usage_begin (SipNotifierUsage *self, guint32 expires, guint32 most, gboolean pending);
/* The next NOTIFY says that the state is told. */
void sip_notifier_usage_activate (SipNotifierUsage *self);
/* Says the end, with what was said last. @reason is a token; @retry_after, seconds, 0 for none. FALSE: it is over, or the end was said. */
gboolean sip_notifier_usage_terminate (SipNotifierUsage *self, const char *reason, guint32 retry_after);
/* Seconds; 0 when it is over. */
guint32 sip_notifier_usage_get_left (SipNotifierUsage *self);

G_END_DECLS
