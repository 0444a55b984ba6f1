/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

#include "agent/sip-session.h"

G_BEGIN_DECLS

/* The calls of an agent as a GListModel. Adding and removing costs O(log n) for n calls, where a GListStore would search. */
#define SIP_TYPE_SESSION_LIST (sip_session_list_get_type ())

G_DECLARE_FINAL_TYPE (SipSessionList, sip_session_list, SIP, SESSION_LIST, GObject)

SipSessionList *sip_session_list_new (void);
/* Holds a reference until it is removed; the iter is the handle for that. */
GSequenceIter *sip_session_list_add (SipSessionList *self, SipSession *session);
void sip_session_list_remove (SipSessionList *self, GSequenceIter *iter);
guint sip_session_list_get_n (SipSessionList *self);

G_END_DECLS
