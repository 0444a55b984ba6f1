/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialog-request-private.h"
#include "dialog/sip-invite-usage-private.h"
#include "dialog/sip-kept-ack-private.h"
#include "dialog/sip-session-timer-private.h"

G_BEGIN_DECLS

/* The inside of the INVITE usage, shared by its files and by nobody else:
 *   sip-invite-usage.c     the call: its states, what happens inside its dialog, its end
 *   sip-invite-client.c    asking: the INVITE that we send, its responses, forks, ACK, CANCEL
 *   sip-invite-prack.c     asking: the reliable provisional responses that we receive, and their PRACK
 *   sip-invite-server.c    answering: the INVITE that we received, provisional and final answers, their ACK
 *   sip-invite-reliable.c  answering: the provisional responses that we send until their PRACK comes
 *   sip-invite-change.c    changing: our offer in a re-INVITE or, before the call is answered, in a PRACK or an UPDATE
 *   sip-invite-update.c    UPDATE, in both directions, and what keeps the session timer going
 *   sip-invite-inside.c    what else is said inside the call's dialog
 *   sip-invite-replace.c   taking another call's place (RFC 3891) */

/* One branch of a forked INVITE, or the one dialog of an incoming call. */
typedef struct _SipInviteLeg SipInviteLeg;
/* See sip-invite-prack.c. */
typedef struct _SipPrack SipPrack;

struct _SipInviteLeg
{
  SipInviteLeg *next;
  SipUsageLink link;
  SipKeptAck ack;
  SipPrack *pracks;        /* those that wait for their answer */
  guint32 rseq;            /* of the last reliable response to our INVITE that was taken; 0: none was */
  guint32 due_cseq;        /* of the INVITE that this response, whose PRACK has not gone yet, is to; 0: it has gone */
  guint8 exchange;         /* SipExchange of our INVITE as this branch sees it, until its 2xx */
  guint8 has_agreed;       /* offer and answer were exchanged before the 2xx, which then has nothing to say about that */
  guint8 is_lost;          /* a PRACK got no answer there */
  guint8 is_over;          /* its BYE came before its 2xx */
  guint8 is_unsure;        /* a PRACK with an offer was refused there: has the response been acknowledged? */
  guint8 peer_updates;     /* its last Allow had UPDATE in it */
};

/* What follows when the owner has made or taken a description, or could not. */
typedef void (*SipMadeFunc) (SipInviteUsage *self, const char *content_type, GBytes *body, const GError *error);
typedef void (*SipTakenFunc) (SipInviteUsage *self, const GError *error);

/* See sip-invite-change.c. */
typedef struct _SipInviteChange SipInviteChange;
/* See sip-invite-update.c. */
typedef struct _SipInviteUpdate SipInviteUpdate;
/* See sip-invite-reliable.c. */
typedef struct _SipReliable SipReliable;

/* RFC 3264 §4, RFC 6337 §2: who has said what about the media. */
typedef enum
{
  SIP_EXCHANGE_STABLE,
  SIP_EXCHANGE_LOCAL_OFFER,  /* ours waits for an answer */
  SIP_EXCHANGE_REMOTE_OFFER, /* theirs waits for ours */
} SipExchange;

struct _SipInviteUsage
{
  guint ref_count;
  guint8 state;
  guint8 exchange;
  guint8 is_outgoing;
  guint8 is_ended;         /* `terminated` has been told */
  guint8 expires;          /* the deadline of an unanswered call is its Expires */
  SipDialogsMember member;
  SipDialogs *dialogs;
  const SipInviteUsageEvents *events; /* NULL once detached */
  gpointer owner;
  SipMadeFunc made;        /* what the owner was asked for: one of these, or neither */
  SipTakenFunc taken;
  SipInviteLeg *legs;
  SipInviteLeg *leg;       /* the call's own, once there is one */
  SipInviteLeg *media_leg; /* the branch whose description the media took: no other one's can be taken before the call is established */
  SipMsg *invite;          /* the first one */
  SipTimer deadline;       /* what it waits for depends on the state: see deadline_cb() */
  SipTimer linger;         /* asking: as long as a 2xx may come again and want its ACK */

  /* asking */
  SipMsgBuilder *draft;    /* until it is sent */
  SipSendTarget target;
  SipSender *sender;
  SipMsg *final;           /* the 2xx whose description is being taken */
  SipMsg *early;           /* the unreliable response whose answer the media took last */
  guint8 follows_early;    /* whether it takes any */
  guint32 prack_rseq;      /* the offer that is being answered came in that response... */
  guint32 prack_cseq;      /* ...to that INVITE */

  /* answering: the INVITE or re-INVITE that has no ACK yet */
  SipServerTransaction *transaction;
  SipMsg *offered;         /* that request */
  SipMsg *answer;          /* our 2xx to it */
  SipMsgBuilder *accept;   /* our 2xx while its description is being made */
  SipTimer retransmit;
  gint64 interval;
  SipTimer extend;         /* until the caller is told again that it rings */
  guint16 said;            /* what it was told */
  guint8 said_reliably;
  SipReliable *reliable;   /* NULL until a provisional response of ours has to be acknowledged */

  /* changing */
  SipInviteChange *change; /* nullable; the last one stays for its ACK */

  /* keeping it */
  SipSessionTimer session_timer;
  SipInviteUpdate *update;   /* of the other side's, being answered; nullable */
  SipDialogRequest *refresh; /* an UPDATE of ours on its way; nullable */
  SipDialogRequest *offer;   /* one that makes an offer; nullable */

  /* ending */
  SipMsgBuilder *bye;      /* while it waits */
  SipSender *bye_sender;
  SipMsg *cancel;          /* the other side's, that ended it */
  SipMsg *end_message;
  const char *end_cause;
  guint8 end_failed;       /* `failed` comes between `bye` and `terminated` */
};

/* Structured, with the Call-ID as a field. */
#define sip_invite_debug(self, ...) \
  g_log_structured (G_LOG_DOMAIN, G_LOG_LEVEL_DEBUG, "SIP_CALL_ID", sip_invite_usage_get_call_id (self), "MESSAGE", __VA_ARGS__)

/* --- sip-invite-usage.c --- */

SipInviteUsage *sip_invite_usage_ref (SipInviteUsage *self);
void sip_invite_usage_unref (SipInviteUsage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipInviteUsage, sip_invite_usage_unref)

SipInviteUsage *sip_invite_usage_new (SipDialogs *dialogs, SipCallState state, const SipInviteUsageEvents *events, gpointer owner);
void sip_invite_usage_set_state (SipInviteUsage *self, SipCallState state);
/* TRUE when the state is none of those that @allowed (a mask of 1 << state) holds; then @error names it. */
gboolean sip_invite_usage_refuses (SipInviteUsage *self, guint allowed, const char *method, GError **error);
SipInviteLeg *sip_invite_usage_add_leg (SipInviteUsage *self, SipDialog *dialog);
void sip_invite_usage_remove_leg (SipInviteUsage *self, SipInviteLeg *leg);

/* NULL where @dialog is there for something else than a call. */
SipInviteUsage *sip_invite_usage_of_dialog (SipDialog *dialog);

/* Asks the owner for a description, or to take @message's; @made or @taken follows, unless the question is called off. One at a time. */
void sip_invite_usage_ask_make (SipInviteUsage *self, SipDescriptionRole role, SipMadeFunc made);
void sip_invite_usage_ask_take (SipInviteUsage *self, SipDescriptionRole role, const SipMsg *message, SipTakenFunc taken);
gboolean sip_invite_usage_is_asking (SipInviteUsage *self);
void sip_invite_usage_stop_asking (SipInviteUsage *self);
/* Whether @message brings a description that the owner understands. */
gboolean sip_invite_usage_has_description (SipInviteUsage *self, const SipMsg *message);

/* Ends that send nothing (any more): state, `failed` where @failed, `terminated`. */
void sip_invite_usage_end (SipInviteUsage *self, SipMsg *message, const char *cause, gboolean rejected, gboolean failed);
/* BYE, then `bye` [, `failed`], `terminated`. @bye NULL: a plain one. Takes @bye. */
void sip_invite_usage_end_with_bye (SipInviteUsage *self, SipMsgBuilder *bye, SipMsg *message, const char *cause, gboolean failed);
/* ENDING: the ACK that the BYE waits for will not come. */
void sip_invite_usage_give_up_waiting (SipInviteUsage *self);
SipMsgBuilder *sip_invite_usage_new_bye (SipInviteUsage *self, SipDialog *dialog, const char *reason_header);
/* Adds lines and body; FALSE with an error when a line is refused. */
gboolean sip_invite_usage_add_extras (SipMsgBuilder *builder, const SipMessageExtras *extras, GError **error);

void sip_invite_usage_linger_cb (SipTimer *timer);
gboolean sip_invite_usage_collect_lines (GPtrArray *lines, const SipMessageExtras *extras, GError **error);
void sip_invite_usage_bye_overtook (SipInviteUsage *self);
void sip_invite_usage_accept_half (SipInviteUsage *self);

/* What @msg, of the other side's, says that it understands. */
void sip_invite_leg_note_allow (SipInviteLeg *leg, const SipMsg *msg);

/* --- sip-invite-client.c --- */

void sip_invite_client_ack (SipInviteUsage *self, SipInviteLeg *leg, const char *content_type, GBytes *body);
void sip_invite_client_clear (SipInviteUsage *self);
/* What an early description led to: it was taken and, an offer, answered; or it is of no use, and neither is the call. */
void sip_invite_client_described (SipInviteUsage *self);
void sip_invite_client_undescribed (SipInviteUsage *self, const char *cause);
/* A PRACK got no answer in @leg, which may have been the last one. */
void sip_invite_client_lost_leg (SipInviteUsage *self, SipInviteLeg *leg, const char *cause);

/* --- sip-invite-prack.c --- */

gboolean sip_invite_prack_is_reliable (const SipMsg *response);
/* A reliable 1xx to our INVITE in @leg. FALSE: it was here before, or comes before its turn, and is to be ignored. */
gboolean sip_invite_prack_receive (SipInviteUsage *self, SipInviteLeg *leg, SipMsg *response);
/* The application has heard of the response: the PRACK goes, unless an offer is to go with it. */
void sip_invite_prack_send_due (SipInviteUsage *self);
/* ... and goes now, with this offer. */
void sip_invite_prack_send_offer (SipInviteUsage *self, const char *const *lines, const char *content_type, GBytes *body);
void sip_invite_prack_clear (SipInviteLeg *leg);

/* --- sip-invite-server.c --- */

void sip_invite_server_reinvite (SipInviteUsage *self, SipServerTransaction *transaction, SipMsg *request);
gboolean sip_invite_server_ack (SipInviteUsage *self, SipMsg *ack);
/* Answers the unanswered INVITE; the answer as it went out, or NULL where there was nothing to answer. */
SipMsg *sip_invite_server_respond (SipInviteUsage *self, guint status, const char *reason, const SipMessageExtras *extras);
SipMsg *sip_invite_server_send (SipInviteUsage *self, SipMsgBuilder *response, guint status);
void sip_invite_server_fail (SipInviteUsage *self, guint status, const char *cause);
/* ANSWERING: a description for the 2xx or, where that has been said, the 2xx itself. */
void sip_invite_server_answer (SipInviteUsage *self);
void sip_invite_server_clear (SipInviteUsage *self);

/* --- sip-invite-reliable.c --- */

/* Whether a provisional response has to be, or where @asked can be, reliable. */
gboolean sip_invite_reliable_applies (SipInviteUsage *self, guint status, gboolean asked);
/* RFC 3262 §5: whether the next one has to bring our offer, because nothing else has. */
gboolean sip_invite_reliable_has_to_offer (SipInviteUsage *self);
/* Takes @response, which goes out when its turn comes. @has_body: of the application's, so that no description has room in it. */
void sip_invite_reliable_send (SipInviteUsage *self, SipMsgBuilder *response, guint status, gboolean has_body);
/* RFC 3262 §3, §5: a 2xx has to wait for the PRACK of what describes the session. */
gboolean sip_invite_reliable_holds_final (SipInviteUsage *self);
/* A final answer is on its way: nothing more is said before it, nor said again. */
void sip_invite_reliable_stop (SipInviteUsage *self);
void sip_invite_reliable_prack (SipInviteUsage *self, SipServerTransaction *transaction, SipMsg *request);
void sip_invite_reliable_clear (SipInviteUsage *self);

/* --- sip-invite-change.c --- */

void sip_invite_change_clear (SipInviteUsage *self);
/* As those of the client: of a re-INVITE. */
void sip_invite_change_described (SipInviteUsage *self);
void sip_invite_change_undescribed (SipInviteUsage *self, const GError *error);
gboolean sip_invite_change_is_under_way (SipInviteUsage *self);
/* What a change may have waited for is over: it can go on. */
void sip_invite_change_go_on (SipInviteUsage *self);
/* Whether a change is on its way whose offer needs no INVITE, so that the 2xx to the first one waits for its end. */
gboolean sip_invite_change_holds_final (SipInviteUsage *self);
/* Whether a change is what the owner is being asked for. */
gboolean sip_invite_change_is_asking (SipInviteUsage *self);
/* Whether a change's offer waits for the PRACK that is due. */
gboolean sip_invite_change_wants_prack (SipInviteUsage *self);
/* Whether its offer, made before the call was answered, has no answer yet. */
gboolean sip_invite_change_has_offered (SipInviteUsage *self);
/* What the other side said to an offer in a PRACK or an UPDATE. */
void sip_invite_change_answered (SipInviteUsage *self, SipMsg *response, SipDialogEffect effect, const GError *error);
/* Another branch has won. */
void sip_invite_change_lost (SipInviteUsage *self);
/* A re-INVITE that changes nothing (RFC 4028 §7.4). FALSE: another one is under way, which refreshes as well; @done never comes. */
gboolean sip_invite_change_refresh (SipInviteUsage *self, SipInviteChangeFunc done, gpointer user_data);

/* --- sip-invite-update.c --- */

extern const SipSessionTimerEvents sip_invite_session_timer_events;

void sip_invite_update_receive (SipInviteUsage *self, SipInviteLeg *leg, SipServerTransaction *transaction, SipMsg *request);
/* The offer that is being answered comes to nothing. */
void sip_invite_update_refuse (SipInviteUsage *self);
/* An offer of ours in an UPDATE. */
void sip_invite_update_send_offer (SipInviteUsage *self, SipInviteLeg *leg, const char *const *lines, const char *content_type, GBytes *body);
/* The session timer's word: says to the other side that we are here. */
void sip_invite_update_refresh (SipInviteUsage *self);
void sip_invite_update_clear (SipInviteUsage *self);

/* --- sip-invite-inside.c --- */

/* FALSE: not a method for the owner. */
gboolean sip_invite_inside_request (SipInviteUsage *self, SipServerTransaction *transaction, SipMsg *request);

G_END_DECLS
