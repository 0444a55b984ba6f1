/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "dialog/sip-subscriber-usage-private.h"

G_BEGIN_DECLS

/* Whether and when a subscription that is over, or could not be had, is asked for anew, as another one (RFC 6665 §4.1.3). Pure: a table and a back-off. */

/* µs; never. */
#define SIP_SUBSCRIPTION_RETRY_NEVER (-1)

/* How long one has to have lasted for the next loss to be the first of its kind. */
#define SIP_SUBSCRIPTION_STABLE_US (60 * G_USEC_PER_SEC)

/* @n_tries: since it last was stable; the first one after a subscription that was is at once, where the reason allows it. The waits double, up to ten
 * minutes; a random part of up to a half, or 15 s, keeps the watchers of one server apart. */
gint64 sip_subscription_retry_after_end (const SipSubscriptionEnding *ending, guint n_tries);
/* Of a SUBSCRIBE that was refused with @response, or (NULL) has failed, where there was a subscription before. */
gint64 sip_subscription_retry_after_refusal (const SipMsg *response, guint n_tries);

G_END_DECLS
