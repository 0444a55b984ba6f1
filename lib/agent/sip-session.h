/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-direction.h"
#include "agent/sip-dtmf.h"
#include "agent/sip-dtmf-options.h"
#include "agent/sip-incoming-context.h"
#include "agent/sip-invite-options.h"
#include "agent/sip-refer-options.h"
#include "agent/sip-response-options.h"
#include "media/sip-session-description-handler.h"
#include "syntax/sip-request.h"
#include "syntax/sip-response.h"

G_BEGIN_DECLS

typedef struct _SipUserAgent SipUserAgent;

/**
 * SipSessionState:
 * @SIP_SESSION_STATE_INITIAL: nothing has been sent, or nothing answered but 100 and 180
 * @SIP_SESSION_STATE_ESTABLISHING: the INVITE is out, or is being accepted
 * @SIP_SESSION_STATE_ESTABLISHED: a 2xx was sent or received
 * @SIP_SESSION_STATE_TERMINATING: on its way to the end: a CANCEL or BYE waits or is out
 * @SIP_SESSION_STATE_TERMINATED: over
 *
 * How far a call is.
 */
typedef enum
{
  SIP_SESSION_STATE_INITIAL,
  SIP_SESSION_STATE_ESTABLISHING,
  SIP_SESSION_STATE_ESTABLISHED,
  SIP_SESSION_STATE_TERMINATING,
  SIP_SESSION_STATE_TERMINATED,
} SipSessionState;

#define SIP_TYPE_SESSION_STATE (sip_session_state_get_type ())

SIP_AVAILABLE_IN_1_0
GType sip_session_state_get_type (void);

#define SIP_TYPE_SESSION (sip_session_get_type ())

SIP_AVAILABLE_IN_1_0
SIP_DECLARE_INTERNAL_TYPE (SipSession, sip_session, SIP, SESSION, GObject)

SIP_AVAILABLE_IN_1_0
SipUserAgent *sip_session_get_user_agent (SipSession *self);

SIP_AVAILABLE_IN_1_0
const char *sip_session_get_id (SipSession *self);

SIP_AVAILABLE_IN_1_0
const char *sip_session_get_method (SipSession *self);

SIP_AVAILABLE_IN_1_0
SipDirection sip_session_get_direction (SipSession *self);

SIP_AVAILABLE_IN_1_0
SipSessionState sip_session_get_state (SipSession *self);

SIP_AVAILABLE_IN_1_0
SipRequest *sip_session_get_request (SipSession *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_session_get_local_identity (SipSession *self);

SIP_AVAILABLE_IN_1_0
SipNameAddr *sip_session_get_remote_identity (SipSession *self);

SIP_AVAILABLE_IN_1_0
GDateTime *sip_session_get_start_time (SipSession *self);

SIP_AVAILABLE_IN_1_0
GDateTime *sip_session_get_end_time (SipSession *self);

SIP_AVAILABLE_IN_1_0
GObject *sip_session_get_data (SipSession *self);

SIP_AVAILABLE_IN_1_0
void sip_session_set_data (SipSession *self, GObject *data);

SIP_AVAILABLE_IN_1_0
SipSessionDescriptionHandler *sip_session_get_session_description_handler (SipSession *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_terminate (SipSession *self, SipResponseOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_bye (SipSession *self, SipRequestOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_get_held_locally (SipSession *self);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_get_held_remotely (SipSession *self);

SIP_AVAILABLE_IN_1_0
void sip_session_reinvite_async (SipSession *self, SipInviteOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_reinvite_finish (SipSession *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_session_hold_async (SipSession *self, SipInviteOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_hold_finish (SipSession *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_session_unhold_async (SipSession *self, SipInviteOptions *options, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_unhold_finish (SipSession *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
gboolean sip_session_dtmf (SipSession *self, const char *tones, SipDtmfOptions *options, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_session_send_request_async (SipSession         *self,
                                     const char         *method,
                                     SipRequestOptions  *options,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);

SIP_AVAILABLE_IN_1_0
SipResponse *sip_session_send_request_finish (SipSession *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
SipSession *sip_session_get_replacee (SipSession *self);

SIP_AVAILABLE_IN_1_0
void sip_session_refer_async (SipSession         *self,
                              const char         *target,
                              SipReferOptions    *options,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);

SIP_AVAILABLE_IN_1_0
SipResponse *sip_session_refer_finish (SipSession *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_session_refer_to_session_async (SipSession         *self,
                                         SipSession         *target,
                                         SipReferOptions    *options,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);

SIP_AVAILABLE_IN_1_0
SipResponse *sip_session_refer_to_session_finish (SipSession *self, GAsyncResult *result, GError **error);

G_END_DECLS
