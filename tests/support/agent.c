/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* An agent without media that does what its options say, for tests that talk to it over the network. What its sessions tell it goes to
 * stdout, a line for each signal:
 *
 *   listening udp://127.0.0.1:40123
 *   1 invite sip:alice@127.0.0.1
 *   1 accepted 200
 *   1 terminated Terminated
 *
 * It ends by itself after --sessions N sessions, or when its stdin is closed. */

#include "agent-events.h"
#include "null-handler.h"

#include <stdio.h>
#include <stdlib.h>

static struct
{
  char *listen;
  char *call;
  char *uri;
  char *tones;
  char *ask;
  char *refer;
  char *message;
  char *request;
  char *publish;
  int answer_after;
  int bye_after;
  int cancel_after;
  int hold_after;
  gboolean change_early;
  int reject;
  int no_answer_timeout;
  int sessions;
  gboolean no_handler;
  gboolean no_180;
  gboolean never_answer;
  gboolean quiet;
  gboolean late_offer;
  gboolean hear;
  gboolean early_media;
  char *password;
  char **typed;
  char *rel100;
  int progress;
  char *registrar;
  int expires;
} options = { .progress = -1, .bye_after = -1, .cancel_after = -1, .hold_after = -1 };

static const GOptionEntry entries[] = {
  { "listen", 0, 0, G_OPTION_ARG_STRING, &options.listen, "where to listen (udp://127.0.0.1:0)", "URI" },
  { "uri", 0, 0, G_OPTION_ARG_STRING, &options.uri, "who this is (sip:test@127.0.0.1)", "URI" },
  { "call", 0, 0, G_OPTION_ARG_STRING, &options.call, "whom to call", "URI" },
  { "answer-after", 0, 0, G_OPTION_ARG_INT, &options.answer_after, "accept a call after so long (0)", "MS" },
  { "reject", 0, 0, G_OPTION_ARG_INT, &options.reject, "reject calls", "STATUS" },
  { "never-answer", 0, 0, G_OPTION_ARG_NONE, &options.never_answer, "let calls ring", NULL },
  { "no-handler", 0, 0, G_OPTION_ARG_NONE, &options.no_handler, "connect no handler to \"invite\"", NULL },
  { "no-180", 0, 0, G_OPTION_ARG_NONE, &options.no_180, "do not send 180 by itself", NULL },
  { "no-answer-timeout", 0, 0, G_OPTION_ARG_INT, &options.no_answer_timeout, "the agent's property", "S" },
  { "bye-after", 0, 0, G_OPTION_ARG_INT, &options.bye_after, "end a call so long after it was accepted", "MS" },
  { "cancel-after", 0, 0, G_OPTION_ARG_INT, &options.cancel_after, "cancel our call after so long", "MS" },
  { "hold-after", 0, 0, G_OPTION_ARG_INT, &options.hold_after, "hold a call so long after it was accepted, then do what --bye-after says", "MS" },
  { "change-early", 0, 0, G_OPTION_ARG_NONE, &options.change_early, "hold a call when a 183 is said, and take it back, before it is accepted", NULL },
  { "late-offer", 0, 0, G_OPTION_ARG_NONE, &options.late_offer, "call without a description", NULL },
  { "tones", 0, 0, G_OPTION_ARG_STRING, &options.tones, "play them in INFOs when a call is accepted", "TONES" },
  { "ask", 0, 0, G_OPTION_ARG_STRING, &options.ask, "send a request of this method when a call is accepted", "METHOD" },
  { "refer", 0, 0, G_OPTION_ARG_STRING, &options.refer, "transfer a call when it is accepted", "URI" },
  { "message", 0, 0, G_OPTION_ARG_STRING, &options.message, "write this to whom we would call", "TEXT" },
  { "request", 0, 0, G_OPTION_ARG_STRING, &options.request, "send a request of this method to whom we would call", "METHOD" },
  { "publish", 0, 0, G_OPTION_ARG_STRING, &options.publish, "publish this as our presence at whom we would call", "TEXT" },
  { "hear", 0, 0, G_OPTION_ARG_NONE, &options.hear, "tell of requests inside a call and outside of any", NULL },
  { "password", 0, 0, G_OPTION_ARG_STRING, &options.password, "what alice proves with that she is who she says", "WORD" },
  { "type", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.typed, "the password that a user types when asked, 50 ms later; the next for the next time; then hang up", "WORD" },
  { "register", 0, 0, G_OPTION_ARG_STRING, &options.registrar, "register there when it starts", "URI" },
  { "expires", 0, 0, G_OPTION_ARG_INT, &options.expires, "for so long", "S" },
  { "early-media", 0, 0, G_OPTION_ARG_NONE, &options.early_media, "the agent's property", NULL },
  { "rel100", 0, 0, G_OPTION_ARG_STRING, &options.rel100, "the agent's property", "WORD" },
  { "progress", 0, 0, G_OPTION_ARG_INT, &options.progress, "say that a call progresses before it is accepted (0: the default)", "STATUS" },
  { "sessions", 0, 0, G_OPTION_ARG_INT, &options.sessions, "end after so many sessions", "N" },
  { "quiet", 0, 0, G_OPTION_ARG_NONE, &options.quiet, "say only where it listens", NULL },
  { NULL }
};

static GMainLoop *loop;
static guint n_begun;
static guint n_over;

/* A call and what is still to be done with it. */
typedef struct
{
  SipSession *session;
  guint number;
  guint source;
} Call;

static void G_GNUC_PRINTF (2, 3)
say (Call       *call,
     const char *format,
     ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (options.quiet)
    return;
  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%u %s\n", call->number, text);
}

static void
say_error (Call   *call,
           GError *error)
{
  say (call, "error %s: %s", g_quark_to_string (error->domain), error->message);
  g_error_free (error);
}

static void
later (Call       *call,
       int         ms,
       GSourceFunc func)
{
  g_clear_handle_id (&call->source, g_source_remove);
  call->source = g_timeout_add (ms, func, call);
}

static gboolean
bye_cb (gpointer user_data)
{
  Call *call = user_data;
  GError *error = NULL;

  call->source = 0;
  if (!sip_session_terminate (call->session, NULL, &error))
    say_error (call, error);

  return G_SOURCE_REMOVE;
}

static gboolean accept_cb (gpointer user_data);

static void
unheld_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Call *call = user_data;
  GError *error = NULL;

  if (!sip_session_unhold_finish (SIP_SESSION (source), result, &error))
    say_error (call, error);
  else
    say (call, "unheld");
  if (SIP_IS_INCOMING_SESSION (source))
    accept_cb (call);
}

static void
held_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Call *call = user_data;
  GError *error = NULL;

  if (!sip_session_hold_finish (SIP_SESSION (source), result, &error))
    say_error (call, error);
  else
    say (call, "held");
  if (options.change_early)
    sip_session_unhold_async (SIP_SESSION (source), NULL, NULL, unheld_cb, call);
  else if (options.bye_after >= 0)
    later (call, options.bye_after, bye_cb);
}

static gboolean
hold_cb (gpointer user_data)
{
  Call *call = user_data;

  call->source = 0;
  sip_session_hold_async (call->session, NULL, NULL, held_cb, call);

  return G_SOURCE_REMOVE;
}

static gboolean
cancel_cb (gpointer user_data)
{
  Call *call = user_data;
  GError *error = NULL;

  call->source = 0;
  if (!sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (call->session), NULL, &error))
    say_error (call, error);

  return G_SOURCE_REMOVE;
}

static gboolean
accept_cb (gpointer user_data)
{
  Call *call = user_data;
  GError *error = NULL;

  call->source = 0;
  if (!sip_incoming_session_accept (SIP_INCOMING_SESSION (call->session), NULL, &error))
    say_error (call, error);

  return G_SOURCE_REMOVE;
}

static void
progress_cb (SipSession  *session,
             SipResponse *response,
             Call        *call)
{
  say (call, "progress %u", sip_response_get_status_code (response));
  if (options.change_early && sip_response_get_status_code (response) == 183)
    hold_cb (call);
}

static void
succeeded_cb (SipDtmf *dtmf,
              Call    *call)
{
  say (call, "tone %s succeeded", sip_dtmf_get_tone (dtmf));
}

static void
tone_failed_cb (SipDtmf    *dtmf,
                SipMessage *message,
                const char *cause,
                Call       *call)
{
  say (call, "tone %s failed %s", sip_dtmf_get_tone (dtmf), cause);
}

static void
dtmf_cb (SipSession *session,
         SipRequest *request,
         SipDtmf    *dtmf,
         Call       *call)
{
  if (sip_dtmf_get_direction (dtmf) == SIP_DIRECTION_INCOMING)
    {
      say (call, "tone %s %u", sip_dtmf_get_tone (dtmf), sip_dtmf_get_duration (dtmf));
      return;
    }

  g_signal_connect (dtmf, "succeeded", G_CALLBACK (succeeded_cb), call);
  g_signal_connect (dtmf, "failed", G_CALLBACK (tone_failed_cb), call);
}

static gboolean
request_cb (SipSession         *session,
            SipIncomingContext *context,
            Call               *call)
{
  SipMessage *request = SIP_MESSAGE (sip_incoming_context_get_request (context));
  GBytes *body = sip_message_get_body (request);

  say (call, "request %s %.*s", sip_message_get_method (request), body != NULL ? (int) g_bytes_get_size (body) : 0,
       body != NULL ? (const char *) g_bytes_get_data (body, NULL) : "");

  return FALSE;
}

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_session_send_request_finish (SIP_SESSION (source), result, &error);

  if (options.quiet)
    return;
  if (response != NULL)
    g_print ("answer %u\n", sip_response_get_status_code (response));
  else
    g_print ("answer %s\n", error->message);
}

static void
refer_response_cb (SipReferClientContext *context,
                   SipResponse           *response,
                   Call                  *call)
{
  say (call, "refer request %u", sip_response_get_status_code (response));
}

static void
refer_refused_cb (SipReferClientContext *context,
                  SipResponse           *response,
                  const char            *cause,
                  Call                  *call)
{
  say (call, "refer request failed %s", cause);
}

static void
refer_progress_cb (SipReferClientContext *context,
                   guint                  code,
                   const char            *reason,
                   Call                  *call)
{
  say (call, "refer progress %u %s", code, reason);
}

static void
refer_accepted_cb (SipReferClientContext *context,
                   guint                  code,
                   const char            *reason,
                   Call                  *call)
{
  say (call, "refer accepted %u %s", code, reason);
}

static void
refer_rejected_cb (SipReferClientContext *context,
                   guint                  code,
                   const char            *reason,
                   Call                  *call)
{
  say (call, "refer rejected %u %s", code, reason);
}

/* Only of a REFER of ours: one that is received is to be followed by itself. */
static void
refer_requested_cb (SipSession *session,
                    GObject    *context,
                    Call       *call)
{
  g_signal_connect (context, "refer-request-accepted", G_CALLBACK (refer_response_cb), call);
  g_signal_connect (context, "refer-request-rejected", G_CALLBACK (refer_refused_cb), call);
  g_signal_connect (context, "refer-progress", G_CALLBACK (refer_progress_cb), call);
  g_signal_connect (context, "refer-accepted", G_CALLBACK (refer_accepted_cb), call);
  g_signal_connect (context, "refer-rejected", G_CALLBACK (refer_rejected_cb), call);
}

static void
replaced_cb (SipSession *session,
             SipSession *new_session,
             Call       *call)
{
  say (call, "replaced");
}

static void
say_inside (Call *call)
{
  GError *error = NULL;

  if (options.tones != NULL && !sip_session_dtmf (call->session, options.tones, NULL, &error))
    say_error (call, error);
  if (options.refer != NULL)
    {
      g_signal_connect (call->session, "refer-requested", G_CALLBACK (refer_requested_cb), call);
      sip_session_refer_async (call->session, options.refer, NULL, NULL, NULL, NULL);
    }
  if (options.ask != NULL)
    sip_session_send_request_async (call->session, options.ask, NULL, NULL, answered_cb, NULL);
}

static void
accepted_cb (SipSession  *session,
             guint        code,
             SipResponse *response,
             Call        *call)
{
  say (call, "accepted %u", code);
  say_inside (call);
  if (options.hold_after >= 0)
    later (call, options.hold_after, hold_cb);
  else if (options.bye_after >= 0)
    later (call, options.bye_after, bye_cb);
}

static void
reinvite_cb (SipSession *session,
             SipSession *same,
             Call       *call)
{
  say (call, "reinvite");
}

static void
rejected_cb (SipSession *session,
             SipMessage *message,
             const char *cause,
             Call       *call)
{
  say (call, "rejected %s", cause);
}

static void
failed_cb (SipSession *session,
           SipMessage *message,
           const char *cause,
           Call       *call)
{
  say (call, "failed %s", cause);
}

static void
cancelled_cb (SipSession *session,
              Call       *call)
{
  say (call, "cancel");
}

static void
session_bye_cb (SipSession *session,
                SipRequest *request,
                Call       *call)
{
  say (call, "bye");
}

static void
terminated_cb (SipSession *session,
               SipMessage *message,
               const char *cause,
               Call       *call)
{
  say (call, "terminated %s", cause != NULL ? cause : "-");
  g_clear_handle_id (&call->source, g_source_remove);
  if (++n_over == (guint) options.sessions)
    g_main_loop_quit (loop);
}

static void
call_free (gpointer  data,
           GClosure *closure)
{
  Call *call = data;

  g_clear_handle_id (&call->source, g_source_remove);
  g_free (call);
}

static Call *
call_new (SipSession *session)
{
  Call *call = g_new0 (Call, 1);

  call->session = session;
  call->number = ++n_begun;
  g_signal_connect (session, "accepted", G_CALLBACK (accepted_cb), call);
  g_signal_connect_data (session, "terminated", G_CALLBACK (terminated_cb), call, call_free, 0);
  if (!options.quiet)
    {
      g_signal_connect (session, "progress", G_CALLBACK (progress_cb), call);
      g_signal_connect (session, "reinvite", G_CALLBACK (reinvite_cb), call);
      g_signal_connect (session, "rejected", G_CALLBACK (rejected_cb), call);
      g_signal_connect (session, "failed", G_CALLBACK (failed_cb), call);
      g_signal_connect (session, "cancel", G_CALLBACK (cancelled_cb), call);
      g_signal_connect (session, "bye", G_CALLBACK (session_bye_cb), call);
      g_signal_connect (session, "dtmf", G_CALLBACK (dtmf_cb), call);
      g_signal_connect (session, "replaced", G_CALLBACK (replaced_cb), call);
      if (options.hear)
        g_signal_connect (session, "request-received", G_CALLBACK (request_cb), call);
    }

  return call;
}

static void
invite_cb (SipUserAgent       *agent,
           SipIncomingSession *incoming,
           gpointer            user_data)
{
  Call *call = call_new (SIP_SESSION (incoming));

  if (!options.quiet)
    {
      g_autofree char *uri = sip_uri_to_string (sip_name_addr_get_uri (sip_session_get_remote_identity (call->session)));

      say (call, "invite %s", uri);
    }

  if (options.progress >= 0)
    {
      g_autoptr (SipResponseOptions) response = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", options.progress, NULL);
      GError *error = NULL;

      if (!sip_incoming_session_progress (incoming, response, &error))
        say_error (call, error);
    }
  if (options.reject != 0)
    {
      g_autoptr (SipResponseOptions) response = sip_response_options_new ();
      GError *error = NULL;

      sip_response_options_set_status_code (response, options.reject);
      if (!sip_incoming_session_reject (incoming, response, &error))
        say_error (call, error);
    }
  else if (options.change_early)
    hold_cb (call);
  else if (options.answer_after > 0)
    later (call, options.answer_after, accept_cb);
  else if (!options.never_answer)
    accept_cb (call);
}

static void
place_call (SipUserAgent *agent)
{
  g_autoptr (SipInviteOptions) invite = sip_invite_options_new ();
  g_autoptr (SipOutgoingSession) session = NULL;
  g_autoptr (GError) error = NULL;
  Call *call;

  sip_invite_options_set_invite_without_sdp (invite, options.late_offer);
  session = sip_user_agent_invite (agent, options.call, invite, &error);
  if (session == NULL)
    {
      g_printerr ("%s: %s\n", options.call, error->message);
      exit (1);
    }
  call = call_new (SIP_SESSION (session));
  if (options.cancel_after >= 0)
    later (call, options.cancel_after, cancel_cb);
}

/* --- outside of any call --- */

static gboolean
heard_cb (SipUserAgent *agent, SipIncomingContext *context)
{
  SipMessage *request = SIP_MESSAGE (sip_incoming_context_get_request (context));
  GBytes *body = sip_message_get_body (request);
  g_autofree char *text = body != NULL ? g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body)) : g_strdup ("");

  g_print ("heard %s %s\n", sip_message_get_method (request), g_strchomp (text));
  return FALSE;
}

static void
tell_answer (SipResponse *response, const GError *error)
{
  if (response != NULL)
    g_print ("answer %u\n", sip_response_get_status_code (response));
  else
    g_print ("answer %s %d\n", g_quark_to_string (error->domain), error->code);
}

static void
message_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_user_agent_message_finish (SIP_USER_AGENT (source), result, &error);

  tell_answer (response, error);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_user_agent_request_finish (SIP_USER_AGENT (source), result, &error);

  tell_answer (response, error);
}

static void
published_cb (SipPublication *publication)
{
  g_print ("published %s\n", sip_publication_get_etag (publication));
}

static void
unpublished_cb (SipPublication *publication, SipResponse *response, const char *cause)
{
  g_print ("unpublished %s\n", cause != NULL ? cause : "-");
}

static void
say_something (SipUserAgent *agent)
{
  if (options.message != NULL)
    {
      sip_user_agent_message_async (agent, options.call, options.message, NULL, NULL, message_cb, NULL);
    }
  else if (options.request != NULL)
    {
      sip_user_agent_request_async (agent, options.request, options.call, NULL, NULL, asked_cb, NULL);
    }
  else if (options.publish != NULL)
    {
      g_autoptr (SipPublication) publication = sip_user_agent_publish (agent, options.call, "presence", options.publish, NULL, NULL);

      g_signal_connect (publication, "published", G_CALLBACK (published_cb), NULL);
      g_signal_connect (publication, "unpublished", G_CALLBACK (unpublished_cb), NULL);
    }
  else
    {
      place_call (agent);
    }
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  SipUserAgent *agent = SIP_USER_AGENT (source);
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_start_finish (agent, result, &error))
    {
      g_printerr ("cannot start: %s\n", error->message);
      exit (1);
    }
  if (options.call != NULL)
    say_something (agent);
  test_events_begin (agent);
}

/* They belong to no call, so they have the number 0. */
static void
registered_cb (SipUserAgent    *agent,
               SipResponse     *response,
               SipRegistration *registration,
               gpointer         user_data)
{
  g_print ("0 registered %u\n", sip_registration_get_expires (registration));
}

static void
unregistered_cb (SipUserAgent    *agent,
                 SipResponse     *response,
                 const char      *cause,
                 SipRegistration *registration,
                 gpointer         user_data)
{
  g_print ("0 unregistered %s\n", cause != NULL ? cause : "as wanted");
}

static void
registration_failed_cb (SipUserAgent    *agent,
                        SipResponse     *response,
                        const char      *cause,
                        SipRegistration *registration,
                        gpointer         user_data)
{
  g_print ("0 registration failed %s\n", cause);
}

static void
prepare_registration (SipUserAgent *agent)
{
  if (options.registrar == NULL)
    return;
  g_object_set (agent, "registrar", options.registrar, "register-at-start", TRUE, NULL);
  if (options.expires > 0)
    sip_user_agent_set_register_expires (agent, (guint) options.expires);
  g_signal_connect (agent, "registered", G_CALLBACK (registered_cb), NULL);
  g_signal_connect (agent, "unregistered", G_CALLBACK (unregistered_cb), NULL);
  g_signal_connect (agent, "registration-failed", G_CALLBACK (registration_failed_cb), NULL);
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_stop_finish (SIP_USER_AGENT (source), result, &error))
    g_printerr ("cannot stop: %s\n", error->message);
  g_main_loop_quit (loop);
}

static gboolean
stdin_cb (GIOChannel  *channel,
          GIOCondition condition,
          gpointer     user_data)
{
  char buffer[64];
  gsize n = 0;

  if (g_io_channel_read_chars (channel, buffer, sizeof buffer, &n, NULL) == G_IO_STATUS_NORMAL)
    return G_SOURCE_CONTINUE;

  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

typedef struct
{
  SipChallenge *challenge;
  const char *password;
} Typing;

static gboolean
typed_cb (gpointer user_data)
{
  g_autofree Typing *typing = user_data;

  sip_challenge_authenticate (typing->challenge, "alice", typing->password);
  g_object_unref (typing->challenge);
  return G_SOURCE_REMOVE;
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_autoptr (SipSession) session = g_list_model_get_item (sip_user_agent_get_sessions (user_data), 0);

  if (session != NULL)
    sip_session_terminate (session, NULL, NULL);
  return G_SOURCE_REMOVE;
}

/* Who has nothing more to type hangs up, and leaves the question open. */
static gboolean
authenticate_cb (SipUserAgent *agent,
                 SipChallenge *challenge)
{
  static guint n;
  Typing *typing;

  if (!options.quiet)
    g_print ("asked %s%s\n", sip_challenge_get_realm (challenge), sip_challenge_get_is_retry (challenge) ? " again" : "");
  if (options.typed[n] == NULL)
    {
      g_object_set_data_full (G_OBJECT (agent), "challenge", g_object_ref (challenge), g_object_unref);
      g_timeout_add (50, give_up_cb, agent);
      return TRUE;
    }

  typing = g_new (Typing, 1);
  *typing = (Typing){ g_object_ref (challenge), options.typed[n++] };
  g_timeout_add (50, typed_cb, typing);
  return TRUE;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GIOChannel) channel = g_io_channel_unix_new (0);
  g_autoptr (SipUserAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *listening = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  test_events_add_options (context);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  setvbuf (stdout, NULL, _IOLBF, 0);

  loop = g_main_loop_new (NULL, FALSE);
  agent = sip_user_agent_new (options.uri != NULL ? options.uri : "sip:test@127.0.0.1");
  sip_user_agent_set_session_description_handler_factory (agent, test_null_handler_factory, NULL, NULL);
  if (options.no_180)
    sip_user_agent_set_send_initial_provisional_response (agent, FALSE);
  if (options.password != NULL)
    {
      g_autoptr (SipCredentials) credentials = sip_credentials_new ("alice", options.password, NULL);

      sip_user_agent_set_credentials (agent, credentials);
    }
  if (options.typed != NULL)
    g_signal_connect (agent, "authenticate", G_CALLBACK (authenticate_cb), NULL);
  if (options.early_media)
    sip_user_agent_set_early_media (agent, TRUE);
  if (options.rel100 != NULL)
    {
      g_autoptr (GEnumClass) words = g_type_class_ref (SIP_TYPE_REL100);

      sip_user_agent_set_rel100 (agent, (SipRel100) g_enum_get_value_by_nick (words, options.rel100)->value);
    }
  if (options.no_answer_timeout != 0)
    sip_user_agent_set_no_answer_timeout (agent, options.no_answer_timeout);
  if (!options.no_handler)
    g_signal_connect (agent, "invite", G_CALLBACK (invite_cb), NULL);
  if (options.hear)
    {
      g_signal_connect (agent, "message", G_CALLBACK (heard_cb), NULL);
      g_signal_connect (agent, "request-received", G_CALLBACK (heard_cb), NULL);
    }

  test_events_prepare (agent);

  listening = sip_user_agent_listen (agent, options.listen != NULL ? options.listen : "udp://127.0.0.1:0", &error);
  if (listening == NULL)
    {
      g_printerr ("cannot listen: %s\n", error->message);
      return 1;
    }
  g_print ("listening %s\n", listening);

  prepare_registration (agent);
  sip_user_agent_start_async (agent, NULL, started_cb, NULL);
  g_io_add_watch (channel, G_IO_IN | G_IO_HUP | G_IO_ERR, stdin_cb, NULL);
  g_main_loop_run (loop);

  sip_user_agent_stop_async (agent, NULL, stopped_cb, NULL);
  g_main_loop_run (loop);
  g_print ("stopped\n");
  g_clear_pointer (&loop, g_main_loop_unref);

  return 0;
}
