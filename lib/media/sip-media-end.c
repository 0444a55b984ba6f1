/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-media-end-private.h"

#include "syntax/sip-error.h"

#define DISCARD "fakesink sync=false async=false"

static char *
get_test_description (SipMediaKind kind,
                      gboolean     sink,
                      guint        tone_frequency)
{
  if (sink)
    return g_strdup (DISCARD);
  if (kind == SIP_MEDIA_VIDEO)
    return g_strdup ("videotestsrc is-live=true ! capsfilter caps=video/x-raw,width=320,height=240,framerate=15/1");

  return g_strdup_printf ("audiotestsrc is-live=true samplesperbuffer=480 freq=%u ! capsfilter caps=audio/x-raw,rate=48000,channels=1",
                          tone_frequency);
}

static char *
get_device_description (SipMediaKind kind,
                        gboolean     sink)
{
  if (kind == SIP_MEDIA_AUDIO)
    return g_strdup (sink ? "autoaudiosink" : "autoaudiosrc");

  return g_strdup (sink ? "autovideosink" : "autovideosrc");
}

GstElement *
sip_media_end_new (SipMediaKind kind,
                   gboolean     sink,
                   const char  *description,
                   guint        tone_frequency,
                   GError     **error)
{
  g_autofree char *launch = NULL;
  g_autoptr (GError) parse_error = NULL;
  GstElement *end;

  if (g_strcmp0 (description, "none") == 0 && !sink)
    return NULL;

  if (description == NULL)
    launch = get_device_description (kind, sink);
  else if (g_str_equal (description, "test"))
    launch = get_test_description (kind, sink, tone_frequency);
  else
    launch = g_strdup (g_str_equal (description, "none") ? DISCARD : description);

  end = gst_parse_bin_from_description (launch, TRUE, &parse_error);
  if (end != NULL && parse_error == NULL)
    return end;

  g_set_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT, "The %s “%s” cannot be made: %s", sink ? "sink" : "source", launch,
               parse_error != NULL ? parse_error->message : "nothing came of it");
  if (end != NULL)
    gst_object_unref (gst_object_ref_sink (end));

  return NULL;
}
