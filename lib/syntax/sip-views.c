/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"
#include "syntax/sip-views-private.h"

/* The parameters of a URI or of a header, whichever: what they may hold was checked when their owner was parsed, and where it was not (a
 * list of an unknown header), nothing worse than FALSE comes of it. */
gboolean
sip_params_next (SipStr *rest,
                 SipStr *name,
                 SipStr *value)
{
  const char *p, *end, *start;

  if (rest->len == 0)
    return FALSE;

  end = rest->p + rest->len;
  p = sip_scan_lws (rest->p, end);
  if (p < end && *p == ';')
    p = sip_scan_lws (p + 1, end);
  *rest = sip_str (end, 0);

  start = p;
  p = sip_scan_class (start, end, SIP_CHAR_LIST);
  if (p == start)
    return FALSE;
  *name = sip_str (start, p - start);
  *value = (SipStr) SIP_STR_INIT;

  p = sip_scan_lws (p, end);
  if (p < end && *p == '=')
    {
      start = sip_scan_lws (p + 1, end);
      if (start < end && *start == '"')
        p = sip_scan_quoted (start, end);
      else
        p = sip_scan_class (start, end, SIP_CHAR_LIST | SIP_CHAR_VALUE);
      if (p == NULL)
        return FALSE;
      *value = sip_str (start, p - start);
      p = sip_scan_lws (p, end);
    }

  if (p < end && *p != ';')
    return FALSE;
  *rest = sip_str (p, end - p);

  return TRUE;
}

gboolean
sip_params_find (SipStr      params,
                 const char *name,
                 SipStr     *value)
{
  SipStr wanted = sip_str_from (name);
  SipStr found, its_value;

  while (sip_params_next (&params, &found, &its_value))
    {
      if (sip_str_equal_nocase (found, wanted))
        {
          if (value != NULL)
            *value = its_value;
          return TRUE;
        }
    }

  return FALSE;
}

gboolean
sip_token_view_parse (SipStr  text,
                      SipStr *token,
                      SipStr *params)
{
  const char *end = text.p + text.len;
  const char *p = text.len > 0 ? sip_scan_class (text.p, end, SIP_CHAR_TOKEN) : text.p;

  if (p == text.p)
    return FALSE;
  *token = sip_str (text.p, p - text.p);
  *params = (SipStr) SIP_STR_INIT;

  p = sip_scan_lws (p, end);
  if (p < end && *p != ';')
    return FALSE;
  if (p < end)
    *params = sip_str (p + 1, end - p - 1);

  return TRUE;
}

/* *( SEMI generic-param ) up to @end; the tag may come once and is a token (RFC 3261 §19.3). */
static gboolean
parse_params (SipNameAddrView *view,
              const char      *begin,
              const char      *p,
              const char      *end)
{
  if (p < end && *p == ';')
    view->params = sip_str (p + 1, end - p - 1);

  while (p < end)
    {
      SipStr name, value;

      if (*p != ';')
        return FALSE;
      p = sip_scan_param (begin, p + 1, end, &name, &value);
      if (p == NULL)
        return FALSE;
      view->n_params++;

      if (SIP_STR_IS_WORD (name, "tag"))
        {
          if (view->tag.p != NULL || value.p == NULL || *value.p == '"')
            return FALSE;
          view->tag = value;
        }
    }

  return TRUE;
}

/* display-name: a quoted string, or tokens with blanks between and after. Answers where the '<' is; @start for "no display name" when the
 * text is an addr-spec. */
static const char *
scan_display (SipNameAddrView *view,
              const char      *start,
              const char      *end)
{
  const char *p;
  const char *last;

  if (*start == '"')
    {
      last = sip_scan_quoted (start, end);
      if (last == NULL)
        return NULL;
      p = sip_scan_lws (last, end);
    }
  else
    {
      p = start;
      do
        {
          last = sip_scan_class (p, end, SIP_CHAR_DISPLAY);
          p = sip_scan_lws (last, end);
        }
      while (p > last && p < end);

      if (p == last && p < end && *p == ':')
        return start;
      last = p;
    }

  if (p == end || *p != '<')
    return NULL;
  view->display = sip_str_trim (sip_str (start, last - start));

  return p;
}

gboolean
sip_name_addr_view_parse (SipNameAddrView *view,
                          SipStr           text)
{
  const char *p = text.p;
  const char *end, *start;

  *view = (SipNameAddrView){ 0 };
  if (text.len == 0)
    return FALSE;
  end = p + text.len;

  p = sip_scan_lws (p, end);
  if (p == end)
    return FALSE;

  if (*p == '*' && sip_scan_lws (p + 1, end) == end)
    {
      view->is_star = TRUE;
      return TRUE;
    }

  if (*p != '<')
    {
      start = p;
      p = scan_display (view, start, end);
      if (p == NULL)
        return FALSE;
    }

  if (*p == '<')
    {
      start = p + 1;
      p = sip_uri_scan (text.p, start, end);
      if (p == NULL || p == end || *p != '>')
        return FALSE;
      view->uri = sip_str (start, p - start);
      p++;
    }
  else
    {
      start = p;
      /* Without brackets a comma, a question mark or a semicolon is not the URI's (RFC 3261 §20). */
      while (p < end && sip_char_is (*p, SIP_CHAR_URIC | SIP_CHAR_TOKEN) && *p != ';' && *p != ',' && *p != '?')
        p++;
      if (sip_uri_scan (text.p, start, p) != p)
        return FALSE;
      view->uri = sip_str (start, p - start);
    }

  return parse_params (view, text.p, sip_scan_lws (p, end), end);
}

gboolean
sip_cseq_view_parse (SipCSeqView *view,
                     SipStr       text)
{
  const char *p = text.p;
  const char *end, *start;
  guint64 number;

  *view = (SipCSeqView){ 0 };
  if (text.len == 0)
    return FALSE;
  end = p + text.len;

  start = sip_scan_lws (p, end);
  p = sip_scan_class (start, end, SIP_CHAR_DIGIT);
  if (!sip_str_to_uint (sip_str (start, p - start), G_MAXINT32, &number))
    return FALSE;
  view->number = number;

  start = sip_scan_lws (p, end);
  if (start == p)
    return FALSE;
  p = sip_scan_class (start, end, SIP_CHAR_TOKEN);
  if (p == start || sip_scan_lws (p, end) != end)
    return FALSE;
  view->method_name = sip_str (start, p - start);
  view->method = sip_method_id_lookup (start, p - start);

  return TRUE;
}

/* From behind the '(' of a comment to behind its ')'; comments nest and have escapes. */
static const char *
skip_comment (const char *p,
              const char *end)
{
  guint depth = 1;

  while (p < end && depth > 0)
    {
      if (*p == '\\' && end - p > 1)
        p++;
      else if (*p == '(')
        depth++;
      else if (*p == ')')
        depth--;
      p++;
    }

  return p;
}

/* The next comma outside of quotes, brackets and comments, or @end. What is opened and never closed takes the rest: then that value
 * breaks the grammar of its header, and is not cut into something that does not. '(' opens a comment where a blank is before it;
 * elsewhere it may be part of a URI or a token. */
static const char *
find_comma (const char *start,
            const char *end)
{
  const char *p = start;

  while (p < end && *p != ',')
    {
      const char *close;

      switch (*p)
        {
        case '"':
          close = sip_scan_quoted (p, end);
          break;
        case '<':
          close = memchr (p, '>', end - p);
          break;
        case '(':
          close = p == start || (guchar) p[-1] <= ' ' ? skip_comment (p + 1, end) : p + 1;
          break;
        default:
          close = p + 1;
          break;
        }
      if (close == NULL)
        return end;
      p = close;
    }

  return p;
}

gboolean
sip_values_next (SipStr *rest,
                 SipStr *value)
{
  const char *start, *end, *comma;

  if (rest->len == 0)
    return FALSE;

  end = rest->p + rest->len;
  start = sip_scan_lws (rest->p, end);
  if (start == end)
    {
      *rest = sip_str (end, 0);
      return FALSE;
    }

  comma = memchr (start, ',', end - start) != NULL ? find_comma (start, end) : end;
  *value = sip_str_trim (sip_str (start, comma - start));
  *rest = comma < end ? sip_str (comma + 1, end - comma - 1) : sip_str (end, 0);

  return TRUE;
}
