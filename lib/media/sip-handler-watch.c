/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-handler-watch-private.h"

/* A handler's data of this name is the first of its watches. */
static GQuark
watches_quark (void)
{
  static GQuark quark = 0;

  if (G_UNLIKELY (quark == 0))
    quark = g_quark_from_static_string ("sip-handler-watches");

  return quark;
}

static SipHandlerWatch *
first_watch (SipSessionDescriptionHandler *handler)
{
  return g_object_get_qdata (G_OBJECT (handler), watches_quark ());
}

void
sip_handler_watch_begin (SipHandlerWatch *self, SipSessionDescriptionHandler *handler, const SipHandlerWatchEvents *events)
{
  self->events = events;
  self->handler = handler;
  self->next = first_watch (handler);
  self->before = NULL;
  if (self->next != NULL)
    self->next->before = self;
  g_object_set_qdata (G_OBJECT (handler), watches_quark (), self);
}

void
sip_handler_watch_end (SipHandlerWatch *self)
{
  SipSessionDescriptionHandler *handler = g_steal_pointer (&self->handler);

  if (handler == NULL)
    return;

  if (self->next != NULL)
    self->next->before = self->before;
  if (self->before != NULL)
    self->before->next = self->next;
  else
    g_object_set_qdata (G_OBJECT (handler), watches_quark (), self->next);
  self->next = NULL;
  self->before = NULL;
}

/* Whether it has not ended, and may be looked at. */
static gboolean
is_watching (SipSessionDescriptionHandler *handler, const SipHandlerWatch *watch)
{
  const SipHandlerWatch *each = first_watch (handler);

  while (each != NULL && each != watch)
    each = each->next;

  return each != NULL;
}

/* Those who watch now: who is told may end any of them. */
static GPtrArray *
collect (SipSessionDescriptionHandler *handler)
{
  GPtrArray *watches = g_ptr_array_new ();

  for (SipHandlerWatch *watch = first_watch (handler); watch != NULL; watch = watch->next)
    g_ptr_array_add (watches, watch);

  return watches;
}

void
sip_handler_watch_tell_failed (SipSessionDescriptionHandler *handler, const GError *error)
{
  g_autoptr (GPtrArray) watches = collect (handler);

  for (guint i = 0; i < watches->len; i++)
    {
      SipHandlerWatch *watch = g_ptr_array_index (watches, i);

      if (is_watching (handler, watch))
        watch->events->failed (watch, error);
    }
}

void
sip_handler_watch_tell_dtmf_received (SipSessionDescriptionHandler *handler, const char *tone, guint duration)
{
  g_autoptr (GPtrArray) watches = collect (handler);

  for (guint i = 0; i < watches->len; i++)
    {
      SipHandlerWatch *watch = g_ptr_array_index (watches, i);

      if (is_watching (handler, watch))
        watch->events->dtmf_received (watch, tone, duration);
    }
}
