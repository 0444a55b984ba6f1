/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-change-private.h"
#include "media/sip-sdp-plan-private.h"

#include <gst/gst.h>
#include <string.h>

#include "sdp-file.h"
#include "syntax/sip-error.h"

#define TRANSPORT \
  "a=ice-ufrag:Oyef\r\na=ice-pwd:3aYyqVJ7bR8Y6Zl1kQmXr5Tn\r\na=rtcp-mux\r\n" \
  "a=fingerprint:sha-256 0F:74:31:25:CB:A2:13:EC:28:6F:6D:2C:61:FF:5D:C2:BC:B9:DB:3D:98:14:8D:1A:BB:EA:33:0C:A4:60:A8:8E\r\n"
#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n"

typedef struct
{
  SipSdpWish wish;
} Fixture;

static void
set_codecs (Fixture    *fixture,
            const char *names)
{
  g_auto (GStrv) list = g_strsplit (names, " ", 0);

  g_clear_pointer (&fixture->wish.codecs, g_ptr_array_unref);
  fixture->wish.codecs = g_ptr_array_new ();
  for (guint i = 0; list[i] != NULL; i++)
    g_ptr_array_add (fixture->wish.codecs, (gpointer) sip_codec_find (list[i]));
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->wish.bundle = TRUE;
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      fixture->wish.enabled[kind] = TRUE;
      fixture->wish.direction[kind] = SIP_SDP_SENDRECV;
    }
  set_codecs (fixture, "opus PCMU PCMA VP8 H264");
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_ptr_array_unref (fixture->wish.codecs);
}

/* What a plan comes to, in one line: each line's media, whether it is used, its codecs, direction and place in webrtcbin. */
static char *
summarise (const SipSdpPlan *plan)
{
  GString *text = g_string_new (plan->bundle ? "bundle" : "apart");

  g_string_append_printf (text, " %s", sip_sdp_setup_to_string (plan->setup));
  for (guint i = 0; i < plan->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (plan, i);

      g_string_append_printf (text, "; %s", line->media);
      if (!line->active)
        continue;
      g_string_append_printf (text, " %d", line->bin_line);
      for (guint j = 0; j < line->formats->len; j++)
        {
          const SipSdpPlanFormat *format = g_ptr_array_index (line->formats, j);

          g_string_append_printf (text, " %s/%u", format->codec->name, format->payload);
        }
      g_string_append_printf (text, " %s", sip_sdp_direction_to_string (sip_sdp_plan_line_get_direction (line)));
    }

  return g_string_free (text, FALSE);
}

static SipSdp *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  SipSdp *sdp = sip_sdp_parse (text, strlen (text), &error);

  g_assert_no_error (error);

  return sdp;
}

static void
assert_answer (Fixture          *fixture,
               const SipSdpPlan *current,
               const SipSdp     *offer,
               const char       *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipSdpPlan) plan = sip_sdp_plan_new_answer (current, offer, &fixture->wish, &error);
  g_autofree char *summary = NULL;

  if (expected == NULL)
    {
      g_assert_null (plan);
      g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
      g_test_message ("%s", error->message);
      return;
    }
  g_assert_no_error (error);
  summary = summarise (plan);
  g_assert_cmpstr (summary, ==, expected);
}

static void
test_answers_to_files (Fixture      *fixture,
                       gconstpointer data)
{
  static const struct
  {
    const char *file;
    const char *codecs;
    gboolean video;
    const char *expected; /* NULL: nothing can be used */
  } cases[] = {
    { "chromium-offer.sdp", "opus PCMU PCMA VP8 H264", TRUE, "bundle active; audio 0 opus/111 sendrecv; video 1 VP8/96 sendrecv" },
    { "chromium-offer.sdp", "opus PCMU PCMA VP8 H264", FALSE, "bundle active; audio 0 opus/111 sendrecv; video" },
    { "chromium-offer.sdp", "PCMA H264", TRUE, "bundle active; audio 0 PCMA/8 sendrecv; video 1 H264/103 sendrecv" },
    { "chromium-offer.sdp", "PCMA PCMU", TRUE, "bundle active; audio 0 PCMU/0 sendrecv; video" },
    { "chromium-offer.sdp", "VP8", TRUE, "bundle active; audio; video 0 VP8/96 sendrecv" },
    { "data-channel-offer.sdp", "opus VP8", TRUE, "bundle active; application; audio 0 opus/111 sendrecv" },
    { "baresip-offer.sdp", "opus PCMU", FALSE, "apart active; audio 0 opus/96 sendrecv" },
    { "linphone-offer.sdp", "opus H264", TRUE, "bundle active; audio 0 opus/96 sendrecv; video 1 H264/97 sendonly" },
    { "no-bundle-offer.sdp", "opus PCMU PCMA VP8", TRUE, "apart passive; audio 0 PCMA/8 sendrecv; video 1 VP8/98 recvonly" },
    { "plain-rtp-offer.sdp", "PCMU", FALSE, NULL },
    { "sha1-offer.sdp", "PCMU", FALSE, NULL },
    { "baresip-offer.sdp", "VP8", TRUE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SipSdp) offer = parse_sdp (cases[i].file);

      g_test_message ("%s", cases[i].file);
      set_codecs (fixture, cases[i].codecs);
      fixture->wish.enabled[SIP_MEDIA_VIDEO] = cases[i].video;
      assert_answer (fixture, NULL, offer, cases[i].expected);
    }
}

static void
test_answers (Fixture      *fixture,
              gconstpointer data)
{
  static const struct
  {
    const char *offer;
    const char *expected;
  } cases[] = {
    /* A line that is switched off, one too many, one of an unknown kind. */
    { HEAD TRANSPORT "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n"
      "m=text 9 RTP/AVP 98\r\n",
      "apart active; audio; audio 0 PCMA/8 sendrecv; audio; text" },
    /* Ours has to be sent to one that only receives, and so on. */
    { HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=recvonly\r\n", "apart active; audio 0 PCMU/0 sendonly" },
    { HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=sendonly\r\n", "apart active; audio 0 PCMU/0 recvonly" },
    { HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=inactive\r\n", "apart active; audio 0 PCMU/0 inactive" },
    /* The roles of DTLS. */
    { HEAD TRANSPORT "a=setup:passive\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "apart active; audio 0 PCMU/0 sendrecv" },
    { HEAD TRANSPORT "a=setup:active\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "apart passive; audio 0 PCMU/0 sendrecv" },
    /* For the bundle only, in the bundle. */
    { HEAD "a=group:BUNDLE a v\r\n" TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\n"
      "a=bundle-only\r\na=rtpmap:96 VP8/90000\r\n", "bundle active; audio 0 PCMU/0 sendrecv; video 1 VP8/96 sendrecv" },
    /* For the bundle only, but not in it. */
    { HEAD "a=group:BUNDLE a\r\n" TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\n"
      "a=bundle-only\r\na=rtpmap:96 VP8/90000\r\n", "bundle active; audio 0 PCMU/0 sendrecv; video" },
    /* Some in the bundle, some not: each for itself. */
    { HEAD "a=group:BUNDLE a\r\n" TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\n"
      "a=rtpmap:96 VP8/90000\r\n", "apart active; audio 0 PCMU/0 sendrecv; video 1 VP8/96 sendrecv" },
    /* H.264 that we do not speak: another mode, another profile. */
    { HEAD TRANSPORT "m=video 9 UDP/TLS/RTP/SAVPF 97 98\r\na=rtpmap:97 H264/90000\r\na=rtpmap:98 H264/90000\r\n"
      "a=fmtp:98 packetization-mode=1;profile-level-id=640032\r\n", NULL },
    /* Opus is always said to have two channels. */
    { HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 97\r\na=rtpmap:97 opus/48000\r\n", NULL },
    { HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SipSdp) offer = parse (cases[i].offer);

      assert_answer (fixture, NULL, offer, cases[i].expected);
    }
}

static SipSdpPlan *
make_offer (Fixture          *fixture,
            const SipSdpPlan *current)
{
  g_autoptr (GError) error = NULL;
  SipSdpPlan *plan = sip_sdp_plan_new_offer (current, &fixture->wish, &error);

  g_assert_no_error (error);

  return plan;
}

static void
assert_summary (const SipSdpPlan *plan,
                const char       *expected)
{
  g_autofree char *summary = summarise (plan);

  g_assert_cmpstr (summary, ==, expected);
}

static void
test_offer (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (SipSdpPlan) both = NULL;
  g_autoptr (SipSdpPlan) video = NULL;
  g_autoptr (GError) error = NULL;

  set_codecs (fixture, "PCMA opus VP8");
  both = make_offer (fixture, NULL);
  sip_sdp_plan_get_line (both, 0)->remote = sip_sdp_plan_get_line (both, 1)->remote = SIP_SDP_SENDRECV;
  assert_summary (both, "bundle actpass; audio 0 PCMA/8 opus/111 sendrecv; video 1 VP8/96 sendrecv");
  g_assert_cmpstr (sip_sdp_plan_get_line (both, 0)->mid, ==, "0");
  g_assert_cmpstr (sip_sdp_plan_get_line (both, 1)->mid, ==, "1");

  fixture->wish.enabled[SIP_MEDIA_AUDIO] = FALSE;
  fixture->wish.bundle = FALSE;
  video = make_offer (fixture, NULL);
  sip_sdp_plan_get_line (video, 0)->remote = SIP_SDP_SENDRECV;
  assert_summary (video, "apart actpass; video 0 VP8/96 sendrecv");

  set_codecs (fixture, "PCMA");
  g_assert_null (sip_sdp_plan_new_offer (NULL, &fixture->wish, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
  g_clear_error (&error);
  fixture->wish.enabled[SIP_MEDIA_VIDEO] = FALSE;
  g_assert_null (sip_sdp_plan_new_offer (NULL, &fixture->wish, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
}

static void
test_answers_taken (Fixture      *fixture,
                    gconstpointer data)
{
  static const struct
  {
    const char *answer;
    const char *expected;
  } cases[] = {
    { HEAD "a=group:BUNDLE 0 1\r\na=setup:active\r\n" TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=rtpmap:111 opus/48000/2\r\n"
      "a=mid:0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\na=mid:1\r\na=sendonly\r\n",
      "bundle passive; audio 0 opus/111 sendrecv; video 1 VP8/96 recvonly" },
    /* No bundle, video refused; the other role. */
    { HEAD "a=setup:passive\r\n" TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n",
      "bundle active; audio 0 PCMA/8 sendrecv; video" },
    /* Video outside of the bundle that it was offered for. */
    { HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 VP8/90000\r\n",
      "bundle passive; audio 0 PCMA/8 sendrecv; video" },
    /* Another number than ours: we send with the peer's. */
    { HEAD "a=group:BUNDLE 0\r\n" TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 97 8\r\na=rtpmap:97 opus/48000/2\r\na=mid:0\r\nm=video 0 X 0\r\n",
      "bundle passive; audio 0 opus/97 PCMA/8 sendrecv; video" },
    /* Nothing of use. */
    { HEAD TRANSPORT "m=audio 0 UDP/TLS/RTP/SAVPF 8\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n", NULL },
    { HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\n", NULL },
    { HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nm=video 0 X 0\r\nm=video 0 X 0\r\n", NULL },
    { HEAD TRANSPORT "m=video 0 UDP/TLS/RTP/SAVPF 96\r\nm=audio 9 UDP/TLS/RTP/SAVPF 8\r\n", NULL },
    { HEAD TRANSPORT "m=audio 9 UDP/TLS/RTP/SAVPF 9\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n", NULL },
    { HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 8\r\nm=video 0 UDP/TLS/RTP/SAVPF 96\r\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SipSdpPlan) plan = make_offer (fixture, NULL);
      g_autoptr (SipSdp) answer = parse (cases[i].answer);
      g_autoptr (GError) error = NULL;
      gboolean taken = sip_sdp_plan_take_answer (plan, answer, &error);

      g_test_message ("case %u: %s", i, error != NULL ? error->message : "taken");
      if (cases[i].expected == NULL)
        {
          g_assert_false (taken);
          g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
          continue;
        }
      g_assert_no_error (error);
      assert_summary (plan, cases[i].expected);
    }
}

/* The lines of a session stay where they are, whoever offers next. */
static void
test_again (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (SipSdp) offer = parse_sdp ("data-channel-offer.sdp");
  g_autoptr (SipSdp) shorter = parse_sdp ("baresip-offer.sdp");
  g_autoptr (GError) error = NULL;
  g_autoptr (SipSdpPlan) answer = NULL;
  g_autoptr (SipSdpPlan) same = NULL;
  g_autoptr (SipSdpPlan) ours = NULL;
  const SipSdpPlanLine *audio, *video;

  fixture->wish.enabled[SIP_MEDIA_VIDEO] = FALSE;
  answer = sip_sdp_plan_new_answer (NULL, offer, &fixture->wish, &error);
  g_assert_no_error (error);
  same = sip_sdp_plan_new_answer (answer, offer, &fixture->wish, &error);
  g_assert_no_error (error);
  assert_summary (same, "bundle active; application; audio 0 opus/111 sendrecv");
  g_assert_cmpuint (sip_sdp_plan_get_line (same, 1)->ssrc, ==, sip_sdp_plan_get_line (answer, 1)->ssrc);
  g_assert_cmpstr (same->cname, ==, answer->cname);

  /* Ours, with something new: it comes last, with a name that is free. */
  fixture->wish.enabled[SIP_MEDIA_VIDEO] = TRUE;
  ours = make_offer (fixture, same);
  g_assert_cmpuint (ours->lines->len, ==, 3);
  audio = sip_sdp_plan_get_line (ours, 1);
  video = sip_sdp_plan_get_line (ours, 2);
  g_assert_cmpstr (audio->mid, ==, "1");
  g_assert_cmpstr (video->mid, ==, "2");
  g_assert_cmpint (video->bin_line, ==, 1);
  g_assert_true (audio->established);
  g_assert_false (video->established);

  /* Lines never go away (RFC 3264 §8). */
  assert_answer (fixture, same, shorter, NULL);
}

/* What a line calls tones, as "clock/sent/received" each. */
static char *
summarise_events (const SipSdpPlan *plan)
{
  const SipSdpPlanLine *line = sip_sdp_plan_get_line (plan, 0);
  const SipSdpPlanEvents *events = sip_sdp_plan_line_get_events (line);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < line->n_events; i++)
    g_string_append_printf (text, "%s%u/%u/%u ", &line->events[i] == events ? "*" : "", line->events[i].clock_rate, line->events[i].payload,
                            line->events[i].local_payload);

  return g_string_free (text, FALSE);
}

#define AUDIO(formats) HEAD "m=audio 9 UDP/TLS/RTP/SAVPF " formats TRANSPORT
#define OPUS "a=rtpmap:96 opus/48000/2\r\n"
#define TONES_8 "a=rtpmap:101 telephone-event/8000\r\n"
#define TONES_48 "a=rtpmap:97 TELEPHONE-EVENT/48000\r\n"

/* Tones go with the clock of the codec (RFC 4733 §2.1), under the name of who receives them. */
static void
test_events (Fixture      *fixture,
             gconstpointer data)
{
  static const struct
  {
    const char *sdp;
    const char *answer; /* to it as an offer */
    const char *offer;  /* with it as the answer */
  } cases[] = {
    { AUDIO ("0 101\r\n" TONES_8 "a=setup:active\r\n"), "*8000/101/101 ", "*8000/101/126 " },
    { AUDIO ("96 97 101\r\n" OPUS TONES_48 TONES_8 "a=setup:active\r\n"), "*48000/97/97 ", "*48000/97/110 8000/101/126 " },
    { AUDIO ("96 101\r\n" OPUS TONES_8 "a=setup:active\r\n"), "", "8000/101/126 " },
    { AUDIO ("0 97\r\n" TONES_48 "a=setup:active\r\n"), "", "48000/97/110 " },
    { AUDIO ("0\r\na=setup:active\r\n"), "", "" },
  };

  fixture->wish.enabled[SIP_MEDIA_VIDEO] = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SipSdp) sdp = parse (cases[i].sdp);
      g_autoptr (GError) error = NULL;
      g_autoptr (SipSdpPlan) answer = sip_sdp_plan_new_answer (NULL, sdp, &fixture->wish, &error);
      g_autoptr (SipSdpPlan) offer = sip_sdp_plan_new_offer (NULL, &fixture->wish, &error);
      g_autoptr (SipSdpPlan) again = NULL;
      g_autofree char *answer_events = NULL;
      g_autofree char *offer_events = NULL;
      g_autofree char *again_events = NULL;

      g_assert_no_error (error);
      answer_events = summarise_events (answer);
      g_assert_cmpstr (answer_events, ==, cases[i].answer);
      g_assert_true (sip_sdp_plan_take_answer (offer, sdp, &error));
      offer_events = summarise_events (offer);
      g_assert_cmpstr (offer_events, ==, cases[i].offer);

      /* The next offer has all again, and no number that means two things. */
      again = sip_sdp_plan_new_offer (answer, &fixture->wish, &error);
      g_assert_no_error (error);
      again_events = summarise_events (again);
      g_assert_nonnull (strstr (again_events, "48000/"));
      g_assert_nonnull (strstr (again_events, " "));
      g_assert_nonnull (strstr (again_events, "8000/"));
    }
}

/* The peer has taken our numbers for other things. */
static void
test_numbers (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (SipSdp) sdp = parse (HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 111 126\r\na=rtpmap:111 PCMU/8000\r\na=rtpmap:126 telephone-event/8000\r\n"
                                  "a=setup:active\r\n" TRANSPORT
                                  "m=video 9 UDP/TLS/RTP/SAVPF 110\r\na=rtpmap:110 VP8/90000\r\na=setup:active\r\n" TRANSPORT);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipSdpPlan) plan = sip_sdp_plan_new_answer (NULL, sdp, &fixture->wish, &error);
  g_autoptr (SipSdpPlan) offer = NULL;
  gboolean used[128] = { FALSE };

  g_assert_no_error (error);
  offer = sip_sdp_plan_new_offer (plan, &fixture->wish, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < offer->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (offer, i);

      g_assert_cmpuint (line->formats->len, ==, i == 0 ? 3 : 2);
      for (guint j = 0; j < line->formats->len; j++)
        {
          const SipSdpPlanFormat *format = g_ptr_array_index (line->formats, j);

          g_assert_false (used[format->local_payload]);
          used[format->local_payload] = TRUE;
        }
      for (guint j = 0; j < line->n_events; j++)
        {
          g_assert_false (used[line->events[j].local_payload]);
          used[line->events[j].local_payload] = TRUE;
        }
    }
}

#define FINGERPRINT_A \
  "a=fingerprint:sha-256 0F:74:31:25:CB:A2:13:EC:28:6F:6D:2C:61:FF:5D:C2:BC:B9:DB:3D:98:14:8D:1A:BB:EA:33:0C:A4:60:A8:8E\r\n"
#define FINGERPRINT_B \
  "a=fingerprint:sha-256 1F:74:31:25:CB:A2:13:EC:28:6F:6D:2C:61:FF:5D:C2:BC:B9:DB:3D:98:14:8D:1A:BB:EA:33:0C:A4:60:A8:8E\r\n"
#define LINE(media, formats, maps, mid, ufrag, fingerprint) \
  "m=" media " UDP/TLS/RTP/SAVPF " formats "\r\n" maps "a=mid:" mid "\r\na=rtcp-mux\r\na=setup:actpass\r\na=ice-ufrag:" ufrag \
  "\r\na=ice-pwd:3aYyqVJ7bR8Y6Zl1kQmXr5Tn\r\n" fingerprint
#define A_LINE(ufrag, fingerprint) LINE ("audio 9", "0", "", "a", ufrag, fingerprint)
#define V_LINE(ufrag) LINE ("video 9", "96", "a=rtpmap:96 VP8/90000\r\n", "v", ufrag, FINGERPRINT_A)
#define V_REFUSED "m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:v\r\n"
#define GROUP(mids) HEAD "a=group:BUNDLE " mids "\r\n"

/* What a further offer means for the connection that there is: whether it can carry on, and whether it has to carry more. */
static void
test_change (Fixture      *fixture,
             gconstpointer data)
{
  static const struct
  {
    const char *first;
    const char *second;
    const char *broken;
    gboolean adds;
  } cases[] = {
    { GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"), GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"), NULL, FALSE },
    /* video goes, comes, comes back */
    { GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"), GROUP ("a") A_LINE ("aaaa", FINGERPRINT_A) V_REFUSED, NULL, FALSE },
    { GROUP ("a") A_LINE ("aaaa", FINGERPRINT_A), GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"), NULL, TRUE },
    { GROUP ("a") A_LINE ("aaaa", FINGERPRINT_A) V_REFUSED, GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"), NULL, TRUE },
    /* in a bundle only the first line's transport counts (RFC 8843 §7.3.1) */
    { GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"), GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("bbbb"), NULL, FALSE },
    { HEAD A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("bbbb"), HEAD A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("cccc"), "ICE", FALSE },
    { GROUP ("a") A_LINE ("aaaa", FINGERPRINT_A), GROUP ("a") A_LINE ("bbbb", FINGERPRINT_A), "ICE", FALSE },
    { GROUP ("a") A_LINE ("aaaa", FINGERPRINT_A), GROUP ("a") A_LINE ("aaaa", FINGERPRINT_B), "certificate", FALSE },
    { GROUP ("a") A_LINE ("aaaa", FINGERPRINT_A FINGERPRINT_B), GROUP ("a") A_LINE ("aaaa", FINGERPRINT_B), NULL, FALSE },
    { GROUP ("a") A_LINE ("aaaa", FINGERPRINT_A), GROUP ("a") LINE ("audio 9", "8", "", "a", "aaaa", FINGERPRINT_A), "codec", FALSE },
    { GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"), HEAD A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"), "transports", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SipSdp) first = parse (cases[i].first);
      g_autoptr (SipSdp) second = parse (cases[i].second);
      g_autoptr (GError) error = NULL;
      g_autoptr (SipSdpPlan) before = sip_sdp_plan_new_answer (NULL, first, &fixture->wish, &error);
      g_autoptr (SipSdpPlan) after = NULL;
      const char *broken;

      g_assert_no_error (error);
      sip_sdp_plan_settle (before);
      after = sip_sdp_plan_new_answer (before, second, &fixture->wish, &error);
      g_assert_no_error (error);
      broken = sip_sdp_find_break (before, first, after, second);
      g_test_message ("%u: %s", i, broken != NULL ? broken : "goes on");
      g_assert_cmpint (broken == NULL, ==, cases[i].broken == NULL);
      if (broken != NULL)
        g_assert_nonnull (strstr (broken, cases[i].broken));
      g_assert_cmpint (sip_sdp_adds_lines (before, after), ==, cases[i].adds);
    }
}

/* For another connection lines are numbered anew, and what was not used any more has no place there. */
static void
test_move (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (SipSdp) first = parse (GROUP ("a v") A_LINE ("aaaa", FINGERPRINT_A) V_LINE ("aaaa"));
  g_autoptr (SipSdp) second = parse (GROUP ("v") "m=audio 0 UDP/TLS/RTP/SAVPF 0\r\na=mid:a\r\n" V_LINE ("aaaa"));
  g_autoptr (GError) error = NULL;
  g_autoptr (SipSdpPlan) before = sip_sdp_plan_new_answer (NULL, first, &fixture->wish, &error);
  g_autoptr (SipSdpPlan) after = NULL;
  guint32 ssrc;

  g_assert_no_error (error);
  g_assert_cmpuint (sip_sdp_plan_count_bin_lines (before), ==, 2);
  ssrc = sip_sdp_plan_get_line (before, 1)->ssrc;
  after = sip_sdp_plan_new_answer (before, second, &fixture->wish, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sip_sdp_plan_get_line (after, 1)->bin_line, ==, 1);
  sip_sdp_plan_settle (after);
  g_assert_cmpint (sip_sdp_plan_get_line (after, 0)->bin_line, ==, -1);
  g_assert_cmpint (sip_sdp_plan_get_line (after, 1)->bin_line, ==, 1);
  g_assert_cmpuint (sip_sdp_plan_get_line (after, 1)->ssrc, ==, ssrc);
  sip_sdp_plan_move (after);
  g_assert_cmpint (sip_sdp_plan_get_line (after, 0)->bin_line, ==, -1);
  g_assert_cmpint (sip_sdp_plan_get_line (after, 1)->bin_line, ==, 0);
  g_assert_cmpstr (sip_sdp_plan_get_line (after, 1)->bin_mid, ==, "video0");
  g_assert_cmpuint (sip_sdp_plan_get_line (after, 1)->ssrc, !=, ssrc);
  g_assert_cmpuint (sip_sdp_plan_count_bin_lines (after), ==, 1);
}

#define ADD(name, func) g_test_add ("/media/sdp-plan/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  ADD ("answers-to-files", test_answers_to_files);
  ADD ("answers", test_answers);
  ADD ("offer", test_offer);
  ADD ("answers-taken", test_answers_taken);
  ADD ("events", test_events);
  ADD ("numbers", test_numbers);
  ADD ("change", test_change);
  ADD ("move", test_move);
  ADD ("again", test_again);

  return g_test_run ();
}
