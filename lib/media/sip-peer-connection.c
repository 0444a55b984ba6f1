/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-peer-connection-private.h"

#include <gst/webrtc/webrtc.h>
#include <string.h>

#include "media/sip-fingerprint-private.h"
#include "syntax/sip-error.h"

/* The way from webrtcbin's threads to ours. They hold this, never the connection: its last reference must not go away over there. */
typedef struct
{
  GWeakRef connection;
  GMainContext *context;
} Link;

/* What a DTLS transport of webrtcbin is to us. */
typedef struct
{
  GstWebRTCDTLSTransport *transport;
  SipGuard *guard;
  gulong state_id;
} Transport;

struct _SipPeerConnection
{
  GObject parent_instance;

  GstElement *element;
  Link *link;
  SipPeerConnectionFuncs funcs;
  gpointer user_data;
  gboolean closed;
  gboolean failed;

  GPtrArray *transceivers; /* GstWebRTCRTPTransceiver, by line */
  GPtrArray *transports;   /* Transport */
  GPtrArray *candidates;   /* GPtrArray of char *, by line */
  SipIceConnectionState ice_state;
  SipIceGatheringState gathering_state;

  SipPeerConnectionCallback gathered;
  gpointer gathered_data;
  GSource *gathering_timeout;
  GSource *handshake_timeout; /* since there is a path; nullable */
};

G_DEFINE_FINAL_TYPE (SipPeerConnection, sip_peer_connection, G_TYPE_OBJECT)

/* --- from webrtcbin's threads to ours --- */

static Link *
link_new (SipPeerConnection *self)
{
  Link *link = g_atomic_rc_box_new0 (Link);

  g_weak_ref_init (&link->connection, self);
  link->context = g_main_context_ref_thread_default ();

  return link;
}

static void
link_clear (Link *link)
{
  g_weak_ref_clear (&link->connection);
  g_main_context_unref (link->context);
}

static void
link_unref (gpointer link)
{
  g_atomic_rc_box_release_full (link, (GDestroyNotify) link_clear);
}

static void
link_closure_unref (gpointer  data,
                    GClosure *closure)
{
  link_unref (data);
}

typedef struct _Note Note;
typedef void (*NoteFunc) (SipPeerConnection *self, Note *note);

/* Something that happened over there. */
struct _Note
{
  Link *link;
  NoteFunc func;
  guint number;
  gboolean flag;
  char *text;
  GstObject *object;
  SipGate *gate;
  SipToneReader *tones;
  GError *error;
  GstWebRTCSessionDescription *description;
  SipPeerConnectionCallback callback;
  gpointer callback_data;
};

static void
note_free (Note *note)
{
  link_unref (note->link);
  g_free (note->text);
  g_clear_pointer (&note->gate, sip_gate_unref);
  g_clear_pointer (&note->tones, sip_tone_reader_unref);
  gst_clear_object (&note->object);
  g_clear_error (&note->error);
  g_clear_pointer (&note->description, gst_webrtc_session_description_free);
  g_free (note);
}

static gboolean
deliver_cb (gpointer user_data)
{
  Note *note = user_data;
  g_autoptr (SipPeerConnection) self = g_weak_ref_get (&note->link->connection);

  if (self != NULL && !self->closed)
    note->func (self, note);

  return G_SOURCE_REMOVE;
}

static Note *
note_new (Link    *link,
          NoteFunc func)
{
  Note *note = g_new0 (Note, 1);

  note->link = g_atomic_rc_box_acquire (link);
  note->func = func;

  return note;
}

/* Never at once, even where this thread owns the context: what happens while we call webrtcbin is told after the call. */
static void
post (Note *note)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[sip] peer connection");
  g_source_set_callback (source, deliver_cb, note, (GDestroyNotify) note_free);
  g_source_attach (source, note->link->context);
  g_source_unref (source);
}

static void
fail (SipPeerConnection *self,
      const GError      *error)
{
  if (self->failed)
    return;
  self->failed = TRUE;
  self->funcs.failed (self->user_data, error);
}

/* --- states --- */

static SipIceConnectionState
map_ice_state (guint state)
{
  switch (state)
    {
    case GST_WEBRTC_ICE_CONNECTION_STATE_CHECKING:
      return SIP_ICE_CONNECTION_CHECKING;

    case GST_WEBRTC_ICE_CONNECTION_STATE_CONNECTED:
      return SIP_ICE_CONNECTION_CONNECTED;

    case GST_WEBRTC_ICE_CONNECTION_STATE_COMPLETED:
      return SIP_ICE_CONNECTION_COMPLETED;

    case GST_WEBRTC_ICE_CONNECTION_STATE_FAILED:
      return SIP_ICE_CONNECTION_FAILED;

    case GST_WEBRTC_ICE_CONNECTION_STATE_DISCONNECTED:
      return SIP_ICE_CONNECTION_DISCONNECTED;

    case GST_WEBRTC_ICE_CONNECTION_STATE_CLOSED:
      return SIP_ICE_CONNECTION_CLOSED;

    default:
      return SIP_ICE_CONNECTION_NEW;
    }
}

/* A handshake that does not end is not told by webrtcbin, and looks like silence. */
#define HANDSHAKE_PATIENCE 30 /* s */

static gboolean
handshake_timeout_cb (gpointer user_data)
{
  SipPeerConnection *self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->handshake_timeout, g_source_unref);
  if (sip_peer_connection_is_secure (self))
    return G_SOURCE_REMOVE;
  error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "No secure connection to the peer could be made in time");
  fail (self, error);

  return G_SOURCE_REMOVE;
}

static void
watch_handshake (SipPeerConnection *self)
{
  if (self->handshake_timeout != NULL || sip_peer_connection_is_secure (self))
    return;
  self->handshake_timeout = g_timeout_source_new_seconds (HANDSHAKE_PATIENCE);
  g_source_set_static_name (self->handshake_timeout, "[sip] handshake");
  g_source_set_callback (self->handshake_timeout, handshake_timeout_cb, self, NULL);
  g_source_attach (self->handshake_timeout, self->link->context);
}

static void
ice_state_note (SipPeerConnection *self,
                Note              *note)
{
  SipIceConnectionState state = map_ice_state (note->number);

  if (state == self->ice_state)
    return;
  self->ice_state = state;
  if (state == SIP_ICE_CONNECTION_CONNECTED || state == SIP_ICE_CONNECTION_COMPLETED)
    watch_handshake (self);
  self->funcs.state_changed (self->user_data);
  if (state == SIP_ICE_CONNECTION_FAILED && !self->closed)
    {
      g_autoptr (GError) error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "There is no path to the peer");

      fail (self, error);
    }
}

static void
ice_state_cb (GstElement *element,
              GParamSpec *pspec,
              gpointer    user_data)
{
  Note *note = note_new (user_data, ice_state_note);
  GstWebRTCICEConnectionState state;

  g_object_get (element, "ice-connection-state", &state, NULL);
  note->number = state;
  post (note);
}

static void
gathering_done (SipPeerConnection *self)
{
  SipPeerConnectionCallback callback = self->gathered;

  if (self->gathering_timeout != NULL)
    g_source_destroy (self->gathering_timeout);
  g_clear_pointer (&self->gathering_timeout, g_source_unref);
  self->gathered = NULL;
  if (callback != NULL)
    callback (self->gathered_data, NULL, NULL);
}

static void
gathering_note (SipPeerConnection *self,
                Note              *note)
{
  SipIceGatheringState state = note->number == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE    ? SIP_ICE_GATHERING_COMPLETE
                               : note->number == GST_WEBRTC_ICE_GATHERING_STATE_GATHERING ? SIP_ICE_GATHERING_GATHERING
                                                                                          : SIP_ICE_GATHERING_NEW;

  if (state == self->gathering_state)
    return;
  self->gathering_state = state;
  self->funcs.state_changed (self->user_data);
  if (state == SIP_ICE_GATHERING_COMPLETE && !self->closed)
    gathering_done (self);
}

static void
gathering_state_cb (GstElement *element,
                    GParamSpec *pspec,
                    gpointer    user_data)
{
  Note *note = note_new (user_data, gathering_note);
  GstWebRTCICEGatheringState state;

  g_object_get (element, "ice-gathering-state", &state, NULL);
  note->number = state;
  post (note);
}

static GPtrArray *
candidates_of (SipPeerConnection *self,
               guint              line)
{
  while (self->candidates->len <= line)
    g_ptr_array_add (self->candidates, g_ptr_array_new_with_free_func (g_free));

  return g_ptr_array_index (self->candidates, line);
}

static void
candidate_note (SipPeerConnection *self,
                Note              *note)
{
  if (note->number > 64)
    return;
  g_ptr_array_add (candidates_of (self, note->number), g_strdup (note->text));
  self->funcs.ice_candidate (self->user_data, note->number, note->text);
}

static void
ice_candidate_cb (GstElement *element,
                  guint       line,
                  char       *candidate,
                  gpointer    user_data)
{
  Note *note;

  if (candidate == NULL || !g_str_has_prefix (candidate, "candidate:"))
    return;
  note = note_new (user_data, candidate_note);
  note->number = line;
  note->text = g_strdup (candidate + strlen ("candidate:"));
  post (note);
}

/* --- who the peer is --- */

static void
verified_note (SipPeerConnection *self,
               Note              *note)
{
  self->funcs.state_changed (self->user_data);
  if (note->error != NULL && !self->closed)
    fail (self, note->error);
}

/* In a thread of webrtcbin, right after the handshake: so that nothing can pass before. */
static void
transport_state_cb (GstWebRTCDTLSTransport *transport,
                    GParamSpec             *pspec,
                    gpointer                user_data)
{
  SipGuard *guard = g_object_get_data (G_OBJECT (transport), "sip-guard");
  GstWebRTCDTLSTransportState state;
  g_autofree char *pem = NULL;
  Note *note;

  g_object_get (transport, "state", &state, NULL);
  if (state == GST_WEBRTC_DTLS_TRANSPORT_STATE_CONNECTED)
    {
      g_object_get (transport, "remote-certificate", &pem, NULL);
      note = note_new (user_data, verified_note);
      if (sip_guard_set_certificate (guard, pem != NULL ? pem : "") == SIP_GUARD_FORGED)
        note->error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "The peer's certificate does not match the fingerprint of its description");
      post (note);
    }
  else if (state == GST_WEBRTC_DTLS_TRANSPORT_STATE_FAILED)
    {
      note = note_new (user_data, verified_note);
      note->error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "No secure connection to the peer could be made");
      post (note);
    }
}

static void
transport_free (Transport *transport)
{
  g_signal_handler_disconnect (transport->transport, transport->state_id);
  gst_object_unref (transport->transport);
  sip_guard_unref (transport->guard);
  g_free (transport);
}

static GstWebRTCDTLSTransport *
get_dtls_transport (GObject *transceiver)
{
  g_autoptr (GObject) sender = NULL;
  GstWebRTCDTLSTransport *transport = NULL;

  g_object_get (transceiver, "sender", &sender, NULL);
  if (sender != NULL)
    g_object_get (sender, "transport", &transport, NULL);

  return transport;
}

static Transport *
watch_transport (SipPeerConnection *self,
                 guint              line)
{
  g_autoptr (GstWebRTCDTLSTransport) dtls = NULL;
  Transport *transport;

  if (line >= self->transceivers->len)
    return NULL;
  dtls = get_dtls_transport (g_ptr_array_index (self->transceivers, line));
  if (dtls == NULL)
    return NULL;

  for (guint i = 0; i < self->transports->len; i++)
    {
      transport = g_ptr_array_index (self->transports, i);
      if (transport->transport == dtls)
        return transport;
    }

  transport = g_new0 (Transport, 1);
  transport->transport = g_steal_pointer (&dtls);
  transport->guard = sip_guard_new ();
  g_object_set_data_full (G_OBJECT (transport->transport), "sip-guard", sip_guard_ref (transport->guard), (GDestroyNotify) sip_guard_unref);
  transport->state_id = g_signal_connect_data (transport->transport, "notify::state", G_CALLBACK (transport_state_cb),
                                               g_atomic_rc_box_acquire (self->link), link_closure_unref, 0);
  g_ptr_array_add (self->transports, transport);

  return transport;
}

/* --- pads --- */

static void
pad_note (SipPeerConnection *self,
          Note              *note)
{
  if (note->tones != NULL)
    self->funcs.tones_added (self->user_data, note->tones, note->gate);
  else
    self->funcs.pad_added (self->user_data, note->number, note->flag, GST_PAD (note->object), note->gate);
}

/* The clock of a stream of tones (RFC 4733), or 0 where a pad brings something else. */
static guint
get_tone_clock (GstPad *pad)
{
  g_autoptr (GstCaps) caps = GST_PAD_IS_SRC (pad) ? gst_pad_get_current_caps (pad) : NULL;
  const GstStructure *structure = caps != NULL && gst_caps_get_size (caps) > 0 ? gst_caps_get_structure (caps, 0) : NULL;
  const char *name = structure != NULL ? gst_structure_get_string (structure, "encoding-name") : NULL;
  int rate = 0;

  if (name == NULL || g_ascii_strcasecmp (name, "telephone-event") != 0 || !gst_structure_get_int (structure, "clock-rate", &rate))
    return 0;

  return (guint) MAX (rate, 0);
}

static void
pad_added_cb (GstElement *element,
              GstPad     *pad,
              gpointer    user_data)
{
  g_autoptr (GObject) transceiver = NULL;
  g_autoptr (GstWebRTCDTLSTransport) transport = NULL;
  g_autoptr (SipGuard) guard = NULL;
  SipGuard *known = NULL;
  guint line = 0;
  guint tone_clock;
  Note *note;

  g_object_get (pad, "transceiver", &transceiver, NULL);
  if (transceiver != NULL)
    {
      g_object_get (transceiver, "mlineindex", &line, NULL);
      transport = get_dtls_transport (transceiver);
    }
  if (transport != NULL)
    known = g_object_get_data (G_OBJECT (transport), "sip-guard");
  /* Nobody would ever open a gate whose guard nobody knows: that is what is wanted. */
  guard = known != NULL ? sip_guard_ref (known) : sip_guard_new ();

  note = note_new (user_data, pad_note);
  note->number = line;
  note->flag = GST_PAD_IS_SINK (pad);
  note->object = gst_object_ref (GST_OBJECT (pad));
  note->gate = sip_gate_new (guard);
  sip_gate_install (note->gate, pad);
  if ((tone_clock = get_tone_clock (pad)) > 0)
    {
      /* A tone is short: it is not to wait until our thread gets to hear of it. */
      note->tones = sip_tone_reader_new (tone_clock, note->link->context);
      sip_tone_reader_install (note->tones, pad);
      sip_gate_set_ready (note->gate);
      sip_gate_set_open (note->gate, TRUE);
    }
  post (note);
}

/* --- operations --- */

static void
operation_note (SipPeerConnection *self,
                Note              *note)
{
  note->callback (note->callback_data, note->description != NULL ? note->description->sdp : NULL, note->error);
}

/* A promise owns the note of how it was kept until then: one that is thrown away takes it along. */
static void
note_holder_free (gpointer user_data)
{
  Note **holder = user_data;

  g_clear_pointer (holder, note_free);
  g_free (holder);
}

static void
promise_cb (GstPromise *promise,
            gpointer    user_data)
{
  Note *note = g_steal_pointer ((Note **) user_data);
  const GstStructure *reply = gst_promise_wait (promise) == GST_PROMISE_RESULT_REPLIED ? gst_promise_get_reply (promise) : NULL;

  if (reply != NULL && gst_structure_has_field (reply, "error"))
    {
      g_autoptr (GError) error = NULL;

      gst_structure_get (reply, "error", G_TYPE_ERROR, &error, NULL);
      note->error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "%s", error != NULL ? error->message : "webrtcbin refused");
    }
  else if (note->flag)
    {
      const char *name = note->number == SIP_DESCRIPTION_OFFER ? "offer" : "answer";

      if (reply == NULL || !gst_structure_get (reply, name, GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &note->description, NULL))
        note->error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "webrtcbin made no %s", name);
    }
  post (note);
}

static GstPromise *
promise_new (SipPeerConnection        *self,
             SipPeerConnectionCallback callback,
             gpointer                  user_data,
             gboolean                  creates,
             SipDescriptionType        type)
{
  Note *note = note_new (self->link, operation_note);
  Note **holder = g_new (Note *, 1);

  *holder = note;
  note->flag = creates;
  note->number = type;
  note->callback = callback;
  note->callback_data = user_data;

  return gst_promise_new_with_change_func (promise_cb, holder, note_holder_free);
}

void
sip_peer_connection_create (SipPeerConnection        *self,
                            SipDescriptionType        type,
                            SipPeerConnectionCallback callback,
                            gpointer                  user_data)
{
  g_autoptr (GstPromise) promise = promise_new (self, callback, user_data, TRUE, type);

  /* The signal takes the reference that it is given. */
  g_signal_emit_by_name (self->element, type == SIP_DESCRIPTION_OFFER ? "create-offer" : "create-answer", NULL, promise);
}

static void
set_description (SipPeerConnection        *self,
                 const char               *signal_name,
                 SipDescriptionType        type,
                 GstSDPMessage            *sdp,
                 SipPeerConnectionCallback callback,
                 gpointer                  user_data)
{
  g_autoptr (GstPromise) promise = promise_new (self, callback, user_data, FALSE, type);
  g_autoptr (GstWebRTCSessionDescription) description = NULL;

  description = gst_webrtc_session_description_new (
    type == SIP_DESCRIPTION_OFFER ? GST_WEBRTC_SDP_TYPE_OFFER : GST_WEBRTC_SDP_TYPE_ANSWER, sdp);
  g_signal_emit_by_name (self->element, signal_name, description, promise);
}

void
sip_peer_connection_set_local (SipPeerConnection        *self,
                               SipDescriptionType        type,
                               const GstSDPMessage      *sdp,
                               SipPeerConnectionCallback callback,
                               gpointer                  user_data)
{
  GstSDPMessage *copy = NULL;

  gst_sdp_message_copy (sdp, &copy);
  set_description (self, "set-local-description", type, copy, callback, user_data);
}

void
sip_peer_connection_set_remote (SipPeerConnection        *self,
                                SipDescriptionType        type,
                                const char               *text,
                                SipPeerConnectionCallback callback,
                                gpointer                  user_data)
{
  GstSDPMessage *sdp = NULL;

  gst_sdp_message_new (&sdp);
  gst_sdp_message_parse_buffer ((const guint8 *) text, (guint) strlen (text), sdp);
  set_description (self, "set-remote-description", type, sdp, callback, user_data);
}

static gboolean
gathering_timeout_cb (gpointer user_data)
{
  g_debug ("The candidates are not complete in time; what is there has to do");
  gathering_done (user_data);

  return G_SOURCE_REMOVE;
}

void
sip_peer_connection_gather (SipPeerConnection        *self,
                            guint                     timeout,
                            SipPeerConnectionCallback callback,
                            gpointer                  user_data)
{
  self->gathered = callback;
  self->gathered_data = user_data;
  if (self->gathering_state == SIP_ICE_GATHERING_COMPLETE)
    timeout = 0;
  self->gathering_timeout = g_timeout_source_new (timeout);
  g_source_set_static_name (self->gathering_timeout, "[sip] gathering");
  g_source_set_callback (self->gathering_timeout, gathering_timeout_cb, self, NULL);
  g_source_attach (self->gathering_timeout, self->link->context);
}

/* --- lines --- */

void
sip_peer_connection_add_line (SipPeerConnection *self,
                              GstCaps           *caps)
{
  GObject *transceiver = NULL;

  g_signal_emit_by_name (self->element, "add-transceiver", GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, caps, &transceiver);
  g_ptr_array_add (self->transceivers, transceiver);
}

void
sip_peer_connection_set_line_caps (SipPeerConnection *self,
                                   guint              line,
                                   GstCaps           *caps)
{
  if (line < self->transceivers->len)
    g_object_set (g_ptr_array_index (self->transceivers, line), "codec-preferences", caps, NULL);
}

GPtrArray *
sip_peer_connection_get_candidates (SipPeerConnection *self,
                                    guint              line)
{
  return candidates_of (self, line);
}

char *
sip_peer_connection_get_fingerprint (SipPeerConnection *self,
                                     guint              line)
{
  Transport *transport = watch_transport (self, line);
  g_autofree char *pem = NULL;

  if (transport == NULL)
    return NULL;
  g_object_get (transport->transport, "certificate", &pem, NULL);

  return sip_fingerprint_of_pem (pem);
}

void
sip_peer_connection_set_fingerprints (SipPeerConnection *self,
                                      guint              line,
                                      GPtrArray         *fingerprints)
{
  Transport *transport = watch_transport (self, line);
  Note *note;

  if (transport == NULL || sip_guard_set_fingerprints (transport->guard, fingerprints) != SIP_GUARD_FORGED)
    return;
  note = note_new (self->link, verified_note);
  note->error = g_error_new (SIP_ERROR, SIP_ERROR_MEDIA, "The peer's certificate does not match the fingerprint of its description");
  post (note);
}

GstElement *
sip_peer_connection_get_element (SipPeerConnection *self)
{
  return self->element;
}

SipIceConnectionState
sip_peer_connection_get_ice_state (SipPeerConnection *self)
{
  return self->ice_state;
}

SipIceGatheringState
sip_peer_connection_get_gathering_state (SipPeerConnection *self)
{
  return self->gathering_state;
}

gboolean
sip_peer_connection_is_secure (SipPeerConnection *self)
{
  for (guint i = 0; i < self->transports->len; i++)
    {
      Transport *transport = g_ptr_array_index (self->transports, i);

      if (sip_guard_get_state (transport->guard) != SIP_GUARD_VERIFIED)
        return FALSE;
    }

  return self->transports->len > 0;
}

/* --- life --- */

void
sip_peer_connection_close (SipPeerConnection *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  if (self->handshake_timeout != NULL)
    g_source_destroy (self->handshake_timeout);
  g_clear_pointer (&self->handshake_timeout, g_source_unref);
  self->gathered = NULL;
  gathering_done (self);
  g_signal_handlers_disconnect_matched (self->element, G_SIGNAL_MATCH_DATA, 0, 0, NULL, NULL, self->link);
  g_ptr_array_set_size (self->transports, 0);
  g_ptr_array_set_size (self->transceivers, 0);
}

static void
sip_peer_connection_dispose (GObject *object)
{
  SipPeerConnection *self = SIP_PEER_CONNECTION (object);

  if (self->element != NULL)
    sip_peer_connection_close (self);
  gst_clear_object (&self->element);

  G_OBJECT_CLASS (sip_peer_connection_parent_class)->dispose (object);
}

static void
sip_peer_connection_finalize (GObject *object)
{
  SipPeerConnection *self = SIP_PEER_CONNECTION (object);

  g_clear_pointer (&self->link, link_unref);
  g_ptr_array_unref (self->transceivers);
  g_ptr_array_unref (self->transports);
  g_ptr_array_unref (self->candidates);

  G_OBJECT_CLASS (sip_peer_connection_parent_class)->finalize (object);
}

static void
sip_peer_connection_class_init (SipPeerConnectionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sip_peer_connection_dispose;
  object_class->finalize = sip_peer_connection_finalize;
}

static void
sip_peer_connection_init (SipPeerConnection *self)
{
  self->link = link_new (self);
  self->transceivers = g_ptr_array_new_with_free_func (g_object_unref);
  self->transports = g_ptr_array_new_with_free_func ((GDestroyNotify) transport_free);
  self->candidates = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
}

SipPeerConnection *
sip_peer_connection_new (GstBin                        *pipeline,
                         const SipPeerConnectionConfig *config,
                         const SipPeerConnectionFuncs  *funcs,
                         gpointer                       user_data,
                         GError                       **error)
{
  g_autoptr (SipPeerConnection) self = NULL;
  g_autoptr (GstElement) element = sip_peer_element_new (config, error);

  if (element == NULL)
    return NULL;

  self = g_object_new (SIP_TYPE_PEER_CONNECTION, NULL);
  self->element = g_steal_pointer (&element);
  self->funcs = *funcs;
  self->user_data = user_data;

  g_signal_connect_data (self->element, "notify::ice-connection-state", G_CALLBACK (ice_state_cb), g_atomic_rc_box_acquire (self->link),
                         link_closure_unref, 0);
  g_signal_connect_data (self->element, "notify::ice-gathering-state", G_CALLBACK (gathering_state_cb),
                         g_atomic_rc_box_acquire (self->link), link_closure_unref, 0);
  g_signal_connect_data (self->element, "on-ice-candidate", G_CALLBACK (ice_candidate_cb), g_atomic_rc_box_acquire (self->link),
                         link_closure_unref, 0);
  g_signal_connect_data (self->element, "pad-added", G_CALLBACK (pad_added_cb), g_atomic_rc_box_acquire (self->link), link_closure_unref,
                         0);
  gst_bin_add (pipeline, self->element);

  return g_steal_pointer (&self);
}
