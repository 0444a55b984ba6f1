/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/null-handler.h"
#include "agent/sip-user-agent-private.h"

/* Two agents, alice and bob, on one virtual clock and the in-memory transport. Everything that happens is written into one log, a line each:
 *   "alice > INVITE"     a message of alice's on the wire
 *   "bob: accepted 200"  a signal of bob's call
 * so that a test compares one text. */
typedef struct _Fixture Fixture;

typedef struct
{
  Fixture *fixture;
  const char *name;
  SipUserAgent *agent;
  SipSession *session;  /* the latest call */
  NullHandler *handler; /* of that call */
  const char *fail;     /* what new handlers fail at */
  gboolean hold;        /* new handlers hold their answers */
  gboolean at_once;     /* new handlers answer offers at once */
  void (*answering) (NullHandler *handler, gpointer party); /* in that */
  gboolean no_handler;
} Party;

struct _Fixture
{
  SipTimerWheel *wheel;
  GString *log;
  Party alice;
  Party bob;
  Party carol; /* fixture_add_carol() */
  gboolean (*filter) (Fixture *fixture, SipMsg *msg); /* FALSE: lost */
  gboolean show_bodies;                               /* "alice > INVITE +sdp" */
};

Fixture *fixture_new (void);
void fixture_free (Fixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* A third one. */
void fixture_add_carol (Fixture *self);
/* A line of a test's own. */
void fixture_note (Party *party, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* alice calls bob, or @target. */
void fixture_call (Fixture *self, SipInviteOptions *options);
void fixture_call_target (Fixture *self, const char *target, SipInviteOptions *options);
/* ... and bob accepts, and all is well; the log is empty. */
void fixture_establish (Fixture *self);
/* Lets everything happen that needs no time; then @us of time pass. */
void fixture_run (Fixture *self, gint64 us);
/* Compares the log with @expected (lines), and empties it. */
void fixture_expect (Fixture *self, const char *expected);
void fixture_watch (Party *party, SipSession *session);
