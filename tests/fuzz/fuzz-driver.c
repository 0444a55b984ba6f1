/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "fuzz.h"

/* Stands in for libFuzzer: gives every file of the folders on the command line to the target, once. One TAP point a folder. */

static guint
run_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;
  guint n = 0;

  if (dir == NULL)
    g_error ("%s", error->message);

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *contents = NULL;
      g_autofree guint8 *data = NULL;
      gsize size;

      g_file_get_contents (path, &contents, &size, &error);
      if (error != NULL)
        g_error ("%s", error->message);

      /* Without the NUL that comes with the contents, so that a checker sees a read beyond the end. */
      data = g_memdup2 (contents, size);
      g_print ("# %s\n", name);
      LLVMFuzzerTestOneInput (data, size);
      n++;
    }

  return n;
}

int
main (int    argc,
      char **argv)
{
  g_print ("TAP version 13\n1..%d\n", argc - 1);

  for (int i = 1; i < argc; i++)
    {
      g_autofree char *name = g_path_get_basename (argv[i]);
      guint n = run_folder (argv[i]);

      g_print ("%s %d %s, %u inputs\n", n > 0 ? "ok" : "not ok", i, name, n);
    }

  return 0;
}
