/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

typedef enum
{
  SIP_FRAME_INCOMPLETE, /* more bytes are needed */
  SIP_FRAME_MESSAGE,    /* *consumed bytes are one message (leading CRLFs skipped into *skipped) */
  SIP_FRAME_PING,       /* CRLF CRLF (RFC 5626 §3.5.1) */
  SIP_FRAME_PONG,       /* CRLF alone: only told from the first half of a ping by what follows; see the .c file */
  SIP_FRAME_BROKEN,     /* no Content-Length, or over a limit: the connection cannot go on */
} SipFrame;

/* What a byte stream starts with (RFC 3261 §18.3). Pure: the caller keeps the buffer. */
SipFrame sip_framer_next (const char *data, gsize len, const SipLimits *limits, gsize *skipped, gsize *consumed);

G_END_DECLS
