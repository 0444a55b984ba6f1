/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-framer-private.h"

#include "syntax/sip-scan-private.h"

/* CRLFs between messages are pings and pongs (RFC 5626 §3.5.1, §4.4.1). Two are a ping. One with something else behind it is a pong (or
 * the CRLF that RFC 3261 §7.5 has us skip, which comes to the same). One with nothing behind it may be a pong or the first half of a
 * ping that TCP tore apart: only who waits for a pong can know. It is told as a pong; a caller that waits for none leaves the two bytes
 * where they are until there are more. A bare LF before a message is skipped. */
static SipFrame
frame_crlf (const char *data,
            gsize       len,
            gsize      *consumed)
{
  if (len < 2)
    return SIP_FRAME_INCOMPLETE;
  if (data[1] != '\n')
    return SIP_FRAME_BROKEN;
  if (len == 3 && data[2] == '\r')
    return SIP_FRAME_INCOMPLETE;

  if (len >= 4 && data[2] == '\r' && data[3] == '\n')
    {
      *consumed = 4;
      return SIP_FRAME_PING;
    }

  *consumed = 2;
  return SIP_FRAME_PONG;
}

/* Behind the empty line. Lines end as sip_msg_parse() sees them end: with LF, a CR before it or not. */
static const char *
find_body (const char *p,
           const char *end)
{
  while ((p = memchr (p, '\n', end - p)) != NULL)
    {
      p++;
      if (p < end && *p == '\n')
        return p + 1;
      if (end - p > 1 && p[0] == '\r' && p[1] == '\n')
        return p + 2;
    }

  return NULL;
}

/* What follows the name of a Content-Length up to the end of its line, folds and all; -1: no number. */
static gint64
read_length (const char *p,
             const char *end)
{
  const char *digits;
  guint64 number;

  p = sip_scan_class (p, end, SIP_CHAR_WSP);
  if (p == end || *p != ':')
    return -1;

  digits = sip_scan_lws (p + 1, end);
  p = sip_scan_class (digits, end, SIP_CHAR_DIGIT);
  if (!sip_str_to_uint (sip_str (digits, p - digits), G_MAXUINT32, &number))
    return -1;

  p = sip_scan_lws (p, end);
  if (p < end && *p == '\r')
    p++;

  return p < end && *p == '\n' ? (gint64) number : -1;
}

/* The one Content-Length of a whole head. Two that differ would let two readers see two messages, so they are as bad as none; two that
 * are the same are left to sip_msg_parse() to refuse. */
static gint64
find_length (const char *text,
             const char *body)
{
  const char *p = text;
  gint64 length = -1;

  while ((p = memchr (p, '\n', body - p)) != NULL && ++p < body)
    {
      const char *name = p;
      gint64 number;

      if ((*p | 0x20) != 'c' && (*p | 0x20) != 'l')
        continue;
      p = sip_scan_class (p, body, SIP_CHAR_TOKEN);
      if (sip_header_id_lookup (name, p - name) != SIP_H_CONTENT_LENGTH)
        continue;

      number = read_length (p, body);
      if (number < 0 || (length >= 0 && length != number))
        return -1;
      length = number;
    }

  return length;
}

SipFrame
sip_framer_next (const char      *data,
                 gsize            len,
                 const SipLimits *limits,
                 gsize           *skipped,
                 gsize           *consumed)
{
  gsize max_head = MIN (limits->max_message, SIP_MAX_HEAD);
  const char *text = data;
  const char *end = len > 0 ? data + len : data;
  const char *body;
  gint64 length;

  *skipped = 0;
  *consumed = 0;
  if (len > 0 && *data == '\r')
    return frame_crlf (data, len, consumed);

  while (text < end && *text == '\n')
    text++;
  if (text == end)
    return len < max_head ? SIP_FRAME_INCOMPLETE : SIP_FRAME_BROKEN;
  *skipped = text - data;
  /* Neither TLS nor STUN starts like a method or like "SIP/2.0". */
  if (!sip_char_is (*text, SIP_CHAR_TOKEN))
    return SIP_FRAME_BROKEN;

  body = find_body (text, text + MIN ((gsize) (end - text), max_head));
  if (body == NULL)
    return (gsize) (end - text) >= max_head ? SIP_FRAME_BROKEN : SIP_FRAME_INCOMPLETE;

  length = find_length (text, body);
  if (length < 0 || (guint64) (body - text) + length > limits->max_message)
    return SIP_FRAME_BROKEN;
  if (end - body < length)
    return SIP_FRAME_INCOMPLETE;

  *consumed = body - text + length;
  return SIP_FRAME_MESSAGE;
}
