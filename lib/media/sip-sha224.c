/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sha224-private.h"

#include <string.h>

#define BLOCK 64

/* FIPS 180-4 §4.2.2 */
static const guint32 constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* FIPS 180-4 §5.3.2 */
static const guint32 beginning[8] = {
  0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4,
};

static guint32
rotate (guint32 x,
        guint   n)
{
  return x >> n | x << (32 - n);
}

/* FIPS 180-4 §6.2.2 */
static void
add_block (guint32       hash[8],
           const guint8 *block)
{
  guint32 w[64];
  guint32 v[8];

  for (guint t = 0; t < 16; t++)
    {
      memcpy (&w[t], block + 4 * t, 4);
      w[t] = GUINT32_FROM_BE (w[t]);
    }
  for (guint t = 16; t < 64; t++)
    {
      guint32 s0 = rotate (w[t - 15], 7) ^ rotate (w[t - 15], 18) ^ w[t - 15] >> 3;
      guint32 s1 = rotate (w[t - 2], 17) ^ rotate (w[t - 2], 19) ^ w[t - 2] >> 10;

      w[t] = s1 + w[t - 7] + s0 + w[t - 16];
    }

  memcpy (v, hash, sizeof v);
  for (guint t = 0; t < 64; t++)
    {
      guint32 s1 = rotate (v[4], 6) ^ rotate (v[4], 11) ^ rotate (v[4], 25);
      guint32 t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[t] + w[t];
      guint32 s0 = rotate (v[0], 2) ^ rotate (v[0], 13) ^ rotate (v[0], 22);
      guint32 t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));

      memmove (v + 1, v, 7 * sizeof v[0]);
      v[4] += t1;
      v[0] = t1 + t2;
    }
  for (guint i = 0; i < 8; i++)
    hash[i] += v[i];
}

void
sip_sha224 (const guint8 *data,
            gsize         length,
            guint8        digest[SIP_SHA224_LENGTH])
{
  guint32 hash[8];
  guint8 tail[2 * BLOCK] = { 0 };
  gsize rest = length % BLOCK;
  gsize tail_length = rest + 9 <= BLOCK ? BLOCK : 2 * BLOCK;
  guint64 bits = GUINT64_TO_BE ((guint64) length * 8);

  memcpy (hash, beginning, sizeof hash);
  for (gsize i = 0; i + BLOCK <= length; i += BLOCK)
    add_block (hash, data + i);

  /* FIPS 180-4 §5.1.1 */
  if (rest > 0)
    memcpy (tail, data + length - rest, rest);
  tail[rest] = 0x80;
  memcpy (tail + tail_length - 8, &bits, 8);
  for (gsize i = 0; i < tail_length; i += BLOCK)
    add_block (hash, tail + i);

  for (guint i = 0; i < SIP_SHA224_LENGTH / 4; i++)
    {
      guint32 word = GUINT32_TO_BE (hash[i]);

      memcpy (digest + 4 * i, &word, 4);
    }
}
