/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-media-exit-private.h"

#include <gmodule.h>
#include <stdlib.h>
#include <unistd.h>

#include "media/sip-peer-element-private.h"

#define PATIENCE (10 * G_TIME_SPAN_SECOND)

struct _SipMediaExit
{
  GstElement *pipeline;
  SipSerialQueue *queue;
  gboolean is_stopping;
  gboolean is_ended; /* by its owner, who has stopped what is in it */
};

static GMutex mutex;
static GCond gone;
static GPtrArray *held; /* those that have threads */
static pid_t process;   /* whose threads these are: not those of a child that was forked */

static void
free_cb (gpointer data)
{
  SipMediaExit *self = data;

  gst_object_unref (self->pipeline);
  sip_serial_queue_unref (self->queue);

  g_mutex_lock (&mutex);
  g_ptr_array_remove_fast (held, self);
  g_cond_broadcast (&gone);
  g_mutex_unlock (&mutex);
  g_free (self);
}

static void
stop_connection (const GValue *item, gpointer user_data)
{
  sip_peer_element_stop (g_value_get_object (item));
}

static void
stop_cb (gpointer data, gpointer user_data)
{
  SipMediaExit *self = data;

  if (!self->is_ended)
    {
      GstIterator *connections = gst_bin_iterate_all_by_element_factory_name (GST_BIN (self->pipeline), "webrtcbin");

      gst_iterator_foreach (connections, stop_connection, NULL);
      gst_iterator_free (connections);
    }
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
}

static void
stop (SipMediaExit *self)
{
  if (self->is_stopping)
    return;

  self->is_stopping = TRUE;
  sip_serial_queue_push (self->queue, stop_cb, self, free_cb);
}

static void
exit_cb (void)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  if (getpid () != process)
    return;

  g_mutex_lock (&mutex);
  for (guint i = 0; i < held->len; i++)
    stop (g_ptr_array_index (held, i));
  while (held->len > 0 && g_cond_wait_until (&gone, &mutex, end))
    ;
  g_mutex_unlock (&mutex);
}

/* What is registered with atexit() last runs first. libcrypto registers itself when it is first used, which is in a thread of webrtcbin's, later than this: so
 * it is used here, through the plugin that would use it. */
static void
begin_crypto (void)
{
  g_autoptr (GstPlugin) plugin = gst_plugin_load_by_name ("dtls");
  const char *name = plugin != NULL ? gst_plugin_get_filename (plugin) : NULL;
  GModule *module = name != NULL ? g_module_open (name, G_MODULE_BIND_LAZY | G_MODULE_BIND_LOCAL) : NULL;
  int (*init) (guint64 options, const void *settings) = NULL;

  if (module != NULL && g_module_symbol (module, "OPENSSL_init_ssl", (gpointer *) &init) && init != NULL)
    init (0, NULL);
  if (module != NULL)
    g_module_close (module);
}

SipMediaExit *
sip_media_exit_hold (GstElement *pipeline, SipSerialQueue *queue)
{
  static gsize once;
  SipMediaExit *self = g_new0 (SipMediaExit, 1);

  if (g_once_init_enter (&once))
    {
      held = g_ptr_array_new ();
      begin_crypto ();
      atexit (exit_cb);
      g_once_init_leave (&once, 1);
    }

  self->pipeline = gst_object_ref (pipeline);
  self->queue = sip_serial_queue_ref (queue);
  g_mutex_lock (&mutex);
  process = getpid ();
  g_ptr_array_add (held, self);
  g_mutex_unlock (&mutex);

  return self;
}

void
sip_media_exit_stop (SipMediaExit *self)
{
  g_mutex_lock (&mutex);
  self->is_ended = TRUE;
  stop (self);
  g_mutex_unlock (&mutex);
}
