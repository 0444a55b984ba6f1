/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "sip.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define PIDF "xmlns=\"urn:ietf:params:xml:ns:pidf\""
#define RPID "xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""

static SipPresence *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sip_presence_parse (bytes, error);
}

static SipPresenceTuple *
tuple_at (SipPresence *presence, guint i)
{
  g_autoptr (SipPresenceTuple) tuple = g_list_model_get_item (sip_presence_get_tuples (presence), i);

  return tuple;
}

/* RFC 3863 §4.1.7, RFC 4480 §4: in the manner of their examples. */
static void
test_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SipPresence) presence =
      parse (HEAD "<impp:presence xmlns:impp=\"urn:ietf:params:xml:ns:pidf\" " RPID " entity=\"pres:someone@example.com\">"
                  "<impp:tuple id=\"sg89ae\"><impp:status><impp:basic>open</impp:basic><x:location xmlns:x=\"urn:x\">home</x:location></impp:status>"
                  "<rpid:activities><rpid:on-the-phone/></rpid:activities>"
                  "<impp:contact priority=\"0.8\">tel:+09012345678</impp:contact><impp:note xml:lang=\"en\"> Don't &amp; Disturb! </impp:note>"
                  "<impp:timestamp>2001-10-27T16:49:29Z</impp:timestamp></impp:tuple>"
                  "<impp:tuple id=\"b\"><impp:status><impp:basic>closed</impp:basic></impp:status></impp:tuple>"
                  "<impp:note>I'll be in Tokyo</impp:note>"
                  "<dm:person id=\"p1\"><rpid:activities from=\"x\"><rpid:note>Far away</rpid:note><rpid:away/><rpid:meeting/><rpid:other>juggling</rpid:other>"
                  "</rpid:activities></dm:person></impp:presence>",
             &error);
  SipPresenceTuple *tuple;
  g_autofree char *when = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (sip_presence_get_entity (presence), ==, "pres:someone@example.com");
  g_assert_cmpint (sip_presence_get_basic (presence), ==, SIP_PRESENCE_BASIC_OPEN);
  g_assert_cmpstr (sip_presence_get_note (presence), ==, "I'll be in Tokyo");
  g_assert_cmpuint (g_strv_length ((char **) sip_presence_get_activities (presence)), ==, 3);
  g_assert_cmpstr (sip_presence_get_activities (presence)[0], ==, "away");
  g_assert_cmpstr (sip_presence_get_activities (presence)[1], ==, "meeting");
  g_assert_cmpstr (sip_presence_get_activities (presence)[2], ==, "juggling");
  g_assert_cmpuint (g_list_model_get_n_items (sip_presence_get_tuples (presence)), ==, 2);
  tuple = tuple_at (presence, 0);
  g_assert_cmpstr (sip_presence_tuple_get_id (tuple), ==, "sg89ae");
  g_assert_cmpstr (sip_presence_tuple_get_contact (tuple), ==, "tel:+09012345678");
  g_assert_cmpfloat (sip_presence_tuple_get_priority (tuple), ==, 0.8);
  g_assert_cmpstr (sip_presence_tuple_get_note (tuple), ==, "Don't & Disturb!");
  g_assert_cmpstr (sip_presence_tuple_get_activities (tuple)[0], ==, "on-the-phone");
  when = g_date_time_format_iso8601 (sip_presence_tuple_get_timestamp (tuple));
  g_assert_cmpstr (when, ==, "2001-10-27T16:49:29Z");
  tuple = tuple_at (presence, 1);
  g_assert_cmpint (sip_presence_tuple_get_basic (tuple), ==, SIP_PRESENCE_BASIC_CLOSED);
  g_assert_cmpfloat (sip_presence_tuple_get_priority (tuple), ==, -1.0);
  g_assert_null (sip_presence_tuple_get_timestamp (tuple));
  g_assert_null (sip_presence_tuple_get_activities (tuple));
}

/* @basic -1: refused. */
static const struct
{
  const char *text;
  int basic;
} table[] = {
  { "<presence " PIDF " entity=\"sip:a@b\"/>", SIP_PRESENCE_BASIC_UNKNOWN },
  { "<presence " PIDF " entity=\"sip:a@b\"><tuple id=\"x\"/></presence>", SIP_PRESENCE_BASIC_UNKNOWN },
  { "<presence " PIDF " entity=\"sip:a@b\"><tuple id=\"x\"><status><basic> OPEN\n</basic></status></tuple></presence>", SIP_PRESENCE_BASIC_OPEN },
  { "<presence " PIDF " entity=\"sip:a@b\"><tuple><status><basic>ajar</basic></status></tuple></presence>", SIP_PRESENCE_BASIC_UNKNOWN },
  { "<presence " PIDF " entity=\"sip:a@b\"><tuple><status><basic>cl<!-- -->osed</basic></status></tuple></presence>", SIP_PRESENCE_BASIC_CLOSED },
  { "<presence " PIDF " entity=\"sip:a@b\"><tuple><status><basic><![CDATA[open]]></basic></status></tuple></presence>", SIP_PRESENCE_BASIC_OPEN },
  /* what says that it is in another encoding is read as what it is */
  { "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><presence " PIDF " entity=\"sip:a@b\"/>", SIP_PRESENCE_BASIC_UNKNOWN },
  { "", -1 },
  { "open", -1 },
  { "<presence " PIDF "/>", -1 },
  { "<presence " PIDF " entity=\"\"/>", -1 },
  { "<presence entity=\"sip:a@b\"/>", -1 },
  { "<presence xmlns=\"urn:other\" entity=\"sip:a@b\"/>", -1 },
  { "<present " PIDF " entity=\"sip:a@b\"/>", -1 },
  { "<presence " PIDF " entity=\"sip:a@b\">", -1 },
  { "<presence " PIDF " entity=\"sip:a@b\"></presence><more/>", -1 },
  { "<presence " PIDF " entity=\"sip:\xff@b\"/>", -1 },
  { "<presence " PIDF " entity=\"&e;\"/>", -1 },
  { "<!DOCTYPE presence><presence " PIDF " entity=\"sip:a@b\"/>", -1 },
  { "<!DOCTYPE presence SYSTEM \"file:///etc/passwd\"><presence " PIDF " entity=\"sip:a@b\"/>", -1 },
  { "<!DOCTYPE presence [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><presence " PIDF " entity=\"sip:a@b\"><note>&e;</note></presence>", -1 },
  { "<!DOCTYPE p [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;\">]>"
    "<presence " PIDF " entity=\"&c;\"/>",
    -1 },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipPresence) presence = parse (table[i].text, &error);

      g_test_message ("%u", i);
      if (table[i].basic < 0)
        {
          g_assert_null (presence);
          g_assert_error (error, SIP_ERROR, SIP_ERROR_PARSE);
        }
      else
        {
          g_assert_no_error (error);
          g_assert_cmpint ((int) sip_presence_get_basic (presence), ==, table[i].basic);
        }
    }
}

/* What is neither a priority from 0 to 1 nor a time is as if it were not there. */
static void
test_nonsense (void)
{
  static const char *const priorities[] = { "", "2", "-1", "1e999", "nan", "0x1", "0.5 ", "1.0.0" };
  static const char *const times[] = { "", "yesterday", "2001-13-27T16:49:29Z", "99999999999999999999" };

  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    {
      g_autofree char *text = g_strdup_printf ("<presence " PIDF " entity=\"sip:a@b\"><tuple id=\"x\"><contact priority=\"%s\">sip:c@d</contact>"
                                               "<timestamp>%s</timestamp></tuple></presence>",
                                               priorities[i], times[i % G_N_ELEMENTS (times)]);
      g_autoptr (SipPresence) presence = parse (text, NULL);
      double expected = strcmp (priorities[i], "0.5 ") == 0 ? 0.5 : -1.0;

      g_assert_cmpfloat (sip_presence_tuple_get_priority (tuple_at (presence, 0)), ==, expected);
      g_assert_null (sip_presence_tuple_get_timestamp (tuple_at (presence, 0)));
    }
}

static SipPresence *
parse_repeated (const char *open, const char *close, guint n)
{
  g_autoptr (GString) text = g_string_new ("<presence " PIDF " entity=\"sip:a@b\">");

  for (guint i = 0; i < n; i++)
    g_string_append (text, open);
  for (guint i = 0; i < n; i++)
    g_string_append (text, close);
  g_string_append (text, "</presence>");
  return parse (text->str, NULL);
}

static void
test_bounds (void)
{
  g_autoptr (SipPresence) deep = parse_repeated ("<a>", "</a>", 31);
  g_autoptr (SipPresence) many = parse_repeated ("<tuple/>", "", 5000);

  g_assert_nonnull (deep);
  g_assert_null (parse_repeated ("<a>", "</a>", 32));
  g_assert_null (parse_repeated ("<a>", "</a>", 9000));
  g_assert_cmpuint (g_list_model_get_n_items (sip_presence_get_tuples (many)), ==, 256);
  g_assert_null (parse_repeated ("<a/>", "", 8200));
  g_assert_null (parse_repeated ("<tuple id=\"x\"/>", "", 5000));
}

static void
test_write (void)
{
  const char *activities[] = { "busy", "tea & cake", NULL };
  g_autoptr (SipPresence) presence = sip_presence_new ("sip:a@b?x=\"<&>\"");
  g_autoptr (GDateTime) when = g_date_time_new_utc (2026, 11, 23, 12, 0, 0);
  g_autoptr (SipPresenceTuple) tuple =
      g_object_new (SIP_TYPE_PRESENCE_TUPLE, "id", "t1", "basic", SIP_PRESENCE_BASIC_OPEN, "contact", "sip:a@c", "priority", 0.25, "note", "a < b\x01 \"c\"",
                    "timestamp", when, NULL);
  g_autoptr (SipPresence) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) bytes_again = NULL;
  g_autoptr (GError) error = NULL;

  sip_presence_add_tuple (presence, tuple);
  sip_presence_set_note (presence, "gone\nfishing");
  sip_presence_set_activities (presence, activities);
  bytes = sip_presence_to_bytes (presence);
  again = sip_presence_parse (bytes, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sip_presence_get_entity (again), ==, "sip:a@b?x=\"<&>\"");
  g_assert_cmpstr (sip_presence_get_note (again), ==, "gone\nfishing");
  g_assert_cmpstr (sip_presence_get_activities (again)[0], ==, "busy");
  g_assert_cmpstr (sip_presence_get_activities (again)[1], ==, "tea & cake");
  g_assert_cmpstr (sip_presence_tuple_get_note (tuple_at (again, 0)), ==, "a < b \"c\"");
  g_assert_cmpfloat (sip_presence_tuple_get_priority (tuple_at (again, 0)), ==, 0.25);
  g_assert_true (g_date_time_equal (sip_presence_tuple_get_timestamp (tuple_at (again, 0)), when));
  bytes_again = sip_presence_to_bytes (again);
  g_assert_true (g_bytes_equal (bytes, bytes_again));
}

static void
test_sealed (void)
{
  g_autoptr (SipPresence) presence = parse ("<presence " PIDF " entity=\"sip:a@b\"/>", NULL);

  g_test_expect_message ("Sip", G_LOG_LEVEL_CRITICAL, "*is_sealed*");
  sip_presence_set_note (presence, "mine");
  g_test_assert_expected_messages ();
  g_assert_null (sip_presence_get_note (presence));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/presence/whole", test_whole);
  g_test_add_func ("/presence/table", test_table);
  g_test_add_func ("/presence/nonsense", test_nonsense);
  g_test_add_func ("/presence/bounds", test_bounds);
  g_test_add_func ("/presence/write", test_write);
  g_test_add_func ("/presence/sealed", test_sealed);
  return g_test_run ();
}
