/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/null-handler.h"

#include "syntax/sip-error.h"

static void
note_options (NullHandler *self, GVariant *options)
{
  g_clear_pointer (&self->options, g_variant_unref);
  self->options = options != NULL ? g_variant_ref (options) : NULL;
}

/* One question is open at a time: what was asked before is no longer wanted. */
static void
keep (NullHandler *self, GTask *task, SipDescription *description)
{
  g_autoptr (GTask) before = g_steal_pointer (&self->pending);

  if (before != NULL)
    g_task_return_new_error (before, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Something else was asked");
  self->pending = g_object_ref (task);
  g_clear_pointer (&self->pending_taken, sip_description_unref);
  self->pending_taken = description != NULL ? sip_description_ref (description) : NULL;
}

static void
answer_make (NullHandler *self, SipDescriptionType type, GTask *task)
{
  if (g_strcmp0 (self->fail, "make") == 0)
    {
      g_task_return_new_error (task, SIP_ERROR, SIP_ERROR_MEDIA, "No description for you");
      return;
    }

  self->n_made++;
  g_task_return_pointer (task, sip_description_new_from_text (type, "application/sdp", self->local != NULL ? self->local : "v=0\r\n"),
                         (GDestroyNotify) sip_description_unref);
}

static void
null_handler_get_description (SipSessionDescriptionHandler *handler, SipDescriptionType type, GVariant *options, GTask *task)
{
  NullHandler *self = NULL_HANDLER (handler);

  note_options (self, options);
  if (self->hold)
    {
      keep (self, task, NULL);
      self->pending_type = type;
      return;
    }

  answer_make (self, type, task);
}

static void
answer_take (NullHandler *self, SipDescription *description, GTask *task)
{
  if (g_strcmp0 (self->fail, "take") == 0)
    {
      g_task_return_new_error (task, SIP_ERROR, SIP_ERROR_MEDIA, "I do not like it");
      return;
    }

  self->n_taken++;
  g_free (self->remote);
  self->remote = sip_description_to_text (description);
  self->taken_type = sip_description_get_description_type (description);
  g_task_return_boolean (task, TRUE);
}

static void
null_handler_set_description (SipSessionDescriptionHandler *handler, SipDescription *description, GVariant *options, GTask *task)
{
  NullHandler *self = NULL_HANDLER (handler);

  note_options (self, options);
  if (self->hold_take)
    {
      keep (self, task, description);
      return;
    }

  answer_take (self, description, task);
}

static SipDescription *
null_handler_answer (SipSessionDescriptionHandler *handler, SipDescription *offer, GVariant *options, GError **error)
{
  NullHandler *self = NULL_HANDLER (handler);

  if (!self->at_once)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "That takes time");
      return NULL;
    }

  g_assert_cmpint (sip_description_get_description_type (offer), ==, SIP_DESCRIPTION_OFFER);
  note_options (self, options);
  if (self->answering != NULL)
    self->answering (self, self->user_data);
  if (g_strcmp0 (self->fail, "nothing") == 0)
    return NULL;
  if (g_strcmp0 (self->fail, "take") == 0)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "I do not like it");
      return NULL;
    }

  self->n_answered++;
  g_free (self->remote);
  self->remote = sip_description_to_text (offer);
  return sip_description_new_from_text (SIP_DESCRIPTION_ANSWER, "application/sdp", self->local != NULL ? self->local : "v=0\r\n");
}

static void
null_handler_rollback (SipSessionDescriptionHandler *handler)
{
  NULL_HANDLER (handler)->n_rollbacks++;
}

static void
null_handler_close (SipSessionDescriptionHandler *handler)
{
  g_assert_false (NULL_HANDLER (handler)->is_closed);
  NULL_HANDLER (handler)->is_closed = TRUE;
}

static gboolean
null_handler_send_dtmf (SipSessionDescriptionHandler *handler, const char *tones, guint duration, guint gap, GError **error)
{
  NullHandler *self = NULL_HANDLER (handler);

  if (g_strcmp0 (self->fail, "dtmf") == 0)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "No tones for you");
      return FALSE;
    }

  if (self->tones == NULL)
    self->tones = g_string_new (NULL);
  g_string_append_printf (self->tones, "%s/%u/%u ", tones, duration, gap);
  return TRUE;
}

static gboolean
null_handler_is_ready (SipSessionDescriptionHandler *handler)
{
  return g_strcmp0 (NULL_HANDLER (handler)->fail, "ready") != 0;
}

static void
null_handler_iface_init (SipSessionDescriptionHandlerInterface *iface)
{
  iface->get_description = null_handler_get_description;
  iface->set_description = null_handler_set_description;
  iface->send_dtmf = null_handler_send_dtmf;
  iface->rollback = null_handler_rollback;
  iface->close = null_handler_close;
  iface->is_ready = null_handler_is_ready;
  iface->answer = null_handler_answer;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (NullHandler, null_handler, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_SESSION_DESCRIPTION_HANDLER, null_handler_iface_init))

static void
null_handler_finalize (GObject *object)
{
  NullHandler *self = NULL_HANDLER (object);

  g_clear_object (&self->pending);
  g_clear_pointer (&self->pending_taken, sip_description_unref);
  g_clear_pointer (&self->options, g_variant_unref);
  g_free (self->local);
  g_free (self->remote);
  if (self->tones != NULL)
    g_string_free (self->tones, TRUE);

  G_OBJECT_CLASS (null_handler_parent_class)->finalize (object);
}

static void
null_handler_class_init (NullHandlerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = null_handler_finalize;
}

static void
null_handler_init (NullHandler *self)
{
}

void
null_handler_release (NullHandler *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->pending);
  g_autoptr (SipDescription) taken = g_steal_pointer (&self->pending_taken);

  self->hold = FALSE;
  self->hold_take = FALSE;
  if (taken != NULL)
    answer_take (self, taken, task);
  else if (task != NULL)
    answer_make (self, self->pending_type, task);
}
