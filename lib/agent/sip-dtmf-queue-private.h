/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-timer-wheel-private.h"

G_BEGIN_DECLS

/* Tones one after the other: each has its time, its gap, and the answer that it waits for; the next one goes when all of these are over. That no tone
 * overtakes the answer to the one before keeps their order where messages get lost (a CSeq that comes late is refused, RFC 3261 §12.2.2). */
typedef struct _SipDtmfQueue SipDtmfQueue;

typedef struct
{
  char symbol;      /* ',' is a pause */
  guint duration;   /* ms */
  guint gap;        /* ms */
  gpointer options; /* the user's, see add() */
} SipDtmfTone;

typedef enum
{
  SIP_DTMF_PLAY_ENDED,  /* it is out, nothing is to be waited for but its time */
  SIP_DTMF_PLAY_WAITS,  /* sip_dtmf_queue_answered() follows, from the main loop or at once */
  SIP_DTMF_PLAY_FAILED, /* what is queued is dropped */
} SipDtmfPlay;

/* Never called with a pause. May call any function of the queue, free() too: then it returns SIP_DTMF_PLAY_FAILED. */
typedef SipDtmfPlay (*SipDtmfPlayFunc) (gpointer owner, const SipDtmfTone *tone);

SipDtmfQueue *sip_dtmf_queue_new (SipTimerWheel *wheel, SipDtmfPlayFunc play, gpointer owner);
void sip_dtmf_queue_free (SipDtmfQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipDtmfQueue, sip_dtmf_queue_free)

/* @symbols: those of sip_dtmf_symbol(), and ','. @options, a GRcBox or NULL, of which @release frees what is in it: kept as long as a tone of them is queued. The
 * first tone is played before this returns when nothing else is. */
void sip_dtmf_queue_add (SipDtmfQueue *self, const char *symbols, guint duration, guint gap, gpointer options, GDestroyNotify release);
/* The answer to the tone that is being played. FALSE: it failed, and what is queued is dropped. */
void sip_dtmf_queue_answered (SipDtmfQueue *self, gboolean success);
/* Drops what is queued, and waits for nothing. */
void sip_dtmf_queue_clear (SipDtmfQueue *self);
gboolean sip_dtmf_queue_is_idle (SipDtmfQueue *self);

G_END_DECLS
