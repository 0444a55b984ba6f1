/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-private.h"

#include <gio/gio.h>
#include <string.h>

#include "media/sip-fingerprint-private.h"
#include "syntax/sip-error.h"

/* What a section inherits where it says nothing itself (RFC 8866 §5.13: session-level attributes are defaults). */
typedef struct
{
  SipSdp *sdp;
  SipSdpMedia session;
  SipSdpMedia *media; /* where attributes go: the open section, or session */
  gboolean has_version;
  gboolean has_origin;
} Parser;

static void
format_free (SipSdpFormat *format)
{
  g_free (format->name);
  g_free (format->fmtp);
  g_free (format);
}

static void
media_init (SipSdpMedia *media)
{
  media->direction = SIP_SDP_SENDRECV;
  media->rtp_formats = g_ptr_array_new_with_free_func ((GDestroyNotify) format_free);
  media->fingerprints = g_ptr_array_new_with_free_func (g_free);
  media->candidates = g_ptr_array_new_with_free_func (g_free);
}

static void
media_clear (SipSdpMedia *media)
{
  g_free (media->media);
  g_free (media->proto);
  g_strfreev (media->formats);
  g_free (media->mid);
  g_free (media->ufrag);
  g_free (media->pwd);
  g_ptr_array_unref (media->rtp_formats);
  g_ptr_array_unref (media->fingerprints);
  g_ptr_array_unref (media->candidates);
}

static void
media_free (SipSdpMedia *media)
{
  media_clear (media);
  g_free (media);
}

void
sip_sdp_free (SipSdp *self)
{
  g_strfreev (self->bundle);
  g_ptr_array_unref (self->media);
  g_free (self);
}

/* One or more characters of @extra, letters and digits. */
static gboolean
is_word (const char *text,
         gsize       min,
         gsize       max,
         const char *extra)
{
  gsize length = strlen (text);

  if (length < min || length > max)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr (extra, *p) == NULL)
      return FALSE;

  return TRUE;
}

/* RFC 8866 §9: token. */
static gboolean
is_token (const char *text)
{
  return is_word (text, 1, 64, "!#$%&'*+-.^_`{|}~");
}

/* An error whose message shows a part of what came from outside, but no more than fits on a line, and only text. */
static void
set_error (GError    **error,
           const char *what,
           const char *text)
{
  g_autofree char *part = g_utf8_make_valid (text, (gssize) MIN (strlen (text), 64));
  g_autofree char *shown = g_strescape (part, NULL);

  g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The description has %s “%s”", what, shown);
}

static gboolean
to_number (const char *text,
           guint64     min,
           guint64     max,
           guint      *number)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, min, max, &value, NULL))
    return FALSE;
  *number = (guint) value;

  return TRUE;
}

/* Splits at blanks; several count as one. */
static char **
split_words (const char *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  while (*text != '\0')
    {
      gsize length = strcspn (text, " ");

      if (length > 0)
        {
          g_autofree char *word = g_strndup (text, length);

          g_strv_builder_add (builder, word);
        }
      text += length;
      text += strspn (text, " ");
    }

  return g_strv_builder_end (builder);
}

static SipSdpFormat *
find_format (SipSdpMedia *media,
             guint        payload)
{
  for (guint i = 0; i < media->rtp_formats->len; i++)
    {
      SipSdpFormat *format = g_ptr_array_index (media->rtp_formats, i);

      if (format->payload == payload)
        return format;
    }

  return NULL;
}

/* The static payload types that we speak need no a=rtpmap (RFC 3551 §6). */
static const char *
static_name (guint payload)
{
  return payload == 0 ? "PCMU" : payload == 8 ? "PCMA" : NULL;
}

static gboolean
parse_media_formats (SipSdpMedia *media,
                     GError     **error)
{
  guint n_formats = g_strv_length (media->formats);

  if (n_formats > SIP_SDP_MAX_FORMATS)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The description names %u formats for one media", n_formats);
      return FALSE;
    }

  for (guint i = 0; i < n_formats; i++)
    {
      SipSdpFormat *format;
      guint payload;

      if (strstr (media->proto, "RTP/") == NULL)
        {
          if (!is_word (media->formats[i], 1, 64, "!#$%&'*+-.^_`{|}~/"))
            {
              set_error (error, "a format", media->formats[i]);
              return FALSE;
            }
          continue;
        }

      /* RFC 3551 §3: seven bits. */
      if (!to_number (media->formats[i], 0, 127, &payload))
        {
          set_error (error, "a payload type", media->formats[i]);
          return FALSE;
        }
      if (find_format (media, payload) != NULL)
        continue;

      format = g_new0 (SipSdpFormat, 1);
      format->payload = payload;
      format->name = g_strdup (static_name (payload));
      format->clock_rate = format->name != NULL ? 8000 : 0;
      format->channels = 1;
      g_ptr_array_add (media->rtp_formats, format);
    }

  return TRUE;
}

/* m=<media> <port>[/<number>] <proto> <fmt>… (RFC 8866 §5.14) */
static gboolean
parse_media (Parser     *parser,
             const char *value,
             GError    **error)
{
  g_auto (GStrv) words = split_words (value);
  guint n_words = g_strv_length (words);
  SipSdpMedia *media;
  char *slash;

  if (parser->sdp->media->len >= SIP_SDP_MAX_MEDIA)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The description has more than %d media", SIP_SDP_MAX_MEDIA);
      return FALSE;
    }

  media = g_new0 (SipSdpMedia, 1);
  media_init (media);
  media->direction = parser->session.direction; /* RFC 8866 §6.7: what the session says is the default of its sections */
  g_ptr_array_add (parser->sdp->media, media);
  parser->media = media;

  if (n_words >= 2 && (slash = strchr (words[1], '/')) != NULL)
    *slash = '\0';
  if (n_words < 4 || !is_token (words[0]) || !to_number (words[1], 0, 65535, &media->port) ||
      !is_word (words[2], 1, 64, "!#$%&'*+-.^_`{|}~/"))
    {
      set_error (error, "a line m=", value);
      return FALSE;
    }

  media->media = g_strdup (words[0]);
  media->proto = g_strdup (words[2]);
  media->formats = g_strdupv (words + 3);

  return parse_media_formats (media, error);
}

/* a=rtpmap:<payload> <name>/<clock rate>[/<channels>] (RFC 8866 §6.6) */
static void
parse_rtpmap (SipSdpMedia *media,
              const char  *value)
{
  g_auto (GStrv) words = split_words (value);
  g_auto (GStrv) parts = NULL;
  SipSdpFormat *format;
  guint payload, clock_rate, channels = 1;
  guint n_parts;

  if (g_strv_length (words) != 2 || !to_number (words[0], 0, 127, &payload))
    return;
  format = find_format (media, payload);
  parts = g_strsplit (words[1], "/", 4);
  n_parts = g_strv_length (parts);
  if (format == NULL || n_parts < 2 || n_parts > 3 || !is_token (parts[0]) || !to_number (parts[1], 1, 1000000, &clock_rate) ||
      (n_parts == 3 && !to_number (parts[2], 1, 255, &channels)))
    return;

  g_free (format->name);
  format->name = g_strdup (parts[0]);
  format->clock_rate = clock_rate;
  format->channels = channels;
}

static void
parse_fmtp (SipSdpMedia *media,
            const char  *value)
{
  g_autofree char *number = g_strndup (value, strcspn (value, " "));
  const char *rest = value + strlen (number);
  SipSdpFormat *format;
  guint payload;

  if (!to_number (number, 0, 127, &payload) || (format = find_format (media, payload)) == NULL || strlen (rest) > 1024)
    return;

  g_free (format->fmtp);
  format->fmtp = g_strstrip (g_strdup (rest));
}

/* a=rtcp-fb:<payload or *> <type> [<subtype>] (RFC 4585 §4.2, RFC 5104 §7.1) */
static void
parse_rtcp_fb (SipSdpMedia *media,
               const char  *value)
{
  g_auto (GStrv) words = split_words (value);
  gboolean nack_pli, ccm_fir;
  guint payload = 0;

  if (g_strv_length (words) != 3)
    return;
  nack_pli = g_ascii_strcasecmp (words[1], "nack") == 0 && g_ascii_strcasecmp (words[2], "pli") == 0;
  ccm_fir = g_ascii_strcasecmp (words[1], "ccm") == 0 && g_ascii_strcasecmp (words[2], "fir") == 0;
  if (!g_str_equal (words[0], "*") && !to_number (words[0], 0, 127, &payload))
    return;

  for (guint i = 0; i < media->rtp_formats->len; i++)
    {
      SipSdpFormat *format = g_ptr_array_index (media->rtp_formats, i);

      if (!g_str_equal (words[0], "*") && format->payload != payload)
        continue;
      format->nack_pli |= nack_pli;
      format->ccm_fir |= ccm_fir;
    }
}

/* The value of a=candidate in the form that every agent understands, or NULL where we could not use it: RTCP's (we multiplex it), names
 * instead of addresses (a peer is not to make us look up names), unknown transports and types. (RFC 8839 §5.1) */
static char *
parse_candidate (const char *value)
{
  g_auto (GStrv) words = split_words (value);
  g_autoptr (GString) text = NULL;
  guint n_words = g_strv_length (words);
  static const char *types[] = { "host", "srflx", "prflx", "relay", NULL };
  gboolean tcp;
  guint component, priority, port;

  if (n_words < 8 || !is_word (words[0], 1, 32, "+/") || !to_number (words[1], 1, 256, &component) || component != 1 ||
      !to_number (words[3], 1, G_MAXINT32, &priority) || !g_hostname_is_ip_address (words[4]) ||
      !to_number (words[5], 0, 65535, &port) || !g_str_equal (words[6], "typ") || !g_strv_contains (types, words[7]))
    return NULL;
  tcp = g_ascii_strcasecmp (words[2], "tcp") == 0;
  if ((!tcp && g_ascii_strcasecmp (words[2], "udp") != 0) || (!tcp && port == 0) || strchr (words[4], '%') != NULL)
    return NULL;

  text = g_string_new (NULL);
  g_string_printf (text, "%s 1 %s %u %s %u typ %s", words[0], tcp ? "TCP" : "UDP", priority, words[4], port, words[7]);
  for (guint i = 8; i + 1 < n_words; i += 2)
    {
      guint number;

      if ((g_str_equal (words[i], "raddr") && g_hostname_is_ip_address (words[i + 1])) ||
          (g_str_equal (words[i], "rport") && to_number (words[i + 1], 0, 65535, &number)) ||
          (tcp && g_str_equal (words[i], "tcptype") && is_word (words[i + 1], 1, 8, "")))
        g_string_append_printf (text, " %s %s", words[i], words[i + 1]);
    }
  if (tcp && strstr (text->str, " tcptype ") == NULL)
    return NULL;

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static SipSdpSetup
parse_setup (const char *value)
{
  if (g_ascii_strcasecmp (value, "actpass") == 0)
    return SIP_SDP_SETUP_ACTPASS;
  if (g_ascii_strcasecmp (value, "active") == 0)
    return SIP_SDP_SETUP_ACTIVE;
  if (g_ascii_strcasecmp (value, "passive") == 0)
    return SIP_SDP_SETUP_PASSIVE;

  return SIP_SDP_SETUP_NONE;
}

static gboolean
parse_direction (SipSdpMedia *media,
                 const char  *name)
{
  if (g_str_equal (name, "sendrecv"))
    media->direction = SIP_SDP_SENDRECV;
  else if (g_str_equal (name, "sendonly"))
    media->direction = SIP_SDP_SENDONLY;
  else if (g_str_equal (name, "recvonly"))
    media->direction = SIP_SDP_RECVONLY;
  else if (g_str_equal (name, "inactive"))
    media->direction = SIP_SDP_INACTIVE;
  else
    return FALSE;

  return TRUE;
}

static void
set_string (char      **target,
            const char *value)
{
  g_free (*target);
  *target = g_strdup (value);
}

static void
parse_group (Parser     *parser,
             const char *value)
{
  g_auto (GStrv) words = split_words (value);

  if (words[0] == NULL || !g_str_equal (words[0], "BUNDLE") || words[1] == NULL || parser->sdp->bundle != NULL)
    return;
  parser->sdp->bundle = g_strdupv (words + 1);
}

static void
parse_attribute (Parser     *parser,
                 const char *line)
{
  const char *colon = strchr (line, ':');
  g_autofree char *name = colon != NULL ? g_strndup (line, colon - line) : g_strdup (line);
  g_autofree char *value = g_strstrip (g_strdup (colon != NULL ? colon + 1 : ""));
  SipSdpMedia *media = parser->media;
  gboolean in_session = media == &parser->session;

  if (parse_direction (media, name))
    return;
  if (g_str_equal (name, "ice-ufrag") && is_word (value, 4, 256, "+/"))
    set_string (&media->ufrag, value);
  else if (g_str_equal (name, "ice-pwd") && is_word (value, 22, 256, "+/"))
    set_string (&media->pwd, value);
  else if (g_str_equal (name, "setup"))
    media->setup = parse_setup (value);
  else if (g_str_equal (name, "fingerprint") && media->fingerprints->len < SIP_SDP_MAX_FINGERPRINTS && sip_fingerprint_is_valid (value))
    g_ptr_array_add (media->fingerprints, g_strdup (value));
  else if (in_session && g_str_equal (name, "group"))
    parse_group (parser, value);
  else if (in_session && g_str_equal (name, "ice-lite"))
    parser->sdp->ice_lite = TRUE;
  else if (in_session)
    return;
  else if (g_str_equal (name, "mid") && is_token (value))
    set_string (&media->mid, value);
  else if (g_str_equal (name, "rtpmap"))
    parse_rtpmap (media, value);
  else if (g_str_equal (name, "fmtp"))
    parse_fmtp (media, value);
  else if (g_str_equal (name, "rtcp-fb"))
    parse_rtcp_fb (media, value);
  else if (g_str_equal (name, "rtcp-mux"))
    media->rtcp_mux = TRUE;
  else if (g_str_equal (name, "bundle-only"))
    media->bundle_only = TRUE;
  else if (g_str_equal (name, "candidate") && media->candidates->len < SIP_SDP_MAX_CANDIDATES)
    {
      char *candidate = parse_candidate (value);

      if (candidate != NULL)
        g_ptr_array_add (media->candidates, candidate);
    }
}

static gboolean
parse_line (Parser     *parser,
            const char *line,
            GError    **error)
{
  for (const char *p = line; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p) && *p != '\t')
      {
        set_error (error, "a control character in", line);
        return FALSE;
      }
  if (!g_ascii_islower (line[0]) || line[1] != '=')
    {
      set_error (error, "a line", line);
      return FALSE;
    }
  if (!parser->has_version && !g_str_equal (line, "v=0"))
    {
      set_error (error, "no version but", line);
      return FALSE;
    }

  switch (line[0])
    {
    case 'v':
      parser->has_version = TRUE;
      return TRUE;

    case 'o':
      parser->has_origin = TRUE;
      return TRUE;

    case 'm':
      return parse_media (parser, line + 2, error);

    case 'a':
      parse_attribute (parser, line + 2);
      return TRUE;

    default:
      return TRUE;
    }
}

/* Session-level values are defaults for each section; within a bundle, the first section speaks for those that leave their transport out
 * (RFC 8843 §7.1.3). */
static void
inherit (SipSdpMedia       *media,
         const SipSdpMedia *from)
{
  if (media->ufrag == NULL || media->pwd == NULL)
    {
      set_string (&media->ufrag, from->ufrag);
      set_string (&media->pwd, from->pwd);
    }
  if (media->setup == SIP_SDP_SETUP_NONE)
    media->setup = from->setup;
  if (media->fingerprints->len == 0)
    for (guint i = 0; i < from->fingerprints->len; i++)
      g_ptr_array_add (media->fingerprints, g_strdup (g_ptr_array_index (from->fingerprints, i)));
}

static SipSdpMedia *
find_mid (SipSdp     *sdp,
          const char *mid)
{
  for (guint i = 0; i < sdp->media->len; i++)
    {
      SipSdpMedia *media = g_ptr_array_index (sdp->media, i);

      if (g_strcmp0 (media->mid, mid) == 0)
        return media;
    }

  return NULL;
}

static gboolean
complete (Parser  *parser,
          GError **error)
{
  SipSdp *sdp = parser->sdp;
  SipSdpMedia *tagged = NULL;

  if (!parser->has_version || !parser->has_origin || sdp->media->len == 0)
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The description has no %s",
                   !parser->has_version ? "version" : !parser->has_origin ? "origin" : "media");
      return FALSE;
    }

  for (guint i = 0; i < sdp->media->len; i++)
    {
      SipSdpMedia *media = g_ptr_array_index (sdp->media, i);

      inherit (media, &parser->session);
      if (media->mid != NULL && find_mid (sdp, media->mid) != media)
        {
          set_error (error, "two media called", media->mid);
          return FALSE;
        }
    }

  if (sdp->bundle != NULL)
    tagged = find_mid (sdp, sdp->bundle[0]);
  for (guint i = 0; tagged != NULL && i < sdp->media->len; i++)
    {
      SipSdpMedia *media = g_ptr_array_index (sdp->media, i);

      if (media != tagged && sip_sdp_is_bundled (sdp, media->mid))
        inherit (media, tagged);
    }

  return TRUE;
}

static gboolean
parse_lines (Parser     *parser,
             const char *text,
             gsize       length,
             GError    **error)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *newline = memchr (text, '\n', end - text);
      const char *stop = newline != NULL ? newline : end;
      g_autofree char *line = g_strndup (text, stop - text);
      gsize line_length = stop - text;

      text = newline != NULL ? newline + 1 : end;
      if (line_length > 0 && line[line_length - 1] == '\r')
        line[line_length - 1] = '\0';
      if (line[0] == '\0')
        continue;
      if (!parse_line (parser, line, error))
        return FALSE;
    }

  return complete (parser, error);
}

/* @text need not end with NUL. */
SipSdp *
sip_sdp_parse (const char *text,
               gsize       length,
               GError    **error)
{
  g_autoptr (SipSdp) sdp = NULL;
  Parser parser = { 0 };
  gboolean success;

  if (length > SIP_SDP_MAX_SIZE || (length > 0 && memchr (text, '\0', length) != NULL))
    {
      g_set_error (error, SIP_ERROR, SIP_ERROR_MEDIA, "The description %s",
                   length > SIP_SDP_MAX_SIZE ? "is too long" : "is no text");
      return NULL;
    }

  sdp = g_new0 (SipSdp, 1);
  sdp->media = g_ptr_array_new_with_free_func ((GDestroyNotify) media_free);
  parser.sdp = sdp;
  parser.media = &parser.session;
  media_init (&parser.session);
  success = parse_lines (&parser, text, length, error);
  media_clear (&parser.session);

  return success ? g_steal_pointer (&sdp) : NULL;
}

SipSdpMedia *
sip_sdp_get_media (const SipSdp *self,
                   guint         index)
{
  return index < self->media->len ? g_ptr_array_index (self->media, index) : NULL;
}

gboolean
sip_sdp_is_bundled (const SipSdp *self,
                    const char   *mid)
{
  return mid != NULL && self->bundle != NULL && g_strv_contains ((const char *const *) self->bundle, mid);
}

const char *
sip_sdp_media_check (const SipSdpMedia *media)
{
  static const char *protos[] = { "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "RTP/SAVPF", "RTP/SAVP", "RTP/AVPF", "RTP/AVP", NULL };
  gboolean usable = FALSE;

  if (!g_strv_contains (protos, media->proto))
    return "its transport is unknown";
  if (media->ufrag == NULL || media->pwd == NULL)
    return "it does not use ICE";
  for (guint i = 0; i < media->fingerprints->len; i++)
    usable |= sip_fingerprint_is_usable (g_ptr_array_index (media->fingerprints, i));
  if (!usable)
    return "it has no fingerprint, or none of a hash that is still safe";

  return NULL;
}

char *
sip_sdp_fmtp_get (const char *fmtp,
                  const char *name)
{
  g_auto (GStrv) parameters = NULL;

  if (fmtp == NULL)
    return NULL;

  parameters = g_strsplit (fmtp, ";", 64);
  for (guint i = 0; parameters[i] != NULL; i++)
    {
      char *equals = strchr (parameters[i], '=');

      if (equals == NULL)
        continue;
      *equals = '\0';
      if (g_ascii_strcasecmp (g_strstrip (parameters[i]), name) == 0)
        return g_strstrip (g_strdup (equals + 1));
    }

  return NULL;
}

SipSdpDirection
sip_sdp_direction_reverse (SipSdpDirection direction)
{
  return (direction & SIP_SDP_SENDONLY ? SIP_SDP_RECVONLY : 0) | (direction & SIP_SDP_RECVONLY ? SIP_SDP_SENDONLY : 0);
}

const char *
sip_sdp_direction_to_string (SipSdpDirection direction)
{
  static const char *names[] = { "inactive", "sendonly", "recvonly", "sendrecv" };

  return names[direction & SIP_SDP_SENDRECV];
}

const char *
sip_sdp_setup_to_string (SipSdpSetup setup)
{
  switch (setup)
    {
    case SIP_SDP_SETUP_ACTIVE:
      return "active";

    case SIP_SDP_SETUP_PASSIVE:
      return "passive";

    case SIP_SDP_SETUP_NONE:
    case SIP_SDP_SETUP_ACTPASS:
    default:
      return "actpass";
    }
}
