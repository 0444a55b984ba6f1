/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-sipfrag-private.h"

#include "syntax/sip-msg-builder-private.h"
#include "syntax/sip-scan-private.h"

/* "SIP/2.0 486 Busy Here". Older phones end the line with LF, or leave the phrase and its blank out. */
static gboolean
parse_status_line (SipSipfragView *view, SipStr line)
{
  static const char version[] = "SIP/2.0 ";
  const char *p = line.p + strlen (version);
  const char *end = line.p + line.len;
  guint64 status;

  if (line.len < strlen (version) + 3 || g_ascii_strncasecmp (line.p, version, strlen (version)) != 0)
    return FALSE;
  if (!sip_str_to_uint (sip_str (p, 3), 699, &status) || status < 100)
    return FALSE;

  p += 3;
  if (p < end && *p != ' ')
    return FALSE;

  view->status = (guint16) status;
  view->reason = sip_str_trim (sip_str (p, (gsize) (end - p)));
  return view->reason.len <= SIP_SIPFRAG_REASON_MAX &&
         sip_scan_control (view->reason.p, view->reason.p + view->reason.len) == view->reason.p + view->reason.len &&
         g_utf8_validate_len (view->reason.p, view->reason.len, NULL);
}

/* "Name: value", or the rest of a folded one. */
static gboolean
is_field (SipStr line, gboolean may_fold)
{
  const char *end = line.p + line.len;
  const char *p = sip_scan_class (line.p, end, SIP_CHAR_TOKEN);

  if (may_fold && sip_char_is (*line.p, SIP_CHAR_WSP))
    return TRUE;

  if (p == line.p)
    return FALSE;
  p = sip_scan_class (p, end, SIP_CHAR_WSP);
  return p < end && *p == ':';
}

/* Takes a line off *rest, without its end. */
static SipStr
next_line (SipStr *rest)
{
  const char *feed = memchr (rest->p, '\n', rest->len);
  gsize len = feed != NULL ? (gsize) (feed - rest->p) : rest->len;
  SipStr line = sip_str (rest->p, len > 0 && rest->p[len - 1] == '\r' ? len - 1 : len);

  len += feed != NULL;
  *rest = sip_str (rest->p + len, rest->len - len);
  return line;
}

gboolean
sip_sipfrag_view_parse (SipSipfragView *view, SipStr body)
{
  gboolean may_fold = FALSE;

  if (body.len == 0 || body.len > SIP_SIPFRAG_MAX || !parse_status_line (view, next_line (&body)))
    return FALSE;

  while (body.len > 0)
    {
      SipStr line = next_line (&body);

      /* What comes after an empty line is the fragment's own body: nobody's business here. */
      if (line.len == 0)
        return TRUE;
      if (!is_field (line, may_fold))
        return FALSE;
      may_fold = TRUE;
    }

  return TRUE;
}

char *
sip_sipfrag_new (guint status, const char *reason)
{
  if (reason == NULL)
    reason = sip_status_reason (status);
  if (strlen (reason) > SIP_SIPFRAG_REASON_MAX || !g_utf8_validate (reason, -1, NULL) ||
      sip_scan_control (reason, reason + strlen (reason)) != reason + strlen (reason))
    reason = "";

  return g_strdup_printf ("SIP/2.0 %u %s\r\n", status, reason);
}

gboolean
sip_sipfrag_is_type (SipStr content_type)
{
  const char *semicolon = content_type.len > 0 ? memchr (content_type.p, ';', content_type.len) : NULL;
  SipStr type = sip_str_trim (semicolon != NULL ? sip_str (content_type.p, (gsize) (semicolon - content_type.p)) : content_type);

  return sip_str_equal_nocase (type, SIP_STR ("message/sipfrag"));
}
