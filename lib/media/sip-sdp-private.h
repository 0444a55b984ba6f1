/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A session description (RFC 8866) that came from outside, as far as we care about it: parsed, bounded and validated, so that what is
 * built on it need not look twice. Unknown lines and attributes are left out. Pure: bytes in, values out. */

/* The bits say which way media goes, as seen by who wrote the description (RFC 3264 §5.1). */
typedef enum
{
  SIP_SDP_INACTIVE = 0,
  SIP_SDP_SENDONLY = 1 << 0,
  SIP_SDP_RECVONLY = 1 << 1,
  SIP_SDP_SENDRECV = SIP_SDP_SENDONLY | SIP_SDP_RECVONLY,
} SipSdpDirection;

/* Who begins the DTLS handshake (RFC 8842 §5.1, RFC 4145 §4). */
typedef enum
{
  SIP_SDP_SETUP_NONE,
  SIP_SDP_SETUP_ACTPASS,
  SIP_SDP_SETUP_ACTIVE,
  SIP_SDP_SETUP_PASSIVE,
} SipSdpSetup;

/* One payload type: a=rtpmap (or the static assignment of RFC 3551), a=fmtp and what we use of a=rtcp-fb (RFC 4585). */
typedef struct
{
  guint payload;
  char *name;
  guint clock_rate;
  guint channels;
  char *fmtp; /* nullable */
  gboolean nack_pli;
  gboolean ccm_fir;
} SipSdpFormat;

/* One m= section. What may stand at the session level is filled in here. */
typedef struct
{
  char *media;
  guint port;
  char *proto;
  char **formats;            /* the tokens of the m= line */
  GPtrArray *rtp_formats;    /* SipSdpFormat, for RTP profiles */
  char *mid;                 /* nullable */
  SipSdpDirection direction;
  SipSdpSetup setup;
  char *ufrag;               /* nullable */
  char *pwd;                 /* nullable */
  GPtrArray *fingerprints;   /* char *: "sha-256 AA:BB:…" */
  GPtrArray *candidates;     /* char *: the values of a=candidate, only those that we can use */
  gboolean rtcp_mux;
  gboolean bundle_only;
} SipSdpMedia;

typedef struct
{
  char **bundle;    /* nullable: the mids of a=group:BUNDLE */
  gboolean ice_lite;
  GPtrArray *media; /* SipSdpMedia */
} SipSdp;

/* More than anybody needs, and little enough for nobody to hurt us. */
#define SIP_SDP_MAX_SIZE (64 * 1024)
#define SIP_SDP_MAX_MEDIA 32
#define SIP_SDP_MAX_FORMATS 128
#define SIP_SDP_MAX_CANDIDATES 32
#define SIP_SDP_MAX_FINGERPRINTS 8

SipSdp *sip_sdp_parse (const char *text, gsize length, GError **error);
void sip_sdp_free (SipSdp *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSdp, sip_sdp_free)

SipSdpMedia *sip_sdp_get_media (const SipSdp *self, guint index);
/* Whether @mid is in the group that shares one transport. */
gboolean sip_sdp_is_bundled (const SipSdp *self, const char *mid);

/* NULL if media can be exchanged with what the section says (port aside), or why not. */
const char *sip_sdp_media_check (const SipSdpMedia *media);

/* The value of a parameter of a=fmtp, or NULL. */
char *sip_sdp_fmtp_get (const char *fmtp, const char *name);

SipSdpDirection sip_sdp_direction_reverse (SipSdpDirection direction);
const char *sip_sdp_direction_to_string (SipSdpDirection direction);
const char *sip_sdp_setup_to_string (SipSdpSetup setup);

G_END_DECLS
