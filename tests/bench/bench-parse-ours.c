/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-parse.h"

#include "syntax/sip-msg-private.h"

/* As the library looks at every message: the index of all fields; Via, From, To, Call-ID, CSeq and Max-Forwards, which the parser itself
 * takes apart; Contact, Route and Record-Route. With EVERY_URI the URI in each of them as well, which is done for the few that matter. */
#ifdef EVERY_URI
const char bench_name[] = "ours, every URI";
#else
const char bench_name[] = "libsip-glib";
#endif

void
bench_setup (void)
{
}

static gboolean
look_at_uri (SipStr text)
{
#ifdef EVERY_URI
  SipUriView uri;

  return sip_uri_view_parse (&uri, text);
#else
  return text.p != NULL;
#endif
}

static unsigned
count_vias (const SipMsg *msg)
{
  SipValueIter iter = { 0 };
  SipStr value;
  SipViaView view;
  unsigned n = 0;

  /* The first one was looked at by the parser itself. */
  while (sip_msg_next_value (msg, SIP_H_VIA, &iter, &value))
    n += n == 0 ? msg->via.branch.p != NULL : sip_via_view_parse (&view, value);

  return n;
}

static unsigned
count_addresses (const SipMsg *msg,
                 SipHeaderId   id)
{
  SipValueIter iter = { 0 };
  SipStr value;
  SipNameAddrView view;
  unsigned n = 0;

  while (sip_msg_next_value (msg, id, &iter, &value))
    n += sip_name_addr_view_parse (&view, value) && look_at_uri (view.uri);

  return n;
}

unsigned
bench_one (const char *data,
           size_t      len)
{
  SipLimits limits = SIP_LIMITS_DEFAULT;
  g_autoptr (SipMsg) msg = sip_msg_parse (data, len, &limits, NULL);
  unsigned n = 0;

  if (msg == NULL || msg->defect != 0)
    return 0;

  n += look_at_uri (msg->from.uri) && msg->from.tag.p != NULL;
  n += look_at_uri (msg->to.uri);
  n += msg->call_id.p != NULL;
  n += msg->cseq.number > 0;
  n += msg->max_forwards > 0;
  n += count_vias (msg);
  n += count_addresses (msg, SIP_H_CONTACT);
  n += count_addresses (msg, SIP_H_ROUTE);
  n += count_addresses (msg, SIP_H_RECORD_ROUTE);

  return n;
}
