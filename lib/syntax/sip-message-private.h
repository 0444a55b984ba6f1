/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-message.h"
#include "syntax/sip-msg-private.h"
#include "syntax/sip-name-addr-private.h"
#include "syntax/sip-request.h"
#include "syntax/sip-response.h"

G_BEGIN_DECLS

/* The face of a SipMsg. What accessors hand out as C strings and values is made when it is first asked for, so that a message that
 * nobody looks at costs no more than the object. */
struct _SipMessage
{
  GObject parent_instance;
  SipMsg *msg;
  SipNameAddr *from;
  SipNameAddr *to;
  char *call_id;
  char *method;
  char *content_type;
  GBytes *body;
};

struct _SipMessageClass
{
  GObjectClass parent_class;
};

/* Nothing but the library makes a useful message, yet a binding can make an object of any class: one without a SipMsg answers nothing. */
#define SIP_MESSAGE_IS_MADE(self) (SIP_IS_MESSAGE (self) && ((SipMessage *) (self))->msg != NULL)

/* The object through which an application sees @msg: a SipRequest or a SipResponse; holds a reference on it. */
SipMessage *sip_message_new_for_msg (SipMsg *msg);
SipMsg *sip_message_get_msg (SipMessage *self);

G_END_DECLS
