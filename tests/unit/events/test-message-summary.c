/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sip.h"

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

/* @reading: "waiting account new/old(urgent new/urgent old)" of voice; NULL: refused. */
static const struct
{
  const char *text;
  const char *reading;
} table[] = {
  { "Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 2/8 (0/2)\r\n", "1 sip:alice@vmail.example.com 2/8(0/2)" },
  { "messages-waiting:YES\nVOICE-MESSAGE:1/0\n", "1 - 1/0(0/0)" },
  { "Messages-Waiting: no", "0 - none" },
  { "Messages-Waiting : no\r\nVoice-Message : 0 / 4294967295 ( 0 / 1 )\r\n", "0 - 0/4294967295(0/1)" },
  { "Messages-Waiting: yes\r\nX-Else: what\r\n folded\r\nFax-Message: 1/1\r\n\r\nSubject: 1/x\r\n", "1 - none" },
  { "Voice-Message: 1/1\r\nMessages-Waiting: yes\r\n", "1 - 1/1(0/0)" },
  { "", NULL },
  { "\r\n", NULL },
  { "Voice-Message: 1/1\r\n", NULL },
  { "Messages-Waiting: maybe\r\n", NULL },
  { "Messages-Waiting\r\n", NULL },
  { ": yes\r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: 1\r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: \r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: 1/\r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: 1/-1\r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: 4294967296/0\r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: 1/2 (3\r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: (1/2)\r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: (\r\n", NULL },
  { "Messages-Waiting: yes\r\nVoice-Message: 1/2 (3/4) 5\r\n", NULL },
  { "Messages-Waiting: yes\r\nMessage-Account: \r\n", NULL },
  { "Messages-Waiting: yes\r\nMessage-Account: a\x01z\r\n", NULL },
  { "Messages-Waiting: yes\r\nMessage-Account: \xff\r\n", NULL },
};

static void
test_parse (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GBytes) bytes = bytes_of (table[i].text);
      g_autoptr (GError) error = NULL;
      g_autoptr (SipMessageSummary) summary = sip_message_summary_parse (bytes, &error);
      g_autofree char *reading = NULL;

      g_test_message ("%u", i);
      if (table[i].reading == NULL)
        {
          g_assert_null (summary);
          g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
          continue;
        }

      g_assert_no_error (error);
      if (sip_message_summary_has_context (summary, SIP_MESSAGE_CONTEXT_VOICE))
        reading = g_strdup_printf ("%d %s %u/%u(%u/%u)", sip_message_summary_get_messages_waiting (summary),
                                   sip_message_summary_get_account (summary) != NULL ? sip_message_summary_get_account (summary) : "-",
                                   sip_message_summary_get_new_messages (summary, SIP_MESSAGE_CONTEXT_VOICE),
                                   sip_message_summary_get_old_messages (summary, SIP_MESSAGE_CONTEXT_VOICE),
                                   sip_message_summary_get_new_urgent_messages (summary, SIP_MESSAGE_CONTEXT_VOICE),
                                   sip_message_summary_get_old_urgent_messages (summary, SIP_MESSAGE_CONTEXT_VOICE));
      else
        reading = g_strdup_printf ("%d - none", sip_message_summary_get_messages_waiting (summary));
      g_assert_cmpstr (reading, ==, table[i].reading);
    }
}

static void
test_write (void)
{
  g_autoptr (SipMessageSummary) summary = sip_message_summary_new (TRUE, "sip:alice@example.com");
  g_autoptr (SipMessageSummary) again = NULL;
  g_autoptr (SipMessageSummary) evil = sip_message_summary_new (FALSE, "sip:a\r\nVoice-Message: 9/9");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) evil_bytes = NULL;
  const char *written = "Messages-Waiting: yes\r\nMessage-Account: sip:alice@example.com\r\nVoice-Message: 1/2\r\nFax-Message: 3/4 (1/2)\r\n";
  guint n_new, n_old;

  sip_message_summary_set_counts (summary, SIP_MESSAGE_CONTEXT_VOICE, 1, 2, 0, 0);
  sip_message_summary_set_counts (summary, SIP_MESSAGE_CONTEXT_FAX, 3, 4, 1, 2);
  bytes = sip_message_summary_to_bytes (summary);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), written, strlen (written));
  again = sip_message_summary_parse (bytes, NULL);
  g_object_get (again, "new-voice-messages", &n_new, "old-voice-messages", &n_old, NULL);
  g_assert_cmpuint (n_new, ==, 1);
  g_assert_cmpuint (n_old, ==, 2);
  g_assert_cmpuint (sip_message_summary_get_old_urgent_messages (again, SIP_MESSAGE_CONTEXT_FAX), ==, 2);
  g_assert_false (sip_message_summary_has_context (again, SIP_MESSAGE_CONTEXT_TEXT));
  evil_bytes = sip_message_summary_to_bytes (evil);
  g_assert_cmpmem (g_bytes_get_data (evil_bytes, NULL), g_bytes_get_size (evil_bytes), "Messages-Waiting: no\r\n", 22);
}

/* Exactly as long as it may be, with no byte behind it. */
static void
test_long (void)
{
  g_autoptr (GString) text = g_string_new ("Messages-Waiting: yes\r\n");
  g_autoptr (GBytes) fits = NULL;
  g_autoptr (GBytes) too_long = NULL;
  g_autoptr (SipMessageSummary) summary = NULL;

  while (text->len < 65536)
    g_string_append (text, "X-More: 1\r\n");
  g_string_truncate (text, 65536);
  while (text->str[text->len - 1] != '\n')
    g_string_truncate (text, text->len - 1);
  fits = g_bytes_new (text->str, text->len);
  summary = sip_message_summary_parse (fits, NULL);
  g_assert_nonnull (summary);
  g_string_append (text, "X-More: 1\r\nX-More: 1\r\n");
  too_long = g_bytes_new (text->str, text->len);
  g_assert_null (sip_message_summary_parse (too_long, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message-summary/parse", test_parse);
  g_test_add_func ("/message-summary/write", test_write);
  g_test_add_func ("/message-summary/long", test_long);
  return g_test_run ();
}
