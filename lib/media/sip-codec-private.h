/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-media-enums.h"
#include "media/sip-sdp-private.h"

G_BEGIN_DECLS

/* A codec that we speak: what is said of it in a description, and the elements that do it. All of them are in one table. */
typedef struct
{
  SipMediaKind kind;
  const char *name;
  guint payload;         /* what our offers call it */
  guint clock_rate;
  guint channels;
  const char *fmtp;      /* nullable */
  /* Bin descriptions, of which the first one that is installed is taken: from raw media to RTP, the payloader is called "pay"; and back. */
  const char *encoders[3];
  const char *decoders[3];
} SipCodec;

/* What we speak and what is installed, best first; all of it, or what @names (nullable) asks for, in that order. Holds const SipCodec *. */
GPtrArray *sip_codec_list (const char *const *names);

const SipCodec *sip_codec_find (const char *name);

/* Whether what a peer calls @format is this codec in a form that we speak. */
gboolean sip_codec_matches (const SipCodec *self, const SipSdpFormat *format);

/* What we say of it to a peer that described it as @format (nullable: in an offer). */
char *sip_codec_build_fmtp (const SipCodec *self, const SipSdpFormat *format);

/* The first description whose elements are installed, or NULL. */
const char *sip_codec_get_encoder (const SipCodec *self);
const char *sip_codec_get_decoder (const SipCodec *self);

G_END_DECLS
