/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-describer-private.h"

#include "syntax/sip-error.h"

/* One question. It outlives the describer when that is freed meanwhile; then nobody hears the answer. */
typedef struct
{
  SipDescriber *describer;
  GPtrArray *modifiers; /* nullable */
  guint next;           /* the modifier whose turn it is */
  gboolean taking;
  SipDescriptionType type;
  GVariant *options;    /* for when the modifiers are through; nullable */
} Question;

struct _SipDescriber
{
  SipSessionDescriptionHandler *handler;
  SipTimerWheel *wheel;
  const SipDescriberEvents *events;
  gpointer owner;
  Question *question;
  GCancellable *cancellable; /* of all questions until one is called off; NULL until one is open */
  SipTimer told;             /* an offer was answered at once: when that is told */
  SipDescription *answer;    /* with this */
  GError *refusal;           /* or with this */
};

static Question *
ask (SipDescriber *self)
{
  Question *question = g_new0 (Question, 1);

  sip_describer_stop (self);
  question->describer = self;
  self->question = question;

  return question;
}

/* Made when it is needed, which for many a handler is never. */
static GCancellable *
get_cancellable (SipDescriber *self)
{
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();

  return self->cancellable;
}

/* Frees @question; NULL when nobody wants its answer any more. */
static SipDescriber *
answered (Question *question)
{
  SipDescriber *self = question->describer;

  g_clear_pointer (&question->modifiers, g_ptr_array_unref);
  g_clear_pointer (&question->options, g_variant_unref);
  g_free (question);
  if (self != NULL)
    self->question = NULL;

  return self;
}

static void modify_next (Question *question, SipDescription *description);

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) description = NULL;
  SipDescriber *self;

  description = sip_session_description_handler_get_description_finish (SIP_SESSION_DESCRIPTION_HANDLER (source), result, &error);
  if (description == NULL && error == NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, "The session description handler gave no description and no error");
  if (description != NULL && question->modifiers != NULL && question->describer != NULL)
    {
      modify_next (question, description);
      return;
    }
  self = answered (question);
  if (self != NULL)
    self->events->made (self->owner, description, error);
}

static void
taken_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SipDescriber *self = answered (user_data);
  g_autoptr (GError) error = NULL;

  if (!sip_session_description_handler_set_description_finish (SIP_SESSION_DESCRIPTION_HANDLER (source), result, &error) && error == NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, "The session description handler refused without an error");
  if (self != NULL)
    self->events->taken (self->owner, error);
}

/* --- modifiers --- */

/* A modifier has failed. A handler that has made a description waits for what becomes of it: nothing does. */
static void
modification_failed (Question *question, const GError *error)
{
  gboolean taking = question->taking;
  SipDescriber *self = answered (question);

  if (self == NULL)
    return;
  if (taking)
    self->events->taken (self->owner, error);
  else
    {
      sip_session_description_handler_rollback (self->handler);
      self->events->made (self->owner, NULL, error);
    }
}

/* The last modifier is through. */
static void
modified (Question *question, SipDescription *description)
{
  SipDescriber *self = question->describer;

  if (self != NULL && question->taking)
    {
      g_autoptr (GVariant) options = g_steal_pointer (&question->options);

      sip_session_description_handler_set_description_async (self->handler, description, options, get_cancellable (self), taken_cb, question);
      return;
    }

  answered (question);
  if (self != NULL)
    self->events->made (self->owner, description, NULL);
}

static void
modify_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) description = NULL;

  description = sip_description_modifier_modify_finish (SIP_DESCRIPTION_MODIFIER (source), result, &error);
  if (description == NULL)
    {
      modification_failed (question, error);
      return;
    }

  /* What it is, an offer or an answer, is not for a modifier to say. */
  if (sip_description_get_description_type (description) != question->type)
    {
      SipDescription *right = sip_description_new (question->type, sip_description_get_content_type (description), sip_description_get_body (description));

      sip_description_unref (description);
      description = right;
    }
  modify_next (question, description);
}

static void
modify_next (Question *question, SipDescription *description)
{
  if (question->describer == NULL || question->next == question->modifiers->len)
    modified (question, description);
  else
    sip_description_modifier_modify_async (g_ptr_array_index (question->modifiers, question->next++), description, get_cancellable (question->describer),
                                           modify_cb, question);
}

/* --- handlers that answer at once --- */

static void
told_cb (SipTimer *timer)
{
  SipDescriber *self = SIP_CONTAINER_OF (timer, SipDescriber, told);
  g_autoptr (GError) refusal = g_steal_pointer (&self->refusal);

  self->events->taken (self->owner, refusal);
}

/* Whoever asked hears of it from the main loop, as if it had taken its time. FALSE: it will take its time. */
static gboolean
take_at_once (SipDescriber *self, SipDescription *offer, GVariant *options)
{
  Question *question;
  g_autoptr (SipDescription) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (SIP_SESSION_DESCRIPTION_HANDLER_GET_IFACE (self->handler)->answer == NULL)
    return FALSE;

  question = ask (self);
  answer = sip_session_description_handler_answer (self->handler, offer, options, &error);
  /* A handler is the application's: the call may be over. */
  self = answered (question);
  if (self == NULL)
    return TRUE;
  if (g_error_matches (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED))
    return FALSE;
  if (answer == NULL && error == NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, "The session description handler gave no answer and no error");

  self->answer = error == NULL ? g_steal_pointer (&answer) : NULL;
  self->refusal = g_steal_pointer (&error);
  sip_timer_start (self->wheel, &self->told, told_cb, 0);

  return TRUE;
}

/* --- questions --- */

SipDescriber *
sip_describer_new (SipSessionDescriptionHandler *handler, SipTimerWheel *wheel, const SipDescriberEvents *events, gpointer owner)
{
  SipDescriber *self = g_new0 (SipDescriber, 1);

  self->handler = g_object_ref (handler);
  self->wheel = sip_timer_wheel_ref (wheel);
  self->events = events;
  self->owner = owner;

  return self;
}

void
sip_describer_free (SipDescriber *self)
{
  sip_describer_stop (self);
  g_clear_object (&self->cancellable);
  sip_timer_wheel_unref (self->wheel);
  g_object_unref (self->handler);
  g_free (self);
}

void
sip_describer_make (SipDescriber *self, SipDescriptionType type, GVariant *options, GPtrArray *modifiers)
{
  g_autoptr (SipDescription) answer = type == SIP_DESCRIPTION_ANSWER ? g_steal_pointer (&self->answer) : NULL;
  Question *question;

  if (answer != NULL && modifiers == NULL)
    {
      self->events->made (self->owner, answer, NULL);
      return;
    }

  question = ask (self);
  question->type = type;
  question->modifiers = modifiers != NULL ? g_ptr_array_ref (modifiers) : NULL;
  if (answer != NULL)
    modify_next (question, answer);
  else
    sip_session_description_handler_get_description_async (self->handler, type, options, get_cancellable (self), made_cb, question);
}

void
sip_describer_take (SipDescriber      *self,
                    SipDescriptionType type,
                    SipStr             content_type,
                    SipStr             body,
                    GVariant          *options,
                    GPtrArray         *modifiers)
{
  g_autofree char *media_type = sip_str_dup (content_type);
  g_autoptr (GBytes) bytes = g_bytes_new (body.p, body.len);
  g_autoptr (SipDescription) description = sip_description_new (type, media_type, bytes);
  Question *question;

  if (type == SIP_DESCRIPTION_OFFER && modifiers == NULL && take_at_once (self, description, options))
    return;

  question = ask (self);
  if (modifiers == NULL)
    {
      sip_session_description_handler_set_description_async (self->handler, description, options, get_cancellable (self), taken_cb, question);
      return;
    }

  question->taking = TRUE;
  question->type = type;
  question->modifiers = g_ptr_array_ref (modifiers);
  question->options = options != NULL ? g_variant_ref (options) : NULL;
  modify_next (question, description);
}

void
sip_describer_stop (SipDescriber *self)
{
  Question *question = g_steal_pointer (&self->question);
  g_autoptr (GCancellable) cancellable = NULL;

  sip_timer_stop (&self->told);
  g_clear_pointer (&self->answer, sip_description_unref);
  g_clear_error (&self->refusal);
  if (question == NULL)
    return;

  question->describer = NULL;
  cancellable = g_steal_pointer (&self->cancellable);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}
