/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"

const guint16 sip_char_classes[256] = {
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x2a00, 0x0000, 0x0000,
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x2a00, 0x3c3f, 0x0000, 0x2002,
  0x303e, 0x3c01, 0x302e, 0x3c3f, 0x303e, 0x303e, 0x3c3f, 0x3c3f, 0x2026, 0x3c3f, 0x3c3f, 0x343a,
  0x3dff, 0x3dff, 0x3dff, 0x3dff, 0x3dff, 0x3dff, 0x3dff, 0x3dff, 0x3dff, 0x3dff, 0x3438, 0x2022,
  0x2000, 0x2426, 0x2000, 0x2032, 0x2020, 0x3dbf, 0x3dbf, 0x3dbf, 0x3dbf, 0x3dbf, 0x3dbf, 0x3d3f,
  0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f,
  0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3438, 0x0000, 0x3438, 0x2000, 0x3c3f,
  0x3c01, 0x3dbf, 0x3dbf, 0x3dbf, 0x3dbf, 0x3dbf, 0x3dbf, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f,
  0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f, 0x3d3f,
  0x3d3f, 0x3d3f, 0x3d3f, 0x2000, 0x2000, 0x2000, 0x3c3f, 0x0000, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800, 0x2800,
  0x2800, 0x2800, 0x2800, 0x2800,
};

/* A fold is CRLF or LF with a blank after it (RFC 3261 §7.3.1). Any other CR or LF ends the LWS. */
const char *
sip_scan_fold (const char *p,
               const char *end)
{
  while (p < end)
    {
      const char *q = p;

      if (sip_char_is (*p, SIP_CHAR_WSP))
        {
          p++;
          continue;
        }

      if (*q == '\r')
        q++;
      if (end - q < 2 || q[0] != '\n' || !sip_char_is (q[1], SIP_CHAR_WSP))
        break;
      p = q + 2;
    }

  return p;
}

/* Where qdtext ends, or is a tab or UTF-8. */
static inline const char *
skip_qdtext (const char *p,
             const char *end)
{
#ifdef __SSE2__
  for (; end - p >= 16; p += 16)
    {
      __m128i x = _mm_loadu_si128 ((const void *) p);
      __m128i stops = _mm_or_si128 (_mm_cmpeq_epi8 (x, _mm_set1_epi8 ('"')), _mm_cmpeq_epi8 (x, _mm_set1_epi8 ('\\')));
      guint hits = _mm_movemask_epi8 (stops) | sip_mask_control (x);

      if (hits != 0)
        return p + __builtin_ctz (hits);
    }
#endif

  return p;
}

/* qdtext may hold LWS and UTF-8, a quoted-pair any ASCII but CR and LF, NUL and BEL included (RFC 3261 §25.1, RFC 4475 §3.1.1.2). */
const char *
sip_scan_quoted (const char *p,
                 const char *end)
{
  g_assert (p < end && *p == '"');

  for (p++; (p = sip_scan_class (skip_qdtext (p, end), end, SIP_CHAR_QDTEXT)) < end;)
    {
      if (*p == '"')
        return p + 1;

      if (*p == '\\')
        {
          if (end - p < 2 || p[1] == '\r' || p[1] == '\n')
            return NULL;
          p += 2;
        }
      else
        {
          const char *after = sip_scan_fold (p, end);

          if (after == p)
            return NULL;
          p = after;
        }
    }

  return NULL;
}

/* Behind the IPv4address at @p, or NULL. What follows is not looked at. */
static inline const char *
scan_ipv4 (const char *p,
           const char *end)
{
  for (guint i = 0; i < 4; i++)
    {
      guint octet, digit;

      if (i > 0 && (p == end || *p++ != '.'))
        return NULL;
      if (p == end || (octet = (guchar) *p - '0') > 9)
        return NULL;
      p++;
      for (guint digits = 1; p < end && (digit = (guchar) *p - '0') <= 9; digits++, p++)
        {
          octet = octet * 10 + digit;
          if (digits == 3 || octet > 255)
            return NULL;
        }
    }

  return p;
}

gboolean
sip_scan_is_ipv6 (const char *p,
                  const char *end)
{
  guint groups = 0;
  gboolean compressed = FALSE;

  if (end - p >= 2 && p[0] == ':' && p[1] == ':')
    {
      compressed = TRUE;
      p += 2;
    }

  while (p < end)
    {
      const char *start = p;

      p = sip_scan_class (p, end, SIP_CHAR_HEX);
      if (p < end && *p == '.')
        {
          if (scan_ipv4 (start, end) != end)
            return FALSE;
          groups += 2;
          break;
        }
      if (p == start || p - start > 4)
        return FALSE;
      groups++;
      if (p == end)
        break;
      if (*p++ != ':' || p == end)
        return FALSE;
      if (*p == ':')
        {
          if (compressed)
            return FALSE;
          compressed = TRUE;
          p++;
          /* The grammar of RFC 3261 wants a third colon before an IPv4 address; RFC 5118 §4.10 asks to bear with those that send it. */
          if (p < end && *p == ':' && memchr (p, '.', end - p) != NULL)
            p++;
        }
    }

  return compressed ? groups <= 7 : groups == 8;
}

/* Labels are neither empty nor do they start or end with '-'; '_' is no part of the grammar, yet of many a name. A last label of digits
 * only is no toplabel: then the whole is an IPv4 address or nothing. One '.' may follow the last label. */
static const char *
scan_host_name (const char *start,
                const char *end)
{
  const char *label = start;
  const char *p;

  for (p = start; (p = sip_scan_class (p, end, SIP_CHAR_ALNUM)) < end; p++)
    {
      if (*p == '.')
        {
          if (p == label || p[-1] == '-')
            return NULL;
          label = p + 1;
        }
      else if (*p == '-')
        {
          if (p == label)
            return NULL;
        }
      else if (*p != '_')
        break;
    }

  if (p == start || p[-1] == '-')
    return NULL;
  if (p > label)
    return !sip_char_is (*label, SIP_CHAR_DIGIT) || sip_scan_class (label, p, SIP_CHAR_DIGIT) < p || scan_ipv4 (start, p) == p ? p : NULL;

  /* "example.com." */
  for (label--; label > start && label[-1] != '.';)
    label--;

  return sip_scan_class (label, p, SIP_CHAR_DIGIT) < p - 1 ? p : NULL;
}

const char *
sip_scan_host (const char *begin,
               const char *p,
               const char *end,
               SipStr     *host,
               guint8     *is_ipv6)
{
  const char *start = p;

  if (p < end && *p == '[')
    {
      const char *close = memchr (p, ']', MIN (end - p, 48));

      if (close == NULL || !sip_scan_is_ipv6 (p + 1, close))
        return NULL;
      *host = sip_str (p + 1, close - p - 1);
      *is_ipv6 = TRUE;
      return close + 1;
    }

  if (p < end && sip_char_is (*p, SIP_CHAR_DIGIT))
    {
      p = scan_ipv4 (start, end);
      if (p == NULL || (p < end && (sip_char_is (*p, SIP_CHAR_ALNUM) || *p == '.' || *p == '-' || *p == '_')))
        p = start;
    }
#ifdef __SSE2__
  else if (end - begin >= 16)
    {
      SipNameMasks masks = sip_look_at_name (p, end);

      p += sip_plain_name_len (&masks, 0, p);
    }
#endif
  if (p == start)
    p = scan_host_name (start, end);
  if (p == NULL)
    return NULL;
  *host = sip_str (start, p - start);
  *is_ipv6 = FALSE;
  return p;
}

const char *
sip_scan_port (const char *p,
               const char *end,
               guint16    *port)
{
  const char *start = p;
  guint32 number = 0;

  for (; p < end && sip_char_is (*p, SIP_CHAR_DIGIT); p++)
    {
      number = number * 10 + (*p - '0');
      if (number > 65535)
        return NULL;
    }
  if (p == start || number == 0)
    return NULL;

  *port = number;
  return p;
}

gboolean
sip_scan_is_plain (const char *p,
                   const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  const guint64 tops = G_GUINT64_CONSTANT (0x8080808080808080);

#ifdef __SSE2__
  if (end - p >= 16)
    {
      for (;; p = MIN (p + 16, end - 16))
        {
          __m128i x = _mm_loadu_si128 ((const void *) p);
          __m128i visible = _mm_sub_epi8 (x, _mm_set1_epi8 ('!'));
          __m128i marks = _mm_or_si128 (_mm_cmpeq_epi8 (x, _mm_set1_epi8 (',')), _mm_cmpeq_epi8 (x, _mm_set1_epi8 (';')));

          visible = _mm_cmpeq_epi8 (_mm_min_epu8 (visible, _mm_set1_epi8 ('~' - '!')), visible);
          if (_mm_movemask_epi8 (_mm_andnot_si128 (marks, visible)) != 0xffff)
            return FALSE;
          if (p == end - 16)
            return TRUE;
        }
    }
#endif

  if (end - p >= 8)
    {
      guint64 word, commas, semicolons;

      /* What eight does not divide ends with some bytes looked at twice. */
      for (;; p = MIN (p + 8, end - 8))
        {
          memcpy (&word, p, 8);
          commas = word ^ (ones * ',');
          semicolons = word ^ (ones * ';');
          if (((word - ones * 0x21) | (word + ones) | word | ((commas - ones) & ~commas) | ((semicolons - ones) & ~semicolons)) & tops)
            return FALSE;
          if (p == end - 8)
            return TRUE;
        }
    }

  for (; p < end; p++)
    {
      if ((guchar) *p <= ' ' || (guchar) *p >= 0x7f || *p == ',' || *p == ';')
        return FALSE;
    }

  return TRUE;
}

const char *
sip_scan_param (const char *begin,
                const char *p,
                const char *end,
                SipStr     *name,
                SipStr     *value)
{
  const char *start = sip_scan_lws (p, end);

  p = sip_scan_class (start, end, SIP_CHAR_TOKEN);
  if (p == start)
    return NULL;
  *name = sip_str (start, p - start);
  *value = (SipStr) SIP_STR_INIT;

  p = sip_scan_lws (p, end);
  if (p == end || *p != '=')
    return p;

  start = sip_scan_lws (p + 1, end);
  if (start == end)
    return NULL;
  p = *start == '"' ? sip_scan_quoted (start, end) : sip_scan_words (begin, start, end, SIP_CHAR_VALUE);
  if (p == NULL || p == start)
    return NULL;
  *value = sip_str (start, p - start);

  return sip_scan_lws (p, end);
}
