/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-escape-private.h"

/* What may stand plain besides letters, digits and the marks (RFC 3261 §25.1: user-unreserved, password, param-unreserved,
 * hnv-unreserved). */
static const char *const plain_in_part[] = {
  [SIP_ESCAPE_USER] = "&=+$,;?/",
  [SIP_ESCAPE_PASSWORD] = "&=+$,",
  [SIP_ESCAPE_PARAM] = "[]/:&+$",
  [SIP_ESCAPE_HEADER] = "[]/?:+$",
};

static gboolean
is_plain (char          c,
          SipEscapePart part)
{
  return g_ascii_isalnum (c) || (c != '\0' && (strchr ("-_.!~*'()", c) != NULL || strchr (plain_in_part[part], c) != NULL));
}

/* RFC 2396 §2.2. */
static gboolean
is_reserved (guchar c)
{
  return c != '\0' && strchr (";/?:@&=+$,", c) != NULL;
}

/* Reads the escape at @p, of which @left bytes are there; -1 when there is none. */
static int
read_escape (const char *p,
             gsize       left)
{
  if (left < 3 || p[0] != '%' || !g_ascii_isxdigit (p[1]) || !g_ascii_isxdigit (p[2]))
    return -1;

  return g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2]);
}

void
sip_escape_append (GString       *string,
                   const char    *text,
                   SipEscapePart  part)
{
  for (; *text != '\0'; text++)
    {
      if (is_plain (*text, part))
        g_string_append_c (string, *text);
      else
        g_string_append_printf (string, "%%%02X", (guchar) *text);
    }
}

/* A character beyond ASCII, all its bytes escaped, at @p. Answers the number of its bytes, which are in @utf8; 0 when it is none. */
static gsize
read_escaped_character (const char *p,
                        gsize       left,
                        char        utf8[4])
{
  int lead = read_escape (p, left);
  gsize n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 0;

  if (n == 0 || left < 3 * n)
    return 0;

  for (gsize i = 0; i < n; i++)
    {
      int byte = read_escape (p + 3 * i, left - 3 * i);

      if (byte < 0)
        return 0;
      utf8[i] = (char) byte;
    }

  return g_utf8_validate_len (utf8, n, NULL) ? n : 0;
}

gsize
sip_unescape_into (char   *to,
                   SipStr  text)
{
  char *start = to;

  for (gsize i = 0; i < text.len;)
    {
      int byte = read_escape (text.p + i, text.len - i);
      char utf8[4];
      gsize n;

      if (byte >= 0x20 && byte < 0x7f)
        {
          *to++ = (char) byte;
          i += 3;
        }
      else if (byte >= 0x80 && (n = read_escaped_character (text.p + i, text.len - i, utf8)) > 0)
        {
          memcpy (to, utf8, n);
          to += n;
          i += 3 * n;
        }
      else
        {
          *to++ = text.p[i++];
        }
    }

  return to - start;
}

char *
sip_unescape (SipStr text)
{
  char *plain = g_malloc (text.len + 1);

  plain[sip_unescape_into (plain, text)] = '\0';

  return plain;
}

/* Takes one character, plain or escaped, off @text. A reserved one that is escaped is another character than the same one plain:
 * it comes with a bit that tells them apart. */
static guint
next_character (SipStr   *text,
                gboolean  nocase)
{
  int escaped = read_escape (text->p, text->len);
  guint c = escaped >= 0 ? (guint) escaped : (guchar) text->p[0];
  guint n = escaped >= 0 ? 3 : 1;

  text->p += n;
  text->len -= n;

  if (escaped >= 0 && is_reserved (c))
    return 0x100 | c;

  return nocase ? (guchar) g_ascii_tolower ((char) c) : c;
}

gboolean
sip_escaped_equal (SipStr   a,
                   SipStr   b,
                   gboolean nocase)
{
  while (a.len > 0 && b.len > 0)
    {
      if (next_character (&a, nocase) != next_character (&b, nocase))
        return FALSE;
    }

  return a.len == 0 && b.len == 0;
}

void
sip_escape_append_canonical (GString       *string,
                             SipStr         text,
                             SipEscapePart  part)
{
  for (gsize i = 0; i < text.len;)
    {
      int byte = read_escape (text.p + i, text.len - i);

      if (byte < 0)
        {
          g_string_append_c (string, text.p[i++]);
          continue;
        }

      if (!is_reserved (byte) && is_plain ((char) byte, part))
        g_string_append_c (string, (char) byte);
      else
        g_string_append_printf (string, "%%%02X", byte);
      i += 3;
    }
}

char *
sip_str_printable (SipStr text)
{
  g_autofree char *valid = g_utf8_make_valid (text.p != NULL ? text.p : "", MIN (text.len, 200));

  /* A message of an error ends up in a log of lines. */
  for (char *p = valid; *p != '\0'; p++)
    {
      if (g_ascii_iscntrl (*p))
        *p = ' ';
    }

  return text.len > 200 ? g_strconcat (valid, "…", NULL) : g_steal_pointer (&valid);
}
