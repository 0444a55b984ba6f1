/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-description-modifier.h"

#include "media/sip-sdp-edit-private.h"
#include "syntax/sip-error.h"

/**
 * SipDescriptionModifier:
 *
 * Changes descriptions on their way between the wire and the media.
 *
 * Modifiers make a pipeline: what one makes is what the next one gets. Those of the agent ([property@Sip.UserAgent:modifiers]) come first, then those
 * of the call ([property@Sip.InviteOptions:modifiers]); each description that is made, and each that is received, goes through all of them once.
 *
 * ```c
 * const char *names[] = { "PCMA", "PCMU", NULL };
 * g_autoptr (SipDescriptionModifier) modifier = sip_description_modifier_new_codec_order (names);
 * g_autoptr (GListStore) modifiers = g_list_store_new (SIP_TYPE_DESCRIPTION_MODIFIER);
 * g_autoptr (SipInviteOptions) options = g_object_new (SIP_TYPE_INVITE_OPTIONS, "modifiers", modifiers, NULL);
 *
 * g_list_store_append (modifiers, modifier);
 * ```
 *
 * Some that are wanted often are here already. For others that are done at once a function will do, see
 * [ctor@DescriptionModifier.new_for_func]. What takes time derives a class, whose `modify` ends its task with
 * [method@DescriptionModifier.return_description] or with an error. The class itself changes nothing.
 *
 * A modifier that fails fails the exchange, as a session description handler does.
 */

G_DEFINE_TYPE (SipDescriptionModifier, sip_description_modifier, G_TYPE_OBJECT)

static void
sip_description_modifier_real_modify (SipDescriptionModifier *self,
                                      SipDescription         *description,
                                      GTask                  *task)
{
  sip_description_modifier_return_description (self, task, description);
}

static void
sip_description_modifier_class_init (SipDescriptionModifierClass *klass)
{
  klass->modify = sip_description_modifier_real_modify;
}

static void
sip_description_modifier_init (SipDescriptionModifier *self)
{
}

/**
 * sip_description_modifier_modify_async:
 * @self: a modifier
 * @description: a description, of this side or of the other
 * @cancellable: (nullable): a cancellable
 * @callback: (nullable) (scope async): called when the other description is there
 * @user_data: for @callback
 *
 * Makes another description of one.
 */
void
sip_description_modifier_modify_async (SipDescriptionModifier *self,
                                       SipDescription         *description,
                                       GCancellable           *cancellable,
                                       GAsyncReadyCallback     callback,
                                       gpointer                user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SIP_IS_DESCRIPTION_MODIFIER (self));
  g_return_if_fail (description != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, sip_description_modifier_modify_async);
  SIP_DESCRIPTION_MODIFIER_GET_CLASS (self)->modify (self, description, task);
}

/**
 * sip_description_modifier_modify_finish:
 * @self: a modifier
 * @result: what the callback got
 * @error: return location for an error
 *
 * Ends [method@DescriptionModifier.modify_async].
 *
 * Returns: (transfer full): the description to use, or `NULL` with @error set
 */
SipDescription *
sip_description_modifier_modify_finish (SipDescriptionModifier *self,
                                        GAsyncResult           *result,
                                        GError                **error)
{
  GError *own_error = NULL;
  SipDescription *description;

  g_return_val_if_fail (SIP_IS_DESCRIPTION_MODIFIER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  description = g_task_propagate_pointer (G_TASK (result), &own_error);
  if (description == NULL && own_error == NULL)
    own_error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "%s gave no description and no error", G_OBJECT_TYPE_NAME (self));
  if (own_error != NULL)
    g_propagate_error (error, own_error);

  return description;
}

/**
 * sip_description_modifier_return_description:
 * @self: a modifier
 * @task: the task that its `modify` got
 * @description: the description to use
 *
 * Ends the task of a `modify` well.
 *
 * This is for who derives a modifier; one that fails ends the task with an error.
 */
void
sip_description_modifier_return_description (SipDescriptionModifier *self,
                                             GTask                  *task,
                                             SipDescription         *description)
{
  g_return_if_fail (SIP_IS_DESCRIPTION_MODIFIER (self));
  g_return_if_fail (g_task_is_valid (task, self));
  g_return_if_fail (description != NULL);

  g_task_return_pointer (task, sip_description_ref (description), (GDestroyNotify) sip_description_unref);
}

/* --- one that is a function --- */

typedef struct
{
  SipDescriptionModifier parent_instance;

  SipDescriptionModifierFunc func;
  gpointer user_data;
  GDestroyNotify destroy;
} SipFuncModifier;

typedef SipDescriptionModifierClass SipFuncModifierClass;

static GType func_modifier_get_type (void);

G_DEFINE_FINAL_TYPE (SipFuncModifier, func_modifier, SIP_TYPE_DESCRIPTION_MODIFIER)

static void
func_modifier_modify (SipDescriptionModifier *modifier,
                      SipDescription         *description,
                      GTask                  *task)
{
  SipFuncModifier *self = (SipFuncModifier *) modifier;
  GError *error = NULL;
  SipDescription *modified = self->func (description, self->user_data, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, modified, (GDestroyNotify) sip_description_unref);
}

static void
func_modifier_finalize (GObject *object)
{
  SipFuncModifier *self = (SipFuncModifier *) object;

  if (self->destroy != NULL)
    self->destroy (self->user_data);

  G_OBJECT_CLASS (func_modifier_parent_class)->finalize (object);
}

static void
func_modifier_class_init (SipFuncModifierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = func_modifier_finalize;
  klass->modify = func_modifier_modify;
}

static void
func_modifier_init (SipFuncModifier *self)
{
}

/**
 * sip_description_modifier_new_for_func:
 * @func: (scope notified) (closure user_data) (destroy destroy): makes another description of one
 * @user_data: for @func
 * @destroy: (nullable): frees @user_data
 *
 * Makes a modifier of a function.
 *
 * Returns: (transfer full): a modifier
 */
SipDescriptionModifier *
sip_description_modifier_new_for_func (SipDescriptionModifierFunc func,
                                       gpointer                   user_data,
                                       GDestroyNotify             destroy)
{
  SipFuncModifier *self;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_object_new (func_modifier_get_type (), NULL);
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;

  return SIP_DESCRIPTION_MODIFIER (self);
}

/* --- those that are ready --- */

typedef char *(*EditFunc) (const char *text);

/* @text, taken, in place of the description's; what is no SDP is let alone. */
static SipDescription *
replace (SipDescription *description,
         char           *text)
{
  g_autofree char *held = text;

  return sip_description_new_from_text (sip_description_get_description_type (description),
                                        sip_description_get_content_type (description), held);
}

static gboolean
is_sdp (SipDescription *description)
{
  return g_ascii_strcasecmp (sip_description_get_content_type (description), "application/sdp") == 0;
}

static SipDescription *
edit_func (SipDescription *description,
           gpointer        user_data,
           GError        **error)
{
  EditFunc edit = (EditFunc) user_data;
  g_autofree char *text = NULL;

  if (!is_sdp (description))
    return sip_description_ref (description);
  text = sip_description_to_text (description);

  return replace (description, edit (text));
}

static SipDescription *
order_func (SipDescription *description,
            gpointer        user_data,
            GError        **error)
{
  g_autofree char *text = NULL;

  if (!is_sdp (description))
    return sip_description_ref (description);
  text = sip_description_to_text (description);

  return replace (description, sip_sdp_edit_order_codecs (text, user_data));
}

static SipDescriptionModifier *
new_for_edit (EditFunc edit)
{
  return sip_description_modifier_new_for_func (edit_func, (gpointer) edit, NULL);
}

/**
 * sip_description_modifier_new_strip_tcp_candidates:
 *
 * Makes a modifier that takes ICE candidates for TCP out of descriptions.
 *
 * Returns: (transfer full): a modifier
 */
SipDescriptionModifier *
sip_description_modifier_new_strip_tcp_candidates (void)
{
  return new_for_edit (sip_sdp_edit_strip_tcp_candidates);
}

/**
 * sip_description_modifier_new_strip_telephone_event:
 *
 * Makes a modifier that takes tones in the media ([RFC 4733](https://www.rfc-editor.org/rfc/rfc4733)) out of descriptions.
 *
 * Returns: (transfer full): a modifier
 */
SipDescriptionModifier *
sip_description_modifier_new_strip_telephone_event (void)
{
  return new_for_edit (sip_sdp_edit_strip_telephone_event);
}

/**
 * sip_description_modifier_new_strip_video:
 *
 * Makes a modifier that switches video off in descriptions.
 *
 * The section stays, with the port 0: what is offered has to be answered
 * ([RFC 3264 §6](https://www.rfc-editor.org/rfc/rfc3264#section-6)).
 *
 * Returns: (transfer full): a modifier
 */
SipDescriptionModifier *
sip_description_modifier_new_strip_video (void)
{
  return new_for_edit (sip_sdp_edit_strip_video);
}

/**
 * sip_description_modifier_new_hold:
 *
 * Makes a modifier that puts the other side on hold: `sendrecv` becomes `sendonly`, `recvonly` becomes `inactive`
 * ([RFC 3264 §8.4](https://www.rfc-editor.org/rfc/rfc3264#section-8.4)).
 *
 * To hold a call use the session's own methods; they also stop what is sent.
 *
 * Returns: (transfer full): a modifier
 */
SipDescriptionModifier *
sip_description_modifier_new_hold (void)
{
  return new_for_edit (sip_sdp_edit_hold);
}

/**
 * sip_description_modifier_new_codec_order:
 * @names: (array zero-terminated=1): the names of codecs, best first
 *
 * Makes a modifier that has these codecs come first, in this order. The others follow as they did.
 *
 * Returns: (transfer full): a modifier
 */
SipDescriptionModifier *
sip_description_modifier_new_codec_order (const char *const *names)
{
  g_return_val_if_fail (names != NULL, NULL);

  return sip_description_modifier_new_for_func (order_func, g_strdupv ((char **) names), (GDestroyNotify) g_strfreev);
}
