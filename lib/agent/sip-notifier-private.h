/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-notifier.h"
#include "agent/sip-user-agent-private.h"

G_BEGIN_DECLS

/* For a SUBSCRIBE outside of any dialog, with an Event that can be read. */
SipNotifier *sip_notifier_new (SipUserAgent *user_agent, SipServerTransaction *transaction);

G_END_DECLS
