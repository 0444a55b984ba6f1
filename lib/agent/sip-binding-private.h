/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-register-answer-private.h"
#include "dialog/sip-dialogs-private.h"

G_BEGIN_DECLS

/* One binding of our address at a registrar (RFC 3261 §10.2), over one flow (RFC 5626): a state machine on the timer wheel that registers, refreshes, tries
 * again and removes. Plain C; knows nothing of the application. Its table is in docs/diagrams/binding.dot. */
typedef struct _SipBinding SipBinding;

typedef enum
{
  SIP_BINDING_IDLE,        /* nothing is there, and nothing is wanted */
  SIP_BINDING_WAITING,     /* for a flow */
  SIP_BINDING_REGISTERING, /* a REGISTER is out, nothing is bound */
  SIP_BINDING_RETRYING,    /* it failed, and goes out again later */
  SIP_BINDING_BOUND,       /* until the timer says to refresh it, or to try that again */
  SIP_BINDING_REFRESHING,  /* bound, and a REGISTER is out */
  SIP_BINDING_LEAVING,     /* a REGISTER is out; when it is answered the binding is removed */
  SIP_BINDING_REMOVING,    /* the removal is out */
  SIP_BINDING_RETURNING,   /* the removal is out; when it is answered it all begins anew */
  SIP_BINDING_REFUSED,     /* for good, until somebody asks again */
  SIP_BINDING_N_STATES
} SipBindingState;

/* The first four come from the owner, and are not reported, but for `gone`. */
typedef enum
{
  SIP_BINDING_EVENT_REGISTER,   /* somebody wants it, now */
  SIP_BINDING_EVENT_UNREGISTER,
  SIP_BINDING_EVENT_CLEAR,      /* the same, with all bindings of our address, whoever made them */
  SIP_BINDING_EVENT_FLOW_UP,
  SIP_BINDING_EVENT_FLOW_DOWN,
  SIP_BINDING_EVENT_OK,         /* a 2xx */
  SIP_BINDING_EVENT_FAILED,     /* no answer, or one that may be another one later */
  SIP_BINDING_EVENT_REFUSED,
  SIP_BINDING_EVENT_DUE,        /* the timer of the next try */
  SIP_BINDING_EVENT_EXPIRED,    /* the registrar has forgotten it by now */
  SIP_BINDING_N_EVENTS
} SipBindingEvent;

/* What all bindings of one registration have in common. The texts are ready for a header; who made it owns them, and may change them at any time. */
typedef struct
{
  SipDialogs *dialogs;
  SipContactSpec contact;   /* who we are on a flow; the parameters of the header are the binding's */
  char *registrar;          /* a URI */
  char *from;               /* name-addr with tag */
  char *to;
  char *call_id;            /* it and the count of CSeq stay the same (RFC 3261 §10.2) */
  char *instance_id;        /* "urn:uuid:...", nullable */
  char *contact_params;     /* more of them, nullable */
  char **lines;             /* more headers, nullable */
  GBytes *body;             /* nullable */
  char *content_type;       /* of it */
  guint32 expires;          /* that we ask for */
  guint32 cseq;             /* of the latest REGISTER */
  gboolean outbound;        /* RFC 5626 is spoken of */
  guint n_bound;            /* the bindings keep it */
} SipRegisterPlan;

void sip_register_plan_clear (SipRegisterPlan *self);

/* What has become of it. One report for one event; several things may be true of it, or nothing but that the state is another. */
typedef struct
{
  gboolean registered;      /* a 2xx came */
  gboolean failed;          /* a REGISTER was refused, or not answered */
  gboolean lost;            /* it was bound, and is not, though that is wanted */
  gboolean gone;            /* it was removed, or need not be */
  SipMsg *response;         /* nullable */
  const GError *error;      /* why it failed, was lost, or could not be removed; nullable */
  const char *cause;        /* the same, as a SIP_CAUSE; nullable */
} SipBindingReport;

/* The last thing that happens in a call: the binding may be freed, or be asked for something, within it. */
typedef void (*SipBindingFunc) (gpointer user_data, SipBinding *binding, const SipBindingReport *report);

/* RFC 5626 §4.5, in µs: the longest wait after n failures in a row is BASE · 2^n, and MAX at most. */
#define SIP_REGISTER_BASE_ALL (G_GINT64_CONSTANT (30) * G_USEC_PER_SEC)  /* nothing is bound */
#define SIP_REGISTER_BASE_SOME (G_GINT64_CONSTANT (90) * G_USEC_PER_SEC) /* another flow is */
#define SIP_REGISTER_MAX_WAIT (G_GINT64_CONSTANT (1800) * G_USEC_PER_SEC)
/* All who lost a flow together come back within so long, and no two at once. */
#define SIP_REGISTER_SPREAD G_USEC_PER_SEC

/* @reg_id: 1 or more (RFC 5626 §4.2). @has_flow: REGISTERs go out on flows that sip_binding_set_flow() gives, and on no other; otherwise each
 * finds its own way to the registrar, and the binding looks after the connection that it found. */
SipBinding *sip_binding_new (SipRegisterPlan *plan, guint reg_id, gboolean has_flow, SipBindingFunc func, gpointer user_data);
/* At once, without a word to anybody. */
void sip_binding_free (SipBinding *self);

SipBindingState sip_binding_get_state (SipBinding *self);
gboolean sip_binding_is_bound (SipBinding *self);
/* Of the latest 2xx; NULL where nothing is bound. */
const SipRegisterAnswer *sip_binding_get_answer (SipBinding *self);
/* µs on the wheel's clock of the next try; 0: none is planned. */
gint64 sip_binding_get_due (SipBinding *self);
SipFlow *sip_binding_get_flow (SipBinding *self);

/* REGISTER, UNREGISTER and CLEAR. */
void sip_binding_tell (SipBinding *self, SipBindingEvent event);
/* One that is open, or NULL; the loss of it is noticed by itself. */
void sip_binding_set_flow (SipBinding *self, SipFlow *flow);
/* The network has changed: what waits tries again within SIP_REGISTER_SPREAD, and what goes by datagrams tells its new address. */
void sip_binding_hurry (SipBinding *self);

/* For tests. */
gint64 sip_binding_choose_wait (guint n_failures, gboolean is_another_bound);
gint64 sip_binding_choose_refresh (guint32 expires);
gboolean sip_binding_may_come_right (guint status);

G_END_DECLS
