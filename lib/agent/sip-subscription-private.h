/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-enders-private.h"
#include "agent/sip-subscription.h"
#include "agent/sip-user-agent-private.h"
#include "dialog/sip-subscriber-usage-private.h"

G_BEGIN_DECLS

/* Shared by sip-subscription.c (what an application sees) and -life.c (what happens). */
struct _SipSubscription
{
  GObject parent_instance;
  SipUserAgent *user_agent;    /* weak */
  SipDialogs *dialogs;
  SipEnder ender;              /* while it is begun */
  SipSubscriberUsage *usage;   /* NULL: not begun, waiting, or over */
  SipTimer timer;              /* when it is asked for anew */
  char *target;
  char *event;
  SipSubscribeOptions *options; /* a copy */
  SipSubscriptionState state;
  char *reason;
  GError *error;
  SipMsg *msg;
  SipRequest *request;
  SipNameAddr *local_identity;
  SipNameAddr *remote_identity;
  GObject *content;
  GObject *data;
  gint64 since;                /* when the one that is on was asked for */
  guint n_tries;               /* since it last was stable */
  guint expires;
  guint8 was_notified;         /* ever */
  guint8 is_notified;          /* the one that is on */
  guint8 is_called_off;
};

/* NULL with an error that names what is wrong. Nothing is sent before start(). */
SipSubscription *sip_subscription_new (SipUserAgent *user_agent, const char *target, const char *event, SipSubscribeOptions *options, GError **error);
/* Asks for it, for the first time. */
void sip_subscription_start (SipSubscription *self);

/* The first SUBSCRIBE, with all but Event and Expires. */
SipMsgBuilder *sip_subscription_new_request (SipSubscription *self, GError **error);
/* Asks for it, as for another one. */
void sip_subscription_begin (SipSubscription *self);
/* The last word. @message and @cause are nullable. */
void sip_subscription_finish (SipSubscription *self, SipMessage *message, const char *cause);

G_END_DECLS
