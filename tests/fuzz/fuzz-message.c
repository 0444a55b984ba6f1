/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "syntax/sip-message-private.h"
#include "syntax/sip-msg-builder-private.h"

static void
check_within (const SipMsg *msg,
              SipStr        str)
{
  CHECK (str.p == NULL || (str.p >= msg->data && str.p + str.len <= msg->data + msg->len));
}

static void
check_slices (const SipMsg *msg)
{
  const SipStr slices[] = {
    msg->method_name, msg->uri,         msg->reason,      msg->call_id,    msg->cseq.method_name, msg->via.host,
    msg->via.branch,  msg->via.params,  msg->via.sent_by, msg->from.uri,   msg->from.display,     msg->from.params,
    msg->from.tag,    msg->to.uri,      msg->to.display,  msg->to.params,  msg->to.tag,
  };

  CHECK (msg->head_len + msg->body_len == msg->len);
  for (gsize i = 0; i < G_N_ELEMENTS (slices); i++)
    check_within (msg, slices[i]);

  for (guint i = 0; i < msg->n_fields; i++)
    {
      const SipField *field = &msg->fields[i];

      CHECK (field->name + field->name_len <= field->value);
      CHECK (field->value + field->value_len <= msg->head_len);
    }
}

/* A message that we take is read as the same from its own bytes. */
static void
check_again (const SipMsg *msg)
{
  g_autoptr (SipMsg) again = sip_msg_parse (msg->data, msg->len, NULL, NULL);

  CHECK (again != NULL && again->defect == msg->defect);
  CHECK (again->len == msg->len && again->n_fields == msg->n_fields && again->status == msg->status);
  CHECK (sip_str_equal (again->call_id, msg->call_id) && again->cseq.number == msg->cseq.number);
}

/* What we answer to it is a message too, and belongs to it. */
static void
check_answer (const SipMsg *request)
{
  g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_response (request, 404, NULL, "ours");
  g_autoptr (SipMsg) answer = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);
  g_autoptr (SipMsg) read = sip_msg_parse (answer->data, answer->len, NULL, NULL);

  CHECK (read != NULL);
  /* A header of everything that may be there once may be longer than one message may be. */
  if (read->defect == 513)
    return;
  CHECK (read->defect == 0 && read->status == 404 && read->method == request->method);
  CHECK (sip_str_equal (read->call_id, request->call_id) && read->cseq.number == request->cseq.number);
  CHECK (sip_str_equal (read->from.tag, request->from.tag) && read->to.tag.len > 0);
  CHECK (sip_str_equal (read->via.branch, request->via.branch));
  CHECK (sip_str_equal (read->via.host, request->via.host) && read->via.port == request->via.port);
}

static void
check_face (SipMsg *msg)
{
  g_autoptr (SipMessage) message = sip_message_new_for_msg (msg);
  g_auto (GStrv) names = sip_message_list_header_names (message);
  g_autofree char *text = sip_message_to_string (message);
  SipNameAddrView contact;

  CHECK (sip_message_get_from (message) != NULL && sip_message_get_to (message) != NULL);
  CHECK (g_utf8_validate (text, -1, NULL));
  sip_msg_contact (msg, &contact);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_auto (GStrv) values = sip_message_get_headers (message, names[i]);

      for (guint k = 0; values[k] != NULL; k++)
        CHECK (g_utf8_validate (values[k], -1, NULL) && strpbrk (values[k], "\r\n") == NULL);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (SipMsg) msg = sip_msg_parse (size > 0 ? (const char *) data : "", size, NULL, NULL);

  if (msg == NULL)
    return 0;

  check_slices (msg);
  if (msg->defect == 0)
    {
      check_again (msg);
      check_face (msg);
      if (msg->is_request && msg->method != SIP_METHOD_ACK)
        check_answer (msg);
    }
  else if (msg->is_request)
    {
      /* Even then somebody has to be told. */
      g_autoptr (SipMsgBuilder) builder = sip_msg_builder_new_response (msg, msg->defect, msg->defect_reason, NULL);
      g_autoptr (SipMsg) answer = sip_msg_builder_seal (builder, (SipStr) SIP_STR_INIT, (SipStr) SIP_STR_INIT);

      check_slices (answer);
    }

  return 0;
}
