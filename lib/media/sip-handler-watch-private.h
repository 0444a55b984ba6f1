/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-session-description-handler.h"

G_BEGIN_DECLS

/* How a session hears what its description handler emits: before anybody who connects to the signals, and at a tenth of the cost of being connected, which
 * for a call of a few seconds is much. Embedded in its owner; zero is one that watches nothing. */
typedef struct _SipHandlerWatch SipHandlerWatch;

typedef struct
{
  void (*failed) (SipHandlerWatch *watch, const GError *error);
  void (*dtmf_received) (SipHandlerWatch *watch, const char *tone, guint duration);
} SipHandlerWatchEvents;

struct _SipHandlerWatch
{
  const SipHandlerWatchEvents *events;
  SipSessionDescriptionHandler *handler; /* not held; NULL: none */
  SipHandlerWatch *next;                 /* nobody forbids a factory to give the same handler to several sessions */
  SipHandlerWatch *before;
};

/* The watch has to end before the handler does. */
void sip_handler_watch_begin (SipHandlerWatch *self, SipSessionDescriptionHandler *handler, const SipHandlerWatchEvents *events);
void sip_handler_watch_end (SipHandlerWatch *self);

/* The default handlers of the signals. */
void sip_handler_watch_tell_failed (SipSessionDescriptionHandler *handler, const GError *error);
void sip_handler_watch_tell_dtmf_received (SipSessionDescriptionHandler *handler, const char *tone, guint duration);

G_END_DECLS
