/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-description-modifier.h"
#include "media/sip-session-description-handler.h"
#include "syntax/sip-str-private.h"
#include "transport/sip-timer-wheel-private.h"

G_BEGIN_DECLS

/* Asks a session's description handler: one question at a time, which can be called off. What the call's machine wants said and understood goes
 * through here and nowhere else, so that whatever changes descriptions on their way has one place: here are the modifiers run. */
typedef struct _SipDescriber SipDescriber;

typedef struct
{
  void (*made) (gpointer owner, SipDescription *description, const GError *error);
  void (*taken) (gpointer owner, const GError *error);
} SipDescriberEvents;

/* An offer that was taken may have been answered along with that: then the answer to a question for one comes within the question. All other answers come from
 * the main loop. */
SipDescriber *sip_describer_new (SipSessionDescriptionHandler *handler, SipTimerWheel *wheel, const SipDescriberEvents *events, gpointer owner);
/* Calls off what is open. The handler is not closed: it is its owner's. */
void sip_describer_free (SipDescriber *self);

/* @modifiers: SipDescriptionModifier, run in this order; NULL: none, and then nothing is done that would not be done without them. A modifier that fails ends the
 * question as a handler that fails does. */
void sip_describer_make (SipDescriber *self, SipDescriptionType type, GVariant *options, GPtrArray *modifiers);
void sip_describer_take (SipDescriber      *self,
                         SipDescriptionType type,
                         SipStr             content_type,
                         SipStr             body,
                         GVariant          *options,
                         GPtrArray         *modifiers);
void sip_describer_stop (SipDescriber *self);

G_END_DECLS
