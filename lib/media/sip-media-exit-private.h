/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include "media/sip-serial-queue-private.h"

G_BEGIN_DECLS

/* A program may return from main() while its calls, or the last breaths of those that it has ended, still have threads. When it does, the libraries that they use
 * are taken down under their feet: libcrypto in the middle of a DTLS handshake, plugins that are being loaded. So exit() waits, not for long, until every
 * pipeline is down; those of calls that nobody has ended are stopped for it. */
typedef struct _SipMediaExit SipMediaExit;

/* @pipeline has threads from now on; what stops it is pushed on @queue. References both. */
SipMediaExit *sip_media_exit_hold (GstElement *pipeline, SipSerialQueue *queue);
/* Stops the pipeline, on its queue, and forgets it. */
void sip_media_exit_stop (SipMediaExit *self);

G_END_DECLS
