/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Whether a peer is who its description says: one for each DTLS association. Everything here may be called in any thread.
 *
 * webrtcbin connects to anybody (RFC 8827 §6.5 wants the contrary), so nothing may pass in either direction before a guard agreed. */
typedef struct _SipGuard SipGuard;

typedef enum
{
  SIP_GUARD_WAITING,
  SIP_GUARD_VERIFIED,
  SIP_GUARD_FORGED, /* for good */
} SipGuardState;

SipGuard *sip_guard_new (void);
SipGuard *sip_guard_ref (SipGuard *self);
void sip_guard_unref (SipGuard *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipGuard, sip_guard_unref)

SipGuardState sip_guard_get_state (SipGuard *self);
/* What the peer's description says: char *. */
SipGuardState sip_guard_set_fingerprints (SipGuard *self, GPtrArray *fingerprints);
/* What the peer showed in the handshake. */
SipGuardState sip_guard_set_certificate (SipGuard *self, const char *pem);

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
