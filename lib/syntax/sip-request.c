/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-message-private.h"

/**
 * SipRequest:
 *
 * A SIP request: a method for a Request-URI (RFC 3261 §7.1).
 *
 * Everything that requests and responses share is in [class@Message].
 */
struct _SipRequest
{
  SipMessage parent_instance;
  SipUri *uri;
};

struct _SipRequestClass
{
  SipMessageClass parent_class;
};

enum
{
  PROP_0,
  PROP_URI,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipRequest, sip_request, SIP_TYPE_MESSAGE)

static void
sip_request_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  SipRequest *self = SIP_REQUEST (object);

  switch (prop_id)
    {
    case PROP_URI:
      g_value_set_boxed (value, sip_request_get_uri (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sip_request_finalize (GObject *object)
{
  SipRequest *self = SIP_REQUEST (object);

  g_clear_pointer (&self->uri, sip_uri_unref);

  G_OBJECT_CLASS (sip_request_parent_class)->finalize (object);
}

static void
sip_request_class_init (SipRequestClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sip_request_get_property;
  object_class->finalize = sip_request_finalize;

  /**
   * SipRequest:uri: (getter get_uri)
   *
   * The Request-URI.
   */
  properties[PROP_URI] = g_param_spec_boxed ("uri", NULL, NULL, SIP_TYPE_URI,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_request_init (SipRequest *self)
{
}

/**
 * sip_request_get_uri: (get-property uri)
 * @self: a request
 *
 * Gets the Request-URI: where the request goes, which need not be whom To names.
 *
 * Returns: (transfer none): the URI
 */
SipUri *
sip_request_get_uri (SipRequest *self)
{
  g_return_val_if_fail (SIP_IS_REQUEST (self), NULL);
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  if (self->uri == NULL)
    self->uri = sip_uri_new_from_str (SIP_MESSAGE (self)->msg->uri);

  return self->uri;
}
