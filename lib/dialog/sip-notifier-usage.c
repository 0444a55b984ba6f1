/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-notifier-usage-private.h"

#include "dialog/sip-dialog-request-private.h"

/* Seconds that a REFER's subscription lives without its last word: longer than what it tells of can take (RFC 3515 §2.4.4). */
#define EXPIRES 180

struct _SipNotifierUsage
{
  guint ref_count;
  char *event;             /* the package */
  char *id;                /* of a REFER its CSeq (RFC 3515 §2.4.6), of a SUBSCRIBE the `id` of its Event; nullable */
  SipUsageLink link;       /* dialog NULL: not begun, or over */
  SipDialogs *dialogs;
  SipDialogsMember member;
  const SipNotifierEvents *events; /* NULL once over */
  gpointer owner;
  SipDialogRequest *notify; /* the one that is out */
  char *content_type;      /* of what was said last */
  GBytes *body;
  SipTimer timer;          /* the subscription's life */
  SipTimer soon;           /* a NOTIFY that waits for more to be said, or to be tried again */
  char *reason;            /* of the end; nullable */
  guint32 retry_after;
  guint32 most;            /* of a SUBSCRIBE: the seconds that a refresh can have */
  guint8 is_subscribed;    /* made by a SUBSCRIBE */
  guint8 is_pending;
  guint8 is_begun;
  guint8 is_waiting;       /* something is to be said when the NOTIFY that is out is answered */
  guint8 is_last;          /* what was said last is the end */
  guint8 is_last_sent;
  guint8 has_run_out;
};

static gboolean usage_request (gpointer usage, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request);

static const SipUsageClass usage_class = { usage_request, NULL };

/* --- life --- */

static SipNotifierUsage *
usage_ref (SipNotifierUsage *self)
{
  self->ref_count++;
  return self;
}

static void
usage_unref (SipNotifierUsage *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->event);
  g_free (self->id);
  g_free (self->reason);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipNotifierUsage, usage_unref)

/* Lets go of everything outside: no event comes after it. */
static void
let_go (SipNotifierUsage *self)
{
  self->events = NULL;
  sip_timer_stop (&self->timer);
  sip_timer_stop (&self->soon);
  sip_dialogs_leave (&self->member);
  g_clear_pointer (&self->notify, sip_dialog_request_free);
  if (self->link.dialog != NULL)
    sip_dialog_detach (&self->link);
}

void
sip_notifier_usage_free (SipNotifierUsage *self)
{
  let_go (self);
  usage_unref (self);
}

static void
end (SipNotifierUsage *self, gboolean delivered)
{
  const SipNotifierEvents *events = self->events;

  if (events == NULL)
    return;

  let_go (self);
  events->ended (self->owner, delivered);
}

static void
abandon_cb (SipDialogsMember *member)
{
  SipNotifierUsage *self = SIP_CONTAINER_OF (member, SipNotifierUsage, member);
  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);

  end (self, FALSE);
}

static void
run_out (SipNotifierUsage *self)
{
  self->has_run_out = TRUE;
  g_free (self->reason);
  self->reason = g_strdup ("timeout");
  self->retry_after = 0;
}

static void
timer_cb (SipTimer *timer)
{
  SipNotifierUsage *self = SIP_CONTAINER_OF (timer, SipNotifierUsage, timer);

  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);

  /* What was said last is repeated as the end. */
  run_out (self);
  sip_notifier_usage_notify (self, NULL, NULL, TRUE);
}

static SipNotifierUsage *
usage_new (SipDialog *dialog, SipStr event, const SipNotifierEvents *events, gpointer owner)
{
  SipNotifierUsage *self = g_new0 (SipNotifierUsage, 1);

  self->ref_count = 1;
  self->event = sip_str_dup (event);
  self->dialogs = dialog->dialogs;
  self->events = events;
  self->owner = owner;
  sip_dialogs_join (self->dialogs, &self->member, abandon_cb);
  sip_dialog_attach (dialog, &self->link, &usage_class, self);

  return self;
}

SipNotifierUsage *
sip_notifier_usage_new (SipDialog *dialog, const SipMsg *request, const char *event, const SipNotifierEvents *events, gpointer owner)
{
  SipNotifierUsage *self = usage_new (dialog, sip_str_from (event), events, owner);

  self->id = g_strdup_printf ("%u", request->cseq.number);
  self->reason = g_strdup ("noresource");
  return self;
}

SipNotifierUsage *
sip_notifier_usage_new_subscribed (SipDialog *dialog, const SipMsg *request, const SipNotifierEvents *events, gpointer owner)
{
  SipNotifierUsage *self;
  SipStr event, params, id;
  gboolean is_event = sip_token_view_parse (sip_msg_value (request, SIP_H_EVENT), &event, &params);

  g_assert (is_event);

  self = usage_new (dialog, event, events, owner);
  self->is_subscribed = TRUE;
  if (sip_params_find (params, "id", &id))
    self->id = sip_str_dup (id);
  return self;
}

/* --- NOTIFY --- */

static void send_notify (SipNotifierUsage *self);

static void
soon_cb (SipTimer *timer)
{
  SipNotifierUsage *self = SIP_CONTAINER_OF (timer, SipNotifierUsage, soon);
  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);

  if (self->notify == NULL)
    send_notify (self);
}

/* RFC 6665 §4.2.2: who says when to try again wants the subscription to live. */
static gboolean
try_again (SipNotifierUsage *self, SipMsg *response)
{
  guint64 seconds;

  if (!self->is_subscribed || response == NULL || response->status == 481 || self->is_last_sent ||
      !sip_msg_uint (response, SIP_H_RETRY_AFTER, G_MAXUINT32, &seconds) || seconds >= sip_notifier_usage_get_left (self))
    return FALSE;

  self->is_waiting = TRUE;
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->soon, soon_cb, (gint64) MAX (seconds, 1) * G_USEC_PER_SEC);
  return TRUE;
}

/* RFC 6665 §4.2.2: a NOTIFY that is refused, or that nobody answers, ends the subscription. */
static void
notify_done_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  SipNotifierUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);

  g_clear_pointer (&self->notify, sip_dialog_request_free);
  if (try_again (self, response))
    return;
  if (response == NULL || response->status >= 300)
    end (self, FALSE);
  else if (self->is_last_sent)
    end (self, !self->has_run_out);
  else if (self->is_waiting)
    send_notify (self);
}

static void
add_state (SipNotifierUsage *self, SipMsgBuilder *notify)
{
  g_autoptr (GString) state = NULL;

  if (!self->is_last)
    {
      sip_msg_builder_add_printf (notify, SIP_H_SUBSCRIPTION_STATE, "%s;expires=%u", self->is_pending ? "pending" : "active",
                                  sip_notifier_usage_get_left (self));
      return;
    }

  state = g_string_new ("terminated");
  if (self->reason != NULL)
    g_string_append_printf (state, ";reason=%s", self->reason);
  if (self->retry_after > 0)
    g_string_append_printf (state, ";retry-after=%u", self->retry_after);
  sip_msg_builder_add (notify, SIP_H_SUBSCRIPTION_STATE, sip_str_from (state->str));
}

static void
send_notify (SipNotifierUsage *self)
{
  static const SipDialogRequestEvents events = { NULL, NULL, notify_done_cb };
  SipMsgBuilder *notify = sip_dialog_new_request (self->link.dialog, SIP_METHOD_NOTIFY, 0);

  if (self->id != NULL)
    sip_msg_builder_add_printf (notify, SIP_H_EVENT, "%s;id=%s", self->event, self->id);
  else
    sip_msg_builder_add (notify, SIP_H_EVENT, sip_str_from (self->event));
  add_state (self, notify);
  if (self->body != NULL)
    sip_msg_builder_set_body (notify, self->content_type, self->body);

  sip_timer_stop (&self->soon);
  self->is_waiting = FALSE;
  self->is_last_sent = self->is_last;
  if (self->is_last)
    sip_timer_stop (&self->timer);
  self->notify = sip_dialog_request_new (self->link.dialog, notify, TRUE, &events, self);
  sip_dialog_request_start (self->notify);
}

gboolean
sip_notifier_usage_notify (SipNotifierUsage *self, const char *content_type, GBytes *body, gboolean last)
{
  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);

  /* The last NOTIFY of a SUBSCRIBE's can still be given what it is to say. */
  if (self->events == NULL || (self->is_last && (!self->is_subscribed || self->is_last_sent)))
    return FALSE;

  if (body != NULL)
    {
      g_free (self->content_type);
      self->content_type = g_strdup (content_type);
      g_clear_pointer (&self->body, g_bytes_unref);
      self->body = g_bytes_ref (body);
    }
  if (self->is_subscribed && !self->is_begun)
    return TRUE;
  if (!self->is_begun)
    {
      self->is_begun = TRUE;
      sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, (gint64) EXPIRES * G_USEC_PER_SEC);
    }
  self->is_last = self->is_last || last;
  self->is_waiting = TRUE;
  if (self->notify == NULL && !sip_timer_is_running (&self->soon))
    send_notify (self);

  return TRUE;
}

/* --- of a SUBSCRIBE --- */

guint32
sip_notifier_usage_choose_expires (const SipMsg *subscribe, guint32 fallback, guint32 most)
{
  guint64 expires = fallback;

  if (!sip_msg_uint (subscribe, SIP_H_EXPIRES, G_MAXUINT32, &expires))
    expires = fallback;
  return (guint32) MIN (expires, most);
}

/* A NOTIFY goes out when whoever is about to say something has said it. */
static void
notify_soon (SipNotifierUsage *self)
{
  self->is_waiting = TRUE;
  if (self->notify == NULL)
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->soon, soon_cb, 0);
}

static void
set_left (SipNotifierUsage *self, guint32 expires)
{
  if (expires > 0)
    {
      sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, (gint64) expires * G_USEC_PER_SEC);
      return;
    }

  sip_timer_stop (&self->timer);
  run_out (self);
  self->is_last = TRUE;
}

void
sip_notifier_usage_begin (SipNotifierUsage *self, guint32 expires, guint32 most, gboolean pending)
{
  if (self->events == NULL || self->is_begun)
    return;

  self->is_begun = TRUE;
  self->is_pending = !!pending;
  self->most = most;
  set_left (self, expires);
  notify_soon (self);
}

void
sip_notifier_usage_activate (SipNotifierUsage *self)
{
  if (self->events == NULL || !self->is_pending)
    return;

  self->is_pending = FALSE;
  notify_soon (self);
}

gboolean
sip_notifier_usage_terminate (SipNotifierUsage *self, const char *reason, guint32 retry_after)
{
  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);

  if (self->events == NULL || self->is_last || !self->is_begun)
    return FALSE;

  g_free (self->reason);
  self->reason = g_strdup (reason);
  self->retry_after = retry_after;
  sip_timer_stop (&self->soon);
  return sip_notifier_usage_notify (self, NULL, NULL, TRUE);
}

guint32
sip_notifier_usage_get_left (SipNotifierUsage *self)
{
  gint64 left = self->timer.expiry - sip_timer_wheel_now (sip_dialogs_get_wheel (self->dialogs));

  return sip_timer_is_running (&self->timer) && left > 0 ? (guint32) ((left + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC) : 0;
}

/* --- SUBSCRIBE within the dialog: the other side wants more time, or no more of it (RFC 6665 §4.2.1.2, RFC 3515 §2.4.4) --- */

static gboolean
is_ours (SipNotifierUsage *self, SipMsg *request)
{
  SipStr event, params, id;
  gboolean has_id;

  if (request->method != SIP_METHOD_SUBSCRIBE || !self->is_begun ||
      !sip_token_view_parse (sip_msg_value (request, SIP_H_EVENT), &event, &params) || !sip_str_equal_nocase (event, sip_str_from (self->event)))
    return FALSE;

  has_id = sip_params_find (params, "id", &id);
  return has_id == (self->id != NULL) && (!has_id || sip_str_equal (id, sip_str_from (self->id)));
}

static gboolean
usage_request (gpointer usage, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request)
{
  SipNotifierUsage *self = usage;
  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);
  guint32 most = self->is_subscribed ? self->most : EXPIRES;
  SipMsgBuilder *response;
  guint32 expires;

  if (!is_ours (self, request))
    return FALSE;
  if (self->is_last)
    {
      sip_dialogs_respond (self->dialogs, transaction, 481, "Subscription Does Not Exist", NULL);
      return TRUE;
    }

  expires = sip_notifier_usage_choose_expires (request, most, most);
  sip_dialog_refresh_target (dialog, request);
  response = sip_msg_builder_new_response (request, 200, NULL, NULL);
  sip_msg_builder_add_printf (response, SIP_H_EXPIRES, "%u", expires);
  if (sip_dialogs_get_product (self->dialogs) != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (sip_dialogs_get_product (self->dialogs)));
  sip_server_transaction_respond (transaction, response, sip_dialogs_get_contact (self->dialogs));

  /* Each SUBSCRIBE is answered with a NOTIFY as well (RFC 6665 §4.2.1.2). */
  set_left (self, expires);
  notify_soon (self);
  if (self->events != NULL && self->events->refreshed != NULL)
    self->events->refreshed (self->owner, request, expires);
  return TRUE;
}
