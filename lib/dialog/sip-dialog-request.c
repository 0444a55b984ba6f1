/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-dialog-request-private.h"

#include "syntax/sip-error.h"

struct _SipDialogRequest
{
  guint ref_count;
  SipUsageLink link;      /* dialog NULL once it is done */
  SipDialogs *dialogs;
  SipDialogsMember member;
  const SipDialogRequestEvents *events; /* NULL once done or freed */
  gpointer user_data;
  SipSender *sender;
  SipMsg *message;
  SipTimer cancelled;
};

/* It is attached only to keep the dialog: what is received there belongs to others (see sip_dialogs_request()). */
static const SipUsageClass link_class = { NULL, NULL };

static SipDialogRequest *
request_ref (SipDialogRequest *self)
{
  self->ref_count++;
  return self;
}

static void
request_unref (SipDialogRequest *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->message, sip_msg_unref);
  g_free (self);
}

/* Lets go of everything outside: no event comes after it. */
static void
let_go (SipDialogRequest *self)
{
  self->events = NULL;
  sip_timer_stop (&self->cancelled);
  sip_dialogs_leave (&self->member);
  if (self->sender != NULL)
    {
      sip_sender_detach (self->sender);
      g_clear_pointer (&self->sender, sip_sender_unref);
    }
  if (self->link.dialog != NULL)
    sip_dialog_detach (&self->link);
}

static void
tell (SipDialogRequest *self, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  const SipDialogRequestEvents *events = self->events;
  gpointer user_data = self->user_data;

  if (events == NULL)
    return;

  request_ref (self);
  let_go (self);
  if (events->done != NULL)
    events->done (user_data, self, response, effect, error);
  request_unref (self);
}

static void
tell_cancelled (SipDialogRequest *self)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The request is no longer waited for");

  tell (self, NULL, SIP_DIALOG_LIVES, error);
}

static void
abandon_cb (SipDialogsMember *member)
{
  tell_cancelled (SIP_CONTAINER_OF (member, SipDialogRequest, member));
}

static void
cancelled_cb (SipTimer *timer)
{
  tell_cancelled (SIP_CONTAINER_OF (timer, SipDialogRequest, cancelled));
}

/* RFC 5057 §5.1 has a table of what ends what. Of it this takes the part that is about the dialog and not about the method: a 405, 480, 489 or 501 ends
 * a usage only where the usage is of that method, which its owner knows. An agent that cannot find whom a REFER points at says so with 404, 484, 485
 * or 604 as often as not, and means no dialog by it. */
SipDialogEffect
sip_dialog_effect_of_status (SipMethod method, guint status)
{
  switch (status)
    {
    case 408:
    case 481:
      return SIP_DIALOG_USAGE_ENDS;
    case 404:
    case 484:
    case 485:
    case 604:
      return method == SIP_METHOD_REFER ? SIP_DIALOG_LIVES : SIP_DIALOG_ENDS;
    case 410:
    case 416:
    case 482:
    case 483:
    case 502:
      return SIP_DIALOG_ENDS;
    default:
      return SIP_DIALOG_LIVES;
    }
}

/* No answer is as good as a 408 (RFC 3261 §12.2.1.2). A connection that broke is opened again for the next request. */
SipDialogEffect
sip_dialog_effect_of_error (const GError *error)
{
  return g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT) ? SIP_DIALOG_USAGE_ENDS : SIP_DIALOG_LIVES;
}

/* --- what the sender tells --- */

static void
sending_cb (gpointer user_data, SipSender *sender, SipMsg *request, SipFlow *flow)
{
  SipDialogRequest *self = user_data;

  g_clear_pointer (&self->message, sip_msg_unref);
  self->message = sip_msg_ref (request);
  if (self->events->sending != NULL)
    self->events->sending (self->user_data, self, request);
}

static void
response_cb (gpointer user_data, SipSender *sender, SipMsg *response, SipFlow *flow)
{
  SipDialogRequest *self = user_data;
  g_autoptr (SipMsg) kept = sip_msg_ref (response);

  if (response->status >= 200)
    tell (self, kept, sip_dialog_effect_of_status (self->message->method, response->status), NULL);
  else if (self->events->progress != NULL)
    self->events->progress (self->user_data, self, kept);
}

static void
failed_cb (gpointer user_data, SipSender *sender, const GError *error)
{
  tell (user_data, NULL, sip_dialog_effect_of_error (error), error);
}

static guint32
renumber_cb (gpointer user_data, SipSender *sender)
{
  SipDialogRequest *self = user_data;

  return ++self->link.dialog->local_cseq;
}

/* --- for the user --- */

SipDialogRequest *
sip_dialog_request_new (SipDialog *dialog, SipMsgBuilder *message, gboolean has_contact, const SipDialogRequestEvents *events, gpointer user_data)
{
  static const SipSenderEvents sender_events = { sending_cb, response_cb, failed_cb, NULL, renumber_cb };
  SipDialogRequest *self = g_new0 (SipDialogRequest, 1);
  SipSendTarget target;

  self->ref_count = 1;
  self->dialogs = dialog->dialogs;
  self->events = events;
  self->user_data = user_data;
  sip_dialogs_join (self->dialogs, &self->member, abandon_cb);
  sip_dialog_attach (dialog, &self->link, &link_class, self);
  sip_dialog_fill_target (dialog, &target, has_contact);
  self->sender = sip_sender_new (sip_dialogs_get_transactions (self->dialogs), message, &target, &sender_events, self);

  return self;
}

void
sip_dialog_request_start (SipDialogRequest *self)
{
  g_autoptr (SipSender) sender = NULL;

  if (self->sender == NULL)
    return;

  sender = sip_sender_ref (self->sender);
  request_ref (self);
  sip_sender_start (sender);
  request_unref (self);
}

void
sip_dialog_request_cancel (SipDialogRequest *self)
{
  if (self->events != NULL && !sip_timer_is_running (&self->cancelled))
    sip_timer_start (sip_dialogs_get_wheel (self->dialogs), &self->cancelled, cancelled_cb, 0);
}

void
sip_dialog_request_free (SipDialogRequest *self)
{
  let_go (self);
  request_unref (self);
}

SipDialog *
sip_dialog_request_get_dialog (SipDialogRequest *self)
{
  return self->link.dialog;
}

SipMsg *
sip_dialog_request_get_message (SipDialogRequest *self)
{
  return self->message;
}
