/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-message.h"
#include "syntax/sip-msg-private.h"
#include "syntax/sip-request.h"
#include "syntax/sip-response.h"

G_BEGIN_DECLS

struct _SipMessage
{
  GObject parent_instance;
  SipMsg *msg;
};

struct _SipMessageClass
{
  GObjectClass parent_class;
};

/* The object through which an application sees @msg: a SipRequest or a SipResponse; holds a reference on it. */
SipMessage *sip_message_new_for_msg (SipMsg *msg);
SipMsg *sip_message_get_msg (SipMessage *self);

/* Boxed values from views. NULL when they do not parse. */
SipUri *sip_uri_new_from_str (SipStr text);
SipNameAddr *sip_name_addr_new_from_str (SipStr text);

G_END_DECLS
