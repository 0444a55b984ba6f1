/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-scan-wide-private.h"
#include "syntax/sip-str-private.h"

G_BEGIN_DECLS

/* The character classes of RFC 3261 §25, one bit each, and the few things that every view scans for. A scanner takes [p, end), reads
 * nothing behind it, and answers where it stopped; NULL is a breach of the grammar. '%' stands in no class of a URI: an escape is
 * looked at as a whole. */
enum
{
  SIP_CHAR_TOKEN = 1 << 0,
  SIP_CHAR_USER = 1 << 1,     /* unreserved, user-unreserved, and '#', which phones send raw in a user ("*21#") */
  SIP_CHAR_PASSWORD = 1 << 2,
  SIP_CHAR_PARAM = 1 << 3,    /* paramchar of a URI */
  SIP_CHAR_HNV = 1 << 4,      /* of a header in a URI */
  SIP_CHAR_URIC = 1 << 5,     /* of a URI that is not ours */
  SIP_CHAR_DIGIT = 1 << 6,
  SIP_CHAR_HEX = 1 << 7,
  SIP_CHAR_ALNUM = 1 << 8,
  SIP_CHAR_WSP = 1 << 9,
  SIP_CHAR_VALUE = 1 << 10,   /* of an unquoted header parameter: token, what a host needs, and '/' '=', which base64 needs */
  SIP_CHAR_DISPLAY = 1 << 11, /* of an unquoted display name: token, blanks, and UTF-8, which many send without the quotes */
  SIP_CHAR_LIST = 1 << 12,    /* of a parameter of a URI or a header */
  SIP_CHAR_QDTEXT = 1 << 13,  /* of a quoted string, where it is neither '"' nor '\\' nor a control character */
};

G_GNUC_INTERNAL extern const guint16 sip_char_classes[256];

static inline gboolean
sip_char_is (char    c,
             guint16 classes)
{
  return (sip_char_classes[(guchar) c] & classes) != 0;
}

static inline const char *
sip_scan_class (const char *p,
                const char *end,
                guint16     classes)
{
  while (p < end && sip_char_is (*p, classes))
    p++;

  return p;
}

/* As sip_scan_class(), of a text that begins at @begin, for classes that have all letters and digits, '-', '.' and '_' (TOKEN, USER,
 * PASSWORD, PARAM, HNV, URIC, VALUE, DISPLAY and LIST have). What most texts are made of is looked at 16 bytes at a time; the last of them
 * are looked at along with some before them, so that nothing behind the text is read. */
static inline const char *
sip_scan_words (const char *begin,
                const char *p,
                const char *end,
                guint16     classes)
{
#ifdef __SSE2__
  if (end - begin >= 16)
    {
      while (p < end)
        {
          const char *q = MIN (p, end - 16);
          __m128i x = _mm_loadu_si128 ((const void *) q);
          __m128i mark = _mm_sub_epi8 (x, _mm_set1_epi8 ('-'));
          guint others;

          mark = _mm_or_si128 (_mm_cmpeq_epi8 (_mm_min_epu8 (mark, _mm_set1_epi8 (1)), mark), _mm_cmpeq_epi8 (x, _mm_set1_epi8 ('_')));
          others = (_mm_movemask_epi8 (_mm_or_si128 (mark, sip_mark_alnum (x))) ^ 0xffff) >> (p - q);
          if (others != 0)
            {
              p += __builtin_ctz (others);
              break;
            }
          p = q + 16;
        }
    }
#endif

  return sip_scan_class (p, end, classes);
}

/* Whether @str is @word but for case; @word is at least two lower-case letters. What does not fill whole words of memory is compared with
 * some bytes twice. */
static inline gboolean
sip_str_is_word (SipStr      str,
                 const char *word,
                 gsize       len)
{
  const gsize step = len >= 8 ? 8 : len >= 4 ? 4 : 2;
  const guint64 blanks = G_GUINT64_CONSTANT (0x2020202020202020);
  guint64 difference = 0;

  if (str.len != len)
    return FALSE;

  for (gsize i = 0; i < len; i += step)
    {
      gsize at = MIN (i, len - step);
      guint64 a = 0;
      guint64 b = 0;

      memcpy (&a, str.p + at, step);
      memcpy (&b, word + at, step);
      difference |= (a | blanks) ^ (b | blanks);
    }

  return difference == 0;
}

#define SIP_STR_IS_WORD(str, literal) sip_str_is_word (str, literal, sizeof (literal) - 1)

const char *sip_scan_fold (const char *p, const char *end);

/* LWS: blanks, and line ends that a blank follows. Mostly there is none, or one blank. */
static inline const char *
sip_scan_lws (const char *p,
              const char *end)
{
  if (p == end || (guchar) *p > ' ')
    return p;
  if (*p == ' ' && end - p > 1 && (guchar) p[1] > ' ')
    return p + 1;

  return sip_scan_fold (p, end);
}

/* A quoted string from its first quote to behind its last. */
const char *sip_scan_quoted (const char *p, const char *end);

/* hostname / IPv4address / IPv6reference, in a text that begins at @begin; @host comes without brackets. */
const char *sip_scan_host (const char *begin, const char *p, const char *end, SipStr *host, guint8 *is_ipv6);

/* 1*DIGIT in 1..65535. */
const char *sip_scan_port (const char *p, const char *end, guint16 *port);

gboolean sip_scan_is_ipv6 (const char *p, const char *end);

/* The first byte that is a control character (also HTAB, CR, LF, DEL), or @end. Many bytes at a time: with 128-bit registers where
 * there are some, then eight at once. There a byte below 0x20 sets the top bit of its lane in (x - 0x20..) & ~x, and 0x7f does in the
 * same way after an xor; a borrow can only make a wrong hit above a right one, and the lowest is all that counts. */
static inline const char *
sip_scan_control (const char *p,
                  const char *end)
{
  const guint64 ones = G_GUINT64_CONSTANT (0x0101010101010101);
  const guint64 tops = G_GUINT64_CONSTANT (0x8080808080808080);

#ifdef __SSE2__
  while (end - p >= 16)
    {
      guint hits = sip_mask_control (_mm_loadu_si128 ((const void *) p));

      if (hits != 0)
        return p + __builtin_ctz (hits);
      p += 16;
    }
#endif

  while (end - p >= 8)
    {
      guint64 word, flipped, hits;

      memcpy (&word, p, 8);
      word = GUINT64_FROM_LE (word);
      flipped = word ^ (ones * 0x7f);
      hits = (((word - ones * 0x20) & ~word) | ((flipped - ones) & ~flipped)) & tops;
      if (hits != 0)
        return p + (__builtin_ctzll (hits) >> 3);
      p += 8;
    }

  while (p < end && (guchar) *p >= 0x20 && *p != 0x7f)
    p++;

  return p;
}

/* Whether all is visible ASCII, and neither ',' nor ';'. */
gboolean sip_scan_is_plain (const char *p, const char *end);

/* A header parameter, in a text that begins at @begin, from behind its ';' to behind its value and the LWS there:
 * name [ = token / host / quoted-string ]. */
const char *sip_scan_param (const char *begin, const char *p, const char *end, SipStr *name, SipStr *value);

G_END_DECLS
