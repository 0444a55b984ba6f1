/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-change-private.h"

static gboolean
share_fingerprint (const SipSdpMedia *a,
                   const SipSdpMedia *b)
{
  for (guint i = 0; i < a->fingerprints->len; i++)
    for (guint j = 0; j < b->fingerprints->len; j++)
      if (g_ascii_strcasecmp (g_ptr_array_index (a->fingerprints, i), g_ptr_array_index (b->fingerprints, j)) == 0)
        return TRUE;

  return FALSE;
}

const char *
sip_sdp_find_break (const SipSdpPlan *before,
                    const SipSdp     *old_remote,
                    const SipSdpPlan *after,
                    const SipSdp     *new_remote)
{
  for (guint i = 0; i < before->lines->len; i++)
    {
      const SipSdpPlanLine *old_line = sip_sdp_plan_get_line (before, i);
      const SipSdpPlanLine *new_line = sip_sdp_plan_get_line (after, i);
      const SipSdpPlanFormat *old_format, *new_format;
      const SipSdpMedia *old_media, *new_media;

      if (!old_line->active || !new_line->active)
        continue;
      old_media = sip_sdp_get_bin_media (before, old_remote, old_line->bin_line);
      new_media = sip_sdp_get_bin_media (after, new_remote, new_line->bin_line);
      /* RFC 8839 §4.4.1.1: other credentials are a restart of ICE; RFC 8842 §3.1: another certificate is one of DTLS. */
      if (g_strcmp0 (old_media->ufrag, new_media->ufrag) != 0 || g_strcmp0 (old_media->pwd, new_media->pwd) != 0)
        return "the peer has moved or restarted ICE";
      if (!share_fingerprint (old_media, new_media))
        return "the peer has another certificate";
      old_format = g_ptr_array_index (old_line->formats, 0);
      new_format = g_ptr_array_index (new_line->formats, 0);
      if (old_format->codec != new_format->codec || old_format->payload != new_format->payload)
        return "the codec is another one";
    }

  return before->bundle != after->bundle ? "the transports are others" : NULL;
}

gboolean
sip_sdp_adds_lines (const SipSdpPlan *before,
                    const SipSdpPlan *after)
{
  for (guint i = 0; i < after->lines->len; i++)
    {
      const SipSdpPlanLine *old_line = sip_sdp_plan_get_line (before, i);

      if (sip_sdp_plan_get_line (after, i)->active && (old_line == NULL || old_line->bin_line < 0))
        return TRUE;
    }

  return FALSE;
}
