/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-server-context.h"

#include "agent/sip-user-agent.h"

/**
 * SipServerContext:
 *
 * A request that was received, until we have answered it: what an incoming call and any other request have in common.
 *
 * Each of the methods answers with a range of status codes, and refuses any other. One final answer is all that a request gets: after it they fail with
 * `SIP_ERROR_INVALID_STATE`.
 *
 * Its signals say what was answered. A class that has one of its own of the same name, as [class@IncomingSession] has, emits that one: connecting by
 * name finds it.
 */
G_DEFINE_INTERFACE (SipServerContext, sip_server_context, G_TYPE_OBJECT)

static void
install_properties (gpointer iface)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * SipServerContext:user-agent:
   *
   * The agent; `NULL` when it is gone.
   */
  g_object_interface_install_property (iface, g_param_spec_object ("user-agent", NULL, NULL, SIP_TYPE_USER_AGENT, flags));

  /**
   * SipServerContext:method:
   *
   * The method of the request: "INVITE", "MESSAGE", "REFER", …
   */
  g_object_interface_install_property (iface, g_param_spec_string ("method", NULL, NULL, NULL, flags));

  /**
   * SipServerContext:request:
   *
   * The request.
   */
  g_object_interface_install_property (iface, g_param_spec_object ("request", NULL, NULL, SIP_TYPE_REQUEST, flags));

  /**
   * SipServerContext:local-identity:
   *
   * Who we are: To of the request.
   */
  g_object_interface_install_property (iface, g_param_spec_boxed ("local-identity", NULL, NULL, SIP_TYPE_NAME_ADDR, flags));

  /**
   * SipServerContext:remote-identity:
   *
   * Who the other side is: From of the request. Nothing proves it.
   */
  g_object_interface_install_property (iface, g_param_spec_boxed ("remote-identity", NULL, NULL, SIP_TYPE_NAME_ADDR, flags));

  /**
   * SipServerContext:data:
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
  g_signal_new_valist (name, SIP_TYPE_SERVER_CONTEXT, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE, n_params, types);
  va_end (types);
}

static void
sip_server_context_default_init (SipServerContextInterface *iface)
{
  install_properties (iface);

  /**
   * SipServerContext::progress:
   * @self: the context
   * @response: the response
   *
   * A provisional response (100 to 199) was sent.
   */
  new_signal ("progress", 1, SIP_TYPE_RESPONSE);

  /**
   * SipServerContext::accepted:
   * @self: the context
   * @code: the status code, from 200 to 299
   * @response: the response
   *
   * The request was accepted.
   */
  new_signal ("accepted", 2, G_TYPE_UINT, SIP_TYPE_RESPONSE);

  /**
   * SipServerContext::rejected:
   * @self: the context
   * @message: the response
   * @cause: its reason phrase
   *
   * The request was refused with a status from 300 to 699. [signal@ServerContext::failed] follows.
   */
  new_signal ("rejected", 2, SIP_TYPE_MESSAGE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipServerContext::failed:
   * @self: the context
   * @message: (nullable): the message that made it fail; `NULL` when none did
   * @cause: one of the `SIP_CAUSE_` texts
   *
   * The request was refused, or will never have an answer.
   */
  new_signal ("failed", 2, SIP_TYPE_MESSAGE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipServerContext::cancel:
   * @self: the context
   *
   * The other side called the request off before it was answered.
   */
  new_signal ("cancel", 0);
}

/**
 * sip_server_context_progress:
 * @self: a context
 * @options: (nullable): what to say; the status code is from 100 to 199
 * @error: return location for an error
 *
 * Sends a provisional response. Without a status code it is 180 to an INVITE and 100 to any other request.
 *
 * Returns: whether it was sent; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_ARGUMENT` or `SIP_ERROR_INVALID_HEADER`,
 *   and nothing has changed
 */
gboolean
sip_server_context_progress (SipServerContext *self, SipResponseOptions *options, GError **error)
{
  g_return_val_if_fail (SIP_IS_SERVER_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);
  g_return_val_if_fail (SIP_SERVER_CONTEXT_GET_IFACE (self)->progress != NULL, FALSE);

  return SIP_SERVER_CONTEXT_GET_IFACE (self)->progress (self, options, error);
}

/**
 * sip_server_context_accept:
 * @self: a context
 * @options: (nullable): what to say, or [class@InviteOptions] for a call; a status code is from 200 to 299
 * @error: return location for an error
 *
 * Accepts the request: 200, or 202 to a REFER, where no status code says otherwise.
 *
 * A call is accepted as [method@IncomingSession.accept] does it: the answer goes out when the media is ready.
 *
 * Returns: whether it is being accepted; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_ARGUMENT` or `SIP_ERROR_INVALID_HEADER`,
 *   and nothing has changed
 */
gboolean
sip_server_context_accept (SipServerContext *self, SipRequestOptions *options, GError **error)
{
  g_return_val_if_fail (SIP_IS_SERVER_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_REQUEST_OPTIONS (options), FALSE);
  g_return_val_if_fail (SIP_SERVER_CONTEXT_GET_IFACE (self)->accept != NULL, FALSE);

  return SIP_SERVER_CONTEXT_GET_IFACE (self)->accept (self, options, error);
}

/**
 * sip_server_context_reject:
 * @self: a context
 * @options: (nullable): what to say; the status code is from 300 to 699, default 480
 * @error: return location for an error
 *
 * Refuses the request.
 *
 * Returns: whether it was refused; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_ARGUMENT` or `SIP_ERROR_INVALID_HEADER`,
 *   and nothing has changed
 */
gboolean
sip_server_context_reject (SipServerContext *self, SipResponseOptions *options, GError **error)
{
  g_return_val_if_fail (SIP_IS_SERVER_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);
  g_return_val_if_fail (SIP_SERVER_CONTEXT_GET_IFACE (self)->reject != NULL, FALSE);

  return SIP_SERVER_CONTEXT_GET_IFACE (self)->reject (self, options, error);
}

/**
 * sip_server_context_reply:
 * @self: a context
 * @options: (nullable): what to say
 * @error: return location for an error
 *
 * Sends a response of any kind: progress, accept or reject, as the status code says. Without one it is 100.
 *
 * Returns: whether it was sent; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_ARGUMENT` or `SIP_ERROR_INVALID_HEADER`,
 *   and nothing has changed
 */
gboolean
sip_server_context_reply (SipServerContext *self, SipResponseOptions *options, GError **error)
{
  g_return_val_if_fail (SIP_IS_SERVER_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);
  g_return_val_if_fail (SIP_SERVER_CONTEXT_GET_IFACE (self)->reply != NULL, FALSE);

  return SIP_SERVER_CONTEXT_GET_IFACE (self)->reply (self, options, error);
}
