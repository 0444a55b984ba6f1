/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialog-private.h"
#include "dialog/sip-session-refresher.h"

G_BEGIN_DECLS

/* The dialogs of one agent, and what all its requests have in common. */

/* Something that has timers or dialogs of this table and may outlive its owner: freed with the table, before it. */
typedef struct _SipDialogsMember SipDialogsMember;

struct _SipDialogsMember
{
  SipDialogsMember *next;
  SipDialogsMember **link;
  void (*abandon) (SipDialogsMember *member);
};

void sip_dialogs_join (SipDialogs *self, SipDialogsMember *member, void (*abandon) (SipDialogsMember *member));
void sip_dialogs_leave (SipDialogsMember *member);

SipDialogs *sip_dialogs_new (SipTransactions *transactions);
void sip_dialogs_free (SipDialogs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipDialogs, sip_dialogs_free)

SipTransactions *sip_dialogs_get_transactions (SipDialogs *self);
SipTimerWheel *sip_dialogs_get_wheel (SipDialogs *self);
guint sip_dialogs_get_n (SipDialogs *self);

/* Who we are in Contact; the strings are copied. */
void sip_dialogs_set_contact (SipDialogs *self, const SipContactSpec *contact);
const SipContactSpec *sip_dialogs_get_contact (SipDialogs *self);
/* User-Agent and Server; NULL: none. */
void sip_dialogs_set_product (SipDialogs *self, const char *product);
const char *sip_dialogs_get_product (SipDialogs *self);
/* Values of Allow, Supported and Accept. */
void sip_dialogs_set_capabilities (SipDialogs *self, const char *allow, const char *supported, const char *accept);
const char *sip_dialogs_get_allow (SipDialogs *self);
/* The value of Allow-Events: what we notify of; NULL: nothing. */
void sip_dialogs_set_allow_events (SipDialogs *self, const char *events);
const char *sip_dialogs_get_allow_events (SipDialogs *self);
/* For a 405 or 501 to a request of the method @without. */
char *sip_dialogs_dup_allow (SipDialogs *self, SipStr without);
const char *sip_dialogs_get_supported (SipDialogs *self);
const char *sip_dialogs_get_accept (SipDialogs *self);
/* What we can do: for the answer to an OPTIONS (RFC 3261 §11.2). */
void sip_dialogs_add_capabilities (SipDialogs *self, SipMsgBuilder *response);
/* What we say of extensions in an INVITE of ours: we always understand reliable provisional responses, but whether we want them each call says (RFC 3262 §4):
 * 0 not, 1 in Supported, 2 in Require. */
void sip_dialogs_add_supported (SipDialogs *self, SipMsgBuilder *invite, guint rel100);

/* What calls ask for and take (RFC 4028), in seconds; @interval 0: no session timers. */
typedef struct
{
  guint32 interval;
  guint32 min_se;
  SipSessionRefresher refresher;
} SipSessionTimerSettings;

void sip_dialogs_set_session_timer (SipDialogs *self, const SipSessionTimerSettings *settings);
const SipSessionTimerSettings *sip_dialogs_get_session_timer (SipDialogs *self);

/* The dialog that a received request or ACK is in: our tag is To's. For a response to our request: From's. */
SipDialog *sip_dialogs_find (SipDialogs *self, const SipMsg *msg);
SipDialog *sip_dialogs_find_by_id (SipDialogs *self, SipStr call_id, SipStr local_tag, SipStr remote_tag);
void sip_dialogs_add (SipDialogs *self, SipDialog *dialog);

void sip_dialogs_remove (SipDialogs *self, SipDialog *dialog);

/* The last few dialogs of calls that are over: a Replaces for one of them is told so (RFC 3891 §3). */
void sip_dialogs_remember (SipDialogs *self, SipDialog *dialog);
gboolean sip_dialogs_remembers (SipDialogs *self, SipStr call_id, SipStr local_tag, SipStr remote_tag);

/* A request with a To tag: hands it to its dialog's usages or answers it (481, 500, 405, 501). */
void sip_dialogs_request (SipDialogs *self, SipServerTransaction *transaction);
void sip_dialogs_ack (SipDialogs *self, SipMsg *ack, SipFlow *flow);

/* Adds Server to, and sends, an answer that has nothing else to say. */
SipMsg *sip_dialogs_respond (SipDialogs *self, SipServerTransaction *transaction, guint status, const char *reason, const char *to_tag);

G_END_DECLS
