/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-address-private.h"
#include "transport/sip-timer-wheel-private.h"

G_BEGIN_DECLS

/* A socket that takes connections, some at a time, up to a limit, and makes a pause when descriptors run out. Embedded in its owner. */
typedef struct _SipAcceptor SipAcceptor;
/* The last thing to do: @self may be closed in it. */
typedef void (*SipAcceptorFunc) (SipAcceptor *self, GSocket *socket);

struct _SipAcceptor
{
  GSocket *socket;             /* NULL: closed */
  GSource *source;             /* NULL: makes a pause */
  SipTimer pause;
  SipTimerWheel *wheel;
  GMainContext *context;
  SipAcceptorFunc func;
  const guint *n_connections;  /* that its owner has */
  guint max_connections;
};

/* Binds to @address, which gets the port that was taken. Whoever connects waits until start. */
gboolean sip_acceptor_open (SipAcceptor *self, SipAddress *address, GError **error);
/* Keeps @n_connections; those over @max_connections are closed at once. */
void sip_acceptor_start (SipAcceptor *self, SipTimerWheel *wheel, GMainContext *context, SipAcceptorFunc func, const guint *n_connections,
                         guint max_connections);
void sip_acceptor_close (SipAcceptor *self);

G_END_DECLS
