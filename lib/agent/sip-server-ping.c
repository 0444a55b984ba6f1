/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-server-ping-private.h"

#include "agent/sip-request-draft-private.h"

typedef struct
{
  SipServerPing *owner;
  SipSender *sender; /* NULL: none is under way */
  SipFlow *flow;     /* that it was sent on */
  guint server;
} Ping;

struct _SipServerPing
{
  SipUserAgent *agent; /* not owned: it owns this */
  SipServerList *servers;
  SipTimer timer;
  guint seconds;
  guint n;
  Ping pings[];
};

static void
forget (Ping *ping)
{
  if (ping->sender != NULL)
    sip_sender_detach (ping->sender);
  g_clear_pointer (&ping->sender, sip_sender_unref);
  g_clear_pointer (&ping->flow, sip_flow_unref);
}

/* Telling may end the agent's life on the network, and so ours: it is the last thing that is done. */
static void
tell (Ping *ping, const GError *error)
{
  SipServerList *servers = ping->owner->servers;
  g_autoptr (SipFlow) flow = sip_flow_ref (ping->flow);
  guint server = ping->server;

  forget (ping);
  sip_server_list_answered (servers, server, flow, error);
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow)
{
  if (response->status >= 200)
    tell (user_data, NULL);
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  tell (user_data, error);
}

static void
ask (Ping *ping, SipFlow *flow)
{
  static const SipSenderEvents events = { .response = response_cb, .failed = failed_cb };
  SipUserAgent *agent = ping->owner->agent;
  const SipMessageExtras none = { 0 };
  g_autofree char *uri = g_strdup_printf ("sip:%s", sip_uri_get_host (sip_user_agent_get_parsed_uri (agent)));
  g_autoptr (SipMsgBuilder) request = sip_request_draft_new (agent, SIP_METHOD_OPTIONS, uri, FALSE, &none, NULL);
  g_autoptr (SipSender) sender = NULL;
  SipSendTarget hop;

  if (request == NULL)
    return;

  /* The server is asked itself, and not whoever it would take us to. */
  sip_msg_builder_replace (request, SIP_H_ROUTE, (SipStr) SIP_STR_INIT);
  sip_msg_builder_add (request, SIP_H_ACCEPT, sip_str_from (sip_dialogs_get_accept (sip_user_agent_get_dialogs (agent))));
  sip_request_draft_fill_target (agent, request, FALSE, &hop);
  hop.next_hop = sip_msg_builder_get_uri (request);
  hop.preferred = flow;
  hop.only_preferred = TRUE;
  ping->flow = sip_flow_ref (flow);
  ping->sender = sip_sender_new (sip_user_agent_get_transactions (agent), g_steal_pointer (&request), &hop, &events, ping);
  sender = sip_sender_ref (ping->sender);
  sip_sender_start (sender);
}

static void timer_cb (SipTimer *timer);

static void
wait (SipServerPing *self)
{
  gint64 longest = (gint64) self->seconds * G_USEC_PER_SEC;

  sip_timer_start (sip_transactions_get_wheel (sip_user_agent_get_transactions (self->agent)), &self->timer, timer_cb,
                   (gint64) (longest * g_random_double_range (0.8, 1.0)));
}

static void
timer_cb (SipTimer *timer)
{
  SipServerPing *self = SIP_CONTAINER_OF (timer, SipServerPing, timer);

  wait (self);
  for (guint i = 0; i < self->n; i++)
    {
      SipFlow *flow = sip_server_list_get_open_flow (self->servers, i);
      Ping *ping = &self->pings[i];

      /* One that was lost with its connection is of no interest any more. */
      if (ping->sender != NULL && ping->flow != flow)
        forget (ping);
      if (flow != NULL && ping->sender == NULL)
        ask (ping, flow);
    }
}

SipServerPing *
sip_server_ping_new (SipUserAgent *agent, SipServerList *servers, guint seconds)
{
  guint n = sip_server_list_get_n (servers);
  SipServerPing *self = g_malloc0 (sizeof (SipServerPing) + n * sizeof (Ping));

  self->agent = agent;
  self->servers = servers;
  self->seconds = seconds;
  self->n = n;
  for (guint i = 0; i < n; i++)
    {
      self->pings[i].owner = self;
      self->pings[i].server = i;
    }
  wait (self);
  return self;
}

void
sip_server_ping_free (SipServerPing *self)
{
  sip_timer_stop (&self->timer);
  for (guint i = 0; i < self->n; i++)
    forget (&self->pings[i]);
  g_free (self);
}
