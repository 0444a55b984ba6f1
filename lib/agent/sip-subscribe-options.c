/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-subscribe-options.h"

#include "agent/sip-request-options-private.h"

/**
 * SipSubscribeOptions:
 *
 * How somebody's state is subscribed to.
 *
 * Extra headers go into each SUBSCRIBE, a body only into the first: a notifier keeps a filter until it gets another (RFC 6665 §4.2.1.2, RFC 4660 §4.2).
 */
struct _SipSubscribeOptions
{
  SipRequestOptions parent_instance;
  guint expires;
  char **accept;
  gboolean resubscribe;
};

struct _SipSubscribeOptionsClass
{
  SipRequestOptionsClass parent_class;
};

enum
{
  PROP_0,
  PROP_EXPIRES,
  PROP_ACCEPT,
  PROP_RESUBSCRIBE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipSubscribeOptions, sip_subscribe_options, SIP_TYPE_REQUEST_OPTIONS)

static void
sip_subscribe_options_finalize (GObject *object)
{
  g_strfreev (SIP_SUBSCRIBE_OPTIONS (object)->accept);

  G_OBJECT_CLASS (sip_subscribe_options_parent_class)->finalize (object);
}

static void
sip_subscribe_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipSubscribeOptions *self = SIP_SUBSCRIBE_OPTIONS (object);

  switch (id)
    {
    case PROP_EXPIRES:
      g_value_set_uint (value, self->expires);
      break;
    case PROP_ACCEPT:
      g_value_set_boxed (value, self->accept);
      break;
    case PROP_RESUBSCRIBE:
      g_value_set_boolean (value, self->resubscribe);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_subscribe_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipSubscribeOptions *self = SIP_SUBSCRIBE_OPTIONS (object);

  switch (id)
    {
    case PROP_EXPIRES:
      sip_subscribe_options_set_expires (self, g_value_get_uint (value));
      break;
    case PROP_ACCEPT:
      sip_subscribe_options_set_accept (self, g_value_get_boxed (value));
      break;
    case PROP_RESUBSCRIBE:
      sip_subscribe_options_set_resubscribe (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_subscribe_options_class_init (SipSubscribeOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = sip_subscribe_options_finalize;
  object_class->get_property = sip_subscribe_options_get_property;
  object_class->set_property = sip_subscribe_options_set_property;

  /**
   * SipSubscribeOptions:expires:
   *
   * How long the subscription is to last before it is refreshed, in seconds; the other side may shorten it. 0 asks for the state once (RFC 6665 §4.4.3).
   */
  properties[PROP_EXPIRES] = g_param_spec_uint ("expires", NULL, NULL, 0, G_MAXINT32, 3600, flags);

  /**
   * SipSubscribeOptions:accept:
   *
   * The media types that the state may come in. Without any it is what the event package asks for, of those that this library reads.
   */
  properties[PROP_ACCEPT] = g_param_spec_boxed ("accept", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipSubscribeOptions:resubscribe:
   *
   * Whether a subscription that was lost is asked for anew, where RFC 6665 §4.1.3 lets us: see [class@Subscription].
   */
  properties[PROP_RESUBSCRIBE] = g_param_spec_boolean ("resubscribe", NULL, NULL, TRUE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_subscribe_options_init (SipSubscribeOptions *self)
{
  self->expires = 3600;
  self->resubscribe = TRUE;
}

/**
 * sip_subscribe_options_new:
 *
 * Creates options with all defaults.
 *
 * Returns: (transfer full): new options
 */
SipSubscribeOptions *
sip_subscribe_options_new (void)
{
  return g_object_new (SIP_TYPE_SUBSCRIBE_OPTIONS, NULL);
}

/**
 * sip_subscribe_options_get_expires:
 * @self: the options
 *
 * Gets how long the subscription is to last.
 *
 * Returns: seconds
 */
guint
sip_subscribe_options_get_expires (SipSubscribeOptions *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIBE_OPTIONS (self), 0);

  return self->expires;
}

/**
 * sip_subscribe_options_set_expires:
 * @self: the options
 * @expires: seconds; 0 asks for the state once
 *
 * Sets how long the subscription is to last.
 */
void
sip_subscribe_options_set_expires (SipSubscribeOptions *self, guint expires)
{
  g_return_if_fail (SIP_IS_SUBSCRIBE_OPTIONS (self));
  g_return_if_fail (expires <= G_MAXINT32);

  if (self->expires == expires)
    return;

  self->expires = expires;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES]);
}

/**
 * sip_subscribe_options_get_accept:
 * @self: the options
 *
 * Gets the media types that the state may come in.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): media types; `NULL`: what the event package asks for
 */
const char *const *
sip_subscribe_options_get_accept (SipSubscribeOptions *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIBE_OPTIONS (self), NULL);

  return (const char *const *) self->accept;
}

/**
 * sip_subscribe_options_set_accept:
 * @self: the options
 * @accept: (nullable) (array zero-terminated=1): media types
 *
 * Sets the media types that the state may come in.
 */
void
sip_subscribe_options_set_accept (SipSubscribeOptions *self, const char *const *accept)
{
  g_return_if_fail (SIP_IS_SUBSCRIBE_OPTIONS (self));

  if ((const char *const *) self->accept == accept)
    return;

  g_strfreev (self->accept);
  self->accept = g_strdupv ((char **) accept);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACCEPT]);
}

/**
 * sip_subscribe_options_get_resubscribe:
 * @self: the options
 *
 * Gets whether a subscription that was lost is asked for anew.
 *
 * Returns: whether it is
 */
gboolean
sip_subscribe_options_get_resubscribe (SipSubscribeOptions *self)
{
  g_return_val_if_fail (SIP_IS_SUBSCRIBE_OPTIONS (self), FALSE);

  return self->resubscribe;
}

/**
 * sip_subscribe_options_set_resubscribe:
 * @self: the options
 * @resubscribe: whether it is
 *
 * Sets whether a subscription that was lost is asked for anew.
 */
void
sip_subscribe_options_set_resubscribe (SipSubscribeOptions *self, gboolean resubscribe)
{
  g_return_if_fail (SIP_IS_SUBSCRIBE_OPTIONS (self));

  if (self->resubscribe == !!resubscribe)
    return;

  self->resubscribe = !!resubscribe;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RESUBSCRIBE]);
}
