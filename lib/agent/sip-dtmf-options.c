/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-dtmf-options.h"

#include "agent/sip-dtmf-body-private.h"
#include "agent/sip-request-options-private.h"

/**
 * SipDtmfOptions:
 *
 * How tones are sent. Of [class@RequestOptions] the extra header fields count, which go into each INFO; the body is the tone's.
 */
struct _SipDtmfOptions
{
  SipRequestOptions parent_instance;
  guint duration;
  guint inter_tone_gap;
  SipDtmfMethod method;
};

struct _SipDtmfOptionsClass
{
  SipRequestOptionsClass parent_class;
};

enum
{
  PROP_0,
  PROP_DURATION,
  PROP_INTER_TONE_GAP,
  PROP_METHOD,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (SipDtmfMethod,
                    sip_dtmf_method,
                    G_DEFINE_ENUM_VALUE (SIP_DTMF_METHOD_INFO, "info"),
                    G_DEFINE_ENUM_VALUE (SIP_DTMF_METHOD_RTP, "rtp"))

G_DEFINE_FINAL_TYPE (SipDtmfOptions, sip_dtmf_options, SIP_TYPE_REQUEST_OPTIONS)

static void
sip_dtmf_options_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipDtmfOptions *self = SIP_DTMF_OPTIONS (object);

  switch (id)
    {
    case PROP_DURATION:
      g_value_set_uint (value, self->duration);
      break;
    case PROP_INTER_TONE_GAP:
      g_value_set_uint (value, self->inter_tone_gap);
      break;
    case PROP_METHOD:
      g_value_set_enum (value, (int) self->method);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_dtmf_options_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SipDtmfOptions *self = SIP_DTMF_OPTIONS (object);

  switch (id)
    {
    case PROP_DURATION:
      sip_dtmf_options_set_duration (self, g_value_get_uint (value));
      break;
    case PROP_INTER_TONE_GAP:
      sip_dtmf_options_set_inter_tone_gap (self, g_value_get_uint (value));
      break;
    case PROP_METHOD:
      sip_dtmf_options_set_method (self, (SipDtmfMethod) g_value_get_enum (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_dtmf_options_class_init (SipDtmfOptionsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sip_dtmf_options_get_property;
  object_class->set_property = sip_dtmf_options_set_property;

  /**
   * SipDtmfOptions:duration:
   *
   * How long each tone is, in milliseconds: from 70 to 6000. What is less or more is made that.
   */
  properties[PROP_DURATION] = g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, SIP_DTMF_DEFAULT_DURATION, flags);

  /**
   * SipDtmfOptions:inter-tone-gap:
   *
   * The silence after each tone, in milliseconds: at least 50. What is less is made that.
   */
  properties[PROP_INTER_TONE_GAP] = g_param_spec_uint ("inter-tone-gap", NULL, NULL, 0, G_MAXUINT, SIP_DTMF_DEFAULT_GAP, flags);

  /**
   * SipDtmfOptions:method:
   *
   * How the tones get to the other side.
   */
  properties[PROP_METHOD] = g_param_spec_enum ("method", NULL, NULL, SIP_TYPE_DTMF_METHOD, SIP_DTMF_METHOD_INFO, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_dtmf_options_init (SipDtmfOptions *self)
{
  self->duration = SIP_DTMF_DEFAULT_DURATION;
  self->inter_tone_gap = SIP_DTMF_DEFAULT_GAP;
}

/**
 * sip_dtmf_options_new:
 *
 * Creates options with all defaults.
 *
 * Returns: (transfer full): new options
 */
SipDtmfOptions *
sip_dtmf_options_new (void)
{
  return g_object_new (SIP_TYPE_DTMF_OPTIONS, NULL);
}

/**
 * sip_dtmf_options_get_duration:
 * @self: the options
 *
 * Gets how long each tone is.
 *
 * Returns: the duration, in milliseconds
 */
guint
sip_dtmf_options_get_duration (SipDtmfOptions *self)
{
  g_return_val_if_fail (SIP_IS_DTMF_OPTIONS (self), 0);

  return self->duration;
}

/**
 * sip_dtmf_options_set_duration:
 * @self: the options
 * @duration: in milliseconds, from 70 to 6000
 *
 * Sets how long each tone is.
 */
void
sip_dtmf_options_set_duration (SipDtmfOptions *self, guint duration)
{
  g_return_if_fail (SIP_IS_DTMF_OPTIONS (self));

  if (self->duration == duration)
    return;

  self->duration = duration;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DURATION]);
}

/**
 * sip_dtmf_options_get_inter_tone_gap:
 * @self: the options
 *
 * Gets the silence after each tone.
 *
 * Returns: the gap, in milliseconds
 */
guint
sip_dtmf_options_get_inter_tone_gap (SipDtmfOptions *self)
{
  g_return_val_if_fail (SIP_IS_DTMF_OPTIONS (self), 0);

  return self->inter_tone_gap;
}

/**
 * sip_dtmf_options_set_inter_tone_gap:
 * @self: the options
 * @inter_tone_gap: in milliseconds, at least 50
 *
 * Sets the silence after each tone.
 */
void
sip_dtmf_options_set_inter_tone_gap (SipDtmfOptions *self, guint inter_tone_gap)
{
  g_return_if_fail (SIP_IS_DTMF_OPTIONS (self));

  if (self->inter_tone_gap == inter_tone_gap)
    return;

  self->inter_tone_gap = inter_tone_gap;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INTER_TONE_GAP]);
}

/**
 * sip_dtmf_options_get_method:
 * @self: the options
 *
 * Gets how the tones get to the other side.
 *
 * Returns: the method
 */
SipDtmfMethod
sip_dtmf_options_get_method (SipDtmfOptions *self)
{
  g_return_val_if_fail (SIP_IS_DTMF_OPTIONS (self), SIP_DTMF_METHOD_INFO);

  return self->method;
}

/**
 * sip_dtmf_options_set_method:
 * @self: the options
 * @method: the method
 *
 * Sets how the tones get to the other side.
 */
void
sip_dtmf_options_set_method (SipDtmfOptions *self, SipDtmfMethod method)
{
  g_return_if_fail (SIP_IS_DTMF_OPTIONS (self));

  if (self->method == method)
    return;

  self->method = method;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_METHOD]);
}
