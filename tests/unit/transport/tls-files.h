/*
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>

/* Certificates of a test, made by openssl in a folder that goes with the test. NULL: there is no openssl. */
typedef struct
{
  char *folder;
} TlsFiles;

static inline gboolean
tls_files_run (TlsFiles *self, const char *command)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *trash = NULL;
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_assert_true (g_shell_parse_argv (command, NULL, &words, &error));
  if (!g_spawn_sync (self->folder, words, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, &trash, &status, NULL))
    return FALSE;
  if (status != 0)
    g_error ("%s: %s", command, trash);
  return TRUE;
}

#define TLS_FILES_KEY "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

/* A certificate authority: NAME-ca.pem. */
static inline gboolean
tls_files_make_authority (TlsFiles *self, const char *name)
{
  g_autofree char *command = g_strdup_printf ("openssl req -x509 " TLS_FILES_KEY " -keyout %s-ca.key -out %s-ca.pem -subj /CN=%s-authority "
                                              "-days 3650",
                                              name, name, name);

  return tls_files_run (self, command);
}

/* NAME.pem, with its key, signed by @authority (NULL: by itself). @names: "DNS:localhost,URI:sip:x"; nullable. */
static inline void
tls_files_make (TlsFiles *self, const char *authority, const char *name, const char *cn, const char *names, int days)
{
  g_autofree char *extension = names != NULL ? g_strdup_printf ("-addext subjectAltName=%s", names) : g_strdup ("");
  g_autofree char *request = g_strdup_printf ("openssl req -new " TLS_FILES_KEY " -keyout %s.key -out %s.csr -subj /CN=%s %s", name, name, cn,
                                              extension);
  g_autofree char *signer = authority != NULL ? g_strdup_printf ("-CA %s-ca.pem -CAkey %s-ca.key -CAcreateserial", authority, authority)
                                              : g_strdup_printf ("-signkey %s.key", name);
  g_autofree char *sign = g_strdup_printf ("openssl x509 -req -in %s.csr %s -days %d -copy_extensions copy -out %s.crt", name, signer, days,
                                           name);
  g_autofree char *join = g_strdup_printf ("sh -c 'cat %s.crt %s.key > %s.pem'", name, name, name);

  tls_files_run (self, request);
  tls_files_run (self, sign);
  tls_files_run (self, join);
}

static inline TlsFiles *
tls_files_new (void)
{
  TlsFiles *self = g_new0 (TlsFiles, 1);

  self->folder = g_dir_make_tmp ("sip-tls-XXXXXX", NULL);
  g_assert_nonnull (self->folder);
  return self;
}

static inline void
tls_files_free (TlsFiles *self)
{
  g_autofree char *command = g_strdup_printf ("rm -rf %s", self->folder);

  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
  g_free (self->folder);
  g_free (self);
}

static inline GTlsCertificate *
tls_files_load (TlsFiles *self, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.pem", self->folder, name);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);

  g_assert_no_error (error);
  return certificate;
}

static inline GTlsDatabase *
tls_files_trust (TlsFiles *self, const char *authority)
{
  g_autofree char *path = g_strdup_printf ("%s/%s-ca.pem", self->folder, authority);
  g_autoptr (GError) error = NULL;
  GTlsDatabase *database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  return database;
}
