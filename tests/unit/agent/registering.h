/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/scene.h"

/* alice registers at carol, who is a registrar that says what the test says. What alice is told is in the log:
 *   "alice: registering"                   her registration's state
 *   "alice: +200", "alice: -null Expires"  registered, unregistered
 *   "alice: !503 SIP Failure Code"         registration-failed
 *   "alice: register done", "alice: unregister sip-error-quark 5"   what became of a task */
typedef struct
{
  Scene *s;
  SipUserAgent *alice;
  SipRegistration *registration; /* the latest one that was told of; nullable */
} Registering;

Registering *registering_new (void);
void registering_free (Registering *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Registering, registering_free)

/* Options for carol; the caller changes them. */
SipRegisterOptions *registering_options (void);
void registering_begin (Registering *self, SipRegisterOptions *options);
void registering_end (Registering *self, gboolean all);
/* The latest REGISTER; there must have been @n. */
SipMsg *registering_request (Registering *self, guint n);
/* carol answers the latest REGISTER. @more: header lines, or NULL. */
void registering_answer (Registering *self, guint status, const char *more);
/* 200, with the Contact of the request, in which expires= is @expires. @params: more of that Contact's; @more: header lines. Both nullable. */
void registering_accept (Registering *self, guint expires, const char *params, const char *more);
/* Registered for ten minutes; the log is empty. */
void registering_establish (Registering *self);
void registering_expect (Registering *self, const char *expected);
/* Lets time pass. */
void registering_wait (Registering *self, guint seconds);
/* Until the next REGISTER goes out: how many seconds that took, rounded up. */
guint registering_wait_for_request (Registering *self);

#define REGISTERING_DONE "alice > REGISTER\ncarol > 200 REGISTER\n"

#define registering_assert_header(msg, id, expected) \
  G_STMT_START \
  { \
    g_autofree char *assert_header = scene_header ((msg), (id)); \
    g_assert_cmpstr (assert_header, ==, (expected)); \
  } \
  G_STMT_END
