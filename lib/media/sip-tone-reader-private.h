/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Reads the tones of a peer out of packets of RFC 4733. It is made in the thread that brings them, so that none is missed before anybody listens. */
typedef struct _SipToneReader SipToneReader;

/* @tone has ended, after @duration ms. */
typedef void (*SipToneFunc) (gpointer user_data, char tone, guint duration);

/* Tones are told in @context; where packets are only pushed, at once. */
SipToneReader *sip_tone_reader_new (guint clock_rate, GMainContext *context);
SipToneReader *sip_tone_reader_ref (SipToneReader *self);
void sip_tone_reader_unref (SipToneReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipToneReader, sip_tone_reader_unref)

/* In the context, before anything else happens there: who hears of the tones, until close. */
void sip_tone_reader_listen (SipToneReader *self, SipToneFunc func, gpointer user_data);
void sip_tone_reader_close (SipToneReader *self);

/* One packet of RTP, whatever is in it. */
void sip_tone_reader_push (SipToneReader *self, const guint8 *packet, gsize size);
/* A tone whose end does not come any more has ended. */
void sip_tone_reader_flush (SipToneReader *self);

/* Reads what comes out of @pad, and swallows it. */
void sip_tone_reader_install (SipToneReader *self, GstPad *pad);

G_END_DECLS
