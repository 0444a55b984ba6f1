/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-invite-options.h"

#include "agent/sip-request-options-private.h"
#include "media/sip-description-modifier.h"

/**
 * SipInviteOptions:
 *
 * How a call is made or accepted.
 */
struct _SipInviteOptions
{
  SipRequestOptions parent_instance;
  GVariant *session_description_handler_options;
  GListModel *modifiers;
  char *replaces;
  gboolean invite_without_sdp;
  gboolean early_media;
  gboolean has_rel100;
  SipRel100 rel100;
};

struct _SipInviteOptionsClass
{
  SipRequestOptionsClass parent_class;
};

enum
{
  PROP_0,
  PROP_INVITE_WITHOUT_SDP,
  PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS,
  PROP_MODIFIERS,
  PROP_REL100,
  PROP_EARLY_MEDIA,
  PROP_REPLACES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipInviteOptions, sip_invite_options, SIP_TYPE_REQUEST_OPTIONS)

static void
sip_invite_options_finalize (GObject *object)
{
  SipInviteOptions *self = SIP_INVITE_OPTIONS (object);

  g_clear_pointer (&self->session_description_handler_options, g_variant_unref);
  g_clear_object (&self->modifiers);
  g_clear_pointer (&self->replaces, g_free);

  G_OBJECT_CLASS (sip_invite_options_parent_class)->finalize (object);
}

static void
sip_invite_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipInviteOptions *self = SIP_INVITE_OPTIONS (object);

  switch (id)
    {
    case PROP_INVITE_WITHOUT_SDP:
      g_value_set_boolean (value, self->invite_without_sdp);
      break;
    case PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS:
      g_value_set_variant (value, self->session_description_handler_options);
      break;
    case PROP_MODIFIERS:
      g_value_set_object (value, self->modifiers);
      break;
    case PROP_EARLY_MEDIA:
      g_value_set_boolean (value, self->early_media);
      break;
    case PROP_REL100:
      g_value_set_enum (value, (int) self->rel100);
      break;
    case PROP_REPLACES:
      g_value_set_string (value, self->replaces);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_invite_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipInviteOptions *self = SIP_INVITE_OPTIONS (object);

  switch (id)
    {
    case PROP_INVITE_WITHOUT_SDP:
      sip_invite_options_set_invite_without_sdp (self, g_value_get_boolean (value));
      break;
    case PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS:
      sip_invite_options_set_session_description_handler_options (self, g_value_get_variant (value));
      break;
    case PROP_MODIFIERS:
      sip_invite_options_set_modifiers (self, g_value_get_object (value));
      break;
    case PROP_EARLY_MEDIA:
      sip_invite_options_set_early_media (self, g_value_get_boolean (value));
      break;
    case PROP_REL100:
      sip_invite_options_set_rel100 (self, g_value_get_enum (value));
      break;
    case PROP_REPLACES:
      sip_invite_options_set_replaces (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_invite_options_class_init (SipInviteOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = sip_invite_options_finalize;
  object_class->get_property = sip_invite_options_get_property;
  object_class->set_property = sip_invite_options_set_property;

  /**
   * SipInviteOptions:invite-without-sdp:
   *
   * Whether the INVITE goes out without an offer; the other side's answer then brings one (RFC 3261 §13.2.1).
   */
  properties[PROP_INVITE_WITHOUT_SDP] = g_param_spec_boolean ("invite-without-sdp", NULL, NULL, FALSE, flags);

  /**
   * SipInviteOptions:session-description-handler-options:
   *
   * Options for the session description handler, a dictionary of type `a{sv}`; the keys are the handler's.
   */
  properties[PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS] =
      g_param_spec_variant ("session-description-handler-options", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, flags);

  /**
   * SipInviteOptions:modifiers:
   *
   * What changes the descriptions of the call on their way: a list of [class@Sip.DescriptionModifier], a [class@Gio.ListStore] for example. Each description that
   * is made, and each that is received, goes once through those of the agent ([property@Sip.UserAgent:modifiers]) and then through these, in their order.
   *
   * They hold for the whole call, or until a change of the call brings others; an empty list takes them away.
   */
  properties[PROP_MODIFIERS] = g_param_spec_object ("modifiers", NULL, NULL, G_TYPE_LIST_MODEL, flags);

  /**
   * SipInviteOptions:rel100:
   *
   * Whether the other side may, or has to, deliver its provisional responses reliably (RFC 3262). Where it was never set, [property@Sip.UserAgent:rel100] says it.
   */
  properties[PROP_REL100] = g_param_spec_enum ("rel100", NULL, NULL, SIP_TYPE_REL100, SIP_REL100_UNSUPPORTED, flags);

  /**
   * SipInviteOptions:early-media:
   *
   * Whether the media of this call begins with an answer in a provisional response that is not reliable. It does in any case where
   * [property@Sip.UserAgent:early-media] is set.
   */
  properties[PROP_EARLY_MEDIA] = g_param_spec_boolean ("early-media", NULL, NULL, FALSE, flags);

  /**
   * SipInviteOptions:replaces:
   *
   * The call whose place the new one is to take over there: the value of a Replaces header (RFC 3891 §6.1), as a REFER brings it. The INVITE then requires that
   * the other side knows how. Of an INVITE inside a call, or of an answer, it is no part.
   */
  properties[PROP_REPLACES] = g_param_spec_string ("replaces", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_invite_options_init (SipInviteOptions *self)
{
}

/**
 * sip_invite_options_new:
 *
 * Creates options with all defaults.
 *
 * Returns: (transfer full): new options
 */
SipInviteOptions *
sip_invite_options_new (void)
{
  return g_object_new (SIP_TYPE_INVITE_OPTIONS, NULL);
}

/**
 * sip_invite_options_get_invite_without_sdp:
 * @self: the options
 *
 * Gets whether the INVITE goes out without an offer.
 *
 * Returns: whether it does
 */
gboolean
sip_invite_options_get_invite_without_sdp (SipInviteOptions *self)
{
  g_return_val_if_fail (SIP_IS_INVITE_OPTIONS (self), FALSE);

  return self->invite_without_sdp;
}

/**
 * sip_invite_options_set_invite_without_sdp:
 * @self: the options
 * @invite_without_sdp: whether the INVITE goes out without an offer
 *
 * Sets whether the INVITE goes out without an offer.
 */
void
sip_invite_options_set_invite_without_sdp (SipInviteOptions *self, gboolean invite_without_sdp)
{
  g_return_if_fail (SIP_IS_INVITE_OPTIONS (self));

  if (self->invite_without_sdp == !!invite_without_sdp)
    return;

  self->invite_without_sdp = !!invite_without_sdp;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INVITE_WITHOUT_SDP]);
}

/**
 * sip_invite_options_get_session_description_handler_options:
 * @self: the options
 *
 * Gets the options for the session description handler.
 *
 * Returns: (transfer none) (nullable): a dictionary of type `a{sv}`
 */
GVariant *
sip_invite_options_get_session_description_handler_options (SipInviteOptions *self)
{
  g_return_val_if_fail (SIP_IS_INVITE_OPTIONS (self), NULL);

  return self->session_description_handler_options;
}

/**
 * sip_invite_options_set_session_description_handler_options:
 * @self: the options
 * @options: (nullable): a dictionary of type `a{sv}`
 *
 * Sets the options for the session description handler.
 */
void
sip_invite_options_set_session_description_handler_options (SipInviteOptions *self, GVariant *options)
{
  g_return_if_fail (SIP_IS_INVITE_OPTIONS (self));
  g_return_if_fail (options == NULL || g_variant_is_of_type (options, G_VARIANT_TYPE_VARDICT));

  if (self->session_description_handler_options == options)
    return;

  g_clear_pointer (&self->session_description_handler_options, g_variant_unref);
  self->session_description_handler_options = options != NULL ? g_variant_ref_sink (options) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SESSION_DESCRIPTION_HANDLER_OPTIONS]);
}

/**
 * sip_invite_options_get_modifiers:
 * @self: the options
 *
 * Gets what changes the descriptions of the call on their way.
 *
 * Returns: (transfer none) (nullable): a list of [class@Sip.DescriptionModifier]
 */
GListModel *
sip_invite_options_get_modifiers (SipInviteOptions *self)
{
  g_return_val_if_fail (SIP_IS_INVITE_OPTIONS (self), NULL);

  return self->modifiers;
}

/**
 * sip_invite_options_set_modifiers:
 * @self: the options
 * @modifiers: (nullable): a list of [class@Sip.DescriptionModifier]
 *
 * Sets what changes the descriptions of the call on their way.
 */
void
sip_invite_options_set_modifiers (SipInviteOptions *self, GListModel *modifiers)
{
  g_return_if_fail (SIP_IS_INVITE_OPTIONS (self));
  g_return_if_fail (modifiers == NULL || g_type_is_a (g_list_model_get_item_type (modifiers), SIP_TYPE_DESCRIPTION_MODIFIER));

  if (g_set_object (&self->modifiers, modifiers))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODIFIERS]);
}

/**
 * sip_invite_options_get_rel100:
 * @self: the options
 *
 * Gets whether the other side may, or has to, deliver its provisional responses reliably.
 *
 * Returns: whether it may or has to
 */
SipRel100
sip_invite_options_get_rel100 (SipInviteOptions *self)
{
  g_return_val_if_fail (SIP_IS_INVITE_OPTIONS (self), SIP_REL100_UNSUPPORTED);

  return self->rel100;
}

/**
 * sip_invite_options_set_rel100:
 * @self: the options
 * @rel100: whether it may or has to
 *
 * Sets whether the other side may, or has to, deliver its provisional responses reliably. From then on the agent's own setting does not count for these options.
 */
void
sip_invite_options_set_rel100 (SipInviteOptions *self, SipRel100 rel100)
{
  g_return_if_fail (SIP_IS_INVITE_OPTIONS (self));
  g_return_if_fail (rel100 <= SIP_REL100_REQUIRED);

  self->has_rel100 = TRUE;
  if (self->rel100 == rel100)
    return;

  self->rel100 = rel100;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REL100]);
}

/**
 * sip_invite_options_get_early_media:
 * @self: the options
 *
 * Gets whether media begins with an answer that is not reliable.
 *
 * Returns: whether it does
 */
gboolean
sip_invite_options_get_early_media (SipInviteOptions *self)
{
  g_return_val_if_fail (SIP_IS_INVITE_OPTIONS (self), FALSE);

  return self->early_media;
}

/**
 * sip_invite_options_set_early_media:
 * @self: the options
 * @early_media: whether it does
 *
 * Sets whether media begins with an answer that is not reliable.
 */
void
sip_invite_options_set_early_media (SipInviteOptions *self, gboolean early_media)
{
  g_return_if_fail (SIP_IS_INVITE_OPTIONS (self));

  if (self->early_media == !!early_media)
    return;

  self->early_media = !!early_media;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EARLY_MEDIA]);
}

SipRel100
sip_invite_options_choose_rel100 (SipInviteOptions *self, SipRel100 of_agent)
{
  return self != NULL && self->has_rel100 ? self->rel100 : of_agent;
}

/**
 * sip_invite_options_get_replaces:
 * @self: the options
 *
 * Gets the call whose place the new one is to take.
 *
 * Returns: (transfer none) (nullable): the value of a Replaces header
 */
const char *
sip_invite_options_get_replaces (SipInviteOptions *self)
{
  g_return_val_if_fail (SIP_IS_INVITE_OPTIONS (self), NULL);

  return self->replaces;
}

/**
 * sip_invite_options_set_replaces:
 * @self: the options
 * @replaces: (nullable): the value of a Replaces header (RFC 3891 §6.1)
 *
 * Sets the call whose place the new one is to take. A value that is none is `SIP_ERROR_INVALID_ARGUMENT` of [method@UserAgent.invite].
 */
void
sip_invite_options_set_replaces (SipInviteOptions *self, const char *replaces)
{
  g_return_if_fail (SIP_IS_INVITE_OPTIONS (self));

  if (g_strcmp0 (self->replaces, replaces) == 0)
    return;

  g_free (self->replaces);
  self->replaces = g_strdup (replaces);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REPLACES]);
}
