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

/* A header's text in one line. @unfolded, which it may be a slice of, is for the caller to free. */
static SipStr
header_text (const SipMsg *msg, SipHeaderId id, char **unfolded)
{
  const SipField *field = sip_msg_field (msg, id);

  if (field == NULL)
    return (SipStr) SIP_STR_INIT;
  if ((field->flags & SIP_FIELD_FOLDED) == 0)
    return sip_msg_field_value (msg, field);

  *unfolded = sip_msg_unfold (sip_msg_field_value (msg, field));
  return sip_str_from (*unfolded);
}

static const char *
put (char **at, SipStr text)
{
  const char *start = *at;

  if (text.len > 0)
    memcpy (*at, text.p, text.len);
  *at += text.len;

  return start;
}

static const char *
put_string (char **at, SipStr text)
{
  const char *start = put (at, text);

  *(*at)++ = '\0';

  return start;
}

/* What never changes is one block of memory: the dialog and its texts. @new_tag is what @local has still to be given. */
static SipDialog *
dialog_new (SipDialogs *dialogs, SipStr call_id, SipStr local_tag, SipStr remote_tag, SipStr local, SipStr remote, SipStr new_tag)
{
  gsize len = (gsize) call_id.len + local_tag.len + remote_tag.len + local.len + remote.len + strlen (";tag=") + new_tag.len + 5;
  SipDialog *self = g_malloc (sizeof (SipDialog) + len);
  char *at = (char *) (self + 1);

  memset (self, 0, sizeof (SipDialog));
  self->dialogs = dialogs;
  self->call_id = put_string (&at, call_id);
  self->local_tag = put_string (&at, local_tag);
  self->remote_tag = put_string (&at, remote_tag);
  self->remote = put_string (&at, remote);
  self->local = put (&at, local);
  if (new_tag.len > 0)
    put (&at, SIP_STR (";tag="));
  put_string (&at, new_tag);

  return self;
}

SipDialog *
sip_dialog_new_outgoing (SipDialogs *dialogs, const SipMsg *request, const SipMsg *response, SipFlow *flow)
{
  g_autofree char *unfolded_from = NULL;
  g_autofree char *unfolded_to = NULL;
  SipDialog *self = dialog_new (dialogs, request->call_id, request->from.tag, response->to.tag,
                                header_text (request, SIP_H_FROM, &unfolded_from), header_text (response, SIP_H_TO, &unfolded_to),
                                (SipStr) SIP_STR_INIT);

  sip_dialog_set_flow (self, flow);
  self->local_cseq = request->cseq.number;
  self->is_anonymous = sip_str_equal (request->from.uri, SIP_STR (SIP_ANONYMOUS_URI));
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
  g_autofree char *unfolded_from = NULL;
  g_autofree char *unfolded_to = NULL;
  SipStr tag = sip_str_from (local_tag);
  SipDialog *self = dialog_new (dialogs, request->call_id, tag, request->from.tag, header_text (request, SIP_H_TO, &unfolded_to),
                                header_text (request, SIP_H_FROM, &unfolded_from), tag);

  sip_dialog_set_flow (self, flow);
  self->remote_cseq = request->cseq.number;
  self->has_remote_cseq = TRUE;
  self->routes = collect_routes (request, FALSE);
  self->remote_target = contact_uri (request);
  if (self->remote_target == NULL)
    self->remote_target = sip_str_dup (request->from.uri);
  sip_dialogs_add (dialogs, self);

  return self;
}

SipDialog *
sip_dialog_new_half (SipDialogs *dialogs, const SipMsg *request)
{
  g_autofree char *unfolded_from = NULL;
  g_autofree char *unfolded_to = NULL;
  SipDialog *self = dialog_new (dialogs, request->call_id, request->from.tag, (SipStr) SIP_STR_INIT, header_text (request, SIP_H_FROM, &unfolded_from),
                                header_text (request, SIP_H_TO, &unfolded_to), (SipStr) SIP_STR_INIT);

  self->local_cseq = request->cseq.number;
  self->remote_target = sip_str_dup (request->uri);
  sip_dialogs_add (dialogs, self);

  return self;
}

SipDialog *
sip_dialog_new_notified (SipDialogs *dialogs, const SipMsg *request, const SipMsg *notify, SipFlow *flow)
{
  g_autofree char *unfolded_from = NULL;
  g_autofree char *unfolded_to = NULL;
  SipDialog *self = dialog_new (dialogs, request->call_id, request->from.tag, notify->from.tag, header_text (request, SIP_H_FROM, &unfolded_to),
                                header_text (notify, SIP_H_FROM, &unfolded_from), (SipStr) SIP_STR_INIT);

  sip_dialog_set_flow (self, flow);
  self->is_confirmed = TRUE;
  self->local_cseq = request->cseq.number;
  self->remote_cseq = notify->cseq.number;
  self->has_remote_cseq = TRUE;
  self->routes = collect_routes (notify, FALSE);
  self->remote_target = contact_uri (notify);
  if (self->remote_target == NULL)
    self->remote_target = sip_str_dup (notify->from.uri);
  sip_dialogs_add (dialogs, self);

  return self;
}

static void
dialog_free (SipDialog *self)
{
  sip_dialogs_remove (self->dialogs, self);
  g_clear_pointer (&self->flow, sip_flow_unref);
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
  return sip_dialog_new_named_request (self, sip_method_id_name (method), cseq);
}

SipMsgBuilder *
sip_dialog_new_named_request (SipDialog *self, SipStr method, guint32 cseq)
{
  SipStr strict_uri;
  gboolean is_strict = first_route_is_strict (self, &strict_uri);
  SipMsgBuilder *request = sip_msg_builder_new_request (method, is_strict ? strict_uri : sip_str_from (self->remote_target));

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
  sip_msg_builder_add_printf (request, SIP_H_CSEQ, "%u " SIP_STR_FORMAT, cseq, SIP_STR_ARGS (method));
  if (self->is_anonymous)
    sip_msg_builder_add (request, SIP_H_PRIVACY, SIP_STR ("id"));
  if (sip_dialogs_get_product (self->dialogs) != NULL)
    sip_msg_builder_add (request, SIP_H_USER_AGENT, sip_str_from (sip_dialogs_get_product (self->dialogs)));

  return request;
}

SipContactSpec
sip_dialog_get_contact (SipDialog *self)
{
  SipContactSpec contact = *sip_dialogs_get_contact (self->dialogs);

  if (self->is_anonymous)
    sip_contact_spec_hide (&contact, SIP_ANONYMOUS_USER);
  return contact;
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
    target->contact = sip_dialog_get_contact (self);
}
