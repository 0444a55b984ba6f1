/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-incoming-session.h"
#include "agent/sip-notifier.h"
#include "agent/sip-outgoing-context.h"
#include "agent/sip-outgoing-session.h"
#include "agent/sip-registration.h"
#include "agent/sip-publication.h"
#include "agent/sip-rel100.h"
#include "agent/sip-subscription.h"
#include "dialog/sip-session-refresher.h"
#include "syntax/sip-credentials.h"

G_BEGIN_DECLS

/**
 * SipUserAgentState:
 * @SIP_USER_AGENT_STATE_STOPPED: not on the network
 * @SIP_USER_AGENT_STATE_STARTING: connecting to its servers
 * @SIP_USER_AGENT_STATE_STARTED: calls can come and go
 * @SIP_USER_AGENT_STATE_STOPPING: ending what is open
 *
 * Whether an agent is on the network.
 */
typedef enum
{
  SIP_USER_AGENT_STATE_STOPPED,
  SIP_USER_AGENT_STATE_STARTING,
  SIP_USER_AGENT_STATE_STARTED,
  SIP_USER_AGENT_STATE_STOPPING,
} SipUserAgentState;

#define SIP_TYPE_USER_AGENT_STATE (sip_user_agent_state_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_user_agent_state_get_type (void);

#define SIP_TYPE_USER_AGENT (sip_user_agent_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipUserAgent, sip_user_agent, SIP, USER_AGENT, GObject)

/**
 * SipSessionDescriptionHandlerFactory:
 * @user_agent: the agent
 * @session: the session that needs a handler
 * @user_data: what was given with the function
 *
 * Makes the session description handler of one session.
 *
 * Returns: (transfer full) (nullable): the handler; `NULL`: the session fails with the cause "WebRTC Not Supported"
 */
typedef SipSessionDescriptionHandler *(*SipSessionDescriptionHandlerFactory) (SipUserAgent *user_agent,
                                                                              SipSession   *session,
                                                                              gpointer      user_data);

SIP_AVAILABLE_IN_1_0
SipUserAgent *sip_user_agent_new (const char *uri);

SIP_AVAILABLE_IN_1_0
const char *sip_user_agent_get_uri (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
SipUserAgentState sip_user_agent_get_state (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
const char *sip_user_agent_get_display_name (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_display_name (SipUserAgent *self, const char *display_name);

SIP_AVAILABLE_IN_1_0
const char *sip_user_agent_get_user_agent_string (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_user_agent_string (SipUserAgent *self, const char *user_agent_string);

SIP_AVAILABLE_IN_1_0
const char *const *sip_user_agent_get_aliases (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_aliases (SipUserAgent *self, const char *const *aliases);

SIP_AVAILABLE_IN_1_0
const char *const *sip_user_agent_get_servers (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_servers (SipUserAgent *self, const char *const *servers);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_add_server (SipUserAgent *self, const char *uri, guint weight);

SIP_AVAILABLE_IN_1_0
const char *const *sip_user_agent_get_dns_servers (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_dns_servers (SipUserAgent *self, const char *const *servers);

SIP_AVAILABLE_IN_1_0
guint sip_user_agent_get_keep_alive_interval (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_keep_alive_interval (SipUserAgent *self, guint seconds);

SIP_AVAILABLE_IN_1_0
guint sip_user_agent_get_options_interval (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_options_interval (SipUserAgent *self, guint seconds);

SIP_AVAILABLE_IN_1_0
guint sip_user_agent_get_no_answer_timeout (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_no_answer_timeout (SipUserAgent *self, guint seconds);

SIP_AVAILABLE_IN_1_0
guint sip_user_agent_get_stop_timeout (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_stop_timeout (SipUserAgent *self, guint seconds);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_get_send_initial_provisional_response (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_send_initial_provisional_response (SipUserAgent *self, gboolean send);

SIP_AVAILABLE_IN_1_0
const char *const *sip_user_agent_get_extra_supported (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_extra_supported (SipUserAgent *self, const char *const *tags);

SIP_AVAILABLE_IN_1_0
const char *sip_user_agent_get_contact_name (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_contact_name (SipUserAgent *self, const char *name);

SIP_AVAILABLE_IN_1_0
const char *const *sip_user_agent_get_contact_params (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_contact_params (SipUserAgent *self, const char *const *params);

SIP_AVAILABLE_IN_1_0
SipRel100 sip_user_agent_get_rel100 (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_rel100 (SipUserAgent *self, SipRel100 rel100);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_get_early_media (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_early_media (SipUserAgent *self, gboolean early_media);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_get_replaces (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_replaces (SipUserAgent *self, gboolean replaces);

SIP_AVAILABLE_IN_1_0
guint sip_user_agent_get_session_expires (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_session_expires (SipUserAgent *self, guint seconds);

SIP_AVAILABLE_IN_1_0
guint sip_user_agent_get_min_se (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_min_se (SipUserAgent *self, guint seconds);

SIP_AVAILABLE_IN_1_0
SipSessionRefresher sip_user_agent_get_session_refresher (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_session_refresher (SipUserAgent *self, SipSessionRefresher refresher);

SIP_AVAILABLE_IN_1_0
GVariant *sip_user_agent_get_session_description_handler_options (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_session_description_handler_options (SipUserAgent *self, GVariant *options);

SIP_AVAILABLE_IN_1_0
GTlsCertificate *sip_user_agent_get_tls_certificate (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_tls_certificate (SipUserAgent *self, GTlsCertificate *certificate);

SIP_AVAILABLE_IN_1_0
GTlsDatabase *sip_user_agent_get_tls_database (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_tls_database (SipUserAgent *self, GTlsDatabase *database);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_session_description_handler_factory (SipUserAgent                       *self,
                                                             SipSessionDescriptionHandlerFactory factory,
                                                             gpointer                            user_data,
                                                             GDestroyNotify                      destroy);

SIP_AVAILABLE_IN_1_0
char *sip_user_agent_listen (SipUserAgent *self, const char *uri, GError **error);

SIP_AVAILABLE_IN_1_0
char **sip_user_agent_get_listening_uris (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_start_async (SipUserAgent *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_start_finish (SipUserAgent *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_stop_async (SipUserAgent *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_stop_finish (SipUserAgent *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
SipOutgoingSession *sip_user_agent_invite (SipUserAgent *self, const char *target, SipInviteOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
SipCredentials *sip_user_agent_get_credentials (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_credentials (SipUserAgent *self, SipCredentials *credentials);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_add_credentials (SipUserAgent *self, SipCredentials *credentials);

SIP_AVAILABLE_IN_1_0
GListModel *sip_user_agent_get_modifiers (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_modifiers (SipUserAgent *self, GListModel *modifiers);

SIP_AVAILABLE_IN_1_0
GListModel *sip_user_agent_get_sessions (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
SipOutgoingContext *sip_user_agent_send_request (SipUserAgent *self, const char *method, const char *target, SipRequestOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_request_async (SipUserAgent       *self,
                                   const char         *method,
                                   const char         *target,
                                   SipRequestOptions  *options,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);

SIP_AVAILABLE_IN_1_0
SipResponse *sip_user_agent_request_finish (SipUserAgent *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_message_async (SipUserAgent       *self,
                                   const char         *target,
                                   const char         *body,
                                   SipRequestOptions  *options,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);

SIP_AVAILABLE_IN_1_0
SipResponse *sip_user_agent_message_finish (SipUserAgent *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
SipPublication *sip_user_agent_publish (SipUserAgent      *self,
                                        const char        *target,
                                        const char        *event,
                                        const char        *body,
                                        SipPublishOptions *options,
                                        GError           **error);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_refer_async (SipUserAgent       *self,
                                 const char         *target,
                                 const char         *refer_to,
                                 SipReferOptions    *options,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);

SIP_AVAILABLE_IN_1_0
SipResponse *sip_user_agent_refer_finish (SipUserAgent *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
SipSubscription *sip_user_agent_subscribe (SipUserAgent        *self,
                                           const char          *target,
                                           const char          *event,
                                           SipSubscribeOptions *options,
                                           GError             **error);

SIP_AVAILABLE_IN_1_0
GListModel *sip_user_agent_get_subscriptions (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
GListModel *sip_user_agent_get_subscribers (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
const char *const *sip_user_agent_get_events (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_events (SipUserAgent *self, const char *const *events);

SIP_AVAILABLE_IN_1_0
guint sip_user_agent_get_max_subscribers (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_max_subscribers (SipUserAgent *self, guint max_subscribers);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_register_async (SipUserAgent       *self,
                                    SipRegisterOptions *options,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);

SIP_AVAILABLE_IN_1_0
SipRegistration *sip_user_agent_register_finish (SipUserAgent *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_unregister_async (SipUserAgent       *self,
                                      SipRegisterOptions *options,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_unregister_finish (SipUserAgent *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_is_registered (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
GListModel *sip_user_agent_get_registrations (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
const char *sip_user_agent_get_instance_id (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_instance_id (SipUserAgent *self, const char *instance_id);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_get_register_at_start (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_register_at_start (SipUserAgent *self, gboolean register_at_start);

SIP_AVAILABLE_IN_1_0
guint sip_user_agent_get_register_expires (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_register_expires (SipUserAgent *self, guint seconds);

SIP_AVAILABLE_IN_1_0
const char *sip_user_agent_get_registrar (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_registrar (SipUserAgent *self, const char *registrar);

SIP_AVAILABLE_IN_1_0
gboolean sip_user_agent_get_use_gruu (SipUserAgent *self);

SIP_AVAILABLE_IN_1_0
void sip_user_agent_set_use_gruu (SipUserAgent *self, gboolean use_gruu);

G_END_DECLS
