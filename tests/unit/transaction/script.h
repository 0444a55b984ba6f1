/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transaction/sip-transactions-private.h"

/* A play for one transaction layer ("us") and one peer that is a bare transport, on a virtual clock. Each line of a script is
 * something that happens, and then, after "->", everything that it must have led to by the end of it, and nothing else:
 *
 *   start INVITE [detached]   we send a request                        500>INVITE       the peer got it from us, at 500 ms
 *   cancel [LINE]             … and cancel it                           0>200/BYE        … a response
 *   detach | restart          its sender                               0<180            our sender was told of a response
 *   peer 180 [KEY=VALUE …]    the peer answers our last request         32000!timeout    … or a server transaction of a failure
 *   peer INVITE [KEY=VALUE …] the peer sends a request                  0?INVITE         a request is told
 *   raw TEXT                  … or anything else, \n for CRLF           0?ACK 0?CANCEL   the ACK for a 2xx, a CANCEL
 *   answer 200 [TAG]          we answer the last request                0~               a server transaction has ended
 *   again                     … and once more                           0@200            a stray 2xx
 *   on CODE… | off            we answer each request in its event
 *   wait MS                   time passes
 *   lose | keep               nothing that we say arrives; it does
 *   close | drop              the peer, or we, close the connection
 *   refuse | take             our flow refuses what it is given to send, without being closed; it takes it
 *   count CLIENTS SERVERS     the layer has so many transactions now
 *
 * Keys of "peer": branch, sentby, method (of a response's CSeq), from, to (tags; "-": none), callid, cseq, uri, via (parameters
 * instead of the branch), more (Vias below the topmost). */

#define SCRIPT_RELIABLE (1 << 0)

void script_run (const char *script, guint flags);

typedef struct
{
  const char *name;
  guint flags;
  const char *script;
} Script;

/* Adds a test for each. */
void script_add (const char *prefix, const Script *scripts, guint n_scripts);
