/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A telephone of one file: it calls, or is called, tells what goes over the wire and, each second, what it hears and sees. */

#include "listener.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct
{
  char *listen;
  char *server;
  char *uri;
  gboolean registers;
  char *password;
  gboolean auto_answer;
  gboolean once;
  int duration;
  gboolean devices;
  gboolean test;
  int tone;
  const char *picture;
  int expect_tone;
  char *expect_picture;
  char *record;
  char **targets;
} options = { .tone = 440, .picture = "red" };

static const GOptionEntry entries[] = {
  { "listen", 0, 0, G_OPTION_ARG_STRING, &options.listen, "wait for calls here (ws://127.0.0.1:8080/)", "URI" },
  { "server", 0, 0, G_OPTION_ARG_STRING, &options.server, "be connected to a server (wss://sip.example.com/)", "URI" },
  { "uri", 0, 0, G_OPTION_ARG_STRING, &options.uri, "who you are (sip:call@127.0.0.1)", "URI" },
  { "register", 0, 0, G_OPTION_ARG_NONE, &options.registers, "register there, so that calls reach you", NULL },
  { "password", 0, 0, G_OPTION_ARG_STRING, &options.password, "what the server asks for", "WORD" },
  { "auto-answer", 0, 0, G_OPTION_ARG_NONE, &options.auto_answer, "answer whoever calls", NULL },
  { "once", 0, 0, G_OPTION_ARG_NONE, &options.once, "leave after the first call", NULL },
  { "duration", 0, 0, G_OPTION_ARG_INT, &options.duration, "hang up after so many seconds", "S" },
  { "devices", 0, 0, G_OPTION_ARG_NONE, &options.devices, "microphone, camera, speaker and screen (the default)", NULL },
  { "test", 0, 0, G_OPTION_ARG_NONE, &options.test, "a tone and a coloured picture instead of devices", NULL },
  { "tone", 0, 0, G_OPTION_ARG_INT, &options.tone, "which tone (440)", "HZ" },
  { "picture", 0, 0, G_OPTION_ARG_STRING, &options.picture, "which picture (red)", "red|green|blue|white" },
  { "expect-tone", 0, 0, G_OPTION_ARG_INT, &options.expect_tone, "fail if another tone is heard", "HZ" },
  { "expect-picture", 0, 0, G_OPTION_ARG_STRING, &options.expect_picture, "fail if another picture is seen", "COLOUR" },
  { "record", 0, 0, G_OPTION_ARG_FILENAME, &options.record, "write what is heard", "FILE.wav" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.targets, NULL, "[TARGET]" },
  { NULL }
};

static GMainLoop *loop;
static gint64 start;
static int status = 1;

/* The call that is on. */
static struct
{
  SipSession *session;
  Listener *listener;
  gint64 answered;
  guint second;
  guint ticker;
  guint good_seconds;
  double tone;
  const char *picture;
  gboolean is_summed_up;
} call;

static double
seconds_since (gint64 then)
{
  return (double) (g_get_monotonic_time () - then) / G_USEC_PER_SEC;
}

/* --- the ladder --- */

static void
traffic_cb (SipUserAgent *agent,
            SipMessage   *message,
            SipDirection  direction)
{
  g_autoptr (GBytes) bytes = sip_message_to_bytes (message);
  g_autofree char *what = NULL;

  if (SIP_IS_RESPONSE (message))
    what = g_strdup_printf ("%u %s (%s)", sip_response_get_status_code (SIP_RESPONSE (message)),
                            sip_response_get_reason_phrase (SIP_RESPONSE (message)), sip_message_get_method (message));
  else
    what = g_strdup (sip_message_get_method (message));

  g_print ("%8.3f s  %s  %-30s %6" G_GSIZE_FORMAT " bytes\n", seconds_since (start), direction == SIP_DIRECTION_OUTGOING ? "→" : "←",
           what, g_bytes_get_size (bytes));
}

/* --- the media --- */

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent,
              SipSession   *session,
              gpointer      user_data)
{
  SipWebrtcHandler *handler = sip_webrtc_handler_new ();

  g_object_set (handler, "video", TRUE, NULL);
  if (options.test)
    {
      g_autofree char *audio = g_strdup_printf ("audiotestsrc is-live=true volume=0.5 freq=%d", options.tone);
      g_autofree char *video = g_strdup_printf ("videotestsrc is-live=true pattern=%s", options.picture);

      g_object_set (handler, "audio-source", audio, "video-source", video, "audio-sink", "fakesink", "video-sink", "fakesink", NULL);
    }

  return SIP_SESSION_DESCRIPTION_HANDLER (handler);
}

static guint64
packets (SipMediaKind kind,
         gboolean     remote)
{
  SipSessionDescriptionHandler *handler = sip_session_get_session_description_handler (call.session);
  SipTrack *track = handler != NULL ? sip_webrtc_handler_get_track (SIP_WEBRTC_HANDLER (handler), kind, remote) : NULL;

  return track != NULL ? sip_track_get_packets (track) : 0;
}

static void
track_added_cb (SipWebrtcHandler *handler,
                SipTrack         *track)
{
  if (sip_track_get_remote (track))
    listener_add (call.listener, track);
}

static gboolean
is_as_expected (double      tone,
                const char *picture)
{
  if (options.expect_tone != 0 ? fabs (tone - options.expect_tone) > 0.02 * options.expect_tone : tone == 0)
    return FALSE;
  if (picture == NULL)
    return FALSE;

  return options.expect_picture == NULL || g_str_equal (picture, options.expect_picture);
}

/* What is known of the media while the handler is still there. */
static void
sum_up (void)
{
  SipSessionDescriptionHandler *handler = sip_session_get_session_description_handler (call.session);
  SipTrack *track;

  if (handler == NULL || call.answered == 0 || call.is_summed_up)
    return;

  call.is_summed_up = TRUE;
  track = sip_webrtc_handler_get_track (SIP_WEBRTC_HANDLER (handler), SIP_MEDIA_AUDIO, TRUE);
  if (track != NULL && sip_track_get_first_buffer_time (track) != 0)
    g_print ("first audio %.0f ms after the answer\n", (double) (sip_track_get_first_buffer_time (track) - call.answered) / 1000);
  g_print ("packets: sound %" G_GUINT64_FORMAT " out, %" G_GUINT64_FORMAT " in; pictures %" G_GUINT64_FORMAT " out, %" G_GUINT64_FORMAT " in\n",
           packets (SIP_MEDIA_AUDIO, FALSE), packets (SIP_MEDIA_AUDIO, TRUE), packets (SIP_MEDIA_VIDEO, FALSE), packets (SIP_MEDIA_VIDEO, TRUE));
  g_print ("heard %.0f Hz, saw %s, in %u of %u seconds as it should be\n", call.tone, call.picture != NULL ? call.picture : "nothing",
           call.good_seconds, call.second);

  /* The first second is that of the beginning, and may be a short one; so may the last. */
  if (call.good_seconds > 0 && call.good_seconds + 2 >= call.second && packets (SIP_MEDIA_AUDIO, FALSE) > 0 && packets (SIP_MEDIA_VIDEO, FALSE) > 0)
    status = 0;
}

static gboolean
second_cb (gpointer user_data)
{
  double tone = listener_hear (call.listener);
  const char *picture = listener_see (call.listener);

  call.second++;
  if (is_as_expected (tone, picture))
    {
      call.good_seconds++;
      call.tone = tone;
      call.picture = picture;
    }
  g_print ("%8.3f s  sound: %" G_GUINT64_FORMAT " packets out, %" G_GUINT64_FORMAT " in, %.0f Hz heard;  pictures: %" G_GUINT64_FORMAT
           " out, %" G_GUINT64_FORMAT " in, %s\n",
           seconds_since (start), packets (SIP_MEDIA_AUDIO, FALSE), packets (SIP_MEDIA_AUDIO, TRUE), tone,
           packets (SIP_MEDIA_VIDEO, FALSE), packets (SIP_MEDIA_VIDEO, TRUE), picture != NULL ? picture : "nothing seen");

  if (call.second == (guint) options.duration)
    {
      g_autoptr (GError) error = NULL;

      call.ticker = 0;
      sum_up ();
      if (!sip_session_bye (call.session, NULL, &error))
        g_printerr ("%s\n", error->message);
      return G_SOURCE_REMOVE;
    }

  return G_SOURCE_CONTINUE;
}

/* --- the call --- */

static void
accepted_cb (SipSession  *session,
             guint        code,
             SipResponse *response)
{
  g_autofree char *who = sip_name_addr_get_friendly_name (sip_session_get_remote_identity (session));

  g_print ("%8.3f s  talking to %s\n", seconds_since (start), who);
  call.answered = g_get_monotonic_time ();
  call.ticker = g_timeout_add_seconds (1, second_cb, NULL);
}

static void
bye_cb (SipSession *session,
        SipRequest *request)
{
  sum_up ();
}

static void
handler_cb (SipSession *session,
            GParamSpec *pspec)
{
  SipSessionDescriptionHandler *handler = sip_session_get_session_description_handler (session);

  if (handler != NULL)
    g_signal_connect (handler, "track-added", G_CALLBACK (track_added_cb), NULL);
}

static void
terminated_cb (SipSession *session,
               SipMessage *message,
               const char *cause)
{
  g_print ("%8.3f s  over: %s\n", seconds_since (start), cause != NULL ? cause : "without a word why");
  g_clear_handle_id (&call.ticker, g_source_remove);
  g_clear_pointer (&call.listener, listener_free);
  g_clear_object (&call.session);
  if (options.once || options.targets != NULL)
    g_main_loop_quit (loop);
}

static void
take (SipSession *session)
{
  memset (&call, 0, sizeof call);
  call.session = g_object_ref (session);
  call.listener = listener_new (options.record);

  g_signal_connect (session, "notify::session-description-handler", G_CALLBACK (handler_cb), NULL);
  g_signal_connect (session, "accepted", G_CALLBACK (accepted_cb), NULL);
  g_signal_connect (session, "bye", G_CALLBACK (bye_cb), NULL);
  g_signal_connect (session, "terminated", G_CALLBACK (terminated_cb), NULL);
  handler_cb (session, NULL);
}

static void
invite_cb (SipUserAgent       *agent,
           SipIncomingSession *session)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (call.session != NULL)
    {
      g_autoptr (SipResponseOptions) busy = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 486, NULL);

      ok = sip_incoming_session_reject (session, busy, &error);
    }
  else
    {
      take (SIP_SESSION (session));
      ok = !options.auto_answer || sip_incoming_session_accept (session, NULL, &error);
    }
  if (!ok)
    g_printerr ("%s\n", error->message);
}

static void
registered_cb (SipUserAgent    *agent,
               SipResponse     *response,
               SipRegistration *registration)
{
  g_print ("%8.3f s  registered for %u s\n", seconds_since (start), sip_registration_get_expires (registration));
}

static void
registration_failed_cb (SipUserAgent    *agent,
                        SipResponse     *response,
                        const char      *cause,
                        SipRegistration *registration)
{
  g_print ("%8.3f s  not registered: %s\n", seconds_since (start), sip_registration_get_error (registration)->message);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (SipOutgoingSession) session = NULL;
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_start_finish (SIP_USER_AGENT (source), result, &error))
    {
      g_printerr ("%s\n", error->message);
      exit (1);
    }
  if (options.targets == NULL)
    return;

  session = sip_user_agent_invite (SIP_USER_AGENT (source), options.targets[0], NULL, &error);
  if (session == NULL)
    {
      g_printerr ("%s\n", error->message);
      exit (1);
    }
  take (SIP_SESSION (session));
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_stop_finish (SIP_USER_AGENT (source), result, &error))
    g_printerr ("%s\n", error->message);
  g_main_loop_quit (loop);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- call somebody, or wait for a call");
  g_autoptr (SipUserAgent) agent = NULL;
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  gst_init (&argc, &argv);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  if (options.targets == NULL && options.listen == NULL && options.server == NULL && !options.registers)
    {
      g_printerr ("Whom shall I call, or where shall I wait? See --help.\n");
      return 1;
    }

  loop = g_main_loop_new (NULL, FALSE);
  start = g_get_monotonic_time ();
  agent = sip_user_agent_new (options.uri != NULL ? options.uri : "sip:call@127.0.0.1");
  sip_user_agent_set_session_description_handler_factory (agent, make_handler, NULL, NULL);
  g_signal_connect (agent, "traffic", G_CALLBACK (traffic_cb), NULL);
  g_signal_connect (agent, "invite", G_CALLBACK (invite_cb), NULL);

  g_signal_connect (agent, "registered", G_CALLBACK (registered_cb), NULL);
  g_signal_connect (agent, "registration-failed", G_CALLBACK (registration_failed_cb), NULL);

  sip_user_agent_set_register_at_start (agent, options.registers);
  if (options.password != NULL)
    {
      g_autoptr (SipUri) uri = sip_uri_parse (sip_user_agent_get_uri (agent), NULL);
      g_autoptr (SipCredentials) credentials = sip_credentials_new (uri != NULL ? sip_uri_get_user (uri) : "", options.password, NULL);

      sip_user_agent_set_credentials (agent, credentials);
    }
  if (options.server != NULL)
    sip_user_agent_set_servers (agent, (const char *const[]){ options.server, NULL });
  if (options.listen != NULL)
    {
      g_autofree char *listening = sip_user_agent_listen (agent, options.listen, &error);

      if (listening == NULL)
        {
          g_printerr ("%s\n", error->message);
          return 1;
        }
      g_print ("listening at %s\n", listening);
    }

  sip_user_agent_start_async (agent, NULL, started_cb, NULL);
  g_main_loop_run (loop);
  sip_user_agent_stop_async (agent, NULL, stopped_cb, NULL);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);

  return status;
}
