/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <glib.h>
#include <stdlib.h>

/* What a fuzz target holds to be true. A breach is an abort (), which libFuzzer knows what to do with. */
#define CHECK(condition) \
  G_STMT_START \
  { \
    if (G_UNLIKELY (!(condition))) \
      { \
        g_printerr ("%s:%d: %s\n", __FILE__, __LINE__, #condition); \
        abort (); \
      } \
  } \
  G_STMT_END

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
