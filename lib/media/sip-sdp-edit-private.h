/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Changes to the text of a session description (RFC 8866), line by line: what is not understood stays as it is. Pure. */

char *sip_sdp_edit_strip_tcp_candidates (const char *text);
char *sip_sdp_edit_strip_telephone_event (const char *text);
/* Switches video off rather than taking it out: a section that is offered has to be answered (RFC 3264 §6). */
char *sip_sdp_edit_strip_video (const char *text);
/* Nothing is wanted from the peer any more (RFC 3264 §8.4). */
char *sip_sdp_edit_hold (const char *text);
/* The codecs that @names name come first, in that order. */
char *sip_sdp_edit_order_codecs (const char *text, const char *const *names);

G_END_DECLS
