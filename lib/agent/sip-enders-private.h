/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-timer-wheel-private.h"

G_BEGIN_DECLS

/* What an agent has to say goodbye to when it stops, in this order: nobody hears of a call that ended if the registration that its way leads along went
 * first. */
typedef enum
{
  SIP_END_SESSIONS,
  SIP_END_SUBSCRIPTIONS, /* in both roles, and publications */
  SIP_END_REGISTRATIONS,
  SIP_END_N_PHASES
} SipEndPhase;

typedef struct _SipEnder SipEnder;

typedef struct
{
  SipEndPhase phase;
  /* The agent stops: end it, politely (BYE, SUBSCRIBE or REGISTER with Expires: 0). Called once. sip_ender_leave() when that is done, within this call or
   * later; it may take the object's last reference. Goes without asking anybody. */
  void (*end) (SipEnder *self);
  /* Time is up, or the agent goes: leave, and send nothing. Everything below goes next. */
  void (*abandon) (SipEnder *self);
} SipEnderClass;

/* Embedded in its owner, who finds itself with SIP_CONTAINER_OF. Zero is one that nobody has to end. */
struct _SipEnder
{
  GList link;
  GQueue *queue; /* that it is in; NULL: none */
  const SipEnderClass *klass;
  struct _SipEnders *enders;
};

/* All of an agent, and the end of them. */
typedef struct _SipEnders SipEnders;

typedef struct
{
  /* Requests of ours that wait for an answer: a phase is not over before those that it sent have theirs. */
  guint (*get_n_unanswered) (gpointer user_data);
  /* Nothing is left. The last that a stop does; comes from the main loop. */
  void (*ended) (gpointer user_data);
} SipEndersEvents;

SipEnders *sip_enders_new (const SipEndersEvents *events, gpointer user_data);
/* There is none left: abandon them before. */
void sip_enders_free (SipEnders *self);

/* O(1). One that joins while its phase is on, or over, is told to end at once, from the main loop. Holds no reference. */
void sip_enders_join (SipEnders *self, SipEnder *ender, const SipEnderClass *klass);
/* It is over, or there is nothing to say. Nothing for one that is not in. */
void sip_ender_leave (SipEnder *self);

/* Ends them, phase by phase: calls within this call, what follows from the main loop. @patience in µs is for all: calls may take half of it, subscriptions half of the rest, and what one phase
 * does not need is the next one's. What is left then is abandoned. */
void sip_enders_start (SipEnders *self, SipTimerWheel *wheel, gint64 patience);
/* The last request that waited has its answer. */
void sip_enders_quiet (SipEnders *self);
/* No more patience: abandons what is left, at once. `ended` does not come. */
void sip_enders_abandon (SipEnders *self);

G_END_DECLS
