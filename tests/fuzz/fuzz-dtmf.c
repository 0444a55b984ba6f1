/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "agent/sip-dtmf-body-private.h"

/* A body as both of its types; what is understood is a tone, of a length that can be played, and is understood again when it is written. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  static const char *const types[] = { SIP_DTMF_RELAY, SIP_DTMF_PLAIN };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *text = NULL;
      SipDtmfBody body, same;

      if (!sip_dtmf_body_parse (sip_str_from (types[i]), sip_str (size > 0 ? (const char *) data : "", size), &body))
        continue;

      CHECK (sip_dtmf_symbol (body.tone) == body.tone);
      CHECK (body.duration >= SIP_DTMF_MIN_DURATION && body.duration <= SIP_DTMF_MAX_DURATION);
      text = sip_dtmf_body_to_string (&body);
      CHECK (sip_dtmf_body_parse (sip_str_from (SIP_DTMF_RELAY), sip_str_from (text), &same));
      CHECK (same.tone == body.tone && same.duration == body.duration);
    }

  return 0;
}
