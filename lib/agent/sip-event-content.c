/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-event-content-private.h"

#include "events/sip-dialog-info.h"
#include "events/sip-message-summary.h"
#include "events/sip-presence.h"
#include "syntax/sip-error.h"

typedef GObject *(*ParseFunc) (GBytes *bytes, GError **error);

static const struct
{
  const char *package;
  const char *type;
  ParseFunc parse;
} packages[] = {
  { "presence", SIP_PRESENCE_TYPE, (ParseFunc) sip_presence_parse },
  { "dialog", SIP_DIALOG_INFO_TYPE, (ParseFunc) sip_dialog_info_parse },
  { "message-summary", SIP_MESSAGE_SUMMARY_TYPE, (ParseFunc) sip_message_summary_parse },
};

const char *
sip_event_content_get_accept (SipStr package)
{
  for (guint i = 0; i < G_N_ELEMENTS (packages); i++)
    {
      if (sip_str_equal_nocase (package, sip_str_from (packages[i].package)))
        return packages[i].type;
    }

  return NULL;
}

/* @type: a Content-Type with its parameters. */
static ParseFunc
find_parser (SipStr type)
{
  const char *semicolon = type.len > 0 ? memchr (type.p, ';', type.len) : NULL;

  if (semicolon != NULL)
    type = sip_str_trim (sip_str (type.p, (gsize) (semicolon - type.p)));
  for (guint i = 0; i < G_N_ELEMENTS (packages); i++)
    {
      if (sip_str_equal_nocase (type, sip_str_from (packages[i].type)))
        return packages[i].parse;
    }

  return NULL;
}

/* The first document may be a partial one where the NOTIFYs before it got lost. */
static SipEventContentChange
update_dialogs (GObject **content, SipDialogInfo *update)
{
  g_autoptr (SipDialogInfo) next = NULL;
  g_autoptr (GError) error = NULL;

  if (!SIP_IS_DIALOG_INFO (*content))
    {
      if (!sip_dialog_info_get_full (update))
        return SIP_EVENT_CONTENT_LOST;
      g_set_object (content, G_OBJECT (update));
      return SIP_EVENT_CONTENT_CHANGED;
    }

  next = sip_dialog_info_update (SIP_DIALOG_INFO (*content), update, &error);
  if (next == NULL)
    return g_error_matches (error, SIP_ERROR, SIP_ERROR_INVALID_STATE) ? SIP_EVENT_CONTENT_LOST : SIP_EVENT_CONTENT_SAME;

  g_set_object (content, G_OBJECT (next));
  return SIP_EVENT_CONTENT_CHANGED;
}

SipEventContentChange
sip_event_content_update (GObject **content, const SipMsg *notify)
{
  ParseFunc parse = find_parser (sip_msg_value (notify, SIP_H_CONTENT_TYPE));
  SipStr body = sip_msg_body (notify);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GObject) object = NULL;
  g_autoptr (GError) error = NULL;

  if (parse == NULL || body.len == 0)
    return SIP_EVENT_CONTENT_SAME;

  bytes = g_bytes_new (body.p, body.len);
  object = parse (bytes, &error);
  if (object == NULL)
    {
      g_debug ("A NOTIFY says nothing that is understood: %s", error->message);
      return SIP_EVENT_CONTENT_SAME;
    }
  if (SIP_IS_DIALOG_INFO (object))
    return update_dialogs (content, SIP_DIALOG_INFO (object));

  g_set_object (content, object);
  return SIP_EVENT_CONTENT_CHANGED;
}
