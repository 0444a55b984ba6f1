/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "media/sip-tone-reader-private.h"
#include "media/sip-tone-sender-private.h"

static void
heard_cb (gpointer user_data,
          char     tone,
          guint    duration)
{
  CHECK (sip_tone_is_valid (tone) && tone != ',');
  ++*(guint *) user_data;
}

/* Packets, each after a byte that says how long it is: read as tones, and with tones put in their place. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (SipToneReader) reader = sip_tone_reader_new (8000, g_main_context_default ());
  g_autoptr (SipToneReader) echo = sip_tone_reader_new (8000, g_main_context_default ());
  g_autoptr (SipToneSender) sender = sip_tone_sender_new (101, 8000);
  guint n_packets = 0, n_heard = 0, n_echoes = 0;

  sip_tone_reader_listen (reader, heard_cb, &n_heard);
  sip_tone_reader_listen (echo, heard_cb, &n_echoes);
  sip_tone_sender_play (sender, "1,#", 100, 50);
  while (size > 0)
    {
      gsize length = MIN (data[0], size - 1);
      /* What reads on behind the end is seen. */
      g_autofree guint8 *packet = g_memdup2 (data + 1, length);
      guint8 event[SIP_TONE_PACKET_SIZE];
      gsize written = sip_tone_sender_next (sender, packet, length, event);

      CHECK (written == 0 || (written == SIP_TONE_PACKET_SIZE && length >= 12));
      sip_tone_reader_push (echo, event, written);
      sip_tone_reader_push (reader, packet, length);
      n_packets++;
      data += 1 + length;
      size -= 1 + length;
    }
  sip_tone_reader_flush (reader);
  /* A packet ends two tones at most. */
  CHECK (n_heard <= 2 * n_packets);
  CHECK (n_echoes <= 2);
  sip_tone_reader_close (reader);
  sip_tone_reader_close (echo);

  return 0;
}
