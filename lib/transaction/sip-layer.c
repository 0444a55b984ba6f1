/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-layer-private.h"

#include "transaction/sip-client-transaction-private.h"
#include "transaction/sip-server-transaction-private.h"

/* Seconds, for who comes when there is no room. */
#define RETRY_AFTER "10"

void
sip_layer_enter (SipTransactions *self)
{
  /* Whoever has answered is back in the main loop by now. */
  if (self->depth++ == 0)
    while (self->answered != NULL)
      sip_server_transaction_settle (self->answered);
}

void
sip_layer_leave (SipTransactions *self)
{
  if (--self->depth == 0 && self->is_dead)
    sip_layer_destroy (self);
}

void
sip_layer_destroy (SipTransactions *self)
{
  SipMatchLink *entry;

  self->is_dead = TRUE;
  while (self->dependents != NULL)
    {
      SipDependent *dependent = self->dependents;

      sip_layer_remove_dependent (dependent);
      dependent->layer_gone (dependent);
    }
  while ((entry = sip_match_table_any (&self->clients)) != NULL)
    sip_client_transaction_free (sip_client_transaction_from_link (entry));
  while ((entry = sip_match_table_any (&self->servers)) != NULL)
    sip_server_transaction_free (sip_server_transaction_from_link (entry));

  g_clear_pointer (&self->transports, sip_transports_free);
  sip_match_table_clear (&self->servers);
  sip_match_table_clear (&self->merges);
  sip_match_table_clear (&self->clients);
  g_clear_pointer (&self->wheel, sip_timer_wheel_unref);
  g_clear_pointer (&self->server_name, g_free);
  g_clear_pointer (&self->authenticator, sip_authenticator_free);
  g_string_free (self->scratch, TRUE);
  g_free (self);
}

void
sip_layer_add_dependent (SipTransactions *self,
                         SipDependent    *dependent,
                         void           (*layer_gone) (SipDependent *dependent))
{
  dependent->layer_gone = layer_gone;
  dependent->next = self->dependents;
  if (dependent->next != NULL)
    dependent->next->link = &dependent->next;
  dependent->link = &self->dependents;
  self->dependents = dependent;
}

void
sip_layer_remove_dependent (SipDependent *dependent)
{
  if (dependent->link == NULL)
    return;

  *dependent->link = dependent->next;
  if (dependent->next != NULL)
    dependent->next->link = dependent->link;
  dependent->next = NULL;
  dependent->link = NULL;
}

SipMsg *
sip_layer_seal_response (SipTransactions      *self,
                         SipMsgBuilder        *response,
                         const SipMsg         *request,
                         SipFlow              *flow,
                         const SipContactSpec *contact)
{
  SipStr value = SIP_STR_INIT;

  if (contact != NULL)
    {
      g_string_truncate (self->scratch, 0);
      sip_contact_spec_append (contact, flow, request->uri, self->scratch);
      value = sip_str (self->scratch->str, self->scratch->len);
    }
  return sip_msg_builder_seal_response (response, request, value);
}

/* The same request gets the same tag (RFC 3261 §8.2.7), and only who knows the seed can tell it. */
static void
write_stateless_tag (SipTransactions *self,
                     const SipMsg    *request,
                     char             tag[17])
{
  guint32 a = sip_str_hash (request->call_id, self->seed ^ request->cseq.number);
  guint32 b = sip_str_hash (request->from.tag, self->seed ^ ((guint64) a << 32));
  guint32 c = sip_str_hash (request->via.branch, self->seed ^ ((guint64) b << 32 | a));

  g_snprintf (tag, 17, "%08x%08x", b, c);
}

void
sip_layer_answer (SipTransactions *self,
                  const SipMsg    *request,
                  SipFlow         *flow,
                  guint            status,
                  const char      *reason,
                  SipStr           to_tag)
{
  g_autoptr (SipMsgBuilder) builder = NULL;
  g_autoptr (SipFlow) back = NULL;
  g_autoptr (SipMsg) response = NULL;
  g_autoptr (GError) error = NULL;
  char tag[SIP_SERVER_TO_TAG_MAX + 1];

  G_STATIC_ASSERT (sizeof tag >= 17);

  if (to_tag.len > 0)
    {
      memcpy (tag, to_tag.p, to_tag.len);
      tag[to_tag.len] = '\0';
    }
  else
    write_stateless_tag (self, request, tag);

  builder = sip_msg_builder_new_response (request, status, reason, tag);
  if (self->server_name != NULL)
    sip_msg_builder_add (builder, SIP_H_SERVER, sip_str_from (self->server_name));
  if (status == 503)
    sip_msg_builder_add (builder, SIP_H_RETRY_AFTER, SIP_STR (RETRY_AFTER));
  back = sip_transports_flow_for_response (self->transports, request, flow);
  response = sip_layer_seal_response (self, builder, request, back, NULL);
  if (!sip_flow_send (back, response, &error))
    g_debug ("%u to a request could not be sent: %s", status, error->message);
}
