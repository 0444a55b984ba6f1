/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-machine-private.h"

/* A request inside the call's dialog that is none of the machine's own: an INFO belongs to the call (RFC 6086 §3), a MESSAGE and an OPTIONS go along with it, and
 * of what a later RFC may bring nobody knows. The owner answers them. */
gboolean
sip_invite_inside_request (SipInviteUsage *self, SipServerTransaction *transaction, SipMsg *request)
{
  switch ((SipMethod) request->method)
    {
    case SIP_METHOD_INFO:
    case SIP_METHOD_MESSAGE:
    case SIP_METHOD_OPTIONS:
    case SIP_METHOD_OTHER:
      break;
    case SIP_METHOD_REFER:
      /* Before the call stands nobody is there who could be sent elsewhere (RFC 5589 §6.1). */
      if (self->state != SIP_CALL_CONFIRMED && self->state != SIP_CALL_ANSWERED && self->state != SIP_CALL_ENDING &&
          self->state != SIP_CALL_TERMINATED)
        {
          sip_dialogs_respond (self->dialogs, transaction, 403, "Call Not Established", NULL);
          return TRUE;
        }
      break;
    default:
      return FALSE;
    }

  if (self->events == NULL || self->state == SIP_CALL_ENDING || self->state == SIP_CALL_TERMINATED)
    sip_dialogs_respond (self->dialogs, transaction, 481, NULL, NULL);
  else
    self->events->request (self->owner, transaction, request);

  return TRUE;
}

void
sip_invite_usage_dialog_gone (SipInviteUsage *self, SipMsg *response)
{
  if (self->state == SIP_CALL_CONFIRMED || self->state == SIP_CALL_ANSWERED)
    sip_invite_usage_end_with_bye (self, NULL, response, SIP_CAUSE_DIALOG_ERROR, FALSE);
}
