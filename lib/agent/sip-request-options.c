/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-request-options-private.h"

#include "agent/sip-response-options.h"

/**
 * SipRequestOptions:
 *
 * What an application adds to a request of its own.
 *
 * Everywhere that options are taken, `NULL` stands for an object with all defaults. The options are read when the method is
 * called; changing them later changes nothing.
 */

enum
{
  PROP_0,
  PROP_EXTRA_HEADERS,
  PROP_BODY,
  PROP_CONTENT_TYPE,
  PROP_ANONYMOUS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_TYPE (SipRequestOptions, sip_request_options, G_TYPE_OBJECT)

static void
sip_request_options_finalize (GObject *object)
{
  SipRequestOptions *self = SIP_REQUEST_OPTIONS (object);

  g_clear_pointer (&self->extra_headers, g_strfreev);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_pointer (&self->content_type, g_free);

  G_OBJECT_CLASS (sip_request_options_parent_class)->finalize (object);
}

static void
sip_request_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipRequestOptions *self = SIP_REQUEST_OPTIONS (object);

  switch (id)
    {
    case PROP_EXTRA_HEADERS:
      g_value_set_boxed (value, self->extra_headers);
      break;
    case PROP_BODY:
      g_value_set_boxed (value, self->body);
      break;
    case PROP_CONTENT_TYPE:
      g_value_set_string (value, self->content_type);
      break;
    case PROP_ANONYMOUS:
      g_value_set_boolean (value, self->anonymous);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_request_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipRequestOptions *self = SIP_REQUEST_OPTIONS (object);

  switch (id)
    {
    case PROP_EXTRA_HEADERS:
      sip_request_options_set_extra_headers (self, g_value_get_boxed (value));
      break;
    case PROP_BODY:
      sip_request_options_set_body (self, g_value_get_boxed (value));
      break;
    case PROP_CONTENT_TYPE:
      sip_request_options_set_content_type (self, g_value_get_string (value));
      break;
    case PROP_ANONYMOUS:
      sip_request_options_set_anonymous (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_request_options_class_init (SipRequestOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = sip_request_options_finalize;
  object_class->get_property = sip_request_options_get_property;
  object_class->set_property = sip_request_options_set_property;

  /**
   * SipRequestOptions:extra-headers:
   *
   * Header fields to add, each as "Name: value".
   *
   * A CR, LF or NUL in one, or the name of a header that the library writes itself, is `SIP_ERROR_INVALID_HEADER` of the method that the
   * options are given to.
   */
  properties[PROP_EXTRA_HEADERS] = g_param_spec_boxed ("extra-headers", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipRequestOptions:body:
   *
   * The body of the message; its type is [property@Sip.RequestOptions:content-type].
   */
  properties[PROP_BODY] = g_param_spec_boxed ("body", NULL, NULL, G_TYPE_BYTES, flags);

  /**
   * SipRequestOptions:content-type:
   *
   * The media type of the body. Without one it is "text/plain".
   */
  properties[PROP_CONTENT_TYPE] = g_param_spec_string ("content-type", NULL, NULL, NULL, flags);

  /**
   * SipRequestOptions:anonymous:
   *
   * Whether who we are is kept from the other side: From and Contact do not name us, and servers are asked not to do it either, but told who we are (RFC 3323
   * §4.1, RFC 3325 §9.2).
   *
   * A call stays anonymous: what is said in it later is so too. With what answers or changes a call that was not, we are not named from then on; From and
   * To, which the call began with, stay. Any other request inside a call is as the call is.
   */
  properties[PROP_ANONYMOUS] = g_param_spec_boolean ("anonymous", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_request_options_init (SipRequestOptions *self)
{
}

SipMessageExtras
sip_request_options_get_extras (gpointer options)
{
  SipMessageExtras extras = { 0 };
  SipRequestOptions *self = options;

  if (self == NULL)
    return extras;

  extras.lines = (const char *const *) self->extra_headers;
  extras.body = self->body;
  extras.content_type = self->content_type != NULL ? self->content_type : "text/plain";
  extras.anonymous = self->anonymous;
  if (SIP_IS_RESPONSE_OPTIONS (self))
    {
      extras.status = sip_response_options_get_status_code (options);
      extras.reason = sip_response_options_get_reason_phrase (options);
    }

  return extras;
}

/**
 * sip_request_options_new:
 *
 * Creates options with all defaults.
 *
 * Returns: (transfer full): new options
 */
SipRequestOptions *
sip_request_options_new (void)
{
  return g_object_new (SIP_TYPE_REQUEST_OPTIONS, NULL);
}

/**
 * sip_request_options_get_extra_headers:
 * @self: the options
 *
 * Gets the header fields to add.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): each as "Name: value"
 */
const char *const *
sip_request_options_get_extra_headers (SipRequestOptions *self)
{
  g_return_val_if_fail (SIP_IS_REQUEST_OPTIONS (self), NULL);

  return (const char *const *) self->extra_headers;
}

/**
 * sip_request_options_set_extra_headers:
 * @self: the options
 * @extra_headers: (nullable) (array zero-terminated=1): each as "Name: value"
 *
 * Sets the header fields to add.
 */
void
sip_request_options_set_extra_headers (SipRequestOptions *self, const char *const *extra_headers)
{
  g_return_if_fail (SIP_IS_REQUEST_OPTIONS (self));

  if ((const char *const *) self->extra_headers == extra_headers)
    return;

  g_strfreev (self->extra_headers);
  self->extra_headers = g_strdupv ((char **) extra_headers);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXTRA_HEADERS]);
}

/**
 * sip_request_options_get_body:
 * @self: the options
 *
 * Gets the body.
 *
 * Returns: (transfer none) (nullable): the body
 */
GBytes *
sip_request_options_get_body (SipRequestOptions *self)
{
  g_return_val_if_fail (SIP_IS_REQUEST_OPTIONS (self), NULL);

  return self->body;
}

/**
 * sip_request_options_set_body:
 * @self: the options
 * @body: (nullable): the body
 *
 * Sets the body.
 */
void
sip_request_options_set_body (SipRequestOptions *self, GBytes *body)
{
  g_return_if_fail (SIP_IS_REQUEST_OPTIONS (self));

  if (self->body == body)
    return;

  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = body != NULL ? g_bytes_ref (body) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BODY]);
}

/**
 * sip_request_options_get_content_type:
 * @self: the options
 *
 * Gets the media type of the body.
 *
 * Returns: (transfer none) (nullable): the media type
 */
const char *
sip_request_options_get_content_type (SipRequestOptions *self)
{
  g_return_val_if_fail (SIP_IS_REQUEST_OPTIONS (self), NULL);

  return self->content_type;
}

/**
 * sip_request_options_set_content_type:
 * @self: the options
 * @content_type: (nullable): the media type
 *
 * Sets the media type of the body.
 */
void
sip_request_options_set_content_type (SipRequestOptions *self, const char *content_type)
{
  g_return_if_fail (SIP_IS_REQUEST_OPTIONS (self));

  if (g_strcmp0 (self->content_type, content_type) == 0)
    return;

  g_free (self->content_type);
  self->content_type = g_strdup (content_type);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT_TYPE]);
}

/**
 * sip_request_options_get_anonymous:
 * @self: the options
 *
 * Gets whether who we are is kept from the other side.
 *
 * Returns: whether it is
 */
gboolean
sip_request_options_get_anonymous (SipRequestOptions *self)
{
  g_return_val_if_fail (SIP_IS_REQUEST_OPTIONS (self), FALSE);

  return self->anonymous;
}

/**
 * sip_request_options_set_anonymous:
 * @self: the options
 * @anonymous: whether who we are is kept from the other side
 *
 * Sets whether who we are is kept from the other side.
 */
void
sip_request_options_set_anonymous (SipRequestOptions *self, gboolean anonymous)
{
  g_return_if_fail (SIP_IS_REQUEST_OPTIONS (self));

  if (self->anonymous == !!anonymous)
    return;

  self->anonymous = !!anonymous;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ANONYMOUS]);
}
