/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent-events.h"

#include <stdlib.h>

static struct
{
  char *subscribe;
  char *event;
  int expires;
  int unsubscribe_after;
  char *events;
  int close_after;
  gboolean close_when_refreshed;
  char *end_with;
} options = { .expires = 600, .unsubscribe_after = -1, .close_after = -1 };

static const GOptionEntry entries[] = {
  { "subscribe", 0, 0, G_OPTION_ARG_STRING, &options.subscribe, "whose state to watch", "URI" },
  { "event", 0, 0, G_OPTION_ARG_STRING, &options.event, "which state (presence)", "PACKAGE" },
  { "subscribe-expires", 0, 0, G_OPTION_ARG_INT, &options.expires, "how long (600)", "S" },
  { "unsubscribe-after", 0, 0, G_OPTION_ARG_INT, &options.unsubscribe_after, "call it off so many notifications later", "N" },
  { "events", 0, 0, G_OPTION_ARG_STRING, &options.events, "let others watch: says \"open\" at once", "PACKAGE" },
  { "close-after", 0, 0, G_OPTION_ARG_INT, &options.close_after, "… and \"closed\" so long after", "MS" },
  { "close-when-refreshed", 0, 0, G_OPTION_ARG_NONE, &options.close_when_refreshed, "… and \"closed\" when the first refresh was answered", NULL },
  { "end-with", 0, 0, G_OPTION_ARG_STRING, &options.end_with, "… and ends the subscription then, for this reason", "REASON" },
  { NULL }
};

void
test_events_add_options (GOptionContext *context)
{
  g_option_context_add_main_entries (context, entries, NULL);
}

/* --- watching --- */

static void
state_cb (SipSubscription *watch,
          GParamSpec      *pspec)
{
  g_autoptr (GEnumClass) words = g_type_class_ref (SIP_TYPE_SUBSCRIPTION_STATE);

  g_print ("watch %s\n", g_enum_get_value (words, (int) sip_subscription_get_state (watch))->value_nick);
}

static void
notification_cb (SipSubscription *watch,
                 SipRequest      *request)
{
  GObject *content = sip_subscription_get_content (watch);
  static int n;

  if (SIP_IS_PRESENCE (content))
    {
      g_autoptr (GEnumClass) words = g_type_class_ref (SIP_TYPE_PRESENCE_BASIC);

      g_print ("watch says %s\n", g_enum_get_value (words, (int) sip_presence_get_basic (SIP_PRESENCE (content)))->value_nick);
    }
  else
    {
      g_print ("watch says something\n");
    }
  if (++n == options.unsubscribe_after)
    sip_subscription_unsubscribe (watch, NULL);
}

static void
rejected_cb (SipSubscription *watch,
             SipMessage      *message,
             const char      *cause)
{
  g_print ("watch rejected %s\n", cause);
}

static void
terminated_cb (SipSubscription *watch,
               SipMessage      *message,
               const char      *cause)
{
  g_print ("watch over %s\n", cause != NULL ? cause : "-");
}

void
test_events_begin (SipUserAgent *agent)
{
  g_autoptr (SipSubscribeOptions) how = sip_subscribe_options_new ();
  g_autoptr (SipSubscription) watch = NULL;
  g_autoptr (GError) error = NULL;

  if (options.subscribe == NULL)
    return;

  sip_subscribe_options_set_expires (how, (guint) options.expires);
  watch = sip_user_agent_subscribe (agent, options.subscribe, options.event != NULL ? options.event : "presence", how, &error);
  if (watch == NULL)
    {
      g_printerr ("%s: %s\n", options.subscribe, error->message);
      exit (1);
    }
  g_signal_connect (watch, "notify::state", G_CALLBACK (state_cb), NULL);
  g_signal_connect (watch, "notification", G_CALLBACK (notification_cb), NULL);
  g_signal_connect (watch, "rejected", G_CALLBACK (rejected_cb), NULL);
  g_signal_connect (watch, "terminated", G_CALLBACK (terminated_cb), NULL);
}

/* --- being watched --- */

static void
tell (SipNotifier     *notifier,
      SipPresenceBasic basic)
{
  g_autoptr (SipPresence) presence = sip_presence_new ("sip:test@127.0.0.1");
  g_autoptr (SipPresenceTuple) tuple = sip_presence_tuple_new ("t", basic, NULL);
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  sip_presence_add_tuple (presence, tuple);
  body = sip_presence_to_bytes (presence);
  if (!sip_notifier_send_notify (notifier, SIP_PRESENCE_TYPE, body, &error))
    g_print ("notifier %s\n", error->message);
}

static gboolean
close_cb (gpointer user_data)
{
  SipNotifier *notifier = user_data;

  tell (notifier, SIP_PRESENCE_BASIC_CLOSED);
  if (options.end_with != NULL)
    sip_notifier_terminate (notifier, options.end_with, 0, NULL);
  return G_SOURCE_REMOVE;
}

static void
over_cb (SipNotifier *notifier)
{
  g_print ("notifier over\n");
}

static void
refreshed_cb (SipNotifier *notifier,
              SipRequest  *request)
{
  g_print ("notifier refreshed %u\n", sip_notifier_get_expires (notifier));
  /* After the NOTIFY that the refresh brings. */
  if (options.close_when_refreshed)
    g_idle_add_full (G_PRIORITY_LOW, close_cb, g_object_ref (notifier), g_object_unref);
  options.close_when_refreshed = FALSE;
}

static void
subscribe_cb (SipUserAgent *agent,
              SipNotifier  *notifier)
{
  g_print ("notifier %s %u\n", sip_notifier_get_event (notifier), sip_notifier_get_expires (notifier));
  g_signal_connect (notifier, "terminated", G_CALLBACK (over_cb), NULL);
  g_signal_connect (notifier, "refreshed", G_CALLBACK (refreshed_cb), NULL);
  sip_notifier_accept (notifier, 0, NULL);
  tell (notifier, SIP_PRESENCE_BASIC_OPEN);
  if (options.close_after >= 0)
    g_timeout_add_full (G_PRIORITY_DEFAULT, (guint) options.close_after, close_cb, g_object_ref (notifier), g_object_unref);
}

void
test_events_prepare (SipUserAgent *agent)
{
  const char *events[] = { options.events, NULL };

  if (options.events == NULL)
    return;

  sip_user_agent_set_events (agent, events);
  g_signal_connect (agent, "subscribe", G_CALLBACK (subscribe_cb), NULL);
}
