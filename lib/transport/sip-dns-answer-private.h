/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-address-private.h"

G_BEGIN_DECLS

/* What the DNS says of one name and one type. Immutable once it is given out, ref-counted, one context. */
typedef struct _SipDnsAnswer SipDnsAnswer;

typedef enum
{
  SIP_DNS_A,
  SIP_DNS_AAAA,
  SIP_DNS_SRV,   /* RFC 2782 */
  SIP_DNS_NAPTR, /* RFC 3403 */
} SipDnsType;

const char *sip_dns_type_to_string (SipDnsType type);

/* Names have no dot at their end; that of the root is "". */
typedef struct
{
  guint16 priority;
  guint16 weight;
  guint16 port;
  char *target;      /* "": the service is decidedly not there */
} SipDnsSrv;

typedef struct
{
  guint16 order;
  guint16 preference;
  char *flags;
  char *service;
  char *regexp;
  char *replacement;
} SipDnsNaptr;

/* More records than this in one answer are left out. */
#define SIP_DNS_MAX_RECORDS 32

struct _SipDnsAnswer
{
  guint ref_count;
  SipDnsType type;
  guint n_records;      /* 0: there are none, or nobody knows (@error) */
  union
  {
    SipAddress *addresses; /* their ports are 0 */
    SipDnsSrv *srvs;
    SipDnsNaptr *naptrs;
  };
  guint32 ttl;          /* s; also of an answer without records */
  GError *error;        /* G_RESOLVER_ERROR: why there are no records; NULL where the name has none of this type */
};

SipDnsAnswer *sip_dns_answer_new (SipDnsType type);
/* Takes @error. */
SipDnsAnswer *sip_dns_answer_new_failed (SipDnsType type, GError *error);
SipDnsAnswer *sip_dns_answer_ref (SipDnsAnswer *self);
void sip_dns_answer_unref (SipDnsAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipDnsAnswer, sip_dns_answer_unref)

/* To fill a new one. What is too much, or is no name, is left out. The texts are copied. */
void sip_dns_answer_add_address (SipDnsAnswer *self, const SipAddress *address);
void sip_dns_answer_add_srv (SipDnsAnswer *self, guint16 priority, guint16 weight, guint16 port, const char *target);
void sip_dns_answer_add_naptr (SipDnsAnswer *self, const SipDnsNaptr *naptr);

/* A name that the DNS can be asked for, or that it may answer with: letters, digits, '-' and '_' in labels of up to 63, 253 in all. A
 * dot at its end is none of it. */
gboolean sip_dns_is_name (SipStr name);

G_END_DECLS
