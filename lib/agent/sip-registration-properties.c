/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What there is to see of a registration. What it does is in sip-registration.c. */

#include "agent/sip-registration-private.h"

#include "agent/sip-user-agent-private.h"

static GParamSpec *properties[SIP_REGISTRATION_N_PROPS];

void
sip_registration_notify (SipRegistration *self, SipRegistrationProp property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipRegistration *self = SIP_REGISTRATION (object);

  switch (id)
    {
    case SIP_REGISTRATION_PROP_USER_AGENT:
      g_value_set_object (value, self->user_agent);
      break;
    case SIP_REGISTRATION_PROP_REGISTRAR:
      g_value_set_string (value, self->registrar_text);
      break;
    case SIP_REGISTRATION_PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case SIP_REGISTRATION_PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case SIP_REGISTRATION_PROP_EXPIRES:
      g_value_set_uint (value, self->answer.expires);
      break;
    case SIP_REGISTRATION_PROP_N_FLOWS:
      g_value_set_uint (value, sip_registration_get_n_flows (self));
      break;
    case SIP_REGISTRATION_PROP_PUBLIC_GRUU:
      g_value_set_string (value, self->answer.public_gruu);
      break;
    case SIP_REGISTRATION_PROP_TEMPORARY_GRUU:
      g_value_set_string (value, self->answer.temporary_gruu);
      break;
    case SIP_REGISTRATION_PROP_SERVICE_ROUTE:
      g_value_set_boxed (value, self->answer.service_route);
      break;
    case SIP_REGISTRATION_PROP_CONTACTS:
      g_value_set_boxed (value, self->answer.contacts);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

void
sip_registration_install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = get_property;

  /**
   * SipRegistration:user-agent:
   *
   * Whose address it is; `NULL` when the agent is gone.
   */
  properties[SIP_REGISTRATION_PROP_USER_AGENT] = g_param_spec_object ("user-agent", NULL, NULL, SIP_TYPE_USER_AGENT, flags);

  /**
   * SipRegistration:registrar:
   *
   * Where: the URI that the REGISTERs are for.
   */
  properties[SIP_REGISTRATION_PROP_REGISTRAR] = g_param_spec_string ("registrar", NULL, NULL, NULL, flags);

  /**
   * SipRegistration:state:
   *
   * How it stands.
   */
  properties[SIP_REGISTRATION_PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, SIP_TYPE_REGISTRATION_STATE, SIP_REGISTRATION_STATE_UNREGISTERED, flags);

  /**
   * SipRegistration:error:
   *
   * Why it is not registered, or why the last refresh of one that still is has failed: `SIP_ERROR_AUTHENTICATION` (401, 403, 407),
   * `SIP_ERROR_NOT_SUPPORTED` (any other refusal), `SIP_ERROR_TIMEOUT` (no answer), `SIP_ERROR_TRANSPORT`, or one of GIO. `NULL` when all is well.
   */
  properties[SIP_REGISTRATION_PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);

  /**
   * SipRegistration:expires:
   *
   * The seconds that the registrar has granted; 0 while it is not registered.
   */
  properties[SIP_REGISTRATION_PROP_EXPIRES] = g_param_spec_uint ("expires", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipRegistration:n-flows:
   *
   * Over how many connections calls can come (RFC 5626). It is not notified.
   */
  properties[SIP_REGISTRATION_PROP_N_FLOWS] = g_param_spec_uint ("n-flows", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipRegistration:public-gruu:
   *
   * The address of just this agent among all that are registered (RFC 5627): it shows whose it is. `NULL`: the registrar gives none.
   */
  properties[SIP_REGISTRATION_PROP_PUBLIC_GRUU] = g_param_spec_string ("public-gruu", NULL, NULL, NULL, flags);

  /**
   * SipRegistration:temporary-gruu:
   *
   * The same, without telling anybody who we are. `NULL`: the registrar gives none.
   */
  properties[SIP_REGISTRATION_PROP_TEMPORARY_GRUU] = g_param_spec_string ("temporary-gruu", NULL, NULL, NULL, flags);

  /**
   * SipRegistration:service-route:
   *
   * The way that requests outside of dialogs take (RFC 3608), as values of Route; `NULL`: the registrar names none.
   */
  properties[SIP_REGISTRATION_PROP_SERVICE_ROUTE] = g_param_spec_boxed ("service-route", NULL, NULL, G_TYPE_STRV, flags);

  /**
   * SipRegistration:contacts:
   *
   * All that is bound to our address, other phones too, as values of Contact; `NULL` while it is not registered.
   */
  properties[SIP_REGISTRATION_PROP_CONTACTS] = g_param_spec_boxed ("contacts", NULL, NULL, G_TYPE_STRV, flags);

  g_object_class_install_properties (object_class, SIP_REGISTRATION_N_PROPS, properties);
}


/**
 * sip_registration_get_user_agent:
 * @self: a registration
 *
 * Gets whose address it is.
 *
 * Returns: (transfer none) (nullable): the agent; `NULL` when it is gone
 */
SipUserAgent *
sip_registration_get_user_agent (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), NULL);

  return self->user_agent;
}

/**
 * sip_registration_get_registrar:
 * @self: a registration
 *
 * Gets where it is registered.
 *
 * Returns: (transfer none): the URI of the registrar
 */
const char *
sip_registration_get_registrar (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), NULL);

  return self->registrar_text;
}

/**
 * sip_registration_get_state:
 * @self: a registration
 *
 * Gets how it stands.
 *
 * Returns: the state
 */
SipRegistrationState
sip_registration_get_state (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), SIP_REGISTRATION_STATE_UNREGISTERED);

  return self->state;
}

/**
 * sip_registration_get_error:
 * @self: a registration
 *
 * Gets why it is not registered, or why it could not be refreshed.
 *
 * Returns: (transfer none) (nullable): the error; `NULL` when all is well
 */
const GError *
sip_registration_get_error (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), NULL);

  return self->error;
}

/**
 * sip_registration_get_expires:
 * @self: a registration
 *
 * Gets for how long it was registered, when it last was. It is refreshed before.
 *
 * Returns: the time in seconds; 0 while it is not registered
 */
guint
sip_registration_get_expires (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), 0);

  return self->answer.expires;
}

/**
 * sip_registration_get_retry_in:
 * @self: a registration
 *
 * Gets when the next REGISTER goes out by itself: a refresh, or another try.
 *
 * Returns: the time in seconds, rounded up; 0: none is planned: one is out, or it waits for a connection, or to be asked
 */
guint
sip_registration_get_retry_in (SipRegistration *self)
{
  gint64 due, now;

  g_return_val_if_fail (SIP_IS_REGISTRATION (self), 0);

  due = self->registrant != NULL ? sip_registrant_get_due (self->registrant) : 0;
  if (due == 0)
    return 0;
  now = sip_timer_wheel_now (self->user_agent->wheel);
  return (guint) ((MAX (due - now, 1) + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
}

/**
 * sip_registration_get_n_flows:
 * @self: a registration
 *
 * Gets over how many connections calls can come (RFC 5626).
 *
 * Returns: their number; 0 while it is not registered
 */
guint
sip_registration_get_n_flows (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), 0);

  return self->registrant != NULL ? sip_registrant_get_n_bound (self->registrant) : 0;
}

/**
 * sip_registration_get_public_gruu:
 * @self: a registration
 *
 * Gets the address of just this agent (RFC 5627).
 *
 * Returns: (transfer none) (nullable): the URI; `NULL`: there is none
 */
const char *
sip_registration_get_public_gruu (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), NULL);

  return self->answer.public_gruu;
}

/**
 * sip_registration_get_temporary_gruu:
 * @self: a registration
 *
 * Gets the latest address of just this agent that does not tell who we are (RFC 5627).
 *
 * Returns: (transfer none) (nullable): the URI; `NULL`: there is none
 */
const char *
sip_registration_get_temporary_gruu (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), NULL);

  return self->answer.temporary_gruu;
}

/**
 * sip_registration_get_service_route:
 * @self: a registration
 *
 * Gets the way that requests outside of dialogs take (RFC 3608).
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): values of Route
 */
const char *const *
sip_registration_get_service_route (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), NULL);

  return (const char *const *) self->answer.service_route;
}

/**
 * sip_registration_get_contacts:
 * @self: a registration
 *
 * Gets all that is bound to our address.
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): values of Contact
 */
const char *const *
sip_registration_get_contacts (SipRegistration *self)
{
  g_return_val_if_fail (SIP_IS_REGISTRATION (self), NULL);

  return (const char *const *) self->answer.contacts;
}
