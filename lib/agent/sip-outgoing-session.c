/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-outgoing-session-private.h"

#include "agent/sip-client-context.h"
#include "agent/sip-request-draft-private.h"

/**
 * SipOutgoingSession:
 *
 * A call that we made, with [method@Sip.UserAgent.invite].
 */
struct _SipOutgoingSession
{
  SipSession parent_instance;
  SipTimer begin;
  gboolean late_offer;
};

struct _SipOutgoingSessionClass
{
  SipSessionClass parent_class;
};

static void client_context_init (SipClientContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipOutgoingSession, sip_outgoing_session, SIP_TYPE_SESSION,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_CLIENT_CONTEXT, client_context_init))

static void
sip_outgoing_session_dispose (GObject *object)
{
  sip_timer_stop (&SIP_OUTGOING_SESSION (object)->begin);

  G_OBJECT_CLASS (sip_outgoing_session_parent_class)->dispose (object);
}

static void
sip_outgoing_session_class_init (SipOutgoingSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sip_outgoing_session_dispose;
}

static void
sip_outgoing_session_init (SipOutgoingSession *self)
{
}

SipOutgoingSession *
sip_outgoing_session_new (SipUserAgent *user_agent, const char *target, SipInviteOptions *options, const SipReferral *referral, GError **error)
{
  SipMessageExtras extras = sip_request_options_get_extras (options);
  gboolean anonymous = extras.anonymous;
  g_autoptr (SipMsgBuilder) invite = NULL;
  const char *replaces = options != NULL ? sip_invite_options_get_replaces (options) : NULL;
  SipOutgoingSession *self;
  SipSession *session;
  SipSendTarget hop;

  if (referral != NULL && referral->replaces != NULL)
    replaces = referral->replaces;
  extras.rel100 = sip_invite_options_choose_rel100 (options, sip_user_agent_get_rel100 (user_agent));
  invite = sip_request_draft_new (user_agent, SIP_METHOD_INVITE, target, anonymous, &extras, error);
  if (invite == NULL || !sip_request_draft_add_replaces (invite, replaces, error))
    return NULL;
  if (referral != NULL && referral->referred_by != NULL)
    sip_msg_builder_add (invite, SIP_H_REFERRED_BY, sip_str_from (referral->referred_by));

  self = g_object_new (SIP_TYPE_OUTGOING_SESSION, NULL);
  session = SIP_SESSION (self);
  session->local_identity = sip_name_addr_new_from_str (sip_msg_builder_value (invite, SIP_H_FROM));
  session->remote_identity = sip_name_addr_new_from_str (sip_msg_builder_value (invite, SIP_H_TO));
  sip_session_take_options (session, options, NULL);
  if (options != NULL)
    self->late_offer = sip_invite_options_get_invite_without_sdp (options);

  sip_request_draft_fill_target (user_agent, invite, anonymous, &hop);
  sip_session_begin (session, user_agent,
                     sip_invite_usage_new_outgoing (sip_user_agent_get_dialogs (user_agent), g_steal_pointer (&invite), &hop,
                                                    &sip_session_usage_events, session));
  if (sip_user_agent_get_early_media (user_agent) || (options != NULL && sip_invite_options_get_early_media (options)))
    sip_invite_usage_follow_early_answers (session->usage);

  return self;
}

static void
begin_cb (SipTimer *timer)
{
  SipOutgoingSession *self = SIP_CONTAINER_OF (timer, SipOutgoingSession, begin);
  SipSession *session = SIP_SESSION (self);

  if (sip_session_get_state (session) == SIP_SESSION_STATE_INITIAL && sip_session_ensure_handler (session))
    sip_invite_usage_invite (session->usage, self->late_offer);
}

void
sip_outgoing_session_begin (SipOutgoingSession *self, SipTimerWheel *wheel)
{
  sip_timer_start (wheel, &self->begin, begin_cb, 0);
}

/**
 * sip_outgoing_session_cancel:
 * @self: a session
 * @options: (nullable): status and reason become a Reason header of the CANCEL (RFC 3326), from 200 to 699
 * @error: return location for an error
 *
 * Calls off a call that was not answered (RFC 3261 §9.1).
 *
 * The session does not end at once: [signal@Sip.Session::cancel] is followed by what the callee makes of it, which is [signal@Sip.Session::rejected],
 * [signal@Sip.Session::failed] and [signal@Sip.Session::terminated], or, when it had answered already, [signal@Sip.Session::accepted],
 * [signal@Sip.Session::bye] and [signal@Sip.Session::terminated].
 *
 * Returns: whether it is called off; otherwise @error is `SIP_ERROR_INVALID_STATE`, `SIP_ERROR_INVALID_ARGUMENT` or `SIP_ERROR_INVALID_HEADER`,
 *   and nothing has changed
 */
gboolean
sip_outgoing_session_cancel (SipOutgoingSession *self, SipResponseOptions *options, GError **error)
{
  SipSession *session = SIP_SESSION (self);
  SipMessageExtras extras;

  g_return_val_if_fail (SIP_IS_OUTGOING_SESSION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_RESPONSE_OPTIONS (options), FALSE);

  if (!sip_session_check_usage (session, "cancel", error))
    return FALSE;

  extras = sip_request_options_get_extras (options);
  return sip_invite_usage_cancel (session->usage, &extras, error);
}

static gboolean
client_context_cancel (SipClientContext *context, SipResponseOptions *options, GError **error)
{
  return sip_outgoing_session_cancel (SIP_OUTGOING_SESSION (context), options, error);
}

/* The properties are those of SipSession. */
static void
client_context_init (SipClientContextInterface *iface)
{
  iface->cancel = client_context_cancel;
}
