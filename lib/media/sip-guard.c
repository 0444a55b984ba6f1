/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-guard-private.h"

#include "media/sip-fingerprint-private.h"

struct _SipGuard
{
  GMutex mutex;
  GPtrArray *fingerprints;
  char *certificate;
  int state;
};

SipGuard *
sip_guard_new (void)
{
  SipGuard *self = g_atomic_rc_box_new0 (SipGuard);

  g_mutex_init (&self->mutex);

  return self;
}

SipGuard *
sip_guard_ref (SipGuard *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
guard_clear (SipGuard *self)
{
  g_clear_pointer (&self->fingerprints, g_ptr_array_unref);
  g_free (self->certificate);
  g_mutex_clear (&self->mutex);
}

void
sip_guard_unref (SipGuard *self)
{
  g_atomic_rc_box_release_full (self, (GDestroyNotify) guard_clear);
}

SipGuardState
sip_guard_get_state (SipGuard *self)
{
  return g_atomic_int_get (&self->state);
}

/* With the mutex held. A peer that was caught once is not asked again. */
static SipGuardState
decide (SipGuard *self)
{
  SipGuardState state = g_atomic_int_get (&self->state);

  if (state != SIP_GUARD_FORGED && self->fingerprints != NULL && self->certificate != NULL)
    {
      state = sip_fingerprint_matches (self->fingerprints, self->certificate) ? SIP_GUARD_VERIFIED : SIP_GUARD_FORGED;
      g_atomic_int_set (&self->state, state);
    }

  return state;
}

SipGuardState
sip_guard_set_fingerprints (SipGuard  *self,
                            GPtrArray *fingerprints)
{
  SipGuardState state;

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->fingerprints, g_ptr_array_unref);
  self->fingerprints = g_ptr_array_ref (fingerprints);
  state = decide (self);
  g_mutex_unlock (&self->mutex);

  return state;
}

SipGuardState
sip_guard_set_certificate (SipGuard   *self,
                           const char *pem)
{
  SipGuardState state;

  g_mutex_lock (&self->mutex);
  g_free (self->certificate);
  self->certificate = g_strdup (pem);
  state = decide (self);
  g_mutex_unlock (&self->mutex);

  return state;
}
