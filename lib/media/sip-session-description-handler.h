/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "media/sip-description.h"

G_BEGIN_DECLS

#define SIP_TYPE_SESSION_DESCRIPTION_HANDLER (sip_session_description_handler_get_type ())

SIP_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (SipSessionDescriptionHandler, sip_session_description_handler, SIP, SESSION_DESCRIPTION_HANDLER, GObject)

/**
 * SipSessionDescriptionHandlerInterface:
 * @parent: the parent interface
 * @has_description: whether a body of this content type is a description that the handler understands
 * @get_description: makes the local description, and ends the task with
 *   sip_session_description_handler_return_description() or an error
 * @set_description: applies the description that the other side sent, and ends the task with `TRUE` or an error
 * @send_dtmf: plays tones in the media (RFC 4733)
 * @rollback: forgets an offer that was made or received and not answered
 * @close: ends all media
 * @is_ready: whether media can flow
 * @answer: takes an offer and makes the answer to it at once, in the place of `set_description` and `get_description`
 */
struct _SipSessionDescriptionHandlerInterface
{
  GTypeInterface parent;

  gboolean (*has_description) (SipSessionDescriptionHandler *self, const char *content_type);

  void (*get_description) (SipSessionDescriptionHandler *self, SipDescriptionType type, GVariant *options, GTask *task);
  void (*set_description) (SipSessionDescriptionHandler *self, SipDescription *description, GVariant *options, GTask *task);

  gboolean (*send_dtmf) (SipSessionDescriptionHandler *self, const char *tones, guint duration, guint inter_tone_gap, GError **error);

  void (*rollback) (SipSessionDescriptionHandler *self);

  void (*close) (SipSessionDescriptionHandler *self);

  gboolean (*is_ready) (SipSessionDescriptionHandler *self);

  SipDescription *(*answer) (SipSessionDescriptionHandler *self, SipDescription *offer, GVariant *options, GError **error);
};

SIP_AVAILABLE_IN_1_0
gboolean sip_session_description_handler_has_description (SipSessionDescriptionHandler *self, const char *content_type);

SIP_AVAILABLE_IN_1_0
void sip_session_description_handler_get_description_async (SipSessionDescriptionHandler *self,
                                                            SipDescriptionType            type,
                                                            GVariant                     *options,
                                                            GCancellable                 *cancellable,
                                                            GAsyncReadyCallback           callback,
                                                            gpointer                      user_data);

SIP_AVAILABLE_IN_1_0
SipDescription *sip_session_description_handler_get_description_finish (SipSessionDescriptionHandler *self,
                                                                       GAsyncResult                 *result,
                                                                       GError                      **error);

SIP_AVAILABLE_IN_1_0
void sip_session_description_handler_return_description (SipSessionDescriptionHandler *self,
                                                         GTask                        *task,
                                                         SipDescription               *description);

SIP_AVAILABLE_IN_1_0
void sip_session_description_handler_set_description_async (SipSessionDescriptionHandler *self,
                                                            SipDescription               *description,
                                                            GVariant                     *options,
                                                            GCancellable                 *cancellable,
                                                            GAsyncReadyCallback           callback,
                                                            gpointer                      user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_description_handler_set_description_finish (SipSessionDescriptionHandler *self,
                                                                 GAsyncResult                 *result,
                                                                 GError                      **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_description_handler_send_dtmf (SipSessionDescriptionHandler *self,
                                                    const char                   *tones,
                                                    guint                         duration,
                                                    guint                         inter_tone_gap,
                                                    GError                      **error);

SIP_AVAILABLE_IN_1_0
void sip_session_description_handler_rollback (SipSessionDescriptionHandler *self);

SIP_AVAILABLE_IN_1_0
void sip_session_description_handler_close (SipSessionDescriptionHandler *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_description_handler_is_ready (SipSessionDescriptionHandler *self);

SIP_AVAILABLE_IN_1_0
SipDescription *sip_session_description_handler_answer (SipSessionDescriptionHandler *self,
                                                        SipDescription               *offer,
                                                        GVariant                     *options,
                                                        GError                      **error);

G_END_DECLS
