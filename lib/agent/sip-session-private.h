/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-describer-private.h"
#include "agent/sip-dtmf-queue-private.h"
#include "agent/sip-enders-private.h"
#include "agent/sip-invite-options.h"
#include "agent/sip-request-options-private.h"
#include "agent/sip-session.h"
#include "agent/sip-user-agent-private.h"
#include "dialog/sip-dialog-request-private.h"
#include "media/sip-handler-watch-private.h"
#include "syntax/sip-message-private.h"

G_BEGIN_DECLS

/* What the application said of the media. Options are of one exchange, the one that is going on or was the last; modifiers of all that follow. */
typedef struct
{
  GVariant *options;      /* nullable */
  GListModel *modifiers;  /* nullable */
} SipMediaTerms;

void sip_media_terms_clear (SipMediaTerms *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SipMediaTerms, sip_media_terms_clear)

struct _SipSession
{
  GObject parent_instance;
  SipUserAgent *user_agent;   /* held until the session is over, NULL from then on */
  SipUserAgentLink *agent_link;
  SipInviteUsage *usage;
  SipDescriber *describer;
  SipSessionDescriptionHandler *handler;
  SipMediaTerms terms;
  GSequenceIter *entry;       /* in the agent's list */
  SipEnder ender;
  SipRequest *request;
  SipNameAddr *local_identity;
  SipNameAddr *remote_identity;
  GObject *data;
  SipSession *replacee;       /* nullable */
  char *id;
  GTask *accept_task;
  GTask *change_task;         /* of the change that is under way, not held; nullable */
  SipDtmfQueue *tones;        /* nullable, like all of it: see sip-session-dtmf.c */
  SipDialogRequest *info;
  SipDtmf *tone;
  GError **tone_error;
  gint64 start_time;          /* µs since 1970; 0: not yet */
  gint64 end_time;
  GDateTime *start_date;
  GDateTime *end_date;
  SipHandlerWatch watch;
  gulong ready_handler;       /* while accept_task waits for the media */
  guint8 n_refers;            /* received ones that are not over */
  guint8 is_over;
  guint8 held_locally;
  guint8 held_remotely;
  guint8 taken_holds;         /* whether the description that is being taken holds us */
  guint8 held_before;         /* held_remotely before the exchange that is under way, which may come to nothing */
  guint8 is_closed;           /* the handler */
  guint8 is_renewed;          /* the next description begins afresh: what was agreed leads to nobody */
};

struct _SipSessionClass
{
  GObjectClass parent_class;
};

enum
{
  SIP_SESSION_PROP_0,
  SIP_SESSION_PROP_USER_AGENT,
  SIP_SESSION_PROP_ID,
  SIP_SESSION_PROP_METHOD,
  SIP_SESSION_PROP_DIRECTION,
  SIP_SESSION_PROP_STATE,
  SIP_SESSION_PROP_REQUEST,
  SIP_SESSION_PROP_LOCAL_IDENTITY,
  SIP_SESSION_PROP_REMOTE_IDENTITY,
  SIP_SESSION_PROP_START_TIME,
  SIP_SESSION_PROP_END_TIME,
  SIP_SESSION_PROP_DATA,
  SIP_SESSION_PROP_HELD_LOCALLY,
  SIP_SESSION_PROP_HELD_REMOTELY,
  SIP_SESSION_PROP_SESSION_DESCRIPTION_HANDLER,
  SIP_SESSION_PROP_REPLACEE,
  SIP_SESSION_N_PROPS
};

extern GParamSpec *sip_session_properties[SIP_SESSION_N_PROPS];

enum
{
  SIP_SESSION_SIGNAL_PROGRESS,
  SIP_SESSION_SIGNAL_ACCEPTED,
  SIP_SESSION_SIGNAL_REJECTED,
  SIP_SESSION_SIGNAL_FAILED,
  SIP_SESSION_SIGNAL_TERMINATED,
  SIP_SESSION_SIGNAL_CANCEL,
  SIP_SESSION_SIGNAL_REINVITE,
  SIP_SESSION_SIGNAL_BYE,
  SIP_SESSION_SIGNAL_DTMF,
  SIP_SESSION_SIGNAL_REQUEST_RECEIVED,
  SIP_SESSION_SIGNAL_REFER_REQUESTED,
  SIP_SESSION_SIGNAL_REPLACED,
  SIP_SESSION_N_SIGNALS
};

extern guint sip_session_signals[SIP_SESSION_N_SIGNALS];

/* What the machine of the call tells a session; the owner is the SipSession. */
extern const SipInviteUsageEvents sip_session_usage_events;

/* The agent has made @usage for @self and puts both into its list. */
void sip_session_begin (SipSession *self, SipUserAgent *user_agent, SipInviteUsage *usage);
/* Creates the description handler where there is none yet. FALSE: there is none to be had, and the call has ended for that. */
gboolean sip_session_ensure_handler (SipSession *self);
/* What the application says of the media of the exchange that begins: options for the handler, and modifiers where it brings any. @options: nullable.
 * @before, nullable: gets what was said before. */
void sip_session_take_options (SipSession *self, SipInviteOptions *options, SipMediaTerms *before);
/* It came to nothing. */
void sip_session_restore_terms (SipSession *self, const SipMediaTerms *before);
/* The options for the next exchange: what the application said, and whether the call is on hold. (transfer full) (nullable), not floating */
GVariant *sip_session_dup_exchange_options (SipSession *self);
/* Whether a description lets nothing come back: everything in it is sendonly or inactive. */
gboolean sip_session_description_holds (SipStr body);
void sip_session_set_held_remotely (SipSession *self, gboolean held);
void sip_session_close_media (SipSession *self);
void sip_session_drop_user_agent (SipSession *self);
/* FALSE with SIP_ERROR_INVALID_STATE once the session was abandoned. */
gboolean sip_session_check_usage (SipSession *self, const char *method, GError **error);
/* FALSE with SIP_ERROR_INVALID_STATE, which names the state, unless the session is established. */
gboolean sip_session_check_established (SipSession *self, const char *what, GError **error);
void sip_session_receive_request (gpointer owner, SipServerTransaction *transaction, SipMsg *request);
/* A request inside the dialog, not started; NULL with an error. */
SipDialogRequest *sip_session_new_request (SipSession *self, const char *method, const SipMessageExtras *extras, const SipDialogRequestEvents *events,
                                           gpointer user_data, GError **error);
/* TRUE: the INFO was a tone, and is answered. */
gboolean sip_session_receive_tone (SipSession *self, SipServerTransaction *transaction, SipMsg *request);
/* The handler's word. */
void sip_session_receive_tone_in_media (SipHandlerWatch *watch, const char *tone, guint duration);
/* The end: nothing more is sent, and nothing waited for. */
void sip_session_drop_tones (SipSession *self);
void sip_session_receive_refer (SipSession *self, SipServerTransaction *transaction);
/* For a call that is made because the other side of this one asked for it. */
SipInviteOptions *sip_session_new_invite_options (SipSession *self);
/* The call whose place @self takes when it is accepted (RFC 3891); nullable. */
void sip_session_set_replacee (SipSession *self, SipSession *replacee);
/* It is accepted: the other one ends. */
void sip_session_replace (SipSession *self);
/* The end of the agent: leaves the call without a word. */
void sip_session_abandon (SipSession *self);

G_END_DECLS
