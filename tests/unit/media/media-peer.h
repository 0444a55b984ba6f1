/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/app/gstappsink.h>

#include "media/sip-description-modifier.h"
#include "media/sip-webrtc-handler.h"

/* A handler on 127.0.0.1 whose ends a test can see: it sends a tone and a colour, and keeps what it hears and sees. */
typedef struct
{
  SipWebrtcHandler *handler;
  GstAppSink *audio_sink;
  GstAppSink *video_sink;
  GArray *samples;    /* gint16, 48 kHz mono */
  guint n_frames;
  guint8 colour[3];   /* the mean of the last picture */
  gboolean hold;      /* what the session says of the next exchanges */
  const char *options; /* of the next exchanges, in the syntax of GVariant; nullable */
  SipDescriptionModifier *modifier; /* of what it says; nullable */
  GError *failure;
  guint n_failures;
} MediaPeer;

MediaPeer *media_peer_new (guint frequency, const char *pattern, const char *first_property, ...) G_GNUC_NULL_TERMINATED;
void media_peer_free (MediaPeer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MediaPeer, media_peer_free)

/* For when it went wrong. */
void media_peer_describe (MediaPeer *self, const char *name);

/* Takes what has arrived since. */
void media_peer_poll (MediaPeer *self);
void media_peer_forget (MediaPeer *self);

/* The share of @frequency in the sound of the last 100 ms, from 0 to about 1; -1 if there is not that much. */
double media_peer_hears (MediaPeer *self, double frequency);
gboolean media_peer_sees (MediaPeer *self, guint8 red, guint8 green, guint8 blue);

SipDescription *media_peer_get (MediaPeer *self, SipDescriptionType type, GError **error);
gboolean media_peer_set (MediaPeer *self, SipDescription *description, GError **error);

/* Ends the exchange without an answer. */
void media_peer_rollback (MediaPeer *self);

/* How many threads and descriptors the process has. */
guint media_count_threads (void);
guint media_count_descriptors (void);

/* A whole exchange. */
void media_peer_call (MediaPeer *caller, MediaPeer *callee);

typedef gboolean (*MediaCondition) (gpointer data);

/* Runs the main loop until @condition holds; FALSE if it did not in time. */
gboolean media_wait (MediaCondition condition, gpointer data, guint timeout_ms);
