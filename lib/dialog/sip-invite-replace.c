/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-invite-machine-private.h"

#include "syntax/sip-replaces-view-private.h"

/* An INVITE that is to take the place of a call (RFC 3891).
 *
 * Who knows Call-ID and both tags of a call may end it, so nothing may help to find them out: they are looked up by a hash of all three that is keyed with a
 * secret of this agent, and compared only where that hash is the same. How long it takes says nothing of how near a guess is, and there are no dialogs
 * but this agent's own to be found. */

static SipDialog *
find_dialog (SipDialogs *dialogs, const SipReplacesView *replaces)
{
  SipDialog *dialog = sip_dialogs_find_by_id (dialogs, replaces->call_id, replaces->to_tag, replaces->from_tag);

  /* §6.1: "0" stands for the tag that an old implementation does not have. */
  if (dialog == NULL && sip_str_equal (replaces->from_tag, SIP_STR ("0")))
    dialog = sip_dialogs_find_by_id (dialogs, replaces->call_id, replaces->to_tag, (SipStr) SIP_STR_INIT);

  return dialog;
}

static gboolean
is_over (SipInviteUsage *self)
{
  return self->state == SIP_CALL_CANCELLING || self->state == SIP_CALL_ENDING || self->state == SIP_CALL_TERMINATED || self->events == NULL;
}

guint
sip_invite_usage_find_replaced (SipDialogs *dialogs, const SipMsg *invite, gpointer *owner)
{
  const SipField *field = sip_msg_field (invite, SIP_H_REPLACES);
  SipReplacesView replaces;
  SipInviteUsage *usage;
  SipDialog *dialog;

  *owner = NULL;
  if (field == NULL)
    return 0;
  if (sip_msg_field_after (invite, field) != NULL || !sip_replaces_view_parse (&replaces, sip_msg_field_value (invite, field)))
    return 400;

  dialog = find_dialog (dialogs, &replaces);
  usage = dialog != NULL ? sip_invite_usage_of_dialog (dialog) : NULL;
  if (usage == NULL)
    return sip_dialogs_remembers (dialogs, replaces.call_id, replaces.to_tag, replaces.from_tag) ? 603 : 481;
  if (is_over (usage))
    return 603;

  if (dialog->is_confirmed)
    {
      if (replaces.early_only)
        return 486;
      /* A branch that lost against another. */
      if (sip_invite_usage_get_dialog (usage) != dialog)
        return 603;
    }
  else if (!usage->is_outgoing)
    {
      /* Nobody but the caller can have its early dialog replaced. */
      return 481;
    }

  *owner = usage->owner;
  return 0;
}

/* Its tags as the other side would look for them: To is there. */
char *
sip_invite_usage_dup_replaces (SipInviteUsage *self)
{
  SipDialog *dialog = sip_invite_usage_get_dialog (self);

  if (dialog == NULL)
    return NULL;

  return g_strdup_printf ("%s;to-tag=%s;from-tag=%s", dialog->call_id, *dialog->remote_tag != '\0' ? dialog->remote_tag : "0", dialog->local_tag);
}
