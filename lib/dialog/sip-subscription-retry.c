/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "dialog/sip-subscription-retry-private.h"

#include "transaction/sip-token-private.h"

#define MAX_WAIT_S 600
/* Who says "later" without saying when. */
#define LATER_S 30
#define SPREAD_MAX_US (15 * G_USEC_PER_SEC)
/* Nobody waits longer because the other side says so: it may have meant something else, and comes back. */
#define MAX_RETRY_AFTER_S (24 * 3600)

typedef enum
{
  NEVER,
  AT_ONCE,
  LATER,
} When;

/* RFC 6665 §4.1.3 */
static const struct
{
  const char *reason;
  When when;
  gboolean heeds_retry_after;
} reasons[] = {
  { "deactivated", AT_ONCE, FALSE }, /* it is moved elsewhere */
  { "probation", LATER, TRUE },
  { "rejected", NEVER, FALSE },
  { "timeout", AT_ONCE, FALSE },
  { "giveup", LATER, TRUE },
  { "noresource", NEVER, FALSE },
  { "invariant", NEVER, FALSE },
};

static gint64
back_off (When when, guint n_tries, guint retry_after)
{
  guint seconds = 0;
  gint64 us;
  guint32 random;

  if (when == LATER)
    n_tries++;
  if (n_tries > 0)
    seconds = n_tries > 10 ? MAX_WAIT_S : MIN (1u << (n_tries - 1), MAX_WAIT_S);
  if (when == LATER && retry_after == 0)
    seconds = MAX (seconds, LATER_S);
  seconds = MAX (seconds, MIN (retry_after, MAX_RETRY_AFTER_S));

  /* Never sooner than was said. */
  us = (gint64) seconds * G_USEC_PER_SEC;
  sip_token_fill (&random, sizeof random);
  return us + (gint64) ((double) MIN (us / 2, SPREAD_MAX_US) * random / G_MAXUINT32);
}

gint64
sip_subscription_retry_after_end (const SipSubscriptionEnding *ending, guint n_tries)
{
  switch (ending->end)
    {
    case SIP_SUBSCRIPTION_NONE:
    case SIP_SUBSCRIPTION_ABANDONED:
      return SIP_SUBSCRIPTION_RETRY_NEVER;
    case SIP_SUBSCRIPTION_TIMED_OUT:
    case SIP_SUBSCRIPTION_LOST:
      return back_off (AT_ONCE, n_tries, ending->retry_after);
    case SIP_SUBSCRIPTION_TERMINATED:
      break;
    }

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      if (sip_str_equal_nocase (ending->reason, sip_str_from (reasons[i].reason)))
        return reasons[i].when == NEVER ? SIP_SUBSCRIPTION_RETRY_NEVER
                                        : back_off (reasons[i].when, n_tries, reasons[i].heeds_retry_after ? ending->retry_after : 0);
    }

  /* None, or one that nobody knows: at any time, but not before it is said. */
  return back_off (LATER, n_tries, ending->retry_after);
}

/* What will not be other next time. */
static gboolean
is_final (guint status)
{
  switch (status)
    {
    case 408:
    case 423:
    case 430:
    case 480:
    case 481:
    case 482:
    case 483:
    case 486:
    case 487:
    case 491:
    case 500:
    case 502:
    case 503:
    case 504:
    case 600:
      return FALSE;
    default:
      return TRUE;
    }
}

gint64
sip_subscription_retry_after_refusal (const SipMsg *response, guint n_tries)
{
  guint64 seconds = 0;

  if (response != NULL && is_final (response->status))
    return SIP_SUBSCRIPTION_RETRY_NEVER;
  if (response != NULL)
    sip_msg_uint (response, SIP_H_RETRY_AFTER, G_MAXUINT32, &seconds);

  return back_off (AT_ONCE, MAX (n_tries, 1), (guint) MIN (seconds, G_MAXUINT32));
}
