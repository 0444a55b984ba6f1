/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a message says of who somebody is and why something happened, as values. Entries that break their grammar are left out: the rest is still told. */

#include "syntax/sip-message.h"

#include "syntax/sip-history-entry-private.h"
#include "syntax/sip-identity-views-private.h"
#include "syntax/sip-message-private.h"
#include "syntax/sip-name-addr-private.h"
#include "syntax/sip-reason-private.h"

typedef gpointer (*Maker) (SipStr value);

static GPtrArray *
collect (SipMessage *self, SipHeaderId id, Maker make, GDestroyNotify destroy)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (destroy);
  SipValueIter iter = { 0 };
  SipStr value;

  while (sip_msg_next_value (sip_message_get_msg (self), id, &iter, &value))
    {
      gpointer item = make (value);

      if (item != NULL)
        g_ptr_array_add (all, item);
    }

  return all;
}

/**
 * sip_message_get_asserted_identities:
 * @self: a message
 *
 * Gets who the network says that the other side is: P-Asserted-Identity (RFC 3325).
 *
 * It is worth what the one is worth that the message came from: only a server that is trusted, on a connection that is, may say it; from anybody else it is a
 * claim like From (§6). There are at most two in practice, a `sip:` and a `tel:` URI.
 *
 * Returns: (transfer container) (element-type SipNameAddr): the identities; empty where there are none
 */
GPtrArray *
sip_message_get_asserted_identities (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  return collect (self, SIP_H_P_ASSERTED_IDENTITY, (Maker) sip_name_addr_new_from_str, (GDestroyNotify) sip_name_addr_unref);
}

/**
 * sip_message_get_preferred_identities:
 * @self: a message
 *
 * Gets which of its identities the other side wants to be known by: P-Preferred-Identity (RFC 3325), which it tells its first server.
 *
 * Returns: (transfer container) (element-type SipNameAddr): the identities; empty where there are none
 */
GPtrArray *
sip_message_get_preferred_identities (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  return collect (self, SIP_H_P_PREFERRED_IDENTITY, (Maker) sip_name_addr_new_from_str, (GDestroyNotify) sip_name_addr_unref);
}

/**
 * sip_message_get_privacy:
 * @self: a message
 *
 * Gets what its Privacy header asks for (RFC 3323 §4.2). What this library does not know is left out.
 *
 * Returns: what is asked for
 */
SipPrivacy
sip_message_get_privacy (SipMessage *self)
{
  g_autoptr (GFlagsClass) flags = NULL;
  const SipField *field;
  const SipMsg *msg;
  guint all = 0;

  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), SIP_PRIVACY_DEFAULT);

  msg = sip_message_get_msg (self);
  flags = g_type_class_ref (SIP_TYPE_PRIVACY);
  for (field = sip_msg_field (msg, SIP_H_PRIVACY); field != NULL; field = sip_msg_field_after (msg, field))
    {
      SipStr rest = sip_msg_field_value (msg, field);
      SipStr value;

      while (sip_privacy_next (&rest, &value))
        {
          for (guint i = 0; i < flags->n_values; i++)
            {
              if (sip_str_equal_nocase (value, sip_str_from (flags->values[i].value_nick)))
                all |= flags->values[i].value;
            }
        }
    }

  return (SipPrivacy) all;
}

/**
 * sip_message_get_reasons:
 * @self: a message
 *
 * Gets why it was sent: Reason (RFC 3326), in a BYE, a CANCEL or a response.
 *
 * Returns: (transfer container) (element-type SipReason): the reasons; empty where there are none
 */
GPtrArray *
sip_message_get_reasons (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  return collect (self, SIP_H_REASON, (Maker) sip_reason_new_from_str, (GDestroyNotify) sip_reason_unref);
}

/**
 * sip_message_is_completed_elsewhere:
 * @self: a message
 *
 * Whether a CANCEL (or a BYE) says that somebody else has taken the call: a Reason with SIP's cause 200 (RFC 3326 §2). Then it was not missed.
 *
 * Returns: whether it does
 */
gboolean
sip_message_is_completed_elsewhere (SipMessage *self)
{
  SipValueIter iter = { 0 };
  SipReasonView view;
  SipStr value;

  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), FALSE);

  while (sip_msg_next_value (sip_message_get_msg (self), SIP_H_REASON, &iter, &value))
    {
      if (sip_reason_view_parse (&view, value) && view.cause == 200 && sip_str_equal_nocase (view.protocol, SIP_STR ("SIP")))
        return TRUE;
    }

  return FALSE;
}

/**
 * sip_message_get_history_info:
 * @self: a message
 *
 * Gets whom the request was meant for on its way here: History-Info (RFC 7044), in the order of the header.
 *
 * As with P-Asserted-Identity, only a server that is trusted can be believed.
 *
 * Returns: (transfer container) (element-type SipHistoryEntry): the entries; empty where there are none
 */
GPtrArray *
sip_message_get_history_info (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  return collect (self, SIP_H_HISTORY_INFO, (Maker) sip_history_entry_new_from_str, (GDestroyNotify) sip_history_entry_unref);
}
