/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Plays tones in a stream of audio, as events of RFC 4733: while a tone lasts, each packet of audio is replaced by one that tells of the tone. So they keep the
 * stream's numbers and its pace, and are gone with the stream. Everything here may be called in any thread. */
typedef struct _SipToneSender SipToneSender;

/* @payload: what the peer calls telephone-event at @clock_rate, the one of the audio (RFC 4733 §2.1). */
SipToneSender *sip_tone_sender_new (guint payload, guint clock_rate);
SipToneSender *sip_tone_sender_ref (SipToneSender *self);
void sip_tone_sender_unref (SipToneSender *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipToneSender, sip_tone_sender_unref)

/* Whether @tone is 0-9, A-D, a-d, #, *, or "," for a pause of two seconds. */
gboolean sip_tone_is_valid (char tone);

/* Plays @tones, which are valid, after those that wait; times in ms. */
void sip_tone_sender_play (SipToneSender *self, const char *tones, guint duration, guint gap);
/* Forgets what waits; a tone that is on its way ends. */
void sip_tone_sender_stop (SipToneSender *self);
gboolean sip_tone_sender_is_busy (SipToneSender *self);

/* A packet of RTP is to be sent: writes the one to send instead, and returns its size; 0: the packet itself. @event holds 16 bytes. */
#define SIP_TONE_PACKET_SIZE 16
gsize sip_tone_sender_next (SipToneSender *self, const guint8 *packet, gsize size, guint8 *event);

/* Has it do that to what goes through @pad. */
void sip_tone_sender_install (SipToneSender *self, GstPad *pad);

G_END_DECLS
