/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-credentials-private.h"
#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

/* Somebody is asked who we are, in a realm that nobody has told us of. All requests that need the answer wait for the same one. */
typedef struct _SipAuthQuestion SipAuthQuestion;
typedef struct _SipAuthWaiter SipAuthWaiter;

/* Embedded in what waits. Zero is one that waits for nothing. */
struct _SipAuthWaiter
{
  GList link;
  SipAuthQuestion *question;
  /* There is an answer, or will be none; the waiter waits no more. */
  void (*go_on) (SipAuthWaiter *waiter, gboolean is_declined);
};

typedef struct
{
  /* FALSE: the credentials are of no use for that realm and algorithm. */
  gboolean (*answer) (gpointer user_data, SipAuthQuestion *question, SipCredentials *credentials);
  void (*closed) (gpointer user_data, SipAuthQuestion *question);
} SipAuthQuestionEvents;

struct _SipAuthQuestion
{
  guint ref_count;
  const SipAuthQuestionEvents *events; /* NULL: nobody wants to know any more */
  gpointer user_data;
  char *realm;
  SipDigestAlgorithm algorithm;
  gboolean is_proxy;
  gboolean is_retry; /* what was answered before was refused */
  SipMsg *request;   /* the first that waits */
  SipMsg *response;
  GQueue waiters;
  /* Of who asks on: no answer is wanted any more. Must not do anything but note it. Nullable. */
  void (*over) (gpointer data);
  gpointer data;
};

SipAuthQuestion *sip_auth_question_new (const char *realm, const SipAuthQuestionEvents *events, gpointer user_data);
SipAuthQuestion *sip_auth_question_ref (SipAuthQuestion *self);
void sip_auth_question_unref (SipAuthQuestion *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipAuthQuestion, sip_auth_question_unref)

gboolean sip_auth_question_is_open (SipAuthQuestion *self);
/* FALSE: it is not open, or these credentials cannot answer it. */
gboolean sip_auth_question_answer (SipAuthQuestion *self, SipCredentials *credentials);
/* Nobody will. Nothing where it is not open. */
void sip_auth_question_decline (SipAuthQuestion *self);

void sip_auth_question_join (SipAuthQuestion *self, SipAuthWaiter *waiter);
/* With the last one the question is over. */
void sip_auth_waiter_leave (SipAuthWaiter *waiter);

G_END_DECLS
