/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-history-entry-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-identity-views-private.h"
#include "syntax/sip-name-addr-private.h"
#include "syntax/sip-reason-private.h"

/**
 * SipHistoryEntry:
 *
 * One of those whom a request was meant for on its way here (RFC 7044): whose number was dialled before a call was diverted to us, and why.
 *
 * [method@Message.get_history_info] has those of a message. It is immutable and may be used and unreferenced in any thread.
 */
struct _SipHistoryEntry
{
  gatomicrefcount ref_count;
  SipNameAddr *address;
  SipReason *reason;
  char *index;
  char *rc;
  char *mp;
  char *np;
  gboolean is_private;
};

G_DEFINE_BOXED_TYPE (SipHistoryEntry, sip_history_entry, sip_history_entry_ref, sip_history_entry_unref)

static gboolean
asks_for_privacy (SipUri *uri)
{
  g_autofree char *privacy = sip_uri_get_header (uri, "Privacy");
  SipStr rest = sip_str_from (privacy);
  SipStr value;

  while (privacy != NULL && sip_privacy_next (&rest, &value))
    {
      if (sip_str_equal_nocase (value, SIP_STR ("history")))
        return TRUE;
    }

  return FALSE;
}

SipHistoryEntry *
sip_history_entry_new_from_str (SipStr value)
{
  g_autoptr (SipNameAddr) address = sip_name_addr_new_from_str (value);
  g_autofree char *reason = NULL;
  SipHistoryEntry *self;
  SipHistoryView view;

  if (address == NULL || !sip_history_view_parse (&view, sip_str_trim (value)))
    return NULL;

  self = g_new0 (SipHistoryEntry, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->index = sip_str_dup (view.index);
  self->rc = sip_str_dup (view.rc);
  self->mp = sip_str_dup (view.mp);
  self->np = sip_str_dup (view.np);
  reason = sip_uri_get_header (sip_name_addr_get_uri (address), "Reason");
  if (reason != NULL)
    self->reason = sip_reason_new_from_str (sip_str_from (reason));
  self->is_private = asks_for_privacy (sip_name_addr_get_uri (address));
  self->address = g_steal_pointer (&address);
  return self;
}

/**
 * sip_history_entry_parse: (constructor)
 * @text: one value of a History-Info header
 * @error: return location for an error
 *
 * Reads an entry.
 *
 * Returns: (transfer full): the entry, or `NULL` with `SIP_ERROR_PARSE`
 */
SipHistoryEntry *
sip_history_entry_parse (const char *text, GError **error)
{
  SipHistoryEntry *self;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  self = sip_history_entry_new_from_str (sip_str_from (text));
  if (self == NULL)
    {
      g_autofree char *escaped = g_strescape (text, NULL);

      g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "“%s” is no entry of a history", escaped);
    }

  return self;
}

/**
 * sip_history_entry_ref:
 * @self: an entry
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 */
SipHistoryEntry *
sip_history_entry_ref (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * sip_history_entry_unref:
 * @self: (transfer full): an entry
 *
 * Drops a reference.
 */
void
sip_history_entry_unref (SipHistoryEntry *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  sip_name_addr_unref (self->address);
  g_clear_pointer (&self->reason, sip_reason_unref);
  g_free (self->index);
  g_free (self->rc);
  g_free (self->mp);
  g_free (self->np);
  g_free (self);
}

/**
 * sip_history_entry_get_address:
 * @self: an entry
 *
 * Gets whom the request was meant for, with the parameters of the entry.
 *
 * Returns: (transfer none): the address
 */
SipNameAddr *
sip_history_entry_get_address (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->address;
}

/**
 * sip_history_entry_get_uri:
 * @self: an entry
 *
 * Gets whom the request was meant for.
 *
 * Returns: (transfer none): the URI
 */
SipUri *
sip_history_entry_get_uri (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return sip_name_addr_get_uri (self->address);
}

/**
 * sip_history_entry_get_index:
 * @self: an entry
 *
 * Gets where it stands in the tree of what became of the request: "1", "1.1", "1.2", …
 *
 * Returns: (transfer none) (nullable): the index; `NULL` where there is none that can be read
 */
const char *
sip_history_entry_get_index (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->index;
}

/**
 * sip_history_entry_get_rc:
 * @self: an entry
 *
 * Gets which entry this one followed, where it is a registered contact of the same user (RFC 7044 §5).
 *
 * Returns: (transfer none) (nullable): that entry's index
 */
const char *
sip_history_entry_get_rc (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->rc;
}

/**
 * sip_history_entry_get_mp:
 * @self: an entry
 *
 * Gets which entry this one followed, where it is another user: the call was diverted (RFC 7044 §5).
 *
 * Returns: (transfer none) (nullable): that entry's index
 */
const char *
sip_history_entry_get_mp (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->mp;
}

/**
 * sip_history_entry_get_np:
 * @self: an entry
 *
 * Gets which entry this one followed, where nothing was changed (RFC 7044 §5).
 *
 * Returns: (transfer none) (nullable): that entry's index
 */
const char *
sip_history_entry_get_np (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->np;
}

/**
 * sip_history_entry_get_reason:
 * @self: an entry
 *
 * Gets why the request went on from there.
 *
 * Returns: (transfer none) (nullable): the reason; `NULL` where none is given
 */
SipReason *
sip_history_entry_get_reason (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->reason;
}

/**
 * sip_history_entry_is_private:
 * @self: an entry
 *
 * Gets whether the entry is not to be told to others (RFC 7044 §10.1).
 *
 * Returns: whether it asks for that
 */
gboolean
sip_history_entry_is_private (SipHistoryEntry *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_private;
}
