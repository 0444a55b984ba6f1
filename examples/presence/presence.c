/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Tells others whether somebody is there, or watches that. */

#include <sip-glib/sip.h>
#include <stdlib.h>

static struct
{
  char *listen;
  char *uri;
  int duration;
  char **targets;
} options = { .duration = 5 };

static const GOptionEntry entries[] = {
  { "listen", 0, 0, G_OPTION_ARG_STRING, &options.listen, "tell our presence to whom it asks for here (udp://127.0.0.1:0), until they have gone", "URI" },
  { "uri", 0, 0, G_OPTION_ARG_STRING, &options.uri, "who you are (sip:presence@127.0.0.1)", "URI" },
  { "duration", 0, 0, G_OPTION_ARG_INT, &options.duration, "watch so long (5)", "S" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.targets, NULL, "[URI]" },
  { NULL }
};

static GMainLoop *loop;
static int status = 1;

/* --- telling --- */

static GBytes *
describe (gboolean is_there)
{
  g_autoptr (SipPresence) presence = sip_presence_new (options.uri);
  g_autoptr (SipPresenceTuple) tuple = sip_presence_tuple_new ("desk", is_there ? SIP_PRESENCE_BASIC_OPEN : SIP_PRESENCE_BASIC_CLOSED, options.uri);

  sip_presence_add_tuple (presence, tuple);
  sip_presence_set_note (presence, is_there ? "At the desk" : "Out for lunch");
  return sip_presence_to_bytes (presence);
}

/* We come and go each second. */
static gboolean
change_cb (gpointer user_data)
{
  static gboolean is_there = TRUE;
  GListModel *subscribers = sip_user_agent_get_subscribers (user_data);
  g_autoptr (GBytes) body = describe (is_there = !is_there);

  for (guint i = 0; i < g_list_model_get_n_items (subscribers); i++)
    {
      g_autoptr (SipNotifier) notifier = g_list_model_get_item (subscribers, i);

      sip_notifier_send_notify (notifier, SIP_PRESENCE_TYPE, body, NULL);
    }
  return G_SOURCE_CONTINUE;
}

static void
gone_cb (SipNotifier *notifier)
{
  g_print ("a watcher has gone\n");
  status = 0;
  g_main_loop_quit (loop);
}

static void
subscribe_cb (SipUserAgent *agent,
              SipNotifier  *notifier)
{
  g_autoptr (GBytes) body = describe (TRUE);
  g_autofree char *who = sip_name_addr_to_string (sip_incoming_context_get_remote_identity (SIP_INCOMING_CONTEXT (notifier)));

  g_print ("%s watches us\n", who);
  g_signal_connect (notifier, "terminated", G_CALLBACK (gone_cb), NULL);
  sip_notifier_accept (notifier, 0, NULL);
  sip_notifier_send_notify (notifier, SIP_PRESENCE_TYPE, body, NULL);
}

static void
tell (SipUserAgent *agent)
{
  const char *events[] = { "presence", NULL };

  sip_user_agent_set_events (agent, events);
  g_signal_connect (agent, "subscribe", G_CALLBACK (subscribe_cb), NULL);
  g_timeout_add_seconds (1, change_cb, agent);
}

/* --- watching --- */

static gboolean has_come, has_gone, is_enough;

static void
look (SipSubscription *watch)
{
  /* Not before we know what it is like when they come and when they go. */
  if (is_enough && has_come && has_gone)
    sip_subscription_unsubscribe (watch, NULL);
}

static void
content_cb (SipSubscription *watch)
{
  SipPresence *presence = SIP_PRESENCE (sip_subscription_get_content (watch));
  gboolean is_there = sip_presence_get_basic (presence) == SIP_PRESENCE_BASIC_OPEN;

  g_print ("%s is %s: %s\n", sip_presence_get_entity (presence), is_there ? "there" : "away", sip_presence_get_note (presence));
  has_come |= is_there;
  has_gone |= !is_there;
  look (watch);
}

static void
over_cb (SipSubscription *watch)
{
  const GError *error = sip_subscription_get_error (watch);

  if (error != NULL)
    g_printerr ("%s\n", error->message);
  status = error != NULL;
  g_main_loop_quit (loop);
}

static gboolean
enough_cb (gpointer user_data)
{
  is_enough = TRUE;
  look (user_data);
  return G_SOURCE_REMOVE;
}

static void
watch_somebody (SipUserAgent *agent)
{
  g_autoptr (GError) error = NULL;
  SipSubscription *watch = sip_user_agent_subscribe (agent, options.targets[0], "presence", NULL, &error);

  if (watch == NULL)
    g_error ("%s", error->message);
  g_signal_connect (watch, "notify::content", G_CALLBACK (content_cb), NULL);
  g_signal_connect (watch, "terminated", G_CALLBACK (over_cb), NULL);
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, (guint) options.duration, enough_cb, watch, g_object_unref);
}

/* --- the program --- */

static void
started_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!sip_user_agent_start_finish (SIP_USER_AGENT (source), result, &error))
    g_error ("cannot start: %s", error->message);
  if (options.targets != NULL)
    watch_somebody (SIP_USER_AGENT (source));
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_main_loop_quit (loop);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (SipUserAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *listening = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || (options.targets == NULL) == (options.listen == NULL))
    {
      g_printerr ("%s\n", error != NULL ? error->message : "Either tell (--listen), or watch somebody");
      return 1;
    }
  if (options.uri == NULL)
    options.uri = g_strdup ("sip:presence@127.0.0.1");

  loop = g_main_loop_new (NULL, FALSE);
  agent = sip_user_agent_new (options.uri);
  listening = sip_user_agent_listen (agent, options.listen != NULL ? options.listen : "udp://127.0.0.1:0", &error);
  if (listening == NULL)
    g_error ("cannot listen: %s", error->message);
  if (options.listen != NULL)
    tell (agent);
  g_print ("listening at %s\n", listening);
  sip_user_agent_start_async (agent, NULL, started_cb, NULL);
  g_main_loop_run (loop);

  sip_user_agent_stop_async (agent, NULL, stopped_cb, NULL);
  g_main_loop_run (loop);
  return status;
}
