/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-refer-target-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-name-addr-private.h"
#include "syntax/sip-replaces-view-private.h"

/* The URI as a Request-URI: headers and the method parameter do not belong there (RFC 3261 §19.1.1). */
static char *
request_uri (const SipUriView *view)
{
  const char *end = view->params.p != NULL ? view->params.p - 1 : view->headers.p != NULL ? view->headers.p - 1 : view->whole.p + view->whole.len;
  GString *text = g_string_new_len (view->whole.p, end - view->whole.p);
  SipStr rest = view->params;
  SipStr name, value;

  while (sip_params_next (&rest, &name, &value))
    {
      if (sip_str_equal_nocase (name, SIP_STR ("method")))
        continue;
      g_string_append_printf (text, ";" SIP_STR_FORMAT, SIP_STR_ARGS (name));
      if (value.p != NULL)
        g_string_append_printf (text, "=" SIP_STR_FORMAT, SIP_STR_ARGS (value));
    }

  return g_string_free (text, FALSE);
}

static gboolean
asks_for_invite (const SipUriView *view)
{
  SipStr method;

  return !sip_params_find (view->params, "method", &method) || sip_str_equal (method, SIP_STR ("INVITE"));
}

static gboolean
take_replaces (SipReferTarget *self)
{
  SipReplacesView view;

  self->replaces = sip_uri_get_header (sip_name_addr_get_uri (self->refer_to), "Replaces");

  return self->replaces == NULL || sip_replaces_view_parse (&view, sip_str_from (self->replaces));
}

SipReferTarget *
sip_refer_target_new (const SipMsg *request, const char **problem)
{
  const SipField *field = sip_msg_field (request, SIP_H_REFER_TO);
  g_autoptr (SipReferTarget) self = NULL;
  g_autofree char *value = NULL;
  SipNameAddrView name_addr;
  SipUriView uri;

  /* RFC 3515 §2.4.2 */
  *problem = "Not One Refer-To";
  if (field == NULL || sip_msg_field_after (request, field) != NULL)
    return NULL;

  *problem = "Bad Refer-To";
  self = g_new0 (SipReferTarget, 1);
  value = sip_msg_unfold (sip_msg_field_value (request, field));
  self->refer_to = sip_name_addr_new_from_str (sip_str_from (value));
  if (self->refer_to == NULL || !sip_name_addr_view_parse (&name_addr, sip_str_from (value)) || !sip_uri_view_parse (&uri, name_addr.uri))
    return NULL;

  if (uri.is_sip)
    {
      *problem = "Bad Replaces";
      if (!take_replaces (self))
        return NULL;
      self->uri = request_uri (&uri);
      self->is_invite = asks_for_invite (&uri);
    }
  else if (sip_str_equal_nocase (uri.scheme, SIP_STR ("tel")))
    {
      self->uri = g_strdup_printf ("tel:" SIP_STR_FORMAT, SIP_STR_ARGS (uri.opaque));
      self->is_invite = TRUE;
    }

  return g_steal_pointer (&self);
}

void
sip_refer_target_free (SipReferTarget *self)
{
  g_clear_pointer (&self->refer_to, sip_name_addr_unref);
  g_free (self->uri);
  g_free (self->replaces);
  g_free (self);
}

gboolean
sip_refer_target_check (const SipReferTarget *self, GError **error)
{
  g_autofree char *text = NULL;

  if (self->uri != NULL && self->is_invite)
    return TRUE;

  text = sip_name_addr_to_string (self->refer_to);
  if (self->uri == NULL)
    g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI, "%s is nothing that can be called", text);
  else
    g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "%s asks for something else than a call", text);
  return FALSE;
}
