/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "syntax/sip-identity-views-private.h"
#include "syntax/sip-message-private.h"
#include "syntax/sip-msg-private.h"

/* What a message says of who somebody is and why something happened. */

static SipMessage *
message_with (const char *fields)
{
  g_autofree char *text = g_strdup_printf ("BYE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bKx\r\nMax-Forwards: 70\r\nFrom: <sip:c@d>;tag=e\r\n"
                                           "To: <sip:a@b>;tag=f\r\nCall-ID: g\r\nCSeq: 1 BYE\r\n%sContent-Length: 0\r\n\r\n",
                                           fields);
  g_autoptr (SipMsg) msg = sip_msg_parse (text, strlen (text), NULL, NULL);

  g_assert_nonnull (msg);
  return sip_message_new_for_msg (msg);
}

/* --- Reason (RFC 3326) --- */

static void
test_reason (void)
{
  static const struct
  {
    const char *value, *protocol;
    guint cause;
    const char *text;
  } table[] = {
    { "SIP;cause=200;text=\"Call completed elsewhere\"", "SIP", 200, "Call completed elsewhere" },
    { "Q.850;cause=16", "Q.850", 16, NULL },
    { "SIP", "SIP", 0, NULL },
    { "  SIP  ;  cause = 600 ;text = \"Busy \\\"Everywhere\\\"\"", "SIP", 600, "Busy \"Everywhere\"" },
    { "preemption ;cause=1 ;text=Preempted", "preemption", 1, "Preempted" },
    { "sip;CAUSE=580", "sip", 580, NULL },
    { "SIP;cause=65535", "SIP", 65535, NULL },
    { "SIP;cause=65536", "SIP", 0, NULL },
    { "SIP;cause=99999999999999999999", "SIP", 0, NULL },
    { "SIP;cause=-1", "SIP", 0, NULL },
    { "SIP;cause", "SIP", 0, NULL },
    { "SIP;text=\"gr\xc3\xbc\xc3\x9f\"", "SIP", 0, "gr\xc3\xbc\xc3\x9f" },
    { "SIP;text=\"\"", "SIP", 0, "" },
    { "", NULL, 0, NULL },
    { ";cause=1", NULL, 0, NULL },
    { "SI P;cause=1", NULL, 0, NULL },
    { "SIP;cause=200;text=\"open", "SIP", 200, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipReason) reason = sip_reason_parse (table[i].value, &error);

      if (table[i].protocol == NULL)
        {
          g_assert_null (reason);
          g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (sip_reason_get_protocol (reason), ==, table[i].protocol);
      g_assert_cmpuint (sip_reason_get_cause (reason), ==, table[i].cause);
      g_assert_cmpstr (sip_reason_get_text (reason), ==, table[i].text);
    }
}

static void
test_reason_params (void)
{
  g_autoptr (SipReason) reason = sip_reason_parse ("Q.850;cause=31;location=\"a b\";flag", NULL);
  g_autofree char *location = sip_reason_get_param (reason, "LOCATION");
  g_autofree char *flag = sip_reason_get_param (reason, "flag");
  g_autofree char *text = sip_reason_to_string (reason);

  g_assert_cmpstr (location, ==, "a b");
  g_assert_cmpstr (flag, ==, "");
  g_assert_null (sip_reason_get_param (reason, "none"));
  g_assert_cmpstr (text, ==, "Q.850;cause=31;location=\"a b\";flag");
  g_assert_true (sip_reason_ref (reason) == reason);
  sip_reason_unref (reason);
}

static void
test_reasons (void)
{
  g_autoptr (SipMessage) message = message_with ("Reason: SIP;cause=600;text=\"a, b\", Q.850 ;cause=17\r\nReason: ;broken\r\nReason: X\r\n ;cause=2\r\n");
  g_autoptr (SipMessage) bare = message_with ("");
  g_autoptr (GPtrArray) reasons = sip_message_get_reasons (message);
  g_autoptr (GPtrArray) none = sip_message_get_reasons (bare);

  g_assert_cmpuint (reasons->len, ==, 3);
  g_assert_cmpstr (sip_reason_get_text (reasons->pdata[0]), ==, "a, b");
  g_assert_cmpuint (sip_reason_get_cause (reasons->pdata[1]), ==, 17);
  g_assert_cmpstr (sip_reason_get_protocol (reasons->pdata[2]), ==, "X");
  g_assert_cmpuint (sip_reason_get_cause (reasons->pdata[2]), ==, 2);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_completed_elsewhere (void)
{
  static const struct
  {
    const char *fields;
    gboolean elsewhere;
  } table[] = {
    { "", FALSE },
    { "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n", TRUE },
    { "Reason: sip ; cause=200\r\n", TRUE },
    { "Reason: Q.850;cause=16\r\nReason: SIP;cause=200\r\n", TRUE },
    { "Reason: SIP;cause=600;text=\"Busy Everywhere\"\r\n", FALSE },
    { "Reason: Q.850;cause=200\r\n", FALSE },
    { "Reason: SIP;text=\"Call completed elsewhere\"\r\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (SipMessage) message = message_with (table[i].fields);

      g_assert_cmpint (sip_message_is_completed_elsewhere (message), ==, table[i].elsewhere);
    }
}

/* --- History-Info (RFC 7044) --- */

static void
test_history_entry (void)
{
  static const struct
  {
    const char *value, *uri, *index, *rc, *mp, *np;
    guint cause;
    gboolean is_private;
  } table[] = {
    { "<sip:bob@example.com>;index=1", "sip:bob@example.com", "1", NULL, NULL, NULL, 0, FALSE },
    { "\"Office\" <sip:office@example.com?Reason=SIP%3Bcause%3D302>;index=1.2;mp=1", "sip:office@example.com?Reason=SIP%3Bcause%3D302", "1.2", NULL, "1", NULL,
      302, FALSE },
    { "<sip:bob@192.0.2.4>;index=1.2.1;rc=1.2", "sip:bob@192.0.2.4", "1.2.1", "1.2", NULL, NULL, 0, FALSE },
    { "<sip:bob@192.0.2.4?Privacy=history>;index=1.1;np=1", "sip:bob@192.0.2.4?Privacy=history", "1.1", NULL, NULL, "1", 0, TRUE },
    { "<sip:b@c?Reason=SIP%3Bcause%3D480%3Btext%3D%22a%20b%22&Privacy=id%3Bhistory>;index=10.20", "sip:b@c?Reason=SIP%3Bcause%3D480%3Btext%3D%22a%20b%22&Privacy=id%3Bhistory",
      "10.20", NULL, NULL, NULL, 480, TRUE },
    { "<sip:bob@example.com>", "sip:bob@example.com", NULL, NULL, NULL, NULL, 0, FALSE },
    { "<sip:bob@example.com>;index=1.;mp=.1;rc=1..1;np=x", "sip:bob@example.com", NULL, NULL, NULL, NULL, 0, FALSE },
    { "<sip:bob@example.com>;index", "sip:bob@example.com", NULL, NULL, NULL, NULL, 0, FALSE },
    { "<tel:+15551234>;index=1", "tel:+15551234", "1", NULL, NULL, NULL, 0, FALSE },
    { "*", NULL, NULL, NULL, NULL, NULL, 0, FALSE },
    { "", NULL, NULL, NULL, NULL, NULL, 0, FALSE },
    { "<sip:bob@example.com;index=1", NULL, NULL, NULL, NULL, NULL, 0, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipHistoryEntry) entry = sip_history_entry_parse (table[i].value, &error);
      g_autofree char *uri = NULL;

      if (table[i].uri == NULL)
        {
          g_assert_null (entry);
          g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
          continue;
        }
      g_assert_no_error (error);
      uri = sip_uri_to_string (sip_history_entry_get_uri (entry));
      g_assert_cmpstr (uri, ==, table[i].uri);
      g_assert_cmpstr (sip_history_entry_get_index (entry), ==, table[i].index);
      g_assert_cmpstr (sip_history_entry_get_rc (entry), ==, table[i].rc);
      g_assert_cmpstr (sip_history_entry_get_mp (entry), ==, table[i].mp);
      g_assert_cmpstr (sip_history_entry_get_np (entry), ==, table[i].np);
      g_assert_cmpint (sip_history_entry_is_private (entry), ==, table[i].is_private);
      g_assert_cmpint (sip_history_entry_get_reason (entry) != NULL, ==, table[i].cause != 0);
      if (table[i].cause != 0)
        g_assert_cmpuint (sip_reason_get_cause (sip_history_entry_get_reason (entry)), ==, table[i].cause);
    }
}

static void
test_history (void)
{
  g_autoptr (SipMessage) message = message_with ("History-Info: <sip:a@b>;index=1, \"C, D\" <sip:c@d?Reason=SIP%3Bcause%3D486>;index=1.1;mp=1\r\n"
                                                 "History-Info: <broken\r\nHistory-Info: <sip:e@f>\r\n ;index=1.2\r\n");
  g_autoptr (GPtrArray) history = sip_message_get_history_info (message);

  g_assert_cmpuint (history->len, ==, 3);
  g_assert_cmpstr (sip_history_entry_get_index (history->pdata[0]), ==, "1");
  g_assert_cmpstr (sip_name_addr_get_display_name (sip_history_entry_get_address (history->pdata[1])), ==, "C, D");
  g_assert_cmpuint (sip_reason_get_cause (sip_history_entry_get_reason (history->pdata[1])), ==, 486);
  g_assert_cmpstr (sip_history_entry_get_index (history->pdata[2]), ==, "1.2");
  g_assert_true (sip_history_entry_ref (history->pdata[0]) == history->pdata[0]);
  sip_history_entry_unref (history->pdata[0]);
}

/* --- identities (RFC 3325), Privacy (RFC 3323) --- */

static void
test_identities (void)
{
  g_autoptr (SipMessage) message = message_with ("P-Asserted-Identity: \"Cullen Jennings\" <sip:fluffy@cisco.com>, tel:+14085264000\r\n"
                                                 "P-Asserted-Identity: <<\r\nP-Preferred-Identity: <sip:me@example.com>\r\n");
  g_autoptr (GPtrArray) asserted = sip_message_get_asserted_identities (message);
  g_autoptr (GPtrArray) preferred = sip_message_get_preferred_identities (message);

  g_assert_cmpuint (asserted->len, ==, 2);
  g_assert_cmpstr (sip_name_addr_get_display_name (asserted->pdata[0]), ==, "Cullen Jennings");
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (asserted->pdata[0])), ==, "fluffy");
  g_assert_cmpstr (sip_uri_get_scheme (sip_name_addr_get_uri (asserted->pdata[1])), ==, "tel");
  g_assert_cmpuint (preferred->len, ==, 1);
  g_assert_cmpstr (sip_uri_get_user (sip_name_addr_get_uri (preferred->pdata[0])), ==, "me");
}

static void
test_privacy (void)
{
  static const struct
  {
    const char *fields;
    SipPrivacy privacy;
  } table[] = {
    { "", SIP_PRIVACY_DEFAULT },
    { "Privacy: id\r\n", SIP_PRIVACY_ID },
    { "Privacy: none\r\n", SIP_PRIVACY_NONE },
    { "Privacy: header;session;user;id;critical;history\r\n",
      SIP_PRIVACY_HEADER | SIP_PRIVACY_SESSION | SIP_PRIVACY_USER | SIP_PRIVACY_ID | SIP_PRIVACY_CRITICAL | SIP_PRIVACY_HISTORY },
    { "Privacy: ID ; Header\r\n", SIP_PRIVACY_ID | SIP_PRIVACY_HEADER },
    { "Privacy: user,\r\n id\r\n", SIP_PRIVACY_ID | SIP_PRIVACY_USER },
    { "Privacy: id\r\nPrivacy: critical\r\n", SIP_PRIVACY_ID | SIP_PRIVACY_CRITICAL },
    { "Privacy: whatever;id;default;ident\r\n", SIP_PRIVACY_ID },
    { "Privacy: ;;\r\n", SIP_PRIVACY_DEFAULT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (SipMessage) message = message_with (table[i].fields);

      g_assert_cmpuint (sip_message_get_privacy (message), ==, table[i].privacy);
    }
}

#define ADD(name) g_test_add_func ("/identity/" #name, test_##name)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (reason);
  ADD (reason_params);
  ADD (reasons);
  ADD (completed_elsewhere);
  ADD (history_entry);
  ADD (history);
  ADD (identities);
  ADD (privacy);
  return g_test_run ();
}
