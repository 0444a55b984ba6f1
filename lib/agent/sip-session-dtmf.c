/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The tones of a call, sent and received, in INFOs and in the media. */

#include "agent/sip-dtmf-body-private.h"
#include "agent/sip-dtmf-private.h"
#include "agent/sip-session-private.h"
#include "agent/sip-user-agent-private.h"

/* What the tones of one call of sip_session_dtmf() have in common. */
typedef struct
{
  SipDtmfMethod method;
  char **lines;
} ToneOptions;

static void
tone_options_clear (gpointer data)
{
  g_strfreev (((ToneOptions *) data)->lines);
}

static void
emit (SipSession *self, SipRequest *request, SipDtmf *dtmf)
{
  g_signal_emit (self, sip_session_signals[SIP_SESSION_SIGNAL_DTMF], 0, request, dtmf);
}

/* --- in INFOs --- */

static void
sending_cb (gpointer user_data, SipDialogRequest *request, SipMsg *msg)
{
  g_autoptr (SipSession) self = g_object_ref (user_data);
  g_autoptr (SipDtmf) dtmf = g_object_ref (self->tone);
  g_autoptr (SipMessage) message = NULL;

  /* Sent once more, on another way: that is no other tone. */
  if (sip_dtmf_get_request (dtmf) != NULL)
    return;

  message = sip_message_new_for_msg (msg);
  sip_dtmf_set_request (dtmf, SIP_REQUEST (message));
  emit (self, SIP_REQUEST (message), dtmf);
}

static void
done_cb (gpointer user_data, SipDialogRequest *request, SipMsg *response, SipDialogEffect effect, const GError *error)
{
  g_autoptr (SipSession) self = g_object_ref (user_data);
  g_autoptr (SipDtmf) dtmf = g_steal_pointer (&self->tone);
  gboolean success = response != NULL && response->status < 300;

  g_clear_pointer (&self->info, sip_dialog_request_free);
  if (!success)
    sip_dtmf_queue_answered (self->tones, FALSE);

  if (success)
    {
      sip_dtmf_succeed (dtmf);
    }
  else
    {
      g_autoptr (SipMessage) message = response != NULL ? sip_message_new_for_msg (response) : NULL;
      gboolean timeout = g_error_matches (error, SIP_ERROR, SIP_ERROR_TIMEOUT);

      sip_dtmf_fail (dtmf, message,
                     response != NULL ? sip_cause_for_status (response->status)
                                      : (timeout ? SIP_CAUSE_REQUEST_TIMEOUT : SIP_CAUSE_CONNECTION_ERROR));
    }

  if (success && self->tones != NULL)
    sip_dtmf_queue_answered (self->tones, TRUE);
  if (effect != SIP_DIALOG_LIVES && self->usage != NULL)
    sip_invite_usage_dialog_gone (self->usage, response);
}

static SipDtmfPlay
send_info (SipSession *self, const SipDtmfTone *tone)
{
  static const SipDialogRequestEvents events = { sending_cb, NULL, done_cb };
  const ToneOptions *options = tone->options;
  const SipDtmfBody body = { tone->symbol, tone->duration };
  char *text = sip_dtmf_body_to_string (&body);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  const SipMessageExtras extras = { .lines = (const char *const *) options->lines, .content_type = SIP_DTMF_RELAY, .body = bytes };
  g_autoptr (GError) error = NULL;

  self->info = sip_session_new_request (self, "INFO", &extras, &events, self, &error);
  if (self->info == NULL)
    {
      g_debug ("A tone cannot be sent: %s", error->message);
      return SIP_DTMF_PLAY_FAILED;
    }

  self->tone = sip_dtmf_new (tone->symbol, tone->duration, tone->gap, SIP_DIRECTION_OUTGOING);
  sip_dialog_request_start (self->info);

  return SIP_DTMF_PLAY_WAITS;
}

/* --- in the media --- */

static SipDtmfPlay
play_in_media (SipSession *self, const SipDtmfTone *tone)
{
  const char text[] = { tone->symbol, '\0' };
  g_autoptr (SipDtmf) dtmf = sip_dtmf_new (tone->symbol, tone->duration, tone->gap, SIP_DIRECTION_OUTGOING);
  g_autoptr (GError) error = NULL;

  if (self->handler == NULL || self->is_closed)
    g_set_error (&error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "There are no media to play tones in");
  else if (!sip_session_description_handler_send_dtmf (self->handler, text, tone->duration, tone->gap, &error) && error == NULL)
    g_set_error (&error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "The media cannot play the tone “%s”", text);

  /* Whoever asked for it is still there to be told. */
  if (error != NULL && self->tone_error != NULL)
    {
      g_propagate_error (self->tone_error, g_steal_pointer (&error));
      return SIP_DTMF_PLAY_FAILED;
    }

  emit (self, NULL, dtmf);
  if (error != NULL)
    sip_dtmf_fail (dtmf, NULL, sip_cause_for_error (error));
  else
    sip_dtmf_succeed (dtmf);

  return error != NULL ? SIP_DTMF_PLAY_FAILED : SIP_DTMF_PLAY_ENDED;
}

static SipDtmfPlay
play_cb (gpointer owner, const SipDtmfTone *tone)
{
  g_autoptr (SipSession) self = g_object_ref (owner);
  const ToneOptions *options = tone->options;

  return options->method == SIP_DTMF_METHOD_RTP ? play_in_media (self, tone) : send_info (self, tone);
}

void
sip_session_drop_tones (SipSession *self)
{
  g_autoptr (SipDtmf) dtmf = g_steal_pointer (&self->tone);

  g_clear_pointer (&self->tones, sip_dtmf_queue_free);
  g_clear_pointer (&self->info, sip_dialog_request_free);
  if (dtmf != NULL)
    sip_dtmf_fail (dtmf, NULL, SIP_CAUSE_TERMINATED);
}

/* --- received --- */

gboolean
sip_session_receive_tone (SipSession *self, SipServerTransaction *transaction, SipMsg *request)
{
  SipStr type = sip_msg_value (request, SIP_H_CONTENT_TYPE);
  g_autoptr (SipMessage) message = NULL;
  g_autoptr (SipDtmf) dtmf = NULL;
  SipDtmfBody body;

  if (request->method != SIP_METHOD_INFO || !sip_dtmf_body_is_type (type) || sip_msg_value_by_name (request, SIP_STR ("Info-Package")).p != NULL ||
      !sip_dtmf_body_parse (type, sip_msg_body (request), &body))
    return FALSE;

  sip_dialogs_respond (sip_user_agent_get_dialogs (self->user_agent), transaction, 200, NULL, NULL);
  if (!g_signal_has_handler_pending (self, sip_session_signals[SIP_SESSION_SIGNAL_DTMF], 0, FALSE))
    return TRUE;

  message = sip_message_new_for_msg (request);
  dtmf = sip_dtmf_new (body.tone, body.duration, 0, SIP_DIRECTION_INCOMING);
  sip_dtmf_set_request (dtmf, SIP_REQUEST (message));
  emit (self, SIP_REQUEST (message), dtmf);

  return TRUE;
}

void
sip_session_receive_tone_in_media (SipHandlerWatch *watch, const char *tone, guint duration)
{
  g_autoptr (SipSession) self = g_object_ref (SIP_CONTAINER_OF (watch, SipSession, watch));
  char symbol = tone != NULL && *tone != '\0' && tone[1] == '\0' ? sip_dtmf_symbol (*tone) : '\0';
  g_autoptr (SipDtmf) dtmf = NULL;

  /* A handler may be anybody's. */
  if (symbol == '\0')
    {
      g_debug ("A description handler told of a tone that is none: “%s”", tone != NULL ? tone : "");
      return;
    }

  dtmf = sip_dtmf_new (symbol, duration, 0, SIP_DIRECTION_INCOMING);
  emit (self, NULL, dtmf);
}

/* --- public --- */

static char *
check_symbols (const char *tones, GError **error)
{
  GString *symbols = g_string_new (NULL);

  for (const char *p = tones; *p != '\0'; p++)
    {
      char symbol = *p == ',' ? ',' : sip_dtmf_symbol (*p);

      if (symbol == '\0')
        {
          g_autofree char *escaped = g_strescape (tones, NULL);

          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“%s” holds what is no tone: only 0-9, A-D, #, * and , are", escaped);
          g_string_free (symbols, TRUE);
          return NULL;
        }
      g_string_append_c (symbols, symbol);
    }

  if (symbols->len == 0)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“” holds no tone");
      g_string_free (symbols, TRUE);
      return NULL;
    }

  return g_string_free (symbols, FALSE);
}

/* A programmer's number, hence a warning and not an error: the tone is played all the same. */
static guint
clamp (const char *what, guint value, guint lowest, guint highest)
{
  guint clamped = CLAMP (value, lowest, highest);

  if (clamped != value)
    g_warning ("A tone's %s is from %u to %u ms, not %u", what, lowest, highest, value);

  return clamped;
}

/**
 * sip_session_dtmf:
 * @self: an established session
 * @tones: what to play: `0`–`9`, `A`–`D`, `#`, `*`, and `,` for a pause of two seconds
 * @options: (nullable): how
 * @error: return location for an error
 *
 * Plays tones to the other side, one after the other: in an INFO each, with a body of `application/dtmf-relay`, or in the media (RFC 4733), as the options say.
 * Tones that are still being played come first. [signal@Session::dtmf] is emitted for each as it is sent.
 *
 * A tone that the other side refuses drops those that are still to come.
 *
 * ```c
 * g_autoptr (SipDtmfOptions) options = g_object_new (SIP_TYPE_DTMF_OPTIONS, "duration", 160u, "inter-tone-gap", 1200u, NULL);
 *
 * sip_session_dtmf (session, "1234#", options, &error);
 * ```
 *
 * Returns: whether the tones will be played; otherwise @error is `SIP_ERROR_INVALID_STATE` (the session is not established), `SIP_ERROR_INVALID_ARGUMENT`
 *   (what is no tone), `SIP_ERROR_INVALID_HEADER`, or, where they were to be played in the media, `SIP_ERROR_NOT_SUPPORTED`; and nothing is sent
 */
gboolean
sip_session_dtmf (SipSession *self, const char *tones, SipDtmfOptions *options, GError **error)
{
  g_autofree char *symbols = NULL;
  g_autoptr (SipMsgBuilder) probe = NULL;
  SipMessageExtras extras;
  ToneOptions *common;
  GError *tone_error = NULL;
  guint duration, gap;

  g_return_val_if_fail (SIP_IS_SESSION (self), FALSE);
  g_return_val_if_fail (tones != NULL, FALSE);
  g_return_val_if_fail (options == NULL || SIP_IS_DTMF_OPTIONS (options), FALSE);

  extras = sip_request_options_get_extras (options);
  extras.body = NULL;
  probe = sip_msg_builder_new_request (SIP_STR ("INFO"), SIP_STR ("sip:probe.invalid"));
  if (!sip_session_check_established (self, "dtmf", error) || !sip_message_extras_add (&extras, probe, error))
    return FALSE;
  symbols = check_symbols (tones, error);
  if (symbols == NULL)
    return FALSE;

  duration = options != NULL ? sip_dtmf_options_get_duration (options) : SIP_DTMF_DEFAULT_DURATION;
  gap = options != NULL ? sip_dtmf_options_get_inter_tone_gap (options) : SIP_DTMF_DEFAULT_GAP;
  common = g_rc_box_new0 (ToneOptions);
  common->method = options != NULL ? sip_dtmf_options_get_method (options) : SIP_DTMF_METHOD_INFO;
  common->lines = g_strdupv ((char **) extras.lines);

  if (self->tones == NULL)
    self->tones = sip_dtmf_queue_new (sip_dialogs_get_wheel (sip_user_agent_get_dialogs (self->user_agent)), play_cb, self);
  self->tone_error = &tone_error;
  sip_dtmf_queue_add (self->tones, symbols, clamp ("duration", duration, SIP_DTMF_MIN_DURATION, SIP_DTMF_MAX_DURATION),
                      clamp ("gap", gap, SIP_DTMF_MIN_GAP, G_MAXUINT), common, tone_options_clear);
  self->tone_error = NULL;
  g_rc_box_release_full (common, tone_options_clear);

  if (tone_error != NULL)
    g_propagate_error (error, tone_error);

  return tone_error == NULL;
}
