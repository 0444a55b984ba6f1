/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-codec-private.h"

#include <gst/gst.h>
#include <string.h>

#define RAW_AUDIO(rate) "audioconvert ! audioresample ! audio/x-raw,rate=" rate ",channels=1 ! "
#define RAW_VIDEO "queue leaky=downstream max-size-buffers=2 max-size-bytes=0 max-size-time=0 ! videoconvert ! video/x-raw,format=I420 ! "
#define H264_PAY "rtph264pay name=pay config-interval=-1 aggregate-mode=zero-latency"
#define G711_PAY " name=pay min-ptime=20000000 max-ptime=20000000"

/* In the order in which we like them. Payload types: RFC 3551 §6 for the static ones, ours from the dynamic range for the others. */
static const SipCodec codecs[] = {
  {
    .kind = SIP_MEDIA_AUDIO,
    .name = "opus", /* RFC 7587; always two channels in a description (§4.1), whatever is sent */
    .payload = 111,
    .clock_rate = 48000,
    .channels = 2,
    .fmtp = "minptime=10;useinbandfec=1",
    .encoders = { RAW_AUDIO ("48000") "opusenc audio-type=voice frame-size=20 bitrate=40000 inband-fec=true packet-loss-percentage=5 ! "
                                      "rtpopuspay name=pay" },
    .decoders = { "rtpopusdepay ! opusdec use-inband-fec=true plc=true" },
  },
  {
    .kind = SIP_MEDIA_AUDIO,
    .name = "PCMU", /* RFC 3551 §4.5.14 */
    .payload = 0,
    .clock_rate = 8000,
    .channels = 1,
    .encoders = { RAW_AUDIO ("8000") "mulawenc ! rtppcmupay" G711_PAY },
    .decoders = { "rtppcmudepay ! mulawdec" },
  },
  {
    .kind = SIP_MEDIA_AUDIO,
    .name = "PCMA",
    .payload = 8,
    .clock_rate = 8000,
    .channels = 1,
    .encoders = { RAW_AUDIO ("8000") "alawenc ! rtppcmapay" G711_PAY },
    .decoders = { "rtppcmadepay ! alawdec" },
  },
  {
    .kind = SIP_MEDIA_VIDEO,
    .name = "VP8", /* RFC 7741 */
    .payload = 96,
    .clock_rate = 90000,
    .channels = 1,
    .encoders = { RAW_VIDEO "vp8enc deadline=1 cpu-used=8 threads=1 lag-in-frames=0 end-usage=cbr target-bitrate=800000 "
                            "keyframe-max-dist=300 error-resilient=partitions ! rtpvp8pay name=pay picture-id-mode=15-bit" },
    .decoders = { "rtpvp8depay wait-for-keyframe=true request-keyframe=true ! vp8dec" },
  },
  {
    .kind = SIP_MEDIA_VIDEO,
    .name = "H264", /* RFC 6184; constrained baseline, level 3.1, packetization mode 1: what RFC 7742 §6.2 asks for */
    .payload = 102,
    .clock_rate = 90000,
    .channels = 1,
    .fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    .encoders = { RAW_VIDEO "x264enc tune=zerolatency speed-preset=ultrafast threads=1 bitrate=800 key-int-max=300 ! "
                            "video/x-h264,profile=constrained-baseline ! " H264_PAY,
                  RAW_VIDEO "openh264enc complexity=low bitrate=800000 gop-size=300 ! video/x-h264,profile=constrained-baseline ! "
                  H264_PAY },
    .decoders = { "rtph264depay wait-for-keyframe=true request-keyframe=true ! avdec_h264",
                  "rtph264depay wait-for-keyframe=true request-keyframe=true ! h264parse ! openh264dec" },
  },
};

/* Whether every element that a description names is installed. gst_parse_launch() could tell as well, but only by making them. */
static gboolean
is_installed (const char *description)
{
  g_auto (GStrv) parts = g_strsplit (description, "!", 0);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *name = NULL;
      g_autoptr (GstElementFactory) factory = NULL;

      g_strstrip (parts[i]);
      name = g_strndup (parts[i], strcspn (parts[i], " ,"));
      if (strchr (name, '/') != NULL)
        continue;
      factory = gst_element_factory_find (name);
      if (factory == NULL)
        return FALSE;
    }

  return TRUE;
}

static const char *
first_installed (const char *const *descriptions)
{
  for (guint i = 0; descriptions[i] != NULL; i++)
    if (is_installed (descriptions[i]))
      return descriptions[i];

  return NULL;
}

const char *
sip_codec_get_encoder (const SipCodec *self)
{
  return first_installed (self->encoders);
}

const char *
sip_codec_get_decoder (const SipCodec *self)
{
  return first_installed (self->decoders);
}

const SipCodec *
sip_codec_find (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
    if (g_ascii_strcasecmp (codecs[i].name, name) == 0)
      return &codecs[i];

  return NULL;
}

static void
add_installed (GPtrArray      *list,
               const SipCodec *codec)
{
  if (codec != NULL && !g_ptr_array_find (list, codec, NULL) && sip_codec_get_encoder (codec) != NULL &&
      sip_codec_get_decoder (codec) != NULL)
    g_ptr_array_add (list, (gpointer) codec);
}

GPtrArray *
sip_codec_list (const char *const *names)
{
  GPtrArray *list = g_ptr_array_new ();

  if (names != NULL)
    for (guint i = 0; names[i] != NULL; i++)
      add_installed (list, sip_codec_find (names[i]));
  else
    for (guint i = 0; i < G_N_ELEMENTS (codecs); i++)
      add_installed (list, &codecs[i]);

  return list;
}

gboolean
sip_codec_matches (const SipCodec     *self,
                   const SipSdpFormat *format)
{
  g_autofree char *mode = NULL;
  g_autofree char *profile = NULL;

  if (format->name == NULL || g_ascii_strcasecmp (self->name, format->name) != 0 || self->clock_rate != format->clock_rate)
    return FALSE;
  if (!g_str_equal (self->name, "H264"))
    return self->channels == format->channels;

  /* RFC 6184 §8.2.2: the mode has to be the same on both sides, and so has the profile; the level need not. */
  mode = sip_sdp_fmtp_get (format->fmtp, "packetization-mode");
  profile = sip_sdp_fmtp_get (format->fmtp, "profile-level-id");

  return g_strcmp0 (mode, "1") == 0 && (profile == NULL || g_ascii_strncasecmp (profile, "42", 2) == 0);
}

char *
sip_codec_build_fmtp (const SipCodec     *self,
                      const SipSdpFormat *format)
{
  g_autofree char *profile = NULL;

  if (format == NULL || !g_str_equal (self->name, "H264"))
    return g_strdup (self->fmtp);

  profile = sip_sdp_fmtp_get (format->fmtp, "profile-level-id");
  if (profile == NULL || strlen (profile) != 6 || strspn (profile, "0123456789abcdefABCDEF") != 6)
    return g_strdup (self->fmtp);

  return g_strdup_printf ("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=%s", profile);
}
