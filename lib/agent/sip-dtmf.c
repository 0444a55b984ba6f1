/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-dtmf-private.h"

#include "syntax/sip-response.h"

/**
 * SipDtmf:
 *
 * One tone, sent or received: what [signal@Session::dtmf] brings.
 */
struct _SipDtmf
{
  GObject parent_instance;
  char tone[2];
  guint duration;
  guint inter_tone_gap;
  SipDirection direction;
  SipRequest *request;
};

struct _SipDtmfClass
{
  GObjectClass parent_class;
};

enum
{
  PROP_0,
  PROP_TONE,
  PROP_DURATION,
  PROP_INTER_TONE_GAP,
  PROP_DIRECTION,
  PROP_REQUEST,
  N_PROPS
};

enum
{
  SUCCEEDED,
  FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SipDtmf, sip_dtmf, G_TYPE_OBJECT)

static void
sip_dtmf_dispose (GObject *object)
{
  g_clear_object (&SIP_DTMF (object)->request);

  G_OBJECT_CLASS (sip_dtmf_parent_class)->dispose (object);
}

static void
sip_dtmf_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SipDtmf *self = SIP_DTMF (object);

  switch (id)
    {
    case PROP_TONE:
      g_value_set_string (value, self->tone);
      break;
    case PROP_DURATION:
      g_value_set_uint (value, self->duration);
      break;
    case PROP_INTER_TONE_GAP:
      g_value_set_uint (value, self->inter_tone_gap);
      break;
    case PROP_DIRECTION:
      g_value_set_enum (value, (int) self->direction);
      break;
    case PROP_REQUEST:
      g_value_set_object (value, self->request);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sip_dtmf_class_init (SipDtmfClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = sip_dtmf_dispose;
  object_class->get_property = sip_dtmf_get_property;

  /**
   * SipDtmf:tone:
   *
   * One of `0`–`9`, `A`–`D`, `#`, `*`.
   */
  properties[PROP_TONE] = g_param_spec_string ("tone", NULL, NULL, NULL, flags);

  /**
   * SipDtmf:duration:
   *
   * How long it is, in milliseconds.
   */
  properties[PROP_DURATION] = g_param_spec_uint ("duration", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipDtmf:inter-tone-gap:
   *
   * The silence after a tone of ours, in milliseconds; 0 for one that was received.
   */
  properties[PROP_INTER_TONE_GAP] = g_param_spec_uint ("inter-tone-gap", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * SipDtmf:direction:
   *
   * Whose tone it is.
   */
  properties[PROP_DIRECTION] = g_param_spec_enum ("direction", NULL, NULL, SIP_TYPE_DIRECTION, SIP_DIRECTION_OUTGOING, flags);

  /**
   * SipDtmf:request:
   *
   * The INFO that carries it; `NULL` for one in the media.
   */
  properties[PROP_REQUEST] = g_param_spec_object ("request", NULL, NULL, SIP_TYPE_REQUEST, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * SipDtmf::succeeded:
   * @self: the tone
   *
   * A tone of ours got to the other side: its INFO was answered with a 2xx, or it was played in the media.
   */
  signals[SUCCEEDED] = g_signal_new ("succeeded", SIP_TYPE_DTMF, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * SipDtmf::failed:
   * @self: the tone
   * @message: (nullable): the response that refused it; `NULL` when none came
   * @cause: one of the `SIP_CAUSE_` texts
   *
   * A tone of ours did not get to the other side; those that were to follow are dropped.
   */
  signals[FAILED] = g_signal_new ("failed", SIP_TYPE_DTMF, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, SIP_TYPE_MESSAGE,
                                  G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
sip_dtmf_init (SipDtmf *self)
{
}

SipDtmf *
sip_dtmf_new (char tone, guint duration, guint inter_tone_gap, SipDirection direction)
{
  SipDtmf *self = g_object_new (SIP_TYPE_DTMF, NULL);

  self->tone[0] = tone;
  self->duration = duration;
  self->inter_tone_gap = inter_tone_gap;
  self->direction = direction;

  return self;
}

void
sip_dtmf_set_request (SipDtmf *self, SipRequest *request)
{
  if (g_set_object (&self->request, request))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REQUEST]);
}

void
sip_dtmf_succeed (SipDtmf *self)
{
  g_signal_emit (self, signals[SUCCEEDED], 0);
}

void
sip_dtmf_fail (SipDtmf *self, SipMessage *message, const char *cause)
{
  g_signal_emit (self, signals[FAILED], 0, message, cause);
}

/**
 * sip_dtmf_get_tone:
 * @self: a tone
 *
 * Gets which tone it is.
 *
 * Returns: (transfer none): one of `0`–`9`, `A`–`D`, `#`, `*`
 */
const char *
sip_dtmf_get_tone (SipDtmf *self)
{
  g_return_val_if_fail (SIP_IS_DTMF (self), NULL);

  return self->tone;
}

/**
 * sip_dtmf_get_duration:
 * @self: a tone
 *
 * Gets how long it is.
 *
 * Returns: the duration, in milliseconds
 */
guint
sip_dtmf_get_duration (SipDtmf *self)
{
  g_return_val_if_fail (SIP_IS_DTMF (self), 0);

  return self->duration;
}

/**
 * sip_dtmf_get_inter_tone_gap:
 * @self: a tone
 *
 * Gets the silence after it.
 *
 * Returns: the gap, in milliseconds
 */
guint
sip_dtmf_get_inter_tone_gap (SipDtmf *self)
{
  g_return_val_if_fail (SIP_IS_DTMF (self), 0);

  return self->inter_tone_gap;
}

/**
 * sip_dtmf_get_direction:
 * @self: a tone
 *
 * Gets whose tone it is.
 *
 * Returns: the direction
 */
SipDirection
sip_dtmf_get_direction (SipDtmf *self)
{
  g_return_val_if_fail (SIP_IS_DTMF (self), SIP_DIRECTION_OUTGOING);

  return self->direction;
}

/**
 * sip_dtmf_get_request:
 * @self: a tone
 *
 * Gets the INFO that carries it.
 *
 * Returns: (transfer none) (nullable): the request; `NULL` for a tone in the media
 */
SipRequest *
sip_dtmf_get_request (SipDtmf *self)
{
  g_return_val_if_fail (SIP_IS_DTMF (self), NULL);

  return self->request;
}
