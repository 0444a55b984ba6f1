/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-client-context.h"

#include "agent/sip-user-agent.h"

/**
 * SipClientContext:
 *
 * A request that we made, until its final answer: what an outgoing call and any other request have in common.
 *
 * Its signals say how far it is. A class that has one of its own of the same name, as [class@OutgoingSession] has, emits that one: connecting by
 * name finds it.
 */
G_DEFINE_INTERFACE (SipClientContext, sip_client_context, G_TYPE_OBJECT)

static void
install_properties (gpointer iface)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * SipClientContext:user-agent:
   *
   * The agent; `NULL` when it is gone.
   */
  g_object_interface_install_property (iface, g_param_spec_object ("user-agent", NULL, NULL, SIP_TYPE_USER_AGENT, flags));

  /**
   * SipClientContext:method:
   *
   * The method of the request: "INVITE", "MESSAGE", "REFER", …
   */
  g_object_interface_install_property (iface, g_param_spec_string ("method", NULL, NULL, NULL, flags));

  /**
   * SipClientContext:request:
   *
   * The request; `NULL` until it was sent.
   */
  g_object_interface_install_property (iface, g_param_spec_object ("request", NULL, NULL, SIP_TYPE_REQUEST, flags));

  /**
   * SipClientContext:local-identity:
   *
   * Who we are: From of the request.
   */
  g_object_interface_install_property (iface, g_param_spec_boxed ("local-identity", NULL, NULL, SIP_TYPE_NAME_ADDR, flags));

  /**
   * SipClientContext:remote-identity:
   *
   * Who the other side is: To of the request.
   */
  g_object_interface_install_property (iface, g_param_spec_boxed ("remote-identity", NULL, NULL, SIP_TYPE_NAME_ADDR, flags));

  /**
   * SipClientContext:data:
   *
   * An object of the application's.
   */
  g_object_interface_install_property (iface, g_param_spec_object ("data", NULL, NULL, G_TYPE_OBJECT, flags | G_PARAM_WRITABLE));
}

static void
new_signal (const char *name, guint n_params, ...)
{
  va_list types;

  va_start (types, n_params);
  g_signal_new_valist (name, SIP_TYPE_CLIENT_CONTEXT, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE, n_params, types);
  va_end (types);
}

static void
sip_client_context_default_init (SipClientContextInterface *iface)
{
  install_properties (iface);

  /**
   * SipClientContext::progress:
   * @self: the context
   * @response: the response
   *
   * A provisional response (100 to 199) was received.
   */
  new_signal ("progress", 1, SIP_TYPE_RESPONSE);

  /**
   * SipClientContext::accepted:
   * @self: the context
   * @code: the status code, from 200 to 299
   * @response: the response
   *
   * The request was accepted.
   */
  new_signal ("accepted", 2, G_TYPE_UINT, SIP_TYPE_RESPONSE);

  /**
   * SipClientContext::rejected:
   * @self: the context
   * @message: the response
   * @cause: its reason phrase
   *
   * The request was refused with a status from 300 to 699. [signal@ClientContext::failed] follows.
   */
  new_signal ("rejected", 2, SIP_TYPE_MESSAGE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipClientContext::failed:
   * @self: the context
   * @message: (nullable): the message that made it fail; `NULL` when none did
   * @cause: one of the `SIP_CAUSE_` texts
   *
   * The request was refused, or will never have an answer.
   */
  new_signal ("failed", 2, SIP_TYPE_MESSAGE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipClientContext::cancel:
   * @self: the context
   *
   * We called the request off before it was answered.
   */
  new_signal ("cancel", 0);
}

/**
 * sip_client_context_cancel:
 * @self: a context
 * @options: (nullable): status and reason become a Reason header (RFC 3326), from 200 to 699
 * @error: return location for an error
 *
 * Calls the request off, as long as it has no final answer. An INVITE is cancelled (RFC 3261 §9.1); the answer to any other request is no longer
 * waited for.
 *
 * Returns: whether it is called off; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_ARGUMENT` or `SIP_ERROR_INVALID_HEADER`,
 *   and nothing has changed
 */
gboolean
sip_client_context_cancel (SipClientContext *self, SipResponseOptions *options, GError **error)
{
  g_return_val_if_fail (SIP_IS_CLIENT_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);
  g_return_val_if_fail (SIP_CLIENT_CONTEXT_GET_IFACE (self)->cancel != NULL, FALSE);

  return SIP_CLIENT_CONTEXT_GET_IFACE (self)->cancel (self, options, error);
}
