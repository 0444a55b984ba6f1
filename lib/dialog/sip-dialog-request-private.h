/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialogs-private.h"

G_BEGIN_DECLS

/* One request inside a dialog, and its answer: INFO, MESSAGE, OPTIONS, REFER, NOTIFY, UPDATE, ... (not INVITE, whose 2xx wants an ACK). It keeps the
 * dialog alive as long as it waits; a dialog that nothing else is attached to answers 481. */
typedef struct _SipDialogRequest SipDialogRequest;

/* What a final response leaves behind (RFC 3261 §12.2.1.2, RFC 5057 §5.1). */
typedef enum
{
  SIP_DIALOG_LIVES,
  SIP_DIALOG_USAGE_ENDS, /* the usage that the request belongs to is gone over there (481, 408, no answer) */
  SIP_DIALOG_ENDS,       /* so is everything else: nothing that we send gets there any more (404, 410, 482, 502, ...) */
} SipDialogEffect;

typedef struct
{
  /* Each time that it goes out. */
  void (*sending) (gpointer user_data, SipDialogRequest *request, SipMsg *msg);
  void (*progress) (gpointer user_data, SipDialogRequest *request, SipMsg *response);
  /* The last word, once: a final response, or an error (SIP_ERROR_TIMEOUT, SIP_ERROR_TRANSPORT, GIO's; G_IO_ERROR_CANCELLED after cancel() or
   * when the agent goes). What to end is the user's to do. The request is detached from its dialog when it is told. */
  void (*done) (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error);
} SipDialogRequestEvents;

/* Takes @message, which sip_dialog_new_request() or sip_dialog_new_named_request() began. @events is not copied; any of them may be NULL.
 * @has_contact: the request refreshes the target, or makes a usage (RFC 3261 §12.1.1). The user owns it, until free(). */
SipDialogRequest *sip_dialog_request_new (SipDialog *dialog, SipMsgBuilder *message, gboolean has_contact, const SipDialogRequestEvents *events,
                                          gpointer user_data);
/* `sending` may come before it returns, `done` does not. */
void sip_dialog_request_start (SipDialogRequest *self);
/* Ends the waiting: `done` comes from the main loop with G_IO_ERROR_CANCELLED, unless it came before. A request that is on its way is not called back. */
void sip_dialog_request_cancel (SipDialogRequest *self);
/* No event comes after it, and the dialog is let go; what is on its way is sent to its end. Allowed within any event. */
void sip_dialog_request_free (SipDialogRequest *self);

/* NULL once it is done. */
SipDialog *sip_dialog_request_get_dialog (SipDialogRequest *self);
/* As it last went out; NULL before. */
SipMsg *sip_dialog_request_get_message (SipDialogRequest *self);

SipDialogEffect sip_dialog_effect_of_status (SipMethod method, guint status);
SipDialogEffect sip_dialog_effect_of_error (const GError *error);

G_END_DECLS
