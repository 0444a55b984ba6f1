/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-publication-private.h"

#include "agent/sip-enders-private.h"
#include "agent/sip-publish-content-private.h"
#include "agent/sip-request-draft-private.h"
#include "agent/sip-request-options-private.h"
#include "dialog/sip-causes.h"
#include "dialog/sip-message-extras-private.h"
#include "syntax/sip-error.h"
#include "syntax/sip-message-private.h"
#include "syntax/sip-name-addr-private.h"
#include "syntax/sip-scan-private.h"

/**
 * SipPublication:
 *
 * A part of our state that a server keeps, and tells those who have subscribed to it (RFC 3903).
 *
 * ```c
 * SipPublication *presence = sip_user_agent_publish (agent, NULL, "presence", document, NULL, &error);
 *
 * g_signal_connect (presence, "published", G_CALLBACK (published_cb), NULL);
 * g_signal_connect (presence, "unpublished", G_CALLBACK (unpublished_cb), NULL);
 * ```
 *
 * For each PUBLISH comes [signal@ClientContext::accepted], then [signal@Publication::published] (unless it took the state back); or
 * [signal@ClientContext::rejected] (with a response) and [signal@ClientContext::failed]. [signal@Publication::unpublished] is the last signal.
 *
 * It is refreshed by itself. Where the server has forgotten it (412) or finds the time too short (423) it is published anew at once. Where the server cannot be
 * reached, or cannot do it now, it is tried again, with waits that grow up to ten minutes: [property@Publication:state] is `WAITING` meanwhile, and
 * [property@Publication:error] says why. Any other refusal ends it.
 *
 * The agent keeps it until it is over. When the agent stops it is taken back, unless [property@PublishOptions:unpublish-on-close] says otherwise.
 */
struct _SipPublication
{
  GObject parent_instance;
  SipUserAgent *user_agent; /* weak */
  SipDialogs *dialogs;
  SipEnder ender;           /* while it is begun, and holds a reference on itself */
  SipSender *sender;        /* of the one PUBLISH that is under way (RFC 3903 §4) */
  SipTimer timer;           /* until the next */
  char *target;
  SipPublishContent content;
  char *etag;               /* of what the server has; nullable */
  SipPublicationState state;
  GError *error;
  SipMsg *msg;
  SipRequest *request;
  SipNameAddr *local_identity;
  SipNameAddr *remote_identity;
  GObject *data;
  gint64 expiry;            /* when the server forgets */
  guint wanted;             /* seconds that we ask for */
  guint expires;            /* seconds that it gave */
  guint n_failures;         /* in a row */
  guint n_raised;
  guint8 sent;              /* Kind of what is under way */
  guint8 is_begun;
  guint8 is_modified;       /* the server has another body */
  guint8 is_called_off;
  guint8 anonymous;
  guint8 unpublish_on_close;
};

struct _SipPublicationClass
{
  GObjectClass parent_class;
};

/* RFC 3903 §4, table 1 */
typedef enum
{
  INITIAL, /* body, no SIP-If-Match */
  REFRESH, /* SIP-If-Match, no body */
  MODIFY,  /* both */
  REMOVE,  /* SIP-If-Match, Expires: 0 */
} Kind;

enum
{
  PROP_0,
  PROP_EVENT,
  PROP_STATE,
  PROP_ETAG,
  PROP_EXPIRES,
  PROP_ERROR,
  N_PROPS,
  /* of the interface */
  PROP_USER_AGENT,
  PROP_METHOD,
  PROP_REQUEST,
  PROP_LOCAL_IDENTITY,
  PROP_REMOTE_IDENTITY,
  PROP_DATA
};

enum
{
  SIGNAL_PUBLISHED,
  SIGNAL_UNPUBLISHED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void client_context_init (SipClientContextInterface *iface);
static void next (SipPublication *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipPublication, sip_publication, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_CLIENT_CONTEXT, client_context_init))

/* µs: the first wait, and the longest. */
#define RETRY_BASE (G_GINT64_CONSTANT (5) * G_USEC_PER_SEC)
#define RETRY_MAX (G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)
/* A server that wants longer and longer is not believed. */
#define MAX_RAISED 5

/* --- what can be seen --- */

static void
set_state (SipPublication *self, SipPublicationState state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* Takes @error. */
static void
set_error (SipPublication *self, GError *error)
{
  if (self->error == error)
    return;

  g_clear_error (&self->error);
  self->error = error;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

/* Takes @etag. */
static void
set_etag (SipPublication *self, char *etag)
{
  g_autofree char *before = self->etag;

  self->etag = etag;
  if (g_strcmp0 (before, etag) != 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ETAG]);
}

static void
set_expires (SipPublication *self, guint expires)
{
  if (self->expires == expires)
    return;

  self->expires = expires;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPIRES]);
}

/* --- its end --- */

static void
drop_sender (SipPublication *self)
{
  if (self->sender != NULL)
    sip_sender_detach (self->sender);
  g_clear_pointer (&self->sender, sip_sender_unref);
}

/* The last word. @message and @cause are nullable. */
static void
finish (SipPublication *self, SipMessage *message, const char *cause)
{
  g_autoptr (SipPublication) own = NULL;

  if (!self->is_begun)
    return;

  own = self;
  self->is_begun = FALSE;
  drop_sender (self);
  sip_timer_stop (&self->timer);
  sip_ender_leave (&self->ender);
  set_etag (self, NULL);
  set_expires (self, 0);
  set_state (self, SIP_PUBLICATION_STATE_UNPUBLISHED);
  g_signal_emit (self, signals[SIGNAL_UNPUBLISHED], 0, message, cause);
}

/* --- what the server says --- */

static gint64
now (SipPublication *self)
{
  return sip_timer_wheel_now (sip_dialogs_get_wheel (self->dialogs));
}

static void
timer_cb (SipTimer *timer)
{
  g_autoptr (SipPublication) self = g_object_ref (SIP_CONTAINER_OF (timer, SipPublication, timer));

  next (self);
}

static void
next_in (SipPublication *self, gint64 us)
{
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, us);
}

/* A token (RFC 3903 §11.1); what is none cannot be said again. */
static char *
etag_of (const SipMsg *response)
{
  SipStr etag = sip_msg_value (response, SIP_H_SIP_ETAG);

  if (etag.len == 0 || sip_scan_class (etag.p, etag.p + etag.len, SIP_CHAR_TOKEN) != etag.p + etag.len)
    return NULL;

  return sip_str_dup (etag);
}

static void
take_success (SipPublication *self, SipMsg *msg)
{
  g_autoptr (SipMessage) response = sip_message_new_for_msg (msg);
  guint64 expires;

  if (self->sent == REMOVE)
    {
      g_signal_emit_by_name (self, "accepted", (guint) msg->status, response);
      finish (self, response, NULL);
      return;
    }

  /* What is longer than we asked for, or no time at all, is not meant so. */
  if (!sip_msg_uint (msg, SIP_H_EXPIRES, self->wanted, &expires) || expires == 0)
    expires = self->wanted;
  self->n_failures = 0;
  self->n_raised = 0;
  self->expiry = now (self) + (gint64) expires * G_USEC_PER_SEC;
  set_etag (self, etag_of (msg));
  set_expires (self, (guint) expires);
  set_error (self, NULL);
  if (!self->is_called_off)
    set_state (self, SIP_PUBLICATION_STATE_PUBLISHED);
  next_in (self, self->is_called_off || self->is_modified ? 0 : (gint64) expires * G_USEC_PER_SEC * 9 / 10);

  g_signal_emit_by_name (self, "accepted", (guint) msg->status, response);
  g_signal_emit (self, signals[SIGNAL_PUBLISHED], 0, response);
}

/* Whether it is said again at once, as @response wants it. */
static gboolean
amend (SipPublication *self, SipMsg *msg)
{
  guint64 least;

  if (msg->status == 412 && self->sent != INITIAL)
    {
      set_etag (self, NULL);
      return TRUE;
    }
  if (msg->status == 423 && self->sent != REMOVE && self->n_raised < MAX_RAISED && sip_msg_uint (msg, SIP_H_MIN_EXPIRES, G_MAXINT32, &least) &&
      least > self->wanted)
    {
      self->n_raised++;
      self->wanted = (guint) least;
      self->is_modified |= self->sent == MODIFY;
      return TRUE;
    }

  return FALSE;
}

/* What may be otherwise next time. */
static gboolean
is_passing (guint status)
{
  switch (status)
    {
    case 408:
    case 429:
    case 480:
    case 491:
    case 500:
    case 502:
    case 503:
    case 504:
      return TRUE;
    default:
      return FALSE;
    }
}

static void
wait_and_try_again (SipPublication *self, const SipMsg *response)
{
  gint64 wait = MIN (RETRY_BASE << MIN (self->n_failures, 16), RETRY_MAX);
  guint64 after;

  self->n_failures++;
  self->is_modified |= self->sent == MODIFY;
  wait = (gint64) (wait * g_random_double_range (0.5, 1.0));
  if (response != NULL && sip_msg_uint (response, SIP_H_RETRY_AFTER, G_MAXINT32, &after))
    wait = MAX (wait, (gint64) after * G_USEC_PER_SEC);
  set_state (self, SIP_PUBLICATION_STATE_WAITING);
  next_in (self, wait);
}

/* @msg NULL: there was no answer, as @error says. Takes @error. */
static void
take_failure (SipPublication *self, SipMsg *msg, const char *cause, GError *error)
{
  g_autoptr (SipMessage) response = msg != NULL ? sip_message_new_for_msg (msg) : NULL;
  g_autofree char *reason = msg != NULL ? sip_str_dup (msg->reason) : NULL;
  gboolean is_over = self->is_called_off || self->sent == REMOVE || (msg != NULL && !is_passing (msg->status));

  set_error (self, error);
  if (!is_over)
    wait_and_try_again (self, msg);
  if (response != NULL)
    g_signal_emit_by_name (self, "rejected", response, reason != NULL ? reason : "");
  g_signal_emit_by_name (self, "failed", response, cause);
  if (is_over)
    finish (self, response, cause);
}

static GError *
error_for_response (const SipMsg *response)
{
  SipError code = SIP_ERROR_NOT_SUPPORTED;

  if (response->status == 401 || response->status == 403 || response->status == 407)
    code = SIP_ERROR_AUTHENTICATION;
  else if (response->status == 408 || response->status == 504)
    code = SIP_ERROR_TIMEOUT;
  else if (is_passing (response->status))
    code = SIP_ERROR_TRANSPORT;

  return g_error_new (SIP_ERROR, (int) code, "The PUBLISH was answered %u " SIP_STR_FORMAT, response->status, SIP_STR_ARGS (response->reason));
}

/* --- what the sender tells --- */

static void
sending_cb (gpointer user_data, SipSender *sender, SipMsg *msg, SipFlow *flow)
{
  SipPublication *self = user_data;

  g_clear_pointer (&self->msg, sip_msg_unref);
  self->msg = sip_msg_ref (msg);
  g_clear_object (&self->request);
  g_object_notify (G_OBJECT (self), "request");
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *msg, SipFlow *flow)
{
  g_autoptr (SipPublication) self = g_object_ref (user_data);
  g_autoptr (SipMsg) kept = sip_msg_ref (msg);

  if (msg->status < 200)
    {
      g_autoptr (SipMessage) response = sip_message_new_for_msg (kept);

      g_signal_emit_by_name (self, "progress", response);
      return;
    }

  drop_sender (self);
  if (kept->status < 300)
    take_success (self, kept);
  else if (amend (self, kept))
    next (self);
  else
    take_failure (self, kept, sip_cause_for_status (kept->status), error_for_response (kept));
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  g_autoptr (SipPublication) self = g_object_ref (user_data);
  gboolean timeout = g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT);

  drop_sender (self);
  take_failure (self, NULL, timeout ? SIP_CAUSE_REQUEST_TIMEOUT : SIP_CAUSE_CONNECTION_ERROR, g_error_copy (error));
}

static const SipSenderEvents sender_events = { .sending = sending_cb, .response = response_cb, .failed = failed_cb };

/* --- what is said --- */

static Kind
choose_kind (SipPublication *self)
{
  /* Its time is over: the server has forgotten it, as a 412 would say. */
  if (self->etag != NULL && now (self) >= self->expiry)
    set_etag (self, NULL);
  if (self->is_called_off)
    return REMOVE;
  if (self->etag == NULL)
    return INITIAL;

  return self->is_modified ? MODIFY : REFRESH;
}

static SipMsgBuilder *
new_request (SipPublication *self, Kind kind, GError **error)
{
  const SipMessageExtras extras = {
    .lines = (const char *const *) self->content.lines,
    .content_type = self->content.type,
    .body = kind == INITIAL || kind == MODIFY ? self->content.body : NULL,
  };
  const SipMessageExtras none = { 0 };
  g_autoptr (SipMsgBuilder) request = NULL;

  request = sip_request_draft_new (self->user_agent, SIP_METHOD_PUBLISH, self->target, self->anonymous, &none, error);
  if (request == NULL || !sip_message_extras_add (&extras, request, error))
    return NULL;

  sip_msg_builder_add (request, SIP_H_EVENT, sip_str_from (self->content.event));
  sip_msg_builder_add_printf (request, SIP_H_EXPIRES, "%u", kind == REMOVE ? 0 : self->wanted);
  if (kind != INITIAL && self->etag != NULL)
    sip_msg_builder_add (request, SIP_H_SIP_IF_MATCH, sip_str_from (self->etag));
  return g_steal_pointer (&request);
}

/* What is to be said now, if nothing is under way. */
static void
next (SipPublication *self)
{
  g_autoptr (SipMsgBuilder) request = NULL;
  g_autoptr (SipSender) sender = NULL;
  GError *error = NULL;
  SipSendTarget hop;
  Kind kind;

  if (!self->is_begun || self->sender != NULL)
    return;

  sip_timer_stop (&self->timer);
  kind = choose_kind (self);
  /* There is nothing to take back. */
  if (kind == REMOVE && self->etag == NULL)
    {
      finish (self, NULL, NULL);
      return;
    }

  self->sent = (guint8) kind;
  request = new_request (self, kind, &error);
  if (request == NULL)
    {
      /* The agent's own settings have changed. */
      take_failure (self, NULL, SIP_CAUSE_INTERNAL_ERROR, error);
      return;
    }

  if (kind == INITIAL || kind == MODIFY)
    self->is_modified = FALSE;
  sip_request_draft_fill_target (self->user_agent, request, self->anonymous, &hop);
  hop.has_contact = FALSE;
  self->sender = sip_sender_new (sip_dialogs_get_transactions (self->dialogs), g_steal_pointer (&request), &hop, &sender_events, self);
  sender = sip_sender_ref (self->sender);
  sip_sender_start (sender);
}

static void
call_off (SipPublication *self)
{
  g_autoptr (SipPublication) hold = g_object_ref (self);

  self->is_called_off = TRUE;
  set_state (self, SIP_PUBLICATION_STATE_UNPUBLISHING);
  next (hold);
}

/* --- its beginning --- */

static void
end_cb (SipEnder *ender)
{
  g_autoptr (SipPublication) self = g_object_ref (SIP_CONTAINER_OF (ender, SipPublication, ender));

  if (self->is_called_off)
    return;
  if (self->unpublish_on_close)
    call_off (self);
  else
    finish (self, NULL, NULL);
}

static void
abandon_cb (SipEnder *ender)
{
  finish (SIP_CONTAINER_OF (ender, SipPublication, ender), NULL, NULL);
}

/* All that is to be refused is found before anything is sent. */
static gboolean
check (SipPublication *self, GError **error)
{
  g_autoptr (SipMsgBuilder) probe = NULL;

  if (!sip_publish_content_check (&self->content, error))
    return FALSE;

  probe = new_request (self, INITIAL, error);
  if (probe != NULL && self->local_identity == NULL)
    {
      self->local_identity = sip_name_addr_new_from_str (sip_msg_builder_value (probe, SIP_H_FROM));
      self->remote_identity = sip_name_addr_new_from_str (sip_msg_builder_value (probe, SIP_H_TO));
    }
  return probe != NULL;
}

SipPublication *
sip_publication_new (SipUserAgent *user_agent, const char *target, const char *event, const char *body, SipPublishOptions *options, GError **error)
{
  g_autoptr (SipPublication) self = g_object_new (SIP_TYPE_PUBLICATION, NULL);

  g_set_weak_pointer (&self->user_agent, user_agent);
  self->dialogs = sip_user_agent_get_dialogs (user_agent);
  self->target = target != NULL ? g_strdup (target) : sip_uri_to_string (sip_user_agent_get_parsed_uri (user_agent));
  sip_publish_content_init (&self->content, event);
  self->wanted = options != NULL ? sip_publish_options_get_expires (options) : 3600;
  self->unpublish_on_close = options == NULL || sip_publish_options_get_unpublish_on_close (options);
  self->anonymous = options != NULL && sip_request_options_get_anonymous (SIP_REQUEST_OPTIONS (options));
  sip_publish_content_take (&self->content, body, options != NULL ? SIP_REQUEST_OPTIONS (options) : NULL);

  return check (self, error) ? g_steal_pointer (&self) : NULL;
}

void
sip_publication_begin (SipPublication *self)
{
  static const SipEnderClass ender_class = { SIP_END_SUBSCRIPTIONS, end_cb, abandon_cb };

  g_object_ref (self);
  self->is_begun = TRUE;
  sip_user_agent_hold (self->user_agent, &self->ender, &ender_class);
  next_in (self, 0);
}

static gboolean
check_alive (SipPublication *self, const char *what, GError **error)
{
  if (self->is_begun && !self->is_called_off && self->user_agent != NULL)
    return TRUE;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "%s is not possible: the publication is %s", what, self->is_begun ? "being taken back" : "over");
  return FALSE;
}

/* RFC 3903 has nothing that calls a PUBLISH off: what it does is taken back. */
static gboolean
client_context_cancel (SipClientContext *context, SipResponseOptions *options, GError **error)
{
  g_autoptr (SipPublication) self = g_object_ref (SIP_PUBLICATION (context));
  SipMessageExtras extras = sip_request_options_get_extras (options);

  if (!check_alive (self, "cancel", error) || !sip_message_extras_check (&extras, 200, 699, error))
    return FALSE;

  g_signal_emit_by_name (self, "cancel");
  if (check_alive (self, "cancel", NULL))
    call_off (self);
  return TRUE;
}

static void
client_context_init (SipClientContextInterface *iface)
{
  iface->cancel = client_context_cancel;
}

/* --- class --- */

static void
sip_publication_dispose (GObject *object)
{
  SipPublication *self = SIP_PUBLICATION (object);

  drop_sender (self);
  sip_timer_stop (&self->timer);
  sip_ender_leave (&self->ender);
  g_clear_weak_pointer (&self->user_agent);
  g_clear_object (&self->request);
  g_clear_object (&self->data);

  G_OBJECT_CLASS (sip_publication_parent_class)->dispose (object);
}

static void
sip_publication_finalize (GObject *object)
{
  SipPublication *self = SIP_PUBLICATION (object);

  g_clear_pointer (&self->msg, sip_msg_unref);
  sip_publish_content_clear (&self->content);
  g_clear_pointer (&self->local_identity, sip_name_addr_unref);
  g_clear_pointer (&self->remote_identity, sip_name_addr_unref);
  g_clear_error (&self->error);
  g_free (self->target);
  g_free (self->etag);

  G_OBJECT_CLASS (sip_publication_parent_class)->finalize (object);
}

static void
sip_publication_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipPublication *self = SIP_PUBLICATION (object);

  switch (id)
    {
    case PROP_EVENT:
      g_value_set_string (value, self->content.event);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    case PROP_ETAG:
      g_value_set_string (value, self->etag);
      break;
    case PROP_EXPIRES:
      g_value_set_uint (value, self->expires);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, self->error);
      break;
    case PROP_USER_AGENT:
      g_value_set_object (value, self->user_agent);
      break;
    case PROP_METHOD:
      g_value_set_static_string (value, "PUBLISH");
      break;
    case PROP_REQUEST:
      g_value_set_object (value, sip_publication_get_request (self));
      break;
    case PROP_LOCAL_IDENTITY:
      g_value_set_boxed (value, self->local_identity);
      break;
    case PROP_REMOTE_IDENTITY:
      g_value_set_boxed (value, self->remote_identity);
      break;
    case PROP_DATA:
      g_value_set_object (value, self->data);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_publication_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipPublication *self = SIP_PUBLICATION (object);

  switch (id)
    {
    case PROP_DATA:
      if (g_set_object (&self->data, g_value_get_object (value)))
        g_object_notify (object, "data");
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
   * SipPublication:event:
   *
   * The event package, with its parameters.
   */
  properties[PROP_EVENT] = g_param_spec_string ("event", NULL, NULL, NULL, flags);

  /**
   * SipPublication:state:
   *
   * How far it is.
   */
  properties[PROP_STATE] =
      g_param_spec_enum ("state", NULL, NULL, SIP_TYPE_PUBLICATION_STATE, SIP_PUBLICATION_STATE_PUBLISHING, flags);

  /**
   * SipPublication:etag:
   *
   * The server's name for what it has of it (SIP-ETag); `NULL` while it has nothing.
   */
  properties[PROP_ETAG] = g_param_spec_string ("etag", NULL, NULL, NULL, flags);

  /**
   * SipPublication:expires:
   *
   * How long the server keeps it unless it is refreshed, in seconds; 0 while it has nothing.
   */
  properties[PROP_EXPIRES] = g_param_spec_uint ("expires", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipPublication:error:
   *
   * Why the last PUBLISH failed; `NULL` when it did not.
   */
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_object_class_override_property (object_class, PROP_USER_AGENT, "user-agent");
  g_object_class_override_property (object_class, PROP_METHOD, "method");
  g_object_class_override_property (object_class, PROP_REQUEST, "request");
  g_object_class_override_property (object_class, PROP_LOCAL_IDENTITY, "local-identity");
  g_object_class_override_property (object_class, PROP_REMOTE_IDENTITY, "remote-identity");
  g_object_class_override_property (object_class, PROP_DATA, "data");
}

static void
sip_publication_class_init (SipPublicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sip_publication_dispose;
  object_class->finalize = sip_publication_finalize;
  object_class->get_property = sip_publication_get_property;
  object_class->set_property = sip_publication_set_property;
  install_properties (object_class);

  /**
   * SipPublication::published:
   * @self: the publication
   * @response: the response
   *
   * The server has it: for the first time, refreshed, or modified.
   */
  signals[SIGNAL_PUBLISHED] =
      g_signal_new ("published", SIP_TYPE_PUBLICATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, SIP_TYPE_RESPONSE);

  /**
   * SipPublication::unpublished:
   * @self: the publication
   * @response: (nullable): the response that ended it
   * @cause: (nullable): one of the `SIP_CAUSE_` texts, where it was not we who ended it
   *
   * It is over: the last signal, which comes once.
   */
  signals[SIGNAL_UNPUBLISHED] = g_signal_new ("unpublished", SIP_TYPE_PUBLICATION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                              SIP_TYPE_RESPONSE, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
sip_publication_init (SipPublication *self)
{
}

/* --- public --- */

/**
 * sip_publication_get_state:
 * @self: a publication
 *
 * Gets how far it is.
 *
 * Returns: the state
 */
SipPublicationState
sip_publication_get_state (SipPublication *self)
{
  g_return_val_if_fail (SIP_IS_PUBLICATION (self), SIP_PUBLICATION_STATE_UNPUBLISHED);

  return self->state;
}

/**
 * sip_publication_get_event:
 * @self: a publication
 *
 * Gets the event package.
 *
 * Returns: (transfer none): the event
 */
const char *
sip_publication_get_event (SipPublication *self)
{
  g_return_val_if_fail (SIP_IS_PUBLICATION (self), NULL);

  return self->content.event;
}

/**
 * sip_publication_get_etag:
 * @self: a publication
 *
 * Gets the server's name for what it has of it.
 *
 * Returns: (transfer none) (nullable): the entity-tag; `NULL` while it has nothing
 */
const char *
sip_publication_get_etag (SipPublication *self)
{
  g_return_val_if_fail (SIP_IS_PUBLICATION (self), NULL);

  return self->etag;
}

/**
 * sip_publication_get_expires:
 * @self: a publication
 *
 * Gets how long the server keeps it unless it is refreshed.
 *
 * Returns: seconds; 0 while it has nothing
 */
guint
sip_publication_get_expires (SipPublication *self)
{
  g_return_val_if_fail (SIP_IS_PUBLICATION (self), 0);

  return self->expires;
}

/**
 * sip_publication_get_error:
 * @self: a publication
 *
 * Gets why the last PUBLISH failed.
 *
 * Returns: (transfer none) (nullable): the error; `NULL` when it did not
 */
const GError *
sip_publication_get_error (SipPublication *self)
{
  g_return_val_if_fail (SIP_IS_PUBLICATION (self), NULL);

  return self->error;
}

/**
 * sip_publication_get_request:
 * @self: a publication
 *
 * Gets the last PUBLISH.
 *
 * Returns: (transfer none) (nullable): the request; `NULL` until one was sent
 */
SipRequest *
sip_publication_get_request (SipPublication *self)
{
  g_return_val_if_fail (SIP_IS_PUBLICATION (self), NULL);

  if (self->request == NULL && self->msg != NULL)
    self->request = SIP_REQUEST (sip_message_new_for_msg (self->msg));

  return self->request;
}

/**
 * sip_publication_modify:
 * @self: a publication
 * @body: (nullable): the new state; `NULL`: what the options have for a body
 * @options: (nullable): header fields for this and all later ones, and a content type
 * @error: return location for an error
 *
 * Publishes something else in its place (RFC 3903 §4.4). What it was modified to while a PUBLISH was under way goes out after its answer.
 *
 * Returns: whether it will be sent; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is over), `SIP_ERROR_INVALID_ARGUMENT` (no body) or
 *   `SIP_ERROR_INVALID_HEADER`, and nothing has changed
 */
gboolean
sip_publication_modify (SipPublication *self, const char *body, SipRequestOptions *options, GError **error)
{
  g_auto (SipPublishContent) before = { 0 };

  g_return_val_if_fail (SIP_IS_PUBLICATION (self), FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_REQUEST_OPTIONS (options), FALSE);

  if (!check_alive (self, "modify", error))
    return FALSE;

  sip_publish_content_init_copy (&before, &self->content);
  sip_publish_content_take (&self->content, body, options);
  if (!check (self, error))
    {
      sip_publish_content_clear (&self->content);
      self->content = before;
      before = (SipPublishContent){ 0 };
      return FALSE;
    }

  self->is_modified = TRUE;
  if (self->sender == NULL)
    next_in (self, 0);
  return TRUE;
}

/**
 * sip_publication_refresh:
 * @self: a publication
 * @error: return location for an error
 *
 * Refreshes it now, or tries again now what has failed. Not needed: that is done in time by itself.
 *
 * Returns: whether a PUBLISH is on its way; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is over)
 */
gboolean
sip_publication_refresh (SipPublication *self, GError **error)
{
  g_return_val_if_fail (SIP_IS_PUBLICATION (self), FALSE);

  if (!check_alive (self, "refresh", error))
    return FALSE;

  if (self->sender == NULL)
    next_in (self, 0);
  return TRUE;
}

/**
 * sip_publication_unpublish:
 * @self: a publication
 * @error: return location for an error
 *
 * Takes it back (RFC 3903 §4.5). [signal@Publication::unpublished] comes when the server has answered.
 *
 * Returns: whether it is being taken back; otherwise @error is `SIP_ERROR_INVALID_STATE` (it is over, or being taken back already)
 */
gboolean
sip_publication_unpublish (SipPublication *self, GError **error)
{
  g_return_val_if_fail (SIP_IS_PUBLICATION (self), FALSE);

  if (!check_alive (self, "unpublish", error))
    return FALSE;

  call_off (self);
  return TRUE;
}
