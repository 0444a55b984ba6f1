/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

typedef enum
{
  SIP_FRAME_INCOMPLETE, /* more bytes are needed */
  SIP_FRAME_MESSAGE,    /* the *consumed bytes behind the *skipped ones are one message */
  SIP_FRAME_PING,       /* CRLF CRLF (RFC 5626 §3.5.1); *consumed is 4 */
  SIP_FRAME_PONG,       /* CRLF alone; *consumed is 2. With nothing behind it, it may be half a ping: who waits for no pong leaves it there */
  SIP_FRAME_BROKEN,     /* no Content-Length, or over a limit, or not SIP at all: the connection cannot go on */
} SipFrame;

/* What a byte stream starts with (RFC 3261 §18.3). Pure: the caller keeps the buffer, and drops *skipped + *consumed bytes of it when
 * it has looked. */
SipFrame sip_framer_next (const char *data, gsize len, const SipLimits *limits, gsize *skipped, gsize *consumed);

G_END_DECLS
