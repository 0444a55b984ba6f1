/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-subscriber-usage-private.h"

#include "dialog/sip-dialog-request-private.h"

/* A NOTIFY may overtake the answer to what it notifies of (RFC 6665 §4.4.1). It is answered at once and told later, so that an owner hears of both in
 * order; more than a few of them are not worth keeping, but the last one is. */
#define HELD_MAX 4

/* How long a subscription lives where nobody says (RFC 3515 §2.4.4: longer than what it tells of can take to be answered), and the longest that we wait. */
#define DEFAULT_EXPIRES 180
#define MAX_EXPIRES 3600

/* Of a SUBSCRIBE: the longest that is believed, the soonest that a refresh is tried again, and how often a 423 is obeyed before it is taken for a refusal. */
#define MAX_SUBSCRIBED (7 * 24 * 3600)
#define RETRY_MIN_US (5 * G_USEC_PER_SEC)
#define N_BRIEF_MAX 3

struct _SipSubscriberUsage
{
  guint ref_count;
  char *event;             /* the package */
  SipUsageLink link;       /* dialog NULL: not begun, or over */
  SipDialogs *dialogs;
  SipDialogsMember member;
  const SipSubscriberEvents *events; /* NULL once over */
  gpointer owner;
  SipSender *sender;
  SipMsg *request;         /* as it last went out: its CSeq is the `id` of the subscription's events (RFC 3515 §2.4.6) */
  GPtrArray *held;         /* NOTIFYs that came before the answer; NULL: none */
  SipTimer timer;          /* until the next NOTIFY has to be here */

  /* of a SUBSCRIBE */
  char *subscribe;         /* the value of its Event header; NULL: a REFER made this */
  char *id;                /* the `id` in it; nullable */
  SipDialogRequest *inside; /* the SUBSCRIBE within the dialog that is out */
  SipTimer refresh;
  gint64 expiry;           /* on the wheel's clock; 0: not known */
  gint64 notify_by;        /* timer N: when the NOTIFY that a SUBSCRIBE brings has to be here; 0: none is waited for */
  guint32 asked;           /* seconds */
  guint8 state;            /* SipSubscriptionState */
  guint8 n_brief;          /* 423s in a row */
  guint8 has_left;         /* its SUBSCRIBE with Expires 0 is out, or was */
  guint8 is_stale;         /* to be refreshed once more, when what is out is answered */

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
  g_free (self->event);
  g_free (self->subscribe);
  g_free (self->id);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipSubscriberUsage, usage_unref)

/* Lets go of everything outside: no event comes after it. */
static void
let_go (SipSubscriberUsage *self)
{
  self->events = NULL;
  self->state = SIP_SUBSCRIPTION_STATE_TERMINATED;
  sip_timer_stop (&self->timer);
  sip_timer_stop (&self->refresh);
  g_clear_pointer (&self->inside, sip_dialog_request_free);
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

/* @message (nullable) may say when to try again. */
static void
end (SipSubscriberUsage *self, SipSubscriptionEnd why, SipMsg *message)
{
  const SipSubscriberEvents *events = self->events;
  SipSubscriptionEnding ending = { .end = why, .reason = SIP_STR (""), .message = message };
  SipStr state, params, value;
  guint64 seconds = 0;

  if (events == NULL)
    return;

  if (message != NULL && !message->is_request)
    {
      sip_msg_uint (message, SIP_H_RETRY_AFTER, G_MAXUINT32, &seconds);
    }
  else if (message != NULL && sip_token_view_parse (sip_msg_value (message, SIP_H_SUBSCRIPTION_STATE), &state, &params))
    {
      if (sip_params_find (params, "reason", &value) && value.p != NULL)
        ending.reason = value;
      if (sip_params_find (params, "retry-after", &value) && !sip_str_to_uint (value, G_MAXUINT32, &seconds))
        seconds = 0;
    }
  ending.retry_after = (guint32) seconds;

  let_go (self);
  events->ended (self->owner, &ending);
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
      end (self, SIP_SUBSCRIPTION_ABANDONED, NULL);
    }
  else
    {
      g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The user agent was stopped");

      refuse (self, NULL, error);
    }
}

/* --- the state (RFC 6665 §4.1.2, its figure) --- */

typedef enum
{
  INPUT_SENT,       /* the first SUBSCRIBE goes out */
  INPUT_PENDING,    /* a NOTIFY says so, or a state that nobody knows */
  INPUT_ACTIVE,
  INPUT_CALLED_OFF,
  N_INPUTS
} Input;

static void
step (SipSubscriberUsage *self, Input input)
{
#define STATE(state) SIP_SUBSCRIPTION_STATE_##state
  static const guint8 next[][N_INPUTS] = {
    /*                       SENT                 PENDING              ACTIVE               CALLED_OFF */
    [STATE (INITIAL)] =    { STATE (NOTIFY_WAIT), STATE (PENDING),     STATE (ACTIVE),      STATE (ENDING) },
    [STATE (NOTIFY_WAIT)] = { STATE (NOTIFY_WAIT), STATE (PENDING),    STATE (ACTIVE),      STATE (ENDING) },
    [STATE (PENDING)] =    { STATE (PENDING),     STATE (PENDING),     STATE (ACTIVE),      STATE (ENDING) },
    [STATE (ACTIVE)] =     { STATE (ACTIVE),      STATE (PENDING),     STATE (ACTIVE),      STATE (ENDING) },
    [STATE (WAITING)] =    { STATE (WAITING),     STATE (WAITING),     STATE (WAITING),     STATE (WAITING) },
    [STATE (ENDING)] =     { STATE (ENDING),      STATE (ENDING),      STATE (ENDING),      STATE (ENDING) },
    [STATE (TERMINATED)] = { STATE (TERMINATED),  STATE (TERMINATED),  STATE (TERMINATED),  STATE (TERMINATED) },
  };
#undef STATE

  self->state = next[self->state][input];
}

/* --- time --- */

static gint64
now_us (SipSubscriberUsage *self)
{
  return sip_timer_wheel_now (sip_dialogs_get_wheel (self->dialogs));
}

static gint64
t1_64 (SipSubscriberUsage *self)
{
  return 64 * sip_transactions_get_timings (sip_dialogs_get_transactions (self->dialogs))->t1;
}

static void
timer_cb (SipTimer *timer)
{
  SipSubscriberUsage *self = SIP_CONTAINER_OF (timer, SipSubscriberUsage, timer);
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);

  end (self, SIP_SUBSCRIPTION_TIMED_OUT, NULL);
}

static void refresh_cb (SipTimer *timer);

/* What of a subscription's time is left when it is refreshed: a tenth, but as much as the SUBSCRIBE may need to be answered, and not more than half. */
static gint64
margin (SipSubscriberUsage *self, gint64 left)
{
  return MIN (MAX (left / 10, t1_64 (self) + G_USEC_PER_SEC), left / 2);
}

/* After anything that says how long it lasts. */
static void
arm (SipSubscriberUsage *self)
{
  SipTimerWheel *wheel = sip_dialogs_get_wheel (self->dialogs);
  gint64 left = self->expiry - now_us (self);
  gint64 deadline = self->notify_by;

  if (self->expiry != 0 && self->state != SIP_SUBSCRIPTION_STATE_ENDING)
    {
      deadline = deadline != 0 ? MIN (deadline, self->expiry) : self->expiry;
      if (self->inside == NULL && self->link.dialog != NULL && self->is_notified && left > 0)
        sip_timer_start (wheel, &self->refresh, refresh_cb, left - margin (self, left));
    }
  else
    {
      sip_timer_stop (&self->refresh);
    }
  if (deadline != 0)
    sip_timer_start (wheel, &self->timer, timer_cb, MAX (deadline - now_us (self), 0));
  else
    sip_timer_stop (&self->timer);
}

/* How long it lasts; that may be less than was asked for, and nobody gives more (RFC 6665 §4.2.1.1). Who has nothing to give says so by ending it. */
static void
set_expires (SipSubscriberUsage *self, guint64 seconds)
{
  if (seconds == 0)
    return;

  self->expiry = now_us (self) + (gint64) MIN (seconds, MAX_SUBSCRIBED) * G_USEC_PER_SEC;
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
  step (self, INPUT_SENT);
  if (self->events != NULL)
    self->events->sending (self->owner, request);
}

/* RFC 4488 §4: no subscription comes of it. */
static gboolean
is_without_subscription (SipMsg *response)
{
  SipStr token, params;

  return sip_token_view_parse (sip_msg_value (response, SIP_H_REFER_SUB), &token, &params) && sip_str_equal_nocase (token, SIP_STR ("false"));
}

/* How long the subscription lasts is in the answer, and may be said anew in each NOTIFY. */
static void
accepted_subscribe (SipSubscriberUsage *self, SipMsg *response)
{
  guint64 expires = self->asked;

  if (sip_msg_uint (response, SIP_H_EXPIRES, G_MAXUINT32, &expires))
    expires = MIN (expires, self->asked);
  if (self->expiry == 0)
    set_expires (self, expires);
  if (self->expiry == 0 && self->is_notified)
    set_expires (self, self->asked);
  if (!self->is_notified)
    self->notify_by = now_us (self) + t1_64 (self);
  arm (self);
}

/* The REFER's dialog is the one that its answer says, as long as nobody knows better. */
static void
accepted_refer (SipSubscriberUsage *self, SipMsg *response, SipFlow *flow)
{
  if (!self->is_inside && !self->is_notified)
    {
      SipDialog *dialog = sip_dialog_new_outgoing (self->dialogs, self->request, response, flow);

      dialog->is_confirmed = TRUE;
      sip_dialog_detach (&self->link);
      sip_dialog_attach (dialog, &self->link, &usage_class, self);
    }
  if (!self->is_notified)
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, t1_64 (self));
}

static void leave_if_called_off (SipSubscriberUsage *self);

/* Timer N (RFC 6665 §4.1.2.4): the first NOTIFY comes at once. */
static void
accepted (SipSubscriberUsage *self, SipMsg *response, SipFlow *flow)
{
  g_autoptr (GPtrArray) held = NULL;

  self->is_answered = TRUE;
  if (self->subscribe != NULL)
    accepted_subscribe (self, response);
  else
    accepted_refer (self, response, flow);

  self->events->answered (self->owner, response, NULL);
  if (self->events != NULL && self->subscribe == NULL && !self->is_notified && is_without_subscription (response))
    end (self, SIP_SUBSCRIPTION_NONE, NULL);

  held = g_steal_pointer (&self->held);
  for (guint i = 0; held != NULL && i < held->len && self->events != NULL; i++)
    self->events->notified (self->owner, g_ptr_array_index (held, i));
  if (self->is_terminated)
    end (self, SIP_SUBSCRIPTION_TERMINATED, held != NULL ? g_ptr_array_index (held, held->len - 1) : NULL);
  leave_if_called_off (self);
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

/* RFC 6665 §4.1.2.1, RFC 3261 §21.4.17: what is too brief for the other side. FALSE: that is no reason to ask again. */
static gboolean
ask_for_more (SipSubscriberUsage *self, SipMsg *response)
{
  guint64 least;

  if (response->status != 423 || self->asked == 0 || self->n_brief == N_BRIEF_MAX || self->state == SIP_SUBSCRIPTION_STATE_ENDING ||
      !sip_msg_uint (response, SIP_H_MIN_EXPIRES, MAX_SUBSCRIBED, &least) || least <= self->asked)
    return FALSE;

  self->asked = (guint32) least;
  self->n_brief++;
  return TRUE;
}

static gboolean
again_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipMsgBuilder *request)
{
  SipSubscriberUsage *self = user_data;
  char value[40];

  if (self->subscribe == NULL || !ask_for_more (self, response))
    return FALSE;

  g_snprintf (value, sizeof value, "%u", self->asked);
  sip_msg_builder_replace (request, SIP_H_EXPIRES, sip_str_from (value));
  g_snprintf (value, sizeof value, "%u SUBSCRIBE", renumber_cb (self, sender));
  sip_msg_builder_replace (request, SIP_H_CSEQ, sip_str_from (value));
  return TRUE;
}

static SipSubscriberUsage *
usage_new (SipDialogs *dialogs, SipMsgBuilder *request, const SipSendTarget *target, SipStr event, const SipSubscriberEvents *events, gpointer owner)
{
  static const SipSenderEvents sender_events = { sending_cb, response_cb, failed_cb, again_cb, renumber_cb };
  SipSubscriberUsage *self = g_new0 (SipSubscriberUsage, 1);

  self->ref_count = 1;
  self->event = sip_str_dup (event);
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
  self = usage_new (dialog->dialogs, request, &target, sip_str_from (event), events, owner);
  self->is_inside = TRUE;
  sip_dialog_attach (dialog, &self->link, &usage_class, self);

  return self;
}

SipSubscriberUsage *
sip_subscriber_usage_new_outside (SipDialogs *dialogs, SipMsgBuilder *request, const SipSendTarget *target, const char *event,
                                  const SipSubscriberEvents *events, gpointer owner)
{
  return usage_new (dialogs, request, target, sip_str_from (event), events, owner);
}

static void
add_subscription (SipSubscriberUsage *self, SipMsgBuilder *subscribe, guint32 expires)
{
  sip_msg_builder_add (subscribe, SIP_H_EVENT, sip_str_from (self->subscribe));
  sip_msg_builder_add_printf (subscribe, SIP_H_EXPIRES, "%u", expires);
}

SipSubscriberUsage *
sip_subscriber_usage_new_subscribe (SipDialogs *dialogs, SipMsgBuilder *request, const SipSendTarget *target, const char *event, guint32 expires,
                                    const SipSubscriberEvents *events, gpointer owner)
{
  SipSubscriberUsage *self;
  SipStr package, params, id;

  if (!sip_token_view_parse (sip_str_from (event), &package, &params))
    {
      package = sip_str_from (event);
      params = (SipStr) SIP_STR_INIT;
    }

  self = usage_new (dialogs, request, target, package, events, owner);
  self->subscribe = g_strdup (event);
  if (sip_params_find (params, "id", &id))
    self->id = sip_str_dup (id);
  self->asked = expires;
  add_subscription (self, request, expires);

  return self;
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
  if (self->subscribe != NULL)
    return sip_params_find (params, "id", &id) == (self->id != NULL) && (self->id == NULL || sip_str_equal (id, sip_str_from (self->id)));
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

/* One answer to the last NOTIFY may get lost and come again: so much later. */
static void
note_refer (SipSubscriberUsage *self, SipStr params)
{
  guint64 expires = DEFAULT_EXPIRES;
  SipStr value;

  if (sip_params_find (params, "expires", &value) && !sip_str_to_uint (value, G_MAXUINT32, &expires))
    expires = DEFAULT_EXPIRES;
  sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->timer, timer_cb, (gint64) MIN (expires, MAX_EXPIRES) * G_USEC_PER_SEC + t1_64 (self));
}

static void
note_subscribe (SipSubscriberUsage *self, SipStr state, SipStr params)
{
  guint64 expires;
  SipStr value;

  /* RFC 6665 §4.1.3: the notifier's word on how long it lasts is the last. */
  if (sip_params_find (params, "expires", &value) && sip_str_to_uint (value, G_MAXUINT32, &expires))
    set_expires (self, expires);
  /* Nobody has said anything of it. */
  if (self->expiry == 0 && self->is_answered)
    set_expires (self, self->asked);
  if (self->state != SIP_SUBSCRIPTION_STATE_ENDING)
    self->notify_by = 0;
  step (self, sip_str_equal_nocase (state, SIP_STR ("active")) ? INPUT_ACTIVE : INPUT_PENDING);
  arm (self);
}

static void
tell_changed (SipSubscriberUsage *self, guint8 state, gint64 expiry)
{
  if (self->events != NULL && self->events->changed != NULL && (self->state != state || self->expiry != expiry))
    self->events->changed (self->owner);
}

/* RFC 6665 §4.1.3: it is ours and says in which state the subscription is. */
static void
receive_notify (SipSubscriberUsage *self, SipServerTransaction *transaction, SipMsg *notify, SipStr state, SipStr params)
{
  const guint8 state_before = self->state;
  const gint64 expiry_before = self->expiry;
  gboolean terminated = sip_str_equal_nocase (state, SIP_STR ("terminated"));
  guint status = self->events->judge (self->owner, notify, &terminated);

  respond (self, transaction, notify, status, NULL);
  if (self->events == NULL)
    return;

  /* A NOTIFY that makes no sense changes nothing, but the end of a subscription is one in any words. */
  if (status != 200 && !terminated)
    return;

  /* Who asked for the state once has it, whatever it is called. */
  if (self->subscribe != NULL && self->asked == 0)
    terminated = TRUE;
  self->is_notified = TRUE;
  self->is_terminated = terminated;
  sip_dialog_refresh_target (self->link.dialog, notify);
  if (self->subscribe == NULL)
    note_refer (self, params);
  else if (!terminated)
    note_subscribe (self, state, params);

  if (!self->is_answered)
    {
      if (status == 200)
        hold_back (self, notify);
      return;
    }

  tell_changed (self, state_before, expiry_before);
  if (self->events != NULL && status == 200)
    self->events->notified (self->owner, notify);
  if (terminated)
    end (self, SIP_SUBSCRIPTION_TERMINATED, notify);
  else
    leave_if_called_off (self);
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

  receive_notify (self, transaction, request, state, params);
  return TRUE;
}

/* --- SUBSCRIBE within the dialog --- */

/* RFC 6665 §4.1.2.2, with the rest of RFC 5057 §5.1: what says that there is no subscription there, or nobody at all. */
static gboolean
leaves_none (guint status, SipDialogEffect effect)
{
  switch (status)
    {
    case 404:
    case 405:
    case 410:
    case 416:
    case 480:
    case 481:
    case 482:
    case 483:
    case 484:
    case 485:
    case 489:
    case 501:
    case 604:
      return TRUE;
    default:
      return effect != SIP_DIALOG_LIVES;
    }
}

static void subscribe_again (SipSubscriberUsage *self, guint32 expires);

static void
refresh_taken (SipSubscriberUsage *self, SipMsg *response)
{
  const gint64 expiry_before = self->expiry;
  guint64 expires = self->asked;

  self->n_brief = 0;
  sip_dialog_refresh_target (self->link.dialog, response);
  if (self->state != SIP_SUBSCRIPTION_STATE_ENDING)
    {
      if (sip_msg_uint (response, SIP_H_EXPIRES, G_MAXUINT32, &expires))
        expires = MIN (expires, self->asked);
      set_expires (self, expires);
    }
  arm (self);
  tell_changed (self, self->state, expiry_before);
  if (self->events != NULL && self->events->refreshed != NULL)
    self->events->refreshed (self->owner, response);
  if (self->events == NULL || self->inside != NULL || !self->is_stale || self->state == SIP_SUBSCRIPTION_STATE_ENDING)
    return;

  self->is_stale = FALSE;
  subscribe_again (self, self->asked);
}

/* It is as valid as it was (RFC 6665 §4.1.2.2), and there may be time for another try. @response is nullable. */
static void
refresh_refused (SipSubscriberUsage *self, SipMsg *response)
{
  gint64 left = self->expiry - now_us (self);
  guint64 seconds = 0;
  gint64 wait;

  if (response != NULL)
    sip_msg_uint (response, SIP_H_RETRY_AFTER, MAX_SUBSCRIBED, &seconds);
  wait = MAX ((gint64) seconds * G_USEC_PER_SEC, MAX (left / 2, RETRY_MIN_US));
  self->notify_by = 0;
  self->n_brief = 0;
  self->is_stale = FALSE;
  arm (self);
  if (wait < left)
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->refresh, refresh_cb, wait);
  else
    sip_timer_stop (&self->refresh);
}

static void
inside_done_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  SipSubscriberUsage *self = user_data;
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);
  guint status = response != NULL ? response->status : 0;

  g_clear_pointer (&self->inside, sip_dialog_request_free);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (status >= 200 && status < 300)
    {
      refresh_taken (self, response);
      leave_if_called_off (self);
    }
  else if (self->has_left)
    {
      end (self, SIP_SUBSCRIPTION_LOST, response);
    }
  else if (self->state == SIP_SUBSCRIPTION_STATE_ENDING && !leaves_none (status, effect))
    {
      leave_if_called_off (self);
    }
  else if (response != NULL && ask_for_more (self, response))
    {
      subscribe_again (self, self->asked);
    }
  else if (leaves_none (status, effect))
    {
      end (self, SIP_SUBSCRIPTION_LOST, response);
    }
  else
    {
      refresh_refused (self, response);
    }
}

static void
subscribe_again (SipSubscriberUsage *self, guint32 expires)
{
  static const SipDialogRequestEvents events = { NULL, NULL, inside_done_cb };
  SipMsgBuilder *subscribe = sip_dialog_new_request (self->link.dialog, SIP_METHOD_SUBSCRIBE, 0);

  add_subscription (self, subscribe, expires);
  if (self->events->dress != NULL)
    self->events->dress (self->owner, subscribe);

  sip_timer_stop (&self->refresh);
  self->inside = sip_dialog_request_new (self->link.dialog, subscribe, TRUE, &events, self);
  self->notify_by = now_us (self) + t1_64 (self);
  arm (self);
  sip_dialog_request_start (self->inside);
}

static void
refresh_cb (SipTimer *timer)
{
  SipSubscriberUsage *self = SIP_CONTAINER_OF (timer, SipSubscriberUsage, refresh);
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);

  subscribe_again (self, self->asked);
}

/* There is something to leave once a NOTIFY has made the dialog and the SUBSCRIBE before is answered. */
static void
leave_if_called_off (SipSubscriberUsage *self)
{
  if (self->events == NULL || self->state != SIP_SUBSCRIPTION_STATE_ENDING || !self->is_notified || !self->is_answered || self->inside != NULL ||
      self->has_left)
    return;

  self->has_left = TRUE;
  subscribe_again (self, 0);
}

SipSubscriptionState
sip_subscriber_usage_get_state (SipSubscriberUsage *self)
{
  return self->state;
}

gint64
sip_subscriber_usage_get_expiry (SipSubscriberUsage *self)
{
  return self->expiry;
}

gboolean
sip_subscriber_usage_refresh (SipSubscriberUsage *self)
{
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);

  if (self->events == NULL || self->subscribe == NULL || !self->is_answered || !self->is_notified || self->state == SIP_SUBSCRIPTION_STATE_ENDING)
    return FALSE;

  if (self->inside != NULL)
    self->is_stale = TRUE;
  else
    subscribe_again (self, self->asked);
  return TRUE;
}

void
sip_subscriber_usage_unsubscribe (SipSubscriberUsage *self)
{
  G_GNUC_UNUSED g_autoptr (SipSubscriberUsage) hold = usage_ref (self);

  if (self->events == NULL || self->subscribe == NULL || self->state == SIP_SUBSCRIPTION_STATE_ENDING)
    return;

  step (self, INPUT_CALLED_OFF);
  sip_timer_stop (&self->refresh);
  if (self->events->changed != NULL)
    self->events->changed (self->owner);
  leave_if_called_off (self);
}
