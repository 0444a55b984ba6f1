/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* An answering machine: one agent that answers whoever calls, plays a tone or a message, may record what it hears, and hangs up in the end. Several of these
 * processes behind a dispatcher make a farm; see docs/answering-farm.md. */

#include <sip-glib/sip.h>

#include <glib-unix.h>
#include <gst/gst.h>
#include <locale.h>
#include <stdlib.h>

static struct
{
  int port;
  char *name;
  char *message;
  char *record;
  int tone;
  int seconds;
  int most;
} options = { .port = 5060, .tone = 440, .seconds = 30 };

static const GOptionEntry entries[] = {
  { "port", 0, 0, G_OPTION_ARG_INT, &options.port, "wait for calls here, over UDP and TCP (5060)", "N" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &options.name, "what it calls itself in its answers (machine)", "NAME" },
  { "tone", 0, 0, G_OPTION_ARG_INT, &options.tone, "play this tone (440)", "HZ" },
  { "message", 0, 0, G_OPTION_ARG_FILENAME, &options.message, "play this file, again and again, in place of the tone", "FILE.wav" },
  { "record", 0, 0, G_OPTION_ARG_FILENAME, &options.record, "write what is heard, a file for each call", "FOLDER" },
  { "seconds", 0, 0, G_OPTION_ARG_INT, &options.seconds, "hang up after so many (30); 0: never", "S" },
  { "most", 0, 0, G_OPTION_ARG_INT, &options.most, "so many calls at a time (0: as many as come); more are told 503", "N" },
  { NULL }
};

static GMainLoop *loop;
static guint n_calls;
static guint n_now;

typedef struct
{
  SipSession *session;
  guint number;
  guint source;
} Call;

static void
call_free (gpointer  data,
           GClosure *closure)
{
  Call *call = data;

  g_clear_handle_id (&call->source, g_source_remove);
  g_free (call);
}

static SipSessionDescriptionHandler *
make_handler (SipUserAgent *agent,
              SipSession   *session,
              gpointer      user_data)
{
  SipWebrtcHandler *handler = sip_webrtc_handler_new ();
  const char *const addresses[] = { "127.0.0.1", NULL };
  g_autofree char *source = NULL;
  g_autofree char *sink = NULL;

  if (options.message != NULL)
    source = g_strdup_printf ("multifilesrc loop=true location=\"%s\" ! wavparse ignore-length=true ! identity sync=true ! audioconvert ! audioresample",
                              options.message);
  else
    source = g_strdup_printf ("audiotestsrc is-live=true samplesperbuffer=960 volume=0.5 freq=%d", options.tone);
  if (options.record != NULL && session != NULL)
    sink = g_strdup_printf ("audioconvert ! audioresample ! opusenc ! oggmux ! filesink location=\"%s/%s-%u.ogg\"", options.record, options.name, n_calls);
  else
    sink = g_strdup ("fakesink");
  g_object_set (handler, "video", FALSE, "audio-source", source, "audio-sink", sink, "local-addresses", addresses, NULL);

  return SIP_SESSION_DESCRIPTION_HANDLER (handler);
}

static gboolean
time_is_over_cb (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;

  call->source = 0;
  if (!sip_session_terminate (call->session, NULL, &error))
    g_printerr ("%s\n", error->message);

  return G_SOURCE_REMOVE;
}

static void
accepted_cb (SipSession  *session,
             guint        code,
             SipResponse *response,
             Call        *call)
{
  g_print ("call %u: answered (%u now)\n", call->number, n_now);
  if (options.seconds > 0)
    call->source = g_timeout_add_seconds (options.seconds, time_is_over_cb, call);
}

static void
terminated_cb (SipSession *session,
               SipMessage *message,
               const char *cause,
               Call       *call)
{
  n_now--;
  g_print ("call %u: over (%s)\n", call->number, cause != NULL ? cause : "-");
}

static void
invite_cb (SipUserAgent       *agent,
           SipIncomingSession *session)
{
  g_autoptr (GError) error = NULL;
  Call *call;

  /* The dispatcher asks the next one then. */
  if (options.most > 0 && n_now >= (guint) options.most)
    {
      g_autoptr (SipResponseOptions) full = g_object_new (SIP_TYPE_RESPONSE_OPTIONS, "status-code", 503, NULL);

      sip_incoming_session_reject (session, full, NULL);
      return;
    }

  call = g_new0 (Call, 1);
  call->session = SIP_SESSION (session);
  call->number = ++n_calls;
  n_now++;
  g_signal_connect (session, "accepted", G_CALLBACK (accepted_cb), call);
  g_signal_connect_data (session, "terminated", G_CALLBACK (terminated_cb), call, call_free, 0);
  if (!sip_incoming_session_accept (session, NULL, &error))
    g_printerr ("%s\n", error->message);
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

/* Says goodbye to whoever is on the line. */
static gboolean
leave_cb (gpointer user_data)
{
  sip_user_agent_stop_async (SIP_USER_AGENT (user_data), NULL, stopped_cb, NULL);

  return G_SOURCE_REMOVE;
}

/* --- beginning --- */

static int status;

static void
give_up (const char   *what,
         const GError *error)
{
  g_printerr ("%s: %s\n", what, error->message);
  status = 1;
  g_main_loop_quit (loop);
}

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_start_finish (SIP_USER_AGENT (source), result, &error))
    give_up ("start", error);
  else
    g_print ("listening at port %d\n", options.port);
}

static void
listen_to_calls (SipUserAgent *agent)
{
  static const char *const transports[] = { "udp", "tcp" };

  for (guint i = 0; i < G_N_ELEMENTS (transports); i++)
    {
      g_autofree char *uri = g_strdup_printf ("%s://127.0.0.1:%d", transports[i], options.port);
      g_autoptr (GError) error = NULL;
      g_autofree char *listening = sip_user_agent_listen (agent, uri, &error);

      if (listening == NULL)
        {
          give_up (uri, error);
          return;
        }
    }

  sip_user_agent_start_async (agent, NULL, started_cb, NULL);
}

/* The first description loads GStreamer's plugins, which may take a second: nobody who calls is to wait for that, nor is the dispatcher. */
static void
warm_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  SipSessionDescriptionHandler *handler = SIP_SESSION_DESCRIPTION_HANDLER (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) description = sip_session_description_handler_get_description_finish (handler, result, &error);

  sip_session_description_handler_close (handler);
  if (description == NULL)
    give_up ("media", error);
  else
    listen_to_calls (SIP_USER_AGENT (user_data));
}

static void
warm_up (SipUserAgent *agent)
{
  g_autoptr (SipSessionDescriptionHandler) handler = make_handler (agent, NULL, NULL);

  sip_session_description_handler_get_description_async (handler, SIP_DESCRIPTION_OFFER, NULL, NULL, warm_cb, agent);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- answer whoever calls");
  g_autoptr (SipUserAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  const char *const any[] = { "*", NULL };

  setlocale (LC_ALL, "");
  gst_init (&argc, &argv);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  if (options.name == NULL)
    options.name = g_strdup ("machine");

  loop = g_main_loop_new (NULL, FALSE);
  agent = sip_user_agent_new ("sip:machine@127.0.0.1");
  /* Whomever the farm is called as; and who answers, for those who want to know. */
  g_object_set (agent, "aliases", any, "user-agent-string", options.name, NULL);
  sip_user_agent_set_session_description_handler_factory (agent, make_handler, NULL, NULL);
  /* As long as it is there to take calls the agent answers the dispatcher's OPTIONS with 200. */
  g_signal_connect (agent, "invite", G_CALLBACK (invite_cb), NULL);
  warm_up (agent);
  g_unix_signal_add (SIGTERM, leave_cb, agent);
  g_unix_signal_add (SIGINT, leave_cb, agent);
  g_main_loop_run (loop);
  g_main_loop_unref (loop);

  return status;
}
