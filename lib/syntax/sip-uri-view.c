/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"
#include "syntax/sip-views-private.h"

/* One scanner for both who want the parts of a URI and who want to know that it is one: with no view to fill, nothing is noted. */
#define NOTE(view, part, start, end) \
  G_STMT_START \
    { \
      if ((view) != NULL) \
        (view)->part = sip_str (start, (end) - (start)); \
    } \
  G_STMT_END

/* Characters of @classes and whole escapes, "%" HEXDIG HEXDIG. NULL: a '%' without its two digits. */
static inline const char *
scan_escaped (const char *p,
              const char *end,
              guint16     classes)
{
  for (;;)
    {
      p = sip_scan_class (p, end, classes);
      if (p == end || *p != '%')
        return p;
      if (end - p < 3 || !sip_char_is (p[1], SIP_CHAR_HEX) || !sip_char_is (p[2], SIP_CHAR_HEX))
        return NULL;
      p += 3;
    }
}

/* [ user [ ":" password ] "@" ]: behind the '@', or @p where there is none. No other '@' can be part of a URI, so one that this does not
 * find is where the rest breaks off. */
static inline const char *
scan_userinfo (SipUriView *view,
               const char *p,
               const char *end)
{
  const char *user_end = scan_escaped (p, end, SIP_CHAR_USER);
  const char *password_end;

  if (user_end == NULL || user_end == end || user_end == p)
    return p;
  if (*user_end == '@')
    {
      NOTE (view, user, p, user_end);
      return user_end + 1;
    }
  if (*user_end != ':')
    return p;

  password_end = scan_escaped (user_end + 1, end, SIP_CHAR_PASSWORD);
  if (password_end == NULL || password_end == end || *password_end != '@')
    return p;
  NOTE (view, user, p, user_end);
  NOTE (view, password, user_end + 1, password_end);

  return password_end + 1;
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
static const char *
scan_headers (const char *p,
              const char *end)
{
  for (;;)
    {
      const char *start = p;

      p = scan_escaped (p, end, SIP_CHAR_HNV);
      if (p == NULL || p == start || p == end || *p != '=')
        return NULL;
      p = scan_escaped (p + 1, end, SIP_CHAR_HNV);
      if (p == NULL || p == end || *p != '&')
        return p;
      p++;
    }
}

/* What follows the host: [ ":" port ] uri-parameters [ headers ]. */
static inline const char *
scan_tail (SipUriView *view,
           const char *p,
           const char *end)
{
  if (p < end && *p == ':')
    {
      guint16 port;

      p = sip_scan_port (p + 1, end, &port);
      if (p == NULL)
        return NULL;
      if (view != NULL)
        view->port = port;
    }

  if (p < end && *p == ';')
    {
      const char *start = p + 1;

      p = scan_params (start, end);
      if (p == NULL)
        return NULL;
      NOTE (view, params, start, p);
    }

  if (p < end && *p == '?')
    {
      const char *start = p + 1;

      p = scan_headers (start, end);
      if (p == NULL)
        return NULL;
      NOTE (view, headers, start, p);
    }

  return p;
}

/* The host and what follows it. */
static inline const char *
scan_host_and_tail (SipUriView *view,
                    const char *begin,
                    const char *p,
                    const char *end)
{
  SipStr host;
  guint8 is_ipv6;

  p = sip_scan_host (begin, p, end, &host, &is_ipv6);
  if (p == NULL)
    return NULL;
  if (view != NULL)
    {
      view->host = host;
      view->is_ipv6 = is_ipv6;
    }

  return scan_tail (view, p, end);
}

/* RFC 3261 §19.1.1, from behind the scheme, for what most URIs are: with no user, or one that could be a host name as well. NULL for all
 * others. What stops before the end, or a '>', may have had a user of another kind. */
static inline const char *
scan_plain_sip (SipUriView *view,
                const char *begin,
                const char *p,
                const char *end)
{
#ifdef __SSE2__
  SipNameMasks masks;
  guint from, len;

  if (p == end || end - begin < 16)
    return NULL;

  masks = sip_look_at_name (p, end);
  from = __builtin_ctz (~masks.name | 1u << 31);
  if (from > 0 && from < 31 && p + from < end && p[from] == '@')
    {
      NOTE (view, user, p, p + from);
      from++;
    }
  else
    from = 0;

  len = sip_plain_name_len (&masks, from, p);
  if (len == 0)
    p = scan_host_and_tail (view, begin, p + from, end);
  else
    {
      NOTE (view, host, p + from, p + from + len);
      p = scan_tail (view, p + from + len, end);
    }

  return p == end || (p != NULL && *p == '>') ? p : NULL;
#else
  return NULL;
#endif
}

/* Whether "sip" is at @p but for case, and what comes fourth. */
static inline gboolean
starts_with_sip (const char *p)
{
  guint32 word;

  memcpy (&word, p, 4);

  return (GUINT32_FROM_LE (word) | 0x00202020) << 8 == (guint32) ('s' | 'i' << 8 | 'p' << 16) << 8;
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

static G_ALWAYS_INLINE inline const char *
scan_uri (SipUriView *view,
          const char *begin,
          const char *start,
          const char *end)
{
  const char *p, *scheme_end;
  gboolean is_sips = FALSE;

  if (view != NULL)
    *view = (SipUriView){ 0 };

  if (end - start <= 4 || !starts_with_sip (start) || !((is_sips = (start[3] | 0x20) == 's' && start[4] == ':') || start[3] == ':'))
    {
      scheme_end = start < end ? scan_scheme (start, end) : NULL;
      p = scheme_end != NULL ? scan_escaped (scheme_end + 1, end, SIP_CHAR_URIC) : NULL;
      if (p == NULL || p == scheme_end + 1)
        return NULL;
      NOTE (view, opaque, scheme_end + 1, p);
    }
  else
    {
      scheme_end = start + 3 + is_sips;
      p = scan_plain_sip (view, begin, scheme_end + 1, end);
      if (p == NULL)
        {
          if (view != NULL)
            *view = (SipUriView){ 0 };
          p = scan_userinfo (view, scheme_end + 1, end);
          p = scan_host_and_tail (view, begin, p, end);
        }
      if (view != NULL)
        {
          view->is_sip = TRUE;
          view->is_sips = is_sips;
        }
    }

  if (p != NULL)
    {
      NOTE (view, scheme, start, scheme_end);
      NOTE (view, whole, start, p);
    }

  return p;
}

const char *
sip_uri_scan (const char *begin,
              const char *p,
              const char *end)
{
  return scan_uri (NULL, begin, p, end);
}

gboolean
sip_uri_view_parse (SipUriView *view,
                    SipStr      text)
{
  const char *end = text.len > 0 ? text.p + text.len : text.p;

  return scan_uri (view, text.p, text.p, end) == end && text.len > 0;
}
