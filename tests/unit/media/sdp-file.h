/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "media/sip-sdp-private.h"

/* A description of sdp/, as text and as it is understood. */
static inline char *
read_sdp (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "media", "sdp", name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);

  return text;
}

static inline SipSdp *
parse_sdp (const char *name)
{
  g_autofree char *text = read_sdp (name);
  g_autoptr (GError) error = NULL;
  SipSdp *sdp = sip_sdp_parse (text, strlen (text), &error);

  g_assert_no_error (error);

  return sdp;
}
