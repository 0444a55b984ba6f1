/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-message-extras-private.h"

#include "syntax/sip-error.h"

static gboolean
is_one_line (const char *text, const char *what, GError **error)
{
  g_autofree char *escaped = NULL;
  gboolean control = FALSE;

  for (const char *p = text; p != NULL && *p != '\0'; p++)
    control |= g_ascii_iscntrl (*p) && *p != '\t';
  if (!control)
    return TRUE;

  escaped = g_strescape (text, NULL);
  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "A %s holds a control character: “%s”", what, escaped);
  return FALSE;
}

gboolean
sip_message_extras_check (const SipMessageExtras *self, guint lowest, guint highest, GError **error)
{
  if (self == NULL)
    return TRUE;
  if (self->status != 0 && (self->status < lowest || self->status > highest))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "%u is no status code from %u to %u", self->status, lowest, highest);
      return FALSE;
    }

  return is_one_line (self->reason, "reason phrase", error) && is_one_line (self->content_type, "content type", error);
}

gboolean
sip_message_extras_add (const SipMessageExtras *self, SipMsgBuilder *message, GError **error)
{
  if (self == NULL)
    return TRUE;
  if (self->body != NULL)
    {
      if (!is_one_line (self->content_type, "content type", error))
        return FALSE;
      sip_msg_builder_set_body (message, self->content_type, self->body);
    }

  return self->lines == NULL || sip_msg_builder_add_lines (message, self->lines, FALSE, error);
}
