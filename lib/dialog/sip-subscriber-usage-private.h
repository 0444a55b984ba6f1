/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialogs-private.h"

G_BEGIN_DECLS

/* The side of a subscription that gets the NOTIFYs (RFC 6665 §4.1), made by a REFER of ours (RFC 3515 §2.4.4): inside a dialog that is there for something
 * else, which it then shares and keeps alive (RFC 5057), or with a dialog of its own. It knows when there is a subscription and when it is over; what the
 * NOTIFYs say is its owner's to know. */
typedef struct _SipSubscriberUsage SipSubscriberUsage;

typedef enum
{
  SIP_SUBSCRIPTION_TERMINATED,  /* the other side said so */
  SIP_SUBSCRIPTION_NONE,        /* the other side took the request without one (RFC 4488) */
  SIP_SUBSCRIPTION_TIMED_OUT,   /* nothing was heard for as long as it was to live */
  SIP_SUBSCRIPTION_ABANDONED,   /* we go */
} SipSubscriptionEnd;

typedef struct
{
  /* The request, each time that it goes out. */
  void (*sending) (gpointer owner, SipMsg *request);
  void (*progress) (gpointer owner, SipMsg *response);
  /* Its final response, or an error: once, and before any `notified`. Other than a 2xx it is the last word. */
  void (*answered) (gpointer owner, SipMsg *response, const GError *error);
  /* What to answer a NOTIFY of this subscription: 200, or why not. It is asked before anything is told. @terminated: what its Subscription-State says; an owner
   * who knows better makes it FALSE. */
  guint (*judge) (gpointer owner, SipMsg *notify, gboolean *terminated);
  /* One that was answered 200. */
  void (*notified) (gpointer owner, SipMsg *notify);
  /* The last word. @reason: of the Subscription-State header, "" where it gave none. */
  void (*ended) (gpointer owner, SipSubscriptionEnd end, SipStr reason);
} SipSubscriberEvents;

/* Both take @request, which has all but the body's length; @event is the package, a literal. @events is not copied. Nothing is sent before start(). */
SipSubscriberUsage *sip_subscriber_usage_new_inside (SipDialog *dialog, SipMsgBuilder *request, const char *event, const SipSubscriberEvents *events,
                                                     gpointer owner);
SipSubscriberUsage *sip_subscriber_usage_new_outside (SipDialogs *dialogs, SipMsgBuilder *request, const SipSendTarget *target, const char *event,
                                                      const SipSubscriberEvents *events, gpointer owner);
void sip_subscriber_usage_start (SipSubscriberUsage *self);
/* The owner's last word: no event comes after it. What is received for it from then on is answered 481. */
void sip_subscriber_usage_free (SipSubscriberUsage *self);

G_END_DECLS
