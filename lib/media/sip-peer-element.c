/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-peer-element-private.h"

#include <agent.h>
#include <gst/webrtc/webrtc.h>

#include "syntax/sip-error.h"

/* A peer makes a stream with each SSRC that it invents, and each costs buffers and a thread. */
#define MAX_STREAMS 16

static void
limit_streams (GstElement *element)
{
  g_autoptr (GstElement) rtpbin = gst_bin_get_by_name (GST_BIN (element), "rtpbin");

  if (rtpbin != NULL)
    g_object_set (rtpbin, "max-streams", MAX_STREAMS, NULL);
}

static void
free_certificate (gpointer  data,
                  GClosure *closure)
{
  g_free (data);
}

/* A certificate has to be there before its element wakes up; webrtcbin's own property for it comes too late. In webrtcbin's thread. */
static void
deep_element_added_cb (GstBin     *bin,
                       GstBin     *sub_bin,
                       GstElement *element,
                       gpointer    user_data)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory != NULL && g_str_equal (GST_OBJECT_NAME (factory), "dtlsdec"))
    {
      g_object_set (element, "pem", user_data, NULL);
      /* A pipeline that a sink was just added to goes through its states again, in a thread of its own, and may have been quicker. What listens to the peer's
       * certificate is connected on the way up, to the connection that there was before. */
      if (GST_STATE (element) > GST_STATE_NULL)
        {
          gst_element_set_state (element, GST_STATE_NULL);
          gst_element_sync_state_with_parent (element);
        }
    }
}

static gboolean
configure_ice (GstElement                    *element,
               const SipPeerConnectionConfig *config,
               GError                       **error)
{
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;

  g_object_get (element, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  /* UPnP makes gathering wait for a router that is not there; the keepalives notice a peer that went away. */
  g_object_set (agent, "ice-tcp", config->ice_tcp, "upnp", FALSE, "keepalive-conncheck", TRUE, NULL);

  for (guint i = 0; config->local_addresses != NULL && config->local_addresses[i] != NULL; i++)
    {
      gboolean added = FALSE;

      g_signal_emit_by_name (ice, "add-local-ip-address", config->local_addresses[i], &added);
      if (!added)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "“%s” is no local address", config->local_addresses[i]);
          return FALSE;
        }
    }
  for (guint i = 0; config->turn_servers != NULL && config->turn_servers[i] != NULL; i++)
    {
      gboolean added = FALSE;

      g_signal_emit_by_name (element, "add-turn-server", config->turn_servers[i], &added);
      if (!added)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "The TURN server number %u cannot be used", i + 1);
          return FALSE;
        }
      g_object_set_data (G_OBJECT (element), "sip-relays", GINT_TO_POINTER (TRUE));
    }

  return TRUE;
}

/* webrtcbin can be there without what it is made of. */
static gboolean
check_installed (GError **error)
{
  static const char *names[] = { "webrtcbin", "nicesrc", "dtlsdec", "srtpdec", "rtpbin" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GstElementFactory) factory = gst_element_factory_find (names[i]);

      if (factory == NULL)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_NOT_SUPPORTED, "GStreamer's %s is not installed", names[i]);
          return FALSE;
        }
    }

  return TRUE;
}

GstElement *
sip_peer_element_new (const SipPeerConnectionConfig *config,
                      GError                       **error)
{
  g_autoptr (GstElement) element = NULL;

  if (!check_installed (error))
    return NULL;

  element = gst_object_ref_sink (gst_element_factory_make ("webrtcbin", NULL));
  g_object_set (element, "latency", config->latency, "bundle-policy",
                config->bundle ? GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE : GST_WEBRTC_BUNDLE_POLICY_NONE, "ice-transport-policy",
                config->transport_policy == SIP_ICE_TRANSPORT_RELAY ? GST_WEBRTC_ICE_TRANSPORT_POLICY_RELAY
                                                                    : GST_WEBRTC_ICE_TRANSPORT_POLICY_ALL,
                NULL);
  if (config->stun_server != NULL)
    {
      g_autofree char *uri = g_strdup_printf ("stun://%s", config->stun_server);

      g_object_set (element, "stun-server", uri, NULL);
    }
  if (!configure_ice (element, config, error))
    return NULL;
  limit_streams (element);
  if (config->certificate != NULL)
    g_signal_connect_data (element, "deep-element-added", G_CALLBACK (deep_element_added_cb), g_strdup (config->certificate),
                           free_certificate, 0);

  return g_steal_pointer (&element);
}

/* --- the end --- */

static void
agent_closed_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
too_late_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

/* Tells the relays that they are not needed any more. An agent that goes without a word leaves their ports allocated (RFC 8656 §7). In a
 * context of our own: the answers are for nobody else. */
static void
release_relays (GstElement *element)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSource) timeout = g_timeout_source_new (1000);
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean closed = FALSE, too_late = FALSE;

  g_object_get (element, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);

  g_main_context_push_thread_default (context);
  g_source_set_callback (timeout, too_late_cb, &too_late, NULL);
  g_source_attach (timeout, context);
  nice_agent_close_async (NICE_AGENT (agent), agent_closed_cb, &closed);
  while (!closed && !too_late)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (timeout);
  g_main_context_pop_thread_default (context);
}

void
sip_peer_element_stop (GstElement *element)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();

  g_signal_emit_by_name (element, "get-stats", NULL, promise);
  gst_promise_wait (promise);
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  if (g_object_get_data (G_OBJECT (element), "sip-relays") != NULL)
    release_relays (element);
}
