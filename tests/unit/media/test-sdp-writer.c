/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-writer-private.h"

#include <string.h>

#include "sdp-file.h"

#define PWD "abcdefghijklmnopqrstuvwx"

typedef struct
{
  SipSdpWish wish;
  GPtrArray *transports;
  SipSdpOrigin origin;
} Fixture;

static void
add_transport (Fixture    *fixture,
               const char *ufrag,
               const char *first_candidate,
               ...)
{
  SipSdpTransport *transport = sip_sdp_transport_new ();
  va_list args;

  transport->ufrag = g_strdup (ufrag);
  transport->pwd = g_strdup (PWD);
  transport->fingerprint = g_strdup ("sha-256 00");
  va_start (args, first_candidate);
  for (const char *candidate = first_candidate; candidate != NULL; candidate = va_arg (args, const char *))
    g_ptr_array_add (transport->candidates, g_strdup (candidate));
  va_end (args);
  g_ptr_array_add (fixture->transports, transport);
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  static const char *names[] = { "opus", "PCMA", "VP8" };

  fixture->wish.bundle = TRUE;
  fixture->wish.codecs = g_ptr_array_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (fixture->wish.codecs, (gpointer) sip_codec_find (names[i]));
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      fixture->wish.enabled[kind] = TRUE;
      fixture->wish.direction[kind] = SIP_SDP_SENDRECV;
    }
  fixture->transports = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_sdp_transport_free);
  sip_sdp_origin_init (&fixture->origin);
  fixture->origin.id = 4711;
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_ptr_array_unref (fixture->wish.codecs);
  g_ptr_array_unref (fixture->transports);
  sip_sdp_origin_clear (&fixture->origin);
}

/* What is random, made known. */
static void
settle (SipSdpPlan *plan)
{
  g_free (plan->cname);
  plan->cname = g_strdup ("cname");
  for (guint i = 0; i < plan->lines->len; i++)
    {
      sip_sdp_plan_get_line (plan, i)->ssrc = 1000 + i;
      if (sip_sdp_plan_get_line (plan, i)->bin_mid == NULL)
        sip_sdp_plan_get_line (plan, i)->bin_mid = g_strdup_printf ("bin%u", i);
    }
}

static SipSdpPlan *
make_offer (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  SipSdpPlan *plan = sip_sdp_plan_new_offer (NULL, &fixture->wish, &error);

  g_assert_no_error (error);
  settle (plan);

  return plan;
}

static SipSdpPlan *
make_answer (Fixture      *fixture,
             const SipSdp *offer)
{
  g_autoptr (GError) error = NULL;
  SipSdpPlan *plan = sip_sdp_plan_new_answer (NULL, offer, &fixture->wish, &error);

  g_assert_no_error (error);
  settle (plan);

  return plan;
}

static void
assert_text (char       *text,
             const char *expected)
{
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", 0);
  g_autofree char *bare = g_strjoinv ("\n", lines);

  g_assert_cmpstr (bare, ==, expected);
  g_free (text);
}

/* Video is offered for the bundle only, and has no address of its own. */
static void
test_offer (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (SipSdpPlan) plan = make_offer (fixture);

  add_transport (fixture, "ufra", "1 1 UDP 9 2001:db8::1 4000 typ host", "2 1 UDP 8 192.0.2.1 4001 typ host",
                 "3 1 TCP 7 203.0.113.9 9 typ relay tcptype active", NULL);
  assert_text (sip_sdp_write (plan, SIP_DESCRIPTION_OFFER, fixture->transports, &fixture->origin),
               "v=0\no=- 4711 1 IN IP4 192.0.2.1\ns=-\nc=IN IP4 192.0.2.1\nt=0 0\na=group:BUNDLE 0 1\n"
               "m=audio 4001 UDP/TLS/RTP/SAVPF 111 8 110 126\na=mid:0\na=sendrecv\na=rtcp-mux\na=ptime:20\n"
               "a=rtpmap:111 opus/48000/2\na=fmtp:111 minptime=10;useinbandfec=1\na=rtpmap:8 PCMA/8000\n"
               "a=rtpmap:110 telephone-event/48000\na=fmtp:110 0-15\na=rtpmap:126 telephone-event/8000\na=fmtp:126 0-15\n"
               "a=msid:cname audio\na=ssrc:1000 cname:cname\na=setup:actpass\na=fingerprint:sha-256 00\n"
               "a=ice-ufrag:ufra\na=ice-pwd:" PWD "\n"
               "a=candidate:1 1 UDP 9 2001:db8::1 4000 typ host\na=candidate:2 1 UDP 8 192.0.2.1 4001 typ host\n"
               "a=candidate:3 1 TCP 7 203.0.113.9 9 typ relay tcptype active\na=end-of-candidates\n"
               "m=video 0 UDP/TLS/RTP/SAVPF 96\na=mid:1\na=bundle-only\na=sendrecv\na=rtcp-mux\n"
               "a=rtpmap:96 VP8/90000\na=rtcp-fb:96 nack pli\na=rtcp-fb:96 ccm fir\n"
               "a=msid:cname video\na=ssrc:1001 cname:cname\na=setup:actpass\na=fingerprint:sha-256 00\n"
               "a=ice-ufrag:ufra\na=ice-pwd:" PWD "\n");
}

/* Each with its own address, the one that is most likely to be reached. */
static void
test_offer_apart (Fixture      *fixture,
                  gconstpointer data)
{
  g_autoptr (SipSdpPlan) plan = NULL;
  g_autofree char *text = NULL;

  fixture->wish.bundle = FALSE;
  plan = make_offer (fixture);
  add_transport (fixture, "ufra", "1 1 UDP 9 192.0.2.1 4000 typ host", "2 1 UDP 8 203.0.113.1 4001 typ srflx raddr 192.0.2.1 rport 4000",
                 "3 1 UDP 7 198.51.100.1 4002 typ relay raddr 192.0.2.1 rport 4000", NULL);
  add_transport (fixture, "ufrb", "1 1 UDP 9 2001:db8::1 5000 typ host", NULL);
  text = sip_sdp_write (plan, SIP_DESCRIPTION_OFFER, fixture->transports, &fixture->origin);
  g_assert_nonnull (strstr (text, "\r\nc=IN IP4 198.51.100.1\r\n"));
  g_assert_nonnull (strstr (text, "\r\nm=audio 4002 "));
  g_assert_nonnull (strstr (text, "\r\nm=video 5000 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP6 2001:db8::1\r\n"));
  g_assert_nonnull (strstr (text, "a=ice-ufrag:ufrb\r\n"));
  g_assert_null (strstr (text, "BUNDLE"));
  g_assert_null (strstr (text, "bundle-only"));
}

/* The peer's profile and its names, one codec, what is refused with the port 0, and no candidate where there is none. */
static void
test_answer (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (SipSdp) offer = parse_sdp ("data-channel-offer.sdp");
  g_autoptr (SipSdpPlan) plan = make_answer (fixture, offer);

  add_transport (fixture, "ufra", NULL);
  assert_text (sip_sdp_write (plan, SIP_DESCRIPTION_ANSWER, fixture->transports, &fixture->origin),
               "v=0\no=- 4711 1 IN IP4 0.0.0.0\ns=-\nc=IN IP4 0.0.0.0\nt=0 0\na=group:BUNDLE 1\n"
               "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\na=mid:0\na=inactive\n"
               "m=audio 9 UDP/TLS/RTP/SAVPF 111\na=mid:1\na=sendrecv\na=rtcp-mux\na=ptime:20\n"
               "a=rtpmap:111 opus/48000/2\na=fmtp:111 minptime=10;useinbandfec=1\n"
               "a=msid:cname audio\na=ssrc:1001 cname:cname\na=setup:active\na=fingerprint:sha-256 00\n"
               "a=ice-ufrag:ufra\na=ice-pwd:" PWD "\n"
               "a=end-of-candidates\n");
}

static void
test_version (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (SipSdpPlan) plan = make_offer (fixture);
  const guint64 expected[] = { 1, 1, 2, 2, 3 };

  add_transport (fixture, "ufra", "1 1 UDP 9 192.0.2.1 4000 typ host", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autofree char *text = NULL;

      sip_sdp_plan_get_line (plan, 0)->local = i == 2 || i == 3 ? SIP_SDP_SENDONLY : SIP_SDP_SENDRECV;
      text = sip_sdp_write (plan, SIP_DESCRIPTION_OFFER, fixture->transports, &fixture->origin);
      g_assert_cmpuint (fixture->origin.version, ==, expected[i]);
    }
}

/* webrtcbin's world: only what is used, complete, sendrecv, nothing that we do not understand. */
static void
test_for_bin (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (SipSdp) with_data = parse_sdp ("data-channel-offer.sdp");
  g_autoptr (SipSdp) apart = parse_sdp ("no-bundle-offer.sdp");
  g_autoptr (SipSdpPlan) plan = make_answer (fixture, with_data);
  g_autoptr (SipSdpPlan) apart_plan = make_answer (fixture, apart);
  g_autoptr (GPtrArray) fingerprints = NULL;

  assert_text (sip_sdp_write_for_bin (plan, SIP_DESCRIPTION_OFFER, with_data, FALSE),
               "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\na=group:BUNDLE audio0\n"
               "m=audio 9 UDP/TLS/RTP/SAVPF 111\nc=IN IP4 0.0.0.0\na=mid:audio0\na=sendrecv\na=rtcp-mux\na=setup:passive\n"
               "a=ice-ufrag:Oyef\na=ice-pwd:3aYyqVJ7bR8Y6Zl1kQmXr5Tn\na=fingerprint:sha-256 00\na=rtpmap:111 opus/48000/2\n"
               "a=candidate:1 1 UDP 2122260223 192.0.2.1 40000 typ host\n");
  assert_text (sip_sdp_write_for_bin (apart_plan, SIP_DESCRIPTION_OFFER, apart, FALSE),
               "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n"
               "m=audio 9 UDP/TLS/RTP/SAVPF 8\nc=IN IP4 0.0.0.0\na=mid:audio0\na=sendrecv\na=rtcp-mux\na=setup:active\n"
               "a=ice-ufrag:aaaa\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\na=fingerprint:sha-256 00\na=rtpmap:8 PCMA/8000\n"
               "a=candidate:1 1 UDP 2130706431 192.0.2.40 5000 typ host\n"
               "m=video 9 UDP/TLS/RTP/SAVPF 98\nc=IN IP4 0.0.0.0\na=mid:video1\na=sendrecv\na=rtcp-mux\na=setup:active\n"
               "a=ice-ufrag:bbbb\na=ice-pwd:bbbbbbbbbbbbbbbbbbbbbbbb\na=fingerprint:sha-256 00\na=rtpmap:98 VP8/90000\n"
               "a=candidate:1 1 UDP 2130706431 192.0.2.40 5002 typ host\n");

  fingerprints = sip_sdp_get_bin_fingerprints (plan, with_data, 0);
  g_assert_cmpuint (fingerprints->len, ==, 1);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (fingerprints, 0), "sha-256 0F:74:31:"));
}

#define ADD(name, func) g_test_add ("/media/sdp-writer/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("offer", test_offer);
  ADD ("offer-apart", test_offer_apart);
  ADD ("answer", test_answer);
  ADD ("version", test_version);
  ADD ("for-bin", test_for_bin);

  return g_test_run ();
}
