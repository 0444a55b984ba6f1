/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sip.h"

#define SPACE "xmlns=\"urn:ietf:params:xml:ns:dialog-info\""

static SipDialogInfo *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sip_dialog_info_parse (bytes, error);
}

/* "id:state id:state" */
static char *
calls (SipDialogInfo *info)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (SIP_TYPE_DIALOG_INFO_STATE);
  GString *text = g_string_new (NULL);
  guint n = g_list_model_get_n_items (sip_dialog_info_get_dialogs (info));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SipDialogInfoEntry) entry = g_list_model_get_item (sip_dialog_info_get_dialogs (info), i);

      g_string_append_printf (text, "%s%s:%s", i > 0 ? " " : "", sip_dialog_info_entry_get_id (entry),
                              g_enum_get_value (klass, (int) sip_dialog_info_entry_get_state (entry))->value_nick);
    }

  return g_string_free (text, FALSE);
}

/* In the manner of RFC 4235 §4.4 */
static void
test_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipDialogInfo) info =
      parse ("<?xml version=\"1.0\"?><dialog-info " SPACE " version=\"1\" state=\"full\" entity=\"sip:alice@example.com\">"
             "<dialog id=\"as7d900as8\" call-id=\"a84b4c76e66710\" local-tag=\"1928301774\" remote-tag=\"456887766\" direction=\"initiator\">"
             "<state code=\"180\" event=\"1xx-tag\">early</state><duration>12</duration>"
             "<local><identity display=\"Alice &amp; Co\">sip:alice@example.com</identity><target uri=\"sip:alice@pc33.example.com\"/></local>"
             "<remote><identity>sip:bob@example.org</identity><target uri=\"sip:bob@192.0.2.4\"><param pname=\"+sip.rendering\" pval=\"yes\"/></target></remote>"
             "</dialog><dialog id=\"b\"><state>confirmed</state></dialog><dialog id=\"c\"><state>dreaming</state></dialog><dialog><state>early</state></dialog>"
             "</dialog-info>",
             &error);
  g_autoptr (SipDialogInfoEntry) entry = NULL;
  g_autoptr (SipDialogInfoEntry) other = NULL;
  g_autofree char *list = NULL;
  g_autofree char *replaces = NULL;
  g_autofree char *display = NULL;
  g_autofree char *target = NULL;
  g_autofree char *event = NULL;
  guint code;

  g_assert_no_error (error);
  g_assert_cmpstr (sip_dialog_info_get_entity (info), ==, "sip:alice@example.com");
  g_assert_cmpuint (sip_dialog_info_get_version (info), ==, 1);
  g_assert_true (sip_dialog_info_get_full (info));
  list = calls (info);
  g_assert_cmpstr (list, ==, "as7d900as8:early b:confirmed");
  entry = g_list_model_get_item (sip_dialog_info_get_dialogs (info), 0);
  g_object_get (entry, "local-display-name", &display, "local-target", &target, "event", &event, "code", &code, NULL);
  g_assert_cmpstr (display, ==, "Alice & Co");
  g_assert_cmpstr (target, ==, "sip:alice@pc33.example.com");
  g_assert_cmpstr (event, ==, "1xx-tag");
  g_assert_cmpuint (code, ==, 180);
  g_assert_cmpint (sip_dialog_info_entry_get_direction (entry), ==, SIP_DIALOG_INFO_DIRECTION_INITIATOR);
  g_assert_cmpstr (sip_dialog_info_entry_get_remote_identity (entry), ==, "sip:bob@example.org");
  g_assert_null (sip_dialog_info_entry_get_remote_display_name (entry));
  replaces = sip_dialog_info_entry_get_replaces (entry);
  g_assert_cmpstr (replaces, ==, "a84b4c76e66710;to-tag=1928301774;from-tag=456887766;early-only");
  other = g_list_model_get_item (sip_dialog_info_get_dialogs (info), 1);
  g_assert_null (sip_dialog_info_entry_get_replaces (other));
}

static void
test_refused (void)
{
  static const char *const table[] = {
    "",
    "<dialog-info " SPACE "/>",
    "<dialog-info " SPACE " version=\"1\" state=\"full\"/>",
    "<dialog-info " SPACE " version=\"1\" entity=\"sip:a@b\"/>",
    "<dialog-info " SPACE " version=\"1\" state=\"whole\" entity=\"sip:a@b\"/>",
    "<dialog-info " SPACE " version=\"-1\" state=\"full\" entity=\"sip:a@b\"/>",
    "<dialog-info " SPACE " version=\"4294967296\" state=\"full\" entity=\"sip:a@b\"/>",
    "<dialog-info version=\"1\" state=\"full\" entity=\"sip:a@b\"/>",
    "<!DOCTYPE x [<!ENTITY e \"1\">]><dialog-info " SPACE " version=\"&e;\" state=\"full\" entity=\"sip:a@b\"/>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (table[i], &error));
      g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
    }
}

static SipDialogInfo *
document (guint version, gboolean full, const char *entity, const char *ids)
{
  g_autoptr (SipDialogInfo) info = sip_dialog_info_new (entity, version, full);
  g_auto (GStrv) parts = g_strsplit (ids, " ", -1);
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; parts[i] != NULL && *parts[i] != '\0'; i++)
    {
      SipDialogInfoState state = strchr (parts[i], '!') != NULL ? SIP_DIALOG_INFO_STATE_TERMINATED
                                 : strchr (parts[i], '+') != NULL ? SIP_DIALOG_INFO_STATE_CONFIRMED
                                                                  : SIP_DIALOG_INFO_STATE_EARLY;
      g_autofree char *id = g_strndup (parts[i], 1);
      g_autoptr (SipDialogInfoEntry) entry = sip_dialog_info_entry_new (id, state, SIP_DIALOG_INFO_DIRECTION_RECIPIENT);

      sip_dialog_info_add_dialog (info, entry);
    }
  bytes = sip_dialog_info_to_bytes (info);
  return sip_dialog_info_parse (bytes, NULL);
}

/* RFC 4235 §4.3. @result: what is known then; or the code of an error. */
static const struct
{
  guint version;
  gboolean full;
  const char *entity;
  const char *ids;
  const char *result;
  int error;
} updates[] = {
  { 0, TRUE, "sip:a@b", "1 2", "1:early 2:early" },
  { 1, FALSE, "sip:a@b", "2+", "1:early 2:confirmed" },
  { 1, FALSE, "sip:a@b", "2!", NULL, SIP_ERROR_INVALID_ARGUMENT },
  { 0, FALSE, "sip:a@b", "2!", NULL, SIP_ERROR_INVALID_ARGUMENT },
  { 2, FALSE, "sip:a@b", "1! 3", "2:confirmed 1:terminated 3:early" },
  { 3, FALSE, "sip:a@b", "", "2:confirmed 3:early" },
  { 5, FALSE, "sip:a@b", "3+", NULL, SIP_ERROR_INVALID_STATE },
  { 4, FALSE, "sip:c@b", "3+", NULL, SIP_ERROR_INVALID_STATE },
  { 5, TRUE, "sip:a@b", "4", "4:early" },
  /* another notifier, which counts anew */
  { 0, TRUE, "sip:a@b", "", "" },
  { 4294967295, TRUE, "sip:a@b", "7", "7:early" },
  { 0, FALSE, "sip:a@b", "8", NULL, SIP_ERROR_INVALID_ARGUMENT },
};

static void
test_update (void)
{
  g_autoptr (SipDialogInfo) known = document (updates[0].version, TRUE, updates[0].entity, updates[0].ids);

  for (guint i = 1; i < G_N_ELEMENTS (updates); i++)
    {
      g_autoptr (SipDialogInfo) update = document (updates[i].version, updates[i].full, updates[i].entity, updates[i].ids);
      g_autoptr (GError) error = NULL;
      g_autoptr (SipDialogInfo) next = sip_dialog_info_update (known, update, &error);
      g_autofree char *list = NULL;

      if (updates[i].result == NULL)
        {
          g_assert_null (next);
          g_assert_error (error, SIP_ERROR, updates[i].error);
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (sip_dialog_info_get_full (next));
      g_assert_cmpuint (sip_dialog_info_get_version (next), ==, updates[i].version);
      list = calls (next);
      g_assert_cmpstr (list, ==, updates[i].result);
      g_set_object (&known, next);
    }
}

static void
test_write (void)
{
  g_autoptr (SipDialogInfo) info = sip_dialog_info_new ("sip:a@b", 7, FALSE);
  g_autoptr (SipDialogInfoEntry) entry =
      g_object_new (SIP_TYPE_DIALOG_INFO_ENTRY, "id", "<1>", "state", SIP_DIALOG_INFO_STATE_CONFIRMED, "direction", SIP_DIALOG_INFO_DIRECTION_RECIPIENT,
                    "call-id", "x&y", "local-tag", "l", "remote-tag", "r", "remote-identity", "sip:c@d", "remote-display-name", "\"C\"", "remote-target",
                    "sip:c@e", "local-target", "sip:a@f", "event", "replaced", "code", 200, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) bytes_again = NULL;
  g_autoptr (SipDialogInfo) again = NULL;
  g_autoptr (SipDialogInfoEntry) entry_again = NULL;
  g_autofree char *target = NULL;
  g_autoptr (GError) error = NULL;

  sip_dialog_info_add_dialog (info, entry);
  bytes = sip_dialog_info_to_bytes (info);
  again = sip_dialog_info_parse (bytes, &error);
  g_assert_no_error (error);
  g_assert_false (sip_dialog_info_get_full (again));
  entry_again = g_list_model_get_item (sip_dialog_info_get_dialogs (again), 0);
  g_assert_cmpstr (sip_dialog_info_entry_get_id (entry_again), ==, "<1>");
  g_assert_cmpstr (sip_dialog_info_entry_get_remote_display_name (entry_again), ==, "\"C\"");
  g_object_get (entry_again, "local-target", &target, NULL);
  g_assert_cmpstr (target, ==, "sip:a@f");
  bytes_again = sip_dialog_info_to_bytes (again);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dialog-info/whole", test_whole);
  g_test_add_func ("/dialog-info/refused", test_refused);
  g_test_add_func ("/dialog-info/update", test_update);
  g_test_add_func ("/dialog-info/write", test_write);
  return g_test_run ();
}
