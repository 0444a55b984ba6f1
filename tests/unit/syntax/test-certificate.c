/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <glib.h>

#include "syntax/sip-certificate-private.h"

/* --- certificates, element by element --- */

/* Takes the contents, up to NULL. */
static GByteArray *
der (guint tag, ...)
{
  GByteArray *self = g_byte_array_new ();
  g_autoptr (GByteArray) content = g_byte_array_new ();
  GByteArray *part;
  const guint8 first = tag;
  guint8 len;
  va_list parts;

  va_start (parts, tag);
  while ((part = va_arg (parts, GByteArray *)) != NULL)
    {
      g_byte_array_append (content, part->data, part->len);
      g_byte_array_unref (part);
    }
  va_end (parts);

  g_byte_array_append (self, &first, 1);
  if (content->len >= 256)
    g_byte_array_append (self, (const guint8[]){ 0x82, content->len >> 8, content->len & 0xff }, 3);
  else if (content->len >= 128)
    g_byte_array_append (self, (const guint8[]){ 0x81, content->len }, 2);
  else
    {
      len = content->len;
      g_byte_array_append (self, &len, 1);
    }
  g_byte_array_append (self, content->data, content->len);
  return self;
}

static GByteArray *
bytes (guint8 tag, const char *data, gsize len)
{
  GByteArray *content = g_byte_array_new ();

  g_byte_array_append (content, (const guint8 *) data, len);
  return der (tag, content, NULL);
}

#define text(tag, literal) bytes (tag, literal, sizeof (literal) - 1)
#define oid(literal) text (0x06, literal)

static GByteArray *
common_name (const char *name)
{
  return der (0x31, der (0x30, oid ("\x55\x04\x03"), bytes (0x0c, name, strlen (name)), NULL), NULL);
}

/* @names: the content of GeneralNames, taken; NULL: no such extension. */
static GByteArray *
certificate (const char *cn, GByteArray *names, gboolean is_critical)
{
  GByteArray *subject = cn != NULL ? der (0x30, der (0x31, der (0x30, oid ("\x55\x04\x0a"), text (0x0c, "Org"), NULL), NULL),
                                          common_name (cn), NULL)
                                   : der (0x30, NULL);
  GByteArray *other = der (0x30, oid ("\x55\x1d\x13"), text (0x04, "\x30\x00"), NULL);
  GByteArray *value = names != NULL ? der (0x04, names, NULL) : NULL;
  GByteArray *extension = names == NULL ? NULL : is_critical ? der (0x30, oid ("\x55\x1d\x11"), text (0x01, "\xff"), value, NULL)
                                                             : der (0x30, oid ("\x55\x1d\x11"), value, NULL);
  GByteArray *extensions = extension != NULL ? der (0x30, other, extension, NULL) : der (0x30, other, NULL);

  return der (0x30,
              der (0x30, der (0xa0, text (0x02, "\x02"), NULL), text (0x02, "\x01"), der (0x30, NULL),
                   der (0x30, common_name ("issuer.example"), NULL), der (0x30, NULL), subject, der (0x30, NULL),
                   der (0xa3, extensions, NULL), NULL),
              der (0x30, NULL), text (0x03, "\0"), NULL);
}

#define URI 0x86
#define DNS 0x82
#define IP 0x87

typedef struct
{
  guint8 tag;
  const char *value;
  gsize len;         /* 0: strlen */
} Name;

typedef struct
{
  const char *what;
  Name names[4];
  gboolean no_names;
  const char *cn;
  const char *host;
  gboolean is_for;
} Case;

static const Case cases[] = {
  { "a SIP URI", { { URI, "sip:example.com", 0 } }, .host = "example.com", .is_for = TRUE },
  { "in any case", { { URI, "SIP:Example.COM", 0 } }, .host = "exAmple.com", .is_for = TRUE },
  { "with a port", { { URI, "sip:example.com:5061", 0 } }, .host = "example.com", .is_for = TRUE },
  { "of another", { { URI, "sip:example.org", 0 } }, .host = "example.com" },
  { "of a user", { { URI, "sip:alice@example.com", 0 } }, .host = "example.com" },
  { "not sip", { { URI, "sips:example.com", 0 }, { URI, "https://example.com/", 0 }, { URI, "example.com", 0 } }, .host = "example.com" },
  { "second", { { URI, "sip:example.org", 0 }, { URI, "sip:example.com", 0 } }, .host = "example.com", .is_for = TRUE },
  { "DNS", { { DNS, "example.com", 0 } }, .host = "example.com", .is_for = TRUE },
  { "DNS, second", { { DNS, "x.org", 0 }, { DNS, "EXAMPLE.com", 0 } }, .host = "example.com", .is_for = TRUE },
  { "DNS beside the URI of a user", { { URI, "sip:alice@example.com", 0 }, { DNS, "example.com", 0 } }, .host = "example.com", .is_for = TRUE },
  { "DNS beside the URI of a page", { { URI, "http://example.com", 0 }, { DNS, "example.com", 0 } }, .host = "example.com", .is_for = TRUE },
  { "DNS beside a SIP domain", { { DNS, "example.com", 0 }, { URI, "sip:example.org", 0 } }, .host = "example.com" },
  { "wildcard", { { DNS, "*.example.com", 0 } }, .host = "sip.example.com" },
  { "wildcard in a URI", { { URI, "sip:*.example.com", 0 } }, .host = "sip.example.com" },
  { "wildcard of all", { { DNS, "*", 0 } }, .host = "example" },
  { "suffix", { { DNS, "example.com", 0 } }, .host = "sip.example.com" },
  { "prefix", { { DNS, "example.com.evil.org", 0 } }, .host = "example.com" },
  { "NUL", { { DNS, "example.com\0.evil.org", 21 } }, .host = "example.com" },
  { "NUL at the end", { { DNS, "example.com\0", 12 } }, .host = "example.com" },
  { "NUL in a URI", { { URI, "sip:example.com\0.evil.org", 25 } }, .host = "example.com" },
  { "NUL in a URI hides nothing", { { URI, "sip:example.com\0@x", 18 } }, .host = "example.com" },
  { "empty", { { DNS, "", 0 } }, .host = "" },
  { "no name at all", .host = "example.com" },
  { "address", { { IP, "\300\0\2\1", 4 } }, .host = "192.0.2.1", .is_for = TRUE },
  { "another address", { { IP, "\300\0\2\2", 4 } }, .host = "192.0.2.1" },
  { "address and net mask", { { IP, "\300\0\2\1\377\377\377\377", 8 } }, .host = "192.0.2.1" },
  { "address of version 6", { { IP, " \1\r\270\0\0\0\0\0\0\0\0\0\0\0\1", 16 } }, .host = "2001:db8::1", .is_for = TRUE },
  { "address beside a SIP domain", { { URI, "sip:example.com", 0 }, { IP, "\300\0\2\1", 4 } }, .host = "192.0.2.1", .is_for = TRUE },
  { "address as a SIP domain", { { URI, "sip:192.0.2.1", 0 } }, .host = "192.0.2.1", .is_for = TRUE },
  { "address as DNS", { { DNS, "192.0.2.1", 0 } }, .host = "192.0.2.1" },
  { "address as a name", { { IP, "1.2.3", 5 } }, .host = "1.2.3" },
  { "common name", .no_names = TRUE, .cn = "example.com", .host = "example.COM", .is_for = TRUE },
  { "another common name", .no_names = TRUE, .cn = "example.org", .host = "example.com" },
  { "the issuer's", .no_names = TRUE, .cn = "x", .host = "issuer.example" },
  { "common name beside names", { { DNS, "example.org", 0 } }, .cn = "example.com", .host = "example.com" },
  { "common name beside no names", .cn = "example.com", .host = "example.com" },
  { "wild common name", .no_names = TRUE, .cn = "*.example.com", .host = "x.example.com" },
  { "address as a common name", .no_names = TRUE, .cn = "192.0.2.1", .host = "192.0.2.1" },
  { "nothing", .no_names = TRUE, .host = "example.com" },
};

static GByteArray *
make (const Case *c, gboolean is_critical)
{
  GByteArray *list[G_N_ELEMENTS (c->names)] = { NULL };
  guint n = 0;

  if (c->no_names)
    return certificate (c->cn, NULL, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (c->names) && c->names[i].value != NULL; i++)
    list[n++] = bytes (c->names[i].tag, c->names[i].value, c->names[i].len > 0 ? c->names[i].len : strlen (c->names[i].value));
  return certificate (c->cn, der (0x30, list[0], list[1], list[2], list[3], NULL), is_critical);
}

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gboolean is_critical = FALSE; is_critical <= TRUE; is_critical++)
      {
        g_autoptr (GByteArray) data = make (&cases[i], is_critical);

        g_test_message ("%s", cases[i].what);
        g_assert_cmpint (sip_certificate_is_for (data->data, data->len, cases[i].host), ==, cases[i].is_for);
      }
}

/* Cut off anywhere, in memory that ends there, it is nobody's, or still what it was; and nothing is read behind its end. */
static void
test_cut_off (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GByteArray) data = make (&cases[i], FALSE);

      for (guint len = 0; len < data->len; len++)
        {
          g_autofree guint8 *part = g_memdup2 (data->data, MAX (len, 1));

          g_assert_false (sip_certificate_is_for (part, len, cases[i].host));
        }
    }
}

/* Each byte changed to each value does no harm. */
static void
test_changed (void)
{
  g_autoptr (GByteArray) data = make (&cases[9], TRUE);

  for (guint at = 0; at < data->len; at++)
    for (guint value = 0; value < 256; value++)
      {
        g_autofree guint8 *copy = g_memdup2 (data->data, data->len);

        copy[at] = value;
        sip_certificate_is_for (copy, data->len, cases[9].host);
      }
}

static void
test_lengths (void)
{
  static const struct
  {
    const char *data;
    gsize len;
  } broken[] = {
    { "", 0 },
    { "\x30", 1 },
    { "\x30\x80\x30\x80\0\0\0\0", 8 },
    { "\x30\x84\xff\xff\xff\xff\x30\x84\xff\xff\xff\xff", 12 },
    { "\x30\x88\0\0\0\0\0\0\0\1\0", 11 },
    { "\x30\x85\0\0\0\0\1\0", 8 },
    { "\x3f\x81\x80\x00", 4 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_false (sip_certificate_is_for ((const guint8 *) broken[i].data, broken[i].len, "example.com"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/certificate/names", test_names);
  g_test_add_func ("/certificate/cut-off", test_cut_off);
  g_test_add_func ("/certificate/changed", test_changed);
  g_test_add_func ("/certificate/lengths", test_lengths);

  return g_test_run ();
}
