/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "syntax/sip-credentials-private.h"

G_BEGIN_DECLS

/* One digest challenge of a WWW-Authenticate or Proxy-Authenticate header (RFC 3261 §20.44): slices on its text. */
typedef struct
{
  SipStr whole;     /* from its scheme on: can be read again */
  SipStr realm;     /* between its quotes, escapes as they are; so are the next two */
  SipStr nonce;
  SipStr opaque;    /* p == NULL where there is none */
  SipStr algorithm_name; /* p == NULL where there is none: MD5 */
  SipDigestAlgorithm algorithm;
  SipDigestQop qop; /* the one to answer with: NONE where the server names none */
  guint8 is_session;
  guint8 is_stale;
  guint8 is_userhash;
} SipChallengeView;

/* Takes the next challenge that can be answered off *rest, which starts as the value of a header. Other schemes, algorithms that nobody knows and
 * challenges that break the grammar are passed over. */
gboolean sip_challenge_view_next (SipStr *rest, SipChallengeView *view);

/* The text of a quoted string between its quotes, without its escapes. */
char *sip_challenge_unescape (SipStr inner);

/* A request that is to answer a challenge. */
typedef struct
{
  SipStr method;
  SipStr uri;
  SipStr body;
  const char *cnonce;
  guint32 nc;
} SipChallengedRequest;

/* The value of Authorization or Proxy-Authorization. The realm must suit @credentials. */
char *sip_challenge_view_answer (const SipChallengeView *self, const SipCredentials *credentials, const SipChallengedRequest *request);
/* Whether @rspauth of an Authentication-Info comes from somebody who knows the password (RFC 7616 §3.5). @request: the one that was answered, with the
 * body of the response in place of its own. Takes as long whatever is wrong with it. */
gboolean sip_challenge_view_is_proved (const SipChallengeView *self, const SipCredentials *credentials, const SipChallengedRequest *request,
                                       SipStr rspauth);

G_END_DECLS
