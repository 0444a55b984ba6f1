/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "agent/sip-binding-private.h"
#include "agent/sip-registration-state.h"
#include "agent/sip-server-list-private.h"

G_BEGIN_DECLS

/* One registration: our address at one registrar, by one flow or, where the registrar keeps them apart (RFC 5626), by several. It gives the connections to our
 * servers to its bindings, and says what all of them come to. Plain C. */
typedef struct _SipRegistrant SipRegistrant;

/* What has become of it, in one report: `lost` when nothing is bound any more, `gone` when all is removed; the rest is of one binding, and nothing at all is
 * true where only the state may be another. The last thing that happens in a call: it may be freed within it. */
typedef void (*SipRegistrantFunc) (gpointer user_data, const SipBindingReport *report);

/* More flows than that make no phone more reliable. */
#define SIP_REGISTRANT_MAX_FLOWS 4

/* @servers: empty, and then REGISTERs find their own way to the registrar. */
SipRegistrant *sip_registrant_new (SipDialogs *dialogs, SipServerList *servers, SipRegistrantFunc func, gpointer user_data);
/* At once, without a word to anybody. */
void sip_registrant_free (SipRegistrant *self);

/* For its owner to fill in, before it registers and whenever it likes: all but n_bound. */
SipRegisterPlan *sip_registrant_get_plan (SipRegistrant *self);

void sip_registrant_register (SipRegistrant *self);
/* @all: what others have bound to our address, too. */
void sip_registrant_unregister (SipRegistrant *self, gboolean all);

/* A server was connected to. (What is lost is noticed by itself.) */
void sip_registrant_look_at_servers (SipRegistrant *self);
void sip_registrant_network_changed (SipRegistrant *self);

/* @has_failed: since it was last registered, or asked to be. */
SipRegistrationState sip_registrant_get_state (SipRegistrant *self, gboolean has_failed);
/* What the registrar said, of the first flow that is bound; NULL: none is. */
const SipRegisterAnswer *sip_registrant_get_answer (SipRegistrant *self);
/* That flow; nullable. */
SipFlow *sip_registrant_get_flow (SipRegistrant *self);
guint sip_registrant_get_n_bound (SipRegistrant *self);
/* µs on the wheel's clock of the next REGISTER; 0: none is planned. */
gint64 sip_registrant_get_due (SipRegistrant *self);

G_END_DECLS
