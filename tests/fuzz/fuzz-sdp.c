/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include <gst/sdp/sdp.h>
#include <string.h>

#include "media/sip-sdp-change-private.h"
#include "media/sip-sdp-edit-private.h"
#include "media/sip-sdp-writer-private.h"

/* A wish for everything, with every codec, installed or not. */
static void
init_wish (SipSdpWish *wish)
{
  static const char *names[] = { "opus", "PCMU", "PCMA", "VP8", "H264" };

  wish->bundle = TRUE;
  wish->codecs = g_ptr_array_new ();
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (wish->codecs, (gpointer) sip_codec_find (names[i]));
  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      wish->enabled[kind] = TRUE;
      wish->direction[kind] = SIP_SDP_SENDRECV;
    }
}

static void
check_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", 0);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      CHECK (lines[i][0] != '\0' ? g_ascii_islower (lines[i][0]) && lines[i][1] == '=' : lines[i + 1] == NULL);
      for (const char *p = lines[i]; *p != '\0'; p++)
        CHECK (!g_ascii_iscntrl (*p));
    }
}

/* Whatever a peer said, webrtcbin gets what it takes for granted: it has assertions there. */
static void
check_bin (const SipSdpPlan  *plan,
           SipDescriptionType type,
           const SipSdp      *remote)
{
  g_autofree char *text = sip_sdp_write_for_bin (plan, type, remote, TRUE);
  GstSDPMessage *message = NULL;
  guint n_bin_lines = 0;

  check_lines (text);
  for (guint i = 0; i < plan->lines->len; i++)
    n_bin_lines += sip_sdp_plan_get_line (plan, i)->bin_line >= 0;
  gst_sdp_message_new (&message);
  CHECK (gst_sdp_message_parse_buffer ((const guint8 *) text, (guint) strlen (text), message) == GST_SDP_OK);
  CHECK (gst_sdp_message_medias_len (message) == n_bin_lines);

  for (guint i = 0; i < n_bin_lines; i++)
    {
      static const char *needed[] = { "mid", "setup", "ice-ufrag", "ice-pwd", "fingerprint" };
      const GstSDPMedia *media = gst_sdp_message_get_media (message, i);
      const SipSdpPlanLine *line = sip_sdp_plan_find_bin_line (plan, (int) i);
      g_autoptr (GPtrArray) fingerprints = NULL;

      CHECK (line != NULL && line->kind >= 0);
      for (guint j = 0; j < G_N_ELEMENTS (needed); j++)
        CHECK (gst_sdp_media_get_attribute_val (media, needed[j]) != NULL);
      CHECK (gst_sdp_media_get_attribute_val (media, "sendrecv") != NULL);
      if (type == SIP_DESCRIPTION_ANSWER)
        CHECK (g_strcmp0 (gst_sdp_media_get_attribute_val (media, "setup"), "actpass") != 0);
      fingerprints = sip_sdp_get_bin_fingerprints (plan, remote, (int) i);
      CHECK (!line->active || fingerprints->len > 0);
    }
  gst_sdp_message_free (message);
}

/* What we say can be understood, by us at least, and says something about each line. */
static void
check_wire (const SipSdpPlan  *plan,
            SipDescriptionType type,
            const SipSdp      *offer)
{
  g_autoptr (GPtrArray) transports = g_ptr_array_new_with_free_func ((GDestroyNotify) sip_sdp_transport_free);
  g_autoptr (SipSdp) parsed = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;
  SipSdpOrigin origin;

  for (guint i = 0; i < plan->lines->len; i++)
    {
      SipSdpTransport *transport = sip_sdp_transport_new ();

      transport->ufrag = g_strdup ("abcd");
      transport->pwd = g_strdup ("abcdefghijklmnopqrstuvwx");
      transport->fingerprint = g_strdup ("sha-256 00");
      g_ptr_array_add (transport->candidates, g_strdup ("1 1 UDP 1 192.0.2.1 4000 typ host"));
      g_ptr_array_add (transports, transport);
    }
  sip_sdp_origin_init (&origin);
  text = sip_sdp_write (plan, type, transports, &origin);
  again = sip_sdp_write (plan, type, transports, &origin);
  CHECK (g_str_equal (text, again));
  check_lines (text);
  parsed = sip_sdp_parse (text, strlen (text), NULL);
  CHECK (parsed != NULL && parsed->media->len == plan->lines->len);
  for (guint i = 0; type == SIP_DESCRIPTION_ANSWER && i < parsed->media->len; i++)
    {
      const SipSdpMedia *media = sip_sdp_get_media (parsed, i);

      CHECK (g_str_equal (media->media, sip_sdp_get_media (offer, i)->media));
      CHECK (g_str_equal (media->proto, sip_sdp_get_media (offer, i)->proto));
      /* One codec, and its tones. */
      CHECK (sip_sdp_plan_get_line (plan, i)->active ? media->port != 0 && media->rtp_formats->len >= 1 && media->rtp_formats->len <= 2
                                                     : media->port == 0);
    }
  sip_sdp_origin_clear (&origin);
}

static void
take_as_answer (const SipSdp     *answer,
                const SipSdpWish *wish)
{
  g_autoptr (SipSdpPlan) plan = sip_sdp_plan_new_offer (NULL, wish, NULL);

  CHECK (plan != NULL);
  check_wire (plan, SIP_DESCRIPTION_OFFER, NULL);
  for (guint i = 0; i < plan->lines->len; i++)
    sip_sdp_plan_get_line (plan, i)->bin_mid = g_strdup_printf ("bin%u", i);
  if (sip_sdp_plan_take_answer (plan, answer, NULL))
    check_bin (plan, SIP_DESCRIPTION_ANSWER, answer);
}

static SipSdpPlan *
take_as_offer (const SipSdpPlan *current,
               const SipSdp     *offer,
               const SipSdpWish *wish)
{
  SipSdpPlan *plan = sip_sdp_plan_new_answer (current, offer, wish, NULL);

  if (plan != NULL)
    {
      check_wire (plan, SIP_DESCRIPTION_ANSWER, offer);
      if (current == NULL)
        check_bin (plan, SIP_DESCRIPTION_OFFER, offer);
    }

  return plan;
}

static char *
order_codecs (const char *text)
{
  const char *names[] = { "PCMA", "opus", NULL };

  return sip_sdp_edit_order_codecs (text, names);
}

/* A description that went through a modifier twice is as one that went through once. */
static void
edit (const char *text,
      gsize       length)
{
  static char *(*edits[]) (const char *text) = {
    sip_sdp_edit_strip_tcp_candidates, sip_sdp_edit_strip_telephone_event, sip_sdp_edit_strip_video, sip_sdp_edit_hold, order_codecs,
  };
  g_autofree char *copy = g_strndup (text, length);

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++)
    {
      g_autofree char *once = edits[i] (copy);
      g_autofree char *twice = edits[i] (once);

      CHECK (g_str_equal (once, twice));
    }
}

/* A description as an answer to ours, and as an offer; another one, after a line with a "#" alone, as the next offer of the session. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  const char *text = size > 0 ? (const char *) data : "";
  const char *mark = g_strstr_len (text, (gssize) size, "\n#\n");
  gsize length = mark != NULL ? (gsize) (mark - text) + 1 : size;
  g_autoptr (SipSdp) first = sip_sdp_parse (text, length, NULL);
  g_autoptr (SipSdp) second = NULL;
  g_autoptr (SipSdpPlan) plan = NULL;
  g_autoptr (SipSdpPlan) next = NULL;
  g_autoptr (SipSdpPlan) ours = NULL;
  SipSdpWish wish;

  edit (text, length);
  if (first == NULL)
    return 0;

  init_wish (&wish);
  take_as_answer (first, &wish);
  plan = take_as_offer (NULL, first, &wish);
  if (plan != NULL && mark != NULL)
    second = sip_sdp_parse (mark + 3, size - length - 2, NULL);
  if (second != NULL)
    next = take_as_offer (plan, second, &wish);
  if (next != NULL)
    {
      /* What it means for the connection there is. */
      check_wire (next, SIP_DESCRIPTION_ANSWER, second);
      CHECK (sip_sdp_find_break (plan, first, plan, first) == NULL);
      if (sip_sdp_find_break (plan, first, next, second) != NULL || sip_sdp_adds_lines (plan, next))
        {
          sip_sdp_plan_move (next);
          check_bin (next, SIP_DESCRIPTION_OFFER, second);
          check_wire (next, SIP_DESCRIPTION_ANSWER, second);
        }
      sip_sdp_plan_settle (next);
      CHECK (!sip_sdp_adds_lines (next, next));
      ours = sip_sdp_plan_new_offer (next, &wish, NULL);
      CHECK (ours != NULL);
      check_wire (ours, SIP_DESCRIPTION_OFFER, NULL);
    }
  g_ptr_array_unref (wish.codecs);

  return 0;
}
