/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-replaces-view-private.h"

#include "syntax/sip-scan-private.h"
#include "syntax/sip-views-private.h"

/* callid = word [ "@" word ]: visible characters, none of which is a delimiter of this header. */
static gboolean
is_call_id (SipStr text)
{
  for (guint i = 0; i < text.len; i++)
    {
      if ((guchar) text.p[i] <= ' ' || (guchar) text.p[i] >= 0x7f || strchr (";,=", text.p[i]) != NULL)
        return FALSE;
    }

  return text.len > 0;
}

static gboolean
is_token (SipStr text)
{
  return text.len > 0 && sip_scan_class (text.p, text.p + text.len, SIP_CHAR_TOKEN) == text.p + text.len;
}

gboolean
sip_replaces_view_parse (SipReplacesView *view, SipStr value)
{
  const char *semicolon = value.len > 0 ? memchr (value.p, ';', value.len) : NULL;
  SipStr rest, name, its_value;

  *view = (SipReplacesView){ 0 };
  if (semicolon == NULL)
    return FALSE;

  view->call_id = sip_str_trim (sip_str (value.p, (gsize) (semicolon - value.p)));
  rest = sip_str (semicolon, value.len - (gsize) (semicolon - value.p));
  while (rest.len > 0)
    {
      if (!sip_params_next (&rest, &name, &its_value))
        return FALSE;

      /* Each of them once: two tags would be two dialogs. */
      if (SIP_STR_IS_WORD (name, "to-tag"))
        {
          if (view->to_tag.p != NULL || !is_token (its_value))
            return FALSE;
          view->to_tag = its_value;
        }
      else if (SIP_STR_IS_WORD (name, "from-tag"))
        {
          if (view->from_tag.p != NULL || !is_token (its_value))
            return FALSE;
          view->from_tag = its_value;
        }
      else if (SIP_STR_IS_WORD (name, "early-only"))
        {
          view->early_only = TRUE;
        }
    }

  return is_call_id (view->call_id) && view->to_tag.p != NULL && view->from_tag.p != NULL;
}
