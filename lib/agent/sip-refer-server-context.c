/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-refer-server-context-private.h"

#include "agent/sip-incoming-context-private.h"
#include "agent/sip-refer-target-private.h"
#include "agent/sip-request-options-private.h"
#include "agent/sip-session-private.h"
#include "dialog/sip-notifier-usage-private.h"
#include "syntax/sip-sipfrag-private.h"

/**
 * SipReferServerContext:
 *
 * A REFER that came in: the other side asks us to call somebody else (RFC 3515).
 *
 * It comes with [signal@Session::refer-requested], or outside of any call with [signal@UserAgent::refer-requested]. Without a handler for the first it is
 * accepted and followed; without one for the second it is refused.
 *
 * [method@ReferServerContext.accept] with @follow makes the call, as [property@ReferServerContext:target-session], and keeps the other side informed.
 * Without @follow nothing is called: you do what is to be done, and say how it goes with [method@ReferServerContext.send_notify].
 *
 * The call that the REFER came in goes on: the other side ends it when it has heard that the new one stands (RFC 5589 §6.1).
 *
 * ```c
 * static void
 * refer_requested_cb (SipSession *session, GObject *context)
 * {
 *   if (SIP_IS_REFER_SERVER_CONTEXT (context))
 *     sip_refer_server_context_accept (SIP_REFER_SERVER_CONTEXT (context), TRUE, NULL, NULL);
 * }
 * ```
 */
struct _SipReferServerContext
{
  SipIncomingContext parent_instance;
  SipSession *referred_session;   /* until it is over */
  SipOutgoingSession *target_session;
  SipNotifierUsage *usage;        /* NULL: nobody wants to know (any more) */
  SipReferTarget *target;
  SipNameAddr *referred_by;
  guint16 said;                   /* the status that was said last */
  guint8 is_quiet;                /* RFC 4488 */
  guint8 is_following;
  guint8 is_held;                 /* by itself, from the answer to the end */
  guint8 has_outcome;
};

struct _SipReferServerContextClass
{
  SipIncomingContextClass parent_class;
};

enum
{
  PROP_0,
  PROP_REFER_TO,
  PROP_REFERRED_BY,
  PROP_REPLACES,
  PROP_REFERRED_SESSION,
  PROP_TARGET_SESSION,
  N_PROPS
};

enum
{
  SIGNAL_REFER_REQUEST_ACCEPTED,
  SIGNAL_REFER_REQUEST_REJECTED,
  SIGNAL_REFER_INVITE_SENT,
  SIGNAL_REFER_PROGRESS,
  SIGNAL_REFER_ACCEPTED,
  SIGNAL_REFER_REJECTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void server_context_init (SipServerContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipReferServerContext, sip_refer_server_context, SIP_TYPE_INCOMING_CONTEXT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_SERVER_CONTEXT, server_context_init))

/* --- the end --- */

static void
leave_session (SipReferServerContext *self)
{
  if (self->referred_session == NULL)
    return;

  self->referred_session->n_refers--;
  g_clear_object (&self->referred_session);
}

/* It keeps itself as long as somebody is to be told, or there is something to tell. */
static void
finish_if_over (SipReferServerContext *self)
{
  if (self->usage != NULL || (self->is_following && !self->has_outcome))
    return;

  leave_session (self);
  if (self->is_held)
    {
      self->is_held = FALSE;
      g_object_unref (self);
    }
}

static void
usage_ended (gpointer owner, gboolean delivered)
{
  g_autoptr (SipReferServerContext) self = g_object_ref (owner);

  g_clear_pointer (&self->usage, sip_notifier_usage_free);
  finish_if_over (self);
}

static const SipNotifierEvents usage_events = { usage_ended };

/* --- what is said of the target --- */

static void
say (SipReferServerContext *self, guint code, const char *reason)
{
  g_autofree char *text = sip_sipfrag_new (code, reason);
  g_autoptr (GBytes) body = NULL;
  gsize len = strlen (text);

  self->said = (guint16) code;
  self->has_outcome = code >= 200;
  body = g_bytes_new_take (g_steal_pointer (&text), len);
  if (self->usage != NULL)
    sip_notifier_usage_notify (self->usage, "message/sipfrag;version=2.0", body, self->has_outcome);
}

static void
tell (SipReferServerContext *self, guint code, const char *reason)
{
  guint signal = SIGNAL_REFER_PROGRESS;

  if (code >= 200)
    signal = code < 300 ? SIGNAL_REFER_ACCEPTED : SIGNAL_REFER_REJECTED;
  g_signal_emit (self, signals[signal], 0, code, reason != NULL ? reason : "");
}

static void
target_progress_cb (SipSession *session, SipResponse *response, SipReferServerContext *self)
{
  guint code = sip_response_get_status_code (response);

  /* 100 was said at once (RFC 3515 §2.4.4); and who rings goes on ringing. */
  if (code == 100 || self->has_outcome)
    return;
  if (code != self->said)
    say (self, code, sip_response_get_reason_phrase (response));
  tell (self, code, sip_response_get_reason_phrase (response));
}

static void
target_decided (SipReferServerContext *self, guint code, const char *reason)
{
  g_autoptr (SipReferServerContext) hold = g_object_ref (self);

  if (hold->has_outcome)
    return;

  say (hold, code, reason);
  tell (hold, code, reason);
  finish_if_over (hold);
}

static void
target_accepted_cb (SipSession *session, guint code, SipResponse *response, SipReferServerContext *self)
{
  target_decided (self, code, sip_response_get_reason_phrase (response));
}

/* A status for an end that no response of the target's brought. */
static guint
status_for_cause (const char *cause)
{
  static const struct
  {
    const char *cause;
    guint status;
  } table[] = {
    { SIP_CAUSE_REQUEST_TIMEOUT, 408 },         { SIP_CAUSE_CONNECTION_ERROR, 503 },   { SIP_CAUSE_CANCELED, 487 },
    { SIP_CAUSE_BAD_MEDIA_DESCRIPTION, 488 },   { SIP_CAUSE_WEBRTC_ERROR, 488 },       { SIP_CAUSE_WEBRTC_NOT_SUPPORTED, 488 },
    { SIP_CAUSE_USER_DENIED_MEDIA_ACCESS, 480 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      if (g_strcmp0 (table[i].cause, cause) == 0)
        return table[i].status;
    }

  return 500;
}

static void
target_failed_cb (SipSession *session, SipMessage *message, const char *cause, SipReferServerContext *self)
{
  guint code = SIP_IS_RESPONSE (message) ? sip_response_get_status_code (SIP_RESPONSE (message)) : 0;

  /* A 2xx that was of no use is one as well. */
  if (code >= 300)
    target_decided (self, code, sip_response_get_reason_phrase (SIP_RESPONSE (message)));
  else
    target_decided (self, status_for_cause (cause), sip_status_reason (status_for_cause (cause)));
}

static void
watch_target (SipReferServerContext *self)
{
  g_signal_connect_object (self->target_session, "progress", G_CALLBACK (target_progress_cb), self, 0);
  g_signal_connect_object (self->target_session, "accepted", G_CALLBACK (target_accepted_cb), self, 0);
  g_signal_connect_object (self->target_session, "failed", G_CALLBACK (target_failed_cb), self, 0);
}

/* --- the answer to the REFER --- */

/* Connected to our own signals, before anybody else: whichever method has answered. */
static void
accepted_cb (SipReferServerContext *self, guint code, SipResponse *response)
{
  g_object_ref (self);
  self->is_held = TRUE;
  if (self->is_quiet)
    g_clear_pointer (&self->usage, sip_notifier_usage_free);
  say (self, 100, NULL);
  g_signal_emit (self, signals[SIGNAL_REFER_REQUEST_ACCEPTED], 0, response);
  if (self->target_session != NULL)
    g_signal_emit (self, signals[SIGNAL_REFER_INVITE_SENT], 0, self->target_session);
  finish_if_over (self);
}

/* Also where nobody has answered in time. That a 202 got lost changes nothing. */
static void
failed_cb (SipReferServerContext *self, SipMessage *response, const char *cause)
{
  if (self->is_held || self->said != 0)
    return;

  g_clear_pointer (&self->usage, sip_notifier_usage_free);
  leave_session (self);
  g_signal_emit (self, signals[SIGNAL_REFER_REQUEST_REJECTED], 0, response, cause);
}

/* RFC 4488 §4: who does not want to hear of it is told that nothing will be said. */
static void
answering (SipIncomingContext *context, guint status, SipMsgBuilder *response)
{
  SipReferServerContext *self = SIP_REFER_SERVER_CONTEXT (context);

  if (status >= 200 && status < 300 && self->is_quiet)
    sip_msg_builder_add (response, SIP_H_REFER_SUB, SIP_STR ("false"));
}

static gboolean
wants_quiet (SipMsg *request)
{
  SipStr token, params;

  return sip_token_view_parse (sip_msg_value (request, SIP_H_REFER_SUB), &token, &params) && sip_str_equal_nocase (token, SIP_STR ("false"));
}

SipReferServerContext *
sip_refer_server_context_new (SipUserAgent *user_agent, SipSession *session, SipServerTransaction *transaction)
{
  SipDialogs *dialogs = sip_user_agent_get_dialogs (user_agent);
  SipMsg *request = sip_server_transaction_get_request (transaction);
  g_autoptr (SipReferServerContext) self = NULL;
  SipReferTarget *target;
  const char *problem;
  SipDialog *dialog;

  target = sip_refer_target_new (request, &problem);
  if (target == NULL)
    {
      g_autofree char *tag = sip_tag_new ();

      sip_dialogs_respond (dialogs, transaction, 400, problem, tag);
      return NULL;
    }

  self = g_object_new (SIP_TYPE_REFER_SERVER_CONTEXT, NULL);
  self->target = target;
  self->is_quiet = wants_quiet (request);
  self->referred_by = sip_name_addr_new_from_str (sip_msg_value (request, SIP_H_REFERRED_BY));
  if (session != NULL)
    {
      self->referred_session = g_object_ref (session);
      session->n_refers++;
    }
  sip_incoming_context_begin (SIP_INCOMING_CONTEXT (self), user_agent, transaction);

  if (self->parent_instance.to_tag != NULL)
    dialog = sip_dialog_new_incoming (dialogs, request, self->parent_instance.to_tag, sip_server_transaction_get_flow (transaction));
  else
    dialog = sip_dialogs_find (dialogs, request);
  self->usage = sip_notifier_usage_new (dialog, request, "refer", &usage_events, self);

  return g_steal_pointer (&self);
}

static gboolean
take_up (SipReferServerContext *self, gboolean follow, SipInviteOptions *options, const SipMessageExtras *extras, GError **error)
{
  SipIncomingContext *context = SIP_INCOMING_CONTEXT (self);
  G_GNUC_UNUSED g_autoptr (SipReferServerContext) hold = g_object_ref (self);

  if (follow && context->msg != NULL && !sip_incoming_context_is_answered (context))
    {
      g_autofree char *referred_by = self->referred_by != NULL
                                         ? sip_msg_unfold (sip_msg_value (context->msg, SIP_H_REFERRED_BY))
                                         : NULL;
      const SipReferral referral = { referred_by, self->target->replaces };

      if (!sip_refer_target_check (self->target, error))
        return FALSE;
      self->target_session = sip_user_agent_place_call (context->user_agent, self->target->uri, options, &referral, error);
      if (self->target_session == NULL)
        return FALSE;
      self->is_following = TRUE;
      watch_target (self);
    }

  if (sip_incoming_context_respond (context, "accept", extras, 202, 200, 299, error))
    return TRUE;

  /* Whoever asked does not wait any more. */
  if (self->is_following)
    {
      self->is_following = FALSE;
      g_signal_handlers_disconnect_by_data (self->target_session, self);
      sip_session_terminate (SIP_SESSION (self->target_session), NULL, NULL);
      g_clear_object (&self->target_session);
    }
  return FALSE;
}

void
sip_refer_server_context_follow (SipReferServerContext *self)
{
  const SipMessageExtras none = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (SipInviteOptions) options = self->referred_session != NULL ? sip_session_new_invite_options (self->referred_session) : NULL;

  if (take_up (self, TRUE, options, &none, &error))
    return;

  g_debug ("A REFER cannot be followed: %s", error->message);
  if (!sip_incoming_context_is_answered (SIP_INCOMING_CONTEXT (self)))
    sip_incoming_context_respond (SIP_INCOMING_CONTEXT (self), "reject", &none,
                                  g_error_matches (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED) ? 603 : 416, 300, 699, NULL);
}

static gboolean
server_context_accept (SipServerContext *context, SipRequestOptions *options, GError **error)
{
  SipMessageExtras extras = { 0 };

  if (options == NULL || SIP_IS_INVITE_OPTIONS (options))
    return sip_refer_server_context_accept (SIP_REFER_SERVER_CONTEXT (context), TRUE, (SipInviteOptions *) options, error);

  extras = sip_request_options_get_extras (options);
  return take_up (SIP_REFER_SERVER_CONTEXT (context), TRUE, NULL, &extras, error);
}

static void
server_context_init (SipServerContextInterface *iface)
{
  iface->accept = server_context_accept;
}

/* --- class --- */

static void
sip_refer_server_context_dispose (GObject *object)
{
  SipReferServerContext *self = SIP_REFER_SERVER_CONTEXT (object);

  /* Here it may still be answered. */
  G_OBJECT_CLASS (sip_refer_server_context_parent_class)->dispose (object);

  g_clear_pointer (&self->usage, sip_notifier_usage_free);
  leave_session (self);
  g_clear_object (&self->target_session);
}

static void
sip_refer_server_context_finalize (GObject *object)
{
  SipReferServerContext *self = SIP_REFER_SERVER_CONTEXT (object);

  g_clear_pointer (&self->target, sip_refer_target_free);
  g_clear_pointer (&self->referred_by, sip_name_addr_unref);

  G_OBJECT_CLASS (sip_refer_server_context_parent_class)->finalize (object);
}

static void
sip_refer_server_context_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipReferServerContext *self = SIP_REFER_SERVER_CONTEXT (object);

  switch (id)
    {
    case PROP_REFER_TO:
      g_value_set_boxed (value, sip_refer_server_context_get_refer_to (self));
      break;
    case PROP_REFERRED_BY:
      g_value_set_boxed (value, self->referred_by);
      break;
    case PROP_REPLACES:
      g_value_set_string (value, sip_refer_server_context_get_replaces (self));
      break;
    case PROP_REFERRED_SESSION:
      g_value_set_object (value, self->referred_session);
      break;
    case PROP_TARGET_SESSION:
      g_value_set_object (value, self->target_session);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * SipReferServerContext:refer-to:
   *
   * Whom we are to call, as the REFER says it.
   */
  properties[PROP_REFER_TO] = g_param_spec_boxed ("refer-to", NULL, NULL, SIP_TYPE_NAME_ADDR, flags);

  /**
   * SipReferServerContext:referred-by:
   *
   * Who says so (RFC 3892); `NULL` when the REFER does not tell. Nothing proves it.
   */
  properties[PROP_REFERRED_BY] = g_param_spec_boxed ("referred-by", NULL, NULL, SIP_TYPE_NAME_ADDR, flags);

  /**
   * SipReferServerContext:replaces:
   *
   * The call over there whose place the new one is to take: the value of its Replaces header (RFC 3891). `NULL` unless the transfer is an attended one.
   */
  properties[PROP_REPLACES] = g_param_spec_string ("replaces", NULL, NULL, NULL, flags);

  /**
   * SipReferServerContext:referred-session:
   *
   * The call that the REFER came in; `NULL` outside of any, and when all was said.
   */
  properties[PROP_REFERRED_SESSION] = g_param_spec_object ("referred-session", NULL, NULL, SIP_TYPE_SESSION, flags);

  /**
   * SipReferServerContext:target-session:
   *
   * The call that was made in following the REFER; `NULL` while it is not followed.
   */
  properties[PROP_TARGET_SESSION] = g_param_spec_object ("target-session", NULL, NULL, SIP_TYPE_OUTGOING_SESSION, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static guint
new_signal (const char *name, guint n_params, ...)
{
  va_list types;
  guint id;

  va_start (types, n_params);
  id = g_signal_new_valist (name, SIP_TYPE_REFER_SERVER_CONTEXT, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL, G_TYPE_NONE, n_params, types);
  va_end (types);

  return id;
}

static void
install_signals (void)
{
  /**
   * SipReferServerContext::refer-request-accepted:
   * @self: the context
   * @response: our response, mostly a 202
   *
   * The REFER was accepted.
   */
  signals[SIGNAL_REFER_REQUEST_ACCEPTED] = new_signal ("refer-request-accepted", 1, SIP_TYPE_RESPONSE);

  /**
   * SipReferServerContext::refer-request-rejected:
   * @self: the context
   * @response: (nullable): our response, from 300 to 699; `NULL` when nobody has answered in time
   * @cause: one of the `SIP_CAUSE_` texts
   *
   * The REFER was refused. The last signal.
   */
  signals[SIGNAL_REFER_REQUEST_REJECTED] =
      new_signal ("refer-request-rejected", 2, SIP_TYPE_RESPONSE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * SipReferServerContext::refer-invite-sent:
   * @self: the context
   * @session: the new call
   *
   * The target is being called. To know of the new call more than how it is answered, connect to its signals here.
   */
  signals[SIGNAL_REFER_INVITE_SENT] = new_signal ("refer-invite-sent", 1, SIP_TYPE_OUTGOING_SESSION);

  /**
   * SipReferServerContext::refer-progress:
   * @self: the context
   * @code: the status code, from 101 to 199
   * @reason_phrase: its words
   *
   * The target has given a provisional answer. The other side has been told.
   */
  signals[SIGNAL_REFER_PROGRESS] = new_signal ("refer-progress", 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * SipReferServerContext::refer-accepted:
   * @self: the context
   * @code: the status code, from 200 to 299
   * @reason_phrase: its words
   *
   * The target has accepted the new call. The other side has been told.
   */
  signals[SIGNAL_REFER_ACCEPTED] = new_signal ("refer-accepted", 2, G_TYPE_UINT, G_TYPE_STRING);

  /**
   * SipReferServerContext::refer-rejected:
   * @self: the context
   * @code: the status code, from 300 to 699
   * @reason_phrase: its words
   *
   * The target was not reached. The other side has been told.
   */
  signals[SIGNAL_REFER_REJECTED] = new_signal ("refer-rejected", 2, G_TYPE_UINT, G_TYPE_STRING);
}

static void
sip_refer_server_context_class_init (SipReferServerContextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SipIncomingContextClass *context_class = (SipIncomingContextClass *) klass;

  object_class->dispose = sip_refer_server_context_dispose;
  object_class->finalize = sip_refer_server_context_finalize;
  object_class->get_property = sip_refer_server_context_get_property;
  context_class->accept_status = 202;
  context_class->has_contact = TRUE;
  context_class->answering = answering;

  install_properties (object_class);
  install_signals ();
}

static void
sip_refer_server_context_init (SipReferServerContext *self)
{
  g_signal_connect (self, "accepted", G_CALLBACK (accepted_cb), NULL);
  g_signal_connect (self, "failed", G_CALLBACK (failed_cb), NULL);
}

/* --- public --- */

/**
 * sip_refer_server_context_get_refer_to:
 * @self: a context
 *
 * Gets whom we are to call.
 *
 * Returns: (transfer none) (nullable): the target, as the REFER says it
 */
SipNameAddr *
sip_refer_server_context_get_refer_to (SipReferServerContext *self)
{
  g_return_val_if_fail (SIP_IS_REFER_SERVER_CONTEXT (self), NULL);

  return self->target != NULL ? self->target->refer_to : NULL;
}

/**
 * sip_refer_server_context_get_referred_by:
 * @self: a context
 *
 * Gets who says so (RFC 3892).
 *
 * Returns: (transfer none) (nullable): the identity; `NULL` when the REFER does not tell
 */
SipNameAddr *
sip_refer_server_context_get_referred_by (SipReferServerContext *self)
{
  g_return_val_if_fail (SIP_IS_REFER_SERVER_CONTEXT (self), NULL);

  return self->referred_by;
}

/**
 * sip_refer_server_context_get_replaces:
 * @self: a context
 *
 * Gets the call over there whose place the new one is to take (RFC 3891).
 *
 * Returns: (transfer none) (nullable): the value of its Replaces header; `NULL` unless the transfer is an attended one
 */
const char *
sip_refer_server_context_get_replaces (SipReferServerContext *self)
{
  g_return_val_if_fail (SIP_IS_REFER_SERVER_CONTEXT (self), NULL);

  return self->target != NULL ? self->target->replaces : NULL;
}

/**
 * sip_refer_server_context_get_referred_session:
 * @self: a context
 *
 * Gets the call that the REFER came in.
 *
 * Returns: (transfer none) (nullable): the call; `NULL` outside of any, and when all was said
 */
SipSession *
sip_refer_server_context_get_referred_session (SipReferServerContext *self)
{
  g_return_val_if_fail (SIP_IS_REFER_SERVER_CONTEXT (self), NULL);

  return self->referred_session;
}

/**
 * sip_refer_server_context_get_target_session:
 * @self: a context
 *
 * Gets the call that was made in following the REFER.
 *
 * Returns: (transfer none) (nullable): the call; `NULL` while it is not followed
 */
SipOutgoingSession *
sip_refer_server_context_get_target_session (SipReferServerContext *self)
{
  g_return_val_if_fail (SIP_IS_REFER_SERVER_CONTEXT (self), NULL);

  return self->target_session;
}

/**
 * sip_refer_server_context_accept:
 * @self: a context
 * @follow: whether the target is to be called
 * @options: (nullable): how it is called
 * @error: return location for an error
 *
 * Accepts the REFER with a 202, and tells the other side that it is being tried (RFC 3515 §2.4.2).
 *
 * With @follow a call is made to the target, with Referred-By and Replaces as the REFER wants them; what becomes of it is told to the other side.
 *
 * Returns: whether it was accepted; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is answered), or with @follow `SIP_ERROR_INVALID_URI`,
 *   `SIP_ERROR_INVALID_HEADER` or `SIP_ERROR_NOT_SUPPORTED` (the REFER asks for something else than a call), and nothing has changed
 */
gboolean
sip_refer_server_context_accept (SipReferServerContext *self, gboolean follow, SipInviteOptions *options, GError **error)
{
  const SipMessageExtras none = { 0 };

  g_return_val_if_fail (SIP_IS_REFER_SERVER_CONTEXT (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_INVITE_OPTIONS (options), FALSE);

  return take_up (self, follow, options, &none, error);
}

/**
 * sip_refer_server_context_send_notify:
 * @self: a context that was accepted without being followed
 * @status_code: how it goes, from 100 to 699; from 200 on it is the last word
 * @reason_phrase: (nullable): the words for it; `NULL`: the usual ones
 * @error: return location for an error
 *
 * Tells the other side how it goes, with a NOTIFY (RFC 3515 §2.4.5).
 *
 * Returns: whether it is told; otherwise @error is `SIP_ERROR_INVALID_ARGUMENT` (the status code), `SIP_ERROR_INVALID_HEADER` (the words) or
 *   `SIP_ERROR_INVALID_STATE` (it is not accepted, is being followed, or nobody waits for news any more)
 */
gboolean
sip_refer_server_context_send_notify (SipReferServerContext *self, guint status_code, const char *reason_phrase, GError **error)
{
  g_return_val_if_fail (SIP_IS_REFER_SERVER_CONTEXT (self), FALSE);

  if (status_code < 100 || status_code > 699)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "%u is no status code from 100 to 699", status_code);
      return FALSE;
    }
  if (reason_phrase != NULL && strpbrk (reason_phrase, "\r\n") != NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "A reason phrase holds a line break: \"%s\"", reason_phrase);
      return FALSE;
    }
  if (self->is_following || self->usage == NULL || self->has_outcome || self->said == 0)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "send_notify is not possible: the REFER %s",
                   self->is_following ? "is being followed" : self->said == 0 ? "was not accepted" : "is over");
      return FALSE;
    }

  say (self, status_code, reason_phrase);
  tell (self, status_code, reason_phrase != NULL ? reason_phrase : sip_status_reason (status_code));
  return TRUE;
}
