/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-dtmf-queue-private.h"

#include "agent/sip-dtmf-body-private.h"

typedef struct
{
  SipDtmfTone tone;
  GDestroyNotify release;
} Entry;

struct _SipDtmfQueue
{
  guint ref_count;
  SipTimerWheel *wheel;
  SipDtmfPlayFunc play; /* NULL once freed */
  gpointer owner;
  GQueue entries;       /* of Entry, those that are to come */
  SipTimer timer;       /* while the current one, or a pause, takes its time */
  guint8 waits;         /* for an answer */
  guint8 is_playing;    /* within play() */
};

static void proceed (SipDtmfQueue *self);

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  if (entry->tone.options != NULL)
    g_rc_box_release_full (entry->tone.options, entry->release);
  g_free (entry);
}

static void
queue_unref (SipDtmfQueue *self)
{
  if (--self->ref_count == 0)
    g_free (self);
}

SipDtmfQueue *
sip_dtmf_queue_new (SipTimerWheel *wheel, SipDtmfPlayFunc play, gpointer owner)
{
  SipDtmfQueue *self = g_new0 (SipDtmfQueue, 1);

  self->ref_count = 1;
  self->wheel = wheel;
  self->play = play;
  self->owner = owner;
  g_queue_init (&self->entries);

  return self;
}

void
sip_dtmf_queue_clear (SipDtmfQueue *self)
{
  sip_timer_stop (&self->timer);
  self->waits = FALSE;
  g_queue_clear_full (&self->entries, entry_free);
}

void
sip_dtmf_queue_free (SipDtmfQueue *self)
{
  sip_dtmf_queue_clear (self);
  self->play = NULL;
  queue_unref (self);
}

gboolean
sip_dtmf_queue_is_idle (SipDtmfQueue *self)
{
  return g_queue_is_empty (&self->entries) && !self->waits && !self->is_playing && !sip_timer_is_running (&self->timer);
}

static void
time_is_over_cb (SipTimer *timer)
{
  proceed (SIP_CONTAINER_OF (timer, SipDtmfQueue, timer));
}

static void
play (SipDtmfQueue *self, const SipDtmfTone *tone)
{
  SipDtmfPlay result;

  self->is_playing = TRUE;
  self->waits = TRUE; /* an answer may come before play() is back */
  result = self->play (self->owner, tone);
  self->is_playing = FALSE;
  if (result == SIP_DTMF_PLAY_FAILED)
    sip_dtmf_queue_clear (self);
  else if (result == SIP_DTMF_PLAY_ENDED)
    self->waits = FALSE;
}

static void
proceed (SipDtmfQueue *self)
{
  self->ref_count++;
  while (self->play != NULL && !self->is_playing && !self->waits && !sip_timer_is_running (&self->timer) && !g_queue_is_empty (&self->entries))
    {
      Entry *entry = g_queue_pop_head (&self->entries);
      gboolean is_pause = entry->tone.symbol == ',';

      sip_timer_start (self->wheel, &self->timer, time_is_over_cb,
                       (is_pause ? SIP_DTMF_PAUSE : (gint64) entry->tone.duration + entry->tone.gap) * 1000);
      if (!is_pause)
        play (self, &entry->tone);
      entry_free (entry);
    }
  queue_unref (self);
}

void
sip_dtmf_queue_add (SipDtmfQueue *self, const char *symbols, guint duration, guint gap, gpointer options, GDestroyNotify release)
{
  for (const char *p = symbols; *p != '\0'; p++)
    {
      Entry *entry = g_new0 (Entry, 1);

      entry->tone = (SipDtmfTone){ *p, duration, gap, options != NULL ? g_rc_box_acquire (options) : NULL };
      entry->release = release;
      g_queue_push_tail (&self->entries, entry);
    }

  proceed (self);
}

void
sip_dtmf_queue_answered (SipDtmfQueue *self, gboolean success)
{
  self->waits = FALSE;
  if (success)
    proceed (self);
  else
    sip_dtmf_queue_clear (self);
}
