/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gst/sdp/sdp.h>

#include "media/sip-description.h"
#include "media/sip-sdp-plan-private.h"

G_BEGIN_DECLS

/* Writes descriptions: those of this side for the wire, and the peer's for webrtcbin. Pure. */

/* How one transport of this side is reached: one for each line of webrtcbin's, or the first one's for all in a bundle. */
typedef struct
{
  char *ufrag;
  char *pwd;
  char *fingerprint;
  GPtrArray *candidates; /* char *: the values of a=candidate */
} SipSdpTransport;

SipSdpTransport *sip_sdp_transport_new (void);
void sip_sdp_transport_free (SipSdpTransport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSdpTransport, sip_sdp_transport_free)

/* What the o= line of a session needs over its life (RFC 8866 §5.2, RFC 3264 §8). */
typedef struct
{
  guint64 id;
  guint64 version;
  char *last; /* nullable: what was written last, without that line */
} SipSdpOrigin;

void sip_sdp_origin_init (SipSdpOrigin *self);
void sip_sdp_origin_clear (SipSdpOrigin *self);

/* Our description. @transports holds SipSdpTransport, one for each line of webrtcbin. A description that differs from the last gets
 * the next version. */
char *sip_sdp_write (const SipSdpPlan *plan, SipDescriptionType type, GPtrArray *transports, SipSdpOrigin *origin);

/* The peer's description as webrtcbin has to see it: complete, sendrecv, and nothing in it that we do not understand. */
char *sip_sdp_write_for_bin (const SipSdpPlan *plan, SipDescriptionType type, const SipSdp *remote, gboolean with_tcp);

/* Adds tones to what webrtcbin made, which does not know of any: then it lets them in. */
void sip_sdp_add_bin_events (const SipSdpPlan *plan, GstSDPMessage *message);

/* The section that says how the peer is reached for @bin_line; NULL: none is used. */
const SipSdpMedia *sip_sdp_get_bin_media (const SipSdpPlan *plan, const SipSdp *remote, int bin_line);

/* The fingerprints that the peer's certificate on @bin_line is to match: char *. */
GPtrArray *sip_sdp_get_bin_fingerprints (const SipSdpPlan *plan, const SipSdp *remote, int bin_line);

G_END_DECLS
