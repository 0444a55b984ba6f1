/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-webrtc-settings-private.h"

#include <string.h>

#include "media/sip-media-end-private.h"
#include "syntax/sip-error.h"

/* Which setting says what an end is: in the order of the enumeration. */
#define END_DESCRIPTION(kind, sink) (SIP_WEBRTC_AUDIO_SOURCE + 2 * (kind) + ((sink) ? 1 : 0))
#define END_ELEMENT(kind, sink) (SIP_WEBRTC_AUDIO_SOURCE_ELEMENT + 2 * (kind) + ((sink) ? 1 : 0))

static void
install (GObjectClass *klass,
         guint         setting,
         GParamSpec   *pspec)
{
  g_object_class_install_property (klass, setting, pspec);
}

static void
install_media (GObjectClass *klass)
{
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * SipWebrtcHandler:audio:
   *
   * Whether sound is offered, and accepted.
   */
  install (klass, SIP_WEBRTC_AUDIO, g_param_spec_boolean ("audio", NULL, NULL, TRUE, writable));
  /**
   * SipWebrtcHandler:video:
   *
   * Whether video is offered, and accepted.
   */
  install (klass, SIP_WEBRTC_VIDEO, g_param_spec_boolean ("video", NULL, NULL, FALSE, writable));
  /**
   * SipWebrtcHandler:audio-source:
   *
   * Where the sound to send comes from: `NULL` for the system's device, `test` for a tone of
   * [property@WebrtcHandler:test-tone-frequency], `none` for nothing, or a bin in the syntax of `gst-launch-1.0` with one source pad.
   *
   * It is looked at when the first audio is sent.
   */
  install (klass, SIP_WEBRTC_AUDIO_SOURCE, g_param_spec_string ("audio-source", NULL, NULL, NULL, writable));
  /**
   * SipWebrtcHandler:audio-sink:
   *
   * Where received sound goes: `NULL` for the system's device, `test` or `none` for nothing, or a bin in the syntax of
   * `gst-launch-1.0` with one sink pad.
   *
   * It is looked at when the first audio is received.
   */
  install (klass, SIP_WEBRTC_AUDIO_SINK, g_param_spec_string ("audio-sink", NULL, NULL, NULL, writable));
  /**
   * SipWebrtcHandler:video-source:
   *
   * Where the pictures to send come from: `NULL` for the system's device, `test` for a test picture, `none` for
   * nothing, or a bin in the syntax of `gst-launch-1.0` with one source pad.
   *
   * It is looked at when the first video is sent.
   */
  install (klass, SIP_WEBRTC_VIDEO_SOURCE, g_param_spec_string ("video-source", NULL, NULL, NULL, writable));
  /**
   * SipWebrtcHandler:video-sink:
   *
   * Where received pictures go: `NULL` for the system's device, `test` or `none` for nothing, or a bin in the syntax of
   * `gst-launch-1.0` with one sink pad.
   *
   * It is looked at when the first video is received.
   */
  install (klass, SIP_WEBRTC_VIDEO_SINK, g_param_spec_string ("video-sink", NULL, NULL, NULL, writable));
  /**
   * SipWebrtcHandler:audio-source-element:
   *
   * An element to use instead of [property@WebrtcHandler:audio-source]. It can serve one handler only.
   */
  install (klass, SIP_WEBRTC_AUDIO_SOURCE_ELEMENT, g_param_spec_object ("audio-source-element", NULL, NULL, GST_TYPE_ELEMENT, writable));
  /**
   * SipWebrtcHandler:audio-sink-element:
   *
   * An element to use instead of [property@WebrtcHandler:audio-sink]. It can serve one handler only.
   */
  install (klass, SIP_WEBRTC_AUDIO_SINK_ELEMENT, g_param_spec_object ("audio-sink-element", NULL, NULL, GST_TYPE_ELEMENT, writable));
  /**
   * SipWebrtcHandler:video-source-element:
   *
   * An element to use instead of [property@WebrtcHandler:video-source]. It can serve one handler only.
   */
  install (klass, SIP_WEBRTC_VIDEO_SOURCE_ELEMENT, g_param_spec_object ("video-source-element", NULL, NULL, GST_TYPE_ELEMENT, writable));
  /**
   * SipWebrtcHandler:video-sink-element:
   *
   * An element to use instead of [property@WebrtcHandler:video-sink]. It can serve one handler only.
   */
  install (klass, SIP_WEBRTC_VIDEO_SINK_ELEMENT, g_param_spec_object ("video-sink-element", NULL, NULL, GST_TYPE_ELEMENT, writable));
  /**
   * SipWebrtcHandler:codecs:
   *
   * The names of the codecs to use, best first, for instance `PCMA`, `VP8`; `NULL` for all that are installed.
   *
   * Known are `opus`, `PCMU`, `PCMA`, `VP8` and `H264`. Of an offer, the one that the peer likes best is taken.
   */
  install (klass, SIP_WEBRTC_CODECS, g_param_spec_boxed ("codecs", NULL, NULL, G_TYPE_STRV, writable));
  /**
   * SipWebrtcHandler:test-tone-frequency:
   *
   * The frequency of the tone that `test` stands for as an audio source, in Hz.
   */
  install (klass, SIP_WEBRTC_TEST_TONE_FREQUENCY, g_param_spec_uint ("test-tone-frequency", NULL, NULL, 20, 20000, 440, writable));
}

static void
install_transport (GObjectClass *klass)
{
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  /**
   * SipWebrtcHandler:stun-server:
   *
   * A server that tells us our public address: `stun:host:port` ([RFC 7064](https://www.rfc-editor.org/rfc/rfc7064)), or only the host.
   */
  install (klass, SIP_WEBRTC_STUN_SERVER, g_param_spec_string ("stun-server", NULL, NULL, NULL, writable));
  /**
   * SipWebrtcHandler:turn-servers:
   *
   * Servers that relay media: `turn://user:password@host:port`, with `?transport=udp` or `?transport=tcp`.
   *
   * TURN over TLS (`turns:`) is refused with `SIP_ERROR_NOT_SUPPORTED`: the library below would send the password in the clear.
   */
  install (klass, SIP_WEBRTC_TURN_SERVERS, g_param_spec_boxed ("turn-servers", NULL, NULL, G_TYPE_STRV, writable));
  /**
   * SipWebrtcHandler:local-addresses:
   *
   * The addresses of this host to use; `NULL` for those of all interfaces but the loopback.
   */
  install (klass, SIP_WEBRTC_LOCAL_ADDRESSES, g_param_spec_boxed ("local-addresses", NULL, NULL, G_TYPE_STRV, writable));
  /**
   * SipWebrtcHandler:certificate:
   *
   * The certificate to show to the peer and its private key, in PEM; `NULL` for one that is made up.
   */
  install (klass, SIP_WEBRTC_CERTIFICATE, g_param_spec_string ("certificate", NULL, NULL, NULL, writable));
  /**
   * SipWebrtcHandler:ice-transport-policy:
   *
   * Which of our addresses the peer gets to know.
   */
  install (klass, SIP_WEBRTC_ICE_TRANSPORT_POLICY,
           g_param_spec_enum ("ice-transport-policy", NULL, NULL, SIP_TYPE_ICE_TRANSPORT_POLICY, SIP_ICE_TRANSPORT_ALL, writable));
  /**
   * SipWebrtcHandler:bundle-policy:
   *
   * How our offers ask for transports.
   */
  install (klass, SIP_WEBRTC_BUNDLE_POLICY,
           g_param_spec_enum ("bundle-policy", NULL, NULL, SIP_TYPE_BUNDLE_POLICY, SIP_BUNDLE_MAX_BUNDLE, writable));
  /**
   * SipWebrtcHandler:ice-tcp:
   *
   * Whether media may go over TCP ([RFC 6544](https://www.rfc-editor.org/rfc/rfc6544)).
   */
  install (klass, SIP_WEBRTC_ICE_TCP, g_param_spec_boolean ("ice-tcp", NULL, NULL, FALSE, writable));
  /**
   * SipWebrtcHandler:ice-gathering-timeout:
   *
   * How long a description may wait for our addresses to be found out, in milliseconds. It does not wait once all are known, and
   * then goes with those that are.
   */
  install (klass, SIP_WEBRTC_ICE_GATHERING_TIMEOUT, g_param_spec_uint ("ice-gathering-timeout", NULL, NULL, 0, G_MAXUINT, 5000, writable));
  /**
   * SipWebrtcHandler:latency:
   *
   * How long received packets are held back to put them in order, in milliseconds.
   */
  install (klass, SIP_WEBRTC_LATENCY, g_param_spec_uint ("latency", NULL, NULL, 0, 5000, 50, writable));
  /**
   * SipWebrtcHandler:rtp-timeout:
   *
   * How long nothing may come from the peer although something should, in seconds; 0 for as long as one likes. A change counts from now on.
   *
   * The media fail then with `SIP_ERROR_TIMEOUT`, and the session ends with the cause "RTP Timeout". A path that does not answer any more is noticed
   * without this, but later. Some peers send nothing while they are muted.
   */
  install (klass, SIP_WEBRTC_RTP_TIMEOUT, g_param_spec_uint ("rtp-timeout", NULL, NULL, 0, G_MAXINT, 0, writable));
}

void
sip_webrtc_settings_install (GObjectClass *klass)
{
  install_media (klass);
  install_transport (klass);
}

void
sip_webrtc_settings_init (SipWebrtcSettings *self,
                          GObjectClass      *klass)
{
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs;

  pspecs = g_object_class_list_properties (klass, &n_pspecs);
  for (guint i = 0; i < n_pspecs; i++)
    if (pspecs[i]->param_id < SIP_WEBRTC_N_SETTINGS && (pspecs[i]->flags & G_PARAM_WRITABLE) != 0)
      {
        GValue *value = &self->values[pspecs[i]->param_id];

        g_value_init (value, pspecs[i]->value_type);
        g_param_value_set_default (pspecs[i], value);
      }
}

void
sip_webrtc_settings_clear (SipWebrtcSettings *self)
{
  for (guint i = 1; i < SIP_WEBRTC_N_SETTINGS; i++)
    g_value_unset (&self->values[i]);
}

void
sip_webrtc_settings_get (const SipWebrtcSettings *self,
                         guint                    setting,
                         GValue                  *value)
{
  g_value_copy (&self->values[setting], value);
}

static gboolean
is_equal (const GValue *a,
          const GValue *b)
{
  const char *const *strv_a, *const *strv_b;

  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (a)))
    {
    case G_TYPE_BOOLEAN:
      return g_value_get_boolean (a) == g_value_get_boolean (b);

    case G_TYPE_UINT:
      return g_value_get_uint (a) == g_value_get_uint (b);

    case G_TYPE_ENUM:
      return g_value_get_enum (a) == g_value_get_enum (b);

    case G_TYPE_STRING:
      return g_strcmp0 (g_value_get_string (a), g_value_get_string (b)) == 0;

    case G_TYPE_OBJECT:
      return g_value_get_object (a) == g_value_get_object (b);

    case G_TYPE_BOXED:
    default:
      strv_a = g_value_get_boxed (a);
      strv_b = g_value_get_boxed (b);
      return strv_a == strv_b || (strv_a != NULL && strv_b != NULL && g_strv_equal (strv_a, strv_b));
    }
}

gboolean
sip_webrtc_settings_set (SipWebrtcSettings *self,
                         guint              setting,
                         const GValue      *value)
{
  GValue *target = &self->values[setting];

  if (is_equal (target, value))
    return FALSE;

  g_value_copy (value, target);
  if (G_VALUE_HOLDS_OBJECT (target) && g_value_get_object (target) != NULL && g_object_is_floating (g_value_get_object (target)))
    /* Now that there is an owner, the floating reference is one too many. */
    g_object_unref (g_object_ref_sink (g_value_get_object (target)));

  return TRUE;
}

guint
sip_webrtc_settings_get_uint (const SipWebrtcSettings *self,
                              guint                    setting)
{
  return g_value_get_uint (&self->values[setting]);
}

static const char *
get_string (const SipWebrtcSettings *self,
            guint                    setting)
{
  return g_value_get_string (&self->values[setting]);
}

static const char *const *
get_strv (const SipWebrtcSettings *self,
          guint                    setting)
{
  return g_value_get_boxed (&self->values[setting]);
}

void
sip_webrtc_settings_apply_options (GObject  *object,
                                   GVariant *options)
{
  GVariantIter iter;
  const char *key;
  GVariant *variant;

  if (options == NULL)
    return;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &key, &variant))
    {
      GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), key);
      g_autoptr (GVariant) held = variant;
      g_auto (GValue) value = G_VALUE_INIT;

      if (pspec == NULL || (pspec->flags & G_PARAM_WRITABLE) == 0)
        continue;
      g_dbus_gvariant_to_gvalue (held, &value);
      if (g_value_type_transformable (G_VALUE_TYPE (&value), pspec->value_type))
        g_object_set_property (object, key, &value);
      else
        g_debug ("The option “%s” is not of the right type", key);
    }
}

void
sip_webrtc_settings_try_options (const SipWebrtcSettings *self,
                                 GObject                 *object,
                                 GVariant                *options,
                                 SipWebrtcUndo           *undo)
{
  if (options == NULL)
    return;
  if (!undo->is_set)
    for (guint i = 1; i < SIP_WEBRTC_N_SETTINGS; i++)
      {
        g_value_init (&undo->before.values[i], G_VALUE_TYPE (&self->values[i]));
        g_value_copy (&self->values[i], &undo->before.values[i]);
      }
  undo->is_set = TRUE;
  sip_webrtc_settings_apply_options (object, options);
  for (guint i = 1; i < SIP_WEBRTC_N_SETTINGS; i++)
    undo->changed[i] |= !is_equal (&undo->before.values[i], &self->values[i]);
}

void
sip_webrtc_undo_clear (SipWebrtcUndo *undo)
{
  if (undo->is_set)
    sip_webrtc_settings_clear (&undo->before);
  memset (undo, 0, sizeof *undo);
}

void
sip_webrtc_undo_apply (SipWebrtcUndo *undo,
                       GObject       *object)
{
  guint n_pspecs;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n_pspecs);

  for (guint i = 0; undo->is_set && i < n_pspecs; i++)
    if (pspecs[i]->param_id < SIP_WEBRTC_N_SETTINGS && undo->changed[pspecs[i]->param_id])
      g_object_set_property (object, pspecs[i]->name, &undo->before.values[pspecs[i]->param_id]);
  sip_webrtc_undo_clear (undo);
}

static SipSdpDirection
get_direction (const SipWebrtcSettings *self,
               SipMediaKind             kind)
{
  gboolean silent = g_value_get_object (&self->values[END_ELEMENT (kind, FALSE)]) == NULL &&
                    g_strcmp0 (get_string (self, END_DESCRIPTION (kind, FALSE)), "none") == 0;

  return silent ? SIP_SDP_RECVONLY : SIP_SDP_SENDRECV;
}

void
sip_webrtc_settings_fill_wish (const SipWebrtcSettings *self,
                               SipSdpWish              *wish)
{
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      wish->enabled[kind] = g_value_get_boolean (&self->values[SIP_WEBRTC_AUDIO + kind]);
      wish->direction[kind] = get_direction (self, kind);
    }
  wish->codecs = sip_codec_list (get_strv (self, SIP_WEBRTC_CODECS));
  wish->bundle = g_value_get_enum (&self->values[SIP_WEBRTC_BUNDLE_POLICY]) == SIP_BUNDLE_MAX_BUNDLE;
}

/* "stun:host" of RFC 7064, and what GStreamer calls it. */
static const char *
get_stun_host (const SipWebrtcSettings *self)
{
  const char *host = get_string (self, SIP_WEBRTC_STUN_SERVER);

  if (host == NULL)
    return NULL;
  if (g_str_has_prefix (host, "stun:"))
    host += 5;
  if (g_str_has_prefix (host, "//"))
    host += 2;

  return *host != '\0' ? host : NULL;
}

static gboolean
check_turn_servers (const char *const *servers,
                    GError           **error)
{
  for (guint i = 0; servers != NULL && servers[i] != NULL; i++)
    {
      /* libnice 0.1.21 would speak plain TCP, with the credentials in the clear for all to see. */
      if (g_ascii_strncasecmp (servers[i], "turns:", 6) == 0)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "TURN over TLS (turns:) is not supported");
          return FALSE;
        }
      /* The text is not shown: there is a password in it. */
      if (g_ascii_strncasecmp (servers[i], "turn://", 7) != 0)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT,
                       "The TURN server number %u is not of the form turn://user:password@host", i + 1);
          return FALSE;
        }
    }

  return TRUE;
}

gboolean
sip_webrtc_settings_fill_config (const SipWebrtcSettings *self,
                                 SipPeerConnectionConfig *config,
                                 GError                 **error)
{
  *config = (SipPeerConnectionConfig){
    .stun_server = get_stun_host (self),
    .turn_servers = get_strv (self, SIP_WEBRTC_TURN_SERVERS),
    .local_addresses = get_strv (self, SIP_WEBRTC_LOCAL_ADDRESSES),
    .certificate = get_string (self, SIP_WEBRTC_CERTIFICATE),
    .transport_policy = g_value_get_enum (&self->values[SIP_WEBRTC_ICE_TRANSPORT_POLICY]),
    .ice_tcp = g_value_get_boolean (&self->values[SIP_WEBRTC_ICE_TCP]),
    .latency = sip_webrtc_settings_get_uint (self, SIP_WEBRTC_LATENCY),
  };

  return check_turn_servers (config->turn_servers, error);
}

GstElement *
sip_webrtc_settings_make_end (const SipWebrtcSettings *self,
                              SipMediaKind             kind,
                              gboolean                 sink,
                              GError                 **error)
{
  GstElement *element = g_value_get_object (&self->values[END_ELEMENT (kind, sink)]);

  if (element != NULL)
    return gst_object_ref (element);

  return sip_media_end_new (kind, sink, get_string (self, END_DESCRIPTION (kind, sink)),
                            sip_webrtc_settings_get_uint (self, SIP_WEBRTC_TEST_TONE_FREQUENCY), error);
}
