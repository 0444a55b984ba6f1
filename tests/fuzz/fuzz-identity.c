/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

#include "syntax/sip-history-entry-private.h"
#include "syntax/sip-identity-views-private.h"
#include "syntax/sip-message-private.h"
#include "syntax/sip-msg-private.h"
#include "syntax/sip-reason-private.h"

/* What says who somebody is and why something happened: values of Reason, History-Info, Privacy, P-Asserted-Identity. */

static void
check_inside (SipStr part, const guint8 *data, gsize size)
{
  CHECK (part.len == 0 || ((const guint8 *) part.p >= data && (const guint8 *) part.p + part.len <= data + size));
}

static void
check_line (const char *text)
{
  CHECK (text == NULL || (g_utf8_validate (text, -1, NULL) && strpbrk (text, "\r\n") == NULL));
}

static void
check_reason (const guint8 *data, gsize size)
{
  g_autoptr (SipReason) reason = sip_reason_new_from_str (sip_str ((const char *) data, size));
  g_autofree char *text = NULL;
  SipReasonView view;

  if (sip_reason_view_parse (&view, sip_str ((const char *) data, size)))
    {
      check_inside (view.protocol, data, size);
      check_inside (view.text, data, size);
      check_inside (view.params, data, size);
      CHECK (view.protocol.len > 0);
    }
  if (reason == NULL)
    return;

  text = sip_reason_to_string (reason);
  check_line (text);
  check_line (sip_reason_get_text (reason));
  check_line (sip_reason_get_protocol (reason));
}

static void
check_history (const guint8 *data, gsize size)
{
  g_autoptr (SipHistoryEntry) entry = sip_history_entry_new_from_str (sip_str ((const char *) data, size));
  SipHistoryView view;

  if (sip_history_view_parse (&view, sip_str ((const char *) data, size)))
    {
      check_inside (view.uri, data, size);
      check_inside (view.index, data, size);
      check_inside (view.mp, data, size);
      CHECK (view.uri.len > 0);
    }
  if (entry == NULL)
    return;

  CHECK (sip_history_entry_get_uri (entry) != NULL);
  check_line (sip_history_entry_get_index (entry));
  if (sip_history_entry_get_reason (entry) != NULL)
    check_line (sip_reason_get_text (sip_history_entry_get_reason (entry)));
}

/* Through a message: lists, folds, fields that come again. */
static void
check_message (const guint8 *data, gsize size)
{
  static const char *const names[] = { "Reason", "History-Info", "Privacy", "P-Asserted-Identity", "P-Preferred-Identity" };
  static const char head[] = "BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bKx\r\nFrom: <sip:c@d>;tag=e\r\nTo: <sip:a@b>;tag=f\r\n"
                             "Call-ID: g\r\nCSeq: 1 BYE\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n";
  g_autoptr (GByteArray) text = g_byte_array_new ();
  g_autoptr (SipMsg) msg = NULL;
  g_autoptr (SipMessage) message = NULL;

  g_byte_array_append (text, (const guint8 *) head, strlen (head));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_byte_array_append (text, (const guint8 *) names[i], strlen (names[i]));
      g_byte_array_append (text, (const guint8 *) ": ", 2);
      g_byte_array_append (text, data, size);
      g_byte_array_append (text, (const guint8 *) "\r\n", 2);
    }
  g_byte_array_append (text, (const guint8 *) "\r\n", 2);
  msg = sip_msg_parse ((const char *) text->data, text->len, NULL, NULL);
  if (msg == NULL)
    return;

  message = sip_message_new_for_msg (msg);
  g_ptr_array_unref (sip_message_get_reasons (message));
  g_ptr_array_unref (sip_message_get_history_info (message));
  g_ptr_array_unref (sip_message_get_asserted_identities (message));
  g_ptr_array_unref (sip_message_get_preferred_identities (message));
  sip_message_get_privacy (message);
  sip_message_is_completed_elsewhere (message);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  SipStr rest = sip_str ((const char *) data, size);
  SipStr value;

  if (size == 0)
    return 0;

  check_reason (data, size);
  check_history (data, size);
  while (sip_privacy_next (&rest, &value))
    {
      CHECK (value.len > 0);
      check_inside (value, data, size);
    }
  if (size < 4096)
    check_message (data, size);

  return 0;
}
