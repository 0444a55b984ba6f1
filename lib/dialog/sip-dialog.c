/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-dialog-private.h"

#include "dialog/sip-dialogs-private.h"

/* RFC 3261 §12.1: the UAS takes Record-Route in order, the UAC in reverse. */
static char **
collect_routes (const SipMsg *msg, gboolean reversed)
{
  SipValueIter iter = { 0 };
  SipStr value;
  GPtrArray *routes;

  if (sip_msg_field (msg, SIP_H_RECORD_ROUTE) == NULL)
    return NULL;

  routes = g_ptr_array_new ();
  while (sip_msg_next_value (msg, SIP_H_RECORD_ROUTE, &iter, &value))
    g_ptr_array_insert (routes, reversed ? 0 : -1, sip_msg_unfold (value));

  g_ptr_array_add (routes, NULL);
  return (char **) g_ptr_array_free (routes, FALSE);
}

static char *
contact_uri (const SipMsg *msg)
{
  SipNameAddrView contact;

  if (!sip_msg_contact (msg, &contact) || contact.is_star || contact.uri.len == 0)
    return NULL;

  return sip_str_dup (contact.uri);
}

static char *
header_text (const SipMsg *msg, SipHeaderId id)
{
  return sip_msg_unfold (sip_msg_value (msg, id));
}

static SipDialog *
dialog_new (SipDialogs *dialogs, const SipMsg *request, SipFlow *flow)
{
  SipDialog *self = g_new0 (SipDialog, 1);

  self->dialogs = dialogs;
  self->call_id = sip_str_dup (request->call_id);
  sip_dialog_set_flow (self, flow);

  return self;
}

static char *
tag_dup (SipStr tag)
{
  return tag.p != NULL ? sip_str_dup (tag) : g_strdup ("");
}

SipDialog *
sip_dialog_new_outgoing (SipDialogs *dialogs, const SipMsg *request, const SipMsg *response, SipFlow *flow)
{
  SipDialog *self = dialog_new (dialogs, request, flow);

  self->local_tag = tag_dup (request->from.tag);
  self->remote_tag = tag_dup (response->to.tag);
  self->local = header_text (request, SIP_H_FROM);
  self->remote = header_text (response, SIP_H_TO);
  self->local_cseq = request->cseq.number;
  self->routes = collect_routes (response, TRUE);
  self->remote_target = contact_uri (response);
  if (self->remote_target == NULL)
    self->remote_target = sip_str_dup (request->uri);
  sip_dialogs_add (dialogs, self);

  return self;
}

SipDialog *
sip_dialog_new_incoming (SipDialogs *dialogs, const SipMsg *request, const char *local_tag, SipFlow *flow)
{
  SipDialog *self = dialog_new (dialogs, request, flow);
  g_autofree char *to = header_text (request, SIP_H_TO);

  self->local_tag = g_strdup (local_tag);
  self->remote_tag = tag_dup (request->from.tag);
  self->local = g_strdup_printf ("%s;tag=%s", to, local_tag);
  self->remote = header_text (request, SIP_H_FROM);
  self->remote_cseq = request->cseq.number;
  self->has_remote_cseq = TRUE;
  self->routes = collect_routes (request, FALSE);
  self->remote_target = contact_uri (request);
  if (self->remote_target == NULL)
    self->remote_target = sip_str_dup (request->from.uri);
  sip_dialogs_add (dialogs, self);

  return self;
}

static void
dialog_free (SipDialog *self)
{
  sip_dialogs_remove (self->dialogs, self);
  g_clear_pointer (&self->flow, sip_flow_unref);
  g_free (self->call_id);
  g_free (self->local_tag);
  g_free (self->remote_tag);
  g_free (self->local);
  g_free (self->remote);
  g_free (self->remote_target);
  g_strfreev (self->routes);
  g_free (self);
}

void
sip_dialog_attach (SipDialog *self, SipUsageLink *link, const SipUsageClass *klass, gpointer usage)
{
  link->dialog = self;
  link->klass = klass;
  link->usage = usage;
  link->next = self->usages;
  self->usages = link;
}

void
sip_dialog_detach (SipUsageLink *link)
{
  SipDialog *self = link->dialog;

  for (SipUsageLink **at = &self->usages; *at != NULL; at = &(*at)->next)
    {
      if (*at == link)
        {
          *at = link->next;
          break;
        }
    }

  link->dialog = NULL;
  if (self->usages == NULL)
    dialog_free (self);
}

/* A datagram's flow is found anew for each request, from the route set or the remote target; a connection is kept, since nobody may be able to open
 * another one to the peer (a browser, a NAT). */
void
sip_dialog_set_flow (SipDialog *self, SipFlow *flow)
{
  if (flow == self->flow || flow == NULL || !flow->is_reliable)
    return;

  g_clear_pointer (&self->flow, sip_flow_unref);
  self->flow = sip_flow_ref (flow);
}

void
sip_dialog_refresh_target (SipDialog *self, const SipMsg *message)
{
  char *target = contact_uri (message);

  if (target == NULL)
    return;

  g_free (self->remote_target);
  self->remote_target = target;
}

void
sip_dialog_confirm (SipDialog *self, const SipMsg *response, SipFlow *flow)
{
  self->is_confirmed = TRUE;
  g_strfreev (self->routes);
  self->routes = collect_routes (response, TRUE);
  sip_dialog_refresh_target (self, response);
  sip_dialog_set_flow (self, flow);
}

gboolean
sip_dialog_accept_cseq (SipDialog *self, const SipMsg *request)
{
  if (self->has_remote_cseq && request->cseq.number <= self->remote_cseq)
    return FALSE;

  self->remote_cseq = request->cseq.number;
  self->has_remote_cseq = TRUE;
  return TRUE;
}

/* Whether the first hop of the route set is a strict router (no lr parameter, RFC 3261 §12.2.1.1); @uri is its URI. */
static gboolean
first_route_is_strict (SipDialog *self, SipStr *uri)
{
  SipNameAddrView route;
  SipUriView view;

  if (self->routes == NULL || self->routes[0] == NULL)
    return FALSE;
  if (!sip_name_addr_view_parse (&route, sip_str_from (self->routes[0])))
    return FALSE;

  *uri = route.uri;
  return sip_uri_view_parse (&view, route.uri) && !sip_params_find (view.params, "lr", NULL);
}

SipMsgBuilder *
sip_dialog_new_request (SipDialog *self, SipMethod method, guint32 cseq)
{
  SipStr strict_uri;
  gboolean is_strict = first_route_is_strict (self, &strict_uri);
  SipStr method_name = sip_method_id_name (method);
  SipMsgBuilder *request = sip_msg_builder_new_request (method_name, is_strict ? strict_uri : sip_str_from (self->remote_target));

  if (cseq == 0)
    cseq = ++self->local_cseq;

  for (guint i = is_strict ? 1 : 0; self->routes != NULL && self->routes[i] != NULL; i++)
    sip_msg_builder_add (request, SIP_H_ROUTE, sip_str_from (self->routes[i]));
  if (is_strict)
    sip_msg_builder_add_printf (request, SIP_H_ROUTE, "<%s>", self->remote_target);

  sip_msg_builder_add (request, SIP_H_MAX_FORWARDS, SIP_STR ("70"));
  sip_msg_builder_add (request, SIP_H_FROM, sip_str_from (self->local));
  sip_msg_builder_add (request, SIP_H_TO, sip_str_from (self->remote));
  sip_msg_builder_add (request, SIP_H_CALL_ID, sip_str_from (self->call_id));
  sip_msg_builder_add_printf (request, SIP_H_CSEQ, "%u " SIP_STR_FORMAT, cseq, SIP_STR_ARGS (method_name));
  if (sip_dialogs_get_product (self->dialogs) != NULL)
    sip_msg_builder_add (request, SIP_H_USER_AGENT, sip_str_from (sip_dialogs_get_product (self->dialogs)));

  return request;
}

void
sip_dialog_fill_target (SipDialog *self, SipSendTarget *target, gboolean has_contact)
{
  SipNameAddrView route;

  *target = (SipSendTarget){ 0 };
  target->next_hop = sip_str_from (self->remote_target);
  if (self->routes != NULL && self->routes[0] != NULL && sip_name_addr_view_parse (&route, sip_str_from (self->routes[0])))
    target->next_hop = route.uri;
  target->preferred = self->flow;
  target->has_contact = has_contact;
  if (has_contact)
    target->contact = *sip_dialogs_get_contact (self->dialogs);
}
