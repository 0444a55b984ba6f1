/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/gst.h>

#include "media/sip-media-enums.h"

G_BEGIN_DECLS

/* A webrtcbin as we want it, and its end. */

typedef struct
{
  const char *stun_server;               /* nullable: "host:port" */
  const char *const *turn_servers;       /* nullable: "turn://user:password@host:port" */
  const char *const *local_addresses;    /* nullable: all */
  const char *certificate;               /* nullable: PEM with the key */
  SipIceTransportPolicy transport_policy;
  gboolean bundle;
  gboolean ice_tcp;
  guint latency;                         /* ms */
} SipPeerConnectionConfig;

/* (transfer full), not floating */
GstElement *sip_peer_element_new (const SipPeerConnectionConfig *config, GError **error);

/* Stops the element of a connection that was closed, once it has done what it was told: one that is stopped before forgets promises, which
 * GStreamer complains of, and one that has hardly begun may never stop. It blocks: for a thread that has nothing else to do. */
void sip_peer_element_stop (GstElement *element);

G_END_DECLS
