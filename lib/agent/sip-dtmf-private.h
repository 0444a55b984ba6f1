/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-dtmf.h"

G_BEGIN_DECLS

SipDtmf *sip_dtmf_new (char tone, guint duration, guint inter_tone_gap, SipDirection direction);
/* The INFO that carries it. */
void sip_dtmf_set_request (SipDtmf *self, SipRequest *request);
/* It has ended: one of these, once. */
void sip_dtmf_succeed (SipDtmf *self);
void sip_dtmf_fail (SipDtmf *self, SipMessage *message, const char *cause);

G_END_DECLS
