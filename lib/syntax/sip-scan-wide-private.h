/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

/* Many bytes in one look, where the processor has 128-bit registers. Each user has a plain way beside it, for other processors and for
 * what is too short or not of the common kind. Nothing outside of a text is read: its end is looked at along with what is before it. */
#ifdef __SSE2__

#include <emmintrin.h>

#include "syntax/sip-header-id-private.h"

G_BEGIN_DECLS

/* A bit for each of 16 bytes that is a control character. */
static inline guint
sip_mask_control (__m128i x)
{
  __m128i low = _mm_cmpeq_epi8 (_mm_min_epu8 (x, _mm_set1_epi8 (0x1f)), x);

  return _mm_movemask_epi8 (_mm_or_si128 (low, _mm_cmpeq_epi8 (x, _mm_set1_epi8 (0x7f))));
}

/* sip_header_id_lookup() of the first @len of 16 bytes. */
static inline SipHeaderId
sip_header_id_lookup_16 (const char *name,
                         guint       len,
                         __m128i     text)
{
  SipHeaderId id;
  __m128i known, letters;
  guint same;

  if (len < 2)
    return sip_header_id_lookup (name, len);

  /* Letters have bit 0x40 set, '-' has not: where it is set, a difference of 0x20 does not count. */
  id = sip_header_id_guess (name, len);
  known = _mm_loadu_si128 ((const void *) sip_header_names[id].name);
  letters = _mm_srli_epi16 (_mm_and_si128 (known, _mm_set1_epi8 (0x40)), 1);
  same = _mm_movemask_epi8 (_mm_cmpeq_epi8 (_mm_andnot_si128 (letters, _mm_xor_si128 (known, text)), _mm_setzero_si128 ()));

  return sip_header_names[id].len == len && (~same & ((1u << len) - 1)) == 0 ? id : SIP_H_OTHER;
}

/* All bits of each of 16 bytes that is a letter or a digit. */
static inline __m128i
sip_mark_alnum (__m128i x)
{
  __m128i digit = _mm_sub_epi8 (x, _mm_set1_epi8 ('0'));
  __m128i letter = _mm_sub_epi8 (_mm_or_si128 (x, _mm_set1_epi8 (0x20)), _mm_set1_epi8 ('a'));

  return _mm_or_si128 (_mm_cmpeq_epi8 (_mm_min_epu8 (digit, _mm_set1_epi8 (9)), digit),
                       _mm_cmpeq_epi8 (_mm_min_epu8 (letter, _mm_set1_epi8 (25)), letter));
}

/* What up to 32 bytes are, a bit for each: part of a host name, and which of these are no letters and no digits. No bit is set for what is
 * behind the end of the text. */
typedef struct
{
  guint32 name;
  guint32 dots;
  guint32 hyphens;
} SipNameMasks;

static inline SipNameMasks
sip_look_at_16 (const char *p)
{
  __m128i x = _mm_loadu_si128 ((const void *) p);
  __m128i dots = _mm_cmpeq_epi8 (x, _mm_set1_epi8 ('.'));
  __m128i hyphens = _mm_cmpeq_epi8 (x, _mm_set1_epi8 ('-'));
  __m128i lines = _mm_cmpeq_epi8 (x, _mm_set1_epi8 ('_'));
  __m128i name = _mm_or_si128 (_mm_or_si128 (_mm_or_si128 (dots, hyphens), lines), sip_mark_alnum (x));

  return (SipNameMasks){ _mm_movemask_epi8 (name), _mm_movemask_epi8 (dots), _mm_movemask_epi8 (hyphens) };
}

/* Of the first bytes of [p, end), whose text is at least 16 bytes long: the last bytes are looked at along with some before. */
static inline SipNameMasks
sip_look_at_name (const char *p,
                  const char *end)
{
  SipNameMasks masks, more;
  guint skip;

  if (end - p <= 16)
    {
      masks = sip_look_at_16 (end - 16);
      skip = 16 - (end - p);
      return (SipNameMasks){ masks.name >> skip, masks.dots >> skip, masks.hyphens >> skip };
    }

  masks = sip_look_at_16 (p);
  skip = end - p < 32 ? 32 - (end - p) : 0;
  more = sip_look_at_16 (p + 16 - skip);

  return (SipNameMasks){
    masks.name | more.name >> skip << 16,
    masks.dots | more.dots >> skip << 16,
    masks.hyphens | more.hyphens >> skip << 16,
  };
}

/* How long the host name at @from of the @masks of @p is, where its end is among them and its last label does not begin with a digit; 0: it
 * is not of this kind, or none. Labels are neither empty nor do they start or end with '-'. */
static inline guint
sip_plain_name_len (const SipNameMasks *masks,
                    guint               from,
                    const char         *p)
{
  guint32 name = masks->name >> from;
  guint len = __builtin_ctz (~name | 1u << 31);
  guint32 within = (1u << len) - 1;
  guint32 dots = (masks->dots >> from) & within;
  guint32 marks = dots | ((masks->hyphens >> from) & within);
  guint32 starts = dots << 1 | 1;

  if (len == 0 || from + len >= 31 || (marks & (starts | dots >> 1 | (within + 1) >> 1)) != 0)
    return 0;

  return g_ascii_isdigit (p[from + 31 - __builtin_clz (starts)]) ? 0 : len;
}

G_END_DECLS

#endif
