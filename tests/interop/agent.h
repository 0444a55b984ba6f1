/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <sip-glib/sip.h>

G_BEGIN_DECLS

typedef struct
{
  GMainLoop *loop;
  SipUserAgent *agent;
  GPtrArray *calls;
  GPtrArray *subscriptions;
  SipRegistration *registration;
  SipPublication *publication;
  GDataInputStream *commands;
  char **on_invite;
  char **relays;
  char **served;
  gboolean has_media;
  guint hz;
} Program;

typedef struct
{
  const char *verb;
  guint n_words; /* at least, itself counted */
  void (*run) (Program *self, char **words);
} Command;

/* A line on stdout. */
void say (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* ... that says how a command went. */
void answer (GError *error);

/* What the agent is told that is not about calls; the last has no verb. */
extern const Command request_commands[];

/* From now on it tells of what comes outside of calls. */
void watch_requests (Program *self);

G_END_DECLS
