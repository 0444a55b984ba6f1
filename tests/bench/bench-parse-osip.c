/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "bench-parse.h"

#include <sys/time.h>

#include <osipparser2/osip_parser.h>

const char bench_name[] = "osip2";

void
bench_setup (void)
{
  parser_init ();
}

unsigned
bench_one (const char *data,
           size_t      len)
{
  osip_message_t *msg;
  osip_generic_param_t *branch;
  osip_header_t *max_forwards = NULL;
  unsigned n = 0;

  if (osip_message_init (&msg) != 0)
    return 0;
  if (osip_message_parse (msg, data, len) != 0)
    {
      osip_message_free (msg);
      return 0;
    }

  n += msg->from != NULL && msg->from->url->host != NULL;
  n += msg->to != NULL && msg->to->url->host != NULL;
  n += msg->call_id != NULL && msg->call_id->number != NULL;
  n += msg->cseq != NULL && msg->cseq->number != NULL;
  osip_message_get_max_forwards (msg, 0, &max_forwards);
  n += max_forwards != NULL && max_forwards->hvalue != NULL;
  for (int i = 0; i < osip_list_size (&msg->vias); i++)
    n += osip_via_param_get_byname ((osip_via_t *) osip_list_get (&msg->vias, i), (char *) "branch", &branch) == 0;
  for (int i = 0; i < osip_list_size (&msg->contacts); i++)
    n += ((osip_contact_t *) osip_list_get (&msg->contacts, i))->url->host != NULL;
  for (int i = 0; i < osip_list_size (&msg->routes); i++)
    n += ((osip_route_t *) osip_list_get (&msg->routes, i))->url->host != NULL;
  for (int i = 0; i < osip_list_size (&msg->record_routes); i++)
    n += ((osip_record_route_t *) osip_list_get (&msg->record_routes, i))->url->host != NULL;

  osip_message_free (msg);

  return n;
}
