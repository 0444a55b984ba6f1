/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"
#include "syntax/sip-views-private.h"

/* sent-by = host [ COLON port ], with LWS around the colon. */
static const char *
scan_sent_by (SipViaView *view,
              const char *begin,
              const char *p,
              const char *end)
{
  const char *start = p;
  const char *last;

  p = sip_scan_host (begin, p, end, &view->host, &view->is_ipv6);
  if (p == NULL)
    return NULL;
  last = p;

  p = sip_scan_lws (p, end);
  if (p < end && *p == ':')
    {
      last = sip_scan_port (sip_scan_lws (p + 1, end), end, &view->port);
      if (last == NULL)
        return NULL;
      p = sip_scan_lws (last, end);
    }
  view->sent_by = sip_str (start, last - start);

  return p;
}

/* sent-protocol = protocol-name SLASH protocol-version SLASH transport, with LWS around each SLASH. */
static const char *
scan_protocol (SipViaView *view,
               const char *p,
               const char *end)
{
  const char *start = p;
  const char *last;

  if (end - p > 8 && memcmp (p, "SIP/2.0/", 8) == 0 && sip_char_is (p[8], SIP_CHAR_TOKEN))
    {
      view->protocol = sip_str (p, 7);
      start = p + 8;
    }
  else
    {
      p = sip_scan_class (start, end, SIP_CHAR_TOKEN);
      if (p == start)
        return NULL;
      p = sip_scan_lws (p, end);
      if (p == end || *p != '/')
        return NULL;
      p = sip_scan_lws (p + 1, end);
      last = sip_scan_class (p, end, SIP_CHAR_TOKEN);
      if (last == p)
        return NULL;
      view->protocol = sip_str (start, last - start);
      p = sip_scan_lws (last, end);
      if (p == end || *p != '/')
        return NULL;
      start = sip_scan_lws (p + 1, end);
    }

  p = sip_scan_class (start, end, SIP_CHAR_TOKEN);
  if (p == start)
    return NULL;
  view->transport = sip_str (start, p - start);
  start = p;
  p = sip_scan_lws (p, end);

  return p > start ? p : NULL;
}

/* received = IPv4address / IPv6address; some write an IPv6 reference, as RFC 5118 §4.5 allows. */
static gboolean
set_received (SipViaView *view,
              SipStr      value)
{
  if (view->received.p != NULL || value.p == NULL || *value.p == '"')
    return FALSE;

  if (value.len > 2 && value.p[0] == '[' && value.p[value.len - 1] == ']')
    value = sip_str (value.p + 1, value.len - 2);
  view->received = value;

  return TRUE;
}

/* RFC 3581 §3: empty in a request, a port in a response. */
static gboolean
set_rport (SipViaView *view,
           SipStr      value)
{
  if (view->has_rport)
    return FALSE;
  view->has_rport = TRUE;

  return value.p == NULL || sip_scan_port (value.p, value.p + value.len, &view->rport) == value.p + value.len;
}

/* The parameters that transactions and transports live by: none of them may come twice. */
static gboolean
note_param (SipViaView *view,
            SipStr      name,
            SipStr      value)
{
  if (SIP_STR_IS_WORD (name, "branch"))
    {
      if (view->branch.p != NULL || value.p == NULL || *value.p == '"')
        return FALSE;
      view->branch = value;
      return TRUE;
    }
  if (SIP_STR_IS_WORD (name, "received"))
    return set_received (view, value);
  if (SIP_STR_IS_WORD (name, "rport"))
    return set_rport (view, value);

  return TRUE;
}

/* Fills the view in the order of the text. Where only a parameter is at fault, everything before it stands: with a sent-by a request can
 * still be answered. */
gboolean
sip_via_view_parse (SipViaView *view,
                    SipStr      text)
{
  const char *p = text.p;
  const char *end;

  *view = (SipViaView){ 0 };
  if (text.len == 0)
    return FALSE;
  end = p + text.len;

  p = scan_protocol (view, sip_scan_lws (p, end), end);
  if (p == NULL)
    return FALSE;
  p = scan_sent_by (view, text.p, p, end);
  if (p == NULL)
    {
      view->host = (SipStr) SIP_STR_INIT;
      return FALSE;
    }

  if (p < end && *p == ';')
    view->params = sip_str (p + 1, end - p - 1);
  while (p < end)
    {
      SipStr name, value;

      if (*p != ';')
        return FALSE;
      p = sip_scan_param (text.p, p + 1, end, &name, &value);
      if (p == NULL || !note_param (view, name, value))
        return FALSE;
      view->n_params++;
    }

  return TRUE;
}
