/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "transport/sip-dns-packet-private.h"

/* What a DNS server answers to the question for "a.x" and the type that the first byte names. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (SipDnsAnswer) answer = NULL;
  SipDnsType type;

  if (size == 0)
    return 0;
  type = data[0] % 4;
  answer = sip_dns_packet_read (data + 1, size - 1, "a.x", type, NULL);
  if (answer == NULL)
    return 0;

  CHECK (answer->type == type && answer->n_records <= SIP_DNS_MAX_RECORDS && answer->error == NULL);
  for (guint i = 0; i < answer->n_records; i++)
    if (type == SIP_DNS_SRV)
      CHECK (*answer->srvs[i].target == '\0' || sip_dns_is_name (sip_str_from (answer->srvs[i].target)));
    else if (type == SIP_DNS_NAPTR)
      CHECK (*answer->naptrs[i].replacement == '\0' || sip_dns_is_name (sip_str_from (answer->naptrs[i].replacement)));
    else
      CHECK (answer->addresses[i].family == (type == SIP_DNS_A ? AF_INET : AF_INET6) && answer->addresses[i].port == 0);

  return 0;
}
