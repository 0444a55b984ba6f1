/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What AddressSanitizer is to know when it watches a program that uses GStreamer. */
#ifdef __SANITIZE_ADDRESS__

const char *__asan_default_options (void);
const char *__lsan_default_suppressions (void);

/* The quick way of unwinding stops at the first function of GLib, which has no frame pointers, so that no suppression could match. */
const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0:malloc_context_size=8";
}

/* GLib's table of quarks is never freed when a larger one takes its place: somebody may be reading it. GStreamer has that many. */
const char *
__lsan_default_suppressions (void)
{
  return "leak:call_init\nleak:g_intern_\nleak:g_quark_\n";
}

#else

typedef int nothing_to_say;

#endif
