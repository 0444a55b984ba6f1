/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "syntax/sip-challenge-view-private.h"

/* What a server asks for, and what we say to it: one line, which is read as it was meant. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (SipCredentials) credentials = sip_credentials_new ("b\"o\\b", "zanzibar", NULL);
  SipStr rest = sip_str (text, size);
  SipChallengeView view;

  while (sip_challenge_view_next (&rest, &view))
    {
      const SipChallengedRequest request = { SIP_STR ("INVITE"), SIP_STR ("sip:bob@biloxi.com"), SIP_STR ("v=0\r\n"), "0a4f113b", 1 };
      g_autofree char *value = sip_challenge_view_answer (&view, credentials, &request);
      SipStr again = sip_str_from (value);
      SipStr whole = view.whole;
      SipChallengeView answer, copy;

      CHECK (rest.p >= text && rest.p + rest.len == text + size);
      CHECK (view.whole.p >= text && view.whole.p + view.whole.len <= rest.p);
      CHECK (sip_challenge_view_next (&whole, &copy) && sip_str_equal (copy.nonce, view.nonce) && sip_str_equal (copy.realm, view.realm));
      for (const char *at = value; *at != '\0'; at++)
        CHECK ((guchar) *at >= ' ' && *at != 0x7f);
      CHECK (sip_challenge_view_next (&again, &answer));
      CHECK (sip_str_equal (answer.realm, view.realm) && sip_str_equal (answer.nonce, view.nonce) && answer.opaque.len == view.opaque.len);
    }

  return 0;
}
