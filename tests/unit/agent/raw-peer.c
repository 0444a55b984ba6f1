/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/raw-peer.h"

static void
receive_cb (gpointer user_data, SipMsg *msg, SipFlow *flow)
{
  RawPeer *self = user_data;

  g_ptr_array_add (self->received, sip_msg_ref (msg));
  sip_flow_ref (flow);
  g_clear_pointer (&self->flow, sip_flow_unref);
  self->flow = flow;
}

RawPeer *
raw_peer_new (const char *name, SipTimerWheel *wheel)
{
  static const SipTransportsEvents events = { receive_cb, NULL };
  RawPeer *self = g_new0 (RawPeer, 1);
  g_autofree char *uri = g_strdup_printf ("mem://%s", name);
  g_autofree char *listening = NULL;
  g_autoptr (GError) error = NULL;

  self->name = g_strdup (name);
  self->received = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_msg_unref);
  self->transports = sip_transports_new (wheel, &events, self);
  listening = sip_transports_listen (self->transports, uri, &error);
  g_assert_no_error (error);

  return self;
}

void
raw_peer_free (RawPeer *self)
{
  g_ptr_array_unref (self->received);
  g_clear_pointer (&self->flow, sip_flow_unref);
  sip_transports_free (self->transports);
  g_free (self->name);
  g_free (self);
}

SipMsg *
raw_peer_last (RawPeer *self, const char *method)
{
  for (guint i = self->received->len; i > 0; i--)
    {
      SipMsg *msg = g_ptr_array_index (self->received, i - 1);

      if (msg->is_request && sip_str_equal (msg->method_name, sip_str_from (method)))
        return msg;
    }

  return NULL;
}

guint
raw_peer_count (RawPeer *self, const char *method)
{
  guint n = 0;

  for (guint i = 0; i < self->received->len; i++)
    {
      SipMsg *msg = g_ptr_array_index (self->received, i);

      n += msg->is_request && sip_str_equal (msg->method_name, sip_str_from (method));
    }

  return n;
}

static void
send_text (RawPeer *self, SipFlow *flow, GString *text, const char *body)
{
  g_autoptr (SipMsg) msg = NULL;
  g_autoptr (GError) error = NULL;
  const SipLimits limits = SIP_LIMITS_DEFAULT;

  if (body != NULL && strstr (text->str, "\r\nContent-Type:") == NULL)
    g_string_append (text, "Content-Type: application/sdp\r\n");
  g_string_append_printf (text, "Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", body != NULL ? strlen (body) : 0, body != NULL ? body : "");
  msg = sip_msg_parse (text->str, text->len, &limits, &error);
  g_assert_no_error (error);
  g_assert_true (sip_flow_send (flow, msg, &error));
  g_assert_no_error (error);
}

void
raw_peer_respond (RawPeer *self, SipMsg *request, guint status, const char *to_tag, const char *more, const char *sdp)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SipValueIter iter = { 0 };
  SipStr value;

  g_string_append_printf (text, "SIP/2.0 %u Whatever\r\n", status);
  while (sip_msg_next_value (request, SIP_H_VIA, &iter, &value))
    g_string_append_printf (text, "Via: " SIP_STR_FORMAT "\r\n", SIP_STR_ARGS (value));
  g_string_append_printf (text, "From: " SIP_STR_FORMAT "\r\n", SIP_STR_ARGS (sip_msg_value (request, SIP_H_FROM)));
  g_string_append_printf (text, "To: " SIP_STR_FORMAT, SIP_STR_ARGS (sip_msg_value (request, SIP_H_TO)));
  if (to_tag != NULL && request->to.tag.len == 0)
    g_string_append_printf (text, ";tag=%s", to_tag);
  g_string_append_printf (text, "\r\nCall-ID: " SIP_STR_FORMAT "\r\n", SIP_STR_ARGS (request->call_id));
  g_string_append_printf (text, "CSeq: " SIP_STR_FORMAT "\r\n", SIP_STR_ARGS (sip_msg_value (request, SIP_H_CSEQ)));
  if (status < 300 && (more == NULL || strstr (more, "Contact:") == NULL))
    g_string_append_printf (text, "Contact: <sip:%s@%s.mem>\r\n", to_tag != NULL ? to_tag : "x", self->name);
  if (more != NULL)
    g_string_append (text, more);
  send_text (self, self->flow, text, sdp);
}

void
raw_peer_send (RawPeer *self, const char *peer, const char *body, const char *format, ...)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *uri = g_strdup_printf ("mem://%s", peer);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipFlow) flow = sip_transports_connect (self->transports, uri, &error);
  va_list args;

  g_assert_no_error (error);
  va_start (args, format);
  g_string_append_vprintf (text, format, args);
  va_end (args);
  send_text (self, flow, text, body);
}
