/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The agent's configuration, second part: what its calls begin with. */

#include "agent/sip-user-agent-private.h"
#include "media/sip-description-modifier.h"

/**
 * sip_user_agent_get_no_answer_timeout:
 * @self: a user agent
 *
 * Gets how long an incoming call may wait for an answer.
 *
 * Returns: the time in seconds
 */
guint
sip_user_agent_get_no_answer_timeout (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->no_answer_timeout;
}

/**
 * sip_user_agent_set_no_answer_timeout:
 * @self: a user agent
 * @seconds: the time in seconds, at least 1
 *
 * Sets how long an incoming call may wait for an answer.
 */
void
sip_user_agent_set_no_answer_timeout (SipUserAgent *self, guint seconds)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (seconds > 0);

  if (self->no_answer_timeout == seconds)
    return;

  self->no_answer_timeout = seconds;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_NO_ANSWER_TIMEOUT);
}

/**
 * sip_user_agent_get_send_initial_provisional_response:
 * @self: a user agent
 *
 * Gets whether an incoming call is answered 180 by itself.
 *
 * Returns: whether it is
 */
gboolean
sip_user_agent_get_send_initial_provisional_response (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);

  return self->send_initial_provisional_response;
}

/**
 * sip_user_agent_set_send_initial_provisional_response:
 * @self: a user agent
 * @send: whether it is
 *
 * Sets whether an incoming call is answered 180 by itself.
 */
void
sip_user_agent_set_send_initial_provisional_response (SipUserAgent *self, gboolean send)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->send_initial_provisional_response == !!send)
    return;

  self->send_initial_provisional_response = !!send;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_SEND_INITIAL_PROVISIONAL_RESPONSE);
}

/**
 * sip_user_agent_get_modifiers:
 * @self: a user agent
 *
 * Gets what changes the descriptions of all calls on their way.
 *
 * Returns: (transfer none) (nullable): a list of [class@Sip.DescriptionModifier]
 */
GListModel *
sip_user_agent_get_modifiers (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->modifiers;
}

/**
 * sip_user_agent_set_modifiers:
 * @self: a user agent
 * @modifiers: (nullable): a list of [class@Sip.DescriptionModifier]
 *
 * Sets what changes the descriptions of all calls on their way.
 */
void
sip_user_agent_set_modifiers (SipUserAgent *self, GListModel *modifiers)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (modifiers == NULL || g_type_is_a (g_list_model_get_item_type (modifiers), SIP_TYPE_DESCRIPTION_MODIFIER));

  if (g_set_object (&self->modifiers, modifiers))
    sip_user_agent_notify (self, SIP_USER_AGENT_PROP_MODIFIERS);
}

/**
 * sip_user_agent_set_session_description_handler_factory:
 * @self: a user agent
 * @factory: (nullable) (scope notified) (closure user_data) (destroy destroy): makes the handler of each session; `NULL`: the default, which
 *   makes a [class@Sip.WebrtcHandler] with all defaults
 * @user_data: for @factory
 * @destroy: (nullable): frees @user_data
 *
 * Sets what negotiates and carries the media of calls.
 */
void
sip_user_agent_set_session_description_handler_factory (SipUserAgent                       *self,
                                                        SipSessionDescriptionHandlerFactory factory,
                                                        gpointer                            user_data,
                                                        GDestroyNotify                      destroy)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->factory_destroy != NULL)
    self->factory_destroy (self->factory_data);
  self->factory = factory;
  self->factory_data = user_data;
  self->factory_destroy = destroy;
}

/**
 * sip_user_agent_get_rel100:
 * @self: a user agent
 *
 * Gets whether reliable provisional responses are spoken of.
 *
 * Returns: whether they are
 */
SipRel100
sip_user_agent_get_rel100 (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), SIP_REL100_UNSUPPORTED);

  return self->rel100;
}

/**
 * sip_user_agent_set_rel100:
 * @self: a user agent
 * @rel100: whether they are
 *
 * Sets whether reliable provisional responses are spoken of, in calls that begin from now on.
 */
void
sip_user_agent_set_rel100 (SipUserAgent *self, SipRel100 rel100)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (rel100 <= SIP_REL100_REQUIRED);

  if (self->rel100 == rel100)
    return;

  self->rel100 = rel100;
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_REL100);
}

/**
 * sip_user_agent_get_early_media:
 * @self: a user agent
 *
 * Gets whether media begins with an answer that is not reliable.
 *
 * Returns: whether it does
 */
gboolean
sip_user_agent_get_early_media (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);

  return self->early_media;
}

/**
 * sip_user_agent_set_early_media:
 * @self: a user agent
 * @early_media: whether it does
 *
 * Sets whether media begins with an answer that is not reliable.
 */
void
sip_user_agent_set_early_media (SipUserAgent *self, gboolean early_media)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->early_media == !!early_media)
    return;

  self->early_media = !!early_media;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_EARLY_MEDIA);
}

/**
 * sip_user_agent_get_replaces:
 * @self: a user agent
 *
 * Gets whether a new call may take the place of one that is there.
 *
 * Returns: whether it may
 */
gboolean
sip_user_agent_get_replaces (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), FALSE);

  return self->replaces;
}

/**
 * sip_user_agent_set_replaces:
 * @self: a user agent
 * @replaces: whether it may
 *
 * Sets whether a new call may take the place of one that is there.
 */
void
sip_user_agent_set_replaces (SipUserAgent *self, gboolean replaces)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));

  if (self->replaces == !!replaces)
    return;

  self->replaces = !!replaces;
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_REPLACES);
}

/**
 * sip_user_agent_get_session_expires:
 * @self: a user agent
 *
 * Gets after how many seconds a call that is not refreshed has expired.
 *
 * Returns: the time in seconds, 0 without session timers
 */
guint
sip_user_agent_get_session_expires (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->session_expires;
}

/**
 * sip_user_agent_set_session_expires:
 * @self: a user agent
 * @seconds: the time in seconds; 0: no session timers; otherwise at least 90, which stands for what is less
 *
 * Sets after how many seconds a call that is not refreshed has expired, for calls that begin from now on.
 */
void
sip_user_agent_set_session_expires (SipUserAgent *self, guint seconds)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (seconds <= SIP_SESSION_EXPIRES_MAX);

  seconds = seconds > 0 ? MAX (seconds, SIP_SESSION_EXPIRES_MIN) : 0;
  if (self->session_expires == seconds)
    return;

  self->session_expires = seconds;
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_SESSION_EXPIRES);
}

/**
 * sip_user_agent_get_min_se:
 * @self: a user agent
 *
 * Gets the shortest Session-Expires that we take.
 *
 * Returns: the time in seconds
 */
guint
sip_user_agent_get_min_se (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), 0);

  return self->min_se;
}

/**
 * sip_user_agent_set_min_se:
 * @self: a user agent
 * @seconds: the time in seconds, at least 90
 *
 * Sets the shortest Session-Expires that we take.
 */
void
sip_user_agent_set_min_se (SipUserAgent *self, guint seconds)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (seconds >= SIP_SESSION_EXPIRES_MIN && seconds <= SIP_SESSION_EXPIRES_MAX);

  if (self->min_se == seconds)
    return;

  self->min_se = seconds;
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_MIN_SE);
}

/**
 * sip_user_agent_get_session_refresher:
 * @self: a user agent
 *
 * Gets who keeps calls from expiring.
 *
 * Returns: who does
 */
SipSessionRefresher
sip_user_agent_get_session_refresher (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), SIP_SESSION_REFRESHER_AUTO);

  return self->session_refresher;
}

/**
 * sip_user_agent_set_session_refresher:
 * @self: a user agent
 * @refresher: who does
 *
 * Sets who keeps calls from expiring, for calls that begin from now on.
 */
void
sip_user_agent_set_session_refresher (SipUserAgent *self, SipSessionRefresher refresher)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (refresher <= SIP_SESSION_REFRESHER_REMOTE);

  if (self->session_refresher == refresher)
    return;

  self->session_refresher = refresher;
  sip_user_agent_apply_settings (self);
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_SESSION_REFRESHER);
}

/**
 * sip_user_agent_get_session_description_handler_options:
 * @self: a user agent
 *
 * Gets the options for the description handlers of all calls.
 *
 * Returns: (transfer none) (nullable): a dictionary of type `a{sv}`
 */
GVariant *
sip_user_agent_get_session_description_handler_options (SipUserAgent *self)
{
  g_return_val_if_fail (SIP_IS_USER_AGENT (self), NULL);

  return self->session_description_handler_options;
}

/**
 * sip_user_agent_set_session_description_handler_options:
 * @self: a user agent
 * @options: (nullable): a dictionary of type `a{sv}`
 *
 * Sets the options for the description handlers of all calls.
 */
void
sip_user_agent_set_session_description_handler_options (SipUserAgent *self, GVariant *options)
{
  g_return_if_fail (SIP_IS_USER_AGENT (self));
  g_return_if_fail (options == NULL || g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT));

  if (self->session_description_handler_options == options)
    return;

  g_clear_pointer (&self->session_description_handler_options, g_variant_unref);
  self->session_description_handler_options = options != NULL ? g_variant_ref_sink (options) : NULL;
  sip_user_agent_notify (self, SIP_USER_AGENT_PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS);
}
