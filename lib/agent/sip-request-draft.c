/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-request-draft-private.h"

#include "syntax/sip-message-private.h"
#include "transaction/sip-token-private.h"

/* "bob", "bob@example.com", "tel:+1-555", "sip:bob@example.com;transport=ws": the Request-URI. Headers of a URI ("?Subject=x") do not belong there
 * (RFC 3261 §19.1.1). */
static char *
normalize_target (SipUserAgent *agent, const char *target, GError **error)
{
  g_autoptr (SipUri) uri = NULL;
  g_autofree char *text = NULL;
  const char *host = sip_uri_get_host (sip_user_agent_get_parsed_uri (agent));
  char *headers;

  if (g_str_has_prefix (target, "tel:"))
    text = g_strdup_printf ("sip:%s@%s;user=phone", target + strlen ("tel:"), host);
  else if (g_ascii_strncasecmp (target, "sip:", 4) == 0 || g_ascii_strncasecmp (target, "sips:", 5) == 0)
    text = g_strdup (target);
  else if (strchr (target, '@') != NULL)
    text = g_strdup_printf ("sip:%s", target);
  else
    text = g_strdup_printf ("sip:%s@%s", target, host);

  uri = sip_uri_parse (text, error);
  if (uri == NULL)
    return NULL;

  headers = strchr (text, '?');
  if (headers != NULL && (strrchr (text, '@') == NULL || headers > strrchr (text, '@')))
    *headers = '\0';

  return g_steal_pointer (&text);
}

static void
add_identity (SipUserAgent *agent, SipMsgBuilder *request, SipMethod method, const char *target, gboolean anonymous)
{
  g_autofree char *tag = sip_tag_new ();
  g_autofree char *call_id = sip_call_id_new ();
  g_autoptr (SipNameAddr) own = sip_name_addr_new (sip_user_agent_get_display_name (agent), sip_user_agent_get_parsed_uri (agent));
  g_autofree char *from = sip_name_addr_to_string (own);

  sip_msg_builder_add (request, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  if (anonymous)
    sip_msg_builder_add_printf (request, SIP_H_FROM, "\"Anonymous\" <" SIP_ANONYMOUS_URI ">;tag=%s", tag);
  else
    sip_msg_builder_add_printf (request, SIP_H_FROM, "%s;tag=%s", from, tag);
  sip_msg_builder_add_printf (request, SIP_H_TO, "<%s>", target);
  sip_msg_builder_add (request, SIP_H_CALL_ID, sip_str_from (call_id));
  sip_msg_builder_add_printf (request, SIP_H_CSEQ, "1 " SIP_STR_FORMAT, SIP_STR_ARGS (sip_method_id_name (method)));

  /* RFC 3323, RFC 3325 §9.2 */
  if (anonymous)
    {
      sip_msg_builder_add (request, SIP_H_PRIVACY, SIP_STR ("id"));
      sip_msg_builder_add (request, SIP_H_P_PREFERRED_IDENTITY, sip_str_from (from));
    }
}

SipMsgBuilder *
sip_request_draft_new (SipUserAgent *agent, SipMethod method, const char *target, gboolean anonymous, const SipMessageExtras *extras, GError **error)
{
  SipDialogs *dialogs = sip_user_agent_get_dialogs (agent);
  g_autofree char *uri = normalize_target (agent, target, error);
  g_autoptr (SipMsgBuilder) request = NULL;

  if (uri == NULL)
    return NULL;

  request = sip_msg_builder_new_request (sip_method_id_name (method), sip_str_from (uri));
  add_identity (agent, request, method, uri, anonymous);
  sip_msg_builder_add (request, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (dialogs)));
  sip_dialogs_add_supported (dialogs, request, extras->rel100);
  if (sip_dialogs_get_product (dialogs) != NULL)
    sip_msg_builder_add (request, SIP_H_USER_AGENT, sip_str_from (sip_dialogs_get_product (dialogs)));
  if (extras->lines != NULL && !sip_msg_builder_add_lines (request, extras->lines, FALSE, error))
    return NULL;

  return g_steal_pointer (&request);
}

void
sip_request_draft_fill_target (SipUserAgent *agent, SipMsgBuilder *request, gboolean anonymous, SipSendTarget *target)
{
  *target = (SipSendTarget){ 0 };
  target->next_hop = sip_msg_builder_get_uri (request);
  target->preferred = sip_user_agent_get_server_flow (agent);
  target->has_contact = TRUE;
  target->contact = *sip_dialogs_get_contact (sip_user_agent_get_dialogs (agent));
  if (anonymous)
    target->contact.user = SIP_ANONYMOUS_USER;
}
