/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "agent/sip-dtmf-body-private.h"

char
sip_dtmf_symbol (char c)
{
  c = g_ascii_toupper (c);

  return g_ascii_isdigit (c) || (c >= 'A' && c <= 'D') || c == '#' || c == '*' ? c : '\0';
}

static SipStr
media_type (SipStr content_type)
{
  const char *end = content_type.len > 0 ? memchr (content_type.p, ';', content_type.len) : NULL;

  return sip_str_trim (end != NULL ? sip_str (content_type.p, (gsize) (end - content_type.p)) : content_type);
}

gboolean
sip_dtmf_body_is_type (SipStr content_type)
{
  SipStr type = media_type (content_type);

  return sip_str_equal_nocase (type, SIP_STR (SIP_DTMF_RELAY)) || sip_str_equal_nocase (type, SIP_STR (SIP_DTMF_PLAIN));
}

/* One character; gateways also number those that are no digit: 10 is the star, 11 the hash, 12 to 15 are the letters. */
static char
parse_tone (SipStr text)
{
  static const char numbered[] = "*#ABCD";

  if (text.len == 1)
    return sip_dtmf_symbol (*text.p);
  if (text.len == 2 && text.p[0] == '1' && text.p[1] >= '0' && text.p[1] <= '5')
    return numbered[text.p[1] - '0'];

  return '\0';
}

static guint
parse_duration (SipStr text)
{
  guint duration = 0;

  for (gsize i = 0; i < text.len; i++)
    {
      if (!g_ascii_isdigit (text.p[i]))
        return SIP_DTMF_DEFAULT_DURATION;
      duration = MIN (duration * 10 + (guint) (text.p[i] - '0'), SIP_DTMF_MAX_DURATION);
    }

  return text.len > 0 ? MAX (duration, SIP_DTMF_MIN_DURATION) : SIP_DTMF_DEFAULT_DURATION;
}

/* "Signal= 5" CRLF "Duration= 160", with and without the blanks, in any order, LF alone too. */
static void
parse_lines (SipStr text, SipDtmfBody *body)
{
  while (text.len > 0)
    {
      const char *end = memchr (text.p, '\n', text.len);
      SipStr line = sip_str (text.p, end != NULL ? (gsize) (end - text.p) : text.len);
      const char *equals = memchr (line.p, '=', line.len);

      if (equals != NULL)
        {
          SipStr name = sip_str_trim (sip_str (line.p, (gsize) (equals - line.p)));
          SipStr value = sip_str_trim (sip_str (equals + 1, (gsize) (line.p + line.len - equals - 1)));

          if (sip_str_equal_nocase (name, SIP_STR ("Signal")))
            body->tone = parse_tone (value);
          else if (sip_str_equal_nocase (name, SIP_STR ("Duration")))
            body->duration = parse_duration (value);
        }

      text = end != NULL ? sip_str (end + 1, (gsize) (text.p + text.len - end - 1)) : sip_str (NULL, 0);
    }
}

gboolean
sip_dtmf_body_parse (SipStr content_type, SipStr text, SipDtmfBody *body)
{
  *body = (SipDtmfBody){ .duration = SIP_DTMF_DEFAULT_DURATION };

  parse_lines (text, body);
  if (body->tone == '\0' && sip_str_equal_nocase (media_type (content_type), SIP_STR (SIP_DTMF_PLAIN)))
    body->tone = parse_tone (sip_str_trim (text));

  return body->tone != '\0';
}

char *
sip_dtmf_body_to_string (const SipDtmfBody *body)
{
  return g_strdup_printf ("Signal= %c\r\nDuration= %u", body->tone, body->duration);
}
