/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-envelope-private.h"

#include "syntax/sip-error.h"
#include "transaction/sip-layer-private.h"
#include "transaction/sip-token-private.h"

static char *
put_text (char       **where,
          const char  *text)
{
  char *start = *where;

  if (text == NULL)
    return NULL;
  *where = g_stpcpy (start, text) + 1;
  return start;
}

static gsize
text_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

void
sip_envelope_open (SipEnvelope         *self,
                   SipMsgBuilder       *builder,
                   const SipSendTarget *target)
{
  const SipContactSpec *contact = &target->contact;
  char *where;

  self->builder = builder;
  self->target.preferred = target->preferred != NULL ? sip_flow_ref (target->preferred) : NULL;
  self->target.only_preferred = target->only_preferred;
  self->target.has_contact = target->has_contact;

  where = self->texts = g_malloc (target->next_hop.len + text_size (contact->user) + text_size (contact->uri_params) +
                                  text_size (contact->params) + text_size (contact->whole) + 1);
  self->target.next_hop = sip_str (where, target->next_hop.len);
  if (target->next_hop.len > 0)
    where = (char *) memcpy (where, target->next_hop.p, target->next_hop.len) + target->next_hop.len;
  self->target.contact = (SipContactSpec){
    .user = put_text (&where, contact->user),
    .uri_params = put_text (&where, contact->uri_params),
    .params = put_text (&where, contact->params),
    .whole = put_text (&where, contact->whole),
  };
}

void
sip_envelope_stop (SipEnvelope *self)
{
  g_clear_pointer (&self->next_hop, sip_next_hop_free);
  g_clear_pointer (&self->target.preferred, sip_flow_unref);
}

void
sip_envelope_clear (SipEnvelope *self)
{
  sip_envelope_stop (self);
  g_clear_pointer (&self->builder, sip_msg_builder_free);
  g_clear_pointer (&self->texts, g_free);
}

static SipFlow *
try_preferred (SipEnvelope  *self,
               GError      **error)
{
  SipFlow *flow = g_steal_pointer (&self->target.preferred);

  if (flow != NULL && flow->state != SIP_FLOW_CLOSED)
    return flow;
  g_clear_pointer (&flow, sip_flow_unref);
  g_set_error_literal (error, SIP_ERROR, SIP_ERROR_TRANSPORT, "The connection is gone");
  return NULL;
}

SipFlow *
sip_envelope_try (SipEnvelope      *self,
                  SipTransactions  *layer,
                  GError          **error)
{
  if (self->target.only_preferred)
    return try_preferred (self, error);
  if (self->next_hop == NULL)
    {
      SipUriView uri;

      if (!sip_uri_view_parse (&uri, self->target.next_hop))
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "“" SIP_STR_FORMAT "” is no URI that a request can be sent to",
                       SIP_STR_ARGS (self->target.next_hop));
          return NULL;
        }
      self->next_hop = sip_next_hop_new (layer->transports, &uri, self->target.preferred);
    }
  return sip_next_hop_try (self->next_hop, error);
}

void
sip_envelope_start (SipEnvelope    *self,
                    SipNextHopFunc  func,
                    gpointer        user_data)
{
  sip_next_hop_start (self->next_hop, func, user_data);
}

gboolean
sip_envelope_widen (SipEnvelope  *self,
                    const SipMsg *msg,
                    SipFlow      *flow)
{
  return msg->len > SIP_MAX_OVER_UDP && self->next_hop != NULL && sip_next_hop_widen (self->next_hop, flow);
}

void
sip_envelope_avoid (SipEnvelope *self,
                    gint64       us)
{
  if (self->next_hop != NULL)
    sip_next_hop_avoid (self->next_hop, us);
}

SipMsg *
sip_envelope_seal (SipEnvelope     *self,
                   SipTransactions *layer,
                   SipFlow         *flow)
{
  char branch[SIP_BRANCH_LEN + 1] = SIP_BRANCH_COOKIE;
  SipStr contact = SIP_STR_INIT;
  gsize via_len;

  sip_token_write (branch + 7, SIP_BRANCH_LEN - 7);
  g_string_truncate (layer->scratch, 0);
  sip_flow_append_via (flow, layer->scratch, branch);
  via_len = layer->scratch->len;
  if (self->target.has_contact)
    {
      sip_contact_spec_append (&self->target.contact, flow, self->target.next_hop, layer->scratch);
      contact = sip_str (layer->scratch->str + via_len, layer->scratch->len - via_len);
    }
  return sip_msg_builder_seal (self->builder, sip_str (layer->scratch->str, via_len), contact);
}
