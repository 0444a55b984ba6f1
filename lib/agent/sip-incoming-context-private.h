/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-incoming-context.h"
#include "agent/sip-user-agent-private.h"
#include "dialog/sip-message-extras-private.h"

G_BEGIN_DECLS

struct _SipIncomingContext
{
  GObject parent_instance;
  SipUserAgent *user_agent;          /* weak */
  SipDialogs *dialogs;
  SipDialogsMember member;           /* as long as there is a transaction */
  SipTimer trying;                   /* until a 100 is due */
  SipServerTransaction *transaction; /* NULL once it is over, or the agent gone */
  SipMsg *msg;
  char *to_tag;                      /* for a request outside of any dialog; else NULL */
  SipRequest *request;
  SipNameAddr *local_identity;
  SipNameAddr *remote_identity;
  GObject *data;
  guint16 answered;                  /* the final status; 0: none yet */
  guint8 is_gone;                    /* the other side no longer waits */
};

/* Derived from by contexts that do more (a REFER's): such a class makes its object, then calls sip_incoming_context_begin(). */
struct _SipIncomingContextClass
{
  GObjectClass parent_class;
  guint accept_status;  /* what accept() answers by default: 200 */
  gboolean has_contact; /* whether its 2xx has a Contact: of a request that makes a usage (RFC 3261 §12.1.1) */
  /* Nullable: @response, which the application has asked for, is about to be sent. */
  void (*answering) (SipIncomingContext *self, guint status, SipMsgBuilder *response);
};

SipIncomingContext *sip_incoming_context_new (SipUserAgent *user_agent, SipServerTransaction *transaction);
/* @transaction is the context's to answer from now on. */
void sip_incoming_context_begin (SipIncomingContext *self, SipUserAgent *user_agent, SipServerTransaction *transaction);

SipMsg *sip_incoming_context_get_msg (SipIncomingContext *self);
gboolean sip_incoming_context_is_answered (SipIncomingContext *self);

/* Answers as the application's options say; @lowest to @highest: the codes that @method (its name, for errors) takes. */
gboolean sip_incoming_context_respond (SipIncomingContext *self, const char *method, const SipMessageExtras *extras, guint fallback, guint lowest,
                                       guint highest, GError **error);
/* What this library answers by itself: a response to be filled in (nullable: it was answered), and sent. Takes @response. */
SipMsgBuilder *sip_incoming_context_new_response (SipIncomingContext *self, guint status, const char *reason);
void sip_incoming_context_send (SipIncomingContext *self, SipMsgBuilder *response, guint status);

G_END_DECLS
