/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-session-description-handler.h"

/* A description handler without media: its descriptions are a text, and what it is given it keeps. */
#define NULL_TYPE_HANDLER (null_handler_get_type ())
G_DECLARE_FINAL_TYPE (NullHandler, null_handler, NULL, HANDLER, GObject)

struct _NullHandler
{
  GObject parent;
  char *local;        /* nullable: "v=0..." */
  char *remote;       /* the last description that was set */
  SipDescriptionType taken_type;
  const char *fail;   /* "make", "take", "dtmf" or "ready": what it fails at; NULL: nothing */
  GTask *pending;     /* the question, where `hold` */
  SipDescriptionType pending_type;
  gboolean hold;      /* questions wait for null_handler_release() */
  gboolean hold_take; /* so do descriptions that are given */
  SipDescription *pending_taken;
  GVariant *options;  /* of the last question */
  guint n_made;
  guint n_taken;
  guint n_rollbacks;
  gboolean at_once;   /* offers are answered at once */
  void (*answering) (NullHandler *self, gpointer user_data); /* while that happens; nullable */
  gpointer user_data;
  guint n_answered;   /* of those */
  gboolean is_closed;
  GString *tones;     /* nullable: "5/100/500 " of each that was played */
};

void null_handler_release (NullHandler *self);
