/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "media/sip-description.h"

G_BEGIN_DECLS

#define SIP_TYPE_DESCRIPTION_MODIFIER (sip_description_modifier_get_type ())

SIP_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (SipDescriptionModifier, sip_description_modifier, SIP, DESCRIPTION_MODIFIER, GObject)

/**
 * SipDescriptionModifierClass:
 * @parent_class: the parent class
 * @modify: makes another description of one, and ends the task with sip_description_modifier_return_description() or an error
 */
struct _SipDescriptionModifierClass
{
  GObjectClass parent_class;

  void (*modify) (SipDescriptionModifier *self, SipDescription *description, GTask *task);

  /*< private >*/
  gpointer padding[6];
};

/**
 * SipDescriptionModifierFunc:
 * @description: a description, of this side or of the other
 * @user_data: what was given with the function
 * @error: return location for an error
 *
 * Makes another description of one.
 *
 * Returns: (transfer full) (nullable): the description to use, which may be @description itself with a reference more, or `NULL` with
 *   @error set
 */
typedef SipDescription *(*SipDescriptionModifierFunc) (SipDescription *description, gpointer user_data, GError **error);

SIP_AVAILABLE_IN_1_0
SipDescriptionModifier *sip_description_modifier_new_for_func (SipDescriptionModifierFunc func, gpointer user_data, GDestroyNotify destroy);

SIP_AVAILABLE_IN_1_0
SipDescriptionModifier *sip_description_modifier_new_strip_tcp_candidates (void);

SIP_AVAILABLE_IN_1_0
SipDescriptionModifier *sip_description_modifier_new_strip_telephone_event (void);

SIP_AVAILABLE_IN_1_0
SipDescriptionModifier *sip_description_modifier_new_strip_video (void);

SIP_AVAILABLE_IN_1_0
SipDescriptionModifier *sip_description_modifier_new_hold (void);

SIP_AVAILABLE_IN_1_0
SipDescriptionModifier *sip_description_modifier_new_codec_order (const char *const *names);

SIP_AVAILABLE_IN_1_0
void sip_description_modifier_modify_async (SipDescriptionModifier *self,
                                            SipDescription         *description,
                                            GCancellable           *cancellable,
                                            GAsyncReadyCallback     callback,
                                            gpointer                user_data);

SIP_AVAILABLE_IN_1_0
SipDescription *sip_description_modifier_modify_finish (SipDescriptionModifier *self, GAsyncResult *result, GError **error);

SIP_AVAILABLE_IN_1_0
void sip_description_modifier_return_description (SipDescriptionModifier *self, GTask *task, SipDescription *description);

G_END_DECLS
