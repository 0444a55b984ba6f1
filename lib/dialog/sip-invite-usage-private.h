/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-causes-private.h"
#include "dialog/sip-dialogs-private.h"
#include "dialog/sip-message-extras-private.h"
#include "syntax/sip-error.h"

G_BEGIN_DECLS

/* The machine of a call: the INVITE usage of a dialog (RFC 3261 §13–15, RFC 5057), outgoing or incoming. It knows what to send, what was received and in which
 * order the world is told; it knows nothing of objects and of media. Whoever owns it makes and takes the descriptions when asked. */
typedef struct _SipInviteUsage SipInviteUsage;

/* docs/diagrams/call.dot shows it as a picture. */
#define SIP_CALL_STATES(X) \
  X (PREPARING, "preparing")   /* out: the offer is being made, nothing was sent */ \
  X (CALLING, "calling")       /* out: the INVITE is sent, nothing was heard */ \
  X (PROCEEDING, "proceeding") /* out: a 1xx came */ \
  X (CANCELLING, "cancelling") /* out: a CANCEL was sent, or waits for the first 1xx */ \
  X (RINGING, "ringing")       /* in: not answered */ \
  X (ANSWERING, "answering")   /* in: accepted, the description is being made */ \
  X (ANSWERED, "answered")     /* out: a 2xx came, its description is being taken; in: our 2xx is out, the ACK has not come */ \
  X (CONFIRMED, "confirmed")   /* both sides know of the call */ \
  X (ENDING, "ending")         /* our BYE waits: for the ACK (RFC 3261 §15), for a name to be resolved */ \
  X (TERMINATED, "terminated")

typedef enum
{
#define X(id, nick) SIP_CALL_##id,
  SIP_CALL_STATES (X)
#undef X
  SIP_CALL_N_STATES
} SipCallState;

typedef enum
{
  SIP_ROLE_OFFER,
  SIP_ROLE_ANSWER,
  SIP_ROLE_EARLY_ANSWER, /* of a provisional response that is not reliable: the same comes in the 2xx, or another one */
} SipDescriptionRole;

/* What the owner is told. Several of these in a row are one sequence of design's table; `terminated` is the last one, always, once. */
typedef struct
{
  void (*sending) (gpointer owner, SipMsg *request); /* the INVITE, each time that it goes out */
  void (*progress) (gpointer owner, SipMsg *response);
  void (*accepted) (gpointer owner, SipMsg *response);
  void (*rejected) (gpointer owner, SipMsg *response);
  void (*failed) (gpointer owner, SipMsg *message, const char *cause);
  void (*terminated) (gpointer owner, SipMsg *message, const char *cause);
  void (*cancel) (gpointer owner);
  void (*reinvite) (gpointer owner);
  void (*bye) (gpointer owner, SipMsg *request);
  void (*state_changed) (gpointer owner);
  /* A request inside the dialog that is not the machine's own (INFO, MESSAGE, OPTIONS, ...). The owner answers it, now or later. */
  void (*request) (gpointer owner, SipServerTransaction *transaction, SipMsg *request);
  /* Descriptions. make and take are answered with sip_invite_usage_made() and _taken(), now or later; stop: the answer is no longer wanted. One at a time. */
  gboolean (*understands) (gpointer owner, SipStr content_type);
  void (*make) (gpointer owner, SipDescriptionRole role);
  void (*take) (gpointer owner, SipDescriptionRole role, SipStr content_type, SipStr body);
  void (*stop) (gpointer owner);
  /* An answer to @body that refuses all of it, at once and without a word to the media: the offer of a branch that the media does not follow. (transfer full)
   * (nullable) */
  GBytes *(*refuse) (gpointer owner, SipStr content_type, SipStr body);
  /* What was offered last comes to nothing: what was agreed before goes on. */
  void (*rollback) (gpointer owner);
  /* What was agreed with a branch that lost is forgotten: the next offer begins afresh. */
  void (*renew) (gpointer owner);
} SipInviteUsageEvents;

/* Takes @invite: all of the request but the body. */
SipInviteUsage *sip_invite_usage_new_outgoing (SipDialogs *dialogs, SipMsgBuilder *invite, const SipSendTarget *target,
                                               const SipInviteUsageEvents *events, gpointer owner);
/* @no_answer: µs that the owner has for answering. The INVITE's Expires may be shorter. */
SipInviteUsage *sip_invite_usage_new_incoming (SipDialogs *dialogs, SipServerTransaction *transaction, gint64 no_answer,
                                               const SipInviteUsageEvents *events, gpointer owner);
/* The owner's last word. An unfinished call is left without one: end it first. */
void sip_invite_usage_detach (SipInviteUsage *self);

SipCallState sip_invite_usage_get_state (SipInviteUsage *self);
const char *sip_call_state_get_nick (SipCallState state);
gboolean sip_call_state_may_become (SipCallState state, SipCallState next);
gboolean sip_invite_usage_is_outgoing (SipInviteUsage *self);
SipMsg *sip_invite_usage_get_invite (SipInviteUsage *self);
/* The other side's CANCEL, from `cancel` on; NULL where there is none. */
SipMsg *sip_invite_usage_get_cancel (SipInviteUsage *self);
/* "" until there is a dialog. */
const char *sip_invite_usage_get_call_id (SipInviteUsage *self);
SipDialog *sip_invite_usage_get_dialog (SipInviteUsage *self);

void sip_invite_usage_made (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error);
void sip_invite_usage_taken (SipInviteUsage *self, const GError *error);
/* The media broke for good (a wrong fingerprint, no path): the call ends with "WebRTC Error". */
void sip_invite_usage_media_failed (SipInviteUsage *self, const GError *error);
/* There is no description handler for this call. */
void sip_invite_usage_no_media (SipInviteUsage *self);

/* RFC 3891 §3: the call that @invite, which is in no dialog, is to take the place of: its owner. 0: that one, or none is named; else the status of the refusal. */
guint sip_invite_usage_find_replaced (SipDialogs *dialogs, const SipMsg *invite, gpointer *owner);
/* What names this call to the other side in a Replaces header, or NULL while it has no dialog. */
char *sip_invite_usage_dup_replaces (SipInviteUsage *self);

/* Outgoing. @late_offer: the INVITE goes out empty. */
void sip_invite_usage_invite (SipInviteUsage *self, gboolean late_offer);
/* Before it. */
void sip_invite_usage_follow_early_answers (SipInviteUsage *self);
gboolean sip_invite_usage_cancel (SipInviteUsage *self, const SipMessageExtras *extras, GError **error);

/* Incoming. */
gboolean sip_invite_usage_progress (SipInviteUsage *self, const SipMessageExtras *extras, GError **error);
gboolean sip_invite_usage_accept (SipInviteUsage *self, const SipMessageExtras *extras, GError **error);
gboolean sip_invite_usage_reject (SipInviteUsage *self, const SipMessageExtras *extras, GError **error);

/* Both. */
gboolean sip_invite_usage_bye (SipInviteUsage *self, const SipMessageExtras *extras, GError **error);
gboolean sip_invite_usage_terminate (SipInviteUsage *self, const SipMessageExtras *extras, GError **error);
/* A request inside the dialog learnt that the other side knows of no such call (RFC 3261 §12.2.1.2). @response: what said so; nullable. */
void sip_invite_usage_dialog_gone (SipInviteUsage *self, SipMsg *response);

/* Changes an established call (RFC 3261 §14). @done comes once: with the final response where there was one, and an error unless the change was made. A 491 is
 * tried again by itself. FALSE: it never comes. */
typedef void (*SipInviteChangeFunc) (gpointer user_data, SipMsg *response, const GError *error);
/* Before the final answer it is possible too where the sides have described the session to each other (RFC 3262 §5, RFC 3311): can_change() tells. */
gboolean sip_invite_usage_can_change (SipInviteUsage *self, const char *method, GError **error);
gboolean sip_invite_usage_reinvite (SipInviteUsage *self, const SipMessageExtras *extras, gboolean late_offer, SipInviteChangeFunc done,
                                    gpointer user_data, GError **error);

G_END_DECLS
