/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-challenge.h"
#include "transaction/sip-auth-question-private.h"

G_BEGIN_DECLS

/* The face of @question. Dropped without an answer it declines. */
SipChallenge *sip_challenge_new (SipAuthQuestion *question);

G_END_DECLS
