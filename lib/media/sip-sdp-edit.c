/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-sdp-edit-private.h"

#include <string.h>

/* A description in sections: what belongs to the session, then each m= with its lines. Each is an array of char *, without line ends. */
static GPtrArray *
split (const char *text)
{
  GPtrArray *sections = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 0);
  GPtrArray *section = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (sections, section);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize length = strlen (lines[i]);

      if (length > 0 && lines[i][length - 1] == '\r')
        lines[i][--length] = '\0';
      if (length == 0)
        continue;
      if (g_str_has_prefix (lines[i], "m="))
        {
          section = g_ptr_array_new_with_free_func (g_free);
          g_ptr_array_add (sections, section);
        }
      g_ptr_array_add (section, g_strdup (lines[i]));
    }

  return sections;
}

static char *
join (GPtrArray *sections)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < sections->len; i++)
    {
      GPtrArray *section = g_ptr_array_index (sections, i);

      for (guint j = 0; j < section->len; j++)
        g_string_append_printf (text, "%s\r\n", (const char *) g_ptr_array_index (section, j));
    }

  return g_string_free (text, FALSE);
}

static void
replace_line (GPtrArray *section,
              guint      index,
              char      *line)
{
  g_free (g_ptr_array_index (section, index));
  g_ptr_array_index (section, index) = line;
}

/* The word of a line with this number, or NULL. */
static char *
get_word (const char *line,
          guint       number)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 0);

  return number < g_strv_length (words) ? g_strdup (words[number]) : NULL;
}

char *
sip_sdp_edit_strip_tcp_candidates (const char *text)
{
  g_autoptr (GPtrArray) sections = split (text);

  for (guint i = 0; i < sections->len; i++)
    {
      GPtrArray *section = g_ptr_array_index (sections, i);

      for (guint j = section->len; j > 0; j--)
        {
          const char *line = g_ptr_array_index (section, j - 1);
          g_autofree char *transport = get_word (line, 2);

          if (g_str_has_prefix (line, "a=candidate:") && transport != NULL && g_ascii_strcasecmp (transport, "tcp") == 0)
            g_ptr_array_remove_index (section, j - 1);
        }
    }

  return join (sections);
}

/* What a=rtpmap calls a payload type, or what RFC 3551 §6 does. */
static char *
get_codec (GPtrArray  *section,
           const char *payload)
{
  g_autofree char *prefix = g_strdup_printf ("a=rtpmap:%s ", payload);

  for (guint i = 1; i < section->len; i++)
    {
      const char *line = g_ptr_array_index (section, i);

      if (g_str_has_prefix (line, prefix))
        return g_strndup (line + strlen (prefix), strcspn (line + strlen (prefix), "/"));
    }

  return g_strdup (g_str_equal (payload, "0") ? "PCMU" : g_str_equal (payload, "8") ? "PCMA" : g_str_equal (payload, "9") ? "G722" : "");
}

/* Takes the lines that are about a payload type out. */
static void
strip_payload (GPtrArray  *section,
               const char *payload)
{
  static const char *names[] = { "rtpmap", "fmtp", "rtcp-fb" };

  for (guint i = section->len; i > 1; i--)
    for (guint j = 0; j < G_N_ELEMENTS (names); j++)
      {
        g_autofree char *prefix = g_strdup_printf ("a=%s:%s ", names[j], payload);

        if (g_str_has_prefix (g_ptr_array_index (section, i - 1), prefix))
          {
            g_ptr_array_remove_index (section, i - 1);
            break;
          }
      }
}

static gboolean
is_rtp (GPtrArray *section)
{
  return section->len > 0 && g_str_has_prefix (g_ptr_array_index (section, 0), "m=") &&
         strstr (g_ptr_array_index (section, 0), "RTP/") != NULL;
}

char *
sip_sdp_edit_strip_telephone_event (const char *text)
{
  g_autoptr (GPtrArray) sections = split (text);

  for (guint i = 1; i < sections->len; i++)
    {
      GPtrArray *section = g_ptr_array_index (sections, i);
      g_auto (GStrv) words = g_strsplit (g_ptr_array_index (section, 0), " ", 0);
      g_autoptr (GString) line = g_string_new (words[0]);
      guint n_left = 0;

      if (!is_rtp (section))
        continue;
      for (guint j = 1; words[j] != NULL; j++)
        {
          g_autofree char *codec = j >= 3 ? get_codec (section, words[j]) : NULL;

          if (codec != NULL && g_ascii_strcasecmp (codec, "telephone-event") == 0)
            continue;
          g_string_append_printf (line, " %s", words[j]);
          n_left += j >= 3;
        }
      /* A section cannot do without any. */
      if (n_left == 0)
        continue;
      for (guint j = 3; words[j] != NULL && words[1] != NULL && words[2] != NULL; j++)
        {
          g_autofree char *codec = get_codec (section, words[j]);

          if (g_ascii_strcasecmp (codec, "telephone-event") == 0)
            strip_payload (section, words[j]);
        }
      replace_line (section, 0, g_string_free (g_steal_pointer (&line), FALSE));
    }

  return join (sections);
}

/* Takes a mid out of the groups of the session, and groups out that are empty then. */
static void
strip_from_groups (GPtrArray  *session,
                   const char *mid)
{
  for (guint i = session->len; i > 0; i--)
    {
      const char *line = g_ptr_array_index (session, i - 1);
      g_auto (GStrv) words = NULL;
      g_autoptr (GString) rest = NULL;

      if (!g_str_has_prefix (line, "a=group:"))
        continue;
      words = g_strsplit (line, " ", 0);
      rest = g_string_new (words[0]);
      for (guint j = 1; words[j] != NULL; j++)
        if (!g_str_equal (words[j], mid))
          g_string_append_printf (rest, " %s", words[j]);
      if (strchr (rest->str, ' ') != NULL)
        replace_line (session, i - 1, g_string_free (g_steal_pointer (&rest), FALSE));
      else
        g_ptr_array_remove_index (session, i - 1);
    }
}

char *
sip_sdp_edit_strip_video (const char *text)
{
  g_autoptr (GPtrArray) sections = split (text);

  for (guint i = 1; i < sections->len; i++)
    {
      GPtrArray *section = g_ptr_array_index (sections, i);
      const char *line = g_ptr_array_index (section, 0);
      const char *port_end = g_str_has_prefix (line, "m=video ") ? strchr (line + strlen ("m=video "), ' ') : NULL;

      if (port_end == NULL)
        continue;
      replace_line (section, 0, g_strdup_printf ("m=video 0%s", port_end));
      for (guint j = section->len; j > 1; j--)
        {
          line = g_ptr_array_index (section, j - 1);
          if (g_str_has_prefix (line, "a=mid:"))
            strip_from_groups (g_ptr_array_index (sections, 0), line + strlen ("a=mid:"));
          else if (line[0] != 'c')
            g_ptr_array_remove_index (section, j - 1);
        }
    }

  return join (sections);
}

/* What stands in a section (or the session) about its direction, as an index, or -1. */
static int
find_direction (GPtrArray *section)
{
  static const char *names[] = { "a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive", NULL };

  for (guint i = 0; i < section->len; i++)
    if (g_strv_contains (names, g_ptr_array_index (section, i)))
      return (int) i;

  return -1;
}

static char *
held (const char *direction)
{
  return g_strdup (g_str_equal (direction, "a=sendrecv") || g_str_equal (direction, "a=sendonly") ? "a=sendonly" : "a=inactive");
}

char *
sip_sdp_edit_hold (const char *text)
{
  g_autoptr (GPtrArray) sections = split (text);
  GPtrArray *session = g_ptr_array_index (sections, 0);
  int index = find_direction (session);

  if (index >= 0)
    replace_line (session, (guint) index, held (g_ptr_array_index (session, index)));
  for (guint i = 1; i < sections->len; i++)
    {
      GPtrArray *section = g_ptr_array_index (sections, i);
      int own = find_direction (section);

      if (own >= 0)
        replace_line (section, (guint) own, held (g_ptr_array_index (section, own)));
      else if (index < 0 && is_rtp (section))
        g_ptr_array_add (section, g_strdup ("a=sendonly"));
    }

  return join (sections);
}

char *
sip_sdp_edit_order_codecs (const char        *text,
                           const char *const *names)
{
  g_autoptr (GPtrArray) sections = split (text);

  for (guint i = 1; i < sections->len; i++)
    {
      GPtrArray *section = g_ptr_array_index (sections, i);
      g_auto (GStrv) words = g_strsplit (g_ptr_array_index (section, 0), " ", 0);
      guint n_words = g_strv_length (words);
      g_autoptr (GString) line = NULL;

      if (!is_rtp (section) || n_words < 4)
        continue;
      line = g_string_new (NULL);
      g_string_printf (line, "%s %s %s", words[0], words[1], words[2]);
      for (guint j = 0; names[j] != NULL; j++)
        for (guint k = 3; k < n_words; k++)
          {
            g_autofree char *codec = get_codec (section, words[k]);

            if (words[k][0] == '\0' || g_ascii_strcasecmp (codec, names[j]) != 0)
              continue;
            g_string_append_printf (line, " %s", words[k]);
            words[k][0] = '\0';
          }
      for (guint k = 3; k < n_words; k++)
        if (words[k][0] != '\0')
          g_string_append_printf (line, " %s", words[k]);
      replace_line (section, 0, g_string_free (g_steal_pointer (&line), FALSE));
    }

  return join (sections);
}
