/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-publish-options.h"

#include "agent/sip-request-options-private.h"

/**
 * SipPublishOptions:
 *
 * How something is published. Extra headers go into each PUBLISH.
 */
struct _SipPublishOptions
{
  SipRequestOptions parent_instance;
  guint expires;
  gboolean unpublish_on_close;
};

struct _SipPublishOptionsClass
{
  SipRequestOptionsClass parent_class;
};

enum
{
  PROP_0,
  PROP_EXPIRES,
  PROP_UNPUBLISH_ON_CLOSE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipPublishOptions, sip_publish_options, SIP_TYPE_REQUEST_OPTIONS)

static void
sip_publish_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipPublishOptions *self = SIP_PUBLISH_OPTIONS (object);

  switch (id)
    {
    case PROP_EXPIRES:
      g_value_set_uint (value, self->expires);
      break;
    case PROP_UNPUBLISH_ON_CLOSE:
      g_value_set_boolean (value, self->unpublish_on_close);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_publish_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipPublishOptions *self = SIP_PUBLISH_OPTIONS (object);

  switch (id)
    {
    case PROP_EXPIRES:
      sip_publish_options_set_expires (self, g_value_get_uint (value));
      break;
    case PROP_UNPUBLISH_ON_CLOSE:
      sip_publish_options_set_unpublish_on_close (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_publish_options_class_init (SipPublishOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sip_publish_options_get_property;
  object_class->set_property = sip_publish_options_set_property;

  /**
   * SipPublishOptions:expires:
   *
   * How long what is published is to be known before it is refreshed, in seconds; the server may choose another time.
   */
  properties[PROP_EXPIRES] = g_param_spec_uint ("expires", NULL, NULL, 1, G_MAXINT32, 3600, flags);

  /**
   * SipPublishOptions:unpublish-on-close:
   *
   * Whether it is taken back when the agent stops. Otherwise it is known until it expires.
   */
  properties[PROP_UNPUBLISH_ON_CLOSE] = g_param_spec_boolean ("unpublish-on-close", NULL, NULL, TRUE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_publish_options_init (SipPublishOptions *self)
{
  self->expires = 3600;
  self->unpublish_on_close = TRUE;
}

/**
 * sip_publish_options_new:
 *
 * Creates options with all defaults.
 *
 * Returns: (transfer full): new options
 */
SipPublishOptions *
sip_publish_options_new (void)
{
  return g_object_new (SIP_TYPE_PUBLISH_OPTIONS, NULL);
}

/**
 * sip_publish_options_get_expires:
 * @self: the options
 *
 * Gets how long what is published is to be known.
 *
 * Returns: seconds
 */
guint
sip_publish_options_get_expires (SipPublishOptions *self)
{
  g_return_val_if_fail (SIP_IS_PUBLISH_OPTIONS (self), 0);

  return self->expires;
}

/**
 * sip_publish_options_set_expires:
 * @self: the options
 * @expires: seconds, at least 1
 *
 * Sets how long what is published is to be known.
 */
void
sip_publish_options_set_expires (SipPublishOptions *self, guint expires)
{
  g_return_if_fail (SIP_IS_PUBLISH_OPTIONS (self));
  g_return_if_fail (expires > 0 && expires <= G_MAXINT32);

  if (self->expires == expires)
    return;

  self->expires = expires;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES]);
}

/**
 * sip_publish_options_get_unpublish_on_close:
 * @self: the options
 *
 * Gets whether it is taken back when the agent stops.
 *
 * Returns: whether it is
 */
gboolean
sip_publish_options_get_unpublish_on_close (SipPublishOptions *self)
{
  g_return_val_if_fail (SIP_IS_PUBLISH_OPTIONS (self), FALSE);

  return self->unpublish_on_close;
}

/**
 * sip_publish_options_set_unpublish_on_close:
 * @self: the options
 * @unpublish_on_close: whether it is taken back when the agent stops
 *
 * Sets whether it is taken back when the agent stops.
 */
void
sip_publish_options_set_unpublish_on_close (SipPublishOptions *self, gboolean unpublish_on_close)
{
  g_return_if_fail (SIP_IS_PUBLISH_OPTIONS (self));

  if (self->unpublish_on_close == !!unpublish_on_close)
    return;

  self->unpublish_on_close = !!unpublish_on_close;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNPUBLISH_ON_CLOSE]);
}
