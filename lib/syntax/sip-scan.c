/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"

const guint16 sip_char_classes[256] = {
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x2400, 0x0000, 0x0000,
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000,
  0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x2400, 0x783f, 0x1000, 0x1002,
  0x503e, 0x7801, 0x502e, 0x783f, 0x503e, 0x503e, 0x783f, 0x783f, 0x0026, 0x787f, 0x787f, 0x583a,
  0x79ff, 0x79ff, 0x79ff, 0x79ff, 0x79ff, 0x79ff, 0x79ff, 0x79ff, 0x79ff, 0x79ff, 0x5838, 0x0022,
  0x1000, 0x1826, 0x1000, 0x1032, 0x1020, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7a7f,
  0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f,
  0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x5838, 0x1000, 0x5838, 0x1000, 0x787f,
  0x7801, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7b7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f,
  0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f, 0x7a7f,
  0x7a7f, 0x7a7f, 0x7a7f, 0x1000, 0x1000, 0x1000, 0x783f, 0x0000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000, 0x2000,
  0x2000, 0x2000, 0x2000, 0x2000,
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

  p++;
  while (p < end)
    {
      guchar c = *p;

      if (c == '"')
        return p + 1;

      if (c == '\\')
        {
          if (end - p < 2 || p[1] == '\r' || p[1] == '\n')
            return NULL;
          p += 2;
        }
      else if (c < 0x20)
        {
          const char *after = sip_scan_fold (p, end);

          if (after == p)
            return NULL;
          p = after;
        }
      else if (c == 0x7f)
        return NULL;
      else
        p++;
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

/* A last label of digits only is no toplabel: then the whole is an IPv4 address or nothing. */
static gboolean
is_host_name (const char *p,
              const char *end)
{
  const char *label = p;
  char before = '.';

  for (const char *q = p; q < end; q++)
    {
      if ((*q == '.' && (before == '.' || before == '-')) || (*q == '-' && before == '.'))
        return FALSE;
      if (before == '.')
        label = q;
      before = *q;
    }

  if (p == end || before == '-')
    return FALSE;
  if (before == '.')
    return sip_scan_class (label, end, SIP_CHAR_DIGIT) < end - 1;

  return sip_scan_class (label, end, SIP_CHAR_DIGIT) < end || is_ipv4 (p, end);
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

  p = sip_scan_class (p, end, SIP_CHAR_HOST);
  if (!is_host_name (start, p))
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

/* Eight bytes at a time. A byte below 0x20 sets the top bit of its lane in (x - 0x20..) & ~x, and 0x7f does in the same way after an xor; a
 * borrow can only make a wrong hit above a right one, and the lowest is all that counts. */
const char *
sip_scan_control (const char *p,
                  const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  const guint64 tops = G_GUINT64_CONSTANT (0x8080808080808080);

  while (end - p >= 8)
    {
      guint64 x, del, hits;

      memcpy (&x, p, 8);
      x = GUINT64_FROM_LE (x);
      del = x ^ (ones * 0x7f);
      hits = (((x - ones * 0x20) & ~x) | ((del - ones) & ~del)) & tops;
      if (hits != 0)
        return p + (__builtin_ctzll (hits) >> 3);
      p += 8;
    }

  while (p < end && (guchar) *p >= 0x20 && *p != 0x7f)
    p++;

  return p;
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
