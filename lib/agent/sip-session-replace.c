/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A call that takes another one's place (RFC 3891). */

#include "agent/sip-session-private.h"

void
sip_session_set_replacee (SipSession *self, SipSession *replacee)
{
  if (g_set_object (&self->replacee, replacee))
    g_object_notify_by_pspec (G_OBJECT (self), sip_session_properties[SIP_SESSION_PROP_REPLACEE]);
}

void
sip_session_replace (SipSession *self)
{
  g_autoptr (SipSession) replacee = self->replacee != NULL ? g_object_ref (self->replacee) : NULL;

  if (replacee == NULL)
    return;

  /* It may have ended meanwhile; then there is nothing to take but its place. */
  if (sip_session_get_state (replacee) != SIP_SESSION_STATE_TERMINATED && sip_session_get_state (replacee) != SIP_SESSION_STATE_TERMINATING)
    {
      g_signal_emit (replacee, sip_session_signals[SIP_SESSION_SIGNAL_REPLACED], 0, self);
      sip_session_terminate (replacee, NULL, NULL);
    }
  /* No chain of calls that are over. */
  sip_session_set_replacee (replacee, NULL);
}

/**
 * sip_session_get_replacee:
 * @self: a session
 *
 * Gets the call whose place this one takes when it is accepted (RFC 3891).
 *
 * Returns: (transfer none) (nullable): the call; `NULL` mostly
 */
SipSession *
sip_session_get_replacee (SipSession *self)
{
  g_return_val_if_fail (SIP_IS_SESSION (self), NULL);

  return self->replacee;
}
