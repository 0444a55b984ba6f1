/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-auth-params-private.h"

#include "syntax/sip-scan-private.h"

/* What we send back has to fit into a header field again. */
#define MAX_TEXT 2048

gboolean
sip_auth_param_next (SipStr *rest, SipAuthParam *param)
{
  const char *end = rest->p + rest->len;
  const char *start, *p;

  *param = (SipAuthParam){ 0 };
  p = rest->len > 0 ? sip_scan_lws (rest->p, end) : end;
  while (p < end && *p == ',')
    p = sip_scan_lws (p + 1, end);
  start = p;
  p = sip_scan_class (p, end, SIP_CHAR_TOKEN);
  *rest = sip_str (end, 0);
  if (p == start)
    {
      param->is_broken = p < end;
      return FALSE;
    }
  param->name = sip_str (start, p - start);

  p = sip_scan_lws (p, end);
  if (p < end && *p == '=')
    {
      param->is_param = TRUE;
      start = sip_scan_lws (p + 1, end);
      if (start < end && *start == '"')
        {
          p = sip_scan_quoted (start, end);
          if (p == NULL)
            {
              param->is_broken = TRUE;
              return FALSE;
            }
          param->value = sip_str (start + 1, p - start - 2);
        }
      else
        {
          p = start;
          while (p < end && *p != ',' && *p != '"' && (guchar) *p > ' ')
            p++;
          param->value = sip_str (start, p - start);
        }
    }
  *rest = sip_str (p, end - p);
  return TRUE;
}

gboolean
sip_auth_param_is (SipStr name, const char *text)
{
  return sip_str_equal_nocase (name, sip_str_from (text));
}

gboolean
sip_auth_param_is_safe (SipStr text)
{
  for (guint i = 0; i < text.len; i++)
    {
      if (text.p[i] == '"' || (text.p[i] == '\\' && ++i == text.len))
        return FALSE;
      if ((guchar) text.p[i] < ' ' || text.p[i] == 0x7f)
        return FALSE;
    }

  return text.len <= MAX_TEXT;
}
