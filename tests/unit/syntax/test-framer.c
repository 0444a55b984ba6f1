/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-framer-private.h"

#include "syntax/messages.h"

static SipFrame
next_len (const char      *text,
          gsize            len,
          const SipLimits *limits,
          gsize           *skipped,
          gsize           *consumed)
{
  static const SipLimits defaults = SIP_LIMITS_DEFAULT;
  g_autofree char *copy = g_memdup2 (text, len);

  return sip_framer_next (copy, len, limits != NULL ? limits : &defaults, skipped, consumed);
}

static void
test_table (void)
{
  static const struct
  {
    const char *text;
    SipFrame frame;
    gsize skipped;
    gsize consumed;
  } table[] = {
    { "", SIP_FRAME_INCOMPLETE },
    { "A x SIP/2.0\r\nl:0\r\n\r\n", SIP_FRAME_MESSAGE, 0, 20 },
    { "A x SIP/2.0\r\nl:0\r\n\r\nB", SIP_FRAME_MESSAGE, 0, 20 },
    { "A x SIP/2.0\r\nl:0\r\n\r", SIP_FRAME_INCOMPLETE },
    { "A x SIP/2.0\r\nl:0\r\n", SIP_FRAME_INCOMPLETE },
    { "A x SIP/2.0\r\nl:3\r\n\r\nab", SIP_FRAME_INCOMPLETE },
    { "A x SIP/2.0\r\nl:3\r\n\r\nabc", SIP_FRAME_MESSAGE, 0, 23 },
    { "A x SIP/2.0\nl:3\n\nabcd", SIP_FRAME_MESSAGE, 0, 20 },
    { "A x SIP/2.0\r\nl:3\n\r\nabcd", SIP_FRAME_MESSAGE, 0, 22 },
    { "A x SIP/2.0\r\nCONTENT-length \t:\r\n \r\n\t002 \r\nX: y\r\n\r\nabc", SIP_FRAME_MESSAGE, 0, 52 },
    { "A x SIP/2.0\r\nFrom: \"\r\n l:7\"\r\nl: 0\r\n\r\n", SIP_FRAME_MESSAGE, 0, 37 },
    { "A x SIP/2.0\r\nl: 1\r\nContent-Length: 1\r\n\r\na", SIP_FRAME_MESSAGE, 0, 41 },
    { "l: 1\r\nl: 0\r\n\r\n", SIP_FRAME_MESSAGE, 0, 14 },
    { "A x SIP/2.0\r\nC: a/b\r\nCSeq: 1\r\nContact: x\r\nlx: 5\r\nl: 0\r\n\r\n", SIP_FRAME_MESSAGE, 0, 57 },

    { "A x SIP/2.0\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nFoo: l: 1\r\n\r\n", SIP_FRAME_BROKEN },
    { "l: 0\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 0\r\nl: 1\r\n\r\na", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl:\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: x\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: -1\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: +1\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 1 2\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 0, 0\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 0;x\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl 0\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 0\rx\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 65536\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 2147483648\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 4294967295\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 4294967296\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 18446744073709551616\r\n\r\n", SIP_FRAME_BROKEN },
    { "A x SIP/2.0\r\nl: 18446744073709551619\r\n\r\nabc", SIP_FRAME_BROKEN },
    { " A x SIP/2.0\r\n", SIP_FRAME_BROKEN },
    { "\026\003\001", SIP_FRAME_BROKEN },
    { "\200", SIP_FRAME_BROKEN },

    { "\r", SIP_FRAME_INCOMPLETE },
    { "\r\n", SIP_FRAME_PONG, 0, 2 },
    { "\r\n\r", SIP_FRAME_INCOMPLETE },
    { "\r\n\r\n", SIP_FRAME_PING, 0, 4 },
    { "\r\n\r\n\r\n", SIP_FRAME_PING, 0, 4 },
    { "\r\nA x SIP/2.0", SIP_FRAME_PONG, 0, 2 },
    { "\r\n\rx", SIP_FRAME_PONG, 0, 2 },
    { "\rx", SIP_FRAME_BROKEN },
    { "\r\r\n", SIP_FRAME_BROKEN },
    { "\n", SIP_FRAME_INCOMPLETE },
    { "\n\nA x SIP/2.0\r\nl:0\r\n\r\n", SIP_FRAME_MESSAGE, 2, 20 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gsize skipped = 99, consumed = 99;
      SipFrame frame = next_len (table[i].text, strlen (table[i].text), NULL, &skipped, &consumed);

      if (frame != table[i].frame)
        g_error ("“%s”: %d", table[i].text, frame);
      if (frame == SIP_FRAME_MESSAGE || frame == SIP_FRAME_PING || frame == SIP_FRAME_PONG)
        {
          g_assert_cmpuint (skipped, ==, table[i].skipped);
          g_assert_cmpuint (consumed, ==, table[i].consumed);
        }
    }
}

/* A stream that is torn anywhere gives the same frames as one that is not. */
static void
test_torn (void)
{
  static const char stream[] = MSG_INVITE "\r\n\r\n" MSG_OK MSG_REGISTER "\r\n\r\n\r\n\r\n" MSG_ODD MSG_BYE MSG_ACK;
  static const gsize lengths[] = {
    sizeof MSG_INVITE - 1, 4, sizeof MSG_OK - 1, sizeof MSG_REGISTER - 1, 4, 4, sizeof MSG_ODD - 1, sizeof MSG_BYE - 1, sizeof MSG_ACK - 1,
  };
  static const gsize steps[] = { 1, 2, 3, 7, 64, 1000, sizeof stream };

  for (gsize s = 0; s < G_N_ELEMENTS (steps); s++)
    {
      gsize start = 0, have = 0, n = 0;

      while (start < sizeof stream - 1)
        {
          gsize skipped, consumed;
          SipFrame frame = next_len (stream + start, have - start, NULL, &skipped, &consumed);

          /* Nobody waits for a pong here. */
          if (frame == SIP_FRAME_INCOMPLETE || (frame == SIP_FRAME_PONG && have - start == 2))
            {
              g_assert_cmpuint (have, <, sizeof stream - 1);
              have = MIN (have + steps[s], sizeof stream - 1);
              continue;
            }
          g_assert_cmpint (frame, ==, lengths[n] == 4 ? SIP_FRAME_PING : SIP_FRAME_MESSAGE);
          g_assert_cmpuint (skipped, ==, 0);
          g_assert_cmpuint (consumed, ==, lengths[n]);
          start += consumed;
          n++;
        }
      g_assert_cmpuint (n, ==, G_N_ELEMENTS (lengths));
    }
}

/* What never ends is given up at the limit, not before. */
static void
test_limits (void)
{
  SipLimits limits = SIP_LIMITS_DEFAULT;
  g_autofree char *start_line = g_strnfill (70000, 'A');
  g_autofree char *line_feeds = g_strnfill (70000, '\n');
  gsize skipped, consumed;

  g_assert_cmpint (next_len (start_line, SIP_MAX_HEAD - 1, NULL, &skipped, &consumed), ==, SIP_FRAME_INCOMPLETE);
  g_assert_cmpint (next_len (start_line, SIP_MAX_HEAD, NULL, &skipped, &consumed), ==, SIP_FRAME_BROKEN);
  g_assert_cmpint (next_len (line_feeds, SIP_MAX_HEAD - 1, NULL, &skipped, &consumed), ==, SIP_FRAME_INCOMPLETE);
  g_assert_cmpint (next_len (line_feeds, SIP_MAX_HEAD, NULL, &skipped, &consumed), ==, SIP_FRAME_BROKEN);

  limits.max_message = 30;
  g_assert_cmpint (next_len ("A x SIP/2.0\r\nl:10\r\n\r\n", 21, &limits, &skipped, &consumed), ==, SIP_FRAME_BROKEN);
  g_assert_cmpint (next_len ("A x SIP/2.0\r\nl:9\r\n\r\n", 20, &limits, &skipped, &consumed), ==, SIP_FRAME_INCOMPLETE);
  g_assert_cmpint (next_len ("A x SIP/2.0\r\nFrom: abcdefghijkl", 30, &limits, &skipped, &consumed), ==, SIP_FRAME_BROKEN);
  g_assert_cmpint (next_len ("A x SIP/2.0\r\nFrom: abcdefghijkl", 29, &limits, &skipped, &consumed), ==, SIP_FRAME_INCOMPLETE);

  limits = (SipLimits){ G_MAXUINT32, G_MAXUINT32, G_MAXUINT32, G_MAXUINT32 };
  g_assert_cmpint (next_len ("A x SIP/2.0\r\nl:4294967295\r\n\r\n", 29, &limits, &skipped, &consumed), ==, SIP_FRAME_BROKEN);
  g_assert_cmpint (next_len ("A x SIP/2.0\r\nl:4294967200\r\n\r\n", 29, &limits, &skipped, &consumed), ==, SIP_FRAME_INCOMPLETE);
}

/* What is framed is read as the same message: head and body part at the same byte. */
static void
test_agrees_with_parser (void)
{
  static const char *const texts[] = { MSG_INVITE, MSG_OK, MSG_REGISTER, MSG_BYE, MSG_ACK, MSG_ODD };
  static const char bytes[] = "\r\n \t:l0\0";

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gsize len = strlen (texts[i]);
      g_autofree char *changed = g_strdup (texts[i]);

      for (gsize at = 1; at < len; at++)
        {
          for (gsize b = 0; b < sizeof bytes - 1; b++)
            {
              g_autoptr (SipMsg) msg = NULL;
              gsize skipped, consumed;

              changed[at] = bytes[b];
              if (next_len (changed, len, NULL, &skipped, &consumed) != SIP_FRAME_MESSAGE)
                continue;
              msg = sip_msg_parse (changed, consumed, NULL, NULL);
              if (msg == NULL)
                continue;
              g_assert_cmpuint (msg->len, ==, consumed);
            }
          changed[at] = texts[i][at];
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/syntax/framer/table", test_table);
  g_test_add_func ("/syntax/framer/torn", test_torn);
  g_test_add_func ("/syntax/framer/limits", test_limits);
  g_test_add_func ("/syntax/framer/agrees-with-parser", test_agrees_with_parser);

  return g_test_run ();
}
