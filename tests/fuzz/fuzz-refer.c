/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "agent/sip-refer-target-private.h"
#include "syntax/sip-replaces-view-private.h"
#include "syntax/sip-sipfrag-private.h"
#include "syntax/sip-views-private.h"

/* What a transfer brings from strangers: the body of a NOTIFY, the value of Replaces, of Event, of Refer-To. */

static void
check_inside (SipStr part, const guint8 *data, gsize size)
{
  CHECK (part.len == 0 || ((const guint8 *) part.p >= data && (const guint8 *) part.p + part.len <= data + size));
}

static void
check_sipfrag (const guint8 *data, gsize size)
{
  SipSipfragView view, again;
  g_autofree char *reason = NULL;
  g_autofree char *text = NULL;

  if (!sip_sipfrag_view_parse (&view, sip_str ((const char *) data, size)))
    return;

  CHECK (view.status >= 100 && view.status <= 699);
  check_inside (view.reason, data, size);
  reason = g_strndup (view.reason.len > 0 ? view.reason.p : "", view.reason.len);
  CHECK (strlen (reason) == view.reason.len && g_utf8_validate (reason, -1, NULL));

  /* What is written is read as the same. */
  text = sip_sipfrag_new (view.status, reason);
  CHECK (sip_sipfrag_view_parse (&again, sip_str_from (text)));
  CHECK (again.status == view.status && sip_str_equal (again.reason, view.reason));
}

static void
check_replaces (const guint8 *data, gsize size)
{
  SipReplacesView view;

  if (!sip_replaces_view_parse (&view, sip_str ((const char *) data, size)))
    return;

  CHECK (view.call_id.len > 0 && view.to_tag.len > 0 && view.from_tag.len > 0);
  check_inside (view.call_id, data, size);
  check_inside (view.to_tag, data, size);
  check_inside (view.from_tag, data, size);
}

static void
check_target (const guint8 *data, gsize size)
{
  static const char head[] = "REFER sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bKx\r\nFrom: <sip:c@d>;tag=e\r\nTo: <sip:a@b>;tag=f\r\n"
                             "Call-ID: g\r\nCSeq: 1 REFER\r\nMax-Forwards: 70\r\nContent-Length: 0\r\nRefer-To: ";
  g_autoptr (GByteArray) text = g_byte_array_new ();
  g_autoptr (SipMsg) msg = NULL;
  g_autoptr (SipReferTarget) target = NULL;
  const char *problem;

  g_byte_array_append (text, (const guint8 *) head, strlen (head));
  g_byte_array_append (text, data, size);
  g_byte_array_append (text, (const guint8 *) "\r\n\r\n", 4);
  msg = sip_msg_parse ((const char *) text->data, text->len, NULL, NULL);
  if (msg == NULL)
    return;

  target = sip_refer_target_new (msg, &problem);
  if (target == NULL)
    {
      CHECK (problem != NULL);
      return;
    }
  if (target->uri != NULL)
    {
      SipUriView view;

      CHECK (strpbrk (target->uri, "\r\n<>\" ") == NULL);
      CHECK (sip_uri_view_parse (&view, sip_str_from (target->uri)));
      CHECK (!view.is_sip || (view.headers.len == 0 && !sip_params_find (view.params, "method", NULL)));
    }
  if (target->replaces != NULL)
    CHECK (strpbrk (target->replaces, "\r\n") == NULL);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  SipStr token, params;

  if (size == 0)
    return 0;

  check_sipfrag (data, size);
  check_replaces (data, size);
  if (sip_token_view_parse (sip_str ((const char *) data, size), &token, &params))
    {
      CHECK (token.len > 0);
      check_inside (token, data, size);
      check_inside (params, data, size);
    }
  if (size < 4096)
    check_target (data, size);

  return 0;
}
