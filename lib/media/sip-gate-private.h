/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include "media/sip-guard-private.h"

G_BEGIN_DECLS

/* A gate in a pad: it lets buffers through while it is open, ready, and its guard agrees, and counts them. Buffers that do not pass are
 * dropped without an error, so that a stream can run before anybody listens. */
typedef struct _SipGate SipGate;

SipGate *sip_gate_new (SipGuard *guard);
SipGate *sip_gate_ref (SipGate *self);
void sip_gate_unref (SipGate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipGate, sip_gate_unref)

/* For video: whenever it begins to let buffers through, a whole picture is asked for. To be called before it is opened. */
void sip_gate_set_whole_pictures (SipGate *self);
/* Asks for one now. @pad is where the gate is installed. */
void sip_gate_ask_for_picture (SipGate *self, GstPad *pad);
void sip_gate_install (SipGate *self, GstPad *pad);
void sip_gate_set_open (SipGate *self, gboolean open);
void sip_gate_set_ready (SipGate *self);
guint64 sip_gate_get_packets (SipGate *self);
guint64 sip_gate_get_bytes (SipGate *self);
guint64 sip_gate_get_dropped (SipGate *self);
/* When the first buffer passed, in monotonic µs; 0: none did. */
gint64 sip_gate_get_first_time (SipGate *self);

G_END_DECLS
