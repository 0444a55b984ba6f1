/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stdlib.h>

#include "media-peer.h"

/* A program may return from main() at any moment: right after it has hung up, and also when it has not. The threads of the media must not go on while the
 * libraries that they use are already being taken down. */

/* After how much of a call: ms. */
static const guint moments[] = { 0, 1, 5, 10, 20, 40, 80, 160, 320, 640 };

static gboolean
enough_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;

  return G_SOURCE_REMOVE;
}

static void
call_for (SipWebrtcHandler *handler, guint ms)
{
  gboolean enough = FALSE;

  sip_session_description_handler_get_description_async (SIP_SESSION_DESCRIPTION_HANDLER (handler), SIP_DESCRIPTION_OFFER, NULL, NULL, NULL, NULL);
  g_timeout_add (ms, enough_cb, &enough);
  while (!enough)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_exit (gconstpointer data)
{
  gboolean closes = GPOINTER_TO_UINT (data) & 1;
  guint moment = moments[GPOINTER_TO_UINT (data) >> 1];

  if (g_test_subprocess ())
    {
      SipWebrtcHandler *handler = g_object_new (SIP_TYPE_WEBRTC_HANDLER, "audio-source", "test", "audio-sink", "test", NULL);

      call_for (handler, moment);
      if (closes)
        {
          sip_session_description_handler_close (SIP_SESSION_DESCRIPTION_HANDLER (handler));
          g_object_unref (handler);
        }
      exit (0);
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (moments); i++)
    {
      g_autofree char *path = g_strdup_printf ("/webrtc-exit/%s/%u", i & 1 ? "after-close" : "in-a-call", moments[i >> 1]);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_exit);
    }

  return g_test_run ();
}
