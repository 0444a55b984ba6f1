/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media-peer.h"

#include <string.h>

#include "syntax/sip-error.h"

/* Video that comes and goes, and paths that are looked for anew, in a call that runs: what is said, and what is heard and seen before, meanwhile and after. */

typedef struct
{
  MediaPeer *caller;
  MediaPeer *callee;
  gboolean video;
  gboolean held;
  guint seen;     /* pictures of both */
  gint64 since;   /* when the last one came */
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

/* From now on both hear, and see if there is video. */
static void
assert_talks (Call *call, gboolean video)
{
  gboolean talks;

  call->video = video;
  media_peer_forget (call->caller);
  media_peer_forget (call->callee);
  talks = media_wait (both_hear_and_see, call, 60000);
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

static gboolean
sees_nothing (gpointer data)
{
  Call *call = data;
  gint64 now = g_get_monotonic_time ();
  guint seen;

  media_peer_poll (call->caller);
  media_peer_poll (call->callee);
  seen = call->caller->n_frames + call->callee->n_frames;
  if (seen != call->seen)
    {
      call->seen = seen;
      call->since = now;
    }

  return now - call->since > 400 * 1000;
}

static void
assert_no_pictures (Call *call)
{
  call->since = g_get_monotonic_time ();
  g_assert_true (media_wait (sees_nothing, call, 60000));
}

static char *
find_value (SipDescription *description, const char *prefix)
{
  g_autofree char *text = sip_description_to_text (description);
  const char *start = strstr (text, prefix);

  return start != NULL ? g_strndup (start + strlen (prefix), strcspn (start + strlen (prefix), "\r\n")) : NULL;
}

typedef struct
{
  SipDescription *offer;
  SipDescription *answer;
} Exchange;

static void
exchange_clear (Exchange *exchange)
{
  g_clear_pointer (&exchange->offer, sip_description_unref);
  g_clear_pointer (&exchange->answer, sip_description_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Exchange, exchange_clear)

/* An offer with @options that gets its answer; between the two, all is as it was. */
static void
change (Call *call, MediaPeer *offerer, const char *options, Exchange *exchange)
{
  MediaPeer *answerer = offerer == call->caller ? call->callee : call->caller;
  gboolean video = call->video;
  g_autoptr (GError) error = NULL;

  exchange_clear (exchange);
  offerer->options = options;
  exchange->offer = media_peer_get (offerer, SIP_DESCRIPTION_OFFER, &error);
  offerer->options = NULL;
  g_assert_no_error (error);
  if (!call->held)
    assert_talks (call, video);
  g_assert_true (media_peer_set (answerer, exchange->offer, &error));
  g_assert_no_error (error);
  if (!call->held)
    assert_talks (call, video);
  exchange->answer = media_peer_get (answerer, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  g_assert_true (media_peer_set (offerer, exchange->answer, &error));
  g_assert_no_error (error);
}

static void
assert_line (SipDescription *description, const char *line, gboolean there)
{
  g_autofree char *text = sip_description_to_text (description);

  if ((strstr (text, line) != NULL) != there)
    g_test_message ("%s", text);
  g_assert_cmpint (strstr (text, line) != NULL, ==, there);
}

static SipTrack *
video_of (MediaPeer *peer, gboolean remote)
{
  return sip_webrtc_handler_get_track (peer->handler, SIP_MEDIA_VIDEO, remote);
}

/* Each side adds video to a call, without a new path: what is heard is not interrupted. */
static void
test_add (void)
{
  for (guint by_callee = 0; by_callee < 2; by_callee++)
    {
      g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", by_callee, NULL);
      g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
      g_auto (Exchange) exchange = { NULL, NULL };
      g_autofree char *ufrag = NULL, *same_ufrag = NULL;
      Call call = { caller, callee };
      Exchange first = { NULL, NULL };

      g_object_set (callee->handler, "video", !by_callee, NULL);
      g_object_set (caller->handler, "video", FALSE, NULL);
      media_peer_call (caller, callee);
      assert_talks (&call, FALSE);
      change (&call, caller, NULL, &first);
      ufrag = find_value (first.offer, "a=ice-ufrag:");

      g_object_set (by_callee ? caller->handler : callee->handler, "video", TRUE, NULL);
      change (&call, by_callee ? callee : caller, "{'video': <true>}", &exchange);
      assert_talks (&call, TRUE);
      assert_line (exchange.offer, "m=video 0 ", TRUE);
      assert_line (exchange.offer, "a=bundle-only", TRUE);
      assert_line (exchange.answer, "m=video 0 ", FALSE);
      same_ufrag = find_value (by_callee ? exchange.answer : exchange.offer, "a=ice-ufrag:");
      g_assert_cmpstr (ufrag, ==, same_ufrag);

      /* And it stays: a hold and its end change nothing of it. */
      change (&call, caller, "{'hold': <true>}", &exchange);
      call.held = TRUE;
      change (&call, caller, NULL, &exchange);
      call.held = FALSE;
      assert_talks (&call, TRUE);
      exchange_clear (&first);
    }
}

/* Each side takes video away; the other one sees no more, and nobody's camera runs. Then it comes back, and goes again. */
static void
test_remove (void)
{
  for (guint by_callee = 0; by_callee < 2; by_callee++)
    {
      g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
      g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
      MediaPeer *remover = by_callee ? callee : caller;
      SipTrack *track;
      g_auto (Exchange) exchange = { NULL, NULL };
      Call call = { caller, callee };

      media_peer_call (caller, callee);
      assert_talks (&call, TRUE);
      track = video_of (remover, FALSE);
      for (guint i = 0; i < 2; i++)
        {
          change (&call, remover, "{'video': <false>}", &exchange);
          assert_line (exchange.offer, "m=video 0 ", TRUE);
          assert_line (exchange.answer, "m=video 0 ", TRUE);
          assert_no_pictures (&call);
          assert_talks (&call, FALSE);
          change (&call, remover, NULL, &exchange);
          assert_line (exchange.offer, "m=video 0 ", TRUE);
          assert_talks (&call, FALSE);

          change (&call, remover, "{'video': <true>}", &exchange);
          assert_talks (&call, TRUE);
          g_assert_true (video_of (remover, FALSE) == track);
        }
    }
}

/* An offer of video that is refused, or that gets an answer without it, leaves all as it was; and it can be asked for again. */
static void
test_refused (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  g_auto (Exchange) exchange = { NULL, NULL };
  g_autoptr (SipDescription) offer = NULL;
  g_autoptr (GError) error = NULL;
  gboolean video;
  Call call = { caller, callee };

  media_peer_call (caller, callee);
  assert_talks (&call, FALSE);

  caller->options = "{'video': <true>}";
  offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  caller->options = NULL;
  g_assert_no_error (error);
  assert_line (offer, "m=video", TRUE);
  media_peer_rollback (caller);
  g_object_get (caller->handler, "video", &video, NULL);
  g_assert_false (video);
  assert_talks (&call, FALSE);
  change (&call, caller, NULL, &exchange);
  assert_line (exchange.offer, "m=video", FALSE);

  /* The other side gives an answer, but no video. */
  change (&call, caller, "{'video': <true>}", &exchange);
  assert_line (exchange.answer, "m=video 0 ", TRUE);
  assert_talks (&call, FALSE);
  g_assert_null (video_of (caller, FALSE));
  change (&call, caller, NULL, &exchange);
  assert_line (exchange.offer, "m=video 0 ", TRUE);

  /* It takes it now. */
  g_object_set (callee->handler, "video", TRUE, NULL);
  change (&call, caller, "{'video': <true>}", &exchange);
  assert_talks (&call, TRUE);
}

/* Who is offered video and says nothing in the end has it not. */
static void
test_forgotten (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_auto (Exchange) exchange = { NULL, NULL };
  g_autoptr (GError) error = NULL;
  Call call = { caller, callee };
  static const char *options[] = { "{'video': <true>}", "{'ice-restart': <true>}" };

  media_peer_call (caller, callee);
  assert_talks (&call, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (SipDescription) offer = NULL;

      caller->options = options[i];
      offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
      caller->options = NULL;
      g_assert_no_error (error);
      g_assert_true (media_peer_set (callee, offer, &error));
      g_assert_no_error (error);
      media_peer_rollback (callee);
      media_peer_rollback (caller);
      assert_talks (&call, FALSE);
    }
  change (&call, caller, "{'video': <true>}", &exchange);
  assert_talks (&call, TRUE);
}

/* Lines that do not share a transport need another connection for one more. */
static void
test_add_apart (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "bundle-policy", SIP_BUNDLE_NONE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_auto (Exchange) exchange = { NULL, NULL };
  Call call = { caller, callee };

  media_peer_call (caller, callee);
  assert_talks (&call, FALSE);
  change (&call, caller, "{'video': <true>}", &exchange);
  assert_talks (&call, TRUE);
  assert_line (exchange.offer, "a=group:BUNDLE", FALSE);
}

static void
assert_other (SipDescription *before, SipDescription *after, const char *prefix, gboolean other)
{
  g_autofree char *old_value = find_value (before, prefix);
  g_autofree char *new_value = find_value (after, prefix);

  g_assert_nonnull (new_value);
  if (other)
    g_assert_cmpstr (old_value, !=, new_value);
  else
    g_assert_cmpstr (old_value, ==, new_value);
}

/* Each side looks for a path anew; the path before carries all until the answer is there. */
static void
test_ice_restart (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_auto (Exchange) before = { NULL, NULL };
  g_auto (Exchange) after = { NULL, NULL };
  Call call = { caller, callee };

  media_peer_call (caller, callee);
  assert_talks (&call, TRUE);
  change (&call, caller, NULL, &before);
  for (guint i = 0; i < 2; i++)
    {
      guint64 packets = sip_track_get_packets (video_of (caller, FALSE));

      change (&call, caller, "{'ice-restart': <true>}", &after);
      /* What is counted is counted on. */
      g_assert_cmpuint (sip_track_get_packets (video_of (caller, FALSE)), >=, packets);
      assert_talks (&call, TRUE);
      assert_other (before.offer, after.offer, "a=ice-ufrag:", TRUE);
      assert_other (before.offer, after.offer, "a=ice-pwd:", TRUE);
      assert_other (before.answer, after.answer, "a=ice-ufrag:", TRUE);
      /* RFC 8842 §3.1: what is secured anew says so. */
      assert_other (before.offer, after.offer, "a=fingerprint:", TRUE);
      assert_other (before.offer, after.offer, "a=mid:", FALSE);
      g_assert_true (sip_webrtc_handler_get_secure (caller->handler));
      g_assert_true (sip_webrtc_handler_get_connected (callee->handler));
    }

  change (&call, callee, "{'ice-restart': <true>, 'video': <false>}", &after);
  assert_no_pictures (&call);
  assert_talks (&call, FALSE);
  change (&call, callee, "{'video': <true>}", &after);
  assert_talks (&call, TRUE);
}

/* The other end of a call becomes another one, as when a gateway connects two: with its offer, or with its answer to ours. */
static void
test_other_peer (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) first = media_peer_new (700, "green", "video", TRUE, NULL);
  g_autoptr (MediaPeer) second = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_autoptr (SipDescription) offer = NULL;
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (GError) error = NULL;
  Call call = { caller, second };

  media_peer_call (caller, first);
  media_peer_call (second, caller);
  assert_talks (&call, TRUE);

  /* Back to the first one, who has a new handler. An answer of somebody else can only be followed where a new path was offered. */
  media_peer_free (g_steal_pointer (&first));
  first = media_peer_new (800, "blue", "video", TRUE, NULL);
  offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_assert_no_error (error);
  g_assert_true (media_peer_set (first, offer, &error));
  answer = media_peer_get (first, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  g_assert_false (media_peer_set (caller, answer, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
  media_peer_rollback (caller);
  assert_talks (&call, TRUE);

  media_peer_free (g_steal_pointer (&first));
  first = media_peer_new (800, "blue", "video", TRUE, NULL);
  caller->options = "{'fresh': <true>}";
  media_peer_call (caller, first);
  caller->options = NULL;
  call.callee = first;
  assert_talks (&call, TRUE);
}

static gboolean
has_given_back (gpointer data)
{
  guint *before = data;

  return media_count_threads () <= before[0] && media_count_descriptors () <= before[1];
}

/* Twenty times another connection: what one used is given back. With -m slow none waits until the one before carries sound: GStreamer then warns, once in many
 * runs, of an event that a pad gets too late. */
static void
test_many (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", NULL, NULL);
  g_auto (Exchange) exchange = { NULL, NULL };
  Call call = { caller, callee };
  guint before[2];
  gint64 start;

  media_peer_call (caller, callee);
  assert_talks (&call, FALSE);
  change (&call, caller, "{'ice-restart': <true>}", &exchange);
  assert_talks (&call, FALSE);
  /* Threads that pools keep for the next one are as many after one as after twenty. */
  before[0] = media_count_threads () + 2;
  before[1] = media_count_descriptors ();
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 20; i++)
    {
      MediaPeer *offerer = i % 2 ? caller : callee;

      offerer->options = "{'ice-restart': <true>}";
      media_peer_call (offerer, i % 2 ? callee : caller);
      offerer->options = NULL;
      if (!g_test_slow ())
        assert_talks (&call, FALSE);
    }
  g_test_message ("20 changes in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  assert_talks (&call, FALSE);
  if (!media_wait (has_given_back, before, 60000))
    {
      g_assert_cmpuint (media_count_threads (), <=, before[0]);
      g_assert_cmpuint (media_count_descriptors (), <=, before[1]);
    }
}

static gboolean
hears_first (gpointer data)
{
  MediaPeer *self = data;

  media_peer_poll (self);

  return media_peer_hears (self, 700) > 0.9;
}

static SipDescription *
as_type (SipDescription *description, SipDescriptionType type)
{
  return sip_description_new (type, sip_description_get_content_type (description), sip_description_get_body (description));
}

/* The answer comes early, in a provisional response, and again at the end. */
static void
test_early (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", "video", TRUE, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_auto (Exchange) exchange = { NULL, NULL };
  g_autoptr (SipDescription) offer = NULL;
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (SipDescription) early = NULL;
  g_autoptr (GError) error = NULL;
  Call call = { caller, callee };

  offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_assert_true (media_peer_set (callee, offer, &error));
  answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
  early = as_type (answer, SIP_DESCRIPTION_PRANSWER);
  g_assert_true (media_peer_set (caller, early, &error));
  g_assert_no_error (error);
  assert_talks (&call, TRUE);
  /* It may come more than once, */
  g_assert_true (media_peer_set (caller, early, &error));
  assert_talks (&call, TRUE);
  /* and the offer is still open until the end. */
  g_assert_null (media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE);
  g_clear_error (&error);
  g_assert_true (media_peer_set (caller, answer, &error));
  g_assert_no_error (error);
  assert_talks (&call, TRUE);
  change (&call, callee, NULL, &exchange);
  assert_talks (&call, TRUE);
}

/* Somebody else accepts the call in the end: what was there early goes, and all begins anew. */
static void
test_early_other (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) first = media_peer_new (700, "blue", NULL, NULL);
  g_autoptr (MediaPeer) second = media_peer_new (800, "blue", NULL, NULL);
  g_autoptr (SipDescription) offer = NULL;
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (SipDescription) early = NULL;
  g_autoptr (SipDescription) other = NULL;
  g_autoptr (SipDescription) other_early = NULL;
  g_autoptr (GError) error = NULL;
  Call call = { caller, second };

  offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
  g_assert_true (media_peer_set (first, offer, &error));
  g_assert_true (media_peer_set (second, offer, &error));
  answer = media_peer_get (first, SIP_DESCRIPTION_ANSWER, &error);
  other = media_peer_get (second, SIP_DESCRIPTION_ANSWER, &error);
  g_assert_no_error (error);
  early = as_type (answer, SIP_DESCRIPTION_PRANSWER);
  other_early = as_type (other, SIP_DESCRIPTION_PRANSWER);
  g_assert_true (media_peer_set (caller, early, &error));
  g_assert_true (media_wait (hears_first, caller, 60000));

  g_assert_false (media_peer_set (caller, other_early, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  media_peer_forget (caller);
  g_assert_true (media_wait (hears_first, caller, 60000));
  g_assert_false (media_peer_set (caller, other, &error));
  g_assert_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);

  media_peer_rollback (caller);
  g_assert_false (sip_webrtc_handler_get_connected (caller->handler));
  g_assert_false (sip_webrtc_handler_get_secure (caller->handler));
  g_assert_cmpint (sip_webrtc_handler_get_ice_connection_state (caller->handler), ==, SIP_ICE_CONNECTION_NEW);
  caller->options = "{'fresh': <true>}";
  media_peer_call (caller, second);
  caller->options = NULL;
  assert_talks (&call, FALSE);
}

/* An early answer to a change of a call is only looked at: the change can still be refused. */
static void
test_early_change (void)
{
  g_autoptr (MediaPeer) caller = media_peer_new (600, "red", NULL, NULL);
  g_autoptr (MediaPeer) callee = media_peer_new (800, "blue", "video", TRUE, NULL);
  g_autoptr (GError) error = NULL;
  Call call = { caller, callee };
  static const char *options[] = { "{'video': <true>}", "{'ice-restart': <true>}" };

  media_peer_call (caller, callee);
  assert_talks (&call, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (SipDescription) offer = NULL;
      g_autoptr (SipDescription) answer = NULL;
      g_autoptr (SipDescription) early = NULL;

      caller->options = options[i];
      offer = media_peer_get (caller, SIP_DESCRIPTION_OFFER, &error);
      caller->options = NULL;
      g_assert_true (media_peer_set (callee, offer, &error));
      answer = media_peer_get (callee, SIP_DESCRIPTION_ANSWER, &error);
      g_assert_no_error (error);
      early = as_type (answer, SIP_DESCRIPTION_PRANSWER);
      g_assert_true (media_peer_set (caller, early, &error));
      g_assert_no_error (error);
      g_assert_true (media_peer_set (caller, answer, &error));
      g_assert_no_error (error);
      assert_talks (&call, TRUE);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/media/webrtc-change/add", test_add);
  g_test_add_func ("/media/webrtc-change/remove", test_remove);
  g_test_add_func ("/media/webrtc-change/refused", test_refused);
  g_test_add_func ("/media/webrtc-change/forgotten", test_forgotten);
  g_test_add_func ("/media/webrtc-change/add-apart", test_add_apart);
  g_test_add_func ("/media/webrtc-change/ice-restart", test_ice_restart);
  g_test_add_func ("/media/webrtc-change/other-peer", test_other_peer);
  g_test_add_func ("/media/webrtc-change/many", test_many);
  g_test_add_func ("/media/webrtc-change/early", test_early);
  g_test_add_func ("/media/webrtc-change/early-other", test_early_other);
  g_test_add_func ("/media/webrtc-change/early-change", test_early_change);
  return g_test_run ();
}
