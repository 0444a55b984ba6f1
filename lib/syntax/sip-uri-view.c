/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"
#include "syntax/sip-views-private.h"

/* Characters of @classes and whole escapes, "%" HEXDIG HEXDIG. NULL: a '%' without its two digits. */
static inline const char *
scan_escaped (const char *p,
              const char *end,
              guint16     classes)
{
  for (;;)
    {
      while (p < end && sip_char_is (*p, classes))
        p++;
      if (p == end || *p != '%')
        return p;
      if (end - p < 3 || !sip_char_is (p[1], SIP_CHAR_HEX) || !sip_char_is (p[2], SIP_CHAR_HEX))
        return NULL;
      p += 3;
    }
}

/* [ user [ ":" password ] "@" ]: [p, end) ends before the '@'. */
static gboolean
parse_userinfo (SipUriView *view,
                const char *p,
                const char *end)
{
  const char *q = scan_escaped (p, end, SIP_CHAR_USER);

  if (q == NULL || q == p)
    return FALSE;
  view->user = sip_str (p, q - p);
  if (q == end)
    return TRUE;
  if (*q != ':')
    return FALSE;

  p = q + 1;
  view->password = sip_str (p, end - p);

  return scan_escaped (p, end, SIP_CHAR_PASSWORD) == end;
}

/* *( ";" pname [ "=" pvalue ] ), from behind the first ';'. An empty value ("ftag=") is let through: proxies write it. */
static const char *
scan_params (const char *p,
             const char *end)
{
  for (;;)
    {
      const char *start = p;

      p = scan_escaped (p, end, SIP_CHAR_PARAM);
      if (p == NULL || p == start)
        return NULL;
      if (p < end && *p == '=')
        {
          p = scan_escaped (p + 1, end, SIP_CHAR_PARAM);
          if (p == NULL)
            return NULL;
        }
      if (p == end || *p != ';')
        return p;
      p++;
    }
}

/* hname "=" hvalue *( "&" hname "=" hvalue ), from behind the '?'. */
static gboolean
check_headers (const char *p,
               const char *end)
{
  for (;;)
    {
      const char *start = p;

      p = scan_escaped (p, end, SIP_CHAR_HNV);
      if (p == NULL || p == start || p == end || *p != '=')
        return FALSE;
      p = scan_escaped (p + 1, end, SIP_CHAR_HNV);
      if (p == NULL)
        return FALSE;
      if (p == end)
        return TRUE;
      if (*p++ != '&')
        return FALSE;
    }
}

/* RFC 3261 §19.1.1. A raw '@' can only end the user part: neither parameters nor headers may hold one. */
static gboolean
parse_sip (SipUriView *view,
           const char *p,
           const char *end)
{
  const char *at = memchr (p, '@', end - p);

  if (at != NULL)
    {
      if (!parse_userinfo (view, p, at))
        return FALSE;
      p = at + 1;
    }

  p = sip_scan_host (p, end, &view->host, &view->is_ipv6);
  if (p == NULL)
    return FALSE;

  if (p < end && *p == ':')
    {
      p = sip_scan_port (p + 1, end, &view->port);
      if (p == NULL)
        return FALSE;
    }

  if (p < end && *p == ';')
    {
      const char *start = p + 1;

      p = scan_params (start, end);
      if (p == NULL)
        return FALSE;
      view->params = sip_str (start, p - start);
    }

  if (p < end && *p == '?')
    {
      p++;
      view->headers = sip_str (p, end - p);
      return check_headers (p, end);
    }

  return p == end;
}

static inline gboolean
starts_with_sip (const char *p)
{
  return (p[0] | 0x20) == 's' && (p[1] | 0x20) == 'i' && (p[2] | 0x20) == 'p';
}

static const char *
scan_scheme (const char *p,
             const char *end)
{
  if (!g_ascii_isalpha (*p))
    return NULL;
  while (p < end && (sip_char_is (*p, SIP_CHAR_ALNUM) || *p == '+' || *p == '-' || *p == '.'))
    p++;

  return end - p > 1 && *p == ':' ? p : NULL;
}

gboolean
sip_uri_view_parse (SipUriView *view,
                    SipStr      text)
{
  const char *p = text.p;
  const char *end;

  *view = (SipUriView){ .whole = text };
  if (text.len == 0)
    return FALSE;
  end = p + text.len;

  if (text.len > 4 && starts_with_sip (p))
    {
      view->is_sips = (p[3] | 0x20) == 's' && p[4] == ':';
      view->is_sip = view->is_sips || p[3] == ':';
    }
  if (view->is_sip)
    {
      view->scheme = sip_str (p, 3 + view->is_sips);
      return parse_sip (view, p + view->scheme.len + 1, end);
    }

  p = scan_scheme (p, end);
  if (p == NULL)
    return FALSE;
  view->scheme = sip_str (text.p, p - text.p);
  p++;
  view->opaque = sip_str (p, end - p);

  return scan_escaped (p, end, SIP_CHAR_URIC) == end;
}
