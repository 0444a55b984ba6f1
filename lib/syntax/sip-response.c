/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-message-private.h"

/**
 * SipResponse:
 *
 * A SIP response: a status and a phrase for people (RFC 3261 §7.2).
 *
 * Everything that requests and responses share is in [class@Message].
 */
struct _SipResponse
{
  SipMessage parent_instance;
  char *reason_phrase;
};

struct _SipResponseClass
{
  SipMessageClass parent_class;
};

enum
{
  PROP_0,
  PROP_STATUS_CODE,
  PROP_REASON_PHRASE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipResponse, sip_response, SIP_TYPE_MESSAGE)

static void
sip_response_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  SipResponse *self = SIP_RESPONSE (object);

  switch (prop_id)
    {
    case PROP_STATUS_CODE:
      g_value_set_uint (value, sip_response_get_status_code (self));
      break;
    case PROP_REASON_PHRASE:
      g_value_set_string (value, sip_response_get_reason_phrase (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sip_response_finalize (GObject *object)
{
  SipResponse *self = SIP_RESPONSE (object);

  g_clear_pointer (&self->reason_phrase, g_free);

  G_OBJECT_CLASS (sip_response_parent_class)->finalize (object);
}

static void
sip_response_class_init (SipResponseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sip_response_get_property;
  object_class->finalize = sip_response_finalize;

  /**
   * SipResponse:status-code: (getter get_status_code)
   *
   * The status code.
   */
  properties[PROP_STATUS_CODE] = g_param_spec_uint ("status-code", NULL, NULL, 0, 699, 0, flags);

  /**
   * SipResponse:reason-phrase: (getter get_reason_phrase)
   *
   * The reason phrase.
   */
  properties[PROP_REASON_PHRASE] = g_param_spec_string ("reason-phrase", NULL, NULL, NULL, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_response_init (SipResponse *self)
{
}

/**
 * sip_response_get_status_code: (get-property status-code)
 * @self: a response
 *
 * Gets the status code (RFC 3261 §21).
 *
 * Returns: the code, 100–699
 */
guint
sip_response_get_status_code (SipResponse *self)
{
  g_return_val_if_fail (SIP_IS_RESPONSE (self), 0);
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), 0);

  return SIP_MESSAGE (self)->msg->status;
}

/**
 * sip_response_get_reason_phrase: (get-property reason-phrase)
 * @self: a response
 *
 * Gets the phrase that comes with the status code. It is meant for people and may say anything.
 *
 * Returns: (transfer none): the phrase, which may be empty
 */
const char *
sip_response_get_reason_phrase (SipResponse *self)
{
  g_return_val_if_fail (SIP_IS_RESPONSE (self), NULL);
  g_return_val_if_fail (SIP_MESSAGE_IS_MADE (self), NULL);

  if (self->reason_phrase == NULL)
    {
      SipStr reason = SIP_MESSAGE (self)->msg->reason;

      self->reason_phrase = g_utf8_make_valid (reason.p != NULL ? reason.p : "", reason.len);
    }

  return self->reason_phrase;
}
