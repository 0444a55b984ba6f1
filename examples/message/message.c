/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A message in one file: sends one (RFC 3428), or tells of those that come. */

#include <sip-glib/sip.h>
#include <locale.h>

static char *listen_uri;
static char *server;
static char *own_uri;
static gboolean once;
static char **rest;
static GMainLoop *loop;
static int status = 1;

static const GOptionEntry entries[] = {
  { "listen", 0, 0, G_OPTION_ARG_STRING, &listen_uri, "wait for messages here (udp://127.0.0.1:5060)", "URI" },
  { "server", 0, 0, G_OPTION_ARG_STRING, &server, "be connected to a server (wss://sip.example.com/)", "URI" },
  { "uri", 0, 0, G_OPTION_ARG_STRING, &own_uri, "who you are", "URI" },
  { "once", 0, 0, G_OPTION_ARG_NONE, &once, "leave after the first message", NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, "TARGET TEXT" },
  { NULL }
};

static void
leave (int with)
{
  status = with;
  g_main_loop_quit (loop);
}

static gboolean
leave_cb (gpointer user_data)
{
  leave (0);
  return G_SOURCE_REMOVE;
}

static gboolean
message_cb (SipUserAgent *agent, SipIncomingContext *context, gpointer user_data)
{
  SipMessage *request = SIP_MESSAGE (sip_incoming_context_get_request (context));
  SipNameAddr *from = sip_incoming_context_get_remote_identity (context);
  g_autofree char *name = from != NULL ? sip_name_addr_get_friendly_name (from) : g_strdup ("somebody");
  GBytes *body = sip_message_get_body (request);
  g_autofree char *text = body != NULL ? g_utf8_make_valid (g_bytes_get_data (body, NULL), g_bytes_get_size (body)) : g_strdup ("");
  g_autofree char *line = g_strdelimit (g_strdup (text), "\r\n\033", ' ');

  g_print ("%s: %s\n", name, line);
  if (once)
    g_idle_add (leave_cb, NULL);
  /* It is answered 200 when nobody has answered otherwise. */
  return FALSE;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_user_agent_message_finish (SIP_USER_AGENT (source), result, &error);

  if (response == NULL)
    {
      g_printerr ("not delivered: %s\n", error->message);
      leave (1);
      return;
    }

  g_print ("%u %s\n", sip_response_get_status_code (response), sip_response_get_reason_phrase (response));
  leave (sip_response_get_status_code (response) < 300 ? 0 : 1);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SipUserAgent *agent = SIP_USER_AGENT (source);
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_start_finish (agent, result, &error))
    {
      g_printerr ("cannot start: %s\n", error->message);
      leave (1);
    }
  else if (rest != NULL)
    {
      sip_user_agent_message_async (agent, rest[0], rest[1], NULL, NULL, answered_cb, NULL);
    }
}

static void
stopped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new ("- sends a message, or waits for some");
  g_autoptr (SipUserAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *listening = NULL;

  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (rest != NULL ? g_strv_length (rest) != 2 : listen_uri == NULL && server == NULL)
    {
      g_printerr ("What shall I say to whom, or where shall I wait? See --help.\n");
      return 2;
    }

  loop = g_main_loop_new (NULL, FALSE);
  agent = sip_user_agent_new (own_uri != NULL ? own_uri : "sip:message@127.0.0.1");
  g_signal_connect (agent, "message", G_CALLBACK (message_cb), NULL);
  if (server != NULL)
    sip_user_agent_set_servers (agent, (const char *const[]){ server, NULL });
  if (listen_uri != NULL)
    {
      listening = sip_user_agent_listen (agent, listen_uri, &error);
      if (listening == NULL)
        {
          g_printerr ("cannot listen: %s\n", error->message);
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
