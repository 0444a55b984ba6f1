/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "syntax/sip-scan-private.h"

static const struct
{
  SipHeaderId id;
  const char *name;
  char compact;
  SipHeaderRule rule;
} table[] = {
#define X(id, name, compact, rule) { SIP_H_##id, name, compact, SIP_HEADER_RULE_##rule },
  SIP_HEADER_IDS (X)
#undef X
};

/* A copy without a byte behind it, for the address sanitizer. What finds the first bytes of many finds the same. */
static SipHeaderId
lookup (const char *name,
        gsize       len)
{
  g_autofree char *copy = g_memdup2 (name, len);
  SipHeaderId id = sip_header_id_lookup (copy, len);

#ifdef __SSE2__
  if (len > 0 && len < 16)
    {
      char text[16] = ": 0123456789abcd";

      memmove (text + len, text, sizeof text - len);
      memcpy (text, name, len);
      g_assert_cmpuint (sip_header_id_lookup_16 (text, len, _mm_loadu_si128 ((const void *) text)), ==, id);
    }
#endif

  return id;
}

static void
test_long_names (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (table), ==, SIP_H_LAST - 1);

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gsize len = strlen (table[i].name);
      g_autofree char *upper = g_ascii_strup (table[i].name, len);
      g_autofree char *lower = g_ascii_strdown (table[i].name, len);
      SipStr name = sip_header_id_name (table[i].id);

      g_assert_cmpuint (lookup (table[i].name, len), ==, table[i].id);
      g_assert_cmpuint (lookup (upper, len), ==, table[i].id);
      g_assert_cmpuint (lookup (lower, len), ==, table[i].id);
      g_assert_cmpmem (name.p, name.len, table[i].name, len);
      g_assert_cmpuint (sip_header_id_rule (table[i].id), ==, table[i].rule);
    }
}

static void
test_compact_forms (void)
{
  SipHeaderId of_letter[26] = { SIP_H_OTHER };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      if (table[i].compact != 0)
        of_letter[table[i].compact - 'a'] = table[i].id;
    }

  for (guint c = 0; c < 256; c++)
    {
      char name = c;
      SipHeaderId expected = g_ascii_isalpha (name) ? of_letter[g_ascii_tolower (name) - 'a'] : SIP_H_OTHER;

      g_assert_cmpuint (lookup (&name, 1), ==, expected);
    }
}

/* Every name with one byte changed to every other byte is not that name, but for the case of a letter. */
static void
test_near_misses (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gsize len = strlen (table[i].name);
      char name[32];

      for (gsize at = 0; at < len; at++)
        {
          memcpy (name, table[i].name, len);
          for (guint c = 0; c < 256; c++)
            {
              name[at] = c;
              if (g_ascii_tolower (name[at]) == g_ascii_tolower (table[i].name[at]))
                g_assert_cmpuint (lookup (name, len), ==, table[i].id);
              else
                g_assert_cmpuint (lookup (name, len), !=, table[i].id);
            }
        }

      memcpy (name, table[i].name, len);
      name[len] = 'x';
      g_assert_cmpuint (lookup (name, len + 1), ==, SIP_H_OTHER);
      if (table[i].id != SIP_H_TO) /* "T" is its compact form */
        g_assert_cmpuint (lookup (name, len - 1), !=, table[i].id);
    }
}

static void
test_others (void)
{
  static const char *const names[] = {
    "", "X-Foo", "Contents-Length", "P-Charging-Vector", "-", "An-Extension-Header-That-Is-Longer-Than-Any-That-We-Know", "Nia",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpuint (lookup (names[i], strlen (names[i])), ==, SIP_H_OTHER);

  g_assert_cmpuint (sip_header_id_name (SIP_H_OTHER).len, ==, 0);
}

static void
test_methods (void)
{
  static const struct
  {
    SipMethod id;
    const char *name;
  } methods[] = {
#define X(id) { SIP_METHOD_##id, #id },
    SIP_METHODS (X)
#undef X
  };
  static const char *const others[] = { "", "invite", "Invite", "INVITEX", "INVIT", "A", "XYZ", "INFOX", "RE%47ISTER" };

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      SipStr name = sip_method_id_name (methods[i].id);
      g_autofree char *copy = g_memdup2 (methods[i].name, strlen (methods[i].name));

      g_assert_cmpuint (sip_method_id_lookup (copy, strlen (methods[i].name)), ==, methods[i].id);
      g_assert_cmpmem (name.p, name.len, methods[i].name, strlen (methods[i].name));
    }

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_cmpuint (sip_method_id_lookup (others[i], strlen (others[i])), ==, SIP_METHOD_OTHER);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/syntax/header-id/long-names", test_long_names);
  g_test_add_func ("/syntax/header-id/compact-forms", test_compact_forms);
  g_test_add_func ("/syntax/header-id/near-misses", test_near_misses);
  g_test_add_func ("/syntax/header-id/others", test_others);
  g_test_add_func ("/syntax/header-id/methods", test_methods);

  return g_test_run ();
}
