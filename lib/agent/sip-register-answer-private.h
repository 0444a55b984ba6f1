/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-msg-private.h"

G_BEGIN_DECLS

/* What a registrar's 200 says of us (RFC 3261 §10.2.4, RFC 5626 §6, RFC 5627 §5.3, RFC 3608). */
typedef struct
{
  guint32 expires;      /* seconds that our binding lives from now on */
  guint32 flow_timer;   /* seconds, RFC 5626 §5.4; 0: it says nothing of it */
  gboolean is_listed;   /* our binding is among the contacts */
  gboolean is_outbound; /* the registrar keeps flows apart (RFC 5626 §6) */
  char *public_gruu;    /* nullable */
  char *temporary_gruu; /* nullable */
  char **service_route; /* values of Route for what we send outside of dialogs; nullable */
  char **contacts;      /* all bindings of our address, as the registrar wrote them */
} SipRegisterAnswer;

/* More hops than that are no route: each request would have to carry them. */
#define SIP_SERVICE_ROUTE_MAX 16

/* @request: the REGISTER that @response answers; its first Contact is ours. @asked: seconds that it asked for. */
void sip_register_answer_read (SipRegisterAnswer *self, const SipMsg *response, const SipMsg *request, guint32 asked);
void sip_register_answer_clear (SipRegisterAnswer *self);

/* The seconds of a Retry-After, with or without comment and parameters; 0: none. */
guint32 sip_register_answer_get_retry_after (const SipMsg *response);

G_END_DECLS
