/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialogs-private.h"
#include "dialog/sip-subscription-state.h"

G_BEGIN_DECLS

/* The side of a subscription that gets the NOTIFYs (RFC 6665 §4.1). A REFER of ours makes one (RFC 3515 §2.4.4): inside a dialog that is there for something
 * else, which it then shares and keeps alive (RFC 5057), or with a dialog of its own. A SUBSCRIBE makes one with a dialog of its own, which the first NOTIFY
 * decides (§4.4.1), and it is then refreshed as long as it is wanted. The usage knows when there is a subscription and when it is over; what the NOTIFYs say is
 * its owner's to know.
 *
 * Of a request that was forked the branch wins whose NOTIFY is the first; those of others are answered 481, which ends their subscriptions (RFC 6665 §5.4.9). */
typedef struct _SipSubscriberUsage SipSubscriberUsage;

typedef enum
{
  SIP_SUBSCRIPTION_TERMINATED,  /* the other side said so, in a NOTIFY */
  SIP_SUBSCRIPTION_NONE,        /* the other side took the request without one (RFC 4488) */
  SIP_SUBSCRIPTION_TIMED_OUT,   /* nothing was heard for as long as it was to live, or when it should have been (timer N) */
  SIP_SUBSCRIPTION_LOST,        /* a refresh was answered in a way that leaves none (RFC 6665 §4.1.2.2), or not at all */
  SIP_SUBSCRIPTION_ABANDONED,   /* we go */
} SipSubscriptionEnd;

typedef struct
{
  SipSubscriptionEnd end;
  SipStr reason;         /* of the Subscription-State header, "" where it gave none */
  guint32 retry_after;   /* seconds, of the Subscription-State header or the response; 0: none given */
  SipMsg *message;       /* the NOTIFY or the response that ended it; nullable */
} SipSubscriptionEnding;

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
  /* The last word. */
  void (*ended) (gpointer owner, const SipSubscriptionEnding *ending);

  /* Of a SUBSCRIBE only. */

  /* Adds to a SUBSCRIBE within the dialog what is the owner's: Accept, its own lines. */
  void (*dress) (gpointer owner, SipMsgBuilder *request);
  /* The state, or how long it lasts, is another. */
  void (*changed) (gpointer owner);
  /* A refresh was taken. */
  void (*refreshed) (gpointer owner, SipMsg *response);
} SipSubscriberEvents;

/* Both take @request, which has all but the body's length; @event is the package, a literal. @events is not copied. Nothing is sent before start(). */
SipSubscriberUsage *sip_subscriber_usage_new_inside (SipDialog *dialog, SipMsgBuilder *request, const char *event, const SipSubscriberEvents *events,
                                                     gpointer owner);
SipSubscriberUsage *sip_subscriber_usage_new_outside (SipDialogs *dialogs, SipMsgBuilder *request, const SipSendTarget *target, const char *event,
                                                      const SipSubscriberEvents *events, gpointer owner);
/* @request is a SUBSCRIBE without Event and Expires: @event is the value of the first, which is copied; @expires of the second, in seconds: 0 asks for the state
 * once. */
SipSubscriberUsage *sip_subscriber_usage_new_subscribe (SipDialogs *dialogs, SipMsgBuilder *request, const SipSendTarget *target, const char *event,
                                                        guint32 expires, const SipSubscriberEvents *events, gpointer owner);
void sip_subscriber_usage_start (SipSubscriberUsage *self);
/* The owner's last word: no event comes after it. What is received for it from then on is answered 481. */
void sip_subscriber_usage_free (SipSubscriberUsage *self);

/* --- of a SUBSCRIBE --- */

SipSubscriptionState sip_subscriber_usage_get_state (SipSubscriberUsage *self);
/* When it runs out, on the wheel's clock; 0: not known yet. */
gint64 sip_subscriber_usage_get_expiry (SipSubscriberUsage *self);
/* Asks anew for the whole state, and for as much time as in the beginning. FALSE: there is none to refresh (yet, or any more). */
gboolean sip_subscriber_usage_refresh (SipSubscriberUsage *self);
/* Calls it off: as soon as there is a dialog to say so in, and the NOTIFY that says the last is awaited. Then comes `ended`, or `answered` with a refusal. */
void sip_subscriber_usage_unsubscribe (SipSubscriberUsage *self);

G_END_DECLS
