/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-error.h"
#include "syntax/sip-uri-private.h"

typedef struct
{
  const char *text;
  const char *scheme, *user, *password, *host;
  int port;
  const char *opaque;
} ValidUri;

static const ValidUri valid[] = {
  { "sip:alice@example.com", "sip", "alice", NULL, "example.com", -1, NULL },
  { "SIP:alice@Example.COM:5060", "sip", "alice", NULL, "Example.COM", 5060, NULL },
  { "sips:alice:secret@example.com:65535;transport=tcp?subject=x", "sips", "alice", "secret", "example.com", 65535, NULL },
  { "sip:example.com", "sip", NULL, NULL, "example.com", -1, NULL },
  { "sip:example.com:1", "sip", NULL, NULL, "example.com", 1, NULL },
  { "sip:192.0.2.7;lr", "sip", NULL, NULL, "192.0.2.7", -1, NULL },
  { "sip:[2001:db8::7]:5070", "sip", NULL, NULL, "2001:db8::7", 5070, NULL },
  { "sip:u@[::1]", "sip", "u", NULL, "::1", -1, NULL },
  { "sip:+15551234;ext=5;isub=1@example.com;user=phone", "sip", "+15551234;ext=5;isub=1", NULL, "example.com", -1, NULL },
  { "sip:a?b/c;d=&,$+e@example.com", "sip", "a?b/c;d=&,$+e", NULL, "example.com", -1, NULL },
  { "sip:%61l%69ce@example.com", "sip", "alice", NULL, "example.com", -1, NULL },
  { "sip:a%40b@example.com", "sip", "a@b", NULL, "example.com", -1, NULL },
  { "sip:J%C3%BCrgen@example.com", "sip", "Jürgen", NULL, "example.com", -1, NULL },
  { "sip:%F0%9F%93%9E@example.com", "sip", "📞", NULL, "example.com", -1, NULL },
  /* Neither cut off, nor a line break, nor bytes that no binding can take. */
  { "sip:a%00b@example.com", "sip", "a%00b", NULL, "example.com", -1, NULL },
  { "sip:a%0D%0Ab@example.com", "sip", "a%0D%0Ab", NULL, "example.com", -1, NULL },
  { "sip:a%FFb@example.com", "sip", "a%FFb", NULL, "example.com", -1, NULL },
  { "sip:a%C3b@example.com", "sip", "a%C3b", NULL, "example.com", -1, NULL },
  { "sip:a%ED%A0%80@example.com", "sip", "a%ED%A0%80", NULL, "example.com", -1, NULL },
  { "sip:a%C3@example.com", "sip", "a%C3", NULL, "example.com", -1, NULL },
  { "sip:a:p%3Aq@example.com", "sip", "a", "p:q", "example.com", -1, NULL },
  /* What the grammar forbids and the world writes. */
  { "sip:*21#@my_box.example;x=", "sip", "*21#", NULL, "my_box.example", -1, NULL },
  { "tel:+1-201-555-0123", "tel", "+1-201-555-0123", NULL, NULL, -1, "+1-201-555-0123" },
  { "TEL:7042;phone-context=example.com", "tel", "7042", NULL, NULL, -1, "7042;phone-context=example.com" },
  { "mailto:alice@example.com", "mailto", NULL, NULL, NULL, -1, "alice@example.com" },
  { "urn:service:sos", "urn", NULL, NULL, NULL, -1, "service:sos" },
  { "https://example.com/a?b=c", "https", NULL, NULL, NULL, -1, "//example.com/a?b=c" },
};

static void
test_valid (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipUri) uri = sip_uri_parse (valid[i].text, &error);
      g_autofree char *text = NULL;

      g_test_message ("%s", valid[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (sip_uri_get_scheme (uri), ==, valid[i].scheme);
      g_assert_cmpstr (sip_uri_get_user (uri), ==, valid[i].user);
      g_assert_cmpstr (sip_uri_get_password (uri), ==, valid[i].password);
      g_assert_cmpstr (sip_uri_get_host (uri), ==, valid[i].host);
      g_assert_cmpint (sip_uri_get_port (uri), ==, valid[i].port);
      g_assert_cmpstr (sip_uri_get_opaque (uri), ==, valid[i].opaque);

      text = sip_uri_to_string (uri);
      g_assert_cmpstr (text, ==, valid[i].text);
      g_assert_true (sip_uri_equal (uri, uri));
    }
}

static const char *const invalid[] = {
  "",
  ":",
  "sip",
  "sip:",
  "sip:@example.com",
  "sip:alice@",
  "alice@example.com",
  "sip:alice@example.com:",
  "sip:alice@example.com:0",
  "sip:alice@example.com:65536",
  "sip:alice@example.com:4294972356",
  "sip:alice@example.com:-1",
  "sip:alice@example.com:+5060",
  "sip:alice@example.com:50x",
  "sip:alice@example.com:5060:5061",
  "sip:%",
  "sip:%zz",
  "sip:%zz@example.com",
  "sip:alice%@example.com",
  "sip:alice%4@example.com",
  "sip:alice:p%4@example.com",
  "sip:alice@example.com;x=%",
  "sip:alice@example.com;x=%4",
  "sip:alice@example.com?x=%4",
  "sip:alice@exam%70le.com",
  "sip:al ice@example.com",
  " sip:alice@example.com",
  "sip:alice@example.com ",
  "sip :alice@example.com",
  "sip:alice@example.com\r\nVia: x",
  "sip:alice@example.com\n",
  "sip:alice\t@example.com",
  "sip:alice\001@example.com",
  "sip:alice\177@example.com",
  "sip:J\303\274rgen@example.com",
  "sip:alice@b\303\274cher.example",
  "<sip:alice@example.com>",
  "sip:alice@example.com>",
  "sip:\"alice\"@example.com",
  "sip:a[b@example.com",
  "sip:a@b@example.com",
  "sip:alice@2001:db8::7",
  "sip:2001:db8::7",
  "sip:alice@[2001:db8::7",
  "sip:alice@2001:db8::7]",
  "sip:alice@[2001:db8::7]x",
  "sip:alice@[2001:db8::7]:",
  "sip:alice@[]",
  "sip:alice@[g::1]",
  "sip:alice@example.com;",
  "sip:alice@example.com;=x",
  "sip:alice@example.com;;lr",
  "sip:alice@example.com;x=a=b",
  "sip:alice@example.com;x=\"y\"",
  "tel:",
  "tel:;ext=1",
  "1sip:alice",
  "x:%",
  "x:%4",
  "x:a b",
  "x:a\r\nb",
};

static void
test_invalid (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipUri) uri = sip_uri_parse (invalid[i], &error);

      if (uri != NULL)
        g_test_message ("accepted: “%s”", invalid[i]);
      g_assert_null (uri);
      g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_URI);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strpbrk (error->message, "\r\n"));
    }
}

/* Slices of messages may hold anything, and end anywhere. */
static void
test_slices (void)
{
  const char text[] = "sip:alice@example.com:5060;transport=tcp?subject=x";

  g_assert_null (sip_uri_new_from_str ((SipStr) SIP_STR_INIT));
  g_assert_null (sip_uri_new_from_str (sip_str ("sip:a\0b@example.com", 19)));
  g_assert_null (sip_uri_new_from_str (sip_str ("sip:example.com\0", 16)));
  g_assert_null (sip_uri_new_from_str (sip_str ("\0sip:example.com", 16)));
  g_assert_null (sip_uri_new_from_str (sip_str ("x:a\0b", 5)));

  for (gsize len = 0; len < sizeof text; len++)
    {
      /* The exact block, so that a checker sees a read beyond it. */
      g_autofree char *block = g_memdup2 (text, len > 0 ? len : 1);
      g_autoptr (SipUri) uri = sip_uri_new_from_str (sip_str (block, len));
      g_autofree char *written = uri != NULL ? sip_uri_to_string (uri) : NULL;

      if (uri != NULL)
        g_assert_cmpmem (written, strlen (written), text, len);
    }
}

static void
test_long (void)
{
  g_autofree char *user = g_strnfill (8192 - strlen ("sip:@h"), 'x');
  g_autofree char *longest = g_strdup_printf ("sip:%s@h", user);
  g_autofree char *longer = g_strdup_printf ("sip:x%s@h", user);
  g_autoptr (SipUri) uri = sip_uri_parse (longest, NULL);

  g_assert_nonnull (uri);
  g_assert_cmpstr (sip_uri_get_user (uri), ==, user);
  g_assert_null (sip_uri_parse (longer, NULL));
}

static void
test_params (void)
{
  g_autoptr (SipUri) uri = sip_uri_parse ("sip:a@h;Transport=TCP;lr;x=%41%3B;%6Daddr=h2?Subject=a%20b&empty=&to=sip%3Ax%40y", NULL);
  g_autoptr (SipUri) tel = sip_uri_parse ("tel:1;ext=5;Phone-Context=+1", NULL);
  const struct
  {
    SipUri *uri;
    const char *name, *value;
  } params[] = {
    { uri, "transport", "TCP" }, { uri, "TRANSPORT", "TCP" }, { uri, "lr", "" },   { uri, "x", "A;" },
    { uri, "maddr", "h2" },      { uri, "trans", NULL },      { uri, "", NULL },   { uri, "subject", NULL },
    { tel, "ext", "5" },         { tel, "phone-context", "+1" }, { tel, "1", NULL },
  };
  const struct
  {
    const char *name, *value;
  } headers[] = { { "subject", "a b" }, { "Empty", "" }, { "to", "sip:x@y" }, { "lr", NULL } };

  g_assert_nonnull (uri);
  g_assert_nonnull (tel);

  for (gsize i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autofree char *value = sip_uri_get_param (params[i].uri, params[i].name);

      g_assert_cmpstr (value, ==, params[i].value);
      g_assert_cmpint (sip_uri_has_param (params[i].uri, params[i].name), ==, params[i].value != NULL);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autofree char *value = sip_uri_get_header (uri, headers[i].name);

      g_assert_cmpstr (value, ==, headers[i].value);
    }
}

typedef struct
{
  const char *scheme, *user, *host;
  int port;
  const char *text; /* NULL: an error */
} NewUri;

static const NewUri news[] = {
  { "sip", "alice", "example.com", -1, "sip:alice@example.com" },
  { "sips", NULL, "example.com", 5061, "sips:example.com:5061" },
  { "sip", "", "example.com", 0, "sip:example.com" },
  { "sip", "a@b:c%d \"<>é", "example.com", -1, "sip:a%40b%3Ac%25d%20%22%3C%3E%C3%A9@example.com" },
  { "sip", "+1;x=y&z?q/", "example.com", -1, "sip:+1;x=y&z?q/@example.com" },
  { "sip", "a", "2001:db8::7", 5060, "sip:a@[2001:db8::7]:5060" },
  { "sip", "a", "[2001:db8::7]", -1, "sip:a@[2001:db8::7]" },
  { "tel", "+1-201-555-0123", NULL, -1, "tel:+1-201-555-0123" },
  { "sip", "a", "", -1, NULL },
  { "sip", "a", NULL, -1, NULL },
  { "sip", "a", "h;lr", -1, NULL },
  { "sip", "a", "h?x=y", -1, NULL },
  { "sip", "a", "b@h", -1, NULL },
  { "sip", "a", "h:5060", -1, NULL },
  { "sip", "a", "h\r\n", -1, NULL },
  { "sip", "a\r\nVia: x", "h", -1, NULL },
  { "sip", "a", "h", 65536, NULL },
  { "sip", "a", "h", -2, NULL },
  { "tel", NULL, NULL, -1, NULL },
  { "tel", "1 2", NULL, -1, NULL },
  { "tel", "1", "h", -1, NULL },
  { "tel", "1", NULL, 5060, NULL },
  { "http", "a", "h", -1, NULL },
  { "", "a", "h", -1, NULL },
};

static void
test_new (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (news); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SipUri) uri = sip_uri_new (news[i].scheme, news[i].user, news[i].host, news[i].port, &error);
      g_autofree char *text = uri != NULL ? sip_uri_to_string (uri) : NULL;

      g_assert_cmpstr (text, ==, news[i].text);

      if (uri == NULL)
        g_assert_true (error != NULL && error->domain == SIP_ERROR);
      else if (news[i].user != NULL && *news[i].user != '\0')
        g_assert_cmpstr (sip_uri_get_user (uri), ==, news[i].user);
    }
}

typedef struct
{
  const char *from, *name, *value, *text;
} Change;

static const Change param_changes[] = {
  { "sip:a@h", "transport", "tcp", "sip:a@h;transport=tcp" },
  { "sip:a@h;lr?x=y", "transport", "tcp", "sip:a@h;lr;transport=tcp?x=y" },
  { "sip:a@h;Transport=udp;lr", "transport", "tcp", "sip:a@h;lr;transport=tcp" },
  { "sip:h", "lr", NULL, "sip:h;lr" },
  { "sip:h", "x", "a;b=c?d é%", "sip:h;x=a%3Bb%3Dc%3Fd%20%C3%A9%25" },
  { "sip:h", "a;b", "c", "sip:h;a%3Bb=c" },
  { "tel:1;ext=2", "ext", "3", "tel:1;ext=3" },
  { "sip:h", "x", "a\r\nb", NULL },
  { "sip:h", "x\n", "a", NULL },
  { "sip:h", "", "a", NULL },
  { "sip:h", "x", "", NULL },
  { "mailto:a", "x", "y", NULL },
};

static const Change header_changes[] = {
  { "sip:a@h", "Subject", "a b", "sip:a@h?Subject=a%20b" },
  { "sip:a@h;lr?x=y", "Replaces", "1@2;to-tag=3", "sip:a@h;lr?x=y&Replaces=1%402%3Bto-tag%3D3" },
  { "sip:a@h?X=y&z=1", "x", "", "sip:a@h?z=1&x=" },
  { "sip:a@h?X=y", "x", "z", "sip:a@h?x=z" },
  { "sip:h", "x", "a\r\nVia: b", NULL },
  { "sip:h", "", "a", NULL },
  { "tel:1", "x", "a", NULL },
};

static void
test_with (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (param_changes) + G_N_ELEMENTS (header_changes); i++)
    {
      gboolean is_param = i < G_N_ELEMENTS (param_changes);
      const Change *change = is_param ? &param_changes[i] : &header_changes[i - G_N_ELEMENTS (param_changes)];
      g_autoptr (GError) error = NULL;
      g_autoptr (SipUri) from = sip_uri_parse (change->from, NULL);
      g_autoptr (SipUri) uri = is_param ? sip_uri_with_param (from, change->name, change->value, &error)
                                        : sip_uri_with_header (from, change->name, change->value, &error);
      g_autofree char *text = uri != NULL ? sip_uri_to_string (uri) : NULL;
      g_autofree char *value = NULL;

      g_assert_cmpstr (text, ==, change->text);
      if (uri == NULL)
        {
          g_assert_error (error, SIP_ERROR, SIP_ERROR_INVALID_ARGUMENT);
          continue;
        }

      value = is_param ? sip_uri_get_param (uri, change->name) : sip_uri_get_header (uri, change->name);
      if (strchr (change->name, ';') == NULL)
        g_assert_cmpstr (value, ==, change->value != NULL ? change->value : "");
    }
}

static void
test_address_of_record (void)
{
  const char *const pairs[][2] = {
    { "sip:Alice:pw@Example.COM;transport=tcp?x=y", "sip:Alice@example.com" },
    { "sips:%61lice%2c@example.com:5061;lr", "sips:alice%2C@example.com:5061" },
    { "sip:example.com", "sip:example.com" },
    { "sip:a%00%40@h", "sip:a%00%40@h" },
    { "sip:a@[2001:DB8::7]:5060", "sip:a@[2001:db8::7]:5060" },
    { "tel:+1-201;ext=1", "tel:+1-201;ext=1" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (SipUri) uri = sip_uri_parse (pairs[i][0], NULL);
      g_autoptr (SipUri) address = sip_uri_to_address_of_record (uri);
      g_autofree char *text = sip_uri_to_string (address);

      g_assert_cmpstr (text, ==, pairs[i][1]);
    }
}

typedef struct
{
  const char *a, *b;
  gboolean equal;
} Pair;

static const Pair equality[] = {
  /* The cases of RFC 3261 §19.1.4. */
  { "sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", TRUE },
  { "sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", TRUE },
  { "sip:carol@chicago.com", "sip:carol@chicago.com;security=on", TRUE },
  { "sip:carol@chicago.com;newparam=5", "sip:carol@chicago.com;security=on", TRUE },
  { "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
    "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com", TRUE },
  { "sip:alice@atlanta.com?subject=project%20x&priority=urgent", "sip:alice@atlanta.com?priority=urgent&subject=project%20x", TRUE },
  { "SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", FALSE },
  { "sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", FALSE },
  { "sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", FALSE },
  { "sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", FALSE },
  { "sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting", FALSE },
  { "sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4", FALSE },
  /* Not transitive. */
  { "sip:carol@chicago.com", "sip:carol@chicago.com;security=off", TRUE },
  { "sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", FALSE },
  /* Its rules, one by one. */
  { "sip:a@h", "sips:a@h", FALSE },
  { "sip:h", "sip:a@h", FALSE },
  { "sip:a@h", "sip:a:p@h", FALSE },
  { "sip:a:p@h", "sip:a:P@h", FALSE },
  { "sip:a@h;user=phone", "sip:a@h", FALSE },
  { "sip:a@h;ttl=1", "sip:a@h", FALSE },
  { "sip:a@h;method=INVITE", "sip:a@h", FALSE },
  { "sip:a@h;maddr=192.0.2.1", "sip:a@h", FALSE },
  { "sip:a@h;lr", "sip:a@h", TRUE },
  { "sip:a@h;lr", "sip:a@h;lr=on", FALSE },
  { "sip:a@h;x=%41", "sip:a@h;X=a", TRUE },
  { "sip:a%3Bb@h", "sip:a;b@h", FALSE },
  { "sip:a%3bb@h", "sip:a%3Bb@h", TRUE },
  { "sip:a%2Db@h", "sip:a-b@h", TRUE },
  { "sip:a%00@h", "sip:a@h", FALSE },
  { "sip:a@h?x=1&x=1&y=2", "sip:a@h?x=1&y=2&y=2", FALSE },
  { "sip:a@h?x=1&y=2", "sip:a@h?y=2&x=1&x=1", FALSE },
  { "sip:a@h;x=1;x=2", "sip:a@h;x=2;x=1", TRUE },
  { "sip:a@h;x=1;x=2", "sip:a@h;x=1", FALSE },
  /* RFC 5954 §4.2. */
  { "sip:a@[2001:db8::7]", "sip:a@[2001:0DB8:0:0::0007]", TRUE },
  { "sip:a@[2001:db8::7]", "sip:a@[2001:db8::8]", FALSE },
  { "sip:a@[::ffff:192.0.2.7]", "sip:a@[::FFFF:C000:207]", TRUE },
  /* RFC 3966 §4. */
  { "tel:+1-201-555-0123", "tel:+1(201)555.0123", TRUE },
  { "tel:+12015550123", "tel:12015550123", FALSE },
  { "tel:+12015550123", "tel:+1201555012", FALSE },
  { "tel:70A;phone-context=EXAMPLE.com", "TEL:7-0a;Phone-Context=example.com", TRUE },
  { "tel:7042;phone-context=+1-201", "tel:7042;phone-context=+1201", TRUE },
  { "tel:7042;phone-context=example.com;ext=1-2", "tel:7042;ext=12;phone-context=example.com", TRUE },
  { "tel:+1;ext=1", "tel:+1", FALSE },
  { "tel:+1;ext=1", "tel:+1;ext=2", FALSE },
  { "tel:+1", "sip:+1@h", FALSE },
  { "MAILTO:a@h", "mailto:a@h", TRUE },
  { "mailto:a@h", "mailto:A@h", FALSE },
  { "urn:a", "mailto:a", FALSE },
};

static void
test_equal (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (equality); i++)
    {
      g_autoptr (SipUri) a = sip_uri_parse (equality[i].a, NULL);
      g_autoptr (SipUri) b = sip_uri_parse (equality[i].b, NULL);

      g_test_message ("%s | %s", equality[i].a, equality[i].b);
      g_assert_nonnull (a);
      g_assert_nonnull (b);
      g_assert_cmpint (sip_uri_equal (a, b), ==, equality[i].equal);
      g_assert_cmpint (sip_uri_equal (b, a), ==, equality[i].equal);
    }
}

/* Comparing costs at most the square of 64, whatever a stranger sends: beyond, texts are compared. */
static void
test_equal_many (void)
{
  const char *const starts[] = { "sip:h", "tel:1", "sip:h?x=y" };

  for (gsize s = 0; s < G_N_ELEMENTS (starts); s++)
    {
      g_autoptr (GString) forwards = g_string_new (starts[s]);
      g_autoptr (GString) backwards = g_string_new (starts[s]);
      char separator = strchr (starts[s], '?') != NULL ? '&' : ';';
      g_autoptr (SipUri) a = NULL;
      g_autoptr (SipUri) b = NULL;
      g_autoptr (SipUri) again = NULL;

      for (int i = 0; i < 65; i++)
        {
          g_string_append_printf (forwards, "%cp%d=%d", separator, i, i);
          g_string_append_printf (backwards, "%cp%d=%d", separator, 64 - i, 64 - i);
        }

      a = sip_uri_parse (forwards->str, NULL);
      b = sip_uri_parse (backwards->str, NULL);
      again = sip_uri_parse (forwards->str, NULL);
      g_assert_false (sip_uri_equal (a, b));
      g_assert_true (sip_uri_equal (a, again));
    }
}

static gpointer
unref_thread (gpointer data)
{
  SipUri *uri = data;

  for (int i = 0; i < 100000; i++)
    sip_uri_unref (sip_uri_ref (uri));
  sip_uri_unref (uri);

  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (SipUri) uri = sip_uri_parse ("sip:alice@example.com", NULL);
  GThread *threads[2];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("unref", unref_thread, sip_uri_ref (uri));
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  g_assert_cmpstr (sip_uri_get_user (uri), ==, "alice");
}

static void
test_boxed (void)
{
  g_autoptr (SipUri) uri = sip_uri_parse ("sip:alice@example.com", NULL);
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, SIP_TYPE_URI);
  g_value_set_boxed (&value, uri);
  g_assert_true (g_value_get_boxed (&value) == uri);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uri/valid", test_valid);
  g_test_add_func ("/uri/invalid", test_invalid);
  g_test_add_func ("/uri/slices", test_slices);
  g_test_add_func ("/uri/long", test_long);
  g_test_add_func ("/uri/params", test_params);
  g_test_add_func ("/uri/new", test_new);
  g_test_add_func ("/uri/with", test_with);
  g_test_add_func ("/uri/address-of-record", test_address_of_record);
  g_test_add_func ("/uri/equal", test_equal);
  g_test_add_func ("/uri/equal-many", test_equal_many);
  g_test_add_func ("/uri/threads", test_threads);
  g_test_add_func ("/uri/boxed", test_boxed);

  return g_test_run ();
}
