/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "media/sip-description.h"

static void
test_text (void)
{
  g_autoptr (SipDescription) description = sip_description_new_from_text (SIP_DESCRIPTION_ANSWER, "application/sdp", "v=0\r\n");
  g_autofree char *text = sip_description_to_text (description);

  g_assert_cmpint (sip_description_get_description_type (description), ==, SIP_DESCRIPTION_ANSWER);
  g_assert_cmpstr (sip_description_get_content_type (description), ==, "application/sdp");
  g_assert_cmpuint (g_bytes_get_size (sip_description_get_body (description)), ==, 5);
  g_assert_cmpstr (text, ==, "v=0\r\n");
}

static void
test_bytes_that_are_no_text (void)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("a\0b\xff", 4);
  g_autoptr (GBytes) empty = g_bytes_new_static (NULL, 0);
  g_autoptr (SipDescription) description = sip_description_new (SIP_DESCRIPTION_OFFER, "text/plain", body);
  g_autoptr (SipDescription) nothing = sip_description_new (SIP_DESCRIPTION_OFFER, "text/plain", empty);
  g_autofree char *text = sip_description_to_text (description);
  g_autofree char *none = sip_description_to_text (nothing);

  g_assert_true (sip_description_get_body (description) == body);
  g_assert_cmpstr (text, ==, "a\357\277\275b\357\277\275");
  g_assert_cmpstr (none, ==, "");
}

static void
test_boxed (void)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_auto (GValue) copy = G_VALUE_INIT;

  g_value_init (&value, SIP_TYPE_DESCRIPTION);
  g_value_init (&copy, SIP_TYPE_DESCRIPTION);
  g_value_take_boxed (&value, sip_description_new_from_text (SIP_DESCRIPTION_OFFER, "application/sdp", ""));
  g_value_copy (&value, &copy);
  g_assert_true (g_value_get_boxed (&value) == g_value_get_boxed (&copy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/media/description/text", test_text);
  g_test_add_func ("/media/description/bytes-that-are-no-text", test_bytes_that_are_no_text);
  g_test_add_func ("/media/description/boxed", test_boxed);

  return g_test_run ();
}
