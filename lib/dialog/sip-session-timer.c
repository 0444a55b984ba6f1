/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-session-timer-private.h"

#include "transaction/sip-token-private.h"

/* Below this nobody has to say Min-SE (RFC 4028 §5). */
#define MIN_SE_DEFAULT 90
/* Nothing longer is asked of us, nor by us: a day. */
#define LONGEST (24 * 60 * 60)

/* More proxies than these do not raise it one after the other: who says a second more each time would have us ask without end. */
#define MAX_RAISES 8

/* A refusal is not asked for more often. */
#define SHORTEST_PAUSE_US (10 * G_USEC_PER_SEC)

typedef struct
{
  guint32 interval; /* 0: no Session-Expires, or none that can be read */
  SipStr refresher; /* p == NULL: not said */
} Terms;

static Terms
read_terms (const SipMsg *msg)
{
  Terms terms = { 0 };
  SipStr text = sip_msg_value (msg, SIP_H_SESSION_EXPIRES);
  const char *semicolon;
  guint64 seconds;

  /* A number that is longer than any is a long time. */
  if (!sip_msg_uint (msg, SIP_H_SESSION_EXPIRES, G_MAXUINT32, &seconds))
    return terms;

  terms.interval = (guint32) MIN (seconds, LONGEST);
  semicolon = memchr (text.p, ';', text.len);
  if (semicolon != NULL)
    sip_params_find (sip_str (semicolon, (gsize) (text.p + text.len - semicolon)), "refresher", &terms.refresher);

  return terms;
}

static guint32
read_min_se (const SipMsg *msg)
{
  guint64 seconds;

  return sip_msg_uint (msg, SIP_H_MIN_SE, G_MAXUINT32, &seconds) ? (guint32) MIN (seconds, LONGEST) : 0;
}

/* --- time --- */

static void timer_cb (SipTimer *timer);

static void
wait_for (SipSessionTimer *self, SipTimerWheel *wheel, gint64 us)
{
  gint64 left = self->end - sip_timer_wheel_now (wheel);

  sip_timer_start (wheel, &self->timer, timer_cb, CLAMP (us, 0, MAX (left, 0)));
}

static void
timer_cb (SipTimer *timer)
{
  SipSessionTimer *self = SIP_CONTAINER_OF (timer, SipSessionTimer, timer);

  if (sip_timer_wheel_now (timer->wheel) >= self->end)
    {
      self->end = 0;
      self->interval = 0;
      self->events->expired (self);
      return;
    }

  /* From here on the end is near, unless the refresh is answered. */
  wait_for (self, timer->wheel, G_MAXINT64);
  self->events->refresh (self);
}

/* §10: who refreshes does it when half of the time is over; who sees no refresh gives up a little before its end. */
static void
begin (SipSessionTimer *self, SipTimerWheel *wheel, guint32 interval, gboolean is_refresher)
{
  self->interval = interval;
  self->is_refresher = is_refresher;
  self->end = sip_timer_wheel_now (wheel) + (gint64) (interval - MIN (32, interval / 3)) * G_USEC_PER_SEC;
  wait_for (self, wheel, is_refresher ? (gint64) interval * G_USEC_PER_SEC / 2 : G_MAXINT64);
}

void
sip_session_timer_stop (SipSessionTimer *self)
{
  sip_timer_stop (&self->timer);
  self->interval = 0;
  self->end = 0;
}

void
sip_session_timer_try_again (SipSessionTimer *self, SipTimerWheel *wheel, gint64 us)
{
  gint64 left = self->end - sip_timer_wheel_now (wheel);

  if (self->interval > 0)
    wait_for (self, wheel, us == SIP_SESSION_TIMER_LATER ? MAX (left / 2, SHORTEST_PAUSE_US) : us);
}

void
sip_session_timer_init (SipSessionTimer *self, SipDialogs *dialogs, const SipSessionTimerEvents *events)
{
  const SipSessionTimerSettings *settings = sip_dialogs_get_session_timer (dialogs);

  self->events = events;
  self->wanted = settings->interval > 0 ? MAX (settings->interval, settings->min_se) : 0;
  self->floor = settings->min_se;
  self->min_se = settings->min_se;
  self->refresher = settings->refresher;
}

/* --- asking --- */

void
sip_session_timer_ask (SipSessionTimer *self, SipMsgBuilder *request)
{
  const char *refresher = "";
  char text[64];

  if (self->wanted == 0)
    return;

  /* §7.4: within a call it stays as it is. */
  if (self->interval > 0 ? self->is_refresher : self->refresher == SIP_SESSION_REFRESHER_LOCAL)
    refresher = ";refresher=uac";
  else if (self->interval > 0 || self->refresher == SIP_SESSION_REFRESHER_REMOTE)
    refresher = ";refresher=uas";

  g_snprintf (text, sizeof text, "%u%s", self->interval > 0 ? MAX (self->interval, self->min_se) : self->wanted, refresher);
  sip_msg_builder_replace (request, SIP_H_SESSION_EXPIRES, sip_str_from (text));
  if (self->min_se == MIN_SE_DEFAULT)
    return;

  g_snprintf (text, sizeof text, "%u", self->min_se);
  sip_msg_builder_replace (request, SIP_H_MIN_SE, sip_str_from (text));
}

gboolean
sip_session_timer_raise (SipSessionTimer *self, const SipMsg *response)
{
  guint32 min_se = read_min_se (response);

  if (self->n_raised >= MAX_RAISES || self->wanted == 0 || min_se <= (self->interval > 0 ? MAX (self->interval, self->min_se) : self->wanted))
    return FALSE;

  self->n_raised++;
  self->min_se = MAX (self->min_se, min_se);
  self->wanted = MAX (self->wanted, self->min_se);
  return TRUE;
}

void
sip_session_timer_begin (SipSessionTimer *self, SipTimerWheel *wheel, const SipMsg *response)
{
  Terms terms = read_terms (response);

  self->n_raised = 0;
  if (self->wanted == 0)
    return;

  /* §7.2: only who is told "uas" leaves it to the other side. One that answers less than the least there is would have us send without end. */
  if (terms.interval > 0)
    begin (self, wheel, MAX (terms.interval, self->floor), !sip_str_equal_nocase (terms.refresher, SIP_STR ("uas")));
  else if (self->refresher == SIP_SESSION_REFRESHER_LOCAL)
    begin (self, wheel, self->wanted, TRUE);
  else
    sip_session_timer_stop (self);
}

/* --- answering --- */

static gboolean
knows_timers (const SipMsg *request)
{
  return sip_msg_has_token (request, SIP_H_SUPPORTED, "timer") || sip_msg_has_token (request, SIP_H_REQUIRE, "timer");
}

gboolean
sip_session_timer_refuse (SipDialogs *dialogs, SipServerTransaction *transaction, const SipMsg *request)
{
  const SipSessionTimerSettings *settings = sip_dialogs_get_session_timer (dialogs);
  Terms terms = read_terms (request);
  g_autofree char *to_tag = NULL;
  SipMsgBuilder *response;

  /* §9: who does not know of timers would not know of a 422 either; it was a proxy that asked. */
  if (settings->interval == 0 || terms.interval == 0 || terms.interval >= settings->min_se || !knows_timers (request))
    return FALSE;

  to_tag = request->to.tag.len == 0 ? sip_tag_new () : NULL;
  response = sip_msg_builder_new_response (request, 422, NULL, to_tag);
  sip_msg_builder_add_printf (response, SIP_H_MIN_SE, "%u", settings->min_se);
  if (sip_dialogs_get_product (dialogs) != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (sip_dialogs_get_product (dialogs)));
  sip_server_transaction_respond (transaction, response, NULL);
  return TRUE;
}

/* §9, table 2. */
static gboolean
is_ours_to_refresh (SipSessionTimer *self, const Terms *terms, gboolean knows)
{
  if (!knows || sip_str_equal_nocase (terms->refresher, SIP_STR ("uas")))
    return TRUE;
  if (sip_str_equal_nocase (terms->refresher, SIP_STR ("uac")))
    return FALSE;

  return self->refresher == SIP_SESSION_REFRESHER_LOCAL;
}

void
sip_session_timer_answer (SipSessionTimer *self, SipTimerWheel *wheel, const SipMsg *request, SipMsgBuilder *response)
{
  gboolean knows = knows_timers (request);
  Terms terms = read_terms (request);
  guint32 least = MAX (read_min_se (request), self->floor);
  guint32 interval;
  gboolean is_refresher;

  if (self->wanted == 0)
    return;
  if (terms.interval == 0 && !knows && self->refresher != SIP_SESSION_REFRESHER_LOCAL)
    {
      sip_session_timer_stop (self);
      return;
    }

  /* It may be shortened, but not below what anybody on the way can bear; who asks for none gets ours. */
  interval = MAX (terms.interval > 0 ? MIN (terms.interval, self->wanted) : self->wanted, least);
  if (terms.interval > 0 && !knows)
    interval = MIN (interval, MAX (terms.interval, self->floor));
  is_refresher = is_ours_to_refresh (self, &terms, knows);

  sip_msg_builder_add_printf (response, SIP_H_SESSION_EXPIRES, "%u;refresher=%s", interval, is_refresher ? "uas" : "uac");
  if (knows)
    sip_msg_builder_add (response, SIP_H_REQUIRE, SIP_STR ("timer"));
  self->min_se = MAX (self->min_se, read_min_se (request));
  begin (self, wheel, interval, is_refresher);
}
