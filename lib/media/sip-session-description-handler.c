/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-session-description-handler.h"

#include "media/sip-handler-watch-private.h"
#include "syntax/sip-error.h"

/**
 * SipSessionDescriptionHandler:
 *
 * Describes and runs the media of a session.
 *
 * A session knows when an offer or an answer is due ([RFC 3264](https://www.rfc-editor.org/rfc/rfc3264),
 * [RFC 6337](https://www.rfc-editor.org/rfc/rfc6337)) and carries it; what it says is the handler's matter. Each session has a handler of
 * its own, from the moment at which its first description is due until the session ends.
 *
 * The calls come in this order:
 *
 * | who | first | then |
 * | --- | --- | --- |
 * | who offers | `get_description (OFFER)` | `set_description (ANSWER)` |
 * | who answers | `set_description (OFFER)` | `get_description (ANSWER)` |
 *
 * A handler that knows its answer at once does better to implement `answer`, which stands for both: a server that takes thousands of calls
 * spares the tasks, and the main loop their rounds. It is asked first where it is there and no modifiers are to see the offer.
 *
 * and again for each re-INVITE, in either role. Who offers may be given a `set_description (PRANSWER)` first, or several, where the call brings
 * early media; the answer still comes, and may be another one. An exchange that comes to nothing ends with
 * [method@SessionDescriptionHandler.rollback]: what was agreed before goes on. [method@SessionDescriptionHandler.close] comes once, at the
 * end, and can come at any moment.
 *
 * Any object that implements this interface will do, written in any language: a recorder, a gateway, a plain RTP stack, or a double in a
 * test. The library's own is [class@WebrtcHandler]. `close`, `rollback`, `send_dtmf`, `is_ready` and `answer` need not be implemented.
 *
 * The options of an exchange are what the application said with it (`session-description-handler-options`), and two words of the session: `hold`
 * where the call is on hold, and `fresh` where what was negotiated leads to nobody and the next offer has to be one for somebody new.
 *
 * Calls come in the context of the user agent, and their callbacks and signals belong there as well.
 */

G_DEFINE_INTERFACE (SipSessionDescriptionHandler, sip_session_description_handler, G_TYPE_OBJECT)

static gboolean
default_has_description (SipSessionDescriptionHandler *self,
                         const char                   *content_type)
{
  return content_type != NULL && g_ascii_strcasecmp (content_type, "application/sdp") == 0;
}

static void
sip_session_description_handler_default_init (SipSessionDescriptionHandlerInterface *iface)
{
  iface->has_description = default_has_description;

  /**
   * SipSessionDescriptionHandler::failed:
   * @self: the handler
   * @error: what went wrong, usually of `SIP_ERROR_MEDIA`
   *
   * Emitted when the media broke for good, outside of any call of a method: no path to the peer was found or the path was lost, or the
   * peer is not who its description says.
   *
   * A session that gets this ends, with the cause "WebRTC Error". A handler emits it once at most, and not after
   * [method@SessionDescriptionHandler.close].
   */
  g_signal_new_class_handler ("failed", SIP_TYPE_SESSION_DESCRIPTION_HANDLER, G_SIGNAL_RUN_FIRST,
                              G_CALLBACK (sip_handler_watch_tell_failed), NULL, NULL, NULL, G_TYPE_NONE, 1,
                              G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipSessionDescriptionHandler::dtmf-received:
   * @self: the handler
   * @tone: one of `0`–`9`, `A`–`D`, `#`, `*`
   * @duration: how long it was pressed, in milliseconds
   *
   * Emitted when the other side has played a tone in the media, as an event of [RFC 4733](https://www.rfc-editor.org/rfc/rfc4733): once for each
   * tone, when it has ended.
   */
  g_signal_new_class_handler ("dtmf-received", SIP_TYPE_SESSION_DESCRIPTION_HANDLER, G_SIGNAL_RUN_FIRST,
                              G_CALLBACK (sip_handler_watch_tell_dtmf_received), NULL, NULL, NULL, G_TYPE_NONE, 2,
                              G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_UINT);

  /**
   * SipSessionDescriptionHandler::ready:
   * @self: the handler
   *
   * Emitted when media can flow and could not before: [method@SessionDescriptionHandler.is_ready] has become `TRUE`.
   */
  g_signal_new ("ready", SIP_TYPE_SESSION_DESCRIPTION_HANDLER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static gboolean
is_options (GVariant *options)
{
  return options == NULL || g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT);
}

/* The task of a question, and a reference of its options, which may float. */
static GTask *
begin (SipSessionDescriptionHandler *self,
       GVariant                     *options,
       GCancellable                 *cancellable,
       GAsyncReadyCallback           callback,
       gpointer                      user_data,
       gpointer                      source_tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  if (options != NULL)
    g_variant_ref_sink (options);

  return task;
}

static void
end (GTask    *task,
     GVariant *options)
{
  g_clear_pointer (&options, g_variant_unref);
  g_object_unref (task);
}

/**
 * sip_session_description_handler_has_description:
 * @self: a handler
 * @content_type: a media type, without parameters
 *
 * Asks whether a body of this type is a description that the handler understands.
 *
 * Returns: `TRUE` if it is; for a handler that does not say: `TRUE` for `application/sdp`
 */
gboolean
sip_session_description_handler_has_description (SipSessionDescriptionHandler *self,
                                                 const char                   *content_type)
{
  g_return_val_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self), FALSE);
  g_return_val_if_fail (content_type != NULL, FALSE);

  return SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self)->has_description (self, content_type);
}

/**
 * sip_session_description_handler_get_description_async:
 * @self: a handler
 * @type: whether an offer or an answer is due
 * @options: (nullable): a dictionary (`a{sv}`) that means something to the handler: the session's `session-description-handler-options`
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the description is there
 * @user_data: for @callback
 *
 * Makes the description of this side.
 *
 * A handler may take the time that it needs, to gather candidates for example. A floating @options is consumed.
 */
void
sip_session_description_handler_get_description_async (SipSessionDescriptionHandler *self,
                                                       SipDescriptionType            type,
                                                       GVariant                     *options,
                                                       GCancellable                 *cancellable,
                                                       GAsyncReadyCallback           callback,
                                                       gpointer                      user_data)
{
  SipSessionDescriptionHandlerInterface *iface;
  GTask *task;

  g_return_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self));
  g_return_if_fail (is_options (options));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  iface = SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self);
  g_return_if_fail (iface->get_description != NULL);

  task = begin (self, options, cancellable, callback, user_data, sip_session_description_handler_get_description_async);
  iface->get_description (self, type, options, task);
  end (task, options);
}

/**
 * sip_session_description_handler_return_description:
 * @self: a handler
 * @task: the task that its `get_description` got
 * @description: the description
 *
 * Ends the task of a `get_description` well.
 *
 * This is for who implements a handler; one that fails ends the task with an error.
 */
void
sip_session_description_handler_return_description (SipSessionDescriptionHandler *self,
                                                    GTask                        *task,
                                                    SipDescription               *description)
{
  g_return_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self));
  g_return_if_fail (g_task_is_valid (task, self));
  g_return_if_fail (description != NULL);

  g_task_return_pointer (task, sip_description_ref (description), (GDestroyNotify) sip_description_unref);
}

/**
 * sip_session_description_handler_get_description_finish:
 * @self: a handler
 * @result: what the callback got
 * @error: return location for an error, usually of `SIP_ERROR_MEDIA`
 *
 * Ends [method@SessionDescriptionHandler.get_description_async].
 *
 * Returns: (transfer full): the description, or `NULL` with @error set
 */
SipDescription *
sip_session_description_handler_get_description_finish (SipSessionDescriptionHandler *self,
                                                        GAsyncResult                 *result,
                                                        GError                      **error)
{
  g_return_val_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * sip_session_description_handler_set_description_async:
 * @self: a handler
 * @description: what the other side sent
 * @options: (nullable): a dictionary (`a{sv}`) that means something to the handler: the session's `session-description-handler-options`
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the description was applied
 * @user_data: for @callback
 *
 * Applies the description of the other side.
 *
 * A description that cannot be used is an error, and leaves the handler as it was. A floating @options is consumed.
 */
void
sip_session_description_handler_set_description_async (SipSessionDescriptionHandler *self,
                                                       SipDescription               *description,
                                                       GVariant                     *options,
                                                       GCancellable                 *cancellable,
                                                       GAsyncReadyCallback           callback,
                                                       gpointer                      user_data)
{
  SipSessionDescriptionHandlerInterface *iface;
  GTask *task;

  g_return_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self));
  g_return_if_fail (description != NULL);
  g_return_if_fail (is_options (options));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  iface = SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self);
  g_return_if_fail (iface->set_description != NULL);

  task = begin (self, options, cancellable, callback, user_data, sip_session_description_handler_set_description_async);
  iface->set_description (self, description, options, task);
  end (task, options);
}

/**
 * sip_session_description_handler_set_description_finish:
 * @self: a handler
 * @result: what the callback got
 * @error: return location for an error, usually of `SIP_ERROR_MEDIA`
 *
 * Ends [method@SessionDescriptionHandler.set_description_async].
 *
 * Returns: `TRUE` if the description was applied, `FALSE` with @error set
 */
gboolean
sip_session_description_handler_set_description_finish (SipSessionDescriptionHandler *self,
                                                        GAsyncResult                 *result,
                                                        GError                      **error)
{
  g_return_val_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * sip_session_description_handler_send_dtmf:
 * @self: a handler
 * @tones: what to play: `0`–`9`, `A`–`D`, `#`, `*`, and `,` for a pause
 * @duration: of each tone, in milliseconds
 * @inter_tone_gap: the silence between two tones, in milliseconds
 * @error: return location for an error
 *
 * Plays tones in the media, as events of [RFC 4733](https://www.rfc-editor.org/rfc/rfc4733).
 *
 * Returns: `TRUE` if the tones will be played, `FALSE` with @error set: `SIP_ERROR_NOT_SUPPORTED` where the handler, or the peer, knows no
 *   such events
 */
gboolean
sip_session_description_handler_send_dtmf (SipSessionDescriptionHandler *self,
                                           const char                   *tones,
                                           guint                         duration,
                                           guint                         inter_tone_gap,
                                           GError                      **error)
{
  SipSessionDescriptionHandlerInterface *iface;

  g_return_val_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self), FALSE);
  g_return_val_if_fail (tones != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  iface = SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self);
  if (iface->send_dtmf == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "%s cannot send tones in the media", G_OBJECT_TYPE_NAME (self));
      return FALSE;
    }

  return iface->send_dtmf (self, tones, duration, inter_tone_gap, error);
}

/**
 * sip_session_description_handler_rollback:
 * @self: a handler
 *
 * Forgets an offer that was made or received and that will get no answer.
 *
 * What was agreed before stays in force. Without such an offer this does nothing.
 */
void
sip_session_description_handler_rollback (SipSessionDescriptionHandler *self)
{
  SipSessionDescriptionHandlerInterface *iface;

  g_return_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self));

  iface = SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self);
  if (iface->rollback != NULL)
    iface->rollback (self);
}

/**
 * sip_session_description_handler_close:
 * @self: a handler
 *
 * Ends all media, and gives back what they use.
 *
 * What is still going on ends with `G_IO_ERROR_CANCELLED`. A second call does nothing.
 */
void
sip_session_description_handler_close (SipSessionDescriptionHandler *self)
{
  SipSessionDescriptionHandlerInterface *iface;

  g_return_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self));

  iface = SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self);
  if (iface->close != NULL)
    iface->close (self);
}

/**
 * sip_session_description_handler_is_ready:
 * @self: a handler
 *
 * Tells whether media can flow: where that takes a path to the peer and keys, they are there.
 *
 * [signal@SessionDescriptionHandler::ready] tells when it has become so. A handler that does not implement this is always ready.
 *
 * Returns: whether media can flow
 */
gboolean
sip_session_description_handler_is_ready (SipSessionDescriptionHandler *self)
{
  SipSessionDescriptionHandlerInterface *iface;

  g_return_val_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self), FALSE);

  iface = SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self);
  return iface->is_ready == NULL || iface->is_ready (self);
}

/**
 * sip_session_description_handler_answer:
 * @self: a handler
 * @offer: what the other side sent
 * @options: (nullable): a dictionary (`a{sv}`) that means something to the handler: the session's `session-description-handler-options`
 * @error: return location for an error
 *
 * Takes an offer and makes the answer to it, at once: [method@SessionDescriptionHandler.set_description_async] and
 * [method@SessionDescriptionHandler.get_description_async] in one.
 *
 * An offer that cannot be used is an error, and leaves the handler as it was. `SIP_ERROR_NOT_SUPPORTED` is no word about the offer: it takes the
 * handler time to answer this one, and the two other methods are to be called. A handler that does not implement this always says so. A floating
 * @options is consumed.
 *
 * Returns: (transfer full): the answer, or `NULL` with @error set
 */
SipDescription *
sip_session_description_handler_answer (SipSessionDescriptionHandler *self,
                                        SipDescription               *offer,
                                        GVariant                     *options,
                                        GError                      **error)
{
  SipSessionDescriptionHandlerInterface *iface;
  g_autoptr (GVariant) sunk = NULL;

  g_return_val_if_fail (SIP_IS_SESSION_DESCRIPTION_HANDLER (self), NULL);
  g_return_val_if_fail (offer != NULL, NULL);
  g_return_val_if_fail (is_options (options), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  sunk = options != NULL ? g_variant_ref_sink (options) : NULL;
  iface = SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self);
  if (iface->answer == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "%s does not answer at once", G_OBJECT_TYPE_NAME (self));
      return NULL;
    }

  return iface->answer (self, offer, options, error);
}
