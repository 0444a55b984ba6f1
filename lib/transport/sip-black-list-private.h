/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Places that did not answer, or want to be left alone, for a while (RFC 4321 §1.4's cure: who knows the failure of one request does not wait for it
 * in the next). Others are tried before them. */
typedef struct _SipBlackList SipBlackList;

/* How many there can be; for how long one can be in it, and is where nobody says for how long. µs */
#define SIP_BLACK_LIST_SIZE 500
#define SIP_BLACK_LIST_MAX (G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)
#define SIP_BLACK_LIST_USUAL (60 * G_USEC_PER_SEC)

SipBlackList *sip_black_list_new (void);
void sip_black_list_free (SipBlackList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SipBlackList, sip_black_list_free)

/* @us: from @now on; never less than it was. */
void sip_black_list_add (SipBlackList *self, const char *key, gint64 now, gint64 us);
void sip_black_list_remove (SipBlackList *self, const char *key);
void sip_black_list_clear (SipBlackList *self);
gboolean sip_black_list_is_empty (SipBlackList *self);
gboolean sip_black_list_has (SipBlackList *self, const char *key, gint64 now);

G_END_DECLS
