/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-private.h"

#include <gio/gio.h>
#include <string.h>

#include "sdp-file.h"
#include "syntax/sip-error.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"
#define FINGERPRINT \
  "a=fingerprint:sha-256 0F:74:31:25:CB:A2:13:EC:28:6F:6D:2C:61:FF:5D:C2:BC:B9:DB:3D:98:14:8D:1A:BB:EA:33:0C:A4:60:A8:8E\r\n"
#define ICE "a=ice-ufrag:Oyef\r\na=ice-pwd:3aYyqVJ7bR8Y6Zl1kQmXr5Tn\r\n"
#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"

static SipSdp *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SipSdp *sdp = sip_sdp_parse (text, strlen (text), &error);

  g_assert_no_error (error);

  return sdp;
}

static void
test_chromium (void)
{
  g_autoptr (SipSdp) sdp = parse_sdp ("chromium-offer.sdp");
  SipSdpMedia *audio = sip_sdp_get_media (sdp, 0);
  SipSdpMedia *video = sip_sdp_get_media (sdp, 1);
  SipSdpFormat *opus = g_ptr_array_index (audio->rtp_formats, 0);
  SipSdpFormat *vp8 = g_ptr_array_index (video->rtp_formats, 0);

  g_assert_cmpuint (sdp->media->len, ==, 2);
  g_assert_null (sip_sdp_get_media (sdp, 2));
  g_assert_true (sip_sdp_is_bundled (sdp, "0"));
  g_assert_true (sip_sdp_is_bundled (sdp, "1"));
  g_assert_false (sip_sdp_is_bundled (sdp, "2"));
  g_assert_false (sip_sdp_is_bundled (sdp, NULL));

  g_assert_cmpstr (audio->media, ==, "audio");
  g_assert_cmpuint (audio->port, ==, 46012);
  g_assert_cmpstr (audio->proto, ==, "UDP/TLS/RTP/SAVPF");
  g_assert_cmpstr (audio->mid, ==, "0");
  g_assert_cmpint (audio->setup, ==, SIP_SDP_SETUP_ACTPASS);
  g_assert_cmpint (audio->direction, ==, SIP_SDP_SENDRECV);
  g_assert_cmpstr (audio->ufrag, ==, "cDrP");
  g_assert_true (audio->rtcp_mux);
  g_assert_cmpuint (audio->rtp_formats->len, ==, 8);
  g_assert_cmpuint (opus->payload, ==, 111);
  g_assert_cmpstr (opus->name, ==, "opus");
  g_assert_cmpuint (opus->clock_rate, ==, 48000);
  g_assert_cmpuint (opus->channels, ==, 2);
  g_assert_cmpstr (opus->fmtp, ==, "minptime=10;useinbandfec=1");
  g_assert_false (opus->nack_pli);
  g_assert_true (vp8->nack_pli);
  g_assert_true (vp8->ccm_fir);
  g_assert_null (sip_sdp_media_check (audio));
  g_assert_null (sip_sdp_media_check (video));

  /* Not the name, not RTCP's. */
  g_assert_cmpuint (audio->candidates->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (audio->candidates, 0), ==, "1467250027 1 UDP 2122260223 192.0.2.10 46012 typ host");
  g_assert_cmpstr (g_ptr_array_index (audio->candidates, 1), ==, "435653019 1 TCP 1518280447 192.0.2.10 9 typ host tcptype active");
}

/* What stands at the session level, and static payload types. */
static void
test_baresip (void)
{
  g_autoptr (SipSdp) sdp = parse_sdp ("baresip-offer.sdp");
  SipSdpMedia *audio = sip_sdp_get_media (sdp, 0);
  SipSdpFormat *pcmu = g_ptr_array_index (audio->rtp_formats, 1);

  g_assert_cmpstr (audio->ufrag, ==, "LK0i");
  g_assert_cmpstr (audio->pwd, ==, "HyL1QzoYoWJrvcbdIVdkPuBD");
  g_assert_cmpuint (audio->fingerprints->len, ==, 1);
  g_assert_cmpstr (pcmu->name, ==, "PCMU");
  g_assert_cmpuint (pcmu->clock_rate, ==, 8000);
  g_assert_null (audio->mid);
  g_assert_null (sdp->bundle);
  g_assert_null (sip_sdp_media_check (audio));
}

/* A feedback for all payload types; the section without a transport speaks through the first of the bundle. */
static void
test_linphone (void)
{
  g_autoptr (SipSdp) sdp = parse_sdp ("linphone-offer.sdp");
  SipSdpMedia *video = sip_sdp_get_media (sdp, 1);
  SipSdpFormat *h264 = g_ptr_array_index (video->rtp_formats, 1);
  g_autofree char *mode = sip_sdp_fmtp_get (h264->fmtp, "packetization-mode");

  g_assert_cmpint (video->direction, ==, SIP_SDP_RECVONLY);
  g_assert_true (h264->nack_pli);
  g_assert_true (h264->ccm_fir);
  g_assert_cmpstr (mode, ==, "1");
  g_assert_cmpstr (video->ufrag, ==, "aabbccdd");
}

static void
test_session_direction (void)
{
  g_autoptr (SipSdp) sdp = parse (HEAD "a=sendonly\r\n" AUDIO AUDIO "a=inactive\r\n");

  g_assert_cmpint (sip_sdp_get_media (sdp, 0)->direction, ==, SIP_SDP_SENDONLY);
  g_assert_cmpint (sip_sdp_get_media (sdp, 1)->direction, ==, SIP_SDP_INACTIVE);
}

static void
test_line_ends (void)
{
  g_autoptr (SipSdp) bare = parse ("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=-\nt=0 0\nm=audio 9 RTP/AVP 0");
  g_autofree char *copy = g_memdup2 (HEAD AUDIO "garbage", strlen (HEAD AUDIO));
  g_autoptr (GError) error = NULL;
  g_autoptr (SipSdp) unterminated = NULL;

  g_assert_cmpuint (bare->media->len, ==, 1);
  unterminated = sip_sdp_parse (copy, strlen (HEAD AUDIO), &error);
  g_assert_no_error (error);
  g_assert_nonnull (unterminated);
}

/* Each is refused as a whole. */
static void
test_refused (void)
{
  static const struct
  {
    const char *name;
    const char *text;
  } cases[] = {
    { "nothing", "" },
    { "blank lines", "\r\n\r\n" },
    { "no media", HEAD },
    { "no origin", "v=0\r\ns=-\r\n" AUDIO },
    { "no version", "o=- 1 1 IN IP4 192.0.2.1\r\n" AUDIO },
    { "version 1", "v=1\r\no=- 1 1 IN IP4 192.0.2.1\r\n" AUDIO },
    { "no type", HEAD AUDIO "hello\r\n" },
    { "a capital", HEAD AUDIO "A=sendrecv\r\n" },
    { "control character", HEAD AUDIO "a=mid:\x01\r\n" },
    { "carriage return", HEAD AUDIO "a=mid:1\ra=sendrecv\r\n" },
    { "payload type 128", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 128\r\n" },
    { "payload type 2^32", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 4294967296\r\n" },
    { "payload type 2^64", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 18446744073709551616\r\n" },
    { "payload type -1", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF -1\r\n" },
    { "payload type +1", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF +1\r\n" },
    { "payload type x", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF x\r\n" },
    { "no payload type", HEAD "m=audio 9 UDP/TLS/RTP/SAVPF\r\n" },
    { "no profile", HEAD "m=audio 9\r\n" },
    { "nothing of media", HEAD "m=\r\n" },
    { "port 65536", HEAD "m=audio 65536 UDP/TLS/RTP/SAVPF 0\r\n" },
    { "port -1", HEAD "m=audio -1 UDP/TLS/RTP/SAVPF 0\r\n" },
    { "port 2^32", HEAD "m=audio 4294967296 UDP/TLS/RTP/SAVPF 0\r\n" },
    { "media with a colon", HEAD "m=au:dio 9 UDP/TLS/RTP/SAVPF 0\r\n" },
    { "profile with a quote", HEAD "m=audio 9 UDP/TLS/RTP/\"SAVPF 0\r\n" },
    { "format with a quote", HEAD "m=application 9 UDP/DTLS/SCTP \"\r\n" },
    { "the same mid", HEAD AUDIO "a=mid:a\r\n" AUDIO "a=mid:a\r\n" },
    { "no UTF-8", HEAD "m=\xff\xfe 9 RTP/AVP 0\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      SipSdp *sdp = sip_sdp_parse (cases[i].text, strlen (cases[i].text), &error);

      g_test_message ("%s: %s", cases[i].name, error != NULL ? error->message : "accepted");
      g_assert_null (sdp);
      g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static char *
repeat (const char *head,
        const char *before,
        const char *after,
        guint       count)
{
  GString *text = g_string_new (head);

  for (guint i = 0; i < count; i++)
    g_string_append_printf (text, "%s%u%s", before, i, after);

  return g_string_free (text, FALSE);
}

static gboolean
is_accepted (char *text)
{
  g_autofree char *held = text;
  g_autoptr (GError) error = NULL;
  g_autoptr (SipSdp) sdp = sip_sdp_parse (held, strlen (held), &error);

  if (sdp == NULL)
    g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);

  return sdp != NULL;
}

static void
test_counts (void)
{
  g_autoptr (SipSdp) candidates = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *many_candidates = repeat (HEAD AUDIO, "a=candidate:1 1 UDP 1 192.0.2.1 1", " typ host\r\n", 101);
  g_autofree char *with_nul = g_memdup2 (HEAD AUDIO "a=mid:\0\r\n", sizeof HEAD AUDIO "a=mid:\0\r\n");

  g_assert_true (is_accepted (repeat (HEAD, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:", "\r\n", 32)));
  g_assert_false (is_accepted (repeat (HEAD, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:", "\r\n", 33)));
  g_assert_false (is_accepted (repeat (HEAD, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:", "\r\n", 200)));
  g_assert_true (is_accepted (repeat (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF", " ", "", 128)));
  g_assert_false (is_accepted (repeat (HEAD "m=application 9 UDP/DTLS/SCTP", " ", "", 129)));
  g_assert_false (is_accepted (repeat (HEAD AUDIO, "a=x:", "\r\n", 10000)));
  g_assert_null (sip_sdp_parse (with_nul, sizeof HEAD AUDIO "a=mid:\0\r\n", &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
  g_clear_error (&error);

  /* Those that are too many are not tried; the call can do without. */
  candidates = sip_sdp_parse (many_candidates, strlen (many_candidates), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (sip_sdp_get_media (candidates, 0)->candidates->len, ==, SIP_SDP_MAX_CANDIDATES);
}

/* What is left out of an otherwise good description. */
static void
test_ignored (void)
{
  static const char *lines[] = {
    "a=candidate:1 1 UDP 1 192.0.2.1 1 typ\r\n",
    "a=candidate:1 1 UDP 1 192.0.2.1 1 typ magic\r\n",
    "a=candidate:1 1 UDP 0 192.0.2.1 1 typ host\r\n",
    "a=candidate:1 1 UDP 99999999999 192.0.2.1 1 typ host\r\n",
    "a=candidate:1 1 UDP 1 example.com 1 typ host\r\n",
    "a=candidate:1 1 UDP 1 192.0.2.1 65536 typ host\r\n",
    "a=candidate:1 1 UDP 1 192.0.2.1 0 typ host\r\n",
    "a=candidate:1 1 SCTP 1 192.0.2.1 1 typ host\r\n",
    "a=candidate:1 1 TCP 1 192.0.2.1 1 typ host\r\n",
    "a=candidate:1 0 UDP 1 192.0.2.1 1 typ host\r\n",
    "a=candidate:1 257 UDP 1 192.0.2.1 1 typ host\r\n",
    "a=candidate:a:b 1 UDP 1 192.0.2.1 1 typ host\r\n",
    "a=candidate:1 1 UDP 1 fe80::1%eth0 1 typ host\r\n",
    "a=candidate\r\n",
    "a=ice-ufrag:x\r\n",
    "a=ice-ufrag:\"\"\"\"\r\n",
    "a=ice-pwd:short\r\n",
    "a=fingerprint:sha-256\r\n",
    "a=fingerprint:sha-256 0F:\r\n",
    "a=fingerprint:sha-256 0F:7\r\n",
    "a=fingerprint: 0F:74\r\n",
    "a=mid:\r\n",
    "a=mid:a b\r\n",
    "a=rtpmap:0 x/0\r\n",
    "a=rtpmap:0 /8000\r\n",
    "a=rtpmap:0 PCMA\r\n",
    "a=rtpmap:99 PCMA/8000\r\n",
    "a=rtpmap:0 PCMA/8000/1/2\r\n",
    "a=rtcp-fb:0\r\n",
    "a=rtcp-fb:200 nack pli\r\n",
    "a=fmtp:200 a=b\r\n",
    "a=setup:holdconn\r\n",
    "a=\r\n",
    "a=:\r\n",
    "z=\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *text = g_strconcat (HEAD AUDIO, lines[i], NULL);
      g_autoptr (SipSdp) sdp = parse (text);
      SipSdpMedia *media = sip_sdp_get_media (sdp, 0);
      SipSdpFormat *format = g_ptr_array_index (media->rtp_formats, 0);

      g_test_message ("%s", lines[i]);
      g_assert_cmpuint (media->candidates->len, ==, 0);
      g_assert_cmpuint (media->fingerprints->len, ==, 0);
      g_assert_null (media->ufrag);
      g_assert_null (media->pwd);
      g_assert_null (media->mid);
      g_assert_cmpint (media->setup, ==, SIP_SDP_SETUP_NONE);
      g_assert_cmpstr (format->name, ==, "PCMU");
      g_assert_cmpuint (format->clock_rate, ==, 8000);
      g_assert_null (format->fmtp);
      g_assert_false (format->nack_pli);
    }
}

static void
test_check (void)
{
  static const struct
  {
    const char *text;
    const char *problem;
  } cases[] = {
    { HEAD AUDIO ICE FINGERPRINT, NULL },
    { HEAD ICE FINGERPRINT AUDIO, NULL },
    { HEAD "m=audio 9 RTP/SAVPF 0\r\n" ICE FINGERPRINT, NULL },
    { HEAD AUDIO FINGERPRINT, "it does not use ICE" },
    { HEAD AUDIO ICE, "it has no fingerprint, or none of a hash that is still safe" },
    { HEAD AUDIO ICE "a=fingerprint:md5 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B\r\n",
      "it has no fingerprint, or none of a hash that is still safe" },
    { HEAD AUDIO ICE "a=fingerprint:sha-256 4A:AD\r\n", "it has no fingerprint, or none of a hash that is still safe" },
    { HEAD "m=audio 9 TCP/TLS/RTP/SAVPF 0\r\n" ICE FINGERPRINT, "its transport is unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SipSdp) sdp = parse (cases[i].text);

      g_assert_cmpstr (sip_sdp_media_check (sip_sdp_get_media (sdp, 0)), ==, cases[i].problem);
    }
}

static void
test_fmtp (void)
{
  static const struct
  {
    const char *fmtp;
    const char *value;
  } cases[] = {
    { NULL, NULL },
    { "", NULL },
    { "mode", NULL },
    { "mode=1", "1" },
    { "a=b; Mode = 2 ;c", "2" },
    { "amode=3", NULL },
    { ";;=;mode=", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *value = sip_sdp_fmtp_get (cases[i].fmtp, "mode");

      g_assert_cmpstr (value, ==, cases[i].value);
    }
}

static void
test_directions (void)
{
  g_assert_cmpint (sip_sdp_direction_reverse (SIP_SDP_SENDONLY), ==, SIP_SDP_RECVONLY);
  g_assert_cmpint (sip_sdp_direction_reverse (SIP_SDP_RECVONLY), ==, SIP_SDP_SENDONLY);
  g_assert_cmpint (sip_sdp_direction_reverse (SIP_SDP_SENDRECV), ==, SIP_SDP_SENDRECV);
  g_assert_cmpint (sip_sdp_direction_reverse (SIP_SDP_INACTIVE), ==, SIP_SDP_INACTIVE);
  g_assert_cmpstr (sip_sdp_direction_to_string (SIP_SDP_RECVONLY), ==, "recvonly");
  g_assert_cmpstr (sip_sdp_setup_to_string (SIP_SDP_SETUP_PASSIVE), ==, "passive");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/sdp/chromium", test_chromium);
  g_test_add_func ("/media/sdp/baresip", test_baresip);
  g_test_add_func ("/media/sdp/linphone", test_linphone);
  g_test_add_func ("/media/sdp/session-direction", test_session_direction);
  g_test_add_func ("/media/sdp/line-ends", test_line_ends);
  g_test_add_func ("/media/sdp/refused", test_refused);
  g_test_add_func ("/media/sdp/counts", test_counts);
  g_test_add_func ("/media/sdp/ignored", test_ignored);
  g_test_add_func ("/media/sdp/check", test_check);
  g_test_add_func ("/media/sdp/fmtp", test_fmtp);
  g_test_add_func ("/media/sdp/directions", test_directions);

  return g_test_run ();
}
