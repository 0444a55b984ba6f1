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
