/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "transaction/sip-auth-question-private.h"

SipAuthQuestion *
sip_auth_question_new (const char *realm, const SipAuthQuestionEvents *events, gpointer user_data)
{
  SipAuthQuestion *self = g_new0 (SipAuthQuestion, 1);

  self->ref_count = 1;
  self->realm = g_strdup (realm);
  self->events = events;
  self->user_data = user_data;
  g_queue_init (&self->waiters);
  return self;
}

SipAuthQuestion *
sip_auth_question_ref (SipAuthQuestion *self)
{
  self->ref_count++;
  return self;
}

void
sip_auth_question_unref (SipAuthQuestion *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->request, sip_msg_unref);
  g_clear_pointer (&self->response, sip_msg_unref);
  g_free (self->realm);
  g_free (self);
}

gboolean
sip_auth_question_is_open (SipAuthQuestion *self)
{
  return self->events != NULL;
}

static void
leave (SipAuthWaiter *waiter)
{
  g_queue_unlink (&waiter->question->waiters, &waiter->link);
  waiter->question = NULL;
}

static void
close_question (SipAuthQuestion *self, gboolean is_declined)
{
  g_autoptr (SipAuthQuestion) hold = sip_auth_question_ref (self);
  const SipAuthQuestionEvents *events = g_steal_pointer (&self->events);
  GList *link;

  if (events == NULL)
    return;

  events->closed (self->user_data, hold);
  while ((link = g_queue_peek_head_link (&self->waiters)) != NULL)
    {
      SipAuthWaiter *waiter = link->data;

      leave (waiter);
      waiter->go_on (waiter, is_declined);
    }
  if (self->over != NULL)
    self->over (self->data);
}

gboolean
sip_auth_question_answer (SipAuthQuestion *self, SipCredentials *credentials)
{
  if (self->events == NULL || !self->events->answer (self->user_data, self, credentials))
    return FALSE;

  close_question (self, FALSE);
  return TRUE;
}

void
sip_auth_question_decline (SipAuthQuestion *self)
{
  close_question (self, TRUE);
}

void
sip_auth_question_join (SipAuthQuestion *self, SipAuthWaiter *waiter)
{
  waiter->question = self;
  waiter->link = (GList){ waiter, NULL, NULL };
  g_queue_push_tail_link (&self->waiters, &waiter->link);
}

void
sip_auth_waiter_leave (SipAuthWaiter *waiter)
{
  SipAuthQuestion *question = waiter->question;

  if (question == NULL)
    return;

  leave (waiter);
  if (g_queue_is_empty (&question->waiters))
    close_question (question, TRUE);
}
