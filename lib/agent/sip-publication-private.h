/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-publication.h"
#include "agent/sip-user-agent-private.h"

G_BEGIN_DECLS

/* NULL with an error where something of it is refused. */
SipPublication *sip_publication_new (SipUserAgent *user_agent, const char *target, const char *event, const char *body, SipPublishOptions *options,
                                     GError **error);
/* Publishes when the main loop runs. It keeps itself until it is over. */
void sip_publication_begin (SipPublication *self);

G_END_DECLS
