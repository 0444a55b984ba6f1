/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-track-private.h"

#include "media/sip-media-work-private.h"
#include "media/sip-tone-sender-private.h"
#include "syntax/sip-error.h"

/**
 * SipTrack:
 *
 * Sound or pictures on their way to the peer, or from it.
 *
 * Tracks belong to a [class@WebrtcHandler], which announces each with [signal@WebrtcHandler::track-added]. What a remote track carries
 * goes to the handler's sink; [method@Track.add_tap] takes a copy of it to wherever you like:
 *
 * ```c
 * static void
 * track_added_cb (SipWebrtcHandler *handler, SipTrack *track, gpointer user_data)
 * {
 *   if (sip_track_get_remote (track) && sip_track_get_kind (track) == SIP_MEDIA_AUDIO)
 *     sip_track_add_tap (track, gst_parse_bin_from_description ("audioconvert ! wavenc ! filesink location=call.wav", TRUE, NULL));
 * }
 * ```
 */
struct _SipTrack
{
  GObject parent_instance;

  SipMediaKind kind;
  gboolean remote;
  GstBin *pipeline;
  SipSerialQueue *queue;
  GstElement *raw;
  GstElement *tee;
  GstElement *control; /* volume, or the valve of a video */

  GstElement *coder;
  const SipCodec *codec;
  GstPad *pad;
  SipGate *gate;
  guint64 packets; /* before this gate */
  guint64 bytes;
  gint64 first_time;
  gboolean flowing;
  gboolean closed;
  SipSdpPlanEvents events; /* what tones are sent as; the clock is 0 where they cannot be */
  SipToneSender *tones;    /* nullable: of this pad */

  double volume;
  gboolean muted;
  GHashTable *taps; /* GstElement the application's → GstElement the bin with its queue */
};

enum
{
  PROP_KIND = 1,
  PROP_REMOTE,
  PROP_CODEC,
  PROP_VOLUME,
  PROP_MUTED,
  PROP_PACKETS,
  PROP_BYTES,
  PROP_FIRST_BUFFER_TIME,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SipTrack, sip_track, G_TYPE_OBJECT)

/* --- the raw half --- */

static void
apply_control (SipTrack *self)
{
  if (self->closed)
    return;
  if (self->kind == SIP_MEDIA_AUDIO)
    g_object_set (self->control, "volume", self->volume, "mute", self->muted, NULL);
  else
    g_object_set (self->control, "drop", self->muted, NULL);
}

static void
add_ghost_pad (GstElement *bin,
               GstElement *element,
               const char *pad_name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pad_name);

  gst_element_add_pad (bin, gst_ghost_pad_new (pad_name, pad));
}

/* source ! convert ! control ! tee, or control ! tee ! queue ! convert ! sink */
static gboolean
build_raw (SipTrack   *self,
           GstElement *end,
           GError    **error)
{
  gboolean audio = self->kind == SIP_MEDIA_AUDIO;
  g_autofree char *description = NULL;
  g_autoptr (GstElement) convert = NULL;
  g_autoptr (GstElement) first = NULL;
  g_autoptr (GstElement) last = NULL;

  /* An element of the application's comes with a reference, one of ours is floating: it is ours from here on, whatever happens. */
  g_object_take_ref (G_OBJECT (end));
  description = g_strdup_printf (
    self->remote ? "%s ! tee name=tee allow-not-linked=true ! queue name=last ! %s"
                 : "%s name=last ! %s ! tee name=tee allow-not-linked=true",
    self->remote ? (audio ? "audioconvert name=first ! audioresample ! volume name=control" : "valve name=control")
                 : (audio ? "audioconvert" : "videoconvert"),
    self->remote ? (audio ? "audioconvert ! audioresample name=convert" : "videoconvert name=convert")
                 : (audio ? "volume name=control" : "valve name=control"));
  self->raw = gst_parse_bin_from_description (description, FALSE, error);
  if (self->raw == NULL)
    {
      gst_object_unref (end);
      return FALSE;
    }
  gst_object_ref_sink (self->raw);

  self->tee = gst_bin_get_by_name (GST_BIN (self->raw), "tee");
  self->control = gst_bin_get_by_name (GST_BIN (self->raw), "control");
  convert = gst_bin_get_by_name (GST_BIN (self->raw), "convert");
  first = gst_bin_get_by_name (GST_BIN (self->raw), "first");
  last = gst_bin_get_by_name (GST_BIN (self->raw), "last");
  gst_bin_add (GST_BIN (self->raw), end);
  gst_object_unref (end);
  if (!(self->remote ? gst_element_link (convert, end) : gst_element_link (end, last)))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The %s “%s” does not take part in %s", self->remote ? "sink" : "source",
                   GST_OBJECT_NAME (end), audio ? "audio" : "video");
      return FALSE;
    }

  if (self->remote)
    add_ghost_pad (self->raw, first != NULL ? first : self->control, "sink");
  else
    {
      g_autoptr (GstPad) pad = gst_element_request_pad_simple (self->tee, "src_%u");

      gst_element_add_pad (self->raw, gst_ghost_pad_new ("src", pad));
    }
  gst_bin_add (self->pipeline, self->raw);
  apply_control (self);

  return TRUE;
}

SipTrack *
sip_track_new (GstBin         *pipeline,
               SipSerialQueue *queue,
               SipMediaKind    kind,
               gboolean        remote,
               GstElement     *end,
               GError        **error)
{
  g_autoptr (SipTrack) self = g_object_new (SIP_TYPE_TRACK, NULL);

  self->pipeline = gst_object_ref (pipeline);
  self->queue = sip_serial_queue_ref (queue);
  self->kind = kind;
  self->remote = remote;
  if (!build_raw (self, end, error))
    return NULL;

  return g_steal_pointer (&self);
}

/* --- the coded half --- */

/* Lets go of the gate, and remembers what it has counted. */
static void
drop_gate (SipTrack *self)
{
  if (self->gate == NULL)
    return;
  sip_gate_set_open (self->gate, FALSE);
  self->packets += sip_gate_get_packets (self->gate);
  self->bytes += sip_gate_get_bytes (self->gate);
  if (self->first_time == 0)
    self->first_time = sip_gate_get_first_time (self->gate);
  g_clear_pointer (&self->gate, sip_gate_unref);
}

static void
unlink_coder (SipTrack *self)
{
  g_autoptr (GstPad) peer = self->pad != NULL ? gst_pad_get_peer (self->pad) : NULL;

  drop_gate (self);
  if (peer != NULL && self->remote)
    gst_pad_unlink (self->pad, peer);
  /* What comes out of the encoder has nowhere to go from here on, which stops nobody; a webrtcbin that is stopped would. */
  else if (peer != NULL)
    gst_pad_unlink (peer, self->pad);
  g_clear_pointer (&self->tones, sip_tone_sender_unref);
  gst_clear_object (&self->pad);
  if (self->coder != NULL && self->remote)
    sip_media_work_discard (self->queue, self->coder);
  else if (self->coder != NULL)
    {
      g_autoptr (GstPad) raw_pad = gst_element_get_static_pad (self->raw, "src");

      sip_media_work_discard_sink (self->queue, self->coder, raw_pad);
    }
  gst_clear_object (&self->coder);
}

void
sip_track_unlink (SipTrack *self)
{
  unlink_coder (self);
}

void
sip_track_park (SipTrack *self)
{
  unlink_coder (self);
  sip_media_work_park (self->queue, self->raw);
}

static void
configure_payloader (SipTrack *self,
                     guint     payload,
                     guint32   ssrc)
{
  g_autoptr (GstElement) pay = gst_bin_get_by_name (GST_BIN (self->coder), "pay");

  g_object_set (pay, "pt", payload, "ssrc", ssrc, NULL);
}

gboolean
sip_track_link (SipTrack       *self,
                const SipCodec *codec,
                guint           payload,
                guint32         ssrc,
                GstPad         *pad,
                SipGate        *gate,
                GError        **error)
{
  const char *description = self->remote ? sip_codec_get_decoder (codec) : sip_codec_get_encoder (codec);
  g_autoptr (GstPad) far_pad = NULL;
  g_autoptr (GstPad) raw_pad = gst_element_get_static_pad (self->raw, self->remote ? "sink" : "src");
  g_autoptr (GstPad) near_pad = NULL;

  unlink_coder (self);
  if (self->kind == SIP_MEDIA_VIDEO)
    sip_gate_set_whole_pictures (gate);
  if (description == NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "The elements for %s are not installed", codec->name);
      return FALSE;
    }
  self->coder = gst_parse_bin_from_description (description, TRUE, error);
  if (self->coder == NULL)
    return FALSE;
  gst_object_ref_sink (self->coder);
  self->codec = codec;
  if (!self->remote)
    configure_payloader (self, payload, ssrc);

  gst_bin_add (self->pipeline, self->coder);
  near_pad = gst_element_get_static_pad (self->coder, self->remote ? "src" : "sink");
  far_pad = gst_element_get_static_pad (self->coder, self->remote ? "sink" : "src");
  /* Towards webrtcbin everything is awake; from it, the raw half is the first to be so. */
  if (GST_PAD_LINK_FAILED (self->remote ? gst_pad_link (near_pad, raw_pad) : gst_pad_link (far_pad, pad)))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "%s cannot be connected", codec->name);
      return FALSE;
    }

  self->pad = gst_object_ref (pad);
  self->gate = sip_gate_ref (gate);
  sip_gate_set_open (gate, self->flowing && !self->closed);
  if (self->remote)
    {
      sip_media_work_wake (self->queue, self->raw);
      sip_media_work_start (self->queue, self->pipeline, self->coder, NULL, pad, far_pad, gate);
    }
  else
    sip_media_work_start (self->queue, self->pipeline, self->coder, self->raw, raw_pad, near_pad, gate);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CODEC]);

  return TRUE;
}

void
sip_track_set_flowing (SipTrack *self,
                       gboolean  flowing)
{
  if (self->flowing == flowing)
    return;
  self->flowing = flowing;
  if (!flowing && self->tones != NULL)
    sip_tone_sender_stop (self->tones);
  if (self->gate != NULL)
    sip_gate_set_open (self->gate, flowing && !self->closed);
}

void
sip_track_set_events (SipTrack               *self,
                      const SipSdpPlanEvents *events)
{
  const SipSdpPlanEvents none = { 0 };

  self->events = events != NULL ? *events : none;
}

gboolean
sip_track_play_tones (SipTrack   *self,
                      const char *tones,
                      guint       duration,
                      guint       gap,
                      GError    **error)
{
  if (self->events.clock_rate == 0 || self->codec == NULL || self->codec->clock_rate != self->events.clock_rate)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "The peer knows no tones in the media (telephone-event)");
      return FALSE;
    }
  if (!self->flowing || self->closed || self->pad == NULL)
    {
      g_set_error_literal (error, SIP_ERROR, SIP_ERROR_INVALID_STATE, "Tones cannot be played while no sound is sent");
      return FALSE;
    }

  if (self->tones == NULL)
    {
      self->tones = sip_tone_sender_new (self->events.payload, self->events.clock_rate);
      sip_tone_sender_install (self->tones, self->pad);
    }
  sip_tone_sender_play (self->tones, tones, duration, gap);

  return TRUE;
}

/* Asks for, or makes, a whole picture. */
static void
refresh (SipTrack *self)
{
  if (self->kind == SIP_MEDIA_VIDEO && self->gate != NULL && !self->closed)
    sip_gate_ask_for_picture (self->gate, self->pad);
}

/* Elements cost threads and descriptors: an application that keeps the track of an ended call holds none of them. */
static void
drop_elements (SipTrack *self)
{
  g_hash_table_remove_all (self->taps);
  g_clear_pointer (&self->tones, sip_tone_sender_unref);
  gst_clear_object (&self->tee);
  gst_clear_object (&self->control);
  gst_clear_object (&self->coder);
  gst_clear_object (&self->pad);
  gst_clear_object (&self->raw);
  gst_clear_object (&self->pipeline);
  g_clear_pointer (&self->queue, sip_serial_queue_unref);
}

void
sip_track_close (SipTrack *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  drop_gate (self);
  drop_elements (self);
}

/* --- what an application sees --- */

/**
 * sip_track_get_kind: (get-property kind)
 * @self: a track
 *
 * Gets what the track carries.
 *
 * Returns: the kind
 */
SipMediaKind
sip_track_get_kind (SipTrack *self)
{
  g_return_val_if_fail (SIP_IS_TRACK (self), SIP_MEDIA_AUDIO);

  return self->kind;
}

/**
 * sip_track_get_remote: (get-property remote)
 * @self: a track
 *
 * Gets whether the track comes from the peer.
 *
 * Returns: `TRUE` if it is received, `FALSE` if it is sent
 */
gboolean
sip_track_get_remote (SipTrack *self)
{
  g_return_val_if_fail (SIP_IS_TRACK (self), FALSE);

  return self->remote;
}

/**
 * sip_track_get_codec: (get-property codec)
 * @self: a track
 *
 * Gets the name of the codec, as descriptions call it.
 *
 * Returns: (transfer none) (nullable): for instance `opus`; `NULL` while there is none
 */
const char *
sip_track_get_codec (SipTrack *self)
{
  g_return_val_if_fail (SIP_IS_TRACK (self), NULL);

  return self->codec != NULL ? self->codec->name : NULL;
}

/**
 * sip_track_get_volume: (get-property volume)
 * @self: a track
 *
 * Gets how loud the track is.
 *
 * Returns: 1 for as it is, 0 for silence
 */
double
sip_track_get_volume (SipTrack *self)
{
  g_return_val_if_fail (SIP_IS_TRACK (self), 0);

  return self->volume;
}

/**
 * sip_track_set_volume: (set-property volume)
 * @self: a track
 * @volume: from 0 to 10
 *
 * Sets how loud the track is. A video has no volume; it keeps what is set and does nothing with it.
 */
void
sip_track_set_volume (SipTrack *self,
                      double    volume)
{
  g_return_if_fail (SIP_IS_TRACK (self));
  g_return_if_fail (volume >= 0 && volume <= 10);

  if (self->volume == volume)
    return;
  self->volume = volume;
  apply_control (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VOLUME]);
}

/**
 * sip_track_get_muted: (get-property muted)
 * @self: a track
 *
 * Gets whether the track is muted.
 *
 * Returns: `TRUE` if it is
 */
gboolean
sip_track_get_muted (SipTrack *self)
{
  g_return_val_if_fail (SIP_IS_TRACK (self), FALSE);

  return self->muted;
}

/**
 * sip_track_set_muted: (set-property muted)
 * @self: a track
 * @muted: whether it is to be muted
 *
 * Mutes the track: of a sound silence remains, of a video nothing. The peer is not told.
 */
void
sip_track_set_muted (SipTrack *self,
                     gboolean  muted)
{
  g_return_if_fail (SIP_IS_TRACK (self));

  muted = !!muted;
  if (self->muted == muted)
    return;
  self->muted = muted;
  apply_control (self);
  if (!muted)
    refresh (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MUTED]);
}

/**
 * sip_track_get_packets: (get-property packets)
 * @self: a track
 *
 * Gets how many RTP packets were sent, or received and accepted. Changes are not notified.
 *
 * Returns: a number of packets
 */
guint64
sip_track_get_packets (SipTrack *self)
{
  g_return_val_if_fail (SIP_IS_TRACK (self), 0);

  return self->packets + (self->gate != NULL ? sip_gate_get_packets (self->gate) : 0);
}

/**
 * sip_track_get_bytes: (get-property bytes)
 * @self: a track
 *
 * Gets how many bytes of RTP, headers included, were sent, or received and accepted. Changes are not notified.
 *
 * Returns: a number of bytes
 */
guint64
sip_track_get_bytes (SipTrack *self)
{
  g_return_val_if_fail (SIP_IS_TRACK (self), 0);

  return self->bytes + (self->gate != NULL ? sip_gate_get_bytes (self->gate) : 0);
}

/**
 * sip_track_get_first_buffer_time: (get-property first-buffer-time)
 * @self: a track
 *
 * Gets when the first packet was sent, or was received and accepted.
 *
 * Returns: microseconds of the monotonic clock; 0 if there was none
 */
gint64
sip_track_get_first_buffer_time (SipTrack *self)
{
  g_return_val_if_fail (SIP_IS_TRACK (self), 0);

  if (self->first_time != 0)
    return self->first_time;

  return self->gate != NULL ? sip_gate_get_first_time (self->gate) : 0;
}

/**
 * sip_track_add_tap:
 * @self: a track
 * @sink: (transfer floating): an element that takes raw audio or video, a bin for instance
 *
 * Lets an element have a copy of what goes through the track.
 *
 * The copy is taken after the volume of a remote track, and before the encoder of a local one. An element that is too slow loses buffers,
 * and holds nobody up. It is stopped when it is removed, or when the handler is closed.
 *
 * Returns: `TRUE` if the element was connected, `FALSE` if it does not take this kind of media
 */
gboolean
sip_track_add_tap (SipTrack   *self,
                   GstElement *sink)
{
  g_autoptr (GstPad) tee_pad = NULL;
  g_autoptr (GstPad) bin_pad = NULL;
  g_autoptr (GstElement) first = NULL;
  g_autoptr (GstElement) last = NULL;
  GstElement *bin;

  g_return_val_if_fail (SIP_IS_TRACK (self), FALSE);
  g_return_val_if_fail (GST_IS_ELEMENT (sink), FALSE);
  g_return_val_if_fail (!g_hash_table_contains (self->taps, sink), FALSE);

  gst_object_ref_sink (sink);
  bin = gst_parse_bin_from_description (self->kind == SIP_MEDIA_AUDIO
                                          ? "queue name=first leaky=downstream ! audioconvert ! audioresample name=last"
                                          : "queue name=first leaky=downstream ! videoconvert name=last",
                                        FALSE, NULL);
  first = gst_bin_get_by_name (GST_BIN (bin), "first");
  last = gst_bin_get_by_name (GST_BIN (bin), "last");
  gst_bin_add (GST_BIN (bin), sink);
  if (self->closed || !gst_element_link (last, sink))
    {
      gst_bin_remove (GST_BIN (bin), sink);
      gst_object_unref (gst_object_ref_sink (bin));
      gst_object_unref (sink);
      return FALSE;
    }
  add_ghost_pad (bin, first, "sink");
  gst_bin_add (GST_BIN (self->raw), bin);
  tee_pad = gst_element_request_pad_simple (self->tee, "src_%u");
  bin_pad = gst_element_get_static_pad (bin, "sink");
  g_hash_table_insert (self->taps, sink, gst_object_ref (bin));
  sip_media_work_start (self->queue, self->pipeline, bin, NULL, tee_pad, bin_pad, NULL);

  return TRUE;
}

/* Once nothing is in the pad, whichever thread that is in. */
static GstPadProbeReturn
unlink_tap_cb (GstPad          *pad,
               GstPadProbeInfo *info,
               gpointer         user_data)
{
  g_autoptr (GstElement) tee = gst_pad_get_parent_element (pad);
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  if (peer != NULL)
    gst_pad_unlink (pad, peer);
  if (tee != NULL)
    gst_element_release_request_pad (tee, pad);

  return GST_PAD_PROBE_REMOVE;
}

/**
 * sip_track_remove_tap:
 * @self: a track
 * @sink: what was given to [method@Track.add_tap]
 *
 * Takes a tap away, and stops the element. Of a track whose handler is closed there is nothing left to take.
 */
void
sip_track_remove_tap (SipTrack   *self,
                      GstElement *sink)
{
  GstElement *bin;
  g_autoptr (GstPad) bin_pad = NULL;
  g_autoptr (GstPad) tee_pad = NULL;

  g_return_if_fail (SIP_IS_TRACK (self));

  /* The elements were stopped with the handler. */
  if (self->closed)
    return;

  bin = g_hash_table_lookup (self->taps, sink);
  g_return_if_fail (bin != NULL);

  bin_pad = gst_element_get_static_pad (bin, "sink");
  tee_pad = gst_pad_get_peer (bin_pad);
  if (tee_pad != NULL)
    gst_pad_add_probe (tee_pad, GST_PAD_PROBE_TYPE_IDLE, unlink_tap_cb, NULL, NULL);
  sip_media_work_discard (self->queue, bin);
  g_hash_table_remove (self->taps, sink);
}

static void
sip_track_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  SipTrack *self = SIP_TRACK (object);

  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;

    case PROP_REMOTE:
      g_value_set_boolean (value, self->remote);
      break;

    case PROP_CODEC:
      g_value_set_string (value, sip_track_get_codec (self));
      break;

    case PROP_VOLUME:
      g_value_set_double (value, self->volume);
      break;

    case PROP_MUTED:
      g_value_set_boolean (value, self->muted);
      break;

    case PROP_PACKETS:
      g_value_set_uint64 (value, sip_track_get_packets (self));
      break;

    case PROP_BYTES:
      g_value_set_uint64 (value, sip_track_get_bytes (self));
      break;

    case PROP_FIRST_BUFFER_TIME:
      g_value_set_int64 (value, sip_track_get_first_buffer_time (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sip_track_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  SipTrack *self = SIP_TRACK (object);

  switch (prop_id)
    {
    case PROP_VOLUME:
      sip_track_set_volume (self, g_value_get_double (value));
      break;

    case PROP_MUTED:
      sip_track_set_muted (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
sip_track_finalize (GObject *object)
{
  SipTrack *self = SIP_TRACK (object);

  drop_gate (self);
  drop_elements (self);
  g_hash_table_unref (self->taps);

  G_OBJECT_CLASS (sip_track_parent_class)->finalize (object);
}

static void
sip_track_class_init (SipTrackClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = sip_track_get_property;
  object_class->set_property = sip_track_set_property;
  object_class->finalize = sip_track_finalize;

  /**
   * SipTrack:kind: (getter get_kind)
   *
   * What the track carries.
   */
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, SIP_TYPE_MEDIA_KIND, SIP_MEDIA_AUDIO, readable);

  /**
   * SipTrack:remote: (getter get_remote)
   *
   * Whether the track comes from the peer.
   */
  properties[PROP_REMOTE] = g_param_spec_boolean ("remote", NULL, NULL, FALSE, readable);

  /**
   * SipTrack:codec: (getter get_codec)
   *
   * The name of the codec.
   */
  properties[PROP_CODEC] = g_param_spec_string ("codec", NULL, NULL, NULL, readable);

  /**
   * SipTrack:volume: (getter get_volume) (setter set_volume)
   *
   * How loud a sound is: 1 for as it is.
   */
  properties[PROP_VOLUME] = g_param_spec_double ("volume", NULL, NULL, 0, 10, 1, writable);

  /**
   * SipTrack:muted: (getter get_muted) (setter set_muted)
   *
   * Whether nothing is heard, or seen.
   */
  properties[PROP_MUTED] = g_param_spec_boolean ("muted", NULL, NULL, FALSE, writable);

  /**
   * SipTrack:packets: (getter get_packets)
   *
   * How many RTP packets went through. Not notified.
   */
  properties[PROP_PACKETS] = g_param_spec_uint64 ("packets", NULL, NULL, 0, G_MAXUINT64, 0, readable);

  /**
   * SipTrack:bytes: (getter get_bytes)
   *
   * How many bytes of RTP went through. Not notified.
   */
  properties[PROP_BYTES] = g_param_spec_uint64 ("bytes", NULL, NULL, 0, G_MAXUINT64, 0, readable);

  /**
   * SipTrack:first-buffer-time: (getter get_first_buffer_time)
   *
   * When the first packet went through, in microseconds of the monotonic clock. Not notified.
   */
  properties[PROP_FIRST_BUFFER_TIME] = g_param_spec_int64 ("first-buffer-time", NULL, NULL, 0, G_MAXINT64, 0, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
sip_track_init (SipTrack *self)
{
  self->volume = 1;
  self->flowing = TRUE;
  self->taps = g_hash_table_new_full (NULL, NULL, gst_object_unref, gst_object_unref);
}
