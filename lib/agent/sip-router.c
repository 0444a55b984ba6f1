/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-router-private.h"

#include "dialog/sip-demands-private.h"
#include "transaction/sip-token-private.h"

static void
respond (SipUserAgent *agent, SipServerTransaction *transaction, guint status, const char *reason)
{
  g_autofree char *tag = sip_tag_new ();

  sip_dialogs_respond (sip_user_agent_get_dialogs (agent), transaction, status, reason, tag);
}

static void
receive_outside_of_dialog (SipUserAgent *agent, SipServerTransaction *transaction, SipMsg *request)
{
  SipUriView uri;

  if (!sip_uri_view_parse (&uri, request->uri))
    {
      respond (agent, transaction, 400, "Bad Request-URI");
      return;
    }
  if (!uri.is_sip)
    {
      respond (agent, transaction, 416, NULL);
      return;
    }
  if (!sip_user_agent_answers_to (agent, uri.user))
    {
      respond (agent, transaction, 404, NULL);
      return;
    }
  if (sip_demands_refuse (sip_user_agent_get_dialogs (agent), transaction))
    return;

  switch ((SipMethod) request->method)
    {
    case SIP_METHOD_INVITE:
      sip_user_agent_receive_invite (agent, transaction);
      break;
    case SIP_METHOD_REFER:
      sip_user_agent_receive_refer (agent, transaction);
      break;
    case SIP_METHOD_SUBSCRIBE:
      /* Where nothing is notified of it is a method like any other. */
      if (sip_dialogs_get_allow_events (sip_user_agent_get_dialogs (agent)) != NULL)
        sip_user_agent_receive_subscribe (agent, transaction);
      else
        sip_user_agent_receive_request (agent, transaction);
      break;
    case SIP_METHOD_BYE:
    case SIP_METHOD_PRACK:
    case SIP_METHOD_UPDATE:
      /* These live inside a dialog only. */
      respond (agent, transaction, 481, NULL);
      break;
    default:
      sip_user_agent_receive_request (agent, transaction);
      break;
    }
}

static void
router_request (gpointer user_data, SipServerTransaction *transaction)
{
  g_autoptr (SipUserAgent) agent = g_object_ref (user_data);
  g_autoptr (SipMsg) request = sip_msg_ref (sip_server_transaction_get_request (transaction));

  if (request->to.tag.len > 0)
    sip_dialogs_request (sip_user_agent_get_dialogs (agent), transaction);
  else
    receive_outside_of_dialog (agent, transaction, request);
}

static void
router_ack (gpointer user_data, SipMsg *ack, SipFlow *flow)
{
  g_autoptr (SipUserAgent) agent = g_object_ref (user_data);

  sip_dialogs_ack (sip_user_agent_get_dialogs (agent), ack, flow);
}

static void
router_stray_2xx (gpointer user_data, SipMsg *response, SipFlow *flow)
{
  /* Its INVITE is forgotten, and so is the dialog that an ACK would need. The other side's timer H ends it (RFC 3261 §13.3.1.4). */
  g_debug ("A 2xx for an INVITE that is not ours: Call-ID " SIP_STR_FORMAT, SIP_STR_ARGS (response->call_id));
}

static void
router_flow_changed (gpointer user_data, SipFlow *flow)
{
  sip_user_agent_flow_changed (user_data, flow);
}

static void
router_quiet (gpointer user_data)
{
  sip_user_agent_quiet (user_data);
}

const SipTransactionsEvents sip_router_events = {
  .request = router_request,
  .ack = router_ack,
  .stray_2xx = router_stray_2xx,
  .quiet = router_quiet,
  .flow_changed = router_flow_changed,
};
