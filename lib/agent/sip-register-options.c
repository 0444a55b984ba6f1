/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-register-options.h"

#include "agent/sip-request-options-private.h"

/**
 * SipRegisterOptions:
 *
 * How to register, and to unregister.
 */
struct _SipRegisterOptions
{
  SipRequestOptions parent_instance;
  char *registrar;
  guint expires;
  char **extra_contact_params;
  gboolean outbound;
  gboolean all;
};

struct _SipRegisterOptionsClass
{
  SipRequestOptionsClass parent_class;
};

enum
{
  PROP_0,
  PROP_REGISTRAR,
  PROP_EXPIRES,
  PROP_EXTRA_CONTACT_PARAMS,
  PROP_OUTBOUND,
  PROP_ALL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipRegisterOptions, sip_register_options, SIP_TYPE_REQUEST_OPTIONS)

static void
sip_register_options_finalize (GObject *object)
{
  SipRegisterOptions *self = SIP_REGISTER_OPTIONS (object);

  g_free (self->registrar);
  g_strfreev (self->extra_contact_params);

  G_OBJECT_CLASS (sip_register_options_parent_class)->finalize (object);
}

static void
sip_register_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipRegisterOptions *self = SIP_REGISTER_OPTIONS (object);

  switch (id)
    {
    case PROP_REGISTRAR:
      g_value_set_string (value, self->registrar);
      break;
    case PROP_EXPIRES:
      g_value_set_uint (value, self->expires);
      break;
    case PROP_EXTRA_CONTACT_PARAMS:
      g_value_set_boxed (value, self->extra_contact_params);
      break;
    case PROP_OUTBOUND:
      g_value_set_boolean (value, self->outbound);
      break;
    case PROP_ALL:
      g_value_set_boolean (value, self->all);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_register_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipRegisterOptions *self = SIP_REGISTER_OPTIONS (object);

  switch (id)
    {
    case PROP_REGISTRAR:
      sip_register_options_set_registrar (self, g_value_get_string (value));
      break;
    case PROP_EXPIRES:
      sip_register_options_set_expires (self, g_value_get_uint (value));
      break;
    case PROP_EXTRA_CONTACT_PARAMS:
      sip_register_options_set_extra_contact_params (self, g_value_get_boxed (value));
      break;
    case PROP_OUTBOUND:
      sip_register_options_set_outbound (self, g_value_get_boolean (value));
      break;
    case PROP_ALL:
      sip_register_options_set_all (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_register_options_class_init (SipRegisterOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = sip_register_options_finalize;
  object_class->get_property = sip_register_options_get_property;
  object_class->set_property = sip_register_options_set_property;

  /**
   * SipRegisterOptions:registrar:
   *
   * The registrar: a URI without a user, "sip:example.com". Without one it is [property@Sip.UserAgent:registrar], or else the domain of our address.
   * An agent has one registration at each registrar.
   */
  properties[PROP_REGISTRAR] = g_param_spec_string ("registrar", NULL, NULL, NULL, flags);

  /**
   * SipRegisterOptions:expires:
   *
   * For how many seconds to register (RFC 3261 §10.2.1.1); 0: [property@Sip.UserAgent:register-expires]. The registrar has the last word, and it is
   * refreshed in time.
   */
  properties[PROP_EXPIRES] = g_param_spec_uint ("expires", NULL, NULL, 0, G_MAXINT32, 0, flags);

  /**
   * SipRegisterOptions:extra-contact-params:
   *
   * Parameters of the Contact header, each "name=value" or "name": what others can choose among our phones by (RFC 3840), say "audio" or "q=0.5".
   */
  properties[PROP_EXTRA_CONTACT_PARAMS] = g_param_spec_boxed ("extra-contact-params", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipRegisterOptions:outbound:
   *
   * Whether to keep the connections to our servers apart (RFC 5626), where the registrar does: then one of them may fail, and calls come by another.
   */
  properties[PROP_OUTBOUND] = g_param_spec_boolean ("outbound", NULL, NULL, TRUE, flags);

  /**
   * SipRegisterOptions:all:
   *
   * Unregistering: whether all that is bound to our address goes, also what other phones have registered (RFC 3261 §10.2.2). Registering does not look at it.
   */
  properties[PROP_ALL] = g_param_spec_boolean ("all", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_register_options_init (SipRegisterOptions *self)
{
  self->outbound = TRUE;
}

/**
 * sip_register_options_new:
 *
 * Creates options with all defaults.
 *
 * Returns: (transfer full): new options
 */
SipRegisterOptions *
sip_register_options_new (void)
{
  return g_object_new (SIP_TYPE_REGISTER_OPTIONS, NULL);
}

/**
 * sip_register_options_get_registrar:
 * @self: the options
 *
 * Gets which registrar it is.
 *
 * Returns: (transfer none) (nullable): the URI of the registrar
 */
const char *
sip_register_options_get_registrar (SipRegisterOptions *self)
{
  g_return_val_if_fail (SIP_IS_REGISTER_OPTIONS (self), NULL);

  return self->registrar;
}

/**
 * sip_register_options_set_registrar:
 * @self: the options
 * @registrar: (nullable): its URI
 *
 * Sets which registrar it is.
 */
void
sip_register_options_set_registrar (SipRegisterOptions *self, const char *registrar)
{
  g_return_if_fail (SIP_IS_REGISTER_OPTIONS (self));

  if (g_strcmp0 (self->registrar, registrar) == 0)
    return;

  g_free (self->registrar);
  self->registrar = g_strdup (registrar);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REGISTRAR]);
}

/**
 * sip_register_options_get_expires:
 * @self: the options
 *
 * Gets for how long to register.
 *
 * Returns: the time in seconds; 0: as the agent
 */
guint
sip_register_options_get_expires (SipRegisterOptions *self)
{
  g_return_val_if_fail (SIP_IS_REGISTER_OPTIONS (self), 0);

  return self->expires;
}

/**
 * sip_register_options_set_expires:
 * @self: the options
 * @expires: the time in seconds; 0: as the agent
 *
 * Sets for how long to register.
 */
void
sip_register_options_set_expires (SipRegisterOptions *self, guint expires)
{
  g_return_if_fail (SIP_IS_REGISTER_OPTIONS (self));

  if (self->expires == expires)
    return;

  self->expires = expires;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES]);
}

/**
 * sip_register_options_get_extra_contact_params:
 * @self: the options
 *
 * Gets which parameters the Contact header has.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): the parameters
 */
const char *const *
sip_register_options_get_extra_contact_params (SipRegisterOptions *self)
{
  g_return_val_if_fail (SIP_IS_REGISTER_OPTIONS (self), NULL);

  return (const char *const *) self->extra_contact_params;
}

/**
 * sip_register_options_set_extra_contact_params:
 * @self: the options
 * @params: (nullable) (array zero-terminated=1): the parameters
 *
 * Sets which parameters the Contact header has.
 */
void
sip_register_options_set_extra_contact_params (SipRegisterOptions *self, const char *const *params)
{
  g_return_if_fail (SIP_IS_REGISTER_OPTIONS (self));

  if ((const char *const *) self->extra_contact_params == params)
    return;

  g_strfreev (self->extra_contact_params);
  self->extra_contact_params = g_strdupv ((char **) params);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXTRA_CONTACT_PARAMS]);
}

/**
 * sip_register_options_get_outbound:
 * @self: the options
 *
 * Gets whether connections are kept apart.
 *
 * Returns: whether it is spoken of
 */
gboolean
sip_register_options_get_outbound (SipRegisterOptions *self)
{
  g_return_val_if_fail (SIP_IS_REGISTER_OPTIONS (self), TRUE);

  return self->outbound;
}

/**
 * sip_register_options_set_outbound:
 * @self: the options
 * @outbound: whether they are
 *
 * Sets whether connections are kept apart.
 */
void
sip_register_options_set_outbound (SipRegisterOptions *self, gboolean outbound)
{
  g_return_if_fail (SIP_IS_REGISTER_OPTIONS (self));

  if (self->outbound == !!outbound)
    return;

  self->outbound = !!outbound;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OUTBOUND]);
}

/**
 * sip_register_options_get_all:
 * @self: the options
 *
 * Gets whether other phones are unregistered, too.
 *
 * Returns: whether they go
 */
gboolean
sip_register_options_get_all (SipRegisterOptions *self)
{
  g_return_val_if_fail (SIP_IS_REGISTER_OPTIONS (self), FALSE);

  return self->all;
}

/**
 * sip_register_options_set_all:
 * @self: the options
 * @all: whether they are
 *
 * Sets whether other phones are unregistered, too.
 */
void
sip_register_options_set_all (SipRegisterOptions *self, gboolean all)
{
  g_return_if_fail (SIP_IS_REGISTER_OPTIONS (self));

  if (self->all == !!all)
    return;

  self->all = !!all;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ALL]);
}
