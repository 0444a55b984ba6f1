/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-invite-options.h"
#include "agent/sip-response-options.h"
#include "dialog/sip-invite-usage-private.h"

G_BEGIN_DECLS

struct _SipRequestOptions
{
  GObject parent_instance;
  char **extra_headers;
  GBytes *body;
  char *content_type;
  gboolean anonymous;
};

struct _SipRequestOptionsClass
{
  GObjectClass parent_class;
};

/* What @self (nullable; any of the options classes) adds to a message. The pointers live as long as @self does not change. */
SipMessageExtras sip_request_options_get_extras (gpointer self);

/* SipMessageExtras.rel100, which the options say (NULL: none do) or else the agent. */
SipRel100 sip_invite_options_choose_rel100 (SipInviteOptions *self, SipRel100 of_agent);
SipRel100 sip_response_options_choose_rel100 (SipResponseOptions *self, SipRel100 of_agent);

G_END_DECLS
