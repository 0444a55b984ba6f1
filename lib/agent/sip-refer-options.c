/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-refer-options.h"

#include "agent/sip-request-options-private.h"

/**
 * SipReferOptions:
 *
 * How a call is transferred.
 */
struct _SipReferOptions
{
  SipRequestOptions parent_instance;
  gboolean active_after_transfer;
};

struct _SipReferOptionsClass
{
  SipRequestOptionsClass parent_class;
};

enum
{
  PROP_0,
  PROP_ACTIVE_AFTER_TRANSFER,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipReferOptions, sip_refer_options, SIP_TYPE_REQUEST_OPTIONS)

static void
sip_refer_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ACTIVE_AFTER_TRANSFER:
      g_value_set_boolean (value, SIP_REFER_OPTIONS (object)->active_after_transfer);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_refer_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ACTIVE_AFTER_TRANSFER:
      sip_refer_options_set_active_after_transfer (SIP_REFER_OPTIONS (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_refer_options_class_init (SipReferOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sip_refer_options_get_property;
  object_class->set_property = sip_refer_options_set_property;

  /**
   * SipReferOptions:active-after-transfer:
   *
   * Whether the call goes on when the other side has reached the target; otherwise it is then hung up.
   */
  properties[PROP_ACTIVE_AFTER_TRANSFER] = g_param_spec_boolean ("active-after-transfer", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_refer_options_init (SipReferOptions *self)
{
}

/**
 * sip_refer_options_new:
 *
 * Creates options with all defaults.
 *
 * Returns: (transfer full): new options
 */
SipReferOptions *
sip_refer_options_new (void)
{
  return g_object_new (SIP_TYPE_REFER_OPTIONS, NULL);
}

/**
 * sip_refer_options_get_active_after_transfer:
 * @self: the options
 *
 * Gets whether the call goes on when the other side has reached the target.
 *
 * Returns: whether it does
 */
gboolean
sip_refer_options_get_active_after_transfer (SipReferOptions *self)
{
  g_return_val_if_fail (SIP_IS_REFER_OPTIONS (self), FALSE);

  return self->active_after_transfer;
}

/**
 * sip_refer_options_set_active_after_transfer:
 * @self: the options
 * @active_after_transfer: whether the call goes on
 *
 * Sets whether the call goes on when the other side has reached the target.
 */
void
sip_refer_options_set_active_after_transfer (SipReferOptions *self, gboolean active_after_transfer)
{
  g_return_if_fail (SIP_IS_REFER_OPTIONS (self));

  if (self->active_after_transfer == !!active_after_transfer)
    return;

  self->active_after_transfer = !!active_after_transfer;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE_AFTER_TRANSFER]);
}
