/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-request-options.h"
#include "dialog/sip-invite-usage-private.h"

G_BEGIN_DECLS

struct _SipRequestOptions
{
  GObject parent_instance;
  char **extra_headers;
  GBytes *body;
  char *content_type;
};

struct _SipRequestOptionsClass
{
  GObjectClass parent_class;
};

/* What @self (nullable; any of the options classes) adds to a message. The pointers live as long as @self does not change. */
SipMessageExtras sip_request_options_get_extras (gpointer self);

G_END_DECLS
