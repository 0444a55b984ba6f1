/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "syntax/sip-auth-info-view-private.h"
#include "syntax/sip-challenge-view-private.h"

/* What a server says to an answer: slices of it, and a nonce that can be said again. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (SipCredentials) credentials = sip_credentials_new ("bob", "zanzibar", NULL);
  const SipChallengedRequest request = { SIP_STR ("INVITE"), SIP_STR ("sip:bob@biloxi.com"), SIP_STR (""), "0a4f113b", 1 };
  SipStr challenge = SIP_STR ("Digest realm=\"biloxi.com\", nonce=\"n\", qop=\"auth\"");
  g_autofree char *value = NULL;
  SipChallengeView view, again;
  SipAuthInfoView info;
  SipStr rest;

  if (!sip_auth_info_view_parse (&info, sip_str (text, size)))
    return 0;

  const SipStr parts[] = { info.next_nonce, info.rspauth, info.cnonce, info.qop, info.nc };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    CHECK (parts[i].p == NULL || (parts[i].p >= text && parts[i].p + parts[i].len <= text + size));

  CHECK (sip_challenge_view_next (&challenge, &view));
  sip_challenge_view_is_proved (&view, credentials, &request, info.rspauth);
  if (info.next_nonce.p == NULL)
    return 0;

  view.nonce = info.next_nonce;
  value = sip_challenge_view_answer (&view, credentials, &request);
  for (const char *at = value; *at != '\0'; at++)
    CHECK ((guchar) *at >= ' ' && *at != 0x7f);
  rest = sip_str_from (value);
  CHECK (sip_challenge_view_next (&rest, &again) && sip_str_equal (again.nonce, view.nonce) && sip_str_equal (again.realm, view.realm));
  return 0;
}
