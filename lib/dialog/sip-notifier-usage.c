/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-notifier-usage-private.h"

#include "dialog/sip-dialog-request-private.h"

/* Seconds that a subscription lives without its last word: longer than what it tells of can take (RFC 3515 §2.4.4). */
#define EXPIRES 180

struct _SipNotifierUsage
{
  guint ref_count;
  const char *event;
  guint32 id;              /* the request's CSeq (RFC 3515 §2.4.6) */
  SipUsageLink link;       /* dialog NULL: not begun, or over */
  SipDialogs *dialogs;
  SipDialogsMember member;
  const SipNotifierEvents *events; /* NULL once over */
  gpointer owner;
  SipDialogRequest *notify; /* the one that is out */
  char *content_type;      /* of what was said last */
  GBytes *body;
  SipTimer timer;          /* the subscription's life */
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
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipNotifierUsage, usage_unref)

/* Lets go of everything outside: no event comes after it. */
static void
let_go (SipNotifierUsage *self)
{
  self->events = NULL;
  sip_timer_stop (&self->timer);
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
timer_cb (SipTimer *timer)
{
  SipNotifierUsage *self = SIP_CONTAINER_OF (timer, SipNotifierUsage, timer);

  /* What was said last is repeated as the end. */
  self->has_run_out = TRUE;
  sip_notifier_usage_notify (self, NULL, NULL, TRUE);
}

SipNotifierUsage *
sip_notifier_usage_new (SipDialog *dialog, const SipMsg *request, const char *event, const SipNotifierEvents *events, gpointer owner)
{
  SipNotifierUsage *self = g_new0 (SipNotifierUsage, 1);

  self->ref_count = 1;
  self->event = event;
  self->id = request->cseq.number;
  self->dialogs = dialog->dialogs;
  self->events = events;
  self->owner = owner;
  sip_dialogs_join (self->dialogs, &self->member, abandon_cb);
  sip_dialog_attach (dialog, &self->link, &usage_class, self);

  return self;
}

/* --- NOTIFY --- */

static void send_notify (SipNotifierUsage *self);

/* RFC 6665 §4.2.2: a NOTIFY that is refused, or that nobody answers, ends the subscription. */
static void
notify_done_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  SipNotifierUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);

  g_clear_pointer (&self->notify, sip_dialog_request_free);
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
  gint64 left = (self->timer.expiry - sip_timer_wheel_now (sip_dialogs_get_wheel (self->dialogs))) / G_USEC_PER_SEC;

  if (self->is_last)
    sip_msg_builder_add (notify, SIP_H_SUBSCRIPTION_STATE,
                         self->has_run_out ? SIP_STR ("terminated;reason=timeout") : SIP_STR ("terminated;reason=noresource"));
  else
    sip_msg_builder_add_printf (notify, SIP_H_SUBSCRIPTION_STATE, "active;expires=%u", (guint) MAX (left, 0));
}

static void
send_notify (SipNotifierUsage *self)
{
  static const SipDialogRequestEvents events = { NULL, NULL, notify_done_cb };
  SipMsgBuilder *notify = sip_dialog_new_request (self->link.dialog, SIP_METHOD_NOTIFY, 0);

  sip_msg_builder_add_printf (notify, SIP_H_EVENT, "%s;id=%u", self->event, self->id);
  add_state (self, notify);
  if (self->body != NULL)
    sip_msg_builder_set_body (notify, self->content_type, self->body);

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

  if (self->events == NULL || self->is_last)
    return FALSE;

  if (body != NULL)
    {
      g_free (self->content_type);
      self->content_type = g_strdup (content_type);
      g_clear_pointer (&self->body, g_bytes_unref);
      self->body = g_bytes_ref (body);
    }
  if (!self->is_begun)
    {
      self->is_begun = TRUE;
      sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, (gint64) EXPIRES * G_USEC_PER_SEC);
    }
  self->is_last = last;
  self->is_waiting = TRUE;
  if (self->notify == NULL)
    send_notify (self);

  return TRUE;
}

/* --- SUBSCRIBE (RFC 3515 §2.4.4): the other side wants more time, or no more of it --- */

static gboolean
usage_request (gpointer usage, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request)
{
  SipNotifierUsage *self = usage;
  G_GNUC_UNUSED g_autoptr (SipNotifierUsage) hold = usage_ref (self);
  SipStr event, params, id;
  guint64 number, expires = EXPIRES;
  SipMsgBuilder *response;

  if (request->method != SIP_METHOD_SUBSCRIBE || !self->is_begun ||
      !sip_token_view_parse (sip_msg_value (request, SIP_H_EVENT), &event, &params) || !sip_str_equal_nocase (event, sip_str_from (self->event)) ||
      !sip_params_find (params, "id", &id) || !sip_str_to_uint (id, G_MAXUINT32, &number) || number != self->id)
    return FALSE;

  if (sip_msg_uint (request, SIP_H_EXPIRES, G_MAXUINT32, &expires))
    expires = MIN (expires, EXPIRES);
  sip_dialog_refresh_target (dialog, request);
  response = sip_msg_builder_new_response (request, 200, NULL, NULL);
  sip_msg_builder_add_printf (response, SIP_H_EXPIRES, "%u", (guint) expires);
  if (sip_dialogs_get_product (self->dialogs) != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (sip_dialogs_get_product (self->dialogs)));
  sip_server_transaction_respond (transaction, response, sip_dialogs_get_contact (self->dialogs));

  /* Each SUBSCRIBE is answered with a NOTIFY as well (RFC 6665 §4.2.1.2). */
  if (self->is_last)
    return TRUE;
  self->has_run_out = expires == 0;
  if (expires > 0)
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, (gint64) expires * G_USEC_PER_SEC);
  sip_notifier_usage_notify (self, NULL, NULL, expires == 0);
  return TRUE;
}
