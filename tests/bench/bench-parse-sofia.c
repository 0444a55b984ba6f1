/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-parse.h"

#include <sofia-sip/msg.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

const char bench_name[] = "Sofia-SIP";

static const msg_mclass_t *mclass;

void
bench_setup (void)
{
  mclass = sip_default_mclass ();
}

unsigned
bench_one (const char *data,
           size_t      len)
{
  msg_t *msg = msg_make (mclass, 0, data, len);
  sip_t *sip = msg != NULL ? sip_object (msg) : NULL;
  unsigned n = 0;

  if (sip == NULL || sip->sip_error != NULL)
    return 0;

  n += sip->sip_from != NULL && sip->sip_from->a_tag != NULL && sip->sip_from->a_url->url_host != NULL;
  n += sip->sip_to != NULL && sip->sip_to->a_url->url_host != NULL;
  n += sip->sip_call_id != NULL && sip->sip_call_id->i_id != NULL;
  n += sip->sip_cseq != NULL && sip->sip_cseq->cs_seq > 0;
  n += sip->sip_max_forwards != NULL && sip->sip_max_forwards->mf_count > 0;
  for (const sip_via_t *via = sip->sip_via; via != NULL; via = via->v_next)
    n += via->v_branch != NULL;
  for (const sip_contact_t *contact = sip->sip_contact; contact != NULL; contact = contact->m_next)
    n += contact->m_url->url_host != NULL;
  for (const sip_route_t *route = sip->sip_route; route != NULL; route = route->r_next)
    n += route->r_url->url_host != NULL;
  for (const sip_record_route_t *route = sip->sip_record_route; route != NULL; route = route->r_next)
    n += route->r_url->url_host != NULL;

  msg_destroy (msg);

  return n;
}
