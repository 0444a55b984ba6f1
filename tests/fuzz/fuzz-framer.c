/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "syntax/sip-framer-private.h"

/* Reads frames off what has come of a stream, and notes each. Leaves the two bytes of a pong that may be half of a ping where they are. */
static gsize
read_frames (GString    *frames,
             const char *data,
             gsize       start,
             gsize       len,
             gboolean    at_end)
{
  SipLimits limits = SIP_LIMITS_DEFAULT;

  while (start < len)
    {
      /* The exact block, so that a checker sees a read beyond it. */
      g_autofree char *block = g_memdup2 (data + start, len - start);
      gsize skipped, consumed;
      SipFrame frame = sip_framer_next (block, len - start, &limits, &skipped, &consumed);

      if (frame == SIP_FRAME_INCOMPLETE || (frame == SIP_FRAME_PONG && !at_end && skipped + consumed == len - start))
        return start;

      CHECK (skipped + consumed <= len - start);
      g_string_append_printf (frames, "%d:%" G_GSIZE_FORMAT " ", frame, consumed);
      if (frame == SIP_FRAME_BROKEN)
        return G_MAXSIZE;

      CHECK (consumed > 0);
      if (frame == SIP_FRAME_MESSAGE)
        {
          g_autoptr (SipMsg) msg = sip_msg_parse (block + skipped, consumed, &limits, NULL);

          /* Both see the same end. */
          CHECK (msg == NULL || msg->defect != 0 || msg->len == consumed);
        }
      start += skipped + consumed;
    }

  return start;
}

/* The first byte says in pieces of what size the rest comes; the frames are the same as if it came at once. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GString) at_once = g_string_new (NULL);
  g_autoptr (GString) in_pieces = g_string_new (NULL);
  const char *text = (const char *) data + 1;
  gsize piece, start = 0;

  if (size < 2)
    return 0;

  size--;
  piece = 1 + data[0];
  read_frames (at_once, text, 0, size, TRUE);

  for (gsize len = MIN (piece, size); start != G_MAXSIZE; len = MIN (len + piece, size))
    {
      start = read_frames (in_pieces, text, start, len, len == size);
      if (len == size)
        break;
    }

  CHECK (g_string_equal (at_once, in_pieces));

  return 0;
}
