/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"

const guint16 sip_char_classes[256] = {
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x5400, 0x0000, 0x0000,
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x5400, 0x783f, 0x0000, 0x4002,
  0x603e, 0x7801, 0x602e, 0x783f, 0x603e, 0x603e, 0x783f, 0x783f, 0x4026, 0x787f, 0x787f, 0x683a,
  0x7bff, 0x7bff, 0x7bff, 0x7bff, 0x7bff, 0x7bff, 0x7bff, 0x7bff, 0x7bff, 0x7bff, 0x6838, 0x4022,
  0x4000, 0x4826, 0x4000, 0x4032, 0x4020, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7a7f,
  0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f,
  0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x6838, 0x0000, 0x6838, 0x4000, 0x787f,
  0x7801, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f,
  0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f,
  0x7a7f, 0x7a7f, 0x7a7f, 0x4000, 0x4000, 0x4000, 0x783f, 0x0000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000, 0x5000,
  0x5000, 0x5000, 0x5000, 0x5000,
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

/* qdtext may hold LWS and UTF-8, a quoted-pair any ASCII but CR and LF, NUL and BEL included (RFC 3261 §25.1, RFC 4475 §3.1.1.2). */
const char *
sip_scan_quoted (const char *p,
                 const char *end)
{
  g_assert (p < end && *p == '"');

  for (p++; (p = sip_scan_class (p, end, SIP_CHAR_QDTEXT)) < end;)
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

static gboolean
is_ipv4 (const char *p,
         const char *end)
{
  for (guint i = 0; i < 4; i++)
    {
      guint octet = 0;
      guint digits = 0;

      if (i > 0 && (p == end || *p++ != '.'))
        return FALSE;
      for (; p < end && sip_char_is (*p, SIP_CHAR_DIGIT) && digits < 4; digits++)
        octet = octet * 10 + (*p++ - '0');
      if (digits == 0 || digits > 3 || octet > 255)
        return FALSE;
    }

  return p == end;
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
          if (!is_ipv4 (start, end))
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

/* Labels are neither empty nor do they start or end with '-'. A last label of digits only is no toplabel: then the whole is an IPv4 address or
 * nothing. One '.' may follow the last label. */
static const char *
scan_host_name (const char *start,
                const char *end)
{
  const char *label = start;
  const char *p;

  for (p = start; p < end; p++)
    {
      guint classes = sip_char_classes[(guchar) *p];

      if (classes & SIP_CHAR_ALNUM)
        continue;
      if (!(classes & SIP_CHAR_HOST))
        break;
      if (*p == '.')
        {
          if (p == label || p[-1] == '-')
            return NULL;
          label = p + 1;
        }
      else if (*p == '-' && p == label)
        return NULL;
    }

  if (p == start || p[-1] == '-')
    return NULL;
  if (p > label)
    return !sip_char_is (*label, SIP_CHAR_DIGIT) || sip_scan_class (label, p, SIP_CHAR_DIGIT) < p || is_ipv4 (start, p) ? p : NULL;

  /* "example.com." */
  for (label--; label > start && label[-1] != '.';)
    label--;

  return sip_scan_class (label, p, SIP_CHAR_DIGIT) < p - 1 ? p : NULL;
}

const char *
sip_scan_host (const char *p,
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

  for (; end - p >= 8; p += 8)
    {
      guint64 word, commas, semicolons;

      memcpy (&word, p, 8);
      commas = word ^ (ones * ',');
      semicolons = word ^ (ones * ';');
      if (((word - ones * 0x21) | (word + ones) | word | ((commas - ones) & ~commas) | ((semicolons - ones) & ~semicolons)) & tops)
        return FALSE;
    }
  for (; p < end; p++)
    {
      if ((guchar) *p <= ' ' || (guchar) *p >= 0x7f || *p == ',' || *p == ';')
        return FALSE;
    }

  return TRUE;
}

const char *
sip_scan_param (const char *p,
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
  p = *start == '"' ? sip_scan_quoted (start, end) : sip_scan_class (start, end, SIP_CHAR_VALUE);
  if (p == NULL || p == start)
    return NULL;
  *value = sip_str (start, p - start);

  return sip_scan_lws (p, end);
}
