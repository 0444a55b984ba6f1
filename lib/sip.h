/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define SIP_INSIDE

#include "syntax/sip-macros.h"
#include "syntax/sip-version.h"
#include "syntax/sip-error.h"
#include "syntax/sip-uri.h"
#include "syntax/sip-name-addr.h"
#include "syntax/sip-message.h"
#include "syntax/sip-digest-algorithm.h"
#include "syntax/sip-credentials.h"
#include "syntax/sip-request.h"
#include "syntax/sip-response.h"
#include "media/sip-description.h"
#include "media/sip-description-modifier.h"
#include "media/sip-media-enums.h"
#include "media/sip-session-description-handler.h"
#include "media/sip-track.h"
#include "media/sip-webrtc-handler.h"
#include "dialog/sip-causes.h"
#include "dialog/sip-session-refresher.h"
#include "dialog/sip-subscription-state.h"
#include "agent/sip-challenge.h"
#include "agent/sip-rel100.h"
#include "agent/sip-request-options.h"
#include "agent/sip-response-options.h"
#include "agent/sip-direction.h"
#include "agent/sip-dtmf-options.h"
#include "agent/sip-dtmf.h"
#include "agent/sip-invite-options.h"
#include "agent/sip-client-context.h"
#include "agent/sip-server-context.h"
#include "agent/sip-incoming-context.h"
#include "agent/sip-outgoing-context.h"
#include "agent/sip-refer-options.h"
#include "agent/sip-session.h"
#include "agent/sip-outgoing-session.h"
#include "agent/sip-incoming-session.h"
#include "agent/sip-refer-client-context.h"
#include "agent/sip-refer-server-context.h"
#include "agent/sip-subscribe-options.h"
#include "agent/sip-subscription.h"
#include "agent/sip-register-options.h"
#include "agent/sip-registration-state.h"
#include "agent/sip-registration.h"
#include "agent/sip-user-agent.h"

#undef SIP_INSIDE
