/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "transport/sip-dns-resolver-private.h"
#include "transport/sip-locate-private.h"

G_BEGIN_DECLS

/* The hosts that a request may go to (RFC 3263 §4), best first, asked for as they are needed. */
typedef struct _SipLocator SipLocator;

/* Copies @wish. */
SipLocator *sip_locator_new (SipDnsResolver *resolver, const SipLocateWish *wish);
void sip_locator_free (SipLocator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipLocator, sip_locator_free)

/* The next, until the one after it (transfer none). NULL: there is none now, and none to come unless @is_pending. */
const SipLocation *sip_locator_next (SipLocator *self, gboolean *is_pending);
/* Once, from the main loop, when asking again may give another answer. @self may be freed in it. FALSE: it already may. */
gboolean sip_locator_wait (SipLocator *self, void (*func) (gpointer user_data), gpointer user_data);
void sip_locator_stop_waiting (SipLocator *self);

G_END_DECLS
