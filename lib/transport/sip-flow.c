/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transport/sip-flow-private.h"

#include "syntax/sip-error.h"
#include "transport/sip-wire-log-private.h"

typedef struct
{
  const char *via;
  const char *param;
} KindNames;

static const KindNames kind_names[] = {
  [SIP_TRANSPORT_UDP] = { "UDP", "udp" }, [SIP_TRANSPORT_TCP] = { "TCP", "tcp" }, [SIP_TRANSPORT_TLS] = { "TLS", "tls" },
  [SIP_TRANSPORT_WS] = { "WS", "ws" },    [SIP_TRANSPORT_WSS] = { "WSS", "ws" },
};

const char *
sip_transport_kind_to_via (SipTransportKind kind)
{
  return kind_names[kind].via;
}

const char *
sip_transport_kind_to_param (SipTransportKind kind)
{
  return kind_names[kind].param;
}

gboolean
sip_transport_kind_from_str (SipStr name, SipTransportKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++)
    if (sip_str_equal_nocase (name, sip_str_from (kind_names[i].via)))
      {
        *kind = i;
        return TRUE;
      }
  return FALSE;
}

void
sip_flow_init (SipFlow *self, const SipFlowClass *klass, SipTransportKind kind, const SipAddress *remote, const SipFlowTap *tap)
{
  self->klass = klass;
  self->tap = tap;
  self->ref_count = 1;
  self->kind = kind;
  self->state = SIP_FLOW_CONNECTING;
  self->is_reliable = kind != SIP_TRANSPORT_UDP;
  self->is_secure = kind == SIP_TRANSPORT_TLS || kind == SIP_TRANSPORT_WSS;
  if (remote != NULL)
    self->remote = *remote;
}

static void
drop_watches (SipFlow *self)
{
  while (self->watches != NULL)
    sip_flow_unwatch (self->watches);
}

void
sip_flow_clear (SipFlow *self)
{
  drop_watches (self);
  g_clear_error (&self->error);
  g_clear_pointer (&self->remote_host, g_ref_string_release);
  g_clear_pointer (&self->contact, g_free);
}

void
sip_flow_set_contact (SipFlow *self, const char *contact)
{
  char *copy = g_strdup (contact);

  g_free (self->contact);
  self->contact = copy;
}

SipFlow *
sip_flow_ref (SipFlow *self)
{
  self->ref_count++;
  return self;
}

void
sip_flow_unref (SipFlow *self)
{
  if (--self->ref_count == 0)
    self->klass->free (self);
}

gboolean
sip_flow_send (SipFlow *self, SipMsg *msg, GError **error)
{
  if (self->state == SIP_FLOW_CLOSED)
    {
      if (self->error != NULL)
        g_propagate_error (error, g_error_copy (self->error));
      else
        g_set_error_literal (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "The connection is closed");
      return FALSE;
    }

  sip_wire_log_sent (self, msg);
  if (self->tap != NULL && self->tap->func != NULL)
    self->tap->func (self->tap->user_data, msg, self, TRUE);
  return self->klass->send (self, msg, error);
}

void
sip_flow_close (SipFlow *self)
{
  sip_flow_break (self, NULL);
}

void
sip_flow_break (SipFlow *self, const GError *error)
{
  if (self->state == SIP_FLOW_CLOSED)
    return;

  sip_flow_ref (self);
  self->klass->close (self);
  sip_flow_set_closed (self, error);
  sip_flow_unref (self);
}

void
sip_flow_watch (SipFlow *self, SipFlowWatch *watch, SipFlowClosedFunc func)
{
  g_assert (watch->link == NULL);

  watch->func = func;
  watch->opened = NULL;
  watch->next = self->watches;
  watch->link = &self->watches;
  if (watch->next != NULL)
    watch->next->link = &watch->next;
  self->watches = watch;
}

void
sip_flow_watch_opening (SipFlow *self, SipFlowWatch *watch, SipFlowClosedFunc opened, SipFlowClosedFunc closed)
{
  sip_flow_watch (self, watch, closed);
  watch->opened = opened;
}

void
sip_flow_unwatch (SipFlowWatch *watch)
{
  if (watch->link == NULL)
    return;

  *watch->link = watch->next;
  if (watch->next != NULL)
    watch->next->link = watch->link;
  watch->next = NULL;
  watch->link = NULL;
}

void
sip_flow_set_open (SipFlow *self)
{
  if (self->state != SIP_FLOW_CONNECTING)
    return;
  self->state = SIP_FLOW_OPEN;
  self->was_open = TRUE;
}

/* A watch may take itself and others off, and close the flow. */
void
sip_flow_tell_opened (SipFlow *self)
{
  SipFlowWatch *watch;

  sip_flow_ref (self);
  do
    {
      for (watch = self->watches; watch != NULL && watch->opened == NULL; watch = watch->next)
        ;
      if (watch != NULL)
        g_steal_pointer (&watch->opened) (watch, self);
    }
  while (watch != NULL);
  sip_flow_unref (self);
}

void
sip_flow_set_closed (SipFlow *self, const GError *error)
{
  SipFlowWatch *watches;

  if (self->state == SIP_FLOW_CLOSED)
    return;
  self->state = SIP_FLOW_CLOSED;
  self->tap = NULL;
  if (error != NULL)
    self->error = g_error_copy (error);

  /* A watch may take itself and others off, and set up new ones, which are not called. */
  watches = g_steal_pointer (&self->watches);
  if (watches != NULL)
    watches->link = &watches;
  sip_flow_ref (self);
  while (watches != NULL)
    {
      SipFlowWatch *watch = watches;

      sip_flow_unwatch (watch);
      watch->func (watch, self);
    }
  sip_flow_unref (self);
}

void
sip_flow_abandon (SipFlow *self)
{
  self->tap = NULL;
  self->state = SIP_FLOW_CLOSED;
  drop_watches (self);
}

void
sip_flow_append_via (SipFlow *self, GString *text, const char *branch)
{
  g_string_append (text, "SIP/2.0/");
  g_string_append (text, kind_names[self->kind].via);
  g_string_append_c (text, ' ');
  g_string_append (text, self->sent_by);
  g_string_append (text, ";branch=");
  g_string_append (text, branch);
  /* RFC 3581 §3. A WebSocket answers on itself and has no address to tell. */
  if (self->kind != SIP_TRANSPORT_WS && self->kind != SIP_TRANSPORT_WSS)
    g_string_append (text, ";rport");
  if (self->is_alias)
    g_string_append (text, ";alias");
}

static gboolean
names_transport (const char *uri_params)
{
  const char *found = strstr (uri_params, "transport=");

  return found != NULL && (found == uri_params || found[-1] == ';');
}

void
sip_flow_append_contact (SipFlow *self, GString *text, const char *user, const char *uri_params, const char *params)
{
  g_string_append (text, "<sip:");
  if (user != NULL)
    {
      g_string_append (text, user);
      g_string_append_c (text, '@');
    }
  g_string_append (text, self->contact != NULL ? self->contact : self->sent_by);
  if (self->kind != SIP_TRANSPORT_UDP && self->contact == NULL && !(uri_params != NULL && names_transport (uri_params)))
    {
      g_string_append (text, ";transport=");
      g_string_append (text, kind_names[self->kind].param);
    }
  if (uri_params != NULL)
    {
      g_string_append_c (text, ';');
      g_string_append (text, uri_params);
    }
  g_string_append_c (text, '>');
  if (params != NULL)
    {
      g_string_append_c (text, ';');
      g_string_append (text, params);
    }
}
