/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-refusal-private.h"

#include "media/sip-sdp-private.h"

char *
sip_sdp_refuse (const char *text, gsize length)
{
  g_autoptr (SipSdp) offer = sip_sdp_parse (text, length, NULL);
  GString *answer;

  if (offer == NULL)
    return NULL;

  answer = g_string_new (NULL);
  g_string_printf (answer, "v=0\r\no=- %u 1 IN IP4 0.0.0.0\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n", g_random_int_range (1, G_MAXINT32));
  for (guint i = 0; i < offer->media->len; i++)
    {
      const SipSdpMedia *media = sip_sdp_get_media (offer, i);
      g_autofree char *formats = g_strjoinv (" ", media->formats);

      g_string_append_printf (answer, "m=%s 0 %s %s\r\n", media->media, media->proto, formats);
      if (media->mid != NULL)
        g_string_append_printf (answer, "a=mid:%s\r\n", media->mid);
    }

  return g_string_free (answer, FALSE);
}
