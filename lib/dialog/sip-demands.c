/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-demands-private.h"

static void
respond (SipDialogs *dialogs, SipServerTransaction *transaction, guint status, SipHeaderId id, SipStr value)
{
  SipMsg *request = sip_server_transaction_get_request (transaction);
  g_autofree char *to_tag = request->to.tag.len == 0 ? sip_tag_new () : NULL;
  SipMsgBuilder *response = sip_msg_builder_new_response (request, status, NULL, to_tag);

  sip_msg_builder_add (response, id, value);
  if (sip_dialogs_get_product (dialogs) != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (sip_dialogs_get_product (dialogs)));
  sip_server_transaction_respond (transaction, response, NULL);
}

static gboolean
refuse_extensions (SipDialogs *dialogs, SipServerTransaction *transaction, SipMsg *request)
{
  g_autoptr (GString) unsupported = NULL;
  SipValueIter iter = { 0 };
  SipStr value;

  if (sip_msg_field (request, SIP_H_REQUIRE) == NULL)
    return FALSE;

  unsupported = g_string_new (NULL);
  while (sip_msg_next_value (request, SIP_H_REQUIRE, &iter, &value))
    {
      SipStr supported = sip_str_from (sip_dialogs_get_supported (dialogs));
      gboolean known = FALSE;
      SipStr option;

      while (!known && sip_values_next (&supported, &option))
        known = sip_str_equal_nocase (option, value);
      if (!known)
        g_string_append_printf (unsupported, "%s" SIP_STR_FORMAT, unsupported->len > 0 ? ", " : "", SIP_STR_ARGS (value));
    }

  if (unsupported->len > 0)
    respond (dialogs, transaction, 420, SIP_H_UNSUPPORTED, sip_str_from (unsupported->str));

  return unsupported->len > 0;
}

static gboolean
refuse_encoding (SipDialogs *dialogs, SipServerTransaction *transaction, SipMsg *request)
{
  SipStr encoding = sip_msg_value (request, SIP_H_CONTENT_ENCODING);

  if (encoding.p == NULL || sip_str_equal_nocase (encoding, SIP_STR ("identity")))
    return FALSE;

  respond (dialogs, transaction, 415, SIP_H_ACCEPT_ENCODING, SIP_STR ("identity"));
  return TRUE;
}

gboolean
sip_demands_refuse (SipDialogs *dialogs, SipServerTransaction *transaction)
{
  g_autoptr (SipMsg) request = sip_msg_ref (sip_server_transaction_get_request (transaction));

  return refuse_extensions (dialogs, transaction, request) || refuse_encoding (dialogs, transaction, request);
}
