/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-webrtc-handler.h"

#include "media/sip-tone-sender-private.h"
#include "media/sip-webrtc-exchange-private.h"
#include "media/sip-webrtc-settings-private.h"
#include "syntax/sip-error.h"

/**
 * SipWebrtcHandler:
 *
 * The media of a session, by WebRTC: ICE, DTLS-SRTP, Opus, G.711, VP8 and H.264, on GStreamer.
 *
 * A user agent makes one for each session unless it is told otherwise. Left alone, a handler sends what the system's microphone hears and
 * plays what the peer says. Its properties choose other sources and sinks, the servers that help to find a way through the network, and
 * what is offered:
 *
 * ```c
 * SipWebrtcHandler *handler = g_object_new (SIP_TYPE_WEBRTC_HANDLER,
 *                                           "video", TRUE,
 *                                           "audio-source", "filesrc location=hello.wav ! wavparse",
 *                                           "video-source", "test",
 *                                           "stun-server", "stun.example.com",
 *                                           NULL);
 * ```
 *
 * A source or a sink is `NULL` for the system's device, `test` for a tone or a pattern, `none` for nothing, or a bin in the syntax of
 * `gst-launch-1.0`. The properties that end in `-element` take a [class@Gst.Element] of your own instead.
 *
 * A source or a sink that breaks ends the media, and so does a device that cannot be opened: who has none says so with `none` or `test`.
 *
 * The options of a session (`session-description-handler-options`) are properties of the handler by their names, and hold from then on,
 * unless the other side refuses: `{'video': <true>}` adds video to what is offered or accepted, and in a call that runs,
 * [method@Session.reinvite_async] with it adds it there; `{'video': <false>}` takes it away, and its devices are free for others. Video that
 * the other side adds is accepted where the property `video` allows it; [signal@Session::reinvite] is the moment to set it.
 *
 * One more option is of a single exchange: `{'ice-restart': <true>}` looks for a path to the peer anew, from the addresses that this host
 * has now ([RFC 8445 §2.4](https://www.rfc-editor.org/rfc/rfc8445#section-2.4)). What runs goes on until the other side has answered.
 *
 * Nothing of what the peer sends leaves the handler, and nothing of yours leaves it, before the peer's certificate was found to be the one
 * that its description announced ([RFC 8122](https://www.rfc-editor.org/rfc/rfc8122)); [property@WebrtcHandler:secure] tells when it was.
 * A peer that shows another one, or no path to the peer, ends in [signal@SessionDescriptionHandler::failed].
 *
 * All signals come in the main context that was the thread's default when the handler was made. GStreamer is initialised with the first
 * handler, unless the application did that before.
 */
struct _SipWebrtcHandler
{
  GObject parent_instance;

  SipWebrtcSettings settings;
  SipWebrtcUndo undo; /* of the options of an exchange that is not over */

  SipMediaPipeline *pipeline;
  SipWebrtcExchange *exchange;
  GTask *task; /* what is being done */
  SipDescriptionType task_type;

  SipIceConnectionState ice_state;
  SipIceGatheringState gathering_state;
  SipTrack *last_tracks[SIP_SDP_N_KINDS][2]; /* by kind and remote: once closed, for what they have counted */
  gboolean secure;
  gboolean connected;
  gboolean failed;
  gboolean closed;
};

enum
{
  PROP_PIPELINE = SIP_WEBRTC_N_SETTINGS,
  PROP_WEBRTCBIN,
  PROP_ICE_CONNECTION_STATE,
  PROP_GATHERING_STATE,
  PROP_SECURE,
  PROP_CONNECTED,
  N_PROPS,
};

enum
{
  SIGNAL_TRACK_ADDED,
  SIGNAL_ICE_CANDIDATE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void handler_iface_init (SipSessionDescriptionHandlerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SipWebrtcHandler, sip_webrtc_handler, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (SIP_TYPE_SESSION_DESCRIPTION_HANDLER, handler_iface_init))

static void
fail (SipWebrtcHandler *self,
      const GError     *error)
{
  if (self->failed || self->closed)
    return;
  self->failed = TRUE;
  g_info ("The media failed: %s", error->message);
  g_signal_emit_by_name (self, "failed", error);
}

/* --- what the parts say --- */

static void
pipeline_track_added (gpointer  user_data,
                      SipTrack *track)
{
  g_signal_emit (user_data, signals[SIGNAL_TRACK_ADDED], 0, track);
}

static void
any_failed (gpointer      user_data,
            const GError *error)
{
  fail (user_data, error);
}

static void
pipeline_tone (gpointer user_data,
               char     tone,
               guint    duration)
{
  const char text[] = { tone, '\0' };

  g_signal_emit_by_name (user_data, "dtmf-received", text, duration);
}

static const SipMediaPipelineFuncs pipeline_funcs = {
  .track_added = pipeline_track_added,
  .tone = pipeline_tone,
  .failed = any_failed,
};

static void
exchange_pad_added (gpointer                user_data,
                    const SipSdpPlanLine   *line,
                    const SipSdpPlanFormat *format,
                    GstPad                 *pad,
                    SipGate                *gate)
{
  g_autoptr (SipWebrtcHandler) self = g_object_ref (SIP_WEBRTC_HANDLER (user_data));
  gboolean remote = GST_PAD_IS_SRC (pad);
  g_autoptr (GError) error = NULL;
  GstElement *end = NULL;

  if (sip_media_pipeline_get_track (self->pipeline, line->kind, remote) == NULL)
    {
      end = sip_webrtc_settings_make_end (&self->settings, line->kind, remote, &error);
      if (end == NULL && error == NULL)
        return;
    }
  if (error != NULL || !sip_media_pipeline_connect (self->pipeline, line->kind, remote, end, format, line->ssrc, pad, gate, &error))
    fail (self, error);
}

static void
exchange_tones_added (gpointer       user_data,
                      SipToneReader *tones,
                      SipGate       *gate)
{
  SipWebrtcHandler *self = user_data;

  sip_media_pipeline_connect_tones (self->pipeline, tones, gate);
}

static void
exchange_agreed (gpointer          user_data,
                 const SipSdpPlan *plan)
{
  SipWebrtcHandler *self = user_data;

  sip_webrtc_undo_clear (&self->undo);
  sip_media_pipeline_set_timeout (self->pipeline, sip_webrtc_settings_get_uint (&self->settings, SIP_WEBRTC_RTP_TIMEOUT));
  sip_media_pipeline_apply (self->pipeline, plan);
}

static void
exchange_ice_candidate (gpointer    user_data,
                        const char *mid,
                        const char *candidate)
{
  g_signal_emit (user_data, signals[SIGNAL_ICE_CANDIDATE], 0, mid, candidate);
}

static void
update_flag (SipWebrtcHandler *self,
             gboolean         *flag,
             gboolean          value,
             guint             property)
{
  if (*flag == value)
    return;
  *flag = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
exchange_state_changed (gpointer user_data)
{
  g_autoptr (SipWebrtcHandler) self = g_object_ref (SIP_WEBRTC_HANDLER (user_data));
  SipPeerConnection *connection = sip_webrtc_exchange_get_connection (self->exchange);
  SipIceConnectionState ice_state;
  SipIceGatheringState gathering_state;
  gboolean secure, connected, was_connected = self->connected;

  ice_state = connection != NULL ? sip_peer_connection_get_ice_state (connection) : SIP_ICE_CONNECTION_NEW;
  gathering_state = connection != NULL ? sip_peer_connection_get_gathering_state (connection) : SIP_ICE_GATHERING_NEW;
  secure = connection != NULL && sip_peer_connection_is_secure (connection);
  connected = secure && (ice_state == SIP_ICE_CONNECTION_CONNECTED || ice_state == SIP_ICE_CONNECTION_COMPLETED);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->ice_state != ice_state)
    {
      self->ice_state = ice_state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ICE_CONNECTION_STATE]);
    }
  if (self->gathering_state != gathering_state)
    {
      self->gathering_state = gathering_state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GATHERING_STATE]);
    }
  update_flag (self, &self->secure, secure, PROP_SECURE);
  update_flag (self, &self->connected, connected, PROP_CONNECTED);
  g_object_thaw_notify (G_OBJECT (self));
  if (self->connected && !was_connected)
    g_signal_emit_by_name (self, "ready");
}

static const SipWebrtcExchangeFuncs exchange_funcs = {
  .pad_added = exchange_pad_added,
  .tones_added = exchange_tones_added,
  .agreed = exchange_agreed,
  .ice_candidate = exchange_ice_candidate,
  .state_changed = exchange_state_changed,
  .failed = any_failed,
};

/* --- the interface --- */

static gboolean
prepare (SipWebrtcHandler *self,
         GVariant         *options,
         GError          **error)
{
  g_autoptr (GError) gst_error = NULL;

  if (self->closed || self->task != NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "The handler is %s",
                   self->closed ? "closed" : "busy with another description");
      return FALSE;
    }
  if (!gst_init_check (NULL, NULL, &gst_error))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "GStreamer cannot be used: %s",
                   gst_error != NULL ? gst_error->message : "no reason given");
      return FALSE;
    }

  sip_webrtc_settings_try_options (&self->settings, G_OBJECT (self), options, &self->undo);
  if (self->pipeline != NULL)
    return TRUE;
  self->pipeline = sip_media_pipeline_new (&pipeline_funcs, self);
  self->exchange = sip_webrtc_exchange_new (self->pipeline, &exchange_funcs, self);

  return TRUE;
}

static void
done_cb (gpointer      user_data,
         const char   *text,
         const GError *error)
{
  SipWebrtcHandler *self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task == NULL)
    return;
  /* An offer that came to nothing, not an answer: another one can come. */
  if (error != NULL && !sip_webrtc_exchange_is_open (self->exchange))
    sip_webrtc_undo_apply (&self->undo, G_OBJECT (self));
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (text != NULL)
    g_task_return_pointer (task, sip_description_new_from_text (self->task_type, "application/sdp", text),
                           (GDestroyNotify) sip_description_unref);
  else
    g_task_return_boolean (task, TRUE);
}

static gboolean
is_true (GVariant   *options,
         const char *key)
{
  gboolean value = FALSE;

  return options != NULL && g_variant_lookup (options, key, "b", &value) && value;
}

/* What is wanted of this exchange. Beside the handler's properties there is what options mean for this one alone: the session's word for
 * SipSession:held-locally, and those that ask for another connection. */
static void
fill_wish (SipWebrtcHandler *self,
           GVariant         *options,
           SipSdpWish       *wish)
{
  sip_webrtc_settings_fill_wish (&self->settings, wish);
  wish->hold = is_true (options, "hold");
  wish->move = is_true (options, "ice-restart") || is_true (options, "fresh");
  wish->asked[SIP_MEDIA_AUDIO] = is_true (options, "audio");
  wish->asked[SIP_MEDIA_VIDEO] = is_true (options, "video");
}

/* What was not begun has changed nothing. */
static void
refuse (SipWebrtcHandler *self,
        GTask            *task,
        GError           *error)
{
  if (self->task == NULL && (self->exchange == NULL || !sip_webrtc_exchange_is_open (self->exchange)))
    sip_webrtc_undo_apply (&self->undo, G_OBJECT (self));
  g_task_return_error (task, error);
}

static void
get_description (SipSessionDescriptionHandler *handler,
                 SipDescriptionType            type,
                 GVariant                     *options,
                 GTask                        *task)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (handler);
  g_autoptr (GError) error = NULL;
  SipPeerConnectionConfig config;
  SipSdpWish wish = { 0 };
  gboolean started;

  started = prepare (self, options, &error) && sip_webrtc_settings_fill_config (&self->settings, &config, &error);
  if (started)
    {
      fill_wish (self, options, &wish);
      started = sip_webrtc_exchange_get (self->exchange, type, &wish, &config,
                                         sip_webrtc_settings_get_uint (&self->settings, SIP_WEBRTC_ICE_GATHERING_TIMEOUT), done_cb, self,
                                         &error);
    }
  g_clear_pointer (&wish.codecs, g_ptr_array_unref);
  if (!started)
    {
      refuse (self, task, g_steal_pointer (&error));
      return;
    }
  self->task = g_object_ref (task);
  self->task_type = type;
}

static void
set_description (SipSessionDescriptionHandler *handler,
                 SipDescription               *description,
                 GVariant                     *options,
                 GTask                        *task)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (handler);
  g_autoptr (GError) error = NULL;
  SipPeerConnectionConfig config;
  SipSdpWish wish = { 0 };
  gboolean started;
  gsize size;
  const char *text = g_bytes_get_data (sip_description_get_body (description), &size);

  started = prepare (self, options, &error) && sip_webrtc_settings_fill_config (&self->settings, &config, &error);
  if (started)
    {
      fill_wish (self, options, &wish);
      started = sip_webrtc_exchange_set (self->exchange, sip_description_get_description_type (description), text != NULL ? text : "", size,
                                         &wish, &config, done_cb, self, &error);
    }
  g_clear_pointer (&wish.codecs, g_ptr_array_unref);
  if (!started)
    {
      refuse (self, task, g_steal_pointer (&error));
      return;
    }
  self->task = g_object_ref (task);
}

static void
cancel_task (SipWebrtcHandler *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The description is no longer needed");
}

static gboolean
send_dtmf (SipSessionDescriptionHandler *handler,
           const char                   *tones,
           guint                         duration,
           guint                         inter_tone_gap,
           GError                      **error)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (handler);

  for (const char *p = tones; *p != '\0'; p++)
    if (!sip_tone_is_valid (*p))
      {
        g_autofree char *shown = g_strescape (tones, NULL);

        g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“%s” are not tones of a telephone", shown);
        return FALSE;
      }
  if (self->closed || self->pipeline == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "The handler %s", self->closed ? "is closed" : "has no media yet");
      return FALSE;
    }

  return sip_media_pipeline_play_tones (self->pipeline, tones, duration, inter_tone_gap, error);
}

static void
rollback (SipSessionDescriptionHandler *handler)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (handler);

  if (self->exchange != NULL)
    sip_webrtc_exchange_rollback (self->exchange);
  sip_webrtc_undo_apply (&self->undo, G_OBJECT (self));
  cancel_task (self);
  if (self->exchange != NULL)
    exchange_state_changed (self);
}

static void
release (SipWebrtcHandler *self)
{
  g_clear_pointer (&self->exchange, sip_webrtc_exchange_close);
  if (self->pipeline == NULL)
    return;

  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    for (guint remote = 0; remote < 2; remote++)
      g_set_object (&self->last_tracks[kind][remote], sip_media_pipeline_get_track (self->pipeline, kind, remote));
  g_clear_pointer (&self->pipeline, sip_media_pipeline_close);
}

static void
close_handler (SipSessionDescriptionHandler *handler)
{
  g_autoptr (SipWebrtcHandler) self = g_object_ref (SIP_WEBRTC_HANDLER (handler));

  if (self->closed)
    return;
  self->closed = TRUE;
  release (self);
  cancel_task (self);
  if (self->ice_state != SIP_ICE_CONNECTION_CLOSED)
    {
      self->ice_state = SIP_ICE_CONNECTION_CLOSED;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ICE_CONNECTION_STATE]);
    }
  update_flag (self, &self->connected, FALSE, PROP_CONNECTED);
}

static gboolean
is_ready (SipSessionDescriptionHandler *handler)
{
  return SIP_WEBRTC_HANDLER (handler)->connected;
}

static void
handler_iface_init (SipSessionDescriptionHandlerInterface *iface)
{
  iface->get_description = get_description;
  iface->set_description = set_description;
  iface->send_dtmf = send_dtmf;
  iface->rollback = rollback;
  iface->close = close_handler;
  iface->is_ready = is_ready;
}

/* --- properties --- */

static void
sip_webrtc_handler_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (object);
  SipPeerConnection *connection = self->exchange != NULL ? sip_webrtc_exchange_get_connection (self->exchange) : NULL;

  switch (prop_id)
    {
    case PROP_PIPELINE:
      g_value_set_object (value, self->pipeline != NULL ? sip_media_pipeline_get_element (self->pipeline) : NULL);
      break;

    case PROP_WEBRTCBIN:
      g_value_set_object (value, connection != NULL ? sip_peer_connection_get_element (connection) : NULL);
      break;

    case PROP_ICE_CONNECTION_STATE:
      g_value_set_enum (value, self->ice_state);
      break;

    case PROP_GATHERING_STATE:
      g_value_set_enum (value, self->gathering_state);
      break;

    case PROP_SECURE:
      g_value_set_boolean (value, self->secure);
      break;

    case PROP_CONNECTED:
      g_value_set_boolean (value, self->connected);
      break;

    default:
      sip_webrtc_settings_get (&self->settings, prop_id, value);
    }
}

static void
sip_webrtc_handler_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (object);

  if (!sip_webrtc_settings_set (&self->settings, prop_id, value))
    return;
  if (prop_id == SIP_WEBRTC_RTP_TIMEOUT && self->pipeline != NULL)
    sip_media_pipeline_set_timeout (self->pipeline, g_value_get_uint (value));
  g_object_notify_by_pspec (object, pspec);
}

static void
sip_webrtc_handler_dispose (GObject *object)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (object);

  self->closed = TRUE;
  release (self);
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    for (guint remote = 0; remote < 2; remote++)
      g_clear_object (&self->last_tracks[kind][remote]);

  G_OBJECT_CLASS (sip_webrtc_handler_parent_class)->dispose (object);
}

static void
sip_webrtc_handler_finalize (GObject *object)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (object);

  sip_webrtc_undo_clear (&self->undo);
  sip_webrtc_settings_clear (&self->settings);

  G_OBJECT_CLASS (sip_webrtc_handler_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  sip_webrtc_settings_install (object_class);

  /**
   * SipWebrtcHandler:pipeline:
   *
   * The pipeline, for those who must; `NULL` before the first description.
   */
  properties[PROP_PIPELINE] = g_param_spec_object ("pipeline", NULL, NULL, GST_TYPE_ELEMENT, readable);

  /**
   * SipWebrtcHandler:webrtcbin:
   *
   * The `webrtcbin` in the pipeline, for those who must. It can be replaced, and what it says of the session is not what was agreed
   * on with the peer.
   */
  properties[PROP_WEBRTCBIN] = g_param_spec_object ("webrtcbin", NULL, NULL, GST_TYPE_ELEMENT, readable);

  /**
   * SipWebrtcHandler:ice-connection-state: (getter get_ice_connection_state)
   *
   * How far the search for a path to the peer has come.
   */
  properties[PROP_ICE_CONNECTION_STATE] = g_param_spec_enum ("ice-connection-state", NULL, NULL, SIP_TYPE_ICE_CONNECTION_STATE,
                                                             SIP_ICE_CONNECTION_NEW, readable);

  /**
   * SipWebrtcHandler:gathering-state: (getter get_gathering_state)
   *
   * How far the gathering of our addresses has come.
   */
  properties[PROP_GATHERING_STATE] = g_param_spec_enum ("gathering-state", NULL, NULL, SIP_TYPE_ICE_GATHERING_STATE,
                                                        SIP_ICE_GATHERING_NEW, readable);

  /**
   * SipWebrtcHandler:secure: (getter get_secure)
   *
   * Whether the peer was found to be who its description says.
   */
  properties[PROP_SECURE] = g_param_spec_boolean ("secure", NULL, NULL, FALSE, readable);

  /**
   * SipWebrtcHandler:connected: (getter get_connected)
   *
   * Whether there is a path to the peer and it is secure, so that media can flow.
   */
  properties[PROP_CONNECTED] = g_param_spec_boolean ("connected", NULL, NULL, FALSE, readable);

  for (guint i = SIP_WEBRTC_N_SETTINGS; i < N_PROPS; i++)
    g_object_class_install_property (object_class, i, properties[i]);
}

static void
sip_webrtc_handler_class_init (SipWebrtcHandlerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  /* Whether it worked is asked, and told, when a description is needed. */
  gst_init_check (NULL, NULL, NULL);

  object_class->get_property = sip_webrtc_handler_get_property;
  object_class->set_property = sip_webrtc_handler_set_property;
  object_class->dispose = sip_webrtc_handler_dispose;
  object_class->finalize = sip_webrtc_handler_finalize;
  install_properties (object_class);

  /**
   * SipWebrtcHandler::track-added:
   * @self: the handler
   * @track: the track
   *
   * Emitted when something is about to be sent, or was received, for the first time.
   */
  signals[SIGNAL_TRACK_ADDED] =
    g_signal_new ("track-added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, SIP_TYPE_TRACK);

  /**
   * SipWebrtcHandler::ice-candidate:
   * @self: the handler
   * @mid: the media that it is for, or nothing where media have no names
   * @candidate: the value of an `a=candidate` attribute ([RFC 8839 §5.1](https://www.rfc-editor.org/rfc/rfc8839#section-5.1))
   *
   * Emitted when an address of ours was found out. Descriptions hold them all, so there is nothing to do.
   */
  signals[SIGNAL_ICE_CANDIDATE] = g_signal_new ("ice-candidate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

static void
sip_webrtc_handler_init (SipWebrtcHandler *self)
{
  sip_webrtc_settings_init (&self->settings, G_OBJECT_GET_CLASS (self));
}

/**
 * sip_webrtc_handler_new:
 *
 * Makes a handler that offers sound from and to the system's devices.
 *
 * Returns: (transfer full): a handler
 */
SipWebrtcHandler *
sip_webrtc_handler_new (void)
{
  return g_object_new (SIP_TYPE_WEBRTC_HANDLER, NULL);
}

/**
 * sip_webrtc_handler_get_track:
 * @self: a handler
 * @kind: what it carries
 * @remote: `TRUE` for what is received, `FALSE` for what is sent
 *
 * Gets a track. When the handler is closed it is the one that there was at the end, with what it has counted.
 *
 * Returns: (transfer none) (nullable): the track; `NULL` if there is none, or none yet
 */
SipTrack *
sip_webrtc_handler_get_track (SipWebrtcHandler *self,
                              SipMediaKind      kind,
                              gboolean          remote)
{
  g_return_val_if_fail (SIP_IS_WEBRTC_HANDLER (self), NULL);
  g_return_val_if_fail (kind == SIP_MEDIA_AUDIO || kind == SIP_MEDIA_VIDEO, NULL);

  if (self->pipeline == NULL)
    return self->last_tracks[kind][!!remote];

  return sip_media_pipeline_get_track (self->pipeline, kind, remote);
}

/**
 * sip_webrtc_handler_get_ice_connection_state: (get-property ice-connection-state)
 * @self: a handler
 *
 * Gets how far the search for a path to the peer has come.
 *
 * Returns: the state
 */
SipIceConnectionState
sip_webrtc_handler_get_ice_connection_state (SipWebrtcHandler *self)
{
  g_return_val_if_fail (SIP_IS_WEBRTC_HANDLER (self), SIP_ICE_CONNECTION_NEW);

  return self->ice_state;
}

/**
 * sip_webrtc_handler_get_gathering_state: (get-property gathering-state)
 * @self: a handler
 *
 * Gets how far the gathering of our addresses has come.
 *
 * Returns: the state
 */
SipIceGatheringState
sip_webrtc_handler_get_gathering_state (SipWebrtcHandler *self)
{
  g_return_val_if_fail (SIP_IS_WEBRTC_HANDLER (self), SIP_ICE_GATHERING_NEW);

  return self->gathering_state;
}

/**
 * sip_webrtc_handler_get_secure: (get-property secure)
 * @self: a handler
 *
 * Gets whether the peer was found to be who its description says.
 *
 * Returns: `TRUE` if it was; nothing is sent or received before
 */
gboolean
sip_webrtc_handler_get_secure (SipWebrtcHandler *self)
{
  g_return_val_if_fail (SIP_IS_WEBRTC_HANDLER (self), FALSE);

  return self->secure;
}

/**
 * sip_webrtc_handler_get_connected: (get-property connected)
 * @self: a handler
 *
 * Gets whether media can flow.
 *
 * Returns: `TRUE` if there is a path to the peer and it is secure
 */
gboolean
sip_webrtc_handler_get_connected (SipWebrtcHandler *self)
{
  g_return_val_if_fail (SIP_IS_WEBRTC_HANDLER (self), FALSE);

  return self->connected;
}
