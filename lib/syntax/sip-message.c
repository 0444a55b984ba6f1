/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-message-private.h"

#include "syntax/sip-error.h"
#include "syntax/sip-msg-builder-private.h"

/**
 * SipMessage:
 *
 * A SIP message: a [class@Request] or a [class@Response].
 *
 * Messages come with the signals and results of everything that talks SIP, received or sent, and [func@Message.parse] makes one from
 * bytes, with no agent around. A message is immutable, and what it gives are looks at its bytes.
 *
 * ```c
 * g_autoptr(SipMessage) message = sip_message_parse (bytes, &error);
 *
 * if (SIP_IS_REQUEST (message))
 *   {
 *     g_autofree char *agent = sip_message_get_header (message, "User-Agent");
 *
 *     g_print ("%s from %s\n", sip_message_get_method (message), agent != NULL ? agent : "somebody");
 *   }
 * ```
 *
 * Headers are asked for by their long or compact name in any case. All text comes as valid UTF-8: bytes that are none are shown as
 * the replacement character U+FFFD. [method@Message.to_bytes] gives every byte as it is.
 *
 * A message belongs to one thread like any object of an agent, but its last reference may go in any other, as happens where a
 * language collects its garbage.
 */

enum
{
  PROP_0,
  PROP_METHOD,
  PROP_CALL_ID,
  PROP_CSEQ,
  PROP_FROM,
  PROP_TO,
  PROP_CONTENT_TYPE,
  PROP_BODY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ABSTRACT_TYPE (SipMessage, sip_message, G_TYPE_OBJECT)

/* The text of a value, in one line and valid. A NUL, which a quoted-pair may hold, is no end of it. */
static char *
text_of_value (SipStr value)
{
  g_autofree char *valid = NULL;

  if (value.p == NULL)
    return NULL;

  if (g_utf8_validate_len (value.p, value.len, NULL))
    return sip_msg_unfold (value);

  valid = g_utf8_make_valid (value.p, value.len);

  return sip_msg_unfold (sip_str_from (valid));
}

static void
sip_message_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  SipMessage *self = SIP_MESSAGE (object);

  switch (prop_id)
    {
    case PROP_METHOD:
      g_value_set_string (value, sip_message_get_method (self));
      break;
    case PROP_CALL_ID:
      g_value_set_string (value, sip_message_get_call_id (self));
      break;
    case PROP_CSEQ:
      g_value_set_uint (value, sip_message_get_cseq (self));
      break;
    case PROP_FROM:
      g_value_set_boxed (value, sip_message_get_from (self));
      break;
    case PROP_TO:
      g_value_set_boxed (value, sip_message_get_to (self));
      break;
    case PROP_CONTENT_TYPE:
      g_value_set_string (value, sip_message_get_content_type (self));
      break;
    case PROP_BODY:
      g_value_set_boxed (value, sip_message_get_body (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sip_message_finalize (GObject *object)
{
  SipMessage *self = SIP_MESSAGE (object);

  g_clear_pointer (&self->from, sip_name_addr_unref);
  g_clear_pointer (&self->to, sip_name_addr_unref);
  g_clear_pointer (&self->call_id, g_free);
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->msg, sip_msg_unref);

  G_OBJECT_CLASS (sip_message_parent_class)->finalize (object);
}

static void
sip_message_class_init (SipMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sip_message_get_property;
  object_class->finalize = sip_message_finalize;

  /**
   * SipMessage:method: (getter get_method)
   *
   * The method of a request, or of the request that a response answers.
   */
  properties[PROP_METHOD] = g_param_spec_string ("method", NULL, NULL, NULL, flags);

  /**
   * SipMessage:call-id: (getter get_call_id)
   *
   * The Call-ID.
   */
  properties[PROP_CALL_ID] = g_param_spec_string ("call-id", NULL, NULL, NULL, flags);

  /**
   * SipMessage:cseq: (getter get_cseq)
   *
   * The number in CSeq.
   */
  properties[PROP_CSEQ] = g_param_spec_uint ("cseq", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipMessage:from: (getter get_from)
   *
   * Who made the request.
   */
  properties[PROP_FROM] = g_param_spec_boxed ("from", NULL, NULL, SIP_TYPE_NAME_ADDR, flags);

  /**
   * SipMessage:to: (getter get_to)
   *
   * Whom the request is meant for.
   */
  properties[PROP_TO] = g_param_spec_boxed ("to", NULL, NULL, SIP_TYPE_NAME_ADDR, flags);

  /**
   * SipMessage:content-type: (getter get_content_type)
   *
   * The type of the body.
   */
  properties[PROP_CONTENT_TYPE] = g_param_spec_string ("content-type", NULL, NULL, NULL, flags);

  /**
   * SipMessage:body: (getter get_body)
   *
   * The body.
   */
  properties[PROP_BODY] = g_param_spec_boxed ("body", NULL, NULL, G_TYPE_BYTES, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_message_init (SipMessage *self)
{
}

SipMessage *
sip_message_new_for_msg (SipMsg *msg)
{
  SipMessage *self = g_object_new (msg->is_request ? SIP_TYPE_REQUEST : SIP_TYPE_RESPONSE, NULL);

  self->msg = sip_msg_ref (msg);

  return self;
}

SipMsg *
sip_message_get_msg (SipMessage *self)
{
  return self->msg;
}

/**
 * sip_message_parse:
 * @bytes: one message, as it would be in a datagram
 * @error: return location for an error
 *
 * Parses a message (RFC 3261 §7).
 *
 * It needs nothing else of this library: no agent, no main loop. The parser is strict. What a server would answer with an error is
 * refused here too, and the error's message then begins with the status that the request deserves, such as
 * “400 Bad Request: …” or “505 Version Not Supported: …”. Bytes after the number that Content-Length names are ignored (§18.3).
 *
 * Returns: (transfer full): a [class@Request] or a [class@Response], or `NULL` with `SIP_ERROR_PARSE`
 */
SipMessage *
sip_message_parse (GBytes  *bytes,
                   GError **error)
{
  g_autoptr (SipMsg) msg = NULL;
  SipLimits limits = SIP_LIMITS_DEFAULT;
  const char *data;
  gsize len;

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  data = g_bytes_get_data (bytes, &len);
  msg = sip_msg_parse (data != NULL ? data : "", len, &limits, error);
  if (msg == NULL)
    return NULL;

  /* A scheme that an agent cannot serve is well-formed all the same. */
  if (msg->defect != 0 && msg->defect != 416)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_PARSE, "%u %s: %s", msg->defect, sip_status_reason (msg->defect),
                   msg->defect_reason != NULL ? msg->defect_reason : "");
      return NULL;
    }

  return sip_message_new_for_msg (msg);
}

/**
 * sip_message_get_header:
 * @self: a message
 * @name: the long or compact name of a header, in any case
 *
 * Gets the first value of a header, in one line.
 *
 * Where a header may hold several values joined by commas (RFC 3261 §7.3.1), this is the first of them.
 *
 * Returns: (transfer full) (nullable): the value, or `NULL` if there is no such header
 */
char *
sip_message_get_header (SipMessage *self,
                        const char *name)
{
  g_auto (GStrv) values = NULL;

  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  values = sip_message_get_headers (self, name);

  return g_strdup (values[0]);
}

/* The values of a header that the library does not know are its fields: only who knows it may split it at commas. */
static void
add_unknown_values (GPtrArray    *values,
                    const SipMsg *msg,
                    const char   *name)
{
  for (guint i = 0; i < msg->n_fields; i++)
    {
      const SipField *field = &msg->fields[i];

      if (field->id == SIP_H_OTHER && sip_str_equal_nocase (sip_str (msg->data + field->name, field->name_len), sip_str_from (name)))
        g_ptr_array_add (values, text_of_value (sip_msg_field_value (msg, field)));
    }
}

/**
 * sip_message_get_headers:
 * @self: a message
 * @name: the long or compact name of a header, in any case
 *
 * Gets all values of a header in their order, each in one line.
 *
 * A field that holds several values joined by commas is split where the header's definition allows it (RFC 3261 §7.3.1). Headers that
 * this library does not know are never split.
 *
 * Returns: (transfer full) (array zero-terminated=1): the values; an empty array if there is no such header
 */
char **
sip_message_get_headers (SipMessage *self,
                         const char *name)
{
  GPtrArray *values;
  SipHeaderId id;

  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  values = g_ptr_array_new ();
  id = sip_header_id_lookup (name, strlen (name));

  if (id == SIP_H_OTHER)
    {
      add_unknown_values (values, self->msg, name);
    }
  else
    {
      SipValueIter iter = { 0 };
      SipStr value;

      while (sip_msg_next_value (self->msg, id, &iter, &value))
        g_ptr_array_add (values, text_of_value (value));
    }

  g_ptr_array_add (values, NULL);

  return (char **) g_ptr_array_free (values, FALSE);
}

/**
 * sip_message_has_header:
 * @self: a message
 * @name: the long or compact name of a header, in any case
 *
 * Tells whether the message has a header.
 *
 * Returns: `TRUE` if it is there, with or without a value
 */
gboolean
sip_message_has_header (SipMessage *self,
                        const char *name)
{
  SipHeaderId id;

  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  id = sip_header_id_lookup (name, strlen (name));
  if (id != SIP_H_OTHER)
    return sip_msg_field (self->msg, id) != NULL;

  return sip_msg_value_by_name (self->msg, sip_str_from (name)).p != NULL;
}

/**
 * sip_message_list_header_names:
 * @self: a message
 *
 * Lists the headers of a message: each name once, in the order of their first fields.
 *
 * A header that this library knows is listed under its usual long name, any other one as it is written.
 *
 * Returns: (transfer full) (array zero-terminated=1): the names
 */
char **
sip_message_list_header_names (SipMessage *self)
{
  g_autoptr (GHashTable) seen = NULL;
  GPtrArray *names;

  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  names = g_ptr_array_new ();

  for (guint i = 0; i < self->msg->n_fields; i++)
    {
      const SipField *field = &self->msg->fields[i];
      SipStr name = field->id != SIP_H_OTHER ? sip_header_id_name (field->id) : sip_str (self->msg->data + field->name, field->name_len);

      if (g_hash_table_add (seen, g_ascii_strdown (name.p, name.len)))
        g_ptr_array_add (names, sip_str_dup (name));
    }

  g_ptr_array_add (names, NULL);

  return (char **) g_ptr_array_free (names, FALSE);
}

/**
 * sip_message_get_address:
 * @self: a message
 * @name: the long or compact name of a header, in any case
 * @error: return location for an error
 *
 * Gets the first value of a header that names a party, such as Contact, Refer-To or P-Asserted-Identity.
 *
 * Returns: (transfer full): the party, or `NULL` with `SIP_ERROR_INVALID_HEADER` if there is no such header or it names nobody
 */
SipNameAddr *
sip_message_get_address (SipMessage  *self,
                         const char  *name,
                         GError     **error)
{
  g_autofree char *value = NULL;

  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  value = sip_message_get_header (self, name);
  if (value == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "The message has no header “%s”", name);
      return NULL;
    }

  return sip_name_addr_parse (value, error);
}

/**
 * sip_message_get_from: (get-property from)
 * @self: a message
 *
 * Gets who made the request.
 *
 * Returns: (transfer none) (nullable): the party in From, or `NULL` if it names nobody
 */
SipNameAddr *
sip_message_get_from (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  if (self->from == NULL)
    self->from = sip_name_addr_new_from_str (sip_msg_value (self->msg, SIP_H_FROM));

  return self->from;
}

/**
 * sip_message_get_to: (get-property to)
 * @self: a message
 *
 * Gets whom the request is meant for.
 *
 * Returns: (transfer none) (nullable): the party in To, or `NULL` if it names nobody
 */
SipNameAddr *
sip_message_get_to (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  if (self->to == NULL)
    self->to = sip_name_addr_new_from_str (sip_msg_value (self->msg, SIP_H_TO));

  return self->to;
}

/**
 * sip_message_get_call_id: (get-property call-id)
 * @self: a message
 *
 * Gets the Call-ID.
 *
 * Returns: (transfer none) (nullable): the Call-ID, or `NULL` if there is none
 */
const char *
sip_message_get_call_id (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  if (self->call_id == NULL)
    self->call_id = text_of_value (self->msg->call_id);

  return self->call_id;
}

/**
 * sip_message_get_cseq: (get-property cseq)
 * @self: a message
 *
 * Gets the number in CSeq; [method@Message.get_method] gives the method there.
 *
 * Returns: the number, which is below 2³¹
 */
guint
sip_message_get_cseq (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), 0);

  return self->msg->cseq.number;
}

/**
 * sip_message_get_method: (get-property method)
 * @self: a message
 *
 * Gets the method of a request, or the one that a response answers (from its CSeq). Methods are case-sensitive.
 *
 * Returns: (transfer none): the method, such as `INVITE`
 */
const char *
sip_message_get_method (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  if (self->method == NULL)
    self->method = g_strndup (self->msg->method_name.p != NULL ? self->msg->method_name.p : "", self->msg->method_name.len);

  return self->method;
}

/**
 * sip_message_get_content_type: (get-property content-type)
 * @self: a message
 *
 * Gets the type of the body, with its parameters.
 *
 * Returns: (transfer none) (nullable): the type as it is written, such as `application/sdp`, or `NULL` if the message names none
 */
const char *
sip_message_get_content_type (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  if (self->content_type == NULL)
    self->content_type = text_of_value (sip_msg_value (self->msg, SIP_H_CONTENT_TYPE));

  return self->content_type;
}

/* Bytes that live as long as the message: nothing is copied. */
static GBytes *
bytes_of_msg (SipMsg     *msg,
              const char *data,
              gsize       len)
{
  return g_bytes_new_with_free_func (data, len, (GDestroyNotify) sip_msg_unref, sip_msg_ref (msg));
}

/**
 * sip_message_get_body: (get-property body)
 * @self: a message
 *
 * Gets the body.
 *
 * Returns: (transfer none) (nullable): the body, or `NULL` if there is none
 */
GBytes *
sip_message_get_body (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  if (self->body == NULL && self->msg->body_len > 0)
    self->body = bytes_of_msg (self->msg, self->msg->data + self->msg->head_len, self->msg->body_len);

  return self->body;
}

/**
 * sip_message_to_bytes:
 * @self: a message
 *
 * Gets the whole message as it is on the wire.
 *
 * Returns: (transfer full): its bytes
 */
GBytes *
sip_message_to_bytes (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  return bytes_of_msg (self->msg, self->msg->data, self->msg->len);
}

/**
 * sip_message_to_string:
 * @self: a message
 *
 * Gets the whole message as text, to be shown or logged.
 *
 * Mind that it may hold credentials, and in its body keys.
 *
 * Returns: (transfer full): the text; bytes that are no UTF-8 are replaced
 */
char *
sip_message_to_string (SipMessage *self)
{
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  return g_utf8_make_valid (self->msg->data, self->msg->len);
}
