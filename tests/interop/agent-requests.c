/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What interop-agent does besides calls:
 *
 *   register [EXPIRES]        answered when it is; told as "registration registered", "registration unregistered CAUSE", "registration failed CAUSE"
 *   unregister                the same
 *   message URI WORDS...      "ok STATUS"; what comes is told as "message URI WORDS"
 *   request METHOD URI        "ok STATUS"
 *   subscribe URI EVENT       "ok NUMBER"; told as "subscription NUMBER notification STATE BODY", "subscription NUMBER terminated CAUSE"
 *   unsubscribe N
 *   publish EVENT TYPE BODY   of ours; told as "published"; again: what takes its place
 *   unpublish                 told as "unpublished"
 *   serve EVENT TYPE BODY     to whoever subscribes; who has is told of it; told as "subscriber URI EVENT"
 */

#include "agent.h"

#include <stdlib.h>
#include <string.h>

/* --- registration --- */

static void
registered_cb (SipRegistration *registration,
               SipResponse     *response,
               gpointer         user_data)
{
  say ("registration registered");
}

static void
unregistered_cb (SipRegistration *registration,
                 SipResponse     *response,
                 const char      *cause,
                 gpointer         user_data)
{
  say ("registration unregistered %s", cause != NULL ? cause : "-");
}

static void
registration_failed_cb (SipRegistration *registration,
                        SipResponse     *response,
                        const char      *cause,
                        gpointer         user_data)
{
  say ("registration failed %s", cause);
}

static void
register_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipRegistration) registration = sip_user_agent_register_finish (SIP_USER_AGENT (source), result, &error);

  answer (error);
}

static void
command_register (Program *self,
                  char   **words)
{
  g_autoptr (SipRegisterOptions) options = sip_register_options_new ();

  if (words[1] != NULL)
    sip_register_options_set_expires (options, (guint) g_ascii_strtoull (words[1], NULL, 10));
  sip_user_agent_register_async (self->agent, options, NULL, register_cb, NULL);

  /* It is in the list from now on, whatever comes of it. */
  if (self->registration == NULL)
    {
      self->registration = g_list_model_get_item (sip_user_agent_get_registrations (self->agent), 0);
      g_signal_connect (self->registration, "registered", G_CALLBACK (registered_cb), NULL);
      g_signal_connect (self->registration, "unregistered", G_CALLBACK (unregistered_cb), NULL);
      g_signal_connect (self->registration, "registration-failed", G_CALLBACK (registration_failed_cb), NULL);
    }
}

static void
unregister_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  sip_user_agent_unregister_finish (SIP_USER_AGENT (source), result, &error);
  answer (error);
}

static void
command_unregister (Program *self,
                    char   **words)
{
  sip_user_agent_unregister_async (self->agent, NULL, NULL, unregister_cb, NULL);
}

/* --- requests --- */

static void
say_response (SipResponse *response,
              GError      *error)
{
  if (response != NULL)
    say ("ok %u", sip_response_get_status_code (response));
  else
    answer (error);
}

static void
message_sent_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_user_agent_message_finish (SIP_USER_AGENT (source), result, &error);

  say_response (response, error);
}

static void
command_message (Program *self,
                 char   **words)
{
  g_autofree char *text = g_strjoinv (" ", words + 2);

  sip_user_agent_message_async (self->agent, words[1], text, NULL, NULL, message_sent_cb, NULL);
}

static void
request_sent_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipResponse) response = sip_user_agent_request_finish (SIP_USER_AGENT (source), result, &error);

  say_response (response, error);
}

static void
command_request (Program *self,
                 char   **words)
{
  sip_user_agent_request_async (self->agent, words[1], words[2], NULL, NULL, request_sent_cb, NULL);
}

static char *
body_of (SipMessage *message)
{
  GBytes *body = sip_message_get_body (message);

  return body != NULL ? g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body)) : g_strdup ("");
}

static gboolean
message_cb (SipUserAgent       *agent,
            SipIncomingContext *context,
            gpointer            user_data)
{
  SipMessage *request = SIP_MESSAGE (sip_incoming_context_get_request (context));
  g_autofree char *uri = sip_uri_to_string (sip_name_addr_get_uri (sip_message_get_from (request)));
  g_autofree char *text = body_of (request);

  say ("message %s %s", uri, text);

  return FALSE;
}

/* --- subscriptions --- */

static guint
number_of (Program         *self,
           SipSubscription *subscription)
{
  guint i = 0;

  g_ptr_array_find (self->subscriptions, subscription, &i);
  return i + 1;
}

static void
notification_cb (SipSubscription *subscription,
                 SipRequest      *request,
                 Program         *self)
{
  g_autofree char *text = body_of (SIP_MESSAGE (request));

  say ("subscription %u notification %s %s", number_of (self, subscription), sip_message_get_header (SIP_MESSAGE (request), "Subscription-State"), text);
}

static void
subscription_terminated_cb (SipSubscription *subscription,
                            SipMessage      *message,
                            const char      *cause,
                            Program         *self)
{
  say ("subscription %u terminated %s", number_of (self, subscription), cause != NULL ? cause : "-");
}

static void
command_subscribe (Program *self,
                   char   **words)
{
  g_autoptr (GError) error = NULL;
  SipSubscription *subscription = sip_user_agent_subscribe (self->agent, words[1], words[2], NULL, &error);

  if (subscription == NULL)
    {
      answer (error);
      return;
    }
  g_ptr_array_add (self->subscriptions, subscription);
  g_signal_connect (subscription, "notification", G_CALLBACK (notification_cb), self);
  g_signal_connect (subscription, "terminated", G_CALLBACK (subscription_terminated_cb), self);
  say ("ok %u", self->subscriptions->len);
}

static void
command_unsubscribe (Program *self,
                     char   **words)
{
  const guint64 number = g_ascii_strtoull (words[1], NULL, 10);
  g_autoptr (GError) error = NULL;

  if (number >= 1 && number <= self->subscriptions->len)
    sip_subscription_unsubscribe (g_ptr_array_index (self->subscriptions, number - 1), &error);
  else
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "no subscription %s", words[1]);
  answer (error);
}

/* --- publication --- */

static void
published_cb (SipPublication *publication,
              SipResponse    *response,
              gpointer        user_data)
{
  say ("published");
}

static void
unpublished_cb (SipPublication *publication,
                SipResponse    *response,
                const char     *cause,
                gpointer        user_data)
{
  say ("unpublished %s", cause != NULL ? cause : "-");
}

static void
command_publish (Program *self,
                 char   **words)
{
  g_autofree char *body = g_strjoinv (" ", words + 3);
  g_autoptr (SipPublishOptions) options = g_object_new (SIP_TYPE_PUBLISH_OPTIONS, "content-type", words[2], NULL);
  g_autoptr (GError) error = NULL;

  if (self->publication != NULL)
    sip_publication_modify (self->publication, body, SIP_REQUEST_OPTIONS (options), &error);
  else
    {
      self->publication = sip_user_agent_publish (self->agent, NULL, words[1], body, options, &error);
      if (self->publication != NULL)
        {
          g_signal_connect (self->publication, "published", G_CALLBACK (published_cb), NULL);
          g_signal_connect (self->publication, "unpublished", G_CALLBACK (unpublished_cb), NULL);
        }
    }
  answer (error);
}

static void
command_unpublish (Program *self,
                   char   **words)
{
  g_autoptr (GError) error = NULL;

  if (self->publication != NULL)
    sip_publication_unpublish (self->publication, &error);
  answer (error);
}

/* --- what others are notified of --- */

static void
notify (Program     *self,
        SipNotifier *notifier)
{
  g_autofree char *text = g_strjoinv (" ", self->served + 3);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;

  if (!sip_notifier_send_notify (notifier, self->served[2], body, &error))
    say ("problem %s", error->message);
}

static void
subscribe_cb (SipUserAgent *agent,
              SipNotifier  *notifier,
              Program      *self)
{
  SipRequest *request = sip_incoming_context_get_request (SIP_INCOMING_CONTEXT (notifier));
  g_autofree char *uri = sip_uri_to_string (sip_name_addr_get_uri (sip_message_get_from (SIP_MESSAGE (request))));
  g_autoptr (GError) error = NULL;

  say ("subscriber %s %s", uri, sip_notifier_get_event (notifier));
  if (!sip_notifier_accept (notifier, 0, &error))
    say ("problem %s", error->message);
  else
    notify (self, notifier);
}

static void
command_serve (Program *self,
               char   **words)
{
  const char *events[] = { words[1], NULL };
  GListModel *subscribers = sip_user_agent_get_subscribers (self->agent);

  if (self->served == NULL)
    g_signal_connect (self->agent, "subscribe", G_CALLBACK (subscribe_cb), self);
  g_strfreev (self->served);
  self->served = g_strdupv (words);
  sip_user_agent_set_events (self->agent, events);

  for (guint i = 0; i < g_list_model_get_n_items (subscribers); i++)
    {
      g_autoptr (SipNotifier) notifier = g_list_model_get_item (subscribers, i);

      notify (self, notifier);
    }
  answer (NULL);
}

const Command request_commands[] = {
  { "register", 1, command_register },
  { "unregister", 1, command_unregister },
  { "message", 3, command_message },
  { "request", 3, command_request },
  { "subscribe", 3, command_subscribe },
  { "unsubscribe", 2, command_unsubscribe },
  { "serve", 4, command_serve },
  { "publish", 4, command_publish },
  { "unpublish", 1, command_unpublish },
  { NULL }
};

void
watch_requests (Program *self)
{
  g_signal_connect (self->agent, "message", G_CALLBACK (message_cb), NULL);
}
