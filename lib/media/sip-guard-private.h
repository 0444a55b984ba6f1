/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

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

G_END_DECLS
