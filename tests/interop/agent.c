/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Our agent in C, commanded by lines on its stdin; agent.py is the same in Python. What it is told is answered "ok ..." or "error ...", at once or
 * when it is done; what happens is told as it comes. Sessions have numbers, from 1.
 *
 *   server URI...             through which it calls and is called; told as "server connected URI", "server disconnected URI"
 *   listen URI                "ok URI"
 *   ca FILE                   who vouches for its servers
 *   credentials USER PASSWORD
 *   set PROPERTY VALUE        of the user agent
 *   start
 *   media none|audio          what its sessions have, from the next on
 *   source HZ [R G B]         the tone that they send
 *   relay URI                 a TURN server that all of their media goes through
 *   on-invite WHAT            wait | accept | reject CODE
 *   invite URI [late]         "ok NUMBER"
 *   accept N                  told as "signal N confirmed" when the other side has acknowledged it, besides what is told of any
 *   reject N CODE | cancel N | bye N | terminate N
 *   hold N | unhold N         answered when the other side has
 *   state N                   "ok STATE"
 *   measure N                 "ok JSON": what is heard now
 *
 * and those of agent-requests.c. */

#include "agent.h"
#include "null-handler.h"
#include "tap.h"

#include <gio/gunixinputstream.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct
{
  guint number;
  SipSession *session;
  Tap *audio;
} Call;

void
say (const char *format,
     ...)
{
  g_autofree char *line = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%s\n", g_strdelimit (line, "\r\n", ' '));
}

void
answer (GError *error)
{
  if (error != NULL)
    say ("error %s", error->message);
  else
    say ("ok");
}

/* --- what a session tells --- */

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
progress_cb (SipSession  *session,
             SipResponse *response,
             Call        *call)
{
  say ("signal %u progress %u", call->number, sip_response_get_status_code (response));
}

static void
accepted_cb (SipSession  *session,
             guint        code,
             SipResponse *response,
             Call        *call)
{
  say ("signal %u accepted %u", call->number, code);
}

static void
say_end (Call       *call,
         const char *name,
         SipMessage *message,
         const char *cause)
{
  g_autofree char *what = describe (message);

  say ("signal %u %s %s (%s)", call->number, name, cause != NULL ? cause : "-", what);
}

static void
rejected_cb (SipSession *session,
             SipMessage *message,
             const char *cause,
             Call       *call)
{
  say_end (call, "rejected", message, cause);
}

static void
failed_cb (SipSession *session,
           SipMessage *message,
           const char *cause,
           Call       *call)
{
  say_end (call, "failed", message, cause);
}

static void
terminated_cb (SipSession *session,
               SipMessage *message,
               const char *cause,
               Call       *call)
{
  say_end (call, "terminated", message, cause);
}

static void
cancel_cb (SipSession *session,
           Call       *call)
{
  say ("signal %u cancel", call->number);
}

static void
bye_cb (SipSession *session,
        SipRequest *request,
        Call       *call)
{
  say ("signal %u bye", call->number);
}

static void
reinvite_cb (SipSession *session,
             SipSession *same,
             Call       *call)
{
  say ("signal %u reinvite", call->number);
}

static void
call_free (gpointer data)
{
  Call *self = data;

  g_clear_object (&self->session);
  tap_unref (self->audio);
  g_free (self);
}

/* The call of a session; a session that is new gets the next number. */
static Call *
call_of (Program    *self,
         SipSession *session)
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
  g_ptr_array_add (self->calls, call);
  g_signal_connect (session, "progress", G_CALLBACK (progress_cb), call);
  g_signal_connect (session, "accepted", G_CALLBACK (accepted_cb), call);
  g_signal_connect (session, "rejected", G_CALLBACK (rejected_cb), call);
  g_signal_connect (session, "failed", G_CALLBACK (failed_cb), call);
  g_signal_connect (session, "terminated", G_CALLBACK (terminated_cb), call);
  g_signal_connect (session, "cancel", G_CALLBACK (cancel_cb), call);
  g_signal_connect (session, "bye", G_CALLBACK (bye_cb), call);
  g_signal_connect (session, "reinvite", G_CALLBACK (reinvite_cb), call);
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
confirmed_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Call *call = user_data;

  /* Why not is told by its signals. */
  if (sip_incoming_session_accept_finish (SIP_INCOMING_SESSION (source), result, NULL))
    say ("signal %u confirmed", call->number);
}

static void
invite_cb (SipUserAgent       *agent,
           SipIncomingSession *session,
           Program            *self)
{
  Call *call = call_of (self, SIP_SESSION (session));
  g_autofree char *uri = sip_uri_to_string (sip_name_addr_get_uri (sip_session_get_remote_identity (call->session)));
  g_autoptr (SipResponseOptions) options = NULL;
  g_autoptr (GError) error = NULL;

  say ("signal %u invite %s", call->number, uri);
  if (g_str_equal (self->on_invite[0], "accept"))
    sip_incoming_session_accept_async (session, NULL, NULL, confirmed_cb, call);
  else if (g_str_equal (self->on_invite[0], "reject"))
    {
      options = options_for_code (self->on_invite[1]);
      sip_incoming_session_reject (session, options, &error);
    }
  if (error != NULL)
    say ("problem %s", error->message);
}

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent,
              SipSession   *session,
              gpointer      user_data)
{
  static const char *const addresses[] = { "127.0.0.1", NULL };
  Program *self = user_data;
  g_autofree char *source = NULL;
  g_autoptr (GstElement) sink = NULL;

  if (!self->has_media)
    return test_null_handler_factory (agent, session, NULL);

  source = g_strdup_printf ("audiotestsrc is-live=true samplesperbuffer=480 volume=0.5 freq=%u", self->hz);
  sink = gst_object_ref_sink (tap_make_sink (call_of (self, session)->audio));
  return g_object_new (SIP_TYPE_WEBRTC_HANDLER,
                       "video", FALSE,
                       "audio-source", source,
                       "audio-sink-element", sink,
                       "local-addresses", addresses,
                       "turn-servers", self->relays,
                       "ice-transport-policy", self->relays != NULL ? SIP_ICE_TRANSPORT_RELAY : SIP_ICE_TRANSPORT_ALL,
                       NULL);
}

static void
connected_cb (SipUserAgent *agent,
              const char   *server,
              gpointer      user_data)
{
  say ("server connected %s", server);
}

static void
disconnected_cb (SipUserAgent *agent,
                 const char   *server,
                 const GError *error,
                 gpointer      user_data)
{
  say ("server disconnected %s", server);
}

/* --- what a session is told --- */

static Call *
find_call (Program *self,
           char   **words,
           GError **error)
{
  const guint64 number = words[1] != NULL ? g_ascii_strtoull (words[1], NULL, 10) : 0;

  if (number >= 1 && number <= self->calls->len)
    return g_ptr_array_index (self->calls, number - 1);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no session %s", words[1]);
  return NULL;
}

static void
command_session (Program *self,
                 char   **words)
{
  g_autoptr (SipResponseOptions) options = NULL;
  g_autoptr (GError) error = NULL;
  const char *verb = words[0];
  Call *call = find_call (self, words, &error);

  if (call != NULL)
    {
      options = options_for_code (words[2]);
      if (g_str_equal (verb, "accept"))
        sip_incoming_session_accept_async (SIP_INCOMING_SESSION (call->session), NULL, NULL, confirmed_cb, call);
      else if (g_str_equal (verb, "reject"))
        sip_incoming_session_reject (SIP_INCOMING_SESSION (call->session), options, &error);
      else if (g_str_equal (verb, "cancel"))
        sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (call->session), NULL, &error);
      else if (g_str_equal (verb, "bye"))
        sip_session_bye (call->session, NULL, &error);
      else
        sip_session_terminate (call->session, NULL, &error);
    }
  answer (error);
}

static void
held_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_hold_finish (SIP_SESSION (source), result, &error);
  answer (error);
}

static void
unheld_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  sip_session_unhold_finish (SIP_SESSION (source), result, &error);
  answer (error);
}

static void
command_hold (Program *self,
              char   **words)
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
command_look (Program *self,
              char   **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GEnumClass) states = g_type_class_ref (SIP_TYPE_SESSION_STATE);
  Call *call = find_call (self, words, &error);

  if (call == NULL)
    answer (error);
  else if (g_str_equal (words[0], "state"))
    say ("ok %s", g_enum_get_value (states, (int) sip_session_get_state (call->session))->value_nick);
  else
    {
      g_autofree char *audio = tap_to_json (call->audio);

      say ("ok {\"audio\":%s,\"video\":null}", audio);
    }
}

/* --- what the agent is told --- */

static void
command_invite (Program *self,
                char   **words)
{
  g_autoptr (SipInviteOptions) options = sip_invite_options_new ();
  g_autoptr (SipOutgoingSession) session = NULL;
  g_autoptr (GError) error = NULL;

  sip_invite_options_set_invite_without_sdp (options, g_strcmp0 (words[2], "late") == 0);
  session = sip_user_agent_invite (self->agent, words[1], options, &error);
  if (session != NULL)
    say ("ok %u", call_of (self, SIP_SESSION (session))->number);
  else
    answer (error);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  sip_user_agent_start_finish (SIP_USER_AGENT (source), result, &error);
  answer (error);
}

static void
command_listen (Program *self,
                char   **words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = sip_user_agent_listen (self->agent, words[1], &error);

  if (uri != NULL)
    say ("ok %s", uri);
  else
    answer (error);
}

static void
command_ca (Program *self,
            char   **words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (words[1], &error);

  if (database != NULL)
    sip_user_agent_set_tls_database (self->agent, database);
  answer (error);
}

static void
command_credentials (Program *self,
                     char   **words)
{
  g_autoptr (SipCredentials) credentials = sip_credentials_new (words[1], words[2], NULL);

  sip_user_agent_set_credentials (self->agent, credentials);
  answer (NULL);
}

static void
command_settings (Program *self,
                  char   **words)
{
  const char *verb = words[0];

  if (g_str_equal (verb, "server"))
    sip_user_agent_set_servers (self->agent, (const char *const *) words + 1);
  else if (g_str_equal (verb, "set"))
    gst_util_set_object_arg (G_OBJECT (self->agent), words[1], words[2]);
  else if (g_str_equal (verb, "media"))
    self->has_media = !g_str_equal (words[1], "none");
  else if (g_str_equal (verb, "source"))
    self->hz = (guint) g_ascii_strtoull (words[1], NULL, 10);
  else
    {
      char ***kept = g_str_equal (verb, "relay") ? &self->relays : &self->on_invite;

      g_strfreev (*kept);
      *kept = g_strdupv (words + 1);
    }
  answer (NULL);
}

static void
command_start (Program *self,
               char   **words)
{
  sip_user_agent_start_async (self->agent, NULL, started_cb, NULL);
}

static const Command commands[] = {
  { "server", 2, command_settings },
  { "set", 3, command_settings },
  { "media", 2, command_settings },
  { "source", 2, command_settings },
  { "relay", 2, command_settings },
  { "on-invite", 2, command_settings },
  { "listen", 2, command_listen },
  { "ca", 2, command_ca },
  { "credentials", 3, command_credentials },
  { "start", 1, command_start },
  { "invite", 2, command_invite },
  { "accept", 2, command_session },
  { "reject", 3, command_session },
  { "cancel", 2, command_session },
  { "bye", 2, command_session },
  { "terminate", 2, command_session },
  { "hold", 2, command_hold },
  { "unhold", 2, command_hold },
  { "state", 2, command_look },
  { "measure", 2, command_look },
  { NULL }
};

static void
run_command (Program *self,
             char   **words)
{
  const Command *const tables[] = { commands, request_commands };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const Command *command = tables[i]; command->verb != NULL; command++)
      if (g_str_equal (words[0], command->verb) && g_strv_length (words) >= command->n_words)
        {
          command->run (self, words);
          return;
        }
  say ("error unknown command %s", words[0]);
}

/* --- the program --- */

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Program *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_stop_finish (SIP_USER_AGENT (source), result, &error))
    say ("problem stop: %s", error->message);
  g_main_loop_quit (self->loop);
}

static void
line_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Program *self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (source), result, NULL, NULL);
  g_auto (GStrv) words = NULL;

  if (line == NULL)
    {
      sip_user_agent_stop_async (self->agent, NULL, stopped_cb, self);
      return;
    }

  words = g_strsplit (line, " ", -1);
  if (words[0] != NULL)
    run_command (self, words);
  g_data_input_stream_read_line_async (self->commands, G_PRIORITY_DEFAULT, NULL, line_cb, self);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  Program self = { .hz = 440 };

  gst_init (&argc, &argv);
  setvbuf (stdout, NULL, _IOLBF, 0);
  if (argc != 2)
    {
      g_printerr ("usage: interop-agent URI\n");
      return 2;
    }

  self.loop = g_main_loop_new (NULL, FALSE);
  self.calls = g_ptr_array_new_with_free_func (call_free);
  self.subscriptions = g_ptr_array_new_with_free_func (g_object_unref);
  self.on_invite = g_strsplit ("wait", " ", -1);
  self.agent = sip_user_agent_new (argv[1]);
  sip_user_agent_set_session_description_handler_factory (self.agent, make_handler, &self, NULL);
  g_signal_connect (self.agent, "invite", G_CALLBACK (invite_cb), &self);
  g_signal_connect (self.agent, "connected", G_CALLBACK (connected_cb), NULL);
  g_signal_connect (self.agent, "disconnected", G_CALLBACK (disconnected_cb), NULL);
  watch_requests (&self);

  self.commands = g_data_input_stream_new (input);
  g_data_input_stream_read_line_async (self.commands, G_PRIORITY_DEFAULT, NULL, line_cb, &self);
  g_main_loop_run (self.loop);

  g_ptr_array_unref (self.calls);
  g_ptr_array_unref (self.subscriptions);
  g_clear_object (&self.registration);
  g_clear_object (&self.publication);
  g_object_unref (self.agent);
  g_strfreev (self.on_invite);
  g_strfreev (self.relays);
  g_strfreev (self.served);
  g_object_unref (self.commands);
  g_main_loop_unref (self.loop);
  return 0;
}
