/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-describer-private.h"

/* One question. It outlives the describer when that is freed meanwhile; then nobody hears the answer. */
typedef struct
{
  SipDescriber *describer;
} Question;

struct _SipDescriber
{
  SipSessionDescriptionHandler *handler;
  const SipDescriberEvents *events;
  gpointer owner;
  Question *question;
  GCancellable *cancellable; /* of all questions until one is called off */
};

static Question *
ask (SipDescriber *self)
{
  Question *question = g_new0 (Question, 1);

  sip_describer_stop (self);
  question->describer = self;
  self->question = question;
  if (self->cancellable == NULL)
    self->cancellable = g_cancellable_new ();

  return question;
}

/* Frees @question; NULL when nobody wants its answer any more. */
static SipDescriber *
answered (Question *question)
{
  SipDescriber *self = question->describer;

  g_free (question);
  if (self != NULL)
    self->question = NULL;

  return self;
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SipDescriber *self = answered (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDescription) description = NULL;

  description = sip_session_description_handler_get_description_finish (SIP_SESSION_DESCRIPTION_HANDLER (source), result, &error);
  if (description == NULL && error == NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_FAILED, "The session description handler gave no description and no error");
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

SipDescriber *
sip_describer_new (SipSessionDescriptionHandler *handler, const SipDescriberEvents *events, gpointer owner)
{
  SipDescriber *self = g_new0 (SipDescriber, 1);

  self->handler = g_object_ref (handler);
  self->events = events;
  self->owner = owner;

  return self;
}

void
sip_describer_free (SipDescriber *self)
{
  sip_describer_stop (self);
  g_clear_object (&self->cancellable);
  g_object_unref (self->handler);
  g_free (self);
}

void
sip_describer_make (SipDescriber *self, SipDescriptionType type, GVariant *options)
{
  Question *question = ask (self);

  sip_session_description_handler_get_description_async (self->handler, type, options, self->cancellable, made_cb, question);
}

void
sip_describer_take (SipDescriber *self, SipDescriptionType type, SipStr content_type, SipStr body, GVariant *options)
{
  Question *question = ask (self);
  g_autofree char *media_type = sip_str_dup (content_type);
  g_autoptr (GBytes) bytes = g_bytes_new (body.p, body.len);
  g_autoptr (SipDescription) description = sip_description_new (type, media_type, bytes);

  sip_session_description_handler_set_description_async (self->handler, description, options, self->cancellable, taken_cb, question);
}

void
sip_describer_stop (SipDescriber *self)
{
  Question *question = g_steal_pointer (&self->question);
  g_autoptr (GCancellable) cancellable = NULL;

  if (question == NULL)
    return;

  question->describer = NULL;
  cancellable = g_steal_pointer (&self->cancellable);
  g_cancellable_cancel (cancellable);
}
