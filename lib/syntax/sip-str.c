/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-str-private.h"

SipStr
sip_str_trim_slowly (SipStr str)
{
  while (str.len > 0 && (*str.p == ' ' || *str.p == '\t' || *str.p == '\r' || *str.p == '\n'))
    {
      str.p++;
      str.len--;
    }
  while (str.len > 0)
    {
      char last = str.p[str.len - 1];

      if (last != ' ' && last != '\t' && last != '\r' && last != '\n')
        break;
      str.len--;
    }

  return str;
}

gboolean
sip_str_to_uint (SipStr   str,
                 guint64  max,
                 guint64 *value)
{
  guint64 number = 0;

  if (str.len == 0)
    return FALSE;

  for (guint32 i = 0; i < str.len; i++)
    {
      guint digit = (guchar) str.p[i] - '0';

      if (digit > 9 || number > G_MAXUINT64 / 10 || number * 10 > G_MAXUINT64 - digit)
        return FALSE;
      number = number * 10 + digit;
    }
  if (number > max)
    return FALSE;

  *value = number;
  return TRUE;
}

gboolean
sip_str_equal_nocase (SipStr a,
                      SipStr b)
{
  if (a.len != b.len)
    return FALSE;

  for (guint32 i = 0; i < a.len; i++)
    {
      guchar x = a.p[i];
      guchar y = b.p[i];

      if (x != y && ((x ^ y) != 0x20 || !g_ascii_isalpha (x)))
        return FALSE;
    }

  return TRUE;
}

#define ROTATE(x, n) (((x) << (n)) | ((x) >> (64 - (n))))

static inline void
sip_round (guint64 v[4])
{
  v[0] += v[1];
  v[2] += v[3];
  v[1] = ROTATE (v[1], 13) ^ v[0];
  v[3] = ROTATE (v[3], 16) ^ v[2];
  v[0] = ROTATE (v[0], 32);
  v[2] += v[1];
  v[0] += v[3];
  v[1] = ROTATE (v[1], 17) ^ v[2];
  v[3] = ROTATE (v[3], 21) ^ v[0];
  v[2] = ROTATE (v[2], 32);
}

/* SipHash-1-3 (Aumasson and Bernstein): who does not know the seed cannot make two keys meet. */
guint32
sip_str_hash (SipStr  str,
              guint64 seed)
{
  guint64 v[4] = {
    seed ^ G_GUINT64_CONSTANT (0x736f6d6570736575),
    ~seed ^ G_GUINT64_CONSTANT (0x646f72616e646f6d),
    seed ^ G_GUINT64_CONSTANT (0x6c7967656e657261),
    ~seed ^ G_GUINT64_CONSTANT (0x7465646279746573),
  };
  const char *p = str.p;
  guint32 left = str.len;
  guint64 word;

  for (; left >= 8; left -= 8, p += 8)
    {
      memcpy (&word, p, 8);
      v[3] ^= word;
      sip_round (v);
      v[0] ^= word;
    }

  word = 0;
  if (left > 0)
    memcpy (&word, p, left);
  word ^= (guint64) str.len << 56;
  v[3] ^= word;
  sip_round (v);
  v[0] ^= word;

  v[2] ^= 0xff;
  sip_round (v);
  sip_round (v);
  sip_round (v);
  word = v[0] ^ v[1] ^ v[2] ^ v[3];

  return (guint32) (word ^ (word >> 32));
}
