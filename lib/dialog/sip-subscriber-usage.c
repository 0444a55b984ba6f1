/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-subscriber-usage-private.h"

/* A NOTIFY may overtake the answer to what it notifies of (RFC 6665 §4.4.1). It is answered at once and told later, so that an owner hears of both in
 * order; more than a few of them are not worth keeping, but the last one is. */
#define HELD_MAX 4

/* How long a subscription lives where nobody says (RFC 3515 §2.4.4: longer than what it tells of can take to be answered), and the longest that we wait. */
#define DEFAULT_EXPIRES 180
#define MAX_EXPIRES 3600

struct _SipSubscriberUsage
{
  guint ref_count;
  const char *event;
  SipUsageLink link;       /* dialog NULL: not begun, or over */
  SipDialogs *dialogs;
  SipDialogsMember member;
  const SipSubscriberEvents *events; /* NULL once over */
  gpointer owner;
  SipSender *sender;
  SipMsg *request;         /* as it last went out: its CSeq is the `id` of the subscription's events (RFC 3515 §2.4.6) */
  GPtrArray *held;         /* NOTIFYs that came before the answer; NULL: none */
  SipTimer timer;          /* until the next NOTIFY has to be here */
  guint8 is_inside;        /* the dialog is another usage's */
  guint8 is_answered;      /* with a 2xx */
  guint8 is_notified;
  guint8 is_terminated;    /* the other side's last NOTIFY was here */
};

static gboolean usage_request (gpointer usage, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request);

static const SipUsageClass usage_class = { usage_request, NULL };

/* --- life --- */

static SipSubscriberUsage *
usage_ref (SipSubscriberUsage *self)
{
  self->ref_count++;
  return self;
}

static void
usage_unref (SipSubscriberUsage *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->request, sip_msg_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSubscriberUsage, usage_unref)

/* Lets go of everything outside: no event comes after it. */
static void
let_go (SipSubscriberUsage *self)
{
  self->events = NULL;
  sip_timer_stop (&self->timer);
  sip_dialogs_leave (&self->member);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  if (self->sender != NULL)
    {
      sip_sender_detach (self->sender);
      g_clear_pointer (&self->sender, sip_sender_unref);
    }
  if (self->link.dialog != NULL)
    sip_dialog_detach (&self->link);
}

void
sip_subscriber_usage_free (SipSubscriberUsage *self)
{
  let_go (self);
  usage_unref (self);
}

static void
end (SipSubscriberUsage *self, SipSubscriptionEnd why, SipStr reason)
{
  const SipSubscriberEvents *events = self->events;

  if (events == NULL)
    return;

  let_go (self);
  events->ended (self->owner, why, reason);
}

/* The request was refused, or nobody knows what became of it: there is no subscription. */
static void
refuse (SipSubscriberUsage *self, SipMsg *response, const GError *error)
{
  const SipSubscriberEvents *events = self->events;

  if (events == NULL)
    return;

  let_go (self);
  events->answered (self->owner, response, error);
}

static void
abandon_cb (SipDialogsMember *member)
{
  SipSubscriberUsage *self = SIP_CONTAINER_OF (member, SipSubscriberUsage, member);
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);

  if (self->is_answered)
    {
      end (self, SIP_SUBSCRIPTION_ABANDONED, SIP_STR (""));
    }
  else
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The user agent was stopped");

      refuse (self, NULL, error);
    }
}

/* --- time --- */

static void
timer_cb (SipTimer *timer)
{
  SipSubscriberUsage *self = SIP_CONTAINER_OF (timer, SipSubscriberUsage, timer);
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);

  end (self, SIP_SUBSCRIPTION_TIMED_OUT, SIP_STR (""));
}

static gint64
t1_64 (SipSubscriberUsage *self)
{
  return 64 * sip_transactions_get_timings (sip_dialogs_get_transactions (self->dialogs))->t1;
}

/* --- the request --- */

static void
sending_cb (gpointer user_data, SipSender *sender, SipMsg *request, SipFlow *flow)
{
  SipSubscriberUsage *self = user_data;

  g_clear_pointer (&self->request, sip_msg_unref);
  self->request = sip_msg_ref (request);

  /* Outside of a dialog: what NOTIFYs find before there is one (RFC 6665 §4.1.2.4). */
  if (self->link.dialog == NULL)
    sip_dialog_attach (sip_dialog_new_half (self->dialogs, request), &self->link, &usage_class, self);
  if (self->events != NULL)
    self->events->sending (self->owner, request);
}

/* @notify: the last one, nullable. */
static void
end_terminated (SipSubscriberUsage *self, SipMsg *notify)
{
  SipStr state, params, reason;

  if (notify == NULL || !sip_token_view_parse (sip_msg_value (notify, SIP_H_SUBSCRIPTION_STATE), &state, &params) ||
      !sip_params_find (params, "reason", &reason) || reason.p == NULL)
    reason = SIP_STR ("");
  end (self, SIP_SUBSCRIPTION_TERMINATED, reason);
}

/* RFC 4488 §4: no subscription comes of it. */
static gboolean
is_without_subscription (SipMsg *response)
{
  SipStr token, params;

  return sip_token_view_parse (sip_msg_value (response, SIP_H_REFER_SUB), &token, &params) && sip_str_equal_nocase (token, SIP_STR ("false"));
}

static void
accepted (SipSubscriberUsage *self, SipMsg *response, SipFlow *flow)
{
  g_autoptr (GPtrArray) held = NULL;

  self->is_answered = TRUE;
  if (!self->is_inside && !self->is_notified)
    {
      SipDialog *dialog = sip_dialog_new_outgoing (self->dialogs, self->request, response, flow);

      dialog->is_confirmed = TRUE;
      sip_dialog_detach (&self->link);
      sip_dialog_attach (dialog, &self->link, &usage_class, self);
    }
  /* Timer N (RFC 6665 §4.1.2.4): the first NOTIFY comes at once. */
  if (!self->is_notified)
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, t1_64 (self));

  self->events->answered (self->owner, response, NULL);
  if (self->events != NULL && !self->is_notified && is_without_subscription (response))
    end (self, SIP_SUBSCRIPTION_NONE, SIP_STR (""));

  held = g_steal_pointer (&self->held);
  for (guint i = 0; held != NULL && i < held->len && self->events != NULL; i++)
    self->events->notified (self->owner, g_ptr_array_index (held, i));
  if (self->is_terminated)
    end_terminated (self, held != NULL ? g_ptr_array_index (held, held->len - 1) : NULL);
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow)
{
  SipSubscriberUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);
  g_autoptr (SipMsg) kept = sip_msg_ref (response);

  if (response->status >= 300)
    refuse (self, kept, NULL);
  else if (response->status >= 200)
    accepted (self, kept, flow);
  else
    self->events->progress (self->owner, kept);
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  SipSubscriberUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);

  refuse (self, NULL, error);
}

static guint32
renumber_cb (gpointer user_data, SipSender *sender)
{
  SipSubscriberUsage *self = user_data;

  return self->link.dialog != NULL ? ++self->link.dialog->local_cseq : 0;
}

static SipSubscriberUsage *
usage_new (SipDialogs *dialogs, SipMsgBuilder *request, const SipSendTarget *target, const char *event, const SipSubscriberEvents *events,
           gpointer owner)
{
  static const SipSenderEvents sender_events = { sending_cb, response_cb, failed_cb, NULL, renumber_cb };
  SipSubscriberUsage *self = g_new0 (SipSubscriberUsage, 1);

  self->ref_count = 1;
  self->event = event;
  self->dialogs = dialogs;
  self->events = events;
  self->owner = owner;
  sip_dialogs_join (dialogs, &self->member, abandon_cb);
  self->sender = sip_sender_new (sip_dialogs_get_transactions (dialogs), request, target, &sender_events, self);

  return self;
}

SipSubscriberUsage *
sip_subscriber_usage_new_inside (SipDialog *dialog, SipMsgBuilder *request, const char *event, const SipSubscriberEvents *events, gpointer owner)
{
  SipSendTarget target;
  SipSubscriberUsage *self;

  sip_dialog_fill_target (dialog, &target, TRUE);
  self = usage_new (dialog->dialogs, request, &target, event, events, owner);
  self->is_inside = TRUE;
  sip_dialog_attach (dialog, &self->link, &usage_class, self);

  return self;
}

SipSubscriberUsage *
sip_subscriber_usage_new_outside (SipDialogs *dialogs, SipMsgBuilder *request, const SipSendTarget *target, const char *event,
                                  const SipSubscriberEvents *events, gpointer owner)
{
  return usage_new (dialogs, request, target, event, events, owner);
}

void
sip_subscriber_usage_start (SipSubscriberUsage *self)
{
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);
  g_autoptr (SipSender) sender = NULL;

  if (self->sender == NULL)
    return;

  sender = sip_sender_ref (self->sender);
  sip_sender_start (sender);
}

/* --- NOTIFY --- */

/* Whether an older subscription to the same package waits in this dialog: an event without an id is the first one's (RFC 3515 §2.4.6). */
static gboolean
has_elder (SipSubscriberUsage *self)
{
  for (SipUsageLink *link = self->link.next; link != NULL; link = link->next)
    {
      if (link->klass == &usage_class && strcmp (((SipSubscriberUsage *) link->usage)->event, self->event) == 0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_ours (SipSubscriberUsage *self, SipMsg *notify)
{
  SipStr event, params, id;
  guint64 number;

  if (self->request == NULL || !sip_token_view_parse (sip_msg_value (notify, SIP_H_EVENT), &event, &params))
    return FALSE;
  if (!sip_str_equal_nocase (event, sip_str_from (self->event)))
    return FALSE;
  if (!sip_params_find (params, "id", &id))
    return !has_elder (self);

  return sip_str_to_uint (id, G_MAXUINT32, &number) && number == self->request->cseq.number;
}

static void
respond (SipSubscriberUsage *self, SipServerTransaction *transaction, SipMsg *notify, guint status, const char *reason)
{
  SipMsgBuilder *response = sip_msg_builder_new_response (notify, status, reason, NULL);
  const char *product = sip_dialogs_get_product (self->dialogs);

  if (status == 415)
    sip_msg_builder_add (response, SIP_H_ACCEPT, SIP_STR ("message/sipfrag"));
  if (product != NULL)
    sip_msg_builder_add (response, SIP_H_SERVER, sip_str_from (product));
  sip_server_transaction_respond (transaction, response, NULL);
}

static void
hold_back (SipSubscriberUsage *self, SipMsg *notify)
{
  if (self->held == NULL)
    self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_msg_unref);
  if (self->held->len == HELD_MAX)
    g_ptr_array_set_size (self->held, HELD_MAX - 1);
  g_ptr_array_add (self->held, sip_msg_ref (notify));
}

/* RFC 6665 §4.1.3: it is ours and says in which state the subscription is. */
static void
receive_notify (SipSubscriberUsage *self, SipServerTransaction *transaction, SipMsg *notify, gboolean terminated, SipStr params)
{
  guint64 expires = DEFAULT_EXPIRES;
  SipStr value;
  guint status = self->events->judge (self->owner, notify, &terminated);

  respond (self, transaction, notify, status, NULL);
  if (self->events == NULL)
    return;

  /* A NOTIFY that makes no sense changes nothing, but the end of a subscription is one in any words. */
  if (status != 200 && !terminated)
    return;

  self->is_notified = TRUE;
  self->is_terminated = terminated;
  sip_dialog_refresh_target (self->link.dialog, notify);
  if (sip_params_find (params, "expires", &value) && !sip_str_to_uint (value, G_MAXUINT32, &expires))
    expires = DEFAULT_EXPIRES;
  /* One answer to the last NOTIFY may get lost and come again: so much later. */
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, (gint64) MIN (expires, MAX_EXPIRES) * G_USEC_PER_SEC + t1_64 (self));

  if (!self->is_answered)
    {
      if (status == 200)
        hold_back (self, notify);
      return;
    }

  if (status == 200)
    self->events->notified (self->owner, notify);
  if (terminated)
    end_terminated (self, notify);
}

static gboolean
usage_request (gpointer usage, SipDialog *dialog, SipServerTransaction *transaction, SipMsg *request)
{
  SipSubscriberUsage *self = usage;
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);
  SipStr state, params;

  if (request->method != SIP_METHOD_NOTIFY || !is_ours (self, request))
    return FALSE;

  if (!sip_token_view_parse (sip_msg_value (request, SIP_H_SUBSCRIPTION_STATE), &state, &params))
    {
      respond (self, transaction, request, 400, "Missing or Bad Subscription-State");
      return TRUE;
    }
  if (self->is_terminated)
    {
      respond (self, transaction, request, 481, "Subscription Does Not Exist");
      return TRUE;
    }

  /* The first NOTIFY of a subscription that has no dialog makes one (RFC 6665 §4.4.1). Others may come of a fork: they find none, and get a 481. */
  if (*dialog->remote_tag == '\0' && !self->is_inside)
    {
      SipDialog *whole;

      if (request->from.tag.len == 0)
        {
          respond (self, transaction, request, 400, "Missing Tag");
          return TRUE;
        }
      whole = sip_dialog_new_notified (self->dialogs, self->request, request, sip_server_transaction_get_flow (transaction));
      sip_dialog_detach (&self->link);
      sip_dialog_attach (whole, &self->link, &usage_class, self);
    }

  receive_notify (self, transaction, request, sip_str_equal_nocase (state, SIP_STR ("terminated")), params);
  return TRUE;
}
