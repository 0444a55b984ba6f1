/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-answer-private.h"
#include "transport/sip-flow-private.h"
#include "transport/sip-srv-order-private.h"

G_BEGIN_DECLS

/* RFC 3263 §4 without the asking: from what a URI and the DNS say to where a request may go. */

/* What a URI wants, whose host is a name. */
typedef struct
{
  const char *host;
  guint16 port;           /* 0: it names none */
  guint8 has_kind;        /* it names a transport, which is @kind */
  guint8 is_sips;
  SipTransportKind kind;
  guint supported;        /* of our transports: 1 << kind */
} SipLocateWish;

/* A place where a service may be described by SRV records. */
typedef struct
{
  SipPreference preference; /* of its NAPTR record. Only the first of the orders in which something is found counts. */
  SipTransportKind kind;
  char *name;               /* "_sip._tcp.example.com" */
} SipLocateService;

/* A host, and how it is to be spoken to. */
typedef struct
{
  SipPreference preference;
  SipTransportKind kind;
  guint16 port;
  char *host;
} SipLocation;

/* More services than these are not asked for. */
#define SIP_LOCATE_MAX_SERVICES 8

guint16 sip_locate_default_port (SipTransportKind kind);
/* §4.1: whether NAPTR records decide on the transport; §4.2: whether SRV records decide on the host. */
gboolean sip_locate_wants_naptr (const SipLocateWish *wish);
gboolean sip_locate_wants_srv (const SipLocateWish *wish);

/* Elements are SipLocateService. */
GArray *sip_locate_services_new (void);
/* Those of @naptr that we can use, best first. */
void sip_locate_add_naptr (GArray *services, const SipLocateWish *wish, const SipDnsAnswer *naptr);
/* Those to ask for where there are no NAPTR records. */
void sip_locate_add_usual (GArray *services, const SipLocateWish *wish);

/* Elements are SipLocation. */
GArray *sip_locations_new (void);
/* Those of @srv, in RFC 2782's order. */
void sip_locations_add_srv (GArray *locations, SipTransportKind kind, const SipDnsAnswer *srv, SipRandomFunc random, gpointer user_data);
/* Where nothing says otherwise: the host itself. */
void sip_locations_add_host (GArray *locations, const SipLocateWish *wish, SipTransportKind kind);
/* What is spoken there without the DNS's word on it. */
SipTransportKind sip_locate_usual_kind (const SipLocateWish *wish);

G_END_DECLS
