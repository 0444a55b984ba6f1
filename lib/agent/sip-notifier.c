/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-notifier-private.h"

#include "agent/sip-enders-private.h"
#include "agent/sip-incoming-context-private.h"
#include "dialog/sip-notifier-usage-private.h"
#include "syntax/sip-error.h"
#include "syntax/sip-message-private.h"

/**
 * SipNotifier:
 *
 * Somebody who wants to know our state (RFC 6665 §4.2).
 *
 * It comes with [signal@UserAgent::subscribe], for one of the event packages of [property@UserAgent:events]. [method@Notifier.accept] takes it,
 * [method@Notifier.defer] does so without telling anything yet, [method@IncomingContext.reject] refuses it; who drops it unanswered has refused it with a 480.
 *
 * ```c
 * static void
 * subscribe_cb (SipUserAgent *agent, SipNotifier *notifier, SipPresence *presence)
 * {
 *   g_autoptr (GBytes) body = sip_presence_to_bytes (presence);
 *
 *   sip_notifier_accept (notifier, 0, NULL);
 *   sip_notifier_send_notify (notifier, SIP_PRESENCE_TYPE, body, NULL);
 * }
 * ```
 *
 * Each change is said with [method@Notifier.send_notify], the whole state each time: while a NOTIFY is under way the next one waits, and of several the last is sent.
 * Refreshes are answered by themselves, with what was said last, or what a handler of [signal@Notifier::refreshed] says. It ends when the other side calls it
 * off or does not refresh it, when a NOTIFY is refused or not answered, and with [method@Notifier.terminate]: [signal@Notifier::terminated] is the last signal.
 *
 * The agent keeps it until it is over: [property@UserAgent:subscribers].
 */
struct _SipNotifier
{
  SipIncomingContext parent_instance;
  SipNotifierUsage *usage;   /* NULL: it is over */
  SipEnder ender;
  char *event;
  guint expires;             /* seconds that it was given; before, that it asks for */
  SipSubscriptionState state;
  gboolean is_deferred;
};

struct _SipNotifierClass
{
  SipIncomingContextClass parent_class;
};

enum
{
  PROP_0,
  PROP_EVENT,
  PROP_STATE,
  PROP_EXPIRES,
  N_PROPS
};

enum
{
  SIGNAL_REFRESHED,
  SIGNAL_TERMINATED,
  N_SIGNALS
};

/* Seconds: where the other side does not say (RFC 6665 leaves it to the package: RFC 3856 and 4235 have this), and what it can have at most. */
#define DEFAULT_EXPIRES 3600
#define MAX_EXPIRES 3600

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void server_context_init (SipServerContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipNotifier, sip_notifier, SIP_TYPE_INCOMING_CONTEXT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_SERVER_CONTEXT, server_context_init))

static void
set_state (SipNotifier *self, SipSubscriptionState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_expires (SipNotifier *self, guint expires)
{
  if (self->expires == expires)
    return;

  self->expires = expires;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES]);
}

/* --- the end --- */

static void
finish (SipNotifier *self)
{
  G_GNUC_UNUSED g_autoptr (SipNotifier) hold = g_object_ref (self);
  gboolean was_accepted = self->state != SIP_SUBSCRIPTION_STATE_INITIAL;

  g_clear_pointer (&self->usage, sip_notifier_usage_free);
  sip_ender_leave (&self->ender);
  if (self->parent_instance.user_agent != NULL)
    sip_user_agent_remove_subscriber (self->parent_instance.user_agent, self);
  set_state (self, SIP_SUBSCRIPTION_STATE_TERMINATED);
  if (was_accepted)
    g_signal_emit (self, signals[SIGNAL_TERMINATED], 0);
}

static void
usage_ended (gpointer owner, gboolean delivered)
{
  finish (owner);
}

static void
usage_refreshed (gpointer owner, SipMsg *msg, guint32 expires)
{
  g_autoptr (SipNotifier) self = g_object_ref (owner);
  g_autoptr (SipMessage) request = sip_message_new_for_msg (msg);

  set_expires (self, expires);
  if (expires == 0)
    set_state (self, SIP_SUBSCRIPTION_STATE_ENDING);
  g_signal_emit (self, signals[SIGNAL_REFRESHED], 0, request);
}

static const SipNotifierEvents usage_events = { usage_ended, usage_refreshed };

/* The subscriber is told that it may come back later. */
static void
end_cb (SipEnder *ender)
{
  g_autoptr (SipNotifier) self = g_object_ref (SIP_CONTAINER_OF (ender, SipNotifier, ender));

  if (self->usage != NULL && sip_notifier_usage_terminate (self->usage, "probation", 0))
    set_state (self, SIP_SUBSCRIPTION_STATE_ENDING);
}

static void
abandon_cb (SipEnder *ender)
{
  finish (SIP_CONTAINER_OF (ender, SipNotifier, ender));
}

/* --- the answer --- */

static void
answering (SipIncomingContext *context, guint status, SipMsgBuilder *response)
{
  SipNotifier *self = SIP_NOTIFIER (context);

  if (status >= 200 && status < 300)
    sip_msg_builder_add_printf (response, SIP_H_EXPIRES, "%u", self->expires);
}

/* Connected to our own signals, before anybody else: whichever method has answered. */
static void
accepted_cb (SipNotifier *self, guint code, SipResponse *response)
{
  static const SipEnderClass ender_class = { SIP_END_SUBSCRIPTIONS, end_cb, abandon_cb };
  SipUserAgent *agent = self->parent_instance.user_agent;

  if (self->usage == NULL || agent == NULL)
    return;

  sip_user_agent_add_subscriber (agent, self);
  sip_user_agent_hold (agent, &self->ender, &ender_class);
  set_state (self, self->is_deferred ? SIP_SUBSCRIPTION_STATE_PENDING : SIP_SUBSCRIPTION_STATE_ACTIVE);
  sip_notifier_usage_begin (self->usage, self->expires, MAX_EXPIRES, self->is_deferred);
}

/* Also where nobody has answered in time. That a 200 got lost changes nothing. */
static void
failed_cb (SipNotifier *self, SipMessage *response, const char *cause)
{
  if (self->state == SIP_SUBSCRIPTION_STATE_INITIAL)
    finish (self);
}

SipNotifier *
sip_notifier_new (SipUserAgent *user_agent, SipServerTransaction *transaction)
{
  SipDialogs *dialogs = sip_user_agent_get_dialogs (user_agent);
  SipMsg *request = sip_server_transaction_get_request (transaction);
  SipNotifier *self = g_object_new (SIP_TYPE_NOTIFIER, NULL);
  SipDialog *dialog;

  self->event = sip_str_dup (sip_msg_value (request, SIP_H_EVENT));
  self->expires = sip_notifier_usage_choose_expires (request, DEFAULT_EXPIRES, MAX_EXPIRES);
  sip_incoming_context_begin (SIP_INCOMING_CONTEXT (self), user_agent, transaction);
  dialog = sip_dialog_new_incoming (dialogs, request, self->parent_instance.to_tag, sip_server_transaction_get_flow (transaction));
  self->usage = sip_notifier_usage_new_subscribed (dialog, request, &usage_events, self);

  return self;
}

static gboolean
take (SipNotifier *self, const char *method, guint expires, gboolean is_deferred, GError **error)
{
  const SipMessageExtras extras = { 0 };
  guint before = self->expires;

  if (expires > 0)
    self->expires = MIN (self->expires, expires);
  self->is_deferred = is_deferred;
  if (!sip_incoming_context_respond (SIP_INCOMING_CONTEXT (self), method, &extras, 200, 200, 299, error))
    {
      self->expires = before;
      return FALSE;
    }

  if (self->expires != before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES]);
  return TRUE;
}

static gboolean
server_context_accept (SipServerContext *context, SipRequestOptions *options, GError **error)
{
  SIP_NOTIFIER (context)->is_deferred = FALSE;
  return sip_incoming_context_accept (SIP_INCOMING_CONTEXT (context), options, error);
}

static void
server_context_init (SipServerContextInterface *iface)
{
  iface->progress = (gpointer) sip_incoming_context_progress;
  iface->accept = server_context_accept;
  iface->reject = (gpointer) sip_incoming_context_reject;
  iface->reply = (gpointer) sip_incoming_context_reply;
}

/* --- class --- */

static void
sip_notifier_dispose (GObject *object)
{
  SipNotifier *self = SIP_NOTIFIER (object);

  g_clear_pointer (&self->usage, sip_notifier_usage_free);
  sip_ender_leave (&self->ender);

  G_OBJECT_CLASS (sip_notifier_parent_class)->dispose (object);
}

static void
sip_notifier_finalize (GObject *object)
{
  g_free (SIP_NOTIFIER (object)->event);

  G_OBJECT_CLASS (sip_notifier_parent_class)->finalize (object);
}

static void
sip_notifier_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipNotifier *self = SIP_NOTIFIER (object);

  switch (id)
    {
    case PROP_EVENT:
      g_value_set_string (value, self->event);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_EXPIRES:
      g_value_set_uint (value, self->expires);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_notifier_class_init (SipNotifierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  SipIncomingContextClass *context_class = (SipIncomingContextClass *) klass;
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = sip_notifier_dispose;
  object_class->finalize = sip_notifier_finalize;
  object_class->get_property = sip_notifier_get_property;
  context_class->has_contact = TRUE;
  context_class->answering = answering;

  /**
   * SipNotifier:event:
   *
   * What the other side wants to know: the value of its Event header, an event package and its parameters.
   */
  properties[PROP_EVENT] = g_param_spec_string ("event", NULL, NULL, NULL, flags);

  /**
   * SipNotifier:state:
   *
   * How far it is: `INITIAL` until it is answered, then `PENDING` or `ACTIVE`, `ENDING` while the last NOTIFY is under way, `TERMINATED`.
   */
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, SIP_TYPE_SUBSCRIPTION_STATE, SIP_SUBSCRIPTION_STATE_INITIAL, flags);

  /**
   * SipNotifier:expires:
   *
   * How many seconds it lasts, unless it is refreshed; before it is answered, how many it asks for. 0: it asks once.
   */
  properties[PROP_EXPIRES] = g_param_spec_uint ("expires", NULL, NULL, 0, G_MAXUINT, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * SipNotifier::refreshed:
   * @self: the notifier
   * @request: the SUBSCRIBE; it has been answered
   *
   * The other side has asked for the whole state, for more time, or (then [property@Notifier:state] is `ENDING`) for no more. A NOTIFY follows with what was
   * said last; a handler may say something else.
   */
  signals[SIGNAL_REFRESHED] =
      g_signal_new ("refreshed", SIP_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, SIP_TYPE_REQUEST);

  /**
   * SipNotifier::terminated:
   * @self: the notifier
   *
   * A subscription that was accepted is over. The last signal.
   */
  signals[SIGNAL_TERMINATED] =
      g_signal_new ("terminated", SIP_TYPE_NOTIFIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sip_notifier_init (SipNotifier *self)
{
  g_signal_connect (self, "accepted", G_CALLBACK (accepted_cb), NULL);
  g_signal_connect (self, "failed", G_CALLBACK (failed_cb), NULL);
}

/* --- public --- */

/**
 * sip_notifier_get_event:
 * @self: a notifier
 *
 * Gets what the other side wants to know.
 *
 * Returns: the value of its Event header
 */
const char *
sip_notifier_get_event (SipNotifier *self)
{
  g_return_val_if_fail (SIP_IS_NOTIFIER (self), NULL);

  return self->event;
}

/**
 * sip_notifier_get_state:
 * @self: a notifier
 *
 * Gets how far it is.
 *
 * Returns: the state
 */
SipSubscriptionState
sip_notifier_get_state (SipNotifier *self)
{
  g_return_val_if_fail (SIP_IS_NOTIFIER (self), SIP_SUBSCRIPTION_STATE_TERMINATED);

  return self->state;
}

/**
 * sip_notifier_get_expires:
 * @self: a notifier
 *
 * Gets how long it lasts.
 *
 * Returns: seconds; 0: the other side asks once
 */
guint
sip_notifier_get_expires (SipNotifier *self)
{
  g_return_val_if_fail (SIP_IS_NOTIFIER (self), 0);

  return self->expires;
}

/* RFC 3261 §20.1: "a", "a;q=0.5", a type with any subtype, anything. */
static gboolean
covers (SipStr range, const char *media_type)
{
  const char *semicolon = memchr (range.p, ';', range.len);
  const char *slash = strchr (media_type, '/');
  SipStr type = sip_str_trim (semicolon != NULL ? sip_str (range.p, (gsize) (semicolon - range.p)) : range);

  if (sip_str_equal_nocase (type, sip_str_from (media_type)) || sip_str_equal (type, SIP_STR ("*/*")))
    return TRUE;

  return slash != NULL && type.len == (gsize) (slash - media_type) + 2 && g_ascii_strncasecmp (type.p, media_type, type.len - 1) == 0 &&
         type.p[type.len - 1] == '*';
}

/**
 * sip_notifier_takes:
 * @self: a notifier
 * @media_type: a media type
 *
 * Whether the other side says that it takes the state in this form. One that says nothing takes what its event package has.
 *
 * Returns: whether it does
 */
gboolean
sip_notifier_takes (SipNotifier *self, const char *media_type)
{
  SipMsg *msg;
  SipValueIter iter = { 0 };
  SipStr range;

  g_return_val_if_fail (SIP_IS_NOTIFIER (self), FALSE);
  g_return_val_if_fail (media_type != NULL, FALSE);

  msg = self->parent_instance.msg;
  if (msg == NULL || !sip_msg_has (msg, SIP_H_ACCEPT))
    return TRUE;
  while (sip_msg_next_value (msg, SIP_H_ACCEPT, &iter, &range))
    {
      if (range.len > 0 && covers (range, media_type))
        return TRUE;
    }

  return FALSE;
}

/**
 * sip_notifier_accept:
 * @self: a notifier that is not answered, or was deferred
 * @expires: how many seconds it may last at most; 0: as long as it asks for, up to an hour
 * @error: return location for an error
 *
 * Takes the subscription. A NOTIFY goes out from the main loop with what [method@Notifier.send_notify] says until then, or with nothing.
 *
 * Returns: whether it is taken; otherwise @error is `SIP_ERROR_INVALID_STATE`, and nothing has changed
 */
gboolean
sip_notifier_accept (SipNotifier *self, guint expires, GError **error)
{
  g_return_val_if_fail (SIP_IS_NOTIFIER (self), FALSE);

  if (self->state == SIP_SUBSCRIPTION_STATE_PENDING && self->usage != NULL)
    {
      sip_notifier_usage_activate (self->usage);
      set_state (self, SIP_SUBSCRIPTION_STATE_ACTIVE);
      return TRUE;
    }

  return take (self, "accept", expires, FALSE, error);
}

/**
 * sip_notifier_defer:
 * @self: a notifier that is not answered
 * @expires: how many seconds it may last at most; 0: as long as it asks for, up to an hour
 * @error: return location for an error
 *
 * Takes the subscription, without saying yet whether the other side may know our state: it is told that this is pending. [method@Notifier.accept] allows it,
 * [method@Notifier.terminate] with "rejected" does not.
 *
 * Returns: whether it is deferred; otherwise @error is `SIP_ERROR_INVALID_STATE`, and nothing has changed
 */
gboolean
sip_notifier_defer (SipNotifier *self, guint expires, GError **error)
{
  g_return_val_if_fail (SIP_IS_NOTIFIER (self), FALSE);

  return take (self, "defer", expires, TRUE, error);
}

static gboolean
is_one_line (const char *text)
{
  return *text != '\0' && strpbrk (text, "\r\n") == NULL;
}

/**
 * sip_notifier_send_notify:
 * @self: a notifier that was accepted or deferred
 * @content_type: the media type of @body
 * @body: the whole state
 * @error: return location for an error
 *
 * Says our state, with a NOTIFY (RFC 6665 §4.2.2): now, or when the one before has had its answer; of several that wait the last.
 *
 * Returns: whether it will be said; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is not accepted, or is over) or `SIP_ERROR_INVALID_HEADER` (the media type)
 */
gboolean
sip_notifier_send_notify (SipNotifier *self, const char *content_type, GBytes *body, GError **error)
{
  g_return_val_if_fail (SIP_IS_NOTIFIER (self), FALSE);
  g_return_val_if_fail (content_type != NULL, FALSE);
  g_return_val_if_fail (body != NULL, FALSE);

  if (!is_one_line (content_type))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_HEADER, "The content type is no line of text: \"%s\"", content_type);
      return FALSE;
    }
  if (self->state != SIP_SUBSCRIPTION_STATE_INITIAL && self->usage != NULL && sip_notifier_usage_notify (self->usage, content_type, body, FALSE))
    return TRUE;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "send_notify is not possible: the subscription %s",
               self->state == SIP_SUBSCRIPTION_STATE_INITIAL ? "was not accepted" : "is over");
  return FALSE;
}

static gboolean
is_token (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("-.!%*_+`'~", *p) == NULL)
        return FALSE;
    }

  return *text != '\0';
}

/**
 * sip_notifier_terminate:
 * @self: a notifier that was accepted or deferred
 * @reason: (nullable): why, which tells the other side what to do (RFC 6665 §4.1.3): "deactivated" (ask again at once), "probation" (ask again later), "rejected"
 *   (do not), "giveup" (nobody has decided), "noresource" (there is no such state any more), "invariant" (it will not change any more)
 * @retry_after: in how many seconds it may ask again, with "probation" and "giveup"; 0: nothing is said of it
 * @error: return location for an error
 *
 * Ends the subscription, with a NOTIFY that says what was said last. Then comes [signal@Notifier::terminated].
 *
 * Returns: whether it ends; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is not accepted, or is over) or `SIP_ERROR_INVALID_ARGUMENT` (@reason is no token),
 *   and nothing has changed
 */
gboolean
sip_notifier_terminate (SipNotifier *self, const char *reason, guint retry_after, GError **error)
{
  g_autoptr (SipNotifier) hold = NULL;

  g_return_val_if_fail (SIP_IS_NOTIFIER (self), FALSE);

  if (reason != NULL && !is_token (reason))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "\"%s\" is no reason: it has to be a token", reason);
      return FALSE;
    }

  hold = g_object_ref (self);
  if (self->usage != NULL && sip_notifier_usage_terminate (self->usage, reason, retry_after))
    {
      if (self->usage != NULL)
        set_state (self, SIP_SUBSCRIPTION_STATE_ENDING);
      return TRUE;
    }

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "terminate is not possible: the subscription %s",
               self->state == SIP_SUBSCRIPTION_STATE_INITIAL ? "was not accepted" : "is over");
  return FALSE;
}
