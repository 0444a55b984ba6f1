/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-request-draft-private.h"

#include "syntax/sip-message-private.h"
#include "syntax/sip-replaces-view-private.h"
#include "transaction/sip-token-private.h"

char *
sip_request_draft_normalize_target (SipUserAgent *agent, const char *target, gboolean keep_headers, GError **error)
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

  headers = keep_headers ? NULL : strchr (text, '?');
  if (headers != NULL && (strrchr (text, '@') == NULL || headers > strrchr (text, '@')))
    *headers = '\0';

  return g_steal_pointer (&text);
}

static void
add_identity (SipUserAgent *agent, SipMsgBuilder *request, SipStr method, const char *target, gboolean anonymous)
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
  sip_msg_builder_add_printf (request, SIP_H_CSEQ, "1 " SIP_STR_FORMAT, SIP_STR_ARGS (method));

  /* RFC 3323, RFC 3325 §9.2 */
  if (anonymous)
    {
      sip_msg_builder_add (request, SIP_H_PRIVACY, SIP_STR ("id"));
      sip_msg_builder_add (request, SIP_H_P_PREFERRED_IDENTITY, sip_str_from (from));
    }
}

/* RFC 3608 §5 */
static void
add_route (SipUserAgent *agent, SipMsgBuilder *request)
{
  const char *const *route = sip_user_agent_get_service_route (agent);

  for (guint i = 0; route != NULL && route[i] != NULL; i++)
    sip_msg_builder_add (request, SIP_H_ROUTE, sip_str_from (route[i]));
}

SipMsgBuilder *
sip_request_draft_new (SipUserAgent *agent, SipMethod method, const char *target, gboolean anonymous, const SipMessageExtras *extras, GError **error)
{
  return sip_request_draft_new_named (agent, sip_method_id_name (method), target, anonymous, extras, error);
}

SipMsgBuilder *
sip_request_draft_new_named (SipUserAgent *agent, SipStr method, const char *target, gboolean anonymous, const SipMessageExtras *extras, GError **error)
{
  SipDialogs *dialogs = sip_user_agent_get_dialogs (agent);
  g_autofree char *uri = sip_request_draft_normalize_target (agent, target, FALSE, error);
  g_autoptr (SipMsgBuilder) request = NULL;

  if (uri == NULL)
    return NULL;

  request = sip_msg_builder_new_request (method, sip_str_from (uri));
  add_identity (agent, request, method, uri, anonymous);
  add_route (agent, request);
  sip_msg_builder_add (request, SIP_H_ALLOW, sip_str_from (sip_dialogs_get_allow (dialogs)));
  sip_dialogs_add_supported (dialogs, request, extras->rel100);
  if (sip_dialogs_get_product (dialogs) != NULL)
    sip_msg_builder_add (request, SIP_H_USER_AGENT, sip_str_from (sip_dialogs_get_product (dialogs)));
  if (extras->lines != NULL && !sip_msg_builder_add_lines (request, extras->lines, FALSE, error))
    return NULL;

  return g_steal_pointer (&request);
}

/* An agent that knows nothing of it would take it for a new call, and ring (RFC 5589 §7.3): so it is required. */
gboolean
sip_request_draft_add_replaces (SipMsgBuilder *invite, const char *replaces, GError **error)
{
  SipReplacesView view;

  if (replaces == NULL)
    return TRUE;
  if (!sip_replaces_view_parse (&view, sip_str_from (replaces)) || strpbrk (replaces, "\r\n") != NULL)
    {
      g_autofree char *escaped = g_strescape (replaces, NULL);

      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "\"%s\" names no call to replace", escaped);
      return FALSE;
    }

  sip_msg_builder_add (invite, SIP_H_REQUIRE, SIP_STR ("replaces"));
  sip_msg_builder_add (invite, SIP_H_REPLACES, sip_str_from (replaces));
  return TRUE;
}

void
sip_request_draft_fill_target (SipUserAgent *agent, SipMsgBuilder *request, gboolean anonymous, SipSendTarget *target)
{
  SipNameAddrView route;

  *target = (SipSendTarget){ 0 };
  target->next_hop = sip_msg_builder_get_uri (request);
  if (sip_name_addr_view_parse (&route, sip_msg_builder_value (request, SIP_H_ROUTE)))
    target->next_hop = route.uri;
  target->preferred = sip_user_agent_get_server_flow (agent);
  target->has_contact = TRUE;
  target->contact = *sip_dialogs_get_contact (sip_user_agent_get_dialogs (agent));
  if (anonymous)
    sip_contact_spec_hide (&target->contact, SIP_ANONYMOUS_USER);
}
