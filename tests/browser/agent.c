/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The library's side of the browser tests: a user agent that lines on the standard input command, and that says on the standard output
 * what happens to it. Each command is words; each is answered "ok ..." or "error ..." at once, or when it is done. Sessions have numbers,
 * in the order in which they came, from 1.
 *
 *   source HZ R G B           what it sends from the next session on
 *   media audio|audio+video   what it has
 *   set PROPERTY VALUE        of the user agent
 *   certificate FILE          for wss
 *   on-invite WHAT            wait | accept | reject CODE
 *   listen URI | start | stop
 *   server URL                through which it calls and is called
 *   invite URI [late]         "ok NUMBER"
 *   accept N | progress N CODE | reject N CODE | terminate N | bye N | cancel N
 *   hold N | unhold N         answered when the other side has
 *   reinvite N OPTIONS        the same; of the session description handler, in the syntax of GVariant without a blank
 *   refer N URI | refer N M   to a URI, or to the other side of session M; "ok STATUS". What comes of it: "signal N refer-accepted 200", ...
 *   dtmf N TONES [rtp]        the session's; each is told as "signal N dtmf outgoing TONE", what comes as "signal N dtmf incoming TONE"
 *   tones N TONES MS          played in the media; those that are heard in it are told as "signal N tone TONE MS"
 *   handler N PROPERTY VALUE  of the session description handler
 *   measure N                 "ok JSON": what is received now
 *   state N                   "ok STATE HELD-LOCALLY HELD-REMOTELY"
 */

#include <sip-glib/sip.h>

#include <gio/gunixinputstream.h>
#include <gst/gst.h>

#include <unistd.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "tap.h"

typedef struct
{
  guint number;
  SipSession *session;
  Tap *audio;
  Tap *video;
} Call;

typedef struct
{
  GMainLoop *loop;
  SipUserAgent *agent;
  GPtrArray *calls;
  GDataInputStream *commands;
  guint hz;
  guint rgb[3];
  gboolean has_video;
  char **on_invite;
  int status;
} Program;

static void G_GNUC_PRINTF (1, 2)
say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_autofree char *line = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%s\n", g_strdelimit (line, "\r\n", ' '));
}

static void
answer (GError *error)
{
  if (error != NULL)
    say ("error %s %d: %s", g_quark_to_string (error->domain), error->code, error->message);
  else
    say ("ok");
}

static void
call_free (Call *self)
{
  g_clear_object (&self->session);
  tap_unref (self->audio);
  tap_unref (self->video);
  g_free (self);
}

/* === What a session says === */

/* A response's status, a request's method, or "-" for no message. */
static char *
describe (SipMessage *message)
{
  if (message == NULL)
    return g_strdup ("-");
  if (SIP_IS_RESPONSE (message))
    return g_strdup_printf ("%u", sip_response_get_status_code (SIP_RESPONSE (message)));
  return g_strdup (sip_message_get_method (message));
}

static void
progress_cb (SipSession *session, SipResponse *response, Call *call)
{
  say ("signal %u progress %u", call->number, sip_response_get_status_code (response));
}

static void
accepted_cb (SipSession *session, guint code, SipResponse *response, Call *call)
{
  tap_begin (call->audio);
  tap_begin (call->video);
  say ("signal %u accepted %u", call->number, code);
}

static void
rejected_cb (SipSession *session, SipMessage *message, const char *cause, Call *call)
{
  g_autofree char *what = describe (message);
  say ("signal %u rejected %s (%s)", call->number, cause, what);
}

static void
failed_cb (SipSession *session, SipMessage *message, const char *cause, Call *call)
{
  g_autofree char *what = describe (message);
  say ("signal %u failed %s (%s)", call->number, cause, what);
}

static void
terminated_cb (SipSession *session, SipMessage *message, const char *cause, Call *call)
{
  g_autofree char *what = describe (message);
  say ("signal %u terminated %s (%s)", call->number, cause != NULL ? cause : "-", what);
}

static void
cancel_cb (SipSession *session, Call *call)
{
  say ("signal %u cancel", call->number);
}

static void
bye_cb (SipSession *session, SipRequest *request, Call *call)
{
  say ("signal %u bye", call->number);
}

static void
reinvite_cb (SipSession *session, SipSession *same, Call *call)
{
  say ("signal %u reinvite", call->number);
}

static void
dtmf_cb (SipSession *session, SipRequest *request, SipDtmf *dtmf, Call *call)
{
  say ("signal %u dtmf %s %s", call->number, sip_dtmf_get_direction (dtmf) == SIP_DIRECTION_OUTGOING ? "outgoing" : "incoming", sip_dtmf_get_tone (dtmf));
}

static void
replaced_cb (SipSession *session, SipSession *by, Call *call)
{
  g_autoptr (SipSession) replacee = NULL;

  g_object_get (by, "replacee", &replacee, NULL);
  say ("signal %u replaced%s", call->number, replacee == session ? "" : " by a stranger");
}

static void
refer_progress_cb (GObject *context, guint code, const char *reason, Call *call)
{
  say ("signal %u refer-progress %u", call->number, code);
}

static void
refer_accepted_cb (GObject *context, guint code, const char *reason, Call *call)
{
  say ("signal %u refer-accepted %u", call->number, code);
}

static void
refer_rejected_cb (GObject *context, guint code, const char *reason, Call *call)
{
  say ("signal %u refer-rejected %u", call->number, code);
}

/* A REFER of ours. Nobody is connected to the signal for one that came: it is followed by itself. */
static void
watch_refer (GObject *context, Call *call)
{
  g_signal_connect (context, "refer-progress", G_CALLBACK (refer_progress_cb), call);
  g_signal_connect (context, "refer-accepted", G_CALLBACK (refer_accepted_cb), call);
  g_signal_connect (context, "refer-rejected", G_CALLBACK (refer_rejected_cb), call);
}

static void
refer_requested_cb (SipSession *session, GObject *context, Call *call)
{
  if (SIP_IS_REFER_CLIENT_CONTEXT (context))
    watch_refer (context, call);
}

/* The call of a session; a session that is new gets the next number. */
static Call *
call_of (Program *self, SipSession *session)
{
  Call *call;

  for (guint i = 0; i < self->calls->len; i++)
    {
      call = g_ptr_array_index (self->calls, i);
      if (call->session == session)
        return call;
    }

  call = g_new0 (Call, 1);
  call->number = self->calls->len + 1;
  call->session = g_object_ref (session);
  call->audio = tap_new_audio ();
  call->video = tap_new_video ();
  g_ptr_array_add (self->calls, call);

  g_signal_connect (session, "progress", G_CALLBACK (progress_cb), call);
  g_signal_connect (session, "accepted", G_CALLBACK (accepted_cb), call);
  g_signal_connect (session, "rejected", G_CALLBACK (rejected_cb), call);
  g_signal_connect (session, "failed", G_CALLBACK (failed_cb), call);
  g_signal_connect (session, "terminated", G_CALLBACK (terminated_cb), call);
  g_signal_connect (session, "cancel", G_CALLBACK (cancel_cb), call);
  g_signal_connect (session, "bye", G_CALLBACK (bye_cb), call);
  g_signal_connect (session, "reinvite", G_CALLBACK (reinvite_cb), call);
  g_signal_connect (session, "dtmf", G_CALLBACK (dtmf_cb), call);
  g_signal_connect (session, "replaced", G_CALLBACK (replaced_cb), call);
  return call;
}

static SipResponseOptions *
options_for_code (const char *code)
{
  SipResponseOptions *options;

  if (code == NULL)
    return NULL;
  options = sip_response_options_new ();
  sip_response_options_set_status_code (options, (guint) g_ascii_strtoull (code, NULL, 10));
  return options;
}

static void
invite_cb (SipUserAgent *agent, SipIncomingSession *session, Program *self)
{
  Call *call = call_of (self, SIP_SESSION (session));
  g_autoptr (SipResponseOptions) options = NULL;
  g_autoptr (GError) error = NULL;

  say ("signal %u invite", call->number);
  if (g_str_equal (self->on_invite[0], "accept"))
    sip_incoming_session_accept (session, NULL, &error);
  else if (g_str_equal (self->on_invite[0], "reject"))
    {
      options = options_for_code (self->on_invite[1]);
      sip_incoming_session_reject (session, options, &error);
    }
  if (error != NULL)
    say ("problem %s", error->message);
}

static void
tone_cb (SipSessionDescriptionHandler *handler, const char *tone, guint duration, Call *call)
{
  say ("signal %u tone %s %u", call->number, tone, duration);
}

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent, SipSession *session, gpointer user_data)
{
  Program *self = user_data;
  Call *call = call_of (self, session);
  static const char *const addresses[] = { "127.0.0.1", NULL };
  g_autofree char *audio = g_strdup_printf ("audiotestsrc is-live=true samplesperbuffer=480 volume=0.5 freq=%u", self->hz);
  g_autofree char *video = g_strdup_printf ("videotestsrc is-live=true pattern=solid-color foreground-color=0xff%02x%02x%02x ! "
                                            "capsfilter caps=video/x-raw,width=320,height=240,framerate=15/1",
                                            self->rgb[0], self->rgb[1], self->rgb[2]);
  g_autoptr (GstElement) audio_sink = gst_object_ref_sink (tap_make_sink (call->audio));
  g_autoptr (GstElement) video_sink = gst_object_ref_sink (tap_make_sink (call->video));
  SipSessionDescriptionHandler *handler;

  handler = g_object_new (SIP_TYPE_WEBRTC_HANDLER,
                          "video", self->has_video,
                          "audio-source", audio,
                          "video-source", video,
                          "audio-sink-element", audio_sink,
                          "video-sink-element", video_sink,
                          "local-addresses", addresses,
                          NULL);
  g_signal_connect (handler, "dtmf-received", G_CALLBACK (tone_cb), call);
  return handler;
}

/* === Commands === */

static Call *
find_call (Program *self, char **words, GError **error)
{
  const guint64 number = words[1] != NULL ? g_ascii_strtoull (words[1], NULL, 10) : 0;

  if (number >= 1 && number <= self->calls->len)
    return g_ptr_array_index (self->calls, number - 1);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no session %s", words[1]);
  return NULL;
}

/* Commands of one session: verb N [CODE]. */
static void
command_session (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponseOptions) options = NULL;
  const char *verb = words[0];
  Call *call = find_call (self, words, &error);

  if (call == NULL)
    {
      answer (error);
      return;
    }
  options = options_for_code (words[2]);

  if (g_str_equal (verb, "accept"))
    sip_incoming_session_accept (SIP_INCOMING_SESSION (call->session), NULL, &error);
  else if (g_str_equal (verb, "progress"))
    sip_incoming_session_progress (SIP_INCOMING_SESSION (call->session), options, &error);
  else if (g_str_equal (verb, "reject"))
    sip_incoming_session_reject (SIP_INCOMING_SESSION (call->session), options, &error);
  else if (g_str_equal (verb, "terminate"))
    sip_session_terminate (call->session, options, &error);
  else if (g_str_equal (verb, "bye"))
    sip_session_bye (call->session, NULL, &error);
  else if (g_str_equal (verb, "cancel"))
    sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (call->session), NULL, &error);
  answer (error);
}

static void
held_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_hold_finish (SIP_SESSION (source), result, &error);
  answer (error);
}

static void
unheld_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_unhold_finish (SIP_SESSION (source), result, &error);
  answer (error);
}

static void
command_hold (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  Call *call = find_call (self, words, &error);

  if (call == NULL)
    answer (error);
  else if (g_str_equal (words[0], "hold"))
    sip_session_hold_async (call->session, NULL, NULL, held_cb, NULL);
  else
    sip_session_unhold_async (call->session, NULL, NULL, unheld_cb, NULL);
}

static void
reinvited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_reinvite_finish (SIP_SESSION (source), result, &error);
  answer (error);
}

static void
command_reinvite (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipInviteOptions) options = sip_invite_options_new ();
  g_autoptr (GVariant) handler_options = g_variant_parse (G_VARIANT_TYPE_VARDICT, words[2], NULL, NULL, &error);
  Call *call = error == NULL ? find_call (self, words, &error) : NULL;

  if (call == NULL)
    {
      answer (error);
      return;
    }
  sip_invite_options_set_session_description_handler_options (options, handler_options);
  sip_session_reinvite_async (call->session, options, NULL, reinvited_cb, NULL);
}

static void
command_handler (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  Call *call = find_call (self, words, &error);

  if (call != NULL)
    gst_util_set_object_arg (G_OBJECT (sip_session_get_session_description_handler (call->session)), words[2], words[3]);
  answer (error);
}

static void
command_tones (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  Call *call = find_call (self, words, &error);

  if (call != NULL)
    sip_session_description_handler_send_dtmf (sip_session_get_session_description_handler (call->session), words[2],
                                               (guint) g_ascii_strtoull (words[3], NULL, 10), 100, &error);
  answer (error);
}

static void
referred_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_session_refer_finish (SIP_SESSION (source), result, &error);

  if (response != NULL)
    say ("ok %u", sip_response_get_status_code (response));
  else
    answer (error);
}

static void
referred_to_session_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_session_refer_to_session_finish (SIP_SESSION (source), result, &error);

  if (response != NULL)
    say ("ok %u", sip_response_get_status_code (response));
  else
    answer (error);
}

static void
command_refer (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  Call *call = find_call (self, words, &error);
  Call *target = call != NULL && g_ascii_isdigit (*words[2]) ? find_call (self, words + 1, &error) : NULL;

  if (error != NULL)
    {
      answer (error);
      return;
    }

  if (!g_signal_handler_find (call->session, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, refer_requested_cb, NULL))
    g_signal_connect (call->session, "refer-requested", G_CALLBACK (refer_requested_cb), call);
  if (target != NULL)
    sip_session_refer_to_session_async (call->session, target->session, NULL, NULL, referred_to_session_cb, NULL);
  else
    sip_session_refer_async (call->session, words[2], NULL, NULL, referred_cb, NULL);
}

static void
command_dtmf (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDtmfOptions) options = sip_dtmf_options_new ();
  Call *call = find_call (self, words, &error);

  if (call != NULL)
    {
      if (g_strcmp0 (words[3], "rtp") == 0)
        sip_dtmf_options_set_method (options, SIP_DTMF_METHOD_RTP);
      sip_session_dtmf (call->session, words[2], options, &error);
    }
  answer (error);
}

static void
command_measure (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  Call *call = find_call (self, words, &error);

  if (call == NULL)
    {
      answer (error);
      return;
    }

  g_autofree char *audio = tap_to_json (call->audio);
  g_autofree char *video = tap_to_json (call->video);
  say ("ok {\"audio\":%s,\"video\":%s}", audio, video);
}

static void
command_state (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  Call *call = find_call (self, words, &error);

  if (call == NULL)
    {
      answer (error);
      return;
    }

  g_autofree char *state = g_enum_to_string (SIP_TYPE_SESSION_STATE, sip_session_get_state (call->session));
  say ("ok %s %d %d", state, sip_session_get_held_locally (call->session), sip_session_get_held_remotely (call->session));
}

static void
command_source (Program *self, char **words)
{
  if (g_strv_length (words) != 5)
    {
      say ("error source HZ R G B");
      return;
    }
  self->hz = (guint) g_ascii_strtoull (words[1], NULL, 10);
  for (guint i = 0; i < 3; i++)
    self->rgb[i] = (guint) g_ascii_strtoull (words[2 + i], NULL, 10);
  answer (NULL);
}

static void
command_certificate (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (words[1], &error);

  if (certificate != NULL)
    sip_user_agent_set_tls_certificate (self->agent, certificate);
  answer (error);
}

static void
command_listen (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = sip_user_agent_listen (self->agent, words[1], &error);

  if (uri != NULL)
    say ("ok %s", uri);
  else
    answer (error);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  sip_user_agent_start_finish (SIP_USER_AGENT (source), result, &error);
  answer (error);
}

static void
command_invite (Program *self, char **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipInviteOptions) options = sip_invite_options_new ();
  g_autoptr (SipOutgoingSession) session = NULL;

  sip_invite_options_set_invite_without_sdp (options, g_strcmp0 (words[2], "late") == 0);
  session = sip_user_agent_invite (self->agent, words[1], options, &error);
  if (session != NULL)
    say ("ok %u", call_of (self, SIP_SESSION (session))->number);
  else
    answer (error);
}

static void
run_command (Program *self, char **words)
{
  static const char *const of_session[] = { "accept", "progress", "reject", "terminate", "bye", "cancel", NULL };
  const char *verb = words[0];
  const guint n = g_strv_length (words);

  if (g_strv_contains (of_session, verb))
    command_session (self, words);
  else if (g_str_equal (verb, "hold") || g_str_equal (verb, "unhold"))
    command_hold (self, words);
  else if (g_str_equal (verb, "reinvite") && n == 3)
    command_reinvite (self, words);
  else if (g_str_equal (verb, "tones") && n == 4)
    command_tones (self, words);
  else if (g_str_equal (verb, "handler") && n == 4)
    command_handler (self, words);
  else if (g_str_equal (verb, "refer") && n == 3)
    command_refer (self, words);
  else if (g_str_equal (verb, "dtmf") && n >= 3)
    command_dtmf (self, words);
  else if (g_str_equal (verb, "measure"))
    command_measure (self, words);
  else if (g_str_equal (verb, "state"))
    command_state (self, words);
  else if (g_str_equal (verb, "source"))
    command_source (self, words);
  else if (g_str_equal (verb, "media") && n == 2)
    {
      self->has_video = g_str_equal (words[1], "audio+video");
      answer (NULL);
    }
  else if (g_str_equal (verb, "set") && n == 3)
    {
      gst_util_set_object_arg (G_OBJECT (self->agent), words[1], words[2]);
      answer (NULL);
    }
  else if (g_str_equal (verb, "certificate") && n == 2)
    command_certificate (self, words);
  else if (g_str_equal (verb, "on-invite") && n >= 2)
    {
      g_strfreev (self->on_invite);
      self->on_invite = g_strdupv (words + 1);
      answer (NULL);
    }
  else if (g_str_equal (verb, "listen") && n == 2)
    command_listen (self, words);
  else if (g_str_equal (verb, "start"))
    sip_user_agent_start_async (self->agent, NULL, started_cb, NULL);
  else if (g_str_equal (verb, "server") && n == 2)
    {
      sip_user_agent_set_servers (self->agent, (const char *const *) words + 1);
      answer (NULL);
    }
  else if (g_str_equal (verb, "invite") && n >= 2)
    command_invite (self, words);
  else
    say ("error unknown command %s", verb);
}

/* === The program === */

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_stop_finish (SIP_USER_AGENT (source), result, &error))
    say ("problem stop: %s", error->message);
  g_main_loop_quit (self->loop);
}

static gboolean
stop_too_slow_cb (gpointer user_data)
{
  g_printerr ("stop has not ended\n");
  exit (3);
}

static void
line_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Program *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      g_timeout_add_seconds (3, stop_too_slow_cb, NULL);
      sip_user_agent_stop_async (self->agent, NULL, stopped_cb, self);
      return;
    }

  g_auto (GStrv) words = g_strsplit (g_strstrip (line), " ", -1);
  if (words[0] != NULL)
    run_command (self, words);
  g_data_input_stream_read_line_async (self->commands, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

int
main (int argc, char **argv)
{
  g_autoptr (GInputStream) input = NULL;
  Program self = { .hz = 440, .rgb = { 0, 160, 0 }, .has_video = TRUE };

  setlocale (LC_ALL, "");
  gst_init (&argc, &argv);
  setvbuf (stdout, NULL, _IOLBF, 0);

  self.loop = g_main_loop_new (NULL, FALSE);
  self.calls = g_ptr_array_new_with_free_func ((GDestroyNotify) call_free);
  self.on_invite = g_strsplit ("wait", " ", -1);
  self.agent = sip_user_agent_new ("sip:agent@example.com");
  sip_user_agent_set_session_description_handler_factory (self.agent, make_handler, &self, NULL);
  g_signal_connect (self.agent, "invite", G_CALLBACK (invite_cb), &self);

  input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  self.commands = g_data_input_stream_new (input);
  g_data_input_stream_read_line_async (self.commands, G_PRIORITY_DEFAULT, NULL, line_cb, &self);
  g_main_loop_run (self.loop);

  g_object_add_weak_pointer (G_OBJECT (self.agent), (gpointer *) &self.agent);
  g_ptr_array_unref (self.calls);
  g_object_unref (self.agent);
  if (self.agent != NULL)
    {
      g_printerr ("somebody holds the user agent\n");
      self.status = 4;
    }
  g_strfreev (self.on_invite);
  g_object_unref (self.commands);
  g_main_loop_unref (self.loop);
  return self.status;
}
