/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-sdp-writer-private.h"

G_BEGIN_DECLS

/* What a further exchange means for the connection of the one before. Pure. */

/* Why a connection that carries @before, agreed on with @old_remote, cannot carry @after, or NULL. Lines that only one of them has do not count. */
const char *sip_sdp_find_break (const SipSdpPlan *before, const SipSdp *old_remote, const SipSdpPlan *after, const SipSdp *new_remote);

/* Whether @after has a line in use that the connection of @before does not have. */
gboolean sip_sdp_adds_lines (const SipSdpPlan *before, const SipSdpPlan *after);

G_END_DECLS
