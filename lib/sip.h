/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define SIP_INSIDE

#include "syntax/sip-macros.h"
#include "syntax/sip-error.h"
#include "syntax/sip-uri.h"
#include "syntax/sip-name-addr.h"
#include "syntax/sip-message.h"
#include "syntax/sip-request.h"
#include "syntax/sip-response.h"
#include "media/sip-description.h"
#include "media/sip-media-enums.h"
#include "media/sip-session-description-handler.h"
#include "media/sip-track.h"
#include "media/sip-webrtc-handler.h"

#undef SIP_INSIDE
