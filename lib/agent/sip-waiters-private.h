/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Those who wait for the same thing: tasks, each of which ends at once when its cancellable is cancelled. */
typedef struct _SipWaiters SipWaiters;

SipWaiters *sip_waiters_new (void);
/* There must be none left. */
void sip_waiters_free (SipWaiters *self);

void sip_waiters_add (SipWaiters *self, GTask *task);
gboolean sip_waiters_is_empty (SipWaiters *self);

/* All that there are now end: with @result (nullable: TRUE), a reference of which each gets, or with @error. Callbacks may be called
 * within it. */
void sip_waiters_return (SipWaiters *self, GObject *result);
void sip_waiters_return_error (SipWaiters *self, const GError *error);

G_END_DECLS
