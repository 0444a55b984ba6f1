/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media-peer.h"

#include <string.h>

#include "media/sip-codec-private.h"
#include "media/sip-fingerprint-private.h"
#include "syntax/sip-error.h"

typedef struct
{
  MediaPeer *caller;
  MediaPeer *callee;
  gboolean video;
} Call;

static gboolean
both_hear_and_see (gpointer data)
{
  Call *call = data;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);

  return media_peer_hears (call->caller, 800) > 0.9 && media_peer_hears (call->callee, 600) > 0.9 &&
         (!call->video || (media_peer_sees (call->caller, 0, 0, 255) && media_peer_sees (call->callee, 255, 0, 0)));
}

static void
assert_talks (Call *call)
{
  gboolean talks = media_wait (both_hear_and_see, call, 60000);

  if (!talks)
    {
      media_peer_describe (call->caller, "caller");
      media_peer_describe (call->callee, "callee");
      g_test_message ("caller hears %g, callee %g", media_peer_hears (call->caller, 800), media_peer_hears (call->callee, 600));
    }
  g_assert_true (talks);
  g_assert_no_error (call->caller->failure);
  g_assert_no_error (call->callee->failure);
}

static void
test_audio_and_video (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  Call call = { caller, callee, TRUE };

  g_assert_false (sip_webrtc_handler_get_connected (caller->handler));
  media_peer_call (caller, callee);
  assert_talks (&call);
  g_assert_true (sip_webrtc_handler_get_secure (caller->handler));
  g_assert_true (sip_webrtc_handler_get_connected (caller->handler));
  g_assert_cmpint (sip_webrtc_handler_get_gathering_state (caller->handler), ==, SIP_ICE_GATHERING_COMPLETE);
}

/* Each codec, offered among others and chosen by the one who answers. */
static void
test_codecs (void)
{
  static const struct
  {
    const char *audio;
    const char *video;
  } cases[] = { { "PCMU", "H264" }, { "PCMA", NULL }, { "opus", "VP8" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *names[] = { cases[i].audio, cases[i].video, NULL };
      gboolean video = cases[i].video != NULL && sip_codec_get_encoder (sip_codec_find (cases[i].video)) != NULL;
      g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", video, NULL);
      g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", video, "codecs", names, NULL);
      Call call = { caller, callee, video };

      media_peer_call (caller, callee);
      assert_talks (&call);
      g_assert_cmpstr (sip_track_get_codec (sip_webrtc_handler_get_track (caller->handler, SIP_MEDIA_AUDIO, TRUE)), ==, cases[i].audio);
      if (video)
        g_assert_cmpstr (sip_track_get_codec (sip_webrtc_handler_get_track (callee->handler, SIP_MEDIA_VIDEO, FALSE)), ==, cases[i].video);
    }
}

static void
test_without_bundle (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, "bundle-policy", SIP_BUNDLE_NONE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  Call call = { caller, callee, TRUE };

  media_peer_call (caller, callee);
  assert_talks (&call);
}

static void
test_video_refused (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  Call call = { caller, callee, FALSE };

  media_peer_call (caller, callee);
  assert_talks (&call);
  g_assert_null (sip_webrtc_handler_get_track (caller->handler, SIP_MEDIA_VIDEO, FALSE));
}

static gboolean
both_see (gpointer data)
{
  Call *call = data;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);

  return media_peer_sees (call->caller, 0, 0, 255) && media_peer_sees (call->callee, 255, 0, 0);
}

/* The line whose transport was to be everybody's goes. */
static void
test_audio_refused (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, "audio", FALSE, NULL);
  Call call = { caller, callee, TRUE };

  media_peer_call (caller, callee);
  g_assert_true (media_wait (both_see, &call, 60000));
  g_assert_cmpuint (caller->samples->len, ==, 0);
  g_assert_cmpuint (callee->samples->len, ==, 0);
}

/* The same text, with each @from in it replaced. */
static SipDescription *
edit (SipDescription *description,
      const char     *from,
      const char     *to)
{
  g_autofree char *text = sip_description_to_text (description);
  g_autoptr (GString) edited = g_string_new (text);

  g_assert_cmpuint (g_string_replace (edited, from, to, 0), >, 0);

  return sip_description_new_from_text (sip_description_get_description_type (description), "application/sdp", edited->str);
}

static char *
find_line (SipDescription *description,
           const char     *prefix)
{
  g_autofree char *text = sip_description_to_text (description);
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", 0);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], prefix))
      return g_strdup (lines[i]);

  return NULL;
}

/* An offer and an answer that change nothing, in each direction, while media flow. */
static void
exchange_again (MediaPeer *caller,
                MediaPeer *callee,
                gboolean   changed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_autoptr (SipDescription) again = NULL;
  g_autoptr (SipDescription) answer = NULL;
  g_autofree char *origin = NULL;
  g_autofree char *same_origin = NULL;

  g_assert_no_error (error);
  sip_session_description_handler_rollback (SIP_SESSION_DESCRIPTION_HANDLER (caller->handler));
  again = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_assert_no_error (error);
  origin = find_line (offer, "o=");
  same_origin = find_line (again, "o=");
  g_assert_cmpstr (origin, ==, same_origin);

  g_assert_true (media_peer_set (callee, again, &error));
  g_assert_no_error (error);
  answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  g_assert_true (media_peer_set (caller, answer, &error));
  g_assert_no_error (error);
}

static void
test_again (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  Call call = { caller, callee, TRUE };

  media_peer_call (caller, callee);
  assert_talks (&call);
  exchange_again (caller, callee, FALSE);
  exchange_again (callee, caller, FALSE);
  media_peer_forget (caller);
  media_peer_forget (callee);
  assert_talks (&call);
}

static gboolean
has_failed (gpointer data)
{
  MediaPeer *self = data;

  media_peer_poll (self);

  return self->failure != NULL;
}

static gboolean
has_sent_much (gpointer data)
{
  MediaPeer *self = data;
  SipTrack *track = sip_webrtc_handler_get_track (self->handler, SIP_MEDIA_AUDIO, FALSE);

  return track != NULL && sip_track_get_packets (track) > 25;
}

/* The other way round: what has the wrong fingerprint is refused by the one, and the other goes on sending to it. */
static void
assert_deceived (MediaPeer *deceived,
                 MediaPeer *other)
{
  g_assert_true (media_wait (has_failed, deceived, 60000));
  g_assert_error (deceived->failure, SIP_ERROR, SIP_ERROR_MEDIA);
  g_assert_nonnull (strstr (deceived->failure->message, "fingerprint"));
  g_assert_true (media_wait (has_sent_much, other, 60000));
  media_peer_poll (deceived);
  media_peer_poll (other);

  g_assert_cmpuint (deceived->n_failures, ==, 1);
  g_assert_false (sip_webrtc_handler_get_secure (deceived->handler));
  g_assert_false (sip_webrtc_handler_get_connected (deceived->handler));
  /* Not a buffer came out of it, and not one went in. */
  g_assert_cmpuint (deceived->samples->len, ==, 0);
  g_assert_cmpuint (deceived->n_frames, ==, 0);
  g_assert_cmpuint (other->samples->len, ==, 0);
  g_assert_cmpuint (other->n_frames, ==, 0);
}

#define FORGED \
  "sha-256 0F:74:31:25:CB:A2:13:EC:28:6F:6D:2C:61:FF:5D:C2:BC:B9:DB:3D:98:14:8D:1A:BB:EA:33:0C:A4:60:A8:8E"

static SipDescription *
forge (SipDescription *description)
{
  g_autofree char *line = find_line (description, "a=fingerprint:");

  return edit (description, line, "a=fingerprint:" FORGED);
}

static void
test_forged_offer (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_autoptr (SipDescription) forged = forge (offer);
  g_autoptr (SipDescription) answer = NULL;

  g_assert_true (media_peer_set (callee, forged, &error));
  answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  g_assert_true (media_peer_set (caller, answer, &error));
  assert_deceived (callee, caller);
}

static void
test_forged_answer (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (SipDescription) forged = NULL;

  g_assert_true (media_peer_set (callee, offer, &error));
  answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  forged = forge (answer);
  g_assert_true (media_peer_set (caller, forged, &error));
  assert_deceived (caller, callee);
}

/* What cannot be used leaves the handler as it was: the right one can still come. */
static void
test_bad_descriptions (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) nonsense = sip_description_new_from_text (SIP_DESCRIPTION_OFFER, "application/sdp", "hello");
  g_autoptr (SipDescription) offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_autofree char *fingerprint = find_line (offer, "a=fingerprint:");
  g_autoptr (SipDescription) open_offer = edit (offer, fingerprint, "a=x");
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (SipDescription) bad_answer = NULL;
  Call call = { caller, callee, FALSE };

  g_assert_no_error (error);
  g_assert_false (media_peer_set (callee, nonsense, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
  g_clear_error (&error);
  g_assert_false (media_peer_set (callee, open_offer, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
  g_clear_error (&error);

  g_assert_true (media_peer_set (callee, offer, &error));
  answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  bad_answer = edit (answer, "m=audio", "m=video");
  g_assert_false (media_peer_set (caller, bad_answer, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_MEDIA);
  g_clear_error (&error);
  g_assert_true (media_peer_set (caller, answer, &error));
  g_assert_no_error (error);
  assert_talks (&call);
}

static void
assert_out_of_order (gboolean done,
                     GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (error);
}

static void
test_order (void)
{
  g_autoptr (MediaPeer) peer = media_peer_new (600, "red", NULL, NULL);
  SipSessionDescriptionHandler *handler = SIP_SESSION_DESCRIPTION_HANDLER (peer->handler);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = NULL;
  g_autoptr (SipDescription) answer = NULL;

  sip_session_description_handler_rollback (handler);
  assert_out_of_order (media_peer_get (peer, SIP_DESCRIPTION_ANSWER, &error) != NULL, &error);
  offer = media_peer_get (peer, SIP_DESCRIPTION_OFFER, &error);
  g_assert_no_error (error);
  assert_out_of_order (media_peer_get (peer, SIP_DESCRIPTION_OFFER, &error) != NULL, &error);
  assert_out_of_order (media_peer_set (peer, offer, &error), &error);

  /* Nothing came of it: the peer's turn. */
  sip_session_description_handler_rollback (handler);
  answer = edit (offer, "a=setup:actpass", "a=setup:active");
  g_assert_true (media_peer_set (peer, answer, &error));
  sip_session_description_handler_rollback (handler);
  g_clear_pointer (&offer, sip_description_unref);
  offer = media_peer_get (peer, SIP_DESCRIPTION_OFFER, &error);
  g_assert_no_error (error);

  sip_session_description_handler_close (handler);
  sip_session_description_handler_close (handler);
  assert_out_of_order (media_peer_get (peer, SIP_DESCRIPTION_OFFER, &error) != NULL, &error);
  assert_out_of_order (media_peer_set (peer, offer, &error), &error);
}

/* A relay that never answers: the description goes when its time is over, with what there is. */
static void
test_gathering_timeout (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) silent = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_autoptr (GSocketAddress) any_port = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autofree char *server = NULL;
  g_autoptr (MediaPeer) peer = NULL;
  g_autoptr (SipDescription) offer = NULL;
  g_autofree char *candidate = NULL;
  gint64 start;

  g_assert_true (g_socket_bind (silent, any_port, FALSE, &error));
  address = g_socket_get_local_address (silent, &error);
  server = g_strdup_printf ("turn://alice:secret@127.0.0.1:%u?transport=udp",
                            g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  {
    const char *servers[] = { server, NULL };

    peer = media_peer_new (600, "red", "turn-servers", servers, "ice-transport-policy", SIP_ICE_TRANSPORT_RELAY,
                           "ice-gathering-timeout", 200, NULL);
  }
  start = g_get_monotonic_time ();
  offer = media_peer_get (peer, SIP_DESCRIPTION_OFFER, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 200 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);
  candidate = find_line (offer, "a=candidate:");
  g_assert_null (candidate);
}

static void
assert_unusable (const char *property,
                 const char *value,
                 int         code)
{
  const char *list[] = { value, NULL };
  g_autoptr (MediaPeer) peer = media_peer_new (600, "red", property, list, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (peer, SIP_DESCRIPTION_OFFER, &error);

  g_assert_null (offer);
  g_assert_error (error, SIP_ERROR, code);
  g_assert_null (strstr (error->message, "secret"));
}

static void
test_unusable_settings (void)
{
  assert_unusable ("turn-servers", "turns://alice:secret@example.com", SIP_ERROR_NOT_SUPPORTED);
  assert_unusable ("turn-servers", "alice:secret@example.com", SIP_ERROR_INVALID_ARGUMENT);
  assert_unusable ("local-addresses", "example.com", SIP_ERROR_INVALID_ARGUMENT);
  assert_unusable ("codecs", "VP8", SIP_ERROR_MEDIA);
}

/* Descriptions whose addresses lead nowhere. */
static SipDescription *
misdirect (SipDescription *description)
{
  g_autofree char *candidate = find_line (description, "a=candidate:");
  g_auto (GStrv) words = g_strsplit (candidate, " ", 0);
  g_autofree char *port = g_strdup_printf (" %s typ", words[5]);

  return edit (description, port, " 9 typ");
}

static void
test_no_path (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_autoptr (SipDescription) bad_offer = misdirect (offer);
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (SipDescription) bad_answer = NULL;
  gint64 start;

  g_assert_true (media_peer_set (callee, bad_offer, &error));
  answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  bad_answer = misdirect (answer);
  g_assert_true (media_peer_set (caller, bad_answer, &error));
  start = g_get_monotonic_time ();
  g_assert_true (media_wait (has_failed, caller, 60000));
  g_test_message ("the caller gave up after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  g_assert_error (caller->failure, SIP_ERROR, SIP_ERROR_MEDIA);
  g_assert_cmpint (sip_webrtc_handler_get_ice_connection_state (caller->handler), ==, SIP_ICE_CONNECTION_FAILED);
  g_assert_true (media_wait (has_failed, callee, 60000));
  g_assert_cmpuint (caller->n_failures, ==, 1);
  g_assert_cmpuint (callee->n_failures, ==, 1);
}

/* A tap gets what the sink gets, until it is taken away; a muted track is silent. */
static void
track_added_cb (SipWebrtcHandler *handler,
                SipTrack         *track,
                gpointer          user_data)
{
  if (sip_track_get_remote (track) && sip_track_get_kind (track) == SIP_MEDIA_AUDIO)
    g_assert_true (sip_track_add_tap (track, user_data));
}

static gboolean
has_sample (gpointer data)
{
  g_autoptr (GstSample) sample = gst_app_sink_try_pull_sample (data, 0);

  return sample != NULL;
}

static gboolean
hears_nothing (gpointer data)
{
  MediaPeer *self = data;

  media_peer_poll (self);

  return media_peer_hears (self, 600) >= 0 && media_peer_hears (self, 600) < 0.01;
}

static void
test_track (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  g_autoptr (GstElement) tap = gst_object_ref_sink (gst_element_factory_make ("appsink", NULL));
  Call call = { caller, callee, FALSE };
  SipTrack *track;

  g_object_set (tap, "sync", FALSE, NULL);
  g_signal_connect (callee->handler, "track-added", G_CALLBACK (track_added_cb), tap);
  media_peer_call (caller, callee);
  assert_talks (&call);
  g_assert_true (media_wait (has_sample, tap, 60000));

  track = sip_webrtc_handler_get_track (callee->handler, SIP_MEDIA_AUDIO, TRUE);
  g_assert_cmpstr (sip_track_get_codec (track), ==, "opus");
  g_assert_cmpuint (sip_track_get_packets (track), >, 0);
  g_assert_cmpuint (sip_track_get_bytes (track), >, sip_track_get_packets (track) * 12);
  g_assert_cmpint (sip_track_get_first_buffer_time (track), >, 0);
  sip_track_set_muted (track, TRUE);
  g_assert_true (media_wait (hears_nothing, callee, 60000));
  sip_track_set_muted (track, FALSE);
  media_peer_forget (callee);
  assert_talks (&call);

  sip_track_remove_tap (track, tap);
  media_peer_forget (callee);
  assert_talks (&call);
  while (has_sample (tap))
    continue;
  media_peer_forget (callee);
  assert_talks (&call);
  g_assert_false (has_sample (tap));
}

static char *
read_certificate (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "media", name, NULL);
  g_autoptr (GError) error = NULL;
  char *pem = NULL;

  g_file_get_contents (path, &pem, NULL, &error);
  g_assert_no_error (error);

  return pem;
}

/* One of our own, and the fingerprint that goes with it. */
static void
test_certificate (void)
{
  g_autofree char *pem = read_certificate ("certificate.pem");
  g_autofree char *fingerprint = sip_fingerprint_of_pem (pem);
  g_autofree char *expected = g_strdup_printf ("a=fingerprint:%s", fingerprint);
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "certificate", pem, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  Call call = { caller, callee, FALSE };
  g_autoptr (SipDescription) offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, NULL);
  g_autofree char *line = find_line (offer, "a=fingerprint:");

  g_assert_cmpstr (line, ==, expected);
  sip_session_description_handler_rollback (SIP_SESSION_DESCRIPTION_HANDLER (caller->handler));
  media_peer_call (caller, callee);
  assert_talks (&call);
}

static void
test_source_fails (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "audio-source", "no-such-element", NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);

  media_peer_call (caller, callee);
  g_assert_true (media_wait (has_failed, caller, 60000));
  g_assert_cmpuint (caller->n_failures, ==, 1);
  g_assert_nonnull (strstr (caller->failure->message, "no-such-element"));
}

/* Who sends nothing says so. */
static void
test_no_source (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "audio-source", "none", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_autofree char *direction = find_line (offer, "a=recvonly");

  g_assert_no_error (error);
  g_assert_cmpstr (direction, ==, "a=recvonly");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);

  g_test_add_func ("/media/webrtc-handler/audio-and-video", test_audio_and_video);
  g_test_add_func ("/media/webrtc-handler/codecs", test_codecs);
  g_test_add_func ("/media/webrtc-handler/without-bundle", test_without_bundle);
  g_test_add_func ("/media/webrtc-handler/video-refused", test_video_refused);
  g_test_add_func ("/media/webrtc-handler/audio-refused", test_audio_refused);
  g_test_add_func ("/media/webrtc-handler/again", test_again);
  g_test_add_func ("/media/webrtc-handler/forged-offer", test_forged_offer);
  g_test_add_func ("/media/webrtc-handler/forged-answer", test_forged_answer);
  g_test_add_func ("/media/webrtc-handler/bad-descriptions", test_bad_descriptions);
  g_test_add_func ("/media/webrtc-handler/order", test_order);
  g_test_add_func ("/media/webrtc-handler/gathering-timeout", test_gathering_timeout);
  g_test_add_func ("/media/webrtc-handler/unusable-settings", test_unusable_settings);
  g_test_add_func ("/media/webrtc-handler/no-path", test_no_path);
  g_test_add_func ("/media/webrtc-handler/track", test_track);
  g_test_add_func ("/media/webrtc-handler/certificate", test_certificate);
  g_test_add_func ("/media/webrtc-handler/source-fails", test_source_fails);
  g_test_add_func ("/media/webrtc-handler/no-source", test_no_source);

  return g_test_run ();
}
