/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-writer-private.h"

#include <string.h>

SipSdpTransport *
sip_sdp_transport_new (void)
{
  SipSdpTransport *self = g_new0 (SipSdpTransport, 1);

  self->candidates = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
sip_sdp_transport_free (SipSdpTransport *self)
{
  g_free (self->ufrag);
  g_free (self->pwd);
  g_free (self->fingerprint);
  g_ptr_array_unref (self->candidates);
  g_free (self);
}

void
sip_sdp_origin_init (SipSdpOrigin *self)
{
  /* RFC 3264 §5: both have to fit 63 bits; a random one is unique enough. */
  self->id = (guint64) g_random_int () << 31 | (g_random_int () & G_MAXINT32);
  self->version = 0;
  self->last = NULL;
}

void
sip_sdp_origin_clear (SipSdpOrigin *self)
{
  g_clear_pointer (&self->last, g_free);
}

/* An address and a port as m= and c= want them. */
typedef struct
{
  char *address;
  guint port;
} Target;

static void
target_clear (Target *target)
{
  g_free (target->address);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Target, target_clear)

/* The candidate that a peer without ICE would most probably reach: relayed before reflexive before our own, IPv4 before IPv6, UDP only
 * (RFC 8445 §5.1.4). */
static Target
default_target (const SipSdpTransport *transport)
{
  Target target = { NULL, 9 };
  int best = -1;

  for (guint i = 0; transport != NULL && i < transport->candidates->len; i++)
    {
      g_auto (GStrv) words = g_strsplit (g_ptr_array_index (transport->candidates, i), " ", 9);
      int score;

      if (g_strv_length (words) < 8 || g_ascii_strcasecmp (words[2], "udp") != 0 || !g_str_equal (words[1], "1"))
        continue;
      score = g_str_equal (words[7], "relay") ? 4 : g_str_equal (words[7], "srflx") ? 2 : 0;
      score += strchr (words[4], ':') == NULL ? 1 : 0;
      if (score <= best)
        continue;
      best = score;
      g_free (target.address);
      target.address = g_strdup (words[4]);
      target.port = (guint) g_ascii_strtoull (words[5], NULL, 10);
    }
  if (target.address == NULL)
    target.address = g_strdup ("0.0.0.0");

  return target;
}

static const char *
address_family (const char *address)
{
  return strchr (address, ':') != NULL ? "IP6" : "IP4";
}

static const SipSdpTransport *
find_transport (const SipSdpPlan     *plan,
                const SipSdpPlanLine *line,
                GPtrArray            *transports)
{
  guint index = plan->bundle ? 0 : (guint) line->bin_line;

  return index < transports->len ? g_ptr_array_index (transports, index) : NULL;
}

/* The line whose transport is everybody's: the first active one, in webrtcbin's order (RFC 8843 §7.2). */
static gboolean
is_tagged (const SipSdpPlan     *plan,
           const SipSdpPlanLine *line)
{
  for (int bin_line = 0; bin_line < line->bin_line; bin_line++)
    {
      const SipSdpPlanLine *other = sip_sdp_plan_find_bin_line (plan, bin_line);

      if (other != NULL && other->active)
        return FALSE;
    }

  return TRUE;
}

static void
write_refused (GString              *text,
               const SipSdpPlanLine *line)
{
  g_autofree char *formats = line->refused_formats != NULL ? g_strjoinv (" ", line->refused_formats) : NULL;

  g_string_append_printf (text, "m=%s 0 %s", line->media, line->proto);
  if (formats != NULL)
    g_string_append_printf (text, " %s", formats);
  else
    for (guint i = 0; i < line->formats->len; i++)
      g_string_append_printf (text, " %u", ((SipSdpPlanFormat *) g_ptr_array_index (line->formats, i))->local_payload);
  g_string_append (text, "\r\n");
  if (line->mid != NULL)
    g_string_append_printf (text, "a=mid:%s\r\n", line->mid);
  g_string_append (text, "a=inactive\r\n");
}

static void
write_formats (GString              *text,
               const SipSdpPlanLine *line,
               guint                 n_formats)
{
  for (guint i = 0; i < n_formats; i++)
    {
      const SipSdpPlanFormat *format = g_ptr_array_index (line->formats, i);
      const SipCodec *codec = format->codec;
      guint payload = format->local_payload;

      g_string_append_printf (text, "a=rtpmap:%u %s/%u", payload, codec->name, codec->clock_rate);
      if (codec->channels > 1)
        g_string_append_printf (text, "/%u", codec->channels);
      g_string_append (text, "\r\n");
      if (format->fmtp != NULL)
        g_string_append_printf (text, "a=fmtp:%u %s\r\n", payload, format->fmtp);
      if (format->nack_pli)
        g_string_append_printf (text, "a=rtcp-fb:%u nack pli\r\n", payload);
      if (format->ccm_fir)
        g_string_append_printf (text, "a=rtcp-fb:%u ccm fir\r\n", payload);
    }
}

/* RFC 4733 §2.4.1: the sixteen tones of a telephone. */
static void
write_events (GString              *text,
              const SipSdpPlanLine *line)
{
  for (guint i = 0; i < line->n_events; i++)
    g_string_append_printf (text, "a=rtpmap:%u telephone-event/%u\r\na=fmtp:%u 0-15\r\n", line->events[i].local_payload,
                            line->events[i].clock_rate, line->events[i].local_payload);
}

static void
write_event_payloads (GString              *text,
                      const SipSdpPlanLine *line)
{
  for (guint i = 0; i < line->n_events; i++)
    g_string_append_printf (text, " %u", line->events[i].local_payload);
}

static void
write_active (GString              *text,
              const SipSdpPlan     *plan,
              const SipSdpPlanLine *line,
              SipDescriptionType    type,
              GPtrArray            *transports,
              const char           *session_address)
{
  const SipSdpTransport *transport = find_transport (plan, line, transports);
  g_auto (Target) target = default_target (transport);
  /* RFC 8843 §7.2.1: what has never been agreed on and has no address of its own yet is offered for the bundle only. */
  gboolean bundle_only = type == SIP_DESCRIPTION_OFFER && plan->bundle && !is_tagged (plan, line) && !line->established;
  /* An answer holds one codec, and the tones that go with it. */
  guint n_formats = type == SIP_DESCRIPTION_ANSWER ? MIN (1, line->formats->len) : line->formats->len;

  g_string_append_printf (text, "m=%s %u %s", line->media, bundle_only ? 0 : target.port, line->proto);
  for (guint i = 0; i < n_formats; i++)
    g_string_append_printf (text, " %u", ((SipSdpPlanFormat *) g_ptr_array_index (line->formats, i))->local_payload);
  write_event_payloads (text, line);
  g_string_append (text, "\r\n");
  if (!g_str_equal (target.address, session_address))
    g_string_append_printf (text, "c=IN %s %s\r\n", address_family (target.address), target.address);
  if (line->mid != NULL)
    g_string_append_printf (text, "a=mid:%s\r\n", line->mid);
  if (bundle_only)
    g_string_append (text, "a=bundle-only\r\n");
  g_string_append_printf (text, "a=%s\r\n", sip_sdp_direction_to_string (line->local));
  if (line->rtcp_mux)
    g_string_append (text, "a=rtcp-mux\r\n");
  if (line->kind == SIP_MEDIA_AUDIO)
    g_string_append (text, "a=ptime:20\r\n");
  write_formats (text, line, n_formats);
  write_events (text, line);
  g_string_append_printf (text, "a=msid:%s %s\r\n", plan->cname, line->media);
  g_string_append_printf (text, "a=ssrc:%u cname:%s\r\n", line->ssrc, plan->cname);
  if (transport == NULL)
    return;

  g_string_append_printf (text, "a=setup:%s\r\n", sip_sdp_setup_to_string (plan->setup));
  g_string_append_printf (text, "a=fingerprint:%s\r\n", transport->fingerprint);
  g_string_append_printf (text, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n", transport->ufrag, transport->pwd);
  if (plan->bundle && !is_tagged (plan, line))
    return;
  for (guint i = 0; i < transport->candidates->len; i++)
    g_string_append_printf (text, "a=candidate:%s\r\n", (const char *) g_ptr_array_index (transport->candidates, i));
  g_string_append (text, "a=end-of-candidates\r\n");
}

static void
write_group (GString          *text,
             const SipSdpPlan *plan)
{
  gboolean any = FALSE;

  if (!plan->bundle)
    return;
  for (int bin_line = 0; bin_line < (int) plan->lines->len; bin_line++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_find_bin_line (plan, bin_line);

      if (line == NULL || !line->active || line->mid == NULL)
        continue;
      g_string_append_printf (text, "%s %s", any ? "" : "a=group:BUNDLE", line->mid);
      any = TRUE;
    }
  if (any)
    g_string_append (text, "\r\n");
}

char *
sip_sdp_write (const SipSdpPlan  *plan,
               SipDescriptionType type,
               GPtrArray         *transports,
               SipSdpOrigin      *origin)
{
  g_auto (Target) session = default_target (transports->len > 0 ? g_ptr_array_index (transports, 0) : NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "s=-\r\nc=IN %s %s\r\nt=0 0\r\n", address_family (session.address), session.address);
  write_group (text, plan);
  for (guint i = 0; i < plan->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (plan, i);

      if (line->active)
        write_active (text, plan, line, type, transports, session.address);
      else
        write_refused (text, line);
    }

  if (g_strcmp0 (text->str, origin->last) != 0)
    {
      g_free (origin->last);
      origin->last = g_strdup (text->str);
      origin->version++;
    }

  return g_strdup_printf ("v=0\r\no=- %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " IN %s %s\r\n%s", origin->id, origin->version,
                          address_family (session.address), session.address, text->str);
}

/* --- for webrtcbin --- */

/* Whose transport attributes count for a line: in a bundle those of the group's first section (RFC 8843 §7.3.1), if it is used. */
static const SipSdpMedia *
transport_media (const SipSdpPlan *plan,
                 const SipSdp     *remote,
                 int               bin_line)
{
  const SipSdpMedia *first = NULL;

  for (guint i = 0; i < plan->lines->len; i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_get_line (plan, i);
      const SipSdpMedia *media = sip_sdp_get_media (remote, i);

      if (media == NULL || !line->active)
        continue;
      if (!plan->bundle && line->bin_line == bin_line)
        return media;
      if (!plan->bundle)
        continue;
      if (remote->bundle != NULL && g_strcmp0 (media->mid, remote->bundle[0]) == 0)
        return media;
      if (first == NULL)
        first = media;
    }

  if (first != NULL)
    return first;

  /* A refused line needs something to stand there; what a live line has does no harm. */
  for (guint i = 0; i < plan->lines->len; i++)
    if (sip_sdp_plan_get_line (plan, i)->active)
      return sip_sdp_get_media (remote, i);

  return NULL;
}

static gboolean
is_base64_list (const char *text)
{
  return text != NULL && strlen (text) < 1024 &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=,") == strlen (text);
}

static void
write_bin_formats (GString              *text,
                   const SipSdpPlanLine *line)
{
  for (guint i = 0; i < line->formats->len; i++)
    {
      const SipSdpPlanFormat *format = g_ptr_array_index (line->formats, i);
      guint payload = format->local_payload;

      g_string_append_printf (text, "a=rtpmap:%u %s/%u", payload, format->codec->name, format->codec->clock_rate);
      if (format->codec->channels > 1)
        g_string_append_printf (text, "/%u", format->codec->channels);
      g_string_append (text, "\r\n");
      if (is_base64_list (format->sprop))
        g_string_append_printf (text, "a=fmtp:%u sprop-parameter-sets=%s\r\n", payload, format->sprop);
      if (format->nack_pli)
        g_string_append_printf (text, "a=rtcp-fb:%u nack pli\r\n", payload);
      if (format->ccm_fir)
        g_string_append_printf (text, "a=rtcp-fb:%u ccm fir\r\n", payload);
    }
  for (guint i = 0; i < line->n_events; i++)
    g_string_append_printf (text, "a=rtpmap:%u telephone-event/%u\r\n", line->events[i].local_payload, line->events[i].clock_rate);
}

static void
write_bin_line (GString              *text,
                const SipSdpPlan     *plan,
                const SipSdpPlanLine *line,
                SipDescriptionType    type,
                const SipSdp         *remote,
                gboolean              with_tcp)
{
  const SipSdpMedia *transport = transport_media (plan, remote, line->bin_line);
  SipSdpSetup setup = transport->setup;
  /* In a bundle webrtcbin's first line is the transport of all and cannot be given up. A line that it believes to be in use and that
   * carries nothing does no harm there; alone it would wait for its transport for ever. */
  gboolean active = line->active || plan->bundle;

  /* webrtcbin refuses an answer that does not choose, and makes its own choice of an offer that does not. We have chosen for both. */
  if (plan->setup != SIP_SDP_SETUP_ACTPASS)
    setup = plan->setup == SIP_SDP_SETUP_ACTIVE ? SIP_SDP_SETUP_PASSIVE : SIP_SDP_SETUP_ACTIVE;

  g_string_append_printf (text, "m=%s %u UDP/TLS/RTP/SAVPF", line->media, active ? 9 : 0);
  for (guint i = 0; i < line->formats->len; i++)
    g_string_append_printf (text, " %u", ((SipSdpPlanFormat *) g_ptr_array_index (line->formats, i))->local_payload);
  write_event_payloads (text, line);
  if (line->formats->len == 0)
    g_string_append (text, " 0");
  g_string_append_printf (text, "\r\nc=IN IP4 0.0.0.0\r\na=mid:%s\r\na=sendrecv\r\na=rtcp-mux\r\na=setup:%s\r\n", line->bin_mid,
                          sip_sdp_setup_to_string (setup));
  /* webrtcbin wants the same fingerprint everywhere and never looks at it: we do. */
  g_string_append_printf (text, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\na=fingerprint:sha-256 00\r\n", transport->ufrag, transport->pwd);
  write_bin_formats (text, line);

  if (!active || (plan->bundle && line->bin_line > 0))
    return;
  for (guint i = 0; i < transport->candidates->len; i++)
    {
      const char *candidate = g_ptr_array_index (transport->candidates, i);

      if (with_tcp || strstr (candidate, " TCP ") == NULL)
        g_string_append_printf (text, "a=candidate:%s\r\n", candidate);
    }
}

char *
sip_sdp_write_for_bin (const SipSdpPlan  *plan,
                       SipDescriptionType type,
                       const SipSdp      *remote,
                       gboolean           with_tcp)
{
  GString *text = g_string_new ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n");
  gboolean any = FALSE;

  if (remote->ice_lite)
    g_string_append (text, "a=ice-lite\r\n");
  for (int bin_line = 0; plan->bundle && bin_line < (int) plan->lines->len; bin_line++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_find_bin_line (plan, bin_line);

      if (line == NULL)
        continue;
      g_string_append_printf (text, "%s %s", any ? "" : "a=group:BUNDLE", line->bin_mid);
      any = TRUE;
    }
  if (any)
    g_string_append (text, "\r\n");

  for (int bin_line = 0; bin_line < (int) plan->lines->len; bin_line++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_find_bin_line (plan, bin_line);

      if (line != NULL)
        write_bin_line (text, plan, line, type, remote, with_tcp);
    }

  return g_string_free (text, FALSE);
}

static gboolean
has_format (const GstSDPMedia *media,
            const char        *format)
{
  for (guint i = 0; i < gst_sdp_media_formats_len (media); i++)
    if (g_str_equal (gst_sdp_media_get_format (media, i), format))
      return TRUE;

  return FALSE;
}

void
sip_sdp_add_bin_events (const SipSdpPlan *plan,
                        GstSDPMessage    *message)
{
  for (guint i = 0; i < gst_sdp_message_medias_len (message); i++)
    {
      const SipSdpPlanLine *line = sip_sdp_plan_find_bin_line (plan, (int) i);
      GstSDPMedia *media = (GstSDPMedia *) gst_sdp_message_get_media (message, i);

      for (guint j = 0; line != NULL && j < line->n_events; j++)
        {
          g_autofree char *payload = g_strdup_printf ("%u", line->events[j].local_payload);
          g_autofree char *map = g_strdup_printf ("%s telephone-event/%u", payload, line->events[j].clock_rate);

          if (has_format (media, payload))
            continue;
          gst_sdp_media_add_format (media, payload);
          gst_sdp_media_add_attribute (media, "rtpmap", map);
        }
    }
}

const SipSdpMedia *
sip_sdp_get_bin_media (const SipSdpPlan *plan,
                       const SipSdp     *remote,
                       int               bin_line)
{
  return transport_media (plan, remote, bin_line);
}

GPtrArray *
sip_sdp_get_bin_fingerprints (const SipSdpPlan *plan,
                              const SipSdp     *remote,
                              int               bin_line)
{
  const SipSdpMedia *media = transport_media (plan, remote, plan->bundle ? 0 : bin_line);
  GPtrArray *fingerprints = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; media != NULL && i < media->fingerprints->len; i++)
    g_ptr_array_add (fingerprints, g_strdup (g_ptr_array_index (media->fingerprints, i)));

  return fingerprints;
}
