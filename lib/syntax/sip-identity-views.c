/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-identity-views-private.h"

#include "syntax/sip-scan-private.h"

gboolean
sip_reason_view_parse (SipReasonView *view, SipStr value)
{
  SipStr cause;
  guint64 number;

  *view = (SipReasonView){ 0 };
  if (!sip_token_view_parse (value, &view->protocol, &view->params))
    return FALSE;

  if (sip_params_find (view->params, "cause", &cause) && sip_str_to_uint (cause, G_MAXUINT16, &number))
    view->cause = (guint16) number;
  if (!sip_params_find (view->params, "text", &view->text))
    view->text = (SipStr) SIP_STR_INIT;

  return TRUE;
}

/* 1*DIGIT *("." 1*DIGIT) (RFC 7044 §5) */
static gboolean
is_index (SipStr text)
{
  gboolean digit = FALSE;

  for (guint i = 0; i < text.len; i++)
    {
      if (text.p[i] == '.' && !digit)
        return FALSE;
      digit = text.p[i] != '.';
      if (digit && !g_ascii_isdigit (text.p[i]))
        return FALSE;
    }

  return digit;
}

static SipStr
find_index (SipStr params, const char *name)
{
  SipStr value;

  return sip_params_find (params, name, &value) && is_index (value) ? value : (SipStr) SIP_STR_INIT;
}

gboolean
sip_history_view_parse (SipHistoryView *view, SipStr value)
{
  SipNameAddrView address;

  *view = (SipHistoryView){ 0 };
  if (!sip_name_addr_view_parse (&address, value) || address.is_star)
    return FALSE;

  view->uri = address.uri;
  view->params = address.params;
  view->index = find_index (address.params, "index");
  view->rc = find_index (address.params, "rc");
  view->mp = find_index (address.params, "mp");
  view->np = find_index (address.params, "np");
  return TRUE;
}

gboolean
sip_privacy_next (SipStr *rest, SipStr *value)
{
  while (rest->len > 0)
    {
      guint n = 0;

      while (n < rest->len && rest->p[n] != ';' && rest->p[n] != ',')
        n++;
      *value = sip_str_trim (sip_str (rest->p, n));
      *rest = sip_str (rest->p + MIN (n + 1, rest->len), rest->len - MIN (n + 1, rest->len));
      if (value->len > 0)
        return TRUE;
    }

  return FALSE;
}

char *
sip_text_unquote (SipStr value)
{
  g_autoptr (GString) text = NULL;
  gboolean quoted = value.len >= 2 && value.p[0] == '"' && value.p[value.len - 1] == '"';
  gsize end = quoted ? value.len - 1 : value.len;

  if (value.p == NULL)
    return NULL;

  text = g_string_sized_new (value.len);
  for (gsize i = quoted; i < end; i++)
    {
      if (quoted && value.p[i] == '\\' && i + 1 < end)
        i++;
      g_string_append_c (text, g_ascii_iscntrl (value.p[i]) ? ' ' : value.p[i]);
    }

  return g_utf8_make_valid (text->str, text->len);
}
