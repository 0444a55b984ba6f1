/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-response-options.h"

#include "agent/sip-request-options-private.h"

/**
 * SipResponseOptions:
 *
 * What an application says in a response, or as the reason of an end.
 */
struct _SipResponseOptions
{
  SipRequestOptions parent_instance;
  guint status_code;
  char *reason_phrase;
  gboolean has_rel100;
  SipRel100 rel100;
};

struct _SipResponseOptionsClass
{
  SipRequestOptionsClass parent_class;
};

enum
{
  PROP_0,
  PROP_STATUS_CODE,
  PROP_REASON_PHRASE,
  PROP_REL100,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipResponseOptions, sip_response_options, SIP_TYPE_REQUEST_OPTIONS)

static void
sip_response_options_finalize (GObject *object)
{
  SipResponseOptions *self = SIP_RESPONSE_OPTIONS (object);

  g_clear_pointer (&self->reason_phrase, g_free);

  G_OBJECT_CLASS (sip_response_options_parent_class)->finalize (object);
}

static void
sip_response_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipResponseOptions *self = SIP_RESPONSE_OPTIONS (object);

  switch (id)
    {
    case PROP_STATUS_CODE:
      g_value_set_uint (value, self->status_code);
      break;
    case PROP_REASON_PHRASE:
      g_value_set_string (value, self->reason_phrase);
      break;
    case PROP_REL100:
      g_value_set_enum (value, (int) self->rel100);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_response_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipResponseOptions *self = SIP_RESPONSE_OPTIONS (object);

  switch (id)
    {
    case PROP_STATUS_CODE:
      sip_response_options_set_status_code (self, g_value_get_uint (value));
      break;
    case PROP_REASON_PHRASE:
      sip_response_options_set_reason_phrase (self, g_value_get_string (value));
      break;
    case PROP_REL100:
      sip_response_options_set_rel100 (self, g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_response_options_class_init (SipResponseOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = sip_response_options_finalize;
  object_class->get_property = sip_response_options_get_property;
  object_class->set_property = sip_response_options_set_property;

  /**
   * SipResponseOptions:status-code:
   *
   * The status code; 0 stands for the method's default. Which codes a method takes is said there.
   */
  properties[PROP_STATUS_CODE] = g_param_spec_uint ("status-code", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipResponseOptions:reason-phrase:
   *
   * The text next to the status code. Without one it is the phrase of RFC 3261 §21.
   */
  properties[PROP_REASON_PHRASE] = g_param_spec_string ("reason-phrase", NULL, NULL, NULL, flags);

  /**
   * SipResponseOptions:rel100:
   *
   * Whether a provisional response is to be delivered reliably (RFC 3262) to a caller that supports that; one that requires it gets it so in any case, and one that
   * does not support it never. Where it was never set, it is when [property@Sip.UserAgent:rel100] is `SIP_REL100_REQUIRED`.
   */
  properties[PROP_REL100] = g_param_spec_enum ("rel100", NULL, NULL, SIP_TYPE_REL100, SIP_REL100_UNSUPPORTED, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_response_options_init (SipResponseOptions *self)
{
}

/**
 * sip_response_options_new:
 *
 * Creates options with all defaults.
 *
 * Returns: (transfer full): new options
 */
SipResponseOptions *
sip_response_options_new (void)
{
  return g_object_new (SIP_TYPE_RESPONSE_OPTIONS, NULL);
}

/**
 * sip_response_options_get_status_code:
 * @self: the options
 *
 * Gets the status code.
 *
 * Returns: the status code, or 0 for the method's default
 */
guint
sip_response_options_get_status_code (SipResponseOptions *self)
{
  g_return_val_if_fail (SIP_IS_RESPONSE_OPTIONS (self), 0);

  return self->status_code;
}

/**
 * sip_response_options_set_status_code:
 * @self: the options
 * @status_code: the status code, or 0 for the method's default
 *
 * Sets the status code.
 */
void
sip_response_options_set_status_code (SipResponseOptions *self, guint status_code)
{
  g_return_if_fail (SIP_IS_RESPONSE_OPTIONS (self));

  if (self->status_code == status_code)
    return;

  self->status_code = status_code;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS_CODE]);
}

/**
 * sip_response_options_get_reason_phrase:
 * @self: the options
 *
 * Gets the reason phrase.
 *
 * Returns: (transfer none) (nullable): the phrase
 */
const char *
sip_response_options_get_reason_phrase (SipResponseOptions *self)
{
  g_return_val_if_fail (SIP_IS_RESPONSE_OPTIONS (self), NULL);

  return self->reason_phrase;
}

/**
 * sip_response_options_set_reason_phrase:
 * @self: the options
 * @reason_phrase: (nullable): the phrase
 *
 * Sets the reason phrase.
 */
void
sip_response_options_set_reason_phrase (SipResponseOptions *self, const char *reason_phrase)
{
  g_return_if_fail (SIP_IS_RESPONSE_OPTIONS (self));

  if (g_strcmp0 (self->reason_phrase, reason_phrase) == 0)
    return;

  g_free (self->reason_phrase);
  self->reason_phrase = g_strdup (reason_phrase);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON_PHRASE]);
}

/**
 * sip_response_options_get_rel100:
 * @self: the options
 *
 * Gets whether a provisional response is to be delivered reliably.
 *
 * Returns: whether it is
 */
SipRel100
sip_response_options_get_rel100 (SipResponseOptions *self)
{
  g_return_val_if_fail (SIP_IS_RESPONSE_OPTIONS (self), SIP_REL100_UNSUPPORTED);

  return self->rel100;
}

/**
 * sip_response_options_set_rel100:
 * @self: the options
 * @rel100: whether it is; `SIP_REL100_SUPPORTED` and `SIP_REL100_REQUIRED` are the same here
 *
 * Sets whether a provisional response is to be delivered reliably. From then on the agent's own setting does not count for these options.
 */
void
sip_response_options_set_rel100 (SipResponseOptions *self, SipRel100 rel100)
{
  g_return_if_fail (SIP_IS_RESPONSE_OPTIONS (self));
  g_return_if_fail (rel100 <= SIP_REL100_REQUIRED);

  self->has_rel100 = TRUE;
  if (self->rel100 == rel100)
    return;

  self->rel100 = rel100;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REL100]);
}

SipRel100
sip_response_options_choose_rel100 (SipResponseOptions *self, SipRel100 of_agent)
{
  if (self != NULL && self->has_rel100)
    return self->rel100;

  return of_agent == SIP_REL100_REQUIRED ? SIP_REL100_REQUIRED : SIP_REL100_UNSUPPORTED;
}
