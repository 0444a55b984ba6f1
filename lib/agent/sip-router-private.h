/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-dtmf-body-private.h"
#include "agent/sip-user-agent-private.h"

G_BEGIN_DECLS

/* What the agent's transaction layer hands up, sorted: requests inside a dialog to the dialogs, others checked (RFC 3261 §8.2) and answered or
 * given to whom they are for. @user_data is the SipUserAgent. */
extern const SipTransactionsEvents sip_router_events;

/* MESSAGE is only taken where somebody listens. */
#define SIP_ROUTER_ALLOW_ALWAYS "INVITE, ACK, CANCEL, BYE, PRACK, UPDATE, OPTIONS, INFO, REFER, NOTIFY"
#define SIP_ROUTER_ALLOW SIP_ROUTER_ALLOW_ALWAYS ", MESSAGE"
#define SIP_ROUTER_SUPPORTED "100rel, norefersub"
#define SIP_ROUTER_ACCEPT "application/sdp, " SIP_DTMF_ACCEPT

G_END_DECLS
