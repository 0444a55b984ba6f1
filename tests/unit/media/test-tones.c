/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-tone-reader-private.h"
#include "media/sip-tone-sender-private.h"

#include <string.h>

/* Tones as events of RFC 4733, packet by packet: what goes out in the place of audio, and what is understood of what comes in. */

#define CLOCK 8000
#define STEP (CLOCK / 50)

typedef struct
{
  SipToneSender *sender;
  SipToneReader *reader;
  GString *heard; /* "5/100 " each */
  guint16 number;
  guint32 timestamp;
  guint lose;     /* of what is sent, bit by bit, lowest first */
} Fixture;

static void
heard_cb (gpointer user_data, char tone, guint duration)
{
  g_string_append_printf (user_data, "%c/%u ", tone, duration);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  guint clock_rate = data != NULL ? (guint) GPOINTER_TO_UINT (data) : CLOCK;

  fixture->heard = g_string_new (NULL);
  fixture->sender = sip_tone_sender_new (101, clock_rate);
  fixture->reader = sip_tone_reader_new (clock_rate, g_main_context_default ());
  sip_tone_reader_listen (fixture->reader, heard_cb, fixture->heard);
  /* Both numbers wrap around while we look. */
  fixture->number = 65530;
  fixture->timestamp = G_MAXUINT32 - 5 * STEP;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  sip_tone_sender_unref (fixture->sender);
  sip_tone_reader_close (fixture->reader);
  sip_tone_reader_unref (fixture->reader);
  g_string_free (fixture->heard, TRUE);
}

static void
write_audio (guint8 *packet, guint16 number, guint32 timestamp)
{
  memset (packet, 0xaa, 172);
  packet[0] = 0x80;
  packet[1] = 0;
  GST_WRITE_UINT16_BE (packet + 2, number);
  GST_WRITE_UINT32_BE (packet + 4, timestamp);
  GST_WRITE_UINT32_BE (packet + 8, 0x12345678);
}

/* One packet of audio; what goes instead of it, in a word: "-", or "5" with "m" for the marker, "e" for the end, and its duration. */
static void
step (Fixture *fixture, GString *log, guint samples)
{
  guint8 audio[172], event[SIP_TONE_PACKET_SIZE];
  gsize size;

  write_audio (audio, fixture->number, fixture->timestamp);
  size = sip_tone_sender_next (fixture->sender, audio, sizeof audio, event);
  if (size == 0)
    g_string_append (log, "- ");
  else
    {
      g_assert_cmpuint (size, ==, 16);
      g_assert_cmpuint (event[0], ==, 0x80);
      g_assert_cmpuint (event[1] & 0x7f, ==, 101);
      g_assert_cmpuint (GST_READ_UINT16_BE (event + 2), ==, fixture->number);
      g_assert_cmpuint (GST_READ_UINT32_BE (event + 8), ==, 0x12345678);
      g_string_append_printf (log, "%u%s%s%u ", event[12], event[1] & 0x80 ? "m" : "", event[13] & 0x80 ? "e" : "",
                              GST_READ_UINT16_BE (event + 14));
      if ((fixture->lose & 1) == 0)
        sip_tone_reader_push (fixture->reader, event, size);
      fixture->lose >>= 1;
    }
  fixture->number++;
  fixture->timestamp += samples;
}

static void
assert_steps (Fixture *fixture, guint n, const char *expected)
{
  g_autoptr (GString) log = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    step (fixture, log, STEP);
  if (expected != NULL)
    g_assert_cmpstr (log->str, ==, expected);
}

static void
test_one (Fixture *fixture, gconstpointer data)
{
  assert_steps (fixture, 2, "- - ");
  g_assert_false (sip_tone_sender_is_busy (fixture->sender));
  sip_tone_sender_play (fixture->sender, "5", 70, 50);
  g_assert_true (sip_tone_sender_is_busy (fixture->sender));
  assert_steps (fixture, 8, "5m160 5320 5480 5e640 5e640 5e640 - - ");
  g_assert_cmpstr (fixture->heard->str, ==, "5/80 ");
  g_assert_false (sip_tone_sender_is_busy (fixture->sender));
}

/* Tones keep their order and their distance, whatever they are called. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  sip_tone_sender_play (fixture->sender, "0d", 40, 100);
  sip_tone_sender_play (fixture->sender, "*#,9", 40, 100);
  assert_steps (fixture, 30, NULL);
  g_assert_cmpstr (fixture->heard->str, ==, "0/40 D/40 */40 #/40 ");
  /* The pause is of two seconds. */
  assert_steps (fixture, 60, NULL);
  g_assert_cmpstr (fixture->heard->str, ==, "0/40 D/40 */40 #/40 ");
  assert_steps (fixture, 60, NULL);
  g_assert_cmpstr (fixture->heard->str, ==, "0/40 D/40 */40 #/40 9/40 ");
  g_assert_false (sip_tone_sender_is_busy (fixture->sender));
}

static void
test_gap (Fixture *fixture, gconstpointer data)
{
  sip_tone_sender_play (fixture->sender, "12", 40, 80);
  assert_steps (fixture, 12, "1m160 1e320 1e320 1e320 - - 2m160 2e320 2e320 2e320 - - ");
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  sip_tone_sender_play (fixture->sender, "123", 6000, 50);
  assert_steps (fixture, 2, "1m160 1320 ");
  sip_tone_sender_stop (fixture->sender);
  assert_steps (fixture, 10, "1e480 1e480 1e480 - - - - - - - ");
  g_assert_cmpstr (fixture->heard->str, ==, "1/60 ");
}

/* Longer than the field for it: 6 s at 48 kHz are five segments, which are one tone for who hears it. */
static void
test_long (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) log = g_string_new (NULL);
  guint markers = 0;

  sip_tone_sender_play (fixture->sender, "7", 6000, 50);
  for (guint i = 0; i < 320; i++)
    step (fixture, log, 960);
  for (const char *p = log->str; (p = strchr (p, 'm')) != NULL; p++)
    markers++;
  g_assert_cmpuint (markers, ==, 1);
  g_assert_cmpstr (fixture->heard->str, ==, "7/6000 ");
}

/* What gets lost: the beginning, the middle, two of three ends; all of the end, which the next tone brings to light; all of it. */
static void
test_lost (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint lose;
    const char *heard;
  } cases[] = {
    { 0x01, "1/100 2/100 " },  { 0x0e, "1/100 2/100 " },  { 0x30, "1/100 2/100 " }, { 0x60, "1/100 2/100 " },
    { 0x70, "1/80 2/100 " }, { 0x7f, "2/100 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_string_truncate (fixture->heard, 0);
      fixture->lose = cases[i].lose;
      sip_tone_sender_play (fixture->sender, "12", 100, 50);
      assert_steps (fixture, 30, NULL);
      g_assert_cmpstr (fixture->heard->str, ==, cases[i].heard);
    }

  /* No next tone comes. */
  g_string_truncate (fixture->heard, 0);
  fixture->lose = 0x70;
  sip_tone_sender_play (fixture->sender, "3", 100, 50);
  assert_steps (fixture, 30, NULL);
  g_assert_cmpstr (fixture->heard->str, ==, "");
  sip_tone_reader_flush (fixture->reader);
  sip_tone_reader_flush (fixture->reader);
  g_assert_cmpstr (fixture->heard->str, ==, "3/80 ");
}

static void
push (Fixture *fixture, const char *hex)
{
  guint8 packet[64];
  gsize size = 0;

  for (const char *p = hex; p[0] != '\0'; p += 2, size++)
    packet[size] = (guint8) (g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]));
  sip_tone_reader_push (fixture->reader, packet, size);
}

/* Packets of other makers, and what is none. */
static void
test_packets (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *hex;
    const char *heard;
  } cases[] = {
    { "80650001000000a012345678" "05800320", "5/100 " },
    /* again, and an older one */
    { "80650002000000a012345678" "05800320", "" },
    { "806500020000009012345678" "01800320", "" },
    /* two contributors, an extension of one word, padding of four bytes */
    { "b2650003000010a012345678" "aaaaaaaa" "bbbbbbbb" "bede000110000000" "0b8a0320" "00000004", "#/100 " },
    /* the same event redundantly (RFC 4733 §2.6): only the first one counts here */
    { "80650004000020a012345678" "0a8a0320" "0b8a0320", "*/100 " },
    /* a flash; no version; too short in each part; padding longer than the packet */
    { "80650005000030a012345678" "10800320", "" },
    { "00650005000030a012345678" "05800320", "" },
    { "80650005000030a01234567805", "" },
    { "80650005000030a012345678058003", "" },
    { "8f650005000030a01234567805800320", "" },
    { "90650005000030a012345678bede", "" },
    { "90650005000030a012345678bedeffff05800320", "" },
    { "a0650005000030a012345678" "05800320" "000000ff", "" },
    { "80", "" },
    { "", "" },
    { "80650005000030a012345678" "0f800320", "D/100 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_string_truncate (fixture->heard, 0);
      push (fixture, cases[i].hex);
      g_assert_cmpstr (fixture->heard->str, ==, cases[i].heard);
    }
}

/* Whatever comes, it ends in tones or in nothing. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 200000; i++)
    {
      guint8 packet[40];
      gsize size = (gsize) g_test_rand_int_range (0, sizeof packet + 1);
      g_autofree guint8 *copy = NULL;

      for (gsize j = 0; j < size; j++)
        packet[j] = (guint8) g_test_rand_int ();
      if (size > 0 && i % 2 == 0)
        packet[0] = (guint8) (0x80 | (packet[0] & 0x33));
      /* At its very end the heap says who reads on. */
      copy = g_memdup2 (packet, size);
      sip_tone_reader_push (fixture->reader, copy, size);
    }
  for (const char *p = fixture->heard->str; *p != '\0'; p = strchr (p, ' ') + 1)
    g_assert_true (sip_tone_is_valid (*p) && *p != ',');
}

static void
test_valid (void)
{
  for (const char *p = "0123456789ABCDabcd*#,"; *p != '\0'; p++)
    g_assert_true (sip_tone_is_valid (*p));
  for (const char *p = "eE x;.+-\n\x80"; *p != '\0'; p++)
    g_assert_false (sip_tone_is_valid (*p));
  g_assert_false (sip_tone_is_valid ('\0'));
}

/* What is no packet is let alone. */
static void
test_short_audio (Fixture *fixture, gconstpointer data)
{
  const guint8 packet[11] = { 0x80 };
  guint8 event[SIP_TONE_PACKET_SIZE];

  sip_tone_sender_play (fixture->sender, "1", 100, 50);
  g_assert_cmpuint (sip_tone_sender_next (fixture->sender, packet, sizeof packet, event), ==, 0);
}

#define ADD(name, data, func) g_test_add ("/media/tones/" name, Fixture, data, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one", NULL, test_one);
  ADD ("many", NULL, test_many);
  ADD ("gap", NULL, test_gap);
  ADD ("stop", NULL, test_stop);
  ADD ("long", GUINT_TO_POINTER (48000), test_long);
  ADD ("lost", NULL, test_lost);
  ADD ("packets", NULL, test_packets);
  ADD ("random", NULL, test_random);
  ADD ("short-audio", NULL, test_short_audio);
  g_test_add_func ("/media/tones/valid", test_valid);
  return g_test_run ();
}
