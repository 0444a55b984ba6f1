/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-dialogs-private.h"

G_BEGIN_DECLS

/* What a request demands of whoever takes it: TRUE when we cannot do it, and it has been answered: 420 for an extension that it requires (RFC 3261
 * §8.2.2.3), 415 for a body in an encoding (§8.2.3). */
gboolean sip_demands_refuse (SipDialogs *dialogs, SipServerTransaction *transaction);

G_END_DECLS
