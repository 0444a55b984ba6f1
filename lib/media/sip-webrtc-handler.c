/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-webrtc-handler.h"

#include "media/sip-media-end-private.h"
#include "media/sip-webrtc-exchange-private.h"
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
 * The options of a session (`session-description-handler-options`) are properties of the handler by their names, and hold from then on:
 * `{'video': <true>}` adds video to what is offered or accepted.
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

  gboolean enabled[SIP_SDP_N_KINDS];
  char *descriptions[SIP_SDP_N_KINDS][2]; /* of sources and, with index 1, sinks */
  GstElement *ends[SIP_SDP_N_KINDS][2];
  char **codecs;
  guint test_tone_frequency;
  char *stun_server;
  char **turn_servers;
  char **local_addresses;
  char *certificate;
  SipIceTransportPolicy ice_transport_policy;
  SipBundlePolicy bundle_policy;
  gboolean ice_tcp;
  guint ice_gathering_timeout;
  guint latency;

  SipMediaPipeline *pipeline;
  SipWebrtcExchange *exchange;
  GTask *task; /* what is being done */
  SipDescriptionType task_type;

  SipIceConnectionState ice_state;
  SipIceGatheringState gathering_state;
  gboolean secure;
  gboolean connected;
  gboolean failed;
  gboolean closed;
};

enum
{
  PROP_AUDIO = 1,
  PROP_VIDEO,
  PROP_AUDIO_SOURCE,
  PROP_AUDIO_SINK,
  PROP_VIDEO_SOURCE,
  PROP_VIDEO_SINK,
  PROP_AUDIO_SOURCE_ELEMENT,
  PROP_AUDIO_SINK_ELEMENT,
  PROP_VIDEO_SOURCE_ELEMENT,
  PROP_VIDEO_SINK_ELEMENT,
  PROP_CODECS,
  PROP_TEST_TONE_FREQUENCY,
  PROP_STUN_SERVER,
  PROP_TURN_SERVERS,
  PROP_LOCAL_ADDRESSES,
  PROP_CERTIFICATE,
  PROP_ICE_TRANSPORT_POLICY,
  PROP_BUNDLE_POLICY,
  PROP_ICE_TCP,
  PROP_ICE_GATHERING_TIMEOUT,
  PROP_LATENCY,
  PROP_PIPELINE,
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
  g_message ("The media failed: %s", error->message);
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

static const SipMediaPipelineFuncs pipeline_funcs = {
  .track_added = pipeline_track_added,
  .failed = any_failed,
};

static GstElement *
make_end (SipWebrtcHandler *self,
          SipMediaKind      kind,
          gboolean          sink,
          GError          **error)
{
  if (self->ends[kind][sink] != NULL)
    return gst_object_ref (self->ends[kind][sink]);

  return sip_media_end_new (kind, sink, self->descriptions[kind][sink], self->test_tone_frequency, error);
}

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
      end = make_end (self, line->kind, remote, &error);
      if (end == NULL && error == NULL)
        return;
    }
  if (error != NULL || !sip_media_pipeline_connect (self->pipeline, line->kind, remote, end, format, line->ssrc, pad, gate, &error))
    fail (self, error);
}

static void
exchange_agreed (gpointer          user_data,
                 const SipSdpPlan *plan)
{
  SipWebrtcHandler *self = user_data;

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
  gboolean secure, was_secure = self->secure, connected;

  if (connection == NULL)
    return;
  ice_state = sip_peer_connection_get_ice_state (connection);
  gathering_state = sip_peer_connection_get_gathering_state (connection);
  secure = sip_peer_connection_is_secure (connection);
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
  if (secure && !was_secure)
    sip_media_pipeline_refresh (self->pipeline);
  g_object_thaw_notify (G_OBJECT (self));
}

static const SipWebrtcExchangeFuncs exchange_funcs = {
  .pad_added = exchange_pad_added,
  .agreed = exchange_agreed,
  .ice_candidate = exchange_ice_candidate,
  .state_changed = exchange_state_changed,
  .failed = any_failed,
};

/* --- what the parts are told --- */

static SipSdpDirection
get_direction (SipWebrtcHandler *self,
               SipMediaKind      kind)
{
  gboolean silent = self->ends[kind][FALSE] == NULL && g_strcmp0 (self->descriptions[kind][FALSE], "none") == 0;

  return silent ? SIP_SDP_RECVONLY : SIP_SDP_SENDRECV;
}

static void
fill_wish (SipWebrtcHandler *self,
           SipSdpWish       *wish)
{
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      wish->enabled[kind] = self->enabled[kind];
      wish->direction[kind] = get_direction (self, kind);
    }
  wish->codecs = sip_codec_list ((const char *const *) self->codecs);
  wish->bundle = self->bundle_policy == SIP_BUNDLE_MAX_BUNDLE;
}

/* "stun:host" of RFC 7064, and what GStreamer calls it. */
static const char *
get_stun_host (SipWebrtcHandler *self)
{
  const char *host = self->stun_server;

  if (host == NULL)
    return NULL;
  if (g_str_has_prefix (host, "stun:"))
    host += 5;
  if (g_str_has_prefix (host, "//"))
    host += 2;

  return *host != '\0' ? host : NULL;
}

static gboolean
fill_config (SipWebrtcHandler        *self,
             SipPeerConnectionConfig *config,
             GError                 **error)
{
  for (guint i = 0; self->turn_servers != NULL && self->turn_servers[i] != NULL; i++)
    {
      /* libnice 0.1.21 would speak plain TCP, with the credentials in the clear for all to see. */
      if (g_ascii_strncasecmp (self->turn_servers[i], "turns:", 6) == 0)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "TURN over TLS (turns:) is not supported");
          return FALSE;
        }
      if (g_ascii_strncasecmp (self->turn_servers[i], "turn://", 7) != 0)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "The TURN server number %u is not of the form turn://user:password@host",
                       i + 1);
          return FALSE;
        }
    }

  *config = (SipPeerConnectionConfig){
    .stun_server = get_stun_host (self),
    .turn_servers = (const char *const *) self->turn_servers,
    .local_addresses = (const char *const *) self->local_addresses,
    .certificate = self->certificate,
    .transport_policy = self->ice_transport_policy,
    .ice_tcp = self->ice_tcp,
    .latency = self->latency,
  };

  return TRUE;
}

/* Each option that names a property sets it; others may mean something to somebody else. */
static void
apply_options (SipWebrtcHandler *self,
               GVariant         *options)
{
  GVariantIter iter;
  const char *key;
  GVariant *variant;

  if (options == NULL)
    return;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &variant))
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (self), key);
      g_autoptr (GVariant) held = variant;
      g_auto (GValue) value = G_VALUE_INIT;

      if (pspec == NULL || (pspec->flags & G_PARAM_WRITABLE) == 0)
        continue;
      g_dbus_gvariant_to_gvalue (held, &value);
      if (g_value_type_transformable (G_VALUE_TYPE (&value), pspec->value_type))
        g_object_set_property (G_OBJECT (self), key, &value);
      else
        g_debug ("The option “%s” is not of the right type", key);
    }
}

static gboolean
prepare (SipWebrtcHandler *self,
         GVariant         *options,
         GError          **error)
{
  g_autoptr (GError) gst_error = NULL;

  if (self->closed || self->task != NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "The handler is %s", self->closed ? "closed" : "busy with another description");
      return FALSE;
    }
  if (!gst_init_check (NULL, NULL, &gst_error))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "GStreamer cannot be used: %s",
                   gst_error != NULL ? gst_error->message : "no reason given");
      return FALSE;
    }

  apply_options (self, options);
  if (self->pipeline != NULL)
    return TRUE;
  self->pipeline = sip_media_pipeline_new (&pipeline_funcs, self);
  self->exchange = sip_webrtc_exchange_new (self->pipeline, &exchange_funcs, self);

  return TRUE;
}

/* --- the interface --- */

static void
done_cb (gpointer      user_data,
         const char   *text,
         const GError *error)
{
  SipWebrtcHandler *self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task == NULL)
    return;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else if (text != NULL)
    g_task_return_pointer (task, sip_description_new_from_text (self->task_type, "application/sdp", text),
                           (GDestroyNotify) sip_description_unref);
  else
    g_task_return_boolean (task, TRUE);
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

  started = prepare (self, options, &error) && fill_config (self, &config, &error);
  if (started)
    {
      fill_wish (self, &wish);
      started = sip_webrtc_exchange_get (self->exchange, type, &wish, &config, self->ice_gathering_timeout, done_cb, self, &error);
    }
  g_clear_pointer (&wish.codecs, g_ptr_array_unref);
  if (!started)
    {
      g_task_return_error (task, g_steal_pointer (&error));
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

  started = prepare (self, options, &error) && fill_config (self, &config, &error);
  if (started)
    {
      fill_wish (self, &wish);
      started = sip_webrtc_exchange_set (self->exchange, sip_description_get_description_type (description), text != NULL ? text : "", size,
                                         &wish, &config, done_cb, self, &error);
    }
  g_clear_pointer (&wish.codecs, g_ptr_array_unref);
  if (!started)
    {
      g_task_return_error (task, g_steal_pointer (&error));
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

static void
rollback (SipSessionDescriptionHandler *handler)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (handler);

  if (self->exchange != NULL)
    sip_webrtc_exchange_rollback (self->exchange);
  cancel_task (self);
}

static void
release (SipWebrtcHandler *self)
{
  g_clear_pointer (&self->exchange, sip_webrtc_exchange_close);
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

static void
handler_iface_init (SipSessionDescriptionHandlerInterface *iface)
{
  iface->get_description = get_description;
  iface->set_description = set_description;
  iface->rollback = rollback;
  iface->close = close_handler;
}

/* --- properties --- */

/* Which end a property is about; the order of the enumeration above. */
#define END_KIND(prop_id) (((prop_id) - PROP_AUDIO_SOURCE) / 2 % 2)
#define END_SINK(prop_id) (((prop_id) - PROP_AUDIO_SOURCE) % 2)

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
    case PROP_AUDIO:
    case PROP_VIDEO:
      g_value_set_boolean (value, self->enabled[prop_id - PROP_AUDIO]);
      break;

    case PROP_AUDIO_SOURCE:
    case PROP_AUDIO_SINK:
    case PROP_VIDEO_SOURCE:
    case PROP_VIDEO_SINK:
      g_value_set_string (value, self->descriptions[END_KIND (prop_id)][END_SINK (prop_id)]);
      break;

    case PROP_AUDIO_SOURCE_ELEMENT:
    case PROP_AUDIO_SINK_ELEMENT:
    case PROP_VIDEO_SOURCE_ELEMENT:
    case PROP_VIDEO_SINK_ELEMENT:
      g_value_set_object (value, self->ends[END_KIND (prop_id)][END_SINK (prop_id)]);
      break;

    case PROP_CODECS:
      g_value_set_boxed (value, self->codecs);
      break;

    case PROP_TEST_TONE_FREQUENCY:
      g_value_set_uint (value, self->test_tone_frequency);
      break;

    case PROP_STUN_SERVER:
      g_value_set_string (value, self->stun_server);
      break;

    case PROP_TURN_SERVERS:
      g_value_set_boxed (value, self->turn_servers);
      break;

    case PROP_LOCAL_ADDRESSES:
      g_value_set_boxed (value, self->local_addresses);
      break;

    case PROP_CERTIFICATE:
      g_value_set_string (value, self->certificate);
      break;

    case PROP_ICE_TRANSPORT_POLICY:
      g_value_set_enum (value, self->ice_transport_policy);
      break;

    case PROP_BUNDLE_POLICY:
      g_value_set_enum (value, self->bundle_policy);
      break;

    case PROP_ICE_TCP:
      g_value_set_boolean (value, self->ice_tcp);
      break;

    case PROP_ICE_GATHERING_TIMEOUT:
      g_value_set_uint (value, self->ice_gathering_timeout);
      break;

    case PROP_LATENCY:
      g_value_set_uint (value, self->latency);
      break;

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
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* These return whether there was a change. */
static gboolean
replace_string (char        **target,
                const GValue *value)
{
  const char *text = g_value_get_string (value);

  if (g_strcmp0 (*target, text) == 0)
    return FALSE;
  g_free (*target);
  *target = g_strdup (text);

  return TRUE;
}

static gboolean
replace_strv (char       ***target,
              const GValue *value)
{
  const char *const *strv = g_value_get_boxed (value);

  if (strv == NULL && *target == NULL)
    return FALSE;
  if (strv != NULL && *target != NULL && g_strv_equal (strv, (const char *const *) *target))
    return FALSE;
  g_strfreev (*target);
  *target = g_strdupv ((char **) strv);

  return TRUE;
}

#define REPLACE(target, new_value) \
  ({ \
    gboolean _changed = (target) != (new_value); \
    (target) = (new_value); \
    _changed; \
  })

static gboolean
replace_end (GstElement  **target,
             const GValue *value)
{
  GstElement *element = g_value_get_object (value);

  if (element == *target)
    return FALSE;
  gst_clear_object (target);
  *target = element != NULL ? gst_object_ref_sink (element) : NULL;

  return TRUE;
}

static void
sip_webrtc_handler_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (object);
  gboolean changed = FALSE;

  switch (prop_id)
    {
    case PROP_AUDIO:
    case PROP_VIDEO:
      changed = REPLACE (self->enabled[prop_id - PROP_AUDIO], g_value_get_boolean (value));
      break;

    case PROP_AUDIO_SOURCE:
    case PROP_AUDIO_SINK:
    case PROP_VIDEO_SOURCE:
    case PROP_VIDEO_SINK:
      changed = replace_string (&self->descriptions[END_KIND (prop_id)][END_SINK (prop_id)], value);
      break;

    case PROP_AUDIO_SOURCE_ELEMENT:
    case PROP_AUDIO_SINK_ELEMENT:
    case PROP_VIDEO_SOURCE_ELEMENT:
    case PROP_VIDEO_SINK_ELEMENT:
      changed = replace_end (&self->ends[END_KIND (prop_id)][END_SINK (prop_id)], value);
      break;

    case PROP_CODECS:
      changed = replace_strv (&self->codecs, value);
      break;

    case PROP_TEST_TONE_FREQUENCY:
      changed = REPLACE (self->test_tone_frequency, g_value_get_uint (value));
      break;

    case PROP_STUN_SERVER:
      changed = replace_string (&self->stun_server, value);
      break;

    case PROP_TURN_SERVERS:
      changed = replace_strv (&self->turn_servers, value);
      break;

    case PROP_LOCAL_ADDRESSES:
      changed = replace_strv (&self->local_addresses, value);
      break;

    case PROP_CERTIFICATE:
      changed = replace_string (&self->certificate, value);
      break;

    case PROP_ICE_TRANSPORT_POLICY:
      changed = REPLACE (self->ice_transport_policy, (SipIceTransportPolicy) g_value_get_enum (value));
      break;

    case PROP_BUNDLE_POLICY:
      changed = REPLACE (self->bundle_policy, (SipBundlePolicy) g_value_get_enum (value));
      break;

    case PROP_ICE_TCP:
      changed = REPLACE (self->ice_tcp, g_value_get_boolean (value));
      break;

    case PROP_ICE_GATHERING_TIMEOUT:
      changed = REPLACE (self->ice_gathering_timeout, g_value_get_uint (value));
      break;

    case PROP_LATENCY:
      changed = REPLACE (self->latency, g_value_get_uint (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }

  if (changed)
    g_object_notify_by_pspec (object, pspec);
}

static void
sip_webrtc_handler_dispose (GObject *object)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (object);

  self->closed = TRUE;
  release (self);

  G_OBJECT_CLASS (sip_webrtc_handler_parent_class)->dispose (object);
}

static void
sip_webrtc_handler_finalize (GObject *object)
{
  SipWebrtcHandler *self = SIP_WEBRTC_HANDLER (object);

  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    for (guint sink = 0; sink < 2; sink++)
      {
        g_free (self->descriptions[kind][sink]);
        gst_clear_object (&self->ends[kind][sink]);
      }
  g_strfreev (self->codecs);
  g_free (self->stun_server);
  g_strfreev (self->turn_servers);
  g_strfreev (self->local_addresses);
  g_free (self->certificate);

  G_OBJECT_CLASS (sip_webrtc_handler_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * SipWebrtcHandler:audio:
   *
   * Whether sound is offered, and accepted.
   */
  properties[PROP_AUDIO] = g_param_spec_boolean ("audio", NULL, NULL, TRUE, writable);

  /**
   * SipWebrtcHandler:video:
   *
   * Whether video is offered, and accepted.
   */
  properties[PROP_VIDEO] = g_param_spec_boolean ("video", NULL, NULL, FALSE, writable);

  /**
   * SipWebrtcHandler:audio-source:
   *
   * Where the sound to send comes from: `NULL` for the system's device, `test` for a tone of [property@WebrtcHandler:test-tone-frequency], `none` for
   * nothing, or a bin in the syntax of `gst-launch-1.0` with one source pad.
   *
   * It is looked at when the first audio is sent.
   */
  properties[PROP_AUDIO_SOURCE] = g_param_spec_string ("audio-source", NULL, NULL, NULL, writable);

  /**
   * SipWebrtcHandler:audio-sink:
   *
   * Where received sound goes: `NULL` for the system's device, `test` or `none` for nothing, or a bin in the syntax of
   * `gst-launch-1.0` with one sink pad.
   *
   * It is looked at when the first audio is received.
   */
  properties[PROP_AUDIO_SINK] = g_param_spec_string ("audio-sink", NULL, NULL, NULL, writable);

  /**
   * SipWebrtcHandler:video-source:
   *
   * Where the pictures to send come from: `NULL` for the system's device, `test` for a test picture, `none` for
   * nothing, or a bin in the syntax of `gst-launch-1.0` with one source pad.
   *
   * It is looked at when the first video is sent.
   */
  properties[PROP_VIDEO_SOURCE] = g_param_spec_string ("video-source", NULL, NULL, NULL, writable);

  /**
   * SipWebrtcHandler:video-sink:
   *
   * Where received pictures go: `NULL` for the system's device, `test` or `none` for nothing, or a bin in the syntax of
   * `gst-launch-1.0` with one sink pad.
   *
   * It is looked at when the first video is received.
   */
  properties[PROP_VIDEO_SINK] = g_param_spec_string ("video-sink", NULL, NULL, NULL, writable);

  /**
   * SipWebrtcHandler:audio-source-element:
   *
   * An element to use instead of [property@WebrtcHandler:audio-source]. It can serve one handler only.
   */
  properties[PROP_AUDIO_SOURCE_ELEMENT] = g_param_spec_object ("audio-source-element", NULL, NULL, GST_TYPE_ELEMENT, writable);

  /**
   * SipWebrtcHandler:audio-sink-element:
   *
   * An element to use instead of [property@WebrtcHandler:audio-sink]. It can serve one handler only.
   */
  properties[PROP_AUDIO_SINK_ELEMENT] = g_param_spec_object ("audio-sink-element", NULL, NULL, GST_TYPE_ELEMENT, writable);

  /**
   * SipWebrtcHandler:video-source-element:
   *
   * An element to use instead of [property@WebrtcHandler:video-source]. It can serve one handler only.
   */
  properties[PROP_VIDEO_SOURCE_ELEMENT] = g_param_spec_object ("video-source-element", NULL, NULL, GST_TYPE_ELEMENT, writable);

  /**
   * SipWebrtcHandler:video-sink-element:
   *
   * An element to use instead of [property@WebrtcHandler:video-sink]. It can serve one handler only.
   */
  properties[PROP_VIDEO_SINK_ELEMENT] = g_param_spec_object ("video-sink-element", NULL, NULL, GST_TYPE_ELEMENT, writable);

  /**
   * SipWebrtcHandler:codecs:
   *
   * The names of the codecs to use, best first, for instance `PCMA`, `VP8`; `NULL` for all that are installed.
   *
   * Known are `opus`, `PCMU`, `PCMA`, `VP8` and `H264`. Of an offer, the one that the peer likes best is taken.
   */
  properties[PROP_CODECS] = g_param_spec_boxed ("codecs", NULL, NULL, G_TYPE_STRV, writable);

  /**
   * SipWebrtcHandler:test-tone-frequency:
   *
   * The frequency of the tone that `test` stands for as an audio source, in Hz.
   */
  properties[PROP_TEST_TONE_FREQUENCY] = g_param_spec_uint ("test-tone-frequency", NULL, NULL, 20, 20000, 440, writable);

  /**
   * SipWebrtcHandler:stun-server:
   *
   * A server that tells us our public address: `stun:host:port` ([RFC 7064](https://www.rfc-editor.org/rfc/rfc7064)), or only the host.
   */
  properties[PROP_STUN_SERVER] = g_param_spec_string ("stun-server", NULL, NULL, NULL, writable);

  /**
   * SipWebrtcHandler:turn-servers:
   *
   * Servers that relay media: `turn://user:password@host:port`, with `?transport=udp` or `?transport=tcp`.
   *
   * TURN over TLS (`turns:`) is refused with `SIP_ERROR_NOT_SUPPORTED`: the library below would send the password in the clear.
   */
  properties[PROP_TURN_SERVERS] = g_param_spec_boxed ("turn-servers", NULL, NULL, G_TYPE_STRV, writable);

  /**
   * SipWebrtcHandler:local-addresses:
   *
   * The addresses of this host to use; `NULL` for those of all interfaces but the loopback.
   */
  properties[PROP_LOCAL_ADDRESSES] = g_param_spec_boxed ("local-addresses", NULL, NULL, G_TYPE_STRV, writable);

  /**
   * SipWebrtcHandler:certificate:
   *
   * The certificate to show to the peer and its private key, in PEM; `NULL` for one that is made up.
   */
  properties[PROP_CERTIFICATE] = g_param_spec_string ("certificate", NULL, NULL, NULL, writable);

  /**
   * SipWebrtcHandler:ice-transport-policy:
   *
   * Which of our addresses the peer gets to know.
   */
  properties[PROP_ICE_TRANSPORT_POLICY] = g_param_spec_enum ("ice-transport-policy", NULL, NULL, SIP_TYPE_ICE_TRANSPORT_POLICY, SIP_ICE_TRANSPORT_ALL,
                                                             writable);

  /**
   * SipWebrtcHandler:bundle-policy:
   *
   * How our offers ask for transports.
   */
  properties[PROP_BUNDLE_POLICY] = g_param_spec_enum ("bundle-policy", NULL, NULL, SIP_TYPE_BUNDLE_POLICY, SIP_BUNDLE_MAX_BUNDLE, writable);

  /**
   * SipWebrtcHandler:ice-tcp:
   *
   * Whether media may go over TCP ([RFC 6544](https://www.rfc-editor.org/rfc/rfc6544)).
   */
  properties[PROP_ICE_TCP] = g_param_spec_boolean ("ice-tcp", NULL, NULL, FALSE, writable);

  /**
   * SipWebrtcHandler:ice-gathering-timeout:
   *
   * How long a description may wait for our addresses to be found out, in milliseconds. It does not wait once all are known, and
   * then goes with those that are.
   */
  properties[PROP_ICE_GATHERING_TIMEOUT] = g_param_spec_uint ("ice-gathering-timeout", NULL, NULL, 0, G_MAXUINT, 5000, writable);

  /**
   * SipWebrtcHandler:latency:
   *
   * How long received packets are held back to put them in order, in milliseconds.
   */
  properties[PROP_LATENCY] = g_param_spec_uint ("latency", NULL, NULL, 0, 5000, 50, writable);

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
  properties[PROP_GATHERING_STATE] = g_param_spec_enum ("gathering-state", NULL, NULL, SIP_TYPE_ICE_GATHERING_STATE, SIP_ICE_GATHERING_NEW, readable);

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

  g_object_class_install_properties (object_class, N_PROPS, properties);
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
  self->enabled[SIP_MEDIA_AUDIO] = TRUE;
  self->test_tone_frequency = 440;
  self->bundle_policy = SIP_BUNDLE_MAX_BUNDLE;
  self->ice_gathering_timeout = 5000;
  self->latency = 50;
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
 * Gets a track.
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

  return self->pipeline != NULL ? sip_media_pipeline_get_track (self->pipeline, kind, remote) : NULL;
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
