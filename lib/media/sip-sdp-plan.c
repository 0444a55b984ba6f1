/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-plan-private.h"

#include <gio/gio.h>

#include "syntax/sip-error.h"

static void
format_free (SipSdpPlanFormat *format)
{
  g_free (format->fmtp);
  g_free (format->sprop);
  g_free (format);
}

static void
line_free (SipSdpPlanLine *line)
{
  g_free (line->media);
  g_free (line->proto);
  g_strfreev (line->refused_formats);
  g_free (line->mid);
  g_ptr_array_unref (line->formats);
  g_free (line->bin_mid);
  g_free (line);
}

void
sip_sdp_plan_free (SipSdpPlan *self)
{
  g_free (self->cname);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

static SipSdpPlan *
plan_new (void)
{
  SipSdpPlan *self = g_new0 (SipSdpPlan, 1);

  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) line_free);

  return self;
}

static SipSdpPlanLine *
line_new (SipSdpPlan *self)
{
  SipSdpPlanLine *line = g_new0 (SipSdpPlanLine, 1);

  line->kind = -1;
  line->bin_line = -1;
  line->formats = g_ptr_array_new_with_free_func ((GDestroyNotify) format_free);
  g_ptr_array_add (self->lines, line);

  return line;
}

SipSdpPlan *
sip_sdp_plan_copy (const SipSdpPlan *self)
{
  SipSdpPlan *copy = plan_new ();

  copy->bundle = self->bundle;
  copy->agreed = self->agreed;
  copy->setup = self->setup;
  copy->cname = g_strdup (self->cname);
  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *from = g_ptr_array_index (self->lines, i);
      SipSdpPlanLine *to = line_new (copy);
      GPtrArray *formats = to->formats;

      *to = *from;
      to->media = g_strdup (from->media);
      to->proto = g_strdup (from->proto);
      to->refused_formats = g_strdupv (from->refused_formats);
      to->mid = g_strdup (from->mid);
      to->bin_mid = g_strdup (from->bin_mid);
      to->formats = formats;
      for (guint j = 0; j < from->formats->len; j++)
        {
          SipSdpPlanFormat *format = g_memdup2 (g_ptr_array_index (from->formats, j), sizeof (SipSdpPlanFormat));

          format->fmtp = g_strdup (format->fmtp);
          format->sprop = g_strdup (format->sprop);
          g_ptr_array_add (formats, format);
        }
    }

  return copy;
}

SipSdpPlanLine *
sip_sdp_plan_get_line (const SipSdpPlan *self,
                       guint             index)
{
  return index < self->lines->len ? g_ptr_array_index (self->lines, index) : NULL;
}

SipSdpPlanLine *
sip_sdp_plan_find_kind (const SipSdpPlan *self,
                        SipMediaKind      kind)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      if (line->active && line->kind == (int) kind)
        return line;
    }

  return NULL;
}

SipSdpPlanLine *
sip_sdp_plan_find_bin_line (const SipSdpPlan *self,
                            int               bin_line)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      if (line->bin_line == bin_line)
        return line;
    }

  return NULL;
}

SipSdpDirection
sip_sdp_plan_line_get_direction (const SipSdpPlanLine *line)
{
  return line->active ? line->local & sip_sdp_direction_reverse (line->remote) : SIP_SDP_INACTIVE;
}

const SipSdpPlanEvents *
sip_sdp_plan_line_get_events (const SipSdpPlanLine *line)
{
  const SipSdpPlanFormat *format = line->formats->len > 0 ? g_ptr_array_index (line->formats, 0) : NULL;

  for (guint i = 0; format != NULL && i < line->n_events; i++)
    if (line->events[i].clock_rate == format->codec->clock_rate)
      return &line->events[i];

  return NULL;
}

static int
kind_of (const char *media)
{
  return g_str_equal (media, "audio") ? SIP_MEDIA_AUDIO : g_str_equal (media, "video") ? SIP_MEDIA_VIDEO : -1;
}

/* A synchronization source of our own; zero means "any" to GStreamer. */
static guint32
random_ssrc (void)
{
  return (guint32) g_random_int_range (1, G_MAXINT32);
}

/* RFC 7022 §4.1: short-term, says nothing about who and where we are. */
static char *
random_cname (void)
{
  return g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());
}

static int
next_bin_line (const SipSdpPlan *self)
{
  int next = 0;

  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      next = MAX (next, line->bin_line + 1);
    }

  return next;
}

static SipSdpPlanFormat *
add_format (SipSdpPlanLine     *line,
            const SipCodec     *codec,
            guint               payload,
            guint               local_payload,
            const SipSdpFormat *peer)
{
  SipSdpPlanFormat *format = g_new0 (SipSdpPlanFormat, 1);

  format->codec = codec;
  format->payload = payload;
  format->local_payload = local_payload;
  format->fmtp = sip_codec_build_fmtp (codec, peer);
  format->nack_pli = peer != NULL ? peer->nack_pli : codec->kind == SIP_MEDIA_VIDEO;
  format->ccm_fir = peer != NULL ? peer->ccm_fir : codec->kind == SIP_MEDIA_VIDEO;
  if (peer != NULL)
    format->sprop = sip_sdp_fmtp_get (peer->fmtp, "sprop-parameter-sets");
  g_ptr_array_add (line->formats, format);

  return format;
}

static SipSdpPlanFormat *
find_codec_format (SipSdpPlanLine *line,
                   const SipCodec *codec)
{
  for (guint i = 0; i < line->formats->len; i++)
    {
      SipSdpPlanFormat *format = g_ptr_array_index (line->formats, i);

      if (format->codec == codec)
        return format;
    }

  return NULL;
}

static gboolean
uses_payload (const SipSdpPlan *self,
              guint             payload)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      const SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      for (guint j = 0; j < line->formats->len; j++)
        if (((SipSdpPlanFormat *) g_ptr_array_index (line->formats, j))->local_payload == payload)
          return TRUE;
      for (guint j = 0; j < line->n_events; j++)
        if (line->events[j].local_payload == payload)
          return TRUE;
    }

  return FALSE;
}

/* A number that means nothing else yet in the whole session: what shares a transport shares them (RFC 8843 §9.1), and a peer may have chosen those that
 * stand already. */
static guint
pick_payload (const SipSdpPlan *self,
              guint             preferred)
{
  guint payload = preferred;

  while (payload != 0 && uses_payload (self, payload))
    payload = payload == preferred ? 127 : payload - 1;

  return payload;
}

static SipSdpPlanEvents *
find_events (SipSdpPlanLine *line,
             guint           clock_rate)
{
  for (guint i = 0; i < line->n_events; i++)
    if (line->events[i].clock_rate == clock_rate)
      return &line->events[i];

  return NULL;
}

static void
add_events (SipSdpPlanLine *line,
            guint           clock_rate,
            guint           payload,
            guint           local_payload)
{
  if (line->n_events < SIP_SDP_MAX_EVENTS && find_events (line, clock_rate) == NULL)
    line->events[line->n_events++] = (SipSdpPlanEvents){ clock_rate, payload, local_payload };
}

/* What a peer calls tones with this clock, or NULL. */
static const SipSdpFormat *
find_peer_events (const SipSdpMedia *media,
                  guint              clock_rate)
{
  for (guint i = 0; i < media->rtp_formats->len; i++)
    {
      const SipSdpFormat *format = g_ptr_array_index (media->rtp_formats, i);

      if (format->name != NULL && g_ascii_strcasecmp (format->name, "telephone-event") == 0 && format->clock_rate == clock_rate)
        return format;
    }

  return NULL;
}

/* Tones beside each codec that is offered, under the numbers that browsers give them. */
static void
offer_events (SipSdpPlan     *self,
              SipSdpPlanLine *line)
{
  for (guint i = 0; line->kind == SIP_MEDIA_AUDIO && i < line->formats->len; i++)
    {
      guint clock_rate = ((SipSdpPlanFormat *) g_ptr_array_index (line->formats, i))->codec->clock_rate;
      guint payload;

      if (find_events (line, clock_rate) != NULL)
        continue;
      payload = pick_payload (self, clock_rate == 48000 ? 110 : 126);
      add_events (line, clock_rate, payload, payload);
    }
}

/* A mid that is not in use yet. Those that a peer chose can be any token. */
static char *
new_mid (const SipSdpPlan *self)
{
  for (guint number = 0;; number++)
    {
      g_autofree char *mid = g_strdup_printf ("%u", number);
      gboolean taken = FALSE;

      for (guint i = 0; i < self->lines->len; i++)
        taken |= g_strcmp0 (((SipSdpPlanLine *) g_ptr_array_index (self->lines, i))->mid, mid) == 0;
      if (!taken)
        return g_steal_pointer (&mid);
    }
}

/* A line to offer @kind in: one that was there, or a new one at the end (RFC 3264 §8.1, §8.2). */
static SipSdpPlanLine *
line_to_offer (SipSdpPlan   *self,
               SipMediaKind  kind)
{
  SipSdpPlanLine *line = sip_sdp_plan_find_kind (self, kind);

  for (guint i = 0; line == NULL && i < self->lines->len; i++)
    {
      SipSdpPlanLine *other = g_ptr_array_index (self->lines, i);

      if (other->kind == (int) kind)
        line = other;
    }
  if (line != NULL)
    return line;

  line = line_new (self);
  line->kind = kind;
  line->media = g_strdup (kind == SIP_MEDIA_AUDIO ? "audio" : "video");
  line->proto = g_strdup ("UDP/TLS/RTP/SAVPF");

  return line;
}

SipSdpPlan *
sip_sdp_plan_new_offer (const SipSdpPlan *current,
                        const SipSdpWish *wish,
                        GError          **error)
{
  g_autoptr (SipSdpPlan) self = current != NULL ? sip_sdp_plan_copy (current) : plan_new ();

  if (current == NULL)
    {
      self->bundle = wish->bundle;
      self->cname = random_cname ();
    }
  self->agreed = FALSE;
  self->setup = SIP_SDP_SETUP_ACTPASS;

  for (guint kind = 0; kind < SIP_SDP_N_KINDS; kind++)
    {
      SipSdpPlanLine *line;

      if (!wish->enabled[kind])
        {
          line = sip_sdp_plan_find_kind (self, kind);
          if (line != NULL)
            line->active = FALSE;
          continue;
        }

      line = line_to_offer (self, kind);
      line->active = TRUE;
      line->local = wish->direction[kind];
      line->silent = wish->hold;
      if (wish->hold)
        line->local &= ~SIP_SDP_RECVONLY;
      /* RFC 3264 §8.4: both sides hold each other. */
      if (wish->hold && line->established && (line->remote & SIP_SDP_RECVONLY) == 0)
        line->local = SIP_SDP_INACTIVE;
      line->rtcp_mux = TRUE;
      if (line->mid == NULL)
        line->mid = new_mid (self);
      if (line->ssrc == 0)
        line->ssrc = random_ssrc ();
      if (line->bin_line < 0)
        line->bin_line = next_bin_line (self);
      for (guint i = 0; i < wish->codecs->len; i++)
        {
          const SipCodec *codec = g_ptr_array_index (wish->codecs, i);

          if (codec->kind == kind && find_codec_format (line, codec) == NULL)
            {
              guint payload = pick_payload (self, codec->payload);

              add_format (line, codec, payload, payload, NULL);
            }
        }
      offer_events (self, line);
      if (line->formats->len == 0)
        {
          g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "There is no codec for %s", line->media);
          return NULL;
        }
    }

  if (self->lines->len == 0)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "Neither audio nor video is wanted");
      return NULL;
    }

  return g_steal_pointer (&self);
}

void
sip_sdp_plan_move (SipSdpPlan *self)
{
  int n = 0;

  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      g_clear_pointer (&line->bin_mid, g_free);
      line->bin_line = -1;
      if (!line->active)
        continue;
      line->bin_line = n++;
      line->ssrc = random_ssrc ();
      if (self->agreed)
        line->bin_mid = g_strdup_printf ("%s%d", line->media, line->bin_line);
    }
}

void
sip_sdp_plan_settle (SipSdpPlan *self)
{
  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      if (line->active)
        continue;
      line->bin_line = -1;
      g_clear_pointer (&line->bin_mid, g_free);
    }
}

guint
sip_sdp_plan_count_bin_lines (const SipSdpPlan *self)
{
  guint n = 0;

  for (guint i = 0; i < self->lines->len; i++)
    n += ((SipSdpPlanLine *) g_ptr_array_index (self->lines, i))->bin_line >= 0;

  return n;
}

/* The formats that both sides know, in the peer's order: that of an offer is a preference (RFC 3264 §6.1). */
static void
choose_formats (SipSdpPlanLine    *line,
                const SipSdpMedia *offered,
                const SipSdpWish  *wish)
{
  g_ptr_array_set_size (line->formats, 0);
  line->n_events = 0;

  for (guint i = 0; i < offered->rtp_formats->len && line->formats->len == 0; i++)
    {
      const SipSdpFormat *format = g_ptr_array_index (offered->rtp_formats, i);

      for (guint j = 0; j < wish->codecs->len; j++)
        {
          const SipCodec *codec = g_ptr_array_index (wish->codecs, j);

          if ((int) codec->kind == line->kind && sip_codec_matches (codec, format))
            {
              /* One is enough: with two in the answer the peer may change between them at any moment, for nobody's gain. */
              add_format (line, codec, format->payload, format->payload, format);
              break;
            }
        }
    }
  if (line->kind == SIP_MEDIA_AUDIO && line->formats->len > 0)
    {
      guint clock_rate = ((SipSdpPlanFormat *) g_ptr_array_index (line->formats, 0))->codec->clock_rate;
      const SipSdpFormat *events = find_peer_events (offered, clock_rate);

      if (events != NULL)
        add_events (line, clock_rate, events->payload, events->payload);
    }
}

/* Why the line cannot be used, or NULL. */
static const char *
answer_line (SipSdpPlan        *self,
             SipSdpPlanLine    *line,
             const SipSdp      *offer,
             const SipSdpMedia *offered,
             const SipSdpWish  *wish)
{
  gboolean bundled = sip_sdp_is_bundled (offer, offered->mid);
  const char *problem;

  if (line->kind < 0)
    return "it is of an unknown kind";
  if (!wish->enabled[line->kind])
    return "it is not wanted";
  if (offered->port == 0 && !(offered->bundle_only && bundled))
    return "it is switched off";
  if (sip_sdp_plan_find_kind (self, line->kind) != NULL)
    return "there is one already";
  if ((problem = sip_sdp_media_check (offered)) != NULL)
    return problem;
  choose_formats (line, offered, wish);
  if (line->formats->len == 0)
    return "there is no common codec";

  return NULL;
}

/* One transport for all, or one for each: webrtcbin knows nothing between. So of an offer that bundles some lines only, each accepted line
 * gets its own transport, and those that exist within the bundle only are refused (RFC 8843 §7.3). */
static void
decide_bundle (SipSdpPlan   *self,
               const SipSdp *offer)
{
  gboolean all = TRUE;

  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      if (line->active)
        all &= sip_sdp_is_bundled (offer, line->mid);
    }
  self->bundle = all;

  for (guint i = 0; !all && i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      if (sip_sdp_get_media (offer, i)->bundle_only)
        line->active = FALSE;
    }
}

static SipSdpSetup
choose_setup (SipSdpSetup ours,
              SipSdpSetup offered)
{
  if (offered == SIP_SDP_SETUP_ACTIVE)
    return SIP_SDP_SETUP_PASSIVE;
  if (offered == SIP_SDP_SETUP_PASSIVE)
    return SIP_SDP_SETUP_ACTIVE;

  return ours == SIP_SDP_SETUP_PASSIVE ? SIP_SDP_SETUP_PASSIVE : SIP_SDP_SETUP_ACTIVE;
}

SipSdpPlan *
sip_sdp_plan_new_answer (const SipSdpPlan *current,
                         const SipSdp     *offer,
                         const SipSdpWish *wish,
                         GError          **error)
{
  g_autoptr (SipSdpPlan) self = current != NULL ? sip_sdp_plan_copy (current) : plan_new ();
  const char *first_problem = NULL;
  gboolean any = FALSE;

  if (offer->media->len < self->lines->len)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The offer has %u media, the one before had %u (RFC 3264 §8)", offer->media->len,
                   self->lines->len);
      return NULL;
    }

  if (self->cname == NULL)
    self->cname = random_cname ();
  for (guint i = 0; i < self->lines->len; i++)
    sip_sdp_plan_get_line (self, i)->active = FALSE;

  for (guint i = 0; i < offer->media->len; i++)
    {
      const SipSdpMedia *offered = sip_sdp_get_media (offer, i);
      SipSdpPlanLine *line = i < self->lines->len ? sip_sdp_plan_get_line (self, i) : line_new (self);
      const char *problem;

      line->kind = kind_of (offered->media);
      g_free (line->media);
      line->media = g_strdup (offered->media);
      g_free (line->proto);
      line->proto = g_strdup (offered->proto);
      g_strfreev (line->refused_formats);
      line->refused_formats = g_strdupv (offered->formats);
      g_free (line->mid);
      line->mid = g_strdup (offered->mid);
      line->rtcp_mux = offered->rtcp_mux;
      line->remote = offered->direction;

      problem = answer_line (self, line, offer, offered, wish);
      if (problem != NULL)
        {
          g_debug ("The offer's %s is refused: %s", line->media, problem);
          first_problem = first_problem != NULL ? first_problem : problem;
          continue;
        }
      line->active = TRUE;
      /* RFC 3264 §6.1: what is only sent is only received, and so on. */
      line->local = wish->direction[line->kind] & sip_sdp_direction_reverse (offered->direction);
      line->silent = wish->hold;
      if (wish->hold)
        line->local &= ~SIP_SDP_RECVONLY;
    }

  decide_bundle (self, offer);
  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = g_ptr_array_index (self->lines, i);

      if (!line->active)
        continue;
      any = TRUE;
      if (line->ssrc == 0)
        line->ssrc = random_ssrc ();
      if (line->bin_line < 0)
        line->bin_line = next_bin_line (self);
      if (line->bin_mid == NULL)
        line->bin_mid = g_strdup_printf ("%s%d", line->media, line->bin_line);
      /* RFC 8842 §5.3: active where we may choose, so that the handshake begins at once; what was agreed on stays, unless the peer has chosen otherwise. */
      self->setup = choose_setup (current != NULL && current->agreed ? current->setup : SIP_SDP_SETUP_NONE, sip_sdp_get_media (offer, i)->setup);
      line->established = TRUE;
    }
  if (!any)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "No media of the offer can be used: %s",
                   first_problem != NULL ? first_problem : "it is of no use alone");
      return NULL;
    }
  self->agreed = TRUE;

  return g_steal_pointer (&self);
}

/* Only what the answer still names remains (RFC 3264 §7), in the answer's order: that is what the peer likes best to get. */
static gboolean
take_formats (SipSdpPlanLine    *line,
              const SipSdpMedia *answered)
{
  g_autoptr (GPtrArray) offered = g_steal_pointer (&line->formats);
  GPtrArray *formats = g_ptr_array_new_with_free_func ((GDestroyNotify) format_free);

  guint n_events = line->n_events;

  line->formats = formats;
  line->n_events = 0;
  for (guint i = 0; i < n_events; i++)
    {
      const SipSdpPlanEvents ours = line->events[i];
      const SipSdpFormat *theirs = find_peer_events (answered, ours.clock_rate);

      if (theirs != NULL)
        add_events (line, ours.clock_rate, theirs->payload, ours.local_payload);
    }
  for (guint i = 0; i < answered->rtp_formats->len; i++)
    {
      const SipSdpFormat *format = g_ptr_array_index (answered->rtp_formats, i);

      for (guint j = 0; j < offered->len; j++)
        {
          SipSdpPlanFormat *ours = g_ptr_array_index (offered, j);

          if (sip_codec_matches (ours->codec, format) && find_codec_format (line, ours->codec) == NULL)
            add_format (line, ours->codec, format->payload, ours->local_payload, format);
        }
    }

  return formats->len > 0;
}

static gboolean
take_answer_line (SipSdpPlan        *self,
                  SipSdpPlanLine    *line,
                  const SipSdp      *answer,
                  const SipSdpMedia *answered,
                  GError           **error)
{
  const char *problem;

  if (!g_str_equal (line->media, answered->media))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The answer says %s where %s was offered", answered->media, line->media);
      return FALSE;
    }
  if (answered->port == 0 || !line->active)
    {
      line->active = FALSE;
      return TRUE;
    }
  if ((problem = sip_sdp_media_check (answered)) != NULL)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The %s of the answer cannot be used: %s", answered->media, problem);
      return FALSE;
    }
  if (!take_formats (line, answered))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The %s of the answer has no codec that was offered", answered->media);
      return FALSE;
    }
  /* What was offered within the bundle only exists nowhere else (RFC 8843 §7.3.3); the call goes on without it. */
  if (self->bundle && line->bin_line > 0 && !sip_sdp_is_bundled (answer, answered->mid))
    {
      g_debug ("The answer's %s is outside of the bundle and cannot be used", line->media);
      line->active = FALSE;
      return TRUE;
    }
  line->remote = answered->direction;
  line->rtcp_mux = answered->rtcp_mux;

  return TRUE;
}

gboolean
sip_sdp_plan_take_answer (SipSdpPlan   *self,
                          const SipSdp *answer,
                          GError      **error)
{
  gboolean any = FALSE;

  if (answer->media->len != self->lines->len)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The answer has %u media, the offer %u (RFC 3264 §6)", answer->media->len,
                   self->lines->len);
      return FALSE;
    }

  for (guint i = 0; i < self->lines->len; i++)
    {
      SipSdpPlanLine *line = sip_sdp_plan_get_line (self, i);
      const SipSdpMedia *answered = sip_sdp_get_media (answer, i);

      if (!take_answer_line (self, line, answer, answered, error))
        return FALSE;
      any |= line->active;
      line->established = line->active;
      /* An answer has to choose; one that does not leaves it to us to wait (RFC 8842 §5.2: the offerer is then passive). */
      if (line->active)
        self->setup = answered->setup == SIP_SDP_SETUP_PASSIVE ? SIP_SDP_SETUP_ACTIVE : SIP_SDP_SETUP_PASSIVE;
    }
  if (!any)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The answer refuses all media");
      return FALSE;
    }
  self->agreed = TRUE;

  return TRUE;
}
